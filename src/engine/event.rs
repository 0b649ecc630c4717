//! What is displayed: one reading of one task by its reference, and what happens during a watch.
//!
//! [`crate::engine::driver`] makes these, [`crate::render`] shows them; neither knows the other.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::error::Error;
use crate::outcome::Outcome;
use crate::task::Task;

/// How a task is named in what is displayed: `PROFILE/ID`, and where it lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskRef {
    /// `PROFILE/ID`, or `BACKEND/ID` where no profile is used; what a user can type again.
    pub reference: String,
    /// The backend's name.
    pub backend: &'static str,
    /// The profile's name; the backend's where no profile is used.
    pub profile: String,
    /// The id alone.
    pub id: String,
    /// The server's host and port.
    pub host: String,
}

/// One task as it was read, or why it could not be.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Which task.
    pub task_ref: Arc<TaskRef>,
    /// What was read.
    pub task: Result<Task, Error>,
    /// When it was read.
    pub fetched_at: Timestamp,
}

/// Something that happened during a watch.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind<'a>,
}

/// What happened during a watch.
#[derive(Clone, Debug)]
pub enum EventKind<'a> {
    /// A task was read for the first time.
    Snapshot(&'a Reading),
    /// A task differs from its last reading.
    Change(&'a Reading),
    /// A task was read again and nothing has changed for the time of a heartbeat.
    Heartbeat(&'a Reading),
    /// Tasks of one profile could not be read; it is tried again.
    Retry {
        /// The profile.
        profile: &'a str,
        /// The server's host and port.
        host: &'a str,
        /// What went wrong.
        error: &'a Error,
        /// How many times in a row.
        failures: u32,
        /// When it is tried again.
        delay: Duration,
        /// There was no good answer since then.
        since: Timestamp,
        /// When it is given up.
        until: Timestamp,
    },
    /// One task could not be read while others of its server could; it is tried again.
    TaskRetry {
        /// The task as it was read last, or why it never was.
        reading: &'a Reading,
        /// What went wrong.
        error: &'a Error,
        /// How many times in a row.
        failures: u32,
        /// When it is tried again.
        delay: Duration,
    },
    /// A profile gives good answers again after trouble.
    Recovered {
        /// The profile.
        profile: &'a str,
        /// How long there was none.
        after: Duration,
    },
    /// A session was rejected and a new login was made.
    Reauth {
        /// The profile.
        profile: &'a str,
    },
    /// A task has ended, or is given up (its reading then holds the error).
    End(&'a Reading),
    /// The watch is over.
    Summary {
        /// How.
        outcome: Outcome,
        /// The exit code, which `--timeout-exit-code` may have changed.
        exit_code: u8,
        /// Every task as it stood at the end, in the order given.
        readings: &'a [Reading],
    },
}

/// Gets what happens during a watch.
pub trait Observer {
    /// Takes an event.
    fn event(&mut self, event: &Event<'_>);

    /// Called before any other event of it when a subtask has appeared; it is followed from now on.
    fn subtask(&mut self, subtask: &TaskRef, parent: &TaskRef) {
        let _ = (subtask, parent);
    }

    /// How often [`Observer::tick`] should be called; `None` for never.
    fn tick_every(&self) -> Option<Duration> {
        None
    }

    /// Called as often as asked for, whatever happens: moves spinners and elapsed times.
    fn tick(&mut self, now: Timestamp) {
        let _ = now;
    }
}
