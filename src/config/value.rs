//! The value of a key: how it is read from text and from TOML, and how it is shown. Nothing here knows which keys there
//! are, or where a value stands.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use toml::de::{DeArray, DeTable, DeValue};
use url::Url;

use super::keys::Kind;
use super::read::in_order;
use crate::error::Error;
use crate::http::certificate;
use crate::util::duration::{duration_text, parse_duration};
use crate::util::env::Env;
use crate::util::files;
use crate::util::text::nearest;

/// What is shown in the place of a secret.
pub(super) const MASK: &str = "********";

const COMMAND_HINT: &str =
    "write the program and its arguments, such as [\"pass\", \"show\", \"entry\"]; no shell is used";

/// Where a secret is found. Its `Debug` does not hold the secret.
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

impl SecretSource {
    /// As `config show` prints it. The arguments of a command may be as secret as what it prints.
    fn show(&self, reveal: bool) -> String {
        match self {
            SecretSource::Inline(secret) if reveal => secret.expose_secret().to_owned(),
            SecretSource::Inline(_) => MASK.to_owned(),
            SecretSource::File(path) => path.written.clone(),
            SecretSource::Env(name) => name.clone(),
            SecretSource::Command(argv) if reveal => format!("{argv:?}"),
            SecretSource::Command(argv) if argv.len() > 1 => format!("{} {MASK}", argv[0]),
            SecretSource::Command(argv) => argv.concat(),
            SecretSource::Prompt => "true".to_owned(),
        }
    }
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretSource({})", self.show(false))
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

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// What paths are relative to.
pub(super) struct PathBase {
    /// What `~/` stands for.
    home: Option<PathBuf>,
    /// Where relative paths begin; empty is the working directory.
    directory: PathBuf,
}

impl PathBase {
    pub fn new(directory: &Path, env: &Env) -> PathBase {
        PathBase { home: files::home(env), directory: directory.to_owned() }
    }

    fn path(&self, written: &str) -> FilePath {
        let path = match (written.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.directory.join(written),
        };
        FilePath { written: written.to_owned(), path }
    }
}

/// A value of any key.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Switch(bool),
    Duration(Duration),
    Url(Url),
    Path(FilePath),
    Pin([u8; 32]),
    Count(usize),
    Headers(HeaderMap),
    Secret(SecretSource),
}

impl Value {
    /// Whether it is what an example has in the place of one's own.
    pub fn is_placeholder(&self) -> bool {
        match self {
            Value::Text(text) => [USER, TEXT].contains(&text.as_str()),
            Value::Url(url) => url.host_str().is_some_and(is_example_host),
            Value::Secret(SecretSource::Env(name)) => name == VARIABLE,
            _ => false,
        }
    }

    /// As `config show` prints it; `reveal` shows the secrets that the file itself holds.
    pub fn show(&self, reveal: bool) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Switch(on) => on.to_string(),
            Value::Duration(duration) => duration_text(*duration),
            Value::Url(url) => url.to_string(),
            Value::Path(path) => path.written.clone(),
            Value::Pin(digest) => certificate::pin(digest),
            Value::Count(count) => count.to_string(),
            Value::Headers(headers) => {
                let text = |value: &HeaderValue| match reveal {
                    true => String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    false => MASK.to_owned(),
                };
                let pairs = headers.iter().map(|(name, value)| format!("{name}: {}", text(value)));
                pairs.collect::<Vec<_>>().join(", ")
            }
            Value::Secret(source) => source.show(reveal),
        }
    }
}

/// What the file of `config init` has in the place of a user name, of a variable's name and of any other text.
pub(super) const USER: &str = "USER";
pub(super) const VARIABLE: &str = "NAME_OF_A_VARIABLE";
pub(super) const TEXT: &str = "…";

/// Whether a host is one of those that are kept for examples.
fn is_example_host(host: &str) -> bool {
    let is_below = |domain: &str| {
        host.strip_suffix(domain).is_some_and(|rest| matches!(rest.chars().last(), None | Some('.')))
    };
    ["example.com", "example.net", "example.org", "example"].into_iter().any(is_below)
}

