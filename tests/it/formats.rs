//! Every format of standard output from the command line to the bytes, over a simulated server.

use std::process::{Command, Stdio};

use serde_json::Value;
use taskctl::util::terminal::Terminal;

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{RequestKind, Simulation, simulation};

/// A server of vcda with a task that has ended well, one that has failed, and one that goes on.
struct Case {
    server: Server,
    bench: Bench,
}

const SIMULATED: &str = "vcda";

fn vcda() -> &'static dyn Simulation {
    simulation(SIMULATED)
}

impl Case {
    fn new() -> Case {
        let server = Server::start(vcda());
        let add = |number, truths| server.world().add(Story::new(&vcda().id(number), truths));
        add(1, vec![Truth::succeeded()]);
        add(2, vec![Truth::failed("DatastoreFull", "No space left", &["datastore-12 is full"])]);
        add(3, vec![Truth::running(40).message("Copying")]);
        let bench = Bench::new(&[&server]);
        Case { server, bench }
    }

    fn on_terminal(width: u16) -> Case {
        let mut case = Case::new();
        case.bench.terminal = Terminal { stdout: true, width: Some(width), ..Terminal::default() };
        case
    }

    fn get(&self, numbers: &[usize], more: &[&str]) -> Outcome {
        let ids: Vec<String> = numbers.iter().map(|number| vcda().id(*number)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.bench.run(&[&["get", SIMULATED], ids.as_slice(), more].concat())
    }
}

#[test]
fn one_id_is_an_object_and_several_are_an_array_whatever_comes_back() {
    let mut case = Case::new();
    assert!(case.get(&[1], &["-o", "json"]).expect(0).json().is_object());
    assert!(case.get(&[9], &["-o", "json"]).expect(5).json().is_object());
    let several = case.get(&[1, 9, 2], &["-o", "json"]).expect(5);
    let items = several.json();
    assert_eq!(items.as_array().map(Vec::len), Some(3));
    assert_eq!((&items[0]["state"], &items[2]["state"]), (&"succeeded".into(), &"failed".into()));
    assert_eq!(items[1]["ref"], format!("vcda/{}", vcda().id(9)));
    assert_eq!(
        (&items[1]["error"]["kind"], &items[1]["error"]["httpStatus"]),
        (&"notFound".into(), &404.into())
    );
    assert!(several.stderr.contains(&vcda().id(9)), "it is told on standard error too: {several:?}");
    case.bench.stdin = vcda().id(1);
    let piped = case.bench.run(&["get", SIMULATED, "-", "-o", "json"]).expect(0).json();
    assert_eq!(piped.as_array().map(Vec::len), Some(1), "what - brings is an array, though it is one");
    let piped = case.bench.run(&["get", SIMULATED, "-", "-o", "yaml"]).expect(0).stdout;
    assert!(piped.starts_with("- schema: "), "{piped}");
}

#[test]
fn every_machine_format_says_the_same() {
    let case = Case::new();
    for number in [1, 2, 3] {
        let json = case.get(&[number], &["-o", "json"]).expect(0).json();
        let lines = case.get(&[number], &["-o", "jsonl"]).expect(0);
        assert_eq!(lines.json_lines(), std::slice::from_ref(&json));
        let yaml: Value =
            serde_yaml_ng::from_str(&case.get(&[number], &["-o", "yaml"]).expect(0).stdout).expect("YAML");
        assert_eq!(yaml, serde_json::from_str::<Value>(&json.to_string()).expect("JSON"));
        let fields = case.get(&[number], &["--field", "state,progress.percent,ref"]).expect(0).stdout;
        let percent = match &json["progress"]["percent"] {
            Value::Null => String::new(),
            percent => percent.to_string().trim_end_matches(".0").to_owned(),
        };
        let expected = format!(
            "{}\t{percent}\t{}\n",
            json["state"].as_str().expect("a word"),
            json["ref"].as_str().expect("a text")
        );
        assert_eq!(fields, expected);
    }
    let raw = case.get(&[1, 2], &["-o", "raw"]).expect(0).stdout;
    for (line, number) in raw.lines().zip([1, 2]) {
        assert_eq!(serde_json::from_str::<Value>(line).expect("JSON")["id"], vcda().id(number));
    }
}

#[test]
fn jsonl_has_a_line_an_item_with_the_unreadable_in_its_place() {
    let case = Case::new();
    let lines = case.get(&[3, 9, 1], &["-o", "jsonl"]).expect(5).json_lines();
    let refs: Vec<String> = [3, 9, 1].map(|number| format!("vcda/{}", vcda().id(number))).to_vec();
    assert_eq!(lines.iter().map(|line| line["ref"].as_str().unwrap_or_default()).collect::<Vec<_>>(), refs);
    assert_eq!(lines[1]["error"]["kind"], "notFound");
}

#[test]
fn a_watch_in_jsonl_has_a_line_an_event_and_ends_with_a_summary() {
    let server = Server::start(vcda());
    let moments = vec![Truth::running(10), Truth::running(60), Truth::succeeded()];
    server.world().add(Story::new(&vcda().id(1), moments));
    server.faults(Some(RequestKind::Read), 1, 1, Fault::status(503));
    server.faults(Some(RequestKind::Read), 0, 1, Fault::ExpireSessions);
    let bench = Bench::new(&[&server]);
    let outcome = bench.run(&["watch", SIMULATED, &vcda().id(1), "-o", "jsonl"]).expect(0);
    let events = outcome.json_lines();
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap_or_default()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"snapshot"), Some(&"summary")), "{kinds:?}");
    for kind in ["change", "retry", "recovered", "reauth", "end"] {
        assert!(kinds.contains(&kind), "no {kind} in {kinds:?}");
    }
    assert_eq!(events.last().map(|event| event["exitCode"].clone()), Some(0.into()));
    assert!(events.iter().all(|event| event["at"].is_string()));
}

