//! What is no network and no pair of margins.

use thiserror::Error;

/// Ties or degrees that cannot be.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum BackboneError {
    /// A tie to a node that is not there, or to itself.
    #[error("tie {tie} joins {a} and {b}: two different nodes from 0 to {nodes} exclusive")]
    Ends {
        /// Its place in the list, from 0.
        tie: usize,
        /// One end.
        a: u32,
        /// The other end.
        b: u32,
        /// Number of nodes.
        nodes: usize,
    },
    /// A weight that is not positive, infinite or no number.
    #[error("tie {tie} weighs {weight}: a weight is finite and above 0")]
    Weight {
        /// Its place in the list, from 0.
        tie: usize,
        /// What was given.
        weight: f64,
    },
    /// Degrees of the two sides that cannot belong together.
    #[error("{rows} links on one side and {columns} on the other: each link has two ends")]
    Margins {
        /// Sum of the degrees of the rows.
        rows: u64,
        /// Sum of the degrees of the columns.
        columns: u64,
    },
    /// A degree above the number of nodes on the other side.
    #[error("a degree of {degree} with {others} nodes on the other side")]
    Degree {
        /// The degree.
        degree: u32,
        /// Nodes on the other side.
        others: usize,
    },
    /// An iteration that did not settle.
    #[error("no solution after {steps} steps: the degrees are still off by a share of {off:.1e}")]
    NotSettled {
        /// Steps taken.
        steps: usize,
        /// Largest relative difference left.
        off: f64,
    },
    /// A share or level that is none.
    #[error("{0} is no share: it must lie from 0 to 1")]
    Share(f64),
}
