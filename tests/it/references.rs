//! Many tasks and many systems in one call: references, addresses, standard input, batches, and a bad hour.

use std::time::Duration;

use serde_json::Value;

use crate::harness::Bench;
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation, simulation};

fn server_with(
    simulation: &'static dyn Simulation,
    tasks: usize,
    moments: &[Truth],
) -> (Server, Vec<String>) {
    let server = Server::start(simulation);
    let ids: Vec<String> = (1..=tasks).map(|number| simulation.id(number)).collect();
    for id in &ids {
        server.world().add(Story::new(id, moments.to_vec()));
    }
    (server, ids)
}

fn one_of_each(tasks: usize, moments: &[Truth]) -> Vec<(Server, Vec<String>)> {
    SIMULATIONS.iter().map(|simulation| server_with(*simulation, tasks, moments)).collect()
}

fn bench(servers: &[(Server, Vec<String>)]) -> Bench {
    Bench::in_memory(&servers.iter().map(|(server, _)| server).collect::<Vec<_>>())
}

fn references(servers: &[(Server, Vec<String>)]) -> Vec<String> {
    let each = |(server, ids): &(Server, Vec<String>)| {
        let backend = server.simulation().backend();
        ids.iter().map(|id| format!("{backend}/{id}")).collect::<Vec<_>>()
    };
    servers.iter().flat_map(each).collect()
}

#[track_caller]
fn all_closed(servers: &[(Server, Vec<String>)]) {
    for (server, _) in servers {
        let sessions = server.sessions();
        let backend = server.simulation().backend();
        assert_eq!(sessions.live(), 0, "{backend}");
        assert_eq!(sessions.opened(), sessions.closed() + sessions.expired(), "{backend}");
    }
}

#[test]
fn profiles_and_backends_may_be_mixed_in_one_call_in_the_order_given() {
    let servers = one_of_each(1, &[Truth::succeeded()]);
    let references = references(&servers);
    let mut arguments = vec!["get", "-o", "json"];
    arguments.extend(references.iter().rev().map(String::as_str));
    let items = bench(&servers).run(&arguments).expect(0).json();
    let shown: Vec<&str> =
        items.as_array().expect("an array").iter().filter_map(|item| item["ref"].as_str()).collect();
    assert_eq!(shown, references.iter().rev().map(String::as_str).collect::<Vec<_>>());
    all_closed(&servers);
}

#[test]
fn two_profiles_of_one_backend_have_a_session_each() {
    let (one, ids) = server_with(simulation("vcenter"), 1, &[Truth::succeeded()]);
    let (two, _) = server_with(simulation("vcenter"), 1, &[Truth::failed("ERROR", "no", &[])]);
    let bench = Bench::with_config(&format!("{}{}", one.profile("one"), two.profile("two")));
    let (first, second) = (format!("one/{}", ids[0]), format!("two/{}", ids[0]));
    bench.run(&["watch", &first, &second]).expect(3);
    assert_eq!((one.sessions().opened(), two.sessions().opened()), (1, 1));
    assert_eq!((one.sessions().closed(), two.sessions().closed()), (1, 1));
    let outcome = bench.run(&["get", "vcenter", &ids[0]]).expect(2);
    assert!(outcome.stderr.contains("one, two"), "{outcome:?}");
}

#[test]
fn a_tasks_address_finds_its_profile_and_its_backend() {
    let servers = one_of_each(1, &[Truth::succeeded()]);
    let bench = bench(&servers);
    for (server, ids) in &servers {
        let (base, id) = (server.url(), &ids[0]);
        for address in server.simulation().task_urls(&base, id) {
            let task = bench.run(&["get", &address, "-o", "json"]).expect(0).json();
            assert_eq!(task["ref"], format!("{}/{id}", server.simulation().backend()), "{address}");
        }
    }
    bench.run(&["get", "http://127.0.0.1:1/tasks/1"]).expect(2);
    bench.run(&["get", &format!("{}/no/such/path", servers[0].0.url())]).expect(2);
    all_closed(&servers);
}

