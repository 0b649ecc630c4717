//! The `taskctl.task/v1` object: what scripts read. Every key is always there, in this order; what is not known is
//! `null` or `[]`. The other machine formats and `--field` are made from the same object.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::Shape;
use crate::engine::event::Reading;
use crate::error::{Error, Kind};
use crate::task::{Failure, Progress, State, Task, TaskId};

/// The name of the task object's shape.
pub const TASK_SCHEMA: &str = "taskctl.task/v1";

/// Writes readings as pretty printed JSON: one object where one was asked for, otherwise an array.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(mut out: &mut dyn Write, readings: &[Reading], shape: Shape) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, &OneOrMany { readings, shape, object })?;
    out.write_all(b"\n")
}

/// Readings as one object or an array, each made when its turn comes: all at once are some kilobytes a task.
pub(super) struct OneOrMany<'a, F> {
    pub(super) readings: &'a [Reading],
    pub(super) shape: Shape,
    pub(super) object: F,
}

impl<F: Fn(&Reading) -> T, T: Serialize> Serialize for OneOrMany<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.shape, self.readings) {
            (Shape::One, [reading]) => (self.object)(reading).serialize(serializer),
            _ => serializer.collect_seq(self.readings.iter().map(&self.object)),
        }
    }
}

/// One reading as its object; one that could not be read stands in its place with its error.
pub fn object(reading: &Reading) -> Value {
    match &reading.task {
        Ok(task) => task_object(reading, task),
        Err(error) => json!({
            "schema": TASK_SCHEMA,
            "ref": reading.task_ref.reference,
            "error": error_object(error),
        }),
    }
}

fn task_object(reading: &Reading, task: &Task) -> Value {
    let (completed, total) = match task.progress {
        Some(Progress::Steps { done, total }) => (Some(done), Some(total)),
        _ => (None, None),
    };
    let target = task.target.as_ref();
    json!({
        "schema": TASK_SCHEMA,
        "ref": reading.task_ref.reference,
        "backend": reading.task_ref.backend,
        "profile": reading.task_ref.profile,
        "id": reading.task_ref.id,
        "name": task.name,
        "state": task.state.word(),
        "nativeState": task.native_state,
        "ended": task.state.ended(),
        "progress": {
            "percent": task.percent(),
            "completed": completed,
            "total": total,
            "message": task.progress_message,
        },
        "target": {
            "type": target.and_then(|target| target.kind.as_deref()),
            "id": target.and_then(|target| target.id.as_deref()),
            "name": target.and_then(|target| target.name.as_deref()),
        },
        "user": task.user,
        "createdAt": task.created_at.map(time),
        "startedAt": task.started_at.map(time),
        "updatedAt": task.updated_at.map(time),
        "endedAt": task.ended_at.map(time),
        "elapsedSeconds": task.elapsed_seconds(reading.fetched_at).map(milliseconds),
        "cancelable": task.cancelable,
        "parent": task.parent,
        "children": task.children,
        "messages": task.messages,
        "warnings": task.warnings,
        "error": task.state.failure().map(failure_object),
        "result": task.result(),
        "details": Value::Object(task.details()),
        "fetchedAt": time(reading.fetched_at),
    })
}

fn failure_object(failure: &Failure) -> Value {
    json!({
        "kind": Kind::Task.word(),
        "code": failure.code,
        "message": failure.message,
        "causes": failure.causes,
        "httpStatus": null,
        "retryable": failure.retryable,
    })
}

/// An error of this program as an object.
pub fn error_object(error: &Error) -> Value {
    json!({
        "kind": error.kind.word(),
        "code": error.code,
        "message": error.message,
        "causes": error.causes,
        "httpStatus": error.http_status,
        "retryable": error.retryable,
    })
}

/// A time as RFC 3339 in UTC with milliseconds, always three digits of them, so that times sort as text.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Seconds to the millisecond, as the times beside them.
fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// A duration in seconds to the millisecond.
pub(super) fn seconds(duration: Duration) -> f64 {
    milliseconds(duration.as_secs_f64())
}

