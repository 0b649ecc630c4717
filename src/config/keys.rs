//! The table of keys: what can be set, where, what each key holds, and its value where nobody sets it.
//!
//! The file, the environment, flags, `config init`, `config show`, the manual's list and the messages about unknown keys
//! are made from it. What a backend adds comes from its [`Descriptor`]. How a value is read is in `value`.

use std::collections::BTreeSet;

use clap::ValueEnum;

use super::values::{Source, Values};
use crate::api::{BACKENDS, Descriptor, SettingKind, described};
use crate::error::Error;
use crate::http::address::is_loopback;
use crate::render::Format;
use crate::render::progress::ProgressMode;
use crate::render::style::ColorChoice;
use crate::util::duration::duration_text;

/// The backends that a configuration is read against.
pub type Backends = &'static [&'static Descriptor];

/// What a key holds.
#[derive(Debug)]
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
    OneOf(Vec<String>),
    Headers,
    Secret,
    SecretFile,
    SecretEnv,
    SecretCommand,
    SecretPrompt,
}

impl Kind {
    /// Whether it says where a secret is.
    pub fn is_secret(&self) -> bool {
        use Kind::{Secret, SecretCommand, SecretEnv, SecretFile, SecretPrompt};
        matches!(self, Secret | SecretFile | SecretEnv | SecretCommand | SecretPrompt)
    }
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

#[derive(Debug)]
pub(super) struct Key {
    pub name: String,
    pub kind: Kind,
    pub place: Place,
    /// The value that it has in every profile where nobody sets it.
    pub built_in: Option<String>,
    /// What the file that `config init` writes shows as its value: the built-in one, or that of most commands.
    pub example: Option<String>,
    /// A remark beside it in that file.
    pub help: &'static str,
}

/// The keys of a run and of a profile, with the defaults of this backend, but for `backend` itself, the secrets, and what
/// only this backend has.
fn table(backend: Option<&Descriptor>) -> Vec<Key> {
    let interval = backend.and_then(|backend| backend.interval).map(duration_text);
    let interval = interval.as_deref().unwrap_or("2s");
    let complete_ids = "true lets TAB log in and list the ids of tasks: see `taskctl completions --help`";
    let retry_for = "how long a watch goes on without one good answer";
    vec![
        run("output", one_of::<Format>(), "table", ""),
        both("interval", Kind::Duration, interval, "the first gap between two looks at a task"),
        both("max_interval", Kind::Duration, "15s", "the gap grows up to this while nothing changes"),
        Key { place: Place::Anywhere, ..run("retry_for", Kind::Duration, "5m", retry_for) },
        Key { place: Place::Anywhere, ..profile("timeout", Kind::Duration, None) },
        both("connect_timeout", Kind::Limit, "10s", ""),
        both("request_timeout", Kind::Limit, "30s", ""),
        run("progress", one_of::<ProgressMode>(), "auto", ""),
        run("color", one_of::<ColorChoice>(), "auto", ""),
        run("utc", Kind::Switch, "false", ""),
        run("jobs", Kind::Count, "8", "requests in flight for a profile"),
        run("heartbeat", Kind::Duration, "60s", ""),
        both("complete_ids", Kind::Switch, "false", complete_ids),
        profile("url", Kind::Url, None),
        profile("username", Kind::Text, backend.and_then(|backend| backend.username)),
        profile("ca_file", Kind::Path, None),
        profile("tls_pin", Kind::Pin, None),
        profile("insecure", Kind::Switch, Some("false")),
        profile("client_cert", Kind::Path, None),
        profile("client_key", Kind::Path, None),
        profile("allow_http", Kind::Switch, None),
        Key { place: Place::ProfileOnly, ..profile("headers", Kind::Headers, None) },
    ]
}

/// A key of a profile.
fn profile(name: &str, kind: Kind, built_in: Option<&str>) -> Key {
    let built_in = built_in.map(str::to_owned);
    Key { name: name.to_owned(), kind, place: Place::Profile, example: built_in.clone(), built_in, help: "" }
}

/// A key of a profile and of `[defaults]`.
fn both(name: &str, kind: Kind, built_in: &str, help: &'static str) -> Key {
    Key { place: Place::Anywhere, help, ..profile(name, kind, Some(built_in)) }
}

/// A key of `[defaults]` whose value is each command's own where nobody sets it.
fn run(name: &str, kind: Kind, example: &str, help: &'static str) -> Key {
    Key { place: Place::Defaults, help, example: Some(example.to_owned()), ..profile(name, kind, None) }
}

/// The words of an enum of the command line.
fn one_of<T: ValueEnum>() -> Kind {
    let values = T::value_variants().iter().filter_map(T::to_possible_value);
    Kind::OneOf(values.map(|value| value.get_name().to_owned()).collect())
}

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
    let mut keys = table(None);
    keys.retain(|key| matches!(key.place, Place::Defaults | Place::Anywhere));
    keys
}

