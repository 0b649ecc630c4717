//! `taskctl list`: the tasks of one system or of several, newest first.
//!
//! Systems are asked side by side. What is a line a task is written as the pages come; a table, an array, a document and
//! an order of another kind need all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::output::OutputOptions;
use super::{refresh, requests};
use crate::api::{Listing, Query};
use crate::cli::{CommonFlags, FilterFlags, FilterValue, List, Selection, TargetName};
use crate::config::Config;
use crate::engine::event::Reading;
use crate::engine::retrier::{self, Retrier};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::render::{Format, Shape};
use crate::resolve::context::Context;
use crate::resolve::{self, Connected, System, TargetArgs};
use crate::task::Task;

/// Lists tasks. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, list: &List) -> anyhow::Result<u8> {
    let config = context.load_config(common)?;
    let defaults = config.defaults(&context.env)?;
    let output = OutputOptions::new(context, common, &list.output, None, Shape::Found, &defaults)?;
    if list.flags.watch {
        refresh::check(&output)?;
    }
    let (mut connected, unasked) = connect(context, common, &config, list)?;
    let queries: Vec<Query> = (0..connected.systems.len())
        .map(|system| {
            query(context, &output, &list.flags.filter, list.flags.all, &list.selection, &connected, system)
        })
        .collect();
    let (context, output) = (&*context, &output);
    let end = match list.flags.watch {
        true => refresh::run(context, list, output, &connected, &queries),
        false => once(context, list, output, &connected, &queries),
    };
    let closed = requests::close(context, &mut connected);
    let outcome = match closed {
        Some(signal) => Outcome::Signal(signal),
        None => unasked.into_iter().fold(end?, |outcome, error| {
            context.report_error(&error);
            outcome.merge(error.outcome())
        }),
    };
    Ok(outcome.code())
}

/// Lists once.
fn once(
    context: &Context,
    list: &List,
    output: &OutputOptions,
    connected: &Connected,
    queries: &[Query],
) -> anyhow::Result<Outcome> {
    let by_line = output.is_by_line() && list.sort.is_none();
    let writing = Mutex::new(());
    let retrier = requests::retrier(context, list.flags.retry_for);
    let asked: Vec<_> = connected.systems.iter().zip(queries).collect();
    let mut found = read_all(context, &asked, &retrier, &|readings| {
        if !by_line {
            return Ok(false);
        }
        let _turn = writing.lock().unwrap_or_else(PoisonError::into_inner);
        output.write(context, readings).map(|()| true)
    });
    if let Some(error) = found.iter_mut().find_map(|found| found.unwritten.take()) {
        return Err(error);
    }
    // Nothing at all is printed of lists that could not be had: "there are none" would be wrong.
    let is_usable = found.iter().any(|found| found.broken.is_none() || found.count > 0);
    if !by_line && is_usable && context.stop.raised().is_none() {
        let mut held: Vec<Reading> =
            found.iter_mut().flat_map(|found| std::mem::take(&mut found.held)).collect();
        if let Some(field) = &list.sort {
            field.sort(&mut held);
        }
        output.write(context, &held)?;
    }
    let one = connected.systems.len() == 1;
    let all_empty = found.iter().all(|found| found.count == 0 && found.broken.is_none());
    connected.systems.iter().zip(found).try_fold(Outcome::Ok, |outcome, (system, found)| {
        Ok(outcome.merge(found.report(
            context,
            &list.flags.filter,
            list.flags.all,
            system,
            one,
            all_empty,
        )?))
    })
}

