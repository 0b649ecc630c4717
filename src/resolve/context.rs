//! What a run needs of the world, made once; and how it reports on standard error.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::credentials::{Prompt, TerminalPrompt};
use crate::cli::CommonFlags;
use crate::config::Config;
use crate::error::{Error, Kind, REQUEST};
use crate::http::transport::{HttpTransport, TransportFactory};
use crate::render::style::{ColorChoice, Palette, paint};
use crate::util::clock::{Clock, Stop, SystemClock};
use crate::util::env::Env;
use crate::util::logger::Log;
use crate::util::redact::Redactor;
use crate::util::streams::{Input, Shared};
use crate::util::terminal::Terminal;
use crate::util::{signals, text};

/// What a run needs of the world.
pub struct Context {
    /// The environment.
    pub env: Env,
    /// Which streams are terminals.
    pub terminal: Terminal,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Raised when the run has to stop.
    pub stop: Arc<Stop>,
    /// Standard input.
    pub stdin: Input,
    /// Standard output: results and nothing else.
    pub stdout: Shared,
    /// Standard error: progress, notices, errors.
    pub stderr: Shared,
    /// Asks for secrets.
    pub prompt: Arc<dyn Prompt>,
    /// What no output may show.
    pub redactor: Arc<Redactor>,
    /// Makes what carries requests to a server.
    pub transports: TransportFactory,
    /// Whether this is a process of its own, which handles signals.
    pub own_process: bool,
    /// What `--color` asks for.
    pub color: Option<ColorChoice>,
    /// The file of `--config`.
    pub config_file: Option<PathBuf>,
    /// What the configuration says of colour, once that was asked.
    pub configured_color: OnceLock<Option<ColorChoice>>,
    /// Whether standard error carries errors only.
    pub quiet: bool,
    /// How many `-v` were given.
    pub verbose: u8,
    /// Whether sessions are open while a question stands: a signal then ends the run in order, and not at once.
    pub holds_sessions: Arc<AtomicBool>,
    /// The words behind the program's name, for the line that resumes a watch.
    pub typed: Vec<String>,
}

impl Context {
    /// A run in this process.
    pub fn of_process() -> Context {
        Context {
            env: Env::of_process(),
            terminal: Terminal::of_process(),
            clock: Arc::new(SystemClock::default()),
            stop: Arc::new(Stop::new()),
            stdin: Input::new(io::stdin()),
            stdout: Shared::output(io::stdout()),
            stderr: Shared::new(io::stderr()),
            prompt: Arc::new(TerminalPrompt::default()),
            redactor: Arc::new(Redactor::new()),
            transports: HttpTransport::factory(),
            own_process: true,
            color: None,
            config_file: None,
            configured_color: OnceLock::new(),
            quiet: false,
            verbose: 0,
            holds_sessions: Arc::default(),
            typed: Vec::new(),
        }
    }

