//! VMware vSphere: the tasks of vCenter and of ESXi hosts, as the Recent Tasks pane shows them.
//!
//! Follows the VMware Infrastructure API of <https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/>,
//! which every release speaks over SOAP at `/sdk`: what the server is (`RetrieveServiceContent`), `Login` or
//! `LoginByToken` with a session in a cookie, `RetrievePropertiesEx` for one task or many, `CancelTask`, `Logout`.

mod history;
mod soap;
mod task;
mod wait;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use http::header::SET_COOKIE;
use jiff::SignedDuration;
use quick_xml::escape::escape;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::history::Seen;
use self::soap::Service;
use self::task::{DERIVED_STATES, STATES, mo_id};
use self::wait::{Waiting, running_on};
use super::login::refused;
use super::vapi::{self, sts};
use super::xml::Element;
use super::{
    Backend, Batching, Capabilities, Connection, Credentials, Descriptor, Filter, NO_TASK, Options, Page,
    Query, Setting, SettingKind, TaskResults, TransportTo, Waited,
};
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    aliases: &["vim"],
    about: "VMware vSphere: vCenter and ESXi",
    example_id: "task-123",
    example_url: "https://vc01.example.com",
    states: &STATES,
    derived_states: &DERIVED_STATES,
    capabilities: Capabilities { list: true, cancel: true, active_only: false },
    settings: &[Setting::new(
        SettingKind::Url,
        "sts_url",
        "The address of vCenter's token service, to log in with a SAML token",
    )],
    filters: &[
        Filter::switch(
            "history",
            "history",
            "Tasks of vCenter's history too, not of the last ten minutes alone",
        ),
        Filter::text(
            "entity",
            "entity",
            "Only tasks of this object, by name or id; in the history of all below it too",
        ),
        Filter::texts("user", "user", "Only tasks of this user"),
    ],
    parse_id: &parse_id,
    id_in_path: &id_in_path,
    id_in_query: Some("moid"),
    ..Descriptor::new("vsphere", &connect)
};

/// How many tasks are read in one request.
const PAGE: usize = 500;

/// How many tasks are followed together: one long request tells of all of them.
const MOST_TOGETHER: usize = 5000;

/// How many times an answer may go on in another one.
const MOST_PAGES: usize = 100;

/// The cookie that carries a session.
const COOKIE: &str = "vmware_soap_session=";

/// The name of an object, `task-123`, and perhaps the vCenter behind it, as CIS has it.
fn parse_id(text: &str, _options: &Options) -> Result<TaskId, Error> {
    let text = text.trim();
    let (object, center) =
        text.split_once(':').map_or((text, None), |(object, center)| (object, Some(center)));
    let is_name = object.starts_with(|c: char| c.is_ascii_alphanumeric())
        && object.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !is_name || center.is_some_and(|center| uuid::Uuid::parse_str(center).is_err()) {
        return Err(Error::usage(format!("{text:?} is no task id: such as task-123, or task-123:UUID")));
    }
    TaskId::new(text).map_err(|reason| Error::usage(format!("{text:?} is no task id: {reason}")))
}

/// In the object browser's address it is a parameter; the vSphere Client has names of objects in its paths.
fn id_in_path(path: &str) -> Option<String> {
    let (_, name) = path.split_once("urn:vmomi:Task:")?;
    name.split('/').next().filter(|name| !name.is_empty()).map(str::to_owned)
}

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { credentials, options, http, transport_to, .. } = connection;
    let sts = match options.get("sts_url") {
        None => None,
        Some(url) => Some(Url::parse(url).map_err(|error| {
            Error::config(format!("`sts_url` is no address: {url}")).cause(error.to_string())
        })?),
    };
    let service = Arc::new(OnceLock::new());
    let auth = Auth { credentials, sts, transport_to, service: Arc::clone(&service) };
    Ok(Arc::new(VSphere {
        client: Client::new(http, Box::new(auth)),
        service,
        batching: Batching::new(MOST_TOGETHER),
        seen: Mutex::default(),
        waiting: Waiting::default(),
    }))
}

struct Auth {
    credentials: Credentials,
    /// The token service, where a token of it is what proves who asks.
    sts: Option<Url>,
    transport_to: TransportTo,
    service: Arc<OnceLock<Service>>,
}

