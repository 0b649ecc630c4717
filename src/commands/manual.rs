//! `taskctl manual`: the manual page, made from the command line, the registry and the tables of the program.

use std::io::{self, Write};

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::api::{self, BACKENDS};
use crate::cli;
use crate::config;
use crate::outcome::Outcome;
use crate::resolve::context::Context;
use crate::task::State;
use crate::util::env;

/// Prints the page.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(context: &mut Context) -> anyhow::Result<u8> {
    context.stdout.write_all(&page()?)?;
    Ok(Outcome::Ok.code())
}

/// The servers' words for a state, by backend.
fn native_words(state: &State) -> String {
    if matches!(state, State::Unknown { .. }) {
        return "every backend: any other word: never a success, never an end".to_owned();
    }
    let words = api::by_states().filter_map(|backends| {
        let words = backends[0].state_text(state.word());
        let names: Vec<&str> = backends.iter().map(|backend| backend.name).collect();
        (!words.is_empty()).then(|| format!("{}: {words}", names.join(" and ")))
    });
    words.collect::<Vec<_>>().join("; ")
}

/// The page in roff.
///
/// # Errors
/// When a part of it cannot be put together.
pub fn page() -> io::Result<Vec<u8>> {
    let mut root = cli::command().disable_help_subcommand(true);
    root.build();
    let mut page = Page::default();

    page.section("NAME");
    page.text([roman(format!("taskctl - {}", lower_first(env!("CARGO_PKG_DESCRIPTION"))))]);
    page.section("SYNOPSIS");
    for verb in verbs(&root) {
        for usage in usages(verb) {
            page.line(&usage);
        }
    }
    page.section("DESCRIPTION");
    for paragraph in DESCRIPTION {
        page.paragraph(paragraph);
    }
    page.section("COMMANDS");
    let mut shown = Vec::new();
    for verb in verbs(&root) {
        page.verb(verb, &mut shown)?;
    }
    page.section("GLOBAL OPTIONS");
    page.paragraph("Every command takes these.");
    page.options(&root, &root.get_arguments().filter(|arg| !arg.is_hide_set()).collect::<Vec<_>>())?;
    page.section("BACKENDS");
    for backend in BACKENDS {
        let names = [&[backend.name], backend.aliases].concat().join(", ");
        let able = |can: bool, what| if can { what } else { "" };
        page.entry(
            [bold(names)],
            &format!(
                "{}. An id is such as {}.{}{}",
                backend.about,
                backend.example_id,
                able(backend.capabilities.list, " Its API can list tasks."),
                able(backend.capabilities.cancel, " Its API can cancel tasks."),
            ),
        );
    }
    page.section("STATES");
    page.paragraph("One word for all backends; the server's own word is kept beside it as nativeState.");
    for state in State::ALL {
        let ended = if state.ended() { "An end." } else { "No end." };
        page.entry([bold(state.word())], &format!("{ended} {}.", native_words(&state)));
    }
    page.section("EXIT STATUS");
    for outcome in Outcome::ALL {
        page.entry([bold(outcome.code().to_string()), roman(format!(" {}", outcome.name()))], outcome.when());
    }
    page.paragraph(
        "Several tasks: the first that applies of 3, 6, 4, 7, 5, 1, 124, 8, 0. get without --exit-status never returns \
         3, 6 or 8: reading a failed task is a successful read.",
    );
    page.section("ENVIRONMENT");
    for (name, meaning) in env::VARIABLES {
        page.entry([bold(*name)], meaning);
    }
    let (secrets, keys) = config::variables();
    page.entry(
        [bold(secrets.join(", "))],
        "A secret, or the file that holds it, where the profile names none.",
    );
    page.entry(
        [bold(keys.join(", "))],
        "The value of the key of that name, before the profile's; a flag goes before the variable.",
    );
    page.section("COMPLETION");
    page.paragraph(&cli::completion_notes());
    page.section("FILES");
    page.entry(
        [italic("taskctl/config.toml")],
        "In the platform's configuration directory ($XDG_CONFIG_HOME, or ~/.config, on Linux): the profiles, in TOML.",
    );
    page.entry(
        [italic("taskctl/marks/")],
        "In the platform's directory for state ($XDG_STATE_HOME, or ~/.local/state, on Linux), and only of profiles \
         with complete_ids: a file for each account whose last login did not come to a good end. It may be removed.",
    );
    page.paragraph("No other file is read or written unless it is named.");
    page.section("EXAMPLES");
    for verb in verbs(&root) {
        page.examples(verb);
    }

    let mut out = Roff::new().render();
    // clap_mangen leaves an empty date out, and what follows would stand in its place.
    out.push_str(concat!(
        ".TH TASKCTL 1 \"\" \"taskctl ",
        env!("CARGO_PKG_VERSION"),
        "\" \"User Commands\"\n"
    ));
    out.push_str(&page.roff);
    Ok(out.into_bytes())
}

