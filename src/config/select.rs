//! Which profile a request means: `-p` > the reference's prefix > `TASKCTL_PROFILE` > an address given outside the
//! file > the only profile of that backend > `default_profile` if its backend fits.

use std::collections::BTreeMap;

use url::Url;

use super::profile::Profile;
use super::read::ProfileEntry;
use super::value::did_you_mean;
use super::{Config, Scope, keys};
use crate::api::Descriptor;
use crate::error::Error;
use crate::util::env::Env;

/// What a request says about the profile it means.
#[derive(Clone, Debug, Default)]
pub struct ProfileSelection<'a> {
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
    /// Sets the key of a profile (`url`, `username`, `insecure`, a backend's own) to what the flag of that key was
    /// given; switches are `true` or `false`.
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

/// A profile of the file with its backend, or the backend of one that flags and environment make.
type Selected<'a> = (Option<&'a ProfileEntry>, &'static Descriptor);

impl Config {
    /// The profile that a request means, every value decided.
    ///
    /// An address from `--url` or `TASKCTL_URL` beside a profile that was named replaces the profile's; if it is another
    /// host's, the profile's secrets, headers and trust settings are ignored ([`Profile::ignored_secrets`]). Beside no
    /// named profile it finds the profile at that address, or makes one that has no name but its backend's.
    ///
    /// # Errors
    /// Kind `Usage` or `Config`: nothing fits, several do, or what was found holds mistakes.
    pub fn select(&self, request: &ProfileSelection<'_>, env: &Env) -> Result<Profile, Error> {
        self.check(&Scope::File)?;
        let (entry, backend) = self.find(request, env)?;
        self.resolve(entry, backend, &request.overrides, env)
    }

