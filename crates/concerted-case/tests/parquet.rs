//! Parquet files as data tools write them: every type of column, read as the text that a table would have.

#![expect(clippy::unwrap_used, reason = "clippy.toml excuses test functions, not what they share")]

use std::{path::PathBuf, sync::Arc};

use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, LargeStringArray,
    RecordBatch, StringArray, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampSecondArray,
    builder::{ListBuilder, StringBuilder},
    types::Int32Type,
};
use arrow_schema::{DataType, Field, Fields};
use concerted_case::{
    ingest::{Ingested, ingest},
    readers::{ReadError, ReadOptions},
};
use concerted_model::{Timestamp, tables::strings_in};
use parquet::arrow::ArrowWriter;

const NOON_US: i64 = 1_714_564_800_000_000;

fn file(folder: &tempfile::TempDir, columns: Vec<(&str, ArrayRef)>) -> PathBuf {
    let path = folder.path().join("posts.parquet");
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    path
}

fn read(columns: Vec<(&str, ArrayRef)>, map: Option<&str>) -> Result<Ingested, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    let mapping = map.map(|map| map.parse().unwrap());
    ingest(&[file(&folder, columns)], &ReadOptions { mapping, ..ReadOptions::at(now) }, &|_| {})
}

fn words(words: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(words.to_vec()))
}

fn noon() -> ArrayRef {
    words(&["2024-05-01T12:00:00Z", "2024-05-01T12:00:01Z"])
}

/// The columns that hold an account, each written in another type; what is read must be the same digits.
#[test]
fn an_account_has_its_digits_whatever_type_its_column_has() {
    let big = 1_500_000_000_000_000_001_i64;
    let dictionary: DictionaryArray<Int32Type> =
        ["1500000000000000001", "1500000000000000002"].into_iter().collect();
    let columns: [(&str, ArrayRef); 4] = [
        ("whole numbers", Arc::new(Int64Array::from(vec![big, big + 1]))),
        ("text", words(&["1500000000000000001", "1500000000000000002"])),
        (
            "large text",
            Arc::new(LargeStringArray::from(vec!["1500000000000000001", "1500000000000000002"])),
        ),
        ("a dictionary", Arc::new(dictionary)),
    ];
    for (name, account) in columns {
        let read = read(vec![("account", account), ("time", noon())], None).unwrap();
        let posts = &read.posts[0];
        let found: Vec<&str> = posts.account.iter().flatten().collect();
        assert_eq!(found, ["1500000000000000001", "1500000000000000002"], "{name}");
        assert_eq!(read.manifest.inputs[0].format, "concerted", "{name}");
        assert!(read.manifest.inputs[0].accounts_for_every_row(), "{name}");
    }
}

/// The columns that hold a time, each written in another type, and how finely it tells it.
#[test]
fn a_time_is_the_same_moment_whatever_type_its_column_has() {
    let columns: [(&str, ArrayRef); 6] = [
        (
            "microseconds",
            Arc::new(
                TimestampMicrosecondArray::from(vec![NOON_US, NOON_US + 1]).with_timezone("UTC"),
            ),
        ),
        (
            "microseconds of a zone with a name",
            Arc::new(
                TimestampMicrosecondArray::from(vec![NOON_US, NOON_US + 1])
                    .with_timezone("Asia/Tehran"),
            ),
        ),
        (
            "milliseconds without a zone",
            Arc::new(TimestampMillisecondArray::from(vec![NOON_US / 1_000, NOON_US / 1_000 + 250])),
        ),
        (
            "seconds",
            Arc::new(TimestampSecondArray::from(vec![
                NOON_US / 1_000_000,
                NOON_US / 1_000_000 + 1,
            ])),
        ),
        ("numbers", Arc::new(Int64Array::from(vec![NOON_US / 1_000_000, NOON_US / 1_000_000 + 1]))),
        ("text", noon()),
    ];
    for (name, time) in columns {
        let read = read(vec![("account", words(&["a", "b"])), ("time", time)], None).unwrap();
        assert_eq!(read.posts[0].time.value(0), NOON_US, "{name}");
        assert_eq!(read.posts[0].len(), 2, "{name}");
    }
}

#[test]
fn lists_structs_and_what_is_missing_are_read() {
    let mut urls = ListBuilder::new(StringBuilder::new());
    urls.append_value([Some("https://e.example/1"), Some("https://e.example/2")]);
    urls.append_null();
    let urls = urls.finish();
    let user = StructArray::new(
        Fields::from(vec![
            Field::new("id", DataType::Utf8, true),
            Field::new("verified", DataType::Boolean, true),
        ]),
        vec![words(&["a", "b"]), Arc::new(BooleanArray::from(vec![Some(true), None]))],
        None,
    );
    let text: ArrayRef = Arc::new(StringArray::from(vec![None, Some("سلام #Tag")]));
    let columns: Vec<(&str, ArrayRef)> =
        vec![("user", Arc::new(user)), ("at", noon()), ("said", text), ("links", Arc::new(urls))];
    let read = read(columns, Some("account=user.id,time=at,text=said,url=links")).unwrap();
    let posts = &read.posts[0];
    assert_eq!(posts.account.value(0), "a");
    assert!(posts.text.is_null(0));
    assert_eq!(posts.text.value(1), "سلام #Tag");
    let urls: Vec<&str> = strings_in(&posts.urls, 0).collect();
    assert_eq!(urls, ["https://e.example/1", "https://e.example/2"]);
    assert_eq!(strings_in(&posts.urls, 1).count(), 0);
    assert_eq!(strings_in(&posts.hashtags, 1).collect::<Vec<_>>(), ["Tag"]);
    assert!(read.manifest.inputs[0].notes.iter().any(|note| note.contains("places are rows")));
}

/// What pandas makes of a column of ids with a gap in it.
#[test]
fn accounts_that_went_through_a_float_are_refused_and_never_repaired() {
    let account: ArrayRef = Arc::new(Float64Array::from(vec![1.5e18, 1_234.0]));
    let error = read(vec![("account", account), ("time", noon())], None).unwrap_err();
    assert!(error.to_string().contains("rounded-id"), "{error}");
    assert!(error.hint().contains("whole"), "{}", error.hint());
}

#[test]
fn a_damaged_parquet_file_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, vec![("account", words(&["a", "b"])), ("time", noon())]);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 9);
    std::fs::write(&path, bytes).unwrap();
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    let error = ingest(&[path], &ReadOptions::at(now), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("the Parquet file cannot be read"), "{error}");
}
