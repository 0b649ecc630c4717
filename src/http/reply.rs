//! A whole answer, and what can be said of it without knowing the API.

use http::StatusCode;
use http::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;
use crate::util::text;

/// The hint where something else answers.
pub const NOT_THE_API: &str = "this may not be the API's address: check `url` (host, port) in the profile";

/// The longest plain text that is shown as the reason of an error, in bytes.
const LONGEST_REASON: usize = 300;

/// The longest title of a page that is shown, in columns.
const LONGEST_TITLE: usize = 80;

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
        let body = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body).trim_ascii_start();
        let begins = |tag: &[u8]| body.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag));
        declared || begins(b"<!doctype html") || begins(b"<html")
    }

    /// What an error body says where its API does not know its shape: a text under a usual key, such as those of
    /// problem+json (RFC 9457) and Spring, or a short text that is all there is.
    pub fn reason(&self) -> Option<String> {
        let text = self.text();
        let text = text.trim_start_matches('\u{feff}').trim();
        if let Ok(body) = serde_json::from_str(text) {
            return reason_in(&body);
        }
        let is_plain = !text.is_empty() && !text.starts_with(['<', '{', '[']) && !text.contains('\n');
        (is_plain && text.len() <= LONGEST_REASON).then(|| text.to_owned())
    }

    /// What a web page calls itself, in the words of a cause.
    pub fn page_title(&self) -> Option<String> {
        let text = self.text();
        let lower = text.to_ascii_lowercase();
        let begin = lower.find("<title")? + "<title".len();
        let begin = begin + lower[begin..].find('>')? + 1;
        let title = &text[begin..begin + lower[begin..].find("</title")?];
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let title = text::truncate(&title, LONGEST_TITLE);
        (!title.is_empty()).then(|| format!("its title is {title:?}"))
    }

    /// Adds what to do, and what the page calls itself, to an error that was made of this answer, if it is a web page and so
    /// not the API's.
    pub fn hint_at_page(&self, error: Error) -> Error {
        if !self.is_html() {
            return error;
        }
        let error = Error { from_intermediary: true, ..error.hint(NOT_THE_API) };
        self.page_title().into_iter().fold(error, Error::cause)
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
        self.is_not(
            "JSON",
            if self.text().trim_start().starts_with('<') {
                Error::decode("the answer is XML, not JSON")
            } else if error.is_eof() {
                Error::decode("the answer is cut off").cause(error.to_string())
            } else {
                Error::decode("the answer is not the JSON expected").cause(error.to_string())
            },
        )
    }

    /// The error for a body that is not the XML that it should be, by `otherwise` where nothing better can be said.
    pub fn no_xml(&self, otherwise: &str) -> Error {
        let is_json = self.text().trim_start().starts_with(['{', '[']);
        self.is_not("XML", Error::decode(if is_json { "the answer is JSON, not XML" } else { otherwise }))
    }

    fn is_not(&self, wanted: &str, otherwise: Error) -> Error {
        let mut result = if self.is_html() {
            self.hint_at_page(Error::decode(format!("the answer is a web page, not {wanted}")))
        } else if self.text().trim().is_empty() {
            Error::decode("the answer is empty")
        } else {
            otherwise
        };
        result.http_status = Some(self.status.as_u16());
        result.from_intermediary = self.is_html();
        result
    }
}

/// The first text under a usual key of an error.
fn reason_in(body: &Value) -> Option<String> {
    match body {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(items) => items.iter().find_map(reason_in),
        Value::Object(fields) => {
            ["detail", "message", "msg", "error_description", "error", "errors", "title"]
                .into_iter()
                .find_map(|key| reason_in(fields.get(key)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(body: &str) -> Reply {
        let (status, headers) = (StatusCode::BAD_REQUEST, HeaderMap::new());
        Reply { status, headers, body: body.as_bytes().to_vec(), correlation: None }
    }

    #[test]
    fn an_error_of_a_shape_that_no_api_knows_gives_its_text() {
        for (body, expected) in [
            (r#"{"error": "no such pool"}"#, Some("no such pool")),
            (
                r#"{"timestamp": 1, "status": 400, "error": "Bad Request", "message": "no pool", "path": "/x"}"#,
                Some("no pool"),
            ),
            (r#"{"type": "about:blank", "title": "Bad", "detail": "no such pool"}"#, Some("no such pool")),
            (r#"{"error": {"code": 7, "message": "deep"}}"#, Some("deep")),
            (r#"{"errors": [{"x": 1}, {"msg": "second"}]}"#, Some("second")),
            (" busy \n", Some("busy")),
            ("two\nlines", None),
            ("<html>", None),
            ("{\"message\":", None),
            (r#"{"status": 400}"#, None),
            ("", None),
        ] {
            assert_eq!(reply(body).reason().as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn a_web_page_is_known_by_its_first_bytes_however_short() {
        for page in ["<html>", "\u{feff} \n<HTML><body>", "<!doctype html>"] {
            assert!(reply(page).is_html(), "{page}");
        }
        assert!(!reply("<error/>").is_html() && !reply("").is_html());
    }
}
