//! The completion scripts in real shells, with the real binary and simulated servers.
//!
//! A shell that is not installed is passed over with a note, and fails the tests where `CI` is set: `.ci/run` installs
//! bash, zsh, fish and elvish. Debian has no PowerShell: its script is tried where `pwsh` is found.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use clap::ValueEnum as _;
use taskctl::cli::Shell;
use taskctl::commands::completions::script;

use crate::completion::{CONFIG, willing};
use crate::harness::Bench;
use crate::process::{self, Running};
use crate::sim::server::{Fault, Response, Server};
use crate::sim::world::{Story, Truth};
use crate::sim::{RequestKind, simulation};
use crate::terminal::OnTerminal;

const IDS: [&str; 2] = ["f61d60d2-698a-46dc-a266-88df27644956", "0aa1c2d4-1111-2222-3333-444455556666"];

/// Whether a shell is there, with the binary in its path.
fn found(shell: &str) -> bool {
    let found =
        Command::new(shell).arg("-c").arg("exit 0").output().is_ok_and(|output| output.status.success());
    if !found {
        #[expect(clippy::disallowed_methods, reason = "the one switch of these tests")]
        let required = shell != "pwsh" && std::env::var_os("CI").is_some();
        assert!(!required, "{shell} is not installed");
        // Not by a macro, whose words are shown of tests that fail only.
        let _ = writeln!(std::io::stderr(), "{shell} is not installed: its completion script was not tried");
    }
    found
}

/// A bench with the binary in the path, the script of this shell in the file `script`, and a home of its own.
fn with_script(bench: Bench, shell: Shell) -> Bench {
    std::fs::write(bench.path("script"), script(shell)).expect("the script is written");
    let binary = Path::new(env!("CARGO_BIN_EXE_taskctl")).parent().expect("a folder").display().to_string();
    let home = bench.path("home");
    std::fs::create_dir_all(&home).expect("a home");
    bench.env("PATH", &format!("{binary}:/usr/local/bin:/usr/bin:/bin")).env("HOME", &home.to_string_lossy())
}

/// A VCDA with two tasks, and a bench whose profile `vcda` may ask it for their ids.
fn vcda() -> (Server, Bench) {
    let server = Server::start(simulation("vcda"));
    for (age, id) in (100..).zip(IDS) {
        server.world().add(Story::new(id, vec![Truth::running(40)]).age(age));
    }
    let bench = willing(Bench::new(&[&server]));
    (server, bench)
}

/// A shell that somebody sits at.
struct Seated {
    terminal: OnTerminal,
    /// The keys that leave an empty line on an empty screen.
    clear: &'static str,
}

impl Seated {
    fn new(bench: &Bench, words: &[&str]) -> Seated {
        let seated = Seated { terminal: OnTerminal::run(bench, 24, 150, words), clear: "\u{15}\u{c}" };
        seated.terminal.screen.wait("a prompt", |shown| shown.text().trim_end().ends_with("READY>"));
        seated
    }

    /// Types a line and TAB on an empty screen, and waits until the screen is as wanted.
    #[track_caller]
    fn tab(&mut self, line: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.terminal.type_in(self.clear);
        self.terminal.screen.wait("an empty screen", |shown| shown.text() == "READY>");
        self.terminal.type_in(line);
        self.terminal.screen.wait(line, |shown| shown.text() == format!("READY> {line}").trim_end());
        self.terminal.type_in("\t");
        self.terminal.screen.wait(&format!("{line} completed"), |shown| wanted(&shown.text()))
    }

    /// Asserts that TAB makes this line of that one.
    #[track_caller]
    fn becomes(&mut self, line: &str, completed: &str) {
        let wanted = format!("READY> {completed}");
        self.tab(line, |text| text.lines().any(|line| line == wanted));
    }
}

