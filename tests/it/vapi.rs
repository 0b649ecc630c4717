//! What vCenter and the snapshot service have to themselves: which paths exist, how to log in, batches, cancelling.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::SecretString;
use taskctl::api::{self, Backend, Connection, Credentials, Options, Query};
use taskctl::error::{Error, Kind};
use taskctl::http::proxy::Proxies;
use taskctl::http::tls::TlsSettings;
use taskctl::http::transport::{ConnectSettings, HttpTransport, Transport};
use taskctl::http::{Notice, Settings};
use taskctl::task::{State, Task, TaskId};
use taskctl::util::clock::SystemClock;
use taskctl::util::logger::Log;
use taskctl::util::redact::Redactor;
use url::Url;

use crate::sim::server::{Fault, Response, Server};
use crate::sim::snapservice::{assertion, assertion_of};
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{PASSWORD, RequestKind, USER, simulation};

/// A backend for a simulated server, and what was noticed below the tasks.
struct Connected {
    backend: Arc<dyn Backend>,
    notices: Arc<Mutex<Vec<Notice>>>,
}

fn transport(url: &Url) -> Arc<dyn Transport> {
    let settings = ConnectSettings {
        connect_timeout: Duration::from_secs(10),
        tls: TlsSettings::default(),
        proxies: Proxies::default(),
    };
    Arc::new(HttpTransport::new(url, settings))
}

fn credentials(secret: &str) -> Credentials {
    Credentials {
        username: Some(USER.to_owned()),
        password: Some(SecretString::from(secret)),
        token: Some(SecretString::from(secret)),
        source: "a test".to_owned(),
        ..Credentials::default()
    }
}

fn connect(server: &Server, auth: &str, secret: &str, options: &[(&str, &str)]) -> Connected {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let noticed = Arc::clone(&notices);
    let base: Url = server.url().parse().expect("an address");
    let mut all = Options::default();
    for (key, value) in options {
        all.set(key, *value);
    }
    let http = Settings {
        transport: transport(&base),
        base,
        headers: http::HeaderMap::new(),
        credential_source: "this test".to_owned(),
        request_timeout: Duration::from_secs(30),
        clock: Arc::new(SystemClock::default()),
        log: Log::silent(Arc::new(Redactor::new())),
        notify: Arc::new(move |notice| noticed.lock().expect("no panic").push(notice)),
    };
    let connection = Connection {
        auth: auth.to_owned(),
        credentials: credentials(secret),
        options: all,
        http,
        transport_to: Arc::new(transport),
    };
    let descriptor = api::find(server.simulation().backend()).expect("a backend");
    Connected { backend: (descriptor.connect)(connection).expect("a backend that connects"), notices }
}

impl Connected {
    fn get(&self, id: &str) -> Result<Task, Error> {
        self.backend.get(&task_id(id))
    }

    fn get_many(&self, ids: &[String]) -> Vec<Result<Task, Error>> {
        self.backend.get_many(&ids.iter().map(|id| task_id(id)).collect::<Vec<_>>())
    }

    fn list(&self, query: &Query) -> Result<Vec<Task>, Error> {
        crate::support::list(&*self.backend, query)
    }

    fn reauths(&self) -> usize {
        let notices = self.notices.lock().expect("no panic");
        notices.iter().filter(|notice| **notice == Notice::Reauth).count()
    }
}

fn task_id(text: &str) -> TaskId {
    TaskId::new(text).expect("an id")
}

/// A server with this many running tasks, and their ids.
fn server_with(backend: &str, tasks: usize) -> (Server, Vec<String>) {
    let server = Server::start(simulation(backend));
    let ids: Vec<String> = (0..tasks).map(|number| server.simulation().id(number)).collect();
    for id in &ids {
        server.world().add(Story::new(id, vec![Truth::running(40)]));
    }
    (server, ids)
}

/// Method, path and status of every request so far.
fn log(server: &Server) -> Vec<String> {
    let line = |logged: crate::sim::server::Logged| {
        format!("{} {} {}", logged.request.method, logged.request.path, logged.status.unwrap_or_default())
    };
    server.requests().into_iter().map(line).collect()
}

