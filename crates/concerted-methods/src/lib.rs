//! Published mathematics, checked against reference software: how surprising is a count, which of
//! many surprises to believe, and what hangs together.
//!
//! **Invariant:** numbers in, numbers out. Nothing here knows what an account is, reads a file or a
//! clock, or starts a thread; whatever is random takes a seed, and one seed gives one answer.
//!
//! | folder | question |
//! |---|---|
//! | [`tails`] | how probable is a count as large as this, however small the answer? |
//! | [`testing`] | which of many small probabilities are discoveries? |
//! | [`nulls`] | how often would two actions fall together by chance? |
//! | [`graph`] | which nodes hang together, and where to draw them? |
//! | [`spectral`] | which rows of a sparse matrix are alike? |
//! | [`series`] | when do events crowd, and how much more often than elsewhere? |
//! | [`alike`] | which of many sets are nearly equal? |
//! | [`cosine`] | which sparse rows point the same way? |
//! | [`backbone`] | which ties of a weighted network stand out? |
//! | [`gestalt`] | how alike are two texts, by the passages in common? |
//!
//! Each function's page says which publication it follows and where it departs from it;
//! `tests/golden` holds the numbers of the reference software that it is compared with.

pub mod alike;
pub mod backbone;
pub mod cosine;
pub mod gestalt;
pub mod graph;
mod labels;
pub mod nulls;
pub mod series;
pub mod spectral;
pub mod tails;
pub mod testing;
