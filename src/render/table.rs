//! Several tasks, a row each.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, TableStyle};

use super::{Options, human};
use crate::event::Item;
use crate::style::paint;
use crate::task::Task;
use crate::text;

/// Blanks between two columns.
const GAP: usize = 2;

/// A column: its heading, what gives way when the terminal is narrow, and its value.
struct Column {
    heading: &'static str,
    /// Below this many columns it is left out rather than cut further; times are never cut.
    least: usize,
    /// Left out first where this is highest; 0 never.
    rank: u8,
    /// Shown by `-o wide` only.
    wide: bool,
    value: fn(&Item, &Task, &Options) -> Option<String>,
}

const COLUMNS: [Column; 14] = [
    Column {
        heading: "REF",
        least: 44,
        rank: 0,
        wide: false,
        value: |item, _, _| Some(item.name.reference.clone()),
    },
    Column {
        heading: "STATE",
        least: 16,
        rank: 0,
        wide: false,
        value: |_, task, _| Some(human::state(&task.state)),
    },
    Column {
        heading: "NATIVE",
        least: 6,
        rank: 9,
        wide: true,
        value: |_, task, _| task.native_state.clone(),
    },
    Column {
        heading: "PROGRESS",
        least: 8,
        rank: 1,
        wide: false,
        value: |_, task, _| task.progress.map(human::progress),
    },
    Column { heading: "OPERATION", least: 9, rank: 4, wide: false, value: |_, task, _| task.name.clone() },
    Column {
        heading: "TARGET",
        least: 8,
        rank: 5,
        wide: false,
        value: |_, task, _| task.target.as_ref().and_then(human::target).map(str::to_owned),
    },
    Column { heading: "USER", least: 6, rank: 8, wide: true, value: |_, task, _| task.user.clone() },
    Column {
        heading: "CREATED",
        least: usize::MAX,
        rank: 12,
        wide: true,
        value: |_, task, options| task.created_at.map(|at| human::time(at, &options.zone)),
    },
    Column {
        heading: "STARTED",
        least: usize::MAX,
        rank: 6,
        wide: false,
        value: |_, task, options| task.started_at.map(|at| human::time(at, &options.zone)),
    },
    Column {
        heading: "UPDATED",
        least: usize::MAX,
        rank: 11,
        wide: true,
        value: |_, task, options| task.updated_at.map(|at| human::time(at, &options.zone)),
    },
    Column {
        heading: "ENDED",
        least: usize::MAX,
        rank: 7,
        wide: true,
        value: |_, task, options| task.ended_at.map(|at| human::time(at, &options.zone)),
    },
    Column {
        heading: "ELAPSED",
        least: 7,
        rank: 3,
        wide: false,
        value: |item, task, _| task.elapsed_seconds(item.fetched_at).map(human::duration),
    },
    Column { heading: "PARENT", least: 8, rank: 10, wide: true, value: |_, task, _| task.parent.clone() },
    Column { heading: "MESSAGE", least: 10, rank: 2, wide: false, value: |_, task, _| message(task) },
];

/// The one line that matters most now: why it failed, what it warns of, what it is doing, what it last said.
fn message(task: &Task) -> Option<String> {
    let reason = task.state.failure().map(human::failure);
    reason
        .or_else(|| human::warnings(&task.warnings))
        .or_else(|| task.progress_message.clone())
        .or_else(|| task.messages.last().cloned())
}

/// What a row shows under a column.
fn cell(item: &Item, column: &Column, options: &Options) -> String {
    let value = match &item.task {
        Ok(task) => (column.value)(item, task, options),
        Err(error) => match column.heading {
            "REF" => Some(item.name.reference.clone()),
            "STATE" => Some("unreadable".to_owned()),
            "MESSAGE" => Some(human::error(error)),
            _ => None,
        },
    };
    match value.filter(|value| !value.is_empty()) {
        None => human::UNTOLD.to_owned(),
        Some(value) if options.terminal.stdout => text::escape(&value).into_owned(),
        Some(value) => text::one_line(&value).into_owned(),
    }
}

/// Widths that fit into `limit` columns, 0 for what is left out: the widest gives way first, then whole columns do.
fn arrange(columns: &[&Column], natural: &[usize], limit: usize) -> Vec<usize> {
    let mut widths = natural.to_vec();
    loop {
        let shown = widths.iter().filter(|&&width| width > 0).count();
        let total = widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1);
        let Some(excess) = total.checked_sub(limit).filter(|&excess| excess > 0) else { return widths };
        let spare = |index: usize| widths[index].saturating_sub(columns[index].least);
        let all_spare: usize = (0..widths.len()).map(spare).sum();
        if all_spare >= excess {
            let widest =
                (0..widths.len()).filter(|&index| spare(index) > 0).max_by_key(|&index| widths[index]);
            let Some(widest) = widest else { return widths };
            widths[widest] -= 1;
            continue;
        }
        let dropped = (0..widths.len())
            .filter(|&index| widths[index] > 0 && columns[index].rank > 0)
            .max_by_key(|&index| columns[index].rank);
        match dropped {
            Some(index) => widths[index] = 0,
            // Reference and state alone are too wide: the reference is cut, since one word cut says nothing.
            None => {
                let others: usize =
                    widths.iter().skip(1).filter(|&&width| width > 0).map(|width| width + GAP).sum();
                widths[0] = limit.saturating_sub(others).clamp(1, widths[0].max(1));
                return widths;
            }
        }
    }
}

