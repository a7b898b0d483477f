//! What was refused and what became of posts, in order of file and line.
//!
//! **Invariant:** memory does not depend on how much there is: it waits in the scratch folder.

use concerted_model::provenance::Reject;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Sink,
    scratch::{Scratch, full},
    sorter::Sorter,
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
        Self {
            rejects: Sorter::new(scratch, |a, b| {
                let tie = || of::<Reject>(a).ok().cmp(&of::<Reject>(b).ok());
                place(a).cmp(&place(b)).then_with(tie)
            }),
            changes: Sorter::new(scratch, |a, b| place(a).cmp(&place(b)).then_with(|| a.cmp(b))),
            packed: Vec::new(),
        }
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

fn place(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (name, place, _) = parts(bytes);
    (name, place)
}

fn of<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ReadError> {
    serde_json::from_slice(parts(bytes).2).map_err(|error| full(error.into()))
}
