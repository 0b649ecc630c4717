//! Velostrata, later Migrate for Compute Engine 4.x: tasks of its management server.
//!
//! Follows the vendor's reference of `GET /tasks/{taskId}` and its siblings under `/velostrata/api/vNN`: HTTP Basic on
//! every request and no session, `POST /tasks` reads many at once and ended ones too, `GET /tasks` lists the active
//! ones, `DELETE /tasks/{taskId}` cancels. `Failing` and `Cancelling` are unwinding, not ends.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::wire::{self, Field, Int, Moment, Number, Text, Texts};
use super::{
    Backend, Batching, Capabilities, Checkup, Connection, Credentials, Descriptor, Page, Query, Setting,
    SettingKind,
};
use crate::error::Error;
use crate::http::{ApiAuth, ApiError, Client, RawClient, Reply, Request, Session};
use crate::task::{Failure, Progress, State, Target, Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "velostrata",
    aliases: &["velo"],
    about: "Velostrata, later Migrate for Compute Engine 4.x",
    example_id: "t-4",
    capabilities: Capabilities { list: true, cancel: true, active_only: true },
    interval: None,
    settings: &[Setting {
        key: "api_version",
        flag: None,
        kind: SettingKind::Text,
        help: "The version in the API's path, such as \"v42\"; \"v45\" if not given",
    }],
    filters: &[],
    auth: &[],
    token_auth: &[],
    username: Some("apiuser"),
    example_url: "https://velostrata.example.com",
    lists_at_once: |_| true,
    parse_id: super::plain_id,
    id_in_path: |path| {
        let (_version, rest) = path.strip_prefix("/velostrata/api/")?.split_once('/')?;
        super::last_segment(rest, "tasks/")
    },
    connect,
};

/// The version of the last releases.
const VERSION: &str = "v45";

/// How many tasks a page holds, and so a batch. The vendor names no maximum, and a size must always be given.
const PAGE: usize = 100;

/// The documented states and our words for them; the active ones first, as many as [`ACTIVE`].
const STATES: [(&str, &str); 6] = [
    ("Running", "running"),
    ("Failing", "failing"),
    ("Cancelling", "cancelling"),
    ("Succeeded", "succeeded"),
    ("Failed", "failed"),
    ("Cancelled", "cancelled"),
];

/// How many of [`STATES`] are no ends.
const ACTIVE: usize = 3;

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { credentials, options, http, .. } = connection;
    // The version is one segment of the path, and `..` would be taken out of it.
    let version = TaskId::new(options.get("api_version").unwrap_or(VERSION))
        .map_err(|reason| Error::config(format!("`api_version` is no version: {reason}")))?;
    Ok(Arc::new(Velostrata {
        client: Client::new(http, Box::new(Login { credentials })),
        version: version.as_str().to_owned(),
        batched: Batching::new(),
    }))
}

struct Login {
    credentials: Credentials,
}

impl ApiAuth for Login {
    /// There is no login: the header goes with every request.
    fn login(&self, wire: &RawClient<'_>) -> Result<Session, Error> {
        let encoded = super::basic(&self.credentials)?;
        wire.hide(&encoded);
        let header = SecretString::from(format!("Basic {}", encoded.expose_secret()));
        Ok(Session::header("authorization", header))
    }

    fn logout(&self, _session: &Session) -> Option<Request> {
        None
    }

    fn can_renew(&self) -> bool {
        false
    }

    fn refusal(&self, reply: &Reply) -> ApiError {
        let error: WireError = serde_json::from_slice(&reply.body).unwrap_or_default();
        let mut refusal =
            ApiError { message: error.message.text(), code: error.error_code.text(), ..ApiError::default() };
        if refusal.message.is_none() {
            // Then the code is all that was said, and it need not be said twice.
            refusal.message = refusal.code.take();
        }
        refusal.note = error.url.text().map(|url| format!("the error is about {url}"));
        if reply.status == StatusCode::NOT_FOUND && reply.is_html() {
            refusal.hints.push(
                "check `api_version` in the profile: a path with another version than the server's is not found"
                    .to_owned(),
            );
        }
        refusal
    }

    fn credential_source(&self) -> String {
        self.credentials.source.clone()
    }
}

struct Velostrata {
    client: Client,
    version: String,
    /// The server takes an `IdFilter`.
    batched: Batching,
}

impl Velostrata {
    fn tasks(&self, method: Method) -> Request {
        Request::new(method, &["velostrata", "api", &self.version, "tasks"])
    }

    fn task(&self, method: Method, id: &TaskId) -> Request {
        Request::new(method, &["velostrata", "api", &self.version, "tasks", id.as_str()])
    }

