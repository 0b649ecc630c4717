//! When to ask what, and when it is over: pure scheduling and transitions.
//!
//! A [`Watcher`] has no thread, no clock and no I/O. It is asked what to do [`next`](Watcher::next) and told what was
//! [seen](Watcher::saw); time is handed in as durations on one monotonic scale. [`crate::engine::driver`] drives it.
//!
//! Rules it keeps: only the task's own verdict ends a task as failed; trouble with the server is ridden out by
//! elapsed time; a task that has ended is not asked again; the order of answers does not change the verdict; the tasks
//! that were asked for decide, and parts that are taken in on the way are shown.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;
use std::time::Duration;

use crate::error::{Error, Kind};
use crate::http::backoff;
use crate::outcome::Outcome;
use crate::task::{State, Task};

/// How long a task that was seen may be missing: servers restart, and load balancers have more than one behind them.
pub const MISSING_GRACE: Duration = Duration::from_secs(30);

/// How long the last look at parts goes on without one good answer: the outcome is known by then, and is waited for.
pub const LAST_LOOK: Duration = Duration::from_secs(10);

/// No server is asked more often than this.
pub const SHORTEST_INTERVAL: Duration = Duration::from_millis(200);

/// What a watch waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// The task has ended, however.
    Ended,
    /// It ended well.
    Succeeded,
    /// It ended badly.
    Failed,
    /// It ended because somebody asked it to.
    Cancelled,
    /// It is at work, or was.
    Running,
    /// It waits for something.
    Blocked,
    /// It is at least this far, from 0 to 100.
    Progress(f64),
}

/// How a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not yet.
    Open,
    /// It is met, or was passed.
    Met,
    /// It cannot be met any more.
    Impossible,
}

impl Condition {
    /// The words of every condition; `progress>=` wants a number behind it.
    pub const WORDS: [&'static str; 7] =
        ["ended", "succeeded", "failed", "cancelled", "running", "blocked", "progress>="];

    /// How this condition stands for a task.
    pub fn standing(self, task: &Task) -> Standing {
        let ended = task.state.ended();
        let started = task.started_at.is_some() || task.progress.is_some();
        let met = match self {
            Condition::Ended => ended,
            Condition::Succeeded => matches!(task.state, State::Succeeded),
            Condition::Failed => matches!(task.state, State::Failed { .. }),
            Condition::Cancelled => matches!(task.state, State::Cancelled),
            Condition::Running => match task.state {
                State::Running | State::Failing | State::Cancelling | State::Succeeded => true,
                // A task that ended between two looks has passed it, if it had ever begun.
                // And one that is stopped on its way has been under way.
                State::Failed { .. } | State::Cancelled | State::Blocked => started,
                State::Pending | State::Unknown { .. } => false,
            },
            Condition::Blocked => matches!(task.state, State::Blocked),
            Condition::Progress(wanted) => {
                matches!(task.state, State::Succeeded)
                    || task.percent().is_some_and(|percent| percent >= wanted)
            }
        };
        match (met, ended) {
            (true, _) => Standing::Met,
            (false, true) => Standing::Impossible,
            (false, false) => Standing::Open,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Ended => f.write_str("ended"),
            Condition::Succeeded => f.write_str("succeeded"),
            Condition::Failed => f.write_str("failed"),
            Condition::Cancelled => f.write_str("cancelled"),
            Condition::Running => f.write_str("running"),
            Condition::Blocked => f.write_str("blocked"),
            Condition::Progress(percent) => write!(f, "progress>={percent}"),
        }
    }
}

impl std::str::FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Condition, String> {
        let word = text.trim().to_ascii_lowercase();
        Ok(match word.as_str() {
            "ended" => Condition::Ended,
            "succeeded" => Condition::Succeeded,
            "failed" => Condition::Failed,
            "cancelled" | "canceled" => Condition::Cancelled,
            "running" => Condition::Running,
            "blocked" => Condition::Blocked,
            _ => {
                let number = word.strip_prefix("progress>=").map(|rest| rest.trim_end_matches('%').trim());
                let percent = number.and_then(|number| number.parse::<f64>().ok());
                match percent {
                    Some(percent) if (0.0..=100.0).contains(&percent) => Condition::Progress(percent),
                    Some(_) => return Err(format!("{text:?}: a percentage is from 0 to 100")),
                    None => {
                        return Err(format!(
                            "{text:?} is no condition; there are ended, succeeded, failed, cancelled, running, blocked \
                             and progress>=N"
                        ));
                    }
                }
            }
        })
    }
}

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
    /// Every task is asked once; trouble is not ridden out.
    pub once: bool,
    /// How long to go on without one good answer.
    pub retry_for: Duration,
    /// How long after the start a task may be missing.
    pub allow_missing: Duration,
}

/// How one server is asked.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The first gap between two polls.
    pub interval: Duration,
    /// The longest gap.
    pub max_interval: Duration,
    /// Requests in flight.
    pub jobs: usize,
    /// Tasks in one request.
    pub batch: usize,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Read these tasks of this group in one go, and tell [`Watcher::saw`] with the ticket.
    Fetch {
        /// Names this fetch.
        ticket: u64,
        /// The group, by its position.
        group: usize,
        /// The tasks, by their positions.
        tasks: Vec<usize>,
    },
    /// Nothing until then, unless an answer comes.
    SleepUntil(Duration),
    /// Nothing until an answer comes.
    Wait,
    /// It is over.
    Done(Outcome),
}

/// Something worth telling that an answer brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Transition {
    /// The task was read for the first time.
    First(usize),
    /// The task differs from its last reading.
    Changed(usize),
    /// The task was read and is as it was.
    Same(usize),
    /// The task is settled by its own reading.
    Ended(usize),
    /// The task is given up; the answer's error says why.
    Lost(usize),
    /// A group gave no good answer and is asked again.
    Retry {
        /// The group.
        group: usize,
        /// How often in a row.
        failures: u32,
        /// After this long.
        delay: Duration,
    },
    /// This task cannot be read while others of its group can; told once until it can be read again.
    TaskRetry {
        /// The task.
        task: usize,
        /// How often in a row.
        failures: u32,
        /// It is asked again after this long.
        delay: Duration,
    },
    /// A group gives good answers again.
    Recovered {
        /// The group.
        group: usize,
        /// After this long without one.
        after: Duration,
    },
}

/// What was learnt of one task: what a comparison needs.
#[derive(Clone, Debug, PartialEq)]
struct Fingerprint {
    state: State,
    native: Option<String>,
    percent: Option<f64>,
    message: Option<String>,
    warnings: usize,
}

#[derive(Debug)]
struct Watched {
    group: usize,
    /// It was not asked for, but is part of a task that was.
    part: bool,
    last: Option<Fingerprint>,
    /// When this task began to be unreadable while it was asked.
    trouble_since: Option<Duration>,
    missing_since: Option<Duration>,
    settled: Option<Verdict>,
}

impl Watched {
    fn new(group: usize, part: bool) -> Watched {
        Watched { group, part, last: None, trouble_since: None, missing_since: None, settled: None }
    }

    /// Whether it is still to be read; once it is `decided` how the watch ends, parts alone are.
    fn is_open(&self, decided: bool) -> bool {
        self.settled.is_none() && (self.part || !decided)
    }
}

/// How a task was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It reached the goal; the outcome is its own.
    Reached(Outcome),
    /// It can no longer reach it, or could not be read.
    Lost(Outcome),
}

impl Verdict {
    fn outcome(self) -> Outcome {
        match self {
            Verdict::Reached(outcome) | Verdict::Lost(outcome) => outcome,
        }
    }
}

#[derive(Debug)]
struct Endpoint {
    pace: Pace,
    /// Idle units by the time at which they are due.
    queue: BinaryHeap<Reverse<(Duration, usize)>>,
    in_flight: usize,
    /// Not before this, after trouble or at the server's wish.
    gate: Duration,
    failures: u32,
    trouble_since: Option<Duration>,
    last_good: Option<Duration>,
}

