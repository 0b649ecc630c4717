//! When to poll what, and when a watch is over.
//!
//! A [`Scheduler`] has no thread, no clock and no I/O. It is asked what to do [`next`](Scheduler::next) and handed the
//! [answers](Scheduler::answered); times are durations on one monotonic scale. [`super::driver`] runs it, and
//! [`super::verdict`] decides what a single answer means.
//!
//! An endpoint is one server with its pace; a batch is the tasks of one endpoint that one request reads. A batch waits in
//! the queue of its endpoint until it is due, or is under way. It waits longer while nothing changes, backs off while it
//! cannot be read, and is split where a request is too large or one id spoils it.
//!
//! Rules: only the task's own verdict ends a task as failed; trouble with a server is retried for some time; a task that
//! has ended is not polled again; the order of answers does not change the outcome; the tasks that were asked for
//! decide, and their subtasks are only shown.

use std::collections::BTreeMap;
use std::time::Duration;

use super::verdict::{self, Failure, Fingerprint, Goal, Verdict};
use crate::error::{Error, Kind};
use crate::http::backoff;
use crate::outcome::Outcome;
use crate::task::Task;

/// How long a task that was seen may be missing: servers restart, and load balancers have more than one behind them.
const MISSING_GRACE: Duration = Duration::from_secs(30);

/// How long the final poll of subtasks is retried: the outcome is known by then, and the user waits for it.
const FINAL_RETRY: Duration = Duration::from_secs(10);

/// No server is polled more often than this.
pub const SHORTEST_INTERVAL: Duration = Duration::from_millis(200);

/// Nor is it asked more often to tell of changes: what changes without a pause is told in one answer.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// The rules of one watch.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What each task must reach.
    pub goal: Goal,
    /// The first task to reach it ends the watch.
    pub any: bool,
    /// The first task that failed ends the watch.
    pub fail_fast: bool,
    /// When the watch ends whatever happens, on the monotonic scale.
    pub deadline: Option<Duration>,
    /// Every task is polled once, and nothing is retried.
    pub once: bool,
    /// How long to retry without one good answer.
    pub retry_for: Duration,
    /// How long after the start a task may be missing.
    pub allow_missing: Duration,
}

impl Rules {
    /// How long to wait before a retry. The last one is made when the time is up, not some seconds before it, and not
    /// later even where the server asks for more: a page that says "in an hour" is often gone in a minute.
    fn retry_delay(&self, failures: u32, error: &Error, since: Duration, now: Duration) -> Duration {
        let left = (since + self.retry_for).saturating_sub(now);
        backoff::delay(failures, error.retry_after).min(left).max(SHORTEST_INTERVAL)
    }
}

/// How one endpoint is polled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// The first gap between two polls.
    pub interval: Duration,
    /// The longest gap.
    pub max_interval: Duration,
    /// Requests in flight.
    pub jobs: usize,
    /// Tasks in one request.
    pub batch_size: usize,
    /// Whether the server can tell of changes, and may be asked to.
    pub waits: bool,
}

/// What to do next.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// Read these tasks in one request, and hand the answers to [`Scheduler::answered`].
    Fetch(Batch),
    /// Nothing until then, unless an answer comes.
    SleepUntil(Duration),
    /// Nothing until an answer comes.
    Wait,
    /// It is over.
    Done(Outcome),
}

/// Tasks of one endpoint that are read together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The endpoint, by its position.
    pub endpoint: usize,
    /// The tasks, by their positions.
    pub tasks: Vec<usize>,
    /// When it was sent the last time.
    polled_at: Option<Duration>,
    /// The gap until the next poll, if nothing changes before.
    interval: Duration,
    failures: u32,
    trouble_since: Option<Duration>,
    /// Whether its trouble was emitted as that of its tasks.
    emitted: bool,
    /// Whether the server may be asked to tell of changes, instead of how its tasks are now.
    pub waits: bool,
    /// Whether its answer told of changes, so that more may follow at any moment.
    pub at_once: bool,
    /// Whether the server was ever asked to tell of its changes.
    has_waited: bool,
}

