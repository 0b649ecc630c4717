//! No secret appears in any output: secrets of every look are planted, every command is run in every format, servers
//! echo what they were given, and both streams are searched for every spelling.

use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Response, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation};
use crate::support::side_by_side;

/// Passwords that break what is careless with them: quotes, escapes, spaces, what looks encoded, other scripts.
const PASSWORDS: [&str; 6] = [
    "s3cr3t-Passw0rd",
    "p\"w'%41 \\n/1",
    "QWxhZGRpbjpvcGVu+/==",
    "a&b<c>;d",
    "P\u{e4}ss\u{2603} \u{1f511}w",
    "]]></password>&#x41;",
];
/// A fixed header's value.
const HEADER: &str = "k3y of-the-l@b";
/// An argument of the command that prints the password; it is a secret of somebody else, and never said.
const ARGUMENT: &str = "m4ster/pass phrase";
/// The token of a simulated server's first session.
const TOKEN: &str = "token+0001/aXf9Qz7LmP2=";

const FORMATS: [&[&str]; 8] = [
    &[],
    &["-o", "wide"],
    &["-o", "json"],
    &["-o", "jsonl"],
    &["-o", "yaml"],
    &["-o", "raw"],
    &["--field", "name,progress.message,error.message,target.name,messages,warnings,result,details"],
    &["-q"],
];

/// Every way in which a server or a careless program may spell a text.
fn spellings(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).expect("text").trim_matches('"').to_owned();
    let ascii: String = secret
        .encode_utf16()
        .map(|unit| match char::from_u32(u32::from(unit)) {
            Some(c) if c.is_ascii_alphanumeric() => c.to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect();
    let percent =
        percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let xml = quick_xml::escape::escape(secret).into_owned();
    let debug = format!("{secret:?}").trim_matches('"').to_owned();
    let twice = serde_json::to_string(&json).expect("text").trim_matches('"').to_owned();
    let slash = json.replace('/', "\\/");
    let mut lower = String::new();
    for byte in secret.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => lower.push(char::from(byte)),
            _ => lower.push_str(&format!("%{byte:02x}")),
        }
    }
    let mut all = vec![
        secret.to_owned(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        json,
        ascii,
        percent,
        lower,
        form,
        xml,
        debug,
        twice,
        slash,
    ];
    all.sort();
    all.dedup();
    all
}

/// A server and what is secret about it.
struct Plant {
    server: Server,
    bench: Bench,
    password: String,
    secrets: Vec<String>,
    id: String,
}

impl Plant {
    /// A server that knows this password, with a task that goes on for a moment and ends well.
    fn new(simulation: &'static dyn Simulation, password: &str) -> Plant {
        let mut plant =
            Plant::with(simulation, password, |server| server.profile(server.simulation().backend()));
        plant.bench = plant.bench.env("SIM_PASSWORD", password);
        plant
    }

    fn with(
        simulation: &'static dyn Simulation,
        password: &str,
        profile: impl Fn(&Server) -> String,
    ) -> Plant {
        let server = Server::start(simulation);
        server.mode("password", password);
        let id = simulation.id(1);
        let name = simulation.backend();
        let config = format!("{}\n[profiles.{name}.headers]\nX-Lab = {HEADER:?}\n", profile(&server));
        let bench = Bench::with_config(&config).reaching(&[&server]);
        let basic = STANDARD.encode(format!("{}:{password}", simulation.user()));
        let mut secrets = vec![password.to_owned(), basic, HEADER.to_owned(), ARGUMENT.to_owned()];
        if simulation.has_sessions() {
            secrets.push(TOKEN.to_owned());
        }
        let plant = Plant { server, bench, password: password.to_owned(), secrets, id };
        plant.tell(vec![Truth::running(10), Truth::succeeded()]);
        plant
    }

    /// The task's story; all its texts are `said` where it is told by [`Plant::echo`].
    fn tell(&self, moments: Vec<Truth>) {
        self.server.world().add(Story::new(&self.id, moments));
    }

    /// For runs that open no session.
    fn without_session(mut self) -> Plant {
        self.secrets.retain(|secret| secret != TOKEN);
        self
    }

    /// For what may not come to the server.
    fn uncalled(mut self) -> Plant {
        self.server.may_stay_uncalled();
        self
    }

