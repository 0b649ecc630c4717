//! `taskctl config`: a file that is written once, listed, shown without its secrets, and checked.

use crate::harness::Bench;
use crate::sim::PASSWORD;

/// A bench whose configuration file is not there yet.
fn empty(path: &str) -> Bench {
    let bench = Bench::with_config("");
    let path = bench.path(path).to_string_lossy().into_owned();
    bench.env("TASKCTL_CONFIG", &path)
}

const GOOD: &str = r#"default_profile = "dr"

[defaults]
interval = "3s"

[profiles.dr]
backend = "vcda"
url = "https://vcda.lab.test:8046"
auth = "vcd"
username = "admin@tenant-a"
password = "inl1ne-Geheim"
headers = { X-Key = "h3ader-Geheim" }

[profiles.snap]
backend = "snapservice"
url = "https://snap01.lab.test"
username = "svc@vsphere.local"
password_command = ["pass", "show", "argument-Geheim"]
"#;

#[test]
fn init_writes_a_file_that_works_and_never_over_another() {
    let bench = empty("new/deeper/config.toml");
    let arguments =
        ["config", "init", "--backend", "vcda", "--url", "https://vcda.lab.test:8046", "-p", "dr"];
    let path = bench.path("new/deeper/config.toml");
    let outcome = bench.run(&arguments).expect(0);
    assert_eq!(outcome.stdout, format!("{}\n", path.display()));
    assert!(outcome.stderr.contains("taskctl doctor dr"), "{outcome:?}");
    let written = std::fs::read_to_string(&path).expect("the file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| {
            std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
        };
        assert_eq!((mode(&path), mode(path.parent().expect("a directory"))), (0o600, 0o700));
    }
    // Nobody has said yet who logs in.
    let told = bench.run(&["config", "validate"]).expect(0);
    let lines: Vec<&str> = told.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert!(
        matches!(lines.as_slice(), [line] if line.contains("`username`") && line.ends_with(": USER")),
        "{told:?}"
    );
    bench.run(&["config", "validate", "--strict"]).expect(2);
    let shown = bench.run(&["config", "show", "dr"]).expect(0).stdout;
    assert!(shown.contains("https://vcda.lab.test:8046"), "{shown}");
    let outcome = bench.run(&arguments).expect(2);
    assert!(outcome.stderr.contains("is there already"), "{outcome:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), written);
}

#[test]
fn init_without_a_backend_writes_every_example_commented_out() {
    let bench = empty("config.of.mine");
    bench.run(&["config", "init"]).expect(0);
    let text = std::fs::read_to_string(bench.path("config.of.mine")).expect("the file");
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{text}");
    bench.run(&["config", "validate"]).expect(0);
    for backend in taskctl::api::BACKENDS.iter().map(|backend| backend.name) {
        assert!(text.contains(&format!("#[profiles.{backend}]")), "{text}");
    }
}

#[test]
fn init_refuses_what_would_not_work() {
    let bench = empty("config.toml.new");
    for (arguments, said) in [
        (&["config", "init", "-p", "dr"][..], "--backend"),
        (&["config", "init", "--backend", "vcda", "-p", "a/b"], "holds `/`"),
        (&["config", "init", "--backend", "vcda", "--url", "vcda.example.com"], "https://vcda.example.com"),
        (&["config", "init", "--backend", "vcdx"], "vcda"),
        (&["config", "init", "--url", "https://x.example.com"], "--backend"),
    ] {
        let outcome = bench.run(arguments).expect(2);
        assert!(outcome.stderr.contains(said), "{outcome:?}");
        assert!(!bench.path("config.toml.new").exists());
    }
}

