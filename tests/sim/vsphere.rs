//! How vCenter spells its tasks over SOAP.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::server::{Request, Response, Shared};
use super::snapservice;
use super::world::{Condition, Sight, Truth};
use super::{RequestKind, Simulation, USER};

/// A vCenter with its token service under [`snapservice::STS`].
///
/// Modes: `no_role` refuses to show tasks to anyone who is logged in; `page` is how many objects one answer holds (the
/// rest comes by its token); `unbatched` is a proxy in front that lets no request for several objects through; `host` is
/// an ESXi host, whose objects have other names and which has no history; `gone ID` is a task that only the history has;
/// `hold` keeps a request that waits for changes for as long as it may, as a server does whose time goes on; `cut` is a
/// proxy in front that cuts such requests; `forgets` is a server that knows no version from before, once; `collectors` is how many collectors and views are open; `question` is what the virtual machine of a blocked task asks;
/// `not_cancelable` refuses to cancel.
pub struct VSphere;

/// The versions of the API, the current one first.
const VERSIONS: [&str; 4] = ["8.0.2.0", "8.0.1.0", "7.0.3.0", "6.5"];

/// The name of this vCenter, behind the names of its tasks where CIS has them.
pub const INSTANCE: &str = "4c6e2a0a-3d3c-4a52-9f0f-3f6e9f7f1a55";

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

impl Simulation for VSphere {
    fn backend(&self) -> &'static str {
        "vsphere"
    }

    fn id(&self, number: usize) -> String {
        format!("task-{number}")
    }

    fn work(&self) -> [&'static str; 4] {
        ["VirtualMachine.clone", "VirtualMachine", "vm-62", "web01"]
    }

    fn kind(&self, request: &Request) -> RequestKind {
        if request.path == snapservice::STS {
            return RequestKind::Login;
        }
        let call = Call::read(&request.body);
        match call.as_ref().map(|call| call.method.name.as_str()) {
            Some("Login" | "LoginByToken") => RequestKind::Login,
            Some("Logout") => RequestKind::Logout,
            Some("RetrieveServiceContent") if request.header("cookie").is_none() => RequestKind::Discovery,
            Some("WaitForUpdatesEx") => RequestKind::Read,
            Some("RetrievePropertiesEx" | "ContinueRetrievePropertiesEx") => {
                let kind =
                    call.and_then(|call| Some(call.method.find("propSet")?.text_of("type").to_owned()));
                if kind.as_deref() == Some("VirtualMachine") { RequestKind::Other } else { RequestKind::Read }
            }
            None if request.path == "/sdk/vimServiceVersions.xml" => RequestKind::Discovery,
            _ => RequestKind::Other,
        }
    }

    fn is_xml(&self) -> bool {
        true
    }

    fn holding(&self, document: &str) -> String {
        let object = format!(
            "<objects><obj type=\"Task\">{}</obj><propSet><name>info</name>{document}</propSet></objects>",
            self.id(1)
        );
        envelope(&format!(
            "<RetrievePropertiesExResponse xmlns=\"urn:vim25\"><returnval>{object}</returnval></RetrievePropertiesExResponse>"
        ))
    }

    fn can_tell(&self, state: &Condition) -> bool {
        !matches!(state, Condition::Failing)
    }

    fn word(&self, state: &Condition) -> String {
        match state {
            Condition::Pending => "queued",
            Condition::Running | Condition::Blocked | Condition::Failing | Condition::Cancelling => "running",
            Condition::Succeeded => "success",
            Condition::Failed | Condition::Cancelled => "error",
            Condition::Strange(word) => word,
        }
        .to_owned()
    }

    fn version(&self) -> Option<&'static str> {
        Some("VMware vCenter Server 8.0.2 build-23319993")
    }

    fn list_requests(&self, _wanted: usize, all: usize) -> usize {
        all.div_ceil(100)
    }

    fn task_urls(&self, base: &str, id: &str) -> Vec<String> {
        vec![format!("{base}/mob/?moid={id}"), format!("{base}/mob/?moid={id}&doPath=info")]
    }

    fn created(&self, id: &str) -> serde_json::Value {
        serde_json::json!({"_typeName": "ManagedObjectReference", "type": "Task", "value": id})
    }

    fn not_found(&self) -> Response {
        no_such_object("Task", "task-404")
    }

    /// There are no warnings; and what progress is left when a task has ended well says nothing.
    fn as_told(&self, truth: &Truth) -> Truth {
        let percent =
            truth.percent.filter(|&percent| truth.condition != Condition::Succeeded || percent == 100);
        let mut told = Truth { percent, warnings: Vec::new(), ..truth.clone() };
        if let Some(reason) = &mut told.reason {
            reason.code = fault_type(&reason.code).to_owned();
        }
        told
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Response {
        match (request.method.as_str(), request.path.as_str()) {
            (_, snapservice::STS) => snapservice::token(shared, request),
            ("GET", "/sdk/vimServiceVersions.xml") => versions(),
            ("POST", "/sdk") if request.query.is_empty() => call(shared, request),
            (_, "/sdk") => Response::new(405),
            _ => Response::new(404)
                .header("Content-Type", "text/html")
                .body("<html><body>Not Found</body></html>"),
        }
    }
}

