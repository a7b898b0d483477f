//! Loader's two pieces of a probability mass: Stirling's error and the deviance.
//!
//! **Invariant:** no large numbers are subtracted. `k ln μ − μ − ln k!` loses as many digits as
//! its terms have before the point; `−½ ln 2πk − δ(k) − D(k, μ)` loses none.
//!
//! # References
//! Loader, C. 2000, *Fast and accurate computation of binomial probabilities*, the method behind
//! R's `dpois`, `dbinom` and `dhyper`.

use std::f64::consts::TAU;

/// Below this, `n!` is exact in an `f64` and Stirling's series is not yet accurate enough.
const EXACT_FACTORIALS: u64 = 16;

/// δ(n) = ln n! − ½ ln 2πn − n ln n + n, for n ≥ 1 (Loader 2000, Eq. 5).
fn stirling_error(n: u64) -> f64 {
    let x = n as f64;
    if n < EXACT_FACTORIALS {
        let factorial: f64 = (1..=n).map(|i| i as f64).product();
        return factorial.ln() - 0.5 * (TAU * x).ln() - x * x.ln() + x;
    }
    let square = x * x;
    let series = 1.0 / 1188.0 - (691.0 / 360_360.0) / square;
    let series = 1.0 / 1680.0 - series / square;
    let series = 1.0 / 1260.0 - series / square;
    let series = 1.0 / 360.0 - series / square;
    (1.0 / 12.0 - series / square) / x
}

/// D(x, m) = x ln(x / m) + m − x, for x, m > 0: 0 where x = m and positive elsewhere (Eq. 4).
fn deviance(x: f64, m: f64) -> f64 {
    let v = (x - m) / (x + m);
    if v.abs() >= 0.5 {
        let log_ratio = if (x / m).is_finite() { (x / m).ln() } else { x.ln() - m.ln() };
        return x * log_ratio + m - x;
    }
    // x ln(x/m) = 2x artanh(v); its first term joins m − x without cancelling.
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for odd in (3..).step_by(2) {
        power *= v * v;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// ln P(X = k) for X ~ Poisson(mean), mean > 0.
pub(super) fn ln_poisson_mass(k: u64, mean: f64) -> f64 {
    if k == 0 {
        return -mean;
    }
    let x = k as f64;
    -0.5 * (TAU * x).ln() - stirling_error(k) - deviance(x, mean)
}

/// ln P(X = k) for X ~ Binomial(n, p) with k ≤ n, and `q` = 1 − p given apart for its digits.
pub(super) fn ln_binomial_mass(k: u64, n: u64, p: f64, q: f64) -> f64 {
    let size = n as f64;
    if k == 0 {
        return if p < 0.5 { size * (-p).ln_1p() } else { size * q.ln() };
    }
    if k == n {
        return if q < 0.5 { size * (-q).ln_1p() } else { size * p.ln() };
    }
    let (x, rest) = (k as f64, (n - k) as f64);
    let errors = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
    let deviances = deviance(x, size * p) + deviance(rest, size * q);
    errors - deviances + 0.5 * (size / (TAU * x * rest)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_meets_the_exact_factorials() {
        let factorial: f64 = (1..=16).map(f64::from).product();
        let exact = factorial.ln() - 0.5 * (TAU * 16.0).ln() - 16.0 * 16f64.ln() + 16.0;
        assert!((stirling_error(16) - exact).abs() < 1e-14);
    }

    #[test]
    fn the_deviance_is_nothing_at_the_mean_and_one_function_beside_the_seam() {
        assert_eq!(deviance(7.0, 7.0), 0.0);
        let (below, above) = (deviance(2.999_999_999, 1.0), deviance(3.000_000_001, 1.0));
        assert!((above - below - 2e-9 * 3f64.ln()).abs() < 1e-14);
    }
}
