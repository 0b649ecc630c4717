//! `__complete`: what the completion scripts call for words that no script can know beforehand. Not for people.
//!
//! The scripts hand over the words of an unfinished command line, and here it is told what the last of them may be. It
//! is read as any other command line, with a word that stands for anything in the last one's place: where that word is
//! found again says what belongs there.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::{Cancel, ConfigCommand, Read, Verb};
use crate::engine::condition::Condition;
use crate::render::fields;
use crate::task::State;

/// What completion asks servers for, and when: for the help and the manual.
pub const COMPLETION: &str = "In bash, zsh and fish TAB also completes the names of profiles, fields, states and \
    conditions. The ids of tasks are completed where `complete_ids = true` stands in the profile or in [defaults], or \
    TASKCTL_COMPLETE_IDS=true is set. Each TAB then logs in, lists the newest tasks and logs out again; it gives up \
    after two seconds. Only systems that list their tasks at once are asked: vcenter is not, and ecs is where \
    `data_store` says which. The secret must come from a file, a variable or a command that asks nobody. A login that \
    does not come to a good end is not tried again by TAB, so that TAB locks no account, until another command has \
    logged in with that profile.";

/// Stands for the word that is being typed: an id, a reference and a name all at once.
const ANYTHING: &str = "any/thing";

/// What the last word of an unfinished command line may be.
#[derive(Debug)]
pub enum Sought {
    /// One of these words.
    Words(Vec<String>),
    /// The name of a profile that begins like this.
    Profile(String),
    /// A task.
    Task(Box<SoughtTask>),
    /// Nothing that the scripts do not know themselves.
    Nothing,
}

/// A task that is being named.
#[derive(Debug)]
pub struct SoughtTask {
    /// What was typed of its id or reference.
    pub begun: String,
    /// Whether it is to be cancelled.
    pub cancel: bool,
    /// The value of `-p`.
    pub profile: Option<String>,
    /// The rest of the line; the ids are those before this one.
    pub read: Read,
}

/// An unfinished command line.
#[derive(Debug)]
pub struct Unfinished {
    /// The configuration file that it names.
    pub config: Option<PathBuf>,
    /// What its last word may be.
    pub sought: Sought,
}

pub(super) fn complete() -> Command {
    Command::new("__complete")
        .hide(true)
        .arg(Arg::new("words").num_args(0..).last(true).value_parser(value_parser!(OsString)))
}

pub(super) fn parse(matches: &ArgMatches) -> Unfinished {
    let words = matches.get_many::<OsString>("words").into_iter().flatten();
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    Unfinished { config: config_of(&words), sought: sought(&words) }
}

/// The value of `--config`, wherever it stands.
fn config_of(words: &[String]) -> Option<PathBuf> {
    let behind = words.windows(2).find_map(|pair| (pair[0] == "--config").then_some(pair[1].as_str()));
    let within = || words.iter().find_map(|word| word.strip_prefix("--config="));
    behind.or_else(within).map(PathBuf::from)
}

fn sought(words: &[String]) -> Sought {
    let Some((last, before)) = words.split_last() else { return Sought::Nothing };
    let (flag, value) = match (last.split_once('='), before.last()) {
        (Some((flag, value)), _) if flag.starts_with("--") => (flag, value),
        (_, Some(flag)) => (flag.as_str(), last.as_str()),
        _ => ("", last.as_str()),
    };
    match flag {
        "-p" | "--profile" => return Sought::Profile(value.to_owned()),
        "--field" => return Sought::Words(of_list(value, &fields::known())),
        "--for" => return Sought::Words(of_list(value, &Condition::words().collect::<Vec<_>>())),
        "--state" => return Sought::Words(of_list(value, &State::WORDS)),
        _ if last.starts_with('-') => return Sought::Nothing,
        _ => {}
    }
    let line = ["taskctl"].into_iter().chain(before.iter().map(String::as_str)).chain([ANYTHING]);
    let Ok(invocation) = super::parse(line.map(OsString::from)) else { return Sought::Nothing };
    let task = |mut read: Read, cancel| {
        if read.ids.pop().as_deref() != Some(ANYTHING) {
            return Sought::Nothing;
        }
        let (begun, profile) = (last.clone(), invocation.common.profile);
        Sought::Task(Box::new(SoughtTask { begun, cancel, profile, read }))
    };
    match invocation.verb {
        Verb::Read(read) => task(*read, false),
        Verb::Cancel(cancel) => {
            let Cancel { read, .. } = *cancel;
            task(read, true)
        }
        Verb::Config(ConfigCommand::Show { profile: Some(name), .. }) if name == ANYTHING => {
            Sought::Profile(last.clone())
        }
        _ => Sought::Nothing,
    }
}

/// What a list of words may go on with behind its last comma: a known word that it does not hold yet.
fn of_list(typed: &str, known: &[impl AsRef<str>]) -> Vec<String> {
    let (head, last) = match typed.rfind(',') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let known = known.iter().map(AsRef::as_ref);
    let fresh = known.filter(|word| word.starts_with(last) && !head.split(',').any(|held| held == *word));
    fresh.map(|word| format!("{head}{word}")).collect()
}
