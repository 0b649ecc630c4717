//! Several tasks, a row each.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, TableStyle};

use super::{Options, Shape, humanize};
use crate::engine::event::Reading;
use crate::render::style::paint;
use crate::task::Task;
use crate::util::text;

/// Blanks between two columns.
const GAP: usize = 2;

/// A reference that was found is shown whole, since it will be copied, if it is no wider than this or than half of the
/// terminal. It is the width of a UUID behind a profile's name of eleven letters.
const COPIED: usize = 48;

/// Columns up to this rank are left out only when nothing else is left and they cannot be narrower.
const TELLING: u8 = 2;

/// A column: its heading, what gives way when the terminal is narrow, and its value.
struct Column {
    heading: &'static str,
    /// It becomes narrower than this only after all columns that tell less were left out.
    least: usize,
    /// It is left out rather than be narrower than this; times are never cut.
    floor: usize,
    /// Left out first where this is highest; 0 never.
    rank: u8,
    /// Shown by `-o wide` only.
    wide: bool,
    value: fn(&Reading, &Task, &Options) -> Option<String>,
}

const COLUMNS: [Column; 14] = [
    Column {
        heading: "REF",
        least: 24,
        floor: 12,
        rank: 0,
        wide: false,
        value: |reading, _, _| Some(reading.task_ref.reference.clone()),
    },
    Column {
        heading: "STATE",
        least: 16,
        floor: 16,
        rank: 0,
        wide: false,
        value: |_, task, _| Some(humanize::state(&task.state)),
    },
    Column {
        heading: "NATIVE",
        least: 6,
        floor: 6,
        rank: 9,
        wide: true,
        value: |_, task, _| task.native_state.clone(),
    },
    Column {
        heading: "PROGRESS",
        least: 8,
        floor: 8,
        rank: 1,
        wide: false,
        value: |_, task, _| task.progress.map(humanize::progress),
    },
    Column {
        heading: "OPERATION",
        least: 12,
        floor: 12,
        rank: 4,
        wide: false,
        value: |_, task, _| task.name.clone(),
    },
    Column {
        heading: "TARGET",
        least: 12,
        floor: 12,
        rank: 5,
        wide: false,
        value: |_, task, _| task.target.as_ref().and_then(humanize::target).map(str::to_owned),
    },
    Column {
        heading: "USER",
        least: 8,
        floor: 8,
        rank: 8,
        wide: true,
        value: |_, task, _| task.user.clone(),
    },
    Column {
        heading: "CREATED",
        least: usize::MAX,
        floor: usize::MAX,
        rank: 12,
        wide: true,
        value: |_, task, options| task.created_at.map(|at| humanize::time(at, &options.zone)),
    },
    Column {
        heading: "STARTED",
        least: usize::MAX,
        floor: usize::MAX,
        rank: 6,
        wide: false,
        value: |_, task, options| task.started_at.map(|at| humanize::time(at, &options.zone)),
    },
    Column {
        heading: "UPDATED",
        least: usize::MAX,
        floor: usize::MAX,
        rank: 11,
        wide: true,
        value: |_, task, options| task.updated_at.map(|at| humanize::time(at, &options.zone)),
    },
    Column {
        heading: "ENDED",
        least: usize::MAX,
        floor: usize::MAX,
        rank: 7,
        wide: true,
        value: |_, task, options| task.ended_at.map(|at| humanize::time(at, &options.zone)),
    },
    Column {
        heading: "ELAPSED",
        least: 7,
        floor: 7,
        rank: 3,
        wide: false,
        value: |reading, task, _| task.elapsed_seconds(reading.fetched_at).map(humanize::duration),
    },
    Column {
        heading: "PARENT",
        least: 8,
        floor: 8,
        rank: 10,
        wide: true,
        value: |_, task, _| task.parent.clone(),
    },
    Column {
        heading: "MESSAGE",
        least: 24,
        floor: 10,
        rank: 2,
        wide: false,
        value: |_, task, _| message(task),
    },
];

/// The one line that matters most now: why it failed, what it warns of, what it is doing, what it last said.
fn message(task: &Task) -> Option<String> {
    let reason = task.state.failure().map(humanize::failure);
    reason
        .or_else(|| humanize::warnings(&task.warnings))
        .or_else(|| task.progress_message.clone())
        .or_else(|| task.messages.last().cloned())
}

