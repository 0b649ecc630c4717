//! VMware Cloud Director Availability: tasks of the Cloud and Manager services.
//!
//! Follows <https://developer.broadcom.com/xapis/vcloud-availability-api/latest/> (3.5) and its 4.x successors:
//! `POST /sessions` answers with the token in `X-VCAV-Auth`, `GET /tasks/{taskId}?site=` reads one task,
//! `GET /tasks` lists and with `ids=` reads up to a hundred at once, `DELETE /sessions` closes. There is no cancel and no cancelled state.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::wire::{self, Field, Int, Moment, Number, Text};
use super::{
    Backend, Batching, Capabilities, Checkup, Connection, Credentials, Descriptor, Filter, FilterKind,
    Options, Page, Query, Setting, SettingKind,
};
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Document, Failure, State, Target, Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "vcda",
    aliases: &[],
    about: "VMware Cloud Director Availability",
    example_id: "f61d60d2-698a-46dc-a266-88df27644956",
    capabilities: Capabilities { list: true, cancel: false, active_only: false },
    interval: None,
    settings: &[
        Setting {
            key: "site",
            flag: Some("site"),
            kind: SettingKind::Text,
            help: "The site that runs the task; the local one if not given",
        },
        Setting {
            key: "site_username",
            flag: None,
            kind: SettingKind::Username,
            help: "The user at a remote `site`, with `site_password` or its siblings",
        },
        Setting {
            key: "site_org",
            flag: None,
            kind: SettingKind::Text,
            help: "The organization at a remote `site` that is associated in Cloud Director (4.2 and later)",
        },
        Setting {
            key: "org",
            flag: None,
            kind: SettingKind::Text,
            help: "The organization of the token, for `auth = \"vcd-token\"`",
        },
        Setting {
            key: "api_version",
            flag: None,
            kind: SettingKind::Text,
            help: "Asks for the vendor's media type of this version, such as \"4.7\"",
        },
    ],
    filters: &[
        Filter {
            key: "user",
            flag: Some("user"),
            repeat: false,
            kind: FilterKind::Text,
            help: "Only tasks of this user, such as org2@site2; for administrators",
        },
        Filter {
            key: "sourceOrg",
            flag: Some("source-org"),
            repeat: false,
            kind: FilterKind::Text,
            help: "Only tasks of this source organization",
        },
        Filter {
            key: "destinationOrg",
            flag: Some("destination-org"),
            repeat: false,
            kind: FilterKind::Text,
            help: "Only tasks of this destination organization; for administrators, not beside --user",
        },
        Filter {
            key: "type",
            flag: Some("type"),
            repeat: false,
            kind: FilterKind::Text,
            help: "Only tasks of this workflow, such as failover",
        },
        Filter {
            key: "resourceId",
            flag: Some("resource-id"),
            repeat: false,
            kind: FilterKind::Text,
            help: "Only tasks on the resource of this id",
        },
        Filter {
            key: "resourceName",
            flag: Some("resource-name"),
            repeat: false,
            kind: FilterKind::Text,
            help: "Only tasks on the resource of this name (4.0 and later)",
        },
        Filter {
            key: "resourceType",
            flag: Some("resource-type"),
            repeat: true,
            kind: FilterKind::Text,
            help: "Only tasks on this type of resource, such as vmReplication",
        },
        Filter {
            key: "startTimeBefore",
            flag: Some("started-before"),
            repeat: false,
            kind: FilterKind::Time,
            help: "Only tasks that started before this",
        },
        Filter {
            key: "endTimeAfter",
            flag: Some("ended-after"),
            repeat: false,
            kind: FilterKind::Time,
            help: "Only tasks that ended after this",
        },
        Filter {
            key: "endTimeBefore",
            flag: Some("ended-before"),
            repeat: false,
            kind: FilterKind::Time,
            help: "Only tasks that ended before this",
        },
    ],
    auth: &["local", "sso", "vcd", "vcd-token"],
    token_auth: &["vcd-token"],
    username: None,
    example_url: "https://vcda.example.com:8046",
    lists_at_once: |_| true,
    parse_id: super::plain_id,
    id_in_path: |path| super::last_segment(path, "/tasks/"),
    connect,
};

