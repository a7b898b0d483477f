//! A tall, narrow matrix, and how to make its columns orthonormal.
//!
//! **Invariant:** numbers lie row by row, because a sparse matrix is multiplied row by row. Sums go
//! over blocks of [`BLOCK`] rows and then over blocks, so that threads change no bit.

use rayon::prelude::*;

/// Of a column this small a share is left where only rounding is left.
const DEPENDENT: f64 = 1e-12;
/// Of a column's square this share at least has to be left for products of columns to tell its
/// direction; otherwise the columns themselves are asked.
const PLAIN: f64 = 1e-8;
/// How far products of orthonormal columns may be from 0 or 1 for a second go to make it good.
const NEARLY: f64 = 0.1;
/// Rows that are one piece of work.
pub(super) const BLOCK: usize = 2048;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dense {
    cols: usize,
    values: Vec<f64>,
}

impl Dense {
    pub(super) fn zeros(rows: usize, cols: usize) -> Self {
        Self { cols, values: vec![0.0; rows * cols] }
    }

    /// A matrix from a function of row and column, called row by row.
    pub(super) fn from_fn(
        rows: usize,
        cols: usize,
        mut value: impl FnMut(usize, usize) -> f64,
    ) -> Self {
        let mut values = Vec::with_capacity(rows * cols);
        for row in 0..rows {
            values.extend((0..cols).map(|col| value(row, col)));
        }
        Self { cols, values }
    }

    pub(super) fn rows(&self) -> usize {
        self.values.len().checked_div(self.cols).unwrap_or(0)
    }

    pub(super) fn cols(&self) -> usize {
        self.cols
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.cols..(row + 1) * self.cols]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.values[row * self.cols..(row + 1) * self.cols]
    }

    pub(super) fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// A matrix from a function that fills each row, on as many threads as there are.
    pub(super) fn from_rows(
        rows: usize,
        cols: usize,
        fill: impl Fn(usize, &mut [f64]) + Sync,
    ) -> Self {
        let mut filled = Self::zeros(rows, cols);
        let blocks = filled.values.par_chunks_mut((BLOCK * cols).max(1)).enumerate();
        blocks.for_each(|(block, values)| {
            for (place, row) in values.chunks_exact_mut(cols).enumerate() {
                fill(block * BLOCK + place, row);
            }
        });
        filled
    }

    pub(super) fn times(&self, right: &Self) -> Self {
        Self::from_rows(self.rows(), right.cols, |row, product| {
            for (&factor, source) in self.row(row).iter().zip(right.values.chunks_exact(right.cols))
            {
                add_scaled(product, factor, source);
            }
        })
    }

    /// Products of the columns with each other; the upper triangle.
    fn gram(&self) -> Self {
        let cols = self.cols;
        let blocks: Vec<Self> = (self.values.par_chunks((BLOCK * cols).max(1)))
            .map(|block| {
                let mut sums = Self::zeros(cols, cols);
                for row in block.chunks_exact(cols) {
                    for (col, &factor) in row.iter().enumerate() {
                        add_scaled(&mut sums.row_mut(col)[col..], factor, &row[col..]);
                    }
                }
                sums
            })
            .collect();
        let mut gram = Self::zeros(cols, cols);
        blocks.iter().for_each(|block| add_scaled(&mut gram.values, 1.0, &block.values));
        gram
    }

    fn columns(&self) -> Vec<Vec<f64>> {
        (0..self.cols)
            .map(|col| self.values.iter().skip(col).step_by(self.cols).copied().collect())
            .collect()
    }

    fn of_columns(rows: usize, columns: &[Vec<f64>]) -> Self {
        Self::from_fn(rows, columns.len(), |row, col| columns[col][row])
    }

    /// Splits into a matrix with orthonormal columns and an upper triangle. A column that depends
    /// on those before it becomes zero in both.
    ///
    /// By Cholesky factors of the columns' products, twice (Yamamoto et al. 2015), which reads the
    /// rows four times in order; by Gram–Schmidt where those products do not tell columns apart.
    pub(super) fn orthonormal(&self) -> Orthonormal {
        self.by_cholesky().unwrap_or_else(|| self.by_gram_schmidt())
    }

    fn by_cholesky(&self) -> Option<Orthonormal> {
        let first = self.gram().cholesky()?;
        let nearly = self.times(&first.inverted());
        let gram = nearly.gram();
        let settled = (0..self.cols).all(|row| {
            (row..self.cols)
                .all(|col| (gram.row(row)[col] - f64::from(u8::from(row == col))).abs() < NEARLY)
        });
        let second = gram.cholesky().filter(|_| settled)?;
        Some(Orthonormal {
            columns: nearly.times(&second.inverted()),
            triangle: second.times(&first),
        })
    }

    /// The upper triangle R with RᵀR = this; `None` where rounding would decide.
    fn cholesky(&self) -> Option<Self> {
        let mut triangle = Self::zeros(self.cols, self.cols);
        for row in 0..self.cols {
            for col in row..self.cols {
                let above: f64 =
                    (0..row).map(|i| triangle.row(i)[row] * triangle.row(i)[col]).sum();
                let left = self.row(row)[col] - above;
                if col > row {
                    triangle.row_mut(row)[col] = left / triangle.row(row)[row];
                } else if left > PLAIN * self.row(row)[row] {
                    triangle.row_mut(row)[row] = left.sqrt();
                } else {
                    return None;
                }
            }
        }
        Some(triangle)
    }

    /// The inverse of an upper triangle without a zero on its diagonal.
    fn inverted(&self) -> Self {
        let mut inverse = Self::zeros(self.cols, self.cols);
        for col in 0..self.cols {
            inverse.row_mut(col)[col] = 1.0 / self.row(col)[col];
            for row in (0..col).rev() {
                let sum: f64 =
                    (row + 1..=col).map(|i| self.row(row)[i] * inverse.row(i)[col]).sum();
                inverse.row_mut(row)[col] = -sum / self.row(row)[row];
            }
        }
        inverse
    }

    /// Gram–Schmidt done twice.
    fn by_gram_schmidt(&self) -> Orthonormal {
        let mut columns = self.columns();
        let mut triangle = Self::zeros(self.cols, self.cols);
        for col in 0..columns.len() {
            let (before, rest) = columns.split_at_mut(col);
            let column = &mut rest[0];
            let whole = norm(column);
            for _ in 0..2 {
                for (row, other) in before.iter().enumerate() {
                    let part = dot(other, column);
                    column.iter_mut().zip(other).for_each(|(x, y)| *x -= part * y);
                    triangle.row_mut(row)[col] += part;
                }
            }
            let left = norm(column);
            let scale = if left > DEPENDENT * whole { 1.0 / left } else { 0.0 };
            column.iter_mut().for_each(|x| *x *= scale);
            triangle.row_mut(col)[col] = if scale > 0.0 { left } else { 0.0 };
        }
        Orthonormal { columns: Self::of_columns(self.rows(), &columns), triangle }
    }
}