/// An element of what was sent: with its namespace, and attributes by their names, those of XML Schema as `xsi:…`.
#[derive(Debug, Default)]
pub struct Node {
    namespace: String,
    pub name: String,
    attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    /// Reads a document; none where it is not whole.
    pub fn read(document: &str) -> Option<Node> {
        let mut reader = NsReader::from_str(document);
        let mut open = vec![Node::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => open.push(Node::begin(&reader, &start)?),
                Event::Empty(start) => {
                    let node = Node::begin(&reader, &start)?;
                    open.last_mut()?.children.push(node);
                }
                Event::Text(text) => open.last_mut()?.text.push_str(&text),
                Event::GeneralRef(entity) => {
                    let entity = format!("&{};", &*entity);
                    open.last_mut()?.text.push_str(&quick_xml::escape::unescape(&entity).ok()?);
                }
                Event::End(_) => {
                    let node = open.pop()?;
                    open.last_mut()?.children.push(node);
                }
                Event::Eof if open.len() == 1 => return open.pop()?.children.into_iter().next(),
                Event::Eof | Event::DocType(_) => return None,
                _ => {}
            }
        }
    }

    fn begin(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Option<Node> {
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
            ResolveResult::Unbound => String::new(),
            ResolveResult::Unknown(_) => return None,
        };
        let mut node = Node { namespace, name: name.as_ref().to_owned(), ..Node::default() };
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let prefix = match namespace {
                ResolveResult::Bound(bound) if bound.as_ref() == XSI => "xsi:",
                // The envelope may be gone that bound it.
                ResolveResult::Unknown(prefix) if prefix == "xsi" => "xsi:",
                ResolveResult::Unknown(_) => return None,
                _ => "",
            };
            let value = quick_xml::escape::unescape(&attribute.value).ok()?.into_owned();
            node.attributes.push((format!("{prefix}{}", name.as_ref()), value));
        }
        Some(node)
    }

    pub fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn child(&self, name: &str) -> Option<&Node> {
        self.all(name).next()
    }

    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map(|child| child.text.as_str()).unwrap_or_default()
    }

    pub fn find(&self, name: &str) -> Option<&Node> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// Whether its elements stand in this order, each at most once unless its name ends in `*`.
    fn is_sequence(&self, names: &[&str]) -> bool {
        let mut at = 0;
        self.children.iter().all(|child| {
            while let Some(name) = names.get(at) {
                let several = name.strip_suffix('*');
                at += usize::from(several.is_none_or(|several| several != child.name));
                if several.unwrap_or(name) == child.name {
                    return true;
                }
            }
            false
        })
    }
}

/// A call of a method.
struct Call {
    method: Node,
}

impl Call {
    fn read(body: &[u8]) -> Option<Call> {
        let envelope = Node::read(std::str::from_utf8(body).ok()?)?;
        let is_envelope = envelope.name == "Envelope" && envelope.namespace == SOAP;
        let mut parts =
            envelope.children.into_iter().filter(|part| part.namespace == SOAP && part.name == "Body");
        let method = parts.next()?.children.into_iter().next()?;
        (is_envelope && method.namespace == "urn:vim25").then_some(Call { method })
    }

    /// Type and name of the object that is called.
    fn this(&self) -> (&str, &str) {
        self.method
            .child("_this")
            .map(|this| (this.attribute("type"), this.text.as_str()))
            .unwrap_or_default()
    }
}

/// What the objects are called.
struct Names {
    property_collector: &'static str,
    session_manager: &'static str,
    task_manager: &'static str,
}

fn names(shared: &Shared) -> Names {
    match shared.mode("host") {
        Some(_) => Names {
            property_collector: "ha-property-collector",
            session_manager: "ha-sessionmgr",
            task_manager: "ha-taskmgr",
        },
        None => Names {
            property_collector: "propertyCollector",
            session_manager: "SessionManager",
            task_manager: "TaskManager",
        },
    }
}

fn versions() -> Response {
    let prior: String = VERSIONS[1..].iter().map(|version| format!("<version>{version}</version>")).collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<namespaces version=\"1.0\">\n <namespace>\n  <name>urn:vim25</name>\n  \
         <version>{}</version>\n  <priorVersions>{prior}</priorVersions>\n </namespace>\n <namespace>\n  <name>urn:sms</name>\n  \
         <version>5.0</version>\n </namespace>\n</namespaces>\n",
        VERSIONS[0]
    );
    Response::new(200).header("Content-Type", "text/xml").body(body)
}

/// A code as the type of a fault, which is no number.
fn fault_type(code: &str) -> &str {
    if code.starts_with(|c: char| c.is_ascii_digit()) { "SystemError" } else { code }
}

/// A text as XML spells it. A carriage return would be read as the end of a line.
fn text(text: &str) -> String {
    escape(text).replace('\r', "&#13;")
}

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope \
         xmlns:soapenc=\"http://schemas.xmlsoap.org/soap/encoding/\" xmlns:soapenv=\"{SOAP}\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"{XSI}\">\n<soapenv:Body>\n{body}\n</soapenv:Body>\n\
         </soapenv:Envelope>"
    )
}

fn xml(status: u16, body: &str) -> Response {
    Response::new(status).header("Content-Type", "text/xml; charset=utf-8").body(envelope(body))
}

/// The answer of a method.
fn returned(method: &str, body: &str) -> Response {
    xml(200, &format!("<{method}Response xmlns=\"urn:vim25\">{body}</{method}Response>"))
}

/// A fault of this type.
fn fault(kind: &str, words: &str, fields: &str) -> Response {
    xml(
        500,
        &format!(
            "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{}</faultstring><detail>\
             <{kind}Fault xmlns=\"urn:vim25\" xsi:type=\"{kind}\">{fields}</{kind}Fault></detail></soapenv:Fault>",
            text(words)
        ),
    )
}

/// A fault of the server that reads calls, before any object is asked.
fn no_such_call(words: &str) -> Response {
    fault("InvalidRequest", words, "")
}

fn no_such_object(kind: &str, id: &str) -> Response {
    fault(
        "ManagedObjectNotFound",
        &format!("The object 'vim.{kind}:{id}' has already been deleted or has not been completely created"),
        &format!("<obj type=\"{kind}\">{}</obj>", text(id)),
    )
}

const NOT_AUTHENTICATED: &str =
    "<object type=\"Folder\">group-d1</object><privilegeId>System.View</privilegeId>";
const NO_PERMISSION: &str = "<object type=\"Folder\">group-d1</object><privilegeId>System.Read</privilegeId>";

