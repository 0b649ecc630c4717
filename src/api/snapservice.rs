//! The snapshot service of vSAN Data Protection: tasks of its own appliance, beside vCenter.
//!
//! Follows <https://developer.broadcom.com/xapis/vsan-data-protection-api/latest/>: `GET /api/snapservice/tasks/{task}`
//! reads one task, `GET /api/snapservice/tasks?tasks=&tasks=` several. From 9.0 on `POST /api/snapservice/sessions`
//! answers with a session id; 8.0 U3 wants a SAML token of vCenter in every request. There is no cancel.

use std::sync::Arc;

use http::header::HeaderValue;
use secrecy::ExposeSecret;
use serde_json::value::RawValue;
use url::Url;

use super::descriptor::last_segment;
use super::login::{Auth, Login, SessionLogin, refused};
use super::vapi::{self, sts};
use super::{
    Backend, Batching, Capabilities, Connection, Descriptor, Document, Page, Query, Setting, SettingKind,
    TaskResults, joined,
};
use crate::error::{Error, Kind};
use crate::http::{Client, Request, Session};
use crate::task::{Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    aliases: &["snap"],
    about: "VMware vSAN Data Protection (snapshot service)",
    example_id: "52b2c1f3-7a0d-4e7e-9d0c-1f6a3b5c7d9e",
    example_url: "https://snap01.example.com",
    states: &vapi::STATES,
    derived_states: &vapi::DERIVED_STATES,
    capabilities: Capabilities { list: true, cancel: false, active_only: false },
    settings: &[Setting::new(
        SettingKind::Url,
        "sts_url",
        "The address of vCenter's token service, for `auth = \"saml\"`",
    )],
    filters: &[vapi::SERVICE, vapi::OPERATION, vapi::USER],
    auth: &["session", "saml", "header"],
    token_auth: &["header"],
    id_in_path: &|path| last_segment(path, "/api/snapservice/tasks/"),
    ..Descriptor::new("snapservice", &connect)
};

/// How many ids travel in one address, if they are no longer than a UUID by much.
const PAGE: usize = 100;

/// The longest address, in bytes, that every proxy and server lets through with room to spare.
const LONGEST: usize = 6000;

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let login = match connection.auth.as_str() {
        "saml" => saml_login(&connection)?,
        "header" => {
            let token = connection.credentials.token.as_ref().ok_or_else(|| {
                Error::config("auth = \"header\" needs `token`, the whole value of the Authorization header")
            })?;
            if HeaderValue::from_str(token.expose_secret()).is_err() {
                return Err(Error::config("the token holds characters that no header can carry"));
            }
            Login::Header("authorization")
        }
        _ => Login::Session(Box::new(session_login())),
    };
    let auth = Auth {
        is_rejected: vapi::is_rejected,
        ..Auth::new(login, connection.credentials, |reply| {
            sts::fault(reply).unwrap_or_else(|| vapi::read_error(reply))
        })
    };
    let client = Client::new(connection.http, Box::new(auth));
    Ok(Arc::new(SnapService { client, batching: Batching::new(PAGE) }))
}

fn session_login() -> SessionLogin {
    SessionLogin {
        explain: |mut error, reply, credentials| {
            if !vapi::is_no_such_path(reply) {
                return vapi::explain_login(error, credentials);
            }
            error.kind = Kind::Http;
            error.hint(
                "before 9.0 the snapshot service has no sessions: use auth = \"saml\" with `sts_url`; otherwise check \
                 `url` in the profile",
            )
        },
        ..vapi::session_login(|method| Request::new(method, &["api", "snapservice", "sessions"]), "")
    }
}

/// A token of vCenter's, which ends by itself.
fn saml_login(connection: &Connection) -> Result<Login, Error> {
    let Some(url) = connection.options.get("sts_url") else {
        return Err(Error::config("auth = \"saml\" needs `sts_url`, the address of vCenter's token service")
            .hint("such as sts_url = \"https://vc01.example.com/sts/STSService/vsphere.local\""));
    };
    let url = Url::parse(url)
        .map_err(|error| Error::config(format!("`sts_url` is no address: {url}")).cause(error.to_string()))?;
    let transport_to = Arc::clone(&connection.transport_to);
    Ok(Login::Custom(Box::new(move |raw, credentials| {
        let token = sts::authorization(raw, credentials, &url, &*transport_to(&url)).map_err(|error| {
            let error = refused(error, url.host_str().unwrap_or("the STS"), credentials);
            vapi::explain_login(error, credentials)
        })?;
        Ok(Session::header("authorization", token))
    })))
}

struct SnapService {
    client: Client,
    /// Whether the server takes several ids in one list.
    batching: Batching,
}

impl SnapService {
    fn find(&self, request: &Request) -> Result<TaskResults, Error> {
        vapi::entries(&self.client.send(request)?, "items", "task", "info")
    }
}

fn list_request() -> Request {
    Request::get(&["api", "snapservice", "tasks"])
}

fn task_request(id: &str) -> Request {
    Request::get(&["api", "snapservice", "tasks", id])
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
    fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let reply = self.client.send(&task_request(id.as_str()))?;
        vapi::read_task(reply.json::<Box<RawValue>>()?.get(), id)
    }

    fn nonexistent_task(&self) -> Request {
        task_request(&uuid::Uuid::nil().to_string())
    }

    fn batching(&self) -> Option<&Batching> {
        Some(&self.batching)
    }

    fn get_batch(&self, ids: &[&TaskId]) -> Result<TaskResults, Error> {
        let mut found = Vec::new();
        for request in requests(ids) {
            found.extend(self.find(&request)?);
        }
        Ok(found)
    }

    fn page(&self, query: &Query, _at: u64) -> Result<Page, Error> {
        let Some(filter) = vapi::filter_spec(query, &DESCRIPTOR) else { return Ok(Page::empty()) };
        let mut request = list_request();
        for (key, values) in &filter {
            request = values.iter().fold(request, |request, value| request.query(key, value));
        }
        self.find(&request).map(Page::whole)
    }

    /// com.vmware.snapservice.info.about.
    fn version(&self) -> Result<Option<String>, Error> {
        let reply = self.client.send(&Request::get(&["api", "snapservice", "info", "about"]))?;
        let mut about: Document = reply.json()?;
        Ok(joined([about.take_text("version"), about.take_text("build")], ", build "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::vapi::tests::{assert_nothing_is_lost, id};

    #[test]
    fn every_value_of_the_vendors_example_is_in_the_task() {
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
