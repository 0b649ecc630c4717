//! `taskctl config`: the file written, listed, shown and checked. Nothing is sent anywhere.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use crate::cli::{CommonFlags, ConfigCommand, Init, ReportFormat};
use crate::config::{self, Choice, Config};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::render::columns::columns;
use crate::resolve::context::Context;
use crate::util::{files, text};

/// The name of the shape of a profile in a list and shown.
const SCHEMA: &str = "taskctl.profile/v1";

/// Looks after the file. Returns the exit code.
///
/// # Errors
/// A file that cannot be read or written, a profile that is not there, standard output that cannot be written.
pub fn run(context: &mut Context, common: &CommonFlags, command: &ConfigCommand) -> anyhow::Result<u8> {
    match command {
        ConfigCommand::Init(init) => init_file(context, common, init),
        ConfigCommand::List { output } => list(context, common, *output),
        ConfigCommand::Show { profile, reveal, output } => {
            show(context, common, profile.as_deref(), *reveal, *output)
        }
        ConfigCommand::Validate { strict } => validate(context, common, *strict),
        ConfigCommand::Path => {
            let location = location(context, common)?;
            let shown = location.path.display().to_string();
            let shown = if context.terminal.stdout { text::escape(&shown).into_owned() } else { shown };
            writeln!(context.stdout, "{shown}")?;
            Ok(Outcome::Ok.code())
        }
    }
}

fn location(context: &Context, common: &CommonFlags) -> Result<config::Location, Error> {
    Config::path(common.config.as_deref(), &context.env).ok_or_else(|| {
        Error::config("this machine has no directory for configuration")
            .hint("name a file with --config FILE")
    })
}

fn load(context: &Context, common: &CommonFlags) -> Result<Config, Error> {
    Config::load(Config::path(common.config.as_deref(), &context.env), &context.env)
}

/// Writes a first file: readable by its owner alone, directories made, never over anything.
fn init_file(context: &mut Context, common: &CommonFlags, init: &Init) -> anyhow::Result<u8> {
    let color = common.color.unwrap_or_default();
    if let Some(name) = &common.profile {
        if init.backend.is_none() {
            return Err(Error::usage("a profile needs a backend: give --backend too").into());
        }
        config::check_profile_name(name, init.backend)?;
    }
    if let Some(url) = &init.url {
        config::check_url("--url", url)?;
    }
    let path = location(context, common)?.path;
    let text = config::init_template(init.backend, common.profile.as_deref(), init.url.as_deref());
    files::write_new(&path, &text).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Error::config(format!("{} is there already, and is left as it is", path.display()))
                .hint("edit it, or name another file with --config FILE");
        }
        Error::config(format!("cannot write {}", path.display())).cause(error.to_string())
    })?;
    writeln!(context.stdout, "{}", shown(context, &path.display().to_string()))?;
    if !common.quiet {
        let name = common.profile.as_deref().or(init.backend.map(|backend| backend.name));
        let next = match name {
            Some(name) => format!("edit it, then try: taskctl doctor -p {name}"),
            None => "uncomment a profile in it, then try: taskctl doctor -p PROFILE".to_owned(),
        };
        let next = shown(context, &next);
        let label = crate::render::style::paint(context.stderr_palette(color).heading(), "next:");
        writeln!(context.stderr, "{label} {next}")?;
    }
    Ok(Outcome::Ok.code())
}

fn shown(context: &Context, text: &str) -> String {
    if context.terminal.stdout { text::escape(text).into_owned() } else { text.to_owned() }
}

fn list(context: &mut Context, common: &CommonFlags, output: ReportFormat) -> anyhow::Result<u8> {
    let config = load(context, common)?;
    if output == ReportFormat::Json {
        let profiles: Vec<Value> = config
            .profiles()
            .map(|profile| {
                json!({
                    "schema": SCHEMA, "name": profile.name, "backend": profile.backend.map(|backend| backend.name),
                    "url": profile.url.map(url::Url::as_str), "default": profile.is_default, "line": profile.line,
                    "problems": profile.problems,
                })
            })
            .collect();
        return print_json(context, &Value::Array(profiles));
    }
    let mut rows: Vec<Vec<String>> = vec![["NAME", "BACKEND", "URL", ""].map(str::to_owned).to_vec()];
    for profile in config.profiles() {
        let problems = match profile.problems {
            0 => None,
            1 => Some("1 mistake".to_owned()),
            count => Some(format!("{count} mistakes")),
        };
        let remarks: Vec<String> =
            profile.is_default.then(|| "default".to_owned()).into_iter().chain(problems).collect();
        rows.push(vec![
            profile.name.to_owned(),
            profile.backend.map_or("-", |backend| backend.name).to_owned(),
            profile.url.map_or("-", url::Url::as_str).to_owned(),
            remarks.join(", "),
        ]);
    }
    if rows.len() > 1 {
        context.stdout.write_all(columns(&rows, context.terminal.stdout).as_bytes())?;
    } else if !common.quiet {
        let path = location(context, common)?.path;
        let line = shown(
            context,
            &format!("{} holds no profile: taskctl config init writes a first one", path.display()),
        );
        writeln!(context.stderr, "{line}")?;
    }
    Ok(Outcome::Ok.code())
}

