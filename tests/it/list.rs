//! `taskctl list` over every simulated server: pages, filters, order, formats, trouble on the way, sessions.

use std::time::Duration;

use serde_json::Value;
use taskctl::api::FilterKind;

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation, simulation};

/// A server with this many running tasks, the first the oldest, and a bench with a profile for it.
fn server_with(simulation: &'static dyn Simulation, count: usize) -> (Server, Bench) {
    let server = Server::start(simulation);
    for number in 0..count {
        let age = i64::try_from(1000 - number).expect("a small number");
        server.world().add(Story::new(&simulation.id(number), vec![Truth::running(40)]).age(age));
    }
    let bench = Bench::new(&[&server]);
    (server, bench)
}

fn list(bench: &Bench, backend: &str, more: &[&str]) -> Outcome {
    bench.run(&[&["list", backend], simulation(backend).list_flags(), more].concat())
}

fn ids(outcome: &Outcome) -> Vec<String> {
    let tasks = outcome.json();
    let tasks = tasks.as_array().unwrap_or_else(|| panic!("no array: {outcome:?}"));
    tasks.iter().map(|task| task["id"].as_str().expect("an id").to_owned()).collect()
}

#[track_caller]
fn all_closed(server: &Server) {
    assert_eq!(server.sessions().live(), 0, "{}: sessions left open", server.simulation().backend());
    assert_eq!(server.sessions().opened(), server.sessions().closed() + server.sessions().expired());
}

/// The queries of every request that read tasks.
fn read_queries(server: &Server) -> Vec<String> {
    let reads = server.requests().into_iter().filter(|logged| logged.kind == RequestKind::Read);
    reads.map(|logged| logged.request.query).collect()
}

#[test]
fn every_task_of_many_pages_is_listed_once_the_newest_first() {
    for simulation in SIMULATIONS {
        let (server, bench) = server_with(*simulation, 250);
        let backend = simulation.backend();
        server.mode("page", "100");
        let outcome = list(&bench, backend, &["-o", "json"]).expect(0);
        let mut expected: Vec<String> = (0..250).map(|number| simulation.id(number)).collect();
        // ECS gives no times here but with progress, so all of them have one.
        expected.reverse();
        assert_eq!(ids(&outcome), expected, "{backend}");
        let first = &outcome.json()[0];
        assert_eq!((&first["backend"], &first["state"]), (&backend.into(), &"running".into()));
        assert_eq!(first["ref"], format!("{backend}/{}", expected[0]));
        let newest = list(&bench, backend, &["-o", "json", "--limit", "3"]).expect(0);
        assert_eq!(ids(&newest), expected[..3], "{backend}");
        let requests = simulation.list_requests(250, 250) + simulation.list_requests(3, 250);
        assert_eq!(server.count(RequestKind::Read), requests, "{backend}");
        all_closed(&server);
    }
}

#[test]
fn raw_is_the_servers_own_spelling_of_one_task_of_several_and_of_a_list() {
    for simulation in SIMULATIONS {
        let (server, bench) = server_with(*simulation, 3);
        server.mode("spaced", "");
        let backend = simulation.backend();
        let ids: Vec<String> = (0..3).map(|number| simulation.id(number)).collect();
        let get = |ids: &[&str]| bench.run(&[&["get", backend, "-o", "raw"], ids].concat()).expect(0).stdout;
        let begin = if simulation.is_xml() { "<val\t" } else { "{\t\"" };
        for (raw, tasks) in [
            (get(&[&ids[0]]), 1),
            (get(&[&ids[0], &ids[1], &ids[2]]), 3),
            (list(&bench, backend, &["-o", "raw"]).expect(0).stdout, 3),
        ] {
            assert_eq!(raw.lines().filter(|line| line.starts_with(begin)).count(), tasks, "{backend}: {raw}");
            let other = if simulation.is_xml() { ["<val ", "<val>"] } else { ["{\"", "\":"] };
            assert!(!other.iter().any(|other| raw.contains(other)), "{backend}: {raw}");
        }
        all_closed(&server);
    }
}

