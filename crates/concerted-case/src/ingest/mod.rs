//! From files to the tables of a case: read, settled, put in order.
//!
//! **Invariant:** the posts and accounts do not depend on the order of files or lines, only on what is
//! in them; where a post stands is told by its row in the sources. Every row of every file is counted
//! in the manifest, and a file of which too much had to be refused is an error.

use std::{collections::BTreeMap, path::PathBuf};

use concerted_model::{
    TableError,
    provenance::{InputRecord, Manifest, Reject, RejectReason, RowCounts},
    tables::{Accounts, Posts, Sources},
};

use crate::{
    ErrorKind,
    readers::{Change, Progress, ReadError, ReadOptions, Row, name_of, read_source, sources},
};

mod accounts;
mod gather;
mod identity;
mod packed;

use accounts::AccountCounts;
use gather::{Gathering, Tables, in_order};
use identity::{Entry, Fate, Kept, entry, id_of_content, settle};
use packed::{Packed, Pages, Source, Word};

/// What the files of a case gave.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// The posts, in order, in tables of at most 65,536.
    pub posts: Vec<Posts>,
    /// Where each post stands, row by row.
    pub sources: Vec<Sources>,
    /// The accounts that published them.
    pub accounts: Accounts,
    /// What was refused, in order of file and line.
    pub rejects: Vec<Reject>,
    /// What the files say became of posts, in order of file and line.
    pub changes: Vec<Change>,
    /// Each file, and what became of its rows.
    pub manifest: Manifest,
}

const DAY_US: i64 = 86_400_000_000;
/// Below so many rows a few bad ones do not speak against a file.
const FEW_ROWS: u64 = 20;
/// So few bad rows do not speak against a file of which they are a small part.
const FEW_REJECTS: u64 = 10;

