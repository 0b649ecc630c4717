//! `taskctl cancel`: who is asked, what is sent, what it is worth.

use std::time::Duration;

use taskctl::api;

use crate::harness::{Bench, END_OF_INPUT, Outcome};
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation};

/// Each simulation whose backend can cancel.
fn able() -> impl Iterator<Item = &'static dyn Simulation> {
    SIMULATIONS.iter().copied().filter(|simulation| can_cancel(*simulation))
}

fn can_cancel(simulation: &dyn Simulation) -> bool {
    api::find(simulation.backend()).expect("a backend for each simulation").capabilities.cancel
}

/// A server with one running task, and a bench with a profile for it.
fn running(simulation: &'static dyn Simulation) -> (Server, Bench, String) {
    let server = Server::start(simulation);
    let id = simulation.id(1);
    server.world().add(Story::new(&id, vec![Truth::running(10)]));
    let bench = Bench::new(&[&server]);
    (server, bench, id)
}

fn cancel(bench: &Bench, server: &Server, ids: &[&str], more: &[&str]) -> Outcome {
    bench.run(&[&["cancel", server.simulation().backend()], ids, more].concat())
}

#[track_caller]
fn all_closed(server: &Server) {
    assert_eq!(server.sessions().live(), 0, "{}: sessions left open", server.simulation().backend());
    assert_eq!(server.sessions().opened(), server.sessions().closed() + server.sessions().expired());
}

#[test]
fn a_task_is_cancelled_and_that_is_said_where_no_result_stands() {
    for simulation in able() {
        let (server, bench, id) = running(simulation);
        let outcome = cancel(&bench, &server, &[&id], &["-y"]).expect(0);
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.contains(&format!("to cancel task {id} of")), "{outcome:?}");
        assert!(outcome.stderr.contains("it is cancelled"), "{outcome:?}");
        assert_eq!(server.world().look(&id).expect("a task").truth.condition, Condition::Cancelled);
        all_closed(&server);
        let (server, bench, id) = running(simulation);
        let reference = format!("{}/{id}", simulation.backend());
        let quiet = bench.run(&["cancel", &reference, "-y", "-q"]).expect(0);
        assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
        all_closed(&server);
    }
}

#[test]
fn vcenters_older_api_can_cancel_too() {
    for api in ["mixed", "rest"] {
        let (server, bench, id) = running(crate::sim::simulation("vcenter"));
        server.mode("api", api);
        cancel(&bench, &server, &[&id], &["-y"]).expect(0);
        assert_eq!(server.world().look(&id).expect("a task").truth.condition, Condition::Cancelled);
        all_closed(&server);
    }
}

#[test]
fn without_a_terminal_and_without_yes_nobody_is_asked_and_nothing_is_sent() {
    for simulation in able() {
        let (mut server, bench, id) = running(simulation);
        server.may_stay_uncalled();
        let outcome = cancel(&bench, &server, &[&id], &[]).expect(2);
        assert!(outcome.stderr.contains("-y"), "{outcome:?}");
        assert_eq!(server.requests().len(), 0);
    }
}

#[test]
fn on_a_terminal_it_is_asked_and_only_a_yes_is_one() {
    for simulation in able() {
        for (answer, code) in [("y", 0), (" Yes ", 0), ("", 1), ("n", 1), ("sure", 1), (END_OF_INPUT, 1)] {
            let (mut server, mut bench, id) = running(simulation);
            server.may_stay_uncalled();
            bench.terminal.stdin = true;
            bench.terminal.stderr = true;
            bench.prompt = Some(answer.to_owned());
            let outcome = cancel(&bench, &server, &[&id], &[]).expect(code);
            let truth = server.world().look(&id).expect("a task").truth.condition;
            assert_eq!(truth == Condition::Running, code == 1, "{answer:?} {outcome:?}");
            assert_eq!(outcome.stderr.contains("nothing was cancelled"), code == 1, "{outcome:?}");
            all_closed(&server);
        }
    }
}