#[test]
fn vcenter_is_read_in_one_session_that_is_closed() {
    let (server, ids) = server_with("vcenter", 1);
    let connected = connect(&server, "", PASSWORD, &[]);
    let task = connected.get(&ids[0]).expect("a task");
    assert_eq!((task.state, task.native_state.as_deref()), (State::Running, Some("RUNNING")));
    connected.get(&ids[0]).expect("a task");
    connected.backend.close(Duration::from_secs(5));
    let path = format!("/api/cis/tasks/{}", ids[0]);
    assert_eq!(
        log(&server),
        [
            "POST /api/session 201".to_owned(),
            format!("GET {path} 200"),
            format!("GET {path} 200"),
            "DELETE /api/session 204".to_owned()
        ]
    );
}

#[test]
fn vcenter_before_the_newer_paths_is_read_under_rest() {
    let (server, ids) = server_with("vcenter", 2);
    server.mode("api", "rest");
    let connected = connect(&server, "", PASSWORD, &[]);
    assert_eq!(connected.get(&ids[0]).expect("a task").percent(), Some(40.0));
    connected.get(&ids[1]).expect("a task");
    connected.backend.close(Duration::from_secs(5));
    let login = server.requests().swap_remove(1).request;
    assert_eq!(
        login.header("vmware-use-header-authn"),
        Some("true"),
        "the session is in a header, not in a cookie"
    );
    assert_eq!(
        log(&server),
        [
            "POST /api/session 404".to_owned(),
            "POST /rest/com/vmware/cis/session 200".to_owned(),
            format!("GET /api/cis/tasks/{} 404", ids[0]),
            format!("GET /rest/cis/tasks/{} 200", ids[0]),
            format!("GET /rest/cis/tasks/{} 200", ids[1]),
            "DELETE /rest/com/vmware/cis/session 200".to_owned()
        ]
    );
    assert_eq!(server.sessions().live(), 0);
}

#[test]
fn a_renewed_session_of_rest_is_not_looked_for_under_api_again() {
    let (server, ids) = server_with("vcenter", 1);
    server.mode("api", "rest");
    let connected = connect(&server, "", PASSWORD, &[]);
    connected.get(&ids[0]).expect("a task");
    server.sessions().expire();
    connected.get(&ids[0]).expect("a task");
    assert_eq!(connected.reauths(), 1);
    let asked = log(&server).iter().filter(|line| line.starts_with("POST /api/session")).count();
    assert_eq!(asked, 1);
}

#[test]
fn a_login_path_that_was_there_before_is_waited_for() {
    let (server, ids) = server_with("vcenter", 1);
    let connected = connect(&server, "", PASSWORD, &[]);
    connected.get(&ids[0]).expect("a task");
    server.sessions().expire();
    server.fault_on(RequestKind::Login, Fault::web_page(404));
    let error = connected.get(&ids[0]).expect_err("it starts again");
    assert_eq!((error.kind, error.retryable), (Kind::Http, true));
    connected.get(&ids[0]).expect("a task");
    assert!(!log(&server).iter().any(|line| line.contains("/rest/")));
}

#[test]
fn vcenter_between_the_versions_has_the_newer_session_and_the_older_tasks() {
    let (server, ids) = server_with("vcenter", 2);
    server.mode("api", "mixed");
    let connected = connect(&server, "", PASSWORD, &[]);
    connected.get(&ids[0]).expect("a task");
    connected.get(&ids[1]).expect("a task");
    connected.backend.close(Duration::from_secs(5));
    assert_eq!(
        log(&server),
        [
            "POST /api/session 201".to_owned(),
            format!("GET /api/cis/tasks/{} 404", ids[0]),
            format!("GET /rest/cis/tasks/{} 200", ids[0]),
            format!("GET /rest/cis/tasks/{} 200", ids[1]),
            "DELETE /api/session 204".to_owned()
        ]
    );
}

#[test]
fn vcenter_with_the_older_session_may_have_the_newer_tasks() {
    let (server, ids) = server_with("vcenter", 2);
    server.mode("api", "older_session");
    let connected = connect(&server, "", PASSWORD, &[]);
    connected.get(&ids[0]).expect("a task");
    server.sessions().expire();
    connected.get(&ids[1]).expect("a task in a new session");
    connected.backend.close(Duration::from_secs(5));
    assert!(!log(&server).iter().any(|line| line.contains("/rest/cis/tasks")), "{:?}", log(&server));
    // One that changes under the watch is found again where it is now.
    server.mode("api", "rest");
    let connected = connect(&server, "", PASSWORD, &[]);
    connected.get(&ids[0]).expect("a task of /rest");
    server.mode("api", "older_session");
    connected.get(&ids[0]).expect("a task of /api");
    connected.backend.close(Duration::from_secs(5));
}