/// The systems of the targets, and why others cannot be asked: a mistake about the only one is an error.
fn connect(
    context: &Context,
    common: &CommonFlags,
    config: &Config,
    list: &List,
) -> anyhow::Result<(Connected, Vec<Error>)> {
    let mut unasked = Vec::new();
    let targets: Vec<TargetName> = match list.flags.all_profiles {
        false => list.targets.clone(),
        true => {
            let mut all = Vec::new();
            for entry in &config.profiles {
                match entry.backend {
                    Some(backend) if backend.capabilities.list => {
                        all.push(TargetName { name: entry.name.clone(), backend, is_profile: true });
                    }
                    Some(backend) => {
                        context.notice(&format!("{}: {} cannot list tasks", entry.name, backend.about));
                    }
                    None => unasked.extend(config.check_profile(entry).err()),
                }
            }
            if all.is_empty() && unasked.is_empty() {
                return Err(Error::config("there is no profile whose tasks can be listed")
                    .hint("`taskctl config list` shows the profiles")
                    .into());
            }
            all
        }
    };
    let first = targets.first().map(|target| target.backend.name);
    let args: Vec<TargetArgs> = targets
        .iter()
        .enumerate()
        .map(|(place, target)| TargetArgs {
            backend: Some(target.backend),
            profile: target.profile().or(common.profile.as_deref()),
            ids: if place == 0 { &list.selection.ids } else { &[] },
            settings: if first == Some(target.backend.name) { &list.selection.settings } else { &[] },
            connection: &list.connection,
            may_be_none: false,
        })
        .collect();
    let (connected, errors) = resolve::connect_systems(context, config, &args)?;
    for (place, error) in errors {
        if targets.len() == 1 && !list.flags.all_profiles {
            return Err(error.into());
        }
        unasked.push(error.context(format!("cannot ask {}", targets[place].name)));
    }
    Ok((connected, unasked))
}

/// What was asked for of a system, with every time decided. The ids that were named are those of its targets.
pub(super) fn query(
    context: &Context,
    output: &OutputOptions,
    flags: &FilterFlags,
    all: bool,
    selection: &Selection,
    connected: &Connected,
    system: usize,
) -> Query {
    let (now, zone) = (context.clock.now(), output.zone(context));
    let backend = connected.systems[system].profile.backend;
    let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let own = |key: &str| backend.filters.iter().any(|filter| filter.key == key);
    for (key, given) in selection.filters.iter().filter(|(key, _)| own(key)) {
        let value = match given {
            FilterValue::Text(text) => text.clone(),
            FilterValue::Time(time) => time.timestamp(now, &zone).to_string(),
        };
        filters.entry((*key).to_owned()).or_default().push(value);
    }
    let ids: Vec<String> = connected
        .targets
        .iter()
        .filter(|target| target.endpoint == system)
        .map(|target| target.id.to_string())
        .collect();
    if let Some(filter) = backend.filters.iter().find(|filter| filter.flag.is_none())
        && !ids.is_empty()
    {
        filters.insert(filter.key.to_owned(), ids);
    }
    Query {
        states: flags.states.clone(),
        since: flags.since.map(|since| since.timestamp(now, &zone)),
        limit: flags.limit,
        all,
        filters,
        raw: output.format == Format::Raw,
    }
}

/// Reads every system side by side. `take` gets what each page brings, and says whether it is done with it.
pub(super) fn read_all(
    context: &Context,
    asked: &[(&System, &Query)],
    retrier: &Retrier<'_>,
    take: &(impl Fn(&[Reading]) -> anyhow::Result<bool> + Sync),
) -> Vec<Found> {
    let read = |(system, query): (&System, &Query)| read_pages(context, retrier, system, query.clone(), take);
    if let [only] = asked {
        return vec![read(*only)];
    }
    std::thread::scope(|scope| {
        let readers: Vec<_> = asked.iter().map(|one| scope.spawn(move || read(*one))).collect();
        let found = |result: std::thread::Result<Found>| {
            let bug = || Error::new(Kind::Io, "this is a bug of taskctl: reading the list panicked");
            result.unwrap_or_else(|_| Found { broken: Some(bug()), ..Found::default() })
        };
        readers.into_iter().map(|reader| found(reader.join())).collect()
    })
}

