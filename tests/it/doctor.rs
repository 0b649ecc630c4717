//! `taskctl doctor`: healthy, and with each step broken, on each of the five backends.

use std::net::TcpListener;

use serde_json::Value;

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Response, Server};
use crate::sim::tls::{Authority, Identity, LOOPBACK, Says};
use crate::sim::{PASSWORD, RequestKind, Simulation, simulation};
use crate::support::{each, side_by_side};
use crate::tls::{BEYOND, Proxy};

/// The time that the test's clock has.
const NOW: &str = "Fri, 20 Nov 2026 10:15:00 GMT";

/// A server with a certificate of its own, and a profile that pins it.
struct Patient {
    server: Server,
    identity: Identity,
}

impl Patient {
    fn new(simulation: &'static dyn Simulation) -> Patient {
        let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
        let mut server = Server::start_tls(simulation, identity.server());
        server.may_stay_uncalled();
        server.mode("date", NOW);
        Patient { server, identity }
    }

    fn backend(&self) -> &'static str {
        self.server.simulation().backend()
    }

    fn profile(&self) -> String {
        self.server.profile(self.backend())
    }

    fn bench(&self) -> Bench {
        Bench::with_config(&format!("{}tls_pin = \"{}\"\n", self.profile(), self.identity.pin()))
    }

    fn closed(&self) {
        let sessions = self.server.sessions();
        assert_eq!((sessions.live(), sessions.opened()), (0, sessions.closed()), "{}", self.backend());
    }
}

fn doctor(bench: &Bench) -> Outcome {
    bench.run(&["doctor"])
}

/// The steps of a report, each with its status.
fn steps(bench: &Bench, code: u8) -> (Value, Vec<(String, String)>) {
    let outcome = bench.run(&["doctor", "-o", "json"]).expect(code);
    let report = outcome.json();
    assert_eq!(report["schema"], "taskctl.doctor/v1");
    assert_eq!((report["ok"].as_bool(), report["exitCode"].as_u64()), (Some(code == 0), Some(code.into())));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let steps = report["steps"].as_array().expect("steps");
    let steps = steps.iter().map(|step| (text(&step["step"]), text(&step["status"]))).collect();
    (report, steps)
}

/// Asserts that the examination ended at this step, with this code, saying this; nothing but a logout came after it.
#[track_caller]
fn ends_at(bench: &Bench, step: &str, code: u8, said: &str) -> Value {
    let (report, steps) = steps(bench, code);
    let at = steps.iter().position(|(name, _)| name == step);
    let at = at.unwrap_or_else(|| panic!("no step {step}: {report:#}"));
    assert_eq!(steps[at].1, "failed", "{report:#}");
    let rest: Vec<&str> = steps[at + 1..].iter().map(|(name, _)| name.as_str()).collect();
    assert!(rest.iter().all(|name| ["clock", "logout"].contains(name)), "{rest:?}");
    assert!(steps[..at].iter().all(|(_, status)| status != "failed"), "{steps:?}");
    let error = report["steps"][at]["error"].clone();
    let outcome = doctor(bench).expect(code);
    assert!(outcome.stderr.starts_with("error: "), "{outcome:?}");
    assert!(outcome.stderr.contains(said), "{said:?} is not in {outcome:#?}");
    if step != "file" {
        // What failed, whose it is and where, in the one line that must be read.
        let (profile, url) = (&report["profile"], report["url"].as_str().expect("an address"));
        let line = outcome.stderr.lines().next().expect("a line");
        let host = url.split('/').nth(2).expect("a host");
        let whole =
            format!("error: checking {} ({host}) failed at {step}", profile.as_str().expect("a name"));
        assert_eq!(line, whole);
    }
    // The row says which step, the error why, and the last line what it comes to; none says it again.
    assert!(outcome.stdout.contains(&format!("failed   {step}\n")), "{outcome:#?}");
    let verdict = outcome.stdout.lines().last().expect("a verdict");
    assert!(verdict.ends_with(&format!(": failed at {step}")), "{outcome:#?}");
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    let reason = outcome.stderr.lines().nth(usize::from(step != "file")).expect("a reason");
    let (_, reason) = reason.split_once(": ").expect("a label");
    assert_eq!(all.matches(reason).count(), 1, "{outcome:#?}");
    assert!(!outcome.stderr.contains(PASSWORD) && !outcome.stdout.contains(PASSWORD), "{outcome:?}");
    error
}

