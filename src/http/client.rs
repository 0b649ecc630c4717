//! The client of one server: a request goes out in the session, once more after a new login if the session was rejected,
//! and what comes back is an answer of the API or an error.
//!
//! It does not sleep: whether and when to try again is decided by the caller, from [`Error::retryable`] and
//! [`Error::retry_after`].

use std::fmt;
use std::num::NonZeroU8;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, USER_AGENT};
use secrecy::SecretString;
use url::Url;
use zeroize::Zeroize;

use super::address::host_of;
use super::auth::{ApiAuth, Session};
use super::backoff;
use super::failure::transport_failure;
use super::reply::{NOT_THE_API, Reply};
use super::request::Request;
use super::session::SessionCache;
use super::transport::Transport;
use crate::error::{Error, Kind};
use crate::util::clock::Clock;
use crate::util::logger::Log;
use crate::util::redact::SessionSecrets;

/// A logout is tried for this long even when waiting for a login has used the time up.
const LEAST_LOGOUT: Duration = Duration::from_millis(250);

/// What this program calls itself on the raw.
pub const AGENT: &str = concat!("taskctl/", env!("CARGO_PKG_VERSION"));

/// Something that happened below the tasks and that a user may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session was rejected and a new login begins.
    Reauth,
    /// The server accepts the credentials. Sent once, and again after a api_error.
    Accepted,
    /// The server rejects them. Sent once, and again after it accepted them.
    Refused,
}

/// What a [`Client`] needs from outside.
pub struct Settings {
    /// Scheme, host, port, and perhaps a path before the API's own.
    pub base: Url,
    /// Fixed headers of the profile.
    pub headers: HeaderMap,
    /// The longest that one exchange may take.
    pub request_timeout: Duration,
    /// How requests travel.
    pub transport: Arc<dyn Transport>,
    /// The time, for `Retry-After` dates.
    pub clock: Arc<dyn Clock>,
    /// What is done, for `-v` and `-vv`; and what must not be seen.
    pub log: Log,
    /// Called with what happened below the tasks.
    pub notify: Arc<dyn Fn(Notice) + Send + Sync>,
}

/// A client for one server with one session.
pub struct Client {
    endpoint: Endpoint,
    auth: Box<dyn ApiAuth>,
    sessions: SessionCache,
    first_use: Mutex<FirstUse>,
    notify: Arc<dyn Fn(Notice) + Send + Sync>,
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

struct Endpoint {
    base: Url,
    headers: HeaderMap,
    request_timeout: Duration,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    log: Log,
    secrets: SessionSecrets,
}

/// Sends requests without a session: what a login uses.
pub struct RawClient<'a> {
    endpoint: &'a Endpoint,
    auth: &'a dyn ApiAuth,
}

impl RawClient<'_> {
    /// Sends a request to the profile's server as it is.
    ///
    /// # Errors
    /// When no whole answer came. An error status is an answer.
    pub fn send(&self, request: &Request) -> Result<Reply, Error> {
        let url = self.endpoint.url(request);
        self.exchange(request, &url, self.endpoint.request_timeout)
    }

    /// Sends a request to another address, without the profile's fixed headers. `transport` carries it, since trust
    /// in one host's certificate is not trust in another's.
    ///
    /// # Errors
    /// When no whole answer came.
    pub fn send_elsewhere(
        &self,
        request: &Request,
        url: &Url,
        transport: &dyn Transport,
    ) -> Result<Reply, Error> {
        self.endpoint.exchange(request, url, transport, self.endpoint.request_timeout, None)
    }

    /// The error that an answer stands for, read by the backend's own rule.
    pub fn refuse(&self, request: &Request, reply: &Reply) -> Error {
        self.endpoint.refuse(self.auth, request, reply)
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        host_of(&self.endpoint.base)
    }

    /// Says that secrets which are registered from now on are of a new session.
    pub(super) fn begin_session(&self) {
        self.endpoint.secrets.begin();
    }

    /// Registers a secret that was just received, so that no trace shows it.
    pub fn hide(&self, secret: &SecretString) {
        self.endpoint.secrets.hide(secret);
    }

    /// What is done, for `-v`.
    pub fn log(&self) -> &Log {
        &self.endpoint.log
    }

    /// The time, for signatures and lifetimes.
    pub fn now(&self) -> jiff::Timestamp {
        self.endpoint.clock.now()
    }

    fn exchange(&self, request: &Request, url: &Url, timeout: Duration) -> Result<Reply, Error> {
        self.endpoint.exchange(request, url, &*self.endpoint.transport, timeout, Some(self.auth))
    }
}

impl Client {
    /// A client that has not connected yet: nothing is sent before the first request.
    pub fn new(settings: Settings, auth: Box<dyn ApiAuth>) -> Client {
        let Settings { base, headers, request_timeout, transport, clock, log, notify } = settings;
        let secrets = SessionSecrets::new(log.redactor());
        let endpoint = Endpoint { base, headers, request_timeout, transport, clock, log, secrets };
        Client {
            endpoint,
            auth,
            sessions: SessionCache::new(),
            first_use: Mutex::new(FirstUse::Ahead),
            notify,
            last_notice: Mutex::new(None),
        }
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        host_of(&self.endpoint.base)
    }