/// The cookie's value, which goes back as it came, quotes and all. Some clients send its attributes too.
fn token(request: &Request) -> Option<&str> {
    let mut parts = request.header("cookie")?.split([';', ',']).map(str::trim);
    parts.find_map(|part| part.strip_prefix("vmware_soap_session=\"")?.strip_suffix('"'))
}

fn call(shared: &Shared, request: &Request) -> Response {
    let is_xml = request.header("content-type").is_some_and(|kind| kind.starts_with("text/xml"));
    let action = request.header("soapaction").unwrap_or_default().trim_matches('"');
    if !is_xml || !VERSIONS.iter().any(|version| action == format!("urn:vim25/{version}")) {
        return no_such_call(&format!("Unsupported version URI \"{action}\""));
    }
    let Some(call) = Call::read(&request.body) else {
        return no_such_call("XML document element count exceeds configured maximum");
    };
    let session = token(request);
    let is_authentic = shared.sessions.knows(session);
    let method = call.method.name.as_str();
    let names = names(shared);
    let collector = call.this().1;
    let known = [
        ("ServiceInstance", "ServiceInstance"),
        ("PropertyCollector", names.property_collector),
        ("SessionManager", names.session_manager),
        ("TaskManager", names.task_manager),
        ("ViewManager", "ViewManager"),
    ];
    let (kind, this) = call.this();
    // What a session made is known to that session alone.
    let made = format!("{collector} of {}", session.unwrap_or_default());
    if kind != "Task"
        && !known.contains(&(kind, this))
        && shared.mode(&made).is_none_or(|made| made.is_empty())
    {
        return no_such_object(kind, this);
    }
    match (kind, method) {
        ("ServiceInstance", "RetrieveServiceContent") => returned(method, &content(shared, &names)),
        (_, "Fetch") => fetch(shared, &call, &names, is_authentic),
        ("SessionManager", "Login") => login(shared, &call),
        ("SessionManager", "LoginByToken") => login_by_token(shared, request),
        // Anyone may read properties, and is told of each what is missing.
        ("PropertyCollector", "RetrievePropertiesEx") => {
            retrieve(shared, &call, session.filter(|_| is_authentic))
        }
        _ if !is_authentic => {
            fault("NotAuthenticated", "The session is not authenticated.", NOT_AUTHENTICATED)
        }
        ("PropertyCollector", "ContinueRetrievePropertiesEx") => go_on(shared, &call, session),
        ("PropertyCollector", "CreatePropertyCollector") => {
            let made = format!("session[52]pc-{}", count(shared, "made", 1));
            shared.set_mode(&format!("{made} of {}", session.unwrap_or_default()), "property collector");
            returned(method, &format!("<returnval type=\"PropertyCollector\">{made}</returnval>"))
        }
        ("PropertyCollector", "DestroyPropertyCollector") => {
            shared.set_mode(&made, "");
            returned(method, "")
        }
        ("PropertyCollector", "CreateFilter") => {
            create_filter(shared, &call, &made, session.unwrap_or_default())
        }
        ("PropertyFilter", "DestroyPropertyFilter") => {
            shared.set_mode(&made, "");
            returned(method, "")
        }
        ("PropertyCollector", "WaitForUpdatesEx" | "WaitForUpdates") => wait(shared, &call, &made, session),
        ("SessionManager", "Logout") => {
            shared.sessions.close(session);
            returned(method, "")
        }
        ("Task", "CancelTask") => cancel(shared, this),
        ("TaskManager", "CreateCollectorForTasks") if shared.mode("host").is_some() => {
            fault("NotSupported", "The operation is not supported on the object.", "")
        }
        ("TaskManager", "CreateCollectorForTasks") => create_collector(shared, &call, session),
        ("TaskHistoryCollector", "ResetCollector") => returned(method, ""),
        ("TaskHistoryCollector", "ReadNextTasks") => read_next(shared, &call, &made),
        ("TaskHistoryCollector", "ReadPreviousTasks") => read_previous(shared, &call, &made),
        ("TaskHistoryCollector", "DestroyCollector") | ("ContainerView", "DestroyView") => {
            shared.set_mode(&made, "");
            count(shared, "collectors", -1);
            returned(method, "")
        }
        ("ViewManager", "CreateContainerView") => {
            let is_right = call.method.is_sequence(&["_this", "container", "type*", "recursive"])
                && call.method.text_of("container") == "group-d1";
            if !is_right {
                return no_such_call("Unexpected element");
            }
            let view = format!("session[52]view-{}", count(shared, "made", 1));
            count(shared, "collectors", 1);
            shared.set_mode(&format!("{view} of {}", session.unwrap_or_default()), "view");
            returned(method, &format!("<returnval type=\"ContainerView\">{view}</returnval>"))
        }
        _ => fault("MethodNotFound", &format!("Unable to resolve WSDL method name {method}"), ""),
    }
}

fn create_filter(shared: &Shared, call: &Call, made: &str, session: &str) -> Response {
    let Some(spec) = call.method.child("spec") else {
        return no_such_call("Required parameter spec is missing");
    };
    let is_right = call.method.is_sequence(&["_this", "spec", "partialUpdates"])
        && call.method.child("partialUpdates").is_some()
        && spec.is_sequence(&["propSet*", "objectSet*", "reportMissingObjectsInResults"])
        && spec.all("propSet").count() == 1
        && spec.all("objectSet").all(|set| set.is_sequence(&["obj", "skip", "selectSet*"]));
    if !is_right {
        return no_such_call("Unexpected element");
    }
    let kind = spec.child("propSet").map(|set| set.text_of("type")).unwrap_or_default();
    if !["Task", "VirtualMachine"].contains(&kind) {
        return fault("InvalidType", "A specified parameter was not correct", "");
    }
    let ids: Vec<&str> = spec.all("objectSet").map(|set| set.text_of("obj")).collect();
    let lenient = kind != "Task" || spec.text_of("reportMissingObjectsInResults") == "true";
    if let Some(missing) = ids.iter().find(|id| !shared.world.any(|known| known == **id) && !lenient) {
        return no_such_object("Task", missing);
    }
    let before = shared.mode(&format!("filter {made}")).unwrap_or_default();
    let all = ids.iter().map(|id| format!("{kind}/{id}"));
    let all: Vec<String> = before.split(' ').map(str::to_owned).chain(all).collect();
    shared.set_mode(&format!("filter {made}"), all.join(" ").trim());
    let filter = format!("session[52]filter-{}", count(shared, "made", 1));
    shared.set_mode(&format!("{filter} of {session}"), "filter");
    returned("CreateFilter", &format!("<returnval type=\"PropertyFilter\">{filter}</returnval>"))
}