#[test]
fn nothing_is_an_empty_array_and_a_person_is_told() {
    for simulation in SIMULATIONS {
        let (server, mut bench) = server_with(*simulation, 1);
        let backend = simulation.backend();
        let none = ["--since", "1s"];
        assert_eq!(list(&bench, backend, &[&none[..], &["-o", "json"]].concat()).expect(0).stdout, "[]\n");
        for format in ["jsonl", "raw"] {
            assert_eq!(list(&bench, backend, &[&none[..], &["-o", format]].concat()).expect(0).stdout, "");
        }
        let piped = list(&bench, backend, &none).expect(0);
        assert_eq!((piped.stdout.as_str(), piped.stderr.as_str()), ("", ""));
        bench.terminal.stderr = true;
        let seen = list(&bench, backend, &none).expect(0);
        assert!(seen.stderr.starts_with("no ") && seen.stdout.is_empty(), "{seen:?}");
        assert_eq!(seen.stderr.contains("--all"), simulation.lists_active_tasks_only(), "{seen:?}");
        assert!(list(&bench, backend, &[&none[..], &["-q"]].concat()).expect(0).stderr.is_empty());
        all_closed(&server);
    }
}

#[test]
fn a_terminal_of_80_columns_has_room_for_references_to_copy() {
    let simulation = simulation("vcda");
    let (server, mut bench) = server_with(simulation, 2);
    bench.terminal.stdout = true;
    bench.terminal.width = Some(80);
    let seen = list(&bench, "vcda", &["--color", "never"]).expect(0);
    for number in 0..2 {
        let reference = format!("vcda/{}", simulation.id(number));
        assert!(seen.stdout.lines().any(|line| line.starts_with(&reference)), "{seen:?}");
    }
    assert!(seen.stdout.lines().all(|line| line.chars().count() <= 80), "{seen:?}");
    all_closed(&server);
}

#[test]
fn states_and_starts_narrow_the_list_in_our_words() {
    for simulation in SIMULATIONS {
        let (server, bench) = server_with(*simulation, 3);
        let backend = simulation.backend();
        let failed = simulation.id(3);
        let truth = Truth { percent: Some(70), ..Truth::failed("E1", "It broke.", &[]) };
        server.world().add(Story::new(&failed, vec![truth]).age(10));
        let found = |more: &[&str]| ids(&list(&bench, backend, &[more, &["-o", "json"]].concat()).expect(0));
        assert_eq!(found(&["--state", "failed"]), std::slice::from_ref(&failed), "{backend}");
        let newest_first: Vec<String> = (0..4).rev().map(|number| simulation.id(number)).collect();
        assert_eq!(found(&["--state", "running,failed"]), newest_first, "{backend}");
        // The ages are 1000, 999, 998 and 10 seconds.
        assert_eq!(found(&["--all", "--since", "11s"]), std::slice::from_ref(&failed), "{backend}");
        assert_eq!(found(&["--all", "--since", "2026-11-20T09:58:21Z"]), newest_first[..2], "{backend}");
        assert_eq!(found(&["--all", "--since", "2026-11-20", "--utc"]).len(), 4, "{backend}");
        for condition in [Condition::Failing, Condition::Blocked] {
            let before = server.count(RequestKind::Read);
            let word = if condition == Condition::Failing { "failing" } else { "blocked" };
            assert!(found(&["--state", word]).is_empty(), "{backend}");
            if !simulation.can_tell(&condition) {
                assert_eq!(server.count(RequestKind::Read), before, "{backend}: nobody needs to be asked");
            }
        }
        let wrong = list(&bench, backend, &["--state", "done"]).expect(2);
        assert!(wrong.stderr.contains("cancelling"), "{wrong:?}");
        list(&bench, backend, &["--since", "yesterday"]).expect(2);
        list(&bench, backend, &["--limit", "0"]).expect(2);
        all_closed(&server);
    }
}

