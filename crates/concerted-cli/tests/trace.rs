//! `concerted trace` as a person types it: a burst is told from first appearance to who follows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod typed;

use std::{fmt::Write, fs};

use tempfile::TempDir;
use typed::{concerted, json, said};

/// Five weeks of ordinary posts, the hashtag once a week at noon, and one hour in which twelve
/// accounts say nearly the same with it, `one` first and `two` next.
fn case() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,account,time,text,hashtags,urls\n");
    let mut id = 0;
    let mut row = |account: &str, day: u32, minute: u32, text: &str, tag: &str, url: &str| {
        id += 1;
        let (month, day) = if day > 31 { (2, day - 31) } else { (1, day) };
        let (hour, minute) = (minute / 60, minute % 60);
        writeln!(csv, "p{id},{account},2023-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z,\"{text}\",{tag},{url}").unwrap();
    };
    for day in 1..=35 {
        for n in 0..6 {
            let text = format!(
                "today I counted {} geese and {} boats from my window",
                day * 7 + n,
                day * n + 3
            );
            row(&format!("person{n}"), day, 60 * n + day, &text, "", "");
        }
        if day % 7 == 3 {
            row(
                "regular",
                day,
                720,
                "weekly question about the harbour works, ask away",
                "HarbourTalk",
                "",
            );
        }
    }
    let who = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    for (place, account) in who.iter().enumerate() {
        let minute = 725 + 2 * place as u32;
        let text = match place {
            3 => "Poison in the h\u{430}rbour water, tell every\u{200B}one you know about it"
                .to_owned(),
            7 => "POISON in the harbour water, tell anyone you know about it!!".to_owned(),
            _ => "Poison in the harbour water, tell everyone you know about it".to_owned(),
        };
        row(account, 17, minute, &text, "HarbourTalk", "https://news.example.org/a?utm_source=x");
    }
    fs::write(folder.path().join("posts.csv"), csv).unwrap();
    let made = concerted(&["investigate", "posts.csv", "--case", "case"], folder.path());
    assert!(made.status.success(), "{}", said(&made));
    folder
}

#[test]
fn a_text_is_told_from_its_first_appearance_with_copies_and_disguises() {
    let folder = case();
    let words = [
        "trace",
        "case",
        "--text",
        "poison in the harbour water, tell everyone you know about it",
        "--json",
    ];
    let found = json(&words, folder.path());
    assert_eq!(found["schema"], "concerted/trace/1");
    assert_eq!((found["posts"].as_u64(), found["accounts"].as_u64()), (Some(12), Some(12)));
    assert_eq!(found["ways"], serde_json::json!({ "said": 11, "reworded": 1 }));
    assert_eq!(found["first"][0]["account"], "one");
    assert_eq!(found["first"][0]["time"], "2023-01-17T12:05:00Z");
    assert_eq!(
        found["wordings"][0]["posts"],
        11 - 1,
        "the two disguised letters are another wording"
    );
    let signs = found["disguises"].as_array().unwrap();
    assert_eq!(signs.len(), 3, "{signs:?}");
    assert!(signs.iter().all(|sign| sign["found"] == 1 && sign["found_in_all"] == 1));
}

#[test]
fn a_hashtag_shows_its_burst_and_the_hours_around_an_event() {
    let folder = case();
    let words = [
        "trace",
        "case",
        "--hashtag",
        "#harbourtalk",
        "--event",
        "2023-01-17 12:00",
        "--json",
        "--page",
        "spread.html",
    ];
    let found = json(&words, folder.path());
    assert_eq!(found["posts"], 17);
    assert_eq!(found["first"][0]["account"], "regular");
    let bursts = found["bursts"].as_array().unwrap();
    let whole = bursts.iter().find(|burst| burst["posts"].as_u64() >= Some(12)).unwrap();
    assert!(whole["from"].as_str().unwrap().starts_with("2023-01-17T12:0"), "{whole}");
    let after = &found["event"].as_array().unwrap()[1];
    assert_eq!((after["side"].as_str(), after["hours"].as_u64()), (Some("after"), Some(1)));
    assert_eq!((after["found"].as_u64(), after["elsewhere"].as_u64()), (Some(13), Some(4)));
    assert!(after["low"].as_f64() > Some(1.0), "{after}");
    let page = fs::read_to_string(folder.path().join("spread.html")).unwrap();
    assert!(!page.contains("<script") && page.contains("default-src 'none'"));
    assert_eq!(
        page.matches("<circle").count(),
        1 + 13,
        "the first hour, and the hour that holds most"
    );
}

#[test]
fn an_address_is_found_however_it_is_written_and_a_post_with_its_copies() {
    let folder = case();
    let found = json(
        &["trace", "case", "--url", "http://news.example.org/a/?utm_medium=y", "--json"],
        folder.path(),
    );
    assert_eq!(found["posts"], 12);
    assert_eq!(found["sites"][0]["name"], "example.org");
    let id = found["first"][4]["post"].as_str().unwrap().to_owned();
    let found = json(&["trace", "case", "--post", &id, "--json"], folder.path());
    assert_eq!(found["posts"], 12);
    let found = json(&["trace", "case", "--hashtag", "Nowhere", "--json"], folder.path());
    assert_eq!(found["posts"], 0);
}

#[test]
fn what_cannot_be_looked_for_is_a_usage_error_with_a_next_step() {
    let folder = case();
    for (words, sentence) in [
        (vec!["trace", "case", "--text", "a b"], "at least 6 letters"),
        (
            vec!["trace", "case", "--hashtag", "x y", "--event", "yesterday"],
            "\"yesterday\" is no moment",
        ),
        (vec!["trace", "case"], "--text"),
        (vec!["trace", "case", "--text", "harbour", "--hashtag", "x"], "cannot be used with"),
        (vec!["trace", "nowhere", "--text", "harbour"], "no case here"),
    ] {
        let output = concerted(&words, folder.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains(sentence), "{words:?}: {said}");
    }
}