    /// One page of the tasks that this filter lets through, or of all tasks.
    fn page_of(&self, filter: Option<&Value>, number: u64) -> Result<WirePage, Error> {
        let mut body = json!({"page": number, "size": PAGE});
        if let Some(filter) = filter {
            body["filter"] = filter.clone();
        }
        self.client.send(&self.tasks(Method::POST).json(&body))?.json()
    }
}

impl Backend for Velostrata {
    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let reply = self.client.send(&self.task(Method::GET, id))?;
        let raw: Box<RawValue> = reply.json()?;
        normalise(raw.get(), Some(id))
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
                let ids: Vec<Value> =
                    ids.iter().map(|id| json!({"value": id.as_str(), "_type": "TaskId"})).collect();
                let page = self.page_of(Some(&json!({"_type": "IdFilter", "ids": ids})), 0)?;
                Ok(page.tasks().iter().map(|item| normalise(item.get(), None)).collect())
            },
        )
    }

    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        let chosen = STATES
            .iter()
            .enumerate()
            .filter(|(index, (_, ours))| match query.states.as_slice() {
                [] => query.all || *index < ACTIVE,
                wanted => wanted.iter().any(|word| word == ours),
            })
            .map(|(_, (native, _))| *native)
            .collect::<Vec<&str>>();
        // A filter takes documented words only: those that nobody knows are found among all tasks.
        let strange = query.states.iter().any(|word| word == "unknown");
        if chosen.is_empty() && !strange {
            return Ok(Page::empty());
        }
        let filter = json!({"_type": "TaskStateFilter", "state": chosen});
        let filter = Some(&filter).filter(|_| !strange);
        let page = if at > 0 || query.all || !query.states.is_empty() {
            self.page_of(filter, at)?
        } else {
            let active: WirePage = self.client.send(&self.tasks(Method::GET))?.json()?;
            // That request has no page to ask for, so the rest is had by a filter.
            if active.pages() > 1 { self.page_of(filter, 0)? } else { active }
        };
        Ok(Page {
            tasks: page.tasks().iter().map(|item| normalise(item.get(), None)).collect(),
            next: (at + 1 < page.pages()).then_some(at + 1),
            ordered: false,
        })
    }

    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        self.client.send(&self.task(Method::DELETE, id)).map(|_| ())
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

impl Velostrata {
    /// A read of a task that does not exist: ids are counted up from 1.
    fn nothing(&self) -> Request {
        Request::get(&["velostrata", "api", &self.version, "tasks", "t-999999999"])
    }
}

impl Checkup for Velostrata {
    fn client(&self) -> &Client {
        &self.client
    }

    fn knock(&self) -> Result<Reply, Error> {
        self.client.send_as_stranger(&self.nothing())
    }

    fn probe(&self) -> Result<(), Error> {
        self.client.send(&self.nothing()).map(|_| ())
    }
}

/// TaskDescription.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireTask {
    id: Field<WireId>,
    state: Field<Text>,
    task_type: Field<Text>,
    /// What `taskType` was called in 2.5.
    r#type: Field<Text>,
    progress: Field<Number>,
    progress_message: Field<Texts>,
    error_message: Field<Texts>,
    error_details: Field<Text>,
    start_time: Field<Moment>,
    end_time: Field<Moment>,
    username: Field<Text>,
    entity: Field<WireId>,
    parent_task_id: Field<WireId>,
    sub_tasks: Field<Vec<WireId>>,
    on_premises_task_id: Field<Text>,
    additional_info: Field<Map<String, Value>>,
}

/// The keys of [`WireTask`] on the wire.
const FIELDS: &[&str] = &[
    "id",
    "state",
    "taskType",
    "type",
    "progress",
    "progressMessage",
    "errorMessage",
    "errorDetails",
    "startTime",
    "endTime",
    "username",
    "entity",
    "parentTaskId",
    "subTasks",
    "onPremisesTaskId",
    "additionalInfo",
];

/// EntityId and its kinds: `{"value":"t-4","_type":"TaskId"}`, or the value alone.
struct WireId {
    value: String,
    kind: Option<String>,
}

impl<'de> Deserialize<'de> for WireId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WireId, D::Error> {
        let (value, kind) = match Value::deserialize(deserializer)? {
            Value::Object(mut object) => (object.remove("value").unwrap_or_default(), object.remove("_type")),
            value => (value, None),
        };
        let text = |value: Value| serde_json::from_value::<Text>(value).map(|text| text.0);
        Ok(WireId {
            value: text(value).map_err(serde::de::Error::custom)?,
            kind: kind.and_then(|kind| text(kind).ok()),
        })
    }
}

