//! What a watch does in the corners that neither the matrix of troubles nor the references reach: refusals that look
//! like trouble, trouble that looks like a refusal, batches that are refused, and conditions over several tasks.

use serde_json::Value;

use taskctl::api::Options;
use taskctl::engine::driver::{Endpoint, Plan, Target, follow};
use taskctl::engine::event::TaskRef;
use taskctl::engine::scheduler::{Pace, Rules};
use taskctl::engine::verdict::Goal;
use taskctl::http::transport::Transport;
use taskctl::http::{TransportError, Trouble};
use taskctl::render::jsonl::EventLines;
use taskctl::util::clock::Stop;

use crate::harness::Bench;
use crate::harness::TestClock;
use crate::sim::server::{Fault, Response, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{PASSWORD, RequestKind, SIMULATIONS, Simulation, simulation};
use crate::support::connect_through;

/// A server with tasks that are `running` so many times before they end well.
fn server_with(simulation: &'static dyn Simulation, tasks: usize, running: usize) -> (Server, Vec<String>) {
    let server = Server::start(simulation);
    let ids: Vec<String> = (1..=tasks).map(|number| simulation.id(number)).collect();
    let moments = [vec![Truth::running(10); running], vec![Truth::succeeded()]].concat();
    for id in &ids {
        server.world().add(Story::new(id, moments.clone()));
    }
    (server, ids)
}

fn watch(server: &Server, ids: &[String], more: &[&str]) -> crate::harness::Outcome {
    let mut bench = Bench::in_memory(&[server]);
    bench.stdin = ids.join("\n");
    bench.run(&[&["watch", server.simulation().backend(), "-"], more].concat())
}

fn page(status: u16) -> Fault {
    Fault::web_page(status)
}

fn reads(server: &Server, after: usize, times: usize, fault: Fault) {
    server.faults(Some(RequestKind::Read), after, times, fault);
}

#[test]
fn a_refusal_in_the_form_of_a_web_page_is_a_refusal_and_not_repeated() {
    for simulation in SIMULATIONS {
        let backend = simulation.backend();
        let (server, ids) = server_with(*simulation, 1, 20);
        if simulation.has_sessions() {
            reads(&server, 2, 1, Fault::ExpireSessions);
            server.faults(Some(RequestKind::Login), 1, 1000, page(401));
        } else {
            reads(&server, 2, 1000, page(401));
        }
        let outcome = watch(&server, &ids, &[]).expect(4);
        assert!(outcome.stderr.contains("the credentials came from"), "{backend}: {outcome:#?}");
        let asked = if simulation.has_sessions() { RequestKind::Login } else { RequestKind::Read };
        let refused = server
            .requests()
            .iter()
            .filter(|logged| logged.kind == asked && logged.status == Some(401))
            .count();
        assert_eq!(refused, 1, "{backend}: a refused credential is sent once");
        assert_eq!(server.sessions().live(), 0, "{backend}");
    }
}

#[test]
fn a_login_path_that_is_missing_while_an_appliance_starts_again_is_waited_for() {
    let answers: [fn() -> Fault; 4] = [
        || Fault::status(404),
        || Fault::web_page(404),
        || Fault::redirect("http://127.0.0.1:1/starting"),
        || Fault::Answer(Response::json(404, &serde_json::json!({"error": "no such application"}))),
    ];
    for simulation in SIMULATIONS.iter().filter(|simulation| simulation.has_sessions()) {
        for answer in &answers {
            let (server, ids) = server_with(*simulation, 2, 5);
            reads(&server, 2, 1, Fault::ExpireSessions);
            server.faults(Some(RequestKind::Login), 1, 3, answer());
            let what = format!("{} {:?}", simulation.backend(), answer());
            let outcome = watch(&server, &ids, &["--retry-for", "2m"]);
            assert_eq!(outcome.code, 0, "{what}: {outcome:#?}");
            assert_eq!(server.sessions().opened(), 2, "{what}");
            assert_eq!(server.sessions().live(), 0, "{what}");
        }
    }
}

#[test]
fn a_login_path_that_never_was_there_is_no_missing_task() {
    for simulation in SIMULATIONS.iter().filter(|simulation| simulation.has_sessions()) {
        let (server, ids) = server_with(*simulation, 1, 1);
        server.faults(None, 0, 1000, Fault::status(404));
        let outcome = watch(&server, &ids, &[]);
        assert_eq!(outcome.code, 1, "{}: {outcome:#?}", simulation.backend());
    }
}

#[test]
fn a_redirect_of_the_first_of_many_requests_is_no_verdict_on_its_task() {
    let (server, ids) = server_with(simulation("ecs"), 20, 2);
    reads(&server, 0, 1, Fault::redirect("http://127.0.0.1:1/maintenance.html"));
    watch(&server, &ids, &[]).expect(0);
    // Where everything is sent elsewhere from the beginning, the address is wrong, and that is said at once.
    let (server, ids) = server_with(simulation("ecs"), 20, 2);
    reads(&server, 0, 1000, Fault::redirect("http://127.0.0.1:1/maintenance.html"));
    let outcome = watch(&server, &ids, &[]).expect(1);
    assert!(outcome.took.as_secs() < 10, "{outcome:#?}");
    assert!(outcome.stderr.contains("`url` in the profile"), "{outcome:#?}");
}

/// The systems that read several tasks in one request.
fn batching() -> impl Iterator<Item = &'static dyn Simulation> {
    SIMULATIONS.iter().copied().filter(|simulation| simulation.read_requests(40) < 40)
}

