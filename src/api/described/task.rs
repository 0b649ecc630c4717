//! From an answer to a task, as a description says.

use std::borrow::Cow;

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::Url;

use super::description::{Description, FailureFields};
use super::pointer::{Answer, Field, Picker, Pointer, all_texts, first_text, fold};
use crate::api::document::{self, Document};
use crate::api::{NO_TASK, identify};
use crate::error::{Error, Kind};
use crate::http::{ApiError, Reply};
use crate::task::{Failure, PackedJson, Progress, State, Target, Task, TaskId};

/// What an answer is, beside its text.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub status: u16,
    pub headers: Option<&'a HeaderMap>,
    /// The id where the task was read alone.
    pub asked: Option<&'a TaskId>,
    /// An element of a list, which the root of an answer says nothing of.
    pub is_element: bool,
}

/// Which place gave a field, for `apis check`.
pub struct Found {
    /// The field, as the description names it.
    pub field: &'static str,
    /// The place, or the rule.
    pub place: String,
    /// What was there.
    pub value: String,
}

struct Reading<'d, 'a> {
    answer: Answer<'a>,
    /// What was taken, and is not left over.
    used: Vec<&'d Pointer>,
    found: Vec<Found>,
}

impl<'d> Reading<'d, '_> {
    fn took(&mut self, field: &'static str, picker: &'d Picker, value: &Value) {
        self.used.extend(picker.taken());
        self.note(
            field,
            picker.source.text.clone(),
            document::text(value).unwrap_or_else(|| value.to_string()),
        );
    }

    fn note(&mut self, field: &'static str, place: String, value: String) {
        self.found.push(Found { field, place, value });
    }

    /// What `read` makes of the first place that has something for it.
    fn first<T>(
        &mut self,
        name: &'static str,
        field: &'d Field,
        read: impl Fn(&Picker, &Value) -> Option<T>,
    ) -> Option<T> {
        for picker in field.iter() {
            for value in picker.values(&self.answer) {
                if let Some(read) = read(picker, &value) {
                    self.took(name, picker, &value);
                    return Some(read);
                }
            }
        }
        None
    }

    fn text(&mut self, name: &'static str, field: &'d Field) -> Option<String> {
        self.first(name, field, |_, value| document::text(value).filter(|text| !text.is_empty()))
    }

    fn time(&mut self, name: &'static str, field: &'d Field) -> Option<jiff::Timestamp> {
        self.first(name, field, Picker::time)
    }

    fn count(&mut self, name: &'static str, field: &'d Field) -> Option<i128> {
        self.first(name, field, |_, value| document::int(value))
    }

    /// The texts of all places.
    fn texts(&mut self, name: &'static str, field: &'d Field) -> Vec<String> {
        let mut texts = Vec::new();
        for picker in field.iter() {
            for value in picker.values(&self.answer) {
                let before = texts.len();
                match &*value {
                    Value::Array(items) => texts.extend(items.iter().filter_map(document::text)),
                    value => texts.extend(document::text(value)),
                }
                if texts.len() > before {
                    self.took(name, picker, &value);
                }
            }
        }
        texts.retain(|text| !text.is_empty());
        texts
    }
}

/// A task, and which place gave what.
///
/// # Errors
/// A decode error for what is no task.
pub(super) fn read(
    description: &Description,
    text: &str,
    about: About<'_>,
) -> Result<(Task, Vec<Found>), Error> {
    static WHOLE: Pointer = Pointer::WHOLE;
    let by_status = description.rules.iter().any(|rule| rule.when.are_about_status());
    let whole = if text.trim().is_empty() && by_status {
        Value::Object(Map::new())
    } else {
        Value::from(Document::parse(text)?)
    };
    let root = if about.is_element { &WHOLE } else { &description.root };
    let Some(body @ Value::Object(_)) = root.get(&whole) else { return Err(Error::decode(NO_TASK)) };
    let id = about.asked.map_or("", TaskId::as_str);
    let answer = Answer { status: about.status, headers: about.headers, body, id };
    let mut reading = Reading { answer, used: Vec::new(), found: Vec::new() };
    let fields = description;

    let native = reading.text("state", &fields.state);
    let rule = description.rules.iter().find(|rule| rule.when.hold(&reading.answer));
    let spelled = native.clone().unwrap_or_default();
    let word = description.words.iter().find(|(word, _)| fold(word) == fold(&spelled));
    let (state, by) = match (rule, word) {
        (Some(rule), _) => (rule.state.get_ref().state(), format!("the rule in line {}", rule.line)),
        (None, Some((word, state))) => (state.clone(), format!("the word {word:?}")),
        (None, None) => {
            (State::Unknown { reported: spelled.clone() }, "a word that is not listed".to_owned())
        }
    };
    if rule.is_some() || native.is_some() {
        reading.note("", by, state.word().to_owned());
    }
    let answered = reading.text("id", &fields.id).map(|id| description.id_of(&id));
    // A path may be anything's; what it leads to has an id of its own.
    let answered = answered.filter(|_| !id.starts_with('/'));
    let (id, other) = identify(answered, rule.map(|_| &spelled).or(native.as_ref()), about.asked)?;

    let mut failure = Failure {
        code: reading.text("failure.code", &fields.failure.code),
        message: reading.text("failure.message", &fields.failure.message),
        causes: reading.texts("failure.causes", &fields.failure.causes),
        retryable: None,
    };
    let mut warnings = reading.texts("warnings", &fields.warnings);
    if let Some(rule) = rule {
        warnings.extend(reading.texts("warning", &rule.warning));
        failure.message = reading.text("failure", &rule.failure).or(failure.message);
    }
    let phase = reading.text("message", &fields.message);
    failure.causes.retain(|cause| Some(cause) != failure.message.as_ref());
    if !matches!(state, State::Failed { .. }) {
        // What went wrong without ending the task.
        warnings.extend(failure.message.take());
    }
    warnings.extend(other);
    let mut messages = reading.texts("messages", &fields.messages);
    if messages.is_empty() {
        messages.extend(phase.clone());
    }
    let percent = reading.first("percent", &fields.percent, |_, value| document::percent(value));
    let steps = (reading.count("done", &fields.done), reading.count("total", &fields.total));
    let task = Task {
        name: reading.text("name", &fields.name),
        progress: percent.or_else(|| Progress::steps(steps.0?, steps.1?)),
        progress_message: phase.or_else(|| messages.last().cloned()),
        target: Target::known(
            reading.text("target.type", &fields.target.kind),
            reading.text("target.id", &fields.target.id),
            reading.text("target.name", &fields.target.name),
        ),
        user: reading.text("user", &fields.user),
        created_at: reading.time("created", &fields.created),
        started_at: reading.time("started", &fields.started),
        updated_at: reading.time("updated", &fields.updated),
        ended_at: reading.time("ended", &fields.ended),
        cancelable: reading.first("cancelable", &fields.cancelable, |_, value| value.as_bool()),
        parent: reading.text("parent", &fields.parent).map(|id| description.id_of(&id)),
        children: reading
            .texts("children", &fields.children)
            .iter()
            .map(|id| description.id_of(id))
            .collect(),
        messages,
        warnings,
        result: reading.first("result", &fields.result, |_, value| Some(PackedJson::new(value.clone()))),
        raw: text.as_bytes().into(),
        ..Task::new(id, state.because(failure), native)
    };
    let Reading { used, mut found, .. } = reading;
    let rest = left_over(whole, root, used.into_iter().chain(&description.omit));
    found.extend(rest.iter().map(|(key, value)| Found {
        field: "details",
        place: format!("/{key}"),
        value: value.to_string(),
    }));
    let details = (!rest.is_empty()).then(|| PackedJson::new(Value::Object(rest)));
    Ok((Task { details, ..task }, found))
}

