//! `taskctl config`: the file written, listed, shown and checked. Nothing is sent anywhere.

use std::io::{self, Write as _};

use serde_json::{Value, json};
use url::Url;

use super::config_edit;
use super::output::print_json;
use crate::api::BACKENDS;
use crate::api::described::{self, Source};
use crate::cli::{CommonFlags, ConfigCommand, Init, ReportFormat};
use crate::config::{self, Config, Location, Profile, ProfileEntry, ProfileSelection, ShownValue};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::render::columns::columns;
use crate::render::humanize;
use crate::render::style::paint;
use crate::resolve::connector::Connector;
use crate::resolve::context::Context;
use crate::util::{files, text};

/// The name of the shape of a profile in a list and shown.
const SCHEMA: &str = "taskctl.profile/v1";

/// Looks after the file. Returns the exit code.
///
/// # Errors
/// A file that cannot be read or written, a profile that is not there, standard output that cannot be written.
pub fn run(context: &mut Context, common: &CommonFlags, command: &ConfigCommand) -> anyhow::Result<u8> {
    let outcome = match command {
        ConfigCommand::Init(init) => write_first_file(context, common, init)?,
        ConfigCommand::Add(add) => config_edit::add(context, common, add)?,
        ConfigCommand::Edit => config_edit::edit(context, common)?,
        ConfigCommand::Remove { profile } => config_edit::remove(context, common, profile)?,
        ConfigCommand::List { output } => list(context, common, output.unwrap_or_default())?,
        ConfigCommand::Show { profile, reveal, output } => {
            show(context, common, profile.as_deref(), *reveal, output.unwrap_or_default())?
        }
        ConfigCommand::Validate { strict } => validate(context, common, *strict)?,
        ConfigCommand::Path => {
            let path = location(context, common)?.path;
            print_line(context, &path.display().to_string())?
        }
    };
    Ok(outcome.code())
}

pub(super) fn location(context: &Context, common: &CommonFlags) -> Result<Location, Error> {
    Config::path(common.config.as_deref(), &context.env).ok_or_else(|| {
        Error::config("this machine has no directory for configuration")
            .hint("name a file with --config FILE")
    })
}

fn select(context: &Context, config: &Config, name: &str) -> Result<Profile, Error> {
    let selection = ProfileSelection { profile: Some(name), ..ProfileSelection::default() };
    config.select(&selection, &context.env)
}

/// Prints a line of text as a result.
fn print_line(context: &mut Context, line: &str) -> anyhow::Result<Outcome> {
    let line = escaped(line, context.terminal.stdout);
    writeln!(context.stdout, "{line}")?;
    Ok(Outcome::Ok)
}

fn print_columns(context: &mut Context, rows: &[Vec<String>]) -> io::Result<()> {
    context.stdout.write_all(columns(rows, context.terminal.stdout).as_bytes())
}

fn escaped(line: &str, on_terminal: bool) -> String {
    if on_terminal { text::escape(line).into_owned() } else { line.to_owned() }
}

fn write_first_file(context: &mut Context, common: &CommonFlags, init: &Init) -> anyhow::Result<Outcome> {
    let profile = common.profile.as_deref();
    if let Some(name) = profile {
        if init.backend.is_none() {
            return Err(Error::usage("a profile needs a backend: give --backend too").into());
        }
        config::check_name(name, init.backend, BACKENDS)?;
    }
    init.url.as_ref().map(|url| config::check_url("--url", url)).transpose()?;
    let path = location(context, common)?.path;
    let text = config::init_template(BACKENDS, init.backend, profile, init.url.as_deref());
    files::write_new(&path, &text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::config(format!("{} is there already, and is left as it is", path.display()))
                .hint("edit it, or name another file with --config FILE")
        }
        _ => Error::config(format!("cannot write {}", path.display())).cause(error.to_string()),
    })?;
    print_line(context, &path.display().to_string())?;
    if !common.quiet {
        let next = match profile.or(init.backend.map(|backend| backend.name)) {
            Some(name) => format!("taskctl config edit, then: taskctl doctor {name}"),
            None => "taskctl config add NAME asks for a first profile; or taskctl config edit".to_owned(),
        };
        let next = escaped(&next, context.terminal.stderr);
        let palette = context.stderr_palette();
        writeln!(context.stderr, "{} {next}", paint(palette.heading(), "next:"))?;
    }
    Ok(Outcome::Ok)
}

