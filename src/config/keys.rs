//! Which keys there are, what each holds, and how its text is read. Where a key stands in a file is not known here.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::api::{Descriptor, SettingKind};
use crate::util::duration::{duration_text, parse_duration};
pub use crate::util::text::nearest;

/// The list of backends that a configuration is read against.
pub(super) type Registry = &'static [&'static Descriptor];

/// The formats that `output` may name.
pub const OUTPUTS: &[&str] = &["table", "wide", "json", "jsonl", "yaml", "raw"];
/// The values that `progress` may have.
pub const PROGRESS: &[&str] = &["auto", "tty", "plain", "none"];
/// The values that `color` may have.
pub const COLORS: &[&str] = &["auto", "always", "never"];

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Switch,
    Duration,
    /// A duration that cannot be nought.
    Limit,
    Url,
    Path,
    Pin,
    Count,
    OneOf(&'static [&'static str]),
    Headers,
    /// One member of a family of secrets.
    Secret(SecretKind),
}

/// The members of a family of secrets, by what follows the family's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretKind {
    Inline,
    File,
    Env,
    Command,
    Prompt,
}

/// The suffixes of a family of secrets.
pub(super) const FAMILY: [(&str, SecretKind); 5] = [
    ("", SecretKind::Inline),
    ("_file", SecretKind::File),
    ("_env", SecretKind::Env),
    ("_command", SecretKind::Command),
    ("_prompt", SecretKind::Prompt),
];

/// The keys of `[defaults]`.
pub(super) const DEFAULTS: &[(&str, Shape)] = &[
    ("output", Shape::OneOf(OUTPUTS)),
    ("interval", Shape::Duration),
    ("max_interval", Shape::Duration),
    ("retry_for", Shape::Duration),
    ("timeout", Shape::Duration),
    ("connect_timeout", Shape::Limit),
    ("request_timeout", Shape::Limit),
    ("progress", Shape::OneOf(PROGRESS)),
    ("color", Shape::OneOf(COLORS)),
    ("utc", Shape::Switch),
    ("jobs", Shape::Count),
    ("heartbeat", Shape::Duration),
    ("complete_ids", Shape::Switch),
];

/// The keys that every profile may have, beside `backend`, `auth` and the families of secrets.
const COMMON: &[(&str, Shape)] = &[
    ("url", Shape::Url),
    ("username", Shape::Text),
    ("ca_file", Shape::Path),
    ("tls_pin", Shape::Pin),
    ("insecure", Shape::Switch),
    ("client_cert", Shape::Path),
    ("client_key", Shape::Path),
    ("allow_http", Shape::Switch),
    ("connect_timeout", Shape::Limit),
    ("request_timeout", Shape::Limit),
    ("headers", Shape::Headers),
    ("interval", Shape::Duration),
    ("max_interval", Shape::Duration),
    ("retry_for", Shape::Duration),
    ("timeout", Shape::Duration),
    ("complete_ids", Shape::Switch),
];

/// The keys that say whom to trust.
pub(super) const TRUST: [&str; 3] = ["insecure", "tls_pin", "ca_file"];

/// The key that `insecure` cannot stand beside, if both are given.
pub(super) fn contradiction(given: impl Fn(&str) -> bool) -> Option<&'static str> {
    given("insecure").then(|| ["tls_pin", "ca_file"].into_iter().find(|key| given(key))).flatten()
}

/// What is wrong with `insecure` beside this key.
pub(super) fn contradiction_text(other: &str) -> String {
    format!("`insecure` trusts anyone, which makes `{other}` beside it mean nothing")
}

pub(super) const CONTRADICTION_HINT: &str =
    "take one of them out; `insecure` is the one that protects nothing";

/// The backend of this name or alias in a list of backends.
pub(super) fn find_in(registry: Registry, name: &str) -> Option<&'static Descriptor> {
    registry.iter().copied().find(|backend| backend.name == name || backend.aliases.contains(&name))
}