/// Reads files, and what folders, patterns and archives among them hold, one after another, into the
/// tables of a case.
///
/// A file that was not named itself but found, and that is no data that can be read, is left out and
/// told in the manifest, with the reason. Memory is the packed posts and their tables, some three and a
/// half times the uncompressed input.
///
/// # Errors
/// [`ReadError`] if a file cannot be read, or more of it had to be refused than the plan allows.
pub fn ingest(
    inputs: &[PathBuf],
    options: &ReadOptions,
    progress: &dyn Fn(Progress<'_>),
) -> Result<Ingested, ReadError> {
    let (mut pages, mut entries) = (Pages::default(), Vec::new());
    let (mut records, mut rejects, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    let found = sources(inputs)?;
    for source in &found.sources {
        let before = rejects.len();
        let number = records.len() as u32;
        let result = read_source(source, options, progress, &mut |row| match row {
            Row::Post(post) => {
                let made = post.id.is_none().then(|| id_of_content(&post));
                let id = post.id.as_deref().or(made.as_deref()).unwrap_or_default();
                let packed = Packed::of_row(&post, id, number);
                entries.push(entry(&packed, pages.push(&packed)));
            }
            Row::Reject(reject) => rejects.push(reject),
            Row::Change(change) => changes.push(change),
        });
        // What was handed out of a file before it broke off stays out only if nothing was.
        let untouched = rejects.len() == before
            && entries
                .last()
                .is_none_or(|entry: &Entry| pages.get(entry.at).source.input != number);
        match result {
            Ok(record) => {
                check_rejects(&record, &rejects[before..], options.plan.max_rejects)?;
                records.push(record);
            }
            Err(error) if source.found() && untouched && error.kind() == ErrorKind::Input => {
                records.push(left_out(source.name(), &error.to_string()));
            }
            Err(error) => return Err(error),
        }
    }
    records.extend(found.left_out.iter().map(|(name, why)| left_out(name, why)));
    if records.iter().all(|record| record.format == LEFT_OUT) {
        let why = match records.first().and_then(|record| record.notes.first()) {
            Some(note) => format!("nothing in it can be read; first: {note}"),
            None => "nothing in it can be read".to_owned(),
        };
        let hint = "name a file of posts; concerted formats lists what can be read";
        return Err(ReadError::input(&first_name(inputs), why, hint));
    }
    rejects.sort_unstable();
    changes.sort_unstable_by(|a, b| (&a.file, a.line, a.offset).cmp(&(&b.file, b.line, b.offset)));

    let ranks = ranks(&records);
    let kept = settle(&mut pages, entries, &ranks, &mut |source, fate| {
        count(&mut records, source, fate);
    });
    let (tables, accounts) = gather(&pages, &kept, &ranks, &mut records)
        .map_err(|error| ReadError::bug(&first_name(inputs), error.to_string()))?;
    let mut manifest = Manifest { inputs: records };
    manifest.inputs.sort_by(|a, b| key(a).cmp(&key(b)));
    let Tables { posts, sources } = tables;
    Ok(Ingested { posts, sources, accounts, rejects, changes, manifest })
}

/// The format of a file that was found and not read.
const LEFT_OUT: &str = "none";

/// The record of a file that was found and not read.
fn left_out(name: &str, why: &str) -> InputRecord {
    let why = why.strip_prefix(name).map_or(why, |why| why.trim_start_matches([':', ' ']));
    InputRecord {
        name: name.to_owned(),
        sha256: String::new(),
        bytes: 0,
        compression: "plain".to_owned(),
        format: LEFT_OUT.to_owned(),
        runner_up: None,
        mapping: BTreeMap::new(),
        rows: RowCounts::default(),
        clocks: BTreeMap::new(),
        clock_check: None,
        resolution_us: 0,
        notes: vec![format!("not read: {why}")],
    }
}

fn first_name(inputs: &[PathBuf]) -> String {
    inputs.first().map(|path| name_of(path)).unwrap_or_default()
}

fn key(record: &InputRecord) -> (&str, &str) {
    (&record.sha256, &record.name)
}

/// The row of each input in the manifest, which is in order of their content.
fn ranks(records: &[InputRecord]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|&number| key(&records[number]));
    let mut ranks = vec![0; records.len()];
    for (rank, number) in order.into_iter().enumerate() {
        ranks[number] = rank as u32;
    }
    ranks
}

fn count(records: &mut [InputRecord], source: Source, fate: Fate) {
    let Some(record) = records.get_mut(source.input as usize) else { return };
    let rows = &mut record.rows;
    rows.posts -= 1;
    *match fate {
        Fate::Duplicate => &mut rows.duplicates,
        Fate::Merged => &mut rows.merged,
        Fate::Conflict => &mut rows.conflicts,
    } += 1;
}

/// Puts the kept posts into tables, and counts anew, for them alone, whose clock they were read from.
fn gather(
    pages: &Pages,
    kept: &Kept,
    ranks: &[u32],
    records: &mut [InputRecord],
) -> Result<(Tables, Accounts), TableError> {
    for record in records.iter_mut() {
        record.clocks.clear();
        record.resolution_us = 0;
    }
    let (mut gathering, mut accounts) = (Gathering::new(), AccountCounts::default());
    let timeless = timeless(kept, records);
    for Entry { at, .. } in in_order(pages, kept) {
        let mut post = pages.get(at);
        fill_births(&mut post, pages, kept);
        if timeless {
            post.resolution_us = post.resolution_us.max(DAY_US);
        }
        accounts.add(&post);
        let input = post.source.input as usize;
        gathering.push(&post, ranks.get(input).copied().unwrap_or_default())?;
        if let Some(record) = records.get_mut(input) {
            *record.clocks.entry(post.clock.as_str().to_owned()).or_default() += 1;
            record.resolution_us = record.resolution_us.max(post.resolution_us);
        }
    }
    Ok((gathering.finish()?, accounts.finish()?))
}

/// Whether all posts have one time, which then is that of an export and tells their day at best.
fn timeless(kept: &Kept, records: &mut [InputRecord]) -> bool {
    let first = kept.entries.first().map(|entry| entry.time);
    let count = kept.entries.len();
    let same = kept.entries.iter().all(|entry| Some(entry.time) == first);
    if !same || count < FEW_ROWS as usize {
        return false;
    }
    let note = format!(
        "all {count} posts have one and the same time, which cannot be when each was made: nothing \
         within less than a day can be looked at"
    );
    records.iter_mut().filter(|record| record.rows.posts > 0).for_each(|record| {
        record.notes.push(note.clone());
    });
    true
}

/// Where no id tells when a post was born to which this one refers, the post itself does if it is here.
fn fill_births(post: &mut Packed<'_>, pages: &Pages, kept: &Kept) {
    for (place, word) in [Word::RepostOf, Word::ReplyTo, Word::QuoteOf].into_iter().enumerate() {
        if post.born[place].is_none()
            && let Some(id) = post.word(word)
        {
            post.born[place] = kept.time_of(pages, post.platform, post.instance, id);
        }
    }
}

/// Refuses a file of which more rows are bad than the plan allows. Lost authors do not count: they
/// say nothing against the file.
fn check_rejects(record: &InputRecord, rejects: &[Reject], most: f64) -> Result<(), ReadError> {
    let rows = &record.rows;
    let harmless = rows.rejects.get(RejectReason::PlaceholderAuthor.as_str()).copied().unwrap_or(0);
    let bad = rows.rejected() - harmless;
    let share = bad as f64 / rows.read.max(1) as f64;
    let many = rows.read >= FEW_ROWS && (bad > FEW_REJECTS || share > 0.25);
    let nothing_kept = rows.posts == 0;
    if share <= most || !(many || nothing_kept) {
        return Ok(());
    }
    let is_bad = |reject: &&Reject| reject.reason != RejectReason::PlaceholderAuthor;
    let count_of = |reason: RejectReason| rows.rejects.get(reason.as_str()).copied().unwrap_or(0);
    let top = rejects.iter().filter(is_bad).max_by_key(|reject| {
        (count_of(reject.reason), std::cmp::Reverse((reject.line, reject.offset)))
    });
    let Some(top) = top else { return Ok(()) };
    let why = format!(
        "{bad} of {} rows had to be refused, most as {} ({}), first in line {}: {}",
        rows.read,
        top.reason.as_str(),
        count_of(top.reason),
        top.line,
        top.detail
    );
    Err(ReadError::input(&record.name, why, next_step(top.reason)))
}

fn next_step(reason: RejectReason) -> String {
    let step = match reason {
        RejectReason::AmbiguousTime => {
            "give the form of its times: --time-format \"%m/%d/%Y %H:%M\""
        }
        RejectReason::BadTime | RejectReason::NoTime => {
            "is it the right column? Name it with --map time=…, or give its form with --time-format"
        }
        RejectReason::RoundedId => {
            "use a column whose ids are whole, or export again without a spreadsheet: --map account=…"
        }
        RejectReason::NoAccount | RejectReason::PlaceholderAuthor => {
            "is it the right column? Name it with --map account=…"
        }
        RejectReason::Malformed
        | RejectReason::DuplicateKey
        | RejectReason::BadNumber
        | RejectReason::TooDeep => "look at that line; to go on without such rows: --max-rejects 1",
    };
    step.to_owned()
}