#[test]
fn a_healthy_profile_goes_through_every_step() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let (report, steps) = steps(&patient.bench(), 0);
        let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
        let all =
            ["file", "secret", "name", "tcp", "tls", "api", "clock", "login", "version", "rights", "logout"];
        assert_eq!(names, all, "{report:#}");
        for (name, status) in &steps {
            let untold = name == "version" && simulation.version().is_none()
                || ["login", "logout"].contains(&name.as_str()) && !simulation.has_sessions();
            assert_eq!(status, if untold { "skipped" } else { "ok" }, "{name}: {report:#}");
        }
        let tls = &report["steps"][4]["details"];
        assert_eq!(tls["version"], "TLS 1.3");
        assert_eq!(tls["chainLength"], 1);
        assert_eq!(tls["daysLeft"], 23052);
        assert_eq!(tls["pin"], patient.identity.pin());
        assert_eq!(tls["line"], format!("tls_pin = \"{}\"", patient.identity.pin()));
        assert_eq!(report["steps"][6]["details"]["secondsAhead"], 0);
        patient.closed();
        let outcome = doctor(&patient.bench()).expect(0);
        assert_eq!(outcome.stderr, "");
        assert!(outcome.stdout.contains(&format!("tls_pin = \"{}\"", patient.identity.pin())), "{outcome:?}");
        assert!(!outcome.stdout.contains("0 ms"), "{outcome:?}");
        let verdict = format!("\n{}: works\n", patient.backend());
        assert!(outcome.stdout.ends_with(&verdict), "{outcome:#?}");
        assert!(!outcome.stdout.contains(PASSWORD), "{outcome:?}");
        patient.closed();
        assert_eq!(patient.server.sessions().refused(), usize::from(!simulation.has_sessions()) * 2);
    });
}

#[test]
fn the_version_is_told_where_the_api_tells_it() {
    each(|simulation| {
        let Some(version) = simulation.version() else { return };
        let patient = Patient::new(simulation);
        let outcome = doctor(&patient.bench()).expect(0);
        assert!(outcome.stdout.contains(&format!("  {version}\n")), "{outcome:?}");
    });
}

#[test]
fn an_older_vcenter_is_healthy_too() {
    for mode in [("api", "rest"), ("api", "mixed"), ("windows", "yes")] {
        let patient = Patient::new(simulation("vcenter"));
        patient.server.mode(mode.0, mode.1);
        let (report, steps) = steps(&patient.bench(), 0);
        let untold = |name: &str| name == "version" && mode.0 == "windows";
        for (name, status) in steps {
            assert_eq!(status, if untold(&name) { "skipped" } else { "ok" }, "{mode:?} {name}: {report:#}");
        }
        patient.closed();
    }
}

#[test]
fn a_broken_file_or_an_unknown_profile_ends_it_at_the_file() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let bench = Bench::with_config(&patient.profile().replace("username", "usernam"));
        ends_at(&bench, "file", 2, "did you mean `username`?");
        let bench = patient.bench().env("TASKCTL_PROFILE", "nothing-like-it");
        ends_at(&bench, "file", 2, "there is no such profile");
        let bench = Bench::with_config(&format!("{}ca_file = \"absent.pem\"\n", patient.profile()));
        ends_at(&bench, "file", 2, "absent.pem cannot be read");
        assert!(patient.server.requests().is_empty());
    });
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_a_warning_of_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    each(|simulation| {
        let patient = Patient::new(simulation);
        let profile = patient
            .profile()
            .replace("password_env = \"SIM_PASSWORD\"", &format!("password = \"{PASSWORD}\""));
        let bench = Bench::with_config(&format!("{profile}tls_pin = \"{}\"\n", patient.identity.pin()));
        let mode = |mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(bench.path("config.toml"), permissions).expect("the mode is set");
            let (report, _) = steps(&bench, 0);
            assert!(!report.to_string().contains(PASSWORD), "{report:#}");
            report["steps"][0].clone()
        };
        let open = mode(0o644);
        assert_eq!(
            (&open["status"], &open["details"]["mode"]),
            (&"warning".into(), &"0644".into()),
            "{open:#}"
        );
        assert!(open["notes"][0].as_str().is_some_and(|note| note.contains("chmod 600")), "{open:#}");
        assert_eq!(mode(0o600)["status"], "ok");
    });
}

