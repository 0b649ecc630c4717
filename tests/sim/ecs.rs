//! How Dell EMC ECS spells its tasks.

use quick_xml::escape::escape;
use serde_json::{Map, Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Reason, Sight, Truth};
use super::{RequestKind, Simulation, USER};

/// A node of a virtual data center. Its answers are XML unless JSON is asked for.
///
/// Modes: `dead=302` redirects dead tokens to the login as missing ones are; `redirect_host` is the host and port that
/// such redirects name (default: this server); `xml_errors` answers a refused login or token as XML whatever was
/// asked; `notfound=404` answers 404/2000 where the default is a 400; `no_list` lacks the list of tasks; `no_role`
/// refuses the reading of tasks to this user; `no_token` forgets the token of a login.
pub struct Ecs;

/// How many tokens a user may hold.
const MOST_TOKENS: usize = 100;

/// After so many refused logins the account is locked.
const MOST_REFUSALS: usize = 3;

impl Simulation for Ecs {
    fn backend(&self) -> &'static str {
        "ecs"
    }

    fn id(&self, number: usize) -> String {
        match number {
            0 => "10.1.83.70/CREATE".to_owned(),
            _ => format!("10.1.83.70/265cf333-76a1-4129-903e-{number:012x}"),
        }
    }

    fn profile_lines(&self) -> &'static str {
        "data_store = \"10.1.83.70\""
    }

    fn work(&self) -> [&'static str; 4] {
        ["CREATE", "", "10.1.83.70", "10.1.83.70"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        match (request.method.as_str(), without_suffix(&request.path)) {
            ("GET", "/login") => RequestKind::Login,
            ("GET", "/logout") => RequestKind::Logout,
            ("GET", path) if path.starts_with("/vdc/data-stores/") => RequestKind::Read,
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Failing | Condition::Cancelling | Condition::Cancelled)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "queued",
            Condition::Running | Condition::Failing | Condition::Cancelling => "pending",
            Condition::Blocked => "suspended_error",
            Condition::Succeeded => "ready",
            Condition::Failed | Condition::Cancelled => "error",
            Condition::Strange(word) => word,
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        Some("3.8.1.1.140622.a2b3c4d")
    }

    fn read_requests(&self, tasks: usize) -> usize {
        tasks
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        let (store, operation) = id.rsplit_once('/').expect("a pair");
        vec![format!("{base}/vdc/data-stores/{store}/tasks/{operation}")]
    }

    fn created(&self, id: &str) -> Value {
        let (store, operation) = id.rsplit_once('/').expect("a pair");
        json!({"task": [{"op_id": operation, "resource": {"id": store}}]})
    }

    fn not_found(&self) -> Response {
        let (description, details) = ("Parameter was provided but invalid", "No operation found");
        let body = json!({"code": 1008, "retryable": false, "description": description, "details": details});
        Response::json(400, &body)
    }

    fn tells_tasks_with_error_statuses(&self) -> bool {
        true
    }

    /// There are no warnings, a failure has one line under its own, and it takes the place of the message.
    fn as_told(&self, truth: &Truth) -> Truth {
        let mut told = Truth { warnings: Vec::new(), ..truth.clone() };
        if let Some(reason) = &truth.reason {
            told.message = None;
            let causes = reason.causes.iter().take(1).cloned().collect();
            told.reason = Some(Reason { causes, ..reason.clone() });
        } else if truth.condition == Condition::Failed {
            // Then the message is all that there is of a reason.
            told.reason = truth.message.clone().map(|text| Reason { text, ..Reason::default() });
        }
        told
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let mut request = request.clone();
        if let Some(path) = request.path.strip_suffix(".json").map(str::to_owned) {
            // Before the header that came with it.
            request.headers.insert(0, ("Accept".to_owned(), "application/json".to_owned()));
            request.path = path;
        }
        let request = &request;
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let token = request.header("x-sds-auth-token");
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["login"]) => return login(shared, request),
            (_, ["login"]) => return not_allowed(request),
            _ if shared.sessions.knows(token) => {}
            _ => return denied(shared, request),
        }
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["logout"]) => {
                // `force` may be spelled `True`: one client does.
                if request.parameter("force").is_some_and(|force| force.eq_ignore_ascii_case("true")) {
                    shared.sessions.expire();
                } else {
                    shared.sessions.close(token);
                }
                answer(request, 200, "LoggedOut", &json!({"user": USER}))
            }
            ("GET", ["user", "whoami"]) => {
                let body = json!({
                    "common_name": USER, "distinguished_name": "", "namespace": "", "roles": ["SYSTEM_MONITOR"],
                    "last_time_password_changed": "2026-01-05T10:00:00Z", "user_must_reset_password": false,
                    "user_password_has_expired": false,
                });
                answer(request, 200, "user", &body)
            }
            ("GET", ["vdc", "nodes"]) => authorised(shared, request).unwrap_or_else(|| {
                let node = |number: usize| {
                    json!({
                        "ip": format!("10.1.83.5{number}"), "nodename": format!("ecs0{number}"), "rackId": "gray",
                        "version": "3.8.1.1.140622.a2b3c4d", "nodeid": format!("node-{number}"), "isLocal": number == 1,
                    })
                };
                answer(request, 200, "nodes", &json!({"node": [node(1), node(2)]}))
            }),
            ("GET", ["vdc", "data-stores"]) => {
                let ids = shared.world.ids();
                let mut stores: Vec<&str> = Vec::new();
                for (store, _) in ids.iter().map(|id| split(id)) {
                    if !stores.contains(&store) {
                        stores.push(store);
                    }
                }
                let stores: Vec<Value> = stores.into_iter().map(item).collect();
                answer(request, 200, "data_stores", &json!({"data_store": stores}))
            }
            ("GET", ["vdc", "data-stores", "commodity", store]) => {
                no_such_store(shared, request, store).unwrap_or_else(|| {
                    answer(request, 200, "commodity_data_store", &commodity(shared, store))
                })
            }
            ("GET", ["vdc", "data-stores", store, "tasks"]) if shared.mode("no_list").is_none() => {
                authorised(shared, request).unwrap_or_else(|| list(shared, request, store))
            }
            ("GET", ["vdc", "data-stores", store, "tasks", operation]) => {
                authorised(shared, request).unwrap_or_else(|| one(shared, request, store, operation))
            }
            // What makes tasks is for administrators, and the user may only look.
            ("POST", ["vdc", "data-stores", "commodity" | "san"] | ["vdc", "data-stores", _, "deactivate"]) => {
                lacks_role(request)
            }
            (_, ["vdc", "data-stores", ..]) if request.method != "GET" => not_allowed(request),
            // The web server in front says this, and knows nothing of `retryable`.
            _ => error(
                request,
                404,
                json!({"code": 6404, "description": "Not Found", "details": "No such path"}),
            ),
        }
    }
}

