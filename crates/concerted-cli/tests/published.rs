//! `methods`, `detect --method` and `compare` as a person types them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
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

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(output: &Output, code: i32, sentence: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(sentence), "{said}");
}

/// A case of CooRTweet's four columns: a and b share three posts within seconds, c one of them.
fn case() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = String::from("object_id,account_id,content_id,timestamp_share\n");
    for (number, object) in ["700", "701", "702"].iter().enumerate() {
        let time = 1_700_000_000 + 1_000 * number;
        rows += &format!("{object},a,1{number},{time}\n{object},b,2{number},{}\n", time + 4);
    }
    rows += "700,c,30,1700000006\n900,c,31,1700009000\n";
    fs::write(folder.path().join("shares.csv"), rows).unwrap();
    let output = concerted(&["ingest", "shares.csv", "--case", "case"], folder.path());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

#[test]
fn methods_are_listed_with_their_faults() {
    let folder = tempfile::tempdir().unwrap();
    let listed = json(&concerted(&["methods", "--json"], folder.path()));
    let methods = listed["methods"].as_array().unwrap();
    let names: Vec<&str> = methods.iter().map(|method| method["name"].as_str().unwrap()).collect();
    for name in [
        "coortweet",
        "cnt-co-retweet",
        "cnt-co-tweet",
        "cnt-co-reply",
        "cnt-co-link",
        "cnt-co-post",
        "cnt-co-similar-tweet",
        "coornet",
        "pacheco2021-co-retweet",
        "pacheco2021-hashtag-sequence",
        "pacheco2021-synchrony",
        "luceri2024",
        "magelinski2022",
        "nizzoli2021",
        "schoch2022",
        "svn2011",
        "bicm2017",
        "sdsm",
        "disparity",
        "noise-corrected",
        "vishnuprasad2024",
    ] {
        assert!(names.contains(&name), "{name} is missing");
    }
    assert!(methods.iter().all(|method| !method["doi"].as_str().unwrap().is_empty()));
    let shown = concerted(&["methods", "coortweet"], folder.path());
    assert!(String::from_utf8_lossy(&shown.stdout).contains("fault         group_stats"));
}

#[test]
fn a_methods_ties_are_counted_and_written() {
    let folder = case();
    let found = json(&concerted(
        &["detect", "case", "--method", "coortweet", "--to", "csv", "--out", "tables", "--json"],
        folder.path(),
    ));
    assert_eq!(found["result"]["ties"], 3);
    assert_eq!(found["result"]["kept"], 1, "only a and b meet more often than the median");
    let ties = fs::read_to_string(folder.path().join("tables/ties.csv")).unwrap();
    let first: Vec<&str> = ties.lines().nth(1).unwrap().split(',').collect();
    assert_eq!((first[3], first[5], first[6], first[8]), ("a", "b", "3.0", "1"), "{ties}");
    let objects = fs::read_to_string(folder.path().join("tables/objects.csv")).unwrap();
    assert!(objects.contains("repost,700,3\n"), "both ends are counted: {objects}");
}

#[test]
fn faults_are_repeated_only_if_asked_for_and_named() {
    let folder = case();
    let words = ["detect", "case", "--method", "coortweet", "--as-published"];
    let output = concerted(&words, folder.path());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("fault     repeated: group_stats counts one end"), "{said}");
    let output = concerted(&words[..4], folder.path());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("corrected accounts of both ends are counted"), "{said}");
    assert!(said.contains("differs   0 pairs"), "{said}");
}

#[test]
fn a_second_window_does_not_replace_the_first_and_new_posts_replace_both() {
    let folder = case();
    let detect = |window: &str| {
        let set = format!("window={window}");
        json(&concerted(
            &["detect", "case", "--method", "cnt-co-retweet", "--set", &set, "--json"],
            folder.path(),
        ))
    };
    assert_eq!(detect("1s")["result"]["kept"], 0);
    assert_eq!(detect("60s")["result"]["kept"], 1);
    let run = || -> Value {
        serde_json::from_slice(&fs::read(folder.path().join("case/run.json")).unwrap()).unwrap()
    };
    assert_eq!(run()["published"].as_object().unwrap().len(), 2);
    concerted(&["ingest", "shares.csv", "--case", "case"], folder.path());
    assert!(run()["published"].is_null(), "other posts, other results");
}

#[test]
fn misspelt_methods_and_settings_are_answered_with_the_nearest() {
    let folder = case();
    let detect = |words: &[&str]| concerted(&[&["detect", "case"], words].concat(), folder.path());
    refused(&detect(&["--method", "cortweet"]), 2, "did you mean \"coortweet\"?");
    let windows = ["--method", "coortweet", "--set", "windows=5s"];
    refused(&detect(&windows), 2, "did you mean \"window\"?");
    refused(&detect(&["--method", "coortweet", "--set", "window=5"]), 2, "window=5");
    refused(&detect(&["--as-published"]), 2, "--method");
    refused(&detect(&["--to", "csv", "--out", "x"]), 2, "concerted export");
    let compare = concerted(
        &["compare", "case", "--methods", "svn2011", "--set", "window=5s"],
        folder.path(),
    );
    refused(&compare, 2, "none of the methods has this setting");
}

#[test]
fn methods_side_by_side_say_what_chance_would_flag() {
    let folder = case();
    let found = json(&concerted(
        &["compare", "case", "--methods", "coortweet,schoch2022", "--decoys", "5", "--json"],
        folder.path(),
    ));
    assert_eq!(found["methods"][0]["pairs"], 1);
    assert_eq!(found["methods"][1]["pairs"], 3);
    assert_eq!(found["in_both"], serde_json::json!([[1, 1], [1, 3]]));
    assert!(found["methods"][1]["if_timing_is_chance"].as_f64().unwrap() > 0.0);
    let words = ["compare", "case", "--methods", "coortweet,schoch2022", "--decoys", "5"];
    let (one, other) = (concerted(&words, folder.path()), concerted(&words, folder.path()));
    assert_eq!(one.stdout, other.stdout, "one seed, one table");
    assert!(String::from_utf8_lossy(&one.stdout).contains("whoever shared what"));
    let threads = [&words[..], &["--threads", "1"]].concat();
    assert_eq!(concerted(&threads, folder.path()).stdout, one.stdout);
}
