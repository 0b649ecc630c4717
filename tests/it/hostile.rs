//! Servers that mean harm, over all backends: whatever comes, there is no panic, but an exit code of the contract,
//! output that can be parsed, and nothing that a terminal would obey.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::TermLike;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use taskctl::engine::event::{Event, EventKind, Observer, Reading, TaskRef};
use taskctl::outcome::Signal;
use taskctl::render::progress::bars::Bars;
use taskctl::render::style::Palette;
use taskctl::resolve::context::Context;
use taskctl::task::{State, Task, TaskId};
use taskctl::util::clock::Stop;
use taskctl::util::env::Env;
use taskctl::util::redact::Redactor;
use taskctl::util::streams::{Input, Shared};
use taskctl::util::terminal::Terminal;

use crate::harness::{Bench, Outcome, TestClock};
use crate::sim::server::{Fault, Response, Server};
use crate::sim::vsphere::Node;
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation};
use crate::support::each;

/// Takes the title, clears the screen, colours, rings, overwrites the line, reorders it, hides in it.
const EVIL: &str =
    "\u{1b}]0;pwn\u{7}\u{1b}[2J\u{9b}31m a\rb\0c\u{7f}\u{202e}gnp\u{2066}\u{200b}\u{feff}\u{e0041}";

/// The codes that a look at a task may end with.
const CODES: [u8; 9] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const FORMATS: [&[&str]; 7] = [
    &[],
    &["-o", "wide"],
    &["-o", "json"],
    &["-o", "jsonl"],
    &["-o", "yaml"],
    &["-o", "raw"],
    &["--field", "state,name,user,progress.message,error.message,target.name,messages,warnings,details"],
];

struct Case {
    server: Server,
    bench: Bench,
    id: String,
}

impl Case {
    fn new(simulation: &'static dyn Simulation) -> Case {
        Case::telling(simulation, vec![Truth::running(10), Truth::succeeded()])
    }

    fn telling(simulation: &'static dyn Simulation, moments: Vec<Truth>) -> Case {
        let server = Server::start(simulation);
        let id = simulation.id(1);
        server.world().add(Story::new(&id, moments));
        let bench = Bench::in_memory(&[&server]);
        Case { server, bench, id }
    }

    /// Takes the case's requests over HTTP.
    fn over_http(self) -> Case {
        Case { bench: Bench::new(&[&self.server]), ..self }
    }

    /// One whose server may see no request.
    fn new_uncalled(simulation: &'static dyn Simulation) -> Case {
        let mut case = Case::new(simulation);
        case.server.may_stay_uncalled();
        case
    }

    fn backend(&self) -> &'static str {
        self.server.simulation().backend()
    }

    /// The arguments of a verb over this server and its task.
    fn words<'a>(&'a self, verb: &'a str) -> Vec<&'a str> {
        let mut words = vec![verb, self.backend()];
        match verb {
            "doctor" => {}
            "list" => words.extend(self.server.simulation().list_flags()),
            _ => words.push(&self.id),
        }
        if verb == "cancel" {
            words.push("-y");
        }
        if verb != "doctor" {
            words.extend(["--retry-for", "0"]);
        }
        words
    }

    /// The verbs that send something over this server.
    fn verbs(&self) -> Vec<&'static str> {
        let backend = taskctl::api::find(self.backend()).expect("a backend for each simulation");
        let mut verbs = vec!["get", "list", "doctor"];
        verbs.extend(backend.capabilities.cancel.then_some("cancel"));
        verbs
    }

    #[track_caller]
    fn get(&self, more: &[&str]) -> Outcome {
        let outcome =
            self.bench.run(&[&["get", self.backend(), &self.id, "--retry-for", "0"], more].concat());
        sane(&outcome);
        outcome
    }
}

