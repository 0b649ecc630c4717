//! Files that are made from the program are checked in as the program makes them.
//!
//! `UPDATE=1 cargo test --test it generated` writes them anew.

use std::path::{Path, PathBuf};

use taskctl::cli;

/// Every generated file: its path in the repository, and what it must hold.
fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for words in [&[][..], &["get"], &["watch"], &["watch", "vcenter"], &["list"], &["cancel"], &["doctor"]] {
        let name = ["taskctl"].iter().chain(words).copied().collect::<Vec<_>>().join("-");
        files.push((Path::new("tests/fixtures/help").join(format!("{name}.txt")), help(words)));
    }
    files
}

/// What `--help` says behind these words on a terminal of 80 columns.
fn help(words: &[&str]) -> Vec<u8> {
    let line = ["taskctl"].iter().chain(words).chain(&["--help"]);
    let said = cli::command().term_width(80).try_get_matches_from(line).expect_err("help is no command");
    assert_eq!(said.kind(), clap::error::ErrorKind::DisplayHelp, "{said}");
    said.render().to_string().into_bytes()
}

#[test]
fn generated_files_are_as_the_program_makes_them() {
    #[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for (path, wanted) in files() {
        let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
        if std::fs::read(&full).ok().as_ref() == Some(&wanted) {
            continue;
        }
        if update {
            std::fs::create_dir_all(full.parent().expect("a folder")).expect("the folder is made");
            std::fs::write(&full, wanted).expect("the file is written");
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; run UPDATE=1 cargo test --test it generated");
}

#[test]
fn help_fits_in_80_columns_and_tells_the_exit_codes_once() {
    for words in [
        &[][..],
        &["get"],
        &["watch"],
        &["watch", "vcenter"],
        &["get", "ecs"],
        &["list"],
        &["list", "vcda"],
        &["cancel"],
        &["doctor"],
    ] {
        let help = String::from_utf8(help(words)).expect("text");
        // A word that cannot be broken, such as a vCenter task's id, may stand alone on a longer line.
        let wide: Vec<&str> =
            help.lines().filter(|line| line.chars().count() > 80 && line.trim().contains(' ')).collect();
        assert!(wide.is_empty(), "{words:?}: {wide:#?}");
        assert_eq!(help.matches("Exit codes:").count(), 1, "{help}");
        assert!(help.contains(taskctl::outcome::Outcome::table().trim_end()), "{help}");
    }
}
