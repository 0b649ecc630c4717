//! Dell EMC ECS and ObjectScale: tasks of data stores.
//!
//! Follows `GET /vdc/data-stores/{id}/tasks/{op_id}` of the vendor's API reference (3.8) and its page on asynchronous
//! operations: `GET /login` with HTTP Basic answers with the token in `X-SDS-AUTH-TOKEN`, `GET /logout` closes. An
//! operation id such as `CREATE` names nothing without its data store, so a task's id here is `STORE/OP`. Errors may
//! come as XML whatever was asked for, and an expired session may be a redirect to a login page.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use serde_json::value::RawValue;

use super::document::{parse_list, text};
use super::login::{Auth, Login, Proof, SessionLogin, Token, as_it_is};
use super::xml::Element;
use super::{
    Backend, Capabilities, Connection, Descriptor, Document, Options, Page, Query, Setting, identify, joined,
};
use crate::error::{Error, Kind};
use crate::http::{ApiError, Client, Reply, Request};
use crate::task::{Failure, State, Target, Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    about: "Dell EMC ECS and ObjectScale",
    example_id: "10.1.83.70/CREATE",
    example_url: "https://ecs.example.com:4443",
    states: &STATES,
    capabilities: Capabilities { list: true, cancel: false, active_only: false },
    // "Poll every 10 seconds", says the vendor's page on asynchronous operations.
    interval: Some(Duration::from_secs(10)),
    settings: &[Setting::text(
        "data_store",
        "The data store of an operation id that is given alone, and of a list",
    )
    .with_flag("data-store")],
    lists_at_once: |options| options.get("data_store").is_some(),
    parse_id: &parse_id,
    id_in_path: &id_in_path,
    id_in_answer: Some(("op_id", &id_in_answer)),
    ..Descriptor::new("ecs", &connect)
};

static STATES: [(&str, State); 6] = [
    ("queued", State::Pending),
    ("pending", State::Running),
    ("suspended_error", State::Blocked),
    ("suspended_no_error", State::Blocked),
    ("ready", State::Succeeded),
    ("error", State::FAILED),
];

/// Codes that say that something does not exist, whatever the status: a missing thing is often a 400.
const NOT_FOUND: [&str; 7] = ["1004", "1008", "1019", "2000", "2001", "6404", "8001"];

/// Those of them that a server uses for a missing data store, and not for a path that it does not serve.
const NO_SUCH_STORE: [&str; 4] = ["1004", "1019", "2000", "2001"];

/// An operation id names nothing without its store; `link.href` holds both.
fn id_in_answer(answer: &Value) -> Option<String> {
    let operation = answer.get("op_id")?.as_str()?;
    let text = |pointer| answer.pointer(pointer).and_then(Value::as_str);
    Some(match (text("/link/href"), text("/resource/id")) {
        (Some(href), _) if href.contains("/tasks/") => href.to_owned(),
        (_, Some(store)) => format!("{store}/{operation}"),
        _ => operation.to_owned(),
    })
}

/// `STORE/OP`, split at the last `/`; an `OP` alone with the option `data_store`; or the `link.href` of a task.
fn parse_id(text: &str, options: &Options) -> Result<TaskId, Error> {
    let text = text.trim();
    let wrong = |reason: String| Error::usage(format!("{text:?} is no task id: {reason}"));
    if text.starts_with('/') {
        let path = percent_decode_str(text.split(['?', '#']).next().unwrap_or_default()).decode_utf8_lossy();
        let found = id_in_path(&path)
            .ok_or_else(|| wrong("it is a path, but not /vdc/data-stores/STORE/tasks/OP".to_owned()))?;
        return parse_id(&found, options);
    }
    let (store, operation) = match (text.rsplit_once('/'), options.get("data_store")) {
        (Some(parts), _) => parts,
        (None, Some(store)) => (store, text),
        (None, None) => {
            return Err(wrong("an operation names a task only together with its data store".to_owned())
                .hint("give STORE/OP, or --data-store STORE, or `data_store` in the profile"));
        }
    };
    let part =
        |part: &str, what: &str| TaskId::new(part).map_err(|reason| wrong(format!("{what}: {reason}")));
    let (store, operation) = (part(store, "the data store")?, part(operation, "the operation")?);
    TaskId::new(&format!("{store}/{operation}")).map_err(|reason| wrong(reason.to_string()))
}