fn print_json(context: &mut Context, document: &Value) -> anyhow::Result<u8> {
    let text = serde_json::to_string_pretty(document)?;
    let text = if context.terminal.stdout { text::escape_json(&text) } else { text };
    writeln!(context.stdout, "{text}")?;
    Ok(Outcome::Ok.code())
}

fn show(
    context: &mut Context,
    common: &CommonFlags,
    name: Option<&str>,
    reveal: bool,
    output: ReportFormat,
) -> anyhow::Result<u8> {
    let config = load(context, common)?;
    let named = name.or(common.profile.as_deref());
    if let (Some(argument), Some(flag)) = (name, common.profile.as_deref())
        && argument != flag
    {
        return Err(Error::usage(format!("two profiles are named: {argument} and {flag}")).into());
    }
    let names: Vec<String> = match named {
        Some(name) => vec![name.to_owned()],
        None => config.profiles().map(|profile| profile.name.to_owned()).collect(),
    };
    if names.is_empty() {
        // Says what there is instead, and what to do.
        config.choose(&Choice::default(), &context.env)?;
    }
    let mut documents = Vec::new();
    let mut text = String::new();
    let mut failed = None;
    for name in &names {
        let choice = Choice { profile: Some(name), ..Choice::default() };
        let profile = match config.choose(&choice, &context.env) {
            Ok(profile) => profile,
            Err(error) if named.is_none() => {
                context.report_error(&error, common.color.unwrap_or_default());
                failed = Some(error.outcome());
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let values = config.show(&profile, reveal, &context.env)?;
        if output == ReportFormat::Json {
            let values: Vec<Value> = values
                .iter()
                .map(|shown| json!({"key": shown.key, "value": shown.value, "source": shown.source.to_string()}))
                .collect();
            documents.push(json!({
                "schema": SCHEMA, "name": profile.name, "backend": profile.backend.name, "values": values,
            }));
        } else {
            let mut rows =
                vec![vec!["backend".to_owned(), profile.backend.name.to_owned(), format!("profile {name}")]];
            rows.extend(
                values.into_iter().map(|shown| vec![shown.key, shown.value, shown.source.to_string()]),
            );
            if names.len() > 1 {
                text.push_str(&shown(context, &format!("[{name}]")));
                text.push('\n');
            }
            text.push_str(&columns(&rows, context.terminal.stdout));
        }
    }
    if output == ReportFormat::Json {
        let document = match (named, documents.pop()) {
            (Some(_), Some(only)) => only,
            (_, last) => documents.into_iter().chain(last).collect(),
        };
        print_json(context, &document)?;
    } else {
        context.stdout.write_all(text.as_bytes())?;
    }
    Ok(failed.unwrap_or(Outcome::Ok).code())
}

/// Prints every mistake. A file that is not there holds none, unless it was named.
fn validate(context: &mut Context, common: &CommonFlags, strict: bool) -> anyhow::Result<u8> {
    let color = common.color.unwrap_or_default();
    let config = load(context, common)?;
    let path = location(context, common)?.path;
    let mut mistakes = 0;
    for problem in config.problems() {
        context.report_error(&problem.error(&path), color);
        mistakes += 1;
    }
    // Files that a profile names are read as they would be before a request; no secret is fetched.
    let sound: Vec<String> = config
        .profiles()
        .filter(|profile| profile.problems == 0)
        .map(|profile| profile.name.to_owned())
        .collect();
    let mut warnings = config.warnings().to_vec();
    for name in sound {
        let choice = Choice { profile: Some(&name), ..Choice::default() };
        let checked = config.choose(&choice, &context.env).and_then(|profile| {
            warnings.extend(profile.open_files().into_iter().map(|(_, words)| words));
            crate::resolve::Connector::new(&profile, &context.env, &context.redactor, &context.transports)
                .map(|_| ())
        });
        if let Err(error) = checked {
            context.report_error(&error, color);
            mistakes += 1;
        }
    }
    for warning in &warnings {
        if strict {
            context.report_error(&Error::config(warning.as_str()), color);
            mistakes += 1;
        } else if !common.quiet {
            context.warn(warning, color);
        }
    }
    if mistakes > 0 {
        return Ok(Outcome::Usage.code());
    }
    let line = if config.exists() {
        let count = config.profiles().count();
        format!("{}: no mistakes, {count} profile{}", path.display(), if count == 1 { "" } else { "s" })
    } else {
        format!("{} does not exist", path.display())
    };
    writeln!(context.stdout, "{}", shown(context, &line))?;
    Ok(Outcome::Ok.code())
}
