//! `taskctl cancel`: asks a system to cancel tasks, and with `--watch` follows them to their end.
//!
//! That a system was asked does not mean that a task has ended, so without `--watch` each is read once more. A request
//! without an answer is not simply sent again: the task may be cancelled by then, and is read first.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::read::{self, Prepared};
use super::requests;
use crate::api::{self, Backend, Descriptor};
use crate::cli::{Cancel, CommonFlags};
use crate::engine::condition::Condition;
use crate::engine::event::TaskRef;
use crate::engine::retrier::{self, Retrier};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::render::humanize;
use crate::resolve::context::Context;
use crate::resolve::{Connected, System, Target};
use crate::task::{State, Task, TaskId};
use crate::util::text;

/// Cancels tasks. Returns the exit code.
///
/// # Errors
/// Whatever keeps the systems from being asked, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, cancel: &Cancel) -> anyhow::Result<u8> {
    if let Some(backend) = cancel.read.backend() {
        check_can_cancel(backend)?;
    }
    if !cancel.yes && !context.can_ask() {
        return Err(no_terminal().into());
    }
    let mut prepared = read::prepare(context, common, &cancel.read)?;
    let connected = &prepared.connected;
    if connected.targets.is_empty() {
        return Err(Error::usage("standard input names no task").into());
    }
    for system in &connected.systems {
        check_can_cancel(system.profile.backend)?;
    }
    if !cancel.yes {
        let answer = confirm(context, connected);
        if !matches!(answer, Ok(true)) {
            let signal = requests::close(context, &mut prepared.connected);
            if let Some(signal) = signal {
                return Ok(Outcome::Signal(signal).code());
            }
            answer?;
            context.notice("nothing was cancelled");
            return Ok(Outcome::Error.code());
        }
    }
    let outcome = cancel_all(context, cancel, &mut prepared);
    let connected = &mut prepared.connected;
    if !cancel.read.watch || context.stop.raised().is_some() || connected.targets.is_empty() {
        return Ok(match requests::close(context, connected) {
            Some(signal) => Outcome::Signal(signal).code(),
            None => outcome.code(),
        });
    }
    let mut follow = cancel.read.clone();
    if follow.wait.conditions.is_empty() {
        follow.wait.conditions = vec![Condition::Cancelled];
    }
    let (watched, code) = read::read(context, &follow, prepared)?;
    let merged = watched.merge(outcome);
    Ok(if merged == watched { code } else { merged.code() })
}

/// # Errors
/// A usage error that names those that can, for a backend that cannot.
fn check_can_cancel(backend: &Descriptor) -> Result<(), Error> {
    if backend.capabilities.cancel {
        return Ok(());
    }
    let able: Vec<&str> =
        api::backends().iter().filter(|known| known.capabilities.cancel).map(|known| known.name).collect();
    Err(Error::usage(format!("{} has no way to cancel a task", backend.about))
        .hint(format!("tasks of these can be cancelled: {}", able.join(", "))))
}

fn no_terminal() -> Error {
    Error::usage("there is no terminal to ask on").hint("-y cancels without asking")
}

/// Asks on the terminal whether these tasks are to be cancelled, with what each of them is, as far as its system says so at
/// once.
///
/// # Errors
/// When the terminal does not answer, or the run is told to stop.
fn confirm(context: &Context, connected: &Connected) -> Result<bool, Error> {
    let what = look(context, connected);
    let describe = |target: &Target, what: &Option<String>| {
        let TaskRef { id, profile, host, .. } = &*target.task_ref;
        let what = what.as_ref().map(|what| format!(": {what}")).unwrap_or_default();
        format!("task {id} of {profile} ({host}){what}")
    };
    let tasks: Vec<String> =
        connected.targets.iter().zip(&what).map(|(target, what)| describe(target, what)).collect();
    let question = match tasks.as_slice() {
        [task] => format!("{task}\ncancel it? [y/N] "),
        tasks => {
            let lines: String = tasks.iter().map(|task| format!("  {task}\n")).collect();
            format!("{lines}cancel these {} tasks? [y/N] ", tasks.len())
        }
    };
    // The session that told what the tasks are is open, and is closed whatever comes now.
    context.holds_sessions.store(true, Ordering::SeqCst);
    let (prompt, question) = (Arc::clone(&context.prompt), text::escape_lines(&question));
    let answer = requests::retrier(context, None).once(move || {
        Ok(match prompt.ask_openly(&question) {
            Ok(answer) => Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")),
            // The end of the input is no yes.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(no_terminal().cause(error.to_string())),
        })
    });
    answer?
}

