//! `concerted audit` and `concerted expand` as a person types them, on a small case that is written here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

fn concerted(words: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    command.args(words).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn json(words: &[&str], folder: &Path) -> Value {
    let output = concerted(words, folder);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Sixty accounts that link to articles at hours of their own, and eight that link to the same ones
/// within a minute, one of whose names would be form if it were not escaped.
fn case() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,account,handle,time,text,urls\n");
    let mut id = 0;
    let mut row = |account: &str, handle: &str, day: u32, second: u32, article: u32| {
        id += 1;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        writeln!(
            csv,
            "p{id},{account},{handle},2024-05-{day:02}T{hour:02}:{minute:02}:{second:02}Z,read this {id},https://news.example.org/{article}"
        )
        .unwrap();
    };
    for day in 1..=28 {
        for person in 0..60 {
            let second = (person * 1_373 + day * 4_421) % 72_000 + 3_600;
            row(&format!("person{person}"), "", day, second, (person * 7 + day * 13) % 210);
        }
        for member in 0..8 {
            let second = 20_000 + day * 1_500 + (member * 11 + day * 3) % 40;
            let handle = if member == 0 { "<b>one</b>" } else { "" };
            row(&format!("member{member}"), handle, day, second, 1_000 + day);
        }
    }
    fs::write(folder.path().join("posts.csv"), csv).unwrap();
    let members: Vec<String> = (0..8).map(|n| format!("member{n}")).collect();
    fs::write(folder.path().join("members.txt"), members.join("\n")).unwrap();
    let innocent = "person1\nperson2\nperson3\n";
    fs::write(
        folder.path().join("mixed.txt"),
        format!("{}\n{innocent}nobody\n", members.join("\n")),
    )
    .unwrap();
    fs::write(folder.path().join("two.txt"), "person1\nperson2\n").unwrap();
    fs::write(
        folder.path().join("claim.toml"),
        "claim = \"one network\"\npicked-from-this-data = true\n",
    )
    .unwrap();
    let made = concerted(&["ingest", "posts.csv", "--case", "case"], folder.path());
    assert!(made.status.success(), "{}", said(&made));
    folder
}

#[test]
fn a_mixed_list_is_answered_account_by_account_and_in_a_statement_that_is_never_form() {
    let folder = case();
    let words =
        ["audit", "case", "--accused", "mixed.txt", "--statement", "reasons.html", "--json"];
    let audit = json(&words, folder.path());
    assert_eq!(audit["schema"], "concerted/audit/1");
    assert_eq!(audit["unknown"], serde_json::json!(["nobody"]));
    let names = |key: &str| -> Vec<String> {
        let members = audit[key].as_array().unwrap().iter();
        members.map(|member| member["account"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("supported").len(), 8, "{audit}");
    assert!(names("supported").iter().all(|name| name.contains("member")));
    assert!(names("outsiders").is_empty());
    assert_eq!(audit["claims"].as_array().unwrap().len(), 6);
    for claim in &audit["claims"].as_array().unwrap()[4..] {
        assert_eq!(claim["verdict"], "undecidable");
        assert_eq!(claim["reasons"], serde_json::json!(["not-in-posts"]));
    }
    let page = fs::read_to_string(folder.path().join("reasons.html")).unwrap();
    assert!(page.contains("Accounts without support") && page.contains("How to contest this"));
    assert!(!page.contains("<b>") && !page.contains("<script") && page.contains("&lt;b&gt;one"));
    let first = page.find("Accounts without support").unwrap_or(usize::MAX);
    assert!(first < page.find("Accounts with support").unwrap());
}

#[test]
fn a_circular_list_is_told_so_and_fails_if_support_was_asked_for() {
    let folder = case();
    let words = [
        "audit",
        "case",
        "--accused",
        "members.txt",
        "--claim",
        "claim.toml",
        "--statement",
        "reasons.md",
        "--language",
        "fa",
        "--fail-on",
        "not-supported",
    ];
    let output = concerted(&words, folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("The list was picked from these posts, so that it shows in them")
    );
    assert!(said(&output).contains("0 supported, 0 without support, 8 untestable"));
    let page = fs::read_to_string(folder.path().join("reasons.md")).unwrap();
    assert!(page.starts_with("# بیان دلایل"), "{page}");
}

#[test]
fn two_accounts_are_too_few_and_the_words_say_what_would_decide_it() {
    let folder = case();
    let output = concerted(&["audit", "case", "--accused", "two.txt"], folder.path());
    let words = said(&output);
    assert!(words.contains("claim     They act together in time: cannot be decided on these data"));
    assert!(words.contains("To decide it, add"), "{words}");
}

#[test]
fn a_list_of_strangers_to_the_case_is_refused_by_name() {
    let folder = case();
    fs::write(folder.path().join("none.txt"), "nobody\n").unwrap();
    let output = concerted(&["audit", "case", "--accused", "none.txt"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("none of the accused has a post in this case"));
}

#[test]
fn from_strangers_nobody_is_reached() {
    let folder = case();
    let found = json(&["expand", "case", "--seeds", "two.txt", "--json"], folder.path());
    assert_eq!(found["ended"], "seeds-not-tied");
    assert!(found["found"].as_array().unwrap().is_empty());
}