#[test]
fn a_secret_that_cannot_be_had_ends_it_before_anything_is_sent() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        ends_at(&patient.bench().env("SIM_PASSWORD", ""), "secret", 2, "SIM_PASSWORD");
        assert!(patient.server.requests().is_empty());
    });
}

/// A bench whose profile has its password from this line.
fn with_source(patient: &Patient, line: &str) -> Bench {
    let profile = patient.profile().replace("password_env = \"SIM_PASSWORD\"", line);
    Bench::with_config(&format!("{profile}tls_pin = \"{}\"\n", patient.identity.pin()))
}

#[test]
fn every_source_of_a_secret_is_told_and_what_is_wrong_with_it() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        ends_at(&with_source(&patient, "password_command = [\"/no/such\"]"), "secret", 2, "cannot start");
        ends_at(&with_source(&patient, "password_prompt = true"), "secret", 2, "there is no terminal");
        ends_at(&with_source(&patient, ""), "secret", 2, "TASKCTL_PASSWORD");
        let bench = with_source(&patient, "password_file = \"secret\"");
        ends_at(&bench, "secret", 2, "cannot read password_file");
        assert!(patient.server.requests().is_empty());
        std::fs::write(bench.path("secret"), format!("{PASSWORD}\n")).expect("a file");
        #[cfg(unix)]
        for (mode, status) in [(0o644, "warning"), (0o600, "ok")] {
            use std::os::unix::fs::PermissionsExt as _;
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(bench.path("secret"), permissions).expect("the mode is set");
            let (report, _) = steps(&bench, 0);
            assert_eq!(report["steps"][1]["status"], status, "{report:#}");
            assert_eq!(report["steps"][1]["notes"].to_string().contains("chmod 600"), status == "warning");
        }
        let mut asked = with_source(&patient, "password_prompt = true");
        asked.terminal.stderr = true;
        asked.prompt = Some(PASSWORD.to_owned());
        let (report, _) = steps(&asked, 0);
        let said = report["steps"][1]["message"].as_str().expect("a text");
        assert!(said.ends_with("came from the terminal"), "{report:#}");
        patient.closed();
    });
}

/// With the machine's clock: it is time that a command takes.
#[cfg(unix)]
#[test]
fn a_command_that_prints_the_secret_is_run_by_an_examination_too() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let told = |script: &str, code: i32| {
            let line = format!("password_command = [\"sh\", \"-c\", {script:?}]");
            let ended = crate::process::run(&with_source(&patient, &line), &["doctor"]).expect(code);
            assert!(!format!("{ended:?}").contains(PASSWORD), "{ended:#?}");
            ended
        };
        let ended = told("printf '%s\\n' \"$SIM_PASSWORD\"", 0);
        assert!(ended.stdout.contains("came from password_command sh of profile"), "{ended:#?}");
        for (script, said) in [
            ("exit 3", "failed"),
            ("true", "printed nothing"),
            ("echo \"$SIM_PASSWORD\"; echo \"$SIM_PASSWORD\"", "more than one line"),
        ] {
            let before = patient.server.requests().len();
            let ended = told(script, 2);
            assert!(ended.stdout.contains("failed   secret") && ended.stderr.contains(said), "{ended:#?}");
            assert_eq!(patient.server.requests().len(), before);
        }
        patient.closed();
    });
}

#[test]
fn a_file_that_cannot_be_used_ends_it_at_the_file() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let insecure = format!("{}insecure = true\n", patient.profile());
        ends_at(&Bench::with_config("[profiles.p\nbackend"), "file", 2, "config.toml:1:");
        let plain = patient.profile().replace(&format!("https://{LOOPBACK}"), "http://vc01.example.com");
        ends_at(&Bench::with_config(&plain), "file", 2, "allow_http");
        let both = format!("{insecure}tls_pin = \"{}\"\n", patient.identity.pin());
        ends_at(&Bench::with_config(&both), "file", 2, "`insecure` trusts anyone");
        let twice = patient.profile().replace("password_env", "password_file = \"x\"\npassword_env");
        ends_at(&Bench::with_config(&twice), "file", 2, "password");
        assert!(patient.server.requests().is_empty());
    });
}

#[test]
fn a_name_without_an_address_ends_it_at_the_name() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        // A label that is too long for DNS, so that no resolver is asked over the network.
        let name = format!("{}.invalid", "x".repeat(64));
        let bench = Bench::with_config(&patient.profile().replace(LOOPBACK, &name));
        ends_at(&bench, "name", 7, "cannot be resolved");
    });
}

