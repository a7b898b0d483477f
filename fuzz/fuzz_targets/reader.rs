//! Any bytes, read as a file of one format: `FORMAT=x-io cargo +nightly fuzz run reader corpus/x-io`.
//!
//! What must hold of every file, whatever is in it: nothing panics; each row is counted once, as a post, a
//! repetition, context, a change, no post or a reject; an error says what to do and is never our own fault.
//! Without `FORMAT` the format is told from the content, so that detection is tried too.

#![no_main]

use std::sync::LazyLock;

use concerted_case::{
    ErrorKind,
    ingest::ingest,
    readers::{Mapping, ReadOptions, Row, read},
};
use concerted_model::{Timestamp, plan::IngestPlan};
use libfuzzer_sys::fuzz_target;

static FORMAT: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("FORMAT").ok());

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("posts");
    std::fs::write(&path, bytes).expect("a file");
    let format = FORMAT.clone();
    let mapping: Option<Mapping> = (format.as_deref() == Some("mapped"))
        .then(|| "account=a,time=t,text=s".parse().expect("a mapping"));
    // Every row may be refused, so that the tables are made of what is left.
    let plan = IngestPlan { max_rejects: 1.0, ..IngestPlan::default() };
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).expect("a moment");
    let options = ReadOptions { format, mapping, plan, ..ReadOptions::at(now) };
    let (mut posts, mut rejects, mut changes) = (0_u64, 0_u64, 0_u64);
    let result = read(&path, &options, &|_| {}, &mut |row| match row {
        Row::Post(post) => {
            assert!(!post.account.id.trim().is_empty(), "an account without an id");
            assert!(post.place.offset <= bytes.len() as u64 * 4, "a place outside the file");
            posts += 1;
        }
        Row::Reject(_) => rejects += 1,
        Row::Change(_) => changes += 1,
    });
    match result {
        Ok(record) => {
            assert!(record.accounts_for_every_row(), "{:?}", record.rows);
            assert_eq!(record.rows.posts, posts);
            assert_eq!(record.rows.rejected(), rejects);
            assert_eq!(record.rows.deletions + record.rows.edits, changes);
            match ingest(&[path], &options, &|_| {}) {
                Ok(ingested) => {
                    let input = &ingested.manifest.inputs[0];
                    assert!(input.accounts_for_every_row(), "{:?}", input.rows);
                    let kept: usize = ingested.posts.iter().map(|table| table.len()).sum();
                    assert_eq!(input.rows.posts, kept as u64);
                }
                Err(error) => assert_ne!(error.kind(), ErrorKind::Bug, "{error}"),
            }
        }
        Err(error) => {
            assert_ne!(error.kind(), ErrorKind::Bug, "{error}");
            assert!(!error.hint().is_empty());
        }
    }
});
