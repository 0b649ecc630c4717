//! `config`: init, list, show, validate, path.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::flags::ReportFormat;
use super::missing;
use crate::api::{self, BACKENDS, Descriptor};

/// What to do with the configuration file.
#[derive(Debug)]
pub enum ConfigCommand {
    /// Write a first one.
    Init(Init),
    /// Name its profiles.
    List {
        /// What to print.
        output: ReportFormat,
    },
    /// Print every value of a profile and where it came from.
    Show {
        /// The profile, in the place of `-p`.
        profile: Option<String>,
        /// Print the secrets that stand in the file itself.
        reveal: bool,
        /// What to print.
        output: ReportFormat,
    },
    /// Print every mistake.
    Validate {
        /// A secret that others can read is a mistake too.
        strict: bool,
    },
    /// Print where it is.
    Path,
}

/// What `config init` is given for the first profile. Its name is `-p`.
#[derive(Debug)]
pub struct Init {
    /// Its backend.
    pub backend: Option<&'static Descriptor>,
    /// Its address.
    pub url: Option<String>,
}

pub(super) fn command() -> Command {
    let names = BACKENDS.iter().flat_map(|backend| std::iter::once(&backend.name).chain(backend.aliases));
    let names: Vec<&'static str> = names.copied().collect();
    let output = || {
        Arg::new("output")
            .short('o')
            .long("output")
            .value_name("FORMAT")
            .value_parser(value_parser!(ReportFormat))
            .help("The format of standard output [default: table]")
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("config")
        .about("Write, list, show and check the configuration")
        .after_long_help(
            "Examples:\n  taskctl config init --backend vcda --profile dr\n  taskctl config show dr\n  \
             taskctl config validate --strict",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            Command::new("init")
                .about("Write a first configuration file, readable by you alone; never over another")
                .arg(
                    Arg::new("backend")
                        .long("backend")
                        .value_name("BACKEND")
                        .value_parser(names)
                        .help("The backend of the first profile"),
                )
                .arg(
                    Arg::new("url")
                        .long("url")
                        .value_name("URL")
                        .requires("backend")
                        .help("The address of the first profile"),
                )
                .after_long_help(
                    "Examples:\n  taskctl config init\n  \
                     taskctl config init --backend vcda --url https://vcda.example.com:8046 --profile dr",
                ),
            Command::new("list").about("List the profiles").arg(output()),
            Command::new("show")
                .about("Print every value of a profile and where it came from")
                .arg(
                    Arg::new("name")
                        .value_name("PROFILE")
                        .help("The profile, as with -p; every profile if none is named"),
                )
                .arg(switch(
                    "reveal",
                    "Print the secrets that stand in the file itself; those elsewhere are never fetched",
                ))
                .arg(output()),
            Command::new("validate")
                .about("Print every mistake with its line, column and what to do")
                .arg(switch("strict", "A secret in a file that others can read is a mistake too")),
            Command::new("path").about("Print where the configuration file is, or would be"),
        ])
}

pub(super) fn parse(matches: &ArgMatches) -> Result<ConfigCommand, clap::Error> {
    let output =
        |matches: &ArgMatches| matches.get_one::<ReportFormat>("output").copied().unwrap_or_default();
    let text = |matches: &ArgMatches, name: &str| matches.get_one::<String>(name).cloned();
    Ok(match matches.subcommand() {
        Some(("init", matches)) => ConfigCommand::Init(Init {
            backend: text(matches, "backend").and_then(|name| api::find(&name)),
            url: text(matches, "url"),
        }),
        Some(("list", matches)) => ConfigCommand::List { output: output(matches) },
        Some(("show", matches)) => ConfigCommand::Show {
            profile: text(matches, "name"),
            reveal: matches.get_flag("reveal"),
            output: output(matches),
        },
        Some(("validate", matches)) => ConfigCommand::Validate { strict: matches.get_flag("strict") },
        Some(("path", _)) => ConfigCommand::Path,
        _ => return Err(missing("what shall be done with the configuration?")),
    })
}
