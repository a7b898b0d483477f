//! The hostile files, each with what must become of it when it is read. What is wrong with each is told
//! in their `matrix.json`; what must become of their posts afterwards is held by the tests of `concerted`.

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
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    let plan = IngestPlan { max_rejects: 1.0, ..IngestPlan::default() };
    // What is no table of posts by its columns is told from its content.
    let known = ["\"messages\"", "<?xml"].iter().any(|sign| first.contains(sign));
    if known || path.extension().is_some_and(|end| end == "zip") {
        return ReadOptions { plan, ..ReadOptions::at(now) };
    }
    let mut mapping = "account=account_id,time=time".to_owned();
    for (field, key) in keys.into_iter().filter(|(_, key)| has(key)) {
        mapping.push_str(&format!(",{field}={key}"));
    }
    ReadOptions { mapping: Some(mapping.parse().unwrap()), plan, ..ReadOptions::at(now) }
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

/// What must become of a file.
enum Becomes {
    /// Its posts, and what is said of its other rows.
    Read(&'static str),
    /// An error of the input, with this in it.
    Refused(&'static str),
}
use Becomes::{Read, Refused};

/// Every file of the matrix. A third column says why something else is expected than it says there.
const FILES: &[(&str, Becomes, &str)] = &[
    ("01_empty.csv", Refused("the file is empty"), ""),
    ("02_header_only.csv", Read("0 posts"), ""),
    ("03_utf16le_bom.csv", Read("1 posts"), ""),
    ("04_latin1.csv", Refused("byte 73 (0xE9) is not UTF-8"), ""),
    ("05_newlines_mixed.csv", Read("3 posts"), ""),
    ("06_quoted_newline.csv", Read("1 posts"), ""),
    ("07_unterminated_quote.csv", Read("48 posts, malformed in line 2"), ""),
    ("08_ragged.csv", Read("0 posts, malformed in line 2, malformed in line 3"), ""),
    ("09_dup_header.csv", Refused("column \"id\" occurs twice"), ""),
    ("10_nul.csv", Read("1 posts"), ""),
    (
        "11_semicolon_decimalcomma.csv",
        Read("1 posts"),
        "nothing reads a column of scores, so that there is no option for decimal commas",
    ),
    ("13_excel_ids.csv", Read("0 posts, rounded-id in line 2"), ""),
    (
        "14_pandas_float_ids.csv",
        Read("0 posts, rounded-id in line 2"),
        "an id that went through a float is refused even where the float could hold it: whether it \
         could is not known of the id before",
    ),
    ("15_leading_zero.csv", Read("1 posts"), ""),
    ("16_duplicates.jsonl", Read("1 posts, 2 duplicates"), ""),
    ("17_dup_conflict.jsonl", Read("1 posts, 1 conflicts"), ""),
    ("18_out_of_order.jsonl", Read("3 posts"), ""),
    (
        "19_time_traps.csv",
        Read("8 posts, bad-time in line 4, bad-time in line 5, bad-time in line 6"),
        "",
    ),
    ("20_future.jsonl", Read("0 posts, bad-time in line 1"), ""),
    ("21_snowflake_shift.csv", Read("20 posts"), ""),
    ("22_nan.jsonl", Read("0 posts, bad-number in line 1"), ""),
    ("23_bigint.jsonl", Read("1 posts, bad-number in line 2"), ""),
    ("24_deep.json", Read("0 posts, too-deep in line 1"), ""),
    ("25_dup_keys.jsonl", Read("0 posts, duplicate-key in line 1"), ""),
    ("26_surrogates.jsonl", Read("1 posts"), ""),
    ("27_telegram_bad_escape.json", Read("1 posts"), ""),
    ("28_truncated.jsonl", Read("1 posts, malformed in line 2"), ""),
    ("28b_truncated.jsonl.gz", Refused("unexpected end of the gzip data"), ""),
    ("29_concat.json", Read("3 posts"), ""),
    (
        "30_bomb.jsonl.gz",
        Refused("is no text"),
        "it unfolds to NUL bytes, which are refused at the first of them, long before any limit; a bomb \
         of text is tested beside it",
    ),
    ("30b_zipslip.zip", Refused("two files in the archive are called \"data/tweets.js\""), ""),
    ("31_xxe.xml", Refused("DOCTYPE"), ""),
    ("32_xss.jsonl", Read("7 posts"), ""),
    ("33_formula.jsonl", Read("9 posts"), ""),
    ("34_bidi.jsonl", Read("7 posts"), ""),
    ("35_ansi.jsonl", Read("1 posts"), ""),
    ("36_path_ids.jsonl", Read("5 posts"), ""),
    ("37_urls.jsonl", Read("16 posts"), ""),
    ("38_unicode_norm.jsonl", Read("7 posts"), ""),
    (
        "40_deleted_authors.jsonl",
        Read(
            "0 posts, placeholder-author in line 1, placeholder-author in line 2, \
             placeholder-author in line 3",
        ),
        "",
    ),
    ("41_renames.jsonl", Read("3 posts"), ""),
    ("45_insufficient.jsonl", Read("2 posts"), ""),
    ("46_same_second.jsonl", Read("70 posts"), ""),
    ("47_self_only.jsonl", Read("20 posts"), ""),
    ("48_mixed_platform_ids.jsonl", Read("2 posts"), ""),
];

#[test]
fn every_hostile_file_becomes_what_it_must() {
    let Some(folder) = hostile("every_hostile_file") else { return };
    for (name, becomes, _) in FILES {
        let path = folder.join(name);
        match (becomes, ingest_one(&path, &options(&path))) {
            (Read(expected), Ok(ingested)) => {
                assert_eq!(told(name, &ingested), *expected, "{name}");
            }
            (Refused(expected), Err(error)) => {
                assert_eq!(error.kind(), concerted_case::ErrorKind::Input, "{name}: {error}");
                assert!(error.to_string().contains(expected), "{name}: {error}");
                assert!(!error.hint().is_empty(), "{name}");
            }
            (_, Ok(ingested)) => panic!("{name} was read: {}", told(name, &ingested)),
            (_, Err(error)) => panic!("{name} was refused: {error}"),
        }
    }
}

#[test]
fn the_table_holds_every_file_of_the_matrix() {
    let Some(folder) = hostile("the_table_holds") else { return };
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "matrix.json")
        .collect();
    files.sort();
    let table: Vec<&str> = FILES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(files, table);
    assert_eq!(table.len(), 45);
}

#[test]
fn a_bomb_of_text_is_a_limit_whatever_it_is_packed_with() {
    let line = b"{\"account\":\"a\",\"time\":\"2024-05-01T12:00:00Z\",\"text\":\"x\"}\n";
    let text = line.repeat((40 << 20) / line.len());
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        folder.path().join(name)
    };
    let zip = || {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("bomb.jsonl", options).unwrap();
        std::io::Write::write_all(&mut zip, &vec![b' '; 40 << 20]).unwrap();
        zip.finish().unwrap().into_inner()
    };
    for path in [
        write("bomb.jsonl.zst", &zstd::stream::encode_all(&text[..], 3).unwrap()),
        write("bomb.zip", &zip()),
    ] {
        let error = ingest(&[path], &limits(), &|_| {}).unwrap_err();
        assert_eq!(error.kind(), concerted_case::ErrorKind::Limit, "{error}");
        assert!(error.to_string().contains("unfolds to more than 500 times"), "{error}");
    }
}

