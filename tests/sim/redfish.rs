//! How a Redfish management controller spells its tasks.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Sight};
use super::{RequestKind, Simulation};

/// A management controller with a TaskService; ids that begin with `JID_` are an iDRAC's jobs.
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `page` is how many tasks a page of the list holds (100);
/// `unexpanded` lists the addresses of tasks alone; `older` has jobs where older firmware of an iDRAC has them;
/// `forgetful` has the TaskService forget jobs, which the JobService says are Completed when they failed.
pub struct Redfish;

const SESSIONS: &str = "/redfish/v1/SessionService/Sessions";
const TASKS: &str = "/redfish/v1/TaskService/Tasks";

impl Simulation for Redfish {
    fn backend(&self) -> &'static str {
        "redfish"
    }

    fn id(&self, number: usize) -> String {
        (545 + number).to_string()
    }

    fn work(&self) -> [&'static str; 4] {
        ["Configure: RAID.Integrated.1-1", "", "", ""]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", SESSIONS) => RequestKind::Login,
            ("DELETE", path) if path.starts_with(SESSIONS) => RequestKind::Logout,
            ("GET", path) if path.starts_with(TASKS) || path.contains("Jobs") || path.contains("taskmon") => {
                RequestKind::Read
            }
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Failing)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "Pending",
            Condition::Running | Condition::Failing => "Running",
            Condition::Blocked => "Suspended",
            Condition::Cancelling => "Cancelling",
            Condition::Succeeded => "Completed",
            Condition::Failed => "Exception",
            Condition::Cancelled => "Cancelled",
            Condition::Strange(word) => word,
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        Some("1.15.0")
    }

    /// It does not sort, so that all pages are needed to know the newest.
    fn list_requests(&self, _wanted: usize, all: usize) -> usize {
        all.div_ceil(100)
    }

    fn read_requests(&self, tasks: usize) -> usize {
        tasks
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}{TASKS}/{id}"), format!("{base}/redfish/v1/JobService/Jobs/{id}")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"@odata.id": format!("{TASKS}/{id}"), "Id": id, "TaskState": "New"})
    }

    fn not_found(&self) -> Response {
        refusal(404, "ResourceMissingAtURI", "The resource was not found.")
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        if request.header("accept") != Some("application/json")
            || request.header("odata-version") != Some("4.0")
        {
            return refusal(412, "PreconditionFailed", "This client speaks OData 4.0 and JSON.");
        }
        if (request.method.as_str(), request.path.as_str()) == ("POST", SESSIONS) {
            return login(shared, request);
        }
        let token = request.header("x-auth-token");
        let right = (shared.user(), shared.password());
        if !shared.sessions.knows(token) && request.basic() != Some(right) {
            if request.basic().is_some() {
                shared.sessions.refuse();
            }
            return refusal(401, "NoValidSession", "There is no valid session.");
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let path: &[&str] = match segments.as_slice() {
            ["redfish", "v1", rest @ ..] => rest,
            rest => rest,
        };
        match (request.method.as_str(), path) {
            ("DELETE", ["SessionService", "Sessions", name]) => {
                let token = shared.mode(&format!("session:{name}"));
                shared.sessions.close(token.as_deref());
                Response::new(204)
            }
            ("GET", []) => Response::json(200, &json!({"Id": "RootService", "RedfishVersion": "1.15.0"})),
            ("GET", ["TaskService" | "JobService" | "Managers" | "taskmon", ..])
                if shared.mode("no_role").is_some() =>
            {
                refusal(403, "InsufficientPrivilege", "There are insufficient privileges.")
            }
            ("GET", ["TaskService", "Tasks"]) => list(shared, request),
            ("GET", ["TaskService", "Tasks", id]) if !is_forgotten(shared, id) => one(shared, id, task),
            ("GET", ["taskmon", id]) => monitor(shared, id),
            ("GET", ["JobService", "Jobs", id])
                if shared.mode("older").is_none() && id.starts_with("JID_") =>
            {
                one(shared, id, job)
            }
            ("GET", ["Managers", "iDRAC.Embedded.1", "Oem", "Dell", "Jobs", id])
                if id.starts_with("JID_") =>
            {
                one(shared, id, job)
            }
            ("DELETE", ["TaskService", "Tasks", id]) => cancel(shared, id),
            ("POST", [.., "DellJobService", "Actions", "DellJobService.DeleteJobQueue"]) => {
                let body = request.json().unwrap_or_default();
                match body["JobID"].as_str() {
                    Some(id) if id.starts_with("JID_") && id != "JID_CLEARALL" => cancel(shared, id),
                    _ => refusal(400, "ActionParameterMissing", "JobID is missing."),
                }
            }
            _ => self.not_found(),
        }
    }
}

fn is_forgotten(shared: &Shared, id: &str) -> bool {
    shared.mode("forgetful").is_some() && id.starts_with("JID_")
}

fn login(shared: &Shared, request: &Request) -> Response {
    if request.header("content-type") != Some("application/json") {
        return refusal(415, "UnsupportedMediaType", "Content-Type must be application/json.");
    }
    let body = request.json().unwrap_or_default();
    if body["UserName"] != shared.user() || body["Password"] != shared.password() {
        shared.sessions.refuse();
        return refusal(401, "NoValidSession", "This user is not known here.");
    }
    let token = shared.sessions.open();
    let name = shared.sessions.opened().to_string();
    shared.set_mode(&format!("session:{name}"), &token);
    let body = json!({"@odata.id": format!("{SESSIONS}/{name}"), "Id": name, "UserName": body["UserName"]});
    Response::json(201, &body)
        .header("X-Auth-Token", &token)
        .header("Location", &format!("{SESSIONS}/{name}"))
}

