//! The JSON-RPC endpoint of the vSphere Automation API, which the vendor's clients use unless they are told otherwise.
//!
//! A call becomes the request of `/api` that means the same, and what that is answered becomes the typed values of the
//! protocol: structures have names, and what may be missing is wrapped.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::server::{Request, Response};
use super::vapi::SESSION_HEADER;

/// What a value is.
#[derive(Clone, Copy)]
enum Kind {
    /// A text, a number, a truth.
    Plain,
    Secret,
    Nothing,
    Optional(&'static Kind),
    List(&'static Kind),
    /// From texts to this.
    Map(&'static Kind),
    Structure(&'static str, &'static [(&'static str, Kind)]),
    /// Any value.
    Opaque,
    /// Any standard error.
    Error,
}

const TEXT: Kind = Kind::Optional(&Kind::Plain);

const MESSAGE: Kind = Kind::Structure(
    "com.vmware.vapi.std.localizable_message",
    &[
        ("id", Kind::Plain),
        ("default_message", Kind::Plain),
        ("args", Kind::List(&Kind::Plain)),
        ("params", Kind::Optional(&Kind::Opaque)),
        ("localized", TEXT),
    ],
);

const TARGET: Kind =
    Kind::Structure("com.vmware.vapi.std.dynamic_ID", &[("type", Kind::Plain), ("id", Kind::Plain)]);

const PROGRESS: [(&str, Kind); 3] =
    [("total", Kind::Plain), ("completed", Kind::Plain), ("message", MESSAGE)];

const CIS_PROGRESS: Kind = Kind::Structure("com.vmware.cis.task.progress", &PROGRESS);

const SNAPSERVICE_PROGRESS: Kind = Kind::Structure("com.vmware.snapservice.tasks.progress", &PROGRESS);

/// The fields of both kinds of task.
const fn info(progress: &'static Kind) -> [(&'static str, Kind); 14] {
    [
        ("progress", Kind::Optional(progress)),
        ("result", Kind::Optional(&Kind::Opaque)),
        ("description", MESSAGE),
        ("service", Kind::Plain),
        ("operation", Kind::Plain),
        ("parent", TEXT),
        ("target", Kind::Optional(&TARGET)),
        ("status", Kind::Plain),
        ("cancelable", Kind::Plain),
        ("error", Kind::Optional(&Kind::Error)),
        ("start_time", TEXT),
        ("end_time", TEXT),
        ("user", TEXT),
        // Only the snapshot service has it.
        ("vc_task", TEXT),
    ]
}

const CIS_INFO: Kind = Kind::Structure("com.vmware.cis.task.info", &info(&CIS_PROGRESS));

const SNAPSERVICE_INFO: Kind =
    Kind::Structure("com.vmware.snapservice.tasks.info", &info(&SNAPSERVICE_PROGRESS));

const SNAPSERVICE_ITEM: Kind = Kind::Structure(
    "com.vmware.snapservice.tasks.list_item",
    &[("task", Kind::Plain), ("info", SNAPSERVICE_INFO)],
);

const SNAPSERVICE_LIST: Kind =
    Kind::Structure("com.vmware.snapservice.tasks.list_result", &[("items", Kind::List(&SNAPSERVICE_ITEM))]);

const SESSION: [(&str, Kind); 3] =
    [("user", Kind::Plain), ("created_time", Kind::Plain), ("last_accessed_time", Kind::Plain)];

const ABOUT: Kind = Kind::Structure("com.vmware.snapservice.info.about.info", &[("version", Kind::Plain)]);

/// Answers a call by what `rest` answers to the request that means the same.
pub fn answer(request: &Request, rest: impl Fn(&Request) -> Response) -> Response {
    let call = request.json().unwrap_or_default();
    let reply = |key: &str, value: Value| {
        Response::json(200, &json!({"jsonrpc": "2.0", "id": call["id"], key: value}))
    };
    if call["jsonrpc"] != "2.0" || call["method"] != "invoke" {
        return reply("error", json!({"code": -32600, "message": "Invalid Request"}));
    }
    let params = &call["params"];
    let input = plain(&params["input"]);
    let (service, operation) = (params["serviceId"].as_str(), params["operationId"].as_str());
    let Some((mut request, kind)) =
        translated(service.unwrap_or_default(), operation.unwrap_or_default(), &input)
    else {
        let error = json!({"error_type": "OPERATION_NOT_FOUND", "messages": []});
        return reply("result", json!({"error": typed(&error, Kind::Error)}));
    };
    request.headers.extend(credentials(&params["ctx"]["securityCtx"]));
    let response = rest(&request);
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    let (key, kind) = if response.status < 300 { ("output", kind) } else { ("error", Kind::Error) };
    reply("result", json!({key: typed(&body, kind)}))
}

/// The request of `/api` that means the same as an operation of a service, and what it is answered.
fn translated(service: &str, operation: &str, input: &Value) -> Option<(Request, Kind)> {
    let (session, sessions) = match service {
        "com.vmware.cis.session" => {
            (Kind::Structure("com.vmware.cis.session.info", &SESSION), "/api/session")
        }
        _ => (Kind::Structure("com.vmware.snapservice.sessions.info", &SESSION), "/api/snapservice/sessions"),
    };
    let request = |method: &str, path: &str| Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: Vec::new(),
    };
    let task = |method: &str, base: &str| {
        let id = percent_encoding::utf8_percent_encode(
            input["task"].as_str()?,
            percent_encoding::NON_ALPHANUMERIC,
        );
        Some(request(method, &format!("{base}/{id}")))
    };
    let with_query = |request: Request, fields: &Value| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields.as_object().into_iter().flatten() {
            match value {
                Value::Array(values) => values.iter().filter_map(Value::as_str).for_each(|value| {
                    query.append_pair(name, value);
                }),
                other => {
                    query.append_pair(name, &other.to_string());
                }
            }
        }
        Request { query: query.finish(), ..request }
    };
    Some(match (service, operation) {
        ("com.vmware.cis.session" | "com.vmware.snapservice.sessions", operation) => match operation {
            "create" => (request("POST", sessions), Kind::Secret),
            "get" => (request("GET", sessions), session),
            "delete" => (request("DELETE", sessions), Kind::Nothing),
            _ => return None,
        },
        ("com.vmware.cis.tasks", "get") => {
            (with_query(task("GET", "/api/cis/tasks")?, &input["spec"]), CIS_INFO)
        }
        ("com.vmware.cis.tasks", "list") => {
            let body = input.to_string().into_bytes();
            let list = Request { query: "action=list".to_owned(), body, ..request("POST", "/api/cis/tasks") };
            (list, Kind::Map(&CIS_INFO))
        }
        ("com.vmware.cis.tasks", "cancel") => {
            (Request { query: "action=cancel".to_owned(), ..task("POST", "/api/cis/tasks")? }, Kind::Nothing)
        }
        ("com.vmware.snapservice.tasks", "get") => (task("GET", "/api/snapservice/tasks")?, SNAPSERVICE_INFO),
        ("com.vmware.snapservice.tasks", "list") => {
            (with_query(request("GET", "/api/snapservice/tasks"), &input["filter"]), SNAPSERVICE_LIST)
        }
        ("com.vmware.snapservice.info.about", "get") => {
            (request("GET", "/api/snapservice/info/about"), ABOUT)
        }
        _ => return None,
    })
}

/// The header that says the same as a security context.
fn credentials(context: &Value) -> Option<(String, String)> {
    let text = |key: &str| context[key].as_str();
    let authorization = |value: String| Some(("authorization".to_owned(), value));
    match text("schemeId")?.strip_prefix("com.vmware.vapi.std.security.")? {
        "user_pass" => authorization(format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", text("userName")?, text("password")?))
        )),
        "saml_bearer_token" => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(text("samlToken")?.as_bytes()).ok()?;
            authorization(format!("SIGN token=\"{}\"", STANDARD.encode(packed.finish().ok()?)))
        }
        "session_id" => Some((SESSION_HEADER.to_owned(), text("sessionId")?.to_owned())),
        _ => None,
    }
}

/// A typed value without its types; what is not set is left out.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(object) => match object.iter().next() {
            Some((kind, value)) if object.len() == 1 && (kind == "OPTIONAL" || kind == "SECRET") => {
                plain(value)
            }
            Some((kind, value)) if object.len() == 1 && kind == "STRUCTURE" => {
                let fields = value.as_object().and_then(|named| named.values().next()?.as_object());
                let fields = fields.into_iter().flatten().map(|(name, value)| (name.clone(), plain(value)));
                Value::Object(fields.filter(|(_, value)| !value.is_null()).collect())
            }
            _ => Value::Null,
        },
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn structure(name: &str, fields: Map<String, Value>) -> Value {
    json!({"STRUCTURE": {name: fields}})
}

