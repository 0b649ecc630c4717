//! `taskctl list`: a system's tasks, newest first.
//!
//! What is a line a task goes out as the pages come; a table, an array and a document need all of them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::show::{self, HASTY_LOGOUT, LOGOUT, Notices, Show};
use crate::app::App;
use crate::backend::{Listing, Query};
use crate::cli::{CommonFlags, Given, List};
use crate::config::Config;
use crate::connect::{self, Connected, PaceFlags, Wanted};
use crate::error::{Error, Kind};
use crate::event::{Item, Name};
use crate::follow::System;
use crate::outcome::Outcome;
use crate::patience::{self, Patience};
use crate::render::{Format, Shape};
use crate::task::Task;

/// How long a list goes on without one good answer.
const RETRY: Duration = Duration::from_secs(10);

/// Lists tasks. Returns the exit code.
///
/// # Errors
/// Whatever keeps the tasks from being asked for, or the result from being printed.
pub fn run(app: &mut App, common: &CommonFlags, list: &List) -> anyhow::Result<u8> {
    let config = Config::load(Config::path(common.config.as_deref(), &app.env), &app.env)?;
    let defaults = config.defaults(&app.env)?;
    let show = Show::new(app, common, &list.output, None, Shape::Found, &defaults)?;
    let wanted = Wanted {
        backend: Some(list.backend),
        ids: &list.ids,
        settings: &list.settings,
        common,
        connection: &list.connection,
        pace: PaceFlags { jobs: 1, ..PaceFlags::default() },
    };
    let mut connected = show::open(app, common, &config, show.color, &wanted, connect::connect_system)?;
    let query = query(app, &show, list, &connected);
    let end = read(app, common, list, &show, &connected, query);
    let signal = app.stop.raised();
    connected.sessions.close(if signal.is_some() { HASTY_LOGOUT } else { LOGOUT });
    match (signal, end) {
        (Some(signal), _) => Ok(Outcome::Signal(signal).code()),
        (None, end) => end,
    }
}

/// What was asked for, moments decided.
fn query(app: &App, show: &Show, list: &List, connected: &Connected) -> Query {
    let (now, zone) = (app.clock.now(), show.zone(app));
    let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, given) in &list.filters {
        let value = match given {
            Given::Text(text) => text.clone(),
            Given::Moment(moment) => moment.timestamp(now, &zone).to_string(),
        };
        filters.entry((*key).to_owned()).or_default().push(value);
    }
    if let Some(filter) = list.backend.filters.iter().find(|filter| filter.flag.is_none())
        && !connected.tasks.is_empty()
    {
        let ids = connected.tasks.iter().map(|task| task.id.to_string()).collect();
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
    app: &mut App,
    common: &CommonFlags,
    list: &List,
    show: &Show,
    connected: &Connected,
    query: Query,
) -> anyhow::Result<u8> {
    let system = &connected.systems[0];
    let by_line = show.fields.is_some() || matches!(show.format, Format::Jsonl | Format::Raw);
    let (clock, stop) = (Arc::clone(&app.clock), Arc::clone(&app.stop));
    let retry_for = list.flags.retry_for.unwrap_or(RETRY);
    let patience = Patience { clock: &*clock, stop: &stop, retry_for };
    let mut notices = (!common.quiet).then(|| Notices::new(app));
    let mut listing = Listing::new(query.clone());
    let query = Arc::new(query);
    let mut held: Vec<Item> = Vec::new();
    let mut count = 0;
    let mut odd: Vec<Error> = Vec::new();
    let mut broken = None;
    while let Some(at) = listing.next() {
        let (backend, query) = (Arc::clone(&system.backend), Arc::clone(&query));
        let page = patience.ask(move || backend.page(&query, at), &mut |error, delay| {
            if let Some(notices) = &mut notices {
                notices.retry(&system.profile, &system.host, error, delay);
            }
        });
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                broken = Some(error);
                break;
            }
        };
        let fetched_at = app.clock.now();
        let items: Vec<Item> = listing
            .take(page)
            .into_iter()
            .map(|task| item(task, system, list.backend.name, fetched_at))
            .collect();
        count += items.len();
        odd.extend(items.iter().filter_map(|item| item.task.as_ref().err().cloned()));
        if by_line {
            show.write(app, &items)?;
        } else {
            held.extend(items);
        }
    }
    // Nothing at all is said on standard output of a list that could not be had; "there are none" would be a lie.
    if !by_line && (broken.is_none() || count > 0) && app.stop.raised().is_none() {
        show.write(app, &held)?;
    }
    let found = Found { count, odd, broken };
    found.tell(app, common, list, show, system)
}

/// A listed task with its name.
fn item(task: Result<Task, Error>, system: &System, backend: &'static str, fetched_at: Timestamp) -> Item {
    // One that cannot be read has no id that could be told.
    let id = task.as_ref().map_or("?", |task| task.id.as_str()).to_owned();
    let name = Arc::new(Name {
        reference: format!("{}/{id}", system.profile),
        backend,
        profile: system.profile.clone(),
        id,
        host: system.host.clone(),
    });
    Item { name, task, fetched_at }
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
        app: &mut App,
        common: &CommonFlags,
        list: &List,
        show: &Show,
        system: &System,
    ) -> anyhow::Result<u8> {
        let Found { count, odd, broken } = self;
        let of = format!("of {} ({})", system.profile, system.host);
        let mut outcome = Outcome::Ok;
        if let Some(first) = odd.first() {
            outcome = outcome.merge(Outcome::Error);
            let what = match odd.len() {
                1 => format!("cannot read a task {of}"),
                many => format!("cannot read {many} tasks {of}"),
            };
            app.report_error(&first.clone().context(what), show.color);
        }
        match broken {
            // Whoever stopped the run knows why there is no more.
            Some(error) if error.kind == Kind::Stopped => return Ok(error.outcome().code()),
            Some(error) => {
                outcome = outcome.merge(patience::outcome(&error));
                let what = match (count, error.kind) {
                    // What the backend itself refuses stands for itself.
                    (_, Kind::Usage) => return Err(error.into()),
                    (0, _) => format!("cannot list the tasks {of}"),
                    (count, _) => {
                        format!("the list is not complete: {count} tasks {of} were read, and then no more")
                    }
                };
                app.report_error(&error.context(what), show.color);
            }
            None if count == 0 && app.terminal.stderr && !common.quiet => {
                let active =
                    list.backend.capabilities.active_only && !list.flags.all && list.flags.states.is_empty();
                let which = if active { "active tasks" } else { "such tasks" };
                let hint = if active { "; --all lists those that have ended too" } else { "" };
                let line = format!("no {which} {of}{hint}");
                let _ = writeln!(app.stderr, "{}", crate::text::escape(&line));
            }
            None => {}
        }
        Ok(outcome.code())
    }
}