impl Auth {
    /// The request that opens a session.
    fn login_request(&self, raw: &RawClient, service: &Service) -> Result<Request, Error> {
        let manager = service.session_manager.as_str();
        let Some(sts) = &self.sts else {
            let (Some(user), Some(password)) = (&self.credentials.username, &self.credentials.password)
            else {
                return Err(Error::config("a user name and a password are needed"));
            };
            let password = SecretString::from(escape(password.expose_secret()).into_owned());
            // Spelled with XML's own escapes, which the trace would not recognise.
            raw.hide(&password);
            let arguments = format!(
                "<userName>{}</userName><password>{}</password>",
                escape(user.as_str()),
                password.expose_secret()
            );
            return Ok(service.call("Login", "SessionManager", manager, &arguments));
        };
        let assertion = sts::assertion(raw, &self.credentials, sts, &*(self.transport_to)(sts))
            .map_err(|error| refused(error, sts.host_str().unwrap_or("the STS"), &self.credentials))?;
        raw.hide(&assertion);
        let now = raw.now();
        let until = now.checked_add(SignedDuration::from_mins(10)).unwrap_or(now);
        let header = format!(
            "<soapenv:Header><wsse:Security \
xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
<wsu:Timestamp xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\
<wsu:Created>{now:.3}</wsu:Created><wsu:Expires>{until:.3}</wsu:Expires></wsu:Timestamp>\
{}</wsse:Security></soapenv:Header>",
            assertion.expose_secret()
        );
        Ok(service.call_with("LoginByToken", "SessionManager", manager, "", &header))
    }
}

impl ApiAuth for Auth {
    fn login(&self, raw: &RawClient) -> Result<Session, Error> {
        let host = raw.host();
        let service = match self.service.get() {
            Some(service) => service.clone(),
            None => {
                Service::discover(|request| raw.send(request), |request, reply| raw.error_of(request, reply))
                    .map_err(|error| error.context(format!("cannot log in to {host}")))?
            }
        };
        let service = self.service.get_or_init(|| service);
        let explain = |error| match service.is_host {
            true => error,
            false => vapi::explain_login(error, &self.credentials),
        };
        let request = self.login_request(raw, service).map_err(explain)?.secret_body().secret_answer();
        let reply = raw.send(&request)?;
        if !reply.status.is_success() {
            return Err(explain(refused(raw.error_of(&request, &reply), &host, &self.credentials)));
        }
        soap::answer(&reply).map_err(|error| error.context(format!("cannot log in to {host}")))?;
        let cookies = reply.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookie = cookies
            .filter_map(|cookie| cookie.split(';').next().map(str::trim))
            .find(|cookie| cookie.starts_with(COOKIE) && cookie.len() > COOKIE.len());
        let Some(cookie) = cookie else {
            return Err(Error::decode(format!("{host} logged in without giving a session")));
        };
        // Quotes are a part of the value that goes back, and not of what must not be seen.
        raw.hide(&SecretString::from(cookie[COOKIE.len()..].trim_matches('"')));
        Ok(Session::header("cookie", SecretString::from(cookie)))
    }

    fn logout(&self, _session: &Session) -> Option<Request> {
        let service = self.service.get()?;
        Some(service.call("Logout", "SessionManager", &service.session_manager, ""))
    }

    fn is_rejected(&self, reply: &Reply) -> bool {
        soap::is_rejected(reply)
    }

    fn token_headers(&self) -> &[&'static str] {
        &["set-cookie"]
    }

    fn read_error(&self, reply: &Reply) -> ApiError {
        soap::read_error(reply)
    }
}

struct VSphere {
    client: Client,
    /// What the server is; known from the first login on, or from the first look at it.
    service: Arc<OnceLock<Service>>,
    batching: Batching,
    /// Tasks that were seen before their end.
    seen: Mutex<HashMap<String, Seen>>,
    waiting: Waiting,
}

/// What an answer says of one object: the property that was asked for, with its source.
struct Object {
    kind: String,
    id: String,
    value: Result<Option<(Element, String)>, Error>,
}

impl VSphere {
    /// What the server is, in a session.
    fn service(&self) -> Result<&Service, Error> {
        self.client.open()?;
        self.service.get().ok_or_else(|| Error::decode("the server is not known"))
    }

