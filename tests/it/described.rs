//! APIs that are described by data: what only they do. The conformance tests hold for them as for every backend.

use std::time::Duration;

use serde_json::json;

use crate::harness::Bench;
use crate::sim::server::Server;
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{RequestKind, simulation};

/// A server of this backend with these tasks, each with what it goes through, and a bench for it.
fn serving(backend: &str, tasks: &[(&str, Vec<Truth>)]) -> (Server, Bench) {
    let server = Server::start(simulation(backend));
    for (id, moments) in tasks {
        server.world().add(Story::new(id, moments.clone()));
    }
    let bench = Bench::new(&[&server]);
    (server, bench)
}

#[test]
fn an_api_of_the_users_is_listed_followed_and_cancelled() {
    let (server, bench) = serving("bakery", &[("B-1", vec![Truth::running(50), Truth::succeeded()])]);
    server.world().add(Story::new("B-2", vec![Truth::running(5)]));
    let listed = bench.run(&["list", "bakery", "-o", "json"]).expect(0).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed:#}");
    bench.run(&["watch", "bakery/B-1"]).expect(0);
    bench.run(&["cancel", "bakery", "B-2", "-y", "--watch"]).expect(0);
    bench.run(&["doctor", "-p", "bakery"]).expect(0);
    let url = format!("{}/orders/B-1", server.url());
    assert_eq!(bench.run(&["get", &url, "-o", "json"]).expect(0).json()["ref"], "bakery/B-1");
    let help = bench.run(&["get", "--help"]).expect(0).stdout;
    assert!(help.contains("The bakery round the corner"), "{help}");
    let words = bench.run(&["__complete", "--", "get", "bak"]).stdout;
    assert!(words.contains("bakery"), "{words}");
    assert_eq!(server.sessions().live(), 0);
}

#[test]
fn a_description_stands_in_the_configuration_too() {
    let server = Server::start(simulation("bakery"));
    server.world().add(Story::new("B-1", vec![Truth::succeeded()]));
    let description =
        server.simulation().description().expect("one").replace("[states]", "[apis.bakery.states]");
    let description = description.replace("[login]", "[apis.bakery.login]");
    let bench = Bench::with_config(&format!("{}[apis.bakery]\n{description}", server.profile("shop")));
    bench.run(&["get", "shop/B-1", "--exit-status"]).expect(0);
    bench.run(&["config", "validate"]).expect(0);
    let shown = bench.run(&["apis", "show", "bakery"]).expect(0).stdout;
    assert!(shown.contains("task       = \"GET /orders/{id}\"") && !shown.contains("[profiles"), "{shown}");
}

