//! How well do two divisions of the same things agree, beyond chance?

use std::collections::BTreeMap;

/// Adjusted Rand index of two labellings: do they put the same things together, more than chance would?
///
/// Null: both divisions are random with the sizes of their parts fixed (the permutation model);
/// its mean is 0 and perfect agreement is 1. `left`, `right`: labels of the same n things, in the
/// same order; labels are names only. Things beyond the shorter list are ignored. Returns a
/// number in `[-0.5, 1]`; 1 if both divisions are trivial and equal (all in one, or all alone).
///
/// O(n log n) time, O(n) memory. Pair counts are exact up to 2⁵³.
///
/// # References
/// Hubert & Arabie 1985, Eq. 5, doi:10.1007/BF01908075. Agrees with scikit-learn
/// `adjusted_rand_score`.
///
/// ```
/// use concerted_methods::graph::adjusted_rand;
/// // Two of three communities are found exactly and the third is cut in half.
/// let found = adjusted_rand(&[0, 0, 1, 1, 2, 2, 2, 2], &[5, 5, 6, 6, 7, 7, 8, 8]);
/// assert!((found - 10.0 / 17.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn adjusted_rand(left: &[u32], right: &[u32]) -> f64 {
    let pairs = |count: u64| count as f64 * (count as f64 - 1.0) / 2.0;
    let mut cells: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    let (mut rows, mut columns): (BTreeMap<u32, u64>, BTreeMap<u32, u64>) = Default::default();
    for (&l, &r) in left.iter().zip(right) {
        *cells.entry((l, r)).or_default() += 1;
        *rows.entry(l).or_default() += 1;
        *columns.entry(r).or_default() += 1;
    }
    let sum = |counts: &mut dyn Iterator<Item = &u64>| counts.map(|&count| pairs(count)).sum();
    let together: f64 = sum(&mut cells.values());
    let (in_rows, in_columns): (f64, f64) = (sum(&mut rows.values()), sum(&mut columns.values()));
    let all = pairs(left.len().min(right.len()) as u64);
    let expected = if all > 0.0 { in_rows * in_columns / all } else { 0.0 };
    let most = f64::midpoint(in_rows, in_columns);
    if most == expected { 1.0 } else { (together - expected) / (most - expected) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_labels_do_not_matter() {
        assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[9, 9, 4, 4]), 1.0);
    }

    #[test]
    fn it_agrees_with_scikit_learn_1_5() {
        // sklearn.metrics.adjusted_rand_score([0,0,1,1],[0,0,1,2]) = 0.5714285714285715
        let found = adjusted_rand(&[0, 0, 1, 1], &[0, 0, 1, 2]);
        assert!((found - 0.571_428_571_428_571_5).abs() < 1e-15, "{found}");
        // adjusted_rand_score([0,0,0,0],[0,1,2,3]) = 0.0
        assert_eq!(adjusted_rand(&[0; 4], &[0, 1, 2, 3]), 0.0);
        // adjusted_rand_score([0,0,1,1],[0,1,0,1]) = -0.5
        assert!((adjusted_rand(&[0, 0, 1, 1], &[0, 1, 0, 1]) + 0.5).abs() < 1e-15);
    }
}