/// Tasks that are read together.
#[derive(Debug)]
struct Batch {
    group: usize,
    tasks: Vec<usize>,
    /// When it was asked last.
    asked: Option<Duration>,
    /// The gap until the next look, if nothing changes before.
    interval: Duration,
    failures: u32,
    trouble_since: Option<Duration>,
    /// Whether its trouble was told as its own.
    told: bool,
}

impl Batch {
    fn new(group: usize, tasks: Vec<usize>, interval: Duration) -> Batch {
        Batch { group, tasks, asked: None, interval, failures: 0, trouble_since: None, told: false }
    }

    /// Takes the tasks from `at` on out, as a unit with the same past.
    fn split_off(&mut self, at: usize) -> Batch {
        Batch { tasks: self.tasks.split_off(at), ..*self }
    }

    /// Whether it may be asked together with others at `now`: one that gives trouble is kept apart, so that it does
    /// not spoil them, and none is asked too often.
    fn is_sociable(&self, now: Duration) -> bool {
        self.failures == 0 && self.asked.is_none_or(|asked| now >= asked + SHORTEST_INTERVAL)
    }
}

struct Fetch {
    group: usize,
    unit: usize,
    begun: Duration,
}

/// Decides when to ask what, and when it is over.
pub struct Watcher {
    rules: Rules,
    begin: Duration,
    tasks: Vec<Watched>,
    groups: Vec<Endpoint>,
    units: Vec<Batch>,
    fetches: BTreeMap<u64, Fetch>,
    next_ticket: u64,
    /// How many of the tasks that were asked for are not settled.
    unsettled: usize,
    /// How many parts are not.
    open_parts: usize,
    /// `--any` or `--fail-fast` has what it waited for.
    enough: bool,
    /// When the tasks that were asked for were done with. From then on parts are looked at once more.
    decided: Option<Duration>,
    over: Option<Outcome>,
    random: fastrand::Rng,
}

impl Watcher {
    /// A watch over tasks, given by the group of each, beginning at `now`. `seed` decides the jitter.
    pub fn new(rules: Rules, paces: &[Pace], groups_of_tasks: &[usize], now: Duration, seed: u64) -> Watcher {
        let mut watcher = Watcher {
            begin: now,
            tasks: Vec::with_capacity(groups_of_tasks.len()),
            groups: paces
                .iter()
                .map(|&pace| Endpoint {
                    pace,
                    queue: BinaryHeap::new(),
                    in_flight: 0,
                    gate: Duration::ZERO,
                    failures: 0,
                    trouble_since: None,
                    last_good: None,
                })
                .collect(),
            units: Vec::new(),
            fetches: BTreeMap::new(),
            next_ticket: 0,
            unsettled: groups_of_tasks.len(),
            open_parts: 0,
            enough: false,
            decided: None,
            over: None,
            random: fastrand::Rng::with_seed(seed),
            rules,
        };
        watcher.tasks.extend(groups_of_tasks.iter().map(|&group| Watched::new(group, false)));
        for group in 0..paces.len() {
            let members: Vec<usize> =
                (0..groups_of_tasks.len()).filter(|&i| groups_of_tasks[i] == group).collect();
            watcher.add_units(group, &members, now);
        }
        watcher
    }

    /// Takes in so many parts of tasks of one group, to be read from `now` on. Their positions are the next ones.
    ///
    /// How a part ends, and whether it can be read, is no word about the outcome of a watch, nor is it waited for:
    /// when the tasks that were asked for are done with, parts that have not ended are looked at once more, and that
    /// is all. A reading of tasks is over when each part was read too, and a part that cannot be read counts.
    pub fn add_parts(&mut self, group: usize, count: usize, now: Duration) {
        let parts: Vec<usize> = (self.tasks.len()..self.tasks.len() + count).collect();
        self.tasks.extend(parts.iter().map(|_| Watched::new(group, true)));
        self.open_parts += count;
        self.add_units(group, &parts, now);
    }

    /// Has these tasks read, in as few requests as may be.
    fn add_units(&mut self, group: usize, tasks: &[usize], due: Duration) {
        let Endpoint { pace, queue, .. } = &mut self.groups[group];
        for tasks in tasks.chunks(pace.batch.max(1)) {
            self.units.push(Batch::new(group, tasks.to_vec(), pace.interval));
            queue.push(Reverse((due, self.units.len() - 1)));
        }
    }

    /// What to do at `now`.
    pub fn next(&mut self, now: Duration) -> Step {
        if let Some(outcome) = self.over {
            return Step::Done(outcome);
        }
        let late = self.rules.deadline.is_some_and(|deadline| now >= deadline);
        let decided = self.unsettled == 0 || self.enough;
        if decided && self.decided.is_none() {
            self.decided = Some(now);
            if self.open_parts > 0 && !self.is_one_look() {
                self.begin_last_look(now);
            }
        }
        if late || decided && self.open_parts == 0 {
            let outcome = self.outcome();
            self.over = Some(outcome);
            return Step::Done(outcome);
        }
        let mut wake: Option<Duration> = self.rules.deadline;
        for group in 0..self.groups.len() {
            match self.fetch_from(group, now) {
                Ok(step) => return step,
                Err(Some(due)) => wake = Some(wake.map_or(due, |wake| wake.min(due))),
                Err(None) => {}
            }
        }
        match wake {
            Some(time) => Step::SleepUntil(time),
            None => Step::Wait,
        }
    }

    /// Whether every task is read once only, parts too.
    fn is_one_look(&self) -> bool {
        self.rules.once || matches!(self.rules.goal, Goal::Reading { .. })
    }

    /// Has every open part asked as soon as it may be.
    fn begin_last_look(&mut self, now: Duration) {
        self.rules.retry_for = self.rules.retry_for.min(LAST_LOOK);
        for group in &mut self.groups {
            group.gate = group.gate.min(now + self.rules.retry_for);
            let waiting = std::mem::take(&mut group.queue);
            group.queue = waiting
                .into_iter()
                .map(|Reverse((due, unit))| {
                    let soon = self.units[unit].asked.map_or(now, |asked| now.max(asked + SHORTEST_INTERVAL));
                    Reverse((due.min(soon), unit))
                })
                .collect();
        }
    }

    /// A fetch from this group, or when there may be one.
    fn fetch_from(&mut self, group: usize, now: Duration) -> Result<Step, Option<Duration>> {
        let state = &mut self.groups[group];
        // In trouble one request is enough to find out whether it is over.
        let jobs = if state.trouble_since.is_some() { 1 } else { state.pace.jobs.max(1) };
        if state.in_flight >= jobs {
            return Err(None);
        }
        loop {
            let Some(&Reverse((due, unit))) = state.queue.peek() else { return Err(None) };
            let due = due.max(state.gate);
            let is_open = |&task: &usize| self.tasks[task].is_open(self.decided.is_some());
            // Asked after each answer of any unit: as a rule the first task says that this one is not done with.
            if !self.units[unit].tasks.iter().any(is_open) {
                state.queue.pop();
                continue;
            }
            if due > now {
                return Err(Some(due));
            }
            state.queue.pop();
            self.units[unit].tasks.retain(is_open);
            // A unit may be larger than what a server that lost its batched form takes.
            let batch = state.pace.batch.max(1);
            let interval = self.units[unit].interval;
            while self.units[unit].tasks.len() > batch {
                let at = self.units[unit].tasks.len().saturating_sub(batch).max(batch);
                let rest = self.units[unit].split_off(at);
                self.units.push(rest);
                state.queue.push(Reverse((due, self.units.len() - 1)));
            }
            // And small ones that are due soon travel along.
            while self.units[unit].is_sociable(now)
                && let Some(&Reverse((other_due, other))) = state.queue.peek()
            {
                self.units[other].tasks.retain(is_open);
                let fits = self.units[unit].tasks.len() + self.units[other].tasks.len() <= batch;
                if !fits || other_due > now + interval / 2 || !self.units[other].is_sociable(now) {
                    break;
                }
                state.queue.pop();
                let more = std::mem::take(&mut self.units[other].tasks);
                self.units[unit].tasks.extend(more);
            }
            let ticket = self.next_ticket;
            self.next_ticket += 1;
            state.in_flight += 1;
            self.units[unit].asked = Some(now);
            self.fetches.insert(ticket, Fetch { group, unit, begun: now });
            return Ok(Step::Fetch { ticket, group, tasks: self.units[unit].tasks.clone() });
        }
    }