/// What each task is and how far: `running 40%, started 2m10s ago: sync: my vapp 1`. Nothing where its system does not say
/// so at once: it can be asked to cancel it all the same.
fn look(context: &Context, connected: &Connected) -> Vec<Option<String>> {
    let retrier = requests::retrier(context, Some(Duration::ZERO));
    let mut found: Vec<Option<String>> = connected.targets.iter().map(|_| None).collect();
    for (number, system) in connected.systems.iter().enumerate() {
        let of_system = |(_, target): &(usize, &Target)| target.endpoint == number;
        let (places, ids): (Vec<usize>, Vec<TaskId>) = connected
            .targets
            .iter()
            .enumerate()
            .filter(of_system)
            .map(|(place, target)| (place, target.id.clone()))
            .unzip();
        let backend = Arc::clone(&system.backend);
        let answers = retrier.once(move || Ok(backend.get_many(&ids))).unwrap_or_default();
        for (place, answer) in places.into_iter().zip(answers) {
            found[place] = answer.ok().map(|task| describe_task(&task, context.clock.now()));
        }
    }
    found
}

fn describe_task(task: &Task, now: Timestamp) -> String {
    let percent = task.percent().map(|percent| format!(" {}", humanize::percent(percent)));
    let elapsed = task.elapsed_seconds(now).map(|seconds| match task.state.ended() {
        true => format!(" after {}", humanize::duration(seconds)),
        false => format!(", started {} ago", humanize::duration(seconds)),
    });
    let what = humanize::description(task).map(|what| format!(": {what}"));
    let state = humanize::state(&task.state);
    [Some(state), percent, elapsed, what].into_iter().flatten().collect()
}

/// The tasks of one system that are still to be cancelled.
struct Queue<'a> {
    system: &'a System,
    /// Position and id of each.
    waiting: Mutex<VecDeque<(usize, TaskId)>>,
    /// Since when the system has given no good answer: the time to retry is that of all its tasks together.
    trouble_since: Mutex<Option<Duration>>,
    /// Why the system was given up: its other tasks are not asked for any more.
    lost: Mutex<Option<Error>>,
}

