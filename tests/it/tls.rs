//! Whom the program trusts, over real TLS on loopback, and what it says when it does not.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::version::{TLS12, TLS13};

use crate::harness::{Bench, Outcome};
use crate::sim::server::Server;
use crate::sim::tls::{Authority, Identity, LOOPBACK, Says};
use crate::sim::world::{Story, Truth};
use crate::sim::{SIMULATIONS, Simulation, simulation};

/// A server with this certificate and one task that has ended well.
fn server(identity: &Identity) -> Server {
    server_of(identity.server())
}

fn server_of(config: Arc<rustls::ServerConfig>) -> Server {
    populated(Server::start_tls(simulation("vcda"), config))
}

fn populated(mut server: Server) -> Server {
    let simulation = server.simulation();
    server.world().add(Story::new(&simulation.id(1), vec![Truth::succeeded()]));
    // A client that does not trust it goes away before it asks anything.
    server.may_stay_uncalled();
    server
}

/// A bench whose profile has these lines too; `files` are written beside it.
fn bench(server: &Server, lines: &str, files: &[(&str, String)]) -> Bench {
    let name = server.simulation().backend();
    let bench = Bench::with_config(&format!("{}{lines}\n", server.profile(name)));
    for (file, content) in files {
        std::fs::write(bench.path(file), content).expect("a file");
    }
    bench
}

fn get(server: &Server, bench: &Bench, more: &[&str]) -> Outcome {
    let simulation = server.simulation();
    let id = simulation.id(1);
    bench.run(&[&["get", simulation.backend(), &id, "--retry-for", "0"], more].concat())
}

fn with_ca(server: &Server, pem: String) -> Outcome {
    get(server, &bench(server, "ca_file = \"ca.pem\"", &[("ca.pem", pem)]), &[])
}

/// The error of a certificate that is not trusted: all of it, and the server was asked for nothing.
#[track_caller]
fn untrusted(server: &Server, identity: &Identity, outcome: Outcome, why: &str) -> Outcome {
    let outcome = outcome.expect(7);
    let text = &outcome.stderr;
    for part in [why, "subject CN=", "issuer CN=", "valid from ", &identity.pin()] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let line = format!("\nhint: tls_pin = \"{}\"\n", identity.pin());
    assert!(text.contains(&line), "{text}");
    assert!(text.contains("compare this pin"), "{text}");
    assert!(server.requests().is_empty(), "{:?}", server.requests());
    outcome
}

#[test]
fn a_ca_vouches_for_the_servers_it_signed_and_for_no_others() {
    let ca = Authority::root("Acme Root");
    let identity = ca.sign(&Says::server(&[LOOPBACK]));
    let server = server(&identity);
    with_ca(&server, ca.pem()).expect(0);
    let outcome = with_ca(&server, Authority::root("Other Root").pem());
    assert!(outcome.stderr.contains("names 127.0.0.1"), "{outcome:?}");
    let fresh = self::server(&identity);
    let outcome = with_ca(&fresh, Authority::root("Other Root").pem());
    untrusted(&fresh, &identity, outcome, "signed by someone who is not trusted");
}

