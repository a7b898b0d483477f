//! Events in time: when they crowd, and how much more often one stretch has them than another.

mod bursts;
mod intervals;

pub use bursts::{Burst, bursts};
pub use intervals::{Interval, rate_ratio, share};
