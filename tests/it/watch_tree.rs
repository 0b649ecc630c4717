//! `watch --tree` over the simulated servers: parts are followed as they appear, and their tasks decide.

use serde_json::Value;

use crate::harness::{Bench, Outcome};
use crate::process;
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation, simulation};

/// The backends whose tasks name children.
fn with_children() -> impl Iterator<Item = &'static str> {
    SIMULATIONS.iter().filter(|simulation| simulation.has_children()).map(|simulation| simulation.backend())
}

/// A server of this backend with tasks that are named by numbers.
struct Case {
    server: Server,
    bench: Bench,
}

impl Case {
    fn new(backend: &str) -> Case {
        let server = Server::start(simulation(backend));
        let bench = Bench::new(&[&server]);
        Case { server, bench }
    }

    fn simulation(&self) -> &'static dyn Simulation {
        self.server.simulation()
    }

    fn id(&self, number: usize) -> String {
        self.simulation().id(number)
    }

    /// Adds a task that names parts, each from one of its moments on.
    fn add(&self, number: usize, moments: Vec<Truth>, parts: &[(usize, usize)]) {
        let named = |story: Story, &(moment, part): &(usize, usize)| story.child_from(moment, &self.id(part));
        self.server.world().add(parts.iter().fold(Story::new(&self.id(number), moments), named));
    }

    fn words<'a>(&self, ids: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
        let mut words = vec!["watch", self.simulation().backend(), "--tree"];
        words.extend(ids.iter().map(String::as_str));
        words.extend(more);
        words
    }

    fn watch(&self, numbers: &[usize], more: &[&str]) -> Outcome {
        let ids: Vec<String> = numbers.iter().map(|number| self.id(*number)).collect();
        self.bench.run(&self.words(&ids, more))
    }

    /// The number of the task that an item or an event's task is about.
    fn number(&self, item: &Value) -> usize {
        let name = item["ref"].as_str().unwrap_or_default();
        (0..2000).find(|number| name.ends_with(&self.id(*number))).unwrap_or_else(|| panic!("{item:#}"))
    }

    fn numbers(&self, items: &Value) -> Vec<usize> {
        let items = items.as_array().unwrap_or_else(|| panic!("no array: {items}"));
        items.iter().map(|item| self.number(item)).collect()
    }

    #[track_caller]
    fn all_closed(&self) {
        let sessions = self.server.sessions();
        assert_eq!((sessions.live(), sessions.opened()), (0, sessions.closed() + sessions.expired()));
        assert!(sessions.opened() <= 1, "one session for all of it");
    }
}

/// So many moments at work.
fn running(moments: u8) -> Vec<Truth> {
    (0..moments).map(|moment| Truth::running(moment + 1)).collect()
}

fn then(mut moments: Vec<Truth>, last: Truth) -> Vec<Truth> {
    moments.push(last);
    moments
}

fn failed() -> Truth {
    Truth::failed("E", "no space left", &[])
}

fn states(items: &Value) -> Vec<&str> {
    items.as_array().into_iter().flatten().map(|item| item["state"].as_str().unwrap_or("-")).collect()
}

#[test]
fn parts_are_followed_as_they_appear_and_theirs_each_once_and_in_few_requests() {
    for backend in with_children() {
        let case = Case::new(backend);
        // 2 appears at the third look at 1, 3 at the second look at 2; 3 names both of them, and itself.
        case.add(1, then(running(9), Truth::succeeded()), &[(2, 2), (4, 4)]);
        case.add(2, then(running(4), Truth::succeeded()), &[(1, 3)]);
        case.add(3, then(running(3), Truth::succeeded()), &[(0, 1), (0, 2), (0, 3)]);
        case.add(4, then(running(2), Truth::succeeded()), &[]);
        let items = case.watch(&[1], &["-o", "json"]).expect(0).json();
        assert_eq!(case.numbers(&items), [1, 2, 3, 4], "{items:#}");
        assert_eq!(states(&items), ["succeeded"; 4]);
        let id = |number: usize| Value::from(case.id(number));
        let parents: Vec<&Value> = (0..4).map(|position| &items[position]["parent"]).collect();
        assert_eq!(parents, [&Value::Null, &id(1), &id(2), &id(1)]);
        assert_eq!(items[0]["children"], Value::from(vec![case.id(2), case.id(4)]));
        // Ten cycles, and a look at once at each part that appeared; each may want a cycle more to travel along.
        let requests = case.server.count(RequestKind::Read);
        assert!((10..=16).contains(&requests), "{backend}: {requests}");
        assert_eq!(case.server.world().reads(&case.id(4)), 3, "an ended part is not asked again");
        case.all_closed();
    }
}