    /// The object that an id names on this server.
    fn object<'a>(&self, id: &'a TaskId) -> Result<&'a str, Error> {
        let own = self.service()?.instance_uuid.as_deref();
        match id.as_str().split_once(':') {
            Some((_, center)) if own.is_some_and(|own| !own.eq_ignore_ascii_case(center)) => {
                let own = own.unwrap_or_default();
                Err(Error::new(
                    Kind::NotFound,
                    format!("the task is one of the vCenter {center}, and this is {own}"),
                ))
            }
            _ => Ok(mo_id(id)),
        }
    }

    /// Sends a request for a property of objects, and for the rest of its answer where that comes in pieces.
    fn read(&self, request: &Request) -> Result<Vec<Object>, Error> {
        let service = self.service()?;
        let mut objects = Vec::new();
        let (mut next, mut begun_again) = (request.clone(), false);
        for _ in 0..MOST_PAGES {
            let reply = match self.client.send(&next) {
                // The rest of an answer is gone with the session that asked for it.
                Err(error) if error.code.as_deref() == Some("InvalidArgument") && !begun_again => {
                    (objects, next, begun_again) = (Vec::new(), request.clone(), true);
                    continue;
                }
                reply => reply?,
            };
            let text = reply.text();
            let Some(mut result) = soap::answer(&reply)?.take_all("returnval").next() else { break };
            let token = result.text_of("token").map(str::to_owned);
            objects.extend(result.take_all("objects").map(|object| read_object(object, &text)));
            let Some(token) = token else { break };
            let collector = service.property_collector.as_str();
            let arguments = format!("<token>{}</token>", escape(&token));
            next = service.call("ContinueRetrievePropertiesEx", "PropertyCollector", collector, &arguments);
        }
        Ok(objects)
    }

    /// Finds which of these tasks wait for an answer to a question of their virtual machine. What cannot be asked is
    /// not known, and then nothing is said of it.
    fn ask_for_questions(&self, tasks: &mut [Result<Task, Error>]) -> Result<(), Error> {
        let machine = |task: &Task| running_on(task).map(str::to_owned);
        let mut ids: Vec<String> = tasks.iter().flatten().filter_map(machine).collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let request = self.service()?.retrieve("VirtualMachine", "runtime.question", &ids, true);
        let objects = self.read(&request)?.into_iter();
        let questions: HashMap<String, Element> =
            objects.filter_map(|object| Some((object.id, object.value.ok()??.0))).collect();
        for task in tasks.iter_mut().flatten() {
            if let Some(question) = machine(task).and_then(|id| questions.get(&id)) {
                task::block(task, question);
            }
        }
        Ok(())
    }

    /// The tasks of an answer, with what their virtual machines ask.
    fn tasks(&self, objects: Vec<Object>) -> TaskResults {
        let mut tasks: TaskResults = objects
            .into_iter()
            .map(|object| match object.value {
                Ok(Some((info, raw))) => task::normalise(&info, &raw),
                Ok(None) => Err(Error::decode(NO_TASK)),
                Err(error) => Err(error),
            })
            .collect();
        self.note_questions(&mut tasks);
        self.remember(&tasks);
        tasks
    }

    fn note_questions(&self, tasks: &mut [Result<Task, Error>]) {
        if let Err(error) = self.ask_for_questions(tasks) {
            self.client
                .log()
                .info(format_args!("{}: whether a question is open is not known: {error}", self.host()));
        }
    }

    /// Keeps what is needed to look a task up when it is gone.
    fn remember(&self, tasks: &[Result<Task, Error>]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for task in tasks.iter().flatten() {
            match task.state.ended() {
                true => seen.remove(mo_id(&task.id)),
                false => seen.insert(mo_id(&task.id).to_owned(), Seen::of(task)),
            };
        }
    }

    /// A task of an answer of the history.
    fn of_history(&self, info: &Element, text: &str) -> Result<Task, Error> {
        task::normalise(info, info.source(text))
    }

    /// A task that was seen before its end and is not there any more, where the history has it.
    fn gone(&self, id: &TaskId, missing: Error) -> Result<Task, Error> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(mo_id(id));
        let Some(seen) = seen.filter(|_| self.service().is_ok_and(|service| !service.is_host)) else {
            return Err(missing);
        };
        match self.find_gone(id, &seen) {
            Ok(Some(task)) => Ok(task),
            Ok(None) => Err(missing),
            Err(error) => {
                self.client.log().info(format_args!("{}: the history cannot be read: {error}", self.host()));
                // It may be looked up again.
                self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(mo_id(id).to_owned(), seen);
                Err(missing)
            }
        }
    }
}

/// An element `objects`: what it says of one object. `text` is where it stands.
fn read_object(mut object: Element, text: &str) -> Object {
    let own = object.child("obj");
    let kind = own.and_then(|own| own.attribute("type")).unwrap_or_default().to_owned();
    let id = own.map(|own| own.text.clone()).unwrap_or_default();
    let value = object.take_all("propSet").find_map(|mut property| property.take_all("val").next());
    let value = match (value, object.child("missingSet")) {
        (Some(value), _) => {
            let source = value.source(text).to_owned();
            Ok(Some((value, source)))
        }
        (None, Some(missing)) => Err(soap::unreadable_property(missing)),
        (None, None) => Ok(None),
    };
    Object { kind, id, value }
}