/// The server's own maximum of a page, and so of one batch.
const PAGE: usize = 100;

/// The states that a list can be narrowed by, and our words for them. The vendor names no others for this.
const STATES: [(&str, &str); 3] = [("RUNNING", "running"), ("SUCCEEDED", "succeeded"), ("FAILED", "failed")];

/// Our words for what a task here can be.
const WORDS: [&str; 5] = ["pending", "running", "succeeded", "failed", "unknown"];

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { auth, credentials, options, http, .. } = connection;
    if auth == "vcd-token" && options.get("org").is_none() {
        return Err(Error::config("auth = \"vcd-token\" needs `org`, the organization of the token"));
    }
    let other_role = other_role(http.base.port_or_known_default().unwrap_or(443));
    let login = Login { auth, credentials, options: options.clone(), other_role };
    let media_type = options
        .get("api_version")
        .map(|version| format!("application/vnd.vmware.h4-v{version}+json;charset=UTF-8"));
    Ok(Arc::new(Vcda {
        client: Client::new(http, Box::new(login)),
        site: options.get("site").map(str::to_owned),
        media_type,
        any_type: AtomicBool::new(false),
        batched: Batching::new(),
    }))
}

/// The two services of one appliance have different tasks; which one a port belongs to is the vendor's default.
fn other_role(port: u16) -> &'static str {
    match port {
        8043 | 8440 => {
            "this is the Replicator's port, which has no tasks of this kind: try the Cloud service (8046 or 8443) or \
             the Manager service (8044 or 8441)"
        }
        8044 | 8441 => {
            "this is the Manager service's port: a task of the Cloud service is at port 8046 or 8443, or 443"
        }
        443 | 8046 | 8443 => {
            "this is the Cloud service's port: a task of the Manager service is at port 8044 or 8441"
        }
        _ => {
            "the Cloud service (ports 443, 8443, 8046) and the Manager service (8441, 8044) have different tasks"
        }
    }
}

fn exposed(secret: &Option<SecretString>) -> &str {
    secret.as_ref().map_or("", ExposeSecret::expose_secret)
}

struct Login {
    auth: String,
    credentials: Credentials,
    options: Options,
    /// Where the tasks that this service does not have may be.
    other_role: &'static str,
}

impl Login {
    fn request(&self) -> Request {
        let Credentials { username, password, token, .. } = &self.credentials;
        let (user, password) = (username.as_deref().unwrap_or_default(), exposed(password));
        let request = Request::post(&["sessions"]).secret_answer();
        match self.auth.as_str() {
            "sso" => {
                request.secret_json(&[("type", "ssoCredentials"), ("username", user), ("password", password)])
            }
            // The user's key is `vcdUser` here, and `vcdUsername` in an extension.
            "vcd" => request.secret_json(&[
                ("type", "vcdCredentials"),
                ("vcdUser", user),
                ("vcdPassword", password),
            ]),
            "vcd-token" => request.secret_json(&[
                ("type", "vcdAccessToken"),
                ("vcdAccessToken", exposed(token)),
                ("context", self.options.get("org").unwrap_or_default()),
            ]),
            _ => request.secret_json(&[
                ("type", "localUser"),
                ("localUser", user),
                ("localPassword", password),
            ]),
        }
    }

    /// How to extend a session to this site; `None` when the profile has nothing for it.
    fn extension(&self, site: &str) -> Option<Request> {
        let request = Request::post(&["sessions", "extend"]).secret_answer();
        match (&self.credentials.site_username, &self.credentials.site_password, self.options.get("site_org"))
        {
            (Some(user), Some(password), _) => Some(request.secret_json(&[
                ("type", "credentials"),
                ("site", site),
                ("vcdUsername", user),
                ("vcdPassword", password.expose_secret()),
            ])),
            (_, _, Some(org)) => Some(request.json(&json!({"type": "multisite", "site": site, "org": org}))),
            _ => None,
        }
    }
}

