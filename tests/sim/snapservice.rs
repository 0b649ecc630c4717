//! How the snapshot service of vSAN Data Protection spells its tasks, and the token service beside it.

use std::collections::HashSet;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::jsonrpc;
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

/// Its path for the default domain.
const STS_OF_DEFAULT_DOMAIN: &str = "/sts/STSService";

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
            ("POST", "/api/snapservice/sessions") => RequestKind::Login,
            ("POST", path) if is_sts(path) => RequestKind::Login,
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
        Some("8.0.3.0")
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
        if is_sts(&request.path) {
            return token(shared, request);
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let auth = shared.mode("auth");
        let has_sessions = auth.is_none();
        // Since 9.0 it has a path of its own.
        if request.method == "POST" && request.path == if has_sessions { "/snapservice" } else { "/api" } {
            return jsonrpc::answer(request, |request| self.answer(shared, request));
        }
        let session = request.header(SESSION_HEADER);
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["api", "snapservice", "sessions"]) if has_sessions => {
                // A token of the STS opens a session as a password does.
                let token = request.header("authorization").filter(|value| value.starts_with("SIGN "));
                if token.is_some_and(|token| is_live_token(shared, token)) {
                    vapi::opened(shared, SPELLING)
                } else {
                    vapi::login(shared, request, SPELLING)
                }
            }
            _ if !is_authentic(shared, request, auth.as_deref()) => vapi::unauthenticated(SPELLING),
            ("GET", ["api", "snapservice", "sessions"]) if has_sessions => {
                Response::json(200, &vapi::session(shared, session))
            }
            ("DELETE", ["api", "snapservice", "sessions"]) if has_sessions => {
                shared.sessions.close(session);
                Response::new(204)
            }
            ("GET", ["api", "snapservice", "info", "about"]) => {
                Response::json(200, &json!({"version": "8.0.3.0"}))
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

fn is_sts(path: &str) -> bool {
    path == STS || path == STS_OF_DEFAULT_DOMAIN
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

/// Whether a `SIGN` header carries an assertion that was issued, whose signature holds, and that lives and may be
/// delegated.
fn is_live_token(shared: &Shared, header: &str) -> bool {
    let Some(assertion) = assertion_of(header) else { return false };
    let id = assertion.split("ID=\"").nth(1).and_then(|rest| rest.split('"').next());
    id.is_some_and(|id| {
        shared.sessions.knows(Some(id))
            && shared.mode(&format!("delegatable:{id}")).as_deref() == Some("true")
            && canonical(&assertion).is_some_and(|text| Some(text) == canonical(&self::assertion(id)))
    })
}

/// The assertion in a `SIGN` header, whose parameter may be quoted or not.
pub fn assertion_of(header: &str) -> Option<String> {
    let token = header.strip_prefix("SIGN token=")?;
    let token = token.strip_prefix('"').map_or(Some(token), |rest| rest.strip_suffix('"'))?;
    let packed = STANDARD.decode(token).ok()?;
    let mut assertion = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut assertion).ok()?;
    Some(assertion)
}

/// What a signature is of: comments, the spelling of quotes and characters, and names of spaces that nothing uses are no
/// part of it (<http://www.w3.org/2001/10/xml-exc-c14n#>, as far as an assertion of ours needs it).
fn canonical(document: &str) -> Option<Vec<String>> {
    let mut reader = Reader::from_str(document);
    let (mut parts, mut text) = (Vec::new(), String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Text(piece) => text.push_str(&piece),
            Event::GeneralRef(entity) => {
                text.push_str(&quick_xml::escape::unescape(&format!("&{};", &*entity)).ok()?);
            }
            Event::Comment(_) | Event::Decl(_) => {}
            event => {
                parts.push(std::mem::take(&mut text));
                match event {
                    Event::Start(start) => {
                        parts.push(format!("<{}", start.name().as_ref()));
                        let mut attributes = Vec::new();
                        for attribute in start.attributes() {
                            let attribute = attribute.ok()?;
                            let name = attribute.key.as_ref().to_owned();
                            if !name.starts_with("xmlns") || name == "xmlns:saml2" {
                                let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
                                attributes.push(format!(" {name}={value}"));
                            }
                        }
                        attributes.sort();
                        parts.extend(attributes);
                    }
                    Event::End(end) => parts.push(format!("</{}", end.name().as_ref())),
                    Event::Eof => return Some(parts),
                    _ => return None,
                }
            }
        }
    }
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
    if !is_soap(request) {
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
    ];
    let delegatable = text("Delegatable");
    if asked.iter().any(|(name, value)| text(name) != *value) || !["true", "false", ""].contains(&delegatable)
    {
        return fault("ns0:InvalidRequest", "The request was invalid or malformed");
    }
    let id = shared.sessions.open();
    shared.set_mode(&format!("delegatable:{id}"), delegatable);
    let assertion = assertion(&id);
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

/// SOAP 1.1 that asks for a token: the action may be quoted, and the character set spelled in any way.
fn is_soap(request: &Request) -> bool {
    let content_type = request.header("content-type").unwrap_or_default().to_lowercase();
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((&content_type, ""));
    let charset = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim() == "charset");
    let action = request.header("soapaction").unwrap_or_default().trim_matches('"');
    media_type.trim() == "text/xml"
        && charset.is_none_or(|(_, value)| value.trim().trim_matches('"') == "utf-8")
        && action == "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue"
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
            vapi::fits(&info, |name| request.parameters(name)).then(|| json!({"task": id, "info": info}))
        })
        .collect();
    Response::json(200, &json!({"items": items}))
}

fn info(shared: &Shared, sight: &super::world::Sight) -> serde_json::Map<String, Value> {
    let mut info = vapi::info(shared, sight, SPELLING, SERVICE);
    info.insert("vc_task".to_owned(), json!("task-123"));
    info
}
