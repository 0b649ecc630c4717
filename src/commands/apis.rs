//! `taskctl apis`: the APIs that are described by data.

use std::io::{self, Write};

use crate::api::described::{self, Found, Source};
use crate::cli::{ApisCommand, Check, CommonFlags, ConnectionFlags};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::render::columns::columns;
use crate::resolve::context::Context;
use crate::resolve::{self, TargetArgs};
use crate::task::TaskId;
use crate::util::text;

/// Runs it.
///
/// # Errors
/// An API that is not described, an answer that is no task, or a server that cannot be asked.
pub fn run(context: &mut Context, common: &CommonFlags, command: &ApisCommand) -> anyhow::Result<u8> {
    let outcome = match command {
        ApisCommand::List => list(context)?,
        ApisCommand::Show { name } => {
            let toml = source(name)?.toml();
            context.stdout.write_all(toml.as_bytes())?;
            Outcome::Ok
        }
        ApisCommand::Check(check) => self::check(context, common, check)?,
    };
    Ok(outcome.code())
}

fn source(name: &str) -> Result<Source, Error> {
    let mut sources = described::all_sources();
    let names: Vec<&str> = sources.iter().map(|source| source.name).collect();
    let hint = match text::nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("described are {}", names.join(", ")),
    };
    let at = sources.iter().position(|source| source.name == name);
    let at = at.ok_or_else(|| Error::usage(format!("no API {name:?} is described")).hint(hint))?;
    Ok(sources.swap_remove(at))
}

fn list(context: &mut Context) -> io::Result<Outcome> {
    let mut rows = vec![["NAME", "WHAT", "FROM"].map(str::to_owned).to_vec()];
    for source in described::all_sources() {
        let about = described::find(source.name).map_or("", |backend| backend.about);
        rows.push(vec![source.name.to_owned(), about.to_owned(), source.origin]);
    }
    print_rows(context, &rows)?;
    Ok(Outcome::Ok)
}

fn check(context: &mut Context, common: &CommonFlags, check: &Check) -> anyhow::Result<Outcome> {
    let source = source(&check.name)?;
    let mistakes = source.mistakes();
    if !mistakes.is_empty() {
        mistakes.iter().for_each(|mistake| context.report_error(mistake));
        return Ok(Outcome::Usage);
    }
    let (answer, id) = match (&check.answer, &check.id) {
        (Some(path), _) if path.as_os_str() == "-" => {
            (context.stdin.read(|stdin| io::read_to_string(stdin))?, None)
        }
        (Some(path), _) => (read(path)?, None),
        (None, Some(id)) => asked(context, common, check, id)?,
        (None, None) if common.profile.is_some() => {
            return Err(Error::usage("which task is to be asked for? There is no --id").into());
        }
        (None, None) => {
            print_rows(context, &[vec![format!("{}: no mistakes", source.origin)]])?;
            return Ok(Outcome::Ok);
        }
    };
    let (_, found) = source.explain(&answer, id.as_ref())?;
    let mut rows = vec![["FIELD", "VALUE", "FROM"].map(str::to_owned).to_vec()];
    rows.extend(found.into_iter().map(|Found { field, value, place }| vec![field.to_owned(), value, place]));
    print_rows(context, &rows)?;
    Ok(Outcome::Ok)
}

fn read(path: &std::path::Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::usage(format!("cannot read {}", path.display())).cause(error.to_string()))
}

/// What the server of the profile answers for a task, and the task's id.
fn asked(
    context: &Context,
    common: &CommonFlags,
    check: &Check,
    id: &str,
) -> anyhow::Result<(String, Option<TaskId>)> {
    let config = context.load_config(common)?;
    let ids = [id.to_owned()];
    let args = TargetArgs {
        backend: described::find(&check.name),
        profile: common.profile.as_deref(),
        ids: &ids,
        may_be_none: false,
        settings: &[],
        connection: &ConnectionFlags::default(),
    };
    let connected = resolve::connect(context, &config, &args)?;
    let (system, target) = match (connected.systems.first(), connected.targets.first()) {
        (Some(system), Some(target)) => (system, target),
        _ => return Err(Error::usage("there is no task to ask for").into()),
    };
    let task = system.backend.get(&target.id)?;
    Ok((String::from_utf8_lossy(&task.raw).into_owned(), Some(target.id.clone())))
}

fn print_rows(context: &mut Context, rows: &[Vec<String>]) -> io::Result<()> {
    context.stdout.write_all(columns(rows, context.terminal.stdout).as_bytes())
}
