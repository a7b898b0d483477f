//! Tail probabilities of counts, as natural logarithms.
//!
//! **Invariant:** a tail is a sum of positive terms, never one minus its complement where the
//! complement is the larger part, so that 1e-300 has as many right digits as 0.1.

mod absorption;
mod chernoff;
mod deviance;
mod error;
mod hypergeometric;
mod normal;
mod poisson;
mod poisson_binomial;
mod saddlepoint;

pub use chernoff::ln_chernoff_bound;
pub use error::TailError;
pub use hypergeometric::{Urn, ln_hypergeometric_upper};
pub use poisson::{PoissonMeanInterval, ln_poisson_lower, ln_poisson_upper, poisson_mean_interval};
pub use poisson_binomial::ln_poisson_binomial_upper;