#[test]
fn a_backend_that_cannot_names_those_that_can_before_any_request() {
    for simulation in SIMULATIONS.iter().copied().filter(|simulation| !can_cancel(*simulation)) {
        let (mut server, bench, id) = running(simulation);
        server.may_stay_uncalled();
        let reference = format!("{}/{id}", simulation.backend());
        for arguments in [&["cancel", simulation.backend(), &id, "-y"][..], &["cancel", &reference, "-y"]] {
            let outcome = bench.run(arguments).expect(2);
            assert!(outcome.stderr.contains("velostrata, vcenter"), "{outcome:?}");
        }
        assert_eq!(server.requests().len(), 0);
    }
}

#[test]
fn a_task_that_has_ended_or_is_unknown_gets_the_servers_reason_and_a_code() {
    for simulation in able() {
        let (server, bench, _) = running(simulation);
        let ended = simulation.id(2);
        server.world().add(Story::new(&ended, vec![Truth::succeeded()]));
        let outcome = cancel(&bench, &server, &[&ended], &["-y"]).expect(1);
        assert!(outcome.stderr.contains(&format!("cannot cancel task {ended} of")), "{outcome:?}");
        assert!(outcome.stderr.contains("ended already"), "{outcome:?}");
        let outcome = cancel(&bench, &server, &[&simulation.id(9)], &["-y"]).expect(5);
        assert!(outcome.stderr.contains("not found"), "{outcome:?}");
        // One that cannot be cancelled does not keep the others from it.
        let id = simulation.id(1);
        cancel(&bench, &server, &[&simulation.id(9), &ended, &id], &["-y"]).expect(5);
        assert_eq!(server.world().look(&id).expect("a task").truth.condition, Condition::Cancelled);
        all_closed(&server);
    }
}

#[test]
fn a_refusal_is_not_repeated() {
    for simulation in able() {
        for (status, code) in [(403, 4), (400, 1)] {
            let (server, bench, id) = running(simulation);
            server.faults(Some(RequestKind::Other), 0, 9, Fault::status(status));
            cancel(&bench, &server, &[&id], &["-y"]).expect(code);
            assert_eq!(server.count(RequestKind::Other), 1);
            all_closed(&server);
        }
    }
}

#[test]
fn with_watch_the_task_is_followed_and_cancelled_is_what_was_wanted() {
    for simulation in able() {
        let (server, bench, id) = running(simulation);
        let outcome = cancel(&bench, &server, &[&id], &["-y", "--watch", "-o", "json"]).expect(0);
        assert_eq!(outcome.json()["state"], "cancelled");
        all_closed(&server);
        // The plain watch of the same keeps its own code.
        bench.run(&["watch", simulation.backend(), &id]).expect(6);
        let (server, bench, id) = running(simulation);
        let both = [id.as_str(), &simulation.id(9)];
        let outcome = cancel(&bench, &server, &both, &["-y", "-w", "-o", "json"]).expect(5);
        assert_eq!(outcome.json()[0]["state"], "cancelled", "{outcome:?}");
        all_closed(&server);
        cancel(&bench, &server, &[&id], &["-y", "-o", "json"]).expect(2);
    }
}

#[test]
fn a_task_that_ends_otherwise_was_not_cancelled() {
    // Velostrata takes the request for a task that has ended, and says nothing.
    let (server, bench, _) = running(crate::sim::simulation("velostrata"));
    server.world().add(Story::new("t-5", vec![Truth::succeeded()]));
    cancel(&bench, &server, &["t-5"], &["-y", "--watch"]).expect(3);
    cancel(&bench, &server, &["t-5"], &["-y", "--watch", "--for", "ended"]).expect(0);
}

