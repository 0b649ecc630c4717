//! `taskctl list`: a system's tasks, newest first.
//!
//! What is a line a task goes out as the pages come; a table, an array and a document need all of them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::output::{self, HASTY_LOGOUT, LOGOUT, Notices, OutputOptions};
use crate::api::{Listing, Query};
use crate::cli::{CommonFlags, Given, List};
use crate::config::Config;
use crate::engine::event::{Reading, TaskRef};
use crate::engine::retrier::{self, Retrier};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::render::{Format, Shape};
use crate::resolve::context::Context;
use crate::resolve::{self, Connected, System, TargetArgs};
use crate::task::Task;

/// How long a list goes on without one good answer.
const RETRY: Duration = Duration::from_secs(10);

/// Lists tasks. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(context: &mut Context, common: &CommonFlags, list: &List) -> anyhow::Result<u8> {
    let config = Config::load(Config::path(common.config.as_deref(), &context.env), &context.env)?;
    let defaults = config.defaults(&context.env)?;
    let show = OutputOptions::new(context, common, &list.output, None, Shape::Found, &defaults)?;
    let wanted = TargetArgs {
        backend: Some(list.backend),
        ids: &list.ids,
        settings: &list.settings,
        common,
        connection: &list.connection,
    };
    let mut connected = output::open(context, common, &config, show.color, &wanted, resolve::connect_system)?;
    let query = query(context, &show, list, &connected);
    let end = read(context, common, list, &show, &connected, query);
    let signal = context.stop.raised();
    connected.close(if signal.is_some() { HASTY_LOGOUT } else { LOGOUT });
    match (signal, end) {
        (Some(signal), _) => Ok(Outcome::Signal(signal).code()),
        (None, end) => end,
    }
}

/// What was asked for, moments decided.
fn query(context: &Context, show: &OutputOptions, list: &List, connected: &Connected) -> Query {
    let (now, zone) = (context.clock.now(), show.zone(context));
    let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, given) in &list.filters {
        let value = match given {
            Given::Text(text) => text.clone(),
            Given::TimeArg(moment) => moment.timestamp(now, &zone).to_string(),
        };
        filters.entry((*key).to_owned()).or_default().push(value);
    }
    if let Some(filter) = list.backend.filters.iter().find(|filter| filter.flag.is_none())
        && !connected.targets.is_empty()
    {
        let ids = connected.targets.iter().map(|task| task.id.to_string()).collect();
        filters.insert(filter.key.to_owned(), ids);
    }
    Query {
        states: list.flags.states.clone(),
        since: list.flags.since.map(|since| since.timestamp(now, &zone)),
        limit: list.flags.limit,
        all: list.flags.all,
        filters,
    }
}

/// Reads page after page and prints them.
fn read(
    context: &mut Context,
    common: &CommonFlags,
    list: &List,
    show: &OutputOptions,
    connected: &Connected,
    query: Query,
) -> anyhow::Result<u8> {
    let system = &connected.systems[0];
    let by_line = show.fields.is_some() || matches!(show.format, Format::Jsonl | Format::Raw);
    let (clock, stop) = (Arc::clone(&context.clock), Arc::clone(&context.stop));
    let retry_for = list.flags.retry_for.unwrap_or(RETRY);
    let patience = Retrier { clock: &*clock, stop: &stop, retry_for };
    let mut notices = (!common.quiet).then(|| Notices::new(context));
    let mut listing = Listing::new(query.clone());
    let query = Arc::new(query);
    let mut held: Vec<Reading> = Vec::new();
    let mut count = 0;
    let mut odd: Vec<Error> = Vec::new();
    let mut broken = None;
    while let Some(at) = listing.next() {
        let (backend, query) = (Arc::clone(&system.backend), Arc::clone(&query));
        let page = patience.ask(move || backend.page(&query, at), &mut |error, delay| {
            if let Some(notices) = &mut notices {
                notices.retry(&system.profile.name, &system.host, error, delay);
            }
        });
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                broken = Some(error);
                break;
            }
        };
        let fetched_at = context.clock.now();
        let items: Vec<Reading> = listing
            .take(page)
            .into_iter()
            .map(|task| item(task, system, list.backend.name, fetched_at))
            .collect();
        count += items.len();
        odd.extend(items.iter().filter_map(|item| item.task.as_ref().err().cloned()));
        if by_line {
            show.write(context, &items)?;
        } else {
            held.extend(items);
        }
    }
    // Nothing at all is said on standard output of a list that could not be had; "there are none" would be a lie.
    if !by_line && (broken.is_none() || count > 0) && context.stop.raised().is_none() {
        show.write(context, &held)?;
    }
    let found = Found { count, odd, broken };
    found.tell(context, common, list, show, system)
}

/// A listed task with its name.
fn item(task: Result<Task, Error>, system: &System, backend: &'static str, fetched_at: Timestamp) -> Reading {
    // One that cannot be read has no id that could be told.
    let id = task.as_ref().map_or("?", |task| task.id.as_str()).to_owned();
    let name = Arc::new(TaskRef {
        reference: format!("{}/{id}", system.profile.name),
        backend,
        profile: system.profile.name.clone(),
        id,
        host: system.host.clone(),
    });
    Reading { task_ref: name, task, fetched_at }
}

/// What came of a list.
struct Found {
    /// How many tasks were shown.
    count: usize,
    /// Why some of them could not be read.
    odd: Vec<Error>,
    /// Why there are no more pages.
    broken: Option<Error>,
}

impl Found {
    /// Says what was not as it should be. Returns the exit code.
    ///
    /// # Errors
    /// When the backend itself refuses such a list.
    fn tell(
        self,
        context: &mut Context,
        common: &CommonFlags,
        list: &List,
        show: &OutputOptions,
        system: &System,
    ) -> anyhow::Result<u8> {
        let Found { count, odd, broken } = self;
        let of = format!("of {} ({})", system.profile.name, system.host);
        let mut outcome = Outcome::Ok;
        if let Some(first) = odd.first() {
            outcome = outcome.merge(Outcome::Error);
            let what = match odd.len() {
                1 => format!("cannot read a task {of}"),
                many => format!("cannot read {many} tasks {of}"),
            };
            context.report_error(&first.clone().context(what), show.color);
        }
        match broken {
            // Whoever stopped the run knows why there is no more.
            Some(error) if error.kind == Kind::Stopped => return Ok(error.outcome().code()),
            Some(error) => {
                outcome = outcome.merge(retrier::outcome(&error));
                let what = match (count, error.kind) {
                    // What the backend itself refuses stands for itself.
                    (_, Kind::Usage) => return Err(error.into()),
                    (0, _) => format!("cannot list the tasks {of}"),
                    (count, _) => {
                        format!("the list is not complete: {count} tasks {of} were read, and then no more")
                    }
                };
                context.report_error(&error.context(what), show.color);
            }
            None if count == 0 && context.terminal.stderr && !common.quiet => {
                let active =
                    list.backend.capabilities.active_only && !list.flags.all && list.flags.states.is_empty();
                let which = if active { "active tasks" } else { "such tasks" };
                let hint = if active { "; --all lists those that have ended too" } else { "" };
                let line = format!("no {which} {of}{hint}");
                let _ = writeln!(context.stderr, "{}", crate::util::text::escape(&line));
            }
            None => {}
        }
        Ok(outcome.code())
    }
}
