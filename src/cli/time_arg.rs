//! Points in time as people type them: how long ago, or a date and a time.
//!
//! Used by the command line. Lengths of time are in [`crate::util::duration`].

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::util::duration::parse_duration;

/// A point in time, as typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeArg {
    /// This long before now.
    Ago(Duration),
    /// Exactly then.
    At(Timestamp),
    /// A date, perhaps with a time, in the zone in which times are shown.
    Local(DateTime),
}

impl TimeArg {
    /// The time, seen from `now` in this zone.
    pub fn timestamp(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            TimeArg::Ago(ago) => SignedDuration::try_from(ago)
                .ok()
                .and_then(|ago| now.checked_sub(ago).ok())
                .unwrap_or(Timestamp::MIN),
            TimeArg::At(at) => at,
            TimeArg::Local(at) => zone.to_ambiguous_timestamp(at).compatible().unwrap_or(Timestamp::MIN),
        }
    }
}

/// Reads a point in time: `2h` ago, `2026-11-20T10:15:00Z`, or `2026-11-20` and `2026-11-20T10:15` in the local zone.
///
/// # Errors
/// One line without the name of the flag, which the caller knows.
pub fn parse_time(text: &str) -> Result<TimeArg, String> {
    let text = text.trim();
    if let Ok(ago) = parse_duration(text) {
        return Ok(TimeArg::Ago(ago));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(TimeArg::At(at));
    }
    text.parse::<DateTime>().map(TimeArg::Local).map_err(|_| {
        format!("{text:?} is no time: write how long ago, like 2h, or a date, like 2026-11-20T10:15:00Z")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_how_long_ago_or_a_date() {
        let now: Timestamp = "2026-11-20T10:15:00Z".parse().expect("a time");
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        for (text, expected) in [
            ("2h", "2026-11-20T08:15:00Z"),
            ("90", "2026-11-20T10:13:30Z"),
            ("2026-11-19T23:00:00Z", "2026-11-19T23:00:00Z"),
            ("2026-11-19T23:00:00+01:00", "2026-11-19T22:00:00Z"),
            ("2026-11-19", "2026-11-18T22:00:00Z"),
            (" 2026-11-19T23:00 ", "2026-11-19T21:00:00Z"),
            ("2026-11-19 23:00", "2026-11-19T21:00:00Z"),
        ] {
            let time = parse_time(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(time.timestamp(now, &zone).to_string(), expected, "{text}");
        }
        for text in ["", "yesterday", "-2h", "2026-13-01", "10:15"] {
            assert!(parse_time(text).is_err_and(|error| error.contains("2026-11-20T10:15:00Z")), "{text}");
        }
    }
}