/// What a row shows under a column.
fn cell(reading: &Reading, column: &Column, options: &Options) -> String {
    let value = match &reading.task {
        Ok(task) => (column.value)(reading, task, options),
        Err(error) => match column.heading {
            "REF" => Some(reading.task_ref.reference.clone()),
            "STATE" => Some("unreadable".to_owned()),
            "MESSAGE" => Some(humanize::error(error)),
            _ => None,
        },
    };
    match value.filter(|value| !value.is_empty()) {
        None => humanize::ABSENT.to_owned(),
        Some(value) if options.terminal.stdout => text::escape(&value).into_owned(),
        Some(value) => text::one_line(&value).into_owned(),
    }
}

/// Widths that fit into `limit` columns, 0 for what is left out. First go columns in which nothing is told, and what
/// percentages are made of; then those give way that are widest beside their least; then whole columns go, those that
/// tell least first; what is left is cut down to its floor.
fn arrange(columns: &[&Column], natural: &[usize], told: &[bool], shape: Shape, limit: usize) -> Vec<usize> {
    let copied = shape == Shape::Found && natural[0] <= COPIED.max(limit / 2);
    let mut widths: Vec<usize> = natural.iter().map(|&width| width.min(limit)).collect();
    loop {
        let shown = widths.iter().filter(|&&width| width > 0).count();
        let total = widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1);
        let Some(excess) = total.checked_sub(limit).filter(|&excess| excess > 0) else { return widths };
        let last = |may_go: &dyn Fn(usize) -> bool| {
            (0..widths.len())
                .filter(|&index| widths[index] > 0 && columns[index].rank > 0 && may_go(index))
                .max_by_key(|&index| columns[index].rank)
        };
        if let Some(silent) = last(&|index| !told[index]) {
            widths[silent] = 0;
            continue;
        }
        let with_aside =
            |&index: &usize| columns[index].heading == "PROGRESS" && widths[index] > columns[index].least;
        if let Some(progress) = (0..widths.len()).find(with_aside) {
            widths[progress] = columns[progress].least;
            continue;
        }
        let lesser = last(&|index| columns[index].rank > TELLING);
        let least = |index: usize| match (index, lesser) {
            (0, _) if copied => natural[0],
            (_, Some(_)) => columns[index].least,
            (_, None) => columns[index].floor,
        };
        let spare = |widths: &[usize], index: usize| widths[index].saturating_sub(least(index));
        if (0..widths.len()).map(|index| spare(&widths, index)).sum::<usize>() >= excess {
            for _ in 0..excess {
                if let Some(freest) = (0..widths.len()).max_by_key(|&index| spare(&widths, index)) {
                    widths[freest] -= 1;
                }
            }
            return widths;
        }
        match lesser.or_else(|| last(&|_| true)) {
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

/// How much of the end of references stays when their middle is left out: what tells most of them apart.
fn tail(references: &[&str], width: usize) -> usize {
    let apart = |tail: usize| {
        let cut = references.iter().map(|reference| text::truncate_middle(reference, width, tail));
        cut.collect::<HashSet<_>>().len()
    };
    // The last of equals is taken: a third, since a name's beginning says whose it is.
    [width * 2 / 3, width / 5, width / 2, width / 3].into_iter().max_by_key(|&tail| apart(tail)).unwrap_or(0)
}

/// A cell's text in so many columns. References lose their middle, and percentages first what they are made of.
fn fitted<'a>(column: &Column, text: &'a str, width: usize, tail: usize) -> Cow<'a, str> {
    match column.heading {
        "REF" => text::truncate_middle(text, width, tail),
        "PROGRESS" if text::width(text) > width => {
            text::truncate(text.split(" (").next().unwrap_or(text), width)
        }
        _ => text::truncate(text, width),
    }
}