#[test]
fn an_href_of_ecs_is_an_id() {
    let servers = vec![server_with(simulation("ecs"), 1, &[Truth::succeeded()])];
    let id = &servers[0].1[0];
    let (store, operation) = id.rsplit_once('/').expect("a pair");
    let href = format!("/vdc/data-stores/{store}/tasks/{operation}");
    let task = bench(&servers).run(&["get", "ecs", &href, "-o", "json"]).expect(0).json();
    assert_eq!(task["id"], id.as_str());
    let bare =
        bench(&servers).run(&["get", "ecs", operation, "--data-store", store, "-o", "json"]).expect(0).json();
    assert_eq!(bare["id"], id.as_str());
}

#[test]
fn standard_input_holds_lines_or_what_a_create_call_returned() {
    let servers = one_of_each(2, &[Truth::succeeded()]);
    let mut bench = bench(&servers);
    bench.stdin = format!("# tonight\n{}\n", references(&servers).join("\n"));
    let items = bench.run(&["get", "-", "-o", "json"]).expect(0).json();
    assert_eq!(items.as_array().map(Vec::len), Some(2 * SIMULATIONS.len()));
    // One id in is still many: the shape depends on how it was called.
    bench.stdin = format!("{}\n", servers[0].1[0]);
    let first = servers[0].0.simulation().backend();
    assert!(bench.run(&["get", first, "-", "-o", "json"]).expect(0).json().is_array());
    for (server, ids) in &servers {
        let backend = server.simulation().backend();
        bench.stdin = server.simulation().created(&ids[0]).to_string();
        bench.run(&["watch", backend, "-"]).expect(0);
        bench.stdin = String::new();
        bench.run(&["get", backend, "-"]).expect(2);
        bench.stdin = "{\"state\":1}".to_owned();
        bench.run(&["get", backend, "-"]).expect(2);
    }
    all_closed(&servers);
}

#[test]
fn what_taskctl_prints_it_also_takes() {
    let servers = one_of_each(2, &[Truth::succeeded()]);
    let mut bench = bench(&servers);
    let references = references(&servers);
    let mut arguments = vec!["get", "-o", "jsonl"];
    arguments.extend(references.iter().map(String::as_str));
    bench.stdin = bench.run(&arguments).expect(0).stdout;
    assert_eq!(bench.run(&["get", "-", "-o", "jsonl"]).expect(0).stdout, bench.stdin);
}

#[test]
fn the_same_task_twice_is_shown_twice() {
    let servers = one_of_each(1, &[Truth::succeeded()]);
    for (server, ids) in &servers {
        let outcome =
            bench(&servers).run(&["get", server.simulation().backend(), &ids[0], &ids[0], "--field", "id"]);
        assert_eq!(outcome.expect(0).stdout, format!("{0}\n{0}\n", ids[0]));
    }
}

#[test]
fn three_hundred_vcenter_tasks_are_one_request_a_cycle() {
    let moments: Vec<Truth> =
        [10, 20, 30].map(Truth::running).into_iter().chain([Truth::succeeded()]).collect();
    let servers = vec![server_with(simulation("vcenter"), 300, &moments)];
    let mut bench = bench(&servers);
    bench.stdin = servers[0].1.join("\n");
    bench.run(&["watch", "vcenter", "-", "-q"]).expect(0);
    assert_eq!(servers[0].0.count(RequestKind::Read), moments.len());
    all_closed(&servers);
}

#[test]
fn two_thousand_tasks_in_one_call_are_no_trouble_for_the_servers() {
    let moments = [Truth::running(10), Truth::succeeded()];
    let servers = one_of_each(400, &moments);
    let mut bench = bench(&servers);
    bench.stdin = references(&servers).join("\n");
    let outcome = bench.run(&["watch", "-", "-o", "jsonl", "--progress", "none"]).expect(0);
    let ends = outcome.stdout.lines().filter(|line| line.contains("\"type\":\"end\"")).count();
    assert_eq!(ends, 400 * servers.len());
    for (server, ids) in &servers {
        let a_cycle = server.simulation().read_requests(ids.len());
        let reads = server.count(RequestKind::Read);
        assert!(reads <= a_cycle * moments.len(), "{}: {reads}", server.simulation().backend());
        assert!(server.sessions().opened() <= 1);
    }
    all_closed(&servers);
}

