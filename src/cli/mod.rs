//! What can be typed: clap types, and the backend subcommands made from the registry.
//!
//! Arguments as they were typed; what they mean together with profile and environment is decided in
//! [`crate::resolve`].

mod apis;
mod cancel;
mod complete;
mod config;
mod doctor;
mod flags;
mod list;
mod manual;
mod read;
mod schema;
mod suggestions;
mod targets;
pub mod time_arg;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum as _};

pub use apis::{ApisCommand, Check};
pub use cancel::Cancel;
pub use complete::{CompletionRequest, Lookup, Shell, completion_notes};
pub use config::{Add, ConfigCommand, Init};
pub use doctor::Doctor;
pub use flags::{CommonFlags, ConnectionFlags, FilterFlags, ListFlags, OutputFlags, ReportFormat, WaitFlags};
pub use list::{FilterValue, List, Selection};
pub use read::{Read, Running};
pub use schema::Schema;
pub use suggestions::ParseError;
pub use targets::TargetName;

use crate::api::{self, BACKENDS, Descriptor, Setting, SettingKind};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::render::style::ColorChoice;
use crate::util::env::Env;
use targets::Profiles;

/// Everything that was typed.
#[derive(Debug)]
pub struct Invocation {
    /// Flags of every verb.
    pub common: CommonFlags,
    /// What to do.
    pub verb: Verb,
    /// The words behind the program's name.
    pub typed: Vec<String>,
}

/// What to do.
#[derive(Debug)]
pub enum Verb {
    /// Read tasks once, or follow them.
    Read(Box<Read>),
    /// List tasks.
    List(Box<List>),
    /// Ask a system to cancel tasks.
    Cancel(Box<Cancel>),
    /// Look after the configuration file.
    Config(ConfigCommand),
    /// Look after the APIs that are described by data.
    Apis(ApisCommand),
    /// Check a profile step by step.
    Doctor(Box<Doctor>),
    /// Print a completion script.
    Completions(Shell),
    /// Print words that complete a command line.
    Complete(Box<CompletionRequest>),
    /// Print the manual page.
    Manual,
    /// Print a JSON Schema.
    Schema(Schema),
}

/// A verb of the command line.
struct Known {
    /// Its name, then its aliases.
    names: &'static [&'static str],
    /// Whether a backend may stand behind it.
    takes_backend: bool,
    /// Makes it, with a subcommand for each of these targets.
    make: fn(&[TargetName]) -> Command,
}

/// Every verb.
const VERBS: [Known; 10] = [
    Known { names: &["get"], takes_backend: true, make: read::get },
    Known { names: &["watch", "wait"], takes_backend: true, make: read::watch },
    Known { names: &["list"], takes_backend: true, make: list::command },
    Known { names: &["cancel"], takes_backend: true, make: cancel::command },
    Known { names: &["config"], takes_backend: false, make: |_| config::command() },
    Known { names: &["apis"], takes_backend: false, make: |_| apis::command() },
    Known { names: &["doctor"], takes_backend: false, make: |_| doctor::command() },
    Known { names: &["schema"], takes_backend: false, make: |_| schema::schema() },
    Known { names: &["completions"], takes_backend: false, make: |_| complete::completions() },
    Known { names: &["manual"], takes_backend: false, make: |_| manual::manual() },
];

/// The verb of this name.
fn verb(word: &str) -> Option<&'static Known> {
    VERBS.iter().find(|verb| verb.names.contains(&word))
}

/// The whole command line, for help, completions and the manual.
pub fn command() -> Command {
    whole(&Profiles::default())
}

/// The whole command line, where these profiles may be named.
fn whole(profiles: &Profiles) -> Command {
    let targets = targets::backends().into_iter().chain(profiles.targets().cloned()).collect::<Vec<_>>();
    command_with(VERBS.iter().map(|verb| (verb.make)(&targets)))
}

/// As much of the command line as these arguments need, if it is clear: making every verb with every backend takes
/// most of the time of a start, and the words nearly always say which ones are meant. What it takes, the whole takes,
/// and means the same.
fn command_for(arguments: &[OsString], profiles: &Profiles) -> Option<Command> {
    let words: Vec<&str> = arguments.iter().skip(1).filter_map(|word| word.to_str()).collect();
    if matches!(words.as_slice(), ["--version" | "-V"]) {
        return Some(command_with([]));
    }
    let verb = verb(words.first()?)?;
    let may_be_backend = |word: &&str| verb.takes_backend && !word.starts_with('-') && !word.contains('/');
    let backends = words.iter().copied().filter(may_be_backend).filter_map(api::find);
    let mut named: Vec<TargetName> = Vec::new();
    for backend in backends {
        if named.iter().all(|known| known.backend.name != backend.name) {
            named.push(TargetName::of_backend(backend));
        }
    }
    named.extend(profiles.targets().filter(|profile| words.contains(&profile.name.as_str())).cloned());
    Some(command_with([(verb.make)(&named)]))
}

