//! How VMware Cloud Director Availability spells its tasks.

use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::world::{Condition, Reason, Sight, Story, Truth};
use super::{RequestKind, Simulation, USER};

/// The Cloud service of an appliance.
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `site` names the local site (default `site1`); `remote` names a site that wants an extended session;
/// `media` is the only vendor version served besides JSON; `unbatched` refuses `ids=`.
pub struct Vcda;

/// The password at the remote site.
pub const REMOTE_PASSWORD: &str = "r3mote-Passw0rd";

impl Simulation for Vcda {
    fn backend(&self) -> &'static str {
        "vcda"
    }

    fn id(&self, number: usize) -> String {
        format!("f61d60d2-698a-46dc-a266-{number:012x}")
    }

    fn profile_lines(&self) -> &'static str {
        "auth = \"local\""
    }

    fn work(&self) -> [&'static str; 4] {
        ["sync", "vappReplication", "C4VAPP-ccbe771e-b685-46c7-8c7a-4ed36915d963", "web shop"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/sessions") => RequestKind::Login,
            ("DELETE", "/sessions") => RequestKind::Logout,
            ("GET", path) if path.starts_with("/tasks") => RequestKind::Read,
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(
            state,
            Condition::Blocked | Condition::Failing | Condition::Cancelling | Condition::Cancelled
        )
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "QUEUED",
            Condition::Running | Condition::Blocked | Condition::Failing | Condition::Cancelling => "RUNNING",
            Condition::Succeeded => "SUCCEEDED",
            Condition::Failed | Condition::Cancelled => "FAILED",
            Condition::Strange(word) => word,
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        Some("VMware Cloud Director Availability, 4.6.0.6689753-8554b3d026, CLOUD")
    }

    fn list_requests(&self, wanted: usize, _all: usize) -> usize {
        wanted.div_ceil(100)
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/tasks/{id}"), format!("{base}/tasks/{id}?site=site1")]
    }

    fn created(&self, id: &str) -> Value {
        json!({"id": id, "state": "RUNNING", "site": "site1"})
    }

    fn not_found(&self) -> Response {
        refusal(404, "TaskNotFound", "Task not found.")
    }

    /// There is no message of the moment, and an error's `args` fill its text: they are no causes.
    fn as_told(&self, truth: &Truth) -> Truth {
        let reason = truth.reason.clone().map(|reason| Reason { causes: Vec::new(), ..reason });
        Truth { message: None, reason, ..truth.clone() }
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        let accept = request.header("accept").unwrap_or("*/*");
        if let (Some(version), true) = (shared.mode("media"), accept.contains("vnd.vmware"))
            && !accept.contains(&format!("h4-v{version}+json"))
        {
            return refusal(406, "NotAcceptable", "No such representation.");
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["sessions"]) => login(shared, request),
            _ if !shared.sessions.knows(request.header("x-vcav-auth")) => {
                refusal(401, "NotAuthenticated", "Authentication required.")
                    .header("WWW-Authenticate", "Authentication Token Required")
            }
            ("GET", ["sessions"]) => vendor_json(request, &session(shared, request.header("x-vcav-auth"))),
            ("DELETE", ["sessions"]) => {
                shared.sessions.close(request.header("x-vcav-auth"));
                Response::new(204)
            }
            ("POST", ["sessions", "extend"]) => extend(shared, request),
            ("GET", ["diagnostics", "about"]) => vendor_json(
                request,
                &json!({
                    "serviceType": "CLOUD", "productName": "VMware Cloud Director Availability",
                    "buildVersion": "4.6.0.6689753-8554b3d026", "buildDate": "2023-07-13T07:05:48Z",
                }),
            ),
            ("GET", ["tasks", ..]) if shared.mode("no_role").is_some() => {
                refusal(403, "AccessDenied", "Access denied.")
            }
            ("GET", ["tasks"]) => query(shared, request),
            ("GET", ["tasks", id]) => one(shared, request, id),
            _ => refusal(404, "NotFound", "No such resource."),
        }
    }
}

fn login(shared: &Shared, request: &Request) -> Response {
    if request.header("content-type") != Some("application/json") {
        return refusal(415, "BadRequest", "Content-Type must be application/json.");
    }
    let body = request.json().unwrap_or_default();
    let right = match body["type"].as_str() {
        Some("localUser") => body["localUser"] == shared.user() && body["localPassword"] == shared.password(),
        Some("ssoCredentials") => body["username"] == shared.user() && body["password"] == shared.password(),
        Some("vcdCredentials") => {
            body["vcdUser"] == shared.user() && body["vcdPassword"] == shared.password()
        }
        Some("vcdAccessToken") => body["vcdAccessToken"] == shared.password() && body["context"] == "acme-dr",
        _ => return refusal(400, "BadUserInput", "Unknown type of login."),
    };
    if !right {
        shared.sessions.refuse();
        return refusal(401, "NotAuthenticated", "Invalid user name or password.");
    }
    let token = shared.sessions.open();
    Response::json(200, &session(shared, Some(&token))).header("X-VCAV-Auth", &token)
}