#[test]
fn wide_has_more_columns_and_headers_can_be_left_out() {
    let case = Case::new();
    let table = case.get(&[1, 2], &[]).expect(0).stdout;
    let wide = case.get(&[1, 2], &["-o", "wide"]).expect(0).stdout;
    assert!(table.starts_with("REF ") && !table.contains("NATIVE"), "{table}");
    for heading in ["NATIVE", "USER", "CREATED", "UPDATED", "ENDED", "PARENT"] {
        assert!(wide.lines().next().expect("a line").contains(heading), "{wide}");
    }
    assert!(wide.contains("SUCCEEDED"), "{wide}");
    let bare = case.get(&[1, 2], &["--no-headers"]).expect(0).stdout;
    assert_eq!(bare.lines().count(), 2);
    assert!(bare.lines().all(|line| line.starts_with("vcda/")), "{bare}");
    assert_eq!(
        table.lines().skip(1).map(words).collect::<Vec<_>>(),
        bare.lines().map(words).collect::<Vec<_>>()
    );
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn times_are_local_with_their_offset_and_utc_on_request() {
    let mut case = Case::new();
    case.bench = case.bench.env("TZ", "Asia/Kolkata");
    let started = |outcome: Outcome| -> String {
        let line = outcome.stdout.lines().find(|line| line.starts_with("Started:")).map(str::to_owned);
        line.expect("a start")
    };
    assert!(started(case.get(&[1], &[]).expect(0)).ends_with("+05:30"));
    assert!(started(case.get(&[1], &["--utc"]).expect(0)).ends_with('Z'));
    let json = case.get(&[1], &["-o", "json"]).expect(0).json();
    assert!(json["startedAt"].as_str().expect("a time").ends_with('Z'), "machine formats are in UTC");
    case.bench = case.bench.env("TZ", "<+03>-3");
    assert!(started(case.get(&[1], &[]).expect(0)).ends_with("+03:00"), "a rule is a zone too");
    let file = "/usr/share/zoneinfo/Asia/Kolkata";
    // Not every system has the database.
    if std::path::Path::new(file).exists() {
        case.bench = case.bench.env("TZ", &format!(":{file}"));
        assert!(started(case.get(&[1], &[]).expect(0)).ends_with("+05:30"), "and so is a file");
    }
    case.bench = case.bench.env("TASKCTL_UTC", "true");
    assert!(started(case.get(&[1], &[]).expect(0)).ends_with('Z'));
}

#[test]
fn a_narrow_terminal_is_filled_by_display_width() {
    let server = Server::start(vcda());
    let mut story = Story::new(&vcda().id(1), vec![Truth::running(40)]);
    story.target_name = "仮想マシン仮想マシン仮想マシン仮想マシン".to_owned();
    server.world().add(story);
    server.world().add(Story::new(&vcda().id(2), vec![Truth::succeeded()]));
    for width in [20u16, 40, 60, 80, 100, 140] {
        let mut bench = Bench::new(&[&server]);
        bench.terminal = Terminal { stdout: true, width: Some(width), ..Terminal::default() };
        for more in [&[][..], &["-o", "wide"]] {
            for ids in [vec![vcda().id(1)], vec![vcda().id(1), vcda().id(2)]] {
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                let shown = bench
                    .run(&[&["get", SIMULATED, "--color", "never"], ids.as_slice(), more].concat())
                    .expect(0)
                    .stdout;
                // Every column takes what it takes.
                let is_wide_table = ids.len() > 1 && !more.is_empty();
                for line in shown.lines().filter(|_| !is_wide_table) {
                    let columns = taskctl::util::text::width(line);
                    assert!(columns <= usize::from(width), "{columns} of {width}: {line}");
                }
                assert!(shown.contains("runn"), "the state is never left out: {shown}");
            }
        }
    }
}

#[test]
fn what_a_server_says_cannot_act_on_a_terminal_and_is_exact_elsewhere() {
    let evil = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";
    let server = Server::start(vcda());
    let mut story = Story::new(&vcda().id(1), vec![Truth::running(40)]);
    story.target_name = evil.to_owned();
    server.world().add(story);
    let mut bench = Bench::new(&[&server]);
    let id = vcda().id(1);
    let run = |bench: &Bench, more: &[&str]| {
        bench.run(&[&["get", SIMULATED, &id, "--color", "never"], more].concat()).expect(0)
    };
    assert_eq!(run(&bench, &["-o", "json"]).json()["target"]["name"], evil);
    assert_eq!(run(&bench, &["--field", "target.name"]).stdout, format!("{evil}\n"));
    bench.terminal = Terminal { stdout: true, stderr: true, width: Some(80), ..Terminal::default() };
    for more in [
        &[][..],
        &["-o", "wide"],
        &["-o", "json"],
        &["-o", "jsonl"],
        &["-o", "yaml"],
        &["-o", "raw"],
        &["--field", "target.name"],
    ] {
        let shown = run(&bench, more);
        for harmful in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'] {
            assert!(!shown.stdout.contains(harmful), "{more:?}: {:?}", shown.stdout);
        }
    }
    assert_eq!(
        run(&bench, &["-o", "json"]).json()["target"]["name"],
        evil,
        "escaped, and still the same value"
    );
}

