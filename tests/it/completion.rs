//! The scripts complete what only the user's configuration knows, in a real shell.

use std::process::Command;

use clap_complete::Shell;
use taskctl::commands::completions::script;

use crate::harness::Bench;

const CONFIG: &str = "default_profile = \"dr\"\n\
    [profiles.dr]\nbackend = \"vcda\"\nurl = \"https://dr.example.com\"\npassword = \"Gehe1m-hier\"\n\
    [profiles.dr-test]\nbackend = \"nonsense\"\n\
    [profiles.\"two words\"]\nbackend = \"ecs\"\n\
    [profiles.velo-x]\nbackend = \"velostrata\"\nurl = \"https://velo.example.com\"\n";

#[test]
fn profiles_are_named_and_nothing_else_is_said() {
    let bench = Bench::with_config(CONFIG);
    let outcome = bench.run(&["__complete", "profiles"]).expect(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("dr\ndr-test\nvelo-x\n", ""));
    let broken = Bench::with_config("[profiles.dr\n").run(&["__complete", "profiles"]).expect(0);
    assert_eq!((broken.stdout.as_str(), broken.stderr.as_str()), ("", ""));
    let missing =
        Bench::with_config("").env("TASKCTL_CONFIG", "/no/such/file").run(&["__complete", "profiles"]);
    assert_eq!((missing.code, missing.stdout.as_str(), missing.stderr.as_str()), (0, "", ""));
}

/// What bash offers for the last of these words; `=` and what surrounds it are words of their own to bash.
fn bash(bench: &Bench, words: &[&str]) -> Option<Vec<String>> {
    let program = env!("CARGO_BIN_EXE_taskctl");
    let path = bench.path("completion.bash");
    std::fs::write(&path, script(Shell::Bash)).expect("the script is written");
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let (last, before) =
        (words.last().expect("a word"), words.get(words.len().wrapping_sub(2)).unwrap_or(&"taskctl"));
    let code = format!(
        "source '{path}'; COMP_WORDS=('{program}' {words}); COMP_CWORD={count}; \
         function=$(complete -p taskctl | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
         \"$function\" '{program}' '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        path = path.display(),
        words = quoted.join(" "),
        count = words.len(),
    );
    let mut command = Command::new("bash");
    command.args(["--norc", "--noprofile", "-c", &code]).env_clear();
    command.env("PATH", "/usr/bin:/bin").envs(bench.environment().iter().cloned());
    let output = match command.output() {
        Ok(output) => output,
        Err(_) => {
            eprintln!("bash is not installed: not tested");
            return None;
        }
    };
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[test]
fn bash_completes_profiles_fields_formats_conditions_and_backends() {
    let bench = Bench::with_config(CONFIG);
    let cases: [(&[&str], &[&str]); 12] = [
        (&["get", "-p", ""], &["dr", "dr-test", "velo-x"]),
        (&["watch", "vcda", "--profile", "dr-"], &["dr-test"]),
        (&["get", "--profile", "=", "v"], &["velo-x"]),
        (&["get", "dr-"], &["dr-test/"]),
        (&["wait", "dr/"], &[]),
        (&["get", "vcda", "--field", "progress.p"], &["progress.percent"]),
        (&["get", "vcda", "--field", "state,progress.p"], &["state,progress.percent"]),
        (&["watch", "ecs", "--for", "s"], &["succeeded"]),
        (&["watch", "ecs", "--for", "running,pro"], &["running,progress>="]),
        (&["get", "vcda", "-o", "js"], &["json", "jsonl"]),
        (&["schema", "e"], &["event"]),
        (&["completions", "po"], &["powershell"]),
    ];
    for (words, expected) in cases {
        let Some(offered) = bash(&bench, words) else { return };
        assert_eq!(offered, expected, "{words:?}");
    }
    let other = bench.path("other.toml");
    std::fs::write(&other, "[profiles.elsewhere]\nbackend = \"vcda\"\n").expect("a file");
    let Some(offered) = bash(&bench, &["--config", &other.to_string_lossy(), "get", "-p", "e"]) else {
        return;
    };
    assert_eq!(offered, ["elsewhere"]);
    let Some(offered) = bash(&bench, &["get", "v"]) else { return };
    for word in ["velostrata", "vcda", "vcenter", "velo-x/"] {
        assert!(offered.contains(&word.to_owned()), "{word}: {offered:?}");
    }
}

#[test]
fn the_other_shells_ask_for_profiles_too() {
    let zsh = String::from_utf8(script(Shell::Zsh)).expect("UTF-8");
    assert!(zsh.contains("'-p+[The profile to use]:NAME:_taskctl_profiles'"), "{zsh}");
    assert!(zsh.contains("'--profile=[The profile to use]:NAME:_taskctl_profiles'"), "{zsh}");
    let function = zsh.find("\n_taskctl_profiles()").expect("the function");
    assert!(
        function < zsh.find("if [ \"$funcstack[1]\"").expect("the end"),
        "it is defined before it is called"
    );
    assert!(String::from_utf8(script(Shell::Fish)).expect("UTF-8").contains("taskctl __complete profiles"));
    for shell in taskctl::cli::shells() {
        let text = String::from_utf8(script(*shell)).expect("UTF-8");
        let elsewhere = text.matches("__complete").count();
        assert!(elsewhere <= 1, "{shell}: the hidden verb is offered");
    }
}
