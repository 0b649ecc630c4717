//! A profile with every value decided: flag > environment > profile > `[defaults]` > built in.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ::http::HeaderMap;
use url::Url;

use super::choose::Overrides;
use super::keys::{self, FilePath, Registry, SecretSource, Shape, Value};
use super::read::{Entry, Values};
use super::{Base, Config, Scope, Source, Sourced};
use crate::api::{Descriptor, Options};
use crate::error::Error;
use crate::util::env::Env;
use crate::util::files;

/// The first gap between two looks, where the backend has none of its own.
const INTERVAL: Duration = Duration::from_secs(2);
const MAX_INTERVAL: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// What a profile says about whom to trust and what else to send: it is meant for one host and stays with it.
const BOUND_TO_HOST: &[&str] =
    &["headers", "ca_file", "tls_pin", "insecure", "client_cert", "client_key", "allow_http"];

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
    /// The one certificate to trust, as `SHA-256:AB:CD:…`, 32 pairs in capitals.
    pub tls_pin: Option<String>,
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
    /// The first gap between two looks.
    pub interval: Duration,
    /// The longest gap.
    pub max_interval: Duration,
    /// How long to go on without one good answer; `None` leaves it to the command.
    pub retry_for: Option<Duration>,
    /// The deadline of a watch; `None` is none.
    pub timeout: Option<Duration>,
    /// Whether completion may log in to offer the ids of tasks.
    pub complete_ids: bool,
    /// Why the secrets of the profile in the file are not used: the address was overridden with another host's.
    pub withheld: Option<String>,
    values: Values,
}

/// A line of `config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The key.
    pub key: String,
    /// The value; secrets are starred.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

/// The values of a run that belong to no profile, by environment and `[defaults]`. Absent ones are the command's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// One of [`super::OUTPUTS`].
    pub output: Option<Sourced<String>>,
    /// One of [`super::PROGRESS`].
    pub progress: Option<Sourced<String>>,
    /// One of [`super::COLORS`].
    pub color: Option<Sourced<String>>,
    /// Times for people in UTC.
    pub utc: Option<Sourced<bool>>,
    /// Requests in flight for a profile, above 0.
    pub jobs: Option<Sourced<usize>>,
    /// The gap between signs of life in plain progress.
    pub heartbeat: Option<Sourced<Duration>>,
}

/// The environment variable of a key.
fn variable(key: &str) -> String {
    format!("TASKCTL_{}", key.to_uppercase())
}

/// The variables that stand for a key of a profile or of `[defaults]`, sorted: those of secrets, and the others.
pub fn variables() -> (Vec<String>, Vec<String>) {
    let mut keys: BTreeSet<String> = keys::DEFAULTS.iter().map(|(key, _)| (*key).to_owned()).collect();
    let mut secrets = BTreeSet::new();
    for backend in crate::api::BACKENDS {
        let known = keys::profile_keys(Some(backend));
        keys.extend(
            known
                .into_iter()
                .filter(|(key, shape)| is_in_environment(key, *shape, backend))
                .map(|(key, _)| key),
        );
        for family in keys::families(backend) {
            secrets.insert(variable(&family));
            secrets.insert(format!("{}_FILE", variable(&family)));
        }
    }
    (secrets.into_iter().collect(), keys.iter().map(|key| variable(key)).collect())
}

/// Whether the environment may give a key: a setting without a flag is about one system, and no variable may spread
/// it over all.
fn is_in_environment(key: &str, shape: Shape, backend: &Descriptor) -> bool {
    let in_profile_only = backend.setting(key).is_some_and(|setting| setting.flag.is_none());
    !in_profile_only && !matches!(shape, Shape::Secret(_) | Shape::Headers)
}

/// The working directory and the home: what paths of flags and variables are relative to.
fn outside(env: &Env) -> Base {
    Base { home: files::home(env), directory: std::path::PathBuf::new() }
}

/// The value that the environment gives a key.
fn from_env(key: &str, shape: Shape, env: &Env) -> Result<Option<Sourced<Value>>, Error> {
    let name = variable(key);
    let Some(text) = env.get(&name) else { return Ok(None) };
    match keys::read_text(shape, text, &outside(env)) {
        Ok(value) => Ok(Some(Sourced { value, source: Source::Env(name) })),
        Err(unfit) => Err(unfit.config_error(Some(&name))),
    }
}

