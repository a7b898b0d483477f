//! What a run says while it works. A face decides what to show of it.

use concerted_case::{Stage, readers::Progress};
use concerted_model::provenance::Work;

/// One sign of life.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A stage begins.
    Started(Stage),
    /// A stage was there already and is used as it is.
    Reused(Stage),
    /// A stage is finished.
    Finished(Stage),
    /// A file is being read.
    Reading {
        /// Its name.
        file: String,
        /// Bytes read of it so far, as it lies on disk.
        bytes: u64,
        /// Its size on disk.
        of: u64,
        /// Rows so far.
        rows: u64,
    },
    /// What pairing one trace has before it.
    Ahead(Work),
    /// Work goes on where it was interrupted, and this says where.
    GoingOn(String),
    /// A remark that a person should see.
    Note(String),
}

impl From<Progress<'_>> for Event {
    fn from(progress: Progress<'_>) -> Self {
        Self::Reading {
            file: progress.file.to_owned(),
            bytes: progress.bytes_read,
            of: progress.bytes_total,
            rows: progress.rows,
        }
    }
}
