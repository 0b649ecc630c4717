//! The client of one server: a request goes out in the session, once more after a new login if the session was rejected,
//! and what comes back is an answer of the API or an error.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;

use super::raw::{ApiAuth, Notice, RawClient, Session, Settings};
use super::reply::Reply;
use super::request::Request;
use super::session::SessionCache;
use crate::error::{Error, Kind};
use crate::util::logger::Log;

/// A logout is tried for this long even when waiting for a login has used the time up.
const LEAST_LOGOUT: Duration = Duration::from_millis(250);

/// A client for one server with one session.
pub struct Client {
    raw: RawClient,
    sessions: SessionCache,
    first_use: Mutex<FirstUse>,
    /// The last notice of whether the server accepts the credentials.
    last_notice: Mutex<Option<Notice>>,
}

/// The first request of an API without a login, where the credentials go with every request. It goes alone, so that a
/// wrong password is tried once and no account is locked.
enum FirstUse {
    Ahead,
    Done,
    Refused(Error),
}

impl Client {
    /// A client that has not connected yet: nothing is sent before the first request.
    pub fn new(settings: Settings, auth: Box<dyn ApiAuth>) -> Client {
        Client {
            raw: RawClient::new(settings, auth),
            sessions: SessionCache::default(),
            first_use: Mutex::new(FirstUse::Ahead),
            last_notice: Mutex::default(),
        }
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        self.raw.host()
    }

    /// What is done, for `-v`.
    pub fn log(&self) -> &Log {
        self.raw.log()
    }

    /// Sends a request in the session, opening one first if there is none, and once more with a new one if it is
    /// rejected. Returns answers with a 2xx status only.
    ///
    /// # Errors
    /// What the backend's auth reads from the answer, or why there was none.
    pub fn send(&self, request: &Request) -> Result<Reply, Error> {
        let reply = self.try_send(request)?;
        if reply.status.is_success() { Ok(reply) } else { Err(self.error_of(request, &reply)) }
    }

    /// Like [`Client::send`], but gives error statuses back as answers, for a backend that must look at them.
    ///
    /// # Errors
    /// When there was no answer, or the session could not be opened or renewed.
    pub fn try_send(&self, request: &Request) -> Result<Reply, Error> {
        if self.has_login() {
            return self.send_authorized(request);
        }
        let mut first_use = self.first_use.lock().unwrap_or_else(PoisonError::into_inner);
        match &*first_use {
            FirstUse::Ahead => {
                let result = self.send_authorized(request);
                *first_use = match &result {
                    Err(error) if error.kind == Kind::Auth => FirstUse::Refused(error.clone()),
                    _ => FirstUse::Done,
                };
                result
            }
            FirstUse::Refused(error) => Err(error.clone()),
            FirstUse::Done => {
                drop(first_use);
                self.send_authorized(request)
            }
        }
    }

    fn send_authorized(&self, request: &Request) -> Result<Reply, Error> {
        let mut is_renewed = false;
        loop {
            let session = self.acquire()?;
            let in_use = self.sessions.begin_request()?;
            let reply = self.raw.send(&session.authorize(request))?;
            drop(in_use);
            if !self.raw.auth.is_rejected(&reply) {
                if reply.status.is_success() {
                    self.notify_once(Notice::Accepted);
                }
                return Ok(reply);
            }
            if is_renewed || !self.has_login() {
                return Err(self.rejected(request, &reply));
            }
            if self.sessions.forget(&session) {
                self.raw.info("the session was rejected, logging in again");
                (self.raw.settings.notify)(Notice::Reauth);
                // What was refused like this may live on.
                if reply.status == StatusCode::FORBIDDEN {
                    let _ = self.raw.log_out(&session, LEAST_LOGOUT);
                }
            }
            is_renewed = true;
        }
    }

    /// The session, opened if it is not. Where there is a login, its result is notified at once.
    fn acquire(&self) -> Result<Arc<Session>, Error> {
        let acquired = self.sessions.acquire(&self.raw);
        match &acquired {
            Ok(_) if self.has_login() => self.notify_once(Notice::Accepted),
            Err(error) if error.kind == Kind::Auth => self.notify_once(Notice::Refused),
            _ => {}
        }
        acquired
    }

    /// Notifies of whether the server accepts the credentials, if that has changed.
    fn notify_once(&self, notice: Notice) {
        let mut last = self.last_notice.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != Some(notice) {
            *last = Some(notice);
            (self.raw.settings.notify)(notice);
        }
    }

    /// The error that an answer stands for.
    pub fn error_of(&self, request: &Request, reply: &Reply) -> Error {
        self.raw.error_of(request, reply)
    }

    /// Sends a request outside the session, with nothing that proves who asks. Any status is an answer.
    ///
    /// # Errors
    /// When no whole answer came.
    pub fn send_unauthenticated(&self, request: &Request) -> Result<Reply, Error> {
        self.raw.send(request)
    }

    /// Opens the session, if it is not open. Whether that asked the server anything is the API's matter.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub fn open(&self) -> Result<(), Error> {
        self.acquire().map(|_| ())
    }

    /// Whether there is a login at all: without one the credentials go with every request.
    pub fn has_login(&self) -> bool {
        self.raw.auth.can_renew()
    }

    /// Whether an answer says that it wants a session.
    pub fn asks_for_login(&self, reply: &Reply) -> bool {
        self.raw.auth.is_rejected(reply)
    }

    /// Closes the session, if one is open or being opened, within about `budget`. No session is opened after this.
    pub fn close(&self, budget: Duration) {
        let _ = self.log_out(budget);
    }

    /// As [`Client::close`], and says whether there was a session that the API can close.
    ///
    /// # Errors
    /// When the server did not close it.
    pub fn log_out(&self, budget: Duration) -> Result<bool, Error> {
        let clock = &self.raw.settings.clock;
        let begin = clock.monotonic();
        // Without a login there is nothing to close, and so nothing to wait for.
        let wait = if self.has_login() { budget } else { Duration::ZERO };
        let Some(session) = self.sessions.close(wait) else { return Ok(false) };
        let left = budget.saturating_sub(clock.monotonic().saturating_sub(begin));
        self.raw.log_out(&session, left.max(LEAST_LOGOUT))
    }

    fn rejected(&self, request: &Request, reply: &Reply) -> Error {
        self.notify_once(Notice::Refused);
        let mut error = self.error_of(request, reply);
        error.kind = Kind::Auth;
        error.retryable = false;
        error.from_intermediary = false;
        error.hint(format!("the credentials came from {}", self.raw.settings.credential_source))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.close(Duration::from_secs(5));
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.raw.settings.base.as_str()).finish_non_exhaustive()
    }
}
