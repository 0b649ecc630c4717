//! What only ECS does, against its simulated server.

use std::time::Duration;

use taskctl::api::{Backend, Options, Query};
use taskctl::error::{Error, Kind};
use taskctl::task::{Task, TaskId};

use crate::sim::RequestKind::{Login, Logout, Read};
use crate::sim::ecs::Ecs;
use crate::sim::server::{Fault, Response, Server};
use crate::sim::world::{Condition, Story, Truth};
use crate::support::{connect, connect_with, id, option};

const TASK: &str = "10.1.83.70/CREATE";

fn server() -> Server {
    let server = Server::start(&Ecs);
    server.world().add(Story::new(TASK, vec![Truth::running(5)]));
    server
}

fn read(backend: &dyn Backend, text: &str) -> Result<Task, Error> {
    backend.get(&TaskId::new(text).expect("an id"))
}

fn list(backend: &dyn Backend, query: &Query) -> Result<Vec<String>, Error> {
    Ok(crate::support::list(backend, query)?.into_iter().map(|task| task.id.to_string()).collect())
}

#[test]
fn a_dead_session_is_renewed_once_and_closed_at_the_end_whether_it_is_a_401_or_a_redirect() {
    for dead in ["401", "302"] {
        for xml in [false, true] {
            let server = server();
            server.mode("dead", dead);
            if xml {
                server.mode("xml_errors", "");
            }
            let backend = connect(&server, Options::default());
            read(&*backend, TASK).expect("a task");
            server.sessions().expire();
            read(&*backend, TASK).expect("a task, after another login");
            assert_eq!((server.count(Login), server.count(Read)), (2, 3), "{dead}");
            backend.close(Duration::from_secs(5));
            assert_eq!((server.count(Logout), server.sessions().live()), (1, 0));
        }
    }
}

#[test]
fn the_host_of_a_login_redirect_is_never_called() {
    let server = server();
    let mut other = Server::start(&Ecs);
    other.may_stay_uncalled();
    server.mode("dead", "302");
    server.mode("redirect_host", &format!("127.0.0.1:{}", other.port()));
    let backend = connect(&server, Options::default());
    read(&*backend, TASK).expect("a task");
    server.faults(Some(Read), 0, 2, Fault::ExpireSessions);
    let error = read(&*backend, TASK).expect_err("rejected twice");
    assert_eq!((error.kind, error.retryable), (Kind::Auth, false));
    read(&*backend, TASK).expect("a later expiry is lived through again");
    assert!(other.requests().is_empty());
}

#[test]
fn a_redirect_elsewhere_is_refused_and_no_reason_to_log_in() {
    let server = server();
    let backend = connect(&server, Options::default());
    server.fault_on(Read, Fault::redirect("https://portal.example.com/?next=/login"));
    let error = read(&*backend, TASK).expect_err("a redirect");
    assert_eq!((error.kind, error.http_status), (Kind::Http, Some(302)));
    assert_eq!(server.count(Login), 1);
}

#[test]
fn a_refused_login_is_never_repeated() {
    for xml in [false, true] {
        let server = server();
        if xml {
            server.mode("xml_errors", "");
        }
        let backend = connect_with(&server, "wr0ng-Passw0rd", Options::default());
        for _ in 0..5 {
            let error = read(&*backend, TASK).expect_err("a refusal");
            assert_eq!(
                (error.kind, error.code.as_deref(), error.retryable),
                (Kind::Auth, Some("401"), false)
            );
            let told = format!("{error:?}");
            assert!(told.contains("Access is denied due to invalid or expired credentials"), "{told}");
            assert!(told.contains("this test") && !told.contains("wr0ng"), "{told}");
        }
        assert_eq!((server.count(Login), server.sessions().refused()), (1, 1));
    }
}

#[test]
fn three_refused_logins_lock_the_account() {
    let server = server();
    for _ in 0..3 {
        read(&*connect_with(&server, "wr0ng-Passw0rd", Options::default()), TASK).expect_err("a refusal");
    }
    let error = read(&*connect(&server, Options::default()), TASK).expect_err("a locked account");
    assert_eq!(error.kind, Kind::Auth);
}

#[test]
fn too_many_tokens_are_told_from_a_wrong_password() {
    let server = server();
    let tokens: Vec<String> = (0..100).map(|_| server.sessions().open()).collect();
    let error = read(&*connect(&server, Options::default()), TASK).expect_err("no token left");
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Auth, Some("4000")));
    assert!(error.hints.iter().any(|hint| hint.contains("100 tokens")), "{error:?}");
    assert!(server.sessions().close(tokens.first().map(String::as_str)));
    read(&*connect(&server, Options::default()), TASK).expect("a task");
}

