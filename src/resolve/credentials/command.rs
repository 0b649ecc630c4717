//! Runs the program that prints a secret: no shell, no input, its words for people unread, a limit on its time.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{SecretContext, read_capped, without_newline};
use crate::error::{Error, Kind};
use crate::util::duration::duration_text;

/// The gap between two looks at whether the program has ended. A person does not notice it.
const LOOK: Duration = Duration::from_millis(10);

/// The one line that a program prints. `source` is what it is called in errors, which never hold its output.
///
/// # Errors
/// Kind `Config` when it cannot be started, fails, takes too long, or prints nothing or several lines; `Stopped` when
/// the run was told to end meanwhile.
pub(super) fn run(argv: &[String], source: &str, ctx: &SecretContext<'_>) -> Result<SecretString, Error> {
    let [program, arguments @ ..] = argv else {
        return Err(Error::config(format!("{source} names no program")));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it says may hold the secret, or text from a server.
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Error::config(format!("cannot start {source}")).cause(error.to_string()))?;
    let (sender, receiver) = mpsc::channel();
    if let Some(mut stdout) = child.stdout.take() {
        // Not joined: a grandchild may hold the pipe open for longer than anyone waits.
        std::thread::spawn(move || {
            let _ = sender.send(read_capped(&mut stdout));
        });
    }
    let deadline = ctx.context.clock.monotonic().saturating_add(ctx.command_limit);
    let result = wait(&mut child, &receiver, deadline, source, ctx);
    if result.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    let (status, output) = result?;
    if !status.success() {
        return Err(Error::config(format!("{source} failed ({status})")).hint(BY_ITSELF));
    }
    let output = output.map_err(|error| {
        Error::config(format!("cannot read what {source} prints")).cause(error.to_string())
    })?;
    let text = str::from_utf8(&output)
        .map_err(|_| Error::config(format!("{source} printed something that is not UTF-8 text")))?;
    let line = without_newline(text);
    if line.is_empty() {
        return Err(Error::config(format!("{source} printed nothing")).hint(BY_ITSELF));
    }
    if line.contains('\n') {
        return Err(Error::config(format!("{source} printed more than one line"))
            .hint("it must print the secret and nothing else"));
    }
    Ok(SecretString::from(line))
}

const BY_ITSELF: &str = "run the command by itself to see what it says; its messages are not shown here";

type Output = io::Result<Zeroizing<Vec<u8>>>;

/// Waits until the program has ended and its output is whole.
fn wait(
    child: &mut Child,
    receiver: &mpsc::Receiver<Output>,
    deadline: Duration,
    source: &str,
    ctx: &SecretContext<'_>,
) -> Result<(ExitStatus, Output), Error> {
    let mut output = None;
    loop {
        output = output.or_else(|| receiver.try_recv().ok());
        let status = child
            .try_wait()
            .map_err(|error| Error::config(format!("cannot wait for {source}")).cause(error.to_string()))?;
        match (status, output) {
            (Some(status), Some(output)) => return Ok((status, output)),
            (_, unfinished) => output = unfinished,
        }
        if ctx.context.clock.monotonic() >= deadline {
            let limit = duration_text(ctx.command_limit);
            return Err(Error::config(format!("{source} did not end within {limit} and was stopped"))
                .hint("it gets no input: it must not ask on standard input"));
        }
        ctx.context
            .clock
            .sleep(LOOK, &ctx.context.stop)
            .map_err(|_| Error::new(Kind::Stopped, format!("stopped while waiting for {source}")))?;
    }
}
