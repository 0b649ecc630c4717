//! `--field`: bare values for shell scripts, by their dotted names in the task object.
//!
//! A line a task, tab-separated, in the order asked. Text stands without quotes, `null` and what is not there are
//! empty (so `cut -f2` and `read` see the same columns in each line), a whole number has no `.0`, lists and objects are
//! compact JSON. TAB, CR and
//! LF within a value are written `\t`, `\r`, `\n`, so that a line stays a line; whoever needs them exact reads JSON.

use std::cmp::Ordering;
use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::Value;

use super::json;
use crate::engine::event::Reading;
use crate::error::Error;
use crate::util::text;

/// Objects whose keys are the server's, so that any name below them may be asked for.
const OPEN: [&str; 2] = ["details", "result"];

/// The fields that were asked for, all of them known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<String>);

impl Fields {
    /// Takes `state,progress.percent`.
    ///
    /// # Errors
    /// A usage error for a field that no task has; it lists those that there are, and the nearest.
    pub fn parse(text: &str) -> Result<Fields, Error> {
        let known = known();
        let fields: Vec<String> =
            text.split(',').map(str::trim).filter(|field| !field.is_empty()).map(str::to_owned).collect();
        if fields.is_empty() {
            return Err(Error::usage("`--field` names no field").hint(list(&known)));
        }
        fields.iter().try_for_each(|field| check(field, &known))?;
        Ok(Fields(fields))
    }
}

/// That tasks have this field.
fn check(field: &str, known: &[String]) -> Result<(), Error> {
    if is_known(field, known) {
        return Ok(());
    }
    let mut error = Error::usage(format!("there is no field `{}`", text::escape(field)));
    if let Some(nearest) = nearest(field, known) {
        error = error.hint(format!("did you mean `{nearest}`?"));
    }
    Err(error.hint(list(known)))
}

/// The field that `--sort` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortField {
    field: String,
    /// The highest first.
    descending: bool,
}

impl SortField {
    /// Takes `progress.percent`, or `-progress.percent` for the highest first.
    ///
    /// # Errors
    /// As [`Fields::parse`].
    pub fn parse(text: &str) -> Result<SortField, Error> {
        let field = text.strip_prefix('-').unwrap_or(text);
        check(field, &known())?;
        Ok(SortField { field: field.to_owned(), descending: text.starts_with('-') })
    }

    /// Puts readings in the order of this field; those without it come last, in the order they had.
    pub fn sort(&self, readings: &mut Vec<Reading>) {
        let value =
            |reading: &Reading| find(&json::object(reading), &self.field).map_or(Value::Null, Value::clone);
        let mut keyed: Vec<(Value, Reading)> =
            std::mem::take(readings).into_iter().map(|reading| (value(&reading), reading)).collect();
        keyed.sort_by(|(one, _), (other, _)| match (one.is_null(), other.is_null()) {
            (false, false) if self.descending => compare(other, one),
            (false, false) => compare(one, other),
            (absent, other_absent) => absent.cmp(&other_absent),
        });
        readings.extend(keyed.into_iter().map(|(_, reading)| reading));
    }
}

/// The order of two values of a field: numbers and times by what they mean, all others by their text.
fn compare(one: &Value, other: &Value) -> Ordering {
    let time = |value: &Value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    if let (Some(one), Some(other)) = (one.as_f64(), other.as_f64()) {
        return one.total_cmp(&other);
    }
    match (time(one), time(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => bare(Some(one)).cmp(&bare(Some(other))),
    }
}

/// Every field by its dotted name, in the object's order, inner objects before their keys.
pub fn known() -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in json::example() {
        names.push(key.clone());
        if let Value::Object(inner) = value {
            names.extend(inner.keys().map(|inner| format!("{key}.{inner}")));
        }
    }
    names
}

fn list(known: &[String]) -> String {
    format!("known fields: {}; and any name below details and result", known.join(", "))
}

fn is_known(field: &str, known: &[String]) -> bool {
    let below = |root: &str| field.strip_prefix(root).is_some_and(|rest| rest.starts_with('.'));
    let is_element = field.rsplit_once('.').is_some_and(|(list, index)| {
        matches!(list, "children" | "messages" | "warnings" | "error.causes")
            && index.parse::<usize>().is_ok()
    });
    known.iter().any(|name| name == field)
        || OPEN.iter().any(|root| below(root) && !field.ends_with('.'))
        || is_element
}

/// The field that is meant. `percent` means `progress.percent`: the last part alone is the commonest mistake.
fn nearest<'a>(field: &str, known: &'a [String]) -> Option<&'a String> {
    let last = |name: &'a String| name.rsplit('.').next().unwrap_or(name);
    let candidates = known.iter().flat_map(|name| [name, last(name)]);
    let nearest = text::nearest(field, candidates)?;
    known.iter().find(|name| *name == nearest).or_else(|| known.iter().find(|name| last(name) == nearest))
}

