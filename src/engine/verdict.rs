//! What a reading or an error means for a task: whether it is settled, and as what that counts.
//!
//! Pure functions of one answer. When to poll again, and for how long trouble may last, is decided in
//! [`super::scheduler`].

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::condition::{Condition, ConditionStatus};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::task::{Progress, State, Task};

/// What a task must reach.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// One good reading; with `exit_status` its state is the outcome.
    Reading {
        /// Whether the state decides the outcome.
        exit_status: bool,
    },
    /// Its end; how it ended is the outcome.
    End,
    /// Any of these; the outcome is 0 when one is met.
    Conditions(Vec<Condition>),
}

/// How a task was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It reached the goal; the outcome is its own.
    Reached(Outcome),
    /// It can no longer reach it, or could not be read.
    Lost(Outcome),
}

impl Verdict {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Verdict::Reached(outcome) | Verdict::Lost(outcome) => outcome,
        }
    }
}

impl Goal {
    /// What a reading decides; `None` while the task has to be polled again.
    pub(super) fn verdict(&self, fail_fast: bool, task: &Task) -> Option<Verdict> {
        let by_state = match task.state {
            State::Succeeded => Outcome::Ok,
            State::Failed { .. } => Outcome::Failed,
            State::Cancelled => Outcome::Cancelled,
            _ => Outcome::Pending,
        };
        let conditions = match self {
            Goal::Reading { exit_status: false } => return Some(Verdict::Reached(Outcome::Ok)),
            Goal::Reading { exit_status: true } => return Some(Verdict::Reached(by_state)),
            Goal::End => return task.state.ended().then_some(Verdict::Reached(by_state)),
            Goal::Conditions(conditions) => conditions,
        };
        match Condition::any(conditions, task) {
            ConditionStatus::Open => None,
            ConditionStatus::Impossible => Some(Verdict::Lost(Outcome::Failed)),
            ConditionStatus::Met => {
                // `--fail-fast` leaves at a task that failed, unless that is what was waited for.
                let mut awaited = conditions.to_vec();
                awaited.retain(|condition| *condition != Condition::Ended);
                let only_ended = Condition::any(&awaited, task) != ConditionStatus::Met;
                let failed = fail_fast && by_state == Outcome::Failed && only_ended;
                Some(Verdict::Reached(if failed { by_state } else { Outcome::Ok }))
            }
        }
    }
}

/// What an error says, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The API itself says that there is no such task.
    Missing,
    /// It may pass: the same request may succeed later.
    Transient,
    /// This task cannot be read.
    Task,
    /// No task of this endpoint can be read: the certificate, the credentials or the configuration are wrong.
    Endpoint,
}

impl Failure {
    pub(super) fn of(error: &Error) -> Failure {
        if error.kind == Kind::NotFound && !error.from_intermediary {
            return Failure::Missing;
        }
        if error.retryable || error.from_intermediary {
            return Failure::Transient;
        }
        match error.kind {
            Kind::Tls | Kind::Config => Failure::Endpoint,
            // 403 is about this task; any other refusal is about who asks.
            Kind::Auth if error.http_status != Some(403) => Failure::Endpoint,
            _ => Failure::Task,
        }
    }
}

/// Whether an error of an endpoint that has given no good answer yet says that the API was never at this address:
/// something else answers, and says nothing about later. A page that is not found does not count, since proxies answer
/// so while an appliance starts.
pub(super) fn is_wrong_address(error: &Error) -> bool {
    error.from_intermediary && !error.retryable && !matches!(error.http_status, Some(404 | 410))
}

/// Whether one bad id may have spoilt the answer for all tasks that were in the request with it.
pub(super) fn may_be_spoilt(error: &Error) -> bool {
    (error.http_status == Some(500) || error.kind == Kind::Decode) && !error.from_intermediary
}

/// The outcome over all tasks: of those that are settled, and a timeout where some are not.
pub(super) fn overall(
    verdicts: impl Iterator<Item = Verdict> + Clone,
    any: bool,
    left_open: bool,
) -> Outcome {
    if any {
        let reached = verdicts.clone().filter_map(|verdict| match verdict {
            Verdict::Reached(outcome) => Some(outcome),
            Verdict::Lost(_) => None,
        });
        if reached.clone().any(|outcome| outcome == Outcome::Ok) {
            return Outcome::Ok;
        }
        if let Some(outcome) = reached.reduce(Outcome::merge) {
            return outcome;
        }
    }
    let open = left_open.then_some(Outcome::Timeout);
    verdicts.map(Verdict::outcome).chain(open).reduce(Outcome::merge).unwrap_or(Outcome::Ok)
}

/// Stands for all that is displayed of a reading, and is compared with that of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn of(task: &Task) -> Fingerprint {
        // Every field is named, so that none that is added is forgotten.
        let Task {
            id: _,
            name,
            state,
            native_state,
            progress,
            progress_message,
            target,
            user,
            created_at,
            started_at,
            updated_at,
            ended_at,
            cancelable,
            parent,
            children,
            messages,
            warnings,
            result,
            details,
            raw: _,
        } = task;
        let steps = match progress {
            Some(Progress::Steps { done, total }) => Some((done, total)),
            _ => None,
        };
        let mut hasher = DefaultHasher::new();
        (name, state, native_state, task.percent().map(f64::to_bits), steps).hash(&mut hasher);
        (progress_message, target, user, cancelable, parent).hash(&mut hasher);
        (created_at, started_at, updated_at, ended_at).hash(&mut hasher);
        (children, messages, warnings, result, details).hash(&mut hasher);
        Fingerprint(hasher.finish())
    }
}