#[test]
fn the_tasks_that_were_asked_for_decide_and_their_parts_do_not() {
    for backend in with_children() {
        let case = Case::new(backend);
        let family = |last: Truth| {
            case.add(1, then(running(6), last), &[(1, 2), (1, 3)]);
            case.add(2, then(running(1), failed()), &[]);
            case.add(3, then(running(1), Truth::succeeded()), &[]);
        };
        for (last, code) in [(Truth::succeeded(), 0), (failed(), 3)] {
            for more in [&[][..], &["--fail-fast"], &["--any"], &["--for", "succeeded"]] {
                family(last.clone());
                let items = case.watch(&[1], &[more, &["-o", "json"]].concat()).expect(code).json();
                assert_eq!(case.numbers(&items), [1, 2, 3], "{more:?}");
                assert_eq!(states(&items)[1..], ["failed", "succeeded"], "{more:?}");
                assert_eq!(case.server.world().reads(&case.id(1)), 7, "{more:?}");
            }
        }
        // A part that was asked for by name is none.
        family(Truth::succeeded());
        let items = case.watch(&[1, 2], &["-o", "json"]).expect(3).json();
        assert_eq!(case.numbers(&items), [1, 3, 2]);
    }
}

#[test]
fn a_part_that_goes_on_is_looked_at_once_more_when_its_task_has_ended() {
    for backend in with_children() {
        let case = Case::new(backend);
        case.add(1, then(running(2), Truth::succeeded()), &[(0, 2), (0, 3), (2, 4)]);
        case.add(2, then(running(3), Truth::succeeded()), &[]);
        case.add(3, running(100), &[]);
        case.add(4, running(100), &[]);
        let outcome = case.watch(&[1], &["-o", "json"]).expect(0);
        let items = outcome.json();
        assert_eq!(case.numbers(&items), [1, 2, 3, 4]);
        assert_eq!(states(&items), ["succeeded", "succeeded", "running", "running"]);
        assert_eq!([2, 3].map(|number| case.server.world().reads(&case.id(number))), [4, 4]);
        assert!(outcome.took.as_secs() < 10, "{outcome:#?}");
        case.all_closed();
    }
}

#[test]
fn a_part_that_cannot_be_read_is_told_and_ends_nothing() {
    for backend in with_children() {
        let case = Case::new(backend);
        case.add(1, then(running(30), Truth::succeeded()), &[(1, 2), (1, 3), (1, 4)]);
        case.add(3, then(running(2), Truth::succeeded()), &[]);
        case.server.fault_on_path(&case.id(4), Fault::status(403));
        case.server.mode("unbatched", "yes");
        let outcome = case.watch(&[1], &["-o", "json"]).expect(0);
        let items = outcome.json();
        assert_eq!(case.numbers(&items), [1, 2, 3, 4]);
        assert_eq!(states(&items), ["succeeded", "-", "succeeded", "-"]);
        assert_eq!(items[1]["error"]["kind"], "notFound");
        assert_eq!(items[3]["error"]["httpStatus"], 403);
        for number in [2, 4] {
            let line = format!("warning: cannot read task {} of {backend}", case.id(number));
            assert!(outcome.stderr.contains(&line), "{outcome:#?}");
            let told = format!("{backend}/{} unreadable", case.id(number));
            assert!(outcome.stderr.contains(&told), "{outcome:#?}");
        }
        assert!(!outcome.stderr.contains("error:"), "{outcome:#?}");
        assert!(case.watch(&[1], &["-q"]).expect(0).stderr.is_empty());
    }
}

#[test]
fn every_part_has_its_events() {
    for backend in with_children() {
        let case = Case::new(backend);
        case.add(1, then(running(5), Truth::succeeded()), &[(1, 2), (1, 3)]);
        case.add(2, then(running(2), failed()), &[]);
        case.add(3, running(100), &[]);
        let events = case.watch(&[1], &["-o", "jsonl"]).expect(0).json_lines();
        let of = |number: usize| -> Vec<(&str, &Value)> {
            let told = |event| -> Option<(&str, &Value)> {
                let (kind, task) = (Value::get(event, "type")?.as_str()?, event.get("task")?);
                (case.number(task) == number).then_some((kind, task))
            };
            events.iter().filter_map(told).collect()
        };
        let kinds = |number: usize| of(number).iter().map(|(kind, _)| *kind).collect::<Vec<&str>>();
        assert_eq!(kinds(2), ["snapshot", "change", "change", "end"]);
        assert_eq!((kinds(3)[0], kinds(3).contains(&"end")), ("snapshot", false), "{:?}", kinds(3));
        assert!(of(2).iter().chain(&of(3)).all(|(_, task)| task["parent"] == case.id(1)));
        let first = |number: usize| {
            let position = events.iter().position(|event| event["task"]["id"] == case.id(number));
            position.expect("it was told")
        };
        assert!(first(1) < first(2) && first(2) < first(3));
        let last = events.last().expect("a summary");
        let counts = serde_json::json!({
            "total": 3, "succeeded": 1, "failed": 1, "cancelled": 0, "open": 1, "unreadable": 0,
        });
        assert_eq!((&last["exitCode"], &last["counts"]), (&0.into(), &counts));
    }
}

