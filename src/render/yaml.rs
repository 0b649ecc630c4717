//! YAML: the same object as JSON.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

use super::{Shape, json};
use crate::engine::event::Reading;
use crate::util::text;

/// Writes readings as a YAML document: a mapping where one was asked for, otherwise a sequence. On a terminal text is
/// escaped before it becomes YAML, since most text has no quotes in which YAML would allow escapes.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(
    out: &mut dyn Write,
    readings: &[Reading],
    shape: Shape,
    on_terminal: bool,
) -> io::Result<()> {
    let mut options = serde_saphyr::SerializerOptions::default();
    // Quoted text keeps every blank and line end; folded blocks leave that to the reader.
    options.prefer_block_scalars = false;
    let object = |reading: &Reading| Node { value: Cow::Owned(json::object(reading)), on_terminal };
    let document = json::OneOrMany { readings, shape, object };
    let yaml = serde_saphyr::to_string_with_options(&document, options).map_err(io::Error::other)?;
    out.write_all(yaml.as_bytes())?;
    if yaml.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") }
}

/// A JSON value as serde's own kinds of values. `Value`'s own implementation hands out numbers as a private map when
/// they are kept as text, which only serde_json understands.
struct Node<'a> {
    value: Cow<'a, Value>,
    /// Texts and keys are escaped; line feeds and tabs are the serializer's to write.
    on_terminal: bool,
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let on_terminal = self.on_terminal;
        let node = |value| Node { value: Cow::Borrowed(value), on_terminal };
        let key = |key| if on_terminal { text::escape_layout(key) } else { Cow::Borrowed(key) };
        match &*self.value {
            Value::String(value) if on_terminal => serializer.serialize_str(&text::escape_layout(value)),
            Value::Number(value) => serialize_number(value, serializer),
            Value::Array(list) => serializer.collect_seq(list.iter().map(node)),
            Value::Object(map) => serializer.collect_map(map.iter().map(|(k, value)| (key(k), node(value)))),
            value => value.serialize(serializer),
        }
    }
}

/// Whole numbers are exact to 128 bits. What fits no number of this machine stands as text, with all its digits.
fn serialize_number<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(whole) = number.as_i128() {
        serializer.serialize_i128(whole)
    } else if let Some(number) = number.as_f64().filter(|number| number.is_finite()) {
        serializer.serialize_f64(number)
    } else {
        serializer.serialize_str(&number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples;
    use super::*;
    use crate::render::{Format, Options};

    fn printed(readings: &[Reading], shape: Shape) -> String {
        let mut out = Vec::new();
        write(&mut out, readings, shape, false).expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    fn reading_with(result: Value) -> Reading {
        let mut reading = samples::synced();
        reading.task.as_mut().expect("a task").result = Some(crate::task::PackedJson::new(result));
        reading
    }

    #[test]
    fn yaml_is_the_json_object_in_its_order() {
        insta::assert_snapshot!(printed(&[samples::synced()], Shape::One), @r#"
        schema: taskctl.task/v1
        ref: dr/f61d60d2-0000-4000-8000-000000000001
        backend: vcda
        profile: dr
        id: f61d60d2-0000-4000-8000-000000000001
        name: sync
        state: succeeded
        nativeState: SUCCEEDED
        ended: true
        progress:
          percent: 100.0
          completed: null
          total: null
          message: null
        target:
          type: vappReplication
          id: C4VAPP-1
          name: my vapp 1
        user: root
        createdAt: null
        startedAt: "2017-07-13T07:05:48.951Z"
        updatedAt: "2017-07-13T07:05:58.827Z"
        endedAt: "2017-07-13T07:05:58.827Z"
        elapsedSeconds: 9.876
        cancelable: null
        parent: null
        children: []
        messages: []
        warnings: []
        error: null
        result: null
        details:
          site: site2
        fetchedAt: "2017-07-13T07:06:00.000Z"
        "#);
        assert!(printed(&[samples::synced()], Shape::Many).starts_with("- schema: "));
        assert_eq!(printed(&[], Shape::Many), "[]\n");
    }

    #[test]
    fn numbers_are_numbers() {
        let numbers = r#"[1, -2, 1.5, 18446744073709551615, 100000000000000000000000000000, 1e400]"#;
        let yaml = printed(&[reading_with(serde_json::from_str(numbers).expect("JSON"))], Shape::One);
        let lines: Vec<&str> = yaml
            .lines()
            .skip_while(|line| !line.starts_with("result:"))
            .skip(1)
            .take(6)
            .map(str::trim)
            .collect();
        assert_eq!(
            lines,
            [
                "- 1",
                "- -2",
                "- 1.5",
                "- 18446744073709551615",
                "- 100000000000000000000000000000",
                "- \"1e+400\""
            ]
        );
    }

    #[test]
    fn text_is_escaped_on_a_terminal() {
        let mut out = Vec::new();
        let options = Options { format: Format::Yaml, ..samples::on_terminal(80) };
        let reading = reading_with("\u{1b}[2J\u{9b}\u{202e}".into());
        crate::render::write(&mut out, &[reading], &options).expect("a buffer takes everything");
        let yaml = String::from_utf8(out).expect("UTF-8");
        assert_eq!(text::escape_layout(&yaml), yaml);
        let read: Value = serde_yaml_ng::from_str(&yaml).expect("it is still YAML");
        assert_eq!(read["result"], "\\u{1b}[2J\\u{9b}\\u{202e}");
    }

    /// Any JSON whose numbers are whole, since YAML readers differ in how they read others.
    fn any_json() -> impl Strategy<Value = Value> {
        let word = prop_oneof![
            any::<String>(),
            "[-~:#0-9a-z\\[\\]{}&*!|>'\"%@` \n\t]{0,12}",
            prop::sample::select(vec![
                "no",
                "null",
                "~",
                "1e3",
                "0x1f",
                "2017-07-13",
                "- a",
                "a: b",
                " a",
                "a ",
                ""
            ])
            .prop_map(str::to_owned),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((word.clone(), inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn yaml_reads_back_as_written(value in any_json()) {
            let reading = reading_with(value);
            let yaml = printed(std::slice::from_ref(&reading), Shape::One);
            let mut read: Value = serde_yaml_ng::from_str(&yaml).map_err(|e| TestCaseError::fail(format!("{e}\n{yaml}")))?;
            let mut written = json::object(&reading);
            // A fraction, which this reader and serde_json spell differently.
            for value in [&mut read, &mut written] {
                value["progress"]["percent"] = Value::Null;
                value["elapsedSeconds"] = Value::Null;
            }
            prop_assert_eq!(read, written, "{}", yaml);
        }
    }
}
