//! An HTTP/1.1 server on loopback that can misbehave on purpose.
//!
//! A thread a connection, kept alive. Every request is logged; faults are taken from a queue before the simulation
//! answers. On drop the server asserts that it was called and that nothing in it panicked.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::world::World;
use super::{RequestKind, Simulation};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// The path as it came, still percent-encoded, without the query.
    pub path: String,
    /// The query as it came.
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// A header's value, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The path's segments, decoded.
    pub fn segments(&self) -> Vec<String> {
        self.path.trim_matches('/').split('/').map(decode).collect()
    }

    /// Every value of a query parameter, decoded.
    pub fn parameters(&self, name: &str) -> Vec<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    }

    /// One query parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters(name).into_iter().next()
    }

    /// The names of all query parameters.
    pub fn parameter_names(&self) -> Vec<String> {
        url::form_urlencoded::parse(self.query.as_bytes()).map(|(key, _)| key.into_owned()).collect()
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// User and password of a Basic header.
    pub fn basic(&self) -> Option<(String, String)> {
        use base64::Engine as _;
        let encoded = self.header("authorization")?.strip_prefix("Basic ")?;
        let decoded = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
        let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }
}

fn decode(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn new(status: u16) -> Response {
        Response { status, headers: Vec::new(), body: Vec::new() }
    }

    pub fn json(status: u16, body: &serde_json::Value) -> Response {
        Response::new(status).header("Content-Type", "application/json").body(body.to_string())
    }

    pub fn header(mut self, name: &str, value: &str) -> Response {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Response {
        self.body = body.into();
        self
    }
}

/// A way to misbehave.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers with this, whatever was asked.
    Answer(Response),
    /// Answers as it should, with this much of the body only, and hangs up.
    CutOff(usize),
    /// Answers as it should, one byte each time this has passed.
    Slow(Duration),
    /// Answers as it should, once this has passed.
    Late(Duration),
    /// Takes the request and never answers.
    Hang,
    /// Takes the request and hangs up.
    HangUp,
    /// Answers with a body that does not end: this again and again, in chunks, until the client hangs up.
    Endless(Vec<u8>),
    /// Every session of the server dies first; then it answers as it should.
    ExpireSessions,
}

impl Fault {
    /// An error status with nothing that a client could use.
    pub fn status(status: u16) -> Fault {
        Fault::Answer(Response::new(status))
    }

    /// A status with a `Retry-After`.
    pub fn retry_after(status: u16, value: &str) -> Fault {
        Fault::Answer(Response::new(status).header("Retry-After", value))
    }

    /// What a proxy says in front of an appliance that restarts.
    pub fn web_page(status: u16) -> Fault {
        let page =
            "<!DOCTYPE html>\n<html><head><title>Service starting</title></head><body>wait</body></html>";
        Fault::Answer(Response::new(status).header("Content-Type", "text/html").body(page))
    }

    /// No JSON at all.
    pub fn garbage() -> Fault {
        Fault::Answer(Response::new(200).header("Content-Type", "application/json").body("{\"id\": nonsense"))
    }

    /// A status with a plain text, as something in front of an API gives it.
    pub fn plain(status: u16) -> Fault {
        Fault::Answer(Response::new(status).header("Content-Type", "text/plain").body("404 page not found"))
    }

    /// JSON that stands for no task.
    pub fn no_task() -> Fault {
        Fault::Answer(Response::json(200, &serde_json::json!({"hello": [1]})))
    }

    /// Sends the client to another server.
    pub fn redirect(location: &str) -> Fault {
        Fault::Answer(Response::new(302).header("Location", location))
    }
}

/// The sessions of a server, counted.
#[derive(Default)]
pub struct Sessions {
    state: Mutex<SessionState>,
}

#[derive(Default)]
struct SessionState {
    live: HashMap<String, usize>,
    opened: usize,
    closed: usize,
    expired: usize,
    refused: usize,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, SessionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session and returns its token, which has the characters that real ones have.
    pub fn open(&self) -> String {
        let mut state = self.lock();
        state.opened += 1;
        let number = state.opened;
        let token = format!("token+{number:04}/aXf9Qz7LmP2=");
        state.live.insert(token.clone(), number);
        token
    }

    /// Whether a token is of a live session.
    pub fn knows(&self, token: Option<&str>) -> bool {
        token.is_some_and(|token| self.lock().live.contains_key(token))
    }