    fn find(&self, request: &ProfileSelection<'_>, env: &Env) -> Result<Selected<'_>, Error> {
        let outside_url = outside_url(request, env)?;
        let prefixed = request.prefix.and_then(|prefix| self.entry(prefix));
        let backend_of_prefix = match request.prefix {
            Some(prefix) if prefixed.is_none() => Some(self.backend_of_prefix(prefix, request.backend)?),
            _ => None,
        };
        let backend = backend_of_prefix.or(request.backend);

        if let Some(name) = request.profile {
            let entry = self.entry(name).ok_or_else(|| self.unknown_profile("-p", name))?;
            self.check_backend(entry, backend.or(prefixed.and_then(|prefixed| prefixed.backend)), "-p")?;
            check_address(entry, request.at, outside_url.as_ref())?;
            return self.of_file(entry);
        }
        if let Some(entry) = prefixed {
            self.check_backend(entry, backend, "the reference")?;
            check_address(entry, request.at, outside_url.as_ref())?;
            return self.of_file(entry);
        }
        if let Some(name) = env.get("TASKCTL_PROFILE") {
            let entry = self.entry(name).ok_or_else(|| self.unknown_profile("TASKCTL_PROFILE", name))?;
            let fits = self.check_backend(entry, backend, "TASKCTL_PROFILE");
            // What the reference itself says outranks the environment.
            let is_outranked =
                backend_of_prefix.is_some() && fits.is_err() || request.at.is_some_and(|at| !entry.is_at(at));
            if !is_outranked {
                fits?;
                return self.of_file(entry);
            }
        }

        let mut candidates = self.entries_of(backend);
        if let Some(at) = request.at.or(outside_url.as_ref()) {
            candidates.retain(|entry| entry.is_at(at));
            if candidates.is_empty() {
                // The address of an id may come out of a server's answer: it must not become a profile by itself.
                let is_typed = outside_url.as_ref().is_some_and(|outside| outside.origin() == at.origin());
                return match backend {
                    Some(backend) if is_typed => Ok((None, backend)),
                    None if is_typed => {
                        Err(Error::usage("an address alone does not say which backend it is")
                            .hint(format!("name one of {}", self.backend_names().join(", "))))
                    }
                    _ => Err(self.none_at(at, backend)),
                };
            }
        }
        match candidates.as_slice() {
            [] => Err(self.none_fits(backend)),
            [only] => self.of_file(only),
            [first, ..] => {
                self.check(&Scope::DefaultProfile)?;
                let default = candidates.iter().find(|entry| self.is_default(entry));
                default.map_or_else(
                    || Err(several_fit(&candidates, first, backend)),
                    |entry| self.of_file(entry),
                )
            }
        }
    }

    /// A profile of the file, if it holds no mistakes.
    fn of_file<'a>(&self, entry: &'a ProfileEntry) -> Result<Selected<'a>, Error> {
        self.check(&Scope::Profile(entry.name.clone()))?;
        let unknown = || Error::config(format!("profile {} has no known backend", entry.name));
        Ok((Some(entry), entry.backend.ok_or_else(unknown)?))
    }

    fn entry(&self, name: &str) -> Option<&ProfileEntry> {
        self.file.profiles.iter().find(|entry| entry.name == name)
    }

    /// The profiles of a backend, or all.
    fn entries_of(&self, backend: Option<&Descriptor>) -> Vec<&ProfileEntry> {
        let fits = |entry: &&ProfileEntry| match (backend, entry.backend) {
            (Some(backend), own) => own.is_some_and(|own| own.name == backend.name),
            (None, _) => true,
        };
        self.file.profiles.iter().filter(fits).collect()
    }

    fn backend_names(&self) -> Vec<&'static str> {
        self.backends.iter().map(|backend| backend.name).collect()
    }

    /// The backend that stands in front of an id in the place of a profile.
    fn backend_of_prefix(
        &self,
        prefix: &str,
        asked: Option<&'static Descriptor>,
    ) -> Result<&'static Descriptor, Error> {
        let found = keys::backend_named(self.backends, prefix).ok_or_else(|| self.unknown_prefix(prefix))?;
        match asked {
            Some(asked) if asked.name != found.name => {
                Err(Error::usage(format!("{prefix:?} is backend {}, not {}", found.name, asked.name)))
            }
            _ => Ok(found),
        }
    }

    /// That a profile is of the backend that was asked for.
    fn check_backend(
        &self,
        entry: &ProfileEntry,
        asked: Option<&Descriptor>,
        who: &str,
    ) -> Result<(), Error> {
        let Some(asked) = asked else { return Ok(()) };
        let Some(own) = entry.backend else {
            return self.check(&Scope::Profile(entry.name.clone()));
        };
        if own.name == asked.name {
            return Ok(());
        }
        let message =
            format!("{who} names {}, a profile of backend {}, not {}", entry.name, own.name, asked.name);
        let fitting = self.entries_of(Some(asked));
        Err(Error::usage(message).hint(match fitting.as_slice() {
            [] => format!("no profile is of backend {}", asked.name),
            fitting => format!("profiles of backend {}: {}", asked.name, names(fitting)),
        }))
    }

    fn unknown_profile(&self, who: &str, name: &str) -> Error {
        let entries = self.entries_of(None);
        let near = did_you_mean(name, entries.iter().map(|entry| entry.name.as_str()));
        Error::config(format!("{who} names {name:?}, and there is no such profile")).hint(match near {
            Some(near) => near,
            None if entries.is_empty() => self.first_steps(None),
            None => format!("the profiles are {}", names(&entries)),
        })
    }

    fn unknown_prefix(&self, prefix: &str) -> Error {
        let entries = self.entries_of(None);
        let backends = self.backend_names();
        let aliases = self.backends.iter().flat_map(|backend| backend.aliases.iter().copied());
        let known =
            entries.iter().map(|entry| entry.name.as_str()).chain(self.backend_names()).chain(aliases);
        let backends = format!("the backends are {}", backends.join(", "));
        Error::usage(format!("{prefix:?} is neither a profile nor a backend")).hint(
            match did_you_mean(prefix, known) {
                Some(near) => near,
                None if entries.is_empty() => backends,
                None => format!("the profiles are {}; {backends}", names(&entries)),
            },
        )
    }

    fn none_at(&self, at: &Url, backend: Option<&Descriptor>) -> Error {
        let of_backend = of_backend(backend);
        let mut error =
            Error::config(format!("no profile{of_backend} is at {}", at.origin().ascii_serialization()));
        let elsewhere = self.file.profiles.iter().filter_map(|entry| {
            Some(format!("{} is at {}", entry.name, entry.url()?.origin().ascii_serialization()))
        });
        let elsewhere: Vec<String> = elsewhere.collect();
        if !elsewhere.is_empty() {
            error = error.hint(elsewhere.join(", "));
        }
        error.hint("add a profile with this address, or give the bare id with --url")
    }

    fn none_fits(&self, backend: Option<&'static Descriptor>) -> Error {
        let entries = self.entries_of(None);
        let path = self.location.as_ref().map(|location| location.path.display());
        let mut error = match (backend, path) {
            (Some(backend), _) if !entries.is_empty() => {
                Error::config(format!("no profile is of backend {}", backend.name))
                    .hint(format!("the profiles are {}", names(&entries)))
            }
            (_, Some(path)) if self.exists => Error::config(format!("{path} holds no profile")),
            (_, Some(path)) => Error::config(format!("there is no configuration yet: {path} does not exist")),
            (_, None) => Error::config("there is no configuration, and no place for one"),
        };
        if let Some(entry) = entries.iter().find(|entry| entry.backend.is_none()) {
            error = error.hint(format!(
                "profile {} names no known backend: `taskctl config validate` says more",
                entry.name,
            ));
        }
        error.hint(self.first_steps(backend))
    }

    /// What to type next when there is nothing to go by.
    fn first_steps(&self, backend: Option<&'static Descriptor>) -> String {
        match backend.or_else(|| self.backends.first().copied()) {
            Some(backend) => format!(
                "type `taskctl config init`, or add --url {} --username {}",
                backend.example_url,
                backend.username.unwrap_or("USER"),
            ),
            None => "type `taskctl config init`".to_owned(),
        }
    }
}

fn names(entries: &[&ProfileEntry]) -> String {
    entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn of_backend(backend: Option<&Descriptor>) -> String {
    backend.map_or(String::new(), |backend| format!(" of backend {}", backend.name))
}

fn several_fit(entries: &[&ProfileEntry], first: &ProfileEntry, backend: Option<&Descriptor>) -> Error {
    let of_backend = of_backend(backend);
    Error::usage(format!("several profiles{of_backend} could be meant: {}", names(entries)))
        .hint(format!("choose one with -p {}, or set `default_profile`", first.name))
}

/// The address given by flag or environment.
fn outside_url(request: &ProfileSelection<'_>, env: &Env) -> Result<Option<Url>, Error> {
    let by_flag = request.overrides.get("url").map(|text| ("--url", text));
    let given = by_flag.or_else(|| env.get("TASKCTL_URL").map(|text| ("TASKCTL_URL", text)));
    given.map(|(label, text)| super::check_url(label, text)).transpose()
}

/// That a profile is at the address of an id that is a URL, by itself or by the address given from outside.
fn check_address(entry: &ProfileEntry, at: Option<&Url>, outside: Option<&Url>) -> Result<(), Error> {
    match (at, outside.or(entry.url())) {
        (Some(at), Some(own)) if own.origin() != at.origin() => Err(Error::usage(format!(
            "the id is at {}, and profile {} is at {}",
            at.origin().ascii_serialization(),
            entry.name,
            own.origin().ascii_serialization(),
        ))),
        _ => Ok(()),
    }
}
