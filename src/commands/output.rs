//! What every command that prints tasks shares: how results are shown, and how trouble on the way is told.

use std::io::{BufWriter, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::cli::{CommonFlags, OutputFlags, Read};
use crate::config::{Config, Defaults};
use crate::engine::event::{Event, EventKind, Observer, Reading};
use crate::error::Error;
use crate::render::fields::Fields;
use crate::render::progress::{ProgressMode, ProgressStyle};
use crate::render::style::ColorChoice;
use crate::render::{self, Format, Shape, humanize};
use crate::resolve::context::Context;
use crate::resolve::{Connected, Inputs, TargetArgs};
use crate::util::signals;
use crate::util::streams::{Awaited, Shared};

/// How long a logout may take.
pub(super) const LOGOUT: Duration = Duration::from_secs(5);
/// How long it may take after a signal.
pub(super) const HASTY_LOGOUT: Duration = Duration::from_secs(2);

/// How results are shown, decided before anything is sent, so that a mistake costs no login.
pub(super) struct OutputOptions {
    pub(super) format: Format,
    pub(super) format_given: bool,
    pub(super) fields: Option<Fields>,
    pub(super) shape: Shape,
    pub(super) utc: bool,
    pub(super) color: ColorChoice,
    pub(super) progress: ProgressStyle,
    pub(super) headers: bool,
}

impl OutputOptions {
    /// # Errors
    /// A usage error for an unknown field.
    pub(super) fn new(
        context: &Context,
        common: &CommonFlags,
        output: &OutputFlags,
        progress: Option<ProgressMode>,
        shape: Shape,
        defaults: &Defaults,
    ) -> Result<OutputOptions, Error> {
        let format = output.output.or(defaults.output).unwrap_or_default();
        let progress = progress.or(defaults.progress).unwrap_or_default();
        let color = common.color.or(defaults.color).unwrap_or_default();
        // Traces and bars would write over each other.
        let progress = match progress {
            _ if common.quiet => ProgressStyle::None,
            ProgressMode::Auto if common.verbose > 0 => ProgressStyle::Plain,
            mode => mode.style(&context.env, context.terminal),
        };
        Ok(OutputOptions {
            format,
            format_given: output.output.is_some(),
            fields: output.field.as_deref().map(Fields::parse).transpose()?,
            shape,
            utc: output.utc || defaults.utc,
            color,
            progress,
            headers: !output.no_headers,
        })
    }

    pub(super) fn zone(&self, context: &Context) -> TimeZone {
        if self.utc {
            return TimeZone::UTC;
        }
        match context.env.get("TZ") {
            Some(text) => named_zone(text.trim_start_matches(':')),
            None => TimeZone::system(),
        }
    }

    /// How the renderers are told.
    pub(super) fn options(&self, context: &Context) -> render::Options {
        // No other format shows a zone, and finding it looks through the system's whole database of them.
        let for_people = matches!(self.format, Format::Table | Format::Wide) && self.fields.is_none();
        render::Options {
            format: self.format,
            fields: self.fields.clone(),
            shape: self.shape,
            zone: if for_people { self.zone(context) } else { TimeZone::UTC },
            headers: self.headers,
            palette: context.stdout_palette(self.color),
            terminal: context.terminal,
        }
    }

    /// Writes items to standard output and flushes it.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn write(&self, context: &mut Context, items: &[Reading]) -> anyhow::Result<()> {
        let mut out = BufWriter::with_capacity(64 * 1024, context.stdout.clone());
        render::write(&mut out, items, &self.options(context))?;
        out.flush()?;
        Ok(())
    }
}

/// The zone that `TZ` means: a name, a file of the zone database, or a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; UTC
/// for anything else, as the C library has it.
fn named_zone(text: &str) -> TimeZone {
    let of_file = || TimeZone::tzif("TZ", &std::fs::read(text).ok()?).ok();
    TimeZone::get(text)
        .ok()
        .or_else(|| text.starts_with('/').then(of_file).flatten())
        .or_else(|| TimeZone::posix(text).ok())
        .unwrap_or(TimeZone::UTC)
}

