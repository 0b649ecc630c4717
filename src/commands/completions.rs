//! `taskctl completions`: the script that makes a shell complete command lines.

use std::io::Write;

use clap_complete::Shell;

use crate::app::App;
use crate::cli;
use crate::outcome::Outcome;

/// Prints the script for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(app: &mut App, shell: Shell) -> anyhow::Result<u8> {
    app.stdout.write_all(&script(shell))?;
    Ok(Outcome::Ok.code())
}

/// The script for a shell.
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "taskctl", &mut script);
    script
}