    /// Takes the answers of a fetch, in the order of its tasks, at `now`. `batch` is what the backend takes in one
    /// request from now on.
    pub fn saw(
        &mut self,
        ticket: u64,
        answers: &[Result<Task, Error>],
        batch: usize,
        now: Duration,
    ) -> Vec<Transition> {
        let Some(Fetch { group, unit, begun }) = self.fetches.remove(&ticket) else { return Vec::new() };
        self.groups[group].in_flight -= 1;
        self.groups[group].pace.batch = batch.max(1);
        let tasks = self.units[unit].tasks.clone();
        let mut news = Vec::new();
        let mut changed = false;
        let mut trouble: Option<&Error> = None;
        let good = answers.iter().any(Result::is_ok);
        if good {
            self.good_answer(group, unit, now, &mut news);
        }
        for (&task, answer) in tasks.iter().zip(answers) {
            if self.is_settled(task) {
                continue;
            }
            match answer {
                Ok(reading) => changed |= self.read(task, reading, begun, &mut news),
                Err(error) => {
                    if self.missed(task, error, now, &mut news) {
                        trouble = Some(error);
                    }
                }
            }
        }
        let due = match trouble {
            Some(error) if !good => self.trouble(group, unit, begun, error, now, &mut news),
            _ => {
                let gap = match self.decided {
                    // It was asked before the last look began, which it still has to have.
                    Some(decided) if begun < decided => (begun + SHORTEST_INTERVAL).saturating_sub(now),
                    _ => self.gap(group, unit, changed),
                };
                // Beside good answers it is the task that is odd, not the server; its own time for it runs.
                if good {
                    self.tell_odd_ones(&tasks, answers, now, gap, &mut news);
                }
                now + gap
            }
        };
        self.groups[group].queue.push(Reverse((due, unit)));
        news
    }

    /// Tasks that met trouble beside good answers of the same request, at their first time.
    fn tell_odd_ones(
        &self,
        tasks: &[usize],
        answers: &[Result<Task, Error>],
        now: Duration,
        delay: Duration,
        news: &mut Vec<Transition>,
    ) {
        for (&task, answer) in tasks.iter().zip(answers) {
            let watched = &self.tasks[task];
            if answer.is_err() && watched.settled.is_none() && watched.trouble_since == Some(now) {
                news.push(Transition::TaskRetry { task, failures: 1, delay });
            }
        }
    }

    fn good_answer(&mut self, group: usize, unit: usize, now: Duration, news: &mut Vec<Transition>) {
        self.units[unit].failures = 0;
        self.units[unit].trouble_since = None;
        self.units[unit].told = false;
        let state = &mut self.groups[group];
        state.last_good = Some(now);
        state.failures = 0;
        if let Some(since) = state.trouble_since.take() {
            let after = now.saturating_sub(since);
            news.push(Transition::Recovered { group, after });
            // While the server was lost nothing was learnt of the others: that time is not counted as theirs. It does
            // not begin anew, or tasks that err beside one that does not would take turns in that for ever.
            let units = self.units.iter_mut().filter(|unit| unit.group == group);
            let tasks = self.tasks.iter_mut().filter(|task| task.group == group);
            let units = units.filter_map(|unit| unit.trouble_since.as_mut());
            for since in units.chain(tasks.filter_map(|task| task.trouble_since.as_mut())) {
                *since = now.min(*since + after);
            }
        }
    }

    /// A good reading, which was asked for at `begun`. Returns whether it differs from the last one.
    fn read(&mut self, task: usize, reading: &Task, begun: Duration, news: &mut Vec<Transition>) -> bool {
        let last_look = self.is_one_look() || self.decided.is_some_and(|decided| begun >= decided);
        let verdict = match self.tasks[task].part {
            true => reading.state.ended().then_some(Verdict::Reached(Outcome::Ok)),
            false => self.verdict(reading),
        };
        let once = self.rules.once;
        let watched = &mut self.tasks[task];
        let part = watched.part;
        // That it can be read again is news, even when it is as it was.
        let again = watched.trouble_since.take().is_some() | watched.missing_since.take().is_some();
        let glimpse = Fingerprint {
            state: reading.state.clone(),
            native: reading.native_state.clone(),
            percent: reading.percent(),
            message: reading.progress_message.clone(),
            warnings: reading.warnings.len(),
        };
        let kind = match &watched.last {
            None => Transition::First(task),
            Some(last) if *last != glimpse || again => Transition::Changed(task),
            Some(_) => Transition::Same(task),
        };
        let changed = watched.last.as_ref().is_some_and(|last| *last != glimpse);
        watched.last = Some(glimpse);
        news.push(kind);
        match verdict {
            Some(verdict) => {
                self.settle(task, verdict);
                news.push(Transition::Ended(task));
            }
            None if part && last_look => self.settle(task, Verdict::Reached(Outcome::Ok)),
            None if once => self.settle(task, Verdict::Lost(Outcome::Pending)),
            None => {}
        }
        changed
    }

    fn verdict(&self, reading: &Task) -> Option<Verdict> {
        let by_state = match reading.state {
            State::Succeeded => Outcome::Ok,
            State::Failed { .. } => Outcome::Failed,
            State::Cancelled => Outcome::Cancelled,
            _ => Outcome::Pending,
        };
        match &self.rules.goal {
            Goal::Reading { exit_status: false } => Some(Verdict::Reached(Outcome::Ok)),
            Goal::Reading { exit_status: true } => Some(Verdict::Reached(by_state)),
            Goal::End => reading.state.ended().then_some(Verdict::Reached(by_state)),
            Goal::Conditions(conditions) => {
                let standings: Vec<Standing> = conditions.iter().map(|c| c.standing(reading)).collect();
                let met_by_more_than_its_end =
                    conditions.iter().zip(&standings).any(|(condition, standing)| {
                        *standing == Standing::Met && *condition != Condition::Ended
                    });
                if standings.contains(&Standing::Met) {
                    // `--fail-fast` leaves at a task that failed, unless that is what was waited for.
                    let badly = self.rules.fail_fast && !met_by_more_than_its_end;
                    let outcome = if badly && by_state == Outcome::Failed { by_state } else { Outcome::Ok };
                    Some(Verdict::Reached(outcome))
                } else if standings.contains(&Standing::Open) {
                    None
                } else {
                    Some(Verdict::Lost(Outcome::Failed))
                }
            }
        }
    }

    /// A task that could not be read. Returns whether it is trouble that may pass.
    fn missed(&mut self, task: usize, error: &Error, now: Duration, news: &mut Vec<Transition>) -> bool {
        let group = self.tasks[task].group;
        if error.kind == Kind::NotFound && !error.from_intermediary {
            let one_look = self.is_one_look() || self.decided.is_some();
            let watched = &mut self.tasks[task];
            // A part is known by its task's word, which is as good as a reading.
            let known = if watched.part { !one_look } else { watched.last.is_some() };
            let bound = if known {
                *watched.missing_since.get_or_insert(now) + MISSING_GRACE
            } else {
                self.begin + self.rules.allow_missing
            };
            if now >= bound || self.rules.once {
                self.lose(task, error.outcome(), news);
            }
            return false;
        }
        if !(error.retryable || error.from_intermediary) {
            let whole_server = matches!(error.kind, Kind::Tls | Kind::Config)
                || error.kind == Kind::Auth && error.http_status != Some(403);
            if whole_server {
                self.lose_group(group, error.outcome(), news);
            } else {
                self.lose(task, error.outcome(), news);
            }
            return false;
        }
        // Nobody says that it is missing any more.
        self.tasks[task].missing_since = None;
        let since = *self.tasks[task].trouble_since.get_or_insert(now);
        if self.rules.once || now.saturating_sub(since) >= self.rules.retry_for {
            self.lose(task, self.outcome_of_trouble(group, error), news);
        }
        true
    }

