//! Several tasks, a row each.

use std::io::{self, Write};

use anstyle::Style;
use jiff::tz::TimeZone;

use super::columns::{self, GAP};
use super::{Format, Options, Shape, humanize, references};
use crate::engine::event::Reading;
use crate::render::style::paint;
use crate::task::Task;
use crate::util::text;

/// A reference that was found is shown whole, since it will be copied, if it is no wider than this or than half of the
/// terminal. It is the width of a UUID behind a profile's name of eleven letters.
const COPIED: usize = 48;

/// A reference that nobody has to copy may become as narrow as this, if no two look alike then.
const REF_LEAST: usize = 24;

/// Columns up to this rank are left out only when nothing else is left and they cannot be narrower.
const ESSENTIAL: u8 = 2;

/// Columns from this rank on are shown by `-o wide` only.
const WIDE: u8 = 7;

/// A column: its heading, how it gives way when the terminal is narrow, and its value.
struct Column {
    heading: &'static str,
    /// The column of the highest rank is left out first; 0 never is.
    rank: u8,
    /// It becomes narrower than this only after all columns of higher ranks were left out.
    least: usize,
    /// It is left out rather than be narrower than this.
    floor: usize,
    value: Value,
}

/// What a task shows under a column; times are in this zone.
type Value = fn(&Task, &Reading, &TimeZone) -> Option<String>;

const fn column(heading: &'static str, rank: u8, (least, floor): (usize, usize), value: Value) -> Column {
    Column { heading, rank, least, floor, value }
}

/// The least and the floor of a column that is never cut.
const WHOLE: (usize, usize) = (usize::MAX, usize::MAX);

const REF: &str = "REF";
const STATE: &str = "STATE";
const PROGRESS: &str = "PROGRESS";
const MESSAGE: &str = "MESSAGE";

const COLUMNS: [Column; 14] = [
    column(REF, 0, (REF_LEAST, 0), |_, reading, _| Some(reading.task_ref.reference.clone())),
    column(STATE, 0, (16, 16), |task, _, _| Some(humanize::state(&task.state))),
    column("NATIVE", 9, (6, 6), |task, _, _| task.native_state.clone()),
    column(PROGRESS, 1, (8, 8), |task, _, _| task.progress.map(humanize::progress)),
    column("OPERATION", 4, (12, 12), |task, _, _| task.name.clone()),
    column("TARGET", 5, (12, 12), |task, _, _| Some(humanize::target(task.target.as_ref()?)?.to_owned())),
    column("USER", 8, (8, 8), |task, _, _| task.user.clone()),
    column("CREATED", 12, WHOLE, |task, _, zone| Some(humanize::time(task.created_at?, zone))),
    column("STARTED", 6, WHOLE, |task, _, zone| Some(humanize::time(task.started_at?, zone))),
    column("UPDATED", 11, WHOLE, |task, _, zone| Some(humanize::time(task.updated_at?, zone))),
    column("ENDED", 7, WHOLE, |task, _, zone| Some(humanize::time(task.ended_at?, zone))),
    column("ELAPSED", 3, (7, 7), |task, reading, _| {
        task.elapsed_seconds(reading.fetched_at).map(humanize::duration)
    }),
    column("PARENT", 10, (8, 8), |task, _, _| task.parent.clone()),
    column(MESSAGE, 2, (24, 10), |task, _, _| message(task)),
];

/// The one line that matters most now: why it failed, what it warns of, what it is doing, its last message.
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
        Ok(task) => (column.value)(task, reading, &options.zone),
        Err(error) => match column.heading {
            REF => Some(reading.task_ref.reference.clone()),
            STATE => Some("unreadable".to_owned()),
            MESSAGE => Some(humanize::error(error)),
            _ => None,
        },
    };
    match value.filter(|value| !value.is_empty()) {
        None => humanize::ABSENT.to_owned(),
        Some(value) => columns::clean(&value, options.terminal.stdout),
    }
}

/// A column that is shown, with its cells and how many columns of the terminal it takes.
struct Shown<'a> {
    column: &'a Column,
    cells: Vec<String>,
    /// The width of the widest cell.
    natural: usize,
    width: usize,
    /// Whether any cell holds more than a dash.
    known: bool,
}

