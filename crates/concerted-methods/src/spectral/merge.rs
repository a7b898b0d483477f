//! Clusters that are too small join their neighbours.
//!
//! **Invariant:** afterwards every cluster has at least the smallest size allowed, unless all
//! points together are fewer.

use std::cmp::{Ordering, Reverse};

use super::{SpectralError, error::check_finite, kmeans::squared_distance};

/// Which clusters are left if none may be smaller than `min_size`?
///
/// Null: none; this is a rule. `sizes`: points of each of c clusters; `centroids`: c × dim numbers,
/// cluster by cluster, finite; `min_size`: a count, any. The smallest cluster joins the one with the
/// nearest centroid, until none is too small. Returns what each cluster is part of: c labels, from
/// 0, the largest first.
///
/// # Errors
/// [`SpectralError::Shape`] for numbers that are no c points, [`SpectralError::NotFinite`] for
/// what is not finite.
///
/// # Cost
/// O(clusters · dim) for each cluster that goes.
///
/// # Numerical care
/// A joint centroid is the mean of the two, by size. Ties go to the smallest label.
///
/// # Deviations
/// None; the rule is ours.
///
/// # References
/// The rule is one step of centroid linkage: Everitt, B. S., Landau, S., Leese, M. & Stahl, D.
/// 2011, *Cluster Analysis*, 5th ed., doi:10.1002/9780470977811, ch. 4.
///
/// ```
/// # use concerted_methods::spectral::merge_small;
/// let labels = merge_small(&[2, 1, 2], &[0.05, 7.0, 9.05], 2)?;
/// assert_eq!(labels, [1, 0, 0], "the lone point at 7 joins those at 9");
/// # Ok::<(), concerted_methods::spectral::SpectralError>(())
/// ```
pub fn merge_small(
    sizes: &[usize],
    centroids: &[f64],
    min_size: usize,
) -> Result<Vec<u32>, SpectralError> {
    let n = sizes.len();
    if n == 0 && centroids.is_empty() {
        return Ok(Vec::new());
    }
    if n == 0 || centroids.is_empty() || !centroids.len().is_multiple_of(n) {
        return Err(SpectralError::Shape { numbers: centroids.len(), points: n });
    }
    check_finite(centroids)?;
    let mut clusters = Clusters {
        hosts: (0..n).collect(),
        sizes: sizes.to_vec(),
        centroids: centroids.chunks_exact(centroids.len() / n).map(<[f64]>::to_vec).collect(),
    };
    while let Some(small) = clusters.smallest_below(min_size) {
        match clusters.nearest_to(small) {
            Some(host) => clusters.join(small, host),
            None => break,
        }
    }
    let mut standing: Vec<usize> = clusters.standing().collect();
    standing.sort_by_key(|&part| Reverse(clusters.sizes[part]));
    let mut labels = vec![0; n];
    (0..).zip(standing).for_each(|(label, part)| labels[part] = label);
    Ok((0..n).map(|part| labels[clusters.host(part)]).collect())
}

struct Clusters {
    /// Which cluster each cluster has joined; itself if none.
    hosts: Vec<usize>,
    sizes: Vec<usize>,
    centroids: Vec<Vec<f64>>,
}

impl Clusters {
    /// The clusters that have joined no other.
    fn standing(&self) -> impl Iterator<Item = usize> {
        (0..self.hosts.len()).filter(|&part| self.hosts[part] == part)
    }

    fn smallest_below(&self, min_size: usize) -> Option<usize> {
        self.standing()
            .filter(|&part| self.sizes[part] < min_size)
            .min_by_key(|&part| self.sizes[part])
    }

    fn nearest_to(&self, small: usize) -> Option<usize> {
        let distance =
            |part: usize| squared_distance(&self.centroids[part], &self.centroids[small]);
        let nearer = |i: &usize, j: &usize| -> Ordering { distance(*i).total_cmp(&distance(*j)) };
        self.standing().filter(|&part| part != small).min_by(nearer)
    }

    fn join(&mut self, small: usize, host: usize) {
        let (few, many) = (self.sizes[small] as f64, self.sizes[host] as f64);
        let joining = std::mem::take(&mut self.centroids[small]);
        for (centre, x) in self.centroids[host].iter_mut().zip(joining) {
            *centre = (many * *centre + few * x) / (many + few);
        }
        self.sizes[host] += self.sizes[small];
        self.hosts[small] = host;
    }

    fn host(&self, mut part: usize) -> usize {
        while self.hosts[part] != part {
            part = self.hosts[part];
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_that_are_large_enough_stay() {
        assert_eq!(merge_small(&[2, 3], &[0.0, 0.0], 2), Ok(vec![1, 0]));
    }

    #[test]
    fn small_ones_may_join_one_another_first() {
        let labels = merge_small(&[3, 1, 1, 1], &[0.0, 5.0, 5.5, 6.0], 3).unwrap();
        assert_eq!(labels, [0, 1, 1, 1]);
    }

    #[test]
    fn too_few_points_are_one_cluster() {
        assert_eq!(merge_small(&[1, 1, 1], &[0.0, 9.0, 20.0], 50), Ok(vec![0, 0, 0]));
    }

    #[test]
    fn sizes_and_centroids_must_match() {
        assert_eq!(merge_small(&[], &[], 3), Ok(vec![]));
        assert!(matches!(merge_small(&[1, 1], &[0.0], 3), Err(SpectralError::Shape { .. })));
        assert!(matches!(merge_small(&[], &[0.0], 3), Err(SpectralError::Shape { .. })));
        assert!(matches!(merge_small(&[1], &[], 3), Err(SpectralError::Shape { .. })));
    }
}
