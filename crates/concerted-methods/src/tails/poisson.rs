//! The Poisson distribution: tails of a count, and the exact interval of its mean.
//!
//! **Invariant:** the tail away from the mean is summed term by term from the observed count;
//! only the side that holds the mean, at least about half of the whole, is one minus the other.

use super::{TailError, deviance::ln_poisson_mass};

/// Below this share of the sum a further term changes no digit.
const NEGLIGIBLE: f64 = 1e-17;

/// Bisection stops when the bracket is this narrow, relative to its upper end.
const INTERVAL_PRECISION: f64 = 1e-14;

/// How probable is a count of at least `k`, if `mean` is expected by chance?
///
/// Null: the count is Poisson with that mean. `k`: a count, any; `mean`: a count, finite, ≥ 0.
/// Returns ln P(X ≥ k), from −∞ to 0: 0 for `k` = 0, −∞ for `k` > 0 with `mean` = 0.
///
/// # Errors
/// [`TailError::Mean`] for a mean that is negative, infinite or no number.
///
/// # Cost
/// A handful of terms in the tail, about 9 √`mean` of them next to the mean; no memory.
///
/// # Numerical care
/// The first term is Loader's, and all others are positive, so the relative error of the
/// probability is below 1e-12 down to 1e-300 and the logarithm stays right at any depth below.
///
/// # Deviations
/// None; R's `ppois(k - 1, mean, lower = FALSE, log = TRUE)` is the same number.
///
/// # References
/// Loader, C. 2000, *Fast and accurate computation of binomial probabilities*.
///
/// ```
/// # use concerted_methods::tails::ln_poisson_upper;
/// let p = ln_poisson_upper(7, 0.2)?.exp();
/// assert_eq!(
///     format!("7 meetings where 0.2 are expected: one chance in {:.1e}", 1.0 / p),
///     "7 meetings where 0.2 are expected: one chance in 4.7e8",
/// );
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn ln_poisson_upper(k: u64, mean: f64) -> Result<f64, TailError> {
    check_mean(mean)?;
    Ok(ln_upper(k, mean))
}

/// How probable is a count of at most `k`, if `mean` is expected by chance?
///
/// Null: the count is Poisson with that mean. `k`: a count, any; `mean`: a count, finite, ≥ 0.
/// Returns ln P(X ≤ k), from −∞ to 0.
///
/// # Errors
/// [`TailError::Mean`] for a mean that is negative, infinite or no number.
///
/// # Cost
/// As [`ln_poisson_upper`].
///
/// # Numerical care
/// As [`ln_poisson_upper`].
///
/// # Deviations
/// None; R's `ppois(k, mean, log = TRUE)` is the same number.
///
/// # References
/// Loader, C. 2000, *Fast and accurate computation of binomial probabilities*.
///
/// ```
/// # use concerted_methods::tails::ln_poisson_lower;
/// let p = ln_poisson_lower(2, 20.0)?.exp();
/// assert_eq!(
///     format!("2 meetings where 20 are expected: one chance in {:.1e}", 1.0 / p),
///     "2 meetings where 20 are expected: one chance in 2.2e6",
/// );
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn ln_poisson_lower(k: u64, mean: f64) -> Result<f64, TailError> {
    check_mean(mean)?;
    Ok(ln_lower(k, mean))
}

/// The means that an observed count leaves possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoissonMeanInterval {
    /// Smallest mean, in counts, ≥ 0; 0 if nothing was counted.
    pub lo: f64,
    /// Largest mean, in counts, above the observed count.
    pub hi: f64,
}

/// Which means could have given the count `k`?
///
/// Null: none; this is an interval. `k`: a count, any; `level`: the confidence, in (0, 1), such
/// as 0.95. Returns the central interval, which holds the true mean with probability ≥ `level`;
/// divide both ends by the expected count for the interval of a ratio to chance.
///
/// # Errors
/// [`TailError::Level`] for a level that is not between 0 and 1.
///
/// # Cost
/// About 50 evaluations of a tail for each end.
///
/// # Numerical care
/// Each end is a root of a monotone logarithm, bracketed and bisected to 1e-14 of its value.
///
/// # Deviations
/// Garwood reads the ends from the quantiles of χ²; the equations solved here are those that the
/// quantiles solve: P(X ≥ k | lo) = P(X ≤ k | hi) = (1 − level)/2.
///
/// # References
/// Garwood, F. 1936, *Fiducial limits for the Poisson distribution*, Biometrika 28:437,
/// doi:10.1093/biomet/28.3-4.437.
///
/// ```
/// # use concerted_methods::tails::poisson_mean_interval;
/// let seen = poisson_mean_interval(10, 0.95)?;
/// assert_eq!(
///     format!("10 seen, 2 expected: {:.1} to {:.1} times chance", seen.lo / 2.0, seen.hi / 2.0),
///     "10 seen, 2 expected: 2.4 to 9.2 times chance",
/// );
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn poisson_mean_interval(k: u64, level: f64) -> Result<PoissonMeanInterval, TailError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(TailError::Level(level));
    }
    let target = (0.5 * (1.0 - level)).ln();
    let count = k as f64;
    let lo = if k == 0 { 0.0 } else { bisect(0.0, count, |mean| ln_upper(k, mean) < target) };
    let mut above = 2.0 * count + 2.0;
    while ln_lower(k, above) > target {
        above *= 2.0;
    }
    let hi = bisect(count, above, |mean| ln_lower(k, mean) > target);
    Ok(PoissonMeanInterval { lo, hi })
}

