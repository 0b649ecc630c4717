//! The exchange of one request and its answer with one server, without a session; and what only its API knows: how to
//! log in and out, and how an error body reads.
//!
//! It does not sleep: whether and when to try again is decided by the caller, from [`Error::retryable`] and
//! [`Error::retry_after`].

use std::fmt;
use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, USER_AGENT};
use secrecy::SecretString;
use url::Url;
use zeroize::Zeroize;

use super::address::host_of;
use super::backoff;
use super::failure::transport_failure;
use super::reply::{NOT_THE_API, Reply};
use super::request::Request;
use super::transport::Transport;
use crate::error::{Error, Kind, REQUEST};
use crate::util::clock::Clock;
use crate::util::logger::Log;
use crate::util::redact::SessionSecrets;

/// What this program calls itself in requests.
pub const AGENT: &str = concat!("taskctl/", env!("CARGO_PKG_VERSION"));

/// Something that happened below the tasks and that a user may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session was rejected and a new login begins.
    Reauth,
    /// The server accepts the credentials. Sent once, and again after it rejected them.
    Accepted,
    /// The server rejects them. Sent once, and again after it accepted them.
    Refused,
}

/// What a client needs from outside.
pub struct Settings {
    /// Scheme, host, port, and perhaps a path before the API's own.
    pub base: Url,
    /// Fixed headers of the profile.
    pub headers: HeaderMap,
    /// Where the credentials come from, for the hint of a login that was refused.
    pub credential_source: String,
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

/// What an error body says.
#[derive(Clone, Debug, Default)]
pub struct ApiError {
    /// What kind of trouble it is, where the body says it better than the status.
    pub kind: Option<Kind>,
    /// The server's code.
    pub code: Option<String>,
    /// The best single line.
    pub message: Option<String>,
    /// Deeper reasons, nearest first.
    pub causes: Vec<String>,
    /// Whether the server says that the same request may succeed later.
    pub retryable: Option<bool>,
    /// What the user can do.
    pub hints: Vec<String>,
    /// What is worth a line at `-v` only.
    pub note: Option<String>,
}

/// What proves to the server who asks: headers that go with every request.
pub struct Session {
    /// Name and value, each a secret.
    pub headers: Vec<(&'static str, SecretString)>,
    /// What the backend wants to remember with it.
    pub note: String,
    /// The request that closes it, where only the answer of the login says which.
    pub logout: Option<Request>,
}

impl Session {
    /// A session that is one header.
    pub fn header(name: &'static str, value: SecretString) -> Session {
        Session { headers: vec![(name, value)], note: String::new(), logout: None }
    }

    /// The request with the session's headers.
    pub fn authorize(&self, request: &Request) -> Request {
        let mut request = request.clone();
        for (name, value) in &self.headers {
            request = request.secret_header(name, value);
        }
        request
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("note", &self.note).finish_non_exhaustive()
    }
}

/// How one API logs in, logs out and refuses.
pub trait ApiAuth: Send + Sync {
    /// Opens a session (or makes the header that stands for one).
    ///
    /// # Errors
    /// [`Kind::Auth`] when the server refuses: it is not tried again in this run.
    fn login(&self, raw: &RawClient) -> Result<Session, Error>;

    /// What must be done with a fresh session before it is used; its failure closes the session again.
    ///
    /// # Errors
    /// Whatever makes the session unfit.
    fn prepare(&self, _raw: &RawClient, _session: &Session) -> Result<(), Error> {
        Ok(())
    }

    /// The request that closes a session; `None` where there is nothing to close.
    fn logout(&self, session: &Session) -> Option<Request>;

    /// Whether logging in again can help when a session is rejected. False where the same credentials would only be
    /// sent again.
    fn can_renew(&self) -> bool {
        true
    }

    /// Whether this answer says that the session is dead.
    fn is_rejected(&self, reply: &Reply) -> bool {
        reply.status == StatusCode::UNAUTHORIZED
    }

    /// Reads an error body.
    fn read_error(&self, reply: &Reply) -> ApiError;