/// In a process of its own: where the system's roots are is the whole process's matter.
#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn without_a_rule_the_systems_roots_decide() {
    let root = Authority::root("Acme Root");
    let good = root.intermediate("Acme Issuing").sign(&Says::server(&[LOOPBACK]));
    let get = |identity: &Identity, roots: &str| {
        let server = server(identity);
        let simulation = server.simulation();
        let bench = bench(&server, "", &[("roots.pem", roots.to_owned())]);
        let id = simulation.id(1);
        let words = ["get", simulation.backend(), &id, "--retry-for", "0"];
        let mut command = crate::process::command(&bench, &words);
        command.env("SSL_CERT_FILE", bench.path("roots.pem")).env("SSL_CERT_DIR", bench.path("none"));
        crate::process::Running::spawn(command, "").end()
    };
    get(&good, &root.pem()).expect(0);
    let cases = [
        (Says::server(&["other.example.com"]), "is for other names than 127.0.0.1"),
        (Says { years: (2001, 2002), ..Says::server(&[LOOPBACK]) }, "its certificate has expired"),
    ];
    for (says, why) in cases {
        let ended = get(&root.sign(&says), &root.pem()).expect(7);
        assert!(ended.stderr.contains(why), "{ended:#?}");
    }
    let ended = get(&good, &Authority::root("Other Root").pem()).expect(7);
    assert!(ended.stderr.contains("signed by someone who is not trusted"), "{ended:#?}");
    let ended = get(&good, "").expect(7);
    assert!(ended.stderr.contains("only `ca_file` or `tls_pin` can vouch"), "{ended:#?}");
    assert!(ended.stderr.contains(&format!("hint: tls_pin = \"{}\"", good.pin())), "{ended:#?}");
}

#[test]
fn a_chain_may_have_intermediates_and_any_of_its_authorities_may_be_named() {
    let root = Authority::root("Acme Root");
    let intermediate = root.intermediate("Acme Issuing");
    let identity = intermediate.sign(&Says::server(&[LOOPBACK]));
    let server = server(&identity);
    with_ca(&server, root.pem()).expect(0);
    with_ca(&server, intermediate.pem()).expect(0);
    with_ca(&server, format!("{}{}", root.pem(), intermediate.pem())).expect(0);
    // A server that forgets to send its intermediate is helped by a file that has it.
    let alone = Identity { chain: identity.chain[..1].to_vec(), key: identity.key };
    let server = self::server(&alone);
    let outcome = with_ca(&server, root.pem());
    untrusted(&server, &alone, outcome, "signed by someone who is not trusted");
    with_ca(&server, format!("{}{}", root.pem(), intermediate.pem())).expect(0);
}

#[test]
fn an_appliances_own_certificate_in_ca_file_is_trusted_whatever_its_name_and_kind() {
    for authority in [false, true] {
        for name in [LOOPBACK, "localhost.localdomain"] {
            let identity = Identity::self_signed(&Says { authority, ..Says::server(&[name]) });
            let server = server(&identity);
            let refused = get(&server, &bench(&server, "", &[]), &[]);
            untrusted(&server, &identity, refused, "");
            with_ca(&server, identity.pem()).expect(0);
            // Another appliance with the same names is another appliance.
            let twin = Identity::self_signed(&Says { authority, ..Says::server(&[name]) });
            let twin_server = self::server(&twin);
            untrusted(&twin_server, &twin, with_ca(&twin_server, identity.pem()), "its certificate is");
        }
    }
}

#[test]
fn an_appliances_own_certificate_in_ca_file_is_trusted_within_its_dates_only() {
    for (years, why) in [((2001, 2002), "has expired"), ((2089, 2090), "is not valid yet")] {
        for authority in [false, true] {
            let identity = Identity::self_signed(&Says { years, authority, ..Says::server(&[LOOPBACK]) });
            let server = server(&identity);
            untrusted(&server, &identity, with_ca(&server, identity.pem()), why);
            let pinned = bench(&server, &format!("tls_pin = \"{}\"", identity.pin()), &[]);
            get(&server, &pinned, &[]).expect(0);
        }
    }
}

#[test]
fn a_server_certificate_in_ca_file_is_no_authority_over_others() {
    let misused = Authority::misused(&Says::server(&["one.example.com"]));
    let identity = misused.sign(&Says::server(&[LOOPBACK]));
    let server = server(&identity);
    untrusted(
        &server,
        &identity,
        with_ca(&server, misused.pem()),
        "its certificate is none of those in `ca_file`",
    );
}

