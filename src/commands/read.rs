//! `taskctl get` and `taskctl watch`: the same look at tasks, once or until they end.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::cli::{CommonFlags, Read};
use crate::config::{Config, Defaults};
use crate::connect::{self, Connected, Context, PaceFlags, Wanted};
use crate::error::Error;
use crate::event::{Event, EventKind, Item, Observer};
use crate::follow::{self, Ended, Followed, Message, Plan};
use crate::outcome::Outcome;
use crate::render::fields::Fields;
use crate::render::jsonl::EventLines;
use crate::render::progress::bars::{Bars, Handle};
use crate::render::progress::plain::Plain;
use crate::render::progress::{Look, ProgressMode};
use crate::render::{self, Format, Shape, human};
use crate::signals;
use crate::streams::Shared;
use crate::style::ColorChoice;
use crate::watch::{Goal, Rules};

/// How long `get` goes on without one good answer.
const GET_RETRY: Duration = Duration::from_secs(10);
/// How long `watch` does.
const WATCH_RETRY: Duration = Duration::from_secs(5 * 60);
/// How long a logout may take, in order and after a signal.
const LOGOUT: Duration = Duration::from_secs(5);
const HASTY_LOGOUT: Duration = Duration::from_secs(2);

/// Reads or follows tasks and prints them. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(app: &mut App, common: &CommonFlags, read: &Read) -> anyhow::Result<u8> {
    let begin = app.clock.monotonic();
    let config = Config::load(Config::path(common.config.as_deref(), &app.env), &app.env)?;
    let defaults = config.defaults(&app.env)?;
    let show = Show::new(app, common, read, &defaults)?;
    let warn = {
        let (redactor, stderr, palette) =
            (Arc::clone(&app.redactor), app.stderr.clone(), app.stderr_palette(show.color));
        let terminal = app.terminal.stderr;
        move |line: &str| {
            let text = redactor.scrub(line);
            let text = if terminal { crate::text::escape(&text).into_owned() } else { text };
            let _ = writeln!(stderr.clone(), "{} {text}", crate::style::paint(palette.warning(), "warning:"));
        }
    };
    let silent = |_: &str| {};
    let jobs = read.wait.jobs.map(usize::from).or(defaults.jobs.as_ref().map(|jobs| jobs.value)).unwrap_or(8);
    let wanted = Wanted {
        backend: read.backend,
        ids: &read.ids,
        settings: &read.settings,
        common,
        connection: &read.connection,
        pace: PaceFlags { interval: read.wait.interval, max_interval: read.wait.max_interval, jobs },
    };
    for warning in config.warnings().iter().filter(|_| !common.quiet) {
        warn(warning);
    }
    if app.own_process {
        let prompt = Arc::clone(&app.prompt);
        signals::install(Arc::clone(&app.stop), move || prompt.give_up())?;
    }
    let mut connected = connect::connect(
        Context {
            env: &app.env,
            terminal: app.terminal,
            clock: &app.clock,
            stop: &app.stop,
            stdin: &mut *app.stdin,
            prompt: &*app.prompt,
            redactor: &app.redactor,
            warn: if common.quiet { &silent } else { &warn },
        },
        &config,
        &wanted,
    )?;
    let timeout = read.wait.timeout.or(connected.timeout).filter(|_| read.watch);
    let rules = rules(read, &connected, begin, timeout);
    let ended = {
        let mut observer = show.observer(app, read, &connected, common);
        let heartbeat = read.wait.heartbeat.or(defaults.heartbeat.as_ref().map(|heartbeat| heartbeat.value));
        let plan = Plan {
            systems: &connected.systems,
            tasks: &connected.tasks,
            rules,
            timeout_code: read.wait.timeout_exit_code,
            heartbeat: heartbeat.unwrap_or(Duration::from_secs(60)),
            clock: &*app.clock,
            stop: &app.stop,
            seed: fastrand::u64(..),
        };
        follow::follow(plan, &connected.inbox, &mut observer)
    };
    let interrupted = matches!(ended.outcome, Outcome::Signal(_));
    if interrupted && read.watch && !common.quiet {
        say_how_to_resume(app, &ended, &connected.tasks);
    }
    connected.sessions.close(if interrupted { HASTY_LOGOUT } else { LOGOUT });
    if interrupted {
        return Ok(ended.exit_code);
    }
    show.items(app, read, common, &ended)?;
    complain(app, show.color, &ended);
    if ended.outcome == Outcome::Timeout {
        let open = ended.items.iter().filter(|item| !has_ended(item)).count();
        let waited = human::duration(timeout.unwrap_or_default().as_secs_f64());
        let error = Error::usage(format!(
            "{waited} have passed, and {open} of {} tasks have not ended",
            ended.items.len()
        ));
        app.report_error(&error, show.color);
    }
    Ok(ended.exit_code)
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
    let of_profile = connected.retry_for.filter(|_| read.watch);
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

