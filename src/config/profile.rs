//! A profile with every value decided: flag > environment > profile > `[defaults]` > built in.

use std::path::Path;
use std::time::Duration;

use ::http::HeaderMap;
use clap::ValueEnum;
use url::{Position, Url};

use super::keys::{self, Key};
use super::read::ProfileEntry;
use super::select::ProfileSelection;
use super::value::{FilePath, MASK, PathBase, SecretSource, Value, about};
use super::values::{ShownValue, Source, Sourced, Values};
use super::{Config, Scope};
use crate::api::{Descriptor, Options, Setting, SettingKind};
use crate::error::{Error, Kind};
use crate::render::Format;
use crate::render::progress::ProgressMode;
use crate::render::style::ColorChoice;
use crate::util::env::Env;
use crate::util::files;

/// A profile, ready to connect with.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name, and the first part of its references. Without a file, the backend's name.
    pub name: String,
    /// Whether it was made from flags and environment alone.
    pub ad_hoc: bool,
    /// Its backend.
    pub backend: &'static Descriptor,
    /// Its address: http or https, no user, no query.
    pub url: Url,
    /// The user name, the backend's own where none is given.
    pub username: Option<String>,
    /// The way of `auth`; empty where the backend has no choice.
    pub auth: String,
    /// The backend's own settings.
    pub settings: Options,
    /// Certificates to trust.
    pub ca_file: Option<FilePath>,
    /// The SHA-256 of the one certificate to trust.
    pub tls_pin: Option<[u8; 32]>,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// The client's certificate; always with `client_key`.
    pub client_cert: Option<FilePath>,
    /// The client certificate's key.
    pub client_key: Option<FilePath>,
    /// Fixed headers, every value marked as a secret.
    pub headers: HeaderMap,
    /// The longest that making a connection may take.
    pub connect_timeout: Duration,
    /// The longest that one exchange may take.
    pub request_timeout: Duration,
    /// The first gap between two polls.
    pub interval: Duration,
    /// The longest gap.
    pub max_interval: Duration,
    /// How long to go on without one good answer; `None` leaves it to the command.
    pub retry_for: Option<Duration>,
    /// The deadline of a watch; `None` is none.
    pub timeout: Option<Duration>,
    /// Whether completion may log in to offer the ids of tasks.
    pub complete_ids: bool,
    /// Why the secrets that the file has for this profile are ignored: a flag or a variable leads to another host.
    pub ignored_secrets: Option<String>,
    values: Values,
}

/// What environment and `[defaults]` set for a run as a whole. What is not set is the command's to decide.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The format of standard output.
    pub output: Option<Format>,
    /// How progress is shown.
    pub progress: Option<ProgressMode>,
    /// Times for people in UTC.
    pub utc: bool,
    /// Requests in flight for a profile, above 0.
    pub jobs: Option<usize>,
    /// The gap between two lines about an unchanged task in plain progress.
    pub heartbeat: Option<Duration>,
}

/// Reads the text that a flag, a variable or the table of keys gives a key.
fn read(key: &Key, text: &str, source: Source, env: &Env) -> Result<Sourced, Error> {
    // Paths of flags and variables are relative to the working directory.
    let value = key.kind.parse(text, &PathBase::new(Path::new(""), env)).map_err(|error| {
        let kind = if matches!(source, Source::Flag(_)) { Kind::Usage } else { Kind::Config };
        Error { kind, ..about(&source.to_string(), error) }
    })?;
    Ok(Sourced { value, source })
}

/// The values that the environment gives to some keys.
fn from_env<'k>(keys: impl IntoIterator<Item = &'k Key>, env: &Env) -> Result<Values, Error> {
    let mut values = Values::default();
    for key in keys {
        if let Some(variable) = key.variable()
            && let Some(text) = env.get(&variable)
        {
            values.set(&key.name, read(key, text, Source::Env(variable.clone()), env)?);
        }
    }
    Ok(values)
}

impl Config {
    /// The colour that the file itself asks for, if it does.
    pub fn color(&self) -> Option<ColorChoice> {
        ColorChoice::from_str(&self.defaults.text("color")?, true).ok()
    }

    /// The values of a run that belong to no profile.
    ///
    /// # Errors
    /// When the file as a whole, or a variable, is wrong.
    pub fn defaults(&self, env: &Env) -> Result<Defaults, Error> {
        fn word<T: ValueEnum>(values: &Values, key: &str) -> Option<T> {
            T::from_str(&values.text(key)?, true).ok()
        }
        let values = self.run_values(env)?;
        Ok(Defaults {
            output: word(&values, "output"),
            progress: word(&values, "progress"),
            utc: values.is_on("utc"),
            jobs: match values.get("jobs") {
                Some(Value::Count(jobs)) => Some(*jobs),
                _ => None,
            },
            heartbeat: values.duration("heartbeat"),
        })
    }

