//! Reading JSON that may have any shape, by taking.
//!
//! A backend takes the fields that it knows out of a [`Document`], and what is left over are the task's details. A
//! value of the wrong kind stays where it is: it is shown with the details, and it does not hide the fields beside
//! it. Times, numbers and texts are taken in every spelling that the vendors' documents and captures show.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{NO_TASK, TaskResults};
use crate::error::Error;
use crate::http::Reply;
use crate::task::{PackedJson, Progress, State, Task};

/// The words that one API has for states.
pub type StateWords = &'static [(&'static str, State)];

/// A JSON object whose fields are taken one by one.
///
/// A path is a key, or a JSON Pointer (RFC 6901) where it begins with `/`; an object that is emptied by pointers goes
/// too. `null` is nothing: it can be neither taken nor left over.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Document {
    fields: Map<String, Value>,
}

impl From<Document> for Value {
    fn from(mut document: Document) -> Value {
        document.fields.retain(|_, value| !value.is_null());
        Value::Object(document.fields)
    }
}

impl Document {
    /// Reads the object that stands for a task.
    ///
    /// # Errors
    /// A retryable decode error for anything but a JSON object.
    pub fn parse(text: &str) -> Result<Document, Error> {
        Ok(Document { fields: object(text)? })
    }

    /// Reads an answer of which any part may be missing: one that is not a JSON object is empty.
    pub fn of(reply: &Reply) -> Document {
        Document { fields: serde_json::from_slice(&reply.body).unwrap_or_default() }
    }

    /// The value at `path`, which stays.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let value = match path.strip_prefix('/') {
            None => self.fields.get(path)?,
            Some(pointer) => {
                let mut keys = pointer.split('/').map(unescape);
                let first = self.fields.get(&*keys.next()?)?;
                keys.try_fold(first, |value, key| value.get(&*key))?
            }
        };
        Some(value).filter(|value| !value.is_null())
    }

    /// The text at `path`, which stays; `None` where it is empty.
    pub fn get_text(&self, path: &str) -> Option<String> {
        self.get(path).and_then(text).filter(|text| !text.is_empty())
    }

    /// Takes the value at `path`, of whatever kind it is.
    pub fn take(&mut self, path: &str) -> Option<Value> {
        self.take_by(path, Ok)
    }

    /// Takes what `read` makes of the value at `path`; where it makes nothing of it, the value stays.
    pub fn take_as<T>(&mut self, path: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        self.take_by(path, |value| read(&value).ok_or(value))
    }

    /// A text, or a number or truth value as it is spelled. An empty text is taken and is none.
    pub fn take_text(&mut self, path: &str) -> Option<String> {
        self.take_as(path, text).filter(|text| !text.is_empty())
    }

    /// The texts of a list, or one that stands alone; elements that are not texts are left out.
    pub fn take_texts(&mut self, path: &str) -> Vec<String> {
        let read = |value: &Value| match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) => Some(items.iter().filter_map(text).collect()),
            _ => None,
        };
        self.take_as(path, read).unwrap_or_default()
    }

    /// `true` or `false`.
    pub fn take_bool(&mut self, path: &str) -> Option<bool> {
        self.take_as(path, Value::as_bool)
    }

    /// A whole number; a string of digits and a float without a fraction are taken too.
    pub fn take_int(&mut self, path: &str) -> Option<i128> {
        self.take_as(path, int)
    }

    /// A percentage. A negative one is taken and is none.
    pub fn take_percent(&mut self, path: &str) -> Option<Progress> {
        self.take_as(path, number).and_then(not_negative)
    }

    /// A time: milliseconds since 1970, RFC 3339, or a date alone. A time of day without a zone is none: it stays. Negative milliseconds are taken and are none.
    pub fn take_time(&mut self, path: &str) -> Option<Timestamp> {
        self.take_as(path, time).flatten()
    }

    /// The state that a word stands for, and the word as the server spelled it. Words are compared without regard to
    /// case; one that is not listed, or none at all, is [`State::Unknown`].
    pub fn take_state(&mut self, path: &str, words: StateWords) -> (State, Option<String>) {
        let native = self.take_text(path);
        let spelled = native.as_deref().unwrap_or_default();
        let known = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(spelled));
        let state = match known {
            Some((_, state)) => state.clone(),
            None => State::Unknown { reported: spelled.to_owned() },
        };
        (state, native)
    }

    /// An object; none is an empty one.
    pub fn take_object(&mut self, path: &str) -> Document {
        self.take_by(path, |value| match value {
            Value::Object(fields) => Ok(Document { fields }),
            other => Err(other),
        })
        .unwrap_or_default()
    }

    /// A list.
    pub fn take_list(&mut self, path: &str) -> Option<Vec<Value>> {
        self.take_by(path, |value| match value {
            Value::Array(items) => Ok(items),
            other => Err(other),
        })
    }

    /// Adds a field of ours to what will be left over.
    pub fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.fields.insert(key.to_owned(), value.into());
    }

    /// Moves these keys behind all others, in this order.
    pub fn move_last(&mut self, keys: &[&str]) {
        for key in keys {
            if let Some((key, value)) = self.fields.shift_remove_entry(*key) {
                self.fields.insert(key, value);
            }
        }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// What is left over, as a task's details.
    pub fn rest(self) -> Option<PackedJson> {
        let rest = Value::from(self);
        rest.as_object().is_some_and(|fields| !fields.is_empty()).then(|| PackedJson::new(rest))
    }

    fn take_by<T>(&mut self, path: &str, read: impl FnOnce(Value) -> Result<T, Value>) -> Option<T> {
        match path.strip_prefix('/') {
            None => take_key(&mut self.fields, path, read),
            Some(pointer) => take_at(&mut self.fields, pointer, read),
        }
    }
}