/// A path that says by its end that JSON is wanted, without that.
fn without_suffix(path: &str) -> &str {
    path.strip_suffix(".json").unwrap_or_else(|| path.trim_end_matches('/'))
}

/// A data store as the list of them has it.
fn item(store: &str) -> Value {
    let link = json!({"rel": "self", "href": format!("/vdc/data-stores/commodity/{store}")});
    json!({"id": store, "name": store, "link": link, "resource_type": "commodity"})
}

/// A data store in full.
fn commodity(shared: &Shared, store: &str) -> Value {
    json!({
        "id": store, "name": store, "description": "", "device_info": "", "device_state": "readytouse",
        "link": {"rel": "self", "href": format!("/vdc/object-pools/{store}")},
        "creation_time": shared.world.now().as_millisecond(), "tags": [],
        "used_gb": 1073, "free_gb": 333_727, "usable_gb": 334_800,
        "varray": "urn:storageos:VirtualArray:3c4e8cca-2e3d-4f8d-b183-1c69ce2d5b37",
        "global": null, "remote": null, "vdc": null,
    })
}

fn split(id: &str) -> (&str, &str) {
    id.rsplit_once('/').expect("a task is named by its data store and its operation")
}

fn login(shared: &Shared, request: &Request) -> Response {
    let token = request.header("x-sds-auth-token");
    let refused = || {
        let body = json!({
            "code": 401, "description": "Unauthorized",
            "details": "Access is denied due to invalid or expired credentials",
        });
        filter_error(shared, request, body).header("WWW-Authenticate", "basic realm=\"ViPR\"")
    };
    let logged_in = |token: &str| {
        let response =
            answer(request, 200, "loggedIn", &json!({"user": USER})).header("X-SDS-AUTH-MAX-AGE", "28800");
        if shared.mode("no_token").is_some() { response } else { response.header("X-SDS-AUTH-TOKEN", token) }
    };
    let Some(basic) = request.basic() else {
        return match token {
            Some(token) if shared.sessions.knows(Some(token)) => logged_in(token),
            _ => refused(),
        };
    };
    // A locked account refuses the right password as well, in the same words.
    if basic != (shared.user(), shared.password()) || shared.sessions.refused() >= MOST_REFUSALS {
        shared.sessions.refuse();
        return refused();
    }
    if shared.sessions.live() >= MOST_TOKENS {
        let body = json!({
            "code": 4000, "retryable": false, "description": "Invalid credentials or authentication token",
            "details": "Max number of tokens exceeded for this user",
        });
        return filter_error(shared, request, body);
    }
    logged_in(&shared.sessions.open())
}

