//! The table of keys: what can be set, where, what each key holds, and its value where nobody sets it.
//!
//! The file, the environment, flags, `config init`, `config show`, the manual's list and the messages about unknown keys
//! are made from it. What a backend adds comes from its [`Descriptor`]. How a value is read is in `value`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use clap::ValueEnum;

use super::values::{Source, Values};
use crate::api::{BACKENDS, Descriptor, SettingKind};
use crate::error::Error;
use crate::http::address::is_loopback;
use crate::render::Format;
use crate::render::progress::ProgressMode;
use crate::render::style::ColorChoice;
use crate::util::duration::duration_text;

/// The backends that a configuration is read against.
pub type Backends = &'static [&'static Descriptor];

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Switch,
    Duration,
    /// A duration above 0.
    Limit,
    Url,
    Path,
    Pin,
    /// A whole number above 0.
    Count,
    OneOf(&'static [&'static str]),
    /// One of the words of an enum of the command line.
    Words(fn() -> Vec<String>),
    Headers,
    Secret,
    SecretFile,
    SecretEnv,
    SecretCommand,
    SecretPrompt,
}

/// Where a key may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a profile; no environment variable spreads it over all of them.
    ProfileOnly,
    /// In a profile, and by the environment.
    Profile,
    /// In `[defaults]`, and by the environment.
    Defaults,
    /// In all three.
    Anywhere,
}

