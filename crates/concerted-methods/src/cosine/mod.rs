//! Sparse vectors that point the same way.
//!
//! **Invariant:** no matrix of all pairs is ever held: memory is that of the vectors and of the
//! pairs that are asked for. A cosine is one sum in rising order of columns, so that it has the
//! same bits whichever way it was found.

mod join;
mod weights;

pub use join::{Alike, TopShare, for_each_positive, join, top_share};
pub use weights::{Frequency, Rarity, unit_rows};
