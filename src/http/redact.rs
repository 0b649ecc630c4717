//! What must not be seen, and the traces that do not show it.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Reply;

/// What stands where a secret stood.
pub const STARS: &str = "***";

/// Knows every secret of a run and takes it out of texts.
#[derive(Default)]
pub struct Redactor {
    secrets: RwLock<Vec<Zeroizing<String>>>,
}

impl Redactor {
    /// Knows nothing yet.
    pub fn new() -> Redactor {
        Redactor::default()
    }

    /// Registers a secret: it, its JSON spelling, its percent-encoding and its base64 are replaced from now on.
    pub fn hide(&self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        let json = serde_json::to_string(secret).unwrap_or_default();
        let percent =
            percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
        for form in [secret.to_owned(), json.trim_matches('"').to_owned(), percent, STANDARD.encode(secret)] {
            if !secrets.iter().any(|known| **known == form) {
                secrets.push(Zeroizing::new(form));
            }
        }
        // The longest first, so that a secret inside another does not leave the rest of it behind.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// Registers a secret that is held as one.
    pub fn hide_secret(&self, secret: &SecretString) {
        self.hide(secret.expose_secret());
    }

    /// Registers what a Basic header makes of a user name and a password.
    pub fn hide_basic(&self, user: &str, password: &SecretString) {
        let pair = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
        self.hide(&STANDARD.encode(pair.as_bytes()));
    }

    /// The text without any known secret.
    pub fn scrub(&self, text: &str) -> String {
        let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        let mut result = text.to_owned();
        for secret in secrets.iter() {
            if result.contains(secret.as_str()) {
                result = result.replace(secret.as_str(), STARS);
            }
        }
        result
    }

    /// Bytes without any known secret; what is no UTF-8 is replaced only if a secret was found.
    pub fn scrub_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(bytes);
        let scrubbed = self.scrub(&text);
        if scrubbed == text { bytes.to_vec() } else { scrubbed.into_bytes() }
    }

    /// Traces a request at `-vv`.
    pub fn trace_request(&self, request: &http::Request<Vec<u8>>) {
        if !log::log_enabled!(log::Level::Trace) {
            return;
        }
        log::trace!("> {} {}", request.method(), self.scrub(&request.uri().to_string()));
        self.trace_headers('>', request.headers());
        self.trace_body('>', request.body());
    }

    /// Traces an answer at `-v` in one line, at `-vv` whole; the body of one that is itself a secret is starred
    /// unless the server refused.
    pub fn trace_reply(&self, label: &str, reply: &Reply, took: Duration, secret: bool) {
        log::debug!("{} {} in {} ms", self.scrub(label), reply.status.as_u16(), took.as_millis());
        if !log::log_enabled!(log::Level::Trace) {
            return;
        }
        self.trace_headers('<', &reply.headers);
        if secret && reply.status.is_success() {
            log::trace!("< {STARS}");
        } else {
            self.trace_body('<', &reply.body);
        }
    }

    fn trace_headers(&self, direction: char, headers: &http::HeaderMap) {
        for (name, value) in headers {
            let hidden = value.is_sensitive() || is_secret_header(name.as_str());
            let text = if hidden {
                STARS.to_owned()
            } else {
                self.scrub(&String::from_utf8_lossy(value.as_bytes()))
            };
            log::trace!("{direction} {name}: {text}");
        }
    }

    fn trace_body(&self, direction: char, body: &[u8]) {
        for line in self.scrub(&String::from_utf8_lossy(body)).lines() {
            log::trace!("{direction} {line}");
        }
    }
}

/// Headers whose value is a secret whoever sent it.
fn is_secret_header(name: &str) -> bool {
    matches!(
        name,
        "authorization"
            | "proxy-authorization"
            | "cookie"
            | "set-cookie"
            | "x-vcav-auth"
            | "vmware-api-session-id"
            | "x-sds-auth-token"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let redactor = Redactor::new();
        redactor.hide("p\"w/1");
        let text = r#"plain p"w/1 json p\"w/1 url p%22w%2F1 base64 cCJ3LzE="#;
        assert_eq!(redactor.scrub(text), "plain *** json *** url *** base64 ***");
    }
}
