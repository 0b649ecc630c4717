//! How vCenter spells its tasks.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::jsonrpc;
use super::server::{Request, Response, Shared};
use super::vapi::{self, SESSION_HEADER, Spelling};
use super::world::{Condition, Sight, Truth};
use super::{RequestKind, Simulation};

/// The API endpoint of a vCenter; both `/api` and `/rest`.
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `api` = `rest` has only `/rest`, `mixed` has the session but not the tasks under `/api`; `unbatched` refuses
/// lists; `windows` has no appliance to ask for its version; `one_provider` refuses lists whose ids name more than one; `no_error` as in [`vapi::info`].
pub struct VCenter;

impl Simulation for VCenter {
    fn backend(&self) -> &'static str {
        "vcenter"
    }

    fn id(&self, number: usize) -> String {
        format!("52f9f1b0-160a-25fe-fd1e-{number:012x}:com.vmware.esx.settings.clusters.software")
    }

    fn work(&self) -> [&'static str; 4] {
        ["check_compliance$task", "ClusterComputeResource", "domain-c9", "domain-c9"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        let (path, lists) = (request.path.as_str(), request.query == "action=list");
        match (request.method.as_str(), path) {
            ("POST", "/api/session" | "/rest/com/vmware/cis/session") => RequestKind::Login,
            ("DELETE", "/api/session" | "/rest/com/vmware/cis/session") => RequestKind::Logout,
            ("POST", "/api/cis/tasks") if lists => RequestKind::Read,
            ("GET", path) if path.starts_with("/api/cis/tasks/") || path.starts_with("/rest/cis/tasks") => {
                RequestKind::Read
            }
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        vapi::can_tell(state)
    }

    fn word(&self, state: &Condition) -> String {
        vapi::word(state)
    }

    fn version(&self) -> Option<&'static str> {
        Some("VMware vCenter Server, 8.0.3.00400, build 24322831")
    }

    fn login_requests(&self) -> usize {
        2
    }

    fn has_children(&self) -> bool {
        true
    }

    fn list_flags(&self) -> &'static [&'static str] {
        &["--service", "com.vmware.esx.settings.clusters.software"]
    }

    fn read_requests(&self, _tasks: usize) -> usize {
        1
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![
            format!("{base}/api/cis/tasks/{id}"),
            format!("{base}/rest/cis/tasks/{}", id.replace(':', "%3A")),
        ]
    }

    fn created(&self, id: &str) -> Value {
        id.into()
    }

    fn not_found(&self) -> Response {
        vapi::error(Spelling::Newer, 404, "NOT_FOUND", "x", "No such task.")
    }

    fn as_told(&self, truth: &Truth) -> Truth {
        vapi::as_told(truth)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        if request.method == "POST" && request.path == "/api" {
            return jsonrpc::answer(request, |request| self.answer(shared, request));
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let api = shared.mode("api");
        let spelling = if segments.first() == Some(&"rest") { Spelling::Older } else { Spelling::Newer };
        if api.as_deref() == Some("rest") && spelling == Spelling::Newer {
            return vapi::no_such_page();
        }
        let cookie = cookie(request).filter(|_| spelling == Spelling::Older);
        let token = request.header(SESSION_HEADER).or(cookie);
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["api", "session"]) if api.as_deref() != Some("older_session") => {
                return vapi::login(shared, request, Spelling::Newer);
            }
            ("POST", ["api", "session"]) => return vapi::no_such_page(),
            ("POST", ["rest", "com", "vmware", "cis", "session"]) => {
                if request.query == "~action=get" {
                    return match shared.sessions.knows(token) {
                        true => Response::json(200, &json!({"value": vapi::session(shared, token)})),
                        false => vapi::unauthenticated(spelling),
                    };
                }
                return with_cookie(request, vapi::login(shared, request, Spelling::Older));
            }
            _ if !shared.sessions.knows(token) => return vapi::unauthenticated(spelling),
            ("GET", ["api", "session"]) => return Response::json(200, &vapi::session(shared, token)),
            ("DELETE", ["api", "session"]) => {
                shared.sessions.close(token);
                return Response::new(204);
            }
            ("DELETE", ["rest", "com", "vmware", "cis", "session"]) => {
                shared.sessions.close(token);
                return Response::new(200);
            }
            ("GET", ["api" | "rest", "appliance", "system", "version"])
                if shared.mode("windows").is_none() =>
            {
                return version(spelling);
            }
            (_, ["api" | "rest", "cis", "tasks", ..]) if shared.mode("no_role").is_some() => {
                return vapi::unauthorized(spelling);
            }
            ("GET" | "POST", ["api", "cis", "tasks", ..]) if api.as_deref() == Some("mixed") => {}
            (_, ["rest", "cis", "tasks", ..]) if api.as_deref() == Some("older_session") => {
                return vapi::no_such_page();
            }
            ("GET", ["api" | "rest", "cis", "tasks", id]) => return one(shared, request, spelling, id),
            ("POST", ["api" | "rest", "cis", "tasks", id]) if request.query == "action=cancel" => {
                return cancel(shared, spelling, id);
            }
            ("POST", ["api", "cis", "tasks"]) if request.query == "action=list" => {
                return list(shared, request);
            }
            ("GET", ["rest", "cis", "tasks"]) => return older_list(shared, request),
            _ => {}
        }
        vapi::no_such_path(spelling)
    }
}

