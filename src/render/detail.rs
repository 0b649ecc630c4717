//! One task, all of it, a line a value.

use std::io::{self, Write};

use anstyle::Style;
use serde_json::Value;

use super::{Options, humanize};
use crate::engine::event::Reading;
use crate::render::style::paint;
use crate::task::{Failure, State, Task};
use crate::util::text;

/// Columns before a value: the longest label, its colon and a blank.
const LABEL: usize = 12;

/// Writes what is known of a task. Of the first things that people look for, those that are not known are `-`; others
/// are left out then, and so are details that repeat what stands above: the machine formats have all of them. Of what
/// could not be read nothing is written: its error is on standard error.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut dyn Write, reading: &Reading, options: &Options) -> io::Result<()> {
    let Ok(task) = &reading.task else { return Ok(()) };
    let mut page = Page { text: String::new(), options };
    let palette = options.palette;
    let plain = Style::new();
    let time = |at: Option<jiff::Timestamp>| at.map(|at| humanize::time(at, &options.zone));
    let elapsed = task.elapsed_seconds(reading.fetched_at).map(humanize::duration);
    let cancelable = task.cancelable.filter(|_| !task.state.ended());
    let cancelable = cancelable.map(|yes| if yes { "yes" } else { "no" }.to_owned());
    let always = |value: Option<String>| Some(value.unwrap_or_default());

    page.value("Task", &reading.task_ref.reference, plain);
    page.value("State", &state(task), palette.state(&task.state));
    let values = [
        ("Progress", always(progress(task))),
        ("Operation", always(task.name.clone())),
        ("Target", always(target(task))),
        ("User", always(task.user.clone())),
        ("Created", time(task.created_at)),
        ("Started", always(time(task.started_at))),
        ("Updated", time(task.updated_at.filter(|_| task.ended_at.is_none()))),
        ("Ended", time(task.ended_at)),
        ("Elapsed", always(elapsed)),
        ("Cancelable", cancelable),
    ];
    for (label, value) in values {
        page.list(label, value.as_slice(), plain);
    }
    if let Some(failure) = task.state.failure() {
        page.value("Error", &humanize::failure(failure), palette.error());
        page.list("", &beside_reason(failure), plain);
    }
    page.list("Warnings", &task.warnings, palette.warning());
    page.list("Messages", &task.messages, plain);
    page.list("Parent", task.parent.clone().filter(|parent| !parent.is_empty()).as_slice(), plain);
    page.list("Children", &task.children, plain);
    if let Some(result) = task.result() {
        page.block("Result", LABEL, "", plain);
        page.block("", 2, &indented(&result), plain);
    }
    let known = known_texts(reading, task);
    let without_known = |(key, value)| Some((key, without_known(&value, &known)?));
    let details: Vec<(String, Value)> = task.details().into_iter().filter_map(without_known).collect();
    if !details.is_empty() {
        page.block("Details", LABEL, "", plain);
    }
    for (key, value) in details {
        page.entry(&key, &value);
    }
    out.write_all(page.text.as_bytes())
}

/// What is said of a failure below its reason.
fn beside_reason(failure: &Failure) -> Vec<String> {
    // The nearest cause stands in for a message that is missing.
    let shown = usize::from(failure.message.is_none());
    let causes = failure.causes.iter().skip(shown).map(|cause| format!("caused by: {cause}"));
    let retryable = failure.retryable.map(|retryable| match retryable {
        true => "the server says that it may succeed later".to_owned(),
        false => "the server says that trying again is of no use".to_owned(),
    });
    causes.chain(retryable).collect()
}

