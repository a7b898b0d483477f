//! What a tail probability refuses.

use thiserror::Error;

/// Arguments that no distribution has.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum TailError {
    /// A mean that is negative, infinite or no number.
    #[error("{0} is no mean of counts: it must be finite and at least 0")]
    Mean(f64),
    /// A confidence level outside the open interval from 0 to 1.
    #[error("{0} is no confidence level: it must be above 0 and below 1")]
    Level(f64),
    /// A probability outside `[0, 1]`.
    #[error("{value} (number {index}) is no probability: it must be from 0 to 1")]
    Probability {
        /// Its place in the list, from 0.
        index: usize,
        /// What was given.
        value: f64,
    },
    /// More marked or drawn things than there are things.
    #[error("{part} of a population of {population}: a part cannot be larger than the whole")]
    Population {
        /// Size of the part.
        part: u64,
        /// Size of the whole.
        population: u64,
    },
}
