//! How many columns two rows share by chance, where many columns have the same chance.
//!
//! **Invariant:** the exact tail is a sum of positive terms, right to its last digits at 1e-300 as at 0.1.

use libm::erfc;

use crate::tails::{TailError, ln_poisson_binomial_upper};

/// From this mean on, probabilities of no success are too small for f64; the saddlepoint answers.
const LARGE_MEAN: f64 = 300.0;

/// Below this share of the sum a further term changes no digit.
const NEGLIGIBLE: f64 = 1e-17;

/// So many independent trials of one probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// Of each, in [0, 1].
    pub probability: f64,
    /// How many.
    pub times: u32,
}

/// How probable is it that at least `k` of these trials succeed?
///
/// Null: all trials are independent. `k`: a count, any; `chances`: trials by their probability.
/// Returns ln P(X ≥ k), from −∞ to 0: the tail of a sum of binomials.
///
/// # Errors
/// [`TailError::Probability`] for a value outside [0, 1] or no number.
///
/// # Cost
/// O(distinct probabilities · k²): it does not depend on the number of trials. Beyond a mean of 300
/// that of [`ln_poisson_binomial_upper`], which needs a number a trial.
///
/// # Numerical care
/// As there: the state "k or more" absorbs, and only positive numbers are added.
///
/// # Deviations
/// R's `backbone::sdsm` takes the refined normal approximation instead, see [`refined_normal_upper`].
///
/// # References
/// Biscarri, W., Zhao, S. D. & Brunner, R. J. 2018, doi:10.1016/j.csda.2018.01.007. As a test of shared
/// links: Neal, Z. P. 2014, Soc. Netw. 39:84, doi:10.1016/j.socnet.2014.06.001; Neal, Z. P.,
/// Domagalski, R. & Sagan, B. 2021, Sci. Rep. 11:23929, doi:10.1038/s41598-021-03238-3.
///
/// ```
/// # use concerted_methods::backbone::{Chance, ln_binomial_sum_upper};
/// let chances =
///     [Chance { probability: 1e-4, times: 20_000 }, Chance { probability: 0.2, times: 3 }];
/// let p = ln_binomial_sum_upper(9, &chances)?.exp();
/// assert_eq!(format!("9 posts in common where 2.6 are expected: p = {p:.1e}"),
///     "9 posts in common where 2.6 are expected: p = 1.1e-3");
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn ln_binomial_sum_upper(k: u64, chances: &[Chance]) -> Result<f64, TailError> {
    let mean: f64 = chances.iter().map(|c| c.probability * f64::from(c.times)).sum();
    let trials: u64 = chances.iter().map(|c| u64::from(c.times)).sum();
    let bad = chances.iter().any(|c| !(0.0..=1.0).contains(&c.probability));
    if bad || mean > LARGE_MEAN {
        let each = |c: &Chance| std::iter::repeat_n(c.probability, c.times as usize);
        return ln_poisson_binomial_upper(k, &chances.iter().flat_map(each).collect::<Vec<_>>());
    }
    if k == 0 || k > trials {
        return Ok(if k == 0 { 0.0 } else { f64::NEG_INFINITY });
    }
    let k = k as usize;
    let mut reached = vec![0.0; k + 1];
    reached[0] = 1.0;
    let mut next = vec![0.0; k + 1];
    for chance in chances {
        let (exactly, at_least) = binomial(*chance, k);
        next.fill(0.0);
        next[k] = reached[k];
        for (before, &share) in reached[..k].iter().enumerate().filter(|(_, share)| **share > 0.0) {
            for (more, &mass) in exactly[..k - before].iter().enumerate() {
                next[before + more] += share * mass;
            }
            next[k] += share * at_least[k - before];
        }
        std::mem::swap(&mut reached, &mut next);
    }
    Ok(reached[k].ln().min(0.0))
}

