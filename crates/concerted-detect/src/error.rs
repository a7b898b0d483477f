//! What can go wrong in a stage. Data never can: a stage accepts every checked table.

use concerted_model::{Span, TableError, Trace};
use thiserror::Error;

/// A stage that cannot do what the plan asks.
#[derive(Debug, Error)]
pub enum DetectError {
    /// The plan names a trace for which no objects can be made.
    #[error("trace \"{0}\" has no objects in these posts' formats, so it cannot be tested")]
    NoObjects(Trace),
    /// Every window of the plan is finer than the times of the data.
    #[error(
        "time resolution ({resolution}) is coarser than every window of the plan (largest: {largest})"
    )]
    TooCoarse {
        /// The data's resolution.
        resolution: Span,
        /// The largest window.
        largest: Span,
    },
    /// More actions than a row number can count.
    #[error("{0} rows are more than a table can number (4,294,967,295); split the case by days")]
    TooMany(u64),
    /// A method that looks at all pairs at once, on data where there are too many.
    #[error("{pairs} pairs of accounts have something in common, more than can be held at once")]
    TooManyPairs {
        /// How many there are, at least.
        pairs: u64,
    },
    /// A result that breaks its own law: a bug.
    #[error(transparent)]
    Table(#[from] TableError),
    /// What is looked for is nothing that can be found.
    #[error("there is nothing to look for: {0}")]
    NothingSought(&'static str),
    /// A computation refused its numbers: a bug.
    #[error("the {computation} refused its input: {reason}")]
    Computation {
        /// Which one.
        computation: &'static str,
        /// Its words.
        reason: String,
    },
}

impl DetectError {
    /// Wraps the refusal of a computation that should not have refused.
    pub(crate) fn refused(computation: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Computation { computation, reason: reason.to_string() }
    }
}
