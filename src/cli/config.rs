//! `config`: init, add, edit, remove, list, show, validate, path.

use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};

use super::flags::ReportFormat;
use super::{backend_parser, example};
use crate::api::Descriptor;

/// What to do with the configuration file.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Write a first configuration file, readable by you alone; never over another
    #[command(after_long_help = init_examples())]
    Init(Init),
    /// Add a profile to the file; on a terminal, what is not given is asked for
    #[command(after_long_help = add_examples())]
    Add(Add),
    /// Open the file in $VISUAL or $EDITOR, and check it before it is put in place
    Edit,
    /// Take a profile out of the file
    Remove {
        /// The profile
        #[arg(id = "name", value_name = "PROFILE")]
        profile: String,
    },
    /// List the profiles
    List {
        /// The format of standard output [default: table]
        #[arg(short, long, value_name = "FORMAT")]
        output: Option<ReportFormat>,
    },
    /// Print every value of a profile and where it came from
    Show {
        /// The profile, as with -p; every profile if none is named
        #[arg(id = "name", value_name = "PROFILE")]
        profile: Option<String>,
        /// Print the secrets that stand in the file itself; those elsewhere are never fetched
        #[arg(long)]
        reveal: bool,
        /// The format of standard output [default: table]
        #[arg(short, long, value_name = "FORMAT")]
        output: Option<ReportFormat>,
    },
    /// Print every mistake with its line, column and what to do
    Validate {
        /// A secret in a file that others can read is a mistake too
        #[arg(long)]
        strict: bool,
    },
    /// Print where the configuration file is, or would be
    Path,
}

/// What `config init` is given for the first profile. Its name is `-p`.
#[derive(Args, Debug)]
pub struct Init {
    /// The backend of the first profile
    #[arg(long, value_name = "BACKEND", value_parser = backend_parser())]
    pub backend: Option<&'static Descriptor>,
    /// The address of the first profile
    #[arg(long, value_name = "URL", requires = "backend")]
    pub url: Option<String>,
}

/// What `config add` is given.
#[derive(Args, Debug)]
pub struct Add {
    /// The profile's name
    #[arg(value_name = "NAME")]
    pub new_name: String,
    /// Its backend
    #[arg(long, value_name = "BACKEND", value_parser = backend_parser())]
    pub backend: Option<&'static Descriptor>,
    /// Its address
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Its user name
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// Any other key of the profile, such as password_env=VCDA_PASSWORD; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

fn add_examples() -> String {
    let Descriptor { name, example_url: url, .. } = example();
    format!(
        "Examples:\n  taskctl config add lab\n  taskctl config add lab --backend {name} --url {url} --username admin \\\n    \
         --set password_env=LAB_PASSWORD\n\nWithout a key for the password, the profile asks for it on the terminal: \
         password_prompt = true. Comments and the order of the file stay as they are."
    )
}

fn init_examples() -> String {
    let Descriptor { name, example_url: url, .. } = example();
    format!(
        "Examples:\n  taskctl config init\n  taskctl config init --backend {name} --url {url} --profile dr"
    )
}

pub(super) fn command() -> Command {
    ConfigCommand::augment_subcommands(Command::new("config"))
        .about("Write, list, show and check the configuration")
        .after_long_help(
            "Examples:\n  taskctl config init\n  taskctl config show dr\n  taskctl config validate --strict",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
}

pub(super) fn parse(matches: &ArgMatches) -> Result<ConfigCommand, clap::Error> {
    ConfigCommand::from_arg_matches(matches)
}
