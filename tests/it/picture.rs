//! A terminal's screen as an SVG picture, the same to the byte for the same cells.
//!
//! Every run of text says how wide it is, so that columns stand under each other in whatever font a reader has, and
//! blocks and lines are drawn as shapes, so that bars have no gaps.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// A cell in pixels, the size of its letters, and how far below its top they stand.
const WIDTH: f64 = 8.4;
const HEIGHT: f64 = 20.0;
const FONT_SIZE: u32 = 14;
const BASELINE: f64 = 14.5;
/// Around the cells.
const MARGIN: f64 = 16.0;

const BACKGROUND: &str = "#0d1117";
const FOREGROUND: &str = "#e6edf3";
/// What is dimmed.
const FAINT: &str = "#8b949e";
/// The sixteen colours of terminals, on a dark ground.
const COLORS: [&str; 16] = [
    "#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4", "#6e7681",
    "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
];

const FONTS: &str =
    "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

/// How a cell looks beside its text.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    color: &'static str,
    bold: bool,
}

impl Look {
    fn of(cell: &Cell) -> Look {
        assert_eq!(cell.bgcolor(), Color::Default, "no ground but the terminal's own is drawn");
        let color = match cell.fgcolor() {
            Color::Default if cell.dim() => FAINT,
            Color::Default => FOREGROUND,
            Color::Idx(index) => COLORS[usize::from(index)],
            Color::Rgb(..) => panic!("no colour of a terminal's sixteen"),
        };
        Look { color, bold: cell.bold() }
    }
}

/// Text that stands together: its first column, how many it takes, and its look.
struct Run {
    column: u16,
    columns: u16,
    text: String,
    look: Look,
}

/// The rows of a screen down to the last with anything in it. `title` says what is seen, for who cannot see it.
pub fn svg(screen: &Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let is_used = |row: &u16| (0..columns.get()).any(|column| text(screen, *row, column) != " ");
    let rows = (0..rows.get()).rev().find(is_used).map_or(1, |last| last + 1);
    let width = f64::from(columns.get()) * WIDTH + 2.0 * MARGIN;
    let height = f64::from(rows) * HEIGHT + 2.0 * MARGIN;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
         role=\"img\" font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\">\n<title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n",
        escape(title)
    );
    for row in 0..rows {
        let top = MARGIN + f64::from(row) * HEIGHT;
        for run in runs(screen, row, columns.get()) {
            draw(&mut picture, &run, top);
        }
    }
    picture.push_str("</svg>\n");
    picture
}

/// A cell's text; a blank for what is empty, and nothing for the second half of a wide character.
fn text(screen: &Screen, row: u16, column: u16) -> &str {
    match screen.cell(row, column) {
        Some(cell) if cell.is_wide_continuation() => "",
        Some(cell) if cell.has_contents() => cell.contents(),
        _ => " ",
    }
}

/// A row's text. A run ends where the look changes, before a second blank, and around what is drawn as a shape or
/// takes two columns.
fn runs(screen: &Screen, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column) else { break };
        let text = text(screen, row, column);
        if text == " " {
            // A single blank belongs to the words around it.
            let single = column + 1 < columns && self::text(screen, row, column + 1) != " ";
            match runs.last_mut().filter(|_| open && single) {
                Some(run) => {
                    run.text.push(' ');
                    run.columns += 1;
                }
                None => open = false,
            }
            continue;
        }
        let look = Look::of(cell);
        let alone = cell.is_wide() || cell.is_wide_continuation();
        let kind = |text: &str| text.chars().next().filter(|c| "█░─".contains(*c));
        let goes_on = |run: &Run| run.look == look && kind(&run.text) == kind(text);
        match runs.last_mut().filter(|run| open && !alone && goes_on(run)) {
            Some(run) => {
                run.text.push_str(text);
                run.columns += 1;
            }
            None if cell.is_wide_continuation() => {
                if let Some(run) = runs.last_mut() {
                    run.columns += 1;
                }
            }
            None => runs.push(Run { column, columns: 1, text: text.to_owned(), look }),
        }
        open = !alone;
    }
    for run in &mut runs {
        let kept = run.text.trim_end().len();
        run.columns -= u16::try_from(run.text.len() - kept).expect("blanks of a row");
        run.text.truncate(kept);
    }
    runs
}

fn draw(picture: &mut String, run: &Run, top: f64) {
    let (x, width) = (MARGIN + f64::from(run.column) * WIDTH, f64::from(run.columns) * WIDTH);
    let color = run.look.color;
    let mut rectangle = |top: f64, height: f64, more: &str| {
        let _ = writeln!(
            picture,
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{color}\"{more}/>"
        );
    };
    match run.text.chars().next() {
        Some('█') => rectangle(top + 3.0, HEIGHT - 6.0, ""),
        Some('░') => rectangle(top + 3.0, HEIGHT - 6.0, " fill-opacity=\"0.2\""),
        Some('─') => rectangle(top + HEIGHT / 2.0, 1.0, ""),
        _ => {
            let weight = if run.look.bold { " font-weight=\"bold\"" } else { "" };
            let _ = writeln!(
                picture,
                "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
                 fill=\"{color}\"{weight}>{}</text>",
                top + BASELINE,
                escape(&run.text)
            );
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    fn screen_of(bytes: &str) -> vt100::Parser {
        let whole = |size: u16| size.try_into().expect("a size");
        let mut parser = vt100::Parser::new(whole(5), whole(40), 0);
        parser.process(bytes.as_bytes());
        parser
    }

    /// Every text element of a picture, read back by a reader of XML.
    fn texts(picture: &str) -> Vec<String> {
        let mut reader = Reader::from_str(picture);
        let (mut found, mut open) = (Vec::new(), None);
        loop {
            match reader.read_event().expect("XML") {
                Event::Start(start) if start.local_name().as_ref() == "text" => open = Some(String::new()),
                Event::Text(text) => open.iter_mut().for_each(|open| open.push_str(&text)),
                Event::GeneralRef(entity) => {
                    let text = format!("&{};", &*entity);
                    let text = quick_xml::escape::unescape(&text).expect("an entity").into_owned();
                    open.iter_mut().for_each(|open| open.push_str(&text));
                }
                Event::End(_) => found.extend(open.take()),
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn every_word_is_there_as_it_was_and_nothing_in_it_is_markup() {
        let parser = screen_of("a <b> & \"c\"  \x1b[31mred\x1b[0m \x1b[1;32mok\x1b[0m\r\n仮想 x");
        let picture = svg(parser.screen(), "a < b");
        assert_eq!(texts(&picture), ["a <b> & \"c\"", "red", "ok", "仮", "想", "x"]);
        assert!(picture.contains("<title>a &lt; b</title>"), "{picture}");
        assert!(picture.contains("fill=\"#ff7b72\">red<"), "{picture}");
        assert!(picture.contains("fill=\"#3fb950\" font-weight=\"bold\">ok<"), "{picture}");
        assert!(
            picture.contains("textLength=\"16.8\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#e6edf3\">仮<"),
            "{picture}"
        );
    }

    #[test]
    fn bars_are_shapes_and_the_picture_ends_with_the_last_line() {
        let parser = screen_of("██░░ 50%");
        let picture = svg(parser.screen(), "a bar");
        assert_eq!(texts(&picture), ["50%"]);
        assert_eq!(picture.matches("<rect x=").count(), 2, "{picture}");
        assert!(picture.contains("<rect x=\"32.8\" y=\"19.0\" width=\"16.8\""), "{picture}");
        assert!(picture.contains("viewBox=\"0 0 368.0 52.0\""), "{picture}");
    }
}
