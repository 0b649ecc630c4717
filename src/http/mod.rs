//! One HTTP client for all backends: limits, session header, send, one re-login, refusal.
//!
//! A backend differs by values (paths, header names, how it logs in, how its error body reads): that is a
//! [`ApiAuth`]. This module knows nothing of tasks, and it does not sleep: whether and when to try again is decided
//! by the caller, from [`Error::retryable`] and [`Error::retry_after`].

pub mod backoff;
pub mod certificate;
pub mod probe;
pub mod proxy;
pub mod session;
pub mod tls;
mod trace;
pub mod transport;

use std::fmt;
use std::num::NonZeroU8;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{
    ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, USER_AGENT,
};
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;
use zeroize::{Zeroize, Zeroizing};

use crate::error::{Error, Kind};
use crate::util::clock::Clock;
use crate::util::logger::Log;
use crate::util::redact::SessionSecrets;
use session::SessionCache;
use transport::{Transport, TransportError, Trouble};

/// A logout is tried for this long even when waiting for a login has used the time up.
const LEAST_LOGOUT: Duration = Duration::from_millis(250);

/// What this program calls itself on the wire.
pub const AGENT: &str = concat!("taskctl/", env!("CARGO_PKG_VERSION"));

/// The hint where something else answers.
pub const NOT_THE_API: &str = "this may not be the API's address: check `url` (host, port) in the profile";

/// Everything but the unreserved characters of RFC 3986 and `:`, which every one of the five vendors sends raw.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// A request relative to the profile's address.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    path: String,
    query: String,
    /// Headers of this request alone.
    pub headers: HeaderMap,
    /// May hold a password: wiped when dropped. The copies that the transport makes are beyond reach.
    body: Zeroizing<Vec<u8>>,
    secret_answer: bool,
    secret_body: bool,
}

impl Request {
    /// A request for the path made of these segments, each percent-encoded as one segment.
    pub fn new(method: Method, segments: &[&str]) -> Request {
        let mut path = String::new();
        for segment in segments {
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        Request {
            method,
            path,
            query: String::new(),
            headers: HeaderMap::new(),
            body: Zeroizing::default(),
            secret_answer: false,
            secret_body: false,
        }
    }

    /// A GET.
    pub fn get(segments: &[&str]) -> Request {
        Request::new(Method::GET, segments)
    }

    /// A POST without a body.
    pub fn post(segments: &[&str]) -> Request {
        Request::new(Method::POST, segments)
    }

    /// Adds a query parameter; may be repeated.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Request {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.extend(utf8_percent_encode(name, SEGMENT));
        self.query.push('=');
        self.query.extend(utf8_percent_encode(value, SEGMENT));
        self
    }

    /// Sets a header. A value that cannot be a header's is left out; callers check what users typed.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Request {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Sets a header whose value is a secret: it is marked so, and no trace shows it.
    #[must_use]
    pub fn secret_header(mut self, name: &'static str, value: &SecretString) -> Request {
        if let Ok(mut value) = HeaderValue::from_str(value.expose_secret()) {
            value.set_sensitive(true);
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Says that the answer's body holds a secret that nobody knows yet, such as a session id: no trace shows it.
    #[must_use]
    pub fn secret_answer(mut self) -> Request {
        self.secret_answer = true;
        self
    }

    /// Sets a body and its type.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Request {
        self.body = Zeroizing::new(body);
        if let Ok(value) = HeaderValue::from_str(content_type) {
            self.headers.insert(CONTENT_TYPE, value);
        }
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &serde_json::Value) -> Request {
        self.body("application/json", body.to_string().into_bytes())
    }

    /// Sets a JSON object of texts, some of which are secrets: no copy of it is left in memory by this.
    #[must_use]
    pub fn secret_json(self, body: &[(&str, &str)]) -> Request {
        let spelled = |text: &str| Zeroizing::new(serde_json::to_string(text).unwrap_or_default());
        let texts: Vec<_> = body.iter().map(|(key, value)| (spelled(key), spelled(value))).collect();
        // Exactly as long as it will be: a buffer that grows leaves its old copies behind.
        let length = texts.iter().map(|(key, value)| key.len() + value.len() + 2).sum::<usize>();
        let mut json = Vec::with_capacity(length + 2);
        for (key, value) in &texts {
            json.push(if json.is_empty() { b'{' } else { b',' });
            json.extend_from_slice(key.as_bytes());
            json.push(b':');
            json.extend_from_slice(value.as_bytes());
        }
        json.push(b'}');
        self.body("application/json", json).secret_body()
    }

    /// Says that the body holds a secret.
    #[must_use]
    pub fn secret_body(mut self) -> Request {
        self.secret_body = true;
        self
    }

    /// Method and path, for messages. Holds no secret: secrets travel in headers and bodies.
    pub fn label(&self) -> String {
        if self.query.is_empty() {
            format!("{} {}", self.method, self.path)
        } else {
            format!("{} {}?{}", self.method, self.path, self.query)
        }
    }
}

/// A whole answer, its body read and capped.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub body: Vec<u8>,
    /// What names the request in the server's logs, where the API has such a header: `NAME VALUE`.
    pub correlation: Option<String>,
}

