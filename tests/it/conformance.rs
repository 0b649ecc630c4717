//! What every backend must do, over real HTTP, whatever its wire format: the same cases for all of them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{PASSWORD, RequestKind, SAID, SIMULATIONS, STRANGERS, Simulation};
use crate::support::side_by_side;

/// The same case for every backend, and for every API that only a description of the user knows.
fn each(case: impl Fn(&'static dyn Simulation) + Sync) {
    side_by_side(SIMULATIONS.iter().chain(STRANGERS).chain(SAID).copied(), case);
}

/// One server with one task, and a bench with a profile for it.
struct Case {
    server: Server,
    bench: Bench,
    id: String,
}

impl Case {
    fn new(simulation: &'static dyn Simulation, moments: Vec<Truth>) -> Case {
        let server = Server::start(simulation);
        let id = simulation.id(1);
        server.world().add(Story::new(&id, moments));
        let bench = Bench::new(&[&server]);
        Case { server, bench, id }
    }

    fn backend(&self) -> &'static str {
        self.server.simulation().backend()
    }

    fn get(&self, more: &[&str]) -> Outcome {
        self.bench.run(&[&["get", self.backend(), &self.id], more].concat())
    }

    fn watch(&self, more: &[&str]) -> Outcome {
        self.bench.run(&[&["watch", self.backend(), &self.id], more].concat())
    }

    fn json(&self) -> Value {
        self.get(&["-o", "json"]).expect(0).json()
    }

    /// Every session that was opened is closed, or died on its own, and no login was refused.
    #[track_caller]
    fn all_closed(&self) {
        let sessions = self.server.sessions();
        assert_eq!(sessions.live(), 0, "{}: sessions left open", self.backend());
        assert_eq!(sessions.opened(), sessions.closed() + sessions.expired(), "{}", self.backend());
    }
}

/// Two running moments and a good end.
fn ends_well() -> Vec<Truth> {
    vec![Truth::running(10), Truth::running(60), Truth::succeeded()]
}

/// Traces are where they were asked for, and there alone: what is not to be in them could be.
#[track_caller]
fn traced(outcome: &Outcome, arguments: &[&str]) {
    let has = outcome.stderr.contains("> GET http://") || outcome.stderr.contains("> POST http://");
    assert_eq!(has, arguments == ["-vv"], "{outcome:#?}");
}

fn our_word(condition: &Condition) -> &'static str {
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

const CONDITIONS: [Condition; 8] = [
    Condition::Pending,
    Condition::Running,
    Condition::Blocked,
    Condition::Failing,
    Condition::Cancelling,
    Condition::Succeeded,
    Condition::Failed,
    Condition::Cancelled,
];

#[test]
fn every_state_has_its_word_and_keeps_the_servers_own() {
    each(|simulation| {
        for condition in CONDITIONS.iter().filter(|condition| simulation.can_tell(condition)) {
            let case = Case::new(simulation, vec![Truth::new(condition.clone())]);
            let task = case.json();
            let backend = simulation.backend();
            assert_eq!(task["state"], our_word(condition), "{backend}");
            assert_eq!(task["nativeState"], simulation.word(condition), "{backend}");
            assert_eq!(task["ended"], condition.ended(), "{backend}");
            assert_eq!(task["ref"], format!("{backend}/{}", case.id));
            case.all_closed();
        }
    });
}

#[test]
fn an_unknown_word_is_shown_as_it_is_and_is_never_an_end() {
    each(|simulation| {
        let strange = Truth::new(Condition::Strange("Defragmenting".to_owned()));
        let case = Case::new(simulation, vec![strange.clone(), strange, Truth::succeeded()]);
        let task = case.json();
        assert_eq!((&task["state"], &task["nativeState"]), (&"unknown".into(), &"Defragmenting".into()));
        assert_eq!(task["ended"], false);
        case.watch(&[]).expect(0);
        case.all_closed();
    });
}