    /// Closes a session. Returns false when there was none.
    pub fn close(&self, token: Option<&str>) -> bool {
        let mut state = self.lock();
        let known = token.is_some_and(|token| state.live.remove(token).is_some());
        state.closed += usize::from(known);
        known
    }

    /// Counts a refused login.
    pub fn refuse(&self) {
        self.lock().refused += 1;
    }

    /// Every session dies, as after a restart or at the end of its time.
    pub fn expire(&self) {
        let mut state = self.lock();
        state.expired += state.live.len();
        state.live.clear();
    }

    pub fn opened(&self) -> usize {
        self.lock().opened
    }

    pub fn closed(&self) -> usize {
        self.lock().closed
    }

    pub fn expired(&self) -> usize {
        self.lock().expired
    }

    pub fn refused(&self) -> usize {
        self.lock().refused
    }

    /// Sessions that are open now.
    pub fn live(&self) -> usize {
        self.lock().live.len()
    }
}

/// What the server, its simulation and the test share.
pub struct Shared {
    pub world: World,
    pub sessions: Sessions,
    /// Modes that a simulation may have beside its ordinary behaviour, by name. Of every server: `date` is what its
    /// answers have as `Date`; `user` and `password` are what logs in.
    modes: Mutex<HashMap<String, String>>,
    requests: Mutex<Vec<Logged>>,
    arrived: Condvar,
    faults: Mutex<Vec<Queued>>,
    path_faults: Mutex<Vec<(String, Fault)>>,
    panics: Mutex<Vec<String>>,
    stopped: AtomicBool,
    pause: Condvar,
    pause_lock: Mutex<()>,
    connections: Mutex<HashMap<usize, TcpStream>>,
    next_connection: AtomicUsize,
}

/// A request and the status that it got; `None` while, or because, none was given.
#[derive(Clone, Debug)]
pub struct Logged {
    pub request: Request,
    pub kind: RequestKind,
    pub status: Option<u16>,
}

struct Queued {
    kind: Option<RequestKind>,
    after: usize,
    times: usize,
    fault: Fault,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn new(world: World) -> Shared {
        Shared {
            world,
            sessions: Sessions::default(),
            modes: Mutex::default(),
            requests: Mutex::default(),
            arrived: Condvar::new(),
            faults: Mutex::default(),
            path_faults: Mutex::default(),
            panics: Mutex::default(),
            stopped: AtomicBool::new(false),
            pause: Condvar::new(),
            pause_lock: Mutex::new(()),
            connections: Mutex::default(),
            next_connection: AtomicUsize::new(0),
        }
    }

    /// A mode's value, if it is set.
    pub fn mode(&self, name: &str) -> Option<String> {
        lock(&self.modes).get(name).cloned()
    }

    /// Sets a mode: also how a simulation remembers what it was told.
    pub fn set_mode(&self, name: &str, value: &str) {
        lock(&self.modes).insert(name.to_owned(), value.to_owned());
    }

    /// The password that logs in.
    pub fn password(&self) -> String {
        self.mode("password").unwrap_or_else(|| super::PASSWORD.to_owned())
    }

    /// The user who logs in with it.
    pub fn user(&self) -> String {
        self.mode("user").unwrap_or_else(|| super::USER.to_owned())
    }

    /// Whether the server is stopped.
    pub fn is_down(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Waits, unless the server is stopped. Returns whether it was.
    pub fn wait(&self, duration: Duration) -> bool {
        let guard = lock(&self.pause_lock);
        let _ = self
            .pause
            .wait_timeout_while(guard, duration, |()| !self.stopped.load(Ordering::SeqCst))
            .unwrap_or_else(PoisonError::into_inner);
        self.stopped.load(Ordering::SeqCst)
    }
}

/// A running server.
pub struct Server {
    simulation: &'static dyn Simulation,
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
    tls: Option<Arc<rustls::ServerConfig>>,
    must_be_called: bool,
}

impl Server {
    /// Starts a server on a free port, with a world whose time stands still.
    pub fn start(simulation: &'static dyn Simulation) -> Server {
        Server::start_with(simulation, World::fixed(), 0, None)
    }

    /// Starts a server that speaks TLS.
    pub fn start_tls(simulation: &'static dyn Simulation, tls: Arc<rustls::ServerConfig>) -> Server {
        Server::start_with(simulation, World::fixed(), 0, Some(tls))
    }