/// What must hold after every run.
#[track_caller]
fn sane(outcome: &Outcome) {
    assert!(CODES.contains(&outcome.code), "{outcome:?}");
    assert!(!outcome.stderr.contains("bug"), "{outcome:?}");
    assert_eq!(outcome.stderr.contains("error: "), matches!(outcome.code, 1 | 2 | 4 | 5 | 7), "{outcome:?}");
}

/// An answer to a read that holds this document of a task.
fn told(simulation: &dyn Simulation, document: &str) -> Fault {
    answer(simulation.holding(document))
}

fn answer(body: impl Into<Vec<u8>>) -> Fault {
    Fault::Answer(Response::new(200).header("Content-Type", "application/json").body(body))
}

/// What the server really says about its task.
fn document(simulation: &'static dyn Simulation) -> String {
    let failed =
        Truth::failed("Full", "No space left", &["store is full"]).warning("slow").message("copying");
    let case = Case::telling(simulation, vec![failed]);
    case.get(&["-o", "raw"]).expect(0).stdout.trim_end().to_owned()
}

#[test]
fn redirects_are_refused_at_every_step_and_the_other_server_sees_nothing() {
    each(|simulation| {
        for status in [301, 302, 303, 307, 308] {
            for kind in [RequestKind::Login, RequestKind::Read, RequestKind::Logout] {
                if kind != RequestKind::Read && !simulation.has_sessions() {
                    continue;
                }
                let mut other = Server::start(simulation);
                other.may_stay_uncalled();
                for target in [other.url(), format!("//127.0.0.1:{}/x", other.port())] {
                    let case = Case::new(simulation);
                    let redirect = Response::new(status).header("Location", &target);
                    case.server.fault_on(kind, Fault::Answer(redirect));
                    let outcome = case.get(&[]);
                    // A logout that goes wrong is the server's loss.
                    let expected = if kind == RequestKind::Logout { 0 } else { 1 };
                    assert_eq!(outcome.code, expected, "{} {kind:?} {outcome:?}", simulation.backend());
                    assert_eq!(other.requests().len(), 0, "{} {kind:?}", simulation.backend());
                }
            }
        }
    });
}

#[test]
fn redirects_lead_no_verb_to_another_server() {
    each(|simulation| {
        let mut other = Server::start(simulation);
        other.may_stay_uncalled();
        for verb in Case::new_uncalled(simulation).verbs() {
            for kind in [RequestKind::Login, RequestKind::Read, RequestKind::Other, RequestKind::Logout] {
                let case = Case::new_uncalled(simulation);
                case.server.faults(Some(kind), 0, 99, Fault::redirect(&other.url()));
                let outcome = case.bench.run(&case.words(verb));
                assert!([0, 1, 7].contains(&outcome.code), "{verb} {kind:?} {outcome:?}");
                assert_eq!(other.requests().len(), 0, "{verb} {kind:?}");
            }
        }
    });
}

