//! What can be typed: clap types, and the backend subcommands made from the registry.
//!
//! Arguments as they were typed; what they mean together with profile and environment is decided in
//! [`crate::connect`].

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum, value_parser};
use clap_complete::Shell;

use crate::backend::{BACKENDS, Descriptor, SettingKind};
use crate::duration::parse_duration;
use crate::outcome::Outcome;
use crate::render::Format;
use crate::render::progress::ProgressMode;
use crate::style::ColorChoice;
use crate::watch::{Condition, SHORTEST_INTERVAL};

/// Everything that was typed.
#[derive(Debug)]
pub struct Invocation {
    /// Flags of every verb.
    pub common: CommonFlags,
    /// What to do.
    pub verb: Verb,
}

/// What to do.
#[derive(Debug)]
pub enum Verb {
    /// Read tasks once, or follow them.
    Read(Box<Read>),
    /// Print a completion script.
    Completions(Shell),
}

/// `get` and `watch`.
#[derive(Debug)]
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
}

/// Flags of every verb.
#[derive(Args, Clone, Debug, Default)]
pub struct CommonFlags {
    /// The profile to use
    #[arg(short, long, global = true, value_name = "NAME", help_heading = "Global options")]
    pub profile: Option<String>,
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", help_heading = "Global options")]
    pub color: Option<ColorChoice>,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub quiet: bool,
    /// Say what is done; twice traces HTTP with secrets replaced
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
}

/// How to connect.
#[derive(Args, Clone, Debug, Default)]
pub struct ConnectionFlags {
    /// The server's address, in place of the profile's
    #[arg(long, global = true, value_name = "URL", help_heading = "Connection")]
    pub url: Option<String>,
    /// The user name, in place of the profile's
    #[arg(long, global = true, value_name = "NAME", help_heading = "Connection")]
    pub username: Option<String>,
    /// Read the password (or token) from this file; - is standard input
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    pub password_file: Option<PathBuf>,
    /// Trust this CA, or exactly this server's own certificate (PEM)
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    pub ca_file: Option<PathBuf>,
    /// Trust any certificate: whoever answers gets the password
    #[arg(long, global = true, help_heading = "Connection")]
    pub insecure: bool,
}

/// What to print.
#[derive(Args, Clone, Debug, Default)]
pub struct OutputFlags {
    /// The format of standard output
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT", help_heading = "Output")]
    pub output: Option<Format>,
    /// Print bare values of these fields, tab-separated, a line a task
    #[arg(
        long,
        global = true,
        value_name = "FIELD[,FIELD]",
        conflicts_with = "output",
        help_heading = "Output"
    )]
    pub field: Option<String>,
    /// Show times in UTC
    #[arg(long, global = true, help_heading = "Output")]
    pub utc: bool,
    /// Leave the table's header line out
    #[arg(long, global = true, help_heading = "Output")]
    pub no_headers: bool,
}

/// How to wait.
#[derive(Args, Clone, Debug, Default)]
pub struct WaitFlags {
    /// What to wait for: ended, succeeded, failed, cancelled, running, blocked, progress>=N; a comma is "or"
    #[arg(long = "for", global = true, value_name = "COND[,COND]", value_delimiter = ',')]
    pub conditions: Vec<Condition>,
    /// The first task to get there ends the wait
    #[arg(long, global = true)]
    pub any: bool,
    /// Leave at the first task that failed
    #[arg(long, global = true)]
    pub fail_fast: bool,
    /// End the whole wait after this long; 0 looks once
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    /// The exit code when --timeout has passed [default: 124]
    #[arg(long, global = true, value_name = "N")]
    pub timeout_exit_code: Option<u8>,
    /// The first gap between two polls [default: 2s; ecs 10s]
    #[arg(short, long, global = true, value_name = "DURATION", value_parser = parse_interval)]
    pub interval: Option<Duration>,
    /// The longest gap, while nothing changes [default: 15s]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_interval)]
    pub max_interval: Option<Duration>,
    /// Go on this long without one good answer [default: 5m; get 10s]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub retry_for: Option<Duration>,
    /// A task may be unknown this long after the start [default: 0]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub allow_missing: Option<Duration>,
    /// Requests in flight for a profile [default: 8]
    #[arg(long, global = true, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// How to show progress on standard error [default: auto]
    #[arg(long, global = true, value_enum, value_name = "MODE")]
    pub progress: Option<ProgressMode>,
    /// Mention an unchanged task this often in plain progress [default: 60s]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_interval)]
    pub heartbeat: Option<Duration>,
}

