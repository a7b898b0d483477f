//! From files to the tables of a case: read, settled, put in order.
//!
//! **Invariant:** the posts and accounts do not depend on the order of files or lines, nor on how much is
//! held in memory, only on what is in the files; where a post stands is told by its row in the sources.
//! Every row of every file is counted in the manifest, and a file of which too much had to be refused is
//! an error. Memory is the accounts, a number for each 128 posts, and what [`Scratch`] has room for.
//!
//! Rows are sorted by what they are versions of, settled, then sorted by time. Both sorts go through files
//! when there is more than they may hold, so that a table of any size is made in little memory.

use std::path::PathBuf;

use concerted_model::{
    TableError,
    provenance::{InputRecord, Manifest, Reject},
    tables::{Accounts, Clocks, Posts, Sources},
};

use crate::readers::{Change, Progress, ReadError, ReadOptions, name_of};

mod accounts;
mod gather;
mod identity;
mod left_off;
mod packed;
mod refusals;
mod remarks;
mod rows;
mod scratch;
mod shelf;
mod sorter;

pub(crate) use left_off::sweep;
pub use left_off::{Found, LeftOff, Place};
pub use scratch::{Scratch, Spill};

use accounts::AccountCounts;
use gather::Gathering;
use identity::{Fate, settle};
use packed::Source;
use refusals::FEW_ROWS;
use rows::{Rows, rows_of};
use shelf::{Shelf, Walk, births};
use sorter::Sorter;

/// What the files of a case gave.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// The posts, in order, in tables of at most 65,536.
    pub posts: Vec<Posts>,
    /// Where each post stands, row by row.
    pub sources: Vec<Sources>,
    /// What each clock says of them, row by row.
    pub clocks: Vec<Clocks>,
    /// The accounts that published them.
    pub accounts: Accounts,
    /// What was refused, in order of file and line.
    pub rejects: Vec<Reject>,
    /// What the files say became of posts, in order of file and line.
    pub changes: Vec<Change>,
    /// Each file, and what became of its rows.
    pub manifest: Manifest,
}

/// What is known of the rows of a table of posts beside it, row by row.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Where each stands.
    pub sources: Sources,
    /// What each clock says.
    pub clocks: Clocks,
}

/// Takes what files give, piece by piece: the posts in order, then what was refused and what became of
/// posts, each in order of file and line.
pub trait Sink {
    /// Why something could not be taken.
    type Error: From<ReadError>;

    /// The next posts, where each stands, and what each clock says of them.
    ///
    /// # Errors
    /// As the sink has it, and so for all.
    fn posts(&mut self, posts: Posts, beside: Beside) -> Result<(), Self::Error>;

    /// The next row that was refused.
    ///
    /// # Errors
    /// As [`Sink::posts`].
    fn reject(&mut self, reject: Reject) -> Result<(), Self::Error>;

    /// The next record of what became of a post.
    ///
    /// # Errors
    /// As [`Sink::posts`].
    fn change(&mut self, change: Change) -> Result<(), Self::Error>;
}

/// What is known when all was handed out.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The accounts that published the posts.
    pub accounts: Accounts,
    /// Each file, and what became of its rows.
    pub manifest: Manifest,
}

const DAY_US: i64 = 86_400_000_000;

