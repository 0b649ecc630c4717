//! `doctor`: a profile, and how to connect.

use clap::{Arg, ArgMatches, Command, FromArgMatches, value_parser};

use super::flags::{ConnectionFlags, ReportFormat};
use super::{exit_codes, with_flags};
use crate::api::{self, BACKENDS, Descriptor};

/// `doctor`.
#[derive(Debug)]
pub struct Doctor {
    /// The backend, for a server that no profile names.
    pub backend: Option<&'static Descriptor>,
    /// How to connect.
    pub connection: ConnectionFlags,
    /// What to print.
    pub output: ReportFormat,
}

pub(super) fn command() -> Command {
    let names = BACKENDS.iter().flat_map(|backend| std::iter::once(&backend.name).chain(backend.aliases));
    let names: Vec<&'static str> = names.copied().collect();
    let command = Command::new("doctor")
        .about("Check a profile step by step, from its file to its rights")
        .arg(
            Arg::new("backend")
                .value_name("BACKEND")
                .value_parser(names)
                .help("The backend, where no profile is there yet: with --url"),
        )
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FORMAT")
                .value_parser(value_parser!(ReportFormat))
                .help("The format of standard output [default: table]"),
        )
        .after_long_help(format!(
            "Examples:\n  taskctl doctor -p dr\n  \
             taskctl doctor velostrata --url https://velo.example.com\n\nThe steps: the file and its permissions, the secret, the name, the connection, TLS, the API, the clocks, \
             the login, the version, the right to read tasks, the logout. A step that fails ends the examination; its \
             error says what to do. Nothing is changed on the server.\n\n{}",
            exit_codes(),
        ))
        .after_help(exit_codes());
    with_flags::<ConnectionFlags>(command)
}

pub(super) fn parse(matches: &ArgMatches) -> Result<Doctor, clap::Error> {
    Ok(Doctor {
        backend: matches.get_one::<String>("backend").and_then(|name| api::find(name)),
        connection: ConnectionFlags::from_arg_matches(matches)?,
        output: matches.get_one::<ReportFormat>("output").copied().unwrap_or_default(),
    })
}