fn unescape(key: &str) -> Cow<'_, str> {
    if key.contains('~') { key.replace("~1", "/").replace("~0", "~").into() } else { key.into() }
}

fn take_at<T>(
    fields: &mut Map<String, Value>,
    pointer: &str,
    read: impl FnOnce(Value) -> Result<T, Value>,
) -> Option<T> {
    let Some((key, below)) = pointer.split_once('/') else {
        return take_key(fields, &unescape(pointer), read);
    };
    let inner = fields.get_mut(&*unescape(key))?.as_object_mut()?;
    let taken = take_at(inner, below, read);
    if inner.is_empty() {
        fields.shift_remove(&*unescape(key));
    }
    taken
}

fn take_key<T>(
    fields: &mut Map<String, Value>,
    key: &str,
    read: impl FnOnce(Value) -> Result<T, Value>,
) -> Option<T> {
    let value = fields.get_mut(key)?.take();
    let taken = if value.is_null() { None } else { Some(read(value)) };
    match taken {
        // Put back where it stood.
        Some(Err(value)) => {
            fields.insert(key.to_owned(), value);
            None
        }
        taken => {
            fields.shift_remove(key);
            taken?.ok()
        }
    }
}

/// Reads the JSON object that stands for a task.
///
/// # Errors
/// A retryable decode error for anything but a JSON object.
pub(crate) fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    let text = text.trim();
    if !text.starts_with('{') && serde_json::from_str::<&RawValue>(text).is_ok() {
        return Err(Error::decode(NO_TASK));
    }
    serde_json::from_str(text).map_err(|error| {
        let what = if error.is_eof() { "the task is cut off" } else { "the task cannot be read" };
        Error::decode(what).cause(error.to_string())
    })
}

