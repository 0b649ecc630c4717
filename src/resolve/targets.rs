//! How a task is named on the command line and on standard input, and which id that is.
//!
//! A reference is `PROFILE/ID` or `BACKEND/ID`, split at the first `/`; a task's full URL; or, with a backend named
//! before it, an id alone. Standard input holds them a line each, or the JSON that a create call returned.

use serde_json::Value;
use url::Url;

use super::TargetArgs;
use super::context::Context;
use crate::api::{self, Descriptor};
use crate::error::Error;

impl TargetArgs<'_> {
    /// Whether standard input carries the ids.
    pub(super) fn reads_ids(&self) -> bool {
        self.ids.iter().any(|id| id == "-")
    }
}

/// The names that were given, standard input's in the place of the first `-`.
///
/// # Errors
/// A usage error when standard input cannot be read, names no task, or has to carry the password too.
pub(super) fn names(context: &Context, args: &TargetArgs<'_>) -> Result<Vec<String>, Error> {
    let password_file = args.connection.password_file.as_deref();
    if args.reads_ids() && password_file.is_some_and(|path| path.as_os_str() == "-") {
        return Err(Error::usage("standard input cannot carry both the ids and the password"));
    }
    let mut names = Vec::new();
    let mut was_read = false;
    for id in args.ids {
        if id != "-" {
            names.push(id.clone());
        } else if !was_read {
            was_read = true;
            let input = context
                .stdin
                .read(|stdin| std::io::read_to_string(stdin))
                .map_err(|error| Error::usage("standard input cannot be read").cause(error.to_string()))?;
            let found = from_input(&input)?;
            if found.is_empty() && !args.may_be_none {
                return Err(Error::usage("standard input names no task")
                    .hint("it may hold ids, one a line, or the JSON that a create call returned"));
            }
            names.extend(found);
        }
    }
    Ok(names)
}

/// The id in a task's URL.
pub(super) fn id_in(url: &Url, backend: &Descriptor) -> Result<String, Error> {
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
    let in_query = || {
        let (_, id) = url.query_pairs().find(|(key, _)| Some(&**key) == backend.id_in_query)?;
        Some(id.into_owned())
    };
    (backend.id_in_path)(&path).or_else(in_query).ok_or_else(|| {
        Error::usage(format!("{url} is no address of a {} task", backend.name))
            .hint("give the id alone, or the address that the API itself has for the task")
    })
}

/// The reference that a path stands for: its form says which backend it is.
fn of_path(text: &str) -> Option<Reference> {
    let path = text.strip_prefix('/')?.split(['?', '#']).next()?;
    let path = format!("/{}", percent_encoding::percent_decode_str(path).decode_utf8_lossy());
    api::backends().into_iter().find_map(|backend| {
        Some(Reference::Prefixed { prefix: backend.name.to_owned(), id: (backend.id_in_path)(&path)? })
    })
}

/// A task as it was typed.
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
    /// Reads what was typed; `alone` says that a backend was named, so that an id may stand alone. What taskctl prints
    /// itself, `PROFILE/ID`, is understood then too.
    ///
    /// # Errors
    /// A usage error that says what is missing.
    pub fn parse(text: &str, alone: bool, is_profile: impl Fn(&str) -> bool) -> Result<Reference, Error> {
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
        let of_path = if alone { None } else { of_path(text) };
        if let Some(reference) = of_path {
            return Ok(reference);
        }
        match text.split_once('/').filter(|(prefix, id)| !prefix.is_empty() && !id.is_empty()) {
            Some((prefix, id)) if !alone || is_profile(prefix) => {
                Ok(Reference::Prefixed { prefix: prefix.to_owned(), id: id.to_owned() })
            }
            _ if alone => Ok(Reference::Id(text.to_owned())),
            _ => Err(Error::usage(format!("{text:?} is no reference to a task")).hint(
                "a reference is PROFILE/ID or BACKEND/ID; or name the backend first: taskctl get BACKEND ID",
            )),
        }
    }
}

/// Where many APIs put an id.
const ID_KEYS: [&str; 5] = ["id", "value", "task", "task_id", "taskId"];

/// The ids or references in what standard input holds.
///
/// JSON is told by its first character: a string, an object, an array, or several of them one after the other.
/// Anything else is lines; empty ones and those that begin with `#` are passed over.
///
/// # Errors
/// A usage error when JSON cannot be read, or holds none where one must be.
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
            let by_backend = || api::backends().into_iter().filter_map(|backend| backend.id_in_answer);
            if let Some(id) = by_backend().find_map(|(_, find)| find(document)) {
                found.push(id);
                return Ok(());
            }
            // `value` may hold an id object of its own, or a text.
            let mut inner = ID_KEYS.iter().chain(&["items"]).filter_map(|key| object.get(*key));
            if let Some(inner) = inner.find(|inner| !inner.is_null()) {
                return collect(inner, found);
            }
            let own: Vec<&str> = by_backend().map(|(key, _)| key).collect();
            let keys: Vec<&str> = object.keys().map(String::as_str).take(8).collect();
            return Err(Error::usage("the JSON on standard input names no task")
                .cause(format!("an object with the keys {}", keys.join(", ")))
                .hint(format!("an id is looked for in {} and {}", ID_KEYS.join(", "), own.join(", "))));
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
        let parse = |text: &str, alone: bool| Reference::parse(text, alone, |prefix| prefix == "dr");
        let parsed = parse("ecs-lab/10.1.83.70/CREATE", false).expect("a reference");
        assert_eq!(parsed, Reference::Prefixed { prefix: "ecs-lab".into(), id: "10.1.83.70/CREATE".into() });
        assert_eq!(parse("t-4", true).expect("an id"), Reference::Id("t-4".into()));
        assert_eq!(parse("ab/t-4", true).expect("an id"), Reference::Id("ab/t-4".into()));
        let own = parse("dr/t-4", true).expect("what is printed");
        assert_eq!(own, Reference::Prefixed { prefix: "dr".into(), id: "t-4".into() });
        for wrong in ["t-4", "/t-4", "velo/", ""] {
            assert!(parse(wrong, false).is_err(), "{wrong}");
        }
        assert!(matches!(parse("https://h:8046/tasks/1", false), Ok(Reference::Url(_))));
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
        for none in ["", "\n# none\n", "[]"] {
            assert_eq!(from_input(none).map_err(|error| error.message), Ok(Vec::new()), "{none}");
        }
        for wrong in ["{\"state\":\"x\"}", "{\"id\":", "[7]"] {
            assert!(from_input(wrong).is_err(), "{wrong}");
        }
    }
}