#[test]
fn a_body_without_an_end_is_given_up_at_the_limit() {
    let pieces: [Vec<u8>; 2] = [vec![b' '; 1 << 20], b"[".repeat(1 << 20)];
    for (simulation, piece) in SIMULATIONS.iter().zip(pieces.iter().cycle()) {
        for kind in [RequestKind::Read, RequestKind::Login] {
            if kind == RequestKind::Login && !simulation.has_sessions() {
                continue;
            }
            let case = Case::new(*simulation).over_http();
            case.server.fault_on(kind, Fault::Endless(piece.clone()));
            let outcome = case.get(&[]);
            assert!(outcome.stderr.contains("the limit is 32 MiB"), "{outcome:?}");
            assert_eq!(outcome.code, 1, "{outcome:?}");
        }
    }
    let case = Case::new(SIMULATIONS[0]).over_http();
    case.server.fault_on(RequestKind::Read, answer(vec![b' '; 33 << 20]));
    assert!(case.get(&[]).expect(1).stderr.contains("the limit is 32 MiB"));
    // What fits is read.
    let case = Case::new(crate::sim::simulation("vcda")).over_http();
    let mut padded = vec![b' '; 31 << 20];
    padded.extend_from_slice(br#"{"state":"RUNNING"}"#);
    case.server.fault_on(RequestKind::Read, answer(padded));
    case.get(&[]).expect(0);
}

#[test]
fn headers_of_any_size_and_number_do_no_harm() {
    each(|simulation| {
        let long = Response::new(200).header("X-Long", &"a".repeat(1 << 20));
        let many = (0..5000).fold(Response::new(200), |response, n| response.header(&format!("X-{n}"), "a"));
        let odd = Response::new(401).header("X-Vcav-Auth", "").header("Retry-After", "99999999999999999999");
        for response in [long, many, odd] {
            for kind in [RequestKind::Login, RequestKind::Read] {
                if kind == RequestKind::Login && !simulation.has_sessions() {
                    continue;
                }
                let case = Case::new(simulation).over_http();
                case.server.fault_on(kind, Fault::Answer(response.clone().body("{}")));
                case.get(&[]);
            }
        }
    });
}

#[test]
fn ten_thousand_brackets_are_an_error_and_no_overflow() {
    each(|simulation| {
        let whole = document(simulation);
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
        let xml = "<error>".repeat(10_000);
        let mut bodies = vec![deep.clone(), objects, "[".repeat(10_000), xml];
        for key in keys(&whole) {
            bodies.push(simulation.holding(&with(&whole, &key, &deep)));
        }
        bodies.push(simulation.holding(&"<a>".repeat(10_000)));
        for body in bodies {
            for status in [200, 400, 500] {
                let case = Case::new(simulation);
                let response =
                    Response::new(status).header("Content-Type", "application/json").body(body.clone());
                case.server.fault_on(RequestKind::Read, Fault::Answer(response));
                let outcome = case.get(&[]);
                assert!(
                    status == 200 || outcome.code != 0 || simulation.tells_tasks_with_error_statuses(),
                    "{} {outcome:?}",
                    simulation.backend()
                );
            }
        }
    });
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    each(|simulation| {
        let body = simulation.holding(&document(simulation)).replace("copying", "c\u{1}opy").into_bytes();
        let body: Vec<u8> = body.into_iter().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
        let cut = simulation
            .holding(&document(simulation))
            .replace("No space left", "\\ud800 \\udfff &#xd800; &#0;");
        for body in [body, cut.into_bytes(), vec![0xff, 0xfe, 0, 0x7b], vec![0; 1000]] {
            for format in FORMATS {
                let case = Case::new(simulation);
                case.server.fault_on(RequestKind::Read, answer(body.clone()));
                case.get(format);
            }
        }
    });
}

/// The top-level keys of a JSON object, or the elements directly in an element.
fn keys(document: &str) -> Vec<String> {
    if document.starts_with('<') {
        let root = Node::read(document).expect("an element");
        return root.children.into_iter().map(|child| child.name).collect();
    }
    let object: Map<String, Value> = serde_json::from_str(document).expect("an object");
    object.keys().cloned().collect()
}

/// The document with the value of this top-level key replaced by this text.
fn with(document: &str, key: &str, value: &str) -> String {
    if document.starts_with('<') {
        let (begin, end) = (format!("<{key}"), format!("</{key}>"));
        let from = document.find(&begin).expect("the element is there");
        let to = document[from..].find(&end).map_or(document.len(), |to| from + to + end.len());
        let inner = quick_xml::escape::escape(value);
        return format!("{}<{key}>{inner}</{key}>{}", &document[..from], &document[to..]);
    }
    let object: Map<String, Value> = serde_json::from_str(document).expect("an object");
    let fields: Vec<String> = object
        .iter()
        .map(|(known, old)| {
            let old = old.to_string();
            format!("{}:{}", Value::from(known.as_str()), if known == key { value } else { &old })
        })
        .collect();
    format!("{{{}}}", fields.join(","))
}

const VALUES: [&str; 18] = [
    "null",
    "true",
    "-1",
    "1e999",
    "-1e999",
    "0.1e-400",
    "-0.0",
    "18446744073709551616",
    "9223372036854775807",
    "\"\"",
    "\"x\"",
    "\"-1\"",
    "[]",
    "{}",
    "[[[null]]]",
    "[{\"a\":1},2,\"c\",null]",
    "{\"value\":{\"value\":[1]},\"id\":{},\"completed\":-5,\"total\":1e400}",
    "\"9999-99-99T99:99:99Z\"",
];

/// What is printed as JSON must be JSON, with the state that the contract knows, or an error.
#[track_caller]
fn judged(outcome: &Outcome, shown: &str) {
    let task: Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {shown}: {outcome:?}"));
    assert_eq!(task["schema"], "taskctl.task/v1");
    if outcome.code == 0 {
        let state = task["state"].as_str().unwrap_or_default();
        assert!(State::WORDS.contains(&state), "{shown}: {task:#}");
        let percent = task["progress"]["percent"].as_f64();
        assert!(percent.is_none_or(|percent| (0.0..=100.0).contains(&percent)), "{shown}: {task:#}");
    } else {
        assert!(task["error"]["message"].is_string(), "{shown}: {task:#}");
    }
}

#[test]
fn fields_of_any_type_any_size_and_twice_end_in_a_task_or_an_error() {
    let digits = format!("1{}", "0".repeat(400));
    each(|simulation| {
        let whole = document(simulation);
        let mut bodies: Vec<String> = Vec::new();
        for key in keys(&whole) {
            let name = Value::from(key.as_str());
            for value in VALUES.iter().copied().chain([digits.as_str()]) {
                bodies.push(with(&whole, &key, value));
            }
            // The same key again: before, and after.
            if simulation.is_xml() {
                bodies.push(whole.replacen('>', &format!("><{key}>twice</{key}>"), 1));
                bodies
                    .push(whole.replace("</val>", &format!("<{key}><a xsi:type=\"x\">7</a></{key}></val>")));
                continue;
            }
            bodies.push(whole.replacen('{', &format!("{{{name}:\"twice\","), 1));
            bodies.push(format!("{},{name}:7}}", whole.trim_end_matches('}')));
        }
        for body in bodies {
            let case = Case::new(simulation);
            case.server.fault_on(RequestKind::Read, told(simulation, &body));
            judged(&case.get(&["-o", "json"]), &body);
        }
    });
}

/// Whether a terminal would obey a character, or be led astray by it.
fn harmful(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

#[track_caller]
fn harmless(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains(harmful), "{outcome:?}");
    }
}

