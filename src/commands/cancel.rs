//! `taskctl cancel`: asks a system to cancel tasks, and with `--watch` follows them to their end.
//!
//! That a system was asked does not mean that a task has ended, so without `--watch` each is looked at once more. A
//! request without an answer is not simply sent again: the task may be cancelled by then, and is looked at first.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use super::output::{self, HASTY_LOGOUT, LOGOUT, Notices, OutputOptions};
use super::read::look;
use crate::api::{BACKENDS, Backend, Descriptor};
use crate::cli::{Cancel, CommonFlags};
use crate::config::Config;
use crate::engine::condition::Condition;
use crate::engine::event::TaskRef;
use crate::engine::retrier::{self, Retrier};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::resolve::context::Context;
use crate::resolve::{self, Connected, System, Target};
use crate::task::{State, Task, TaskId};

/// How long a request goes on without a good answer.
const RETRY: Duration = Duration::from_secs(10);

/// Cancels tasks. Returns the exit code.
///
/// # Errors
/// Whatever keeps the systems from being asked, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, cancel: &Cancel) -> anyhow::Result<u8> {
    let begin = context.clock.monotonic();
    let read = &cancel.read;
    if let Some(backend) = read.backend {
        can_cancel(backend)?;
    }
    let may_ask = context.terminal.stderr && (context.terminal.stdin || cfg!(unix));
    if !cancel.yes && !may_ask {
        return Err(Error::usage("there is no terminal to ask on").hint("-y cancels without asking").into());
    }
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
    let mut connected = output::open(context, common, &config, show.color, &wanted, resolve::connect)?;
    for task in &connected.targets {
        if let Some(backend) = crate::api::find(task.task_ref.backend) {
            can_cancel(backend)?;
        }
    }
    if !cancel.yes && !is_meant(context, &connected.targets)? {
        return Err(Error::new(Kind::Io, "nothing was cancelled").into());
    }
    let (outcome, asked) = ask_all(context, common, cancel, &show, &connected);
    if let Some(signal) = context.stop.raised() {
        connected.close(HASTY_LOGOUT);
        return Ok(Outcome::Signal(signal).code());
    }
    if !read.watch || !asked.contains(&true) {
        connected.close(LOGOUT);
        return Ok(outcome.code());
    }
    let mut asked = asked.into_iter();
    connected.targets.retain(|_| asked.next() == Some(true));
    let mut wait = read.wait.clone();
    if wait.conditions.is_empty() {
        wait.conditions = vec![Condition::Cancelled];
    }
    let follow = crate::cli::Read {
        watch: true,
        backend: read.backend,
        ids: read.ids.clone(),
        settings: read.settings.clone(),
        connection: read.connection.clone(),
        output: read.output.clone(),
        wait,
        exit_status: false,
        tree: false,
    };
    let (watched, code) = look(context, common, &follow, &show, &defaults, connected, begin)?;
    let merged = watched.merge(outcome);
    Ok(if merged == watched { code } else { merged.code() })
}

/// # Errors
/// A usage error that names those that can, for a backend that cannot.
fn can_cancel(backend: &Descriptor) -> Result<(), Error> {
    if backend.capabilities.cancel {
        return Ok(());
    }
    let able: Vec<&str> =
        BACKENDS.iter().filter(|backend| backend.capabilities.cancel).map(|backend| backend.name).collect();
    Err(Error::usage(format!("{} has no way to cancel a task", backend.about))
        .hint(format!("tasks of these can be cancelled: {}", able.join(", "))))
}