/// Writes a row an item, with columns cut to the terminal's width and the least telling left out where even that is
/// too narrow. In a pipe nothing is cut, a row stays one line, and columns are two blanks or more apart.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut dyn Write, items: &[Item], options: &Options, wide: bool) -> io::Result<()> {
    let columns: Vec<&Column> = COLUMNS.iter().filter(|column| wide || !column.wide).collect();
    let rows: Vec<Vec<String>> =
        items.iter().map(|item| columns.iter().map(|column| cell(item, column, options)).collect()).collect();
    let natural: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let heading = if options.headers { column.heading.len() } else { 1 };
            rows.iter().map(|row| text::width(&row[index])).fold(heading, usize::max)
        })
        .collect();
    let limit = options.width();
    let widths = limit.map_or_else(|| natural.clone(), |limit| arrange(&columns, &natural, limit));
    let shown: Vec<usize> = (0..columns.len()).filter(|&index| widths[index] > 0).collect();
    let pick = |cells: &[&str]| -> Vec<String> {
        shown.iter().map(|&index| text::truncate(cells[index], widths[index]).into_owned()).collect()
    };

    let mut lines: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
    if options.headers {
        lines.push(pick(&columns.iter().map(|column| column.heading).collect::<Vec<_>>()));
    }
    lines.extend(rows.iter().map(|row| pick(&row.iter().map(String::as_str).collect::<Vec<_>>())));

    let mut table = Table::new();
    // Widths are settled above, since columns may have to be left out, and a row must never become two lines.
    table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Disabled);
    table.add_rows(&lines);
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::try_from(GAP).unwrap_or(0)));
    }

    for (index, line) in table.lines().enumerate() {
        let line = line.trim_end();
        let line = limit.map_or(line.into(), |limit| text::truncate(line, limit));
        match index.checked_sub(usize::from(options.headers)) {
            Some(row) => {
                writeln!(out, "{}", with_state_in_color(&line, &lines[index], &items[row], options))?
            }
            None => {
                writeln!(out, "{}", paint(options.palette.heading(), &line))?;
                if let Some(limit) = limit {
                    let total = shown.iter().map(|&index| widths[index] + GAP).sum::<usize>();
                    let rule = "─".repeat(total.saturating_sub(GAP).min(limit));
                    writeln!(out, "{}", paint(options.palette.faint(), rule))?;
                }
            }
        }
    }
    Ok(())
}

