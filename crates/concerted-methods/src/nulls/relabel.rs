//! The same moments, other labels: a shuffle within groups.
//!
//! **Invariant:** a label never leaves its group; one seed, one answer, whatever the other groups are.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Which of its group's labels does each place get?
///
/// Null: within a group any order of the labels is as probable. `group`: the group of each place, equal
/// ones next to each other. Returns for each place the place whose label it takes.
///
/// # Errors
/// None.
///
/// # Cost
/// O(places).
///
/// # Numerical care
/// None needed; integers only.
///
/// # Deviations
/// None from the shuffle of Fisher and Yates.
///
/// # References
/// Durstenfeld, R. 1964, *Algorithm 235: Random permutation*, Commun. ACM 7:420,
/// doi:10.1145/364520.364540. As a null of timing: Louis, S. et al. 2010, Front. Comput. Neurosci. 4:127,
/// doi:10.3389/fncom.2010.00127.
///
/// ```
/// # use concerted_methods::nulls::relabel_within;
/// let taken = relabel_within(&[7, 7, 7, 9, 9], 1);
/// assert!(taken[..3].iter().all(|&from| from < 3) && taken[3..].iter().all(|&from| from >= 3));
/// ```
#[must_use]
pub fn relabel_within(group: &[u32], seed: u64) -> Vec<u32> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut taken: Vec<u32> = (0..group.len() as u32).collect();
    let mut start = 0;
    for part in group.chunk_by(|left, right| left == right) {
        let end = start + part.len();
        for place in start..end {
            let from = random.random_range(place..end);
            taken.swap(place, from);
        }
        start = end;
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_as_frequent() {
        let mut counts = std::collections::BTreeMap::new();
        for seed in 0..6_000 {
            *counts.entry(relabel_within(&[0, 0, 0], seed)).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| (850..1_150).contains(count)), "{counts:?}");
    }
}