    /// The values of the keys of `[defaults]`, by environment and file.
    pub(super) fn run_values(&self, env: &Env) -> Result<Values, Error> {
        self.check(&Scope::File)?;
        let mut values = from_env(&keys::of_defaults(), env)?;
        values.fill_from(self.defaults.clone());
        Ok(values)
    }

    /// Every value that a run with this profile would have, and where it came from: the profile's, what the environment
    /// would give for a secret that the profile has no source for, and those of the run; last the keys that nobody has
    /// set. Secrets are starred, unless `reveal` asks for those that the file itself holds.
    ///
    /// # Errors
    /// When the file as a whole, or a variable, is wrong.
    pub fn show(&self, profile: &Profile, reveal: bool, env: &Env) -> Result<Vec<ShownValue>, Error> {
        let mut shown = profile.show(reveal);
        let takes_token = profile.backend.token_auth.contains(&profile.auth.as_str());
        let first = if takes_token { "token" } else { "password" }.to_owned();
        let secrets: Vec<String> =
            std::iter::once(first).chain(profile.second_user().map(|(_, secret)| secret)).collect();
        for secret in secrets.iter().filter(|secret| profile.secret(secret).is_none()) {
            let file = format!("{secret}_file");
            for (key, is_secret) in [(secret.clone(), true), (file, false)] {
                let variable = keys::variable(&key);
                if let Some(text) = env.get(&variable) {
                    let value = Some(if is_secret { MASK } else { text }.to_owned());
                    shown.push(ShownValue { key, value, source: variable });
                }
            }
        }
        let mut of_run = self.run_values(env)?;
        let of_profile = keys::of_profile(Some(profile.backend));
        of_run.retain(|key, _| keys::find(&of_profile, key).is_none());
        shown.extend(of_run.show(false));
        let is_shown = |keys: &[Key]| shown.iter().any(|known| keys::find(keys, &known.key).is_some());
        // One of several keys says where a secret is: where none does, the first stands for all.
        let sources = secrets.iter().map(|secret| keys::of_secret(secret));
        let unset = sources.filter(|keys| !is_shown(keys)).map(|[first, ..]| first);
        let of_run =
            keys::of_defaults().into_iter().filter(|key| keys::find(&of_profile, &key.name).is_none());
        let of_run: Vec<Key> = of_run.collect();
        let others = of_profile.into_iter().chain(of_run).filter(|key| !key.kind.is_secret());
        let unset = unset.chain(others.filter(|key| !is_shown(std::slice::from_ref(key))));
        let unset: Vec<ShownValue> = unset
            .map(|Key { name: key, example: value, .. }| {
                let source = if value.is_some() { "built in" } else { "not set" }.to_owned();
                ShownValue { key, value, source }
            })
            .collect();
        shown.extend(unset);
        Ok(shown)
    }

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
        let keys = keys::of_profile(Some(backend));
        let mut values = Values::default();
        for (name, text) in &request.overrides {
            let flag = keys::flag(name, self.backends);
            let Some(key) = keys::find(&keys, name) else {
                let error = Error::usage(format!("{flag} is no flag of backend {}", backend.name));
                return Err(match keys::owners(self.backends, name).as_slice() {
                    [] => error,
                    owners => error.hint(format!("it belongs to {}", owners.join(", "))),
                });
            };
            values.set(name, read(key, text, Source::Flag(flag), env)?);
        }
        // A flag hides its variable, whatever is in it.
        let not_by_flag = keys.iter().filter(|key| values.get(&key.name).is_none());
        values.fill_from(from_env(not_by_flag, env)?);
        let mut ignored_secrets = None;
        if let Some(entry) = entry {
            let (own, words) = at_own_host(entry, &values);
            values.fill_from(own);
            ignored_secrets = words;
        }
        let mut defaults = self.defaults.clone();
        defaults.retain(|key, _| keys::find(&keys, key).is_some());
        values.fill_from(defaults);
        for key in &keys {
            if let Some(text) = &key.built_in
                && values.get(&key.name).is_none()
            {
                values.set(&key.name, read(key, text, Source::BuiltIn, env)?);
            }
        }
        let name = entry.map_or(backend.name, |entry| entry.name.as_str());
        let label = |key: &str, source: &Source| match source {
            Source::Flag(_) | Source::Env(_) => source.to_string(),
            Source::File(..) | Source::BuiltIn => format!("`{key}` of profile {name}"),
        };
        let conflicts = keys::conflicts(&values, |key| values.is_set(key), label);
        if let Some((_, error)) = conflicts.into_iter().next() {
            return Err(error);
        }
        let missing = |key: &str| Error::config(format!("profile {name} has no `{key}`"));
        let duration = |key: &str| values.duration(key).ok_or_else(|| missing(key));
        let mut settings = Options::default();
        for setting in backend.settings {
            if let Some(value) = values.get(setting.key) {
                settings.set(setting.key, value.show(false));
            }
        }
        Ok(Profile {
            name: name.to_owned(),
            ad_hoc: entry.is_none(),
            backend,
            url: values.url("url").cloned().ok_or_else(|| missing("url"))?,
            username: values.text("username"),
            auth: values.text("auth").unwrap_or_default(),
            settings,
            ca_file: values.path("ca_file"),
            tls_pin: match values.get("tls_pin") {
                Some(Value::Pin(digest)) => Some(*digest),
                _ => None,
            },
            insecure: values.is_on("insecure"),
            client_cert: values.path("client_cert"),
            client_key: values.path("client_key"),
            headers: match values.get("headers") {
                Some(Value::Headers(headers)) => headers.clone(),
                _ => HeaderMap::new(),
            },
            connect_timeout: duration("connect_timeout")?,
            request_timeout: duration("request_timeout")?,
            interval: duration("interval")?,
            max_interval: duration("max_interval")?,
            retry_for: values.duration("retry_for"),
            timeout: values.duration("timeout"),
            complete_ids: values.is_on("complete_ids"),
            ignored_secrets,
            values,
        })
    }
}

