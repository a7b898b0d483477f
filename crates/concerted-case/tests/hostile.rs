//! The hostile files, each with what must become of it. What is wrong with each is told in their
//! `matrix.json`; those that concern reports, exports or formats that are not read yet are not here.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "clippy.toml excuses test functions, not the functions they share"
)]

use std::path::{Path, PathBuf};

use concerted_case::{
    ingest::{Ingested, ingest},
    readers::{ReadError, ReadOptions},
};
use concerted_model::{
    Timestamp,
    plan::{EncodingErrors, IngestPlan},
    provenance::InputRecord,
    tables::Posts,
};

fn hostile(test: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/formats/hostile"));
    if folder.is_dir() {
        return Some(folder.to_owned());
    }
    println!("{test}: skipped, there is no folder ../shared");
    None
}

/// The keys of the hostile files, as far as a file has them.
fn options(path: &Path) -> ReadOptions {
    let start = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).replace('\0', "");
    let first = start.lines().next().unwrap_or_default().to_owned();
    let keys = [
        ("id", "id"),
        ("handle", "account_name"),
        ("text", "text"),
        ("url", "url"),
        ("platform", "platform"),
    ];
    let has = |key: &str| first.split(['"', ',', ';', '\u{feff}']).any(|word| word.ends_with(key));
    let mut mapping = "account=account_id,time=time".to_owned();
    for (field, key) in keys.into_iter().filter(|(_, key)| has(key)) {
        mapping.push_str(&format!(",{field}={key}"));
    }
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    let plan = IngestPlan { max_rejects: 1.0, ..IngestPlan::default() };
    ReadOptions { format: None, mapping: Some(mapping.parse().unwrap()), plan, now }
}

fn ingest_one(path: &Path, options: &ReadOptions) -> Result<Ingested, ReadError> {
    let ingested = ingest(&[path.to_owned()], options, &|_| {})?;
    let record = &ingested.manifest.inputs[0];
    assert!(record.accounts_for_every_row(), "{}: {:?}", record.name, record.rows);
    Ok(ingested)
}

fn told(name: &str, ingested: &Ingested) -> String {
    let InputRecord { rows, .. } = &ingested.manifest.inputs[0];
    let posts: usize = ingested.posts.iter().map(Posts::len).sum();
    assert_eq!(posts as u64, rows.posts, "{name}");
    let mut told = format!("{} posts", rows.posts);
    for (count, what) in [(rows.duplicates, "duplicates"), (rows.conflicts, "conflicts")] {
        if count > 0 {
            told.push_str(&format!(", {count} {what}"));
        }
    }
    for reject in ingested.rejects.iter().take(3) {
        told.push_str(&format!(", {} in line {}", reject.reason.as_str(), reject.line));
    }
    told
}

