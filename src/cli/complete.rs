//! `__complete`: what the loaders in `completions/` ask at each Tab. Not for people, and in no help.
//!
//! The loaders hand over the words of an unfinished command line. This reads them along clap's own description of the
//! command line and says what the last word may be. What only the configuration and the servers know is looked up in
//! [`crate::commands::complete`].

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, StyledStr};
use clap::{Arg, ArgAction, Args as _, Command, ValueEnum, ValueHint, value_parser};

use super::flags::FilterFlags;
use super::list::is_filter;
use super::suggestions::CONFLICTS;
use super::targets::Profiles;
use super::{Invocation, Verb};
use crate::api::{BACKENDS, Options};
use crate::engine::condition::Condition;
use crate::render::fields;
use crate::util::env::Env;

/// What completion asks servers for, and when: for the help and the manual.
pub fn completion_notes() -> String {
    let slow = BACKENDS.iter().filter(|backend| !(backend.lists_at_once)(&Options::default()));
    let slow: Vec<&str> = slow.map(|backend| backend.name).collect();
    format!(
        "TAB completes commands, flags and their values, and the names of profiles, fields, states and conditions. The \
         ids of tasks are completed where `complete_ids = true` stands in the profile or in [defaults], or \
         TASKCTL_COMPLETE_IDS=true is set. Each TAB then logs in, lists the newest tasks and logs out again; it gives \
         up after two seconds. Only systems that list their tasks at once are asked: {} are not, unless the \
         profile's settings say what to list. The secret must come from a file, a variable or a command that asks nobody. A login \
         that does not come to a good end is not tried again by TAB, so that TAB locks no account, until another \
         command has logged in with that profile.",
        slow.join(" and ")
    )
}

/// The word behind the program's name by which the loaders ask. It is no verb that people type.
pub(super) const VERB: &str = "__complete";

/// Stands for the word that is being typed: an id, a reference and a name all at once.
const ANYTHING: &str = "any/thing";

/// The candidate by which the loaders are asked to complete paths, which shells do best.
const FILES: &str = "*";

/// A shell that there is a loader for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names say it, and help would repeat what is said of them")]
pub enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

/// What only the configuration and the servers know of a place.
#[derive(Debug)]
pub enum Lookup {
    /// The names of profiles.
    Profiles,
    /// The tasks that the line could go on with; a word of no meaning stands in their place.
    Tasks(Box<Invocation>),
}

/// An unfinished command line.
#[derive(Debug)]
pub struct CompletionRequest {
    /// The configuration file that it names.
    pub config: Option<PathBuf>,
    /// What clap's description of the command line offers.
    pub candidates: Vec<PossibleValue>,
    /// What has to be looked up for others.
    pub lookup: Option<Lookup>,
    /// The part of the last word that stands before the value, such as `--profile=`.
    pub head: String,
    /// What was typed of the value.
    pub typed: String,
}

/// The verb that prints a loader.
pub(super) fn completions() -> Command {
    Command::new("completions")
        .about("Print a completion script for a shell")
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)))
        .after_long_help(format!(
            "Examples:\n  taskctl completions bash > ~/.local/share/bash-completion/completions/taskctl\n  \
             taskctl completions zsh > \"${{fpath[1]}}/_taskctl\"\n  \
             taskctl completions fish > ~/.config/fish/completions/taskctl.fish\n\n{}",
            completion_notes()
        ))
}

/// Reads an unfinished command line, from behind [`VERB`] on.
pub(super) fn parse(words: &[OsString], env: &Env) -> Verb {
    Verb::Complete(Box::new(request(words.strip_prefix(&[OsString::from("--")]).unwrap_or(words), env)))
}

