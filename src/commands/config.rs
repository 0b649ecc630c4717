//! `taskctl config`: the file written, listed, shown and checked. Nothing is sent anywhere.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use crate::cli::{CommonFlags, ConfigCommand, Init, ReportFormat};
use crate::config::{self, Config, Location, Profile, ProfileSelection, Scope, ShownValue};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::render::columns::columns;
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
    match command {
        ConfigCommand::Init(init) => write_first_file(context, common, init),
        ConfigCommand::List { output } => list(context, common, output.unwrap_or_default()),
        ConfigCommand::Show { profile, reveal, output } => {
            show(context, common, profile.as_deref(), *reveal, output.unwrap_or_default())
        }
        ConfigCommand::Validate { strict } => validate(context, common, *strict),
        ConfigCommand::Path => {
            let path = location(context, common)?.path;
            print_line(context, &path.display().to_string())
        }
    }
}

fn location(context: &Context, common: &CommonFlags) -> Result<Location, Error> {
    Config::path(common.config.as_deref(), &context.env).ok_or_else(|| {
        Error::config("this machine has no directory for configuration")
            .hint("name a file with --config FILE")
    })
}

fn load(context: &Context, common: &CommonFlags) -> Result<Config, Error> {
    Config::load(Config::path(common.config.as_deref(), &context.env), &context.env)
}

fn select(context: &Context, config: &Config, name: &str) -> Result<Profile, Error> {
    let selection = ProfileSelection { profile: Some(name), ..ProfileSelection::default() };
    config.select(&selection, &context.env)
}

/// Prints a line of text as a result.
fn print_line(context: &mut Context, line: &str) -> anyhow::Result<u8> {
    let line = escaped(line, context.terminal.stdout);
    writeln!(context.stdout, "{line}")?;
    Ok(Outcome::Ok.code())
}

fn print_json(context: &mut Context, document: &Value) -> anyhow::Result<u8> {
    let text = serde_json::to_string_pretty(document)?;
    let text = if context.terminal.stdout { text::escape_json(&text) } else { text };
    writeln!(context.stdout, "{text}")?;
    Ok(Outcome::Ok.code())
}

fn escaped(line: &str, on_terminal: bool) -> String {
    if on_terminal { text::escape(line).into_owned() } else { line.to_owned() }
}

fn write_first_file(context: &mut Context, common: &CommonFlags, init: &Init) -> anyhow::Result<u8> {
    check_first_profile(common, init)?;
    let path = location(context, common)?.path;
    let text = config::init_template(init.backend, common.profile.as_deref(), init.url.as_deref());
    files::write_new(&path, &text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::config(format!("{} is there already, and is left as it is", path.display()))
                .hint("edit it, or name another file with --config FILE")
        }
        _ => Error::config(format!("cannot write {}", path.display())).cause(error.to_string()),
    })?;
    print_line(context, &path.display().to_string())?;
    if !common.quiet {
        let name = common.profile.as_deref().or(init.backend.map(|backend| backend.name));
        let next = match name {
            Some(name) => format!("edit it, then try: taskctl doctor -p {name}"),
            None => "uncomment a profile in it, then try: taskctl doctor -p PROFILE".to_owned(),
        };
        let next = escaped(&next, context.terminal.stderr);
        let palette = context.stderr_palette();
        writeln!(context.stderr, "{} {next}", paint(palette.heading(), "next:"))?;
    }
    Ok(Outcome::Ok.code())
}

fn check_first_profile(common: &CommonFlags, init: &Init) -> Result<(), Error> {
    if let Some(name) = &common.profile {
        if init.backend.is_none() {
            return Err(Error::usage("a profile needs a backend: give --backend too"));
        }
        config::check_profile_name(name, init.backend)?;
    }
    if let Some(url) = &init.url {
        config::check_url("--url", url)?;
    }
    Ok(())
}

