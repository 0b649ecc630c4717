//! Which profile a request means: `-p` > the reference's prefix > `TASKCTL_PROFILE` > an address given outside the
//! file > the only profile of that backend > `default_profile` if its backend fits.

use std::collections::BTreeMap;

use url::Url;

use super::profile::Profile;
use super::read::Entry;
use super::{Config, Scope, keys};
use crate::api::Descriptor;
use crate::error::Error;
use crate::util::env::Env;

/// What a request says about the profile it means.
#[derive(Clone, Debug, Default)]
pub struct Choice<'a> {
    /// The value of `-p`.
    pub profile: Option<&'a str>,
    /// What stands before the first `/` of a reference: a profile, or a backend's name or alias.
    pub prefix: Option<&'a str>,
    /// The backend that the command line names, if it names one.
    pub backend: Option<&'static Descriptor>,
    /// The address that an id has when it is a URL: only a profile there will do.
    pub at: Option<&'a Url>,
    /// Values of flags.
    pub overrides: Overrides,
}

/// Values that flags give to keys of a profile.
#[derive(Clone, Debug, Default)]
pub struct Overrides(BTreeMap<String, String>);

impl Overrides {
    /// Sets the key of a profile (`url`, `username`, `insecure`, `site`) to what the flag of that key was given;
    /// switches are `true` or `false`.
    pub fn set(&mut self, key: &str, text: impl Into<String>) {
        self.0.insert(key.to_owned(), text.into());
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// What was found: a profile of the file, or a backend for one that is made on the spot.
enum Found<'a> {
    Entry(&'a Entry),
    AdHoc(&'static Descriptor),
}

impl Config {
    /// The profile that a request means, every value decided.
    ///
    /// An address from `--url` or `TASKCTL_URL` beside a profile that was named replaces the profile's; if it is another
    /// host's, the profile's secrets, headers and trust settings are left behind ([`Profile::withheld`]). Beside no
    /// named profile it finds the profile at that address, or makes one that has no name but its backend's.
    ///
    /// # Errors
    /// Kind `Usage` or `Config`: nothing fits, several do, or what was found holds mistakes.
    pub fn choose(&self, request: &Choice<'_>, env: &Env) -> Result<Profile, Error> {
        self.check(&Scope::File)?;
        match self.find(request, env)? {
            Found::Entry(entry) => {
                self.check(&Scope::Profile(entry.name.clone()))?;
                let backend = entry
                    .backend
                    .ok_or_else(|| Error::config(format!("profile {} has no known backend", entry.name)))?;
                self.resolve(Some(entry), backend, &request.overrides, env)
            }
            Found::AdHoc(backend) => self.resolve(None, backend, &request.overrides, env),
        }
    }

    fn find(&self, request: &Choice<'_>, env: &Env) -> Result<Found<'_>, Error> {
        let outer = outer_url(request, env)?;
        let mut backend = request.backend;
        let mut prefixed = None;
        let mut backend_by_prefix = false;
        if let Some(prefix) = request.prefix {
            match (self.entry(prefix), keys::find_in(self.registry, prefix)) {
                (Some(entry), _) => prefixed = Some(entry),
                (None, Some(found)) => {
                    if let Some(asked) = backend.filter(|asked| asked.name != found.name) {
                        let message = format!("{prefix:?} is backend {}, not {}", found.name, asked.name);
                        return Err(Error::usage(message));
                    }
                    backend = Some(found);
                    backend_by_prefix = true;
                }
                (None, None) => return Err(self.unknown_prefix(prefix)),
            }
        }
        if let Some(name) = request.profile {
            let entry = self.entry(name).ok_or_else(|| self.unknown_profile("-p", name))?;
            self.fits(entry, backend.or(prefixed.and_then(|prefixed| prefixed.backend)), "-p")?;
            is_there(entry, request.at, outer.as_ref())?;
            return Ok(Found::Entry(entry));
        }
        if let Some(entry) = prefixed {
            self.fits(entry, backend, "the reference")?;
            is_there(entry, request.at, outer.as_ref())?;
            return Ok(Found::Entry(entry));
        }
        if let Some(name) = env.get("TASKCTL_PROFILE") {
            let entry = self.entry(name).ok_or_else(|| self.unknown_profile("TASKCTL_PROFILE", name))?;
            // What the reference itself says outranks the environment.
            let outranked = backend_by_prefix && self.fits(entry, backend, "").is_err()
                || request.at.is_some_and(|at| !entry.is_at(at));
            if !outranked {
                self.fits(entry, backend, "TASKCTL_PROFILE")?;
                return Ok(Found::Entry(entry));
            }
        }
        let fitting = |entry: &&Entry| {
            backend.is_none_or(|backend| entry.backend.is_some_and(|own| own.name == backend.name))
        };
        let mut candidates: Vec<&Entry> = self.content.entries.iter().filter(fitting).collect();
        if let Some(at) = request.at.or(outer.as_ref()) {
            candidates.retain(|entry| entry.is_at(at));
            let by_hand = outer.as_ref().is_some_and(|outer| outer.origin() == at.origin());
            match (candidates.is_empty(), by_hand, backend) {
                (false, _, _) => {}
                (true, true, Some(backend)) => return Ok(Found::AdHoc(backend)),
                (true, true, None) => {
                    return Err(Error::usage("an address alone does not say which backend it is")
                        .hint(format!("name one of {}", self.backend_names().join(", "))));
                }
                (true, false, _) => return Err(self.nothing_at(at, backend)),
            }
        }
        if let [only] = candidates.as_slice() {
            return Ok(Found::Entry(only));
        }
        if candidates.is_empty() {
            return Err(self.nothing_fits(backend));
        }
        self.check(&Scope::DefaultProfile)?;
        let default = self.default_profile();
        match candidates.iter().find(|entry| Some(entry.name.as_str()) == default) {
            Some(entry) => Ok(Found::Entry(entry)),
            None => {
                let names: Vec<&str> = candidates.iter().map(|entry| entry.name.as_str()).collect();
                let what = backend.map_or(String::new(), |backend| format!(" of backend {}", backend.name));
                Err(Error::usage(format!("several profiles{what} could be meant: {}", names.join(", ")))
                    .hint(format!("choose one with -p {}, or set `default_profile`", names[0])))
            }
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.content.entries.iter().find(|entry| entry.name == name)
    }

    fn backend_names(&self) -> Vec<&'static str> {
        self.registry.iter().map(|backend| backend.name).collect()
    }

    fn profile_names(&self) -> Vec<&str> {
        self.content.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    /// That a profile is of the backend that was asked for.
    fn fits(&self, entry: &Entry, backend: Option<&Descriptor>, who: &str) -> Result<(), Error> {
        let Some(asked) = backend else { return Ok(()) };
        let Some(own) = entry.backend else {
            return self.check(&Scope::Profile(entry.name.clone()));
        };
        if own.name == asked.name {
            return Ok(());
        }
        let fitting: Vec<&str> = self
            .content
            .entries
            .iter()
            .filter(|entry| entry.backend.is_some_and(|backend| backend.name == asked.name))
            .map(|entry| entry.name.as_str())
            .collect();
        let message =
            format!("{who} names {}, a profile of backend {}, not {}", entry.name, own.name, asked.name);
        Err(Error::usage(message).hint(match fitting.as_slice() {
            [] => format!("no profile is of backend {}", asked.name),
            names => format!("profiles of backend {}: {}", asked.name, names.join(", ")),
        }))
    }

    fn unknown_profile(&self, who: &str, name: &str) -> Error {
        let names = self.profile_names();
        let error = Error::config(format!("{who} names {name:?}, and there is no such profile"));
        match keys::nearest(name, names.iter().copied()) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None if names.is_empty() => error.hint(self.first_steps(None)),
            None => error.hint(format!("the profiles are {}", names.join(", "))),
        }
    }

    fn unknown_prefix(&self, prefix: &str) -> Error {
        let backends = self.backend_names();
        let aliases = self.registry.iter().flat_map(|backend| backend.aliases.iter().copied());
        let error = Error::usage(format!("{prefix:?} is neither a profile nor a backend"));
        let known = self.profile_names().into_iter().chain(backends.iter().copied()).chain(aliases);
        match keys::nearest(prefix, known) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None if self.content.entries.is_empty() => {
                error.hint(format!("the backends are {}", backends.join(", ")))
            }
            None => error.hint(format!(
                "the profiles are {}; the backends are {}",
                self.profile_names().join(", "),
                backends.join(", "),
            )),
        }
    }

    fn nothing_at(&self, at: &Url, backend: Option<&'static Descriptor>) -> Error {
        let what = backend.map_or(String::new(), |backend| format!(" of backend {}", backend.name));
        let error = Error::config(format!("no profile{what} is at {}", at.origin().ascii_serialization()));
        let elsewhere: Vec<String> = self
            .content
            .entries
            .iter()
            .filter_map(|entry| {
                Some(format!("{} is at {}", entry.name, entry.url()?.origin().ascii_serialization()))
            })
            .collect();
        // The address may come out of a server's answer: it must not become a profile by itself.
        let error = match elsewhere.as_slice() {
            [] => error,
            list => error.hint(list.join(", ")),
        };
        error.hint("add a profile with this address, or give the bare id with --url")
    }

    fn nothing_fits(&self, backend: Option<&'static Descriptor>) -> Error {
        let path = self.location.as_ref().map(|location| location.path.display().to_string());
        let error = match (backend, path) {
            (Some(backend), _) if !self.content.entries.is_empty() => {
                let others = self.profile_names().join(", ");
                let error = Error::config(format!("no profile is of backend {}", backend.name))
                    .hint(format!("the profiles are {others}"));
                let unclear = self.content.entries.iter().find(|entry| entry.backend.is_none());
                match unclear {
                    Some(entry) => error.hint(format!(
                        "profile {} names no known backend: `taskctl config validate` says more",
                        entry.name,
                    )),
                    None => error,
                }
            }
            (_, Some(path)) if self.exists => Error::config(format!("{path} holds no profile")),
            (_, Some(path)) => Error::config(format!("there is no configuration yet: {path} does not exist")),
            (_, None) => Error::config("there is no configuration, and no place for one"),
        };
        error.hint(self.first_steps(backend))
    }

    /// What to type next when there is nothing to go by.
    fn first_steps(&self, backend: Option<&'static Descriptor>) -> String {
        match backend.or_else(|| self.registry.first().copied()) {
            Some(backend) => format!(
                "type `taskctl config init`, or add --url {} --username {}",
                backend.example_url,
                backend.username.unwrap_or("USER"),
            ),
            None => "type `taskctl config init`".to_owned(),
        }
    }
}

/// The address given by flag or environment.
fn outer_url(request: &Choice<'_>, env: &Env) -> Result<Option<Url>, Error> {
    let given = match (request.overrides.get("url"), env.get("TASKCTL_URL")) {
        (Some(text), _) => Some(("--url", text)),
        (None, Some(text)) => Some(("TASKCTL_URL", text)),
        (None, None) => None,
    };
    given.map(|(label, text)| super::check_url(label, text)).transpose()
}

/// That a profile is at the address of an id that is a URL, by itself or by the address given from outside.
fn is_there(entry: &Entry, at: Option<&Url>, outer: Option<&Url>) -> Result<(), Error> {
    match (at, outer.or(entry.url())) {
        (Some(at), Some(own)) if own.origin() != at.origin() => Err(Error::usage(format!(
            "the id is at {}, and profile {} is at {}",
            at.origin().ascii_serialization(),
            entry.name,
            own.origin().ascii_serialization(),
        ))),
        _ => Ok(()),
    }
}
