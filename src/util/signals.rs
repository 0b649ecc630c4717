//! Signals: the first asks the run to end in order and soon, the second ends it at once.
//!
//! Installed only when there may be a session to close; before that the system's own way of ending is right.

use std::io;
#[cfg(unix)]
use std::io::Read as _;
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

    let ignored = ignored_signals();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0);
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

/// The mask of ignored signals, where the system tells it; none elsewhere.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    // In one piece: the system makes the text anew for each piece that is asked for.
    let mut status = Vec::with_capacity(8 * 1024);
    if let Ok(file) = std::fs::File::open("/proc/self/status") {
        let _ = file.take(8 * 1024).read_to_end(&mut status);
    }
    let status = String::from_utf8_lossy(&status);
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0");
    u64::from_str_radix(mask.trim(), 16).unwrap_or(0)
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
