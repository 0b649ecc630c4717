//! The binary as scripts meet it: exit codes, streams, signals, secrets, over all five backends.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use serde_json::Value;

use crate::harness::Bench;
use crate::process::{self, Ended, Running};
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{PASSWORD, RequestKind, SIMULATIONS, Simulation};
use crate::support::{each, side_by_side};

const BRISK: [&str; 4] = ["-i", "200ms", "--max-interval", "200ms"];

/// Room for a busy machine on top of what the program promises.
pub const SLACK: Duration = Duration::from_secs(4);

/// A server with one task, and a bench with a profile for it.
pub struct Case {
    pub server: Server,
    pub bench: Bench,
    pub id: String,
}

impl Case {
    pub fn new(simulation: &'static dyn Simulation, moments: Vec<Truth>) -> Case {
        let server = Server::start(simulation);
        let id = simulation.id(1);
        server.world().add(Story::new(&id, moments));
        let bench = Bench::new(&[&server]);
        Case { server, bench, id }
    }

    /// A task that goes on for ever.
    pub fn endless(simulation: &'static dyn Simulation) -> Case {
        Case::new(simulation, vec![Truth::running(10)])
    }

    pub fn backend(&self) -> &'static str {
        self.server.simulation().backend()
    }

    pub fn words<'a>(&'a self, verb: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut words = vec![verb, self.backend(), &self.id];
        if verb == "watch" {
            words.extend(BRISK);
        }
        words.extend(more);
        words
    }

    fn get(&self, more: &[&str]) -> Ended {
        process::run(&self.bench, &self.words("get", more))
    }

    fn watch(&self, more: &[&str]) -> Ended {
        self.start_watch(more).end()
    }

    fn start_watch(&self, more: &[&str]) -> Running {
        process::start(&self.bench, &self.words("watch", more))
    }

    /// As many sessions were closed as opened.
    #[track_caller]
    pub fn all_closed(&self) {
        let sessions = self.server.sessions();
        assert_eq!(sessions.opened(), sessions.closed(), "{}: sessions left open", self.backend());
        let has_sessions = self.server.simulation().has_sessions();
        assert!(!has_sessions || sessions.opened() + sessions.refused() > 0, "{}", self.backend());
    }
}