impl Batch {
    /// Takes the tasks from `at` on out, as a batch with the same past.
    fn split_off(&mut self, at: usize) -> Batch {
        Batch { tasks: self.tasks.split_off(at), ..*self }
    }

    /// Whether it may be polled together with others: not while it gives trouble, which would spoil theirs, nor too
    /// soon after its last poll.
    fn can_join(&self, now: Duration) -> bool {
        self.failures == 0 && self.may_be_polled_from(now) == now
    }

    /// When it may be polled again, from `now` on.
    fn may_be_polled_from(&self, now: Duration) -> Duration {
        self.polled_at.map_or(now, |polled_at| now.max(polled_at + SHORTEST_INTERVAL))
    }
}

/// What an answer changed.
#[derive(Debug)]
pub enum Transition {
    /// The task was read.
    Read {
        /// The task.
        task: usize,
        /// What was read.
        reading: Box<Task>,
        /// How it differs from the last reading.
        change: Change,
        /// Whether it settles the task.
        is_end: bool,
    },
    /// The task is given up.
    Lost {
        /// The task.
        task: usize,
        /// Why.
        error: Error,
    },
    /// An endpoint gave no good answer and is asked again.
    Retry {
        /// The endpoint.
        endpoint: usize,
        /// Why.
        error: Error,
        /// How often in a row.
        failures: u32,
        /// After this long.
        delay: Duration,
        /// It has given no good answer since then.
        since: Duration,
        /// When it is given up.
        until: Duration,
    },
    /// This task cannot be read while others of its endpoint can; emitted once until it can be read again.
    TaskRetry {
        /// The task.
        task: usize,
        /// Why.
        error: Error,
        /// How often in a row.
        failures: u32,
        /// It is asked again after this long.
        delay: Duration,
    },
    /// An endpoint gives good answers again.
    Recovered {
        /// The endpoint.
        endpoint: usize,
        /// After this long without one.
        after: Duration,
    },
}

/// How a reading differs from the last one of its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is the first.
    First,
    /// Something that is displayed is another than before.
    Changed,
    /// Nothing is.
    Same,
}

#[derive(Debug, Default)]
struct Watched {
    endpoint: usize,
    /// It was not asked for: a task that was asked for named it.
    is_subtask: bool,
    last: Option<Fingerprint>,
    /// Since when this task could not be read whenever it was polled.
    trouble_since: Option<Duration>,
    missing_since: Option<Duration>,
    settled: Option<Verdict>,
}

impl Watched {
    /// Whether it is still to be polled; once the outcome is `decided`, only subtasks are.
    fn is_open(&self, decided: bool) -> bool {
        self.settled.is_none() && (self.is_subtask || !decided)
    }

    /// Whether it was read, so that it is enough to hear of changes. The end of a watch does not wait for subtasks.
    fn may_be_waited_for(&self) -> bool {
        self.last.is_some()
            && !self.is_subtask
            && self.missing_since.is_none()
            && self.trouble_since.is_none()
    }
}

#[derive(Debug, Default)]
struct Endpoint {
    pace: Pace,
    /// Batches that are not in flight, by the time at which they are due and the order in which they were queued.
    queue: BTreeMap<(Duration, usize), Batch>,
    queued: usize,
    in_flight: usize,
    /// No request before this, after trouble or because the server asked for it.
    not_before: Duration,
    failures: u32,
    trouble_since: Option<Duration>,
    last_good: Option<Duration>,
}

impl Endpoint {
    fn is_wrong_address(&self, error: &Error) -> bool {
        self.last_good.is_none() && verdict::is_wrong_address(error)
    }

    /// Whether a batch may keep a request for long: not in trouble, which short ones find the end of, and only where each
    /// batch of the endpoint can have a request of its own.
    fn may_wait(&self, batch: &Batch) -> bool {
        let is_well = batch.failures == 0 && self.trouble_since.is_none();
        self.pace.waits && is_well && self.queue.len() + self.in_flight <= self.pace.jobs.max(1)
    }

    fn push(&mut self, due: Duration, batch: Batch) {
        self.queued += 1;
        self.queue.insert((due, self.queued), batch);
    }

