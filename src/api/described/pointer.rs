//! Where a description finds a value in an answer, and what it asks of one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use http::HeaderMap;
use http::header::HeaderName;
use jiff::Timestamp;
use regex_lite::Regex;
use serde::Deserialize;
use serde_json::Value;

use super::reader::{Many, Shorthand};
use crate::api::document;

/// An answer of the server, or one task of it.
pub(super) struct Answer<'a> {
    pub status: u16,
    pub headers: Option<&'a HeaderMap>,
    pub body: &'a Value,
    /// The id that was asked for; empty where none was.
    pub id: &'a str,
}

/// A JSON Pointer (RFC 6901). One key may be `*`: every element of a list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pointer {
    keys: Vec<Key>,
}

#[derive(Clone, Debug, PartialEq)]
enum Key {
    Name(String),
    Every,
}

impl TryFrom<String> for Pointer {
    type Error = String;

    fn try_from(text: String) -> Result<Pointer, String> {
        Pointer::parse(&text)
    }
}

impl Pointer {
    /// The whole document.
    pub const WHOLE: Pointer = Pointer { keys: Vec::new() };

    fn parse(text: &str) -> Result<Pointer, String> {
        if text.is_empty() {
            return Ok(Pointer::default());
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Err(format!("{text:?} is no JSON Pointer: it must begin with `/`"));
        };
        if rest.replace("~0", "").replace("~1", "").contains('~') {
            return Err(format!("{text:?} is no JSON Pointer: `~` is written `~0`, and `/` in a key `~1`"));
        }
        let key = |key: &str| match key {
            "*" => Key::Every,
            key => Key::Name(key.replace("~1", "/").replace("~0", "~")),
        };
        let keys: Vec<Key> = rest.split('/').map(key).collect();
        if keys.iter().filter(|key| **key == Key::Every).count() > 1 {
            return Err(format!("{text:?} walks more than one list"));
        }
        Ok(Pointer { keys })
    }

    /// The list that it walks.
    fn list<'v>(&self, value: &'v Value) -> Option<&'v Vec<Value>> {
        let before = self.keys.iter().take_while(|key| **key != Key::Every).cloned().collect();
        Pointer { keys: before }.get(value)?.as_array()
    }

    /// The keys, where none is `*`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| if let Key::Name(name) = key { Some(name.as_str()) } else { None })
    }

    /// The values, `null` left out; of the list's elements only those that `keep`.
    fn values<'v>(&self, value: &'v Value, keep: &dyn Fn(&Value) -> bool) -> Vec<&'v Value> {
        let mut found = vec![value];
        for key in &self.keys {
            found = match key {
                Key::Name(name) => found.into_iter().filter_map(|value| child(value, name)).collect(),
                Key::Every => {
                    let lists = found.into_iter().filter_map(Value::as_array);
                    lists.flatten().filter(|item| keep(item)).collect()
                }
            };
        }
        found.retain(|value| !value.is_null());
        found
    }

    /// The value, where there is one.
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.values(value, &|_| true).into_iter().next()
    }

    /// Takes the values out, and what is empty without them.
    pub fn remove(&self, value: &mut Value) {
        remove(&self.keys, value);
    }
}

fn child<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(fields) => fields.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Whether the value itself is to go.
fn remove(keys: &[Key], value: &mut Value) -> bool {
    match (keys.split_first(), value) {
        (None, _) => true,
        (Some((Key::Name(name), rest)), Value::Object(fields)) => {
            if fields.get_mut(name).is_some_and(|inner| remove(rest, inner)) {
                fields.shift_remove(name);
            }
            fields.is_empty()
        }
        (Some((Key::Every, rest)), Value::Array(items)) => {
            items.retain_mut(|item| !remove(rest, item));
            items.is_empty()
        }
        // The others of the list would have another number.
        _ => false,
    }
}

/// Where a value is.
#[derive(Clone, Debug)]
enum Place {
    Body(Pointer),
    Status,
    Header(HeaderName),
    /// The id that was asked for.
    Id,
}

