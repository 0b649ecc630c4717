//! What can be typed: clap types, and the backend subcommands made from the registry.
//!
//! Arguments as they were typed; what they mean together with profile and environment is decided in
//! [`crate::connect`].

mod cancel;
mod complete;
mod config;
mod doctor;
mod flags;
mod list;
mod manual;
mod mistakes;
mod read;
mod schema;

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum, value_parser};
use clap_complete::Shell;

pub use cancel::Cancel;
pub use complete::Candidates;
pub use config::{ConfigCommand, Init};
pub use doctor::Doctor;
pub use flags::{CommonFlags, ConnectionFlags, ListFlags, OutputFlags, ReportFormat, WaitFlags};
pub use list::{Given, List};
pub use mistakes::Unparsed;
pub use read::Read;
pub use schema::Schema;

use crate::backend::{Descriptor, SettingKind};
use crate::outcome::Outcome;

/// Everything that was typed.
#[derive(Debug)]
pub struct Invocation {
    /// Flags of every verb.
    pub common: CommonFlags,
    /// What to do.
    pub verb: Verb,
}

/// What to do.
#[derive(Debug)]
pub enum Verb {
    /// Read tasks once, or follow them.
    Read(Box<Read>),
    /// List tasks.
    List(Box<List>),
    /// Ask a system to cancel tasks.
    Cancel(Box<Cancel>),
    /// Look after the configuration file.
    Config(ConfigCommand),
    /// Check a profile step by step.
    Doctor(Box<Doctor>),
    /// Print a completion script.
    Completions(Shell),
    /// Print words that complete a command line.
    Complete(Candidates),
    /// Print the manual page.
    Manual,
    /// Print a JSON Schema.
    Schema(Schema),
}

/// The names of a verb, and what makes it.
type Maker = (&'static [&'static str], fn() -> Command);

/// Every verb.
const VERBS: [Maker; 9] = [
    (&["get"], read::get),
    (&["watch", "wait"], read::watch),
    (&["list"], list::command),
    (&["cancel"], cancel::command),
    (&["config"], config::command),
    (&["doctor"], doctor::command),
    (&["schema"], schema::schema),
    (&["completions"], completions),
    (&["manual"], manual::manual),
];

/// The whole command line, for help, completions and the manual.
pub fn command() -> Command {
    command_with(VERBS.iter().map(|(_, make)| make()))
}

/// As much of the command line as these arguments can mean: making every verb with every backend takes most of the
/// time of a start, and the first word nearly always says which one it is.
fn command_for(arguments: &[OsString]) -> Command {
    let first = arguments.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    match VERBS.iter().find(|(names, _)| names.contains(&first)) {
        Some((_, make)) => command_with([make()]),
        None if matches!(first, "--version" | "-V") => command_with([]),
        None => command(),
    }
}

fn command_with(verbs: impl IntoIterator<Item = Command>) -> Command {
    let root = Command::new("taskctl")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .max_term_width(100)
        .after_help(exit_codes())
        .subcommands(verbs);
    with_flags::<CommonFlags>(root.about(env!("CARGO_PKG_DESCRIPTION")))
}

/// Adds a group of flags. The group's own documentation would become the command's description otherwise.
fn with_flags<Flags: Args>(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    Flags::augment_args(command).about(about)
}

fn exit_codes() -> String {
    format!("Exit codes:\n{}", Outcome::table())
}

fn completions() -> Command {
    Command::new("completions")
        .about("Print a completion script for a shell")
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)))
        .after_long_help(
            "Examples:\n  taskctl completions bash > ~/.local/share/bash-completion/completions/taskctl\n  \
             taskctl completions zsh > \"${fpath[1]}/_taskctl\"\n  \
             taskctl completions fish > ~/.config/fish/completions/taskctl.fish",
        )
}

/// The shells that there are scripts for.
pub fn shells() -> &'static [Shell] {
    Shell::value_variants()
}

/// Reads a command line; the first argument is the program's own name.
///
/// # Errors
/// What clap has to say, help and version included, or our own word for the commonest mistakes.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, Unparsed> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // What only completion scripts call is in no help, no script and no manual.
    let matches = command_for(&arguments)
        .subcommand(complete::complete())
        .try_get_matches_from(&arguments)
        .map_err(|error| mistakes::explain(error, &arguments))?;
    let common = CommonFlags::from_arg_matches(&matches)?;
    let verb = match matches.subcommand() {
        Some((verb @ ("get" | "watch"), matches)) => Verb::Read(Box::new(read::parse(verb, matches)?)),
        Some(("list", matches)) => Verb::List(Box::new(list::parse(matches)?)),
        Some(("cancel", matches)) => Verb::Cancel(Box::new(cancel::parse(matches)?)),
        Some(("config", matches)) => Verb::Config(config::parse(matches)?),
        Some(("doctor", matches)) => Verb::Doctor(Box::new(doctor::parse(matches)?)),
        Some(("completions", matches)) => match matches.get_one::<Shell>("shell") {
            Some(shell) => Verb::Completions(*shell),
            None => return Err(missing("which shell?").into()),
        },
        Some(("__complete", matches)) => Verb::Complete(complete::parse(matches)),
        Some(("manual", _)) => Verb::Manual,
        Some(("schema", matches)) => Verb::Schema(schema::parse(matches)),
        _ => return Err(missing("what shall be done?").into()),
    };
    Ok(Invocation { common, verb })
}

fn missing(text: &str) -> clap::Error {
    command().error(clap::error::ErrorKind::MissingRequiredArgument, text)
}

/// Every value of an argument that takes several.
fn texts(matches: &ArgMatches, id: &str) -> Vec<String> {
    matches.get_many::<String>(id).map(|values| values.cloned().collect()).unwrap_or_default()
}

/// Adds the flags made from a backend's own settings.
fn with_settings(mut command: Command, backend: &'static Descriptor) -> Command {
    for setting in backend.settings {
        let Some(flag) = setting.flag else { continue };
        let arg = Arg::new(setting.key).long(flag).help(setting.help);
        command = command.arg(match setting.kind {
            SettingKind::Switch => arg.action(ArgAction::SetTrue),
            SettingKind::Text | SettingKind::Url | SettingKind::Username => {
                arg.value_name(flag.rsplit('-').next().unwrap_or(flag).to_ascii_uppercase())
            }
        });
    }
    command
}

/// The values that those flags were given, by the setting's key.
fn settings(matches: &ArgMatches, backend: &'static Descriptor) -> Vec<(&'static str, String)> {
    let mut given = Vec::new();
    for setting in backend.settings.iter().filter(|setting| setting.flag.is_some()) {
        match setting.kind {
            SettingKind::Switch if matches.get_flag(setting.key) => {
                given.push((setting.key, "true".to_owned()))
            }
            SettingKind::Switch => {}
            SettingKind::Text | SettingKind::Url | SettingKind::Username => {
                given
                    .extend(matches.get_one::<String>(setting.key).map(|value| (setting.key, value.clone())));
            }
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_found_by_each_of_its_names() {
        for (names, make) in VERBS {
            let verb = make();
            let own: Vec<&str> = std::iter::once(verb.get_name()).chain(verb.get_all_aliases()).collect();
            assert_eq!(own, names);
        }
    }
}
