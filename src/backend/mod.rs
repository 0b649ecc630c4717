//! The management systems: what each is, and what can be asked of it.
//!
//! A backend is one file with one `DESCRIPTOR`, and a line in [`BACKENDS`]. Subcommands, help, completions, the
//! README's table and the conformance tests are made from that list. The files are alike on purpose: doc,
//! `DESCRIPTOR`, `connect`, login, `impl Backend`, wire structs, normalise, refusal, tests.

pub mod ecs;
pub mod snapservice;
mod sts;
mod vapi;
pub mod vcda;
pub mod vcenter;
pub mod velostrata;
mod wire;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

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
    BACKENDS.iter().copied().find(|backend| backend.name == name || backend.aliases.contains(&name))
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
    /// The values that `auth` may have, the default first; empty where there is no choice.
    pub auth: &'static [&'static str],
    /// The ways of `auth` that take a token instead of a user name and a password.
    pub token_auth: &'static [&'static str],
    /// The user name where the profile names none.
    pub username: Option<&'static str>,
    /// The address in examples.
    pub example_url: &'static str,
    /// Makes an id from what a user typed, with the settings at hand.
    pub parse_id: fn(&str, &Options) -> Result<TaskId, Error>,
    /// Finds the id in the path of a task's URL, decoded, query dropped; `None` when it is no such path.
    pub id_in_path: fn(&str) -> Option<String>,
    /// Makes a backend for a profile. Nothing is sent yet.
    pub connect: fn(Connection) -> Result<Arc<dyn Backend>, Error>,
}

impl Descriptor {
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

    /// Lists tasks, newest first where the API can sort; `each` may stop it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] where the API cannot list; else what the server or the network said.
    fn list(
        &self,
        query: &Query,
        each: &mut dyn FnMut(Result<Task, Error>) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let _ = (query, each);
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
    /// Whether a task is one that was asked for, by its state and its start; a task whose start is not known did
    /// not start after anything.
    pub(crate) fn admits(&self, task: &Task) -> bool {
        (self.states.is_empty() || self.states.iter().any(|word| word == task.state.word()))
            && self.since.is_none_or(|since| task.started_at.is_some_and(|start| start > since))
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
    Ok(STANDARD.encode(format!("{user}:{}", password.expose_secret())).into())
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
                log::info!("{}: the batched read was refused ({error}), reading one by one", backend.host());
                batched.refused(error.code.is_some());
            }
            return answers;
        }
        Err(error) => {
            let alone = |id: &TaskId| if fits(id) { Err(error.clone()) } else { backend.get(id) };
            return ids.iter().map(alone).collect();
        }
    };
    let by_id: HashMap<TaskId, Task> =
        found.into_iter().filter_map(Result::ok).map(|task| (task.id.clone(), task)).collect();
    // Those that are not in the answer: the server's own word for it, 404 or whatever it is, comes from asking alone.
    let mut alone = one_by_one(backend, ids.iter().filter(|id| !by_id.contains_key(*id))).into_iter();
    let mut next =
        || alone.next().unwrap_or_else(|| Err(Error::decode("the answer does not hold this task")));
    ids.iter().map(|id| by_id.get(id).map_or_else(&mut next, |task| Ok(task.clone()))).collect()
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
        _ => error.foreign || matches!(error.http_status, Some(429 | 502..=504)),
    }
}
