//! What vCenter's API endpoint and the snapshot service share: the vAPI infrastructure below both.
//!
//! Here are the standard errors in both spellings (`/api` has `error_type` and `messages`, the older `/rest` has
//! `type` and `value`), messages for people, and the Info document of a task. Where the two systems differ, in paths,
//! login and batches, is in their own files.
//!
//! The standard errors are those of <https://developer.broadcom.com/xapis/vsphere-automation-api/latest/>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::wire::{self, Field, Int, Moment, Text};
use super::{Credentials, Query};
use crate::error::{Error, Kind};
use crate::http::{ApiError, RawClient, Reply, Session};
use crate::task::{Document, Failure, Progress, State, Target, Task, TaskId};

/// The header that names the session in every request.
pub(super) const SESSION_HEADER: &str = "vmware-api-session-id";

/// The message id of a 404 that is about the path and not about what it names.
const NO_SUCH_PATH: &str = "com.vmware.vapi.rest.httpNotFound";

/// The value of a Basic `Authorization` header.
///
/// # Errors
/// A configuration error when there is no user name or no password, or the name cannot travel this way.
pub(super) fn basic(credentials: &Credentials) -> Result<SecretString, Error> {
    let (Some(username), Some(password)) = (&credentials.username, &credentials.password) else {
        return Err(Error::config("this way of logging in needs a user name and a password"));
    };
    if username.contains(':') {
        return Err(Error::config(format!(
            "the user name {username:?} has a colon, which HTTP Basic cannot carry"
        )));
    }
    let pair = SecretString::from(format!("{username}:{}", password.expose_secret()));
    Ok(SecretString::from(format!("Basic {}", STANDARD.encode(pair.expose_secret()))))
}

/// The session that the answer of a login gives: a JSON string, or in `value` on `/rest`.
///
/// # Errors
/// A decode error when there is none, or it cannot be a header's value.
pub(super) fn session(wire: &RawClient<'_>, reply: &Reply) -> Result<Session, Error> {
    let body: Value =
        reply.json().map_err(|error| error.context(format!("cannot log in to {}", wire.host())))?;
    let token = match &body {
        Value::Object(envelope) => envelope.get("value").and_then(Value::as_str),
        body => body.as_str(),
    };
    match token.filter(|token| !token.is_empty() && HeaderValue::from_str(token).is_ok()) {
        Some(token) => Ok(Session::header(SESSION_HEADER, SecretString::from(token.to_owned()))),
        None => Err(Error::decode(format!("{} logged in without giving a session id", wire.host()))),
    }
}

/// The error of a login that was refused or went wrong, with what was attempted and what helps.
pub(super) fn refused_login(error: Error, host: &str, credentials: &Credentials) -> Error {
    if error.kind != Kind::Auth {
        return error.context(format!("cannot log in to {host}"));
    }
    let error = error
        .context(format!("{host} refused the login"))
        .hint(format!("the credentials came from {}", credentials.source));
    match &credentials.username {
        Some(name) if !name.contains(['@', '\\']) => {
            error.hint(format!("the user name {name:?} has no domain: such as {name}@vsphere.local"))
        }
        _ => error,
    }
}

/// A standard error in either spelling, of a refused request or of a failed task.
#[derive(Debug, Default)]
struct StandardError {
    /// `error_type`, or the last part of the older `type`, in upper case.
    kind: Option<String>,
    /// The first says what the caller did, each later one why the one before it happened.
    messages: Vec<String>,
    /// Their keys in the message catalogue.
    ids: Vec<String>,
    challenge: Option<String>,
    /// Whether it was a standard error at all.
    known: bool,
}

