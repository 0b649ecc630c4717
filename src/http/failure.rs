//! Why no whole answer came, and the error that this is.

use std::fmt;

use crate::error::{Error, Kind};

/// Why no whole answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The host's name has no address.
    Dns,
    /// No connection could be made.
    Connect,
    /// The host is there, and nobody listens at this port.
    Refused,
    /// The server's certificate was not acceptable.
    Tls,
    /// The TLS handshake was refused or cut short.
    Handshake,
    /// The other side does not speak TLS.
    NoTls,
    /// The time limit has passed.
    Timeout,
    /// The connection was made and broke before the answer was whole.
    Broken,
    /// The body is larger than [`LARGEST_BODY`](super::transport::LARGEST_BODY).
    TooLarge,
    /// The client could not be built.
    Setup,
}

/// Why no whole answer came, with its causes from the nearest to the deepest.
#[derive(Clone, Debug)]
pub struct TransportError {
    /// What kind of trouble.
    pub trouble: Trouble,
    /// Texts of the libraries below, nearest first.
    pub causes: Vec<String>,
    /// What the user can do.
    pub hints: Vec<String>,
}

impl TransportError {
    /// Trouble with these causes.
    pub fn new(trouble: Trouble, causes: Vec<String>) -> TransportError {
        TransportError { trouble, causes, hints: Vec::new() }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.trouble, self.causes.join(": "))
    }
}

impl std::error::Error for TransportError {}

/// The error that trouble on the way to `host` is.
pub fn transport_failure(error: TransportError, host: &str) -> Error {
    let (kind, message) = match error.trouble {
        Trouble::Dns => (Kind::Network, format!("the name of {host} cannot be resolved")),
        Trouble::Connect | Trouble::Refused => (Kind::Network, format!("cannot connect to {host}")),
        Trouble::Tls => (Kind::Tls, format!("{host} cannot be trusted")),
        Trouble::Handshake | Trouble::NoTls => {
            (Kind::Tls, format!("no TLS connection to {host} can be made"))
        }
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
            Trouble::Tls | Trouble::NoTls | Trouble::TooLarge | Trouble::Setup
        ),
        from_intermediary: matches!(error.trouble, Trouble::NoTls | Trouble::Dns | Trouble::Refused),
        ..Error::new(kind, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_on_the_way_may_pass_and_a_certificate_that_is_not_trusted_does_not() {
        let failure = |trouble| transport_failure(TransportError::new(trouble, Vec::new()), "h");
        for trouble in [Trouble::Dns, Trouble::Connect, Trouble::Refused, Trouble::Timeout, Trouble::Broken] {
            let error = failure(trouble);
            assert_eq!((error.kind, error.retryable), (Kind::Network, true), "{trouble:?}");
            assert_eq!(error.is_of_wrong_address(), matches!(trouble, Trouble::Dns | Trouble::Refused));
        }
        // An alert or a handshake that is cut short may be a proxy that starts.
        assert_eq!(
            (failure(Trouble::Handshake).kind, failure(Trouble::Handshake).retryable),
            (Kind::Tls, true)
        );
        for trouble in [Trouble::Tls, Trouble::NoTls, Trouble::TooLarge, Trouble::Setup] {
            assert!(!failure(trouble).retryable, "{trouble:?}");
        }
    }
}
