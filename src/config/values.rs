//! Values by key, each with where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use url::Url;

use super::profile::ShownValue;
use super::value::{FilePath, Value, is_unprotected};

/// Where a value came from. Its `Display` is what `config show` prints beside the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// This flag.
    Flag(String),
    /// This environment variable.
    Env(String),
    /// A line of a profile, from 1.
    #[expect(missing_docs, reason = "the names say it")]
    Profile { name: String, line: usize },
    /// A line of `[defaults]`, from 1.
    #[expect(missing_docs, reason = "the name says it")]
    Defaults { line: usize },
    /// The program's own, or the backend's.
    BuiltIn,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(flag) => f.write_str(flag),
            Source::Env(name) => f.write_str(name),
            Source::Profile { name, line } => write!(f, "profile {name}, line {line}"),
            Source::Defaults { line } => write!(f, "[defaults], line {line}"),
            Source::BuiltIn => f.write_str("built in"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Sourced {
    pub value: Value,
    pub source: Source,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Values(BTreeMap<String, Sourced>);

impl Values {
    pub fn set(&mut self, key: &str, value: Value, source: Source) {
        self.0.insert(key.to_owned(), Sourced { value, source });
    }

    /// Takes over the values of keys that have none yet.
    pub fn fill_from<'a>(&mut self, others: impl IntoIterator<Item = (&'a String, &'a Sourced)>) {
        for (key, sourced) in others {
            self.0.entry(key.clone()).or_insert_with(|| sourced.clone());
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&String, &Sourced)> {
        self.0.iter()
    }

    pub fn retain(&mut self, keep: impl Fn(&str, &Sourced) -> bool) {
        self.0.retain(|key, sourced| keep(key, sourced));
    }

    pub fn source(&self, key: &str) -> Option<&Source> {
        self.0.get(key).map(|sourced| &sourced.source)
    }

    /// Lines of `config show`, by key.
    pub fn show(&self, reveal: bool) -> impl Iterator<Item = ShownValue> {
        self.0.iter().map(move |(key, Sourced { value, source })| ShownValue {
            key: key.clone(),
            value: value.show(reveal),
            source: source.clone(),
        })
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).map(|sourced| &sourced.value)
    }

    pub fn text(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    pub fn url(&self, key: &str) -> Option<&Url> {
        match self.get(key)? {
            Value::Url(url) => Some(url),
            _ => None,
        }
    }

    pub fn path(&self, key: &str) -> Option<FilePath> {
        match self.get(key)? {
            Value::Path(path) => Some(path.clone()),
            _ => None,
        }
    }

    pub fn duration(&self, key: &str) -> Option<Duration> {
        match self.get(key)? {
            Value::Duration(duration) => Some(*duration),
            _ => None,
        }
    }

    pub fn is_on(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value::Switch(true)))
    }

    pub fn is_off(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value::Switch(false)))
    }

    /// The addresses that would send secrets in the clear, unless `allow_http` says that they may.
    pub fn unprotected_urls(&self) -> impl Iterator<Item = (&str, &Source)> {
        let unprotected = self.0.iter().filter(|(_, sourced)| match &sourced.value {
            Value::Url(url) => is_unprotected(url) && !self.is_on("allow_http"),
            _ => false,
        });
        unprotected.map(|(key, sourced)| (key.as_str(), &sourced.source))
    }
}