pub fn each_with_sessions(case: impl Fn(&'static dyn Simulation) + Sync) {
    each(|simulation| {
        if simulation.has_sessions() {
            case(simulation);
        }
    });
}

#[test]
fn get_prints_a_task_for_people_and_as_json() {
    each(|simulation| {
        let case = Case::new(simulation, vec![Truth::running(40)]);
        let shown = case.get(&[]).expect(0);
        assert!(shown.stdout.contains("running") && shown.stdout.contains("40%"), "{shown:#?}");
        assert_eq!(shown.stderr, "");
        let json = case.get(&["-o", "json"]).expect(0);
        let task: Value = serde_json::from_str(&json.stdout).expect("JSON");
        assert_eq!((&task["state"], &task["backend"]), (&"running".into(), &case.backend().into()));
        assert_eq!(json.stderr, "");
        case.all_closed();
    });
}

#[test]
fn a_watch_ends_with_the_tasks_own_verdict() {
    each(|simulation| {
        let verdicts = [
            (Truth::succeeded(), 0, "succeeded"),
            (Truth::failed("DatastoreFull", "No space left", &[]), 3, "failed"),
            (Truth::new(Condition::Cancelled), 6, "cancelled"),
        ];
        for (end, code, word) in verdicts {
            if !simulation.can_tell(&end.condition) {
                continue;
            }
            let case = Case::new(simulation, vec![Truth::running(10), Truth::running(60), end]);
            let ended = case.watch(&["-o", "json"]).expect(code);
            let task: Value = serde_json::from_str(&ended.stdout).expect("JSON");
            assert_eq!(task["state"], word);
            assert!(ended.stderr.contains("running 10%"), "{ended:#?}");
            assert!(!ended.stderr.contains('\x1b') && !ended.stderr.contains('\r'), "{ended:#?}");
            case.all_closed();
        }
    });
}

#[test]
fn what_keeps_a_watch_from_its_verdict_has_codes_of_its_own() {
    each(|simulation| {
        let case = Case::endless(simulation);
        let ended = case.watch(&["--timeout", "1s"]).expect(124);
        assert!(ended.took >= Duration::from_secs(1), "{ended:#?}");
        assert!(ended.stderr.contains("error: the task has not ended after 1.0s\n"), "{ended:#?}");
        case.all_closed();

        let case = Case::endless(simulation);
        let wrong = Bench::new(&[&case.server]).env("SIM_PASSWORD", "wr0ng-Geheim");
        let ended = process::run(&wrong, &case.words("watch", &[])).expect(4);
        assert!(!ended.stderr.contains("wr0ng-Geheim"), "{ended:#?}");
        case.all_closed();

        let mut case = Case::endless(simulation);
        case.id = simulation.id(99);
        let ended = case.watch(&[]).expect(5);
        assert!(ended.stderr.contains(&case.id), "{ended:#?}");
        case.all_closed();

        let mut case = Case::endless(simulation);
        case.server.may_stay_uncalled();
        case.server.go_down();
        let ended = case.watch(&["--retry-for", "1s"]).expect(7);
        assert!(ended.stderr.contains("cannot connect"), "{ended:#?}");

        let mut case = Case::endless(simulation);
        case.server.may_stay_uncalled();
        case.watch(&["--no-such-flag"]).expect(2);
        process::run(&case.bench, &["watch", case.backend()]).expect(2);
        case.watch(&["-p", "no-such-profile"]).expect(2);
        assert_eq!(case.server.requests().len(), 0, "a mistake costs no login");
    });
}

#[test]
fn a_closed_standard_output_ends_quietly() {
    each(|simulation| {
        let cases: [(&str, &[&str], Vec<Truth>); 3] = [
            ("get", &[], vec![Truth::running(40)]),
            ("watch", &[], vec![Truth::running(10), Truth::succeeded()]),
            ("watch", &["-o", "jsonl"], vec![Truth::running(10)]),
        ];
        for (verb, more, moments) in cases {
            let case = Case::new(simulation, moments);
            let mut command = process::command(&case.bench, &case.words(verb, more));
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            command.stdout(writer);
            let running = Running::spawn(command, "");
            let ended = running.end().expect(0);
            assert!(!ended.stderr.contains("error:"), "{ended:#?}");
            case.all_closed();
        }
    });
}

#[test]
fn a_signal_ends_a_watch_in_order_and_tells_how_to_resume() {
    each(|simulation| {
        for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
            let case = Case::endless(simulation);
            let mut watch = case.start_watch(&[]);
            // By the second the answer to the first was taken.
            case.server.wait_for(RequestKind::Read, 2);
            watch.signal(signal);
            let ended = watch.end().expect(code);
            let resume = format!("taskctl watch {} {} -i 200ms", case.backend(), case.id);
            assert!(ended.stderr.contains("the task goes on"), "{ended:#?}");
            assert!(ended.stderr.contains(&resume), "{ended:#?}");
            assert_eq!(ended.stdout, "");
            assert!(ended.took < Duration::from_secs(2) + SLACK, "{ended:#?}");
            case.all_closed();
        }
    });
}

#[test]
fn a_task_that_was_not_found_does_not_go_on() {
    let case = Case::endless(SIMULATIONS[0]);
    let gone = SIMULATIONS[0].id(99);
    let mut watch = case.start_watch(&[&gone]);
    // By then the answer about it has long been taken.
    case.server.wait_for(RequestKind::Read, 6);
    watch.signal("INT");
    let ended = watch.end().expect(130);
    let resume = format!("the task goes on. To resume: taskctl watch {} {} -i", case.backend(), case.id);
    assert!(ended.stderr.contains(&resume), "{ended:#?}");
}

