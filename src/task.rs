//! The model: a task as every API can report it. This file imports nothing of ours.
//!
//! What a server did not say is `None`; no field is ever filled with a guess.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// A task's id as its API spells it. Where an API needs two parts to name a task, it holds both, with a `/` between.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(String);

/// Why a text cannot be a task's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidId {
    /// There is nothing in it.
    Empty,
    /// `.` and `..` would be taken out of the path by every URL library.
    Dots,
    /// It holds control characters.
    Control,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InvalidId::Empty => "it is empty",
            InvalidId::Dots => "`.` and `..` name no task",
            InvalidId::Control => "it holds control characters",
        })
    }
}

impl TaskId {
    /// Checks and takes an id. White space around it is dropped.
    ///
    /// # Errors
    /// When it is empty, `.`, `..`, or holds control characters.
    pub fn new(text: &str) -> Result<TaskId, InvalidId> {
        let text = text.trim();
        match text {
            "" => Err(InvalidId::Empty),
            "." | ".." => Err(InvalidId::Dots),
            _ if text.chars().any(char::is_control) => Err(InvalidId::Control),
            _ => Ok(TaskId(text.to_owned())),
        }
    }

    /// The id as the API spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a task stands, in the one vocabulary that all APIs are translated into.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Accepted and not begun.
    Pending,
    /// At work.
    Running,
    /// Waiting for something; goes on by itself or by somebody's hand. Not an end.
    Blocked,
    /// Rolling back after an error. Not an end.
    Failing,
    /// Rolling back after a cancel. Not an end.
    Cancelling,
    /// Ended well.
    Succeeded,
    /// Ended badly; see also [`State::FAILED`].
    Failed {
        /// Why, as far as the server said.
        failure: Failure,
    },
    /// Ended because somebody asked it to.
    Cancelled,
    /// A word that this program does not know: never a success, never an end.
    Unknown {
        /// The word as the server spelled it; empty when it gave none.
        reported: String,
    },
}

impl State {
    /// Failed, for reasons that are not known (yet).
    pub const FAILED: State =
        State::Failed { failure: Failure { code: None, message: None, causes: Vec::new(), retryable: None } };

    /// Every state, in the order of the contract.
    pub const ALL: [State; 9] = [
        State::Pending,
        State::Running,
        State::Blocked,
        State::Failing,
        State::Cancelling,
        State::Succeeded,
        State::FAILED,
        State::Cancelled,
        State::Unknown { reported: String::new() },
    ];

    /// The words of the contract, one for each variant, in its order.
    pub const WORDS: [&'static str; 9] = [
        "pending",
        "running",
        "blocked",
        "failing",
        "cancelling",
        "succeeded",
        "failed",
        "cancelled",
        "unknown",
    ];

    /// The same state; if it is [`State::Failed`], for this reason.
    #[must_use]
    pub fn because(self, failure: Failure) -> State {
        match self {
            State::Failed { .. } => State::Failed { failure },
            other => other,
        }
    }

    /// The state's word.
    pub fn word(&self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Running => "running",
            State::Blocked => "blocked",
            State::Failing => "failing",
            State::Cancelling => "cancelling",
            State::Succeeded => "succeeded",
            State::Failed { .. } => "failed",
            State::Cancelled => "cancelled",
            State::Unknown { .. } => "unknown",
        }
    }

    /// Whether the task will not change any more.
    pub fn ended(&self) -> bool {
        matches!(self, State::Succeeded | State::Failed { .. } | State::Cancelled)
    }

    /// Why the task failed, if it did.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            State::Failed { failure } => Some(failure),
            _ => None,
        }
    }
}

/// Why a task failed, as its server tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The server's code for it.
    pub code: Option<String>,
    /// The best single line. `None` when the server gave no reason at all.
    pub message: Option<String>,
    /// Deeper reasons, nearest first.
    pub causes: Vec<String>,
    /// Whether the server says that the same operation may succeed later.
    pub retryable: Option<bool>,
}

/// How far a task is. Made by checked constructors only, so a percentage is always from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// The server gave a percentage.
    Percent(f64),
    /// The server gave steps (or bytes); `done` is never more than `total`, and `total` is never 0.
    Steps {
        /// Steps done.
        done: u64,
        /// Steps in all.
        total: u64,
    },
}

impl Progress {
    /// A percentage, clamped to 0..=100; `None` for what is no number.
    pub fn percent(value: f64) -> Option<Progress> {
        value.is_finite().then(|| Progress::Percent(value.clamp(0.0, 100.0)))
    }

    /// Steps; `None` when there are none in all, or a count is negative.
    pub fn steps(done: i128, total: i128) -> Option<Progress> {
        let total = u64::try_from(total).ok().filter(|&total| total > 0)?;
        let done = u64::try_from(done.min(i128::from(total))).ok()?;
        Some(Progress::Steps { done, total })
    }

    /// From 0 to 100.
    pub fn as_percent(self) -> f64 {
        match self {
            Progress::Percent(percent) => percent,
            #[expect(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]
            Progress::Steps { done, total } => done as f64 * 100.0 / total as f64,
        }
    }
}

/// What a task works on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Target {
    /// Its type, as the API names it.
    pub kind: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
}

impl Target {
    /// The target, or `None` when nothing is known of it.
    pub fn known(kind: Option<String>, id: Option<String>, name: Option<String>) -> Option<Target> {
        let target = Target { kind, id, name };
        (target != Target::default()).then_some(target)
    }
}

/// A JSON value packed into text: a tree takes several times the memory, and most are never looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PackedJson(Kept);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kept {
    Text(Box<str>),
    /// Deeper than a text could be read back.
    Tree(Box<Value>),
}

