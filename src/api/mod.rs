//! The management systems: what each is, and what can be asked of it.
//!
//! A backend is one file with one `DESCRIPTOR`, and a line in [`BACKENDS`]. Subcommands, help, completions, the
//! README's table and the conformance tests are made from that list. The files are alike on purpose: doc,
//! `DESCRIPTOR`, `connect`, login, `impl Backend`, wire structs, normalise, refusal, tests.

pub mod ecs;
pub mod scrub;
pub mod snapservice;
mod sts;
mod vapi;
pub mod vcda;
pub mod vcenter;
pub mod velostrata;
mod wire;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use crate::error::{Error, Kind};
use crate::http::transport::Transport;
use crate::http::{self, Client, Reply};
use crate::task::{Task, TaskId};

/// Every backend, in the order in which help and tables show them.
pub static BACKENDS: &[&Descriptor] = &[
    &velostrata::DESCRIPTOR,
    &vcda::DESCRIPTOR,
    &vcenter::DESCRIPTOR,
    &snapservice::DESCRIPTOR,
    &ecs::DESCRIPTOR,
];

/// The backend of this name or alias.
pub fn find(name: &str) -> Option<&'static Descriptor> {
    BACKENDS.iter().copied().find(|backend| backend.is(name))
}

/// What a backend is.
pub struct Descriptor {
    /// Its name on the command line and in profiles.
    pub name: &'static str,
    /// Other names on the command line.
    pub aliases: &'static [&'static str],
    /// What system it reads, in one line.
    pub about: &'static str,
    /// What an id looks like, for help.
    pub example_id: &'static str,
    /// What its API can do beside reading one task.
    pub capabilities: Capabilities,
    /// The first gap between two polls, where its vendor asks for another than ours.
    pub interval: Option<Duration>,
    /// The profile keys that only this backend has, and the flags made from them.
    pub settings: &'static [Setting],
    /// What its list can be narrowed by, beside state, start and number.
    pub filters: &'static [Filter],
    /// The values that `auth` may have, the default first; empty where there is no choice.
    pub auth: &'static [&'static str],
    /// The ways of `auth` that take a token instead of a user name and a password.
    pub token_auth: &'static [&'static str],
    /// The user name where the profile names none.
    pub username: Option<&'static str>,
    /// The address in examples.
    pub example_url: &'static str,
    /// Whether a request or two list its tasks with these settings and no filter: what completion may ask for.
    pub lists_at_once: fn(&Options) -> bool,
    /// Makes an id from what a user typed, with the settings at hand.
    pub parse_id: fn(&str, &Options) -> Result<TaskId, Error>,
    /// Finds the id in the path of a task's URL, decoded, query dropped; `None` when it is no such path.
    pub id_in_path: fn(&str) -> Option<String>,
    /// Makes a backend for a profile. Nothing is sent yet.
    pub connect: fn(Connection) -> Result<Arc<dyn Backend>, Error>,
}

impl Descriptor {
    /// Whether this is its name, or one of its aliases.
    pub fn is(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Its setting of this key.
    pub fn setting(&self, key: &str) -> Option<&'static Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }
}

impl std::fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Descriptor").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What an API can do beside reading one task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// It can list tasks.
    pub list: bool,
    /// It can cancel a task.
    pub cancel: bool,
    /// Its list holds active tasks only, unless more is asked for.
    pub active_only: bool,
}

/// A profile key that only one backend has.
#[derive(Debug)]
pub struct Setting {
    /// The key in a profile.
    pub key: &'static str,
    /// The flag made from it, without dashes; `None` where it belongs into a profile only.
    pub flag: Option<&'static str>,
    /// What kind of value it takes.
    pub kind: SettingKind,
    /// What it means, in one line.
    pub help: &'static str,
}

/// What kind of value a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Any text.
    Text,
    /// `true` or `false`; a flag without a value.
    Switch,
    /// An address.
    Url,
    /// The user name of a second set of credentials; the key without `username` is the family of its secret.
    Username,
}

/// What the list of one API can be narrowed by: a flag of `taskctl list`, and a key of [`Query::filters`].
#[derive(Debug)]
pub struct Filter {
    /// The key in [`Query::filters`].
    pub key: &'static str,
    /// The flag made from it, without dashes; `None` for ids that stand alone on the command line.
    pub flag: Option<&'static str>,
    /// Whether it may be given more than once.
    pub repeat: bool,
    /// What its value is.
    pub kind: FilterKind,
    /// What it means, in one line.
    pub help: &'static str,
}

