//! What a run needs of the world, made once; and how it speaks to standard error.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::sync::Arc;

use super::credentials::{Prompt, TerminalPrompt};
use crate::error::Error;
use crate::http::transport::{HttpTransport, TransportFactory};
use crate::render::style::{ColorChoice, Palette, paint};
use crate::util::clock::{Clock, Stop, SystemClock};
use crate::util::env::Env;
use crate::util::logger::Log;
use crate::util::redact::Redactor;
use crate::util::streams::Shared;
use crate::util::terminal::Terminal;
use crate::util::text;

/// What a run needs of the world.
pub struct Context {
    /// The environment.
    pub env: Env,
    /// Which streams are terminals.
    pub terminal: Terminal,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Raised when the run is told to stop.
    pub stop: Arc<Stop>,
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Standard output: results and nothing else.
    pub stdout: Shared,
    /// Standard error: progress, notices, errors.
    pub stderr: Shared,
    /// Asks for secrets.
    pub prompt: Arc<dyn Prompt>,
    /// What must not be seen.
    pub redactor: Arc<Redactor>,
    /// Makes what carries requests to a server.
    pub transports: TransportFactory,
    /// Whether this is a process of its own, which handles signals.
    pub own_process: bool,
}

impl Context {
    /// A run in this process.
    pub fn of_process() -> Context {
        Context {
            env: Env::of_process(),
            terminal: Terminal::of_process(),
            clock: Arc::new(SystemClock::new()),
            stop: Arc::new(Stop::new()),
            stdin: Box::new(io::stdin()),
            stdout: Shared::output(io::stdout()),
            stderr: Shared::new(io::stderr()),
            prompt: Arc::new(TerminalPrompt::default()),
            redactor: Arc::new(Redactor::new()),
            transports: HttpTransport::factory(),
            own_process: true,
        }
    }

    /// The log of this run, for this many `-v`.
    pub fn log(&self, verbosity: u8) -> Log {
        Log::new(verbosity, &self.stderr, self.terminal.stderr, &self.redactor)
    }

    /// The palette of standard error.
    pub fn stderr_palette(&self, color: ColorChoice) -> Palette {
        Palette::new(color.allows(&self.env, self.terminal.stderr))
    }

    /// The palette of standard output.
    pub fn stdout_palette(&self, color: ColorChoice) -> Palette {
        Palette::new(color.allows(&self.env, self.terminal.stdout))
    }

    /// Prints an error: what failed, its causes, and what to do.
    pub fn report(&mut self, error: &anyhow::Error, color: ColorChoice) {
        let known = error.chain().find_map(|cause| cause.downcast_ref::<Error>());
        let mut causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
        let mut hints = Vec::new();
        if let Some(known) = known {
            causes.extend(known.lines().skip(1).map(Cow::into_owned));
            hints.extend(known.hints.iter().cloned());
        }
        self.say_error(&error.to_string(), &causes, &hints, color);
    }

    /// Prints an error of one task, which does not end the run.
    pub fn report_error(&mut self, error: &Error, color: ColorChoice) {
        let causes: Vec<String> = error.lines().skip(1).map(Cow::into_owned).collect();
        self.say_error(&error.to_string(), &causes, &error.hints, color);
    }

    fn say_error(&mut self, message: &str, causes: &[String], hints: &[String], color: ColorChoice) {
        let palette = self.stderr_palette(color);
        let mut said: Vec<String> = Vec::new();
        let mut lines = vec![(paint(palette.error(), "error:"), message)];
        lines.extend(causes.iter().map(|cause| ("caused by:".to_owned(), cause.as_str())));
        lines.extend(hints.iter().map(|hint| (paint(palette.heading(), "hint:"), hint.as_str())));
        for (label, text) in lines {
            let text = self.clean(text);
            if !said.contains(&text) {
                let _ = writeln!(self.stderr, "{label} {text}");
                said.push(text);
            }
        }
    }

    /// Prints something worth knowing that is no error.
    pub fn warn(&mut self, message: &str, color: ColorChoice) {
        let label = paint(self.stderr_palette(color).warning(), "warning:");
        let text = self.clean(message);
        let _ = writeln!(self.stderr, "{label} {text}");
    }

    /// A text without secrets, and without what a terminal would obey.
    fn clean(&self, text: &str) -> String {
        let text = self.redactor.scrub(text);
        if self.terminal.stderr {
            text::escape(&text).into_owned()
        } else {
            text::one_line(&text).into_owned()
        }
    }
}