/// A task whose every text is [`EVIL`].
fn evil_story(id: &str, failed: bool) -> Story {
    let moment = if failed { Truth::failed(EVIL, EVIL, &[EVIL]) } else { Truth::running(10) };
    let story = Story::new(id, vec![moment.message(EVIL).warning(EVIL)])
        .operation(EVIL)
        .target(EVIL, EVIL, EVIL)
        .result(json!({EVIL: [EVIL, {"a": EVIL}]}));
    Story { user: EVIL.to_owned(), parent: Some(EVIL.to_owned()), children: vec![EVIL.to_owned()], ..story }
}

#[test]
fn no_text_of_a_task_reaches_a_terminal_alive() {
    each(|simulation| {
        for failed in [true, false] {
            let mut case = Case::new(simulation);
            case.server.world().add(evil_story(&case.id, failed));
            let second = simulation.id(2);
            case.server.world().add(evil_story(&second, !failed));
            case.bench.terminal =
                Terminal { stdout: true, stderr: true, width: Some(100), ..Terminal::default() };
            for format in FORMATS {
                let plain = [format, &["--color", "never"]].concat();
                let one = case.get(&plain);
                harmless(&one);
                let both = ["get", case.backend(), &case.id, &second];
                harmless(&case.bench.run(&[&both[..], &plain].concat()));
                let watch = ["watch", case.backend(), &case.id, "--timeout", "5s", "--progress", "plain"];
                harmless(&case.bench.run(&[&watch[..], &plain].concat()));
                harmless(&case.bench.run(&[&case.words("list")[..], &plain].concat()));
                harmless(&case.bench.run(&[&case.words("get")[..], &["--tree"], &plain].concat()));
            }
            if case.verbs().contains(&"cancel") {
                let plain = ["--watch", "--color", "never", "--progress", "plain"];
                harmless(&case.bench.run(&[&case.words("cancel")[..], &plain].concat()));
            }
            let strange = Truth::new(Condition::Strange(EVIL.to_owned()));
            case.server.world().add(Story::new(&case.id, vec![strange]));
            harmless(&case.get(&["--color", "never"]));
        }
    });
}

