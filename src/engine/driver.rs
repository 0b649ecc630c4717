//! Runs a [`Scheduler`]: worker threads send the requests, this thread decides, waits and emits events.
//!
//! The thread that runs [`follow`] sends no request itself, so nothing that hangs keeps it from the deadline or from
//! a signal.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::event::{Event, EventKind, Observer, Reading, TaskRef};
use super::retrier::{catch_panic, no_thread};
use super::scheduler::{Batch, Change, Pace, Rules, Scheduler, Step, Transition};
use super::subtasks::Subtasks;
use crate::api::Backend;
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::task::{Task, TaskId};
use crate::util::clock::{Clock, Stop};

/// One server and how it is polled.
pub struct Endpoint {
    /// The profile's name.
    pub profile: String,
    /// The server.
    pub backend: Arc<dyn Backend>,
    /// How it is polled.
    pub pace: Pace,
}

/// A task that was named.
#[derive(Clone)]
pub struct Target {
    /// How it is named in what is displayed.
    pub task_ref: Arc<TaskRef>,
    /// Its id.
    pub id: TaskId,
    /// The endpoint, by its position.
    pub endpoint: usize,
}

/// What other threads report to the one that runs [`follow`].
pub enum Message {
    /// A request has its answers.
    Answers {
        /// Which one.
        batch: Batch,
        /// In the order of its tasks.
        answers: Vec<Result<Task, Error>>,
        /// How many tasks the backend takes in one request now.
        batch_size: usize,
    },
    /// A session of an endpoint was rejected, and a new login begins.
    Reauth {
        /// The endpoint, by its position.
        endpoint: usize,
    },
    /// The watch ends now, whatever is in flight: a signal, or nobody reads the result any more.
    Over(Outcome),
}

/// How long to wait at most before the date is looked at again, where the run is over by a date.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);

/// How long a server may keep a request while nothing changes.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The error of a task of which nothing was heard before the end.
pub const NO_ANSWER: &str = "there was no answer yet";

/// What to follow and by which rules.
pub struct Plan<'a> {
    /// The servers.
    pub endpoints: &'a [Endpoint],
    /// The tasks.
    pub targets: &'a [Target],
    /// Whether subtasks are followed too, and theirs, as they appear.
    pub tree: bool,
    /// When it is over.
    pub rules: Rules,
    /// When it is over by the date, beside the deadline of the rules: that stands still while the machine sleeps.
    pub until: Option<Timestamp>,
    /// The exit code of a timeout, where it is not the usual one.
    pub timeout_code: Option<u8>,
    /// How long an unchanged task may go without an event.
    pub heartbeat: Duration,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Raised when the run has to stop.
    pub stop: &'a Stop,
    /// Decides the jitter.
    pub seed: u64,
    /// Whether to keep the server's own bytes of each task.
    pub raw: bool,
}

/// How it ended.
pub struct Ended {
    /// The outcome over all tasks.
    pub outcome: Outcome,
    /// The exit code.
    pub exit_code: u8,
    /// Every task as it was at the end, in the order given; with a tree each before its subtasks.
    pub readings: Vec<Reading>,
    /// What was last read of the tasks that were given up.
    pub last_known: Vec<Reading>,
    /// Where each reading stands in the tree, if there is one.
    pub tree: Option<Tree>,
}

/// Where the readings of an end stand in their tree.
pub struct Tree {
    /// The depth of each reading; 0 is a task that was asked for.
    pub depths: Vec<usize>,
    /// Some subtasks were not followed: there are too many, or they are too deep.
    pub truncated: bool,
}

impl Ended {
    /// The tasks that were asked for.
    pub fn asked(&self) -> impl Iterator<Item = &Reading> {
        let asked = self.readings.iter().enumerate().filter(|(position, _)| !self.is_subtask(*position));
        asked.map(|(_, reading)| reading)
    }

    /// Whether the reading at this position is of a subtask, which nobody asked for.
    pub fn is_subtask(&self, position: usize) -> bool {
        self.tree.as_ref().is_some_and(|tree| tree.depths[position] > 0)
    }
}