impl ApiAuth for Login {
    fn login(&self, wire: &RawClient<'_>) -> Result<Session, Error> {
        let request = self.request();
        let reply = wire.send(&request)?;
        if !reply.status.is_success() {
            let error = wire.refuse(&request, &reply);
            if error.kind != Kind::Auth {
                return Err(error.context(format!("cannot log in to {}", wire.host())));
            }
            return Err(error
                .context(format!("{} refused the login", wire.host()))
                .hint(format!("the credentials came from {}", self.credentials.source))
                .hint(
                    "an admin login from a network that is not allowed is refused just like a wrong password",
                ));
        }
        let Some(token) = reply.header("x-vcav-auth").filter(|token| !token.is_empty()) else {
            let error = Error::decode(format!("{} logged in without giving a token", wire.host()))
                .cause("the answer has no X-VCAV-Auth header");
            return Err(reply.hint_at_page(error));
        };
        let sites =
            serde_json::from_slice::<WireSession>(&reply.body).unwrap_or_default().authenticated_sites;
        let mut session = Session::header("x-vcav-auth", SecretString::from(token.to_owned()));
        session.note = sites
            .get()
            .unwrap_or_default()
            .iter()
            .filter_map(|site| site.site.text())
            .collect::<Vec<_>>()
            .join("\n");
        Ok(session)
    }

    /// Extends the session to a remote site, which `?site=` needs.
    fn prepare(&self, wire: &RawClient<'_>, session: &Session) -> Result<(), Error> {
        let Some(site) = self.options.get("site") else { return Ok(()) };
        if session.note.lines().any(|known| known == site) {
            return Ok(());
        }
        let Some(mut request) = self.extension(site) else { return Ok(()) };
        for (name, value) in &session.headers {
            request = request.secret_header(name, value);
        }
        let reply = wire.send(&request)?;
        if reply.status.is_success() {
            return Ok(());
        }
        Err(wire.refuse(&request, &reply).context(format!("cannot extend the session to site {site}")))
    }

    fn logout(&self, _session: &Session) -> Option<Request> {
        Some(Request::new(Method::DELETE, &["sessions"]))
    }

    /// A 401 for the remote site is no verdict on the session.
    fn is_rejected(&self, reply: &Reply) -> bool {
        reply.status == StatusCode::UNAUTHORIZED
            && wire_error(reply).code.text().as_deref() != Some("RemoteAuthenticationFailure")
    }

    fn refusal(&self, reply: &Reply) -> ApiError {
        let error = wire_error(reply);
        let code = error.code.text();
        let mut refusal = ApiError { message: error.msg.text(), code, ..ApiError::default() };
        match refusal.code.as_deref() {
            Some("TaskNotFound") => {
                refusal.hints.push(self.other_role.to_owned());
                refusal.hints.push(match self.options.get("site") {
                    Some(site) => format!(
                        "it was looked for at `site` {site}: a task is read at the site that runs it; another user's \
                         task is not shown"
                    ),
                    None => "a task of another site needs `site` (--site SITE); another user's task is not shown"
                        .to_owned(),
                });
            }
            Some("SiteNotFound") => {
                refusal.hints.push("check `site`: it is the site's name, not its host".to_owned())
            }
            Some("RemoteAuthenticationFailure") => {
                refusal.kind = Some(Kind::Auth);
                refusal.hints.push(
                    "the remote site wants a login of its own: set `site_username` and `site_password_file` (or its \
                     siblings), or `site_org`, in the profile"
                        .to_owned(),
                );
            }
            _ => {}
        }
        refusal
    }

    fn correlation(&self) -> Option<(&'static str, String)> {
        Some(("operationID", format!("taskctl-{}", uuid::Uuid::new_v4())))
    }

    fn token_headers(&self) -> &'static [&'static str] {
        &["x-vcav-auth"]
    }

    fn credential_source(&self) -> String {
        self.credentials.source.clone()
    }
}

struct Vcda {
    client: Client,
    site: Option<String>,
    media_type: Option<String>,
    /// The server does not know the media type asked for: any will do.
    any_type: AtomicBool,
    /// The server takes `GET /tasks?ids=`.
    batched: Batching,
}

