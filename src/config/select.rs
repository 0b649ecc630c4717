//! Which profile a request means: `-p` > the reference's prefix > `TASKCTL_PROFILE` > an address given outside the
//! file > the only profile of that backend > `default_profile` if its backend fits.

use std::collections::BTreeMap;

use url::Url;

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

/// What flags give to keys of a profile (`url`, `username`, `insecure`, a backend's own); switches are `true` or `false`.
pub type Overrides = BTreeMap<&'static str, String>;

/// A profile of the file with its backend, or the backend of one that flags and environment make.
pub(super) type Selected<'a> = (Option<&'a ProfileEntry>, &'static Descriptor);

impl Config {
    /// Which profile a request means.
    ///
    /// # Errors
    /// Nothing fits, several do, or what was found holds mistakes.
    pub(super) fn find(&self, request: &ProfileSelection<'_>, env: &Env) -> Result<Selected<'_>, Error> {
        let outside_url = outside_url(request, env)?;
        let prefixed = request.prefix.and_then(|prefix| self.entry(prefix));
        let backend_of_prefix = match request.prefix {
            Some(prefix) if prefixed.is_none() => Some(self.backend_of_prefix(prefix)?),
            _ => None,
        };
        if let (Some(prefix), Some(found), Some(asked)) = (request.prefix, backend_of_prefix, request.backend)
            && asked.name != found.name
        {
            return Err(Error::usage(format!("{prefix:?} is backend {}, not {}", found.name, asked.name)));
        }
        let backend = backend_of_prefix.or(request.backend);

        let named = match request.profile {
            Some(name) => Some(("-p", self.entry_named(name, "-p")?)),
            None => prefixed.map(|entry| ("the reference", entry)),
        };
        if let Some((who, entry)) = named {
            self.check_backend(entry, backend.or(prefixed.and_then(|prefixed| prefixed.backend)), who)?;
            // An id that is a URL is at the profile's address, or at the one given from outside.
            if let (Some(at), Some(own)) = (request.at, outside_url.as_ref().or(entry.url()))
                && own.origin() != at.origin()
            {
                let (at, name, own) = (origin(at), &entry.name, origin(own));
                return Err(Error::usage(format!("the id is at {at}, and profile {name} is at {own}")));
            }
            return self.of_file(entry);
        }
        if let Some(name) = env.get("TASKCTL_PROFILE") {
            let entry = self.entry_named(name, "TASKCTL_PROFILE")?;
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
                            .hint(format!("name one of {}", keys::backend_names(self.backends))))
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
                self.of_file(default.ok_or_else(|| {
                    let (of_backend, names) = (of_backend(backend), names(&candidates));
                    Error::usage(format!("several profiles{of_backend} could be meant: {names}"))
                        .hint(format!("choose one with -p {}, or set `default_profile`", first.name))
                })?)
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
        self.profiles.iter().find(|entry| entry.name == name)
    }

    /// The profile that `who` names.
    pub(super) fn entry_named(&self, name: &str, who: &str) -> Result<&ProfileEntry, Error> {
        self.entry(name).ok_or_else(|| {
            let near = did_you_mean(name, self.profiles.iter().map(|entry| entry.name.as_str()));
            Error::config(format!("{who} names {name:?}, and there is no such profile")).hint(match near {
                Some(near) => near,
                None if self.profiles.is_empty() => self.first_steps(None),
                None => self.profiles_are(),
            })
        })
    }

    /// The profiles of a backend, or all.
    fn entries_of(&self, backend: Option<&Descriptor>) -> Vec<&ProfileEntry> {
        let is_of = |own: Option<&Descriptor>, name| own.is_some_and(|own| own.name == name);
        let fits = |entry: &&ProfileEntry| backend.is_none_or(|backend| is_of(entry.backend, backend.name));
        self.profiles.iter().filter(fits).collect()
    }

    fn profiles_are(&self) -> String {
        format!("the profiles are {}", names(&self.entries_of(None)))
    }

    /// The backend that stands in front of an id in the place of a profile.
    fn backend_of_prefix(&self, prefix: &str) -> Result<&'static Descriptor, Error> {
        keys::backend_named(self.backends, prefix).ok_or_else(|| {
            let profiles = self.profiles.iter().map(|entry| entry.name.as_str());
            let near = did_you_mean(prefix, profiles.chain(keys::backend_words(self.backends)));
            let backends = format!("the backends are {}", keys::backend_names(self.backends));
            Error::usage(format!("{prefix:?} is neither a profile nor a backend")).hint(match near {
                Some(near) => near,
                None if self.profiles.is_empty() => backends,
                None => format!("{}; {backends}", self.profiles_are()),
            })
        })
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

    fn none_at(&self, at: &Url, backend: Option<&Descriptor>) -> Error {
        let message = format!("no profile{} is at {}", of_backend(backend), origin(at));
        let place = |entry: &ProfileEntry| Some(format!("{} is at {}", entry.name, origin(entry.url()?)));
        let elsewhere: Vec<String> = self.profiles.iter().filter_map(place).collect();
        let hint = (!elsewhere.is_empty()).then(|| elsewhere.join(", "));
        hint.into_iter()
            .fold(Error::config(message), Error::hint)
            .hint("add a profile with this address, or give the bare id with --url")
    }

    fn none_fits(&self, backend: Option<&'static Descriptor>) -> Error {
        let path = self.location.as_ref().map(|location| location.path.display());
        let mut error = match (backend, path) {
            (Some(backend), _) if !self.profiles.is_empty() => {
                Error::config(format!("no profile is of backend {}", backend.name)).hint(self.profiles_are())
            }
            (_, Some(path)) if self.exists => Error::config(format!("{path} holds no profile")),
            (_, Some(path)) => Error::config(format!("there is no configuration yet: {path} does not exist")),
            (_, None) => Error::config("there is no configuration, and no place for one"),
        };
        if let Some(entry) = self.profiles.iter().find(|entry| entry.backend.is_none()) {
            error = error.hint(format!(
                "profile {} names no known backend: `taskctl config validate` says more",
                entry.name,
            ));
        }
        error.hint(self.first_steps(backend))
    }

    /// What to type next when there is nothing to go by.
    fn first_steps(&self, backend: Option<&'static Descriptor>) -> String {
        let flags = backend.or(self.backends.first().copied()).map(|backend| {
            let username = backend.username.unwrap_or("USER");
            format!(", or add --url {} --username {username}", backend.example_url)
        });
        format!("type `taskctl config init`{}", flags.unwrap_or_default())
    }
}

fn names(entries: &[&ProfileEntry]) -> String {
    entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn of_backend(backend: Option<&Descriptor>) -> String {
    backend.map_or(String::new(), |backend| format!(" of backend {}", backend.name))
}

/// Scheme, host and port, in a message.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The address given by flag or environment.
fn outside_url(request: &ProfileSelection<'_>, env: &Env) -> Result<Option<Url>, Error> {
    let by_flag = request.overrides.get("url").map(|text| ("--url", text.as_str()));
    let given = by_flag.or_else(|| env.get("TASKCTL_URL").map(|text| ("TASKCTL_URL", text)));
    given.map(|(label, text)| super::check_url(label, text)).transpose()
}