fn request(words: &[OsString], env: &Env) -> CompletionRequest {
    let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let (last, before) = words.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
    // Windows PowerShell cannot hand over an empty word; its loader sends quotes.
    let last = if last == "\"\"" { "" } else { last };
    let spelled: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut root = super::whole(&Profiles::load(&spelled, env));
    root.build();
    let position = Position::behind(&root, before);
    let mut request = CompletionRequest {
        config: super::typed_value(&words, "--config").map(PathBuf::from),
        candidates: Vec::new(),
        lookup: None,
        head: String::new(),
        typed: last.to_owned(),
    };
    if let Some(arg) = position.flag {
        request.offer_values(arg, before, env);
    } else if position.flags_allowed && last.starts_with('-') {
        match flag_with_value(position.command, last) {
            Some((arg, Some(value))) => {
                request.head = last[..last.len() - value.len()].to_owned();
                request.typed = value.to_owned();
                request.offer_values(arg, before, env);
            }
            _ => request.offer_flags(&position),
        }
    } else {
        if position.takes_subcommand() {
            request.offer_subcommands(position.command);
        }
        if let Some(arg) = position.positional() {
            request.offer_values(arg, before, env);
        }
    }
    request
}

/// Where some words lead.
struct Position<'a> {
    command: &'a Command,
    /// The flag whose value comes next.
    flag: Option<&'a Arg>,
    /// The flags that were typed, wherever they stand.
    typed: Vec<&'a Arg>,
    /// How many words behind the command are neither flags nor their values.
    positionals: usize,
    /// Until `--`.
    flags_allowed: bool,
}

impl<'a> Position<'a> {
    fn behind(root: &'a Command, words: &[String]) -> Position<'a> {
        let mut at =
            Position { command: root, flag: None, typed: Vec::new(), positionals: 0, flags_allowed: true };
        for word in words {
            if at.flag.take().is_some() {
                continue;
            }
            if at.flags_allowed && word == "--" {
                at.flags_allowed = false;
            } else if at.flags_allowed && word.starts_with('-') && word != "-" {
                at.typed.extend(flags_in(at.command, word));
                at.flag = flag_with_value(at.command, word)
                    .filter(|(_, value)| value.is_none())
                    .map(|(arg, _)| arg);
            } else if at.takes_subcommand()
                && let Some(below) = at.command.find_subcommand(word)
            {
                at.command = below;
            } else {
                at.positionals += 1;
            }
        }
        at
    }

    /// Whether a flag would be refused behind what was typed: it stands there and takes one value, excludes another, or
    /// says which tasks are meant, and they were named.
    fn refuses(&self, flag: &Arg) -> bool {
        let can_run = |arg: &Arg| arg.get_id() == "running";
        if self.positionals > 0 && self.command.get_arguments().any(can_run) && chooses_tasks(flag) {
            return true;
        }
        let is_repeatable = matches!(flag.get_action(), ArgAction::Append | ArgAction::Count);
        let excludes = |one: &Arg, other: &Arg| {
            let ids = (one.get_id().as_str(), other.get_id().as_str());
            let excluded = self.command.get_arg_conflicts_with(one);
            CONFLICTS.contains(&ids) || excluded.iter().any(|arg| arg.get_id() == other.get_id())
        };
        self.typed.iter().any(|typed| match typed.get_id() == flag.get_id() {
            true => !is_repeatable,
            false => excludes(typed, flag) || excludes(flag, typed),
        })
    }

    fn takes_subcommand(&self) -> bool {
        self.positionals == 0 && self.flags_allowed
    }

    /// The argument that the next word without a dash is.
    fn positional(&self) -> Option<&'a Arg> {
        let takes_more = |arg: &&Arg| arg.get_num_args().is_some_and(|count| count.max_values() > 1);
        let nth = self.command.get_positionals().nth(self.positionals);
        nth.or_else(|| self.command.get_positionals().find(takes_more))
    }
}

/// Whether a flag of `watch` says which of the running tasks are meant.
fn chooses_tasks(flag: &Arg) -> bool {
    let filters = FilterFlags::augment_args(Command::new(""));
    let id = flag.get_id();
    id == "running" || is_filter(id.as_str()) || filters.get_arguments().any(|filter| filter.get_id() == id)
}

/// The flags in a word, such as `-qw` or `--for=ended`, up to the one that takes a value.
fn flags_in<'a>(command: &'a Command, word: &str) -> Vec<&'a Arg> {
    let find = |is_it: &dyn Fn(&Arg) -> bool| command.get_arguments().find(|arg| is_it(arg));
    if let Some(long) = word.strip_prefix("--") {
        let name = long.split('=').next().unwrap_or(long);
        return find(&|arg| arg.get_long() == Some(name)).into_iter().collect();
    }
    let mut flags = Vec::new();
    for short in word.chars().skip(1) {
        let Some(arg) = find(&|arg| arg.get_short() == Some(short)) else { break };
        flags.push(arg);
        if arg.get_action().takes_values() {
            break;
        }
    }
    flags
}