#[test]
fn a_logout_that_hangs_holds_an_interrupted_watch_for_two_seconds_only() {
    each_with_sessions(|simulation| {
        let case = Case::endless(simulation);
        case.server.fault_on(RequestKind::Logout, Fault::Hang);
        let mut watch = case.start_watch(&[]);
        case.server.wait_for(RequestKind::Read, 1);
        watch.signal("INT");
        let ended = watch.end().expect(130);
        assert!(ended.took >= Duration::from_millis(1500), "{ended:#?}");
        assert!(ended.took < Duration::from_secs(2) + SLACK, "{ended:#?}");
        assert_eq!(case.server.count(RequestKind::Logout), 1);
    });
}

#[test]
fn a_second_signal_leaves_at_once() {
    each_with_sessions(|simulation| {
        let case = Case::endless(simulation);
        case.server.fault_on(RequestKind::Logout, Fault::Hang);
        let mut watch = case.start_watch(&[]);
        case.server.wait_for(RequestKind::Read, 1);
        watch.signal("TERM");
        case.server.wait_for(RequestKind::Logout, 1);
        watch.signal("INT");
        let ended = watch.end().expect(130);
        assert!(ended.took < Duration::from_millis(1500), "{ended:#?}");
    });
}

#[test]
fn a_signal_is_obeyed_while_the_server_hangs() {
    each(|simulation| {
        side_by_side([RequestKind::Login, RequestKind::Read], |kind| {
            if kind == RequestKind::Login && !simulation.has_sessions() {
                return;
            }
            side_by_side(["get", "watch"], |verb| {
                let case = Case::endless(simulation);
                case.server.fault_on(kind, Fault::Hang);
                let mut running = process::start(&case.bench, &case.words(verb, &[]));
                case.server.wait_for(kind, 1);
                running.signal("INT");
                let ended = running.end().expect(130);
                assert!(ended.took < Duration::from_secs(2) + SLACK, "{kind:?} {ended:#?}");
                // A login without an answer has no session that could be closed.
                let sessions = case.server.sessions();
                assert_eq!(sessions.opened(), sessions.closed(), "{kind:?} {ended:#?}");
            });
        });
    });
}

#[test]
fn a_deadline_is_kept_while_a_server_answers_a_byte_a_second_or_never() {
    each(|simulation| {
        side_by_side([Fault::Slow(Duration::from_secs(1)), Fault::Hang], |fault| {
            let case = Case::endless(simulation);
            case.server.faults(Some(RequestKind::Read), 0, 1000, fault.clone());
            let ended = case.watch(&["--timeout", "2s"]).expect(124);
            assert!(ended.took >= Duration::from_secs(2), "{fault:?} {ended:#?}");
            assert!(ended.took < Duration::from_secs(2) + SLACK, "{fault:?} {ended:#?}");
            case.all_closed();
        });
    });
}

#[test]
fn a_logout_that_hangs_is_given_up_after_five_seconds() {
    each_with_sessions(|simulation| {
        let case = Case::new(simulation, vec![Truth::succeeded()]);
        case.server.fault_on(RequestKind::Logout, Fault::Hang);
        let ended = case.get(&[]).expect(0);
        assert!(ended.took >= Duration::from_secs(5), "{ended:#?}");
        assert!(ended.took < Duration::from_secs(5) + SLACK, "{ended:#?}");
    });
}

#[test]
fn a_result_is_printed_before_the_logout_is_waited_for() {
    each_with_sessions(|simulation| {
        side_by_side(["get", "watch", "list"], |verb| {
            let case = Case::new(simulation, vec![Truth::running(40), Truth::succeeded()]);
            case.server.fault_on(RequestKind::Logout, Fault::Hang);
            let words = match verb {
                "list" => [&["list", simulation.backend()], simulation.list_flags()].concat(),
                _ => case.words(verb, &[]),
            };
            let mut running = process::start(&case.bench, &words);
            case.server.wait_for(RequestKind::Logout, 1);
            running.signal("INT");
            running.signal("INT");
            let ended = running.end();
            assert!(ended.stdout.contains(&case.id), "{verb} {ended:#?}");
        });
    });
}

