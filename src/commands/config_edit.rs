//! `taskctl config add`, `edit` and `remove`: the file changed, checked before it is put in place.

use std::io;
use std::path::Path;
use std::process::Command;

use super::config::location;
use crate::api::{self, BACKENDS, Descriptor};
use crate::cli::{Add, CommonFlags};
use crate::config::{self, Config, EntryValue, Location};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::resolve::context::Context;
use crate::util::{files, text};

/// Adds a profile. Returns the outcome.
///
/// # Errors
/// When something is missing that cannot be asked for, when it is wrong, and when the file cannot be written.
pub(super) fn add(context: &Context, common: &CommonFlags, add: &Add) -> Result<Outcome, Error> {
    let location = location(context, common)?;
    let name = &add.new_name;
    let before = read(&location)?;
    if config_of(context, &location, before.as_deref().unwrap_or_default())?
        .profiles
        .iter()
        .any(|profile| profile.name == *name)
    {
        return Err(Error::config(format!("there is a profile {name} already"))
            .hint("give the new one another name, or change it: taskctl config edit"));
    }
    let backend = match add.backend {
        Some(backend) => backend,
        None => ask_backend(context)?,
    };
    config::check_name(name, Some(backend), BACKENDS)?;
    let url = match &add.url {
        Some(url) => url.clone(),
        None => ask(context, "--url", &format!("Address, such as {}: ", backend.example_url), None)?,
    };
    let username = match (&add.username, backend.username) {
        (Some(username), _) => Some(username.clone()),
        // The backend knows its user.
        (None, Some(_)) => None,
        (None, None) if add.set.iter().any(|set| set.starts_with("token")) => None,
        (None, None) => Some(ask(context, "--username", "User name: ", None)?),
    };
    let mut entries =
        vec![("backend", EntryValue::Text(backend.name.to_owned())), ("url", EntryValue::Text(url))];
    entries.extend(username.map(|username| ("username", EntryValue::Text(username))));
    for set in &add.set {
        let (key, value) = set.split_once('=').ok_or_else(|| {
            Error::usage(format!("--set {set:?} has no value")).hint("write it as --set KEY=VALUE")
        })?;
        entries.push((
            key,
            match value {
                "true" => EntryValue::Switch(true),
                "false" => EntryValue::Switch(false),
                value => EntryValue::Text(value.to_owned()),
            },
        ));
    }
    let names_secret =
        |(key, _): &(&str, EntryValue)| key.starts_with("password") || key.starts_with("token");
    if !entries.iter().any(names_secret) {
        entries.push(("password_prompt", EntryValue::Switch(true)));
    }
    let after = config::with_profile(before.as_deref().unwrap_or_default(), name, &entries)?;
    check(context, &location, &after, Some(name))?;
    write(&location, before.is_some(), &after)?;
    context.notice(&format!("added profile {name} to {}", location.path.display()));
    context.notice(&format!("next: taskctl doctor {}", text::shell_word(name)));
    Ok(Outcome::Ok)
}

/// Opens the file in an editor. Returns the outcome.
///
/// # Errors
/// When there is no file or no editor, and when what was written cannot be used: then the file is as it was.
pub(super) fn edit(context: &Context, common: &CommonFlags) -> Result<Outcome, Error> {
    let location = location(context, common)?;
    let before = read(&location)?.ok_or_else(|| missing(&location))?;
    let editor = context.env.get("VISUAL").or(context.env.get("EDITOR")).ok_or_else(|| {
        Error::config("no editor is named: $VISUAL and $EDITOR are not set")
            .hint(format!("edit {} by hand, then: taskctl config validate", location.path.display()))
    })?;
    let draft = location.path.with_extension("draft.toml");
    files::write_new(&draft, &before).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::config(format!("{} is there already", draft.display()))
            .hint("an earlier edit left it: look at it, then remove it"),
        _ => unwritable(&draft, &error),
    })?;
    // As git and others do: the variable may hold a program with arguments.
    let mut words = editor.split_whitespace();
    let status = Command::new(words.next().unwrap_or(editor)).args(words).arg(&draft).status();
    let is_done = status.map_err(|error| {
        let _ = std::fs::remove_file(&draft);
        Error::new(Kind::Io, format!("the editor {editor:?} cannot be started")).cause(error.to_string())
    })?;
    let after = std::fs::read_to_string(&draft).map_err(|error| {
        Error::new(Kind::Io, format!("{} cannot be read", draft.display())).cause(error.to_string())
    })?;
    if !is_done.success() || after == before {
        let _ = std::fs::remove_file(&draft);
        context.notice("nothing was changed");
        return Ok(if is_done.success() { Outcome::Ok } else { Outcome::Error });
    }
    let kept = || format!("the file is as it was; what you wrote is in {}", draft.display());
    check(context, &location, &after, None).map_err(|error| error.hint(kept()))?;
    write(&location, true, &after)?;
    let _ = std::fs::remove_file(&draft);
    context.notice(&format!("changed {}", location.path.display()));
    Ok(Outcome::Ok)
}