/// A value of `/api` with its types. A field that must be there and is not stays missing.
fn typed(value: &Value, kind: Kind) -> Value {
    match kind {
        Kind::Plain => value.clone(),
        Kind::Secret => json!({"SECRET": value}),
        Kind::Nothing => Value::Null,
        Kind::Optional(_) if value.is_null() => json!({"OPTIONAL": null}),
        Kind::Optional(kind) => json!({"OPTIONAL": typed(value, *kind)}),
        Kind::List(kind) => value.as_array().into_iter().flatten().map(|item| typed(item, *kind)).collect(),
        Kind::Map(kind) => {
            let entry = |(key, value): (&String, &Value)| {
                let fields = [("key".to_owned(), json!(key)), ("value".to_owned(), typed(value, *kind))];
                structure("map-entry", fields.into_iter().collect())
            };
            value.as_object().into_iter().flatten().map(entry).collect()
        }
        Kind::Structure(name, fields) => {
            let fields = fields.iter().filter_map(|(field, kind)| {
                let known = value.get(*field);
                let optional = matches!(kind, Kind::Optional(_));
                (known.is_some() || optional)
                    .then(|| ((*field).to_owned(), typed(known.unwrap_or(&Value::Null), *kind)))
            });
            structure(name, fields.collect())
        }
        Kind::Opaque => match value {
            Value::Object(object) => {
                let fields = object.iter().map(|(name, value)| (name.clone(), typed(value, Kind::Opaque)));
                structure("com.vmware.simulated.result", fields.collect())
            }
            Value::Array(items) => items.iter().map(|item| typed(item, Kind::Opaque)).collect(),
            Value::Null => json!({"OPTIONAL": null}),
            other => other.clone(),
        },
        Kind::Error => {
            let kind = value["error_type"].as_str().unwrap_or("ERROR");
            let mut fields = json!({
                "messages": typed(&value["messages"], Kind::List(&MESSAGE)),
                "data": {"OPTIONAL": null}, "error_type": {"OPTIONAL": kind},
            });
            if ["UNAUTHENTICATED", "UNAUTHORIZED"].contains(&kind) {
                fields["challenge"] = json!({"OPTIONAL": null});
            }
            json!({"ERROR": {format!("com.vmware.vapi.std.errors.{}", kind.to_lowercase()): fields}})
        }
    }
}