impl Vcda {
    fn send(&self, request: Request) -> Result<Reply, Error> {
        let request = match &self.site {
            Some(site) => request.query("site", site),
            None => request,
        };
        let accept = |request: Request| match &self.media_type {
            Some(_) if self.any_type.load(Ordering::Relaxed) => request.header("accept", "*/*"),
            Some(media_type) => request.header("accept", media_type),
            None => request,
        };
        let first = accept(request.clone());
        let reply = self.client.try_send(&first)?;
        if reply.status == StatusCode::NOT_ACCEPTABLE && self.media_type.is_some() {
            self.any_type.store(true, Ordering::Relaxed);
            return self.client.send(&accept(request));
        }
        if reply.status.is_success() { Ok(reply) } else { Err(self.client.refuse(&first, &reply)) }
    }
}

impl Backend for Vcda {
    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let reply = self.send(Request::get(&["tasks", id.as_str()]))?;
        let raw: Box<RawValue> = reply.json()?;
        normalise(raw.get(), Some(id))
    }

    fn batch(&self) -> usize {
        if self.batched.is_on() { PAGE } else { 1 }
    }

    fn get_many(&self, ids: &[TaskId]) -> Vec<Result<Task, Error>> {
        super::get_batched(self, ids, &self.batched, is_uuid, |ids| {
            let list = ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(",");
            let request = Request::get(&["tasks"]).query("ids", &list).query("limit", &PAGE.to_string());
            let page: WirePage = self.send(request)?.json()?;
            Ok(page.items.unwrap_or_default().iter().map(|item| normalise(item.get(), None)).collect())
        })
    }

    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        if !query.states.is_empty() && !query.states.iter().any(|state| WORDS.contains(&state.as_str())) {
            return Ok(Page::empty());
        }
        // The server takes one word; several are told apart by the caller, who then needs whole pages.
        let native = match query.states.as_slice() {
            [only] => STATES.iter().find(|(_, ours)| ours == only).map(|(native, _)| *native),
            _ => None,
        };
        let narrow = native.is_some() || query.states.is_empty();
        let size = query.limit.filter(|_| narrow).map_or(PAGE, |limit| limit.clamp(1, PAGE));
        let mut request = Request::get(&["tasks"])
            .query("sort", "startTime-")
            .query("limit", &size.to_string())
            .query("offset", &at.to_string());
        if let Some(native) = native {
            request = request.query("state", native);
        }
        if let Some(since) = query.since {
            request = request.query("startTimeAfter", &since.as_millisecond().to_string());
        }
        for filter in DESCRIPTOR.filters {
            for value in query.filters.get(filter.key).into_iter().flatten() {
                request = match filter.kind {
                    FilterKind::Text => request.query(filter.key, value),
                    FilterKind::Time => request.query(filter.key, &milliseconds(value)?),
                };
            }
        }
        let page: WirePage = self.send(request)?.json()?;
        let items = page.items.unwrap_or_default();
        let end = at + items.len() as u64;
        let more = match page.total.get() {
            Some(total) => i128::from(end) < total.0,
            None => items.len() >= size,
        };
        Ok(Page {
            tasks: items.iter().map(|item| normalise(item.get(), None)).collect(),
            next: (more && !items.is_empty()).then_some(end),
            ordered: true,
        })
    }

    fn host(&self) -> String {
        self.client.host()
    }

    fn close(&self, budget: Duration) {
        self.client.close(budget);
    }

    fn checkup(&self) -> Option<&dyn Checkup> {
        Some(self)
    }
}

impl Vcda {
    /// A read of a task that does not exist, at the site of the profile.
    fn nothing(&self) -> Request {
        let request = Request::get(&["tasks", &uuid::Uuid::nil().to_string()]);
        match &self.site {
            Some(site) => request.query("site", site),
            None => request,
        }
    }
}

impl Checkup for Vcda {
    fn client(&self) -> &Client {
        &self.client
    }

