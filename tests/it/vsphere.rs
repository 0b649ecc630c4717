//! What only vSphere does: hosts, tokens of the STS, questions of virtual machines, names of several vCenters.

use crate::harness::{Bench, Outcome};
use crate::process;
use crate::sim::server::{Fault, Server};
use crate::sim::vsphere::INSTANCE;
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{RequestKind, simulation, snapservice};

fn serve(moments: Vec<Truth>) -> (Server, Bench) {
    let server = Server::start(simulation("vsphere"));
    let [operation, kind, id, name] = server.simulation().work();
    server.world().add(Story::new("task-1", moments).operation(operation).target(kind, id, name));
    let bench = Bench::new(&[&server]);
    (server, bench)
}

#[track_caller]
fn all_closed(server: &Server) {
    let sessions = server.sessions();
    assert_eq!((sessions.live(), sessions.opened()), (0, sessions.closed() + sessions.expired()));
}

#[test]
fn an_esxi_host_has_objects_of_its_own_names() {
    let (server, bench) = serve(vec![Truth::running(10), Truth::succeeded()]);
    server.mode("host", "");
    bench.run(&["watch", "vim", "task-1"]).expect(0);
    assert_eq!(bench.run(&["list", "vsphere", "-o", "json"]).expect(0).json()[0]["id"], "task-1");
    let examined = bench.run(&["doctor", "-p", "vsphere"]).expect(0);
    assert!(examined.stdout.contains("VMware ESXi 8.0.2 build-22380479"), "{examined:?}");
    all_closed(&server);
}

#[test]
fn a_token_of_the_sts_logs_in_where_the_profile_has_one() {
    let (server, _) = serve(vec![Truth::succeeded()]);
    let profile = format!("{}sts_url = \"{}{}\"\n", server.profile("vc"), server.url(), snapservice::STS);
    let bench = Bench::with_config(&profile);
    let outcome = bench.run(&["get", "vc/task-1", "-vv"]).expect(0);
    assert!(!outcome.stderr.contains("Assertion"), "{outcome:?}");
    let sent = server.requests();
    let bodies: Vec<_> = sent.iter().map(|logged| String::from_utf8_lossy(&logged.request.body)).collect();
    assert!(bodies.iter().any(|body| body.contains("<LoginByToken ")));
    assert!(!bodies.iter().any(|body| body.contains("<Login ")));
    // The token is one session, which ends by itself; the one that it opened was closed.
    assert_eq!((server.sessions().opened(), server.sessions().closed()), (2, 1));
    server.mode("password", "another");
    let refused = bench.run(&["get", "vc/task-1"]).expect(4);
    assert!(refused.stderr.contains("Invalid credentials"), "{refused:?}");
    assert_eq!(server.sessions().refused(), 1);
}

#[test]
fn a_task_whose_virtual_machine_asks_is_blocked_until_it_is_answered() {
    let blocked = || Truth { percent: Some(30), ..Truth::new(Condition::Blocked) };
    let (server, bench) = serve(vec![blocked(), blocked(), Truth::running(40), Truth::succeeded()]);
    server.mode("question", "msg.uuid.altered: did you <move> or \"copy\" it?");
    let task = bench.run(&["get", "vsphere", "task-1", "-o", "json"]).expect(0).json();
    assert_eq!((&task["state"], &task["nativeState"]), (&"blocked".into(), &"running".into()));
    assert_eq!(task["messages"][0], "msg.uuid.altered: did you <move> or \"copy\" it?");
    assert_eq!(task["details"]["question"]["choice"]["choiceInfo"]["key"], "0");
    let outcome = bench.run(&["watch", "vsphere", "task-1", "-o", "jsonl"]).expect(0);
    let states: Vec<_> = outcome.json_lines().iter().map(|line| line["task"]["state"].clone()).collect();
    assert_eq!(states[0], "blocked", "{outcome:?}");
    assert!(states.contains(&"running".into()) && states.contains(&"succeeded".into()), "{outcome:?}");
    // A question that cannot be asked for spoils no reading.
    server.world().add(Story::new("task-1", vec![blocked()]).target("VirtualMachine", "vm-62", "web01"));
    server.faults(Some(RequestKind::Other), 0, 9, Fault::status(500));
    let task = bench.run(&["get", "vsphere", "task-1", "-o", "json"]).expect(0).json();
    assert_eq!(task["state"], "running");
    all_closed(&server);
}

