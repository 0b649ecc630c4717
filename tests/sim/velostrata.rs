//! How Velostrata spells its tasks.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Reason, Sight, Truth};
use super::{RequestKind, Simulation};

/// A management server.
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `version` is the version in the path (default `v45`; `v25` also calls the task's type `type`); `unbatched`
/// refuses `POST /tasks`; `bytes` counts the bytes of a migration; `page` is the largest page served.
pub struct Velostrata;

/// Its one user.
const USER: &str = "apiuser";

/// The states that the vendor documents.
const STATES: [&str; 6] = ["Running", "Failing", "Cancelling", "Succeeded", "Failed", "Cancelled"];

impl Simulation for Velostrata {
    fn backend(&self) -> &'static str {
        "velostrata"
    }

    fn user(&self) -> &'static str {
        USER
    }

    fn id(&self, number: usize) -> String {
        format!("t-{}", number + 1)
    }

    fn work(&self) -> [&'static str; 4] {
        ["RunVmInCloud", "VmId", "vm-21", "vm-21"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        let tasks = request.segments().get(3).is_some_and(|segment| segment == "tasks");
        if tasks && request.method != "DELETE" { RequestKind::Read } else { RequestKind::Other }
    }

    fn has_sessions(&self) -> bool {
        false
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Pending | Condition::Blocked)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending | Condition::Running | Condition::Blocked => "Running",
            Condition::Failing => "Failing",
            Condition::Cancelling => "Cancelling",
            Condition::Succeeded => "Succeeded",
            Condition::Failed => "Failed",
            Condition::Cancelled => "Cancelled",
            Condition::Strange(word) => word,
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        None
    }

    fn has_children(&self) -> bool {
        true
    }

    fn lists_active_tasks_only(&self) -> bool {
        true
    }

    /// The active ones at once; where there are more than a page holds, then by pages.
    fn list_requests(&self, _wanted: usize, all: usize) -> usize {
        1 + all.div_ceil(100)
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/velostrata/api/v45/tasks/{id}")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"value": id, "_type": "TaskId"})
    }

    fn not_found(&self) -> Response {
        Response::json(404, &json!({"errorCode": "NotFound", "message": "Task not found"}))
    }

    /// Errors have no codes, and what a failed task calls its errors are the reasons of its failure.
    fn as_told(&self, truth: &Truth) -> Truth {
        let reason = truth.reason.clone().map(|reason| Reason { code: String::new(), ..reason });
        let failed = truth.condition == Condition::Failed;
        let warnings = if failed { Vec::new() } else { truth.warnings.clone() };
        Truth { reason, warnings, ..truth.clone() }
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let version = shared.mode("version").unwrap_or_else(|| "v45".to_owned());
        let ["velostrata", "api", asked, rest @ ..] = segments.as_slice() else { return web_page(404) };
        if **asked != version {
            return web_page(404);
        }
        if request.basic() != Some((USER.to_owned(), shared.password())) {
            shared.sessions.refuse();
            return Response::new(401).header("WWW-Authenticate", "Basic realm=\"velostrata\"");
        }
        if shared.mode("no_role").is_some() {
            return refusal(403, "Forbidden", "Access is denied.", request);
        }
        if !request.query.is_empty() {
            return refusal(400, "InvalidRequest", "No such parameter.", request);
        }
        match (request.method.as_str(), rest) {
            ("GET", ["tasks"]) => active(shared),
            ("POST", ["tasks"]) => query(shared, request),
            ("GET", ["tasks", id]) => match shared.world.look(id) {
                Some(sight) => Response::json(200, &task(shared, &sight)),
                None => refusal(404, "TaskNotFound", &format!("Task {id} was not found."), request),
            },
            ("DELETE", ["tasks", id]) => {
                if !shared.world.any(|known| known == *id) {
                    return refusal(404, "TaskNotFound", &format!("Task {id} was not found."), request);
                }
                Response::new(if shared.world.cancel(id) { 202 } else { 204 })
            }
            _ => web_page(404),
        }
    }
}

/// What the front end says of paths that it does not know.
fn web_page(status: u16) -> Response {
    Response::new(status)
        .header("Content-Type", "text/html;charset=utf-8")
        .body("<html><head><title>Error 404</title></head><body><h2>HTTP ERROR 404</h2></body></html>")
}

fn refusal(status: u16, code: &str, message: &str, request: &Request) -> Response {
    Response::json(status, &json!({"errorCode": code, "url": request.path, "message": message}))
}

fn active(shared: &Shared) -> Response {
    let found: Vec<Value> = shared
        .world
        .ids()
        .iter()
        .filter_map(|id| shared.world.look(id))
        .filter(|sight| !sight.truth.condition.ended())
        .map(|sight| task(shared, &sight))
        .collect();
    page(shared, found, 0, usize::MAX)
}