#[test]
fn a_pipe_gets_the_exact_text_in_json_and_no_control_of_the_line_in_plain_progress() {
    each(|simulation| {
        let case = Case::new(simulation);
        case.server.world().add(evil_story(&case.id, false));
        let exact = case.get(&["-o", "json"]).expect(0).json();
        assert_eq!(exact["name"], EVIL, "{exact:#}");
        let watch = ["watch", case.backend(), &case.id, "--timeout", "5s", "-o", "jsonl"];
        let outcome = case.bench.run(&watch).expect(124);
        assert!(!outcome.stderr.contains(harmful), "{outcome:?}");
        for line in outcome.stdout.lines() {
            let event: Value = serde_json::from_str(line).expect("JSON a line");
            assert!(event["task"].is_null() || event["task"]["name"] == EVIL, "{event:#}");
        }
    });
}

#[test]
fn no_text_of_an_error_reaches_a_terminal_alive() {
    each(|simulation| {
        let json = json!({
            "msg": EVIL, "code": EVIL, "message": EVIL, "errorCode": EVIL, "description": EVIL, "details": EVIL,
            "error_type": EVIL, "messages": [{"default_message": EVIL, "args": [EVIL]}],
            "value": {"messages": [{"default_message": EVIL}]},
        });
        let bidi = EVIL.replace(|c: char| c.is_control(), "");
        for status in [301, 400, 401, 403, 404, 429, 500] {
            for kind in [RequestKind::Login, RequestKind::Read] {
                for body in [json.to_string(), EVIL.to_owned()] {
                    if kind == RequestKind::Login && !simulation.has_sessions() {
                        continue;
                    }
                    let mut case = Case::new(simulation);
                    case.bench.terminal = Terminal { stdout: true, stderr: true, ..Terminal::default() };
                    let response = Response::new(status)
                        .header("Content-Type", "application/json")
                        .header("Location", &format!("https://{bidi}/"))
                        .body(body);
                    case.server.faults(Some(kind), 0, 99, Fault::Answer(response));
                    for arguments in [&["--color", "never"][..], &["--color", "never", "-o", "json"]] {
                        harmless(&case.get(arguments));
                        for verb in case.verbs().into_iter().filter(|verb| *verb != "cancel") {
                            harmless(&case.bench.run(&[&case.words(verb)[..], arguments].concat()));
                        }
                    }
                    if case.verbs().contains(&"cancel") {
                        harmless(
                            &case.bench.run(&[&case.words("cancel")[..], &["--color", "never"]].concat()),
                        );
                    }
                    let watch = ["watch", case.backend(), &case.id, "--retry-for", "3s", "--color", "never"];
                    harmless(&case.bench.run(&[&watch[..], &["--progress", "plain"]].concat()));
                }
            }
        }
    });
}