impl Config {
    /// The values of a run that belong to no profile.
    ///
    /// # Errors
    /// When the file as a whole, or a variable, is wrong.
    pub fn defaults(&self, env: &Env) -> Result<Defaults, Error> {
        let found = self.of_run(env)?;
        let text = |key| {
            found.get(key).and_then(|sourced| match &sourced.value {
                Value::Text(text) => Some(Sourced { value: text.clone(), source: sourced.source.clone() }),
                _ => None,
            })
        };
        Ok(Defaults {
            output: text("output"),
            progress: text("progress"),
            color: text("color"),
            utc: found.get("utc").and_then(|sourced| match sourced.value {
                Value::Switch(value) => Some(Sourced { value, source: sourced.source.clone() }),
                _ => None,
            }),
            jobs: found.get("jobs").and_then(|sourced| match sourced.value {
                Value::Count(value) => Some(Sourced { value, source: sourced.source.clone() }),
                _ => None,
            }),
            heartbeat: found.get("heartbeat").and_then(|sourced| match sourced.value {
                Value::Duration(value) => Some(Sourced { value, source: sourced.source.clone() }),
                _ => None,
            }),
        })
    }

    /// The values of `[defaults]`, by environment and file.
    fn of_run(&self, env: &Env) -> Result<BTreeMap<&'static str, Sourced<Value>>, Error> {
        self.check(&Scope::File)?;
        let mut found = BTreeMap::new();
        for (key, shape) in keys::DEFAULTS {
            let in_file = || self.content.defaults.get(*key).cloned();
            if let Some(sourced) = from_env(key, *shape, env)?.or_else(in_file) {
                found.insert(*key, sourced);
            }
        }
        Ok(found)
    }

    /// Every value that a run with this profile would have, and where it came from: the profile's, what the environment
    /// would give for a secret that the profile has no source for, and those of the run. Secrets are starred, unless
    /// `reveal` asks for those that the file itself holds.
    ///
    /// # Errors
    /// When the file as a whole, or a variable, is wrong.
    pub fn show(&self, profile: &Profile, reveal: bool, env: &Env) -> Result<Vec<Shown>, Error> {
        let mut shown = profile.show(reveal);
        for family in profile.secret_families().iter().filter(|family| profile.secret(family).is_none()) {
            let (variable, file) = (variable(family), format!("{}_FILE", variable(family)));
            let given = |name: String, key: String, value: &dyn Fn(&str) -> String| {
                env.get(&name).map(|text| Shown { key, value: value(text), source: Source::Env(name) })
            };
            shown.extend(given(variable, family.clone(), &|_| keys::STARS.to_owned()));
            shown.extend(given(file, format!("{family}_file"), &str::to_owned));
        }
        let of_profile = |key: &str| keys::profile_keys(Some(profile.backend)).contains_key(key);
        shown.extend(self.of_run(env)?.into_iter().filter(|(key, _)| !of_profile(key)).map(
            |(key, sourced)| Shown {
                key: key.to_owned(),
                value: sourced.value.to_string(),
                source: sourced.source,
            },
        ));
        Ok(shown)
    }

    /// Decides every value of a profile of the file (`entry`), or of one made from flags and environment alone.
    pub(super) fn resolve(
        &self,
        entry: Option<&Entry>,
        backend: &'static Descriptor,
        overrides: &Overrides,
        env: &Env,
    ) -> Result<Profile, Error> {
        let known = keys::profile_keys(Some(backend));
        for key in overrides.keys() {
            if !known.contains_key(key) {
                let owners = keys::owners(self.registry, key, Some(backend));
                let error = Error::usage(format!(
                    "{} is no flag of backend {}",
                    flag(key, self.registry),
                    backend.name
                ));
                return Err(match owners.as_slice() {
                    [] => error,
                    owners => error.hint(format!("it belongs to {}", owners.join(", "))),
                });
            }
        }
        let mut values = Values::new();
        for (key, shape) in &known {
            if let Some(value) = self.outer(key, *shape, backend, overrides, env)? {
                values.insert(key.clone(), value);
            }
        }
        let (moved, withheld) = entry.map_or((false, None), |entry| withheld(entry, &values));
        if let Some(entry) = entry {
            for (key, sourced) in &entry.values {
                let is_secret = matches!(sourced.value, Value::Secret(_));
                let stays_behind =
                    is_secret && withheld.is_some() || moved && BOUND_TO_HOST.contains(&key.as_str());
                if !stays_behind {
                    values.entry(key.clone()).or_insert_with(|| sourced.clone());
                }
            }
        }
        for (key, sourced) in &self.content.defaults {
            if known.contains_key(key) {
                values.entry(key.clone()).or_insert_with(|| sourced.clone());
            }
        }
        one_rule_of_trust(&mut values)?;
        built_in(&mut values, backend);
        let name = entry.map_or(backend.name, |entry| entry.name.as_str()).to_owned();
        Profile::new(name, entry.is_none(), backend, values, withheld)
    }

    /// What flags or environment give a key.
    fn outer(
        &self,
        key: &str,
        shape: Shape,
        backend: &Descriptor,
        overrides: &Overrides,
        env: &Env,
    ) -> Result<Option<Sourced<Value>>, Error> {
        if let Some(text) = overrides.get(key) {
            let flag = flag(key, self.registry);
            return match keys::read_text(shape, text, &outside(env)) {
                Ok(value) => Ok(Some(Sourced { value, source: Source::Flag(flag) })),
                Err(unfit) => {
                    let mut error = Error::usage(unfit.about(&flag));
                    error.hints.extend(unfit.hint);
                    Err(error)
                }
            };
        }
        if !is_in_environment(key, shape, backend) {
            return Ok(None);
        }
        from_env(key, shape, env)
    }
}

