//! Reading that was interrupted goes on where it was left; reading that was finished goes on with more files.
//!
//! **Invariant:** whatever the note [`NOTE`] speaks of is on the disk: it is replaced, in one step, after
//! the runs that it names. A note of other inputs, another order of them, other options or another version
//! is never followed, so that what comes out is what an uninterrupted reading gives, byte for byte. Files can
//! come behind those of a finished reading, if none of its rows was refused for its time: what lies in the
//! future today may not do so tomorrow.
//!
//! Inside a file a note is made every 256 MiB, and at the end of a file once 16 MiB were read since the last.
//! It is written while reading goes on.

use std::{
    fmt,
    fs::{self, File},
    io,
    ops::Range,
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use concerted_model::{
    Timestamp,
    provenance::{InputRecord, RejectReason},
};
use serde::{Deserialize, Serialize};

use super::{refusals::Firsts, scratch::full};
use crate::{
    durable,
    readers::{Bookmark, ReadError, Source},
};

/// The file that says how far the reading has come.
const NOTE: &str = "note.json";
/// Raised when a note is written otherwise, or means something else.
const FORM: u32 = 2;
/// Bytes of a file between two notes.
const INSIDE: u64 = 256 << 20;
/// Bytes between two notes at the ends of files.
const BETWEEN: u64 = 16 << 20;

/// Where reading notes how far it has come.
#[derive(Clone, Debug)]
pub struct LeftOff {
    folder: PathBuf,
    key: String,
    /// How it is read and what, if it is kept for a reading of more.
    more: Option<More>,
    inside: u64,
    between: u64,
}

/// What a reading depends on, file by file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct More {
    /// Everything beside the files.
    way: String,
    /// SHA-256 of each file.
    contents: Vec<String>,
}

/// What an interrupted reading left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// Something that cannot be gone on with: files, order, options or version are others.
    Other,
    /// The place where reading goes on.
    Place(Place),
    /// A finished reading of so many of the files, which are not read again.
    Earlier(usize),
}

/// What a note that is there is of.
pub(super) enum Kept {
    /// There is none that matters.
    Nothing,
    /// Something else, which cannot be used.
    Other,
    /// This reading.
    Begun(Note),
    /// A finished reading of the first of the files.
    Earlier(Note),
}

/// How far reading had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Files that were read to their end.
    pub files: usize,
    /// Files in all.
    pub of: usize,
    /// The file that was being read, records of it, and whether it must be unpacked again to get there.
    pub within: Option<(String, u64, bool)>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, of, within } = self;
        let Some((name, rows, again)) = within else {
            return write!(f, "{files} of {of} files were read to their end");
        };
        match files {
            0 => write!(f, "{name} was read up to record {rows}")?,
            _ => write!(
                f,
                "{files} of {of} files were read to their end, and {name} up to record {rows}"
            )?,
        }
        if *again {
            write!(f, ", up to which it is unpacked once more but not read")?;
        }
        Ok(())
    }
}

/// What is noted.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Note {
    form: u32,
    version: String,
    key: String,
    /// As [`More`] has it; empty if it is not for more.
    way: String,
    /// The files, in the order in which they are read.
    names: Vec<String>,
    /// When reading began, in microseconds: it decides what lies in the future.
    now: i64,
    /// The files that were read to their end, or left out.
    pub(super) records: Vec<InputRecord>,
    /// The one after them, if it was begun.
    pub(super) within: Option<Within>,
    /// Where the sorted runs are in their files.
    pub(super) runs: Runs,
}

/// A file that was begun.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Within {
    pub(super) firsts: Firsts,
    pub(super) any_post: bool,
    /// Nothing at its beginning.
    pub(super) bookmark: Option<Bookmark>,
}

/// Where the runs of each sorter are.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Runs {
    pub(super) posts: Vec<Range<u64>>,
    pub(super) rejects: Vec<Range<u64>>,
    pub(super) changes: Vec<Range<u64>>,
}

impl Note {
    pub(super) fn now(&self) -> Option<Timestamp> {
        Timestamp::try_from_micros(self.now).ok()
    }

    /// Whether all files were read to their end.
    fn is_finished(&self) -> bool {
        self.within.is_none() && self.records.len() == self.names.len()
    }

    fn place(&self) -> Place {
        let within = self.within.as_ref().and_then(|within| {
            let (rows, packed) = within.bookmark.as_ref().map(|at| (at.rows(), at.packed))?;
            Some((self.names.get(self.records.len())?.clone(), rows, packed))
        });
        Place { files: self.records.len(), of: self.names.len(), within }
    }
}

