//! The manual page is checked in and compared, complete, and readable by groff.

use std::path::Path;
use std::process::{Command, Stdio};

use taskctl::commands::manual;
use taskctl::outcome::Outcome;
use taskctl::task::State;
use taskctl::util::env::VARIABLES;

use crate::harness::Bench;
use crate::sim::SIMULATIONS;
use crate::sim::world::Condition;

fn page() -> String {
    manual::page().expect("a page")
}

/// The page without roff's escapes.
fn words() -> String {
    page()
        .replace("\\-", "-")
        .replace("\\fB", "")
        .replace("\\fI", "")
        .replace("\\fR", "")
        .replace("\\*(Aq", "'")
}

/// The headings and words of a page. How roff's requests and escapes make a page of them is clap_mangen's own business,
/// which its patch releases may change.
fn content(page: &str) -> Vec<String> {
    let is_content = |line: &&str| !line.starts_with(['.', '\'']) || line.starts_with(".S");
    let lines = page.lines().filter(is_content).flat_map(str::split_whitespace);
    lines
        .map(|word| word.replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", ""))
        .collect()
}

#[test]
fn the_checked_in_page_says_what_the_programs_own_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/manual/taskctl.1");
    let page = page();
    #[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).expect("the page is written");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let is_same = content(&known) == content(&page);
    assert!(is_same, "{} is old: run UPDATE=1 cargo test --test it manual", path.display());
    assert!(content(&page).len() > 3000, "the page was read");
    assert_eq!(Bench::with_config("").run(&["manual"]).expect(0).stdout, page);
}

#[test]
fn it_tells_every_verb_flag_backend_state_code_and_variable() {
    let words = words();
    let has = |text: &str| assert!(words.contains(text), "the manual does not tell {text}");
    let root = taskctl::cli::command();
    for verb in root.get_subcommands() {
        has(&format!("taskctl {}", verb.get_name()));
        let inner = verb.get_subcommands().flat_map(clap::Command::get_arguments);
        for arg in verb.get_arguments().chain(inner).filter(|arg| !arg.is_hide_set()) {
            if let Some(long) = arg.get_long() {
                has(&format!("--{long}"));
            }
        }
        let examples = verb.get_after_long_help().map(ToString::to_string).unwrap_or_default();
        assert!(examples.starts_with("Examples:\n  taskctl "), "{} has no examples", verb.get_name());
        has(examples.lines().nth(1).expect("an example").trim());
        let notes =
            examples.split("\n\n").skip(1).take_while(|paragraph| !paragraph.starts_with("Exit codes:"));
        notes.for_each(has);
        let is_backend = |name: &str| taskctl::api::backends().iter().any(|backend| backend.name == name);
        for backend in verb.get_subcommands().filter(|inner| is_backend(inner.get_name())) {
            let examples = backend.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            assert!(examples.contains("Examples:\n"), "{} {}", verb.get_name(), backend.get_name());
        }
    }
    for backend in taskctl::api::backends() {
        has(backend.about);
        has(backend.example_id);
    }
    for outcome in Outcome::ALL {
        has(&format!("{} {}\n{}", outcome.code(), outcome.name(), outcome.when()));
    }
    let states = words.split_once(".SH STATES").expect("a section").1;
    let states = states.split_once(".SH").expect("another").0;
    for word in State::WORDS {
        assert!(states.contains(&format!("{word}\n")), "{word}");
    }
    for simulation in SIMULATIONS {
        for (condition, word) in [
            (Condition::Pending, "pending"),
            (Condition::Running, "running"),
            (Condition::Blocked, "blocked"),
            (Condition::Failing, "failing"),
            (Condition::Cancelling, "cancelling"),
            (Condition::Succeeded, "succeeded"),
            (Condition::Failed, "failed"),
            (Condition::Cancelled, "cancelled"),
        ] {
            if simulation.can_tell(&condition) {
                let entry = states.split(".TP\n").find(|entry| entry.starts_with(&format!("{word}\n")));
                let entry = entry.expect("an entry");
                let theirs = entry
                    .split([';', '.'])
                    .find(|part| part.split([' ', ':', '\n']).any(|word| word == simulation.backend()));
                let theirs = theirs.unwrap_or_else(|| panic!("{word} of {}", simulation.backend()));
                assert!(theirs.contains(&simulation.word(&condition)), "{theirs}");
            }
        }
    }
    for (name, _) in VARIABLES {
        has(name);
    }
}

#[test]
fn every_variable_that_the_source_reads_is_in_it() {
    let words = words();
    let mut found = 0;
    for file in crate::layering::sources(&crate::layering::source()) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for read in code.split("env.get(\"").skip(1) {
            let name = read.split('"').next().unwrap_or_default();
            assert!(words.contains(name), "{} reads {name}, which the manual does not tell", file.display());
            found += 1;
        }
    }
    assert!(found > 5, "the source is read");
    for name in ["TASKCTL_PASSWORD,", "TASKCTL_TOKEN_FILE", "TASKCTL_URL", "TASKCTL_SITE", "TASKCTL_OUTPUT"] {
        assert!(words.contains(name), "{name}");
    }
}

#[test]
fn groff_has_nothing_to_complain_of() {
    let mut command = Command::new("groff");
    command.args(["-man", "-ww", "-z", "-Kutf8"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut groff) = command.spawn() else {
        eprintln!("groff is not installed: not tested");
        return;
    };
    let page = manual::page().expect("a page");
    std::io::Write::write_all(&mut groff.stdin.take().expect("a pipe"), page.as_bytes())
        .expect("groff reads");
    let output = groff.wait_with_output().expect("groff ends");
    assert_eq!((output.status.success(), String::from_utf8_lossy(&output.stderr).as_ref()), (true, ""));
}