#[test]
fn a_port_where_nobody_listens_ends_it_at_tcp() {
    each(|simulation| {
        let mut patient = Patient::new(simulation);
        patient.server.go_down();
        ends_at(&patient.bench(), "tcp", 7, "cannot connect");
    });
}

#[test]
fn a_certificate_that_nobody_vouches_for_ends_it_at_tls_with_the_line_to_paste() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let bench = Bench::with_config(&patient.profile());
        let error = ends_at(&bench, "tls", 7, &format!("\nhint: tls_pin = \"{}\"\n", patient.identity.pin()));
        assert_eq!(error["kind"], "tls");
        let hints = error["hints"].as_array().expect("hints");
        assert!(hints.contains(&format!("tls_pin = \"{}\"", patient.identity.pin()).into()), "{error:#}");
        assert!(patient.server.requests().is_empty());
        let wrong = Bench::with_config(&format!(
            "{}tls_pin = \"SHA-256:{}\"\n",
            patient.profile(),
            ["00"; 32].join(":")
        ));
        ends_at(&wrong, "tls", 7, "another than the one of `tls_pin`");
    });
}

#[test]
fn a_certificate_of_the_right_authority_that_is_not_good_ends_it_at_tls() {
    each(|simulation| {
        let ca = Authority::root("Acme Root");
        let cases = [
            (Says { years: (2001, 2002), ..Says::server(&[LOOPBACK]) }, "has expired"),
            (Says { years: (2089, 2090), ..Says::server(&[LOOPBACK]) }, "is not valid yet"),
            (Says::server(&["other.example.com"]), "is for other names than 127.0.0.1"),
        ];
        for (says, said) in cases {
            let identity = ca.sign(&says);
            let mut server = Server::start_tls(simulation, identity.server());
            server.may_stay_uncalled();
            let profile = server.profile(simulation.backend());
            let bench = Bench::with_config(&format!("{profile}ca_file = \"ca.pem\"\n"));
            std::fs::write(bench.path("ca.pem"), ca.pem()).expect("a file");
            ends_at(&bench, "tls", 7, said);
            assert!(server.requests().is_empty());
        }
        // A server without TLS, where the profile says that it has it.
        let mut server = Server::start(simulation);
        server.may_stay_uncalled();
        let profile = server.profile(simulation.backend()).replace("http://", "https://");
        let pin = ["00"; 32].join(":");
        let bench =
            Bench::with_config(&format!("{profile}tls_pin = \"{pin}\"\nconnect_timeout = \"300ms\"\n"));
        let error = ends_at(&bench, "tls", 7, "TLS");
        assert!(["tls", "network"].contains(&error["kind"].as_str().expect("a kind")), "{error:#}");
        assert!(server.requests().is_empty());
    });
}

#[test]
fn insecure_and_a_certificate_about_to_end_are_warnings_of_tls() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let bench = Bench::with_config(&format!("{}insecure = true\n", patient.profile()));
        let (report, _) = steps(&bench, 0);
        let tls = &report["steps"][4];
        assert_eq!(tls["status"], "warning", "{report:#}");
        assert!(tls["message"].as_str().is_some_and(|text| text.contains("NOT CHECKED")), "{report:#}");
        // The test's clock says November 2026.
        let says = Says { years: (2020, 2027), ..Says::server(&[LOOPBACK]) };
        let identity = Authority::root("Acme Root").sign(&says);
        let server = Server::start_tls(simulation, identity.server());
        let profile = server.profile(simulation.backend());
        let bench = Bench::with_config(&format!("{profile}tls_pin = \"{}\"\n", identity.pin()));
        let (report, _) = steps(&bench, 0);
        assert_eq!(report["steps"][4]["details"]["daysLeft"], 41);
        assert_eq!(report["steps"][4]["status"], "ok");
        let soon = Says { years: (2020, 2026), ends: (12, 10), ..Says::server(&[LOOPBACK]) };
        let identity = Identity::self_signed(&soon);
        let server = Server::start_tls(simulation, identity.server());
        let profile = server.profile(simulation.backend());
        let bench = Bench::with_config(&format!("{profile}tls_pin = \"{}\"\n", identity.pin()));
        let (report, _) = steps(&bench, 0);
        assert_eq!(report["steps"][4]["details"]["daysLeft"], 19);
        assert_eq!(report["steps"][4]["status"], "warning");
        let ended = Says { years: (2020, 2022), ..Says::server(&[LOOPBACK]) };
        let identity = Identity::self_signed(&ended);
        let server = Server::start_tls(simulation, identity.server());
        let profile = server.profile(simulation.backend());
        let bench = Bench::with_config(&format!("{profile}tls_pin = \"{}\"\n", identity.pin()));
        let (report, _) = steps(&bench, 0);
        assert_eq!(report["steps"][4]["status"], "warning", "{report:#}");
        assert!(report["steps"][4]["details"]["daysLeft"].as_i64().is_some_and(|days| days < 0));
    });
}

