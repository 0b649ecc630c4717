//! What a backend is, as data: what the command line, the configuration, help, the manual and the README are made from.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::document::StateWords;
use super::{Backend, Connection};
use crate::error::Error;
use crate::task::TaskId;

/// Makes a backend for a profile.
type Connect = &'static (dyn Fn(Connection) -> Result<Arc<dyn Backend>, Error> + Sync);
/// Makes an id of a text.
type ParseId = &'static (dyn Fn(&str, &Options) -> Result<TaskId, Error> + Sync);
/// Finds an id in a path.
type IdInPath = &'static (dyn Fn(&str) -> Option<String> + Sync);
/// Finds an id in a document.
pub(crate) type FindId = &'static (dyn Fn(&Value) -> Option<String> + Sync);

/// What a backend is. Most have defaults: see [`Descriptor::new`].
pub struct Descriptor {
    /// Its name on the command line and in profiles.
    pub name: &'static str,
    /// Other names on the command line.
    pub aliases: &'static [&'static str],
    /// What system it reads, in one line.
    pub about: &'static str,
    /// What an id looks like, for help.
    pub example_id: &'static str,
    /// The address in examples.
    pub example_url: &'static str,
    /// The API's words for states. A word that is not here is [`crate::task::State::Unknown`].
    pub states: StateWords,
    /// States that a word alone does not tell.
    pub derived_states: &'static [DerivedState],
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
    /// Whether a request or two list its tasks with these settings and no filter: what completion may ask for.
    pub lists_at_once: fn(&Options) -> bool,
    /// Makes an id from what a user typed, with the settings at hand.
    pub parse_id: ParseId,
    /// Finds the id in the path of a task's URL, decoded, query dropped; `None` when it is no such path.
    pub id_in_path: IdInPath,
    /// The parameter that names the task in a URL whose path does not.
    pub id_in_query: Option<&'static str>,
    /// Finds what [`Descriptor::parse_id`] takes in what a call that began a task answered, where it is not under a key
    /// that many APIs have (`id`, `task`, …); and the key by which such an answer is known.
    pub id_in_answer: Option<(&'static str, FindId)>,
    /// Makes a backend for a profile. Nothing is sent yet.
    pub connect: Connect,
}

/// A state that a word alone does not tell.
#[derive(Debug)]
pub struct DerivedState {
    /// The state, by our word.
    pub state: &'static str,
    /// The server's word.
    pub word: &'static str,
    /// What must be said beside it.
    pub with: &'static str,
}

impl Descriptor {
    /// A backend of this name, without anything that is optional.
    pub const fn new(name: &'static str, connect: Connect) -> Descriptor {
        Descriptor {
            name,
            aliases: &[],
            about: "",
            example_id: "",
            example_url: "",
            states: &[],
            derived_states: &[],
            capabilities: Capabilities { list: false, cancel: false, active_only: false },
            interval: None,
            settings: &[],
            filters: &[],
            auth: &[],
            token_auth: &[],
            username: None,
            lists_at_once: |_| true,
            parse_id: &plain_id,
            id_in_path: &|_| None,
            id_in_query: None,
            id_in_answer: None,
            connect,
        }
    }

    /// Its name and its aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Whether this is its name, or one of its aliases.
    pub fn is(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Its setting of this key.
    pub fn setting(&self, key: &str) -> Option<&'static Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// The server's words for a state, by our word, as people read them; empty where it has none.
    pub fn state_text(&self, state: &str) -> String {
        let text = |(word, with): (&str, Option<&str>)| match with {
            Some(with) => format!("{word} with {with}"),
            None => word.to_owned(),
        };
        self.words_of(state).map(text).collect::<Vec<_>>().join(", ")
    }

    /// The server's words for a state, by our word, each with what must be said beside it, if anything.
    pub fn words_of(&self, state: &str) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        let plain =
            self.states.iter().filter(move |(_, known)| known.word() == state).map(|(word, _)| (*word, None));
        let derived = self.derived_states.iter().filter(move |known| known.state == state);
        plain.chain(derived.map(|known| (known.word, Some(known.with))))
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

impl Setting {
    /// A key of a profile whose value is of this kind.
    pub const fn new(kind: SettingKind, key: &'static str, help: &'static str) -> Setting {
        Setting { key, flag: None, kind, help }
    }

    /// A key of a profile whose value is any text.
    pub const fn text(key: &'static str, help: &'static str) -> Setting {
        Setting::new(SettingKind::Text, key, help)
    }

    /// A switch, and its flag.
    pub const fn switch(key: &'static str, flag: &'static str, help: &'static str) -> Setting {
        Setting::new(SettingKind::Switch, key, help).with_flag(flag)
    }

    /// The same, and a flag.
    #[must_use]
    pub const fn with_flag(self, flag: &'static str) -> Setting {
        Setting { flag: Some(flag), ..self }
    }
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

/// What the list of one API can be narrowed by: a flag of `taskctl list`, and a key of [`super::Query::filters`].
#[derive(Debug)]
pub struct Filter {
    /// The key in [`super::Query::filters`].
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

impl Filter {
    /// A filter whose value is any text, given once.
    pub const fn text(key: &'static str, flag: &'static str, help: &'static str) -> Filter {
        Filter { key, flag: Some(flag), repeat: false, kind: FilterKind::Text, help }
    }

    /// A filter whose value is any text, given once or more.
    pub const fn texts(key: &'static str, flag: &'static str, help: &'static str) -> Filter {
        Filter { repeat: true, ..Filter::text(key, flag, help) }
    }

    /// A filter that is on or off.
    pub const fn switch(key: &'static str, flag: &'static str, help: &'static str) -> Filter {
        Filter { kind: FilterKind::Switch, ..Filter::text(key, flag, help) }
    }

    /// A filter whose value is a time.
    pub const fn time(key: &'static str, flag: &'static str, help: &'static str) -> Filter {
        Filter { kind: FilterKind::Time, ..Filter::text(key, flag, help) }
    }

    /// Ids that stand alone on the command line.
    pub const fn ids(key: &'static str, help: &'static str) -> Filter {
        Filter { key, flag: None, repeat: true, kind: FilterKind::Text, help }
    }
}

/// What the value of a filter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// Any text.
    Text,
    /// Given or not; a flag without a value. It reaches the backend as `true`.
    Switch,
    /// A time; it reaches the backend as RFC 3339.
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
