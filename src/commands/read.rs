//! `taskctl get` and `taskctl watch`: the same look at tasks, once or until they end.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use jiff::Timestamp;

use super::output::OutputOptions;
use super::{requests, tree};
use crate::cli::{CommonFlags, Read, WaitFlags};
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
use crate::util::streams::Shared;
use crate::util::text;

/// How long `watch` goes on without one good answer.
const WATCH_RETRY: Duration = Duration::from_secs(5 * 60);

/// Reads or follows tasks and prints them. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, flags: &Read) -> anyhow::Result<u8> {
    let begin = context.clock.monotonic();
    let config = context.load_config(common)?;
    let defaults = config.defaults(&context.env)?;
    let (progress, shape) = (flags.wait.progress, shape(flags));
    let output = OutputOptions::new(context, common, &flags.output, progress, shape, &defaults)?;
    let connected = resolve::connect(context, &config, &target_args(common, flags))?;
    let (_, code) = read(context, flags, &output, &defaults, connected, begin)?;
    Ok(code)
}

/// One object or an array, by how the tasks were asked for.
pub(super) fn shape(flags: &Read) -> Shape {
    let one = flags.ids.len() == 1 && flags.ids[0] != "-" && !flags.tree;
    if one { Shape::One } else { Shape::Many }
}

/// What was typed about the tasks.
pub(super) fn target_args<'a>(common: &'a CommonFlags, flags: &'a Read) -> TargetArgs<'a> {
    TargetArgs {
        backend: flags.backend,
        profile: common.profile.as_deref(),
        ids: &flags.ids,
        settings: &flags.settings,
        connection: &flags.connection,
    }
}

/// Reads or follows what is connected, prints it, and closes the sessions. Returns the outcome and its exit code.
///
/// # Errors
/// When the result cannot be printed.
pub(super) fn read(
    context: &Context,
    flags: &Read,
    output: &OutputOptions,
    defaults: &Defaults,
    mut connected: Connected,
    begin: Duration,
) -> anyhow::Result<(Outcome, u8)> {
    let timeout = flags.wait.timeout.or(connected.timeout()).filter(|_| flags.watch);
    let rules = rules(flags, &connected, begin, timeout);
    let deadline = rules.deadline;
    let (ended, written) = follow(context, flags, output, defaults, &connected, rules);
    let late = timeout.filter(|_| deadline.is_some_and(|deadline| context.clock.monotonic() >= deadline));
    let was_stopped = matches!(ended.outcome, Outcome::Signal(_));
    if was_stopped && flags.watch {
        display_how_to_resume(context, &ended);
    }
    requests::close(context, &mut connected);
    if was_stopped {
        return Ok((ended.outcome, ended.exit_code));
    }
    written?;
    print(context, flags, output, &ended)?;
    if ended.tree.as_ref().is_some_and(|tree| tree.truncated) {
        context.warn("the tree has more tasks than are read at once: some are left out");
    }
    report_unreadable(context, flags, &ended);
    for error in unreached(&flags.wait.conditions, &ended, late) {
        context.report_error(&error);
    }
    Ok((ended.outcome, ended.exit_code))
}

/// Runs the engine over what is connected. Returns how it ended, and whether the events could be written.
fn follow(
    context: &Context,
    flags: &Read,
    output: &OutputOptions,
    defaults: &Defaults,
    connected: &Connected,
    rules: Rules,
) -> (Ended, std::io::Result<()>) {
    let (sender, inbox) = mpsc::channel();
    let on_reauth = sender.clone();
    connected.on_reauth(move |endpoint| {
        let _ = on_reauth.send(Message::Reauth { endpoint });
    });
    let endpoints = endpoints(&connected.systems, &flags.wait, defaults);
    let heartbeat = flags.wait.heartbeat.or(defaults.heartbeat);
    let plan = Plan {
        endpoints: &endpoints,
        targets: &connected.targets,
        tree: flags.tree,
        rules,
        timeout_code: flags.wait.timeout_exit_code,
        heartbeat: heartbeat.unwrap_or(Duration::from_secs(60)),
        clock: &*context.clock,
        stop: &context.stop,
        seed: fastrand::u64(..),
        raw: output.format == Format::Raw,
    };
    let mut observers = Observers::new(context, flags, output, &connected.targets, &sender);
    let ended = driver::follow(plan, &sender, &inbox, &mut observers);
    (ended, observers.finish())
}

