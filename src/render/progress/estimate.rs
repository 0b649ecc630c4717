//! What a task's readings say about its pace: how far it is shown to be, when it may end, whether it stands still.
//! Pure: times come in with the readings.

use std::collections::VecDeque;

use jiff::Timestamp;

/// How many advances the pace is taken from: enough to even out bursts, few enough to follow a change of pace.
const WINDOW: usize = 12;
/// Before so many readings there is no estimate.
const READINGS: u32 = 3;
/// Before so many percent there is no estimate.
const PERCENT: f64 = 5.0;
/// A task does not stand still before so many seconds without an advance.
const STALL_SECONDS: f64 = 60.0;
/// Nor before so many times the usual gap between its advances.
const STALL_GAPS: f64 = 5.0;

/// The progress of one task over its readings.
#[derive(Clone, Debug, Default)]
pub struct ProgressEstimate {
    readings: u32,
    shown: Option<f64>,
    /// When the task advanced, and to what; the first is where it was when it was seen first.
    advances: VecDeque<(Timestamp, f64)>,
}

impl ProgressEstimate {
    /// Takes a reading: the percentage, where the server says one.
    pub fn read(&mut self, at: Timestamp, percent: Option<f64>) {
        let Some(percent) = percent.filter(|percent| percent.is_finite()) else { return };
        self.readings = self.readings.saturating_add(1);
        self.shown = Some(self.shown.map_or(percent, |shown| shown.max(percent)));
        let last = self.advances.back().map(|(_, last)| *last);
        if last.is_some_and(|last| percent < last) {
            // The server began again, or counts something else now: the old pace says nothing.
            self.advances.clear();
        }
        if last != Some(percent) {
            self.advances.push_back((at, percent));
        }
        if self.advances.len() > WINDOW {
            self.advances.pop_front();
        }
    }

    /// The percentage to show: the greatest that was read, so that a bar never moves back.
    pub fn shown(&self) -> Option<f64> {
        self.shown
    }

    /// Seconds that are left at the pace of the last advances; `None` before three readings and 5 %, while the server
    /// is behind what is shown, and when the time has run out without an end.
    pub fn seconds_left(&self, now: Timestamp) -> Option<f64> {
        let ((begun, from), (advanced, to)) = (*self.advances.front()?, *self.advances.back()?);
        if self.readings < READINGS || to < PERCENT || to < self.shown? || to >= 100.0 {
            return None;
        }
        let (points, seconds) = (to - from, seconds(begun, advanced));
        if points <= 0.0 || seconds <= 0.0 {
            return None;
        }
        let left = (100.0 - to) * seconds / points - self::seconds(advanced, now).max(0.0);
        (left.is_finite() && left > 0.0).then_some(left)
    }

    /// Seconds since the last advance, once that is unusually long.
    pub fn stalled_for(&self, now: Timestamp) -> Option<f64> {
        let idle = seconds(self.advances.back()?.0, now);
        (idle > STALL_SECONDS.max(STALL_GAPS * self.usual_gap())).then_some(idle)
    }

    /// The median of the seconds between advances; 0 where there are none.
    fn usual_gap(&self) -> f64 {
        let mut gaps: Vec<f64> =
            self.advances.iter().zip(self.advances.iter().skip(1)).map(|(a, b)| seconds(a.0, b.0)).collect();
        gaps.sort_by(f64::total_cmp);
        gaps.get(gaps.len() / 2).copied().unwrap_or(0.0)
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn estimate(readings: &[(i64, f64)]) -> ProgressEstimate {
        let mut estimate = ProgressEstimate::default();
        for &(seconds, percent) in readings {
            estimate.read(at(seconds), Some(percent));
        }
        estimate
    }

    #[test]
    fn an_estimate_needs_three_readings_and_five_percent() {
        assert_eq!(estimate(&[(0, 10.0), (10, 20.0)]).seconds_left(at(10)), None);
        assert_eq!(estimate(&[(0, 1.0), (10, 2.0), (20, 4.0)]).seconds_left(at(20)), None);
        assert_eq!(estimate(&[(0, 10.0), (10, 20.0), (20, 30.0)]).seconds_left(at(20)), Some(70.0));
        assert_eq!(estimate(&[(0, 10.0), (10, 20.0), (20, 30.0)]).seconds_left(at(25)), Some(65.0));
    }

    #[test]
    fn readings_without_an_advance_give_no_estimate() {
        assert_eq!(estimate(&[(0, 40.0), (10, 40.0), (20, 40.0)]).seconds_left(at(20)), None);
    }

    #[test]
    fn an_estimate_that_has_run_out_is_not_shown() {
        assert_eq!(estimate(&[(0, 70.0), (10, 80.0), (20, 90.0)]).seconds_left(at(31)), None);
    }

    #[test]
    fn a_bar_never_moves_back_and_a_server_that_does_has_no_estimate() {
        let mut estimate = estimate(&[(0, 10.0), (10, 40.0), (20, 60.0)]);
        estimate.read(at(30), Some(20.0));
        assert_eq!(estimate.shown(), Some(60.0));
        assert_eq!(estimate.seconds_left(at(30)), None);
        estimate.read(at(40), Some(30.0));
        assert_eq!(estimate.stalled_for(at(70)), None, "it moves, though the bar does not");
        estimate.read(at(50), Some(61.0));
        assert!(estimate.seconds_left(at(50)).is_some());
    }

    #[test]
    fn a_stall_is_measured_against_the_usual_gap() {
        let quick = estimate(&[(0, 10.0), (2, 11.0), (4, 12.0)]);
        assert_eq!(quick.stalled_for(at(64)), None);
        assert_eq!(quick.stalled_for(at(65)), Some(61.0));
        let slow = estimate(&[(0, 10.0), (60, 11.0), (120, 12.0)]);
        assert_eq!(slow.stalled_for(at(400)), None);
        assert_eq!(slow.stalled_for(at(421)), Some(301.0));
        assert_eq!(ProgressEstimate::default().stalled_for(at(1000)), None);
    }

    #[test]
    fn a_reading_without_a_percentage_changes_nothing() {
        let mut estimate = ProgressEstimate::default();
        estimate.read(at(0), None);
        assert_eq!(estimate.shown(), None);
        estimate.read(at(1), Some(3.0));
        estimate.read(at(2), None);
        assert_eq!(estimate.shown(), Some(3.0));
    }

    proptest! {
        #[test]
        fn a_bar_only_grows_and_estimates_are_positive(
            readings in prop::collection::vec((-50i64..500, prop::option::of(0.0f64..=100.0)), 0..40),
        ) {
            let mut estimate = ProgressEstimate::default();
            let (mut now, mut shown, mut known) = (0, None, 0);
            for (gap, percent) in readings {
                // A clock may be set back.
                now += gap;
                estimate.read(at(now), percent);
                known += u32::from(percent.is_some());
                prop_assert!(estimate.shown() >= shown);
                shown = estimate.shown();
                for later in [0, 30, 100_000] {
                    if let Some(left) = estimate.seconds_left(at(now + later)) {
                        prop_assert!(left.is_finite() && left > 0.0);
                        prop_assert!(known >= READINGS && shown >= Some(PERCENT));
                    }
                    if let Some(idle) = estimate.stalled_for(at(now + later)) {
                        prop_assert!(idle > STALL_SECONDS);
                    }
                }
            }
        }
    }
}
