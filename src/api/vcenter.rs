//! vCenter: the CIS tasks of its automation API.
//!
//! Follows <https://developer.broadcom.com/xapis/vsphere-automation-api/latest/cis/>: `POST /api/session` answers with
//! the session id, `GET /api/cis/tasks/{task}` reads one task, `POST /api/cis/tasks?action=list` up to a thousand,
//! `POST /api/cis/tasks/{task}?action=cancel` cancels, `DELETE /api/session` closes. Servers before 7.0 U2 have the
//! same under `/rest`, in an envelope; which one it is is found out once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, json};

use super::descriptor::last_segment;
use super::login::SessionLogin;
use super::vapi::{self, FilterSpec};
use super::{
    Backend, Batching, Capabilities, Connection, Credentials, Descriptor, Document, Filter, Options, Page,
    Query, Setting, TaskResults, joined,
};
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    aliases: &["cis"],
    about: "VMware vCenter (CIS tasks)",
    example_id: "52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings.clusters.software",
    example_url: "https://vc01.example.com",
    states: &vapi::STATES,
    derived_states: &vapi::DERIVED_STATES,
    capabilities: Capabilities { list: true, cancel: true, active_only: false },
    settings: &[
        Setting::switch("return_all", "return-all", "Asks for the operation's own data too"),
        Setting::switch(
            "exclude_result",
            "exclude-result",
            "Leaves the operation's result out of the answer",
        ),
    ],
    filters: &[Filter::ids("tasks", "Only these tasks"), vapi::SERVICE, vapi::OPERATION, vapi::USER],
    // A list needs services or ids.
    lists_at_once: |_| false,
    id_in_path: &|path| {
        last_segment(path, "/api/cis/tasks/").or_else(|| last_segment(path, "/rest/cis/tasks/"))
    },
    ..Descriptor::new("vcenter", &connect)
};

/// The server's own maximum of a list, and so of one batch.
const PAGE: usize = 1000;

/// The same where the ids travel in the address: some 6 kB of it.
const OLDER_PAGE: usize = 50;

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { credentials, options, http, .. } = connection;
    let style = Arc::new(Style::default());
    let auth = Auth { credentials, style: Arc::clone(&style) };
    Ok(Arc::new(VCenter {
        client: Client::new(http, Box::new(auth)),
        style,
        options,
        batching: Batching::new(PAGE),
        one_provider: AtomicBool::new(false),
    }))
}

/// What has been found out about the server: `/rest` or `/api`. It is found out for each resource by itself: versions
/// between have the newer session and the older tasks, and other servers the older session and the newer tasks.
#[derive(Default)]
struct Style {
    /// Whether the session that was opened first is of `/rest`.
    older_session: OnceLock<bool>,
    /// Whether a task was last found under `/rest`.
    older_task: AtomicBool,
    /// Whether the list of tasks was.
    older_list: AtomicBool,
}

struct Auth {
    credentials: Credentials,
    style: Arc<Style>,
}

fn session_login(older: bool) -> SessionLogin {
    if older {
        let path = ["rest", "com", "vmware", "cis", "session"];
        // Without this header the session would be a cookie.
        let request = |method| Request::new(method, &path).header("vmware-use-header-authn", "true");
        vapi::session_login(request, "/value")
    } else {
        vapi::session_login(|method| Request::new(method, &["api", "session"]), "")
    }
}

impl ApiAuth for Auth {
    fn login(&self, raw: &RawClient) -> Result<Session, Error> {
        let known = self.style.older_session.get().copied();
        let mut older = known.unwrap_or(false);
        let mut login = session_login(older);
        let (mut request, mut reply) = login.send(raw, &self.credentials)?;
        if known.is_none() && vapi::is_no_such_path(&reply) {
            raw.log().info(format_args!("{}: there is no /api/session, trying /rest", raw.host()));
            older = true;
            login = session_login(older);
            (request, reply) = login.send(raw, &self.credentials)?;
        }
        let session = login.session(raw, &self.credentials, &request, &reply).map_err(|mut error| {
            if !vapi::is_no_such_path(&reply) {
                return error;
            }
            error.kind = Kind::Http;
            // It was there before: an appliance that starts again says so until its endpoint is up.
            error.retryable |= known.is_some();
            error.hint(
                "this server has neither /api/session nor /rest/com/vmware/cis/session: check `url` in the profile",
            )
        })?;
        let _ = self.style.older_session.set(older);
        Ok(session)
    }

    fn logout(&self, _session: &Session) -> Option<Request> {
        Some(session_login(self.style.older_session.get() == Some(&true)).logout)
    }

