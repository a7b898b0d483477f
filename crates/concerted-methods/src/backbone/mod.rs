//! Which ties, and which nodes, of a weighted network stand out?
//!
//! **Invariant:** nodes are numbers from 0; the order of ties changes no answer. None of these is
//! a test of acting together: what each is a test of stands on its page.

mod bicm;
mod disparity;
mod eigenvector;
mod error;
mod noise_corrected;
mod quantile;
mod shared_count;
mod tie;

pub use bicm::Bicm;
pub use disparity::disparity;
pub use eigenvector::eigenvector_centrality;
pub use error::BackboneError;
pub use noise_corrected::{NoiseCorrected, noise_corrected};
pub use quantile::quantile;
pub use shared_count::{Chance, ln_binomial_sum_upper, refined_normal_upper};
pub use tie::Tie;
