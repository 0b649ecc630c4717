//! Usage errors that name the next thing to type. What clap says well enough stays clap's.

use std::ffi::OsString;
use std::iter;

use clap::error::{ContextKind, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command};

use super::VERBS;
use super::targets::{Profiles, TargetName};
use crate::api::{self, BACKENDS};
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

fn nearest_target<'a>(word: &str, profiles: &'a Profiles) -> Option<&'a str> {
    let names = profiles.targets().map(|profile| profile.name.as_str());
    nearest(word, names.chain(api::names().into_iter().map(|name| name as &str)))
}

/// A command line to type, as a shell takes it.
fn line(head: &[&str], rest: &[impl AsRef<str>]) -> String {
    let words = head.iter().copied().chain(rest.iter().map(AsRef::as_ref));
    iter::once("taskctl".into()).chain(words.map(shell_word)).collect::<Vec<String>>().join(" ")
}

fn type_it(head: &[&str], rest: &[impl AsRef<str>]) -> String {
    format!("type `{}`", line(head, rest))
}

fn backend_names() -> String {
    format!("{}, {}", coded_names(), api::described::names().join(", "))
}

fn coded_names() -> String {
    BACKENDS.iter().map(|backend| backend.name).collect::<Vec<_>>().join(", ")
}

fn targets_are(profiles: &Profiles) -> String {
    let names: Vec<&str> = profiles.targets().map(|profile| profile.name.as_str()).collect();
    let profiles =
        if names.is_empty() { String::new() } else { format!("the profiles are {}; ", names.join(", ")) };
    format!("{profiles}the backends are {}", backend_names())
}

/// What to say of an error of clap. The program's name alone, or with flags only, gets the first lines.
pub(super) fn explain(error: clap::Error, arguments: &[OsString], profiles: &Profiles) -> ParseError {
    let words: Vec<String> =
        arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ours = match error.kind() {
        ErrorKind::MissingSubcommand if words.iter().all(|word| super::verb(word).is_none()) => {
            return ParseError::Greeting(greeting());
        }
        ErrorKind::InvalidSubcommand => {
            let word = error.get(ContextKind::InvalidSubcommand).map(ToString::to_string);
            word.and_then(|word| {
                match words.iter().take_while(|known| **known != word).find(|w| takes_backend(w)) {
                    Some(verb) => Some(no_target(verb, &word, profiles)),
                    None => unknown_below(&word, &words).or_else(|| unknown_verb(&word, &words, profiles)),
                }
            })
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
            if missing.contains("<ID>") { missing_id(&words, profiles) } else { None }
        }
        _ => None,
    };
    ours.map_or(ParseError::Clap(error), ParseError::Usage)
}

fn greeting() -> String {
    format!(
        "{}\n\n  taskctl config init       write a configuration to fill in\n  \
         taskctl get BACKEND ID    read a task\n  \
         taskctl watch BACKEND ID  follow a task until it ends\n\n\
         Backends: {}\nDescribed APIs: {}\nMore: taskctl --help\n",
        env!("CARGO_PKG_DESCRIPTION"),
        coded_names(),
        api::described::names().join(", "),
    )
}

/// A word behind a verb that has commands of its own, such as `config`, and is none of them.
fn unknown_below(word: &str, words: &[&str]) -> Option<Error> {
    let at = words.iter().position(|known| *known == word)?;
    let verb = words[..at].iter().find_map(|word| super::verb(word)).filter(|verb| !verb.takes_backend)?;
    let command = (verb.make)(&[]);
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let verb = verb.names[0];
    let hint = match nearest(word, names.iter().copied()) {
        Some(near) => {
            let mut corrected = words.to_vec();
            corrected[at] = near;
            format!("did you mean `{}`?", line(&[], &corrected))
        }
        None => {
            format!("the commands of {verb} are {}; `taskctl {verb} --help` says more", names.join(", "))
        }
    };
    Some(Error::usage(format!("unknown command {word:?} of taskctl {verb}")).hint(hint))
}

