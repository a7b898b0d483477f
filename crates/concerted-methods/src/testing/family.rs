//! What makes a list of tests no family.
//!
//! **Invariant:** a family has at least one test and at least as many as are listed.

use thiserror::Error;

/// A list of tests that has no error rate.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum FamilyError {
    /// A family of no tests.
    #[error("a family of no tests has no error rate")]
    EmptyFamily,
    /// More tests listed than the family has.
    #[error("{listed} tests are listed, but the family is said to have {family}")]
    TooSmall {
        /// Tests listed.
        listed: usize,
        /// Tests in the family, as stated.
        family: u64,
    },
    /// A p-value outside `[0, 1]`.
    #[error("{value} (test {index}) is no probability: it must be from 0 to 1")]
    Probability {
        /// Its place in the list, from 0.
        index: usize,
        /// What was given.
        value: f64,
    },
    /// The logarithm of an e-value that is no number.
    #[error("test {index} has an e-value that is no number")]
    EValue {
        /// Its place in the list, from 0.
        index: usize,
    },
    /// A rate of false discoveries outside the open interval from 0 to 1.
    #[error("{0} is no rate of false discoveries: it must be above 0 and below 1")]
    Rate(f64),
}

/// Refuses a family that is empty or smaller than its list.
pub(super) fn check_family(listed: usize, family: u64) -> Result<(), FamilyError> {
    if family == 0 {
        Err(FamilyError::EmptyFamily)
    } else if listed as u64 > family {
        Err(FamilyError::TooSmall { listed, family })
    } else {
        Ok(())
    }
}
