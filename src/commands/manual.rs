//! `taskctl manual`: the manual page, made from the command line, the registry and the tables of the program.

use std::collections::HashMap;
use std::io;

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::api;
use crate::cli;
use crate::config;
use crate::outcome::Outcome;
use crate::task::State;
use crate::util::env;

/// The servers' words for a state, by backend.
fn native_words(state: &State) -> String {
    if matches!(state, State::Unknown { .. }) {
        return "every backend: any other word: never a success, never an end".to_owned();
    }
    let described = api::described::names().into_iter().filter_map(api::find).map(|backend| vec![backend]);
    let words = api::by_states().map(<[_]>::to_vec).chain(described).filter_map(|backends| {
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
pub fn page() -> io::Result<String> {
    let mut root = cli::command().disable_help_subcommand(true);
    root.build();
    let mut page = Page(Roff::new().render());
    // clap_mangen leaves an empty date out, and what follows would stand in its place.
    let version = env!("CARGO_PKG_VERSION");
    page.0.push_str(&format!(".TH TASKCTL 1 \"\" \"taskctl {version}\" \"User Commands\"\n"));
    page.section("NAME");
    page.text([roman(format!("taskctl - {}", lower_first(env!("CARGO_PKG_DESCRIPTION"))))]);
    page.section("SYNOPSIS");
    verbs(&root).for_each(|verb| page.usage(verb));
    page.section("DESCRIPTION");
    DESCRIPTION.iter().for_each(|paragraph| page.paragraph(paragraph));
    page.section("COMMANDS");
    let mut shown = HashMap::new();
    verbs(&root).try_for_each(|verb| page.verb(verb, &mut shown))?;
    page.section("GLOBAL OPTIONS");
    page.paragraph("Every command takes these.");
    page.options(&root, |arg| !arg.is_hide_set())?;
    page.section("BACKENDS");
    for backend in api::backends() {
        let names: Vec<&str> = backend.names().collect();
        let mut text = format!("{}. An id is such as {}.", backend.about, backend.example_id);
        if backend.capabilities.list {
            text.push_str(" Its API can list tasks.");
        }
        if backend.capabilities.cancel {
            text.push_str(" Its API can cancel tasks.");
        }
        page.entry([bold(names.join(", "))], &text);
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
    verbs(&root).for_each(|verb| page.examples(verb));
    Ok(page.0)
}

const DESCRIPTION: [&str; 5] = [
    "taskctl reads long-running tasks from the APIs of management systems and says, to people and to scripts, how they \
     are doing. get reads once; watch follows until every task has ended, and the outcome is the exit code.",
    "A task is named by a backend or a profile and an id, or by a reference, PROFILE/ID or BACKEND/ID, split at the first slash; by \
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

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// What a command's long help ends with: the examples, and what else stands before the exit codes.
fn paragraphs(command: &Command) -> Vec<String> {
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    help.split("\n\n").take_while(|text| !text.starts_with("Exit codes:")).map(str::to_owned).collect()
}

/// The page in roff, as far as it is written.
struct Page(String);

impl Page {
    fn control(&mut self, name: &str, argument: Option<&str>) {
        self.0.push_str(&Roff::new().control(name, argument).to_roff());
    }

    fn text(&mut self, inlines: impl Into<Vec<Inline>>) {
        self.0.push_str(&Roff::new().text(inlines).to_roff());
    }

    fn section(&mut self, name: &str) {
        self.control("SH", Some(name));
    }

    fn paragraph(&mut self, text: &str) {
        self.control("PP", None);
        self.text([roman(text)]);
    }

    fn entry(&mut self, name: impl Into<Vec<Inline>>, text: &str) {
        self.control("TP", None);
        self.text(name);
        self.text([roman(text)]);
    }

    /// How a command is called, a line a form.
    fn usage(&mut self, command: &Command) {
        let usage = command.clone().render_usage().to_string();
        for line in usage.trim_start_matches("Usage:").lines() {
            self.text([bold(line.trim())]);
            self.control("br", None);
        }
    }

    fn about(&mut self, command: &Command) {
        self.text(
            command.get_about().map(|about| roman(format!("{about}."))).into_iter().collect::<Vec<_>>(),
        );
    }

    /// A verb, with its options and the commands below it. `shown` has the verb of each group of options, by heading
    /// and names, that stands further up already: several verbs share them.
    fn verb(&mut self, verb: &Command, shown: &mut HashMap<Vec<String>, String>) -> io::Result<()> {
        self.control("SS", Some(&format!("taskctl {}", verb.get_name())));
        self.about(verb);
        let aliases: Vec<&str> = verb.get_visible_aliases().collect();
        if !aliases.is_empty() {
            self.text([roman(format!("Also: taskctl {}.", aliases.join(", ")))]);
        }
        paragraphs(verb).iter().skip(1).for_each(|note| self.paragraph(note));
        let own: Vec<&Arg> = verb.get_arguments().filter(|arg| is_own(arg)).collect();
        let mut headings: Vec<Option<&str>> = Vec::new();
        for heading in own.iter().map(|arg| arg.get_help_heading()) {
            if !headings.contains(&heading) {
                headings.push(heading);
            }
        }
        // What has no heading must not look as if it stood under another's.
        headings.sort_by_key(Option::is_some);
        for heading in headings {
            let is_in_group = |arg: &Arg| is_own(arg) && arg.get_help_heading() == heading;
            if let Some(heading) = heading {
                let ids = own.iter().filter(|arg| is_in_group(arg)).map(|arg| arg.get_id().to_string());
                let group = std::iter::once(heading.to_owned()).chain(ids).collect();
                if let Some(above) = shown.get(&group) {
                    self.paragraph(&format!("{heading}: as for taskctl {above}."));
                    continue;
                }
                self.paragraph(&format!("{heading}:"));
                shown.insert(group, verb.get_name().to_owned());
            }
            self.options(verb, is_in_group)?;
        }
        for below in verb.get_subcommands().filter(|below| !below.is_hide_set()) {
            self.control("PP", None);
            self.usage(below);
            self.about(below);
            let is_new = |arg: &Arg| is_own(arg) && !arg.is_global_set();
            if below.get_arguments().any(is_new) {
                self.control("RS", None);
                self.options(below, is_new)?;
                self.control("RE", None);
            }
        }
        Ok(())
    }

    /// Some options of a command as clap_mangen writes them, without the headings that it makes.
    fn options(&mut self, command: &Command, is_shown: impl Fn(&Arg) -> bool) -> io::Result<()> {
        // The others are hidden and not left out, since options may refer to each other.
        let command = command.clone().mut_args(|arg| {
            let hide = !is_shown(&arg);
            arg.hide(hide).help_heading(None::<&str>)
        });
        let mut out = Vec::new();
        Man::new(command).render_options_section(&mut out)?;
        let text = String::from_utf8_lossy(&out);
        self.0.push_str(text.split_once(".SH OPTIONS\n").map_or("", |(_, body)| body));
        Ok(())
    }

    fn examples(&mut self, verb: &Command) {
        let paragraphs = paragraphs(verb);
        let Some(examples) = paragraphs.first() else { return };
        self.control("PP", None);
        self.control("nf", None);
        examples.lines().skip(1).for_each(|line| self.text([roman(line.trim())]));
        self.control("fi", None);
    }
}

/// Whether an option is shown with its command: what every command has stands with the global options.
fn is_own(arg: &Arg) -> bool {
    let is_of_all = matches!(arg.get_id().as_str(), "help" | "version")
        || arg.get_help_heading() == Some("Global options");
    !arg.is_hide_set() && !is_of_all
}
