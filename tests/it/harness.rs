//! Runs `taskctl` in this process: buffers for streams, a clock that the test owns, a real profile file, and
//! real HTTP unless the matrix is large.

use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use taskctl::http::transport::{HttpTransport, TransportFactory};
use taskctl::resolve::context::Context;
use taskctl::resolve::credentials::Prompt;
use taskctl::util::clock::{Clock, Interrupted, Stop};
use taskctl::util::env::Env;
use taskctl::util::redact::Redactor;
use taskctl::util::streams::{Input, Shared};
use taskctl::util::terminal::Terminal;

use crate::sim::server::Server;
use crate::sim::{PASSWORD, memory};

/// A clock that stands still while requests are under way, and jumps over every wait.
pub struct TestClock {
    passed: Mutex<Duration>,
}

impl TestClock {
    pub fn new() -> TestClock {
        TestClock { passed: Mutex::new(Duration::ZERO) }
    }

    fn advance_to(&self, until: Duration) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = (*passed).max(until);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let begin: Timestamp = "2026-11-20T10:15:00Z".parse().expect("a time");
        begin + SignedDuration::try_from(self.monotonic()).expect("a short time")
    }

    fn monotonic(&self) -> Duration {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_until(&self, until: Duration, busy: bool) -> Option<Duration> {
        if busy {
            return None;
        }
        self.advance_to(until);
        Some(Duration::ZERO)
    }

    fn sleep(&self, duration: Duration, stop: &Stop) -> Result<(), Interrupted> {
        if stop.raised().is_some() {
            return Err(Interrupted);
        }
        self.advance_to(self.monotonic() + duration);
        Ok(())
    }
}

/// A stream that is kept.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a person types to give no answer: Ctrl-D.
pub const END_OF_INPUT: &str = "\u{4}";

/// Answers a prompt with what the test gives, or fails as without a terminal.
struct TestPrompt(Option<String>, Arc<Mutex<String>>);

impl Prompt for TestPrompt {
    fn ask(&self, text: &str) -> io::Result<SecretString> {
        self.1.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        match self.0.as_deref() {
            Some(END_OF_INPUT) => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(answer) => Ok(SecretString::from(answer)),
            None => Err(io::Error::other("there is no terminal")),
        }
    }
}

/// What a run gave.
#[derive(Debug)]
pub struct Outcome {
    pub code: u8,
    pub stdout: String,
    pub stderr: String,
    /// How much time passed on the test's clock.
    pub took: Duration,
}

impl Outcome {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The lines of standard output, each as JSON.
    pub fn json_lines(&self) -> Vec<Value> {
        let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        self.stdout.lines().map(read).collect()
    }

    /// Asserts the exit code, showing everything if it is another.
    #[track_caller]
    pub fn expect(self, code: u8) -> Outcome {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

/// A configuration file, an environment, and a way to run command lines in them.
pub struct Bench {
    directory: tempfile::TempDir,
    environment: Vec<(String, String)>,
    pub stdin: String,
    pub prompt: Option<String>,
    pub terminal: Terminal,
    /// Every question that was asked.
    asked: Arc<Mutex<String>>,
    transports: TransportFactory,
}

impl Bench {
    /// A bench whose configuration has a profile for each server, named after its backend.
    pub fn new(servers: &[&Server]) -> Bench {
        let profiles: String =
            servers.iter().map(|server| server.profile(server.simulation().backend())).collect();
        let bench = Bench::with_config(&profiles);
        for simulation in servers.iter().map(|server| server.simulation()) {
            if let Some(description) = simulation.description() {
                bench.describe(simulation.backend(), description);
            }
        }
        bench
    }

    /// As [`Bench::new`], with requests that go to the servers without HTTP: for what is run many times.
    pub fn in_memory(servers: &[&Server]) -> Bench {
        Bench::new(servers).reaching(servers)
    }

    /// Requests to these servers go to them without HTTP.
    pub fn reaching(self, servers: &[&Server]) -> Bench {
        Bench { transports: memory::transports(servers), ..self }
    }

    /// A bench with this configuration.
    pub fn with_config(config: &str) -> Bench {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("config.toml");
        std::fs::write(&path, config).expect("the configuration is written");
        let environment = vec![
            ("TASKCTL_CONFIG".to_owned(), path.to_string_lossy().into_owned()),
            ("SIM_PASSWORD".to_owned(), PASSWORD.to_owned()),
        ];
        Bench {
            directory,
            environment,
            stdin: String::new(),
            prompt: None,
            terminal: Terminal::default(),
            asked: Arc::default(),
            transports: HttpTransport::factory(),
        }
    }

    /// Puts the description of an API beside the configuration.
    pub fn describe(&self, name: &str, description: &str) {
        std::fs::create_dir_all(self.path("apis")).expect("a folder");
        std::fs::write(self.path("apis").join(format!("{name}.toml")), description).expect("a description");
    }

    /// Every question that was asked on the terminal.
    pub fn questions(&self) -> String {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Bench {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in the bench's own directory.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    /// The environment, for a process.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Runs a command line.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        let (stdout, stderr) = (Buffer::default(), Buffer::default());
        let clock = Arc::new(TestClock::new());
        let mut context = Context {
            env: Env::of(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            terminal: self.terminal,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            stop: Arc::new(Stop::new()),
            stdin: Input::new(Cursor::new(self.stdin.clone())),
            stdout: Shared::new(stdout.clone()),
            stderr: Shared::new(stderr.clone()),
            prompt: Arc::new(TestPrompt(self.prompt.clone(), Arc::clone(&self.asked))),
            redactor: Arc::new(Redactor::new()),
            transports: Arc::clone(&self.transports),
            own_process: false,
            color: None,
            config_file: None,
            configured_color: Default::default(),
            quiet: false,
            verbose: 0,
            holds_sessions: Arc::default(),
            typed: Vec::new(),
        };
        let code = taskctl::app::run(
            &mut context,
            std::iter::once("taskctl").chain(arguments.iter().copied()).map(Into::into),
        );
        let outcome = Outcome { code, stdout: stdout.text(), stderr: stderr.text(), took: clock.monotonic() };
        crate::schema::check_output(arguments, &outcome.stdout);
        outcome
    }
}