#[test]
fn a_bad_hour_over_five_hundred_tasks_ends_as_it_should() {
    // An hour of tasks: 100 a system, which end between the twelfth and the fortieth read. One of them fails.
    let servers: Vec<(Server, Vec<String>)> = SIMULATIONS
        .iter()
        .map(|simulation| {
            let server = Server::start(*simulation);
            let ids: Vec<String> = (1..=100).map(|number| simulation.id(number)).collect();
            for (position, id) in ids.iter().enumerate() {
                let mut moments: Vec<Truth> = (0..12 + position / 4)
                    .map(|read| Truth::running(u8::try_from(read).unwrap_or(99)))
                    .collect();
                let fails = simulation.backend() == SIMULATIONS[0].backend() && position == 41;
                moments.push(if fails { Truth::failed("Full", "no space", &[]) } else { Truth::succeeded() });
                server.world().add(Story::new(id, moments));
            }
            (server, ids)
        })
        .collect();
    for (server, _) in &servers {
        let strike = |after: usize, times: usize, fault: Fault| {
            server.faults(Some(RequestKind::Read), after, times, fault);
        };
        strike(2, 3, Fault::status(503));
        strike(3, 1, Fault::HangUp);
        strike(2, 2, Fault::web_page(502));
        strike(4, 1, Fault::ExpireSessions);
        strike(3, 2, Fault::retry_after(429, "45"));
        strike(2, 1, Fault::garbage());
        strike(5, 2, Fault::CutOff(11));
        // A restart: nothing for a while, then every session is gone.
        strike(4, 6, Fault::HangUp);
        strike(0, 1, Fault::web_page(503));
        strike(0, 1, Fault::ExpireSessions);
        strike(3, 1, Fault::redirect("http://127.0.0.1:1/starting"));
        strike(2, 1, Fault::status(504));
    }
    let mut bench = bench(&servers);
    bench.stdin = references(&servers).join("\n");
    let arguments = [
        "watch",
        "-",
        "-i",
        "100s",
        "--max-interval",
        "100s",
        "--retry-for",
        "10m",
        "-o",
        "jsonl",
        "--progress",
        "none",
    ];
    let outcome = bench.run(&arguments);
    let lines: Vec<Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (summary, before) = lines.split_last().expect("events");
    assert_eq!(outcome.code, 3, "one task failed: {summary:#} {}", outcome.stderr);
    assert_eq!((&summary["type"], &summary["exitCode"]), (&"summary".into(), &3.into()));
    let ends: Vec<&Value> = before.iter().filter(|event| event["type"] == "end").collect();
    assert_eq!(ends.len(), 100 * servers.len());
    let failed = ends.iter().filter(|event| event["task"]["state"] == "failed").count();
    let succeeded = ends.iter().filter(|event| event["task"]["state"] == "succeeded").count();
    assert_eq!((failed, succeeded), (1, ends.len() - 1), "trouble is no verdict");
    assert!(outcome.took > Duration::from_secs(3000), "{:?}", outcome.took);
    for (server, _) in servers.iter().filter(|(server, _)| server.simulation().has_sessions()) {
        let sessions = server.sessions();
        let backend = server.simulation().backend();
        assert_eq!(
            (sessions.opened(), sessions.refused()),
            (3, 0),
            "{backend}: one login more for each expiry"
        );
    }
    all_closed(&servers);
}

