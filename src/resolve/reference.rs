//! How a task is named on the command line and on standard input.
//!
//! A reference is `PROFILE/ID` or `BACKEND/ID`, split at the first `/`; a task's full URL; or, with a backend named
//! before it, an id alone. Standard input holds them a line each, or the JSON that a create call returned.

use serde_json::Value;
use url::Url;

use crate::api::BACKENDS;
use crate::error::Error;

/// A name as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// `PREFIX/ID`: the prefix is a profile or a backend.
    Prefixed {
        /// What stands before the first `/`.
        prefix: String,
        /// What stands after it.
        id: String,
    },
    /// A task's full URL.
    Url(Url),
    /// An id of the backend that was named before it.
    Id(String),
}

impl Reference {
    /// Reads what was typed; `alone` says that a backend was named, so that an id may stand alone.
    ///
    /// # Errors
    /// A usage error that says what is missing.
    pub fn parse(text: &str, alone: bool) -> Result<Reference, Error> {
        let text = text.trim();
        if text.starts_with("https://") || text.starts_with("http://") {
            // What stands before an `@` may be a password, and errors repeat the address.
            let authority = text.split('/').nth(2).unwrap_or_default();
            if authority.contains('@') {
                return Err(Error::usage("the address of a task holds a user name or a password")
                    .hint("leave out what stands before the `@`: who asks is said by the profile"));
            }
            return Url::parse(text)
                .map(Reference::Url)
                .map_err(|error| Error::usage(format!("{text:?} is no URL: {error}")));
        }
        if alone {
            return Ok(Reference::Id(text.to_owned()));
        }
        match text.split_once('/') {
            Some((prefix, id)) if !prefix.is_empty() && !id.is_empty() => {
                Ok(Reference::Prefixed { prefix: prefix.to_owned(), id: id.to_owned() })
            }
            _ => Err(Error::usage(format!("{text:?} is no reference to a task")).hint(
                "a reference is PROFILE/ID or BACKEND/ID; or name the backend first: taskctl get BACKEND ID",
            )),
        }
    }
}

/// The ids or references in what standard input holds.
///
/// JSON is told by its first character: a string, an object, an array, or several of them one after the other.
/// Anything else is lines; empty ones and those that begin with `#` are passed over.
///
/// # Errors
/// A usage error when there is none, or when JSON holds none where one must be.
pub fn from_input(input: &str) -> Result<Vec<String>, Error> {
    let trimmed = input.trim_start_matches('\u{feff}').trim();
    let mut found = Vec::new();
    if trimmed.starts_with(['{', '[', '"']) {
        for document in serde_json::Deserializer::from_str(trimmed).into_iter::<Value>() {
            let document = document.map_err(|error| {
                Error::usage("standard input begins like JSON and cannot be read").cause(error.to_string())
            })?;
            collect(&document, &mut found)?;
        }
    } else {
        let lines = trimmed.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        found.extend(lines.map(str::to_owned));
    }
    if found.is_empty() {
        return Err(Error::usage("standard input names no task")
            .hint("it may hold ids, one a line, or the JSON that a create call returned"));
    }
    Ok(found)
}

fn collect(document: &Value, found: &mut Vec<String>) -> Result<(), Error> {
    match document {
        Value::String(id) if !id.trim().is_empty() => found.push(id.trim().to_owned()),
        Value::Array(items) => {
            for item in items {
                collect(item, found)?;
            }
        }
        Value::Object(object) => {
            // taskctl's own output names its tasks best.
            if let Some(Value::String(reference)) = object.get("ref") {
                found.push(reference.clone());
                return Ok(());
            }
            if let Some(id) = BACKENDS.iter().find_map(|backend| (backend.id_in_answer)(document)) {
                found.push(id);
                return Ok(());
            }
            // `value` may hold an id object of its own, or a text.
            for key in ["id", "value", "task", "task_id", "taskId", "items"] {
                match object.get(key) {
                    None | Some(Value::Null) => {}
                    Some(inner) => return collect(inner, found),
                }
            }
            let keys: Vec<&str> = object.keys().map(String::as_str).take(8).collect();
            return Err(Error::usage("the JSON on standard input names no task")
                .cause(format!("an object with the keys {}", keys.join(", ")))
                .hint("an id is looked for in id, value, task, task_id, taskId and op_id"));
        }
        other => {
            return Err(
                Error::usage("the JSON on standard input names no task").cause(format!("it holds {other}"))
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_split_at_the_first_slash() {
        let parsed = Reference::parse("ecs-lab/10.1.83.70/CREATE", false).expect("a reference");
        assert_eq!(parsed, Reference::Prefixed { prefix: "ecs-lab".into(), id: "10.1.83.70/CREATE".into() });
        assert_eq!(Reference::parse("t-4", true).expect("an id"), Reference::Id("t-4".into()));
        for wrong in ["t-4", "/t-4", "velo/", ""] {
            assert!(Reference::parse(wrong, false).is_err(), "{wrong}");
        }
        assert!(matches!(Reference::parse("https://h:8046/tasks/1", false), Ok(Reference::Url(_))));
    }

    #[test]
    fn standard_input_may_hold_lines_or_what_a_create_call_returned() {
        let cases: [(&str, &[&str]); 9] = [
            ("t-1\n\n# done\n t-2 \r\n", &["t-1", "t-2"]),
            (r#"{"value":"t-4","_type":"TaskId"}"#, &["t-4"]),
            (r#"{"id":{"value":"t-4","_type":"TaskId"},"state":"Running"}"#, &["t-4"]),
            (r#""52f9:com.vmware.esx""#, &["52f9:com.vmware.esx"]),
            (r#"{"value":"52f9:com"}"#, &["52f9:com"]),
            (r#"{"id":"f61d","state":"RUNNING","site":"site2"}"#, &["f61d"]),
            (
                r#"{"task":[{"op_id":"CREATE","resource":{"id":"10.1.83.70"}},{"op_id":"X","link":{"href":"/vdc/data-stores/1/tasks/X"}}]}"#,
                &["10.1.83.70/CREATE", "/vdc/data-stores/1/tasks/X"],
            ),
            ("{\"ref\":\"dr/1\"}\n{\"ref\":\"dr/2\"}", &["dr/1", "dr/2"]),
            (r#"[{"id":"a"},"b"]"#, &["a", "b"]),
        ];
        for (input, expected) in cases {
            assert_eq!(from_input(input).expect(input), expected, "{input}");
        }
        for wrong in ["", "{\"state\":\"x\"}", "{\"id\":", "[7]"] {
            assert!(from_input(wrong).is_err(), "{wrong}");
        }
    }
}