#[test]
fn a_certificate_of_a_trusted_ca_must_have_the_name_and_the_dates() {
    let ca = Authority::root("Acme Root");
    let cases = [
        (Says::server(&["other.example.com"]), "is for other names than 127.0.0.1"),
        (Says { years: (2001, 2002), ..Says::server(&[LOOPBACK]) }, "its certificate has expired"),
        (Says { years: (2089, 2090), ..Says::server(&[LOOPBACK]) }, "is not valid yet"),
    ];
    for (says, why) in cases {
        let identity = ca.sign(&says);
        let server = server(&identity);
        untrusted(&server, &identity, with_ca(&server, ca.pem()), why);
    }
}

#[test]
fn a_pin_trusts_exactly_one_certificate_name_and_dates_aside() {
    let says = Says { years: (2001, 2002), authority: true, ..Says::server(&["other.example.com"]) };
    let identity = Identity::self_signed(&says);
    let server = server(&identity);
    let pin = identity.pin();
    for spelling in [pin.clone(), pin.to_lowercase(), pin.replace("SHA-256:", "").replace(':', "")] {
        get(&server, &bench(&server, &format!("tls_pin = \"{spelling}\""), &[]), &[]).expect(0);
    }
    let other = Identity::self_signed(&says);
    let other_server = self::server(&other);
    let pinned = bench(&other_server, &format!("tls_pin = \"{pin}\""), &[]);
    let outcome = get(&other_server, &pinned, &[]);
    let outcome = untrusted(&other_server, &other, outcome, "another than the one of `tls_pin`");
    assert!(outcome.stderr.contains(&pin), "{outcome:?}");
}