/// The line with its second cell, the state, in the state's style. It is found behind the first cell, since escapes
/// within the table would be counted as columns.
fn with_state_in_color(line: &str, cells: &[String], item: &Item, options: &Options) -> String {
    let style = match &item.task {
        Ok(task) => options.palette.state(&task.state),
        Err(_) => options.palette.error(),
    };
    let colored = || {
        let (reference, state) = (cells.first()?, cells.get(1)?);
        let rest = line.strip_prefix(reference.as_str())?;
        let behind = rest.trim_start();
        let blanks = &rest[..rest.len() - behind.len()];
        let behind = behind.strip_prefix(state.as_str())?;
        Some(format!("{reference}{blanks}{}{behind}", paint(style, state)))
    };
    colored().unwrap_or_else(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::super::samples;
    use super::*;
    use crate::style::Palette;
    use crate::task::State;

    fn printed(items: &[Item], options: &Options, wide: bool) -> String {
        let mut out = Vec::new();
        write(&mut out, items, options, wide).expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    fn every_kind() -> Vec<Item> {
        vec![
            samples::synced(),
            samples::failed(),
            samples::running(),
            samples::warned(),
            samples::bare("t-1", State::Unknown { reported: "ODD".into() }),
            samples::unreadable("vcda/x"),
        ]
    }

    #[test]
    fn in_a_pipe_nothing_is_cut_and_nothing_is_drawn() {
        insta::assert_snapshot!(printed(&every_kind(), &samples::piped(), false), @"
        REF                                      STATE          PROGRESS      OPERATION  TARGET      STARTED               ELAPSED  MESSAGE
        dr/f61d60d2-0000-4000-8000-000000000001  succeeded      100%          sync       my vapp 1   2017-07-13 07:05:48Z  9.9s     -
        dr/f61d60d2-0000-4000-8000-000000000002  failed         40%           -          -           2017-07-13 07:05:48Z  2m10s    disk is full [E42]
        dr/f61d60d2-0000-4000-8000-000000000003  running        40% (2 of 5)  sync       仮想マシン  2017-07-13 07:03:50Z  2m10s    copying
        dr/t-2                                   succeeded      -             -          -           -                     -        1 warning: a snapshot was left behind
        dr/t-1                                   unknown (ODD)  -             -          -           -                     -        -
        vcda/x                                   unreadable     -             -          -           -                     -        there is no task x: HTTP 404 Not Found
        ");
        insta::assert_snapshot!(printed(&every_kind()[..2], &samples::piped(), true), @"
        REF                                      STATE      NATIVE     PROGRESS  OPERATION  TARGET     USER  CREATED  STARTED               UPDATED               ENDED                 ELAPSED  PARENT  MESSAGE
        dr/f61d60d2-0000-4000-8000-000000000001  succeeded  SUCCEEDED  100%      sync       my vapp 1  root  -        2017-07-13 07:05:48Z  2017-07-13 07:05:58Z  2017-07-13 07:05:58Z  9.9s     -       -
        dr/f61d60d2-0000-4000-8000-000000000002  failed     FAILED     40%       -          -          -     -        2017-07-13 07:05:48Z  -                     2017-07-13 07:07:58Z  2m10s    -       disk is full [E42]
        ");
    }

    #[test]
    fn a_terminal_gets_what_fits() {
        insta::assert_snapshot!(printed(&every_kind(), &samples::on_terminal(100), false), @"
        REF                                      STATE          PROGRESS     OPERATION  ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────────────────────────
        dr/f61d60d2-0000-4000-8000-000000000001  succeeded      100%         sync       9.9s     -
        dr/f61d60d2-0000-4000-8000-000000000002  failed         40%          -          2m10s    disk is fu…
        dr/f61d60d2-0000-4000-8000-000000000003  running        40% (2 of …  sync       2m10s    copying
        dr/t-2                                   succeeded      -            -          -        1 warning:…
        dr/t-1                                   unknown (ODD)  -            -          -        -
        vcda/x                                   unreadable     -            -          -        there is n…
        ");
        insta::assert_snapshot!(printed(&every_kind(), &samples::on_terminal(20), false), @"
        REF    STATE
        ────────────────────
        dr/f…  succeeded
        dr/f…  failed
        dr/f…  running
        dr/t…  succeeded
        dr/t…  unknown (ODD)
        vcda…  unreadable
        ");
    }

    #[test]
    fn headers_can_be_left_out() {
        let options = Options { headers: false, ..samples::piped() };
        assert!(printed(&every_kind(), &options, false).starts_with("dr/"));
        assert_eq!(printed(&[], &options, false), "");
    }

    #[test]
    fn a_newline_breaks_no_row_and_an_escape_is_exact_in_a_pipe_only() {
        let mut item = samples::synced();
        item.task.as_mut().expect("a task").name = Some("two\r\nlines\u{1b}[2J".to_owned());
        let piped = printed(std::slice::from_ref(&item), &samples::piped(), false);
        assert_eq!(piped.lines().count(), 2);
        assert!(piped.contains("two lines\u{1b}[2J"), "{piped}");
        let shown = printed(&[item], &samples::on_terminal(400), false);
        assert!(shown.contains("two\\r\\nlines\\u{1b}[2J"), "{shown}");
        assert!(!shown.contains('\u{1b}'));
    }

    #[test]
    fn only_the_state_is_in_colour() {
        let options = Options { palette: Palette::new(true), headers: false, ..samples::piped() };
        let shown = printed(&[samples::failed()], &options, false);
        assert!(shown.contains("  \u{1b}[1m\u{1b}[31mfailed\u{1b}[0m  "), "{shown:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(
            names in prop::collection::vec((any::<String>(), any::<String>()), 0..5), columns in 1u16..200, wide: bool,
        ) {
            let items: Vec<Item> = names.into_iter().map(|(reference, message)| {
                let mut item = samples::running();
                std::sync::Arc::make_mut(&mut item.name).reference = reference;
                item.task.as_mut().expect("a task").progress_message = Some(message);
                item
            }).collect();
            let options = Options { zone: TimeZone::fixed(jiff::tz::offset(1)), ..samples::on_terminal(columns) };
            let shown = printed(&items, &options, wide);
            for line in shown.lines() {
                prop_assert!(text::width(line) <= usize::from(columns), "{line:?}");
                prop_assert_eq!(text::escape(line), line);
            }
            prop_assert_eq!(shown.lines().count(), items.len() + 2);
        }
    }
}
