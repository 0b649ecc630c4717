//! A walk through the README: every command in it is run as it is printed, each in a home of its own.
//!
//! The configuration is the one that the README printed last above the command, to the byte. What stands in for the
//! world outside: simulated systems with certificates for the README's hosts, found through a proxy; a certificate
//! store that trusts whom a company's would; files with secrets; and scripts for `pass`, `secret-tool` and `man`. The
//! gap between polls is set short. A command that is not known here fails the walk: say what it must do.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use taskctl::util::clock::{Clock as _, SystemClock};

use crate::harness::Bench;
use crate::process::{self, Ended, Running};
use crate::readme;
use crate::sim::server::{Fault, Response, Server};
use crate::sim::simulation;
use crate::sim::tls::{Authority, Identity, Says};
use crate::sim::world::{Condition, Story, Truth, World};
use crate::terminal::OnTerminal;
use crate::tls::Proxy;

/// Tasks that the README names, or that are there to be listed.
const REPLICATION: &str = "f61d60d2-698a-46dc-a266-88df27644956";
const OLD_REPLICATION: &str = "0a1d60d2-698a-46dc-a266-88df27644956";
const COMPLIANCE: &str = "52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings.clusters.software";
const SNAPSHOT: &str = "52b2c1f3-7a0d-4e7e-9d0c-1f6a3b5c7d9e";

/// The password of the profile of this name.
fn password(profile: &str) -> String {
    format!("{profile}-Geheim")
}

/// What a command must do.
struct Step {
    /// The command without its comment; of a script its first line.
    command: &'static str,
    does: Does,
}

enum Does {
    /// Returns 0, and this stands in what it prints.
    Prints(&'static [&'static str]),
    /// As `Prints`, with jq; where there is none, what would have been given to it holds this.
    PrintsByJq(&'static [&'static str], &'static [&'static str]),
    /// Returns 0, and then this is so.
    Leaves(fn(&Town, &Ended)),
    /// It has a test of its own in this file.
    IsTestedApart,
    /// It cannot be run within the test suite, for this reason; what it names is there.
    IsNotRun(&'static str),
}

use Does::{IsNotRun, IsTestedApart, Leaves, Prints, PrintsByJq};