#[test]
fn the_name_of_another_vcenter_is_not_read_from_this_one() {
    let (server, bench) = serve(vec![Truth::succeeded()]);
    let own = format!("task-1:{INSTANCE}");
    let task = bench.run(&["get", "vsphere", &own, "-o", "json"]).expect(0).json();
    assert_eq!((task["id"].as_str(), &task["warnings"]), (Some(own.as_str()), &serde_json::json!([])));
    let other = "task-1:00000000-3d3c-4a52-9f0f-3f6e9f7f1a55";
    let both = bench.run(&["get", "vsphere", &own, other, "task-1", "-o", "json"]).expect(5);
    let tasks = both.json();
    assert_eq!((&tasks[0]["state"], &tasks[2]["state"]), (&"succeeded".into(), &"succeeded".into()));
    assert_eq!(tasks[1]["error"]["kind"], "notFound");
    assert!(both.stderr.contains(INSTANCE), "{both:?}");
    all_closed(&server);
}

#[test]
fn what_a_server_is_is_asked_once_and_a_session_is_carried_by_its_cookie() {
    let (server, bench) = serve(vec![Truth::running(1), Truth::running(2), Truth::succeeded()]);
    server.faults(Some(RequestKind::Read), 1, 1, Fault::ExpireSessions);
    bench.run(&["watch", "vsphere", "task-1"]).expect(0);
    assert_eq!(server.count(RequestKind::Discovery), 2, "the versions, and the content");
    assert_eq!(server.count(RequestKind::Login), 2);
    let requests = server.requests();
    for logged in requests.iter().filter(|logged| logged.kind == RequestKind::Read) {
        let cookie = logged.request.header("cookie").expect("a cookie");
        assert!(cookie.starts_with("vmware_soap_session=\"token+") && cookie.ends_with('"'), "{cookie}");
        assert_eq!(logged.request.header("soapaction"), Some("\"urn:vim25/8.0.2.0\""));
    }
    all_closed(&server);
}

#[test]
fn a_task_that_cannot_be_cancelled_says_so() {
    let (server, bench) = serve(vec![Truth::running(1)]);
    server.mode("not_cancelable", "");
    let outcome = bench.run(&["cancel", "vsphere", "task-1", "-y"]).expect(1);
    assert!(
        outcome.stderr.contains("NotSupported") && outcome.stderr.contains("`cancelable`"),
        "{outcome:?}"
    );
    all_closed(&server);
}

/// A server with tasks of two users on two machines that ended long ago, 30 of each, the first the oldest.
fn with_history() -> (Server, Bench) {
    let (server, bench) = serve(vec![Truth::running(1)]);
    for number in 100..160 {
        let (machine, user) = if number % 2 == 0 { ("vm-1", "root") } else { ("vm-2", "svc&co") };
        let id = format!("task-{number}");
        let truth = if number % 10 == 0 { Truth::failed("Full", "no", &[]) } else { Truth::succeeded() };
        let story = Story::new(&id, vec![truth]).age(100_000 - number).user(user);
        server.world().add(story.target("VirtualMachine", machine, &format!("web/{machine}")));
        server.mode(&format!("gone {id}"), "");
    }
    (server, bench)
}

