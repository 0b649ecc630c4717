//! The vendors' own example documents: nothing that they say about a task is missing from the JSON that is printed.

use jiff::Timestamp;
use serde_json::Value;

use crate::harness::Bench;
use crate::sim::server::{Fault, Response, Server};
use crate::sim::{RequestKind, simulation};

/// Backend, id to ask for, document.
const DOCUMENTS: [(&str, &str, &str); 8] = [
    ("velostrata", "vm-1", include_str!("../fixtures/velostrata/example.json")),
    ("vcda", "f61d60d2-698a-46dc-a266-88df27644956", include_str!("../fixtures/vcda/example.json")),
    ("vcenter", "52f9f1b0:com.vmware.example", include_str!("../fixtures/vcenter/example.json")),
    ("vcenter", "52f9f1b0:com.vmware.example", include_str!("../fixtures/vcenter/failed.json")),
    ("snapservice", "52b2c1f3", include_str!("../fixtures/snapservice/example.json")),
    ("ecs", "10.1.83.70/265cf333-76a1-4129-903e-fac63f9b4adc", include_str!("../fixtures/ecs/example.json")),
    ("ecs", "10.1.83.70/CREATE", include_str!("../fixtures/ecs/pending.json")),
    ("ecs", "10.1.83.72/DELETE", include_str!("../fixtures/ecs/failed.json")),
];

/// What `get -o json` prints when the server answers with this document.
fn printed(backend: &str, id: &str, document: &str) -> Value {
    let server = Server::start(simulation(backend));
    let answer = Response::new(200).header("Content-Type", "application/json").body(document);
    server.fault_on(RequestKind::Read, Fault::Answer(answer));
    let bench = Bench::new(&[&server]);
    bench.run(&["get", backend, id, "-o", "json"]).expect(0).json()
}

/// Every value that is neither a list nor a map, with its way there. What is null or empty says nothing.
fn leaves(value: &Value) -> Vec<(String, Value)> {
    fn walk(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(map) => {
                map.iter().for_each(|(key, value)| walk(&format!("{path}/{key}"), value, found))
            }
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(i, value)| walk(&format!("{path}/{i}"), value, found))
            }
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            leaf => found.push((path.to_owned(), leaf.clone())),
        }
    }
    let mut found = Vec::new();
    walk("", value, &mut found);
    found
}

/// The moment that a value may stand for: RFC 3339, or milliseconds since 1970.
fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(_) => Timestamp::from_millisecond(value.as_i64()?).ok(),
        _ => None,
    }
}

fn is_told(leaf: &Value, told: &[(String, Value)]) -> bool {
    told.iter().any(|(_, value)| {
        let same_number = leaf.is_number() && leaf.as_f64() == value.as_f64();
        let as_text = leaf.is_number() && value.as_str() == Some(leaf.to_string().as_str());
        let same_moment = value.is_string() && moment(leaf).is_some() && moment(leaf) == moment(value);
        leaf == value || same_number || as_text || same_moment
    })
}

/// What the place of a value says already: the ids of tasks are all of this type.
fn is_implied(path: &str, leaf: &Value) -> bool {
    path.ends_with("/_type") && leaf == "TaskId"
}

/// What is in the document and not in the JSON.
fn missing(backend: &str, id: &str, document: &str) -> Vec<(String, Value)> {
    let told = leaves(&printed(backend, id, document));
    let document: Value = serde_json::from_str(document).expect("JSON");
    let leaves = leaves(&document).into_iter();
    leaves.filter(|(path, leaf)| !is_implied(path, leaf) && !is_told(leaf, &told)).collect()
}

#[test]
fn every_value_of_the_vendors_examples_is_in_the_json() {
    for (backend, id, document) in DOCUMENTS {
        assert_eq!(missing(backend, id, document), [], "{backend} {id}");
    }
}

/// In the references most values are the word `string`, so that one could stand for another. Here each is its own.
#[test]
fn every_field_of_the_vendors_examples_is_told_apart() {
    let mut lost = Vec::new();
    for (backend, id, document) in DOCUMENTS {
        let mut parts = document.split("\"string\"");
        let mut distinct = parts.next().unwrap_or_default().to_owned();
        for (number, part) in parts.enumerate() {
            distinct.push_str(&format!("\"string {number}\"{part}"));
        }
        lost.extend(missing(backend, id, &distinct).into_iter().map(|lost| (backend, lost)));
    }
    assert_eq!(lost, []);
}
