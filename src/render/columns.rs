//! Rows of text under each other.

use anstyle::Style;

use super::style::paint;
use crate::util::text;

/// Blanks between two columns.
pub(super) const GAP: usize = 2;

/// Rows with every column but the last filled to its widest value, for what is no task. `on_terminal` escapes what a
/// terminal would obey.
pub fn columns(rows: &[Vec<String>], on_terminal: bool) -> String {
    let clean = |cell: &String| {
        if on_terminal { text::escape(cell).into_owned() } else { text::one_line(cell).into_owned() }
    };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(clean).collect()).collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = text::width(cell).max(*width);
        }
    }
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| (cell, width, Style::new()));
        line(cells) + "\n"
    };
    rows.iter().map(line).collect()
}

/// A line of cells, each with the width of its column, which it must not exceed, and its style.
pub(super) fn line(cells: impl Iterator<Item = (impl AsRef<str>, usize, Style)>) -> String {
    let mut line = String::new();
    let mut gap = 0;
    for (cell, width, style) in cells {
        let cell = cell.as_ref();
        line.extend(std::iter::repeat_n(' ', gap));
        line.push_str(&paint(style, cell));
        gap = width + GAP - text::width(cell).min(width);
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_and_carry_no_escape() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["NAME", "BACKEND", ""]), row(["dr", "vcda", "x\u{1b}[2J"])];
        assert_eq!(columns(&rows, true), "NAME  BACKEND\ndr    vcda     x\\u{1b}[2J\n");
    }
}
