//! Sets and texts that are nearly the same, without comparing all with all.

mod hamming;
mod minhash;
mod winnow;

pub use hamming::HammingIndex;
pub use minhash::{BANDS, Bands, ROWS, bands, chance_of_meeting, containment, jaccard};
pub use winnow::{Sieve, fingerprints};
