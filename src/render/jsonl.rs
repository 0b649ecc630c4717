//! JSON lines: one a task, or during a watch one an event, each written out at once.
//!
//! Every event has `schema` ([`EVENT_SCHEMA`]), `type`, and `at`, its time in RFC 3339 and UTC. Readers ignore types
//! and keys that they do not know. What else there is, by `type`:
//!
//! | type | when | further keys |
//! |---|---|---|
//! | `snapshot` | a task was read for the first time | `task` |
//! | `change` | it differs from its last reading, or can be read again | `task` |
//! | `heartbeat` | it was read, and there was no event of it for `--heartbeat` | `task` |
//! | `retry` | a profile gave no good answer and is asked again | `profile`, `host`, `failures` (in a row), `delaySeconds`, `error` |
//! | `retry` | one task could not be read while others could | the same, and `task` (as it was read last) |
//! | `recovered` | a profile gives good answers again | `profile`, `afterSeconds` |
//! | `reauth` | a session was rejected and a login begins | `profile` |
//! | `end` | a task reached what was waited for, or is given up: `task.error` then says why | `task` |
//! | `summary` | the last line of all | `outcome` (the exit code's name), `exitCode`, `counts` |
//!
//! `task` is the object of `-o json`, `error` is its error object. `counts` has `total` and, adding up to it,
//! `succeeded`, `failed`, `cancelled`, `open` (not ended) and `unreadable`; subtasks that were followed are among them.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::json;
use crate::engine::event::{Event, EventKind, Observer, Reading, TaskRef};
use crate::error::Error;
use crate::task::Task;
use crate::util::text;

/// The name of the event object's shape.
pub const EVENT_SCHEMA: &str = "taskctl.event/v1";

/// Writes a line a reading.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(out: &mut dyn Write, readings: &[Reading]) -> io::Result<()> {
    readings.iter().try_for_each(|reading| writeln!(out, "{}", json::object(reading)))
}

/// An event as its object.
fn object(event: &Event<'_>) -> Value {
    let (kind, rest) = match &event.kind {
        EventKind::Snapshot(reading) => ("snapshot", json!({ "task": json::object(reading) })),
        EventKind::Change(reading) => ("change", json!({ "task": json::object(reading) })),
        EventKind::Heartbeat(reading) => ("heartbeat", json!({ "task": json::object(reading) })),
        EventKind::End(reading) => ("end", json!({ "task": json::object(reading) })),
        EventKind::Retry { profile, host, error, failures, delay, .. } => {
            ("retry", retry(profile, host, *failures, *delay, error))
        }
        EventKind::TaskRetry { reading, error, failures, delay } => {
            let TaskRef { profile, host, .. } = &*reading.task_ref;
            let mut rest = retry(profile, host, *failures, *delay, error);
            rest["task"] = json::object(reading);
            ("retry", rest)
        }
        EventKind::Recovered { profile, after } => {
            ("recovered", json!({ "profile": profile, "afterSeconds": json::seconds(*after) }))
        }
        EventKind::Reauth { profile } => ("reauth", json!({ "profile": profile })),
        EventKind::Summary { outcome, exit_code, readings } => (
            "summary",
            json!({ "outcome": outcome.name(), "exitCode": exit_code, "counts": counts(readings) }),
        ),
    };
    let mut object = json!({ "schema": EVENT_SCHEMA, "type": kind, "at": json::time(event.at) });
    if let (Value::Object(object), Value::Object(rest)) = (&mut object, rest) {
        object.extend(rest);
    }
    object
}

fn retry(profile: &str, host: &str, failures: u32, delay: Duration, error: &Error) -> Value {
    json!({
        "profile": profile,
        "host": host,
        "failures": failures,
        "delaySeconds": json::seconds(delay),
        "error": json::error_object(error),
    })
}

/// How many tasks there are of each kind at the end.
fn counts(readings: &[Reading]) -> Value {
    let tasks: Vec<&Task> = readings.iter().filter_map(|reading| reading.task.as_ref().ok()).collect();
    let in_state = |word: &str| tasks.iter().filter(|task| task.state.word() == word).count();
    json!({
        "total": readings.len(),
        "succeeded": in_state("succeeded"),
        "failed": in_state("failed"),
        "cancelled": in_state("cancelled"),
        "open": tasks.iter().filter(|task| !task.state.ended()).count(),
        "unreadable": readings.len() - tasks.len(),
    })
}

/// Writes a line an event as it happens, flushed each time, so that a reader of a pipe sees it at once.
#[derive(Debug)]
pub struct EventLines<W> {
    out: W,
    on_terminal: bool,
    failure: Option<io::Error>,
}

impl<W: Write> EventLines<W> {
    /// Writes to `out`; on a terminal, what could act on it is escaped.
    pub fn new(out: W, on_terminal: bool) -> EventLines<W> {
        EventLines { out, on_terminal, failure: None }
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

    fn line(&mut self, event: &Event<'_>) -> io::Result<()> {
        let line = object(event).to_string();
        let line = if self.on_terminal { text::escape_json(&line) } else { line };
        // In one piece, so that a reader of a pipe never sees half a line of a short one.
        self.out.write_all((line + "\n").as_bytes())?;
        self.out.flush()
    }
}

impl<W: Write> Observer for EventLines<W> {
    fn event(&mut self, event: &Event<'_>) {
        if self.failure.is_none() {
            self.failure = self.line(event).err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::error::Kind;
    use crate::outcome::Outcome;

    #[test]
    fn each_reading_is_one_line() {
        let mut out = Vec::new();
        write(&mut out, &[samples::synced(), samples::unreadable("vcda/x")]).expect("a buffer takes all");
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
                since: samples::at("2026-11-20T10:15:00Z"),
                until: samples::at("2026-11-20T10:20:00Z"),
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
    fn a_closed_pipe_is_not_written_again() {
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