/// What nobody took, with what stands beside the task in the answer.
fn left_over<'p>(
    mut whole: Value,
    root: &Pointer,
    used: impl Iterator<Item = &'p Pointer>,
) -> Map<String, Value> {
    let mut rest = root.get(&whole).cloned().unwrap_or_default();
    for pointer in used {
        pointer.remove(&mut rest);
    }
    let Value::Object(mut rest) = rest else { return Map::new() };
    root.remove(&mut whole);
    if let (Value::Object(beside), true) = (whole, root.names().next().is_some()) {
        for (key, value) in beside {
            rest.entry(key).or_insert(value);
        }
    }
    rest.retain(|_, value| !value.is_null());
    rest
}

impl Description {
    /// The id in what an answer or a user calls one: an id, a path, an address, or a longer form of it.
    pub fn id_of(&self, text: &str) -> String {
        let text = text.trim();
        let path = match Url::parse(text).ok().filter(|url| url.has_host()) {
            Some(url) => Some(url.path().to_owned()),
            None => {
                text.starts_with('/').then(|| text.split(['?', '#']).next().unwrap_or_default().to_owned())
            }
        };
        if let Some(path) = path {
            let path = percent_decode_str(&path).decode_utf8_lossy().into_owned();
            return self.id_in_path(&path).unwrap_or_else(|| {
                path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
            });
        }
        self.id_pattern.as_ref().and_then(|pattern| pattern.find(text)).unwrap_or(text).to_owned()
    }

    /// The id in the decoded path of a task's address.
    pub fn id_in_path(&self, path: &str) -> Option<String> {
        let (given, own): (Vec<_>, Vec<_>) = self.task.iter().partition(|call| call.is_given());
        own.iter().chain(&given).find_map(|call| call.id_in_path(path))
    }

    /// Makes an id of what a user typed.
    ///
    /// # Errors
    /// When it cannot be one of this API.
    pub fn parse_id(&self, text: &str) -> Result<TaskId, Error> {
        let text = text.trim();
        let wrong = |reason: String| {
            let example = self.example_id.as_deref().unwrap_or("ID");
            Error::usage(format!("{text:?} is no task id: {reason}"))
                .hint(format!("an id is such as {example}"))
        };
        let path = text.starts_with('/');
        if path && self.id_in_path(&self.decoded(text)).is_none() {
            return Err(wrong("it is a path, but not that of a task".to_owned()));
        }
        let fits = path || self.id_pattern.as_ref().is_none_or(|pattern| pattern.0.is_match(text));
        if !fits {
            return Err(wrong("it does not look like one".to_owned()));
        }
        TaskId::new(&self.id_of(text)).map_err(|reason| wrong(reason.to_string()))
    }

    fn decoded<'t>(&self, path: &'t str) -> Cow<'t, str> {
        percent_decode_str(path.split(['?', '#']).next().unwrap_or_default()).decode_utf8_lossy()
    }

    /// What an error answer says.
    pub fn read_error(&self, reply: &Reply) -> ApiError {
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let answer =
            Answer { status: reply.status.as_u16(), headers: Some(&reply.headers), body: &body, id: "" };
        let FailureFields { code, message, causes, hint } = &self.error;
        let is_missing = self.not_found.iter().any(|conditions| conditions.hold(&answer));
        ApiError {
            kind: is_missing.then_some(Kind::NotFound),
            code: first_text(code, &answer),
            message: first_text(message, &answer),
            causes: all_texts(causes, &answer),
            hints: all_texts(hint, &answer),
            ..ApiError::default()
        }
    }
}