/// The family of the secret that goes with a setting of [`SettingKind::Username`]: `site_password` for
/// `site_username`.
pub(super) fn family_of(username_key: &str) -> String {
    username_key.replace("username", "password")
}

/// The families of secrets that a backend's profile may have.
pub(super) fn families(backend: &Descriptor) -> Vec<String> {
    let mut families = vec!["password".to_owned()];
    if !backend.token_auth.is_empty() {
        families.push("token".to_owned());
    }
    families.extend(own_families(backend));
    families
}

fn own_families(backend: &Descriptor) -> impl Iterator<Item = String> + '_ {
    backend.settings.iter().filter(|s| s.kind == SettingKind::Username).map(|s| family_of(s.key))
}

fn members(family: &str) -> impl Iterator<Item = (String, Shape)> + '_ {
    FAMILY.iter().map(move |(suffix, kind)| (format!("{family}{suffix}"), Shape::Secret(*kind)))
}

/// The keys that only this backend's profiles have.
fn own(backend: &Descriptor) -> impl Iterator<Item = (String, Shape)> + '_ {
    let settings = backend.settings.iter().map(|setting| {
        let shape = match setting.kind {
            SettingKind::Text | SettingKind::Username => Shape::Text,
            SettingKind::Switch => Shape::Switch,
            SettingKind::Url => Shape::Url,
        };
        (setting.key.to_owned(), shape)
    });
    let tokens = (!backend.token_auth.is_empty()).then_some("token");
    let auth = (!backend.auth.is_empty()).then(|| ("auth".to_owned(), Shape::OneOf(backend.auth)));
    let families: Vec<String> = own_families(backend).chain(tokens.map(str::to_owned)).collect();
    let families: Vec<_> = families.iter().flat_map(|family| members(family).collect::<Vec<_>>()).collect();
    settings.chain(families).chain(auth)
}

/// The keys that a profile of this backend may have, `backend` aside. Of no known backend: the common ones.
pub(super) fn profile_keys(backend: Option<&Descriptor>) -> BTreeMap<String, Shape> {
    let mut keys: BTreeMap<String, Shape> =
        COMMON.iter().map(|(key, shape)| ((*key).to_owned(), *shape)).collect();
    keys.extend(members("password"));
    if let Some(backend) = backend {
        keys.extend(own(backend));
    }
    keys
}

/// The names of the backends, other than `except`, whose profiles have this key.
pub(super) fn owners(registry: Registry, key: &str, except: Option<&Descriptor>) -> Vec<&'static str> {
    registry
        .iter()
        .filter(|backend| except.is_none_or(|except| except.name != backend.name))
        .filter(|backend| own(backend).any(|(name, _)| name == key))
        .map(|backend| backend.name)
        .collect()
}

/// What is shown of a secret in the place of it.
pub(super) const STARS: &str = "********";

/// Where a secret is found. Neither its `Display` nor its `Debug` holds the secret.
#[derive(Clone)]
pub enum SecretSource {
    /// It stands in the file itself.
    Inline(SecretString),
    /// It is the content of a file.
    File(FilePath),
    /// It is the value of this environment variable.
    Env(String),
    /// It is the one line that this program prints: its name and its arguments.
    Command(Vec<String>),
    /// It is asked for on the terminal.
    Prompt,
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretSource::Inline(_) => f.write_str(STARS),
            SecretSource::File(path) => path.fmt(f),
            SecretSource::Env(name) => f.write_str(name),
            // Arguments may be as secret as what the program prints.
            SecretSource::Command(argv) if argv.len() > 1 => write!(f, "{} {STARS}", argv[0]),
            SecretSource::Command(argv) => f.write_str(argv.first().map_or("", String::as_str)),
            SecretSource::Prompt => f.write_str("true"),
        }
    }
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            SecretSource::Inline(_) => "Inline",
            SecretSource::File(_) => "File",
            SecretSource::Env(_) => "Env",
            SecretSource::Command(_) => "Command",
            SecretSource::Prompt => "Prompt",
        };
        write!(f, "{name}({self})")
    }
}

