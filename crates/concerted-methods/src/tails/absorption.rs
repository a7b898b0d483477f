//! The exact tail of a Poisson-binomial count, by walking until the count is reached.
//!
//! **Invariant:** only positive numbers are added and multiplied, so no digit is lost to
//! cancellation; the walk is tilted towards the count where the plain one would underflow.

use super::chernoff::tilt_to;

/// Below this the plain walk may have lost terms to underflow.
const UNDERFLOW_NEAR: f64 = 1e-280;

/// ln P(X ≥ k) for 0 < k < n and probabilities in (0, 1): O(n k) time, k numbers of memory.
///
/// With tilt s, trial i has the probability q̃ = q eˢ/M, M = 1 − q + q eˢ, and the first arrival at
/// k after trial i weighs f(k−1)·q̃·Π_{j≤i} M_j·e^{−sk}. Factoring out Π over all trials leaves
/// Chernoff's bound times a sum between 0 and 1, whatever the depth.
pub(super) fn ln_upper(k: u64, qs: &[f64]) -> f64 {
    let plain = walk(k, qs, 0.0);
    if plain.absorbed > UNDERFLOW_NEAR {
        return plain.absorbed.ln().min(0.0);
    }
    let tilt = tilt_to(k as f64, qs);
    let tilted = walk(k, qs, tilt);
    (tilted.log_moment - tilt * k as f64 + tilted.absorbed.ln()).min(0.0)
}

struct Walk {
    /// Σ over arrivals of their probability under the tilt, each divided by the M yet to come.
    absorbed: f64,
    /// Σ ln M.
    log_moment: f64,
}

fn walk(k: u64, qs: &[f64], tilt: f64) -> Walk {
    let growth = tilt.exp_m1();
    let last = k as usize - 1;
    let mut below = vec![0.0; last + 1];
    below[0] = 1.0;
    let (mut absorbed, mut log_moment) = (0.0, 0.0);
    for (done, &q) in qs.iter().enumerate() {
        let moment = 1.0 + q * growth;
        let (hit, miss) = (q * (growth + 1.0) / moment, (1.0 - q) / moment);
        absorbed = absorbed / moment + below[last] * hit;
        log_moment += moment.ln();
        for j in (1..=last.min(done + 1)).rev() {
            below[j] = below[j] * miss + below[j - 1] * hit;
        }
        below[0] *= miss;
    }
    Walk { absorbed, log_moment }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilt_changes_the_walk_but_not_where_it_leads() {
        let qs: Vec<f64> = (1..60).map(|i| 0.9 / f64::from(i)).collect();
        let plain = walk(12, &qs, 0.0).absorbed.ln();
        for tilt in [0.1, 1.0, 3.0] {
            let tilted = walk(12, &qs, tilt);
            let found = tilted.log_moment - 12.0 * tilt + tilted.absorbed.ln();
            assert!((found - plain).abs() < 1e-12, "{tilt}");
        }
    }

    #[test]
    fn a_tail_below_the_smallest_number_has_a_logarithm() {
        let found = ln_upper(99, &[1e-20; 100]);
        let exact = 100f64.ln() + 99.0 * 1e-20f64.ln();
        assert!((found - exact).abs() < 1e-10, "{found} {exact}");
    }
}
