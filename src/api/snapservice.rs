//! The snapshot service of vSAN Data Protection: tasks of its own appliance, beside vCenter.
//!
//! Follows <https://developer.broadcom.com/xapis/vsan-data-protection-api/latest/>: `GET /api/snapservice/tasks/{task}`
//! reads one task, `GET /api/snapservice/tasks?tasks=&tasks=` several. From 9.0 on `POST /api/snapservice/sessions`
//! answers with a session id; 8.0 U3 wants a SAML token of vCenter in every request. There is no cancel.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use http::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::wire::{self, Field, Text};
use super::{
    Backend, Batching, Capabilities, Checkup, Connection, Credentials, Descriptor, Filter, FilterKind, Page,
    Query, Setting, SettingKind, TransportTo, sts, vapi,
};
use crate::error::{Error, Kind};
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "snapservice",
    aliases: &["snap"],
    about: "VMware vSAN Data Protection (snapshot service)",
    example_id: "52b2c1f3-7a0d-4e7e-9d0c-1f6a3b5c7d9e",
    capabilities: Capabilities { list: true, cancel: false, active_only: false },
    interval: None,
    settings: &[Setting {
        key: "sts_url",
        flag: None,
        kind: SettingKind::Url,
        help: "The address of vCenter's token service, for `auth = \"saml\"`",
    }],
    filters: &[
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
    auth: &["session", "saml", "header"],
    token_auth: &["header"],
    username: None,
    example_url: "https://snap01.example.com",
    lists_at_once: |_| true,
    parse_id: super::plain_id,
    id_in_path: |path| super::last_segment(path, "/api/snapservice/tasks/"),
    connect,
};

/// How many ids travel in one address, if they are no longer than a UUID by much.
const PAGE: usize = 100;

/// The longest address, in bytes, that every proxy and server lets through with room to spare.
const LONGEST: usize = 6000;

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { auth, credentials, options, http, transport_to } = connection;
    let way = match auth.as_str() {
        "saml" => {
            let Some(url) = options.get("sts_url") else {
                return Err(Error::config(
                    "auth = \"saml\" needs `sts_url`, the address of vCenter's token service",
                )
                .hint("such as sts_url = \"https://vc01.example.com/sts/STSService/vsphere.local\""));
            };
            let url = Url::parse(url).map_err(|error| {
                Error::config(format!("`sts_url` is no address: {url}")).cause(error.to_string())
            })?;
            Way::Saml { url, transport_to }
        }
        "header" => {
            let token = credentials.token.clone().ok_or_else(|| {
                Error::config("auth = \"header\" needs `token`, the whole value of the Authorization header")
            })?;
            if HeaderValue::from_str(token.expose_secret()).is_err() {
                return Err(Error::config("the token holds characters that no header can carry"));
            }
            Way::Header(token)
        }
        _ => Way::Session,
    };
    let login = Login { way, credentials };
    Ok(Arc::new(SnapService { client: Client::new(http, Box::new(login)), batched: Batching::new() }))
}

/// How to prove who asks.
enum Way {
    Session,
    Saml { url: Url, transport_to: TransportTo },
    Header(SecretString),
}

struct Login {
    way: Way,
    credentials: Credentials,
}

fn session_request(method: Method) -> Request {
    Request::new(method, &["api", "snapservice", "sessions"])
}

impl ApiAuth for Login {
    fn login(&self, wire: &RawClient<'_>) -> Result<Session, Error> {
        match &self.way {
            Way::Session => {
                let request = session_request(Method::POST)
                    .secret_header("authorization", &vapi::basic(&self.credentials)?)
                    .secret_answer();
                let reply = wire.send(&request)?;
                if reply.status.is_success() {
                    return vapi::session(wire, &reply);
                }
                let mut error = wire.refuse(&request, &reply);
                if vapi::is_no_such_path(&reply) {
                    error.kind = Kind::Http;
                    error = error.hint(
                        "before 9.0 the snapshot service has no sessions: use auth = \"saml\" with `sts_url`; \
                         otherwise check `url` in the profile",
                    );
                }
                Err(vapi::refused_login(error, &wire.host(), &self.credentials))
            }
            Way::Saml { url, transport_to } => {
                let transport = transport_to(url);
                let token =
                    sts::authorization(wire, &self.credentials, url, &*transport).map_err(|error| {
                        vapi::refused_login(error, url.host_str().unwrap_or("the STS"), &self.credentials)
                    })?;
                Ok(Session::header("authorization", token))
            }
            Way::Header(token) => Ok(Session::header("authorization", token.clone())),
        }
    }

    /// Tokens end by themselves.
    fn logout(&self, _session: &Session) -> Option<Request> {
        matches!(self.way, Way::Session).then(|| session_request(Method::DELETE))
    }

    fn can_renew(&self) -> bool {
        !matches!(self.way, Way::Header(_))
    }

    fn is_rejected(&self, reply: &Reply) -> bool {
        vapi::is_rejected(reply)
    }

    fn refusal(&self, reply: &Reply) -> ApiError {
        sts::fault(reply).unwrap_or_else(|| vapi::refusal(reply))
    }

    fn token_headers(&self) -> &'static [&'static str] {
        &[vapi::SESSION_HEADER]
    }

    fn credential_source(&self) -> String {
        self.credentials.source.clone()
    }
}

