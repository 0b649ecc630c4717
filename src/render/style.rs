//! Colour: whether there is any, and which. Colour repeats what a word already says and never says more.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

use crate::task::State;
use crate::util::env::Env;

/// What `--color` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// What was chosen: by the flag, else by `TASKCTL_COLOR`, else by the file, which is asked only where the
    /// environment has neither `NO_COLOR` nor `CLICOLOR_FORCE`.
    pub fn of(
        flag: Option<ColorChoice>,
        env: &Env,
        file: impl FnOnce() -> Option<ColorChoice>,
    ) -> ColorChoice {
        let variable = || clap::ValueEnum::from_str(env.get("TASKCTL_COLOR")?, true).ok();
        let is_silent = env.get("NO_COLOR").is_none() && !forces(env);
        flag.or_else(variable).or_else(|| is_silent.then(file)?).unwrap_or_default()
    }

    /// Whether a stream gets colour; asked for each stream apart.
    ///
    /// The flag goes before the environment, and `NO_COLOR` before `CLICOLOR_FORCE`; both count when they are not
    /// empty (<https://no-color.org>, <https://bixense.com/clicolors>).
    pub fn allows(self, env: &Env, is_terminal: bool) -> bool {
        match self {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if env.get("NO_COLOR").is_some() => false,
            ColorChoice::Auto if forces(env) => true,
            ColorChoice::Auto => is_terminal && env.get("TERM") != Some("dumb"),
        }
    }
}

/// Whether the environment asks for colour without a terminal.
fn forces(env: &Env) -> bool {
    env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0")
}

/// The styles of one stream; without colour every style is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    colored: bool,
}

impl Palette {
    /// The styles of a stream that gets colour, or does not.
    pub fn new(colored: bool) -> Palette {
        Palette { colored }
    }

    /// Whether there is any colour.
    pub fn is_colored(self) -> bool {
        self.colored
    }

    fn when_colored(self, style: Style) -> Style {
        if self.colored { style } else { Style::new() }
    }

    /// The style of a state.
    pub fn state(self, state: &State) -> Style {
        self.when_colored(match state {
            State::Pending => Style::new().dimmed(),
            State::Running => AnsiColor::Cyan.on_default(),
            State::Blocked
            | State::Failing
            | State::Cancelling
            | State::Unknown { .. }
            | State::Cancelled => AnsiColor::Yellow.on_default(),
            State::Succeeded => AnsiColor::Green.on_default(),
            State::Failed { .. } => AnsiColor::Red.on_default().bold(),
        })
    }

    /// The style of what went wrong.
    pub fn error(self) -> Style {
        self.when_colored(AnsiColor::Red.on_default().bold())
    }

    /// The style of what deserves a look.
    pub fn warning(self) -> Style {
        self.when_colored(AnsiColor::Yellow.on_default())
    }

    /// The style of what is beside the point.
    pub fn faint(self) -> Style {
        self.when_colored(Style::new().dimmed())
    }

    /// The style of headings and names of values.
    pub fn heading(self) -> Style {
        self.when_colored(Style::new().bold())
    }
}

/// Text in a style; exactly the text where the style is empty.
pub fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_precedes_the_environment_and_the_environment_the_terminal() {
        let nothing = Env::of([]);
        let no_color = Env::of([("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]);
        let force = Env::of([("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]);
        let no_force = Env::of([("CLICOLOR_FORCE", "0")]);
        let dumb = Env::of([("TERM", "dumb")]);
        assert!(ColorChoice::Always.allows(&no_color, false));
        assert!(!ColorChoice::Never.allows(&force, true));
        assert!(ColorChoice::Auto.allows(&nothing, true));
        assert!(!ColorChoice::Auto.allows(&nothing, false));
        assert!(!ColorChoice::Auto.allows(&no_color, true));
        assert!(ColorChoice::Auto.allows(&force, false));
        assert!(!ColorChoice::Auto.allows(&no_force, false));
        assert!(!ColorChoice::Auto.allows(&dumb, true));
    }

    #[test]
    fn without_colour_there_is_no_escape() {
        let plain = Palette::new(false);
        assert_eq!(paint(plain.state(&State::Succeeded), "succeeded"), "succeeded");
        let colored = Palette::new(true);
        assert_eq!(paint(colored.state(&State::Succeeded), "succeeded"), "\u{1b}[32msucceeded\u{1b}[0m");
    }
}
