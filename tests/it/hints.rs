//! What an error says to do: each hint that is worth having, where a user meets it.

use crate::harness::Bench;
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation, simulation};

fn each(case: impl Fn(&'static dyn Simulation)) {
    for simulation in SIMULATIONS {
        case(*simulation);
    }
}

fn server(simulation: &'static dyn Simulation) -> Server {
    let server = Server::start(simulation);
    server.world().add(Story::new(&simulation.id(1), vec![Truth::succeeded()]));
    server
}

/// The hints of a run, each a line.
#[track_caller]
fn hints(bench: &Bench, arguments: &[&str], code: u8) -> Vec<String> {
    let outcome = bench.run(arguments).expect(code);
    assert_eq!(outcome.stderr.matches("error: ").count(), 1, "{outcome:#?}");
    outcome.stderr.lines().filter_map(|line| line.strip_prefix("hint: ").map(str::to_owned)).collect()
}

#[track_caller]
fn says(hints: &[String], part: &str) {
    assert!(hints.iter().any(|hint| hint.contains(part)), "{part:?} is not in {hints:#?}");
}

#[test]
fn a_refused_login_names_the_source_of_the_credential() {
    each(|simulation| {
        let server = server(simulation);
        let id = simulation.id(1);
        let name = simulation.backend();
        let bench = Bench::new(&[&server]).env("SIM_PASSWORD", "wr0ng");
        says(&hints(&bench, &["get", name, &id], 4), &format!("password_env SIM_PASSWORD of profile {name}"));
        let lines = server.profile(name).replace("password_env = \"SIM_PASSWORD\"\n", "");
        let bench = Bench::with_config(&lines).env("TASKCTL_PASSWORD", "wr0ng");
        says(&hints(&bench, &["get", name, &id], 4), "TASKCTL_PASSWORD");
    });
}

#[test]
fn a_rejected_session_names_the_source_too() {
    each(|simulation| {
        if !simulation.has_sessions() {
            return;
        }
        let server = server(simulation);
        server.faults(Some(RequestKind::Read), 0, 1000, Fault::ExpireSessions);
        let bench = Bench::new(&[&server]);
        let hints = hints(&bench, &["get", simulation.backend(), &simulation.id(1)], 4);
        says(&hints, "password_env SIM_PASSWORD");
    });
}

#[test]
fn a_web_page_in_the_place_of_json_may_not_be_the_apis_address() {
    each(|simulation| {
        for status in [200, 404] {
            let server = server(simulation);
            server.faults(None, 0, 1000, Fault::web_page(status));
            let arguments = ["get", simulation.backend(), &simulation.id(1), "--retry-for", "0"];
            let outcome = Bench::new(&[&server]).run(&arguments);
            assert_ne!(outcome.code, 0, "{outcome:?}");
            let text = &outcome.stderr;
            let helps = text.contains("may not be the API's address") || text.contains("check `url`");
            assert!(helps, "{} {status}: {outcome:#?}", simulation.backend());
        }
    });
}

#[test]
fn a_task_that_vcda_does_not_have_may_be_of_the_other_role_or_of_another_site() {
    let vcda = simulation("vcda");
    let server = server(vcda);
    let bench = Bench::new(&[&server]);
    let hints_here = hints(&bench, &["get", "vcda", &vcda.id(9)], 5);
    says(&hints_here, "the Manager service (8441, 8044)");
    says(&hints_here, "--site SITE");
    let hints_there = hints(&bench, &["get", "vcda", &vcda.id(9), "--site", "site1"], 5);
    says(&hints_there, "looked for at `site` site1");
}

#[test]
fn an_unknown_name_offers_the_nearest() {
    let config = "[profiles.vc-prod]\nbackend = \"vcenter\"\nurl = \"https://127.0.0.1:1\"\n\
                  username = \"u\"\npassword_env = \"SIM_PASSWORD\"\n";
    let bench = Bench::with_config(config);
    says(&hints(&bench, &["get", "vcenter", "x", "-p", "vc-prd"], 2), "did you mean \"vc-prod\"?");
    says(&hints(&bench, &["get", "vc-prd/x"], 2), "did you mean \"vc-prod\"?");
    says(&hints(&bench, &["get", "vcentre/x"], 2), "did you mean \"vcenter\"?");
    says(&hints(&bench, &["get", "vcenter", "x", "--field", "stat"], 2), "did you mean `state`?");
    let bench = Bench::with_config(&config.replace("username", "user_name"));
    says(&hints(&bench, &["get", "vcenter", "x"], 2), "did you mean `username`?");
    let bench = Bench::with_config(&config.replace("\"vcenter\"", "\"vcentre\""));
    says(&hints(&bench, &["get", "vc-prod/x"], 2), "did you mean \"vcenter\"?");
}

#[test]
fn no_credentials_at_all_names_the_ways() {
    each(|simulation| {
        let mut server = server(simulation);
        server.may_stay_uncalled();
        let lines = server.profile(simulation.backend()).replace("password_env = \"SIM_PASSWORD\"\n", "");
        let hints = hints(&Bench::with_config(&lines), &["get", simulation.backend(), &simulation.id(1)], 2);
        says(&hints, "password_command");
        says(&hints, "--password-file");
    });
}