/// Reads the list of tasks under `key` of an answer, each from its own bytes, and what stands beside the list. There
/// is no list where it is missing or `null`; an odd task spoils only itself.
///
/// # Errors
/// A decode error for an answer that is not an object, or has something else in the place of the list.
pub(crate) fn parse_list(
    reply: &Reply,
    key: &str,
    read: impl Fn(&str) -> Result<Task, Error>,
) -> Result<(Option<TaskResults>, Document), Error> {
    let text = reply.text();
    let unreadable = |error: serde_json::Error| reply.unreadable(&error);
    let mut fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(unreadable)?;
    let items: Option<Vec<&RawValue>> = match fields.remove(key) {
        Some(list) => serde_json::from_str(list.get()).map_err(unreadable)?,
        None => None,
    };
    let beside =
        fields.into_iter().filter_map(|(key, raw)| Some((key, serde_json::from_str(raw.get()).ok()?)));
    let tasks = items.map(|items| items.iter().map(|item| read(item.get())).collect());
    Ok((tasks, Document { fields: beside.collect() }))
}

/// A text, or a number or truth value as it is spelled.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

pub(crate) fn int(value: &Value) -> Option<i128> {
    let text = text(value)?;
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let float: f64 = text.parse().ok()?;
        #[expect(clippy::cast_possible_truncation, reason = "bounded in the same line")]
        (float.abs() < 1e18 && float.fract() == 0.0).then_some(float as i128)
    })
}

/// A percentage; a negative one is none.
pub(crate) fn percent(value: &Value) -> Option<Progress> {
    number(value).and_then(not_negative)
}

fn not_negative(number: f64) -> Option<Progress> {
    Some(number).filter(|&number| number >= 0.0).and_then(Progress::percent)
}