fn id_in_path(path: &str) -> Option<String> {
    let (store, operation) =
        path.strip_prefix("/vdc/data-stores/")?.trim_end_matches('/').rsplit_once("/tasks/")?;
    let whole = !store.is_empty() && !operation.is_empty() && !operation.contains('/');
    whole.then(|| format!("{store}/{operation}"))
}

/// Data store and operation of an id.
fn parts(id: &TaskId) -> Result<(&str, &str), Error> {
    // Ids come from `parse_id`; one that does not would be sent to another path than it says.
    parse_id(id.as_str(), &Options::default())?;
    id.as_str().rsplit_once('/').ok_or_else(|| Error::usage(format!("{id} names no data store")))
}

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { credentials, options, http, .. } = connection;
    let data_store = options.get("data_store").map(TaskId::new).transpose();
    let data_store =
        data_store.map_err(|reason| Error::config(format!("`data_store` is no id: {reason}")))?;
    let login = Login::Session(Box::new(SessionLogin {
        request: Request::get(&["login"]),
        proof: Proof::Basic,
        token: Token::Header("X-SDS-AUTH-TOKEN"),
        header: "x-sds-auth-token",
        logout: Request::get(&["logout"]),
        explain: as_it_is,
    }));
    let auth = Auth { is_rejected, ..Auth::new(login, credentials, read_error) };
    Ok(Arc::new(Ecs {
        client: Client::new(http, Box::new(auth)),
        data_store: data_store.map(|store| store.to_string()),
    }))
}

/// An expired session is a 401, or a redirect to a login page on any node: that address is looked at, never called.
fn is_rejected(reply: &Reply) -> bool {
    reply.status == StatusCode::UNAUTHORIZED
        || reply.status.is_redirection() && reply.header(LOCATION.as_str()).is_some_and(leads_to_login)
}

fn leads_to_login(location: &str) -> bool {
    location.split(['?', '#']).next().is_some_and(|path| path.contains("/login"))
}

