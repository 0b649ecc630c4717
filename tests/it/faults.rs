//! Every trouble on every backend, for one task and for several: a watch survives what passes, gives up what stays,
//! and never takes trouble for a verdict. The table at the end fails when a pair was left out.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Response, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation};

/// A trouble, and how it is made to happen before or during a watch.
struct Trouble {
    name: &'static str,
    strike: fn(&Server),
    /// Whether it must look as if nothing had happened: no session lost, nothing refused.
    sessions: usize,
}

fn on_reads(server: &Server, after: usize, times: usize, fault: Fault) {
    server.faults(Some(RequestKind::Read), after, times, fault);
}

fn answer(status: u16, content_type: &str, body: &str) -> Fault {
    Fault::Answer(Response::new(status).header("Content-Type", content_type).body(body))
}

/// Every trouble that the contract names, but a server that is gone for a while, which needs the server itself.
const TROUBLES: &[Trouble] = &[
    Trouble { name: "hang-up", strike: |s| on_reads(s, 1, 3, Fault::HangUp), sessions: 1 },
    Trouble { name: "hang-up at first", strike: |s| on_reads(s, 0, 3, Fault::HangUp), sessions: 1 },
    Trouble { name: "cut off in mid-body", strike: |s| on_reads(s, 1, 3, Fault::CutOff(9)), sessions: 1 },
    Trouble {
        name: "429 in seconds",
        strike: |s| on_reads(s, 1, 2, Fault::retry_after(429, "20")),
        sessions: 1,
    },
    Trouble {
        name: "429 by date",
        strike: |s| on_reads(s, 1, 1, Fault::retry_after(429, "Fri, 20 Nov 2026 10:15:40 GMT")),
        sessions: 1,
    },
    Trouble { name: "500", strike: |s| on_reads(s, 1, 3, Fault::status(500)), sessions: 1 },
    Trouble { name: "502", strike: |s| on_reads(s, 1, 3, Fault::status(502)), sessions: 1 },
    Trouble { name: "503", strike: |s| on_reads(s, 0, 5, Fault::status(503)), sessions: 1 },
    Trouble { name: "504", strike: |s| on_reads(s, 1, 3, Fault::status(504)), sessions: 1 },
    Trouble { name: "web page with 200", strike: |s| on_reads(s, 1, 3, Fault::web_page(200)), sessions: 1 },
    Trouble { name: "web page with 404", strike: |s| on_reads(s, 1, 2, Fault::web_page(404)), sessions: 1 },
    Trouble { name: "web page with 503", strike: |s| on_reads(s, 1, 3, Fault::web_page(503)), sessions: 1 },
    Trouble { name: "garbage", strike: |s| on_reads(s, 1, 3, Fault::garbage()), sessions: 1 },
    Trouble {
        name: "JSON that is no task",
        strike: |s| on_reads(s, 1, 3, answer(200, "application/json", "[1,2]")),
        sessions: 1,
    },
    Trouble {
        name: "nothing",
        strike: |s| on_reads(s, 1, 3, answer(200, "application/json", "")),
        sessions: 1,
    },
    Trouble {
        name: "redirect in mid-watch",
        // Not before each of up to three tasks was seen: at first sight a redirect is a wrong address.
        strike: |s| on_reads(s, 3, 2, Fault::redirect("http://127.0.0.1:1/maintenance.html")),
        sessions: 1,
    },
    Trouble { name: "session expired", strike: |s| on_reads(s, 1, 1, Fault::ExpireSessions), sessions: 2 },
    Trouble {
        name: "login not ready",
        strike: |s| s.faults(Some(RequestKind::Login), 0, 3, Fault::status(503)),
        sessions: 1,
    },
    Trouble {
        name: "login unanswered",
        strike: |s| s.faults(Some(RequestKind::Login), 0, 2, Fault::HangUp),
        sessions: 1,
    },
];

/// How many tasks a case has: one, or enough to be read together.
const SIZES: [usize; 2] = [1, 3];

fn start(simulation: &'static dyn Simulation, tasks: usize) -> (Server, Vec<String>) {
    let server = Server::start(simulation);
    let ids: Vec<String> = (1..=tasks).map(|number| simulation.id(number)).collect();
    for (position, id) in ids.iter().enumerate() {
        // They end one after the other, so that there is always something left to be read.
        let mut moments = vec![Truth::running(10); 5 + position];
        moments.push(Truth::succeeded());
        server.world().add(Story::new(id, moments));
    }
    (server, ids)
}