#[test]
fn what_is_not_the_api_ends_it_at_the_api_and_no_login_is_sent() {
    each(|simulation| {
        let cases = [
            (Fault::web_page(200), 1, "this may not be the API's address"),
            (Fault::web_page(404), 1, "this may not be the API's address"),
            (Fault::redirect("https://elsewhere.example.com/"), 1, "redirect"),
            (Fault::status(503), 7, "503"),
            (
                Fault::Answer(Response::json(200, &serde_json::json!({"state": "x"}))),
                1,
                if simulation.is_xml() { "JSON, not XML" } else { "shows tasks without a login" },
            ),
        ];
        for (fault, code, said) in cases {
            let patient = Patient::new(simulation);
            patient.server.faults(None, 0, 1000, fault);
            ends_at(&patient.bench(), "api", code, said);
            assert_eq!(patient.server.count(RequestKind::Login), 0);
            assert_eq!(patient.server.sessions().refused(), 0);
        }
    });
}

#[test]
fn an_api_that_hangs_up_or_says_nothing_ends_it_at_the_api() {
    each(|simulation| {
        side_by_side([(Fault::HangUp, "broke"), (Fault::Hang, "did not answer in time")], |(fault, said)| {
            let patient = Patient::new(simulation);
            patient.server.faults(None, 0, 1000, fault);
            let bench = Bench::with_config(&format!(
                "{}tls_pin = \"{}\"\nrequest_timeout = \"300ms\"\n",
                patient.profile(),
                patient.identity.pin()
            ));
            ends_at(&bench, "api", 7, said);
            assert_eq!(patient.server.count(RequestKind::Login), 0);
        });
    });
}

#[test]
fn a_version_that_is_not_for_everyone_is_skipped_a_broken_one_a_warning_and_a_lost_one_the_end() {
    each(|simulation| {
        if simulation.version().is_none() {
            return;
        }
        let backend = simulation.backend();
        for (fault, status) in
            [(Fault::status(403), "skipped"), (Fault::status(500), "warning"), (Fault::garbage(), "warning")]
        {
            let patient = Patient::new(simulation);
            patient.server.faults(Some(RequestKind::Other), 0, 1000, fault);
            let (report, steps) = steps(&patient.bench(), 0);
            assert_eq!(steps[8], ("version".to_owned(), status.to_owned()), "{backend} {report:#}");
            assert_eq!(steps[9], ("rights".to_owned(), "ok".to_owned()), "{backend} {report:#}");
            patient.closed();
        }
        let patient = Patient::new(simulation);
        patient.server.faults(Some(RequestKind::Other), 0, 1000, Fault::HangUp);
        ends_at(&patient.bench(), "version", 7, "broke");
        patient.closed();
    });
}

#[test]
fn a_login_that_is_not_to_be_had_ends_it_at_the_login_and_is_not_repeated() {
    each(|simulation| {
        if !simulation.has_sessions() {
            return;
        }
        let cases = [
            (Fault::status(503), 7, "503"),
            (Fault::status(404), 1, "404"),
            (Fault::HangUp, 7, "broke"),
            (Fault::redirect("https://elsewhere.example.com/"), 1, "redirect"),
        ];
        for (fault, code, said) in cases {
            let patient = Patient::new(simulation);
            patient.server.faults(Some(RequestKind::Login), 0, 1000, fault);
            ends_at(&patient.bench(), "login", code, said);
            // Twice examined.
            let most = 2 * simulation.login_requests();
            assert!(patient.server.count(RequestKind::Login) <= most, "{}", patient.backend());
            patient.closed();
        }
        let patient = Patient::new(simulation);
        patient.server.faults(Some(RequestKind::Login), 0, 1000, Fault::web_page(200));
        let bench = patient.bench();
        let code = doctor(&bench).code;
        assert_ne!(code, 0);
        ends_at(&bench, "login", code, "");
    });
}

