//! APIs that are described by data: the descriptions that are shipped, and those of the user.
//!
//! A description (`description`) says in TOML what a backend says in code: its requests (`template`), where a field is
//! (`pointer`), which word is which state (`task`), and how to log in (`backend`). One is read when its name is used,
//! once a process, and becomes a [`Descriptor`] like any other, so that nothing else knows the difference. It names no
//! host and runs nothing. A description with mistakes is a backend, too: connecting to it says what is wrong.

mod backend;
mod description;
mod pointer;
mod reader;
mod task;
mod template;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::description::Description;
use self::pointer::{Answer, first_text};
use self::reader::located;
use self::task::About;
pub use self::task::Found;
use super::descriptor::FindId;
use super::{BACKENDS, Capabilities, Descriptor, Options, Setting};
use crate::error::Error;
use crate::task::{Task, TaskId};

/// A description that is part of the program.
struct Shipped {
    name: &'static str,
    text: &'static str,
    descriptor: OnceLock<&'static Descriptor>,
}

const fn shipped(name: &'static str, text: &'static str) -> Shipped {
    Shipped { name, text, descriptor: OnceLock::new() }
}

static SHIPPED: [Shipped; 5] = [
    shipped("redfish", include_str!("../../apis/redfish.toml")),
    shipped("proxmox", include_str!("../../apis/proxmox.toml")),
    shipped("sddc-manager", include_str!("../../apis/sddc-manager.toml")),
    shipped("vcd", include_str!("../../apis/vcd.toml")),
    shipped("site-recovery", include_str!("../../apis/site-recovery.toml")),
];

/// The user's descriptions: where they are, and what was found there.
#[derive(Default)]
struct User {
    configuration: Option<PathBuf>,
    entries: Option<Vec<Entry>>,
}

struct Entry {
    source: Source,
    descriptor: Option<&'static Descriptor>,
}

thread_local! {
    /// Those of the run on this thread: a run has one configuration.
    static USER: RefCell<User> = RefCell::default();
}

/// A description's text and where it is from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name of the API.
    pub name: &'static str,
    /// The file; `shipped` for those of the program.
    pub origin: String,
    text: String,
    /// Whether it is `[apis.NAME]` of a configuration.
    is_inside: bool,
}

impl Source {
    /// A description by itself.
    pub fn new(name: &str, origin: &str, text: String) -> Source {
        Source { name: leak(name), origin: origin.to_owned(), text, is_inside: false }
    }

    /// The description, and what is wrong with it: `origin:line:column: message` each.
    fn read(&self) -> (Option<Description>, Vec<Error>) {
        let Source { name, origin, text, is_inside } = self;
        let (description, mut mistakes) = match DeTable::parse(text) {
            Ok(document) if *is_inside => match inside(document.get_ref()).and_then(|apis| apis.get(*name)) {
                Some(item) if let DeValue::Table(table) = item.get_ref() => {
                    Description::read(Spanned::new(item.span(), table.clone()), text)
                }
                _ => (None, vec![(0, Error::config(format!("`apis.{name}` must be a table")))]),
            },
            Ok(document) => Description::read(document, text),
            // Its own Display quotes the line, which may hold a password of the configuration.
            Err(error) => {
                let at = error.span().map_or(text.len(), |span| span.start);
                (None, vec![(at, Error::config(format!("this is not TOML: {}", error.message())))])
            }
        };
        if BACKENDS.iter().any(|backend| backend.is(name)) {
            let error = Error::config(format!("{name} is a backend of its own: give this API another name"));
            mistakes.push((0, error));
        }
        mistakes.sort_by_key(|(at, _)| *at);
        (description, mistakes.into_iter().map(|mistake| located(origin, text, mistake)).collect())
    }

    /// What is wrong with it.
    pub fn mistakes(&self) -> Vec<Error> {
        self.read().1
    }

    /// The TOML of the description alone, as it is written.
    pub fn toml(&self) -> String {
        if !self.is_inside {
            return self.text.clone();
        }
        let header = format!("apis.{}", self.name);
        let mut is_own = false;
        let own = self.text.lines().filter(|line| {
            if let Some(rest) = line.trim_start().strip_prefix('[') {
                let rest = rest.trim_start_matches('[').strip_prefix(&header);
                is_own = rest.is_some_and(|rest| rest.starts_with([']', '.']));
            }
            is_own
        });
        own.map(|line| format!("{line}\n")).collect()
    }

    /// The task that a text is, by this description, and which place gave which field. What is left over is last.
    ///
    /// # Errors
    /// The first mistake of the description; or why the text is no task.
    pub fn explain(&self, text: &str, id: Option<&TaskId>) -> Result<(Task, Vec<Found>), Error> {
        match self.read() {
            (Some(description), mistakes) if mistakes.is_empty() => {
                task::read(&description, text, About { status: 200, asked: id, ..About::default() })
            }
            (_, mistakes) => Err(one_of(mistakes, self.name)),
        }
    }

    fn descriptor(&self) -> &'static Descriptor {
        let descriptor = match self.read() {
            (Some(description), mistakes) if mistakes.is_empty() => {
                of(self.name, Box::leak(Box::new(description)))
            }
            (_, mistakes) => {
                let error = one_of(mistakes, self.name);
                Descriptor {
                    about: "an API whose description has a mistake",
                    example_id: "ID",
                    example_url: "https://host.example.com",
                    ..Descriptor::new(self.name, Box::leak(Box::new(move |_| Err(error.clone()))))
                }
            }
        };
        Box::leak(Box::new(descriptor))
    }
}

