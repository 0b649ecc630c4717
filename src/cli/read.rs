//! `get` and `watch`, with a subcommand for each backend of the registry.

use clap::{Arg, ArgMatches, Command, FromArgMatches};

use super::flags::{ConnectionFlags, OutputFlags, WaitFlags};
use super::{
    ParseError, backend_subcommand, example, suggestions, switch, texts, with_examples, with_flags,
    with_settings,
};
use crate::api::Descriptor;
use crate::engine::subtasks::{DEEPEST, MOST, MOST_EACH};

/// `get` and `watch`.
#[derive(Clone, Debug)]
pub struct Read {
    /// Whether to follow the tasks.
    pub watch: bool,
    /// The backend that was named; `None` when references were given.
    pub backend: Option<&'static Descriptor>,
    /// Ids or references, as typed.
    pub ids: Vec<String>,
    /// The backend's own settings that were given as flags.
    pub settings: Vec<(&'static str, String)>,
    /// How to connect.
    pub connection: ConnectionFlags,
    /// What to print.
    pub output: OutputFlags,
    /// How to wait.
    pub wait: WaitFlags,
    /// `get --exit-status`.
    pub exit_status: bool,
    /// `--tree`: the tasks' subtasks too.
    pub tree: bool,
}

/// The wait flags that are about a single look too, which `get` has without `--watch`.
const WAIT_FLAGS_OF_GET: &[&str] = &["retry_for", "jobs", "allow_missing"];

pub(super) fn get(backends: &[&'static Descriptor]) -> Command {
    let command = Command::new("get")
        .about("Read tasks once and print them")
        .arg(switch("watch", "Follow the tasks until they end, as `taskctl watch` does").short('w'))
        .arg(
            switch(
                "exit-status",
                "Let the task's state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended",
            )
            .conflicts_with("watch"),
        )
        .arg(switch(
            "tree",
            "Read the tasks' parts too, and theirs, with --watch as they appear; machine formats get a flat list with \
             `parent` set",
        ));
    let Descriptor { name, example_id: id, .. } = example();
    let command = with_examples(
        command,
        &format!(
            "  taskctl get {name} {id}\n  taskctl get {name} {id} -o json\n  \
             taskctl get dr/{id} lab/{id} --field ref,state\n  taskctl get {name} {id} --tree",
        ),
    );
    let command = with_read_flags(command).mut_args(|arg| {
        let of_watch =
            arg.get_help_heading() == Some("Waiting") && !WAIT_FLAGS_OF_GET.contains(&arg.get_id().as_str());
        if of_watch { arg.help_heading("With --watch") } else { arg }
    });
    with_backends("get", command, backends)
}

pub(super) fn watch(backends: &[&'static Descriptor]) -> Command {
    let Descriptor { name, example_id: id, .. } = example();
    let notes = format!(
        "  taskctl watch {name} {id} --timeout 2h\n  taskctl watch dr/{id} lab/{id} -o json\n  \
             taskctl watch {name} {id} --for running,ended\n  taskctl watch {name} {id} --tree\n\n\
             With --tree, the tasks that were asked for still decide alone when the watch is over and what its exit \
             code is, --for, --any and --fail-fast included: a part that fails or cannot be read is shown and does \
             not count, since the verdict of its task does. When they are done with, parts that have not ended are \
             looked at once more, and the tree is printed as `taskctl get --tree` prints it. The counts of the last \
             event of -o jsonl hold the parts too. A tree is followed {DEEPEST} levels deep, and no further than {MOST} \
             tasks in all, or {MOST_EACH} for each that was asked for.",
    );
    let follow =
        "Follow the tasks' parts too, and theirs, as they appear; the tasks asked for decide the outcome";
    let command = Command::new("watch")
        .visible_alias("wait")
        .about("Follow tasks until they end; the outcome is the exit code")
        .arg(switch("tree", follow).help_heading("Waiting"));
    with_backends("watch", with_read_flags(with_examples(command, &notes)), backends)
}

fn with_read_flags(command: Command) -> Command {
    let command = with_flags::<WaitFlags>(command.next_help_heading("Waiting"));
    with_flags::<ConnectionFlags>(with_flags::<OutputFlags>(command))
}

/// Adds references, and a subcommand for each of these backends.
pub(super) fn with_backends(verb: &str, command: Command, backends: &[&'static Descriptor]) -> Command {
    command
        .next_help_heading(None)
        .arg(
            Arg::new("references")
                .value_name("REFERENCE")
                .num_args(0..)
                .help("PROFILE/ID or BACKEND/ID, a task's URL, or - to read them from standard input"),
        )
        .subcommand_help_heading("Backends")
        .subcommand_value_name("BACKEND")
        .disable_help_subcommand(true)
        .override_usage(format!(
            "taskctl {verb} [OPTIONS] <BACKEND> <ID>...\n       taskctl {verb} [OPTIONS] <REFERENCE>..."
        ))
        .subcommands(backends.iter().map(|backend| backend_command(verb, backend)))
}

fn backend_command(verb: &str, backend: &'static Descriptor) -> Command {
    let (name, id, url) = (backend.name, backend.example_id, backend.example_url);
    let examples = format!("  taskctl {verb} {name} {id}\n  taskctl {verb} {name} {id} --url {url}");
    // Where a system has no such request, typing its name says so.
    let hide = verb == "cancel" && !backend.capabilities.cancel;
    let command = with_examples(backend_subcommand(backend), &examples).hide(hide).arg(
        Arg::new("ids")
            .value_name("ID")
            .required(true)
            .num_args(1..)
            .help(format!("The task's id, such as {id}; - reads ids from standard input")),
    );
    with_settings(command, backend)
}

/// What was typed behind `get`, `watch` or `cancel`.
pub(super) fn parse(verb: &str, matches: &ArgMatches) -> Result<Read, ParseError> {
    let references = texts(matches, "references");
    // Global flags are found at the innermost level, wherever they were typed.
    let (backend, inner) = match matches.subcommand() {
        Some((name, inner)) => (crate::api::find(name), inner),
        None => (None, matches),
    };
    let (ids, settings) = match backend {
        Some(backend) => {
            let ids = texts(inner, "ids");
            suggestions::check_ids(verb, backend, &references, &ids)?;
            (ids, super::settings(inner, backend))
        }
        None => {
            suggestions::check_references(verb, &references)?;
            (references, Vec::new())
        }
    };
    let watch = verb == "watch" || inner.get_flag("watch");
    if !watch {
        suggestions::check_needs_watch::<WaitFlags>(inner, WAIT_FLAGS_OF_GET)?;
    }
    Ok(Read {
        watch,
        backend,
        ids,
        settings,
        connection: ConnectionFlags::from_arg_matches(inner)?,
        output: OutputFlags::from_arg_matches(inner)?,
        wait: WaitFlags::from_arg_matches(inner)?,
        exit_status: verb == "get" && inner.get_flag("exit-status"),
        tree: verb != "cancel" && inner.get_flag("tree"),
    })
}
