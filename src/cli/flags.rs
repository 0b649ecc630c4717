//! The flags that several verbs share.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum, value_parser};

use crate::api::{BACKENDS, Descriptor};
use crate::cli::time_arg::{TimeArg, parse_time};
use crate::engine::condition::Condition;
use crate::engine::scheduler::SHORTEST_INTERVAL;
use crate::render::Format;
use crate::render::progress::ProgressMode;
use crate::render::style::ColorChoice;
use crate::util::duration::{duration_text, parse_duration};

/// The formats of what is no task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Lines for people.
    #[default]
    Table,
    /// One JSON document.
    Json,
}

/// Flags of every verb.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub struct CommonFlags {
    /// The profile to use
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub color: Option<ColorChoice>,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say what is done; twice traces HTTP with secrets replaced
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// How to connect.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionFlags {
    /// The server's address, in place of the profile's
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// The user name, in place of the profile's
    #[arg(long, global = true, value_name = "NAME")]
    pub username: Option<String>,
    /// Read the password (or token) from this file; - is standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Trust this CA, or exactly this server's own certificate (PEM)
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Trust exactly the certificate with this SHA-256, as `taskctl doctor` prints it
    #[arg(long, global = true, value_name = "PIN")]
    pub tls_pin: Option<String>,
    /// Trust any certificate: whoever answers gets the password
    #[arg(long, global = true, conflicts_with_all = ["ca_file", "tls_pin"])]
    pub insecure: bool,
}

/// What to print.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub struct OutputFlags {
    /// The format of standard output
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// Print bare values of these fields, tab-separated, a line a task
    #[arg(long, global = true, value_name = "FIELD[,FIELD]", conflicts_with = "output")]
    pub field: Option<String>,
    /// Show times in UTC
    #[arg(long, global = true)]
    pub utc: bool,
    /// Leave the table's header line out
    #[arg(long, global = true)]
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
    /// The first gap between two polls
    #[arg(short, long, global = true, value_name = "DURATION", value_parser = parse_interval, help = interval_help())]
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

/// Which of a system's tasks are meant.
#[derive(Args, Clone, Debug, Default)]
pub struct FilterFlags {
    /// Only tasks in one of these states
    #[arg(long = "state", global = true, value_name = "STATE[,STATE]", value_delimiter = ',', value_parser = super::list::states())]
    pub states: Vec<String>,
    /// Only tasks that started after this: how long ago, like 2h, or a date
    #[arg(long, global = true, value_name = "DURATION|TIME", value_parser = parse_time)]
    pub since: Option<TimeArg>,
    /// No more than the newest N of each system
    #[arg(long, global = true, value_name = "N", value_parser = super::list::count)]
    pub limit: Option<usize>,
}

/// What a list holds, and how it is shown.
#[derive(Args, Clone, Debug, Default)]
pub struct ListFlags {
    /// Which tasks.
    #[command(flatten)]
    pub filter: FilterFlags,
    /// Ended tasks too, where the API lists active ones by default
    #[arg(long, global = true, help = all_help())]
    pub all: bool,
    /// Ask every profile that can list, side by side
    #[arg(short = 'A', long, global = true)]
    pub all_profiles: bool,
    /// Sort by this field, -FIELD for the highest first
    #[arg(long, global = true, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// List again and again: a terminal is redrawn, elsewhere rows that changed are printed
    #[arg(short, long, global = true)]
    pub watch: bool,
    /// The gap between two looks of --watch [default: as watch]
    #[arg(short, long, global = true, value_name = "DURATION", value_parser = parse_interval)]
    pub interval: Option<Duration>,
    /// Go on this long without one good answer [default: 10s; with --watch 5m]
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub retry_for: Option<Duration>,
}

fn interval_help() -> String {
    let own =
        |backend: &&Descriptor| Some(format!("; {} {}", backend.name, duration_text(backend.interval?)));
    let own: String = BACKENDS.iter().filter_map(own).collect();
    format!("The first gap between two polls [default: 2s{own}]")
}

fn all_help() -> String {
    let active_only = BACKENDS.iter().filter(|backend| backend.capabilities.active_only);
    let names: Vec<&str> = active_only.map(|backend| backend.name).collect();
    format!("Ended tasks too, where the API lists active ones by default ({})", names.join(", "))
}

fn parse_interval(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text)?;
    if duration < SHORTEST_INTERVAL {
        return Err(format!("no server is asked more often than each {} ms", SHORTEST_INTERVAL.as_millis()));
    }
    Ok(duration)
}
