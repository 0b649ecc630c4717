//! How the binary ends when it is told to, or when nobody listens any more, wherever it is just then.

use std::io::Read as _;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use crate::cli::{Case, SLACK, each_with_sessions};
use crate::harness::Bench;
use crate::process::{self, Ended, Running};
use crate::sim::server::Fault;
use crate::sim::tls::LOOPBACK;
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, Simulation};
use crate::support::{each, side_by_side};

/// What is promised of an end: two seconds for the logout, and room for a busy machine.
const SOON: Duration = Duration::from_secs(2).saturating_add(SLACK);

/// The requests of an examination, and of how many of their kind each is the next.
const EXAMINED: [(RequestKind, usize); 5] = [
    // What a stranger is told.
    (RequestKind::Read, 0),
    (RequestKind::Login, 0),
    // The version.
    (RequestKind::Other, 0),
    // The rights.
    (RequestKind::Read, 1),
    (RequestKind::Logout, 0),
];

/// Whether an examination of this backend sends such a request.
fn is_sent(simulation: &dyn Simulation, kind: RequestKind) -> bool {
    match kind {
        RequestKind::Other => simulation.version().is_some(),
        RequestKind::Login | RequestKind::Logout => simulation.has_sessions(),
        RequestKind::Read => true,
        RequestKind::Discovery => simulation.is_xml(),
    }
}