impl StandardError {
    fn read(value: &Value) -> StandardError {
        let Some(object) = value.as_object() else { return StandardError::default() };
        let text = |key: &str| object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        // On /rest the error itself stands in `value`; its messages may stand beside it at the framework's level.
        let inner = object.get("value").and_then(Value::as_object);
        let kind = text("error_type")
            .or_else(|| inner.and_then(|inner| inner.get("error_type")).and_then(Value::as_str))
            .or_else(|| text("type").and_then(|name| name.rsplit('.').next()))
            .map(str::to_ascii_uppercase);
        let messages: Vec<&Value> = [
            object.get("messages"),
            inner.and_then(|inner| inner.get("messages")),
            object.get("localizableMessages"),
        ]
        .into_iter()
        .flatten()
        .find_map(|messages| messages.as_array().filter(|messages| !messages.is_empty()))
        .map(|messages| messages.iter().collect())
        .unwrap_or_default();
        StandardError {
            known: kind.is_some() || !messages.is_empty() || object.contains_key("messages"),
            kind,
            messages: messages.iter().filter_map(|message| render(message)).collect(),
            ids: messages
                .iter()
                .filter_map(|message| message.get("id")?.as_str().map(str::to_owned))
                .collect(),
            challenge: text("challenge").map(str::to_owned),
        }
    }

    fn of(reply: &Reply) -> StandardError {
        if reply.status.is_success() {
            return StandardError::default();
        }
        serde_json::from_slice::<Value>(&reply.body)
            .map(|body| StandardError::read(&body))
            .unwrap_or_default()
    }
}

/// Whether an answer says that the path does not exist, which is another thing than a task that does not exist: a 404
/// of the endpoint itself, or of something in front of it that does not speak vAPI.
pub(super) fn is_no_such_path(reply: &Reply) -> bool {
    if !matches!(reply.status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) {
        return false;
    }
    let error = StandardError::of(reply);
    !error.known
        || error.ids.iter().any(|id| id == NO_SUCH_PATH)
        || error.kind.as_deref() == Some("OPERATION_NOT_FOUND")
}

/// Whether an answer is an error that an endpoint of this kind made, and not something in front of it.
pub(super) fn is_standard_error(reply: &Reply) -> bool {
    StandardError::of(reply).known
}

/// Whether an answer says that the session is dead.
pub(super) fn is_rejected(reply: &Reply) -> bool {
    reply.status == StatusCode::UNAUTHORIZED
        || StandardError::of(reply).kind.as_deref() == Some("UNAUTHENTICATED")
}

/// Reads an error body: by the error's own type first, by the status where it has none.
pub(super) fn refusal(reply: &Reply) -> ApiError {
    let error = StandardError::of(reply);
    let mut messages = error.messages.into_iter();
    let mut refusal =
        ApiError { message: messages.next(), causes: messages.collect(), ..ApiError::default() };
    match error.kind.as_deref() {
        Some("UNAUTHENTICATED") => refusal.kind = Some(Kind::Auth),
        Some("UNAUTHORIZED") => {
            refusal.kind = Some(Kind::Auth);
            refusal.hints.push(
                "the account may log in but lacks a privilege: reading a task needs System.Read".to_owned(),
            );
        }
        Some("NOT_FOUND") => refusal.kind = Some(Kind::NotFound),
        Some(
            "SERVICE_UNAVAILABLE"
            | "TIMED_OUT"
            | "RESOURCE_INACCESSIBLE"
            | "RESOURCE_BUSY"
            | "INTERNAL_SERVER_ERROR"
            | "UNABLE_TO_ALLOCATE_RESOURCE"
            | "CONCURRENT_CHANGE",
        ) => {
            refusal.kind = Some(Kind::Http);
            refusal.retryable = Some(true);
        }
        // The one that says nothing more, and what is no standard error: the status decides.
        Some("ERROR") | None => {}
        Some("NOT_ALLOWED_IN_CURRENT_STATE") => {
            refusal.kind = Some(Kind::Http);
            refusal.retryable = Some(false);
            refusal.hints.push("a task that has ended cannot be cancelled any more".to_owned());
        }
        Some("UNSUPPORTED") => {
            refusal.kind = Some(Kind::Http);
            refusal.retryable = Some(false);
            refusal.hints.push("the task's own `cancelable` says whether it can be cancelled".to_owned());
        }
        // A word of a later version: the status knows more than this program does.
        Some(kind) if !STANDARD_ERRORS.contains(&kind) => {}
        Some(_) => {
            refusal.kind = Some(Kind::Http);
            refusal.retryable = Some(false);
        }
    }
    refusal.code = error.kind;
    if let Some(challenge) = error.challenge {
        refusal.causes.push(format!("the server asks for {challenge}"));
    }
    refusal
}

