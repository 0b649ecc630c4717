//! When to try again: pure functions of the attempt and the time. The caller sleeps.

use std::time::Duration;

use jiff::Timestamp;

/// The first gap after a failed attempt.
const FIRST: Duration = Duration::from_millis(500);
/// No gap grows beyond this.
const LONGEST: Duration = Duration::from_secs(15);

/// How long to wait after the `failures`th failure in a row (from 1): half a second, doubled each time up to 15 s,
/// or what the server asked for if that is longer.
pub fn delay(failures: u32, retry_after: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(2u32.saturating_pow(failures.saturating_sub(1).min(16)));
    doubled.min(LONGEST).max(retry_after.unwrap_or_default())
}

/// Reads a `Retry-After` value: whole seconds, or an HTTP date seen from `now`. A date in the past is zero; what is
/// neither is `None`. Nobody is made to wait for more than an hour.
pub fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()?;
            Duration::try_from(date.duration_since(now)).unwrap_or_default()
        }
    };
    Some(wait.min(Duration::from_secs(3600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_double_up_to_a_bound_and_a_longer_wish_of_the_server_wins() {
        let gaps: Vec<u64> =
            (1..=7).map(|n| u64::try_from(delay(n, None).as_millis()).unwrap_or(0)).collect();
        assert_eq!(gaps, [500, 1000, 2000, 4000, 8000, 15000, 15000]);
        assert_eq!(delay(1, Some(Duration::from_secs(30))), Duration::from_secs(30));
        assert_eq!(delay(7, Some(Duration::from_secs(1))), LONGEST);
        assert_eq!(delay(u32::MAX, None), LONGEST);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-20T10:15:02Z".parse().expect("a time");
        assert_eq!(parse_retry_after("120", now), Some(Duration::from_secs(120)));
        assert_eq!(parse_retry_after("Fri, 20 Nov 2026 10:15:32 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(parse_retry_after("Fri, 20 Nov 2026 10:15:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(parse_retry_after("soon", now), None);
        assert_eq!(parse_retry_after("99999999999", now), Some(Duration::from_secs(3600)));
    }
}