/// Answers with what has changed since a version, at once or when something does; with nothing when the time is up.
fn wait(shared: &Shared, call: &Call, made: &str, session: Option<&str>) -> Response {
    let is_extended = call.method.name == "WaitForUpdatesEx";
    const STEP: Duration = Duration::from_millis(2);
    if shared.mode("cut").is_some() {
        return Response::new(504)
            .header("Content-Type", "text/html")
            .body("<html><body>timeout</body></html>");
    }
    // The older form has no options, and waits for as long as it takes.
    let options = call.method.child("options").filter(|_| is_extended);
    let is_right = call.method.is_sequence(&["_this", "version", "options"])
        && options.is_none_or(|options| options.is_sequence(&["maxWaitSeconds", "maxObjectUpdates"]));
    let seconds = options.and_then(|options| options.text_of("maxWaitSeconds").parse::<u32>().ok());
    let seconds = if is_extended { seconds } else { Some(60) };
    let Some(seconds) = seconds.filter(|_| is_right) else { return no_such_call("Unexpected element") };
    // What was told by each version: of a task, what is known of it.
    let version = call.method.text_of("version");
    let key = |version: &str| format!("version {version} of {made}");
    let known: BTreeMap<String, String> = match version {
        "" => BTreeMap::new(),
        _ if shared.mode("forgets").is_some_and(|what| !what.is_empty()) => {
            shared.set_mode("forgets", "");
            return fault("InvalidCollectorVersion", "The version of the collector is invalid.", "");
        }
        _ => match shared.mode(&key(version)) {
            Some(known) => serde_json::from_str(&known).expect("what was kept"),
            None => return fault("InvalidCollectorVersion", "The version of the collector is invalid.", ""),
        },
    };
    let ids = shared.mode(&format!("filter {made}")).unwrap_or_default();
    let mut waited = Duration::ZERO;
    loop {
        let (mut told, mut updates, mut truncated) = (known.clone(), String::new(), "");
        let mut changes = 0;
        for (kind, id) in ids.split(' ').filter_map(|object| object.split_once('/')) {
            let look = || if waited.is_zero() { shared.world.look(id) } else { shared.world.peek(id) };
            let now = match kind {
                "Task" if is_gone(shared, id) => None,
                "Task" => look().map(|sight| info(shared, &sight)),
                _ => Some(question(shared, id)),
            };
            if now.as_ref() == known.get(id) {
                continue;
            }
            // Read where something has changed: a test sets it before it changes anything.
            if shared
                .mode("page")
                .and_then(|page| page.parse().ok())
                .is_some_and(|page: usize| changes >= page)
            {
                truncated = "<truncated>true</truncated>";
                continue;
            }
            changes += 1;
            let change = |change: &str, inner: &str| {
                format!("<objectSet><kind>{change}</kind><obj type=\"{kind}\">{id}</obj>{inner}</objectSet>")
            };
            updates += &match &now {
                None => change("leave", ""),
                Some(now) if kind == "VirtualMachine" => change(
                    if known.contains_key(id) { "modify" } else { "enter" },
                    &format!("<changeSet><name>runtime.question</name><op>assign</op>{now}</changeSet>"),
                ),
                Some(now) => change(
                    if known.contains_key(id) { "modify" } else { "enter" },
                    &format!(
                        "<changeSet><name>info</name><op>assign</op><val xsi:type=\"TaskInfo\">{now}</val></changeSet>"
                    ),
                ),
            };
            match now {
                Some(now) => told.insert(id.to_owned(), now),
                None => told.remove(id),
            };
        }
        if !updates.is_empty() || version.is_empty() {
            let next = count(shared, "versions", 1).to_string();
            shared.set_mode(&key(&next), &serde_json::to_string(&told).expect("texts"));
            return returned(
                &call.method.name,
                &format!(
                    "<returnval><version>{next}</version><filterSet><filter type=\"PropertyFilter\">session[52]filter-1</filter>\
                     {updates}</filterSet>{truncated}</returnval>"
                ),
            );
        }
        if !shared.sessions.knows(session) {
            return fault("RequestCanceled", "The request was canceled.", "");
        }
        // A world whose time stands still has nothing to wait for.
        if shared.mode("hold").is_none() || waited >= Duration::from_secs(seconds.into()) || shared.wait(STEP)
        {
            return returned(&call.method.name, "");
        }
        waited += STEP;
    }
}

/// Counts something, which a mode remembers.
fn count(shared: &Shared, what: &str, by: i64) -> i64 {
    let number = shared.mode(what).and_then(|number| number.parse().ok()).unwrap_or(0) + by;
    shared.set_mode(what, &number.to_string());
    number
}