#[test]
fn a_failed_task_tells_why_and_reading_it_is_no_failure() {
    each(|simulation| {
        let failed = Truth::failed("DatastoreFull", "No space left", &["datastore-12 is full"]);
        let case = Case::new(simulation, vec![failed]);
        let task = case.json();
        assert_eq!(task["error"]["kind"], "task", "{task:#}");
        assert_eq!(task["error"]["message"], "No space left", "{task:#}");
        // Some have one text for it, and no more.
        let told =
            simulation.as_told(&Truth::failed("DatastoreFull", "No space left", &["datastore-12 is full"]));
        let has_code = told.reason.is_some_and(|reason| !reason.code.is_empty() || !reason.causes.is_empty());
        assert_eq!(task.to_string().contains("datastore-12 is full"), has_code, "{task:#}");
        let shown = case.get(&[]).expect(0).stdout;
        assert!(shown.contains("No space left"), "{shown}");
        case.get(&["--exit-status"]).expect(3);
        case.watch(&[]).expect(3);
        case.all_closed();
    });
}

#[test]
fn a_cancelled_task_is_neither_failed_nor_well() {
    each(|simulation| {
        if !simulation.can_tell(&Condition::Cancelled) {
            return;
        }
        let case = Case::new(simulation, vec![Truth::running(5), Truth::new(Condition::Cancelled)]);
        case.watch(&[]).expect(6);
        case.get(&["--exit-status"]).expect(6);
        case.all_closed();
    });
}

#[test]
fn an_unknown_id_is_not_found() {
    each(|simulation| {
        let case = Case::new(simulation, ends_well());
        let unknown = simulation.id(99);
        let outcome = case.bench.run(&["get", simulation.backend(), &unknown]).expect(5);
        assert!(outcome.stderr.starts_with("error: "), "{outcome:?}");
        assert!(outcome.stderr.contains(&unknown), "{outcome:?}");
        let outcome = case.bench.run(&["get", simulation.backend(), &unknown, "-o", "json"]).expect(5);
        assert_eq!(outcome.json()["error"]["kind"], "notFound", "{outcome:?}");
        case.all_closed();
    });
}

#[test]
fn one_bad_id_spoils_only_itself() {
    each(|simulation| {
        let case = Case::new(simulation, vec![Truth::succeeded()]);
        let unknown = simulation.id(99);
        let outcome = case
            .bench
            .run(&["get", simulation.backend(), &case.id, &unknown, &case.id, "-o", "json"])
            .expect(5);
        let items = outcome.json();
        let states: Vec<&Value> = (0..3).map(|i| &items[i]["state"]).collect();
        assert_eq!(states, [&"succeeded".into(), &Value::Null, &"succeeded".into()], "{items:#}");
        assert_eq!(items[1]["error"]["kind"], "notFound", "{items:#}");
        case.all_closed();
    });
}

#[test]
fn trouble_on_the_way_is_ridden_out() {
    let troubles = [
        Fault::status(503),
        Fault::status(502),
        Fault::status(500),
        Fault::web_page(200),
        Fault::web_page(503),
        Fault::garbage(),
        Fault::no_task(),
        Fault::status(404),
        Fault::plain(404),
        Fault::CutOff(7),
        Fault::HangUp,
        Fault::retry_after(429, "3"),
    ];
    each(|simulation| {
        for trouble in &troubles {
            let case = Case::new(simulation, ends_well());
            case.server.faults(Some(RequestKind::Read), 0, 2, trouble.clone());
            let outcome = case.watch(&[]);
            assert_eq!(outcome.code, 0, "{} {trouble:?} {outcome:#?}", simulation.backend());
            let case = Case::new(simulation, ends_well());
            case.server.fault_on(RequestKind::Read, trouble.clone());
            let outcome = case.get(&[]);
            // Whoever looks once is told at once of a page that promises nothing.
            let code = if matches!(trouble, Fault::Answer(page) if page.status == 200 && page.body.starts_with(b"<!DOCTYPE"))
            {
                7
            } else {
                0
            };
            assert_eq!(outcome.code, code, "{} {trouble:?} {outcome:#?}", simulation.backend());
            let title = "caused by: its title is \"Service starting\"";
            assert_eq!(outcome.stderr.contains(title), code == 7, "{outcome:#?}");
            case.all_closed();
        }
    });
}

