//! Bars, for people at a terminal: a line a task that is under way, and a permanent line for each that has ended.
//!
//! A frame is composed as a whole, since its columns depend on each other and on a size that is asked for each time, and
//! is the message of one bar of indicatif, which draws it in the place of the last one with a single write. Bars of a
//! `MultiProgress` would each draw all of them when they change, and it panics where a terminal takes no more.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use anstyle::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
use jiff::{SignedDuration, Timestamp};

use super::estimate::ProgressEstimate;
use super::{Labels, count_states};
use crate::engine::condition::Condition;
use crate::engine::event::{Event, EventKind, Observer, Reading, TaskRef};
use crate::engine::subtasks;
use crate::outcome::Outcome;
use crate::render::humanize;
use crate::render::style::{Palette, paint};
use crate::task::{State, Task};
use crate::util::text;

/// How often spinners and elapsed times move.
const TICK: Duration = Duration::from_millis(125);
/// Between two redraws: at most ten a second.
const REDRAW: SignedDuration = SignedDuration::from_millis(100);
/// Columns of a percentage.
const PERCENT: usize = 4;
/// Columns of an elapsed time.
const ELAPSED: usize = 6;
/// What stands before the name of a subtask.
const SUBTASK: &str = "└ ";
/// What the further lines of a text begin with.
const INDENT: &str = "    ";
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// Draws a bar a task, and what ends as a line above them.
pub struct Bars {
    /// Its message is the frame that is on the terminal.
    bar: ProgressBar,
    terminal: Arc<dyn TermLike>,
    palette: Palette,
    labels: Labels,
    rows: Vec<Row>,
    /// The rows as they are shown, each before its subtasks.
    order: Vec<usize>,
    index: HashMap<String, usize>,
    /// What is waited for; empty is the end.
    conditions: Vec<Condition>,
    /// The result is printed on the same terminal afterwards: what it shows is not left above it.
    result_follows: bool,
    /// What is wrong, by profile.
    troubles: BTreeMap<String, Trouble>,
    /// Permanent lines that wait for the next redraw.
    ended: Vec<String>,
    spinner: usize,
    drawn_at: Option<Timestamp>,
}

/// A server that gives no good answer.
struct Trouble {
    reason: String,
    since: Timestamp,
    until: Timestamp,
}

/// A task as its last reading left it; text is escaped.
struct Row {
    /// A subtask's is indented and marked.
    label: String,
    /// The row of the task whose subtask it is.
    parent: Option<usize>,
    depth: usize,
    /// `None` before the first reading.
    state: Option<State>,
    estimate: ProgressEstimate,
    started_at: Option<Timestamp>,
    text: String,
    /// What it is doing just now: the part of the text that changes.
    step: String,
    ended: bool,
}

impl Bars {
    /// Bars for these tasks on standard error. The first frame is drawn at once, so that there is a sign of life
    /// before the first answer.
    pub fn on_stderr(names: &[Arc<TaskRef>], palette: Palette, now: Timestamp) -> Bars {
        Bars::on(console::Term::buffered_stderr(), names, palette, now)
    }

    /// As [`Bars::on_stderr`], on any terminal that has a size.
    pub fn on(
        terminal: impl TermLike + Clone + 'static,
        names: &[Arc<TaskRef>],
        palette: Palette,
        now: Timestamp,
    ) -> Bars {
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let mut bars = Bars {
            bar: ProgressBar::with_draw_target(None, target).with_style(style),
            terminal: Arc::new(terminal),
            palette,
            labels: Labels::of(names),
            rows: Vec::with_capacity(names.len()),
            order: Vec::new(),
            index: HashMap::with_capacity(names.len()),
            conditions: Vec::new(),
            result_follows: false,
            troubles: BTreeMap::new(),
            ended: Vec::new(),
            spinner: 0,
            drawn_at: None,
        };
        for name in names {
            bars.row(name, None);
        }
        bars.draw(now);
        bars
    }

    /// Says what is waited for, and whether the result is printed on the same terminal afterwards.
    #[must_use]
    pub fn until(mut self, conditions: &[Condition], result_follows: bool) -> Bars {
        (self.conditions, self.result_follows) = (conditions.to_vec(), result_follows);
        self
    }

    /// Lets others write to the terminal while bars are on it.
    pub fn handle(&self) -> Handle {
        Handle { bar: self.bar.clone(), terminal: Arc::clone(&self.terminal) }
    }

    /// The index of a task's row, which is added where there is none.
    fn row(&mut self, name: &TaskRef, parent: Option<usize>) -> usize {
        let next = self.rows.len();
        let index = *self.index.entry(name.reference.clone()).or_insert(next);
        if index == next {
            let depth = parent.map_or(0, |parent| self.rows[parent].depth + 1);
            let indent = "  ".repeat(depth.saturating_sub(1));
            let mark = if depth > 0 { SUBTASK } else { "" };
            self.rows.push(Row {
                label: format!("{indent}{mark}{}", self.labels.get(name)),
                parent,
                depth,
                state: None,
                estimate: ProgressEstimate::default(),
                started_at: None,
                text: String::new(),
                step: String::new(),
                ended: false,
            });
        }
        index
    }

