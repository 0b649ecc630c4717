//! What the tests of several files need.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Map, Value};

use super::Credentials;
use super::login::{Auth, Login};
use crate::http::transport::Transport;
use crate::http::{ApiError, Client, Settings, TransportError, Trouble};
use crate::task::Task;
use crate::util::clock::SystemClock;
use crate::util::logger::Log;

/// A client that reaches nothing.
pub(crate) fn offline() -> Client {
    client(Arc::new(NoNetwork), Credentials::default())
}

/// A client with these credentials, whose requests go through this transport.
pub(crate) fn client(transport: Arc<dyn Transport>, credentials: Credentials) -> Client {
    client_with(transport, credentials, Login::Basic)
}

pub(crate) fn client_with(transport: Arc<dyn Transport>, credentials: Credentials, login: Login) -> Client {
    Client::new(
        Settings {
            base: "https://offline.example.com".parse().expect("an address"),
            headers: Default::default(),
            credential_source: credentials.source.clone(),
            request_timeout: Duration::from_secs(1),
            transport,
            clock: Arc::new(SystemClock::default()),
            log: Log::silent(Arc::default()),
            notify: Arc::new(|_| {}),
        },
        Box::new(Auth::new(login, credentials, |_| ApiError::default())),
    )
}

struct NoNetwork;

impl Transport for NoNetwork {
    fn send(
        &self,
        _request: &http::Request<Vec<u8>>,
        _timeout: Duration,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        Err(TransportError { trouble: Trouble::Connect, causes: Vec::new(), hints: Vec::new() })
    }
}

/// Any JSON, as far as a document of tasks may nest.
pub(crate) fn any_json() -> impl Strategy<Value = Value> + Clone {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("2017-06-14T23:02:43.269Z")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::hash_map(".{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Any object that has some of these keys, each with anything, and others.
pub(crate) fn any_document(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let key = Union::new([prop::sample::select(keys).prop_map(str::to_owned).boxed(), ".{0,8}".boxed()]);
    prop::collection::hash_map(key, any_json(), 0..keys.len())
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

/// Gives every text and large number of an example a value of its own, so that each can be looked for. States
/// stay as they are, and times stay times.
pub(crate) fn mark(example: &Value) -> (Value, Vec<(String, String)>) {
    let mut marks = Vec::new();
    let marked = mark_at("", example, &mut marks);
    (marked, marks)
}

fn mark_at(path: &str, value: &Value, marks: &mut Vec<(String, String)>) -> Value {
    let number = i64::try_from(marks.len()).unwrap_or_default();
    match value {
        Value::Object(object) => Value::Object(
            object
                .iter()
                .map(|(key, value)| (key.clone(), mark_at(&format!("{path}/{key}"), value, marks)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(
            items.iter().enumerate().map(|(i, item)| mark_at(&format!("{path}/{i}"), item, marks)).collect(),
        ),
        Value::String(text) if path != "/state" => match text.parse::<jiff::Timestamp>() {
            Ok(time) => {
                let time = (time + jiff::SignedDuration::from_secs(number)).to_string();
                marks.push((path.to_owned(), time.clone()));
                Value::from(time)
            }
            Err(_) => {
                let mark = format!("<{number}>");
                marks.push((path.to_owned(), mark.clone()));
                Value::from(mark)
            }
        },
        Value::Number(given) => match given.as_i64() {
            Some(milliseconds) if milliseconds > 1_000_000_000_000 => {
                let milliseconds = milliseconds + number * 1000;
                let time = jiff::Timestamp::from_millisecond(milliseconds).expect("a time");
                marks.push((path.to_owned(), time.to_string()));
                Value::from(milliseconds)
            }
            Some(large) if large > 100 => {
                let large = 770_000 + number;
                marks.push((path.to_owned(), large.to_string()));
                Value::from(large)
            }
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

/// Asserts that a task tells everything that the marked document said, its raw bytes aside.
pub(crate) fn assert_nothing_is_lost(task: &Task, marks: &[(String, String)], but: &[&str]) {
    let shown = format!("{:?}", Task { raw: Box::default(), ..task.clone() });
    for (path, mark) in marks.iter().filter(|(path, _)| !but.contains(&path.as_str())) {
        assert!(shown.contains(mark.as_str()), "{path} ({mark}) is lost in {shown}");
    }
}
