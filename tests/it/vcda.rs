//! What only VMware Cloud Director Availability has: four ways to log in, remote sites, vendor media types.

use crate::harness::{Bench, Outcome};
use crate::sim::server::Server;
use crate::sim::vcda::REMOTE_PASSWORD;
use crate::sim::world::{Story, Truth};
use crate::sim::{PASSWORD, RequestKind, USER, simulation};

const ID: &str = "f61d60d2-698a-46dc-a266-000000000001";

fn server() -> Server {
    let server = Server::start(simulation("vcda"));
    server.world().add(Story::new(ID, vec![Truth::running(40), Truth::succeeded()]));
    server
}

fn bench(server: &Server, lines: &str) -> Bench {
    let url = server.url();
    Bench::with_config(&format!("[profiles.dr]\nbackend = \"vcda\"\nurl = \"{url}\"\n{lines}\n"))
        .env("SITE_PASSWORD", REMOTE_PASSWORD)
}

fn get(bench: &Bench, more: &[&str]) -> Outcome {
    bench.run(&[&["get", "vcda", ID, "-o", "json"], more].concat())
}

#[track_caller]
fn all_closed(server: &Server) {
    let sessions = server.sessions();
    assert_eq!((sessions.live(), sessions.opened()), (0, sessions.closed()));
}

#[test]
fn every_way_to_log_in_sends_its_own_words() {
    let user = format!("username = \"{USER}\"\npassword_env = \"SIM_PASSWORD\"");
    let cases = [
        (format!("auth = \"local\"\n{user}"), "localUser"),
        (format!("auth = \"sso\"\n{user}"), "ssoCredentials"),
        (format!("auth = \"vcd\"\n{user}"), "vcdCredentials"),
        (
            "auth = \"vcd-token\"\norg = \"acme-dr\"\ntoken_env = \"SIM_PASSWORD\"".to_owned(),
            "vcdAccessToken",
        ),
    ];
    for (lines, kind) in cases {
        let server = server();
        get(&bench(&server, &lines), &[]).expect(0);
        let login =
            server.requests().into_iter().find(|logged| logged.kind == RequestKind::Login).expect("a login");
        assert_eq!(login.request.json().expect("JSON")["type"], kind);
        all_closed(&server);
    }
}

#[test]
fn a_token_without_its_organization_is_told_before_anything_is_sent() {
    let mut server = server();
    server.may_stay_uncalled();
    let outcome = get(&bench(&server, "auth = \"vcd-token\"\ntoken_env = \"SIM_PASSWORD\""), &[]).expect(2);
    assert!(outcome.stderr.contains("`org`"), "{outcome:?}");
    assert!(server.requests().is_empty());
}

const LOCAL: &str = "auth = \"local\"\nusername = \"operator\"\npassword_env = \"SIM_PASSWORD\"\n";

#[test]
fn the_local_site_needs_no_extension() {
    let server = server();
    let task = get(&bench(&server, LOCAL), &["--site", "site1"]).expect(0).json();
    assert_eq!(task["details"]["site"], "site1");
    assert!(!server.requests().iter().any(|logged| logged.request.path == "/sessions/extend"));
    all_closed(&server);
}

#[test]
fn a_session_is_extended_to_a_remote_site_once_a_session() {
    let by_credentials =
        "site = \"site2\"\nsite_username = \"operator\"\nsite_password_env = \"SITE_PASSWORD\"";
    let by_association = "site = \"site2\"\nsite_org = \"acme-dr\"";
    for lines in [by_credentials, by_association] {
        let server = server();
        server.mode("remote", "site2");
        server.faults(Some(RequestKind::Read), 1, 1, crate::sim::server::Fault::ExpireSessions);
        let bench = bench(&server, &format!("{LOCAL}{lines}"));
        bench.run(&["watch", "vcda", ID]).expect(0);
        let paths: Vec<String> = server
            .requests()
            .iter()
            .map(|logged| {
                format!("{} {}?{}", logged.request.method, logged.request.path, logged.request.query)
            })
            .collect();
        let extensions = paths.iter().filter(|path| path.starts_with("POST /sessions/extend")).count();
        assert_eq!(extensions, 2, "one after each login: {paths:?}");
        assert!(paths.iter().any(|path| path == &format!("GET /tasks/{ID}?site=site2")), "{paths:?}");
        let sessions = server.sessions();
        assert_eq!(sessions.opened(), sessions.closed() + sessions.expired());
    }
}

#[test]
fn a_remote_site_without_credentials_is_an_auth_error_that_says_what_is_missing() {
    let server = server();
    server.mode("remote", "site2");
    let outcome = get(&bench(&server, LOCAL), &["--site", "site2"]).expect(4);
    assert!(outcome.stderr.contains("site_username"), "{outcome:?}");
    assert_eq!(server.sessions().opened(), 1, "a 401 for the remote site is no dead session");
    all_closed(&server);
}