    /// Everything that is secret, in every spelling, as one text.
    fn echo(&self) -> String {
        self.secrets
            .iter()
            .filter(|secret| *secret != ARGUMENT)
            .flat_map(|secret| spellings(secret))
            .collect::<Vec<_>>()
            .join(" | ")
    }

    /// A task whose every text holds every secret.
    fn tell_everything(&self) {
        let echo = self.echo();
        let failed = Truth::failed(&echo, &echo, &[&echo]).warning(&echo).message(&echo);
        let story = Story::new(&self.id, vec![Truth::running(10).message(&echo).warning(&echo), failed])
            .operation(&echo)
            .target(&echo, &echo, &echo)
            .result(json!({"deep": [{"er": echo.clone()}], "plain": self.password}));
        self.server.world().add(Story { user: echo, ..story });
    }

    fn arguments<'a>(&'a self, verb: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec![verb, self.server.simulation().backend()];
        match verb {
            "doctor" => {}
            "list" => arguments.extend(self.server.simulation().list_flags()),
            _ => arguments.push(&self.id),
        }
        if verb == "cancel" {
            arguments.push("-y");
        }
        if verb != "doctor" && !more.contains(&"--retry-for") {
            arguments.extend(["--retry-for", "0"]);
        }
        arguments.extend(more);
        arguments
    }

    #[track_caller]
    fn run(&self, verb: &str, more: &[&str]) -> Outcome {
        let outcome = self.bench.run(&self.arguments(verb, more));
        self.search(&outcome.stdout, &outcome.stderr);
        outcome
    }

    /// The same as a process of its own, where `-v` has a logger.
    #[track_caller]
    fn process(&self, verb: &str, more: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_taskctl"))
            .env_clear()
            .envs(self.bench.environment().iter().cloned())
            .args(self.arguments(verb, more))
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        self.search(&stdout, &stderr);
        assert!(!stderr.contains("bug"), "{stderr}");
        stderr.into_owned()
    }

    #[track_caller]
    fn search(&self, stdout: &str, stderr: &str) {
        for secret in &self.secrets {
            // The session of an earlier run is nobody's secret in this one.
            if secret == TOKEN && self.server.sessions().opened() != 1 {
                continue;
            }
            for spelling in spellings(secret) {
                for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
                    if let Some(at) = text.find(&spelling) {
                        let backend = self.server.simulation().backend();
                        let around = String::from_utf8_lossy(
                            &text.as_bytes()[at.saturating_sub(200)..(at + 200).min(text.len())],
                        )
                        .into_owned();
                        panic!("{backend}: {spelling:?} is on {name}: …{around}…");
                    }
                }
            }
        }
    }
}

fn each(mut case: impl FnMut(&'static dyn Simulation, &'static str)) {
    for simulation in SIMULATIONS {
        for password in PASSWORDS {
            case(*simulation, password);
        }
    }
}

/// Answers with this status that hold every secret: as text, in the shapes of each API's errors, and as a page.
fn refusals(status: u16, echo: &str) -> Vec<Fault> {
    let json = json!({
        "msg": echo, "code": echo, "message": echo, "errorCode": echo, "description": echo, "details": echo,
        "error_type": "UNAUTHENTICATED", "args": [echo],
        "messages": [{"id": "x", "default_message": echo, "args": [echo]}],
        "value": {"messages": [{"id": echo, "default_message": echo}]},
    });
    let xml = format!(
        "<error><code>7000</code><description>{0}</description><details>{0}</details></error>",
        quick_xml::escape::escape(echo)
    );
    let fault = format!(
        "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body><S:Fault><faultcode>{0}</faultcode>\
         <faultstring>{0}</faultstring></S:Fault></S:Body></S:Envelope>",
        quick_xml::escape::escape(echo)
    );
    let of = |content_type: &str, body: String| {
        Fault::Answer(Response::new(status).header("Content-Type", content_type).body(body))
    };
    vec![
        of("application/json", json.to_string()),
        of("text/plain", echo.to_owned()),
        of("application/xml", xml),
        of("text/xml", fault),
        of("text/html", format!("<html><body>{echo}</body></html>")),
    ]
}

