//! A simulated system without sockets: a transport of the program that hands each request to the simulation.
//!
//! It is as strict as the server of [`super::server`], and misbehaves in the ways that need no time: what hangs, comes
//! late or never ends is a matter of sockets.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_LENGTH, HOST};
use taskctl::http::transport::{ConnectSettings, HttpTransport, Transport, TransportFactory};
use taskctl::http::{TransportError, Trouble};
use url::Url;

use super::Simulation;
use super::server::{Answer, Fault, Request, Response, Server, Shared, answer};

/// Reaches these servers without a socket, and every other over HTTP.
pub fn transports(servers: &[&Server]) -> TransportFactory {
    let known: Vec<(u16, Memory)> = servers
        .iter()
        .map(|server| (server.port(), Memory { simulation: server.simulation(), shared: server.shared() }))
        .collect();
    Arc::new(move |base: &Url, settings: ConnectSettings| {
        match known
            .iter()
            .find(|(port, _)| base.host_str() == Some("127.0.0.1") && base.port() == Some(*port))
        {
            Some((_, memory)) => Arc::new(memory.clone()) as Arc<dyn Transport>,
            None => Arc::new(HttpTransport::new(base, settings)),
        }
    })
}

#[derive(Clone)]
struct Memory {
    simulation: &'static dyn Simulation,
    shared: Arc<Shared>,
}

impl Transport for Memory {
    fn send(
        &self,
        request: &http::Request<Vec<u8>>,
        _timeout: Duration,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        if self.shared.is_down() {
            return Err(trouble(Trouble::Refused, "Connection refused (os error 111)"));
        }
        let Answer { response, fault } = answer(&self.shared, self.simulation, &received(request));
        match (response, fault) {
            (Some(response), Some(Fault::CutOff(length))) if length < response.body.len() => {
                Err(trouble(Trouble::Broken, "end of file before message length reached"))
            }
            (_, Some(fault @ (Fault::Slow(_) | Fault::Late(_) | Fault::Hang | Fault::Endless(_)))) => {
                panic!("only over HTTP: {fault:?}")
            }
            (Some(response), _) => sent(response),
            (None, _) => Err(trouble(Trouble::Broken, "connection closed before message completed")),
        }
    }
}

fn trouble(trouble: Trouble, cause: &str) -> TransportError {
    TransportError::new(trouble, vec![cause.to_owned()])
}

/// The request as it would come from a socket, with the headers that the client below adds.
fn received(request: &http::Request<Vec<u8>>) -> Request {
    let uri = request.uri();
    let mut headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let mut add = |name: http::HeaderName, value: String| {
        if !request.headers().contains_key(&name) {
            headers.push((name.to_string(), value));
        }
    };
    add(HOST, uri.authority().map(ToString::to_string).unwrap_or_default());
    add(ACCEPT, "*/*".to_owned());
    if !request.body().is_empty() || request.method() == http::Method::POST {
        add(CONTENT_LENGTH, request.body().len().to_string());
    }
    Request {
        method: request.method().to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers,
        body: request.body().clone(),
    }
}

/// The answer as the client below would have read it from a socket.
fn sent(response: Response) -> Result<http::Response<Vec<u8>>, TransportError> {
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value.as_bytes());
    }
    let body = if matches!(response.status, 204 | 304) { Vec::new() } else { response.body };
    builder.body(body).map_err(|_| trouble(Trouble::Broken, "invalid HTTP header parsed"))
}
