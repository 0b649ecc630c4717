//! What scripts read is what the schemas say, key by key; the harness holds every output of the tests against them.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;
use taskctl::cli::Schema;
use taskctl::commands::schema::document;
use taskctl::outcome::Outcome;
use taskctl::render::fields;
use taskctl::task::State;

use crate::harness::Bench;

fn validator(schema: Schema) -> Validator {
    let document = document(schema).expect("JSON");
    jsonschema::options().should_validate_formats(true).build(&document).expect("a good schema")
}

static TASK: LazyLock<Validator> = LazyLock::new(|| validator(Schema::Task));
static EVENT: LazyLock<Validator> = LazyLock::new(|| validator(Schema::Event));

/// Whether an object is what its own `schema` says it is.
fn mistakes(value: &Value) -> Vec<String> {
    let validator = match value["schema"].as_str() {
        Some("taskctl.task/v1") => &*TASK,
        Some("taskctl.event/v1") => &*EVENT,
        // Profiles and examinations have shapes of their own, which their tests hold.
        Some("taskctl.profile/v1" | "taskctl.doctor/v1") => return Vec::new(),
        other => return vec![format!("no known schema: {other:?}")],
    };
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Asserts that an item, an event or an array of items is what its schema says.
#[track_caller]
pub fn check(value: &Value) {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for item in items {
        let mistakes = mistakes(item);
        assert!(mistakes.is_empty(), "{}\n{item:#}", mistakes.join("\n"));
    }
}

/// Holds the output of a command line that asked for a machine format against the schemas.
#[track_caller]
pub fn check_output(arguments: &[&str], stdout: &str) {
    let prints_tasks = ["get", "watch", "wait", "list", "cancel"];
    let completes = arguments.first() == Some(&"__complete");
    if stdout.is_empty() || completes || !arguments.iter().any(|word| prints_tasks.contains(word)) {
        return;
    }
    let asked = arguments.iter().enumerate().find_map(|(index, word)| match *word {
        "-o" | "--output" => arguments.get(index + 1).copied(),
        word => word.strip_prefix("--output=").or_else(|| word.strip_prefix("-o")),
    });
    let read = |text: &str| -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {arguments:?}:\n{stdout}"))
    };
    match asked {
        Some("json") => check(&read(stdout)),
        Some("jsonl") => stdout.lines().for_each(|line| check(&read(line))),
        Some("yaml") => check(&serde_yaml_ng::from_str(stdout).expect("YAML")),
        _ => {}
    }
}

/// The words that a schema allows at a place.
fn words(schema: Schema, at: &str) -> Vec<String> {
    let document = document(schema).expect("JSON");
    let words = document.pointer(at).and_then(Value::as_array).unwrap_or_else(|| panic!("no {at}"));
    words.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn the_schemas_are_good_and_printed_as_they_are() {
    for (name, schema) in [("task", Schema::Task), ("event", Schema::Event)] {
        let document = document(schema).expect("JSON");
        jsonschema::meta::validate(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
        let printed = Bench::with_config("").run(&["schema", name]).expect(0);
        assert_eq!(printed.json(), document);
    }
    assert_eq!(
        Bench::with_config("").run(&["schema"]).expect(0).stdout,
        Bench::with_config("").run(&["schema", "task"]).expect(0).stdout
    );
}

#[test]
fn the_task_schema_has_every_key_and_no_other() {
    let document = document(Schema::Task).expect("JSON");
    let task = &document["$defs"]["task"];
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    let top: Vec<String> = fields::known().into_iter().filter(|field| !field.contains('.')).collect();
    assert_eq!(keys(&task["properties"]), top);
    assert_eq!(words(Schema::Task, "/$defs/task/required"), top);
    for (field, at) in [
        ("progress", "/$defs/task/properties/progress"),
        ("target", "/$defs/task/properties/target"),
        ("error", "/$defs/error"),
    ] {
        let prefix = format!("{field}.");
        let inner: Vec<String> =
            fields::known().iter().filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect();
        assert_eq!(keys(&document.pointer(at).expect("a schema")["properties"]), inner, "{field}");
        assert_eq!(words(Schema::Task, &format!("{at}/required")), inner, "{field}");
    }
}

#[test]
fn the_words_of_the_schemas_are_the_programs() {
    assert_eq!(words(Schema::Task, "/$defs/task/properties/state/enum"), State::WORDS);
    let backends: Vec<&str> = taskctl::api::backends().iter().map(|backend| backend.name).collect();
    assert_eq!(words(Schema::Task, "/$defs/task/properties/backend/examples"), backends);
    let mut outcomes: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.name()).collect();
    outcomes.dedup();
    assert_eq!(words(Schema::Event, "/properties/outcome/enum"), outcomes);
}

#[test]
fn what_is_not_right_is_found() {
    let good: Value = serde_json::from_str(
        r#"{"schema":"taskctl.task/v1","ref":"dr/t-1","backend":"vcda","profile":"dr","id":"t-1","name":null,
        "state":"failed","nativeState":null,"ended":true,"progress":{"percent":99.5,"completed":null,"total":null,"message":null},
        "target":{"type":null,"id":null,"name":null},"user":null,"createdAt":null,"startedAt":"2017-07-13T07:05:48.951Z",
        "updatedAt":null,"endedAt":null,"elapsedSeconds":1.5,"cancelable":null,"parent":null,"children":["t-2"],"messages":[],
        "warnings":[],"error":{"kind":"task","code":null,"message":null,"causes":[],"httpStatus":null,"retryable":null},
        "result":{"n":123456789012345678901234567890},"details":{},"fetchedAt":"2017-07-13T07:06:00.000Z"}"#,
    )
    .expect("JSON");
    check(&good);
    let gone: Value = serde_json::json!({"schema": "taskctl.task/v1", "ref": "dr/x", "error": {"kind": "notFound",
        "code": null, "message": "there is no task x", "causes": [], "httpStatus": 404, "retryable": false}});
    check(&gone);
    let event = serde_json::json!({"schema": "taskctl.event/v1", "type": "end", "at": "2026-11-20T10:15:02.000Z",
        "task": good.clone()});
    check(&event);
    let wrong = |base: &Value, at: &str, value: Value| {
        let mut changed = base.clone();
        *changed.pointer_mut(at).expect("a place") = value;
        assert!(!mistakes(&changed).is_empty(), "{at} is not looked at");
    };
    let places = [
        "/schema",
        "/ref",
        "/backend",
        "/profile",
        "/id",
        "/name",
        "/state",
        "/nativeState",
        "/ended",
        "/progress/percent",
        "/progress/completed",
        "/progress/total",
        "/progress/message",
        "/target/type",
        "/target/id",
        "/target/name",
        "/user",
        "/createdAt",
        "/startedAt",
        "/updatedAt",
        "/endedAt",
        "/elapsedSeconds",
        "/cancelable",
        "/parent",
        "/children",
        "/children/0",
        "/messages",
        "/warnings",
        "/error",
        "/error/kind",
        "/error/code",
        "/error/message",
        "/error/causes",
        "/error/httpStatus",
        "/error/retryable",
        "/details",
        "/fetchedAt",
    ];
    for at in places {
        wrong(&good, at, serde_json::json!([{"no": "such"}]));
    }
    wrong(&good, "/startedAt", "2017-07-13T07:05:48Z".into());
    wrong(&good, "/progress/percent", 101.into());
    wrong(&good, "/error/kind", "auth".into());
    wrong(&gone, "/error/kind", "odd".into());
    wrong(&event, "/type", "odd".into());
    wrong(&event, "/task/state", "odd".into());
    wrong(&event, "/type", "summary".into());
}