#[test]
fn a_task_that_echoes_every_secret_shows_none_in_any_format() {
    for (number, simulation) in SIMULATIONS.iter().copied().enumerate() {
        for (verb, code) in [("get", 0), ("watch", 3)] {
            // Each format with another password, and all of them with each backend.
            for (other, format) in FORMATS.into_iter().enumerate() {
                let password = PASSWORDS[(number + other + usize::from(code)) % PASSWORDS.len()];
                let plant = Plant::new(simulation, password);
                plant.tell_everything();
                let outcome = plant.run(verb, format).expect(code);
                if format == ["-o", "json"] {
                    let task = outcome.json();
                    let state = if verb == "get" { "running" } else { "failed" };
                    assert_eq!(task["state"], state, "{task:#}");
                    assert!(task.to_string().contains("***"), "{task:#}");
                }
                if format == ["-o", "raw"] {
                    let is_whole = match simulation.is_xml() {
                        true => crate::sim::vsphere::Node::read(&outcome.stdout)
                            .is_some_and(|root| root.name == "val"),
                        false => outcome.json().is_object(),
                    };
                    assert!(is_whole, "raw is still what the server's parser would read");
                }
            }
        }
    }
}

/// Whether a verb is one of this backend's.
fn has(simulation: &dyn Simulation, verb: &str) -> bool {
    let backend = taskctl::api::find(simulation.backend()).expect("a backend for each simulation");
    verb != "cancel" || backend.capabilities.cancel
}

#[test]
fn a_list_of_tasks_that_echo_every_secret_shows_none_in_any_format() {
    for (number, simulation) in SIMULATIONS.iter().copied().enumerate() {
        for (other, format) in FORMATS.into_iter().enumerate() {
            let plant = Plant::new(simulation, PASSWORDS[(number + other) % PASSWORDS.len()]);
            plant.tell_everything();
            let outcome = plant.run("list", format).expect(0);
            assert!(!outcome.stdout.is_empty(), "{outcome:?}");
            if format == ["-o", "json"] {
                assert!(outcome.stdout.contains("***"), "{outcome:?}");
            }
        }
        if has(simulation, "cancel") {
            for more in [&[][..], &["--watch"], &["--watch", "-o", "json"], &["--watch", "-o", "jsonl"]] {
                let plant = Plant::new(simulation, PASSWORDS[number % PASSWORDS.len()]);
                plant.tell_everything();
                plant.run("cancel", more).expect(0);
            }
        }
        let plant = Plant::new(simulation, PASSWORDS[number % PASSWORDS.len()]);
        plant.tell_everything();
        plant.run("get", &["--tree", "-o", "json"]).expect(0);
    }
}