/// The systems as they are polled: flags go before the profiles' own pace.
fn endpoints(systems: &[System], flags: &WaitFlags, defaults: &Defaults) -> Vec<Endpoint> {
    let jobs = flags.jobs.map(usize::from).or(defaults.jobs).unwrap_or(8);
    let endpoint = |System { profile, host, backend }: &System| {
        let interval = flags.interval.unwrap_or(profile.interval);
        let max_interval = flags.max_interval.unwrap_or(profile.max_interval).max(interval);
        Endpoint {
            profile: profile.name.clone(),
            host: host.clone(),
            backend: Arc::clone(backend),
            pace: Pace { interval, max_interval, jobs, batch_size: backend.batch() },
        }
    };
    systems.iter().map(endpoint).collect()
}

fn rules(flags: &Read, connected: &Connected, begin: Duration, timeout: Option<Duration>) -> Rules {
    let goal = match (flags.watch, flags.wait.conditions.as_slice()) {
        (false, _) => Goal::Reading { exit_status: flags.exit_status },
        (true, []) => Goal::End,
        (true, conditions) => Goal::Conditions(conditions.to_vec()),
    };
    let once = timeout == Some(Duration::ZERO);
    let retry_for = match flags.watch {
        true => flags.wait.retry_for.or(connected.retry_for()).unwrap_or(WATCH_RETRY),
        // A profile's `retry_for` is about waiting.
        false => flags.wait.retry_for.unwrap_or(requests::RETRY_FOR),
    };
    Rules {
        goal,
        any: flags.wait.any,
        fail_fast: flags.wait.fail_fast,
        deadline: timeout.filter(|_| !once).map(|timeout| begin + timeout),
        once,
        retry_for,
        allow_missing: flags.wait.allow_missing.unwrap_or_default(),
    }
}