#[test]
fn a_server_without_the_batched_form_is_read_one_by_one_and_nothing_is_said_of_it() {
    for simulation in batching() {
        let (server, ids) = server_with(simulation, 40, 2);
        let backend = simulation.backend();
        server.mode("unbatched", "yes");
        let outcome = watch(&server, &ids, &["--field", "state", "--jobs", "4"]).expect(0);
        assert_eq!(outcome.stdout, "succeeded\n".repeat(40), "{backend}");
        assert!(!outcome.stderr.contains("refused"), "{backend}: {outcome:#?}");
        // The refused request once, and then each task once a cycle.
        assert_eq!(server.count(RequestKind::Read), 1 + 40 * 3, "{backend}");
    }
}

#[test]
fn a_batched_form_that_has_worked_is_not_given_up_for_one_refusal() {
    for simulation in batching() {
        let backend = simulation.backend();
        for answer in [page(404), Fault::status(404), Fault::status(400)] {
            let (server, ids) = server_with(simulation, 40, 10);
            reads(&server, 3, 1, answer.clone());
            let outcome = watch(&server, &ids, &[]);
            assert_eq!(outcome.code, 0, "{backend} {answer:?}: {outcome:#?}");
            // Eleven cycles or less, of which one was read one by one.
            assert!(server.count(RequestKind::Read) <= 11 + 41, "{backend} {answer:?}");
        }
    }
}

#[test]
fn an_id_that_was_given_twice_is_sent_once() {
    let (server, ids) = server_with(simulation("vcenter"), 2, 1);
    let twice = [ids.clone(), ids].concat();
    let outcome = watch(&server, &twice, &["--field", "state"]).expect(0);
    assert_eq!(outcome.stdout, "succeeded\n".repeat(4));
    for logged in server.requests().iter().filter(|logged| logged.kind == RequestKind::Read) {
        let body = logged.request.json().unwrap_or_default();
        let asked = body.pointer("/filter_spec/tasks").or_else(|| body.pointer("/tasks"));
        let sent = body.to_string().matches("52f9f1b0").count();
        assert_eq!(sent, 2, "{asked:?} in {body}");
    }
}

#[test]
fn a_condition_over_several_tasks_ends_with_the_first_that_cannot_meet_it() {
    let simulation = simulation("vcenter");
    let (server, ids) = server_with(simulation, 1, 1000);
    let bad = simulation.id(7);
    server.world().add(Story::new(&bad, vec![Truth::running(1), Truth::failed("ERROR", "no", &[])]));
    let both = [ids, vec![bad]].concat();
    let outcome = watch(&server, &both, &["--for", "succeeded", "--timeout", "1h"]).expect(3);
    assert!(outcome.took.as_secs() < 10, "{outcome:#?}");
    let why =
        format!("error: `--for succeeded` can no longer be met: vcenter/{} has ended failed\n", both[1]);
    assert!(outcome.stderr.ends_with(&why), "{outcome:#?}");
    let outcome = watch(&server, &both, &["--for", "ended", "--timeout", "1m"]).expect(124);
    assert!(
        outcome.stderr.ends_with("error: 1 of 2 tasks has not met `--for ended` after 1m\n"),
        "{outcome:#?}"
    );
    // The failure is the exit code, and that the time was up is told all the same.
    let outcome = watch(&server, &both, &["--timeout", "1m"]).expect(3);
    assert!(outcome.stderr.ends_with("error: 1 of 2 tasks has not ended after 1m\n"), "{outcome:#?}");
    watch(&server, &both, &["--for", "ended", "--timeout", "1m", "--fail-fast"]).expect(3);
    watch(&server, &both, &["--for", "running,failed", "--timeout", "1m"]).expect(0);
    watch(&server, &both, &["--for", "failed", "--timeout", "1m", "--any"]).expect(0);
}