    /// Reads the configuration that the flags and the environment name.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_config(&self, common: &CommonFlags) -> Result<Config, Error> {
        let config = Config::load(Config::path(common.config.as_deref(), &self.env), &self.env);
        let _ = self.configured_color.set(config.as_ref().ok().and_then(Config::color));
        config
    }

    /// Whether there is a terminal to ask on: the device itself is asked, whatever standard input is.
    pub fn can_ask(&self) -> bool {
        self.terminal.stderr && (self.terminal.stdin || cfg!(unix))
    }

    /// Takes signals from here on, in a process of its own: there will be sessions to close. While a question stands or
    /// standard input is waited for, none is open yet, and a signal ends the process at once.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub fn take_signals(&self) -> Result<(), Error> {
        if !self.own_process {
            return Ok(());
        }
        let (prompt, stdin) = (Arc::clone(&self.prompt), self.stdin.clone());
        let holds_sessions = Arc::clone(&self.holds_sessions);
        signals::install(Arc::clone(&self.stop), move || {
            let waits = prompt.give_up() || stdin.is_awaited();
            waits && !holds_sessions.load(Ordering::SeqCst)
        })?;
        Ok(())
    }

    /// What is done, for `-v` and `-vv`.
    pub fn log(&self) -> Log {
        Log::new(self.verbose, &self.stderr, self.terminal.stderr, &self.redactor)
    }

    /// The palette of standard error.
    pub fn stderr_palette(&self) -> Palette {
        self.palette(self.terminal.stderr)
    }

    /// The palette of standard output.
    pub fn stdout_palette(&self) -> Palette {
        self.palette(self.terminal.stdout)
    }

    /// The palette of a stream. The file is read for it only where nothing else has read it before, and nothing is said
    /// of what is wrong with it.
    fn palette(&self, is_terminal: bool) -> Palette {
        let read_file =
            || Config::load(Config::path(self.config_file.as_deref(), &self.env), &self.env).ok()?.color();
        let configured = || *self.configured_color.get_or_init(read_file);
        Palette::new(ColorChoice::of(self.color, &self.env, configured).allows(&self.env, is_terminal))
    }

    /// Prints an error that ends the run: what failed, its causes, and what to do.
    pub fn report(&self, error: &anyhow::Error) {
        let known = error.chain().find_map(|cause| cause.downcast_ref::<Error>());
        let mut causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
        let mut hints: &[String] = &[];
        if let Some(known) = known {
            causes.extend(known.lines().skip(1).map(Cow::into_owned));
            let request = known.causes.iter().find(|cause| cause.starts_with(REQUEST));
            causes.extend(request.filter(|_| self.verbose > 0).cloned());
            hints = &known.hints;
        }
        // What was typed is repeated as it was, and a secret may have been typed in the wrong place.
        let is_typed = known.is_some_and(|known| known.kind == Kind::Usage);
        let palette = self.stderr_palette();
        let mut displayed: Vec<String> = Vec::new();
        let message = error.to_string();
        let mut lines = vec![(paint(palette.error(), "error:"), message.as_str())];
        lines.extend(causes.iter().map(|cause| ("caused by:".to_owned(), cause.as_str())));
        lines.extend(hints.iter().map(|hint| (paint(palette.heading(), "hint:"), hint.as_str())));
        for (label, text) in lines {
            let text = if is_typed { self.redactor.scrub(text).into() } else { Cow::from(text) };
            let text = self.clean(&text, self.terminal.stderr);
            if !displayed.contains(&text) {
                let _ = writeln!(self.stderr.clone(), "{label} {text}");
                displayed.push(text);
            }
        }
    }

    /// Prints an error of one task, which does not end the run.
    pub fn report_error(&self, error: &Error) {
        self.report(&error.clone().into());
    }

    /// Prints something worth knowing that is no error.
    pub fn warn(&self, message: &str) {
        if !self.quiet {
            let label = paint(self.stderr_palette().warning(), "warning:");
            let _ = writeln!(self.stderr.clone(), "{label} {}", self.clean(message, self.terminal.stderr));
        }
    }

    /// Prints a line about what is going on.
    pub fn notice(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(self.stderr.clone(), "{}", self.clean(line, self.terminal.stderr));
        }
    }

    /// As [`Context::notice`], for text that stands on several lines.
    pub fn notice_lines(&self, lines: &str) {
        lines.split('\n').for_each(|line| self.notice(line));
    }

    /// Prints a line that belongs to an error: it is there with `-q` too.
    pub fn complain(&self, line: &str) {
        let _ = writeln!(self.stderr.clone(), "{}", self.clean(line, self.terminal.stderr));
    }

    /// A line of text without what a terminal would obey. What comes from outside lost its secrets where it came in; here
    /// they would be taken out of our own words too.
    pub fn clean(&self, text: &str, is_terminal: bool) -> String {
        let line = if is_terminal { text::escape(text) } else { text::one_line(text) };
        line.into_owned()
    }
}
