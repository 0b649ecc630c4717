//! What can be waited for: the conditions of `--for`, and how a task stands to each of them.

use std::fmt;

use crate::task::{State, Task};

/// What a watch waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// The task has ended, however.
    Ended,
    /// It ended well.
    Succeeded,
    /// It ended badly.
    Failed,
    /// It ended because somebody asked it to.
    Cancelled,
    /// It is at work, or was.
    Running,
    /// It waits for something.
    Blocked,
    /// It is at least this far, from 0 to 100.
    Progress(f64),
}

/// How a condition stands for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConditionStatus {
    /// It cannot be met any more.
    Impossible,
    /// Not yet.
    Open,
    /// It is met, or was passed.
    Met,
}

/// The conditions that are one word.
const BY_WORD: [(&str, Condition); 6] = [
    ("ended", Condition::Ended),
    ("succeeded", Condition::Succeeded),
    ("failed", Condition::Failed),
    ("cancelled", Condition::Cancelled),
    ("running", Condition::Running),
    ("blocked", Condition::Blocked),
];

/// What stands before the number of a progress condition.
const PROGRESS: &str = "progress>=";

impl Condition {
    /// What can be typed; `progress>=` needs a number after it.
    pub fn words() -> impl Iterator<Item = &'static str> {
        BY_WORD.iter().map(|(word, _)| *word).chain([PROGRESS])
    }

    /// How the first of these to be met stands for a task.
    pub fn any(conditions: &[Condition], task: &Task) -> ConditionStatus {
        let statuses = conditions.iter().map(|condition| condition.status(task));
        statuses.max().unwrap_or(ConditionStatus::Impossible)
    }

    /// Whether a task meets it.
    pub fn is_met(self, task: &Task) -> bool {
        self.status(task) == ConditionStatus::Met
    }

    /// How this condition stands for a task.
    fn status(self, task: &Task) -> ConditionStatus {
        let ended = task.state.ended();
        let started = task.started_at.is_some() || task.progress.is_some();
        let met = match self {
            Condition::Ended => ended,
            Condition::Succeeded => matches!(task.state, State::Succeeded),
            Condition::Failed => matches!(task.state, State::Failed { .. }),
            Condition::Cancelled => matches!(task.state, State::Cancelled),
            Condition::Running => match task.state {
                State::Running | State::Failing | State::Cancelling | State::Succeeded => true,
                // A task that ended or was blocked between two polls was running before, if it ever started.
                State::Failed { .. } | State::Cancelled | State::Blocked => started,
                State::Pending | State::Unknown { .. } => false,
            },
            Condition::Blocked => matches!(task.state, State::Blocked),
            Condition::Progress(wanted) => {
                matches!(task.state, State::Succeeded)
                    || task.percent().is_some_and(|percent| percent >= wanted)
            }
        };
        match (met, ended) {
            (true, _) => ConditionStatus::Met,
            (false, true) => ConditionStatus::Impossible,
            (false, false) => ConditionStatus::Open,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Condition::Progress(percent) = self {
            return write!(f, "{PROGRESS}{percent}");
        }
        let word = BY_WORD.iter().find(|(_, condition)| condition == self).map_or("", |(word, _)| word);
        f.write_str(word)
    }
}

impl std::str::FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Condition, String> {
        let word = match text.trim().to_ascii_lowercase().as_str() {
            "canceled" => "cancelled".to_owned(),
            word => word.to_owned(),
        };
        if let Some((_, condition)) = BY_WORD.iter().find(|(known, _)| *known == word) {
            return Ok(*condition);
        }
        let number = word.strip_prefix(PROGRESS).map(|rest| rest.trim_end_matches('%').trim());
        match number.and_then(|number| number.parse::<f64>().ok()) {
            Some(percent) if (0.0..=100.0).contains(&percent) => Ok(Condition::Progress(percent)),
            Some(_) => Err(format!("{text:?}: a percentage is from 0 to 100")),
            None => Err(format!(
                "{text:?} is no condition; there are ended, succeeded, failed, cancelled, running, blocked and \
                 progress>=N"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_displayed_as_it_is_typed() {
        for word in Condition::words().map(|word| word.replace(">=", ">=40")) {
            let condition: Condition = word.parse().expect("a condition");
            assert_eq!(condition.to_string(), word);
        }
        assert_eq!("Canceled".parse(), Ok(Condition::Cancelled));
        assert_eq!(" progress>=40 % ".parse(), Ok(Condition::Progress(40.0)));
        for wrong in ["", "done", "progress", "progress>=x", "progress>=101", "progress>=-1", "progress>=nan"]
        {
            assert!(wrong.parse::<Condition>().is_err(), "{wrong}");
        }
    }
}
