//! Imports point down only. The plan of the house, kept by reading `crate::` out of each file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Each module with what it may import, from the top down.
const RULES: &[(&str, &[&str])] = &[
    ("main", &["app"]),
    (
        "app",
        &[
            "commands",
            "cli",
            "connect",
            "config",
            "credentials",
            "logger",
            "http",
            "style",
            "text",
            "streams",
            "signals",
            LEAVES,
        ],
    ),
    (
        "commands",
        &[
            "app",
            "cli",
            "connect",
            "config",
            "credentials",
            "follow",
            "lockout",
            "patience",
            "watch",
            "render",
            "backend",
            "reference",
            "signals",
            "streams",
            "style",
            "text",
            "duration",
            "http",
            LEAVES,
        ],
    ),
    (
        "connect",
        &[
            "cli",
            "config",
            "credentials",
            "follow",
            "lockout",
            "watch",
            "backend",
            "reference",
            "http",
            "render",
            "style",
            "duration",
            LEAVES,
        ],
    ),
    ("cli", &["backend", "duration", "moment", "parts", "render", "style", "text", "watch", LEAVES]),
    ("render", &["style", "text", "duration", "parts", LEAVES]),
    ("follow", &["watch", "backend", "pool", "http", "parts", LEAVES]),
    ("patience", &["http", LEAVES]),
    ("watch", &["http", LEAVES]),
    ("lockout", &["config", LEAVES]),
    ("credentials", &["config", "backend", "duration", "text", LEAVES]),
    ("config", &["backend", "duration", "text", "credentials", LEAVES]),
    ("backend", &["http", LEAVES]),
    ("logger", &["http", "streams", "text", LEAVES]),
    ("http", &[LEAVES]),
    ("parts", &["task"]),
    ("reference", &[LEAVES]),
    ("signals", &[LEAVES]),
    ("style", &["env", "task", "outcome"]),
    ("event", &["error", "outcome", "task"]),
    ("error", &["outcome"]),
    ("clock", &["outcome"]),
    ("moment", &["duration"]),
    ("duration", &[]),
    ("pool", &[]),
    ("streams", &[]),
    ("text", &[]),
    ("term", &[]),
    ("env", &[]),
    ("outcome", &[]),
    ("task", &[]),
];

/// Stands for the modules at the bottom, which everything may use.
const LEAVES: &str = "(leaves)";
const BOTTOM: [&str; 7] = ["task", "error", "event", "outcome", "clock", "term", "env"];

#[test]
fn imports_point_down_only() {
    let mut wrong = Vec::new();
    for (module, imports) in imports() {
        let Some((_, allowed)) = RULES.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{module} has no place in the plan: add it to the rules, and to the prologue of lib.rs"
            ));
            continue;
        };
        for (import, file) in imports {
            let leaf = allowed.contains(&LEAVES) && BOTTOM.contains(&import.as_str());
            if import != module && !allowed.contains(&import.as_str()) && !leaf {
                wrong.push(format!("{}: {module} must not import {import}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_is_about_a_module_that_exists() {
    let modules = imports();
    for (module, _) in RULES {
        assert!(modules.contains_key(*module), "{module} is in the plan and not in src");
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
