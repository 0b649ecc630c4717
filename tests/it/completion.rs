//! What `taskctl __complete` offers: what only the configuration and the servers know. The scripts that ask it are in
//! `shells.rs`.

use crate::harness::{Bench, Outcome};
use crate::sim::server::{Fault, Response, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{PASSWORD, RequestKind, SIMULATIONS, Simulation, simulation};

pub const CONFIG: &str = "default_profile = \"dr\"\n\
    [profiles.dr]\nbackend = \"vcda\"\nurl = \"https://dr.example.com\"\npassword = \"Gehe1m-hier\"\n\
    [profiles.dr-test]\nbackend = \"nonsense\"\n\
    [profiles.\"two words\"]\nbackend = \"ecs\"\n\
    [profiles.velo-x]\nbackend = \"velostrata\"\nurl = \"https://velo.example.com\"\n";

fn complete(bench: &Bench, words: &[&str]) -> Outcome {
    let outcome = bench.run(&[&["__complete", "--"], words].concat()).expect(0);
    assert_eq!(outcome.stderr, "", "{words:?}");
    outcome
}

/// The words that are offered, without what they mean.
fn offered(bench: &Bench, words: &[&str]) -> Vec<String> {
    let word = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    complete(bench, words).stdout.lines().map(word).collect()
}

/// Lets a bench's profiles complete ids.
pub fn willing(bench: Bench) -> Bench {
    let state = bench.path("state").to_string_lossy().into_owned();
    bench.env("TASKCTL_COMPLETE_IDS", "true").env("XDG_STATE_HOME", &state)
}

/// A server with running tasks of these ids, the first the newest, and a bench that may ask it for them.
fn serve(simulation: &'static dyn Simulation, ids: &[&str]) -> (Server, Bench) {
    let server = Server::start(simulation);
    for (age, id) in (100..).zip(ids) {
        server.world().add(Story::new(id, vec![Truth::running(40)]).age(age));
    }
    let bench = willing(Bench::new(&[&server]));
    (server, bench)
}

/// As [`serve`], where nothing may be sent.
fn serve_nobody(simulation: &'static dyn Simulation) -> (Server, Bench) {
    let id = simulation.id(0);
    let (mut server, bench) = serve(simulation, &[&id]);
    server.may_stay_uncalled();
    (server, bench)
}

/// The marks that there are.
fn marks(bench: &Bench) -> usize {
    std::fs::read_dir(bench.path("state").join("taskctl").join("marks")).map_or(0, Iterator::count)
}

#[track_caller]
fn all_closed(server: &Server) {
    assert_eq!(server.sessions().live(), 0, "{}: sessions left open", server.simulation().backend());
    assert_eq!(server.sessions().opened(), server.sessions().closed() + server.sessions().expired());
}

#[test]
fn profiles_are_named_and_nothing_else_is_said() {
    let bench = Bench::with_config(CONFIG);
    let outcome = complete(&bench, &["get", "-p", ""]);
    let vcda = "VMware Cloud Director Availability";
    let velo = "Velostrata, later Migrate for Compute Engine 4.x";
    assert_eq!(outcome.stdout, format!("dr\t{vcda}\ndr-test\nvelo-x\t{velo}\n"));
    let broken = Bench::with_config("[profiles.dr\n");
    assert_eq!(complete(&broken, &["get", "-p", ""]).stdout, "");
    let missing = Bench::with_config("").env("TASKCTL_CONFIG", "/no/such/file");
    assert_eq!(complete(&missing, &["get", "-p", ""]).stdout, "");
    for nothing in [&["nonsense"][..], &["get", "vcda", "--nonsense"], &["get", "vcda", "--timeout=", "-x"]] {
        assert_eq!(complete(&bench, nothing).stdout, "", "{nothing:?}");
    }
}

#[test]
fn each_word_of_a_line_is_offered_what_belongs_there() {
    let bench = Bench::with_config(CONFIG);
    let cases: [(&[&str], &[&str]); 22] = [
        (&["-p", "d"], &["dr", "dr-test"]),
        (&["get", "--profile=v"], &["--profile=velo-x"]),
        (&["config", "show", "dr-"], &["dr-test"]),
        (&["config", "list", "dr-"], &[]),
        (&["get", "v"], &["velostrata", "vcda", "vcenter", "vsphere", "vcd", "velo-x"]),
        (&["wait", "-o", "json", "d"], &["dr", "dr-test/"]),
        (&["list", "d"], &["dr"]),
        (&["get", "dr", "--si"], &["--site"]),
        (&["doctor", "velo-"], &["velo-x"]),
        (&["watch", "dr/1", "v"], &["velo-x/"]),
        (&["cancel", "v"], &["velostrata", "vcenter", "vsphere", "vcd", "velo-x"]),
        (&["cancel", "dr"], &["dr-test/"]),
        (&["get", "vcda", "--field", "progress.p"], &["progress.percent"]),
        (&["get", "vcda", "--field=state,progress.p"], &["--field=state,progress.percent"]),
        (&["watch", "ecs", "--for", "s"], &["succeeded"]),
        (&["watch", "ecs", "--for", "running,pro"], &["running,progress>="]),
        (&["list", "ecs", "--state", "failed,fai"], &["failed,failing"]),
        (&["get", "vcda", "--timeout", ""], &[]),
        // The file says nothing of ids, so nobody is asked.
        (&["get", "dr/"], &[]),
        (&["get", "vcda", "f6"], &[]),
        (&["list", "vcenter", "5"], &[]),
        (&["get", "https://dr.example.com/tasks/"], &[]),
    ];
    for (words, expected) in cases {
        assert_eq!(offered(&bench, words), expected, "{words:?}");
    }
    let other = bench.path("other.toml");
    std::fs::write(&other, "[profiles.elsewhere]\nbackend = \"vcda\"\n").expect("a file");
    let other = other.to_string_lossy();
    assert_eq!(offered(&bench, &["--config", &other, "get", "-p", "e"]), ["elsewhere"]);
    assert_eq!(offered(&bench, &["get", &format!("--config={other}"), "e"]), ["ecs", "elsewhere"]);
}

#[test]
fn verbs_backends_flags_and_their_values_are_offered_with_what_they_mean() {
    let bench = Bench::with_config("");
    for (words, expected) in [
        (&["ge"][..], &["get"][..]),
        (&["c"], &["cancel", "config", "completions"]),
        (&["-q", "--color", "always", "sc"], &["schema"]),
        (&["config", "va"], &["validate"]),
        (&["get", "velo"], &["velostrata"]),
        // An alias is offered where it alone fits, and what it stands for takes the same.
        (&["get", "ci"], &["cis"]),
        (&["wai"], &["wait"]),
        (&["wait", "snapse"], &["snapservice"]),
        (&["get", "cis", "--ret"], &["--return-all", "--retry-for"]),
        (&["list", "snap", "--state", "succ"], &["succeeded"]),
        (&["cancel", "velo", "-y", "--ti"], &["--timeout", "--timeout-exit-code"]),
        (&["get", "ecs", "1", "--data"], &["--data-store"]),
        (&["get", "vcda", "--data"], &[]),
        (&["get", "vcda", "-o", "js"], &["json", "jsonl"]),
        (&["get", "vcda", "--output=y"], &["--output=yaml"]),
        (&["get", "vcda", "-woy"], &["-woyaml"]),
        (&["get", "vcda", "-ww"], &[]),
        (&["get", "--", "v"], &[]),
        (&["completions", "po"], &["powershell"]),
        (&["config", "init", "--backend", "ec"], &["ecs"]),
        (&["--config", ""], &["*"]),
        (&["get", "vcda", "--ca-file="], &["*"]),
        // As from Windows PowerShell, which cannot hand over an empty word.
        (&["schema", "\"\""], &["task", "event"]),
        (&["__comp"], &[]),
    ] {
        assert_eq!(offered(&bench, words), expected, "{words:?}");
    }
    let all = offered(&bench, &[""]);
    let verbs: Vec<String> =
        taskctl::cli::command().get_subcommands().map(|verb| verb.get_name().into()).collect();
    assert_eq!(all, [verbs, vec!["help".to_owned()]].concat());
    assert_eq!(offered(&bench, &[]), all);
    let formats = complete(&bench, &["get", "vcda", "-o", "y"]).stdout;
    assert_eq!(formats, "yaml\tAs json\n");
}

#[test]
fn ids_come_from_one_session_that_is_for_this_alone() {
    for simulation in SIMULATIONS.iter().filter(|simulation| simulation.list_flags().is_empty()) {
        let backend = simulation.backend();
        let ids: Vec<String> = (0..3).map(|number| simulation.id(number)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (server, bench) = serve(*simulation, &ids);
        let outcome = complete(&bench, &["get", backend, ""]);
        let first = outcome.stdout.lines().next().expect("an id").to_owned();
        assert!(first.starts_with(&format!("{}\trunning 40%", ids[0])), "{first}");
        let words: Vec<&str> = outcome.stdout.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(words, ids, "{backend}: the newest first");
        assert_eq!(server.count(RequestKind::Read), 1, "{backend}");
        assert!(server.count(RequestKind::Login) <= 1, "{backend}");
        all_closed(&server);
        // A reference, behind a task that is named already, begun.
        let named = format!("{backend}/{}", ids[1]);
        let begun = format!("{backend}/{}", &ids[0][..1]);
        let rest = [0, 2].map(|number| format!("{backend}/{}", ids[number]));
        assert_eq!(offered(&bench, &["watch", &named, &begun]), rest, "{backend}");
        assert!(offered(&bench, &["watch", backend, "zzz"]).is_empty());
        assert_eq!(marks(&bench), 0, "{backend}");
        all_closed(&server);
    }
}

#[test]
fn nobody_is_asked_for_ids_unless_the_configuration_says_so() {
    for simulation in SIMULATIONS {
        let (server, bench) = serve_nobody(*simulation);
        let unwilling = bench.env("TASKCTL_COMPLETE_IDS", "false");
        assert_eq!(complete(&unwilling, &["get", simulation.backend(), ""]).stdout, "");
        assert!(server.requests().is_empty());
    }
    let velostrata = simulation("velostrata");
    for place in ["[defaults]", "[profiles.velostrata]"] {
        let server = Server::start(velostrata);
        server.world().add(Story::new("t-7", vec![Truth::running(40)]));
        let profile = server.profile("velostrata");
        let config = match place {
            "[defaults]" => format!("[defaults]\ncomplete_ids = true\n{profile}"),
            _ => format!("{profile}complete_ids = true\n"),
        };
        let bench = Bench::with_config(&config);
        let state = bench.path("state").to_string_lossy().into_owned();
        assert_eq!(offered(&bench.env("XDG_STATE_HOME", &state), &["get", "velo/"]), ["velo/t-7"], "{place}");
    }
}

#[test]
fn nobody_is_asked_where_a_list_is_not_cheap_or_the_verb_is_not_there() {
    let (server, bench) = serve_nobody(simulation("vcenter"));
    assert_eq!(complete(&bench, &["get", "vcenter", ""]).stdout, "");
    assert!(server.requests().is_empty());
    let (server, bench) = serve_nobody(simulation("vcda"));
    assert_eq!(complete(&bench, &["cancel", "vcda", ""]).stdout, "");
    assert_eq!(
        complete(&bench, &["get", "vcda", "a b"]).stdout,
        "",
        "no id that is offered begins like this"
    );
    assert!(server.requests().is_empty());
    let (mut server, _) = serve_nobody(simulation("ecs"));
    let without: String = server
        .profile("ecs")
        .lines()
        .filter(|line| !line.contains("data_store"))
        .map(|line| format!("{line}\n"))
        .collect();
    let bench = willing(Bench::with_config(&without));
    assert_eq!(complete(&bench, &["get", "ecs", ""]).stdout, "");
    assert!(server.requests().is_empty());
    let given = offered(&bench, &["get", "ecs", "--data-store", "10.1.83.70", ""]);
    assert_eq!(given, [simulation("ecs").id(0)]);
    server.may_stay_uncalled();
}

#[test]
fn a_secret_is_never_asked_for_and_never_leaves_for_another_address() {
    let (mut server, _) = serve_nobody(simulation("vcda"));
    server.may_stay_uncalled();
    let profile = server.profile("vcda");
    let asking = profile.replace("password_env = \"SIM_PASSWORD\"", "password_prompt = true");
    let unsaid = profile.replace("password_env = \"SIM_PASSWORD\"\n", "");
    for config in [&asking, &unsaid] {
        let mut bench = willing(Bench::with_config(config));
        bench.prompt = Some(PASSWORD.to_owned());
        bench.terminal.stdin = true;
        bench.terminal.stderr = true;
        assert_eq!(complete(&bench, &["get", "vcda", ""]).stdout, "");
        bench.stdin = PASSWORD.to_owned();
        assert_eq!(complete(&bench, &["get", "vcda", "--password-file", "-", ""]).stdout, "");
    }
    let elsewhere = server.url();
    let away = profile.replace(&elsewhere, "http://127.0.0.1:1");
    let bench = willing(Bench::with_config(&away)).env("TASKCTL_PASSWORD", PASSWORD);
    for line in [
        &["get", "vcda", "-p", "vcda", "--url", &elsewhere, ""][..],
        &["get", "vcda", "--url", &elsewhere, ""],
    ] {
        assert_eq!(complete(&bench, line).stdout, "", "{line:?}");
    }
    assert!(server.requests().is_empty());
}

/// Three refusals would lock the account.
#[test]
fn a_refused_login_is_not_tried_again_until_a_command_has_logged_in() {
    for simulation in SIMULATIONS.iter().filter(|simulation| simulation.list_flags().is_empty()) {
        let backend = simulation.backend();
        let id = simulation.id(0);
        let (server, bench) = serve(*simulation, &[&id]);
        let tries = || {
            // What a call over SOAP is refused with is a 500.
            let refused = |logged: &&crate::sim::server::Logged| {
                logged.status == Some(401) || logged.kind == RequestKind::Login && logged.status == Some(500)
            };
            server.requests().iter().filter(refused).count()
        };
        server.mode("password", "another");
        for _ in 0..3 {
            assert_eq!(complete(&bench, &["get", backend, ""]).stdout, "");
        }
        assert_eq!(tries(), 1, "{backend}");
        server.mode("password", PASSWORD);
        assert_eq!(complete(&bench, &["get", backend, ""]).stdout, "", "{backend}: it cannot be known yet");
        bench.run(&["list", backend]).expect(0);
        assert_eq!(offered(&bench, &["get", backend, ""]), [id.as_str()], "{backend}");
        // What was refused to a command is not tried by completion either.
        server.mode("password", "another");
        bench.run(&["get", backend, &id]).expect(4);
        assert_eq!(complete(&bench, &["get", backend, ""]).stdout, "");
        assert_eq!(tries(), 2, "{backend}");
        server.mode("password", PASSWORD);
        // Without sessions a task that was read is the first sign that the password is right.
        let proof: &[&str] =
            if simulation.has_sessions() { &["doctor", "-p", backend] } else { &["list", backend] };
        bench.run(proof).expect(0);
        assert_eq!(offered(&bench, &["get", backend, ""]), [id.as_str()], "{backend}");
        all_closed(&server);
    }
}

#[test]
fn nothing_is_tried_where_a_refusal_could_not_be_remembered() {
    let (server, bench) = serve_nobody(simulation("vcda"));
    std::fs::write(bench.path("state"), "no directory").expect("a file");
    assert_eq!(complete(&bench, &["get", "vcda", ""]).stdout, "");
    let bench = bench.env("XDG_STATE_HOME", "");
    assert_eq!(complete(&bench, &["get", "vcda", ""]).stdout, "");
    assert!(server.requests().is_empty());
}

#[test]
fn any_trouble_is_silence_and_the_session_is_closed() {
    let faults = [
        Fault::status(503),
        Fault::status(403),
        Fault::retry_after(429, "5"),
        Fault::web_page(200),
        Fault::garbage(),
        Fault::CutOff(20),
        Fault::HangUp,
        Fault::redirect("http://127.0.0.1:1/"),
        Fault::Answer(Response::new(200)),
    ];
    for simulation in SIMULATIONS.iter().filter(|simulation| simulation.list_flags().is_empty()) {
        for fault in &faults {
            let (server, bench) = serve(*simulation, &[&simulation.id(0)]);
            server.fault_on(RequestKind::Read, fault.clone());
            let outcome = complete(&bench, &["get", simulation.backend(), ""]);
            assert_eq!(outcome.stdout, "", "{fault:?}");
            assert_eq!(server.count(RequestKind::Read), 1, "{fault:?}: it is not tried again");
            all_closed(&server);
        }
    }
}

#[test]
fn an_id_that_is_more_than_a_word_is_left_out_and_what_it_means_is_one_harmless_line() {
    let server = Server::start(simulation("vcda"));
    let bench = willing(Bench::new(&[&server]));
    let item = |id: &str| {
        serde_json::json!({"id": id, "state": "RUNNING", "progress": 7, "workflowInfo":
            {"type": "a\tb\u{1b}[2J\nc", "resourceName": format!("{PASSWORD} {}", "long ".repeat(40))}})
    };
    let bad = [
        "$(touch x)",
        "`touch x`",
        "a b",
        "a'b",
        "a\"b",
        "a;b",
        "a|b",
        "a&b",
        "a>b",
        "-y",
        "--yes",
        "~root",
        "a*",
        "{a,b}",
        "!1",
        "a\\b",
        "a#b",
        "#a",
        "=ls",
        "a\u{202e}b",
        "a\nb",
        "a\tb",
        "é",
        "(a)",
        "[a]",
        "a?",
        "%1",
        "@x",
    ];
    let mut items: Vec<_> = bad.iter().map(|id| item(id)).collect();
    items.push(item("52f9:com.vmware.x-1_2/3"));
    let list = serde_json::json!({"items": items, "total": items.len()});
    server.fault_on(RequestKind::Read, Fault::Answer(Response::json(200, &list)));
    let outcome = complete(&bench, &["get", "vcda", ""]);
    let line = outcome.stdout.strip_suffix('\n').expect("a line");
    let (id, meaning) = line.split_once('\t').expect("a meaning");
    assert_eq!(id, "52f9:com.vmware.x-1_2/3", "{outcome:?}");
    assert!(meaning.starts_with("running 7% a\\tb\\u{1b}[2J\\nc: "), "{meaning}");
    assert!(meaning.chars().count() <= 60 && !meaning.contains(char::is_control), "{meaning}");
    assert!(!outcome.stdout.contains(PASSWORD));
}