    /// What is done, for `-v`.
    pub fn log(&self) -> &Log {
        &self.endpoint.log
    }

    /// Sends a request in the session, opening one first if there is none, and once more with a new one if it is
    /// rejected. Returns answers with a 2xx status only.
    ///
    /// # Errors
    /// What the backend's auth reads from the answer, or why there was none.
    pub fn send(&self, request: &Request) -> Result<Reply, Error> {
        let reply = self.try_send(request)?;
        if reply.status.is_success() { Ok(reply) } else { Err(self.refuse(request, &reply)) }
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
        let raw = self.as_raw();
        let (generation, session) = self.acquire(&raw)?;
        let reply = self.send_in(&raw, request, &session)?;
        if !self.auth.is_rejected(&reply) {
            if reply.status.is_success() {
                self.notify_once(Notice::Accepted);
            }
            return Ok(reply);
        }
        if !self.auth.can_renew() {
            return Err(self.rejected(request, &reply));
        }
        if self.sessions.forget(generation) {
            self.endpoint
                .log
                .info(format_args!("{}: the session was rejected, logging in again", self.host()));
            (self.notify)(Notice::Reauth);
        }
        let (_, session) = self.acquire(&raw)?;
        let reply = self.send_in(&raw, request, &session)?;
        if self.auth.is_rejected(&reply) {
            return Err(self.rejected(request, &reply));
        }
        Ok(reply)
    }

    /// The session, opened if it is not. Where there is a login, its result is notified at once.
    fn acquire(&self, raw: &RawClient<'_>) -> Result<(u64, Arc<Session>), Error> {
        let acquired = self.sessions.acquire(raw, &*self.auth);
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
            (self.notify)(notice);
        }
    }

    /// The error that an answer stands for.
    pub fn refuse(&self, request: &Request, reply: &Reply) -> Error {
        self.endpoint.refuse(&*self.auth, request, reply)
    }

    /// Sends a request outside the session, with nothing that proves who asks. Any status is an answer.
    ///
    /// # Errors
    /// When no whole answer came.
    pub fn send_unauthenticated(&self, request: &Request) -> Result<Reply, Error> {
        self.as_raw().send(request)
    }

    /// Opens the session, if it is not open. Whether that asked the server anything is the API's matter.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub fn open(&self) -> Result<(), Error> {
        self.acquire(&self.as_raw()).map(|_| ())
    }

    /// Whether there is a login at all: without one the credentials go with every request.
    pub fn has_login(&self) -> bool {
        self.auth.can_renew()
    }

    /// Whether an answer says that it wants a session.
    pub fn asks_for_login(&self, reply: &Reply) -> bool {
        self.auth.is_rejected(reply)
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
        let begin = self.endpoint.clock.monotonic();
        let Some(session) = self.sessions.close(budget) else { return Ok(false) };
        let left = budget.saturating_sub(self.endpoint.clock.monotonic().saturating_sub(begin));
        log_out(&self.as_raw(), &session, left.max(LEAST_LOGOUT))
    }

    fn as_raw(&self) -> RawClient<'_> {
        RawClient { endpoint: &self.endpoint, auth: &*self.auth }
    }

    fn send_in(&self, raw: &RawClient<'_>, request: &Request, session: &Session) -> Result<Reply, Error> {
        raw.send(&with_session(request, session))
    }

    fn rejected(&self, request: &Request, reply: &Reply) -> Error {
        self.notify_once(Notice::Refused);
        let mut error = self.refuse(request, reply);
        error.kind = Kind::Auth;
        error.retryable = false;
        error.from_intermediary = false;
        error.hint(format!("the credentials came from {}", self.auth.credential_source()))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.close(Duration::from_secs(5));
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.endpoint.base.as_str()).finish_non_exhaustive()
    }
}

fn with_session(request: &Request, session: &Session) -> Request {
    let mut request = request.clone();
    for (name, value) in &session.headers {
        request = request.secret_header(name, value);
    }
    request
}

/// Sends the logout, if there is one to send; a server that does not answer it is left alone.
pub(super) fn log_out(raw: &RawClient<'_>, session: &Session, budget: Duration) -> Result<bool, Error> {
    let Some(request) = raw.auth.logout(session) else { return Ok(false) };
    let request = with_session(&request, session);
    let url = raw.endpoint.url(&request);
    match raw.exchange(&request, &url, budget.min(raw.endpoint.request_timeout)) {
        Ok(reply) if reply.status.is_success() => {
            raw.log().info(format_args!("{}: session closed", raw.host()));
            Ok(true)
        }
        Ok(reply) => {
            raw.log().info(format_args!("{}: logging out answered {}", raw.host(), reply.status));
            Err(raw.refuse(&request, &reply))
        }
        Err(error) => {
            raw.log().info(format_args!("{}: logging out failed: {error}", raw.host()));
            Err(error)
        }
    }
}

