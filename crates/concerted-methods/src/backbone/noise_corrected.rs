//! The noise-corrected backbone: which ties weigh more than their ends' strengths explain?
//!
//! **Invariant:** a score lies in (−1, 1), 0 where a tie weighs what is expected of it.

use super::{
    BackboneError, Tie,
    tie::{check, strengths},
};

/// How much more a tie weighs than expected, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseCorrected {
    /// L̃, in (−1, 1).
    pub score: f64,
    /// Its standard deviation, ≥ 0.
    pub deviation: f64,
}

impl NoiseCorrected {
    /// Whether the score is more than `delta` standard deviations above 0; 1.28, 1.64 and 2.32 are
    /// about p < 0.1, 0.05 and 0.01.
    #[must_use]
    pub fn stands_out(self, delta: f64) -> bool {
        self.score - delta * self.deviation > 0.0
    }
}

/// Which ties weigh more than the strengths of their two ends explain?
///
/// Null: every unit of weight chooses its two ends in proportion to their strengths. It knows neither
/// of time nor of what was shared. `nodes`: how many; `ties`: each pair once, weights > 0, counts.
/// Returns a score a tie, same order.
///
/// # Errors
/// [`BackboneError`] for ties that are none.
///
/// # Cost
/// O(ties); two numbers a node.
///
/// # Numerical care
/// A strength that is all of the network makes the prior's variance 0; such a tie gets score 0 and
/// deviation ∞: it cannot stand out.
///
/// # Deviations
/// None; each tie counts from both ends, so that the total weight is twice the sum, as in
/// `backboning.py` on undirected tables. (netbone 0.2.3 takes the sum once, and thereby another score.)
///
/// # References
/// Coscia, M. & Neffke, F. 2017, *Network backboning with noisy data*, ICDE, arXiv:1701.07336,
/// Eqs. 1–9; `backboning.py` of the same authors (golden: `backbone.json`).
///
/// ```
/// # use concerted_methods::backbone::{Tie, noise_corrected};
/// let tie = |a, b, weight| Tie { a, b, weight };
/// let ties = [tie(0, 1, 9.0), tie(1, 2, 1.0), tie(2, 3, 9.0), tie(3, 0, 1.0)];
/// let scores = noise_corrected(4, &ties)?;
/// assert!(scores[0].stands_out(1.64) && !scores[1].stands_out(1.64));
/// # Ok::<(), concerted_methods::backbone::BackboneError>(())
/// ```
pub fn noise_corrected(nodes: usize, ties: &[Tie]) -> Result<Vec<NoiseCorrected>, BackboneError> {
    check(nodes, ties)?;
    let (strength, _) = strengths(nodes, ties);
    let total: f64 = strength.iter().sum();
    Ok(ties
        .iter()
        .map(|tie| score(tie.weight, strength[tie.a as usize], strength[tie.b as usize], total))
        .collect())
}

/// `weight` of a tie between strengths `i` and `j`, of `total`.
fn score(weight: f64, i: f64, j: f64, total: f64) -> NoiseCorrected {
    let both = i * j;
    let prior = both / total / total;
    let kappa = total / both;
    let spread = both * (total - i) * (total - j) / (total.powi(4) * (total - 1.0));
    if spread <= 0.0 || !spread.is_finite() {
        return NoiseCorrected { score: 0.0, deviation: f64::INFINITY };
    }
    // Beta prior from its mean and variance (Eqs. 5–6), then the posterior mean (Eq. 7).
    let alpha = prior * prior / spread * (1.0 - prior) - prior;
    let beta = prior / spread * (1.0 - prior * prior) - (1.0 - prior);
    let share = (alpha + weight) / (alpha + beta + total);
    let variance = share * (1.0 - share) * total;
    let slope = 1.0 / both - total * (i + j) / (both * both);
    let denominator = kappa * weight + 1.0;
    let gradient = 2.0 * (kappa + weight * slope) / (denominator * denominator);
    NoiseCorrected {
        score: (kappa * weight - 1.0) / denominator,
        deviation: (variance * gradient * gradient).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_one_tie_has_nothing_that_stands_out() {
        let scores = noise_corrected(2, &[Tie { a: 0, b: 1, weight: 3.0 }]).unwrap();
        assert!(!scores[0].stands_out(0.0) || scores[0].score <= 1.0);
        assert!(!scores[0].stands_out(10.0));
    }

    #[test]
    fn the_order_of_ends_and_ties_changes_nothing() {
        let ties = [(0, 1, 5.0), (1, 2, 2.0), (0, 2, 1.0), (2, 3, 8.0)];
        let given: Vec<Tie> = ties.iter().map(|&(a, b, weight)| Tie { a, b, weight }).collect();
        let turned: Vec<Tie> =
            ties.iter().rev().map(|&(a, b, weight)| Tie { a: b, b: a, weight }).collect();
        let (one, mut other) =
            (noise_corrected(4, &given).unwrap(), noise_corrected(4, &turned).unwrap());
        other.reverse();
        for (one, other) in one.iter().zip(other) {
            assert!((one.score - other.score).abs() < 1e-12);
            assert!((one.deviation - other.deviation).abs() < 1e-12);
        }
    }
}
