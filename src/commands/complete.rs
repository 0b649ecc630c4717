//! `taskctl __complete`: words for a shell's loader, a line each, with what they mean behind a tab.
//!
//! It says nothing but the words, and nothing at all when anything is wrong: a message must not fill the line that
//! somebody is typing. It never asks for a secret. Profiles with `complete_ids` are logged in to for the ids of tasks:
//! one session for this call, closed before it ends, and two seconds for all of it. [`crate::resolve::failed_login`]
//! keeps a refused login from being repeated.
//!
//! Names and ids that a shell or a terminal could take for more than a word are left out.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::requests::HASTY_LOGOUT;
use crate::api::{Listing, Page, Query};
use crate::cli::{CompletionRequest, Lookup, Read, Verb};
use crate::config::{Config, Profile, ProfileSelection};
use crate::outcome::{Outcome, Signal};
use crate::render::humanize;
use crate::resolve::context::Context;
use crate::resolve::failed_login::FailedLoginMarker;
use crate::resolve::{self, TargetArgs};
use crate::task::Task;
use crate::util::duration::duration_text;
use crate::util::streams::Input;
use crate::util::terminal::Terminal;
use crate::util::text;

/// How long it may take until the ids are there, from obtaining the secret on. Whoever presses TAB waits. Logging out
/// again comes on top of it, and is given no longer than after Ctrl-C.
const LIMIT: Duration = Duration::from_secs(2);
/// How long making a connection may take: a server that cannot be reached is noticed before [`LIMIT`].
const CONNECT: Duration = Duration::from_secs(1);
/// No more ids than this are offered, the newest: more would be no help.
const MOST: usize = 100;
/// The longest meaning, in columns.
const WIDEST: usize = 60;

/// Prints the words that the last one of an unfinished line may be.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(context: &mut Context, request: &CompletionRequest) -> anyhow::Result<u8> {
    let found = look_up(context, request).unwrap_or_default().into_iter();
    let found = found.filter(|(word, _)| is_plain(word) && word.starts_with(&request.typed));
    let known = request.candidates.iter().map(|known| {
        line("", known.get_name(), &known.get_help().map(ToString::to_string).unwrap_or_default())
    });
    let lines: String =
        known.chain(found.map(|(word, meaning)| line(&request.head, &word, &meaning))).collect();
    context.stdout.write_all(lines.as_bytes())?;
    Ok(Outcome::Ok.code())
}

/// A word with what it means behind a tab, if anything is said of it.
fn line(head: &str, word: &str, meaning: &str) -> String {
    match text::truncate(&text::escape(meaning), WIDEST) {
        meaning if meaning.is_empty() => format!("{head}{word}\n"),
        meaning => format!("{head}{word}\t{meaning}\n"),
    }
}

/// Words and what they mean, which only the configuration and the servers know. `None` where they cannot or must not be asked.
fn look_up(context: &mut Context, request: &CompletionRequest) -> Option<Vec<(String, String)>> {
    let lookup = request.lookup.as_ref()?;
    let config = Config::load(Config::path(request.config.as_deref(), &context.env), &context.env).ok()?;
    let Lookup::Tasks(line) = lookup else { return Some(profiles(&config, "", false)) };
    let (read, cancel) = match &line.verb {
        Verb::Read(read) => (&**read, false),
        Verb::Cancel(cancel) => (&cancel.read, true),
        _ => return None,
    };
    let typed = request.typed.as_str();
    let prefix = match (read.backend(), typed.split_once('/')) {
        // Nobody is asked for what would be left out.
        _ if !typed.is_empty() && !is_plain(typed) => return None,
        (Some(_), _) => None,
        (None, Some((prefix, _))) => Some(prefix),
        // Where a profile is offered as a target, `PROFILE/` would only stand beside it.
        (None, None) => {
            let mut found = profiles(&config, "/", cancel);
            let is_offered = |name: &str| {
                request.candidates.iter().any(|known| known.get_name() == name.trim_end_matches('/'))
            };
            found.retain(|(name, _)| !is_offered(name));
            return Some(found);
        }
    };
    let choice = ProfileSelection {
        profile: line.common.profile.as_deref(),
        prefix,
        backend: read.backend(),
        at: None,
        overrides: resolve::overrides(&read.settings, &read.connection),
    };
    let profile = config.select(&choice, &context.env).ok()?;
    let tasks = newest_tasks(context, &config, &profile, read, cancel)?;
    let words = tasks.iter().map(|task| {
        let word = prefix.map_or_else(|| task.id.to_string(), |prefix| format!("{prefix}/{}", task.id));
        (word, meaning(task))
    });
    Some(words.filter(|(word, _)| !read.ids.contains(word)).collect())
}

