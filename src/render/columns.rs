//! Rows of text under each other.

use comfy_table::{ContentArrangement, Table, TableStyle};

use crate::util::text;

/// Blanks between two columns.
pub(super) const GAP: usize = 2;

/// Rows with every column but the last filled to its widest value, for what is no task. `on_terminal` escapes what a
/// terminal would obey.
pub fn columns(rows: &[Vec<String>], on_terminal: bool) -> String {
    let clean = |cell: &String| clean(cell, on_terminal);
    aligned(rows.iter().map(|row| row.iter().map(clean))).iter().map(|line| format!("{line}\n")).collect()
}

/// A text as one line: what a terminal would obey is escaped for it, and in a pipe line ends become blanks. The emoji
/// selector is left out on a terminal: some take it to widen the character before it, and some do not.
pub(super) fn clean(text: &str, on_terminal: bool) -> String {
    match on_terminal {
        true => text::escape(text).replace('\u{fe0f}', ""),
        false => text::one_line(text).into_owned(),
    }
}

/// A line a row, its cells below each other and [`GAP`] blanks apart. Nothing is cut or wrapped.
pub(super) fn aligned(rows: impl Iterator<Item = impl Iterator<Item = String>>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Disabled);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::try_from(GAP).unwrap_or(0)));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_escaped() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["NAME", "BACKEND", ""]), row(["dr", "vcda", "x\u{1b}[2J"])];
        assert_eq!(columns(&rows, true), "NAME  BACKEND\ndr    vcda     x\\u{1b}[2J\n");
        assert_eq!(columns(&[row(["\u{2764}\u{fe0f}", "b", ""])], true), "\u{2764}  b\n");
    }
}
