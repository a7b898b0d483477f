//! Singular values of a small square matrix, by one-sided Jacobi rotations.
//!
//! **Invariant:** small singular values are as precise as large ones, which they are not by way of
//! the eigenvalues of the squared matrix.
//!
//! # References
//! Hestenes, M. R. 1958, *Inversion of matrices by biorthogonalization and related results*, J.
//! SIAM 6:51, doi:10.1137/0106005. Demmel, J. & Veselić, K. 1992, *Jacobi's method is more accurate
//! than QR*, SIAM J. Matrix Anal. Appl. 13:1204, doi:10.1137/0613074.

use super::dense::{Dense, dot, norm};

/// Sweeps at most; ten settle any matrix seen in practice.
const SWEEPS: usize = 60;

/// Two columns whose cosine is below this count as orthogonal.
const ORTHOGONAL: f64 = 1e-15;

/// A = left · diag(values) · rightᵀ, values falling.
pub(super) struct Svd {
    pub(super) left: Dense,
    pub(super) values: Vec<f64>,
    pub(super) right: Dense,
}

/// Decomposes a square matrix. Left vectors of singular values of 0 are zero.
pub(super) fn svd(matrix: &Dense) -> Svd {
    let size = matrix.cols();
    let mut columns: Vec<Vec<f64>> =
        (0..size).map(|col| (0..size).map(|row| matrix.row(row)[col]).collect()).collect();
    let mut right: Vec<Vec<f64>> = (0..size)
        .map(|col| (0..size).map(|row| f64::from(u8::from(row == col))).collect())
        .collect();
    for _ in 0..SWEEPS {
        let mut settled = true;
        for q in 1..size {
            for p in 0..q {
                if let Some(rotation) = Rotation::between(&columns[p], &columns[q]) {
                    rotation.turn(&mut columns, p, q);
                    rotation.turn(&mut right, p, q);
                    settled = false;
                }
            }
        }
        if settled {
            break;
        }
    }
    let lengths: Vec<f64> = columns.iter().map(|column| norm(column)).collect();
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&i, &j| lengths[j].total_cmp(&lengths[i]));
    let unit = |col: usize, row: usize| {
        if lengths[col] > 0.0 { columns[col][row] / lengths[col] } else { 0.0 }
    };
    Svd {
        left: Dense::from_fn(size, size, |row, col| unit(order[col], row)),
        values: order.iter().map(|&col| lengths[col]).collect(),
        right: Dense::from_fn(size, size, |row, col| right[order[col]][row]),
    }
}

/// The rotation that makes two columns orthogonal.
struct Rotation {
    cos: f64,
    sin: f64,
}

impl Rotation {
    fn between(p: &[f64], q: &[f64]) -> Option<Self> {
        let (pp, qq, pq) = (dot(p, p), dot(q, q), dot(p, q));
        if pq == 0.0 || pq.abs() <= ORTHOGONAL * (pp.sqrt() * qq.sqrt()) {
            return None;
        }
        let zeta = (qq - pp) / (2.0 * pq);
        let tan = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
        let cos = 1.0 / tan.hypot(1.0);
        Some(Self { cos, sin: cos * tan })
    }

    fn turn(&self, columns: &mut [Vec<f64>], p: usize, q: usize) {
        let (before, rest) = columns.split_at_mut(q);
        for (x, y) in before[p].iter_mut().zip(&mut rest[0]) {
            (*x, *y) = (self.cos * *x - self.sin * *y, self.sin * *x + self.cos * *y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_matrix_has_its_known_values() {
        let found = svd(&Dense::from_fn(2, 2, |row, col| [[3.0, 0.0], [4.0, 5.0]][row][col]));
        assert!((found.values[0] - 45f64.sqrt()).abs() < 1e-14);
        assert!((found.values[1] - 5f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn the_parts_multiply_to_the_whole_also_where_the_rank_is_less() {
        let matrix = Dense::from_fn(4, 4, |row, col| (row * col) as f64 + (row % 2) as f64);
        let found = svd(&matrix);
        assert!(found.values[2] < 1e-14);
        for row in 0..4 {
            for col in 0..4 {
                let sum: f64 = (0..4)
                    .map(|i| found.left.row(row)[i] * found.values[i] * found.right.row(col)[i])
                    .sum();
                assert!((sum - matrix.row(row)[col]).abs() < 1e-13);
            }
        }
    }
}