/// Puts the key, flag or variable that a mistake is about in front of it.
pub(super) fn about(label: &str, error: Error) -> Error {
    let is_sentence = error.message.starts_with('"') || error.message.starts_with("the ");
    let colon = if is_sentence { ":" } else { "" };
    Error { message: format!("{label}{colon} {}", error.message), ..error }
}

/// The mistake of a value of another type than TOML has for a key.
pub(super) fn must_be(what: &str, value: &DeValue<'_>) -> Error {
    Error::config(format!("must be {what}, not {}", toml_kind(value)))
}

fn toml_kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Mistakes do not name the key, flag or variable: see [`about`]. They hold no secret.
impl Kind {
    /// What it is, in a message.
    fn description(&self) -> String {
        match self {
            Kind::Switch => "true or false".to_owned(),
            Kind::Duration | Kind::Limit => "a duration like \"5s\" or \"1h30m\"".to_owned(),
            Kind::Count => "a whole number above 0".to_owned(),
            Kind::OneOf(words) => format!("one of {}", words.join(", ")),
            Kind::Headers => "a table like { X-Name = \"value\" }".to_owned(),
            Kind::SecretCommand => "a list of text".to_owned(),
            Kind::SecretPrompt => "true".to_owned(),
            Kind::Text | Kind::Url | Kind::Path | Kind::Pin => "text".to_owned(),
            Kind::Secret | Kind::SecretFile | Kind::SecretEnv => "text".to_owned(),
        }
    }

    /// Reads what a flag or an environment variable gives, and the text of a file.
    pub fn parse(&self, text: &str, base: &PathBase) -> Result<Value, Error> {
        let wrong = || Error::config(format!("must be {}, not {text:?}", self.description()));
        match self {
            Kind::Text if text.is_empty() => {
                Err(Error::config("is empty").hint("give it a value or leave it out"))
            }
            Kind::Text => Ok(Value::Text(text.to_owned())),
            Kind::Switch => match text {
                "true" | "1" | "yes" => Ok(Value::Switch(true)),
                "false" | "0" | "no" => Ok(Value::Switch(false)),
                _ => Err(wrong()),
            },
            Kind::Duration | Kind::Limit => match parse_duration(text).map_err(Error::config)? {
                Duration::ZERO if matches!(self, Kind::Limit) => Err(Error::config("must be longer than 0")),
                duration => Ok(Value::Duration(duration)),
            },
            Kind::Url => parse_url(text).map(Value::Url),
            Kind::Path if text.is_empty() => {
                Err(Error::config("is empty").hint("name a file or leave it out"))
            }
            Kind::Path => Ok(Value::Path(base.path(text))),
            Kind::Pin => parse_pin(text).map(Value::Pin),
            Kind::Count => text.parse().ok().filter(|count| *count > 0).map(Value::Count).ok_or_else(wrong),
            Kind::OneOf(words) if words.iter().any(|word| word == text) => Ok(Value::Text(text.to_owned())),
            Kind::OneOf(words) => {
                let hint = did_you_mean(text, words.iter().map(String::as_str));
                Err(hint.into_iter().fold(wrong(), Error::hint))
            }
            Kind::Secret | Kind::SecretFile | Kind::SecretEnv if text.is_empty() => {
                Err(Error::config("is empty"))
            }
            Kind::Secret => Ok(Value::Secret(SecretSource::Inline(SecretString::from(text)))),
            Kind::SecretFile => Ok(Value::Secret(SecretSource::File(base.path(text)))),
            Kind::SecretEnv if text.contains(['=', '$', '\0']) => {
                Err(Error::config("must be the bare name of an environment variable"))
            }
            Kind::SecretEnv => Ok(Value::Secret(SecretSource::Env(text.to_owned()))),
            Kind::Headers | Kind::SecretCommand | Kind::SecretPrompt => {
                Err(Error::config("can be set in a profile only"))
            }
        }
    }