    fn read(&mut self, reading: &Reading) {
        let index = self.row(&reading.task_ref, None);
        let Ok(task) = &reading.task else { return };
        self.troubles.remove(&reading.task_ref.profile);
        let row = &mut self.rows[index];
        row.state = Some(task.state.clone());
        row.estimate.read(reading.fetched_at, task.percent());
        row.started_at = task.started_at;
        row.text = text::escape(&humanize::description(task).unwrap_or_default()).into_owned();
        row.step = text::escape(task.progress_message.as_deref().unwrap_or_default().trim()).into_owned();
    }

    fn end(&mut self, reading: &Reading) {
        let index = self.row(&reading.task_ref, None);
        if std::mem::replace(&mut self.rows[index].ended, true) {
            return;
        }
        let task = match &reading.task {
            // What was last known, and why there is no more, is reported when the watch is over.
            Err(_) => {
                // Its server may be given up with it; if it is not, the next attempt says so again.
                self.troubles.remove(&reading.task_ref.profile);
                if self.rows.len() > 1 {
                    let label = self.rows[index].label.trim_start().to_owned();
                    self.keep(&label, "unreadable", self.palette.error(), "", false);
                }
                return;
            }
            Ok(task) => task,
        };
        if self.result_follows && self.rows.len() == 1 {
            return;
        }
        let reached = self.conditions.iter().find(|condition| condition.is_met(task));
        let (word, rest) = match reached.filter(|_| !task.state.ended()) {
            Some(condition) => ("reached", format!(" {}", reached_text(condition, task))),
            None => (task.state.word(), result(reading, task)),
        };
        // What has ended stands in the order of the ends, not under its task.
        let label = self.rows[index].label.trim_start().to_owned();
        let is_failure = matches!(task.state, State::Failed { .. });
        self.keep(&label, word, self.palette.state(&task.state), &rest, is_failure);
    }

    /// Keeps a line above the bars; it is cut at the edge, or wrapped where it is to be `whole`.
    fn keep(&mut self, label: &str, word: &str, style: Style, rest: &str, whole: bool) {
        let columns = usize::from(self.terminal.width()).max(1);
        let line = format!("{label} {word}{}", text::escape(rest));
        if !whole || text::width(&line) <= columns || columns <= INDENT.len() * 4 {
            self.ended.push(in_color(&text::truncate(&line, columns), label, word, style));
            return;
        }
        let mut lines = text::wrap(&line, columns - INDENT.len()).into_iter();
        self.ended.extend(lines.next().map(|first| in_color(&first, label, word, style)));
        self.ended.extend(lines.map(|line| format!("{INDENT}{line}")));
    }

    /// Leaves each task that has not ended as it was seen last.
    fn keep_open(&mut self, now: Timestamp) {
        for index in 0..self.rows.len() {
            let row = &self.rows[index];
            let Some(state) = row.state.clone().filter(|_| !row.ended) else { continue };
            let percent =
                row.estimate.shown().map(|percent| format!(" {}", humanize::whole_percent(percent)));
            let elapsed = row.started_at.map(|_| format!(" after {}", row.elapsed(now).trim()));
            let text = if row.text.is_empty() { String::new() } else { format!(": {}", row.text) };
            let rest = [percent.unwrap_or_default(), elapsed.unwrap_or_default(), text].concat();
            let label = row.label.trim_start().to_owned();
            self.keep(&label, state.word(), self.palette.state(&state), &rest, false);
        }
    }

    /// Draws what has changed, but not more often than ten times a second.
    fn draw(&mut self, now: Timestamp) {
        let recent = |drawn: Timestamp| (SignedDuration::ZERO..REDRAW).contains(&now.duration_since(drawn));
        if self.bar.is_finished() || self.drawn_at.is_some_and(recent) {
            return;
        }
        if self.order.len() < self.rows.len() {
            let parents: Vec<Option<usize>> = self.rows.iter().map(|row| row.parent).collect();
            self.order = subtasks::depth_first(&parents).into_iter().map(|(row, _)| row).collect();
        }
        let (columns, rows) = (usize::from(self.terminal.width()), usize::from(self.terminal.height()));
        let frame = with_cursor_at_begin(self.compose(now, columns, rows), columns);
        if self.ended.is_empty() && frame == self.bar.message() {
            return;
        }
        self.drawn_at = Some(now);
        if !self.ended.is_empty() {
            self.bar.set_message("");
            for line in self.ended.drain(..) {
                // Losing the bars must not end a watch.
                let _ = self.terminal.write_line(&line);
            }
        }
        self.bar.set_message(frame);
    }

