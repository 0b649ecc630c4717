//! VMware Cloud Director Availability: tasks of the Cloud and Manager services.
//!
//! Follows <https://developer.broadcom.com/xapis/vcloud-availability-api/latest/> (3.5) and its 4.x successors:
//! `POST /sessions` answers with the token in `X-VCAV-Auth`, `GET /tasks/{taskId}?site=` reads one task,
//! `GET /tasks` lists and with `ids=` reads up to a hundred at once, `DELETE /sessions` closes. There is no cancel and
//! no cancelled state.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{Method, StatusCode};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::descriptor::last_segment;
use super::document::{parse_list, text};
use super::login::{Proof, SessionLogin, Token};
use super::{
    Backend, Batching, Capabilities, Connection, Credentials, Descriptor, Document, Filter, FilterKind,
    Options, Page, Query, Setting, SettingKind, TaskResults, identify, joined,
};
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Failure, PackedJson, State, Target, Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    about: "VMware Cloud Director Availability",
    example_id: "f61d60d2-698a-46dc-a266-88df27644956",
    example_url: "https://vcda.example.com:8046",
    states: &STATES,
    capabilities: Capabilities { list: true, cancel: false, active_only: false },
    settings: &SETTINGS,
    filters: &FILTERS,
    auth: &["local", "sso", "vcd", "vcd-token"],
    token_auth: &["vcd-token"],
    id_in_path: &|path| last_segment(path, "/tasks/"),
    ..Descriptor::new("vcda", &connect)
};

static STATES: [(&str, State); 4] = [
    ("QUEUED", State::Pending),
    ("RUNNING", State::Running),
    ("SUCCEEDED", State::Succeeded),
    ("FAILED", State::FAILED),
];

/// The words that a list can be narrowed by. The vendor names no others for this.
const LISTED: [&str; 3] = ["RUNNING", "SUCCEEDED", "FAILED"];

static SETTINGS: [Setting; 5] = [
    Setting::text("site", "The site that runs the task; the local one if not given").with_flag("site"),
    Setting::new(
        SettingKind::Username,
        "site_username",
        "The user at a remote `site`, with `site_password` or its siblings",
    ),
    Setting::text(
        "site_org",
        "The organization at a remote `site` that is associated in Cloud Director (4.2 and later)",
    ),
    Setting::text("org", "The organization of the token, for `auth = \"vcd-token\"`"),
    Setting::text("api_version", "Asks for the vendor's media type of this version, such as \"4.7\""),
];

static FILTERS: [Filter; 10] = [
    Filter::text("user", "user", "Only tasks of this user, such as org2@site2; for administrators"),
    Filter::text("sourceOrg", "source-org", "Only tasks of this source organization"),
    Filter::text(
        "destinationOrg",
        "destination-org",
        "Only tasks of this destination organization; for administrators, not beside --user",
    ),
    Filter::text("type", "type", "Only tasks of this workflow, such as failover"),
    Filter::text("resourceId", "resource-id", "Only tasks on the resource of this id"),
    Filter::text("resourceName", "resource-name", "Only tasks on the resource of this name (4.0 and later)"),
    Filter::texts(
        "resourceType",
        "resource-type",
        "Only tasks on this type of resource, such as vmReplication",
    ),
    Filter::time("startTimeBefore", "started-before", "Only tasks that started before this"),
    Filter::time("endTimeAfter", "ended-after", "Only tasks that ended after this"),
    Filter::time("endTimeBefore", "ended-before", "Only tasks that ended before this"),
];