    fn is_rejected(&self, reply: &Reply) -> bool {
        vapi::is_rejected(reply)
    }

    fn read_error(&self, reply: &Reply) -> ApiError {
        vapi::read_error(reply)
    }

    fn token_headers(&self) -> &[&'static str] {
        &["vmware-api-session-id"]
    }
}

struct VCenter {
    client: Client,
    style: Arc<Style>,
    options: Options,
    /// Whether the server takes several ids in one list.
    batching: Batching,
    /// The server lists the tasks of one provider at a time.
    one_provider: AtomicBool,
}

impl VCenter {
    /// Sends one of two requests for the same, and where its path does not exist the other; whether the answer is of the
    /// older. `is_older` says which one worked last.
    fn send(&self, is_older: &AtomicBool, newer: &Request, older: &Request) -> Result<(Reply, bool), Error> {
        let known = is_older.load(Ordering::Relaxed);
        let (request, other) = if known { (older, newer) } else { (newer, older) };
        let reply = self.client.try_send(request)?;
        if reply.status.is_success() {
            return Ok((reply, known));
        }
        if !vapi::is_no_such_path(&reply) {
            return Err(self.client.error_of(request, &reply));
        }
        let second = self.client.try_send(other)?;
        let succeeded = second.status.is_success();
        if !succeeded && (vapi::is_no_such_path(&second) || !vapi::is_standard_error(&second)) {
            // Neither: what the first one said is about what the user asked for.
            return Err(self.client.error_of(request, &reply));
        }
        is_older.store(!known, Ordering::Relaxed);
        let base = if known { "/api" } else { "/rest" };
        self.client.log().info(format_args!("{}: the tasks are under {base} here", self.client.host()));
        if succeeded { Ok((second, !known)) } else { Err(self.client.error_of(other, &second)) }
    }

    /// How many ids one list may name.
    fn page_size(&self) -> usize {
        if self.style.older_list.load(Ordering::Relaxed) { OLDER_PAGE } else { PAGE }
    }

    /// Lists by tasks and filter: one request, or where ids travel in the address as many as they need.
    fn find(&self, tasks: &[String], filter: &FilterSpec) -> Result<TaskResults, Error> {
        let mut found = Vec::new();
        let pages: Vec<&[String]> =
            if tasks.is_empty() { vec![&[]] } else { tasks.chunks(self.page_size()).collect() };
        let with = |tasks: &[String]| [filter.as_slice(), &[("tasks", tasks.to_vec())]].concat();
        for page in pages {
            let first = page.get(..OLDER_PAGE).unwrap_or(page);
            let (reply, older) =
                self.send(&self.style.older_list, &self.list(&with(page)), &self.older_list(&with(first)))?;
            if !older {
                let tasks: BTreeMap<String, Option<Box<RawValue>>> = reply.json()?;
                found.extend(tasks.into_iter().map(|(id, info)| vapi::listed(Some(id), info.as_deref())));
                continue;
            }
            found.extend(vapi::entries(&reply, "value", "key", "value")?);
            if first.len() < page.len() {
                // The server's age was found out by this very request.
                found.extend(self.find(&page[OLDER_PAGE..], filter)?);
            }
        }
        Ok(found)
    }

    fn list(&self, filter: &FilterSpec) -> Request {
        let filter = filter.iter().filter(|(_, values)| !values.is_empty());
        let filter_spec: Map<_, _> = filter.map(|(key, values)| ((*key).to_owned(), json!(values))).collect();
        let mut body = json!({"filter_spec": filter_spec});
        for key in self.spec() {
            body["result_spec"][key] = true.into();
        }
        Request::post(&["api", "cis", "tasks"]).query("action", "list").json(&body)
    }

    fn older_list(&self, filter: &FilterSpec) -> Request {
        let mut request = Request::get(&["rest", "cis", "tasks"]);
        for (key, values) in filter {
            for (number, value) in values.iter().enumerate() {
                request = request.query(&format!("filter_spec.{key}.{}", number + 1), value);
            }
        }
        self.with_spec(request, "result_spec.")
    }

    /// Which of the two settings are on: the API has the same names for them.
    fn spec(&self) -> impl Iterator<Item = &'static str> {
        ["return_all", "exclude_result"].into_iter().filter(|key| self.options.is_on(key))
    }

    fn with_spec(&self, mut request: Request, prefix: &str) -> Request {
        for key in self.spec() {
            request = request.query(&format!("{prefix}{key}"), "true");
        }
        request
    }
}