/// [`ingest_held`], sorting in the system's folder for such files.
///
/// # Errors
/// As [`ingest_into`].
pub fn ingest(
    inputs: &[PathBuf],
    options: &ReadOptions,
    progress: &dyn Fn(Progress<'_>),
) -> Result<Ingested, ReadError> {
    ingest_held(inputs, options, &Scratch::default(), progress)
}

/// [`ingest_into`], with everything held in memory at the end.
///
/// # Errors
/// As [`ingest_into`].
pub fn ingest_held(
    inputs: &[PathBuf],
    options: &ReadOptions,
    scratch: &Scratch,
    progress: &dyn Fn(Progress<'_>),
) -> Result<Ingested, ReadError> {
    #[derive(Default)]
    struct All {
        posts: Vec<Posts>,
        sources: Vec<Sources>,
        clocks: Vec<Clocks>,
        rejects: Vec<Reject>,
        changes: Vec<Change>,
    }
    impl Sink for All {
        type Error = ReadError;
        fn posts(&mut self, posts: Posts, beside: Beside) -> Result<(), ReadError> {
            self.posts.push(posts);
            self.sources.push(beside.sources);
            self.clocks.push(beside.clocks);
            Ok(())
        }
        fn reject(&mut self, reject: Reject) -> Result<(), ReadError> {
            self.rejects.push(reject);
            Ok(())
        }
        fn change(&mut self, change: Change) -> Result<(), ReadError> {
            self.changes.push(change);
            Ok(())
        }
    }
    let mut all = All::default();
    let Finished { accounts, manifest } =
        ingest_into(inputs, options, scratch, progress, &mut all)?;
    let All { posts, sources, clocks, rejects, changes } = all;
    Ok(Ingested { posts, sources, clocks, accounts, rejects, changes, manifest })
}

/// Reads files, and what folders, patterns and archives among them hold, one after another, into the
/// tables of a case.
///
/// A file that was not named itself but found, and that is no data that can be read, is left out and
/// told in the manifest, with the reason. Nothing is handed out before all is read. Where the scratch keeps
/// what is read ([`Scratch::keeping`]), an interrupted reading of the same is gone on with.
///
/// # Errors
/// [`ReadError`] if a file cannot be read, more of it had to be refused than the plan allows, or there is
/// no room to sort in; and what the sink has.
pub fn ingest_into<S: Sink>(
    inputs: &[PathBuf],
    options: &ReadOptions,
    scratch: &Scratch,
    progress: &dyn Fn(Progress<'_>),
    sink: &mut S,
) -> Result<Finished, S::Error> {
    let rows = rows_of(inputs, options, scratch, progress);
    if let (Err(_), Some(left_off)) = (&rows, scratch.left_off())
        && !left_off.is_noted()
    {
        // The error that is reported is the one for which reading ended.
        let _ = left_off.forget();
    }
    let Rows { posts, remarks, mut records } = rows?;
    let ranks = ranks(&records);
    let mut shelf = Shelf::new(scratch);
    settle(
        &mut posts.finish()?,
        &ranks,
        &mut |source, fate| count(&mut records, source, fate),
        |hash, post| shelf.put(hash, post),
    )?;
    let accounts = hand_out(shelf, scratch, &ranks, &mut records, sink)
        .map_err(|error| error.named(&first_name(inputs)))?;
    remarks.hand_out(sink)?;
    let mut manifest = Manifest { inputs: records };
    manifest.inputs.sort_by(|a, b| key(a).cmp(&key(b)));
    Ok(Finished { accounts, manifest })
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

/// Why posts could not be handed out.
enum Stopped<E> {
    /// They could not be sorted, or were not taken.
    By(E),
    /// They make no table.
    Table(TableError),
}

impl<E: From<ReadError>> Stopped<E> {
    /// The error, which speaks of a file.
    fn named(self, file: &str) -> E {
        match self {
            Self::By(error) => error,
            Self::Table(error) => ReadError::bug(file, error.to_string()).into(),
        }
    }
}

impl<E: From<ReadError>> From<ReadError> for Stopped<E> {
    fn from(error: ReadError) -> Self {
        Self::By(error.into())
    }
}

impl<E> From<TableError> for Stopped<E> {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

/// Hands the kept posts out in order, and counts anew, for them alone, whose clock they were read from.
fn hand_out<S: Sink>(
    mut shelf: Shelf<'_>,
    scratch: &Scratch,
    ranks: &[u32],
    records: &mut [InputRecord],
    sink: &mut S,
) -> Result<Accounts, Stopped<S::Error>> {
    for record in records.iter_mut() {
        record.clocks.clear();
        record.resolution_us = 0;
    }
    let timeless = timeless(&shelf, records);
    let mut by_time = Sorter::new(scratch, packed::by_author);
    let (mut walk, mut changed) = (Walk::of(&shelf), Vec::new());
    while let Some(bytes) = walk.next(&mut shelf)? {
        let births = births(&packed::unborn(bytes), &mut shelf)?;
        let bytes = if timeless || births.iter().any(Option::is_some) {
            let mut post = packed::read(bytes);
            for (born, birth) in post.born.iter_mut().zip(births) {
                *born = born.or(birth);
            }
            if timeless {
                post.resolution_us = post.resolution_us.max(DAY_US);
            }
            changed.clear();
            packed::write(&post, &mut changed);
            changed.as_slice()
        } else {
            bytes
        };
        by_time.push(packed::ordered(packed::time(bytes)), bytes)?;
    }
    drop((shelf, walk));
    let (mut gathering, mut accounts) = (Gathering::default(), AccountCounts::default());
    let mut sorted = by_time.finish()?;
    while let Some((_, bytes)) = sorted.next()? {
        let post = packed::read(bytes);
        accounts.add(&post);
        let input = post.source.input as usize;
        let full = gathering.push(&post, ranks.get(input).copied().unwrap_or_default())?;
        if let Some((posts, beside)) = full {
            sink.posts(posts, beside).map_err(Stopped::By)?;
        }
        if let Some(record) = records.get_mut(input) {
            record.resolution_us = record.resolution_us.max(post.resolution_us);
            match record.clocks.get_mut(post.clock.as_str()) {
                Some(posts) => *posts += 1,
                None => _ = record.clocks.insert(post.clock.as_str().to_owned(), 1),
            }
        }
    }
    if let Some((posts, beside)) = gathering.finish()? {
        sink.posts(posts, beside).map_err(Stopped::By)?;
    }
    Ok(accounts.finish()?)
}

/// Whether all posts have one time, which then is that of an export and tells their day at best.
fn timeless(shelf: &Shelf<'_>, records: &mut [InputRecord]) -> bool {
    let same = shelf.times().is_some_and(|(first, last)| first == last);
    if !same || shelf.len() < FEW_ROWS {
        return false;
    }
    let note = format!(
        "all {} posts have one and the same time, which cannot be when each was made: nothing \
         within less than a day can be looked at",
        shelf.len()
    );
    records.iter_mut().filter(|record| record.rows.posts > 0).for_each(|record| {
        record.notes.push(note.clone());
    });
    true
}
