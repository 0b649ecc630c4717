//! What is true about the tasks of a simulated system, whatever its wire format.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

/// Where a task stands, in no system's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Pending,
    Running,
    Blocked,
    Failing,
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
    /// A word that no documentation has.
    Strange(String),
}

impl Condition {
    pub fn ended(&self) -> bool {
        matches!(self, Condition::Succeeded | Condition::Failed | Condition::Cancelled)
    }
}

/// Why a task failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    pub code: String,
    pub text: String,
    pub causes: Vec<String>,
}

/// One moment of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    pub condition: Condition,
    pub percent: Option<u8>,
    pub message: Option<String>,
    pub reason: Option<Reason>,
    pub warnings: Vec<String>,
}

impl Truth {
    pub fn new(condition: Condition) -> Truth {
        Truth { condition, percent: None, message: None, reason: None, warnings: Vec::new() }
    }

    pub fn running(percent: u8) -> Truth {
        Truth { percent: Some(percent), ..Truth::new(Condition::Running) }
    }

    pub fn succeeded() -> Truth {
        Truth { percent: Some(100), ..Truth::new(Condition::Succeeded) }
    }

    pub fn failed(code: &str, text: &str, causes: &[&str]) -> Truth {
        let causes = causes.iter().map(|cause| (*cause).to_owned()).collect();
        let reason = Reason { code: code.to_owned(), text: text.to_owned(), causes };
        Truth { reason: Some(reason), ..Truth::new(Condition::Failed) }
    }

    pub fn message(self, message: &str) -> Truth {
        Truth { message: Some(message.to_owned()), ..self }
    }

    pub fn warning(mut self, warning: &str) -> Truth {
        self.warnings.push(warning.to_owned());
        self
    }
}

/// When a story goes on.
#[derive(Clone, Debug)]
pub enum Pace {
    /// One moment a read; the last one stays.
    Reads,
    /// One moment each time this much has passed since the world began.
    Time(Duration),
}

/// A task from its beginning to its end.
#[derive(Clone, Debug)]
pub struct Story {
    pub id: String,
    pub operation: String,
    pub target_kind: String,
    pub target_id: String,
    pub target_name: String,
    pub user: String,
    /// The organizations that it works from and to, where a system has such.
    pub organizations: [String; 2],
    pub parent: Option<String>,
    pub children: Vec<String>,
    /// Children that are not there from the beginning: with the moment that names them first.
    pub later: Vec<(usize, String)>,
    pub result: Option<Value>,
    pub pace: Pace,
    /// How many seconds before the world began it started.
    pub age: i64,
    pub moments: Vec<Truth>,
}

impl Story {
    /// A task that goes through these moments, one a read.
    pub fn new(id: &str, moments: Vec<Truth>) -> Story {
        assert!(!moments.is_empty(), "a task is always somewhere");
        Story {
            id: id.to_owned(),
            operation: "sync".to_owned(),
            target_kind: "vappReplication".to_owned(),
            target_id: "C4VAPP-1".to_owned(),
            target_name: "my vapp 1".to_owned(),
            user: "root".to_owned(),
            organizations: ["Org1".to_owned(), "Org2".to_owned()],
            parent: None,
            children: Vec::new(),
            later: Vec::new(),
            result: None,
            pace: Pace::Reads,
            age: 130,
            moments,
        }
    }

    pub fn operation(self, operation: &str) -> Story {
        Story { operation: operation.to_owned(), ..self }
    }

    pub fn target(self, kind: &str, id: &str, name: &str) -> Story {
        Story { target_kind: kind.to_owned(), target_id: id.to_owned(), target_name: name.to_owned(), ..self }
    }

    pub fn age(self, age: i64) -> Story {
        Story { age, ..self }
    }

    pub fn user(self, user: &str) -> Story {
        Story { user: user.to_owned(), ..self }
    }

    pub fn organizations(self, source: &str, destination: &str) -> Story {
        Story { organizations: [source.to_owned(), destination.to_owned()], ..self }
    }

    pub fn children(self, children: &[&str]) -> Story {
        Story { children: children.iter().map(|id| (*id).to_owned()).collect(), ..self }
    }

    /// A child that the task names from this moment on, the first being 0.
    pub fn child_from(mut self, moment: usize, child: &str) -> Story {
        self.later.push((moment, child.to_owned()));
        self
    }

    pub fn result(self, result: Value) -> Story {
        Story { result: Some(result), ..self }
    }

    pub fn pace(self, pace: Pace) -> Story {
        Story { pace, ..self }
    }
}

/// A task as a server sees it at one read.
#[derive(Clone, Debug)]
pub struct Sight {
    pub story: Story,
    pub truth: Truth,
    pub started: Timestamp,
    pub updated: Timestamp,
    /// Set once the task has ended.
    pub ended: Option<Timestamp>,
}

/// Every task of one simulated system.
pub struct World {
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    begin: Timestamp,
    tasks: Mutex<Tasks>,
}

/// The tasks in the order in which they were added, found by id at once however many there are.
#[derive(Default)]
struct Tasks {
    entries: Vec<Option<Entry>>,
    positions: HashMap<String, usize>,
}