fn listed(bench: &Bench, more: &[&str]) -> Vec<String> {
    let outcome = bench.run(&[&["list", "vsphere", "-o", "json"], more].concat()).expect(0);
    let tasks = outcome.json();
    tasks
        .as_array()
        .expect("an array")
        .iter()
        .map(|task| task["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn the_history_is_listed_by_user_object_state_and_start_and_no_collector_is_left() {
    let (server, bench) = with_history();
    assert_eq!(listed(&bench, &[]), ["task-1"], "the recent ones alone");
    let all = listed(&bench, &["--history"]);
    assert_eq!((all.len(), all[0].as_str(), all[60].as_str()), (61, "task-1", "task-100"));
    assert_eq!(listed(&bench, &["--history", "--limit", "3"]), ["task-1", "task-159", "task-158"]);
    assert_eq!(listed(&bench, &["--history", "--user", "svc&co"]).len(), 30);
    assert_eq!(listed(&bench, &["--history", "--user", "svc&co", "--user", "root"]).len(), 61);
    assert_eq!(listed(&bench, &["--history", "--entity", "vm-1"]).len(), 30);
    assert_eq!(listed(&bench, &["--history", "--entity", "web/vm-1", "--state", "failed"]).len(), 6);
    assert_eq!(listed(&bench, &["--history", "--entity", "group-d1"]).len(), 61, "and all that is below it");
    assert_eq!(listed(&bench, &["--history", "--since", "99850s"]).len(), 10);
    assert_eq!(listed(&bench, &["--user", "nobody"]), [""; 0]);
    assert_eq!(listed(&bench, &["--entity", "web01"]), ["task-1"]);
    let unknown = bench.run(&["list", "vsphere", "--history", "--entity", "no such"]).expect(5);
    assert!(unknown.stderr.contains("nothing is called \"no such\""), "{unknown:?}");
    assert_eq!(server.shared().mode("collectors").as_deref(), Some("0"));
    all_closed(&server);
}

#[test]
fn trouble_in_the_middle_of_the_history_leaves_no_collector() {
    for fault in [Fault::HangUp, Fault::status(503), Fault::web_page(503), Fault::ExpireSessions] {
        let (server, bench) = with_history();
        // The collector is made, and its latest page read, before the trouble.
        server.faults(Some(RequestKind::Other), 2, 1, fault.clone());
        assert_eq!(listed(&bench, &["--history"]).len(), 61, "{fault:?}");
        if !matches!(fault, Fault::ExpireSessions) {
            assert_eq!(server.shared().mode("collectors").as_deref(), Some("0"), "{fault:?}");
        }
        all_closed(&server);
    }
}

#[test]
fn a_host_says_that_it_has_no_history() {
    let (server, bench) = serve(vec![Truth::succeeded()]);
    server.mode("host", "");
    let outcome = bench.run(&["list", "vsphere", "--history"]).expect(2);
    assert!(outcome.stderr.contains("an ESXi host keeps no history of its tasks"), "{outcome:?}");
    all_closed(&server);
}

#[test]
fn a_task_that_was_seen_and_is_gone_is_found_in_the_history() {
    let (server, bench) = serve(vec![Truth::running(5), Truth::failed("Full", "No space left", &[])]);
    server.faults(Some(RequestKind::Read), 1, 1, Fault::Answer(server.simulation().not_found()));
    let outcome = bench.run(&["watch", "vsphere", "task-1", "-i", "1s"]).expect(3);
    assert!(outcome.stderr.contains("No space left"), "{outcome:?}");
    assert_eq!(server.count(RequestKind::Read), 3, "as it was, missing, and the latest page of the history");
    assert_eq!(server.shared().mode("collectors").as_deref(), Some("0"));
    // One that was never seen is not looked for.
    let outcome = bench.run(&["get", "vsphere", "task-99"]).expect(5);
    assert!(outcome.stderr.contains("not found"), "{outcome:?}");
    all_closed(&server);
}

/// How many calls of this method came.
fn calls(server: &Server, method: &str) -> usize {
    let called = format!("<{method} ");
    let is_one = |logged: &&crate::sim::server::Logged| {
        String::from_utf8_lossy(&logged.request.body).contains(&called)
    };
    server.requests().iter().filter(is_one).count()
}

/// A server that keeps a request while nothing changes, a watch of its tasks, and what happens while it waits.
fn while_it_waits(ids: &[&str], more: &[&str], happens: impl FnOnce(&Server)) -> (Server, Outcome) {
    let (server, bench) = serve(vec![Truth::running(10)]);
    server.mode("hold", "");
    for id in ids.iter().filter(|id| **id != "task-1") {
        server.world().add(Story::new(id, vec![Truth::running(20)]));
    }
    let outcome = std::thread::scope(|scope| {
        let arguments = [&["watch", "vsphere"], ids, more].concat();
        let bench = &bench;
        let watch = scope.spawn(move || bench.run(&arguments));
        // The first look, what the filter begins with, what the task's machine asks, and the request that waits.
        server.wait_for(RequestKind::Read, 4);
        happens(&server);
        watch.join().expect("no panic")
    });
    (server, outcome)
}

fn end(server: &Server, ids: &[&str]) {
    ids.iter().for_each(|id| server.world().add(Story::new(id, vec![Truth::succeeded()])));
}

#[test]
fn an_end_is_told_when_it_comes_and_nothing_is_asked_meanwhile() {
    let (server, outcome) = while_it_waits(&["task-1"], &[], |server| {
        server.world().add(Story::new("task-1", vec![Truth::running(60).message("copying")]));
        server.wait_for(RequestKind::Read, 5);
        end(server, &["task-1"]);
    });
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(outcome.stderr.contains("running 60%"), "{outcome:?}");
    assert_eq!((server.count(RequestKind::Read), calls(&server, "WaitForUpdatesEx")), (5, 4));
    // On the clock of the watch no gap of an interval has passed.
    assert!(outcome.took < std::time::Duration::from_secs(1), "{outcome:?}");
    all_closed(&server);
}

#[test]
fn one_request_waits_for_hundreds_of_tasks_and_the_answer_may_come_in_pieces() {
    let ids: Vec<String> = (1..=300).map(|number| format!("task-{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (server, outcome) = while_it_waits(&ids, &["--field", "state"], |server| end(server, &ids));
    assert_eq!(outcome.stdout, "succeeded\n".repeat(300));
    assert_eq!(
        (calls(&server, "CreatePropertyCollector"), calls(&server, "ContinueRetrievePropertiesEx")),
        (1, 2)
    );
    assert!(calls(&server, "WaitForUpdatesEx") < 10, "ends came one after the other: {outcome:?}");
    all_closed(&server);
    let (server, outcome) = while_it_waits(&ids[..20], &["--field", "state"], |server| {
        server.mode("page", "3");
        end(server, &ids[..20]);
    });
    assert_eq!(outcome.stdout, "succeeded\n".repeat(20));
    assert!(calls(&server, "WaitForUpdatesEx") >= 8, "{} {outcome:?}", calls(&server, "WaitForUpdatesEx"));
    all_closed(&server);
}

#[test]
fn a_question_and_its_answer_are_told_when_they_come() {
    let (server, outcome) = while_it_waits(&["task-1"], &["-o", "jsonl"], |server| {
        // The machine was not known to be asked about before its task was told.
        server.wait_for(RequestKind::Read, 4);
        let [operation, kind, id, name] = server.simulation().work();
        for (condition, reads) in [(Condition::Blocked, 5), (Condition::Running, 6)] {
            let truth = Truth { percent: Some(10), ..Truth::new(condition) };
            let story = Story::new("task-1", vec![truth]).operation(operation).target(kind, id, name);
            server.world().add(story);
            server.wait_for(RequestKind::Read, reads);
        }
        end(server, &["task-1"]);
    });
    let lines = outcome.json_lines();
    let mut states: Vec<_> = lines.iter().filter_map(|line| line["task"]["state"].as_str()).collect();
    states.dedup();
    assert_eq!(states, ["running", "blocked", "running", "succeeded"], "{outcome:?}");
    assert_eq!(calls(&server, "CreateFilter"), 2);
    assert_eq!(calls(&server, "RetrievePropertiesEx"), 2, "the first look, and what its machine asks");
    all_closed(&server);
}

#[test]
fn a_connection_that_breaks_loses_nothing_and_the_version_is_still_good() {
    let (server, bench) =
        serve(vec![Truth::running(10), Truth::running(20), Truth::running(30), Truth::succeeded()]);
    // The first look, the beginning of the filter, and then the request that waits.
    server.faults(Some(RequestKind::Read), 2, 1, Fault::HangUp);
    let outcome = bench.run(&["watch", "vsphere", "task-1"]).expect(0);
    assert!(!outcome.stderr.contains("reconnecting"), "the task could be read at once: {outcome:?}");
    assert_eq!(calls(&server, "CreatePropertyCollector"), 1);
    let versions: Vec<String> = server
        .requests()
        .iter()
        .filter_map(|logged| {
            let body = String::from_utf8_lossy(&logged.request.body).into_owned();
            Some(body.split("<version>").nth(1)?.split('<').next()?.to_owned())
        })
        .collect();
    assert_eq!(versions[..3], ["", "1", "1"], "{versions:?}");
    all_closed(&server);
}

#[test]
fn a_session_that_expires_and_a_server_that_forgets_get_a_new_filter() {
    let happenings: [fn(&Server); 3] = [
        |server| server.sessions().expire(),
        |server| server.mode("forgets", "its versions"),
        |server| server.faults(Some(RequestKind::Read), 0, 1, Fault::ExpireSessions),
    ];
    for happens in happenings {
        let (server, outcome) = while_it_waits(&["task-1"], &[], |server| {
            happens(server);
            // What has changed ends the request that waits, and the next one meets what has happened.
            server.world().add(Story::new("task-1", vec![Truth::running(50)]));
            server.wait_for(RequestKind::Read, 5);
            end(server, &["task-1"]);
        });
        assert_eq!(outcome.code, 0, "{outcome:?}");
        // The request that waits may end by the change or by what has happened, and each may cost a collector.
        assert!((2..=3).contains(&calls(&server, "CreatePropertyCollector")), "{outcome:?}");
        all_closed(&server);
    }
}

#[test]
fn where_long_requests_are_cut_it_is_polled() {
    let moments = (1..30).map(Truth::running).chain([Truth::succeeded()]).collect();
    let (server, bench) = serve(moments);
    server.mode("cut", "");
    let outcome = bench.run(&["watch", "vsphere", "task-1", "-v"]).expect(0);
    assert_eq!(calls(&server, "WaitForUpdatesEx"), 3);
    assert_eq!(server.count(RequestKind::Read), 30 + 3);
    assert!(outcome.stderr.contains("polling from now on"), "{outcome:?}");
    assert!(!outcome.stderr.contains("reconnecting"), "{outcome:?}");
    all_closed(&server);
}

#[test]
fn an_interval_means_polling() {
    let (server, bench) = serve(vec![Truth::running(10), Truth::running(20), Truth::succeeded()]);
    bench.run(&["watch", "vsphere", "task-1", "--interval", "1s"]).expect(0);
    assert_eq!((calls(&server, "WaitForUpdatesEx"), server.count(RequestKind::Read)), (0, 3));
    all_closed(&server);
}

#[test]
fn a_task_that_is_gone_while_it_is_waited_for_is_found_in_the_history() {
    let (server, outcome) = while_it_waits(&["task-1", "task-2"], &[], |server| {
        let [_, kind, id, name] = server.simulation().work();
        let failed = vec![Truth::failed("Full", "No space left", &[])];
        server.mode("gone task-1", "");
        server.world().add(Story::new("task-1", failed).target(kind, id, name));
        end(server, &["task-2"]);
    });
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.stderr.contains("No space left"), "{outcome:?}");
    all_closed(&server);
}

#[test]
fn a_deadline_and_a_signal_do_not_wait_for_the_request_that_waits() {
    let (server, bench) = serve(vec![Truth::running(10)]);
    server.mode("hold", "");
    let mut running = process::start(&bench, &["watch", "vsphere", "task-1"]);
    server.wait_for(RequestKind::Read, 3);
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert!(ended.took < std::time::Duration::from_secs(3), "{ended:#?}");
    all_closed(&server);
    let ended = process::start(&bench, &["watch", "vsphere", "task-1", "--timeout", "1s"]).end();
    assert_eq!(ended.code, Some(124), "{ended:#?}");
    all_closed(&server);
}