#[test]
fn an_answer_that_was_lost_is_made_up_for_by_looking_first() {
    for simulation in able() {
        for fault in [Fault::HangUp, Fault::status(503), Fault::retry_after(429, "3")] {
            let (server, bench, id) = running(simulation);
            server.faults(Some(RequestKind::Other), 0, 1, fault.clone());
            let outcome = cancel(&bench, &server, &[&id], &["-y"]).expect(0);
            assert_eq!(server.count(RequestKind::Other), 2, "it was not heard: {outcome:?}");
            assert!(outcome.stderr.contains("trying again"), "{outcome:?}");
            all_closed(&server);
            let (server, bench, id) = running(simulation);
            // The server did what it was asked, and its answer was lost.
            assert!(server.world().cancel(&id));
            server.faults(Some(RequestKind::Other), 0, 1, fault);
            let outcome = cancel(&bench, &server, &[&id], &["-y"]).expect(0);
            assert_eq!(server.count(RequestKind::Other), 1, "it was heard: {outcome:?}");
            all_closed(&server);
        }
        let (server, bench, id) = running(simulation);
        server.faults(Some(RequestKind::Other), 0, 1000, Fault::status(503));
        let outcome = cancel(&bench, &server, &[&id], &["-y"]).expect(7);
        assert_eq!(outcome.took, Duration::from_secs(10));
        all_closed(&server);
    }
}

#[test]
fn a_dead_server_is_given_up_once_for_all_its_tasks_and_the_others_are_asked_meanwhile() {
    for simulation in able() {
        let (dead, _, _) = running(simulation);
        let alive = Server::start(simulation);
        let ids: Vec<String> = (1..=30).map(|number| simulation.id(number)).collect();
        for id in &ids {
            alive.world().add(Story::new(id, vec![Truth::running(10)]));
        }
        dead.faults(None, 0, 100_000, Fault::HangUp);
        let config = format!("{}{}", dead.profile("dead"), alive.profile("alive"));
        let bench = Bench::with_config(&config);
        let references: Vec<String> = ["dead", "alive"]
            .iter()
            .flat_map(|name| ids.iter().map(move |id| format!("{name}/{id}")))
            .collect();
        let mut arguments = vec!["cancel", "-y"];
        arguments.extend(references.iter().map(String::as_str));
        let outcome = bench.run(&arguments).expect(7);
        // Ten seconds, and not as many for each of 30 tasks. The test's clock adds up the sleeps of eight that are side by
        // side.
        assert!(outcome.took <= Duration::from_secs(90), "{:?}", outcome.took);
        assert_eq!(outcome.stderr.matches("asked ").count(), ids.len(), "{outcome:?}");
        assert_eq!(outcome.stderr.matches("trying again").count(), 1, "{outcome:?}");
        for id in &ids {
            assert_eq!(alive.world().look(id).expect("a task").truth.condition, Condition::Cancelled);
        }
        all_closed(&alive);
        // The time that was given counts from the start.
        let timeout = ["--watch", "--timeout", "4s", "--retry-for", "1m"];
        let outcome = bench.run(&[&["cancel", "-y", &references[0]], &timeout[..]].concat()).expect(7);
        assert!(outcome.took <= Duration::from_secs(5), "{:?}", outcome.took);
    }
}

#[test]
fn the_question_says_what_would_be_cancelled_and_a_no_is_no_error() {
    for simulation in able() {
        let (server, mut bench, id) = running(simulation);
        bench.terminal.stderr = true;
        bench.terminal.stdin = true;
        bench.prompt = Some("n".to_owned());
        let outcome = cancel(&bench, &server, &[&id], &[]).expect(1);
        assert_eq!(outcome.stderr.trim_end(), "nothing was cancelled", "{outcome:?}");
        assert_eq!(server.world().look(&id).expect("a task").truth.condition, Condition::Running);
        all_closed(&server);
        let questions = bench.questions();
        assert!(questions.contains("running 10%") && questions.contains("cancel it? [y/N]"), "{questions}");
    }
}