/// The standard errors that [`refusal`] has no words of its own for: asking again changes nothing.
const STANDARD_ERRORS: [&str; 12] = [
    "ALREADY_EXISTS",
    "ALREADY_IN_DESIRED_STATE",
    "CANCELED",
    "FEATURE_IN_USE",
    "INVALID_ARGUMENT",
    "INVALID_ELEMENT_CONFIGURATION",
    "INVALID_ELEMENT_TYPE",
    "INVALID_REQUEST",
    "OPERATION_NOT_FOUND",
    "RESOURCE_IN_USE",
    "UNEXPECTED_INPUT",
    "UNVERIFIED_PEER",
];

/// The text of a LocalizableMessage: `localized`, else `default_message`, else `id`; a text is itself.
///
/// Placeholders are left as they are: what travels is already substituted, and what looks like one is a part of it.
pub(super) fn render(message: &Value) -> Option<String> {
    match message {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Object(object) => ["localized", "default_message", "id"]
            .into_iter()
            .filter_map(|key| object.get(key).and_then(Value::as_str))
            .find(|text| !text.is_empty())
            .map(str::to_owned),
        _ => None,
    }
}

/// Info of com.vmware.cis.task and com.vmware.snapservice.tasks.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireInfo {
    description: Field<Map<String, Value>>,
    service: Field<Text>,
    operation: Field<Text>,
    status: Field<Text>,
    cancelable: Field<bool>,
    parent: Field<Text>,
    target: Field<Map<String, Value>>,
    progress: Field<Value>,
    result: Field<Value>,
    error: Field<Value>,
    start_time: Field<Moment>,
    end_time: Field<Moment>,
    last_update_time: Field<Moment>,
    user: Field<Text>,
    notifications: Field<Value>,
    subtasks: Field<Value>,
    vc_task: Field<Text>,
}

/// What [`WireInfo`] reads; the rest is data of the operation, which `return_all` asks for.
const KNOWN: [&str; 17] = [
    "description",
    "service",
    "operation",
    "status",
    "cancelable",
    "parent",
    "target",
    "progress",
    "result",
    "error",
    "start_time",
    "end_time",
    "last_update_time",
    "user",
    "notifications",
    "subtasks",
    "vc_task",
];

/// DynamicID.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireTarget {
    r#type: Field<Text>,
    id: Field<Text>,
}

/// Progress.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireProgress {
    total: Field<Int>,
    completed: Field<Int>,
    message: Field<Value>,
}