/// The wait flags that `get` has without `--watch` too.
const OF_GET: [&str; 3] = ["retry_for", "jobs", "allow_missing"];

fn parse_interval(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text)?;
    if duration < SHORTEST_INTERVAL {
        return Err(format!("no server is asked more often than each {} ms", SHORTEST_INTERVAL.as_millis()));
    }
    Ok(duration)
}

/// The whole command line, for parsing, help, completions and the manual.
pub fn command() -> Command {
    let root = Command::new("taskctl")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Reads and follows long-running tasks of VMware and Dell management systems")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100)
        .after_help(exit_codes())
        .subcommands([get(), watch(), completions()]);
    CommonFlags::augment_args(root)
}

fn exit_codes() -> String {
    format!("Exit codes:\n{}", Outcome::table())
}

fn get() -> Command {
    let command = Command::new("get")
        .about("Read tasks once and print them")
        .arg(
            Arg::new("watch")
                .short('w')
                .long("watch")
                .global(true)
                .action(ArgAction::SetTrue)
                .help("Follow the tasks until they end, as `taskctl watch` does"),
        )
        .arg(
            Arg::new("exit_status")
                .long("exit-status")
                .global(true)
                .action(ArgAction::SetTrue)
                .conflicts_with("watch")
                .help("Let the task's state be the exit code: 0 succeeded, 3 failed, 6 cancelled, 8 not ended"),
        )
        .after_long_help(format!(
            "Examples:\n  taskctl get vcda f61d60d2-698a-46dc-a266-88df27644956\n  taskctl get vcenter -o json {id}\n  \
             taskctl get dr/f61d60d2-698a-46dc-a266-88df27644956 velo/t-42\n\n{codes}",
            id = "52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings.clusters.software",
            codes = exit_codes(),
        ));
    let command = with_read_flags(command).mut_args(|arg| {
        let of_watch = arg.get_help_heading() == Some("Waiting") && !OF_GET.contains(&arg.get_id().as_str());
        if of_watch { arg.requires("watch").help_heading("With --watch") } else { arg }
    });
    with_backends(command)
}

fn watch() -> Command {
    let command = Command::new("watch")
        .visible_alias("wait")
        .about("Follow tasks until they end; the outcome is the exit code")
        .after_long_help(format!(
            "Examples:\n  taskctl watch velostrata t-42 --timeout 2h\n  taskctl watch dr/f61d60d2-698a-46dc-a266-88df27644956 velo/t-42 -o json\n\n{}",
            exit_codes()
        ));
    with_backends(with_read_flags(command))
}

fn with_read_flags(command: Command) -> Command {
    let command = command.next_help_heading("Waiting");
    let command = WaitFlags::augment_args(command);
    let command = OutputFlags::augment_args(command);
    ConnectionFlags::augment_args(command)
}

/// Adds references, and a subcommand for each backend of the registry.
fn with_backends(command: Command) -> Command {
    let mut command = command
        .arg(
            Arg::new("references")
                .value_name("REFERENCE")
                .num_args(0..)
                .help("PROFILE/ID or BACKEND/ID, a task's URL, or - to read them from standard input"),
        )
        .subcommand_help_heading("Backends")
        .subcommand_value_name("BACKEND")
        .disable_help_subcommand(true)
        .after_help(exit_codes());
    for backend in BACKENDS {
        command = command.subcommand(backend_command(backend));
    }
    command
}

