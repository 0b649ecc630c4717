//! What the simulated vCenter and snapshot service share: errors in both spellings, and the Info document.

use serde_json::{Map, Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Reason, Sight, Story, Truth};

/// The header that names the session.
pub const SESSION_HEADER: &str = "vmware-api-session-id";

/// How a document is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `/api`.
    Newer,
    /// `/rest`: an envelope, maps as lists of `{key, value}`, errors with `type` and `value`.
    Older,
}

/// What is left of a truth: a message is part of the progress, there is none without a percentage, and an error is of
/// one of the standard types.
pub fn as_told(truth: &Truth) -> Truth {
    let reason =
        truth.reason.clone().map(|reason| Reason { code: error_type(&reason.code).to_owned(), ..reason });
    Truth { message: truth.message.clone().filter(|_| truth.percent.is_some()), reason, ..truth.clone() }
}

/// com.vmware.vapi.std.errors.Error.Type.
const ERROR_TYPES: [&str; 25] = [
    "ALREADY_EXISTS",
    "ALREADY_IN_DESIRED_STATE",
    "CANCELED",
    "CONCURRENT_CHANGE",
    "ERROR",
    "FEATURE_IN_USE",
    "INTERNAL_SERVER_ERROR",
    "INVALID_ARGUMENT",
    "INVALID_ELEMENT_CONFIGURATION",
    "INVALID_ELEMENT_TYPE",
    "INVALID_REQUEST",
    "NOT_ALLOWED_IN_CURRENT_STATE",
    "NOT_FOUND",
    "OPERATION_NOT_FOUND",
    "RESOURCE_BUSY",
    "RESOURCE_IN_USE",
    "RESOURCE_INACCESSIBLE",
    "SERVICE_UNAVAILABLE",
    "TIMED_OUT",
    "UNABLE_TO_ALLOCATE_RESOURCE",
    "UNAUTHENTICATED",
    "UNAUTHORIZED",
    "UNEXPECTED_INPUT",
    "UNSUPPORTED",
    "UNVERIFIED_PEER",
];

/// The standard type of an error; one that is none of them is a plain ERROR.
fn error_type(code: &str) -> &str {
    if ERROR_TYPES.contains(&code) { code } else { "ERROR" }
}

/// A message for people, as it travels: substituted, with its arguments beside it.
pub fn message(id: &str, text: &str) -> Value {
    json!({"id": id, "default_message": text, "localized": text, "args": []})
}

/// A standard error.
pub fn error(spelling: Spelling, status: u16, kind: &str, id: &str, text: &str) -> Response {
    let messages = [json!({"id": id, "default_message": text, "args": []})];
    let body = match spelling {
        Spelling::Newer => json!({"error_type": kind, "messages": messages}),
        Spelling::Older => json!({
            "type": format!("com.vmware.vapi.std.errors.{}", kind.to_lowercase()), "value": {"messages": messages},
        }),
    };
    Response::json(status, &body)
}

/// What a request without a live session gets.
pub fn unauthenticated(spelling: Spelling) -> Response {
    let id = "com.vmware.vapi.endpoint.method.authentication.required";
    error(spelling, 401, "UNAUTHENTICATED", id, "Authentication required.")
}

/// What an account that lacks a privilege gets.
pub fn unauthorized(spelling: Spelling) -> Response {
    error(spelling, 403, "UNAUTHORIZED", "com.vmware.vapi.std.unauthorized", "Unable to authorize user.")
}

/// What a path that does not exist gets from an endpoint that speaks vAPI.
pub fn no_such_path(spelling: Spelling) -> Response {
    error(spelling, 404, "NOT_FOUND", "com.vmware.vapi.rest.httpNotFound", "Not found.")
}

/// What a path that does not exist gets where nothing speaks vAPI.
pub fn no_such_page() -> Response {
    Response::new(404)
        .header("Content-Type", "text/html")
        .body("<html><body><h1>404 Not Found</h1></body></html>")
}

pub fn invalid(spelling: Spelling, text: &str) -> Response {
    error(spelling, 400, "INVALID_ARGUMENT", "com.vmware.vapi.std.invalid", text)
}

/// Opens a session for the right Basic header.
pub fn login(shared: &Shared, request: &Request, spelling: Spelling) -> Response {
    if !request.query.is_empty() || !request.body.is_empty() {
        return invalid(spelling, "A session is created without parameters and without a body.");
    }
    if request.basic() != Some((shared.user(), shared.password())) {
        shared.sessions.refuse();
        return unauthenticated(spelling);
    }
    opened(shared, spelling)
}

/// Opens a session for someone who is known.
pub fn opened(shared: &Shared, spelling: Spelling) -> Response {
    let token = shared.sessions.open();
    shared.set_mode(&format!("created:{token}"), &time(shared.world.now()));
    match spelling {
        Spelling::Newer => Response::json(201, &json!(token)),
        Spelling::Older => Response::json(200, &json!({"value": token})),
    }
}

/// A time, to the millisecond.
fn time(time: jiff::Timestamp) -> String {
    format!("{time:.3}")
}