#[test]
fn a_read_that_goes_wrong_ends_it_at_the_rights_and_the_session_is_closed() {
    each(|simulation| {
        let cases = [
            (Fault::status(500), 7, "500"),
            (Fault::HangUp, 7, "broke"),
            (Fault::redirect("https://elsewhere.example.com/"), 1, "redirect"),
        ];
        for (fault, code, said) in cases {
            let patient = Patient::new(simulation);
            // Each examination asks as a stranger first.
            patient.server.faults(Some(RequestKind::Read), 1, 1, fault.clone());
            patient.server.faults(Some(RequestKind::Read), 1, 1, fault);
            ends_at(&patient.bench(), "rights", code, said);
            patient.closed();
        }
    });
}

#[test]
fn clocks_apart_are_a_warning() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        for (date, ahead, status) in [
            ("Fri, 20 Nov 2026 10:14:00 GMT", Some(60), "ok"),
            ("Fri, 20 Nov 2026 10:10:00 GMT", Some(300), "warning"),
            ("Fri, 20 Nov 2026 10:17:00 GMT", Some(-120), "warning"),
            ("yesterday", None, "skipped"),
        ] {
            patient.server.mode("date", date);
            let (report, _) = steps(&patient.bench(), 0);
            let clock = &report["steps"][6];
            assert_eq!(clock["status"], status, "{date}: {report:#}");
            assert_eq!(clock["details"]["secondsAhead"].as_i64(), ahead);
        }
    });
}

#[test]
fn a_wrong_password_ends_it_with_the_source_of_the_credential_and_is_tried_once() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let bench = patient.bench().env("SIM_PASSWORD", "wr0ng-Geheim");
        // Without a login the first read is what is refused.
        let (step, kind) = if simulation.has_sessions() {
            ("login", RequestKind::Login)
        } else {
            ("rights", RequestKind::Read)
        };
        let error = ends_at(&bench, step, 4, "SIM_PASSWORD");
        assert_eq!(error["kind"], "auth");
        // Twice examined, and a stranger's look each time where there is no login.
        let expected = if simulation.has_sessions() { 2 } else { 4 };
        assert_eq!(patient.server.count(kind), expected, "{}", patient.backend());
        patient.closed();
    });
}

#[test]
fn an_account_without_the_right_ends_it_at_the_rights_and_is_logged_out() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        patient.server.mode("no_role", "yes");
        ends_at(&patient.bench(), "rights", 4, "cannot read tasks");
        patient.closed();
    });
}

#[test]
fn a_logout_that_is_refused_is_told() {
    each(|simulation| {
        if !simulation.has_sessions() {
            return;
        }
        for (fault, said) in [(Fault::status(500), "500"), (Fault::HangUp, "broke")] {
            let patient = Patient::new(simulation);
            patient.server.faults(Some(RequestKind::Logout), 0, 1000, fault);
            ends_at(&patient.bench(), "logout", 7, said);
        }
    });
}

#[test]
fn plain_http_has_no_tls_to_examine() {
    each(|simulation| {
        let server = Server::start(simulation);
        let (report, steps) = steps(&Bench::new(&[&server]), 0);
        assert_eq!(steps[4], ("tls".to_owned(), "skipped".to_owned()), "{report:#}");
    });
}

