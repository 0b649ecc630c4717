//! vCenter: the CIS tasks of its automation API.
//!
//! Follows <https://developer.broadcom.com/xapis/vsphere-automation-api/latest/cis/>: `POST /api/session` answers with
//! the session id, `GET /api/cis/tasks/{task}` reads one task, `POST /api/cis/tasks?action=list` up to a thousand,
//! `POST /api/cis/tasks/{task}?action=cancel` cancels, `DELETE /api/session` closes. Servers before 7.0 U2 have the
//! same under `/rest`, in an envelope; which one it is is found out once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::wire::{self, Field, Text};
use super::{
    Backend, Batching, Capabilities, Checkup, Connection, Credentials, Descriptor, Filter, FilterKind,
    Options, Page, Query, Setting, SettingKind, vapi,
};
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "vcenter",
    aliases: &["cis"],
    about: "VMware vCenter (CIS tasks)",
    example_id: "52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings.clusters.software",
    capabilities: Capabilities { list: true, cancel: true, active_only: false },
    interval: None,
    settings: &[
        Setting {
            key: "return_all",
            flag: Some("return-all"),
            kind: SettingKind::Switch,
            help: "Asks for the operation's own data too",
        },
        Setting {
            key: "exclude_result",
            flag: Some("exclude-result"),
            kind: SettingKind::Switch,
            help: "Leaves the operation's result out of the answer",
        },
    ],
    filters: &[
        Filter { key: "tasks", flag: None, repeat: true, kind: FilterKind::Text, help: "Only these tasks" },
        Filter {
            key: "service",
            flag: Some("service"),
            repeat: true,
            kind: FilterKind::Text,
            help: "Only tasks of this service",
        },
        Filter {
            key: "operation",
            flag: Some("operation"),
            repeat: true,
            kind: FilterKind::Text,
            help: "Only tasks of this operation of a service",
        },
        Filter {
            key: "user",
            flag: Some("user"),
            repeat: true,
            kind: FilterKind::Text,
            help: "Only tasks of this user",
        },
    ],
    auth: &[],
    token_auth: &[],
    username: None,
    example_url: "https://vc01.example.com",
    // A list needs services or ids.
    lists_at_once: |_| false,
    parse_id: super::plain_id,
    id_in_path: |path| {
        super::last_segment(path, "/api/cis/tasks/").or_else(|| super::last_segment(path, "/rest/cis/tasks/"))
    },
    connect,
};

/// The server's own maximum of a list, and so of one batch.
const PAGE: usize = 1000;

/// The same where the ids travel in the address: some 6 kB of it.
const OLDER_PAGE: usize = 50;

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { credentials, options, http, .. } = connection;
    let style = Arc::new(Style::default());
    let login = Login { credentials, style: Arc::clone(&style) };
    Ok(Arc::new(VCenter {
        client: Client::new(http, Box::new(login)),
        style,
        options,
        batched: Batching::new(),
        one_provider: AtomicBool::new(false),
    }))
}

/// What has been found out about the server: `/rest` or `/api`. The two are found out apart, since versions between
/// have the newer session and the older tasks.
#[derive(Default)]
struct Style {
    /// Whether the session that was opened first is of `/rest`.
    older_session: OnceLock<bool>,
    /// The tasks are under `/rest`.
    older_tasks: AtomicBool,
}

struct Login {
    credentials: Credentials,
    style: Arc<Style>,
}

/// What [`Session::note`] says of a session of `/rest`.
const OLDER: &str = "rest";

fn session_request(method: Method, older: bool) -> Request {
    if older {
        // Without this header the session would be a cookie.
        Request::new(method, &["rest", "com", "vmware", "cis", "session"])
            .header("vmware-use-header-authn", "true")
    } else {
        Request::new(method, &["api", "session"])
    }
}

impl ApiAuth for Login {
    fn login(&self, wire: &RawClient<'_>) -> Result<Session, Error> {
        let basic = vapi::basic(&self.credentials)?;
        let known = self.style.older_session.get().copied();
        let send = |older: bool| {
            let request =
                session_request(Method::POST, older).secret_header("authorization", &basic).secret_answer();
            wire.send(&request).map(|reply| (request, reply))
        };
        let mut older = known.unwrap_or(false);
        let (mut request, mut reply) = send(older)?;
        if known.is_none() && vapi::is_no_such_path(&reply) {
            wire.log().info(format_args!("{}: there is no /api/session, trying /rest", wire.host()));
            older = true;
            (request, reply) = send(older)?;
        }
        if !reply.status.is_success() {
            let mut error = wire.refuse(&request, &reply);
            if vapi::is_no_such_path(&reply) {
                error.kind = Kind::Http;
                // It was there before: an appliance that starts again says so until its endpoint is up.
                error.retryable |= known.is_some();
                error = error.hint(
                    "this server has neither /api/session nor /rest/com/vmware/cis/session: check `url` in the profile",
                );
            }
            return Err(vapi::refused_login(error, &wire.host(), &self.credentials));
        }
        let mut session = vapi::session(wire, &reply)?;
        let _ = self.style.older_session.set(older);
        if older {
            session.note = OLDER.to_owned();
            self.style.older_tasks.store(true, Ordering::Relaxed);
        }
        Ok(session)
    }