#[test]
fn an_hour_of_wanted_peace_does_not_outlast_the_patience_and_a_shorter_trouble_is_survived() {
    for simulation in SIMULATIONS {
        let (server, ids) = server_with(*simulation, 1, 3);
        reads(&server, 1, 1, Fault::retry_after(503, "3600"));
        let outcome = watch(&server, &ids, &["--retry-for", "5m"]).expect(0);
        assert!((300..360).contains(&outcome.took.as_secs()), "{}: {outcome:#?}", simulation.backend());
        let (server, ids) = server_with(*simulation, 1, 3);
        reads(&server, 1, 1000, Fault::retry_after(429, "3600"));
        let outcome = watch(&server, &ids, &["--retry-for", "5m"]).expect(7);
        assert!((300..360).contains(&outcome.took.as_secs()), "{}: {outcome:#?}", simulation.backend());
        assert_eq!(server.count(RequestKind::Read), 3, "{}", simulation.backend());
    }
}

#[test]
fn a_timeout_says_why_a_task_was_never_read() {
    for simulation in SIMULATIONS {
        let (server, ids) = server_with(*simulation, 1, 1);
        server.faults(None, 0, 100_000, Fault::status(503));
        let outcome = watch(&server, &ids, &["--timeout", "30s", "-o", "json"]).expect(124);
        let items = outcome.json();
        assert_eq!(items[0]["error"]["httpStatus"], 503, "{}: {outcome:#?}", simulation.backend());
        assert!(outcome.stderr.contains("error: cannot read task"), "{outcome:#?}");
        assert!(outcome.stderr.contains("error: the task has not ended after 30s\n"), "{outcome:#?}");
    }
}

#[test]
fn a_path_alone_names_a_task_where_its_form_says_which_api_it_is() {
    let (server, ids) = server_with(simulation("ecs"), 1, 0);
    let (store, operation) = ids[0].rsplit_once('/').expect("a pair");
    let mut bench = Bench::new(&[&server]);
    let href = format!("/vdc/data-stores/{store}/tasks/{operation}");
    let task = bench.run(&["get", &href, "-o", "json"]).expect(0).json();
    assert_eq!(task["ref"], format!("ecs/{}", ids[0]));
    // The answer to a create call holds it, and nothing else has to be typed.
    bench.stdin = format!(
        r#"{{"op_id":"{operation}","resource":{{"id":"x"}},"link":{{"rel":"self","href":"{href}"}}}}"#
    );
    bench.run(&["watch", "-"]).expect(0);
    bench.run(&["get", "/no/such/path"]).expect(2);
}

#[test]
fn the_summary_counts_every_task_once() {
    let simulation = simulation("vcenter");
    let (server, ids) = server_with(simulation, 2, 0);
    let (bad, slow, gone) = (simulation.id(7), simulation.id(8), simulation.id(9));
    server.world().add(Story::new(&bad, vec![Truth::failed("ERROR", "no", &[])]));
    server.world().add(Story::new(&slow, vec![Truth::running(3)]));
    let all = [ids, vec![bad, slow, gone]].concat();
    let more = ["-o", "jsonl", "--timeout", "10s", "--progress", "none"];
    let outcome = watch(&server, &all, &more).expect(3);
    let last: Value = serde_json::from_str(outcome.stdout.lines().last().expect("a line")).expect("JSON");
    let counts = serde_json::json!({
        "total": 5, "succeeded": 2, "failed": 1, "cancelled": 0, "open": 1, "unreadable": 1,
    });
    assert_eq!(last["counts"], counts, "{last:#}");
}

#[test]
fn trouble_of_one_task_is_a_retry_event_that_holds_the_task() {
    let (server, ids) = server_with(simulation("ecs"), 3, 3);
    server.fault_on_path(&ids[1], Fault::status(500));
    let more = ["-o", "jsonl", "--retry-for", "30s", "--progress", "none"];
    let outcome = watch(&server, &ids, &more).expect(7);
    let events: Vec<Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let retries: Vec<&Value> =
        events.iter().filter(|event| event["type"] == "retry" && event.get("task").is_some()).collect();
    assert!(!retries.is_empty(), "{events:#?}");
    for retry in retries {
        assert_eq!(retry["task"]["ref"], format!("ecs/{}", ids[1]));
        assert_eq!((&retry["profile"], &retry["error"]["httpStatus"]), (&"ecs".into(), &500.into()));
    }
}

#[test]
fn an_assertion_that_expires_in_mid_watch_is_issued_again_once() {
    let server = Server::start(simulation("snapservice"));
    server.mode("auth", "saml");
    let id = server.simulation().id(1);
    server.world().add(Story::new(&id, vec![Truth::running(10), Truth::running(20), Truth::succeeded()]));
    server.faults(Some(RequestKind::Read), 1, 1, Fault::ExpireSessions);
    let (url, user, sts) = (server.url(), server.simulation().user(), crate::sim::snapservice::STS);
    let bench = Bench::with_config(&format!(
        "[profiles.snap]\nbackend = \"snapservice\"\nurl = \"{url}\"\nauth = \"saml\"\nsts_url = \"{url}{sts}\"\n\
         username = \"{user}\"\npassword_env = \"SIM_PASSWORD\"\n"
    ));
    bench.run(&["watch", "snapservice", &id]).expect(0);
    let sessions = server.sessions();
    assert_eq!((sessions.opened(), sessions.expired(), sessions.refused()), (2, 1, 0));
}

