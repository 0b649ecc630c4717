//! Velostrata, later Migrate for Compute Engine 4.x: tasks of its management server.
//!
//! Follows the vendor's reference of `GET /tasks/{taskId}` and its siblings under `/velostrata/api/vNN`: HTTP Basic on
//! every request and no session, `POST /tasks` reads many at once and ended ones too, `GET /tasks` lists the active
//! ones, `DELETE /tasks/{taskId}` cancels. `Failing` and `Cancelling` are rolling back, not ends.

use std::collections::HashSet;
use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::descriptor::last_segment;
use super::document::{int, parse_list, text};
use super::login::{Auth, Login};
use super::{
    Backend, Batching, Capabilities, Connection, Descriptor, Document, Filter, Page, Query, Setting,
    TaskResults, identify,
};
use crate::error::Error;
use crate::http::{ApiError, Client, Reply, Request};
use crate::task::{Failure, Progress, State, Target, Task, TaskId};

/// What this backend is.
pub static DESCRIPTOR: Descriptor = Descriptor {
    aliases: &["velo"],
    about: "Velostrata, later Migrate for Compute Engine 4.x",
    example_id: "t-4",
    example_url: "https://velostrata.example.com",
    states: &STATES,
    capabilities: Capabilities { list: true, cancel: true, active_only: true },
    settings: &[Setting::text(
        "api_version",
        "The version in the API's path, such as \"v42\"; \"v45\" if not given",
    )],
    filters: &[Filter::text(
        "entity",
        "entity",
        "Only tasks on the entity of this id: a VM's, or TYPE:ID such as CloudExtensionId:ce-1",
    )],
    username: Some("apiuser"),
    id_in_path: &|path| {
        let (_version, rest) = path.strip_prefix("/velostrata/api/")?.split_once('/')?;
        last_segment(rest, "tasks/")
    },
    ..Descriptor::new("velostrata", &connect)
};

static STATES: [(&str, State); 6] = [
    ("Running", State::Running),
    ("Failing", State::Failing),
    ("Cancelling", State::Cancelling),
    ("Succeeded", State::Succeeded),
    ("Failed", State::FAILED),
    ("Cancelled", State::Cancelled),
];

/// The version of the last releases.
const VERSION: &str = "v45";

/// How many tasks a page holds, and so a batch. The vendor names no maximum, and a size must always be given.
const PAGE: usize = 100;

fn connect(connection: Connection) -> Result<Arc<dyn Backend>, Error> {
    let Connection { credentials, options, http, .. } = connection;
    // The version is one segment of the path, and `..` would be taken out of it.
    let version = TaskId::new(options.get("api_version").unwrap_or(VERSION))
        .map_err(|reason| Error::config(format!("`api_version` is no version: {reason}")))?;
    let auth = Auth::new(Login::Basic, credentials, read_error);
    Ok(Arc::new(Velostrata {
        client: Client::new(http, Box::new(auth)),
        version: version.to_string(),
        batching: Batching::new(PAGE),
    }))
}

/// ErrorInfo.
fn read_error(reply: &Reply) -> ApiError {
    let mut error = Document::of(reply);
    let code = error.take_text("errorCode");
    let mut read = match error.take_text("message") {
        Some(message) => ApiError { message: Some(message), code, ..ApiError::default() },
        // Then the code is all that was said, and it need not be said twice.
        None => ApiError { message: code, ..ApiError::default() },
    };
    read.note = error.take_text("url").map(|url| format!("the error is about {url}"));
    if reply.status == StatusCode::NOT_FOUND && reply.is_html() {
        read.hints.push(
            "check `api_version` in the profile: a path with another version than the server's is not found"
                .to_owned(),
        );
    }
    read
}

struct Velostrata {
    client: Client,
    version: String,
    /// Whether the server takes an `IdFilter`.
    batching: Batching,
}

impl Velostrata {
    fn tasks(&self, method: Method) -> Request {
        Request::new(method, &["velostrata", "api", &self.version, "tasks"])
    }

    fn task(&self, method: Method, id: &str) -> Request {
        Request::new(method, &["velostrata", "api", &self.version, "tasks", id])
    }