/// What a request without a live token gets.
fn denied(shared: &Shared, request: &Request) -> Response {
    let host = request.header("host").unwrap_or_default();
    let service: String =
        url::form_urlencoded::byte_serialize(format!("https://{host}{}", request.path).as_bytes()).collect();
    let host = shared.mode("redirect_host").unwrap_or_else(|| host.to_owned());
    let login = format!("http://{host}/login?service={service}");
    let missing = request.header("x-sds-auth-token").is_none();
    if missing || shared.mode("dead").as_deref() == Some("302") {
        let status = if request.method == "GET" { 302 } else { 401 };
        return Response::new(status).header("Location", &login);
    }
    let body = json!({
        "code": 10001, "retryable": false,
        "description": "An error occurred while encoding/decoding of tokens", "details": "Unable to decode token.",
    });
    filter_error(shared, request, body)
}

/// The refusal of a user who lacks the role.
fn authorised(shared: &Shared, request: &Request) -> Option<Response> {
    shared.mode("no_role").map(|_| lacks_role(request))
}

fn lacks_role(request: &Request) -> Response {
    let body = json!({
        "code": 3000, "retryable": false,
        "description": "Access forbidden: insufficient permissions to perform operation", "details": "Insufficient permissions",
    });
    error(request, 403, body)
}

fn not_allowed(request: &Request) -> Response {
    let body = json!({"code": 1007, "retryable": false, "description": "Method not supported"});
    error(request, 405, body)
}

/// An unknown thing: a 400 of this code by default.
fn not_found(shared: &Shared, request: &Request, code: u32, description: &str, details: &str) -> Response {
    if shared.mode("notfound").as_deref() == Some("404") {
        let description = "Unable to find entity in request URL";
        let body = json!({"code": 2000, "retryable": false, "description": description, "details": details});
        return error(request, 404, body);
    }
    let body = json!({"code": code, "retryable": false, "description": description, "details": details});
    error(request, 400, body)
}

fn no_such_store(shared: &Shared, request: &Request, store: &str) -> Option<Response> {
    if shared.world.any(|id| split(id).0 == store) {
        return None;
    }
    let details = format!("Unable to find entity with the given id {store}");
    Some(not_found(shared, request, 1004, "Request parameter cannot be found", &details))
}

fn one(shared: &Shared, request: &Request, store: &str, operation: &str) -> Response {
    if let Some(refusal) = no_such_store(shared, request, store) {
        return refusal;
    }
    match shared.world.look(&format!("{store}/{operation}")) {
        Some(sight) => answer(request, 200, "task", &task(&sight)),
        None => {
            let details = format!("No operation found for task with id: {operation}");
            not_found(shared, request, 1008, "Parameter was provided but invalid", &details)
        }
    }
}

