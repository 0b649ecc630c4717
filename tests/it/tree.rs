//! `get --tree` over the simulated servers: parts of parts, in few requests, bounded, each once.

use serde_json::Value;

use crate::harness::Bench;
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation, simulation};

/// The backends whose tasks name children.
fn with_children() -> impl Iterator<Item = &'static str> {
    SIMULATIONS.iter().filter(|simulation| simulation.has_children()).map(|simulation| simulation.backend())
}

/// Adds a task that has these parts, all by their numbers.
fn add(server: &Server, number: usize, parts: &[usize]) {
    let simulation = server.simulation();
    let parts: Vec<String> = parts.iter().map(|part| simulation.id(*part)).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    server.world().add(Story::new(&simulation.id(number), vec![Truth::running(40)]).children(&parts));
}

/// 1 has 2 and 3; 2 has 4 and 5; 5 names 1 as its part, and 3 names 4: neither is shown again.
fn family(backend: &str) -> (Server, Bench, &'static dyn Simulation) {
    let simulation = simulation(backend);
    let server = Server::start(simulation);
    for (number, parts) in [(1, &[2, 3][..]), (2, &[4, 5]), (3, &[4]), (4, &[]), (5, &[1, 5])] {
        add(&server, number, parts);
    }
    let bench = Bench::new(&[&server]);
    (server, bench, simulation)
}

fn numbers(simulation: &dyn Simulation, items: &Value) -> Vec<usize> {
    let items = items.as_array().unwrap_or_else(|| panic!("no array: {items}"));
    let number = |item: &Value| {
        (0..2000).find(|number| item["ref"].as_str().is_some_and(|r| r.ends_with(&simulation.id(*number))))
    };
    items.iter().map(|item| number(item).expect("a task of ours")).collect()
}

#[track_caller]
fn all_closed(server: &Server) {
    assert_eq!(server.sessions().live(), 0);
    assert_eq!(server.sessions().opened(), server.sessions().closed() + server.sessions().expired());
}

#[test]
fn parts_follow_their_task_depth_first_each_once_in_a_request_a_level() {
    for backend in with_children() {
        let (server, bench, simulation) = family(backend);
        let items = bench.run(&["get", backend, &simulation.id(1), "--tree", "-o", "json"]).expect(0).json();
        assert_eq!(numbers(simulation, &items), [1, 2, 4, 5, 3], "{items:#}");
        let parents: Vec<&Value> = (0..5).map(|position| &items[position]["parent"]).collect();
        let id = |number: usize| Value::from(simulation.id(number));
        assert_eq!(parents, [&Value::Null, &id(1), &id(2), &id(2), &id(1)]);
        assert_eq!(items[0]["children"], Value::from(vec![simulation.id(2), simulation.id(3)]));
        assert_eq!(server.count(RequestKind::Read), 3, "{backend}: a request a level");
        all_closed(&server);
    }
}

#[test]
fn a_table_is_indented_with_lines_on_a_terminal_only() {
    for backend in with_children() {
        let (server, bench, simulation) = family(backend);
        let mut bench = bench.env("NO_COLOR", "1");
        let names = |stdout: &str| -> Vec<String> {
            let rows = stdout.lines().skip_while(|line| !line.contains(backend));
            rows.map(|row| row.split("running").next().unwrap_or_default().trim_end().to_owned()).collect()
        };
        let expected = |prefixes: [&str; 5]| -> Vec<String> {
            let order = [1, 2, 4, 5, 3];
            order
                .iter()
                .zip(prefixes)
                .map(|(number, prefix)| format!("{prefix}{backend}/{}", simulation.id(*number)))
                .collect()
        };
        let arguments = ["get", backend, &simulation.id(1), "--tree"];
        let piped = bench.run(&arguments).expect(0).stdout;
        assert_eq!(names(&piped), expected(["", "  ", "    ", "    ", "  "]), "{piped}");
        bench.terminal.stdout = true;
        bench.terminal.width = Some(250);
        let drawn = bench.run(&arguments).expect(0).stdout;
        assert_eq!(names(&drawn), expected(["", "├─ ", "│  ├─ ", "│  └─ ", "└─ "]), "{drawn}");
        assert!(!bench.run(&[&arguments[..], &["--field", "ref"]].concat()).expect(0).stdout.contains('─'));
        all_closed(&server);
    }
}

#[test]
fn a_task_without_parts_is_a_tree_of_one_in_every_backend() {
    for simulation in SIMULATIONS {
        let server = Server::start(*simulation);
        server.world().add(Story::new(&simulation.id(1), vec![Truth::running(40)]));
        let bench = Bench::new(&[&server]);
        let items = bench
            .run(&["get", simulation.backend(), &simulation.id(1), "--tree", "-o", "json"])
            .expect(0)
            .json();
        assert_eq!(items.as_array().map(Vec::len), Some(1));
        assert_eq!(server.count(RequestKind::Read), 1);
    }
}

#[test]
fn a_part_that_is_gone_stands_in_its_place_with_its_error() {
    for backend in with_children() {
        let (server, bench, simulation) = family(backend);
        server.world().forget(&simulation.id(2));
        let outcome = bench.run(&["get", backend, &simulation.id(1), "--tree", "-o", "json"]).expect(5);
        let items = outcome.json();
        assert_eq!(numbers(simulation, &items), [1, 2, 3, 4], "{items:#}");
        assert_eq!(items[1]["error"]["kind"], "notFound");
        assert!(outcome.stderr.contains(&simulation.id(2)), "{outcome:?}");
        all_closed(&server);
    }
}

#[test]
fn the_state_of_a_part_is_not_the_exit_status() {
    for backend in with_children() {
        let simulation = simulation(backend);
        let server = Server::start(simulation);
        let ids = [simulation.id(1), simulation.id(2)];
        server.world().add(Story::new(&ids[0], vec![Truth::succeeded()]).children(&[&ids[1]]));
        server.world().add(Story::new(&ids[1], vec![Truth::failed("E", "no", &[])]));
        let bench = Bench::new(&[&server]);
        bench.run(&["get", backend, &ids[0], "--tree", "--exit-status"]).expect(0);
        bench.run(&["get", backend, &ids[1], "--tree", "--exit-status"]).expect(3);
    }
}

#[test]
fn trouble_below_the_first_level_is_ridden_out_too() {
    for backend in with_children() {
        let (server, bench, simulation) = family(backend);
        server.faults(Some(RequestKind::Read), 1, 2, Fault::status(503));
        let items = bench.run(&["get", backend, &simulation.id(1), "--tree", "-o", "json"]).expect(0).json();
        assert_eq!(numbers(simulation, &items), [1, 2, 4, 5, 3]);
        all_closed(&server);
    }
}

#[test]
fn a_tree_without_end_is_cut_and_that_is_said() {
    let simulation = simulation("velostrata");
    let server = Server::start(simulation);
    for number in 1..60 {
        add(&server, number, &[number + 1]);
    }
    add(&server, 100, &(101..1200).collect::<Vec<_>>());
    for number in 101..1200 {
        add(&server, number, &[]);
    }
    let bench = Bench::new(&[&server]);
    for (number, expected) in [(1, 33), (100, 1000)] {
        let outcome =
            bench.run(&["get", "velostrata", &simulation.id(number), "--tree", "-o", "json"]).expect(0);
        assert_eq!(outcome.json().as_array().map(Vec::len), Some(expected));
        assert!(outcome.stderr.contains("left out"), "{outcome:?}");
    }
}