/// The flag in a word that takes a value, and that value where the word holds it too: `--for`, `--for=ended`, `-qojson`.
fn flag_with_value<'a, 'w>(command: &'a Command, word: &'w str) -> Option<(&'a Arg, Option<&'w str>)> {
    let takes_value = |arg: &&Arg| arg.get_action().takes_values();
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        let arg = command.get_arguments().find(|arg| arg.get_long() == Some(name));
        return arg.filter(takes_value).map(|arg| (arg, value));
    }
    for (at, short) in word.char_indices().skip(1) {
        let arg = command.get_arguments().find(|arg| arg.get_short() == Some(short))?;
        if takes_value(&arg) {
            let value = &word[at + short.len_utf8()..];
            let value = value.strip_prefix('=').unwrap_or(value);
            return Some((arg, Some(value).filter(|value| !value.is_empty())));
        }
    }
    None
}

/// The flags among these words of a command line, each with its value, but for those of these ids.
pub(super) fn typed_flags(root: &Command, words: &[String], without: &[&str]) -> Vec<String> {
    let mut flags = Vec::new();
    let mut command = root;
    let mut words = words.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if !word.starts_with('-') || word == "-" {
            command = command.find_subcommand(word).unwrap_or(command);
            continue;
        }
        let with_value = flag_with_value(command, word);
        let value = with_value.filter(|(_, value)| value.is_none()).and_then(|_| words.next());
        let is_of = |arg: &&Arg| {
            arg.get_long().is_some_and(|long| word.strip_prefix("--") == Some(long))
                || arg.get_short().is_some_and(|short| *word == format!("-{short}"))
        };
        let arg = with_value.map(|(arg, _)| arg).or_else(|| command.get_arguments().find(is_of));
        if !arg.is_some_and(|arg| without.contains(&arg.get_id().as_str())) {
            flags.push(word.clone());
            flags.extend(value.cloned());
        }
    }
    flags
}

impl CompletionRequest {
    fn offer(&mut self, words: impl IntoIterator<Item = PossibleValue>) {
        let fitting = words.into_iter().filter(|word| word.get_name().starts_with(&self.typed));
        let whole =
            |word: PossibleValue| described(format!("{}{}", self.head, word.get_name()), word.get_help());
        self.candidates.extend(fitting.map(whole));
    }

    fn offer_flags(&mut self, position: &Position<'_>) {
        let shown = position.command.get_arguments().filter(|arg| !arg.is_hide_set());
        for arg in shown.filter(|arg| !position.refuses(arg)) {
            let long = arg.get_long().map(|long| format!("--{long}"));
            let short = arg.get_short().map(|short| format!("-{short}"));
            self.offer(long.into_iter().chain(short).map(|word| described(word, arg.get_help())));
        }
    }

    /// Offers the names of subcommands, and aliases where no name begins with what was typed.
    fn offer_subcommands(&mut self, command: &Command) {
        let shown = || command.get_subcommands().filter(|below| !below.is_hide_set());
        self.offer(shown().map(|below| described(below.get_name(), below.get_about())));
        if self.candidates.is_empty() {
            for below in shown() {
                self.offer(below.get_visible_aliases().map(|alias| described(alias, below.get_about())));
            }
        }
    }

    /// Offers what an argument takes. `before` is the line up to it.
    fn offer_values(&mut self, arg: &Arg, before: &[String], env: &Env) {
        let mut words: Vec<PossibleValue> = match arg.get_id().as_str() {
            "field" => fields::known().into_iter().map(PossibleValue::new).collect(),
            "conditions" => Condition::words().map(PossibleValue::new).collect(),
            _ => arg.get_possible_values(),
        };
        words.retain(|value| !value.is_hide_set());
        let is_list = arg.get_value_delimiter().is_some() || arg.get_id() == "field";
        if is_list && let Some(comma) = self.typed.rfind(',') {
            // A list goes on with what it does not hold yet.
            let last = self.typed.split_off(comma + 1);
            words.retain(|known| self.typed.split(',').all(|held| held != known.get_name()));
            self.head.push_str(&std::mem::replace(&mut self.typed, last));
        }
        self.offer(words);
        match arg.get_id().as_str() {
            "ids" | "references" => self.lookup = with_task(before, &self.typed, env).map(Lookup::Tasks),
            "profile" | "name" | "target" => self.lookup = Some(Lookup::Profiles),
            _ if arg.get_value_hint() == ValueHint::AnyPath => self.candidates.push(FILES.into()),
            _ => {}
        }
    }
}

