//! The configuration file: where it is, what is wrong in it, which profile a request means.
//!
//! `keys` is the table of what can be set; `value` reads one value, `values` keeps them with their sources; `read` makes
//! profiles of a file's text, `select` finds the one that is meant, `profile` decides each of its values, `template` is
//! the file that `config init` writes.
//!
//! A file is read whole; every mistake is kept as a [`Problem`] with its line and column. A mistake in one profile does
//! not keep another from being used. Secrets are named here and obtained in [`mod@crate::resolve::credentials`]; nothing here
//! connects, and nothing prints.

mod keys;
mod profile;
mod read;
mod select;
mod template;
mod value;
mod values;

use std::io;
use std::path::{Path, PathBuf};

use url::Url;
use zeroize::Zeroizing;

use crate::api::{BACKENDS, Descriptor};
use crate::error::{Error, Kind};
use crate::util::env::Env;
use crate::util::files;
use keys::Backends;
pub use keys::variables;
pub use profile::{Defaults, Profile, ShownValue};
pub use read::ProfileEntry;
pub use select::{Overrides, ProfileSelection};
pub use template::init_template;
use value::PathBase;
pub use value::{FilePath, SecretSource};
pub use values::Source;

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

/// The file as it was read, or nothing where there is none.
#[derive(Clone, Debug)]
pub struct Config {
    location: Option<Location>,
    exists: bool,
    file: read::File,
    warnings: Vec<String>,
    backends: Backends,
}

impl Config {
    /// Where the file is: `--config` > `TASKCTL_CONFIG` > `taskctl/config.toml` in the platform's configuration
    /// directory. `None` only on a machine that has no such directory.
    pub fn path(flag: Option<&Path>, env: &Env) -> Option<Location> {
        let (path, origin) = match (flag, env.get("TASKCTL_CONFIG")) {
            (Some(path), _) => (path.to_path_buf(), Origin::Flag),
            (None, Some(path)) => (PathBuf::from(path), Origin::Env),
            (None, None) => {
                (files::config_directory(env)?.join("taskctl").join("config.toml"), Origin::Platform)
            }
        };
        Some(Location { path, origin })
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
            Err(error) => return Err(unreadable(&location, &error)),
        };
        let text = str::from_utf8(&bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Error::config(format!("{}:{line}: this is not UTF-8 text", path.display()))
        })?;
        let mut config = Config::parse(text, &location, env)?;
        if let Some(line) = config.file.inline_secret
            && let Some(mode) = files::mode_readable_by_others(path)
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

    fn parse_with(text: &str, location: &Location, env: &Env, backends: Backends) -> Result<Config, Error> {
        let directory = location.path.parent().map(Path::to_path_buf).unwrap_or_default();
        let base = PathBase { home: files::home(env), directory };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = read::read(text, &base, backends).map_err(|problem| problem.error(&location.path))?;
        Ok(Config { location: Some(location.clone()), exists: true, file, warnings: Vec::new(), backends })
    }

    fn empty(location: Option<Location>) -> Config {
        let file = read::File::default();
        Config { location, exists: false, file, warnings: Vec::new(), backends: BACKENDS }
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
        &self.file.problems
    }

    /// The mistakes that spoil this.
    pub fn problems_of(&self, scope: &Scope) -> impl Iterator<Item = &Problem> {
        self.file.problems.iter().filter(move |problem| problem.scope == *scope)
    }

    /// What is no mistake and still not well: a secret in a file that others can read. Lines for the user.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The profiles, in the order of the file.
    pub fn profiles(&self) -> &[ProfileEntry] {
        &self.file.profiles
    }

    /// Whether `default_profile` names it.
    pub fn is_default(&self, profile: &ProfileEntry) -> bool {
        self.file.default_profile.as_ref() == Some(&profile.name)
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

fn unreadable(location: &Location, error: &io::Error) -> Error {
    let named = match location.origin {
        Origin::Flag => ", which --config names",
        Origin::Env => ", which TASKCTL_CONFIG names",
        Origin::Platform => "",
    };
    let message = format!("cannot read the configuration {}{named}", location.path.display());
    let failure = Error::config(message).cause(error.to_string());
    match error.kind() {
        io::ErrorKind::NotFound => failure.hint("`taskctl config init` writes a first one there"),
        _ => failure,
    }
}

/// Checks a profile's name for a backend, before it is written into a file.
///
/// # Errors
/// When references could not name the profile by it.
pub fn check_profile_name(name: &str, backend: Option<&Descriptor>) -> Result<(), Error> {
    keys::check_name(name, backend, BACKENDS).map_err(|invalid| invalid.into_error(Kind::Config))
}

/// Checks an address that a user typed, as a profile's `url` is checked.
///
/// # Errors
/// When it is no http or https address, holds a password, or goes on after the path.
pub fn check_url(label: &str, text: &str) -> Result<Url, Error> {
    value::parse_url(text).map_err(|invalid| invalid.about(label).into_error(Kind::Config))
}

#[cfg(test)]
mod tests;