fn command_with(verbs: impl IntoIterator<Item = Command>) -> Command {
    let root = Command::new("taskctl")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .max_term_width(100)
        .after_help(exit_codes())
        .subcommands(verbs);
    with_flags::<CommonFlags>(root.about(env!("CARGO_PKG_DESCRIPTION")))
}

/// Adds a group of flags. The group's own documentation would become the command's description otherwise.
fn with_flags<Flags: Args>(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    Flags::augment_args(command).about(about)
}

/// A flag without a value, which may stand on either side of a backend.
fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).global(true).action(ArgAction::SetTrue).help(help)
}

/// The backend that examples are about.
fn example() -> &'static Descriptor {
    BACKENDS[0]
}

/// Ends a command's help: examples, perhaps notes, and the exit codes.
fn with_examples(command: Command, examples: &str) -> Command {
    let codes = exit_codes();
    command.after_help(codes).after_long_help(format!("Examples:\n{examples}\n\n{codes}"))
}

/// A subcommand of a target's name that says what it is; a backend has its aliases.
fn target_subcommand(target: &TargetName) -> Command {
    let aliases = if target.is_profile { &[] } else { target.backend.aliases };
    Command::new(target.name.clone()).about(target.backend.about).visible_aliases(aliases.iter().copied())
}

/// Reads the name of a backend, or an alias.
fn backend_parser() -> impl TypedValueParser<Value = &'static Descriptor> {
    PossibleValuesParser::new(api::names()).try_map(|name| api::find(&name).ok_or("there is no such backend"))
}

fn exit_codes() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| format!("Exit codes:\n{}", Outcome::table()))
}

/// Reads a command line; the first argument is the program's own name.
///
/// # Errors
/// What clap has to say, help and version included, or a usage error of our own.
pub fn parse(arguments: impl IntoIterator<Item = OsString>, env: &Env) -> Result<Invocation, ParseError> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if let [_, verb, rest @ ..] = arguments.as_slice()
        && verb == complete::VERB
    {
        return Ok(Invocation {
            common: CommonFlags::default(),
            verb: complete::parse(rest, env),
            typed: Vec::new(),
        });
    }
    let typed = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let profiles = Profiles::for_line(&arguments, env);
    profiles.insert_target(&mut arguments);
    let parsed = matches(&arguments, &profiles).and_then(|matches| invocation(&matches, &profiles));
    let parsed = parsed.map(|invocation| Invocation { typed, ..invocation });
    // What is unknown may be a profile that could not be read.
    parsed.map_err(|error| match (error, profiles.trouble) {
        (ParseError::Usage(_), Some(trouble)) => ParseError::Usage(trouble),
        (ParseError::Clap(error), Some(trouble)) if error.use_stderr() => ParseError::Usage(trouble),
        (error, _) => error,
    })
}

/// The file and the colour that a command line seems to ask for: what is wrong with one is said in its own colour.
pub fn flags_of_all(arguments: &[OsString]) -> CommonFlags {
    let words: Vec<&str> = arguments.iter().skip(1).filter_map(|word| word.to_str()).collect();
    CommonFlags {
        config: typed_value(&words, "--config").map(PathBuf::from),
        color: typed_value(&words, "--color").and_then(|word| ColorChoice::from_str(word, true).ok()),
        ..CommonFlags::default()
    }
}

/// The value of a flag of every verb, wherever it stands.
fn typed_value<'w>(words: &'w [impl AsRef<str>], flag: &str) -> Option<&'w str> {
    let behind = words.windows(2).find_map(|pair| (pair[0].as_ref() == flag).then_some(pair[1].as_ref()));
    let within = |word: &'w str| word.strip_prefix(flag)?.strip_prefix('=');
    behind.or_else(|| words.iter().map(AsRef::as_ref).find_map(within))
}