/// The value of a key that nobody sets.
#[derive(Clone, Debug)]
pub(super) enum DefaultValue {
    None,
    /// The same for every command, part of every profile.
    BuiltIn(Cow<'static, str>),
    /// Each command's own; this is what most of them have.
    OfCommand(&'static str),
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub name: Cow<'static, str>,
    pub kind: Kind,
    pub place: Place,
    pub default: DefaultValue,
    /// A remark beside it in the file that `config init` writes.
    pub help: &'static str,
}

/// The keys that do not depend on a backend, but for `backend` itself and the secrets.
static KEYS: &[Key] = &[
    run("output", Kind::Words(words::<Format>), "table", ""),
    both("interval", Kind::Duration, built_in("2s"), "the first gap between two looks at a task"),
    both("max_interval", Kind::Duration, built_in("15s"), "the gap grows up to this while nothing changes"),
    both(
        "retry_for",
        Kind::Duration,
        DefaultValue::OfCommand("5m"),
        "how long a watch goes on without one good answer",
    ),
    both("timeout", Kind::Duration, DefaultValue::None, ""),
    both("connect_timeout", Kind::Limit, built_in("10s"), ""),
    both("request_timeout", Kind::Limit, built_in("30s"), ""),
    run("progress", Kind::Words(words::<ProgressMode>), "auto", ""),
    run("color", Kind::Words(words::<ColorChoice>), "auto", ""),
    run("utc", Kind::Switch, "false", ""),
    run("jobs", Kind::Count, "8", "requests in flight for a profile"),
    run("heartbeat", Kind::Duration, "60s", ""),
    both(
        "complete_ids",
        Kind::Switch,
        built_in("false"),
        "true lets TAB log in and list the ids of tasks: see `taskctl completions --help`",
    ),
    profile("url", Kind::Url, DefaultValue::None),
    profile("username", Kind::Text, DefaultValue::None),
    profile("ca_file", Kind::Path, DefaultValue::None),
    profile("tls_pin", Kind::Pin, DefaultValue::None),
    profile("insecure", Kind::Switch, built_in("false")),
    profile("client_cert", Kind::Path, DefaultValue::None),
    profile("client_key", Kind::Path, DefaultValue::None),
    profile("allow_http", Kind::Switch, DefaultValue::None),
    profile_only(Cow::Borrowed("headers"), Kind::Headers),
];

const fn run(name: &'static str, kind: Kind, default: &'static str, help: &'static str) -> Key {
    let default = DefaultValue::OfCommand(default);
    Key { name: Cow::Borrowed(name), kind, place: Place::Defaults, default, help }
}

const fn both(name: &'static str, kind: Kind, default: DefaultValue, help: &'static str) -> Key {
    Key { name: Cow::Borrowed(name), kind, place: Place::Anywhere, default, help }
}

const fn profile(name: &'static str, kind: Kind, default: DefaultValue) -> Key {
    Key { name: Cow::Borrowed(name), kind, place: Place::Profile, default, help: "" }
}

const fn profile_only(name: Cow<'static, str>, kind: Kind) -> Key {
    Key { name, kind, place: Place::ProfileOnly, default: DefaultValue::None, help: "" }
}

const fn built_in(text: &'static str) -> DefaultValue {
    DefaultValue::BuiltIn(Cow::Borrowed(text))
}

fn words<T: ValueEnum>() -> Vec<String> {
    let values = T::value_variants().iter().filter_map(T::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

/// The keys by which a secret (`password`, `token`) is found: its name and what follows it.
const SECRET_KEYS: [(&str, Kind); 5] = [
    ("", Kind::Secret),
    ("_file", Kind::SecretFile),
    ("_env", Kind::SecretEnv),
    ("_command", Kind::SecretCommand),
    ("_prompt", Kind::SecretPrompt),
];

/// What a profile says about whom to trust and what else to send: it is meant for one host and stays with it.
pub(super) const BOUND_TO_HOST: &[&str] =
    &["headers", "ca_file", "tls_pin", "insecure", "client_cert", "client_key", "allow_http"];

/// The keys that say whom to trust.
pub(super) const TRUST: [&str; 3] = ["insecure", "tls_pin", "ca_file"];

impl Key {
    /// The environment variable that sets it.
    pub fn variable(&self) -> Option<String> {
        (self.place != Place::ProfileOnly).then(|| variable(&self.name))
    }
}

/// The environment variable of a key, or of a secret.
pub(super) fn variable(key: &str) -> String {
    format!("TASKCTL_{}", key.to_uppercase())
}

/// The flag of a key.
pub(super) fn flag(key: &str, backends: Backends) -> String {
    let of_setting = backends.iter().find_map(|backend| backend.setting(key)?.flag);
    format!("--{}", of_setting.map_or_else(|| key.replace('_', "-"), str::to_owned))
}

/// The variables that stand for a key of a profile or of `[defaults]`, sorted: those of secrets, and the others.
pub fn variables() -> (Vec<String>, Vec<String>) {
    let mut keys: BTreeSet<String> = of_defaults().iter().filter_map(Key::variable).collect();
    let mut secrets = BTreeSet::new();
    for backend in BACKENDS {
        keys.extend(of_profile(Some(backend)).iter().filter_map(Key::variable));
        for secret in secrets_of(Some(backend)) {
            secrets.extend([variable(&secret), variable(&format!("{secret}_file"))]);
        }
    }
    (secrets.into_iter().collect(), keys.into_iter().collect())
}

/// The keys of `[defaults]`.
pub(super) fn of_defaults() -> Vec<Key> {
    KEYS.iter().filter(|key| matches!(key.place, Place::Defaults | Place::Anywhere)).cloned().collect()
}

/// The keys that a profile of this backend may have, `backend` aside, by name and with this backend's defaults. Of no
/// known backend: those that all have.
pub(super) fn of_profile(backend: Option<&Descriptor>) -> Vec<Key> {
    let mut keys: Vec<Key> = KEYS.iter().filter(|key| key.place != Place::Defaults).cloned().collect();
    for secret in secrets_of(backend) {
        keys.extend(of_secret(&secret));
    }
    if let Some(backend) = backend {
        keys.extend(backend.settings.iter().map(|setting| {
            let kind = match setting.kind {
                SettingKind::Text | SettingKind::Username => Kind::Text,
                SettingKind::Switch => Kind::Switch,
                SettingKind::Url => Kind::Url,
            };
            // A setting without a flag is about one system.
            let place = if setting.flag.is_some() { Place::Profile } else { Place::ProfileOnly };
            Key { place, ..profile(setting.key, kind, DefaultValue::None) }
        }));
        if let Some(first) = backend.auth.first() {
            keys.push(profile("auth", Kind::OneOf(backend.auth), built_in(first)));
        }
        for key in &mut keys {
            let own = match key.name.as_ref() {
                "interval" => backend.interval.map(|interval| Cow::Owned(duration_text(interval))),
                "username" => backend.username.map(Cow::Borrowed),
                _ => None,
            };
            key.default = own.map_or(key.default.clone(), DefaultValue::BuiltIn);
        }
    }
    keys.sort_by(|a, b| a.name.cmp(&b.name));
    keys
}

pub(super) fn find<'k>(keys: &'k [Key], name: &str) -> Option<&'k Key> {
    keys.iter().find(|key| key.name == name)
}

/// The secrets that a profile of this backend may have.
pub(super) fn secrets_of(backend: Option<&Descriptor>) -> Vec<String> {
    let mut secrets = vec!["password".to_owned()];
    if let Some(backend) = backend {
        secrets.extend((!backend.token_auth.is_empty()).then(|| "token".to_owned()));
        let users = backend.settings.iter().filter(|setting| setting.kind == SettingKind::Username);
        secrets.extend(users.map(|setting| secret_of_user(setting.key)));
    }
    secrets
}

/// The secret that goes with a setting of [`SettingKind::Username`].
pub(super) fn secret_of_user(username_key: &str) -> String {
    username_key.replace("username", "password")
}

/// The keys that say where a secret is.
pub(super) fn of_secret(secret: &str) -> impl Iterator<Item = Key> {
    let key = move |(suffix, kind)| profile_only(format!("{secret}{suffix}").into(), kind);
    SECRET_KEYS.into_iter().map(key)
}

/// The names of the backends whose profiles have this key.
pub(super) fn owners(backends: Backends, key: &str) -> Vec<&'static str> {
    let has_key = |backend: &&&'static Descriptor| find(&of_profile(Some(backend)), key).is_some();
    backends.iter().filter(has_key).map(|backend| backend.name).collect()
}

/// The backend of this name or alias.
pub(super) fn backend_named(backends: Backends, name: &str) -> Option<&'static Descriptor> {
    backends.iter().copied().find(|backend| backend.is(name))
}

