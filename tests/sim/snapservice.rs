//! How the snapshot service of vSAN Data Protection spells its tasks, and the token service beside it.

use std::collections::HashSet;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::server::{Request, Response, Shared};
use super::vapi::{self, SESSION_HEADER, Spelling};
use super::world::{Condition, Truth};
use super::{RequestKind, Simulation, USER};

/// The appliance, with vCenter's STS on the same host under [`STS`].
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `auth` = `saml` is 8.0 U3, which has no sessions and takes tokens of the STS, `header` takes the
/// `Authorization` value [`HEADER`]; `unbatched` refuses lists by id; `no_error` as in [`vapi::info`]; `sts` = `skew`
/// refuses every request for a token by its times.
pub struct SnapService;

/// The path of the token service.
pub const STS: &str = "/sts/STSService/vsphere.local";

/// The `Authorization` value that mode `auth` = `header` takes.
pub const HEADER: &str = "Bearer s3cr3t-Header-Value";

/// The service that every task is of.
const SERVICE: &str = "com.vmware.snapservice.clusters.protection_groups";

/// The appliance never had a `/rest`.
const SPELLING: Spelling = Spelling::Newer;

impl Simulation for SnapService {
    fn backend(&self) -> &'static str {
        "snapservice"
    }

    fn id(&self, number: usize) -> String {
        format!("52b2c1f3-7a0d-4e7e-9d0c-{number:012x}")
    }

    fn profile_lines(&self) -> &'static str {
        "auth = \"session\""
    }

    fn work(&self) -> [&'static str; 4] {
        ["create$task", "com.vmware.snapservice.protection_group", "pg-7", "pg-7"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/api/snapservice/sessions" | STS) => RequestKind::Login,
            ("DELETE", "/api/snapservice/sessions") => RequestKind::Logout,
            ("GET", path) if path.starts_with("/api/snapservice/tasks") => RequestKind::Read,
            _ => RequestKind::Other,
        }
    }

    fn can_tell(&self, state: &Condition) -> bool {
        vapi::can_tell(state)
    }

    fn word(&self, state: &Condition) -> String {
        vapi::word(state)
    }

    fn version(&self) -> Option<&'static str> {
        Some("8.0.3.0, build 24022510")
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/api/snapservice/tasks/{id}")]
    }

    fn created(&self, id: &str) -> serde_json::Value {
        serde_json::json!({"value": id})
    }

    fn not_found(&self) -> Response {
        vapi::error(SPELLING, 404, "NOT_FOUND", "x", "No such task.")
    }

    fn as_told(&self, truth: &Truth) -> Truth {
        vapi::as_told(truth)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        if request.path == STS {
            return token(shared, request);
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let auth = shared.mode("auth");
        let has_sessions = auth.is_none();
        let session = request.header(SESSION_HEADER);
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["api", "snapservice", "sessions"]) if has_sessions => {
                vapi::login(shared, request, SPELLING)
            }
            _ if !is_authentic(shared, request, auth.as_deref()) => vapi::unauthenticated(SPELLING),
            ("DELETE", ["api", "snapservice", "sessions"]) if has_sessions => {
                shared.sessions.close(session);
                Response::new(204)
            }
            ("GET", ["api", "snapservice", "info", "about"]) => {
                Response::json(200, &serde_json::json!({"version": "8.0.3.0", "build": "24022510"}))
            }
            ("GET", ["api", "snapservice", "tasks", ..]) if shared.mode("no_role").is_some() => {
                vapi::unauthorized(SPELLING)
            }
            ("GET", ["api", "snapservice", "tasks"]) => list(shared, request),
            ("GET", ["api", "snapservice", "tasks", id]) => one(shared, request, id),
            _ => vapi::no_such_path(SPELLING),
        }
    }
}

fn is_authentic(shared: &Shared, request: &Request, auth: Option<&str>) -> bool {
    match auth {
        // A path that does not exist is said to be missing to anyone, before who asks is looked at.
        Some("saml") if request.path == "/api/snapservice/sessions" => true,
        Some("saml") => request.header("authorization").is_some_and(|value| is_live_token(shared, value)),
        Some("header") => request.header("authorization") == Some(HEADER),
        _ => shared.sessions.knows(request.header(SESSION_HEADER)),
    }
}

/// Whether a `SIGN` header carries an assertion that was issued, unchanged to the byte, and lives.
fn is_live_token(shared: &Shared, header: &str) -> bool {
    let packed = header.strip_prefix("SIGN token=\"").and_then(|rest| rest.strip_suffix('"'));
    let Some(packed) = packed.and_then(|packed| STANDARD.decode(packed).ok()) else { return false };
    let mut assertion = String::new();
    if flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut assertion).is_err() {
        return false;
    }
    let id = assertion.split("ID=\"").nth(1).and_then(|rest| rest.split('"').next());
    id.is_some_and(|id| shared.sessions.knows(Some(id)) && self::assertion(id) == assertion)
}

/// A signed assertion: white space, quotes and entities as they must stay.
pub fn assertion(id: &str) -> String {
    format!(
        "<saml2:Assertion xmlns:saml2='urn:oasis:names:tc:SAML:2.0:assertion'  ID=\"{id}\"\n Version=\"2.0\"><saml2:Issuer>\
         https://vc01.example.com/websso/SAML2/Metadata/vsphere.local</saml2:Issuer><!-- &amp; -->\n\
         <saml2:Subject><saml2:NameID>{USER}&#64;vsphere.local \u{e4}</saml2:NameID></saml2:Subject\n></saml2:Assertion>"
    )
}