/// Where a value is, as it is written: a pointer, `status:`, `id:` or `header:NAME`.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub text: String,
    place: Place,
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Source, String> {
        let place = match text.split_once(':') {
            Some(("status", "")) => Place::Status,
            Some(("id", "")) => Place::Id,
            Some(("header", name)) => match name.trim().parse() {
                Ok(name) => Place::Header(name),
                Err(_) => return Err(format!("{name:?} cannot be the name of a header")),
            },
            _ => Place::Body(Pointer::try_from(text.to_owned())?),
        };
        Ok(Source { text: text.to_owned(), place })
    }
}

impl Source {
    fn values<'v>(&self, answer: &Answer<'v>, keep: &dyn Fn(&Value) -> bool) -> Vec<Cow<'v, Value>> {
        let text = |text: Option<&str>| {
            text.filter(|text| !text.is_empty())
                .map(|text| Cow::Owned(Value::from(text)))
                .into_iter()
                .collect()
        };
        match &self.place {
            Place::Body(pointer) => {
                pointer.values(answer.body, keep).into_iter().map(Cow::Borrowed).collect()
            }
            Place::Status => vec![Cow::Owned(Value::from(answer.status))],
            Place::Id => text(Some(answer.id)),
            Place::Header(name) => {
                text(answer.headers.and_then(|headers| headers.get(name)?.to_str().ok()).map(str::trim))
            }
        }
    }

    /// The first text there.
    pub fn text(&self, answer: &Answer<'_>) -> Option<String> {
        let values = self.values(answer, &|_| true);
        values.iter().find_map(|value| document::text(value)).filter(|text| !text.is_empty())
    }

    /// The header, if it is one.
    pub fn header(&self) -> Option<&str> {
        if let Place::Header(name) = &self.place { Some(name.as_str()) } else { None }
    }
}

/// What must hold, all of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "BTreeMap<String, TestText>")]
pub(super) struct Conditions(Vec<(Source, Test)>);

#[derive(Clone, Debug)]
enum Test {
    OneOf(Vec<String>),
    Matches(Regex),
    Present(bool),
}

/// A condition as it is written.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a value, a list of values, { matches = \"…\" } or { present = true }"
)]
enum TestText {
    Table(TestTable),
    Words(Vec<Word>),
    Word(Word),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestTable {
    matches: Option<String>,
    present: Option<bool>,
}

/// A value as text, whatever its kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text, a number, true or false")]
pub(super) enum Word {
    Text(String),
    Number(i64),
    Truth(bool),
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Word::Text(text) => f.write_str(text),
            Word::Number(number) => write!(f, "{number}"),
            Word::Truth(truth) => write!(f, "{truth}"),
        }
    }
}

impl TryFrom<BTreeMap<String, TestText>> for Conditions {
    type Error = String;

    fn try_from(texts: BTreeMap<String, TestText>) -> Result<Conditions, String> {
        let fold = |word: &Word| fold(&word.to_string());
        let condition = |(place, test): (String, TestText)| {
            let test = match test {
                TestText::Word(word) => Test::OneOf(vec![fold(&word)]),
                TestText::Words(words) => Test::OneOf(words.iter().map(fold).collect()),
                TestText::Table(TestTable { matches: Some(pattern), present: None }) => {
                    Test::Matches(Pattern::try_from(pattern)?.0)
                }
                TestText::Table(TestTable { matches: None, present: Some(present) }) => {
                    Test::Present(present)
                }
                TestText::Table(_) => return Err(format!("{place:?} needs either `matches` or `present`")),
            };
            // `status = 404` reads better than `"status:" = 404`, and no pointer looks like it.
            let place = if place == "status" { "status:" } else { &place };
            Ok((place.parse()?, test))
        };
        texts.into_iter().map(condition).collect::<Result<_, String>>().map(Conditions)
    }
}

impl Conditions {
    pub fn hold(&self, answer: &Answer<'_>) -> bool {
        self.0.iter().all(|(source, test)| test.holds(&source.values(answer, &|_| true)))
    }

    /// Whether the status is among them, so that an answer without a body may be one too.
    pub fn are_about_status(&self) -> bool {
        self.0.iter().any(|(source, _)| matches!(source.place, Place::Status))
    }
}

