//! How VMware Cloud Director spells its tasks.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Reason, Sight, Truth};
use super::{RequestKind, Simulation};

/// A cell of VMware Cloud Director.
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `cancelling` says of running tasks that a cancel
/// was asked for.
pub struct Vcd;

const URN: &str = "urn:vcloud:task:";

impl Simulation for Vcd {
    fn backend(&self) -> &'static str {
        "vcd"
    }

    fn id(&self, number: usize) -> String {
        format!("d5ca75e4-9d14-4a9e-98d2-{number:012x}")
    }

    fn work(&self) -> [&'static str; 4] {
        ["vappDeploy", "application/vnd.vmware.vcloud.vApp+json", "urn:vcloud:vapp:1", "web shop"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        let path = request.path.as_str();
        match request.method.as_str() {
            "POST" if path.starts_with("/cloudapi/1.0.0/sessions") || path.starts_with("/oauth/") => {
                RequestKind::Login
            }
            "DELETE" if path.starts_with("/cloudapi/1.0.0/sessions/") => RequestKind::Logout,
            "GET" if path.starts_with("/api/task/") || path == "/api/query" => RequestKind::Read,
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Blocked | Condition::Failing | Condition::Cancelling)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "queued",
            Condition::Succeeded => "success",
            Condition::Failed => "error",
            Condition::Cancelled => "canceled",
            Condition::Strange(word) => word,
            _ => "running",
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        None
    }

    fn list_requests(&self, wanted: usize, _all: usize) -> usize {
        wanted.div_ceil(128)
    }

    fn read_requests(&self, tasks: usize) -> usize {
        tasks
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/api/task/{id}")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"href": format!("https://vcd.example.com/api/task/{id}"), "id": format!("{URN}{id}"), "status": "queued"})
    }

    fn not_found(&self) -> Response {
        let message = "No access to entity: it was not found.";
        refusal(403, "ACCESS_TO_RESOURCE_IS_FORBIDDEN", message)
    }

    /// An error has one deeper reason, and there are no warnings.
    fn as_told(&self, truth: &Truth) -> Truth {
        let reason = truth
            .reason
            .clone()
            .map(|reason| Reason { causes: reason.causes.into_iter().take(1).collect(), ..reason });
        Truth { reason, warnings: Vec::new(), ..truth.clone() }
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let accept = request.header("accept").unwrap_or_default();
        let wanted = match segments.first() {
            Some(&"cloudapi") => "application/json;version=37.0",
            Some(&"oauth") => "application/json",
            _ => "application/*+json;version=37.0",
        };
        if accept != wanted {
            return refusal(406, "NOT_ACCEPTABLE", "The version of the API is not offered.");
        }
        let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["cloudapi", "1.0.0", "sessions"] | ["cloudapi", "1.0.0", "sessions", "provider"]) => {
                if request.basic() != Some((shared.user(), shared.password())) {
                    shared.sessions.refuse();
                    return refusal(401, "UNAUTHORIZED", "This user is not known here.");
                }
                let token = shared.sessions.open();
                let name = format!("urn:vcloud:session:{}", shared.sessions.opened());
                shared.set_mode(&name, &token);
                Response::json(200, &json!({"id": name, "user": {"name": shared.user()}}))
                    .header("X-VMWARE-VCLOUD-ACCESS-TOKEN", &token)
                    .header("X-VMWARE-VCLOUD-TOKEN-TYPE", "Bearer")
            }
            ("POST", ["oauth", "tenant", "acme", "token"]) => {
                let wanted = format!("grant_type=refresh_token&refresh_token={}", shared.password());
                if request.body != wanted.as_bytes() {
                    shared.sessions.refuse();
                    return refusal(401, "UNAUTHORIZED", "The token is not valid.");
                }
                Response::json(200, &json!({"access_token": shared.sessions.open(), "token_type": "Bearer"}))
            }
            _ if !shared.sessions.knows(bearer) => refusal(401, "UNAUTHORIZED", "There is no session."),
            ("DELETE", ["cloudapi", "1.0.0", "sessions", name]) => {
                shared.sessions.close(shared.mode(name).as_deref());
                Response::new(204)
            }
            ("GET", ["api", "task", ..] | ["api", "query"]) if shared.mode("no_role").is_some() => {
                refusal(403, "FORBIDDEN", "The user may not see them.")
            }
            ("GET", ["api", "query"]) => list(shared, request),
            ("GET", ["api", "task", id]) => match shared.world.look(id) {
                Some(sight) => Response::json(200, &task(shared, &sight)),
                None if uuid::Uuid::try_parse(id).is_err() => {
                    refusal(400, "BAD_REQUEST", "The id is no UUID.")
                }
                None => self.not_found(),
            },
            ("POST", ["api", "task", id, "action", "cancel"]) => match shared.world.any(|known| known == *id)
            {
                true if shared.world.cancel(id) => Response::new(204),
                true => refusal(400, "BUSY_ENTITY", "It has ended already."),
                false => self.not_found(),
            },
            _ => refusal(404, "NOT_FOUND", "There is no such resource."),
        }
    }
}

