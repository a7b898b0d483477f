//! The commands as a person types them: what they print, where, and with which exit code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

fn concerted(words: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    command.args(words).current_dir(folder).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", stderr(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder with one file of posts in it.
fn folder_with(name: &str, content: impl AsRef<[u8]>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    folder
}

fn refused(name: &str, content: impl AsRef<[u8]>, code: i32, sentence: &str) {
    let folder = folder_with(name, content);
    let output = concerted(&["investigate", name, "--case", "case"], folder.path());
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(sentence), "{said}");
    assert!(said.contains("hint: "), "no next step: {said}");
    assert!(!folder.path().join("case/run.json").exists(), "a case was made of a refused file");
}

const ROW: &str = "account,time,text\na,2024-05-01T10:00:00Z,hello\n";

#[test]
fn the_demo_finds_both_networks_whole_and_leaves_fans_and_reposters_alone() {
    let folder = tempfile::tempdir().unwrap();
    let shown = json(&concerted(&["demo", "--json"], folder.path()));
    let planted = shown["planted"].as_array().unwrap();
    assert_eq!(planted.len(), 2);
    for network in planted {
        let count = |key: &str| network[key].as_u64().unwrap();
        assert!(10 * count("found") >= 9 * count("members"), "{network}");
        assert_eq!(count("strangers"), 0, "{network}");
    }
    assert_ne!(planted[0]["group"], planted[1]["group"], "two networks became one");
    for innocent in shown["innocent"].as_array().unwrap() {
        assert_eq!(innocent["grouped"], 0, "{innocent}");
    }
    let report = fs::read_to_string(folder.path().join("concerted-demo/case/report.html")).unwrap();
    assert!(report.contains("acted together more than chance explains"));
    let accusations = shown["accusations"].as_array().unwrap();
    let of = |accusation: &Value, supported: Option<bool>, in_concert: bool| {
        let accused = accusation["accused"].as_array().unwrap().iter();
        let standing = serde_json::json!(supported);
        accused.filter(|a| a["supported"] == standing && a["in_concert"] == in_concert).count()
    };
    let [mixed, campaign] = &accusations[..] else { panic!("{accusations:?}") };
    assert_eq!(mixed["verdict"], "supported", "the outlets of the newswire are no comparison");
    assert_eq!(mixed["accused"].as_array().unwrap().len(), 24 + 16);
    assert!(of(mixed, Some(true), true) >= 22, "{mixed}");
    assert_eq!(of(mixed, Some(true), false), 0, "{mixed}");
    assert!(of(mixed, Some(false), false) >= 15, "{mixed}");
    assert_eq!(campaign["verdict"], "contradicted");
    assert_eq!(of(campaign, Some(true), false), 0, "{campaign}");
    for name in ["accused-network", "accused-campaign"] {
        assert!(report.contains(&format!("href=\"audits/{name}.html\"")));
        for ending in ["html", "md", "json"] {
            assert!(
                folder.path().join(format!("concerted-demo/case/audits/{name}.{ending}")).exists()
            );
        }
    }
}

#[test]
fn an_empty_file_is_an_input_error() {
    refused("posts.csv", "", 3, "the file is empty");
}

#[test]
fn a_truncated_gzip_is_an_input_error() {
    // A gzip header and the beginning of a deflate block.
    let cut = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 0x4e];
    refused("posts.csv.gz", cut, 3, "unexpected end");
}

#[test]
fn an_unknown_format_is_answered_with_the_mapping_to_try() {
    refused("posts.csv", "who,what\na,b\n", 3, "no known format");
}

#[test]
fn a_header_alone_is_kept_with_a_warning_and_cannot_be_compared() {
    let folder = folder_with("posts.csv", "account,time,text\n");
    let output = concerted(&["ingest", "posts.csv", "--case", "case"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("warning: there are no posts"));
    let output = concerted(&["detect", "case"], folder.path());
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("not enough data"));
}