pub(super) struct Orthonormal {
    pub(super) columns: Dense,
    pub(super) triangle: Dense,
}

pub(super) fn add_scaled(target: &mut [f64], factor: f64, source: &[f64]) {
    for (sum, value) in target.iter_mut().zip(source) {
        *sum += factor * value;
    }
}

pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

pub(super) fn norm(x: &[f64]) -> f64 {
    dot(x, x).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_multiply_to_the_whole_and_the_columns_are_orthonormal() {
        let matrix = Dense::from_fn(5, 3, |row, col| ((row + 1) as f64).powi(col as i32));
        for split in [matrix.orthonormal(), matrix.by_cholesky().unwrap(), matrix.by_gram_schmidt()]
        {
            both_hold(&matrix, &split);
        }
    }

    fn both_hold(matrix: &Dense, split: &Orthonormal) {
        let product = split.columns.times(&split.triangle);
        for (found, expected) in product.values.iter().zip(&matrix.values) {
            assert!((found - expected).abs() < 1e-13);
        }
        let columns = split.columns.columns();
        for i in 0..columns.len() {
            for j in 0..columns.len() {
                let expected = f64::from(u8::from(i == j));
                assert!((dot(&columns[i], &columns[j]) - expected).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn where_products_of_columns_tell_too_little_the_columns_are_asked() {
        let nearly_equal = Dense::from_fn(50, 2, |row, col| 1.0 + (row * col) as f64 * 1e-7);
        assert!(nearly_equal.by_cholesky().is_none());
        both_hold(&nearly_equal, &nearly_equal.orthonormal());
    }

    #[test]
    fn a_column_that_says_nothing_new_becomes_zero() {
        let matrix = Dense::from_fn(4, 2, |row, _| row as f64);
        let split = matrix.orthonormal();
        assert!(split.columns.columns()[1].iter().all(|&x| x == 0.0));
        assert_eq!(split.triangle.row(1), [0.0, 0.0]);
    }
}