#[test]
fn a_malformed_pin_is_a_mistake_in_the_configuration() {
    let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
    let server = server(&identity);
    let not_hexadecimal = format!("SHA-256:{}", ["GG"; 32].join(":"));
    for pin in ["", "SHA-256:AB", &identity.pin()[..94], &not_hexadecimal] {
        let outcome = get(&server, &bench(&server, &format!("tls_pin = \"{pin}\""), &[]), &[]).expect(2);
        assert!(outcome.stderr.contains("tls_pin"), "{outcome:?}");
        assert!(outcome.stderr.contains("taskctl doctor"), "{outcome:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn insecure_trusts_anyone_and_warns_once() {
    let identity = Identity::self_signed(&Says { years: (2001, 2002), ..Says::server(&["x.example.com"]) });
    let server = server(&identity);
    for (lines, flags) in [("insecure = true", &[][..]), ("", &["--insecure"])] {
        let outcome = get(&server, &bench(&server, lines, &[]), flags).expect(0);
        let warnings = outcome.stderr.matches("insecure").count();
        assert_eq!((warnings, outcome.stderr.lines().count()), (1, 1), "{outcome:?}");
        assert!(outcome.stderr.contains("tls_pin"), "{outcome:?}");
    }
}

#[test]
fn insecure_beside_another_rule_is_a_contradiction_and_a_flag_replaces_the_profiles_rule() {
    let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
    let server = server(&identity);
    let pin = format!("tls_pin = \"{}\"", identity.pin());
    for other in [pin.as_str(), "ca_file = \"ca.pem\""] {
        let bench = bench(&server, &format!("{other}\ninsecure = true"), &[("ca.pem", identity.pem())]);
        let outcome = get(&server, &bench, &[]).expect(2);
        assert!(outcome.stderr.contains("`insecure` trusts anyone"), "{outcome:?}");
        assert!(outcome.stderr.contains("config.toml:"), "{outcome:?}");
    }
    assert!(server.requests().is_empty());
    let wrong = format!("tls_pin = \"SHA-256:{}\"", ["00"; 32].join(":"));
    let pinned = bench(&server, &wrong, &[("ca.pem", identity.pem())]);
    get(&server, &pinned, &[]).expect(7);
    let outcome = get(&server, &pinned, &["--insecure"]).expect(0);
    assert!(outcome.stderr.contains("insecure"), "{outcome:?}");
    let file = pinned.path("ca.pem").to_string_lossy().into_owned();
    get(&server, &pinned, &["--ca-file", &file]).expect(0);
    get(&server, &pinned, &["--ca-file", &file, "--insecure"]).expect(2);
    let open = bench(&server, "insecure = true", &[("ca.pem", Authority::root("Other").pem())]);
    let file = open.path("ca.pem").to_string_lossy().into_owned();
    get(&server, &open, &["--ca-file", &file]).expect(7);
}

#[test]
fn a_file_that_is_no_certificate_is_a_mistake_in_the_configuration() {
    let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
    let server = server(&identity);
    let broken = identity.pem().replace("MII", "!!!");
    for (content, said) in [("nothing", "holds no certificate"), (&broken, "ca_file")] {
        let outcome = with_ca(&server, content.to_owned()).expect(2);
        assert!(outcome.stderr.contains(said), "{outcome:?}");
    }
    let outcome = get(&server, &bench(&server, "ca_file = \"absent.pem\"", &[]), &[]).expect(2);
    assert!(outcome.stderr.contains("absent.pem cannot be read"), "{outcome:?}");
    assert!(server.requests().is_empty());
}

#[test]
fn both_versions_of_tls_are_spoken_with_every_rule() {
    let ca = Authority::root("Acme Root");
    let identity = ca.sign(&Says::server(&[LOOPBACK]));
    for version in [&TLS12, &TLS13] {
        let server = server_of(identity.server_of(&[version], None));
        with_ca(&server, ca.pem()).expect(0);
        let pinned = bench(&server, &format!("tls_pin = \"{}\"", identity.pin()), &[]);
        get(&server, &pinned, &[]).expect(0);
        get(&server, &bench(&server, "insecure = true", &[]), &[]).expect(0);
    }
}

#[test]
fn a_server_may_ask_for_a_client_certificate() {
    let ca = Authority::root("Acme Root");
    let clients = Authority::root("Acme Clients");
    let identity = ca.sign(&Says::server(&[LOOPBACK]));
    let client = clients.intermediate("Acme People").sign(&Says::server(&[]));
    let stranger = Authority::root("Someone Else").sign(&Says::server(&[]));
    let lines = "ca_file = \"ca.pem\"\nclient_cert = \"client.pem\"\nclient_key = \"client.key\"";
    for version in [&TLS12, &TLS13] {
        let server = server_of(identity.server_of(&[version], Some(&clients)));
        let with = |client: &Identity| {
            let files =
                [("ca.pem", ca.pem()), ("client.pem", client.chain_pem()), ("client.key", client.key_pem())];
            get(&server, &bench(&server, lines, &files), &[])
        };
        with(&client).expect(0);
        let before = server.requests().len();
        with(&stranger).expect(7);
        let outcome = with_ca(&server, ca.pem()).expect(7);
        assert_eq!(server.requests().len(), before, "{outcome:?}");
        if version.version == TLS12.version {
            // In TLS 1.3 the refusal crosses the request on its way and may be lost with the connection.
            assert!(outcome.stderr.contains("set `client_cert` and `client_key`"), "{outcome:?}");
        }
    }
    let server = server_of(identity.server_of(&[&TLS13], Some(&clients)));
    let files =
        [("ca.pem", ca.pem()), ("client.pem", client.chain_pem()), ("client.key", stranger.key_pem())];
    let outcome = get(&server, &bench(&server, lines, &files), &[]).expect(2);
    assert!(outcome.stderr.contains("cannot be used together"), "{outcome:?}");
}

#[test]
fn what_a_certificate_says_cannot_touch_the_terminal() {
    let name = "evil\u{1b}[2J\u{202e}\nhint: all is well";
    let identity = Identity::self_signed(&Says { name: name.to_owned(), ..Says::server(&[LOOPBACK]) });
    let server = server(&identity);
    let mut bench = bench(&server, "", &[]);
    for stderr in [true, false] {
        bench.terminal.stderr = stderr;
        let outcome = get(&server, &bench, &["--color", "never"]).expect(7);
        assert!(!outcome.stderr.contains("\nhint: all is well"), "{outcome:?}");
        assert!(outcome.stderr.contains("evil"), "{outcome:?}");
        if stderr {
            assert!(!outcome.stderr.contains(['\u{1b}', '\u{202e}']), "{outcome:?}");
        }
    }
}

#[test]
fn a_port_that_does_not_speak_tls_is_told_so() {
    let listener = TcpListener::bind((LOOPBACK, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    // What a web server says to a TLS hello.
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut hello = [0; 512];
            let _ = client.read(&mut hello);
            let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let bench = Bench::with_config(&format!(
        "[profiles.velo]\nbackend = \"velostrata\"\nurl = \"https://{LOOPBACK}:{port}\"\npassword_env = \"SIM_PASSWORD\"\n"
    ));
    let outcome = bench.run(&["get", "velostrata", "t-1", "--retry-for", "0"]).expect(7);
    assert!(outcome.stderr.contains("does not seem to speak TLS"), "{outcome:?}");
}

#[test]
fn every_backend_is_read_over_tls() {
    for simulation in SIMULATIONS {
        let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
        let server = populated(Server::start_tls(*simulation, identity.server()));
        let pinned = bench(&server, &format!("tls_pin = \"{}\"", identity.pin()), &[]);
        get(&server, &pinned, &[]).expect(0);
        assert_eq!(server.sessions().live(), 0);
    }
}

/// The port of loopback that stands for a host and port that were asked for, if one does.
type Route = dyn Fn(&str) -> Option<u16> + Send + Sync;

/// A proxy that leads every CONNECT to a server on loopback, and keeps what was asked.
pub struct Proxy {
    pub port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Leads to one port, whatever was asked for, with this answer.
    pub fn to(port: u16, answer: &'static str) -> Proxy {
        Proxy::start(Arc::new(move |_: &str| Some(port)), answer)
    }

    /// Leads to the port of each host, given as `host:port`.
    pub fn by_host(ports: impl IntoIterator<Item = (&'static str, u16)>) -> Proxy {
        let ports: HashMap<&str, u16> = ports.into_iter().collect();
        Proxy::start(Arc::new(move |host: &str| ports.get(host).copied()), "200 Connection established")
    }

    fn start(route: Arc<Route>, answer: &'static str) -> Proxy {
        let listener = TcpListener::bind((LOOPBACK, 0)).expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (log, route) = (Arc::clone(&log), Arc::clone(&route));
                std::thread::spawn(move || {
                    let _ = carry(client, &*route, answer, &log);
                });
            }
        });
        Proxy { port: own, seen }
    }

    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("a log").clone()
    }
}

fn carry(client: TcpStream, route: &Route, answer: &str, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let port = head.split(' ').nth(1).and_then(route);
    log.lock().expect("a log").push(head);
    let mut client = client;
    let Some(port) = port else { return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n") };
    client.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes())?;
    if !answer.starts_with("200") {
        return Ok(());
    }
    let server = TcpStream::connect((LOOPBACK, port))?;
    let (mut from_client, mut to_server) = (reader, server.try_clone()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(std::net::Shutdown::Write);
    });
    let mut server = server;
    let mut buffer = [0; 4096];
    loop {
        let read = server.read(&mut buffer)?;
        if read == 0 {
            return client.shutdown(std::net::Shutdown::Both);
        }
        client.write_all(&buffer[..read])?;
    }
}

