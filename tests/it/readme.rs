//! The README says what is true: its tables are made from the program, its configuration is read, its commands are
//! the gate's.
//!
//! `UPDATE=1 cargo test --test it readme` writes the tables anew.

use std::path::{Path, PathBuf};

use taskctl::backend::BACKENDS;
use taskctl::outcome::Outcome;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> (PathBuf, String) {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).expect("a README");
    (path, text)
}

/// The tables between `<!-- NAME:begin -->` and `<!-- NAME:end -->`.
fn tables() -> Vec<(&'static str, String)> {
    vec![("backends", backends()), ("exit-codes", Outcome::markdown())]
}

fn backends() -> String {
    let mut table = String::from(
        "| backend | alias | system | id | flags of its own | list | cancel |\n|---|---|---|---|---|---|---|\n",
    );
    for backend in BACKENDS {
        let flags: Vec<String> =
            backend.settings.iter().filter_map(|setting| Some(format!("`--{}`", setting.flag?))).collect();
        let aliases: Vec<String> = backend.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        let yes = |can: bool| if can { "yes" } else { "no" };
        table.push_str(&format!(
            "| `{}` | {} | {} | `{}` | {} | {} | {} |\n",
            backend.name,
            aliases.join(", "),
            backend.about,
            backend.example_id,
            flags.join(", "),
            yes(backend.capabilities.list),
            yes(backend.capabilities.cancel),
        ));
    }
    table
}

#[test]
fn its_tables_are_the_programs_own() {
    let (path, mut text) = readme();
    let mut wrong = Vec::new();
    for (name, table) in tables() {
        let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
        let from = text.find(&begin).unwrap_or_else(|| panic!("the README has no {begin}")) + begin.len();
        let to = text[from..].find(&end).unwrap_or_else(|| panic!("the README has no {end}")) + from;
        if text[from..to] != *table {
            wrong.push(name);
            text.replace_range(from..to, &table);
        }
    }
    #[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
    let update = std::env::var_os("UPDATE").is_some();
    if update && !wrong.is_empty() {
        std::fs::write(path, text).expect("the README is written");
    } else {
        assert!(wrong.is_empty(), "{wrong:?} in README.md: run UPDATE=1 cargo test --test it readme");
    }
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == format!("```{language}") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push(block.join("\n"));
        }
    }
    found
}

#[test]
fn its_configurations_have_no_mistake_and_name_every_backend() {
    let (_, text) = readme();
    let mut named = Vec::new();
    for block in blocks(&text, "toml") {
        let location = taskctl::config::Location {
            path: root().join("README.toml"),
            origin: taskctl::config::Origin::Flag,
        };
        let config =
            taskctl::config::Config::parse(&block, &location, &taskctl::env::Env::default()).expect("TOML");
        assert_eq!(config.problems(), [], "{block}");
        named.extend(config.profiles().filter_map(|profile| profile.backend).map(|backend| backend.name));
    }
    for backend in BACKENDS {
        assert!(named.contains(&backend.name), "no profile of {} in the README", backend.name);
    }
}

#[test]
fn the_gate_runs_the_readmes_own_commands() {
    let (_, text) = readme();
    let first = blocks(&text, "sh").into_iter().next().expect("a block of commands");
    let commands: Vec<&str> =
        first.lines().map(|line| line.split_once('#').map_or(line, |(command, _)| command).trim()).collect();
    assert_eq!(commands, ["cargo run --example demo", "cargo test"]);
    // The package leaves the gate out, so there it is not looked for.
    let Ok(gate) = std::fs::read_to_string(root().join(".ci/run")) else { return };
    for command in commands {
        assert!(gate.lines().any(|line| line.trim() == command), "{command} is not in .ci/run");
    }
}
