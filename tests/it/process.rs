//! Runs the binary itself, with nothing of this process's environment.

use std::io::{Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use taskctl::util::clock::{Clock as _, SystemClock};

use crate::harness::Bench;

/// Longer than anything that ends on its own takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A command line for the binary in a bench's environment; streams are pipes, standard input holds the bench's.
pub fn command(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = binary();
    command.args(arguments);
    prepare(&mut command, bench);
    command
}

/// The binary as a terminal's shell starts it. Under `nohup`, or in the background of a script, signals are ignored by
/// this process, and so they would be by the binary: they are given back to it.
fn binary() -> Command {
    let binary = env!("CARGO_BIN_EXE_taskctl");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0");
    let mask = u64::from_str_radix(mask.trim(), 16).expect("a mask");
    let (hangup, interrupt, terminate) = (1, 1 << 1, 1 << 14);
    if mask & (hangup | interrupt | terminate) == 0 {
        return Command::new(binary);
    }
    let mut command = Command::new("/usr/bin/env");
    command.args(["--default-signal=HUP,INT,TERM", binary]);
    command
}

/// Sets the environment and the streams of any command as those of the binary.
pub fn prepare(command: &mut Command, bench: &Bench) {
    command
        .env_clear()
        .envs(bench.environment().iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
}

/// Runs a command line to its end.
pub fn run(bench: &Bench, arguments: &[&str]) -> Ended {
    start(bench, arguments).end()
}

/// Starts a command line.
pub fn start(bench: &Bench, arguments: &[&str]) -> Running {
    Running::spawn(command(bench, arguments), &bench.stdin)
}

/// A process under way; it is killed if the test ends before it.
pub struct Running {
    child: Child,
    clock: SystemClock,
    /// Both streams, once each has ended.
    stdout: Receiver<Vec<u8>>,
    stderr: Receiver<Vec<u8>>,
}

/// What a process left.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// Since the start, or since the last [`Running::signal`].
    pub took: Duration,
}

impl Running {
    pub fn spawn(mut command: Command, stdin: &str) -> Running {
        let clock = SystemClock::default();
        let mut child = command.spawn().expect("the binary starts");
        if let Some(mut pipe) = child.stdin.take() {
            // A process that does not read its input may have ended already.
            let _ = pipe.write_all(stdin.as_bytes());
        }
        let stdout = collect(child.stdout.take());
        let stderr = collect(child.stderr.take());
        Running { child, clock, stdout, stderr }
    }

    /// Sends a signal, by its name without `SIG`, and counts the time from now.
    pub fn signal(&mut self, name: &str) {
        let number = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &number]).status().expect("kill starts");
        assert!(sent.success(), "{name} was not sent");
        self.clock = SystemClock::default();
    }

    /// Waits for the end.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        // The streams end with the process: it has no children that could hold them.
        let stdout = self.stdout.recv_timeout(LIMIT);
        let stderr = self.stderr.recv_timeout(LIMIT);
        let (Ok(stdout), Ok(stderr)) = (stdout, stderr) else {
            panic!("the process did not end within {LIMIT:?}");
        };
        let status = self.child.wait().expect("the process is ours");
        Ended {
            code: status.code(),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
            took: self.clock.monotonic(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

impl Ended {
    /// Asserts the exit code, showing everything if it is another.
    #[track_caller]
    pub fn expect(self, code: i32) -> Ended {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}