#[test]
fn what_a_server_says_of_itself_cannot_touch_the_terminal() {
    let about = json!({
        "productName": EVIL, "buildVersion": EVIL, "serviceType": EVIL, "version": EVIL, "build": EVIL, "product": EVIL,
        "node": [{"version": EVIL}], "RedfishVersion": EVIL, "elements": [{"version": EVIL}], "data": {"version": EVIL},
    });
    let words = quick_xml::escape::escape(EVIL);
    let content = format!(
        "<Envelope><Body><R><returnval><propertyCollector>p</propertyCollector><sessionManager>s</sessionManager>\
         <taskManager>t</taskManager><about><fullName>{words}</fullName></about></returnval></R></Body></Envelope>"
    );
    each(|simulation| {
        if simulation.version().is_none() {
            return;
        }
        let mut case = Case::new(simulation);
        case.bench.terminal = Terminal { stdout: true, stderr: true, ..Terminal::default() };
        let about = if simulation.is_xml() { content.clone() } else { about.to_string() };
        for more in [&[][..], &["-o", "json"]] {
            case.server.fault_on(RequestKind::Other, answer(about.clone()));
            let outcome = case.bench.run(&[&case.words("doctor")[..], &["--color", "never"], more].concat());
            let outcome = outcome.expect(0);
            assert!(outcome.stdout.contains("pwn"), "it is told: {outcome:?}");
            harmless(&outcome);
        }
    });
}

/// Keeps what bars write.
#[derive(Clone, Debug, Default)]
struct Paper(Arc<Mutex<String>>);

impl TermLike for Paper {
    fn width(&self) -> u16 {
        80
    }
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }
    fn write_str(&self, text: &str) -> io::Result<()> {
        // A frame ends in a carriage return of its own.
        self.0.lock().expect("no panic before").push_str(text.strip_suffix('\r').unwrap_or(text));
        Ok(())
    }
    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn bars_draw_nothing_that_is_alive() {
    let at: jiff::Timestamp = "2026-11-20T10:15:00Z".parse().expect("a time");
    let name = Arc::new(TaskRef {
        reference: "dr/x\u{202e}y".to_owned(),
        backend: "vcda",
        profile: "dr".to_owned(),
        id: "x\u{202e}y".to_owned(),
        host: "vcda.example.com".to_owned(),
    });
    let paper = Paper::default();
    let mut bars = Bars::on(paper.clone(), std::slice::from_ref(&name), Palette::new(false), at);
    let unknown = State::Unknown { reported: EVIL.to_owned() };
    let failure = taskctl::task::Failure {
        code: Some(EVIL.to_owned()),
        message: Some(EVIL.to_owned()),
        causes: vec![EVIL.to_owned()],
        retryable: None,
    };
    let item = |state: State| {
        let mut task = Task::new(TaskId::new("x").expect("an id"), state, Some(EVIL.to_owned()));
        task.name = Some(EVIL.to_owned());
        task.progress_message = Some(EVIL.to_owned());
        Reading { task_ref: name.clone(), task: Ok(task), fetched_at: at }
    };
    let error = taskctl::error::Error::decode(EVIL).cause(EVIL).hint(EVIL);
    let retry = EventKind::Retry {
        profile: "dr",
        host: "vcda.example.com",
        error: &error,
        failures: 1,
        since: at,
        until: at,
        delay: Duration::from_secs(1),
    };
    let (running, failed) = (item(unknown), item(State::Failed { failure }));
    let events = [EventKind::Snapshot(&running), retry, EventKind::Change(&running), EventKind::End(&failed)];
    for (second, kind) in (1..).zip(events) {
        let at = at + jiff::SignedDuration::from_secs(second);
        bars.event(&Event { at, kind });
        bars.tick(at);
    }
    drop(bars);
    let drawn = paper.0.lock().expect("no panic before").clone();
    assert!(drawn.contains("\\u{1b}"), "the text is there, made harmless: {drawn:?}");
    assert!(!drawn.contains(harmful), "{drawn:?}");
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic before").write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_line_that_tells_how_to_resume_is_harmless_for_the_terminal_and_the_shell() {
    let mut server = Server::start(crate::sim::simulation("velostrata"));
    server.may_stay_uncalled();
    let bench = Bench::new(&[&server]);
    let stop = Arc::new(Stop::new());
    stop.raise(Signal::Interrupt);
    let stderr = Sink::default();
    let environment = bench.environment().iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut context = Context {
        env: Env::of(environment),
        terminal: Terminal { stderr: true, ..Terminal::default() },
        clock: Arc::new(TestClock::new()),
        stop,
        stdin: Input::new(io::empty()),
        stdout: Shared::new(Sink::default()),
        stderr: Shared::new(stderr.clone()),
        prompt: Arc::new(taskctl::resolve::credentials::TerminalPrompt::default()),
        redactor: Arc::new(Redactor::new()),
        transports: taskctl::http::transport::HttpTransport::factory(),
        own_process: false,
        color: None,
        config_file: None,
        configured_color: Default::default(),
        quiet: false,
        verbose: 0,
        holds_sessions: Arc::default(),
        typed: Vec::new(),
    };
    let arguments = [
        "taskctl",
        "watch",
        "velostrata",
        "t-1\u{202e};$(reboot)'x",
        "--progress",
        "none",
        "--color",
        "never",
    ];
    let code = taskctl::app::run(&mut context, arguments.map(Into::into));
    let shown = String::from_utf8(stderr.0.lock().expect("no panic before").clone()).expect("UTF-8");
    assert_eq!(code, 130, "{shown}");
    assert!(!shown.contains(harmful), "{shown:?}");
    assert!(
        shown.contains("taskctl watch velostrata 't-1\\u{202e};$(reboot)'\\''x'"),
        "quoted as one word: {shown}"
    );
}