/// What a worker reports.
enum Report {
    /// A system, by its position, is in trouble and is asked again after this long.
    Retry(usize, Error, Duration),
    /// The request for a task, by its position, was accepted, and this is its state if that could be had; or why not.
    Done(usize, Result<Option<&'static str>, Error>),
}

/// Asks for each task, side by side, and keeps those of which the request was accepted. Returns the outcome.
fn cancel_all(context: &Context, cancel: &Cancel, prepared: &mut Prepared) -> Outcome {
    let deadline = prepared.deadline(&cancel.read);
    let retrier = Retrier { deadline, ..requests::retrier(context, cancel.read.wait.retry_for) };
    let jobs = prepared.jobs(&cancel.read);
    let connected = &mut prepared.connected;
    let mut targets: Vec<Option<Target>> =
        std::mem::take(&mut connected.targets).into_iter().map(Some).collect();
    let queue = |(endpoint, system)| {
        let of_system =
            targets.iter().flatten().enumerate().filter(|(_, target)| target.endpoint == endpoint);
        let waiting = of_system.map(|(position, target)| (position, target.id.clone())).collect();
        Queue {
            system,
            waiting: Mutex::new(waiting),
            trouble_since: Mutex::default(),
            lost: Mutex::default(),
        }
    };
    let queues: Vec<Queue<'_>> = connected.systems.iter().enumerate().map(queue).collect();
    let mut outcome = Outcome::Ok;
    let mut in_trouble = HashSet::new();
    std::thread::scope(|scope| {
        let (sender, reports) = mpsc::channel();
        for (endpoint, queue) in queues.iter().enumerate() {
            for _ in 0..jobs.min(lock(&queue.waiting).len()) {
                let (sender, retrier) = (sender.clone(), &retrier);
                scope.spawn(move || work(endpoint, queue, retrier, !cancel.read.watch, &sender));
            }
        }
        drop(sender);
        for report in reports {
            let (position, result) = match report {
                Report::Done(position, result) => (position, result),
                Report::Retry(endpoint, error, delay) => {
                    let System { profile, backend, .. } = queues[endpoint].system;
                    if in_trouble.insert(endpoint) {
                        requests::display_retry(context, &profile.name, &backend.host(), &error, delay);
                    }
                    continue;
                }
            };
            let Some(target) = &targets[position] else { continue };
            let System { profile, backend, .. } = queues[target.endpoint].system;
            let (id, host) = (&target.id, backend.host());
            match result {
                Ok(state) => {
                    in_trouble.remove(&target.endpoint);
                    let state = state.map(|word| format!("; it is {word}")).unwrap_or_default();
                    context.notice(&format!("asked {host} to cancel task {id} of {}{state}", profile.name));
                }
                Err(error) => {
                    if error.kind != Kind::Stopped {
                        outcome = outcome.merge(retrier::outcome(&error));
                        let what = format!("cannot cancel task {id} of {} ({host})", profile.name);
                        context.report_error(&error.context(what));
                    }
                    targets[position] = None;
                }
            }
        }
    });
    drop(queues);
    connected.targets = targets.into_iter().flatten().collect();
    outcome
}

/// Asks a system for one task after the other.
fn work(endpoint: usize, queue: &Queue<'_>, retrier: &Retrier<'_>, reads: bool, reports: &Sender<Report>) {
    loop {
        let Some((position, id)) = lock(&queue.waiting).pop_front() else { return };
        let lost = lock(&queue.lost).clone();
        let result = lost.map_or(Ok(()), Err).and_then(|()| {
            let bound = lock(&queue.trouble_since).map(|since| since + retrier.retry_for);
            let deadline = retrier.deadline.into_iter().chain(bound).min();
            request(&Retrier { deadline, ..*retrier }, queue.system, &id, &mut |error, delay| {
                lock(&queue.trouble_since).get_or_insert_with(|| retrier.clock.monotonic());
                let _ = reports.send(Report::Retry(endpoint, error.clone(), delay));
            })
        });
        match &result {
            Ok(()) => *lock(&queue.trouble_since) = None,
            Err(error) if error.is_of_the_server() => *lock(&queue.lost) = Some(error.clone()),
            Err(_) => {}
        }
        let result =
            result.and_then(|()| if reads { state_after(retrier, queue.system, &id) } else { Ok(None) });
        let _ = reports.send(Report::Done(position, result));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks the system to cancel a task; after trouble again, unless a reading of the task shows that it was heard.
fn request(
    retrier: &Retrier<'_>,
    system: &System,
    id: &TaskId,
    trouble: &mut dyn FnMut(&Error, Duration),
) -> Result<(), Error> {
    let (backend, id, was_tried) = (Arc::clone(&system.backend), id.clone(), AtomicBool::new(false));
    let attempt = move || {
        if was_tried.swap(true, Ordering::SeqCst) && was_heard(&*backend, &id)? {
            return Ok(());
        }
        backend.cancel(&id)
    };
    retrier.ask(attempt, trouble)
}

/// Whether a task is being cancelled or was.
fn was_heard(backend: &dyn Backend, id: &TaskId) -> Result<bool, Error> {
    Ok(matches!(backend.get(id)?.state, State::Cancelling | State::Cancelled))
}

/// The state of a task that a system was asked to cancel, if that can be had at once.
///
/// # Errors
/// When it has ended, and not by being cancelled.
fn state_after(retrier: &Retrier<'_>, system: &System, id: &TaskId) -> Result<Option<&'static str>, Error> {
    let (backend, id) = (Arc::clone(&system.backend), id.clone());
    let task = match retrier.once(move || backend.get(&id)) {
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