#[test]
fn a_login_without_a_token_is_an_error() {
    let server = server();
    server.mode("no_token", "");
    let error = read(&*connect(&server, Options::default()), TASK).expect_err("no token");
    assert_eq!(error.kind, Kind::Decode);
    assert_eq!(server.count(Read), 0);
}

#[test]
fn what_does_not_exist_is_not_found_whatever_the_status() {
    let server = server();
    let backend = connect(&server, Options::default());
    let refused = |text: &str| {
        let error = read(&*backend, text).expect_err("nothing there");
        assert_eq!((error.kind, error.retryable), (Kind::NotFound, false), "{text}");
        (error.http_status.unwrap_or_default(), error.code.unwrap_or_default())
    };
    assert_eq!(refused("10.1.83.70/DELETE"), (400, "1008".to_owned()));
    assert_eq!(refused("10.9.9.9/CREATE"), (400, "1004".to_owned()));
    server.mode("notfound", "404");
    assert_eq!(refused("10.9.9.9/CREATE"), (404, "2000".to_owned()));
}

#[test]
fn each_half_of_an_id_is_one_segment() {
    let server = server();
    let backend = connect(&server, Options::default());
    let strange = "urn:storageos:HostingDeviceInfo:1:vdc1/a b?c#d%e";
    server.world().add(Story::new(strange, vec![Truth::running(5)]));
    assert_eq!(read(&*backend, strange).expect("a task").id.as_str(), strange);
    let path = server.requests().last().expect("a request").request.path.clone();
    assert_eq!(path, "/vdc/data-stores/urn:storageos:HostingDeviceInfo:1:vdc1/tasks/a%20b%3Fc%23d%25e");
    let before = server.requests().len();
    for text in ["CREATE", "../CREATE", "x/.."] {
        assert_eq!(read(&*backend, text).expect_err("no id").kind, Kind::Usage, "{text}");
    }
    assert_eq!(server.requests().len(), before);
}

#[test]
fn the_missing_role_is_named() {
    let server = server();
    server.mode("no_role", "");
    let error = read(&*connect(&server, Options::default()), TASK).expect_err("no right");
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Auth, Some("3000")));
    assert!(error.hints.iter().any(|hint| hint.contains("SYSTEM_MONITOR")), "{error:?}");
    assert_eq!(server.count(Login), 1, "another login gives no other rights");
}

#[test]
fn a_server_error_is_retried_only_when_it_says_so() {
    let server = server();
    let backend = connect(&server, Options::default());
    let body =
        |retryable: bool| format!("{{\"code\":7000,\"retryable\":{retryable},\"description\":\"internal\"}}");
    for retryable in [true, false] {
        let answer = Response::new(500).header("Content-Type", "application/json").body(body(retryable));
        server.fault_on(Read, Fault::Answer(answer));
        let error = read(&*backend, TASK).expect_err("an error");
        assert_eq!((error.kind, error.retryable), (Kind::Http, retryable));
    }
    server.fault_on(Read, Fault::retry_after(503, "30"));
    let error = read(&*backend, TASK).expect_err("an error");
    assert_eq!((error.retryable, error.retry_after), (true, Some(Duration::from_secs(30))));
}

#[test]
fn a_list_is_of_one_data_store_and_not_every_release_has_it() {
    let server = server();
    server.world().add(Story::new("10.1.83.70/DELETE", vec![Truth::new(Condition::Failed)]));
    server.world().add(Story::new("10.1.83.71/CREATE", vec![Truth::running(5)]));
    let backend = connect(&server, Options::default());
    assert_eq!(list(&*backend, &Query::default()).expect("a list"), [TASK, "10.1.83.70/DELETE"]);
    let failed = Query { states: vec!["failed".to_owned()], ..Query::default() };
    assert_eq!(list(&*backend, &failed).expect("a list"), ["10.1.83.70/DELETE"]);
    let one = Query { limit: Some(1), ..Query::default() };
    assert_eq!(list(&*backend, &one).expect("a list"), [TASK]);
    let other = connect(&server, option("data_store", "10.1.83.71"));
    assert_eq!(list(&*other, &Query::default()).expect("a list"), ["10.1.83.71/CREATE"]);
    let missing = connect(&server, option("data_store", "10.9.9.9"));
    for mode in ["400", "404"] {
        server.mode("notfound", mode);
        assert_eq!(list(&*missing, &Query::default()).expect_err("no such store").kind, Kind::NotFound);
    }
    server.mode("no_list", "");
    let error = list(&*backend, &Query::default()).expect_err("no list");
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.message.contains("cannot list"), "{error:?}");
    assert!(backend.cancel(&id(&server, TASK)).is_err_and(|error| error.kind == Kind::Usage));
}