impl LeftOff {
    /// In this folder, which is made when there is something to keep; `key` stands for everything that the
    /// reading depends on: the files' content, the options, the version of the code.
    #[must_use]
    pub fn within(folder: &Path, key: &str) -> Self {
        let (folder, key) = (folder.to_owned(), key.to_owned());
        Self { folder, key, more: None, inside: INSIDE, between: BETWEEN }
    }

    /// Keeps what is read for a reading of these files and more behind them; `way` stands for everything that
    /// the reading depends on beside the files, `contents` are their SHA-256 in order.
    #[must_use]
    pub fn for_more(self, way: &str, contents: &[&str]) -> Self {
        let contents = contents.iter().map(|&content| content.to_owned()).collect();
        Self { more: Some(More { way: way.to_owned(), contents }), ..self }
    }

    /// Notes every so many bytes, inside files and at their ends.
    #[must_use]
    pub fn every(self, bytes: u64) -> Self {
        Self { inside: bytes, between: bytes, ..self }
    }

    /// What an interrupted reading of these files left.
    #[must_use]
    pub fn found(&self, sources: &[Source]) -> Found {
        match self.kept(sources) {
            Kept::Begun(note) => Found::Place(note.place()),
            Kept::Earlier(note) => Found::Earlier(note.records.len()),
            Kept::Other => Found::Other,
            Kept::Nothing => Found::Nothing,
        }
    }

    /// Removes what was kept, but for what a reading of more files can go on from.
    ///
    /// # Errors
    /// [`ReadError`] if the disk refuses it.
    pub fn forget_unfinished(&self) -> Result<(), ReadError> {
        match self.noted() {
            Some(note) if note.is_finished() && !note.way.is_empty() => Ok(()),
            _ => self.forget(),
        }
    }

    /// Removes all that was kept.
    ///
    /// # Errors
    /// [`ReadError`] if the disk refuses it.
    pub fn forget(&self) -> Result<(), ReadError> {
        durable::gone(fs::remove_dir_all(&self.folder)).map_err(full)
    }

    /// Whether there is something to go on with, now or later.
    pub(super) fn is_noted(&self) -> bool {
        self.folder.join(NOTE).exists()
    }

    /// The file in which a sorter keeps its runs.
    pub(super) fn file(&self, sorter: &str) -> PathBuf {
        self.folder.join(format!("{sorter}.runs"))
    }

    /// The note that is there, if it can be read and what it names is there.
    fn noted(&self) -> Option<Note> {
        let note = fs::read(self.folder.join(NOTE)).ok()?;
        let note: Note = serde_json::from_slice(&note).ok()?;
        let there = |sorter: &str, runs: &[Range<u64>]| {
            let end = runs.last().map_or(0, |run| run.end);
            end == 0 || fs::metadata(self.file(sorter)).is_ok_and(|file| file.len() >= end)
        };
        let Runs { posts, rejects, changes } = &note.runs;
        let whole = there(POSTS, posts) && there(REJECTS, rejects) && there(CHANGES, changes);
        let ours = note.form == FORM && note.version == env!("CARGO_PKG_VERSION");
        (ours && whole && note.now().is_some()).then_some(note)
    }

    /// What the note that is there is of.
    pub(super) fn kept(&self, sources: &[Source]) -> Kept {
        match self.noted() {
            Some(note) if self.is_of(&note, sources) => Kept::Begun(note),
            Some(note) if self.is_of_first(&note, sources) => Kept::Earlier(note),
            Some(note) if note.is_finished() => Kept::Nothing,
            None if !self.is_noted() => Kept::Nothing,
            _ => Kept::Other,
        }
    }

    /// Whether the note is of this reading of these files.
    fn is_of(&self, note: &Note, sources: &[Source]) -> bool {
        let names = sources.iter().map(Source::name);
        note.key == self.key && note.names.iter().map(String::as_str).eq(names)
    }

    /// Whether the note is of a finished reading of the first of these files, whose rows are what they would be
    /// if they were read now.
    fn is_of_first(&self, note: &Note, sources: &[Source]) -> bool {
        let Some(More { way, contents }) = &self.more else { return false };
        let same = |(record, (source, content)): (&InputRecord, (&Source, &String))| {
            (record.name.as_str(), &record.sha256) == (source.name(), content)
                && !record.rows.rejects.contains_key(RejectReason::BadTime.as_str())
        };
        let files = sources.iter().zip(contents);
        let begins = note.is_finished() && note.records.len() <= sources.len().min(contents.len());
        begins && note.way == *way && note.records.iter().zip(files).all(same)
    }

