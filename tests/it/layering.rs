//! Imports point down only. The plan of the house, kept by reading `crate::` out of each file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The rooms of the map in `lib.rs`, from the top down: each may import those below it, and no other.
fn rooms() -> Vec<&'static str> {
    let map = include_str!("../../src/lib.rs").split("//! ```").nth(1).expect("a map");
    let names = map.lines().filter_map(|line| line.strip_prefix("//! "));
    let names = names.flat_map(|line| line.split("  ").next().unwrap_or_default().split(' '));
    std::iter::once("main").chain(names).collect()
}

#[test]
fn imports_point_down_only() {
    let rooms = rooms();
    let level = |room: &str| rooms.iter().position(|known| *known == room);
    let mut wrong = Vec::new();
    for (room, imports) in imports() {
        for (import, file) in imports {
            if import != room && level(&room) >= level(&import) {
                wrong.push(format!("{}: {room} must not import {import}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_of_the_house_has_every_room() {
    let mut drawn = rooms();
    drawn.sort_unstable();
    assert_eq!(drawn, imports().into_keys().collect::<Vec<_>>(), "the map in lib.rs is of what is in src");
    let guide = include_str!("../../CONTRIBUTING.md");
    let map = include_str!("../../src/lib.rs").split("//! ```").nth(1).expect("a map");
    for line in map.lines().filter_map(|line| line.strip_prefix("//! ")) {
        assert!(guide.contains(line), "CONTRIBUTING.md has the same map: {line}");
    }
}

#[test]
fn only_two_files_name_the_libraries_below_http() {
    for file in sources(&source()) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let is_http = file.ends_with("http/transport.rs") || file.ends_with("http/tls.rs");
        assert!(is_http || !(code.contains("reqwest::") || code.contains("rustls::")), "{}", file.display());
    }
}

pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

pub fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn every_dependency_has_its_reason_in_the_line_above() {
    let manifest = include_str!("../../Cargo.toml");
    let mut inside = false;
    let mut above = "";
    let mut count = 0;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.contains(" = ") {
            assert!(above.starts_with("# ") && above.ends_with('.'), "{line}: {above}");
            count += 1;
        }
        above = line;
    }
    let table: toml::Table = manifest.parse().expect("a manifest");
    let named = |table: &toml::Table| {
        let kinds = ["dependencies", "dev-dependencies"].into_iter();
        kinds.filter_map(|kind| table.get(kind)?.as_table()).map(toml::Table::len).sum::<usize>()
    };
    let targets = table["target"].as_table().expect("targets").values();
    let of_targets = targets.filter_map(toml::Value::as_table).map(named).sum::<usize>();
    assert_eq!(count, named(&table) + of_targets, "each was looked at");
}

/// Every module of the first level with what it imports of the others, and where.
fn imports() -> BTreeMap<String, Vec<(String, PathBuf)>> {
    let root = source();
    let mut found: BTreeMap<String, Vec<(String, PathBuf)>> = BTreeMap::new();
    for file in sources(&root) {
        let relative = file.strip_prefix(&root).expect("a file below src").to_owned();
        let first = relative.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        if module == "lib" {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file");
        let entry = found.entry(module.clone()).or_default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for (at, _) in line.match_indices("crate::").chain(line.match_indices("taskctl::")) {
                let prefix_length = if line[at..].starts_with("crate::") { 7 } else { 9 };
                let rest = &line[at + prefix_length..];
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if !name.is_empty() {
                    entry.push((name, relative.clone()));
                }
            }
        }
    }
    found
}
