//! A description: what its TOML says, checked whole.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use toml::de::DeTable;

use super::pointer::{Conditions, Field, Pattern, Pointer, Word, fold};
use super::reader::{self, Mistake};
use super::template::{Call, Calls, Headers, Line, Query, Template};
use crate::error::Error;
use crate::task::State;
use crate::util::duration::parse_duration;

/// How an API is asked and how its answers read. The format is in the README.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Description {
    pub about: Option<String>,
    pub example_id: Option<String>,
    pub example_url: Option<String>,
    /// An id that no task has.
    pub no_such_id: Option<String>,
    pub interval: Option<Interval>,
    pub settings: BTreeMap<String, Setting>,
    pub headers: Headers,
    /// The first that is for such an id and finds it.
    pub task: Calls,
    pub cancel: Calls,
    pub list: Option<List>,
    pub batch: Option<Batch>,
    pub version: Option<Version>,
    /// Where in an answer the task is.
    pub root: Pointer,
    /// What an id looks like; the first group is the id.
    pub id_pattern: Option<Pattern>,
    /// Placeholders that are parts of the id.
    pub id_parts: BTreeMap<String, Pattern>,
    pub id_from: Field,
    pub id: Field,
    pub name: Field,
    pub state: Field,
    pub percent: Field,
    pub done: Field,
    pub total: Field,
    pub message: Field,
    pub messages: Field,
    pub warnings: Field,
    pub user: Field,
    pub created: Field,
    pub started: Field,
    pub updated: Field,
    pub ended: Field,
    pub parent: Field,
    pub children: Field,
    pub cancelable: Field,
    pub result: Field,
    pub target: TargetFields,
    pub failure: FailureFields,
    pub error: FailureFields,
    /// What is not shown.
    pub omit: Vec<Pointer>,
    states: BTreeMap<Ours, Vec<Word>>,
    pub rules: Vec<Rule>,
    pub not_found: Vec<Conditions>,
    login: Option<Login>,
    logins: BTreeMap<String, Spanned<Login>>,
    auth: Option<AuthText>,
    #[serde(skip)]
    pub ways: Vec<Way>,
    #[serde(skip)]
    pub words: Vec<(String, State)>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Interval(pub Duration);

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Interval, String> {
        parse_duration(&text).map(Interval)
    }
}

/// A key of a profile of this API.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    pub help: String,
    pub default: Option<String>,
    /// Whether there is a flag for it, too.
    #[serde(default)]
    pub flag: bool,
}

/// What a task works on.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TargetFields {
    #[serde(rename = "type")]
    pub kind: Field,
    pub id: Field,
    pub name: Field,
}

/// What an error says, or why a task failed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FailureFields {
    pub code: Field,
    pub message: Field,
    pub causes: Field,
    /// What to do; of an error answer only.
    pub hint: Field,
}

/// Our word for a state that may be decided: all but `unknown`, in the order of [`State::ALL`].
#[derive(Clone, Copy, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ours {
    Pending,
    Running,
    Blocked,
    Failing,
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
}

impl Ours {
    pub fn state(self) -> State {
        State::ALL[self as usize].clone()
    }
}

/// What decides a state before its word does.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub when: Conditions,
    pub state: Spanned<Ours>,
    #[serde(default)]
    pub warning: Field,
    /// Why the task failed, where this says so.
    #[serde(default)]
    pub failure: Field,
    /// The line where it stands.
    #[serde(skip)]
    pub line: usize,
}

/// How tasks are listed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    request: Line,
    pub items: Pointer,
    /// The most that a page holds.
    #[serde(default = "a_hundred")]
    pub limit: usize,
    #[serde(default)]
    pub first_page: u64,
    #[serde(default)]
    pub total: Field,
    /// How many pages there are.
    #[serde(default)]
    pub pages: Field,
    /// The number of the page that an answer is, where the first page's is not known: that is asked for without one.
    #[serde(default)]
    pub page: Field,
    /// Where the next page is.
    #[serde(default)]
    pub next: Field,
    #[serde(default)]
    pub newest_first: bool,
    /// What the query says where one state is asked for, and the server's word for each state.
    #[serde(default)]
    pub filter: Query,
    #[serde(default)]
    pub states: BTreeMap<Ours, String>,
    /// Where an element that is no task has the address of one.
    #[serde(default)]
    pub read: Field,
    /// Elements that are left out.
    pub skip: Option<Conditions>,
}