    /// What trouble is called when it is not waited for any longer: a server that is lost, unless the API itself was
    /// never there and something else sends us away.
    fn outcome_of_trouble(&self, group: usize, error: &Error) -> Outcome {
        match self.is_wrong_address(group, error) {
            true => error.outcome(),
            false => Outcome::Unreachable,
        }
    }

    /// Whether something that is not the API answers, nothing of the API was seen yet, and it says nothing about
    /// later. A page that is not found is no such word: proxies say so while an appliance starts.
    fn is_wrong_address(&self, group: usize, error: &Error) -> bool {
        let never = self.groups[group].last_good.is_none();
        never && error.from_intermediary && !error.retryable && !matches!(error.http_status, Some(404 | 410))
    }

    /// Trouble that may pass. Returns when the unit is due again.
    ///
    /// It is the server's trouble when nothing else of it answers; then the whole group waits, and is given up
    /// after the time for it. While others answer, only this unit waits; so it does where it holds parts alone, since
    /// the tasks that were asked for find out by themselves whether the server is lost.
    ///
    /// The last attempt is made when the time is up, not some seconds before it, and not later even where the server
    /// asks for more: a page that says "in an hour" is often gone in a minute.
    fn trouble(
        &mut self,
        group: usize,
        unit: usize,
        begun: Duration,
        error: &Error,
        now: Duration,
        news: &mut Vec<Transition>,
    ) -> Duration {
        let retry_for = self.rules.retry_for;
        let wrong_address = self.is_wrong_address(group, error);
        let unit = &mut self.units[unit];
        unit.failures += 1;
        let unit_since = *unit.trouble_since.get_or_insert(now);
        let state = &mut self.groups[group];
        let not_alone = !state.queue.is_empty() || state.in_flight > 0;
        let parts_alone = self.decided.is_none() && unit.tasks.iter().all(|&task| self.tasks[task].part);
        let others_answer =
            state.last_good.is_some_and(|good| good >= begun || not_alone && good >= unit_since);
        // Where one bad id spoils the answer for all that are asked with it, halves find it out.
        let spoilt = error.http_status == Some(500) || error.kind == Kind::Decode;
        let split = spoilt && !error.from_intermediary && unit.failures > 1 && unit.tasks.len() > 1;
        let rest = split.then(|| unit.split_off(unit.tasks.len() / 2));
        let due = if others_answer || state.in_flight > 0 || parts_alone {
            if let Some(wait) = error.retry_after {
                state.gate = state.gate.max(now + wait.min(retry_for));
            }
            let bound = unit_since + retry_for;
            let delay = backoff::delay(unit.failures, error.retry_after).min(bound.saturating_sub(now));
            let delay = delay.max(SHORTEST_INTERVAL);
            if others_answer && !unit.told {
                unit.told = true;
                let open = |task: &usize| self.tasks[*task].is_open(self.decided.is_some());
                let failures = unit.failures;
                let retry = |&task: &usize| Transition::TaskRetry { task, failures, delay };
                news.extend(unit.tasks.iter().filter(|task| open(task)).map(retry));
            }
            now + delay
        } else {
            let since = *state.trouble_since.get_or_insert(unit_since);
            let bound = since + retry_for;
            // With nothing under way whose answer could show the opposite, a wrong address is told at once.
            if now >= bound || self.rules.once || wrong_address {
                self.lose_group(group, self.outcome_of_trouble(group, error), news);
                return now;
            }
            state.failures += 1;
            let delay = backoff::delay(state.failures, error.retry_after).min(bound.saturating_sub(now));
            let delay = delay.max(SHORTEST_INTERVAL);
            state.gate = now + delay;
            news.push(Transition::Retry { group, failures: state.failures, delay });
            state.gate
        };
        if let Some(rest) = rest {
            self.units.push(rest);
            self.groups[group].queue.push(Reverse((due, self.units.len() - 1)));
        }
        due
    }

    /// The gap until the next look, which grows while nothing changes.
    fn gap(&mut self, group: usize, unit: usize, changed: bool) -> Duration {
        let pace = self.groups[group].pace;
        let unit = &mut self.units[unit];
        let gap = if changed { pace.interval } else { unit.interval };
        unit.interval = gap.mul_f64(1.5).min(pace.max_interval.max(pace.interval));
        self.jitter(gap)
    }

    /// A gap of about this much, ten per cent more or less, and never shorter than a server can be asked.
    fn jitter(&mut self, interval: Duration) -> Duration {
        let factor = 0.9 + 0.2 * self.random.f64();
        interval.mul_f64(factor).max(SHORTEST_INTERVAL)
    }

    fn lose(&mut self, task: usize, outcome: Outcome, news: &mut Vec<Transition>) {
        if !self.is_settled(task) {
            self.settle(task, Verdict::Lost(outcome));
            news.push(Transition::Lost(task));
        }
    }

    fn lose_group(&mut self, group: usize, outcome: Outcome, news: &mut Vec<Transition>) {
        for task in 0..self.tasks.len() {
            if self.tasks[task].group == group {
                self.lose(task, outcome, news);
            }
        }
    }

