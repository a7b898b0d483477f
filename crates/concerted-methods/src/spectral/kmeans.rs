//! Points into clusters around their means.
//!
//! **Invariant:** every cluster has a point, every point is with its nearest centroid, and one seed
//! gives one answer, bit for bit.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{SpectralError, error::check_finite};
use crate::labels::by_falling_size;

/// Starts from different first centroids; the best one counts.
const STARTS: usize = 5;

/// Rounds of Lloyd's algorithm at most.
const ROUNDS: usize = 100;

/// Points in clusters.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// The cluster of each point, from 0, the largest first.
    pub labels: Vec<u32>,
    /// Means of the clusters: clusters × dim numbers, cluster by cluster.
    pub centroids: Vec<f64>,
    /// Sum of squared distances of the points to their centroids.
    pub inertia: f64,
}

impl Clusters {
    /// The cluster whose centroid is nearest to a point, the first of equally near ones; 0 without
    /// any. `point`: as many numbers as the clustered points have.
    #[must_use]
    pub fn nearest(&self, point: &[f64]) -> u32 {
        nearest(&self.centroids, point).0 as u32
    }
}

/// The first of the centroids that are nearest to a point, and its squared distance.
fn nearest(centroids: &[f64], point: &[f64]) -> (usize, f64) {
    let (mut found, mut least) = (0, f64::INFINITY);
    for (part, centroid) in centroids.chunks_exact(point.len().max(1)).enumerate() {
        let distance = squared_distance(point, centroid);
        if distance < least {
            (found, least) = (part, distance);
        }
    }
    (found, least)
}

/// Which points lie together?
///
/// Null: none; this is a description, and points without any structure are split too. `points`:
/// n × dim numbers, point by point, finite; `dim`: ≥ 1; `k`: how many clusters, ≥ 1; `seed`: of the
/// first centroids. Returns at most k clusters: fewer only where there are fewer distinct points.
///
/// # Errors
/// [`SpectralError`] for numbers that are no whole number of points or not finite, and for `dim`
/// or `k` of 0.
///
/// # Cost
/// 5 starts of up to 100 rounds of O(n · k · dim) each; 16 bytes a point.
///
/// # Numerical care
/// Distances are sums of squares of differences, not differences of squares. Ties go to the first
/// centroid. An empty cluster takes the point that is farthest from its own centroid.
///
/// # Deviations
/// None from k-means++ with Lloyd's iteration; scikit-learn draws several candidates for each
/// first centroid, here whole starts are repeated instead.
///
/// # References
/// Lloyd, S. P. 1982, *Least squares quantization in PCM*, IEEE Trans. Inf. Theory 28:129,
/// doi:10.1109/TIT.1982.1056489. Arthur, D. & Vassilvitskii, S. 2007, *k-means++: the advantages
/// of careful seeding*, SODA 2007:1027, doi:10.5555/1283383.1283494.
///
/// ```
/// # use concerted_methods::spectral::kmeans;
/// let clusters = kmeans(&[0.0, 9.0, 0.1, 9.1, 0.2], 1, 2, 0)?;
/// assert_eq!(clusters.labels, [0, 1, 0, 1, 0], "three points near 0, two near 9");
/// # Ok::<(), concerted_methods::spectral::SpectralError>(())
/// ```
pub fn kmeans(points: &[f64], dim: usize, k: usize, seed: u64) -> Result<Clusters, SpectralError> {
    if dim == 0 {
        return Err(SpectralError::Zero("dimension"));
    }
    if k == 0 {
        return Err(SpectralError::Zero("number of clusters"));
    }
    if !points.len().is_multiple_of(dim) {
        return Err(SpectralError::Shape { numbers: points.len(), points: points.len() / dim });
    }
    check_finite(points)?;
    let points = Points { values: points, dim };
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut best = Partition::of(points, &mut rng, k);
    for _ in 1..STARTS {
        let next = Partition::of(points, &mut rng, k);
        if next.inertia() < best.inertia() {
            best = next;
        }
    }
    Ok(best.finish(points))
}