/// What was waited for and did not come: it cannot come any more, or the time was up before it.
fn unreached(conditions: &[Condition], ended: &Ended, late: Option<Duration>) -> Vec<Error> {
    let goal = if conditions.is_empty() { &[Condition::Ended] } else { conditions };
    let (mut open, mut lost) = (0, Vec::new());
    for reading in ended.asked() {
        match &reading.task {
            Err(_) => open += usize::from(may_go_on(reading)),
            Ok(task) => {
                let any = |wanted| goal.iter().any(|condition| condition.status(task) == wanted);
                match (any(ConditionStatus::Met), any(ConditionStatus::Open)) {
                    (true, _) => {}
                    (false, true) => open += 1,
                    (false, false) => {
                        lost.push(format!("{} has ended {}", reading.task_ref.reference, task.state.word()));
                    }
                }
            }
        }
    }
    let words: Vec<String> = conditions.iter().map(ToString::to_string).collect();
    let wanted = format!("`--for {}`", text::shell_word(&words.join(",")));
    let mut errors = Vec::new();
    if let (Outcome::Failed, Some(first)) = (ended.outcome, lost.first()) {
        errors.push(Error::new(Kind::Task, format!("{wanted} can no longer be met: {first}")));
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

/// Whether a task may be under way: it has not ended, as far as is known, and the API does not say that there is none.
fn may_go_on(reading: &Reading) -> bool {
    match &reading.task {
        Ok(task) => !task.state.ended(),
        Err(error) => error.kind != Kind::NotFound,
    }
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
fn report_unreadable(context: &Context, flags: &Read, ended: &Ended) {
    let mut groups: Vec<(&Error, bool, Vec<&Reading>)> = Vec::new();
    for (position, reading) in ended.readings.iter().enumerate() {
        let Err(error) = &reading.task else { continue };
        // A task that was never read when the time was up is reported with the others that have not ended.
        if ended.outcome == Outcome::Timeout && error.message == driver::NO_ANSWER {
            continue;
        }
        let counts = !(flags.watch && ended.is_subtask(position));
        let same = groups.iter_mut().find(|(known, counted, readings)| {
            *counted == counts
                && readings[0].task_ref.profile == reading.task_ref.profile
                && known.to_string() == error.to_string()
        });
        match same {
            Some((_, _, readings)) => readings.push(reading),
            None => groups.push((error, counts, vec![reading])),
        }
    }
    for (error, counts, readings) in groups {
        let TaskRef { profile, host, .. } = &*readings[0].task_ref;
        let what = match readings.as_slice() {
            [reading] => format!("cannot read task {} of {profile} ({host})", reading.task_ref.id),
            readings => {
                let first: Vec<&str> =
                    readings.iter().take(3).map(|reading| reading.task_ref.id.as_str()).collect();
                let more = match readings.len() - first.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let first = first.join(", ");
                format!("cannot read {} tasks of {profile} ({host}): {first}{more}", readings.len())
            }
        };
        if counts {
            context.report_error(&error.clone().context(what));
        } else {
            context.warn(&format!("{what}: {}", humanize::error(error)));
        }
    }
}

fn display_how_to_resume(context: &Context, ended: &Ended) {
    let open: Vec<String> = ended
        .asked()
        .filter(|reading| may_go_on(reading))
        .map(|reading| text::shell_word(&reading.task_ref.reference))
        .collect();
    let goes_on = match open.len() {
        0 => return,
        1 => "the task goes on",
        _ => "the tasks go on",
    };
    let first = &open[..open.len().min(5)];
    let more = match open.len() - first.len() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let tree = if ended.tree.is_some() { "--tree " } else { "" };
    let first = first.join(" ");
    context.notice(&format!("stopped watching; {goes_on}. To resume: taskctl watch {tree}{first}{more}"));
}

/// Everything that displays a run, as one observer.
struct Observers<'a> {
    list: Vec<Box<dyn Observer + 'a>>,
    lines: Option<Lines>,
}

impl<'a> Observers<'a> {
    fn new(
        context: &'a Context,
        flags: &Read,
        output: &OutputOptions,
        targets: &[Target],
        sender: &mpsc::Sender<Message>,
    ) -> Observers<'a> {
        if !flags.watch {
            return Observers { list: vec![Box::new(Retries(context))], lines: None };
        }
        let mut list: Vec<Box<dyn Observer>> = Vec::new();
        let names: Vec<_> = targets.iter().map(|target| Arc::clone(&target.task_ref)).collect();
        let mut handle = None;
        match output.progress {
            ProgressStyle::Bars => {
                let bars = Bars::on_stderr(&names, context.stderr_palette(), context.clock.now());
                handle = Some(bars.handle()).filter(|_| context.terminal.stdout);
                list.push(Box::new(bars));
            }
            ProgressStyle::Plain => list.push(Box::new(Plain::new(context.stderr.clone(), &names))),
            ProgressStyle::None => {}
        }
        let lines = output.writes_events().then(|| Lines {
            lines: EventLines::new(context.stdout.clone(), context.terminal.stdout),
            sender: sender.clone(),
            bars: handle,
        });
        Observers { list, lines }
    }

    /// Ends them.
    ///
    /// # Errors
    /// When standard output could not be written.
    fn finish(self) -> std::io::Result<()> {
        self.lines.map_or(Ok(()), |lines| lines.lines.finish())
    }
}

impl Observer for Observers<'_> {
    fn event(&mut self, event: &Event<'_>) {
        for observer in &mut self.list {
            observer.event(event);
        }
        if let Some(lines) = &mut self.lines {
            lines.event(event);
        }
    }

    fn subtask(&mut self, subtask: &TaskRef, parent: &TaskRef) {
        for observer in &mut self.list {
            observer.subtask(subtask, parent);
        }
    }

    fn tick_every(&self) -> Option<Duration> {
        self.list.iter().filter_map(|observer| observer.tick_every()).min()
    }

    fn tick(&mut self, now: Timestamp) {
        for observer in &mut self.list {
            observer.tick(now);
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

/// Events on standard output; when it takes no more, the watch is over.
struct Lines {
    lines: EventLines<Shared>,
    sender: mpsc::Sender<Message>,
    /// The bars on the same terminal, which must make room.
    bars: Option<Handle>,
}

impl Observer for Lines {
    fn event(&mut self, event: &Event<'_>) {
        match &self.bars {
            Some(bars) => bars.suspend(|| self.lines.event(event)),
            None => self.lines.event(event),
        }
        if self.lines.is_broken() {
            let _ = self.sender.send(Message::Over(Outcome::Ok));
        }
    }
}