#[test]
fn a_state_that_nobody_knows_can_be_asked_for() {
    for simulation in SIMULATIONS {
        let (server, bench) = server_with(*simulation, 3);
        let backend = simulation.backend();
        let strange = simulation.id(7);
        let truth = Truth::new(Condition::Strange("Hibernating".to_owned()));
        server.world().add(Story::new(&strange, vec![truth]).age(10));
        let found = |more: &[&str]| ids(&list(&bench, backend, &[more, &["-o", "json"]].concat()).expect(0));
        assert_eq!(found(&["--state", "unknown"]), std::slice::from_ref(&strange), "{backend}");
        assert_eq!(found(&["--state", "running,unknown"]).len(), 4, "{backend}");
        assert_eq!(found(&["--state", "running"]).len(), 3, "{backend}");
        all_closed(&server);
    }
}

#[test]
fn velostrata_lists_active_tasks_unless_more_is_asked_for() {
    let (server, bench) = server_with(simulation("velostrata"), 2);
    server.world().add(Story::new("t-9", vec![Truth::succeeded()]).age(5));
    let found = |more: &[&str]| ids(&list(&bench, "velostrata", &[more, &["-o", "json"]].concat()).expect(0));
    assert_eq!(found(&[]), ["t-2", "t-1"]);
    assert_eq!(found(&["--all"]), ["t-9", "t-2", "t-1"]);
    assert_eq!(found(&["--state", "succeeded"]), ["t-9"]);
    let methods: Vec<String> = server.requests().into_iter().map(|logged| logged.request.method).collect();
    assert_eq!(methods, ["GET", "POST", "POST"]);
}

#[test]
fn the_filters_of_vcda_are_sent_by_its_own_names() {
    let (server, bench) = server_with(simulation("vcda"), 2);
    let other = simulation("vcda").id(7);
    let story = Story::new(&other, vec![Truth::succeeded()]).user("org2@site2").operation("failover");
    let story = story.organizations("Org3", "Org4");
    server.world().add(story.target("vmReplication", "H4-7", "db & app").age(60));
    let found = |more: &[&str]| ids(&list(&bench, "vcda", &[more, &["-o", "json"]].concat()).expect(0));
    for filter in [
        &["--user", "org2@site2"][..],
        &["--type", "failover"],
        &["--resource-id", "H4-7"],
        &["--resource-name", "db & app"],
        &["--resource-type", "site", "--resource-type", "vmReplication"],
        &["--since", "2m", "--started-before", "30s"],
        &["--ended-after", "1m"],
        &["--ended-before", "2026-11-20T10:15:01Z"],
        &["--source-org", "Org3", "--destination-org", "Org4", "--site", "site1"],
        &["--source-org", "Org3"],
        &["--destination-org", "Org4"],
    ] {
        assert_eq!(found(filter), std::slice::from_ref(&other), "{filter:?}");
    }
    let queries = read_queries(&server);
    assert_eq!(queries[0], "sort=startTime-&limit=100&offset=0&user=org2%40site2");
    assert!(queries[4].ends_with("&resourceType=site&resourceType=vmReplication"), "{queries:?}");
    let begin = 1_795_169_700_000_i64; // 2026-11-20T10:15:00Z
    let (after, before) = (begin - 120_000, begin - 30_000);
    assert!(queries[5].ends_with(&format!("startTimeAfter={after}&startTimeBefore={before}")), "{queries:?}");
    assert!(queries[8].contains("sourceOrg=Org3&destinationOrg=Org4&site=site1"), "{queries:?}");
    assert_eq!(found(&["--source-org", "Org1"]).len(), 2);
    assert!(found(&["--source-org", "org3"]).is_empty(), "case matters");
    assert_eq!(found(&["--state", "succeeded", "--limit", "7"]), [other]);
    let last = read_queries(&server).pop().expect("a query");
    assert_eq!(last, "sort=startTime-&limit=7&offset=0&state=SUCCEEDED");
    all_closed(&server);
}

