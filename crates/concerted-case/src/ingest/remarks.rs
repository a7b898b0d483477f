//! What was refused and what became of posts, in order of file and line.
//!
//! **Invariant:** memory does not depend on how much there is: it waits in the scratch folder.

use std::{cmp::Ordering, ops::Range};

use concerted_model::provenance::Reject;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Sink,
    left_off::{CHANGES, LeftOff, REJECTS, Spilled},
    scratch::{Scratch, full},
    sorter::{Compare, Sorter},
};
use crate::readers::{Change, ReadError};

/// Remarks on rows of files.
pub(super) struct Remarks<'s> {
    rejects: Sorter<'s>,
    changes: Sorter<'s>,
    packed: Vec<u8>,
}

impl<'s> Remarks<'s> {
    pub(super) fn new(scratch: &'s Scratch) -> Self {
        let rejects = Sorter::new(scratch, by_place_and_reason);
        Self { rejects, changes: Sorter::new(scratch, by_place), packed: Vec::new() }
    }

    /// Keeps them where reading notes how far it has come, and goes on behind what is there.
    pub(super) fn again(
        scratch: &'s Scratch,
        left_off: &LeftOff,
        rejects: Vec<Range<u64>>,
        changes: Vec<Range<u64>>,
    ) -> Result<Self, ReadError> {
        let again = |compare: Compare, file, runs| {
            Sorter::again(scratch, compare, left_off.file(file), runs)
        };
        Ok(Self {
            rejects: again(by_place_and_reason, REJECTS, rejects)?,
            changes: again(by_place, CHANGES, changes)?,
            packed: Vec::new(),
        })
    }

    /// Puts all into files; tells of the rejects and of the changes.
    pub(super) fn spilled(&mut self) -> Result<[Spilled; 2], ReadError> {
        Ok([self.rejects.spilled()?, self.changes.spilled()?])
    }

    /// Takes a refused row in.
    pub(super) fn reject(&mut self, reject: &Reject) -> Result<(), ReadError> {
        let Reject { file, line, offset, .. } = reject;
        pack(&mut self.packed, (file.as_str(), *line, *offset), reject)?;
        self.rejects.push(0, &self.packed)
    }

    /// Takes a record of what became of a post in.
    pub(super) fn change(&mut self, change: &Change) -> Result<(), ReadError> {
        let Change { file, line, offset, .. } = change;
        pack(&mut self.packed, (file.as_str(), *line, *offset), change)?;
        self.changes.push(0, &self.packed)
    }

    /// Hands all out.
    pub(super) fn hand_out<S: Sink>(self, sink: &mut S) -> Result<(), S::Error> {
        let mut rejects = self.rejects.finish()?;
        while let Some((_, bytes)) = rejects.next()? {
            sink.reject(of(bytes)?)?;
        }
        let mut changes = self.changes.finish()?;
        while let Some((_, bytes)) = changes.next()? {
            sink.change(of(bytes)?)?;
        }
        Ok(())
    }
}

/// The file's name and a zero, line and offset, then the remark as JSON.
fn pack(
    packed: &mut Vec<u8>,
    (file, line, offset): (&str, u64, u64),
    remark: &impl Serialize,
) -> Result<(), ReadError> {
    packed.clear();
    packed.extend_from_slice(file.as_bytes());
    packed.push(0);
    packed.extend_from_slice(&line.to_be_bytes());
    packed.extend_from_slice(&offset.to_be_bytes());
    serde_json::to_writer(packed, remark).map_err(|error| full(error.into()))
}

/// The file's name, and line and offset in bytes whose order is theirs; then the remark.
fn parts(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let name = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    let (name, rest) = bytes.split_at(name);
    let rest = rest.get(1..).unwrap_or_default();
    let (place, remark) = rest.split_at(rest.len().min(16));
    (name, place, remark)
}

fn by_place_and_reason(a: &[u8], b: &[u8]) -> Ordering {
    let tie = || of::<Reject>(a).ok().cmp(&of::<Reject>(b).ok());
    place(a).cmp(&place(b)).then_with(tie)
}

fn by_place(a: &[u8], b: &[u8]) -> Ordering {
    place(a).cmp(&place(b)).then_with(|| a.cmp(b))
}

fn place(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (name, place, _) = parts(bytes);
    (name, place)
}

fn of<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ReadError> {
    serde_json::from_slice(parts(bytes).2).map_err(|error| full(error.into()))
}