const STEPS: &[Step] = &[
    Step { command: "cargo run --example demo", does: IsNotRun("the gate runs it") },
    Step { command: "cargo test", does: IsNotRun("this is it") },
    Step { command: "cargo install --path .", does: IsNotRun("it builds a release") },
    Step {
        command: "mkdir -p ~/.local/share/bash-completion/completions && \
                  taskctl completions bash > ~/.local/share/bash-completion/completions/taskctl",
        does: Leaves(|town, _| {
            let left = town.read(".local/share/bash-completion/completions/taskctl");
            let known = readme::root().join("completions/taskctl.bash");
            assert_eq!(left, std::fs::read_to_string(known).expect("a script"));
        }),
    },
    Step { command: "taskctl manual | man -l -", does: Prints(&[".TH TASKCTL 1", "EXIT STATUS"]) },
    Step {
        command: "taskctl config init --backend vcda --profile dr --url https://vcda.example.com:8046",
        does: Leaves(|town, _| {
            let left = town.read(".config/taskctl/config.toml");
            assert!(left.contains("\n[profiles.dr]\n") && left.contains("https://vcda.example.com:8046"));
        }),
    },
    Step { command: "taskctl doctor dr", does: Prints(&["vcda.example.com", "tls", "login", "logout"]) },
    Step {
        command: "taskctl get vcda f61d60d2-698a-46dc-a266-88df27644956",
        does: Prints(&["Task:", "running (RUNNING)", "40%", "web shop"]),
    },
    Step {
        command: "taskctl get vcda f61d60d2-698a-46dc-a266-88df27644956 -o json",
        does: Leaves(|_, ended| {
            let task: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
            assert_eq!((&task["state"], &task["profile"]), (&"running".into(), &"dr".into()));
        }),
    },
    Step {
        command: "taskctl watch dr f61d60d2-698a-46dc-a266-88df27644956",
        does: Prints(&["dr/f61d60d2 running 40%", "succeeded (SUCCEEDED)"]),
    },
    Step { command: "taskctl config validate", does: Prints(&["config.toml"]) },
    Step { command: "taskctl config show dr", does: Prints(&["password_command", "admin@tenant-a"]) },
    Step {
        command: "taskctl watch dr/f61d60d2-698a-46dc-a266-88df27644956 velo/t-42 ecs-lab/10.1.83.70/CREATE --timeout 2h",
        does: Prints(&[
            "dr/f61d60d2-698a-46dc-a266-88df27644956  succeeded",
            "velo/t-42                                succeeded",
            "ecs-lab/10.1.83.70/CREATE                succeeded",
            "insecure",
        ]),
    },
    Step {
        command: "taskctl list vcda --state running,failed --since 24h",
        does: Prints(&["dr/f61d60d2-698a-46dc-a266-88df27644956  running", "failed", "No space left"]),
    },
    Step {
        command: "taskctl list vcda --state running --field ref | taskctl watch -",
        does: Prints(&["dr/f61d60d2-698a-46dc-a266-88df27644956  succeeded"]),
    },
    Step {
        command: "taskctl watch dr --running",
        does: Prints(&["dr/f61d60d2-698a-46dc-a266-88df27644956  succeeded"]),
    },
    Step {
        command: "taskctl list dr velo --since 24h --sort progress.percent",
        does: Prints(&["dr/f61d60d2-698a-46dc-a266-88df27644956  running", "velo/t-42 "]),
    },
    Step { command: "taskctl list dr velo --watch", does: IsNotRun("it goes on until somebody stops it") },
    Step { command: "taskctl get velo/t-42 --tree", does: Prints(&["velo/t-42 ", "  velo/t-43 "]) },
    Step {
        command: "taskctl watch velo/t-42 --tree",
        does: Prints(&["velo/t-43 running 20%", "velo/t-42    succeeded", "  velo/t-43  running"]),
    },
    Step { command: "taskctl cancel velo/t-42 --yes --watch", does: Prints(&["cancelled"]) },
    Step { command: "taskctl watch velo/\"$id\" --timeout 2h", does: IsTestedApart },
    Step {
        command: "taskctl get velo/t-42 --field state,progress.percent",
        does: Leaves(|_, ended| assert_eq!(ended.stdout, "running\t40\n")),
    },
    Step {
        command: "taskctl watch dr/f61d60d2-698a-46dc-a266-88df27644956 velo/t-42 --fail-fast",
        does: Prints(&[
            "dr/f61d60d2-698a-46dc-a266-88df27644956  succeeded",
            "velo/t-42                                succeeded",
        ]),
    },
    Step {
        command: "taskctl watch dr/f61d60d2-698a-46dc-a266-88df27644956 velo/t-42 --any",
        does: Prints(&["  succeeded "]),
    },
    Step {
        command: "taskctl watch dr/f61d60d2-698a-46dc-a266-88df27644956 velo/t-42 --for 'progress>=80'",
        does: Prints(&["velo/t-42 running 80%"]),
    },
    Step {
        command: "curl -fsS --netrc -H 'Content-Type: application/json' -d @extension.json \
                  https://velo.example.com/velostrata/api/v45/cloudextensions | taskctl watch velostrata -",
        does: Leaves(|town, ended| {
            prints(ended, &["velo/t-42", "succeeded"], "curl");
            if town.lacks("curl", "its request", "curl … | taskctl watch velostrata -") {
                return;
            }
            let requests = town.velo.requests();
            let created = requests.iter().find(|logged| logged.request.path.ends_with("/cloudextensions"));
            let request = &created.expect("a request that creates").request;
            assert_eq!(request.basic(), Some(("apiuser".to_owned(), password("velo"))));
            assert_eq!(request.body, town.read("extension.json").as_bytes());
        }),
    },
    Step {
        command: "taskctl list vcda --since 24h -o json | jq -r 'group_by(.state)[] | \"\\(length) \\(.[0].state)\"'",
        does: PrintsByJq(&["1 failed\n1 running\n"], &["\"state\": \"failed\"", "\"state\": \"running\""]),
    },
    Step {
        command: "set -o pipefail",
        does: PrintsByJq(
            &["dr/f61d60d2-698a-46dc-a266-88df27644956 succeeded\n", "velo/t-42 succeeded\n"],
            &["\"type\":\"end\"", "\"ref\":\"velo/t-42\"", "\"state\":\"succeeded\""],
        ),
    },
    Step { command: "jobs:", does: IsTestedApart },
    Step { command: "MAILTO=ops@example.com", does: IsTestedApart },
    Step {
        command: "cargo run --example simulator -- taskctl watch bakery B-4711",
        does: IsNotRun("it builds, and the conformance tests follow the bakery"),
    },
    Step { command: "taskctl apis list", does: Prints(&["redfish", "shipped"]) },
    Step { command: "taskctl apis show redfish", does: Prints(&["[logins.session]"]) },
    Step { command: "taskctl apis check redfish", does: Prints(&["shipped: no mistakes"]) },
    Step {
        command: "taskctl apis check redfish -p bmc --id 545",
        does: IsNotRun("there is no bmc here, and `described` asks the bakery in its place"),
    },
    Step { command: "cargo run --example simulator", does: IsNotRun("it serves until Ctrl-C") },
    Step {
        command: "cargo build && cargo run --example simulator -- taskctl get velostrata t-2 -o json",
        does: IsNotRun("it builds; the gate runs the other example"),
    },
];

