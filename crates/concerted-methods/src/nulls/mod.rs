//! Nulls in closed form: how often things fall together by chance.
//!
//! **Invariant:** a null keeps what it does not test. Nothing here is simulated.

mod jitter;

pub use jitter::{Jitter, JitterError, adjacent_intervals, age_adaptive_jitter, same_interval};
