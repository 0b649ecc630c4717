//! From TOML text to entries, each value with its place; every mistake is collected as a [`Problem`].

use std::collections::BTreeMap;
use std::ops::Range;

use ::http::HeaderMap;
use secrecy::SecretString;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Base, FAMILY, FilePath, Registry, SecretKind, SecretSource, Shape, Unfit, Value};
use super::{Problem, Scope, Source, Sourced};
use crate::api::Descriptor;

/// Values by key.
pub(super) type Values = BTreeMap<String, Sourced<Value>>;

/// One profile as the file has it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub name: String,
    pub backend: Option<&'static Descriptor>,
    pub values: Values,
    /// The line of its header.
    pub line: usize,
}

/// The whole file.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub default_profile: Option<Sourced<String>>,
    pub defaults: Values,
    /// In the order of the file.
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
    /// Lines that hold a secret itself.
    pub inline_secrets: Vec<usize>,
}

/// Reads a file's text. A mistake of syntax is the only one that leaves nothing to work with.
///
/// # Errors
/// The mistake of syntax.
pub(super) fn read(text: &str, base: &Base, registry: Registry) -> Result<Content, Problem> {
    let document = DeTable::parse(text).map_err(|error| {
        // Its own Display quotes the line, which may hold a password.
        let at = place(text, error.span().map_or(text.len(), |span| span.start));
        Problem {
            scope: Scope::File,
            line: at.0,
            column: at.1,
            message: format!("this is not TOML: {}", error.message()),
            hints: Vec::new(),
        }
    })?;
    let mut reader = Reader { text, base, registry, content: Content::default() };
    reader.document(document.get_ref());
    let mut content = reader.content;
    content.problems.sort_by_key(|problem| (problem.line, problem.column));
    Ok(content)
}

/// Line and column of a byte, both from 1, the column in characters.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// The entries of a table in the order of the file.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t str, Range<usize>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

fn a_kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

struct Reader<'a> {
    text: &'a str,
    base: &'a Base,
    registry: Registry,
    content: Content,
}