const DESCRIPTION: [&str; 5] = [
    "taskctl reads long-running tasks from the APIs of management systems and says, to people and to scripts, how they \
     are doing. get reads once; watch follows until every task has ended, and the outcome is the exit code.",
    "A task is named by a backend and an id, or by a reference, PROFILE/ID or BACKEND/ID, split at the first slash; by \
     the task's full URL; or by - for standard input, which holds ids, one a line, or the JSON that a create call \
     returned.",
    "The profile is the one that -p names, else the reference, else TASKCTL_PROFILE, else the only profile of the \
     backend, else default_profile if its backend fits. Without any file, --url, --username and a secret are enough.",
    "Standard output carries results and nothing else; progress, notices and errors are on standard error. Text from a \
     server is escaped before it reaches a terminal and is exact in pipes and in JSON.",
    "Durations are 500ms, 5s, 2m, 1h30m or 2d; a bare number is seconds.",
];

fn verbs(root: &Command) -> impl Iterator<Item = &Command> {
    root.get_subcommands().filter(|verb| !verb.is_hide_set())
}

/// How a command is called, a line a form.
fn usages(command: &Command) -> Vec<String> {
    let usage = command.clone().render_usage().to_string();
    usage.trim_start_matches("Usage:").lines().map(|line| line.trim().to_owned()).collect()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// What a command's long help says between its examples and the exit codes.
fn notes(command: &Command) -> Vec<String> {
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let behind = help.split("\n\n").skip(1).take_while(|paragraph| !paragraph.starts_with("Exit codes:"));
    behind.map(str::to_owned).collect()
}

/// The page as far as it is written.
#[derive(Default)]
struct Page {
    roff: String,
}

impl Page {
    fn push(&mut self, roff: &Roff) {
        self.roff.push_str(&roff.to_roff());
    }

    fn control(&mut self, name: &str, argument: Option<&str>) {
        let mut roff = Roff::new();
        roff.control(name, argument);
        self.push(&roff);
    }

    fn text(&mut self, inlines: impl Into<Vec<Inline>>) {
        let mut roff = Roff::new();
        roff.text(inlines);
        self.push(&roff);
    }

    fn section(&mut self, name: &str) {
        self.control("SH", Some(name));
    }

    fn paragraph(&mut self, text: &str) {
        self.control("PP", None);
        self.text([roman(text)]);
    }

    /// A line of its own, such as a command line.
    fn line(&mut self, text: &str) {
        self.text([bold(text)]);
        self.control("br", None);
    }

    fn entry(&mut self, name: impl Into<Vec<Inline>>, text: &str) {
        self.control("TP", None);
        self.text(name);
        self.text([roman(text)]);
    }

    /// A verb, with its options and the commands below it. `shown` holds the groups of options that stand further up
    /// already: several verbs share them.
    fn verb(&mut self, verb: &Command, shown: &mut Vec<(String, Vec<String>, String)>) -> io::Result<()> {
        let name = verb.get_name();
        self.control("SS", Some(&format!("taskctl {name}")));
        if let Some(about) = verb.get_about() {
            self.text([roman(format!("{about}."))]);
        }
        let aliases: Vec<&str> = verb.get_visible_aliases().collect();
        if !aliases.is_empty() {
            self.text([roman(format!("Also: taskctl {}.", aliases.join(", ")))]);
        }
        for note in notes(verb) {
            self.paragraph(&note);
        }
        let mut groups: Vec<(String, Vec<&Arg>)> = Vec::new();
        let own = verb.get_arguments().filter(|arg| !arg.is_hide_set() && !is_of_all(arg));
        for arg in own {
            let heading = arg.get_help_heading().unwrap_or_default().to_owned();
            match groups.iter_mut().find(|(known, _)| *known == heading) {
                Some((_, args)) => args.push(arg),
                None => groups.push((heading, vec![arg])),
            }
        }
        let mut elsewhere: Vec<(String, String)> = Vec::new();
        for (heading, args) in groups {
            let ids: Vec<String> = args.iter().map(|arg| arg.get_id().to_string()).collect();
            let same = |(known, of, _): &&(String, Vec<String>, String)| *known == heading && *of == ids;
            if let Some((_, _, verb)) = shown.iter().find(same).filter(|_| !heading.is_empty()) {
                elsewhere.push((heading, verb.clone()));
                continue;
            }
            if !heading.is_empty() {
                self.paragraph(&format!("{heading}:"));
            }
            self.options(verb, &args)?;
            shown.push((heading, ids, name.to_owned()));
        }
        for (heading, verb) in elsewhere {
            self.paragraph(&format!("{heading}: as for taskctl {verb}."));
        }
        for below in verb.get_subcommands().filter(|below| !below.is_hide_set()) {
            self.control("PP", None);
            for usage in usages(below) {
                self.line(&usage);
            }
            if let Some(about) = below.get_about() {
                self.text([roman(format!("{about}."))]);
            }
            let is_own = |arg: &&Arg| !arg.is_hide_set() && !arg.is_global_set() && !is_of_all(arg);
            let own: Vec<&Arg> = below.get_arguments().filter(is_own).collect();
            if !own.is_empty() {
                self.control("RS", None);
                self.options(below, &own)?;
                self.control("RE", None);
            }
        }
        Ok(())
    }

    /// Some options of a command as clap_mangen writes them, without the headings that it makes.
    fn options(&mut self, command: &Command, shown: &[&Arg]) -> io::Result<()> {
        let ids: Vec<&str> = shown.iter().map(|arg| arg.get_id().as_str()).collect();
        // The others are hidden and not left out, since options may refer to each other.
        let command = command.clone().mut_args(|arg| {
            let is_shown = ids.contains(&arg.get_id().as_str());
            arg.hide(!is_shown).help_heading(None::<&str>)
        });
        let mut out = Vec::new();
        Man::new(command).render_options_section(&mut out)?;
        let text = String::from_utf8_lossy(&out);
        let body = text.split_once(".SH OPTIONS\n").map_or("", |(_, body)| body);
        self.roff.push_str(body);
        Ok(())
    }

    fn examples(&mut self, verb: &Command) {
        let Some(help) = verb.get_after_long_help().map(ToString::to_string) else { return };
        let Some((_, examples)) = help.split_once("Examples:\n") else { return };
        let lines: Vec<&str> = examples.lines().take_while(|line| !line.trim().is_empty()).collect();
        self.control("PP", None);
        self.control("nf", None);
        for line in lines {
            self.text([roman(line.trim())]);
        }
        self.control("fi", None);
    }
}

/// Whether every command has it, so that it stands with the global options.
fn is_of_all(arg: &Arg) -> bool {
    matches!(arg.get_id().as_str(), "help" | "version") || arg.get_help_heading() == Some("Global options")
}
