//! `manual`.

use clap::Command;

pub(super) fn manual() -> Command {
    Command::new("manual").about("Print the manual page, in roff").after_long_help(
        "Examples:\n  taskctl manual | man -l -\n  taskctl manual > ~/.local/share/man/man1/taskctl.1",
    )
}
