//! The environment, read once by `main` and handed in.

use std::collections::BTreeMap;

/// What the environment can decide beside the keys of a profile, which [`crate::config::variables`] names: a variable
/// and what it means. The manual prints it.
pub const VARIABLES: &[(&str, &str)] = &[
    ("TASKCTL_CONFIG", "The configuration file, as --config."),
    ("TASKCTL_PROFILE", "The profile to use where neither -p nor a reference names one."),
    ("NO_COLOR", "When set, nothing is in colour unless --color asks for it."),
    ("CLICOLOR_FORCE", "When set and not 0, all is in colour, terminal or not."),
    ("TERM", "dumb: neither colour nor bars."),
    ("CI", "When set and not false, progress is in lines and not in bars."),
    ("TZ", "The zone of times for people; machine formats are in UTC."),
    ("HOME", "Where ~ leads, and where the configuration directory is by default."),
    ("XDG_CONFIG_HOME", "The configuration directory, where the platform has that."),
    ("XDG_STATE_HOME", "Where marks of refused logins are kept, where the platform has that."),
    (
        "HTTPS_PROXY",
        "The proxy for https, unless NO_PROXY names the host. HTTP_PROXY and ALL_PROXY as usual.",
    ),
    ("NO_PROXY", "Hosts that are asked without the proxy, separated by commas."),
];

/// The environment variables of a run.
#[derive(Clone, Debug, Default)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// The process's environment; what is no UTF-8 is left out.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
    pub fn of_process() -> Env {
        Env(std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect())
    }

    /// An environment made for a test.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Env {
        Env(pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    /// A variable's value, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