/// Takes a profile out. Returns the outcome.
///
/// # Errors
/// When there is no such profile, and when the file cannot be written.
pub(super) fn remove(context: &Context, common: &CommonFlags, name: &str) -> Result<Outcome, Error> {
    let location = location(context, common)?;
    let before = read(&location)?.ok_or_else(|| missing(&location))?;
    let config = config_of(context, &location, &before)?;
    if !config.profiles.iter().any(|profile| profile.name == name) {
        let names: Vec<&str> = config.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let error = Error::config(format!("there is no profile {name:?}"));
        return Err(match text::nearest(name, names.iter().copied()) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => error.hint(format!("the profiles are {}", names.join(", "))),
        });
    }
    write(&location, true, &config::without_profile(&before, name)?)?;
    context.notice(&format!("removed profile {name} from {}", location.path.display()));
    Ok(Outcome::Ok)
}

fn missing(location: &Location) -> Error {
    Error::config(format!("{} does not exist", location.path.display()))
        .hint("taskctl config add NAME makes it, with a first profile")
}

/// The file's text; `None` where there is no file.
fn read(location: &Location) -> Result<Option<String>, Error> {
    match std::fs::read_to_string(&location.path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(Error::config(format!("cannot read {}", location.path.display())).cause(error.to_string()))
        }
    }
}

fn config_of(context: &Context, location: &Location, text: &str) -> Result<Config, Error> {
    Config::parse(text, location, &context.env, BACKENDS)
}

/// That a text can be the file: one profile of it, or all of it.
fn check(context: &Context, location: &Location, text: &str, profile: Option<&str>) -> Result<(), Error> {
    let config = config_of(context, location, text)?;
    match profile.and_then(|name| config.profiles.iter().find(|known| known.name == name)) {
        Some(profile) => config.check_profile(profile),
        None => config.problems.first().map_or(Ok(()), |problem| Err(problem.error.clone())),
    }
}

fn write(location: &Location, exists: bool, text: &str) -> Result<(), Error> {
    let written =
        if exists { files::replace(&location.path, text) } else { files::write_new(&location.path, text) };
    written.map_err(|error| unwritable(&location.path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::config(format!("cannot write {}", path.display())).cause(error.to_string())
}

fn ask_backend(context: &Context) -> Result<&'static Descriptor, Error> {
    let lines: String =
        api::backends().iter().map(|backend| format!("  {:<12} {}\n", backend.name, backend.about)).collect();
    let answer = ask(context, "--backend", &format!("{lines}Backend: "), None)?;
    api::find(&answer).ok_or_else(|| {
        let names: Vec<&str> = api::backends().iter().map(|backend| backend.name).collect();
        let error = Error::usage(format!("unknown backend {answer:?}"));
        error.hint(format!("the backends are {}", names.join(", ")))
    })
}

/// Asks on the terminal for what `flag` would have given; nothing typed is `default`.
fn ask(context: &Context, flag: &str, question: &str, default: Option<&str>) -> Result<String, Error> {
    let missing = || Error::usage(format!("{flag} is missing, and there is no terminal to ask on"));
    if !context.can_ask() {
        return Err(missing());
    }
    let answer = context.prompt.ask_openly(question).map_err(|error| missing().cause(error.to_string()))?;
    match (answer.trim(), default) {
        ("", Some(default)) => Ok(default.to_owned()),
        ("", None) => Err(Error::usage(format!("nothing was typed: {flag} gives it, too"))),
        (answer, _) => Ok(answer.to_owned()),
    }
}