/// Asks on the terminal whether these tasks are to be cancelled.
///
/// # Errors
/// When the terminal does not answer.
fn is_meant(context: &Context, tasks: &[Target]) -> Result<bool, Error> {
    let told = |name: &TaskRef| format!("task {} of {} ({})", name.id, name.profile, name.host);
    let question = match tasks {
        [task] => format!("cancel {}? [y/N] ", told(&task.task_ref)),
        tasks => {
            let lines: String = tasks.iter().map(|task| format!("  {}\n", told(&task.task_ref))).collect();
            format!("{lines}cancel these {} tasks? [y/N] ", tasks.len())
        }
    };
    let answer = match context.prompt.ask_openly(&crate::util::text::escape_lines(&question)) {
        // Who closes the input has not said yes.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
        Err(error) => {
            return Err(Error::usage("there is no terminal to ask on")
                .cause(error.to_string())
                .hint("-y cancels without asking"));
        }
        Ok(answer) => answer,
    };
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Asks for each task. Returns the outcome, and which of the tasks were taken for cancelling.
fn ask_all(
    context: &mut Context,
    common: &CommonFlags,
    cancel: &Cancel,
    show: &OutputOptions,
    connected: &Connected,
) -> (Outcome, Vec<bool>) {
    let (clock, stop) = (Arc::clone(&context.clock), Arc::clone(&context.stop));
    let retry_for = cancel.read.wait.retry_for.unwrap_or(RETRY);
    let patience = Retrier { clock: &*clock, stop: &stop, retry_for };
    let mut notices = (!common.quiet).then(|| Notices::new(context));
    let mut outcome = Outcome::Ok;
    let mut asked = Vec::new();
    for task in &connected.targets {
        let system = &connected.systems[task.system];
        let mut result = ask(&patience, system, &task.id, &mut notices);
        if result.is_ok() && !cancel.read.watch {
            result = after(&patience, system, &task.id);
        }
        asked.push(result.is_ok());
        match result {
            Ok(now) if !common.quiet => {
                let now = now.map(|word| format!("; it is {word}")).unwrap_or_default();
                let line = format!(
                    "asked {} to cancel task {} of {}{now}",
                    system.host, task.id, system.profile.name
                );
                let _ = writeln!(context.stderr, "{}", crate::util::text::escape(&line));
            }
            Ok(_) => {}
            Err(error) if error.kind == Kind::Stopped => break,
            Err(error) => {
                outcome = outcome.merge(retrier::outcome(&error));
                let what =
                    format!("cannot cancel task {} of {} ({})", task.id, system.profile.name, system.host);
                context.report_error(&error.context(what), show.color);
            }
        }
    }
    (outcome, asked)
}

/// Asks the system to cancel a task; in trouble again, unless a look at the task says that it was heard.
fn ask(
    patience: &Retrier<'_>,
    system: &System,
    id: &TaskId,
    notices: &mut Option<Notices>,
) -> Result<Option<&'static str>, Error> {
    let (backend, id) = (Arc::clone(&system.backend), id.clone());
    let tried = std::sync::atomic::AtomicBool::new(false);
    let attempt = move || {
        if tried.swap(true, std::sync::atomic::Ordering::SeqCst) && was_heard(&*backend, &id)? {
            return Ok(());
        }
        backend.cancel(&id)
    };
    patience.ask(attempt, &mut |error, delay| {
        if let Some(notices) = notices {
            notices.retry(&system.profile.name, &system.host, error, delay);
        }
    })?;
    Ok(None)
}

/// Whether a task is being cancelled or was.
fn was_heard(backend: &dyn Backend, id: &TaskId) -> Result<bool, Error> {
    Ok(matches!(backend.get(id)?.state, State::Cancelling | State::Cancelled))
}

/// What has become of a task that a system was asked to cancel: its state, if that can be had at once.
///
/// # Errors
/// When it has ended, and not by being cancelled.
fn after(patience: &Retrier<'_>, system: &System, id: &TaskId) -> Result<Option<&'static str>, Error> {
    let (backend, id) = (Arc::clone(&system.backend), id.clone());
    let task: Task = match patience.once(move || backend.get(&id)) {
        Ok(task) => task,
        Err(error) if error.kind == Kind::Stopped => return Err(error),
        // It was asked all the same.
        Err(_) => return Ok(None),
    };
    match &task.state {
        State::Succeeded | State::Failed { .. } => {
            let error = Error::new(Kind::Http, format!("it has ended already: {}", task.state.word()));
            Err(match task.state.failure().and_then(|failure| failure.message.clone()) {
                Some(reason) => error.cause(reason),
                None => error,
            })
        }
        state => Ok(Some(state.word())),
    }
}
