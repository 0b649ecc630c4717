//! From the sources that a profile names to secrets in memory.
//!
//! The order: `--password-file` > the profile's source > `TASKCTL_PASSWORD` (or `TASKCTL_PASSWORD_FILE`) > a prompt >
//! an error that lists the ways. No secret appears in an error; buffers are wiped. Which source a profile has is
//! decided in [`crate::config`].

mod command;
mod prompt;

use std::cell::RefCell;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::context::Context;
use crate::api::Credentials;
use crate::cli::ConnectionFlags;
use crate::config::{Profile, SecretSource};
use crate::error::{Error, Kind};
use crate::util::files;
use crate::util::redact;
pub use prompt::{Prompt, TerminalPrompt};

/// How long a `password_command` may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);

/// The longest secret that is read: a signed token fits, a mistaken path to a large file is noticed.
const LONGEST: u64 = 1024 * 1024;

/// A secret, and in words where it came from: `password_env VCDA_PASSWORD of profile dr`.
type Obtained = (SecretString, String);

/// What obtaining secrets needs. One for a run: standard input is read once, however many ask.
pub struct SecretContext<'a> {
    context: &'a Context,
    /// The value of `--password-file`; `-` is standard input.
    password_file: Option<String>,
    /// Whether standard input carries ids, and therefore no secret. Who is asked is asked on the terminal itself.
    stdin_has_ids: bool,
    /// How long a command may take.
    command_limit: Duration,
    /// Called with a line that the user should see although all goes on.
    warn: Box<dyn Fn(&str) + 'a>,
    /// What standard input held, once it was read.
    from_stdin: RefCell<Option<Obtained>>,
}

impl<'a> SecretContext<'a> {
    /// For these flags; `stdin_has_ids` says that standard input carries ids.
    pub fn new(
        context: &'a Context,
        flags: &ConnectionFlags,
        stdin_has_ids: bool,
        warn: impl Fn(&str) + 'a,
    ) -> SecretContext<'a> {
        SecretContext {
            context,
            password_file: flags.password_file.as_ref().map(|path| path.to_string_lossy().into_owned()),
            stdin_has_ids,
            command_limit: COMMAND_LIMIT,
            warn: Box::new(warn),
            from_stdin: RefCell::new(None),
        }
    }
}

/// Everything that a backend needs to log in: the token where the profile's `auth` takes one, else user name and
/// password, and those of a second user where the profile names one. From now on no output shows them.
///
/// # Errors
/// Kind `Config` when a secret or a name is missing or a source fails; `Stopped` when the run was told to end.
pub fn obtain_credentials(profile: &Profile, ctx: &SecretContext<'_>) -> Result<Credentials, Error> {
    let redactor = &ctx.context.redactor;
    let obtain = |family: &str| {
        let (secret, source) = obtain(profile, family, ctx)?;
        redactor.hide_secret(&secret);
        if secret.expose_secret().chars().count() < redact::SHORTEST {
            (ctx.warn)(&format!(
                "the secret from {source} has fewer than {} characters: it cannot be kept out of what the server says",
                redact::SHORTEST
            ));
        }
        Ok::<Obtained, Error>((secret, source))
    };
    for value in profile.headers.values() {
        redactor.hide(&String::from_utf8_lossy(value.as_bytes()));
    }
    let mut credentials = Credentials { username: profile.username.clone(), ..Credentials::default() };
    if profile.backend.token_auth.contains(&profile.auth.as_str()) {
        let (token, source) = obtain("token")?;
        credentials.token = Some(token);
        credentials.source = source;
    } else {
        let Some(username) = &profile.username else {
            return Err(Error::config(format!("no user name for {}", whose(profile)))
                .hint("set `username` in the profile, or give --username or TASKCTL_USERNAME"));
        };
        let (password, source) = obtain("password")?;
        redactor.hide_basic(username, &password);
        credentials.password = Some(password);
        credentials.source = source;
    }
    if let Some((username, family)) = profile.second_user() {
        credentials.second = Some((username.to_owned(), obtain(&family)?.0));
    }
    Ok(credentials)
}

/// The secret of a family of keys: `password`, `token`, or that of a second user, such as `site_password`.
///
/// # Errors
/// As [`obtain_credentials`].
fn obtain(profile: &Profile, family: &str, ctx: &SecretContext<'_>) -> Result<Obtained, Error> {
    let is_first = matches!(family, "password" | "token");
    match ctx.password_file.as_deref().filter(|_| is_first) {
        Some("-") => return from_stdin(ctx),
        Some(file) => return from_file(Path::new(file), format!("--password-file {file}"), ctx),
        None => {}
    }
    if let Some((key, source)) = profile.secret(family) {
        return from_profile(profile, family, &key, source, ctx);
    }
    let variable = format!("TASKCTL_{}", family.to_uppercase());
    let file_variable = format!("{variable}_FILE");
    match (ctx.context.env.get(&variable), ctx.context.env.get(&file_variable)) {
        (Some(_), Some(_)) => Err(Error::config(format!("both {variable} and {file_variable} are set"))
            .hint("keep exactly one of them")),
        (Some(secret), None) => Ok((SecretString::from(secret), variable)),
        (None, Some(file)) => from_file(Path::new(file), format!("{file_variable} {file}"), ctx),
        (None, None) if ctx.context.can_ask() => ask(profile, family, ctx),
        (None, None) => {
            let mut error = Error::config(format!("no {} for {}", words(family), whose(profile)));
            error.hints.extend(profile.ignored_secrets.clone());
            if !profile.ad_hoc {
                error.hints.push(format!(
                    "in the profile, set one of {family}_command, {family}_file, {family}_env, {family}_prompt"
                ));
            }
            let or = if profile.ad_hoc { "" } else { "or " };
            let flag = if is_first { ", or give --password-file FILE (- for standard input)" } else { "" };
            Err(error.hint(format!("{or}set {variable}{flag}")))
        }
    }
}

