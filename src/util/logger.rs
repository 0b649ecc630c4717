//! `-v` and `-vv`: what is done, and traces of HTTP, on standard error.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::util::redact::Redactor;
use crate::util::streams::Shared;
use crate::util::text;

struct Logger {
    stderr: Mutex<Shared>,
    redactor: Arc<Redactor>,
    terminal: bool,
}

/// Installs the logger for this verbosity; at 0 nothing is installed and logging costs nothing.
pub fn install(verbosity: u8, stderr: &Shared, redactor: &Arc<Redactor>, terminal: bool) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    let logger = Logger { stderr: Mutex::new(stderr.clone()), redactor: Arc::clone(redactor), terminal };
    if log::set_boxed_logger(Box::new(logger)).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // The libraries below have logs of their own, which know nothing of secrets.
        metadata.target().starts_with("taskctl")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let text = self.redactor.scrub(&record.args().to_string());
        let text = if self.terminal { text::escape(&text).into_owned() } else { text };
        let mut stderr = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let prefix = if record.level() == Level::Trace { "" } else { "taskctl: " };
        let _ = writeln!(stderr, "{prefix}{text}");
    }

    fn flush(&self) {}
}