    /// The headers in which an answer may carry a session's token: no trace shows them.
    fn token_headers(&self) -> &[&'static str] {
        &[]
    }

    /// A header that names a request in the server's logs, made anew for each.
    fn correlation(&self) -> Option<(&'static str, String)> {
        None
    }
}

/// Sends requests without a session: what a login uses.
pub struct RawClient {
    pub(super) settings: Settings,
    pub(super) auth: Box<dyn ApiAuth>,
    secrets: SessionSecrets,
}

impl RawClient {
    pub(super) fn new(settings: Settings, auth: Box<dyn ApiAuth>) -> RawClient {
        let secrets = SessionSecrets::new(settings.log.redactor());
        RawClient { settings, auth, secrets }
    }

    /// Sends a request to the profile's server as it is.
    ///
    /// # Errors
    /// When no whole answer came. An error status is an answer.
    pub fn send(&self, request: &Request) -> Result<Reply, Error> {
        self.send_within(request, self.settings.request_timeout + request.longer)
    }

    fn send_within(&self, request: &Request, timeout: Duration) -> Result<Reply, Error> {
        let mut url = self.settings.base.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), request.path);
        url.set_path(&path);
        url.set_query((!request.query.is_empty()).then_some(&request.query));
        self.exchange(request, &url, &*self.settings.transport, timeout, Some(&*self.auth))
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
        self.exchange(request, url, transport, self.settings.request_timeout, None)
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        host_of(&self.settings.base)
    }

    /// Registers a secret that was just received, so that no trace shows it.
    pub fn hide(&self, secret: &SecretString) {
        self.secrets.hide(secret);
    }

    /// What is done, for `-v`.
    pub fn log(&self) -> &Log {
        &self.settings.log
    }

    /// The time, for signatures and lifetimes.
    pub fn now(&self) -> jiff::Timestamp {
        self.settings.clock.now()
    }

    /// Opens a session; `before` says that one was open already.
    pub(super) fn log_in(&self, before: bool) -> Result<Session, Error> {
        self.info("logging in");
        self.secrets.begin();
        let session = self.auth.login(self).map_err(|error| of_a_login(error, before))?;
        for (_, value) in &session.headers {
            self.hide(value);
        }
        if let Err(error) = self.auth.prepare(self, &session) {
            let _ = self.log_out(&session, Duration::from_secs(5));
            return Err(error);
        }
        Ok(session)
    }

    /// Sends the logout, if there is one to send; a server that does not answer it is left alone.
    pub(super) fn log_out(&self, session: &Session, budget: Duration) -> Result<bool, Error> {
        let Some(request) = self.auth.logout(session) else { return Ok(false) };
        let request = session.authorize(&request);
        let reply = self
            .send_within(&request, budget.min(self.settings.request_timeout))
            .inspect_err(|error| self.info(format_args!("logging out failed: {error}")))?;
        if !reply.status.is_success() {
            self.info(format_args!("logging out answered {}", reply.status));
            return Err(self.error_of(&request, &reply));
        }
        self.info("session closed");
        Ok(true)
    }