/// A family of keys as people read it.
fn words(family: &str) -> String {
    family.replace('_', " ")
}

/// The profile in a message.
fn whose(profile: &Profile) -> String {
    if profile.ad_hoc {
        format!("{} at {}", profile.backend.name, profile.host())
    } else {
        format!("profile {} ({})", profile.name, profile.host())
    }
}

fn from_profile(
    profile: &Profile,
    family: &str,
    key: &str,
    source: &SecretSource,
    ctx: &SecretContext<'_>,
) -> Result<Obtained, Error> {
    let of = format!("of profile {}", profile.name);
    match source {
        SecretSource::Inline(secret) => Ok((secret.clone(), format!("`{key}` {of}"))),
        SecretSource::File(path) => from_file(&path.path, format!("{key} {path} {of}"), ctx),
        SecretSource::Env(name) => {
            let source = format!("{key} {name} {of}");
            match ctx.context.env.get(name) {
                Some(secret) => Ok((SecretString::from(secret), source)),
                None => Err(Error::config(format!("{source}: the environment variable is not set"))
                    .hint(format!("set {name}, or name another source in the profile"))),
            }
        }
        SecretSource::Command(argv) => {
            let source = format!("{key} {} {of}", argv.first().map_or("", String::as_str));
            Ok((command::run(argv, &source, ctx)?, source))
        }
        SecretSource::Prompt if !ctx.context.can_ask() => {
            Err(Error::config(format!("{key} {of} cannot ask: there is no terminal"))
                .hint("give --password-file FILE (- for standard input)"))
        }
        SecretSource::Prompt => ask(profile, family, ctx),
    }
}

fn ask(profile: &Profile, family: &str, ctx: &SecretContext<'_>) -> Result<Obtained, Error> {
    let (word, whose) = (words(family), whose(profile));
    let user = match profile.second_user() {
        Some((user, own)) if own == family => Some(user),
        _ => profile.username.as_deref().filter(|_| family == "password"),
    };
    let of = user.map_or(String::new(), |user| format!(" of {user}"));
    let mut letters = word.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    match ctx.context.prompt.ask(&format!("{capital}{of} for {whose}: ")) {
        Ok(secret) if secret.expose_secret().is_empty() => {
            Err(Error::config(format!("no {word} was typed for {whose}")))
        }
        Ok(secret) => Ok((secret, "the terminal".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            Err(Error::new(Kind::Stopped, format!("stopped while asking for the {word}")))
        }
        Err(error) => {
            Err(Error::config(format!("cannot ask for the {word} of {whose}")).cause(error.to_string()))
        }
    }
}

fn from_stdin(ctx: &SecretContext<'_>) -> Result<Obtained, Error> {
    if ctx.stdin_has_ids {
        return Err(Error::usage("standard input carries the ids and cannot carry the secret too"));
    }
    let mut obtained = ctx.from_stdin.borrow_mut();
    if let Some(obtained) = &*obtained {
        return Ok(obtained.clone());
    }
    let content = ctx.context.stdin.read(read_capped);
    Ok(obtained.insert(of_content(content, "--password-file - (standard input)".to_owned())?).clone())
}

fn from_file(path: &Path, source: String, ctx: &SecretContext<'_>) -> Result<Obtained, Error> {
    let content = std::fs::File::open(path).and_then(|mut file| read_capped(&mut file));
    if let (Ok(_), Some(mode)) = (&content, files::mode_readable_by_others(path)) {
        (ctx.warn)(&format!("{source} can be read by others (mode {mode:04o}): chmod 600 it"));
    }
    of_content(content, source)
}

fn read_capped(from: &mut dyn Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    from.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large for a secret"));
    }
    Ok(bytes)
}

/// The secret that is the content of a file, without one newline at its end.
fn of_content(content: io::Result<Zeroizing<Vec<u8>>>, source: String) -> Result<Obtained, Error> {
    let content =
        content.map_err(|error| Error::config(format!("cannot read {source}")).cause(error.to_string()))?;
    let text = str::from_utf8(&content)
        .map_err(|_| Error::config(format!("{source}: the content is not UTF-8 text")))?;
    match without_newline(text) {
        "" => Err(Error::config(format!("{source}: it is empty"))),
        text => Ok((SecretString::from(text), source)),
    }
}

/// A text without the one `\n` or `\r\n` at its end.
fn without_newline(text: &str) -> &str {
    text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
}

#[cfg(test)]
mod tests;
