//! The largest singular values of a sparse matrix, by randomised subspace iteration.
//!
//! **Invariant:** singular values fall, vectors are orthonormal, and the largest part of each left
//! vector is positive; so that seeds differ in the last digits only.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{Csr, SpectralError, dense::Dense, jacobi};

/// Directions that are followed beyond those that are asked for (Halko et al. 2011, 4.3).
const OVERSAMPLING: usize = 10;

/// Rounds of subspace iteration; each squares the gap between what is kept and what is not.
const ROUNDS: usize = 6;

/// The largest singular values of a matrix and their vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct TruncatedSvd {
    /// How many were found: the rank asked for, at most the smaller side of the matrix.
    pub rank: usize,
    /// Singular values, falling, ≥ 0; 0 beyond the rank of the matrix.
    pub values: Vec<f64>,
    /// Left vectors: rows × rank numbers, row by row. Zero beyond the rank of the matrix.
    pub left: Vec<f64>,
    /// Right vectors: columns × rank numbers, row by row. Zero beyond the rank of the matrix.
    pub right: Vec<f64>,
}

impl TruncatedSvd {
    /// The rows as points, left vectors times singular values: rows × rank numbers, row by row.
    /// Their distances are those of the rows, as far as the rank reaches.
    #[must_use]
    pub fn row_points(&self) -> Vec<f64> {
        scaled(&self.left, &self.values)
    }

    /// The columns as points, right vectors times singular values: columns × rank numbers.
    #[must_use]
    pub fn column_points(&self) -> Vec<f64> {
        scaled(&self.right, &self.values)
    }
}

fn scaled(vectors: &[f64], values: &[f64]) -> Vec<f64> {
    vectors.iter().zip(values.iter().cycle()).map(|(vector, value)| vector * value).collect()
}

/// Along which few directions do the rows of a sparse matrix differ most?
///
/// Null: none; this is a description. `matrix`: rows × columns; `rank`: how many directions, ≥ 1;
/// `seed`: of the first guess. Returns the largest singular values with their vectors.
///
/// # Errors
/// [`SpectralError::Zero`] for a rank of 0.
///
/// # Cost
/// 14 passes over the entries, each times rank + 10; rows · (rank + 10)² a round, columns ·
/// (rank + 10)² twice. 16 · (rows + columns) · (rank + 10) bytes and 12 an entry. All threads.
///
/// # Numerical care
/// The last steps are made orthonormal by Cholesky factors twice, or by Gram–Schmidt twice where
/// columns are too much alike for them, and the small triangle that is left is decomposed by Jacobi
/// rotations, so that small singular values keep their digits down to about 10⁻⁸ of the largest. A singular
/// value that stands d times above the (rank + 10)th is right to about d^−13 of itself. Every sum
/// is taken in an order that the number of threads does not change.
///
/// # Deviations
/// Always 6 rounds of iteration, with orthonormal columns after each round and after both halves of
/// the last (their Algorithm 4.4 has them after every half), where scikit-learn makes 4 to 7 with LU
/// in between.
///
/// # References
/// Halko, N., Martinsson, P. G. & Tropp, J. A. 2011, *Finding structure with randomness*, SIAM Rev.
/// 53:217, doi:10.1137/090771806, Algorithms 4.4 and 5.1. Yamamoto, Y., Nakatsukasa, Y., Yanagisawa,
/// Y. & Fukaya, T. 2015, *Roundoff error analysis of the CholeskyQR2 algorithm*, ETNA 44:306.
///
/// ```
/// # use concerted_methods::spectral::{Csr, truncated_svd};
/// let diagonal = Csr::try_new(3, vec![0, 1, 2, 3], vec![0, 1, 2], vec![1.0, 5.0, 2.0])?;
/// let svd = truncated_svd(&diagonal, 2, 0)?;
/// assert_eq!(
///     format!("the two longest directions: {:.3} and {:.3}", svd.values[0], svd.values[1]),
///     "the two longest directions: 5.000 and 2.000",
/// );
/// # Ok::<(), concerted_methods::spectral::SpectralError>(())
/// ```
pub fn truncated_svd(matrix: &Csr, rank: usize, seed: u64) -> Result<TruncatedSvd, SpectralError> {
    if rank == 0 {
        return Err(SpectralError::Zero("rank"));
    }
    let smaller = matrix.rows().min(matrix.cols());
    let rank = rank.min(smaller);
    let width = rank.saturating_add(OVERSAMPLING).min(smaller);
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let guess = Dense::from_fn(matrix.cols(), width, |_, _| gaussian(&mut rng));
    let transposed = matrix.transposed();
    let mut range = matrix.times(&guess).orthonormal().columns;
    for round in 1..=ROUNDS {
        let domain = transposed.times(&range);
        let domain = if round == ROUNDS { domain.orthonormal().columns } else { domain };
        range = matrix.times(&domain).orthonormal().columns;
    }
    // Aᵀ range = domain · triangle and triangle = U S Vᵀ, so A ≈ (range V) S (domain U)ᵀ.
    let split = transposed.times(&range).orthonormal();
    let small = jacobi::svd(&split.triangle);
    let mut left = first_columns(&range.times(&small.right), rank);
    let mut right = first_columns(&split.columns.times(&small.left), rank);
    settle_vectors(&mut left, &mut right, &small.values);
    Ok(TruncatedSvd {
        rank,
        values: small.values[..rank].to_vec(),
        left: left.into_values(),
        right: right.into_values(),
    })
}

