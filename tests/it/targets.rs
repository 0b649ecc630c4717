//! A profile's name stands wherever a backend's does; several systems are listed side by side; whatever runs is followed.

use std::time::Duration;

use serde_json::Value;

use crate::harness::Bench;
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, SIMULATIONS, Simulation, simulation};

/// A server with some tasks, and the profile `my-BACKEND` for it.
fn named(simulation: &'static dyn Simulation, stories: &[(usize, Vec<Truth>)]) -> (Server, String) {
    let server = Server::start(simulation);
    for (number, truths) in stories {
        server.world().add(Story::new(&simulation.id(*number), truths.clone()));
    }
    let name = format!("my-{}", simulation.backend());
    (server, name)
}

fn bench(servers: &[(Server, String)]) -> Bench {
    let profiles: String = servers.iter().map(|(server, name)| server.profile(name)).collect();
    Bench::with_config(&profiles).reaching(&servers.iter().map(|(server, _)| server).collect::<Vec<_>>())
}

fn references(document: &Value) -> Vec<&str> {
    document.as_array().expect("an array").iter().filter_map(|task| task["ref"].as_str()).collect()
}

#[test]
fn a_profiles_name_stands_wherever_a_backends_does() {
    for simulation in SIMULATIONS {
        let server = named(*simulation, &[(1, vec![Truth::succeeded()])]);
        let (name, id) = (server.1.clone(), simulation.id(1));
        let bench = bench(std::slice::from_ref(&server));
        let reference = format!("{name}/{id}");
        for line in [
            vec!["get", &name, &id],
            vec!["get", "-p", &name, &id],
            vec!["-p", &name, "get", &id],
            vec!["get", &format!("-p{name}"), &id],
            vec!["get", &format!("--profile={name}"), &id],
            vec!["watch", &name, &id, "--timeout", "1h"],
            vec!["watch", &name, &reference],
            vec!["get", "-p", &name, &reference],
        ] {
            let outcome = bench.run(&[line.as_slice(), &["-o", "json"]].concat()).expect(0);
            assert_eq!(outcome.json()["ref"], reference, "{line:?}");
        }
        bench.run(&["doctor", &name]).expect(0);
        let listed =
            bench.run(&[&["list", &name, "--all", "-o", "json"], simulation.list_flags()].concat()).expect(0);
        assert_eq!(references(&listed.json()), [reference.as_str()]);
        let listed = bench
            .run(&[&["list", "-p", &name, "--all", "-o", "json"], simulation.list_flags()].concat())
            .expect(0);
        assert_eq!(references(&listed.json()), [reference.as_str()]);
        let help = bench.run(&["get", &name, "--help"]).expect(0).stdout;
        assert!(help.contains(&format!("Usage: taskctl get {name} [OPTIONS] <ID>...")), "{help}");
    }
}

#[test]
fn a_profile_has_the_flags_of_its_backend() {
    let server = named(simulation("ecs"), &[(1, vec![Truth::succeeded()])]);
    let bench = bench(std::slice::from_ref(&server));
    let id = simulation("ecs").id(1);
    let (store, operation) = id.split_once('/').expect("a data store and an operation");
    for line in [
        ["get", "my-ecs", operation, "--data-store", store],
        ["get", operation, "--data-store", store, "-pmy-ecs"],
    ] {
        bench.run(&line).expect(0);
    }
    let refused = bench.run(&["get", "my-ecs", operation, "--site", "x"]).expect(2);
    assert!(refused.stderr.contains("unexpected argument '--site'"), "{}", refused.stderr);
}

#[test]
fn an_unknown_target_is_answered_with_the_nearest_and_a_broken_profile_with_its_mistake() {
    let mut server = named(simulation("vcda"), &[]);
    let config =
        format!("{}[profiles.bad]\nbackend = \"vcdaa\"\nurl = \"https://h\"\n", server.0.profile("dr"));
    let bench = Bench::with_config(&config);
    server.0.may_stay_uncalled();
    let told = |line: &[&str]| bench.run(line).expect(2).stderr;
    assert!(
        told(&["get", "drr", "x"]).contains("did you mean `taskctl get dr x`?"),
        "{}",
        told(&["get", "drr", "x"])
    );
    let unknown = told(&["list", "qqq"]);
    assert!(unknown.contains("unknown target \"qqq\": neither a profile nor a backend"), "{unknown}");
    assert!(unknown.contains("the profiles are dr; the backends are velostrata, "), "{unknown}");
    assert!(told(&["dr", "get", "x"]).contains("type `taskctl get dr x`"), "{}", told(&["dr", "get", "x"]));
    for line in [&["get", "bad", "x"][..], &["list", "bad"], &["list", "dr", "bad"]] {
        assert!(told(line).contains("vcdaa"), "{}", told(line));
    }
    let two = told(&["get", "dr", "x", "-p", "other"]);
    assert!(two.contains("dr and -p other are two profiles"), "{two}");
    let broken = Bench::with_config("[profiles.dr\n");
    assert!(broken.run(&["get", "dr", "x"]).expect(2).stderr.contains("this is not TOML"));
}

