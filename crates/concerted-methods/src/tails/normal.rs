//! The upper tail of the normal distribution, relative to its density.
//!
//! **Invariant:** the ratio is finite and positive for every finite argument that is not far below
//! zero, so that a tail of 1e-10000 still has a logarithm.

use std::f64::consts::{SQRT_2, TAU};

/// From here on the continued fraction converges to full precision in [`LEVELS`] steps.
const FAR: f64 = 5.0;

/// Depth of the continued fraction.
const LEVELS: u32 = 60;

/// ln of the standard normal density at `w`.
pub(super) fn ln_density(w: f64) -> f64 {
    -0.5 * w * w - 0.5 * TAU.ln()
}

/// P(Z > w) for standard normal Z.
pub(super) fn upper_tail(w: f64) -> f64 {
    0.5 * libm::erfc(w / SQRT_2)
}

/// Mills' ratio, P(Z > w) / density(w), for w ≥ 0 (Abramowitz & Stegun 1964, 26.2.14).
pub(super) fn mills_ratio(w: f64) -> f64 {
    if w < FAR {
        return upper_tail(w) / ln_density(w).exp();
    }
    let tail = (1..=LEVELS).rev().fold(w, |below, level| w + f64::from(level) / below);
    1.0 / tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fraction_meets_the_error_function() {
        let by_function = upper_tail(FAR) / ln_density(FAR).exp();
        assert!((mills_ratio(FAR) / by_function - 1.0).abs() < 1e-14);
    }

    #[test]
    fn the_tail_of_ten_thousand_standard_deviations_has_a_logarithm() {
        let ln_p = ln_density(1e4) + mills_ratio(1e4).ln();
        assert!((ln_p + 5e7 + 10.129_278_9).abs() < 1e-6, "{ln_p}");
    }
}
