//! Reading documents that may have any shape.
//!
//! A field of the wrong type must not hide the fields beside it: the state is what a watch lives by. So every
//! documented field is read as [`Field`], which keeps what it could not read, and times, numbers and texts are taken
//! in every spelling that the vendors' documents and captures show.

use std::fmt;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::task::Progress;

/// A documented field: absent (or null), read, or of a shape that it should not have.
#[derive(Clone, Debug, Default)]
pub enum Field<T> {
    /// Not there, or null.
    #[default]
    Absent,
    /// As documented.
    Read(T),
    /// There, and not as documented.
    Odd(Value),
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field<T>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match value {
            Value::Null => Field::Absent,
            value => match T::deserialize(&value) {
                Ok(read) => Field::Read(read),
                Err(_) => Field::Odd(value),
            },
        })
    }
}

impl<T> Field<T> {
    /// What was read.
    pub fn get(self) -> Option<T> {
        match self {
            Field::Read(value) => Some(value),
            Field::Absent | Field::Odd(_) => None,
        }
    }

    /// What was read, by reference.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Field::Read(value) => Some(value),
            Field::Absent | Field::Odd(_) => None,
        }
    }

    /// Keeps an odd value in `details` under the API's own name, so that nothing is lost.
    #[must_use]
    pub fn keep_odd(self, details: &mut Map<String, Value>, name: &str) -> Field<T> {
        if let Field::Odd(value) = &self {
            details.insert(name.to_owned(), value.clone());
        }
        self
    }
}

impl<T> Field<T>
where
    T: AsRef<str>,
{
    /// The text, if it is not empty.
    pub fn text(&self) -> Option<String> {
        self.as_ref().map(|text| text.as_ref().to_owned()).filter(|text| !text.is_empty())
    }
}

/// A text; a number or a truth value is taken as its spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub String);

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Text(text)),
            Value::Number(number) => Ok(Text(number.to_string())),
            Value::Bool(value) => Ok(Text(value.to_string())),
            _ => Err(serde::de::Error::custom("no text")),
        }
    }
}

/// Several texts; one alone is taken as a list of one, and elements that are no texts are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Texts(vec![text])),
            Value::Array(items) => Ok(Texts(
                items
                    .into_iter()
                    .filter_map(|item| serde_json::from_value::<Text>(item).ok().map(|t| t.0))
                    .collect(),
            )),
            _ => Err(serde::de::Error::custom("no texts")),
        }
    }
}

/// A whole number; a digit string and a float without a fraction are taken too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Int(pub i128);

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Int, D::Error> {
        let text = Text::deserialize(deserializer)?.0;
        let text = text.trim();
        if let Ok(whole) = text.parse::<i128>() {
            return Ok(Int(whole));
        }
        match text.parse::<f64>() {
            #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
            Ok(float) if float.is_finite() && float.abs() < 1e18 && float.fract() == 0.0 => {
                Ok(Int(float as i128))
            }
            _ => Err(serde::de::Error::custom("no whole number")),
        }
    }
}

/// A number, whole or not; a numeric string is taken too.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Number(pub f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        match Text::deserialize(deserializer)?.0.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Number(value)),
            _ => Err(serde::de::Error::custom("no number")),
        }
    }
}

/// A moment: epoch milliseconds (also as a digit string; negative means none), RFC 3339, or a date alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub Option<Timestamp>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = Text::deserialize(deserializer)?.0;
        let text = text.trim();
        if let Ok(milliseconds) = text.parse::<i64>() {
            if milliseconds < 0 {
                return Ok(Moment(None));
            }
            return Timestamp::from_millisecond(milliseconds)
                .map(|time| Moment(Some(time)))
                .map_err(serde::de::Error::custom);
        }
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Moment(Some(time)));
        }
        // `+0000` without a colon is what Java's `Z` pattern prints.
        if let Ok(time) = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text) {
            return Ok(Moment(Some(time)));
        }
        text.parse::<civil::Date>()
            .and_then(|date| date.to_zoned(TimeZone::UTC))
            .map(|zoned| Moment(Some(zoned.timestamp())))
            .map_err(serde::de::Error::custom)
    }
}

impl Field<Moment> {
    /// The moment, if there is one.
    pub fn time(&self) -> Option<Timestamp> {
        self.as_ref().and_then(|moment| moment.0)
    }
}

impl Field<Number> {
    /// The percentage that the number is.
    pub fn percent(&self) -> Option<Progress> {
        self.as_ref().and_then(|number| (number.0 >= 0.0).then_some(number.0)).and_then(Progress::percent)
    }
}

/// The raw text of a JSON object, from the bytes of a body.
///
/// # Errors
/// A retryable decode error when it is no JSON object: an answer that is no task.
pub fn object<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(trimmed_object(text)?).map_err(|error| unreadable(&error))
}

/// The text without the blanks around it, unless it is another kind of JSON.
fn trimmed_object(text: &str) -> Result<&str, Error> {
    let trimmed = text.trim();
    if !trimmed.starts_with('{') && serde_json::from_str::<&RawValue>(trimmed).is_ok() {
        return Err(Error::decode("the answer is JSON but no task"));
    }
    Ok(trimmed)
}

fn unreadable(error: &serde_json::Error) -> Error {
    let what = if error.is_eof() { "the task is cut off" } else { "the task cannot be read" };
    Error::decode(what).cause(error.to_string())
}

/// The keys of `document` that are not in `known`, kept as they are.
///
/// # Errors
/// As [`object`].
pub fn unknown_fields(document: &str, known: &[&str]) -> Result<Map<String, Value>, Error> {
    let mut deserializer = serde_json::Deserializer::from_str(trimmed_object(document)?);
    let read = (&mut deserializer).deserialize_map(Unknown(known));
    read.and_then(|rest| deserializer.end().map(|()| rest)).map_err(|error| unreadable(&error))
}