struct SnapService {
    client: Client,
    /// The server takes several ids in one list.
    batched: Batching,
}

impl SnapService {
    fn find(&self, request: &Request) -> Result<Vec<Result<Task, Error>>, Error> {
        let list: WireList = self.client.send(request)?.json()?;
        let items = list.items.get().ok_or_else(|| Error::decode("the answer is no list of tasks"))?;
        Ok(items
            .iter()
            .map(|item| {
                let item: WireItem = wire::object(item.get())?;
                vapi::listed(&item.task.text().unwrap_or_default(), item.info.as_deref())
            })
            .collect())
    }
}

fn list_request() -> Request {
    Request::get(&["api", "snapservice", "tasks"])
}

/// The requests that ask for these tasks, as few as their addresses allow.
fn requests(ids: &[&TaskId]) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    let mut page = 0;
    for id in ids {
        let longer = requests.last().map(|request| request.clone().query("tasks", id.as_str()));
        match longer.filter(|longer| page < PAGE && longer.label().len() <= LONGEST) {
            Some(longer) => {
                requests.pop();
                requests.push(longer);
                page += 1;
            }
            None => {
                requests.push(list_request().query("tasks", id.as_str()));
                page = 1;
            }
        }
    }
    requests
}

impl Backend for SnapService {
    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let reply = self.client.send(&Request::get(&["api", "snapservice", "tasks", id.as_str()]))?;
        let info: Box<RawValue> = reply.json()?;
        vapi::normalise(info.get(), id)
    }

    fn batch(&self) -> usize {
        if self.batched.is_on() { PAGE } else { 1 }
    }

    fn get_many(&self, ids: &[TaskId]) -> Vec<Result<Task, Error>> {
        super::get_batched(
            self,
            ids,
            &self.batched,
            |_| true,
            |ids| {
                let mut found = Vec::new();
                for request in requests(ids) {
                    found.extend(self.find(&request)?);
                }
                Ok(found)
            },
        )
    }

    fn page(&self, query: &Query, _at: u64) -> Result<Page, Error> {
        let status = vapi::status_filter(query);
        if status.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Page::empty());
        }
        let mut request = list_request();
        for (filter, name) in [("operation", "operations"), ("service", "services"), ("user", "users")] {
            for value in query.filters.get(filter).into_iter().flatten() {
                request = request.query(name, value);
            }
        }
        for word in status.into_iter().flatten() {
            request = request.query("status", word);
        }
        self.find(&request).map(Page::whole)
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

impl SnapService {
    /// A read of a task that does not exist.
    fn nothing(&self) -> Request {
        Request::get(&["api", "snapservice", "tasks", &uuid::Uuid::nil().to_string()])
    }
}

impl Checkup for SnapService {
    fn client(&self) -> &Client {
        &self.client
    }

    fn knock(&self) -> Result<Reply, Error> {
        self.client.send_as_stranger(&self.nothing())
    }

    /// com.vmware.snapservice.info.about.
    fn version(&self) -> Result<Option<String>, Error> {
        let request = Request::get(&["api", "snapservice", "info", "about"]);
        let about: WireAbout = self.client.send(&request)?.json()?;
        let parts: Vec<String> = [about.version, about.build].iter().filter_map(Field::text).collect();
        Ok((!parts.is_empty()).then(|| parts.join(", build ")))
    }

    fn probe(&self) -> Result<(), Error> {
        self.client.send(&self.nothing()).map(|_| ())
    }
}

/// The answer of `GET /api/snapservice/info/about`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAbout {
    version: Field<Text>,
    build: Field<Text>,
}

/// com.vmware.snapservice.tasks.ListResult.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireList {
    items: Field<Vec<Box<RawValue>>>,
}

/// com.vmware.snapservice.tasks.ListItem.
#[derive(Deserialize, Default)]
#[serde(default)]
struct WireItem {
    task: Field<Text>,
    info: Option<Box<RawValue>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::vapi::tests::{assert_nothing_is_lost, id};

    #[test]
    fn every_leaf_of_the_vendors_example_is_told() {
        let document = include_str!("../../tests/fixtures/snapservice/example.json");
        assert_nothing_is_lost(document);
        let task = vapi::normalise(document, &id("a")).expect("a task");
        assert_eq!(task.details()["vcTask"], "string");
        assert!(!task.state.ended(), "the word \"string\" is no end");
    }

    #[test]
    fn ids_are_packed_into_few_addresses_that_are_not_too_long() {
        let ids = |count: usize, pad: usize| -> Vec<TaskId> {
            (0..count).map(|number| id(&format!("{number:0pad$}"))).collect()
        };
        for (count, pad, expected) in [(300, 36, 3), (1, 36, 1), (101, 36, 2), (20, 5000, 20), (0, 1, 0)] {
            let ids = ids(count, pad);
            let requests = requests(&ids.iter().collect::<Vec<_>>());
            assert_eq!(requests.len(), expected, "{count} ids of {pad} characters");
            assert!(requests.iter().all(|request| request.label().len() <= LONGEST));
            let asked: usize = requests.iter().map(|request| request.label().matches("tasks=").count()).sum();
            assert_eq!(asked, count);
        }
    }
}