/// The table `apis` of a configuration.
fn inside<'t, 'i>(document: &'t DeTable<'i>) -> Option<&'t DeTable<'i>> {
    match document.get("apis").map(Spanned::get_ref) {
        Some(DeValue::Table(apis)) => Some(apis),
        _ => None,
    }
}

fn one_of(mistakes: Vec<Error>, name: &str) -> Error {
    let count = mistakes.len();
    let first =
        mistakes.into_iter().next().unwrap_or_else(|| Error::config(format!("{name} describes no API")));
    match count {
        0 | 1 => first,
        count => first.hint(format!("{} more in it: `taskctl apis check {name}` lists them", count - 1)),
    }
}

fn of(name: &'static str, description: &'static Description) -> Descriptor {
    let ways = || description.ways.iter();
    let tokens: Vec<&str> = ways().filter(|way| way.takes_token).map(|way| way.name.as_str()).collect();
    // One way is no choice, but a token must be known to be one.
    let has_choice = description.ways.len() > 1 || !tokens.is_empty();
    let auth: Vec<&str> = ways().filter(|_| has_choice).map(|way| way.name.as_str()).collect();
    let settings = description.settings.iter().map(|(key, setting)| {
        let flag = setting.flag.then(|| leak(&key.replace('_', "-")));
        Setting { flag, ..Setting::text(key, &setting.help) }
    });
    let words = description.words.iter().map(|(word, state)| (word.as_str(), state.clone()));
    let find = move |answer: &Value| {
        let answer = Answer { status: 0, headers: None, body: answer, id: "" };
        first_text(&description.id_from, &answer).map(|found| description.id_of(&found))
    };
    let (settings, words): (Vec<_>, Vec<_>) = (settings.collect(), words.collect());
    Descriptor {
        about: description.about.as_deref().unwrap_or(name),
        example_id: description.example_id.as_deref().unwrap_or("ID"),
        example_url: description.example_url.as_deref().unwrap_or("https://host.example.com"),
        states: words.leak(),
        capabilities: Capabilities {
            list: description.list.is_some(),
            cancel: !description.cancel.is_empty(),
            active_only: false,
        },
        interval: description.interval.as_ref().map(|interval| interval.0),
        settings: settings.leak(),
        auth: auth.leak(),
        token_auth: tokens.leak(),
        parse_id: Box::leak(Box::new(move |text: &str, _: &Options| description.parse_id(text))),
        id_in_path: Box::leak(Box::new(move |path: &str| description.id_in_path(path))),
        id_in_answer: description
            .id_from
            .first()
            .map(|picker| (picker.source.text.as_str(), &*Box::leak(Box::new(find)) as FindId)),
        ..Descriptor::new(
            name,
            Box::leak(Box::new(move |connection| backend::connect(description, connection))),
        )
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(Box::from(text))
}

/// Looks for the user's descriptions beside this configuration from now on, and in it. Nothing is read yet.
pub fn use_configuration(configuration: Option<PathBuf>) {
    USER.replace(User { configuration, entries: None });
}

/// The user's descriptions: `apis/NAME.toml` beside the configuration, and `[apis.NAME]` in it.
fn sources(configuration: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    let folder = configuration.parent().unwrap_or(Path::new("")).join("apis");
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_stem().and_then(|name| name.to_str()).filter(|name| is_name(name));
        if let (Some(name), true) = (name, path.extension().is_some_and(|extension| extension == "toml"))
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.push(Source::new(name, &path.to_string_lossy(), text));
        }
    }
    found.sort_by_key(|source| source.name);
    let text = std::fs::read_to_string(configuration).unwrap_or_default();
    if text.contains("apis")
        && let Ok(document) = DeTable::parse(&text)
        && let Some(apis) = inside(document.get_ref())
    {
        let origin = configuration.to_string_lossy();
        let names = apis.keys().map(|name| leak(name.get_ref()));
        found
            .extend(names.map(|name| Source { is_inside: true, ..Source::new(name, &origin, text.clone()) }));
    }
    found
}

/// Whether a name can be typed as a word of the command line and stand before the `/` of a reference.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Does this with the user's descriptions, which are looked for now if they were not before.
fn with_user<T>(act: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
    USER.with_borrow_mut(|user| {
        let User { configuration, entries } = user;
        let found = || configuration.as_deref().map(sources).unwrap_or_default();
        let entry = |source| Entry { source, descriptor: None };
        act(entries.get_or_insert_with(|| found().into_iter().map(entry).collect()))
    })
}

/// The described API of this name. The user's go before those that are shipped.
pub fn find(name: &str) -> Option<&'static Descriptor> {
    let users = with_user(|entries| {
        let entry = entries.iter_mut().find(|entry| entry.source.name == name)?;
        Some(*entry.descriptor.get_or_insert_with(|| entry.source.descriptor()))
    });
    users.or_else(|| {
        let shipped = SHIPPED.iter().find(|shipped| shipped.name == name)?;
        Some(shipped.descriptor.get_or_init(|| shipped.source().descriptor()))
    })
}

impl Shipped {
    fn source(&self) -> Source {
        Source::new(self.name, "shipped", self.text.to_owned())
    }
}

/// Every description that is in use, those that are shipped first.
pub fn all_sources() -> Vec<Source> {
    let users: Vec<Source> = with_user(|entries| entries.iter().map(|entry| entry.source.clone()).collect());
    let mut all: Vec<Source> = SHIPPED.iter().map(Shipped::source).collect();
    all.retain(|shipped| users.iter().all(|user| user.name != shipped.name));
    all.extend(users);
    all
}

/// The names of all described APIs.
pub fn names() -> Vec<&'static str> {
    all_sources().iter().map(|source| source.name).collect()
}
