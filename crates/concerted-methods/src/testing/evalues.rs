//! E-values: evidence that may be looked at every day and averaged over anything.
//!
//! **Invariant:** under the null the mean of every e-value made here is at most 1. Evidence
//! multiplies over independent trials, so it is kept as a logarithm.

use super::family::{FamilyError, check_family};
use crate::tails::TailError;

/// The shares δ that are bet on each trial; an e-value is the mean over them.
pub const BETS: [f64; 5] = [0.05, 0.1, 0.2, 0.4, 0.8];

/// One chance for a pair to act together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// Probability under the null, or an upper bound of it, in [0, 1].
    pub probability: f64,
    /// Whether it happened.
    pub happened: bool,
}

/// How strongly do the trials together speak against the null?
///
/// Null: the trials are independent, and each happens with at most its stated probability.
/// `trials`: any number, any order. Returns ln of the e-value, from −∞ to ∞; e of 20 or more has
/// a probability of at most 1/20 ever, whenever one looks (Ville's inequality). No trials give 0.
/// A trial that happened with probability 0 gives ∞: the null is refuted.
///
/// # Errors
/// [`TailError::Probability`] for a value outside [0, 1] or no number.
///
/// # Cost
/// O(trials) time; no memory.
///
/// # Numerical care
/// Products are sums of logarithms, and the mean over bets is taken relative to the largest.
///
/// # Deviations
/// None. One bet has the mean (1 − δ) + δ·E\[Y\]/r, which is 1 where r is exact and less where it
/// is an upper bound.
///
/// # References
/// Vovk, V. & Wang, R. 2021, *E-values: calibration, combination and applications*, Ann. Stat.
/// 49:1736, doi:10.1214/20-AOS2020. Waudby-Smith, I. & Ramdas, A. 2024, *Estimating means of
/// bounded random variables by betting*, J. R. Stat. Soc. B 86:1, doi:10.1093/jrsssb/qkad009.
///
/// ```
/// # use concerted_methods::testing::{Trial, ln_e_value};
/// let trials = [Trial { probability: 0.01, happened: true }; 3];
/// assert_eq!(
///     format!("e = {:.0}: bet 1 unit, own so many", ln_e_value(&trials)?.exp()),
///     "e = 118656: bet 1 unit, own so many",
/// );
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn ln_e_value(trials: &[Trial]) -> Result<f64, TailError> {
    let mut wealth = [0.0f64; BETS.len()];
    for (index, trial) in trials.iter().enumerate() {
        let Trial { probability: r, happened } = *trial;
        if !(0.0..=1.0).contains(&r) {
            return Err(TailError::Probability { index, value: r });
        }
        let won = if happened { 1.0 / r } else { 0.0 };
        for (logarithm, bet) in wealth.iter_mut().zip(BETS) {
            *logarithm += (bet * (won - 1.0)).ln_1p();
        }
    }
    Ok(ln_mean_of_exponentials(&wealth))
}