/// A path as it was written, and where it leads. Its `Display` is the former.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath {
    /// As the user wrote it.
    pub written: String,
    /// With `~/` and the directory that relative paths begin at put in.
    pub path: PathBuf,
}

impl FilePath {
    /// Resolves what a user wrote.
    pub fn new(written: &str, base: &Base) -> FilePath {
        let path = match (written.strip_prefix("~/"), &base.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => base.directory.join(written),
        };
        FilePath { written: written.to_owned(), path }
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// What paths are relative to.
#[derive(Clone, Debug, Default)]
pub struct Base {
    /// What `~/` stands for.
    pub home: Option<PathBuf>,
    /// Where relative paths begin; empty is the working directory.
    pub directory: PathBuf,
}

/// A value of any key. Its `Display` is for `config show`: no secret is in it.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Switch(bool),
    Duration(Duration),
    Url(Url),
    Path(FilePath),
    Count(usize),
    Headers(HeaderMap),
    Secret(SecretSource),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Switch(on) => on.fmt(f),
            Value::Duration(duration) => f.write_str(&duration_text(*duration)),
            Value::Url(url) => url.fmt(f),
            Value::Path(path) => path.fmt(f),
            Value::Count(count) => count.fmt(f),
            Value::Headers(headers) => {
                let names: Vec<String> = headers.keys().map(|name| format!("{name}: {STARS}")).collect();
                f.write_str(&names.join(", "))
            }
            Value::Secret(source) => source.fmt(f),
        }
    }
}

impl Value {
    /// As its `Display`, but with what the file itself holds shown as it stands.
    pub fn revealed(&self) -> String {
        match self {
            Value::Headers(headers) => {
                let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
                let pairs: Vec<String> =
                    headers.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
                pairs.join(", ")
            }
            Value::Secret(SecretSource::Inline(secret)) => secret.expose_secret().to_owned(),
            Value::Secret(SecretSource::Command(argv)) => format!("{argv:?}"),
            other => other.to_string(),
        }
    }
}

/// Why a text is not what a key holds: one line, and what to do where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    pub message: String,
    pub hint: Option<String>,
}

