//! How VMware Live Site Recovery spells its tasks.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Reason, Sight, Truth};
use super::{RequestKind, Simulation};

/// Site Recovery Manager; vSphere Replication in the mode `vr`. Mode: `no_role` refuses to show tasks to anyone who is
/// logged in.
pub struct SiteRecovery;

impl Simulation for SiteRecovery {
    fn backend(&self) -> &'static str {
        "site-recovery"
    }

    fn id(&self, number: usize) -> String {
        format!("5d7f2ad1-8b0e-4f52-9a52-{number:012x}")
    }

    fn work(&self) -> [&'static str; 4] {
        ["dr.replication.configure", "", "vm-21", "web shop"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        match request.method.as_str() {
            "POST" if request.path.ends_with("/session") => RequestKind::Login,
            "DELETE" if request.path.ends_with("/session") => RequestKind::Logout,
            "GET" if request.path.contains("/tasks") => RequestKind::Read,
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Blocked | Condition::Failing | Condition::Cancelling)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "QUEUED",
            Condition::Succeeded => "SUCCESS",
            Condition::Failed => "ERROR",
            Condition::Cancelled => "CANCELLED",
            Condition::Strange(word) => word,
            _ => "RUNNING",
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        None
    }

    fn list_requests(&self, wanted: usize, _all: usize) -> usize {
        wanted.div_ceil(100)
    }

    fn read_requests(&self, tasks: usize) -> usize {
        tasks
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/api/rest/srm/v2/tasks/{id}"), format!("{base}/api/rest/vr/v1/tasks/{id}")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"id": id, "status": "QUEUED"})
    }

    fn not_found(&self) -> Response {
        refusal(404, "NOT_FOUND", "It was not found.")
    }

    /// An error has no code and one line of details, and there is no message of the moment.
    fn as_told(&self, truth: &Truth) -> Truth {
        let reason = truth.reason.clone().map(|reason| Reason {
            code: String::new(),
            causes: reason.causes.into_iter().take(1).collect(),
            ..reason
        });
        Truth { message: None, reason, ..truth.clone() }
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let service = if shared.mode("vr").is_some() { "vr" } else { "srm" };
        let ["api", "rest", asked, "v2", rest @ ..] = segments.as_slice() else { return self.not_found() };
        if *asked != service {
            return self.not_found();
        }
        let token = request.header("x-dr-session");
        match (request.method.as_str(), rest) {
            ("POST", ["session"]) => {
                if request.basic() != Some((shared.user(), shared.password())) {
                    shared.sessions.refuse();
                    return Response::new(401);
                }
                Response::json(200, &json!({"session_id": shared.sessions.open()}))
            }
            _ if !shared.sessions.knows(token) => Response::new(401),
            ("DELETE", ["session"]) => {
                shared.sessions.close(token);
                Response::new(204)
            }
            ("GET", ["tasks", ..]) if shared.mode("no_role").is_some() => {
                refusal(403, "FORBIDDEN", "The user may not see them.")
            }
            ("GET", ["tasks"]) => list(shared, request),
            ("GET", ["tasks", id]) => match shared.world.look(id) {
                Some(sight) => Response::json(200, &task(&sight)),
                None => self.not_found(),
            },
            _ => self.not_found(),
        }
    }
}

fn list(shared: &Shared, request: &Request) -> Response {
    const KNOWN: [&str; 6] = ["filter_property", "filter", "sort_by", "order_by", "limit", "offset"];
    let filter = request.parameter("filter");
    if request.parameter_names().iter().any(|name| !KNOWN.contains(&name.as_str()))
        || request.parameter("filter_property").is_some() != filter.is_some()
    {
        return refusal(400, "BAD_REQUEST", "There is no such parameter.");
    }
    let number = |name: &str| request.parameter(name).and_then(|value| value.parse().ok()).unwrap_or(0_usize);
    let looks = shared.world.ids().into_iter().filter_map(|id| shared.world.look(&id));
    let fits = |sight: &Sight| {
        filter.as_ref().is_none_or(|filter| *filter == SiteRecovery.word(&sight.truth.condition))
    };
    let mut found: Vec<Sight> = looks.filter(fits).collect();
    found.sort_by_key(|sight| std::cmp::Reverse(sight.started));
    let (limit, offset) = (number("limit"), number("offset"));
    let some: Vec<Value> = found.iter().skip(offset).take(limit).map(task).collect();
    let meta = json!({"total": found.len(), "limit": limit, "offset": offset, "links": {}});
    Response::json(200, &json!({"list": some, "_meta": meta}))
}

fn task(sight: &Sight) -> Value {
    let (story, truth) = (&sight.story, &sight.truth);
    let warning = |text: &String| json!({"code": "WARNING", "message": text, "field": null});
    json!({
        "id": story.id, "description": format!("{} of {}", story.operation, story.target_name),
        "description_id": story.operation, "entity": story.target_id, "entity_name": story.target_name,
        "status": SiteRecovery.word(&truth.condition), "progress": truth.percent,
        "error": truth.reason.as_ref().map(|reason| json!({"message": reason.text, "details": reason.causes.first()})),
        "result": story.result, "queued_time": sight.started.as_millisecond(),
        "start_time": sight.started.as_millisecond(),
        "complete_time": sight.ended.map(|time| time.as_millisecond()),
        "_meta": {"errors": truth.warnings.iter().map(warning).collect::<Vec<_>>()},
    })
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, &json!({"error_code": code, "message": message, "op_id": "6f1c"}))
}
