//! Whoever does not know the program yet is told the next thing to type, and typing that is right.

use taskctl::api::BACKENDS;

use crate::harness::Bench;

/// What standard error says, after exit code 2 and nothing on standard output.
fn told(bench: &Bench, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let outcome = bench.run(&words).expect(2);
    assert_eq!(outcome.stdout, "", "{line}");
    outcome.stderr
}

const PROFILE: &str = "[profiles.dr]\nbackend = \"vcda\"\nurl = \"https://dr.example.com:8046\"\nusername = \"a\"\npassword_env = \"SIM_PASSWORD\"\n";

#[test]
fn the_name_alone_gets_the_first_lines() {
    let backends: Vec<&str> = BACKENDS.iter().map(|backend| backend.name).collect();
    let backends = format!("\nBackends: {}\n", backends.join(", "));
    for line in ["", "-v", "--color never"] {
        let told = told(&Bench::with_config(""), line);
        assert!(told.contains("\n  taskctl get BACKEND ID "), "{told}");
        assert!(told.contains("\n  taskctl watch BACKEND ID "), "{told}");
        assert!(told.contains(&backends), "{told}");
        assert!(told.contains("taskctl --help"), "{told}");
        assert!(told.lines().count() < 12, "{told}");
        assert!(told.lines().all(|line| line.len() <= 80), "{told}");
    }
}

#[test]
fn words_in_another_order_are_put_right() {
    let cases = [
        ("get -- velo t-4", "type `taskctl get velostrata t-4`"),
        ("vcda get X", "type `taskctl get vcda X`"),
        ("vcda X", "type `taskctl get vcda X`"),
        ("velo watch t-4 --timeout 2h", "type `taskctl watch velo t-4 --timeout 2h`"),
        ("-p a vcda get X -o json", "type `taskctl get vcda -p a X -o json`"),
        ("ecs", "type `taskctl get ecs 10.1.83.70/CREATE`"),
        ("get X vcda", "type `taskctl get vcda X`"),
        ("watch X vcda Y", "type `taskctl watch vcda X Y`"),
        ("watch vcda get X", "type `taskctl watch vcda X` or `taskctl get vcda X`"),
        ("get vcda get X", "type `taskctl get vcda X`"),
        ("dr/x", "type `taskctl get dr/x` to read it, or `taskctl watch dr/x` to follow it"),
    ];
    for (line, hint) in cases {
        let told = told(&Bench::with_config(PROFILE), line);
        assert!(told.starts_with("error: "), "{line}: {told}");
        assert!(told.contains(&format!("\nhint: {hint}\n")), "{line}: {told}");
    }
}

#[test]
fn a_slip_is_answered_with_the_nearest() {
    let cases = [
        ("get vdca X", "did you mean `taskctl get vcda X`?"),
        ("watch velostrate t-4", "did you mean `taskctl watch velostrata t-4`?"),
        ("gte vcda X", "did you mean `taskctl get vcda X`?"),
        ("wach vcda X", "did you mean `taskctl watch vcda X`?"),
        ("completion bash", "did you mean `taskctl completions bash`?"),
        ("vdca X", "did you mean the backend vcda? A verb goes before it: `taskctl get vcda X`"),
        ("get drr/1", "did you mean \"dr\"?"),
        ("get vcda X -p drr", "did you mean \"dr\"?"),
        ("get dr/1 --field progres.percent", "did you mean `progress.percent`?"),
    ];
    for (line, hint) in cases {
        let told = told(&Bench::with_config(PROFILE), line);
        assert!(told.contains(hint), "{line}: {told}");
    }
}

#[test]
fn what_is_like_nothing_gets_the_list() {
    let told = |line| told(&Bench::with_config(PROFILE), line);
    let backends = "the backends are velostrata, vcda, vcenter, snapservice, ecs";
    assert!(told("get qqq x").contains(backends));
    assert!(told("get qqq/x").contains(backends));
    assert!(told("get qqq/x").contains("the profiles are dr"));
    assert!(told("frobnicate").contains("the verbs are get, watch, "), "{}", told("frobnicate"));
    let fields = told("get dr/x --field qqqqqq");
    assert!(fields.contains("known fields: schema, ref, backend, profile, id, name, state, "), "{fields}");
}

#[test]
fn what_is_missing_is_named() {
    for backend in taskctl::api::backends() {
        for verb in ["get", "watch"] {
            let told = told(&Bench::with_config(PROFILE), &format!("{verb} {}", backend.name));
            let line = format!("type `taskctl {verb} {} {}`", backend.name, backend.example_id);
            assert!(told.contains(&line), "{told}");
        }
    }
    let told = |line| told(&Bench::with_config(PROFILE), line);
    assert!(
        told("get").contains("`taskctl get velostrata t-4`, or `taskctl get PROFILE ID`"),
        "{}",
        told("get")
    );
    let id = told("get f61d60d2");
    assert!(id.contains("type `taskctl get PROFILE f61d60d2` or `taskctl get BACKEND f61d60d2`"), "{id}");
}

#[test]
fn an_ecs_operation_alone_is_explained() {
    let config = "[profiles.lab]\nbackend = \"ecs\"\nurl = \"https://ecs.example.com:4443\"\nusername = \"a\"\npassword_env = \"SIM_PASSWORD\"\n";
    for line in ["get ecs CREATE", "get lab/CREATE"] {
        let told = told(&Bench::with_config(config), line);
        assert!(told.contains("an operation names a task only together with its data store"), "{told}");
        assert!(
            told.contains("hint: give STORE/OP, or --data-store STORE, or `data_store` in the profile"),
            "{told}"
        );
    }
}

#[test]
fn without_any_configuration_the_two_ways_on_are_told() {
    let bench = Bench::with_config("");
    let home = bench.path("nowhere").to_string_lossy().into_owned();
    let bench = bench.env("TASKCTL_CONFIG", "").env("HOME", &home).env("XDG_CONFIG_HOME", &home);
    for backend in taskctl::api::backends() {
        let told = told(&bench, &format!("get {} {}", backend.name, backend.example_id));
        assert!(told.starts_with("error: there is no configuration yet: "), "{told}");
        assert!(told.contains(&format!("--url {} --username ", backend.example_url)), "{told}");
    }
    let line = "get vcda f61d60d2-698a-46dc-a266-88df27644956 --url https://127.0.0.1:9 --username x";
    let without_secret = told(&bench, line);
    assert!(
        without_secret.contains("\nhint: set TASKCTL_PASSWORD, or give --password-file "),
        "{without_secret}"
    );
    assert!(told(&bench, "get dr/x").contains("the backends are "), "{}", told(&bench, "get dr/x"));
}

#[test]
fn help_says_what_each_verb_does() {
    let bench = Bench::with_config("");
    for (line, about) in [
        (&["--help"][..], env!("CARGO_PKG_DESCRIPTION")),
        (&["get", "--help"], "Read tasks once and print them"),
        (&["watch", "-h"], "Follow tasks until they end; the outcome is the exit code"),
        (&["get", "vcda", "-h"], "VMware Cloud Director Availability"),
    ] {
        let help = bench.run(line).expect(0).stdout;
        assert!(help.starts_with(about), "{help}");
        assert!(!help.contains("__complete"), "{help}");
    }
}
