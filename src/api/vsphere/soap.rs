//! The wire below the tasks: envelopes, what a server is, faults, and its objects as JSON.

use std::collections::BTreeSet;

use http::StatusCode;
use quick_xml::escape::escape;
use serde_json::{Map, Value};

use crate::api::vapi::sts;
use crate::api::xml::Element;
use crate::error::{Error, Kind};
use crate::http::{ApiError, NOT_THE_API, Reply, Request};
use crate::task::Failure;

/// The newest version of the API that is spoken. What is asked for here has been the same since 4.0.
const NEWEST: &str = "8.0.3.0";

/// What a server without a list of versions is spoken to in.
const OLDEST: &str = "6.0";

/// What a server says of itself to anyone: the version to speak, and what its objects are called.
#[derive(Clone, Debug)]
pub(super) struct Service {
    version: String,
    /// Product, version and build.
    pub about: Option<String>,
    pub instance_uuid: Option<String>,
    /// It is one host, and no vCenter.
    pub is_host: bool,
    pub property_collector: String,
    pub session_manager: String,
    pub task_manager: String,
    pub view_manager: Option<String>,
    pub root_folder: Option<String>,
}

impl Default for Service {
    /// A vCenter of which nothing is known yet.
    fn default() -> Service {
        Service {
            version: OLDEST.to_owned(),
            about: None,
            instance_uuid: None,
            is_host: false,
            property_collector: "propertyCollector".to_owned(),
            session_manager: "SessionManager".to_owned(),
            task_manager: "TaskManager".to_owned(),
            view_manager: None,
            root_folder: None,
        }
    }
}

impl Service {
    /// Asks a server what it is, outside any session.
    ///
    /// # Errors
    /// When no answer came, or one that is not this API's.
    pub(super) fn discover(
        send: impl Fn(&Request) -> Result<Reply, Error>,
        error_of: impl Fn(&Request, &Reply) -> Error,
    ) -> Result<Service, Error> {
        let request = Request::get(&["sdk", "vimServiceVersions.xml"]).header("accept", "text/xml");
        let reply = send(&request)?;
        let version = match reply.status {
            StatusCode::NOT_FOUND => OLDEST.to_owned(),
            status if status.is_success() => version_of(&reply)?,
            _ => return Err(error_of(&request, &reply)),
        };
        let unknown = Service { version, ..Service::default() };
        let request = unknown.content();
        let reply = send(&request)?;
        if !reply.status.is_success() {
            return Err(error_of(&request, &reply));
        }
        unknown.with(&reply)
    }

    /// The request for what a server is.
    pub(super) fn content(&self) -> Request {
        self.call("RetrieveServiceContent", "ServiceInstance", "ServiceInstance", "")
    }

    /// What an answer to [`Service::content`] says.
    ///
    /// # Errors
    /// A decode error when it is another answer.
    pub(super) fn with(&self, reply: &Reply) -> Result<Service, Error> {
        let answer = answer(reply)?;
        let content = answer.child("returnval");
        let text = |name| content.and_then(|content| content.text_of(name)).map(str::to_owned);
        let (Some(property_collector), Some(session_manager), Some(task_manager)) =
            (text("propertyCollector"), text("sessionManager"), text("taskManager"))
        else {
            return Err(Error::decode("the answer names no property collector").hint(NOT_THE_API));
        };
        let about = content.and_then(|content| content.child("about"));
        let about = |name| about.and_then(|about| about.text_of(name));
        let parts = [about("name"), about("version")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok(Service {
            version: self.version.clone(),
            about: about("fullName").map(str::to_owned).or(Some(parts).filter(|text| !text.is_empty())),
            instance_uuid: about("instanceUuid").map(str::to_owned),
            is_host: about("apiType") == Some("HostAgent"),
            property_collector,
            session_manager,
            task_manager,
            view_manager: text("viewManager"),
            root_folder: text("rootFolder"),
        })
    }

    /// A call of a method of an object; `arguments` is XML.
    pub(super) fn call(&self, method: &str, kind: &str, this: &str, arguments: &str) -> Request {
        self.call_with(method, kind, this, arguments, "")
    }

    /// A call with this header of the envelope.
    pub(super) fn call_with(
        &self,
        method: &str,
        kind: &str,
        this: &str,
        arguments: &str,
        header: &str,
    ) -> Request {
        let this = escape(this);
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">{header}\
<soapenv:Body><{method} xmlns=\"urn:vim25\"><_this type=\"{kind}\">{this}</_this>{arguments}</{method}>\
</soapenv:Body></soapenv:Envelope>"
        );
        Request::post(&["sdk"])
            .header("soapaction", &format!("\"urn:vim25/{}\"", self.version))
            .header("accept", "text/xml")
            .body("text/xml; charset=utf-8", body.into_bytes())
    }

    /// Reads a property of objects. Where `lenient`, objects that do not exist are left out of the answer, and do not
    /// spoil it for the others.
    pub(super) fn retrieve(&self, kind: &str, property: &str, ids: &[&str], lenient: bool) -> Request {
        self.retrieve_by(&specification(kind, property, ids, lenient))
    }

