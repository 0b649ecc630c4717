//! `list`, with a subcommand for each backend of the registry and each profile that is named.

use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::flags::{ConnectionFlags, ListFlags, OutputFlags};
use super::{
    ParseError, Profiles, TargetName, example, suggestions, target_subcommand, texts, value_name,
    with_examples, with_flags, with_settings,
};
use crate::api::{Descriptor, FilterKind};
use crate::cli::time_arg::{TimeArg, parse_time};
use crate::error::Error;
use crate::render::fields::SortField;
use crate::task::State;

/// `list`.
#[derive(Debug)]
pub struct List {
    /// The backends and profiles that were named; none with `-A`.
    pub targets: Vec<TargetName>,
    /// Which tasks of the first, by what only its backend has.
    pub selection: Selection,
    /// The field to sort by.
    pub sort: Option<SortField>,
    /// Flags of every list.
    pub flags: ListFlags,
    /// How to connect.
    pub connection: ConnectionFlags,
    /// What to print.
    pub output: OutputFlags,
}

/// Which tasks are meant, by what only one backend has.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Ids, where the API lists tasks by them.
    pub ids: Vec<String>,
    /// The backend's own settings that were given as flags.
    pub settings: Vec<(&'static str, String)>,
    /// Its filters that were given, by the filter's key.
    pub filters: Vec<(&'static str, FilterValue)>,
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

pub(super) fn command(targets: &[TargetName]) -> Command {
    let command = Command::new("list")
        .arg_required_else_help(true)
        .subcommand_help_heading("Backends")
        .subcommand_value_name("TARGET")
        .disable_help_subcommand(true)
        .override_usage("taskctl list [OPTIONS] <BACKEND|PROFILE>...\n       taskctl list [OPTIONS] -A")
        .next_help_heading("Which tasks")
        .about("List a system's tasks, newest first");
    let name = example().name;
    let command = with_examples(
        command,
        &format!(
            "  taskctl list {name}\n  taskctl list dr lab --state running\n  taskctl list -A --since 24h\n  \
             taskctl list {name} --limit 5 --sort progress.percent -o json\n  taskctl list dr --watch\n  \
             taskctl list {name} --state running --field ref | taskctl watch -",
        ),
    );
    let command = with_flags::<OutputFlags>(with_flags::<ListFlags>(command));
    let able = targets.iter().filter(|target| target.backend.capabilities.list);
    with_flags::<ConnectionFlags>(command).subcommands(able.map(target_command))
}

fn target_command(target: &TargetName) -> Command {
    let name = &target.name;
    let command = with_examples(
        target_subcommand(target),
        &format!(
            "  taskctl list {name} --state running\n  taskctl list {name} --since 2h --field ref | taskctl watch -"
        ),
    );
    let by_id = target.backend.filters.iter().find(|filter| filter.flag.is_none());
    let more = Arg::new("ids").num_args(0..);
    let more = match by_id {
        Some(filter) => {
            more.value_name("ID|TARGET").help(format!("{}; or other systems to list too", filter.help))
        }
        None => more.value_name("TARGET").help("Other systems to list too"),
    };
    with_filters(with_settings(command, target.backend), target.backend).arg(more)
}

/// Adds the flags by which only this backend's tasks are selected.
pub(super) fn with_filters(mut command: Command, backend: &'static Descriptor) -> Command {
    for filter in backend.filters {
        let Some(flag) = filter.flag else { continue };
        let help = match filter.repeat {
            true => format!("{}; may be repeated", filter.help),
            false => filter.help.to_owned(),
        };
        let arg = Arg::new(id_of(filter.key)).long(flag).help(help);
        let arg = match filter.kind {
            FilterKind::Text => {
                arg.value_name(value_name(flag)).value_parser(StringValueParser::new().map(FilterValue::Text))
            }
            FilterKind::Switch => {
                command = command.arg(arg.action(ArgAction::SetTrue));
                continue;
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

/// The values that those flags were given, by the filter's key.
pub(super) fn filters(
    matches: &ArgMatches,
    backend: &'static Descriptor,
) -> Vec<(&'static str, FilterValue)> {
    let mut given = Vec::new();
    for filter in backend.filters.iter().filter(|filter| filter.flag.is_some()) {
        if filter.kind == FilterKind::Switch {
            let is_given = matches.get_flag(&id_of(filter.key));
            given.extend(is_given.then(|| (filter.key, FilterValue::Text(true.to_string()))));
            continue;
        }
        let values = matches.get_many::<FilterValue>(&id_of(filter.key)).into_iter().flatten();
        given.extend(values.map(|value| (filter.key, value.clone())));
    }
    given
}

/// Filters and settings have keys of their own each: this keeps them apart.
pub(super) fn id_of(key: &str) -> String {
    format!("filter {key}")
}

/// Whether an argument is a filter of one API.
pub(super) fn is_filter(id: &str) -> bool {
    id.starts_with("filter ")
}

/// What `list` was given.
pub(super) fn parse(matches: &ArgMatches, profiles: &Profiles) -> Result<List, ParseError> {
    let (first, inner) = match matches.subcommand() {
        Some((name, inner)) => (profiles.find(name), inner),
        None => (None, matches),
    };
    let flags = ListFlags::from_arg_matches(inner)?;
    let mut targets = Vec::from_iter(first.clone());
    let mut selection = Selection::default();
    if let Some(TargetName { backend, .. }) = first {
        selection.settings = super::settings(inner, backend);
        selection.filters = filters(inner, backend);
        let by_id = backend.filters.iter().any(|filter| filter.flag.is_none());
        for word in texts(inner, "ids") {
            match profiles.find(&word) {
                Some(other) => targets.push(other),
                None if by_id => selection.ids.push(word),
                None => return Err(suggestions::no_target("list", &word, profiles).into()),
            }
        }
    }
    match (flags.all_profiles, targets.as_slice()) {
        (true, [target, ..]) => {
            let error = Error::usage(format!("-A asks every profile, and {} is one target", target.name));
            return Err(error.hint("give either -A or targets").into());
        }
        (false, []) => {
            return Err(Error::usage("missing target: which system's tasks?")
                .hint(
                    "type `taskctl list TARGET`, with a profile's name or a backend's, or `taskctl list -A`",
                )
                .into());
        }
        _ => {}
    }
    if !flags.watch && flags.interval.is_some() {
        return Err(Error::usage("--interval is of no use without --watch").into());
    }
    Ok(List {
        targets,
        selection,
        sort: flags.sort.as_deref().map(SortField::parse).transpose()?,
        flags,
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