/// The texts that stand in the fields above the details.
fn known_texts<'a>(reading: &'a Reading, task: &'a Task) -> Vec<&'a str> {
    let target = task.target.iter().flat_map(|target| [&target.kind, &target.id, &target.name]);
    let failure = task.state.failure();
    let reason = failure.into_iter().flat_map(|failure| [&failure.code, &failure.message]);
    let texts = [&task.name, &task.native_state, &task.user, &task.parent, &task.progress_message];
    let texts = texts.into_iter().chain(target).chain(reason).flatten();
    let lists = [&task.children, &task.messages, &task.warnings].into_iter();
    let lists = lists.chain(failure.map(|failure| &failure.causes)).flatten();
    // An id may have several parts.
    let id = &reading.task_ref.id;
    texts.chain(lists).chain([id]).map(String::as_str).chain(id.split('/')).collect()
}

/// A detail without what stands above it already; `None` where nothing is left. Lists are kept whole.
fn without_known(value: &Value, known: &[&str]) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => {
            // An address that ends in an id names what is named already.
            let is_link = text.starts_with('/') || text.starts_with("http");
            let id = || text.rsplit('/').next().is_some_and(|last| known.contains(&last));
            let is_known = text.trim().is_empty() || known.contains(&text.as_str()) || is_link && id();
            (!is_known).then(|| value.clone())
        }
        Value::Array(list) => (!list.is_empty()).then(|| value.clone()),
        Value::Object(map) => {
            let kept =
                map.iter().filter_map(|(key, value)| Some((key.clone(), without_known(value, known)?)));
            let mut kept: serde_json::Map<String, Value> = kept.collect();
            let is_dropped_text = |(key, value): (&String, &Value)| {
                !kept.contains_key(key) && value.as_str().is_some_and(|text| !text.trim().is_empty())
            };
            if map.iter().any(is_dropped_text) {
                // Without the text or the address that they belong to, these say nothing: the key of a message in the
                // server's catalogue, and what an address is.
                kept.retain(|key, _| key != "id" && key != "rel");
            }
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        _ => Some(value.clone()),
    }
}

fn state(task: &Task) -> String {
    let mut words = humanize::state(&task.state);
    if task.state == State::Succeeded && !task.warnings.is_empty() {
        words.push_str(" with warnings");
    }
    match &task.native_state {
        Some(native) if !matches!(task.state, State::Unknown { .. }) => format!("{words} ({native})"),
        _ => words,
    }
}

fn progress(task: &Task) -> Option<String> {
    match (task.progress.map(humanize::progress), &task.progress_message) {
        (Some(progress), Some(message)) => Some(format!("{progress}: {message}")),
        (progress, message) => progress.or_else(|| message.clone()),
    }
}

fn target(task: &Task) -> Option<String> {
    let target = task.target.as_ref()?;
    let head = humanize::target(target)?;
    let mut beside: Vec<&str> = Vec::new();
    for part in [&target.kind, &target.id].into_iter().filter_map(Option::as_deref) {
        if part != head && !part.is_empty() && !beside.contains(&part) {
            beside.push(part);
        }
    }
    Some(if beside.is_empty() { head.to_owned() } else { format!("{head} ({})", beside.join(" ")) })
}

/// A value as text: nested ones as indented JSON, but lists of words in one line.
fn indented(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) && !list.is_empty() => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => format!("{value:#}"),
    }
}

/// The lines so far, and what they may hold.
struct Page<'a> {
    text: String,
    options: &'a Options,
}