/// What is known of a session: com.vmware.cis.session.Info.
pub fn session(shared: &Shared, token: Option<&str>) -> Value {
    let now = time(shared.world.now());
    let created = shared.mode(&format!("created:{}", token.unwrap_or_default()));
    json!({"user": shared.user(), "created_time": created.unwrap_or_else(|| now.clone()), "last_accessed_time": now})
}

/// An operation that makes a task, by the name that the task has for it.
pub fn operation(story: &Story) -> String {
    let name = story.operation.as_str();
    if name.ends_with("$task") { name.to_owned() } else { format!("{name}$task") }
}

/// Whether a task is what a filter lets through: every list of it that is not empty must have the task's own.
pub fn fits(info: &Map<String, Value>, wanted: impl Fn(&str) -> Vec<String>) -> bool {
    let fields =
        [("operations", "operation"), ("services", "service"), ("status", "status"), ("users", "user")];
    fields.iter().all(|(list, field)| {
        let list = wanted(list);
        list.is_empty()
            || list.iter().any(|word| info.get(*field).is_some_and(|value| value == word.as_str()))
    })
}

/// A map in a spelling.
pub fn map(spelling: Spelling, entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    match spelling {
        Spelling::Newer => Value::Object(entries.into_iter().collect()),
        Spelling::Older => {
            entries.into_iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
        }
    }
}

/// The word for a condition; a cancelled task is a failed one with an error of its own type.
pub fn word(condition: &Condition) -> String {
    match condition {
        Condition::Pending => "PENDING",
        Condition::Running | Condition::Failing | Condition::Cancelling => "RUNNING",
        Condition::Blocked => "BLOCKED",
        Condition::Succeeded => "SUCCEEDED",
        Condition::Failed | Condition::Cancelled => "FAILED",
        Condition::Strange(word) => word,
    }
    .to_owned()
}

/// Whether these APIs have a word for it.
pub fn can_tell(condition: &Condition) -> bool {
    !matches!(condition, Condition::Failing | Condition::Cancelling)
}

/// A task as the Info document tells it. A truth without a percentage has no progress, as with sloppy servers: the real
/// ones give it with every status but PENDING. Mode `no_error`: the reason of a failure stands in the notifications alone.
pub fn info(shared: &Shared, sight: &Sight, spelling: Spelling, service: &str) -> Map<String, Value> {
    let (story, truth) = (&sight.story, &sight.truth);
    let mut info = Map::new();
    let mut set = |key: &str, value: Value| {
        info.insert(key.to_owned(), value);
    };
    set("description", message("com.vmware.task.description", &story.operation));
    set("service", json!(service));
    set("operation", json!(operation(story)));
    set("status", json!(word(&truth.condition)));
    set("cancelable", json!(!truth.condition.ended()));
    set("parent", json!(story.parent.as_deref().unwrap_or_default()));
    set("target", json!({"type": story.target_kind, "id": story.target_id}));
    set("user", json!(story.user));
    if let Some(percent) = truth.percent {
        let text = match &truth.message {
            Some(text) => message("com.vmware.task.progress", text),
            // A message is required within a progress.
            None => json!({"id": "", "default_message": "", "args": []}),
        };
        set("progress", json!({"total": 100, "completed": percent, "message": text}));
    }
    if let Some(result) = story.result.as_ref().filter(|_| truth.condition == Condition::Succeeded) {
        set("result", result.clone());
    }
    let mut errors = Vec::new();
    let notification = |kind: &str, text: &str| {
        json!({"id": "com.vmware.notification", "time": time(sight.updated), "type": kind,
            "message": message("com.vmware.notification", text)})
    };
    match (&truth.condition, &truth.reason) {
        (Condition::Cancelled, _) => set(
            "error",
            json!({"error_type": "CANCELED", "messages": [message("com.vmware.task.canceled", "The task was canceled.")]}),
        ),
        (Condition::Failed, Some(reason)) => {
            let texts = std::iter::once(&reason.text).chain(&reason.causes);
            if shared.mode("no_error").is_some() {
                errors.extend(texts.map(|text| notification("ERROR", text)));
            } else {
                let messages: Vec<Value> =
                    texts.map(|text| message("com.vmware.task.failed", text)).collect();
                let kind = error_type(&reason.code);
                set(
                    "error",
                    match spelling {
                        Spelling::Newer => json!({"error_type": kind, "messages": messages}),
                        Spelling::Older => json!({
                            "type": format!("com.vmware.vapi.std.errors.{}", kind.to_lowercase()),
                            "value": {"messages": messages},
                        }),
                    },
                );
            }
        }
        _ => {}
    }
    let warnings: Vec<Value> = truth.warnings.iter().map(|text| notification("WARNING", text)).collect();
    if !warnings.is_empty() || !errors.is_empty() {
        set("notifications", json!({"info": [], "warnings": warnings, "errors": errors}));
    }
    if !story.children.is_empty() {
        let children = story.children.iter().map(|id| (id.clone(), json!({"status": "RUNNING"})));
        set("subtasks", map(spelling, children));
    }
    if truth.condition != Condition::Pending {
        set("start_time", json!(time(sight.started)));
    }
    if let Some(ended) = sight.ended {
        set("end_time", json!(time(ended)));
    }
    set("last_update_time", json!(time(sight.updated)));
    info
}
