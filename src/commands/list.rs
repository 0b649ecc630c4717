//! `taskctl list`: a system's tasks, newest first.
//!
//! What is a line a task is written as the pages come; a table, an array and a document need all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::output::OutputOptions;
use super::requests;
use crate::api::{Listing, Query};
use crate::cli::{CommonFlags, FilterValue, List};
use crate::engine::event::Reading;
use crate::engine::retrier;
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::render::{Format, Shape};
use crate::resolve::context::Context;
use crate::resolve::{self, System, Target, TargetArgs};
use crate::task::Task;

/// Lists tasks. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, list: &List) -> anyhow::Result<u8> {
    let config = context.load_config(common)?;
    let defaults = config.defaults(&context.env)?;
    let output = OutputOptions::new(context, common, &list.output, None, Shape::Found, &defaults)?;
    let args = TargetArgs {
        backend: Some(list.backend),
        profile: common.profile.as_deref(),
        ids: &list.ids,
        settings: &list.settings,
        connection: &list.connection,
    };
    let mut connected = resolve::connect_system(context, &config, &args)?;
    let query = query(context, &output, list, &connected.targets);
    let system = &connected.systems[0];
    let end = read_pages(context, list, &output, system, query)
        .and_then(|found| found.report(context, list, system));
    match requests::close(context, &mut connected) {
        Some(signal) => Ok(Outcome::Signal(signal).code()),
        None => Ok(end?.code()),
    }
}

/// What was asked for, with every time decided.
fn query(context: &Context, output: &OutputOptions, list: &List, targets: &[Target]) -> Query {
    let (now, zone) = (context.clock.now(), output.zone(context));
    let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, given) in &list.filters {
        let value = match given {
            FilterValue::Text(text) => text.clone(),
            FilterValue::Time(time) => time.timestamp(now, &zone).to_string(),
        };
        filters.entry((*key).to_owned()).or_default().push(value);
    }
    if let Some(filter) = list.backend.filters.iter().find(|filter| filter.flag.is_none())
        && !targets.is_empty()
    {
        let ids = targets.iter().map(|target| target.id.to_string()).collect();
        filters.insert(filter.key.to_owned(), ids);
    }
    Query {
        states: list.flags.states.clone(),
        since: list.flags.since.map(|since| since.timestamp(now, &zone)),
        limit: list.flags.limit,
        all: list.flags.all,
        filters,
        raw: output.format == Format::Raw,
    }
}

/// Reads page after page and prints them.
fn read_pages(
    context: &Context,
    list: &List,
    output: &OutputOptions,
    system: &System,
    query: Query,
) -> anyhow::Result<Found> {
    let retrier = requests::retrier(context, list.flags.retry_for);
    let mut listing = Listing::new(query.clone());
    let query = Arc::new(query);
    let mut held: Vec<Reading> = Vec::new();
    let mut found = Found::default();
    while let Some(at) = listing.next() {
        let query = Arc::clone(&query);
        let page = match requests::ask(context, system, &retrier, move |backend| backend.page(&query, at)) {
            Ok(page) => page,
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
        if output.is_by_line() {
            output.write(context, &readings)?;
        } else {
            held.extend(readings);
        }
    }
    // Nothing at all is printed of a list that could not be had: "there are none" would be wrong.
    let is_usable = found.broken.is_none() || found.count > 0;
    if !output.is_by_line() && is_usable && context.stop.raised().is_none() {
        output.write(context, &held)?;
    }
    Ok(found)
}

/// What came of a list.
#[derive(Default)]
struct Found {
    /// How many tasks were displayed.
    count: usize,
    /// Why some of them could not be read.
    unreadable: Vec<Error>,
    /// Why there are no more pages.
    broken: Option<Error>,
}

impl Found {
    /// Reports what was not as it should be. Returns the outcome.
    ///
    /// # Errors
    /// When the backend itself refuses such a list.
    fn report(self, context: &Context, list: &List, system: &System) -> anyhow::Result<Outcome> {
        let Found { count, unreadable, broken } = self;
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
            Some(error) if error.kind == Kind::Usage => return Err(error.into()),
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
            None if count == 0 && context.terminal.stderr => {
                let active =
                    list.backend.capabilities.active_only && !list.flags.all && list.flags.states.is_empty();
                let which = if active { "active tasks" } else { "such tasks" };
                let hint = if active { "; --all lists those that have ended too" } else { "" };
                context.notice(&format!("no {which} {of}{hint}"));
            }
            None => {}
        }
        Ok(outcome)
    }
}
