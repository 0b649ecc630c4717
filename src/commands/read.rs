//! `taskctl get` and `taskctl watch`: the same look at tasks, once or until they end.

use std::collections::HashMap;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use jiff::Timestamp;

use super::output::OutputOptions;
use super::{ending, list, requests, tree};
use crate::cli::{CommonFlags, Read, Running, WaitFlags};
use crate::config::Defaults;
use crate::engine::condition::{Condition, ConditionStatus};
use crate::engine::driver::{self, Ended, Endpoint, Message, Plan};
use crate::engine::event::{Event, EventKind, Observer, Reading, TaskRef};
use crate::engine::scheduler::{Pace, Rules};
use crate::engine::verdict::Goal;
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::render::jsonl::EventLines;
use crate::render::progress::ProgressStyle;
use crate::render::progress::bars::{Bars, Handle};
use crate::render::progress::plain::Plain;
use crate::render::{Format, Shape, humanize};
use crate::resolve::context::Context;
use crate::resolve::{self, Connected, System, Target, TargetArgs};
use crate::task::State;
use crate::util::streams::Shared;
use crate::util::text;

/// How long `watch` goes on without one good answer.
const WATCH_RETRY: Duration = Duration::from_secs(5 * 60);

/// Tasks that are ready to be read, and how the result is displayed.
pub(super) struct Prepared {
    begin: Duration,
    began_at: Timestamp,
    defaults: Defaults,
    output: OutputOptions,
    pub(super) connected: Connected,
}

impl Prepared {
    /// How long to wait in all; none where nothing is waited for.
    fn timeout(&self, flags: &Read) -> Option<Duration> {
        flags.wait.timeout.or(self.connected.timeout()).filter(|_| flags.watch)
    }

    /// When the run ends whatever happens, on the monotonic scale; a timeout of zero is a single look.
    pub(super) fn deadline(&self, flags: &Read) -> Option<Duration> {
        self.timeout(flags).filter(|timeout| !timeout.is_zero()).map(|timeout| self.begin + timeout)
    }

    /// The same by the date, which goes on while the machine sleeps.
    fn until(&self, flags: &Read) -> Option<Timestamp> {
        let passed = self.deadline(flags)? - self.begin;
        self.began_at.checked_add(passed).ok()
    }

    /// Requests in flight for a profile.
    pub(super) fn jobs(&self, flags: &Read) -> usize {
        flags.wait.jobs.map(usize::from).or(self.defaults.jobs).unwrap_or(8)
    }
}

/// Reads or follows tasks and prints them. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, flags: &Read) -> anyhow::Result<u8> {
    let mut prepared = prepare(context, common, flags)?;
    if let Some(running) = &flags.running
        && let Some(outcome) = find_running(context, flags, running, &mut prepared)?
    {
        return Ok(requests::close(context, &mut prepared.connected).map_or(outcome, Outcome::Signal).code());
    }
    if prepared.connected.targets.is_empty() {
        context.notice(match flags.running {
            Some(_) => "nothing is running there",
            None => "standard input names no task: there is nothing to watch",
        });
        if prepared.output.is_table() {
            let signal = requests::close(context, &mut prepared.connected);
            return Ok(signal.map_or(Outcome::Ok, Outcome::Signal).code());
        }
    }
    Ok(read(context, flags, prepared)?.1)
}

/// Lists what runs, and makes it the tasks to follow. Returns the outcome where that is all there is to do.
///
/// # Errors
/// When the backend refuses such a list.
fn find_running(
    context: &Context,
    flags: &Read,
    running: &Running,
    prepared: &mut Prepared,
) -> anyhow::Result<Option<Outcome>> {
    let mut filter = running.flags.clone();
    if filter.states.is_empty() {
        let is_active = |state: &State| !state.ended() && !matches!(state, State::Unknown { .. });
        let active = State::ALL.into_iter().filter(is_active);
        filter.states = active.map(|state| state.word().to_owned()).collect();
    }
    let connected = &prepared.connected;
    let query = list::query(context, &prepared.output, &filter, false, &running.selection, connected, 0);
    let retrier = requests::retrier(context, flags.wait.retry_for);
    let system = &connected.systems[0];
    let mut found = list::read_all(context, &[(system, &query)], &retrier, &|_| Ok(false));
    let Some(found) = found.pop() else { return Ok(None) };
    let tasks = || found.held.iter().filter_map(|reading| reading.task.as_ref().ok());
    let targets: Vec<Target> = tasks()
        .map(|task| Target { task_ref: system.task_ref(task.id.as_str()), id: task.id.clone(), endpoint: 0 })
        .collect();
    let outcome = found.report(context, &filter, false, system, true, false)?;
    if outcome != Outcome::Ok {
        return Ok(Some(outcome));
    }
    prepared.connected.targets = targets;
    Ok(None)
}

