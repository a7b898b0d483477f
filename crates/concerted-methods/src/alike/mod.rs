//! Sets and texts that are nearly the same, without comparing all with all.

mod minhash;
mod winnow;

pub use minhash::{BANDS, Bands, ROWS, bands, chance_of_meeting, containment, jaccard};
pub use winnow::{Sieve, fingerprints};