/// Asks for the ids that TAB would offer.
fn start_completion(case: &Case) -> Running {
    let mut command = process::command(&case.bench, &["__complete", "--", "get", case.backend(), ""]);
    command.env("TASKCTL_COMPLETE_IDS", "true").env("XDG_STATE_HOME", case.bench.path("state"));
    Running::spawn(command, "")
}

#[test]
fn completion_gives_up_after_two_seconds_silently_and_closes_its_session() {
    let limit = Duration::from_secs(2);
    each_with_sessions(|simulation| {
        // Only where a list needs no flags there are ids to complete.
        if !simulation.list_flags().is_empty() {
            return;
        }
        let case = Case::endless(simulation);
        case.server.fault_on(RequestKind::Read, Fault::Hang);
        let ended = start_completion(&case).end().expect(0);
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
        // The request's own limit is the double of it.
        assert!(ended.took >= limit && ended.took < limit * 2, "{ended:#?}");
        case.all_closed();
        // The password was right: it may be asked again.
        assert!(start_completion(&case).end().expect(0).stdout.starts_with(&case.id));
        let mut interrupted = {
            case.server.fault_on(RequestKind::Read, Fault::Hang);
            start_completion(&case)
        };
        case.server.wait_for(RequestKind::Read, 3);
        interrupted.signal("INT");
        let ended = interrupted.end();
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
        assert!(ended.took < limit + SLACK, "{ended:#?}");
        case.all_closed();
    });
}

#[test]
fn a_login_that_is_answered_after_completion_has_given_up_is_closed_too() {
    each_with_sessions(|simulation| {
        // Only where a list needs no flags there are ids to complete.
        if !simulation.list_flags().is_empty() {
            return;
        }
        let case = Case::endless(simulation);
        case.server.fault_on(RequestKind::Login, Fault::Late(Duration::from_millis(2700)));
        let ended = start_completion(&case).end().expect(0);
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
        assert!(ended.took < Duration::from_millis(2700) + SLACK, "{ended:#?}");
        case.all_closed();
    });
}

#[test]
fn a_program_that_does_not_print_the_secret_in_time_is_given_up_by_completion() {
    let mut server = Server::start(crate::sim::simulation("vcda"));
    server.may_stay_uncalled();
    let asking = "password_command = [\"sleep\", \"60\"]";
    let profile = server.profile("vcda").replace("password_env = \"SIM_PASSWORD\"", asking);
    let bench = Bench::with_config(&profile).env("PATH", "/usr/bin:/bin");
    let case = Case { server, bench, id: String::new() };
    let ended = start_completion(&case).end().expect(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    assert!(ended.took < Duration::from_secs(2) + SLACK, "{ended:#?}");
    assert!(case.server.requests().is_empty());
}

#[test]
fn after_a_refused_login_completion_obtains_no_secret() {
    let server = Server::start(crate::sim::simulation("vcda"));
    let command = "password_command = [\"sh\", \"-c\", \"echo >> $HOME/asked; echo not-the-one\"]";
    let profile = server.profile("vcda").replace("password_env = \"SIM_PASSWORD\"", command);
    let bench = Bench::with_config(&profile).env("PATH", "/usr/bin:/bin");
    let home = bench.path("").to_string_lossy().into_owned();
    let case = Case { server, bench: bench.env("HOME", &home), id: String::new() };
    for _ in 0..3 {
        assert_eq!(start_completion(&case).end().expect(0).stdout, "");
    }
    let asked = std::fs::read_to_string(case.bench.path("asked")).expect("it was asked for once");
    assert_eq!((asked.as_str(), case.server.sessions().refused()), ("\n", 1));
}

#[test]
fn an_ignored_hang_up_stays_ignored() {
    each(|simulation| {
        let case = Case::endless(simulation);
        // What `nohup` does.
        let mut command = std::process::Command::new("/bin/sh");
        command.args(["-c", "trap '' HUP; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_taskctl")]);
        command.args(case.words("watch", &[]));
        process::prepare(&mut command, &case.bench);
        let mut watch = Running::spawn(command, "");
        case.server.wait_for(RequestKind::Read, 1);
        watch.signal("HUP");
        let so_far = case.server.count(RequestKind::Read);
        case.server.wait_for(RequestKind::Read, so_far + 3);
        watch.signal("INT");
        watch.end().expect(130);
        case.all_closed();
    });
}