/// How deep a text may be; serde_json reads no deeper than 128.
const DEEPEST: usize = 100;

impl PackedJson {
    /// Packs a value.
    pub fn new(value: Value) -> PackedJson {
        PackedJson(if is_deeper(&value, DEEPEST) {
            Kept::Tree(Box::new(value))
        } else {
            Kept::Text(value.to_string().into())
        })
    }

    /// Changes it in place: `text` gives the new text if there is to be one, `tree` does the same to a value.
    pub fn change(&mut self, text: impl FnOnce(&str) -> Option<String>, tree: impl FnOnce(&mut Value)) {
        match &mut self.0 {
            Kept::Text(old) => {
                if let Some(new) = text(old) {
                    *old = new.into();
                }
            }
            Kept::Tree(value) => tree(value),
        }
    }

    /// Unpacks it.
    pub fn value(&self) -> Value {
        match &self.0 {
            Kept::Text(text) => serde_json::from_str(text).unwrap_or_default(),
            Kept::Tree(tree) => Value::clone(tree),
        }
    }
}

fn is_deeper(value: &Value, limit: usize) -> bool {
    let Some(rest) = limit.checked_sub(1) else { return true };
    match value {
        Value::Array(list) => list.iter().any(|inner| is_deeper(inner, rest)),
        Value::Object(object) => object.values().any(|inner| is_deeper(inner, rest)),
        _ => false,
    }
}

/// One reading of a task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its id, as a user would type it for this backend.
    pub id: TaskId,
    /// What it does, in a few words: the operation.
    pub name: Option<String>,
    /// Where it stands.
    pub state: State,
    /// The server's own word for the state.
    pub native_state: Option<String>,
    /// How far it is.
    pub progress: Option<Progress>,
    /// What it is doing just now.
    pub progress_message: Option<String>,
    /// What it works on.
    pub target: Option<Target>,
    /// Who started it.
    pub user: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When the server last changed it.
    pub updated_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether it can be cancelled now.
    pub cancelable: Option<bool>,
    /// The id of the task that it is part of.
    pub parent: Option<String>,
    /// The ids of its parts.
    pub children: Vec<String>,
    /// What the server reports beside the state, oldest first.
    pub messages: Vec<String>,
    /// What went wrong without ending the task.
    pub warnings: Vec<String>,
    /// What the operation returned, in the API's own shape.
    pub result: Option<PackedJson>,
    /// What only this API has, by its own names: an object, if there is anything.
    pub details: Option<PackedJson>,
    /// The server's own bytes of this task.
    pub raw: Box<[u8]>,
}

impl Task {
    /// A task of which nothing but the id and the state is known.
    pub fn new(id: TaskId, state: State, native_state: Option<String>) -> Task {
        Task {
            id,
            name: None,
            state,
            native_state,
            progress: None,
            progress_message: None,
            target: None,
            user: None,
            created_at: None,
            started_at: None,
            updated_at: None,
            ended_at: None,
            cancelable: None,
            parent: None,
            children: Vec::new(),
            messages: Vec::new(),
            warnings: Vec::new(),
            result: None,
            details: None,
            raw: Box::default(),
        }
    }

    /// [`Task::details`](#structfield.details), unpacked.
    pub fn details(&self) -> Map<String, Value> {
        match self.details.as_ref().map(PackedJson::value) {
            Some(Value::Object(details)) => details,
            _ => Map::new(),
        }
    }

    /// [`Task::result`](#structfield.result), unpacked.
    pub fn result(&self) -> Option<Value> {
        self.result.as_ref().map(PackedJson::value)
    }

    /// How far it is, from 0 to 100, where the server said.
    pub fn percent(&self) -> Option<f64> {
        self.progress.map(Progress::as_percent)
    }

    /// Seconds from start to end, or to `now` while it goes on; `None` without a start, or when the server's clock
    /// is ahead of ours.
    pub fn elapsed_seconds(&self, now: Timestamp) -> Option<f64> {
        let until = match self.ended_at {
            Some(ended) => ended,
            None if self.state.ended() => self.updated_at?,
            None => now,
        };
        let seconds = until.duration_since(self.started_at?).as_secs_f64();
        (seconds >= 0.0).then_some(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_never_made_up() {
        assert_eq!(Progress::percent(f64::NAN), None);
        assert_eq!(Progress::percent(140.0), Some(Progress::Percent(100.0)));
        assert_eq!(Progress::steps(0, 0), None);
        assert_eq!(Progress::steps(-1, 10), None);
        assert_eq!(Progress::steps(1, -10), None);
        assert_eq!(Progress::steps(12, 10), Some(Progress::Steps { done: 10, total: 10 }));
    }

    #[test]
    fn a_document_is_the_same_after_it_was_packed_however_deep_it_is() {
        let exact = r#"{"z":1.10,"a":[null,12345678901234567890123,"\u0000"]}"#;
        let flat: Value = serde_json::from_str(exact).expect("JSON");
        assert_eq!(PackedJson::new(flat.clone()).value(), flat);
        let deep = (0..200).fold(Value::from("end"), |inner, _| Value::Array(vec![inner]));
        assert_eq!(PackedJson::new(deep.clone()).value(), deep);
    }

    #[test]
    fn dots_and_nothing_are_no_ids() {
        assert_eq!(TaskId::new(" "), Err(InvalidId::Empty));
        assert_eq!(TaskId::new(".."), Err(InvalidId::Dots));
        assert_eq!(TaskId::new("a\u{1b}[2J"), Err(InvalidId::Control));
        assert_eq!(TaskId::new(" t-4\n").map(|id| id.to_string()), Ok("t-4".to_owned()));
    }
}
