//! What a person is told when a watch is over: what came of it, what was last known of tasks that are lost, and the
//! command that resumes it.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::cli::{self, Read};
use crate::engine::condition::Condition;
use crate::engine::driver::Ended;
use crate::engine::event::{Reading, TaskRef};
use crate::error::{Error, Kind};
use crate::render::humanize;
use crate::render::progress::bars::reached_text;
use crate::resolve::context::Context;
use crate::task::Task;
use crate::util::text;

/// No more tasks than these are named in a line or a list for people.
const NAMED: usize = 20;
/// A command line that is longer than this gets its references from a here-document.
const LONGEST_LINE: usize = 2000;

/// Whether a task may be under way: it has not ended, as far as is known, and the API does not say that there is none.
pub(super) fn may_go_on(reading: &Reading) -> bool {
    match &reading.task {
        Ok(task) => !task.state.ended(),
        Err(error) => error.kind != Kind::NotFound,
    }
}

/// What came of a watch in one line: `35 succeeded, 5 failed in 12m`; of one task, which condition it reached.
pub(super) fn summary(conditions: &[Condition], ended: &Ended, took: Duration) -> Option<String> {
    let reached = |task: &Task| {
        let met = conditions.iter().find(|condition| condition.is_met(task))?;
        (!task.state.ended()).then(|| reached_text(met, task))
    };
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut asked = 0;
    for reading in ended.asked() {
        asked += 1;
        let word = match &reading.task {
            Ok(task) if reached(task).is_some() => "reached the condition",
            Ok(task) => task.state.word(),
            Err(_) => "unreadable",
        };
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    if asked == 1 {
        let reading = ended.asked().next()?;
        return Some(format!("reached {}", reached(reading.task.as_ref().ok()?)?));
    }
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    Some(format!("{} in {}", counts.join(", "), humanize::duration(took.as_secs_f64())))
}

/// Says that a watch was stopped, what is known to go on, and how to resume.
pub(super) fn display_how_to_resume(context: &Context, flags: &Read, ended: &Ended) {
    let open: Vec<&Reading> = ended.asked().filter(|reading| may_go_on(reading)).collect();
    let seen = open.iter().filter(|reading| reading.task.is_ok()).count();
    let what = match (seen, open.len()) {
        (_, 0) => return,
        (0, _) => "stopped before the first answer".to_owned(),
        (1, 1) => "stopped watching; the task goes on".to_owned(),
        (seen, all) if seen == all => "stopped watching; the tasks go on".to_owned(),
        (seen, all) => format!("stopped watching; {seen} of {all} tasks were seen and go on"),
    };
    let open: Vec<&TaskRef> = open.iter().map(|reading| &*reading.task_ref).collect();
    context.notice_lines(&format!("{what}. To resume: {}", resume_line(context, flags, &open)));
}

/// The command that follows these tasks again, as a shell takes it: with every flag that was typed, and what the
/// environment said of the program.
pub(super) fn resume_line(context: &Context, flags: &Read, tasks: &[&TaskRef]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut beside = cli::flags_to_repeat(&context.typed, &context.env);
    let is_typed =
        |flag: &str| context.typed.iter().any(|word| word == flag || word.starts_with(&format!("{flag}=")));
    for (variable, flag) in
        [("TASKCTL_CONFIG", "--config"), ("TASKCTL_URL", "--url"), ("TASKCTL_USERNAME", "--username")]
    {
        if let Some(value) = context.env.get(variable).filter(|_| !is_typed(flag)) {
            beside.extend([flag.to_owned(), value.to_owned()]);
        }
    }
    let (_, variables) = crate::config::variables();
    let is_flag = |name: &String| matches!(name.as_str(), "TASKCTL_URL" | "TASKCTL_USERNAME");
    for variable in variables.iter().filter(|name| !is_flag(name)) {
        if let Some(value) = context.env.get(variable) {
            words.push(format!("{variable}={}", text::shell_word(value)));
        }
    }
    words.extend(["taskctl".to_owned(), "watch".to_owned()]);
    // With a target, which has flags of its own, ids are enough; a profile that stands for it is named by it.
    let mut named: Vec<String> = tasks.iter().map(|task| task.reference.clone()).collect();
    if let Some(target) = &flags.target
        && tasks.iter().all(|task| task.profile == tasks[0].profile)
    {
        let profile = tasks.first().map(|task| task.profile.as_str()).filter(|_| !target.is_profile);
        words.push(text::shell_word(&target.name));
        if let Some(profile) = profile.filter(|profile| *profile != target.name) {
            words.extend(["-p".to_owned(), text::shell_word(profile)]);
        }
        named = tasks.iter().map(|task| task.id.clone()).collect();
    }
    let beside: Vec<String> = beside.iter().map(|word| text::shell_word(word)).collect();
    let inline: Vec<String> = named.iter().map(|name| text::shell_word(name)).collect();
    let line = [words.clone(), inline, beside.clone()].concat().join(" ");
    // A flag may have been given a secret by mistake.
    if line.len() <= LONGEST_LINE {
        return context.redactor.scrub(&line);
    }
    let head = [words, vec!["-".to_owned()], beside].concat().join(" ");
    context.redactor.scrub(&format!("{head} <<'END'\n{}\nEND", named.join("\n")))
}

/// Reports a server that was given up: why and after how long, what was last known of its tasks, and how to go on.
pub(super) fn report_given_up(
    context: &Context,
    flags: &Read,
    ended: &Ended,
    (error, tasks): (&Error, &[&TaskRef]),
    (since, now): (Timestamp, Timestamp),
) {
    let TaskRef { profile, host, .. } = tasks[0];
    let after = humanize::duration(now.duration_since(since).as_secs_f64());
    let what = format!("gave up on {profile} ({host}) after {after} without a good answer");
    let last_known: HashMap<&str, &Reading> =
        ended.last_known.iter().map(|reading| (reading.task_ref.reference.as_str(), reading)).collect();
    let mut error = error.clone().context(what);
    error = error
        .hint(format!("`taskctl doctor {}` checks the way there step by step", text::shell_word(profile)));
    let error = error.hint(format!("to resume: {}", resume_line(context, flags, tasks)));
    for task in tasks.iter().take(NAMED) {
        let name = &task.reference;
        let line = match last_known.get(name.as_str()).map(|reading| (reading, &reading.task)) {
            Some((reading, Ok(task))) => {
                let percent = task.percent().map(|percent| format!(" {}", humanize::percent(percent)));
                let description = humanize::description(task).map(|text| format!(": {text}"));
                let ago =
                    humanize::rough_duration(now.duration_since(reading.fetched_at).as_secs_f64().max(0.0));
                format!(
                    "{name} was {}{} {ago} ago, at {:.0}{}",
                    humanize::state(&task.state),
                    percent.unwrap_or_default(),
                    reading.fetched_at,
                    description.unwrap_or_default()
                )
            }
            _ => format!("{name} was never read"),
        };
        context.complain(&line);
    }
    if let Some(more) = tasks.len().checked_sub(NAMED + 1) {
        context.complain(&format!("… and {} more", more + 1));
    }
    context.report_error(&error);
}