impl Reader<'_> {
    fn problem(&mut self, scope: &Scope, at: usize, message: impl Into<String>, hint: Option<String>) {
        let (line, column) = place(self.text, at);
        let hints = hint.into_iter().collect();
        self.content.problems.push(Problem {
            scope: scope.clone(),
            line,
            column,
            message: message.into(),
            hints,
        });
    }

    fn line(&self, at: usize) -> usize {
        place(self.text, at).0
    }

    fn document(&mut self, document: &DeTable<'_>) {
        const TOP: [&str; 3] = ["default_profile", "defaults", "profiles"];
        for (key, span, value) in in_order(document) {
            let at = value.span().start;
            match (key, value.get_ref()) {
                ("default_profile", DeValue::String(name)) => {
                    let source = Source::Top { line: self.line(span.start) };
                    self.content.default_profile = Some(Sourced { value: name.to_string(), source });
                }
                ("defaults", DeValue::Table(table)) => self.defaults(table),
                ("profiles", DeValue::Table(table)) => {
                    for (name, span, value) in in_order(table) {
                        self.profile(name, &span, value);
                    }
                }
                ("default_profile", other) => {
                    let message = format!("`default_profile` must be text, not {}", a_kind(other));
                    self.problem(&Scope::File, at, message, None);
                }
                ("defaults" | "profiles", other) => {
                    let message = format!("`{key}` must be a table, not {}", a_kind(other));
                    let example = if key == "defaults" { "[defaults]" } else { "[profiles.NAME]" };
                    self.problem(&Scope::File, at, message, Some(format!("begin it with {example}")));
                }
                (unknown, _) => {
                    let in_profile = keys::profile_keys(None).contains_key(unknown) || unknown == "backend";
                    let hint = match keys::nearest(unknown, TOP) {
                        _ if in_profile => "it belongs under [profiles.NAME]".to_owned(),
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("known here: {}", TOP.join(", ")),
                    };
                    let message = format!("unknown key `{unknown}` at the top of the file");
                    self.problem(&Scope::File, span.start, message, Some(hint));
                }
            }
        }
        let Some(default) = self.content.default_profile.clone() else { return };
        let names: Vec<&str> = self.content.entries.iter().map(|entry| entry.name.as_str()).collect();
        if !names.contains(&default.value.as_str()) {
            let hint = match keys::nearest(&default.value, names.iter().copied()) {
                Some(near) => Some(format!("did you mean {near:?}?")),
                None if names.is_empty() => None,
                None => Some(format!("the profiles are {}", names.join(", "))),
            };
            let at = document.get("default_profile").map_or(0, |value| value.span().start);
            let message =
                format!("`default_profile` names {:?}, and there is no such profile", default.value);
            self.problem(&Scope::DefaultProfile, at, message, hint);
        }
    }

    fn defaults(&mut self, table: &DeTable<'_>) {
        let scope = Scope::File;
        for (key, span, value) in in_order(table) {
            let Some((_, shape)) = keys::DEFAULTS.iter().find(|(name, _)| *name == key) else {
                let known: Vec<&str> = keys::DEFAULTS.iter().map(|(name, _)| *name).collect();
                let hint = if keys::profile_keys(None).contains_key(key) || key == "backend" {
                    "it belongs under [profiles.NAME]".to_owned()
                } else {
                    did_you_mean(key, &known)
                };
                self.problem(&scope, span.start, format!("unknown key `{key}` in [defaults]"), Some(hint));
                continue;
            };
            let source = Source::Defaults { line: self.line(span.start) };
            if let Some(value) = self.value(&scope, key, *shape, value) {
                self.content.defaults.insert(key.to_owned(), Sourced { value, source });
            }
        }
    }

    fn profile(&mut self, name: &str, span: &Range<usize>, value: &Spanned<DeValue<'_>>) {
        let scope = Scope::Profile(name.to_owned());
        let line = self.line(span.start);
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("profile {name:?} must be a table, not {}", a_kind(value.get_ref()));
            let hint = format!("begin it with [profiles.{}]", super::template::key_text(name));
            self.problem(&scope, value.span().start, message, Some(hint));
            return;
        };
        let backend = self.backend(&scope, name, span.start, table);
        if let Err(unfit) = keys::check_name(name, backend, self.registry) {
            self.problem(&scope, span.start, unfit.message, unfit.hint);
        }
        let known = keys::profile_keys(backend);
        let mut values = Values::new();
        let mut starts: BTreeMap<String, usize> = BTreeMap::new();
        for (key, span, value) in in_order(table) {
            if key == "backend" {
                continue;
            }
            let Some(shape) = known.get(key) else {
                self.unknown(&scope, name, backend, key, span.start, known.keys());
                continue;
            };
            starts.insert(key.to_owned(), span.start);
            let line = self.line(span.start);
            if let Some(value) = self.value(&scope, key, *shape, value) {
                if matches!(value, Value::Secret(SecretSource::Inline(_))) {
                    self.content.inline_secrets.push(line);
                }
                let source = Source::Profile { name: name.to_owned(), line };
                values.insert(key.to_owned(), Sourced { value, source });
            }
        }
        self.together(&scope, name, span.start, backend, &values, &starts);
        self.content.entries.push(Entry { name: name.to_owned(), backend, values, line });
    }

    fn backend(
        &mut self,
        scope: &Scope,
        name: &str,
        header: usize,
        table: &DeTable<'_>,
    ) -> Option<&'static Descriptor> {
        let names: Vec<&str> = self.registry.iter().map(|backend| backend.name).collect();
        let one_of = || Some(format!("the backends are {}", names.join(", ")));
        let Some(value) = table.get("backend") else {
            self.problem(scope, header, format!("profile {name:?} has no `backend`"), one_of());
            return None;
        };
        let at = value.span().start;
        let DeValue::String(text) = value.get_ref() else {
            let message = format!("`backend` must be text, not {}", a_kind(value.get_ref()));
            self.problem(scope, at, message, one_of());
            return None;
        };
        let found = keys::find_in(self.registry, text);
        if found.is_none() {
            let aliases = self.registry.iter().flat_map(|backend| backend.aliases.iter().copied());
            let hint = match keys::nearest(text, names.iter().copied().chain(aliases)) {
                Some(near) => Some(format!("did you mean {near:?}?")),
                None => one_of(),
            };
            self.problem(scope, at, format!("unknown backend {:?}", text.as_ref()), hint);
        }
        found
    }

    fn unknown<'k>(
        &mut self,
        scope: &Scope,
        profile: &str,
        backend: Option<&'static Descriptor>,
        key: &str,
        at: usize,
        known: impl Iterator<Item = &'k String>,
    ) {
        let owners = keys::owners(self.registry, key, backend);
        match backend {
            // Of a profile without a known backend nobody can say whether the key is right.
            None if !owners.is_empty() => {}
            Some(own) if !owners.is_empty() => {
                let word = if owners.len() == 1 { "backend" } else { "backends" };
                let message =
                    format!("`{key}` belongs to {word} {}, this profile is {}", owners.join(", "), own.name);
                self.problem(scope, at, message, Some(format!("take it out of [profiles.{profile}]")));
            }
            _ => {
                let known: Vec<&str> = known.map(String::as_str).chain(["backend"]).collect();
                let hint = if keys::DEFAULTS.iter().any(|(name, _)| *name == key) {
                    "it belongs under [defaults]".to_owned()
                } else {
                    did_you_mean(key, &known)
                };
                self.problem(scope, at, format!("unknown key `{key}` in profile {profile:?}"), Some(hint));
            }
        }
    }

    /// What can only be judged with several keys at hand.
    fn together(
        &mut self,
        scope: &Scope,
        profile: &str,
        header: usize,
        backend: Option<&'static Descriptor>,
        values: &Values,
        starts: &BTreeMap<String, usize>,
    ) {
        let families = backend.map_or_else(|| vec!["password".to_owned()], keys::families);
        for family in families {
            let mut given: Vec<(usize, String)> = FAMILY
                .iter()
                .map(|(suffix, _)| format!("{family}{suffix}"))
                .filter_map(|key| Some((*starts.get(&key)?, key)))
                .collect();
            given.sort();
            let [first, others @ ..] = given.as_slice() else { continue };
            for other in others {
                let message = format!(
                    "`{}` is a second source for the {family}: line {} has `{}`",
                    other.1,
                    self.line(first.0),
                    first.1,
                );
                self.problem(scope, other.0, message, Some("keep exactly one of them".to_owned()));
            }
        }
        match (starts.get("client_cert"), starts.get("client_key")) {
            (Some(at), None) => {
                self.problem(scope, *at, "`client_cert` needs `client_key` beside it", None);
            }
            (None, Some(at)) => {
                self.problem(scope, *at, "`client_key` needs `client_cert` beside it", None);
            }
            _ => {}
        }
        let given =
            |key: &str| values.get(key).is_some_and(|sourced| !matches!(sourced.value, Value::Switch(false)));
        if let Some(other) = keys::contradiction(given) {
            let at = starts.get("insecure").copied().unwrap_or(header);
            let hint = Some(keys::CONTRADICTION_HINT.to_owned());
            self.problem(scope, at, keys::contradiction_text(other), hint);
        }
        let Some(at) = starts.get("url") else {
            let example = backend.map_or("https://host.example.com", |backend| backend.example_url);
            let hint = Some(format!("add a line like url = \"{example}\""));
            self.problem(scope, header, format!("profile {profile:?} has no `url`"), hint);
            return;
        };
        let allowed = matches!(values.get("allow_http"), Some(Sourced { value: Value::Switch(true), .. }));
        let plain: Vec<&String> = values
            .iter()
            .filter(|(_, sourced)| matches!(&sourced.value, Value::Url(url) if super::is_open(url)))
            .map(|(key, _)| key)
            .collect();
        for key in plain {
            if !allowed {
                let at = starts.get(key).unwrap_or(at);
                self.problem(
                    scope,
                    *at,
                    format!("`{key}` {}", super::OPEN),
                    Some(super::OPEN_HINT.to_owned()),
                );
            }
        }
    }

    /// Reads one value, or says what is wrong with it. A secret is never repeated.
    fn value(
        &mut self,
        scope: &Scope,
        key: &str,
        shape: Shape,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Value> {
        let at = value.span().start;
        match read_value(shape, value.get_ref(), self.base) {
            Ok(value) => Some(value),
            Err(unfit) => {
                self.problem(scope, at, unfit.about(&format!("`{key}`")), unfit.hint);
                None
            }
        }
    }
}

