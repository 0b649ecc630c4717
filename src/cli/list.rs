//! `list`, with a subcommand for each backend of the registry.

use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::flags::{ConnectionFlags, ListFlags, OutputFlags};
use super::{
    backend_subcommand, example, missing, texts, value_name, with_examples, with_flags, with_settings,
};
use crate::api::{Descriptor, FilterKind};
use crate::cli::time_arg::{TimeArg, parse_time};
use crate::task::State;

/// `list`.
#[derive(Debug)]
pub struct List {
    /// The backend that was named.
    pub backend: &'static Descriptor,
    /// Ids, where the API lists tasks by them.
    pub ids: Vec<String>,
    /// The backend's own settings that were given as flags.
    pub settings: Vec<(&'static str, String)>,
    /// Its filters that were given, by the filter's key.
    pub filters: Vec<(&'static str, FilterValue)>,
    /// Flags of every list.
    pub flags: ListFlags,
    /// How to connect.
    pub connection: ConnectionFlags,
    /// What to print.
    pub output: OutputFlags,
}

/// The value of a filter, as typed.
#[derive(Clone, Debug, PartialEq)]
pub enum FilterValue {
    /// Any text.
    Text(String),
    /// A point in time.
    Time(TimeArg),
}

/// The words that `--state` takes.
pub(super) fn states() -> PossibleValuesParser {
    PossibleValuesParser::new(State::WORDS)
}

pub(super) fn command(backends: &[&'static Descriptor]) -> Command {
    let command = Command::new("list")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_help_heading("Backends")
        .subcommand_value_name("BACKEND")
        .disable_help_subcommand(true)
        .next_help_heading("Which tasks")
        .about("List a system's tasks, newest first");
    let name = example().name;
    let command = with_examples(
        command,
        &format!(
            "  taskctl list {name}\n  taskctl list {name} --state running,failed --since 24h\n  \
             taskctl list {name} --limit 5 -o json\n  \
             taskctl list {name} --state running --field ref | taskctl watch -",
        ),
    );
    let command = with_flags::<OutputFlags>(with_flags::<ListFlags>(command));
    let able = backends.iter().filter(|backend| backend.capabilities.list);
    with_flags::<ConnectionFlags>(command).subcommands(able.map(|backend| backend_command(backend)))
}

fn backend_command(backend: &'static Descriptor) -> Command {
    let name = backend.name;
    let command = with_examples(
        backend_subcommand(backend),
        &format!(
            "  taskctl list {name} --state running\n  taskctl list {name} --since 2h --field ref | taskctl watch -"
        ),
    );
    let mut command = with_settings(command, backend);
    for filter in backend.filters {
        let Some(flag) = filter.flag else {
            let ids = Arg::new("ids").value_name("ID").num_args(0..).help(filter.help);
            command = command.arg(ids);
            continue;
        };
        let help = match filter.repeat {
            true => format!("{}; may be repeated", filter.help),
            false => filter.help.to_owned(),
        };
        let arg = Arg::new(id_of(filter.key)).long(flag).help(help);
        let arg = match filter.kind {
            FilterKind::Text => {
                arg.value_name(value_name(flag)).value_parser(StringValueParser::new().map(FilterValue::Text))
            }
            FilterKind::Time => arg
                .value_name("DURATION|TIME")
                .value_parser(|text: &str| parse_time(text).map(FilterValue::Time)),
        };
        let action = if filter.repeat { ArgAction::Append } else { ArgAction::Set };
        command = command.arg(arg.action(action));
    }
    command
}

/// Filters and settings have keys of their own each: this keeps them apart.
fn id_of(key: &str) -> String {
    format!("filter {key}")
}

/// What `list` was given.
pub(super) fn parse(matches: &ArgMatches) -> Result<List, clap::Error> {
    let named = matches.subcommand().and_then(|(name, inner)| Some((crate::api::find(name)?, inner)));
    let Some((backend, inner)) = named else { return Err(missing("which backend's tasks?")) };
    let mut filters = Vec::new();
    for filter in backend.filters.iter().filter(|filter| filter.flag.is_some()) {
        let values = inner.get_many::<FilterValue>(&id_of(filter.key)).into_iter().flatten();
        filters.extend(values.map(|value| (filter.key, value.clone())));
    }
    let by_id = backend.filters.iter().any(|filter| filter.flag.is_none());
    Ok(List {
        backend,
        ids: if by_id { texts(inner, "ids") } else { Vec::new() },
        settings: super::settings(inner, backend),
        filters,
        flags: ListFlags::from_arg_matches(inner)?,
        connection: ConnectionFlags::from_arg_matches(inner)?,
        output: OutputFlags::from_arg_matches(inner)?,
    })
}

/// A number of tasks, at least one.
pub(super) fn count(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| "a whole number from 1 on is wanted".to_owned())
}