fn has_ended(item: &Item) -> bool {
    item.task.as_ref().is_ok_and(|task| task.state.ended())
}

/// How results are shown, decided before anything is sent, so that a mistake costs no login.
struct Show {
    format: Format,
    format_given: bool,
    fields: Option<Fields>,
    shape: Shape,
    utc: bool,
    color: ColorChoice,
    look: Look,
    headers: bool,
}

impl Show {
    fn new(app: &App, common: &CommonFlags, read: &Read, defaults: &Defaults) -> Result<Show, Error> {
        let word = |text: &str| Error::usage(format!("{text:?} is not known here"));
        let format = match (&read.output.output, &defaults.output) {
            (Some(format), _) => *format,
            (None, Some(text)) => Format::from_str(&text.value, true).map_err(|_| word(&text.value))?,
            (None, None) => Format::default(),
        };
        let progress = match (read.wait.progress, &defaults.progress) {
            (Some(mode), _) => mode,
            (None, Some(text)) => ProgressMode::from_str(&text.value, true).map_err(|_| word(&text.value))?,
            (None, None) => ProgressMode::Auto,
        };
        let color = match (common.color, &defaults.color) {
            (Some(color), _) => color,
            (None, Some(text)) => ColorChoice::from_str(&text.value, true).map_err(|_| word(&text.value))?,
            (None, None) => ColorChoice::Auto,
        };
        let one = read.ids.len() == 1 && read.ids[0] != "-";
        // Traces and bars would write over each other.
        let look = match progress {
            _ if common.quiet => Look::None,
            ProgressMode::Auto if common.verbose > 0 => Look::Plain,
            mode => mode.look(&app.env, app.terminal),
        };
        Ok(Show {
            format,
            format_given: read.output.output.is_some(),
            fields: read.output.field.as_deref().map(Fields::parse).transpose()?,
            shape: if one { Shape::One } else { Shape::Many },
            utc: read.output.utc || defaults.utc.as_ref().is_some_and(|utc| utc.value),
            color,
            look,
            headers: !read.output.no_headers,
        })
    }

    fn zone(&self, app: &App) -> TimeZone {
        if self.utc {
            return TimeZone::UTC;
        }
        match app.env.get("TZ") {
            Some(name) => TimeZone::get(name.trim_start_matches(':')).unwrap_or(TimeZone::UTC),
            None => TimeZone::system(),
        }
    }

    fn observer(&self, app: &App, read: &Read, connected: &Connected, common: &CommonFlags) -> Observers {
        let mut observers = Observers { list: Vec::new() };
        if read.watch {
            let names: Vec<_> = connected.tasks.iter().map(|task| task.name.clone()).collect();
            let mut bars = None;
            match self.look {
                Look::Bars => {
                    let drawn = Bars::on_stderr(&names, app.stderr_palette(self.color), app.clock.now());
                    bars = Some(drawn.handle());
                    observers.list.push(Box::new(drawn));
                }
                Look::Plain => observers.list.push(Box::new(Plain::new(app.stderr.clone(), &names))),
                Look::None => {}
            }
            if self.format == Format::Jsonl && self.fields.is_none() {
                let lines = EventLines::new(app.stdout.clone(), app.terminal.stdout);
                let sender = connected.inbox.sender.clone();
                observers.list.push(Box::new(Lines {
                    lines,
                    sender,
                    bars: bars.filter(|_| app.terminal.stdout),
                }));
            }
        } else if !common.quiet {
            observers
                .list
                .push(Box::new(Notices { stderr: app.stderr.clone(), terminal: app.terminal.stderr }));
        }
        observers
    }