impl Reply {
    /// A header's text, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// The body as text, wrong bytes replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Whether the body looks like a web page, by its type or its first characters.
    pub fn is_html(&self) -> bool {
        let declared =
            self.header("content-type").is_some_and(|value| value.to_ascii_lowercase().contains("html"));
        let text = self.text();
        let begin = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
        declared || begin.starts_with("<!doctype html") || begin.starts_with("<html")
    }

    /// Adds what to do to an error that was made of this answer, if it is a web page and so not the API's.
    pub fn hint_at_page(&self, error: Error) -> Error {
        if self.is_html() { error.hint(NOT_THE_API) } else { error }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// A retryable [`Kind::Decode`] error that says what came instead: HTML, nothing, XML, or where the JSON is
    /// wrong.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = self.text();
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| self.unreadable(&error))
    }

    /// The error for a body that is not the JSON that it should be.
    pub fn unreadable(&self, error: &serde_json::Error) -> Error {
        let mut result = if self.is_html() {
            Error::decode("the answer is a web page, not JSON").hint(NOT_THE_API)
        } else if self.text().trim().is_empty() {
            Error::decode("the answer is empty")
        } else if self.text().trim_start().starts_with('<') {
            Error::decode("the answer is XML, not JSON")
        } else if error.is_eof() {
            Error::decode("the answer is cut off").cause(error.to_string())
        } else {
            Error::decode("the answer is not the JSON expected").cause(error.to_string())
        };
        result.http_status = Some(self.status.as_u16());
        result.from_intermediary = self.is_html();
        result
    }
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
}