fn backend_command(backend: &'static Descriptor) -> Command {
    let mut command =
        Command::new(backend.name)
            .about(backend.about)
            .visible_aliases(backend.aliases.iter().copied())
            .after_help(exit_codes())
            .arg(Arg::new("ids").value_name("ID").required(true).num_args(1..).help(format!(
                "The task's id, such as {}; - reads ids from standard input",
                backend.example_id
            )));
    for setting in backend.settings {
        let Some(flag) = setting.flag else { continue };
        let arg = Arg::new(setting.key).long(flag).help(setting.help);
        command = command.arg(match setting.kind {
            SettingKind::Switch => arg.action(ArgAction::SetTrue),
            SettingKind::Text | SettingKind::Url | SettingKind::Username => {
                arg.value_name(flag.rsplit('-').next().unwrap_or(flag).to_ascii_uppercase())
            }
        });
    }
    command
}

fn completions() -> Command {
    Command::new("completions")
        .about("Print a completion script for a shell")
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)))
        .after_long_help(
            "Examples:\n  taskctl completions bash > ~/.local/share/bash-completion/completions/taskctl\n  \
             taskctl completions zsh > \"${fpath[1]}/_taskctl\"\n  \
             taskctl completions fish > ~/.config/fish/completions/taskctl.fish",
        )
}

/// The shells that there are scripts for.
pub fn shells() -> &'static [Shell] {
    Shell::value_variants()
}

/// Reads a command line; the first argument is the program's own name.
///
/// # Errors
/// What clap has to say, help and version included.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    let common = CommonFlags::from_arg_matches(&matches)?;
    let verb = match matches.subcommand() {
        Some((verb @ ("get" | "watch"), matches)) => Verb::Read(Box::new(read(verb, matches)?)),
        Some(("completions", matches)) => match matches.get_one::<Shell>("shell") {
            Some(shell) => Verb::Completions(*shell),
            None => return Err(missing("which shell?")),
        },
        _ => return Err(missing("what shall be done?")),
    };
    Ok(Invocation { common, verb })
}

fn missing(text: &str) -> clap::Error {
    command().error(clap::error::ErrorKind::MissingRequiredArgument, text)
}

fn read(verb: &str, matches: &ArgMatches) -> Result<Read, clap::Error> {
    let texts = |matches: &ArgMatches, id: &str| -> Vec<String> {
        matches.get_many::<String>(id).map(|values| values.cloned().collect()).unwrap_or_default()
    };
    let references = texts(matches, "references");
    // Global flags are found at the innermost level, wherever they were typed.
    let (backend, inner) = match matches.subcommand() {
        Some((name, inner)) => (crate::backend::find(name), inner),
        None => (None, matches),
    };
    let mut ids = references;
    let mut settings = Vec::new();
    if let Some(backend) = backend {
        if let Some(reference) = ids.first() {
            return Err(command().error(
                clap::error::ErrorKind::ArgumentConflict,
                format!("{reference:?} stands before the backend: give either references or one backend and its ids"),
            ));
        }
        ids = texts(inner, "ids");
        for setting in backend.settings {
            let Some(_) = setting.flag else { continue };
            match setting.kind {
                SettingKind::Switch if inner.get_flag(setting.key) => {
                    settings.push((setting.key, "true".to_owned()))
                }
                SettingKind::Switch => {}
                SettingKind::Text | SettingKind::Url | SettingKind::Username => {
                    settings.extend(
                        inner.get_one::<String>(setting.key).map(|value| (setting.key, value.clone())),
                    );
                }
            }
        }
    }
    if ids.is_empty() {
        let text = format!(
            "which tasks? Give a backend and ids, or references:\n  taskctl {verb} {} {}\n  taskctl {verb} PROFILE/ID",
            BACKENDS[0].name, BACKENDS[0].example_id
        );
        return Err(missing(&text));
    }
    Ok(Read {
        watch: verb == "watch" || inner.get_flag("watch"),
        backend,
        ids,
        settings,
        connection: ConnectionFlags::from_arg_matches(inner)?,
        output: OutputFlags::from_arg_matches(inner)?,
        wait: WaitFlags::from_arg_matches(inner)?,
        exit_status: verb == "get" && inner.get_flag("exit_status"),
    })
}
