//! Every export is read back by the readers of other people, with equal numbers.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use concerted::export::{KeyUse, Level};

use crate::case::Small;

/// The Python with the readers, and the JavaScript packages: where `.ci/run` puts them, or where one says.
fn readers() -> Option<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let place =
        |name: &str, usual: &str| env::var_os(name).map_or_else(|| root.join(usual), PathBuf::from);
    let python = place("CONCERTED_READERS_PYTHON", "target/readers/venv/bin/python");
    let modules = place("CONCERTED_READERS_NODE", "target/readers/node_modules");
    (python.is_file() && modules.is_dir()).then_some((python, modules))
}

#[test]
fn every_export_is_read_back_with_equal_nodes_edges_weights_attributes_and_times() {
    let Some((python, modules)) = readers() else {
        println!(
            "every_export_is_read_back_…: skipped, the readers are not installed; .ci/run installs them into target/readers"
        );
        return;
    };
    let small = Small::new();
    let out = small.export(Level::Evidence, KeyUse::OfCase, "out");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/exports/read_back.py");
    let run = Command::new(python).arg(script).arg(&small.root).arg(out).arg(modules).output();
    let run = run.unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    print!("{said}");
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert!(said.contains("networkx reads GraphML"), "{said}");
}