/// Reads the configuration and connects the systems of the tasks. Nothing is sent.
///
/// # Errors
/// Whatever keeps the tasks from being asked for.
pub(super) fn prepare(context: &mut Context, common: &CommonFlags, flags: &Read) -> Result<Prepared, Error> {
    let (begin, began_at) = (context.clock.monotonic(), context.clock.now());
    let config = context.load_config(common)?;
    let defaults = config.defaults(&context.env)?;
    let one = flags.ids.len() == 1 && flags.ids[0] != "-" && !flags.tree;
    let shape = if one { Shape::One } else { Shape::Many };
    let output = OutputOptions::new(context, common, &flags.output, flags.wait.progress, shape, &defaults)?;
    let args = TargetArgs {
        backend: flags.backend(),
        profile: common.profile.as_deref(),
        ids: &flags.ids,
        settings: &flags.settings,
        connection: &flags.connection,
        may_be_none: flags.watch,
    };
    let connected = match flags.running {
        Some(_) => resolve::connect_system(context, &config, &args)?,
        None => resolve::connect(context, &config, &args)?,
    };
    Ok(Prepared { begin, began_at, defaults, output, connected })
}

/// Reads or follows tasks, prints them, and closes the sessions. Returns the outcome and its exit code.
///
/// # Errors
/// When the result cannot be printed.
pub(super) fn read(context: &Context, flags: &Read, mut prepared: Prepared) -> anyhow::Result<(Outcome, u8)> {
    let Followed { ended, written, lost } = follow(context, flags, &prepared);
    let was_stopped = matches!(ended.outcome, Outcome::Signal(_));
    if was_stopped && flags.watch {
        ending::display_how_to_resume(context, flags, &ended);
    }
    // The result does not wait for the logout.
    let printed = match was_stopped {
        true => Ok(()),
        false => {
            written.map_err(Into::into).and_then(|()| print_end(context, flags, &prepared, &ended, &lost))
        }
    };
    requests::close(context, &mut prepared.connected);
    printed.map(|()| (ended.outcome, ended.exit_code))
}

/// Prints the result, and then what kept it from being what was asked for.
fn print_end(
    context: &Context,
    flags: &Read,
    prepared: &Prepared,
    ended: &Ended,
    lost: &HashMap<String, Timestamp>,
) -> anyhow::Result<()> {
    let (now, output) = (context.clock.now(), &prepared.output);
    if flags.watch && output.progress == ProgressStyle::Bars {
        let took = Duration::try_from(now.duration_since(prepared.began_at)).unwrap_or_default();
        let summary = ending::summary(&flags.wait.conditions, ended, took);
        summary.into_iter().for_each(|line| context.notice(&line));
    }
    // What the bars have left on the terminal is not printed again.
    if !(flags.watch && output.is_live_table(context)) || result_follows(context, flags, output) {
        print(context, flags, output, ended)?;
    }
    if ended.tree.as_ref().is_some_and(|tree| tree.truncated) {
        context.warn("the tree has more tasks than are read at once: some are left out");
    }
    report_unreadable(context, flags, ended, lost, now);
    let is_over = prepared.deadline(flags).is_some_and(|deadline| context.clock.monotonic() >= deadline)
        || prepared.until(flags).is_some_and(|until| now >= until);
    let late = prepared.timeout(flags).filter(|_| is_over);
    for error in unreached(&flags.wait.conditions, ended, late) {
        context.report_error(&error);
    }
    Ok(())
}

/// How a run of the engine ended.
struct Followed {
    ended: Ended,
    /// Whether the events could be written.
    written: std::io::Result<()>,
    /// Since when each server that was given up gave no good answer, by profile.
    lost: HashMap<String, Timestamp>,
}