    /// What to do for this endpoint alone, where these of its tasks are still to be polled.
    fn next(&mut self, is_open: impl Fn(&usize) -> bool, now: Duration) -> Step {
        // In trouble one request is enough to find out whether it is over.
        let jobs = if self.trouble_since.is_some() { 1 } else { self.pace.jobs.max(1) };
        if self.in_flight >= jobs {
            return Step::Wait;
        }
        let (due, mut batch) = loop {
            let Some(first) = self.queue.first_entry() else { return Step::Wait };
            // This runs after each answer of any batch: as a rule the first task shows that this one is still needed.
            let is_needed = first.get().tasks.iter().any(&is_open);
            let due = first.key().0.max(self.not_before);
            if is_needed && due > now {
                return Step::SleepUntil(due);
            }
            let batch = first.remove();
            if is_needed {
                break (due, batch);
            }
        };
        self.in_flight += 1;
        batch.tasks.retain(&is_open);
        let size = self.pace.batch_size.max(1);
        while batch.tasks.len() > size {
            // A server can lose its batched form.
            let at = (batch.tasks.len() - 1) / size * size;
            self.push(due, batch.split_off(at));
        }
        // Small batches that are due soon come along.
        let soon = now + batch.interval / 2;
        while batch.can_join(now)
            && let Some(mut other) = self.queue.first_entry()
        {
            other.get_mut().tasks.retain(&is_open);
            let is_too_large = batch.tasks.len() + other.get().tasks.len() > size;
            if is_too_large || other.key().0 > soon || !other.get().can_join(now) {
                break;
            }
            batch.tasks.extend(other.remove().tasks);
        }
        batch.polled_at = Some(now);
        Step::Fetch(batch)
    }
}

/// Decides when to poll what, and when a watch is over.
pub struct Scheduler {
    rules: Rules,
    started_at: Duration,
    tasks: Vec<Watched>,
    endpoints: Vec<Endpoint>,
    /// How many of the tasks that were asked for are not settled.
    unsettled: usize,
    unsettled_subtasks: usize,
    /// Whether `--any`, `--fail-fast` or a condition that cannot be met any more has decided the outcome.
    enough: bool,
    /// When the outcome was known. From then on each open subtask is polled once more.
    decided_at: Option<Duration>,
    random: fastrand::Rng,
    /// What the answer that is being taken has changed so far.
    transitions: Vec<Transition>,
}

impl Scheduler {
    /// A watch over tasks, given by the endpoint of each, that starts at `now`. `seed` decides the jitter.
    pub fn new(rules: Rules, paces: &[Pace], tasks: &[usize], now: Duration, seed: u64) -> Scheduler {
        let mut scheduler = Scheduler {
            rules,
            started_at: now,
            tasks: tasks.iter().map(|&endpoint| Watched { endpoint, ..Watched::default() }).collect(),
            endpoints: paces.iter().map(|&pace| Endpoint { pace, ..Endpoint::default() }).collect(),
            unsettled: tasks.len(),
            unsettled_subtasks: 0,
            enough: false,
            decided_at: None,
            random: fastrand::Rng::with_seed(seed),
            transitions: Vec::new(),
        };
        for endpoint in 0..paces.len() {
            let members: Vec<usize> = (0..tasks.len()).filter(|&task| tasks[task] == endpoint).collect();
            scheduler.add_batches(endpoint, &members, now);
        }
        scheduler
    }

    /// Adds so many subtasks of tasks of one endpoint, to be polled from `now` on. Their positions are the next ones.
    ///
    /// How a subtask ends, and whether it can be read, does not change the outcome of a watch, nor is it waited for:
    /// when the tasks that were asked for are settled, subtasks that have not ended are polled once more. A single
    /// reading of tasks is over when each subtask was read too, and one that cannot be read counts.
    pub fn add_subtasks(&mut self, endpoint: usize, count: usize, now: Duration) {
        let subtasks: Vec<usize> = (self.tasks.len()..self.tasks.len() + count).collect();
        self.tasks.extend(subtasks.iter().map(|_| Watched {
            endpoint,
            is_subtask: true,
            ..Watched::default()
        }));
        self.unsettled_subtasks += count;
        self.add_batches(endpoint, &subtasks, now);
    }

