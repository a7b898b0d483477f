//! The files into which a case's posts go, piece by piece.
//!
//! **Invariant:** no more of the posts is in memory than one table.

use std::io::Write;

use concerted_case::{
    StageFile,
    ingest::{Beside, Sink},
    readers::Change,
    tables::TableWriter,
};
use concerted_model::{
    provenance::Reject,
    tables::{Clocks, Posts, Sources},
};
use serde::Serialize;

use crate::{Error, investigation::Output};

/// The posts of a case on their way to the disk.
pub(crate) struct PostFiles<'w> {
    posts: TableWriter<'w, Posts>,
    sources: TableWriter<'w, Sources>,
    clocks: TableWriter<'w, Clocks>,
    rejects: StageFile<'w>,
    changes: StageFile<'w>,
}

impl<'w> PostFiles<'w> {
    /// Begins them.
    pub(crate) fn create(out: &Output<'w>) -> Result<Self, Error> {
        let writer = out.writer();
        Ok(Self {
            posts: TableWriter::create(writer)?,
            sources: TableWriter::create(writer)?,
            clocks: TableWriter::create(writer)?,
            rejects: writer.create("rejects.ndjson")?,
            changes: writer.create("changes.ndjson")?,
        })
    }

    /// Ends them.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.posts.finish()?;
        self.sources.finish()?;
        self.clocks.finish()?;
        self.rejects.finish()?;
        Ok(self.changes.finish()?)
    }
}

impl Sink for PostFiles<'_> {
    type Error = Error;

    fn posts(&mut self, posts: Posts, beside: Beside) -> Result<(), Error> {
        self.posts.write(&posts)?;
        self.sources.write(&beside.sources)?;
        Ok(self.clocks.write(&beside.clocks)?)
    }

    fn reject(&mut self, reject: Reject) -> Result<(), Error> {
        line(&mut self.rejects, &reject)
    }

    fn change(&mut self, change: Change) -> Result<(), Error> {
        line(&mut self.changes, &change)
    }
}

/// Adds a value to a file of one JSON value a line.
fn line(file: &mut StageFile<'_>, value: &impl Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    Ok(file.write_all(&text).map_err(|error| file.error(error))?)
}