/// Keeps the rule of trust of the outermost source that gives one: `--insecure` replaces the `ca_file` of a profile,
/// `--ca-file` its `insecure`. At one source, `insecure` beside another rule contradicts it. `tls_pin` and `ca_file`
/// may stand together: the pin is for the host of `url`, the file for another host that the profile names.
fn one_rule_of_trust(values: &mut Values) -> Result<(), Error> {
    let rank = |source: &Source| match source {
        Source::Flag(_) => 0,
        Source::Env(_) => 1,
        _ => 2,
    };
    let given = |values: &Values, key: &str| {
        let sourced = values.get(key)?;
        (!matches!(sourced.value, Value::Switch(false))).then(|| rank(&sourced.source))
    };
    let outermost = keys::TRUST.iter().filter_map(|key| given(values, key)).min();
    values.retain(|key, sourced| {
        !keys::TRUST.contains(&key.as_str())
            || outermost.is_none_or(|outermost| rank(&sourced.source) <= outermost)
    });
    match keys::contradiction(|key| given(values, key).is_some()) {
        Some(other) => Err(Error::config(keys::contradiction_text(other)).hint(keys::CONTRADICTION_HINT)),
        None => Ok(()),
    }
}

/// The flag that sets a key.
fn flag(key: &str, registry: Registry) -> String {
    let of_setting = registry.iter().find_map(|backend| backend.setting(key)?.flag);
    format!("--{}", of_setting.map_or_else(|| key.replace('_', "-"), str::to_owned))
}

/// Whether flags or environment lead to another host than the profile's own, and the words for it.
///
/// Who can set an address must not thereby receive the secret that a profile keeps for its own host.
fn withheld(entry: &Entry, outer: &Values) -> (bool, Option<String>) {
    let mut moved = false;
    let mut words = None;
    for (key, sourced) in outer {
        let Value::Url(url) = &sourced.value else { continue };
        let own = entry.values.get(key).and_then(|own| match &own.value {
            Value::Url(own) => Some(own),
            _ => None,
        });
        if own.is_some_and(|own| own.origin() == url.origin()) || own.is_none() && entry.is_at(url) {
            continue;
        }
        let is_base = key == "url";
        moved |= is_base;
        if is_base || words.is_none() {
            let kept = if is_base { "secrets, headers and trust settings" } else { "secrets" };
            words = Some(format!(
                "{} leads to {}: the {kept} that profile {} has for its own host are not used",
                sourced.source,
                url.origin().ascii_serialization(),
                entry.name,
            ));
        }
    }
    (moved, words)
}

fn built_in(values: &mut Values, backend: &Descriptor) {
    let mut set = |key: &str, value: Value| {
        let sourced = Sourced { value, source: Source::BuiltIn };
        values.entry(key.to_owned()).or_insert(sourced);
    };
    set("connect_timeout", Value::Duration(CONNECT_TIMEOUT));
    set("request_timeout", Value::Duration(REQUEST_TIMEOUT));
    set("interval", Value::Duration(backend.interval.unwrap_or(INTERVAL)));
    set("max_interval", Value::Duration(MAX_INTERVAL));
    set("insecure", Value::Switch(false));
    set("complete_ids", Value::Switch(false));
    if let Some(auth) = backend.auth.first() {
        set("auth", Value::Text((*auth).to_owned()));
    }
    if let Some(username) = backend.username {
        set("username", Value::Text(username.to_owned()));
    }
}

