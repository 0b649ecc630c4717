//! `schema`.

use clap::{Arg, ArgMatches, Command, ValueEnum, value_parser};

/// Which shape of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Schema {
    /// An item of -o json, jsonl and yaml: a task, or why it could not be read.
    #[default]
    Task,
    /// A line of watch -o jsonl.
    Event,
}

pub(super) fn schema() -> Command {
    Command::new("schema")
        .about("Print the JSON Schema of an output")
        .arg(
            Arg::new("shape")
                .value_name("SHAPE")
                .value_parser(value_parser!(Schema))
                .default_value("task")
                .help("Which output"),
        )
        .after_long_help(
            "Examples:\n  taskctl schema > task.schema.json\n  taskctl schema event > event.schema.json",
        )
}

pub(super) fn parse(matches: &ArgMatches) -> Schema {
    matches.get_one("shape").copied().unwrap_or_default()
}