#[test]
fn list_names_the_profiles_and_what_is_wrong_with_them() {
    let bench = Bench::with_config(&format!("{GOOD}\n[profiles.bad]\nbackend = \"ecs\"\n"));
    let outcome = bench.run(&["config", "list"]).expect(0);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{outcome:?}");
    assert!(lines[0].starts_with("NAME  BACKEND"), "{outcome:?}");
    assert!(lines[1].starts_with("dr") && lines[1].ends_with("default"), "{outcome:?}");
    assert!(lines[3].starts_with("bad") && lines[3].ends_with("1 mistake"), "{outcome:?}");
    let list = bench.run(&["config", "list", "-o", "json"]).expect(0).json();
    assert_eq!((&list[0]["name"], &list[0]["default"]), (&"dr".into(), &true.into()));
    assert_eq!((&list[1]["backend"], &list[2]["problems"]), (&"snapservice".into(), &1.into()));
    let outcome = Bench::with_config("").run(&["config", "list"]).expect(0);
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("taskctl config init"), "{outcome:?}");
    assert_eq!(Bench::with_config("").run(&["config", "list", "-o", "json"]).expect(0).stdout, "[]\n");
}

#[test]
fn show_says_where_each_value_came_from_and_stars_what_is_secret() {
    let bench = Bench::with_config(GOOD).env("TASKCTL_USERNAME", "somebody");
    let outcome = bench.run(&["config", "show", "dr"]).expect(0);
    let line = |key: &str| {
        let line = outcome.stdout.lines().find(|line| line.split(' ').next() == Some(key));
        line.unwrap_or_else(|| panic!("no {key}: {outcome:?}")).to_owned()
    };
    assert!(line("url").ends_with("profile dr, line 8"), "{outcome:?}");
    assert!(line("username").ends_with("TASKCTL_USERNAME"), "{outcome:?}");
    assert!(line("interval").ends_with("[defaults], line 4"), "{outcome:?}");
    assert!(line("connect_timeout").ends_with("built in"), "{outcome:?}");
    assert!(line("password").contains("********"), "{outcome:?}");
    for name in ["dr", "snap"] {
        for more in [&[][..], &["-o", "json"], &["-vv"]] {
            let outcome = bench.run(&[&["config", "show", name], more].concat()).expect(0);
            assert!(!format!("{outcome:?}").contains("Geheim"), "{outcome:?}");
        }
    }
    let all = bench.run(&["config", "show"]).expect(0);
    assert!(all.stdout.contains("[dr]\n") && all.stdout.contains("[snap]\n"), "{all:?}");
    assert_eq!(
        bench.run(&["config", "show", "-o", "json"]).expect(0).json().as_array().map(Vec::len),
        Some(2)
    );
    let one = bench.run(&["config", "show", "-p", "dr", "-o", "json"]).expect(0).json();
    assert_eq!(one["name"], "dr");
    bench.run(&["config", "show", "dr", "-p", "snap"]).expect(2);
    let outcome = bench.run(&["config", "show", "snp"]).expect(2);
    assert!(outcome.stderr.contains("did you mean \"snap\"?"), "{outcome:?}");
}

#[test]
fn show_tells_what_the_environment_and_the_defaults_of_a_run_would_give() {
    let config = "[defaults]\noutput = \"json\"\njobs = 3\n[profiles.velo]\nbackend = \"velostrata\"\n\
                  url = \"https://velo.example.com\"\n[profiles.snap]\nbackend = \"snapservice\"\nauth = \"header\"\n\
                  url = \"https://snap.example.com\"\n[profiles.dr]\nbackend = \"vcda\"\nusername = \"u\"\n\
                  url = \"https://vcda.example.com\"\npassword_prompt = true\nsite_username = \"s\"\n";
    let bench = Bench::with_config(config)
        .env("TASKCTL_PASSWORD", "Geheim-1")
        .env("TASKCTL_TOKEN_FILE", "/run/token")
        .env("TASKCTL_SITE_PASSWORD", "Geheim-2")
        .env("TASKCTL_HEARTBEAT", "20s");
    let show = |name: &str| {
        let outcome = bench.run(&["config", "show", name, "-o", "json"]).expect(0);
        assert!(!format!("{outcome:?}").contains("Geheim"), "{outcome:?}");
        let values = outcome.json()["values"].as_array().expect("values").clone();
        move |key: &str| {
            let shown = values.iter().find(|shown| shown["key"] == key)?;
            Some(format!("{} {}", shown["value"].as_str()?, shown["source"].as_str()?))
        }
    };
    let velo = show("velo");
    assert_eq!(velo("password").as_deref(), Some("******** TASKCTL_PASSWORD"));
    assert_eq!(velo("token_file"), None, "it is not asked for");
    assert_eq!(velo("output").as_deref(), Some("json [defaults], line 2"));
    assert_eq!(velo("jobs").as_deref(), Some("3 [defaults], line 3"));
    assert_eq!(velo("heartbeat").as_deref(), Some("20s TASKCTL_HEARTBEAT"));
    let snap = show("snap");
    assert_eq!(snap("token_file").as_deref(), Some("/run/token TASKCTL_TOKEN_FILE"));
    assert_eq!(snap("password"), None);
    let dr = show("dr");
    assert_eq!(dr("password"), None, "the profile's own source comes first");
    assert_eq!(dr("site_password").as_deref(), Some("******** TASKCTL_SITE_PASSWORD"));
    let revealed = bench.run(&["config", "show", "velo", "--reveal"]).expect(0);
    assert!(!revealed.stdout.contains("Geheim"), "only what the file holds is revealed: {revealed:?}");
}

