//! Every kind of error as people see it and as scripts do: what failed, why, what to do, in this order, each once.

use std::io::{Read, Write};

use serde_json::Value;

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Response, Server};
use crate::sim::tls::{Authority, Identity, LOOPBACK, Says};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, simulation};

/// What was printed: standard error, then the JSON of what went wrong if there is any; ports and directories, which
/// differ, by their names.
fn shown(outcome: &Outcome, servers: &[&Server], bench: &Bench) -> String {
    let mut text = format!("exit code {}\n{}", outcome.code, outcome.stderr);
    if let Ok(item) = serde_json::from_str::<Value>(&outcome.stdout) {
        text.push_str(&format!("{:#}\n", item["error"]));
    }
    for server in servers {
        text = text.replace(&format!("127.0.0.1:{}", server.port()), "HOST:PORT");
    }
    // A request's own name, which is new each time.
    let name = "operationID taskctl-";
    let parts: Vec<&str> = text.split(name).collect();
    let rest = parts[1..].iter().map(|part| format!("{name}UUID{}", part.get(36..).unwrap_or_default()));
    let text = format!("{}{}", parts[0], rest.collect::<String>());
    let text = text.replace(" (os error 111)", "").replace(" (os error 61)", "");
    let text = pinless(&text);
    text.replace(&*bench.path("").to_string_lossy(), "DIRECTORY/")
}

/// The text with each pin of a certificate, which is made anew for each run, by its name.
fn pinless(text: &str) -> String {
    const LENGTH: usize = 32 * 3 - 1;
    let parts: Vec<&str> = text.split("SHA-256:").collect();
    let rest = parts[1..].iter().map(|part| format!("SHA-256:PIN{}", part.get(LENGTH..).unwrap_or_default()));
    format!("{}{}", parts[0], rest.collect::<String>())
}

/// A VCDA with one task, and a bench with the profile `dr` for it.
fn vcda() -> (Server, Bench, String) {
    let server = Server::start(simulation("vcda"));
    let id = server.simulation().id(1);
    server.world().add(Story::new(&id, vec![Truth::succeeded()]));
    let bench = Bench::with_config(&server.profile("dr"));
    (server, bench, id)
}

fn answer(status: u16, content_type: &str, body: &str) -> Fault {
    Fault::Answer(Response::new(status).header("Content-Type", content_type).body(body))
}

/// What `get` of the task says when the read meets this.
fn reading(fault: Fault) -> String {
    let (server, bench, id) = vcda();
    server.faults(Some(RequestKind::Read), 0, 99, fault);
    let outcome = bench.run(&["get", "vcda", &id, "--retry-for", "0", "-o", "json"]);
    in_order(&outcome);
    shown(&outcome, &[&server], &bench)
}

/// `error:` first, then `caused by:`, then `hint:`, and nothing twice.
#[track_caller]
fn in_order(outcome: &Outcome) {
    let rank =
        |line: &str| ["error: ", "caused by: ", "hint: "].iter().position(|label| line.starts_with(label));
    let lines: Vec<&str> = outcome.stderr.lines().collect();
    let ranks: Vec<usize> = lines.iter().filter_map(|line| rank(line)).collect();
    assert!(ranks.is_sorted() && ranks.first() == Some(&0), "{outcome:?}");
    for (number, line) in lines.iter().enumerate() {
        let text = line.split_once(": ").map(|(_, text)| text);
        let twice =
            lines[number + 1..].iter().any(|other| other.split_once(": ").map(|(_, text)| text) == text);
        assert!(!twice, "{line:?} is said twice: {outcome:?}");
    }
}