/// The keys of the task object, every inner object filled: which fields there are.
pub(super) fn example() -> Map<String, Value> {
    let Ok(id) = TaskId::new("id") else { return Map::new() };
    let task = Task::new(id, State::Failed { failure: Failure::default() }, None);
    let reading = Reading { task_ref: Arc::default(), task: Ok(task), fetched_at: Timestamp::UNIX_EPOCH };
    match object(&reading) {
        Value::Object(keys) => keys,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::render::{Format, Options};
    use crate::task;

    fn printed(readings: &[Reading], shape: Shape) -> String {
        let mut out = Vec::new();
        write(&mut out, readings, shape).expect("a buffer takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn a_task_is_the_documented_object() {
        insta::assert_snapshot!(printed(&[samples::synced()], Shape::One), @r#"
        {
          "schema": "taskctl.task/v1",
          "ref": "dr/f61d60d2-0000-4000-8000-000000000001",
          "backend": "vcda",
          "profile": "dr",
          "id": "f61d60d2-0000-4000-8000-000000000001",
          "name": "sync",
          "state": "succeeded",
          "nativeState": "SUCCEEDED",
          "ended": true,
          "progress": {
            "percent": 100.0,
            "completed": null,
            "total": null,
            "message": null
          },
          "target": {
            "type": "vappReplication",
            "id": "C4VAPP-1",
            "name": "my vapp 1"
          },
          "user": "root",
          "createdAt": null,
          "startedAt": "2017-07-13T07:05:48.951Z",
          "updatedAt": "2017-07-13T07:05:58.827Z",
          "endedAt": "2017-07-13T07:05:58.827Z",
          "elapsedSeconds": 9.876,
          "cancelable": null,
          "parent": null,
          "children": [],
          "messages": [],
          "warnings": [],
          "error": null,
          "result": null,
          "details": {
            "site": "site2"
          },
          "fetchedAt": "2017-07-13T07:06:00.000Z"
        }
        "#);
    }

    #[test]
    fn every_key_is_there_when_nothing_is_known() {
        insta::assert_snapshot!(object(&samples::bare("t-1", crate::task::State::Pending)).to_string(), @r#"{"schema":"taskctl.task/v1","ref":"dr/t-1","backend":"vcda","profile":"dr","id":"t-1","name":null,"state":"pending","nativeState":null,"ended":false,"progress":{"percent":null,"completed":null,"total":null,"message":null},"target":{"type":null,"id":null,"name":null},"user":null,"createdAt":null,"startedAt":null,"updatedAt":null,"endedAt":null,"elapsedSeconds":null,"cancelable":null,"parent":null,"children":[],"messages":[],"warnings":[],"error":null,"result":null,"details":{},"fetchedAt":"2017-07-13T07:06:00.000Z"}"#);
    }

    #[test]
    fn the_shape_depends_on_how_it_was_asked_and_not_on_how_many_came() {
        assert!(printed(&[samples::synced()], Shape::One).starts_with("{\n"));
        assert!(printed(&[samples::synced()], Shape::Many).starts_with("[\n"));
        assert_eq!(printed(&[], Shape::Many), "[]\n");
    }

    #[test]
    fn an_unreadable_task_is_an_error_in_its_place() {
        let value = object(&samples::unreadable("vcda/x"));
        let keys: Vec<&String> = value.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["schema", "ref", "error"]);
        assert_eq!(value["error"]["kind"], "notFound");
        assert_eq!(value["error"]["httpStatus"], 404);
        assert_eq!(value["error"]["retryable"], false);
    }

    #[test]
    fn a_failed_task_has_an_error_object() {
        let value = object(&samples::failed());
        assert_eq!(
            value["error"].to_string(),
            r#"{"kind":"task","code":"E42","message":"disk is full","causes":["no space left"],"httpStatus":null,"retryable":true}"#
        );
    }

    #[test]
    fn text_is_escaped_on_a_terminal_and_its_value_is_exact() {
        let mut reading = samples::synced();
        reading.task.as_mut().expect("a task").name = Some("\u{9b}2J\u{202e}\u{7f}\u{1b}".to_owned());
        let mut out = Vec::new();
        let options = Options { format: Format::Json, ..samples::on_terminal(80) };
        crate::render::write(&mut out, std::slice::from_ref(&reading), &options)
            .expect("a buffer takes everything");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains(r#""\u009b2J\u202e\u007f\u001b""#), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), object(&reading));
    }

    #[test]
    fn numbers_stay_as_the_server_wrote_them() {
        let mut reading = samples::synced();
        let exact = r#"{"big":123456789012345678901234567890,"small":1.10}"#;
        reading.task.as_mut().expect("a task").result =
            Some(task::PackedJson::new(serde_json::from_str(exact).expect("JSON")));
        assert!(object(&reading).to_string().contains(&format!(r#""result":{exact}"#)));
    }
}