    /// One page of the tasks that this filter lets through, or of all tasks.
    fn filtered(&self, filter: Option<Value>, number: u64) -> Result<TaskPage, Error> {
        let mut body = json!({"page": number, "size": PAGE});
        if let Some(filter) = filter {
            body["filter"] = filter;
        }
        task_page(&self.client.send(&self.tasks(Method::POST).json(&body))?)
    }
}

impl Backend for Velostrata {
    fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, id: &TaskId) -> Result<Task, Error> {
        let reply = self.client.send(&self.task(Method::GET, id.as_str()))?;
        normalise(reply.json::<Box<RawValue>>()?.get(), Some(id))
    }

    /// Ids are counted up from 1.
    fn nonexistent_task(&self) -> Request {
        self.task(Method::GET, "t-999999999")
    }

    fn batching(&self) -> Option<&Batching> {
        Some(&self.batching)
    }

    fn get_batch(&self, ids: &[&TaskId]) -> Result<TaskResults, Error> {
        let ids: Vec<Value> = ids.iter().map(|id| json!({"value": id.as_str(), "_type": "TaskId"})).collect();
        Ok(self.filtered(Some(json!({"_type": "IdFilter", "ids": ids})), 0)?.tasks)
    }

    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        let active = query.states.is_empty() && !query.all;
        let wanted = if query.states.is_empty() {
            let wanted = STATES.iter().filter(|(_, state)| query.all || !state.ended());
            Some(wanted.map(|(word, _)| *word).collect())
        } else {
            query.native_states(&DESCRIPTOR)
        };
        if wanted.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Page::empty());
        }
        if let Some(entity) = query.filters.get("entity").and_then(|entities| entities.first()) {
            // There is one filter at a time, so the states are told apart here.
            let (kind, id) = entity.split_once(':').unwrap_or(("VmId", entity));
            let filter = json!({"_type": "TaskEntityIdFilter", "id": {"value": id, "_type": kind}});
            let mut page = self.filtered(Some(filter), at)?;
            page.tasks.retain(|task| !active || task.as_ref().map_or(true, |task| !task.state.ended()));
            return Ok(page.at(at));
        }
        let filter = wanted.map(|words| json!({"_type": "TaskStateFilter", "state": words}));
        let page = if at > 0 || !active {
            self.filtered(filter, at)?
        } else {
            let page = task_page(&self.client.send(&self.tasks(Method::GET))?)?;
            // That request has no page to ask for, so the rest is had by a filter.
            if page.pages > 1 { self.filtered(filter, 0)? } else { page }
        };
        Ok(page.at(at))
    }

    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        self.client.send(&self.task(Method::DELETE, id.as_str())).map(|_| ())
    }
}

/// TaskDescriptionPage.
struct TaskPage {
    tasks: TaskResults,
    /// How many pages there are.
    pages: u64,
}

impl TaskPage {
    /// The page of a list that begins here.
    fn at(self, at: u64) -> Page {
        Page { tasks: self.tasks, next: (at + 1 < self.pages).then_some(at + 1), ordered: false }
    }
}

fn task_page(reply: &Reply) -> Result<TaskPage, Error> {
    let (tasks, mut beside) = parse_list(reply, "content", |item| normalise(item, None))?;
    let pages = beside.take_int("totalPages").and_then(|pages| u64::try_from(pages).ok());
    Ok(TaskPage { tasks: tasks.unwrap_or_default(), pages: pages.unwrap_or(1) })
}

/// TaskDescription to a task; `asked` is the id where it was read alone.
fn normalise(text: &str, asked: Option<&TaskId>) -> Result<Task, Error> {
    let mut doc = Document::parse(text)?;
    let answered = take_id(&mut doc, "id");
    let (state, native) = doc.take_state("state", &STATES);
    let (id, other) = identify(answered, native.as_ref(), asked)?;
    let mut errors = doc.take_texts("errorMessage");
    errors.extend(doc.take_text("errorDetails"));
    errors.retain(|text| !text.is_empty());
    // What a task that did not fail calls errors went wrong without ending it.
    let (state, mut warnings) = match state {
        State::Failed { .. } => (State::Failed { failure: failure(errors) }, Vec::new()),
        state => (state, errors),
    };
    warnings.extend(other);
    // What `taskType` was called in 2.5.
    let older_name = doc.take_text("type");
    let messages = doc.take_texts("progressMessage");
    let entity = doc.take_as("entity", entity_id);
    // A StringToObjectMap names its own type among its entries.
    doc.take("/additionalInfo/_type");
    // A migration of storage counts bytes, which are finer than whole percents; those stay among the details.
    let progress = bytes(&doc).or_else(|| doc.take_percent("progress"));
    Ok(Task {
        name: doc.take_text("taskType").or(older_name),
        progress,
        progress_message: messages.last().cloned(),
        target: entity.and_then(|(value, kind)| Target::known(kind, Some(value), None)),
        user: doc.take_text("username"),
        started_at: doc.take_time("startTime"),
        ended_at: doc.take_time("endTime"),
        parent: take_id(&mut doc, "parentTaskId"),
        children: doc.take_as("subTasks", ids).unwrap_or_default(),
        messages,
        warnings,
        details: doc.rest(),
        raw: text.as_bytes().into(),
        ..Task::new(id, state, native)
    })
}