/// Follows tasks until the rules end it, or the run has to stop. Answers and other messages arrive at `inbox`, whose
/// sending end is `sender`.
///
/// The observer gets every event, last a summary. Sessions stay open: the caller closes them.
pub fn follow(
    plan: Plan<'_>,
    sender: &Sender<Message>,
    inbox: &Receiver<Message>,
    observer: &mut dyn Observer,
) -> Ended {
    let signals = sender.clone();
    plan.stop.on_raise(move |signal| {
        let _ = signals.send(Message::Over(Outcome::Signal(signal)));
    });
    let mut run = Run::new(plan, sender, observer);
    let outcome = run.until_over(inbox);
    run.finish(outcome)
}

struct Run<'a> {
    plan: Plan<'a>,
    observer: &'a mut dyn Observer,
    /// The tasks of the plan, and behind them the subtasks that were found.
    tasks: Vec<Followed>,
    /// How tasks stand under each other, where subtasks are followed.
    tree: Option<Subtasks>,
    scheduler: Scheduler,
    workers: Workers,
    /// Why each endpoint gave no good answer the last time, until it gives one.
    last_errors: Vec<Option<Error>>,
}

/// A task, and what was last seen and emitted of it.
struct Followed {
    target: Target,
    reading: Option<Reading>,
    /// What was last read of it before it was given up.
    last_known: Option<Reading>,
    emitted_at: Option<Duration>,
}

impl Followed {
    fn new(target: Target) -> Followed {
        Followed { target, reading: None, last_known: None, emitted_at: None }
    }

    fn reading(&self, task: Result<Task, Error>, fetched_at: Timestamp) -> Reading {
        Reading { task_ref: Arc::clone(&self.target.task_ref), task, fetched_at }
    }
}

