//! Benjamini–Hochberg and Benjamini–Yekutieli: adjusted p-values.
//!
//! **Invariant:** an adjusted value is never below its p-value, never above 1, and keeps the order
//! of the p-values; the order in which tests are listed changes nothing.

use super::family::{FamilyError, check_family};

/// Euler's constant γ.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Up to this many terms the harmonic sum is added up; beyond, its expansion is exact to f64.
const HARMONIC_TERMS: u64 = 1_000;

/// Which tests are discoveries, if a given share of the discoveries may be false?
///
/// Null: of each test, that its p-value is uniform or larger. `ps`: n p-values in [0, 1], any
/// order. `family`: tests in all, ≥ n; those that are not listed count as p = 1. Returns n
/// adjusted p-values in [0, 1], same order: the smallest rate of false discoveries at which the
/// test is one.
///
/// Valid for independent or positively dependent tests; else use [`benjamini_yekutieli`].
///
/// # Errors
/// [`FamilyError::EmptyFamily`] if `family` is 0, [`FamilyError::TooSmall`] if it is below n,
/// [`FamilyError::Probability`] for a value outside [0, 1] or no number.
///
/// # Cost
/// O(n log n) time; one index and one result an entry.
///
/// # Numerical care
/// Ties get one value. p·m/rank is computed in this order; nothing underflows that was not zero.
///
/// # Deviations
/// R has no word for tests that are not listed; `p.adjust(ps, "BH", n = family)` is the same.
///
/// # References
/// Benjamini, Y. & Hochberg, Y. 1995, *Controlling the false discovery rate*, J. R. Stat. Soc. B
/// 57:289, doi:10.1111/j.2517-6161.1995.tb02031.x.
///
/// ```
/// # use concerted_methods::testing::benjamini_hochberg;
/// let qs = benjamini_hochberg(&[1e-7, 0.03, 2e-5], 1_000)?;
/// let found = qs.iter().filter(|q| **q <= 0.05).count();
/// assert_eq!(
///     format!("{found} of 1,000 pairs, at 5 % false discoveries"),
///     "2 of 1,000 pairs, at 5 % false discoveries",
/// );
/// # Ok::<(), concerted_methods::testing::FamilyError>(())
/// ```
pub fn benjamini_hochberg(ps: &[f64], family: u64) -> Result<Vec<f64>, FamilyError> {
    step_up(ps, family, 1.0)
}

/// Which tests are discoveries, however the tests depend on one another?
///
/// Null: of each test, that its p-value is uniform or larger. Arguments and result as in
/// [`benjamini_hochberg`]; each value is larger by the factor 1 + 1/2 + … + 1/`family`.
///
/// # Errors
/// As [`benjamini_hochberg`].
///
/// # Cost
/// As [`benjamini_hochberg`].
///
/// # Numerical care
/// The factor is a sum up to 1,000 terms and ln m + γ + 1/2m − 1/12m² beyond, right to 1e-15.
///
/// # Deviations
/// None; `p.adjust(ps, "BY", n = family)` in R is the same.
///
/// # References
/// Benjamini, Y. & Yekutieli, D. 2001, *The control of the false discovery rate in multiple
/// testing under dependency*, Ann. Stat. 29:1165, doi:10.1214/aos/1013699998.
///
/// ```
/// # use concerted_methods::testing::benjamini_yekutieli;
/// let qs = benjamini_yekutieli(&[1e-7, 0.03, 2e-5], 1_000)?;
/// let found = qs.iter().filter(|q| **q <= 0.05).count();
/// assert_eq!(
///     format!("{found} of 1,000 pairs, under any dependence"),
///     "1 of 1,000 pairs, under any dependence",
/// );
/// # Ok::<(), concerted_methods::testing::FamilyError>(())
/// ```
pub fn benjamini_yekutieli(ps: &[f64], family: u64) -> Result<Vec<f64>, FamilyError> {
    step_up(ps, family, harmonic(family))
}

/// Adjusted p-values of the step-up procedure: min over j ≥ i of `factor`·m·p₍ⱼ₎/j, at most 1.
fn step_up(ps: &[f64], family: u64, factor: f64) -> Result<Vec<f64>, FamilyError> {
    check_family(ps.len(), family)?;
    if let Some(index) = ps.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(FamilyError::Probability { index, value: ps[index] });
    }
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_unstable_by(|&i, &j| ps[i].total_cmp(&ps[j]));
    let tests = factor * family as f64;
    let mut adjusted = vec![0.0; ps.len()];
    let mut smallest = 1.0f64;
    for (rank, &index) in order.iter().enumerate().rev() {
        // p is a lower bound in exact arithmetic; rounding must not break it.
        let raised = (ps[index] * tests / (rank + 1) as f64).max(ps[index]);
        smallest = smallest.min(raised);
        adjusted[index] = smallest;
    }
    Ok(adjusted)
}

/// 1 + 1/2 + … + 1/m.
fn harmonic(m: u64) -> f64 {
    if m <= HARMONIC_TERMS {
        return (1..=m).rev().map(|i| 1.0 / i as f64).sum();
    }
    let m = m as f64;
    m.ln() + EULER + 0.5 / m - 1.0 / (12.0 * m * m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_of_no_tests_has_no_error_rate() {
        assert_eq!(benjamini_hochberg(&[], 0), Err(FamilyError::EmptyFamily));
        assert_eq!(benjamini_yekutieli(&[], 0), Err(FamilyError::EmptyFamily));
        assert_eq!(benjamini_hochberg(&[], 5), Ok(vec![]));
    }

    #[test]
    fn a_family_is_no_smaller_than_its_list() {
        let error = benjamini_hochberg(&[0.1, 0.2], 1).unwrap_err();
        assert_eq!(error, FamilyError::TooSmall { listed: 2, family: 1 });
    }

    #[test]
    fn what_is_no_probability_is_refused_by_its_place() {
        for value in [f64::NAN, -0.1, 1.1] {
            let error = benjamini_hochberg(&[0.1, value], 2).unwrap_err();
            assert!(matches!(error, FamilyError::Probability { index: 1, .. }));
        }
    }

    #[test]
    fn a_test_alone_keeps_its_p() {
        assert_eq!(benjamini_hochberg(&[0.3], 1), Ok(vec![0.3]));
        assert_eq!(benjamini_yekutieli(&[0.3], 1), Ok(vec![0.3]));
    }

    #[test]
    fn tests_not_listed_count_as_certain_under_the_null() {
        let listed = [0.001, 0.4, 0.01];
        let mut all = listed.to_vec();
        all.resize(20, 1.0);
        let whole = benjamini_hochberg(&all, 20).unwrap();
        assert_eq!(benjamini_hochberg(&listed, 20).unwrap(), whole[..3]);
    }

    #[test]
    fn the_harmonic_sum_meets_its_expansion() {
        let summed: f64 = (1..=2_000u32).rev().map(|i| 1.0 / f64::from(i)).sum();
        assert!((harmonic(2_000) - summed).abs() < 1e-13);
    }
}
