//! Signals: the first asks the run to end in order and soon, the second ends it at once.
//!
//! Installed only when there may be a session to close; before that the system's own way of ending is right.

use std::io;
#[cfg(unix)]
use std::io::Read as _;
#[cfg(unix)]
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::outcome::{Outcome, Signal};
use crate::util::clock::Stop;

/// How long an orderly end may take: the two seconds that sessions are given to close, and a little for what comes
/// before and after. What hangs for longer, such as a pipe that nobody reads or writes, would hang for ever.
const ORDERLY: Duration = Duration::from_secs(3);

/// Raises `stop` at the first Ctrl-C, termination or hang-up, and leaves at the second; or at the first, when
/// `asking` says that a question for a secret stood, or that standard input is waited for: no session is open then, and
/// the wait would go on for ever. An end that takes longer than three seconds is made one.
///
/// A signal that whoever started us had set to be ignored (`nohup`, a background job of a script) stays ignored.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn install(stop: Arc<Stop>, asking: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    listen(move |signal| {
        if stop.raise(signal) || asking() {
            leave(signal);
        }
        end_soon(signal);
    })
}

#[cfg(unix)]
fn listen(on_signal: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let ignored = ignored_by_proc().unwrap_or_else(|| ignored_by_shell(Command::new(SHELL)));
    let wanted = [(SIGINT, Signal::Interrupt), (SIGTERM, Signal::Terminate), (SIGHUP, Signal::Hangup)];
    let wanted = wanted.into_iter().filter(|(_, signal)| !ignored.contains(signal)).map(|(number, _)| number);
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        signals.forever().for_each(|number| {
            on_signal(match number {
                SIGINT => Signal::Interrupt,
                SIGHUP => Signal::Hangup,
                _ => Signal::Terminate,
            });
        });
    })?;
    Ok(())
}

/// Elsewhere there is Ctrl-C alone.
#[cfg(not(unix))]
fn listen(on_signal: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(move || on_signal(Signal::Interrupt)).map_err(io::Error::other)
}

#[cfg(unix)]
const SHELL: &str = "/bin/sh";

/// The signals that are ignored, as Linux tells them; `None` where the system has no such file.
#[cfg(unix)]
fn ignored_by_proc() -> Option<Vec<Signal>> {
    // In one piece: the system makes the text anew for each piece that is asked for.
    let mut status = Vec::with_capacity(8 * 1024);
    std::fs::File::open("/proc/self/status").ok()?.take(8 * 1024).read_to_end(&mut status).ok()?;
    let status = String::from_utf8_lossy(&status);
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    let signals = [Signal::Hangup, Signal::Interrupt, Signal::Terminate];
    Some(signals.into_iter().filter(|signal| mask & (1 << (signal.number() - 1)) != 0).collect())
}

/// The signals that are ignored, as a shell finds out on any Unix: it inherits them, and can set no trap for one that was
/// ignored when it began. None where there is no shell.
#[cfg(unix)]
fn ignored_by_shell(mut shell: Command) -> Vec<Signal> {
    const SCRIPT: &str = "h=HUP i=INT t=TERM; trap h= HUP; trap i= INT; trap t= TERM; \
                          kill -HUP $$; kill -INT $$; kill -TERM $$; echo $h $i $t";
    let output = shell.args(["-c", SCRIPT]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let signal = |name| match name {
        "HUP" => Some(Signal::Hangup),
        "INT" => Some(Signal::Interrupt),
        "TERM" => Some(Signal::Terminate),
        _ => None,
    };
    text.split_whitespace().filter_map(signal).collect()
}

/// Leaves once an orderly end has had its time, if the process is still there then.
#[expect(clippy::disallowed_methods, reason = "no clock of a test ends a process")]
fn end_soon(signal: Signal) {
    let wait = move || {
        std::thread::sleep(ORDERLY);
        leave(signal);
    };
    // Without a thread to wait on, the second signal still leaves.
    let _ = std::thread::Builder::new().name("end".to_owned()).spawn(wait);
}

#[expect(clippy::disallowed_methods, reason = "it means now, sessions or not")]
fn leave(signal: Signal) {
    std::process::exit(i32::from(Outcome::Signal(signal).code()));
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_shell_tells_which_signals_are_ignored_where_the_system_has_no_file_for_it() {
        use Signal::{Hangup, Interrupt, Terminate};
        for (ignored, expected) in [
            ("HUP", vec![Hangup]),
            ("INT", vec![Interrupt]),
            ("TERM HUP", vec![Hangup, Terminate]),
            ("HUP INT TERM", vec![Hangup, Interrupt, Terminate]),
        ] {
            // What `nohup` does, and a script with what it starts in the background.
            let mut shell = Command::new(SHELL);
            shell.args(["-c", &format!("trap '' {ignored}; exec \"$@\""), "sh", SHELL]);
            assert_eq!(ignored_by_shell(shell), expected);
        }
        // Those of this process itself, by both ways.
        let by_shell = ignored_by_shell(Command::new(SHELL));
        assert!(ignored_by_proc().is_none_or(|by_proc| by_proc == by_shell), "{by_shell:?}");
        assert_eq!(ignored_by_shell(Command::new("/no/such/shell")), []);
    }
}
