//! The exponential tilt of a Poisson-binomial count, and the bound that it gives.
//!
//! **Invariant:** any tilt gives a valid bound; the best one makes the observed count the mean.

use super::TailError;

/// More than this and e^tilt overflows for probabilities near the smallest numbers.
const LARGEST_TILT: f64 = 700.0;

/// Newton steps at most; each is kept inside a bracket, so that even these many halve it to dust.
const STEPS: usize = 100;

/// Relative precision of the tilt at which the search ends.
const PRECISION: f64 = 1e-13;

/// The trials of a Poisson-binomial count without the impossible and the certain ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trials {
    /// Probabilities, above 0 and below 1.
    pub(super) open: Vec<f64>,
    /// How many trials are certain.
    pub(super) certain: u64,
}

impl Trials {
    pub(super) fn try_new(qs: &[f64]) -> Result<Self, TailError> {
        if let Some(index) = qs.iter().position(|q| !(0.0..=1.0).contains(q)) {
            return Err(TailError::Probability { index, value: qs[index] });
        }
        let certain = qs.iter().filter(|&&q| q == 1.0).count() as u64;
        let open = qs.iter().copied().filter(|&q| q > 0.0 && q < 1.0).collect();
        Ok(Self { open, certain })
    }
}

/// The cumulant generating function K and its first two derivatives at one tilt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cumulants {
    /// K(s) = Σ ln(1 − q + q eˢ).
    pub(super) log_moment: f64,
    /// K′(s), the mean under the tilt.
    pub(super) mean: f64,
    /// K″(s), the variance under the tilt.
    pub(super) variance: f64,
}

pub(super) fn cumulants(qs: &[f64], tilt: f64) -> Cumulants {
    let growth = tilt.exp_m1();
    let (mut log_moment, mut mean, mut variance) = (0.0, 0.0, 0.0);
    for &q in qs {
        let moment = 1.0 + q * growth;
        let tilted = q * (growth + 1.0) / moment;
        log_moment += (q * growth).ln_1p();
        mean += tilted;
        variance += tilted * ((1.0 - q) / moment);
    }
    Cumulants { log_moment, mean, variance }
}

/// The tilt under which the mean is `k`, for 0 < k < n and probabilities in (0, 1).
pub(super) fn tilt_to(k: f64, qs: &[f64]) -> f64 {
    let (mut low, mut high) = (-LARGEST_TILT, LARGEST_TILT);
    let mut tilt = 0.0;
    for _ in 0..STEPS {
        let at = cumulants(qs, tilt);
        if at.mean < k {
            low = tilt;
        } else {
            high = tilt;
        }
        // Near-linear in s where the tilted mean is small: solve for ln of the mean there.
        let step = if at.mean < k { at.mean * (k / at.mean).ln() } else { k - at.mean };
        let newton = tilt + step / at.variance;
        let next = if newton > low && newton < high { newton } else { low + 0.5 * (high - low) };
        if (next - tilt).abs() <= PRECISION * (1.0 + tilt.abs()) {
            return next;
        }
        tilt = next;
    }
    tilt
}

/// How probable can a count of at least `k` be at most?
///
/// Null: trial i happens with probability `qs[i]`, independently. `k`: a count, any; `qs`: n
/// probabilities in [0, 1], any order. Returns an upper bound of ln P(X ≥ k), from −∞ to 0, often
/// 3 to 20 times too large: a screen before
/// [`ln_poisson_binomial_upper`](super::ln_poisson_binomial_upper).
///
/// # Errors
/// [`TailError::Probability`] for a value outside [0, 1] or no number.
///
/// # Cost
/// About 10 passes over the n probabilities; one copy.
///
/// # Numerical care
/// Every tilt bounds the tail, so an unfinished search costs tightness, not truth.
///
/// # Deviations
/// None.
///
/// # References
/// Chernoff, H. 1952, *A measure of asymptotic efficiency for tests of a hypothesis based on the
/// sum of observations*, Ann. Math. Stat. 23:493, doi:10.1214/aoms/1177729330.
///
/// ```
/// # use concerted_methods::tails::ln_chernoff_bound;
/// let bound = ln_chernoff_bound(8, &[0.02; 60])?.exp();
/// assert_eq!(
///     format!("8 of 60 meetings, 2 % likely each: p is at most {bound:.1e}"),
///     "8 of 60 meetings, 2 % likely each: p is at most 1.5e-4",
/// );
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn ln_chernoff_bound(k: u64, qs: &[f64]) -> Result<f64, TailError> {
    let trials = Trials::try_new(qs)?;
    Ok(ln_bound(k.saturating_sub(trials.certain), &trials.open))
}

/// The bound for probabilities in (0, 1).
pub(super) fn ln_bound(k: u64, qs: &[f64]) -> f64 {
    if k > qs.len() as u64 {
        return f64::NEG_INFINITY;
    }
    if k == qs.len() as u64 {
        return qs.iter().map(|q| q.ln()).sum();
    }
    let count = k as f64;
    if count <= qs.iter().sum() {
        return 0.0;
    }
    let tilt = tilt_to(count, qs);
    (cumulants(qs, tilt).log_moment - tilt * count).min(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_its_tilt_the_count_is_the_mean() {
        let qs = [0.3, 1e-9, 0.02, 0.999, 1e-300, 0.5];
        for k in [0.1, 1.0, 2.0, 3.0, 4.0, 5.0] {
            let mean = cumulants(&qs, tilt_to(k, &qs)).mean;
            assert!((mean / k - 1.0).abs() < 1e-9, "{k}: {mean}");
        }
    }

    #[test]
    fn at_or_below_the_mean_nothing_is_excluded() {
        assert_eq!(ln_chernoff_bound(3, &[0.5; 6]), Ok(0.0));
        assert_eq!(ln_chernoff_bound(0, &[]), Ok(0.0));
    }

    #[test]
    fn more_than_all_is_impossible() {
        assert_eq!(ln_chernoff_bound(3, &[0.5, 0.5]), Ok(f64::NEG_INFINITY));
        assert_eq!(ln_chernoff_bound(2, &[0.5, 0.0]), Ok(f64::NEG_INFINITY));
    }
}
