//! Signals: the first asks the run to end in order, the second ends it at once.
//!
//! Installed only when there may be a session to close; before that the system's own way of ending is right.

#[cfg(unix)]
use std::io::Read as _;
use std::sync::Arc;

use crate::clock::Stop;
use crate::outcome::{Outcome, Signal};

/// Raises `stop` at the first Ctrl-C, termination or hang-up, and leaves at the second; or at the first, when
/// `asking` says that a question for a secret stood, or that standard input is waited for: no session is open then, and
/// the wait would go on for ever.
///
/// A signal that whoever started us had set to be ignored (`nohup`, a background job of a script) stays ignored.
///
/// # Errors
/// When the handlers cannot be installed.
#[cfg(unix)]
pub fn install(stop: Arc<Stop>, asking: impl Fn() -> bool + Send + 'static) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let ignored = ignored_signals();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for number in signals.forever() {
            let signal = match number {
                SIGINT => Signal::Interrupt,
                SIGHUP => Signal::Hangup,
                _ => Signal::Terminate,
            };
            if stop.raise(signal) || asking() {
                leave(signal);
            }
        }
    })?;
    Ok(())
}

/// Raises `stop` at the first Ctrl-C and leaves at the second, or at the first while `asking` says that a question
/// stood.
///
/// # Errors
/// When the handler cannot be installed.
#[cfg(not(unix))]
pub fn install(stop: Arc<Stop>, asking: impl Fn() -> bool + Send + 'static) -> std::io::Result<()> {
    ctrlc::set_handler(move || {
        if stop.raise(Signal::Interrupt) || asking() {
            leave(Signal::Interrupt);
        }
    })
    .map_err(std::io::Error::other)
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

#[expect(clippy::disallowed_methods, reason = "a second signal means now, sessions or not")]
fn leave(signal: Signal) {
    std::process::exit(i32::from(Outcome::Signal(signal).code()));
}
