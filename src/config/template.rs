//! The file that `config init` writes. A line that begins with `#` and no space is TOML to be uncommented; `# ` is prose.

use super::keys::{self, Backends, Key, Kind};
use super::value::{TEXT, USER, VARIABLE};
use crate::api::{Descriptor, SettingKind};

/// The commented file for a first use: the chosen backend's profile ready for use, one example for each other backend
/// commented out. Without a backend everything is commented out, and `profile` and `url` have no place.
///
/// The caller has checked `profile` with [`super::check_name`] and `url` with [`super::check_url`].
pub fn init_template(
    backends: Backends,
    chosen: Option<&'static Descriptor>,
    profile: Option<&str>,
    url: Option<&str>,
) -> String {
    let mut text = "\
# Profiles of taskctl. `taskctl config validate` checks this file, `taskctl config show` says what it means.
# A line that begins with # and no space can be uncommented as it is.

"
    .to_owned();
    let name = profile.or(chosen.map(|backend| backend.name)).unwrap_or_default();
    if chosen.is_some() {
        text += &format!("#default_profile = {}\n\n", text_value(name));
    }
    text += "#[defaults]\n";
    text.extend(keys::of_defaults().iter().filter_map(default_line));
    if let Some(backend) = chosen {
        text += &profile_text(backend, name, url.unwrap_or(backend.example_url), "");
    }
    for backend in backends.iter().filter(|backend| chosen.is_none_or(|chosen| chosen.name != backend.name)) {
        text += &profile_text(backend, backend.name, backend.example_url, "#");
    }
    text
}

/// A key of `[defaults]` that has a value by itself, commented out.
fn default_line(key: &Key) -> Option<String> {
    let text = key.example.as_ref()?;
    let is_bare = text == "false" || text.chars().all(|c| c.is_ascii_digit());
    let line = format!("{} = {}", key.name, if is_bare { text.clone() } else { text_value(text) });
    let remark = match &key.kind {
        Kind::OneOf(words) => words.join(", "),
        _ => key.help.to_owned(),
    };
    Some(match remark.as_str() {
        "" => format!("#{line}\n"),
        remark => format!("#{line:<29}# {remark}\n"),
    })
}

/// A profile; `mark` stands before the lines that a profile needs.
fn profile_text(backend: &Descriptor, name: &str, url: &str, mark: &str) -> String {
    let Descriptor { name: own, about, .. } = backend;
    let auth =
        backend.auth.first().map(|first| format!("#auth = {first:?}  # {}\n", backend.auth.join(", ")));
    let mut text = format!(
        "
# {about}
{mark}[profiles.{header}]
{mark}backend = {own:?}
{mark}url = {url}
{auth}{mark}username = {username:?}
# The password: exactly one of these.
#   password_command = [\"pass\", \"show\", {own:?}]
#   password_file = \"~/.secrets/{own}\"
#   password_env = {VARIABLE:?}
{mark}password_prompt = true
",
        header = key_text(name),
        url = text_value(url),
        auth = auth.unwrap_or_default(),
        username = backend.username.unwrap_or(USER),
    );
    if !backend.token_auth.is_empty() {
        text += &format!(
            "# With auth = {} a token instead: token_command, token_file, token_env or token_prompt.\n",
            backend.token_auth.join(" or "),
        );
    }
    for setting in backend.settings {
        let example = match setting.kind {
            SettingKind::Text => format!("\"{TEXT}\""),
            SettingKind::Username => format!("{USER:?}"),
            SettingKind::Switch => "false".to_owned(),
            SettingKind::Url => "\"https://host.example.com\"".to_owned(),
        };
        text += &format!("#{} = {example}  # {}\n", setting.key, setting.help);
        if setting.kind == SettingKind::Username {
            text += &format!("#{}_prompt = true\n", keys::secret_of_user(setting.key));
        }
    }
    let ca_file = "a CA, or the appliance's own certificate; or tls_pin, which `taskctl doctor` prints";
    text + &format!("#ca_file = \"~/{own}-ca.pem\"  # {ca_file}\n")
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