/// A first word that is no verb.
fn unknown_verb(word: &str, words: &[&str], profiles: &Profiles) -> Option<Error> {
    let at = words.iter().position(|known| *known == word)?;
    let mut others = words.to_vec();
    others.remove(at);
    if let Some(target) = profiles.find(word) {
        // `taskctl BACKEND get ID`: the same words with the verb in front.
        let verb = others.iter().position(|other| takes_backend(other)).map(|at| others.remove(at));
        if others.iter().all(|word| word.starts_with('-')) {
            others.push(target.backend.example_id);
        }
        return Some(
            Error::usage(format!("{word:?} is a {}, and the verb goes before it", kind_of(&target)))
                .hint(type_it(&[verb.unwrap_or("get"), word], &others)),
        );
    }
    if word.contains('/') {
        let (get, watch) = (line(&["get"], words), line(&["watch"], words));
        return Some(
            Error::usage(format!("{word:?} is no verb; it may be a task, and a verb goes before it"))
                .hint(format!("type `{get}` to read it, or `{watch}` to follow it")),
        );
    }
    let hint = if let Some(near) = nearest(word, VERBS.iter().flat_map(|verb| verb.names).copied()) {
        let mut corrected = words.to_vec();
        corrected[at] = near;
        format!("did you mean `{}`?", line(&[], &corrected))
    } else if let Some(near) = nearest_target(word, profiles) {
        let line = line(&["get", near], &others);
        let kind = profiles.find(near).as_ref().map_or("target", kind_of);
        format!("did you mean the {kind} {near}? A verb goes before it: `{line}`")
    } else {
        let names: Vec<&str> = VERBS.iter().map(|verb| verb.names[0]).collect();
        format!("the verbs are {}; `taskctl --help` says more", names.join(", "))
    };
    Some(Error::usage(format!("there is no verb {word:?}")).hint(hint))
}

/// `taskctl get BACKEND`, and nothing behind it.
fn missing_id(words: &[&str], profiles: &Profiles) -> Option<Error> {
    let at = words.iter().position(|word| takes_backend(word))?;
    let target = words[at + 1..].iter().find_map(|word| profiles.find(word))?;
    Some(no_id(words[at], &target))
}

/// The error for a target without a task's id behind it.
pub(super) fn no_id(verb: &str, target: &TargetName) -> Error {
    let name = target.name.as_str();
    let error = Error::usage(format!("missing task id: which task of {name}?"))
        .hint(type_it(&[verb, name], &[target.backend.example_id]))
        .hint(format!("`taskctl {verb} {name} -` reads ids from standard input"));
    match verb {
        "watch" => error.hint(format!("`taskctl watch {name} --running` follows whatever runs there now")),
        _ => error,
    }
}

fn kind_of(target: &TargetName) -> &'static str {
    if target.is_profile { "profile" } else { "backend" }
}

/// `taskctl get ID BACKEND`.
fn words_before_target(verb: &str, target: &TargetName, before: &[String], behind: &[String]) -> Error {
    let (kind, name) = (kind_of(target), target.name.as_str());
    let error = Error::usage(format!("{:?} stands before the {kind} {name}", before[0]));
    if before.iter().any(|word| word.contains('/')) {
        return error.hint(format!("give either references, or one {kind} and its ids"));
    }
    error.hint(type_it(&[verb, name], &[before, behind].concat()))
}

/// Checks that ids behind a backend are no verb, and that none stand before it.
///
/// # Errors
/// For `taskctl watch BACKEND get ID` and `taskctl get ID BACKEND`.
pub(super) fn check_ids(
    verb: &str,
    target: &TargetName,
    before: &[String],
    ids: &[String],
) -> Result<(), Error> {
    if !before.is_empty() {
        return Err(words_before_target(verb, target, before, ids));
    }
    let name = target.name.as_str();
    let [second, rest @ ..] = ids else { return Ok(()) };
    if rest.is_empty() || super::verb(second).is_none() {
        return Ok(());
    }
    let mut hint = type_it(&[verb, name], rest);
    if second != verb && takes_backend(second) {
        hint.push_str(&format!(" or `{}`", line(&[second, name], rest)));
    }
    Err(Error::usage(format!("{second:?} stands where an id belongs")).hint(hint))
}