    /// Queues these tasks in as few batches as may be.
    fn add_batches(&mut self, endpoint: usize, tasks: &[usize], due: Duration) {
        let Pace { batch_size, interval, .. } = self.endpoints[endpoint].pace;
        for tasks in tasks.chunks(batch_size.max(1)) {
            let batch = Batch { endpoint, tasks: tasks.to_vec(), interval, ..Batch::default() };
            self.endpoints[endpoint].push(due, batch);
        }
    }

    /// Sets the deadline, if it was to be later.
    pub fn end_by(&mut self, deadline: Duration) {
        self.rules.deadline = Some(self.rules.deadline.map_or(deadline, |known| known.min(deadline)));
    }

    /// What to do at `now`.
    pub fn next(&mut self, now: Duration) -> Step {
        let is_late = self.rules.deadline.is_some_and(|deadline| now >= deadline);
        let is_decided = self.unsettled == 0 || self.enough;
        if is_decided && self.decided_at.is_none() {
            self.decided_at = Some(now);
            if self.unsettled_subtasks > 0 && !self.polls_once() {
                self.begin_final_poll(now);
            }
        }
        if is_late || is_decided && self.unsettled_subtasks == 0 {
            return Step::Done(self.outcome());
        }
        let mut wake = self.rules.deadline;
        let decided = self.decided_at.is_some();
        for endpoint in &mut self.endpoints {
            match endpoint.next(|&task| self.tasks[task].is_open(decided), now) {
                Step::Fetch(mut batch) => {
                    let is_known = |&task: &usize| self.tasks[task].may_be_waited_for();
                    batch.waits = endpoint.may_wait(&batch) && batch.tasks.iter().all(is_known);
                    batch.at_once = false;
                    batch.has_waited |= batch.waits;
                    return Step::Fetch(batch);
                }
                Step::SleepUntil(due) => wake = Some(wake.map_or(due, |wake| wake.min(due))),
                Step::Wait => {}
                step => return step,
            }
        }
        wake.map_or(Step::Wait, Step::SleepUntil)
    }

    /// Whether every task is polled once only, subtasks too.
    fn polls_once(&self) -> bool {
        self.rules.once || matches!(self.rules.goal, Goal::Reading { .. })
    }

    /// Makes every open subtask due as soon as it may be polled.
    fn begin_final_poll(&mut self, now: Duration) {
        self.rules.retry_for = self.rules.retry_for.min(FINAL_RETRY);
        for endpoint in &mut self.endpoints {
            endpoint.not_before = endpoint.not_before.min(now + self.rules.retry_for);
            endpoint.queue = std::mem::take(&mut endpoint.queue)
                .into_iter()
                .map(|((due, number), batch)| ((due.min(batch.may_be_polled_from(now)), number), batch))
                .collect();
        }
    }

    /// Takes the answers to a batch, in the order of its tasks, at `now`. `batch_size` is how many tasks the backend
    /// takes in one request from now on.
    pub fn answered(
        &mut self,
        mut batch: Batch,
        answers: Vec<Result<Task, Error>>,
        batch_size: usize,
        now: Duration,
    ) -> Vec<Transition> {
        let endpoint = &mut self.endpoints[batch.endpoint];
        endpoint.in_flight -= 1;
        endpoint.pace.batch_size = batch_size.max(1);
        let sent_at = batch.polled_at.unwrap_or(now);
        let is_good = answers.iter().any(Result::is_ok);
        if is_good {
            self.recover(&mut batch, now);
        }
        let mut changed = false;
        let mut troubles: Vec<(usize, Error)> = Vec::new();
        for (&task, answer) in batch.tasks.iter().zip(answers) {
            match answer {
                _ if self.is_settled(task) => {}
                Ok(reading) => changed |= self.read(task, reading, sent_at),
                Err(error) => {
                    if self.failed(task, &error, sent_at, now) {
                        troubles.push((task, error));
                    }
                }
            }
        }
        match troubles.last() {
            Some((_, error)) if !is_good => self.back_off(batch, error, now),
            _ => {
                let delay = self.gap(&mut batch, changed, now);
                // What began to give trouble beside good answers of the same request: it is theirs, not the server's.
                troubles.retain(|(task, _)| {
                    let watched = &self.tasks[*task];
                    watched.settled.is_none() && watched.trouble_since == Some(now)
                });
                let retry = |(task, error)| Transition::TaskRetry { task, error, failures: 1, delay };
                self.transitions.extend(troubles.into_iter().map(retry));
                self.endpoints[batch.endpoint].push(now + delay, batch);
            }
        }
        std::mem::take(&mut self.transitions)
    }

