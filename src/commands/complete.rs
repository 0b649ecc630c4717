//! `taskctl __complete`: words for a completion script, a line each, with what they mean behind a tab.
//!
//! It logs in nowhere. It says nothing but the words, and nothing at all when anything is wrong: a message must not
//! fill the line that somebody is typing.
//!
//! Names that a shell or a terminal could take for more than a word are left out.

use std::io::Write;

use crate::app::App;
use crate::backend::BACKENDS;
use crate::cli::{Sought, SoughtTask, Unfinished};
use crate::config::Config;
use crate::outcome::Outcome;
use crate::text;

/// The longest meaning, in columns.
const WIDEST: usize = 60;

/// A word, and what it means.
struct Candidate {
    word: String,
    meaning: Option<String>,
}

impl Candidate {
    fn new(word: String, meaning: &str) -> Candidate {
        Candidate { word, meaning: Some(text::truncate(&text::escape(meaning), WIDEST).into_owned()) }
    }
}

/// Prints the words that the last one of an unfinished line may be.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(app: &mut App, unfinished: &Unfinished) -> anyhow::Result<u8> {
    for Candidate { word, meaning } in candidates(app, unfinished) {
        match meaning {
            Some(meaning) => writeln!(app.stdout, "{word}\t{meaning}")?,
            None => writeln!(app.stdout, "{word}")?,
        }
    }
    Ok(Outcome::Ok.code())
}

fn candidates(app: &App, unfinished: &Unfinished) -> Vec<Candidate> {
    if let Sought::Words(words) = &unfinished.sought {
        return words.iter().map(|word| Candidate { word: word.clone(), meaning: None }).collect();
    }
    let location = Config::path(unfinished.config.as_deref(), &app.env);
    let Ok(config) = Config::load(location, &app.env) else { return Vec::new() };
    let (begun, mut found) = match &unfinished.sought {
        Sought::Profile(begun) => (begun, profiles(&config, "", false)),
        Sought::Task(task) => {
            let found = match task.read.backend {
                None if !task.begun.contains('/') => references(&config, task),
                _ => Vec::new(),
            };
            (&task.begun, found)
        }
        Sought::Words(_) | Sought::Nothing => return Vec::new(),
    };
    found.retain(|candidate| is_plain(&candidate.word) && candidate.word.starts_with(begun));
    found
}

/// Whether a word is one to every shell, and no flag.
fn is_plain(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric()) && text::shell_word(word) == word
}

/// The names of the profiles with `end` behind each; those of tasks that can be cancelled, if so wanted.
fn profiles(config: &Config, end: &str, cancel: bool) -> Vec<Candidate> {
    let able = |backend: &crate::backend::Descriptor| !cancel || backend.capabilities.cancel;
    config
        .profiles()
        .filter(|profile| profile.backend.is_none_or(able))
        .map(|profile| {
            let meaning = profile.backend.map_or("", |backend| backend.about);
            Candidate::new(format!("{}{end}", profile.name), meaning)
        })
        .collect()
}

/// What may stand where a reference begins: a backend, if it is the first word behind the verb, or a profile.
fn references(config: &Config, task: &SoughtTask) -> Vec<Candidate> {
    let able = |cancel: bool| !task.cancel || cancel;
    let backends = BACKENDS
        .iter()
        .filter(|backend| task.read.ids.is_empty() && able(backend.capabilities.cancel))
        .map(|backend| Candidate::new(backend.name.to_owned(), backend.about));
    backends.chain(profiles(config, "/", task.cancel)).collect()
}
