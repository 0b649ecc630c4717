//! `taskctl list --watch`: the same list again and again. A terminal shows the newest state of it in place; elsewhere the
//! tasks that changed are printed.

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Duration;

use console::Term;
use jiff::Timestamp;

use super::list::{self, Found};
use super::output::OutputOptions;
use super::requests;
use crate::api::Query;
use crate::cli::List;
use crate::engine::event::Reading;
use crate::engine::retrier;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::render::humanize;
use crate::resolve::context::Context;
use crate::resolve::{Connected, System};
use crate::util::text;

/// How long a server may give no good answer.
const RETRY_FOR: Duration = Duration::from_secs(5 * 60);

/// That this output can be printed again and again.
///
/// # Errors
/// A usage error for a whole document.
pub(super) fn check(output: &OutputOptions) -> Result<(), Error> {
    if output.is_table() || output.is_by_line() {
        return Ok(());
    }
    Err(Error::usage("one document cannot be printed again and again")
        .hint("with --watch, use -o table, -o jsonl, -o raw or --field"))
}

/// Lists until a signal, or until no server can be asked any more. Returns how it ended.
///
/// # Errors
/// When standard output cannot be written, or the only backend refuses such a list.
pub(super) fn run(
    context: &Context,
    list: &List,
    output: &OutputOptions,
    connected: &Connected,
    queries: &[Query],
) -> anyhow::Result<Outcome> {
    let every = connected.systems.iter().map(|system| list.flags.interval.unwrap_or(system.profile.interval));
    let every = every.max().unwrap_or_default();
    let retry_for = list.flags.retry_for.or(connected.retry_for()).unwrap_or(RETRY_FOR);
    // Trouble is part of what is shown here.
    let retrier = requests::retrier(context, Some(Duration::ZERO));
    let mut all: Vec<Listed> =
        connected.systems.iter().zip(queries).map(|(system, query)| Listed::new(system, query)).collect();
    let mut screen = Screen::default();
    let mut printed = HashMap::new();
    loop {
        let mut open: Vec<&mut Listed> = all.iter_mut().filter(|listed| !listed.given_up).collect();
        let asked: Vec<_> = open.iter().map(|listed| (listed.system, listed.query)).collect();
        let found = list::read_all(context, &asked, &retrier, &|_| Ok(false));
        if context.stop.raised().is_some() {
            return Ok(Outcome::Ok);
        }
        for (listed, found) in open.iter_mut().zip(found) {
            listed.take(found, context.clock.now(), retry_for);
        }
        if all.iter().all(|listed| listed.given_up) {
            return Ok(all.iter().fold(Outcome::Ok, |outcome, listed| outcome.merge(listed.report(context))));
        }
        let mut readings: Vec<Reading> =
            all.iter().flat_map(|listed| listed.readings.iter().cloned()).collect();
        if let Some(field) = &list.sort {
            field.sort(&mut readings);
        }
        if context.terminal.stdout && output.is_table() {
            let trouble: Vec<String> = all.iter().filter_map(Listed::trouble).collect();
            screen.draw(context, output, &readings, &trouble)?;
        } else {
            readings.retain(|reading| {
                let line = fingerprint(reading);
                printed.insert(reading.task_ref.reference.clone(), line.clone()) != Some(line)
            });
            if !readings.is_empty() {
                output.write(context, &readings)?;
            }
        }
        if context.clock.sleep(every, &context.stop).is_err() {
            return Ok(Outcome::Ok);
        }
    }
}

/// What a row says of a task, but for the time that passes by itself.
fn fingerprint(reading: &Reading) -> String {
    match &reading.task {
        Ok(task) => format!(
            "{:?} {:?} {:?} {:?} {:?}",
            task.state,
            task.progress,
            task.progress_message,
            task.messages.last(),
            task.name
        ),
        Err(error) => error.to_string(),
    }
}

/// What is known of one system's tasks.
struct Listed<'a> {
    system: &'a System,
    query: &'a Query,
    readings: Vec<Reading>,
    /// Since when it gives no good answer, and why.
    lost: Option<(Timestamp, Error)>,
    /// It is not asked any more.
    given_up: bool,
}

impl<'a> Listed<'a> {
    fn new(system: &'a System, query: &'a Query) -> Listed<'a> {
        Listed { system, query, readings: Vec::new(), lost: None, given_up: false }
    }

    /// Takes what a look at the system gave; what was seen before stays where there is nothing newer.
    fn take(&mut self, found: Found, now: Timestamp, retry_for: Duration) {
        let Some(error) = found.broken else {
            (self.readings, self.lost) = (found.held, None);
            return;
        };
        let since = self.lost.as_ref().map_or(now, |(since, _)| *since);
        let waited = Duration::try_from(now.duration_since(since)).unwrap_or_default();
        self.given_up = !error.retryable || waited >= retry_for;
        self.lost = Some((since, error));
    }

    /// The line about a server that gives no good answer.
    fn trouble(&self) -> Option<String> {
        let (since, error) = self.lost.as_ref()?;
        let (name, error) = (&self.system.profile.name, humanize::error(error));
        Some(match self.given_up {
            true => format!("{name} is not asked any more: {error}"),
            false => format!("{name}: {error} (since {since:.0}; trying again)"),
        })
    }

    /// Reports why it was given up. Returns the outcome.
    fn report(&self, context: &Context) -> Outcome {
        let Some((_, error)) = &self.lost else { return Outcome::Ok };
        let what =
            format!("cannot list the tasks of {} ({})", self.system.profile.name, self.system.backend.host());
        context.report_error(&error.clone().context(what));
        retrier::outcome(error)
    }
}

/// The lines on the terminal that the next drawing replaces.
#[derive(Default)]
struct Screen {
    widths: Vec<usize>,
}

impl Screen {
    fn draw(
        &mut self,
        context: &Context,
        output: &OutputOptions,
        readings: &[Reading],
        trouble: &[String],
    ) -> anyhow::Result<()> {
        let (rows, width) =
            Term::stdout().size_checked().unwrap_or((24, context.terminal.width.unwrap_or(80)));
        let (columns, rows) = (usize::from(width.max(1)), usize::from(rows));
        let mut table = Vec::new();
        output.render(context, readings, Some(width), &mut table)?;
        let table = String::from_utf8_lossy(&table);
        let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
        // The last row is the cursor's.
        let room = rows.saturating_sub(1 + trouble.len()).max(1);
        if lines.len() > room {
            let hidden = lines.len() - (room - 1);
            lines.truncate(room - 1);
            lines.push(format!("… and {hidden} more"));
        }
        lines.extend(
            trouble.iter().map(|line| text::truncate(&context.clean(line, true), columns).into_owned()),
        );
        // A terminal that was made narrower has wrapped what stands there.
        let height: usize = self.widths.iter().map(|width| width.div_ceil(columns).max(1)).sum();
        let up = if height > 0 { format!("\x1b[{height}F") } else { String::new() };
        self.widths = lines.iter().map(|line| console::measure_text_width(line)).collect();
        let mut out = context.stdout.clone();
        writeln!(out, "{up}\x1b[J{}", lines.join("\n"))?;
        out.flush()?;
        Ok(())
    }
}