/// Whether a word is one to every shell, and no flag.
fn is_plain(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric()) && text::shell_word(word) == word
}

/// The names of the profiles with `end` behind each; those of tasks that can be cancelled, if `cancel`.
fn profiles(config: &Config, end: &str, cancel: bool) -> Vec<(String, String)> {
    let able = |backend: &crate::api::Descriptor| !cancel || backend.capabilities.cancel;
    config
        .profiles
        .iter()
        .filter(|profile| profile.backend.is_none_or(able))
        .map(|profile| {
            let meaning = profile.backend.map_or("", |backend| backend.about);
            (format!("{}{end}", profile.name), meaning.to_owned())
        })
        .collect()
}

/// Logs in, reads one page, and logs out again, whatever happens in between. `None` where that must not or cannot be.
fn newest_tasks(
    context: &mut Context,
    config: &Config,
    profile: &Profile,
    read: &Read,
    cancel: bool,
) -> Option<Vec<Task>> {
    let (can, list) = (profile.backend.capabilities, profile.backend.lists_at_once);
    let able = can.list && list(&profile.settings) && (can.cancel || !cancel);
    // A word that is only half typed must not send a secret to another address than the profile's own.
    let at_home = !profile.ad_hoc && profile.ignored_secrets.is_none();
    if !(profile.complete_ids && able && at_home) {
        return None;
    }
    let marker = FailedLoginMarker::of(profile, &context.env).filter(|marker| !marker.is_set())?;
    let limits = [
        ("connect_timeout", duration_text(profile.connect_timeout.min(CONNECT))),
        // A login that is answered too late still has a session to close.
        ("request_timeout", duration_text(profile.request_timeout.min(LIMIT + HASTY_LOGOUT))),
    ];
    let settings: Vec<(&'static str, String)> = read.settings.iter().cloned().chain(limits).collect();
    let target = TargetArgs {
        backend: Some(profile.backend),
        profile: Some(&profile.name),
        ids: &[],
        settings: &settings,
        connection: &read.connection,
        may_be_none: false,
    };
    // There is nobody to ask, and nobody to warn.
    context.terminal = Terminal::default();
    context.stdin = Input::new(io::empty());
    context.quiet = true;
    context.verbose = 0;
    let _running = stop_after(context, LIMIT);
    let mut connected = resolve::connect_system(context, config, &target).ok()?;
    if !marker.set() {
        return None;
    }
    let query = Query { limit: Some(MOST), ..Query::default() };
    let mut listing = Listing::new(query.clone());
    let backend = Arc::clone(&connected.systems.first()?.backend);
    let retrier = super::requests::retrier(context, Some(Duration::ZERO));
    let page = retrier.once(move || backend.page(&query, 0));
    connected.close(HASTY_LOGOUT);
    Some(listing.take(Page { next: None, ..page.ok()? }).into_iter().flatten().collect())
}

/// Stops the run when this much time has passed, unless what is returned is dropped before.
fn stop_after(context: &Context, limit: Duration) -> mpsc::Sender<()> {
    let (running, ended) = mpsc::channel();
    let stop = Arc::clone(&context.stop);
    if let Some(left) = context.clock.wait_until(context.clock.monotonic() + limit, true) {
        std::thread::spawn(move || {
            if ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                stop.raise(Signal::Terminate);
            }
        });
    }
    running
}

/// What tells a task from others: `running 40% sync: my vapp 1`.
fn meaning(task: &Task) -> String {
    let progress = task.progress.filter(|_| !task.state.ended()).map(humanize::progress);
    let parts = [Some(humanize::state(&task.state)), progress, humanize::description(task)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