/// The tasks that a filter selects, the newest first, as the collector keeps them.
fn create_collector(shared: &Shared, call: &Call, session: Option<&str>) -> Response {
    let Some(filter) = call.method.child("filter") else {
        return no_such_call("Required parameter filter is missing");
    };
    let (entity, time, users) = (filter.child("entity"), filter.child("time"), filter.child("userName"));
    let is_right = call.method.is_sequence(&["_this", "filter"])
        && filter.is_sequence(&["entity", "time", "userName", "activationId*", "state*"])
        && entity.is_none_or(|entity| entity.is_sequence(&["entity", "recursion"]))
        && time.is_none_or(|time| time.is_sequence(&["timeType", "beginTime", "endTime"]))
        && users.is_none_or(|users| users.is_sequence(&["systemUser", "userList*"]));
    if !is_right {
        return no_such_call("Unexpected element");
    }
    let begin = time.and_then(|time| time.text_of("beginTime").parse::<jiff::Timestamp>().ok());
    let of = entity.and_then(|entity| entity.child("entity"));
    let is_below_all = of.is_some_and(|of| of.text == "group-d1");
    if entity.is_some_and(|entity| !["self", "children", "all"].contains(&entity.text_of("recursion"))) {
        return no_such_call("Invalid enumeration value");
    }
    let states: Vec<&str> = filter.all("state").map(|state| state.text.as_str()).collect();
    let fits = |sight: &Sight| {
        let story = &sight.story;
        let kind = if story.target_id.starts_with("vm-") { "VirtualMachine" } else { &story.target_kind };
        of.is_none_or(|of| is_below_all || of.text == story.target_id && of.attribute("type") == kind)
            && begin.is_none_or(|begin| sight.started >= begin)
            && users.is_none_or(|users| users.all("userList").any(|user| user.text == story.user))
            && (states.is_empty() || states.contains(&VSphere.word(&sight.truth.condition).as_str()))
    };
    let mut sights: Vec<Sight> =
        shared.world.ids().iter().filter_map(|id| shared.world.peek(id)).filter(fits).collect();
    sights.sort_by_key(|sight| std::cmp::Reverse(sight.started));
    let ids: Vec<&str> = sights.iter().map(|sight| sight.story.id.as_str()).collect();
    if count(shared, "collectors", 1) > 32 {
        return fault("InvalidState", "The operation is not allowed in the current state.", "");
    }
    let collector = format!("session[52]collector-{}", count(shared, "made", 1));
    shared.set_mode(
        &format!("{collector} of {}", session.unwrap_or_default()),
        &format!("10 {}", ids.join(" ")),
    );
    returned(
        "CreateCollectorForTasks",
        &format!("<returnval type=\"TaskHistoryCollector\">{collector}</returnval>"),
    )
}

/// As many tasks of a collector as are asked for, the oldest first.
fn read_next(shared: &Shared, call: &Call, made: &str) -> Response {
    let kept = shared.mode(made).unwrap_or_default();
    let Ok(most) = call.method.text_of("maxCount").parse::<usize>() else {
        return no_such_call("Required parameter maxCount is missing");
    };
    let ids: Vec<&str> = kept.split(' ').skip(1).filter(|id| !id.is_empty()).collect();
    let at = shared.mode(&format!("next {made}")).and_then(|at| at.parse().ok()).unwrap_or(0_usize);
    let page: Vec<&str> = ids.iter().rev().copied().skip(at).take(most).collect();
    shared.set_mode(&format!("next {made}"), &(at + page.len()).to_string());
    let infos = page.iter().filter_map(|id| shared.world.peek(id));
    let tasks: String =
        infos.map(|sight| format!("<returnval>{}</returnval>", info(shared, &sight))).collect();
    returned("ReadNextTasks", &tasks)
}

/// A property of one object, as clients read it that have the types of all.
fn fetch(shared: &Shared, call: &Call, names: &Names, is_authentic: bool) -> Response {
    let (kind, this) = call.this();
    let property = call.method.text_of("prop");
    if (kind, property) == ("ServiceInstance", "content") {
        return returned(
            "Fetch",
            &content(shared, names).replace("<returnval>", "<returnval xsi:type=\"ServiceContent\">"),
        );
    }
    if !is_authentic {
        return fault("NotAuthenticated", "The session is not authenticated.", NOT_AUTHENTICATED);
    }
    match (kind, property) {
        ("Task", "info") if !is_gone(shared, this) => match shared.world.look(this) {
            Some(sight) => returned(
                "Fetch",
                &format!("<returnval xsi:type=\"TaskInfo\">{}</returnval>", info(shared, &sight)),
            ),
            None => no_such_object(kind, this),
        },
        ("TaskManager", "recentTask") => {
            let tasks: String = recent(shared)
                .iter()
                .map(|id| format!("<ManagedObjectReference type=\"Task\">{id}</ManagedObjectReference>"))
                .collect();
            returned(
                "Fetch",
                &format!("<returnval xsi:type=\"ArrayOfManagedObjectReference\">{tasks}</returnval>"),
            )
        }
        _ => no_such_object(kind, this),
    }
}

/// As many tasks of a collector as are asked for, from where it stands on. The newest ten are its latest page, and are
/// not among them.
fn read_previous(shared: &Shared, call: &Call, made: &str) -> Response {
    let kept = shared.mode(made).unwrap_or_default();
    let Ok(most) = call.method.text_of("maxCount").parse::<usize>() else {
        return no_such_call("Required parameter maxCount is missing");
    };
    let mut words = kept.split(' ');
    let at: usize = words.next().and_then(|at| at.parse().ok()).unwrap_or(0);
    let ids: Vec<&str> = words.filter(|id| !id.is_empty()).collect();
    let page: Vec<&str> = ids.iter().copied().skip(at).take(most).collect();
    shared.set_mode(made, &format!("{} {}", at + page.len(), ids.join(" ")));
    let infos = page.iter().filter_map(|id| shared.world.peek(id));
    let tasks: String =
        infos.map(|sight| format!("<returnval>{}</returnval>", info(shared, &sight))).collect();
    returned("ReadPreviousTasks", &tasks)
}

