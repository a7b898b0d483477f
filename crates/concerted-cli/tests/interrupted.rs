//! An ingest that is killed goes on where it was, one to which a file is added goes on behind the others, and the
//! case is the one that it would have been.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

fn concerted(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    command.args(words).current_dir(folder);
    command
}

/// Posts of so many MiB, most of it in their texts.
fn posts(mebibytes: usize, of: &str) -> String {
    let (mut table, mut number) = ("account,id,time,text\n".to_owned(), 0);
    while table.len() < mebibytes << 20 {
        let (minute, second) = (number / 60 % 60, number % 60);
        let words = format!("{of} {number} ").repeat(100);
        writeln!(
            table,
            "a{},{of}{number},2024-05-01T12:{minute:02}:{second:02}Z,{words}",
            number % 97
        )
        .unwrap();
        number += 1;
    }
    table
}

/// A folder with `data`: two files, each large enough that its end is noted.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/1.csv"), posts(17, "x")).unwrap();
    fs::write(folder.path().join("data/2.csv"), posts(30, "y")).unwrap();
    folder
}

/// Reads `data` into a case; gives what was said.
fn ingested(case: &str, folder: &Path) -> String {
    let output = concerted(&["ingest", "data", "--case", case], folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

/// Begins to read `data` into a case, and kills it when the end of the first file was noted.
fn killed(case: &str, folder: &Path) {
    let mut command = concerted(&["ingest", "data", "--case", case], folder);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(120);
    let note = folder.join(case).join("reading/note.json");
    while !note.exists() && Instant::now() < patience {
        std::thread::yield_now();
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(note.exists() && !folder.join(case).join("run.json").exists());
}

/// The hash of every file that the reading of a case gave.
fn hashes(case: &str, folder: &Path) -> Value {
    let run = fs::read_to_string(folder.join(case).join("run.json")).unwrap();
    let run: Value = serde_json::from_str(&run).unwrap();
    let files = run["stages"]["ingest"]["files"].clone();
    assert!(files["posts.parquet"].is_object(), "{run}");
    files
}

#[test]
fn a_killed_ingest_goes_on_behind_what_it_had_read_and_gives_the_same_bytes() {
    let folder = folder();
    ingested("whole", folder.path());
    killed("killed", folder.path());
    let said = ingested("killed", folder.path());
    // A slow machine may have come to the end of the second file before the kill.
    let told = |files: u32| {
        format!("goes on where reading was interrupted: {files} of 2 files were read to their end")
    };
    assert!(said.contains(&told(1)) || said.contains(&told(2)), "{said}");
    assert_eq!(hashes("killed", folder.path()), hashes("whole", folder.path()));
}

#[test]
fn a_file_that_changed_meanwhile_is_read_from_the_beginning_and_that_is_said() {
    let folder = folder();
    killed("killed", folder.path());
    let file = folder.path().join("data/1.csv");
    let more =
        format!("{}new,new,2024-05-01T13:00:00Z,words\n", fs::read_to_string(&file).unwrap());
    fs::write(&file, more).unwrap();
    let said = ingested("killed", folder.path());
    assert!(said.contains("an interrupted reading lay here; it was of other files"), "{said}");
    ingested("whole", folder.path());
    assert_eq!(hashes("killed", folder.path()), hashes("whole", folder.path()));
}

#[test]
fn a_file_that_is_added_is_the_only_one_that_is_read() {
    let folder = folder();
    ingested("days", folder.path());
    fs::write(folder.path().join("data/3.csv"), posts(1, "z")).unwrap();
    let said = ingested("days", folder.path());
    assert!(said.contains("2 files were read before and are not read again"), "{said}");
    ingested("whole", folder.path());
    assert_eq!(hashes("days", folder.path()), hashes("whole", folder.path()));
}
