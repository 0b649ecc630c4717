//! `taskctl schema`: the JSON Schema of what scripts read.

use serde_json::{Value, json};

use crate::api;
use crate::cli::Schema;

const TASK: &str = include_str!("../schema/task.json");
const EVENT: &str = include_str!("../schema/event.json");

/// A schema that needs nothing else to be used, as it is printed.
///
/// # Errors
/// As [`document`].
pub fn text(schema: Schema) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(&document(schema)?)? + "\n")
}

/// A schema as one document: the names of the backends are filled in as examples, since a description may add any, and an event's schema has the task's within it,
/// as it refers to that.
///
/// # Errors
/// When the file in the source is no JSON.
pub fn document(schema: Schema) -> serde_json::Result<Value> {
    let mut task: Value = serde_json::from_str(TASK)?;
    let backends = api::backends();
    let names = backends.iter().map(|backend| backend.name);
    task["$defs"]["task"]["properties"]["backend"]["examples"] = names.collect();
    if schema == Schema::Task {
        return Ok(task);
    }
    let mut event: Value = serde_json::from_str(EVENT)?;
    event["$defs"] = json!({ "task": task });
    Ok(event)
}
