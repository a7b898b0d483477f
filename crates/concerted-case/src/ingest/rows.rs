//! All rows of all files, one file after another, before they are settled.
//!
//! **Invariant:** each row that a file hands out is packed and sorted, or kept as a remark; a file that was
//! not named itself but found, and that is no data that can be read, is left out and told in the manifest.
//! Files that an interrupted or an earlier reading had read to their end are not opened again.

use std::{collections::BTreeMap, path::PathBuf};

use concerted_model::provenance::{InputRecord, RowCounts};

use super::{
    first_name,
    identity::id_of_content,
    left_off::{Keeper, Kept, LeftOff, POSTS, Runs, Within},
    packed::{self, Packed},
    refusals::{self, Firsts},
    remarks::Remarks,
    scratch::Scratch,
    sorter::Sorter,
};
use crate::{
    ErrorKind,
    readers::{Bookmark, Progress, ReadError, ReadOptions, Row, Source, Taker, read_on, sources},
};

/// All rows of all files.
pub(super) struct Rows<'s> {
    pub(super) posts: Sorter<'s>,
    pub(super) remarks: Remarks<'s>,
    pub(super) records: Vec<InputRecord>,
}

/// Reads all files; goes on with an interrupted reading of the same, or a finished one of the first of them.
pub(super) fn rows_of<'s>(
    inputs: &[PathBuf],
    options: &ReadOptions,
    scratch: &'s Scratch,
    progress: &dyn Fn(Progress<'_>),
) -> Result<Rows<'s>, ReadError> {
    let found = sources(inputs)?;
    let begun = begin(&found.sources, options, scratch)?;
    let Begun { mut rows, mut within, mut keeper, options } = begun;
    for source in &found.sources[rows.records.len()..] {
        let Within { firsts, any_post, bookmark, .. } = within.take().unwrap_or_default();
        let (packed, kept) = (Vec::new(), Ok(()));
        let (all, noted) = (&mut rows, keeper.as_mut());
        let mut taking = Taking { rows: all, keeper: noted, firsts, any_post, packed, kept };
        let result = read_on(source, &options, progress, &mut taking, bookmark.as_ref());
        let Taking { firsts, any_post, kept, .. } = taking;
        kept?;
        // What was handed out of a file before it broke off stays out only if nothing was.
        let untouched = firsts.is_empty() && !any_post;
        let bytes = match result {
            Ok(record) => {
                refusals::check(&record, &firsts, options.plan.max_rejects)?;
                rows.records.push(record);
                rows.records.last().map_or(0, |record| record.bytes)
            }
            Err(error) if source.found() && untouched && error.kind() == ErrorKind::Input => {
                rows.records.push(left_out(source.name(), &error.to_string()));
                0
            }
            Err(error) => return Err(error),
        };
        if let Some(keeper) = &mut keeper
            && keeper.is_due_after(bytes)
        {
            rows.note(keeper, None, 0)?;
        }
    }
    if let Some(keeper) = &mut keeper {
        if keeper.keeps(&rows.records) {
            rows.note(keeper, None, 0)?;
        }
        keeper.finish()?;
    }
    rows.records.extend(found.left_out.iter().map(|(name, why)| left_out(name, why)));
    if rows.records.iter().all(|record| record.format == LEFT_OUT) {
        let why = match rows.records.first().and_then(|record| record.notes.first()) {
            Some(note) => format!("nothing in it can be read; first: {note}"),
            None => "nothing in it can be read".to_owned(),
        };
        let hint = "name a file of posts; concerted formats lists what can be read";
        return Err(ReadError::input(&first_name(inputs), why, hint));
    }
    Ok(rows)
}

/// The beginning of a reading.
struct Begun<'s> {
    rows: Rows<'s>,
    within: Option<Within>,
    keeper: Option<Keeper>,
    options: ReadOptions,
}

