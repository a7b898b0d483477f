//! A tall, narrow matrix, and how to make its columns orthonormal.
//!
//! **Invariant:** numbers lie row by row, because a sparse matrix is multiplied row by row.

/// Of a column this small a share is left where only rounding is left.
const DEPENDENT: f64 = 1e-12;

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

    pub(super) fn times(&self, right: &Self) -> Self {
        Self::from_fn(self.rows(), right.cols, |row, col| {
            self.row(row).iter().enumerate().map(|(i, value)| value * right.row(i)[col]).sum()
        })
    }

    fn columns(&self) -> Vec<Vec<f64>> {
        (0..self.cols)
            .map(|col| self.values.iter().skip(col).step_by(self.cols).copied().collect())
            .collect()
    }

    fn of_columns(rows: usize, columns: &[Vec<f64>]) -> Self {
        Self::from_fn(rows, columns.len(), |row, col| columns[col][row])
    }

    /// Splits into a matrix with orthonormal columns and an upper triangle, by Gram–Schmidt done
    /// twice. A column that depends on those before it becomes zero in both.
    pub(super) fn orthonormal(&self) -> Orthonormal {
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
        let split = matrix.orthonormal();
        let product = split.columns.times(&split.triangle);
        for (found, expected) in product.values.iter().zip(&matrix.values) {
            assert!((found - expected).abs() < 1e-13);
        }
        let columns = split.columns.columns();
        for i in 0..3 {
            for j in 0..3 {
                let expected = f64::from(u8::from(i == j));
                assert!((dot(&columns[i], &columns[j]) - expected).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn a_column_that_says_nothing_new_becomes_zero() {
        let matrix = Dense::from_fn(4, 2, |row, _| row as f64);
        let split = matrix.orthonormal();
        assert!(split.columns.columns()[1].iter().all(|&x| x == 0.0));
        assert_eq!(split.triangle.row(1), [0.0, 0.0]);
    }
}