fn did_you_mean(key: &str, known: &[&str]) -> String {
    match keys::nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    }
}

fn must_be(what: &str, value: &DeValue<'_>) -> Unfit {
    Unfit::new(format!("must be {what}, not {}", a_kind(value)))
}

fn read_value(shape: Shape, value: &DeValue<'_>, base: &Base) -> Result<Value, Unfit> {
    match (shape, value) {
        (Shape::Secret(kind), value) => read_secret(kind, value, base).map(Value::Secret),
        (Shape::Switch, DeValue::Boolean(on)) => Ok(Value::Switch(*on)),
        (Shape::Switch, other) => Err(must_be("true or false", other)),
        (Shape::Count, DeValue::Integer(number)) if number.radix() == 10 => {
            keys::read_text(shape, number.as_str(), base)
        }
        (Shape::Count, other) => Err(must_be("a whole number above 0", other)),
        (Shape::Duration | Shape::Limit, DeValue::Integer(number)) if number.radix() == 10 => {
            keys::read_text(shape, number.as_str(), base)
        }
        (Shape::Duration | Shape::Limit, DeValue::String(text)) => keys::read_text(shape, text, base),
        (Shape::Duration | Shape::Limit, other) => Err(must_be("a duration like \"5s\" or \"1h30m\"", other)),
        (Shape::Headers, DeValue::Table(table)) => read_headers(table).map(Value::Headers),
        (Shape::Headers, other) => Err(must_be("a table like { X-Name = \"value\" }", other)),
        (_, DeValue::String(text)) => keys::read_text(shape, text, base),
        (Shape::OneOf(words), other) => Err(must_be(&format!("one of {}", words.join(", ")), other)),
        (_, other) => Err(must_be("text", other)),
    }
}

