//! One run: everything from outside comes in here, a command is run, an error is printed, an exit code goes out.
//!
//! This is the only place that prints errors.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crate::cli::{self, Unparsed, Verb};
use crate::clock::{Clock, Stop, SystemClock};
use crate::commands;
use crate::credentials::{Prompt, TerminalPrompt};
use crate::env::Env;
use crate::error::Error;
use crate::http::redact::Redactor;
use crate::logger;
use crate::outcome::Outcome;
use crate::streams::Shared;
use crate::style::{ColorChoice, Palette, paint};
use crate::term::Terminal;
use crate::text;

/// What a run needs of the world.
pub struct App {
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
    /// Whether this is a process of its own, which handles signals.
    pub own_process: bool,
}

impl App {
    /// A run in this process.
    pub fn of_process() -> App {
        App {
            env: Env::of_process(),
            terminal: Terminal::of_process(),
            clock: Arc::new(SystemClock::new()),
            stop: Arc::new(Stop::new()),
            stdin: Box::new(io::stdin()),
            stdout: Shared::output(io::stdout()),
            stderr: Shared::new(io::stderr()),
            prompt: Arc::new(TerminalPrompt::default()),
            redactor: Arc::new(Redactor::new()),
            own_process: true,
        }
    }

    /// Runs a command line, the program's own name first. Returns the exit code.
    pub fn run(&mut self, arguments: impl IntoIterator<Item = OsString>) -> u8 {
        let invocation = match cli::parse(arguments) {
            Ok(invocation) => invocation,
            Err(Unparsed::Clap(error)) => return self.explain(&error),
            Err(Unparsed::Mistake(error)) => {
                self.report_error(&error, ColorChoice::Auto);
                return error.outcome().code();
            }
            Err(Unparsed::Nothing(text)) => {
                let _ = self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush());
                return Outcome::Usage.code();
            }
        };
        let color = invocation.common.color.unwrap_or_default();
        logger::install(invocation.common.verbose, &self.stderr, &self.redactor, self.terminal.stderr);
        if self.own_process {
            self.hook_panics();
        }
        let command = AssertUnwindSafe(|| match &invocation.verb {
            Verb::Read(read) => commands::read::run(self, &invocation.common, read),
            Verb::List(list) => commands::list::run(self, &invocation.common, list),
            Verb::Cancel(cancel) => commands::cancel::run(self, &invocation.common, cancel),
            Verb::Config(config) => commands::config::run(self, &invocation.common, config),
            Verb::Doctor(doctor) => commands::doctor::run(self, &invocation.common, doctor),
            Verb::Completions(shell) => commands::completions::run(self, *shell),
            Verb::Complete(unfinished) => commands::complete::run(self, unfinished),
            Verb::Manual => commands::manual::run(self),
            Verb::Schema(schema) => commands::schema::run(self, *schema),
        });
        let code = match std::panic::catch_unwind(command) {
            Ok(Ok(code)) => code,
            // What a signal has cut short is no error of its own.
            Ok(Err(_)) if let Some(signal) = self.stop.raised() => Outcome::Signal(signal).code(),
            Ok(Err(error)) if is_broken_pipe(&error) => Outcome::Ok.code(),
            Ok(Err(error)) => {
                self.report(&error, color);
                Error::outcome_of(&error).code()
            }
            Err(_) => Outcome::Error.code(),
        };
        match self.stdout.flush() {
            Err(error) if code == Outcome::Ok.code() => self.unwritten(error, color),
            _ => code,
        }
    }

    /// Says that standard output takes no more. Returns the exit code: a reader that has gone is no mistake.
    fn unwritten(&mut self, error: io::Error, color: ColorChoice) -> u8 {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Outcome::Ok.code();
        }
        self.report(&error.into(), color);
        Outcome::Error.code()
    }

    /// Prints what clap has to say: help to standard output, mistakes to standard error.
    fn explain(&mut self, error: &clap::Error) -> u8 {
        let is_error = error.use_stderr();
        let (stream, is_terminal) = if is_error {
            (&mut self.stderr, self.terminal.stderr)
        } else {
            (&mut self.stdout, self.terminal.stdout)
        };
        let rendered = error.render();
        let colored = ColorChoice::Auto.allows(&self.env, is_terminal);
        let text = if colored { rendered.ansi().to_string() } else { rendered.to_string() };
        match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            _ if is_error => Outcome::Usage.code(),
            Ok(()) => Outcome::Ok.code(),
            Err(error) => self.unwritten(error, ColorChoice::Auto),
        }
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
            causes.extend(known.told().skip(1).map(Cow::into_owned));
            hints.extend(known.hints.iter().cloned());
        }
        self.say_error(&error.to_string(), &causes, &hints, color);
    }

    /// Prints an error of one task, which does not end the run.
    pub fn report_error(&mut self, error: &Error, color: ColorChoice) {
        let causes: Vec<String> = error.told().skip(1).map(Cow::into_owned).collect();
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

    /// A panic's own text could hold anything: it is scrubbed like all the rest.
    fn hook_panics(&self) {
        let redactor = Arc::clone(&self.redactor);
        let stderr = self.stderr.clone();
        std::panic::set_hook(Box::new(move |panic| {
            let text = text::escape(&redactor.scrub(&panic.to_string())).into_owned();
            let _ = writeln!(stderr.clone(), "error: this is a bug of taskctl: {text}");
        }));
    }
}

/// Whether an error is a reader of standard output that has gone: a success, as for every filter.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
