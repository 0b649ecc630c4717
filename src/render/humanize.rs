//! Values in the words of people: durations, times, percentages, descriptions. Machine formats use none of this.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::Error;
use crate::task::{Failure, Progress, State, Target, Task};

/// What stands for a value that is not known.
pub const ABSENT: &str = "-";

/// A duration in seconds: `0.4s`, `9.9s`, `45s`, `2m10s`, `1h30m`, `3d4h`; two units at most, cut and not rounded
/// up. `-` for what is no duration.
pub fn duration(seconds: f64) -> String {
    let Ok(exact) = Duration::try_from_secs_f64(seconds) else { return ABSENT.to_owned() };
    let tenths = (exact.as_millis() + 50) / 100;
    if tenths < 100 {
        return format!("{}.{}s", tenths / 10, tenths % 10);
    }
    let whole = exact.as_secs().max(10);
    let (days, hours, minutes, seconds) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60, whole % 60);
    let pair = |large: u64, large_unit: &str, small: u64, small_unit: &str| match small {
        0 => format!("{large}{large_unit}"),
        _ => format!("{large}{large_unit}{small}{small_unit}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => pair(minutes, "m", seconds, "s"),
        (0, _, _) => pair(hours, "h", minutes, "m"),
        _ => pair(days, "d", hours, "h"),
    }
}

/// A duration in whole seconds, for what is redrawn each second: `9s` where [`duration`] says `9.9s`.
pub fn duration_in_seconds(seconds: f64) -> String {
    if (0.0..10.0).contains(&seconds) { format!("{:.0}s", seconds.floor()) } else { duration(seconds) }
}

/// A duration where seconds no longer matter: `45s`, `4m`, `1h30m`.
pub fn rough_duration(seconds: f64) -> String {
    if seconds < 60.0 { duration_in_seconds(seconds) } else { duration((seconds / 60.0).floor() * 60.0) }
}

/// A time in a zone, with its offset: `2026-11-20 11:15:02+01:00`, or `2026-11-20 10:15:02Z` in UTC.
pub fn time(at: Timestamp, zone: &TimeZone) -> String {
    let format = if *zone == TimeZone::UTC { "%Y-%m-%d %H:%M:%SZ" } else { "%Y-%m-%d %H:%M:%S%:z" };
    at.to_zoned(zone.clone()).strftime(format).to_string()
}

/// A percentage without more digits than it needs: `40%`, `99.5%`; never `100%` before it is.
pub fn percent(percent: f64) -> String {
    let tenths = (percent * 10.0).floor() / 10.0;
    if tenths.fract() == 0.0 { format!("{tenths:.0}%") } else { format!("{tenths:.1}%") }
}

/// A percentage in whole numbers, cut: what has four columns for it.
pub fn whole_percent(percent: f64) -> String {
    format!("{:.0}%", percent.floor())
}

/// A task's progress: `40%`, `40% (2 of 5)`. Of steps that are percentages themselves nothing is left to say.
pub fn progress(progress: Progress) -> String {
    let share = percent(progress.as_percent());
    match progress {
        Progress::Percent(_) | Progress::Steps { total: 100, .. } => share,
        Progress::Steps { done, total } => format!("{share} ({done} of {total})"),
    }
}

/// A target in few words: its name, else its id, else its type.
pub fn target(target: &Target) -> Option<&str> {
    target.name.as_deref().or(target.id.as_deref()).or(target.kind.as_deref())
}

/// What a task does and is doing, from the operation to the step: `sync: my vapp 1: copying`.
pub fn description(task: &Task) -> Option<String> {
    let parts =
        [task.name.as_deref(), task.target.as_ref().and_then(target), task.progress_message.as_deref()];
    let mut texts: Vec<&str> = Vec::new();
    for part in parts.into_iter().flatten().map(str::trim).filter(|part| !part.is_empty()) {
        if !texts.contains(&part) {
            texts.push(part);
        }
    }
    (!texts.is_empty()).then(|| texts.join(": "))
}

/// A state's word, with the server's own where this program does not know it.
pub fn state(state: &State) -> String {
    match state {
        State::Unknown { reported } if !reported.is_empty() => format!("unknown ({reported})"),
        _ => state.word().to_owned(),
    }
}

/// Why a task failed, in one line: its message, else its nearest cause, else its code.
pub fn failure(failure: &Failure) -> String {
    let reason = failure.message.as_deref().or(failure.causes.first().map(String::as_str));
    match (reason, &failure.code) {
        (Some(reason), Some(code)) if !reason.contains(code.as_str()) => format!("{reason} [{code}]"),
        (Some(reason), _) => reason.to_owned(),
        (None, Some(code)) => code.clone(),
        (None, None) => "the server gave no reason".to_owned(),
    }
}

/// Why something could not be done, in one line: the message and its causes.
pub fn error(error: &Error) -> String {
    error.lines().collect::<Vec<_>>().join(": ")
}

/// What a task's warnings come to in one line; `None` without any.
pub fn warnings(warnings: &[String]) -> Option<String> {
    match warnings {
        [] => None,
        [only] => Some(format!("1 warning: {only}")),
        [first, ..] => Some(format!("{} warnings: {first}", warnings.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_two_units_at_most() {
        let cases = [
            (0.0, "0.0s"),
            (9.876, "9.9s"),
            (9.96, "10s"),
            (45.9, "45s"),
            (60.0, "1m"),
            (130.0, "2m10s"),
            (5400.0, "1h30m"),
            (3600.0, "1h"),
            (100_000.0, "1d3h"),
            (-1.0, "-"),
            (f64::NAN, "-"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
        assert_eq!(duration_in_seconds(9.9), "9s");
        assert_eq!(rough_duration(250.0), "4m");
        assert_eq!(rough_duration(5430.0), "1h30m");
    }

    #[test]
    fn a_time_shows_its_offset() {
        let at: Timestamp = "2026-11-20T10:15:02.7Z".parse().expect("a time");
        assert_eq!(time(at, &TimeZone::UTC), "2026-11-20 10:15:02Z");
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        assert_eq!(time(at, &zone), "2026-11-20 11:15:02+01:00");
    }

    #[test]
    fn a_percentage_is_cut_and_not_rounded_up() {
        assert_eq!(percent(99.99), "99.9%");
        assert_eq!(percent(40.0), "40%");
        assert_eq!(whole_percent(99.99), "99%");
        assert_eq!(progress(Progress::Steps { done: 2, total: 5 }), "40% (2 of 5)");
        assert_eq!(progress(Progress::Steps { done: 40, total: 100 }), "40%");
    }
}
