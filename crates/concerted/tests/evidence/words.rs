//! No verdict on a person: in no template, no language of the report, no help, no export.

use std::{
    fs,
    path::{Path, PathBuf},
};

use concerted::export::{KeyUse, Level};

use crate::case::{Small, files_under};

/// Words that judge, in each language of the report.
const REFUSED: [&str; 27] = [
    "bot",
    "bots",
    "troll",
    "trolls",
    "fake",
    "fakes",
    "inauthentic",
    "foreign",
    "foreigner",
    "paid",
    "operator",
    "operators",
    "puppet",
    "puppets",
    "liar",
    "liars",
    "ربات",
    "ربات‌ها",
    "بات",
    "ترول",
    "جعلی",
    "قلابی",
    "خارجی",
    "مزدور",
    "مزدبگیر",
    "گرداننده",
    "سایبری",
];

/// The words of ours that are refused, each with the line it stands on.
fn refused_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.to_lowercase();
        let words = line.split(|c: char| !(c.is_alphanumeric() || c == '\u{200c}'));
        found.extend(
            words
                .filter(|word| REFUSED.contains(word))
                .map(|word| format!("line {number}: {word}")),
        );
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn templates_languages_and_help_hold_no_verdict_on_a_person() {
    let mut files = vec![root().join("docs/cli.md")];
    for folder in ["crates/concerted/templates", "crates/concerted/texts"] {
        files.extend(files_under(&root().join(folder)));
    }
    assert!(files.len() >= 5, "{files:?}");
    for path in files {
        let found = refused_in(&fs::read_to_string(&path).unwrap());
        assert_eq!(found, Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn exports_hold_no_verdict_on_a_person() {
    let small = Small::new();
    let out = small.export(Level::ShareSafe, KeyUse::OfCase, "out");
    for path in files_under(&out) {
        if let Ok(text) = fs::read_to_string(&path) {
            assert_eq!(refused_in(&text), Vec::<String>::new(), "{}", path.display());
        }
    }
}

#[test]
fn the_search_finds_a_verdict_where_there_is_one() {
    assert_eq!(refused_in("a Fake account,\nrun by bots"), ["line 1: fake", "line 2: bots"]);
    assert_eq!(refused_in("bottom, robotics, unpaid, trolley"), Vec::<String>::new());
    assert_eq!(refused_in("این حساب جعلی است"), ["line 1: جعلی"]);
}
