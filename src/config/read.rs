//! From TOML text to profiles, each value with its place. Every mistake is collected as a [`Problem`].

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::keys::{self, Backends, Key};
use super::value::{self, Invalid, PathBase, SecretSource, Value, did_you_mean};
use super::values::{Source, Values};
use super::{Problem, Scope};
use crate::api::Descriptor;
use crate::util::text::nearest;

/// One profile as the file has it.
#[derive(Clone, Debug)]
pub struct ProfileEntry {
    /// Its name.
    pub name: String,
    /// Its backend, if it names a known one.
    pub backend: Option<&'static Descriptor>,
    /// The line of its header.
    pub line: usize,
    pub(super) values: Values,
}

impl ProfileEntry {
    /// Its address, if it has a valid one.
    pub fn url(&self) -> Option<&Url> {
        self.values.url("url")
    }

    /// Whether it is at the scheme, host and port of an address.
    pub(super) fn is_at(&self, url: &Url) -> bool {
        self.url().is_some_and(|own| own.origin() == url.origin())
    }
}

/// The whole file.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub default_profile: Option<String>,
    pub defaults: Values,
    /// In the order of the file.
    pub profiles: Vec<ProfileEntry>,
    pub problems: Vec<Problem>,
    /// The first line that holds a secret itself.
    pub inline_secret: Option<usize>,
}

/// Reads a file's text. A mistake of syntax is the only one that leaves nothing to work with.
///
/// # Errors
/// The mistake of syntax.
pub(super) fn read(text: &str, base: &PathBase, backends: Backends) -> Result<File, Problem> {
    let mut reader = Reader { text, base, backends, scope: Scope::File, file: File::default() };
    let document = DeTable::parse(text).map_err(|error| {
        // Its own Display quotes the line, which may hold a password.
        let at = error.span().map_or(text.len(), |span| span.start);
        reader.problem_at(at, Invalid::new(format!("this is not TOML: {}", error.message())))
    })?;
    reader.document(document.get_ref());
    let mut file = reader.file;
    file.problems.sort_by_key(|problem| (problem.line, problem.column));
    Ok(file)
}

/// The entries of a table in the order of the file, each with the place of its key.
pub(super) fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t str, usize, &'t Spanned<DeValue<'i>>)> {
    let entry = |(key, value): (&'t Spanned<_>, _)| (AsRef::as_ref(key.get_ref()), key.span().start, value);
    let mut entries: Vec<(&str, usize, _)> = table.iter().map(entry).collect();
    entries.sort_by_key(|(_, at, _)| *at);
    entries
}

struct Reader<'a> {
    text: &'a str,
    base: &'a PathBase,
    backends: Backends,
    /// What the mistakes that are found now spoil.
    scope: Scope,
    file: File,
}