/// Whether the result on standard output shows on the same terminal what bars would leave above it.
fn result_follows(context: &Context, flags: &Read, output: &OutputOptions) -> bool {
    let one = output.shape == Shape::One;
    output.is_live_table(context) && (one || flags.tree)
}

/// Runs the engine over what is connected.
fn follow(context: &Context, flags: &Read, prepared: &Prepared) -> Followed {
    let Prepared { connected, defaults, output, .. } = prepared;
    let (sender, inbox) = mpsc::channel();
    let on_reauth = sender.clone();
    connected.on_reauth(move |endpoint| {
        let _ = on_reauth.send(Message::Reauth { endpoint });
    });
    let endpoints = endpoints(&connected.systems, &flags.wait, prepared.jobs(flags));
    let heartbeat = flags.wait.heartbeat.or(defaults.heartbeat).unwrap_or(Duration::from_secs(60));
    let plan = Plan {
        endpoints: &endpoints,
        targets: &connected.targets,
        tree: flags.tree,
        rules: rules(flags, prepared),
        until: prepared.until(flags),
        timeout_code: flags.wait.timeout_exit_code,
        heartbeat,
        clock: &*context.clock,
        stop: &context.stop,
        seed: fastrand::u64(..),
        raw: output.format == Format::Raw,
    };
    let mut display = Display::new(context, flags, output, &connected.targets, heartbeat, sender.clone());
    let ended = driver::follow(plan, &sender, &inbox, &mut display);
    let Display { lines, lost, .. } = display;
    Followed { ended, written: lines.map_or(Ok(()), EventLines::finish), lost }
}

/// The systems as they are polled: flags go before the profiles' own pace.
fn endpoints(systems: &[System], flags: &WaitFlags, jobs: usize) -> Vec<Endpoint> {
    let endpoint = |System { profile, backend }: &System| {
        let interval = flags.interval.unwrap_or(profile.interval);
        let max_interval = flags.max_interval.unwrap_or(profile.max_interval).max(interval);
        Endpoint {
            profile: profile.name.clone(),
            backend: Arc::clone(backend),
            // Who asks for an interval wants polling.
            pace: Pace {
                interval,
                max_interval,
                jobs,
                batch_size: backend.batch(),
                waits: flags.interval.is_none() && backend.can_wait(),
            },
        }
    };
    systems.iter().map(endpoint).collect()
}

fn rules(flags: &Read, prepared: &Prepared) -> Rules {
    let goal = match (flags.watch, flags.wait.conditions.as_slice()) {
        (false, _) => Goal::Reading { exit_status: flags.exit_status },
        (true, []) => Goal::End,
        (true, conditions) => Goal::Conditions(conditions.to_vec()),
    };
    let retry_for = match flags.watch {
        true => flags.wait.retry_for.or(prepared.connected.retry_for()).unwrap_or(WATCH_RETRY),
        // A profile's `retry_for` is about waiting.
        false => flags.wait.retry_for.unwrap_or(requests::RETRY_FOR),
    };
    Rules {
        goal,
        any: flags.wait.any,
        fail_fast: flags.wait.fail_fast,
        deadline: prepared.deadline(flags),
        once: prepared.timeout(flags) == Some(Duration::ZERO),
        retry_for,
        allow_missing: flags.wait.allow_missing.unwrap_or_default(),
    }
}

/// What was waited for and did not come: it cannot come any more, or the time was up before it.
fn unreached(conditions: &[Condition], ended: &Ended, late: Option<Duration>) -> Vec<Error> {
    let goal = if conditions.is_empty() { &[Condition::Ended] } else { conditions };
    let (mut open, mut lost) = (0, None);
    for reading in ended.asked() {
        match &reading.task {
            Err(_) => open += usize::from(ending::may_go_on(reading)),
            Ok(task) => match Condition::any(goal, task) {
                ConditionStatus::Met => {}
                ConditionStatus::Open => open += 1,
                ConditionStatus::Impossible => {
                    lost = lost.or(Some((&reading.task_ref.reference, task.state.word())));
                }
            },
        }
    }
    let words: Vec<String> = conditions.iter().map(ToString::to_string).collect();
    let wanted = format!("`--for {}`", text::shell_word(&words.join(",")));
    let mut errors = Vec::new();
    if let (Outcome::Failed, Some((task, state))) = (ended.outcome, lost) {
        let message = format!("{wanted} can no longer be met: {task} has ended {state}");
        errors.push(Error::new(Kind::Task, message));
    }
    if let (Some(late), 1..) = (late, open) {
        let who = match (open, ended.asked().count()) {
            (1, 1) => "the task has".to_owned(),
            (1, total) => format!("1 of {total} tasks has"),
            (open, total) => format!("{open} of {total} tasks have"),
        };
        let what = if conditions.is_empty() { "ended".to_owned() } else { format!("met {wanted}") };
        let late = humanize::duration(late.as_secs_f64());
        errors.push(Error::new(Kind::Task, format!("{who} not {what} after {late}")));
    }
    errors
}

