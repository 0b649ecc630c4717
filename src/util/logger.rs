//! `-v` and `-vv`: what is done, and traces of HTTP, on standard error.
//!
//! A [`Log`] is a value that belongs to one run: two runs in one process do not see each other's lines. The libraries
//! below have logs of their own, which know nothing of secrets; those are not shown.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::Arc;

use crate::util::redact::Redactor;
use crate::util::streams::Shared;
use crate::util::text;

/// Where a run's log goes, and what must not be seen in it. Clones share both.
#[derive(Clone)]
pub struct Log {
    redactor: Arc<Redactor>,
    sink: Option<Sink>,
}

#[derive(Clone)]
struct Sink {
    stderr: Shared,
    is_terminal: bool,
    traces: bool,
}

impl Log {
    /// The log of a run with this many `-v`: nothing at 0, steps from 1, traces of HTTP too from 2.
    pub fn new(verbosity: u8, stderr: &Shared, is_terminal: bool, redactor: &Arc<Redactor>) -> Log {
        let sink =
            (verbosity > 0).then(|| Sink { stderr: stderr.clone(), is_terminal, traces: verbosity > 1 });
        Log { redactor: Arc::clone(redactor), sink }
    }

    /// A log that prints nothing.
    pub fn silent(redactor: Arc<Redactor>) -> Log {
        Log { redactor, sink: None }
    }

    /// What must not be seen, in this log or anywhere else.
    pub fn redactor(&self) -> &Arc<Redactor> {
        &self.redactor
    }

    /// Prints a step of the run at `-v`.
    pub fn info(&self, text: impl Display) {
        if let Some(sink) = &self.sink {
            sink.print("taskctl: ", &self.redactor.scrub(&text.to_string()));
        }
    }

    /// Whether traces are printed: what only a trace needs is not made otherwise.
    pub fn traces(&self) -> bool {
        self.sink.as_ref().is_some_and(|sink| sink.traces)
    }

    /// Prints a line of a trace at `-vv`.
    pub fn trace(&self, text: impl Display) {
        if let Some(sink) = self.sink.as_ref().filter(|sink| sink.traces) {
            sink.print("", &self.redactor.scrub(&text.to_string()));
        }
    }
}

impl Sink {
    /// Prints a line in one piece, so that those of other threads do not cut it.
    fn print(&self, prefix: &str, text: &str) {
        let text = if self.is_terminal { text::escape(text) } else { text.into() };
        let _ = self.stderr.clone().write_all(format!("{prefix}{text}\n").as_bytes());
    }
}