    fn items(&self, app: &mut App, read: &Read, common: &CommonFlags, ended: &Ended) -> anyhow::Result<()> {
        let events_were_written = read.watch && self.format == Format::Jsonl && self.fields.is_none();
        let unasked = read.watch && common.quiet && !self.format_given && self.fields.is_none();
        if events_were_written || unasked {
            return Ok(());
        }
        let options = render::Options {
            format: self.format,
            fields: self.fields.clone(),
            shape: self.shape,
            zone: self.zone(app),
            headers: self.headers,
            palette: app.stdout_palette(self.color),
            terminal: app.terminal,
        };
        let mut out = Vec::new();
        render::write(&mut out, &ended.items, &options)?;
        app.stdout.write_all(&out)?;
        app.stdout.flush()?;
        Ok(())
    }
}

/// Prints why tasks could not be read: once for those of one server that met the same.
fn complain(app: &mut App, color: ColorChoice, ended: &Ended) {
    let mut told: Vec<(String, Error, Vec<&Item>)> = Vec::new();
    for item in &ended.items {
        let Err(error) = &item.task else { continue };
        // A task that was never read when the time was up is told with the others that have not ended.
        if ended.outcome == Outcome::Timeout && error.message == follow::NO_ANSWER {
            continue;
        }
        let same = told.iter_mut().find(|(profile, known, _)| {
            *profile == item.name.profile && known.message == error.message && known.causes == error.causes
        });
        match same {
            Some((_, _, items)) => items.push(item),
            None => told.push((item.name.profile.clone(), error.clone(), vec![item])),
        }
    }
    for (profile, error, items) in told {
        let host = &items[0].name.host;
        let what = match items.as_slice() {
            [item] => format!("cannot read task {} of {profile} ({host})", item.name.id),
            items => format!("cannot read {} tasks of {profile} ({host})", items.len()),
        };
        app.report_error(&error.context(what), color);
    }
}

fn say_how_to_resume(app: &mut App, ended: &Ended, tasks: &[Followed]) {
    let open: Vec<&str> = ended
        .items
        .iter()
        .zip(tasks)
        .filter(|(item, _)| !has_ended(item))
        .map(|(_, task)| task.name.reference.as_str())
        .collect();
    if open.is_empty() {
        return;
    }
    let goes_on = if open.len() == 1 { "the task goes on" } else { "the tasks go on" };
    let shown: Vec<String> =
        open.iter().take(5).map(|reference| crate::text::shell_word(reference)).collect();
    let more = if open.len() > shown.len() {
        format!(" (and {} more)", open.len() - shown.len())
    } else {
        String::new()
    };
    let line = format!("stopped watching; {goes_on}. To resume: taskctl watch {}{more}", shown.join(" "));
    let _ = writeln!(app.stderr, "{}", crate::text::escape(&line));
}

/// Several observers as one.
struct Observers {
    list: Vec<Box<dyn Observer>>,
}

impl Observer for Observers {
    fn event(&mut self, event: &Event<'_>) {
        for observer in &mut self.list {
            observer.event(event);
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

/// Events on standard output; when its reader has gone, the watch is over.
struct Lines {
    lines: EventLines<Shared>,
    sender: std::sync::mpsc::Sender<Message>,
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

/// What `get` says while it waits for a server: nothing, unless there is trouble.
struct Notices {
    stderr: Shared,
    terminal: bool,
}

impl Observer for Notices {
    fn event(&mut self, event: &Event<'_>) {
        let EventKind::Retry { profile, host, error, delay, .. } = &event.kind else { return };
        let delay = human::duration(delay.as_secs_f64());
        let line = format!("{profile} ({host}): {}, trying again in {delay}", human::error(error));
        let line = if self.terminal { crate::text::escape(&line) } else { crate::text::one_line(&line) };
        let _ = writeln!(self.stderr, "{line}");
    }
}