/// The keys that a profile of this backend may have, `backend` aside, by name and with this backend's defaults. Of no
/// known backend: those that all have.
pub(super) fn of_profile(backend: Option<&Descriptor>) -> Vec<Key> {
    let mut keys = table(backend);
    keys.retain(|key| key.place != Place::Defaults);
    keys.extend(secrets_of(backend).iter().flat_map(|secret| of_secret(secret)));
    if let Some(backend) = backend {
        keys.extend(backend.settings.iter().map(|setting| {
            let kind = match setting.kind {
                SettingKind::Text | SettingKind::Username => Kind::Text,
                SettingKind::Switch => Kind::Switch,
                SettingKind::Url => Kind::Url,
            };
            // A setting without a flag is about one system.
            let place = if setting.flag.is_some() { Place::Profile } else { Place::ProfileOnly };
            Key { place, ..profile(setting.key, kind, None) }
        }));
        if let Some(first) = backend.auth.first() {
            let words = backend.auth.iter().map(|word| (*word).to_owned()).collect();
            keys.push(profile("auth", Kind::OneOf(words), Some(first)));
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

/// The keys that say where a secret (`password`, `token`) is.
pub(super) fn of_secret(secret: &str) -> [Key; 5] {
    let key = |suffix: &str, kind| {
        let name = format!("{secret}{suffix}");
        Key { place: Place::ProfileOnly, ..profile(&name, kind, None) }
    };
    [
        key("", Kind::Secret),
        key("_file", Kind::SecretFile),
        key("_env", Kind::SecretEnv),
        key("_command", Kind::SecretCommand),
        key("_prompt", Kind::SecretPrompt),
    ]
}

/// The names of the backends whose profiles have this key.
pub(super) fn owners(backends: Backends, key: &str) -> Vec<&'static str> {
    let has_key = |backend: &&&'static Descriptor| find(&of_profile(Some(backend)), key).is_some();
    backends.iter().filter(has_key).map(|backend| backend.name).collect()
}

/// The backend of this name or alias, or the described API.
pub(super) fn backend_named(backends: Backends, name: &str) -> Option<&'static Descriptor> {
    backends.iter().copied().find(|backend| backend.is(name)).or_else(|| described::find(name))
}

/// The names of the backends, then their aliases.
pub(super) fn backend_words<'a>(backends: Backends) -> impl Iterator<Item = &'a str> {
    let names = backends.iter().map(|backend| backend.name);
    let aliases = backends.iter().flat_map(|backend| backend.aliases.iter().copied());
    names.chain(aliases).chain(described::names())
}

/// The names of the backends, in a message.
pub(super) fn backend_names(backends: Backends) -> String {
    backends.iter().map(|backend| backend.name).chain(described::names()).collect::<Vec<_>>().join(", ")
}

/// The keys that stand without what they need, or beside what makes no sense with them, and the addresses that would
/// send secrets in the clear; each with what is wrong. `label` names an address.
pub(super) fn conflicts(
    values: &Values,
    is_set: impl Fn(&str) -> bool,
    label: impl Fn(&str, &Source) -> String,
) -> Vec<(&str, Error)> {
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