#[test]
fn all_profiles_are_listed_side_by_side_and_what_cannot_be_asked_is_named() {
    let truths = || vec![(1, vec![Truth::running(40)]), (2, vec![Truth::succeeded()])];
    let servers = ["velostrata", "vcda", "snapservice"].map(|backend| named(simulation(backend), &truths()));
    let bench = bench(&servers);
    let all = bench.run(&["list", "-A", "--all", "-o", "json"]).expect(0);
    assert_eq!(references(&all.json()).len(), 6);
    let table = bench.run(&["list", "-A", "--all"]).expect(0).stdout;
    assert_eq!(table.lines().count(), 7, "one table: {table}");
    let two = bench.run(&["list", "my-vcda", "my-snapservice", "-o", "json"]).expect(0).json();
    assert!(references(&two).iter().all(|reference| !reference.starts_with("my-velo")), "{two}");
    assert_eq!(references(&two).len(), 4);
    let lines = bench.run(&["list", "-A", "--state", "running", "--field", "profile"]).expect(0).stdout;
    let mut profiles: Vec<&str> = lines.lines().collect();
    profiles.sort_unstable();
    assert_eq!(profiles, ["my-snapservice", "my-vcda", "my-velostrata"]);

    servers[1].0.fault(Fault::status(403));
    let outcome = bench.run(&["list", "-A", "--all", "-o", "json"]).expect(4);
    assert_eq!(references(&outcome.json()).len(), 4, "what the others said is there");
    assert!(outcome.stderr.contains("error: cannot list the tasks of my-vcda ("), "{}", outcome.stderr);
    for (server, _) in &servers {
        assert_eq!(server.sessions().live(), 0);
    }
}

#[test]
fn a_profile_without_its_secret_does_not_keep_others_from_being_listed() {
    let server = named(simulation("vcda"), &[(1, vec![Truth::running(40)])]);
    let config = format!(
        "{}[profiles.b]\nbackend = \"velostrata\"\nurl = \"https://h.example.com\"\nusername = \"a\"\n\
         password_env = \"NOT_SET\"\n[profiles.c]\nbackend = \"nonsense\"\nurl = \"https://h\"\n",
        server.0.profile("dr")
    );
    let outcome = Bench::with_config(&config).reaching(&[&server.0]).run(&["list", "-A", "--field", "ref"]);
    let stderr = outcome.stderr.clone();
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:?}");
    assert!(stderr.contains("error: cannot ask b") && stderr.contains("NOT_SET"), "{stderr}");
    assert!(stderr.contains("nonsense"), "{stderr}");
    outcome.expect(2);
}

#[test]
fn a_list_is_sorted_by_a_field() {
    let percents = [60, 5, 40, 100];
    let server = named(simulation("vcda"), &[]);
    for (number, percent) in percents.into_iter().enumerate() {
        let (id, age) = (simulation("vcda").id(number), [7, 50, 3, 9][number]);
        server.0.world().add(Story::new(&id, vec![Truth::running(percent)]).age(age));
    }
    let bench = bench(std::slice::from_ref(&server));
    let sorted = |field: &str| {
        let line = ["list", "my-vcda", "--field", "progress.percent", "--sort", field];
        bench
            .run(&line)
            .expect(0)
            .stdout
            .lines()
            .map(|line| line.parse::<f64>().expect("a number"))
            .collect::<Vec<_>>()
    };
    assert_eq!(sorted("progress.percent"), [5.0, 40.0, 60.0, 100.0]);
    assert_eq!(sorted("-progress.percent"), [100.0, 60.0, 40.0, 5.0]);
    assert_eq!(sorted("-startedAt"), [40.0, 60.0, 100.0, 5.0]);
    assert_eq!(sorted("startedAt"), [5.0, 100.0, 60.0, 40.0]);
    let told = bench.run(&["list", "my-vcda", "--sort", "percent"]).expect(2).stderr;
    assert!(told.contains("did you mean `progress.percent`?"), "{told}");
}