/// Which tests are discoveries, by their e-values, however they depend on one another?
///
/// Null: of each test, that its e-value has a mean of at most 1. `ln_es`: n logarithms of
/// e-values, any order; `family`: tests in all, ≥ n, those not listed count as e = 0; `rate`: the
/// share of discoveries that may be false, in (0, 1). Returns n answers, same order.
///
/// # Errors
/// [`FamilyError::EmptyFamily`] if `family` is 0, [`FamilyError::TooSmall`] if it is below n,
/// [`FamilyError::EValue`] for what is no number, [`FamilyError::Rate`] for a rate outside (0, 1).
///
/// # Cost
/// O(n log n) time; one copy.
///
/// # Numerical care
/// Compared as logarithms: e-values beyond 1e308 are ordinary here.
///
/// # Deviations
/// None.
///
/// # References
/// Wang, R. & Ramdas, A. 2022, *False discovery rate control with e-values*, J. R. Stat. Soc. B
/// 84:822, doi:10.1111/rssb.12489, Definition 2.
///
/// ```
/// # use concerted_methods::testing::e_bh;
/// let found = e_bh(&[100f64.ln(), 0.0, 45f64.ln()], 4, 0.05)?;
/// assert_eq!(
///     format!("{} of 4 tests, at 5 % false discoveries", found.iter().filter(|f| **f).count()),
///     "2 of 4 tests, at 5 % false discoveries",
/// );
/// # Ok::<(), concerted_methods::testing::FamilyError>(())
/// ```
pub fn e_bh(ln_es: &[f64], family: u64, rate: f64) -> Result<Vec<bool>, FamilyError> {
    check_family(ln_es.len(), family)?;
    if !(rate > 0.0 && rate < 1.0) {
        return Err(FamilyError::Rate(rate));
    }
    if let Some(index) = ln_es.iter().position(|e| e.is_nan()) {
        return Err(FamilyError::EValue { index });
    }
    let mut falling = ln_es.to_vec();
    falling.sort_unstable_by(|a, b| b.total_cmp(a));
    let bar = (family as f64 / rate).ln();
    let last = (0..falling.len()).rev().find(|&k| falling[k] >= bar - ((k + 1) as f64).ln());
    let least = last.map_or(f64::INFINITY, |k| falling[k]);
    Ok(ln_es.iter().map(|&e| last.is_some() && e >= least).collect())
}

fn ln_mean_of_exponentials(logarithms: &[f64]) -> f64 {
    let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest.is_infinite() {
        return largest;
    }
    let sum: f64 = logarithms.iter().map(|l| (l - largest).exp()).sum();
    largest + (sum / logarithms.len() as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e(trials: &[(f64, bool)]) -> f64 {
        let trials: Vec<Trial> =
            trials.iter().map(|&(probability, happened)| Trial { probability, happened }).collect();
        ln_e_value(&trials).unwrap().exp()
    }

    #[test]
    fn no_trials_are_no_evidence() {
        assert_eq!(e(&[]), 1.0);
    }

    #[test]
    fn the_mean_under_the_null_is_one() {
        let rs = [0.3, 0.05, 0.6];
        let mut mean = 0.0;
        for outcome in 0..8u32 {
            let happened = |i: usize| outcome >> i & 1 == 1;
            let chance: f64 =
                (0..3).map(|i| if happened(i) { rs[i] } else { 1.0 - rs[i] }).product();
            mean += chance * e(&[0, 1, 2].map(|i| (rs[i], happened(i))));
        }
        assert!((mean - 1.0).abs() < 1e-12, "{mean}");
    }

    #[test]
    fn the_impossible_refutes_and_the_certain_says_nothing() {
        assert_eq!(e(&[(0.0, true)]), f64::INFINITY);
        assert_eq!(e(&[(1.0, true)]), 1.0);
    }

    #[test]
    fn nothing_happening_never_speaks_for_coordination() {
        assert!(e(&[(0.5, false), (0.01, false)]) < 1.0);
    }

    #[test]
    fn a_thousand_hits_do_not_overflow() {
        let trials = [Trial { probability: 1e-3, happened: true }; 1_000];
        let ln_e = ln_e_value(&trials).unwrap();
        assert!(ln_e.is_finite() && ln_e > 6_000.0);
    }

    #[test]
    fn a_lone_test_is_found_at_one_over_the_rate() {
        assert_eq!(e_bh(&[20f64.ln()], 1, 0.05), Ok(vec![true]));
        assert_eq!(e_bh(&[19.9f64.ln()], 1, 0.05), Ok(vec![false]));
        assert_eq!(e_bh(&[f64::NEG_INFINITY], 1, 0.05), Ok(vec![false]));
    }

    #[test]
    fn what_is_no_family_is_refused() {
        assert_eq!(e_bh(&[], 0, 0.05), Err(FamilyError::EmptyFamily));
        assert_eq!(e_bh(&[f64::NAN], 1, 0.05), Err(FamilyError::EValue { index: 0 }));
        assert_eq!(e_bh(&[0.0], 1, 1.0), Err(FamilyError::Rate(1.0)));
    }
}
