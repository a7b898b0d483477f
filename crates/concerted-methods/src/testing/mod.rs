//! Many tests at once: which small probabilities are discoveries?
//!
//! **Invariant:** the family is stated by the caller and counts the tests that were not listed
//! too, so that looking only at what stands out cannot make it stand out more.

mod bh;
mod evalues;
mod family;

pub use bh::{benjamini_hochberg, benjamini_yekutieli};
pub use evalues::{BETS, Trial, e_bh, ln_e_value};
pub use family::FamilyError;