#[test]
fn a_file_that_was_named_and_is_not_there_says_how_to_write_one() {
    let bench = empty("not/there.toml");
    for verb in [&["config", "list"][..], &["config", "validate"], &["get", "vcda", "x"], &["doctor"]] {
        let outcome = bench.run(verb).expect(2);
        assert!(outcome.stderr.contains("which TASKCTL_CONFIG names"), "{outcome:?}");
        assert!(outcome.stderr.contains("taskctl config init"), "{outcome:?}");
    }
}

#[test]
fn fixed_headers_go_to_the_profiles_own_host_and_to_no_other() {
    use crate::sim::server::Server;
    let simulation = crate::sim::simulation("vcenter");
    let (server, other) = (Server::start(simulation), Server::start(simulation));
    let lines = format!("{}headers = {{ X-Lab = \"of-the-lab\" }}\n", server.profile("vc"));
    let bench = Bench::with_config(&lines).env("TASKCTL_PASSWORD", PASSWORD);
    let arguments = ["get", "vcenter", "a:b", "-p", "vc"];
    bench.run(&arguments).expect(5);
    let url = other.url();
    let elsewhere = ["--url", &url, "--username", simulation.user()];
    bench.run(&[&arguments[..], &elsewhere].concat()).expect(5);
    let sent = |server: &Server| -> Vec<Option<String>> {
        let requests = server.requests();
        requests.iter().map(|logged| logged.request.header("x-lab").map(str::to_owned)).collect()
    };
    assert_eq!(sent(&server), vec![Some("of-the-lab".to_owned()); 3], "login, read, logout");
    assert_eq!(sent(&other), vec![None; 3]);
}