    /// Notes that an endpoint and a batch of it gave a good answer.
    fn recover(&mut self, batch: &mut Batch, now: Duration) {
        batch.failures = 0;
        batch.trouble_since = None;
        batch.emitted = false;
        let endpoint = &mut self.endpoints[batch.endpoint];
        endpoint.last_good = Some(now);
        endpoint.failures = 0;
        let Some(since) = endpoint.trouble_since.take() else { return };
        let after = now.saturating_sub(since);
        self.transitions.push(Transition::Recovered { endpoint: batch.endpoint, after });
        // While the server was lost nothing was learnt about its other tasks, so that time does not count for them.
        // What counted before it stays, or tasks that err beside one that does not could take turns for ever.
        let tasks = self.tasks.iter_mut().filter(|task| task.endpoint == batch.endpoint);
        let of_batches = endpoint.queue.values_mut().filter_map(|batch| batch.trouble_since.as_mut());
        for since in of_batches.chain(tasks.filter_map(|task| task.trouble_since.as_mut())) {
            *since = now.min(*since + after);
        }
    }

    /// Takes a good reading. Returns whether it differs from the last one.
    fn read(&mut self, task: usize, reading: Task, sent_at: Duration) -> bool {
        let is_last = self.polls_once() || self.decided_at.is_some_and(|decided_at| sent_at >= decided_at);
        let watched = &mut self.tasks[task];
        // A task that can be read again is emitted even when it is as it was.
        let is_back = watched.trouble_since.take().is_some() | watched.missing_since.take().is_some();
        let fingerprint = Fingerprint::of(&reading);
        let changed = watched.last.as_ref().is_some_and(|last| *last != fingerprint);
        let is_first = watched.last.replace(fingerprint).is_none();
        let change = match () {
            () if is_first => Change::First,
            () if changed || is_back => Change::Changed,
            () => Change::Same,
        };
        let verdict = match watched.is_subtask {
            true => reading.state.ended().then_some(Verdict::Reached(Outcome::Ok)),
            false => self.rules.goal.verdict(self.rules.fail_fast, &reading),
        };
        let (reading, is_end) = (Box::new(reading), verdict.is_some());
        self.transitions.push(Transition::Read { task, reading, change, is_end });
        match verdict {
            Some(verdict) => self.settle(task, verdict),
            None if self.tasks[task].is_subtask && is_last => {
                self.settle(task, Verdict::Reached(Outcome::Ok));
            }
            None if self.rules.once => self.settle(task, Verdict::Lost(Outcome::Pending)),
            None => {}
        }
        changed
    }

    /// Takes the error of a task that could not be read. Returns whether it may pass.
    fn failed(&mut self, task: usize, error: &Error, sent_at: Duration, now: Duration) -> bool {
        let endpoint = &self.endpoints[self.tasks[task].endpoint];
        // A server that was trusted is given one more look: another may answer for it while it starts.
        let is_first = endpoint.trouble_since.is_none_or(|since| sent_at <= since);
        let was_trusted = error.kind == Kind::Tls && endpoint.last_good.is_some() && is_first;
        match Failure::of(error) {
            Failure::Missing => self.missing(task, error, now),
            Failure::Task => self.lose(task, error, error.outcome()),
            Failure::Endpoint if !was_trusted => {
                self.lose_endpoint(self.tasks[task].endpoint, error, error.outcome());
            }
            Failure::Endpoint | Failure::Transient => {
                let watched = &mut self.tasks[task];
                // This answer does not say that the task is missing.
                watched.missing_since = None;
                let since = *watched.trouble_since.get_or_insert(now);
                if self.rules.once || now.saturating_sub(since) >= self.rules.retry_for {
                    self.lose(task, error, self.outcome_of_trouble(self.tasks[task].endpoint, error));
                }
                return true;
            }
        }
        false
    }