fn bash_at_a_terminal(bench: Bench) -> (Bench, Seated) {
    let bench = with_script(bench, Shell::Bash);
    let rc = format!(
        "source '{}'\nPS1='READY> '\nbind 'set show-all-if-ambiguous on'\nbind 'set bell-style none'\n\
         bind 'set enable-bracketed-paste off'\n",
        bench.path("script").display()
    );
    std::fs::write(bench.path("bashrc"), rc).expect("a file");
    let file = bench.path("bashrc").to_string_lossy().into_owned();
    let seated = Seated::new(&bench, &["bash", "--noprofile", "--rcfile", &file, "-i"]);
    (bench, seated)
}

fn zsh_at_a_terminal(bench: Bench) -> (Bench, Seated) {
    let bench = with_script(bench, Shell::Zsh);
    let home = bench.path("home");
    std::fs::rename(bench.path("script"), home.join("_taskctl")).expect("the script is moved");
    let rc = "fpath=(~ $fpath)\nautoload -U compinit\ncompinit -u -D\nPROMPT='READY> '\nsetopt nobeep no_prompt_sp\n\
              unset zle_bracketed_paste\n";
    std::fs::write(home.join(".zshrc"), rc).expect("a file");
    let seated = Seated::new(&bench, &["zsh", "-d", "-i"]);
    (bench, seated)
}

/// What fish offers for a line, with what it says of each.
fn fish(bench: &Bench, line: &str) -> String {
    let code = format!("source '{}'; complete -C \"{line}\"", bench.path("script").display());
    let mut command = Command::new("fish");
    command.args(["--no-config", "-c", &code]);
    process::prepare(&mut command, bench);
    let ended = Running::spawn(command, "").end().expect(0);
    assert_eq!(ended.stderr, "", "{line}");
    ended.stdout
}