    fn knock(&self) -> Result<Reply, Error> {
        self.client.send_as_stranger(&self.nothing())
    }

    /// <https://developer.broadcom.com/xapis/vcloud-availability-api/latest/> "Diagnostics": also which of the two
    /// services this is, which have different tasks.
    fn version(&self) -> Result<Option<String>, Error> {
        let about: WireAbout = self.client.send(&Request::get(&["diagnostics", "about"]))?.json()?;
        let parts = [about.product_name, about.build_version, about.service_type];
        let parts: Vec<String> = parts.iter().filter_map(Field::text).collect();
        Ok((!parts.is_empty()).then(|| parts.join(", ")))
    }

    fn probe(&self) -> Result<(), Error> {
        self.client.send(&self.nothing()).map(|_| ())
    }
}

/// The answer of `GET /diagnostics/about`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireAbout {
    product_name: Field<Text>,
    build_version: Field<Text>,
    service_type: Field<Text>,
}

/// Anything else in `ids=` would be a 400 for the whole batch.
fn is_uuid(id: &TaskId) -> bool {
    uuid::Uuid::try_parse(id.as_str()).is_ok()
}

/// C4ApiTaskOfobject.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireTask {
    id: Field<Text>,
    user: Field<Text>,
    workflow_info: Field<WireWorkflow>,
    progress: Field<Number>,
    state: Field<Text>,
    last_updated: Field<Moment>,
    start_time: Field<Moment>,
    end_time: Field<Moment>,
    result_type: Field<Text>,
    result: Field<Value>,
    error: Field<WireError>,
    warnings: Field<Vec<Value>>,
    site: Field<Text>,
}

/// ApiWorkflowInfo.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireWorkflow {
    r#type: Field<Text>,
    resource_type: Field<Text>,
    resource_id: Field<Text>,
    resource_name: Field<Text>,
}

/// ApiError, of a task and of a refused request.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireError {
    code: Field<Text>,
    msg: Field<Text>,
    args: Field<Value>,
    stacktrace: Field<Text>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireSession {
    authenticated_sites: Field<Vec<WireSite>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSite {
    site: Field<Text>,
}

/// QueryResultOfC4ApiTaskOfobject.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WirePage {
    items: Option<Vec<Box<RawValue>>>,
    total: Field<Int>,
}

/// A moment as the server's filters take it: milliseconds since 1970.
fn milliseconds(text: &str) -> Result<String, Error> {
    let moment: Timestamp = text.parse().map_err(|_| Error::usage(format!("{text:?} is no time")))?;
    Ok(moment.as_millisecond().to_string())
}

