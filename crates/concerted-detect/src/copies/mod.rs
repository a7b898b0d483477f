//! Copies: posts that say nearly the same, what they have in common, and where they differ; and
//! images that show the same, and texts that may be rewordings.
//!
//! **Invariant:** nothing here calls a text copied from anybody: a cluster is posts whose letters
//! agree, in order of time. Popular slogans and quotes are clusters too; the nulls discount them.

mod aside;
mod clusters;
mod disguise;
mod evasion;
mod leaders;
mod letters;
mod matched;
mod meeting;
mod pictures;
mod rewordings;
#[cfg(test)]
mod variants;
mod wording;

pub use aside::Aside;
pub use clusters::{Clustered, Clusters, batch_in, cluster};
pub use evasion::{Disguise, Sign, disguises};
pub(crate) use letters::{letters, shingle_set};
pub use pictures::pictures;
pub use rewordings::{Reworded, Words, rewordings, words};
pub use wording::{
    Filling, Mark, Part, SideBySide, Slot, Stretch, Template, side_by_side, template,
};
