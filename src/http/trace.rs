//! What `-v` and `-vv` print of requests and answers.

use std::time::Duration;

use super::Reply;
use crate::util::redact::{Redactor, STARS};

impl Redactor {
    /// Traces a request at `-vv`. The body of one that carries a secret is starred if a secret is too short to be found
    /// in it.
    pub(super) fn trace_request(&self, request: &http::Request<Vec<u8>>, secret: bool) {
        if !log::log_enabled!(log::Level::Trace) {
            return;
        }
        log::trace!("> {} {}", request.method(), self.scrub(&request.uri().to_string()));
        self.trace_headers('>', request.headers());
        if secret && self.has_short_secret() {
            log::trace!("> {STARS}");
        } else {
            self.trace_body('>', request.body());
        }
    }

    /// Traces an answer at `-v` in one line, at `-vv` whole; the body of one that is itself a secret is starred
    /// unless the server refused.
    pub(super) fn trace_reply(&self, label: &str, reply: &Reply, took: Duration, secret: bool) {
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
        for line in String::from_utf8_lossy(&self.scrub_bytes(body)).lines() {
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