impl<'a> Run<'a> {
    fn new(plan: Plan<'a>, answers: &Sender<Message>, observer: &'a mut dyn Observer) -> Run<'a> {
        let paces: Vec<Pace> = plan.endpoints.iter().map(|endpoint| endpoint.pace).collect();
        let endpoints: Vec<usize> = plan.targets.iter().map(|target| target.endpoint).collect();
        let now = plan.clock.monotonic();
        Run {
            observer,
            tasks: plan.targets.iter().cloned().map(Followed::new).collect(),
            tree: plan
                .tree
                .then(|| Subtasks::new(plan.targets.iter().map(|target| (target.endpoint, &target.id)))),
            scheduler: Scheduler::new(plan.rules.clone(), &paces, &endpoints, now, plan.seed),
            workers: Workers::new(answers.clone()),
            last_errors: vec![None; plan.endpoints.len()],
            plan,
        }
    }

    fn until_over(&mut self, inbox: &Receiver<Message>) -> Outcome {
        let clock = self.plan.clock;
        let tick_every = self.observer.tick_every();
        let mut next_tick = tick_every.map(|every| clock.monotonic() + every);
        loop {
            while let Ok(message) = inbox.try_recv() {
                if let Some(outcome) = self.take(message) {
                    return outcome;
                }
            }
            let now = clock.monotonic();
            if next_tick.is_some_and(|tick| now >= tick) {
                self.observer.tick(clock.now());
                next_tick = tick_every.map(|every| now + every);
            }
            if self.plan.until.is_some_and(|until| clock.now() >= until) {
                self.scheduler.end_by(now);
            }
            let wake = match self.scheduler.next(now) {
                Step::Fetch(batch) => {
                    self.send(batch);
                    continue;
                }
                Step::Done(outcome) => return outcome,
                Step::SleepUntil(time) => Some(time),
                Step::Wait => None,
            };
            let look = self.plan.until.map(|_| now + LONGEST_SLEEP);
            let wake = wake.into_iter().chain(next_tick).chain(look).min();
            let message = match wake.and_then(|wake| clock.wait_until(wake, self.scheduler.in_flight() > 0)) {
                Some(wait) => inbox.recv_timeout(wait).ok(),
                None => inbox.recv().ok(),
            };
            if let Some(outcome) = message.and_then(|message| self.take(message)) {
                return outcome;
            }
        }
    }

    fn send(&mut self, batch: Batch) {
        let ids = batch.tasks.iter().map(|&task| self.tasks[task].target.id.clone()).collect();
        let backend = Arc::clone(&self.plan.endpoints[batch.endpoint].backend);
        self.workers.send(Request { batch, ids, backend }, self.scheduler.in_flight());
    }

    /// Takes a message. Returns the outcome if it ends the watch.
    fn take(&mut self, message: Message) -> Option<Outcome> {
        match message {
            Message::Over(outcome) => return Some(outcome),
            Message::Reauth { endpoint } => {
                let profile = &self.plan.endpoints[endpoint].profile;
                self.observer
                    .event(&Event { at: self.plan.clock.now(), kind: EventKind::Reauth { profile } });
            }
            Message::Answers { batch, answers, batch_size } => {
                self.take_answers(batch, answers, batch_size);
            }
        }
        None
    }

    fn take_answers(&mut self, batch: Batch, answers: Vec<Result<Task, Error>>, batch_size: usize) {
        let endpoint = batch.endpoint;
        let (at, now) = (self.plan.clock.now(), self.plan.clock.monotonic());
        let is_good = answers.iter().any(Result::is_ok);
        let last_error = answers.last().and_then(|answer| answer.as_ref().err());
        self.last_errors[endpoint] = last_error.filter(|_| !is_good).cloned();
        let mut read = Vec::new();
        for transition in self.scheduler.answered(batch, answers, batch_size, now) {
            if let Transition::Read { task, .. } = transition {
                read.push(task);
            }
            self.emit(transition, at, now);
        }
        self.add_subtasks(endpoint, &read, now);
    }

    /// Follows what these tasks of an endpoint name as their subtasks and was not known before.
    fn add_subtasks(&mut self, endpoint: usize, parents: &[usize], now: Duration) {
        let first = self.tasks.len();
        for &parent in parents {
            let Some(Reading { task: Ok(task), task_ref, .. }) = &self.tasks[parent].reading else {
                continue;
            };
            let Some(tree) = &mut self.tree else { return };
            let task_ref = Arc::clone(task_ref);
            for id in tree.grow(parent, endpoint, &task.children) {
                let name = TaskRef {
                    reference: format!("{}/{id}", task_ref.profile),
                    id: id.as_str().to_owned(),
                    ..TaskRef::clone(&task_ref)
                };
                self.observer.subtask(&name, &task_ref);
                self.tasks.push(Followed::new(Target { task_ref: Arc::new(name), id, endpoint }));
            }
        }
        if self.tasks.len() > first {
            self.scheduler.add_subtasks(endpoint, self.tasks.len() - first, now);
        }
    }

    /// Keeps what has changed, and emits it as an event.
    fn emit(&mut self, transition: Transition, at: Timestamp, now: Duration) {
        let mut emit = |kind: EventKind<'_>| self.observer.event(&Event { at, kind });
        match transition {
            Transition::Read { task, mut reading, change, is_end } => {
                if !self.plan.raw {
                    reading.raw = Box::default();
                }
                if let Some(parent) = self.tree.as_ref().and_then(|tree| tree.parent(task)) {
                    reading.parent.get_or_insert_with(|| self.tasks[parent].target.task_ref.id.clone());
                }
                let followed = &mut self.tasks[task];
                let reading = followed.reading.insert(followed.reading(Ok(*reading), at));
                let silence = followed.emitted_at.map_or(Duration::MAX, |last| now.saturating_sub(last));
                let event = match change {
                    Change::First => Some(EventKind::Snapshot(reading)),
                    Change::Changed => Some(EventKind::Change(reading)),
                    Change::Same if silence >= self.plan.heartbeat => Some(EventKind::Heartbeat(reading)),
                    Change::Same => None,
                };
                for event in event.into_iter().chain(is_end.then_some(EventKind::End(reading))) {
                    emit(event);
                    followed.emitted_at = Some(now);
                }
            }
            Transition::Lost { task, error } => {
                let followed = &mut self.tasks[task];
                followed.last_known = followed.reading.take().filter(|reading| reading.task.is_ok());
                emit(EventKind::End(followed.reading.insert(followed.reading(Err(error), at))));
            }
            Transition::Retry { endpoint, error, failures, delay, since, until } => {
                let Endpoint { profile, backend, .. } = &self.plan.endpoints[endpoint];
                let span = |span| SignedDuration::try_from(span).unwrap_or_default();
                let since = at.saturating_sub(span(now.saturating_sub(since))).unwrap_or(at);
                let until = at.saturating_add(span(until.saturating_sub(now))).unwrap_or(at);
                let (host, error) = (&backend.host(), &error);
                emit(EventKind::Retry { profile, host, error, failures, delay, since, until });
            }
            Transition::TaskRetry { task, error, failures, delay } => {
                let followed = &self.tasks[task];
                let unread = || followed.reading(Err(error.clone()), at);
                let reading = &followed.reading.clone().unwrap_or_else(unread);
                emit(EventKind::TaskRetry { reading, error: &error, failures, delay });
            }
            Transition::Recovered { endpoint, after } => {
                emit(EventKind::Recovered { profile: &self.plan.endpoints[endpoint].profile, after });
            }
        }
    }

    fn finish(mut self, outcome: Outcome) -> Ended {
        let at = self.plan.clock.now();
        let last_known = self.tasks.iter_mut().filter_map(|task| task.last_known.take()).collect();
        let last_errors = self.last_errors;
        let reading = |mut task: Followed| {
            task.reading.take().unwrap_or_else(|| {
                let reason = last_errors[task.target.endpoint].clone();
                task.reading(Err(reason.unwrap_or_else(|| Error::new(Kind::Network, NO_ANSWER))), at)
            })
        };
        let readings = self.tasks.into_iter().map(reading);
        let (readings, tree): (Vec<Reading>, _) = match self.tree {
            None => (readings.collect(), None),
            Some(subtasks) => {
                let mut readings: Vec<Option<Reading>> = readings.map(Some).collect();
                let (order, depths): (Vec<usize>, Vec<usize>) = subtasks.in_order().into_iter().unzip();
                let ordered = order.into_iter().filter_map(|position| readings[position].take()).collect();
                (ordered, Some(Tree { depths, truncated: subtasks.is_truncated() }))
            }
        };
        let exit_code = match (outcome, self.plan.timeout_code) {
            (Outcome::Timeout, Some(code)) => code,
            _ => outcome.code(),
        };
        let kind = EventKind::Summary { outcome, exit_code, readings: &readings };
        self.observer.event(&Event { at, kind });
        Ended { outcome, exit_code, readings, last_known, tree }
    }
}