/// What bash offers for the last of these words; `=` and `:` and what surrounds them are words of their own to bash.
fn bash(bench: &Bench, line: &str, words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let last = words.last().expect("a word");
    let code = format!(
        "source '{path}'; COMP_LINE='{line}' COMP_POINT=${{#COMP_LINE}} COMP_WORDS=({words}) COMP_CWORD={current}; \
         function=$(complete -p taskctl | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
         \"$function\" taskctl '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        path = bench.path("script").display(),
        words = quoted.join(" "),
        current = words.len() - 1,
        before = words[words.len().saturating_sub(2)],
    );
    let mut command = Command::new("bash");
    command.args(["--norc", "--noprofile", "-c", &code]);
    process::prepare(&mut command, bench);
    let ended = Running::spawn(command, "").end();
    assert_eq!(ended.stderr, "", "{line}");
    ended.stdout.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn bash_completes_profiles_fields_formats_conditions_states_and_backends() {
    if !found("bash") {
        return;
    }
    let bench = with_script(Bench::with_config(CONFIG), Shell::Bash);
    let other = bench.path("other.toml");
    std::fs::write(&other, "[profiles.elsewhere]\nbackend = \"vcda\"\n").expect("a file");
    let elsewhere = format!("taskctl --config {} get -p e", other.display());
    let cases: [(&str, &[&str]); 20] = [
        ("taskctl get ci", &["cis"]),
        ("taskctl wait sn", &["snapservice"]),
        ("taskctl get velo --prof", &["--profile"]),
        ("taskctl get -p ", &["dr", "dr-test", "velo-x"]),
        ("taskctl watch vcda --profile dr-", &["dr-test"]),
        ("taskctl get --profile=v", &["velo-x"]),
        ("taskctl get --profile=", &["dr", "dr-test", "velo-x"]),
        ("taskctl get dr-", &["dr-test/"]),
        ("taskctl get -o json  dr-", &["dr-test/"]),
        ("taskctl wait dr/", &[]),
        ("taskctl config show v", &["velo-x"]),
        ("taskctl get vcda --field progress.p", &["progress.percent"]),
        ("taskctl get vcda --field=state,progress.p", &["state,progress.percent"]),
        ("taskctl watch ecs --for s", &["succeeded"]),
        // An unquoted > would write a file.
        ("taskctl watch ecs --for running,pro", &["running,progress\\>="]),
        ("taskctl list ecs --state running,fai", &["running,failing", "running,failed"]),
        ("taskctl get vcda -o js", &["json", "jsonl"]),
        ("taskctl schema e", &["event"]),
        ("taskctl completions po", &["powershell"]),
        (&elsewhere, &["elsewhere"]),
    ];
    for (line, expected) in cases {
        // As bash splits it.
        let spaced = line.replace('=', " = ");
        let mut words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
        if line.ends_with(' ') {
            words.push("");
        }
        assert_eq!(bash(&bench, line, &words), expected, "{line}");
    }
}

#[test]
fn bash_completes_ids_at_a_terminal() {
    if !found("bash") {
        return;
    }
    let (server, bench) = vcda();
    let (_bench, mut bash) = bash_at_a_terminal(bench);
    bash.becomes("taskctl get vcda f", &format!("taskctl get vcda {}", IDS[0]));
    bash.becomes("taskctl watch vcda/0", &format!("taskctl watch vcda/{}", IDS[1]));
    bash.becomes("taskctl get -p vcda \"vcda\" f6", &format!("taskctl get -p vcda \"vcda\" {}", IDS[0]));
    let both = bash.tab("taskctl get vcda ", |text| IDS.iter().all(|id| text.contains(id)));
    let at = |id: &str| both.find(id).expect("it is shown");
    assert!(at(IDS[0]) < at(IDS[1]), "the newest first: {both}");
    bash.becomes("taskctl get vc", "taskctl get vc");
    assert_eq!((server.sessions().opened(), server.sessions().live()), (4, 0));
}

/// Bash takes a word apart at each colon, and puts in what it is given as it is.
#[test]
fn ids_with_colons_are_completed_and_hostile_ones_do_nothing_in_any_shell() {
    let ids = [
        "52b2:com.vmware.one",
        "52b2:com.vmware.two",
        "7x;touch GOTCHA",
        "7$(touch GOTCHA)",
        "7`touch GOTCHA`",
        "7x y",
        "7\u{1b}[2J",
    ];
    let items: Vec<_> = ids
        .iter()
        .map(|id| serde_json::json!({"id": id, "state": "RUNNING", "workflowInfo": {"type": "$(touch GOTCHA)`touch GOTCHA`%B"}}))
        .collect();
    let list = Response::json(200, &serde_json::json!({"items": items, "total": items.len()}));
    let serve = || {
        let server = Server::start(simulation("vcda"));
        server.faults(Some(RequestKind::Read), 0, 100, Fault::Answer(list.clone()));
        let bench = willing(Bench::new(&[&server]));
        (server, bench)
    };
    let untouched = |bench: &Bench| {
        let files = [
            bench.path("GOTCHA"),
            bench.path("home/GOTCHA"),
            Path::new(env!("CARGO_MANIFEST_DIR")).join("GOTCHA"),
        ];
        assert!(files.iter().all(|file| !file.exists()), "an id was run");
    };
    if found("bash") {
        let (_server, bench) = serve();
        let (bench, mut bash) = bash_at_a_terminal(bench);
        bash.becomes("taskctl get vcda 52", "taskctl get vcda 52b2:com.vmware.");
        bash.becomes("taskctl get vcda 52b2:", "taskctl get vcda 52b2:com.vmware.");
        bash.becomes("taskctl get vcda 52b2:com.vmware.t", "taskctl get vcda 52b2:com.vmware.two");
        bash.becomes("taskctl get vcda/52b2:com.vmware.o", "taskctl get vcda/52b2:com.vmware.one");
        bash.becomes("taskctl get vcda '52b2:com.vmware.o", "taskctl get vcda '52b2:com.vmware.one'");
        bash.becomes("taskctl get vcda 7", "taskctl get vcda 7");
        untouched(&bench);
    }
    if found("zsh") {
        let (_server, bench) = serve();
        let (bench, mut zsh) = zsh_at_a_terminal(bench);
        zsh.becomes("taskctl get vcda 52", "taskctl get vcda 52b2:com.vmware.");
        zsh.becomes("taskctl get vcda/52b2:com.vmware.o", "taskctl get vcda/52b2:com.vmware.one");
        zsh.becomes("taskctl get vcda 7", "taskctl get vcda 7");
        untouched(&bench);
    }
    if found("fish") {
        let (_server, bench) = serve();
        let bench = with_script(bench, Shell::Fish);
        let offered = fish(&bench, "taskctl get vcda ");
        let words: Vec<&str> = offered.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(words, ids[..2]);
        untouched(&bench);
    }
}

#[test]
fn zsh_completes_names_ids_and_the_flags_of_a_backend() {
    if !found("zsh") {
        return;
    }
    let (server, bench) = vcda();
    let (_bench, mut zsh) = zsh_at_a_terminal(bench);
    zsh.becomes("taskctl get vcda f", &format!("taskctl get vcda {}", IDS[0]));
    zsh.becomes("taskctl -p vcda watch vcda/0", &format!("taskctl -p vcda watch vcda/{}", IDS[1]));
    zsh.tab("taskctl get vcda ", |text| {
        text.contains(&format!("{}  -- running 40% sync: my vapp 1", IDS[1]))
            && IDS.map(|id| text.find(id)).is_sorted()
    });
    assert_eq!((server.sessions().opened(), server.sessions().live()), (3, 0));
    for (line, completed) in [
        ("taskctl get -p v", "taskctl get -p vcda"),
        ("taskctl get --profile=v", "taskctl get --profile=vcda"),
        ("taskctl config show v", "taskctl config show vcda"),
        ("taskctl get velos", "taskctl get velostrata"),
        ("taskctl get ci", "taskctl get cis"),
        ("taskctl wait sn", "taskctl wait snapservice"),
        ("taskctl get snap --prof", "taskctl get snap --profile"),
        ("taskctl watch vcda/1 v", "taskctl watch vcda/1 vcda/"),
        ("taskctl get vcda --field state,progress.p", "taskctl get vcda --field state,progress.percent"),
        ("taskctl watch ecs --for running,pro", "taskctl watch ecs --for running,progress\\>="),
        ("taskctl list vcda --state running,suc", "taskctl list vcda --state running,succeeded"),
        ("taskctl get vcda --output=y", "taskctl get vcda --output=yaml"),
        ("taskctl get vcda x --sit", "taskctl get vcda x --site"),
        ("taskctl schema e", "taskctl schema event"),
    ] {
        zsh.becomes(line, completed);
    }
}

#[test]
fn fish_completes_names_ids_and_the_flags_of_a_backend() {
    if !found("fish") {
        return;
    }
    let (server, bench) = vcda();
    let bench = with_script(bench, Shell::Fish);
    let meaning = "running 40% sync: my vapp 1";
    assert_eq!(fish(&bench, "taskctl get vcda f"), format!("{}\t{meaning}\n", IDS[0]));
    assert_eq!(fish(&bench, "taskctl watch vcda/"), IDS.map(|id| format!("vcda/{id}\t{meaning}\n")).concat());
    assert_eq!((server.sessions().opened(), server.sessions().live()), (2, 0));
    let about = "VMware Cloud Director Availability";
    for (line, offered) in [
        ("taskctl get ci", "cis\tVMware vCenter (CIS tasks)\n".to_owned()),
        ("taskctl wait vcda", format!("vcda\t{about}\n")),
        ("taskctl get snap --prof", "--profile\tThe profile to use\n".to_owned()),
        ("taskctl get -p v", format!("vcda\t{about}\n")),
        ("taskctl get --profile=v", format!("--profile=vcda\t{about}\n")),
        ("taskctl config show v", format!("vcda\t{about}\n")),
        ("taskctl get vcda --field state,progress.p", "state,progress.percent\n".to_owned()),
        ("taskctl watch ecs --for running,pro", "running,progress>=\n".to_owned()),
        ("taskctl list vcda --state running,suc", "running,succeeded\n".to_owned()),
        (
            "taskctl get vcda --sit",
            "--site\tThe site that runs the task; the local one if not given\n".to_owned(),
        ),
        ("taskctl get vcda --prof", "--profile\tThe profile to use\n".to_owned()),
        ("taskctl get vcda -o y", "yaml\tAs json\n".to_owned()),
        ("taskctl schema e", "event\tA line of watch -o jsonl\n".to_owned()),
        ("taskctl completions po", "powershell\n".to_owned()),
    ] {
        assert_eq!(fish(&bench, line), offered, "{line}");
    }
}

fn elvish_at_a_terminal(bench: Bench) -> (Bench, Seated) {
    let bench = with_script(bench, Shell::Elvish);
    let file = |name: &str| bench.path(name).to_string_lossy().into_owned();
    let rc = format!(
        "eval (slurp < '{}')\nset edit:prompt = {{ put 'READY> ' }}\nset edit:rprompt = {{ put '' }}\n",
        file("script")
    );
    std::fs::write(bench.path("rc.elv"), rc).expect("a file");
    let mut seated = Seated::new(&bench, &["elvish", "-rc", &file("rc.elv")]);
    // There is no key that empties the screen.
    seated.clear = "\u{15}";
    (bench, seated)
}

#[test]
fn elvish_completes_names_ids_and_the_flags_of_a_backend() {
    if !found("elvish") {
        return;
    }
    let (server, bench) = vcda();
    let (_bench, mut elvish) = elvish_at_a_terminal(bench);
    for (line, completed) in [
        ("taskctl get -p v", "taskctl get -p vcda"),
        ("taskctl config show v", "taskctl config show vcda"),
        ("taskctl get velos", "taskctl get velostrata"),
        ("taskctl get ci", "taskctl get cis"),
        ("taskctl watch vcda/1 v", "taskctl watch vcda/1 vcda/"),
        ("taskctl get vcda x --sit", "taskctl get vcda x --site"),
        ("taskctl schema e", "taskctl schema event"),
    ] {
        elvish.becomes(line, completed);
    }
    elvish.becomes("taskctl get vcda f", &format!("taskctl get vcda {}", IDS[0]));
    assert_eq!((server.sessions().opened(), server.sessions().live()), (1, 0));
}

/// PowerShell hands a line to the script itself, so that no terminal is needed.
#[test]
fn powershell_completes_names_and_the_flags_of_a_backend() {
    if !found("pwsh") {
        return;
    }
    let bench = with_script(Bench::with_config(CONFIG), Shell::Powershell);
    for (line, offered) in [
        ("taskctl get -p v", "velo-x"),
        ("taskctl get ci", "cis"),
        ("taskctl schema ", "task event"),
        ("taskctl get vcda x --sit", "--site"),
    ] {
        let code = format!(
            ". ([ScriptBlock]::Create((Get-Content -Raw '{}'))); \
             ([System.Management.Automation.CommandCompletion]::CompleteInput('{line}', {}, $null)).CompletionMatches \
             | ForEach-Object CompletionText",
            bench.path("script").display(),
            line.len()
        );
        let mut command = Command::new("pwsh");
        command.args(["-NoProfile", "-Command", &code]);
        process::prepare(&mut command, &bench);
        let ended = Running::spawn(command, "").end().expect(0);
        assert_eq!(ended.stdout.split_whitespace().collect::<Vec<_>>().join(" "), offered, "{line}");
    }
}

#[test]
fn the_scripts_are_loaders_and_hold_no_knowledge() {
    for shell in Shell::value_variants() {
        let text = script(*shell);
        assert!(text.lines().count() <= 40, "{shell:?}");
        assert_eq!(text.matches("__complete").count(), 1, "{shell:?}");
        for word in taskctl::api::BACKENDS.iter().map(|backend| backend.name).chain(["watch", "--profile"]) {
            assert!(!text.contains(word), "{shell:?}: {word}");
        }
    }
}