/// A transport whose names cannot be resolved for a while. No test asks a real resolver.
struct Nameless {
    left: std::sync::atomic::AtomicUsize,
    below: std::sync::Arc<dyn Transport>,
}

impl Transport for Nameless {
    fn send(
        &self,
        request: &http::Request<Vec<u8>>,
        timeout: std::time::Duration,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        use std::sync::atomic::Ordering;
        let lost =
            self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if lost {
            return Err(TransportError::new(
                Trouble::Dns,
                vec!["Temporary failure in name resolution".to_owned()],
            ));
        }
        self.below.send(request, timeout)
    }
}

#[test]
fn names_that_cannot_be_resolved_for_a_while_are_waited_for_on_every_backend() {
    for simulation in SIMULATIONS {
        for (lost, code) in [(4, 0), (usize::MAX, 7)] {
            let mut server = Server::start(*simulation);
            server.may_stay_uncalled();
            let name = simulation.id(1);
            server.world().add(Story::new(&name, vec![Truth::running(10), Truth::succeeded()]));
            let backend = connect_through(&server, PASSWORD, Options::default(), |below| {
                std::sync::Arc::new(Nameless { left: lost.into(), below })
            });
            let second = std::time::Duration::from_secs(1);
            let endpoints = [Endpoint {
                profile: "p".to_owned(),
                pace: Pace {
                    interval: 2 * second,
                    max_interval: 2 * second,
                    jobs: 8,
                    batch_size: backend.batch(),
                    waits: false,
                },
                backend: std::sync::Arc::clone(&backend),
            }];
            let task = std::sync::Arc::new(TaskRef {
                reference: format!("p/{name}"),
                backend: simulation.backend(),
                profile: "p".to_owned(),
                id: name.clone(),
                host: backend.host(),
            });
            let targets = [Target { task_ref: task, id: crate::support::id(&server, &name), endpoint: 0 }];
            let (clock, stop) = (TestClock::new(), Stop::new());
            let rules = Rules {
                goal: Goal::End,
                any: false,
                fail_fast: false,
                deadline: None,
                once: false,
                retry_for: 300 * second,
                allow_missing: std::time::Duration::ZERO,
            };
            let plan = Plan {
                endpoints: &endpoints,
                targets: &targets,
                tree: false,
                rules,
                until: None,
                timeout_code: None,
                heartbeat: 60 * second,
                clock: &clock,
                stop: &stop,
                seed: 7,
                raw: false,
            };
            let mut quiet = Vec::new();
            let mut lines = EventLines::new(&mut quiet, false);
            let (sender, inbox) = std::sync::mpsc::channel();
            let ended = follow(plan, &sender, &inbox, &mut lines);
            backend.close(5 * second);
            let events = String::from_utf8(quiet).expect("text");
            assert_eq!(ended.exit_code, code, "{}: {events}", simulation.backend());
            assert!(events.contains("cannot be resolved"), "{}: {events}", simulation.backend());
            let sessions = server.sessions();
            assert_eq!(
                (sessions.live(), sessions.opened()),
                (0, sessions.closed()),
                "{}",
                simulation.backend()
            );
        }
    }
}

#[test]
fn another_message_and_another_text_of_a_warning_are_changes() {
    let simulation = simulation("vcda");
    let server = Server::start(simulation);
    let id = simulation.id(1);
    let moments = vec![
        Truth::running(10).warning("first"),
        Truth::running(10).warning("second"),
        Truth::running(10).warning("second"),
        Truth::succeeded().warning("second"),
    ];
    server.world().add(Story::new(&id, moments));
    let outcome = watch(&server, &[id], &["-o", "jsonl", "--progress", "none"]).expect(0);
    let lines = outcome.json_lines();
    let seen: Vec<(&str, &str)> = lines
        .iter()
        .filter_map(|event| Some((event["type"].as_str()?, event["task"]["warnings"][0].as_str()?)))
        .collect();
    let texts: Vec<&str> = seen.iter().map(|(_, text)| text.rsplit(' ').next().unwrap_or_default()).collect();
    let kinds: Vec<&str> = seen.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, ["snapshot", "change", "change", "end"], "{outcome:#?}");
    assert_eq!(texts, ["first", "second", "second", "second"], "{outcome:#?}");
}