/// A request to send.
struct Request {
    batch: Batch,
    ids: Vec<TaskId>,
    backend: Arc<dyn Backend>,
}

/// The threads that send requests: as many as were ever in flight at once, which the scheduler bounds.
///
/// They are detached on purpose: a request that hangs must not keep the program from its deadline, from logging out, or
/// from leaving on Ctrl-C.
struct Workers {
    count: usize,
    queue: Sender<Request>,
    requests: Arc<Mutex<Receiver<Request>>>,
    answers: Sender<Message>,
}

impl Workers {
    fn new(answers: Sender<Message>) -> Workers {
        let (queue, requests) = mpsc::channel();
        Workers { count: 0, queue, requests: Arc::new(Mutex::new(requests)), answers }
    }

    /// Sends a request, with which so many are `in_flight`.
    fn send(&mut self, request: Request, in_flight: usize) {
        if self.count < in_flight {
            let (requests, answers) = (Arc::clone(&self.requests), self.answers.clone());
            let started = std::thread::Builder::new()
                .name("request".to_owned())
                .stack_size(512 * 1024)
                .spawn(move || work(&requests, &answers));
            match started {
                Ok(_) => self.count += 1,
                Err(error) if self.count == 0 => {
                    let answers = vec![Err(no_thread(&error)); request.ids.len()];
                    let _ =
                        self.answers.send(Message::Answers { batch: request.batch, answers, batch_size: 1 });
                    return;
                }
                // The others take it when they are done.
                Err(_) => {}
            }
        }
        let _ = self.queue.send(request);
    }
}

