//! JSON lines: one a task, or during a watch one an event, each written out at once.
//!
//! Every event has `schema` ([`EVENT_SCHEMA`]), `type`, and `at`, its time in RFC 3339 and UTC. Readers ignore types
//! and keys that they do not know. What else there is, by `type`:
//!
//! | type | when | further keys |
//! |---|---|---|
//! | `snapshot` | a task was read for the first time | `task` |
//! | `change` | it differs from its last reading, or can be read again | `task` |
//! | `heartbeat` | it was read, and nothing of it was told for `--heartbeat` | `task` |
//! | `retry` | a profile gave no good answer and is asked again | `profile`, `host`, `failures` (in a row), `delaySeconds`, `error` |
//! | `retry` | one task could not be read while others could | the same, and `task` (as it was read last) |
//! | `recovered` | a profile gives good answers again | `profile`, `afterSeconds` |
//! | `reauth` | a session was rejected and a login begins | `profile` |
//! | `end` | a task reached what was waited for, or is given up: `task.error` then says why | `task` |
//! | `summary` | the last line of all | `outcome` (the exit code's name), `exitCode`, `counts` |
//!
//! `task` is the object of `-o json`, `error` is its error object. `counts` has `total` and, adding up to it,
//! `succeeded`, `failed`, `cancelled`, `open` (not ended) and `unreadable`; parts that were followed are among them.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::json;
use crate::engine::event::{Event, EventKind, Observer, Reading};
use crate::task::State;
use crate::util::text;

/// The name of the event object's shape.
pub const EVENT_SCHEMA: &str = "taskctl.event/v1";

