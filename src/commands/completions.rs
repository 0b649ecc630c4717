//! `taskctl completions`: the script that makes a shell ask `taskctl __complete` at each Tab.

use std::io::Write as _;

use crate::cli::Shell;
use crate::outcome::Outcome;
use crate::resolve::context::Context;

/// Prints the script for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(context: &mut Context, shell: Shell) -> anyhow::Result<u8> {
    context.stdout.write_all(script(shell).as_bytes())?;
    Ok(Outcome::Ok.code())
}

/// The script for a shell.
pub fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("../../completions/taskctl.bash"),
        Shell::Elvish => include_str!("../../completions/taskctl.elv"),
        Shell::Fish => include_str!("../../completions/taskctl.fish"),
        Shell::Powershell => include_str!("../../completions/_taskctl.ps1"),
        Shell::Zsh => include_str!("../../completions/_taskctl"),
    }
}