    /// The lines of a frame, at most one fewer than there are rows: the last is left to the cursor.
    fn compose(&self, now: Timestamp, columns: usize, rows: usize) -> String {
        let most = rows.saturating_sub(1).max(1);
        let troubles = self.troubles.len().min(most / 3);
        let room = most - troubles;
        let open: Vec<&Row> =
            self.order.iter().map(|&row| &self.rows[row]).filter(|row| !row.ended).collect();
        let all_fit = open.len() <= room;
        let mut free = if all_fit { room } else { room - 1 };
        let (shown, hidden): (Vec<&Row>, Vec<&Row>) = open.into_iter().partition(|row| {
            let is_shown = free > 0 && (all_fit || row.is_at_work());
            free -= usize::from(is_shown);
            is_shown
        });

        let mut lines = self.compose_rows(&shown, now, columns);
        if !hidden.is_empty() {
            let counts = count_states(hidden.iter().map(|row| row.state.as_ref()));
            let line = match shown.len() {
                0 => format!("{} tasks: {counts}", hidden.len()),
                _ => format!("… and {} more: {counts}", hidden.len()),
            };
            lines.push(paint(self.palette.faint(), text::truncate(&line, columns)));
        }
        for (profile, Trouble { reason, since, until }) in self.troubles.iter().take(troubles) {
            let seconds = |span: SignedDuration| humanize::duration_in_seconds(span.as_secs_f64().max(0.0));
            let (lost, left) = (seconds(now.duration_since(*since)), seconds(until.duration_since(now)));
            let profile = text::escape(profile);
            let line = format!("{profile}: no answer for {lost}, given up in {left}: {reason}");
            lines.push(paint(self.palette.warning(), text::truncate(&line, columns)));
        }
        // indicatif takes the emoji selector to have no width, and many terminals take it to widen a character.
        lines.join("\n").replace('\u{fe0f}', "")
    }

    fn compose_rows(&self, shown: &[&Row], now: Timestamp, columns: usize) -> Vec<String> {
        let widest = |width: fn(&Row) -> usize| shown.iter().map(|row| width(row)).max().unwrap_or(0);
        let state_width = widest(|row| row.word().len());
        let label_room = columns.saturating_sub(state_width + PERCENT + 2).min((columns * 2 / 5).max(1));
        let label_width = widest(|row| text::width(&row.label)).min(label_room);
        let rest = columns.saturating_sub(label_width + state_width + PERCENT + 2);
        let outlooks: Vec<String> =
            shown.iter().map(|row| row.outlook(now).filter(|_| rest > ELAPSED).unwrap_or_default()).collect();
        let is_short = |outlook: &&String| outlook.starts_with('~');
        let outlook_width =
            outlooks.iter().filter(is_short).map(|outlook| text::width(outlook)).max().unwrap_or(0);
        let compose_row = |(row, outlook): (&&Row, &String)| {
            let label = text::truncate_middle(&row.label, label_width, label_width / 3);
            let label = text::fit(&label, label_width);
            let percent = row.estimate.shown();
            let shown_percent = percent.map(humanize::whole_percent);
            let shown_percent = shown_percent.as_deref().unwrap_or(SPINNER[self.spinner % SPINNER.len()]);
            let mut line = format!("{label} {:state_width$} {shown_percent:>PERCENT$}", row.word());
            match rest {
                50.. => line += &bar(percent, 20),
                34.. => line += &bar(percent, 10),
                _ => {}
            }
            if rest > ELAPSED {
                line += &format!(" {:>ELAPSED$}", row.elapsed(now));
            }
            // The end of each has a place of its own, so that what is behind it does not move.
            if outlook_width > 0 || !outlook.is_empty() {
                line += &format!(" {outlook:<outlook_width$}");
            }
            // A blank and two characters with `…` are the least that says anything. Where there is no room for all, what
            // changes goes before what does not.
            let room = columns.saturating_sub(text::width(&line) + 1);
            if room >= 3 && !row.text.is_empty() {
                let step = if text::width(&row.text) > room { row.step.as_str() } else { "" };
                line += &format!(" {}", if step.is_empty() { row.text.as_str() } else { step });
            }
            let style = row.state.as_ref().map_or(self.palette.faint(), |state| self.palette.state(state));
            in_color(&text::truncate(&line, columns), &label, row.word(), style)
        };
        shown.iter().zip(&outlooks).map(compose_row).collect()
    }
}

impl Row {
    fn word(&self) -> &'static str {
        self.state.as_ref().map_or("waiting", State::word)
    }

    fn is_at_work(&self) -> bool {
        matches!(self.state, Some(State::Running | State::Failing | State::Cancelling))
    }

    fn elapsed(&self, now: Timestamp) -> String {
        let seconds = self.started_at.map(|started| now.duration_since(started).as_secs_f64());
        seconds.map_or_else(|| humanize::ABSENT.to_owned(), humanize::duration_in_seconds)
    }

    /// When it may end, or that it does not move.
    fn outlook(&self, now: Timestamp) -> Option<String> {
        if !self.is_at_work() {
            return None;
        }
        if let Some(idle) = self.estimate.stalled_for(now) {
            return Some(format!("no progress for {}", humanize::rough_duration(idle)));
        }
        Some(format!("~{}", humanize::duration_in_seconds(self.estimate.seconds_left(now)?)))
    }
}