impl Reader<'_> {
    fn problem(&mut self, at: usize, invalid: Invalid) {
        let problem = self.problem_at(at, invalid);
        self.file.problems.push(problem);
    }

    /// A mistake at a byte of the text; its column is in characters.
    fn problem_at(&self, at: usize, invalid: Invalid) -> Problem {
        let before = self.text.get(..at).unwrap_or(self.text);
        Problem {
            scope: self.scope.clone(),
            line: self.line(at),
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            message: invalid.message,
            hints: invalid.hint.into_iter().collect(),
        }
    }

    /// The line of a byte of the text, from 1.
    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or(self.text).matches('\n').count() + 1
    }

    fn document(&mut self, document: &DeTable<'_>) {
        for (key, at, value) in in_order(document) {
            self.scope = Scope::File;
            let value_at = value.span().start;
            match (key, value.get_ref()) {
                ("default_profile", DeValue::String(name)) => {
                    self.file.default_profile = Some(name.to_string());
                }
                ("default_profile", other) => {
                    self.problem(value_at, Invalid::not_text(other).about("`default_profile`"));
                }
                ("defaults", DeValue::Table(table)) => self.defaults(table),
                ("defaults", other) => {
                    self.problem(value_at, Invalid::not_a_table(other, "[defaults]").about("`defaults`"));
                }
                ("profiles", DeValue::Table(table)) => {
                    for (name, at, value) in in_order(table) {
                        self.profile(name, at, value);
                    }
                }
                ("profiles", other) => {
                    let invalid = Invalid::not_a_table(other, "[profiles.NAME]");
                    self.problem(value_at, invalid.about("`profiles`"));
                }
                _ => {
                    let known = ["default_profile", "defaults", "profiles"];
                    self.unknown_key(key, at, "at the top of the file", &known);
                }
            }
        }
        let Some(default) = &self.file.default_profile else { return };
        let names: Vec<&str> = self.file.profiles.iter().map(|entry| entry.name.as_str()).collect();
        if !names.contains(&default.as_str()) {
            let all = (!names.is_empty()).then(|| format!("the profiles are {}", names.join(", ")));
            let hint = did_you_mean(default, names).or(all);
            let message = format!("`default_profile` names {default:?}, and there is no such profile");
            let at = document.get("default_profile").map_or(0, |value| value.span().start);
            self.scope = Scope::DefaultProfile;
            self.problem(at, Invalid { message, hint });
        }
    }

    fn defaults(&mut self, table: &DeTable<'_>) {
        for (name, at, value) in in_order(table) {
            let Some(key) = keys::of_defaults().find(|key| key.name == name) else {
                let known: Vec<&str> = keys::of_defaults().map(|key| key.name.as_ref()).collect();
                self.unknown_key(name, at, "in [defaults]", &known);
                continue;
            };
            let source = Source::Defaults { line: self.line(at) };
            if let Some(value) = self.value(key, value) {
                self.file.defaults.set(name, value, source);
            }
        }
    }

    fn profile(&mut self, name: &str, header: usize, value: &Spanned<DeValue<'_>>) {
        self.scope = Scope::Profile(name.to_owned());
        let DeValue::Table(table) = value.get_ref() else {
            let header = format!("[profiles.{}]", super::template::key_text(name));
            let invalid = Invalid::not_a_table(value.get_ref(), &header);
            self.problem(value.span().start, invalid.about(&format!("profile {name:?}")));
            return;
        };
        let backend = self.backend(name, header, table);
        if let Err(invalid) = keys::check_name(name, backend, self.backends) {
            self.problem(header, invalid);
        }
        let keys = keys::of_profile(backend);
        let mut values = Values::default();
        let mut places = BTreeMap::new();
        for (key_name, at, value) in in_order(table) {
            if key_name == "backend" {
                continue;
            }
            let Some(key) = keys::find(&keys, key_name) else {
                self.unknown_profile_key(name, backend, key_name, at, &keys);
                continue;
            };
            places.insert(key_name, at);
            let line = self.line(at);
            let Some(value) = self.value(key, value) else { continue };
            if matches!(value, Value::Secret(SecretSource::Inline(_))) {
                self.file.inline_secret.get_or_insert(line);
            }
            values.set(key_name, value, Source::Profile { name: name.to_owned(), line });
        }
        self.combinations(backend, &values, &places);
        if !places.contains_key("url") {
            let example = backend.map_or("https://host.example.com", |backend| backend.example_url);
            let invalid = Invalid::new(format!("profile {name:?} has no `url`"));
            self.problem(header, invalid.hint(format!("add a line like url = \"{example}\"")));
        }
        let line = self.line(header);
        self.file.profiles.push(ProfileEntry { name: name.to_owned(), backend, line, values });
    }

    fn backend(&mut self, profile: &str, header: usize, table: &DeTable<'_>) -> Option<&'static Descriptor> {
        let names: Vec<&str> = self.backends.iter().map(|backend| backend.name).collect();
        let all = format!("the backends are {}", names.join(", "));
        let Some(value) = table.get("backend") else {
            self.problem(header, Invalid::new(format!("profile {profile:?} has no `backend`")).hint(all));
            return None;
        };
        let at = value.span().start;
        let DeValue::String(text) = value.get_ref() else {
            self.problem(at, Invalid::not_text(value.get_ref()).about("`backend`").hint(all));
            return None;
        };
        let found = keys::backend_named(self.backends, text);
        if found.is_none() {
            let aliases = self.backends.iter().flat_map(|backend| backend.aliases.iter().copied());
            let hint = did_you_mean(text, names.into_iter().chain(aliases)).unwrap_or(all);
            self.problem(at, Invalid::new(format!("unknown backend {:?}", text.as_ref())).hint(hint));
        }
        found
    }

    fn unknown_profile_key(
        &mut self,
        profile: &str,
        backend: Option<&Descriptor>,
        name: &str,
        at: usize,
        keys: &[Key],
    ) {
        let owners = keys::owners(self.backends, name);
        match backend {
            // Without a known backend it cannot be said whether the key is wrong.
            None if !owners.is_empty() => {}
            Some(own) if !owners.is_empty() => {
                let word = if owners.len() == 1 { "backend" } else { "backends" };
                let owners = owners.join(", ");
                let message = format!("`{name}` belongs to {word} {owners}, this profile is {}", own.name);
                self.problem(at, Invalid::new(message).hint(format!("take it out of [profiles.{profile}]")));
            }
            _ => {
                let known: Vec<&str> = keys.iter().map(|key| key.name.as_ref()).chain(["backend"]).collect();
                self.unknown_key(name, at, &format!("in profile {profile:?}"), &known);
            }
        }
    }

    fn unknown_key(&mut self, name: &str, at: usize, place: &str, known: &[&str]) {
        let hint = if name == "backend" || keys::find(&keys::of_profile(None), name).is_some() {
            "it belongs under [profiles.NAME]".to_owned()
        } else if keys::of_defaults().any(|key| key.name == name) {
            "it belongs under [defaults]".to_owned()
        } else {
            match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            }
        };
        self.problem(at, Invalid::new(format!("unknown key `{name}` {place}")).hint(hint));
    }

    /// What can only be judged with several keys at hand.
    fn combinations(
        &mut self,
        backend: Option<&Descriptor>,
        values: &Values,
        places: &BTreeMap<&str, usize>,
    ) {
        for secret in keys::secrets_of(backend) {
            let given = keys::of_secret(&secret).filter_map(|key| Some((*places.get(&*key.name)?, key.name)));
            let given: BTreeMap<usize, _> = given.collect();
            let Some((first_at, first)) = given.first_key_value() else { continue };
            let line = self.line(*first_at);
            for (at, other) in given.iter().skip(1) {
                let message =
                    format!("`{other}` is a second source for the {secret}: line {line} has `{first}`");
                self.problem(*at, Invalid::new(message).hint("keep exactly one of them"));
            }
        }
        let is_set = |key: &str| places.contains_key(key) && !values.is_off(key);
        let unprotected =
            values.unprotected_urls().map(|(key, _)| (key, value::unprotected(&format!("`{key}`"))));
        for (key, invalid) in keys::conflicts(is_set).into_iter().chain(unprotected) {
            self.problem(places.get(key).copied().unwrap_or_default(), invalid);
        }
    }

    /// Reads one value, or says what is wrong with it.
    fn value(&mut self, key: &Key, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        match key.kind.read(value.get_ref(), self.base) {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.problem(value.span().start, invalid.about(&format!("`{}`", key.name)));
                None
            }
        }
    }
}