    fn logout(&self, session: &Session) -> Option<Request> {
        Some(session_request(Method::DELETE, session.note == OLDER))
    }

    fn is_rejected(&self, reply: &Reply) -> bool {
        vapi::is_rejected(reply)
    }

    fn refusal(&self, reply: &Reply) -> ApiError {
        vapi::refusal(reply)
    }

    fn token_headers(&self) -> &'static [&'static str] {
        &[vapi::SESSION_HEADER]
    }

    fn credential_source(&self) -> String {
        self.credentials.source.clone()
    }
}

struct VCenter {
    client: Client,
    style: Arc<Style>,
    options: Options,
    /// The server takes several ids in one list.
    batched: Batching,
    /// The server lists the tasks of one provider at a time.
    one_provider: AtomicBool,
}

/// The two settings, by the names that the API has for them.
const SPEC: [&str; 2] = ["return_all", "exclude_result"];

impl VCenter {
    fn older(&self) -> bool {
        self.style.older_tasks.load(Ordering::Relaxed)
    }

    /// Sends the newer of two requests for the same, and where its path does not exist the older one; whether the
    /// answer is of the older.
    fn send(&self, newer: &Request, older: &Request) -> Result<(Reply, bool), Error> {
        if !self.older() {
            // The first request logs in, and the login may find out that everything is older here.
            let reply = self.client.try_send(newer)?;
            if reply.status.is_success() {
                return Ok((reply, false));
            }
            if !vapi::is_no_such_path(&reply) && !self.older() {
                return Err(self.client.refuse(newer, &reply));
            }
            let older_reply = self.client.try_send(older)?;
            let there = older_reply.status.is_success()
                || vapi::is_standard_error(&older_reply) && !vapi::is_no_such_path(&older_reply);
            if !there {
                // Neither: what the newer one said is about what the user asked for.
                return Err(self.client.refuse(newer, &reply));
            }
            if !self.style.older_tasks.swap(true, Ordering::Relaxed) {
                self.client
                    .log()
                    .info(format_args!("{}: the tasks are under /rest here", self.client.host()));
            }
            return if older_reply.status.is_success() {
                Ok((older_reply, true))
            } else {
                Err(self.client.refuse(older, &older_reply))
            };
        }
        self.client.send(older).map(|reply| (reply, true))
    }

    /// Lists by a filter: one request, or where the filter's ids travel in the address as many as they need.
    fn find(&self, filter: &FilterSpec) -> Result<Vec<Result<Task, Error>>, Error> {
        let mut found = Vec::new();
        let pages: Vec<&[String]> = match (self.older(), filter.tasks.as_slice()) {
            (_, []) => vec![&[]],
            (true, tasks) => tasks.chunks(OLDER_PAGE).collect(),
            (false, tasks) => tasks.chunks(PAGE).collect(),
        };
        for page in pages {
            let first = page.get(..OLDER_PAGE).unwrap_or(page);
            let (reply, older) = self.send(&self.list(filter, page), &self.older_list(filter, first))?;
            if older {
                let entries = reply.json::<Envelope<Vec<Box<RawValue>>>>()?.value;
                found.extend(entries.iter().map(|entry| {
                    let entry: Entry = wire::object(entry.get())?;
                    vapi::listed(&entry.key.text().unwrap_or_default(), entry.value.as_deref())
                }));
            } else {
                let tasks: BTreeMap<String, Option<Box<RawValue>>> = reply.json()?;
                found.extend(tasks.iter().map(|(id, info)| vapi::listed(id, info.as_deref())));
            }
            if older && first.len() < page.len() {
                // The server's age was found out by this very request.
                let rest = FilterSpec { tasks: page[OLDER_PAGE..].to_vec(), ..filter.clone() };
                found.extend(self.find(&rest)?);
            }
        }
        Ok(found)
    }