/// What the value of a filter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// Any text.
    Text,
    /// A moment; it reaches the backend as RFC 3339.
    Time,
}

/// The values of a backend's own settings, by key; switches are `true` or `false`.
#[derive(Clone, Debug, Default)]
pub struct Options(BTreeMap<String, String>);

impl Options {
    /// Sets a value.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// A value, if it is set and not empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a switch is on.
    pub fn is_on(&self, key: &str) -> bool {
        self.get(key) == Some("true")
    }
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The user name.
    pub username: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
    /// The token, for the ways of `auth` that take one.
    pub token: Option<SecretString>,
    /// Where the secret came from, in words, for hints: `password_env VCDA_PASSWORD of profile dr`.
    pub source: String,
    /// The user name at the remote site (VCDA).
    pub site_username: Option<String>,
    /// The password at the remote site (VCDA).
    pub site_password: Option<SecretString>,
}

/// Makes a transport to another host.
pub type TransportTo = Arc<dyn Fn(&Url) -> Arc<dyn Transport> + Send + Sync>;

/// What a backend is made from.
pub struct Connection {
    /// The way of `auth`, one of the descriptor's; empty where there is no choice.
    pub auth: String,
    /// Who asks.
    pub credentials: Credentials,
    /// The backend's own settings.
    pub options: Options,
    /// Address, transport and the rest that every client needs.
    pub http: http::Settings,
    /// Makes a transport to a second host that the settings name (an STS), under the profile's rules of trust.
    pub transport_to: TransportTo,
}

/// One management system, one session.
pub trait Backend: Send + Sync {
    /// Reads one task.
    ///
    /// # Errors
    /// What the server or the network said; [`crate::error::Kind::NotFound`] when there is no such task.
    fn get(&self, id: &TaskId) -> Result<Task, Error>;

    /// How many tasks one request may read now; 1 where the API, or this server, has no batched form.
    fn batch(&self) -> usize {
        1
    }

    /// Reads several tasks in as few requests as the API allows. The results stand in the order of the ids, one
    /// each; one bad id spoils only itself.
    fn get_many(&self, ids: &[TaskId]) -> Vec<Result<Task, Error>> {
        ids.iter().map(|id| self.get(id)).collect()
    }

    /// One page of a list, by where it begins: 0, then [`Page::next`]. [`Listing`] makes a list of pages.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where the API cannot list, or not so; else what the server or the network said.
    fn page(&self, query: &Query, at: u64) -> Result<Page, Error> {
        let _ = (query, at);
        Err(Error::usage("this API cannot list tasks"))
    }

    /// Asks the server to cancel a task. That it was asked does not mean that the task has ended.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where the API cannot cancel; else what the server or the network said.
    fn cancel(&self, id: &TaskId) -> Result<(), Error> {
        let _ = id;
        Err(Error::usage("this API cannot cancel tasks"))
    }

    /// Host and port, for messages.
    fn host(&self) -> String;

    /// Closes the session within about `budget`; none is opened after this.
    fn close(&self, budget: Duration);

    /// What `taskctl doctor` can try, one thing at a time; `None` where nothing can be told apart.
    fn checkup(&self) -> Option<&dyn Checkup> {
        None
    }
}

/// A look at a server step by step. Nothing here changes anything on it, the session aside.
pub trait Checkup {
    /// The client, whose session is opened and closed apart.
    fn client(&self) -> &Client;

    /// Asks for a task that surely does not exist, without a session: the API answers that it wants one. No user name
    /// goes with it, so that no account is nearer to being locked.
    ///
    /// # Errors
    /// When no whole answer came; any status is an answer.
    fn knock(&self) -> Result<Reply, Error>;

    /// What the API says of its version, in the session; `None` where it has no such request.
    ///
    /// # Errors
    /// What the server or the network said.
    fn version(&self) -> Result<Option<String>, Error> {
        Ok(None)
    }

    /// Asks for the same task in the session.
    ///
    /// # Errors
    /// [`crate::error::Kind::NotFound`] is what should come: who may not read tasks is told so before. Anything else is
    /// what is wrong.
    fn probe(&self) -> Result<(), Error>;
}

/// What a list should hold.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Only tasks in one of these states, by our words; empty is any.
    pub states: Vec<String>,
    /// Only tasks that started after this.
    pub since: Option<Timestamp>,
    /// No more than this many.
    pub limit: Option<usize>,
    /// Ended ones too, where the API lists active ones by default.
    pub all: bool,
    /// The API's own filters, by the name of the setting or flag.
    pub filters: BTreeMap<String, Vec<String>>,
}