/// What is known of a session.
fn session(shared: &Shared, token: Option<&str>) -> Value {
    let mut sites = vec![json!({"site": local_site(shared), "org": "Org1"})];
    sites.extend(
        shared.mode(&format!("extended:{}", token.unwrap_or_default())).map(|site| json!({"site": site})),
    );
    json!({"user": shared.user(), "roles": ["EVERYONE", "ADMINISTRATORS"], "authenticatedSites": sites})
}

fn local_site(shared: &Shared) -> String {
    shared.mode("site").unwrap_or_else(|| "site1".to_owned())
}

fn extend(shared: &Shared, request: &Request) -> Response {
    let body = request.json().unwrap_or_default();
    let Some(remote) = shared.mode("remote").filter(|remote| body["site"] == remote.as_str()) else {
        return refusal(404, "SiteNotFound", "Site not found.");
    };
    let right = match body["type"].as_str() {
        Some("credentials") => body["vcdUsername"] == USER && body["vcdPassword"] == REMOTE_PASSWORD,
        Some("multisite") => body["org"] == "acme-dr",
        _ => return refusal(400, "BadUserInput", "Unknown type of extension."),
    };
    if !right {
        return refusal(401, "RemoteAuthenticationFailure", "The remote site refused the credentials.");
    }
    // The extension lives as long as the session: remembered by its token, as a site that was reached.
    shared.set_mode(&format!("extended:{}", request.header("x-vcav-auth").unwrap_or_default()), &remote);
    Response::json(
        200,
        &json!({"user": USER, "authenticatedSites": [{"site": local_site(shared)}, {"site": remote}]}),
    )
}

/// Whether the `site` of a request may be read; the refusal if not.
fn site_refusal(shared: &Shared, request: &Request) -> Option<Response> {
    let site = request.parameter("site")?;
    if site == local_site(shared) {
        return None;
    }
    if shared.mode("remote").as_deref() != Some(&site) {
        return Some(refusal(404, "SiteNotFound", "Site not found."));
    }
    let extended = shared.mode(&format!("extended:{}", request.header("x-vcav-auth").unwrap_or_default()));
    (extended.as_deref() != Some(&site))
        .then(|| refusal(401, "RemoteAuthenticationFailure", "Not authenticated to the remote site."))
}

fn one(shared: &Shared, request: &Request, id: &str) -> Response {
    if request.parameter_names().iter().any(|name| name != "site") {
        return refusal(400, "BadRequest", "Unknown parameter.");
    }
    if let Some(refusal) = site_refusal(shared, request) {
        return refusal;
    }
    if uuid::Uuid::try_parse(id).is_err() {
        return refusal(400, "BadUserInput", "The task id is no UUID.");
    }
    match shared.world.look(id) {
        Some(sight) => vendor_json(request, &task(shared, &sight)),
        None => refusal(404, "TaskNotFound", "Task not found."),
    }
}

