//! The one session of a client: opened once however many threads ask, renewed once when it dies, closed at the end.
//!
//! Logging in is single-flight: while one thread logs in, the others wait for its result, good or bad. A refused
//! login is remembered and never repeated, since appliances lock accounts after a few.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::auth::{ApiAuth, Session};
use super::client::{self, RawClient};
use crate::error::{Error, Kind};

pub(super) struct SessionCache {
    state: Mutex<Cached>,
    changed: Condvar,
}

struct Cached {
    phase: Phase,
    /// Counts the sessions opened, so that a rejection of an old one does not throw away its successor.
    generation: u64,
    /// Counts the attempts, so that those who waited for one share its failure.
    attempts: u64,
    last_failure: Option<Error>,
}

enum Phase {
    Empty,
    Opening,
    Open(Arc<Session>),
    Refused(Error),
    Closed,
}

impl SessionCache {
    pub(super) fn new() -> SessionCache {
        let state = Cached { phase: Phase::Empty, generation: 0, attempts: 0, last_failure: None };
        SessionCache { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session and its generation, logging in if there is none.
    pub(super) fn acquire(
        &self,
        raw: &RawClient<'_>,
        auth: &dyn ApiAuth,
    ) -> Result<(u64, Arc<Session>), Error> {
        let mut state = self.lock();
        loop {
            match &state.phase {
                Phase::Open(session) => return Ok((state.generation, Arc::clone(session))),
                Phase::Refused(error) => return Err(error.clone()),
                Phase::Closed => return Err(closed()),
                Phase::Opening => {
                    let attempt = state.attempts;
                    state = self
                        .changed
                        .wait_while(state, |state| {
                            state.attempts == attempt && matches!(state.phase, Phase::Opening)
                        })
                        .unwrap_or_else(PoisonError::into_inner);
                    if let (Phase::Empty, Some(error)) = (&state.phase, &state.last_failure) {
                        return Err(error.clone());
                    }
                }
                Phase::Empty => {
                    state.phase = Phase::Opening;
                    drop(state);
                    return self.open(raw, auth);
                }
            }
        }
    }

    /// Logs in. The phase is `Opening` and this thread's; whatever happens, a panic included, it does not stay so.
    fn open(&self, raw: &RawClient<'_>, auth: &dyn ApiAuth) -> Result<(u64, Arc<Session>), Error> {
        let guard = Opening { cache: self };
        raw.log().info(format_args!("{}: logging in", raw.host()));
        raw.begin_session();
        let before = self.lock().generation > 0;
        let login = auth.login(raw).map_err(|error| of_a_login(error, before));
        let result = login.and_then(|session| {
            for (_, value) in &session.headers {
                raw.hide(value);
            }
            match auth.prepare(raw, &session) {
                Ok(()) => Ok(session),
                Err(error) => {
                    let _ = client::log_out(raw, &session, Duration::from_secs(5));
                    Err(error)
                }
            }
        });
        std::mem::forget(guard);
        let mut state = self.lock();
        state.attempts += 1;
        let closed_meanwhile = matches!(state.phase, Phase::Closed);
        let result = match result {
            Ok(session) if closed_meanwhile => {
                drop(state);
                let _ = client::log_out(raw, &session, Duration::from_secs(2));
                Err(closed())
            }
            Ok(session) => {
                let session = Arc::new(session);
                state.generation += 1;
                state.phase = Phase::Open(Arc::clone(&session));
                state.last_failure = None;
                Ok((state.generation, session))
            }
            Err(error) => {
                if !closed_meanwhile {
                    state.phase =
                        if error.kind == Kind::Auth { Phase::Refused(error.clone()) } else { Phase::Empty };
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
        let current = state.generation == generation && matches!(state.phase, Phase::Open(_));
        if current {
            state.phase = Phase::Empty;
            state.last_failure = None;
        }
        current
    }

    /// Takes the session out for good, waiting at most `budget` for a login that is under way.
    pub(super) fn close(&self, budget: Duration) -> Option<Arc<Session>> {
        let state = self.lock();
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, budget, |state| matches!(state.phase, Phase::Opening))
            .unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut state.phase, Phase::Closed) {
            Phase::Open(session) => Some(session),
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

/// Puts the cache back to `Empty` if a login panics, so that no thread waits for ever.
struct Opening<'a> {
    cache: &'a SessionCache,
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.lock();
        if matches!(state.phase, Phase::Opening) {
            state.phase = Phase::Empty;
        }
        state.attempts += 1;
        self.cache.changed.notify_all();
    }
}