    /// Starts a server with this world, on this port (0 is a free one).
    pub fn start_with(
        simulation: &'static dyn Simulation,
        world: World,
        port: u16,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let mut server = Server {
            simulation,
            address,
            shared: Arc::new(Shared::new(world)),
            acceptor: None,
            tls,
            must_be_called: true,
        };
        server.accept_on(listener);
        server
    }

    fn accept_on(&mut self, listener: TcpListener) {
        let (shared, simulation, tls) = (Arc::clone(&self.shared), self.simulation, self.tls.clone());
        self.acceptor = Some(std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                std::thread::spawn(move || {
                    let number = shared.next_connection.fetch_add(1, Ordering::SeqCst);
                    if let Ok(copy) = stream.try_clone() {
                        lock(&shared.connections).insert(number, copy);
                    }
                    let serve = AssertUnwindSafe(|| connection(&shared, simulation, stream, tls));
                    if let Err(panic) = std::panic::catch_unwind(serve) {
                        let text = panic
                            .downcast_ref::<String>()
                            .cloned()
                            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                            .unwrap_or_default();
                        lock(&shared.panics).push(text);
                    }
                    lock(&shared.connections).remove(&number);
                });
            }
        }));
    }

    /// Stops listening and breaks every connection. The truths and counts stay.
    pub fn go_down(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.shared.pause.notify_all();
        // Wakes the acceptor so that it sees the flag.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        for (_, stream) in lock(&self.shared.connections).drain() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Listens again on the same port.
    pub fn come_back(&mut self) {
        self.shared.stopped.store(false, Ordering::SeqCst);
        let listener = TcpListener::bind(self.address).expect("the same port again");
        self.accept_on(listener);
    }

    /// The address, as a profile's `url`.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn simulation(&self) -> &'static dyn Simulation {
        self.simulation
    }

    /// What another carrier of requests than a socket needs.
    pub fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    pub fn world(&self) -> &World {
        &self.shared.world
    }

    pub fn sessions(&self) -> &Sessions {
        &self.shared.sessions
    }

    /// Switches a mode of the simulation on.
    pub fn mode(&self, name: &str, value: &str) {
        self.shared.set_mode(name, value);
    }

    /// The next request of any kind meets this fault.
    pub fn fault(&self, fault: Fault) {
        self.faults(None, 0, 1, fault);
    }

    /// The next request of this kind meets this fault.
    pub fn fault_on(&self, kind: RequestKind, fault: Fault) {
        self.faults(Some(kind), 0, 1, fault);
    }

    /// After `after` requests of this kind, `times` of them meet this fault.
    pub fn faults(&self, kind: Option<RequestKind>, after: usize, times: usize, fault: Fault) {
        lock(&self.shared.faults).push(Queued { kind, after, times, fault });
    }

    /// Every request whose path ends with this meets the fault, for as long as the server runs.
    pub fn fault_on_path(&self, end: &str, fault: Fault) {
        let end = end.rsplit('/').next().unwrap_or(end).to_owned();
        lock(&self.shared.path_faults).push((end, fault));
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Logged> {
        lock(&self.shared.requests).clone()
    }

    /// How many requests of this kind have come.
    pub fn count(&self, kind: RequestKind) -> usize {
        lock(&self.shared.requests).iter().filter(|logged| logged.kind == kind).count()
    }

    /// Waits until this many requests of this kind have come.
    ///
    /// Panics when they do not within a time that is long for any machine.
    #[track_caller]
    pub fn wait_for(&self, kind: RequestKind, count: usize) {
        let missing =
            |requests: &mut Vec<Logged>| requests.iter().filter(|logged| logged.kind == kind).count() < count;
        let waited = self
            .shared
            .arrived
            .wait_timeout_while(lock(&self.shared.requests), Duration::from_secs(60), missing)
            .unwrap_or_else(PoisonError::into_inner)
            .1;
        assert!(!waited.timed_out(), "{}: no {count} requests of {kind:?}", self.simulation.backend());
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.shared.next_connection.load(Ordering::SeqCst)
    }

    /// It is fine if nobody calls this server: it must not be called, or may not be.
    pub fn may_stay_uncalled(&mut self) {
        self.must_be_called = false;
    }

    /// A profile of this name for this server; the secret comes from the environment variable `SIM_PASSWORD`.
    pub fn profile(&self, name: &str) -> String {
        let (backend, url) = (self.simulation.backend(), self.url());
        let (user, lines) = (self.simulation.user(), self.simulation.profile_lines());
        format!(
            "[profiles.{name}]\nbackend = \"{backend}\"\nurl = \"{url}\"\nusername = \"{user}\"\n\
             password_env = \"SIM_PASSWORD\"\n{lines}\n"
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.shared.stopped.load(Ordering::SeqCst) {
            self.go_down();
        }
        if std::thread::panicking() {
            return;
        }
        let panics = lock(&self.shared.panics).clone();
        assert!(panics.is_empty(), "the simulated {} panicked: {panics:?}", self.simulation.backend());
        let called = !lock(&self.shared.requests).is_empty();
        assert!(called || !self.must_be_called, "nobody called the simulated {}", self.simulation.backend());
    }
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// What happens to a connection after an answer.
enum After {
    KeepOpen,
    HangUp,
}

fn connection(
    shared: &Shared,
    simulation: &'static dyn Simulation,
    stream: TcpStream,
    tls: Option<Arc<rustls::ServerConfig>>,
) {
    let _ = stream.set_nodelay(true);
    let mut stream: Box<dyn Stream> = match tls {
        None => Box::new(stream),
        Some(config) => match rustls::ServerConnection::new(config) {
            Ok(connection) => Box::new(rustls::StreamOwned::new(connection, stream)),
            Err(_) => return,
        },
    };
    let mut buffer = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut buffer) {
        match serve(shared, simulation, &mut stream, request) {
            Ok(After::KeepOpen) => {}
            Ok(After::HangUp) | Err(_) => return,
        }
    }
}

/// The simulation's answer, with the time of the server where the mode `date` sets one, and in a spelling of its own
/// where the mode `spaced` is set.
fn answer_of(shared: &Shared, simulation: &dyn Simulation, request: &Request) -> Response {
    let mut response = simulation.answer(shared, request);
    if shared.mode("spaced").is_some() {
        let text = String::from_utf8_lossy(&response.body).replace("{\"", "{\t\"").replace("\":", "\" :");
        let text = text.replace("<val ", "<val\t");
        response.body = text.into_bytes();
    }
    match shared.mode("date") {
        Some(date) => response.header("Date", &date),
        None => response,
    }
}

/// What a request gets, before anything carries it.
pub struct Answer {
    /// None where the server gives no answer of its own.
    pub response: Option<Response>,
    /// How it misbehaves.
    pub fault: Option<Fault>,
}

/// Logs a request, and answers it as the simulation does or as the fault does that waits for it.
pub fn answer(shared: &Shared, simulation: &'static dyn Simulation, request: &Request) -> Answer {
    let kind = simulation.kind(request);
    let number = {
        let mut requests = lock(&shared.requests);
        requests.push(Logged { request: request.clone(), kind, status: None });
        shared.arrived.notify_all();
        requests.len() - 1
    };
    let on_path = || {
        let faults = lock(&shared.path_faults);
        faults.iter().find(|(end, _)| request.path.ends_with(end.as_str())).map(|(_, fault)| fault.clone())
    };
    let fault = take_fault(shared, kind).or_else(on_path);
    let response = match &fault {
        Some(Fault::Answer(response)) => Some(response.clone()),
        Some(Fault::Endless(_) | Fault::Hang | Fault::HangUp) => None,
        Some(Fault::ExpireSessions) => {
            shared.sessions.expire();
            Some(answer_of(shared, simulation, request))
        }
        Some(Fault::CutOff(_) | Fault::Slow(_) | Fault::Late(_)) | None => {
            Some(answer_of(shared, simulation, request))
        }
    };
    lock(&shared.requests)[number].status = response.as_ref().map(|response| response.status);
    Answer { response, fault }
}

fn serve(
    shared: &Shared,
    simulation: &'static dyn Simulation,
    stream: &mut Box<dyn Stream>,
    request: Request,
) -> std::io::Result<After> {
    let Answer { response, fault } = answer(shared, simulation, &request);
    let Some(response) = response else {
        match fault {
            Some(Fault::Endless(piece)) => endless(shared, stream, &piece)?,
            Some(Fault::Hang) => {
                shared.wait(Duration::from_secs(3600));
            }
            _ => {}
        }
        return Ok(After::HangUp);
    };
    if let Some(Fault::Late(gap)) = fault
        && shared.wait(gap)
    {
        return Ok(After::HangUp);
    }
    stream.write_all(&encode(&response, response.body.len()))?;
    match fault {
        Some(Fault::CutOff(length)) => {
            stream.write_all(&response.body[..length.min(response.body.len())])?;
            stream.flush()?;
            return Ok(After::HangUp);
        }
        Some(Fault::Slow(gap)) => {
            for byte in &response.body {
                stream.write_all(&[*byte])?;
                stream.flush()?;
                if shared.wait(gap) {
                    return Ok(After::HangUp);
                }
            }
        }
        _ => stream.write_all(&response.body)?,
    }
    stream.flush()?;
    Ok(After::KeepOpen)
}

/// A body in chunks, until the client hangs up.
fn endless(shared: &Shared, stream: &mut Box<dyn Stream>, piece: &[u8]) -> std::io::Result<()> {
    let head =
        "HTTP/1.1 200 Simulated\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes())?;
    let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
    chunk.extend_from_slice(piece);
    chunk.extend_from_slice(b"\r\n");
    while !shared.stopped.load(Ordering::SeqCst) {
        stream.write_all(&chunk)?;
    }
    Ok(())
}

fn take_fault(shared: &Shared, kind: RequestKind) -> Option<Fault> {
    let mut faults = lock(&shared.faults);
    let position = faults.iter().position(|queued| queued.kind.is_none_or(|wanted| wanted == kind))?;
    let queued = &mut faults[position];
    if queued.after > 0 {
        queued.after -= 1;
        return None;
    }
    let fault = queued.fault.clone();
    queued.times -= 1;
    if queued.times == 0 {
        faults.remove(position);
    }
    Some(fault)
}

fn encode(response: &Response, length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} Simulated\r\n", response.status);
    for (name, value) in &response.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if response.status != 204 {
        head.push_str(&format!("Content-Length: {length}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Reads one request; `None` when the client has gone or sends what is no request.
fn read_request(stream: &mut Box<dyn Stream>, buffer: &mut Vec<u8>) -> Option<Request> {
    let mut chunk = [0; 16 * 1024];
    loop {
        match parse(buffer) {
            Parsed::Request(request, used) => {
                buffer.drain(..used);
                return Some(*request);
            }
            Parsed::Partial => {}
            Parsed::Invalid => return None,
        }
        match stream.read(&mut chunk) {
            Ok(0) => return None,
            Ok(read) => buffer.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// What the bytes so far are.
enum Parsed {
    /// A request, and how many bytes it took.
    Request(Box<Request>, usize),
    /// The beginning of one.
    Partial,
    /// No HTTP.
    Invalid,
}

fn parse(buffer: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(buffer) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Parsed::Partial,
        Err(_) => return Parsed::Invalid,
    };
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|header| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned()))
        .collect();
    let value = |name: &str| {
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let rest = &buffer[length..];
    let body = if value("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        unchunk(rest)
    } else {
        let wanted = value("content-length").and_then(|value| value.parse::<usize>().ok()).unwrap_or(0);
        Ok(rest.get(..wanted).map(|body| (body.to_vec(), wanted)))
    };
    let (body, body_length) = match body {
        Ok(Some(body)) => body,
        Ok(None) => return Parsed::Partial,
        Err(_) => return Parsed::Invalid,
    };
    let target = head.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body,
    };
    Parsed::Request(Box::new(request), length + body_length)
}

/// A body that came in chunks, and how many bytes it took with its trailers; `None` while it is not all there.
fn unchunk(buffer: &[u8]) -> Result<Option<(Vec<u8>, usize)>, httparse::InvalidChunkSize> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let httparse::Status::Complete((head, size)) = httparse::parse_chunk_size(&buffer[at..])? else {
            return Ok(None);
        };
        at += head;
        if size == 0 {
            let mut trailers = [httparse::EMPTY_HEADER; 16];
            return match httparse::parse_headers(&buffer[at..], &mut trailers) {
                Ok(httparse::Status::Complete((length, _))) => Ok(Some((body, at + length))),
                Ok(httparse::Status::Partial) => Ok(None),
                Err(_) => Err(httparse::InvalidChunkSize),
            };
        }
        let size = usize::try_from(size).map_err(|_| httparse::InvalidChunkSize)?;
        let Some(chunk) = buffer.get(at..).and_then(|rest| rest.get(..size.saturating_add(2))) else {
            return Ok(None);
        };
        let Some(chunk) = chunk.strip_suffix(b"\r\n") else { return Err(httparse::InvalidChunkSize) };
        body.extend_from_slice(chunk);
        at += size + 2;
    }
}