/// Reads the fields of an object that are in no list; those that are in it are passed over without a trace.
struct Unknown<'a>(&'a [&'a str]);

impl<'de> Visitor<'de> for Unknown<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rest = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.0.contains(&key.as_str()) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            match map.next_value()? {
                Value::Null => rest.shift_remove(&key),
                value => rest.insert(key, value),
            };
        }
        Ok(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
        serde_json::from_str::<Field<T>>(json).expect("a field takes anything").get()
    }

    #[test]
    fn moments_are_read_in_every_spelling_seen() {
        let time: Timestamp = "2013-09-17T06:16:48.574Z".parse().expect("a time");
        for text in [
            "1379398608574",
            "\"1379398608574\"",
            "\"2013-09-17T06:16:48.574Z\"",
            "\"2013-09-17T06:16:48.574+0000\"",
        ] {
            assert_eq!(read::<Moment>(text).and_then(|moment| moment.0), Some(time), "{text}");
        }
        assert_eq!(read::<Moment>("-1").map(|moment| moment.0), Some(None));
        assert!(read::<Moment>("\"2013-09-17\"").is_some_and(|moment| moment.0.is_some()));
        assert_eq!(read::<Moment>("\"string\""), None);
        assert_eq!(read::<Moment>("{}"), None);
    }

    #[test]
    fn numbers_beyond_range_are_odd_and_not_fatal() {
        assert_eq!(read::<Int>("\"42\""), Some(Int(42)));
        assert_eq!(read::<Int>("4.0"), Some(Int(4)));
        assert_eq!(read::<Number>("1e999"), None);
        assert!(matches!(serde_json::from_str::<Field<Int>>("[]"), Ok(Field::Odd(_))));
    }

    #[test]
    fn fields_that_are_not_known_are_kept_exactly() {
        let document = r#" {"a": 1, "x": [1.10], "b": {"c": []}, "y": null, "z": 1, "z": null} "#;
        let rest = unknown_fields(document, &["a", "b"]).expect("an object");
        assert_eq!(Value::Object(rest).to_string(), r#"{"x":[1.10]}"#);
        for wrong in ["[1]", "7", "{\"a\":", "{} {}", ""] {
            assert!(unknown_fields(wrong, &["a"]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_text_is_a_list_of_one() {
        assert_eq!(read::<Texts>("\"a\""), Some(Texts(vec!["a".to_owned()])));
        assert_eq!(read::<Texts>("[\"a\", 1, null]"), Some(Texts(vec!["a".to_owned(), "1".to_owned()])));
    }
}

/// What the property tests of the backends share.
#[cfg(test)]
pub mod testing {
    use proptest::prelude::*;
    use proptest::strategy::Union;
    use serde_json::{Map, Value};

    use crate::task::Task;

    /// Any JSON, as far as a document of tasks may nest.
    pub fn any_json() -> impl Strategy<Value = Value> + Clone {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            Just(Value::from("2017-06-14T23:02:43.269Z")),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::hash_map(".{0,8}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// Any object that has some of these keys, each with anything, and others.
    pub fn any_document(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
        let key = Union::new([prop::sample::select(keys).prop_map(str::to_owned).boxed(), ".{0,8}".boxed()]);
        prop::collection::hash_map(key, any_json(), 0..keys.len())
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    }

    /// Gives every text and large number of an example a value of its own, so that each can be looked for. States
    /// stay as they are, and times stay times.
    pub fn mark(example: &Value) -> (Value, Vec<(String, String)>) {
        let mut marks = Vec::new();
        let marked = mark_at("", example, &mut marks);
        (marked, marks)
    }

    fn mark_at(path: &str, value: &Value, marks: &mut Vec<(String, String)>) -> Value {
        let number = i64::try_from(marks.len()).unwrap_or_default();
        match value {
            Value::Object(object) => Value::Object(
                object
                    .iter()
                    .map(|(key, value)| (key.clone(), mark_at(&format!("{path}/{key}"), value, marks)))
                    .collect::<Map<_, _>>(),
            ),
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| mark_at(&format!("{path}/{i}"), item, marks))
                    .collect(),
            ),
            Value::String(text) if path != "/state" => match text.parse::<jiff::Timestamp>() {
                Ok(time) => {
                    let time = (time + jiff::SignedDuration::from_secs(number)).to_string();
                    marks.push((path.to_owned(), time.clone()));
                    Value::from(time)
                }
                Err(_) => {
                    let mark = format!("<{number}>");
                    marks.push((path.to_owned(), mark.clone()));
                    Value::from(mark)
                }
            },
            Value::Number(given) => match given.as_i64() {
                Some(milliseconds) if milliseconds > 1_000_000_000_000 => {
                    let milliseconds = milliseconds + number * 1000;
                    let time = jiff::Timestamp::from_millisecond(milliseconds).expect("a time");
                    marks.push((path.to_owned(), time.to_string()));
                    Value::from(milliseconds)
                }
                Some(large) if large > 100 => {
                    let large = 770_000 + number;
                    marks.push((path.to_owned(), large.to_string()));
                    Value::from(large)
                }
                _ => value.clone(),
            },
            _ => value.clone(),
        }
    }

    /// Asserts that a task tells everything that the marked document said, its raw bytes aside.
    pub fn assert_nothing_is_lost(task: &Task, marks: &[(String, String)], but: &[&str]) {
        let told = format!("{:?}", Task { raw: Box::default(), ..task.clone() });
        for (path, mark) in marks.iter().filter(|(path, _)| !but.contains(&path.as_str())) {
            assert!(told.contains(mark.as_str()), "{path} ({mark}) is lost in {told}");
        }
    }
}
