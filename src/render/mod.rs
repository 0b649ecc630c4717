//! What people and scripts see: tasks in a format, and progress while they are waited for.
//!
//! Renderers write bytes and do nothing else. They know tasks, events and errors; they know nothing of servers,
//! connections or profiles.

pub mod columns;
pub mod detail;
pub mod fields;
pub mod humanize;
pub mod json;
pub mod jsonl;
pub mod progress;
pub mod raw;
mod references;
#[cfg(test)]
mod samples;
pub mod style;
pub mod table;
pub mod yaml;

use std::io::{self, Write};

use jiff::tz::TimeZone;

use crate::engine::event::Reading;
use crate::render::style::Palette;
use crate::util::terminal::Terminal;
use crate::util::text;

/// What `-o` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One task in detail, several a row each.
    #[default]
    Table,
    /// As table, with every column, whatever the width of the terminal.
    Wide,
    /// One object or an array.
    Json,
    /// A JSON object a line: an item, or with watch an event.
    Jsonl,
    /// As json.
    Yaml,
    /// The server's own bytes.
    Raw,
}

/// Whether one task was asked for or several. It decides the shape of the answer, however many came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One id was given.
    One,
    /// Several ids, or `-`.
    Many,
    /// None: `list` found them. As many, but their references are news, and are there to be copied.
    Found,
}

/// How to write.
#[derive(Clone, Debug)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// The fields of `--field`, which go before the format.
    pub fields: Option<fields::Fields>,
    /// One or many.
    pub shape: Shape,
    /// The zone of times for people; machine formats are in UTC.
    pub zone: TimeZone,
    /// Whether a table has headings.
    pub headers: bool,
    /// The styles of standard output.
    pub palette: Palette,
    /// Standard output's terminal, if it is one.
    pub terminal: Terminal,
}

impl Options {
    /// How many columns a line may take: any number in a pipe, and 80 on a terminal that does not say.
    fn width(&self) -> usize {
        if !self.terminal.stdout {
            return usize::MAX;
        }
        self.terminal.width.filter(|&width| width > 0).map_or(80, usize::from)
    }
}

/// Writes readings as asked. The output is not flushed.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut dyn Write, readings: &[Reading], options: &Options) -> io::Result<()> {
    let shape = options.shape;
    if let Some(fields) = &options.fields {
        return write_machine(out, options, layout, |out| fields::write(out, readings, fields));
    }
    match options.format {
        Format::Table | Format::Wide => match readings {
            [reading] if shape == Shape::One => detail::write(out, reading, options),
            _ => table::write(out, readings, options),
        },
        Format::Json => {
            write_machine(out, options, text::escape_json, |out| json::write(out, readings, shape))
        }
        Format::Jsonl => write_machine(out, options, text::escape_json, |out| jsonl::write(out, readings)),
        Format::Yaml => yaml::write(out, readings, shape, options.terminal.stdout),
        Format::Raw => write_machine(out, options, layout, |out| raw::write(out, readings)),
    }
}

fn layout(text: &str) -> String {
    text::escape_layout(text).into_owned()
}

/// Writes a machine format: every character as it is in a pipe; on a terminal, what could act on it escaped.
fn write_machine(
    out: &mut dyn Write,
    options: &Options,
    escape: fn(&str) -> String,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if !options.terminal.stdout {
        return write(out);
    }
    let mut exact = Vec::new();
    write(&mut exact)?;
    out.write_all(escape(&String::from_utf8_lossy(&exact)).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(options: &Options) -> String {
        let mut out = Vec::new();
        write(&mut out, &[samples::synced()], options).expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn the_format_and_the_shape_choose_the_renderer() {
        let with = |format, shape| printed(&Options { format, shape, ..samples::piped() });
        assert!(with(Format::Table, Shape::One).starts_with("Task: "));
        assert!(with(Format::Wide, Shape::One).starts_with("Task: "));
        assert!(with(Format::Table, Shape::Many).starts_with("REF "));
        assert!(with(Format::Wide, Shape::Many).contains(" NATIVE "));
        assert!(with(Format::Json, Shape::One).starts_with("{\n"));
        assert!(with(Format::Json, Shape::Many).starts_with("[\n"));
        assert!(with(Format::Jsonl, Shape::One).starts_with("{\"schema\""));
        assert!(with(Format::Yaml, Shape::One).starts_with("schema: "));
        assert_eq!(with(Format::Raw, Shape::One), "{\"id\":1}\n");
    }

    #[test]
    fn fields_go_before_the_format() {
        let fields = Some(fields::Fields::parse("state").expect("a known field"));
        assert_eq!(printed(&Options { fields, format: Format::Json, ..samples::piped() }), "succeeded\n");
    }
}
