//! What the targets share: every backend behind a transport that answers with what the fuzzer made up.
//!
//! The whole way is run, from the answer's bytes to what is printed in every format, through the crate's public parts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use taskctl::api::scrub::Scrubbed;
use taskctl::api::{self, Backend, Connection, Credentials, Listing, Options, Query};
use taskctl::util::clock::SystemClock;
use taskctl::engine::event::{Reading, TaskRef};
use taskctl::util::logger::Log;
use taskctl::util::redact::Redactor;
use taskctl::http::TransportError;
use taskctl::http::transport::Transport;
use taskctl::render::{self, Format, Shape};
use taskctl::render::style::Palette;
use taskctl::task::TaskId;
use taskctl::util::terminal::Terminal;

/// The password that no output may hold.
const PASSWORD: &str = "s3cr3t-Passw0rd";

/// What a vSphere server says of itself before anyone logs in.
const VERSIONS: &[u8] = b"<namespaces><namespace><name>urn:vim25</name><version>8.0.2.0</version></namespace></namespaces>";
const CONTENT: &[u8] = b"<Envelope><Body><R><returnval><propertyCollector>p</propertyCollector>\
    <sessionManager>s</sessionManager><taskManager>t</taskManager></returnval></R></Body></Envelope>";

/// What the server says.
#[derive(Clone, Debug)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// Logs in whoever asks, and then says what it was given; or says it at once.
struct Mouth {
    said: Said,
    even_to_logins: bool,
    requests: AtomicUsize,
}

impl Transport for Mouth {
    fn send(
        &self,
        request: &http::Request<Vec<u8>>,
        _timeout: Duration,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        // Nothing may keep asking for ever.
        assert!(self.requests.fetch_add(1, Ordering::Relaxed) < 1000, "too many requests");
        let path = request.uri().path();
        let is_login = path.ends_with("/login")
            || path.ends_with("/session")
            || path.ends_with("/sessions")
            || path.contains("/sts");
        let response = http::Response::builder();
        let has = |word: &[u8]| request.body().windows(word.len()).any(|window| window == word);
        let is_soap = path.starts_with("/sdk") && !self.even_to_logins;
        let response = if is_soap && path.ends_with(".xml") {
            response.status(200).body(VERSIONS.to_vec())
        } else if is_soap && (has(b"<RetrieveServiceContent ") || has(b"<Login ")) {
            response
                .status(200)
                .header("set-cookie", "vmware_soap_session=\"token-of-vsphere\"; Path=/")
                .body(CONTENT.to_vec())
        } else if is_login && !self.even_to_logins {
            response
                .status(200)
                .header("x-vcav-auth", "token-of-vcda")
                .header("x-sds-auth-token", "token-of-ecs")
                .body(b"\"token-of-session\"".to_vec())
        } else {
            response
                .status(self.said.status)
                .header("content-type", self.said.content_type)
                .body(self.said.body.clone())
        };
        Ok(response.expect("a good response"))
    }
}

/// A backend whose server says this. `saml` logs in through the token service, where the backend has that.
pub fn connect(name: &str, said: &Said, even_to_logins: bool, saml: bool) -> Arc<dyn Backend> {
    let descriptor = api::find(name).expect("a backend");
    let mouth = Arc::new(Mouth { said: said.clone(), even_to_logins, requests: AtomicUsize::new(0) });
    let redactor = Arc::new(Redactor::new());
    redactor.hide(PASSWORD);
    let mut options = Options::default();
    if name == "ecs" {
        options.set("data_store", "store");
    }
    if saml {
        options.set("sts_url", "https://vc.example.com/sts/STSService/vsphere.local");
    }
    let elsewhere = Arc::clone(&mouth);
    let backend = (descriptor.connect)(Connection {
        auth: if saml { "saml" } else { descriptor.auth.first().copied().unwrap_or_default() }.to_owned(),
        credentials: Credentials {
            username: Some("operator".to_owned()),
            password: Some(SecretString::from(PASSWORD)),
            source: "the fuzzer".to_owned(),
            ..Credentials::default()
        },
        options,
        http: taskctl::http::Settings {
            base: "https://server.example.com".parse().expect("an address"),
            headers: Default::default(),
            credential_source: "the fuzzer".to_owned(),
            request_timeout: Duration::from_secs(5),
            transport: mouth,
            clock: Arc::new(SystemClock::default()),
            log: Log::silent(Arc::clone(&redactor)),
            notify: Arc::new(|_| {}),
        },
        transport_to: Arc::new(move |_| Arc::clone(&elsewhere) as Arc<dyn Transport>),
    })
    .expect("a connection");
    Arc::new(Scrubbed::new(backend, redactor))
}

/// Reads one task, two and a list, and prints everything in every format, to a pipe and to a terminal.
pub fn read(name: &str, backend: &dyn Backend) {
    let descriptor = api::find(name).expect("a backend");
    let id = |text: &str| (descriptor.parse_id)(text, &Options::default()).expect("an id");
    let ids: Vec<TaskId> = match name {
        "ecs" => vec![id("store/CREATE"), id("store/DELETE")],
        "vcda" => {
            vec![id("f61d60d2-698a-46dc-a266-88df27644956"), id("f61d60d2-698a-46dc-a266-88df27644957")]
        }
        _ => vec![id("t-1"), id("t-2")],
    };
    let at: jiff::Timestamp = "2026-11-20T10:15:00Z".parse().expect("a time");
    let mut results = vec![backend.get(&ids[0])];
    let together = backend.get_many(&ids);
    assert_eq!(together.len(), ids.len());
    results.extend(together);
    let query = Query { all: true, limit: Some(50), ..Query::default() };
    let mut listing = Listing::new(query.clone());
    while let Some(at) = listing.next() {
        match backend.page(&query, at) {
            Ok(page) => results.extend(listing.take(page)),
            Err(error) => {
                results.push(Err(error));
                break;
            }
        }
    }
    let items: Vec<Reading> = results
        .into_iter()
        .map(|task| Reading {
            task_ref: Arc::new(TaskRef {
                reference: format!("{name}/1"),
                backend: descriptor.name,
                profile: name.to_owned(),
                id: "1".to_owned(),
                host: "server.example.com".to_owned(),
            }),
            task,
            fetched_at: at,
        })
        .collect();
    for terminal in [false, true] {
        for format in [Format::Table, Format::Wide, Format::Json, Format::Jsonl, Format::Yaml, Format::Raw] {
            print(&items, format, Shape::Many, terminal);
            print(&items[..1], format, Shape::One, terminal);
        }
    }
}

fn print(items: &[Reading], format: Format, shape: Shape, terminal: bool) {
    let options = render::Options {
        format,
        fields: None,
        shape,
        zone: jiff::tz::TimeZone::UTC,
        headers: true,
        palette: Palette::new(false),
        terminal: Terminal { stdout: terminal, width: Some(80), ..Terminal::default() },
    };
    let mut out = Vec::new();
    render::write(&mut out, items, &options).expect("a buffer takes everything");
    let text = String::from_utf8_lossy(&out);
    assert!(!text.contains(PASSWORD), "the password is shown");
    if terminal {
        let harmful = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{202e}';
        assert!(!text.contains(harmful), "a terminal would obey this: {text:?}");
    }
    match format {
        Format::Json => {
            serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
        }
        Format::Jsonl => {
            for line in text.lines() {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON");
            }
        }
        _ => {}
    }
}

/// A document of this backend.
pub fn document(name: &str, body: &[u8]) {
    let said = Said { status: 200, content_type: "application/json", body: body.to_vec() };
    read(name, &*connect(name, &said, false, false));
}
