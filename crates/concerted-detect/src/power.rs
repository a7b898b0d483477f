//! What could this data have shown? The fewest joint actions at which a pair would be claimed.
//!
//! **Invariant:** a number told to the user; nothing is claimed or dropped by it.

use concerted_methods::tails::ln_poisson_upper;
use concerted_model::provenance::Tested;

use crate::{DetectError, edges::Test};

/// No pair needs more episodes than this, or it is not told.
const MOST: u64 = 10_000;

/// For each trace, the fewest episodes that a pair with the median expected count would need to be
/// claimed as the only edge of the whole family, at the rate `fdr`.
///
/// With more edges the bar is lower, so that it is an upper bound for typical pairs.
pub(crate) fn tell(
    tested: &mut [Tested],
    tests: &[Test],
    windows: usize,
    fdr: f64,
) -> Result<(), DetectError> {
    let family: u64 = tested.iter().map(|tested| tested.hypotheses).sum();
    let bar = (fdr / (family.max(1) as f64 * windows.max(1) as f64)).ln();
    for (place, tested) in tested.iter_mut().enumerate() {
        let mut means: Vec<f64> =
            tests.iter().filter(|test| test.trace == place).map(|test| test.expected).collect();
        if means.is_empty() {
            continue;
        }
        means.sort_by(f64::total_cmp);
        let median = means[means.len() / 2];
        let mut episodes = 1;
        while episodes <= MOST {
            let ln_p = ln_poisson_upper(episodes, median)
                .map_err(|error| DetectError::refused("Poisson tail", error))?;
            if ln_p <= bar {
                tested.least_detectable = Some(episodes);
                break;
            }
            episodes += 1;
        }
    }
    Ok(())
}