/// The values of a profile, without those that are for its own host alone where flags or environment (`outside`) lead
/// to another one; then also why, in words. Who can set an address must not thereby receive the secrets that a profile
/// keeps for its own host.
fn at_own_host(entry: &ProfileEntry, outside: &Values) -> (Values, Option<String>) {
    let mut own = entry.values.clone();
    let leads_elsewhere = |(key, url, _): &(&str, &Url, &Source)| {
        let own = entry.values.url(key).or(entry.url());
        own.is_none_or(|own| own.origin() != url.origin())
    };
    // `url` itself before any other address.
    let elsewhere = outside.urls().filter(leads_elsewhere).min_by_key(|(key, ..)| *key != "url");
    let Some((key, url, source)) = elsewhere else { return (own, None) };
    let is_base = key == "url";
    own.retain(|key, value| {
        !(matches!(value, Value::Secret(_)) || is_base && keys::BOUND_TO_HOST.contains(&key))
    });
    let kept = if is_base { "secrets, headers and trust settings" } else { "secrets" };
    let words = format!(
        "{source} leads to {}: the {kept} that profile {} has for its own host are not used",
        url.origin().ascii_serialization(),
        entry.name,
    );
    (own, Some(words))
}

impl Profile {
    /// Where a secret (`password`, `token`) is found, if the profile says so: the key that says it and what it says.
    pub fn secret(&self, secret: &str) -> Option<(String, &SecretSource)> {
        keys::of_secret(secret).into_iter().find_map(|key| {
            let Value::Secret(source) = self.values.get(&key.name)? else { return None };
            Some((key.name, source))
        })
    }

    /// The second user that the backend's settings name, and the secret that goes with it.
    pub fn second_user(&self) -> Option<(&str, String)> {
        let is_user = |setting: &&Setting| setting.kind == SettingKind::Username;
        let name =
            |setting: &Setting| Some((self.settings.get(setting.key)?, keys::secret_of_user(setting.key)));
        self.backend.settings.iter().filter(is_user).find_map(name)
    }

    /// The files with a secret that others can read: each with its key, and in words for the user.
    pub fn readable_by_others(&self) -> Vec<(&str, String)> {
        let secret_files = self.values.iter().filter_map(|(key, sourced)| match &sourced.value {
            Value::Secret(SecretSource::File(path)) => Some((key, path)),
            Value::Path(path) if key == "client_key" => Some((key, path)),
            _ => None,
        });
        let readable = secret_files.filter_map(|(key, path)| {
            let mode = files::mode_readable_by_others(&path.path)?;
            let name = &self.name;
            let fact = format!("{key} {path} of profile {name} can be read by others (mode {mode:04o})");
            Some((key, format!("{fact}: chmod 600 it")))
        });
        readable.collect()
    }

    /// What still stands in the file as the examples have it, in words for the user.
    pub fn placeholders(&self) -> Vec<String> {
        let of_file = self.values.iter().filter(|(_, sourced)| matches!(sourced.source, Source::File(..)));
        let examples = of_file.filter(|(_, sourced)| sourced.value.is_placeholder());
        examples
            .map(|(key, Sourced { value, source })| {
                format!("`{key}` ({source}) is still that of an example: {}", value.show(false))
            })
            .collect()
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        self.url[Position::BeforeHost..Position::AfterPort].to_owned()
    }

    /// Every value and where it came from: address and user first, the rest by name. Secrets are starred, unless
    /// `reveal` asks for those that the file itself holds; what a file, a variable, a program or a person would give is
    /// never obtained for this.
    pub fn show(&self, reveal: bool) -> Vec<ShownValue> {
        let mut shown: Vec<ShownValue> = self.values.show(reveal).collect();
        let rank = |key: &str| ["url", "auth", "username"].iter().position(|first| *first == key);
        shown.sort_by_key(|value| rank(&value.key).unwrap_or(usize::MAX));
        shown
    }
}