/// Prints the tasks as they were at the end, unless nobody wants to read them again.
fn print(context: &Context, flags: &Read, output: &OutputOptions, ended: &Ended) -> anyhow::Result<()> {
    let unasked = context.quiet && !output.format_given && output.fields.is_none();
    if flags.watch && (output.writes_events() || unasked) {
        return Ok(());
    }
    match &ended.tree {
        Some(tree) if output.is_table() => {
            output.write(context, &tree::indented(&ended.readings, &tree.depths, context.terminal.stdout))
        }
        _ => output.write(context, &ended.readings),
    }
}

/// Reports why tasks could not be read: once for those of one server that met the same. It is a warning where it does
/// not count for the outcome, which is so with subtasks that were followed.
fn report_unreadable(
    context: &Context,
    flags: &Read,
    ended: &Ended,
    lost: &HashMap<String, Timestamp>,
    now: Timestamp,
) {
    let may_be_lost = flags.watch && ended.outcome != Outcome::Timeout;
    for (counts, error, tasks) in unreadable(flags, ended) {
        if let Some(since) = lost.get(&tasks[0].profile).filter(|_| may_be_lost && counts && error.retryable)
        {
            ending::report_given_up(context, flags, ended, (error, &tasks), (*since, now));
            continue;
        }
        let of = format!("of {} ({})", tasks[0].profile, tasks[0].host);
        let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
        let what = match ids.as_slice() {
            [id] => format!("cannot read task {id} {of}"),
            [one, two, three, rest @ ..] if !rest.is_empty() => {
                let (count, more) = (ids.len(), rest.len());
                format!("cannot read {count} tasks {of}: {one}, {two}, {three} and {more} more")
            }
            ids => format!("cannot read {} tasks {of}: {}", ids.len(), ids.join(", ")),
        };
        if counts {
            context.report_error(&error.clone().context(what));
        } else {
            context.warn(&format!("{what}: {}", humanize::error(error)));
        }
    }
}

/// The errors that tasks met, in their order: whether each counts for the outcome, and the tasks of one server that met
/// it.
fn unreadable<'e>(flags: &Read, ended: &'e Ended) -> Vec<(bool, &'e Error, Vec<&'e TaskRef>)> {
    let mut groups: Vec<(bool, &Error, Vec<&TaskRef>)> = Vec::new();
    let mut known: HashMap<(bool, &str, String), usize> = HashMap::new();
    for (position, Reading { task_ref, task, .. }) in ended.readings.iter().enumerate() {
        let Err(error) = task else { continue };
        // A task that was never read when the time was up is reported with the others that have not ended.
        if ended.outcome == Outcome::Timeout && error.message == driver::NO_ANSWER {
            continue;
        }
        let counts = !(flags.watch && ended.is_subtask(position));
        let group = *known.entry((counts, &task_ref.profile, error.to_string())).or_insert_with(|| {
            groups.push((counts, error, Vec::new()));
            groups.len() - 1
        });
        groups[group].2.push(task_ref);
    }
    groups
}

/// What displays a run: progress, and events on standard output.
struct Display<'a> {
    progress: Option<Box<dyn Observer + 'a>>,
    lines: Option<EventLines<Shared>>,
    /// The bars on the terminal that the lines are written to, which must make room.
    bars: Option<Handle>,
    sender: mpsc::Sender<Message>,
    /// Since when a server gives no good answer, by profile.
    lost: HashMap<String, Timestamp>,
}