fn watch(server: &Server, ids: &[String], more: &[&str]) -> Outcome {
    let mut arguments = vec!["watch", server.simulation().backend()];
    arguments.extend(ids.iter().map(String::as_str));
    arguments.extend(more);
    Bench::in_memory(&[server]).run(&arguments)
}

#[track_caller]
fn all_closed(server: &Server, what: &str) {
    let sessions = server.sessions();
    assert_eq!(sessions.live(), 0, "{what}: left open");
    assert_eq!(sessions.opened(), sessions.closed() + sessions.expired(), "{what}");
    assert_eq!(sessions.refused(), 0, "{what}: a login was refused");
}

#[test]
fn every_trouble_on_every_backend_is_survived() {
    let mut seen = BTreeSet::new();
    for simulation in SIMULATIONS {
        for trouble in TROUBLES {
            for tasks in SIZES {
                let what = format!("{} × {} × {tasks}", simulation.backend(), trouble.name);
                let (server, ids) = start(*simulation, tasks);
                (trouble.strike)(&server);
                let outcome = watch(&server, &ids, &[]);
                assert_eq!(outcome.code, 0, "{what}: {outcome:#?}");
                assert!(!outcome.stderr.contains(" failed"), "{what}: trouble is no verdict: {outcome:#?}");
                if simulation.has_sessions() {
                    // Where login and read are one request, or a status says less, there may be fewer of them.
                    assert_eq!(server.sessions().opened(), trouble.sessions, "{what}: {outcome:#?}");
                }
                all_closed(&server, &what);
                seen.insert((simulation.backend(), trouble.name, tasks));
            }
        }
    }
    assert_eq!(seen.len(), SIMULATIONS.len() * TROUBLES.len() * SIZES.len(), "the matrix has holes");
}

#[test]
fn trouble_that_stays_ends_as_unreachable_on_every_backend() {
    for simulation in SIMULATIONS {
        for trouble in TROUBLES.iter().filter(|trouble| !trouble.name.contains("session")) {
            let what = format!("{} × {}", simulation.backend(), trouble.name);
            let (server, ids) = start(*simulation, 3);
            // The same trouble again and again: what is queued once is queued often.
            for _ in 0..40 {
                (trouble.strike)(&server);
            }
            let outcome = watch(&server, &ids, &["--retry-for", "90s"]);
            // Beside good answers in between it is survived; it is never a failed or a missing task.
            assert!(matches!(outcome.code, 0 | 7), "{what}: {outcome:#?}");
            all_closed(&server, &what);
        }
    }
}

#[test]
fn a_server_that_is_gone_for_a_while_is_waited_for() {
    for simulation in SIMULATIONS {
        let (mut server, ids) = start(*simulation, 3);
        server.go_down();
        let port = server.port();
        // It comes back when somebody has knocked three times: the clock of the test does not run by itself.
        let knocks = std::net::TcpListener::bind(("127.0.0.1", port)).expect("the port");
        let gate = std::thread::spawn(move || {
            for _ in 0..3 {
                drop(knocks.accept());
            }
            drop(knocks);
            server.come_back();
            server
        });
        let bench = Bench::with_config(&format!(
            "[profiles.p]\nbackend = \"{}\"\nurl = \"http://127.0.0.1:{port}\"\nusername = \"{}\"\n\
             password_env = \"SIM_PASSWORD\"\n{}\n",
            simulation.backend(),
            simulation.user(),
            simulation.profile_lines()
        ));
        let mut arguments = vec!["watch", simulation.backend()];
        arguments.extend(ids.iter().map(String::as_str));
        // However many attempts fall between the knocks and the return, there is time for them.
        arguments.extend(["--retry-for", "720h", "--progress", "plain"]);
        let outcome = bench.run(&arguments);
        let server = gate.join().expect("the server is back");
        assert_eq!(outcome.code, 0, "{}: {outcome:#?}", simulation.backend());
        assert!(outcome.stderr.contains("gives no good answer since 2026-11-20T10:15:00Z"), "{outcome:#?}");
        assert!(outcome.stderr.contains("answers again"), "{outcome:#?}");
        all_closed(&server, simulation.backend());
    }
}

