//! Goes on asking a server that is in trouble, for a while: what commands use that ask for more than single tasks.
//!
//! Following tasks has rules of its own, in [`super::scheduler`].

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::error::{Error, Kind};
use crate::http::backoff;
use crate::outcome::{Outcome, Signal};
use crate::util::clock::{Clock, Stop};

/// How long to go on, by which time, and until when.
#[derive(Clone, Copy)]
pub struct Retrier<'a> {
    /// The time.
    pub clock: &'a dyn Clock,
    /// Raised when the run is told to stop.
    pub stop: &'a Stop,
    /// How long to go on without one good answer.
    pub retry_for: Duration,
    /// When it ends whatever happens, on the monotonic scale.
    pub deadline: Option<Duration>,
    /// Whether it gives up at once where nobody is at the address, or nobody that knows the API.
    pub looks_once: bool,
}

impl Retrier<'_> {
    /// Asks until there is an answer, a failure that cannot pass, or no time left. Each attempt runs on a thread of
    /// its own, so that nothing that hangs keeps the run from a signal. `trouble` is told each failure that may pass,
    /// with the gap before the next attempt.
    ///
    /// # Errors
    /// The last failure; one of kind [`Kind::Stopped`] when the run was told to stop.
    pub fn ask<T: Send + 'static>(
        &self,
        attempt: impl Fn() -> Result<T, Error> + Send + Sync + 'static,
        trouble: &mut dyn FnMut(&Error, Duration),
    ) -> Result<T, Error> {
        let attempt = Arc::new(attempt);
        let mut failures = 0;
        let mut since = None;
        loop {
            let once = Arc::clone(&attempt);
            let error = match self.once(move || once()) {
                Err(error) if error.retryable && !(self.looks_once && error.is_of_wrong_address()) => error,
                answer => return answer,
            };
            let now = self.clock.monotonic();
            let bound = *since.get_or_insert(now) + self.retry_for;
            let bound = self.deadline.map_or(bound, |deadline| deadline.min(bound));
            // A server that wants to be left alone for longer than there is time is not asked again before.
            if now >= bound || error.retry_after.is_some_and(|wait| now + wait > bound) {
                return Err(error);
            }
            failures += 1;
            // The last attempt is made when the time is up, not some seconds before it.
            let delay = backoff::delay(failures, error.retry_after).min(bound.saturating_sub(now));
            trouble(&error, delay);
            self.clock.sleep(delay, self.stop).map_err(|_| stopped_error())?;
        }
    }

    /// Asks once, on a thread of its own.
    ///
    /// # Errors
    /// What the attempt said; one of kind [`Kind::Stopped`] when the run was told to stop meanwhile.
    pub fn once<T: Send + 'static>(
        &self,
        attempt: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = mpsc::channel();
        let stopped = sender.clone();
        self.stop.on_raise(move |_| {
            let _ = stopped.send(Err(stopped_error()));
        });
        std::thread::Builder::new()
            .name("request".to_owned())
            .spawn(move || {
                let _ = sender.send(catch_panic(attempt).flatten());
            })
            .map_err(|error| no_thread(&error))?;
        let answer = match self.deadline.and_then(|deadline| self.clock.wait_until(deadline, true)) {
            Some(wait) => receiver.recv_timeout(wait),
            None => receiver.recv().map_err(Into::into),
        };
        answer.unwrap_or_else(|error| match error {
            RecvTimeoutError::Timeout => Err(Error {
                retryable: true,
                ..Error::new(Kind::Network, "no answer before the time was up")
            }),
            RecvTimeoutError::Disconnected => Err(stopped_error()),
        })
    }

    /// The signal that stopped the run, if one did.
    pub fn signal(&self) -> Option<Signal> {
        self.stop.raised()
    }
}

/// Runs this; that it panicked is an error like others.
pub(super) fn catch_panic<T>(run: impl FnOnce() -> T) -> Result<T, Error> {
    std::panic::catch_unwind(AssertUnwindSafe(run))
        .map_err(|_| Error::new(Kind::Io, "this is a bug of taskctl: reading the answer panicked"))
}

