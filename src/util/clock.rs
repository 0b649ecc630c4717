//! Time, and being told to stop: both are handed in, so that a test owns them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::outcome::Signal;

/// The run was told to stop while it slept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// A source of time.
pub trait Clock: Send + Sync {
    /// The date and time.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;

    /// How long a thread that waits for messages should really wait to reach `until` (on [`Clock::monotonic`]);
    /// `None` is for ever. `busy` says that a message is sure to come: a test's clock then stands still.
    fn wait_until(&self, until: Duration, busy: bool) -> Option<Duration>;

    /// Sleeps, unless the run is told to stop.
    ///
    /// # Errors
    /// When `stop` was or is raised meanwhile.
    fn sleep(&self, duration: Duration, stop: &Stop) -> Result<(), Interrupted>;
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    begin: std::time::Instant,
}

impl Default for SystemClock {
    /// A clock whose monotonic time begins now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn default() -> SystemClock {
        SystemClock { begin: std::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.begin.elapsed()
    }

    fn wait_until(&self, until: Duration, _busy: bool) -> Option<Duration> {
        Some(until.saturating_sub(self.monotonic()))
    }

    fn sleep(&self, duration: Duration, stop: &Stop) -> Result<(), Interrupted> {
        stop.wait(duration)
    }
}

/// Raised once when the run is told to stop.
#[derive(Default)]
pub struct Stop {
    state: Mutex<Raised>,
    changed: Condvar,
}

#[derive(Default)]
struct Raised {
    signal: Option<Signal>,
    listeners: Vec<Box<dyn Fn(Signal) + Send>>,
}

impl Stop {
    /// Not raised.
    pub fn new() -> Stop {
        Stop::default()
    }

    fn state(&self) -> MutexGuard<'_, Raised> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Raises it; the first signal stays.
    ///
    /// Returns whether it had been raised before.
    pub fn raise(&self, signal: Signal) -> bool {
        let mut state = self.state();
        if state.signal.is_some() {
            return true;
        }
        state.signal = Some(signal);
        for listener in &state.listeners {
            listener(signal);
        }
        self.changed.notify_all();
        false
    }

    /// The signal that raised it, if one did.
    pub fn raised(&self) -> Option<Signal> {
        self.state().signal
    }

    /// Calls `listener` when it is raised, at once if it has been.
    pub fn on_raise(&self, listener: impl Fn(Signal) + Send + 'static) {
        let mut state = self.state();
        if let Some(signal) = state.signal {
            listener(signal);
        }
        state.listeners.push(Box::new(listener));
    }

    /// Waits, unless it is raised.
    ///
    /// # Errors
    /// When it was or is raised.
    pub fn wait(&self, duration: Duration) -> Result<(), Interrupted> {
        let waited = self.changed.wait_timeout_while(self.state(), duration, |state| state.signal.is_none());
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.signal.is_some() { Err(Interrupted) } else { Ok(()) }
    }
}