    /// Reads what a specification says, which is XML.
    pub(super) fn retrieve_by(&self, specification: &str) -> Request {
        let arguments = format!("<specSet>{specification}</specSet><options/>");
        self.call("RetrievePropertiesEx", "PropertyCollector", &self.property_collector, &arguments)
    }
}

/// Which property of which objects is read, as for [`Service::retrieve`].
pub(super) fn specification(kind: &str, property: &str, ids: &[&str], lenient: bool) -> String {
    let objects: String =
        ids.iter().map(|id| format!("<objectSet>{}</objectSet>", reference("obj", kind, id))).collect();
    let lenient =
        if lenient { "<reportMissingObjectsInResults>true</reportMissingObjectsInResults>" } else { "" };
    format!("<propSet><type>{kind}</type><pathSet>{property}</pathSet></propSet>{objects}{lenient}")
}

/// An object by its name.
pub(super) fn reference(element: &str, kind: &str, id: &str) -> String {
    format!("<{element} type=\"{kind}\">{}</{element}>", escape(id))
}

/// The newest version that both sides know: a newer one than the server's must not be sent.
fn version_of(reply: &Reply) -> Result<String, Error> {
    let root = Element::parse(&reply.text()).filter(|root| root.name == "namespaces");
    let Some(root) = root else { return Err(reply.no_xml("the answer is no list of versions")) };
    let namespace = root.all("namespace").find(|namespace| namespace.text_of("name") == Some("urn:vim25"));
    let Some(namespace) = namespace else {
        return Err(Error::decode("the server speaks no urn:vim25").hint(NOT_THE_API));
    };
    let prior = namespace.child("priorVersions");
    let versions = namespace.all("version").chain(prior.iter().flat_map(|prior| prior.all("version")));
    // What is no version of theirs must not stand in a header.
    let known: BTreeSet<Vec<u32>> = versions.filter_map(|version| numbers(&version.text)).collect();
    let newest = numbers(NEWEST).unwrap_or_default();
    let best = known.iter().rev().find(|version| **version <= newest).or(known.first());
    Ok(best.map_or_else(
        || OLDEST.to_owned(),
        |version| version.iter().map(u32::to_string).collect::<Vec<_>>().join("."),
    ))
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// The answer of a call: the first element of the envelope's body.
///
/// # Errors
/// A decode error for anything else than a whole envelope.
pub(super) fn answer(reply: &Reply) -> Result<Element, Error> {
    let text = reply.text();
    let envelope = Element::parse(&text).filter(|root| root.name == "Envelope");
    let Some(envelope) = envelope else { return Err(reply.no_xml("the answer is not the SOAP expected")) };
    if !envelope.source(&text).ends_with("Envelope>") {
        return Err(reply.no_xml("the answer is cut off"));
    }
    let body = envelope.children.into_iter().find(|part| part.name == "Body");
    let answer = body.and_then(|body| body.children.into_iter().next());
    answer.ok_or_else(|| reply.no_xml("the answer is an empty envelope"))
}

/// What a fault is, without what it says: `NotAuthenticated`.
fn fault_type(fault: &Element) -> Option<&str> {
    let detail = fault.child("detail")?.children.first()?;
    detail.instance_type().or_else(|| detail.name.strip_suffix("Fault")).filter(|name| !name.is_empty())
}

/// Whether an answer says that the session is not valid (any more). Reading properties is allowed to anyone, so that
/// such an answer may be a 200 that holds the fault in the place of each property.
pub(super) fn is_rejected(reply: &Reply) -> bool {
    const WORD: &[u8] = b"NotAuthenticated";
    if reply.status == StatusCode::UNAUTHORIZED {
        return true;
    }
    // Nearly no answer has the word, and then it need not be read for it.
    if !reply.body.windows(WORD.len()).any(|window| window == WORD) {
        return false;
    }
    let Ok(answer) = answer(reply) else { return false };
    if answer.name == "Fault" {
        return fault_type(&answer) == Some("NotAuthenticated");
    }
    missing(&answer).iter().any(|missing| fault_of(missing) == Some("NotAuthenticated"))
}

/// Every `missingSet` of an answer; what a property holds is not looked into.
fn missing(element: &Element) -> Vec<&Element> {
    let inner =
        element.children.iter().filter(|child| !matches!(child.name.as_str(), "propSet" | "changeSet"));
    inner.flat_map(|child| if child.name == "missingSet" { vec![child] } else { missing(child) }).collect()
}

/// The type of the fault that stands in a `missingSet`.
fn fault_of(missing: &Element) -> Option<&str> {
    missing.child("fault")?.child("fault")?.instance_type()
}

/// Why a property is not in an answer.
pub(super) fn unreadable_property(missing: &Element) -> Error {
    let failure = missing.child("fault").map(|fault| failure_of(&json(fault))).unwrap_or_default();
    let (kind, retryable) = kind_of(failure.code.as_deref().unwrap_or_default());
    let message = failure.message.unwrap_or_else(|| "the server gave no reason".to_owned());
    let mut error = Error::new(kind.unwrap_or(Kind::Http), message);
    error.retryable = retryable.unwrap_or(kind.is_none());
    Error { code: failure.code, causes: failure.causes, ..error }
}

/// What kind of trouble a fault is, and whether asking again may help, where its type tells.
fn kind_of(code: &str) -> (Option<Kind>, Option<bool>) {
    match code {
        "InvalidLogin"
        | "NotAuthenticated"
        | "NoPermission"
        | "PasswordExpired"
        | "InvalidClientCertificate" => (Some(Kind::Auth), Some(false)),
        "ManagedObjectNotFound" => (Some(Kind::NotFound), Some(false)),
        "InvalidArgument"
        | "InvalidCollectorVersion"
        | "InvalidProperty"
        | "InvalidRequest"
        | "InvalidState"
        | "InvalidType"
        | "MethodNotFound"
        | "NotImplemented"
        | "NotSupported"
        | "RestrictedVersion" => (Some(Kind::Http), Some(false)),
        _ => (None, None),
    }
}

/// Reads the fault of a refused call; or that of the token service, which has none of this API's types.
pub(super) fn read_error(reply: &Reply) -> ApiError {
    let Some(fault) = answer(reply).ok().filter(|answer| answer.name == "Fault") else {
        return ApiError::default();
    };
    let code = fault_type(&fault);
    let is_of_api = fault.text_of("faultcode").is_some_and(|code| code.ends_with("FaultCode"));
    if code.is_none() && !is_of_api {
        return sts::fault(reply).unwrap_or_default();
    }
    let detail = fault.child("detail").and_then(|detail| detail.children.first());
    let part = |name| detail.and_then(|detail| detail.child(name));
    let (mut kind, retryable) = kind_of(code.unwrap_or_default());
    let failure = detail.map(|detail| failure_of(&json(detail))).unwrap_or_default();
    let (mut causes, mut hints) = (failure.causes, Vec::new());
    match code {
        // What is missing may be another thing than the task.
        Some("ManagedObjectNotFound")
            if part("obj").is_some_and(|obj| obj.attribute("type") != Some("Task")) =>
        {
            kind = Some(Kind::Http);
        }
        Some("ManagedObjectNotFound") => {
            hints.push("not found: a server forgets a task about ten minutes after its end".to_owned());
        }
        Some("NoPermission") => {
            causes
                .extend(part("privilegeId").map(|id| format!("the account lacks the privilege {}", id.text)));
        }
        _ => {}
    }
    let message = fault.text_of("faultstring").map(str::to_owned).or(failure.message);
    ApiError { kind, code: code.map(str::to_owned), message, causes, retryable, hints, note: None }
}

/// Why something failed, by the JSON of a fault, alone or with its localized message beside it.
pub(super) fn failure_of(given: &Value) -> Failure {
    let fault = given.get("fault").unwrap_or(given);
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let code = text(fault, "_typeName");
    let details = fault.get("faultMessage").and_then(Value::as_array).into_iter().flatten();
    let mut causes: Vec<String> = details.filter_map(|detail| text(detail, "message")).collect();
    let mut message = text(given, "localizedMessage");
    if message.is_none() && !causes.is_empty() {
        message = Some(causes.remove(0));
    }
    causes.retain(|cause| Some(cause) != message.as_ref());
    if let Some(cause) = fault.get("faultCause") {
        let deeper = failure_of(cause);
        causes.extend(deeper.message.into_iter().chain(deeper.causes));
    }
    Failure { message: message.or_else(|| code.clone()), code, causes, retryable: None }
}

/// What may stand in an answer once or several times, so that once is a list too.
const LISTS: [&str; 4] = ["arg", "faultMessage", "locked", "progressDetails"];

/// An object as the JSON form of this API has it, where the type of a value is not known from its place.
pub(super) fn json(element: &Element) -> Value {
    let kind = element.instance_type();
    if element.children.is_empty() {
        let text = Value::from(element.text.as_str());
        return match (kind, element.attribute("type")) {
            (_, Some(of)) => Value::Object(Map::from_iter([
                ("type".to_owned(), Value::from(of)),
                ("value".to_owned(), text),
            ])),
            (Some("boolean"), _) => element.text.parse::<bool>().map_or(text, Value::from),
            (Some("byte" | "short" | "int" | "long"), _) => {
                element.text.parse::<i64>().map_or(text, Value::from)
            }
            // An object without any property.
            (Some(kind), _) if element.text.is_empty() && !kind.starts_with(char::is_lowercase) => {
                Value::Object(Map::from_iter([("_typeName".to_owned(), Value::from(kind))]))
            }
            _ => text,
        };
    }
    if kind.is_some_and(|kind| kind.starts_with("ArrayOf")) {
        return element.children.iter().map(json).collect();
    }
    let mut object = Map::new();
    if let Some(kind) = kind {
        object.insert("_typeName".to_owned(), Value::from(kind));
    }
    for child in &element.children {
        let value = json(child);
        match object.get_mut(&child.name) {
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                let is_list = LISTS.contains(&child.name.as_str());
                object.insert(child.name.clone(), if is_list { Value::Array(vec![value]) } else { value });
            }
        }
    }
    Value::Object(object)
}
