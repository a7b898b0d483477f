//! `concerted audit` and `concerted expand` as a person types them, on a small case that is written here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod typed;

use std::{fmt::Write, fs};

use tempfile::TempDir;
use typed::{concerted, json, said};

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
        ["audit", "case", "--accused", "mixed.txt", "--statement", "reasons.html", "--level", "S3"];
    let audit = json(&[&words[..], &["--json"]].concat(), folder.path());
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
    assert_eq!(page.matches("<circle").count(), 8, "one ring of eight accounts");
    assert!(page.matches("<line").count() >= 8);
}

#[test]
fn a_statement_that_is_passed_on_shows_what_its_level_allows() {
    let folder = case();
    let page = |level: &str| {
        let words = ["audit", "case", "--accused", "mixed.txt", "--claim", "words.toml"];
        let file = format!("{level}.html");
        let more = ["--statement", &file, "--level", level];
        let output = concerted(&[&words[..], &more].concat(), folder.path());
        assert!(output.status.success(), "{}", said(&output));
        fs::read_to_string(folder.path().join(file)).unwrap()
    };
    fs::write(folder.path().join("words.toml"), "claim = \"member3 leads them\"\n").unwrap();
    for level in ["S0", "S1", "S2"] {
        let page = page(level);
        for name in ["member3", "person1", "nobody", "&lt;b&gt;one"] {
            assert!(!page.contains(name), "{name} at {level}");
        }
        assert!(page.contains(&format!("Level of disclosure {level}")));
        // Eleven list items of members, or none.
        assert_eq!(page.contains(":a-"), level != "S0");
        assert_eq!(page.contains("<circle"), level != "S0");
    }
    assert!(page("S0").contains("&lt; 10 of them are supported"), "a small count is withheld");
    let page = page("S3");
    assert!(page.contains("member3 leads them") && page.contains("nobody"));
}

#[test]
fn the_case_keeps_its_audits_and_the_report_links_them() {
    let folder = case();
    let made = concerted(&["investigate", "posts.csv", "--case", "case"], folder.path());
    assert!(made.status.success(), "{}", said(&made));
    json(&["audit", "case", "--accused", "mixed.txt", "--json"], folder.path());
    let words = ["audit", "case", "--accused", "two.txt", "--name", "../Two of June", "--json"];
    json(&words, folder.path());
    let kept = json(&["audit", "case", "--json"], folder.path());
    assert_eq!(kept["schema"], "concerted/audits/1");
    let labels: Vec<&str> =
        kept["audits"].as_array().unwrap().iter().map(|a| a["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["mixed", "two-of-june"]);
    assert_eq!(kept["audits"][0]["supported"], 8);
    let read = |file: &str| fs::read_to_string(folder.path().join("case").join(file)).unwrap();
    let report = read("report.html");
    for label in labels {
        assert!(report.contains(&format!("href=\"audits/{label}.html\"")));
        assert!(read(&format!("audits/{label}.md")).starts_with("# Statement of reasons"));
        assert!(read(&format!("audits/{label}.json")).contains("concerted/audit/1"));
    }
    let whole = concerted(&["verify", "case", "posts.csv"], folder.path());
    assert!(whole.status.success(), "{}", said(&whole));
    // Other posts, and the audits of the old ones are gone with them.
    fs::write(
        folder.path().join("more.csv"),
        "account,time,text\na,2024-05-01,x\nb,2024-05-02,y\n",
    )
    .unwrap();
    let words = ["ingest", "posts.csv", "more.csv", "--case", "case"];
    let output = concerted(&words, folder.path());
    assert!(output.status.success(), "{}", said(&output));
    assert!(!folder.path().join("case/audits/mixed.html").exists());
}

#[test]
fn a_control_that_is_given_is_the_one_compared_with() {
    let folder = case();
    let people: Vec<String> = (10..60).map(|n| format!("person{n}")).collect();
    fs::write(folder.path().join("people.txt"), people.join("\n")).unwrap();
    let words = ["audit", "case", "--accused", "members.txt", "--control", "people.txt", "--json"];
    let audit = json(&words, folder.path());
    let control = audit["control"]["control"].as_u64().unwrap();
    assert!((20..=50).contains(&control), "{control}");
    assert_eq!(audit["left_out_of_control"], 0);
    assert_eq!(audit["supported"].as_array().unwrap().len(), 8);
    // A control of five is none.
    fs::write(folder.path().join("few.txt"), people[..5].join("\n")).unwrap();
    let words = ["audit", "case", "--accused", "members.txt", "--control", "few.txt", "--json"];
    let audit = json(&words, folder.path());
    assert!(audit["control"].is_null());
    assert_eq!(audit["claims"][0]["verdict"], "undecidable");
    assert_eq!(audit["claims"][0]["reasons"], serde_json::json!(["no-control"]));
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
