//! A profile with every value decided: flag > environment > profile > `[defaults]` > built in.

use std::path::PathBuf;
use std::time::Duration;

use ::http::HeaderMap;
use clap::ValueEnum;
use url::Url;

use super::keys::{self, DefaultValue, Key};
use super::read::ProfileEntry;
use super::select::Overrides;
use super::value::{self, FilePath, MASK, PathBase, SecretSource, Value};
use super::values::{Source, Values};
use super::{Config, Scope};
use crate::api::{Descriptor, Options, SettingKind};
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

/// A line of `config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownValue {
    /// The key.
    pub key: String,
    /// The value; secrets are starred.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

/// What environment and `[defaults]` set for a run as a whole. What is not set is the command's to decide.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The format of standard output.
    pub output: Option<Format>,
    /// How progress is shown.
    pub progress: Option<ProgressMode>,
    /// When to use colour.
    pub color: Option<ColorChoice>,
    /// Times for people in UTC.
    pub utc: bool,
    /// Requests in flight for a profile, above 0.
    pub jobs: Option<usize>,
    /// The gap between two lines about an unchanged task in plain progress.
    pub heartbeat: Option<Duration>,
}

/// The value that a flag gives a key.
fn from_flag(key: &Key, text: &str, flag: String, env: &Env) -> Result<(Value, Source), Error> {
    match key.kind.parse(text, &outside(env)) {
        Ok(value) => Ok((value, Source::Flag(flag))),
        Err(invalid) => Err(invalid.about(&flag).into_error(Kind::Usage)),
    }
}

/// The value that the environment gives a key.
fn from_env(key: &Key, env: &Env) -> Result<Option<(Value, Source)>, Error> {
    let Some(name) = key.variable() else { return Ok(None) };
    let Some(text) = env.get(&name) else { return Ok(None) };
    match key.kind.parse(text, &outside(env)) {
        Ok(value) => Ok(Some((value, Source::Env(name)))),
        Err(invalid) => Err(invalid.about(&name).into_error(Kind::Config)),
    }
}

/// Paths of flags and variables are relative to the working directory.
fn outside(env: &Env) -> PathBase {
    PathBase { home: files::home(env), directory: PathBuf::new() }
}

