//! The value of a key: how it is read from text and from TOML, and how it is shown. Nothing here knows which keys there
//! are, or where a value stands.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use toml::de::{DeTable, DeValue};
use url::Url;

use super::keys::{Kind, SecretKind};
use super::read::in_order;
use crate::error::{self, Error};
use crate::http::address::is_loopback;
use crate::http::certificate;
use crate::util::duration::{duration_text, parse_duration};
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

impl FilePath {
    fn new(written: &str, base: &PathBase) -> FilePath {
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
pub(super) struct PathBase {
    /// What `~/` stands for.
    pub home: Option<PathBuf>,
    /// Where relative paths begin; empty is the working directory.
    pub directory: PathBuf,
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
                let pairs: Vec<String> =
                    headers.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
                pairs.join(", ")
            }
            Value::Secret(source) => source.show(reveal),
        }
    }
}

/// Why something cannot be used: one line, and what to do where that is known. No secret is in it.
#[derive(Debug)]
pub(super) struct Invalid {
    pub message: String,
    pub hint: Option<String>,
}

impl Invalid {
    pub fn new(message: impl Into<String>) -> Invalid {
        Invalid { message: message.into(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Invalid {
        Invalid { hint: Some(hint.into()), ..self }
    }

    fn not(what: &str, value: &DeValue<'_>) -> Invalid {
        Invalid::new(format!("must be {what}, not {}", toml_kind(value)))
    }

    pub fn not_a_table(value: &DeValue<'_>, header: &str) -> Invalid {
        Invalid::not("a table", value).hint(format!("begin it with {header}"))
    }

    pub fn not_text(value: &DeValue<'_>) -> Invalid {
        Invalid::not("text", value)
    }

    /// Names the key, flag or variable that it is about.
    pub fn about(self, label: &str) -> Invalid {
        let is_sentence = self.message.starts_with('"') || self.message.starts_with("the ");
        let colon = if is_sentence { ":" } else { "" };
        Invalid { message: format!("{label}{colon} {}", self.message), ..self }
    }

    /// The error of a mistake that does not stand in a file.
    pub fn into_error(self, kind: error::Kind) -> Error {
        let error = Error::new(kind, self.message);
        self.hint.into_iter().fold(error, Error::hint)
    }
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

impl Kind {
    /// The words that it is one of; none where it is anything else.
    pub fn words(self) -> Vec<String> {
        match self {
            Kind::OneOf(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            Kind::Words(words) => words(),
            _ => Vec::new(),
        }
    }

    /// Reads what a flag or an environment variable gives, and the text of a file.
    pub fn parse(self, text: &str, base: &PathBase) -> Result<Value, Invalid> {
        match self {
            Kind::Text if text.is_empty() => {
                Err(Invalid::new("is empty").hint("give it a value or leave it out"))
            }
            Kind::Text => Ok(Value::Text(text.to_owned())),
            Kind::Switch => match text {
                "true" | "1" | "yes" => Ok(Value::Switch(true)),
                "false" | "0" | "no" => Ok(Value::Switch(false)),
                _ => Err(Invalid::new(format!("must be true or false, not {text:?}"))),
            },
            Kind::Duration => parse_duration(text).map(Value::Duration).map_err(Invalid::new),
            Kind::Limit => match parse_duration(text).map_err(Invalid::new)? {
                Duration::ZERO => Err(Invalid::new("must be longer than 0")),
                limit => Ok(Value::Duration(limit)),
            },
            Kind::Url => parse_url(text).map(Value::Url),
            Kind::Path if text.is_empty() => {
                Err(Invalid::new("is empty").hint("name a file or leave it out"))
            }
            Kind::Path => Ok(Value::Path(FilePath::new(text, base))),
            Kind::Pin => parse_pin(text).map(Value::Pin),
            Kind::Count => match text.parse() {
                Ok(count) if count > 0 => Ok(Value::Count(count)),
                _ => Err(Invalid::new(format!("must be a whole number above 0, not {text:?}"))),
            },
            Kind::OneOf(_) | Kind::Words(_) => parse_word(text, &self.words()),
            Kind::Headers | Kind::Secret(_) => Err(Invalid::new("can be set in a profile only")),
        }
    }

    /// Reads a value of a file.
    pub fn read(self, value: &DeValue<'_>, base: &PathBase) -> Result<Value, Invalid> {
        match (self, value) {
            (Kind::Secret(kind), value) => read_secret(kind, value, base).map(Value::Secret),
            (Kind::Headers, DeValue::Table(table)) => read_headers(table).map(Value::Headers),
            (Kind::Headers, other) => Err(Invalid::not("a table like { X-Name = \"value\" }", other)),
            (Kind::Switch, DeValue::Boolean(on)) => Ok(Value::Switch(*on)),
            (Kind::Switch, other) => Err(Invalid::not("true or false", other)),
            (Kind::Count | Kind::Duration | Kind::Limit, DeValue::Integer(number))
                if number.radix() == 10 =>
            {
                self.parse(number.as_str(), base)
            }
            (Kind::Count, other) => Err(Invalid::not("a whole number above 0", other)),
            (_, DeValue::String(text)) => self.parse(text, base),
            (Kind::Duration | Kind::Limit, other) => {
                Err(Invalid::not("a duration like \"5s\" or \"1h30m\"", other))
            }
            (Kind::OneOf(_) | Kind::Words(_), other) => {
                Err(Invalid::not(&format!("one of {}", self.words().join(", ")), other))
            }
            (_, other) => Err(Invalid::not_text(other)),
        }
    }
}

fn parse_word(text: &str, words: &[String]) -> Result<Value, Invalid> {
    if words.iter().any(|word| word == text) {
        return Ok(Value::Text(text.to_owned()));
    }
    let hint = did_you_mean(text, words.iter().map(String::as_str));
    Err(Invalid { message: format!("must be one of {}, not {text:?}", words.join(", ")), hint })
}

/// The hint that offers the nearest of some names.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean {near:?}?"))
}

/// Reads an address. What holds a password is never repeated in the error.
pub(super) fn parse_url(text: &str) -> Result<Url, Invalid> {
    const EXAMPLE: &str = "write it like https://host.example.com:8443";
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ if text.contains('@') => return Err(Invalid::new("is no http or https address").hint(EXAMPLE)),
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) if !text.contains("://") => {
            return Err(Invalid::new(format!("{text:?} is no http or https address"))
                .hint(format!("did you mean \"https://{text}\"?")));
        }
        Ok(url) => {
            let message = format!("must begin with https://, not {}://", url.scheme());
            return Err(Invalid::new(message).hint(EXAMPLE));
        }
        Err(error) => return Err(Invalid::new(format!("{text:?} is no address: {error}")).hint(EXAMPLE)),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Invalid::new("must not hold a user name or a password").hint(
            "use `username` and one of password_file, password_env, password_command, password_prompt",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Invalid::new("must end before `?` and `#`").hint("give scheme, host and port only"));
    }
    Ok(url)
}

/// Whether an address sends secrets in the clear over a network.
pub(super) fn is_unprotected(url: &Url) -> bool {
    url.scheme() == "http" && !is_loopback(url)
}

/// What is wrong with such an address.
pub(super) fn unprotected(label: &str) -> Invalid {
    Invalid::new(format!("{label} is http://, which anyone on the way can read"))
        .hint("use https://, or set allow_http = true in the profile")
}

/// Reads the SHA-256 of a certificate, with or without `SHA-256:` and colons.
fn parse_pin(text: &str) -> Result<[u8; 32], Invalid> {
    let lower = text.trim().to_ascii_lowercase();
    let digits =
        ["sha-256:", "sha256:"].iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let is_sha256 = digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit());
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).filter_map(byte).collect();
    bytes.try_into().ok().filter(|_| is_sha256).ok_or_else(|| {
        Invalid::new("is no SHA-256 of a certificate, which has 32 pairs of hexadecimal digits")
            .hint("`taskctl doctor` prints the pin of the server's certificate")
    })
}