fn list(shared: &Shared, request: &Request, store: &str) -> Response {
    if let Some(refusal) = no_such_store(shared, request, store) {
        return refusal;
    }
    let tasks: Vec<Value> = shared
        .world
        .ids()
        .iter()
        .filter(|id| split(id).0 == store)
        .filter_map(|id| shared.world.look(id))
        .map(|sight| task(&sight))
        .collect();
    answer(request, 200, "tasks", &json!({"task": tasks}))
}

/// A task as live systems send it; progress and times, which are documented and were not seen, where progress is known.
fn task(sight: &Sight) -> Value {
    let (story, truth) = (&sight.story, &sight.truth);
    let (store, operation) = split(&story.id);
    let link = |href: String| json!({"rel": "self", "href": href});
    let mut task = json!({
        "name": story.operation,
        "link": link(format!("/vdc/data-stores/{store}/tasks/{operation}")),
        "global": null, "remote": null, "vdc": null,
        "state": Ecs.word(&truth.condition),
        "resource": {
            "id": story.target_id, "link": link(format!("/vdc/object-pools/{store}")), "name": story.target_name,
        },
        "restLink": null,
        "op_id": operation,
        "associated_resources": [],
    });
    if let Some(percent) = truth.percent {
        task["progress"] = json!(percent);
        task["start_time"] = json!(sight.started.as_millisecond());
        if let Some(ended) = sight.ended {
            task["end_time"] = json!(ended.as_millisecond());
        }
    }
    match &truth.reason {
        Some(reason) => task["service_error"] = service_error(reason),
        None => {
            if let Some(message) = &truth.message {
                task["message"] = json!(message);
            }
        }
    }
    task
}

/// The text stands in `details` over one cause, or alone as the description.
fn service_error(reason: &Reason) -> Value {
    let code = reason.code.parse::<u32>().map_or_else(|_| json!(reason.code), |code| json!(code));
    match reason.causes.first() {
        Some(cause) => {
            json!({"code": code, "retryable": false, "description": cause, "details": reason.text})
        }
        None => json!({"code": code, "retryable": false, "description": reason.text}),
    }
}

fn wants_json(request: &Request) -> bool {
    request.header("accept").is_some_and(|accept| accept.contains("application/json"))
}

/// Answers in JSON if it was asked for, else in XML with this root.
fn answer(request: &Request, status: u16, root: &str, body: &Value) -> Response {
    if wants_json(request) { Response::json(status, body) } else { xml(status, root, body) }
}

fn error(request: &Request, status: u16, body: Value) -> Response {
    answer(request, status, "error", &body)
}

/// A 401 of the filter in front of every resource, which may not look at what was asked for.
fn filter_error(shared: &Shared, request: &Request, body: Value) -> Response {
    if shared.mode("xml_errors").is_some() { xml(401, "error", &body) } else { error(request, 401, body) }
}

fn xml(status: u16, root: &str, body: &Value) -> Response {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>");
    element(&mut text, root, body);
    Response::new(status).header("Content-Type", "application/xml").body(text)
}

/// Nulls are left out, a `link` is an empty element with attributes, and lists repeat their element.
fn element(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(link) if name == "link" => text.push_str(&format!("<link {}/>", attributes(link))),
        Value::Object(object) => {
            text.push_str(&format!("<{name}>"));
            for (key, value) in object {
                element(text, key, value);
            }
            text.push_str(&format!("</{name}>"));
        }
        Value::Array(items) if name == "associated_resources" => {
            text.push_str(&format!("<{name}>"));
            items.iter().for_each(|item| element(text, "associated_resource", item));
            text.push_str(&format!("</{name}>"));
        }
        Value::Array(items) => items.iter().for_each(|item| element(text, name, item)),
        Value::String(string) => text.push_str(&format!("<{name}>{}</{name}>", escape(string.as_str()))),
        other => text.push_str(&format!("<{name}>{other}</{name}>")),
    }
}

fn attributes(link: &Map<String, Value>) -> String {
    let attribute =
        |(key, value): (&String, &Value)| format!("{key}=\"{}\"", escape(value.as_str().unwrap_or_default()));
    link.iter().map(attribute).collect::<Vec<_>>().join(" ")
}
