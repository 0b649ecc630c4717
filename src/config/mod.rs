//! The configuration file: where it is, what is wrong in it, which profile a request means.
//!
//! `keys` is the table of what can be set; `value` reads one value, `values` keeps them with their sources; `read` makes
//! profiles of a file's text, `select` finds the one that is meant, `profile` decides each of its values, `template` is
//! the file that `config init` writes.
//!
//! A file is read whole; every mistake is kept as a [`Problem`] with its line and column. A mistake in one profile does
//! not keep another from being used. Secrets are named here and obtained in [`mod@crate::resolve::credentials`]; nothing here
//! connects, and nothing prints.

mod edit;
mod keys;
mod profile;
mod read;
mod select;
mod template;
mod value;
mod values;

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::api::BACKENDS;
use crate::error::Error;
use crate::util::env::Env;
use crate::util::files;
pub use edit::{EntryValue, with_profile, without_profile};
use keys::Backends;
pub use keys::{check_name, variables};
pub use profile::{Defaults, Profile};
pub use read::ProfileEntry;
pub use select::{Overrides, ProfileSelection};
pub use template::init_template;
use value::PathBase;
pub use value::{FilePath, SecretSource, check_url};
pub use values::ShownValue;
use values::Values;

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
#[derive(Clone, Debug)]
pub struct Problem {
    /// What it spoils.
    pub scope: Scope,
    /// What is wrong, behind `path:line:column:`, and what the user can do. No secret is in it.
    pub error: Error,
    /// The byte of the text where it stands.
    at: usize,
}

/// Where the file is, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Its path.
    pub path: PathBuf,
    /// The flag or variable that names it. None does so for the platform's own place, where alone it may be missing.
    pub named_by: Option<&'static str>,
}

/// The file as it was read, or nothing where there is none.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where the file is, or would be; `None` only on a machine that has no place for one.
    pub location: Option<Location>,
    /// Whether there is a file.
    pub exists: bool,
    /// Every mistake in the file, in its order.
    pub problems: Vec<Problem>,
    /// What is no mistake and still not well: a secret in a file that others can read. Lines for the user.
    pub warnings: Vec<String>,
    /// The profiles, in the order of the file.
    pub profiles: Vec<ProfileEntry>,
    default_profile: Option<String>,
    defaults: Values,
    /// The first line that holds a secret itself.
    inline_secret: Option<usize>,
    backends: Backends,
}

impl Config {
    /// Where the file is: `--config` > `TASKCTL_CONFIG` > `taskctl/config.toml` in the platform's configuration
    /// directory. `None` only on a machine that has no such directory.
    pub fn path(flag: Option<&Path>, env: &Env) -> Option<Location> {
        let (path, named_by) = match (flag, env.get("TASKCTL_CONFIG")) {
            (Some(path), _) => (path.to_path_buf(), Some("--config")),
            (None, Some(path)) => (PathBuf::from(path), Some("TASKCTL_CONFIG")),
            (None, None) => (files::config_directory(env)?.join("taskctl").join("config.toml"), None),
        };
        Some(Location { path, named_by })
    }

    /// Reads the file. A missing one is an empty configuration, unless its path was named.
    ///
    /// # Errors
    /// When a named file is missing, when it cannot be read, and when it is not TOML. Other mistakes are
    /// [`Config::problems`].
    pub fn load(location: Option<Location>, env: &Env) -> Result<Config, Error> {
        let Some(location) = location else { return Ok(Config::empty(None, BACKENDS)) };
        let path = &location.path;
        let bytes = match std::fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound && location.named_by.is_none() => {
                return Ok(Config::empty(Some(location), BACKENDS));
            }
            Err(error) => return Err(unreadable(&location, &error)),
        };
        let text = str::from_utf8(&bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Error::config(format!("{}:{line}: this is not UTF-8 text", path.display()))
        })?;
        let mut config = Config::parse(text, &location, env, BACKENDS)?;
        if let Some(line) = config.inline_secret
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
    pub fn parse(text: &str, location: &Location, env: &Env, backends: Backends) -> Result<Config, Error> {
        let base = PathBase::new(location.path.parent().unwrap_or(Path::new("")), env);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let config = Config { exists: true, ..Config::empty(Some(location.clone()), backends) };
        read::read(text, &location.path, &base, config)
    }

    fn empty(location: Option<Location>, backends: Backends) -> Config {
        Config { location, backends, ..Config::default() }
    }

    /// How many mistakes a profile holds.
    pub fn count_problems(&self, profile: &ProfileEntry) -> usize {
        self.problems_of(&Scope::Profile(profile.name.clone())).count()
    }

    /// That a profile holds no mistakes.
    ///
    /// # Errors
    /// The first mistake, and how many more there are.
    pub fn check_profile(&self, profile: &ProfileEntry) -> Result<(), Error> {
        self.check(&Scope::Profile(profile.name.clone()))
    }

    /// The mistakes that spoil this.
    fn problems_of(&self, scope: &Scope) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |problem| problem.scope == *scope)
    }

    /// Whether `default_profile` names it.
    pub fn is_default(&self, profile: &ProfileEntry) -> bool {
        self.default_profile.as_ref() == Some(&profile.name)
    }

    /// The error that the mistakes of a scope make together.
    fn check(&self, scope: &Scope) -> Result<(), Error> {
        let mut problems = self.problems_of(scope);
        let Some(Problem { error, .. }) = problems.next() else { return Ok(()) };
        let error = error.clone();
        Err(match problems.count() {
            0 => error,
            1 => error.hint("one more mistake is there: `taskctl config validate` lists them"),
            count => {
                error.hint(format!("{count} more mistakes are there: `taskctl config validate` lists them"))
            }
        })
    }
}

fn unreadable(location: &Location, error: &io::Error) -> Error {
    let named = location.named_by.map(|name| format!(", which {name} names")).unwrap_or_default();
    let message = format!("cannot read the configuration {}{named}", location.path.display());
    let failure = Error::config(message).cause(error.to_string());
    match error.kind() {
        io::ErrorKind::NotFound => failure.hint("`taskctl config init` writes a first one there"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests;