impl Unfit {
    pub fn new(message: impl Into<String>) -> Unfit {
        Unfit { message: message.into(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Unfit {
        Unfit { hint: Some(hint.into()), ..self }
    }

    /// The message about the key, flag or variable of this label.
    pub fn about(&self, label: &str) -> String {
        let is_sentence = self.message.starts_with('"') || self.message.starts_with("the ");
        format!("{label}{} {}", if is_sentence { ":" } else { "" }, self.message)
    }
}

/// Reads the text of a value: what a flag or an environment variable gives, and the strings of a file.
pub(super) fn read_text(shape: Shape, text: &str, base: &Base) -> Result<Value, Unfit> {
    match shape {
        Shape::Text if text.is_empty() => Err(Unfit::new("is empty").hint("give it a value or leave it out")),
        Shape::Text => Ok(Value::Text(text.to_owned())),
        Shape::Switch => match text {
            "true" | "1" | "yes" => Ok(Value::Switch(true)),
            "false" | "0" | "no" => Ok(Value::Switch(false)),
            _ => Err(Unfit::new(format!("must be true or false, not {text:?}"))),
        },
        Shape::Duration => parse_duration(text).map(Value::Duration).map_err(Unfit::new),
        Shape::Limit => {
            parse_duration(text).map_err(Unfit::new).and_then(|duration| limit(duration).map(Value::Duration))
        }
        Shape::Url => read_url(text).map(Value::Url),
        Shape::Path if text.is_empty() => Err(Unfit::new("is empty").hint("name a file or leave it out")),
        Shape::Path => Ok(Value::Path(FilePath::new(text, base))),
        Shape::Pin => read_pin(text).map(Value::Text),
        Shape::Count => {
            let count = text.parse().ok().filter(|count| *count > 0);
            count
                .map(Value::Count)
                .ok_or_else(|| Unfit::new(format!("must be a whole number above 0, not {text:?}")))
        }
        Shape::OneOf(words) => {
            if words.contains(&text) {
                return Ok(Value::Text(text.to_owned()));
            }
            let unfit = Unfit::new(format!("must be one of {}, not {text:?}", words.join(", ")));
            Err(match nearest(text, words.iter().copied()) {
                Some(word) => unfit.hint(format!("did you mean {word:?}?")),
                None => unfit,
            })
        }
        Shape::Headers | Shape::Secret(_) => Err(Unfit::new("can be set in a profile only")),
    }
}

/// A time limit, which nothing could meet if it were nought.
pub(super) fn limit(duration: Duration) -> Result<Duration, Unfit> {
    if duration.is_zero() { Err(Unfit::new("must be longer than 0")) } else { Ok(duration) }
}

/// Reads an address. What holds a password is never repeated in the error.
pub(super) fn read_url(text: &str) -> Result<Url, Unfit> {
    const EXAMPLE: &str = "write it like https://host.example.com:8443";
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ if text.contains('@') => return Err(Unfit::new("is no http or https address").hint(EXAMPLE)),
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) if !text.contains("://") => {
            return Err(Unfit::new(format!("{text:?} is no http or https address"))
                .hint(format!("did you mean \"https://{text}\"?")));
        }
        Ok(url) => {
            return Err(
                Unfit::new(format!("must begin with https://, not {}://", url.scheme())).hint(EXAMPLE)
            );
        }
        Err(error) => return Err(Unfit::new(format!("{text:?} is no address: {error}")).hint(EXAMPLE)),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unfit::new("must not hold a user name or a password").hint(
            "use `username` and one of password_file, password_env, password_command, password_prompt",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Unfit::new("must end before `?` and `#`").hint("give scheme, host and port only"));
    }
    Ok(url)
}

/// Whether a host is this machine, by its name or its number.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// Reads the SHA-256 of a certificate, with or without `SHA-256:` and colons, and gives it in one form.
fn read_pin(text: &str) -> Result<String, Unfit> {
    let lower = text.trim().to_ascii_lowercase();
    let digits =
        ["sha-256:", "sha256:"].iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if digits.len() != 64 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Unfit::new("is no SHA-256 of a certificate, which has 32 pairs of hexadecimal digits")
            .hint("`taskctl doctor` prints the pin of the server's certificate"));
    }
    let pairs: Vec<String> =
        digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).to_uppercase()).collect();
    Ok(format!("SHA-256:{}", pairs.join(":")))
}

/// Reads one fixed header. Its value may be a secret and is marked so.
pub(super) fn read_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Unfit> {
    let header = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Unfit::new(format!("{name:?} is no name of a header")))?;
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| Unfit::new(format!("the value of {name:?} cannot stand in a header")))?;
    value.set_sensitive(true);
    Ok((header, value))
}

/// Checks a profile's name for a backend.
///
/// # Errors
/// When references could not name the profile by it: one line.
pub(super) fn check_name(name: &str, backend: Option<&Descriptor>, registry: Registry) -> Result<(), Unfit> {
    if name.is_empty() {
        return Err(Unfit::new("a profile needs a name"));
    }
    if name.contains('/') {
        return Err(Unfit::new(format!("the profile's name {name:?} holds `/`"))
            .hint("a reference is split at its first `/`, so that no name may hold one"));
    }
    if name.chars().any(char::is_control) {
        return Err(Unfit::new(format!("the profile's name {name:?} holds a control character")));
    }
    match (find_in(registry, name), backend) {
        (Some(other), Some(own)) if other.name != own.name => {
            Err(Unfit::new(format!("the profile's name {name:?} is the name of backend {}", other.name))
                .hint(format!("this profile is {}: give it another name", own.name)))
        }
        _ => Ok(()),
    }
}

/// The directory part of a path that names a file.
pub(super) fn directory_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}