fn list(context: &mut Context, common: &CommonFlags, output: ReportFormat) -> anyhow::Result<u8> {
    let config = load(context, common)?;
    let mut documents = Vec::new();
    let mut rows = vec![["NAME", "BACKEND", "URL", ""].map(str::to_owned).to_vec()];
    for profile in config.profiles() {
        let problems = config.problems_of(&Scope::Profile(profile.name.clone())).count();
        let (name, is_default) = (&profile.name, config.is_default(profile));
        let (backend, url) =
            (profile.backend.map(|backend| backend.name), profile.url().map(url::Url::as_str));
        documents.push(json!({
            "schema": SCHEMA, "name": name, "backend": backend, "url": url, "default": is_default,
            "line": profile.line, "problems": problems,
        }));
        let mistakes = match problems {
            0 => None,
            1 => Some("1 mistake".to_owned()),
            count => Some(format!("{count} mistakes")),
        };
        let remarks: Vec<String> =
            is_default.then(|| "default".to_owned()).into_iter().chain(mistakes).collect();
        let cells = [name, backend.unwrap_or("-"), url.unwrap_or("-"), &remarks.join(", ")];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    if output == ReportFormat::Json {
        return print_json(context, &Value::Array(documents));
    }
    if !documents.is_empty() {
        context.stdout.write_all(columns(&rows, context.terminal.stdout).as_bytes())?;
    } else if !common.quiet {
        let path = location(context, common)?.path;
        let line = format!("{} holds no profile: taskctl config init writes a first one", path.display());
        writeln!(context.stderr, "{}", escaped(&line, context.terminal.stderr))?;
    }
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
    let named = match (name, common.profile.as_deref()) {
        (Some(argument), Some(flag)) if argument != flag => {
            return Err(Error::usage(format!("two profiles are named: {argument} and {flag}")).into());
        }
        (argument, flag) => argument.or(flag),
    };
    let names: Vec<&str> = match named {
        Some(name) => vec![name],
        None => config.profiles().iter().map(|profile| profile.name.as_str()).collect(),
    };
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
        let mut documents: Vec<Value> =
            shown.iter().map(|(profile, values)| json_of(profile, values)).collect();
        let one = documents.pop_if(|_| named.is_some());
        print_json(context, &one.unwrap_or(Value::Array(documents)))?;
    } else {
        let with_headers = named.is_none() && config.profiles().len() > 1;
        for (profile, values) in shown {
            if with_headers {
                print_line(context, &format!("[{}]", profile.name))?;
            }
            let rows = rows_of(&profile, values);
            context.stdout.write_all(columns(&rows, context.terminal.stdout).as_bytes())?;
        }
    }
    Ok(outcome.code())
}

fn json_of(profile: &Profile, values: &[ShownValue]) -> Value {
    let value = |shown: &ShownValue| json!({"key": shown.key, "value": shown.value, "source": shown.source.to_string()});
    let values: Vec<Value> = values.iter().map(value).collect();
    json!({"schema": SCHEMA, "name": profile.name, "backend": profile.backend.name, "values": values})
}

fn rows_of(profile: &Profile, values: Vec<ShownValue>) -> Vec<Vec<String>> {
    let backend =
        [String::from("backend"), profile.backend.name.to_owned(), format!("profile {}", profile.name)];
    let values = values.into_iter().map(|shown| [shown.key, shown.value, shown.source.to_string()]);
    std::iter::once(backend).chain(values).map(Vec::from).collect()
}

/// Prints every mistake. A file that is not there holds none, unless it was named.
fn validate(context: &mut Context, common: &CommonFlags, strict: bool) -> anyhow::Result<u8> {
    let config = load(context, common)?;
    let path = location(context, common)?.path;
    let mut errors: Vec<Error> = config.problems().iter().map(|problem| problem.error(&path)).collect();
    let mut warnings = config.warnings().to_vec();
    for profile in config.profiles() {
        if config.problems_of(&Scope::Profile(profile.name.clone())).next().is_none() {
            errors.extend(check_files(context, &config, &profile.name, &mut warnings).err());
        }
    }
    if strict {
        errors.extend(warnings.drain(..).map(Error::config));
    }
    for error in &errors {
        context.report_error(error);
    }
    for warning in warnings.iter().filter(|_| !common.quiet) {
        context.warn(warning);
    }
    if !errors.is_empty() {
        return Ok(Outcome::Usage.code());
    }
    let count = config.profiles().len();
    let profiles = if count == 1 { "profile" } else { "profiles" };
    print_line(
        context,
        &match config.exists() {
            true => format!("{}: no mistakes, {count} {profiles}", path.display()),
            false => format!("{} does not exist", path.display()),
        },
    )
}

/// Reads the files that a profile names as they would be read before a request. No secret is obtained.
fn check_files(
    context: &Context,
    config: &Config,
    name: &str,
    warnings: &mut Vec<String>,
) -> Result<(), Error> {
    let profile = select(context, config, name)?;
    warnings.extend(profile.readable_by_others().into_iter().map(|(_, message)| message));
    Connector::new(context, &profile)?;
    Ok(())
}
