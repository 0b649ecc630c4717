//! Stamped lines, for logs and CI: one when a state, a message or five percentage points changed. No escape, no
//! carriage return.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Labels, count_states};
use crate::engine::event::{Event, EventKind, Observer, Reading, TaskRef};
use crate::render::humanize;
use crate::task::{State, Task};
use crate::util::text;

/// A line is due after so many percentage points, in either direction: a log shows what the server said.
const POINTS: f64 = 5.0;
/// With more tasks than this under way, heartbeats come as one line with a count.
const MANY: usize = 20;

/// Writes a line for what is worth one:
/// `2026-11-20T10:15:02Z dr/f61d60d2 running 40% elapsed=2m10s "sync: my vapp 1"`.
///
/// The first four words are always there, `-` where it is not known. The line ends with `error="…"` where a task failed or
/// could not be read, and names the server's own word as `native="…"` where the state is unknown. That of a subtask
/// that appeared on the way names its task as `parent=dr/f61d60d2`.
pub struct Plain<W> {
    out: W,
    labels: Labels,
    /// By reference.
    tasks: HashMap<String, Followed>,
    /// A line is due for a task that goes on after so long without one.
    heartbeat: SignedDuration,
    /// How many lines of counts there were.
    rounds: u64,
    /// What the last line about a lost server said, and when, by profile.
    lost: HashMap<String, (String, Timestamp)>,
}

#[derive(Default)]
struct Followed {
    /// The label of the task whose subtask this is, if it appeared on the way.
    parent: Option<String>,
    /// `None` before the first line, and after it could not be read.
    seen: Option<Seen>,
    /// When the last line about it was written, one of counts included.
    written_at: Option<Timestamp>,
    /// The last line of counts that its heartbeat is in.
    round: u64,
}

/// What the last line about a task said.
struct Seen {
    state: State,
    text: Option<String>,
    percent: Option<f64>,
}

impl<W: Write> Plain<W> {
    /// Writes lines about these tasks, and one at least each `heartbeat` while they go on. What cannot be written is dropped: losing the log must not end a watch.
    pub fn new(out: W, names: &[Arc<TaskRef>], heartbeat: Duration) -> Plain<W> {
        let tasks = names.iter().map(|name| (name.reference.clone(), Followed::default())).collect();
        let heartbeat = SignedDuration::try_from(heartbeat).unwrap_or(SignedDuration::MAX);
        Plain { out, labels: Labels::of(names), tasks, heartbeat, rounds: 0, lost: HashMap::new() }
    }

    fn line(&mut self, at: Timestamp, rest: &str) {
        let _ = writeln!(self.out, "{at:.0} {rest}").and_then(|()| self.out.flush());
    }

    /// A line about a task; `always`, or when it says something new.
    fn task(&mut self, at: Timestamp, reading: &Reading, always: bool) {
        let followed = self.tasks.entry(reading.task_ref.reference.clone()).or_default();
        let now = reading.task.as_ref().ok().map(Seen::of);
        if let (false, Some(now), Some(before)) = (always, &now, &followed.seen)
            && !now.differs(before)
        {
            // It is alive, and says so in things that are not worth a line each.
            if followed.written_at.is_some_and(|last| at.duration_since(last) >= self.heartbeat) {
                self.heartbeat(at, reading);
            }
            return;
        }
        followed.seen = now;
        followed.written_at = Some(at);
        let line = describe(&self.labels.get(&reading.task_ref), followed.parent.as_deref(), reading);
        self.line(at, &line);
    }

    fn heartbeat(&mut self, at: Timestamp, reading: &Reading) {
        let seen = self.tasks.values().filter_map(|task| task.seen.as_ref());
        let open = seen.map(|seen| &seen.state).filter(|state| !state.ended());
        // Counted no further than it matters: each of many tasks comes here.
        if open.clone().take(MANY + 1).count() <= MANY {
            return self.task(at, reading, true);
        }
        // A task's second heartbeat begins the next round.
        let round = self.tasks.get(&reading.task_ref.reference).map(|task| task.round);
        if round == Some(self.rounds) {
            let ended = match self.tasks.len() - open.clone().count() {
                0 => String::new(),
                ended => format!(", {ended} ended"),
            };
            let line = format!("{} tasks: {}{ended}", self.tasks.len(), count_states(open.map(Some)));
            self.line(at, &line);
            self.rounds += 1;
        }
        let followed = self.tasks.entry(reading.task_ref.reference.clone()).or_default();
        (followed.round, followed.written_at) = (self.rounds, Some(at));
    }
}

