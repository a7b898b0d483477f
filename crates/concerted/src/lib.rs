//! The one page: joins the stages to the case in order. The only crate that a face imports.
//!
//! Begin with [`pipeline`], which reads top to bottom.
//!
//! **Invariant:** nothing here computes a statistic, lays out a file, prints, or knows a terminal;
//! the stages are in `concerted-detect`, the files in `concerted-case`.

mod activity;
pub mod aside;
pub mod audit;
pub mod browse;
pub mod decoys;
pub mod demo;
pub mod expansion;
pub mod explain;
pub mod export;
pub mod findings;
pub mod pipeline;
pub mod published;
pub mod report;
pub mod sensitivity;
pub mod spread;
pub mod verify;

mod error;
mod event;
mod inspection;
mod investigation;
mod memory;
mod outcome;
mod post_files;
mod threads;

pub use concerted_case::{
    Stage,
    images::ImageFolders,
    readers::{Field, Format, Mapping, ShortLinks, Spooled, formats},
};
pub use concerted_model::{
    Plan, Recipe, RecipeError, Span, Timestamp, Trace, UnknownWord,
    plan::EncodingErrors,
    provenance::{DecoyFound, Work},
};
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use inspection::{Inspection, inspect};
pub use investigation::{ImageSource, Inputs, Investigation, Listener};
pub use memory::{Memory, MemoryError};
pub use outcome::{GroupSummary, ImageCounts, Outcome};
pub use threads::{now, with_threads};