impl Field<WireId> {
    fn value(self) -> Option<String> {
        self.get().map(|id| id.value).filter(|value| !value.is_empty())
    }
}

/// TaskDescriptionPage.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WirePage {
    content: Option<Vec<Box<RawValue>>>,
    total_pages: Field<Int>,
}

impl WirePage {
    fn tasks(&self) -> &[Box<RawValue>] {
        self.content.as_deref().unwrap_or_default()
    }

    fn pages(&self) -> u64 {
        self.total_pages.as_ref().and_then(|pages| u64::try_from(pages.0).ok()).unwrap_or(1)
    }
}

/// ErrorInfo.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct WireError {
    error_code: Field<Text>,
    url: Field<Text>,
    message: Field<Text>,
}

/// From the server's document to ours; `asked` stands in for an id that the document does not give.
fn normalise(document: &str, asked: Option<&TaskId>) -> Result<Task, Error> {
    let wire: WireTask = wire::object(document)?;
    let mut details = wire::unknown_fields(document, FIELDS)?;
    let id = super::answered_id(wire.id.keep_odd(&mut details, "id").value(), asked)?;
    let native = wire.state.keep_odd(&mut details, "state").text();
    let mut errors = wire.error_message.keep_odd(&mut details, "errorMessage").get().unwrap_or_default().0;
    errors.extend(wire.error_details.keep_odd(&mut details, "errorDetails").text());
    errors.retain(|text| !text.is_empty());
    let state = match native.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
        "running" => State::Running,
        "failing" => State::Failing,
        "cancelling" => State::Cancelling,
        "succeeded" => State::Succeeded,
        "failed" => State::Failed { failure: failure(std::mem::take(&mut errors)) },
        "cancelled" => State::Cancelled,
        _ => State::Unknown { reported: native.clone().unwrap_or_default() },
    };
    let mut task = Task::new(id, state, native);
    // What a task that did not fail calls errors went wrong without ending it.
    task.warnings = errors;
    let older_name = wire.r#type.keep_odd(&mut details, "type").text();
    task.name = wire.task_type.keep_odd(&mut details, "taskType").text().or(older_name);
    if let Some(entity) = wire.entity.keep_odd(&mut details, "entity").get() {
        task.target = Target::known(entity.kind, Some(entity.value), None);
    }
    task.user = wire.username.keep_odd(&mut details, "username").text();
    task.started_at = wire.start_time.keep_odd(&mut details, "startTime").time();
    task.ended_at = wire.end_time.keep_odd(&mut details, "endTime").time();
    task.parent = wire.parent_task_id.keep_odd(&mut details, "parentTaskId").value();
    let children = wire.sub_tasks.keep_odd(&mut details, "subTasks").get().unwrap_or_default();
    task.children = children.into_iter().map(|id| id.value).collect();
    task.messages =
        wire.progress_message.keep_odd(&mut details, "progressMessage").get().unwrap_or_default().0;
    task.progress_message = task.messages.last().cloned();
    if let Some(text) = wire.on_premises_task_id.keep_odd(&mut details, "onPremisesTaskId").text() {
        details.insert("onPremisesTaskId".to_owned(), Value::String(text));
    }
    let progress = wire.progress.keep_odd(&mut details, "progress");
    task.progress = progress.percent();
    if let Some(mut info) = wire.additional_info.keep_odd(&mut details, "additionalInfo").get() {
        // A StringToObjectMap names its own type among its entries.
        info.remove("_type");
        if let Some(bytes) = bytes(&info) {
            // Bytes are finer than whole percents; those stay to be seen as they were given.
            if let Some(percent) = wire::unknown_fields(document, &[])?.remove("progress") {
                details.insert("progress".to_owned(), percent);
            }
            task.progress = Some(bytes);
        }
        details.insert("additionalInfo".to_owned(), Value::Object(info));
    }
    task.set_details(details);
    task.raw = document.as_bytes().into();
    Ok(task)
}

/// The progress that a migration of storage counts.
fn bytes(info: &Map<String, Value>) -> Option<Progress> {
    let count = |key: &str| Some(Int::deserialize(info.get(key)?).ok()?.0);
    Progress::steps(count("MigrationProgressByteCount")?, count("MigrationTotalByteCount")?)
}