/// A host that only a proxy can find.
pub const BEYOND: &str = "vcda.beyond.invalid";

fn beyond(server: &Server, ca: &Authority) -> Bench {
    named(server, ca, BEYOND)
}

fn named(server: &Server, ca: &Authority, host: &str) -> Bench {
    let profile = server.profile("vcda").replace(LOOPBACK, host);
    let bench = Bench::with_config(&format!("{profile}ca_file = \"ca.pem\"\n"));
    std::fs::write(bench.path("ca.pem"), ca.pem()).expect("a file");
    bench
}

#[test]
fn a_proxy_of_the_environment_is_asked_for_a_way_and_the_certificate_is_the_servers() {
    let ca = Authority::root("Acme Root");
    let server = server(&ca.sign(&Says::server(&[BEYOND])));
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let proxy = Proxy::to(server.port(), "200 Connection established");
        let address = format!("http://squid:pr0xy%2BWort@{LOOPBACK}:{}", proxy.port);
        let bench = beyond(&server, &ca).env(variable, &address);
        let outcome = get(&server, &bench, &["-vv"]).expect(0);
        let seen = proxy.seen();
        assert!(seen[0].starts_with(&format!("CONNECT {BEYOND}:{} HTTP/1.1", server.port())), "{seen:?}");
        // squid:pr0xy+Wort
        assert!(seen[0].to_lowercase().contains("proxy-authorization: basic"), "{seen:?}");
        assert!(seen[0].contains("c3F1aWQ6cHIweHkrV29ydA=="), "{seen:?}");
        assert!(outcome.stderr.contains("> GET https://"), "there is a trace: {outcome:?}");
        assert!(
            outcome.stderr.contains("> GET https://") || outcome.stderr.contains("> POST https://"),
            "{outcome:?}"
        );
        for secret in ["pr0xy", "c3F1aWQ6cHIweHkrV29ydA=="] {
            assert!(!outcome.stderr.contains(secret), "{outcome:?}");
        }
    }
}

