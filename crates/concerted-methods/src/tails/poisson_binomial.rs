//! How many of many unequal chances came true.
//!
//! **Invariant:** one door to two methods; which one answers depends on the number of trials and
//! the count only, so equal questions get equal answers.

use super::{TailError, absorption, chernoff::Trials, saddlepoint};

/// Up to so many trials the answer is exact.
const EXACT_TRIALS: usize = 2_000;

/// Up to such a count the answer is exact, however many the trials.
const EXACT_COUNT: u64 = 64;

/// How probable is it that at least `k` of these chances come true?
///
/// Null: trial i happens with probability `qs[i]`, independently. `k`: a count, any; `qs`: n
/// probabilities in [0, 1], any order. Returns ln P(X ≥ k), from −∞ to 0.
///
/// If the trials are positively dependent, or the probabilities upper bounds, the answer is too
/// large, never too small.
///
/// # Errors
/// [`TailError::Probability`] for a value outside [0, 1] or no number.
///
/// # Cost
/// O(n k) time up to n = 2,000 or k = 64; about 10 passes over n beyond. One copy.
///
/// # Numerical care
/// Exact answers have a relative error of the probability below 1e-10 down to 1e-300 and a right
/// logarithm below; the saddlepoint's is below 1 % at any depth.
///
/// # Deviations
/// Not the Fourier transform of Hong 2013, whose absolute error of 1e-16 makes small tails noise,
/// nor his refined normal approximation, whose deep tails are 0.
///
/// # References
/// Biscarri, W., Zhao, S. D. & Brunner, R. J. 2018, *A simple and fast method for computing the
/// Poisson binomial distribution function*, Comput. Stat. Data Anal. 122:92,
/// doi:10.1016/j.csda.2018.01.007 (the walk). Lugannani, R. & Rice, S. 1980, *Saddle point
/// approximation for the distribution of the sum of independent random variables*, Adv. Appl.
/// Probab. 12:475, doi:10.2307/1426607; Daniels, H. E. 1987, *Tail probability approximations*,
/// Int. Stat. Rev. 55:37, doi:10.2307/1403269 (its lattice form).
///
/// ```
/// # use concerted_methods::tails::ln_poisson_binomial_upper;
/// let mut qs = vec![0.02; 50];
/// qs.extend([0.5; 2]);
/// let p = ln_poisson_binomial_upper(8, &qs)?.exp();
/// assert_eq!(
///     format!("8 meetings on 52 common posts: p = {p:.1e}"),
///     "8 meetings on 52 common posts: p = 1.5e-4",
/// );
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn ln_poisson_binomial_upper(k: u64, qs: &[f64]) -> Result<f64, TailError> {
    let trials = Trials::try_new(qs)?;
    let (k, open) = (k.saturating_sub(trials.certain), &trials.open);
    Ok(if k == 0 {
        0.0
    } else if k > open.len() as u64 {
        f64::NEG_INFINITY
    } else if k == open.len() as u64 {
        open.iter().map(|q| q.ln()).sum()
    } else if open.len() <= EXACT_TRIALS || k <= EXACT_COUNT {
        absorption::ln_upper(k, open)
    } else {
        saddlepoint::ln_upper(k, open)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_trials_are_counted_and_impossible_ones_are_not() {
        let plain = ln_poisson_binomial_upper(1, &[0.3, 0.2]).unwrap();
        let padded = ln_poisson_binomial_upper(3, &[1.0, 0.3, 0.0, 0.2, 1.0]).unwrap();
        assert_eq!(plain, padded);
        assert_eq!(ln_poisson_binomial_upper(2, &[1.0, 1.0]), Ok(0.0));
        assert_eq!(ln_poisson_binomial_upper(3, &[1.0, 1.0]), Ok(f64::NEG_INFINITY));
    }

    #[test]
    fn all_of_them_is_the_product() {
        let found = ln_poisson_binomial_upper(2, &[0.25, 0.5]).unwrap();
        assert!((found - 0.125f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn what_is_no_probability_is_refused_by_its_place() {
        let error = ln_poisson_binomial_upper(1, &[0.5, 1.5]).unwrap_err();
        assert_eq!(error, TailError::Probability { index: 1, value: 1.5 });
        assert!(ln_poisson_binomial_upper(1, &[f64::NAN]).is_err());
    }
}
