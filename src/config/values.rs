//! Values by key, each with where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;
use url::Url;

use super::keys::TRUST;
use super::value::{FilePath, Value};

/// Where a value came from. Its `Display` is what `config show` prints beside the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// This flag.
    Flag(String),
    /// This environment variable.
    Env(String),
    /// A line of the file, from 1, in this part of it.
    File(String, usize),
    /// The program's own, or the backend's.
    BuiltIn,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(name) | Source::Env(name) => f.write_str(name),
            Source::File(part, line) => write!(f, "{part}, line {line}"),
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

/// A line of `config show`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownValue {
    /// The key.
    pub key: String,
    /// The value, if there is one; secrets are starred.
    pub value: Option<String>,
    /// Where it came from; `not set` where there is none.
    pub source: String,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Values(BTreeMap<String, Sourced>);

impl Values {
    pub fn set(&mut self, key: &str, sourced: Sourced) {
        self.0.insert(key.to_owned(), sourced);
    }

    /// Takes over the values of keys that have none yet. What is set already about trust hides all of that in `others`:
    /// `--insecure` replaces the `ca_file` of a profile, `--ca-file` its `insecure`. Within one source `tls_pin` and
    /// `ca_file` may stand together: the pin is for the host of `url`, the file for another host that the profile names.
    pub fn fill_from(&mut self, others: Values) {
        let hides_trust = TRUST.iter().any(|key| self.is_set(key));
        for (key, sourced) in others.0 {
            if !(hides_trust && TRUST.contains(&key.as_str())) {
                self.0.entry(key).or_insert(sourced);
            }
        }
    }

    pub fn retain(&mut self, keep: impl Fn(&str, &Value) -> bool) {
        self.0.retain(|key, sourced| keep(key, &sourced.value));
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Sourced)> {
        self.0.iter().map(|(key, sourced)| (key.as_str(), sourced))
    }

    /// The addresses, each with its key and its source.
    pub fn urls(&self) -> impl Iterator<Item = (&str, &Url, &Source)> {
        self.iter().filter_map(|(key, sourced)| match &sourced.value {
            Value::Url(url) => Some((key, url, &sourced.source)),
            _ => None,
        })
    }

    /// Lines of `config show`, by key.
    pub fn show(&self, reveal: bool) -> impl Iterator<Item = ShownValue> {
        self.iter().map(move |(key, Sourced { value, source })| ShownValue {
            key: key.to_owned(),
            value: Some(value.show(reveal)),
            source: source.to_string(),
        })
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).map(|sourced| &sourced.value)
    }

    /// Whether a key has a value, and is no switch that is off.
    pub fn is_set(&self, key: &str) -> bool {
        self.get(key).is_some() && !self.is_off(key)
    }

    pub fn is_off(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value::Switch(false)))
    }

    pub fn is_on(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value::Switch(true)))
    }

    pub fn text(&self, key: &str) -> Option<String> {
        let Value::Text(text) = self.get(key)? else { return None };
        Some(text.clone())
    }

    pub fn url(&self, key: &str) -> Option<&Url> {
        let Value::Url(url) = self.get(key)? else { return None };
        Some(url)
    }

    pub fn path(&self, key: &str) -> Option<FilePath> {
        let Value::Path(path) = self.get(key)? else { return None };
        Some(path.clone())
    }

    pub fn duration(&self, key: &str) -> Option<Duration> {
        let Value::Duration(duration) = self.get(key)? else { return None };
        Some(*duration)
    }
}