/// The server's own maximum of a page, and so of one batch.
const PAGE: usize = 100;

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { auth, credentials, options, http, .. } = connection;
    if auth == "vcd-token" && options.get("org").is_none() {
        return Err(Error::config("auth = \"vcd-token\" needs `org`, the organization of the token"));
    }
    let site = options.get("site").map(str::to_owned);
    let media_type = options
        .get("api_version")
        .map(|version| format!("application/vnd.vmware.h4-v{version}+json;charset=UTF-8"));
    let auth = Auth {
        login: session_login(&auth, &options),
        credentials,
        other_role: other_role(http.base.port_or_known_default().unwrap_or(443)),
        options,
    };
    Ok(Arc::new(Vcda {
        client: Client::new(http, Box::new(auth)),
        site,
        media_type,
        any_type: AtomicBool::new(false),
        // Anything else in `ids=` would be a 400 for the whole batch.
        batching: Batching::only(PAGE, |id| uuid::Uuid::try_parse(id.as_str()).is_ok()),
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

fn session_login(auth: &str, options: &Options) -> SessionLogin {
    let [kind, user, password] = match auth {
        "sso" => ["ssoCredentials", "username", "password"],
        // The user's key is `vcdUser` here, and `vcdUsername` in an extension.
        "vcd" => ["vcdCredentials", "vcdUser", "vcdPassword"],
        _ => ["localUser", "localUser", "localPassword"],
    };
    let fields = match auth {
        "vcd-token" => {
            let org = options.get("org").unwrap_or_default();
            vec![("type", "vcdAccessToken"), ("vcdAccessToken", "{token}"), ("context", org)]
        }
        _ => vec![("type", kind), (user, "{username}"), (password, "{password}")],
    };
    SessionLogin {
        request: Request::post(&["sessions"]),
        proof: Proof::Json(fields.into_iter().map(|(key, value)| (key, value.to_owned())).collect()),
        token: Token::Header("X-VCAV-Auth"),
        header: "x-vcav-auth",
        logout: Request::new(Method::DELETE, &["sessions"]),
        explain: |error, _reply, _credentials| match error.kind {
            Kind::Auth => error.hint(
                "an admin login from a network that is not allowed is refused just like a wrong password",
            ),
            _ => error,
        },
    }
}

struct Auth {
    login: SessionLogin,
    credentials: Credentials,
    options: Options,
    /// Where the tasks that this service does not have may be.
    other_role: &'static str,
}

impl Auth {
    /// How to extend a session to this site; `None` when the profile has nothing for it.
    fn extension(&self, site: &str) -> Option<Request> {
        let request = Request::post(&["sessions", "extend"]).secret_answer();
        match (&self.credentials.second, self.options.get("site_org")) {
            (Some((user, password)), _) => Some(request.secret_json(&[
                ("type", "credentials"),
                ("site", site),
                ("vcdUsername", user),
                ("vcdPassword", password.expose_secret()),
            ])),
            (None, Some(org)) => Some(request.json(&json!({"type": "multisite", "site": site, "org": org}))),
            (None, None) => None,
        }
    }
}

impl ApiAuth for Auth {
    fn login(&self, raw: &RawClient) -> Result<Session, Error> {
        let (request, reply) = self.login.send(raw, &self.credentials)?;
        let mut session = self.login.session(raw, &self.credentials, &request, &reply)?;
        let sites = Document::of(&reply).take_list("authenticatedSites").unwrap_or_default();
        let sites: Vec<String> = sites.iter().filter_map(|site| text(site.get("site")?)).collect();
        session.note = sites.join("\n");
        Ok(session)
    }

    /// Extends the session to a remote site, which `?site=` needs.
    fn prepare(&self, raw: &RawClient, session: &Session) -> Result<(), Error> {
        let Some(site) = self.options.get("site") else { return Ok(()) };
        if session.note.lines().any(|known| known == site) {
            return Ok(());
        }
        let Some(request) = self.extension(site) else { return Ok(()) };
        let request = session.authorize(&request);
        let reply = raw.send(&request)?;
        if reply.status.is_success() {
            return Ok(());
        }
        Err(raw.error_of(&request, &reply).context(format!("cannot extend the session to site {site}")))
    }

    fn logout(&self, _session: &Session) -> Option<Request> {
        Some(self.login.logout.clone())
    }

    /// A 401 for the remote site says nothing about the session.
    fn is_rejected(&self, reply: &Reply) -> bool {
        reply.status == StatusCode::UNAUTHORIZED
            && Document::of(reply).take_text("code").as_deref() != Some("RemoteAuthenticationFailure")
    }

    /// ApiError.
    fn read_error(&self, reply: &Reply) -> ApiError {
        let mut error = Document::of(reply);
        let (code, message) = (error.take_text("code"), error.take_text("msg"));
        let mut read = ApiError { code, message, ..ApiError::default() };
        match read.code.as_deref() {
            Some("TaskNotFound") => {
                read.hints.push(self.other_role.to_owned());
                read.hints.push(match self.options.get("site") {
                    Some(site) => format!(
                        "it was looked for at `site` {site}: a task is read at the site that runs it; another user's \
                         task is not shown"
                    ),
                    None => "a task of another site needs `site` (--site SITE); another user's task is not shown"
                        .to_owned(),
                });
            }
            Some("SiteNotFound") => {
                read.hints.push("check `site`: it is the site's name, not its host".to_owned())
            }
            Some("RemoteAuthenticationFailure") => {
                read.kind = Some(Kind::Auth);
                read.hints.push(
                    "the remote site wants a login of its own: set `site_username` and `site_password_file` (or its \
                     siblings), or `site_org`, in the profile"
                        .to_owned(),
                );
            }
            _ => {}
        }
        read
    }

    fn correlation(&self) -> Option<(&'static str, String)> {
        Some(("operationID", format!("taskctl-{}", uuid::Uuid::new_v4())))
    }

    fn token_headers(&self) -> &[&'static str] {
        &["x-vcav-auth"]
    }
}

struct Vcda {
    client: Client,
    site: Option<String>,
    media_type: Option<String>,
    /// The server does not know the media type asked for: any will do.
    any_type: AtomicBool,
    /// Whether the server takes `GET /tasks?ids=`.
    batching: Batching,
}

impl Vcda {
    /// The request at the site of the profile.
    fn at_site(&self, request: Request) -> Request {
        match &self.site {
            Some(site) => request.query("site", site),
            None => request,
        }
    }

    fn send(&self, request: Request) -> Result<Reply, Error> {
        let request = self.at_site(request);
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
        if reply.status.is_success() { Ok(reply) } else { Err(self.client.error_of(&first, &reply)) }
    }
}

impl Backend for Vcda {
    fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let reply = self.send(Request::get(&["tasks", id.as_str()]))?;
        normalise(reply.json::<Box<RawValue>>()?.get(), Some(id))
    }

    fn nonexistent_task(&self) -> Request {
        self.at_site(Request::get(&["tasks", &uuid::Uuid::nil().to_string()]))
    }

    fn batching(&self) -> Option<&Batching> {
        Some(&self.batching)
    }

    fn get_batch(&self, ids: &[&TaskId]) -> Result<TaskResults, Error> {
        let list = ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(",");
        let request = Request::get(&["tasks"]).query("ids", &list).query("limit", &PAGE.to_string());
        let (tasks, _) = parse_list(&self.send(request)?, "items", |item| normalise(item, None))?;
        Ok(tasks.unwrap_or_default())
    }

    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        if query.selects_nothing(&DESCRIPTOR) {
            return Ok(Page::empty());
        }
        // The server takes one word; several are told apart by the caller, who then needs whole pages.
        let word = match query.states.as_slice() {
            [only] => DESCRIPTOR.words_of(only).map(|(word, _)| word).find(|word| LISTED.contains(word)),
            _ => None,
        };
        let narrow = word.is_some() || query.states.is_empty();
        let size = query.limit.filter(|_| narrow).map_or(PAGE, |limit| limit.clamp(1, PAGE));
        let mut request = Request::get(&["tasks"])
            .query("sort", "startTime-")
            .query("limit", &size.to_string())
            .query("offset", &at.to_string());
        if let Some(word) = word {
            request = request.query("state", word);
        }
        if let Some(since) = query.since {
            request = request.query("startTimeAfter", &since.as_millisecond().to_string());
        }
        for filter in &FILTERS {
            for value in query.filters.get(filter.key).into_iter().flatten() {
                request = match filter.kind {
                    FilterKind::Text | FilterKind::Switch => request.query(filter.key, value),
                    FilterKind::Time => request.query(filter.key, &milliseconds(value)?),
                };
            }
        }
        let (tasks, mut beside) = parse_list(&self.send(request)?, "items", |item| normalise(item, None))?;
        let tasks = tasks.unwrap_or_default();
        let end = at + tasks.len() as u64;
        let more = match beside.take_int("total") {
            Some(total) => i128::from(end) < total,
            None => tasks.len() >= size,
        };
        Ok(Page { next: (more && !tasks.is_empty()).then_some(end), tasks, ordered: true })
    }

    /// <https://developer.broadcom.com/xapis/vcloud-availability-api/latest/> "Diagnostics": also which of the two
    /// services this is, which have different tasks.
    fn version(&self) -> Result<Option<String>, Error> {
        let mut about: Document = self.client.send(&Request::get(&["diagnostics", "about"]))?.json()?;
        Ok(joined(["productName", "buildVersion", "serviceType"].map(|key| about.take_text(key)), ", "))
    }
}

/// A time as the server's filters take it: milliseconds since 1970.
fn milliseconds(text: &str) -> Result<String, Error> {
    let time: Timestamp = text.parse().map_err(|_| Error::usage(format!("{text:?} is no time")))?;
    Ok(time.as_millisecond().to_string())
}

/// C4ApiTaskOfobject to a task; `asked` is the id where it was read alone.
fn normalise(document: &str, asked: Option<&TaskId>) -> Result<Task, Error> {
    let mut doc = Document::parse(document)?;
    let answered = doc.take_text("id");
    let (state, native) = doc.take_state("state", &STATES);
    let (id, other) = identify(answered, native.as_ref(), asked)?;
    let mut error = doc.take_object("error");
    let (code, message) = (error.get_text("code"), error.get_text("msg"));
    let state = state.because(Failure { code, message, ..Failure::default() });
    let warnings = doc.take_list("warnings").unwrap_or_default();
    let mut task = Task {
        name: doc.take_text("/workflowInfo/type"),
        target: Target::known(
            doc.take_text("/workflowInfo/resourceType"),
            doc.take_text("/workflowInfo/resourceId"),
            doc.take_text("/workflowInfo/resourceName"),
        ),
        user: doc.take_text("user"),
        progress: doc.take_percent("progress"),
        started_at: doc.take_time("startTime"),
        updated_at: doc.take_time("lastUpdated"),
        ended_at: doc.take_time("endTime"),
        warnings: warnings.iter().map(warning_text).chain(other).collect(),
        result: doc.take("result").map(PackedJson::new),
        raw: document.as_bytes().into(),
        ..Task::new(id, state, native)
    };
    // What an error and warnings say beside their texts is shown with the details.
    if !error.is_empty() {
        error.move_last(&["code", "msg", "stacktrace", "args"]);
        doc.put("error", error);
    }
    if warnings.iter().any(|warning| !warning.is_string()) {
        doc.put("warnings", warnings);
    }
    doc.move_last(&["resultType", "site"]);
    task.details = doc.rest();
    Ok(task)
}

/// A warning's shape is not documented: an ApiError by all we know, perhaps a text.
fn warning_text(warning: &Value) -> String {
    let text = warning.get("msg").or_else(|| warning.get("code")).unwrap_or(warning);
    text.as_str().map_or_else(|| warning.to_string(), str::to_owned)
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
    fn an_answer_that_names_another_task_says_so() {
        let asked = |id: &str| TaskId::new(id).expect("an id");
        let other = normalise(RUNNING, Some(&asked("another"))).expect("a task");
        assert_eq!(other.id.as_str(), "another");
        assert_eq!(
            other.warnings.last().map(String::as_str),
            Some("the answer names another task: f61d60d2-698a-46dc-a266-88df27644956")
        );
        // A UUID is the same in capital letters.
        let same = normalise(RUNNING, Some(&asked("F61D60D2-698A-46DC-A266-88DF27644956"))).expect("a task");
        assert_eq!(same.warnings, ["slow", "text"]);
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
    fn a_field_of_the_wrong_type_does_not_hide_the_state_and_a_later_one_is_shown() {
        let text = r#"{"id":"a","state":"SUCCEEDED","progress":{},"startTime":"string","later":[1.10]}"#;
        let task = normalise(text, None).expect("a task");
        assert_eq!(task.state, State::Succeeded);
        assert_eq!(task.progress, None);
        assert_eq!(task.details()["startTime"], "string");
        assert_eq!(task.details()["later"].to_string(), "[1.10]");
    }
}