/// A word, and what help says of it.
fn described(word: impl ToString, help: Option<&StyledStr>) -> PossibleValue {
    PossibleValue::new(word.to_string()).help(help.cloned().unwrap_or_default())
}

/// The command line before an id or a reference, with a task in its place: of the system that was typed, if one was.
fn with_task(before: &[String], typed: &str, env: &Env) -> Option<Box<Invocation>> {
    let task = typed.split_once('/').map_or(ANYTHING.to_owned(), |(prefix, _)| format!("{prefix}/thing"));
    let line = ["taskctl"].into_iter().chain(before.iter().map(String::as_str)).chain([task.as_str()]);
    super::parse(line.map(OsString::from), env).ok().map(Box::new)
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;
    use crate::cli::ParseError;

    fn offered(before: &[&str], last: &str) -> Vec<String> {
        let words: Vec<OsString> = before.iter().chain([&last]).map(OsString::from).collect();
        request(&words, &Env::default()).candidates.iter().map(|word| word.get_name().to_owned()).collect()
    }

    #[test]
    fn no_flag_is_offered_that_the_line_refuses() {
        for line in [
            "list vcda --state running",
            "list --state running vcda --state failed",
            "list vcda --limit 1 --since=2h --all",
            "list vcenter x:y --service a",
            "-q list vcda -ojson",
            "list velo --field ref",
            "get -p dr vcda -v x",
            "get velo --insecure t-1",
            "watch ecs -i 1s --utc --for=ended a/b",
            "cancel -y velo t-1 -qw",
            "doctor -A",
            "list -A --sort name",
            "watch vcda x",
            "watch vcenter x:y --any",
            "watch dr/1",
            "watch vcda --running --state running",
            "doctor -p dr --ca-file ca.pem",
            "config show dr --reveal",
            "config validate --strict",
        ] {
            let before: Vec<&str> = line.split(' ').collect();
            let flags = offered(&before, "--");
            assert!(flags.iter().any(|flag| flag == "--help"), "{line}: {flags:?}");
            for flag in flags {
                let read = |value: Option<&str>| {
                    let words =
                        ["taskctl"].iter().chain(&before).copied().chain([flag.as_str()]).chain(value);
                    super::super::parse(words.map(OsString::from), &Env::default())
                };
                let wants_value = |error: &ParseError| matches!(error, ParseError::Clap(error) if error.kind() == ErrorKind::InvalidValue);
                let refused = match read(None)
                    .or_else(|error| if wants_value(&error) { read(Some("1")) } else { Err(error) })
                {
                    Err(ParseError::Clap(error)) => error.kind() == ErrorKind::ArgumentConflict,
                    Err(ParseError::Usage(error)) => {
                        ["cannot be used", "without --running", "--running follows"]
                            .iter()
                            .any(|text| error.message.contains(text))
                    }
                    Ok(_) | Err(ParseError::Greeting(_)) => false,
                };
                assert!(!refused, "{line} {flag}");
            }
        }
        // A flag that may be repeated is offered again.
        assert_eq!(
            offered(&["list", "vcda", "--state", "running"], "--sta"),
            ["--started-before", "--state"]
        );
        assert_eq!(offered(&["list", "vcda", "-o", "json"], "--ou"), [] as [&str; 0]);
    }

    #[test]
    fn words_come_before_flags_and_a_dash_alone_is_no_word() {
        for line in ["", "get", "watch", "cancel", "list", "config", "get vcda", "watch dr/1", "list vcenter"]
        {
            let before: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
            for last in ["", "-"] {
                let words = offered(&before, last);
                assert!(!words.iter().any(|word| word == "-"), "{line} {last:?}: {words:?}");
                assert!(words.iter().all(|word| word.starts_with('-') == (last == "-")), "{line}: {words:?}");
            }
        }
    }
}