impl Page<'_> {
    /// A label and its value; further lines of the value stand under its first.
    fn value(&mut self, label: &str, value: &str, style: Style) {
        self.block(label, LABEL, if value.is_empty() { humanize::ABSENT } else { value }, style);
    }

    /// Values under each other, the first beside the label.
    fn list(&mut self, label: &str, values: &[String], style: Style) {
        for (index, value) in values.iter().enumerate() {
            self.value(if index == 0 { label } else { "" }, value, style);
        }
    }

    /// A value of a section: beside its key, or below it where it has several lines.
    fn entry(&mut self, key: &str, value: &Value) {
        let key = if self.options.terminal.stdout { text::escape(key) } else { key.into() };
        let value = indented(value);
        let indent = if value.contains('\n') { 4 } else { 0 };
        self.block(&format!("  {key}"), indent, &value, Style::new());
    }

    /// Adds `label: value`, the value's first line from column `indent` on and its others under it, wrapped to the
    /// terminal. Where that leaves the value fewer than eight columns, it begins on the next line.
    fn block(&mut self, label: &str, indent: usize, value: &str, style: Style) {
        let limit = self.options.width();
        let is_inner = label.starts_with(' ');
        let label = if label.is_empty() { String::new() } else { format!("{label}:") };
        let label = text::truncate(&label, limit);
        let value = if self.options.terminal.stdout { text::escape_lines(value) } else { value.to_owned() };
        let beside = if is_inner { text::width(&label) + 1 } else { indent };
        let cramped = beside + limit.min(8) > limit;
        let below = cramped || is_inner && value.contains('\n');
        let begin = " ".repeat(if below { indent.min(limit / 4) } else { beside });
        let mut head = begin.clone();
        if !label.is_empty() {
            self.text += &paint(self.options.palette.heading(), &label);
            if below || value.is_empty() {
                self.text.push('\n');
            } else {
                head = " ".repeat(begin.len().saturating_sub(text::width(&label)));
            }
        }
        if value.is_empty() {
            return;
        }
        let room = limit.saturating_sub(begin.len()).max(1);
        for line in value.split('\n').flat_map(|line| text::wrap(line, room)) {
            if !line.is_empty() {
                self.text += &format!("{head}{}", paint(style, line));
            }
            self.text.push('\n');
            head.clone_from(&begin);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples;
    use super::*;
    use crate::render::style::Palette;
    use crate::task::PackedJson;
    use crate::task::Target;

    fn printed(reading: &Reading, options: &Options) -> String {
        let mut out = Vec::new();
        write(&mut out, reading, options).expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn all_known_values_are_shown() {
        insta::assert_snapshot!(printed(&samples::synced(), &samples::piped()), @"
        Task:       dr/f61d60d2-0000-4000-8000-000000000001
        State:      succeeded (SUCCEEDED)
        Progress:   100%
        Operation:  sync
        Target:     my vapp 1 (vappReplication C4VAPP-1)
        User:       root
        Started:    2017-07-13 07:05:48Z
        Ended:      2017-07-13 07:05:58Z
        Elapsed:    9.9s
        Details:
          site: site2
        ");
        insta::assert_snapshot!(printed(&samples::full(), &samples::piped()), @r#"
        Task:       dr/f61d60d2-0000-4000-8000-000000000002
        State:      failed (FAILED)
        Progress:   40%: copying disk 2 of the virtual machine
        Operation:  sync
        Target:     vm-7 (vm)
        User:       -
        Started:    2017-07-13 07:05:48Z
        Ended:      2017-07-13 07:07:58Z
        Elapsed:    2m10s
        Error:      disk is full [E42]
                    caused by: no space left
                    the server says that it may succeed later
        Warnings:   slow
                    very slow
        Messages:   began
                    first line
                    second line
        Parent:     p-1
        Children:   c-1
                    c-2
        Result:
          {
            "moved": 3
          }
        Details:
          site: site2
          tags: a, b
          workflow:
            {
              "steps": [
                1,
                2
              ]
            }
        "#);
    }

    #[test]
    fn details_do_not_repeat_the_values_above() {
        let mut reading = samples::synced();
        std::sync::Arc::make_mut(&mut reading.task_ref).id = "10.1.83.70/CREATE".to_owned();
        let task = reading.task.as_mut().expect("a task");
        task.target = Target::known(None, Some("10.1.83.70".into()), Some("10.1.83.70".into()));
        task.details = Some(PackedJson::new(serde_json::json!({
            "resource": {"id": "10.1.83.70", "name": "10.1.83.70", "link": {"rel": "self", "href": "/vdc/data-stores/10.1.83.70"}},
            "link": {"rel": "self", "href": "/vdc/data-stores/10.1.83.70/tasks/CREATE"},
            "associatedResources": [],
            "dataStore": "10.1.83.70",
            "opId": "CREATE",
            "empty": {"deeper": {"still": null}},
            "count": 0,
            "flag": false,
            "tenant": "ns1",
        })));
        let shown = printed(&reading, &samples::piped());
        assert!(shown.contains("Target:     10.1.83.70\n"), "{shown}");
        let (_, details) = shown.split_once("Details:\n").expect("details");
        insta::assert_snapshot!(details, @"
          count: 0
          flag: false
          tenant: ns1
        ");
    }

    #[test]
    fn a_narrow_terminal_wraps() {
        insta::assert_snapshot!(printed(&samples::full(), &samples::on_terminal(40)), @r#"
        Task:       dr/f61d60d2-0000-4000-8000-0
                    00000000002
        State:      failed (FAILED)
        Progress:   40%: copying disk 2 of the
                    virtual machine
        Operation:  sync
        Target:     vm-7 (vm)
        User:       -
        Started:    2017-07-13 07:05:48Z
        Ended:      2017-07-13 07:07:58Z
        Elapsed:    2m10s
        Error:      disk is full [E42]
                    caused by: no space left
                    the server says that it may
                    succeed later
        Warnings:   slow
                    very slow
        Messages:   began
                    first line
                    second line
        Parent:     p-1
        Children:   c-1
                    c-2
        Result:
          {
            "moved": 3
          }
        Details:
          site: site2
          tags: a, b
          workflow:
            {
              "steps": [
                1,
                2
              ]
            }
        "#);
    }

    #[test]
    fn the_state_names_warnings() {
        let shown = printed(&samples::warned(), &samples::piped());
        assert!(shown.contains("State:      succeeded with warnings (SUCCEEDED)\n"), "{shown}");
        assert!(shown.contains("Warnings:   a snapshot was left behind\n"), "{shown}");
    }

    #[test]
    fn an_unknown_state_is_shown_as_the_server_spelled_it() {
        let shown =
            printed(&samples::bare("t-1", State::Unknown { reported: "Odd".into() }), &samples::piped());
        assert!(shown.contains("State:      unknown (Odd)\n"), "{shown}");
    }

    #[test]
    fn text_is_exact_in_a_pipe_and_escaped_on_a_terminal() {
        let mut reading = samples::synced();
        reading.task.as_mut().expect("a task").messages = vec!["one\r\ntwo\u{1b}[2J".to_owned()];
        assert!(printed(&reading, &samples::piped()).contains("one\r\n            two\u{1b}[2J\n"));
        let shown = printed(&reading, &samples::on_terminal(80));
        assert!(shown.contains("one\n            two\\u{1b}[2J\n"), "{shown}");
    }

    #[test]
    fn colour_changes_no_text() {
        let options = Options { palette: Palette::new(true), ..samples::piped() };
        let colored = printed(&samples::full(), &options);
        assert!(colored.contains("\u{1b}[1m\u{1b}[31mdisk is full"), "{colored:?}");
        let stripped = anstream::adapter::strip_str(&colored).to_string();
        assert_eq!(stripped, printed(&samples::full(), &samples::piped()));
    }

    #[test]
    fn an_unreadable_task_writes_nothing() {
        assert_eq!(printed(&samples::unreadable("vcda/x"), &samples::piped()), "");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(words in prop::collection::vec(any::<String>(), 6), columns in 1u16..120) {
            let mut reading = samples::full();
            std::sync::Arc::make_mut(&mut reading.task_ref).reference = words[0].clone();
            let task = reading.task.as_mut().expect("a task");
            task.name = Some(words[1].clone());
            task.messages = vec![words[2].clone()];
            task.details = Some(PackedJson::new(serde_json::json!({ words[3].as_str(): words[4] })));
            task.result = Some(PackedJson::new(serde_json::json!({ words[5].as_str(): [words[5]] })));
            for line in printed(&reading, &samples::on_terminal(columns)).lines() {
                prop_assert!(text::width(line) <= usize::from(columns).max(3), "{line:?}");
                prop_assert_eq!(text::escape(line), line);
            }
        }
    }
}
