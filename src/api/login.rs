//! Logging in, as values, and the errors of a login.
//!
//! A login that no value says is a function ([`Login::Custom`]), or a [`http::ApiAuth`](ApiAuth) of the backend's own
//! that uses a [`SessionLogin`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Credentials;
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, RawClient, Reply, Request, Session};

/// How requests are authenticated.
pub(crate) enum Login {
    /// HTTP Basic, with every request.
    Basic,
    /// The profile's token as the value of this header, with every request.
    Header(&'static str),
    /// A session that is opened and closed.
    Session(Box<SessionLogin>),
    /// The session that a function makes; nothing closes it.
    Custom(Box<OpenSession>),
}

/// Opens a session.
type OpenSession = dyn Fn(&RawClient, &Credentials) -> Result<Session, Error> + Send + Sync;

/// A session: the request that opens it, where its answer has the token, and the request that closes it.
pub(crate) struct SessionLogin {
    /// The request that opens it, without what proves who asks.
    pub request: Request,
    /// What proves who asks.
    pub proof: Proof,
    /// Where the answer has the token.
    pub token: Token,
    /// The header that carries the token from then on.
    pub header: &'static str,
    /// The request that closes it.
    pub logout: Request,
    /// Adds what this API's users should know to the error of a login that went wrong.
    pub explain: fn(Error, &Reply, &Credentials) -> Error,
}

/// What proves who asks.
pub(crate) enum Proof {
    /// An HTTP Basic header.
    Basic,
    /// A JSON object of texts, in which `{username}`, `{password}` and `{token}` stand for those of the profile.
    Json(Vec<(&'static str, String)>),
}

/// Where the answer of a login has the token.
pub(crate) enum Token {
    /// In this header.
    Header(&'static str),
    /// In the body, at this JSON Pointer.
    Body(&'static str),
}

impl SessionLogin {
    /// Opens a session.
    ///
    /// # Errors
    /// As [`SessionLogin::session`]; or when no answer came.
    pub(crate) fn open(&self, raw: &RawClient, credentials: &Credentials) -> Result<Session, Error> {
        let (request, reply) = self.send(raw, credentials)?;
        self.session(raw, credentials, &request, &reply)
    }

    /// Sends the request that opens a session.
    ///
    /// # Errors
    /// When no answer came, or the credentials cannot be sent this way.
    pub(crate) fn send(&self, raw: &RawClient, credentials: &Credentials) -> Result<(Request, Reply), Error> {
        let request = self.request.clone().secret_answer();
        let request = match &self.proof {
            Proof::Basic => request.secret_header("authorization", &basic(raw, credentials)?),
            Proof::Json(fields) => {
                let fill = |value| match value {
                    "{username}" => credentials.username.as_deref().unwrap_or_default(),
                    "{password}" => exposed(&credentials.password),
                    "{token}" => exposed(&credentials.token),
                    value => value,
                };
                let fields: Vec<_> = fields.iter().map(|(key, value)| (*key, fill(value.as_str()))).collect();
                request.secret_json(&fields)
            }
        };
        let reply = raw.send(&request)?;
        Ok((request, reply))
    }

    /// The session that an answer gives.
    ///
    /// # Errors
    /// [`Kind::Auth`] when the server refused the login; another one when it went wrong, or gave no token.
    pub(crate) fn session(
        &self,
        raw: &RawClient,
        credentials: &Credentials,
        request: &Request,
        reply: &Reply,
    ) -> Result<Session, Error> {
        let host = raw.host();
        if !reply.status.is_success() {
            let error = refused(raw.error_of(request, reply), &host, credentials);
            return Err((self.explain)(error, reply, credentials));
        }
        let token = match self.token {
            Token::Header(name) => reply.header(name).map(str::to_owned),
            Token::Body(pointer) => {
                let body: serde_json::Value =
                    reply.json().map_err(|error| error.context(format!("cannot log in to {host}")))?;
                body.pointer(pointer).and_then(serde_json::Value::as_str).map(str::to_owned)
            }
        };
        match token.filter(|token| !token.is_empty() && HeaderValue::from_str(token).is_ok()) {
            Some(token) => Ok(Session::header(self.header, SecretString::from(token))),
            None => Err(match self.token {
                Token::Header(name) => reply.hint_at_page(
                    Error::decode(format!("{host} logged in without giving a token"))
                        .cause(format!("the answer has no {name} header")),
                ),
                Token::Body(_) => Error::decode(format!("{host} logged in without giving a session id")),
            }),
        }
    }
}

fn exposed(secret: &Option<SecretString>) -> &str {
    secret.as_ref().map_or("", ExposeSecret::expose_secret)
}

/// For [`SessionLogin::explain`] where there is nothing to add.
pub(crate) fn as_it_is(error: Error, _reply: &Reply, _credentials: &Credentials) -> Error {
    error
}

/// The error of a login that was refused or went wrong, with what was attempted and where the credentials came from.
pub(crate) fn refused(mut error: Error, host: &str, credentials: &Credentials) -> Error {
    if error.kind != Kind::Auth {
        return error.context(format!("cannot log in to {host}"));
    }
    // Appliances lock accounts after a few refused logins, whatever the body says of trying again.
    error.retryable = false;
    error
        .context(format!("{host} refused the login"))
        .hint(format!("the credentials came from {}", credentials.source))
}

/// The value of an `Authorization` header of HTTP Basic; from now on no output shows it.
///
/// # Errors
/// A configuration error when there is no user name or no password, or the user name cannot stand in such a header.
pub(crate) fn basic(raw: &RawClient, credentials: &Credentials) -> Result<SecretString, Error> {
    let (Some(user), Some(password)) = (&credentials.username, &credentials.password) else {
        return Err(Error::config("a user name and a password are needed"));
    };
    if user.contains(':') {
        return Err(Error::config(format!(
            "the user name {user:?} holds a colon, which HTTP Basic cannot carry"
        )));
    }
    let pair = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
    let encoded = SecretString::from(STANDARD.encode(pair.as_bytes()));
    raw.hide(&encoded);
    Ok(SecretString::from(format!("Basic {}", encoded.expose_secret())))
}

/// Login and errors of an API that values and functions can say.
pub(crate) struct Auth {
    /// How requests are authenticated.
    pub login: Login,
    /// Who asks.
    pub credentials: Credentials,
    /// Reads an error body.
    pub read_error: fn(&Reply) -> ApiError,
    /// Whether an answer says that the session is not valid (any more).
    pub is_rejected: fn(&Reply) -> bool,
}

impl Auth {
    /// Logs in like this; a rejected session is a 401.
    pub(crate) fn new(login: Login, credentials: Credentials, read_error: fn(&Reply) -> ApiError) -> Auth {
        Auth { login, credentials, read_error, is_rejected: |reply| reply.status == StatusCode::UNAUTHORIZED }
    }
}

impl ApiAuth for Auth {
    fn login(&self, raw: &RawClient) -> Result<Session, Error> {
        match &self.login {
            Login::Basic => Ok(Session::header("authorization", basic(raw, &self.credentials)?)),
            Login::Header(name) => {
                let token = self.credentials.token.clone();
                let token = token.ok_or_else(|| Error::config("this way of logging in needs a token"))?;
                Ok(Session::header(name, token))
            }
            Login::Session(session) => session.open(raw, &self.credentials),
            Login::Custom(open) => open(raw, &self.credentials),
        }
    }

    fn logout(&self, _session: &Session) -> Option<Request> {
        match &self.login {
            Login::Session(session) => Some(session.logout.clone()),
            Login::Basic | Login::Header(_) | Login::Custom(_) => None,
        }
    }

    fn can_renew(&self) -> bool {
        matches!(self.login, Login::Session(_) | Login::Custom(_))
    }

    fn is_rejected(&self, reply: &Reply) -> bool {
        (self.is_rejected)(reply)
    }

    fn token_headers(&self) -> &[&'static str] {
        match &self.login {
            Login::Session(session) => std::slice::from_ref(&session.header),
            Login::Basic | Login::Header(_) | Login::Custom(_) => &[],
        }
    }

    fn read_error(&self, reply: &Reply) -> ApiError {
        (self.read_error)(reply)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex, mpsc};
    use std::time::Duration;

    use super::super::tests::{client, client_with};
    use super::*;
    use crate::http::transport::Transport;
    use crate::http::{Client, TransportError};

    /// Refuses everyone and counts how often.
    #[derive(Default)]
    struct Refusing(AtomicUsize);

    impl Transport for Refusing {
        fn send(
            &self,
            _request: &http::Request<Vec<u8>>,
            _timeout: Duration,
        ) -> Result<http::Response<Vec<u8>>, TransportError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let mut response = http::Response::new(Vec::new());
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(response)
        }
    }

    #[test]
    fn a_wrong_password_is_tried_once_where_the_credentials_go_with_every_request() {
        let server = Arc::new(Refusing::default());
        let credentials = Credentials {
            username: Some("operator".to_owned()),
            password: Some("wrong".to_owned().into()),
            ..Credentials::default()
        };
        let client = client(Arc::clone(&server) as Arc<dyn Transport>, credentials);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let error = client.send(&Request::get(&["jobs", "1"])).expect_err("a refusal");
                    assert_eq!(error.kind, Kind::Auth);
                });
            }
        });
        assert_eq!(server.0.load(Ordering::SeqCst), 1);
    }

    /// Answers a login at once and anything else after a while, unless it hangs; and notes what it has answered.
    struct Slow {
        hangs: bool,
        started: mpsc::Sender<()>,
        answered: Mutex<Vec<String>>,
    }

    impl Transport for Slow {
        fn send(
            &self,
            request: &http::Request<Vec<u8>>,
            _timeout: Duration,
        ) -> Result<http::Response<Vec<u8>>, TransportError> {
            let _ = self.started.send(());
            let (_sender, never) = mpsc::channel::<()>();
            if self.hangs || request.uri().path() == "/read" {
                let _ = never.recv_timeout(Duration::from_millis(if self.hangs { 60_000 } else { 100 }));
            }
            self.answered.lock().expect("a lock").push(request.uri().path().to_owned());
            Ok(http::Response::builder().header("x-token", "t0ken").body(Vec::new()).expect("a response"))
        }
    }

    fn slow(hangs: bool) -> (Arc<Slow>, Arc<Client>, mpsc::Receiver<()>) {
        let (started, starts) = mpsc::channel();
        let server = Arc::new(Slow { hangs, started, answered: Mutex::default() });
        let login = Login::Session(Box::new(SessionLogin {
            request: Request::post(&["login"]),
            proof: Proof::Json(Vec::new()),
            token: Token::Header("x-token"),
            header: "x-token",
            logout: Request::post(&["logout"]),
            explain: as_it_is,
        }));
        let client = client_with(Arc::clone(&server) as Arc<dyn Transport>, Credentials::default(), login);
        (server, Arc::new(client), starts)
    }

    #[test]
    fn no_request_reaches_the_server_after_the_logout() {
        let (server, client, starts) = slow(false);
        let reader = Arc::clone(&client);
        let reading = std::thread::spawn(move || reader.send(&Request::get(&["read"])).is_ok());
        // The login, and then the request.
        let _ = (starts.recv(), starts.recv());
        client.close(Duration::from_secs(5));
        assert!(reading.join().expect("a thread"));
        assert_eq!(client.send(&Request::get(&["read"])).expect_err("it is closed").kind, Kind::Stopped);
        assert_eq!(*server.answered.lock().expect("a lock"), ["/login", "/read", "/logout"]);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "how long the machine waited is what is tested")]
    fn a_login_that_hangs_keeps_nobody_for_more_than_two_seconds() {
        let (_server, client, starts) = slow(true);
        let reader = Arc::clone(&client);
        std::thread::spawn(move || reader.send(&Request::get(&["read"])).is_ok());
        let _ = starts.recv();
        let begin = std::time::Instant::now();
        client.close(Duration::from_secs(30));
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
}
