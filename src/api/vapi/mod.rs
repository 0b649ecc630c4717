//! What vCenter's API endpoint and the snapshot service share: the vAPI infrastructure below both.
//!
//! Here are the standard errors in both spellings (`/api` has `error_type` and `messages`, the older `/rest` has
//! `type` and `value`), messages for people, sessions, and the Info document of a task. Where the two systems differ,
//! in paths and batches, is in their own files.
//!
//! The standard errors are those of <https://developer.broadcom.com/xapis/vsphere-automation-api/latest/>.

pub(super) mod sts;

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::Value;
use serde_json::value::RawValue;

use super::document::{int, object, parse_list, text};
use super::login::{Proof, SessionLogin, Token};
use super::{Credentials, DerivedState, Descriptor, Document, Filter, NO_TASK, Query, TaskResults, identify};
use crate::error::{Error, Kind};
use crate::http::{ApiError, Reply, Request};
use crate::task::{Failure, PackedJson, Progress, State, Target, Task, TaskId};

pub(super) static STATES: [(&str, State); 5] = [
    ("PENDING", State::Pending),
    ("RUNNING", State::Running),
    ("BLOCKED", State::Blocked),
    ("SUCCEEDED", State::Succeeded),
    ("FAILED", State::FAILED),
];

pub(super) static DERIVED_STATES: [DerivedState; 1] =
    [DerivedState { state: "cancelled", word: "FAILED", with: "error_type CANCELED" }];

pub(super) const SERVICE: Filter = Filter::texts("service", "service", "Only tasks of this service");
pub(super) const OPERATION: Filter =
    Filter::texts("operation", "operation", "Only tasks of this operation of a service");
pub(super) const USER: Filter = Filter::texts("user", "user", "Only tasks of this user");

/// The message id of a 404 that is about the path and not about what it names.
const NO_SUCH_PATH: &str = "com.vmware.vapi.rest.httpNotFound";

/// The header that carries a session.
pub(super) const SESSION_HEADER: &str = "vmware-api-session-id";

/// A session that these requests open (POST) and close (DELETE), whose token is in the body at `token`.
pub(super) fn session_login(request: impl Fn(Method) -> Request, token: &'static str) -> SessionLogin {
    SessionLogin {
        request: request(Method::POST),
        proof: Proof::Basic,
        token: Token::Body(token),
        header: SESSION_HEADER,
        logout: request(Method::DELETE),
        explain: |error, _reply, credentials| explain_login(error, credentials),
    }
}