    /// Prints a step at `-v`, with the server that it is about.
    pub(super) fn info(&self, text: impl fmt::Display) {
        self.log().info(format_args!("{}: {text}", self.host()));
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
            headers.extend(self.settings.headers.clone());
        }
        headers.extend(request.headers.clone());
        if let Some((name, value)) = &correlation
            && let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            headers.insert(name, value);
        }
        self.log().trace_request(&message, request.secret_body);
        let begin = self.settings.clock.monotonic();
        let result = transport.send(&message, timeout);
        message.body_mut().zeroize();
        let took = self.settings.clock.monotonic().saturating_sub(begin);
        let correlation = correlation.map(|(name, value)| format!("{name} {value}"));
        let (mut parts, body) = match result {
            Ok(reply) => reply.into_parts(),
            Err(error) => {
                self.log().info(format_args!("{}: {error}", request.label()));
                let mut error = transport_failure(error, &host_of(url));
                error.causes.extend(correlation.map(|name| format!("{REQUEST}{name}")));
                return Err(error);
            }
        };
        let tokens = auth.map_or(&[][..], ApiAuth::token_headers);
        for (name, value) in &mut parts.headers {
            value.set_sensitive(value.is_sensitive() || tokens.contains(&name.as_str()));
        }
        let reply = Reply { status: parts.status, headers: parts.headers, body, correlation };
        self.log().trace_reply(&request.label(), &reply, took, request.secret_answer);
        Ok(reply)
    }

    /// The error that an answer stands for. The server's text is scrubbed of secrets before anyone sees it.
    pub fn error_of(&self, request: &Request, reply: &Reply) -> Error {
        let status = reply.status.as_u16();
        if reply.status.is_success() {
            return Error::decode(format!("{} answered {status} with nothing usable", request.label()));
        }
        let redactor = self.log().redactor();
        let scrubbed = Reply { body: redactor.scrub_bytes(&reply.body), ..reply.clone() };
        let ApiError { kind, code, message, causes, retryable, hints, note } =
            self.auth.read_error(&scrubbed);
        if let Some(note) = note {
            self.log().info(note);
        }
        // Whoever answers with a page or sends us elsewhere stands in front of the API and knows nothing of tasks.
        let is_redirect = reply.status.is_redirection();
        let is_of_api = kind.is_some() || code.is_some() || matches!(status, 401 | 403 | 407);
        // "Not found" is the API's own word: without its error body it is of something in front of it.
        let is_bare = matches!(status, 404 | 410) && kind.is_none() && code.is_none() && message.is_none();
        let kind = kind.unwrap_or(match status {
            401 | 403 | 407 => Kind::Auth,
            404 | 410 if !is_bare => Kind::NotFound,
            _ => Kind::Http,
        });
        let message = match message {
            _ if is_redirect => {
                let target = reply.header(LOCATION.as_str()).unwrap_or("nowhere");
                format!("the server redirects to {target}, and redirects are not followed")
            }
            Some(message) => message,
            None if reply.is_html() => "the server answered with a web page".to_owned(),
            None => scrubbed.reason().unwrap_or_else(|| "the server gave no reason".to_owned()),
        };
        let by_status = kind == Kind::Http && matches!(status, 408 | 425 | 500..=599);
        let retry_after = reply.header(RETRY_AFTER.as_str());
        let mut error = Error {
            server_words: Some(NonZeroU8::MIN),
            code,
            causes,
            hints,
            http_status: Some(status),
            retryable: retryable.unwrap_or(by_status)
                || is_bare && !reply.is_html()
                || matches!(status, 429 | 502..=504),
            retry_after: retry_after.and_then(|value| backoff::parse_retry_after(value, self.now())),
            from_intermediary: is_redirect || is_bare || reply.is_html() && !is_of_api,
            ..Error::new(kind, message)
        };
        if reply.is_html() {
            error.causes.extend(scrubbed.page_title());
        }
        error.causes.extend(reply.correlation.as_ref().map(|name| format!("{REQUEST}{name}")));
        if is_redirect {
            error
                .hints
                .push("`url` in the profile must be the address that the API itself answers at".to_owned());
        } else if reply.is_html() && !error.retryable {
            error.hints.push(NOT_THE_API.to_owned());
        }
        redactor.scrub_error(&mut error);
        error
    }
}

/// What goes wrong with a login says nothing about a task. And where a login has worked `before`, a path that is
/// missing, a web page or a redirect are an appliance that starts again.
fn of_a_login(mut error: Error, before: bool) -> Error {
    if error.kind == Kind::NotFound {
        error.kind = Kind::Http;
    }
    let missing = matches!(error.http_status, Some(404 | 410));
    if missing && !before && error.retryable {
        // Where a login is not even known by its path there is no API, and nothing to wait for.
        error.retryable = false;
        error.from_intermediary = false;
    }
    error.retryable |= before && error.kind == Kind::Http && (missing || error.from_intermediary);
    error
}