impl Query {
    /// Whether a task is one that was asked for, by its state and its start. A task whose start nobody told is taken
    /// to be new while it has not ended.
    fn admits(&self, task: &Task) -> bool {
        (self.states.is_empty() || self.states.iter().any(|word| word == task.state.word()))
            && self.since.is_none_or(|since| begun(task) > since)
    }
}

/// When a task began, for the order of a list.
fn begun(task: &Task) -> Timestamp {
    let unknown = if task.state.ended() {
        task.ended_at.or(task.updated_at).unwrap_or(Timestamp::MIN)
    } else {
        Timestamp::MAX
    };
    task.started_at.or(task.created_at).unwrap_or(unknown)
}

/// Some tasks of a list.
pub struct Page {
    /// What the server listed; an odd one spoils only itself.
    pub tasks: Vec<Result<Task, Error>>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<u64>,
    /// Whether the server gives the newest first, from page to page.
    pub ordered: bool,
}

impl Page {
    /// Everything there is, in the server's own order.
    pub(crate) fn whole(tasks: Vec<Result<Task, Error>>) -> Page {
        Page { tasks, next: None, ordered: false }
    }

    /// No tasks at all.
    pub(crate) fn empty() -> Page {
        Page::whole(Vec::new())
    }
}

/// Makes a list of pages: nothing twice, nothing that was not asked for, newest first, no more than the limit.
///
/// The pages of a server that sorts are handed on as they come; of one that does not, all of them are needed to know
/// which tasks are the newest.
pub struct Listing {
    query: Query,
    next: Option<u64>,
    left: usize,
    seen: HashSet<TaskId>,
    held: Vec<Result<Task, Error>>,
    /// How many pages in a row held nothing that could be read.
    unreadable: usize,
}

/// No more pages in a row without a readable task are asked for: they may be the same one.
const UNREADABLE_PAGES: usize = 5;

impl Listing {
    /// A list of which no page has been read.
    pub fn new(query: Query) -> Listing {
        let left = query.limit.unwrap_or(usize::MAX);
        Listing { query, next: Some(0), left, seen: HashSet::new(), held: Vec::new(), unreadable: 0 }
    }

    /// Where the page begins that must be read next; `None` when the list is whole.
    pub fn next(&self) -> Option<u64> {
        self.next.filter(|_| self.left > 0)
    }

    /// Takes the page that [`Listing::next`] asked for. Returns what is to be shown now.
    pub fn take(&mut self, page: Page) -> Vec<Result<Task, Error>> {
        let mut fresh = false;
        let readable = page.tasks.iter().any(Result::is_ok);
        self.unreadable = if readable { 0 } else { self.unreadable + 1 };
        for task in page.tasks {
            if let Ok(task) = &task {
                // Tasks that begin or end meanwhile move the pages: one may come twice.
                if !self.seen.insert(task.id.clone()) {
                    continue;
                }
                fresh = true;
                if !self.query.admits(task) {
                    continue;
                }
            }
            self.held.push(task);
        }
        // A server that gives the same page again and again must not keep us for ever.
        self.next = page.next.filter(|_| fresh || !readable && self.unreadable < UNREADABLE_PAGES);
        if !page.ordered && self.next.is_some() {
            return Vec::new();
        }
        let mut shown = std::mem::take(&mut self.held);
        if !page.ordered {
            shown.sort_by_key(|task| Reverse(task.as_ref().map_or(Timestamp::MAX, begun)));
        }
        shown.truncate(self.left);
        self.left -= shown.len();
        shown
    }
}

/// What follows `Basic ` in an `Authorization` header.
///
/// # Errors
/// When there is no user name or no password, or the user name cannot stand in such a header.
pub(crate) fn basic(credentials: &Credentials) -> Result<SecretString, Error> {
    let (Some(user), Some(password)) = (&credentials.username, &credentials.password) else {
        return Err(Error::config("a user name and a password are needed"));
    };
    if user.contains(':') {
        return Err(Error::config(format!(
            "the user name {user:?} holds a colon, which HTTP Basic cannot carry"
        )));
    }
    let pair = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
    Ok(STANDARD.encode(pair.as_bytes()).into())
}

/// An id that is one path segment as typed.
///
/// # Errors
/// When it cannot be an id.
pub(crate) fn plain_id(text: &str, _options: &Options) -> Result<TaskId, Error> {
    TaskId::new(text).map_err(|reason| Error::usage(format!("{text:?} is no task id: {reason}")))
}

