//! The configuration file: where it is, what is wrong in it, which profile a request means.
//!
//! A file is read whole; every mistake is kept as a [`Problem`] with its line and column. A mistake in one profile does
//! not keep another from being used. Secrets are named here and obtained in [`mod@crate::resolve::credentials`]; nothing here
//! connects, and nothing prints.

mod choose;
mod keys;
mod profile;
mod read;
mod template;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use url::Url;
use zeroize::Zeroizing;

use crate::api::{BACKENDS, Descriptor};
use crate::error::Error;
use crate::util::env::Env;
use crate::util::files;
pub use choose::{Choice, Overrides};
pub use keys::{Base, COLORS, FilePath, OUTPUTS, PROGRESS, SecretSource, nearest};
use keys::{Registry, Unfit, Value};
pub use profile::{Defaults, Profile, Shown, variables};
use read::{Content, Entry};
pub use template::init_template;

/// What is wrong with an address that sends a secret in the clear.
const OPEN: &str = "is http://, which anyone on the way can read";
const OPEN_HINT: &str = "use https://, or set allow_http = true in the profile";

/// Where a value came from. Its `Display` is what `config show` prints beside the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// This flag.
    Flag(String),
    /// This environment variable.
    Env(String),
    /// A line of a profile.
    Profile {
        /// The profile.
        name: String,
        /// The line in the file, from 1.
        line: usize,
    },
    /// A line of `[defaults]`.
    Defaults {
        /// The line in the file, from 1.
        line: usize,
    },
    /// A line before the first table.
    Top {
        /// The line in the file, from 1.
        line: usize,
    },
    /// What the program or the backend has of its own.
    BuiltIn,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(flag) => f.write_str(flag),
            Source::Env(name) => f.write_str(name),
            Source::Profile { name, line } => write!(f, "profile {name}, line {line}"),
            Source::Defaults { line } => write!(f, "[defaults], line {line}"),
            Source::Top { line } => write!(f, "line {line}"),
            Source::BuiltIn => f.write_str("built in"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

/// What a problem spoils.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    File,
    /// What would fall to the default profile.
    DefaultProfile,
    /// This profile.
    Profile(String),
}

/// A mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it spoils.
    pub scope: Scope,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1, in characters.
    pub column: usize,
    /// One line, without the place. No secret is in it.
    pub message: String,
    /// What the user can do.
    pub hints: Vec<String>,
}

impl Problem {
    /// The error that this mistake is, `path:line:column: message`.
    pub fn error(&self, path: &Path) -> Error {
        let Problem { line, column, message, .. } = self;
        let mut error = Error::config(format!("{}:{line}:{column}: {message}", path.display()));
        error.hints.clone_from(&self.hints);
        error
    }
}

/// How the file's path was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `--config`.
    Flag,
    /// `TASKCTL_CONFIG`.
    Env,
    /// The platform's configuration directory. Only here the file may be missing.
    Platform,
}

/// Where the file is, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Its path.
    pub path: PathBuf,
    /// How that was found.
    pub origin: Origin,
}

/// A profile in a list.
#[derive(Clone, Debug)]
pub struct Summary<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its backend, if it names a known one.
    pub backend: Option<&'static Descriptor>,
    /// Its address, if it has a good one.
    pub url: Option<&'a Url>,
    /// The line of its header.
    pub line: usize,
    /// Whether `default_profile` names it.
    pub is_default: bool,
    /// How many mistakes it holds.
    pub problems: usize,
}

/// The file as it was read, or nothing where there is none.
#[derive(Clone, Debug)]
pub struct Config {
    location: Option<Location>,
    exists: bool,
    content: Content,
    warnings: Vec<String>,
    registry: Registry,
}

impl Config {
    /// Where the file is: `--config` > `TASKCTL_CONFIG` > `taskctl/config.toml` in the platform's configuration
    /// directory. `None` only on a machine that has no such directory.
    pub fn path(flag: Option<&Path>, env: &Env) -> Option<Location> {
        if let Some(path) = flag {
            return Some(Location { path: path.to_path_buf(), origin: Origin::Flag });
        }
        if let Some(path) = env.get("TASKCTL_CONFIG") {
            return Some(Location { path: PathBuf::from(path), origin: Origin::Env });
        }
        let path = files::config_directory(env)?.join("taskctl").join("config.toml");
        Some(Location { path, origin: Origin::Platform })
    }