#[test]
fn a_refused_extension_closes_the_session_and_is_not_repeated() {
    let server = server();
    server.mode("remote", "site2");
    let lines = format!(
        "{LOCAL}site = \"site2\"\nsite_username = \"operator\"\nsite_password_env = \"SIM_PASSWORD\""
    );
    let outcome = get(&bench(&server, &lines), &[]).expect(4);
    assert!(outcome.stderr.contains("site2"), "{outcome:?}");
    assert!(!outcome.stderr.contains(PASSWORD), "{outcome:?}");
    assert_eq!(server.sessions().opened(), 1);
    all_closed(&server);
}

#[test]
fn an_unknown_site_is_not_found() {
    let server = server();
    get(&bench(&server, LOCAL), &["--site", "nowhere"]).expect(5);
    all_closed(&server);
}

#[test]
fn the_vendors_media_type_is_asked_for_and_given_up_where_it_is_unknown() {
    for (served, reads) in [("4.7", 1), ("3.5", 2)] {
        let server = server();
        server.mode("media", served);
        let bench = bench(&server, &format!("{LOCAL}api_version = \"4.7\""));
        get(&bench, &[]).expect(0);
        let accepts: Vec<String> = server
            .requests()
            .iter()
            .filter(|logged| logged.kind == RequestKind::Read)
            .filter_map(|logged| logged.request.header("accept").map(str::to_owned))
            .collect();
        assert_eq!(accepts.len(), reads, "{accepts:?}");
        assert_eq!(accepts[0], "application/vnd.vmware.h4-v4.7+json;charset=UTF-8");
        if reads == 2 {
            assert_eq!(accepts[1], "*/*");
        }
        all_closed(&server);
    }
}

#[test]
fn an_operation_id_goes_with_every_request_and_is_told_with_an_error() {
    let server = server();
    let unknown = "f61d60d2-698a-46dc-a266-0000000000ff";
    let outcome = bench(&server, LOCAL).run(&["get", "vcda", unknown, "-v"]).expect(5);
    let requests = server.requests();
    let ids: Vec<&str> = requests.iter().filter_map(|logged| logged.request.header("operationID")).collect();
    assert_eq!(ids.len(), requests.len());
    assert!(ids.iter().all(|id| id.starts_with("taskctl-")), "{ids:?}");
    let read = requests.iter().find(|logged| logged.kind == RequestKind::Read).expect("a read");
    let id = read.request.header("operationID").expect("an id");
    assert!(outcome.stderr.contains(id), "{outcome:?}");
    let quiet = bench(&server, LOCAL).run(&["get", "vcda", unknown]).expect(5);
    assert!(!quiet.stderr.contains("operationID"), "{quiet:?}");
    assert!(outcome.stderr.contains("8044"), "the other role's port is named: {outcome:?}");
}

#[test]
fn many_tasks_are_read_a_hundred_at_a_time_and_one_by_one_where_that_is_refused() {
    for (mode, expected) in [(None, 3), (Some("unbatched"), 253)] {
        let server = Server::start(simulation("vcda"));
        if let Some(mode) = mode {
            server.mode(mode, "");
        }
        let ids: Vec<String> = (0..250).map(|number| simulation("vcda").id(number)).collect();
        for id in &ids {
            server.world().add(Story::new(id, vec![Truth::succeeded()]));
        }
        let mut arguments = vec!["watch", "vcda", "-q"];
        arguments.extend(ids.iter().map(String::as_str));
        let outcome = bench(&server, LOCAL).run(&arguments).expect(0);
        assert_eq!(outcome.stdout, "");
        let reads = server.count(RequestKind::Read);
        assert!(reads <= expected && reads >= expected.min(250), "{reads} requests");
        all_closed(&server);
    }
}

#[test]
fn ids_in_capital_letters_are_read_together_too() {
    let server = Server::start(simulation("vcda"));
    let ids: Vec<String> = (0..20).map(|number| simulation("vcda").id(number)).collect();
    for id in &ids {
        server.world().add(Story::new(id, vec![Truth::succeeded()]));
    }
    let capital: Vec<String> = ids.iter().map(|id| id.to_uppercase()).collect();
    let mut arguments = vec!["get", "vcda", "--field", "id"];
    arguments.extend(capital.iter().map(String::as_str));
    let outcome = bench(&server, LOCAL).run(&arguments).expect(0);
    assert_eq!(outcome.stdout.lines().collect::<Vec<_>>(), capital);
    assert_eq!(server.count(RequestKind::Read), 1);
    all_closed(&server);
}