    /// Reads a value of a file.
    pub fn read(&self, value: &DeValue<'_>, base: &PathBase) -> Result<Value, Error> {
        match (self, value) {
            (Kind::SecretPrompt, DeValue::Boolean(true)) => Ok(Value::Secret(SecretSource::Prompt)),
            (Kind::SecretPrompt, DeValue::Boolean(false)) => {
                Err(Error::config("can only be true").hint("leave it out, and name another source"))
            }
            (Kind::SecretCommand, DeValue::Array(items)) => read_command(items),
            (Kind::SecretCommand, _) => Err(must_be(&self.description(), value).hint(COMMAND_HINT)),
            (Kind::Headers, DeValue::Table(table)) => read_headers(table).map(Value::Headers),
            (Kind::Switch, DeValue::Boolean(on)) => Ok(Value::Switch(*on)),
            (Kind::Count | Kind::Duration | Kind::Limit, DeValue::Integer(number))
                if number.radix() == 10 =>
            {
                self.parse(number.as_str(), base)
            }
            (Kind::Headers | Kind::SecretPrompt | Kind::Switch | Kind::Count, _) => {
                Err(must_be(&self.description(), value))
            }
            (_, DeValue::String(text)) => self.parse(text, base),
            _ => Err(must_be(&self.description(), value)),
        }
    }
}

/// The hint that offers the nearest of some names.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean {near:?}?"))
}

/// Reads an address. What holds a password is never repeated in the error.
fn parse_url(text: &str) -> Result<Url, Error> {
    const EXAMPLE: &str = "write it like https://host.example.com:8443";
    let url = Url::parse(text);
    let is_http = url.as_ref().is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    let (message, hint) = match url {
        Ok(url) if is_http && (!url.username().is_empty() || url.password().is_some()) => (
            "must not hold a user name or a password".to_owned(),
            "use `username` and one of password_file, password_env, password_command, password_prompt",
        ),
        Ok(url) if is_http && (url.query().is_some() || url.fragment().is_some()) => {
            ("must end before `?` and `#`".to_owned(), "give scheme, host and port only")
        }
        Ok(url) if is_http => return Ok(url),
        _ if text.contains('@') => ("is no http or https address".to_owned(), EXAMPLE),
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) if !text.contains("://") => {
            return Err(Error::config(format!("{text:?} is no http or https address"))
                .hint(format!("did you mean \"https://{text}\"?")));
        }
        Ok(url) => (format!("must begin with https://, not {}://", url.scheme()), EXAMPLE),
        Err(error) => (format!("{text:?} is no address: {error}"), EXAMPLE),
    };
    Err(Error::config(message).hint(hint))
}

/// Checks an address that a user typed, as a profile's `url` is checked.
///
/// # Errors
/// When it is no http or https address, holds a password, or goes on after the path.
pub fn check_url(label: &str, text: &str) -> Result<Url, Error> {
    parse_url(text).map_err(|error| about(label, error))
}

/// Reads the SHA-256 of a certificate, with or without `SHA-256:` and colons.
fn parse_pin(text: &str) -> Result<[u8; 32], Error> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = ["sha-256:", "sha256:"].iter().find_map(|prefix| lower.strip_prefix(prefix));
    let digits = digits.unwrap_or(&lower).replace(':', "");
    let is_sha256 = digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit());
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).filter_map(byte).collect();
    bytes.try_into().ok().filter(|_| is_sha256).ok_or_else(|| {
        Error::config("is no SHA-256 of a certificate, which has 32 pairs of hexadecimal digits")
            .hint("`taskctl doctor` prints the pin of the server's certificate")
    })
}

fn read_headers(table: &DeTable<'_>) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, _, value) in in_order(table) {
        let DeValue::String(text) = value.get_ref() else {
            let kind = toml_kind(value.get_ref());
            return Err(Error::config(format!("must hold text, and {name:?} is {kind}")));
        };
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Error::config(format!("{name:?} is no name of a header")))?;
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| Error::config(format!("the value of {name:?} cannot stand in a header")))?;
        // It may be a secret.
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    Ok(headers)
}

fn read_command(items: &DeArray<'_>) -> Result<Value, Error> {
    let argv = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
    let message = match argv.collect::<Option<Vec<String>>>() {
        Some(argv) if argv.first().is_some_and(|program| !program.is_empty()) => {
            return Ok(Value::Secret(SecretSource::Command(argv)));
        }
        Some(_) => "names no program",
        None => "must hold text only",
    };
    Err(Error::config(message).hint(COMMAND_HINT))
}
