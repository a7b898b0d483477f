//! Nulls: how often things fall together by chance, in closed form or drawn with a seed.
//!
//! **Invariant:** a null keeps what it does not test.

mod curveball;
mod jitter;
mod relabel;

pub use curveball::curveball;
pub use jitter::{Jitter, JitterError, adjacent_intervals, age_adaptive_jitter, same_interval};
pub use relabel::relabel_within;