/// One object or an array, by how the tasks were asked for.
pub(super) fn shape(read: &Read) -> Shape {
    let one = read.ids.len() == 1 && read.ids[0] != "-" && !read.tree;
    if one { Shape::One } else { Shape::Many }
}

/// What was typed about the tasks of `get`, `watch` and `cancel`.
pub(super) fn target_args<'a>(common: &'a CommonFlags, read: &'a Read) -> TargetArgs<'a> {
    TargetArgs {
        backend: read.backend,
        ids: &read.ids,
        settings: &read.settings,
        common,
        connection: &read.connection,
    }
}

/// Tells what the configuration warns of, takes signals from here on, and connects.
///
/// # Errors
/// As `connect`.
pub(super) fn open(
    context: &mut Context,
    common: &CommonFlags,
    config: &Config,
    color: ColorChoice,
    wanted: &TargetArgs<'_>,
    connect: for<'a> fn(Inputs<'a>, &'a Config, &'a TargetArgs<'a>) -> anyhow::Result<Connected>,
) -> anyhow::Result<Connected> {
    let warn = warner(context, color);
    let silent = |_: &str| {};
    for warning in config.warnings().iter().filter(|_| !common.quiet) {
        warn(warning);
    }
    let reading = Arc::new(AtomicBool::new(false));
    if context.own_process {
        let (prompt, reading) = (Arc::clone(&context.prompt), Arc::clone(&reading));
        let asking = move || prompt.give_up() || reading.load(Ordering::SeqCst);
        signals::install(Arc::clone(&context.stop), asking)?;
    }
    let log = context.log(common.verbose);
    let mut stdin = Awaited::new(&mut *context.stdin, reading);
    let context = Inputs {
        env: &context.env,
        terminal: context.terminal,
        clock: &context.clock,
        stop: &context.stop,
        stdin: &mut stdin,
        prompt: &*context.prompt,
        log: &log,
        transports: &context.transports,
        warn: if common.quiet { &silent } else { &warn },
    };
    connect(context, config, wanted)
}

/// Says to the user, through clones of the streams, what is worth knowing and is no error.
fn warner(context: &Context, color: ColorChoice) -> impl Fn(&str) + Sync + use<> {
    let (redactor, stderr, palette) =
        (Arc::clone(&context.redactor), context.stderr.clone(), context.stderr_palette(color));
    let terminal = context.terminal.stderr;
    move |line: &str| {
        let text = redactor.scrub(line);
        let text = if terminal { crate::util::text::escape(&text).into_owned() } else { text };
        let _ =
            writeln!(stderr.clone(), "{} {text}", crate::render::style::paint(palette.warning(), "warning:"));
    }
}

/// What `get` says while it waits for a server: nothing, unless there is trouble.
pub(super) struct Notices {
    stderr: Shared,
    terminal: bool,
}

impl Notices {
    pub(super) fn new(context: &Context) -> Notices {
        Notices { stderr: context.stderr.clone(), terminal: context.terminal.stderr }
    }

    /// Says that a server is in trouble and when it is asked again.
    pub(super) fn retry(&mut self, profile: &str, host: &str, error: &Error, delay: Duration) {
        let delay = humanize::duration(delay.as_secs_f64());
        let line = format!("{profile} ({host}): {}, trying again in {delay}", humanize::error(error));
        let line =
            if self.terminal { crate::util::text::escape(&line) } else { crate::util::text::one_line(&line) };
        let _ = writeln!(self.stderr, "{line}");
    }
}

impl Observer for Notices {
    fn event(&mut self, event: &Event<'_>) {
        if let EventKind::Retry { profile, host, error, delay, .. } = &event.kind {
            self.retry(profile, host, error, *delay);
        }
    }
}
