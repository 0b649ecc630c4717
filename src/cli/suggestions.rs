//! Usage errors that name the next thing to type. What clap says well enough stays clap's.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command};

use super::VERBS;
use crate::api::{self, BACKENDS, Descriptor};
use crate::error::Error;
use crate::util::text::{nearest, shell_word};

/// Why a command line is not run.
#[derive(Debug)]
pub enum ParseError {
    /// What clap has to say, help and version included.
    Clap(clap::Error),
    /// A usage error of our own.
    Usage(Error),
    /// There is no verb: the first lines for a new user.
    Greeting(String),
}

impl From<clap::Error> for ParseError {
    fn from(error: clap::Error) -> ParseError {
        ParseError::Clap(error)
    }
}

impl From<Error> for ParseError {
    fn from(error: Error) -> ParseError {
        ParseError::Usage(error)
    }
}

/// Whether a verb takes a backend behind it.
fn takes_backend(word: &str) -> bool {
    super::verb(word).is_some_and(|verb| verb.takes_backend)
}

fn is_verb(word: &str) -> bool {
    super::verb(word).is_some()
}

fn backend_names() -> Vec<&'static str> {
    BACKENDS.iter().map(|backend| backend.name).collect()
}

fn nearest_backend(word: &str) -> Option<&'static str> {
    nearest(word, BACKENDS.iter().flat_map(|backend| [&[backend.name], backend.aliases].concat()))
}

/// A command line to type, as a shell takes it.
fn line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::from("taskctl");
    for word in words {
        let _ = write!(line, " {}", shell_word(word));
    }
    line
}

fn type_it(line: &str) -> String {
    format!("type `{line}`")
}

fn backends_are() -> String {
    format!("the backends are {}", backend_names().join(", "))
}

/// Whether a word is a reference or something that stands for one.
fn is_reference(word: &str) -> bool {
    word == "-" || word.contains('/')
}

/// What to say of an error of clap.
pub(super) fn explain(error: clap::Error, arguments: &[OsString]) -> ParseError {
    let words: Vec<String> =
        arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    match error.kind() {
        ErrorKind::MissingSubcommand => greeting_or_missing(error, &words),
        ErrorKind::InvalidSubcommand => match context(ContextKind::InvalidSubcommand).first() {
            Some(word) => unknown_verb(word, &words).map_or(ParseError::Clap(error), ParseError::Usage),
            None => ParseError::Clap(error),
        },
        ErrorKind::MissingRequiredArgument
            if context(ContextKind::InvalidArg).iter().any(|arg| arg.starts_with("<ID>")) =>
        {
            missing_id(&words).map_or(ParseError::Clap(error), ParseError::Usage)
        }
        _ => ParseError::Clap(error),
    }
}

/// The program's name alone, or with flags only, gets the first lines; a verb that wants another word is clap's.
fn greeting_or_missing(error: clap::Error, words: &[String]) -> ParseError {
    if words.iter().any(|word| is_verb(word)) {
        ParseError::Clap(error)
    } else {
        ParseError::Greeting(greeting())
    }
}

fn greeting() -> String {
    let mut lines = vec![
        ("taskctl get BACKEND ID", "read a task"),
        ("taskctl watch BACKEND ID", "follow a task until it ends"),
    ];
    if is_verb("config") {
        lines.insert(0, ("taskctl config init", "write a configuration to fill in"));
    }
    let mut text = format!("{}\n\n", env!("CARGO_PKG_DESCRIPTION"));
    for (line, meaning) in lines {
        let _ = writeln!(text, "  {line:<26}{meaning}");
    }
    let _ = write!(text, "\nBackends: {}\nMore: taskctl --help\n", backend_names().join(", "));
    text
}