fn list(context: &mut Context, common: &CommonFlags, output: ReportFormat) -> anyhow::Result<Outcome> {
    let config = context.load_config(common)?;
    if output == ReportFormat::Json {
        let document = |profile: &ProfileEntry| {
            json!({
                "schema": SCHEMA, "name": profile.name, "backend": profile.backend.map(|backend| backend.name),
                "url": profile.url().map(Url::as_str), "default": config.is_default(profile),
                "line": profile.line, "problems": config.count_problems(profile),
            })
        };
        print_json(context, &config.profiles.iter().map(document).collect())?;
        return Ok(Outcome::Ok);
    }
    if config.profiles.is_empty() {
        let path = location(context, common)?.path;
        context
            .notice(&format!("{} holds no profile: taskctl config init writes a first one", path.display()));
        return Ok(Outcome::Ok);
    }
    let mut rows = vec![["NAME", "BACKEND", "URL", ""].map(str::to_owned).to_vec()];
    for profile in &config.profiles {
        let default = config.is_default(profile).then(|| "default".to_owned());
        let mistakes = match config.count_problems(profile) {
            0 => None,
            1 => Some("1 mistake".to_owned()),
            count => Some(format!("{count} mistakes")),
        };
        let remarks: Vec<String> = default.into_iter().chain(mistakes).collect();
        let backend = profile.backend.map_or("-", |backend| backend.name);
        let url = profile.url().map_or("-", Url::as_str);
        let cells = [profile.name.as_str(), backend, url, &remarks.join(", ")];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    print_columns(context, &rows)?;
    Ok(Outcome::Ok)
}

fn show(
    context: &mut Context,
    common: &CommonFlags,
    name: Option<&str>,
    reveal: bool,
    output: ReportFormat,
) -> anyhow::Result<Outcome> {
    let config = context.load_config(common)?;
    let named = match (name, common.profile.as_deref()) {
        (Some(argument), Some(flag)) if argument != flag => {
            return Err(Error::usage(format!("two profiles are named: {argument} and {flag}")).into());
        }
        (argument, flag) => argument.or(flag),
    };
    let all = config.profiles.iter().map(|profile| profile.name.as_str());
    let names = named.map_or_else(|| all.collect(), |name| vec![name]);
    if names.is_empty() {
        // Says what there is instead, and what to do.
        config.select(&ProfileSelection::default(), &context.env)?;
    }
    let mut shown = Vec::new();
    let mut outcome = Outcome::Ok;
    for name in names {
        match select(context, &config, name) {
            Ok(profile) => {
                let values = config.show(&profile, reveal, &context.env)?;
                shown.push((profile, values));
            }
            Err(error) if named.is_none() => {
                context.report_error(&error);
                outcome = error.outcome();
            }
            Err(error) => return Err(error.into()),
        }
    }
    if output == ReportFormat::Json {
        let document = |(profile, values): &(Profile, Vec<ShownValue>)| {
            let Profile { name, backend, .. } = profile;
            json!({ "schema": SCHEMA, "name": name, "backend": backend.name, "values": values })
        };
        let mut documents: Vec<Value> = shown.iter().map(document).collect();
        let one = documents.pop_if(|_| named.is_some());
        print_json(context, &one.unwrap_or(Value::Array(documents)))?;
        return Ok(outcome);
    }
    for (profile, values) in shown {
        if named.is_none() && config.profiles.len() > 1 {
            print_line(context, &format!("[{}]", profile.name))?;
        }
        let backend =
            ["backend".to_owned(), profile.backend.name.to_owned(), format!("profile {}", profile.name)];
        let values = values.into_iter().map(|shown| {
            [shown.key, shown.value.unwrap_or_else(|| humanize::ABSENT.to_owned()), shown.source]
        });
        let rows: Vec<Vec<String>> = std::iter::once(backend).chain(values).map(Vec::from).collect();
        print_columns(context, &rows)?;
    }
    Ok(outcome)
}

/// Prints every mistake.
fn validate(context: &mut Context, common: &CommonFlags, strict: bool) -> anyhow::Result<Outcome> {
    let config = context.load_config(common)?;
    let path = location(context, common)?.path;
    if !config.exists {
        let message = format!("there is no configuration: {} does not exist", path.display());
        return Err(Error::config(message).hint("`taskctl config init` writes a first one").into());
    }
    let mut errors: Vec<Error> = config.problems.iter().map(|problem| problem.error.clone()).collect();
    let mut warnings = config.warnings.clone();
    for profile in config.profiles.iter().filter(|profile| config.count_problems(profile) == 0) {
        // The files that it names are read as they would be before a request. No secret is obtained.
        match select(context, &config, &profile.name) {
            Ok(profile) => {
                warnings.extend(profile.readable_by_others().into_iter().map(|(_, message)| message));
                warnings.extend(profile.placeholders());
                errors.extend(Connector::new(context, &profile).err());
            }
            Err(error) => errors.push(error),
        }
    }
    errors.extend(described::all_sources().iter().flat_map(Source::mistakes));
    if strict {
        errors.extend(warnings.drain(..).map(Error::config));
    }
    errors.iter().for_each(|error| context.report_error(error));
    warnings.iter().for_each(|warning| context.warn(warning));
    if !errors.is_empty() {
        return Ok(Outcome::Usage);
    }
    let path = path.display();
    let line = match config.profiles.len() {
        1 => format!("{path}: no mistakes, 1 profile"),
        count => format!("{path}: no mistakes, {count} profiles"),
    };
    print_line(context, &line)
}