impl<'a> Display<'a> {
    fn new(
        context: &'a Context,
        flags: &Read,
        output: &OutputOptions,
        targets: &[Target],
        heartbeat: Duration,
        sender: mpsc::Sender<Message>,
    ) -> Display<'a> {
        let mut display = Display { progress: None, lines: None, bars: None, sender, lost: HashMap::new() };
        if !flags.watch {
            display.progress = Some(Box::new(Retries(context)));
            return display;
        }
        let names: Vec<_> = targets.iter().map(|target| Arc::clone(&target.task_ref)).collect();
        match output.progress {
            ProgressStyle::Bars => {
                let bars = Bars::on_stderr(&names, context.stderr_palette(), context.clock.now())
                    .until(&flags.wait.conditions, result_follows(context, flags, output));
                display.bars = Some(bars.handle()).filter(|_| context.terminal.stdout);
                display.progress = Some(Box::new(bars));
            }
            ProgressStyle::Plain => {
                display.progress = Some(Box::new(Plain::new(context.stderr.clone(), &names, heartbeat)));
            }
            ProgressStyle::None => {}
        }
        if output.writes_events() {
            display.lines = Some(EventLines::new(context.stdout.clone(), context.terminal.stdout));
        }
        display
    }
}

impl Observer for Display<'_> {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::Retry { profile, since, .. } => {
                self.lost.insert((*profile).to_owned(), *since);
            }
            EventKind::Recovered { profile, .. } => {
                self.lost.remove(*profile);
            }
            _ => {}
        }
        if let Some(progress) = &mut self.progress {
            progress.event(event);
        }
        if let Some(lines) = &mut self.lines {
            match &self.bars {
                Some(bars) => bars.suspend(|| lines.event(event)),
                None => lines.event(event),
            }
            // When nobody takes any more, the watch is over.
            if lines.is_broken() {
                let _ = self.sender.send(Message::Over(Outcome::Ok));
            }
        }
    }

    fn subtask(&mut self, subtask: &TaskRef, parent: &TaskRef) {
        if let Some(progress) = &mut self.progress {
            progress.subtask(subtask, parent);
        }
    }

    fn tick_every(&self) -> Option<Duration> {
        self.progress.as_ref()?.tick_every()
    }

    fn tick(&mut self, now: Timestamp) {
        if let Some(progress) = &mut self.progress {
            progress.tick(now);
        }
    }
}

/// What `get` displays while it waits for a server: nothing, unless there is trouble.
struct Retries<'a>(&'a Context);

impl Observer for Retries<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if let EventKind::Retry { profile, host, error, delay, .. } = &event.kind {
            requests::display_retry(self.0, profile, host, error, *delay);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{self, Verb};
    use crate::util::clock::{Clock as _, SystemClock};

    #[test]
    fn what_many_tasks_met_is_gathered_in_one_pass() {
        const COUNT: usize = 30_000;
        let words = ["taskctl", "get", "any/thing"].map(std::ffi::OsString::from);
        let Ok(cli::Invocation { verb: Verb::Read(flags), .. }) =
            cli::parse(words, &crate::util::env::Env::of([]))
        else {
            panic!("a read")
        };
        let reading = |number: usize| {
            let id = format!("t-{}", number / 2);
            let error = Error::new(Kind::Decode, format!("{id} cannot be read"));
            let task_ref = TaskRef { profile: "dr".to_owned(), id, ..TaskRef::default() };
            Reading { task_ref: Arc::new(task_ref), task: Err(error), fetched_at: Timestamp::UNIX_EPOCH }
        };
        let readings = (0..COUNT).map(reading).collect();
        let ended =
            Ended { outcome: Outcome::Error, exit_code: 1, readings, last_known: Vec::new(), tree: None };
        let clock = SystemClock::default();
        let groups = unreadable(&flags, &ended);
        assert!(clock.monotonic() < Duration::from_secs(10), "it took {:?}", clock.monotonic());
        assert_eq!(groups.len(), COUNT / 2);
        assert!(groups.iter().all(|(counts, _, tasks)| *counts && tasks.len() == 2));
        assert_eq!((&*groups[1].2[0].id, &*groups[1].1.message), ("t-1", "t-1 cannot be read"));
    }
}