#[test]
fn velostrata_lists_the_tasks_of_one_entity() {
    let (server, bench) = server_with(simulation("velostrata"), 3);
    let id = simulation("velostrata").id(8);
    let on = |id: &str, truth: Truth| Story::new(id, vec![truth]).target("VmId", "vm-8", "vm-8");
    server.world().add(on(&id, Truth::running(40)));
    server.world().add(on(&simulation("velostrata").id(9), Truth::succeeded()));
    let found = |more: &[&str]| ids(&list(&bench, "velostrata", &[more, &["-o", "json"]].concat()).expect(0));
    assert_eq!(found(&["--entity", "vm-8"]), std::slice::from_ref(&id), "active ones");
    assert_eq!(found(&["--entity", "VmId:vm-8", "--all"]).len(), 2);
    assert_eq!(found(&["--entity", "vm-8", "--state", "succeeded"]).len(), 1);
    assert!(found(&["--entity", "CloudExtensionId:vm-8"]).is_empty());
    all_closed(&server);
}

#[test]
fn vcenter_lists_by_services_or_by_ids_under_both_of_its_apis() {
    for api in ["newer", "mixed", "rest"] {
        let (server, bench) = server_with(simulation("vcenter"), 3);
        server.mode("api", api);
        server.world().add(Story::new("c:other", vec![Truth::running(1)]).age(1));
        let refused = bench.run(&["list", "vcenter"]).expect(2);
        assert!(refused.stderr.contains("--service"), "{refused:?}");
        let id = simulation("vcenter").id(1);
        let found =
            |more: &[&str]| ids(&bench.run(&[&["list", "vcenter", "-o", "json"], more].concat()).expect(0));
        assert_eq!(found(&[&id]), std::slice::from_ref(&id), "{api}");
        assert_eq!(found(&["c:other", &id]), ["c:other".to_owned(), id], "{api}");
        assert_eq!(found(&["--service", "other", "--service", "none"]), ["c:other"], "{api}");
        assert_eq!(
            found(&[simulation("vcenter").list_flags(), &["--service", "other"]].concat()).len(),
            4,
            "{api}"
        );
        all_closed(&server);
    }
}

#[test]
fn the_filters_of_vcenter_and_the_snapshot_service_narrow() {
    for (backend, api) in [("vcenter", "newer"), ("vcenter", "rest"), ("snapservice", "")] {
        let (server, bench) = server_with(simulation(backend), 2);
        server.mode("api", api);
        let other = simulation(backend).id(7);
        let story = Story::new(&other, vec![Truth::running(1)]).user("backup@vsphere.local");
        server.world().add(story.operation("revert").age(1));
        let found = |more: &[&str]| ids(&list(&bench, backend, &[more, &["-o", "json"]].concat()).expect(0));
        for filter in [
            &["--user", "backup@vsphere.local"][..],
            &["--user", "none", "--user", "backup@vsphere.local"],
            &["--operation", "revert$task"],
            &["--operation", "revert$task", "--user", "backup@vsphere.local", "--state", "running"],
        ] {
            assert_eq!(found(filter), std::slice::from_ref(&other), "{backend} {api} {filter:?}");
        }
        for filter in [
            &["--user", "none"][..],
            &["--operation", "revert"],
            &["--operation", "revert$task", "--user", "root"],
        ] {
            assert!(found(filter).is_empty(), "{backend} {api} {filter:?}");
        }
        let all = &simulation(backend).id(0);
        assert!(found(&["--operation", "sync$task"]).contains(all), "{backend} {api}");
        all_closed(&server);
    }
}

#[test]
fn ecs_lists_a_data_store_and_a_release_without_the_list_says_so() {
    let (server, bench) = server_with(simulation("ecs"), 1);
    server.world().add(Story::new("10.1.83.71/DELETE", vec![Truth::running(1)]));
    assert_eq!(ids(&list(&bench, "ecs", &["-o", "json"]).expect(0)), ["10.1.83.70/CREATE"]);
    let other = list(&bench, "ecs", &["--data-store", "10.1.83.71", "-o", "json"]).expect(0);
    assert_eq!(ids(&other), ["10.1.83.71/DELETE"]);
    list(&bench, "ecs", &["--data-store", "10.9.9.9"]).expect(5);
    server.mode("no_list", "");
    let lacks = list(&bench, "ecs", &[]).expect(2);
    assert!(lacks.stderr.contains("cannot list") && lacks.stdout.is_empty(), "{lacks:?}");
    all_closed(&server);
    let profile = server.profile("ecs").replace("data_store = \"10.1.83.70\"", "");
    let outcome = Bench::with_config(&profile).run(&["list", "ecs"]).expect(2);
    assert!(outcome.stderr.contains("--data-store"), "{outcome:?}");
}