#[test]
fn a_watched_list_prints_what_changed_and_ends_when_the_server_is_lost() {
    let mut server =
        named(simulation("vcda"), &[(1, vec![Truth::running(40)]), (2, vec![Truth::running(10); 9])]);
    let id = simulation("vcda").id(1);
    server.0.world().forget(&id);
    server.0.world().add(Story::new(&id, vec![Truth::running(40), Truth::running(40), Truth::succeeded()]));
    server.0.faults(Some(RequestKind::Read), 5, usize::MAX, Fault::status(503));
    let bench = bench(std::slice::from_ref(&server));
    let outcome = bench.run(&["list", "my-vcda", "--watch", "--field", "id,state"]).expect(7);
    let mut lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.pop(), Some(format!("{id}\tsucceeded").as_str()), "{outcome:?}");
    assert_eq!(lines.len(), 2, "each task once, and the change: {outcome:?}");
    assert!(outcome.took >= Duration::from_secs(300), "{outcome:?}");
    assert_eq!(server.0.sessions().live(), 0);
    server.0.may_stay_uncalled();
    for format in ["json", "yaml"] {
        bench.run(&["list", "my-vcda", "--watch", "-o", format]).expect(2);
    }
    bench.run(&["list", "my-vcda", "--interval", "5s"]).expect(2);
}

#[test]
fn whatever_runs_is_followed_by_one_word() {
    for simulation in SIMULATIONS {
        let stories = [
            (1, vec![Truth::running(40), Truth::running(60), Truth::succeeded()]),
            (2, vec![Truth::running(10), Truth::succeeded()]),
            (3, vec![Truth::succeeded()]),
        ];
        let server = named(*simulation, &stories);
        let bench = bench(std::slice::from_ref(&server));
        let name = server.1.as_str();
        let outcome = bench
            .run(&[&["watch", name, "--running", "-o", "json"], simulation.list_flags()].concat())
            .expect(0);
        let mut followed = references(&outcome.json()).join(" ");
        assert!(outcome.json().as_array().expect("an array").iter().all(|task| task["state"] == "succeeded"));
        assert!(!followed.contains(&simulation.id(3)), "{followed}");
        followed = followed.replace(&simulation.id(1), "").replace(&simulation.id(2), "");
        assert_eq!(followed, format!("{name}/ {name}/"));

        let none = bench.run(&[&["watch", name, "--running"], simulation.list_flags()].concat()).expect(0);
        assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("", "nothing is running there\n"));
        let none = bench
            .run(&[&["watch", name, "--running", "-o", "json"], simulation.list_flags()].concat())
            .expect(0);
        assert_eq!(none.json(), serde_json::json!([]));
        assert_eq!(server.0.sessions().live(), 0, "{name}");
    }
}

#[test]
fn what_runs_can_be_narrowed_by_the_filters_of_list() {
    let server = named(
        simulation("vcda"),
        &[
            (1, vec![Truth::running(40), Truth::succeeded()]),
            (2, vec![Truth::running(10), Truth::succeeded()]),
        ],
    );
    let bench = bench(std::slice::from_ref(&server));
    let one = bench.run(&["watch", "my-vcda", "--running", "--limit", "1", "--field", "id"]).expect(0);
    assert_eq!(one.stdout.lines().count(), 1, "{one:?}");
    let told = |line: &[&str]| bench.run(line).expect(2).stderr;
    assert!(
        told(&["watch", "my-vcda", "x", "--limit", "1"]).contains("--limit is of no use without --running")
    );
    assert!(told(&["watch", "my-vcda", "x", "--running"]).contains("give either ids or --running"));
    assert!(told(&["watch", "--running"]).contains("--running needs one target"));
    let missing = told(&["watch", "my-vcda"]);
    assert!(
        missing.contains("missing task id: which task of my-vcda?") && missing.contains("--running"),
        "{missing}"
    );
}