/// What was asked for, from what clap made of the words.
fn invocation(matches: &ArgMatches, profiles: &Profiles) -> Result<Invocation, ParseError> {
    suggestions::check_conflicts(matches)?;
    let mut common = CommonFlags::from_arg_matches(matches)?;
    let verb = match matches.subcommand() {
        Some((verb @ ("get" | "watch"), matches)) => {
            Verb::Read(Box::new(read::parse(verb, matches, profiles)?))
        }
        Some(("list", matches)) => Verb::List(Box::new(list::parse(matches, profiles)?)),
        Some(("cancel", matches)) => Verb::Cancel(Box::new(cancel::parse(matches, profiles)?)),
        Some(("apis", matches)) => Verb::Apis(apis::parse(matches)?),
        Some(("config", matches)) => Verb::Config(config::parse(matches)?),
        Some(("doctor", matches)) => Verb::Doctor(Box::new(doctor::parse(matches, &mut common)?)),
        Some(("completions", matches)) => match matches.get_one::<Shell>("shell") {
            Some(shell) => Verb::Completions(*shell),
            None => return Err(missing("which shell?").into()),
        },
        Some(("manual", _)) => Verb::Manual,
        Some(("schema", matches)) => Verb::Schema(schema::parse(matches)),
        _ => return Err(missing("what shall be done?").into()),
    };
    let target = match &verb {
        Verb::Read(read) => read.target.as_ref(),
        Verb::Cancel(cancel) => cancel.read.target.as_ref(),
        _ => None,
    };
    name_profile(&mut common, target)?;
    Ok(Invocation { common, verb, typed: Vec::new() })
}

fn two_profiles(name: &str, other: &str) -> Error {
    Error::usage(format!("{name} and -p {other} are two profiles: give one"))
}

/// Makes the profile that stands as a target the one to use.
///
/// # Errors
/// When `-p` names another.
fn name_profile(common: &mut CommonFlags, target: Option<&TargetName>) -> Result<(), Error> {
    let Some(name) = target.and_then(TargetName::profile) else { return Ok(()) };
    match &common.profile {
        Some(other) if other != name => Err(two_profiles(name, other)),
        _ => {
            common.profile = Some(name.to_owned());
            Ok(())
        }
    }
}

/// The flags of a command line as they were typed, behind the verb or before it, without those that only chose the tasks
/// or the verb's way.
pub fn flags_to_repeat(typed: &[String], env: &Env) -> Vec<String> {
    let spelled: Vec<&str> = typed.iter().map(String::as_str).collect();
    let mut root = whole(&Profiles::load(&spelled, env));
    root.build();
    let mut without = vec!["watch", "yes", "running", "exit-status", "profile", "states", "since", "limit"];
    let filters = BACKENDS.iter().flat_map(|backend| backend.filters);
    let filters: Vec<String> = filters.map(|filter| list::id_of(filter.key)).collect();
    without.extend(filters.iter().map(String::as_str));
    complete::typed_flags(&root, typed, &without)
}

/// What clap makes of a command line.
fn matches(arguments: &[OsString], profiles: &Profiles) -> Result<ArgMatches, ParseError> {
    let read = |command: Command| {
        command
            .try_get_matches_from(arguments)
            .map_err(|error| suggestions::explain(error, arguments, profiles))
    };
    match command_for(arguments, profiles).map(read) {
        Some(Ok(matches)) => Ok(matches),
        Some(Err(error @ ParseError::Usage(_))) => Err(error),
        Some(Err(ParseError::Clap(version))) if version.kind() == ErrorKind::DisplayVersion => {
            Err(version.into())
        }
        // Only the whole command line can help, or say what is wrong with a word.
        Some(Err(_)) | None => read(whole(profiles)),
    }
}

fn missing(text: &str) -> clap::Error {
    command().error(ErrorKind::MissingRequiredArgument, text)
}

/// Every value of an argument that takes several.
fn texts(matches: &ArgMatches, id: &str) -> Vec<String> {
    matches.get_many::<String>(id).map(|values| values.cloned().collect()).unwrap_or_default()
}

/// What help calls the value of a flag: NAME, of `--site-name`.
fn value_name(flag: &str) -> String {
    flag.rsplit('-').next().unwrap_or(flag).to_ascii_uppercase()
}

/// Adds the flags made from a backend's own settings.
fn with_settings(mut command: Command, backend: &'static Descriptor) -> Command {
    for setting in backend.settings {
        let Some(flag) = setting.flag else { continue };
        let arg = Arg::new(setting.key).long(flag).help(setting.help);
        command = command.arg(match setting.kind {
            SettingKind::Switch => arg.action(ArgAction::SetTrue),
            SettingKind::Text | SettingKind::Url | SettingKind::Username => arg.value_name(value_name(flag)),
        });
    }
    command
}