/// A frame whose last line is full and ends in a carriage return. indicatif fills it otherwise and leaves the cursor
/// behind the last column, where the `^C` that a terminal echoes begins another line; the next frame then misses its own
/// by one.
fn with_cursor_at_begin(mut frame: String, columns: usize) -> String {
    if let Some(last) = frame.lines().last() {
        let width = text::width(&console::strip_ansi_codes(last));
        frame += &" ".repeat(columns.saturating_sub(width));
        frame.push('\r');
    }
    frame
}

/// The line with the word behind its label in colour, if the line reaches so far.
fn in_color(line: &str, label: &str, word: &str, style: Style) -> String {
    let behind = line.strip_prefix(label).and_then(|rest| rest.strip_prefix(' '));
    match behind.and_then(|rest| rest.strip_prefix(word)) {
        Some(rest) => format!("{label} {}{rest}", paint(style, word)),
        None => line.to_owned(),
    }
}

/// A blank and a bar of so many columns.
fn bar(percent: Option<f64>, columns: u32) -> String {
    let cell = |number: u32| match percent {
        None => ' ',
        Some(percent) if percent * f64::from(columns) >= 100.0 * f64::from(number) => '█',
        Some(_) => '░',
    };
    std::iter::once(' ').chain((1..=columns).map(cell)).collect()
}

/// A condition that was met, and how far the task is: `progress>=15 (17%)`.
pub fn reached_text(condition: &Condition, task: &Task) -> String {
    match task.percent() {
        Some(percent) => format!("{condition} ({})", humanize::percent(percent)),
        None => format!("{condition} ({})", humanize::state(&task.state)),
    }
}

