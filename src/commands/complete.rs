//! `taskctl __complete`: words for a completion script. It logs in nowhere, and it says nothing but the words: a
//! mistake in the configuration must not fill the line that somebody is typing.

use std::io::Write;

use crate::app::App;
use crate::cli::{Candidates, CommonFlags};
use crate::config::Config;
use crate::outcome::Outcome;

/// Prints the words, a line each.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(app: &mut App, common: &CommonFlags, candidates: Candidates) -> anyhow::Result<u8> {
    let Ok(config) = Config::load(Config::path(common.config.as_deref(), &app.env), &app.env) else {
        return Ok(Outcome::Ok.code());
    };
    let words: Vec<&str> = match candidates {
        Candidates::Profiles => config.profiles().map(|profile| profile.name).collect(),
    };
    // A name that a shell would have to quote would be completed into several words.
    for word in words.into_iter().filter(|word| crate::text::shell_word(word) == *word) {
        writeln!(app.stdout, "{word}")?;
    }
    Ok(Outcome::Ok.code())
}