    fn list(&self, filter: &FilterSpec, tasks: &[String]) -> Request {
        let mut filter_spec = Map::new();
        for (key, values) in filter.parts(tasks) {
            filter_spec.insert(key.to_owned(), json!(values));
        }
        let mut body = json!({"filter_spec": filter_spec});
        let spec: Map<String, Value> = SPEC
            .into_iter()
            .filter(|key| self.options.is_on(key))
            .map(|key| (key.to_owned(), true.into()))
            .collect();
        if !spec.is_empty() {
            body["result_spec"] = Value::Object(spec);
        }
        Request::post(&["api", "cis", "tasks"]).query("action", "list").json(&body)
    }

    fn older_list(&self, filter: &FilterSpec, tasks: &[String]) -> Request {
        let mut request = Request::get(&["rest", "cis", "tasks"]);
        for (key, values) in filter.parts(tasks) {
            for (number, value) in values.iter().enumerate() {
                request = request.query(&format!("filter_spec.{key}.{}", number + 1), value);
            }
        }
        self.with_spec(request, "result_spec.")
    }

    fn with_spec(&self, mut request: Request, prefix: &str) -> Request {
        for key in SPEC.into_iter().filter(|key| self.options.is_on(key)) {
            request = request.query(&format!("{prefix}{key}"), "true");
        }
        request
    }
}

impl Backend for VCenter {
    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let newer = self.with_spec(Request::get(&["api", "cis", "tasks", id.as_str()]), "");
        let older = self.with_spec(Request::get(&["rest", "cis", "tasks", id.as_str()]), "spec.");
        let (reply, older) = self.send(&newer, &older)?;
        let info = if older { reply.json::<Envelope<Box<RawValue>>>()?.value } else { reply.json()? };
        vapi::normalise(info.get(), id)
    }

    fn batch(&self) -> usize {
        match (self.batched.is_on(), self.older()) {
            (false, _) => 1,
            (true, false) => PAGE,
            (true, true) => OLDER_PAGE,
        }
    }

    fn get_many(&self, ids: &[TaskId]) -> Vec<Result<Task, Error>> {
        super::get_batched(
            self,
            ids,
            &self.batched,
            |_| true,
            |ids| {
                let providers = by_provider(ids);
                if !self.one_provider.load(Ordering::Relaxed) {
                    let all = FilterSpec {
                        tasks: ids.iter().map(ToString::to_string).collect(),
                        ..FilterSpec::default()
                    };
                    match self.find(&all) {
                        // All tasks of a list must be of one provider, and an id shows its own.
                        Err(error) if error.http_status == Some(400) && providers.len() > 1 => {
                            self.one_provider.store(true, Ordering::Relaxed);
                        }
                        answer => return answer,
                    }
                }
                let mut found = Vec::new();
                for tasks in providers.into_values() {
                    found.extend(self.find(&FilterSpec { tasks, ..FilterSpec::default() })?);
                }
                Ok(found)
            },
        )
    }

    fn page(&self, query: &Query, _at: u64) -> Result<Page, Error> {
        let filter = FilterSpec::of(query)?;
        if filter.status.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Page::empty());
        }
        self.find(&filter).map(Page::whole)
    }

    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        let request = |base| Request::post(&[base, "cis", "tasks", id.as_str()]).query("action", "cancel");
        self.send(&request("api"), &request("rest")).map(|_| ())
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

impl VCenter {
    /// A read of a task that does not exist, of the provider that every vCenter has.
    fn nothing(older: bool) -> Request {
        let id = format!("{}:com.vmware.cis", uuid::Uuid::nil());
        Request::get(&[if older { "rest" } else { "api" }, "cis", "tasks", &id])
    }
}

impl Checkup for VCenter {
    fn client(&self) -> &Client {
        &self.client
    }

    fn knock(&self) -> Result<Reply, Error> {
        let reply = self.client.send_as_stranger(&VCenter::nothing(false))?;
        if !vapi::is_no_such_path(&reply) {
            return Ok(reply);
        }
        let older = self.client.send_as_stranger(&VCenter::nothing(true))?;
        // Neither: what the newer one said is about what the user asked for.
        Ok(if vapi::is_no_such_path(&older) { reply } else { older })
    }

    /// The appliance's. A vCenter on Windows has none that could be asked.
    fn version(&self) -> Result<Option<String>, Error> {
        let request = |base| Request::get(&[base, "appliance", "system", "version"]);
        let (newer, older) = (request("api"), request("rest"));
        let accepted = |request, reply: Reply| match reply.status.is_success() {
            true => Ok(reply),
            false => Err(self.client.refuse(request, &reply)),
        };
        let reply = self.client.try_send(&newer)?;
        if !vapi::is_no_such_path(&reply) {
            return Ok(accepted(&newer, reply)?.json::<WireAbout>()?.told());
        }
        let reply = self.client.try_send(&older)?;
        if vapi::is_no_such_path(&reply) {
            return Ok(None);
        }
        Ok(accepted(&older, reply)?.json::<Envelope<WireAbout>>()?.value.told())
    }