#[test]
fn a_proxy_that_refuses_is_named_and_its_password_is_not() {
    let ca = Authority::root("Acme Root");
    let server = server(&ca.sign(&Says::server(&[BEYOND])));
    for answer in ["403 Forbidden", "407 Proxy Authentication Required"] {
        let proxy = Proxy::to(server.port(), answer);
        let address = format!("http://squid:pr0xy@{LOOPBACK}:{}", proxy.port);
        let outcome = get(&server, &beyond(&server, &ca).env("HTTPS_PROXY", &address), &[]).expect(7);
        assert!(
            outcome.stderr.contains(&format!("the proxy {LOOPBACK}:{} (HTTPS_PROXY)", proxy.port)),
            "{outcome:?}"
        );
        assert!(!outcome.stderr.contains("pr0xy"), "{outcome:?}");
    }
}

#[test]
fn no_proxy_takes_a_host_out_and_loopback_never_goes_through_one() {
    let ca = Authority::root("Acme Root");
    let server = server(&ca.sign(&Says::server(&[BEYOND, LOOPBACK])));
    let proxy = Proxy::to(server.port(), "200 Connection established");
    let address = format!("http://{LOOPBACK}:{}", proxy.port);
    // A label that is too long for DNS, so that no resolver is asked over the network.
    let host = format!("{}.beyond.invalid", "x".repeat(64));
    for excepted in [host.as_str(), ".beyond.invalid", "beyond.invalid", "*"] {
        let bench = named(&server, &ca, &host).env("HTTPS_PROXY", &address).env("NO_PROXY", excepted);
        let outcome = get(&server, &bench, &[]).expect(7);
        assert!(!outcome.stderr.contains("the proxy"), "{outcome:?}");
    }
    let lines = "ca_file = \"ca.pem\"";
    let local = bench(&server, lines, &[("ca.pem", ca.pem())])
        .env("HTTPS_PROXY", &address)
        .env("HTTP_PROXY", &address)
        .env("ALL_PROXY", &address);
    get(&server, &local, &[]).expect(0);
    assert_eq!(proxy.seen(), Vec::<String>::new());
}

#[test]
fn a_proxy_variable_that_names_no_http_proxy_is_an_error_and_not_the_direct_way() {
    let ca = Authority::root("Acme Root");
    let server = server(&ca.sign(&Says::server(&[BEYOND, LOOPBACK])));
    for address in ["socks5://127.0.0.1:1080", "::nonsense::"] {
        let bench = beyond(&server, &ca).env("HTTPS_PROXY", address);
        let outcome = get(&server, &bench, &[]).expect(2);
        assert!(outcome.stderr.contains("HTTPS_PROXY does not name an HTTP proxy"), "{outcome:?}");
    }
}