/// The text of every element of a document, by its local name.
fn elements(document: &str) -> Option<Vec<(String, String)>> {
    let mut reader = Reader::from_str(document);
    let (mut open, mut found): (Vec<(String, String)>, Vec<_>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => open.push((start.local_name().as_ref().to_owned(), String::new())),
            Event::Text(text) => {
                if let Some((_, known)) = open.last_mut() {
                    known.push_str(&text);
                }
            }
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", &*entity);
                open.last_mut()?.1.push_str(&quick_xml::escape::unescape(&entity).ok()?);
            }
            Event::End(_) => found.push(open.pop()?),
            Event::Eof => return open.is_empty().then_some(found),
            _ => {}
        }
    }
}

/// The STS: issues a token for the right user name and password.
pub fn token(shared: &Shared, request: &Request) -> Response {
    if request.method != "POST" {
        return Response::new(405);
    }
    let action = request.header("soapaction");
    if request.header("content-type") != Some("text/xml; charset=UTF-8")
        || action != Some("http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue")
    {
        return fault("S:Client", "Cannot find dispatch method");
    }
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let Some(elements) = elements(&body) else { return fault("S:Client", "Couldn't parse the message") };
    let text = |name: &str| {
        elements.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str()).unwrap_or_default()
    };
    let time = |name: &str| text(name).parse::<jiff::Timestamp>().ok();
    if time("Created").is_none() || time("Expires") <= time("Created") {
        return fault("wsse:InvalidSecurity", "Error occured looking for security header");
    }
    if shared.mode("sts").as_deref() == Some("skew") {
        return fault("ns0:InvalidTimeRange", "The token authority rejected an issue request for TimePeriod");
    }
    if text("Username") != shared.user() || text("Password") != shared.password() {
        shared.sessions.refuse();
        return fault("ns0:FailedAuthentication", "Invalid credentials");
    }
    let asked = [
        ("TokenType", "urn:oasis:names:tc:SAML:2.0:assertion"),
        ("RequestType", "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue"),
        ("KeyType", "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer"),
        ("SignatureAlgorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ("Delegatable", "true"),
    ];
    if asked.iter().any(|(name, value)| text(name) != *value) {
        return fault("ns0:InvalidRequest", "The request was invalid or malformed");
    }
    let assertion = assertion(&shared.sessions.open());
    let body = format!(
        "<?xml version='1.0' encoding='UTF-8'?><S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\">\n\
         <S:Body><ns4:RequestSecurityTokenResponseCollection \
         xmlns:ns4=\"http://docs.oasis-open.org/ws-sx/ws-trust/200512\"><ns4:RequestSecurityTokenResponse>\
         <ns4:TokenType>urn:oasis:names:tc:SAML:2.0:assertion</ns4:TokenType><ns4:RequestedSecurityToken>{assertion}\
         </ns4:RequestedSecurityToken><ns4:KeyType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer\
         </ns4:KeyType></ns4:RequestSecurityTokenResponse></ns4:RequestSecurityTokenResponseCollection></S:Body>\
         </S:Envelope>"
    );
    Response::new(200).header("Content-Type", "text/xml;charset=utf-8").body(body)
}

fn fault(code: &str, text: &str) -> Response {
    let body = format!(
        "<?xml version='1.0' encoding='UTF-8'?><S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <S:Body><S:Fault xmlns:ns4=\"http://www.w3.org/2003/05/soap-envelope\"><faultcode \
         xmlns:ns0=\"http://docs.oasis-open.org/ws-sx/ws-trust/200512/\">{code}</faultcode><faultstring>{text}\
         </faultstring></S:Fault></S:Body></S:Envelope>"
    );
    Response::new(500).header("Content-Type", "text/xml;charset=utf-8").body(body)
}

fn one(shared: &Shared, request: &Request, id: &str) -> Response {
    if !request.query.is_empty() {
        return vapi::invalid(SPELLING, "Unknown parameter.");
    }
    match shared.world.look(id) {
        Some(sight) => Response::json(200, &Value::Object(info(shared, &sight))),
        None => {
            let text = format!("The task '{id}' was not found.");
            vapi::error(SPELLING, 404, "NOT_FOUND", "com.vmware.snapservice.task.notfound", &text)
        }
    }
}

fn list(shared: &Shared, request: &Request) -> Response {
    const KNOWN: [&str; 5] = ["tasks", "operations", "services", "status", "users"];
    if request.parameter_names().iter().any(|name| !KNOWN.contains(&name.as_str())) {
        return vapi::invalid(SPELLING, "Unknown parameter.");
    }
    if request.path.len() + request.query.len() > 8000 {
        return Response::new(414);
    }
    let (tasks, services) = (request.parameters("tasks"), request.parameters("services"));
    if !tasks.is_empty() && shared.mode("unbatched").is_some() {
        return vapi::invalid(SPELLING, "Unknown parameter.");
    }
    let status = request.parameters("status");
    let users = request.parameters("users");
    let tasks: HashSet<String> = tasks.into_iter().collect();
    let items: Vec<Value> = shared
        .world
        .ids()
        .iter()
        .filter(|id| tasks.is_empty() || tasks.contains(*id))
        .filter(|_| services.is_empty() || services.iter().any(|name| name == SERVICE))
        .filter_map(|id| {
            let sight = shared.world.look(id)?;
            let info = info(shared, &sight);
            let fits = (status.is_empty() || status.iter().any(|word| info["status"] == word.as_str()))
                && (users.is_empty() || users.contains(&sight.story.user));
            fits.then(|| json!({"task": id, "info": info}))
        })
        .collect();
    Response::json(200, &json!({"items": items}))
}

fn info(shared: &Shared, sight: &super::world::Sight) -> serde_json::Map<String, Value> {
    let mut info = vapi::info(shared, sight, SPELLING, SERVICE);
    info.insert("vc_task".to_owned(), json!("task-123"));
    info
}