/// The id of an EntityId: `{"value":"t-4","_type":"TaskId"}`, or the value alone.
fn take_id(doc: &mut Document, path: &str) -> Option<String> {
    doc.take_as(path, entity_id).map(|(value, _)| value).filter(|value| !value.is_empty())
}

/// Value and type of an EntityId.
fn entity_id(value: &Value) -> Option<(String, Option<String>)> {
    match value {
        Value::Object(object) => Some((text(object.get("value")?)?, object.get("_type").and_then(text))),
        value => Some((text(value)?, None)),
    }
}

/// The ids of a list of EntityIds.
fn ids(list: &Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|value| Some(entity_id(value)?.0)).collect()
}

/// The progress that a migration of storage counts.
fn bytes(doc: &Document) -> Option<Progress> {
    let count = |path| doc.get(path).and_then(int);
    Progress::steps(
        count("/additionalInfo/MigrationProgressByteCount")?,
        count("/additionalInfo/MigrationTotalByteCount")?,
    )
}

/// The first text is the failure, the others are its causes.
fn failure(mut texts: Vec<String>) -> Failure {
    let mut known = HashSet::new();
    texts.retain(|text| known.insert(text.clone()));
    let mut texts = texts.into_iter();
    Failure { message: texts.next(), causes: texts.collect(), ..Failure::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::api::{NO_TASK, tests};

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
            let (marked, marks) = tests::mark(&example);
            assert!(marks.len() >= 15, "{marks:?}");
            // An id's type says again that it is a task's.
            let constant = ["/id/_type", "/parentTaskId/_type", "/subTasks/0/_type"];
            tests::assert_nothing_is_lost(&task(&marked), &marks, &constant);
        }
        let task = task(&example);
        assert_eq!(task.state, State::Running);
        assert_eq!(task.percent(), Some(0.0));
        assert_eq!(task.name.as_deref(), Some("RunVmInCloud"));
        assert_eq!(task.id.as_str(), "vm-1");
        assert_eq!(task.details()["onPremisesTaskId"], "task-123");
    }

    #[test]
    fn rolling_back_is_not_an_end_and_a_failure_has_its_causes() {
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
        fn an_object_with_a_state_is_a_task_and_any_other_json_is_refused(
            document in tests::any_document(&[
                "id", "state", "taskType", "type", "progress", "progressMessage", "errorMessage", "errorDetails",
                "startTime", "endTime", "username", "entity", "parentTaskId", "subTasks", "onPremisesTaskId",
                "additionalInfo",
            ]), other in tests::any_json()
        ) {
            let asked = TaskId::new("t-1").expect("an id");
            let task = normalise(&document.to_string(), Some(&asked));
            let has_state = text(&document["state"]).is_some_and(|state| !state.is_empty());
            let is_right = match task {
                Ok(task) => task.percent().is_none_or(|p| (0.0..=100.0).contains(&p)),
                Err(error) => error.message == NO_TASK && !has_state,
            };
            prop_assert!(is_right);
            prop_assert!(other.is_object() || normalise(&other.to_string(), Some(&asked)).is_err());
        }

        #[test]
        fn an_unknown_word_is_never_an_end(word in ".{0,12}") {
            prop_assume!(!STATES.iter().any(|(native, _)| native.eq_ignore_ascii_case(&word)));
            let task = task(&json!({"id": "t-1", "state": word}));
            prop_assert_eq!(task.state, State::Unknown { reported: word });
        }
    }
}
