//! Asks a person for a secret.

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

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
/// One question at a time. Who ends the process while a question stands must call [`Prompt::give_up`] first, or the shell
/// would be left without echo.
#[derive(Debug, Default)]
pub struct TerminalPrompt {
    #[cfg(unix)]
    saved: Mutex<Option<rustix::termios::Termios>>,
    asking: Mutex<()>,
}

impl Prompt for TerminalPrompt {
    fn ask(&self, text: &str) -> io::Result<SecretString> {
        self.question(Echo::Off, || ask_hidden(text).map(SecretString::from))
    }

    fn ask_openly(&self, text: &str) -> io::Result<String> {
        self.question(Echo::On, || ask_on_terminal(text))
    }

    #[cfg(unix)]
    fn give_up(&self) -> bool {
        let Some(modes) = self.saved().take() else { return false };
        if let Ok(mut terminal) = open_terminal() {
            restore(&terminal, &modes);
            let _ = terminal.write_all(b"\n");
        }
        true
    }
}

impl TerminalPrompt {
    /// Asks one question at a time. The terminal's modes are kept as long as it stands, and put back then.
    fn question<T>(&self, echo: Echo, ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let _one = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        #[cfg(unix)]
        self.save(echo)?;
        // Elsewhere what is typed is shown by whoever reads it, which here is nobody but us.
        #[cfg(not(unix))]
        let _ = echo;
        let answer = ask();
        #[cfg(unix)]
        if let (Some(modes), Ok(terminal)) = (self.saved().take(), open_terminal()) {
            restore(&terminal, &modes);
        }
        if answer.is_err() {
            // Ctrl-D leaves the cursor behind the question: what is said next begins on a new line.
            let _ = io::stderr().write_all(b"\n");
        }
        answer
    }

    /// Keeps the terminal's modes. Those for a secret are set before the question is seen, since `rpassword` would set
    /// them after that, and what is pasted in between would be shown: no echo, and each key, Ctrl-C and Ctrl-D too, as it
    /// is typed.
    #[cfg(unix)]
    fn save(&self, echo: Echo) -> io::Result<()> {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
        let terminal = std::fs::File::open(TERMINAL)?;
        let mut modes = tcgetattr(&terminal)?;
        self.saved().replace(modes.clone());
        if echo == Echo::Off {
            modes.local_modes -=
                LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            tcsetattr(&terminal, OptionalActions::Now, &modes)?;
        }
        Ok(())
    }

    #[cfg(unix)]
    fn saved(&self) -> std::sync::MutexGuard<'_, Option<rustix::termios::Termios>> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a terminal shows what is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Echo {
    On,
    Off,
}

/// Puts a terminal back. Nothing more can be done if it fails.
#[cfg(unix)]
fn restore(terminal: &std::fs::File, modes: &rustix::termios::Termios) {
    let _ = rustix::termios::tcsetattr(terminal, rustix::termios::OptionalActions::Now, modes);
}

#[cfg(unix)]
const TERMINAL: &str = "/dev/tty";

#[cfg(unix)]
fn open_terminal() -> io::Result<std::fs::File> {
    std::fs::OpenOptions::new().read(true).write(true).open(TERMINAL)
}

/// Asks on the terminal's own device, whose modes are set.
#[cfg(unix)]
fn ask_hidden(text: &str) -> io::Result<String> {
    let mut terminal = open_terminal()?;
    terminal.write_all(text.as_bytes())?;
    terminal.flush()?;
    // From a reader, so that the modes are left alone.
    let config = rpassword::ConfigBuilder::new().input_reader(terminal.try_clone()?).output_discard();
    let answer = rpassword::read_password_with_config(config.build())?;
    terminal.write_all(b"\n")?;
    Ok(answer)
}

#[cfg(not(unix))]
fn ask_hidden(text: &str) -> io::Result<String> {
    rpassword::prompt_password(text)
}

/// Asks on the terminal's own device, so that redirected streams do not matter.
#[cfg(unix)]
fn ask_on_terminal(text: &str) -> io::Result<String> {
    let mut terminal = open_terminal()?;
    terminal.write_all(text.as_bytes())?;
    terminal.flush()?;
    read_line(&mut io::BufReader::new(terminal))
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
