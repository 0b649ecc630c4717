//! Rows of text under each other, for what is no task.

use crate::util::text;

/// Rows with every column but the last filled to its widest value, two blanks between. `on_terminal` escapes what a
/// terminal would obey.
pub fn columns(rows: &[Vec<String>], on_terminal: bool) -> String {
    let clean = |cell: &String| {
        if on_terminal { text::escape(cell).into_owned() } else { text::one_line(cell).into_owned() }
    };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(clean).collect()).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| text::width(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let mut lines = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            if column + 1 < row.len() {
                line.push_str(&text::fit(cell, widths[column]));
                line.push_str("  ");
            } else {
                line.push_str(cell);
            }
        }
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
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