impl Endpoint {
    fn url(&self, request: &Request) -> Url {
        let mut url = self.base.clone();
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), request.path);
        url.set_path(&path);
        url.set_query((!request.query.is_empty()).then_some(&request.query));
        url
    }

    fn exchange(
        &self,
        request: &Request,
        url: &Url,
        transport: &dyn Transport,
        timeout: Duration,
        auth: Option<&dyn ApiAuth>,
    ) -> Result<Reply, Error> {
        let correlation = auth.and_then(ApiAuth::correlation);
        let mut message = http::Request::new(request.body.to_vec());
        *message.method_mut() = request.method.clone();
        *message.uri_mut() = url
            .as_str()
            .parse()
            .map_err(|error| Error::usage(format!("{url} is no address to send a request to: {error}")))?;
        let headers = message.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if auth.is_some() {
            headers.extend(self.headers.clone());
        }
        headers.extend(request.headers.clone());
        if let Some((name, value)) = &correlation
            && let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            headers.insert(name, value);
        }
        self.log.trace_request(&message, request.secret_body);
        let begin = self.clock.monotonic();
        let result = transport.send(&message, timeout);
        message.body_mut().zeroize();
        let took = self.clock.monotonic().saturating_sub(begin);
        match result {
            Ok(reply) => {
                let (mut parts, body) = reply.into_parts();
                let tokens = auth.map_or(&[][..], ApiAuth::token_headers);
                for (name, value) in &mut parts.headers {
                    value.set_sensitive(value.is_sensitive() || tokens.contains(&name.as_str()));
                }
                let reply = Reply {
                    status: parts.status,
                    headers: parts.headers,
                    body,
                    correlation: correlation.map(|(name, value)| format!("{name} {value}")),
                };
                self.log.trace_reply(&request.label(), &reply, took, request.secret_answer);
                Ok(reply)
            }
            Err(error) => {
                self.log.info(format_args!("{}: {error}", request.label()));
                let mut error = transport_failure(error, &host_of(url));
                if let Some((name, value)) = correlation {
                    error.causes.push(format!("the request was {name} {value}"));
                }
                Err(error)
            }
        }
    }

    /// From status and body to an error. The server's text is scrubbed of secrets before anyone sees it.
    fn refuse(&self, auth: &dyn ApiAuth, request: &Request, reply: &Reply) -> Error {
        let status = reply.status.as_u16();
        if reply.status.is_success() {
            return Error::decode(format!("{} answered {status} with nothing usable", request.label()));
        }
        let scrubbed = Reply { body: self.log.redactor().scrub_bytes(&reply.body), ..reply.clone() };
        let api_error = auth.refusal(&scrubbed);
        if let Some(note) = &api_error.note {
            self.log.info(note);
        }
        // Whoever answers with a page or sends us elsewhere stands in front of the API and knows nothing of tasks.
        let spoken = api_error.kind.is_some() || api_error.code.is_some();
        let page = reply.is_html() && !spoken && !matches!(status, 401 | 403 | 407);
        let from_intermediary = reply.status.is_redirection() || page;
        let kind = api_error.kind.unwrap_or(match status {
            401 | 403 | 407 => Kind::Auth,
            404 | 410 => Kind::NotFound,
            _ => Kind::Http,
        });
        let by_status = matches!(status, 408 | 425 | 429 | 500..=599);
        let message = match (&api_error.message, reply.status.is_redirection()) {
            (_, true) => {
                let target = reply.header(LOCATION.as_str()).unwrap_or("nowhere");
                format!("the server redirects to {target}, and redirects are not followed")
            }
            (Some(message), false) => message.clone(),
            (None, false) if reply.is_html() => "the server answered with a web page".to_owned(),
            (None, false) => "the server gave no reason".to_owned(),
        };
        let mut error = Error::new(kind, message);
        error.server_words = Some(NonZeroU8::MIN);
        error.code = api_error.code;
        error.causes = api_error.causes;
        error.causes.extend(reply.correlation.as_ref().map(|name| format!("the request was {name}")));
        error.hints = api_error.hints;
        error.http_status = Some(status);
        error.retryable = kind == Kind::Http && api_error.retryable.unwrap_or(by_status)
            || api_error.retryable == Some(true)
            || matches!(status, 429 | 502..=504);
        error.retry_after = reply
            .header(RETRY_AFTER.as_str())
            .and_then(|value| backoff::parse_retry_after(value, self.clock.now()));
        error.from_intermediary = from_intermediary;
        if reply.status.is_redirection() {
            error
                .hints
                .push("`url` in the profile must be the address that the API itself answers at".to_owned());
        } else if reply.is_html() && !error.retryable {
            error.hints.push(NOT_THE_API.to_owned());
        }
        self.log.redactor().scrub_error(&mut error);
        error
    }
}