#[track_caller]
fn interrupted(mut running: Running, what: &str) -> Ended {
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{what} {ended:#?}");
    assert!(ended.took < SOON, "{what} {ended:#?}");
    assert!(!ended.stderr.contains("error:"), "{what}: a signal is no error: {ended:#?}");
    ended
}

#[test]
fn ctrl_c_ends_an_examination_whatever_it_waits_for() {
    each(|simulation| {
        side_by_side(EXAMINED, |(kind, before)| {
            if !is_sent(simulation, kind) {
                return;
            }
            let case = Case::endless(simulation);
            let what = format!("{} {kind:?} {before}", case.backend());
            case.server.faults(Some(kind), before, 1, Fault::Hang);
            let doctor = process::start(&case.bench, &["doctor"]);
            case.server.wait_for(kind, before + 1);
            let ended = interrupted(doctor, &what);
            // The last step that is told is the one that was cut short, or the logout after it.
            if kind != RequestKind::Logout {
                assert!(ended.stdout.contains("skipped"), "{what} {ended:#?}");
                assert!(!ended.stdout.contains("failed"), "{what} {ended:#?}");
                let sessions = case.server.sessions();
                assert_eq!(sessions.opened(), sessions.closed(), "{what} {ended:#?}");
            }
        });
    });
}

#[test]
fn ctrl_c_ends_an_examination_before_the_first_request() {
    // It takes connections and says nothing: no TLS, and no tunnel.
    let mute = TcpListener::bind((LOOPBACK, 0)).expect("a port");
    let port = mute.local_addr().expect("an address").port();
    let profile = |host: &str, source: &str| {
        format!("[profiles.velo]\nbackend = \"velostrata\"\nurl = \"https://{host}\"\n{source}\n")
    };
    let hanging = [
        Bench::with_config(&profile(&format!("{LOOPBACK}:{port}"), "password_env = \"SIM_PASSWORD\"")),
        Bench::with_config(&profile("velo.beyond.invalid", "password_env = \"SIM_PASSWORD\""))
            .env("HTTPS_PROXY", &format!("http://{LOOPBACK}:{port}")),
    ];
    for bench in hanging {
        let doctor = process::start(&bench, &["doctor", "-o", "json"]);
        let (mut stream, _) = mute.accept().expect("a connection");
        stream.read_exact(&mut [0]).expect("something is asked");
        let ended = interrupted(doctor, "mute");
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let last = report["steps"].as_array().and_then(|steps| steps.last()).expect("a step");
        assert_eq!((&last["status"], &last["error"]), (&"skipped".into(), &serde_json::Value::Null));
        assert_eq!((&report["ok"], &report["exitCode"]), (&false.into(), &130.into()), "{report:#}");
    }
    // A command that prints no secret, and nobody who types one into a pipe.
    let command =
        profile("127.0.0.1:9", "password_command = [\"sh\", \"-c\", \"echo here >&3; exec sleep 600\"]");
    let bench = Bench::with_config(&command);
    let (mut told, teller) = std::io::pipe().expect("a pipe");
    let mut words = Command::new("/bin/sh");
    words.args(["-c", "exec \"$@\" 3>&1 >/dev/null", "sh", env!("CARGO_BIN_EXE_taskctl"), "doctor"]);
    process::prepare(&mut words, &bench);
    words.stdout(teller);
    let doctor = Running::spawn(words, "");
    told.read_exact(&mut [0]).expect("the command runs");
    interrupted(doctor, "command");
}

#[test]
fn a_second_ctrl_c_leaves_an_examination_at_once() {
    each_with_sessions(|simulation| {
        let case = Case::endless(simulation);
        case.server.faults(Some(RequestKind::Read), 1, 1, Fault::Hang);
        case.server.fault_on(RequestKind::Logout, Fault::Hang);
        let mut doctor = process::start(&case.bench, &["doctor"]);
        case.server.wait_for(RequestKind::Read, 2);
        doctor.signal("TERM");
        case.server.wait_for(RequestKind::Logout, 1);
        doctor.signal("INT");
        let ended = doctor.end().expect(130);
        assert!(ended.took < Duration::from_millis(1500), "{ended:#?}");
    });
}

#[test]
fn ctrl_c_ends_a_list_and_a_cancel_whatever_they_wait_for() {
    each(|simulation| {
        let list = [&["list", simulation.backend()], simulation.list_flags()].concat();
        let id = simulation.id(1);
        let cancel = ["cancel", simulation.backend(), &id, "-y"];
        let able = taskctl::api::find(simulation.backend()).expect("a backend").capabilities.cancel;
        let cases = [
            (&list[..], RequestKind::Login, simulation.has_sessions()),
            (&list[..], RequestKind::Read, true),
            (&cancel[..], RequestKind::Login, able && simulation.has_sessions()),
            (&cancel[..], RequestKind::Other, able),
            // The look at what has become of the task.
            (&cancel[..], RequestKind::Read, able),
        ];
        side_by_side(cases, |(words, kind, exists)| {
            if !exists {
                return;
            }
            let case = Case::endless(simulation);
            case.server.fault_on(kind, Fault::Hang);
            let running = process::start(&case.bench, words);
            case.server.wait_for(kind, 1);
            let ended = interrupted(running, &format!("{words:?} {kind:?}"));
            assert_eq!(ended.stdout, "");
            let sessions = case.server.sessions();
            assert_eq!(sessions.opened(), sessions.closed(), "{words:?} {kind:?} {ended:#?}");
        });
    });
}

#[test]
fn ctrl_c_is_obeyed_while_a_file_that_never_ends_is_read() {
    // A pipe in the place of a file, into which nobody writes.
    let mut case = Case::endless(crate::sim::SIMULATIONS[0]);
    case.server.may_stay_uncalled();
    side_by_side(["get", "list", "doctor"], |verb| {
        let pipe = case.bench.path(verb);
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo starts").success());
        let path = pipe.to_string_lossy().into_owned();
        let id: &[&str] = if verb == "get" { &[&case.id] } else { &[] };
        let words = [&[verb, case.backend()], id, &["--password-file", &path]].concat();
        let running = process::start(&case.bench, &words);
        // Opening it waits for somebody who reads.
        let writer = std::fs::OpenOptions::new().write(true).open(&pipe).expect("a reader");
        interrupted(running, &format!("{words:?}"));
        drop(writer);
    });
}

#[test]
fn ctrl_c_is_obeyed_while_nobody_reads_what_is_written() {
    // A reader who does not read, and more than a pipe holds.
    let case = Case::endless(crate::sim::SIMULATIONS[0]);
    for number in 0..400 {
        let story = Story::new(&case.server.simulation().id(number), vec![Truth::running(1)]);
        case.server.world().add(story.operation(&"x".repeat(1000)));
    }
    let mut command = process::command(&case.bench, &["list", case.backend(), "-o", "json"]);
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    command.stdout(writer);
    let list = Running::spawn(command, "");
    reader.read_exact(&mut [0; 1024]).expect("it is being written");
    interrupted(list, "a full pipe");
}

#[test]
fn a_closed_standard_output_ends_every_verb_quietly() {
    each(|simulation| {
        let (backend, filter) = (simulation.backend(), simulation.list_flags());
        for words in [
            &[&["list", backend], filter].concat()[..],
            &[&["list", backend], filter, &["-o", "jsonl"]].concat(),
            &[&["list", backend], filter, &["-o", "json"]].concat(),
            &[&["list", backend], filter, &["--field", "id"]].concat(),
            &["doctor"],
            &["doctor", "-o", "json"],
        ] {
            let mut case = Case::endless(simulation);
            case.server.may_stay_uncalled();
            unheard(&case.bench, words);
            let sessions = case.server.sessions();
            assert_eq!(sessions.opened(), sessions.closed(), "{words:?}");
        }
    });
    let config = "[profiles.p]\nbackend = \"ecs\"\nurl = \"https://ecs01:4443\"\n";
    let bench = Bench::with_config(config);
    for words in [
        &["config", "list"][..],
        &["config", "list", "-o", "json"],
        &["config", "show"],
        &["config", "show", "p", "-o", "json"],
        &["config", "validate"],
        &["config", "path"],
        &["manual"],
        &["schema"],
        &["schema", "event"],
        &["completions", "zsh"],
        &["--help"],
        &["--version"],
    ] {
        unheard(&bench, words);
    }
    let bench = Bench::with_config("");
    let path = bench.path("new.toml").to_string_lossy().into_owned();
    unheard(&bench.env("TASKCTL_CONFIG", &path), &["config", "init"]);
}

/// Runs a command line whose standard output nobody reads.
#[track_caller]
fn unheard(bench: &Bench, words: &[&str]) {
    let mut command = process::command(bench, words);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    command.stdout(writer);
    let ended = Running::spawn(command, "").end();
    assert_eq!(ended.code, Some(0), "{words:?} {ended:#?}");
    assert!(!ended.stderr.contains("error") && !ended.stderr.contains("bug"), "{words:?} {ended:#?}");
}

#[test]
fn an_examination_that_nobody_reads_any_more_goes_no_further() {
    each(|simulation| {
        let mut case = Case::endless(simulation);
        case.server.may_stay_uncalled();
        unheard(&case.bench, &["doctor"]);
        assert_eq!(case.server.requests().len(), 0, "the first line was not heard");
    });
}