fn list(shared: &Shared, request: &Request) -> Response {
    const KNOWN: [&str; 7] = ["type", "format", "page", "pageSize", "sortDesc", "filter", "filterEncoded"];
    if request.parameter_names().iter().any(|name| !KNOWN.contains(&name.as_str()))
        || request.parameter("type").is_none_or(|kind| kind != "task")
    {
        return refusal(400, "BAD_REQUEST", "There is no such parameter.");
    }
    let number = |name: &str| request.parameter(name).and_then(|value| value.parse().ok()).unwrap_or(1_usize);
    let status = request.parameter("filter").map(|filter| filter.trim_start_matches("status==").to_owned());
    let looks = shared.world.ids().into_iter().filter_map(|id| shared.world.look(&id));
    let fits =
        |sight: &Sight| status.as_ref().is_none_or(|status| *status == Vcd.word(&sight.truth.condition));
    let mut found: Vec<Sight> = looks.filter(fits).collect();
    found.sort_by_key(|sight| std::cmp::Reverse(sight.started));
    let (page, size) = (number("page"), number("pageSize").min(128));
    let some = found.iter().skip((page - 1) * size).take(size);
    let records: Vec<Value> = some.map(record).collect();
    Response::json(200, &json!({"total": found.len(), "page": page, "pageSize": size, "record": records}))
}

/// What a query says of a task.
fn record(sight: &Sight) -> Value {
    let (story, truth) = (&sight.story, &sight.truth);
    json!({
        "_type": "QueryResultTaskRecordType", "href": format!("https://vcd.example.com/api/task/{}", story.id),
        "name": story.operation, "operationFull": story.operation, "message": truth.message,
        "startDate": time(sight.started), "endDate": sight.ended.map(time), "status": Vcd.word(&truth.condition),
        "progress": truth.percent, "ownerName": story.user, "object": story.target_id,
        "objectType": story.target_kind, "objectName": story.target_name, "orgName": "acme",
    })
}

/// An offset without a colon, as the server spells it.
fn time(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

fn task(shared: &Shared, sight: &Sight) -> Value {
    let (story, truth) = (&sight.story, &sight.truth);
    json!({
        "href": format!("https://vcd.example.com/api/task/{}", story.id), "id": format!("{URN}{}", story.id),
        "type": "application/vnd.vmware.vcloud.task+json", "name": "task", "operationName": story.operation,
        "operation": format!("{} of {}", story.operation, story.target_name), "status": Vcd.word(&truth.condition),
        "owner": {"type": story.target_kind, "id": story.target_id, "name": story.target_name},
        "user": {"name": story.user}, "progress": truth.percent, "details": truth.message.clone().unwrap_or_default(),
        "error": truth.reason.as_ref().map(|reason| json!({
            "message": reason.text, "majorErrorCode": 400, "minorErrorCode": reason.code, "stackTrace": "com.vmware.Failure",
            "tenantError": reason.causes.first().map(|cause| json!({"message": cause})),
        })),
        "result": story.result.as_ref().map(|result| json!({"resultContent": result})),
        "startTime": time(sight.started), "endTime": sight.ended.map(time),
        "cancelRequested": shared.mode("cancelling").is_some(), "tasks": null, "link": [], "otherAttributes": {},
    })
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, &json!({"minorErrorCode": code, "message": message, "stackTrace": null}))
}
