//! `cancel`, with a subcommand for each backend of the registry: one that cannot cancel says so.

use clap::{ArgMatches, Command};

use super::flags::{ConnectionFlags, OutputFlags, WaitFlags};
use super::read::{self, Read};
use super::suggestions::{self, ParseError};
use super::{Profiles, TargetName, example, switch, with_examples, with_flags};
use crate::api::Descriptor;

/// `cancel`.
#[derive(Debug)]
pub struct Cancel {
    /// Which tasks, and how they are followed with `--watch`.
    pub read: Read,
    /// `-y`: nobody is asked.
    pub yes: bool,
}

/// The wait flags that it has without `--watch` too.
const WAIT_FLAGS_OF_CANCEL: &[&str] = &["retry_for"];

pub(super) fn command(targets: &[TargetName]) -> Command {
    let command = Command::new("cancel")
        .about("Ask a system to cancel tasks")
        .arg(switch("yes", "Do not ask; needed where there is no terminal to ask on").short('y'))
        .arg(
            switch(
                "watch",
                "Follow the tasks until they end; 0 if all of them ended cancelled, 3 if one ended otherwise",
            )
            .short('w'),
        )
        .next_help_heading("With --watch");
    let Descriptor { name, example_id: id, .. } = example();
    let command = with_examples(
        command,
        &format!(
            "  taskctl cancel {name} {id}\n  taskctl cancel lab/{id} -y --watch --timeout 10m\n\n\
             That a system was asked does not mean that a task has ended: it may go on for a while, and it may end \
             otherwise. Without --watch, 0 says that the system took the request, and 1 that the task had ended \
             before. With it, the wait is for `--for cancelled` unless another --for is given: 0 if every task ended \
             cancelled, 3 if one ended otherwise.",
        ),
    );
    let command = with_flags::<OutputFlags>(with_flags::<WaitFlags>(command));
    let command = with_flags::<ConnectionFlags>(command).mut_args(|arg| {
        let heading = arg.get_help_heading();
        let of_watch = matches!(heading, Some("With --watch" | "Output"));
        match (of_watch, WAIT_FLAGS_OF_CANCEL.contains(&arg.get_id().as_str())) {
            (true, true) => arg
                .help_heading("Options")
                .help("Go on this long without one good answer [default: 10s; with --watch 5m]"),
            (true, false) => arg.help_heading("With --watch"),
            (false, _) => arg,
        }
    });
    read::with_targets("cancel", command, targets)
}

/// What `cancel` was given.
pub(super) fn parse(matches: &ArgMatches, profiles: &Profiles) -> Result<Cancel, ParseError> {
    let inner = matches.subcommand().map_or(matches, |(_, inner)| inner);
    let read = read::parse("cancel", matches, profiles)?;
    if !read.watch {
        suggestions::check_needs::<WaitFlags>(inner, WAIT_FLAGS_OF_CANCEL, "watch")?;
        suggestions::check_needs::<OutputFlags>(inner, &[], "watch")?;
    }
    Ok(Cancel { read, yes: inner.get_flag("yes") })
}
