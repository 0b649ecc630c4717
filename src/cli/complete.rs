//! `__complete`: what the completion scripts call for words that no script can know beforehand. Not for people.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command, ValueEnum, value_parser};

use crate::watch::Condition;

/// Which words are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Candidates {
    /// The names of the configuration's profiles.
    #[default]
    Profiles,
}

pub(super) fn complete() -> Command {
    Command::new("__complete")
        .hide(true)
        .arg(Arg::new("what").required(true).value_parser(value_parser!(Candidates)))
}

pub(super) fn parse(matches: &ArgMatches) -> Candidates {
    matches.get_one("what").copied().unwrap_or_default()
}

/// Takes what the inner reading takes, and offers words to completion beside it.
#[derive(Clone)]
pub(super) struct Offering<T> {
    words: fn() -> Vec<String>,
    read: fn(&str) -> Result<T, String>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Offering<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<T, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        (self.read)(&text).map_err(|reason| {
            let name = arg.map(ToString::to_string).unwrap_or_default();
            let message = format!("invalid value '{text}' for '{name}': {reason}");
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.words)().into_iter().map(PossibleValue::new)))
    }
}

/// Reads a condition and offers those that there are.
pub(super) fn condition() -> Offering<Condition> {
    Offering { words: || Condition::WORDS.map(str::to_owned).to_vec(), read: str::parse }
}

/// Takes any fields, which are checked later, and offers those that every task has.
pub(super) fn field() -> Offering<String> {
    Offering { words: crate::render::fields::known, read: |text| Ok(text.to_owned()) }
}