fn content(shared: &Shared, names: &Names) -> String {
    let is_host = shared.mode("host").is_some();
    let (full, line, kind) = match is_host {
        true => ("VMware ESXi 8.0.2 build-22380479", "embeddedEsx", "HostAgent"),
        false => ("VMware vCenter Server 8.0.2 build-23319993", "vpx", "VirtualCenter"),
    };
    let uuid = if is_host { String::new() } else { format!("<instanceUuid>{INSTANCE}</instanceUuid>") };
    let name = full.split(" 8.").next().unwrap_or_default();
    format!(
        "<returnval><rootFolder type=\"Folder\">{}</rootFolder><propertyCollector type=\"PropertyCollector\">{}\
         </propertyCollector><viewManager type=\"ViewManager\">ViewManager</viewManager><about><name>{name}</name>\
         <fullName>{full}</fullName><vendor>VMware, Inc.</vendor><version>8.0.2</version><build>23319993</build>\
         <localeVersion>INTL</localeVersion><localeBuild>000</localeBuild><osType>linux-x64</osType>\
         <productLineId>{line}</productLineId><apiType>{kind}</apiType><apiVersion>{}</apiVersion>{uuid}</about>\
         <sessionManager type=\"SessionManager\">{}</sessionManager><taskManager type=\"TaskManager\">{}</taskManager>\
         </returnval>",
        if is_host { "ha-folder-root" } else { "group-d1" },
        names.property_collector,
        VERSIONS[0],
        names.session_manager,
        names.task_manager,
    )
}

fn login(shared: &Shared, call: &Call) -> Response {
    let user = call.method.text_of("userName");
    if !call.method.is_sequence(&["_this", "userName", "password", "locale"]) {
        return no_such_call("Unexpected element");
    }
    if user != shared.user() || call.method.text_of("password") != shared.password() {
        shared.sessions.refuse();
        return fault("InvalidLogin", "Cannot complete login due to an incorrect user name or password.", "");
    }
    logged_in(shared, "Login")
}

/// The header carries an assertion that was issued, unchanged to the byte.
fn login_by_token(shared: &Shared, request: &Request) -> Response {
    let body = String::from_utf8_lossy(&request.body);
    let is_live = |id: &str| {
        let assertion = snapservice::assertion(id);
        shared.sessions.knows(Some(id))
            && body.contains(&format!("{assertion}</wsse:Security></soapenv:Header>"))
    };
    let id = body.split("ID=\"").nth(1).and_then(|rest| rest.split('"').next());
    if !body.contains("<wsu:Timestamp") || !id.is_some_and(is_live) {
        shared.sessions.refuse();
        return fault("InvalidLogin", "Cannot complete login due to an incorrect user name or password.", "");
    }
    logged_in(shared, "LoginByToken")
}

fn logged_in(shared: &Shared, method: &str) -> Response {
    let now = shared.world.now();
    let session = format!(
        "<returnval><key>5213e3c2-c5d4-3b0e-ba90-2e24f8b2c4a0</key><userName>{USER}</userName><fullName>{USER}</fullName>\
         <loginTime>{now}</loginTime><lastActiveTime>{now}</lastActiveTime><locale>en</locale><messageLocale>en</messageLocale>\
         </returnval>"
    );
    let cookie = format!("vmware_soap_session=\"{}\"; Path=/; HttpOnly; Secure; ", shared.sessions.open());
    // A client that knows one cookie only takes the last.
    returned(method, &session).header("Set-Cookie", "affinity=node-2; Path=/").header("Set-Cookie", &cookie)
}

/// What is read of which objects: a property of those that are named, or of the tasks that the manager holds.
fn retrieve(shared: &Shared, call: &Call, session: Option<&str>) -> Response {
    let Some(spec) = call.method.child("specSet") else {
        return no_such_call("Required parameter specSet is missing");
    };
    let is_right = call.method.is_sequence(&["_this", "specSet*", "options"])
        && call.method.child("options").is_some()
        && spec.is_sequence(&["propSet*", "objectSet*", "reportMissingObjectsInResults"])
        && spec.all("propSet").all(|set| set.is_sequence(&["type", "all", "pathSet*"]))
        && spec.all("objectSet").all(|set| set.is_sequence(&["obj", "skip", "selectSet*"]));
    if !is_right {
        return no_such_call("Unexpected element");
    }
    if spec.all("objectSet").nth(1).is_some() && shared.mode("unbatched").is_some() {
        return Response::new(413).header("Content-Type", "text/plain").body("Request Entity Too Large");
    }
    let lenient = spec.text_of("reportMissingObjectsInResults") == "true";
    let mut objects: Vec<(String, String)> = Vec::new();
    for set in spec.all("objectSet") {
        let Some(object) = set.child("obj") else { return no_such_call("Required property obj is missing") };
        let (kind, id) = (object.attribute("type"), object.text.as_str());
        if kind == "TaskManager" && id != names(shared).task_manager {
            return no_such_object(kind, id);
        }
        match set.child("selectSet") {
            None => objects.push((kind.to_owned(), id.to_owned())),
            Some(select) => {
                let is_view = select.attribute("xsi:type") == "TraversalSpec"
                    && (select.text_of("type"), select.text_of("path")) == ("ContainerView", "view");
                if kind == "ContainerView" && is_view {
                    objects.extend(inventory(shared));
                    continue;
                }
                let is_recent = select.attribute("xsi:type") == "TraversalSpec"
                    && select.is_sequence(&["type", "path", "skip"])
                    && (select.text_of("type"), select.text_of("path")) == ("TaskManager", "recentTask");
                if kind != "TaskManager" || !is_recent {
                    return fault("InvalidProperty", "A specified parameter was not correct", "");
                }
                if session.is_none() || shared.mode("no_role").is_some() {
                    objects.push((kind.to_owned(), id.to_owned()));
                } else {
                    objects.extend(recent(shared).into_iter().map(|id| ("Task".to_owned(), id)));
                }
            }
        }
    }
    let session_name = session.unwrap_or_default();
    let properties: Vec<(&str, Vec<&str>)> = spec
        .all("propSet")
        .map(|set| (set.text_of("type"), set.all("pathSet").map(|path| path.text.as_str()).collect()))
        .collect();
    let mut answers = Vec::new();
    for (kind, id) in &objects {
        let of_kind = properties.iter().find(|(of, _)| of == kind || *of == "ManagedEntity");
        let of_kind = of_kind.map(|(_, paths)| paths.as_slice());
        if kind == "TaskHistoryCollector" && session.is_some() {
            let kept = shared.mode(&format!("{id} of {session_name}")).unwrap_or_default();
            let ids = kept.split(' ').skip(1).filter(|id| !id.is_empty()).take(10);
            let infos = ids.filter_map(|id| shared.world.peek(id));
            let infos: String =
                infos.map(|sight| format!("<TaskInfo>{}</TaskInfo>", info(shared, &sight))).collect();
            answers.push(format!(
                "<objects><obj type=\"{kind}\">{id}</obj><propSet><name>latestPage</name>\
                 <val xsi:type=\"ArrayOfTaskInfo\">{infos}</val></propSet></objects>"
            ));
            continue;
        }
        match object(shared, kind, id, of_kind.unwrap_or(&["info"]), session.is_some()) {
            Some(Ok(answer)) => answers.push(answer),
            Some(Err(refusal)) if !lenient => return refusal,
            Some(Err(refusal)) => answers.push(String::from_utf8_lossy(&refusal.body).into_owned()),
            None if lenient => {}
            None => return no_such_object(kind, id),
        }
    }
    give(shared, answers, session.unwrap_or_default())
}