/// A command of the README.
struct Printed {
    /// `sh`, `bash`, `yaml` or `crontab`.
    language: String,
    /// What a reader copies.
    text: String,
    /// What it is known by.
    name: String,
    /// The configuration that stands above it.
    config: Option<String>,
}

/// Every command of the README: each of a block of `sh`, and other blocks whole.
fn printed() -> Vec<Printed> {
    let mut config = None;
    let mut found = Vec::new();
    for (language, block) in readme::fences() {
        let mut add = |name: &str, text: &str| {
            let language = language.clone();
            let name = name.split(" #").next().unwrap_or(name).trim().to_owned();
            found.push(Printed { language, text: text.to_owned(), name, config: config.clone() });
        };
        match language.as_str() {
            "toml" => config = Some(block),
            "sh" => {
                let mut text = String::new();
                for line in block.lines() {
                    text.push_str(line);
                    match line.strip_suffix('\\') {
                        Some(_) => text.push('\n'),
                        None => add(&joined(&text), &std::mem::take(&mut text)),
                    }
                }
                assert_eq!(text, "", "a command goes on behind the end of its block");
            }
            "bash" | "yaml" | "crontab" => add(block.lines().next().unwrap_or_default(), &block),
            other => panic!("the walk does not know what to do with a block of {other:?}"),
        }
    }
    found
}