fn begin<'s>(
    sources: &[Source],
    options: &ReadOptions,
    scratch: &'s Scratch,
) -> Result<Begun<'s>, ReadError> {
    let mut options = options.clone();
    let Some(left_off) = scratch.left_off() else {
        return Ok(Begun { rows: Rows::new(scratch), within: None, keeper: None, options });
    };
    let note = match left_off.kept(sources) {
        Kept::Begun(note) => note,
        kept => {
            let (records, runs) = match kept {
                Kept::Earlier(note) => (note.records, note.runs),
                _ => {
                    left_off.forget()?;
                    (Vec::new(), Runs::default())
                }
            };
            let rows = Rows::kept(scratch, left_off, records, runs)?;
            let keeper = Some(Keeper::new(left_off, sources, options.now));
            return Ok(Begun { rows, within: None, keeper, options });
        }
    };
    options.now = note.now().unwrap_or(options.now);
    let mut keeper = Keeper::new(left_off, sources, options.now);
    let bookmark = note.within.as_ref().and_then(|within| within.bookmark.as_ref());
    keeper.goes_on_at(bookmark.map_or(0, |bookmark| bookmark.bytes));
    let rows = Rows::kept(scratch, left_off, note.records, note.runs)?;
    Ok(Begun { rows, within: note.within, keeper: Some(keeper), options })
}

impl<'s> Rows<'s> {
    fn new(scratch: &'s Scratch) -> Self {
        let (posts, remarks) = (Sorter::new(scratch, packed::by_version), Remarks::new(scratch));
        Self { posts, remarks, records: Vec::new() }
    }

    /// Keeps them where reading notes how far it has come, and goes on behind what is there.
    fn kept(
        scratch: &'s Scratch,
        left_off: &LeftOff,
        records: Vec<InputRecord>,
        Runs { posts, rejects, changes }: Runs,
    ) -> Result<Self, ReadError> {
        let posts = Sorter::again(scratch, packed::by_version, left_off.file(POSTS), posts)?;
        let remarks = Remarks::again(scratch, left_off, rejects, changes)?;
        Ok(Self { posts, remarks, records })
    }

    /// Puts everything into files and has it noted.
    fn note(
        &mut self,
        keeper: &mut Keeper,
        within: Option<Within>,
        at: u64,
    ) -> Result<(), ReadError> {
        let [rejects, changes] = self.remarks.spilled()?;
        keeper.note(&self.records, within, at, [self.posts.spilled()?, rejects, changes])
    }
}

/// What one file gives is taken.
struct Taking<'r, 's> {
    rows: &'r mut Rows<'s>,
    keeper: Option<&'r mut Keeper>,
    firsts: Firsts,
    any_post: bool,
    packed: Vec<u8>,
    /// Whether all of it could be kept.
    kept: Result<(), ReadError>,
}

impl Taker for Taking<'_, '_> {
    fn row(&mut self, row: Row<'_>) {
        if self.kept.is_err() {
            return;
        }
        let Rows { posts, remarks, records } = &mut *self.rows;
        self.kept = match row {
            Row::Post(post) => {
                let made = post.id.is_none().then(|| id_of_content(post));
                let id = post.id.as_deref().or(made.as_deref()).unwrap_or_default();
                let post = Packed::of_row(post, id, records.len() as u32);
                let hash = packed::hash_of(post.platform, post.instance, post.id);
                self.packed.clear();
                packed::write(&post, &mut self.packed);
                self.any_post = true;
                posts.push(hash, &self.packed)
            }
            Row::Reject(reject) => {
                self.firsts.add(&reject);
                remarks.reject(&reject)
            }
            Row::Change(change) => remarks.change(&change),
        };
    }

    fn wants_bookmark(&self, bytes: u64) -> bool {
        let due = |keeper: &&mut Keeper| keeper.is_due_at(bytes);
        self.kept.is_ok() && self.keeper.as_ref().is_some_and(due)
    }

    fn bookmark(&mut self, bookmark: Bookmark) {
        let Some(keeper) = &mut self.keeper else { return };
        let at = bookmark.bytes;
        let within = Within {
            firsts: self.firsts.clone(),
            any_post: self.any_post,
            bookmark: Some(bookmark),
        };
        self.kept = self.rows.note(keeper, Some(within), at);
    }
}

/// The format of a file that was found and not read.
pub(super) const LEFT_OUT: &str = "none";

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
        clock_pairs: BTreeMap::new(),
        resolution_us: 0,
        notes: vec![format!("not read: {why}")],
    }
}
