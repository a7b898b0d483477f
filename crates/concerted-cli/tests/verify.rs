//! `concerted verify` with whatever stands for the inputs: files, a folder, a pattern, an archive.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{fs, path::Path, process::Command};

fn concerted(words: &[&str], folder: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    let output = command.args(words).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// A folder `data` with two files of posts, one that is none, and an empty one.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("one.csv"), "account,time,text\na,2024-05-01T10:00:00Z,hello\n").unwrap();
    fs::write(data.join("two.jsonl"), "{\"account\":\"b\",\"time\":\"2024-05-01T10:00:01Z\"}\n")
        .unwrap();
    fs::write(data.join("notes.txt"), "words\n").unwrap();
    fs::write(data.join("empty.csv"), "").unwrap();
    folder
}

#[test]
fn what_stood_for_the_inputs_stands_for_them_again() {
    for inputs in ["data", "data/*"] {
        let folder = folder();
        let (code, said) = concerted(&["ingest", inputs, "--case", "case"], folder.path());
        assert_eq!(code, Some(0), "{inputs}: {said}");
        let (code, said) = concerted(&["verify", "case", inputs], folder.path());
        assert_eq!(code, Some(0), "{inputs}: {said}");
        assert!(said.contains("came out the same"), "{inputs}: {said}");
    }
}

#[test]
fn a_file_that_was_not_read_and_one_that_is_gone_are_named() {
    let folder = folder();
    assert_eq!(concerted(&["ingest", "data", "--case", "case"], folder.path()).0, Some(0));
    fs::rename(folder.path().join("data/two.jsonl"), folder.path().join("two.jsonl")).unwrap();
    fs::write(folder.path().join("data/new.csv"), "account,time\nc,2024-05-01\n").unwrap();
    let (code, said) = concerted(&["verify", "case", "data"], folder.path());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("data/new.csv: it is not an input that was read"), "{said}");
    assert!(said.contains("data/two.jsonl: the input that was read, with SHA-256"), "{said}");
}

#[test]
fn a_format_that_a_command_named_is_named_again() {
    let folder = tempfile::tempdir().unwrap();
    // Eight columns under no names that any format has.
    let table = "a,b,c,d,e,f,g,h\np1,u1,a,,,words,1714564800,\np2,u2,b,,,words,1714564801,\n";
    fs::write(folder.path().join("posts.csv"), table).unwrap();
    let words = ["ingest", "posts.csv", "--case", "case", "--format", "cnt"];
    let (code, said) = concerted(&words, folder.path());
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = concerted(&["verify", "case", "posts.csv"], folder.path());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("came out the same"), "{said}");
}