/// The first text is the failure, the others are its causes.
fn failure(mut texts: Vec<String>) -> Failure {
    let mut known = HashSet::new();
    texts.retain(|text| known.insert(text.clone()));
    let mut texts = texts.into_iter();
    Failure { code: None, message: texts.next(), causes: texts.collect(), retryable: None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::wire::testing;
    use super::*;

    const EXAMPLE: &str = include_str!("../../tests/fixtures/velostrata/example.json");

    fn task(document: &Value) -> Task {
        normalise(&document.to_string(), None).expect("a task")
    }

    #[test]
    fn every_field_of_the_vendors_example_is_found_again() {
        let example: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
        for state in ["Running", "Failed", "Cancelled"] {
            let mut example = example.clone();
            example["state"] = json!(state);
            example["additionalInfo"] = json!({"ExporterInstanceId": "i-1", "DetachTotalRecords": 900});
            let (marked, marks) = testing::mark(&example);
            assert!(marks.len() >= 15, "{marks:?}");
            // An id's type says again that it is a task's.
            let constant = ["/id/_type", "/parentTaskId/_type", "/subTasks/0/_type"];
            testing::assert_nothing_is_lost(&task(&marked), &marks, &constant);
        }
        let task = task(&example);
        assert_eq!(task.state, State::Running);
        assert_eq!(task.percent(), Some(0.0));
        assert_eq!(task.name.as_deref(), Some("RunVmInCloud"));
        assert_eq!(task.id.as_str(), "vm-1");
        assert_eq!(task.details()["onPremisesTaskId"], "task-123");
    }

    #[test]
    fn unwinding_is_no_end_and_a_failure_has_its_causes() {
        for (word, ours, ended) in [
            ("Failing", "failing", false),
            ("Cancelling", "cancelling", false),
            ("cancelled", "cancelled", true),
            ("Done", "unknown", false),
            ("", "unknown", false),
        ] {
            let task = task(&json!({"id": "t-1", "state": word}));
            assert_eq!((task.state.word(), task.state.ended()), (ours, ended));
        }
        let failed = json!({"id": "t-1", "state": "Failed", "errorMessage": ["no disk", "full"], "errorDetails": "ENOSPC"});
        let task = task(&failed);
        let failure = task.state.failure().expect("a failure");
        assert_eq!(failure.message.as_deref(), Some("no disk"));
        assert_eq!(failure.causes, ["full", "ENOSPC"]);
    }

    #[test]
    fn details_alone_are_the_failure() {
        let task = task(&json!({"id": "t-1", "state": "Failed", "errorDetails": "no disk"}));
        assert_eq!(task.state.failure().and_then(|failure| failure.message.as_deref()), Some("no disk"));
    }

    #[test]
    fn bytes_are_finer_than_percents_and_nothing_in_all_is_no_progress() {
        let with = |done: Value, total: Value| {
            task(&json!({"id": {"value": "t-1"}, "type": "FullMigration", "progress": 3, "additionalInfo": {
                "_type": "StringToObjectMap", "MigrationProgressByteCount": done, "MigrationTotalByteCount": total,
            }}))
        };
        let exact = with(json!("350"), json!(1000));
        assert_eq!(exact.progress, Some(Progress::Steps { done: 350, total: 1000 }));
        assert_eq!(exact.name.as_deref(), Some("FullMigration"));
        assert_eq!(exact.details()["progress"], json!(3));
        assert_eq!(exact.details()["additionalInfo"].get("_type"), None);
        assert_eq!(with(json!(0), json!(0)).percent(), Some(3.0));
        assert_eq!(with(json!({}), json!(1000)).percent(), Some(3.0));
    }

    #[test]
    fn an_id_is_found_in_the_path_whatever_the_version() {
        let find = DESCRIPTOR.id_in_path;
        assert_eq!(find("/velostrata/api/v42/tasks/t-4").as_deref(), Some("t-4"));
        assert_eq!(find("/velostrata/api/v42/tasks/t-4/").as_deref(), Some("t-4"));
        assert_eq!(find("/velostrata/api/v42/tasks"), None);
        assert_eq!(find("/velostrata/api/v42/vms/vm-1"), None);
        assert_eq!(find("/tasks/t-4"), None);
    }

    proptest! {
        #[test]
        fn any_object_is_a_task_and_any_other_json_is_refused(
            document in testing::any_document(FIELDS), other in testing::any_json()
        ) {
            let asked = TaskId::new("t-1").expect("an id");
            let task = normalise(&document.to_string(), Some(&asked));
            prop_assert!(task.is_ok_and(|task| task.percent().is_none_or(|p| (0.0..=100.0).contains(&p))));
            prop_assert_eq!(normalise(&other.to_string(), Some(&asked)).is_ok(), other.is_object());
        }

        #[test]
        fn an_unknown_word_is_never_an_end(word in ".{0,12}") {
            prop_assume!(!STATES.iter().any(|(native, _)| native.eq_ignore_ascii_case(&word)));
            let task = task(&json!({"id": "t-1", "state": word}));
            prop_assert_eq!(task.state, State::Unknown { reported: word });
        }
    }
}
