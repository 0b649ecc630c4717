//! `taskctl get` and `taskctl watch`: the same look at tasks, once or until they end.

use std::io::Write as _;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use jiff::Timestamp;

use super::output::{self, HASTY_LOGOUT, LOGOUT, Notices, OutputOptions};
use super::tree;
use crate::cli::{CommonFlags, Read, WaitFlags};
use crate::config::{Config, Defaults};
use crate::engine::condition::{Condition, ConditionStatus};
use crate::engine::driver::{self, Ended, Endpoint, Followed, Message, Plan};
use crate::engine::event::{Event, Observer, Reading, TaskRef};
use crate::engine::scheduler::{Pace, Rules};
use crate::engine::verdict::Goal;
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::render::jsonl::EventLines;
use crate::render::progress::ProgressStyle;
use crate::render::progress::bars::{Bars, Handle};
use crate::render::progress::plain::Plain;
use crate::render::style::ColorChoice;
use crate::render::{Format, humanize};
use crate::resolve::context::Context;
use crate::resolve::{self, Connected, System, Target};
use crate::util::streams::Shared;

/// How long `get` goes on without one good answer.
const GET_RETRY: Duration = Duration::from_secs(10);
/// How long `watch` does.
const WATCH_RETRY: Duration = Duration::from_secs(5 * 60);

/// Reads or follows tasks and prints them. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, read: &Read) -> anyhow::Result<u8> {
    let begin = context.clock.monotonic();
    let config = Config::load(Config::path(common.config.as_deref(), &context.env), &context.env)?;
    let defaults = config.defaults(&context.env)?;
    let show = OutputOptions::new(
        context,
        common,
        &read.output,
        read.wait.progress,
        output::shape(read),
        &defaults,
    )?;
    let wanted = output::target_args(common, read);
    let connected = output::open(context, common, &config, show.color, &wanted, resolve::connect)?;
    let (_, code) = look(context, common, read, &show, &defaults, connected, begin)?;
    Ok(code)
}