#[test]
fn every_format_shows_the_same_tasks() {
    for simulation in SIMULATIONS {
        let (server, bench) = server_with(*simulation, 2);
        let backend = simulation.backend();
        let shown = |more: &[&str]| list(&bench, backend, more).expect(0).stdout;
        let references: Vec<String> =
            (0..2).rev().map(|number| format!("{backend}/{}", simulation.id(number))).collect();
        assert_eq!(
            shown(&["--field", "ref,state"]),
            references.iter().map(|r| format!("{r}\trunning\n")).collect::<String>()
        );
        let lines: Vec<Value> =
            shown(&["-o", "jsonl"]).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(
            lines.iter().map(|line| line["ref"].as_str().expect("a text")).collect::<Vec<_>>(),
            references
        );
        assert_eq!(shown(&["-o", "raw"]).lines().count(), 2);
        assert_eq!(shown(&["-o", "yaml"]).matches("schema: ").count(), 2);
        for table in [shown(&[]), shown(&["-o", "wide"])] {
            assert!(table.starts_with("REF") && table.lines().count() == 3, "{table}");
            assert!(table.lines().nth(1).is_some_and(|row| row.starts_with(&references[0])), "{table}");
        }
        assert!(!shown(&["--no-headers"]).contains("REF"));
        all_closed(&server);
    }
}

#[test]
fn what_is_listed_can_be_read_again_by_its_reference() {
    for simulation in SIMULATIONS {
        let (server, mut bench) = server_with(*simulation, 3);
        bench.stdin = list(&bench, simulation.backend(), &["--field", "ref"]).expect(0).stdout;
        let items = bench.run(&["get", "-", "-o", "json"]).expect(0).json();
        assert_eq!(items.as_array().map(Vec::len), Some(3), "{items}");
        all_closed(&server);
    }
}

/// How many pages of 120 tasks are whole before trouble comes: one where there are two.
fn whole_pages(simulation: &dyn Simulation) -> usize {
    usize::from(simulation.list_requests(120, 120) > 1)
}

#[test]
fn a_page_that_was_never_the_apis_ends_a_list_at_once_and_is_named_by_its_title() {
    for simulation in SIMULATIONS {
        let (server, bench) = server_with(*simulation, 1);
        server.faults(None, 0, usize::MAX, Fault::web_page(200));
        let outcome = list(&bench, simulation.backend(), &[]).expect(7);
        assert_eq!(outcome.took, Duration::ZERO, "{outcome:?}");
        assert!(outcome.stderr.contains("its title is \"Service starting\""), "{outcome:?}");
    }
}

#[test]
fn trouble_in_the_middle_of_a_list_is_ridden_out_and_nothing_is_shown_twice() {
    let troubles = [
        Fault::status(503),
        Fault::web_page(503),
        Fault::CutOff(7),
        Fault::HangUp,
        Fault::retry_after(429, "3"),
    ];
    for simulation in SIMULATIONS {
        for trouble in &troubles {
            let (server, bench) = server_with(*simulation, 120);
            server.mode("page", "100");
            server.faults(Some(RequestKind::Read), whole_pages(*simulation), 2, trouble.clone());
            let outcome = list(&bench, simulation.backend(), &["--field", "id"]).expect(0);
            assert_eq!(outcome.stdout.lines().count(), 120, "{trouble:?} {outcome:?}");
            assert!(outcome.stderr.contains("trying again"), "{outcome:?}");
            all_closed(&server);
        }
        if simulation.has_sessions() {
            let (server, bench) = server_with(*simulation, 120);
            server.faults(Some(RequestKind::Read), whole_pages(*simulation), 1, Fault::ExpireSessions);
            assert_eq!(
                list(&bench, simulation.backend(), &["--field", "id"]).expect(0).stdout.lines().count(),
                120
            );
            assert_eq!(server.sessions().opened(), 2);
            all_closed(&server);
        }
    }
}