#[test]
fn a_task_that_does_not_exist_is_not_taken_for_a_missing_path() {
    let (server, ids) = server_with("vcenter", 1);
    let connected = connect(&server, "", PASSWORD, &[]);
    let error = connected.get("gone:com.vmware.cis").expect_err("no such task");
    assert_eq!((error.kind, error.code.as_deref()), (Kind::NotFound, Some("NOT_FOUND")));
    connected.get(&ids[0]).expect("a task");
    assert!(!log(&server).iter().any(|line| line.contains("/rest/")));
    // And under /rest, in the older spelling.
    server.mode("api", "mixed");
    let error = connected.get("gone:com.vmware.cis").expect_err("no such task");
    assert_eq!((error.kind, error.code.as_deref()), (Kind::NotFound, Some("NOT_FOUND")));
}

#[test]
fn an_address_that_is_no_vcenter_is_said_to_be_none() {
    let server = Server::start(simulation("vcenter"));
    server.faults(None, 0, 2, Fault::web_page(404));
    let error = connect(&server, "", PASSWORD, &[]).get("a:b").expect_err("no vCenter");
    assert_eq!((error.kind, error.retryable), (Kind::Http, false));
    assert!(error.hints.iter().any(|hint| hint.contains("check `url`")), "{error:?}");
}

#[test]
fn a_wrong_password_is_sent_once() {
    for (backend, auth) in [("vcenter", ""), ("snapservice", "session")] {
        let (server, ids) = server_with(backend, 1);
        let connected = connect(&server, auth, "wrong", &[]);
        for _ in 0..2 {
            let error = connected.get(&ids[0]).expect_err("refused");
            assert_eq!((error.kind, error.retryable), (Kind::Auth, false));
            assert_eq!(error.code.as_deref(), Some("UNAUTHENTICATED"));
            assert!(error.hints.iter().any(|hint| hint.contains("no domain")), "{error:?}");
        }
        assert_eq!((server.count(RequestKind::Login), server.sessions().refused()), (1, 1));
    }
}

#[test]
fn a_hundred_tasks_of_vcenter_are_one_request_and_a_missing_one_is_asked_for_alone() {
    for api in ["newer", "mixed"] {
        let (server, mut ids) = server_with("vcenter", 300);
        server.mode("api", api);
        ids.insert(7, "gone:com.vmware.esx.settings.clusters.software".to_owned());
        let connected = connect(&server, "", PASSWORD, &[]);
        assert_eq!(connected.backend.batch(), 1000);
        let tasks = connected.get_many(&ids);
        for (id, task) in ids.iter().zip(&tasks) {
            match task {
                Ok(task) => assert_eq!(task.id.as_str(), id),
                Err(error) => assert_eq!((error.kind, id), (Kind::NotFound, &ids[7])),
            }
        }
        let reads = server.count(RequestKind::Read);
        // Under /rest the ids travel in the address, fifty at a time, after the list that did not exist; and the one that
        // is missing is looked for under /api first.
        assert_eq!(reads, if api == "newer" { 2 } else { 1 + 7 + 2 });
        assert!(server.requests().iter().all(|logged| logged.request.query.len() < 6000));
    }
}

#[test]
fn a_refused_list_is_not_tried_again() {
    let (server, ids) = server_with("vcenter", 3);
    server.mode("unbatched", "yes");
    let connected = connect(&server, "", PASSWORD, &[]);
    for _ in 0..2 {
        assert!(connected.get_many(&ids).iter().all(Result::is_ok));
    }
    assert_eq!(connected.backend.batch(), 1);
    assert_eq!(server.count(RequestKind::Read), 1 + 3 + 3);
}

#[test]
fn tasks_of_several_providers_are_listed_a_provider_at_a_time() {
    let (server, mut ids) = server_with("vcenter", 10);
    for number in 0..10 {
        let id = format!("task-{number}:3e369ade-d00c-4966-ab59-2c99d86848e2");
        server.world().add(Story::new(&id, vec![Truth::succeeded()]));
        ids.push(id);
    }
    server.mode("one_provider", "yes");
    let connected = connect(&server, "", PASSWORD, &[]);
    for _ in 0..2 {
        assert!(connected.get_many(&ids).iter().all(Result::is_ok));
    }
    assert_eq!(server.count(RequestKind::Read), 1 + 2 + 2);
    assert_eq!(connected.backend.batch(), 1000);
}