/// Writes a row a reading, with columns cut to the terminal's width and the least telling left out where that is too
/// narrow. In a pipe nothing is cut, a row stays one line, and columns are two blanks or more apart.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut dyn Write, readings: &[Reading], options: &Options, wide: bool) -> io::Result<()> {
    let columns: Vec<&Column> = COLUMNS.iter().filter(|column| wide || !column.wide).collect();
    let rows: Vec<Vec<String>> = readings
        .iter()
        .map(|reading| columns.iter().map(|column| cell(reading, column, options)).collect())
        .collect();
    let natural: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let heading = if options.headers { column.heading.len() } else { 1 };
            rows.iter().map(|row| text::width(&row[index])).fold(heading, usize::max)
        })
        .collect();
    let limit = options.width();
    let told: Vec<bool> = (0..columns.len())
        .map(|index| rows.is_empty() || rows.iter().any(|row| row[index] != humanize::ABSENT))
        .collect();
    let widths = match limit {
        Some(limit) => arrange(&columns, &natural, &told, options.shape, limit),
        None => natural.clone(),
    };
    let shown: Vec<usize> = (0..columns.len()).filter(|&index| widths[index] > 0).collect();
    let references: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let tail = if widths[0] < natural[0] { tail(&references, widths[0]) } else { 0 };
    let pick = |cells: &[&str]| -> Vec<String> {
        let fit = |&index: &usize| fitted(columns[index], cells[index], widths[index], tail).into_owned();
        shown.iter().map(fit).collect()
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
                writeln!(out, "{}", with_state_in_color(&line, &lines[index], &readings[row], options))?
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
fn with_state_in_color(line: &str, cells: &[String], reading: &Reading, options: &Options) -> String {
    let style = match &reading.task {
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
    use crate::render::style::Palette;
    use crate::task::State;

    fn printed(readings: &[Reading], options: &Options, wide: bool) -> String {
        let mut out = Vec::new();
        write(&mut out, readings, options, wide).expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    fn every_kind() -> Vec<Reading> {
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
        REF                          STATE          PROGRESS  OPERATION  ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────────────────────────
        dr/f61d60d2-0000-…000000001  succeeded      100%      sync       9.9s     -
        dr/f61d60d2-0000-…000000002  failed         40%       -          2m10s    disk is full [E42]
        dr/f61d60d2-0000-…000000003  running        40%       sync       2m10s    copying
        dr/t-2                       succeeded      -         -          -        1 warning: a snapshot was…
        dr/t-1                       unknown (ODD)  -         -          -        -
        vcda/x                       unreadable     -         -          -        there is no task x: HTTP …
        ");
        insta::assert_snapshot!(printed(&every_kind(), &samples::on_terminal(20), false), @"
        REF    STATE
        ────────────────────
        dr…01  succeeded
        dr…02  failed
        dr…03  running
        dr…-2  succeeded
        dr…-1  unknown (ODD)
        vc…/x  unreadable
        ");
    }

    /// Tasks of several systems, with the longest of references.
    fn of_many_systems() -> Vec<Reading> {
        let mut readings = vec![samples::failed(), samples::running(), samples::synced(), samples::warned()];
        let references = [
            "vc-prod/52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings.clusters.software",
            "vc-prod/5230ac7e-9d15-b6c2-8a01-03c5b1d2a9f7:com.vmware.esx.settings.clusters.software",
            "ecs-lab/10.1.83.70/265cf333-76a1-4129-903e-1f6a3b5c7d9e",
            "velo/t-42",
        ];
        for (reading, reference) in readings.iter_mut().zip(references) {
            std::sync::Arc::make_mut(&mut reading.task_ref).reference = reference.to_owned();
            let task = reading.task.as_mut().expect("a task");
            task.name = Some("Check the compliance of a cluster with its image".to_owned());
            if let State::Failed { failure } = &mut task.state {
                failure.message = Some("No space left on the datastore of the target".to_owned());
            }
        }
        readings
    }

    #[test]
    fn long_references_leave_room_for_what_was_said() {
        insta::assert_snapshot!(printed(&of_many_systems(), &samples::on_terminal(80), false), @"
        REF                       STATE      PROGRESS  ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────
        vc-prod/52f9f1b…software  failed     40%       2m10s    No space left on the da…
        vc-prod/5230ac7…software  running    40%       2m10s    copying
        ecs-lab/10.1.83…3b5c7d9e  succeeded  100%      9.9s     -
        velo/t-42                 succeeded  -         -        1 warning: a snapshot w…
        ");
        insta::assert_snapshot!(printed(&of_many_systems(), &samples::on_terminal(100), false), @"
        REF                         STATE      PROGRESS  OPERATION       ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────────────────────────
        vc-prod/52f9f1b0-…software  failed     40%       Check the com…  2m10s    No space left on the data…
        vc-prod/5230ac7e-…software  running    40%       Check the com…  2m10s    copying
        ecs-lab/10.1.83.7…3b5c7d9e  succeeded  100%      Check the com…  9.9s     -
        velo/t-42                   succeeded  -         Check the com…  -        1 warning: a snapshot was…
        ");
        insta::assert_snapshot!(printed(&of_many_systems(), &samples::on_terminal(140), false), @"
        REF                           STATE      PROGRESS  OPERATION         TARGET      STARTED               ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        vc-prod/52f9f1b0-1….software  failed     40%       Check the compl…  -           2017-07-13 07:05:48Z  2m10s    No space left on the datast…
        vc-prod/5230ac7e-9….software  running    40%       Check the compl…  仮想マシン  2017-07-13 07:03:50Z  2m10s    copying
        ecs-lab/10.1.83.70…a3b5c7d9e  succeeded  100%      Check the compl…  my vapp 1   2017-07-13 07:05:48Z  9.9s     -
        velo/t-42                     succeeded  -         Check the compl…  -           -                     -        1 warning: a snapshot was l…
        ");
    }

    #[test]
    fn references_that_were_found_are_whole_if_they_can_be_copied_at_all() {
        let found = |columns| Options { shape: Shape::Found, ..samples::on_terminal(columns) };
        let readings = every_kind();
        for columns in [60, 80, 100, 140] {
            let shown = printed(&readings, &found(columns), false);
            for reading in &readings {
                assert!(shown.contains(&reading.task_ref.reference), "{columns}: {shown}");
            }
        }
        let long = of_many_systems();
        assert!(printed(&long, &found(140), false).contains("vc-prod/52f9f1b0-1….software"));
        assert!(printed(&long, &found(180), false).contains(&long[0].task_ref.reference));
    }

    #[test]
    fn a_column_in_which_nothing_is_told_goes_first() {
        let silent = |index: usize| samples::bare(&format!("t-{index}"), State::Running);
        let readings: Vec<Reading> = (0..3).map(silent).collect();
        let headings = |columns| {
            printed(&readings, &samples::on_terminal(columns), false).lines().next().map(str::to_owned)
        };
        assert_eq!(headings(40).as_deref(), Some("REF     STATE    PROGRESS  MESSAGE"));
        assert!(headings(200).is_some_and(|line| line.contains("STARTED") && line.contains("MESSAGE")));
        assert!(printed(&[], &samples::on_terminal(40), false).starts_with("REF  STATE  PROGRESS "));
    }

    #[test]
    fn what_tells_references_apart_is_what_stays() {
        let ends = ["profile/aaaaaaaaaaaaaaaaaaaaaa-1", "profile/aaaaaaaaaaaaaaaaaaaaaa-2"];
        let begins = ["profile/1-aaaaaaaaaaaaaaaaaaaaaaaaa", "profile/2-aaaaaaaaaaaaaaaaaaaaaaaaa"];
        for references in [ends, begins] {
            for width in [12, 20] {
                let tail = tail(&references, width);
                let cut = references.map(|reference| text::truncate_middle(reference, width, tail));
                assert_ne!(cut[0], cut[1], "{width}");
            }
        }
    }

    #[test]
    fn headers_can_be_left_out() {
        let options = Options { headers: false, ..samples::piped() };
        assert!(printed(&every_kind(), &options, false).starts_with("dr/"));
        assert_eq!(printed(&[], &options, false), "");
    }

    #[test]
    fn a_newline_breaks_no_row_and_an_escape_is_exact_in_a_pipe_only() {
        let mut reading = samples::synced();
        reading.task.as_mut().expect("a task").name = Some("two\r\nlines\u{1b}[2J".to_owned());
        let piped = printed(std::slice::from_ref(&reading), &samples::piped(), false);
        assert_eq!(piped.lines().count(), 2);
        assert!(piped.contains("two lines\u{1b}[2J"), "{piped}");
        let shown = printed(&[reading], &samples::on_terminal(400), false);
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
            let readings: Vec<Reading> = names.into_iter().map(|(reference, message)| {
                let mut reading = samples::running();
                std::sync::Arc::make_mut(&mut reading.task_ref).reference = reference;
                reading.task.as_mut().expect("a task").progress_message = Some(message);
                reading
            }).collect();
            let options = Options { zone: TimeZone::fixed(jiff::tz::offset(1)), ..samples::on_terminal(columns) };
            let shown = printed(&readings, &options, wide);
            for line in shown.lines() {
                prop_assert!(text::width(line) <= usize::from(columns), "{line:?}");
                prop_assert_eq!(text::escape(line), line);
            }
            prop_assert_eq!(shown.lines().count(), readings.len() + 2);
        }
    }
}
