//! Drives a [`Watcher`]: worker threads ask the servers, this thread decides, waits and tells.
//!
//! The thread that runs [`follow`] sends no request itself, so nothing that hangs keeps it from the deadline or from
//! a signal.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::time::Duration;

use crate::api::Backend;
use crate::engine::event::{Event, EventKind, Observer, Reading, TaskRef};
use crate::engine::pool::Pool;
use crate::engine::subtasks::Subtasks;
use crate::engine::watcher::{Pace, Rules, Step, Transition, Watcher};
use crate::error::{Error, Kind};
use crate::http::Notice;
use crate::outcome::Outcome;
use crate::task::{Task, TaskId};
use crate::util::clock::{Clock, Stop};

/// One server and how it is asked.
pub struct System {
    /// The profile's name.
    pub profile: String,
    /// Host and port, for messages.
    pub host: String,
    /// The server.
    pub backend: Arc<dyn Backend>,
    /// How it is asked.
    pub pace: Pace,
}

/// A task to follow.
pub struct Followed {
    /// How it is named in what is shown.
    pub task_ref: Arc<TaskRef>,
    /// Its id.
    pub id: TaskId,
    /// The system, by its position.
    pub system: usize,
}

/// What the deciding thread is told.
pub enum Message {
    /// A fetch has its answers.
    Answers {
        /// Which fetch.
        ticket: u64,
        /// In the order of its tasks.
        answers: Vec<Result<Task, Error>>,
        /// How many tasks the backend takes in one request now.
        batch: usize,
    },
    /// Something happened below the tasks of a system.
    Notice {
        /// The system, by its position.
        system: usize,
        /// What.
        notice: Notice,
    },
    /// The run ends now, whatever is under way: a signal, or nobody reads the result any more.
    Over(Outcome),
}

/// What is said of a task of which nothing was heard before the end.
pub const NO_ANSWER: &str = "there was no answer yet";

/// The way messages travel: made before the systems, since their sessions report through it.
pub struct Inbox {
    /// For those who report.
    pub sender: Sender<Message>,
    /// For [`follow`].
    pub receiver: Receiver<Message>,
}

impl Inbox {
    /// An empty one.
    pub fn new() -> Inbox {
        let (sender, receiver) = std::sync::mpsc::channel();
        Inbox { sender, receiver }
    }
}

impl Default for Inbox {
    fn default() -> Inbox {
        Inbox::new()
    }
}

/// What to follow and by which rules.
#[derive(Clone)]
pub struct Plan<'a> {
    /// The servers.
    pub systems: &'a [System],
    /// The tasks.
    pub tasks: &'a [Followed],
    /// Whether the tasks' parts are followed too, and theirs, as they appear.
    pub tree: bool,
    /// When it is over.
    pub rules: Rules,
    /// The exit code of a timeout, where it is not the usual one.
    pub timeout_code: Option<u8>,
    /// How long an unchanged task may go without being mentioned.
    pub heartbeat: Duration,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Raised when the run is told to stop.
    pub stop: &'a Stop,
    /// Decides the jitter.
    pub seed: u64,
    /// Whether the server's own bytes of each task are wanted; they are not kept otherwise.
    pub raw: bool,
}

/// How it ended.
pub struct Ended {
    /// The outcome over all tasks.
    pub outcome: Outcome,
    /// The exit code.
    pub exit_code: u8,
    /// Every task as it stood at the end, in the order given; with a tree each before its parts.
    pub items: Vec<Reading>,
    /// How the items stand under each other, where the plan was for a tree.
    pub tree: Option<Standing>,
}

/// How the items of an end stand under each other.
pub struct Standing {
    /// How deep each item stands; 0 is a task that was asked for.
    pub depths: Vec<usize>,
    /// Some parts were not followed: there are too many, or they lie too deep.
    pub cut: bool,
}

impl Ended {
    /// The tasks that were asked for.
    pub fn asked(&self) -> impl Iterator<Item = &Reading> {
        self.items.iter().enumerate().filter(|(position, _)| !self.is_part(*position)).map(|(_, item)| item)
    }

    /// Whether the item at this position is a part, which nobody asked for.
    pub fn is_part(&self, position: usize) -> bool {
        self.tree.as_ref().is_some_and(|tree| tree.depths[position] > 0)
    }
}