#[test]
fn usage_errors_offer_the_nearest() {
    let bench = Bench::with_config("[profiles.dr-site]\nbackend = \"vcda\"\nurl = \"https://127.0.0.1:9\"\n");
    let outcome = bench.run(&["get", "dr-sit/x"]);
    in_order(&outcome);
    insta::assert_snapshot!(shown(&outcome, &[], &bench), @r#"
    exit code 2
    error: "dr-sit" is neither a profile nor a backend
    hint: did you mean "dr-site"?
"#);
    let outcome = bench.run(&["get", "dr-site/x", "--field", "stat"]);
    assert!(
        outcome.stderr.starts_with("error: there is no field `stat`\nhint: did you mean `state`?\n"),
        "{outcome:?}"
    );
    assert!(outcome.stderr.contains("\nhint: known fields: schema, ref, "), "{outcome:?}");
    in_order(&outcome);
}

#[test]
fn configuration_errors_name_the_line() {
    let bench = Bench::with_config(
        "[profiles.dr]\nbackend = \"vcda\"\nurl = \"https://127.0.0.1:9\"\nusernme = \"x\"\n",
    );
    let outcome = bench.run(&["get", "dr/x"]);
    in_order(&outcome);
    insta::assert_snapshot!(shown(&outcome, &[], &bench), @r#"
    exit code 2
    error: DIRECTORY/config.toml:4:1: unknown key `usernme` in profile "dr"
    hint: did you mean `username`?
"#);
    let bench = Bench::with_config(
        "[profiles.dr]\nbackend = \"vcda\"\nurl = \"https://127.0.0.1:9\"\nusername = \"x\"\n",
    );
    let outcome = bench.run(&["get", "dr/x"]);
    in_order(&outcome);
    insta::assert_snapshot!(shown(&outcome, &[], &bench), @r#"
    exit code 2
    error: no password for profile dr (127.0.0.1:9)
    hint: in the profile, set one of password_command, password_file, password_env, password_prompt
    hint: or set TASKCTL_PASSWORD, or give --password-file FILE (- for standard input)
"#);
}

#[test]
fn a_refused_login_names_the_source_of_the_secret() {
    let (server, bench, id) = vcda();
    let bench = bench.env("SIM_PASSWORD", "wrong one");
    let outcome = bench.run(&["get", "vcda", &id, "-o", "json"]);
    in_order(&outcome);
    insta::assert_snapshot!(shown(&outcome, &[&server], &bench), @r#"
    exit code 4
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: HOST:PORT refused the login
    caused by: Invalid user name or password. (NotAuthenticated, HTTP 401 Unauthorized)
    hint: the credentials came from password_env SIM_PASSWORD of profile dr
    hint: an admin login from a network that is not allowed is refused just like a wrong password
    {
      "kind": "auth",
      "code": "NotAuthenticated",
      "message": "HOST:PORT refused the login",
      "causes": [
        "Invalid user name or password.",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": 401,
      "retryable": false
    }
"#);
}

#[test]
fn a_right_that_is_missing_is_an_auth_error() {
    insta::assert_snapshot!(reading(answer(403, "application/json", r#"{"code":"OperationForbidden","msg":"Not allowed."}"#)), @r#"
    exit code 4
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: Not allowed. (OperationForbidden, HTTP 403 Forbidden)
    {
      "kind": "auth",
      "code": "OperationForbidden",
      "message": "Not allowed.",
      "causes": [
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": 403,
      "retryable": false
    }
"#);
}

#[test]
fn a_task_that_is_not_there_is_not_found() {
    let (server, bench, _) = vcda();
    let unknown = server.simulation().id(9);
    let outcome = bench.run(&["get", "vcda", &unknown, "-o", "json"]);
    in_order(&outcome);
    insta::assert_snapshot!(shown(&outcome, &[&server], &bench), @r#"
    exit code 5
    error: cannot read task f61d60d2-698a-46dc-a266-000000000009 of dr (HOST:PORT)
    caused by: Task not found. (TaskNotFound, HTTP 404 Not Found)
    hint: the Cloud service (ports 443, 8443, 8046) and the Manager service (8441, 8044) have different tasks
    hint: a task of another site needs `site` (--site SITE); another user's task is not shown
    {
      "kind": "notFound",
      "code": "TaskNotFound",
      "message": "Task not found.",
      "causes": [
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": 404,
      "retryable": false
    }
"#);
}

#[test]
fn a_server_that_is_gone_is_a_network_error() {
    let (mut server, bench, id) = vcda();
    server.may_stay_uncalled();
    server.go_down();
    let outcome = bench.run(&["get", "vcda", &id, "--retry-for", "0", "-o", "json"]);
    in_order(&outcome);
    insta::assert_snapshot!(shown(&outcome, &[&server], &bench), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: cannot connect to HOST:PORT
    caused by: Connection refused
    {
      "kind": "network",
      "code": null,
      "message": "cannot connect to HOST:PORT",
      "causes": [
        "Connection refused",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": true
    }
"#);
    insta::assert_snapshot!(reading(Fault::HangUp), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: the connection to HOST:PORT broke
    caused by: connection closed before message completed
    {
      "kind": "network",
      "code": null,
      "message": "the connection to HOST:PORT broke",
      "causes": [
        "connection closed before message completed",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": true
    }
"#);
}

#[test]
fn a_name_without_an_address_is_a_network_error() {
    // A label that is too long for DNS, so that no resolver is asked over the network.
    let name = format!("{}.invalid", "x".repeat(64));
    let of = |lines: &str| {
        let bench = Bench::with_config(&format!(
            "[profiles.dr]\nbackend = \"vcda\"\nusername = \"x\"\npassword_env = \"SIM_PASSWORD\"\n{lines}\n"
        ));
        let outcome =
            bench.run(&["get", "vcda", &simulation("vcda").id(1), "--retry-for", "0", "-o", "json"]);
        in_order(&outcome);
        let text = shown(&outcome, &[], &bench).replace(&name, "HOST");
        // What the system's resolver says is each system's own.
        let causes = outcome.json()["error"]["causes"].clone();
        let said = causes.as_array().and_then(|causes| causes.iter().rev().nth(1)).and_then(Value::as_str);
        text.replace(said.expect("a cause"), "WHY")
    };
    insta::assert_snapshot!(of(&format!("url = \"http://{name}\"\nallow_http = true")), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST)
    caused by: the name of HOST cannot be resolved
    caused by: WHY
    {
      "kind": "network",
      "code": null,
      "message": "the name of HOST cannot be resolved",
      "causes": [
        "WHY",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": true
    }
"#);
    // With TLS it is the handshake that asks for a good name first.
    let pin = ["00"; 32].join(":");
    insta::assert_snapshot!(of(&format!("url = \"https://{name}\"\ntls_pin = \"{pin}\"")), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST)
    caused by: the name of HOST cannot be resolved
    caused by: WHY
    {
      "kind": "network",
      "code": null,
      "message": "the name of HOST cannot be resolved",
      "causes": [
        "WHY",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": true
    }
"#);
}

/// What `get` says of a server with this certificate, where the profile has these lines and this `ca.pem`.
fn untrusted(identity: &Identity, lines: &str, ca: &str) -> String {
    let mut server = Server::start_tls(simulation("vcda"), identity.server());
    server.may_stay_uncalled();
    let id = server.simulation().id(1);
    let bench = Bench::with_config(&format!("{}{lines}\n", server.profile("dr")));
    std::fs::write(bench.path("ca.pem"), ca).expect("a file");
    let outcome = bench.run(&["get", "vcda", &id, "--retry-for", "0", "-o", "json"]);
    in_order(&outcome);
    assert!(outcome.stderr.contains(&format!("\nhint: tls_pin = \"{}\"\n", identity.pin())), "{outcome:?}");
    assert!(server.requests().is_empty());
    shown(&outcome, &[&server], &bench)
}

#[test]
fn a_certificate_that_is_not_trusted_is_a_tls_error_with_the_line_that_would_trust_it() {
    let ca = Authority::root("Acme Root");
    let (lines, pem) = ("ca_file = \"ca.pem\"", ca.pem());
    // By one who is not known.
    let stranger = Authority::root("Somebody Else").sign(&Says::server(&[LOOPBACK, "vcda.example.com"]));
    insta::assert_snapshot!(untrusted(&stranger, lines, &pem), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: HOST:PORT cannot be trusted
    caused by: its certificate is signed by someone who is not trusted
    caused by: the certificate: subject CN=appliance.example.com; issuer CN=Somebody Else; names 127.0.0.1, vcda.example.com; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z
    caused by: its pin is SHA-256:PIN
    hint: compare this pin with the one that the server's owner gives you (openssl x509 -noout -fingerprint -sha256); only if it is the same, paste this line into the profile, in place of ca_file or another pin
    hint: tls_pin = "SHA-256:PIN"
    {
      "kind": "tls",
      "code": null,
      "message": "HOST:PORT cannot be trusted",
      "causes": [
        "its certificate is signed by someone who is not trusted",
        "the certificate: subject CN=appliance.example.com; issuer CN=Somebody Else; names 127.0.0.1, vcda.example.com; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z",
        "its pin is SHA-256:PIN",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
    // By itself, as appliances come.
    let own = Identity::self_signed(&Says { authority: true, ..Says::server(&[LOOPBACK]) });
    insta::assert_snapshot!(untrusted(&own, lines, &pem), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: HOST:PORT cannot be trusted
    caused by: its certificate is signed by itself, and nobody who is trusted vouches for it
    caused by: the certificate: subject CN=appliance.example.com; issuer CN=appliance.example.com; names 127.0.0.1; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z
    caused by: its pin is SHA-256:PIN
    hint: compare this pin with the one that the server's owner gives you (openssl x509 -noout -fingerprint -sha256); only if it is the same, paste this line into the profile, in place of ca_file or another pin
    hint: tls_pin = "SHA-256:PIN"
    {
      "kind": "tls",
      "code": null,
      "message": "HOST:PORT cannot be trusted",
      "causes": [
        "its certificate is signed by itself, and nobody who is trusted vouches for it",
        "the certificate: subject CN=appliance.example.com; issuer CN=appliance.example.com; names 127.0.0.1; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z",
        "its pin is SHA-256:PIN",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
    let ended = ca.sign(&Says { years: (2001, 2002), ..Says::server(&[LOOPBACK]) });
    insta::assert_snapshot!(untrusted(&ended, lines, &pem), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: HOST:PORT cannot be trusted
    caused by: its certificate has expired
    caused by: the certificate: subject CN=appliance.example.com; issuer CN=Acme Root; names 127.0.0.1; valid from 2001-01-01T00:00:00Z to 2002-01-01T00:00:00Z
    caused by: its pin is SHA-256:PIN
    hint: compare this pin with the one that the server's owner gives you (openssl x509 -noout -fingerprint -sha256); only if it is the same, paste this line into the profile, in place of ca_file or another pin
    hint: tls_pin = "SHA-256:PIN"
    {
      "kind": "tls",
      "code": null,
      "message": "HOST:PORT cannot be trusted",
      "causes": [
        "its certificate has expired",
        "the certificate: subject CN=appliance.example.com; issuer CN=Acme Root; names 127.0.0.1; valid from 2001-01-01T00:00:00Z to 2002-01-01T00:00:00Z",
        "its pin is SHA-256:PIN",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
    let early = ca.sign(&Says { years: (2089, 2090), ..Says::server(&[LOOPBACK]) });
    insta::assert_snapshot!(untrusted(&early, lines, &pem), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: HOST:PORT cannot be trusted
    caused by: its certificate is not valid yet (or this machine's clock is wrong)
    caused by: the certificate: subject CN=appliance.example.com; issuer CN=Acme Root; names 127.0.0.1; valid from 2089-01-01T00:00:00Z to 2090-01-01T00:00:00Z
    caused by: its pin is SHA-256:PIN
    hint: compare this pin with the one that the server's owner gives you (openssl x509 -noout -fingerprint -sha256); only if it is the same, paste this line into the profile, in place of ca_file or another pin
    hint: tls_pin = "SHA-256:PIN"
    {
      "kind": "tls",
      "code": null,
      "message": "HOST:PORT cannot be trusted",
      "causes": [
        "its certificate is not valid yet (or this machine's clock is wrong)",
        "the certificate: subject CN=appliance.example.com; issuer CN=Acme Root; names 127.0.0.1; valid from 2089-01-01T00:00:00Z to 2090-01-01T00:00:00Z",
        "its pin is SHA-256:PIN",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
    let other = ca.sign(&Says::server(&["other.example.com", "192.0.2.7"]));
    insta::assert_snapshot!(untrusted(&other, lines, &pem), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: HOST:PORT cannot be trusted
    caused by: its certificate is for other names than 127.0.0.1
    caused by: the certificate: subject CN=appliance.example.com; issuer CN=Acme Root; names other.example.com, 192.0.2.7; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z
    caused by: its pin is SHA-256:PIN
    hint: compare this pin with the one that the server's owner gives you (openssl x509 -noout -fingerprint -sha256); only if it is the same, paste this line into the profile, in place of ca_file or another pin
    hint: tls_pin = "SHA-256:PIN"
    {
      "kind": "tls",
      "code": null,
      "message": "HOST:PORT cannot be trusted",
      "causes": [
        "its certificate is for other names than 127.0.0.1",
        "the certificate: subject CN=appliance.example.com; issuer CN=Acme Root; names other.example.com, 192.0.2.7; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z",
        "its pin is SHA-256:PIN",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
    let renewed = Identity::self_signed(&Says::server(&[LOOPBACK]));
    let pin = format!("tls_pin = \"SHA-256:{}\"", ["00"; 32].join(":"));
    insta::assert_snapshot!(untrusted(&renewed, &pin, ""), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: HOST:PORT cannot be trusted
    caused by: its certificate is another than the one of `tls_pin` (SHA-256:PIN): either it was renewed, or this is another server
    caused by: the certificate: subject CN=appliance.example.com; issuer CN=appliance.example.com; names 127.0.0.1; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z
    caused by: its pin is SHA-256:PIN
    hint: compare this pin with the one that the server's owner gives you (openssl x509 -noout -fingerprint -sha256); only if it is the same, paste this line into the profile, in place of ca_file or another pin
    hint: tls_pin = "SHA-256:PIN"
    {
      "kind": "tls",
      "code": null,
      "message": "HOST:PORT cannot be trusted",
      "causes": [
        "its certificate is another than the one of `tls_pin` (SHA-256:PIN): either it was renewed, or this is another server",
        "the certificate: subject CN=appliance.example.com; issuer CN=appliance.example.com; names 127.0.0.1; valid from 2020-01-01T00:00:00Z to 2090-01-01T00:00:00Z",
        "its pin is SHA-256:PIN",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
}

#[test]
fn a_server_without_tls_is_a_tls_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = listener.local_addr().expect("an address").port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n");
    });
    // A pin is given, so that no certificate of the system is read.
    let pin = ["AB"; 32].join(":");
    let bench = Bench::with_config(&format!(
        "[profiles.dr]\nbackend = \"vcda\"\nurl = \"https://127.0.0.1:{port}\"\nusername = \"x\"\n\
         password_env = \"SIM_PASSWORD\"\ntls_pin = \"SHA-256:{pin}\"\n"
    ));
    let id = simulation("vcda").id(1);
    let outcome = bench.run(&["get", "vcda", &id, "--retry-for", "0", "-o", "json"]);
    in_order(&outcome);
    server.join().expect("no panic");
    let text = shown(&outcome, &[], &bench).replace(&format!("127.0.0.1:{port}"), "HOST:PORT");
    insta::assert_snapshot!(text, @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: no TLS connection to HOST:PORT can be made
    caused by: received corrupt message of type InvalidContentType
    hint: this port does not seem to speak TLS: check scheme and port of `url`
    {
      "kind": "tls",
      "code": null,
      "message": "no TLS connection to HOST:PORT can be made",
      "causes": [
        "received corrupt message of type InvalidContentType",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
}

#[test]
fn an_error_of_the_server_shows_its_message_and_code() {
    insta::assert_snapshot!(reading(answer(500, "application/json", r#"{"code":"DatabaseDown","msg":"The database is down."}"#)), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: The database is down. (DatabaseDown, HTTP 500 Internal Server Error)
    {
      "kind": "http",
      "code": "DatabaseDown",
      "message": "The database is down.",
      "causes": [
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": 500,
      "retryable": true
    }
"#);
    insta::assert_snapshot!(reading(answer(400, "application/json", r#"{"code":"BadRequest","msg":"Unknown parameter."}"#)), @r#"
    exit code 1
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: Unknown parameter. (BadRequest, HTTP 400 Bad Request)
    {
      "kind": "http",
      "code": "BadRequest",
      "message": "Unknown parameter.",
      "causes": [
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": 400,
      "retryable": false
    }
"#);
    insta::assert_snapshot!(reading(Fault::redirect("https://other.example.com/ui")), @r#"
    exit code 1
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: the server redirects to https://other.example.com/ui, and redirects are not followed (HTTP 302 Found)
    hint: `url` in the profile must be the address that the API itself answers at
    {
      "kind": "http",
      "code": null,
      "message": "the server redirects to https://other.example.com/ui, and redirects are not followed",
      "causes": [
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": 302,
      "retryable": false
    }
"#);
}

#[test]
fn an_answer_that_is_no_task_is_a_decode_error() {
    insta::assert_snapshot!(reading(Fault::web_page(200)), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: the answer is a web page, not JSON
    caused by: its title is "Service starting"
    hint: this may not be the API's address: check `url` (host, port) in the profile
    {
      "kind": "decode",
      "code": null,
      "message": "the answer is a web page, not JSON",
      "causes": [
        "its title is \"Service starting\""
      ],
      "httpStatus": 200,
      "retryable": true
    }
"#);
    insta::assert_snapshot!(reading(Fault::garbage()), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: the answer is not the JSON expected
    caused by: expected ident at line 1 column 9
    {
      "kind": "decode",
      "code": null,
      "message": "the answer is not the JSON expected",
      "causes": [
        "expected ident at line 1 column 9"
      ],
      "httpStatus": 200,
      "retryable": true
    }
"#);
    insta::assert_snapshot!(reading(answer(200, "application/json", "")), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: the answer is empty
    {
      "kind": "decode",
      "code": null,
      "message": "the answer is empty",
      "causes": [],
      "httpStatus": 200,
      "retryable": true
    }
"#);
    insta::assert_snapshot!(reading(answer(200, "application/json", "[1]")), @r#"
    exit code 7
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: the answer is JSON but no task
    {
      "kind": "decode",
      "code": null,
      "message": "the answer is JSON but no task",
      "causes": [],
      "httpStatus": null,
      "retryable": true
    }
"#);
}

#[test]
fn an_answer_without_an_end_is_a_decode_error() {
    insta::assert_snapshot!(reading(Fault::Endless(vec![b' '; 1 << 20])), @r#"
    exit code 1
    error: cannot read task f61d60d2-698a-46dc-a266-000000000001 of dr (HOST:PORT)
    caused by: the answer of HOST:PORT is larger than this program reads
    caused by: the limit is 32 MiB
    {
      "kind": "decode",
      "code": null,
      "message": "the answer of HOST:PORT is larger than this program reads",
      "causes": [
        "the limit is 32 MiB",
        "the request was operationID taskctl-UUID"
      ],
      "httpStatus": null,
      "retryable": false
    }
"#);
}

#[test]
fn a_no_to_the_question_of_a_cancel_has_a_code_and_is_no_error() {
    let mut server = Server::start(simulation("velostrata"));
    server.may_stay_uncalled();
    let mut bench = Bench::new(&[&server]);
    bench.terminal.stderr = true;
    bench.prompt = Some("n".to_owned());
    let outcome = bench.run(&["cancel", "velostrata/t-1", "--color", "never"]);
    insta::assert_snapshot!(shown(&outcome, &[&server], &bench), @r#"
    exit code 1
    nothing was cancelled
"#);
}

#[cfg(unix)]
#[test]
fn a_standard_output_that_takes_nothing_is_an_error() {
    // Only some systems have the device.
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let (_server, bench, id) = vcda();
    let mut command = crate::process::command(&bench, &["get", "vcda", &id]);
    command.stdout(full);
    let ended = crate::process::Running::spawn(command, "").end().expect(1);
    insta::assert_snapshot!(ended.stderr, @r#"
    error: cannot write to standard output
    caused by: No space left on device (os error 28)
"#);
}

#[test]
fn a_failed_task_is_told_with_its_causes() {
    let (server, bench, id) = vcda();
    let failed = Truth::failed("DatastoreFull", "No space left", &["store-12 is full"]);
    server.world().add(Story::new(&id, vec![failed]));
    let outcome = bench.run(&["watch", "vcda", &id, "-o", "json", "--progress", "none"]);
    insta::assert_snapshot!(shown(&outcome, &[&server], &bench), @r#"
    exit code 3
    {
      "kind": "task",
      "code": "DatastoreFull",
      "message": "No space left",
      "causes": [],
      "httpStatus": null,
      "retryable": null
    }
"#);
}

#[test]
fn a_flag_that_we_read_ourselves_is_refused_in_claps_form() {
    let (mut server, bench, id) = vcda();
    server.may_stay_uncalled();
    for (flag, reason) in [("--for", "\"x\" is no condition"), ("--timeout", "\"x\" is no duration")] {
        let told = bench.run(&["watch", "vcda", &id, flag, "x"]).expect(2).stderr;
        assert!(told.starts_with(&format!("error: invalid value 'x' for '{flag} <")), "{told:?}");
        assert!(told.contains(reason), "{told:?}");
        assert!(told.ends_with("\n\nFor more information, try '--help'.\n"), "{told:?}");
    }
}

#[test]
fn several_tasks_that_meet_the_same_are_told_once() {
    let (server, bench, id) = vcda();
    let more: Vec<String> = (2..=5).map(|number| server.simulation().id(number)).collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    server.faults(None, 0, 99, answer(503, "text/plain", "busy"));
    let outcome = bench.run(&[&["get", "vcda", &id, "--retry-for", "0"], more.as_slice()].concat());
    in_order(&outcome);
    insta::assert_snapshot!(shown(&outcome, &[&server], &bench), @r#"
    exit code 7
    error: cannot read 5 tasks of dr (HOST:PORT): f61d60d2-698a-46dc-a266-000000000001, f61d60d2-698a-46dc-a266-000000000002, f61d60d2-698a-46dc-a266-000000000003 and 2 more
    caused by: cannot log in to HOST:PORT
    caused by: busy (HTTP 503 Service Unavailable)
"#);
}
