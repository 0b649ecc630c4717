//! Lengths of time as people type them: `500ms 5s 2m 1h30m 2d`, a bare number is seconds.
//!
//! Used by the command line and by the configuration. Points in time are not here.

use std::time::Duration;

/// The units, largest first, in milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A hundred years: adding it to any clock reading cannot overflow.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Reads a length of time: whole numbers with `d`, `h`, `m`, `s`, `ms`, largest unit first, each once; or a bare whole
/// number of seconds. `0` is fine.
///
/// # Errors
/// One line without the name of the flag or key, which the caller knows.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration: write it like 500ms, 5s, 2m or 1h30m");
    let too_long = || format!("{text:?} is longer than a hundred years");
    let trimmed = text.trim();
    let mut rest = trimmed;
    let mut units = UNITS.iter();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            return Err(wrong());
        }
        let (number, after) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| too_long())?;
        let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, after) = after.split_at(letters);
        let unit = if unit.is_empty() && digits == trimmed.len() { "s" } else { unit };
        let (_, size) = units.find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        total = number.checked_mul(*size).and_then(|part| total.checked_add(part)).ok_or_else(too_long)?;
        rest = after;
    }
    if trimmed.is_empty() {
        return Err(wrong());
    }
    let duration = Duration::from_millis(total);
    if duration > LONGEST { Err(too_long()) } else { Ok(duration) }
}

/// A length of time as [`parse_duration`] reads it, to the millisecond: `1h30m`, `500ms`, `0s`.
pub fn duration_text(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut text = String::new();
    for (name, size) in UNITS {
        let count = rest / u128::from(size);
        rest %= u128::from(size);
        if count > 0 {
            text.push_str(&format!("{count}{name}"));
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_parsed() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("5s", 5_000),
            ("2m", 120_000),
            ("1h30m", 5_400_000),
            ("1h2m3s4ms", 3_723_004),
            ("1d12h", 129_600_000),
            ("90", 90_000),
            ("0", 0),
            ("0s", 0),
            ("90m", 5_400_000),
            (" 5s ", 5_000),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn an_invalid_duration_is_refused_with_an_example() {
        for text in ["", " ", "-5s", "s", "5 s", "1.5h", "5x", "30m1h", "1h1h", "5s3", "1w", "٣s", "1h 30m"]
        {
            assert_eq!(
                parse_duration(text),
                Err(format!("{text:?} is no duration: write it like 500ms, 5s, 2m or 1h30m")),
            );
        }
        for text in ["18446744073709551616", "18446744073709551615h", "5000000000s"] {
            assert_eq!(parse_duration(text), Err(format!("{text:?} is longer than a hundred years")));
        }
    }

    proptest! {
        #[test]
        fn a_duration_reads_back_as_itself(milliseconds in 0..LONGEST.as_millis() as u64) {
            let duration = Duration::from_millis(milliseconds);
            prop_assert_eq!(parse_duration(&duration_text(duration)), Ok(duration));
        }

        #[test]
        fn any_text_is_a_duration_or_an_error(text in ".*") {
            let _ = parse_duration(&text);
        }
    }
}
