//! What becomes of the hostile files after they were read: in the case, on the terminal, in the report.
//!
//! The files are not part of the repository. Where their folder is missing, the tests say so and pass.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "clippy.toml excuses test functions, not the functions they share"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

fn hostile(test: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/formats/hostile"));
    if folder.is_dir() {
        return Some(folder.to_owned());
    }
    println!("{test}: skipped, there is no folder ../shared");
    None
}

const MAP: &str = "account=account_id,time=time,id=id,text=text";

fn investigate(file: &Path, map: &str, folder: &Path, json: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    command.arg("investigate").arg(file).args(["--map", map, "--case", "case"]);
    command.args(["--max-rejects", "1"]).current_dir(folder);
    if json {
        command.arg("--json");
    }
    command.output().unwrap()
}

/// What must become of a file: the exit code, and a word of what is said on either stream.
const FILES: &[(&str, &str, i32, &str)] = &[
    // Nothing to compare is an error of the input; too little to say anything is not.
    ("02_header_only.csv", MAP, 3, "not enough data"),
    ("40_deleted_authors.jsonl", MAP, 3, "not enough data"),
    ("47_self_only.jsonl", MAP, 3, "not enough data"),
    ("45_insufficient.jsonl", MAP, 0, "too little data"),
    (
        "41_renames.jsonl",
        "account=account_id,time=time,id=id,handle=account_name,text=text",
        0,
        "2 accounts",
    ),
    (
        "48_mixed_platform_ids.jsonl",
        "account=account_id,time=time,id=id,platform=platform",
        0,
        "2 accounts",
    ),
    ("36_path_ids.jsonl", MAP, 0, "5 accounts"),
    (
        "46_same_second.jsonl",
        "account=account_id,time=time,id=id,text=text,url=url",
        2,
        "time resolution (1d) is coarser than every window",
    ),
];

#[test]
fn each_file_ends_with_its_exit_code_and_its_sentence() {
    let Some(hostile) = hostile("each_file_ends") else { return };
    for (name, map, code, word) in FILES {
        let folder = tempfile::tempdir().unwrap();
        let output = investigate(&hostile.join(name), map, folder.path(), false);
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{name}: {said}");
        assert!(said.contains(word), "{name}: {said}");
        assert!(!said.chars().any(|sign| sign.is_control() && sign != '\n'), "{name}: {said:?}");
    }
}

#[test]
fn no_id_is_ever_a_file_name() {
    let Some(hostile) = hostile("no_id_is_ever") else { return };
    let folder = tempfile::tempdir().unwrap();
    assert!(
        investigate(&hostile.join("36_path_ids.jsonl"), MAP, folder.path(), false).status.success()
    );
    let mut names = Vec::new();
    let mut open = vec![folder.path().to_owned()];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            names.push(path.file_name().unwrap().to_string_lossy().into_owned());
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    assert!(names.iter().all(|name| !name.contains("passwd") && name != "CON"), "{names:?}");
}

#[test]
fn a_file_is_inspected_with_what_it_can_show_and_what_not_and_why() {
    let Some(hostile) = hostile("a_file_is_inspected") else { return };
    let output = Command::new(env!("CARGO_BIN_EXE_concerted"))
        .arg("inspect")
        .arg(hostile.join("21_snowflake_shift.csv"))
        .args(["--map", "account=account_id,time=time,id=id,text=text", "--json"])
        .output()
        .unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let check = &found["inputs"][0]["clock_check"];
    assert_eq!(
        (&check["offset_minutes"], &check["offset_rows"]),
        (&Value::from(210), &Value::from(20))
    );
    let trace = |name: &str| {
        let traces = found["traces"].as_array().unwrap();
        traces.iter().find(|trace| trace["trace"] == name).unwrap()["why_not"].to_string()
    };
    assert!(
        trace("repost").contains("no post") || trace("repost").contains("no column"),
        "{}",
        trace("repost")
    );
    assert!(trace("like").contains("no format that is read carries likes"));
}