/// What is said of one object; none where it does not exist, and a refusal where it is not for this user.
fn object(
    shared: &Shared,
    kind: &str,
    id: &str,
    paths: &[&str],
    is_authentic: bool,
) -> Option<Result<String, Response>> {
    let missing = |fault: &str, words: &str, fields: &str| {
        let sets: String = paths
            .iter()
            .map(|path| {
                format!(
                    "<missingSet><path>{path}</path><fault><fault xsi:type=\"{fault}\">{fields}</fault>\
                     <localizedMessage>{words}</localizedMessage></fault></missingSet>"
                )
            })
            .collect();
        format!("<objects><obj type=\"{kind}\">{}</obj>{sets}</objects>", text(id))
    };
    if !is_authentic {
        return match kind == "Task" && !shared.world.any(|known| known == id) {
            true => None,
            false => {
                Some(Ok(missing("NotAuthenticated", "The session is not authenticated.", NOT_AUTHENTICATED)))
            }
        };
    }
    const REFUSED: &str = "Permission to perform this operation was denied.";
    if shared.mode("no_role").is_some()
        && kind == "Task"
        && paths == ["info"]
        && !shared.world.any(|known| known == id)
    {
        return Some(Err(fault("NoPermission", REFUSED, NO_PERMISSION)));
    }
    if shared.mode("no_role").is_some() {
        return Some(Ok(missing("NoPermission", REFUSED, NO_PERMISSION)));
    }
    let values: String = match kind {
        "Task" if is_gone(shared, id) => return None,
        "Task" => {
            let sight = shared.world.look(id)?;
            let info = format!("<val xsi:type=\"TaskInfo\">{}</val>", info(shared, &sight));
            paths.iter().map(|path| format!("<propSet><name>{path}</name>{info}</propSet>")).collect()
        }
        _ if paths == ["name"] => {
            let named = inventory_names(shared).into_iter().find(|(_, known, _)| known == id);
            let name = named.map(|(_, _, name)| name).unwrap_or_default();
            format!("<propSet><name>name</name><val xsi:type=\"xsd:string\">{}</val></propSet>", text(&name))
        }
        // A property that is not set is left out.
        "VirtualMachine" => match question(shared, id) {
            value if value.is_empty() => value,
            value => format!("<propSet><name>runtime.question</name>{value}</propSet>"),
        },
        _ => String::new(),
    };
    Some(Ok(format!("<objects><obj type=\"{kind}\">{}</obj>{values}</objects>", text(id))))
}

/// What a virtual machine asks, as a value; empty where it asks nothing.
fn question(shared: &Shared, machine: &str) -> String {
    let asked = shared.mode(&format!("question of {machine}")).filter(|question| !question.is_empty());
    let value = asked.map(|question| {
        format!(
            "<val xsi:type=\"VirtualMachineQuestionInfo\"><id>7</id><text>{}</text><choice>\
             <choiceInfo xsi:type=\"ElementDescription\"><label>Cancel</label><summary>Cancel</summary><key>0</key>\
             </choiceInfo></choice></val>",
            text(&question)
        )
    });
    value.unwrap_or_default()
}

/// Answers with these objects, or as many as fit and a token for the others.
fn give(shared: &Shared, mut objects: Vec<String>, session: &str) -> Response {
    let most = shared.mode("page").and_then(|page| page.parse().ok()).unwrap_or(100);
    let mut token = String::new();
    if objects.len() > most {
        let rest = objects.split_off(most);
        let number = shared.mode("tokens").and_then(|number| number.parse().ok()).unwrap_or(0_usize);
        shared.set_mode("tokens", &(number + 1).to_string());
        shared.set_mode(&format!("token {number} of {session}"), &rest.join("\0"));
        let _ = write!(token, "<token>{number}</token>");
    }
    let objects = objects.concat();
    // Nothing at all is an answer without a value.
    let result = match objects.is_empty() {
        true => String::new(),
        false => format!("<returnval>{token}{objects}</returnval>"),
    };
    returned("RetrievePropertiesEx", &result)
}