impl List {
    pub fn call(&self) -> Call {
        Call::from(self.request.clone())
    }
}

/// How several tasks are read at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    request: Line,
    pub items: Pointer,
    #[serde(default = "a_hundred")]
    pub max: usize,
}

impl Batch {
    pub fn call(&self) -> Call {
        Call::from(self.request.clone())
    }
}

fn a_hundred() -> usize {
    100
}

/// Where the server says its version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    request: Line,
    pub at: Field,
}

impl Version {
    pub fn call(&self) -> Call {
        Call::from(self.request.clone())
    }
}

/// A way of logging in, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    request: Option<Line>,
    json: Option<Value>,
    form: Option<BTreeMap<String, Template>>,
    #[serde(default)]
    headers: Headers,
    #[serde(default)]
    basic: bool,
    #[serde(default)]
    token: Headers,
    #[serde(default)]
    logout: Calls,
    #[serde(default)]
    rejected: Vec<u16>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected \"basic\", \"bearer\", or { header = …, value = … }")]
enum AuthText {
    Named(AuthName),
    Header { header: String, value: Template },
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AuthName {
    Basic,
    Bearer,
}

/// A way of logging in.
pub(super) struct Way {
    pub name: String,
    pub takes_token: bool,
    pub kind: WayKind,
}

pub(super) enum WayKind {
    /// HTTP Basic with every request.
    Basic,
    /// These headers with every request.
    Headers(Headers),
    /// A session.
    Session(Box<SessionWay>),
}

pub(super) struct SessionWay {
    pub open: Call,
    /// The request that opens it carries HTTP Basic.
    pub basic: bool,
    /// The headers of every request from then on.
    pub token: Headers,
    pub close: Option<Call>,
    /// The statuses that say that the session is dead.
    pub rejected: Vec<u16>,
}

impl Login {
    fn way(self, name: Option<String>) -> Way {
        let token = |names: &[String]| names.iter().any(|name| name == "token");
        let (takes_token, kind) = match self.request {
            Some(line) => {
                let open = Call::new(line, self.json, self.form, self.headers);
                let rejected = if self.rejected.is_empty() { vec![401] } else { self.rejected };
                let close = self.logout.0.into_iter().next();
                let way = SessionWay { basic: self.basic, token: self.token, close, rejected, open };
                (token(&way.open.names()), WayKind::Session(Box::new(way)))
            }
            None if self.basic => (false, WayKind::Basic),
            None => (
                self.token.values().any(|value| value.names().any(|name| name == "token")),
                WayKind::Headers(self.token),
            ),
        };
        let other = if takes_token { "token" } else { "password" };
        Way { name: name.unwrap_or_else(|| other.to_owned()), takes_token, kind }
    }
}

impl AuthText {
    fn way(self) -> Result<Way, String> {
        let (header, value) = match self {
            AuthText::Named(AuthName::Basic) => {
                return Ok(Way { name: "basic".to_owned(), takes_token: false, kind: WayKind::Basic });
            }
            AuthText::Named(AuthName::Bearer) => {
                ("authorization".to_owned(), Template::try_from("Bearer {token}".to_owned())?)
            }
            AuthText::Header { header, value } => (header, value),
        };
        let headers = Headers::from([(header.try_into()?, value)]);
        Ok(Way { name: "token".to_owned(), takes_token: true, kind: WayKind::Headers(headers) })
    }
}

impl Description {
    /// Reads a description, and what is wrong with it.
    pub fn read(table: Spanned<DeTable<'_>>, text: &str) -> (Option<Description>, Vec<Mistake>) {
        let top = table.get_ref().clone();
        let place = |key: &str| top.get(key).map_or(table.span().start, |value| value.span().start);
        let (description, mut mistakes) = reader::read::<Description>(table.clone());
        let Some(mut description) = description else { return (None, mistakes) };
        let mut wrong = |key: &str, what: String| mistakes.push((place(key), Error::config(what)));
        if top.get("task").is_none() {
            wrong("task", "there is no `task`: add a line like task = \"GET /tasks/{id}\"".to_owned());
        }
        if top.get("state").is_none() && description.rules.is_empty() {
            wrong("state", "there is no `state`: add a line like state = \"/state\"".to_owned());
        }
        if description.list.is_some() && description.id.is_empty() {
            wrong("list", "a list needs `id`: where each of its tasks has its id".to_owned());
        }
        for (ours, words) in &description.states {
            for word in words.iter().map(ToString::to_string) {
                let known = description.words.iter().find(|(known, _)| fold(known) == fold(&word));
                match known.filter(|(_, state)| *state != ours.state()) {
                    Some((_, state)) => {
                        wrong("states", format!("{word:?} is {} and {}", state.word(), ours.state().word()))
                    }
                    None => description.words.push((word, ours.state())),
                }
            }
        }
        for rule in &mut description.rules {
            rule.line = reader::line_of(text, rule.state.span().start);
        }
        let own: Vec<&str> = description.settings.keys().map(String::as_str).collect();
        let parts: Vec<&str> = description.id_parts.keys().map(String::as_str).collect();
        let mut check = |key: &str, used: Vec<String>, known: &[&[&str]]| {
            let known = [known, &[&own]].concat().concat();
            for name in used.iter().filter(|name| !known.contains(&name.as_str())) {
                let known: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
                let known = if known.is_empty() {
                    "none is known".to_owned()
                } else {
                    format!("known are {}", known.join(" "))
                };
                wrong(key, format!("nothing fills {{{name}}} here; {known}"));
            }
        };
        let of = |headers: &Headers| {
            headers.values().flat_map(Template::names).map(str::to_owned).collect::<Vec<_>>()
        };
        check("headers", of(&description.headers), &[]);
        for (key, calls) in [("task", &description.task), ("cancel", &description.cancel)] {
            check(key, calls.iter().flat_map(Call::names).collect(), &[&["id"], &parts]);
        }
        if let Some(list) = &description.list {
            check("list", list.call().names(), &[&["limit", "offset", "page"]]);
            check("list", list.filter.names(), &[&["state"]]);
        }
        if let Some(batch) = &description.batch {
            check("batch", batch.call().names(), &[&["ids"]]);
        }
        if let Some(version) = &description.version {
            check("version", version.call().names(), &[]);
        }
        let mut logins: Vec<_> = std::mem::take(&mut description.logins).into_iter().collect();
        logins.sort_by_key(|(_, login)| login.span().start);
        let login = description.login.take().map(|login| login.way(None));
        let named = logins.into_iter().map(|(name, login)| login.into_inner().way(Some(name)));
        let mut ways: Vec<Way> = login.into_iter().chain(named).collect();
        let secrets = ["username", "password", "token"];
        for way in &ways {
            let key = if top.get("login").is_some() { "login" } else { "logins" };
            match &way.kind {
                WayKind::Session(session) => {
                    check(key, session.open.names(), &[&secrets]);
                    let later =
                        of(&session.token).into_iter().chain(session.close.iter().flat_map(Call::names));
                    check(key, later.collect(), &[&["/"]]);
                }
                WayKind::Headers(headers) => check(key, of(headers), &[&secrets]),
                WayKind::Basic => {}
            }
        }
        match description.auth.take().map(AuthText::way) {
            Some(Ok(way)) => ways.push(way),
            Some(Err(reason)) => wrong("auth", reason),
            None if ways.is_empty() => ways.extend(AuthText::Named(AuthName::Basic).way()),
            None => {}
        }
        description.ways = ways;
        (Some(description), mistakes)
    }
}