    /// Takes the API's word that there is no such task: it may be too soon, or only for a moment.
    fn missing(&mut self, task: usize, error: &Error, now: Duration) {
        let is_last = self.polls_once() || self.decided_at.is_some();
        let watched = &mut self.tasks[task];
        // A subtask was named by its task, which is as good as a reading.
        let is_known = if watched.is_subtask { !is_last } else { watched.last.is_some() };
        let bound = match is_known {
            true => *watched.missing_since.get_or_insert(now) + MISSING_GRACE,
            false => self.started_at + self.rules.allow_missing,
        };
        if now >= bound || self.rules.once {
            self.lose(task, error, error.outcome());
        }
    }

    /// What trouble counts as when it is not retried any longer.
    fn outcome_of_trouble(&self, endpoint: usize, error: &Error) -> Outcome {
        match self.endpoints[endpoint].is_wrong_address(error) {
            true => error.outcome(),
            false => Outcome::Unreachable,
        }
    }

    /// Backs off after a request that brought no good answer.
    ///
    /// It is the server's trouble when nothing else of it answers; then the whole endpoint waits, and is given up after
    /// `retry_for`. While others answer, only this batch waits; so does one that holds only subtasks, since the tasks
    /// that were asked for find out by themselves whether the server is lost.
    fn back_off(&mut self, mut batch: Batch, error: &Error, now: Duration) {
        let endpoint = &mut self.endpoints[batch.endpoint];
        batch.failures += 1;
        let since = *batch.trouble_since.get_or_insert(now);
        let is_busy = endpoint.in_flight > 0;
        let is_alone = endpoint.queue.is_empty() && !is_busy;
        let others_answer = endpoint
            .last_good
            .is_some_and(|good| Some(good) >= batch.polled_at || !is_alone && good >= since);
        let only_subtasks =
            self.decided_at.is_none() && batch.tasks.iter().all(|&task| self.tasks[task].is_subtask);
        // One answer from a wrong address says nothing of tasks that were not polled yet.
        let has_unpolled = endpoint.queue.values().any(|other| other.polled_at.is_none());
        let may_be_right = has_unpolled && endpoint.is_wrong_address(error);
        // Halves find out which id it is that spoils the answer for all that are in the request with it.
        let is_spoilt = verdict::may_be_spoilt(error) && batch.failures > 1 && batch.tasks.len() > 1;
        let rest = is_spoilt.then(|| batch.split_off(batch.tasks.len() / 2));
        let delay = if others_answer || is_busy || only_subtasks || may_be_right {
            if let Some(wait) = error.retry_after {
                endpoint.not_before = endpoint.not_before.max(now + wait.min(self.rules.retry_for));
            }
            self.rules.retry_delay(batch.failures, error, since, now)
        } else {
            self.back_off_endpoint(batch.endpoint, error, since, now)
        };
        if others_answer && !std::mem::replace(&mut batch.emitted, true) {
            let (failures, decided) = (batch.failures, self.decided_at.is_some());
            let open = batch.tasks.iter().filter(|&&task| self.tasks[task].is_open(decided));
            let retry = |&task| Transition::TaskRetry { task, error: error.clone(), failures, delay };
            self.transitions.extend(open.map(retry));
        }
        let endpoint = &mut self.endpoints[batch.endpoint];
        for part in [Some(batch), rest].into_iter().flatten() {
            endpoint.push(now + delay, part);
        }
    }