    fn settle(&mut self, task: usize, verdict: Verdict) {
        self.tasks[task].settled = Some(verdict);
        if self.tasks[task].part {
            self.open_parts -= 1;
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

    /// The outcome if the watch ended now: of those that are settled, and of the time if some are not.
    fn outcome(&self) -> Outcome {
        let parts_count = matches!(self.rules.goal, Goal::Reading { .. });
        let settled =
            || self.tasks.iter().filter(|task| parts_count || !task.part).filter_map(|task| task.settled);
        if self.rules.any {
            let reached = settled().filter_map(|verdict| match verdict {
                Verdict::Reached(outcome) => Some(outcome),
                Verdict::Lost(_) => None,
            });
            let reached: Vec<Outcome> = reached.collect();
            if reached.contains(&Outcome::Ok) {
                return Outcome::Ok;
            }
            if let Some(outcome) = reached.into_iter().reduce(Outcome::merge) {
                return outcome;
            }
        }
        let left_open = self.unsettled > 0 && !self.enough;
        let open = left_open.then_some(Outcome::Timeout);
        settled().map(Verdict::outcome).chain(open).reduce(Outcome::merge).unwrap_or(Outcome::Ok)
    }

    /// Whether a task is not asked any more, because it is settled or because others have decided the watch.
    pub fn is_settled(&self, task: usize) -> bool {
        !self.tasks[task].is_open(self.decided.is_some())
    }

    /// How many requests are under way.
    pub fn in_flight(&self) -> usize {
        self.fetches.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::task::{Failure, Progress, TaskId};

    const SECOND: Duration = Duration::from_secs(1);

    fn rules() -> Rules {
        Rules {
            goal: Goal::End,
            any: false,
            fail_fast: false,
            deadline: None,
            once: false,
            retry_for: 300 * SECOND,
            allow_missing: Duration::ZERO,
        }
    }

    fn pace(batch: usize) -> Pace {
        Pace { interval: 2 * SECOND, max_interval: 15 * SECOND, jobs: 8, batch }
    }

    fn task(state: State, percent: Option<f64>) -> Task {
        let mut task = Task::new(TaskId::new("t").expect("an id"), state, None);
        task.progress = percent.and_then(Progress::percent);
        task
    }

    fn running(percent: f64) -> Result<Task, Error> {
        Ok(task(State::Running, Some(percent)))
    }

    fn failed() -> Result<Task, Error> {
        Ok(task(State::Failed { failure: Failure::default() }, None))
    }

    fn succeeded() -> Result<Task, Error> {
        Ok(task(State::Succeeded, None))
    }

    fn unavailable() -> Result<Task, Error> {
        Err(Error { retryable: true, http_status: Some(503), ..Error::new(Kind::Http, "starting") })
    }

    fn missing() -> Result<Task, Error> {
        Err(Error { http_status: Some(404), ..Error::new(Kind::NotFound, "no such task") })
    }

    /// Runs a watch of one group whose server answers by this function of time, task and number of reads. Returns
    /// the outcome, the time, and every fetch with its time.
    fn run(
        rules: Rules,
        tasks: usize,
        batch: usize,
        answer: impl FnMut(Duration, usize, usize) -> Result<Task, Error>,
    ) -> (Outcome, Duration, Vec<(Duration, Vec<usize>)>) {
        run_tree(rules, tasks, batch, answer, |_, _| 0)
    }

    /// As [`run`]; so many parts are named by a task at that of its reads.
    fn run_tree(
        rules: Rules,
        tasks: usize,
        batch: usize,
        mut answer: impl FnMut(Duration, usize, usize) -> Result<Task, Error>,
        mut names: impl FnMut(usize, usize) -> usize,
    ) -> (Outcome, Duration, Vec<(Duration, Vec<usize>)>) {
        let mut now = Duration::ZERO;
        let mut watcher = Watcher::new(rules, &[pace(batch)], &vec![0; tasks], now, 7);
        let mut reads = vec![0; tasks];
        let mut fetches = Vec::new();
        for _ in 0..100_000 {
            match watcher.next(now) {
                Step::Fetch { ticket, tasks, .. } => {
                    let answers: Vec<_> = tasks
                        .iter()
                        .map(|&task| {
                            assert!(!watcher.is_settled(task), "a settled task is not asked again");
                            reads[task] += 1;
                            answer(now, task, reads[task])
                        })
                        .collect();
                    now += Duration::from_millis(20);
                    watcher.saw(ticket, &answers, batch, now);
                    let read = |(_, answer): &(&usize, &Result<Task, Error>)| answer.is_ok();
                    let parts: usize = tasks
                        .iter()
                        .zip(&answers)
                        .filter(read)
                        .map(|(&task, _)| names(task, reads[task]))
                        .sum();
                    watcher.add_parts(0, parts, now);
                    reads.resize(reads.len() + parts, 0);
                    fetches.push((now - Duration::from_millis(20), tasks));
                }
                Step::SleepUntil(time) => now = now.max(time),
                Step::Wait => panic!("nothing is under way"),
                Step::Done(outcome) => return (outcome, now, fetches),
            }
        }
        panic!("the watch does not end");
    }

    #[test]
    fn the_gap_grows_while_nothing_changes_and_is_short_again_after_a_change() {
        let (outcome, _, fetches) = run(rules(), 1, 1, |_, _, read| match read {
            1..=8 => running(10.0),
            9 | 10 => running(20.0),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Ok);
        let gaps: Vec<f64> = fetches.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_secs_f64()).collect();
        let expected = [2.0, 3.0, 4.5, 6.75, 10.1, 15.0, 15.0, 15.0, 2.0, 3.0];
        for (gap, expected) in gaps.iter().zip(expected) {
            assert!((gap / expected - 1.0).abs() < 0.12, "{gaps:?}");
        }
    }

    #[test]
    fn a_task_that_has_ended_at_the_first_look_ends_the_watch_at_once() {
        let (outcome, at, fetches) = run(rules(), 1, 1, |_, _, _| failed());
        assert_eq!((outcome, fetches.len()), (Outcome::Failed, 1));
        assert!(at < SECOND);
    }

    #[test]
    fn three_hundred_tasks_are_one_request_a_cycle_where_the_api_can() {
        let (_, _, fetches) =
            run(rules(), 300, 1000, |_, _, read| if read < 4 { running(1.0) } else { succeeded() });
        assert_eq!(fetches.len(), 4);
    }

    #[test]
    fn trouble_shorter_than_the_bound_is_ridden_out_and_longer_is_unreachable() {
        let outage = |until: u32| {
            move |now: Duration, _: usize, read: usize| match read {
                1 => running(1.0),
                _ if now < until * SECOND => unavailable(),
                _ => succeeded(),
            }
        };
        assert_eq!(run(rules(), 1, 1, outage(290)).0, Outcome::Ok);
        let (outcome, at, _) = run(rules(), 1, 1, outage(100_000));
        assert_eq!(outcome, Outcome::Unreachable);
        assert!(at >= 302 * SECOND && at < 310 * SECOND, "{at:?}");
    }

    #[test]
    fn one_task_that_always_errs_does_not_slow_the_others_and_is_given_up() {
        let (outcome, at, fetches) = run(rules(), 3, 1, |now, task, _| match task {
            0 => unavailable(),
            _ if now < 400 * SECOND => running(1.0),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Unreachable);
        assert!(at < 420 * SECOND, "{at:?}");
        let of_second = fetches.iter().filter(|(_, tasks)| tasks.contains(&1)).count();
        assert!(of_second > 25, "{of_second}");
    }

    #[test]
    fn several_that_always_err_are_given_up_too() {
        for (bad, batch) in [(3, 1), (3, 2), (8, 1), (8, 3), (50, 1), (50, 7)] {
            let (outcome, at, _) = run(rules(), bad + 1, batch, |now, task, _| match task {
                task if task < bad => unavailable(),
                _ if now < 400 * SECOND => running(1.0),
                _ => succeeded(),
            });
            assert_eq!(outcome, Outcome::Unreachable);
            assert!(at < 600 * SECOND, "{bad} {batch} {at:?}");
        }
    }

    #[test]
    fn a_server_that_asks_for_time_is_left_alone() {
        let (outcome, _, fetches) = run(rules(), 1, 1, |_, _, read| match read {
            1 => Err(Error { retry_after: Some(30 * SECOND), ..unavailable().expect_err("an error") }),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Ok);
        assert!(fetches[1].0 - fetches[0].0 >= 30 * SECOND);
    }

    #[test]
    fn a_missing_task_is_not_found_unless_it_may_be_missing_or_was_seen() {
        assert_eq!(run(rules(), 1, 1, |_, _, _| missing()).0, Outcome::NotFound);
        let patient = Rules { allow_missing: 60 * SECOND, ..rules() };
        let late =
            |now: Duration, _: usize, _: usize| if now < 40 * SECOND { missing() } else { succeeded() };
        assert_eq!(run(patient, 1, 1, late).0, Outcome::Ok);
        let gone = |now: Duration, _: usize, read: usize| match read {
            1 => running(1.0),
            _ if now < 20 * SECOND => missing(),
            _ => succeeded(),
        };
        assert_eq!(run(rules(), 1, 1, gone).0, Outcome::Ok);
        let (outcome, at, _) =
            run(rules(), 1, 1, |_, _, read| if read == 1 { running(1.0) } else { missing() });
        assert_eq!(outcome, Outcome::NotFound);
        assert!(at >= 30 * SECOND && at < 60 * SECOND, "{at:?}");
    }

    #[test]
    fn a_web_page_with_404_is_a_proxy_and_no_verdict() {
        let page = || Err(Error { from_intermediary: true, ..missing().expect_err("an error") });
        assert_eq!(run(rules(), 1, 1, move |_, _, _| page()).0, Outcome::Unreachable);
        let (outcome, _, _) = run(rules(), 1, 1, move |now, _, read| match read {
            1 => running(1.0),
            _ if now < 100 * SECOND => page(),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Ok);
    }

    #[test]
    fn a_refused_login_ends_all_tasks_of_that_server_at_once() {
        let (outcome, at, fetches) = run(rules(), 5, 1, |_, _, _| {
            Err(Error { http_status: Some(401), ..Error::new(Kind::Auth, "no") })
        });
        assert_eq!((outcome, fetches.len()), (Outcome::Auth, 1));
        assert!(at < SECOND);
    }

    #[test]
    fn one_bad_id_spoils_only_itself() {
        let (outcome, _, fetches) =
            run(rules(), 3, 100, |_, task, _| if task == 1 { missing() } else { succeeded() });
        assert_eq!((outcome, fetches.len()), (Outcome::NotFound, 1));
    }

    #[test]
    fn conditions_are_met_passed_or_impossible() {
        let conditions = |text: &str| text.split(',').map(|c| c.parse().expect("a condition")).collect();
        let outcome = |text: &str, last: fn() -> Result<Task, Error>| {
            let rules = Rules { goal: Goal::Conditions(conditions(text)), ..rules() };
            run(rules, 1, 1, |_, _, read| if read < 3 { running(40.0) } else { last() }).0
        };
        assert_eq!(outcome("ended", failed), Outcome::Ok);
        assert_eq!(outcome("succeeded", failed), Outcome::Failed);
        assert_eq!(outcome("failed", failed), Outcome::Ok);
        assert_eq!(outcome("failed", succeeded), Outcome::Failed);
        assert_eq!(outcome("succeeded,failed", failed), Outcome::Ok);
        assert_eq!(outcome("blocked", succeeded), Outcome::Failed);
        assert_eq!(outcome("progress>=40", failed), Outcome::Ok);
        assert_eq!(outcome("progress>=50", failed), Outcome::Failed);
        assert_eq!(outcome("progress>=50", succeeded), Outcome::Ok);
        let only_the_end = Rules { goal: Goal::Conditions(conditions("running")), ..rules() };
        assert_eq!(
            run(only_the_end, 1, 1, |_, _, _| succeeded()).0,
            Outcome::Ok,
            "a condition that was passed"
        );
    }

    #[test]
    fn any_ends_with_the_first_and_fail_fast_with_the_first_failure() {
        let answer = |_: Duration, task: usize, read: usize| match (task, read) {
            (0, 3) => succeeded(),
            (1, 2) => failed(),
            _ => running(1.0),
        };
        let any = Rules { any: true, goal: Goal::Conditions(vec![Condition::Succeeded]), ..rules() };
        assert_eq!(run(any, 3, 100, answer).0, Outcome::Ok);
        let fast = Rules { fail_fast: true, deadline: Some(900 * SECOND), ..rules() };
        let (outcome, at, _) = run(fast, 3, 100, answer);
        assert_eq!(outcome, Outcome::Failed);
        assert!(at < 10 * SECOND);
    }

    #[test]
    fn a_look_without_waiting_is_pending_and_a_deadline_is_a_timeout() {
        let once = Rules { once: true, ..rules() };
        assert_eq!(run(once.clone(), 2, 1, |_, _, _| running(1.0)).0, Outcome::Pending);
        assert_eq!(run(once, 1, 1, |_, _, _| unavailable()).0, Outcome::Unreachable);
        let deadline = Rules { deadline: Some(10 * SECOND), ..rules() };
        let (outcome, at, _) = run(deadline, 1, 1, |_, _, _| running(1.0));
        assert_eq!((outcome, at), (Outcome::Timeout, 10 * SECOND));
    }

    /// Names so many parts when the first task is read for the first time.
    fn at_first(parts: usize) -> impl FnMut(usize, usize) -> usize {
        move |task, read| if (task, read) == (0, 1) { parts } else { 0 }
    }

    #[test]
    fn parts_are_read_at_once_and_then_together_with_their_task() {
        let answer = |now: Duration, _: usize, _: usize| {
            if now < 60 * SECOND { running(1.0) } else { succeeded() }
        };
        let late = |task: usize, read: usize| if (task, read) == (0, 3) { 3 } else { 0 };
        let (outcome, _, fetches) = run_tree(rules(), 1, 100, answer, late);
        assert_eq!(outcome, Outcome::Ok);
        let tasks: Vec<&[usize]> = fetches.iter().map(|(_, tasks)| tasks.as_slice()).collect();
        assert_eq!(tasks[..4], [&[0][..], &[0], &[0], &[1, 2, 3]]);
        assert_eq!(fetches[3].0, fetches[2].0 + Duration::from_millis(20));
        assert!(tasks[5..].iter().all(|tasks| tasks.len() == 4), "{tasks:?}");
        assert!(tasks.len() > 7, "{tasks:?}");
    }

    #[test]
    fn parts_of_parts_are_read_too_and_a_batch_holds_no_more_than_it_may() {
        let names = |task: usize, read: usize| if read == 1 && task < 10 { 5 } else { 0 };
        let (outcome, _, fetches) = run_tree(rules(), 1, 4, |_, _, _| succeeded(), names);
        assert_eq!(outcome, Outcome::Ok);
        assert!(fetches.iter().all(|(_, tasks)| tasks.len() <= 4));
        let mut asked: Vec<usize> = fetches.into_iter().flat_map(|(_, tasks)| tasks).collect();
        asked.sort_unstable();
        assert_eq!(asked, (0..51).collect::<Vec<usize>>(), "each once, since each had ended");
    }

    #[test]
    fn the_tasks_that_were_asked_for_decide_and_their_parts_do_not() {
        let outcome =
            |rules: Rules, first: fn() -> Result<Task, Error>, part: fn() -> Result<Task, Error>| {
                let answer = |now: Duration, task: usize, read: usize| match (task, read) {
                    (0, 1) => running(1.0),
                    (0, _) if now < 100 * SECOND => running(1.0),
                    (0, _) => first(),
                    _ => part(),
                };
                let (outcome, at, _) =
                    run_tree(Rules { deadline: Some(300 * SECOND), ..rules }, 1, 100, answer, at_first(3));
                assert!(at >= 100 * SECOND, "{at:?}");
                outcome
            };
        let forbidden = || Err(Error { http_status: Some(403), ..Error::new(Kind::Auth, "no") });
        for part in [failed, succeeded, missing, forbidden, unavailable] {
            assert_eq!(outcome(rules(), succeeded, part), Outcome::Ok);
            assert_eq!(outcome(rules(), failed, part), Outcome::Failed);
            let eager = Rules { any: true, fail_fast: true, ..rules() };
            assert_eq!(outcome(eager, succeeded, part), Outcome::Ok);
            let goal = Goal::Conditions(vec![Condition::Failed]);
            assert_eq!(outcome(Rules { goal, ..rules() }, succeeded, part), Outcome::Failed);
            let goal = Goal::Conditions(vec![Condition::Succeeded]);
            assert_eq!(outcome(Rules { goal, ..rules() }, succeeded, part), Outcome::Ok);
        }
    }

    #[test]
    fn parts_that_go_on_are_looked_at_once_more_when_the_others_are_done_with() {
        let answer = |now: Duration, task: usize, _: usize| match task {
            0 if now >= 60 * SECOND => succeeded(),
            1 if now >= 30 * SECOND => failed(),
            _ => running(1.0),
        };
        for batch in [1, 100] {
            let (outcome, at, fetches) = run_tree(rules(), 1, batch, answer, at_first(3));
            assert_eq!(outcome, Outcome::Ok);
            let end = fetches.iter().find(|(at, tasks)| *at >= 60 * SECOND && tasks.contains(&0));
            let end = end.expect("its end was read").0;
            assert!(at < end + SECOND, "{at:?} {end:?}");
            let mut asked: Vec<usize> =
                fetches.iter().filter(|(at, _)| *at > end).flat_map(|(_, tasks)| tasks.clone()).collect();
            asked.sort_unstable();
            assert_eq!(asked, [2, 3], "those that had not ended, once");
        }
    }

    #[test]
    fn an_answer_from_before_the_end_is_not_the_last_look() {
        let mut watcher = Watcher::new(rules(), &[pace(1)], &[0], Duration::ZERO, 7);
        let fetch = |watcher: &mut Watcher, now: Duration| match watcher.next(now) {
            Step::Fetch { ticket, tasks, .. } => (ticket, tasks),
            step => panic!("{step:?}"),
        };
        let (first, _) = fetch(&mut watcher, Duration::ZERO);
        watcher.saw(first, &[running(1.0)], 1, SECOND);
        watcher.add_parts(0, 1, SECOND);
        let (early, tasks) = fetch(&mut watcher, SECOND);
        assert_eq!(tasks, [1]);
        let (last, tasks) = fetch(&mut watcher, 5 * SECOND);
        assert_eq!(tasks, [0]);
        watcher.saw(last, &[succeeded()], 1, 6 * SECOND);
        assert_eq!(watcher.next(6 * SECOND), Step::Wait);
        watcher.saw(early, &[running(2.0)], 1, 7 * SECOND);
        let (again, tasks) = fetch(&mut watcher, 7 * SECOND);
        assert_eq!(tasks, [1]);
        watcher.saw(again, &[running(3.0)], 1, 8 * SECOND);
        assert_eq!(watcher.next(8 * SECOND), Step::Done(Outcome::Ok));
    }

    #[test]
    fn a_server_that_is_lost_at_the_last_look_does_not_hold_the_outcome_back() {
        let busy = || Err(Error { retry_after: Some(3600 * SECOND), ..unavailable().expect_err("an error") });
        for lost in [unavailable, busy, missing] {
            let mut ended = false;
            let answer = |now: Duration, task: usize, _: usize| match task {
                0 if now >= 60 * SECOND => {
                    ended = true;
                    succeeded()
                }
                _ if ended => lost(),
                _ => running(1.0),
            };
            let (outcome, at, _) = run_tree(rules(), 1, 1, answer, at_first(2));
            assert_eq!(outcome, Outcome::Ok);
            assert!(at < 60 * SECOND + 15 * SECOND + 2 * LAST_LOOK, "{at:?}");
        }
    }

    #[test]
    fn time_that_runs_out_at_the_last_look_is_no_timeout_and_before_it_there_is_none() {
        let answer = |now: Duration, task: usize, _: usize| match task {
            0 if now >= SECOND => succeeded(),
            0 => running(1.0),
            _ => unavailable(),
        };
        let bounded = |seconds: u32| Rules { deadline: Some(seconds * SECOND), ..rules() };
        let (outcome, at, _) = run_tree(bounded(5), 1, 100, answer, at_first(2));
        assert_eq!((outcome, at), (Outcome::Ok, 5 * SECOND));
        let (outcome, at, fetches) = run_tree(bounded(1), 1, 1, |_, _, _| running(1.0), at_first(2));
        assert_eq!((outcome, at, fetches.len()), (Outcome::Timeout, SECOND, 3));
    }

    #[test]
    fn the_first_to_get_there_ends_the_watch_and_the_others_are_not_asked_again() {
        let answer = |now: Duration, task: usize, _: usize| match task {
            0 if now >= 10 * SECOND => succeeded(),
            _ => running(1.0),
        };
        let names = |task: usize, read: usize| usize::from(task < 2 && read == 1);
        let (outcome, _, fetches) = run_tree(Rules { any: true, ..rules() }, 2, 100, answer, names);
        assert_eq!(outcome, Outcome::Ok);
        let last = fetches.last().expect("the last look");
        assert_eq!(last.1, [2, 3]);
    }

    #[test]
    fn parts_that_give_trouble_do_not_keep_their_task_from_being_asked() {
        let answer = |now: Duration, task: usize, _: usize| match task {
            0 if now < 400 * SECOND => running(1.0),
            0 => succeeded(),
            _ => unavailable(),
        };
        let (outcome, at, fetches) = run_tree(rules(), 1, 1, answer, at_first(20));
        assert_eq!(outcome, Outcome::Ok);
        assert!(at < 420 * SECOND, "{at:?}");
        let of_task = fetches.iter().filter(|(_, tasks)| *tasks == [0]).count();
        assert!(of_task > 25, "{of_task}");
    }

    #[test]
    fn a_part_may_be_missing_for_a_while_and_is_then_given_up_and_the_others_go_on() {
        let answer = |now: Duration, task: usize, _: usize| match task {
            1 => missing(),
            2 if now < 20 * SECOND => missing(),
            _ if now < 100 * SECOND => running(1.0),
            _ => succeeded(),
        };
        let (outcome, _, fetches) = run_tree(rules(), 1, 100, answer, at_first(2));
        assert_eq!(outcome, Outcome::Ok);
        let asked = |task: usize| fetches.iter().filter(move |(_, tasks)| tasks.contains(&task));
        let given_up = asked(1).next_back().expect("it was asked").0;
        assert!(given_up >= MISSING_GRACE && given_up < 60 * SECOND, "{given_up:?}");
        assert!(asked(2).next_back().expect("it was asked").0 >= 100 * SECOND);
    }

    #[test]
    fn a_reading_is_over_when_the_parts_were_read_and_one_that_cannot_be_read_counts() {
        let read = |exit_status: bool, part: fn() -> Result<Task, Error>| {
            let rules = Rules { goal: Goal::Reading { exit_status }, ..rules() };
            let answer = |_: Duration, task: usize, _: usize| if task == 0 { running(1.0) } else { part() };
            let (outcome, _, fetches) = run_tree(rules, 1, 100, answer, at_first(3));
            (outcome, fetches.len())
        };
        assert_eq!(read(false, || running(1.0)), (Outcome::Ok, 2));
        assert_eq!(read(false, failed), (Outcome::Ok, 2));
        assert_eq!(read(true, failed), (Outcome::Pending, 2));
        assert_eq!(read(false, missing), (Outcome::NotFound, 2));
        assert_eq!(read(false, unavailable).0, Outcome::Unreachable);
    }

    #[test]
    fn a_look_without_waiting_reads_each_part_once() {
        let once = Rules { once: true, ..rules() };
        for part in [|| running(1.0), failed, missing, unavailable] {
            let answer = |_: Duration, task: usize, _: usize| if task == 0 { running(1.0) } else { part() };
            let (outcome, _, fetches) = run_tree(once.clone(), 1, 100, answer, at_first(3));
            assert_eq!((outcome, fetches.len()), (Outcome::Pending, 2));
        }
    }

    fn spoilt() -> Result<Task, Error> {
        Err(Error { retryable: true, http_status: Some(500), ..Error::new(Kind::Http, "oops") })
    }

    #[test]
    fn a_condition_that_one_of_all_cannot_meet_ends_the_wait_at_once_but_not_where_any_will_do() {
        let answer = |now: Duration, task: usize, _: usize| match task {
            0 => failed(),
            _ if now < 60 * SECOND => running(1.0),
            _ => succeeded(),
        };
        let goal = || Goal::Conditions(vec![Condition::Succeeded]);
        let (outcome, at, _) = run(Rules { goal: goal(), ..rules() }, 2, 1, answer);
        assert_eq!(outcome, Outcome::Failed);
        assert!(at < SECOND, "{at:?}");
        assert_eq!(run(Rules { goal: goal(), any: true, ..rules() }, 2, 1, answer).0, Outcome::Ok);
        // Without a condition every task is waited for.
        let (outcome, at, _) = run(rules(), 2, 1, answer);
        assert_eq!(outcome, Outcome::Failed);
        assert!(at >= 60 * SECOND, "{at:?}");
    }

    #[test]
    fn fail_fast_leaves_at_a_failure_unless_that_is_what_was_waited_for() {
        let answer = |_: Duration, task: usize, _: usize| if task == 0 { failed() } else { running(1.0) };
        let outcome = |condition| {
            let goal = Goal::Conditions(vec![condition]);
            let bounded = Rules { goal, fail_fast: true, deadline: Some(60 * SECOND), ..rules() };
            run(bounded, 2, 1, answer).0
        };
        assert_eq!(outcome(Condition::Ended), Outcome::Failed);
        assert_eq!(outcome(Condition::Failed), Outcome::Timeout);
    }

    #[test]
    fn one_id_that_spoils_every_batch_is_found_and_the_others_go_on() {
        // The whole request fails as long as that one is in it.
        let mut now = Duration::ZERO;
        let mut watcher = Watcher::new(rules(), &[pace(1000)], &[0; 300], now, 7);
        let outcome = loop {
            match watcher.next(now) {
                Step::Fetch { ticket, tasks, .. } => {
                    let bad = tasks.contains(&123);
                    let answers: Vec<_> =
                        tasks.iter().map(|_| if bad { spoilt() } else { succeeded() }).collect();
                    now += Duration::from_millis(20);
                    watcher.saw(ticket, &answers, 1000, now);
                }
                Step::SleepUntil(time) => now = now.max(time),
                Step::Wait => panic!("nothing is under way"),
                Step::Done(outcome) => break outcome,
            }
        };
        assert_eq!(outcome, Outcome::Unreachable);
        let well = watcher.tasks.iter().filter(|task| task.settled == Some(Verdict::Reached(Outcome::Ok)));
        assert_eq!(well.count(), 299);
    }

    #[test]
    fn units_that_trouble_took_apart_are_one_request_again_after_it() {
        let (outcome, _, fetches) = run(rules(), 300, 1000, |now, _, _| match now.as_secs() {
            0..=1 => running(1.0),
            2..=60 => spoilt(),
            61..=200 => running(2.0),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Ok);
        let late: Vec<usize> =
            fetches.iter().filter(|(at, _)| *at > 120 * SECOND).map(|(_, tasks)| tasks.len()).collect();
        assert!(late.iter().all(|tasks| *tasks == 300), "{late:?}");
    }

    #[test]
    fn a_server_that_wants_more_time_than_there_is_gets_what_there_is() {
        let busy = || Err(Error { retry_after: Some(3600 * SECOND), ..unavailable().expect_err("an error") });
        let (outcome, at, fetches) =
            run(rules(), 1, 1, |_, _, read| if read == 1 { busy() } else { succeeded() });
        assert_eq!((outcome, fetches.len()), (Outcome::Ok, 2));
        assert!(at >= 300 * SECOND && at < 301 * SECOND, "{at:?}");
        let (outcome, at, fetches) = run(rules(), 1, 1, |_, _, _| busy());
        assert_eq!((outcome, fetches.len()), (Outcome::Unreachable, 2));
        assert!(at < 301 * SECOND, "{at:?}");
    }

    #[test]
    fn the_time_of_a_task_begins_anew_when_its_server_was_lost_and_came_back() {
        // The second task errs at the end of an outage of the whole server, and once more after it.
        let (outcome, _, _) = run(rules(), 2, 1, |now, task, _| match (now.as_secs(), task) {
            (0, _) => running(1.0),
            (1..=240, _) => unavailable(),
            (241..=330, 1) => unavailable(),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Ok);
    }

    #[test]
    fn trouble_in_between_is_no_word_about_a_missing_task() {
        let (outcome, _, _) = run(rules(), 1, 1, |now, _, _| match now.as_secs() {
            0..=1 => running(1.0),
            2..=20 => missing(),
            21..=100 => unavailable(),
            101..=120 => missing(),
            _ => succeeded(),
        });
        assert_eq!(outcome, Outcome::Ok);
    }

    /// What a stormy watch did: its outcome, its end, and every fetch with its begin, its end, its group and tasks.
    type Storm = (Outcome, Duration, Vec<(Duration, Duration, usize, Vec<usize>)>);

    /// A watch over several groups whose answers come late and in any order, and whose tasks name parts now and then,
    /// decided by `seed`.
    fn storm(rules: Rules, paces: &[Pace], groups: &[usize], seed: u64) -> Storm {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut now = Duration::ZERO;
        let mut watcher = Watcher::new(rules, paces, groups, now, seed);
        let mut groups = groups.to_vec();
        let mut open: Vec<(u64, Duration, usize)> = Vec::new();
        let mut log: Vec<(Duration, Duration, usize, Vec<usize>)> = Vec::new();
        let mut batches: Vec<usize> = paces.iter().map(|pace| pace.batch).collect();
        for _ in 0..200_000 {
            let wake = match watcher.next(now) {
                Step::Fetch { ticket, group, tasks } => {
                    assert!(!tasks.is_empty());
                    assert!(tasks.iter().all(|&task| groups[task] == group), "of one server only");
                    assert!(
                        tasks.iter().all(|&task| !watcher.is_settled(task)),
                        "an ended task is not asked"
                    );
                    assert!(
                        tasks.len() <= batches[group],
                        "{} in a batch of {}",
                        tasks.len(),
                        batches[group]
                    );
                    let until = now + Duration::from_millis(random.u64(1..5000));
                    open.push((ticket, until, log.len()));
                    let under_way = open.iter().filter(|(_, _, at)| *at == log.len() || log[*at].2 == group);
                    assert!(under_way.count() <= paces[group].jobs, "more requests than jobs");
                    log.push((now, until, group, tasks));
                    continue;
                }
                Step::Done(outcome) => return (outcome, now, log),
                Step::SleepUntil(time) => Some(time),
                Step::Wait => None,
            };
            let first = open.iter().enumerate().min_by_key(|(_, (_, until, _))| *until).map(|(at, _)| at);
            match (first, wake) {
                (Some(at), wake) if wake.is_none_or(|wake| open[at].1 <= wake) => {
                    let (ticket, until, fetch) = open.swap_remove(at);
                    now = now.max(until);
                    let group = log[fetch].2;
                    if random.u8(..20) == 0 {
                        batches[group] = 1;
                    }
                    let whole = random.u8(..10);
                    let answers: Vec<_> = log[fetch]
                        .3
                        .iter()
                        .map(|_| match (whole, random.u8(..40)) {
                            (0, _) => unavailable(),
                            (1, _) => spoilt(),
                            (_, 0) => succeeded(),
                            (_, 1) => failed(),
                            (_, 2) => missing(),
                            (_, 3) => unavailable(),
                            (_, percent) => running(f64::from(percent)),
                        })
                        .collect();
                    watcher.saw(ticket, &answers, batches[group], now);
                    if groups.len() < 100 && random.u8(..10) == 0 {
                        let parts = random.usize(1..20);
                        watcher.add_parts(group, parts, now);
                        groups.resize(groups.len() + parts, group);
                    }
                }
                (_, Some(wake)) => now = now.max(wake),
                (_, None) => panic!("it waits for nothing"),
            }
        }
        panic!("the watch does not end");
    }

    proptest! {
        #[test]
        fn whatever_comes_a_server_is_asked_no_more_and_no_more_often_than_allowed(
            sizes in proptest::collection::vec((1..30usize, 1..12usize, 1..5usize), 1..4),
            interval in 200..4000u64,
            seed: u64,
        ) {
            let interval = Duration::from_millis(interval);
            let paces: Vec<Pace> = sizes
                .iter()
                .map(|&(_, batch, jobs)| Pace { interval, max_interval: 15 * SECOND, jobs, batch })
                .collect();
            let groups: Vec<usize> =
                sizes.iter().enumerate().flat_map(|(group, &(tasks, ..))| vec![group; tasks]).collect();
            let rules = Rules { deadline: Some(600 * SECOND), retry_for: 60 * SECOND, ..rules() };
            let (_, at, log) = storm(rules, &paces, &groups, seed);
            prop_assert!(at <= 600 * SECOND);
            let mut last: BTreeMap<usize, (Duration, Duration)> = BTreeMap::new();
            for (begin, end, _, tasks) in log {
                for task in tasks {
                    if let Some((last_begin, last_end)) = last.insert(task, (begin, end)) {
                        prop_assert!(begin >= last_end, "a task is asked while it is asked");
                        prop_assert!(begin >= last_begin + SHORTEST_INTERVAL, "{last_begin:?} {begin:?}");
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_watch_with_a_deadline_ends_and_no_order_of_answers_changes_the_verdict(
            answers in proptest::collection::vec((0..6u8, 0..6u8), 1..12),
            batch in 1..5usize,
        ) {
            let say = |kind: u8| match kind {
                0 => running(5.0),
                1 => succeeded(),
                2 => failed(),
                3 => Ok(task(State::Cancelled, None)),
                4 => unavailable(),
                _ => missing(),
            };
            let bounded = || Rules { deadline: Some(1000 * SECOND), ..rules() };
            let verdict = |answers: &[(u8, u8)]| {
                let (outcome, at, _) = run(bounded(), answers.len(), batch, |_, task, read| {
                    say(if read < 3 { answers[task].0 } else { answers[task].1 })
                });
                prop_assert!(at <= 1001 * SECOND);
                Ok(outcome)
            };
            let forwards = verdict(&answers)?;
            let backwards: Vec<(u8, u8)> = answers.iter().rev().copied().collect();
            prop_assert_eq!(forwards, verdict(&backwards)?);
        }
    }
}