/// Adds what is known to go wrong with user names.
pub(super) fn explain_login(error: Error, credentials: &Credentials) -> Error {
    match &credentials.username {
        Some(name) if error.kind == Kind::Auth && !name.contains(['@', '\\']) => {
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
        let text =
            |pointer: &str| value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        // On /rest the error itself stands in `value`; its messages may stand beside it at the framework's level.
        let kind = text("/error_type")
            .or_else(|| text("/value/error_type"))
            .or_else(|| text("/type")?.rsplit('.').next())
            .map(str::to_ascii_uppercase);
        let messages = ["/messages", "/value/messages", "/localizableMessages"]
            .into_iter()
            .filter_map(|pointer| value.pointer(pointer)?.as_array())
            .find(|messages| !messages.is_empty())
            .map(Vec::as_slice)
            .unwrap_or_default();
        StandardError {
            known: kind.is_some() || !messages.is_empty() || value.get("messages").is_some(),
            kind,
            messages: messages.iter().filter_map(render).collect(),
            ids: messages
                .iter()
                .filter_map(|message| message.get("id").and_then(Value::as_str))
                .map(str::to_owned)
                .collect(),
            challenge: text("/challenge").map(str::to_owned),
        }
    }

    fn of(reply: &Reply) -> StandardError {
        if reply.status.is_success() {
            return StandardError::default();
        }
        serde_json::from_slice(&reply.body).map(|body| StandardError::read(&body)).unwrap_or_default()
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

/// Whether an answer says that the session has expired or is not valid.
pub(super) fn is_rejected(reply: &Reply) -> bool {
    reply.status == StatusCode::UNAUTHORIZED
        || StandardError::of(reply).kind.as_deref() == Some("UNAUTHENTICATED")
}

/// Reads an error body: by the error's own type first, by the status where it has none, or one of a later version.
pub(super) fn read_error(reply: &Reply) -> ApiError {
    let error = StandardError::of(reply);
    let mut messages = error.messages.into_iter();
    let mut read = ApiError { message: messages.next(), causes: messages.collect(), ..ApiError::default() };
    let known = STANDARD_ERRORS.iter().find(|(name, ..)| error.kind.as_deref() == Some(name));
    if let Some((_, kind, retryable, hint)) = known {
        read.kind = Some(*kind);
        read.retryable = *retryable;
        read.hints.extend(hint.map(str::to_owned));
    }
    if error.ids.iter().any(|id| id == NO_SUCH_PATH) {
        // It is the path that is missing; nothing was said of the task.
        read.kind = Some(Kind::Http);
    }
    read.code = error.kind;
    read.causes.extend(error.challenge.map(|challenge| format!("the server asks for {challenge}")));
    read
}

/// The standard errors: what kind of trouble each is, whether asking again may help, and what the user can do. `ERROR`
/// is not among them: it says nothing more than the status.
const STANDARD_ERRORS: [(&str, Kind, Option<bool>, Option<&str>); 24] = [
    ("UNAUTHENTICATED", Kind::Auth, None, None),
    (
        "UNAUTHORIZED",
        Kind::Auth,
        None,
        Some("the account may log in but lacks a privilege: reading a task needs System.Read"),
    ),
    ("NOT_FOUND", Kind::NotFound, None, None),
    ("CONCURRENT_CHANGE", Kind::Http, Some(true), None),
    ("INTERNAL_SERVER_ERROR", Kind::Http, Some(true), None),
    ("RESOURCE_BUSY", Kind::Http, Some(true), None),
    ("RESOURCE_INACCESSIBLE", Kind::Http, Some(true), None),
    ("SERVICE_UNAVAILABLE", Kind::Http, Some(true), None),
    ("TIMED_OUT", Kind::Http, Some(true), None),
    ("UNABLE_TO_ALLOCATE_RESOURCE", Kind::Http, Some(true), None),
    (
        "NOT_ALLOWED_IN_CURRENT_STATE",
        Kind::Http,
        Some(false),
        Some("a task that has ended cannot be cancelled any more"),
    ),
    (
        "UNSUPPORTED",
        Kind::Http,
        Some(false),
        Some("the task's own `cancelable` says whether it can be cancelled"),
    ),
    ("ALREADY_EXISTS", Kind::Http, Some(false), None),
    ("ALREADY_IN_DESIRED_STATE", Kind::Http, Some(false), None),
    ("CANCELED", Kind::Http, Some(false), None),
    ("FEATURE_IN_USE", Kind::Http, Some(false), None),
    ("INVALID_ARGUMENT", Kind::Http, Some(false), None),
    ("INVALID_ELEMENT_CONFIGURATION", Kind::Http, Some(false), None),
    ("INVALID_ELEMENT_TYPE", Kind::Http, Some(false), None),
    ("INVALID_REQUEST", Kind::Http, Some(false), None),
    ("OPERATION_NOT_FOUND", Kind::Http, Some(false), None),
    ("RESOURCE_IN_USE", Kind::Http, Some(false), None),
    ("UNEXPECTED_INPUT", Kind::Http, Some(false), None),
    ("UNVERIFIED_PEER", Kind::Http, Some(false), None),
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

/// The task that was asked for alone, by the document that stands for it.
///
/// # Errors
/// As [`normalise`]; and a decode error where the document has no state, so that it is no task at all.
pub(super) fn read_task(document: &str, id: &TaskId) -> Result<Task, Error> {
    normalise(document, id).and_then(|task| match task.native_state {
        Some(_) => Ok(task),
        None => Err(Error::decode(NO_TASK)),
    })
}

/// Info of com.vmware.cis.task and com.vmware.snapservice.tasks to a task. The document does not name its task.
pub(super) fn normalise(document: &str, id: &TaskId) -> Result<Task, Error> {
    let mut doc = Document::parse(document)?;
    let notified =
        |list| doc.get("notifications").map(|all| notification_texts(all, list)).unwrap_or_default();
    let (mut messages, mut warnings, errors) = (notified("info"), notified("warnings"), notified("errors"));
    let (mut state, native) = doc.take_state("status", &STATES);
    if let State::Failed { .. } = state {
        let failure = failure(&doc, &errors);
        if matches!(failure.code.as_deref(), Some("CANCELED" | "CANCELLED")) {
            messages.extend(failure.message.into_iter().chain(failure.causes));
            state = State::Cancelled;
        } else {
            state = State::Failed { failure };
        }
    }
    // Errors that are not why the task ended went wrong without ending it.
    let is_shown = |text: &String| {
        let of_failure =
            |failure: &Failure| failure.message.as_ref() == Some(text) || failure.causes.contains(text);
        messages.contains(text) || state.failure().is_some_and(of_failure)
    };
    warnings.extend(errors.into_iter().filter(|text| !is_shown(text)));
    let description = doc.get("description").filter(|description| description.is_object());
    let name = description.and_then(render).or_else(|| doc.get_text("operation"));
    let children = doc.get("subtasks").map(map_keys).unwrap_or_default();
    let (progress, progress_message) = take_progress(&mut doc);
    let mut task = Task {
        name,
        progress,
        progress_message,
        target: Target::known(doc.take_text("/target/type"), doc.take_text("/target/id"), None),
        user: doc.take_text("user"),
        started_at: doc.take_time("start_time"),
        updated_at: doc.take_time("last_update_time"),
        ended_at: doc.take_time("end_time"),
        cancelable: doc.take_bool("cancelable"),
        parent: doc.take_text("parent"),
        children,
        messages,
        warnings,
        result: doc.take("result").map(PackedJson::new),
        raw: document.as_bytes().into(),
        ..Task::new(id.clone(), state, native)
    };
    let vc_task = doc.take("vc_task");
    // The operation's own data come first, which `return_all` asks for, and times only where they cannot be read.
    doc.move_last(&["start_time", "last_update_time", "end_time", "service", "operation"]);
    if let Some(id) = vc_task {
        doc.put("vcTask", id);
    }
    doc.move_last(&["description", "error", "notifications", "subtasks"]);
    task.details = doc.rest();
    Ok(task)
}

/// Progress, and its message. Steps that cannot be shown as ours stay among the details, and so does the message with
/// its key and arguments.
fn take_progress(doc: &mut Document) -> (Option<Progress>, Option<String>) {
    let Some(mut whole) = doc.take("progress") else { return (None, None) };
    let count = |key| whole.get(key).and_then(int);
    let steps = count("completed").zip(count("total")).and_then(|(done, total)| Progress::steps(done, total));
    let text = whole.get("message").and_then(render);
    if steps.is_none() {
        doc.put("progress", whole);
    } else if let Some(message) =
        whole.get_mut("message").map(Value::take).filter(|message| !message.is_null())
    {
        doc.put("progressMessage", message);
    }
    (steps, text)
}

/// Why a task failed: `error` if it says so; else, as the API's own page has it, what the result says, and before
/// that the notifications, which is where captured failures have it.
fn failure(doc: &Document, notified: &[String]) -> Failure {
    let (error, result) = (doc.get("error"), doc.get("result"));
    let standard = error.map(StandardError::read).unwrap_or_default();
    let of_result = |key| result.and_then(|result| result.get(key));
    let reasons = [
        standard.messages,
        notified.to_vec(),
        of_result("notifications").map(|all| notification_texts(all, "errors")).unwrap_or_default(),
        of_result("summary").and_then(render).into_iter().collect(),
        of_result("messages").map(texts).unwrap_or_default(),
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
fn notification_texts(notifications: &Value, list: &str) -> Vec<String> {
    let list = notifications.get(list).and_then(Value::as_array);
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

/// One task of a list: its id, and the document that stands for it.
pub(super) fn listed(id: Option<String>, document: Option<&RawValue>) -> Result<Task, Error> {
    let (id, _) = identify(Some(id.unwrap_or_default()), None, None)?;
    match document {
        Some(document) => normalise(document.get(), &id),
        None => Err(Error::decode(format!("the answer names {id} and says nothing of it"))),
    }
}

/// The tasks of a list of objects that have their id and their document under these keys.
///
/// # Errors
/// A decode error when the answer holds no such list.
pub(super) fn entries(reply: &Reply, list: &str, id: &str, document: &str) -> Result<TaskResults, Error> {
    let (tasks, _) = parse_list(reply, list, |item| {
        let mut fields: BTreeMap<String, &RawValue> = object(item)?;
        let id = fields.remove(id).and_then(|id| text(&serde_json::from_str(id.get()).ok()?));
        listed(id, fields.remove(document).filter(|document| document.get() != "null"))
    })?;
    tasks.ok_or_else(|| Error::decode("the answer is no list of tasks"))
}

/// What a list is narrowed by, by the names that both APIs have for it.
pub(super) type FilterSpec = Vec<(&'static str, Vec<String>)>;

/// What a query asks for beside tasks by their ids; `None` where no task is ever in such a state.
pub(super) fn filter_spec(query: &Query, api: &Descriptor) -> Option<FilterSpec> {
    let values = |key: &str| query.filters.get(key).cloned().unwrap_or_default();
    let mut filter =
        vec![("services", values("service")), ("operations", values("operation")), ("users", values("user"))];
    if let Some(words) = query.native_states(api) {
        if words.is_empty() {
            return None;
        }
        filter.push(("status", words.into_iter().map(str::to_owned).collect()));
    }
    filter.retain(|(_, values)| !values.is_empty());
    Some(filter)
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

    /// Every value of a document is in the task, in a common field or in the details.
    ///
    /// An example's placeholders are all alike, so each is made unlike the others before it is looked for.
    pub(crate) fn assert_nothing_is_lost(document: &str) {
        let mut document: Value = serde_json::from_str(document).expect("JSON");
        tell_apart(&mut document, "", &mut 9000);
        let task = read(&document);
        let shown = format!("{task:?} {}", Value::Object(task.details()));
        let mut leaves = Vec::new();
        collect(&document, "", &mut leaves);
        assert!(leaves.len() > 15, "the document has more leaves than {leaves:?}");
        for (path, leaf) in leaves {
            match (path.as_str(), &leaf) {
                // "" is how the server says that there is none.
                (".parent", Value::String(text)) if text.is_empty() => assert_eq!(task.parent, None),
                (".cancelable", leaf) => assert_eq!(task.cancelable, leaf.as_bool()),
                (path, Value::String(text)) => {
                    assert!(shown.contains(text.as_str()), "{path}: {text} is lost")
                }
                (path, leaf) => assert!(shown.contains(&leaf.to_string()), "{path}: {leaf} is lost"),
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
    fn a_failure_without_an_error_is_explained_by_what_else_there_is() {
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
        assert_eq!(task.warnings, ["slow"], "the reason is not shown twice");
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
                let refusal = read_error(&reply(status, &body));
                assert_eq!((refusal.kind, refusal.retryable), (expected, retryable), "{kind}");
                assert_eq!(refusal.code.as_deref(), Some(kind));
            }
        }
    }

    #[test]
    fn a_challenge_is_a_cause() {
        let body = json!({"error_type": "UNAUTHENTICATED", "challenge": "SIGN realm=x", "messages": []});
        assert_eq!(read_error(&reply(401, &body.to_string())).causes, ["the server asks for SIGN realm=x"]);
        assert!(is_rejected(&reply(401, "")) && !is_rejected(&reply(403, "")));
    }

    #[test]
    fn a_missing_path_is_not_a_missing_task() {
        let error = |id: &str| json!({"error_type": "NOT_FOUND", "messages": [{"id": id}]}).to_string();
        assert!(is_no_such_path(&reply(404, &error("com.vmware.vapi.rest.httpNotFound"))));
        assert_eq!(
            read_error(&reply(404, &error("com.vmware.vapi.rest.httpNotFound"))).kind,
            Some(Kind::Http)
        );
        assert_eq!(read_error(&reply(404, &error("of.something.else"))).kind, Some(Kind::NotFound));
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
            proptest::sample::select(
                &[
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
                ][..]
            )
            .prop_map(str::to_owned),
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
            let _ = read_error(&reply(500, &text));
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