/// n points of one dimension.
#[derive(Clone, Copy)]
pub(super) struct Points<'a> {
    pub(super) values: &'a [f64],
    pub(super) dim: usize,
}

impl<'a> Points<'a> {
    pub(super) fn iter(self) -> impl Iterator<Item = &'a [f64]> {
        self.values.chunks_exact(self.dim)
    }

    /// The mean of each part; parts without a point keep the zero vector.
    pub(super) fn means(self, parts: &[usize], count: usize) -> Vec<f64> {
        let mut sums = vec![0.0; count * self.dim];
        let mut sizes = vec![0usize; count];
        for (point, &part) in self.iter().zip(parts) {
            sizes[part] += 1;
            let sum = &mut sums[part * self.dim..(part + 1) * self.dim];
            sum.iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
        for (sum, &size) in sums.chunks_exact_mut(self.dim).zip(&sizes) {
            sum.iter_mut().for_each(|x| *x /= size.max(1) as f64);
        }
        sums
    }
}

pub(super) fn squared_distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum()
}

struct Partition {
    centroids: Vec<f64>,
    parts: Vec<usize>,
    distances: Vec<f64>,
}

impl Partition {
    fn of(points: Points<'_>, rng: &mut Pcg64Mcg, k: usize) -> Self {
        let mut partition = Self::with_careful_seeds(points, rng, k);
        for _ in 0..ROUNDS {
            let before = partition.parts.clone();
            partition.centroids = points.means(&before, partition.count(points.dim));
            partition.assign(points);
            partition.reseed_the_empty(points);
            if partition.parts == before {
                break;
            }
        }
        partition
    }

    /// First centroids: each the next point with a chance in proportion to its squared distance
    /// from those before it. Ends early where every point is a centroid.
    fn with_careful_seeds(points: Points<'_>, rng: &mut Pcg64Mcg, k: usize) -> Self {
        let n = points.values.len() / points.dim;
        let mut partition =
            Self { centroids: Vec::new(), parts: vec![0; n], distances: vec![f64::INFINITY; n] };
        if n == 0 {
            return partition;
        }
        let mut next = rng.random_range(0..n);
        for part in 0..k {
            let seed = &points.values[next * points.dim..(next + 1) * points.dim];
            partition.centroids.extend_from_slice(seed);
            for (place, point) in points.iter().enumerate() {
                let distance = squared_distance(point, seed);
                if distance < partition.distances[place] {
                    partition.distances[place] = distance;
                    partition.parts[place] = part;
                }
            }
            match draw(&partition.distances, rng.random()) {
                Some(place) => next = place,
                None => break,
            }
        }
        partition
    }

    fn count(&self, dim: usize) -> usize {
        self.centroids.len() / dim
    }

    fn assign(&mut self, points: Points<'_>) {
        for (place, point) in points.iter().enumerate() {
            (self.parts[place], self.distances[place]) = nearest(&self.centroids, point);
        }
    }

    /// Gives each empty cluster the point that is farthest from its centroid.
    fn reseed_the_empty(&mut self, points: Points<'_>) {
        let mut sizes = vec![0usize; self.count(points.dim)];
        self.parts.iter().for_each(|&part| sizes[part] += 1);
        for empty in 0..sizes.len() {
            if sizes[empty] > 0 {
                continue;
            }
            let shared = |place: &usize| sizes[self.parts[*place]] > 1;
            let farthest = (0..self.parts.len())
                .filter(shared)
                .max_by(|&i, &j| self.distances[i].total_cmp(&self.distances[j]).then(j.cmp(&i)));
            let Some(place) = farthest.filter(|&place| self.distances[place] > 0.0) else { return };
            let (at, to) = (place * points.dim, empty * points.dim);
            self.centroids[to..to + points.dim]
                .copy_from_slice(&points.values[at..at + points.dim]);
            sizes[self.parts[place]] -= 1;
            sizes[empty] = 1;
            self.parts[place] = empty;
            self.distances[place] = 0.0;
        }
    }