/// Sends one request after the other until there are no more to come.
fn work(requests: &Mutex<Receiver<Request>>, messages: &Sender<Message>) {
    loop {
        let request = requests.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Request { mut batch, ids, backend }) = request else { return };
        let read = catch_panic(|| {
            let waited = batch.waits.then(|| backend.wait(&ids, LONGEST_WAIT)).flatten();
            batch.waits = waited.is_some();
            match (waited, ids.as_slice()) {
                (Some(waited), _) => {
                    batch.at_once = waited.at_once;
                    waited.results
                }
                (None, [id]) => vec![backend.get(id)],
                (None, ids) => backend.get_many(ids),
            }
        });
        let answers = read.unwrap_or_else(|bug| vec![Err(bug); ids.len()]);
        let batch_size = backend.batch();
        if messages.send(Message::Answers { batch, answers, batch_size }).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jiff::SignedDuration;

    use super::*;
    use crate::api::tests::offline;
    use crate::engine::verdict::Goal;
    use crate::http::{self, Client};
    use crate::task::State;
    use crate::util::clock::SystemClock;

    /// A server that a test answers for; the number says how often that task was read.
    struct Fake {
        client: Client,
        answer: fn(&str, usize) -> Result<State, Error>,
        reads: AtomicUsize,
    }

    impl Backend for Fake {
        fn get(&self, id: &TaskId) -> Result<Task, Error> {
            let read = self.reads.fetch_add(1, Ordering::SeqCst) + 1;
            (self.answer)(id.as_str(), read).map(|state| Task::new(id.clone(), state, None))
        }

        fn client(&self) -> &Client {
            &self.client
        }

        fn nonexistent_task(&self) -> http::Request {
            http::Request::get(&[])
        }
    }

    #[derive(Default)]
    struct Log(Vec<String>);

    impl Observer for Log {
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
        let clock = SystemClock::default();
        let deadline = timeout.map(|timeout| clock.monotonic() + timeout);
        run_by(&clock, ids, deadline, None, answer)
    }

    fn run_by(
        clock: &dyn Clock,
        ids: &[&str],
        deadline: Option<Duration>,
        until: Option<Timestamp>,
        answer: fn(&str, usize) -> Result<State, Error>,
    ) -> (Ended, Vec<String>) {
        let fake = Arc::new(Fake { client: offline(), answer, reads: AtomicUsize::new(0) });
        let pace = Pace {
            interval: Duration::from_secs(2),
            max_interval: Duration::from_secs(2),
            jobs: 2,
            batch_size: 1,
            waits: false,
        };
        let endpoint =
            Endpoint { profile: "p".to_owned(), backend: Arc::clone(&fake) as Arc<dyn Backend>, pace };
        let name = |id: &str| {
            Arc::new(TaskRef {
                reference: format!("p/{id}"),
                backend: "vcda",
                profile: "p".to_owned(),
                id: id.to_owned(),
                host: fake.host(),
            })
        };
        let targets: Vec<Target> = ids
            .iter()
            .map(|id| Target { task_ref: name(id), id: TaskId::new(id).expect("an id"), endpoint: 0 })
            .collect();
        let plan = Plan {
            endpoints: std::slice::from_ref(&endpoint),
            targets: &targets,
            tree: false,
            rules: Rules {
                goal: Goal::End,
                any: false,
                fail_fast: false,
                deadline,
                once: false,
                retry_for: Duration::from_secs(60),
                allow_missing: Duration::ZERO,
            },
            until,
            timeout_code: None,
            heartbeat: Duration::from_secs(60),
            clock,
            stop: &Stop::new(),
            seed: 1,
            raw: false,
        };
        let mut log = Log::default();
        let (sender, inbox) = mpsc::channel();
        let ended = follow(plan, &sender, &inbox, &mut log);
        (ended, log.0)
    }

    #[test]
    fn requests_are_sent_side_by_side_by_no_more_threads_than_are_in_flight() {
        let threads: Arc<Mutex<std::collections::HashSet<std::thread::ThreadId>>> = Arc::default();
        struct Threads(
            Arc<Mutex<std::collections::HashSet<std::thread::ThreadId>>>,
            std::sync::Barrier,
            Client,
        );
        impl Backend for Threads {
            fn get(&self, id: &TaskId) -> Result<Task, Error> {
                self.0.lock().expect("a lock").insert(std::thread::current().id());
                self.1.wait();
                Ok(Task::new(id.clone(), State::Succeeded, None))
            }

            fn client(&self) -> &Client {
                &self.2
            }

            fn nonexistent_task(&self) -> http::Request {
                http::Request::get(&[])
            }
        }
        let (sender, inbox) = mpsc::channel();
        let mut workers = Workers::new(sender);
        let backend: Arc<dyn Backend> =
            Arc::new(Threads(Arc::clone(&threads), std::sync::Barrier::new(2), offline()));
        let pace = Pace { jobs: 2, batch_size: 1, ..Pace::default() };
        let deadline = None;
        let rules = Rules {
            goal: Goal::End,
            any: false,
            fail_fast: false,
            deadline,
            once: false,
            retry_for: Duration::ZERO,
            allow_missing: Duration::ZERO,
        };
        let mut scheduler = Scheduler::new(rules, &[pace], &[0; 50], Duration::ZERO, 1);
        loop {
            match scheduler.next(Duration::ZERO) {
                Step::Fetch(batch) => {
                    let ids = vec![TaskId::new("t").expect("an id")];
                    let request = Request { batch, ids, backend: Arc::clone(&backend) };
                    workers.send(request, scheduler.in_flight());
                }
                Step::Done(outcome) => break assert_eq!(outcome, Outcome::Ok),
                _ => {
                    // Two requests meet at the barrier: were one to wait for the other's thread, none would come back.
                    let answer = inbox.recv_timeout(Duration::from_secs(60)).expect("an answer");
                    let Message::Answers { batch, answers, batch_size } = answer else { continue };
                    scheduler.answered(batch, answers, batch_size, Duration::ZERO);
                }
            }
        }
        assert_eq!(threads.lock().expect("a lock").len(), 2);
    }

    #[test]
    fn a_worker_that_panics_is_an_error_of_its_task_alone() {
        let (ended, log) = run(&["bad", "good"], None, |id, _| match id {
            "bad" => std::panic::resume_unwind(Box::new("a bug")),
            _ => Ok(State::Succeeded),
        });
        assert_eq!((ended.outcome, ended.exit_code), (Outcome::Error, 1));
        assert!(ended.readings[0].task.as_ref().is_err_and(|error| error.message.contains("bug")));
        assert!(ended.readings[1].task.is_ok());
        assert!(log.iter().any(|line| line.starts_with("end bad: this is a bug")), "{log:?}");
        assert_eq!(log.last().map(String::as_str), Some("summary 1"));
    }

    #[test]
    fn a_task_that_was_never_read_says_why_when_the_time_is_up() {
        let (ended, _) = run(&["a"], Some(Duration::from_millis(50)), |_, _| {
            Err(Error { retryable: true, ..Error::new(Kind::Network, "cannot connect to fake:443") })
        });
        assert_eq!(ended.outcome, Outcome::Timeout);
        assert_eq!(
            ended.readings[0].task.as_ref().map(|_| ()).map_err(|error| error.message.as_str()),
            Err("cannot connect to fake:443")
        );
    }

    /// A clock of a machine that sleeps for eight hours whenever nothing is under way; only the date goes on meanwhile.
    #[derive(Default)]
    struct Sleepy(Mutex<Duration>);

    impl Clock for Sleepy {
        fn now(&self) -> Timestamp {
            let hours = SignedDuration::try_from(*self.0.lock().expect("a lock")).expect("some hours");
            Timestamp::UNIX_EPOCH + hours
        }

        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }

        fn wait_until(&self, _until: Duration, busy: bool) -> Option<Duration> {
            if !busy {
                *self.0.lock().expect("a lock") += Duration::from_hours(8);
            }
            (!busy).then_some(Duration::ZERO)
        }

        fn sleep(&self, _: Duration, _: &Stop) -> Result<(), crate::util::clock::Interrupted> {
            Ok(())
        }
    }

    #[test]
    fn a_machine_that_slept_finds_its_watch_over() {
        let until = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let (ended, _) =
            run_by(&Sleepy::default(), &["a"], Some(Duration::from_hours(1)), Some(until), |_, _| {
                Ok(State::Running)
            });
        assert_eq!(ended.outcome, Outcome::Timeout);
    }
}
