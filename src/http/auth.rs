//! How one API logs in, logs out and answers with errors: what a backend hands to its client.

use std::fmt;

use http::StatusCode;
use secrecy::SecretString;

use super::client::RawClient;
use super::reply::Reply;
use super::request::Request;
use crate::error::{Error, Kind};

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

    /// The headers in which an answer may carry a session's token: no trace shows them.
    fn token_headers(&self) -> &[&'static str] {
        &[]
    }

    /// A header that names a request in the server's logs, made anew for each.
    fn correlation(&self) -> Option<(&'static str, String)> {
        None
    }

    /// Where the credentials come from, for the hint of a refused login.
    fn credential_source(&self) -> String;
}