/// A first word that is no verb.
fn unknown_verb(word: &str, words: &[String]) -> Option<Error> {
    let at = words.iter().position(|known| known == word)?;
    let others: Vec<&str> =
        words.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, word)| word.as_str()).collect();
    if let Some(backend) = api::find(word) {
        // `taskctl vcda get ID`: the same words with the verb in front.
        let verb = others.iter().position(|other| takes_backend(other));
        let mut ordered = vec![verb.map_or("get", |index| others[index]), word];
        ordered.extend(
            others.iter().enumerate().filter(|(index, _)| Some(*index) != verb).map(|(_, word)| *word),
        );
        if ordered.iter().skip(2).all(|word| word.starts_with('-')) {
            ordered.push(backend.example_id);
        }
        return Some(
            Error::usage(format!("{word:?} is a backend, and the verb goes before it"))
                .hint(type_it(&line(ordered))),
        );
    }
    if word.contains('/') {
        let with =
            |verb| line([&[verb], words.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat());
        return Some(
            Error::usage(format!("{word:?} is no verb; it may be a task, and a verb goes before it"))
                .hint(format!("type `{}` to read it, or `{}` to follow it", with("get"), with("watch"))),
        );
    }
    let names: Vec<&str> = VERBS.iter().map(|verb| verb.names[0]).collect();
    let known = VERBS.iter().flat_map(|verb| verb.names).copied();
    let error = Error::usage(format!("there is no verb {word:?}"));
    Some(match nearest(word, known) {
        Some(near) => {
            let corrected = words.iter().enumerate();
            let corrected = corrected.map(|(index, word)| if index == at { near } else { word.as_str() });
            error.hint(format!("did you mean `{}`?", line(corrected)))
        }
        None => match nearest_backend(word) {
            Some(near) => error.hint(format!(
                "did you mean the backend {near}? A verb goes before it: `{}`",
                line([&["get", near], others.as_slice()].concat())
            )),
            None => error.hint(format!("the verbs are {}; `taskctl --help` says more", names.join(", "))),
        },
    })
}

/// `taskctl get vcda`, and nothing behind it.
fn missing_id(words: &[String]) -> Option<Error> {
    let verb = words.iter().find(|word| takes_backend(word))?;
    let backend = words.iter().find_map(|word| api::find(word))?;
    Some(
        Error::usage(format!("which task of {}? There is no id", backend.name))
            .hint(type_it(&line([verb.as_str(), backend.name, backend.example_id])))
            .hint(format!("`taskctl {verb} {} -` reads ids from standard input", backend.name)),
    )
}

/// `taskctl get ID vcda`.
pub(super) fn words_before_backend(
    verb: &str,
    backend: &Descriptor,
    before: &[String],
    behind: &[String],
) -> Error {
    let words: Vec<&str> = before.iter().chain(behind).map(String::as_str).collect();
    let error = Error::usage(format!("{:?} stands before the backend {}", before[0], backend.name));
    if before.iter().any(|word| word.contains('/')) {
        return error.hint("give either references, or one backend and its ids");
    }
    error.hint(type_it(&line([&[verb, backend.name], words.as_slice()].concat())))
}

/// That ids behind a backend are no verb.
///
/// # Errors
/// For `taskctl watch vcda get ID`.
pub(super) fn check_ids(verb: &str, backend: &Descriptor, ids: &[String]) -> Result<(), Error> {
    let [second, rest @ ..] = ids else { return Ok(()) };
    if rest.is_empty() || !is_verb(second) {
        return Ok(());
    }
    let with = |verb: &str| {
        let ids: Vec<&str> = rest.iter().map(String::as_str).collect();
        line([&[verb, backend.name], ids.as_slice()].concat())
    };
    let error = Error::usage(format!("{second:?} stands where an id belongs"));
    Err(if second == verb || !takes_backend(second) {
        error.hint(type_it(&with(verb)))
    } else {
        error.hint(format!("type `{}` or `{}`", with(verb), with(second)))
    })
}

