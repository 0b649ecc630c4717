//! What is known of the terminal, asked once by `main` and handed in.

use std::io::IsTerminal;

/// Which of the standard streams are terminals, and how large they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// Whether standard input is a terminal.
    pub stdin: bool,
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether standard error is a terminal.
    pub stderr: bool,
    /// Columns of standard output's terminal, if it is one.
    pub width: Option<u16>,
}

impl Terminal {
    /// The terminal of this process.
    pub fn of_process() -> Terminal {
        let stdout = std::io::stdout().is_terminal();
        Terminal {
            stdin: std::io::stdin().is_terminal(),
            stdout,
            stderr: std::io::stderr().is_terminal(),
            width: if stdout { terminal_size::terminal_size().map(|(width, _)| width.0) } else { None },
        }
    }
}
