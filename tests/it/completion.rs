//! What `taskctl __complete` offers: what only the configuration knows. The scripts that ask it are in
//! `shells.rs`.

use crate::harness::{Bench, Outcome};

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

#[test]
fn profiles_are_named_and_nothing_else_is_said() {
    let bench = Bench::with_config(CONFIG);
    let outcome = complete(&bench, &["get", "-p", ""]);
    let vcda = "VMware Cloud Director Availability";
    let velo = "Velostrata, later Migrate for Compute Engine 4.x";
    assert_eq!(outcome.stdout, format!("dr\t{vcda}\ndr-test\t\nvelo-x\t{velo}\n"));
    let broken = Bench::with_config("[profiles.dr\n");
    assert_eq!(complete(&broken, &["get", "-p", ""]).stdout, "");
    let missing = Bench::with_config("").env("TASKCTL_CONFIG", "/no/such/file");
    assert_eq!(complete(&missing, &["get", "-p", ""]).stdout, "");
    for nothing in
        [&[][..], &[""], &["ge"], &["get", "vcda", "-"], &["nonsense", ""], &["get", "vcda", "-o", ""]]
    {
        assert_eq!(complete(&bench, nothing).stdout, "", "{nothing:?}");
    }
}

#[test]
fn each_word_of_a_line_is_offered_what_belongs_there() {
    let bench = Bench::with_config(CONFIG);
    let cases: [(&[&str], &[&str]); 19] = [
        (&["-p", "d"], &["dr", "dr-test"]),
        (&["get", "--profile=v"], &["velo-x"]),
        (&["config", "show", "dr-"], &["dr-test"]),
        (&["config", "list", "dr-"], &[]),
        (&["get", "v"], &["velostrata", "vcda", "vcenter", "velo-x/"]),
        (&["wait", "-o", "json", "d"], &["dr/", "dr-test/"]),
        (&["watch", "dr/1", "v"], &["velo-x/"]),
        (&["cancel", "v"], &["velostrata", "vcenter", "velo-x/"]),
        (&["cancel", "dr"], &["dr-test/"]),
        (&["get", "vcda", "--field", "progress.p"], &["progress.percent"]),
        (&["get", "vcda", "--field=state,progress.p"], &["state,progress.percent"]),
        (&["watch", "ecs", "--for", "s"], &["succeeded"]),
        (&["watch", "ecs", "--for", "running,pro"], &["running,progress>="]),
        (&["list", "ecs", "--state", "failed,fai"], &["failed,failing"]),
        (&["get", "vcda", "--timeout", ""], &[]),
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
    assert_eq!(offered(&bench, &["get", &format!("--config={other}"), "e"]), ["ecs", "elsewhere/"]);
}
