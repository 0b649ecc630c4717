//! The file's text with one profile more or fewer. What is not changed stays byte by byte: comments, order, blanks.

use toml_edit::{DocumentMut, Item, Table, TomlError, value};

use crate::error::Error;

/// The text with one more profile, which has these texts and switches, in their order.
///
/// # Errors
/// When the text is not TOML, or the profile is there already.
pub fn with_profile(text: &str, name: &str, entries: &[(&str, EntryValue)]) -> Result<String, Error> {
    let mut document = parse(text)?;
    let profiles = document.entry("profiles").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let profiles =
        profiles.as_table_mut().ok_or_else(|| Error::config("`profiles` is no table of its own"))?;
    if profiles.contains_key(name) {
        return Err(Error::config(format!("there is a profile {name} already"))
            .hint("give the new one another name, or change it: taskctl config edit"));
    }
    let mut profile = Table::new();
    if !text.trim().is_empty() {
        profile.decor_mut().set_prefix("\n");
    }
    for (key, entry) in entries {
        let entry = match entry {
            EntryValue::Text(text) => value(text.as_str()),
            EntryValue::Switch(on) => value(*on),
        };
        profile.insert(key, entry);
    }
    profiles.insert(name, Item::Table(profile));
    Ok(document.to_string())
}

/// What a key of a new profile gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryValue {
    /// A text.
    Text(String),
    /// `true` or `false`.
    Switch(bool),
}

/// The text without this profile, and without `default_profile` where that names it.
///
/// # Errors
/// When the text is not TOML.
pub fn without_profile(text: &str, name: &str) -> Result<String, Error> {
    let mut document = parse(text)?;
    if let Some(profiles) = document.get_mut("profiles").and_then(Item::as_table_like_mut) {
        profiles.remove(name);
    }
    if document.get("default_profile").and_then(Item::as_str) == Some(name) {
        document.remove("default_profile");
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut, Error> {
    // Its own Display quotes the line, which may hold a password.
    text.parse().map_err(|error: TomlError| Error::config(format!("this is not TOML: {}", error.message())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# mine\ndefault_profile = \"a\"   # the usual one\n\n[profiles.a] # first\nbackend = \"vcda\"\n\
                        # not yet: url\n\n[defaults]\ninterval = \"2s\"\n";

    fn text(text: &str) -> EntryValue {
        EntryValue::Text(text.to_owned())
    }

    #[test]
    fn a_profile_is_added_and_all_else_is_as_it_was() {
        let entries = [("backend", text("ecs")), ("password_prompt", EntryValue::Switch(true))];
        let added = with_profile(FILE, "b.c", &entries).expect("TOML");
        let expected = "\n[profiles.\"b.c\"]\nbackend = \"ecs\"\npassword_prompt = true\n";
        assert!(added.contains(expected), "{added}");
        assert_eq!(added.replace(expected, ""), FILE, "all else is as it was");
        assert!(with_profile(&added, "b.c", &entries).is_err());
        assert_eq!(with_profile("", "a", &entries[..1]).expect("TOML"), "[profiles.a]\nbackend = \"ecs\"\n");
        assert_eq!(without_profile(&added, "b.c").expect("TOML"), FILE);
    }

    #[test]
    fn a_profile_is_removed_with_what_names_it_and_other_comments_stay() {
        let left = without_profile(FILE, "a").expect("TOML");
        assert!(!left.contains("profiles.a") && !left.contains("default_profile"), "{left}");
        assert!(left.contains("interval = \"2s\""), "{left}");
        assert!(with_profile("[x", "a", &[]).is_err());
    }
}