pub(super) fn no_thread(error: &std::io::Error) -> Error {
    Error::new(Kind::Io, "no thread can be started").cause(error.to_string())
}

fn stopped_error() -> Error {
    Error::new(Kind::Stopped, "the run was told to stop")
}

/// The outcome of a run that gave up with this error: trouble that did not pass is a server that was not reached.
pub fn outcome(error: &Error) -> Outcome {
    if error.retryable { Outcome::Unreachable } else { error.outcome() }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jiff::Timestamp;

    use super::*;
    use crate::util::clock::Interrupted;

    /// Jumps over every wait.
    #[derive(Default)]
    struct Jumping(Mutex<Duration>);

    impl Clock for Jumping {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn monotonic(&self) -> Duration {
            *self.0.lock().expect("a lock")
        }

        fn wait_until(&self, _until: Duration, _busy: bool) -> Option<Duration> {
            None
        }

        fn sleep(&self, duration: Duration, stop: &Stop) -> Result<(), Interrupted> {
            if stop.raised().is_some() {
                return Err(Interrupted);
            }
            *self.0.lock().expect("a lock") += duration;
            Ok(())
        }
    }

    fn ask(failures: usize, error: &Error, retry_for: u64) -> (Result<usize, Error>, Vec<u64>, Duration) {
        let (clock, stop, count) = (Jumping::default(), Stop::new(), AtomicUsize::new(0));
        let retry_for = Duration::from_secs(retry_for);
        let retrier = Retrier { clock: &clock, stop: &stop, retry_for, deadline: None, looks_once: false };
        let error = error.clone();
        let mut gaps = Vec::new();
        let answer = retrier.ask(
            move || match count.fetch_add(1, Ordering::SeqCst) {
                number if number < failures => Err(error.clone()),
                number => Ok(number),
            },
            &mut |_, delay| gaps.push(u64::try_from(delay.as_millis()).expect("a short gap")),
        );
        let passed = clock.monotonic();
        (answer, gaps, passed)
    }

    #[test]
    fn trouble_is_ridden_out_for_the_time_given_and_then_it_is_unreachable() {
        let trouble = Error::decode("garbage");
        let (answer, gaps, _) = ask(3, &trouble, 10);
        assert_eq!((answer.expect("an answer"), gaps), (3, vec![500, 1000, 2000]));
        let (answer, gaps, passed) = ask(100, &trouble, 10);
        assert_eq!(outcome(&answer.expect_err("no answer")), Outcome::Unreachable);
        assert_eq!((gaps, passed), (vec![500, 1000, 2000, 4000, 2500], Duration::from_secs(10)));
        let (answer, gaps, _) = ask(1, &trouble, 0);
        assert!(answer.is_err() && gaps.is_empty());
    }

    #[test]
    fn the_servers_own_wish_is_obeyed_unless_there_is_no_time_for_it() {
        let wish =
            |seconds| Error { retry_after: Some(Duration::from_secs(seconds)), ..Error::decode("busy") };
        assert_eq!(ask(1, &wish(7), 10).1, [7000]);
        let (answer, gaps, passed) = ask(1, &wish(11), 10);
        assert!(answer.is_err() && gaps.is_empty() && passed.is_zero());
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        let (answer, gaps, _) = ask(1, &Error::usage("no"), 10);
        assert_eq!(outcome(&answer.expect_err("no answer")), Outcome::Usage);
        assert!(gaps.is_empty());
    }

    #[test]
    fn a_signal_ends_an_attempt_that_hangs() {
        let (clock, stop) = (Jumping::default(), Arc::new(Stop::new()));
        let retrier = Retrier {
            clock: &clock,
            stop: &stop,
            retry_for: Duration::from_secs(10),
            deadline: None,
            looks_once: false,
        };
        let (release, hang) = mpsc::channel::<()>();
        let raiser = Arc::clone(&stop);
        let answer: Result<(), Error> = retrier.once(move || {
            raiser.raise(Signal::Terminate);
            let _ = hang.recv();
            Ok(())
        });
        assert_eq!(answer.expect_err("stopped").kind, Kind::Stopped);
        assert_eq!(retrier.signal(), Some(Signal::Terminate));
        drop(release);
    }
}