/// The session that a cookie names.
fn cookie(request: &Request) -> Option<&str> {
    let cookies = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let mut pairs =
        cookies.flat_map(|(_, value)| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_HEADER).map(|(_, token)| token.trim_matches('"'))
}

/// A login under `/rest` that does not say that it uses the header gets a cookie as well.
fn with_cookie(request: &Request, response: Response) -> Response {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let token = body.as_ref().and_then(|body| body["value"].as_str());
    match token.filter(|_| response.status == 200 && request.header("vmware-use-header-authn").is_none()) {
        Some(token) => {
            let cookie = format!("{SESSION_HEADER}={token};Path=/rest;Secure;HttpOnly");
            response.header("Set-Cookie", &cookie)
        }
        None => response,
    }
}

/// com.vmware.appliance.system.version.
fn version(spelling: Spelling) -> Response {
    let version = json!({
        "version": "8.0.3.00400", "product": "VMware vCenter Server", "build": "24322831", "type": "vCenter Server",
        "summary": "", "releasedate": "October 21, 2024", "install_time": "2025-01-05T10:00:00.000Z",
    });
    Response::json(200, &if spelling == Spelling::Older { json!({"value": version}) } else { version })
}

/// `return_all` and `exclude_result`; `None` when a parameter is none of theirs.
fn spec(request: &Request, prefix: &str) -> Option<(bool, bool)> {
    let mut spec = (false, false);
    for name in request.parameter_names() {
        let on = match request.parameter(&name).as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => return None,
        };
        match name.strip_prefix(prefix)? {
            "return_all" => spec.0 = on,
            "exclude_result" => spec.1 = on,
            _ => return None,
        }
    }
    Some(spec)
}

fn one(shared: &Shared, request: &Request, spelling: Spelling, id: &str) -> Response {
    let prefix = if spelling == Spelling::Older { "spec." } else { "" };
    let Some(spec) = spec(request, prefix) else { return vapi::invalid(spelling, "Unknown parameter.") };
    let Some(sight) = shared.world.look(id) else { return not_found(spelling, id) };
    let info = Value::Object(task(shared, &sight, spelling, spec));
    match spelling {
        Spelling::Newer => Response::json(200, &info),
        Spelling::Older => Response::json(200, &json!({"value": info})),
    }
}

fn not_found(spelling: Spelling, id: &str) -> Response {
    let text = format!("Task with identifier '{id}' was not found.");
    vapi::error(spelling, 404, "NOT_FOUND", "com.vmware.vcIntegrity.lifecycle.TaskNotFound", &text)
}

fn cancel(shared: &Shared, spelling: Spelling, id: &str) -> Response {
    if !shared.world.any(|known| known == id) {
        return not_found(spelling, id);
    }
    if shared.world.cancel(id) {
        return Response::new(204);
    }
    let text = "The task has ended already.";
    vapi::error(spelling, 400, "NOT_ALLOWED_IN_CURRENT_STATE", "com.vmware.cis.task.ended", text)
}

