//! The file that `config init` writes. A line that begins with `#` and no space is TOML to be uncommented; `# ` is prose.

use super::keys::{self, Backends, DefaultValue};
use crate::api::{BACKENDS, Descriptor, SettingKind};

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
    backends: Backends,
    chosen: Option<&'static Descriptor>,
    profile: Option<&str>,
    url: Option<&str>,
) -> String {
    let mut lines = vec![
        "# Profiles of taskctl. `taskctl config validate` checks this file, `taskctl config show` says what it means."
            .to_owned(),
        "# A line that begins with # and no space can be uncommented as it is.".to_owned(),
        String::new(),
    ];
    let chosen = chosen.map(|backend| (backend, profile.unwrap_or(backend.name)));
    if let Some((_, name)) = chosen {
        lines.extend([format!("#default_profile = {}", text_value(name)), String::new()]);
    }
    lines.extend(defaults());
    if let Some((backend, name)) = chosen {
        lines.extend(profile_lines(backend, name, url.unwrap_or(backend.example_url), ""));
    }
    for backend in
        backends.iter().filter(|backend| chosen.is_none_or(|(chosen, _)| chosen.name != backend.name))
    {
        lines.extend(profile_lines(backend, backend.name, backend.example_url, "#"));
    }
    lines.join("\n") + "\n"
}

/// `[defaults]` with every key that has a value by itself, commented out.
fn defaults() -> Vec<String> {
    let mut lines = vec!["#[defaults]".to_owned()];
    for key in keys::of_defaults() {
        let text = match &key.default {
            DefaultValue::None => continue,
            DefaultValue::BuiltIn(text) => text.as_ref(),
            DefaultValue::OfCommand(text) => text,
        };
        let is_bare = text == "false" || text.chars().all(|c| c.is_ascii_digit());
        let line = format!("{} = {}", key.name, if is_bare { text.to_owned() } else { text_value(text) });
        let words = key.kind.words().join(", ");
        let remark = if words.is_empty() { key.help } else { &words };
        lines.push(match remark {
            "" => format!("#{line}"),
            remark => format!("#{line:<29}# {remark}"),
        });
    }
    lines
}

/// A profile; `mark` stands before the lines that a profile needs.
fn profile_lines(backend: &Descriptor, name: &str, url: &str, mark: &str) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!("# {}", backend.about),
        format!("{mark}[profiles.{}]", key_text(name)),
        format!("{mark}backend = {}", text_value(backend.name)),
        format!("{mark}url = {}", text_value(url)),
    ];
    if let Some(first) = backend.auth.first() {
        lines.push(format!("#auth = {}  # {}", text_value(first), backend.auth.join(", ")));
    }
    lines.extend([
        format!("{mark}username = {}", text_value(backend.username.unwrap_or("USER"))),
        "# The password: exactly one of these.".to_owned(),
        format!("#   password_command = [\"pass\", \"show\", \"{}\"]", backend.name),
        format!("#   password_file = \"~/.secrets/{}\"", backend.name),
        "#   password_env = \"NAME_OF_A_VARIABLE\"".to_owned(),
        format!("{mark}password_prompt = true"),
    ]);
    if !backend.token_auth.is_empty() {
        lines.push(format!(
            "# With auth = {} a token instead: token_command, token_file, token_env or token_prompt.",
            backend.token_auth.join(" or "),
        ));
    }
    for setting in backend.settings {
        let example = match setting.kind {
            SettingKind::Text => "\"…\"",
            SettingKind::Username => "\"USER\"",
            SettingKind::Switch => "false",
            SettingKind::Url => "\"https://host.example.com\"",
        };
        lines.push(format!("#{} = {example}  # {}", setting.key, setting.help));
        if setting.kind == SettingKind::Username {
            lines.push(format!("#{}_prompt = true", keys::secret_of_user(setting.key)));
        }
    }
    lines.push(format!(
        "#ca_file = \"~/{}-ca.pem\"  # a CA, or the appliance's own certificate; or tls_pin, which `taskctl doctor` prints",
        backend.name,
    ));
    lines
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