#[test]
fn switches_are_sent_only_when_they_are_on() {
    for api in ["newer", "mixed"] {
        let server = Server::start(simulation("vcenter"));
        server.mode("api", api);
        let result = serde_json::json!({"status": "NON_COMPLIANT"});
        for id in ["a:x", "b:x"] {
            server.world().add(Story::new(id, vec![Truth::succeeded()]).result(result.clone()));
        }
        let task = connect(&server, "", PASSWORD, &[("return_all", "false")]).get("a:x").expect("a task");
        assert_eq!((task.result(), task.details().get("commit")), (Some(result), None));
        assert!(server.requests().iter().all(|logged| logged.request.query.is_empty()));
        let on = [("return_all", "true"), ("exclude_result", "true")];
        let task = connect(&server, "", PASSWORD, &on).get("a:x").expect("a task");
        assert_eq!((task.result(), &task.details()["commit"]), (None, &serde_json::json!("12")));
        if api == "newer" {
            let ids = ["a:x".to_owned(), "b:x".to_owned()];
            for task in connect(&server, "", PASSWORD, &on).get_many(&ids) {
                let task = task.expect("a task");
                assert_eq!((task.result(), &task.details()["commit"]), (None, &serde_json::json!("12")));
            }
        }
    }
}

#[test]
fn a_cancelled_task_ends_cancelled_and_one_that_has_ended_cannot_be_cancelled() {
    for api in ["newer", "rest"] {
        let (server, ids) = server_with("vcenter", 1);
        server.mode("api", api);
        let connected = connect(&server, "", PASSWORD, &[]);
        connected.backend.cancel(&task_id(&ids[0])).expect("it is asked to");
        let task = connected.get(&ids[0]).expect("a task");
        assert_eq!((task.state, task.native_state.as_deref()), (State::Cancelled, Some("FAILED")));
        let error = connected.backend.cancel(&task_id(&ids[0])).expect_err("it has ended");
        assert_eq!(error.code.as_deref(), Some("NOT_ALLOWED_IN_CURRENT_STATE"));
        assert_eq!((error.kind, error.retryable), (Kind::Http, false));
    }
}

#[test]
fn a_list_needs_a_service_and_takes_our_words_for_states() {
    for api in ["newer", "mixed"] {
        let (server, ids) = server_with("vcenter", 2);
        server.mode("api", api);
        server.world().add(Story::new("c:other", vec![Truth::running(1)]));
        server.world().add(Story::new(&ids[1], vec![Truth::new(Condition::Cancelled)]));
        let connected = connect(&server, "", PASSWORD, &[]);
        let mut query = Query::default();
        assert_eq!(connected.list(&query).err().map(|error| error.kind), Some(Kind::Usage));
        let service = "com.vmware.esx.settings.clusters.software".to_owned();
        query.filters.insert("service".to_owned(), vec![service]);
        let found = |query: &Query| -> Vec<String> {
            let tasks = connected.list(query).expect("tasks");
            tasks.into_iter().map(|task| task.id.to_string()).collect()
        };
        assert_eq!(found(&query), ids);
        query.states = vec!["running".to_owned()];
        assert_eq!(found(&query), [ids[0].clone()]);
        query.states = vec!["failed".to_owned()];
        assert_eq!(found(&query), [""; 0]);
        query.states = vec!["cancelled".to_owned()];
        assert_eq!(found(&query), [ids[1].clone()]);
        query.states = vec!["failing".to_owned()];
        let before = server.requests().len();
        assert_eq!(found(&query), [""; 0]);
        assert_eq!(server.requests().len(), before, "no task of this API can be failing");
    }
}

#[test]
fn a_failure_without_an_error_is_told_from_the_notifications() {
    for backend in ["vcenter", "snapservice"] {
        let (server, ids) = server_with(backend, 1);
        server.mode("no_error", "yes");
        server
            .world()
            .add(Story::new(&ids[0], vec![Truth::failed("ERROR", "The plugin failed.", &["It broke."])]));
        let auth = if backend == "vcenter" { "" } else { "session" };
        let task = connect(&server, auth, PASSWORD, &[]).get(&ids[0]).expect("a task");
        let failure = task.state.failure().expect("it failed").clone();
        assert_eq!((failure.code, failure.message.as_deref()), (None, Some("The plugin failed.")));
        assert_eq!(failure.causes, ["It broke."]);
        assert!(task.warnings.is_empty());
    }
}