fn read_headers(table: &DeTable<'_>) -> Result<HeaderMap, Invalid> {
    let mut headers = HeaderMap::new();
    for (name, _, value) in in_order(table) {
        let DeValue::String(text) = value.get_ref() else {
            let kind = toml_kind(value.get_ref());
            return Err(Invalid::new(format!("must hold text, and {name:?} is {kind}")));
        };
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Invalid::new(format!("{name:?} is no name of a header")))?;
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| Invalid::new(format!("the value of {name:?} cannot stand in a header")))?;
        // It may be a secret.
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    Ok(headers)
}

fn read_secret(kind: SecretKind, value: &DeValue<'_>, base: &PathBase) -> Result<SecretSource, Invalid> {
    match (kind, value) {
        (SecretKind::Prompt, DeValue::Boolean(true)) => Ok(SecretSource::Prompt),
        (SecretKind::Prompt, DeValue::Boolean(false)) => {
            Err(Invalid::new("can only be true").hint("leave it out, and name another source"))
        }
        (SecretKind::Prompt, other) => Err(Invalid::not("true", other)),
        (SecretKind::Command, DeValue::Array(items)) => {
            let argv: Option<Vec<String>> =
                items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
            match argv {
                Some(argv) if argv.first().is_some_and(|program| !program.is_empty()) => {
                    Ok(SecretSource::Command(argv))
                }
                Some(_) => Err(Invalid::new("names no program").hint(COMMAND_HINT)),
                None => Err(Invalid::new("must hold text only").hint(COMMAND_HINT)),
            }
        }
        (SecretKind::Command, other) => Err(Invalid::not("a list of text", other).hint(COMMAND_HINT)),
        (_, DeValue::String(text)) if text.is_empty() => Err(Invalid::new("is empty")),
        (SecretKind::Inline, DeValue::String(text)) => {
            Ok(SecretSource::Inline(SecretString::from(text.as_ref())))
        }
        (SecretKind::File, DeValue::String(text)) => Ok(SecretSource::File(FilePath::new(text, base))),
        (SecretKind::Env, DeValue::String(text)) if text.contains(['=', '$', '\0']) => {
            Err(Invalid::new("must be the bare name of an environment variable"))
        }
        (SecretKind::Env, DeValue::String(text)) => Ok(SecretSource::Env(text.to_string())),
        (_, other) => Err(Invalid::not_text(other)),
    }
}