fn query(shared: &Shared, request: &Request) -> Response {
    const KNOWN: [&str; 16] = [
        "site",
        "ids",
        "user",
        "sourceOrg",
        "destinationOrg",
        "state",
        "startTimeAfter",
        "startTimeBefore",
        "endTimeAfter",
        "endTimeBefore",
        "type",
        "resourceId",
        "resourceName",
        "resourceType",
        "limit",
        "offset",
    ];
    if request.parameter_names().iter().any(|name| name != "sort" && !KNOWN.contains(&name.as_str())) {
        return refusal(400, "BadRequest", "Unknown parameter.");
    }
    if let Some(refusal) = site_refusal(shared, request) {
        return refusal;
    }
    let ids: Option<Vec<String>> =
        request.parameter("ids").map(|ids| ids.split(',').map(str::to_ascii_lowercase).collect());
    if ids.is_some() && shared.mode("unbatched").is_some() {
        return refusal(400, "BadRequest", "Unknown parameter.");
    }
    if ids.iter().flatten().any(|id| uuid::Uuid::try_parse(id).is_err()) {
        return refusal(400, "BadUserInput", "A task id is no UUID.");
    }
    let number = |name: &str, default: usize| {
        request.parameter(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let (limit, offset) = (number("limit", 100).min(100), number("offset", 0));
    if request.parameter("sort").is_some_and(|sort| sort != "startTime-") {
        return refusal(400, "BadUserInput", "No such field to sort by.");
    }
    if request
        .parameter("state")
        .is_some_and(|state| !["RUNNING", "SUCCEEDED", "FAILED"].contains(&state.as_str()))
    {
        return refusal(400, "BadUserInput", "No such state.");
    }
    if request.parameter("user").is_some() && request.parameter("destinationOrg").is_some() {
        return refusal(400, "BadUserInput", "The filters user and destinationOrg exclude each other.");
    }
    let mut found: Vec<Value> = ids
        .unwrap_or_else(|| shared.world.ids())
        .iter()
        .filter_map(|id| shared.world.look(id))
        .filter(|sight| is_of_organizations(request, &sight.story))
        .map(|sight| task(shared, &sight))
        .filter(|task| fits(request, task))
        .collect();
    // Newest first is the server's own default too.
    found.sort_by_key(|task| std::cmp::Reverse(task["startTime"].as_i64()));
    let total = found.len();
    let items: Vec<Value> = found.into_iter().skip(offset).take(limit).collect();
    vendor_json(request, &json!({"items": items, "limit": limit, "offset": offset, "total": total}))
}

/// Whether a task works from and to what a query asks for. The task itself does not tell, and case matters.
fn is_of_organizations(request: &Request, story: &Story) -> bool {
    let names = ["sourceOrg", "destinationOrg"].iter().zip(&story.organizations);
    names.into_iter().all(|(name, org)| request.parameter(name).is_none_or(|asked| asked == *org))
}

/// Whether a task is one that the filters of a query let through.
fn fits(request: &Request, task: &Value) -> bool {
    // `resourceType` may be repeated or a list with commas.
    let equal = |name: &str, value: &Value| {
        let asked = request.parameters(name);
        let is_list = name == "resourceType";
        let mut words = asked.iter().flat_map(|asked| asked.split(|sign| is_list && sign == ','));
        asked.is_empty() || words.any(|asked| value == asked)
    };
    let moment = |name: &str| request.parameter(name).map(|text| text.parse::<i64>().expect("milliseconds"));
    let (start, end) = (task["startTime"].as_i64(), task["endTime"].as_i64().filter(|end| *end >= 0));
    let info = &task["workflowInfo"];
    equal("state", &task["state"])
        && equal("user", &task["user"])
        && equal("type", &info["type"])
        && equal("resourceId", &info["resourceId"])
        && equal("resourceName", &info["resourceName"])
        && equal("resourceType", &info["resourceType"])
        && moment("startTimeAfter").is_none_or(|after| start.is_some_and(|start| start > after))
        && moment("startTimeBefore").is_none_or(|before| start.is_some_and(|start| start < before))
        && moment("endTimeAfter").is_none_or(|after| end.is_some_and(|end| end > after))
        && moment("endTimeBefore").is_none_or(|before| end.is_some_and(|end| end < before))
}

fn task(shared: &Shared, sight: &Sight) -> Value {
    let milliseconds = |time: jiff::Timestamp| time.as_millisecond();
    let truth = &sight.truth;
    let error = truth.reason.as_ref().map(|reason| {
        json!({"args": reason.causes, "code": reason.code, "msg": reason.text, "stacktrace": "com.vmware.h4.Failure"})
    });
    let ended_well = truth.condition == Condition::Succeeded;
    json!({
        "id": sight.story.id,
        "user": sight.story.user,
        "workflowInfo": {
            "type": sight.story.operation,
            "resourceType": sight.story.target_kind,
            "resourceId": sight.story.target_id,
            "resourceName": sight.story.target_name,
        },
        "progress": truth.percent,
        "state": Vcda.word(&truth.condition),
        "lastUpdated": milliseconds(sight.updated),
        "startTime": milliseconds(sight.started),
        "endTime": sight.ended.map_or(-1, milliseconds),
        "resultType": sight.story.result.as_ref().filter(|_| ended_well).map(|_| "CloudHealthInfo"),
        "result": sight.story.result.as_ref().filter(|_| ended_well),
        "error": error,
        "warnings": truth.warnings.iter().map(|text| json!({"code": "Warning", "msg": text})).collect::<Vec<_>>(),
        "site": local_site(shared),
    })
}

/// Answers in the representation that was asked for.
fn vendor_json(request: &Request, body: &Value) -> Response {
    let accept = request.header("accept").unwrap_or("*/*");
    let media_type = if accept.contains("vnd.vmware") { accept } else { "application/json;charset=UTF-8" };
    Response::new(200).header("Content-Type", media_type).body(body.to_string())
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    Response::json(
        status,
        &json!({"args": [], "code": code, "msg": message, "stacktrace": "com.vmware.h4.Refusal"}),
    )
}
