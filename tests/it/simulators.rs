//! What the simulated servers give to other clients than taskctl. Real ones drive them in `tests/peers`; this is what needs
//! none of those.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use serde_json::json;

use crate::sim::server::Server;
use crate::sim::{PASSWORD, SIMULATIONS, simulation};

/// Sends these pieces on one connection, and returns all that comes back.
fn exchange(server: &Server, pieces: &[&str]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).expect("a connection");
    for piece in pieces {
        stream.write_all(piece.as_bytes()).expect("it is sent");
        stream.flush().expect("it is sent");
    }
    stream.shutdown(Shutdown::Write).expect("it ends");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).expect("answers");
    answers
}

#[test]
fn a_body_in_chunks_is_read_to_its_end_and_the_connection_goes_on() {
    let server = Server::start(simulation("vcda"));
    let body = json!({"type": "localUser", "localUser": "operator", "localPassword": PASSWORD}).to_string();
    let (first, rest) = body.split_at(7);
    let head =
        "POST /sessions HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let second = format!("{:x};name=value\r\n{rest}\r\n", rest.len());
    let next = "GET /none HTTP/1.1\r\n\r\n";
    let pieces = [head, "7\r\n", first, "\r", "\n", &second, "0\r\nTrailer: x\r\n", "\r\n", next];
    let answers = exchange(&server, &pieces);
    assert!(answers.starts_with("HTTP/1.1 200 ") && answers.contains("}HTTP/1.1 401 "), "{answers}");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(String::from_utf8_lossy(&requests[0].request.body), body);
    // What is no chunk is no request.
    assert_eq!(exchange(&server, &[head, "size\r\n"]), "");
    assert_eq!(exchange(&server, &[head, "1\r\nxyz\r\n"]), "");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn what_is_no_http_ends_the_connection() {
    for simulation in SIMULATIONS {
        let mut server = Server::start(*simulation);
        server.may_stay_uncalled();
        assert_eq!(exchange(&server, &["\u{16}\u{3}\u{1} no HTTP\r\n\r\n"]), "");
    }
}
