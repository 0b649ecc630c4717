//! Reading the TOML of a description with serde, every mistake in one pass and each with its place: what is wrong is
//! noted, taken out, and the rest is read again.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::Error;
use crate::util::text::nearest;

/// No more mistakes than this are looked for.
const MOST: usize = 50;

/// A mistake and the byte where it stands.
pub(super) type Mistake = (usize, Error);

/// What a table says, as far as it can be read, and what is wrong with it.
pub(super) fn read<T: DeserializeOwned>(mut table: Spanned<DeTable<'_>>) -> (Option<T>, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    while mistakes.len() < MOST {
        match T::deserialize(toml::de::Deserializer::from(table.clone())) {
            Ok(value) => return (Some(value), mistakes),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                mistakes.push((at, explain(error.message())));
                if !take_out(table.get_mut(), at) {
                    break;
                }
            }
        }
    }
    (None, mistakes)
}

/// A mistake in our words: serde names an unknown key and every known one between backticks.
fn explain(message: &str) -> Error {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match (message.starts_with("unknown field") || message.starts_with("unknown variant"), quoted.next()) {
        (true, Some(unknown)) => {
            let known: Vec<&str> = quoted.collect();
            let hint = match nearest(unknown, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let what = if message.starts_with("unknown field") { "key" } else { "word" };
            Error::config(format!("unknown {what} `{unknown}`")).hint(hint)
        }
        _ => Error::config(message.replace("invalid type: ", "this is of the wrong kind: ")),
    }
}

/// Takes the innermost entry at this byte out. Whether there was one.
fn take_out(table: &mut DeTable<'_>, at: usize) -> bool {
    let found = table.iter().find(|(key, value)| key.span().contains(&at) || value.span().contains(&at));
    let Some((key, is_key)) = found.map(|(key, _)| (key.clone(), key.span().contains(&at))) else {
        // The header of a table is beside what it holds.
        return table.iter_mut().any(|(_, value)| take_out_of(value.get_mut(), at));
    };
    let inner = table.get_mut(&key).is_some_and(|value| !is_key && take_out_of(value.get_mut(), at));
    inner || table.remove(&key).is_some()
}

fn take_out_of(value: &mut DeValue<'_>, at: usize) -> bool {
    match value {
        DeValue::Table(table) => take_out(table, at),
        DeValue::Array(items) => items.iter_mut().any(|item| take_out_of(item.get_mut(), at)),
        _ => false,
    }
}

/// A mistake at a byte of a text, `name:line:column: message`. The column is in characters.
pub(super) fn located(name: &str, text: &str, (at, error): Mistake) -> Error {
    let before = text.get(..at).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let message = format!("{name}:{}:{column}: {}", line_of(text, at), error.message);
    Error { message, ..error }
}

/// The line of a byte of a text, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

/// What may be written as a text, or as a table with more.
pub(super) trait Shorthand: Sized {
    type Table: DeserializeOwned;

    fn of_text(text: &str) -> Result<Self, String>;

    fn of_table(table: Self::Table) -> Result<Self, String>;
}

/// One of them, or a list.
#[derive(Clone, Debug)]
pub(super) struct Many<T>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Many<T> {
        Many(Vec::new())
    }
}

impl<T> std::ops::Deref for Many<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Shorthand> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Many<T>, D::Error> {
        deserializer.deserialize_any(Read(PhantomData))
    }
}

struct Read<T>(PhantomData<T>);

impl<'de, T: Shorthand> Visitor<'de> for Read<T> {
    type Value = Many<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a table, or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Many<T>, E> {
        T::of_text(text).map(|one| Many(vec![one])).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Many<T>, A::Error> {
        let table = T::Table::deserialize(MapAccessDeserializer::new(map))?;
        T::of_table(table).map(|one| Many(vec![one])).map_err(A::Error::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(Many(some)) = items.next_element()? {
            all.extend(some);
        }
        Ok(Many(all))
    }
}
