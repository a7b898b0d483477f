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
fn the_table_of_methods_has_trace_window_weight_threshold_faults_and_paper() {
    let folder = tempfile::tempdir().unwrap();
    let said = |words: &[&str]| String::from_utf8(concerted(words, folder.path()).stdout).unwrap();
    let table = said(&["methods"]);
    let row = |name: &str| -> Vec<String> {
        let line = table.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(
        row("method"),
        ["method", "window", "what is shared", "weight", "keeps", "faults paper"]
    );
    let cells = row("coornet");
    assert_eq!(cells[1..5], ["found", "url", "objects-within", "from-quantile quantile=0.9"]);
    assert!(cells[5..].join(" ").contains("Giglietto"), "{cells:?}");
    for line in table.lines().skip(1) {
        let cells = line.split("  ").filter(|cell| !cell.trim().is_empty()).count();
        assert!(cells >= 6, "a cell is empty: {line}");
    }
    let full = said(&["methods", "luceri2024"]);
    assert!(full.contains("trace         repost: cosine min_shares=20"), "{full}");
    assert!(full.contains("as published  alpha=0.01 min_objects=1"), "{full}");
}

#[test]
fn the_page_of_methods_says_what_the_data_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/methods.md");
    let page = fs::read_to_string(path).unwrap();
    let listed = json(&concerted(&["methods", "--json"], folder.path()));
    for method in listed["methods"].as_array().unwrap() {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
        let name = text(method, "name");
        let mut rows = vec![format!(
            "{}, {} | {} | {}",
            text(method, "paper"),
            text(method, "doi"),
            text(method, "measures"),
            text(method, "threshold")
        )];
        let listed = |key: &str| method[key].as_array().unwrap().clone();
        rows.extend(
            listed("faults")
                .iter()
                .map(|fault| format!("{} | {}", text(fault, "original"), text(fault, "corrected"))),
        );
        rows.extend(listed("deviations").iter().map(|said| said.as_str().unwrap().to_owned()));
        for row in rows {
            let row = format!("| `{name}` | {row} |");
            assert!(page.contains(&row), "docs/methods.md lacks: {row}");
        }
    }
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
    let published = [&words[..], &["--as-published"]].concat();
    let said = String::from_utf8(concerted(&published, folder.path()).stdout).unwrap();
    assert!(said.contains("coortweet: repeated: group_stats counts one end"), "{said}");
}

#[test]
fn methods_side_by_side_on_the_demo_say_what_they_look_at() {
    let folder = tempfile::tempdir().unwrap();
    assert!(concerted(&["demo", "--quiet"], folder.path()).status.success());
    let names = "coortweet,coornet,bicm2017,disparity,schoch2022";
    let words = ["compare", "concerted-demo/case", "--decoys", "3", "--methods", names];
    let found = json(&concerted(&[&words[..], &["--json"]].concat(), folder.path()));
    let methods = found["methods"].as_array().unwrap();
    let listed: Vec<&str> = methods.iter().map(|m| m["method"].as_str().unwrap()).collect();
    assert_eq!(listed.join(","), format!("{names},concerted"));
    let number = |method: usize, key: &str| methods[method][key].as_f64().unwrap();
    let pairs: Vec<f64> = (0..listed.len()).map(|method| number(method, "pairs")).collect();
    let both = |i: usize, j: usize| found["in_both"][i][j].as_f64().unwrap();
    for i in 0..listed.len() {
        assert_eq!(both(i, i), pairs[i], "{}", listed[i]);
        for j in 0..listed.len() {
            assert_eq!(both(i, j), both(j, i));
            assert!(both(i, j) <= pairs[i].min(pairs[j]));
        }
    }
    // No time, no difference; a null of activity and popularity keeps nothing of random choices.
    for (place, name) in [(2, "bicm2017"), (3, "disparity")] {
        assert_eq!(number(place, "if_timing_is_chance"), pairs[place], "{name}");
    }
    assert!(number(2, "if_choice_is_chance") < 0.01 * pairs[2]);
    // A quantile of the method's own weights always leaves something above it.
    assert!(number(1, "if_choice_is_chance") > pairs[1]);
    // Most of what CooRTweet flags here is claimed; much of what it flags, chance would not.
    assert!(both(0, 5) > 0.5 * pairs[0], "{found}");
    assert!(number(0, "if_choice_is_chance") < 0.3 * pairs[0], "{found}");
    let table = String::from_utf8(concerted(&words, folder.path()).stdout).unwrap();
    let row = |name: &str| table.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(row("bicm2017").split_whitespace().count() == 5, "{table}");
    assert!(table.contains(" 6 concerted"), "{table}");
    assert!(table.contains("coornet: the window was estimated"), "{table}");
}