impl Session {
    /// A session that is one header.
    pub fn header(name: &'static str, value: SecretString) -> Session {
        Session { headers: vec![(name, value)], note: String::new() }
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
    fn login(&self, wire: &RawClient<'_>) -> Result<Session, Error>;

    /// What must be done with a fresh session before it is used; its failure closes the session again.
    ///
    /// # Errors
    /// Whatever makes the session unfit.
    fn prepare(&self, _wire: &RawClient<'_>, _session: &Session) -> Result<(), Error> {
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
    fn refusal(&self, reply: &Reply) -> ApiError;

    /// A header that names a request in the server's logs, made anew for each.
    fn correlation(&self) -> Option<(&'static str, String)> {
        None
    }

    /// Where the credentials come from, for the hint of a refused login.
    fn credential_source(&self) -> String;
}

/// Something that happened below the tasks and that a user may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session was rejected and a new login begins.
    Reauth,
    /// The server takes who we say we are. Told once, and again after a refusal.
    Accepted,
    /// The server does not take it. Told once, and again after it did.
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
    wire: WireParts,
    dialect: Box<dyn ApiAuth>,
    slot: SessionCache,
    notify: Arc<dyn Fn(Notice) + Send + Sync>,
    /// What was told last of how the server takes the credentials.
    told: Mutex<Option<Notice>>,
}

struct WireParts {
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
    parts: &'a WireParts,
    dialect: &'a dyn ApiAuth,
}

impl RawClient<'_> {
    /// Sends a request to the profile's server as it is.
    ///
    /// # Errors
    /// When no whole answer came. An error status is an answer.
    pub fn send(&self, request: &Request) -> Result<Reply, Error> {
        let url = self.parts.url(request);
        self.exchange(request, &url, self.parts.request_timeout)
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
        self.parts.exchange(request, url, transport, self.parts.request_timeout, None, &HeaderMap::new())
    }

    /// The error that an answer stands for, read by the backend's own rule.
    pub fn refuse(&self, request: &Request, reply: &Reply) -> Error {
        self.parts.refuse(self.dialect, request, reply)
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        host_of(&self.parts.base)
    }

    /// Says that secrets which are registered from now on are of a new session.
    fn begin_session(&self) {
        self.parts.secrets.begin();
    }

    /// Registers a secret that was just received, so that no trace shows it.
    pub fn hide(&self, secret: &SecretString) {
        self.parts.secrets.hide(secret);
    }

    /// What is done, for `-v`.
    pub fn log(&self) -> &Log {
        &self.parts.log
    }

    /// The time, for signatures and lifetimes.
    pub fn now(&self) -> jiff::Timestamp {
        self.parts.clock.now()
    }

    fn exchange(&self, request: &Request, url: &Url, timeout: Duration) -> Result<Reply, Error> {
        self.parts.exchange(
            request,
            url,
            &*self.parts.transport,
            timeout,
            self.dialect.correlation(),
            &self.parts.headers,
        )
    }
}

impl Client {
    /// A client that has not connected yet: nothing is sent before the first request.
    pub fn new(settings: Settings, dialect: Box<dyn ApiAuth>) -> Client {
        let Settings { base, headers, request_timeout, transport, clock, log, notify } = settings;
        let secrets = SessionSecrets::new(log.redactor());
        let wire = WireParts { base, headers, request_timeout, transport, clock, log, secrets };
        Client { wire, dialect, slot: SessionCache::new(), notify, told: Mutex::new(None) }
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        host_of(&self.wire.base)
    }

    /// What is done, for `-v`.
    pub fn log(&self) -> &Log {
        &self.wire.log
    }

    /// Sends a request in the session, opening one first if there is none, and once more with a new one if it is
    /// rejected. Returns answers with a 2xx status only.
    ///
    /// # Errors
    /// What the backend's dialect reads from the answer, or why there was none.
    pub fn send(&self, request: &Request) -> Result<Reply, Error> {
        let reply = self.try_send(request)?;
        if reply.status.is_success() { Ok(reply) } else { Err(self.refuse(request, &reply)) }
    }

    /// Like [`Client::send`], but gives error statuses back as answers, for a backend that must look at them.
    ///
    /// # Errors
    /// When there was no answer, or the session could not be opened or renewed.
    pub fn try_send(&self, request: &Request) -> Result<Reply, Error> {
        let wire = self.as_wire();
        let (generation, session) = self.acquire(&wire)?;
        let reply = self.send_in(&wire, request, &session)?;
        if !self.dialect.is_rejected(&reply) {
            if reply.status.is_success() {
                self.tell(Notice::Accepted);
            }
            return Ok(reply);
        }
        if !self.dialect.can_renew() {
            return Err(self.rejected(request, &reply));
        }
        if self.slot.forget(generation) {
            self.wire.log.info(format_args!("{}: the session was rejected, logging in again", self.host()));
            (self.notify)(Notice::Reauth);
        }
        let (_, session) = self.acquire(&wire)?;
        let reply = self.send_in(&wire, request, &session)?;
        if self.dialect.is_rejected(&reply) {
            return Err(self.rejected(request, &reply));
        }
        Ok(reply)
    }

