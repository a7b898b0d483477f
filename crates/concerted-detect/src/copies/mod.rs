//! Copies: posts that say nearly the same, what they have in common, and where they differ.
//!
//! **Invariant:** nothing here calls a text copied from anybody: a cluster is posts whose letters
//! agree, in order of time. Popular slogans and quotes are clusters too; the nulls discount them.

mod clusters;
mod disguise;
mod evasion;
mod leaders;
mod letters;
mod meeting;
#[cfg(test)]
mod variants;
mod wording;

pub use clusters::{Clustered, cluster};
pub use evasion::{Disguise, Sign, disguises};
pub(crate) use letters::{letters, shingle_set};
pub use wording::{
    Filling, Mark, Part, SideBySide, Slot, Stretch, Template, side_by_side, template,
};