#[test]
fn utf_16_is_read_and_said_to_be() {
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(ROW.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let folder = folder_with("posts.csv", utf16);
    let found = json(&concerted(&["inspect", "posts.csv", "--json"], folder.path()));
    assert_eq!(found["inputs"][0]["rows"]["posts"], 1);
    assert!(found["inputs"][0]["notes"].to_string().contains("UTF-16"), "{found}");
}

#[test]
fn a_bad_time_is_a_counted_reject_with_its_line() {
    let folder = folder_with("posts.csv", format!("{ROW}b,yesterday,hello\n"));
    let output = concerted(&["ingest", "posts.csv", "--case", "case"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("refused: 1 × bad-time"), "{}", stdout(&output));
    let rejects = fs::read_to_string(folder.path().join("case/rejects.ndjson")).unwrap();
    let reject: Value = serde_json::from_str(rejects.trim()).unwrap();
    assert_eq!((reject["line"].as_u64(), reject["reason"].as_str()), (Some(3), Some("bad-time")));
}

#[test]
fn what_was_guessed_of_a_file_is_said_where_it_is_used() {
    let rows = "user_id,created_at,text\na,2024-05-01T10:00:00Z,hello\nb,2024-05-01T10:00:01Z,x\n";
    let folder = folder_with("posts.csv", rows);
    let words = ["investigate", "posts.csv", "--case", "case"];
    for run in ["first", "again"] {
        let said = stderr(&concerted(&words, folder.path()));
        assert!(
            said.contains("posts.csv: no known format; the columns were taken"),
            "{run}: {said}"
        );
    }
    let quiet = concerted(&[&words[..], &["--quiet"]].concat(), folder.path());
    assert_eq!(stderr(&quiet), "");
}

#[test]
fn the_demo_overwrites_its_own_posts_and_nobody_elses() {
    let folder = folder_with("posts.csv", ROW);
    let output = concerted(&["demo", "--out", "."], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("posts.csv: there is such a file already"));
    assert_eq!(fs::read_to_string(folder.path().join("posts.csv")).unwrap(), ROW);
    for _ in 0..2 {
        assert!(concerted(&["demo", "--quiet"], folder.path()).status.success());
    }
}

#[test]
fn a_full_disk_is_a_limit() {
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped a_full_disk_is_a_limit: there is no /dev/full here");
        return;
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    let output = command.arg("formats").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("standard output"), "{}", stderr(&output));
}

#[test]
fn a_misspelt_word_is_a_usage_error_with_the_nearest_right_one() {
    let folder = tempfile::tempdir().unwrap();
    let output = concerted(&["investigat"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'investigate'"), "{}", stderr(&output));
    let output = concerted(&["detect", "nowhere"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no case here"), "{}", stderr(&output));
}

#[test]
fn an_unknown_key_in_the_plan_is_named_with_file_and_line() {
    let folder = folder_with("posts.csv", ROW);
    fs::create_dir(folder.path().join("case")).unwrap();
    fs::write(folder.path().join("case/case.toml"), "[detect]\nwindow = [\"60s\"]\n").unwrap();
    let output = concerted(&["investigate", "posts.csv", "--case", "case"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("line 2: \"window\" is no key of a plan; did you mean \"windows\"?"),
        "{said}"
    );
}

#[test]
fn terminal_escapes_in_the_data_are_shown_not_obeyed() {
    let folder = folder_with("posts\u{1b}[31m.csv", "");
    let output = concerted(&["inspect", "posts\u{1b}[31m.csv"], folder.path());
    assert!(stderr(&output).contains("posts␛[31m.csv"), "{}", stderr(&output));
}

#[test]
fn every_command_answers_in_json_with_the_version_of_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let case = "concerted-demo/case";
    for (words, schema) in [
        (&["demo"][..], "concerted/demo/1"),
        (&["formats"], "concerted/formats/1"),
        (&["inspect", "concerted-demo/posts.csv"], "concerted/inspection/1"),
        (&["ingest", "concerted-demo/posts.csv", "--case", case], "concerted/outcome/1"),
        (&["detect", case], "concerted/outcome/1"),
        (&["report", case], "concerted/outcome/1"),
        (&["investigate", "concerted-demo/posts.csv", "--case", case], "concerted/outcome/1"),
        (&["export", case, "--to", "csv", "--out", "out"], "concerted/export/1"),
    ] {
        let answer = json(&concerted(&[words, &["--json"]].concat(), folder.path()));
        assert_eq!(answer["schema"], schema, "{words:?}");
    }
}

#[test]
fn a_changed_case_fails_its_verification_with_exit_code_1_and_a_sentence() {
    let folder = folder_with("posts.csv", ROW);
    let words = ["ingest", "posts.csv", "--case", "case"];
    assert!(concerted(&words, folder.path()).status.success());
    let whole = concerted(&["verify", "case", "posts.csv"], folder.path());
    assert!(whole.status.success(), "{}{}", stdout(&whole), stderr(&whole));
    assert!(stdout(&whole).contains("everything is as it was written"), "{}", stdout(&whole));
    let manifest = folder.path().join("case/inputs/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("posts.csv", "other.csv", 1)).unwrap();
    let changed = concerted(&["verify", "case"], folder.path());
    assert_eq!(changed.status.code(), Some(1), "{}", stderr(&changed));
    let said = stdout(&changed);
    assert!(said.contains("wrong     inputs/manifest.json: its content is not"), "{said}");
    assert_eq!(concerted(&["verify", "nowhere"], folder.path()).status.code(), Some(2));
}

#[test]
fn formats_and_levels_that_do_not_fit_are_usage_errors_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let export = |level: &str, to: &str| {
        let words = ["export", "case", "--to", to, "--out", "out", "--level", level];
        concerted(&words, folder.path())
    };
    let output = export("S7", "csv");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no level of disclosure"), "{}", stderr(&output));
    let output = export("S1", "graphmi");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'graphml'"), "{}", stderr(&output));
}

#[test]
fn exports_hold_what_the_case_found() {
    let folder = tempfile::tempdir().unwrap();
    let shown = json(&concerted(&["demo", "--json"], folder.path()));
    let words = ["export", "concerted-demo/case", "--to", "csv", "--out", "out"];
    assert!(concerted(&words, folder.path()).status.success());
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let edges = read("edges.csv");
    let header: Vec<&str> = edges.lines().next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|other| *other == name).unwrap();
    assert_eq!(header[..4], ["source_platform", "source_id", "target_platform", "target_id"]);
    for name in ["trace", "expected", "p", "q", "group"] {
        column(name);
    }
    assert_eq!(edges.lines().count() as u64 - 1, shown["outcome"]["edges"].as_u64().unwrap());
    let members: u64 = shown["outcome"]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["accounts"].as_u64().unwrap())
        .sum();
    assert_eq!(read("groups.csv").lines().count() as u64 - 1, members);
    let evidence = read("evidence.csv");
    let together: u64 = edges
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(column("co_actions")).unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(
        evidence.lines().count() as u64 - 1,
        together,
        "an edge's co-actions are its evidence"
    );
}

/// The help of every command, as docs/cli.md holds it.
fn reference() -> String {
    let folder = tempfile::tempdir().unwrap();
    let help = |words: &[&str]| stdout(&concerted(words, folder.path()));
    let top = help(&["--help"]);
    let commands: Vec<&str> = top
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        // A summary that needs a second line is indented deeper there than the name of a command.
        .filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    let mut page = format!(
        "# The command line\n\nMade by `UPDATE=1 cargo test --release -p concerted-cli`.\n\n```text\n{top}```\n"
    );
    for command in commands {
        let text = help(&[command, "--help"]);
        page.push_str(&format!("\n## concerted {command}\n\n```text\n{text}```\n"));
    }
    page
}

#[test]
fn the_reference_in_the_docs_is_what_the_commands_say() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&page, reference()).unwrap();
    }
    let written = fs::read_to_string(&page).unwrap_or_default();
    assert!(
        written == reference(),
        "docs/cli.md is stale; make it with UPDATE=1 cargo test --release -p concerted-cli"
    );
}