fn read_headers(table: &DeTable<'_>) -> Result<HeaderMap, Unfit> {
    let mut headers = HeaderMap::new();
    for (name, _, value) in in_order(table) {
        let DeValue::String(text) = value.get_ref() else {
            return Err(Unfit::new(format!("must hold text, and {name:?} is {}", a_kind(value.get_ref()))));
        };
        let (name, value) = keys::read_header(name, text)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn read_secret(kind: SecretKind, value: &DeValue<'_>, base: &Base) -> Result<SecretSource, Unfit> {
    match (kind, value) {
        (SecretKind::Prompt, DeValue::Boolean(true)) => Ok(SecretSource::Prompt),
        (SecretKind::Prompt, DeValue::Boolean(false)) => {
            Err(Unfit::new("can only be true").hint("leave it out, and name another source"))
        }
        (SecretKind::Prompt, other) => Err(must_be("true", other)),
        (SecretKind::Command, DeValue::Array(items)) => {
            let argv: Option<Vec<String>> =
                items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
            match argv {
                Some(argv) if argv.first().is_some_and(|program| !program.is_empty()) => {
                    Ok(SecretSource::Command(argv))
                }
                Some(_) => Err(Unfit::new("names no program").hint(COMMAND)),
                None => Err(Unfit::new("must hold text only").hint(COMMAND)),
            }
        }
        (SecretKind::Command, other) => Err(must_be("a list of text", other).hint(COMMAND)),
        (_, DeValue::String(text)) if text.is_empty() => Err(Unfit::new("is empty")),
        (SecretKind::Inline, DeValue::String(text)) => {
            Ok(SecretSource::Inline(SecretString::from(text.as_ref())))
        }
        (SecretKind::File, DeValue::String(text)) => Ok(SecretSource::File(FilePath::new(text, base))),
        (SecretKind::Env, DeValue::String(text)) if text.contains(['=', '$', '\0']) => {
            Err(Unfit::new("must be the bare name of an environment variable"))
        }
        (SecretKind::Env, DeValue::String(text)) => Ok(SecretSource::Env(text.to_string())),
        (_, other) => Err(must_be("text", other)),
    }
}

const COMMAND: &str =
    "write the program and its arguments, such as [\"pass\", \"show\", \"entry\"]; no shell is used";