#[test]
fn every_kind_of_event_has_its_fields() {
    let (server, ids) = server_with(simulation("vcda"), 1, &[Truth::running(10)]);
    server.world().add(Story::new(
        &ids[0],
        [vec![Truth::running(10); 20], vec![Truth::running(50), Truth::succeeded()]].concat(),
    ));
    server.faults(Some(RequestKind::Read), 2, 1, Fault::status(503));
    server.faults(Some(RequestKind::Read), 2, 1, Fault::ExpireSessions);
    let outcome = Bench::new(&[&server]).run(&["watch", "vcda", &ids[0], "-o", "jsonl"]).expect(0);
    let events: Vec<Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    for kind in ["snapshot", "change", "heartbeat", "retry", "recovered", "reauth", "end", "summary"] {
        assert!(kinds.contains(&kind), "no {kind} in {kinds:?}");
    }
    assert_eq!(kinds.first(), Some(&"snapshot"));
    assert_eq!(kinds.last(), Some(&"summary"));
    for event in &events {
        assert_eq!(event["schema"], "taskctl.event/v1");
        assert!(event["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{event}");
        match event["type"].as_str().expect("a type") {
            "snapshot" | "change" | "heartbeat" | "end" => {
                assert_eq!(event["task"]["schema"], "taskctl.task/v1");
                assert_eq!(event["task"]["ref"], format!("vcda/{}", ids[0]));
            }
            "retry" => {
                assert_eq!(event["profile"], "vcda");
                assert_eq!(event["failures"], 1);
                assert!(event["delaySeconds"].is_number());
                assert_eq!(event["error"]["httpStatus"], 503);
            }
            "recovered" => assert!(event["afterSeconds"].is_number()),
            "reauth" => assert_eq!(event["profile"], "vcda"),
            "summary" => assert_eq!((&event["outcome"], &event["exitCode"]), (&"ok".into(), &0.into())),
            other => panic!("{other} is no kind of event"),
        }
    }
    // The bars, or here the lines, go on on standard error.
    assert!(outcome.stderr.contains("running 50%"), "{outcome:?}");
}

#[test]
fn a_task_that_is_given_up_ends_with_its_error() {
    let (server, ids) = server_with(simulation("vcda"), 1, &[Truth::running(10)]);
    server.faults(Some(RequestKind::Read), 1, 1000, Fault::status(503));
    let arguments = ["watch", "vcda", &ids[0], "-o", "jsonl", "--retry-for", "1m", "--progress", "none"];
    let outcome = Bench::new(&[&server]).run(&arguments).expect(7);
    let end = outcome.stdout.lines().find(|line| line.contains("\"type\":\"end\"")).expect("an end");
    let end: Value = serde_json::from_str(end).expect("JSON");
    assert_eq!(end["task"]["error"]["kind"], "http", "{end:#}");
}

#[test]
fn several_outcomes_are_one_exit_code_in_the_contracts_order() {
    let simulation = simulation("vcenter");
    let server = Server::start(simulation);
    let cases = [
        ("well", vec![Truth::succeeded()]),
        ("badly", vec![Truth::failed("ERROR", "no", &[])]),
        ("cancelled", vec![Truth::new(crate::sim::world::Condition::Cancelled)]),
        ("running", vec![Truth::running(10)]),
    ];
    let id = |name: &str| format!("{name}:com.vmware.x");
    for (name, moments) in &cases {
        server.world().add(Story::new(&id(name), moments.clone()));
    }
    let bench = Bench::new(&[&server]);
    let code = |names: &[&str], more: &[&str]| {
        let ids: Vec<String> = names.iter().map(|name| id(name)).collect();
        let mut arguments = vec!["watch", "vcenter"];
        arguments.extend(ids.iter().map(String::as_str));
        arguments.extend(more);
        bench.run(&arguments).code
    };
    let soon = ["--timeout", "10s"];
    assert_eq!(code(&["well", "well"], &[]), 0);
    assert_eq!(code(&["well", "cancelled"], &[]), 6);
    assert_eq!(code(&["cancelled", "badly"], &[]), 3);
    assert_eq!(code(&["well", "missing"], &[]), 5);
    assert_eq!(code(&["missing", "cancelled"], &[]), 6);
    assert_eq!(code(&["running", "well"], &soon), 124);
    assert_eq!(code(&["running", "missing"], &soon), 5);
    assert_eq!(code(&["running", "badly"], &soon), 3);
    assert_eq!(code(&["running", "well"], &["--timeout", "0"]), 8);
    assert_eq!(code(&["running", "well"], &["--any"]), 0);
    assert_eq!(code(&["running", "badly", "well"], &["--any"]), 0);
    assert_eq!(code(&["running", "badly"], &["--any"]), 3);
    assert_eq!(code(&["running", "badly"], &["--fail-fast"]), 3);
    assert_eq!(code(&["badly"], &["--for", "ended"]), 0);
    assert_eq!(code(&["badly"], &["--for", "succeeded"]), 3);
    assert_eq!(code(&["badly"], &["--for", "succeeded,failed"]), 0);
    assert_eq!(code(&["running"], &["--for", "progress>=10"]), 0);
    assert_eq!(code(&["running"], &["--for", "running"]), 0);
    let exit_status = |name: &str| bench.run(&["get", "vcenter", &id(name), "--exit-status"]).code;
    assert_eq!(["well", "badly", "cancelled", "running"].map(exit_status), [0, 3, 6, 8]);
    assert_eq!(server.sessions().live(), 0);
}