/// A standard normal number (Box & Muller 1958).
fn gaussian(rng: &mut Pcg64Mcg) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (-u).ln_1p()).sqrt() * (std::f64::consts::TAU * v).cos()
}

fn first_columns(matrix: &Dense, cols: usize) -> Dense {
    Dense::from_fn(matrix.rows(), cols, |row, col| matrix.row(row)[col])
}

/// Makes the largest part of each left vector positive, and vectors without a value zero.
fn settle_vectors(left: &mut Dense, right: &mut Dense, values: &[f64]) {
    for (col, &value) in values.iter().enumerate().take(left.cols()) {
        let largest = (0..left.rows())
            .map(|row| left.row(row)[col])
            .fold(0.0f64, |most, x| if x.abs() > most.abs() { x } else { most });
        let sign = if value == 0.0 { 0.0 } else { 1f64.copysign(largest) };
        for matrix in [&mut *left, &mut *right] {
            (0..matrix.rows()).for_each(|row| matrix.row_mut(row)[col] *= sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectral::Entry;

    fn random(rows: u32, cols: u32, share: f64, seed: u64) -> Csr {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut entries = Vec::new();
        for row in 0..rows {
            for column in 0..cols {
                if rng.random::<f64>() < share {
                    entries.push(Entry { row, column, value: gaussian(&mut rng) });
                }
            }
        }
        Csr::from_entries(rows as usize, cols as usize, &entries).unwrap()
    }

    #[test]
    fn at_full_rank_the_matrix_is_rebuilt() {
        let matrix = random(13, 7, 0.6, 1);
        let svd = truncated_svd(&matrix, 7, 0).unwrap();
        for row in 0..13 {
            let mut dense = [0.0; 7];
            matrix.row(row).for_each(|(column, value)| dense[column] = value);
            for (column, value) in dense.iter().enumerate() {
                let rebuilt: f64 = (0..7)
                    .map(|i| svd.left[row * 7 + i] * svd.values[i] * svd.right[column * 7 + i])
                    .sum();
                assert!((rebuilt - value).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn seeds_agree_where_the_values_stand_apart() {
        let mut entries: Vec<Entry> = Vec::new();
        for block in 0..4u32 {
            for i in 0..(30 - 5 * block) {
                let row = 40 * block + i;
                entries.extend((0..10).map(|j| Entry { row, column: 10 * block + j, value: 1.0 }));
            }
        }
        let matrix = Csr::from_entries(160, 40, &entries).unwrap();
        let (one, other) =
            (truncated_svd(&matrix, 4, 1).unwrap(), truncated_svd(&matrix, 4, 2).unwrap());
        let far = one.left.iter().zip(&other.left).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
        assert!(far < 1e-12, "{far}");
        assert_eq!(one, truncated_svd(&matrix, 4, 1).unwrap());
    }

    #[test]
    fn beyond_the_rank_of_the_matrix_values_and_vectors_are_zero() {
        let entries =
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(row, column)| Entry { row, column, value: 1.0 });
        let svd = truncated_svd(&Csr::from_entries(3, 3, &entries).unwrap(), 3, 0).unwrap();
        assert!((svd.values[0] - 2.0).abs() < 1e-14);
        assert_eq!(svd.values[1..], [0.0, 0.0]);
        assert!(svd.left.chunks(3).all(|row| row[1] == 0.0 && row[2] == 0.0));
    }

    #[test]
    fn a_matrix_of_nothing_has_nothing() {
        let nothing = truncated_svd(&Csr::from_entries(0, 5, &[]).unwrap(), 3, 0).unwrap();
        assert_eq!((nothing.rank, nothing.right.len()), (0, 0));
        let zeros = truncated_svd(&Csr::from_entries(4, 5, &[]).unwrap(), 3, 0).unwrap();
        assert_eq!(zeros.values, [0.0; 3]);
        assert_eq!(zeros.row_points(), [0.0; 12]);
    }

    #[test]
    fn a_rank_of_none_is_refused() {
        let matrix = random(3, 3, 1.0, 0);
        assert_eq!(truncated_svd(&matrix, 0, 0), Err(SpectralError::Zero("rank")));
    }
}