    /// The session, opened if it is not. Where there is a login, what comes of it is told at once.
    fn acquire(&self, wire: &RawClient<'_>) -> Result<(u64, Arc<Session>), Error> {
        let acquired = self.slot.acquire(wire, &*self.dialect);
        match &acquired {
            Ok(_) if self.has_login() => self.tell(Notice::Accepted),
            Err(error) if error.kind == Kind::Auth => self.tell(Notice::Refused),
            _ => {}
        }
        acquired
    }

    /// Tells how the server takes the credentials, if that is news.
    fn tell(&self, notice: Notice) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != Some(notice) {
            *told = Some(notice);
            (self.notify)(notice);
        }
    }

    /// The error that an answer stands for.
    pub fn refuse(&self, request: &Request, reply: &Reply) -> Error {
        self.wire.refuse(&*self.dialect, request, reply)
    }

    /// Sends a request outside the session, with nothing that proves who asks. Any status is an answer.
    ///
    /// # Errors
    /// When no whole answer came.
    pub fn send_as_stranger(&self, request: &Request) -> Result<Reply, Error> {
        self.as_wire().send(request)
    }

    /// Opens the session, if it is not open. Whether that asked the server anything is the API's matter.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub fn open(&self) -> Result<(), Error> {
        self.acquire(&self.as_wire()).map(|_| ())
    }

    /// Whether there is a login at all: without one the credentials go with every request.
    pub fn has_login(&self) -> bool {
        self.dialect.can_renew()
    }

    /// Whether an answer says that it wants a session.
    pub fn asks_for_login(&self, reply: &Reply) -> bool {
        self.dialect.is_rejected(reply)
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
        let begin = self.wire.clock.monotonic();
        let Some(session) = self.slot.close(budget) else { return Ok(false) };
        let left = budget.saturating_sub(self.wire.clock.monotonic().saturating_sub(begin));
        log_out(&self.as_wire(), &session, left.max(LEAST_LOGOUT))
    }

    fn as_wire(&self) -> RawClient<'_> {
        RawClient { parts: &self.wire, dialect: &*self.dialect }
    }

    fn send_in(&self, wire: &RawClient<'_>, request: &Request, session: &Session) -> Result<Reply, Error> {
        wire.send(&with_session(request, session))
    }

    fn rejected(&self, request: &Request, reply: &Reply) -> Error {
        self.tell(Notice::Refused);
        let mut error = self.refuse(request, reply);
        error.kind = Kind::Auth;
        error.retryable = false;
        error.from_intermediary = false;
        error.hint(format!("the credentials came from {}", self.dialect.credential_source()))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.close(Duration::from_secs(5));
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.wire.base.as_str()).finish_non_exhaustive()
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
fn log_out(wire: &RawClient<'_>, session: &Session, budget: Duration) -> Result<bool, Error> {
    let Some(request) = wire.dialect.logout(session) else { return Ok(false) };
    let request = with_session(&request, session);
    let url = wire.parts.url(&request);
    match wire.exchange(&request, &url, budget.min(wire.parts.request_timeout)) {
        Ok(reply) if reply.status.is_success() => {
            wire.log().info(format_args!("{}: session closed", wire.host()));
            Ok(true)
        }
        Ok(reply) => {
            wire.log().info(format_args!("{}: logging out answered {}", wire.host(), reply.status));
            Err(wire.refuse(&request, &reply))
        }
        Err(error) => {
            wire.log().info(format_args!("{}: logging out failed: {error}", wire.host()));
            Err(error)
        }
    }
}