/// Reads or follows what is connected, prints it, and closes the sessions. Returns the outcome and its exit code.
///
/// # Errors
/// When the result cannot be printed.
pub(super) fn look(
    context: &mut Context,
    common: &CommonFlags,
    read: &Read,
    show: &OutputOptions,
    defaults: &Defaults,
    mut connected: Connected,
    begin: Duration,
) -> anyhow::Result<(Outcome, u8)> {
    let timeout = read.wait.timeout.or(connected.timeout()).filter(|_| read.watch);
    let rules = rules(read, &connected, begin, timeout);
    let deadline = rules.deadline;
    let (sender, inbox) = mpsc::channel();
    let on_reauth = sender.clone();
    connected.on_reauth(move |endpoint| {
        let _ = on_reauth.send(Message::Reauth { endpoint });
    });
    let endpoints = endpoints(&connected.systems, &read.wait, defaults);
    let tasks: Vec<Followed> = std::mem::take(&mut connected.targets)
        .into_iter()
        .map(|Target { task_ref, id, system }| Followed { task_ref, id, endpoint: system })
        .collect();
    let (ended, written) = {
        let mut observer = show.observer(context, read, &tasks, &sender, common);
        let heartbeat = read.wait.heartbeat.or(defaults.heartbeat);
        let plan = Plan {
            endpoints: &endpoints,
            tasks: &tasks,
            tree: read.tree,
            rules,
            timeout_code: read.wait.timeout_exit_code,
            heartbeat: heartbeat.unwrap_or(Duration::from_secs(60)),
            clock: &*context.clock,
            stop: &context.stop,
            seed: fastrand::u64(..),
            raw: show.format == Format::Raw,
        };
        let ended = driver::follow(plan, &sender, &inbox, &mut observer);
        (ended, observer.finish())
    };
    let late = timeout.filter(|_| deadline.is_some_and(|deadline| context.clock.monotonic() >= deadline));
    let interrupted = matches!(ended.outcome, Outcome::Signal(_));
    if interrupted && read.watch && !common.quiet {
        say_how_to_resume(context, &ended);
    }
    connected.close(if interrupted { HASTY_LOGOUT } else { LOGOUT });
    if interrupted {
        return Ok((ended.outcome, ended.exit_code));
    }
    written?;
    show.items(context, read, common, &ended)?;
    if ended.tree.as_ref().is_some_and(|tree| tree.truncated) && !common.quiet {
        context.warn("the tree has more tasks than are read at once: some are left out", show.color);
    }
    complain(context, read, common, show.color, &ended);
    for error in unreached(&read.wait.conditions, &ended, late) {
        context.report_error(&error, show.color);
    }
    Ok((ended.outcome, ended.exit_code))
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

fn rules(read: &Read, connected: &Connected, begin: Duration, timeout: Option<Duration>) -> Rules {
    let goal = match (read.watch, read.wait.conditions.as_slice()) {
        (false, _) => Goal::Reading { exit_status: read.exit_status },
        (true, []) => Goal::End,
        (true, conditions) => Goal::Conditions(conditions.to_vec()),
    };
    let once = timeout == Some(Duration::ZERO);
    let usual = if read.watch { WATCH_RETRY } else { GET_RETRY };
    // A profile's `retry_for` is about waiting; `get` has its own, shorter patience.
    let of_profile = connected.retry_for().filter(|_| read.watch);
    Rules {
        goal,
        any: read.wait.any,
        fail_fast: read.wait.fail_fast,
        deadline: timeout.filter(|_| !once).map(|timeout| begin + timeout),
        once,
        retry_for: read.wait.retry_for.or(of_profile).unwrap_or(usual),
        allow_missing: read.wait.allow_missing.unwrap_or_default(),
    }
}

/// What was waited for and did not come: it cannot come any more, or the time was up before it.
fn unreached(conditions: &[Condition], ended: &Ended, late: Option<Duration>) -> Vec<Error> {
    let goal = if conditions.is_empty() { &[Condition::Ended] } else { conditions };
    let (mut open, mut lost) = (0, Vec::new());
    for item in ended.asked() {
        match &item.task {
            Err(_) => open += usize::from(may_go_on(item)),
            Ok(task) => {
                let any = |wanted| goal.iter().any(|condition| condition.status(task) == wanted);
                match (any(ConditionStatus::Met), any(ConditionStatus::Open)) {
                    (true, _) => {}
                    (false, true) => open += 1,
                    (false, false) => {
                        lost.push(format!("{} has ended {}", item.task_ref.reference, task.state.word()));
                    }
                }
            }
        }
    }
    let words: Vec<String> = conditions.iter().map(ToString::to_string).collect();
    let wanted = format!("`--for {}`", crate::util::text::shell_word(&words.join(",")));
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

/// Whether a task may be under way: it has not ended, as far as is known, and nobody says that there is none.
fn may_go_on(item: &Reading) -> bool {
    match &item.task {
        Ok(task) => !task.state.ended(),
        Err(error) => error.kind != Kind::NotFound,
    }
}

impl OutputOptions {
    fn observer(
        &self,
        context: &Context,
        read: &Read,
        tasks: &[Followed],
        sender: &mpsc::Sender<Message>,
        common: &CommonFlags,
    ) -> Observers {
        let mut observers = Observers { list: Vec::new(), lines: None };
        if read.watch {
            let names: Vec<_> = tasks.iter().map(|task| task.task_ref.clone()).collect();
            let mut bars = None;
            match self.progress {
                ProgressStyle::Bars => {
                    let drawn =
                        Bars::on_stderr(&names, context.stderr_palette(self.color), context.clock.now());
                    bars = Some(drawn.handle());
                    observers.list.push(Box::new(drawn));
                }
                ProgressStyle::Plain => {
                    observers.list.push(Box::new(Plain::new(context.stderr.clone(), &names)))
                }
                ProgressStyle::None => {}
            }
            if self.format == Format::Jsonl && self.fields.is_none() {
                let lines = EventLines::new(context.stdout.clone(), context.terminal.stdout);
                let sender = sender.clone();
                observers.lines =
                    Some(Lines { lines, sender, bars: bars.filter(|_| context.terminal.stdout) });
            }
        } else if !common.quiet {
            observers.list.push(Box::new(Notices::new(context)));
        }
        observers
    }

    fn items(
        &self,
        context: &mut Context,
        read: &Read,
        common: &CommonFlags,
        ended: &Ended,
    ) -> anyhow::Result<()> {
        let events_were_written = read.watch && self.format == Format::Jsonl && self.fields.is_none();
        let unasked = read.watch && common.quiet && !self.format_given && self.fields.is_none();
        if events_were_written || unasked {
            return Ok(());
        }
        match &ended.tree {
            Some(tree) if matches!(self.format, Format::Table | Format::Wide) && self.fields.is_none() => {
                self.write(context, &tree::indented(&ended.readings, &tree.depths, context.terminal.stdout))
            }
            _ => self.write(context, &ended.readings),
        }
    }
}

/// Prints why tasks could not be read: once for those of one server that met the same. It is no error where it is no
/// word about the outcome, which is so with parts that were followed.
fn complain(context: &mut Context, read: &Read, common: &CommonFlags, color: ColorChoice, ended: &Ended) {
    let mut told: Vec<(&Error, bool, Vec<&Reading>)> = Vec::new();
    for (position, item) in ended.readings.iter().enumerate() {
        let Err(error) = &item.task else { continue };
        // A task that was never read when the time was up is told with the others that have not ended.
        if ended.outcome == Outcome::Timeout && error.message == driver::NO_ANSWER {
            continue;
        }
        let counts = !(read.watch && ended.is_subtask(position));
        let same = told.iter_mut().find(|(known, counted, items)| {
            *counted == counts
                && items[0].task_ref.profile == item.task_ref.profile
                && known.to_string() == error.to_string()
        });
        match same {
            Some((_, _, items)) => items.push(item),
            None => told.push((error, counts, vec![item])),
        }
    }
    for (error, counts, items) in told {
        let TaskRef { profile, host, .. } = &*items[0].task_ref;
        let what = match items.as_slice() {
            [item] => format!("cannot read task {} of {profile} ({host})", item.task_ref.id),
            items => {
                let some: Vec<&str> = items.iter().take(3).map(|item| item.task_ref.id.as_str()).collect();
                let more = match items.len() - some.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let some = some.join(", ");
                format!("cannot read {} tasks of {profile} ({host}): {some}{more}", items.len())
            }
        };
        if counts {
            context.report_error(&error.clone().context(what), color);
        } else if !common.quiet {
            context.warn(&format!("{what}: {}", humanize::error(error)), color);
        }
    }
}

fn say_how_to_resume(context: &mut Context, ended: &Ended) {
    let open: Vec<&str> =
        ended.asked().filter(|item| may_go_on(item)).map(|item| item.task_ref.reference.as_str()).collect();
    if open.is_empty() {
        return;
    }
    let goes_on = if open.len() == 1 { "the task goes on" } else { "the tasks go on" };
    let shown: Vec<String> =
        open.iter().take(5).map(|reference| crate::util::text::shell_word(reference)).collect();
    let more = if open.len() > shown.len() {
        format!(" (and {} more)", open.len() - shown.len())
    } else {
        String::new()
    };
    let tree = if ended.tree.is_some() { "--tree " } else { "" };
    let line =
        format!("stopped watching; {goes_on}. To resume: taskctl watch {tree}{}{more}", shown.join(" "));
    let _ = writeln!(context.stderr, "{}", crate::util::text::escape(&line));
}

/// Several observers as one.
struct Observers {
    list: Vec<Box<dyn Observer>>,
    lines: Option<Lines>,
}

impl Observers {
    /// Ends them.
    ///
    /// # Errors
    /// When standard output could not be written.
    fn finish(self) -> std::io::Result<()> {
        self.lines.map_or(Ok(()), |lines| lines.lines.finish())
    }
}

impl Observer for Observers {
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