impl Seen {
    fn of(task: &Task) -> Seen {
        Seen { state: task.state.clone(), text: humanize::description(task), percent: task.percent() }
    }

    fn differs(&self, before: &Seen) -> bool {
        let moved = match (before.percent, self.percent) {
            (Some(before), Some(now)) => (now - before).abs() >= POINTS,
            (before, now) => before.is_some() != now.is_some(),
        };
        moved || self.state != before.state || self.text != before.text
    }
}

/// The line without its stamp.
fn describe(label: &str, parent: Option<&str>, reading: &Reading) -> String {
    let task = reading.task.as_ref();
    let word = task.map_or("unreadable", |task| task.state.word());
    let or_absent = |value: Option<String>| value.unwrap_or_else(|| humanize::ABSENT.to_owned());
    let task = task.ok();
    let percent = or_absent(task.and_then(Task::percent).map(humanize::whole_percent));
    let elapsed = task.and_then(|task| task.elapsed_seconds(reading.fetched_at));
    let elapsed = or_absent(elapsed.map(humanize::duration));
    let native = match task.map(|task| &task.state) {
        Some(State::Unknown { reported }) if !reported.is_empty() => Some(reported.clone()),
        _ => None,
    };
    let error = match &reading.task {
        Ok(task) => task.state.failure().map(humanize::failure),
        Err(error) => Some(humanize::error(error)),
    };
    let ended = task.filter(|task| task.state.ended());
    let warnings = ended.and_then(|task| humanize::warnings(&task.warnings));

    let mut line = format!("{label} {word} {percent} elapsed={elapsed}");
    if let Some(description) = task.and_then(humanize::description) {
        line += &format!(" {}", text::quote(&description));
    }
    if let Some(parent) = parent {
        line += &format!(" parent={parent}");
    }
    for (key, value) in [("native", native), ("error", error), ("warnings", warnings)] {
        if let Some(value) = value {
            line += &format!(" {key}={}", text::quote(&value));
        }
    }
    line
}

impl<W: Write> Observer for Plain<W> {
    fn event(&mut self, event: &Event<'_>) {
        let line = match &event.kind {
            // A task that ended at once, or by a change, has its line already.
            EventKind::Snapshot(reading) | EventKind::Change(reading) | EventKind::End(reading) => {
                return self.task(event.at, reading, false);
            }
            EventKind::Heartbeat(reading) => return self.heartbeat(event.at, reading),
            EventKind::Retry { profile, host, error, since, until, .. } => {
                let reason = humanize::error(error);
                let last = self.lost.get(*profile);
                if last.is_some_and(|(known, at)| {
                    *known == reason && event.at.duration_since(*at) < self.heartbeat
                }) {
                    return;
                }
                let line = format!(
                    "{} ({}) gives no good answer since {since:.0}, trying until {until:.0}: {}",
                    text::escape(profile),
                    text::escape(host),
                    text::quote(&reason)
                );
                self.lost.insert((*profile).to_owned(), (reason, event.at));
                line
            }
            EventKind::TaskRetry { reading, error, .. } => format!(
                "{} cannot be read, trying again: {}",
                self.labels.get(&reading.task_ref),
                text::quote(&humanize::error(error))
            ),
            EventKind::Recovered { profile, after } => {
                self.lost.remove(*profile);
                let after = humanize::duration(after.as_secs_f64());
                format!("{} answers again after {after}", text::escape(profile))
            }
            EventKind::Reauth { profile } => {
                format!("{} session was rejected, logging in again", text::escape(profile))
            }
            EventKind::Summary { .. } => return,
        };
        self.line(event.at, &line);
    }

