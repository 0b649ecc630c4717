//! `taskctl completions`: the script that makes a shell ask `taskctl __complete` at each Tab.

use crate::cli::Shell;

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
