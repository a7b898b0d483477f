//! The walls between the crates: who may import whom, and what a crate never touches.
//!
//! The tables here are the ones of ARCHITECTURE.md. A failure names the crate and says what to do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// For each crate, the crates of ours that it may import, beside itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("concerted-model", &[]),
    ("concerted-methods", &[]),
    ("concerted-testkit", &[]),
    ("concerted-detect", &["concerted-model", "concerted-methods"]),
    ("concerted-case", &["concerted-model"]),
    ("concerted", &["concerted-model", "concerted-detect", "concerted-case", "concerted-testkit"]),
    ("concerted-server", &["concerted"]),
    ("concerted-py", &["concerted"]),
    ("concerted-cli", &["concerted", "concerted-server"]),
    (
        "xtask",
        &[
            "concerted",
            "concerted-case",
            "concerted-detect",
            "concerted-methods",
            "concerted-model",
            "concerted-testkit",
        ],
    ),
];

/// Words that a crate's sources must not hold, outside its tests.
const NEVER_TOUCHES: &[(&str, &[&str])] = &[
    ("concerted-model", &["std::fs", "std::env", "SystemTime", "Instant::now", "rand::"]),
    ("concerted-methods", &["std::fs", "std::env", "SystemTime", "Instant::now", "arrow_"]),
    ("concerted-detect", &["std::fs", "std::env", "SystemTime", "Instant::now", "async fn"]),
    ("concerted-case", &["async fn"]),
    ("concerted", &["println!", "eprintln!", "async fn"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifests() -> BTreeMap<String, (PathBuf, toml::Table)> {
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    crates
        .chain([root().join("xtask")])
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| {
            let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            let manifest: toml::Table = text.parse().unwrap();
            let name = manifest["package"]["name"].as_str().unwrap().to_owned();
            (name, (folder, manifest))
        })
        .collect()
}

fn ours(name: &str) -> bool {
    name == "concerted" || name.starts_with("concerted-")
}

#[test]
fn arrows_between_crates_only_fall() {
    for (name, (_, manifest)) in manifests() {
        let allowed = MAY_IMPORT
            .iter()
            .find(|(owner, _)| *owner == name)
            .unwrap_or_else(|| {
                panic!("{name} is not in the house: add it to MAY_IMPORT and ARCHITECTURE.md")
            })
            .1;
        let Some(imports) = manifest.get("dependencies").and_then(|d| d.as_table()) else {
            continue;
        };
        for import in imports.keys().filter(|import| ours(import)) {
            assert!(
                allowed.contains(&import.as_str()),
                "{name} imports {import}, but may import only {allowed:?}: \
                 move the code down, or share a table of concerted-model instead"
            );
        }
    }
}

#[test]
fn a_crate_never_touches_what_its_wall_keeps_out() {
    let manifests = manifests();
    for (name, words) in NEVER_TOUCHES {
        for (file, text) in sources(&manifests[*name].0.join("src")) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let found = words.iter().find(|word| line.contains(*word));
                let line = number + 1;
                assert!(
                    found.is_none(),
                    "{}:{line}: {name} must not touch {:?}: that is another crate's business",
                    file.display(),
                    found.unwrap_or(&""),
                );
            }
        }
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for (name, (_, manifest)) in manifests() {
        let takes = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(
            takes.and_then(toml::Value::as_bool),
            Some(true),
            "{name}: [lints] workspace = true is missing"
        );
    }
}

#[test]
fn the_terminal_starts_in_forty_lines() {
    let main = fs::read_to_string(root().join("crates/concerted-cli/src/main.rs")).unwrap();
    assert!(
        main.lines().count() <= 40,
        "main.rs has {} lines: one command is one file",
        main.lines().count()
    );
}

#[test]
fn stages_do_not_import_each_other() {
    let stages = ["copies", "traces", "coaction", "significance", "groups", "evidence"];
    let folder = root().join("crates/concerted-detect/src");
    for stage in stages {
        let file = folder.join(stage).with_extension("rs");
        let files = if file.is_file() {
            vec![(file.clone(), fs::read_to_string(file).unwrap())]
        } else {
            sources(&folder.join(stage))
        };
        let text: String = files.into_iter().map(|(_, text)| text).collect();
        assert!(!text.is_empty(), "stage {stage} is not where it was");
        for other in stages.iter().filter(|other| **other != stage) {
            let imports = text.contains(&format!("crate::{other}"))
                || text.contains(&format!("    {other}::"));
            assert!(!imports, "stage {stage} imports stage {other}: stages share tables, not code");
        }
    }
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}