#[test]
fn a_page_that_is_missing_for_a_moment_does_not_decide_which_api_it_is() {
    let (server, ids) = server_with("vcenter", 1);
    let connected = connect(&server, "", PASSWORD, &[]);
    connected.get(&ids[0]).expect("a task");
    let page = || Fault::Answer(Response::new(404).header("Content-Type", "text/html").body("<html></html>"));
    server.fault(page());
    server.fault(page());
    assert_eq!(connected.get(&ids[0]).map(|_| ()).map_err(|error| error.http_status), Err(Some(404)));
    connected.get(&ids[0]).expect("a task");
    let last = log(&server).pop();
    assert_eq!(last, Some(format!("GET /api/cis/tasks/{} 200", ids[0])));
}

#[test]
fn the_snapshot_service_is_read_in_one_session_that_is_closed() {
    let (server, ids) = server_with("snapservice", 300);
    let connected = connect(&server, "session", PASSWORD, &[]);
    let task = connected.get(&ids[0]).expect("a task");
    assert_eq!(task.details()["vcTask"], "task-123");
    assert!(connected.get_many(&ids).iter().all(Result::is_ok));
    assert_eq!(server.count(RequestKind::Read), 1 + 3);
    assert!(server.requests().iter().all(|logged| logged.request.query.len() < 6000));
    connected.backend.close(Duration::from_secs(5));
    assert_eq!((server.sessions().opened(), server.sessions().closed()), (1, 1));
}

#[test]
fn a_missing_task_spoils_only_itself_and_a_refused_list_is_not_tried_again() {
    let (server, mut ids) = server_with("snapservice", 3);
    ids.insert(1, "gone".to_owned());
    let connected = connect(&server, "session", PASSWORD, &[]);
    for _ in 0..2 {
        let kinds: Vec<_> =
            connected.get_many(&ids).into_iter().map(|task| task.err().map(|error| error.kind)).collect();
        assert_eq!(kinds, [None, Some(Kind::NotFound), None, None]);
    }
    assert_eq!(server.count(RequestKind::Read), 4);
    server.mode("unbatched", "yes");
    for _ in 0..2 {
        connected.get_many(&ids);
    }
    assert_eq!((server.count(RequestKind::Read), connected.backend.batch()), (4 + 1 + 4 + 4, 1));
}

#[test]
fn several_tasks_are_read_one_by_one_where_the_batched_read_is_redirected_or_refused() {
    for fault in [Fault::redirect("/elsewhere/"), Fault::status(418), Fault::status(501)] {
        for backend in ["vcenter", "snapservice"] {
            let (server, ids) = server_with(backend, 3);
            let auth = if backend == "vcenter" { "" } else { "session" };
            let connected = connect(&server, auth, PASSWORD, &[]);
            server.fault_on(RequestKind::Read, fault.clone());
            assert!(connected.get_many(&ids).iter().all(Result::is_ok), "{backend} {fault:?}");
            assert_eq!(server.count(RequestKind::Read), 4, "{backend} {fault:?}");
        }
    }
}

#[test]
fn the_snapshot_service_lists_by_states() {
    let (server, ids) = server_with("snapservice", 2);
    server.world().add(Story::new(&ids[1], vec![Truth::failed("ERROR", "It broke.", &[])]));
    let connected = connect(&server, "session", PASSWORD, &[]);
    assert_eq!(connected.list(&Query::default()).expect("tasks").len(), 2);
    let query = Query { states: vec!["failed".to_owned()], ..Query::default() };
    let found = connected.list(&query).expect("tasks");
    assert_eq!(found.iter().map(|task| task.id.as_str()).collect::<Vec<_>>(), [&ids[1]]);
    let query = Query { limit: Some(1), ..Query::default() };
    assert_eq!(connected.list(&query).expect("tasks").len(), 1);
    let cancel = connected.backend.cancel(&task_id(&ids[0]));
    assert_eq!(cancel.map_err(|error| error.kind), Err(Kind::Usage));
}

