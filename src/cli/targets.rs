//! What may stand behind a verb: a backend's name, or a profile's, which has the flags of its backend.

use std::ffi::OsString;
use std::path::Path;

use super::verb;
use crate::api::{self, Descriptor};
use crate::config::Config;
use crate::error::Error;
use crate::util::env::Env;

/// A backend or a profile, as the command line names it.
#[derive(Clone, Debug)]
pub struct TargetName {
    /// The word.
    pub name: String,
    /// The backend, or that of the profile.
    pub backend: &'static Descriptor,
    /// Whether it is a profile.
    pub is_profile: bool,
}

impl TargetName {
    pub(super) fn of_backend(backend: &'static Descriptor) -> TargetName {
        TargetName { name: backend.name.to_owned(), backend, is_profile: false }
    }

    /// The profile that it names.
    pub fn profile(&self) -> Option<&str> {
        self.is_profile.then_some(self.name.as_str())
    }
}

/// Every backend.
pub(super) fn backends() -> Vec<TargetName> {
    api::backends().into_iter().map(TargetName::of_backend).collect()
}

/// The profiles that a command line may name, as far as it takes the file to know.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    /// Those of a known backend.
    known: Vec<TargetName>,
    /// Why others cannot be known: the file as a whole, or a profile that the line names.
    pub(super) trouble: Option<Error>,
}

impl Profiles {
    /// The profiles of the file that the environment or `--config` among these words names.
    pub(super) fn load(words: &[&str], env: &Env) -> Profiles {
        let config = match Config::load(
            Config::path(super::typed_value(words, "--config").map(Path::new), env),
            env,
        ) {
            Ok(config) => config,
            Err(error) => return Profiles { trouble: Some(error), ..Profiles::default() },
        };
        let mut profiles = Profiles::default();
        for entry in &config.profiles {
            match entry.backend {
                Some(backend) => {
                    profiles.known.push(TargetName { name: entry.name.clone(), backend, is_profile: true });
                }
                None if words.contains(&entry.name.as_str()) => {
                    profiles.trouble = profiles.trouble.or(config.check_profile(entry).err());
                }
                None => {}
            }
        }
        profiles
    }

    /// As [`Profiles::load`], where these arguments may name a profile as a target: most name a backend, or give
    /// references.
    pub(super) fn for_line(arguments: &[OsString], env: &Env) -> Profiles {
        let words: Vec<&str> = arguments.iter().skip(1).filter_map(|word| word.to_str()).collect();
        let at = words.iter().position(|word| verb(word).is_some());
        let takes_target = at.is_none_or(|at| verb(words[at]).is_some_and(|verb| verb.takes_backend));
        let may_be_profile = |word: &&str| api::find(word).is_none() && !word.contains('/');
        let mut behind = words.iter().skip(at.map_or(0, |at| at + 1)).filter(|word| !word.starts_with('-'));
        let takes_several = words.iter().any(|word| matches!(*word, "list" | "--running"));
        let may_name = match takes_several {
            true => behind.any(may_be_profile),
            false => behind.next().is_some_and(may_be_profile),
        };
        if takes_target && (may_name || profile_of(&words).is_some()) {
            Profiles::load(&words, env)
        } else {
            Profiles::default()
        }
    }

    /// Those that can stand as a target: a backend's name goes before a profile that is spelled alike.
    pub(super) fn targets(&self) -> impl Iterator<Item = &TargetName> {
        self.known.iter().filter(|profile| api::find(&profile.name).is_none())
    }

    /// The target of this name.
    pub(super) fn find(&self, name: &str) -> Option<TargetName> {
        match api::find(name) {
            Some(backend) => Some(TargetName::of_backend(backend)),
            None => self.targets().find(|known| known.name == name).cloned(),
        }
    }

    /// Gives the line the profile of `-p` as its target, where it names no other: `get -p dr ID` is `get dr ID`.
    pub(super) fn insert_target(&self, arguments: &mut Vec<OsString>) {
        let words: Vec<&str> =
            arguments.iter().skip(1).map(|word| word.to_str().unwrap_or_default()).collect();
        let Some((flag, name)) = profile_of(&words) else { return };
        let Some(profile) = self.known.iter().find(|known| known.name == name) else { return };
        let Some(at) = words.iter().position(|word| verb(word).is_some()) else { return };
        let is_target = |(position, word): (usize, &&str)| {
            let prefix = word.split_once('/').map_or(*word, |(prefix, _)| prefix);
            let is_address = word.contains("://") || word.starts_with('/');
            !flag.contains(&position) && (is_address || self.find(prefix).is_some())
        };
        let takes_target = verb(words[at]).is_some_and(|verb| verb.takes_backend);
        let names_all = words.iter().any(|word| matches!(*word, "-A" | "--all-profiles" | "-h" | "--help"));
        if takes_target && !names_all && !words.iter().enumerate().any(is_target) {
            let target = if api::find(name).is_some() { profile.backend.name } else { name };
            let target = OsString::from(target);
            arguments.insert(at + 2, target);
        }
    }
}

/// The value of `-p`, and which words are the flag.
fn profile_of<'a>(words: &[&'a str]) -> Option<(std::ops::Range<usize>, &'a str)> {
    words.iter().enumerate().find_map(|(at, word)| {
        if matches!(*word, "-p" | "--profile") {
            return Some((at..at + 2, *words.get(at + 1)?));
        }
        let value = word.strip_prefix("--profile=").or_else(|| {
            let short = word.strip_prefix("-p")?;
            (!word.starts_with("--")).then(|| short.strip_prefix('=').unwrap_or(short))
        })?;
        Some((at..at + 1, value))
    })
}