/// The values that those flags were given, by the setting's key.
fn settings(matches: &ArgMatches, backend: &'static Descriptor) -> Vec<(&'static str, String)> {
    let value = |setting: &Setting| match setting.kind {
        SettingKind::Switch => matches.get_flag(setting.key).then(|| "true".to_owned()),
        SettingKind::Text | SettingKind::Url | SettingKind::Username => {
            matches.get_one::<String>(setting.key).cloned()
        }
    };
    let with_flags = backend.settings.iter().filter(|setting| setting.flag.is_some());
    with_flags.filter_map(|setting| Some((setting.key, value(setting)?))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert_eq, proptest};
    use proptest::sample::select;

    use super::*;

    #[test]
    fn what_is_known_of_verbs_is_what_their_commands_say() {
        for known in &VERBS {
            let verb = (known.make)(&targets::backends());
            let own: Vec<&str> = std::iter::once(verb.get_name()).chain(verb.get_all_aliases()).collect();
            assert_eq!(own, known.names);
            assert_eq!(verb.find_subcommand(BACKENDS[0].name).is_some(), known.takes_backend, "{own:?}");
        }
    }

    #[test]
    fn every_command_says_in_a_line_what_it_does() {
        fn check(command: &Command) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.ends_with('.'), "{}: {about:?}", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }

    fn parsed(line: &str) -> Result<Verb, String> {
        let words = std::iter::once("taskctl").chain(line.split(' ')).map(OsString::from);
        match parse(words, &Env::of([])) {
            Ok(invocation) => Ok(invocation.verb),
            Err(ParseError::Usage(error)) => Err(error.message),
            Err(other) => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn flags_mean_the_same_on_either_side_of_the_backend() {
        for line in [
            "get -w velo t-1 --timeout 5",
            "get --timeout 5 velo t-1 -w",
            "get --timeout 5 -w velo t-1",
            "get velo t-1 -w --timeout 5",
            "cancel -w velo t-1 --timeout 5",
        ] {
            let read = match parsed(line) {
                Ok(Verb::Read(read)) => *read,
                Ok(Verb::Cancel(cancel)) => cancel.read,
                other => panic!("{line}: {other:?}"),
            };
            assert!(read.watch && read.wait.timeout.is_some_and(|timeout| timeout.as_secs() == 5), "{line}");
        }
        for (line, mistake) in [
            ("get velo t-1 --timeout 5", "--timeout is of no use without --watch"),
            ("get --for ended velo t-1", "--for is of no use without --watch"),
            ("cancel velo t-1 --jobs 3", "--jobs is of no use without --watch"),
            ("cancel -o json velo t-1", "--output is of no use without --watch"),
            ("-q get velo t-1 -v", "--quiet cannot be used with --verbose"),
            ("list -o json velo --field id", "--field cannot be used with --output"),
            ("get -w velo t-1 --exit-status", "--exit-status cannot be used with --watch"),
            ("get --insecure velo t-1 --ca-file ca.pem", "--insecure cannot be used with --ca-file"),
        ] {
            assert_eq!(parsed(line).err().as_deref(), Some(mistake), "{line}");
        }
    }

    proptest! {
        #[test]
        fn what_a_part_of_the_command_line_takes_means_the_same_to_the_whole(
            verb in select(VERBS.iter().flat_map(|verb| verb.names).collect::<Vec<_>>()),
            rest in vec(
                select(vec![
                    "velo", "ecs", "vcda", "dr/1", "1", "-p", "-pvcda", "--profile=ecs", "-w", "-o", "json", "--tree",
                    "--site", "-q", "--", "-", "list", "init", "bash", "--help", "-h", "--timeout", "5",
                ]),
                0..5,
            ),
        ) {
            let arguments: Vec<OsString> =
                ["taskctl", verb].into_iter().chain(rest).map(OsString::from).collect();
            let part = command_for(&arguments, &Profiles::default()).expect("the first word is a verb");
            if let Ok(matches) = part.try_get_matches_from(&arguments) {
                let whole = command().try_get_matches_from(&arguments).expect("the whole takes it too");
                let invocation = |matches| format!("{:?}", invocation(matches, &Profiles::default()));
                prop_assert_eq!(invocation(&matches), invocation(&whole));
            }
        }
    }
}