/// Reads page after page.
fn read_pages(
    context: &Context,
    retrier: &Retrier<'_>,
    system: &System,
    query: Query,
    take: &impl Fn(&[Reading]) -> anyhow::Result<bool>,
) -> Found {
    let mut listing = Listing::new(query.clone());
    let query = Arc::new(query);
    let mut found = Found::default();
    let mut retrier = *retrier;
    while let Some(at) = listing.next() {
        let query = Arc::clone(&query);
        let page = match requests::ask(context, system, &retrier, move |backend| backend.page(&query, at)) {
            Ok(page) => {
                // Who has answered once is waited for.
                retrier.looks_once = false;
                page
            }
            Err(error) => {
                found.broken = Some(error);
                break;
            }
        };
        let fetched_at = context.clock.now();
        let reading = |task: Result<Task, Error>| {
            // The id of one that cannot be read is unknown.
            let task_ref = system.task_ref(task.as_ref().map_or("?", |task| task.id.as_str()));
            Reading { task_ref, task, fetched_at }
        };
        let readings: Vec<Reading> = listing.take(page).into_iter().map(reading).collect();
        found.count += readings.len();
        found.unreadable.extend(readings.iter().filter_map(|reading| reading.task.as_ref().err().cloned()));
        match take(&readings) {
            Ok(true) => {}
            Ok(false) => found.held.extend(readings),
            Err(error) => {
                found.unwritten = Some(error);
                break;
            }
        }
    }
    found
}

/// What came of a list.
#[derive(Default)]
pub(super) struct Found {
    /// The tasks that are still to be printed.
    pub(super) held: Vec<Reading>,
    /// How many tasks there were.
    pub(super) count: usize,
    /// Why some of them could not be read.
    unreadable: Vec<Error>,
    /// Why there are no more pages.
    pub(super) broken: Option<Error>,
    /// Why they could not be printed.
    unwritten: Option<anyhow::Error>,
}

impl Found {
    /// Reports what was not as it should be. Returns the outcome. `one` says that no other system was asked, and
    /// `all_empty` that none of them has anything to show.
    ///
    /// # Errors
    /// When the only backend itself refuses such a list.
    pub(super) fn report(
        self,
        context: &Context,
        flags: &FilterFlags,
        all: bool,
        system: &System,
        one: bool,
        all_empty: bool,
    ) -> anyhow::Result<Outcome> {
        let Found { count, unreadable, broken, .. } = self;
        let of = format!("of {} ({})", system.profile.name, system.backend.host());
        let mut outcome = Outcome::Ok;
        if let Some(first) = unreadable.first() {
            outcome = outcome.merge(Outcome::Error);
            let what = match unreadable.len() {
                1 => format!("cannot read a task {of}"),
                many => format!("cannot read {many} tasks {of}"),
            };
            context.report_error(&first.clone().context(what));
        }
        match broken {
            // Whoever stopped the run knows why there is no more.
            Some(error) if error.kind == Kind::Stopped => return Ok(error.outcome()),
            // What the backend itself refuses needs no context.
            Some(error) if error.kind == Kind::Usage && one => return Err(error.into()),
            Some(error) => {
                outcome = outcome.merge(retrier::outcome(&error));
                let what = match count {
                    0 => format!("cannot list the tasks {of}"),
                    count => {
                        format!("the list is not complete: {count} tasks {of} were read, and then no more")
                    }
                };
                context.report_error(&error.context(what));
            }
            None if all_empty && context.terminal.stderr => {
                let active =
                    system.profile.backend.capabilities.active_only && !all && flags.states.is_empty();
                let which = if active { "active tasks" } else { "such tasks" };
                let hint = if active { "; --all lists those that have ended too" } else { "" };
                context.notice(&format!("no {which} {of}{hint}"));
            }
            None => {}
        }
        Ok(outcome)
    }
}