fn number(value: &Value) -> Option<f64> {
    text(value)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// `Some(None)` is a time that says that there is none.
pub(crate) fn time(value: &Value) -> Option<Option<Timestamp>> {
    let text = text(value)?;
    let text = text.trim();
    if let Ok(milliseconds) = text.parse::<i64>() {
        return if milliseconds < 0 {
            Some(None)
        } else {
            Timestamp::from_millisecond(milliseconds).ok().map(Some)
        };
    }
    let time = text
        .parse()
        // `+0000` without a colon is what Java's `Z` pattern prints.
        .or_else(|_| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text))
        .or_else(|_| {
            Ok::<_, jiff::Error>(
                civil::Date::strptime("%Y-%m-%d", text)?.to_zoned(TimeZone::UTC)?.timestamp(),
            )
        });
    time.ok().map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn doc(value: Value) -> Document {
        Document::parse(&value.to_string()).expect("an object")
    }

    fn rest(doc: Document) -> String {
        doc.rest().map(|rest| rest.value().to_string()).unwrap_or_default()
    }

    #[test]
    fn times_are_taken_in_every_spelling_seen() {
        let expected: Timestamp = "2013-09-17T06:16:48.574Z".parse().expect("a time");
        for spelling in [
            json!(1_379_398_608_574_i64),
            json!("1379398608574"),
            json!("2013-09-17T06:16:48.574Z"),
            json!("2013-09-17T06:16:48.574+0000"),
        ] {
            assert_eq!(doc(json!({"t": spelling})).take_time("t"), Some(expected), "{spelling}");
        }
        assert!(doc(json!({"t": "2013-09-17"})).take_time("t").is_some());
        let mut none = doc(json!({"t": -1}));
        assert_eq!((none.take_time("t"), rest(none)), (None, String::new()));
        // A time of day in no zone may be any of 24.
        for odd in
            [json!("2013-09-17T06:16:48.574"), json!("2013-09-17 06:16:48"), json!("string"), json!({})]
        {
            let mut document = doc(json!({"t": odd}));
            assert_eq!((document.take_time("t"), rest(document)), (None, json!({"t": odd}).to_string()));
        }
    }

    #[test]
    fn numbers_beyond_range_are_of_the_wrong_kind() {
        let int = |value: Value| doc(json!({"n": value})).take_int("n");
        assert_eq!(
            (int(json!("42")), int(json!(4.0)), int(json!(4.5)), int(json!([]))),
            (Some(42), Some(4), None, None)
        );
        let mut huge = Document::parse(r#"{"p": 1e999}"#).expect("an object");
        assert_eq!((huge.take_percent("p"), rest(huge)), (None, r#"{"p":1e+999}"#.to_owned()));
        let mut negative = doc(json!({"p": -1}));
        assert_eq!((negative.take_percent("p"), rest(negative)), (None, String::new()));
    }

    #[test]
    fn what_is_left_over_is_exact_and_in_its_order() {
        let text = r#" {"a": 1, "x": [1.10], "b": {"c": []}, "y": null, "z": 1, "z": null, "d": {}} "#;
        let mut document = Document::parse(text).expect("an object");
        assert_eq!(document.take_int("a"), Some(1));
        assert_eq!(document.take_text("b"), None, "it is an object, and stays");
        assert!(document.take("d").is_some());
        assert_eq!(rest(document), r#"{"x":[1.10],"b":{"c":[]}}"#);
        for wrong in ["[1]", "7", "{\"a\":", "{} {}", ""] {
            assert!(Document::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pointers_lead_into_objects_and_leave_no_empty_ones_behind() {
        let mut document = doc(json!({"a": {"b": {"c": "x"}, "n": null, "~/": 1}, "list": [{"d": 2}]}));
        assert_eq!(document.get("/a/b/c"), Some(&json!("x")));
        assert_eq!(
            (document.get("/a/n"), document.get("/a/none"), document.get("/list/d")),
            (None, None, None)
        );
        assert_eq!(document.take_text("/a/b/c").as_deref(), Some("x"));
        assert_eq!(document.take_text("/a/n"), None);
        assert_eq!(document.take_int("/list/d"), None);
        assert_eq!(document.clone().take_int("/a/~0~1"), Some(1));
        assert_eq!(rest(document.clone()), r#"{"a":{"~/":1},"list":[{"d":2}]}"#);
        document.take("/a/~0~1");
        assert_eq!(rest(document), r#"{"list":[{"d":2}]}"#);
    }

    #[test]
    fn each_task_of_a_list_is_read_from_its_own_bytes() {
        let reply = |body: &str| Reply {
            status: http::StatusCode::OK,
            headers: http::HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            correlation: None,
        };
        let read = |text: &str| Err(Error::decode(text));
        let body = "\u{feff}{\"items\": [{\"a\" :1.10}, 7], \"total\": \"2\"}";
        let (tasks, mut beside) = parse_list(&reply(body), "items", read).expect("a list");
        let texts = tasks.map(|tasks| tasks.into_iter().filter_map(Result::err).map(|error| error.message));
        assert_eq!(
            texts.map(Iterator::collect::<Vec<_>>),
            Some(vec!["{\"a\" :1.10}".to_owned(), "7".to_owned()])
        );
        assert_eq!(beside.take_int("total"), Some(2));
        for none in ["{}", "{\"items\": null}"] {
            assert!(
                parse_list(&reply(none), "items", read).is_ok_and(|(tasks, _)| tasks.is_none()),
                "{none}"
            );
        }
        for wrong in ["[]", "{\"items\": {}}", "<html>", ""] {
            assert!(parse_list(&reply(wrong), "items", read).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_text_is_a_list_of_one() {
        assert_eq!(doc(json!({"t": "a"})).take_texts("t"), ["a"]);
        assert_eq!(doc(json!({"t": ["a", 1, null]})).take_texts("t"), ["a", "1"]);
    }

    #[test]
    fn a_word_is_known_whatever_its_case_and_any_other_is_unknown() {
        static WORDS: [(&str, State); 1] = [("Running", State::Running)];
        let state = |value: Value| doc(json!({"s": value})).take_state("s", &WORDS);
        assert_eq!(state(json!("rUNNING")), (State::Running, Some("rUNNING".to_owned())));
        let unknown = |word: &str| State::Unknown { reported: word.to_owned() };
        assert_eq!(state(json!("Done")), (unknown("Done"), Some("Done".to_owned())));
        assert_eq!(state(json!(["Running"])), (unknown(""), None));
    }
}