#[test]
fn no_secret_and_no_session_token_is_in_any_trace() {
    each(|simulation| {
        let user = simulation.user();
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{PASSWORD}"));
        let secrets = [PASSWORD, basic.as_str(), "aXf9Qz7LmP2", "s3cr3t"];
        let clean = |ended: &Ended| {
            for secret in secrets {
                assert!(!ended.stdout.contains(secret), "{secret} {ended:#?}");
                assert!(!ended.stderr.contains(secret), "{secret} {ended:#?}");
            }
            assert!(ended.stderr.contains("> GET http://"), "there is a trace: {ended:#?}");
        };
        let case = Case::new(simulation, vec![Truth::running(10), Truth::succeeded()]);
        clean(&case.watch(&["-vv"]).expect(0));
        case.all_closed();
        // The session dies and is renewed.
        let case = Case::new(simulation, vec![Truth::running(10), Truth::succeeded()]);
        case.server.faults(Some(RequestKind::Read), 1, 1, Fault::ExpireSessions);
        clean(&case.watch(&["-vv"]).expect(0));
        // The login is cut off in the middle, and after it tried again.
        if simulation.has_sessions() {
            let case = Case::new(simulation, vec![Truth::succeeded()]);
            case.server.fault_on(RequestKind::Login, Fault::CutOff(12));
            clean(&case.watch(&["-vv"]).expect(0));
        }
    });
}

#[test]
fn the_password_may_come_from_standard_input() {
    each(|simulation| {
        let mut case = Case::new(simulation, vec![Truth::succeeded()]);
        case.bench = Bench::new(&[&case.server]).env("SIM_PASSWORD", "not this one");
        case.bench.stdin = format!("{PASSWORD}\n");
        case.get(&["--password-file", "-"]).expect(0);
        case.all_closed();
    });
}

#[test]
fn ids_may_come_from_standard_input() {
    each(|simulation| {
        let mut case = Case::new(simulation, vec![Truth::succeeded()]);
        let second = simulation.id(2);
        case.server.world().add(Story::new(&second, vec![Truth::running(7)]));
        case.bench.stdin = format!("{}\n\n{second}\n", case.id);
        let ended = process::run(&case.bench, &["get", case.backend(), "-", "-o", "json"]).expect(0);
        let items: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let states: Vec<&Value> =
            items.as_array().expect("an array").iter().map(|item| &item["state"]).collect();
        assert_eq!(states, ["succeeded", "running"], "{ended:#?}");
        case.all_closed();
    });
}

#[test]
fn the_answer_of_a_create_call_names_the_task() {
    each(|simulation| {
        let mut case = Case::new(simulation, vec![Truth::running(10), Truth::succeeded()]);
        case.bench.stdin = format!("{{\"state\": \"RUNNING\", \"id\": \"{}\"}}", case.id);
        let words = [&["watch", case.backend(), "-"], &BRISK[..]].concat();
        process::run(&case.bench, &words).expect(0);
        case.all_closed();
    });
}

#[test]
fn one_signal_ends_the_wait_for_standard_input() {
    let mut case = Case::endless(SIMULATIONS[0]);
    case.server.may_stay_uncalled();
    let mut command = process::command(&case.bench, &["get", case.backend(), "-"]);
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    command.stdin(reader);
    let mut get = Running::spawn(command, "");
    // More than a pipe holds: once it is all written, somebody reads.
    writer.write_all(&[b'\n'; 512 * 1024]).expect("a reader");
    get.signal("INT");
    let ended = get.end().expect(130);
    assert!(ended.took < SLACK, "{ended:#?}");
    drop(writer);
}