#[test]
fn a_server_without_a_profile_is_examined_by_flags() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let lines: toml::Table = simulation.profile_lines().parse().expect("lines of TOML");
        // Only a setting that has no default would need a profile.
        let backend = taskctl::api::find(patient.backend()).expect("a backend for each simulation");
        if lines.contains_key("auth") && backend.auth.first().copied() != lines["auth"].as_str() {
            return;
        }
        let bench = Bench::with_config("").env("TASKCTL_PASSWORD", PASSWORD);
        std::fs::write(bench.path("ca.pem"), patient.identity.pem()).expect("a file");
        let (url, file) = (patient.server.url(), bench.path("ca.pem").to_string_lossy().into_owned());
        let arguments = ["doctor", patient.backend(), "--url", &url, "--username", simulation.user()];
        let outcome = bench.run(&[&arguments[..], &["--ca-file", &file]].concat()).expect(0);
        assert!(outcome.stdout.contains("trusted by `ca_file`"), "{outcome:?}");
        let outcome = bench.run(&arguments).expect(7);
        assert!(outcome.stderr.contains(&patient.identity.pin()), "{outcome:?}");
    });
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind((LOOPBACK, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let bench = Bench::with_config(&format!(
        "[profiles.velo]\nbackend = \"velostrata\"\nurl = \"https://{LOOPBACK}:{port}\"\n\
         password_env = \"SIM_PASSWORD\"\nconnect_timeout = \"200ms\"\n"
    ));
    ends_at(&bench, "tls", 7, "did not answer in time");
}

#[test]
fn the_way_through_a_proxy_is_examined_too() {
    each(|simulation| {
        let identity = Identity::self_signed(&Says::server(&[BEYOND]));
        let mut server = Server::start_tls(simulation, identity.server());
        server.may_stay_uncalled();
        let profile = server.profile(simulation.backend()).replace(LOOPBACK, BEYOND);
        let profile = format!("{profile}tls_pin = \"{}\"\n", identity.pin());
        let through = |answer: &'static str| {
            let proxy = Proxy::to(server.port(), answer);
            let address = format!("http://squid:pr0xy-Wort@{LOOPBACK}:{}", proxy.port);
            (proxy, Bench::with_config(&profile).env("HTTPS_PROXY", &address))
        };
        let (proxy, bench) = through("200 Connection established");
        let (report, steps) = steps(&bench, 0);
        assert_eq!(steps[4], ("proxy".to_owned(), "ok".to_owned()), "{report:#}");
        assert!(report["steps"][2]["message"].as_str().is_some_and(|text| text.contains("HTTPS_PROXY")));
        assert!(proxy.seen().iter().all(|head| head.starts_with(&format!("CONNECT {BEYOND}:"))));
        let (_proxy, bench) = through("407 Proxy Authentication Required");
        ends_at(&bench, "proxy", 7, "407 Proxy Authentication Required");
        let outcome = doctor(&bench);
        assert!(!format!("{outcome:?}").contains("pr0xy-Wort"), "{outcome:?}");
    });
}

#[test]
fn a_token_service_on_a_second_host_is_part_of_the_login() {
    let ca = Authority::root("Acme Root");
    let patient = Patient::new(simulation("snapservice"));
    patient.server.mode("auth", "saml");
    let mut tokens =
        Server::start_tls(simulation("snapservice"), ca.sign(&Says::server(&["localhost"])).server());
    tokens.may_stay_uncalled();
    let lines = |more: &str| {
        let lines = patient.profile().replace(patient.server.simulation().profile_lines(), "");
        let url = format!("https://localhost:{}/sts/STSService/vsphere.local", tokens.port());
        let pin = patient.identity.pin();
        let bench = Bench::with_config(&format!(
            "{lines}auth = \"saml\"\nsts_url = \"{url}\"\ntls_pin = \"{pin}\"\n{more}\n"
        ));
        std::fs::write(bench.path("ca.pem"), ca.pem()).expect("a file");
        bench
    };
    ends_at(&lines(""), "login", 7, "name the CA that signs its certificates in `ca_file`");
    // The token is good, and the simulated appliance, which knows only its own, refuses it.
    ends_at(&lines("ca_file = \"ca.pem\""), "rights", 4, "cannot read tasks");
}

#[test]
fn what_a_certificate_says_cannot_touch_the_terminal() {
    let name = "evil\u{1b}[2J\u{202e}\nok       all    is well";
    let identity = Identity::self_signed(&Says { name: name.to_owned(), ..Says::server(&[LOOPBACK]) });
    let server = Server::start_tls(simulation("ecs"), identity.server());
    let mut bench =
        Bench::with_config(&format!("{}tls_pin = \"{}\"\n", server.profile("ecs"), identity.pin()));
    for terminal in [true, false] {
        bench.terminal.stdout = terminal;
        let outcome = bench.run(&["doctor", "--color", "never"]).expect(0);
        assert!(outcome.stdout.contains("evil"), "{outcome:?}");
        assert!(!outcome.stdout.contains("\nok       all"), "{outcome:?}");
        assert!(!terminal || !outcome.stdout.contains(['\u{1b}', '\u{202e}']), "{outcome:?}");
    }
    bench.terminal.stdout = true;
    let outcome = bench.run(&["doctor", "-o", "json"]).expect(0);
    assert!(!outcome.stdout.contains(['\u{1b}', '\u{202e}']), "{outcome:?}");
    let said = outcome.json()["steps"][4]["details"]["subject"].clone();
    assert_eq!(said, format!("CN={name}"), "exact for machines");
}