fn one(shared: &Shared, id: &str, spell: impl Fn(&Shared, &Sight) -> Value) -> Response {
    match shared.world.look(id) {
        Some(sight) => Response::json(200, &spell(shared, &sight)),
        None => Redfish.not_found(),
    }
}

fn cancel(shared: &Shared, id: &str) -> Response {
    if !shared.world.any(|known| known == id) {
        return Redfish.not_found();
    }
    match shared.world.cancel(id) {
        true => Response::new(204),
        false => refusal(409, "ResourceInUse", "The task has ended already."),
    }
}

/// A task monitor: 202 while the task runs, then what the first call would have answered.
fn monitor(shared: &Shared, id: &str) -> Response {
    let Some(sight) = shared.world.look(id) else { return Redfish.not_found() };
    match sight.truth.condition {
        Condition::Succeeded => Response::new(204),
        Condition::Failed => {
            let reason = sight.truth.reason.unwrap_or_default();
            refusal(400, &reason.code, &reason.text)
        }
        _ => Response::new(202),
    }
}

fn list(shared: &Shared, request: &Request) -> Response {
    if request.parameter("$expand").is_some_and(|expand| expand != ".($levels=1)")
        || request.parameter_names().iter().any(|name| name != "$expand" && name != "$skip")
    {
        return refusal(400, "QueryParameterUnsupported", "There is no such parameter.");
    }
    let size = shared.mode("page").and_then(|size| size.parse().ok()).unwrap_or(100);
    let skip: usize = request.parameter("$skip").and_then(|skip| skip.parse().ok()).unwrap_or(0);
    let expanded = request.parameter("$expand").is_some() && shared.mode("unexpanded").is_none();
    let ids = shared.world.ids();
    let member = |id: &String| match expanded {
        true => shared.world.look(id).map(|sight| task(shared, &sight)),
        false => Some(json!({"@odata.id": format!("{TASKS}/{id}")})),
    };
    let mut members: Vec<Value> = ids.iter().skip(skip).take(size).filter_map(member).collect();
    if skip == 0 {
        // What iDRAC always lists.
        members.push(json!({"@odata.id": format!("{TASKS}/decommission"), "Id": "decommission", "Name": "decommission"}));
    }
    let mut body = json!({"@odata.id": TASKS, "Members": members, "Members@odata.count": ids.len()});
    if skip + size < ids.len() {
        let next = format!("{TASKS}?$expand=.($levels=1)&$skip={}", skip + size);
        body["Members@odata.nextLink"] = json!(next);
    }
    Response::json(200, &body)
}

/// Task.v1_7_4.
fn task(_shared: &Shared, sight: &Sight) -> Value {
    let (story, truth) = (&sight.story, &sight.truth);
    let message =
        |severity: &str, text: &str| json!({"Message": text, "MessageArgs": [], "Severity": severity});
    let mut messages: Vec<Value> = truth.message.iter().map(|text| message("OK", text)).collect();
    messages.extend(truth.warnings.iter().map(|text| message("Warning", text)));
    if let Some(reason) = &truth.reason {
        let mut first = message("Critical", &reason.text);
        first["MessageId"] = json!(reason.code);
        messages.push(first);
        messages.extend(reason.causes.iter().map(|cause| message("Critical", cause)));
    }
    let status = match truth.condition {
        Condition::Failed => Some("Critical"),
        Condition::Succeeded if !truth.warnings.is_empty() => Some("Warning"),
        Condition::Succeeded => Some("OK"),
        _ => None,
    };
    json!({
        "@odata.type": "#Task.v1_7_4.Task", "@odata.id": format!("{TASKS}/{}", story.id), "Id": story.id,
        "Name": story.operation, "TaskState": Redfish.word(&truth.condition), "TaskStatus": status,
        "PercentComplete": truth.percent, "StartTime": sight.started.to_string(),
        "EndTime": sight.ended.map(|time| time.to_string()), "Messages": messages,
        "Payload": {"HttpOperation": "POST", "JsonBody": "{\"Password\":\"of-the-target\"}"},
    })
}

/// Job of the JobService, as an iDRAC has it: a job that failed is Completed, and Critical.
fn job(shared: &Shared, sight: &Sight) -> Value {
    let mut job = task(shared, sight);
    let word = match (&sight.truth.condition, shared.mode("forgetful")) {
        (Condition::Failed, Some(_)) => "Completed".to_owned(),
        (condition, _) => Redfish.word(condition),
    };
    let fields = job.as_object_mut().expect("an object");
    fields.remove("TaskState");
    let status = fields.remove("TaskStatus");
    job["JobState"] = json!(word);
    job["JobStatus"] = status.unwrap_or_default();
    job
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    Response::json(
        status,
        &json!({"error": {
            "code": "Base.1.0.GeneralError",
            "message": "A general error has occurred. See ExtendedInfo for more information.",
            "@Message.ExtendedInfo": [{
                "MessageId": code, "Message": message, "MessageArgs": [], "Severity": "Critical",
                "Resolution": "Look at the resource and resubmit the request.",
            }],
        }}),
    )
}
