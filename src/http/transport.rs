//! The only file that sends bytes: reqwest behind a small trait.
//!
//! Redirects are never followed (session headers must not reach another host), reqwest's own retries are off (when
//! to try again is not decided here), bodies are capped, and one exchange has one time limit from the first byte
//! sent to the last byte read.

use std::error::Error as StdError;
use std::io::{self, Read};
use std::iter::successors;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use url::Url;

use super::failure::{TransportError, Trouble};
use super::proxy::{Proxies, Via};
use super::tls::{self, TlsSettings};

/// The largest body that is read.
pub const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// How long an idle connection is kept: longer than the longest gap between two polls, or each would pay for a new one.
const LONGEST_IDLE: Duration = Duration::from_secs(90);

/// Carries requests.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the whole answer, within about `timeout`.
    ///
    /// # Errors
    /// When no whole answer came; an error status is an answer.
    fn send(
        &self,
        request: &http::Request<Vec<u8>>,
        timeout: Duration,
    ) -> Result<http::Response<Vec<u8>>, TransportError>;
}

/// How to connect.
#[derive(Clone, Debug)]
pub struct ConnectSettings {
    /// The longest that making a connection may take.
    pub connect_timeout: Duration,
    /// Whom to trust.
    pub tls: TlsSettings,
    /// Which proxies the environment names.
    pub proxies: Proxies,
}

/// Makes the transport to a URL's host.
pub type TransportFactory = Arc<dyn Fn(&Url, ConnectSettings) -> Arc<dyn Transport> + Send + Sync>;

/// The real transport. The client below is built at the first request: building it reads the system's certificates.
pub struct HttpTransport {
    settings: ConnectSettings,
    /// The proxy in the way.
    via: Result<Option<Via>, TransportError>,
    client: Mutex<Option<reqwest::blocking::Client>>,
}

impl HttpTransport {
    /// A transport to the host of `base`; nothing is opened yet.
    pub fn new(base: &Url, settings: ConnectSettings) -> HttpTransport {
        HttpTransport { via: settings.proxies.via(base), settings, client: Mutex::new(None) }
    }

    /// Makes one for each host.
    pub fn factory() -> TransportFactory {
        Arc::new(|base, settings| Arc::new(HttpTransport::new(base, settings)))
    }

    fn client(&self, https: bool) -> Result<reqwest::blocking::Client, TransportError> {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        match &*client {
            Some(client) => Ok(client.clone()),
            None => Ok(client.insert(self.build(https)?).clone()),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that builds a client")]
    fn build(&self, https: bool) -> Result<reqwest::blocking::Client, TransportError> {
        let setup = |error: reqwest::Error| TransportError::new(Trouble::Setup, causes(&error));
        let mut builder = reqwest::blocking::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.settings.connect_timeout)
            .timeout(None)
            .pool_idle_timeout(LONGEST_IDLE)
            .http1_only()
            .tcp_nodelay(true)
            .tls_backend_preconfigured(tls::client_config(&self.settings.tls, https)?)
            // The environment was read once and handed in: reqwest must not read it again.
            .no_proxy();
        if let Some(via) = self.via.as_ref().map_err(Clone::clone)? {
            let proxy = reqwest::Proxy::all(via.uri.to_string()).map_err(setup)?;
            builder = builder.proxy(match &via.authorization {
                Some(value) => proxy.custom_http_auth(value.clone()),
                None => proxy,
            });
        }
        builder.build().map_err(setup)
    }

    /// What went wrong, with the proxy in the way where it may be the reason.
    fn explain(&self, error: &reqwest::Error) -> TransportError {
        let mut failure = tls::rejection(error).unwrap_or_else(|| classify(error));
        let is_about_the_way = matches!(
            failure.trouble,
            Trouble::Dns | Trouble::Connect | Trouble::Refused | Trouble::Timeout | Trouble::Broken
        );
        if let Ok(Some(via)) = &self.via
            && is_about_the_way
        {
            failure.hints.push(via.hint());
        }
        failure
    }
}

impl Transport for HttpTransport {
    #[expect(
        clippy::disallowed_methods,
        reason = "a time limit on real I/O is measured on the machine's clock"
    )]
    fn send(
        &self,
        request: &http::Request<Vec<u8>>,
        timeout: Duration,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let begin = Instant::now();
        let client = self.client(request.uri().scheme_str() == Some("https"))?;
        let mut outgoing = client
            .request(request.method().clone(), request.uri().to_string())
            .headers(request.headers().clone())
            .timeout(timeout);
        if !request.body().is_empty() || request.method() == http::Method::POST {
            outgoing = outgoing.body(request.body().clone());
        }
        let mut incoming = outgoing.send().map_err(|error| self.explain(&error))?;
        let mut reply = http::Response::new(Vec::new());
        *reply.status_mut() = incoming.status();
        *reply.headers_mut() = std::mem::take(incoming.headers_mut());
        let body = reply.body_mut();
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = incoming.read(&mut buffer).map_err(|error| {
                let timed_out = error.kind() == std::io::ErrorKind::TimedOut
                    || error.get_ref().is_some_and(|inner| inner.to_string().contains("timed out"));
                let trouble = if timed_out { Trouble::Timeout } else { Trouble::Broken };
                TransportError::new(trouble, causes(&error))
            })?;
            if read == 0 {
                return Ok(reply);
            }
            if body.len() + read > LARGEST_BODY {
                let text = format!("the limit is {} MiB", LARGEST_BODY / 1024 / 1024);
                return Err(TransportError::new(Trouble::TooLarge, vec![text]));
            }
            body.extend_from_slice(&buffer[..read]);
            if begin.elapsed() > timeout {
                let text = format!("the answer was not whole after {} s", timeout.as_secs());
                return Err(TransportError::new(Trouble::Timeout, vec![text]));
            }
        }
    }
}

fn causes(error: &(dyn StdError + 'static)) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for error in successors(Some(error), |&error| error.source()) {
        let text = error.to_string();
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
    }
    texts
}

/// What the layers between say of any trouble: the kind of trouble says it in words for people.
const LAYERS: [&str; 5] = [
    "client error (Connect)",
    "client error (SendRequest)",
    "dns error",
    "error resolving DNS",
    "tcp connect error",
];

/// Whether the host itself said that nobody listens there.
fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    std::iter::from_fn(|| {
        let this = cause?;
        cause = this.source();
        Some(this)
    })
    .any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    })
}

fn classify(error: &reqwest::Error) -> TransportError {
    let mut texts = causes(error);
    // The first text is reqwest's own and repeats the address, which the caller names better.
    if texts.len() > 1 {
        texts.remove(0);
    }
    texts.retain(|text| !LAYERS.contains(&text.as_str()));
    let trouble = if error.is_dns() || tls::is_no_name(error) {
        Trouble::Dns
    } else if error.is_connect() && !error.is_timeout() {
        if is_refused(error) { Trouble::Refused } else { Trouble::Connect }
    } else if error.is_timeout() {
        Trouble::Timeout
    } else if error.is_builder() {
        Trouble::Setup
    } else {
        Trouble::Broken
    };
    TransportError::new(trouble, texts)
}
