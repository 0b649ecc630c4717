//! How results are displayed: what every command that prints tasks shares.

use std::io::{self, BufWriter, Write};

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::cli::{CommonFlags, OutputFlags};
use crate::config::Defaults;
use crate::engine::event::Reading;
use crate::error::Error;
use crate::render::fields::Fields;
use crate::render::progress::{ProgressMode, ProgressStyle};
use crate::render::{self, Format, Shape};
use crate::resolve::context::Context;
use crate::util::terminal::Terminal;
use crate::util::text;

/// How results are displayed, decided before anything is sent, so that a mistake costs no login.
pub(super) struct OutputOptions {
    pub(super) format: Format,
    pub(super) format_given: bool,
    pub(super) fields: Option<Fields>,
    pub(super) shape: Shape,
    pub(super) utc: bool,
    pub(super) progress: ProgressStyle,
    pub(super) headers: bool,
}

impl OutputOptions {
    /// Flags go before the configuration's defaults.
    ///
    /// # Errors
    /// A usage error for an unknown word or field.
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
            progress,
            headers: !output.no_headers,
        })
    }

    /// Whether tasks are displayed as tables, for people.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.format, Format::Table | Format::Wide) && self.fields.is_none()
    }

    /// Whether a table that nobody asked for in particular would stand under the bars that have shown the same.
    pub(super) fn is_live_table(&self, context: &Context) -> bool {
        let is_asked = self.format_given || !self.is_table();
        !is_asked && context.terminal.stdout && self.progress == ProgressStyle::Bars
    }

    /// Whether every task is a line or more by itself, which can be written before the next is known.
    pub(super) fn is_by_line(&self) -> bool {
        matches!(self.format, Format::Jsonl | Format::Raw) || self.fields.is_some()
    }

    /// Whether a watch writes its events to standard output, and no result after them.
    pub(super) fn writes_events(&self) -> bool {
        self.format == Format::Jsonl && self.fields.is_none()
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

    /// Writes tasks to standard output and flushes it.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn write(&self, context: &Context, readings: &[Reading]) -> anyhow::Result<()> {
        let mut out = BufWriter::with_capacity(64 * 1024, context.stdout.clone());
        self.render(context, readings, context.terminal.width, &mut out)?;
        out.flush()?;
        Ok(())
    }

    /// Writes tasks as they are displayed on standard output, for a terminal of this width.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub(super) fn render(
        &self,
        context: &Context,
        readings: &[Reading],
        width: Option<u16>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let options = render::Options {
            format: self.format,
            fields: self.fields.clone(),
            shape: self.shape,
            // No other format shows a zone, and finding it looks through the system's whole database of them.
            zone: if self.is_table() { self.zone(context) } else { TimeZone::UTC },
            headers: self.headers,
            palette: context.stdout_palette(),
            terminal: Terminal { width, ..context.terminal },
        };
        render::write(out, readings, &options)
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

/// Writes a document that is no task to standard output.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn print_json(context: &Context, document: &Value) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    let text = if context.terminal.stdout { text::escape_json(&text) } else { text };
    writeln!(context.stdout.clone(), "{text}")?;
    Ok(())
}