/// What follows `prefix` in a path, if it is one segment and no more.
pub(crate) fn last_segment(path: &str, prefix: &str) -> Option<String> {
    let rest = path.strip_prefix(prefix)?.trim_end_matches('/');
    (!rest.is_empty() && !rest.contains('/')).then(|| rest.to_owned())
}

/// The id that an answer is about: its own, or the one that was asked for.
///
/// # Errors
/// A decode error when it gives none and none was asked for alone.
pub(crate) fn answered_id(answered: Option<String>, asked: Option<&TaskId>) -> Result<TaskId, Error> {
    match (asked, answered) {
        (Some(asked), _) => Ok(asked.clone()),
        (None, Some(id)) => TaskId::new(&id)
            .map_err(|reason| Error::decode(format!("a task in the answer has no usable id: {reason}"))),
        (None, None) => Err(Error::decode("a task in the answer has no id")),
    }
}

/// Whether a server takes several ids in one request.
pub(crate) struct Batching {
    /// How many refusals are left before it is not tried any more.
    left: AtomicU8,
}

impl Batching {
    /// A server that never took the form does not have it; one that did may refuse it for a moment.
    const UNKNOWN: u8 = 1;
    const KNOWN: u8 = 3;

    /// It is not known yet, and will be tried.
    pub(crate) fn new() -> Batching {
        Batching { left: AtomicU8::new(Batching::UNKNOWN) }
    }

    /// Whether it is worth trying.
    pub(crate) fn is_on(&self) -> bool {
        self.left.load(Ordering::Relaxed) > 0
    }

    fn worked(&self) {
        self.left.store(Batching::KNOWN, Ordering::Relaxed);
    }

    /// `in_words` says that the API itself refused it, and not something that gave no reason.
    fn refused(&self, in_words: bool) {
        let less = |left: u8| Some(if in_words { 0 } else { left.saturating_sub(1) });
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}

/// Reads ids in one request, and what that request does not answer one by one.
///
/// `fits` says which ids may stand in a batch at all. When the server refuses the batched form and answers to ids
/// alone, the form is given up for the rest of the run.
pub(crate) fn get_batched(
    backend: &dyn Backend,
    ids: &[TaskId],
    batched: &Batching,
    fits: impl Fn(&TaskId) -> bool,
    read: impl Fn(&[&TaskId]) -> Result<Vec<Result<Task, Error>>, Error>,
) -> Vec<Result<Task, Error>> {
    // An id that was given twice is sent once: to some servers the list is a set.
    let mut known = HashSet::new();
    let together: Vec<&TaskId> = ids.iter().filter(|id| fits(id) && known.insert(*id)).collect();
    if together.len() < 2 || !batched.is_on() {
        return one_by_one(backend, ids.iter());
    }
    let found = match read(&together) {
        Ok(found) => {
            batched.worked();
            found
        }
        Err(error) if matches!(error.http_status, Some(400 | 404 | 405 | 406 | 415 | 501)) => {
            let answers = one_by_one(backend, ids.iter());
            // An appliance that starts again refuses everything for a while: that is nothing about the batched form.
            if answers.iter().any(Result::is_ok) {
                if let Some(checkup) = backend.checkup() {
                    checkup.client().log().info(format_args!(
                        "{}: the batched read was refused ({error}), reading one by one",
                        backend.host()
                    ));
                }
                batched.refused(error.code.is_some());
            }
            return answers;
        }
        Err(error) => {
            let alone = |id: &TaskId| if fits(id) { Err(error.clone()) } else { backend.get(id) };
            return ids.iter().map(alone).collect();
        }
    };
    let mut by_id: HashMap<TaskId, Task> =
        found.into_iter().filter_map(Result::ok).map(|task| (task.id.clone(), task)).collect();
    // Those that are not in the answer: the server's own word for it, 404 or whatever it is, comes from asking alone.
    let mut alone = one_by_one(backend, ids.iter().filter(|id| !by_id.contains_key(*id))).into_iter();
    let mut next =
        || alone.next().unwrap_or_else(|| Err(Error::decode("the answer does not hold this task")));
    let repeated = ids.iter().collect::<HashSet<_>>().len() < ids.len();
    let mut answered = |id: &TaskId| if repeated { by_id.get(id).cloned() } else { by_id.remove(id) };
    ids.iter().map(|id| answered(id).map_or_else(&mut next, Ok)).collect()
}

/// Reads each id alone. Once the server itself is lost, the others share that error instead of waiting for it too.
fn one_by_one<'a>(backend: &dyn Backend, ids: impl Iterator<Item = &'a TaskId>) -> Vec<Result<Task, Error>> {
    let mut lost: Option<Error> = None;
    ids.map(|id| {
        if let Some(error) = &lost {
            return Err(error.clone());
        }
        let answer = backend.get(id);
        if let Err(error) = &answer
            && is_of_the_server(error)
        {
            lost = Some(error.clone());
        }
        answer
    })
    .collect()
}

