//! How Proxmox VE spells its tasks.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Reason, Sight, Truth};
use super::{RequestKind, Simulation};

/// A node of a cluster, to which an API token gives access; or a ticket, which is signed and kept nowhere.
///
/// Mode: `no_role` refuses to show tasks to anyone who is logged in.
pub struct Proxmox;

/// What a ticket of the right user is.
const TICKET: &str = "PVE:operator@pam:618C1D55::c2lnbmVk";

impl Simulation for Proxmox {
    fn backend(&self) -> &'static str {
        "proxmox"
    }

    fn id(&self, number: usize) -> String {
        format!("UPID:pve1:{number:08X}:00A21BA7:618C1D55:vzdump:100:root@pam:")
    }

    fn profile_lines(&self) -> &'static str {
        "auth = \"token\"\ntoken_env = \"SIM_PASSWORD\""
    }

    fn work(&self) -> [&'static str; 4] {
        ["vzdump", "", "100", ""]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        let path = request.path.as_str();
        match request.method.as_str() {
            "GET" if path.contains("/tasks") => RequestKind::Read,
            "POST" if path.ends_with("/ticket") => RequestKind::Login,
            _ => RequestKind::Other,
        }
    }

    fn has_sessions(&self) -> bool {
        false
    }

    fn can_tell(&self, state: &Condition) -> bool {
        matches!(state, Condition::Running | Condition::Succeeded | Condition::Failed | Condition::Cancelled)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Strange(word) => word,
            state if state.ended() => "stopped",
            _ => "running",
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        Some("8.2.4")
    }

    fn read_requests(&self, tasks: usize) -> usize {
        tasks
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/api2/json/nodes/pve1/tasks/{id}/status")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"data": id})
    }

    fn not_found(&self) -> Response {
        refusal(400, "no such task: not found")
    }

    /// How a task ended is one text, and that is all that is told of it.
    fn as_told(&self, truth: &Truth) -> Truth {
        let text = |reason: Reason| Reason { text: reason.text, ..Reason::default() };
        Truth {
            percent: None,
            message: None,
            warnings: Vec::new(),
            reason: truth.reason.clone().map(text),
            ..truth.clone()
        }
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["api2", "json", path @ ..] = segments.as_slice() else { return Response::new(404) };
        if (request.method.as_str(), path) == ("POST", &["access", "ticket"]) {
            let wanted = format!("password={}&username={}", shared.password(), shared.user());
            if request.body != wanted.as_bytes() {
                shared.sessions.refuse();
                return Response::json(401, &json!({"data": null, "message": "authentication failure\n"}));
            }
            return Response::json(
                200,
                &json!({"data": {"ticket": TICKET, "CSRFPreventionToken": "618C1D55:c3Jm"}}),
            );
        }
        let by_token = request.header("authorization") == Some(&format!("PVEAPIToken={}", shared.password()));
        let by_ticket = request.header("cookie") == Some(&format!("PVEAuthCookie={TICKET}"))
            && (request.method == "GET" || request.header("csrfpreventiontoken") == Some("618C1D55:c3Jm"));
        if !by_token && !by_ticket {
            if request.header("authorization").is_some() {
                shared.sessions.refuse();
            }
            return Response::json(401, &json!({"data": null, "message": "No ticket\n"}));
        }
        match (request.method.as_str(), path) {
            ("GET", ["version"]) => {
                Response::json(200, &json!({"data": {"version": "8.2.4", "release": "8.2"}}))
            }
            ("GET", ["cluster", "tasks"] | ["nodes", _, "tasks", ..]) if shared.mode("no_role").is_some() => {
                Response::json(
                    403,
                    &json!({"data": null, "message": "Permission check failed (/nodes/pve1, Sys.Audit)\n"}),
                )
            }
            ("GET", ["cluster", "tasks"]) => {
                let sights = shared.world.ids().into_iter().filter_map(|id| shared.world.look(&id));
                Response::json(200, &json!({"data": sights.map(|sight| listed(&sight)).collect::<Vec<_>>()}))
            }
            ("GET", ["nodes", "pve1", "tasks", id, "status"]) => match shared.world.look(id) {
                Some(sight) => Response::json(200, &json!({"data": task(&sight)})),
                None => self.not_found(),
            },
            ("DELETE", ["nodes", "pve1", "tasks", id]) => match shared.world.any(|known| known == *id) {
                true => {
                    shared.world.cancel(id);
                    Response::json(200, &json!({"data": null}))
                }
                false => self.not_found(),
            },
            _ => Response::json(501, &json!({"data": null, "message": "Method not implemented\n"})),
        }
    }
}

/// How a task ended.
fn verdict(truth: &Truth) -> Option<String> {
    match truth.condition {
        Condition::Succeeded if !truth.warnings.is_empty() => {
            Some(format!("WARNINGS: {}", truth.warnings.len()))
        }
        Condition::Succeeded => Some("OK".to_owned()),
        Condition::Cancelled => Some("received interrupt".to_owned()),
        Condition::Failed => {
            truth.reason.as_ref().map(|reason| reason.text.clone()).or(Some("job errors".to_owned()))
        }
        _ => None,
    }
}

fn common(sight: &Sight) -> Value {
    let story = &sight.story;
    json!({
        "upid": story.id, "node": "pve1", "type": story.operation, "id": story.target_id, "user": story.user,
        "starttime": sight.started.as_second(), "pid": 851_036, "pstart": 65_589_443,
    })
}

fn task(sight: &Sight) -> Value {
    let mut task = common(sight);
    task["status"] = json!(Proxmox.word(&sight.truth.condition));
    if let Some(verdict) = verdict(&sight.truth) {
        task["exitstatus"] = json!(verdict);
    }
    task
}

/// In a list, a task that runs has no end, and one that has ended says how in its status.
fn listed(sight: &Sight) -> Value {
    let mut task = common(sight);
    task["status"] = json!(verdict(&sight.truth).unwrap_or_else(|| "RUNNING".to_owned()));
    if let Some(ended) = sight.ended {
        task["endtime"] = json!(ended.as_second());
    }
    task
}

fn refusal(status: u16, upid: &str) -> Response {
    Response::json(
        status,
        &json!({"data": null, "message": "Parameter verification failed.\n", "errors": {"upid": upid}}),
    )
}