    /// Whether a finished reading is kept.
    pub(super) fn keeps(&self, records: &[InputRecord]) -> bool {
        let bytes: u64 = records.iter().map(|record| record.bytes).sum();
        self.more.is_some() && bytes >= self.between
    }
}

/// What the sorters are called.
pub(super) const POSTS: &str = "posts";
pub(super) const REJECTS: &str = "rejects";
pub(super) const CHANGES: &str = "changes";

/// Removes what a killed reading left before its first note.
pub(crate) fn sweep(folder: &Path) -> io::Result<()> {
    if folder.join(NOTE).exists() {
        return Ok(());
    }
    durable::gone(fs::remove_dir_all(folder))
}

/// Sorted runs that are in a file, which must reach the disk before a note names them.
pub(super) struct Spilled {
    pub(super) runs: Vec<Range<u64>>,
    pub(super) file: Option<File>,
}

/// Makes the notes of one reading.
pub(super) struct Keeper {
    left_off: LeftOff,
    names: Vec<String>,
    now: Timestamp,
    /// Bytes of earlier files since the last note.
    carried: u64,
    /// Where in the present file the last note was made.
    from: u64,
    writing: Option<JoinHandle<Result<(), ReadError>>>,
}

impl Keeper {
    pub(super) fn new(left_off: &LeftOff, sources: &[Source], now: Timestamp) -> Self {
        let names = sources.iter().map(|source| source.name().to_owned()).collect();
        Self { left_off: left_off.clone(), names, now, carried: 0, from: 0, writing: None }
    }

    /// Whether a finished reading of these is kept.
    pub(super) fn keeps(&self, records: &[InputRecord]) -> bool {
        self.left_off.keeps(records)
    }

    /// Goes on inside a file, behind so many bytes.
    pub(super) fn goes_on_at(&mut self, bytes: u64) {
        self.from = bytes;
    }

    /// Whether a note is due inside a file, of which so many bytes were read.
    pub(super) fn is_due_at(&self, bytes: u64) -> bool {
        self.carried + bytes.saturating_sub(self.from) >= self.left_off.inside
    }

    /// A file of so many bytes was read to its end; whether a note is due.
    pub(super) fn is_due_after(&mut self, bytes: u64) -> bool {
        self.carried += bytes.saturating_sub(self.from);
        self.from = 0;
        self.carried >= self.left_off.between
    }

    /// Notes how far reading has come, once the runs are on the disk; `at` are bytes of the file within.
    pub(super) fn note(
        &mut self,
        records: &[InputRecord],
        within: Option<Within>,
        at: u64,
        [posts, rejects, changes]: [Spilled; 3],
    ) -> Result<(), ReadError> {
        self.finish()?;
        (self.carried, self.from) = (0, at);
        let note = Note {
            form: FORM,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            key: self.left_off.key.clone(),
            way: self.left_off.more.as_ref().map_or_else(String::new, |more| more.way.clone()),
            names: self.names.clone(),
            now: self.now.micros(),
            records: records.to_vec(),
            within,
            runs: Runs { posts: posts.runs, rejects: rejects.runs, changes: changes.runs },
        };
        let text = serde_json::to_vec(&note).map_err(|error| full(error.into()))?;
        let (folder, files) =
            (self.left_off.folder.clone(), [posts.file, rejects.file, changes.file]);
        let write = move || {
            files.iter().flatten().try_for_each(File::sync_data).map_err(full)?;
            let written = durable::make_folder(&folder)
                .and_then(|()| durable::replace(&folder.join(NOTE), &text));
            written.map(drop).map_err(|error| full(io::Error::other(error)))
        };
        let writing = thread::Builder::new().name("note".to_owned()).spawn(write);
        self.writing = Some(writing.map_err(full)?);
        Ok(())
    }

    /// Waits until the last note is on the disk.
    pub(super) fn finish(&mut self) -> Result<(), ReadError> {
        match self.writing.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(written)) => written,
            Some(Err(_)) => {
                Err(full(io::Error::other("the note of how far it came was not written")))
            }
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // The error that is reported is the one for which reading ended.
        let _ = self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_reading_had_come_is_a_sentence() {
        let place = |files, packed| {
            let within = Some(("a.csv.gz".to_owned(), 7, packed));
            Place { files, of: 3, within }.to_string()
        };
        assert_eq!(place(0, false), "a.csv.gz was read up to record 7");
        assert_eq!(
            place(2, true),
            "2 of 3 files were read to their end, and a.csv.gz up to record 7, up to which it is \
             unpacked once more but not read"
        );
        let none = Place { files: 3, of: 3, within: None };
        assert_eq!(none.to_string(), "3 of 3 files were read to their end");
    }
}