fn list(shared: &Shared, request: &Request) -> Response {
    let spelling = Spelling::Newer;
    if request.header("content-type") != Some("application/json") {
        return vapi::error(spelling, 415, "INVALID_REQUEST", "com.vmware.vapi.rest.type", "JSON only.");
    }
    let Some(body @ Value::Object(_)) = request.json() else {
        return vapi::invalid(spelling, "No JSON object.");
    };
    let (filter, result) = (body.get("filter_spec"), body.get("result_spec"));
    let known: [(Option<&Value>, &[&str]); 3] = [
        (Some(&body), &["filter_spec", "result_spec"]),
        (filter, &["tasks", "services", "operations", "status", "targets", "users"]),
        (result, &["return_all", "exclude_result"]),
    ];
    for (object, fields) in known {
        let mut keys = object.and_then(Value::as_object).into_iter().flat_map(|object| object.keys());
        if let Some(other) = keys.find(|key| !fields.contains(&key.as_str())) {
            let text = format!("Unknown field {other}.");
            return vapi::error(
                spelling,
                400,
                "UNEXPECTED_INPUT",
                "com.vmware.vapi.data.structure.field",
                &text,
            );
        }
    }
    let items = |name: &str| filter.and_then(|filter| filter[name].as_array()).cloned().unwrap_or_default();
    let texts = |name: &str| items(name).iter().filter_map(|text| text.as_str().map(str::to_owned)).collect();
    let on = |name: &str| result.is_some_and(|spec| spec[name] == true);
    let spec = (on("return_all"), on("exclude_result"));
    match find(shared, spelling, texts, &items("targets"), spec) {
        Ok(found) => Response::json(200, &found),
        Err(refusal) => refusal,
    }
}

fn older_list(shared: &Shared, request: &Request) -> Response {
    let spelling = Spelling::Older;
    const LISTS: [&str; 5] = ["tasks", "services", "operations", "status", "users"];
    let known = |name: &str| {
        let mut parts = name.split('.');
        parts.next() == Some("filter_spec")
            && parts.next().is_some_and(|list| LISTS.contains(&list))
            && parts.next().is_some_and(|number| number.parse::<u16>().is_ok())
            && parts.next().is_none()
    };
    if let Some(other) = request.parameter_names().iter().find(|name| !known(name)) {
        return vapi::invalid(spelling, &format!("Unknown parameter {other}."));
    }
    let texts = |name: &str| -> Vec<String> {
        (1..).map_while(|number| request.parameter(&format!("filter_spec.{name}.{number}"))).collect()
    };
    match find(shared, spelling, texts, &[], (false, false)) {
        Ok(found) => Response::json(200, &json!({"value": found})),
        Err(refusal) => refusal,
    }
}

fn find(
    shared: &Shared,
    spelling: Spelling,
    texts: impl Fn(&str) -> Vec<String>,
    targets: &[Value],
    spec: (bool, bool),
) -> Result<Value, Response> {
    if shared.mode("unbatched").is_some() {
        return Err(vapi::invalid(spelling, "This provider cannot list."));
    }
    let (tasks, services) = (texts("tasks"), texts("services"));
    if tasks.is_empty() && services.is_empty() {
        return Err(vapi::invalid(spelling, "Either tasks or services must be specified."));
    }
    let mut providers: Vec<&str> = tasks.iter().map(|id| service(id)).collect();
    providers.dedup();
    if providers.len() > 1 && shared.mode("one_provider").is_some() {
        return Err(vapi::invalid(spelling, "All tasks must be from the same provider."));
    }
    if tasks.len() > 1000 {
        return Err(vapi::error(
            spelling,
            500,
            "RESOURCE_INACCESSIBLE",
            "com.vmware.many",
            "More than 1000 tasks.",
        ));
    }
    let known = shared.world.ids();
    let tasks: HashSet<String> = tasks.into_iter().collect();
    // A task that nobody asks for does not go on.
    let wanted = known.iter().filter(|id| {
        (tasks.is_empty() || tasks.contains(*id))
            && (services.is_empty() || services.iter().any(|name| name == service(id)))
    });
    let found = wanted.filter_map(|id| {
        let info = task(shared, &shared.world.look(id)?, spelling, spec);
        let fits = vapi::fits(&info, &texts) && (targets.is_empty() || targets.contains(&info["target"]));
        fits.then(|| (id.clone(), Value::Object(info)))
    });
    Ok(vapi::map(spelling, found.collect::<Vec<_>>()))
}

/// The service that an id names behind its colon.
fn service(id: &str) -> &str {
    id.split_once(':').map_or("com.vmware.cis", |(_, service)| service)
}

fn task(
    shared: &Shared,
    sight: &Sight,
    spelling: Spelling,
    (return_all, exclude_result): (bool, bool),
) -> Map<String, Value> {
    let mut info = vapi::info(shared, sight, spelling, service(&sight.story.id));
    if exclude_result {
        info.remove("result");
    }
    if return_all {
        info.insert("commit".to_owned(), json!("12"));
    }
    info
}