impl Tasks {
    fn get(&mut self, id: &str) -> Option<&mut Entry> {
        let position = *self.positions.get(id)?;
        self.entries[position].as_mut()
    }

    fn remove(&mut self, id: &str) {
        if let Some(position) = self.positions.remove(id) {
            self.entries[position] = None;
        }
    }
}

struct Entry {
    story: Story,
    /// When it was looked at.
    looks: Vec<Timestamp>,
    /// How far it had come when it was cancelled, and when that was.
    cancelled: Option<(Option<u8>, Timestamp)>,
}

impl Entry {
    /// Which of its moments it is at, the first being 0; beyond the last, the last stays.
    fn moment(&self, begin: Timestamp, now: Timestamp) -> usize {
        match self.story.pace {
            Pace::Reads => self.looks.len(),
            Pace::Time(gap) => {
                let passed = Duration::try_from(now.duration_since(begin)).unwrap_or_default();
                usize::try_from(passed.as_millis() / gap.as_millis().max(1)).unwrap_or(usize::MAX)
            }
        }
    }

    fn truth(&self, moment: usize) -> &Truth {
        &self.story.moments[moment.min(self.story.moments.len() - 1)]
    }
}

impl World {
    /// A world whose time stands still at a fixed moment.
    pub fn fixed() -> World {
        let moment: Timestamp = "2026-11-20T10:15:00Z".parse().expect("a time");
        World::with_clock(move || moment)
    }

    /// A world with this time.
    pub fn with_clock(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> World {
        World { begin: clock(), clock: Box::new(clock), tasks: Mutex::default() }
    }

    /// Sets when the world began: what stories with a pace by time count from.
    pub fn begin_at(&mut self, begin: Timestamp) {
        self.begin = begin;
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a task, in place of one with the same id.
    pub fn add(&self, story: Story) {
        let mut tasks = self.lock();
        tasks.remove(&story.id);
        let position = tasks.entries.len();
        tasks.positions.insert(story.id.clone(), position);
        tasks.entries.push(Some(Entry { story, looks: Vec::new(), cancelled: None }));
    }

    /// Whether there is a task that fits, in no order.
    pub fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.lock().positions.keys().any(|id| fits(id))
    }

    /// Forgets a task, as servers do some time after its end.
    pub fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    /// Every id, in the order in which tasks were added.
    pub fn ids(&self) -> Vec<String> {
        self.lock().entries.iter().flatten().map(|entry| entry.story.id.clone()).collect()
    }

    /// A task's story as it was added.
    pub fn story(&self, id: &str) -> Option<Story> {
        self.lock().get(id).map(|entry| entry.story.clone())
    }

    /// How often a task was looked at.
    pub fn reads(&self, id: &str) -> usize {
        self.lock().get(id).map_or(0, |entry| entry.looks.len())
    }

    /// When a task was looked at.
    pub fn looks(&self, id: &str) -> Vec<Timestamp> {
        self.lock().get(id).map(|entry| entry.looks.clone()).unwrap_or_default()
    }

    /// Looks at a task, which goes on by this if its pace is by reads.
    pub fn look(&self, id: &str) -> Option<Sight> {
        let sight = self.peek(id)?;
        let now = self.now();
        self.lock().get(id)?.looks.push(now);
        Some(sight)
    }

    /// Looks at a task, and nobody knows.
    pub fn peek(&self, id: &str) -> Option<Sight> {
        let now = self.now();
        let mut tasks = self.lock();
        let entry = tasks.get(id)?;
        let moment = entry.moment(self.begin, now);
        let last = entry.story.moments.len() - 1;
        let truth = match entry.cancelled {
            Some((percent, _)) => Truth { percent, ..Truth::new(Condition::Cancelled) },
            None => entry.truth(moment).clone(),
        };
        let started = self.begin - jiff::SignedDuration::from_secs(entry.story.age);
        let ended = truth.condition.ended().then(|| match (&entry.story.pace, entry.cancelled) {
            (Pace::Reads, _) => self.begin,
            (Pace::Time(_), Some((_, when))) => when,
            (Pace::Time(gap), None) => {
                let after = gap.saturating_mul(u32::try_from(last).unwrap_or(u32::MAX));
                self.begin + jiff::SignedDuration::try_from(after).unwrap_or_default()
            }
        });
        let mut story = entry.story.clone();
        story.children.extend(story.later.drain(..).filter(|(at, _)| moment >= *at).map(|(_, child)| child));
        Some(Sight { story, truth, started, updated: ended.unwrap_or(now), ended })
    }

    /// Marks a task as cancelled. Returns false when there is none or it has ended.
    pub fn cancel(&self, id: &str) -> bool {
        let now = self.now();
        let mut tasks = self.lock();
        let Some(entry) = tasks.get(id) else { return false };
        let truth = entry.truth(entry.moment(self.begin, now));
        if entry.cancelled.is_some() || truth.condition.ended() {
            return false;
        }
        entry.cancelled = Some((truth.percent, now));
        true
    }
}
