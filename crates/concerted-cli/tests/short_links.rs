//! `--short-links`: what short addresses stand for, from a person's own file, into the case and its check.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod typed;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use tempfile::TempDir;
use typed::{concerted, json};

/// Standard output and standard error.
fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

const LINKS: &str = "short,long\nhttps://sho.rt/a,https://long.example/page\n";

/// A folder with two accounts' posts, the short address in one and the long one in the other, and links.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let posts = "account,time,text,urls\n\
        a,2024-05-01T12:00:00Z,see,https://sho.rt/a\n\
        b,2024-05-01T12:00:01Z,see,https://long.example/page\n";
    fs::write(folder.path().join("posts.csv"), posts).unwrap();
    fs::write(folder.path().join("links.csv"), LINKS).unwrap();
    folder
}

fn ingested(folder: &Path) {
    let words = ["ingest", "posts.csv", "--case", "case", "--short-links", "links.csv"];
    let output = concerted(&words, folder);
    let (_, talk) = said(&output);
    assert!(output.status.success(), "{talk}");
    assert!(talk.contains("1 short addresses were read as the long ones"), "{talk}");
}

/// Things in one trace that two accounts acted on.
fn shared(words: &[&str], folder: &Path) -> u64 {
    let read = json(&[&["inspect", "posts.csv", "--json"], words].concat(), folder);
    let traces = read["traces"].as_array().unwrap();
    let urls = traces.iter().find(|trace| trace["trace"] == "url").unwrap();
    urls["objects"].as_u64().unwrap()
}

#[test]
fn a_short_address_and_its_long_one_are_one_thing_that_two_accounts_shared() {
    let folder = folder();
    assert_eq!(shared(&[], folder.path()), 0);
    assert_eq!(shared(&["--short-links", "links.csv"], folder.path()), 1);
}

#[test]
fn a_file_that_holds_no_links_is_refused_with_a_sentence_and_no_case() {
    let folder = folder();
    for (content, sentence) in [
        ("a,b\n1,2\n", "links.csv: holds no pair of a short and a long address"),
        ("{\"https://sho.rt/a\"", "links.csv: byte 20: not JSON"),
        ("\u{feff}", "links.csv: holds no pair"),
        (
            "https://sho.rt/a,https://c.example/1\nhttps://sho.rt/a,https://c.example/2\n",
            "links.csv: \"https://sho.rt/a\" stands for two addresses: \"https://c.example/1\" and \
             \"https://c.example/2\"",
        ),
    ] {
        fs::write(folder.path().join("links.csv"), content).unwrap();
        let words = ["ingest", "posts.csv", "--case", "case", "--short-links", "links.csv"];
        let output = concerted(&words, folder.path());
        let (_, talk) = said(&output);
        assert_eq!(output.status.code(), Some(3), "{talk}");
        assert!(talk.contains(sentence) && talk.contains("hint: "), "{talk}");
        assert!(!folder.path().join("case").exists());
    }
    let words = ["ingest", "posts.csv", "--case", "case", "--short-links", "nothing.csv"];
    let output = concerted(&words, folder.path());
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).1.contains("nothing.csv"), "{}", said(&output).1);
}

/// The file of links that the case keeps.
fn kept(folder: &Path) -> PathBuf {
    let stages = fs::read_dir(folder.join("case/stages/ingest")).unwrap();
    let mut found = stages.map(|entry| entry.unwrap().path().join("links.json"));
    found.next().unwrap()
}

#[test]
fn a_case_is_made_again_with_the_links_that_it_keeps() {
    let folder = folder();
    ingested(folder.path());
    // The person's own file is not needed any more.
    fs::remove_file(folder.path().join("links.csv")).unwrap();
    let verified = concerted(&["verify", "case", "posts.csv"], folder.path());
    let (found, talk) = said(&verified);
    assert!(verified.status.success(), "{found}{talk}");
    assert!(found.contains("made again from the inputs came out the same"), "{found}");
}

#[test]
fn links_that_were_changed_in_the_case_are_found_out() {
    let folder = folder();
    ingested(folder.path());
    let links = kept(folder.path());
    let text = fs::read_to_string(&links).unwrap();
    fs::write(&links, text.replace("long.example", "evil.example")).unwrap();
    let verified = concerted(&["verify", "case", "posts.csv"], folder.path());
    let (found, _) = said(&verified);
    assert_eq!(verified.status.code(), Some(1), "{found}");
    assert!(found.contains("links.json: its content is not what was written"), "{found}");
    assert!(found.contains("it comes out differently"), "made with other links: {found}");
}

#[test]
fn other_links_are_another_reading() {
    let folder = folder();
    ingested(folder.path());
    fs::write(folder.path().join("links.csv"), LINKS.replace("page", "other")).unwrap();
    ingested(folder.path());
    let text = fs::read_to_string(kept(folder.path())).unwrap();
    assert!(text.contains("https://long.example/other"), "{text}");
}