/// The names of the backends, then their aliases.
pub(super) fn backend_words<'a>(backends: Backends) -> impl Iterator<Item = &'a str> {
    let names = backends.iter().map(|backend| backend.name);
    names.chain(backends.iter().flat_map(|backend| backend.aliases.iter().copied()))
}

/// The names of the backends, in a message.
pub(super) fn backend_names(backends: Backends) -> String {
    backends.iter().map(|backend| backend.name).collect::<Vec<_>>().join(", ")
}

/// The keys that stand without what they need, or beside what makes no sense with them, and the addresses that would
/// send secrets in the clear; each with what is wrong. `label` names an address.
pub(super) fn conflicts<'v>(
    values: &'v Values,
    is_set: impl Fn(&str) -> bool,
    label: impl Fn(&str, &Source) -> String,
) -> Vec<(&'v str, Error)> {
    let mut found = Vec::new();
    for (key, other) in [("client_cert", "client_key"), ("client_key", "client_cert")] {
        if is_set(key) && !is_set(other) {
            found.push((key, Error::config(format!("`{key}` needs `{other}` beside it"))));
        }
    }
    if let Some(other) = ["tls_pin", "ca_file"].into_iter().find(|key| is_set("insecure") && is_set(key)) {
        let message = format!("`insecure` trusts anyone, which makes `{other}` beside it mean nothing");
        let hint = "take one of them out; `insecure` is the one that protects nothing";
        found.push(("insecure", Error::config(message).hint(hint)));
    }
    for (key, url, source) in values.urls() {
        if url.scheme() == "http" && !is_loopback(url) && !values.is_on("allow_http") {
            let message = format!("{} is http://, which anyone on the way can read", label(key, source));
            let hint = "use https://, or set allow_http = true in the profile";
            found.push((key, Error::config(message).hint(hint)));
        }
    }
    found
}

/// Checks that references can name a profile of this backend by its name.
///
/// # Errors
/// When they could not.
pub fn check_name(name: &str, backend: Option<&Descriptor>, backends: Backends) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::config("a profile needs a name"));
    }
    if name.contains('/') {
        return Err(Error::config(format!("the profile's name {name:?} holds `/`"))
            .hint("a reference is split at its first `/`, so that no name may hold one"));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::config(format!("the profile's name {name:?} holds a control character")));
    }
    match (backend_named(backends, name), backend) {
        (Some(other), Some(own)) if other.name != own.name => {
            Err(Error::config(format!("the profile's name {name:?} is the name of backend {}", other.name))
                .hint(format!("this profile is {}: give it another name", own.name)))
        }
        _ => Ok(()),
    }
}