#[test]
fn an_id_is_one_segment_of_the_path_whatever_it_holds() {
    let ids = [
        "../x",
        "a/b",
        "a/../b",
        "%2e%2e",
        "..%2f",
        "%2e",
        "x?y=1",
        "x#y",
        "x&y=1",
        "x;y",
        "a\\b",
        "\u{e4}\u{2603}",
        "a b",
        "x%00",
        "\u{ff0e}\u{ff0e}",
        "{id}",
        "x:y",
        "*",
        "~root",
        "a//b",
        "/",
        "//x",
        "a/.",
        "./a",
        "...",
    ];
    each(|simulation| {
        let usual = Case::new(simulation);
        usual.get(&[]).expect(0);
        let parts: Vec<&str> = usual.id.split('/').collect();
        let reads = usual.server.requests().into_iter().filter(|logged| logged.kind == RequestKind::Read);
        // What is in the path of any task.
        let known: Vec<String> = reads.flat_map(|logged| logged.request.segments()).collect();
        let known = |segment: &str| known.iter().any(|known| known == segment) && !parts.contains(&segment);
        for id in ids {
            let mut case = Case::new(simulation);
            case.server.may_stay_uncalled();
            let arguments = ["get", case.backend(), "--retry-for", "0", "--", id];
            let outcome = case.bench.run(&arguments);
            let reads: Vec<_> =
                case.server.requests().into_iter().filter(|r| r.kind != RequestKind::Login).collect();
            for logged in reads.iter().filter(|r| r.kind != RequestKind::Logout) {
                let segments = logged.request.segments();
                // Where ids are in the body, nothing that is no id gets there.
                assert!(!simulation.is_xml(), "{id} is sent");
                let own: Vec<&str> =
                    segments.iter().map(String::as_str).filter(|segment| !known(segment)).collect();
                assert!(logged.request.query.is_empty(), "{id}: {:?}", logged.request);
                assert!(
                    !logged.request.path.contains("/../") && !logged.request.path.ends_with("/.."),
                    "{id}"
                );
                // An id of two parts is split at its last `/`, or the profile has the first.
                let whole = own.join("/") == id || own.last() == Some(&id);
                assert!(own.len() == parts.len() && whole, "{id}: {segments:?}");
            }
            assert!(!reads.is_empty() || outcome.code == 2, "{id}: {outcome:?}");
            assert_ne!(outcome.code, 0, "{id}: {outcome:?}");
        }
        for id in [".", "..", "", " ", "a\u{1b}b", "a\nb", "a\0b"] {
            let mut case = Case::new(simulation);
            case.server.may_stay_uncalled();
            case.bench.run(&["get", case.backend(), "--", id]).expect(2);
            assert_eq!(case.server.requests().len(), 0, "{id:?} is refused before anything is sent");
        }
    });
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(vec!["RUNNING", "SUCCEEDED", "Failed", "ready", "error", "pending", "t-1"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let key = prop_oneof![
            "[a-z_]{1,6}",
            prop::sample::select(vec![
                "state",
                "status",
                "id",
                "value",
                "key",
                "error",
                "messages",
                "progress",
                "content",
                "items",
                "tasks",
                "task",
                "op_id",
                "result",
                "link",
                "total",
                "completed",
                "args",
                "default_message",
            ])
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Drops, replaces or doubles the value of a key somewhere in a document.
fn mutate(document: &Value, at: usize, how: usize, with: &Value) -> Value {
    fn walk(value: &mut Value, left: &mut usize, how: usize, with: &Value) -> bool {
        if *left == 0 {
            *value = match how {
                0 => Value::Null,
                1 => Value::Array(vec![value.clone(), value.clone()]),
                2 => Value::String(value.to_string()),
                _ => with.clone(),
            };
            return true;
        }
        *left -= 1;
        match value {
            Value::Array(items) => items.iter_mut().any(|item| walk(item, left, how, with)),
            Value::Object(fields) => fields.values_mut().any(|field| walk(field, left, how, with)),
            _ => false,
        }
    }
    let mut mutated = document.clone();
    let mut left = at;
    walk(&mut mutated, &mut left, how, with);
    mutated
}

#[test]
fn any_document_ends_with_a_code_of_the_contract_and_output_that_can_be_parsed() {
    each(|simulation| {
        let whole = document(simulation);
        let bodies = if simulation.is_xml() {
            let keys = keys(&whole);
            (prop::sample::select(keys), any_json(), "<[a-z]{1,3}>|&[a-z]{0,3};?|\\PC{0,8}")
                .prop_map(move |(key, value, text)| {
                    simulation.holding(&with(&whole, &key, &value.to_string()).replacen("&quot;", &text, 2))
                })
                .boxed()
        } else {
            let valid: Value = serde_json::from_str(&whole).expect("a document");
            let mutated = (0usize..60, 0usize..5, any_json())
                .prop_map(move |(at, how, with)| mutate(&valid, at, how, &with));
            prop_oneof![any_json(), mutated].prop_map(|body| body.to_string()).boxed()
        };
        let statuses = prop_oneof![6 => Just(200u16), 1 => 201u16..=204, 2 => 400u16..=599];
        let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
        TestRunner::new(config)
            .run(&(bodies, statuses, any::<bool>()), |(body, status, truncated)| {
                let mut text = body;
                if truncated && status != 200 {
                    text.truncate(
                        (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0),
                    );
                }
                let case = Case::new(simulation);
                let response = Response::new(status)
                    .header("Content-Type", "application/json")
                    .body(if status == 204 { String::new() } else { text.clone() });
                case.server.faults(Some(RequestKind::Read), 0, 9, Fault::Answer(response));
                let outcome = case.get(&["-o", "json"]);
                judged(&outcome, &text);
                prop_assert!(status == 200 || status < 300 || outcome.code != 0, "{:?}", outcome);
                let two = simulation.id(2);
                let both = case.bench.run(&[
                    "get",
                    case.backend(),
                    &case.id,
                    &two,
                    "--retry-for",
                    "0",
                    "-o",
                    "json",
                ]);
                sane(&both);
                prop_assert_eq!(both.json().as_array().map(Vec::len), Some(2));
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{}: {error}", simulation.backend()));
    });
}