impl Test {
    fn holds(&self, values: &[Cow<'_, Value>]) -> bool {
        let mut texts = values.iter().filter_map(|value| document::text(value));
        match self {
            Test::OneOf(words) => texts.any(|text| words.contains(&fold(&text))),
            Test::Matches(regex) => texts.any(|text| regex.is_match(&text)),
            Test::Present(present) => values.is_empty() != *present,
        }
    }
}

/// A regular expression.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern(pub Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        Regex::new(&text).map(Pattern).map_err(|error| format!("{text:?} is no regular expression: {error}"))
    }
}

impl Pattern {
    /// The first group of what is found, or all of it.
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        let found = self.0.captures(text)?;
        found.get(1).or_else(|| found.get(0)).map(|found| found.as_str())
    }
}

/// A word as words are compared: without case; blank, `-` and `_` are alike.
pub(super) fn fold(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Where a field is: the first of these places that has it; for texts, all of them.
pub(super) type Field = Many<Picker>;

/// One place of a field.
#[derive(Clone, Debug)]
pub(super) struct Picker {
    pub source: Source,
    /// Only those elements of the list.
    filter: Option<Conditions>,
    /// How many there are, instead of what they are.
    counts: bool,
    /// Times are seconds where they are numbers.
    seconds: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PickerTable {
    at: Option<String>,
    count: Option<String>,
    r#where: Option<Conditions>,
    unit: Option<Unit>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Unit {
    S,
    Ms,
    Rfc3339,
}

impl Shorthand for Picker {
    type Table = PickerTable;

    fn of_text(text: &str) -> Result<Picker, String> {
        Ok(Picker { source: text.parse()?, filter: None, counts: false, seconds: false })
    }

    fn of_table(table: PickerTable) -> Result<Picker, String> {
        let (PickerTable { at: Some(place), count: None, .. }
        | PickerTable { at: None, count: Some(place), .. }) = &table
        else {
            return Err("a place is { at = \"/field\" } or { count = \"/list/*\" }".to_owned());
        };
        let source = place.parse()?;
        Ok(Picker {
            source,
            counts: table.count.is_some(),
            filter: table.r#where,
            seconds: table.unit == Some(Unit::S),
        })
    }
}

impl Picker {
    /// The values there.
    pub fn values<'v>(&self, answer: &Answer<'v>) -> Vec<Cow<'v, Value>> {
        let keep = |body: &Value| {
            self.filter
                .as_ref()
                .is_none_or(|filter| filter.hold(&Answer { headers: None, status: 0, id: "", body }))
        };
        let found = self.source.values(answer, &keep);
        match &self.source.place {
            // No list is no count; an empty one is none of it.
            Place::Body(pointer) if self.counts => match pointer.list(answer.body) {
                Some(_) => vec![Cow::Owned(Value::from(found.len()))],
                None => Vec::new(),
            },
            _ => found,
        }
    }

    /// A time there.
    pub fn time(&self, value: &Value) -> Option<Timestamp> {
        if !self.seconds {
            return document::time(value).flatten();
        }
        let text = document::text(value)?;
        let seconds: f64 = text.trim().parse().ok().filter(|seconds| *seconds > 0.0 && *seconds < 1e11)?;
        #[expect(clippy::cast_possible_truncation, reason = "bounded in the line above")]
        Timestamp::from_millisecond((seconds * 1000.0) as i64).ok()
    }

    /// The pointer whose value is not left over once this has taken it.
    pub fn taken(&self) -> Option<&Pointer> {
        match &self.source.place {
            Place::Body(pointer) if self.filter.is_none() && !self.counts => Some(pointer),
            _ => None,
        }
    }
}

/// The first text of a field.
pub(super) fn first_text(field: &Field, answer: &Answer<'_>) -> Option<String> {
    all_texts(field, answer).into_iter().next()
}

/// All texts of a field.
pub(super) fn all_texts(field: &Field, answer: &Answer<'_>) -> Vec<String> {
    let values = field.iter().flat_map(|picker| picker.values(answer));
    values.filter_map(|value| document::text(&value)).filter(|text| !text.is_empty()).collect()
}