#[test]
fn a_second_host_is_trusted_by_ca_file_and_a_pin_is_for_the_first_alone() {
    let snap: &dyn Simulation = simulation("snapservice");
    let ca = Authority::root("Acme Root");
    let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
    let token_identity = ca.sign(&Says::server(&["localhost"]));
    let server = populated(Server::start_tls(simulation("snapservice"), identity.server()));
    server.mode("auth", "saml");
    let tokens = populated(Server::start_tls(simulation("snapservice"), token_identity.server()));
    let sts = format!("https://localhost:{}/sts/STSService/vsphere.local", tokens.port());
    let profile = |lines: &str| {
        let profile = server.profile("snapservice").replace(server.simulation().profile_lines(), "");
        let lines =
            format!("auth = \"saml\"\nsts_url = \"{sts}\"\ntls_pin = \"{}\"\n{lines}\n", identity.pin());
        let bench = Bench::with_config(&format!("{profile}{lines}"));
        std::fs::write(bench.path("ca.pem"), ca.pem()).expect("a file");
        bench
    };
    let id = snap.id(1);
    let outcome = profile("").run(&["get", "snapservice", &id, "--retry-for", "0"]).expect(7);
    assert!(outcome.stderr.contains("localhost"), "{outcome:?}");
    assert!(outcome.stderr.contains("hint: this is not the host of `url`"), "{outcome:?}");
    assert!(!outcome.stderr.contains("hint: tls_pin"), "{outcome:?}");
    assert!(tokens.requests().is_empty());
    // The tokens of one simulated server are no good at the other: it is asked, and that is what matters here.
    let outcome = profile("ca_file = \"ca.pem\"").run(&["get", "snapservice", &id, "--retry-for", "0"]);
    assert!(!tokens.requests().is_empty(), "{outcome:?}");
    assert!(!server.requests().is_empty(), "{outcome:?}");
}

#[test]
fn every_address_of_a_profile_must_be_https_or_loopback() {
    let config = |sts: &str| {
        format!(
            "[profiles.snap]\nbackend = \"snapservice\"\nurl = \"https://127.0.0.1:1\"\nauth = \"saml\"\n\
             username = \"u\"\npassword_env = \"SIM_PASSWORD\"\nsts_url = \"{sts}\"\n"
        )
    };
    let outcome = Bench::with_config(&config("http://vc.example.com/sts")).run(&["get", "snapservice", "x"]);
    let outcome = outcome.expect(2);
    assert!(outcome.stderr.contains("`sts_url` is http://"), "{outcome:?}");
    let local = Bench::with_config(&config("http://127.0.0.1:1/sts"));
    local.run(&["get", "snapservice", "x", "--retry-for", "0"]).expect(7);
}

#[test]
fn the_rule_of_trust_is_the_outermost_sources() {
    let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
    let server = server(&identity);
    let wrong = format!("tls_pin = \"SHA-256:{}\"", ["00"; 32].join(":"));
    let run = |lines: &str, environment: &[(&str, &str)]| {
        let mut bench = bench(&server, lines, &[]);
        for (name, value) in environment {
            bench = bench.env(name, value);
        }
        get(&server, &bench, &[])
    };
    assert!(run(&wrong, &[("TASKCTL_INSECURE", "true")]).expect(0).stderr.contains("insecure"));
    run("insecure = true", &[("TASKCTL_INSECURE", "false")]).expect(7);
    run("insecure = true", &[("TASKCTL_TLS_PIN", &identity.pin())]).expect(0);
    let both = [("TASKCTL_INSECURE", "true"), ("TASKCTL_TLS_PIN", &identity.pin())];
    assert!(run("", &both).expect(2).stderr.contains("trusts anyone"));
}