#[test]
fn trouble_that_stays_is_unreachable_and_never_a_failed_task() {
    let troubles = [
        Fault::status(503),
        Fault::web_page(200),
        Fault::garbage(),
        Fault::no_task(),
        Fault::status(404),
        Fault::plain(404),
        Fault::web_page(404),
        Fault::CutOff(7),
        Fault::HangUp,
    ];
    each(|simulation| {
        for trouble in &troubles {
            let case = Case::new(simulation, ends_well());
            case.server.faults(Some(RequestKind::Read), 1, 100_000, trouble.clone());
            let outcome = case.watch(&["--retry-for", "2m"]);
            assert_eq!(outcome.code, 7, "{} {trouble:?} {outcome:#?}", simulation.backend());
            assert!(outcome.took >= Duration::from_secs(120), "{outcome:?}");
            assert!(outcome.took < Duration::from_secs(150), "{outcome:?}");
            case.all_closed();
        }
    });
}

#[test]
fn a_quiet_watch_keeps_its_connection() {
    each(|simulation| {
        let moments = std::iter::repeat_n(Truth::running(10), 40).chain([Truth::succeeded()]);
        let case = Case::new(simulation, moments.collect());
        case.watch(&[]).expect(0);
        assert!(case.server.count(RequestKind::Read) > 40, "{}", case.backend());
        assert_eq!(case.server.connections(), 1, "{}", case.backend());
        case.all_closed();
    });
}

#[test]
fn retry_after_is_obeyed_to_the_second() {
    each(|simulation| {
        let case = Case::new(simulation, vec![Truth::succeeded()]);
        case.server.fault_on(RequestKind::Read, Fault::retry_after(429, "7"));
        let outcome = case.get(&[]).expect(0);
        assert!(outcome.took >= Duration::from_secs(7), "{outcome:?}");
        assert!(outcome.took < Duration::from_secs(8), "{outcome:?}");
        let case = Case::new(simulation, vec![Truth::succeeded()]);
        case.server.fault_on(RequestKind::Read, Fault::retry_after(503, "Fri, 20 Nov 2026 10:15:09 GMT"));
        let outcome = case.get(&[]).expect(0);
        assert!(
            outcome.took >= Duration::from_secs(8) && outcome.took < Duration::from_secs(10),
            "{outcome:?}"
        );
    });
}

#[test]
fn a_dead_session_is_opened_again_once_and_the_task_read_on() {
    each(|simulation| {
        if !simulation.has_sessions() {
            return;
        }
        let case = Case::new(simulation, ends_well());
        case.server.faults(Some(RequestKind::Read), 1, 1, Fault::ExpireSessions);
        case.watch(&[]).expect(0);
        let sessions = case.server.sessions();
        assert_eq!((sessions.opened(), sessions.refused()), (2, 0), "{}", simulation.backend());
        case.all_closed();
    });
}

#[test]
fn a_session_that_is_rejected_twice_is_an_auth_error() {
    each(|simulation| {
        if !simulation.has_sessions() {
            return;
        }
        let case = Case::new(simulation, ends_well());
        case.server.faults(Some(RequestKind::Read), 0, 1000, Fault::ExpireSessions);
        case.watch(&[]).expect(4);
        assert_eq!(case.server.sessions().opened(), 2, "{}", simulation.backend());
        case.all_closed();
    });
}