#[test]
fn a_task_may_be_unknown_at_first_where_that_is_allowed() {
    for simulation in SIMULATIONS {
        let (server, ids) = start(*simulation, 1);
        let backend = simulation.backend();
        let unknown = || Fault::Answer(simulation.not_found());
        on_reads(&server, 0, 2, unknown());
        assert_eq!(watch(&server, &ids, &[]).code, 5, "{backend}");
        on_reads(&server, 0, 2, unknown());
        assert_eq!(watch(&server, &ids, &["--allow-missing", "1m"]).code, 0, "{backend}");
        all_closed(&server, backend);
    }
}

#[test]
fn a_task_that_was_seen_may_be_unknown_for_half_a_minute() {
    for simulation in SIMULATIONS {
        let backend = simulation.backend();
        let (server, ids) = start(*simulation, 1);
        on_reads(&server, 1, 3, Fault::Answer(simulation.not_found()));
        assert_eq!(watch(&server, &ids, &["-i", "2s"]).code, 0, "{backend}");
        let (server, ids) = start(*simulation, 1);
        on_reads(&server, 1, 10_000, Fault::Answer(simulation.not_found()));
        let outcome = watch(&server, &ids, &[]);
        assert_eq!(outcome.code, 5, "{backend}: {outcome:#?}");
        assert!(outcome.took >= Duration::from_secs(30), "{outcome:#?}");
        all_closed(&server, backend);
    }
}

#[test]
fn an_ecs_error_that_says_retryable_is_tried_again_whatever_its_status() {
    let (server, ids) = start(crate::sim::simulation("ecs"), 1);
    let body = r#"{"code":6000,"retryable":true,"description":"Service unavailable","details":"try later"}"#;
    on_reads(&server, 0, 2, answer(400, "application/json", body));
    assert_eq!(watch(&server, &ids, &[]).code, 0);
}

#[test]
fn a_refused_login_after_an_expiry_is_an_auth_error_and_not_repeated() {
    for simulation in SIMULATIONS.iter().filter(|simulation| simulation.has_sessions()) {
        let (server, ids) = start(*simulation, 3);
        on_reads(&server, 1, 1, Fault::ExpireSessions);
        let body = r#"{"code":401,"msg":"no","description":"Unauthorized","details":"no","error_type":"UNAUTHENTICATED","messages":[]}"#;
        server.faults(Some(RequestKind::Login), 1, 1000, answer(401, "application/json", body));
        let outcome = watch(&server, &ids, &[]);
        assert_eq!(outcome.code, 4, "{}: {outcome:#?}", simulation.backend());
        assert_eq!(server.count(RequestKind::Login), 2, "{}", simulation.backend());
        assert_eq!(server.sessions().live(), 0);
    }
}

#[test]
fn a_session_that_dies_under_eight_requests_is_renewed_once() {
    // Only ecs reads one by one, so only there are eight requests in flight.
    let (server, _) = start(crate::sim::simulation("ecs"), 1);
    let ids: Vec<String> = (1..=40).map(|number| crate::sim::simulation("ecs").id(number)).collect();
    for id in &ids {
        server.world().add(Story::new(id, vec![Truth::running(1), Truth::running(2), Truth::succeeded()]));
    }
    on_reads(&server, 50, 1, Fault::ExpireSessions);
    assert_eq!(watch(&server, &ids, &["--jobs", "8"]).code, 0);
    assert_eq!(server.sessions().opened(), 2);
    all_closed(&server, "ecs");
}

#[test]
fn one_task_in_trouble_is_told_and_given_up_while_the_others_go_on() {
    let simulation = crate::sim::simulation("ecs");
    let (server, ids) = start(simulation, 2);
    let other = simulation.id(9);
    server.world().add(Story::new(&other, vec![Truth::running(1); 60]));
    let mut arguments =
        vec!["watch", "ecs", "--retry-for", "1m", "--timeout", "20m", "-o", "jsonl", "--progress", "none"];
    arguments.extend(ids.iter().map(String::as_str));
    arguments.push(&other);
    // Every read of that one task fails: its path is known by its end.
    server.fault_on_path(&other, Fault::status(500));
    let outcome = Bench::new(&[&server]).run(&arguments);
    assert_eq!(outcome.code, 7, "{outcome:#?}");
    let ends = outcome.stdout.lines().filter(|line| line.contains("\"type\":\"end\"")).count();
    assert_eq!(ends, 3, "{outcome:#?}");
}
