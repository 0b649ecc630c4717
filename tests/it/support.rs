//! What several tests need: the same case for every backend, and a backend that is connected to a simulated server, without configuration or command line.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use taskctl::api::{self, Backend, Connection, Credentials, Listing, Options, Query};
use taskctl::error::Error;
use taskctl::http;
use taskctl::http::proxy::Proxies;
use taskctl::http::tls::TlsSettings;
use taskctl::http::transport::{ConnectSettings, HttpTransport, Transport};
use taskctl::task::{Task, TaskId};
use taskctl::util::clock::SystemClock;
use taskctl::util::logger::Log;
use taskctl::util::redact::Redactor;
use url::Url;

use crate::sim::server::Server;
use crate::sim::{PASSWORD, SIMULATIONS, Simulation};

/// Runs the cases at the same time: what most of them do is wait.
pub fn side_by_side<T: Send>(cases: impl IntoIterator<Item = T>, run: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            let run = &run;
            scope.spawn(move || run(case));
        }
    });
}

/// The same case for every backend, side by side.
pub fn each(case: impl Fn(&'static dyn Simulation) + Sync) {
    side_by_side(SIMULATIONS.iter().copied(), case);
}

/// Connects to a server with the right password; the simulation's own profile lines stand under these options.
pub fn connect(server: &Server, options: Options) -> Arc<dyn Backend> {
    connect_with(server, PASSWORD, options)
}

/// Connects with this password.
pub fn connect_with(server: &Server, password: &str, options: Options) -> Arc<dyn Backend> {
    connect_through(server, password, options, |transport| transport)
}

/// Connects through what `wrap` makes of the transport.
pub fn connect_through(
    server: &Server,
    password: &str,
    options: Options,
    wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
) -> Arc<dyn Backend> {
    let descriptor = api::find(server.simulation().backend()).expect("a backend for each simulation");
    let (auth, options) = profile(server, options);
    let base: Url = server.url().parse().expect("an address");
    let settings = ConnectSettings {
        connect_timeout: Duration::from_secs(5),
        tls: TlsSettings::default(),
        proxies: Proxies::default(),
    };
    let transport = {
        let settings = settings.clone();
        move |base: &Url| Arc::new(HttpTransport::new(base, settings.clone())) as Arc<dyn Transport>
    };
    let redactor = Redactor::new();
    redactor.hide(password);
    let secret = SecretString::from(password.to_owned());
    (descriptor.connect)(Connection {
        auth,
        credentials: Credentials {
            username: Some(server.simulation().user().to_owned()),
            password: Some(secret.clone()),
            token: Some(secret),
            source: "this test".to_owned(),
            ..Credentials::default()
        },
        options,
        http: http::Settings {
            transport: wrap(transport(&base)),
            base,
            headers: Default::default(),
            credential_source: "this test".to_owned(),
            request_timeout: Duration::from_secs(20),
            clock: Arc::new(SystemClock::default()),
            log: Log::silent(Arc::new(redactor)),
            notify: Arc::new(|_| {}),
        },
        transport_to: Arc::new(transport),
    })
    .expect("a connection")
}

/// The id that a user means by this text.
pub fn id(server: &Server, text: &str) -> TaskId {
    let descriptor = api::find(server.simulation().backend()).expect("a backend for each simulation");
    (descriptor.parse_id)(text, &Options::default()).expect("an id")
}

/// Every task of a list, as the pages of this backend give it; nothing is tried again.
pub fn list(backend: &dyn Backend, query: &Query) -> Result<Vec<Task>, Error> {
    let mut listing = Listing::new(query.clone());
    let mut found = Vec::new();
    while let Some(at) = listing.next() {
        let page = backend.page(query, at)?;
        found.extend(listing.take(page).into_iter().map(|task| task.expect("a task")));
    }
    Ok(found)
}

/// An option alone.
pub fn option(key: &str, value: &str) -> Options {
    let mut options = Options::default();
    options.set(key, value);
    options
}

/// The way of `auth` and the options of the simulation's profile, under those that were given.
fn profile(server: &Server, mut options: Options) -> (String, Options) {
    let lines: toml::Table = server.simulation().profile_lines().parse().expect("lines of TOML");
    let mut auth = String::new();
    for (key, value) in lines {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if key == "auth" {
            auth = value;
        } else if options.get(&key).is_none() {
            options.set(&key, value);
        }
    }
    (auth, options)
}