    /// Reads the file. A missing one is an empty configuration, unless its path was named.
    ///
    /// # Errors
    /// When a named file is missing, when it cannot be read, and when it is not TOML. Other mistakes are
    /// [`Config::problems`].
    pub fn load(location: Option<Location>, env: &Env) -> Result<Config, Error> {
        let Some(location) = location else { return Ok(Config::empty(None)) };
        let path = &location.path;
        let bytes = match std::fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound && location.origin == Origin::Platform => {
                return Ok(Config::empty(Some(location)));
            }
            Err(error) => {
                let named = match location.origin {
                    Origin::Flag => ", which --config names",
                    Origin::Env => ", which TASKCTL_CONFIG names",
                    Origin::Platform => "",
                };
                let message = format!("cannot read the configuration {}{named}", path.display());
                let failure = Error::config(message).cause(error.to_string());
                return Err(match error.kind() {
                    io::ErrorKind::NotFound => failure.hint("`taskctl config init` writes a first one there"),
                    _ => failure,
                });
            }
        };
        let text = str::from_utf8(&bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Error::config(format!("{}:{line}: this is not UTF-8 text", path.display()))
        })?;
        let mut config = Config::parse(text, &location, env)?;
        if let (Some(line), Some(mode)) =
            (config.content.inline_secrets.first(), files::mode_readable_by_others(path))
        {
            config.warnings.push(format!(
                "{} holds a secret (line {line}) and can be read by others (mode {mode:04o}): chmod 600 it, or name a \
                 password_file, password_env or password_command instead",
                path.display(),
            ));
        }
        Ok(config)
    }

    /// Reads a file's text; relative paths in it begin at the directory of `location`.
    ///
    /// # Errors
    /// When it is not TOML.
    pub fn parse(text: &str, location: &Location, env: &Env) -> Result<Config, Error> {
        Config::parse_with(text, location, env, BACKENDS)
    }

    fn parse_with(text: &str, location: &Location, env: &Env, registry: Registry) -> Result<Config, Error> {
        let base = Base { home: files::home(env), directory: keys::directory_of(&location.path) };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let content = read::read(text, &base, registry).map_err(|problem| problem.error(&location.path))?;
        Ok(Config { location: Some(location.clone()), exists: true, content, warnings: Vec::new(), registry })
    }

    fn empty(location: Option<Location>) -> Config {
        Config {
            location,
            exists: false,
            content: Content::default(),
            warnings: Vec::new(),
            registry: BACKENDS,
        }
    }

    /// Where the file is, or would be.
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    /// Whether there is a file.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// Every mistake in the file, in its order.
    pub fn problems(&self) -> &[Problem] {
        &self.content.problems
    }

    /// What is no mistake and still not well: a secret in a file that others can read. Lines for the user.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The profiles, in the order of the file.
    pub fn profiles(&self) -> impl Iterator<Item = Summary<'_>> {
        self.content.entries.iter().map(|entry| Summary {
            name: &entry.name,
            backend: entry.backend,
            url: entry.url(),
            line: entry.line,
            is_default: self.default_profile() == Some(entry.name.as_str()),
            problems: self.problems_of(&Scope::Profile(entry.name.clone())).count(),
        })
    }

    /// The name that `default_profile` has.
    pub fn default_profile(&self) -> Option<&str> {
        self.content.default_profile.as_ref().map(|sourced| sourced.value.as_str())
    }

    /// The profiles with the scheme, host and port of an address; default ports count as written.
    pub fn profiles_at(&self, url: &Url) -> Vec<(&str, &'static Descriptor)> {
        self.content
            .entries
            .iter()
            .filter(|entry| entry.is_at(url))
            .filter_map(|entry| Some((entry.name.as_str(), entry.backend?)))
            .collect()
    }

    fn problems_of(&self, scope: &Scope) -> impl Iterator<Item = &Problem> {
        self.content.problems.iter().filter(move |problem| problem.scope == *scope)
    }

    /// The error that the mistakes of a scope make together.
    fn check(&self, scope: &Scope) -> Result<(), Error> {
        let problems: Vec<&Problem> = self.problems_of(scope).collect();
        let [first, others @ ..] = problems.as_slice() else { return Ok(()) };
        let path = self.location.as_ref().map(|location| location.path.clone()).unwrap_or_default();
        let error = first.error(&path);
        Err(match others.len() {
            0 => error,
            1 => error.hint("one more mistake is there: `taskctl config validate` lists them"),
            count => {
                error.hint(format!("{count} more mistakes are there: `taskctl config validate` lists them"))
            }
        })
    }
}

impl Entry {
    fn url(&self) -> Option<&Url> {
        match &self.values.get("url")?.value {
            Value::Url(url) => Some(url),
            _ => None,
        }
    }

    /// Whether it is at the scheme, host and port of an address.
    fn is_at(&self, url: &Url) -> bool {
        self.url().is_some_and(|own| own.origin() == url.origin())
    }
}

/// Checks a profile's name for a backend, before it is written into a file.
///
/// # Errors
/// When references could not name the profile by it.
pub fn check_profile_name(name: &str, backend: Option<&Descriptor>) -> Result<(), Error> {
    keys::check_name(name, backend, BACKENDS).map_err(|unfit| unfit.config_error(None))
}

/// Checks an address that a user typed, as a profile's `url` is checked.
///
/// # Errors
/// When it is no http or https address, holds a password, or goes on after the path.
pub fn check_url(label: &str, text: &str) -> Result<Url, Error> {
    keys::read_url(text).map_err(|unfit| unfit.config_error(Some(label)))
}

impl Unfit {
    /// As a mistake outside a file; `label` is the flag or the variable.
    fn config_error(self, label: Option<&str>) -> Error {
        let mut error = Error::config(match label {
            Some(label) => self.about(label),
            None => self.message,
        });
        error.hints.extend(self.hint);
        error
    }
}

/// Whether an address sends secrets in the clear over a network.
fn is_open(url: &Url) -> bool {
    url.scheme() == "http" && !keys::is_loopback(url)
}

#[cfg(test)]
mod tests;
