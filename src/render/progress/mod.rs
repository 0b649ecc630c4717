//! Progress on standard error while tasks are waited for: bars for people, stamped lines for logs.
//!
//! Both are observers of a watch. They own no clock: every time comes with an event or a tick.

pub mod bars;
pub mod estimate;
pub mod plain;

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::event::TaskRef;
use crate::task::State;
use crate::util::env::Env;
use crate::util::terminal::Terminal;
use crate::util::text;

/// What `--progress` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ProgressMode {
    /// Bars where standard error is a terminal, lines otherwise and in CI.
    #[default]
    Auto,
    /// Bars.
    Tty,
    /// Stamped lines.
    Plain,
    /// Nothing.
    None,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressStyle {
    /// [`bars::Bars`].
    Bars,
    /// [`plain::Plain`].
    Plain,
    /// Not at all.
    None,
}

impl ProgressMode {
    /// How progress is shown here.
    pub fn style(self, env: &Env, terminal: Terminal) -> ProgressStyle {
        // `CI=false` is how some people turn it off.
        let in_ci = env.get("CI").is_some_and(|value| !value.eq_ignore_ascii_case("false"));
        match self {
            ProgressMode::Tty => ProgressStyle::Bars,
            ProgressMode::Plain => ProgressStyle::Plain,
            ProgressMode::None => ProgressStyle::None,
            ProgressMode::Auto if terminal.stderr && !in_ci && env.get("TERM") != Some("dumb") => {
                ProgressStyle::Bars
            }
            ProgressMode::Auto => ProgressStyle::Plain,
        }
    }
}

/// Short names, escaped: an id in UUID form, or one that begins with a UUID and a colon as those of vCenter do, or ends in
/// one behind its data store as those of ECS do, is cut to its first eight characters, unless two of the names would then be equal. Other ids are whole.
struct Labels {
    /// The reference that each short name stands for; `None` where it would stand for several.
    owners: HashMap<String, Option<String>>,
}

impl Labels {
    fn of(names: &[Arc<TaskRef>]) -> Labels {
        let mut owners = HashMap::new();
        for name in names {
            let owner = owners.entry(shortened(name));
            owner.and_modify(|owner| *owner = None).or_insert_with(|| Some(name.reference.clone()));
        }
        Labels { owners }
    }

    /// Takes in a name that came later: those that are shown already stay as they are.
    fn add(&mut self, name: &TaskRef) {
        self.owners.entry(shortened(name)).or_insert_with(|| Some(name.reference.clone()));
    }

    fn get(&self, name: &TaskRef) -> String {
        let short = shortened(name);
        let owner = self.owners.get(&short).and_then(Option::as_ref);
        let label = if owner == Some(&name.reference) { &short } else { &name.reference };
        text::escape(label).into_owned()
    }
}

fn shortened(name: &TaskRef) -> String {
    // `try_parse` also takes braces and bare digits, hence the length.
    let is_uuid = |text: &str| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
    let Some(prefix) = name.reference.strip_suffix(&name.id) else { return name.reference.clone() };
    let (store, operation) = name.id.rsplit_once('/').unwrap_or(("", &name.id));
    let head = operation.split_once(':').map_or(operation, |(head, _)| head);
    let slash = if store.is_empty() { "" } else { "/" };
    if is_uuid(head) { format!("{prefix}{store}{slash}{}", &head[..8]) } else { name.reference.clone() }
}

/// How many tasks are in each state, `None` for one that was not read yet: `300 running, 180 pending`. What is at work
/// comes first.
fn count_states<'a>(states: impl Iterator<Item = Option<&'a State>>) -> String {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for state in states {
        *counts.entry(state.map_or("waiting", State::word)).or_default() += 1;
    }
    let others = State::WORDS.into_iter().chain(["waiting"]).filter(|word| *word != "running");
    let words = std::iter::once("running").chain(others);
    let counts = words.filter_map(|word| Some(format!("{} {word}", counts.get(word)?)));
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn bars_are_for_terminals_outside_ci() {
        let terminal = Terminal { stderr: true, ..Terminal::default() };
        let stdout_only = Terminal { stdout: true, ..Terminal::default() };
        let nothing = Env::of([]);
        assert_eq!(ProgressMode::Auto.style(&nothing, terminal), ProgressStyle::Bars);
        assert_eq!(ProgressMode::Auto.style(&nothing, stdout_only), ProgressStyle::Plain);
        assert_eq!(ProgressMode::Auto.style(&Env::of([("CI", "1")]), terminal), ProgressStyle::Plain);
        assert_eq!(ProgressMode::Auto.style(&Env::of([("CI", "false")]), terminal), ProgressStyle::Bars);
        assert_eq!(ProgressMode::Auto.style(&Env::of([("TERM", "dumb")]), terminal), ProgressStyle::Plain);
        assert_eq!(
            ProgressMode::Tty.style(&Env::of([("CI", "1")]), Terminal::default()),
            ProgressStyle::Bars
        );
        assert_eq!(ProgressMode::Plain.style(&nothing, terminal), ProgressStyle::Plain);
        assert_eq!(ProgressMode::None.style(&nothing, terminal), ProgressStyle::None);
    }

    #[test]
    fn only_uuids_are_shortened_and_never_to_the_same_name() {
        let uuid = |first: &str, last: &str| format!("{first}-0000-4000-8000-00000000000{last}");
        let names = [
            samples::name("dr", &uuid("f61d60d2", "1")),
            samples::name("dr", &uuid("aaaaaaaa", "1")),
            samples::name("dr", &uuid("aaaaaaaa", "2")),
            samples::name("ecs", "10.1.83.70/CREATE-a-long-one"),
            samples::name("v", "f61d60d2-0000-4000-8000-000000000001:com.vmware"),
            samples::name("v", "f61d60d2-0000-4000-8000-000000000001-com.vmware"),
        ];
        let mut labels = Labels::of(&names);
        let shown: Vec<String> = names.iter().map(|name| labels.get(name)).collect();
        assert_eq!(shown[0], "dr/f61d60d2");
        assert_eq!(shown[1], names[1].reference);
        assert_eq!(shown[2], names[2].reference);
        assert_eq!(shown[3], names[3].reference);
        assert_eq!(shown[4], "v/f61d60d2");
        assert_eq!(shown[5], names[5].reference);
        let ecs = ["1", "2"].map(|last| {
            samples::name("ecs", &format!("10.1.83.70/{last}65cf333-76a1-4129-903e-000000000001"))
        });
        assert_eq!(Labels::of(&ecs).get(&ecs[1]), "ecs/10.1.83.70/265cf333");
        let late = ["f61d60d2", "aaaaaaaa", "bbbbbbbb"].map(|first| samples::name("dr", &uuid(first, "3")));
        late.iter().for_each(|name| labels.add(name));
        let shown: Vec<String> = late.iter().map(|name| labels.get(name)).collect();
        assert_eq!(shown, [&late[0].reference, &late[1].reference, "dr/bbbbbbbb"]);
        assert_eq!(labels.get(&names[0]), "dr/f61d60d2", "what is shown stays");
    }

    #[test]
    fn a_count_names_what_runs_first() {
        let states = [State::Pending, State::Running, State::Running, State::Blocked];
        let states = states.iter().map(Some).chain([None]);
        assert_eq!(count_states(states), "2 running, 1 pending, 1 blocked, 1 waiting");
    }
}