impl<'a> Shown<'a> {
    fn new(column: &'a Column, readings: &[Reading], options: &Options) -> Shown<'a> {
        let cells: Vec<String> = readings.iter().map(|reading| cell(reading, column, options)).collect();
        let heading = if options.headers { column.heading.len() } else { 1 };
        let natural = cells.iter().map(|cell| text::width(cell)).fold(heading, usize::max);
        let known = cells.is_empty() || cells.iter().any(|cell| cell != humanize::ABSENT);
        Shown { column, cells, natural, width: natural.min(limit(options)), known }
    }

    /// A text in the column's width. Percentages lose first what they are made of. References were shortened before.
    fn fit(&self, text: &str) -> String {
        let fitted = match self.column.heading {
            PROGRESS if text::width(text) > self.width => {
                text::truncate(text.split(" (").next().unwrap_or(text), self.width)
            }
            _ => text::truncate(text, self.width),
        };
        fitted.into_owned()
    }
}

/// Makes them fit into `limit` columns. First go those in which nothing is known, and what percentages are made of; then
/// those give way that are widest beside their least; then whole ones go, those of the highest rank first; what is left
/// is cut down to its floor. References are cut no further than that all of them look different.
fn arrange(shown: &mut Vec<Shown<'_>>, shape: Shape, limit: usize) {
    if excess(shown, limit) == 0 {
        return;
    }
    let narrowest = references::narrowest(&shown[0].cells).max(text::width(REF));
    let (least, floor) = match shape {
        Shape::Found if shown[0].natural <= COPIED.max(limit / 2) => (shown[0].natural, shown[0].natural),
        Shape::Found => {
            (references::without_shared_end(&shown[0].cells).min(COPIED).max(narrowest), narrowest)
        }
        Shape::One | Shape::Many => (narrowest.max(REF_LEAST), narrowest),
    };
    while excess(shown, limit) > 0
        && let Some(empty) = of_highest_rank(shown, |shown| shown.column.rank > 0 && !shown.known)
    {
        shown.remove(empty);
    }
    if excess(shown, limit) > 0 {
        let progress = shown.iter_mut().filter(|shown| shown.column.heading == PROGRESS);
        progress.for_each(|progress| progress.width = progress.width.min(progress.column.least));
    }
    while excess(shown, limit) > 0 {
        let excess = excess(shown, limit);
        let lesser = of_highest_rank(shown, |shown| shown.column.rank > ESSENTIAL);
        let spare = |shown: &Shown| {
            let (own_least, own_floor) = match shown.column.heading {
                REF => (least, floor),
                _ => (shown.column.least, shown.column.floor),
            };
            shown.width.saturating_sub(if lesser.is_some() { own_least } else { own_floor })
        };
        if shown.iter().map(spare).sum::<usize>() >= excess {
            for _ in 0..excess {
                if let Some(freest) = shown.iter_mut().max_by_key(|shown| spare(shown)) {
                    freest.width -= 1;
                }
            }
        } else if let Some(index) = lesser.or_else(|| of_highest_rank(shown, |shown| shown.column.rank > 0)) {
            shown.remove(index);
        } else {
            // Reference and state alone are too wide: the reference is cut, since one word cut says nothing. What would
            // look alike goes beyond the edge rather than be cut.
            let room = |beside: usize| limit.saturating_sub(beside + GAP);
            shown[1].width = shown[1].width.min(room(1));
            let narrowest =
                (1..narrowest).find(|width| references::shortened(&shown[0].cells, *width).is_some());
            let narrowest = narrowest.unwrap_or(shown[0].width);
            if shown[1].width == 0 || room(shown[1].width) < narrowest {
                shown.truncate(1);
            }
            let beside: usize = shown[1..].iter().map(|state| state.width + GAP).sum();
            shown[0].width = shown[0].width.min(limit.saturating_sub(beside).max(narrowest));
            return;
        }
    }
}

/// How many columns of the terminal a row may take: any number where every column was asked for.
fn limit(options: &Options) -> usize {
    if options.format == Format::Wide { usize::MAX } else { options.width() }
}

/// How many columns of the terminal are missing.
fn excess(shown: &[Shown<'_>], limit: usize) -> usize {
    let widths: usize = shown.iter().map(|shown| shown.width).sum();
    (widths + GAP * (shown.len() - 1)).saturating_sub(limit)
}

fn of_highest_rank(shown: &[Shown<'_>], may_go: fn(&Shown) -> bool) -> Option<usize> {
    (0..shown.len()).filter(|&index| may_go(&shown[index])).max_by_key(|&index| shown[index].column.rank)
}

/// Writes a row a reading, with columns cut to the terminal's width and the least important left out where that is too
/// narrow. In a pipe, and with `-o wide`, nothing is cut; a row stays one line, and columns are two blanks or more apart.
/// Of no reading nothing is written.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(out: &mut dyn Write, readings: &[Reading], options: &Options) -> io::Result<()> {
    if readings.is_empty() {
        return Ok(());
    }
    let wide = options.format == Format::Wide;
    let columns = COLUMNS.iter().filter(|column| wide || column.rank < WIDE);
    let mut shown: Vec<Shown> = columns.map(|column| Shown::new(column, readings, options)).collect();
    arrange(&mut shown, options.shape, limit(options));

    if let Some(cut) = references::shortened(&shown[0].cells, shown[0].width) {
        // What was cut at a part of its own may leave room for the message.
        let widest = cut.iter().map(|cut| text::width(cut)).fold(text::width(REF), usize::max);
        let free = shown[0].width.saturating_sub(widest);
        (shown[0].cells, shown[0].width) = (cut, shown[0].width - free);
        if let Some(message) = shown.iter_mut().find(|shown| shown.column.heading == MESSAGE) {
            message.width = message.natural.min(message.width + free);
        }
    }
    let headings = || shown.iter().map(|shown| shown.fit(shown.column.heading)).collect();
    let row = |row: usize| shown.iter().map(|shown| shown.fit(&shown.cells[row])).collect();
    let headings: Option<Vec<String>> = options.headers.then(headings);
    let rows: Vec<Vec<String>> = (0..readings.len()).map(row).collect();
    let lines = columns::aligned(headings.iter().chain(&rows).map(|row| row.iter().cloned()));
    let mut lines = lines.into_iter();
    if options.headers {
        let headings = lines.next().unwrap_or_default();
        writeln!(out, "{}", paint(options.palette.heading(), headings))?;
        if options.terminal.stdout {
            let total: usize = shown.iter().map(|shown| shown.width + GAP).sum();
            writeln!(out, "{}", paint(options.palette.faint(), "─".repeat(total.saturating_sub(GAP))))?;
        }
    }
    for ((line, cells), reading) in lines.zip(&rows).zip(readings) {
        let style = match &reading.task {
            Ok(task) => options.palette.state(&task.state),
            Err(_) => options.palette.error(),
        };
        writeln!(out, "{}", with_state_in(style, &line, cells))?;
    }
    Ok(())
}

/// The line with its second cell, the state, in this style. The library would count escapes as columns.
fn with_state_in(style: Style, line: &str, cells: &[String]) -> String {
    match (cells, line.split_at_checked(cells.first().map_or(0, String::len))) {
        ([_, state, ..], Some((reference, rest))) if !state.is_empty() => {
            format!("{reference}{}", rest.replacen(state, &paint(style, state), 1))
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples;
    use super::*;
    use crate::render::style::Palette;
    use crate::task::State;

    fn printed(readings: &[Reading], options: &Options, wide: bool) -> String {
        let mut out = Vec::new();
        let format = if wide { Format::Wide } else { Format::Table };
        write(&mut out, readings, &Options { format, ..options.clone() }).expect("a buffer takes everything");
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
    fn in_a_pipe_nothing_is_cut() {
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
    fn columns_are_dropped_to_fit_the_terminal() {
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
    fn long_references_leave_room_for_the_message() {
        insta::assert_snapshot!(printed(&of_many_systems(), &samples::on_terminal(80), false), @"
        REF                       STATE      PROGRESS  ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────
        vc-prod/52f9f1b0-160a-2…  failed     40%       2m10s    No space left on the da…
        vc-prod/5230ac7e-9d15-b…  running    40%       2m10s    copying
        ecs-lab/10.1.83.70/265c…  succeeded  100%      9.9s     -
        velo/t-42                 succeeded  -         -        1 warning: a snapshot w…
        ");
        insta::assert_snapshot!(printed(&of_many_systems(), &samples::on_terminal(100), false), @"
        REF                         STATE      PROGRESS  OPERATION       ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────────────────────────
        vc-prod/52f9f1b0-160a-25f…  failed     40%       Check the com…  2m10s    No space left on the data…
        vc-prod/5230ac7e-9d15-b6c…  running    40%       Check the com…  2m10s    copying
        ecs-lab/10.1.83.70/265cf3…  succeeded  100%      Check the com…  9.9s     -
        velo/t-42                   succeeded  -         Check the com…  -        1 warning: a snapshot was…
        ");
        insta::assert_snapshot!(printed(&of_many_systems(), &samples::on_terminal(140), false), @"
        REF                           STATE      PROGRESS  OPERATION         TARGET      STARTED               ELAPSED  MESSAGE
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        vc-prod/52f9f1b0-160a-25fe-…  failed     40%       Check the compl…  -           2017-07-13 07:05:48Z  2m10s    No space left on the datast…
        vc-prod/5230ac7e-9d15-b6c2-…  running    40%       Check the compl…  仮想マシン  2017-07-13 07:03:50Z  2m10s    copying
        ecs-lab/10.1.83.70/265cf333…  succeeded  100%      Check the compl…  my vapp 1   2017-07-13 07:05:48Z  9.9s     -
        velo/t-42                     succeeded  -         Check the compl…  -           -                     -        1 warning: a snapshot was l…
        ");
    }

    #[test]
    fn listed_references_are_whole_where_they_fit() {
        let found = |columns| Options { shape: Shape::Found, ..samples::on_terminal(columns) };
        let readings = every_kind();
        for columns in [60, 80, 100, 140] {
            let shown = printed(&readings, &found(columns), false);
            for reading in &readings {
                assert!(shown.contains(&reading.task_ref.reference), "{columns}: {shown}");
            }
        }
        let long = of_many_systems();
        let cut = printed(&long, &found(140), false);
        assert!(cut.contains("vc-prod/52f9f1b0-160a-25fe-fd1e-e7526df80e0d"), "{cut}");
        assert!(printed(&long, &found(180), false).contains(&long[0].task_ref.reference));
    }

    #[test]
    fn an_empty_column_is_dropped_first() {
        let silent = |index: usize| samples::bare(&format!("t-{index}"), State::Running);
        let readings: Vec<Reading> = (0..3).map(silent).collect();
        let headings = |columns| {
            printed(&readings, &samples::on_terminal(columns), false).lines().next().map(str::to_owned)
        };
        assert_eq!(headings(40).as_deref(), Some("REF     STATE    PROGRESS  MESSAGE"));
        assert!(headings(200).is_some_and(|line| line.contains("STARTED") && line.contains("MESSAGE")));
    }

    #[test]
    fn nothing_is_written_of_nothing() {
        for options in [samples::on_terminal(80), samples::piped()] {
            assert_eq!(printed(&[], &options, false), "");
        }
    }

    #[test]
    fn wide_has_every_column_whole_on_any_terminal() {
        let (narrow, piped) = (samples::on_terminal(40), samples::piped());
        let shown = printed(&of_many_systems(), &narrow, true);
        let heading = shown.lines().next().expect("a heading");
        assert!(COLUMNS.iter().all(|column| heading.contains(column.heading)), "{heading}");
        assert!(!shown.contains('…'), "{shown}");
        let same = |line: &str| printed(&of_many_systems(), &piped, true).contains(line);
        assert!(shown.lines().filter(|line| !line.starts_with('─')).all(same), "{shown}");
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
    fn only_the_state_is_colored() {
        let options = Options { palette: Palette::new(true), headers: false, ..samples::piped() };
        let shown = printed(&[samples::failed()], &options, false);
        assert!(shown.contains("  \u{1b}[1m\u{1b}[31mfailed\u{1b}[0m  "), "{shown:?}");
    }

    #[test]
    fn an_emoji_selector_widens_no_line() {
        let named = |reference: &str| {
            let mut reading = samples::running();
            std::sync::Arc::make_mut(&mut reading.task_ref).reference = reference.to_owned();
            reading
        };
        let shown =
            printed(&[named("\u{fe0f}"), named("\u{1132a}00\u{a1} ")], &samples::on_terminal(4), false);
        assert!(shown.lines().all(|line| text::width(line) <= 4), "{shown:?}");
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
            let clear = |width: usize| {
                let cells: Vec<String> = readings.iter().map(|reading| cell(reading, &COLUMNS[0], &options)).collect();
                references::shortened(&cells, width).is_some()
            };
            for line in shown.lines() {
                let is_narrow = text::width(line) <= usize::from(columns);
                prop_assert!(wide || is_narrow || !(1..=usize::from(columns)).any(clear), "{line:?}");
                prop_assert_eq!(text::escape(line), line);
            }
            let headings = if readings.is_empty() { 0 } else { 2 };
            prop_assert_eq!(shown.lines().count(), readings.len() + headings);
        }
    }
}
