//! Rows of a sparse matrix, and which of them are alike.
//!
//! **Invariant:** plain f64 in a fixed order, whatever the number of threads: one seed gives one
//! answer, bit for bit, on every machine with IEEE arithmetic.

mod csr;
mod dense;
mod error;
mod jacobi;
mod kmeans;
mod merge;
mod svd;

pub use csr::{Csr, Entry};
pub use error::SpectralError;
pub use kmeans::{Clusters, kmeans};
pub use merge::merge_small;
pub use svd::{TruncatedSvd, truncated_svd};
