//! From TOML text to profiles, each value with its place. Every mistake is collected as a [`Problem`].

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::keys::{self, Key};
use super::value::{PathBase, SecretSource, Value, about, did_you_mean, must_be};
use super::values::{Source, Sourced, Values};
use super::{Config, Problem, Scope};
use crate::api::Descriptor;
use crate::error::Error;
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

/// Reads a file's text into a configuration that is empty but for where it is from.
///
/// # Errors
/// A mistake of syntax, the only one that leaves nothing to work with.
pub(super) fn read(text: &str, path: &Path, base: &PathBase, config: Config) -> Result<Config, Error> {
    let mut reader = Reader { text, path, base, scope: Scope::File, config };
    let document = DeTable::parse(text).map_err(|error| {
        // Its own Display quotes the line, which may hold a password.
        let at = error.span().map_or(text.len(), |span| span.start);
        reader.located(at, Error::config(format!("this is not TOML: {}", error.message())))
    })?;
    reader.document(document.get_ref());
    let mut config = reader.config;
    config.problems.sort_by_key(|problem| problem.at);
    Ok(config)
}

/// A key of a table, its place, and its value.
type Entry<'t, 'i> = (&'t str, usize, &'t Spanned<DeValue<'i>>);

/// The entries of a table in the order of the file.
pub(super) fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<Entry<'t, 'i>> {
    let entry = |(key, value): (&'t Spanned<_>, _)| (AsRef::as_ref(key.get_ref()), key.span().start, value);
    let mut entries: Vec<Entry<'_, '_>> = table.iter().map(entry).collect();
    entries.sort_by_key(|(_, at, _)| *at);
    entries
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    base: &'a PathBase,
    /// What the mistakes that are found now spoil.
    scope: Scope,
    config: Config,
}

impl Reader<'_> {
    fn problem(&mut self, at: usize, error: Error) {
        let error = self.located(at, error);
        self.config.problems.push(Problem { scope: self.scope.clone(), at, error });
    }

    /// A mistake at a byte of the text, `path:line:column: message`. The column is in characters.
    fn located(&self, at: usize, error: Error) -> Error {
        let before = self.text.get(..at).unwrap_or(self.text);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let message = format!("{}:{}:{column}: {}", self.path.display(), self.line(at), error.message);
        Error { message, ..error }
    }

    /// The line of a byte of the text, from 1.
    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or(self.text).matches('\n').count() + 1
    }

    fn document(&mut self, document: &DeTable<'_>) {
        for (key, at, value) in in_order(document) {
            self.scope = Scope::File;
            match key {
                "default_profile" => match value.get_ref() {
                    DeValue::String(name) => self.config.default_profile = Some(name.to_string()),
                    other => {
                        self.problem(value.span().start, about("`default_profile`", must_be("text", other)))
                    }
                },
                "defaults" => {
                    if let Some(entries) = self.table(value, "`defaults`", "[defaults]") {
                        self.config.defaults = self.values(&entries, &keys::of_defaults());
                    }
                }
                "profiles" => {
                    for entry in self.table(value, "`profiles`", "[profiles.NAME]").into_iter().flatten() {
                        self.profile(entry);
                    }
                }
                // Each says by itself what is wrong with it: `described` reads them.
                "apis" => {}
                _ => {
                    let known = ["default_profile", "defaults", "profiles", "apis"];
                    self.unknown_key(key, at, "at the top of the file", &known);
                }
            }
        }
        let default = self.config.default_profile.clone();
        let unknown = default.and_then(|name| self.config.entry_named(&name, "`default_profile`").err());
        if let Some(mut error) = unknown {
            if self.config.profiles.is_empty() {
                // What to type first is no way out of this.
                error.hints.clear();
            }
            let at = document.get("default_profile").map_or(0, |value| value.span().start);
            self.scope = Scope::DefaultProfile;
            self.problem(at, error);
        }
    }

    fn profile(&mut self, (name, header, value): Entry<'_, '_>) {
        self.scope = Scope::Profile(name.to_owned());
        let example = format!("[profiles.{}]", super::template::key_text(name));
        let Some(mut entries) = self.table(value, &format!("profile {name:?}"), &example) else { return };
        let backend = self.backend(name, header, &entries);
        if let Err(error) = keys::check_name(name, backend, self.config.backends) {
            self.problem(header, error);
        }
        let keys = keys::of_profile(backend);
        entries.retain(|(key, at, _)| {
            *key != "backend"
                && (keys::find(&keys, key).is_some() || !self.is_foreign(name, backend, key, *at))
        });
        let values = self.values(&entries, &keys);
        for secret in keys::secrets_of(backend) {
            let sources = keys::of_secret(&secret);
            let is_source = |name: &str| keys::find(&sources, name).is_some();
            let mut sources = entries.iter().filter(|(key, ..)| is_source(key));
            let Some((first, at, _)) = sources.next() else { continue };
            let line = self.line(*at);
            for (other, at, _) in sources {
                let message =
                    format!("`{other}` is a second source for the {secret}: line {line} has `{first}`");
                self.problem(*at, Error::config(message).hint("keep exactly one of them"));
            }
        }
        let place = |name: &str| entries.iter().find(|(key, ..)| *key == name).map(|(_, at, _)| *at);
        // A key with a value that cannot be read is set, too.
        let is_set = |key: &str| place(key).is_some() && !values.is_off(key);
        for (key, error) in keys::conflicts(&values, is_set, |key, _| format!("`{key}`")) {
            self.problem(place(key).unwrap_or(header), error);
        }
        if place("url").is_none() {
            let example = backend.map_or("https://host.example.com", |backend| backend.example_url);
            let error = Error::config(format!("profile {name:?} has no `url`"));
            self.problem(header, error.hint(format!("add a line like url = \"{example}\"")));
        }
        let line = self.line(header);
        self.config.profiles.push(ProfileEntry { name: name.to_owned(), backend, line, values });
    }

    /// Reads the values of `[defaults]`, or of the profile that the scope names.
    fn values(&mut self, entries: &[Entry<'_, '_>], keys: &[Key]) -> Values {
        let (part, place, backend) = match &self.scope {
            Scope::Profile(name) => {
                (format!("profile {name}"), format!("in profile {name:?}"), Some("backend"))
            }
            Scope::File | Scope::DefaultProfile => {
                ("[defaults]".to_owned(), "in [defaults]".to_owned(), None)
            }
        };
        let mut values = Values::default();
        for (name, at, value) in entries {
            let Some(key) = keys::find(keys, name) else {
                let known: Vec<&str> = keys.iter().map(|key| key.name.as_str()).chain(backend).collect();
                self.unknown_key(name, *at, &place, &known);
                continue;
            };
            let line = self.line(*at);
            match key.kind.read(value.get_ref(), self.base) {
                Ok(value) => {
                    if matches!(value, Value::Secret(SecretSource::Inline(_))) {
                        self.config.inline_secret.get_or_insert(line);
                    }
                    values.set(name, Sourced { value, source: Source::File(part.clone(), line) });
                }
                Err(error) => self.problem(value.span().start, about(&format!("`{name}`"), error)),
            }
        }
        values
    }

    fn backend(
        &mut self,
        profile: &str,
        header: usize,
        entries: &[Entry<'_, '_>],
    ) -> Option<&'static Descriptor> {
        let backends = self.config.backends;
        let value = entries.iter().find(|(key, ..)| *key == "backend").map(|(_, _, value)| *value);
        let at = value.map_or(header, |value| value.span().start);
        let all = format!("the backends are {}", keys::backend_names(backends));
        let error = match value.map(Spanned::get_ref) {
            None => Error::config(format!("profile {profile:?} has no `backend`")).hint(all),
            Some(DeValue::String(text)) => match keys::backend_named(backends, text) {
                Some(backend) => return Some(backend),
                None => Error::config(format!("unknown backend {:?}", text.as_ref()))
                    .hint(did_you_mean(text, keys::backend_words(backends)).unwrap_or(all)),
            },
            Some(other) => about("`backend`", must_be("text", other)).hint(all),
        };
        self.problem(at, error);
        None
    }

    /// Whether a key is of other backends than this profile's; says so.
    fn is_foreign(&mut self, profile: &str, backend: Option<&Descriptor>, key: &str, at: usize) -> bool {
        let owners = keys::owners(self.config.backends, key);
        // Without a known backend it cannot be said whether the key is wrong.
        if let (Some(own), false) = (backend, owners.is_empty()) {
            let word = if owners.len() == 1 { "backend" } else { "backends" };
            let owners = owners.join(", ");
            let message = format!("`{key}` belongs to {word} {owners}, this profile is {}", own.name);
            self.problem(at, Error::config(message).hint(format!("take it out of [profiles.{profile}]")));
        }
        !owners.is_empty()
    }

    fn unknown_key(&mut self, name: &str, at: usize, place: &str, known: &[&str]) {
        let hint = if name == "backend" || keys::find(&keys::of_profile(None), name).is_some() {
            "it belongs under [profiles.NAME]".to_owned()
        } else if keys::find(&keys::of_defaults(), name).is_some() {
            "it belongs under [defaults]".to_owned()
        } else {
            match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            }
        };
        self.problem(at, Error::config(format!("unknown key `{name}` {place}")).hint(hint));
    }

    /// The entries of a table, which begins with this header in the file, or says that it is none.
    fn table<'t, 'i>(
        &mut self,
        value: &'t Spanned<DeValue<'i>>,
        label: &str,
        header: &str,
    ) -> Option<Vec<Entry<'t, 'i>>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(in_order(table));
        }
        let error = about(label, must_be("a table", value.get_ref()));
        self.problem(value.span().start, error.hint(format!("begin it with {header}")));
        None
    }
}
