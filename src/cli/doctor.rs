//! `doctor`: a profile, and how to connect.

use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::flags::{ConnectionFlags, ReportFormat};
use super::{CommonFlags, ParseError, example, with_examples, with_flags};
use crate::api::{self, Descriptor};

/// `doctor`.
#[derive(Args, Debug)]
pub struct Doctor {
    /// The profile; or the backend, where no profile is there yet: with --url
    #[arg(value_name = "PROFILE|BACKEND")]
    pub target: Option<String>,
    /// Check every profile of the configuration, one after the other
    #[arg(short = 'A', long, conflicts_with_all = ["target", "url"])]
    pub all_profiles: bool,
    /// The format of standard output [default: table]
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    pub output: Option<ReportFormat>,
    /// How to connect.
    #[command(flatten)]
    pub connection: ConnectionFlags,
}

impl Doctor {
    /// The backend, where one was named.
    pub fn backend(&self) -> Option<&'static Descriptor> {
        api::find(self.target.as_deref()?)
    }
}

/// What `doctor` was given. A profile that stands as the target is the one to use.
pub(super) fn parse(matches: &ArgMatches, common: &mut CommonFlags) -> Result<Doctor, ParseError> {
    let doctor = Doctor::from_arg_matches(matches)?;
    if let (Some(name), None) = (&doctor.target, doctor.backend()) {
        match &common.profile {
            Some(other) if other != name => return Err(super::two_profiles(name, other).into()),
            _ => common.profile = Some(name.clone()),
        }
    }
    Ok(doctor)
}

pub(super) fn command() -> Command {
    let Descriptor { name, example_url: url, .. } = example();
    let command = Command::new("doctor").about("Check a profile step by step, from its file to its rights");
    with_flags::<Doctor>(with_examples(
        command,
        &format!(
            "  taskctl doctor dr\n  taskctl doctor -A\n  taskctl doctor {name} --url {url}\n\n\
         The steps: the file and its permissions, the secret, the name, the connection, TLS, the API, the clocks, the \
         login, the version, the right to read tasks, the logout. The first step that fails ends the check; its error \
         says what to do. The last line is the verdict. Nothing is changed on the server."
        ),
    ))
}
