//! Tasks for the tests of the renderers.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{Format, Options, Shape};
use crate::engine::event::{Reading, TaskRef};
use crate::error::{Error, Kind};
use crate::render::style::Palette;
use crate::task::{Failure, PackedJson, Progress, State, Target, Task, TaskId};
use crate::util::terminal::Terminal;

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(super) fn name(profile: &str, id: &str) -> Arc<TaskRef> {
    Arc::new(TaskRef {
        reference: format!("{profile}/{id}"),
        backend: "vcda",
        profile: profile.to_owned(),
        id: id.to_owned(),
        host: "vcda.example.com:8046".to_owned(),
    })
}

/// A task of which nothing is known but its state.
pub(super) fn bare(id: &str, state: State) -> Reading {
    let task = Task::new(TaskId::new(id).expect("a good id"), state, None);
    Reading { task_ref: name("dr", id), task: Ok(task), fetched_at: at("2017-07-13T07:06:00Z") }
}

fn with(id: &str, state: State, change: impl FnOnce(&mut Task)) -> Reading {
    let mut reading = bare(id, state);
    change(reading.task.as_mut().expect("a task"));
    reading
}

/// The contract's example.
pub(super) fn synced() -> Reading {
    with("f61d60d2-0000-4000-8000-000000000001", State::Succeeded, |task| {
        task.native_state = Some("SUCCEEDED".into());
        task.name = Some("sync".into());
        task.progress = Progress::percent(100.0);
        task.target =
            Target::known(Some("vappReplication".into()), Some("C4VAPP-1".into()), Some("my vapp 1".into()));
        task.user = Some("root".into());
        task.started_at = Some(at("2017-07-13T07:05:48.951Z"));
        task.updated_at = Some(at("2017-07-13T07:05:58.827Z"));
        task.ended_at = Some(at("2017-07-13T07:05:58.827Z"));
        task.details = Some(PackedJson::new(json!({"site": "site2"})));
        task.raw = br#"{"id":1}"#.as_slice().into();
    })
}

pub(super) fn running() -> Reading {
    with("f61d60d2-0000-4000-8000-000000000003", State::Running, |task| {
        task.native_state = Some("RUNNING".into());
        task.name = Some("sync".into());
        task.progress = Progress::steps(2, 5);
        task.target = Target::known(None, None, Some("仮想マシン".into()));
        task.started_at = Some(at("2017-07-13T07:03:50Z"));
        task.progress_message = Some("copying".into());
    })
}

pub(super) fn failed() -> Reading {
    let failure = Failure {
        code: Some("E42".into()),
        message: Some("disk is full".into()),
        causes: vec!["no space left".into()],
        retryable: Some(true),
    };
    with("f61d60d2-0000-4000-8000-000000000002", State::Failed { failure }, |task| {
        task.native_state = Some("FAILED".into());
        task.progress = Progress::percent(40.0);
        task.started_at = Some(at("2017-07-13T07:05:48.951Z"));
        task.ended_at = Some(at("2017-07-13T07:07:58.951Z"));
    })
}

pub(super) fn warned() -> Reading {
    with("t-2", State::Succeeded, |task| {
        task.native_state = Some("SUCCEEDED".into());
        task.warnings = vec!["a snapshot was left behind".into()];
    })
}

/// A task that has something everywhere.
pub(super) fn full() -> Reading {
    let mut reading = failed();
    let task = reading.task.as_mut().expect("a task");
    task.name = Some("sync".into());
    task.progress_message = Some("copying disk 2 of the virtual machine".into());
    task.target = Target::known(Some("vm".into()), Some("vm-7".into()), None);
    task.warnings = vec!["slow".into(), "very slow".into()];
    task.messages = vec!["began".into(), "first line\nsecond line".into()];
    task.parent = Some("p-1".into());
    task.children = vec!["c-1".into(), "c-2".into()];
    task.cancelable = Some(false);
    task.result = Some(PackedJson::new(json!({"moved": 3})));
    task.details = Some(PackedJson::new(json!({
        "site": "site2",
        "tags": ["a", "b"],
        "workflow": {"steps": [1, 2]},
        "nothing": null,
    })));
    reading
}

/// What could not be read.
pub(super) fn unreadable(reference: &str) -> Reading {
    let (profile, id) = reference.split_once('/').expect("a reference");
    let error = Error {
        http_status: Some(404),
        ..Error::new(Kind::NotFound, "there is no task x").cause("HTTP 404 Not Found")
    };
    Reading { task_ref: name(profile, id), task: Err(error), fetched_at: at("2017-07-13T07:06:00Z") }
}

pub(super) fn piped() -> Options {
    Options {
        format: Format::Table,
        fields: None,
        shape: Shape::One,
        zone: TimeZone::UTC,
        headers: true,
        palette: Palette::new(false),
        terminal: Terminal::default(),
    }
}

pub(super) fn on_terminal(columns: u16) -> Options {
    Options { terminal: Terminal { stdout: true, width: Some(columns), ..Terminal::default() }, ..piped() }
}