/// What the formats are, as docs/formats.md holds it.
#[test]
fn the_page_of_formats_is_what_the_program_says() {
    let folder = tempfile::tempdir().unwrap();
    let said = json(&concerted(&["formats", "--json"], folder.path()));
    let words = |value: &Value| -> String {
        let words: Vec<&str> =
            value.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    };
    let mut page = String::from(include_str!("formats_head.md"));
    for format in said["formats"].as_array().unwrap() {
        let text = |key: &str| format[key].as_str().unwrap().to_owned();
        page.push_str(&format!("\n## `{}`\n\n{}", text("name"), text("title")));
        if !text("note").is_empty() {
            page.push_str(&format!(". Note: {}", text("note")));
        }
        page.push_str(&format!(".\n\nCannot carry: {}.\n", words(&format["cannot_carry"])));
        page.push_str("\n| field | from |\n|---|---|\n");
        for pair in format["mapping"].as_array().unwrap() {
            let place = pair["place"].as_str().unwrap().replace('|', "\\|");
            page.push_str(&format!("| {} | `{place}` |\n", pair["field"].as_str().unwrap()));
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let held = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        held == page,
        "docs/formats.md is stale; make it with UPDATE=1 cargo test -p concerted-cli"
    );
}

/// Two files of one post each, as Python's `zipfile` puts them into an archive without packing them.
const ZIP: &[u8] =
    b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\xa1XtK\x97\x9c\x1a\x00\x00\x00\x1a\x00\x00\x00\
    \x05\x00\x00\x00a.csvaccount,time\na,2024-05-01\nPK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\
    \xa1X\xb1\x1c\xdf $\x00\x00\x00$\x00\x00\x00\x07\x00\x00\x00b.jsonl{\"account\":\"b\",\"time\
    \":\"2024-05-01\"}\nPK\x01\x02\x14\x03\x14\x00\x00\x00\x00\x00\x00\x00\xa1XtK\x97\x9c\x1a\
    \x00\x00\x00\x1a\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\
    \x00\x00a.csvPK\x01\x02\x14\x03\x14\x00\x00\x00\x00\x00\x00\x00\xa1X\xb1\x1c\xdf $\x00\x00\
    \x00$\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01=\x00\x00\x00b.json\
    lPK\x05\x06\x00\x00\x00\x00\x02\x00\x02\x00h\x00\x00\x00\x86\x00\x00\x00\x00\x00";

#[test]
fn a_folder_a_pattern_and_an_archive_stand_for_the_files_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("one.csv"), ROW).unwrap();
    fs::write(data.join("two.jsonl"), "{\"account\":\"b\",\"time\":\"2024-05-01T10:00:00Z\"}\n")
        .unwrap();
    fs::write(data.join("notes.txt"), "words\n").unwrap();
    let read = json(&concerted(&["inspect", "data", "--json"], folder.path()));
    let inputs = read["inputs"].as_array().unwrap();
    let formats: Vec<&str> = inputs.iter().map(|input| input["format"].as_str().unwrap()).collect();
    assert_eq!(read["accounts"], 2, "{read}");
    assert_eq!(formats.iter().filter(|format| **format == "concerted").count(), 2);
    let left = inputs.iter().find(|input| input["format"] == "none").unwrap();
    assert!(left["notes"][0].as_str().unwrap().starts_with("not read: no known format"), "{left}");
    let read = json(&concerted(&["inspect", "data/*.csv", "--json"], folder.path()));
    assert_eq!(read["accounts"], 1);
    let kept = json(&concerted(&["ingest", "data", "--case", "case", "--json"], folder.path()));
    assert_eq!(kept["posts"], 2, "{kept}");
    fs::write(folder.path().join("both.zip"), ZIP).unwrap();
    let read = json(&concerted(&["inspect", "both.zip", "--json"], folder.path()));
    let names: Vec<&str> =
        read["inputs"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect();
    assert_eq!(read["accounts"], 2, "{read}");
    assert!(names.contains(&"both.zip/a.csv") && names.contains(&"both.zip/b.jsonl"), "{names:?}");
}

#[test]
fn an_inspection_says_what_can_be_compared_and_why_the_rest_cannot() {
    let folder = folder_with(
        "posts.csv",
        "account,time,text\na,2024-05-01 10:00,see https://e.example/1\nb,2024-05-01 10:01,x\n",
    );
    let said = stdout(&concerted(&["inspect", "posts.csv"], folder.path()));
    for line in [
        "  clocks      claimed 2; resolution 1m",
        "  note        2 times have no zone and were read as UTC",
        "  url          no: 1 posts have it, but no two accounts have the same",
        "  media        no: no column was taken for media; name it with --map",
        "  post         the moments of 2 posts",
        "  within 1m     can be looked at",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[test]
fn standard_input_is_read_like_a_file() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    let mut child = command
        .args(["ingest", "-", "--case", "case", "--json"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(ROW.as_bytes()).unwrap();
    let read = json(&child.wait_with_output().unwrap());
    assert_eq!(read["posts"], 1, "{read}");
    let manifest = fs::read_to_string(folder.path().join("case/inputs/manifest.json")).unwrap();
    assert!(manifest.contains("\"standard input\""), "{manifest}");
}