/// Writes a line a reading.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(out: &mut dyn Write, readings: &[Reading], fields: &Fields) -> io::Result<()> {
    for reading in readings {
        let object = json::object(reading);
        let values: Vec<String> = fields.0.iter().map(|field| bare(find(&object, field))).collect();
        writeln!(out, "{}", values.join("\t"))?;
    }
    Ok(())
}

/// The value below a dotted name. A key that holds dots itself (`com.vmware.x`) is found too: the longest key wins.
fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let child = |key: &str| match value {
        Value::Object(map) => map.get(key),
        Value::Array(list) => list.get(key.parse::<usize>().ok()?),
        _ => None,
    };
    let mut parents = path.rmatch_indices('.');
    child(path).or_else(|| parents.find_map(|(at, _)| find(child(&path[..at])?, &path[at + 1..])))
}

fn bare(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.replace('\t', "\\t").replace('\r', "\\r").replace('\n', "\\n"),
        Some(value) => {
            let text = value.to_string();
            // `[ "$percent" -ge 80 ]` takes whole numbers only.
            let whole = text.strip_suffix(".0").filter(|_| value.is_number()).map(str::to_owned);
            whole.unwrap_or(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::render::Options;

    fn printed(readings: &[Reading], fields: &str, escaped: bool) -> String {
        let mut out = Vec::new();
        let fields = Some(Fields::parse(fields).expect("known fields"));
        let options = if escaped { samples::on_terminal(80) } else { samples::piped() };
        crate::render::write(&mut out, readings, &Options { fields, ..options })
            .expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn values_are_bare_with_one_line_for_each_task() {
        let readings = [samples::synced(), samples::unreadable("vcda/x"), samples::failed()];
        assert_eq!(
            printed(&readings, "ref,state, progress.percent,error.code", false),
            "dr/f61d60d2-0000-4000-8000-000000000001\tsucceeded\t100\t\n\
             vcda/x\t\t\t\n\
             dr/f61d60d2-0000-4000-8000-000000000002\tfailed\t40\tE42\n"
        );
        assert_eq!(
            printed(&readings[..1], "details.site,details.no.such,children,messages.0,cancelable", false),
            "site2\t\t[]\t\t\n"
        );
    }

    #[test]
    fn a_whole_number_is_one_to_a_shell_and_any_other_is_exact() {
        let mut reading = samples::synced();
        let task = reading.task.as_mut().expect("a task");
        for (percent, text) in [(6.0, "6\n"), (6.5, "6.5\n"), (0.0, "0\n"), (100.0, "100\n")] {
            task.progress = crate::task::Progress::percent(percent);
            let reading = Reading { task: Ok(task.clone()), ..samples::synced() };
            assert_eq!(printed(&[reading], "progress.percent", false), text);
        }
        // The server's own text is no number, and a list is JSON.
        task.name = Some("6.0".to_owned());
        task.details = Some(crate::task::PackedJson::new(serde_json::json!({"list": [6.0]})));
        assert_eq!(printed(&[reading], "name,details.list", false), "6.0\t[6.0]\n");
    }

    #[test]
    fn line_ends_are_escaped_and_on_a_terminal_all_controls() {
        let mut reading = samples::synced();
        reading.task.as_mut().expect("a task").name = Some("a\tb\n\u{1b}[2J".to_owned());
        assert_eq!(printed(std::slice::from_ref(&reading), "name", false), "a\\tb\\n\u{1b}[2J\n");
        assert_eq!(printed(&[reading], "name", true), "a\\tb\\n\\u{1b}[2J\n");
    }

    #[test]
    fn an_unknown_field_is_refused_with_suggestions() {
        let error = Fields::parse("state,progres.percent").expect_err("no such field");
        assert_eq!(error.message, "there is no field `progres.percent`");
        assert_eq!(error.hints[0], "did you mean `progress.percent`?");
        assert!(error.hints[1].contains("schema, ref, backend"), "{}", error.hints[1]);
        let error = Fields::parse("percent").expect_err("no such field");
        assert_eq!(error.hints[0], "did you mean `progress.percent`?");
        assert_eq!(Fields::parse("qqqqqqqqqq").expect_err("no such field").hints.len(), 1);
        assert!(Fields::parse(" , ").is_err());
        assert!(Fields::parse("details.").is_err());
    }

    #[test]
    fn keys_with_dots_are_found() {
        let value: Value = serde_json::from_str(r#"{"details":{"a.b":{"c":[{"d":1}]}}}"#).expect("JSON");
        assert_eq!(find(&value, "details.a.b.c.0.d"), Some(&Value::from(1)));
        assert_eq!(find(&value, "details.a.c"), None);
    }
}