#[test]
fn trouble_that_stays_ends_the_list_as_unreachable_and_what_came_is_said_to_be_less_than_all() {
    for simulation in SIMULATIONS {
        let (server, bench) = server_with(*simulation, 120);
        server.faults(Some(RequestKind::Read), 0, 1000, Fault::status(503));
        for format in ["table", "json", "jsonl"] {
            let outcome = list(&bench, simulation.backend(), &["-o", format]).expect(7);
            assert_eq!(outcome.stdout, "", "an empty list would say that there are none");
            assert_eq!(outcome.took, Duration::from_secs(10));
            assert!(outcome.stderr.contains("cannot list the tasks of"), "{outcome:?}");
        }
        let outcome = list(&bench, simulation.backend(), &["--retry-for", "0"]).expect(7);
        assert_eq!(outcome.took, Duration::ZERO);
        all_closed(&server);
    }
    for format in ["json", "jsonl"] {
        let (server, bench) = server_with(simulation("vcda"), 120);
        server.faults(Some(RequestKind::Read), 1, 1000, Fault::garbage());
        let outcome = list(&bench, "vcda", &["-o", format, "--retry-for", "5s"]).expect(7);
        assert_eq!(outcome.stdout.matches("taskctl.task/v1").count(), 100);
        assert!(outcome.stderr.contains("not complete: 100 tasks"), "{outcome:?}");
        all_closed(&server);
    }
}

#[test]
fn an_odd_task_of_a_list_spoils_only_itself() {
    use crate::sim::server::Response;
    let (server, bench) = server_with(simulation("vcda"), 0);
    let page = r#"{"items":[{"id":"f61d60d2-698a-46dc-a266-000000000001","state":"RUNNING"},7],"total":2}"#;
    let answer = Response::new(200).header("Content-Type", "application/json").body(page);
    server.faults(Some(RequestKind::Read), 0, 1, Fault::Answer(answer));
    let outcome = list(&bench, "vcda", &["-o", "json"]).expect(1);
    let tasks = outcome.json();
    assert_eq!((&tasks[0]["state"], &tasks[1]["error"]["kind"]), (&"running".into(), &"decode".into()));
    assert!(outcome.stderr.contains("cannot read a task of vcda"), "{outcome:?}");
    all_closed(&server);
}

#[test]
fn a_mistake_costs_no_login() {
    for simulation in SIMULATIONS {
        let (mut server, bench) = server_with(*simulation, 1);
        server.may_stay_uncalled();
        list(&bench, simulation.backend(), &["--field", "no.such"]).expect(2);
        list(&bench, simulation.backend(), &["-p", "nobody"]).expect(2);
        bench.run(&["list"]).expect(2);
        bench.run(&["list", "nothing"]).expect(2);
        assert_eq!(server.requests().len(), 0);
    }
}

#[test]
fn the_help_of_a_backends_list_names_its_own_filters() {
    let bench = Bench::with_config("");
    let help = |arguments: &[&str]| bench.run(arguments).expect(0).stdout;
    assert!(help(&["list", "--help"]).starts_with("List a system's tasks, newest first"));
    assert!(help(&["cancel", "--help"]).starts_with("Ask a system to cancel tasks"));
    for backend in taskctl::api::backends() {
        let text = help(&["list", backend.name, "--help"]);
        for filter in backend.filters {
            let Some(flag) = filter.flag else { continue };
            let value = if filter.kind == FilterKind::Switch { "\n" } else { " <" };
            assert!(text.contains(&format!("--{flag}{value}")), "{flag}: {text}");
        }
    }
}