#[test]
fn reveal_shows_what_the_file_holds_and_fetches_nothing() {
    let config = format!(
        "{GOOD}\n[profiles.file]\nbackend = \"ecs\"\nurl = \"https://ecs01:4443\"\npassword_file = \"secret\"\n\
         [profiles.env]\nbackend = \"ecs\"\nurl = \"https://ecs02:4443\"\npassword_env = \"SIM_PASSWORD\"\n"
    );
    let bench = Bench::with_config(&config);
    std::fs::write(bench.path("secret"), "f1le-Geheim").expect("a file");
    let shown = |name: &str| bench.run(&["config", "show", name, "--reveal"]).expect(0).stdout;
    assert!(shown("dr").contains("inl1ne-Geheim"), "{}", shown("dr"));
    assert!(shown("dr").contains("x-key: h3ader-Geheim"), "{}", shown("dr"));
    assert!(shown("snap").contains(r#"["pass", "show", "argument-Geheim"]"#), "{}", shown("snap"));
    assert!(!shown("file").contains("f1le-Geheim"));
    assert!(!shown("env").contains(PASSWORD));
}

#[test]
fn validate_tells_every_mistake_with_its_place_and_what_to_do() {
    let config = "[profiles.dr]\nbackend = \"vcda\"\nurl = \"https://vcda.example.com\"\nusernam = \"x\"\n\
                  [profiles.velo]\nbackend = \"velostrata\"\nurl = \"http://velo.example.com\"\nsite = \"x\"\n";
    let bench = Bench::with_config(config);
    let outcome = bench.run(&["config", "validate"]).expect(2);
    let path = bench.path("config.toml");
    for expected in [
        format!("error: {}:4:1: unknown key `usernam`", path.display()),
        "hint: did you mean `username`?".to_owned(),
        format!("error: {}:7:1: `url` is http://", path.display()),
        "hint: use https://".to_owned(),
        format!("error: {}:8:1: `site` belongs to backend vcda", path.display()),
    ] {
        assert!(outcome.stderr.contains(&expected), "{expected:?} is not in {outcome:#?}");
    }
    assert_eq!(outcome.stderr.matches("error: ").count(), 3, "{outcome:#?}");
    let outcome = Bench::with_config("[profiles\n").run(&["config", "validate"]).expect(2);
    assert!(outcome.stderr.contains(":1:"), "{outcome:?}");
    let outcome = Bench::with_config(GOOD).run(&["config", "validate", "-q"]).expect(0);
    assert!(outcome.stdout.ends_with("no mistakes, 2 profiles\n"), "{outcome:?}");
}

#[test]
fn validate_reads_the_files_that_a_profile_names() {
    let config = "[profiles.ecs]\nbackend = \"ecs\"\nurl = \"https://ecs01:4443\"\nca_file = \"ca.pem\"\n";
    let bench = Bench::with_config(config);
    let outcome = bench.run(&["config", "validate"]).expect(2);
    assert!(outcome.stderr.contains("ca.pem cannot be read"), "{outcome:?}");
    std::fs::write(bench.path("ca.pem"), "no certificate").expect("a file");
    let outcome = bench.run(&["config", "validate"]).expect(2);
    assert!(outcome.stderr.contains("holds no certificate"), "{outcome:?}");
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_a_warning_and_strictly_a_mistake() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::with_config(GOOD);
    let mode = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(bench.path("config.toml"), permissions).expect("the mode is set");
    };
    mode(0o640);
    let outcome = bench.run(&["config", "validate"]).expect(0);
    assert!(outcome.stderr.starts_with("warning: ") && outcome.stderr.contains("0640"), "{outcome:?}");
    let outcome = bench.run(&["config", "validate", "--strict"]).expect(2);
    assert!(outcome.stderr.starts_with("error: ") && outcome.stderr.contains("chmod 600"), "{outcome:?}");
    assert!(!outcome.stderr.contains("Geheim"), "{outcome:?}");
    mode(0o600);
    let outcome = bench.run(&["config", "validate", "--strict"]).expect(0);
    assert_eq!(outcome.stderr, "");
}

#[cfg(unix)]
#[test]
fn a_file_with_a_secret_that_others_can_read_is_told_too() {
    use std::os::unix::fs::PermissionsExt as _;

    use crate::sim::tls::{Identity, LOOPBACK, Says};
    let identity = Identity::self_signed(&Says::server(&[LOOPBACK]));
    let config = "[profiles.ecs]\nbackend = \"ecs\"\nurl = \"https://127.0.0.1:9\"\nusername = \"u\"\n\
                  password_file = \"secret\"\nclient_cert = \"own.pem\"\nclient_key = \"own.key\"\n";
    let bench = Bench::with_config(config);
    for (name, content) in
        [("secret", "Geheim".to_owned()), ("own.pem", identity.pem()), ("own.key", identity.key_pem())]
    {
        std::fs::write(bench.path(name), content).expect("a file");
    }
    let mode = |mode| {
        for name in ["secret", "own.key"] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(bench.path(name), permissions).expect("the mode is set");
        }
    };
    mode(0o640);
    let outcome = bench.run(&["config", "validate"]).expect(0);
    for key in ["password_file", "client_key"] {
        let line = |label: &str| format!("{label}: {key} ");
        let told = |text: &str, label: &str| text.lines().any(|said| said.starts_with(&line(label)));
        assert!(told(&outcome.stderr, "warning"), "{key}: {outcome:?}");
        let strict = bench.run(&["config", "validate", "--strict"]).expect(2);
        assert!(told(&strict.stderr, "error") && strict.stderr.contains("0640"), "{key}: {strict:?}");
    }
    let used = bench.run(&["get", "ecs", "a/b", "--retry-for", "0"]).expect(7);
    assert_eq!(used.stderr.matches("warning: ").count(), 2, "one a file: {used:?}");
    let report = bench.run(&["doctor", "-o", "json"]).expect(7).json();
    assert_eq!(
        (&report["steps"][0]["status"], &report["steps"][1]["status"]),
        (&"warning".into(), &"warning".into())
    );
    mode(0o600);
    assert_eq!(bench.run(&["config", "validate", "--strict"]).expect(0).stderr, "");
    let used = bench.run(&["get", "ecs", "a/b", "--retry-for", "0"]).expect(7);
    assert!(!used.stderr.contains("warning: "), "{used:?}");
}