/// From the server's document to ours. The document does not name its task.
pub(super) fn normalise(document: &str, id: &TaskId) -> Result<Task, Error> {
    let wire: WireInfo = wire::object(document)?;
    let mut details = wire::unknown_fields(document, &KNOWN)?;
    let native = wire.status.keep_odd(&mut details, "status").text();
    let error = wire.error.get();
    let notifications = wire.notifications.get();
    let result = wire.result.get();
    let mut messages = notification_texts(notifications.as_ref(), "info");
    let mut warnings = notification_texts(notifications.as_ref(), "warnings");
    let errors = notification_texts(notifications.as_ref(), "errors");
    let state = match native.as_deref().unwrap_or_default().to_ascii_uppercase().as_str() {
        "PENDING" => State::Pending,
        "RUNNING" => State::Running,
        "BLOCKED" => State::Blocked,
        "SUCCEEDED" => State::Succeeded,
        "FAILED" => {
            let failure = failure(error.as_ref(), &errors, result.as_ref());
            if matches!(failure.code.as_deref(), Some("CANCELED" | "CANCELLED")) {
                messages.extend(failure.message.into_iter().chain(failure.causes));
                State::Cancelled
            } else {
                State::Failed { failure }
            }
        }
        _ => State::Unknown { reported: native.clone().unwrap_or_default() },
    };
    // Errors that are not why the task ended went wrong without ending it.
    let told = |text: &String| {
        messages.contains(text)
            || state.failure().is_some_and(|failure| {
                failure.message.as_ref() == Some(text) || failure.causes.contains(text)
            })
    };
    warnings.extend(errors.into_iter().filter(|text| !told(text)));
    let mut task = Task::new(id.clone(), state, native);
    let operation = wire.operation.keep_odd(&mut details, "operation").text();
    let description = wire.description.keep_odd(&mut details, "description").get().map(Value::Object);
    task.name = description.as_ref().and_then(render).or_else(|| operation.clone());
    let target = wire.target.keep_odd(&mut details, "target").get().unwrap_or_default();
    let target = WireTarget::deserialize(&Value::Object(target)).unwrap_or_default();
    task.target = Target::known(target.r#type.text(), target.id.text(), None);
    task.user = wire.user.keep_odd(&mut details, "user").text();
    if let Some(whole) = wire.progress.get() {
        let progress = WireProgress::deserialize(&whole).unwrap_or_default();
        if let (Some(done), Some(total)) = (progress.completed.as_ref(), progress.total.as_ref()) {
            task.progress = Progress::steps(done.0, total.0);
        }
        let message = progress.message.get();
        task.progress_message = message.as_ref().and_then(render);
        match message {
            Some(message) if task.progress.is_some() => details.insert("progressMessage".to_owned(), message),
            _ if task.progress.is_some() => None,
            // Steps that cannot be told in common terms are told in the server's.
            _ => details.insert("progress".to_owned(), whole),
        };
    }
    task.started_at = wire.start_time.keep_odd(&mut details, "start_time").time();
    task.updated_at = wire.last_update_time.keep_odd(&mut details, "last_update_time").time();
    task.ended_at = wire.end_time.keep_odd(&mut details, "end_time").time();
    task.cancelable = wire.cancelable.keep_odd(&mut details, "cancelable").get();
    task.parent = wire.parent.keep_odd(&mut details, "parent").text();
    let subtasks = wire.subtasks.get();
    task.children = subtasks.as_ref().map(map_keys).unwrap_or_default();
    task.messages = messages;
    task.warnings = warnings;
    task.result = result.map(Document::new);
    let texts = [
        ("service", wire.service.keep_odd(&mut details, "service").text()),
        ("operation", operation),
        ("vcTask", wire.vc_task.keep_odd(&mut details, "vc_task").text()),
    ];
    let wholes = [
        ("description", description),
        ("error", error),
        ("notifications", notifications),
        ("subtasks", subtasks),
    ];
    let texts = texts.into_iter().map(|(key, text)| (key, text.map(Value::String)));
    for (key, value) in texts.chain(wholes) {
        if let Some(value) = value {
            details.insert(key.to_owned(), value);
        }
    }
    task.set_details(details);
    task.raw = document.as_bytes().into();
    Ok(task)
}

/// Why a task failed: `error` if it says so; else, as the API's own page has it, what the result says, and before
/// that the notifications, which is where captured failures have it.
fn failure(error: Option<&Value>, notified: &[String], result: Option<&Value>) -> Failure {
    let standard = error.map(StandardError::read).unwrap_or_default();
    let reasons = [
        standard.messages,
        notified.to_vec(),
        notification_texts(result.and_then(|result| result.get("notifications")), "errors"),
        result.and_then(|result| result.get("summary")).and_then(render).into_iter().collect(),
        result.and_then(|result| result.get("messages")).map(texts).unwrap_or_default(),
        // No shape that is known: better its own text than nothing.
        error.and_then(plain_text).into_iter().collect(),
    ];
    let mut reasons = reasons.into_iter().find(|texts| !texts.is_empty()).unwrap_or_default().into_iter();
    Failure { code: standard.kind, message: reasons.next(), causes: reasons.collect(), retryable: None }
}

/// What an error of an unknown shape says: a message by the usual names, else all of it.
fn plain_text(error: &Value) -> Option<String> {
    match error {
        Value::Object(object) if !StandardError::read(error).known => ["message", "msg", "localizedMessage"]
            .into_iter()
            .find_map(|key| object.get(key).and_then(render))
            .or_else(|| render(error))
            .or_else(|| (!object.is_empty()).then(|| error.to_string())),
        Value::Object(_) | Value::Null => None,
        Value::String(_) => render(error),
        other => Some(other.to_string()),
    }
}

/// The texts of a list of messages.
fn texts(list: &Value) -> Vec<String> {
    match list {
        Value::Array(list) => list.iter().filter_map(render).collect(),
        one => render(one).into_iter().collect(),
    }
}

/// The texts of one list of the notifications: `info`, `warnings` or `errors`.
fn notification_texts(notifications: Option<&Value>, list: &str) -> Vec<String> {
    let list = notifications.and_then(|notifications| notifications.get(list)).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|notification| {
            notification.get("message").and_then(render).or_else(|| render(notification))
        })
        .collect()
}