impl Backend for VCenter {
    fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let newer = self.with_spec(task_request("api", id.as_str()), "");
        let older = self.with_spec(task_request("rest", id.as_str()), "spec.");
        let (reply, older) = self.send(&self.style.older_task, &newer, &older)?;
        let info = if older { reply.json::<Envelope<Box<RawValue>>>()?.value } else { reply.json()? };
        vapi::read_task(info.get(), id)
    }

    fn nonexistent_task(&self) -> Request {
        task_request("api", &nonexistent_id())
    }

    fn batching(&self) -> Option<&Batching> {
        Some(&self.batching)
    }

    fn batch(&self) -> usize {
        self.batching.size().min(self.page_size())
    }

    fn get_batch(&self, ids: &[&TaskId]) -> Result<TaskResults, Error> {
        let providers = by_provider(ids);
        if !self.one_provider.load(Ordering::Relaxed) {
            let all: Vec<String> = ids.iter().map(ToString::to_string).collect();
            match self.find(&all, &FilterSpec::new()) {
                // All tasks of a list must be of one provider, and an id shows its own.
                Err(error) if error.http_status == Some(400) && providers.len() > 1 => {
                    self.one_provider.store(true, Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
        let mut found = Vec::new();
        for tasks in providers.into_values() {
            found.extend(self.find(&tasks, &FilterSpec::new())?);
        }
        Ok(found)
    }

    fn page(&self, query: &Query, _at: u64) -> Result<Page, Error> {
        let tasks = named_tasks(query)?;
        match vapi::filter_spec(query, &DESCRIPTOR) {
            Some(filter) => self.find(&tasks, &filter).map(Page::whole),
            None => Ok(Page::empty()),
        }
    }

    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        let request = |base| Request::post(&[base, "cis", "tasks", id.as_str()]).query("action", "cancel");
        self.send(&self.style.older_task, &request("api"), &request("rest")).map(|_| ())
    }

    /// The appliance's. A vCenter on Windows has none that could be asked.
    fn version(&self) -> Result<Option<String>, Error> {
        for base in ["api", "rest"] {
            let request = Request::get(&[base, "appliance", "system", "version"]);
            let reply = self.client.try_send(&request)?;
            if vapi::is_no_such_path(&reply) {
                continue;
            }
            if !reply.status.is_success() {
                return Err(self.client.error_of(&request, &reply));
            }
            let mut about: Document = reply.json()?;
            if base == "rest" {
                about = about.take_object("value");
            }
            let build = about.take_text("build").map(|build| format!("build {build}"));
            return Ok(joined([about.take_text("product"), about.take_text("version"), build], ", "));
        }
        Ok(None)
    }

    fn probe_unauthenticated(&self) -> Result<Reply, Error> {
        let reply = self.client.send_unauthenticated(&self.nonexistent_task())?;
        if !vapi::is_no_such_path(&reply) {
            return Ok(reply);
        }
        let older = self.client.send_unauthenticated(&task_request("rest", &nonexistent_id()))?;
        // Neither: what the newer one said is about what the user asked for.
        Ok(if vapi::is_no_such_path(&older) { reply } else { older })
    }

    fn probe(&self) -> Result<(), Error> {
        self.send(&self.style.older_task, &self.nonexistent_task(), &task_request("rest", &nonexistent_id()))
            .map(|_| ())
    }
}

fn task_request(base: &str, id: &str) -> Request {
    Request::get(&[base, "cis", "tasks", id])
}

/// The id of no task, of the provider that every vCenter has.
fn nonexistent_id() -> String {
    format!("{}:com.vmware.cis", uuid::Uuid::nil())
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

/// The tasks that a query names.
///
/// # Errors
/// A usage error when it names neither tasks nor services: the API lists nothing without.
fn named_tasks(query: &Query) -> Result<Vec<String>, Error> {
    let values = |key: &str| query.filters.get(key).cloned().unwrap_or_default();
    let tasks = values("tasks");
    if tasks.is_empty() && values("service").is_empty() {
        return Err(Error::usage("vCenter lists tasks of named services, or by their ids")
            .hint("name a service: --service com.vmware.esx.settings.clusters.software"));
    }
    Ok(tasks)
}

/// What `/rest` wraps every answer in.
#[derive(Deserialize)]
struct Envelope<T> {
    value: T,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::vapi::tests::{assert_nothing_is_lost, id};

    #[test]
    fn every_value_of_the_vendors_example_and_of_a_captured_failure_is_in_the_task() {
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
        assert_eq!(named_tasks(&Query::default()).err().map(|error| error.kind), Some(Kind::Usage));
    }
}