#[test]
fn a_path_that_does_not_exist_proves_nothing_about_rights() {
    each(|simulation| {
        let pages = [("text/plain", "404 page not found\n"), ("text/html", "<html>404</html>"), ("", "")];
        let mut answers: Vec<Response> =
            pages.map(|(kind, body)| Response::new(404).header("Content-Type", kind).body(body)).to_vec();
        if simulation.backend() == "vcenter" || simulation.backend() == "snapservice" {
            let message = serde_json::json!({"id": "com.vmware.vapi.rest.httpNotFound", "args": []});
            let body = serde_json::json!({"error_type": "NOT_FOUND", "messages": [message]});
            answers.push(Response::json(404, &body));
        }
        // What a framework says of a path that it does not know is JSON too.
        let of_a_framework =
            serde_json::json!({"status": 404, "error": "Not Found", "message": "", "path": "/x"});
        let patient = Patient::new(simulation);
        patient.server.faults(
            Some(RequestKind::Read),
            1,
            5,
            Fault::Answer(Response::json(404, &of_a_framework)),
        );
        let report = patient.bench().run(&["doctor", "-o", "json"]).json();
        let steps = report["steps"].as_array().expect("steps");
        let rights = steps.iter().find(|step| step["step"] == "rights").expect("the step");
        assert!(["failed", "warning"].contains(&rights["status"].as_str().expect("a word")), "{report:#}");
        for answer in answers {
            let patient = Patient::new(simulation);
            let bench = patient.bench();
            // Whoever comes without a session is told to log in, as ever.
            let with_fault =
                || patient.server.faults(Some(RequestKind::Read), 1, 5, Fault::Answer(answer.clone()));
            with_fault();
            let outcome = doctor(&bench);
            assert_ne!(outcome.code, 0, "{}: {outcome:#?}", patient.backend());
            assert!(outcome.stdout.contains("failed   rights\n"), "{}: {outcome:#?}", patient.backend());
            assert!(!outcome.stdout.contains("tasks may be read"), "{outcome:#?}");
            patient.closed();
        }
    });
}

#[test]
fn every_profile_is_checked_and_the_last_line_says_which_do_not_work() {
    each(|simulation| {
        let patient = Patient::new(simulation);
        let lines = format!("{}tls_pin = \"{}\"\n", patient.profile(), patient.identity.pin());
        let renamed = |name: &str| {
            lines.replacen(&format!("[profiles.{}]", patient.backend()), &format!("[profiles.{name}]"), 1)
        };
        let missing = renamed("no-secret").replace("SIM_PASSWORD", "NOT_SET");
        let broken = renamed("broken").replace("username", "usernam");
        let config = [renamed("a"), missing, renamed("b"), broken].join("\n");
        let bench = Bench::with_config(&config);
        let outcome = bench.run(&["doctor", "-A"]).expect(2);
        let verdicts: Vec<&str> = outcome
            .stdout
            .lines()
            .filter(|line| line.ends_with(": works") || line.contains(": failed at "))
            .collect();
        assert_eq!(
            verdicts,
            ["a: works", "no-secret: failed at secret", "b: works", "broken: failed at file"],
            "{outcome:#?}"
        );
        assert_eq!(
            outcome.stdout.lines().last(),
            Some("2 of 4 profiles work; not no-secret, broken"),
            "{outcome:#?}"
        );
        assert!(outcome.stderr.contains("checking no-secret (") && outcome.stderr.contains("usernam"));
        let documents = bench.run(&["doctor", "--all-profiles", "-o", "json"]).expect(2).json();
        let codes: Vec<_> =
            documents.as_array().expect("a list").iter().map(|one| &one["exitCode"]).collect();
        assert_eq!(codes, [0, 2, 0, 2], "{documents:#}");
        assert_eq!(
            Bench::with_config(&renamed("a")).run(&["doctor", "-A", "-o", "json"]).expect(0).json()[0]["ok"],
            true
        );
        patient.closed();
        for line in [&["doctor", "-A", "-p", "a"][..], &["-p", "a", "doctor", "-A"]] {
            let refused = bench.run(line).expect(2);
            assert!(refused.stderr.contains("--all-profiles cannot be used with --profile"), "{refused:?}");
        }
        assert!(Bench::with_config("").run(&["doctor", "-A"]).expect(2).stderr.contains("holds no profile"));
    });
}