    fn probe(&self) -> Result<(), Error> {
        self.send(&VCenter::nothing(false), &VCenter::nothing(true)).map(|_| ())
    }
}

/// The answer of `GET /api/appliance/system/version`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAbout {
    product: Field<Text>,
    version: Field<Text>,
    build: Field<Text>,
}

impl WireAbout {
    fn told(self) -> Option<String> {
        let build = self.build.text().map(|build| format!("build {build}"));
        let parts: Vec<String> =
            [self.product.text(), self.version.text(), build].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The ids by the part after the `:`, which names who runs them.
fn by_provider(ids: &[&TaskId]) -> BTreeMap<String, Vec<String>> {
    let mut providers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for id in ids {
        let provider = id.as_str().split_once(':').map_or("", |(_, provider)| provider);
        providers.entry(provider.to_owned()).or_default().push(id.to_string());
    }
    providers
}

/// com.vmware.cis.Tasks.FilterSpec, without the targets.
#[derive(Clone, Default)]
struct FilterSpec {
    tasks: Vec<String>,
    services: Vec<String>,
    operations: Vec<String>,
    users: Vec<String>,
    status: Option<Vec<&'static str>>,
}

impl FilterSpec {
    /// # Errors
    /// A usage error when the query names neither services nor tasks: the API lists nothing without.
    fn of(query: &Query) -> Result<FilterSpec, Error> {
        let values = |name: &str| query.filters.get(name).cloned().unwrap_or_default();
        let filter = FilterSpec {
            tasks: values("tasks"),
            services: values("service"),
            operations: values("operation"),
            users: values("user"),
            status: vapi::status_filter(query),
        };
        if filter.tasks.is_empty() && filter.services.is_empty() {
            return Err(Error::usage("vCenter lists tasks of named services, or by their ids")
                .hint("name a service: --service com.vmware.esx.settings.clusters.software"));
        }
        Ok(filter)
    }

    /// What is set, by the API's names, with these tasks.
    fn parts(&self, tasks: &[String]) -> Vec<(&'static str, Vec<String>)> {
        let status = self.status.iter().flatten().map(|&word| word.to_owned()).collect();
        [
            ("tasks", tasks.to_vec()),
            ("services", self.services.clone()),
            ("operations", self.operations.clone()),
            ("status", status),
            ("users", self.users.clone()),
        ]
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .collect()
    }
}

/// What `/rest` wraps every answer in.
#[derive(Deserialize)]
struct Envelope<T> {
    value: T,
}

/// How `/rest` spells an entry of a map.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    key: Field<Text>,
    value: Option<Box<RawValue>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::vapi::tests::{assert_nothing_is_lost, id};

    #[test]
    fn every_leaf_of_the_vendors_example_and_of_a_captured_failure_is_told() {
        assert_nothing_is_lost(include_str!("../../tests/fixtures/vcenter/example.json"));
        assert_nothing_is_lost(include_str!("../../tests/fixtures/vcenter/failed.json"));
    }

    #[test]
    fn a_captured_failure_has_its_reason_in_the_notifications() {
        let document = include_str!("../../tests/fixtures/vcenter/failed.json");
        let task = vapi::normalise(document, &id("a:b")).expect("a task");
        let failure = task.state.failure().expect("it failed");
        assert!(
            failure
                .message
                .as_deref()
                .unwrap_or_default()
                .ends_with("failed to perform 'VALIDATE' operation.")
        );
        assert_eq!(task.percent(), Some(40.0));
        assert_eq!(task.parent, None);
        assert_eq!(task.name.as_deref(), Some("Task created by VMware vSphere Lifecycle Manager"));
        assert_eq!(task.details()["operation"], "check_compliance$task");
        assert_eq!(task.updated_at.map(|time| time.to_string()).as_deref(), Some("2024-11-06T18:41:20.171Z"));
    }

    #[test]
    fn an_id_is_found_in_both_paths() {
        for path in ["/api/cis/tasks/a:b", "/rest/cis/tasks/a:b"] {
            assert_eq!((DESCRIPTOR.id_in_path)(path).as_deref(), Some("a:b"));
        }
        assert_eq!((DESCRIPTOR.id_in_path)("/api/snapservice/tasks/a"), None);
    }

    #[test]
    fn a_list_needs_a_service_or_ids() {
        assert_eq!(FilterSpec::of(&Query::default()).err().map(|error| error.kind), Some(Kind::Usage));
    }
}