#[test]
fn every_mistake_of_a_description_is_told_at_once_with_its_place() {
    let bench = Bench::with_config(
        "[profiles.mine]\nbackend = \"mine\"\nurl = \"https://h\"\nusername = \"u\"\npassword_env = \"SIM_PASSWORD\"\n",
    );
    bench.describe(
        "mine",
        "task = \"GET https://elsewhere/{id}\"\n\
         nmae = \"/name\"\n\
         state = \"state\"\n\
         cancel = \"DELETE /jobs/{job}\"\n\
         [states]\n\
         runing = [\"RUNNING\"]\n\
         failed = [\"X\"]\n\
         succeeded = [\"x\"]\n\
         [[rules]]\n\
         when = { \"/a\" = { matches = \"(\" } }\n\
         state = \"unknown\"\n",
    );
    let told = bench.run(&["apis", "check", "mine"]).expect(2).stderr;
    for line in [
        "mine.toml:1:8: \"GET https://elsewhere/{id}\" leaves the host",
        "mine.toml:2:1: unknown key `nmae`",
        "did you mean `name`?",
        "mine.toml:3:9: \"state\" is no JSON Pointer",
        "mine.toml:4:10: nothing fills {job} here; known are {id}",
        "mine.toml:6:1: unknown word `runing`",
        "did you mean `running`?",
        "mine.toml:5:1: \"X\" is succeeded and failed",
        "mine.toml:10:",
        "mine.toml:11:9: unknown word `unknown`",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    // Using it says the first, and where to see the rest; validating the configuration says all.
    let used = bench.run(&["get", "mine", "1"]).expect(2).stderr;
    assert!(used.contains("mine.toml:1:8") && used.contains("taskctl apis check mine"), "{used}");
    assert!(bench.run(&["config", "validate"]).expect(2).stderr.contains("mine.toml:2:1"));
    bench.describe("ecs", "task = \"GET /{id}\"\n");
    assert!(bench.run(&["apis", "check", "ecs"]).expect(2).stderr.contains("a backend of its own"));
    bench.describe("none", "task = [\n");
    assert!(bench.run(&["apis", "check", "none"]).expect(2).stderr.contains("this is not TOML"));
}

#[test]
fn what_is_shipped_has_no_mistake() {
    for name in taskctl::api::described::names() {
        Bench::with_config("").run(&["apis", "check", name]).expect(0);
    }
}

#[test]
fn checking_an_answer_says_which_place_gave_which_field() {
    let (server, mut bench) = serving("bakery", &[("B-1", vec![Truth::running(30)])]);
    bench.stdin = json!({"order": "B-1", "stage": "IN THE OVEN", "since": 0.5, "price": [3]}).to_string();
    let told = bench.run(&["apis", "check", "bakery", "-"]).expect(0).stdout;
    let row = |words: &[&str]| told.lines().any(|line| line.split_whitespace().eq(words.iter().copied()));
    for words in [
        &["state", "IN", "THE", "OVEN", "/stage"][..],
        &["id", "B-1", "/order"],
        &["details", "[3]", "/price"],
    ] {
        assert!(row(words), "{words:?}: {told}");
    }
    assert!(told.contains("the word \"in the oven\""), "{told}");
    let asked = bench.run(&["apis", "check", "bakery", "-p", "bakery", "--id", "B-1"]).expect(0).stdout;
    assert!(asked.contains("/loaves/baked"), "{asked}");
    bench.run(&["apis", "check", "bakery", "-p", "bakery"]).expect(2);
    bench.run(&["apis", "check", "bakry"]).expect(2);
    assert_eq!(server.sessions().live(), 0);
}

#[test]
fn a_token_that_a_login_answers_is_shown_nowhere() {
    for backend in ["bakery", "redfish"] {
        let id = simulation(backend).id(1);
        let (server, bench) = serving(backend, &[(&id, vec![Truth::succeeded()])]);
        let outcome = bench.run(&["get", backend, &id, "-vv"]).expect(0);
        let (name, place) = if backend == "bakery" { ("x-customer", "GET") } else { ("x-auth-token", "GET") };
        let requests = server.requests();
        let read = requests.iter().find(|logged| logged.request.method == place).expect("a read");
        let token = read.request.header(name).expect("a token");
        assert!(!outcome.stderr.contains(token), "{}", outcome.stderr);
    }
}

#[test]
fn a_segment_that_a_placeholder_fills_stays_one() {
    let (server, bench) = serving("bakery", &[("B-1", vec![Truth::succeeded()])]);
    bench.run(&["get", "bakery", "../counter?x=1"]).expect(5);
    bench.run(&["get", "bakery", ".."]).expect(2);
    let paths: Vec<String> = server.requests().into_iter().map(|logged| logged.request.path).collect();
    assert!(paths.contains(&"/orders/..%2Fcounter%3Fx%3D1".to_owned()), "{paths:?}");
}

#[test]
fn an_idrac_job_is_read_where_its_firmware_has_it_and_both_verdicts_count() {
    for mode in ["", "older", "forgetful"] {
        let good = Truth::succeeded().warning("a disk is slow");
        let bad = Truth::failed("IDRAC.2.8.PR21", "The job failed.", &[]);
        let (server, bench) = serving("redfish", &[("JID_1", vec![good]), ("JID_2", vec![bad])]);
        server.mode(mode, "");
        bench.run(&["watch", "redfish", "JID_1"]).expect(0);
        let failed = bench.run(&["get", "redfish", "JID_2", "-o", "json"]).expect(0).json();
        assert_eq!(
            (&failed["state"], &failed["error"]["message"]),
            (&json!("failed"), &json!("The job failed."))
        );
        // What began it may hold passwords.
        assert!(!failed.to_string().contains("of-the-target"), "{failed:#}");
        let same = format!("{}/redfish/v1/TaskService/Tasks/JID_1", server.url());
        bench.run(&["get", &same]).expect(0);
    }
    let (server, bench) = serving("redfish", &[("JID_3", vec![Truth::running(5)])]);
    bench.run(&["cancel", "redfish", "JID_3", "-y", "--watch"]).expect(0);
    assert!(
        server.requests().iter().any(|logged| logged.request.path.ends_with("DellJobService.DeleteJobQueue"))
    );
}

#[test]
fn a_task_monitor_is_followed_to_its_verdict() {
    for (end, code) in [
        (Truth::succeeded(), 0),
        (Truth::failed("Base.1.0.PropertyNotWritable", "SKU is read-only.", &[]), 3),
    ] {
        let (_server, bench) = serving("redfish", &[("9", vec![Truth::running(1), Truth::running(2), end])]);
        let outcome = bench.run(&["watch", "redfish", "/taskmon/9"]).expect(code);
        assert_eq!(outcome.stdout.contains("SKU is read-only."), code == 3, "{outcome:#?}");
    }
    // One that has been read is gone, and any other address is no monitor.
    let (_server, bench) = serving("redfish", &[]);
    bench.run(&["get", "redfish", "/taskmon/10"]).expect(5);
    let other = bench.run(&["get", "redfish", "/redfish/v1/", "--retry-for", "0"]);
    assert_ne!(other.code, 0, "{other:?}");
}

#[test]
fn a_list_of_addresses_is_read_one_by_one_and_a_next_page_stays_on_the_host() {
    let tasks: Vec<(String, Vec<Truth>)> =
        (1..=5).map(|n| (n.to_string(), vec![Truth::new(Condition::Running)])).collect();
    let tasks: Vec<(&str, Vec<Truth>)> =
        tasks.iter().map(|(id, moments)| (id.as_str(), moments.clone())).collect();
    for mode in ["", "unexpanded"] {
        let (server, bench) = serving("redfish", &tasks);
        server.mode("page", "2");
        server.mode(mode, "");
        let listed = bench.run(&["list", "redfish", "--field", "id"]).expect(0).stdout;
        let mut ids: Vec<&str> = listed.lines().collect();
        ids.sort_unstable();
        assert_eq!(ids, ["1", "2", "3", "4", "5"], "{mode}");
    }
    let (server, bench) = serving("redfish", &[]);
    let mut other = Server::start(simulation("redfish"));
    other.may_stay_uncalled();
    let next = format!("{}/redfish/v1/TaskService/Tasks?$skip=2", other.url());
    let page = json!({"Members": [{"Id": "1", "TaskState": "Running"}], "Members@odata.nextLink": next});
    server.fault_on(
        RequestKind::Read,
        crate::sim::server::Fault::Answer(crate::sim::server::Response::json(200, &page)),
    );
    let outcome = bench.run(&["list", "redfish", "--retry-for", "0"]);
    assert!(outcome.stderr.contains("another host"), "{outcome:#?}");
    assert_eq!(other.requests().len(), 0);
    assert!(outcome.took < Duration::from_secs(60));
}

#[test]
fn a_page_whose_number_is_not_known_is_asked_for_without_one() {
    for mode in ["", "zero"] {
        let server = Server::start(simulation("sddc-manager"));
        for number in 0..230 {
            let id = server.simulation().id(number);
            let age = i64::try_from(number).expect("a number");
            server.world().add(Story::new(&id, vec![Truth::new(Condition::Running)]).age(age));
        }
        server.mode(mode, "");
        let bench = Bench::new(&[&server]);
        let listed = bench.run(&["list", "sddc-manager", "--field", "id"]).expect(0).stdout;
        assert_eq!(listed.lines().count(), 230, "{mode}");
        assert_eq!(server.count(RequestKind::Read), 3, "{mode}");
    }
}

#[test]
fn both_spellings_of_a_word_are_one_and_a_dead_token_may_be_a_403() {
    let (server, bench) =
        serving("sddc-manager", &[("a", vec![Truth::running(40)]), ("b", vec![Truth::succeeded()])]);
    for mode in ["spelling", "forbidden"] {
        server.mode(mode, "words");
        let task = bench.run(&["get", "sddc-manager", "a", "-o", "json"]).expect(0).json();
        assert_eq!((&task["state"], &task["progress"]["completed"]), (&json!("running"), &json!(40)));
    }
    let mut moments = vec![Truth::running(40); 60];
    moments.push(Truth::succeeded());
    server.world().add(Story::new("c", moments));
    server.faults(Some(RequestKind::Read), 40, 1, crate::sim::server::Fault::ExpireSessions);
    bench.run(&["watch", "sddc-manager", "c"]).expect(0);
    assert_eq!((server.sessions().live(), server.sessions().expired()), (0, 1));
}

#[test]
fn a_cloud_directors_task_is_known_by_all_its_names() {
    let id = simulation("vcd").id(1);
    let (server, bench) = serving("vcd", &[(&id, vec![Truth::running(5)])]);
    for name in [&id, &format!("urn:vcloud:task:{id}"), &format!("/api/task/{id}")] {
        assert_eq!(bench.run(&["get", "vcd", name, "--field", "id"]).expect(0).stdout, format!("{id}\n"));
    }
    bench.run(&["get", "vcd", "no-uuid"]).expect(2);
    server.mode("cancelling", "");
    assert_eq!(bench.run(&["get", "vcd", &id, "--field", "state"]).expect(0).stdout, "cancelling\n");
    // An API token is exchanged for a session; nothing closes that.
    let profile = server.profile("cloud").replace("password_env", "token_env");
    let bench = Bench::with_config(&format!("{profile}auth = \"token\"\norg = \"acme\"\n"));
    bench.run(&["get", "cloud", &id]).expect(0);
    let bench = Bench::with_config(&format!("{profile}auth = \"token\"\n"));
    assert!(bench.run(&["get", "cloud", &id]).expect(2).stderr.contains("`org` is needed"));
}

#[test]
fn tasks_of_vsphere_replication_are_read_by_a_setting() {
    let id = simulation("site-recovery").id(1);
    let (server, bench) = serving("site-recovery", &[(&id, vec![Truth::succeeded()])]);
    server.mode("vr", "");
    bench.run(&["get", "site-recovery", &id, "--service", "vr", "--exit-status"]).expect(0);
    let listed = bench.run(&["list", "site-recovery", "--service", "vr", "--state", "succeeded"]).expect(0);
    assert!(
        server.requests().iter().any(|logged| logged.request.query.contains("filter=SUCCESS")),
        "{listed:?}"
    );
}

#[test]
fn a_proxmox_task_is_judged_by_two_fields_alone_and_in_a_list() {
    let id = |number| simulation("proxmox").id(number);
    let failed = Truth::failed("", "job errors", &[]);
    let tasks =
        [Truth::succeeded().warning("a"), failed, Truth::running(1), Truth::new(Condition::Cancelled)];
    let server = Server::start(simulation("proxmox"));
    for (number, truth) in tasks.into_iter().enumerate() {
        server.world().add(Story::new(&id(number), vec![truth]));
    }
    let bench = Bench::new(&[&server]);
    let states = ["succeeded", "failed", "running", "cancelled"];
    for (number, state) in states.iter().enumerate() {
        let alone = bench.run(&["get", "proxmox", &id(number), "--field", "state,warnings"]).expect(0).stdout;
        assert!(alone.starts_with(state), "{alone}");
        assert_eq!(alone.contains("WARNINGS: 1"), number == 0, "{alone}");
    }
    let listed = bench.run(&["list", "proxmox", "--field", "id,state"]).expect(0).stdout;
    for (number, state) in states.iter().enumerate() {
        assert!(listed.contains(&format!("{}\t{state}\n", id(number))), "{listed}");
    }
    // A ticket is signed and kept nowhere: there is nothing to close.
    let profile = server.profile("pve").replace("auth = \"token\"\ntoken_env", "auth = \"ticket\"\n#");
    let bench = Bench::with_config(&profile);
    bench.run(&["get", &format!("pve/{}", id(1))]).expect(0);
    bench.run(&["cancel", &format!("pve/{}", id(2)), "-y"]).expect(0);
    let verbose = bench.run(&["get", &format!("pve/{}", id(1)), "-vv"]).expect(0).stderr;
    assert!(verbose.contains("/access/ticket") && !verbose.contains("c2lnbmVk"), "{verbose}");
}