    fn subtask(&mut self, subtask: &TaskRef, parent: &TaskRef) {
        self.labels.add(subtask);
        let followed = Followed { parent: Some(self.labels.get(parent)), ..Followed::default() };
        self.tasks.insert(subtask.reference.clone(), followed);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::samples;
    use super::*;
    use crate::error::{Error, Kind};
    use crate::task::{Progress, Target};

    const MINUTE: Duration = Duration::from_secs(60);

    fn at() -> Timestamp {
        samples::at("2026-11-20T10:15:02.4Z")
    }

    fn vapp(percent: f64) -> Reading {
        let mut reading = samples::running();
        reading.fetched_at = at();
        let task = reading.task.as_mut().expect("a task");
        task.progress = Progress::percent(percent);
        task.started_at = Some(samples::at("2026-11-20T10:12:52Z"));
        task.target = Target::known(None, None, Some("my vapp 1".into()));
        task.progress_message = None;
        reading
    }

    fn printed(names: &[Arc<TaskRef>], kinds: Vec<EventKind<'_>>) -> String {
        let mut out = Vec::new();
        let mut plain = Plain::new(&mut out, names, MINUTE);
        for kind in kinds {
            plain.event(&Event { at: at(), kind });
        }
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_line_is_as_documented() {
        let reading = vapp(40.0);
        assert_eq!(
            printed(std::slice::from_ref(&reading.task_ref), vec![EventKind::Snapshot(&reading)]),
            "2026-11-20T10:15:02Z dr/f61d60d2 running 40% elapsed=2m10s \"sync: my vapp 1\"\n"
        );
    }

    #[test]
    fn a_line_is_due_after_five_points_or_a_new_message_and_the_end_has_one_line() {
        let readings = [vapp(40.0), vapp(44.9), vapp(45.0), vapp(39.0)];
        let mut said = vapp(39.0);
        said.task.as_mut().expect("a task").progress_message = Some("copying".into());
        let mut ended = said.clone();
        ended.task.as_mut().expect("a task").state = State::Succeeded;
        let kinds = vec![
            EventKind::Snapshot(&readings[0]),
            EventKind::Change(&readings[1]),
            EventKind::Change(&readings[2]),
            EventKind::Change(&readings[3]),
            EventKind::Change(&said),
            EventKind::Heartbeat(&said),
            EventKind::Change(&ended),
            EventKind::End(&ended),
        ];
        let shown = printed(std::slice::from_ref(&said.task_ref), kinds);
        let words: Vec<String> =
            shown.lines().map(|line| line.split(' ').skip(2).take(2).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            words,
            ["running 40%", "running 45%", "running 39%", "running 39%", "running 39%", "succeeded 39%"]
        );
    }

    #[test]
    fn a_task_that_changes_in_little_things_only_has_its_heartbeat_all_the_same() {
        let reading = vapp(40.0);
        let mut out = Vec::new();
        let mut plain = Plain::new(&mut out, std::slice::from_ref(&reading.task_ref), MINUTE);
        for second in (0..=130).step_by(10) {
            let kind = match second {
                0 => EventKind::Snapshot(&reading),
                _ => EventKind::Change(&reading),
            };
            plain.event(&Event { at: at() + SignedDuration::from_secs(second), kind });
        }
        let text = String::from_utf8(out).expect("UTF-8");
        let stamps: Vec<&str> = text.lines().filter_map(|line| line.get(11..19)).collect();
        assert_eq!(stamps, ["10:15:02", "10:16:02", "10:17:02"]);
    }

    #[test]
    fn failures_and_retries_show_their_reason() {
        let (failed, gone) = (samples::failed(), samples::unreadable("vcda/x"));
        let odd = samples::bare("t-1", State::Unknown { reported: "O\"DD\r".into() });
        let warned = samples::warned();
        let error = Error::new(Kind::Network, "no answer").cause("connection refused");
        let names: Vec<Arc<TaskRef>> =
            [&failed, &gone, &odd, &warned].map(|reading| reading.task_ref.clone()).into();
        let shown = printed(
            &names,
            vec![
                EventKind::End(&failed),
                EventKind::End(&gone),
                EventKind::Snapshot(&odd),
                EventKind::End(&warned),
                EventKind::Retry {
                    profile: "dr",
                    host: "vcda:8046",
                    error: &error,
                    failures: 3,
                    delay: Duration::from_secs(2),
                    since: samples::at("2026-11-20T10:14:50Z"),
                    until: samples::at("2026-11-20T10:19:50Z"),
                },
                EventKind::Recovered { profile: "dr", after: Duration::from_secs(12) },
                EventKind::Reauth { profile: "dr" },
            ],
        );
        insta::assert_snapshot!(shown, @r#"
        2026-11-20T10:15:02Z dr/f61d60d2 failed 40% elapsed=2m10s error="disk is full [E42]"
        2026-11-20T10:15:02Z vcda/x unreadable - elapsed=- error="there is no task x: HTTP 404 Not Found"
        2026-11-20T10:15:02Z dr/t-1 unknown - elapsed=- native="O\"DD\r"
        2026-11-20T10:15:02Z dr/t-2 succeeded - elapsed=- warnings="1 warning: a snapshot was left behind"
        2026-11-20T10:15:02Z dr (vcda:8046) gives no good answer since 2026-11-20T10:14:50Z, trying until 2026-11-20T10:19:50Z: "no answer: connection refused"
        2026-11-20T10:15:02Z dr answers again after 12s
        2026-11-20T10:15:02Z dr session was rejected, logging in again
        "#);
    }

    #[test]
    fn a_subtask_names_its_task_in_each_of_its_lines() {
        let (task, subtask) = (vapp(40.0), samples::bare("t-5", State::Running));
        let failure = crate::task::Failure { message: Some("disk is full".into()), ..Default::default() };
        let mut failed = samples::bare("t-5", State::Failed { failure });
        failed.task_ref = subtask.task_ref.clone();
        let gone = samples::unreadable("dr/t-6");
        let mut out = Vec::new();
        let mut plain = Plain::new(&mut out, std::slice::from_ref(&task.task_ref), MINUTE);
        plain.event(&Event { at: at(), kind: EventKind::Snapshot(&task) });
        plain.subtask(&subtask.task_ref, &task.task_ref);
        plain.subtask(&gone.task_ref, &subtask.task_ref);
        for kind in [EventKind::Snapshot(&subtask), EventKind::End(&gone), EventKind::End(&failed)] {
            plain.event(&Event { at: at(), kind });
        }
        insta::assert_snapshot!(String::from_utf8(out).expect("UTF-8"), @r#"
        2026-11-20T10:15:02Z dr/f61d60d2 running 40% elapsed=2m10s "sync: my vapp 1"
        2026-11-20T10:15:02Z dr/t-5 running - elapsed=- parent=dr/f61d60d2
        2026-11-20T10:15:02Z dr/t-6 unreadable - elapsed=- parent=dr/t-5 error="there is no task x: HTTP 404 Not Found"
        2026-11-20T10:15:02Z dr/t-5 failed - elapsed=- parent=dr/f61d60d2 error="disk is full"
        "#);
    }

    #[test]
    fn many_heartbeats_are_one_line_of_counts() {
        let readings: Vec<Reading> = (0..30)
            .map(|n| samples::bare(&format!("t-{n}"), if n < 25 { State::Running } else { State::Pending }))
            .collect();
        let names: Vec<Arc<TaskRef>> = readings.iter().map(|reading| reading.task_ref.clone()).collect();
        let mut out = Vec::new();
        let mut plain = Plain::new(&mut out, &names, MINUTE);
        for reading in &readings {
            plain.event(&Event { at: at(), kind: EventKind::Snapshot(reading) });
        }
        let subtask = samples::bare("t-30", State::Running);
        plain.subtask(&subtask.task_ref, &readings[0].task_ref);
        plain.event(&Event { at: at(), kind: EventKind::Snapshot(&subtask) });
        for reading in readings.iter().chain(&readings) {
            plain.event(&Event { at: at(), kind: EventKind::Heartbeat(reading) });
        }
        let shown = String::from_utf8(out).expect("UTF-8");
        let heartbeats: Vec<&str> = shown.lines().skip(31).collect();
        assert_eq!(heartbeats, ["2026-11-20T10:15:02Z 31 tasks: 26 running, 5 pending"; 2]);
    }

    proptest! {
        #[test]
        fn control_characters_are_escaped(words in prop::collection::vec(any::<String>(), 5)) {
            let mut reading = samples::running();
            Arc::make_mut(&mut reading.task_ref).reference = words[0].clone();
            let task = reading.task.as_mut().expect("a task");
            task.progress_message = Some(words[1].clone());
            task.state = State::Unknown { reported: words[2].clone() };
            let error = Error::new(Kind::Network, words[3].clone());
            let shown = printed(std::slice::from_ref(&reading.task_ref), vec![
                EventKind::Snapshot(&reading),
                EventKind::Retry { profile: &words[4], host: &words[0], error: &error, failures: 1, delay: Duration::ZERO, since: at(), until: at() },
            ]);
            prop_assert_eq!(shown.lines().count(), 2);
            prop_assert!(!shown.chars().any(|c| c != '\n' && c.is_control()));
        }
    }
}