/// P(X = j) for j < k and P(X ≥ j) for j ≤ k, of a binomial.
fn binomial(chance: Chance, k: usize) -> (Vec<f64>, Vec<f64>) {
    let (p, n) = (chance.probability, f64::from(chance.times));
    let mut exactly = Vec::with_capacity(k + 1);
    let mut at_least = vec![0.0; k + 1];
    if p >= 1.0 {
        exactly.extend((0..=k).map(|j| f64::from(u8::from(j == chance.times as usize))));
        (0..=k).for_each(|j| at_least[j] = f64::from(u8::from(j <= chance.times as usize)));
        return (exactly, at_least);
    }
    let odds = p / (1.0 - p);
    let mut mass = (n * (-p).ln_1p()).exp();
    for j in 0..=k {
        exactly.push(mass);
        mass *= (n - j as f64).max(0.0) / (j as f64 + 1.0) * odds;
    }
    let (mut beyond, mut j) = (exactly[k], k as f64 + 1.0);
    // Terms may still rise to the mean before they fall.
    while mass > NEGLIGIBLE * beyond || (mass > 0.0 && j < n * p) {
        beyond += mass;
        mass *= (n - j).max(0.0) / (j + 1.0) * odds;
        j += 1.0;
    }
    at_least[k] = beyond;
    for j in (0..k).rev() {
        at_least[j] = at_least[j + 1] + exactly[j];
    }
    (exactly, at_least)
}

/// The refined normal approximation of P(X ≥ k), as published tools use it: not for tails.
///
/// Null and arguments as in [`ln_binomial_sum_upper`]. Returns a number in [0, 1], clipped.
///
/// # Errors
/// None: probabilities outside [0, 1] give nonsense.
///
/// # Cost
/// O(distinct probabilities).
///
/// # Numerical care
/// None in the original: 16 to 73 % too small at 1e-3, and exactly 0 a little deeper. It is here
/// so that results made with it can be repeated.
///
/// # Deviations
/// None from the approximation in R's `PoissonBinomial` and `backbone` (golden: `backbone.json`).
///
/// # References
/// Volkova, A. Y. 1996, Theory Probab. Appl. 40:791, doi:10.1137/1140093; Hong, Y. 2013, Comput.
/// Stat. Data Anal. 59:41, doi:10.1016/j.csda.2012.10.006, Eq. 14.
#[must_use]
pub fn refined_normal_upper(k: u64, chances: &[Chance]) -> f64 {
    let (mut mean, mut variance, mut skew) = (0.0, 0.0, 0.0);
    for chance in chances {
        let (p, times) = (chance.probability, f64::from(chance.times));
        mean += times * p;
        variance += times * p * (1.0 - p);
        skew += times * p * (1.0 - p) * (1.0 - 2.0 * p);
    }
    if variance <= 0.0 {
        return f64::from(u8::from(k as f64 <= mean));
    }
    let deviation = f64::sqrt(variance);
    let x = (k as f64 - 0.5 - mean) / deviation;
    let below = 0.5 * erfc(-x / std::f64::consts::SQRT_2);
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let refined = below + skew / deviation.powi(3) * (1.0 - x * x) * density / 6.0;
    1.0 - refined.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_by_number_agree_with_trials_one_by_one() {
        let chances = [
            Chance { probability: 0.3, times: 4 },
            Chance { probability: 1e-5, times: 400 },
            Chance { probability: 0.9, times: 2 },
            Chance { probability: 1.0, times: 1 },
            Chance { probability: 0.0, times: 50 },
        ];
        let each = |c: &Chance| std::iter::repeat_n(c.probability, c.times as usize);
        let qs: Vec<f64> = chances.iter().flat_map(each).collect();
        for k in 0..12 {
            let (found, expected) = (
                ln_binomial_sum_upper(k, &chances).unwrap(),
                ln_poisson_binomial_upper(k, &qs).unwrap(),
            );
            assert!(
                (found - expected).abs() < 1e-10 * expected.abs().max(1.0),
                "{k}: {found} {expected}"
            );
        }
    }

    #[test]
    fn more_than_there_are_trials_is_impossible() {
        let chances = [Chance { probability: 0.5, times: 3 }];
        assert_eq!(ln_binomial_sum_upper(4, &chances), Ok(f64::NEG_INFINITY));
    }

    #[test]
    fn a_large_mean_is_answered_by_the_saddlepoint() {
        let chances = [Chance { probability: 0.5, times: 1_000 }];
        let found = ln_binomial_sum_upper(600, &chances).unwrap().exp();
        assert!((found / 1.364e-10 - 1.0).abs() < 0.02, "{found:e}");
    }

    #[test]
    fn the_refined_normal_is_too_small_in_the_tail() {
        let chances = [Chance { probability: 0.01, times: 200 }];
        let exact = ln_binomial_sum_upper(10, &chances).unwrap().exp();
        assert!(refined_normal_upper(10, &chances) < 0.5 * exact);
    }
}