/// Checks that there are references, or at least words that may be some.
///
/// # Errors
/// When there is nothing, or an id that does not say whose it is.
pub(super) fn check_references(verb: &str, words: &[String], profiles: &Profiles) -> Result<(), Error> {
    let is_reference = |word: &String| word == "-" || word.contains('/');
    let [first, rest @ ..] = words else {
        let example = line(&[verb, super::example().name], &[super::example().example_id]);
        return Err(Error::usage("missing task id")
            .hint(format!(
                "type `taskctl {verb} BACKEND ID`, such as `{example}`, or `taskctl {verb} PROFILE ID`"
            ))
            .hint(targets_are(profiles)));
    };
    if is_reference(first) {
        return Ok(());
    }
    let target = words.iter().enumerate().find_map(|(at, word)| Some((at, profiles.find(word)?)));
    Err(match (target, nearest_target(first, profiles)) {
        // Only what stands behind `--` gets here.
        (Some((0, target)), _) => {
            let kind = kind_of(&target);
            Error::usage(format!("{first:?} is a {kind}, and behind `--` there are only references"))
                .hint(type_it(&[verb, &target.name], rest))
        }
        (Some((at, target)), _) => words_before_target(verb, &target, &words[..at], &words[at + 1..]),
        (None, Some(near)) => unknown_target(first)
            .hint(format!("did you mean `{}`?", line(&[verb, near], rest)))
            .hint(targets_are(profiles)),
        (None, None) if rest.iter().all(is_reference) => {
            let word = shell_word(first);
            Error::usage(format!("{first:?} does not say which system the task is of"))
                .hint(format!("type `taskctl {verb} PROFILE {word}` or `taskctl {verb} BACKEND {word}`"))
                .hint(targets_are(profiles))
        }
        (None, None) => unknown_target(first).hint(targets_are(profiles)),
    })
}

fn unknown_target(word: &str) -> Error {
    Error::usage(format!("unknown target {word:?}: neither a profile nor a backend"))
}

/// The error for a word where a target belongs.
pub(super) fn no_target(verb: &str, word: &str, profiles: &Profiles) -> Error {
    let error = unknown_target(word);
    match nearest_target(word, profiles) {
        Some(near) => error.hint(format!("did you mean `{}`?", line(&[verb, near], &[""; 0]))),
        None => error,
    }
    .hint(targets_are(profiles))
}

/// Flags that exclude each other. clap sees it only where both are on the same side of a backend's name: it looks at
/// each side before it brings them together.
pub(super) const CONFLICTS: [(&str, &str); 6] = [
    ("quiet", "verbose"),
    ("field", "output"),
    ("exit-status", "watch"),
    ("insecure", "ca_file"),
    ("insecure", "tls_pin"),
    ("all_profiles", "profile"),
];

/// Whether a flag was typed on this command line, which clap has read to its innermost subcommand.
fn is_typed(innermost: &ArgMatches, id: &str) -> bool {
    innermost.try_contains_id(id).is_ok() && innermost.value_source(id) == Some(ValueSource::CommandLine)
}

/// Checks that no flags exclude each other, as in `taskctl -q get BACKEND ID -v`.
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

/// Checks that no flag of this group was typed without another, but for those in `allowed`, by their ids. clap's own
/// `requires` would refuse `taskctl get -w BACKEND ID --timeout 2h`, as it looks at each side of a backend's name alone.
///
/// # Errors
/// A usage error that names the flag.
pub(super) fn check_needs<Flags: Args>(
    matches: &ArgMatches,
    allowed: &[&str],
    needed: &str,
) -> Result<(), Error> {
    let group = Flags::augment_args(Command::new(""));
    let is_wrong = |arg: &&Arg| {
        let id = arg.get_id().as_str();
        is_typed(matches, id) && !allowed.contains(&id)
    };
    let Some(flag) = group.get_arguments().find(is_wrong).and_then(Arg::get_long) else { return Ok(()) };
    let error = Error::usage(format!("--{flag} is of no use without --{needed}"));
    Err(match needed {
        "watch" => error.hint("add -w: then the tasks are followed until they end"),
        _ => error,
    })
}