fn check_mean(mean: f64) -> Result<(), TailError> {
    if mean.is_finite() && mean >= 0.0 { Ok(()) } else { Err(TailError::Mean(mean)) }
}

fn ln_upper(k: u64, mean: f64) -> f64 {
    if k == 0 {
        0.0
    } else if k as f64 > mean {
        ln_sum_above(k, mean)
    } else {
        (-ln_sum_below(k - 1, mean).exp()).ln_1p()
    }
}

fn ln_lower(k: u64, mean: f64) -> f64 {
    if (k as f64) < mean {
        ln_sum_below(k, mean)
    } else {
        (-ln_sum_above(k.saturating_add(1), mean).exp()).ln_1p()
    }
}

/// ln Σ P(X = x) over x ≥ k, for k > mean: each term is the one before times mean/(x + 1).
fn ln_sum_above(k: u64, mean: f64) -> f64 {
    if mean == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut term, mut sum, mut x) = (1.0, 1.0, k as f64);
    while term > NEGLIGIBLE * sum {
        x += 1.0;
        term *= mean / x;
        sum += term;
    }
    ln_poisson_mass(k, mean) + f64::ln(sum)
}

/// ln Σ P(X = x) over x ≤ k, for k < mean: each term is the one after times (x + 1)/mean.
fn ln_sum_below(k: u64, mean: f64) -> f64 {
    let (mut term, mut sum, mut x) = (1.0, 1.0, k as f64);
    while x > 0.0 && term > NEGLIGIBLE * sum {
        term *= x / mean;
        sum += term;
        x -= 1.0;
    }
    ln_poisson_mass(k, mean) + f64::ln(sum)
}

/// The place in `[below, above]` where `is_below` turns from true to false.
fn bisect(mut below: f64, mut above: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    while above - below > INTERVAL_PRECISION * above {
        let middle = below + 0.5 * (above - below);
        if middle <= below || middle >= above {
            break;
        }
        if is_below(middle) {
            below = middle;
        } else {
            above = middle;
        }
    }
    below + 0.5 * (above - below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_of_at_least_nothing_is_certain() {
        assert_eq!(ln_poisson_upper(0, 0.0), Ok(0.0));
        assert_eq!(ln_poisson_upper(0, 1e9), Ok(0.0));
    }

    #[test]
    fn where_nothing_is_expected_one_is_impossible() {
        assert_eq!(ln_poisson_upper(1, 0.0), Ok(f64::NEG_INFINITY));
        assert_eq!(ln_poisson_lower(0, 0.0), Ok(0.0));
    }

    #[test]
    fn what_is_no_mean_is_refused() {
        for mean in [f64::NAN, -1e-9, f64::INFINITY] {
            assert!(matches!(ln_poisson_upper(1, mean), Err(TailError::Mean(_))));
            assert!(matches!(ln_poisson_lower(1, mean), Err(TailError::Mean(_))));
        }
    }

    #[test]
    fn one_or_more_is_the_complement_of_none_to_the_last_digit() {
        for mean in [1e-300, 1e-9, 0.3, 1.0, 30.0] {
            let exact = f64::ln(-f64::exp_m1(-mean));
            let found = ln_poisson_upper(1, mean).unwrap();
            assert!((found - exact).abs() < 1e-13, "{mean}: {found} {exact}");
        }
    }

    #[test]
    fn the_two_tails_share_one_mass() {
        for (k, mean) in [(3, 2.9), (3, 3.0), (3, 3.1), (50, 40.0), (40, 50.0)] {
            let upper = ln_poisson_upper(k, mean).unwrap().exp();
            let lower = ln_poisson_lower(k, mean).unwrap().exp();
            let mass = ln_poisson_mass(k, mean).exp();
            assert!((upper + lower - mass - 1.0).abs() < 1e-14, "{k} {mean}");
        }
    }

    #[test]
    fn a_far_count_has_a_finite_logarithm() {
        let deep = ln_poisson_upper(1_000_000, 1.0).unwrap();
        assert!(deep.is_finite() && deep < -1e7);
        assert!(ln_poisson_upper(u64::MAX, 1e-300).unwrap().is_finite());
    }

    #[test]
    fn an_interval_of_nothing_starts_at_nothing() {
        let none = poisson_mean_interval(0, 0.95).unwrap();
        assert_eq!(none.lo, 0.0);
        assert!((none.hi + 0.025f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn a_certain_interval_does_not_exist() {
        for level in [0.0, 1.0, f64::NAN, 1.5] {
            assert!(matches!(poisson_mean_interval(3, level), Err(TailError::Level(_))));
        }
    }
}