/// The keys of a map, which is an object on `/api` and a list of `{key, value}` on `/rest`.
fn map_keys(map: &Value) -> Vec<String> {
    match map {
        Value::Object(object) => object.keys().cloned().collect(),
        Value::Array(entries) => {
            entries.iter().filter_map(|entry| entry.get("key")?.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

/// One task of a list: its id, and what stands for it.
pub(super) fn listed(id: &str, document: Option<&RawValue>) -> Result<Task, Error> {
    let id = super::answered_id(Some(id.to_owned()), None)?;
    match document {
        Some(document) => normalise(document.get(), &id),
        None => Err(Error::decode(format!("the answer names {id} and says nothing of it"))),
    }
}

/// The server's words for the states that a query asks for; `None` where it asks for any, or for what only this
/// program can tell; an empty list where no task of these APIs can be in such a state.
pub(super) fn status_filter(query: &Query) -> Option<Vec<&'static str>> {
    if query.states.is_empty() || query.states.iter().any(|state| state == "unknown") {
        return None;
    }
    let mut words = Vec::new();
    for state in &query.states {
        let word = match state.as_str() {
            "pending" => "PENDING",
            "running" => "RUNNING",
            "blocked" => "BLOCKED",
            "succeeded" => "SUCCEEDED",
            "failed" | "cancelled" => "FAILED",
            _ => continue,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Some(words)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    pub(crate) fn id(text: &str) -> TaskId {
        TaskId::new(text).expect("an id")
    }

    fn read(document: &Value) -> Task {
        normalise(&document.to_string(), &id("a:b")).expect("a task")
    }

    /// Every leaf of a document is told by the task, in a common field or in the details.
    ///
    /// An example's placeholders are all alike, so each is made unlike the others before it is looked for.
    pub(crate) fn assert_nothing_is_lost(document: &str) {
        let mut document: Value = serde_json::from_str(document).expect("JSON");
        tell_apart(&mut document, "", &mut 9000);
        let task = read(&document);
        let told = format!("{task:?} {}", Value::Object(task.details()));
        let mut leaves = Vec::new();
        collect(&document, "", &mut leaves);
        assert!(leaves.len() > 15, "the document has more leaves than {leaves:?}");
        for (path, leaf) in leaves {
            match (path.as_str(), &leaf) {
                // "" is how the server says that there is none.
                (".parent", Value::String(text)) if text.is_empty() => assert_eq!(task.parent, None),
                (".cancelable", leaf) => assert_eq!(task.cancelable, leaf.as_bool()),
                (path, Value::String(text)) => {
                    assert!(told.contains(text.as_str()), "{path}: {text} is lost")
                }
                (path, leaf) => assert!(told.contains(&leaf.to_string()), "{path}: {leaf} is lost"),
            }
        }
    }

    fn tell_apart(value: &mut Value, path: &str, number: &mut i64) {
        *number += 1;
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    tell_apart(value, &format!("{path}.{key}"), number);
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|value| tell_apart(value, path, number)),
            Value::String(text) if text == "string" => *text = format!("text{number}"),
            // No progress beyond its end: that would be taken for the end.
            Value::Number(zero) if zero.as_i64() == Some(0) && path == ".progress.total" => {
                *value = json!(90_000)
            }
            Value::Number(zero) if zero.as_i64() == Some(0) => *value = json!(*number),
            _ => {}
        }
    }

    fn collect(value: &Value, path: &str, leaves: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    collect(value, &format!("{path}.{key}"), leaves);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| collect(value, path, leaves)),
            leaf => leaves.push((path.to_owned(), leaf.clone())),
        }
    }

    #[test]
    fn a_message_is_never_substituted() {
        let message = json!({"id": "key", "default_message": "Copied {0} of %s", "args": ["1", "2"]});
        assert_eq!(render(&message).as_deref(), Some("Copied {0} of %s"));
        let localized = json!({"id": "key", "default_message": "Copied", "localized": "Kopiert"});
        assert_eq!(render(&localized).as_deref(), Some("Kopiert"));
        assert_eq!(
            render(&json!({"id": "key", "default_message": "", "localized": ""})).as_deref(),
            Some("key")
        );
        assert_eq!(render(&json!({"id": ""})), None);
    }

    #[test]
    fn blocked_and_strange_words_are_no_end() {
        for (word, ours) in [
            ("PENDING", "pending"),
            ("running", "running"),
            ("BLOCKED", "blocked"),
            ("SUCCEEDED", "succeeded"),
            ("FAILED", "failed"),
            ("CANCELED", "unknown"),
            ("DONE", "unknown"),
        ] {
            assert_eq!(read(&json!({"status": word})).state.word(), ours);
        }
        assert!(!read(&json!({})).state.ended());
    }

    #[test]
    fn an_error_is_read_in_both_spellings() {
        let newer = json!({"status": "FAILED", "error": {"error_type": "NOT_FOUND", "data": {"x": 1}, "messages": [
            {"id": "a", "default_message": "The disk is gone.", "args": []}, {"id": "b", "default_message": "It was removed."}]}});
        let older = json!({"status": "FAILED", "error": {"type": "com.vmware.vapi.std.errors.not_found", "value":
            {"messages": [{"id": "a", "default_message": "The disk is gone."}, {"id": "b", "default_message": "It was removed."}]}}});
        for document in [newer, older] {
            let task = read(&document);
            let failure = task.state.failure().expect("it failed");
            assert_eq!(failure.code.as_deref(), Some("NOT_FOUND"));
            assert_eq!(failure.message.as_deref(), Some("The disk is gone."));
            assert_eq!(failure.causes, ["It was removed."]);
            assert_eq!(task.details()["error"], document["error"]);
        }
    }

    #[test]
    fn a_failure_without_an_error_is_told_by_what_else_there_is() {
        let notified =
            |text: &str| json!({"errors": [{"id": "k", "message": {"id": "k", "default_message": text}}]});
        let message = |document: Value| read(&document).state.failure().expect("it failed").message.clone();
        assert_eq!(
            message(json!({"status": "FAILED", "error": {"error_type": "ERROR", "messages": []},
                "notifications": notified("first"), "result": {"notifications": notified("second")}})),
            Some("first".to_owned())
        );
        assert_eq!(
            message(
                json!({"status": "FAILED", "result": {"notifications": notified("second"), "summary": "third"}})
            ),
            Some("second".to_owned())
        );
        assert_eq!(
            message(
                json!({"status": "FAILED", "result": {"summary": {"id": "k", "default_message": "third"}}})
            ),
            Some("third".to_owned())
        );
        assert_eq!(
            message(json!({"status": "FAILED", "result": {"messages": ["fourth"]}})),
            Some("fourth".to_owned())
        );
        assert_eq!(
            message(json!({"status": "FAILED", "error": {"errorCode": 12}})),
            Some("{\"errorCode\":12}".to_owned())
        );
        assert_eq!(message(json!({"status": "FAILED", "error": {}})), None);
        assert_eq!(message(json!({"status": "FAILED"})), None);
    }

    #[test]
    fn a_failure_of_type_canceled_is_a_cancel_and_keeps_its_text() {
        let task = read(&json!({"status": "FAILED", "error": {"error_type": "CANCELED",
            "messages": [{"id": "k", "default_message": "Cancelled by an operator."}]}}));
        assert_eq!(task.state, State::Cancelled);
        assert_eq!(task.native_state.as_deref(), Some("FAILED"));
        assert_eq!(task.messages, ["Cancelled by an operator."]);
    }

    #[test]
    fn an_error_that_ended_nothing_is_a_warning() {
        let notifications = json!({"info": [{"message": "began"}], "warnings": [{"message": "slow"}],
            "errors": [{"message": "one host"}]});
        let task = read(&json!({"status": "SUCCEEDED", "notifications": notifications}));
        assert_eq!(task.messages, ["began"]);
        assert_eq!(task.warnings, ["slow", "one host"]);
        let task = read(&json!({"status": "FAILED", "notifications": notifications}));
        assert_eq!(task.warnings, ["slow"], "the reason is not told twice");
    }

    #[test]
    fn subtasks_are_children_in_both_spellings_of_a_map() {
        let task =
            read(&json!({"status": "RUNNING", "subtasks": {"one:x": {"status": "RUNNING"}, "two:x": {}}}));
        assert_eq!(task.children, ["one:x", "two:x"]);
        let task = read(&json!({"status": "RUNNING", "subtasks": [{"key": "one:x", "value": {}}, 7]}));
        assert_eq!(task.children, ["one:x"]);
    }

    #[test]
    fn steps_of_nothing_are_no_progress_and_no_parent_is_none() {
        let task =
            read(&json!({"status": "RUNNING", "parent": "", "progress": {"total": 0, "completed": 0}}));
        assert_eq!((task.progress, task.parent), (None, None));
        let task = read(&json!({"status": "RUNNING", "progress": {"total": 8, "completed": 2,
            "message": {"id": "k", "default_message": "Two of eight"}}}));
        assert_eq!(task.percent(), Some(25.0));
        assert_eq!(task.progress_message.as_deref(), Some("Two of eight"));
    }

    #[test]
    fn a_field_of_the_wrong_type_does_not_hide_the_state() {
        let task = read(
            &json!({"status": "SUCCEEDED", "progress": 40, "start_time": "string", "description": "text",
            "cancelable": "maybe", "target": [], "commit": "12"}),
        );
        assert_eq!(task.state, State::Succeeded);
        for (key, value) in [
            ("progress", json!(40)),
            ("start_time", json!("string")),
            ("description", json!("text")),
            ("cancelable", json!("maybe")),
            ("target", json!([])),
            ("commit", json!("12")),
        ] {
            assert_eq!(task.details()[key], value);
        }
    }

    fn reply(status: u16, body: &str) -> Reply {
        let status = StatusCode::from_u16(status).expect("a status");
        Reply { status, headers: http::HeaderMap::new(), body: body.as_bytes().to_vec(), correlation: None }
    }

    #[test]
    fn the_type_of_an_error_speaks_before_its_status() {
        for (status, kind, expected, retryable) in [
            (401, "UNAUTHENTICATED", Some(Kind::Auth), None),
            (403, "UNAUTHORIZED", Some(Kind::Auth), None),
            (404, "NOT_FOUND", Some(Kind::NotFound), None),
            (400, "RESOURCE_INACCESSIBLE", Some(Kind::Http), Some(true)),
            (500, "ERROR", None, None),
            (400, "INVALID_ARGUMENT", Some(Kind::Http), Some(false)),
            (500, "OF_A_LATER_VERSION", None, None),
        ] {
            let newer = json!({"error_type": kind, "messages": []}).to_string();
            let older = json!({"type": format!("com.vmware.vapi.std.errors.{}", kind.to_lowercase()),
                "value": {"messages": []}});
            for body in [newer, older.to_string()] {
                let refusal = refusal(&reply(status, &body));
                assert_eq!((refusal.kind, refusal.retryable), (expected, retryable), "{kind}");
                assert_eq!(refusal.code.as_deref(), Some(kind));
            }
        }
    }

    #[test]
    fn a_challenge_is_a_cause() {
        let body = json!({"error_type": "UNAUTHENTICATED", "challenge": "SIGN realm=x", "messages": []});
        assert_eq!(refusal(&reply(401, &body.to_string())).causes, ["the server asks for SIGN realm=x"]);
        assert!(is_rejected(&reply(401, "")) && !is_rejected(&reply(403, "")));
    }

    #[test]
    fn a_missing_path_is_not_a_missing_task() {
        let error = |id: &str| json!({"error_type": "NOT_FOUND", "messages": [{"id": id}]}).to_string();
        assert!(is_no_such_path(&reply(404, &error("com.vmware.vapi.rest.httpNotFound"))));
        assert!(is_no_such_path(&reply(404, "<html>404</html>")));
        assert!(is_no_such_path(&reply(404, "")));
        assert!(is_no_such_path(&reply(405, "")));
        assert!(!is_no_such_path(&reply(404, &error("com.vmware.vcIntegrity.lifecycle.TaskNotFound"))));
        assert!(!is_no_such_path(&reply(404, r#"{"error_type":"NOT_FOUND","messages":[]}"#)));
        assert!(!is_no_such_path(&reply(
            404,
            r#"{"type":"com.vmware.vapi.std.errors.not_found","value":{"messages":[]}}"#
        )));
        assert!(!is_no_such_path(&reply(401, "")));
    }

    /// Any JSON, often with names and words that this API has.
    fn any_json() -> impl Strategy<Value = Value> {
        let word = prop_oneof![
            proptest::sample::select(&KNOWN[..]).prop_map(str::to_owned),
            proptest::sample::select(
                &[
                    "messages",
                    "value",
                    "type",
                    "error_type",
                    "id",
                    "total",
                    "completed",
                    "message",
                    "errors",
                    "FAILED",
                    "RUNNING",
                    "SUCCEEDED",
                    "CANCELED",
                    "default_message",
                    "key",
                    ""
                ][..]
            )
            .prop_map(str::to_owned),
            any::<String>(),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            word.clone().prop_map(Value::String),
        ];
        leaf.prop_recursive(5, 64, 8, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                proptest::collection::vec((word.clone(), inner), 0..10)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_a_task_or_an_error(document in any_json()) {
            let text = document.to_string();
            if let Ok(task) = normalise(&text, &id("a")) {
                let word = document["status"].as_str().unwrap_or_default().to_ascii_uppercase();
                prop_assert_eq!(task.state.ended(), word == "SUCCEEDED" || word == "FAILED");
                prop_assert_eq!(&*task.raw, text.as_bytes());
            }
            let _ = refusal(&reply(500, &text));
            let _ = is_no_such_path(&reply(404, &text));
        }

        #[test]
        fn a_strange_word_never_ends_a_task(word in "[A-Za-z_]{0,12}") {
            prop_assume!(!["SUCCEEDED", "FAILED"].contains(&word.to_ascii_uppercase().as_str()));
            let task = read(&json!({"status": word, "error": {"error_type": "CANCELED"}}));
            prop_assert!(!task.state.ended());
        }
    }
}