#[test]
fn an_examination_shows_no_secret_whatever_a_step_is_answered() {
    let kinds = [RequestKind::Login, RequestKind::Logout, RequestKind::Read, RequestKind::Other];
    for (number, simulation) in SIMULATIONS.iter().copied().enumerate() {
        for (other, more) in [&[][..], &["-o", "json"]].into_iter().enumerate() {
            let password = PASSWORDS[(number + other) % PASSWORDS.len()];
            let plant = Plant::new(simulation, password);
            plant.run("doctor", more).expect(0);
            let stderr = Plant::new(simulation, password).process("doctor", &[more, &["-vv"]].concat());
            assert!(stderr.contains("> GET "), "traces are there: {stderr}");
            let wrong = Plant::new(simulation, password);
            wrong.server.mode("password", "another one");
            wrong.run("doctor", more).expect(4);
            for kind in kinds {
                // The first read is a stranger's, the second is in the session.
                for before in [0, 1] {
                    for status in [200, 401, 403, 404, 500] {
                        let answers = refusals(status, &Plant::new(simulation, password).uncalled().echo());
                        // Each place with another form of the answer.
                        let fault = answers[(before + usize::from(status)) % answers.len()].clone();
                        let plant = Plant::new(simulation, password).uncalled();
                        plant.server.faults(Some(kind), before, 9, fault.clone());
                        plant.run("doctor", more);
                        if status == 500 && number == other {
                            let plant = Plant::new(simulation, password).uncalled();
                            plant.server.faults(Some(kind), before, 9, fault);
                            plant.process("doctor", &[more, &["-vv"]].concat());
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_terminal_shows_no_more_than_a_pipe() {
    each(|simulation, password| {
        let mut plant = Plant::new(simulation, password);
        plant.bench.terminal.stdout = true;
        plant.bench.terminal.stderr = true;
        plant.tell_everything();
        plant.run("get", &[]).expect(0);
        plant.run("get", &["-o", "json"]).expect(0);
        plant.run("watch", &["--progress", "plain"]).expect(3);
    });
}

#[test]
fn a_refusal_that_echoes_every_secret_shows_none() {
    for (number, simulation) in SIMULATIONS.iter().copied().enumerate() {
        // Each status with another password, and each password with each backend.
        for (other, status) in [400, 401, 403, 404, 500].into_iter().enumerate() {
            let password = PASSWORDS[(number + other) % PASSWORDS.len()];
            for kind in [RequestKind::Login, RequestKind::Read] {
                if kind == RequestKind::Login && !simulation.has_sessions() {
                    continue;
                }
                let fresh = || {
                    let plant = Plant::new(simulation, password);
                    if kind == RequestKind::Login { plant.without_session() } else { plant }
                };
                for fault in refusals(status, &fresh().uncalled().echo()) {
                    for verb in ["get", "list", "cancel"] {
                        if has(simulation, verb) {
                            let plant = fresh();
                            plant.server.faults(Some(kind), 0, 99, fault.clone());
                            plant.run(verb, &[]);
                        }
                    }
                    let plant = fresh();
                    plant.server.faults(Some(kind), 0, 99, fault.clone());
                    let shown = plant.run("watch", &["-o", "jsonl", "--retry-for", "20s"]);
                    assert_ne!(shown.code, 0, "{shown:?}");
                }
            }
        }
    }
}

#[test]
fn a_refusal_as_json_shows_none_either() {
    each(|simulation, password| {
        for (status, echoed) in [(401, "json"), (404, "json"), (500, "yaml")] {
            let plant = Plant::new(simulation, password);
            let echo = plant.echo();
            plant.server.faults(
                Some(RequestKind::Read),
                0,
                9,
                refusals(status, &echo).remove(if simulation.is_xml() { 3 } else { 0 }),
            );
            let outcome = plant.run("get", &["-o", echoed]);
            assert!(outcome.stdout.contains("***"), "{outcome:?}");
        }
    });
}

#[test]
fn a_redirect_that_echoes_a_secret_shows_none() {
    each(|simulation, password| {
        for spelling in spellings(password) {
            if spelling.chars().any(|c| c.is_control()) {
                continue;
            }
            let plant = Plant::new(simulation, password);
            let location = format!("https://other.example.com/portal?password={spelling}");
            plant.server.faults(None, 0, 9, Fault::redirect(&location));
            let outcome = plant.run("get", &[]);
            assert_ne!(outcome.code, 0, "{outcome:?}");
        }
    });
}

#[test]
fn traces_show_no_secret_wherever_it_comes_from() {
    for (number, simulation) in SIMULATIONS.iter().enumerate() {
        // Each backend with two of them: a process takes a while.
        for password in [PASSWORDS[number % PASSWORDS.len()], PASSWORDS[(number + 2) % PASSWORDS.len()]] {
            let plant = Plant::new(*simulation, password);
            let stderr = plant.process("get", &["-vv"]);
            assert!(stderr.contains("> GET ") || stderr.contains("> POST "), "traces are there: {stderr}");
            assert!(stderr.contains("***"), "{stderr}");
            let plant = Plant::new(*simulation, password);
            plant.tell_everything();
            plant.process("get", &["-vv", "-o", "json"]);
            plant.process("watch", &["-v", "--interval", "200ms"]);
            for kind in [RequestKind::Login, RequestKind::Read] {
                for status in [401, 500] {
                    let plant = Plant::new(*simulation, password);
                    let plant = if kind == RequestKind::Login { plant.without_session() } else { plant };
                    let echo = plant.echo();
                    plant.server.faults(Some(kind), 0, 9, refusals(status, &echo).remove(0));
                    if kind == RequestKind::Login && !simulation.has_sessions() {
                        plant.server.faults(None, 0, 9, refusals(status, &echo).remove(0));
                    }
                    plant.process("get", &["-vv"]);
                }
            }
            let wrong = Plant::new(*simulation, password);
            wrong.server.mode("password", "another one");
            assert!(wrong.process("get", &["-vv"]).contains("error: "));
        }
    }
}

#[test]
fn a_short_secret_is_hidden_where_it_is_sent_and_destroys_nothing() {
    for simulation in SIMULATIONS {
        let plant = Plant::new(*simulation, "a1");
        let output = Command::new(env!("CARGO_BIN_EXE_taskctl"))
            .env_clear()
            .envs(plant.bench.environment().iter().cloned())
            .args(plant.arguments("get", &["-vv"]))
            .output()
            .expect("the program runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        assert!(stderr.contains("warning: the secret from password_env SIM_PASSWORD"), "{stderr}");
        assert!(!stderr.contains("\"a1\""), "{stderr}");
        assert!(!stderr.contains(&STANDARD.encode(format!("{}:a1", simulation.user()))), "{stderr}");
    }
}

#[test]
fn the_token_service_and_a_given_header_show_no_secret() {
    for password in PASSWORDS {
        let simulation = crate::sim::simulation("snapservice");
        let saml = |server: &Server| {
            server.mode("auth", "saml");
            let sts = format!("{}/sts/STSService/vsphere.local", server.url());
            server
                .profile("snapservice")
                .replace("auth = \"session\"", &format!("auth = \"saml\"\nsts_url = \"{sts}\""))
        };
        for status in [None, Some(401), Some(500)] {
            let mut plant = Plant::with(simulation, password, saml).without_session();
            plant.bench = plant.bench.env("SIM_PASSWORD", password);
            plant.tell_everything();
            if let Some(status) = status {
                for fault in refusals(status, &plant.echo()) {
                    plant.server.faults(Some(RequestKind::Login), 0, 1, fault);
                    plant.run("get", &[]);
                }
                plant.server.faults(
                    Some(RequestKind::Login),
                    0,
                    9,
                    refusals(status, &plant.echo()).remove(3),
                );
            }
            plant.run("watch", &[]);
            plant.process("get", &["-vv"]);
        }
        // Whatever the server makes of the token, it is not shown.
        let header = |server: &Server| {
            let lines = server.profile("snapservice").replace("password_env", "token_env");
            lines.replace("auth = \"session\"", "auth = \"header\"")
        };
        let mut plant = Plant::with(simulation, password, header).without_session();
        plant.bench = plant.bench.env("SIM_PASSWORD", password);
        // Nothing is made of a user name here.
        plant.secrets.truncate(1);
        plant.server.faults(None, 0, 9, refusals(403, &plant.echo()).remove(0));
        if !password.is_ascii() {
            plant.server.may_stay_uncalled();
        }
        plant.run("get", &[]);
        plant.process("get", &["-vv"]);
    }
}

#[test]
fn the_secret_of_a_remote_site_is_hidden_too() {
    for password in PASSWORDS {
        let remote = |server: &Server| {
            server.mode("remote", "site2");
            format!(
                "{}site = \"site2\"\nsite_username = \"operator\"\nsite_password_env = \"REMOTE\"\n",
                server.profile("vcda")
            )
        };
        let mut plant = Plant::with(crate::sim::simulation("vcda"), password, remote);
        plant.bench = plant.bench.env("SIM_PASSWORD", password).env("REMOTE", "r3mote \"%Geheim");
        plant.secrets.push("r3mote \"%Geheim".to_owned());
        let echo = plant.echo();
        plant.server.faults(Some(RequestKind::Other), 0, 1, refusals(401, &echo).remove(0));
        plant.run("get", &[]);
        let plant = plant.without_session();
        plant.run("get", &[]).expect(4);
        plant.process("get", &["-vv"]);
    }
}

#[test]
fn what_a_command_is_told_and_prints_is_not_shown() {
    let endings: [(&str, u8); 5] = [
        ("printf '%s\\n' \"$0\"", 0),
        ("printf '%s\\n' \"$0\"; exit 3", 2),
        ("printf '%s\\n%s\\n' \"$0\" \"$1\"", 2),
        ("printf '%s\\n' \"$0$1\" >&2", 2),
        ("kill -9 $$", 2),
    ];
    for password in PASSWORDS {
        for (script, code) in endings {
            let command = |server: &Server| {
                let argv = json!(["sh", "-c", script, password, ARGUMENT]).to_string();
                let source = format!("password_command = {argv}");
                server.profile("vcenter").replace("password_env = \"SIM_PASSWORD\"", &source)
            };
            let mut plant = Plant::with(crate::sim::simulation("vcenter"), password, command);
            plant.server.may_stay_uncalled();
            let stderr = plant.process("get", &["-vv"]);
            assert_eq!(stderr.contains("error: "), code != 0, "{script}: {stderr}");
        }
    }
}

#[test]
fn a_mistake_in_the_file_beside_a_secret_does_not_quote_it() {
    let secret = "Geh3im%im-file";
    let beside = [
        "password = \"Geh3im%im-file",
        "password = Geh3im%im-file",
        "password = \"Geh3im%im-file\" extra",
        "password = \"Geh3im%im-file\\q\"",
        "password = 'Geh3im%im-file'\npassword = 'Geh3im%im-file'",
        "password = [\"Geh3im%im-file\"]",
        "password = {a = \"Geh3im%im-file\"}",
        "passwrd = \"Geh3im%im-file\"",
        "token = \"Geh3im%im-file\"",
        "password = \"Geh3im%im-file\"\npassword_env = \"X\"",
        "password_prompt = \"Geh3im%im-file\"",
        "password_env = \"Geh3im%im-file$\"",
        "password_command = \"Geh3im%im-file\"",
        "password_command = [\"sh\", 1, \"Geh3im%im-file\"]",
        "password_file = [\"Geh3im%im-file\"]",
        "password = 1979-05-27\nheaders = { A = [\"Geh3im%im-file\"] }",
        "headers = { \"X-A\" = \"Geh3im%im-file\\n\" }",
        "headers = \"Geh3im%im-file\"",
        "[profiles.p.headers]\nX-A = Geh3im%im-file",
        "site_password = \"Geh3im%im-file\"\nsite_usernme = \"x\"",
        "username = \"u\" password = \"Geh3im%im-file\"",
        "password = \"\"\"Geh3im%im-file",
        "Geh3im%im-file",
    ];
    for line in beside {
        for url in ["https://127.0.0.1:9", "https://operator:Geh3im%25im-file@127.0.0.1:9"] {
            let config = format!("[profiles.p]\nbackend = \"vcenter\"\nurl = \"{url}\"\n{line}\n");
            let bench = Bench::with_config(&config);
            for (arguments, fails) in [
                (&["get", "vcenter", "a:b"][..], true),
                (&["watch", "p/a:b", "-o", "json"], true),
                (&["list", "vcenter", "--service", "a"], true),
                (&["cancel", "p/a:b", "-y"], true),
                (&["doctor"], true),
                (&["doctor", "-p", "p", "-o", "json"], true),
                (&["config", "validate"], true),
                (&["config", "validate", "--strict", "-vv"], true),
                (&["config", "show"], true),
                (&["config", "show", "p"], true),
                (&["config", "show", "p", "--reveal"], true),
                (&["config", "show", "-o", "json"], true),
                (&["config", "list"], false),
                (&["config", "list", "-o", "json"], false),
                (&["config", "path"], false),
                (&["config", "init"], true),
            ] {
                let outcome = bench.run(arguments);
                let shown = format!("{}{}", outcome.stdout, outcome.stderr);
                if fails {
                    assert_eq!(outcome.code, 2, "{line}: {arguments:?} {shown}");
                    assert!(shown.contains("error: "), "{line}: {shown}");
                }
                for spelling in spellings(secret).iter().chain([&"Geh3im".to_owned()]) {
                    assert!(!shown.contains(spelling.as_str()), "{line}: {shown}");
                }
            }
        }
    }
}

#[test]
fn config_shows_no_secret_of_a_file_without_mistakes() {
    for password in PASSWORDS {
        let text = |value: &str| serde_json::to_string(value).expect("text");
        let (password_text, header, argument) = (text(password), text(HEADER), text(ARGUMENT));
        let config = format!(
            "[profiles.inline]\nbackend = \"vcda\"\nurl = \"https://127.0.0.1:9\"\nusername = \"u\"\n\
             password = {password_text}\nsite = \"s\"\nsite_username = \"o\"\nsite_password = {password_text}\n\
             headers = {{ X-Lab = {header} }}\n\
             [profiles.token]\nbackend = \"snapservice\"\nurl = \"https://127.0.0.1:9\"\nauth = \"header\"\n\
             token = {password_text}\n\
             [profiles.command]\nbackend = \"ecs\"\nurl = \"https://127.0.0.1:9\"\nusername = \"u\"\n\
             password_command = [\"pass\", {argument}]\n"
        );
        let bench = Bench::with_config(&config)
            .env("TASKCTL_PASSWORD", password)
            .env("TASKCTL_TOKEN", password)
            .env("SIM_PASSWORD", password);
        for verb in [
            &["list"][..],
            &["list", "-o", "json"],
            &["show"],
            &["show", "-o", "json"],
            &["show", "inline"],
            &["show", "token", "-o", "json"],
            &["show", "command"],
            &["validate"],
            &["validate", "--strict"],
            &["path"],
            &["init"],
        ] {
            for verbosity in [&[][..], &["-v"], &["-vv"]] {
                let arguments = [&["config"], verb, verbosity].concat();
                let output = Command::new(env!("CARGO_BIN_EXE_taskctl"))
                    .env_clear()
                    .envs(bench.environment().iter().cloned())
                    .args(&arguments)
                    .stdin(Stdio::null())
                    .output()
                    .expect("the program runs");
                let shown = [output.stdout, output.stderr].concat();
                let shown = String::from_utf8_lossy(&shown);
                // Strictly it matters who may read the file, and that is the machine's affair.
                let sound = output.status.success() == (verb != ["init"]);
                assert!(sound || verb.contains(&"--strict"), "{arguments:?} {shown}");
                for secret in [password, HEADER, ARGUMENT] {
                    for spelling in spellings(secret) {
                        assert!(!shown.contains(&spelling), "{arguments:?} shows {spelling}: {shown}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_password_in_an_address_on_the_command_line_is_not_repeated() {
    let bench = Bench::with_config("");
    for arguments in [
        &["get", "https://operator:Geh3im@127.0.0.1:9/tasks/x"][..],
        &["get", "vcda", "https://operator:Geh3im@127.0.0.1:9/tasks/x"],
        &["get", "vcda", "x", "--url", "https://operator:Geh3im@127.0.0.1:9"],
        &["get", "vcda", "https://operator:Geh3im@127.0.0.1:nonsense/tasks/x"],
    ] {
        let outcome = bench.run(arguments).expect(2);
        assert!(!outcome.stderr.contains("Geh3im"), "{outcome:?}");
    }
}

#[test]
fn an_id_that_is_a_secret_by_mistake_is_not_repeated() {
    each(|simulation, password| {
        // In an id of two parts each part is shown by itself.
        if password.contains(['/', ' ']) && simulation.id(1).contains('/') {
            return;
        }
        // One that cannot be an id is refused before anything is sent.
        let plant = Plant::new(simulation, password).uncalled();
        for format in [&[][..], &["-o", "json"], &["-o", "jsonl"]] {
            for verb in ["get", "watch"] {
                let arguments =
                    [&[verb, simulation.backend(), password, "--retry-for", "0"], format].concat();
                let outcome = plant.bench.run(&arguments);
                plant.search(&outcome.stdout, &outcome.stderr);
            }
        }
    });
}

/// In a process of its own, since a panic hook is the whole process's.
#[expect(
    clippy::disallowed_methods,
    reason = "the test runs itself again, and is told so by the environment"
)]
#[test]
fn a_panic_shows_no_secret() {
    use std::sync::Arc;

    use taskctl::resolve::context::Context;
    use taskctl::resolve::credentials::Prompt;
    use taskctl::util::clock::{Stop, SystemClock};
    use taskctl::util::env::Env;
    use taskctl::util::redact::Redactor;
    use taskctl::util::streams::{Input, Shared};
    use taskctl::util::terminal::Terminal;

    const INSIDE: &str = "TASKCTL_TEST_PANICS";

    struct Panics;
    impl Prompt for Panics {
        fn ask(&self, _text: &str) -> std::io::Result<secrecy::SecretString> {
            panic!("out of order: {}", PASSWORDS.map(spellings).concat().join(" | "));
        }
    }

    let verbs = [
        "get vcenter a:b",
        "watch vcenter a:b -o json",
        "list vcenter --service s",
        "doctor vcenter -o json",
    ];
    if let Some(verb) = std::env::var_os(INSIDE) {
        let redactor = Redactor::new();
        PASSWORDS.iter().for_each(|password| redactor.hide(password));
        let mut context = Context {
            env: Env::of([("TASKCTL_URL", "https://127.0.0.1:9"), ("TASKCTL_USERNAME", "operator")]),
            terminal: Terminal { stdin: true, stderr: true, ..Terminal::default() },
            clock: Arc::new(SystemClock::default()),
            stop: Arc::new(Stop::new()),
            stdin: Input::new(std::io::empty()),
            stdout: Shared::new(std::io::stdout()),
            stderr: Shared::new(std::io::stderr()),
            prompt: Arc::new(Panics),
            redactor: Arc::new(redactor),
            transports: taskctl::http::transport::HttpTransport::factory(),
            own_process: true,
            color: None,
            config_file: None,
            configured_color: Default::default(),
            quiet: false,
            verbose: 0,
            holds_sessions: Arc::default(),
            typed: Vec::new(),
        };
        let words = verb.to_str().expect("text").split(' ');
        std::process::exit(
            taskctl::app::run(&mut context, std::iter::once("taskctl").chain(words).map(Into::into)).into(),
        );
    }
    for verb in verbs {
        let output = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "secrets::a_panic_shows_no_secret", "--nocapture"])
            .env(INSIDE, verb)
            .output()
            .expect("it runs");
        let shown =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{verb}: {shown}");
        assert!(shown.contains("this is a bug of taskctl") && shown.contains("out of order: ***"), "{shown}");
        for password in PASSWORDS {
            for spelling in spellings(password) {
                assert!(!shown.contains(&spelling), "{verb}: {spelling}: {shown}");
            }
        }
    }
}

#[test]
fn completions_read_no_secret() {
    let bench = Bench::with_config("[profiles.p]\npassword = \"Geh3im\"\n").env("TASKCTL_PASSWORD", "Geh3im");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let outcome = bench.run(&["completions", shell]).expect(0);
        assert!(!outcome.stdout.contains("Geh3im") && outcome.stderr.is_empty());
    }
    for arguments in [
        &["--help"][..],
        &["get", "--help"],
        &["get", "vcda", "--help"],
        &["nonsense"],
        &["manual"],
        &["schema"],
        &["schema", "event"],
        &["__complete", "profiles"],
    ] {
        let outcome = bench.run(arguments);
        assert!(!outcome.stdout.contains("Geh3im") && !outcome.stderr.contains("Geh3im"));
    }
}

/// Passwords that are words of taskctl itself and of its formats.
const ORDINARY: [&str; 15] = [
    "password",
    "error",
    "task",
    "tasks",
    "running",
    "failed",
    "login",
    "profile",
    "true",
    "null",
    "schema",
    "hint",
    "cannot",
    "HTTP",
    "credentials",
];

/// What the simulated servers say in such words themselves: there a secret is a secret.
const OF_SERVERS: [&str; 7] = [
    "No operation found",
    "sync$task",
    "task-123",
    "The task '",
    "Invalid user name",
    "Access is denied",
    "Cannot complete login",
];

#[test]
fn what_taskctl_says_itself_is_the_same_whatever_the_password_is() {
    side_by_side(SIMULATIONS.iter().copied(), |simulation: &'static dyn Simulation| {
        let server = Server::start(simulation);
        let backend = simulation.backend();
        let id = simulation.id(1);
        let config = server.profile(backend);
        let said = |password: &str, known: &str| {
            server.mode("password", known);
            server.world().add(Story::new(&id, vec![Truth::running(10)]));
            let bench = Bench::with_config(&config).env("SIM_PASSWORD", password);
            let directory = bench.path("").to_string_lossy().into_owned();
            let lines: [&[&str]; 7] = [
                &["get", backend, &id],
                &["get", backend, &id, "--field", "schema,state,error,cancelable"],
                &["get", backend, &simulation.id(9)],
                &["watch", backend, &id, "--timeout", "1s"],
                &["cancel", backend, &id, "--yes"],
                &["doctor"],
                &["doctor", "-o", "json"],
            ];
            let run = |line: &&[&str]| {
                let Outcome { code, stdout, stderr, .. } = bench.run(line);
                // Two runs differ in their directory, and in the numbers of VCDA's requests.
                let text = format!("{line:?}: {code}\n{stdout}{stderr}").replace(&directory, "");
                let lines = text.lines().filter(|line| !line.contains("operationID"));
                lines.map(str::to_owned).collect::<Vec<String>>()
            };
            lines.iter().map(run).collect::<Vec<_>>()
        };
        for accepted in [true, false] {
            let known = |password: &'static str| if accepted { password } else { "another-One" };
            let neutral = said("Zw3i-Birnen", known("Zw3i-Birnen"));
            for word in ORDINARY {
                for (with, without) in said(word, known(word)).iter().zip(&neutral) {
                    assert_eq!(with.len(), without.len(), "{backend}, {word}: {with:#?}");
                    for (with, without) in with.iter().zip(without) {
                        // An id was typed, and lists and errors of servers have it too.
                        let is_in_id = id.contains(word) && without.contains("task-");
                        if !is_in_id && !OF_SERVERS.iter().any(|text| without.contains(text)) {
                            assert_eq!(with, without, "{backend}: the password is {word:?}");
                        }
                    }
                }
            }
        }
    });
}