fn limits() -> ReadOptions {
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    ReadOptions::at(now)
}

#[test]
fn escapes_that_telegram_alone_writes_are_read_for_it_alone_and_counted() {
    let Some(folder) = hostile("escapes_that_telegram") else { return };
    let path = folder.join("27_telegram_bad_escape.json");
    let ingested = ingest_one(&path, &limits()).unwrap();
    assert_eq!(ingested.posts[0].text.value(0), "bell \u{7} here");
    let notes = ingested.manifest.inputs[0].notes.join("\n");
    assert!(notes.contains("1 escapes \\xNN"), "{notes}");
    let other = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(other.path(), "{\"account\":\"a\",\"time\":1714564800,\"text\":\"\\x07\"}\n")
        .unwrap();
    let ingested = ingest(
        &[other.path().to_owned()],
        &ReadOptions { plan: IngestPlan { max_rejects: 1.0, ..IngestPlan::default() }, ..limits() },
        &|_| {},
    )
    .unwrap();
    assert_eq!(ingested.manifest.inputs[0].rows.rejected(), 1);
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

#[test]
fn posts_that_all_have_one_time_tell_their_day_at_best() {
    let Some(folder) = hostile("posts_that_all_have_one_time") else { return };
    let path = folder.join("46_same_second.jsonl");
    let ingested = ingest_one(&path, &options(&path)).unwrap();
    let record = &ingested.manifest.inputs[0];
    assert_eq!(record.resolution_us, 86_400_000_000);
    assert!(
        record.notes.iter().any(|note| note.contains("one and the same time")),
        "{:?}",
        record.notes
    );
}