impl Config {
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
            color: word(&values, "color"),
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
        let mut values = Values::default();
        for key in keys::of_defaults() {
            if let Some((value, source)) = from_env(key, env)? {
                values.set(&key.name, value, source);
            }
        }
        values.fill_from(self.file.defaults.iter());
        Ok(values)
    }

    /// Every value that a run with this profile would have, and where it came from: the profile's, what the environment
    /// would give for a secret that the profile has no source for, and those of the run. Secrets are starred, unless
    /// `reveal` asks for those that the file itself holds.
    ///
    /// # Errors
    /// When the file as a whole, or a variable, is wrong.
    pub fn show(&self, profile: &Profile, reveal: bool, env: &Env) -> Result<Vec<ShownValue>, Error> {
        let mut shown = profile.show(reveal);
        for secret in profile.secrets().into_iter().filter(|secret| profile.secret(secret).is_none()) {
            let file = format!("{secret}_file");
            for (key, is_secret) in [(secret, true), (file, false)] {
                let variable = keys::variable(&key);
                if let Some(text) = env.get(&variable) {
                    let value = if is_secret { MASK } else { text }.to_owned();
                    shown.push(ShownValue { key, value, source: Source::Env(variable) });
                }
            }
        }
        let mut of_run = self.run_values(env)?;
        let of_profile = keys::of_profile(Some(profile.backend));
        of_run.retain(|key, _| keys::find(&of_profile, key).is_none());
        shown.extend(of_run.show(false));
        Ok(shown)
    }

    /// Decides every value of a profile of the file (`entry`), or of one made from flags and environment alone.
    pub(super) fn resolve(
        &self,
        entry: Option<&ProfileEntry>,
        backend: &'static Descriptor,
        overrides: &Overrides,
        env: &Env,
    ) -> Result<Profile, Error> {
        let keys = keys::of_profile(Some(backend));
        let mut values = self.outside_values(&keys, backend, overrides, env)?;
        let mut ignored_secrets = None;
        if let Some(entry) = entry {
            let redirect = Redirect::of(entry, &values);
            let stays_behind = |key: &str, value: &Value| match &redirect {
                None => false,
                Some(redirect) => {
                    matches!(value, Value::Secret(_))
                        || redirect.of_base && keys::BOUND_TO_HOST.contains(&key)
                }
            };
            values.fill_from(entry.values.iter().filter(|(key, own)| !stays_behind(key, &own.value)));
            ignored_secrets = redirect.map(|redirect| redirect.message);
        }
        values.fill_from(self.file.defaults.iter().filter(|(key, _)| keys::find(&keys, key).is_some()));
        keep_outermost_trust(&mut values);
        for key in &keys {
            if let DefaultValue::BuiltIn(text) = &key.default
                && values.get(&key.name).is_none()
            {
                let value = key.kind.parse(text, &outside(env));
                let value = value.map_err(|invalid| invalid.about(&key.name).into_error(Kind::Config))?;
                values.set(&key.name, value, Source::BuiltIn);
            }
        }
        let name = entry.map_or(backend.name, |entry| entry.name.as_str()).to_owned();
        check(&name, &values)?;
        Profile::new(name, entry.is_none(), backend, values, ignored_secrets)
    }

    /// The values that flags and environment give.
    fn outside_values(
        &self,
        keys: &[Key],
        backend: &Descriptor,
        overrides: &Overrides,
        env: &Env,
    ) -> Result<Values, Error> {
        if let Some(name) = overrides.keys().find(|name| keys::find(keys, name).is_none()) {
            let flag = keys::flag(name, self.backends);
            let error = Error::usage(format!("{flag} is no flag of backend {}", backend.name));
            return Err(match keys::owners(self.backends, name).as_slice() {
                [] => error,
                owners => error.hint(format!("it belongs to {}", owners.join(", "))),
            });
        }
        let mut values = Values::default();
        for key in keys {
            let given = match overrides.get(&key.name) {
                Some(text) => Some(from_flag(key, text, keys::flag(&key.name, self.backends), env)?),
                None => from_env(key, env)?,
            };
            if let Some((value, source)) = given {
                values.set(&key.name, value, source);
            }
        }
        Ok(values)
    }
}

/// Keeps what the outermost source says about trust: `--insecure` replaces the `ca_file` of a profile, `--ca-file` its
/// `insecure`. `tls_pin` and `ca_file` may stand together: the pin is for the host of `url`, the file for another host
/// that the profile names.
fn keep_outermost_trust(values: &mut Values) {
    let distance = |source: &Source| match source {
        Source::Flag(_) => 0,
        Source::Env(_) => 1,
        _ => 2,
    };
    let given = keys::TRUST.iter().filter(|key| !values.is_off(key));
    let outermost = given.filter_map(|key| values.source(key)).map(distance).min();
    values.retain(|key, sourced| {
        !keys::TRUST.contains(&key)
            || outermost.is_none_or(|outermost| distance(&sourced.source) <= outermost)
    });
}

/// What only the values of all sources together can break.
fn check(profile: &str, values: &Values) -> Result<(), Error> {
    if values.url("url").is_none() {
        return Err(Error::config(format!("profile {profile} has no `url`")));
    }
    let label = |key: &str, source: &Source| match source {
        Source::Flag(flag) => flag.clone(),
        Source::Env(variable) => variable.clone(),
        _ => format!("`{key}` of profile {profile}"),
    };
    let is_set = |key: &str| values.get(key).is_some() && !values.is_off(key);
    let conflicts = keys::conflicts(is_set).into_iter().map(|(_, invalid)| invalid);
    let unprotected = values.unprotected_urls().map(|(key, source)| value::unprotected(&label(key, source)));
    match conflicts.chain(unprotected).next() {
        Some(invalid) => Err(invalid.into_error(Kind::Config)),
        None => Ok(()),
    }
}