/// One line each; `escaped` as in [`json::write`].
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut dyn Write, readings: &[Reading], escaped: bool) -> io::Result<()> {
    for reading in readings {
        line(out, &json::object(reading), escaped)?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, value: &Value, escaped: bool) -> io::Result<()> {
    let line = value.to_string();
    let mut line = if escaped { text::escape_json(&line) } else { line };
    line.push('\n');
    // In one piece, so that a reader of a pipe never sees half a line of a short one.
    out.write_all(line.as_bytes())
}

/// An event as its object.
pub fn object(event: &Event<'_>) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    put("schema", EVENT_SCHEMA.into());
    put("type", word(&event.kind).into());
    put("at", json::time(event.at).into());
    match &event.kind {
        EventKind::Snapshot(reading)
        | EventKind::Change(reading)
        | EventKind::Heartbeat(reading)
        | EventKind::End(reading) => put("task", json::object(reading)),
        EventKind::Retry { profile, host, error, failures, delay } => {
            put("profile", (*profile).into());
            put("host", (*host).into());
            put("failures", (*failures).into());
            put("delaySeconds", json::milliseconds(delay.as_secs_f64()).into());
            put("error", json::error_object(error));
        }
        EventKind::TaskRetry { reading, error, failures, delay } => {
            put("profile", reading.task_ref.profile.as_str().into());
            put("host", reading.task_ref.host.as_str().into());
            put("failures", (*failures).into());
            put("delaySeconds", json::milliseconds(delay.as_secs_f64()).into());
            put("error", json::error_object(error));
            put("task", json::object(reading));
        }
        EventKind::Recovered { profile, after } => {
            put("profile", (*profile).into());
            put("afterSeconds", json::milliseconds(after.as_secs_f64()).into());
        }
        EventKind::Reauth { profile } => put("profile", (*profile).into()),
        EventKind::Summary { outcome, exit_code, readings } => {
            put("outcome", outcome.name().into());
            put("exitCode", (*exit_code).into());
            put("counts", counts(readings));
        }
    }
    Value::Object(object)
}

/// How many tasks there are of each kind at the end.
fn counts(readings: &[Reading]) -> Value {
    let count = |wanted: fn(&Reading) -> bool| readings.iter().filter(|reading| wanted(reading)).count();
    serde_json::json!({
        "total": readings.len(),
        "succeeded": count(|reading| matches!(&reading.task, Ok(task) if matches!(task.state, State::Succeeded))),
        "failed": count(|reading| matches!(&reading.task, Ok(task) if matches!(task.state, State::Failed { .. }))),
        "cancelled": count(|reading| matches!(&reading.task, Ok(task) if matches!(task.state, State::Cancelled))),
        "open": count(|reading| reading.task.as_ref().is_ok_and(|task| !task.state.ended())),
        "unreadable": count(|reading| reading.task.is_err()),
    })
}

fn word(kind: &EventKind<'_>) -> &'static str {
    match kind {
        EventKind::Snapshot(_) => "snapshot",
        EventKind::Change(_) => "change",
        EventKind::Heartbeat(_) => "heartbeat",
        EventKind::Retry { .. } | EventKind::TaskRetry { .. } => "retry",
        EventKind::Recovered { .. } => "recovered",
        EventKind::Reauth { .. } => "reauth",
        EventKind::End(_) => "end",
        EventKind::Summary { .. } => "summary",
    }
}

/// Writes a line an event as it happens, flushed each time, so that a reader of a pipe sees it at once.
#[derive(Debug)]
pub struct EventLines<W> {
    out: W,
    escaped: bool,
    failure: Option<io::Error>,
}

impl<W: Write> EventLines<W> {
    /// Writes to `out`; `escaped` as in [`json::write`].
    pub fn new(out: W, escaped: bool) -> EventLines<W> {
        EventLines { out, escaped, failure: None }
    }

    /// Whether `out` could not be written; nothing more is then written.
    pub fn is_broken(&self) -> bool {
        self.failure.is_some()
    }

    /// Ends it.
    ///
    /// # Errors
    /// The first error of `out`.
    pub fn finish(self) -> io::Result<()> {
        self.failure.map_or(Ok(()), Err)
    }
}

impl<W: Write> Observer for EventLines<W> {
    fn event(&mut self, event: &Event<'_>) {
        if self.failure.is_none() {
            self.failure =
                line(&mut self.out, &object(event), self.escaped).and_then(|()| self.out.flush()).err();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::samples;
    use super::*;
    use crate::error::{Error, Kind};
    use crate::outcome::Outcome;

    #[test]
    fn a_line_an_item() {
        let mut out = Vec::new();
        write(&mut out, &[samples::synced(), samples::unreadable("vcda/x")], false)
            .expect("a buffer takes all");
        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["state"], "succeeded");
        assert_eq!(lines[1]["error"]["kind"], "notFound");
    }

    #[test]
    fn every_event_says_what_it_is_and_when() {
        let (reading, gone) = (samples::synced(), samples::unreadable("vcda/x"));
        let error = Error::new(Kind::Network, "connection refused");
        let kinds = vec![
            EventKind::Snapshot(&reading),
            EventKind::Change(&reading),
            EventKind::Heartbeat(&reading),
            EventKind::Retry {
                profile: "dr",
                host: "vcda:8046",
                error: &error,
                failures: 3,
                delay: Duration::from_millis(1500),
            },
            EventKind::Recovered { profile: "dr", after: Duration::from_secs(12) },
            EventKind::Reauth { profile: "dr" },
            EventKind::End(&gone),
            EventKind::Summary { outcome: Outcome::Timeout, exit_code: 99, readings: &[] },
        ];
        let mut out = Vec::new();
        let mut lines = EventLines::new(&mut out, false);
        for kind in kinds {
            lines.event(&Event { at: samples::at("2026-11-20T10:15:02Z"), kind });
        }
        lines.finish().expect("a buffer takes everything");
        let shown: Vec<String> = String::from_utf8(out)
            .expect("UTF-8")
            .lines()
            .map(|line| {
                let mut value: Value = serde_json::from_str(line).expect("a JSON line");
                assert_eq!(value["schema"], EVENT_SCHEMA);
                assert_eq!(value["at"], "2026-11-20T10:15:02.000Z");
                let object = value.as_object_mut().expect("an object");
                object.shift_remove("schema");
                object.shift_remove("at");
                if let Some(task) = object.get_mut("task") {
                    *task = task["ref"].take();
                }
                value.to_string()
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        {"type":"snapshot","task":"dr/f61d60d2-0000-4000-8000-000000000001"}
        {"type":"change","task":"dr/f61d60d2-0000-4000-8000-000000000001"}
        {"type":"heartbeat","task":"dr/f61d60d2-0000-4000-8000-000000000001"}
        {"type":"retry","profile":"dr","host":"vcda:8046","failures":3,"delaySeconds":1.5,"error":{"kind":"network","code":null,"message":"connection refused","causes":[],"httpStatus":null,"retryable":false}}
        {"type":"recovered","profile":"dr","afterSeconds":12.0}
        {"type":"reauth","profile":"dr"}
        {"type":"end","task":"vcda/x"}
        {"type":"summary","outcome":"timeout","exitCode":99,"counts":{"total":0,"succeeded":0,"failed":0,"cancelled":0,"open":0,"unreadable":0}}
        "#);
    }

    #[test]
    fn a_closed_pipe_is_remembered_and_not_written_again() {
        struct Closed(u32);
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                self.0 += 1;
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut lines = EventLines::new(Closed(0), false);
        for _ in 0..3 {
            lines.event(&Event {
                at: samples::at("2026-11-20T10:15:02Z"),
                kind: EventKind::Reauth { profile: "dr" },
            });
        }
        assert!(lines.is_broken());
        assert_eq!(lines.out.0, 1);
        assert_eq!(lines.finish().expect_err("it was closed").kind(), io::ErrorKind::BrokenPipe);
    }
}