    /// Backs off a whole endpoint, or gives it up. Returns for how long.
    fn back_off_endpoint(
        &mut self,
        number: usize,
        error: &Error,
        since: Duration,
        now: Duration,
    ) -> Duration {
        let endpoint = &mut self.endpoints[number];
        let since = *endpoint.trouble_since.get_or_insert(since);
        // With nothing in flight whose answer could show the opposite, a wrong address is final at once.
        let is_over = now >= since + self.rules.retry_for || self.rules.once;
        let looks_once = matches!(self.rules.goal, Goal::Reading { .. }) && endpoint.last_good.is_none();
        let is_final = endpoint.is_wrong_address(error) || looks_once && error.is_of_wrong_address();
        if is_over || is_final {
            self.lose_endpoint(number, error, self.outcome_of_trouble(number, error));
            return Duration::ZERO;
        }
        endpoint.failures += 1;
        let failures = endpoint.failures;
        let delay = self.rules.retry_delay(failures, error, since, now);
        endpoint.not_before = now + delay;
        let until = since + self.rules.retry_for;
        let until = self.rules.deadline.map_or(until, |deadline| deadline.min(until));
        let error = error.clone();
        self.transitions.push(Transition::Retry { endpoint: number, error, failures, delay, since, until });
        delay
    }

    /// The gap until the next poll, which grows while nothing changes; ten per cent more or less, at random.
    fn gap(&mut self, batch: &mut Batch, changed: bool, now: Duration) -> Duration {
        if self.decided_at.is_some() && batch.polled_at < self.decided_at {
            // It was sent before the final poll began, so that is still to come.
            return batch.may_be_polled_from(now) - now;
        }
        let is_known = |&task: &usize| self.tasks[task].may_be_waited_for();
        if !batch.has_waited
            && self.endpoints[batch.endpoint].may_wait(batch)
            && batch.tasks.iter().all(is_known)
        {
            // What changes from the first look on is told.
            return Duration::ZERO;
        }
        let since = match batch.polled_at.filter(|_| batch.waits) {
            Some(polled_at) if batch.at_once => return (polled_at + SHORTEST_WAIT).saturating_sub(now),
            // The server kept the request while nothing changed: that was the gap, or a part of it.
            Some(polled_at) => now.saturating_sub(polled_at),
            None => Duration::ZERO,
        };
        let pace = self.endpoints[batch.endpoint].pace;
        let gap = if changed { pace.interval } else { batch.interval };
        batch.interval = gap.mul_f64(1.5).min(pace.max_interval.max(pace.interval));
        let jitter = 0.9 + 0.2 * self.random.f64();
        gap.mul_f64(jitter).max(SHORTEST_INTERVAL).saturating_sub(since)
    }

    fn lose(&mut self, task: usize, error: &Error, outcome: Outcome) {
        if !self.is_settled(task) {
            self.settle(task, Verdict::Lost(outcome));
            self.transitions.push(Transition::Lost { task, error: error.clone() });
        }
    }

    fn lose_endpoint(&mut self, endpoint: usize, error: &Error, outcome: Outcome) {
        for task in 0..self.tasks.len() {
            if self.tasks[task].endpoint == endpoint {
                self.lose(task, error, outcome);
            }
        }
    }

    fn settle(&mut self, task: usize, verdict: Verdict) {
        self.tasks[task].settled = Some(verdict);
        if self.tasks[task].is_subtask {
            self.unsettled_subtasks -= 1;
            return;
        }
        self.unsettled -= 1;
        let failed = verdict.outcome() == Outcome::Failed;
        self.enough |= match verdict {
            Verdict::Reached(_) if self.rules.any => true,
            // Where all must meet a condition, one that cannot meet it any more decides.
            Verdict::Lost(_) if failed && !self.rules.any => true,
            _ => self.rules.fail_fast && failed,
        };
    }

    /// The outcome if the watch ended now.
    fn outcome(&self) -> Outcome {
        let subtasks_count = matches!(self.rules.goal, Goal::Reading { .. });
        let counted = self.tasks.iter().filter(|task| subtasks_count || !task.is_subtask);
        let left_open = self.unsettled > 0 && !self.enough;
        verdict::overall(counted.filter_map(|task| task.settled), self.rules.any, left_open)
    }

    /// Whether a task is not polled any more, because it is settled or because others have decided the outcome.
    pub fn is_settled(&self, task: usize) -> bool {
        !self.tasks[task].is_open(self.decided_at.is_some())
    }

    /// How many requests are in flight.
    pub fn in_flight(&self) -> usize {
        self.endpoints.iter().map(|endpoint| endpoint.in_flight).sum()
    }
}

#[cfg(test)]
mod tests;
