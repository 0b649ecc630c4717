//! `apis`: list, show, check.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};

/// What to do with the APIs that are described by data.
#[derive(Debug, Subcommand)]
pub enum ApisCommand {
    /// List them: those that are shipped, and yours
    List,
    /// Print the description of one, to copy and change
    Show {
        /// Its name
        name: String,
    },
    /// Print every mistake of a description; with an answer, which place gave which field
    Check(Check),
}

/// `apis check`.
#[derive(Args, Debug)]
pub struct Check {
    /// The name of the API
    pub name: String,
    /// An answer of its server, as JSON; - is standard input
    #[arg(value_name = "FILE")]
    pub answer: Option<PathBuf>,
    /// The task that the server of -p PROFILE is asked for, in place of a file
    #[arg(long, value_name = "ID", conflicts_with = "answer")]
    pub id: Option<String>,
}

pub(super) fn command() -> Command {
    ApisCommand::augment_subcommands(Command::new("apis"))
        .about("List, show and check the APIs that are described by data")
        .after_long_help(
            "Examples:\n  taskctl apis list\n  taskctl apis show redfish > ~/.config/taskctl/apis/mine.toml\n  \
             taskctl apis check mine\n  curl -s https://host/tasks/1 | taskctl apis check mine -\n  \
             taskctl apis check mine -p lab --id 1\n\n\
             A description is a file apis/NAME.toml beside the configuration file, or [apis.NAME] in it. It says in TOML \
             how a REST API is asked and how its answers read; everything else of taskctl then works with it. Yours \
             go before those that are shipped.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
}

pub(super) fn parse(matches: &ArgMatches) -> Result<ApisCommand, clap::Error> {
    ApisCommand::from_arg_matches(matches)
}