#[test]
fn plain_lines_name_the_task_of_a_part_and_the_table_is_that_of_get() {
    for backend in with_children() {
        let case = Case::new(backend);
        case.add(1, then(running(5), Truth::succeeded()), &[(1, 2)]);
        case.add(2, then(running(1), Truth::succeeded()), &[(0, 3)]);
        case.add(3, then(running(1), failed()), &[]);
        let watched = case.watch(&[1], &["--utc"]).expect(0);
        let reference = |number: usize| format!("{backend}/{}", case.id(number));
        // Ids with a UUID in them are cut to their first characters, which all of these have in common.
        let whole = reference(1);
        let first = match whole.split_once('-') {
            Some((first, rest)) if rest.contains('-') => first.to_owned(),
            _ => whole,
        };
        for (part, parent) in [(2, first), (3, reference(2))] {
            let parent = format!(" parent={parent}");
            let of_part = format!("Z {} ", reference(part));
            let lines: Vec<&str> = watched.stderr.lines().filter(|line| line.contains(&of_part)).collect();
            assert_eq!(lines.len(), 2, "{watched:#?}");
            let named = |line: &&str| line.ends_with(&parent) || line.contains(&format!("{parent} error="));
            assert!(lines.iter().all(named), "{watched:#?}");
        }
        assert!(watched.stderr.contains("error=\"no space left"), "{watched:#?}");
        let got = case.bench.run(&["get", backend, &case.id(1), "--tree", "--utc"]).expect(0);
        assert_eq!(watched.stdout, got.stdout);
        assert!(got.stdout.contains(&format!("\n    {}", reference(3))), "{}", got.stdout);
        let also = case.bench.run(&["get", backend, &case.id(1), "--tree", "--utc", "-w"]).expect(0);
        assert_eq!(also.stdout, got.stdout);
    }
}

#[test]
fn time_that_is_up_is_the_time_of_the_tasks_that_were_asked_for() {
    for backend in with_children() {
        let case = Case::new(backend);
        case.add(1, running(200), &[(1, 2), (1, 3)]);
        case.add(2, then(running(1), Truth::succeeded()), &[]);
        case.add(3, running(200), &[]);
        let outcome = case.watch(&[1], &["--timeout", "30s", "-o", "json"]).expect(124);
        assert_eq!(case.numbers(&outcome.json()), [1, 2, 3]);
        assert!(outcome.stderr.contains("the task has not ended after 30s"), "{outcome:#?}");
        let outcome = case.watch(&[1], &["--timeout", "0", "-o", "json"]).expect(8);
        assert_eq!(states(&outcome.json()), ["running", "succeeded", "running"]);
    }
}

#[test]
fn children_without_end_are_cut_and_that_is_said() {
    let case = Case::new("velostrata");
    // Each look at 1 brings hundreds more, and below 2 one lies under the other.
    let many: Vec<(usize, usize)> = (0..1500).map(|part| (part / 300, 300 + part)).collect();
    case.add(1, then(running(6), Truth::succeeded()), &many);
    for (_, part) in many {
        case.add(part, running(100), &[]);
    }
    case.add(2, then(running(50), Truth::succeeded()), &[(0, 3)]);
    for number in 3..60 {
        case.add(number, running(100), &[(1, number + 1)]);
    }
    for (number, followed) in [(1, 1000), (2, 33)] {
        let outcome = case.watch(&[number], &["-o", "json", "--progress", "none"]).expect(0);
        assert_eq!(outcome.json().as_array().map(Vec::len), Some(followed));
        assert!(outcome.stderr.contains("left out"), "{outcome:?}");
    }
    case.all_closed();
}

#[test]
fn a_task_without_parts_is_followed_as_ever_in_every_backend() {
    for simulation in SIMULATIONS {
        let case = Case::new(simulation.backend());
        case.add(1, then(running(3), Truth::succeeded()), &[]);
        let items = case.watch(&[1], &["-o", "json"]).expect(0).json();
        assert_eq!(states(&items), ["succeeded"]);
        assert_eq!(case.server.world().reads(&case.id(1)), 4, "{}", simulation.backend());
        case.all_closed();
    }
}

#[test]
fn a_signal_while_parts_are_under_way_closes_the_session_and_names_the_task_alone() {
    for backend in with_children() {
        let case = Case::new(backend);
        case.add(1, running(200), &[(1, 2)]);
        case.add(2, running(200), &[(1, 3)]);
        case.add(3, running(200), &[]);
        let ids = [case.id(1)];
        let mut watch =
            process::start(&case.bench, &case.words(&ids, &["-i", "200ms", "--max-interval", "200ms"]));
        let before = case.server.count(RequestKind::Read);
        for reads in before + 1.. {
            case.server.wait_for(RequestKind::Read, reads);
            if case.server.world().reads(&case.id(3)) > 1 {
                break;
            }
        }
        watch.signal("INT");
        let ended = watch.end().expect(130);
        let line = format!("the task goes on. To resume: taskctl watch {backend} {} --tree ", ids[0]);
        assert!(ended.stderr.contains(&line), "{ended:#?}");
        case.all_closed();
    }
}