#[test]
fn flags_and_a_secret_in_the_environment_do_without_a_file() {
    each(|simulation| {
        let case = Case::new(simulation, vec![Truth::succeeded()]);
        let home = case.bench.path("home");
        let url = case.server.url();
        let user = simulation.user();
        let mut command =
            process::command(&case.bench, &case.words("get", &["--url", &url, "--username", user]));
        command
            .env_remove("TASKCTL_CONFIG")
            .env_remove("SIM_PASSWORD")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .env("TASKCTL_PASSWORD", PASSWORD);
        let ended = Running::spawn(command, "").end().expect(0);
        assert!(ended.stdout.contains("succeeded"), "{ended:#?}");
        case.all_closed();
    });
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    each(|simulation| {
        let mut case = Case::endless(simulation);
        case.server.may_stay_uncalled();
        // An address for documentation: nothing answers there, and nothing must be sent.
        let ended = case.get(&["--url", "http://192.0.2.1:8080"]).expect(2);
        assert!(ended.stderr.contains("allow_http"), "{ended:#?}");
    });
}

#[test]
fn a_full_disk_is_an_error() {
    // Only some systems have the device.
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let case = Case::new(SIMULATIONS[0], vec![Truth::succeeded()]);
    let quiet = ["--progress", "none"];
    let lines = [
        case.words("get", &[]),
        case.words("watch", &quiet),
        case.words("watch", &[quiet.as_slice(), &["-o", "jsonl"]].concat()),
        vec!["--help"],
    ];
    for line in lines {
        let mut command = process::command(&case.bench, &line);
        command.stdout(Stdio::from(full.try_clone().expect("the same device")));
        let ended = Running::spawn(command, "").end().expect(1);
        let told = ended.stderr.starts_with("error: cannot write to standard output\ncaused by: ");
        assert!(told, "{line:?}: {ended:#?}");
    }
    case.all_closed();
}

/// Every output that has colour: results, reports, our own errors and clap's.
#[test]
fn colour_is_the_flags_then_the_environments_then_the_files_wherever_it_is() {
    each_color(&[], &[], "", false);
    each_color(&[], &[], "always", true);
    each_color(&[], &[("NO_COLOR", "1")], "always", false);
    each_color(&[], &[("CLICOLOR_FORCE", "1")], "never", true);
    each_color(&[], &[("CLICOLOR_FORCE", "0")], "always", true);
    each_color(&[], &[("TASKCTL_COLOR", "never")], "always", false);
    each_color(&[], &[("TASKCTL_COLOR", "always"), ("NO_COLOR", "1")], "never", true);
    each_color(&["--color", "always"], &[("TASKCTL_COLOR", "never"), ("NO_COLOR", "1")], "never", true);
    each_color(&["--color=never"], &[("TASKCTL_COLOR", "always"), ("CLICOLOR_FORCE", "1")], "always", false);
}

/// Runs each kind of command; all of them are in colour, or none is.
fn each_color(flags: &[&str], variables: &[(&str, &str)], file: &str, is_colored: bool) {
    let mut config = "[profiles.velo]\nbackend = \"velostrata\"\nurl = \"https://127.0.0.1:1\"\n".to_owned();
    if !file.is_empty() {
        config.push_str(&format!("[defaults]\ncolor = \"{file}\"\n"));
    }
    let variables = variables.iter();
    let bench = variables.fold(Bench::with_config(&config), |bench, (name, value)| bench.env(name, value));
    for line in [
        "get velo t-1",
        "list velo",
        "doctor",
        "config show nobody",
        "config validate --strickt",
        "gett velo t-1",
        "get velo",
        "get velo t-1 --timeout 3",
        "get --no-such-flag",
        "watch --help",
    ] {
        let words: Vec<&str> = line.split(' ').chain(flags.iter().copied()).collect();
        let outcome = bench.run(&words);
        let colored = format!("{}{}", outcome.stdout, outcome.stderr).contains('\u{1b}');
        assert_eq!(colored, is_colored, "{words:?} with {file:?}: {outcome:#?}");
    }
}