/// Flags or environment lead to another host than the profile's own. Who can set an address must not thereby receive
/// the secrets that a profile keeps for its own host.
struct Redirect {
    /// It is `url` itself that leads elsewhere.
    of_base: bool,
    message: String,
}

impl Redirect {
    fn of(entry: &ProfileEntry, outside: &Values) -> Option<Redirect> {
        let leads_elsewhere = |key: &str, url: &Url| match entry.values.url(key) {
            Some(own) => own.origin() != url.origin(),
            None => !entry.is_at(url),
        };
        let mut addresses = outside.iter().filter_map(|(key, sourced)| match &sourced.value {
            Value::Url(url) if leads_elsewhere(key, url) => Some((key == "url", url, &sourced.source)),
            _ => None,
        });
        let first = addresses.next()?;
        let (of_base, url, source) = addresses.find(|(of_base, ..)| *of_base).unwrap_or(first);
        let kept = if of_base { "secrets, headers and trust settings" } else { "secrets" };
        let message = format!(
            "{source} leads to {}: the {kept} that profile {} has for its own host are not used",
            url.origin().ascii_serialization(),
            entry.name,
        );
        Some(Redirect { of_base, message })
    }
}

impl Profile {
    fn new(
        name: String,
        ad_hoc: bool,
        backend: &'static Descriptor,
        values: Values,
        ignored_secrets: Option<String>,
    ) -> Result<Profile, Error> {
        let missing = |key: &str| Error::config(format!("profile {name} has no `{key}`"));
        let duration = |key: &str| values.duration(key).ok_or_else(|| missing(key));
        let mut settings = Options::default();
        for setting in backend.settings {
            if let Some(value) = values.get(setting.key) {
                settings.set(setting.key, value.show(false));
            }
        }
        Ok(Profile {
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
            name,
            ad_hoc,
            backend,
            ignored_secrets,
            values,
        })
    }

    /// Where a secret (`password`, `token`) is found, if the profile says so: the key that says it and what it says.
    pub fn secret(&self, secret: &str) -> Option<(String, &SecretSource)> {
        keys::of_secret(secret).find_map(|key| match self.values.get(&key.name)? {
            Value::Secret(source) => Some((key.name.into_owned(), source)),
            _ => None,
        })
    }

    /// The settings that name a second user, each with the secret that goes with it.
    pub fn second_users(&self) -> Vec<(&'static str, String)> {
        let settings = self.backend.settings.iter().filter(|setting| setting.kind == SettingKind::Username);
        settings
            .filter(|setting| self.settings.get(setting.key).is_some())
            .map(|setting| (setting.key, keys::secret_of_user(setting.key)))
            .collect()
    }

    /// The secrets that it needs.
    fn secrets(&self) -> Vec<String> {
        let first = if self.backend.token_auth.contains(&self.auth.as_str()) { "token" } else { "password" };
        let second = self.second_users().into_iter().map(|(_, secret)| secret);
        std::iter::once(first.to_owned()).chain(second).collect()
    }

    /// The files with a secret that others can read: each with its key, and in words for the user.
    pub fn readable_by_others(&self) -> Vec<(String, String)> {
        let secret_files = self.values.iter().filter_map(|(key, sourced)| match &sourced.value {
            Value::Secret(SecretSource::File(path)) => Some((key, path)),
            Value::Path(path) if key == "client_key" => Some((key, path)),
            _ => None,
        });
        let readable = secret_files.filter_map(|(key, path)| {
            let mode = files::mode_readable_by_others(&path.path)?;
            let message = format!(
                "{key} {path} of profile {} can be read by others (mode {mode:04o}): chmod 600 it",
                self.name
            );
            Some((key.clone(), message))
        });
        readable.collect()
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        match (self.url.host_str(), self.url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        }
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
