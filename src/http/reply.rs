//! A whole answer, and what can be said of it without knowing the API.

use http::StatusCode;
use http::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// The hint where something else answers.
pub const NOT_THE_API: &str = "this may not be the API's address: check `url` (host, port) in the profile";

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
    /// A retryable [`crate::error::Kind::Decode`] error that says what came instead: HTML, nothing, XML, or where the JSON is
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
