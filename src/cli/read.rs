//! `get` and `watch`, with a subcommand for each backend of the registry.

use clap::{Arg, ArgMatches, Command, FromArgMatches};

use super::flags::{ConnectionFlags, FilterFlags, OutputFlags, WaitFlags};
use super::list::{self, Selection};
use super::{
    ParseError, Profiles, TargetName, example, suggestions, switch, target_subcommand, texts, with_examples,
    with_flags, with_settings,
};
use crate::api::Descriptor;
use crate::engine::subtasks::{DEEPEST, MOST, MOST_EACH};
use crate::error::Error;

/// `get` and `watch`.
#[derive(Clone, Debug)]
pub struct Read {
    /// Whether to follow the tasks.
    pub watch: bool,
    /// The backend or profile that was named; `None` when references were given.
    pub target: Option<TargetName>,
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
    /// `watch --running`: whatever runs there now, by these filters.
    pub running: Option<Running>,
}

/// Which of the tasks that run now are followed.
#[derive(Clone, Debug)]
pub struct Running {
    /// By what every list has.
    pub flags: FilterFlags,
    /// By what only the backend has.
    pub selection: Selection,
}

impl Read {
    /// The backend of the target.
    pub fn backend(&self) -> Option<&'static Descriptor> {
        Some(self.target.as_ref()?.backend)
    }
}

/// The wait flags that are about a single look too, which `get` has without `--watch`.
const WAIT_FLAGS_OF_GET: &[&str] = &["retry_for", "jobs", "allow_missing"];

pub(super) fn get(targets: &[TargetName]) -> Command {
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
    with_targets("get", command, targets)
}

pub(super) fn watch(targets: &[TargetName]) -> Command {
    let Descriptor { name, example_id: id, .. } = example();
    let notes = format!(
        "  taskctl watch {name} {id} --timeout 2h\n  taskctl watch dr/{id} lab/{id} -o json\n  \
             taskctl watch {name} {id} --for running,ended\n  taskctl watch {name} {id} --tree\n  \
             taskctl watch {name} --running\n\n\
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
        .arg(switch("tree", follow).help_heading("Waiting"))
        .next_help_heading("Which tasks")
        .arg(switch("running", "Follow whatever runs there now; nothing running is a success"));
    let command =
        with_flags::<FilterFlags>(command.next_help_heading("Which tasks")).mut_args(|arg| {
            match arg.get_id().as_str() {
                "states" => {
                    arg.help("With --running: tasks in one of these states [default: any that has not ended]")
                }
                "since" => arg.help("With --running: only tasks that started after this, like 2h, or a date"),
                "limit" => arg.help("With --running: no more than the newest N"),
                _ => arg,
            }
        });
    with_targets("watch", with_read_flags(with_examples(command, &notes)), targets)
}

fn with_read_flags(command: Command) -> Command {
    let command = with_flags::<WaitFlags>(command.next_help_heading("Waiting"));
    with_flags::<ConnectionFlags>(with_flags::<OutputFlags>(command))
}

/// Adds references, and a subcommand for each of these targets.
pub(super) fn with_targets(verb: &str, command: Command, targets: &[TargetName]) -> Command {
    command
        .next_help_heading(None)
        .arg(
            Arg::new("references")
                .value_name("REFERENCE")
                .num_args(0..)
                .help("PROFILE/ID or BACKEND/ID, a task's URL, or - to read them from standard input"),
        )
        .subcommand_help_heading("Backends")
        .subcommand_value_name("TARGET")
        .disable_help_subcommand(true)
        .override_usage(format!(
            "taskctl {verb} [OPTIONS] <BACKEND|PROFILE> <ID>...\n       taskctl {verb} [OPTIONS] <REFERENCE>..."
        ))
        .subcommands(targets.iter().map(|target| target_command(verb, target)))
}

fn target_command(verb: &str, target: &TargetName) -> Command {
    let (name, backend) = (&target.name, target.backend);
    let (id, url) = (backend.example_id, backend.example_url);
    let examples = format!("  taskctl {verb} {name} {id}\n  taskctl {verb} {name} {id} --url {url}");
    // Where a system has no such request, typing its name says so.
    let hide = verb == "cancel" && !backend.capabilities.cancel;
    let can_list = verb == "watch" && backend.capabilities.list;
    let command = with_examples(target_subcommand(target), &examples).hide(hide).arg(
        Arg::new("ids")
            .value_name("ID")
            .required(!can_list)
            .num_args(1..)
            .help(format!("The task's id, such as {id}; - reads ids from standard input")),
    );
    let command = with_settings(command, backend);
    if can_list { list::with_filters(command.next_help_heading("Which tasks"), backend) } else { command }
}

/// What was typed behind `get`, `watch` or `cancel`.
pub(super) fn parse(verb: &str, matches: &ArgMatches, profiles: &Profiles) -> Result<Read, ParseError> {
    let references = texts(matches, "references");
    // Global flags are found at the innermost level, wherever they were typed.
    let (target, inner) = match matches.subcommand() {
        Some((name, inner)) => (profiles.find(name), inner),
        None => (None, matches),
    };
    let running = verb == "watch" && inner.get_flag("running");
    let (ids, settings) = match &target {
        Some(target) => {
            let ids = texts(inner, "ids");
            if ids.is_empty() && !running {
                return Err(suggestions::no_id(verb, target).into());
            }
            suggestions::check_ids(verb, target, &references, &ids)?;
            (ids, super::settings(inner, target.backend))
        }
        None if running => {
            return Err(Error::usage("--running needs one target: a profile or a backend")
                .hint("type `taskctl watch TARGET --running`")
                .into());
        }
        None => {
            suggestions::check_references(verb, &references, profiles)?;
            (references, Vec::new())
        }
    };
    let running = match &target {
        Some(target) if running => Some(running_tasks(target, inner, &ids, &settings)?),
        _ if verb == "watch" => {
            suggestions::check_needs::<FilterFlags>(inner, &[], "running")?;
            None
        }
        _ => None,
    };
    let watch = verb == "watch" || inner.get_flag("watch");
    if !watch {
        suggestions::check_needs::<WaitFlags>(inner, WAIT_FLAGS_OF_GET, "watch")?;
    }
    Ok(Read {
        watch,
        target,
        ids,
        settings,
        connection: ConnectionFlags::from_arg_matches(inner)?,
        output: OutputFlags::from_arg_matches(inner)?,
        wait: WaitFlags::from_arg_matches(inner)?,
        exit_status: verb == "get" && inner.get_flag("exit-status"),
        tree: verb != "cancel" && inner.get_flag("tree"),
        running,
    })
}

/// What `watch TARGET --running` was given.
fn running_tasks(
    target: &TargetName,
    matches: &ArgMatches,
    ids: &[String],
    settings: &[(&'static str, String)],
) -> Result<Running, ParseError> {
    if let Some(id) = ids.first() {
        return Err(Error::usage(format!("--running follows whatever runs, and {id} is one task"))
            .hint("give either ids or --running")
            .into());
    }
    if !target.backend.capabilities.list {
        return Err(Error::usage(format!("{} cannot list its tasks", target.backend.about)).into());
    }
    Ok(Running {
        flags: FilterFlags::from_arg_matches(matches)?,
        selection: Selection {
            ids: Vec::new(),
            settings: settings.to_vec(),
            filters: list::filters(matches, target.backend),
        },
    })
}
