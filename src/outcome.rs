//! How a run ended, as a word and as an exit code.
//!
//! One enum, one mapping, one table: `--help`, the manual and the README print [`Outcome::table`], and nothing else
//! in the program knows a number. What made an outcome happen is decided elsewhere.

/// How a run of taskctl ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that was asked for was done.
    Ok,
    /// Anything that has no word of its own.
    Error,
    /// Bad flags, bad configuration, a verb that a backend lacks.
    Usage,
    /// A task ended failed, or a condition can no longer be met.
    Failed,
    /// The server refused the credentials or the session.
    Auth,
    /// There is no such task, site or data store.
    NotFound,
    /// A task ended cancelled.
    Cancelled,
    /// The server could not be reached, or gave no usable answer for too long.
    Unreachable,
    /// A task has not ended yet.
    Pending,
    /// The time given with `--timeout` has passed.
    Timeout,
    /// Ended by a signal.
    Signal(Signal),
}

/// A signal that ends a run in an orderly way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The terminal went away.
    Hangup,
    /// Ctrl-C.
    Interrupt,
    /// `kill`, a service manager, a CI job that is stopped.
    Terminate,
}

impl Signal {
    /// The signal's number, the same on every Unix.
    pub fn number(self) -> u8 {
        match self {
            Signal::Hangup => 1,
            Signal::Interrupt => 2,
            Signal::Terminate => 15,
        }
    }
}

impl Outcome {
    /// Every outcome, in the order of its code: what the exit table prints.
    pub const ALL: [Outcome; 13] = [
        Outcome::Ok,
        Outcome::Error,
        Outcome::Usage,
        Outcome::Failed,
        Outcome::Auth,
        Outcome::NotFound,
        Outcome::Cancelled,
        Outcome::Unreachable,
        Outcome::Pending,
        Outcome::Timeout,
        Outcome::Signal(Signal::Hangup),
        Outcome::Signal(Signal::Interrupt),
        Outcome::Signal(Signal::Terminate),
    ];

    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Ok => 0,
            Outcome::Error => 1,
            Outcome::Usage => 2,
            Outcome::Failed => 3,
            Outcome::Auth => 4,
            Outcome::NotFound => 5,
            Outcome::Cancelled => 6,
            Outcome::Unreachable => 7,
            Outcome::Pending => 8,
            Outcome::Timeout => 124,
            Outcome::Signal(signal) => 128 + signal.number(),
        }
    }

    /// One word for it, as the exit table spells it.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Error => "error",
            Outcome::Usage => "usage",
            Outcome::Failed => "failed",
            Outcome::Auth => "auth",
            Outcome::NotFound => "not-found",
            Outcome::Cancelled => "cancelled",
            Outcome::Unreachable => "unreachable",
            Outcome::Pending => "pending",
            Outcome::Timeout => "timeout",
            Outcome::Signal(_) => "signal",
        }
    }

    /// When it happens, in one line.
    pub fn when(self) -> &'static str {
        match self {
            Outcome::Ok => "get printed everything; watch reached its condition; every task succeeded",
            Outcome::Error => "anything not below: unreadable answer, I/O, a bug",
            Outcome::Usage => "bad flags, bad or missing configuration, a verb that this backend lacks",
            Outcome::Failed => "a task ended failed, or the condition can no longer be met",
            Outcome::Auth => "401/403, no credentials, the re-login was refused",
            Outcome::NotFound => "no such task, site or data store",
            Outcome::Cancelled => "a task ended cancelled",
            Outcome::Unreachable => "DNS, TCP, TLS, or 5xx/429 for longer than --retry-for",
            Outcome::Pending => {
                "get --exit-status of a task that has not ended; watch --timeout 0 of the same"
            }
            Outcome::Timeout => "--timeout has passed (--timeout-exit-code N changes it)",
            Outcome::Signal(Signal::Hangup) => "SIGHUP: the terminal went away",
            Outcome::Signal(Signal::Interrupt) => "SIGINT (Ctrl-C)",
            Outcome::Signal(Signal::Terminate) => "SIGTERM",
        }
    }

    /// How strongly this outcome speaks for a run over several tasks: the lowest rank wins.
    ///
    /// The contract's order: 3, 6, 4, 7, 5, 1, 124, 8, 0; a signal, and a call that was wrong to begin with, go
    /// before all of them.
    fn rank(self) -> u8 {
        match self {
            Outcome::Signal(_) => 0,
            Outcome::Usage => 1,
            Outcome::Failed => 2,
            Outcome::Cancelled => 3,
            Outcome::Auth => 4,
            Outcome::Unreachable => 5,
            Outcome::NotFound => 6,
            Outcome::Error => 7,
            Outcome::Timeout => 8,
            Outcome::Pending => 9,
            Outcome::Ok => 10,
        }
    }

    /// The outcome of two tasks together: the one that matters more.
    #[must_use]
    pub fn merge(self, other: Outcome) -> Outcome {
        if other.rank() < self.rank() { other } else { self }
    }

    /// The exit table as plain text for help pages, broken so that it fits in 80 columns.
    pub fn table() -> String {
        let mut text = String::new();
        for outcome in Outcome::ALL {
            let mut line = format!("  {:>3}  {:<12}", outcome.code(), outcome.name());
            let indent = line.len();
            for word in outcome.when().split(' ') {
                if line.len() + 1 + word.len() > 80 {
                    text.push_str(&line);
                    text.push('\n');
                    line = " ".repeat(indent);
                }
                line.push(' ');
                line.push_str(word);
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// The exit table in Markdown, for the README.
    pub fn markdown() -> String {
        let mut text = String::from("| code | name | when |\n|---|---|---|\n");
        for outcome in Outcome::ALL {
            text.push_str(&format!("| {} | {} | {} |\n", outcome.code(), outcome.name(), outcome.when()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_of_several_tasks_is_the_first_that_applies_in_the_contracts_order() {
        let order = [3, 6, 4, 7, 5, 1, 124, 8, 0];
        let outcome = |code: u8| Outcome::ALL.into_iter().find(|o| o.code() == code).expect("a known code");
        for (stronger, &left) in order.iter().enumerate() {
            for &right in &order[stronger..] {
                assert_eq!(outcome(left).merge(outcome(right)).code(), left);
                assert_eq!(
                    outcome(right).merge(outcome(left)).code(),
                    left,
                    "the order of tasks must not matter"
                );
            }
        }
    }

    #[test]
    fn the_table_fits_into_80_columns_and_says_everything() {
        let table = Outcome::table();
        assert!(table.lines().all(|line| line.len() <= 80), "{table}");
        let words: Vec<&str> = table.split_whitespace().collect();
        for outcome in Outcome::ALL {
            let when: Vec<&str> = outcome.when().split(' ').collect();
            assert!(words.windows(when.len()).any(|part| part == when), "{}", outcome.when());
        }
    }

    #[test]
    fn every_code_stands_once() {
        for (i, left) in Outcome::ALL.iter().enumerate() {
            for right in &Outcome::ALL[i + 1..] {
                assert_ne!(left.code(), right.code());
            }
        }
    }
}