#[test]
fn path_says_where_the_file_is_or_would_be() {
    let bench = empty("not/there.toml");
    let expected = format!("{}\n", bench.path("not/there.toml").display());
    assert_eq!(bench.run(&["config", "path"]).expect(0).stdout, expected);
    let outcome = bench.run(&["config", "path", "--config", "/elsewhere/c.toml"]).expect(0);
    assert_eq!(outcome.stdout, "/elsewhere/c.toml\n");
}

#[test]
fn validate_of_no_file_is_no_success() {
    let bench = Bench::with_config("");
    let home = bench.path("").to_string_lossy().into_owned();
    let bench = bench.env("TASKCTL_CONFIG", "").env("HOME", &home).env("XDG_CONFIG_HOME", &home);
    let outcome = bench.run(&["config", "validate"]).expect(2);
    assert_eq!(outcome.stdout, "");
    let first = outcome.stderr.lines().next().expect("a line");
    assert!(
        first.starts_with("error: there is no configuration: ") && first.ends_with(" does not exist"),
        "{outcome:?}"
    );
    assert!(outcome.stderr.contains("hint: `taskctl config init`"), "{outcome:?}");
}

#[test]
fn what_is_still_as_in_an_example_is_pointed_at() {
    let profile = |url: &str, username: &str, source: &str| {
        format!(
            "[profiles.dr]\nbackend = \"vcda\"\nurl = \"{url}\"\nusername = \"{username}\"\n\
             password_env = \"{source}\"\n"
        )
    };
    let (url, user, variable) = ("https://vcda.lab.test", "admin", "DR_PASSWORD");
    for (config, told) in [
        (profile(url, user, variable), None),
        (profile("https://notexample.com", user, variable), None),
        (profile("https://vcda.example.com:8046", user, variable), Some("`url` (profile dr, line 3)")),
        (profile("https://example.org", user, variable), Some("`url` (profile dr, line 3)")),
        (profile("https://vcda.example", user, variable), Some("`url` (profile dr, line 3)")),
        (profile(url, "USER", variable), Some("`username` (profile dr, line 4)")),
        (profile(url, user, "NAME_OF_A_VARIABLE"), Some("`password_env` (profile dr, line 5)")),
    ] {
        let bench = Bench::with_config(&config);
        let outcome = bench.run(&["config", "validate"]).expect(0);
        let warnings: Vec<&str> = outcome.stderr.lines().collect();
        match told {
            None => assert!(warnings.is_empty(), "{config}: {outcome:?}"),
            Some(place) => assert!(
                matches!(warnings.as_slice(), [line] if line.starts_with(&format!("warning: {place} is still"))),
                "{config}: {outcome:?}"
            ),
        }
        let code = if told.is_some() { 2 } else { 0 };
        bench.run(&["config", "validate", "--strict"]).expect(code);
        let report = bench.run(&["doctor", "-o", "json"]).json();
        let status = if told.is_some() { "warning" } else { "ok" };
        assert_eq!(report["steps"][0]["status"], status, "{config}: {report:#}");
    }
    // A flag that replaces it is somebody's own.
    let bench = Bench::with_config(&profile("https://vcda.example.com", user, variable));
    let report = bench.run(&["doctor", "--url", "https://127.0.0.1:1", "-o", "json"]).json();
    assert!(!report["steps"][0]["notes"].to_string().contains("example"), "{report:#}");
}

