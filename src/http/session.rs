//! The one session of a client: opened once however many threads ask, renewed once when it dies, closed at the end.
//!
//! Logging in is single-flight: while one thread logs in, the others wait for its result, good or bad. A refused
//! login is remembered and never repeated, since appliances lock accounts after a few.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{ApiAuth, RawClient, Session};
use crate::error::{Error, Kind};

pub(super) struct SessionCache {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    place: Place,
    /// Counts the sessions opened, so that a rejection of an old one does not throw away its successor.
    generation: u64,
    /// Counts the attempts, so that those who waited for one share its failure.
    attempts: u64,
    last_failure: Option<Error>,
}

enum Place {
    Empty,
    Opening,
    Open(Arc<Session>),
    Refused(Error),
    Closed,
}

impl SessionCache {
    pub(super) fn new() -> SessionCache {
        let state = State { place: Place::Empty, generation: 0, attempts: 0, last_failure: None };
        SessionCache { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session and its generation, logging in if there is none.
    pub(super) fn acquire(
        &self,
        wire: &RawClient<'_>,
        dialect: &dyn ApiAuth,
    ) -> Result<(u64, Arc<Session>), Error> {
        let mut state = self.lock();
        loop {
            match &state.place {
                Place::Open(session) => return Ok((state.generation, Arc::clone(session))),
                Place::Refused(error) => return Err(error.clone()),
                Place::Closed => return Err(closed()),
                Place::Opening => {
                    let attempt = state.attempts;
                    state = self
                        .changed
                        .wait_while(state, |state| {
                            state.attempts == attempt && matches!(state.place, Place::Opening)
                        })
                        .unwrap_or_else(PoisonError::into_inner);
                    if let (Place::Empty, Some(error)) = (&state.place, &state.last_failure) {
                        return Err(error.clone());
                    }
                }
                Place::Empty => {
                    state.place = Place::Opening;
                    drop(state);
                    return self.open(wire, dialect);
                }
            }
        }
    }

    /// Logs in. The place is `Opening` and ours; whatever happens, a panic included, it does not stay so.
    fn open(&self, wire: &RawClient<'_>, dialect: &dyn ApiAuth) -> Result<(u64, Arc<Session>), Error> {
        let guard = Opening { slot: self };
        wire.log().info(format_args!("{}: logging in", wire.host()));
        wire.begin_session();
        let before = self.lock().generation > 0;
        let login = dialect.login(wire).map_err(|error| of_a_login(error, before));
        let result = login.and_then(|session| {
            for (_, value) in &session.headers {
                wire.hide(value);
            }
            match dialect.prepare(wire, &session) {
                Ok(()) => Ok(session),
                Err(error) => {
                    let _ = super::log_out(wire, &session, Duration::from_secs(5));
                    Err(error)
                }
            }
        });
        std::mem::forget(guard);
        let mut state = self.lock();
        state.attempts += 1;
        let closed_meanwhile = matches!(state.place, Place::Closed);
        let result = match result {
            Ok(session) if closed_meanwhile => {
                drop(state);
                let _ = super::log_out(wire, &session, Duration::from_secs(2));
                Err(closed())
            }
            Ok(session) => {
                let session = Arc::new(session);
                state.generation += 1;
                state.place = Place::Open(Arc::clone(&session));
                state.last_failure = None;
                Ok((state.generation, session))
            }
            Err(error) => {
                if !closed_meanwhile {
                    state.place =
                        if error.kind == Kind::Auth { Place::Refused(error.clone()) } else { Place::Empty };
                }
                state.last_failure = Some(error.clone());
                Err(error)
            }
        };
        self.changed.notify_all();
        result
    }

    /// Forgets the session if it is still the one of this generation. Returns whether it was.
    pub(super) fn forget(&self, generation: u64) -> bool {
        let mut state = self.lock();
        let current = state.generation == generation && matches!(state.place, Place::Open(_));
        if current {
            state.place = Place::Empty;
            state.last_failure = None;
        }
        current
    }

    /// Takes the session out for good, waiting at most `budget` for a login that is under way.
    pub(super) fn close(&self, budget: Duration) -> Option<Arc<Session>> {
        let state = self.lock();
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, budget, |state| matches!(state.place, Place::Opening))
            .unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut state.place, Place::Closed) {
            Place::Open(session) => Some(session),
            _ => None,
        }
    }
}

/// What goes wrong with a login says nothing about a task. And where a login has worked `before`, a path that is
/// missing, a web page or a redirect are an appliance that starts again.
fn of_a_login(mut error: Error, before: bool) -> Error {
    if error.kind == Kind::NotFound {
        error.kind = Kind::Http;
    }
    let missing = matches!(error.http_status, Some(404 | 410));
    error.retryable |= before && error.kind == Kind::Http && (missing || error.from_intermediary);
    error
}

fn closed() -> Error {
    Error::new(Kind::Stopped, "the session is closed")
}

/// Puts the slot back to `Empty` if a login panics, so that no thread waits for ever.
struct Opening<'a> {
    slot: &'a SessionCache,
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        let mut state = self.slot.lock();
        if matches!(state.place, Place::Opening) {
            state.place = Place::Empty;
        }
        state.attempts += 1;
        self.slot.changed.notify_all();
    }
}