#[test]
fn each_file_gives_its_posts_and_its_rejects() {
    let Some(folder) = hostile("each_file_gives") else { return };
    for (name, expected) in [
        ("02_header_only.csv", "0 posts"),
        ("03_utf16le_bom.csv", "1 posts"),
        ("05_newlines_mixed.csv", "3 posts"),
        ("06_quoted_newline.csv", "1 posts"),
        ("07_unterminated_quote.csv", "48 posts, malformed in line 2"),
        ("08_ragged.csv", "0 posts, malformed in line 2, malformed in line 3"),
        ("10_nul.csv", "1 posts"),
        ("11_semicolon_decimalcomma.csv", "1 posts"),
        ("13_excel_ids.csv", "0 posts, rounded-id in line 2"),
        ("14_pandas_float_ids.csv", "0 posts, rounded-id in line 2"),
        ("15_leading_zero.csv", "1 posts"),
        ("16_duplicates.jsonl", "1 posts, 2 duplicates"),
        ("17_dup_conflict.jsonl", "1 posts, 1 conflicts"),
        ("18_out_of_order.jsonl", "3 posts"),
        ("20_future.jsonl", "0 posts, bad-time in line 1"),
        ("21_snowflake_shift.csv", "20 posts"),
        ("22_nan.jsonl", "0 posts, bad-number in line 1"),
        ("23_bigint.jsonl", "1 posts, bad-number in line 2"),
        ("24_deep.json", "0 posts, too-deep in line 1"),
        ("25_dup_keys.jsonl", "0 posts, duplicate-key in line 1"),
        ("26_surrogates.jsonl", "1 posts"),
        ("28_truncated.jsonl", "1 posts, malformed in line 2"),
        ("29_concat.json", "3 posts"),
        ("32_xss.jsonl", "7 posts"),
        ("33_formula.jsonl", "9 posts"),
        ("34_bidi.jsonl", "7 posts"),
        ("35_ansi.jsonl", "1 posts"),
        ("36_path_ids.jsonl", "5 posts"),
        ("37_urls.jsonl", "16 posts"),
        ("38_unicode_norm.jsonl", "7 posts"),
        (
            "40_deleted_authors.jsonl",
            "0 posts, placeholder-author in line 1, placeholder-author in line 2, \
             placeholder-author in line 3",
        ),
        ("41_renames.jsonl", "3 posts"),
        ("45_insufficient.jsonl", "2 posts"),
        ("46_same_second.jsonl", "70 posts"),
        ("47_self_only.jsonl", "20 posts"),
        ("48_mixed_platform_ids.jsonl", "2 posts"),
    ] {
        let path = folder.join(name);
        let ingested = ingest_one(&path, &options(&path)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(told(name, &ingested), expected, "{name}");
    }
}

#[test]
fn a_file_that_is_no_data_is_refused_with_a_sentence() {
    let Some(folder) = hostile("a_file_that_is_no_data") else { return };
    for (name, expected) in [
        ("01_empty.csv", "the file is empty"),
        ("04_latin1.csv", "byte 73 (0xE9) is not UTF-8"),
        ("09_dup_header.csv", "column \"id\" occurs twice"),
        ("28b_truncated.jsonl.gz", "unexpected end of the gzip data"),
        ("30b_zipslip.zip", "is a zip file"),
        // Ten megabytes of zeros: far below what a compressed file may unfold to.
        ("30_bomb.jsonl.gz", "is no text"),
    ] {
        let path = folder.join(name);
        let error = ingest_one(&path, &options(&path)).err().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(error.kind(), concerted_case::ErrorKind::Input, "{name}");
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn latin_1_is_read_when_the_plan_says_so() {
    let Some(folder) = hostile("latin_1_is_read") else { return };
    let path = folder.join("04_latin1.csv");
    for (on_error, expected) in
        [(EncodingErrors::Windows1252, "café"), (EncodingErrors::Replace, "caf\u{fffd}")]
    {
        let mut options = options(&path);
        options.plan.encoding_errors = on_error;
        let ingested = ingest_one(&path, &options).unwrap();
        assert_eq!(ingested.posts[0].text.value(0), expected);
        assert!(!ingested.manifest.inputs[0].notes.is_empty());
    }
}

#[test]
fn of_the_time_traps_only_unambiguous_moments_pass() {
    let Some(folder) = hostile("of_the_time_traps") else { return };
    let path = folder.join("19_time_traps.csv");
    let ingested = ingest_one(&path, &options(&path)).unwrap();
    let posts = &ingested.posts[0];
    let mut kept: Vec<&str> = (0..posts.len()).map(|row| posts.account.value(row)).collect();
    kept.sort_by_key(|account| account[1..].parse::<u32>().unwrap());
    assert_eq!(kept, ["u0", "u1", "u6", "u10", "u11", "u12", "u15", "u16"]);
    let ambiguous: Vec<u64> = ingested
        .rejects
        .iter()
        .filter(|reject| reject.reason.as_str() == "ambiguous-time")
        .map(|reject| reject.line)
        .collect();
    assert_eq!(ambiguous, [11]);
}

#[test]
fn texts_ids_and_remarks_survive_as_they_are() {
    let Some(folder) = hostile("texts_ids_and_remarks") else { return };
    let read = |name: &str| {
        let path = folder.join(name);
        ingest_one(&path, &options(&path)).unwrap()
    };
    let first = |name: &str| {
        let ingested = read(name);
        let posts = &ingested.posts[0];
        let text = posts.text.iter().next().flatten().unwrap_or_default().to_owned();
        (posts.id.value(0).to_owned(), posts.account.value(0).to_owned(), text)
    };
    let owned = |id: &str, account: &str, text: &str| (id.into(), account.into(), text.into());
    assert_eq!(first("06_quoted_newline.csv"), owned("1", "u1", "line1\nline2, \"quoted\""));
    assert_eq!(first("10_nul.csv"), owned("1", "u1", "a\u{2400}b"));
    assert_eq!(first("15_leading_zero.csv"), owned("007", "0042", "x"));
    assert_eq!(first("23_bigint.jsonl"), owned("9007199254740993", "18446744073709551616", "x"));
    assert_eq!(first("26_surrogates.jsonl").2, "bad \u{fffd} half");
    assert_eq!(first("17_dup_conflict.jsonl").2, "first");

    let notes = |name: &str| read(name).manifest.inputs[0].notes.join("\n");
    assert!(notes("02_header_only.csv").contains("no records"));
    assert!(notes("03_utf16le_bom.csv").contains("UTF-16"));
    assert!(notes("11_semicolon_decimalcomma.csv").contains("semicolon"));
    assert!(notes("21_snowflake_shift.csv").contains("+03:30"));
}

#[test]
fn the_line_of_a_record_is_its_physical_line() {
    let Some(folder) = hostile("the_line_of_a_record") else { return };
    let lines = |name: &str| {
        let path = folder.join(name);
        let ingested = ingest_one(&path, &options(&path)).unwrap();
        ingested.sources[0].line.values().to_vec()
    };
    assert_eq!(lines("05_newlines_mixed.csv"), [2, 3, 4]);
    assert_eq!(lines("07_unterminated_quote.csv").iter().min(), Some(&3));
    assert_eq!(lines("18_out_of_order.jsonl"), [2, 3, 1]);
    assert_eq!(lines("29_concat.json"), [1, 1, 3]);
}

#[test]
fn the_same_digits_on_two_platforms_are_two_accounts_and_a_rename_is_one() {
    let Some(folder) = hostile("the_same_digits") else { return };
    let read = |name: &str| {
        let path = folder.join(name);
        ingest_one(&path, &options(&path)).unwrap().accounts
    };
    assert_eq!(read("48_mixed_platform_ids.jsonl").len(), 2);
    let renamed = read("41_renames.jsonl");
    assert_eq!(renamed.len(), 2);
    assert_eq!((renamed.handle.value(0), renamed.handles.value(0)), ("beta", 2));
}