/// A command on one line.
fn joined(text: &str) -> String {
    text.split("\\\n").map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The script that the walk knows by this name.
fn script(name: &str) -> Printed {
    printed()
        .into_iter()
        .find(|printed| printed.name == name)
        .unwrap_or_else(|| panic!("no {name} in the README"))
}

/// The README's systems, a home with its secrets, and the programs that it calls.
struct Town {
    bench: Bench,
    velo: Server,
    servers: Vec<Server>,
    /// The programs that had to be replaced, since this machine has none.
    missing: BTreeSet<&'static str>,
}

impl Town {
    fn new(config: Option<&str>) -> Town {
        let company = Authority::root("A Company's Root");
        let vcenter = Authority::root("The CA of vc01");
        let by = |authority: &Authority, names: &[&str]| authority.sign(&Says::server(names));
        let replication = vec![Truth::running(40), Truth::running(70), Truth::succeeded()];
        let full = || Truth::failed("DatastoreFull", "No space left on the target", &[]);
        let velo = system(
            "velo",
            "velostrata",
            None,
            &by(&company, &["velo.example.com"]),
            vec![
                Story::new("t-40", vec![Truth::new(Condition::Cancelled)]),
                Story::new("t-41", vec![full()]),
                Story::new("t-42", vec![Truth::running(40), Truth::running(80), Truth::succeeded()])
                    .children(&["t-43"]),
                Story::new("t-43", vec![Truth::running(20)]),
            ],
        );
        let created = json!({"value": "t-42", "_type": "TaskId"});
        velo.fault_on_path("cloudextensions", Fault::Answer(Response::json(201, &created)));
        let dr = system(
            "dr",
            "vcda",
            Some("admin@tenant-a"),
            &by(&company, &["vcda.example.com"]),
            vec![
                Story::new(REPLICATION, replication).target("vappReplication", "C4VAPP-1", "web shop"),
                Story::new(OLD_REPLICATION, vec![full()]).age(7_200),
            ],
        );
        let vc = system(
            "vc-prod",
            "vcenter",
            Some("administrator@vsphere.local"),
            &by(&vcenter, &["vc01.example.com"]),
            vec![Story::new(COMPLIANCE, vec![Truth::succeeded()])],
        );
        let snap = system(
            "snap",
            "snapservice",
            Some("svc@vsphere.local"),
            &by(&company, &["snap01.example.com", "vc02.example.com"]),
            vec![Story::new(SNAPSHOT, vec![Truth::succeeded()])],
        );
        snap.mode("auth", "saml");
        let ecs = system(
            "ecs-lab",
            "ecs",
            Some("sysmon"),
            &Identity::self_signed(&Says::server(&["localhost"])),
            vec![Story::new("10.1.83.70/CREATE", vec![Truth::running(50), Truth::succeeded()])],
        );
        let proxy = Proxy::by_host([
            ("velo.example.com:443", velo.port()),
            ("vcda.example.com:8046", dr.port()),
            ("vc01.example.com:443", vc.port()),
            ("snap01.example.com:443", snap.port()),
            ("vc02.example.com:443", snap.port()),
            ("ecs01:4443", ecs.port()),
        ]);

        let bench = Bench::with_config("");
        let text = |name: &str| bench.path(name).to_string_lossy().into_owned();
        let (home, bin) = (text("home"), text("bin"));
        let bench = bench
            .env("TASKCTL_CONFIG", "")
            .env("SIM_PASSWORD", "")
            .env("HOME", &home)
            .env("PATH", &format!("{bin}:/usr/local/bin:/usr/bin:/bin"))
            .env("HTTPS_PROXY", &format!("http://127.0.0.1:{}", proxy.port))
            .env("SSL_CERT_FILE", &format!("{home}/company.pem"))
            .env("CURL_CA_BUNDLE", &format!("{home}/company.pem"))
            .env("SNAP_PASSWORD", &password("snap"))
            .env("TASKCTL_INTERVAL", "200ms")
            .env("TASKCTL_MAX_INTERVAL", "200ms")
            .env("TERM", "dumb");
        let mut town = Town { bench, velo, servers: vec![dr, vc, snap, ecs], missing: BTreeSet::new() };
        town.write("company.pem", &company.pem());
        town.write(".config/taskctl/vc01-ca.pem", &vcenter.pem());
        if let Some(config) = config {
            town.write(".config/taskctl/config.toml", config);
        }
        town.write(".secrets/velo", &format!("{}\n", password("velo")));
        let netrc = format!("machine velo.example.com login apiuser password {}\n", password("velo"));
        town.write(".netrc", &netrc);
        town.write("extension.json", "{\"name\": \"extension-1\"}");
        town.program("pass", &format!("[ \"$*\" = 'show vcda/admin' ] && echo {}", password("dr")));
        town.program(
            "secret-tool",
            &format!("[ \"$*\" = 'lookup service ecs-lab' ] && echo {}", password("ecs-lab")),
        );
        town.program("man", "[ \"$*\" = '-l -' ] && cat");
        town.instead("curl", &format!("echo '{created}'"));
        town.instead("jq", "cat");
        town.instead("bash", "exec sh -c \"$(printf '%s' \"$2\" | grep -v pipefail)\"");
        for folder in ["bin", "home/.cargo/bin"] {
            std::fs::create_dir_all(town.bench.path(folder)).expect("a folder");
            let link = town.bench.path(folder).join("taskctl");
            symlink(env!("CARGO_BIN_EXE_taskctl"), link).expect("a link to the program");
        }
        town
    }

    /// Sets a variable of the environment.
    fn env(self, name: &str, value: &str) -> Town {
        Town { bench: self.bench.env(name, value), ..self }
    }

    fn home(&self) -> PathBuf {
        self.bench.path("home")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.home().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Writes a file in the home that only its owner may read.
    fn write(&self, name: &str, text: &str) {
        let path = self.home().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(&path, text).expect("the file is written");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("the file is ours");
    }

    /// Puts a program of this text before all others of its name.
    fn program(&self, name: &str, text: &str) {
        let path = self.bench.path("bin").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("the program is written");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("the program is ours");
    }

    /// As [`Town::program`], where this machine has no such program.
    fn instead(&mut self, name: &'static str, text: &str) {
        if !["/usr/local/bin", "/usr/bin", "/bin"].iter().any(|folder| Path::new(folder).join(name).exists())
        {
            self.program(name, text);
            self.missing.insert(name);
        }
    }

    /// Whether this machine has no such program, so that this part of a command was not walked. If so, that is said
    /// past the test runner, which shows nothing of a test that goes well.
    fn lacks(&self, program: &str, part: &str, command: &str) -> bool {
        let lacks = self.missing.contains(program);
        if lacks {
            let line = format!("\n{program} is not installed here: {part} was not tested in `{command}`\n");
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        lacks
    }

    /// Runs a script in the home.
    fn run(&self, shell: &str, script: &str) -> Ended {
        self.lacks(shell, "what sh does not know", script.lines().next().unwrap_or_default());
        let mut command = Command::new(shell);
        command.args(["-c", script]);
        process::prepare(&mut command, &self.bench);
        command.current_dir(self.home());
        Running::spawn(command, "").end()
    }

    /// Every session that was opened is closed, and nobody was refused.
    #[track_caller]
    fn is_left_in_order(&self, command: &str) {
        for server in self.servers.iter().chain([&self.velo]) {
            let (sessions, backend) = (server.sessions(), server.simulation().backend());
            assert_eq!(sessions.refused(), 0, "{backend}: {command}");
            // An assertion of the STS ends by its time; there is no way to close it.
            let left = if backend == "snapservice" { 0 } else { sessions.opened() - sessions.closed() };
            assert_eq!(left, 0, "{backend}: {command}");
        }
    }
}

/// A system of the README: the one user and password that it knows are those of its profile.
fn system(
    profile: &str,
    backend: &str,
    user: Option<&str>,
    identity: &Identity,
    stories: Vec<Story>,
) -> Server {
    // The program counts `--since` from the machine's time, which nobody can set for another process.
    let clock = SystemClock::default();
    let world = World::with_clock(move || clock.now());
    stories.into_iter().for_each(|story| world.add(story));
    let mut server = Server::start_with(simulation(backend), world, 0, Some(identity.server()));
    server.may_stay_uncalled();
    server.mode("password", &password(profile));
    if let Some(user) = user {
        server.mode("user", user);
    }
    server
}

/// Asserts that each of the texts stands in what was printed.
#[track_caller]
fn prints(ended: &Ended, texts: &[&str], command: &str) {
    for text in texts {
        let is_there = ended.stdout.contains(text) || ended.stderr.contains(text);
        assert!(is_there, "{command}: {text:?} is not in {ended:#?}");
    }
}

/// Runs a command in a town of its own, and looks at what it did.
fn take(printed: &Printed, does: &Does) {
    let (name, town) = (&printed.name, Town::new(printed.config.as_deref()));
    let run = || town.run(if printed.language == "bash" { "bash" } else { "sh" }, &printed.text).expect(0);
    match does {
        Prints(texts) => prints(&run(), texts, name),
        PrintsByJq(texts, without) => {
            let ended = run();
            prints(&ended, if town.lacks("jq", "its filter", name) { without } else { texts }, name);
        }
        Leaves(check) => check(&town, &run()),
        IsTestedApart | IsNotRun(_) => return,
    }
    town.is_left_in_order(name);
}

#[test]
fn every_command_does_what_is_said_of_it() {
    let printed = printed();
    let step = |name: &str| STEPS.iter().find(|step| step.command == name);
    let unknown: Vec<&str> =
        printed.iter().map(|printed| printed.name.as_str()).filter(|name| step(name).is_none()).collect();
    assert!(unknown.is_empty(), "the walk does not know what these must do: {unknown:#?}");
    for step in STEPS {
        assert!(
            printed.iter().any(|printed| printed.name == step.command),
            "no longer there: {}",
            step.command
        );
    }
    // Most of the time is waited for.
    let (first, second) = printed.split_at(printed.len() / 2);
    std::thread::scope(|scope| {
        for half in [first, second] {
            scope.spawn(move || {
                for printed in half {
                    take(printed, &step(&printed.name).expect("a known command").does);
                }
            });
        }
    });
}

#[test]
fn what_is_not_run_names_what_is_there() {
    let manifest: toml::Table = std::fs::read_to_string(readme::root().join("Cargo.toml"))
        .expect("a manifest")
        .parse()
        .expect("TOML");
    assert_eq!(manifest["bin"][0]["name"].as_str(), Some("taskctl"), "what `cargo install` installs");
    for step in STEPS {
        let IsNotRun(why) = step.does else { continue };
        let words: Vec<&str> = step.command.split(' ').collect();
        for pair in words.windows(2).filter(|pair| pair[0] == "--example") {
            let example = readme::root().join("examples").join(format!("{}.rs", pair[1]));
            assert!(example.exists(), "{} (not run, since {why})", step.command);
        }
    }
}

#[test]
fn every_profile_reads_a_task_with_its_own_secret() {
    let config = printed().pop().and_then(|last| last.config);
    for (profile, id) in
        [("velo", "t-41"), ("dr", REPLICATION), ("snap", SNAPSHOT), ("ecs-lab", "10.1.83.70/CREATE")]
    {
        let town = Town::new(config.as_deref());
        let ended = town.run("sh", &format!("taskctl get {profile}/{id} --field profile,id")).expect(0);
        assert_eq!(ended.stdout, format!("{profile}\t{id}\n"));
        town.is_left_in_order(profile);
    }
    let town = Town::new(config.as_deref());
    let get = format!("cd; taskctl get vcenter {COMPLIANCE}");
    let mut terminal = OnTerminal::run(&town.bench, 40, 120, &["/bin/sh", "-c", &get]);
    terminal.wait_for_question("assword");
    terminal.type_in(&format!("{}\r", password("vc-prod")));
    let ended = terminal.end().expect(0);
    assert!(ended.text.contains("vc-prod/52f9f1b0") && ended.text.contains("succeeded"), "{}", ended.text);
    town.is_left_in_order("vc-prod");
}

#[test]
fn the_script_of_exit_codes_tells_each_of_them() {
    let printed = script("taskctl watch velo/\"$id\" --timeout 2h");
    for (id, words) in [("t-42", "done"), ("t-41", "the task failed"), ("t-40", "somebody cancelled it")] {
        let town = Town::new(printed.config.as_deref());
        let ended = town.run("bash", &format!("id={id}\n{}", printed.text)).expect(0);
        assert!(ended.stdout.ends_with(&format!("{words}\n")), "{ended:#?}");
        town.is_left_in_order(id);
    }
    // The rest takes hours or an accident: here the program only returns the code.
    let codes =
        [(7, "lost the server"), (124, "still running"), (4, "something else"), (1, "something else")];
    for (code, words) in codes {
        let town = Town::new(None);
        std::fs::remove_file(town.bench.path("bin/taskctl")).expect("the link");
        town.program("taskctl", &format!("[ \"$*\" = 'watch velo/t-9 --timeout 2h' ] && exit {code}"));
        let ended = town.run("bash", &format!("id=t-9\n{}", printed.text)).expect(0);
        assert!(ended.stdout.starts_with(words), "{code}: {ended:#?}");
    }
}

#[test]
fn the_ci_job_is_green_when_the_task_is() {
    let printed = script("jobs:");
    let workflow: serde_json::Value = serde_yaml_ng::from_str(&printed.text).expect("YAML");
    let job = &workflow["jobs"]["migrate"];
    for (id, code) in [(REPLICATION, 0), (OLD_REPLICATION, 3)] {
        // Such a machine has no configuration.
        let mut town = Town::new(None);
        let answer = json!({"id": id, "state": "RUNNING", "progress": 0});
        town.write("start-replication", &format!("#!/bin/sh\necho '{answer}'\n"));
        let path = town.home().join("start-replication");
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("the script is ours");
        town = town.env("CI", "true");
        for (name, value) in job["env"].as_object().expect("an environment") {
            let value = value.as_str().expect("a text");
            let value =
                if value == "${{ secrets.VCDA_PASSWORD }}" { password("dr") } else { value.to_owned() };
            town = town.env(name, &value);
        }
        let steps = job["steps"].as_array().expect("steps");
        let (last, first) = steps.split_last().expect("steps");
        let script =
            |step: &serde_json::Value| format!("set -e\n{}", step["run"].as_str().expect("a script"));
        for step in first {
            town.run("bash", &script(step)).expect(0);
        }
        let ended = town.run("bash", &script(last)).expect(code);
        assert!(ended.stderr.contains(&format!("Z vcda/{} ", &id[..8])), "plain lines: {ended:#?}");
        town.is_left_in_order(id);
    }
}

#[test]
fn cron_sends_mail_only_when_a_task_has_failed() {
    let printed = script("MAILTO=ops@example.com");
    let mut lines = printed.text.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("MAILTO=")));
    let [line] = lines.collect::<Vec<_>>()[..] else { panic!("one line for one job") };
    // Five fields of time and the rest, in which a `%` would be the end of the line.
    let mut fields = line.splitn(6, ' ');
    let times: Vec<&str> = fields.by_ref().take(5).collect();
    let of_time = |field: &&str| field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c));
    assert!(times.len() == 5 && times.iter().all(of_time), "{line}");
    let command = fields.next().expect("a command").trim();
    assert!(!command.contains('%'), "{line}");
    for failed in [true, false] {
        // Cron knows hardly any path.
        let town = Town::new(printed.config.as_deref()).env("PATH", "/usr/bin:/bin");
        if !failed {
            town.velo.world().forget("t-41");
        }
        let ended = town.run("sh", command).expect(0);
        let mail = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(mail.lines().count(), usize::from(failed), "{mail}");
        assert_eq!(mail.starts_with("velo/t-41 ") && mail.contains("No space left"), failed, "{mail}");
        town.is_left_in_order("cron");
    }
}
