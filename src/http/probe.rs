//! The way to a server, step by step: what an ordinary request does at once, apart, so that each step can be told.
//!
//! For `taskctl doctor` alone. What is found here is shown and then thrown away: requests make their own connections.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::Duration;

use url::Url;

use super::address::{host_of, target};
use super::failure::{TransportError, Trouble, transport_failure};
use super::proxy::Via;
use super::tls;
use super::tls::{Handshake, TlsSettings};
use crate::error::Error;

/// The longest head of a proxy's answer that is read.
const LONGEST_HEAD: usize = 16 * 1024;

/// The addresses of a host, within about `limit`.
///
/// # Errors
/// When it has none, or the system's resolver did not say in time.
pub fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Error> {
    let (sender, receiver) = mpsc::channel();
    let wanted = (host.to_owned(), port);
    // The system's resolver has no time limit of its own to set: a thread that hangs in it is left behind.
    std::thread::spawn(move || {
        let _ = sender.send(wanted.to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    });
    let failure = |cause: String| transport_failure(TransportError::new(Trouble::Dns, vec![cause]), host);
    match receiver.recv_timeout(limit) {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Ok(_)) => Err(failure("the name has no address".to_owned())),
        Ok(Err(error)) => Err(failure(error.to_string())),
        Err(_) => Err(failure(format!("the resolver did not answer within {} s", limit.as_secs_f32()))),
    }
}

/// A connection to the first of these addresses that takes one, each within `limit`.
///
/// # Errors
/// When none does.
pub fn connect(
    host: &str,
    addresses: &[SocketAddr],
    limit: Duration,
) -> Result<(TcpStream, SocketAddr), Error> {
    let mut causes = Vec::new();
    for address in addresses {
        match TcpStream::connect_timeout(address, limit) {
            Ok(stream) => {
                let _ = stream.set_read_timeout(Some(limit));
                let _ = stream.set_write_timeout(Some(limit));
                return Ok((stream, *address));
            }
            Err(error) => causes.push(format!("{address}: {error}")),
        }
    }
    Err(transport_failure(TransportError::new(Trouble::Connect, causes), host))
}

/// Asks a proxy for a way to the host of `url`.
///
/// # Errors
/// When it does not give one.
pub fn tunnel(stream: &mut TcpStream, via: &Via, url: &Url) -> Result<(), Error> {
    let (host, port) = target(url);
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(value) = &via.authorization {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    let failure = |cause: String| {
        let mut failure = TransportError::new(Trouble::Connect, vec![cause]);
        failure.hints.push(via.hint());
        transport_failure(failure, &host_of(url))
    };
    stream.write_all(&head).map_err(|error| failure(error.to_string()))?;
    let mut answer = Vec::new();
    let mut byte = [0];
    // A byte at a time: what follows the head belongs to the server.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= LONGEST_HEAD {
            return Err(failure("the proxy's answer has no end".to_owned()));
        }
        match stream.read(&mut byte) {
            Ok(0) => return Err(failure("the proxy hung up".to_owned())),
            Ok(_) => answer.push(byte[0]),
            Err(error) => return Err(failure(error.to_string())),
        }
    }
    let line = String::from_utf8_lossy(&answer);
    let line = line.lines().next().unwrap_or_default();
    if line.split(' ').nth(1).is_some_and(|status| status.starts_with('2')) {
        return Ok(());
    }
    Err(failure(format!("the proxy answered {line:?}")))
}

/// Makes a TLS connection to the host of `url` over `stream`, and gives it up again.
///
/// # Errors
/// When the other side does not speak TLS or is not trusted; then the error shows its certificate.
pub fn handshake(stream: TcpStream, url: &Url, settings: &TlsSettings) -> Result<Handshake, Error> {
    let (host, _) = target(url);
    tls::handshake(stream, &host, settings).map_err(|error| transport_failure(error, &host_of(url)))
}
