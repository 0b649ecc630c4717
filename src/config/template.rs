//! The file that `config init` writes. A line that begins with `#` and no space is TOML to be uncommented; `# ` is prose.

use std::fmt::Write;

use crate::api::{BACKENDS, Descriptor, SettingKind};

use super::keys::{Registry, family_of};

/// The commented file for a first use: the chosen backend's profile ready for use, one example for each other backend
/// commented out. Without a backend everything is commented out, and `profile` and `url` have no place.
///
/// The caller has checked `profile` with [`super::check_profile_name`] and `url` with [`super::check_url`].
pub fn init_template(
    backend: Option<&'static Descriptor>,
    profile: Option<&str>,
    url: Option<&str>,
) -> String {
    template(BACKENDS, backend, profile, url)
}

pub(super) fn template(
    registry: Registry,
    chosen: Option<&'static Descriptor>,
    profile: Option<&str>,
    url: Option<&str>,
) -> String {
    let mut text = String::from(
        "# Profiles of taskctl. `taskctl config validate` checks this file, `taskctl config show` says what it means.\n\
         # A line that begins with # and no space can be uncommented as it is.\n\n",
    );
    let name = |backend: &'static Descriptor| profile.unwrap_or(backend.name);
    if let Some(backend) = chosen {
        let _ = writeln!(text, "#default_profile = {}\n", text_value(name(backend)));
    }
    text.push_str(
        "#[defaults]\n\
         #output = \"table\"             # table, wide, json, jsonl, yaml, raw\n\
         #interval = \"2s\"              # the first gap between two looks at a task\n\
         #max_interval = \"15s\"         # the gap grows up to this while nothing changes\n\
         #retry_for = \"5m\"             # how long a watch goes on without one good answer\n\
         #connect_timeout = \"10s\"\n\
         #request_timeout = \"30s\"\n\
         #progress = \"auto\"            # auto, tty, plain, none\n\
         #color = \"auto\"               # auto, always, never\n\
         #utc = false\n\
         #jobs = 8                     # requests in flight for a profile\n\
         #heartbeat = \"60s\"\n\
         #complete_ids = false         # true lets TAB log in and list the ids of tasks: see `taskctl completions --help`\n",
    );
    if let Some(backend) = chosen {
        let url = url.unwrap_or(backend.example_url);
        section(&mut text, backend, name(backend), url, "");
    }
    for backend in registry.iter().filter(|backend| chosen.is_none_or(|chosen| chosen.name != backend.name)) {
        section(&mut text, backend, backend.name, backend.example_url, "#");
    }
    text
}

fn section(text: &mut String, backend: &Descriptor, name: &str, url: &str, mark: &str) {
    let username = backend.username.unwrap_or("USER");
    let _ = writeln!(text, "\n# {}", backend.about);
    let _ = writeln!(text, "{mark}[profiles.{}]", key_text(name));
    let _ = writeln!(text, "{mark}backend = {}", text_value(backend.name));
    let _ = writeln!(text, "{mark}url = {}", text_value(url));
    if let Some(first) = backend.auth.first() {
        let others = backend.auth.join(", ");
        let _ = writeln!(text, "#auth = {}  # {others}", text_value(first));
    }
    let _ = writeln!(text, "{mark}username = {}", text_value(username));
    let _ = writeln!(
        text,
        "# The password: exactly one of these.\n\
         #   password_command = [\"pass\", \"show\", \"{}\"]\n\
         #   password_file = \"~/.secrets/{}\"\n\
         #   password_env = \"NAME_OF_A_VARIABLE\"\n\
         {mark}password_prompt = true",
        backend.name, backend.name,
    );
    if !backend.token_auth.is_empty() {
        let _ = writeln!(
            text,
            "# With auth = {} a token instead: token_command, token_file, token_env or token_prompt.",
            backend.token_auth.join(" or "),
        );
    }
    for setting in backend.settings {
        let example = match setting.kind {
            SettingKind::Text => text_value("…"),
            SettingKind::Username => text_value("USER"),
            SettingKind::Switch => "false".to_owned(),
            SettingKind::Url => text_value("https://host.example.com"),
        };
        let _ = writeln!(text, "#{} = {example}  # {}", setting.key, setting.help);
        if setting.kind == SettingKind::Username {
            let _ = writeln!(text, "#{}_prompt = true", family_of(setting.key));
        }
    }
    let _ = writeln!(
        text,
        "#ca_file = \"~/{}-ca.pem\"  # a CA, or the appliance's own certificate; or tls_pin, which `taskctl doctor` prints",
        backend.name,
    );
}

fn text_value(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A profile's name as it stands in a table's header.
pub(super) fn key_text(name: &str) -> String {
    let table = toml::Table::from_iter([(name.to_owned(), toml::Value::Boolean(true))]);
    let line = table.to_string();
    line.trim_end().strip_suffix(" = true").unwrap_or(name).to_owned()
}