#[test]
fn a_wrong_password_is_tried_once_and_shown_nowhere() {
    each(|simulation| {
        let wrong = "wr0ng-Geheim";
        for verb in ["get", "watch"] {
            for more in [&[][..], &["-o", "json"], &["-vv"]] {
                let case = Case::new(simulation, ends_well());
                let bench = Bench::new(&[&case.server]).env("SIM_PASSWORD", wrong);
                let (other, third) = (simulation.id(2), simulation.id(3));
                let ids = [verb, simulation.backend(), &case.id, &other, &third];
                let outcome = bench.run(&[&ids, more].concat()).expect(4);
                assert!(!outcome.stdout.contains(wrong) && !outcome.stderr.contains(wrong), "{outcome:?}");
                assert!(outcome.stderr.contains("SIM_PASSWORD"), "the source is named: {outcome:?}");
                assert_eq!(outcome.stderr.contains("> "), more == ["-vv"], "{outcome:?}");
                traced(&outcome, more);
                let tried = if simulation.has_sessions() { RequestKind::Login } else { RequestKind::Read };
                assert_eq!(case.server.count(tried), 1, "{}", simulation.backend());
                case.all_closed();
            }
        }
    });
}

#[test]
fn redirects_are_refused_and_the_other_server_sees_nothing() {
    each(|simulation| {
        let case = Case::new(simulation, ends_well());
        let mut other = Server::start(simulation);
        other.may_stay_uncalled();
        let elsewhere = format!("{}/elsewhere", other.url());
        case.server.faults(Some(RequestKind::Read), 0, 1, Fault::redirect(&elsewhere));
        let outcome = case.get(&["--retry-for", "0"]).expect(1);
        assert!(outcome.stderr.contains("redirect"), "{outcome:?}");
        assert_eq!(other.requests().len(), 0);
        case.all_closed();
    });
}

#[test]
fn a_server_that_is_gone_is_unreachable() {
    each(|simulation| {
        let mut case = Case::new(simulation, ends_well());
        case.server.may_stay_uncalled();
        case.server.go_down();
        let outcome = case.get(&[]).expect(7);
        assert_eq!(outcome.took, Duration::ZERO, "at once: {outcome:?}");
        assert!(outcome.stderr.contains("cannot connect"), "{outcome:?}");
        assert!(!outcome.stderr.contains("trying again"), "{outcome:?}");
    });
}

#[test]
fn a_watch_ends_at_once_when_the_task_has_ended_already() {
    each(|simulation| {
        let case = Case::new(simulation, vec![Truth::succeeded()]);
        let outcome = case.watch(&[]).expect(0);
        assert_eq!(outcome.took, Duration::ZERO);
        assert_eq!(case.server.count(RequestKind::Read), 1);
        case.all_closed();
    });
}

#[test]
fn a_deadline_is_a_timeout_and_the_session_is_closed() {
    each(|simulation| {
        let case = Case::new(simulation, vec![Truth::running(10)]);
        let outcome = case.watch(&["--timeout", "1m"]).expect(124);
        assert_eq!(outcome.took, Duration::from_secs(60));
        case.watch(&["--timeout", "1m", "--timeout-exit-code", "99"]).expect(99);
        case.watch(&["--timeout", "0"]).expect(8);
        case.all_closed();
    });
}

#[test]
fn the_password_is_in_no_output_of_a_good_run() {
    each(|simulation| {
        for more in [&[][..], &["-o", "json"], &["-o", "raw"], &["-vv"]] {
            let case = Case::new(simulation, vec![Truth::succeeded()]);
            let outcome = case.get(more).expect(0);
            traced(&outcome, more);
            assert!(!outcome.stdout.contains(PASSWORD) && !outcome.stderr.contains(PASSWORD), "{outcome:?}");
            let basic = STANDARD.encode(format!("{}:{PASSWORD}", simulation.user()));
            assert!(!outcome.stderr.contains(&basic), "{outcome:?}");
            assert_eq!(outcome.stderr.contains("> GET "), more == ["-vv"], "{outcome:?}");
        }
    });
}
