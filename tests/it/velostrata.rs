//! What only Velostrata does, against its simulated server.

use taskctl::api::{Backend, Options, Query};
use taskctl::error::{Error, Kind};
use taskctl::task::Progress;

use crate::sim::RequestKind;
use crate::sim::server::{Fault, Response, Server};
use crate::sim::velostrata::Velostrata;
use crate::sim::world::{Condition, Story, Truth};
use crate::support::{connect, connect_with, id, option};

fn server() -> Server {
    Server::start(&Velostrata)
}

fn list(backend: &dyn Backend, query: &Query) -> Result<Vec<String>, Error> {
    Ok(crate::support::list(backend, query)?.into_iter().map(|task| task.id.to_string()).collect())
}

#[test]
fn a_refused_password_is_sent_once_and_named() {
    let server = server();
    let backend = connect_with(&server, "wr0ng-Passw0rd", Options::default());
    let error = backend.get(&id(&server, "t-1")).expect_err("a refusal");
    assert_eq!((error.kind, error.retryable, error.http_status), (Kind::Auth, false, Some(401)));
    assert!(error.hints.iter().any(|hint| hint.contains("this test")), "{error:?}");
    assert!(!format!("{error:?}").contains("wr0ng"), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_batch_is_one_request_and_a_refused_one_is_not_asked_for_again() {
    let server = server();
    let backend = connect(&server, Options::default());
    let ids: Vec<_> = (1..=3).map(|number| id(&server, &format!("t-{number}"))).collect();
    for id in &ids {
        server.world().add(Story::new(id.as_str(), vec![Truth::running(5)]));
    }
    assert!(backend.get_many(&ids).iter().all(Result::is_ok));
    assert_eq!((server.requests().len(), backend.batch()), (1, 100));
    server.mode("unbatched", "");
    assert!(backend.get_many(&ids).iter().all(Result::is_ok));
    assert_eq!((server.requests().len(), backend.batch()), (5, 1));
    assert!(backend.get_many(&ids).iter().all(Result::is_ok));
    assert_eq!(server.requests().len(), 8);
}

#[test]
fn a_list_holds_active_tasks_unless_more_is_asked_for() {
    let server = server();
    server.mode("page", "2");
    let backend = connect(&server, Options::default());
    let states = [
        Condition::Running,
        Condition::Succeeded,
        Condition::Failing,
        Condition::Failed,
        Condition::Cancelling,
    ];
    for (number, state) in states.into_iter().enumerate() {
        server.world().add(Story::new(&format!("t-{number}"), vec![Truth::new(state)]));
    }
    let query = Query::default();
    assert_eq!(list(&*backend, &query).expect("a list"), ["t-0", "t-2", "t-4"]);
    let all = Query { all: true, ..Query::default() };
    assert_eq!(list(&*backend, &all).expect("a list"), ["t-0", "t-1", "t-2", "t-3", "t-4"]);
    let ended = Query { states: vec!["failed".to_owned(), "succeeded".to_owned()], ..Query::default() };
    assert_eq!(list(&*backend, &ended).expect("a list"), ["t-1", "t-3"]);
    let first = Query { all: true, limit: Some(3), ..Query::default() };
    assert_eq!(list(&*backend, &first).expect("a list"), ["t-0", "t-1", "t-2"]);
    let before = server.requests().len();
    let blocked = Query { states: vec!["blocked".to_owned()], ..Query::default() };
    assert!(list(&*backend, &blocked).expect("a list").is_empty());
    assert_eq!(server.requests().len(), before, "no task here is ever blocked, so nobody is asked");
}

#[test]
fn a_server_that_repeats_a_page_does_not_keep_us() {
    let server = server();
    let backend = connect(&server, Options::default());
    let page =
        r#"{"totalPages":1000000,"content":[{"id":{"value":"t-1","_type":"TaskId"},"state":"Running"}]}"#;
    let answer = Response::new(200).header("Content-Type", "application/json").body(page);
    server.faults(None, 0, 100, Fault::Answer(answer));
    let all = Query { all: true, ..Query::default() };
    assert_eq!(list(&*backend, &all).expect("a list"), ["t-1"]);
    assert_eq!(server.count(RequestKind::Read), 2);
}

#[test]
fn a_cancelled_task_is_asked_to_end() {
    let server = server();
    let backend = connect(&server, Options::default());
    let task = id(&server, "t-1");
    server.world().add(Story::new("t-1", vec![Truth::running(5)]));
    backend.cancel(&task).expect("202");
    assert_eq!(backend.get(&task).expect("a task").state.word(), "cancelled");
    backend.cancel(&task).expect("204");
    let error = backend.cancel(&id(&server, "t-9")).expect_err("no such task");
    assert_eq!((error.kind, error.code.as_deref()), (Kind::NotFound, Some("TaskNotFound")));
}

#[test]
fn another_version_of_the_api_is_asked_for_by_the_profile() {
    let server = server();
    server.mode("version", "v25");
    server.mode("bytes", "");
    server.world().add(Story::new("t-1", vec![Truth::running(35)]).operation("FullMigration"));
    let error = connect(&server, Options::default()).get(&id(&server, "t-1")).expect_err("a web page");
    assert!(error.hints.iter().any(|hint| hint.contains("api_version")), "{error:?}");
    let task = connect(&server, option("api_version", "v25")).get(&id(&server, "t-1")).expect("a task");
    assert_eq!(task.name.as_deref(), Some("FullMigration"));
    assert!(matches!(task.progress, Some(Progress::Steps { total: 4_294_967_200, .. })), "{task:?}");
    assert_eq!(task.percent(), Some(35.0));
}

#[test]
fn an_error_without_a_body_is_an_error_all_the_same() {
    let server = server();
    let backend = connect(&server, Options::default());
    for fault in [Fault::status(403), Fault::status(500), Fault::web_page(503), Fault::garbage()] {
        server.fault(fault);
    }
    let kinds: Vec<(Kind, bool)> = (0..4)
        .map(|_| backend.get(&id(&server, "t-1")).expect_err("an error"))
        .map(|error| (error.kind, error.retryable))
        .collect();
    assert_eq!(kinds, [(Kind::Auth, false), (Kind::Http, true), (Kind::Http, true), (Kind::Decode, true)]);
}

#[test]
fn an_answer_that_is_too_large_is_asked_for_in_halves_and_one_task_that_is_too_large_is_an_error() {
    let server = server();
    let backend = connect(&server, Options::default());
    let text = |bytes: usize| "x".repeat(bytes);
    let ids: Vec<_> = (1..=6).map(|number| id(&server, &format!("t-{number}"))).collect();
    for id in &ids {
        // Two of these are below the limit of 32 MiB, and six are not.
        server.world().add(Story::new(id.as_str(), vec![Truth::running(5).message(&text(8_000_000))]));
    }
    let answers = backend.get_many(&ids);
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((server.requests().len(), backend.batch()), (3, 3));
    server.world().add(Story::new("t-7", vec![Truth::running(5).message(&text(40_000_000))]));
    let answers = backend.get_many(&[ids[0].clone(), id(&server, "t-7")]);
    assert!(answers[0].is_ok());
    let error = answers[1].as_ref().expect_err("it is too large");
    assert_eq!((error.kind, error.retryable), (Kind::Decode, false));
}
