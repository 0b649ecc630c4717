//! How SDDC Manager of VMware Cloud Foundation spells its tasks.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Sight, Truth};
use super::{RequestKind, Simulation};

/// An SDDC Manager.
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `spelling` is `words` for `In Progress` and its
/// like; `forbidden` refuses a dead token with 403; `zero` counts pages from 0.
pub struct SddcManager;

impl Simulation for SddcManager {
    fn backend(&self) -> &'static str {
        "sddc-manager"
    }

    fn id(&self, number: usize) -> String {
        format!("0af2e1f5-2a4c-4b3b-a2a7-{number:012x}")
    }

    fn work(&self) -> [&'static str; 4] {
        ["HOST_COMMISSION", "ESXI", "3f1c", "esxi-5.example.com"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/v1/tokens") => RequestKind::Login,
            ("DELETE", "/v1/tokens/refresh-token") => RequestKind::Logout,
            ("GET", path) if path.starts_with("/v1/tasks") => RequestKind::Read,
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Blocked | Condition::Failing | Condition::Cancelling)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "PENDING",
            Condition::Succeeded => "SUCCESSFUL",
            Condition::Failed => "FAILED",
            Condition::Cancelled => "CANCELLED",
            Condition::Strange(word) => word,
            _ => "IN_PROGRESS",
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        Some("9.1.0.0-24987653")
    }

    fn list_requests(&self, wanted: usize, _all: usize) -> usize {
        wanted.div_ceil(100)
    }

    fn read_requests(&self, tasks: usize) -> usize {
        tasks
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/v1/tasks/{id}")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"id": id, "status": "IN_PROGRESS"})
    }

    fn not_found(&self) -> Response {
        refusal(404, "TASK_NOT_FOUND", "It was not found.")
    }

    /// A message is the part that is at work: without parts, or when all of them have ended, there is none.
    fn as_told(&self, truth: &Truth) -> Truth {
        let message = truth.message.clone().filter(|_| truth.percent.is_some_and(|percent| percent < 100));
        Truth { message, ..truth.clone() }
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        if request.method == "POST" && segments == ["v1", "tokens"] {
            return login(shared, request);
        }
        let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !shared.sessions.knows(bearer) {
            let status = if shared.mode("forbidden").is_some() { 403 } else { 401 };
            return refusal(status, "UNAUTHORIZED", "The access token is not valid.");
        }
        match (request.method.as_str(), segments.as_slice()) {
            ("DELETE", ["v1", "tokens", "refresh-token"]) => {
                let token =
                    request.json().and_then(|id| Some(id.as_str()?.strip_prefix("refresh-")?.to_owned()));
                match shared.sessions.close(token.as_deref()) {
                    true => Response::new(204),
                    false => refusal(400, "BAD_REQUEST", "The refresh token is not valid."),
                }
            }
            ("GET", ["v1", "sddc-managers"]) => {
                Response::json(200, &json!({"elements": [{"id": "1", "version": "9.1.0.0-24987653"}]}))
            }
            (_, ["v1", "tasks", ..]) if shared.mode("no_role").is_some() => {
                refusal(403, "FORBIDDEN", "The user may not see them.")
            }
            ("GET", ["v1", "tasks"]) => list(shared, request),
            ("GET", ["v1", "tasks", id]) => match shared.world.look(id) {
                Some(sight) => Response::json(200, &task(shared, &sight)),
                None => self.not_found(),
            },
            ("DELETE", ["v1", "tasks", id]) => match shared.world.any(|known| known == *id) {
                true if shared.world.cancel(id) => Response::json(200, &json!({})),
                true => refusal(409, "TASK_NOT_CANCELLABLE", "It has ended already."),
                false => self.not_found(),
            },
            _ => self.not_found(),
        }
    }
}

fn login(shared: &Shared, request: &Request) -> Response {
    let body = request.json().unwrap_or_default();
    if body["username"] != shared.user() || body["password"] != shared.password() {
        shared.sessions.refuse();
        return refusal(401, "IDENTITY_UNAUTHORIZED_ENTITY", "This user is not known here.");
    }
    let token = shared.sessions.open();
    Response::json(200, &json!({"accessToken": token, "refreshToken": {"id": format!("refresh-{token}")}}))
}

fn list(shared: &Shared, request: &Request) -> Response {
    const KNOWN: [&str; 5] = ["pageSize", "pageNumber", "orderBy", "orderDirection", "taskStatus"];
    if request.parameter_names().iter().any(|name| !KNOWN.contains(&name.as_str())) {
        return refusal(400, "BAD_REQUEST", "There is no such parameter.");
    }
    let size: usize = request.parameter("pageSize").and_then(|size| size.parse().ok()).unwrap_or(100);
    let status = request.parameter("taskStatus");
    let looks = shared.world.ids().into_iter().filter_map(|id| shared.world.look(&id));
    let fits = |sight: &Sight| {
        status.as_ref().is_none_or(|status| *status == SddcManager.word(&sight.truth.condition))
    };
    let mut found: Vec<Sight> = looks.filter(fits).collect();
    found.sort_by_key(|sight| std::cmp::Reverse(sight.started));
    let total = found.len();
    let first = usize::from(shared.mode("zero").is_none());
    let number = request.parameter("pageNumber").and_then(|number| number.parse().ok()).unwrap_or(first);
    let some = found.iter().skip((number - first) * size).take(size.min(100));
    let elements: Vec<Value> = some.map(|sight| task(shared, sight)).collect();
    let page = json!({"pageNumber": number, "pageSize": size, "totalElements": total, "totalPages": total.div_ceil(size)});
    Response::json(200, &json!({"elements": elements, "pageMetadata": page}))
}

fn task(shared: &Shared, sight: &Sight) -> Value {
    let (story, truth) = (&sight.story, &sight.truth);
    let spelled = |word: &str| match (word, shared.mode("spelling")) {
        ("IN_PROGRESS", Some(_)) => "In Progress".to_owned(),
        ("SUCCESSFUL", Some(_)) => "Successful".to_owned(),
        (word, _) => word.to_owned(),
    };
    // A hundred parts make a percentage.
    let done = usize::from(truth.percent.unwrap_or_default());
    let mut parts: Vec<Value> = (0..if truth.percent.is_some() { 100 } else { 0 })
        .map(|at| json!({"name": format!("part {at}"), "status": spelled(if at < done { "SUCCESSFUL" } else { "PENDING" })}))
        .collect();
    if let (Some(message), Some(part)) = (&truth.message, parts.get_mut(done)) {
        *part = json!({"name": message, "status": spelled("IN_PROGRESS")});
    }
    let errors: Vec<Value> = truth.reason.iter().map(|reason| {
        json!({
            "errorCode": reason.code, "message": reason.text,
            "causes": reason.causes.iter().map(|cause| json!({"type": "t", "message": cause})).collect::<Vec<_>>(),
        })
    }).collect();
    json!({
        "id": story.id, "type": story.operation, "name": format!("{} of {}", story.operation, story.target_name),
        "status": spelled(&SddcManager.word(&truth.condition)), "creationTimestamp": sight.started.to_string(),
        "completionTimestamp": sight.ended.map(|time| time.to_string()), "subTasks": parts, "errors": errors,
        "notifications": truth.warnings.iter().map(|text| json!({"message": text})).collect::<Vec<_>>(),
        "resources": [{"resourceId": story.target_id, "type": story.target_kind, "name": story.target_name}],
        "resolutionStatus": "UNRESOLVED", "isCancellable": !truth.condition.ended(), "isRetryable": false,
    })
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, &json!({"errorCode": code, "message": message, "causes": [], "arguments": []}))
}
