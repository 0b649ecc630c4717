//! The README says what is true: its tables are made from the program, its configuration is read, its commands are
//! the gate's.
//!
//! `UPDATE=1 cargo test --test it readme` writes the tables anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use taskctl::api::{self, BACKENDS, Descriptor};
use taskctl::outcome::Outcome;
use taskctl::task::State;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> (PathBuf, String) {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).expect("a README");
    (path, text)
}

/// The tables between `<!-- NAME:begin -->` and `<!-- NAME:end -->`.
fn tables() -> Vec<(&'static str, String)> {
    vec![("backends", backends()), ("states", states()), ("exit-codes", Outcome::markdown())]
}

fn states() -> String {
    let names =
        |backends: &[&Descriptor]| backends.iter().map(|backend| backend.name).collect::<Vec<_>>().join(", ");
    let columns: Vec<String> = api::by_states().map(names).collect();
    let mut table =
        format!("| state | ended | {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len() + 2));
    for state in State::ALL {
        let cells: Vec<String> = match state {
            State::Unknown { .. } => {
                let mut cells = vec!["any other word: never a success, never an end".to_owned()];
                cells.resize(columns.len(), String::new());
                cells
            }
            _ => api::by_states().map(|backends| backends[0].state_text(state.word())).collect(),
        };
        let ended = if state.ended() { "yes" } else { "no" };
        table.push_str(&format!("| `{}` | {ended} | {} |\n", state.word(), cells.join(" | ")));
    }
    table
}

fn backends() -> String {
    let mut table = String::from(
        "| backend | alias | system | id | flags of its own | list | cancel |\n|---|---|---|---|---|---|---|\n",
    );
    for backend in api::backends() {
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

/// Every fenced block in its order, with its language.
pub fn fences() -> Vec<(String, String)> {
    let (_, text) = readme();
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push((language.to_owned(), block.join("\n")));
        }
    }
    found
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> impl Iterator<Item = String> {
    fences().into_iter().filter(move |(known, _)| known == language).map(|(_, block)| block)
}

#[test]
fn its_configurations_have_no_mistake_and_name_every_backend() {
    let mut named = Vec::new();
    for block in blocks("toml") {
        let location =
            taskctl::config::Location { path: root().join("README.toml"), named_by: Some("--config") };
        let config =
            taskctl::config::Config::parse(&block, &location, &taskctl::util::env::Env::default(), BACKENDS)
                .expect("TOML");
        assert!(config.problems.is_empty(), "{block}: {:?}", config.problems);
        named
            .extend(config.profiles.iter().filter_map(|profile| profile.backend).map(|backend| backend.name));
    }
    for backend in api::backends() {
        assert!(named.contains(&backend.name), "no profile of {} in the README", backend.name);
    }
}

#[test]
fn the_gate_runs_the_readmes_own_commands() {
    let first = blocks("sh").next().expect("a block of commands");
    let commands: Vec<&str> =
        first.lines().map(|line| line.split_once('#').map_or(line, |(command, _)| command).trim()).collect();
    assert_eq!(commands, ["cargo run --example demo", "cargo test"]);
    // The package leaves the gate out, so there it is not looked for.
    let Ok(gate) = std::fs::read_to_string(root().join(".ci/run")) else { return };
    for command in commands {
        assert!(gate.lines().any(|line| line.trim() == command), "{command} is not in .ci/run");
    }
}

/// Every `--flag` of the program, whatever verb it belongs to.
fn flags(command: &clap::Command, found: &mut BTreeSet<String>) {
    found.extend(command.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_owned));
    command.get_subcommands().for_each(|verb| flags(verb, found));
}

#[test]
fn every_flag_that_it_names_exists() {
    let mut known = BTreeSet::new();
    let mut command = taskctl::cli::command();
    // `--help` and `--version` are not there before.
    command.build();
    flags(&command, &mut known);
    let (_, text) = readme();
    let others = |line: &&str| !["cargo ", "curl ", "jq "].iter().any(|program| line.contains(program));
    let mut count = 0;
    for line in text.lines().filter(others) {
        for rest in line.split("--").skip(1) {
            let flag: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            if flag.starts_with(|c: char| c.is_ascii_lowercase()) {
                assert!(known.contains(&flag), "there is no --{flag}: {line}");
                count += 1;
            }
        }
    }
    assert!(count > 20, "only {count} flags were found");
}

#[test]
fn its_links_and_pictures_lead_to_files() {
    let (_, text) = readme();
    let links = text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let local: Vec<&str> = links.filter(|link| !link.contains("://")).collect();
    assert!(local.iter().any(|link| link.ends_with(".svg")), "{local:?}");
    for link in local {
        assert!(root().join(link).exists(), "{link} leads nowhere");
    }
}

#[test]
fn its_advice_knows_every_exit_code() {
    let (_, text) = readme();
    let (_, section) = text.split_once("## When something is wrong\n").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let advised: Vec<&str> = cells.flat_map(|cell| cell.split(", ")).collect();
    for line in Outcome::markdown().lines().skip(2) {
        let code = line.split('|').nth(1).expect("a code").trim();
        assert!(code == "0" || advised.contains(&code), "no advice for {code}: {advised:?}");
    }
}
