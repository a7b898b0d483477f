//! Any bytes, read as a file of one format: `FORMAT=x-io cargo +nightly fuzz run reader corpus/x-io`.
//!
//! What must hold of every file, whatever is in it: nothing panics; each row is counted once, as a post, a
//! repetition, context, a change, no post or a reject; an error says what to do and is never our own fault; and
//! reading that is stopped at places that depend on the bytes, and goes on at its bookmarks, gives the same.
//! Without `FORMAT` the format is told from the content, so that detection is tried too.

#![no_main]

use std::{
    cell::Cell,
    fs,
    hash::{DefaultHasher, Hasher},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use concerted_case::{
    ErrorKind,
    ingest::{Ingested, LeftOff, Scratch, ingest_held},
    readers::{Mapping, Progress, ReadError, ReadOptions, Row, read},
};
use concerted_model::{Timestamp, plan::IngestPlan, tables::Table};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// Longer files are read without a pause: that goes on behind every record is a matter of short ones.
const LONGEST_STOPPED: usize = 1 << 16;
/// Times that a reading is stopped before it may go on to the end.
const STOPS: u32 = 3;

static FORMAT: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("FORMAT").ok());
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|bytes: &[u8]| {
    let path = FOLDER.path().join("posts");
    fs::write(&path, bytes).expect("a file");
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
    let record = match result {
        Ok(record) => record,
        Err(error) => {
            assert_ne!(error.kind(), ErrorKind::Bug, "{error}");
            assert!(!error.hint().is_empty());
            return;
        }
    };
    assert!(record.accounts_for_every_row(), "{:?}", record.rows);
    assert_eq!(record.rows.posts, posts);
    assert_eq!(record.rows.rejected(), rejects);
    assert_eq!(record.rows.deletions + record.rows.edits, changes);
    let scratch = Scratch::within(FOLDER.path());
    let whole = ingest_held(std::slice::from_ref(&path), &options, &scratch, &|_| {});
    if let Ok(ingested) = &whole {
        let input = &ingested.manifest.inputs[0];
        assert!(input.accounts_for_every_row(), "{:?}", input.rows);
        let kept: usize = ingested.posts.iter().map(|table| table.len()).sum();
        assert_eq!(input.rows.posts, kept as u64);
    }
    if bytes.len() <= LONGEST_STOPPED {
        let stopped = stopped_and_gone_on(&path, &options, &Stops::of(bytes));
        match (&whole, &stopped) {
            (Ok(whole), Ok(stopped)) => assert_same(whole, stopped),
            (Err(whole), Err(stopped)) => assert_eq!(whole.to_string(), stopped.to_string()),
            (whole, stopped) => panic!("{:?}, but stopped {:?}", whole.is_ok(), stopped.is_ok()),
        }
    }
    if let Err(error) = whole {
        assert_ne!(error.kind(), ErrorKind::Bug, "{error}");
    }
});

/// Where a reading is stopped.
struct Stops {
    /// Bytes between two bookmarks.
    every: u64,
    /// Signs of life after which it is stopped, each time.
    signs: [u64; STOPS as usize],
    /// Bytes that are held in memory.
    room: usize,
}

impl Stops {
    /// Any of them, by what the bytes are.
    fn of(bytes: &[u8]) -> Self {
        let mut hash = DefaultHasher::new();
        hash.write(bytes);
        let dice = hash.finish();
        // A bookmark behind each record half of the time, else at some place of the file.
        let every = if dice % 2 == 0 { 1 } else { 1 + (dice >> 1) % (1 + bytes.len() as u64) };
        let signs = [16, 20, 24].map(|bits| 1 + (dice >> bits) % 8);
        Self { every, signs, room: (dice >> 32) as usize % 3_000 }
    }
}

/// Reads a file as if the process ended at each of the stops and were started again.
fn stopped_and_gone_on(
    path: &PathBuf,
    options: &ReadOptions,
    stops: &Stops,
) -> Result<Ingested, ReadError> {
    let left_off = left_off(FOLDER.path()).every(stops.every);
    left_off.forget().expect("a folder to be emptied");
    let scratch = Scratch::within(FOLDER.path()).holding(stops.room).keeping(left_off);
    let files = std::slice::from_ref(path);
    for signs in stops.signs {
        let left = Cell::new(signs);
        let sign = |_: Progress<'_>| {
            left.set(left.get() - 1);
            if left.get() == 0 {
                // Unlike a panic, this is not taken for a fault.
                resume_unwind(Box::new(Stopped));
            }
        };
        let reading = AssertUnwindSafe(|| ingest_held(files, options, &scratch, &sign));
        match catch_unwind(reading) {
            Ok(ended) => return ended,
            Err(why) if why.is::<Stopped>() => {}
            Err(why) => resume_unwind(why),
        }
    }
    ingest_held(files, options, &scratch, &|_| {})
}

/// That a reading was stopped on purpose.
struct Stopped;

fn left_off(folder: &Path) -> LeftOff {
    LeftOff::within(&folder.join("reading"), "0123456789abcdef")
}

fn assert_same(whole: &Ingested, stopped: &Ingested) {
    assert_eq!(whole.manifest, stopped.manifest);
    assert_eq!(whole.rejects, stopped.rejects);
    assert_eq!(whole.changes, stopped.changes);
    assert_same_tables(&whole.posts, &stopped.posts);
    assert_same_tables(&whole.sources, &stopped.sources);
    assert_same_tables(&whole.clocks, &stopped.clocks);
    assert_same_tables(
        std::slice::from_ref(&whole.accounts),
        std::slice::from_ref(&stopped.accounts),
    );
}

fn assert_same_tables(whole: &[impl Table], stopped: &[impl Table]) {
    assert_eq!(whole.len(), stopped.len());
    for (whole, stopped) in whole.iter().zip(stopped) {
        assert_eq!(whole.to_batch().expect("a table"), stopped.to_batch().expect("a table"));
    }
}