    fn inertia(&self) -> f64 {
        self.distances.iter().sum()
    }

    fn finish(self, points: Points<'_>) -> Clusters {
        let labels = by_falling_size(&self.parts);
        let count = labels.iter().max().map_or(0, |&last| last as usize + 1);
        let parts: Vec<usize> = labels.iter().map(|&label| label as usize).collect();
        let centroids = points.means(&parts, count);
        let inertia = points
            .iter()
            .zip(&parts)
            .map(|(point, &part)| {
                squared_distance(point, &centroids[part * points.dim..(part + 1) * points.dim])
            })
            .sum();
        Clusters { labels, centroids, inertia }
    }
}

/// The place that a uniform number in [0, 1) falls on among weights; none if all are 0.
fn draw(weights: &[f64], uniform: f64) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    let mut left = uniform * total;
    let mut last = None;
    for (place, &weight) in weights.iter().enumerate() {
        if weight > 0.0 {
            last = Some(place);
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs(count: usize, each: usize) -> Vec<f64> {
        let mut rng = Pcg64Mcg::seed_from_u64(9);
        (0..count * each)
            .flat_map(|i| {
                let middle = 10.0 * (i / each) as f64;
                [middle + rng.random::<f64>(), middle - rng.random::<f64>()]
            })
            .collect()
    }

    #[test]
    fn blobs_that_stand_apart_are_found_whatever_the_seed() {
        let points = blobs(6, 40);
        for seed in 0..10 {
            let labels = kmeans(&points, 2, 6, seed).unwrap().labels;
            for blob in labels.chunks(40) {
                assert!(blob.iter().all(|label| *label == blob[0]), "seed {seed}");
            }
        }
    }

    #[test]
    fn every_point_is_with_its_nearest_centroid() {
        let points = blobs(1, 300);
        let found = kmeans(&points, 2, 7, 3).unwrap();
        assert_eq!(found, kmeans(&points, 2, 7, 3).unwrap());
        for (point, &label) in points.chunks(2).zip(&found.labels) {
            let distance = |c: &[f64]| squared_distance(point, c);
            let own = distance(&found.centroids[2 * label as usize..][..2]);
            assert_eq!(distance(&found.centroids[2 * found.nearest(point) as usize..][..2]), own);
            let least = found.centroids.chunks(2).map(distance).fold(f64::INFINITY, f64::min);
            assert!(own <= least + 1e-12);
        }
    }

    #[test]
    fn there_are_no_more_clusters_than_distinct_points() {
        let found = kmeans(&[1.0, 1.0, 2.0, 2.0, 2.0], 1, 4, 0).unwrap();
        assert_eq!(found.labels, [1, 1, 0, 0, 0]);
        assert_eq!(found.centroids, [2.0, 1.0]);
        assert_eq!(found.inertia, 0.0);
    }

    #[test]
    fn an_empty_cluster_takes_the_farthest_point() {
        let points = Points { values: &[0.0, 1.0, 8.0], dim: 1 };
        let mut partition = Partition {
            centroids: vec![0.0, 99.0],
            parts: vec![0, 0, 0],
            distances: vec![0.0, 1.0, 64.0],
        };
        partition.reseed_the_empty(points);
        assert_eq!(partition.parts, [0, 0, 1]);
        assert_eq!(partition.centroids, [0.0, 8.0]);
    }

    #[test]
    fn no_points_are_no_clusters_and_what_is_no_point_is_refused() {
        assert!(kmeans(&[], 2, 3, 0).unwrap().labels.is_empty());
        assert!(matches!(kmeans(&[1.0], 0, 1, 0), Err(SpectralError::Zero("dimension"))));
        assert!(matches!(kmeans(&[1.0], 1, 0, 0), Err(SpectralError::Zero(_))));
        assert!(matches!(kmeans(&[1.0; 3], 2, 1, 0), Err(SpectralError::Shape { .. })));
        assert!(matches!(kmeans(&[f64::NAN], 1, 1, 0), Err(SpectralError::NotFinite { .. })));
    }
}