/// Follows tasks until the rules say that it is over, or the run is told to stop.
///
/// The observer is told everything, last a summary. Sessions stay open: the caller closes them.
pub fn follow(plan: Plan<'_>, inbox: &Inbox, observer: &mut dyn Observer) -> Ended {
    let sender = inbox.sender.clone();
    plan.stop.on_raise(move |signal| {
        let _ = sender.send(Message::Over(Outcome::Signal(signal)));
    });
    let mut run = Run::new(plan);
    let outcome = run.until_over(inbox, observer);
    run.finish(outcome, observer)
}

struct Run<'a> {
    plan: Plan<'a>,
    /// The parts that are followed beside the plan's tasks; their positions begin behind those.
    parts: Vec<Followed>,
    /// How tasks stand under each other, where parts are followed.
    tree: Option<Subtasks>,
    watcher: Watcher,
    pools: Vec<Pool>,
    fetches: HashMap<u64, (usize, Vec<usize>)>,
    items: Vec<Option<Reading>>,
    /// Why each system gave no good answer the last time, until it gives one.
    lost: Vec<Option<Error>>,
    last_told: Vec<Option<Duration>>,
}

impl<'a> Run<'a> {
    fn new(plan: Plan<'a>) -> Run<'a> {
        let paces: Vec<Pace> = plan.systems.iter().map(|system| system.pace).collect();
        let systems: Vec<usize> = plan.tasks.iter().map(|task| task.system).collect();
        let now = plan.clock.monotonic();
        Run {
            watcher: Watcher::new(plan.rules.clone(), &paces, &systems, now, plan.seed),
            pools: paces.iter().map(|pace| Pool::new(pace.jobs)).collect(),
            fetches: HashMap::new(),
            items: vec![None; plan.tasks.len()],
            lost: vec![None; plan.systems.len()],
            last_told: vec![None; plan.tasks.len()],
            parts: Vec::new(),
            tree: plan.tree.then(|| Subtasks::new(plan.tasks.iter().map(|task| (task.system, &task.id)))),
            plan,
        }
    }

    fn task(&self, position: usize) -> &Followed {
        match position.checked_sub(self.plan.tasks.len()) {
            Some(part) => &self.parts[part],
            None => &self.plan.tasks[position],
        }
    }

    fn until_over(&mut self, inbox: &Inbox, observer: &mut dyn Observer) -> Outcome {
        let clock = self.plan.clock;
        let mut next_tick = observer.tick_every().map(|every| clock.monotonic() + every);
        loop {
            loop {
                match inbox.receiver.try_recv() {
                    Ok(Message::Over(outcome)) => return outcome,
                    Ok(message) => self.take(message, observer),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            let now = clock.monotonic();
            if let (Some(tick), Some(every)) = (next_tick, observer.tick_every())
                && now >= tick
            {
                observer.tick(clock.now());
                next_tick = Some(now + every);
            }
            let wake = match self.watcher.next(now) {
                Step::Fetch { ticket, group, tasks } => {
                    self.fetch(ticket, group, tasks, inbox);
                    continue;
                }
                Step::Done(outcome) => return outcome,
                Step::SleepUntil(time) => Some(time),
                Step::Wait => None,
            };
            let wake = match (wake, next_tick) {
                (Some(wake), Some(tick)) => Some(wake.min(tick)),
                (wake, tick) => wake.or(tick),
            };
            let wait = wake.and_then(|wake| clock.wait_until(wake, self.watcher.in_flight() > 0));
            let message = match wait {
                Some(wait) => inbox.receiver.recv_timeout(wait),
                None => inbox.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(Message::Over(outcome)) => return outcome,
                Ok(message) => self.take(message, observer),
                Err(_) => {}
            }
        }
    }

    fn fetch(&mut self, ticket: u64, system: usize, tasks: Vec<usize>, inbox: &Inbox) {
        let ids: Vec<TaskId> = tasks.iter().map(|&task| self.task(task).id.clone()).collect();
        let backend = Arc::clone(&self.plan.systems[system].backend);
        let sender = inbox.sender.clone();
        let count = ids.len();
        self.fetches.insert(ticket, (system, tasks));
        let job = move || {
            let read = AssertUnwindSafe(|| match ids.as_slice() {
                [id] => vec![backend.get(id)],
                ids => backend.get_many(ids),
            });
            let answers = std::panic::catch_unwind(read).unwrap_or_else(|_| {
                let bug = Error::new(Kind::Io, "this is a bug of taskctl: reading the answer panicked");
                vec![Err(bug); count]
            });
            let batch = backend.batch();
            let _ = sender.send(Message::Answers { ticket, answers, batch });
        };
        if let Err(error) = self.pools[system].submit(job) {
            let answers =
                vec![Err(Error::new(Kind::Io, "no thread can be started").cause(error.to_string())); count];
            let _ = inbox.sender.send(Message::Answers { ticket, answers, batch: 1 });
        }
    }

    fn take(&mut self, message: Message, observer: &mut dyn Observer) {
        let at = self.plan.clock.now();
        match message {
            Message::Over(_) => {}
            Message::Notice { system, notice: Notice::Reauth } => {
                let profile = &self.plan.systems[system].profile;
                observer.event(&Event { at, kind: EventKind::Reauth { profile } });
            }
            Message::Notice { .. } => {}
            Message::Answers { ticket, answers, batch } => self.answers(ticket, answers, batch, observer),
        }
    }

    fn answers(
        &mut self,
        ticket: u64,
        answers: Vec<Result<Task, Error>>,
        batch: usize,
        observer: &mut dyn Observer,
    ) {
        let Some((system, tasks)) = self.fetches.remove(&ticket) else { return };
        let at = self.plan.clock.now();
        let now = self.plan.clock.monotonic();
        let settled: Vec<bool> = tasks.iter().map(|&task| self.watcher.is_settled(task)).collect();
        let news = self.watcher.saw(ticket, &answers, batch, now);
        let mut errors: HashMap<usize, Error> = HashMap::new();
        let mut parents: Vec<usize> = Vec::new();
        for ((&task, answer), settled) in tasks.iter().zip(answers).zip(settled) {
            match answer {
                _ if settled => {}
                Ok(mut reading) => {
                    if !self.plan.raw {
                        reading.raw = Box::default();
                    }
                    if let Some(tree) = &self.tree {
                        if let Some(parent) = tree.parent(task) {
                            reading.parent.get_or_insert_with(|| self.task(parent).task_ref.id.clone());
                        }
                        if !self.had_children(task, &reading.children) {
                            parents.push(task);
                        }
                    }
                    let name = self.task(task).task_ref.clone();
                    self.items[task] = Some(Reading { task_ref: name, task: Ok(reading), fetched_at: at });
                }
                Err(error) => {
                    errors.insert(task, error);
                }
            }
        }
        let last_error = tasks.iter().rev().find_map(|task| errors.get(task)).cloned();
        self.lost[system] = last_error.clone().filter(|_| errors.len() == tasks.len());
        for news in news {
            self.tell(&news, &errors, last_error.as_ref(), observer);
        }
        self.grow(system, &parents, now, observer);
    }

    /// Whether a task had these children at its last reading; then they are known.
    fn had_children(&self, task: usize, children: &[String]) -> bool {
        match &self.items[task] {
            Some(Reading { task: Ok(before), .. }) => before.children == children,
            _ => children.is_empty(),
        }
    }

    /// Follows what these tasks of a system name as their parts and was not known before.
    fn grow(&mut self, system: usize, parents: &[usize], now: Duration, observer: &mut dyn Observer) {
        let first = self.parts.len();
        for &parent in parents {
            let Some(Reading { task: Ok(task), task_ref: name, .. }) = &self.items[parent] else { continue };
            let Some(tree) = &mut self.tree else { return };
            for id in tree.grow(parent, system, &task.children) {
                let name = TaskRef {
                    reference: format!("{}/{id}", name.profile),
                    id: id.as_str().to_owned(),
                    ..TaskRef::clone(name)
                };
                observer.subtask(&name, &self.task(parent).task_ref);
                self.parts.push(Followed { task_ref: Arc::new(name), id, system });
            }
        }
        let added = self.parts.len() - first;
        if added > 0 {
            self.watcher.add_parts(system, added, now);
            self.items.resize(self.items.len() + added, None);
            self.last_told.resize(self.items.len(), None);
        }
    }

    fn tell(
        &mut self,
        news: &Transition,
        errors: &HashMap<usize, Error>,
        last_error: Option<&Error>,
        observer: &mut dyn Observer,
    ) {
        let at = self.plan.clock.now();
        let now = self.plan.clock.monotonic();
        let mut emit = |kind: EventKind<'_>| observer.event(&Event { at, kind });
        match *news {
            Transition::First(task)
            | Transition::Changed(task)
            | Transition::Same(task)
            | Transition::Ended(task) => {
                let Some(item) = &self.items[task] else { return };
                let quiet = self.last_told[task].map_or(Duration::MAX, |told| now.saturating_sub(told));
                match news {
                    Transition::First(_) => emit(EventKind::Snapshot(item)),
                    Transition::Changed(_) => emit(EventKind::Change(item)),
                    Transition::Ended(_) => emit(EventKind::End(item)),
                    _ if quiet >= self.plan.heartbeat => emit(EventKind::Heartbeat(item)),
                    _ => return,
                }
                self.last_told[task] = Some(now);
            }
            Transition::Lost(task) => {
                // A condition that became impossible has a good reading; a server that was lost has an error.
                let error = match (errors.get(&task), &self.items[task]) {
                    (Some(error), _) => Some(error.clone()),
                    (None, Some(_)) if last_error.is_none() => None,
                    (None, _) => last_error.cloned(),
                };
                if let Some(error) = error {
                    let name = self.task(task).task_ref.clone();
                    self.items[task] = Some(Reading { task_ref: name, task: Err(error), fetched_at: at });
                }
                if let Some(item) = &self.items[task] {
                    emit(EventKind::End(item));
                }
            }
            Transition::Retry { group, failures, delay } => {
                let system = &self.plan.systems[group];
                let Some(error) = last_error else { return };
                let (profile, host) = (&system.profile, &system.host);
                emit(EventKind::Retry { profile, host, error, failures, delay });
            }
            Transition::TaskRetry { task, failures, delay } => {
                let Some(error) = errors.get(&task) else { return };
                let name = || self.task(task).task_ref.clone();
                let unread = || Reading { task_ref: name(), task: Err(error.clone()), fetched_at: at };
                let item = self.items[task].clone().unwrap_or_else(unread);
                emit(EventKind::TaskRetry { item: &item, error, failures, delay });
            }
            Transition::Recovered { group, after } => {
                emit(EventKind::Recovered { profile: &self.plan.systems[group].profile, after });
            }
        }
    }

    fn finish(self, outcome: Outcome, observer: &mut dyn Observer) -> Ended {
        let at = self.plan.clock.now();
        let mut items = self.items;
        for (item, task) in items.iter_mut().zip(self.plan.tasks.iter().chain(&self.parts)) {
            item.get_or_insert_with(|| {
                // Where there is a reason why nothing was heard, it is told.
                let reason = self.lost[task.system].clone();
                let error = reason.unwrap_or_else(|| Error::new(Kind::Network, NO_ANSWER));
                Reading { task_ref: Arc::clone(&task.task_ref), task: Err(error), fetched_at: at }
            });
        }
        let (items, tree): (Vec<Reading>, _) = match self.tree {
            // Each is there by now. Unlike `flatten`, this needs no second list.
            None => (items.into_iter().map_while(|item| item).collect(), None),
            Some(tree) => {
                let (order, depths): (Vec<usize>, Vec<usize>) = tree.in_order().into_iter().unzip();
                let ordered = order.into_iter().filter_map(|position| items[position].take()).collect();
                (ordered, Some(Standing { depths, cut: tree.is_truncated() }))
            }
        };
        let exit_code = match (outcome, self.plan.timeout_code) {
            (Outcome::Timeout, Some(code)) => code,
            _ => outcome.code(),
        };
        observer.event(&Event { at, kind: EventKind::Summary { outcome, exit_code, items: &items } });
        Ended { outcome, exit_code, items, tree }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::engine::event::EventKind;
    use crate::engine::watcher::Goal;
    use crate::task::State;
    use crate::util::clock::SystemClock;

    /// A server that a test answers for; the number says how often that task was read.
    struct Fake {
        answer: fn(&str, usize) -> Result<State, Error>,
        reads: AtomicUsize,
    }

    impl Backend for Fake {
        fn get(&self, id: &TaskId) -> Result<Task, Error> {
            let read = self.reads.fetch_add(1, Ordering::SeqCst) + 1;
            (self.answer)(id.as_str(), read).map(|state| Task::new(id.clone(), state, None))
        }

        fn host(&self) -> String {
            "fake:443".to_owned()
        }

        fn close(&self, _budget: Duration) {}
    }

    #[derive(Default)]
    struct Told(Vec<String>);

    impl Observer for Told {
        fn event(&mut self, event: &Event<'_>) {
            self.0.push(match &event.kind {
                EventKind::Snapshot(item) => format!("snapshot {}", item.task_ref.id),
                EventKind::End(item) => match &item.task {
                    Ok(_) => format!("end {}", item.task_ref.id),
                    Err(error) => format!("end {}: {}", item.task_ref.id, error.message),
                },
                EventKind::Summary { exit_code, .. } => format!("summary {exit_code}"),
                _ => "another".to_owned(),
            });
        }
    }

    fn run(
        ids: &[&str],
        timeout: Option<Duration>,
        answer: fn(&str, usize) -> Result<State, Error>,
    ) -> (Ended, Vec<String>) {
        let fake = Arc::new(Fake { answer, reads: AtomicUsize::new(0) });
        let pace = Pace {
            interval: Duration::from_secs(2),
            max_interval: Duration::from_secs(2),
            jobs: 2,
            batch: 1,
        };
        let system = System {
            profile: "p".to_owned(),
            host: fake.host(),
            backend: Arc::clone(&fake) as Arc<dyn Backend>,
            pace,
        };
        let name = |id: &str| {
            Arc::new(TaskRef {
                reference: format!("p/{id}"),
                backend: "vcda",
                profile: "p".to_owned(),
                id: id.to_owned(),
                host: fake.host(),
            })
        };
        let tasks: Vec<Followed> = ids
            .iter()
            .map(|id| Followed { task_ref: name(id), id: TaskId::new(id).expect("an id"), system: 0 })
            .collect();
        let clock = SystemClock::new();
        let plan = Plan {
            systems: std::slice::from_ref(&system),
            tasks: &tasks,
            tree: false,
            rules: Rules {
                goal: Goal::End,
                any: false,
                fail_fast: false,
                deadline: timeout.map(|timeout| clock.monotonic() + timeout),
                once: false,
                retry_for: Duration::from_secs(60),
                allow_missing: Duration::ZERO,
            },
            timeout_code: None,
            heartbeat: Duration::from_secs(60),
            clock: &clock,
            stop: &Stop::new(),
            seed: 1,
            raw: false,
        };
        let mut told = Told::default();
        let ended = follow(plan, &Inbox::new(), &mut told);
        (ended, told.0)
    }

    #[test]
    fn a_worker_that_panics_is_an_error_of_its_task_alone() {
        let (ended, told) = run(&["bad", "good"], None, |id, _| match id {
            "bad" => std::panic::resume_unwind(Box::new("a bug")),
            _ => Ok(State::Succeeded),
        });
        assert_eq!((ended.outcome, ended.exit_code), (Outcome::Error, 1));
        assert!(ended.items[0].task.as_ref().is_err_and(|error| error.message.contains("bug")));
        assert!(ended.items[1].task.is_ok());
        assert!(told.iter().any(|line| line.starts_with("end bad: this is a bug")), "{told:?}");
        assert_eq!(told.last().map(String::as_str), Some("summary 1"));
    }

    #[test]
    fn a_task_that_was_never_read_says_why_when_the_time_is_up() {
        let (ended, _) = run(&["a"], Some(Duration::from_millis(50)), |_, _| {
            Err(Error { retryable: true, ..Error::new(Kind::Network, "cannot connect to fake:443") })
        });
        assert_eq!(ended.outcome, Outcome::Timeout);
        assert_eq!(
            ended.items[0].task.as_ref().map(|_| ()).map_err(|error| error.message.as_str()),
            Err("cannot connect to fake:443")
        );
    }
}