#[test]
fn to_watch_an_empty_list_is_a_success_and_to_read_one_is_not() {
    let mut server = named(simulation("vcda"), &[]);
    server.0.may_stay_uncalled();
    let mut bench = bench(std::slice::from_ref(&server));
    for input in ["", "\n", "[]\n"] {
        input.clone_into(&mut bench.stdin);
        let outcome = bench.run(&["watch", "-"]).expect(0);
        let word = "standard input names no task: there is nothing to watch\n";
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", word));
        bench.run(&["get", "-"]).expect(2);
        bench.run(&["cancel", "-y", "-"]).expect(2);
    }
}

#[test]
fn a_pin_may_be_given_as_a_flag() {
    let bench = Bench::with_config("");
    let pin = format!("SHA-256:{}", ["AB"; 32].join(":"));
    let line = [
        "get",
        "velo",
        "t-1",
        "--url",
        "https://127.0.0.1:9",
        "--username",
        "x",
        "--password-file",
        "/dev/null",
    ];
    let told = bench.run(&[&line[..], &["--tls-pin", "nonsense"]].concat()).expect(2).stderr;
    assert!(told.contains("--tls-pin"), "{told}");
    let told = bench.run(&[&line[..], &["--tls-pin", &pin, "--insecure"]].concat()).expect(2).stderr;
    assert!(told.contains("cannot be used with"), "{told}");
}

#[test]
fn profiles_are_added_edited_and_removed_and_comments_stay() {
    const FILE: &str = "# mine\n[profiles.a] # first\nbackend = \"vcda\"\nurl = \"https://a.example.com\"\n\
                        username = \"u\"\npassword_env = \"A\"\n";
    let bench = Bench::with_config(FILE);
    let file = || std::fs::read_to_string(bench.path("config.toml")).expect("the file");
    let added = [
        "config",
        "add",
        "b",
        "--backend",
        "velostrata",
        "--url",
        "https://b.example.com",
        "--set",
        "password_env=B",
    ];
    let outcome = bench.run(&added).expect(0);
    assert!(outcome.stderr.contains("next: taskctl doctor b"), "{outcome:?}");
    let expected =
        "\n[profiles.b]\nbackend = \"velostrata\"\nurl = \"https://b.example.com\"\npassword_env = \"B\"\n";
    assert_eq!(file().replace("username = \"apiuser\"\n", ""), format!("{FILE}{expected}"));
    let listed = bench.run(&["config", "list"]).expect(0).stdout;
    assert!(listed.contains("a ") && listed.contains("b "), "{listed}");
    bench.run(&added).expect(2);
    let broken = ["config", "add", "c", "--backend", "vcda", "--url", "ftp://c", "--username", "x"];
    bench.run(&broken).expect(2);
    let unknown = [
        "config",
        "add",
        "c",
        "--backend",
        "vcda",
        "--url",
        "https://c",
        "--username",
        "x",
        "--set",
        "sight=1",
    ];
    assert!(bench.run(&unknown).expect(2).stderr.contains("site"));
    let missing = bench.run(&["config", "add", "c"]).expect(2).stderr;
    assert!(missing.contains("--backend is missing, and there is no terminal to ask on"), "{missing}");
    bench.run(&["config", "remove", "b"]).expect(0);
    assert_eq!(file(), FILE);
    assert!(bench.run(&["config", "remove", "aa"]).expect(2).stderr.contains("did you mean \"a\"?"));

    assert!(bench.run(&["config", "edit"]).expect(2).stderr.contains("$VISUAL and $EDITOR are not set"));
    let script = bench.path("editor");
    let edit = |command: &str| {
        std::fs::write(&script, format!("#!/bin/sh\n{command}\n")).expect("a script");
        format!("sh {}", script.display())
    };
    let bench = Bench::with_config(FILE).env("EDITOR", &edit("echo '# more' >> \"$1\""));
    let file = || std::fs::read_to_string(bench.path("config.toml")).expect("the file");
    bench.run(&["config", "edit"]).expect(0);
    assert_eq!(file(), format!("{FILE}# more\n"));
    edit("echo '[x' >> \"$1\"");
    let outcome = bench.run(&["config", "edit"]).expect(2);
    assert!(outcome.stderr.contains("the file is as it was; what you wrote is in "), "{outcome:?}");
    assert_eq!(file(), format!("{FILE}# more\n"));
}