fn wire_error(reply: &Reply) -> WireError {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// From the server's document to ours; `asked` stands in for an id that the document does not give.
fn normalise(document: &str, asked: Option<&TaskId>) -> Result<Task, Error> {
    let wire: WireTask = wire::object(document)?;
    let mut details = Map::new();
    let id = wire.id.keep_odd(&mut details, "id").text();
    let id = super::answered_id(id, asked)?;
    let native = wire.state.keep_odd(&mut details, "state").text();
    let error = wire.error.keep_odd(&mut details, "error").get();
    if let Some(error) = &error {
        details.insert("error".to_owned(), error.to_json());
    }
    let state = match native.as_deref().unwrap_or_default().to_ascii_uppercase().as_str() {
        "QUEUED" => State::Pending,
        "RUNNING" => State::Running,
        "SUCCEEDED" => State::Succeeded,
        "FAILED" => State::Failed { failure: error.map(WireError::failure).unwrap_or_default() },
        _ => State::Unknown { reported: native.clone().unwrap_or_default() },
    };
    let mut task = Task::new(id, state, native);
    let workflow = wire.workflow_info.keep_odd(&mut details, "workflowInfo").get().unwrap_or_default();
    task.name = workflow.r#type.text();
    task.target = Target::known(
        workflow.resource_type.text(),
        workflow.resource_id.text(),
        workflow.resource_name.text(),
    );
    task.user = wire.user.keep_odd(&mut details, "user").text();
    task.progress = wire.progress.keep_odd(&mut details, "progress").percent();
    task.started_at = wire.start_time.keep_odd(&mut details, "startTime").time();
    task.updated_at = wire.last_updated.keep_odd(&mut details, "lastUpdated").time();
    task.ended_at = wire.end_time.keep_odd(&mut details, "endTime").time();
    task.result = wire.result.get().map(Document::new);
    if let Some(warnings) =
        wire.warnings.keep_odd(&mut details, "warnings").get().filter(|list| !list.is_empty())
    {
        task.warnings = warnings.iter().map(warning_text).collect();
        if warnings.iter().any(|warning| !warning.is_string()) {
            details.insert("warnings".to_owned(), Value::Array(warnings));
        }
    }
    for (key, field) in [("resultType", wire.result_type), ("site", wire.site)] {
        if let Some(text) = field.keep_odd(&mut details, key).text() {
            details.insert(key.to_owned(), Value::String(text));
        }
    }
    task.set_details(details);
    task.raw = document.as_bytes().into();
    Ok(task)
}

/// A warning's shape is not documented: an ApiError by all we know, perhaps a text.
fn warning_text(warning: &Value) -> String {
    match warning {
        Value::String(text) => text.clone(),
        Value::Object(object) => {
            match object.get("msg").or_else(|| object.get("code")).and_then(Value::as_str) {
                Some(text) => text.to_owned(),
                None => warning.to_string(),
            }
        }
        other => other.to_string(),
    }
}

impl WireError {
    fn failure(self) -> Failure {
        Failure { code: self.code.text(), message: self.msg.text(), causes: Vec::new(), retryable: None }
    }

    fn to_json(&self) -> Value {
        let mut object = Map::new();
        for (key, text) in
            [("code", self.code.text()), ("msg", self.msg.text()), ("stacktrace", self.stacktrace.text())]
        {
            if let Some(text) = text {
                object.insert(key.to_owned(), Value::String(text));
            }
        }
        if let Some(args) = self.args.as_ref() {
            object.insert("args".to_owned(), args.clone());
        }
        Value::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNNING: &str = r#"{"id":"f61d60d2-698a-46dc-a266-88df27644956","user":"admin1@Org1",
        "workflowInfo":{"type":"sync","resourceType":"vappReplication","resourceId":"C4VAPP-1","resourceName":null},
        "progress":40,"state":"RUNNING","lastUpdated":-1,"startTime":1499929548951,"endTime":-1,
        "resultType":null,"result":null,"error":null,"warnings":[{"msg":"slow"},"text"],"site":"site2"}"#;

    #[test]
    fn minus_one_is_no_time_and_null_is_nothing() {
        let task = normalise(RUNNING, None).expect("a task");
        assert_eq!(task.state, State::Running);
        assert_eq!(task.ended_at, None);
        assert_eq!(task.updated_at, None);
        assert_eq!(task.started_at.map(|time| time.to_string()).as_deref(), Some("2017-07-13T07:05:48.951Z"));
        assert_eq!(task.warnings, ["slow", "text"]);
        assert_eq!(task.result, None);
        assert_eq!(task.details()["site"], "site2");
    }

    #[test]
    fn queued_is_pending_and_a_strange_word_is_never_an_end() {
        for (word, ours) in
            [("QUEUED", "pending"), ("failed", "failed"), ("DONE", "unknown"), ("", "unknown")]
        {
            let task = normalise(&format!(r#"{{"id":"a","state":"{word}"}}"#), None).expect("a task");
            assert_eq!(task.state.word(), ours);
        }
        let task = normalise(r#"{"id":"a"}"#, None).expect("a task");
        assert!(!task.state.ended());
    }

    #[test]
    fn a_field_of_the_wrong_type_does_not_hide_the_state() {
        let task = normalise(r#"{"id":"a","state":"SUCCEEDED","progress":{},"startTime":"string"}"#, None)
            .expect("a task");
        assert_eq!(task.state, State::Succeeded);
        assert_eq!(task.progress, None);
        assert_eq!(task.details()["startTime"], "string");
    }
}
