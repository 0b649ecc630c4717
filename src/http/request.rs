//! A request as a backend makes it: relative to the profile's address, ids as one segment of the path each.

use std::time::Duration;

use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serializer as _;
use zeroize::Zeroizing;

/// Everything but the unreserved characters of RFC 3986 and `:`, which every vendor sends raw.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// A request relative to the profile's address.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    pub(super) path: String,
    pub(super) query: String,
    /// Headers of this request alone.
    pub headers: HeaderMap,
    /// May hold a password: wiped when dropped. The copies that the transport makes are beyond reach.
    pub(super) body: Zeroizing<Vec<u8>>,
    pub(super) secret_answer: bool,
    pub(super) secret_body: bool,
    /// How much longer than others its answer may take.
    pub(super) longer: Duration,
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
            longer: Duration::ZERO,
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
        // A buffer that grows leaves its old copies behind; no character is spelled with more than six bytes.
        let longest: usize = body.iter().map(|(key, value)| 6 * (key.len() + value.len() + 1)).sum();
        let mut json = Vec::with_capacity(longest + 2);
        // Writing texts to memory does not fail.
        let _ = serde_json::Serializer::new(&mut json).collect_map(body.iter().copied());
        self.body("application/json", json).secret_body()
    }

    /// Says that the server may take so much longer for its answer than for others.
    #[must_use]
    pub fn may_take_longer(self, longer: Duration) -> Request {
        Request { longer, ..self }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_segment() {
        let request = Request::get(&["tasks", "a/b?c#d%e f:g"]).query("site", "a b&c");
        assert_eq!(request.path, "/tasks/a%2Fb%3Fc%23d%25e%20f:g");
        assert_eq!(request.query, "site=a%20b%26c");
    }
}