#[test]
fn show_has_every_key_with_its_default_or_as_not_set() {
    let profile = "[profiles.velo]\nbackend = \"velostrata\"\nurl = \"https://velo.lab.test\"\n";
    let bench = Bench::with_config(profile);
    let outcome = bench.run(&["config", "show", "velo", "-o", "json"]).expect(0).json();
    let values = outcome["values"].as_array().expect("values");
    let mut keys: Vec<&str> = values.iter().map(|value| value["key"].as_str().expect("a key")).collect();
    let shown = |key: &str| {
        let value = values.iter().find(|value| value["key"] == key).unwrap_or_else(|| panic!("no {key}"));
        (value["value"].as_str(), value["source"].as_str().expect("a source"))
    };
    for (key, value) in [
        ("output", "table"),
        ("progress", "auto"),
        ("color", "auto"),
        ("utc", "false"),
        ("jobs", "8"),
        ("heartbeat", "60s"),
        ("retry_for", "5m"),
        ("interval", "2s"),
        ("insecure", "false"),
    ] {
        assert_eq!(shown(key), (Some(value), "built in"), "{key}");
    }
    for key in ["timeout", "ca_file", "tls_pin", "client_cert", "headers", "allow_http", "password"] {
        assert_eq!(shown(key), (None, "not set"), "{key}");
    }
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "each once: {keys:?}");
    // Every key that a variable can set is among them.
    let (_, variables) = taskctl::config::variables();
    let of_velo = |variable: &String| {
        let alone = bench.run(&["config", "show", "velo"]);
        let key = variable.trim_start_matches("TASKCTL_").to_lowercase();
        alone.stdout.lines().any(|line| line.split(' ').next() == Some(&key))
    };
    let missing: Vec<&String> = variables.iter().filter(|variable| !of_velo(variable)).collect();
    let of_others = |variable: &&String| {
        let key = variable.trim_start_matches("TASKCTL_").to_lowercase();
        let velo = taskctl::api::find("velostrata").expect("a backend");
        taskctl::api::BACKENDS
            .iter()
            .any(|backend| backend.name != velo.name && (backend.setting(&key).is_some() || key == "auth"))
    };
    assert!(missing.iter().all(of_others), "{missing:?}");
    // Where a secret is said to be, nothing else is said of it.
    let bench = Bench::with_config(&format!("{profile}password_prompt = true\n"));
    let table = bench.run(&["config", "show", "velo"]).expect(0).stdout;
    let starts = |key: &str| table.lines().any(|line| line.split(' ').next() == Some(key));
    assert!(starts("password_prompt") && !starts("password") && !starts("password_file"), "{table}");
}

#[test]
fn a_wrong_word_behind_config_gets_a_command_of_config() {
    let bench = Bench::with_config(GOOD);
    for (line, hint) in [
        ("config shwo dr", "did you mean `taskctl config show dr`?"),
        ("config lst", "did you mean `taskctl config list`?"),
        ("-q config valdate --strict", "did you mean `taskctl -q config validate --strict`?"),
        ("config get dr", "the commands of config are init, add, edit, remove, list, show, validate, path"),
        ("config velo", "the commands of config are init, add, edit, remove, list, show, validate, path"),
        ("config a/b", "the commands of config are init, add, edit, remove, list, show, validate, path"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let outcome = bench.run(&words).expect(2);
        let word = words[words.iter().position(|word| *word == "config").expect("config") + 1];
        assert!(
            outcome.stderr.starts_with(&format!("error: unknown command {word:?} of taskctl config\n")),
            "{outcome:?}"
        );
        assert!(outcome.stderr.contains(&format!("hint: {hint}")), "{line}: {outcome:?}");
    }
    // A word that is no verb at all is still one that is nearly a verb.
    let outcome = bench.run(&["confg", "show"]).expect(2);
    assert!(outcome.stderr.contains("did you mean `taskctl config show`?"), "{outcome:?}");
}
