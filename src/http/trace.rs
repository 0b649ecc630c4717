//! What `-v` and `-vv` print of requests and answers.

use std::time::Duration;

use super::reply::Reply;
use crate::util::logger::Log;
use crate::util::redact::STARS;

impl Log {
    /// Traces a request at `-vv`. The body of one that carries a secret is starred if a secret is too short to be found
    /// in it.
    pub(super) fn trace_request(&self, request: &http::Request<Vec<u8>>, secret: bool) {
        if !self.traces() {
            return;
        }
        self.trace(format_args!("> {} {}", request.method(), request.uri()));
        self.trace_headers('>', request.headers());
        if secret && self.redactor().has_short_secret() {
            self.trace(format_args!("> {STARS}"));
        } else {
            self.trace_body('>', request.body());
        }
    }

    /// Traces an answer at `-v` in one line, at `-vv` whole; the body of one that is itself a secret is starred
    /// unless the server refused.
    pub(super) fn trace_reply(&self, label: &str, reply: &Reply, took: Duration, secret: bool) {
        self.info(format_args!("{label} {} in {} ms", reply.status.as_u16(), took.as_millis()));
        if !self.traces() {
            return;
        }
        self.trace_headers('<', &reply.headers);
        if secret && reply.status.is_success() {
            self.trace(format_args!("< {STARS}"));
        } else {
            self.trace_body('<', &reply.body);
        }
    }

    fn trace_headers(&self, direction: char, headers: &http::HeaderMap) {
        for (name, value) in headers {
            let hidden = value.is_sensitive() || is_secret_header(name.as_str());
            let text = if hidden { STARS.into() } else { String::from_utf8_lossy(value.as_bytes()) };
            self.trace(format_args!("{direction} {name}: {text}"));
        }
    }

    fn trace_body(&self, direction: char, body: &[u8]) {
        for line in String::from_utf8_lossy(&self.redactor().scrub_bytes(body)).lines() {
            self.trace(format_args!("{direction} {line}"));
        }
    }
}

/// Headers whose value is a secret with every API; a header of one API is marked sensitive where it is set or read.
fn is_secret_header(name: &str) -> bool {
    matches!(name, "authorization" | "proxy-authorization" | "cookie" | "set-cookie")
}