fn query(shared: &Shared, request: &Request) -> Response {
    let bad = |message: &str| refusal(400, "InvalidRequest", message, request);
    if shared.mode("unbatched").is_some() {
        return refusal(405, "MethodNotAllowed", "Method not allowed.", request);
    }
    if request.header("content-type") != Some("application/json") {
        return Response::new(415);
    }
    let Some(Value::Object(body)) = request.json() else { return bad("The body is no PageRequest.") };
    if body.keys().any(|key| !["filter", "page", "size"].contains(&key.as_str())) {
        return bad("The body is no PageRequest.");
    }
    let number = |key: &str| body.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let (Some(number), Some(size @ 1..)) = (number("page"), number("size")) else {
        return bad("A page needs a number and a size.");
    };
    let filter = body.get("filter").cloned().unwrap_or_default();
    let look = |ids: Vec<String>| ids.into_iter().filter_map(|id| shared.world.look(&id));
    let found: Vec<Value> = match filter["_type"].as_str() {
        Some("IdFilter") => {
            let ids: Option<Vec<String>> =
                filter["ids"].as_array().and_then(|ids| {
                    ids.iter()
                        .map(|id| {
                            if id["_type"] == "TaskId" {
                                id["value"].as_str().map(str::to_owned)
                            } else {
                                None
                            }
                        })
                        .collect()
                });
            let Some(ids) = ids else { return bad("An IdFilter needs ids.") };
            look(ids).map(|sight| task(shared, &sight)).collect()
        }
        Some("TaskStateFilter") => {
            let Some(states) = filter["state"].as_array() else {
                return bad("A TaskStateFilter needs states.");
            };
            if !states.iter().all(|state| state.as_str().is_some_and(|state| STATES.contains(&state))) {
                return bad("No such TaskState.");
            }
            look(shared.world.ids())
                .map(|sight| task(shared, &sight))
                .filter(|task| states.contains(&task["state"]))
                .collect()
        }
        Some("TaskEntityIdFilter") => {
            let id = &filter["id"];
            if !id["value"].is_string() || !id["_type"].is_string() {
                return bad("A TaskEntityIdFilter needs an id.");
            }
            look(shared.world.ids())
                .map(|sight| task(shared, &sight))
                .filter(|task| task["entity"] == *id)
                .collect()
        }
        None if filter.is_null() => look(shared.world.ids()).map(|sight| task(shared, &sight)).collect(),
        _ => return bad("No such filter."),
    };
    page(shared, found, number, size)
}

/// TaskDescriptionPage.
fn page(shared: &Shared, found: Vec<Value>, number: usize, size: usize) -> Response {
    let largest = shared.mode("page").and_then(|size| size.parse().ok()).unwrap_or(usize::MAX);
    let (total, size) = (found.len(), size.min(largest));
    let content: Vec<Value> = found.into_iter().skip(number.saturating_mul(size)).take(size).collect();
    Response::json(
        200,
        &json!({
            "_type": "TaskDescriptionPage", "number": number, "numberOfElements": content.len(),
            "totalElements": total, "totalPages": total.div_ceil(size), "content": content,
        }),
    )
}

/// TaskDescription. Everything that is not known is left out.
fn task(shared: &Shared, sight: &Sight) -> Value {
    let id = |value: &str, kind: &str| json!({"value": value, "_type": kind});
    let (story, truth) = (&sight.story, &sight.truth);
    let type_key = if shared.mode("version").as_deref() == Some("v25") { "type" } else { "taskType" };
    let mut task = json!({
        "id": id(&story.id, "TaskId"),
        type_key: story.operation,
        "state": Velostrata.word(&truth.condition),
        "startTime": sight.started.to_string(),
        "entity": id(&story.target_id, &story.target_kind),
        "username": story.user,
    });
    if let Some(percent) = truth.percent {
        task["progress"] = json!(percent);
        if shared.mode("bytes").is_some() {
            // The vendor documents no type for the values, so both are served.
            task["additionalInfo"] = json!({
                "_type": "StringToObjectMap",
                "MigrationProgressByteCount": (u64::from(percent) * 42_949_672).to_string(),
                "MigrationTotalByteCount": 4_294_967_200_u64,
            });
        }
    }
    if let Some(message) = &truth.message {
        task["progressMessage"] = json!(["Task accepted", message]);
    }
    if let Some(ended) = sight.ended {
        task["endTime"] = json!(ended.to_string());
    }
    if let Some(parent) = &story.parent {
        task["parentTaskId"] = id(parent, "TaskId");
    }
    if !story.children.is_empty() {
        task["subTasks"] = story.children.iter().map(|child| id(child, "TaskId")).collect();
    }
    match &truth.reason {
        Some(reason) => {
            let mut texts = vec![reason.text.clone()];
            texts.extend(reason.causes.iter().cloned());
            // The deepest reason is the long text, if there is one beside the first.
            if texts.len() > 1 {
                task["errorDetails"] = json!(texts.pop());
            }
            task["errorMessage"] = json!(texts);
        }
        None if truth.condition != Condition::Failed && !truth.warnings.is_empty() => {
            task["errorMessage"] = json!(truth.warnings)
        }
        None => {}
    }
    task
}
