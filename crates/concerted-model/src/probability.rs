//! Probabilities as a type, so that a count or a q cannot be passed where a p is meant.
//!
//! **Invariant:** the value is in `[0, 1]` and is a number.

use thiserror::Error;

/// A number in `[0, 1]`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Probability(f64);

/// The value is no probability.
#[derive(Debug, Error, PartialEq)]
#[error("{0} is no probability: it must be from 0 to 1")]
pub struct ProbabilityError(f64);

impl Probability {
    /// The smallest tail that is reported: below it `f64` loses digits.
    pub const FLOOR: f64 = 1e-300;

    /// Checks and wraps a value.
    ///
    /// # Errors
    /// [`ProbabilityError`] outside `[0, 1]`, and for NaN.
    pub fn try_new(value: f64) -> Result<Self, ProbabilityError> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(ProbabilityError(value)) }
    }

    /// The value, in `[0, 1]`.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// −log10 p, in `[0, 300]`: 3 means one in a thousand.
    #[must_use]
    pub fn surprise(self) -> f64 {
        -self.0.max(Self::FLOOR).log10()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_no_probability() {
        assert!(Probability::try_new(f64::NAN).is_err());
        assert!(Probability::try_new(1.0 + 1e-12).is_err());
        assert!(Probability::try_new(-0.1).is_err());
    }

    #[test]
    fn surprise_counts_zeros_and_stays_finite() {
        assert!((Probability(0.001).surprise() - 3.0).abs() < 1e-12);
        assert_eq!(Probability(0.0).surprise(), 300.0);
    }
}