/// The address of the STS of a simulated server.
fn sts(server: &Server) -> String {
    server.url() + crate::sim::snapservice::STS
}

#[test]
fn a_saml_token_is_issued_once_and_sent_with_every_request() {
    let (server, ids) = server_with("snapservice", 3);
    server.mode("auth", "saml");
    let connected = connect(&server, "saml", PASSWORD, &[("sts_url", &sts(&server))]);
    connected.get(&ids[0]).expect("a task");
    assert!(connected.get_many(&ids).iter().all(Result::is_ok));
    connected.backend.close(Duration::from_secs(5));
    assert_eq!((server.sessions().opened(), server.count(RequestKind::Read)), (1, 2));
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "there is nothing to log out of");
    // A signature is of the assertion as it is: not a byte of it may change.
    let sent = requests[1].request.header("authorization").and_then(assertion_of).expect("an assertion");
    let id = sent.split('"').nth(1).expect("its id");
    assert_eq!(sent, assertion(id));
}

#[test]
fn a_saml_token_that_has_expired_is_replaced() {
    let (server, ids) = server_with("snapservice", 1);
    server.mode("auth", "saml");
    let connected = connect(&server, "saml", PASSWORD, &[("sts_url", &sts(&server))]);
    for round in 0..3 {
        connected.get(&ids[0]).expect("a task");
        assert_eq!((server.sessions().opened(), connected.reauths()), (round + 1, round));
        server.sessions().expire();
    }
}

#[test]
fn a_soap_fault_about_the_password_is_a_refusal_and_is_not_repeated() {
    let (server, ids) = server_with("snapservice", 1);
    server.mode("auth", "saml");
    let connected = connect(&server, "saml", "wr<o>ng&", &[("sts_url", &sts(&server))]);
    for _ in 0..2 {
        let error = connected.get(&ids[0]).expect_err("refused");
        assert_eq!((error.kind, error.retryable), (Kind::Auth, false));
        assert_eq!(error.code.as_deref(), Some("FailedAuthentication"));
        assert!(error.causes[0].contains("Invalid credentials"), "{error:?}");
        assert!(error.hints.iter().any(|hint| hint.contains("a test")), "{error:?}");
    }
    assert_eq!((server.requests().len(), server.sessions().refused()), (1, 1));
}

#[test]
fn an_sts_that_goes_by_another_clock_says_so() {
    let (server, ids) = server_with("snapservice", 1);
    server.mode("auth", "saml");
    server.mode("sts", "skew");
    let connected = connect(&server, "saml", PASSWORD, &[("sts_url", &sts(&server))]);
    let error = connected.get(&ids[0]).expect_err("refused");
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Http, Some("InvalidTimeRange")));
    assert!(error.hints.iter().any(|hint| hint.contains("clocks")), "{error:?}");
}

#[test]
fn an_sts_that_answers_something_else_is_named() {
    let (server, ids) = server_with("snapservice", 1);
    server.mode("auth", "saml");
    for fault in [Fault::web_page(200), Fault::garbage(), Fault::CutOff(700)] {
        server.fault_on(RequestKind::Login, fault);
        let connected = connect(&server, "saml", PASSWORD, &[("sts_url", &sts(&server))]);
        let error = connected.get(&ids[0]).expect_err("no token");
        assert!(matches!(error.kind, Kind::Decode | Kind::Network) && error.retryable, "{error:?}");
    }
}

#[test]
fn a_snapshot_service_without_sessions_says_what_to_use_instead() {
    let (server, ids) = server_with("snapservice", 1);
    server.mode("auth", "saml");
    let error = connect(&server, "session", PASSWORD, &[]).get(&ids[0]).expect_err("no sessions");
    assert_eq!(error.kind, Kind::Http);
    assert!(error.hints.iter().any(|hint| hint.contains("auth = \"saml\"")), "{error:?}");
}

#[test]
fn a_ready_made_authorization_is_sent_as_it_is_and_not_again_when_it_is_refused() {
    let (server, ids) = server_with("snapservice", 1);
    server.mode("auth", "header");
    connect(&server, "header", crate::sim::snapservice::HEADER, &[]).get(&ids[0]).expect("a task");
    let error = connect(&server, "header", "Bearer old", &[]).get(&ids[0]).expect_err("refused");
    assert_eq!((error.kind, error.retryable), (Kind::Auth, false));
    assert_eq!(server.requests().len(), 2);
}
