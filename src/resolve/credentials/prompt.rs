//! Asks a person for a secret.

use std::io::{self, Write as _};

use secrecy::SecretString;

/// Someone who can be asked.
pub trait Prompt: Send + Sync {
    /// Shows the text and reads an answer that is not shown.
    ///
    /// # Errors
    /// Kind `Interrupted` when Ctrl-C was typed; else what the terminal said.
    fn ask(&self, text: &str) -> io::Result<SecretString>;

    /// Shows the text and reads an answer that may be seen.
    ///
    /// # Errors
    /// As [`Prompt::ask`]; kind `UnexpectedEof` when Ctrl-D was typed.
    fn ask_openly(&self, text: &str) -> io::Result<String> {
        use secrecy::ExposeSecret as _;
        self.ask(text).map(|answer| answer.expose_secret().to_owned())
    }

    /// Puts the terminal back if a question stands, for who is about to end the process. Returns whether one did.
    fn give_up(&self) -> bool {
        false
    }
}

/// The terminal of this process, by its device, so that redirected streams do not matter.
///
/// One question at a time. `rpassword` puts the terminal back when it returns; who ends the process while a question
/// stands must call [`TerminalPrompt::restore`] first, or the shell would be left without echo.
#[derive(Clone, Debug, Default)]
pub struct TerminalPrompt {
    #[cfg(unix)]
    saved: std::sync::Arc<std::sync::Mutex<Option<rustix::termios::Termios>>>,
    asking: std::sync::Arc<std::sync::Mutex<()>>,
}

impl Prompt for TerminalPrompt {
    fn ask(&self, text: &str) -> io::Result<SecretString> {
        let _one = self.asking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.save()?;
        let answer = rpassword::prompt_password(text).map(SecretString::from);
        self.forget();
        leave_the_line(&answer);
        answer
    }

    fn ask_openly(&self, text: &str) -> io::Result<String> {
        let _one = self.asking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A question stands: a signal need not wait for its answer.
        self.save()?;
        let answer = ask_on_terminal(text);
        self.forget();
        leave_the_line(&answer);
        answer
    }

    fn give_up(&self) -> bool {
        self.restore()
    }
}

#[cfg(unix)]
impl TerminalPrompt {
    fn save(&self) -> io::Result<()> {
        let terminal = std::fs::File::open(TERMINAL)?;
        let modes = rustix::termios::tcgetattr(&terminal)?;
        *self.saved.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(modes);
        Ok(())
    }

    fn forget(&self) {
        *self.saved.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    /// Puts the terminal back as it was before the question that stands, if one does, on a new line. May be called from
    /// any thread.
    ///
    /// Returns whether one did.
    pub fn restore(&self) -> bool {
        let saved = self.saved.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let Some(modes) = saved else { return false };
        if let Ok(mut terminal) = std::fs::OpenOptions::new().read(true).write(true).open(TERMINAL) {
            // Nothing more can be done if it fails: the process is ending.
            let _ = rustix::termios::tcsetattr(&terminal, rustix::termios::OptionalActions::Now, &modes);
            let _ = terminal.write_all(b"\n");
        }
        true
    }
}

#[cfg(unix)]
const TERMINAL: &str = "/dev/tty";

/// Asks on the terminal's own device, so that redirected streams do not matter.
#[cfg(unix)]
fn ask_on_terminal(text: &str) -> io::Result<String> {
    let mut terminal = std::fs::OpenOptions::new().read(true).write(true).open(TERMINAL)?;
    terminal.write_all(text.as_bytes())?;
    terminal.flush()?;
    read_line(&mut io::BufReader::new(terminal))
}

/// Ctrl-D leaves the cursor behind the question: what is said next begins on a new line.
fn leave_the_line<T>(answer: &io::Result<T>) {
    if answer.is_err() {
        let _ = io::stderr().write_all(b"\n");
    }
}

/// Asks on the standard streams.
#[cfg(not(unix))]
fn ask_on_terminal(text: &str) -> io::Result<String> {
    let mut stderr = io::stderr();
    stderr.write_all(text.as_bytes())?;
    stderr.flush()?;
    read_line(&mut io::stdin().lock())
}

fn read_line(input: &mut dyn io::BufRead) -> io::Result<String> {
    let mut line = String::new();
    match input.read_line(&mut line)? {
        0 => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
        _ => Ok(line.trim().to_owned()),
    }
}

#[cfg(not(unix))]
impl TerminalPrompt {
    fn save(&self) -> io::Result<()> {
        Ok(())
    }

    fn forget(&self) {}

    /// There are no terminal modes of this kind here.
    pub fn restore(&self) -> bool {
        false
    }
}
