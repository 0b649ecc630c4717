//! The one error type: what went wrong, kept apart from what to do about it and from whether to try again.
//!
//! An `Error` travels inside an `anyhow` chain and is found again by downcast. Its `Display` is its own line and
//! never repeats its causes; [`crate::app`] is the only place that prints one.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU8;
use std::time::Duration;

use crate::outcome::{Outcome, Signal};

/// What kind of trouble it is. Kinds decide the exit code; they do not decide whether to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command line asks for something that cannot be.
    Usage,
    /// The configuration, or a secret that it names, is wrong or missing.
    Config,
    /// The server refused the credentials, the session or the right.
    Auth,
    /// There is no such task, site or data store.
    NotFound,
    /// The server could not be reached, or the connection broke.
    Network,
    /// The server's certificate, or the TLS handshake, is not acceptable.
    Tls,
    /// The server answered with an error of its own.
    Http,
    /// The answer is no task: HTML, cut off, malformed.
    Decode,
    /// The task itself ended failed.
    Task,
    /// Reading or writing on this machine failed.
    Io,
    /// The run was stopped before this could be done.
    Stopped,
}

impl Kind {
    /// The word that machine formats use.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Usage => "usage",
            Kind::Config => "config",
            Kind::Auth => "auth",
            Kind::NotFound => "notFound",
            Kind::Network => "network",
            Kind::Tls => "tls",
            Kind::Http => "http",
            Kind::Decode => "decode",
            Kind::Task => "task",
            Kind::Io => "io",
            Kind::Stopped => "stopped",
        }
    }
}

/// Begins the cause that names a request in the server's logs. Machines get it with the others, people with `-v`.
pub const REQUEST: &str = "the request was ";

/// What went wrong.
///
/// `message` is one line without its causes, and without the code and the status that people read beside it; `causes` go from the nearest to the deepest; `hints` say what to do.
#[derive(Clone, Debug)]
pub struct Error {
    /// What kind of trouble it is.
    pub kind: Kind,
    /// One line, without a full stop.
    pub message: String,
    /// Which line holds the server's own words, if one does: 1 is the message, 2 the nearest cause. People read its code
    /// and its status beside them; machines have both under keys of their own.
    pub server_words: Option<NonZeroU8>,
    /// The server's own code, where it gave one.
    pub code: Option<String>,
    /// Why, from the nearest cause to the deepest.
    pub causes: Vec<String>,
    /// What the user can do.
    pub hints: Vec<String>,
    /// The status of the answer that this error was read from.
    pub http_status: Option<u16>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// How long the server asked to be left alone.
    pub retry_after: Option<Duration>,
    /// The answer came from something in front of the API: a web page, a redirect; or nobody is at the address, since the
    /// connection was refused or the name does not exist. It says nothing about the task, whatever its status.
    pub from_intermediary: bool,
}

impl Error {
    /// An error of this kind with this one-line message, not retryable.
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error {
            kind,
            message: message.into(),
            server_words: None,
            code: None,
            causes: Vec::new(),
            hints: Vec::new(),
            http_status: None,
            retryable: false,
            retry_after: None,
            from_intermediary: false,
        }
    }

    /// Shorthand for a mistake on the command line.
    pub fn usage(message: impl Into<String>) -> Error {
        Error::new(Kind::Usage, message)
    }

    /// Shorthand for a mistake in the configuration.
    pub fn config(message: impl Into<String>) -> Error {
        Error::new(Kind::Config, message)
    }

    /// Shorthand for an answer that cannot be read. It is retryable: a proxy in front of a restarting appliance
    /// says such things, and the appliance will say better ones later.
    pub fn decode(message: impl Into<String>) -> Error {
        Error { retryable: true, ..Error::new(Kind::Decode, message) }
    }

    /// Adds a cause, deeper than those before it.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Error {
        self.causes.push(cause.into());
        self
    }

    /// Adds something that the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hints.push(hint.into());
        self
    }

    /// Puts what was being attempted in front; the old message becomes the nearest cause.
    #[must_use]
    pub fn context(mut self, attempt: impl Into<String>) -> Error {
        let message = std::mem::replace(&mut self.message, attempt.into());
        self.causes.insert(0, message);
        self.server_words = self.server_words.map(|line| line.saturating_add(1));
        self
    }

    /// The message and its causes as people read them, the nearest first, without what names the request.
    pub fn lines(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let words = self.server_words.map_or(0, |line| usize::from(line.get()));
        let remark = self.remark().unwrap_or_default();
        let lines = std::iter::once(&self.message).chain(&self.causes).zip(1..);
        lines.filter(|(text, _)| !text.starts_with(REQUEST)).map(move |(text, line)| {
            if line == words && !remark.is_empty() {
                format!("{text} ({remark})").into()
            } else {
                text.into()
            }
        })
    }

    /// The server's code and the status of its answer: `TaskNotFound, HTTP 404 Not Found`.
    fn remark(&self) -> Option<String> {
        let status = self.http_status?;
        let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let line =
            reason.map_or_else(|| format!("HTTP {status}"), |reason| format!("HTTP {status} {reason}"));
        Some(match &self.code {
            Some(code) if *code != status.to_string() => format!("{code}, {line}"),
            _ => line,
        })
    }

    /// Whether it would be the same for any other task of the server: no answer came, or not from the API.
    pub fn is_of_the_server(&self) -> bool {
        match self.kind {
            Kind::Network | Kind::Tls | Kind::Config | Kind::Stopped => true,
            Kind::Auth => self.http_status != Some(403),
            _ => self.from_intermediary || matches!(self.http_status, Some(429 | 502..=504)),
        }
    }

    /// Whether somebody who only looks once need not ask again where nothing good was heard before: nobody is at the
    /// address, or something that is no API and does not promise to be one later.
    pub fn is_of_wrong_address(&self) -> bool {
        self.from_intermediary && !matches!(self.http_status, Some(404 | 410 | 429 | 500..=599))
    }

    /// The outcome of a run that ends with this error.
    pub fn outcome(&self) -> Outcome {
        match self.kind {
            Kind::Usage | Kind::Config => Outcome::Usage,
            Kind::Auth => Outcome::Auth,
            Kind::NotFound => Outcome::NotFound,
            Kind::Network | Kind::Tls => Outcome::Unreachable,
            Kind::Task => Outcome::Failed,
            Kind::Http if self.retryable => Outcome::Unreachable,
            Kind::Http | Kind::Decode | Kind::Io => Outcome::Error,
            Kind::Stopped => Outcome::Signal(Signal::Interrupt),
        }
    }

    /// The outcome that an `anyhow` chain stands for: that of the first [`Error`] in it.
    pub fn outcome_of(error: &anyhow::Error) -> Outcome {
        error.downcast_ref::<Error>().map_or(Outcome::Error, Error::outcome)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().take(1).try_for_each(|text| f.write_str(&text))
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::new(Kind::Io, error.to_string())
    }
}
