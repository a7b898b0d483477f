//! All that reading some files hands out, to be compared.

#![expect(clippy::unwrap_used, reason = "clippy.toml excuses test functions, not what they share")]

use std::path::PathBuf;

use arrow_array::RecordBatch;
use concerted_case::{
    ingest::{Scratch, ingest_held},
    readers::{Change, Progress, ReadError, ReadOptions},
};
use concerted_model::{
    Timestamp,
    plan::IngestPlan,
    provenance::{Manifest, Reject},
    tables::Table,
};

/// All that was handed out.
#[derive(Debug, PartialEq)]
pub(crate) struct All {
    pub(crate) posts: Vec<RecordBatch>,
    pub(crate) sources: Vec<RecordBatch>,
    pub(crate) clocks: Vec<RecordBatch>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) changes: Vec<Change>,
    pub(crate) accounts: RecordBatch,
    pub(crate) manifest: Manifest,
}

/// Reading that refuses no file for its bad rows.
pub(crate) fn options() -> ReadOptions {
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    let plan = IngestPlan { max_rejects: 1.0, ..IngestPlan::default() };
    ReadOptions { plan, ..ReadOptions::at(now) }
}

/// Reads files; each must account for its rows.
pub(crate) fn read(
    files: &[PathBuf],
    options: &ReadOptions,
    scratch: &Scratch,
    progress: &dyn Fn(Progress<'_>),
) -> Result<All, ReadError> {
    let read = ingest_held(files, options, scratch, progress)?;
    assert!(read.manifest.inputs.iter().all(|input| input.accounts_for_every_row()));
    Ok(All {
        posts: batches(&read.posts),
        sources: batches(&read.sources),
        clocks: batches(&read.clocks),
        accounts: read.accounts.to_batch().unwrap(),
        rejects: read.rejects,
        changes: read.changes,
        manifest: read.manifest,
    })
}

fn batches(tables: &[impl Table]) -> Vec<RecordBatch> {
    tables.iter().map(|table| table.to_batch().unwrap()).collect()
}