fn go_on(shared: &Shared, call: &Call, session: Option<&str>) -> Response {
    let session = session.unwrap_or_default();
    let key = format!("token {} of {session}", call.method.text_of("token"));
    match shared.mode(&key).filter(|rest| !rest.is_empty()) {
        Some(rest) => {
            shared.set_mode(&key, "");
            give(shared, rest.split('\0').map(str::to_owned).collect(), session)
        }
        None => fault(
            "InvalidArgument",
            "A specified parameter was not correct: token",
            "<invalidProperty>token</invalidProperty>",
        ),
    }
}

/// What has not ended, and what has within ten minutes.
fn recent(shared: &Shared) -> Vec<String> {
    let is_recent = |id: &String| {
        let ended = shared.world.peek(id).and_then(|sight| sight.ended);
        ended.is_none_or(|ended| shared.world.now().duration_since(ended).as_secs() < 600)
            && !is_gone(shared, id)
    };
    shared.world.ids().into_iter().filter(is_recent).collect()
}

fn is_gone(shared: &Shared, id: &str) -> bool {
    shared.mode(&format!("gone {id}")).is_some()
}

/// Type, id and name of what tasks work on, and of the folder around it.
fn inventory_names(shared: &Shared) -> Vec<(String, String, String)> {
    let mut all = vec![("Folder".to_owned(), "group-d1".to_owned(), "Datacenters".to_owned())];
    for sight in shared.world.ids().iter().filter_map(|id| shared.world.peek(id)) {
        let story = sight.story;
        // A slash in a name is stored encoded.
        let entry = (story.target_kind, story.target_id, story.target_name.replace('/', "%2f"));
        if !all.contains(&entry) {
            all.push(entry);
        }
    }
    all
}

fn inventory(shared: &Shared) -> Vec<(String, String)> {
    inventory_names(shared).into_iter().map(|(kind, id, _)| (kind, id)).collect()
}

fn cancel(shared: &Shared, id: &str) -> Response {
    if !shared.world.any(|known| known == id) {
        return no_such_object("Task", id);
    }
    if shared.mode("not_cancelable").is_some() {
        return fault("NotSupported", "The operation is not supported on the object.", "");
    }
    match shared.world.cancel(id) {
        true => returned("CancelTask", ""),
        false => fault("InvalidState", "The operation is not allowed in the current state.", ""),
    }
}

/// A task as TaskInfo tells it, its fields in the order of the schema.
fn info(shared: &Shared, sight: &Sight) -> String {
    let (story, truth) = (&sight.story, &sight.truth);
    // Only a virtual machine asks.
    let is_blocked = truth.condition == Condition::Blocked;
    let kind = if is_blocked { "VirtualMachine" } else { &story.target_kind };
    let question = shared.mode("question").unwrap_or_else(|| "Did you move it or copy it?".to_owned());
    shared.set_mode(&format!("question of {}", story.target_id), if is_blocked { &question } else { "" });
    let ended = truth.condition.ended();
    let is_cancelled = matches!(truth.condition, Condition::Cancelling | Condition::Cancelled);
    let mut info = String::new();
    let mut set = |name: &str, attributes: &str, inner: &str| {
        let _ = write!(info, "<{name}{attributes}>{inner}</{name}>");
    };
    set("key", "", &story.id);
    set("task", " type=\"Task\"", &story.id);
    if let Some(message) = &truth.message {
        let message = text(message);
        set(
            "description",
            "",
            &format!("<key>com.vmware.vim.vpxd.message</key><message>{message}</message>"),
        );
    }
    set("name", "", "CloneVM_Task");
    set("descriptionId", "", &text(&story.operation));
    set("entity", &format!(" type=\"{}\"", text(kind)), &text(&story.target_id));
    set("entityName", "", &text(&story.target_name));
    set("state", "", &text(&VSphere.word(&truth.condition)));
    set("cancelled", "", &is_cancelled.to_string());
    set("cancelable", "", &(!ended).to_string());
    match (&truth.condition, &truth.reason) {
        (Condition::Cancelled, _) => set(
            "error",
            "",
            "<fault xsi:type=\"RequestCanceled\"/><localizedMessage>The task was canceled by a user.</localizedMessage>",
        ),
        (Condition::Failed, Some(reason)) => {
            let mut causes = reason.causes.iter().map(|cause| text(cause));
            let first = causes.next().map(|cause| {
                format!("<faultMessage><key>msg.first</key><message>{cause}</message></faultMessage>")
            });
            // Each deeper one is the cause of the one above it.
            let deeper: Vec<String> = causes.collect();
            let chain = deeper.iter().rev().fold(String::new(), |inner, cause| {
                format!(
                    "<faultCause><fault xsi:type=\"SystemError\">{inner}<reason></reason></fault>\
                     <localizedMessage>{cause}</localizedMessage></faultCause>"
                )
            });
            let inner = format!(
                "<fault xsi:type=\"{}\">{chain}{}</fault><localizedMessage>{}</localizedMessage>",
                text(fault_type(&reason.code)),
                first.unwrap_or_default(),
                text(&reason.text)
            );
            set("error", "", &inner);
        }
        _ => {}
    }
    if let Some(result) = story.result.as_ref().filter(|_| truth.condition == Condition::Succeeded) {
        set("result", " xsi:type=\"xsd:string\"", &text(&result.to_string()));
    }
    if let Some(percent) = truth.percent {
        set("progress", "", &percent.to_string());
    }
    let user = format!("<userName>{}</userName>", text(&story.user));
    set("reason", " xsi:type=\"TaskReasonUser\"", &user);
    set("queueTime", "", &sight.started.to_string());
    if truth.condition != Condition::Pending {
        set("startTime", "", &sight.started.to_string());
    }
    if let Some(ended) = sight.ended {
        set("completeTime", "", &ended.to_string());
    }
    set("eventChainId", "", "184512");
    if let Some(parent) = &story.parent {
        set("parentTaskKey", "", &text(parent));
    }
    info
}