impl WireParts {
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
        correlation: Option<(&'static str, String)>,
        fixed: &HeaderMap,
    ) -> Result<Reply, Error> {
        let mut message = http::Request::new(request.body.to_vec());
        *message.method_mut() = request.method.clone();
        *message.uri_mut() = url
            .as_str()
            .parse()
            .map_err(|error| Error::usage(format!("{url} is no address to send a request to: {error}")))?;
        let headers = message.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.extend(fixed.clone());
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
                let (parts, body) = reply.into_parts();
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
    fn refuse(&self, dialect: &dyn ApiAuth, request: &Request, reply: &Reply) -> Error {
        let status = reply.status.as_u16();
        if reply.status.is_success() {
            return Error::decode(format!("{} answered {status} with nothing usable", request.label()));
        }
        let scrubbed = Reply { body: self.log.redactor().scrub_bytes(&reply.body), ..reply.clone() };
        let refusal = dialect.refusal(&scrubbed);
        if let Some(note) = &refusal.note {
            self.log.info(note);
        }
        // Whoever answers with a page or sends us elsewhere stands in front of the API and knows nothing of tasks.
        let spoken = refusal.kind.is_some() || refusal.code.is_some();
        let page = reply.is_html() && !spoken && !matches!(status, 401 | 403 | 407);
        let from_intermediary = reply.status.is_redirection() || page;
        let kind = refusal.kind.unwrap_or(match status {
            401 | 403 | 407 => Kind::Auth,
            404 | 410 => Kind::NotFound,
            _ => Kind::Http,
        });
        let by_status = matches!(status, 408 | 425 | 429 | 500..=599);
        let message = match (&refusal.message, reply.status.is_redirection()) {
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
        error.code = refusal.code;
        error.causes = refusal.causes;
        error.causes.extend(reply.correlation.as_ref().map(|name| format!("the request was {name}")));
        error.hints = refusal.hints;
        error.http_status = Some(status);
        error.retryable = kind == Kind::Http && refusal.retryable.unwrap_or(by_status)
            || refusal.retryable == Some(true)
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

fn host_of(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => url.as_str().to_owned(),
    }
}

/// The error that trouble on the way to `host` is.
pub fn transport_failure(error: TransportError, host: &str) -> Error {
    let (kind, message) = match error.trouble {
        Trouble::Dns => (Kind::Network, format!("the name of {host} cannot be resolved")),
        Trouble::Connect => (Kind::Network, format!("cannot connect to {host}")),
        Trouble::Tls => (Kind::Tls, format!("{host} cannot be trusted")),
        Trouble::Handshake => (Kind::Tls, format!("no TLS connection to {host} can be made")),
        Trouble::Timeout => (Kind::Network, format!("{host} did not answer in time")),
        Trouble::Broken => (Kind::Network, format!("the connection to {host} broke")),
        Trouble::TooLarge => {
            (Kind::Decode, format!("the answer of {host} is larger than this program reads"))
        }
        Trouble::Setup => (Kind::Config, format!("cannot prepare a connection to {host}")),
    };
    Error {
        causes: error.causes,
        hints: error.hints,
        retryable: !matches!(
            error.trouble,
            Trouble::Tls | Trouble::Handshake | Trouble::TooLarge | Trouble::Setup
        ),
        ..Error::new(kind, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_segment() {
        let request = Request::get(&["tasks", "a/b?c#d%e f:g"]).query("site", "a b&c");
        assert_eq!(request.path, "/tasks/a%2Fb%3Fc%23d%25e%20f:g");
        assert_eq!(request.query, "site=a%20b%26c");
    }

    #[test]
    fn trouble_on_the_way_may_pass_and_a_certificate_that_is_not_trusted_does_not() {
        let failure = |trouble| transport_failure(TransportError::new(trouble, Vec::new()), "h");
        for trouble in [Trouble::Dns, Trouble::Connect, Trouble::Timeout, Trouble::Broken] {
            let error = failure(trouble);
            assert_eq!((error.kind, error.retryable), (Kind::Network, true), "{trouble:?}");
        }
        for trouble in [Trouble::Tls, Trouble::Handshake, Trouble::TooLarge, Trouble::Setup] {
            assert!(!failure(trouble).retryable, "{trouble:?}");
        }
    }
}
