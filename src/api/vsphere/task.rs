//! TaskInfo as a task.

use serde_json::Value;

use super::soap::{failure_of, json};
use crate::api::xml::Element;
use crate::api::{DerivedState, Document, NO_TASK, identify};
use crate::error::Error;
use crate::task::{PackedJson, State, Target, Task, TaskId};

pub(super) static STATES: [(&str, State); 4] = [
    ("queued", State::Pending),
    ("running", State::Running),
    ("success", State::Succeeded),
    ("error", State::FAILED),
];

pub(super) static DERIVED_STATES: [DerivedState; 3] = [
    DerivedState { state: "blocked", word: "running", with: "a question of its virtual machine" },
    DerivedState { state: "cancelling", word: "running", with: "cancelled" },
    DerivedState { state: "cancelled", word: "error", with: "the fault RequestCanceled" },
];

/// A value of the type TaskInfo, whose source is `raw`, to a task.
///
/// # Errors
/// A decode error when it is no task.
pub(super) fn normalise(info: &Element, raw: &str) -> Result<Task, Error> {
    let mut doc: Document = serde_json::from_value(json(info)).map_err(|_| Error::decode(NO_TASK))?;
    doc.take("_typeName");
    let moved = doc.take_text("/task/value");
    doc.take("task");
    let answered = doc.take_text("key").or(moved);
    let (mut state, native) = doc.take_state("state", &STATES);
    let (id, _) = identify(answered, native.as_ref(), None)?;
    let is_cancelled = doc.take_as("cancelled", truth);
    let mut messages = Vec::new();
    match state {
        State::Running if is_cancelled == Some(true) => state = State::Cancelling,
        State::Failed { .. } => {
            let failure = doc.get("error").map(failure_of).unwrap_or_default();
            if failure.code.as_deref() == Some("RequestCanceled") {
                messages.extend(failure.message.into_iter().chain(failure.causes));
                state = State::Cancelled;
            } else {
                if is_cancelled == Some(true) {
                    messages.push("somebody asked to cancel it".to_owned());
                }
                state = State::Failed { failure };
            }
        }
        _ => {}
    }
    // The last figure stays when the task has ended: one that is not whole says nothing of a success.
    let figure = doc.get("progress").cloned();
    let mut progress = doc.take_percent("progress");
    if state == State::Succeeded && progress.is_some_and(|progress| progress.as_percent() < 100.0) {
        progress = None;
        doc.put("progress", figure);
    }
    let (descriptor, name) = (doc.take_text("descriptionId"), doc.get_text("name"));
    let mut task = Task {
        name: descriptor.or(name),
        progress,
        progress_message: doc.take_text("/description/message"),
        target: Target::known(
            doc.take_text("/entity/type"),
            doc.take_text("/entity/value"),
            doc.take_text("entityName"),
        ),
        user: doc.get("reason").and_then(initiator),
        created_at: doc.take_time("queueTime"),
        started_at: doc.take_time("startTime"),
        ended_at: doc.take_time("completeTime"),
        cancelable: doc.take_as("cancelable", truth),
        parent: doc.take_text("parentTaskKey"),
        messages,
        result: doc.take("result").map(PackedJson::new),
        raw: raw.as_bytes().into(),
        ..Task::new(id, state, native)
    };
    if let Some(is_cancelled) = is_cancelled {
        doc.put("cancelled", is_cancelled);
    }
    if let Some(number) = doc.take_int("eventChainId").and_then(|number| i64::try_from(number).ok()) {
        doc.put("eventChainId", number);
    }
    task.details = doc.rest();
    Ok(task)
}

/// The task by the id that was asked for, with a warning where it has another.
pub(super) fn of(mut task: Task, asked: &TaskId) -> Task {
    if task.id.as_str() != mo_id(asked) {
        task.warnings.push(format!("the answer names another task: {}", task.id));
    }
    Task { id: asked.clone(), ..task }
}

/// The object that an id names: CIS puts the vCenter behind it.
pub(super) fn mo_id(id: &TaskId) -> &str {
    id.as_str().split(':').next().unwrap_or_default()
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Who or what began a task, as the vSphere Client names it.
fn initiator(reason: &Value) -> Option<String> {
    let text = |key: &str| reason.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    match reason.get("_typeName").and_then(Value::as_str)? {
        "TaskReasonSystem" => Some("System".to_owned()),
        "TaskReasonAlarm" => text("alarmName").map(str::to_owned),
        "TaskReasonSchedule" => text("name").map(str::to_owned),
        _ => text("userName").map(str::to_owned),
    }
}

/// Says that a task waits for the answer to this question of its virtual machine.
pub(super) fn block(task: &mut Task, question: &Element) {
    let question = json(question);
    task.messages.extend(question.get("text").and_then(Value::as_str).map(str::to_owned));
    let mut details = task.details();
    details.insert("question".to_owned(), question);
    task.details = Some(PackedJson::new(Value::Object(details)));
    task.state = State::Blocked;
}