fn read_error(reply: &Reply) -> ApiError {
    let body = error_body(reply);
    let Failure { code, message, causes, retryable } = failure(|key| body.get_text(key));
    let mut read = ApiError { code, message, causes, retryable, ..ApiError::default() };
    let denied = matches!(reply.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    match read.code.as_deref() {
        Some(code) if NOT_FOUND.contains(&code) && !denied => read.kind = Some(Kind::NotFound),
        Some("3000") => {
            read.kind = Some(Kind::Auth);
            read.hints.push("reading tasks needs the role SYSTEM_ADMIN or SYSTEM_MONITOR".to_owned());
        }
        Some("4000") if reply.status == StatusCode::UNAUTHORIZED => read.hints.push(
            "a user may hold 100 tokens by default: log out other sessions, wait until they end, or check the password"
                .to_owned(),
        ),
        _ => {}
    }
    read
}

/// The body of a refused request, by its type, else by its first character.
fn error_body(reply: &Reply) -> Document {
    let text = reply.text();
    let text = text.trim_start_matches('\u{feff}').trim();
    let declared = reply.header(CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
    let json = || serde_json::from_str::<Document>(text).ok();
    let xml = || error_from_xml(text).filter(|_| text.starts_with('<'));
    let read = if declared.contains("xml") { xml().or_else(json) } else { json().or_else(xml) };
    read.unwrap_or_default()
}

/// Reads `<error><code>…</code>…</error>`; `None` for any other XML.
fn error_from_xml(text: &str) -> Option<Document> {
    let error = Element::parse(text).filter(|root| root.name == "error")?;
    let mut fields = Document::default();
    for field in error.children {
        fields.put(&field.name, field.text);
    }
    Some(fields)
}

/// The error of a refused request or of a task, by its texts: the best single line with what lies under it.
fn failure(text: impl Fn(&str) -> Option<String>) -> Failure {
    let (code, description) = (text("code"), text("description"));
    let (message, cause) = match text("details") {
        Some(details) => (Some(details), description),
        None => (description.or_else(|| code.clone()), None),
    };
    let causes = cause.filter(|cause| Some(cause) != message.as_ref()).into_iter().collect();
    let retryable = text("retryable").and_then(|text| text.to_ascii_lowercase().parse().ok());
    Failure { code, message, causes, retryable }
}

struct Ecs {
    client: Client,
    data_store: Option<String>,
}

fn task_request(store: &str, operation: &str) -> Request {
    Request::get(&["vdc", "data-stores", store, "tasks", operation])
}

impl Backend for Ecs {
    fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let (store, operation) = parts(id)?;
        let reply = self.client.send(&task_request(store, operation))?;
        normalise(reply.json::<Box<RawValue>>()?.get(), store, Some(id))
    }

    /// In the data store of the profile where it has one.
    fn nonexistent_task(&self) -> Request {
        task_request(self.data_store.as_deref().unwrap_or("taskctl-doctor"), "taskctl-doctor")
    }

    fn page(&self, query: &Query, _at: u64) -> Result<Page, Error> {
        let Some(store) = &self.data_store else {
            return Err(Error::usage("tasks are listed for one data store, and none is given")
                .hint("give --data-store STORE, or `data_store` in the profile"));
        };
        if query.selects_nothing(&DESCRIPTOR) {
            return Ok(Page::empty());
        }
        let request = Request::get(&["vdc", "data-stores", store, "tasks"]);
        let reply = self.client.try_send(&request)?;
        if !reply.status.is_success() {
            let error = self.client.error_of(&request, &reply);
            let no_such_store = error.code.as_deref().is_some_and(|code| NO_SUCH_STORE.contains(&code));
            let no_such_path = reply.status == StatusCode::METHOD_NOT_ALLOWED
                || reply.status == StatusCode::NOT_FOUND && !no_such_store;
            if no_such_path {
                return Err(Error::usage(format!("{} cannot list tasks", self.host()))
                    .cause(error.to_string())
                    .hint("not every release has this list; a task whose id is known can still be read"));
            }
            return Err(error);
        }
        let (tasks, _) = parse_list(&reply, "task", |item| normalise(item, store, None))?;
        Ok(Page::whole(tasks.unwrap_or_default()))
    }

    /// The nodes'; while they are upgraded there are several.
    fn version(&self) -> Result<Option<String>, Error> {
        let reply = self.client.send(&Request::get(&["vdc", "nodes"]))?;
        let nodes = reply.json::<Document>()?.take_list("node").unwrap_or_default();
        let versions: BTreeSet<_> = nodes.iter().filter_map(|node| text(node.get("version")?)).collect();
        Ok(joined(versions.into_iter().map(Some), ", "))
    }
}

/// Task, of this data store; `asked` is the id where it was read alone. What this does not take, such as links,
/// resources and errors, stays under its own name.
fn normalise(document: &str, store: &str, asked: Option<&TaskId>) -> Result<Task, Error> {
    let mut doc = Document::parse(document)?;
    let operation = doc.take_text("op_id");
    let id = operation.as_ref().map(|operation| format!("{store}/{operation}"));
    let linked = || id_in_path(&doc.get_text("/link/href")?);
    let answered = id.or_else(linked);
    let (mut state, native) = doc.take_state("state", &STATES);
    let (id, other) = identify(answered, native.as_ref(), asked)?;
    let message = doc.take_text("message");
    let mut failure = failure(|key| doc.get_text(&format!("/service_error/{key}")));
    let mut warnings = doc.take_texts("warning_messages");
    if let State::Failed { .. } = state {
        failure.message = failure.message.or_else(|| message.clone());
        state = State::Failed { failure };
    } else {
        // An error that did not end the task is a warning: that of a suspended task, first of all.
        warnings.extend(failure.message);
    }
    warnings.extend(other);
    // What one of the vendor's descriptions calls the same list.
    let resources: Vec<Value> =
        ["associated_resources", "associated_resource"].into_iter().filter_map(|key| doc.take(key)).collect();
    let mut task = Task {
        name: doc.take_text("name").or_else(|| operation.clone()),
        progress: doc.take_percent("progress"),
        progress_message: message.clone(),
        target: Target::known(None, doc.get_text("/resource/id"), doc.get_text("/resource/name")),
        created_at: doc.take_time("creation_time"),
        started_at: doc.take_time("start_time"),
        ended_at: doc.take_time("end_time"),
        messages: message.into_iter().collect(),
        warnings,
        raw: document.as_bytes().into(),
        ..Task::new(id, state, native)
    };
    if !resources.is_empty() {
        doc.put("associatedResources", resources.into_iter().flat_map(flattened).collect::<Vec<_>>());
    }
    doc.put("dataStore", store);
    if let Some(operation) = operation {
        doc.put("opId", operation);
    }
    task.details = doc.rest();
    Ok(task)
}

/// The resources of a list, of one alone, or of either inside `associated_resource`, as the XML form has it.
fn flattened(given: Value) -> Vec<Value> {
    match given {
        Value::Array(items) => items.into_iter().flat_map(flattened).collect(),
        Value::Object(mut object) if object.len() == 1 && object.contains_key("associated_resource") => {
            object.remove("associated_resource").map(flattened).unwrap_or_default()
        }
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::api::{NO_TASK, tests};

    const PENDING: &str = include_str!("../../tests/fixtures/ecs/pending.json");
    const FAILED: &str = include_str!("../../tests/fixtures/ecs/failed.json");
    const EXAMPLE: &str = include_str!("../../tests/fixtures/ecs/example.json");

    fn task(document: &Value) -> Task {
        let asked = TaskId::new("10.1.83.70/CREATE").expect("an id");
        normalise(&document.to_string(), "10.1.83.70", Some(&asked)).expect("a task")
    }

    #[test]
    fn every_field_of_every_example_is_found_again() {
        for (example, least) in [(PENDING, 8), (FAILED, 14), (EXAMPLE, 33)] {
            let example: Value = serde_json::from_str(example).expect("the example is JSON");
            for state in ["pending", "error", "suspended_error"] {
                let mut example = example.clone();
                example["state"] = json!(state);
                let (marked, marks) = tests::mark(&example);
                assert!(marks.len() >= least, "{marks:?}");
                tests::assert_nothing_is_lost(&task(&marked), &marks, &[]);
            }
        }
        let task = task(&serde_json::from_str(EXAMPLE).expect("the example is JSON"));
        assert_eq!(task.percent(), Some(40.0));
        for (key, value) in [("inactive", false), ("global", true), ("remote", false), ("internal", true)] {
            assert_eq!(task.details()[key], value);
        }
        assert_eq!(task.state.failure().and_then(|failure| failure.retryable), Some(true));
        for key in
            ["dataStore", "opId", "associatedResources", "workflow", "tenant", "tags", "restLink", "vdc"]
        {
            assert!(task.details().contains_key(key), "{key}");
        }
    }

    #[test]
    fn a_task_of_which_next_to_nothing_is_known_has_no_progress_and_no_times() {
        let task = normalise(PENDING, "10.1.83.70", None).expect("a task");
        assert_eq!((task.id.as_str(), task.state.word()), ("10.1.83.70/CREATE", "running"));
        assert_eq!((task.progress, task.started_at, task.ended_at), (None, None, None));
        assert_eq!(task.target.as_ref().and_then(|target| target.name.as_deref()), Some("10.1.83.70"));
        assert!(!task.details().contains_key("vdc"), "null is nothing");
    }

    #[test]
    fn the_details_of_an_error_are_its_message_and_the_text_of_its_code_is_the_cause() {
        let task = normalise(FAILED, "10.1.83.72", None).expect("a task");
        let failure = task.state.failure().expect("a failure");
        assert_eq!(failure.code.as_deref(), Some("40001"));
        assert_eq!(failure.message.as_deref(), Some("Replication group is not empty"));
        assert_eq!(
            (failure.causes.as_slice(), failure.retryable),
            (&["Datastore deletion failed".to_owned()][..], Some(false))
        );
        let of = |error: Value| {
            let task =
                self::task(&json!({"state": "error", "service_error": error, "message": "the message"}));
            task.state.failure().cloned().expect("a failure")
        };
        let brief = of(json!({"code": 40001, "description": "Datastore deletion failed"}));
        assert_eq!((brief.message.as_deref(), brief.causes.len()), (Some("Datastore deletion failed"), 0));
        assert_eq!(of(json!({"code": 40001})).message.as_deref(), Some("40001"));
        assert_eq!(of(json!(null)).message.as_deref(), Some("the message"));
    }

    #[test]
    fn a_suspended_task_waits_and_says_why() {
        for (word, ours) in [("QUEUED", "pending"), ("suspended_no_error", "blocked"), ("running", "unknown")]
        {
            assert_eq!(task(&json!({"state": word})).state.word(), ours);
        }
        let task = task(&json!({"state": "suspended_error", "service_error": {"details": "node 3 is down"}}));
        assert_eq!((task.state, task.warnings), (State::Blocked, vec!["node 3 is down".to_owned()]));
    }

    #[test]
    fn the_warnings_of_coprhd_are_warnings() {
        let task = task(&json!({"state": "pending", "warning_messages": ["slow", "late"]}));
        assert_eq!(task.warnings, ["slow", "late"]);
        assert!(!task.details().contains_key("warning_messages"));
    }

    #[test]
    fn associated_resources_are_read_in_every_form() {
        let one = json!({"id": "a"});
        for mut given in [
            json!({"associated_resources": [one]}),
            json!({"associated_resource": [one]}),
            json!({"associated_resource": one}),
            json!({"associated_resources": {"associated_resource": [one]}}),
            json!({"associated_resources": [{"associated_resource": one}]}),
        ] {
            given["state"] = json!("ready");
            assert_eq!(task(&given).details()["associatedResources"], json!([one]), "{given}");
        }
    }

    #[test]
    fn an_id_is_a_pair_however_it_is_given() {
        let mut options = Options::default();
        let id = |text: &str, options: &Options| parse_id(text, options).map(|id| id.to_string());
        for text in [
            "10.1.83.70/CREATE",
            " 10.1.83.70/CREATE ",
            "/vdc/data-stores/10.1.83.70/tasks/CREATE",
            "/vdc/data-stores/10.1.83.70/tasks/CREATE/",
        ] {
            assert_eq!(id(text, &options).ok().as_deref(), Some("10.1.83.70/CREATE"), "{text}");
        }
        let urn = "urn:storageos:HostingDeviceInfo:1:vdc1";
        assert_eq!(id(&format!("{urn}/CREATE"), &options).ok(), Some(format!("{urn}/CREATE")));
        assert_eq!(id("/vdc/data-stores/a%2Fb/tasks/CREATE", &options).ok().as_deref(), Some("a/b/CREATE"));
        for text in [
            "CREATE",
            "",
            "/CREATE",
            "10.1.83.70/",
            "../CREATE",
            "10.1.83.70/..",
            "./x",
            "/vdc/vpools/1",
            "/vdc/data-stores/x",
            "/vdc/data-stores/%2E%2E/tasks/CREATE",
            "a\u{7}/CREATE",
        ] {
            let error = parse_id(text, &options).expect_err("no id");
            assert_eq!(error.kind, Kind::Usage, "{text}");
        }
        let error = parse_id("CREATE", &options).expect_err("no data store");
        assert!(error.hints.iter().any(|hint| hint.contains("--data-store")), "{error:?}");
        options.set("data_store", urn);
        assert_eq!(id("CREATE", &options).ok(), Some(format!("{urn}/CREATE")));
        assert_eq!(id("other/CREATE", &options).ok().as_deref(), Some("other/CREATE"));
    }

    fn refused(content_type: &str, body: &str) -> (Option<String>, Failure) {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().expect("a header"));
        let reply = Reply { status: StatusCode::BAD_REQUEST, headers, body: body.into(), correlation: None };
        let body = error_body(&reply);
        let failure = failure(|key| body.get_text(key));
        (failure.code.clone(), failure)
    }

    #[test]
    fn an_error_is_read_as_xml_as_json_and_as_it_stands() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><error><code>1008</code>\
            <description>Parameter was provided but invalid</description>\
            <details>No operation found for task with id: &lt;X&#62; <![CDATA[& Y]]></details>\
            <retryable>true</retryable></error>";
        let json = r#"{"code":1008,"retryable":true,"description":"Parameter was provided but invalid","details":"No operation found for task with id: <X> & Y"}"#;
        for (content_type, body) in [
            ("application/xml", xml),
            ("application/json", xml),
            ("text/plain", xml),
            ("application/json", json),
            ("application/xml", json),
        ] {
            let (code, failure) = refused(content_type, body);
            assert_eq!(code.as_deref(), Some("1008"), "{content_type}");
            assert_eq!(failure.message.as_deref(), Some("No operation found for task with id: <X> & Y"));
            assert_eq!(failure.causes, ["Parameter was provided but invalid"]);
            assert_eq!(failure.retryable, Some(true));
        }
        for body in ["", "<html><body>no</body></html>", "<error><code>1", "[1]", "{\"code\":", "<a><b></a>"]
        {
            let (_, failure) = refused("text/plain", body);
            assert_eq!(failure.causes, Vec::<String>::new(), "{body}");
            assert!(failure.message.is_none_or(|message| message == "1"), "{body}");
        }
    }

    #[test]
    fn only_the_path_of_a_redirect_leads_to_a_login() {
        assert!(leads_to_login("https://10.1.1.1:4443/login?service=x"));
        assert!(leads_to_login("/login"));
        assert!(!leads_to_login("https://10.1.1.1/portal?from=/login"));
    }

    proptest! {
        #[test]
        fn an_object_with_a_state_is_a_task_and_any_other_json_is_refused(
            document in tests::any_document(&[
                "op_id", "state", "name", "progress", "message", "start_time", "end_time", "creation_time", "link",
                "resource", "service_error", "associated_resources", "associated_resource", "tenant", "opId",
            ]),
            other in tests::any_json()
        ) {
            let asked = TaskId::new("s/o").expect("an id");
            let task = normalise(&document.to_string(), "s", Some(&asked));
            let has_state = text(&document["state"]).is_some_and(|state| !state.is_empty());
            let is_right = match task {
                Ok(task) => task.percent().is_none_or(|p| (0.0..=100.0).contains(&p)),
                Err(error) => error.message == NO_TASK && !has_state,
            };
            prop_assert!(is_right);
            prop_assert!(other.is_object() || normalise(&other.to_string(), "s", Some(&asked)).is_err());
        }

        #[test]
        fn an_unknown_word_is_never_an_end(word in ".{1,20}") {
            let known = ["pending", "queued", "ready", "error", "suspended_error", "suspended_no_error"];
            prop_assume!(!known.iter().any(|known| known.eq_ignore_ascii_case(&word)));
            prop_assert_eq!(task(&json!({"state": word})).state, State::Unknown { reported: word });
        }

        #[test]
        fn an_id_is_read_back_from_its_own_spelling(text in ".{0,12}/?.{0,12}") {
            if let Ok(id) = parse_id(&text, &Options::default()) {
                prop_assert_eq!(parse_id(id.as_str(), &Options::default()).ok(), Some(id));
            }
        }

        #[test]
        fn an_error_body_of_any_text_is_read_without_harm(body in "(<error>)?.{0,40}(</error>)?") {
            for content_type in ["application/xml", "application/json", "text/plain"] {
                let (code, failure) = refused(content_type, &body);
                prop_assert_eq!(code, failure.code);
            }
        }
    }
}