#[test]
fn a_wrong_field_costs_no_login_and_lists_the_known_ones() {
    let mut case = Case::new();
    case.server.may_stay_uncalled();
    let outcome = case.get(&[1], &["--field", "state,progres.percent"]).expect(2);
    assert!(outcome.stderr.contains("error: there is no field `progres.percent`"), "{outcome:?}");
    assert!(outcome.stderr.contains("hint: did you mean `progress.percent`?"), "{outcome:?}");
    assert!(outcome.stderr.contains("known fields: schema, ref,"), "{outcome:?}");
    assert_eq!(outcome.stdout, "");
    assert_eq!(case.server.requests().len(), 0);
}

#[test]
fn an_unreadable_task_has_a_line_of_fields_too() {
    let case = Case::new();
    let outcome = case.get(&[1, 9], &["--field", "ref,state,error.kind"]).expect(5);
    let expected = format!("vcda/{}\tsucceeded\t\nvcda/{}\t\tnotFound\n", vcda().id(1), vcda().id(9));
    assert_eq!(outcome.stdout, expected);
}

#[test]
fn quiet_says_errors_only_and_a_watch_then_prints_what_was_asked_for_by_name() {
    let case = Case::new();
    let id = vcda().id(1);
    let watch = |more: &[&str]| case.bench.run(&[&["watch", SIMULATED, &id, "-q"], more].concat()).expect(0);
    let quiet = watch(&[]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    assert_eq!(watch(&["--field", "state"]).stdout, "succeeded\n");
    assert_eq!(watch(&["-o", "json"]).json()["state"], "succeeded");
    assert!(case.get(&[1], &["-q"]).expect(0).stdout.contains("succeeded"));
    let wrong = case.get(&[9], &["-q"]).expect(5);
    assert!(wrong.stderr.starts_with("error: "), "{wrong:?}");
}

#[test]
fn the_default_format_comes_from_environment_and_configuration() {
    let mut case = Case::new();
    case.bench = case.bench.env("TASKCTL_OUTPUT", "json");
    assert_eq!(case.get(&[1], &[]).expect(0).json()["state"], "succeeded");
    assert!(case.get(&[1], &["-o", "table"]).expect(0).stdout.starts_with("Task: "));
}

#[test]
fn a_state_is_in_colour_on_a_terminal_only_and_never_alone() {
    let case = Case::on_terminal(80);
    let colored = case.get(&[2], &[]).expect(0).stdout;
    assert!(colored.contains("\u{1b}["), "{colored:?}");
    let plain = case.get(&[2], &["--color", "never"]).expect(0).stdout;
    assert!(!plain.contains('\u{1b}') && plain.contains("failed"), "{plain:?}");
    assert!(!Case::new().get(&[2], &[]).expect(0).stdout.contains('\u{1b}'));
    assert!(Case::new().get(&[2], &["--color", "always"]).expect(0).stdout.contains('\u{1b}'));
}

#[test]
fn a_reader_that_has_gone_ends_the_program_quietly() {
    let case = Case::new();
    for (verb, format) in [("get", "json"), ("get", "table"), ("watch", "jsonl")] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_taskctl"))
            .args([verb, SIMULATED, &vcda().id(1), "-o", format])
            .env_clear()
            .envs(case.bench.environment().iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("error") && !said.contains("panic"), "{verb} -o {format}: {said}");
        assert_eq!(output.status.code(), Some(0), "{verb} -o {format}: {said}");
    }
    let sessions = case.server.sessions();
    assert_eq!(sessions.live(), 0);
}

#[test]
fn every_state_has_its_place_in_every_format() {
    for condition in [Condition::Pending, Condition::Running, Condition::Succeeded, Condition::Failed] {
        let server = Server::start(vcda());
        server.world().add(Story::new(&vcda().id(1), vec![Truth::new(condition)]));
        let bench = Bench::new(&[&server]);
        for format in ["table", "wide", "json", "jsonl", "yaml", "raw"] {
            let shown = bench.run(&["get", SIMULATED, &vcda().id(1), "-o", format]).expect(0).stdout;
            assert!(shown.contains(&vcda().id(1)), "{format}: {shown}");
        }
    }
}