/// Whether an error would be the same for any other task: nobody answered, or not the API.
fn is_of_the_server(error: &Error) -> bool {
    match error.kind {
        Kind::Network | Kind::Tls | Kind::Config | Kind::Stopped => true,
        Kind::Auth => error.http_status != Some(403),
        _ => error.from_intermediary || matches!(error.http_status, Some(429 | 502..=504)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::State;

    fn task(id: &str, start: Option<i64>, state: State) -> Result<Task, Error> {
        let mut task = Task::new(TaskId::new(id).expect("an id"), state, None);
        task.started_at = start.map(|second| Timestamp::from_second(second).expect("a time"));
        Ok(task)
    }

    fn running(id: &str, start: i64) -> Result<Task, Error> {
        task(id, Some(start), State::Running)
    }

    fn ids(tasks: &[Result<Task, Error>]) -> Vec<&str> {
        tasks.iter().map(|task| task.as_ref().map_or("?", |task| task.id.as_str())).collect()
    }

    #[test]
    fn pages_of_a_server_that_sorts_are_handed_on_as_they_come_and_nothing_twice() {
        let mut listing = Listing::new(Query { limit: Some(4), ..Query::default() });
        assert_eq!(listing.next(), Some(0));
        let page = |tasks, next| Page { tasks, next, ordered: true };
        let first = listing.take(page(vec![running("c", 3), running("b", 2)], Some(2)));
        assert_eq!((ids(&first), listing.next()), (vec!["c", "b"], Some(2)));
        let odd = Err(Error::decode("odd"));
        let second =
            listing.take(page(vec![running("b", 2), odd, running("a", 1), running("z", 0)], Some(9)));
        assert_eq!((ids(&second), listing.next()), (vec!["?", "a"], None), "the limit is reached");
    }

    #[test]
    fn the_newest_of_a_server_that_does_not_sort_are_known_at_the_end() {
        let mut listing = Listing::new(Query { limit: Some(2), ..Query::default() });
        let page = |tasks, next| Page { tasks, next, ordered: false };
        assert!(listing.take(page(vec![running("a", 1), running("b", 2)], Some(1))).is_empty());
        let all = listing.take(page(vec![running("d", 4), task("queued", None, State::Pending)], None));
        assert_eq!((ids(&all), listing.next()), (vec!["queued", "d"], None));
    }

    #[test]
    fn a_page_that_brings_nothing_new_is_the_last() {
        let mut listing = Listing::new(Query::default());
        for _ in 0..2 {
            listing.take(Page { tasks: vec![running("a", 1)], next: Some(1), ordered: true });
        }
        assert_eq!(listing.next(), None);
    }

    #[test]
    fn a_page_that_cannot_be_read_does_not_hide_those_after_it() {
        let unreadable = || Page { tasks: vec![Err(Error::decode("odd"))], next: Some(1), ordered: true };
        let mut listing = Listing::new(Query::default());
        assert_eq!(listing.take(unreadable()).len(), 1);
        assert_eq!(listing.next(), Some(1));
        let page = Page { tasks: vec![running("b", 2)], next: Some(2), ordered: true };
        assert_eq!((ids(&listing.take(page)), listing.next()), (vec!["b"], Some(2)));
        for _ in 1..UNREADABLE_PAGES {
            listing.take(unreadable());
            assert_eq!(listing.next(), Some(1));
        }
        listing.take(unreadable());
        assert_eq!(listing.next(), None, "it may be the same page for ever");
    }

    #[test]
    fn a_task_whose_start_nobody_told_is_new_while_it_has_not_ended() {
        let query = Query { since: Timestamp::from_second(5).ok(), ..Query::default() };
        let admitted = |task: Result<Task, Error>| query.admits(&task.expect("a task"));
        assert!(admitted(running("a", 6)) && !admitted(running("a", 5)));
        assert!(admitted(task("a", None, State::Blocked)) && !admitted(task("a", None, State::Succeeded)));
    }
}
