//! Help is checked in as the program prints it.
//!
//! `UPDATE=1 cargo test --test it generated` writes it anew. Words are compared: where lines break and how wide columns
//! are is clap's own business, which its patch releases may change.

use std::path::{Path, PathBuf};

use taskctl::cli;

/// Every file: its path in the repository, and what it must hold.
fn files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for words in [&[][..], &["get"], &["watch"], &["watch", "vcenter"], &["list"], &["cancel"], &["doctor"]] {
        let name = ["taskctl"].iter().chain(words).copied().collect::<Vec<_>>().join("-");
        files.push((Path::new("tests/fixtures/help").join(format!("{name}.txt")), help(words)));
    }
    files
}

/// What `--help` says behind these words on a terminal of 80 columns.
fn help(words: &[&str]) -> String {
    let line = ["taskctl"].iter().chain(words).chain(&["--help"]);
    let said = cli::command().term_width(80).try_get_matches_from(line).expect_err("help is no command");
    assert_eq!(said.kind(), clap::error::ErrorKind::DisplayHelp, "{said}");
    said.render().to_string()
}

#[test]
fn help_is_as_it_is_checked_in() {
    #[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for (path, wanted) in files() {
        let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
        let known = std::fs::read_to_string(&full).unwrap_or_default();
        if update {
            std::fs::create_dir_all(full.parent().expect("a folder")).expect("the folder is made");
            std::fs::write(&full, wanted).expect("the file is written");
        } else if !known.split_whitespace().eq(wanted.split_whitespace()) {
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
        let help = help(words);
        // A word that cannot be broken, such as a vCenter task's id, may stand alone on a longer line.
        let wide: Vec<&str> =
            help.lines().filter(|line| line.chars().count() > 80 && line.trim().contains(' ')).collect();
        assert!(wide.is_empty(), "{words:?}: {wide:#?}");
        assert_eq!(help.matches("Exit codes:").count(), 1, "{help}");
        assert!(help.contains(taskctl::outcome::Outcome::table().trim_end()), "{help}");
    }
}
