//! A truth that a server spells and a backend reads is the same truth.

use taskctl::api::Options;
use taskctl::task::{State, Task};

use crate::sim::SIMULATIONS;
use crate::sim::server::Server;
use crate::sim::world::{Condition, Reason, Story, Truth};
use crate::support::{connect, id};

/// Our word for a condition.
fn word(condition: &Condition) -> &'static str {
    match condition {
        Condition::Pending => "pending",
        Condition::Running => "running",
        Condition::Blocked => "blocked",
        Condition::Failing => "failing",
        Condition::Cancelling => "cancelling",
        Condition::Succeeded => "succeeded",
        Condition::Failed => "failed",
        Condition::Cancelled => "cancelled",
        Condition::Strange(_) => "unknown",
    }
}

fn conditions() -> Vec<Condition> {
    vec![
        Condition::Pending,
        Condition::Running,
        Condition::Blocked,
        Condition::Failing,
        Condition::Cancelling,
        Condition::Succeeded,
        Condition::Cancelled,
        Condition::Failed,
        Condition::Strange("Pondering \u{1b}[2J".to_owned()),
    ]
}

/// What can be said of a condition, in every combination that a server may meet.
fn truths(condition: &Condition) -> Vec<Truth> {
    let mut truths = Vec::new();
    for percent in [None, Some(0), Some(37), Some(100)] {
        for message in [None, Some("copying disk 2 of 3 <&> \"β\"")] {
            let mut truth = Truth { percent, ..Truth::new(condition.clone()) };
            truth.message = message.map(str::to_owned);
            let reasons: &[&[&str]] = if *condition == Condition::Failed {
                &[&[], &["deeper"], &["deeper", "deepest"]]
            } else {
                &[]
            };
            for causes in reasons {
                let causes = causes.iter().map(|cause| (*cause).to_owned()).collect();
                let reason = Reason { code: "40001".to_owned(), text: "it broke".to_owned(), causes };
                truths.push(Truth { reason: Some(reason), ..truth.clone() });
            }
            truths.push(truth.clone());
            truths.push(truth.warning("disk 1 is slow"));
        }
    }
    truths
}

fn assert_same(told: &Truth, task: &Task) {
    assert_eq!(task.state.word(), word(&told.condition));
    if let (Condition::Strange(word), State::Unknown { reported }) = (&told.condition, &task.state) {
        assert_eq!(reported, word);
    }
    assert_eq!(task.state.ended(), told.condition.ended());
    assert_eq!(task.percent(), told.percent.map(f64::from));
    assert_eq!(task.progress_message, told.message);
    assert_eq!(task.warnings, told.warnings);
    let Some(reason) = &told.reason else {
        assert_eq!(task.state.failure().cloned().unwrap_or_default(), taskctl::task::Failure::default());
        return;
    };
    let failure = task.state.failure().expect("a failure");
    assert_eq!(failure.code.as_deref().unwrap_or_default(), reason.code);
    assert_eq!(failure.message.as_deref(), Some(reason.text.as_str()));
    assert_eq!(failure.causes, reason.causes);
}

#[test]
fn every_truth_comes_back_through_wire_and_backend() {
    for simulation in SIMULATIONS {
        let server = Server::start(*simulation);
        let backend = connect(&server, Options::default());
        let mut checked = 0;
        for condition in conditions().iter().filter(|condition| simulation.can_tell(condition)) {
            for truth in truths(condition) {
                let name = simulation.id(0);
                server.world().add(Story::new(&name, vec![truth.clone()]).operation("sync"));
                let task = backend.get(&id(&server, &name)).expect("a task");
                let told = simulation.as_told(&truth);
                println!("{}: {truth:?}", simulation.backend());
                assert_same(&told, &task);
                assert_eq!(task.id.as_str(), name);
                assert_eq!(task.name.as_deref(), Some("sync"));
                checked += 1;
            }
        }
        assert!(checked > 40, "{} can tell next to nothing", simulation.backend());
    }
}

#[test]
fn many_read_together_are_what_each_is_alone() {
    for simulation in SIMULATIONS {
        let server = Server::start(*simulation);
        let backend = connect(&server, Options::default());
        let names: Vec<String> = (0..5).map(|number| simulation.id(number)).collect();
        for (name, percent) in names.iter().zip([10, 20, 30, 40]) {
            server.world().add(Story::new(name, vec![Truth::running(percent)]));
        }
        let ids: Vec<_> = names.iter().rev().map(|name| id(&server, name)).collect();
        let tasks = backend.get_many(&ids);
        assert_eq!(tasks.len(), ids.len());
        let missing = tasks[0].as_ref().expect_err("the fifth does not exist");
        assert_eq!(missing.kind.word(), "notFound", "{}", simulation.backend());
        for ((task, id), percent) in tasks[1..].iter().zip(&ids[1..]).zip([40.0, 30.0, 20.0, 10.0]) {
            let task = task.as_ref().expect("a task");
            assert_eq!((&task.id, task.percent()), (id, Some(percent)));
        }
    }
}