/// What stands behind the state of a task that has ended.
fn result(reading: &Reading, task: &Task) -> String {
    let elapsed = task.elapsed_seconds(reading.fetched_at).map(humanize::duration);
    let elapsed = match (&task.state, elapsed) {
        (State::Succeeded, Some(elapsed)) => format!(" in {elapsed}"),
        (_, Some(elapsed)) => format!(" after {elapsed}"),
        (_, None) => String::new(),
    };
    let reason = match &task.state {
        State::Failed { failure } => {
            let shown = usize::from(failure.message.is_none());
            let causes = failure.causes.iter().skip(shown).cloned();
            Some(std::iter::once(humanize::failure(failure)).chain(causes).collect::<Vec<_>>().join(": "))
        }
        _ => humanize::warnings(&task.warnings).map(|warnings| format!("with {warnings}")),
    };
    let reason = reason.or_else(|| humanize::description(task));
    elapsed + &reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

impl Observer for Bars {
    fn event(&mut self, event: &Event<'_>) {
        match &event.kind {
            EventKind::Snapshot(reading) | EventKind::Change(reading) | EventKind::Heartbeat(reading) => {
                self.read(reading)
            }
            EventKind::Retry { profile, error, since, until, .. } => {
                let reason = text::escape(&humanize::error(error)).into_owned();
                let trouble = Trouble { reason, since: *since, until: *until };
                self.troubles.insert((*profile).to_owned(), trouble);
            }
            EventKind::TaskRetry { reading, error, .. } => {
                let index = self.row(&reading.task_ref, None);
                let line = format!("cannot be read, trying again: {}", humanize::error(error));
                self.rows[index].text = text::escape(&line).into_owned();
                self.rows[index].step.clear();
            }
            EventKind::Recovered { profile, after: _ } => {
                self.troubles.remove(*profile);
            }
            // Nobody at the terminal has to do anything about it.
            EventKind::Reauth { profile: _ } => {}
            EventKind::End(reading) => self.end(reading),
            EventKind::Summary { outcome, .. } => {
                if !self.result_follows || matches!(outcome, Outcome::Signal(_)) {
                    self.keep_open(event.at);
                }
                self.drawn_at = None;
                self.draw(event.at);
                self.bar.finish_and_clear();
            }
        }
        self.draw(event.at);
    }

    fn subtask(&mut self, subtask: &TaskRef, parent: &TaskRef) {
        let parent = self.row(parent, None);
        self.labels.add(subtask);
        self.row(subtask, Some(parent));
    }

    fn tick_every(&self) -> Option<Duration> {
        Some(TICK)
    }

    fn tick(&mut self, now: Timestamp) {
        self.spinner = self.spinner.wrapping_add(1);
        self.draw(now);
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Lets others write to the terminal that bars are on.
#[derive(Clone)]
pub struct Handle {
    bar: ProgressBar,
    terminal: Arc<dyn TermLike>,
}

impl Handle {
    /// Takes the bars away, calls `write`, and draws them again below what it wrote.
    pub fn suspend<R>(&self, write: impl FnOnce() -> R) -> R {
        // indicatif cannot draw a wide character in one column; the next frame has none.
        if self.terminal.width() < 2 {
            self.bar.set_message("");
        }
        self.bar.suspend(write)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::super::super::samples;
    use super::*;
    use crate::error::{Error, Kind};
    use crate::task::{Progress, Target};

    /// A terminal in memory that remembers every byte.
    #[derive(Clone)]
    struct Fake(Arc<Mutex<(vt100::Parser, String, u32)>>);

    fn whole(size: u16) -> std::num::NonZero<u16> {
        size.try_into().expect("a size")
    }

    impl Fake {
        fn new(rows: u16, columns: u16) -> Fake {
            Fake(Arc::new(Mutex::new((
                vt100::Parser::new(whole(rows), whole(columns), 1000),
                String::new(),
                0,
            ))))
        }

        fn put(&self, text: &str) -> io::Result<()> {
            let mut inner = self.0.lock().expect("no panic before");
            inner.0.process(text.as_bytes());
            // A frame ends in a carriage return of its own.
            inner.1.push_str(text.strip_suffix('\r').unwrap_or(text));
            Ok(())
        }

        fn resize(&self, rows: u16, columns: u16) {
            self.0.lock().expect("no panic before").0.screen_mut().set_size(whole(rows), whole(columns));
        }

        /// The lines on the screen, without blanks at their ends.
        fn lines(&self) -> Vec<String> {
            let inner = self.0.lock().expect("no panic before");
            let columns = inner.0.screen().size().1;
            let mut lines: Vec<String> =
                inner.0.screen().rows(0, columns.get()).map(|line| line.trim_end().to_owned()).collect();
            while lines.last().is_some_and(String::is_empty) {
                lines.pop();
            }
            lines
        }

        fn written(&self) -> String {
            self.0.lock().expect("no panic before").1.clone()
        }

        fn frames(&self) -> u32 {
            self.0.lock().expect("no panic before").2
        }
    }

    impl std::fmt::Debug for Fake {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Fake")
        }
    }

    impl TermLike for Fake {
        fn width(&self) -> u16 {
            self.0.lock().expect("no panic before").0.screen().size().1.get()
        }
        fn height(&self) -> u16 {
            self.0.lock().expect("no panic before").0.screen().size().0.get()
        }
        fn move_cursor_up(&self, n: usize) -> io::Result<()> {
            if n == 0 { Ok(()) } else { self.put(&format!("\u{1b}[{n}A")) }
        }
        fn move_cursor_down(&self, n: usize) -> io::Result<()> {
            if n == 0 { Ok(()) } else { self.put(&format!("\u{1b}[{n}B")) }
        }
        fn move_cursor_right(&self, n: usize) -> io::Result<()> {
            if n == 0 { Ok(()) } else { self.put(&format!("\u{1b}[{n}C")) }
        }
        fn move_cursor_left(&self, n: usize) -> io::Result<()> {
            if n == 0 { Ok(()) } else { self.put(&format!("\u{1b}[{n}D")) }
        }
        fn write_line(&self, s: &str) -> io::Result<()> {
            self.put(s)?;
            self.put("\r\n")
        }
        fn write_str(&self, s: &str) -> io::Result<()> {
            self.put(s)
        }
        fn clear_line(&self) -> io::Result<()> {
            self.put("\r\u{1b}[2K")
        }
        fn flush(&self) -> io::Result<()> {
            self.0.lock().expect("no panic before").2 += 1;
            Ok(())
        }
    }

    fn start() -> Timestamp {
        samples::at("2026-11-20T10:00:00Z")
    }

    fn after(milliseconds: i64) -> Timestamp {
        start() + SignedDuration::from_millis(milliseconds)
    }

    /// A task that started with the watch and is so far after so many seconds.
    fn reading(id: &str, state: State, percent: Option<f64>, seconds: i64) -> Reading {
        let mut reading = samples::bare(id, state);
        reading.fetched_at = after(seconds * 1000);
        let task = reading.task.as_mut().expect("a task");
        task.name = Some("sync".into());
        task.started_at = Some(start());
        task.progress = percent.and_then(Progress::percent);
        reading
    }

    struct Stage {
        fake: Fake,
        bars: Bars,
    }

    impl Stage {
        fn new(rows: u16, columns: u16, ids: &[&str]) -> Stage {
            let fake = Fake::new(rows, columns);
            let names: Vec<Arc<TaskRef>> = ids.iter().map(|id| samples::name("dr", id)).collect();
            let bars = Bars::on(fake.clone(), &names, Palette::new(false), start());
            Stage { fake, bars }
        }

        fn at(&mut self, milliseconds: i64, kind: EventKind<'_>) {
            self.bars.event(&Event { at: after(milliseconds), kind });
        }

        fn lines(&self) -> Vec<String> {
            self.fake.lines()
        }
    }

    #[test]
    fn the_first_frame_is_drawn_before_the_first_answer() {
        let stage = Stage::new(10, 60, &["t-1"]);
        assert_eq!(stage.lines(), [format!("dr/t-1 waiting    ⠋{}-", " ".repeat(17))]);
    }

    #[test]
    fn a_bar_has_state_percent_elapsed_estimate_and_message() {
        let mut stage = Stage::new(10, 80, &["t-1", "t-2"]);
        for (seconds, percent) in [(0, 10.0), (10, 20.0), (20, 30.0)] {
            stage.at(
                seconds * 1000,
                EventKind::Change(&reading("t-1", State::Running, Some(percent), seconds)),
            );
        }
        stage.at(21_000, EventKind::Snapshot(&reading("t-2", State::Pending, None, 21)));
        insta::assert_snapshot!(stage.lines().join("\n"), @"
        dr/t-1 running  30% ██████░░░░░░░░░░░░░░    21s ~1m9s sync
        dr/t-2 pending    ⠋                         21s       sync
        ");
        stage.bars.tick(after(21_125));
        assert!(stage.lines()[1].contains('⠙'), "the spinner moves");
        assert!(!stage.lines()[1].contains('%'), "there is no percentage");
        stage.bars.tick(after(300_000));
        insta::assert_snapshot!(stage.lines().join("\n"), @"
        dr/t-1 running  30% ██████░░░░░░░░░░░░░░     5m no progress for 4m sync
        dr/t-2 pending    ⠹                          5m sync
        ");
    }

    #[test]
    fn a_bar_never_moves_back() {
        let mut stage = Stage::new(10, 80, &["t-1"]);
        stage.at(1000, EventKind::Snapshot(&reading("t-1", State::Running, Some(60.0), 1)));
        stage.at(2000, EventKind::Change(&reading("t-1", State::Running, Some(20.0), 2)));
        assert!(stage.lines()[0].contains(" 60% ████████████░░░░░░░░"), "{:?}", stage.lines());
    }

    #[test]
    fn an_ended_task_leaves_one_permanent_line() {
        let mut stage = Stage::new(10, 60, &["t-1", "t-2", "vcda/x"]);
        stage.at(1000, EventKind::Snapshot(&reading("t-2", State::Running, Some(5.0), 1)));
        let failure = crate::task::Failure {
            message: Some("disk\nis full".into()),
            code: Some("E42".into()),
            ..Default::default()
        };
        let failed = reading("t-1", State::Failed { failure }, Some(40.0), 130);
        let mut failed = failed;
        failed.task.as_mut().expect("a task").ended_at = Some(after(130_000));
        stage.at(130_000, EventKind::Change(&failed));
        stage.at(130_000, EventKind::End(&failed));
        stage.at(130_000, EventKind::End(&failed));
        let mut gone = samples::unreadable("dr/x");
        Arc::make_mut(&mut gone.task_ref).reference = "dr/vcda/x".into();
        stage.at(131_000, EventKind::End(&gone));
        insta::assert_snapshot!(stage.lines().join("\n"), @r#"
        dr/t-1 failed after 2m10s: disk\nis full [E42]
        dr/vcda/x unreadable
        dr/t-2 running   5% ░░░░░░░░░░  2m11s no progress for 2m sy…
        "#);
        let mut done = reading("t-2", State::Succeeded, Some(100.0), 132);
        done.task.as_mut().expect("a task").ended_at = Some(after(132_000));
        stage.at(132_000, EventKind::End(&done));
        stage.at(132_000, EventKind::Summary { outcome: Outcome::Failed, exit_code: 3, readings: &[] });
        insta::assert_snapshot!(stage.lines().join("\n"), @r#"
        dr/t-1 failed after 2m10s: disk\nis full [E42]
        dr/vcda/x unreadable
        dr/t-2 succeeded in 2m12s: sync
        "#);
        assert!(!stage.fake.written().contains("\u{1b}[?1049"), "no alternate screen");
    }

    #[test]
    fn subtasks_stand_under_their_task_and_leave_a_marked_line() {
        let mut stage = Stage::new(10, 70, &["t-1", "t-2"]);
        let name = |id: &str| samples::name("dr", id);
        stage.at(1000, EventKind::Snapshot(&reading("t-1", State::Running, Some(40.0), 1)));
        stage.bars.subtask(&name("t-3"), &name("t-1"));
        stage.bars.subtask(&name("t-4"), &name("t-1"));
        stage.bars.subtask(&name("t-5"), &name("t-3"));
        for id in ["t-2", "t-3", "t-5"] {
            stage.at(2000, EventKind::Snapshot(&reading(id, State::Running, Some(10.0), 2)));
        }
        stage.bars.tick(after(2500));
        insta::assert_snapshot!(stage.lines().join("\n"), @"
        dr/t-1     running  40% ████░░░░░░     2s sync
        └ dr/t-3   running  10% █░░░░░░░░░     2s sync
          └ dr/t-5 running  10% █░░░░░░░░░     2s sync
        └ dr/t-4   waiting    ⠙                 -
        dr/t-2     running  10% █░░░░░░░░░     2s sync
        ");
        let mut done = reading("t-5", State::Succeeded, Some(100.0), 3);
        done.task.as_mut().expect("a task").ended_at = Some(after(3000));
        stage.at(3000, EventKind::End(&done));
        let mut done = reading("t-1", State::Succeeded, Some(100.0), 4);
        done.task.as_mut().expect("a task").ended_at = Some(after(4000));
        stage.at(4000, EventKind::End(&done));
        insta::assert_snapshot!(stage.lines().join("\n"), @"
        └ dr/t-5 succeeded in 3.0s: sync
        dr/t-1 succeeded in 4.0s: sync
        └ dr/t-3 running  10% █░░░░░░░░░     4s sync
        └ dr/t-4 waiting    ⠙                 -
        dr/t-2   running  10% █░░░░░░░░░     4s sync
        ");
    }

    #[test]
    fn thirty_tasks_in_ten_rows_are_the_running_ones_and_a_count() {
        let ids: Vec<String> = (0..30).map(|n| format!("t-{n}")).collect();
        let mut stage = Stage::new(10, 60, &ids.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(stage.lines(), ["30 tasks: 30 waiting"]);
        for (n, id) in ids.iter().enumerate() {
            let state = if n % 2 == 0 { State::Pending } else { State::Running };
            stage.at(200, EventKind::Snapshot(&reading(id, state, Some(10.0), 1)));
        }
        stage.bars.tick(after(400));
        let lines = stage.lines();
        assert_eq!(lines.len(), 9);
        assert!(lines[..8].iter().all(|line| line.contains(" running ")), "{lines:?}");
        assert_eq!(lines[8], "… and 22 more: 7 running, 15 pending");
        stage.fake.resize(5, 60);
        stage.bars.tick(after(600));
        assert!(stage.lines().contains(&"… and 27 more: 12 running, 15 pending".to_owned()));
    }

    #[test]
    fn a_new_width_is_honoured_at_the_next_tick() {
        let mut stage = Stage::new(10, 80, &["t-1"]);
        stage.at(1000, EventKind::Snapshot(&reading("t-1", State::Running, Some(60.0), 1)));
        assert!(stage.lines()[0].contains('█'));
        stage.fake.resize(10, 20);
        stage.bars.tick(after(1200));
        assert_eq!(stage.lines(), ["dr/t-1 running  60%"]);
    }

    #[test]
    fn a_narrow_terminal_and_wide_characters_are_cut_to_one_line() {
        let long = "仮想マシン仮想マシン";
        let mut stage = Stage::new(10, 20, &[long, "t-1"]);
        for id in [long, "t-1"] {
            let mut reading = reading(id, State::Cancelling, Some(40.0), 1);
            reading.task.as_mut().expect("a task").target = Target::known(None, None, Some(long.into()));
            stage.at(1000, EventKind::Snapshot(&reading));
        }
        stage.bars.tick(after(1200));
        assert_eq!(stage.lines(), ["dr…  cancelling  40%", "dr…1 cancelling  40%"]);
    }

    fn third_attempt(error: &Error) -> EventKind<'_> {
        EventKind::Retry {
            profile: "dr",
            host: "vcda:8046",
            error,
            failures: 3,
            delay: Duration::from_secs(1),
            since: start(),
            until: start() + SignedDuration::from_mins(5),
        }
    }

    #[test]
    fn trouble_is_shown_until_there_is_a_good_answer() {
        let mut stage = Stage::new(10, 60, &["t-1"]);
        let error = Error::new(Kind::Network, "connection refused");
        let retry = third_attempt(&error);
        stage.at(1000, retry.clone());
        assert_eq!(stage.lines()[1], "dr: no answer for 1s, given up in 4m59s: connection refused");
        stage.at(2000, EventKind::Recovered { profile: "dr", after: Duration::from_secs(1) });
        assert_eq!(stage.lines().len(), 1);
        stage.at(3000, retry);
        assert_eq!(stage.lines().len(), 2);
        stage.at(4000, EventKind::Heartbeat(&reading("t-1", State::Running, None, 4)));
        assert_eq!(stage.lines().len(), 1);
    }

    #[test]
    fn trouble_of_a_server_that_was_given_up_is_no_longer_shown() {
        let mut stage = Stage::new(10, 60, &["t-1", "t-2"]);
        let error = Error::new(Kind::Network, "connection refused");
        let retry = third_attempt(&error);
        stage.at(1000, retry);
        assert_eq!(stage.lines().len(), 3);
        let gone = Reading { task: Err(error.clone()), ..reading("t-1", State::Running, None, 1) };
        stage.at(2000, EventKind::End(&gone));
        assert_eq!(stage.lines()[0], "dr/t-1 unreadable");
        assert_eq!(stage.lines().len(), 2);
    }

    #[test]
    fn at_most_ten_frames_a_second_are_drawn_and_none_without_a_change() {
        let mut stage = Stage::new(10, 80, &["t-1"]);
        let before = stage.fake.frames();
        for millisecond in 1..=1000 {
            let percent = millisecond as f64 / 10.0;
            stage.at(millisecond, EventKind::Change(&reading("t-1", State::Running, Some(percent), 1)));
        }
        let drawn = stage.fake.frames() - before;
        assert!((5..=10).contains(&drawn), "{drawn}");
        let before = stage.fake.frames();
        for _ in 0..20 {
            stage.at(1500, EventKind::Heartbeat(&reading("t-1", State::Running, Some(100.0), 1)));
        }
        stage.bars.tick(after(1700));
        assert_eq!(stage.fake.frames() - before, 0, "nothing changed");
    }

    #[test]
    fn bars_with_wide_characters_are_suspended_in_one_column() {
        let mut stage = Stage::new(10, 60, &["t-1", "t-2"]);
        let mut reading = reading("t-1", State::Running, None, 1);
        reading.task.as_mut().expect("a task").name = Some("仮想マシン".into());
        stage.at(1000, EventKind::Change(&reading));
        stage.fake.resize(200, 1);
        assert_eq!(stage.bars.handle().suspend(|| 7), 7);
    }

    #[test]
    fn others_can_write_above_the_bars() {
        let stage = Stage::new(10, 40, &["t-1"]);
        let fake = stage.fake.clone();
        stage.bars.handle().suspend(|| fake.put("a notice\r\n").expect("memory takes everything"));
        assert_eq!(stage.lines(), ["a notice", "dr/t-1 waiting    ⠋      -"]);
    }

    /// Behind the last column, the `^C` that a terminal echoes would begin another line.
    #[test]
    fn the_cursor_waits_at_the_begin_of_the_last_line() {
        let fake = Fake::new(10, 40);
        let mut reading = reading("t-1", State::Running, None, 1);
        let mut bars =
            Bars::on(fake.clone(), std::slice::from_ref(&reading.task_ref), Palette::new(true), start());
        for name in ["sync", "仮想マシン仮想マシン仮想マシン", "\u{2764}\u{fe0f}"] {
            reading.task.as_mut().expect("a task").name = Some(name.into());
            bars.drawn_at = None;
            bars.event(&Event { at: after(1000), kind: EventKind::Change(&reading) });
            assert!(fake.lines()[0].contains(&name[..3]), "{:?}", fake.lines());
            let cursor = fake.0.lock().expect("no panic before").0.screen().cursor_position();
            assert_eq!(cursor, (0, 0), "{name}");
        }
    }

    #[test]
    fn bars_that_are_dropped_early_leave_nothing_behind() {
        let stage = Stage::new(10, 40, &["t-1"]);
        let fake = stage.fake.clone();
        drop(stage);
        assert!(fake.lines().is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn escapes_of_a_server_are_escaped_and_every_line_fits(
            words in prop::collection::vec("(\\PC|[\u{1b}\u{9b}\r\n\t\u{7}\u{202e}]|仮){0,12}", 5),
            columns in 1u16..100,
            rows in 1u16..12,
        ) {
            let fake = Fake::new(rows, columns);
            let mut reading = reading("t-1", State::Running, Some(40.0), 1);
            Arc::make_mut(&mut reading.task_ref).reference = words[0].clone();
            let task = reading.task.as_mut().expect("a task");
            task.name = Some(words[1].clone());
            task.progress_message = Some(words[2].clone());
            let mut bars = Bars::on(fake.clone(), std::slice::from_ref(&reading.task_ref), Palette::new(false), start());
            let error = Error::new(Kind::Network, words[3].clone());
            bars.event(&Event { at: after(1000), kind: EventKind::Snapshot(&reading) });
            bars.event(&Event { at: after(2000), kind: EventKind::Retry {
                profile: "dr", host: &words[4], error: &error, failures: 1, delay: Duration::ZERO, since: start(), until: start(),
            } });
            let frame = bars.compose(after(2000), usize::from(columns), usize::from(rows));
            prop_assert!(frame.lines().count() <= usize::from(rows.max(2) - 1));
            for line in frame.lines() {
                prop_assert!(text::width(line) <= usize::from(columns), "{line:?}");
                prop_assert_eq!(text::escape(line), line);
            }
            reading.task = Err(error);
            bars.event(&Event { at: after(3000), kind: EventKind::End(&reading) });
            drop(bars);
            // What is left besides text are the movements that this test's terminal writes.
            let mut written = fake.written();
            for movement in ["\r\u{1b}[2K", "\r\n"] {
                written = written.replace(movement, "");
            }
            for n in 1..=12 {
                for direction in ["A", "B"] {
                    written = written.replace(&format!("\u{1b}[{n}{direction}"), "");
                }
            }
            prop_assert_eq!(text::escape(&written), written.as_str());
        }
    }
}