/// Flags that exclude each other. clap sees it only where both are on the same side of a backend's name: it looks at
/// each side before it brings them together.
const CONFLICTS: [(&str, &str); 4] =
    [("quiet", "verbose"), ("field", "output"), ("exit_status", "watch"), ("insecure", "ca_file")];

/// Whether a flag was typed on this command line, which clap has read to its innermost subcommand.
fn is_typed(innermost: &ArgMatches, id: &str) -> bool {
    innermost.try_contains_id(id).is_ok() && innermost.value_source(id) == Some(ValueSource::CommandLine)
}

/// Checks that no flags exclude each other, as in `taskctl -q get vcda X -v`.
///
/// # Errors
/// A usage error that names two flags.
pub(super) fn check_conflicts(matches: &ArgMatches) -> Result<(), Error> {
    let mut innermost = matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    let flag = |id: &str| format!("--{}", id.replace('_', "-"));
    match CONFLICTS.iter().find(|(one, other)| is_typed(innermost, one) && is_typed(innermost, other)) {
        Some((one, other)) => Err(Error::usage(format!("{} cannot be used with {}", flag(one), flag(other)))),
        None => Ok(()),
    }
}

/// Checks that no flag of this group was typed without `--watch`, but for those in `allowed`, by their ids. clap's own
/// `requires` would refuse `taskctl get -w vcda X --timeout 2h`, as it looks at each side of a backend's name alone.
///
/// # Errors
/// A usage error that names the flag.
pub(super) fn check_needs_watch<Flags: Args>(matches: &ArgMatches, allowed: &[&str]) -> Result<(), Error> {
    let group = Flags::augment_args(Command::new(""));
    let is_wrong = |arg: &&Arg| {
        let id = arg.get_id().as_str();
        is_typed(matches, id) && !allowed.contains(&id)
    };
    match group.get_arguments().find(is_wrong).and_then(Arg::get_long) {
        Some(flag) => Err(Error::usage(format!("--{flag} is of no use without --watch"))
            .hint("add -w: then the tasks are followed until they end")),
        None => Ok(()),
    }
}

/// That there are references, or at least words that may be some.
///
/// # Errors
/// When there is nothing, or an id that does not say whose it is.
pub(super) fn check_references(verb: &str, words: &[String]) -> Result<(), Error> {
    let example = BACKENDS[0];
    let Some(first) = words.first() else {
        return Err(Error::usage("which task?")
            .hint(format!(
                "type `taskctl {verb} BACKEND ID`, such as `{}`, or `taskctl {verb} PROFILE/ID`",
                line([verb, example.name, example.example_id])
            ))
            .hint(backends_are()));
    };
    if is_reference(first) {
        return Ok(());
    }
    if let Some(backend) = api::find(first) {
        // Only what stands behind `--` gets here.
        let words = words.iter().skip(1).map(String::as_str);
        let line = line([verb, backend.name].into_iter().chain(words));
        return Err(Error::usage(format!(
            "{first:?} is a backend, and behind `--` there are only references"
        ))
        .hint(type_it(&line)));
    }
    if let Some((at, backend)) = words.iter().enumerate().find_map(|(at, word)| Some((at, api::find(word)?)))
    {
        return Err(words_before_backend(verb, backend, &words[..at], &words[at + 1..]));
    }
    let rest: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    if let Some(near) = nearest_backend(first) {
        return Err(Error::usage(format!("there is no backend {first:?}"))
            .hint(format!("did you mean `{}`?", line([&[verb, near], rest.as_slice()].concat())))
            .hint(backends_are()));
    }
    if rest.iter().any(|word| !is_reference(word)) {
        return Err(Error::usage(format!("there is no backend {first:?}")).hint(backends_are()));
    }
    let word = shell_word(first);
    Err(Error::usage(format!("{first:?} does not say which system the task is of"))
        .hint(format!("type `taskctl {verb} PROFILE/{word}` or `taskctl {verb} BACKEND {word}`"))
        .hint(backends_are()))
}