impl Profile {
    fn new(
        name: String,
        ad_hoc: bool,
        backend: &'static Descriptor,
        values: Values,
        withheld: Option<String>,
    ) -> Result<Profile, Error> {
        let get = |key: &str| values.get(key).map(|sourced| &sourced.value);
        let text = |key: &str| match get(key) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let path = |key: &str| match get(key) {
            Some(Value::Path(path)) => Some(path.clone()),
            _ => None,
        };
        let duration = |key: &str| match get(key) {
            Some(Value::Duration(duration)) => Some(*duration),
            _ => None,
        };
        let switch = |key: &str| matches!(get(key), Some(Value::Switch(true)));
        let Some(Value::Url(url)) = get("url") else {
            return Err(Error::config(format!("profile {name} has no `url`")));
        };
        for (key, sourced) in &values {
            if let Value::Url(url) = &sourced.value
                && super::is_open(url)
                && !switch("allow_http")
            {
                let label = match &sourced.source {
                    Source::Flag(flag) => flag.clone(),
                    Source::Env(variable) => variable.clone(),
                    _ => format!("`{key}` of profile {name}"),
                };
                return Err(Error::config(format!("{label} {}", super::OPEN)).hint(super::OPEN_HINT));
            }
        }
        for (one, other) in [("client_cert", "client_key"), ("client_key", "client_cert")] {
            if get(one).is_some() && get(other).is_none() {
                return Err(Error::config(format!("`{one}` needs `{other}` beside it")));
            }
        }
        let mut settings = Options::default();
        for setting in backend.settings {
            if let Some(value) = get(setting.key) {
                settings.set(setting.key, value.to_string());
            }
        }
        let headers = match get("headers") {
            Some(Value::Headers(headers)) => headers.clone(),
            _ => HeaderMap::new(),
        };
        Ok(Profile {
            url: url.clone(),
            username: text("username"),
            auth: text("auth").unwrap_or_default(),
            settings,
            ca_file: path("ca_file"),
            tls_pin: text("tls_pin"),
            insecure: switch("insecure"),
            client_cert: path("client_cert"),
            client_key: path("client_key"),
            headers,
            connect_timeout: duration("connect_timeout").unwrap_or(CONNECT_TIMEOUT),
            request_timeout: duration("request_timeout").unwrap_or(REQUEST_TIMEOUT),
            interval: duration("interval").unwrap_or(INTERVAL),
            max_interval: duration("max_interval").unwrap_or(MAX_INTERVAL),
            retry_for: duration("retry_for"),
            timeout: duration("timeout"),
            complete_ids: switch("complete_ids"),
            name,
            ad_hoc,
            backend,
            withheld,
            values,
        })
    }

    /// Where the value of a key came from, if it has one.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.values.get(key).map(|sourced| &sourced.source)
    }

    /// Where the secret of a family (`password`, `token`, `site_password`) is found, if the profile says so: the key
    /// that says it and what it says.
    pub fn secret(&self, family: &str) -> Option<(String, &SecretSource)> {
        keys::FAMILY.iter().find_map(|(suffix, _)| {
            let key = format!("{family}{suffix}");
            match &self.values.get(&key)?.value {
                Value::Secret(source) => Some((key, source)),
                _ => None,
            }
        })
    }

    /// The pairs of a second user name and the family of its secret that are set: `("site_username", "site_password")`.
    pub fn second_users(&self) -> Vec<(&'static str, String)> {
        self.backend
            .settings
            .iter()
            .filter(|setting| setting.kind == crate::api::SettingKind::Username)
            .filter(|setting| self.settings.get(setting.key).is_some())
            .map(|setting| (setting.key, keys::family_of(setting.key)))
            .collect()
    }

    /// The families of the secrets that it needs.
    pub fn secret_families(&self) -> Vec<String> {
        let first = if self.backend.token_auth.contains(&self.auth.as_str()) { "token" } else { "password" };
        let second = self.second_users().into_iter().map(|(_, family)| family);
        std::iter::once(first.to_owned()).chain(second).collect()
    }

    /// The files it names that hold a secret and that others can read: each with its key, and in words for the user.
    pub fn open_files(&self) -> Vec<(String, String)> {
        let path = |value: &Value, key: &str| match value {
            Value::Secret(SecretSource::File(path)) => Some(path.clone()),
            Value::Path(path) if key == "client_key" => Some(path.clone()),
            _ => None,
        };
        let files = self.values.iter().filter_map(|(key, sourced)| {
            let path = path(&sourced.value, key)?;
            let mode = files::mode_readable_by_others(&path.path)?;
            let words = format!(
                "{key} {path} of profile {} can be read by others (mode {mode:04o}): chmod 600 it",
                self.name
            );
            Some((key.clone(), words))
        });
        files.collect()
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
    pub fn show(&self, reveal: bool) -> Vec<Shown> {
        const FIRST: [&str; 3] = ["url", "auth", "username"];
        let line = |(key, sourced): (&String, &Sourced<Value>)| Shown {
            key: key.clone(),
            value: if reveal { sourced.value.revealed() } else { sourced.value.to_string() },
            source: sourced.source.clone(),
        };
        let first = FIRST.iter().filter_map(|key| self.values.get_key_value(*key));
        let rest = self.values.iter().filter(|(key, _)| !FIRST.contains(&key.as_str()));
        first.chain(rest).map(line).collect()
    }
}
