//! `doctor`: a profile, and how to connect.

use clap::{Args, Command};

use super::flags::{ConnectionFlags, ReportFormat};
use super::{backend_parser, example, with_examples, with_flags};
use crate::api::Descriptor;

/// `doctor`.
#[derive(Args, Debug)]
pub struct Doctor {
    /// The backend, where no profile is there yet: with --url
    #[arg(value_name = "BACKEND", value_parser = backend_parser())]
    pub backend: Option<&'static Descriptor>,
    /// Check every profile of the configuration, one after the other
    #[arg(short = 'A', long, conflicts_with_all = ["backend", "url"])]
    pub all_profiles: bool,
    /// The format of standard output [default: table]
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    pub output: Option<ReportFormat>,
    /// How to connect.
    #[command(flatten)]
    pub connection: ConnectionFlags,
}

pub(super) fn command() -> Command {
    let Descriptor { name, example_url: url, .. } = example();
    let command = Command::new("doctor").about("Check a profile step by step, from its file to its rights");
    with_flags::<Doctor>(with_examples(
        command,
        &format!(
            "  taskctl doctor -p dr\n  taskctl doctor -A\n  taskctl doctor {name} --url {url}\n\n\
         The steps: the file and its permissions, the secret, the name, the connection, TLS, the API, the clocks, the \
         login, the version, the right to read tasks, the logout. The first step that fails ends the check; its error \
         says what to do. The last line is the verdict. Nothing is changed on the server."
        ),
    ))
}
