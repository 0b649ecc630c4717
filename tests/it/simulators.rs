//! What the simulated servers give to other clients than taskctl. Real ones drive them in `tests/peers`; this is what needs
//! none of those.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use serde_json::{Value, json};

use crate::sim::server::Server;
use crate::sim::world::{Story, Truth};
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

/// The status and the body of an answer.
fn read(answer: &str) -> (u16, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, serde_json::from_str(body).unwrap_or_default())
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

/// A server with one running task, and the header of a session.
fn vcenter() -> (Server, String) {
    let server = Server::start(simulation("vcenter"));
    server.world().add(Story::new(&simulation("vcenter").id(0), vec![Truth::running(40)]));
    let header = format!("vmware-api-session-id: {}\r\n", server.sessions().open());
    (server, header)
}

#[test]
fn a_list_of_vcenter_that_asks_for_nothing_or_for_what_there_is_not_is_refused() {
    let (server, session) = vcenter();
    let list = |body: &str| {
        let length = body.len();
        let head = "POST /api/cis/tasks?action=list HTTP/1.1\r\nContent-Type: application/json\r\n";
        read(&exchange(&server, &[head, &session, &format!("Content-Length: {length}\r\n\r\n{body}")]))
    };
    for body in
        ["{}", r#"{"filter_spec": null}"#, r#"{"filter_spec": {}}"#, r#"{"filter_spec": {"users": ["x"]}}"#]
    {
        let (status, error) = list(body);
        assert_eq!((status, &error["error_type"]), (400, &json!("INVALID_ARGUMENT")), "{body}");
    }
    for body in [r#"{"filter": {}}"#, r#"{"filter_spec": {"task": ["x"]}}"#] {
        let (status, error) = list(body);
        assert_eq!((status, &error["error_type"]), (400, &json!("UNEXPECTED_INPUT")), "{body}");
    }
    let (status, found) =
        list(r#"{"filter_spec": {"services": ["com.vmware.esx.settings.clusters.software"]}}"#);
    assert_eq!((status, found.as_object().map(|found| found.len())), (200, Some(1)));
}

#[test]
fn an_error_of_a_task_is_of_a_standard_type_and_its_operation_is_named_once() {
    let (server, session) = vcenter();
    let id = simulation("vcenter").id(0);
    let get = || read(&exchange(&server, &[&format!("GET /api/cis/tasks/{id} HTTP/1.1\r\n{session}\r\n")])).1;
    for (code, kind) in [("DatastoreFull", "ERROR"), ("TIMED_OUT", "TIMED_OUT")] {
        for operation in ["check", "check$task"] {
            let story = Story::new(&id, vec![Truth::failed(code, "It broke.", &[])]);
            server.world().add(story.operation(operation));
            let info = get();
            assert_eq!(
                (&info["error"]["error_type"], &info["operation"]),
                (&json!(kind), &json!("check$task"))
            );
        }
    }
}