impl Backend for VSphere {
    fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let request = self.service()?.retrieve("Task", "info", &[self.object(id)?], false);
        let task = match self.read(&request) {
            Ok(objects) => {
                self.tasks(objects).into_iter().next().unwrap_or_else(|| Err(Error::decode(NO_TASK)))?
            }
            Err(error) if error.kind == Kind::NotFound => self.gone(id, error)?,
            Err(error) => return Err(error),
        };
        Ok(task::of(task, id))
    }

    /// Outside a session it is answered with what a session lacks, and not with what there is.
    fn nonexistent_task(&self) -> Request {
        let service = self.service.get().cloned().unwrap_or_default();
        service.retrieve("Task", "info", &["taskctl-doctor"], false)
    }

    fn batching(&self) -> Option<&Batching> {
        Some(&self.batching)
    }

    fn get_batch(&self, ids: &[&TaskId]) -> Result<TaskResults, Error> {
        let service = self.service()?;
        // One of another vCenter is told so when it is asked for alone.
        let asked: HashMap<&str, &TaskId> =
            ids.iter().filter_map(|id| Some((self.object(id).ok()?, *id))).collect();
        let mut found = Vec::new();
        let objects: Vec<&str> = asked.keys().copied().collect();
        for objects in objects.chunks(PAGE) {
            found.extend(self.tasks(self.read(&service.retrieve("Task", "info", objects, true))?));
        }
        let named = |task: Task| match asked.get(task.id.as_str()) {
            Some(id) => task::of(task, id),
            None => task,
        };
        Ok(found.into_iter().map(|task| task.map(named)).collect())
    }

    fn can_wait(&self) -> bool {
        true
    }

    fn wait(&self, ids: &[TaskId], at_most: Duration) -> Option<Waited> {
        self.wait_for_changes(ids, at_most)
    }

    /// What has ended within ten minutes, and what has not; or the history.
    fn page(&self, query: &Query, _at: u64) -> Result<Page, Error> {
        if query.selects_nothing(&DESCRIPTOR) {
            return Ok(Page::empty());
        }
        if query.filters.contains_key("history") {
            return self.history(query).map(Page::whole);
        }
        let service = self.service()?;
        let manager = soap::reference("obj", "TaskManager", &service.task_manager);
        let request = service.retrieve_by(&format!(
            "<propSet><type>Task</type><pathSet>info</pathSet></propSet><objectSet>{manager}<skip>true</skip>\
<selectSet xsi:type=\"TraversalSpec\"><type>TaskManager</type><path>recentTask</path><skip>false</skip></selectSet>\
</objectSet>"
        ));
        let mut tasks = self.tasks(self.read(&request)?);
        let values = |key: &str| query.filters.get(key).map(Vec::as_slice).unwrap_or_default();
        let (entities, users) = (values("entity"), values("user"));
        tasks.retain(|task| {
            let Ok(task) = task else { return true };
            let target = task.target.as_ref();
            let is_of = |name: &String| {
                target.is_some_and(|of| of.id.as_ref() == Some(name) || of.name.as_ref() == Some(name))
            };
            (entities.is_empty() || entities.iter().any(is_of))
                && (users.is_empty() || task.user.as_ref().is_some_and(|user| users.contains(user)))
        });
        Ok(Page::whole(tasks))
    }

    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        let request = self.service()?.call("CancelTask", "Task", self.object(id)?, "");
        let reply = self.client.send(&request).map_err(|error| match error.code.as_deref() {
            Some("InvalidState") => error.hint("it has ended already, and cannot be cancelled any more"),
            Some("NotSupported") => {
                error.hint("the task's own `cancelable` says whether it can be cancelled")
            }
            _ => error,
        })?;
        soap::answer(&reply).map(|_| ())
    }

    fn version(&self) -> Result<Option<String>, Error> {
        let service = self.service()?;
        let reply = self.client.send(&service.content())?;
        Ok(service.with(&reply)?.about)
    }

    /// Finds out what the server is, and asks for what nobody is told outside a session.
    fn probe_unauthenticated(&self) -> Result<Reply, Error> {
        let client = &self.client;
        let service = Service::discover(
            |request| client.send_unauthenticated(request),
            |request, reply| client.error_of(request, reply),
        )
        .map_err(|mut error| {
            if error.http_status.is_none() {
                return error;
            }
            // What is missing is no task: it is the API.
            error.kind = if error.kind == Kind::NotFound { Kind::Http } else { error.kind };
            error.context(format!("{} does not answer as the API", client.host()))
        })?;
        let service = self.service.get_or_init(|| service);
        client.send_unauthenticated(&service.retrieve(
            "TaskManager",
            "recentTask",
            &[&service.task_manager],
            false,
        ))
    }
}

#[cfg(test)]
mod tests;
