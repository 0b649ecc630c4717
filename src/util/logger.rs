//! `-v` and `-vv`: what is done, and traces of HTTP, on standard error.
//!
//! A [`Log`] is a value that belongs to one run: two runs in one process do not see each other's lines. The libraries
//! below have logs of their own, which know nothing of secrets; those are not shown.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::sync::Arc;

use crate::util::redact::Redactor;
use crate::util::streams::Shared;
use crate::util::text;

/// Where a run's log goes, and what must not be seen in it. Clones share both.
#[derive(Clone)]
pub struct Log {
    redactor: Arc<Redactor>,
    stderr: Shared,
    is_terminal: bool,
    verbosity: u8,
}

impl Log {
    /// The log of a run with this many `-v`: nothing at 0, steps from 1, traces of HTTP too from 2.
    pub fn new(verbosity: u8, stderr: &Shared, is_terminal: bool, redactor: &Arc<Redactor>) -> Log {
        Log { redactor: Arc::clone(redactor), stderr: stderr.clone(), is_terminal, verbosity }
    }

    /// A log that prints nothing.
    pub fn silent(redactor: Arc<Redactor>) -> Log {
        Log { redactor, stderr: Shared::new(io::sink()), is_terminal: false, verbosity: 0 }
    }

    /// What must not be seen, in this log or anywhere else.
    pub fn redactor(&self) -> &Arc<Redactor> {
        &self.redactor
    }

    /// Prints a step of the run at `-v`.
    pub fn info(&self, text: impl Display) {
        if self.verbosity > 0 {
            self.print("taskctl: ", &text.to_string());
        }
    }

    /// Whether traces are printed: what only a trace needs is not made otherwise.
    pub fn traces(&self) -> bool {
        self.verbosity > 1
    }

    /// Prints a line of a trace at `-vv`.
    pub fn trace(&self, text: impl Display) {
        if self.traces() {
            self.print("", &text.to_string());
        }
    }

    /// Prints a line in one piece, so that those of other threads do not cut it.
    fn print(&self, prefix: &str, text: &str) {
        let text = self.redactor.scrub(text);
        let text = if self.is_terminal { text::escape(&text) } else { text.as_str().into() };
        let _ = self.stderr.clone().write_all(format!("{prefix}{text}\n").as_bytes());
    }
}
