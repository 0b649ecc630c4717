//! The one session of a client: opened once however many threads ask, renewed once when it dies, closed at the end.
//!
//! Logging in is single-flight: while one thread logs in, the others wait for its result, good or bad. A refused
//! login is remembered and never repeated, since appliances lock accounts after a few.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::raw::{RawClient, Session};
use crate::error::{Error, Kind};

#[derive(Default)]
pub(super) struct SessionCache {
    state: Mutex<Cached>,
    changed: Condvar,
}

#[derive(Default)]
struct Cached {
    phase: Phase,
    /// A login has worked before.
    was_open: bool,
    /// How many requests are under way in the session.
    in_use: usize,
}

/// How long the end of a run waits for a login that is under way: its session could be closed then.
const LONGEST_LOGIN: Duration = Duration::from_secs(2);

/// How long it waits for requests that are under way, so that none reaches the server after the logout.
const LAST_REQUESTS: Duration = Duration::from_millis(500);

/// A request that is under way in the session.
pub(super) struct InUse<'a>(&'a SessionCache);

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        self.0.lock().in_use -= 1;
        self.0.changed.notify_all();
    }
}

#[derive(Default)]
enum Phase {
    #[default]
    Empty,
    Opening,
    /// A login went wrong: those who waited for it share this error, and who comes later tries again.
    Failed(Error),
    Open(Arc<Session>),
    Refused(Error),
    Closed,
}

impl SessionCache {
    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session, logging in if there is none.
    pub(super) fn acquire(&self, raw: &RawClient) -> Result<Arc<Session>, Error> {
        let mut state = self.lock();
        let waits = matches!(state.phase, Phase::Opening);
        if waits {
            state = self
                .changed
                .wait_while(state, |state| matches!(state.phase, Phase::Opening))
                .unwrap_or_else(PoisonError::into_inner);
        }
        match &state.phase {
            Phase::Open(session) => return Ok(Arc::clone(session)),
            Phase::Refused(error) => return Err(error.clone()),
            Phase::Failed(error) if waits => return Err(error.clone()),
            Phase::Closed => return Err(closed()),
            Phase::Empty | Phase::Failed(_) | Phase::Opening => state.phase = Phase::Opening,
        }
        drop(state);
        self.open(raw)
    }

    /// Logs in. The phase is `Opening` and this thread's; whatever happens, a panic included, it does not stay so.
    fn open(&self, raw: &RawClient) -> Result<Arc<Session>, Error> {
        let before = self.lock().was_open;
        let result = catch_unwind(AssertUnwindSafe(|| raw.log_in(before).map(Arc::new)));
        let mut state = self.lock();
        let closed_meanwhile = matches!(state.phase, Phase::Closed);
        if !closed_meanwhile {
            state.was_open |= matches!(result, Ok(Ok(_)));
            state.phase = match &result {
                Ok(Ok(session)) => Phase::Open(Arc::clone(session)),
                Ok(Err(error)) if error.kind == Kind::Auth => Phase::Refused(error.clone()),
                Ok(Err(error)) => Phase::Failed(error.clone()),
                Err(_) => Phase::Empty,
            };
        }
        drop(state);
        self.changed.notify_all();
        let session = result.unwrap_or_else(|panic| resume_unwind(panic))?;
        if closed_meanwhile {
            let _ = raw.log_out(&session, Duration::from_secs(2));
            return Err(closed());
        }
        Ok(session)
    }

    /// Forgets this session if it is still the one in use. Returns whether it was.
    pub(super) fn forget(&self, session: &Arc<Session>) -> bool {
        let mut state = self.lock();
        let is_current = matches!(&state.phase, Phase::Open(open) if Arc::ptr_eq(open, session));
        if is_current {
            state.phase = Phase::Empty;
        }
        is_current
    }

    /// Says that a request is under way in this session, for as long as what is returned is kept.
    ///
    /// # Errors
    /// When the session is closed.
    pub(super) fn begin_request(&self) -> Result<InUse<'_>, Error> {
        let mut state = self.lock();
        if matches!(state.phase, Phase::Closed) {
            return Err(closed());
        }
        state.in_use += 1;
        Ok(InUse(self))
    }

    /// Takes the session out for good, waiting for what is under way within `budget`, and not for long.
    pub(super) fn close(&self, budget: Duration) -> Option<Arc<Session>> {
        let wait = |state, longest: Duration, is_busy: fn(&mut Cached) -> bool| {
            let waited = self.changed.wait_timeout_while(state, budget.min(longest), is_busy);
            waited.unwrap_or_else(PoisonError::into_inner).0
        };
        let mut state = wait(self.lock(), LONGEST_LOGIN, |state| matches!(state.phase, Phase::Opening));
        match std::mem::replace(&mut state.phase, Phase::Closed) {
            Phase::Open(session) => {
                drop(wait(state, LAST_REQUESTS, |state| state.in_use > 0));
                Some(session)
            }
            _ => None,
        }
    }
}

fn closed() -> Error {
    Error::new(Kind::Stopped, "the session is closed")
}
