//! A sparse matrix, by rows.
//!
//! **Invariant:** columns rise strictly within a row and are within the matrix; all values are
//! finite. The constructors check it, so nothing else does.

use super::{
    SpectralError,
    dense::{Dense, add_scaled},
    error::check_finite,
};

/// A sparse matrix in compressed rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    cols: usize,
    bounds: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

/// One number of a sparse matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Its row, from 0.
    pub row: u32,
    /// Its column, from 0.
    pub column: u32,
    /// Its value, finite.
    pub value: f64,
}

impl Csr {
    /// Checks and wraps compressed rows: row r has the entries `bounds[r]..bounds[r + 1]` of
    /// `columns` and `values`.
    ///
    /// # Errors
    /// [`SpectralError`] for bounds that do not rise from 0 to the number of entries, columns that
    /// do not rise within a row or lie outside, lists of unequal length, values that are not finite.
    pub fn try_new(
        cols: usize,
        bounds: Vec<usize>,
        columns: Vec<u32>,
        values: Vec<f64>,
    ) -> Result<Self, SpectralError> {
        let entries = columns.len();
        if values.len() != entries {
            return Err(SpectralError::Shape { numbers: values.len(), points: entries });
        }
        let rising = bounds.windows(2).all(|pair| pair[0] <= pair[1]);
        if bounds.first() != Some(&0) || bounds.last() != Some(&entries) || !rising {
            return Err(SpectralError::Bounds { rows: bounds.len().saturating_sub(1), entries });
        }
        for row in bounds.windows(2) {
            for entry in row[0]..row[1] {
                let column = columns[entry];
                let rises = entry == row[0] || columns[entry - 1] < column;
                if !rises || column as usize >= cols {
                    return Err(SpectralError::Column { entry, column, cols });
                }
            }
        }
        check_finite(&values)?;
        Ok(Self { cols, bounds, columns, values })
    }

    /// A matrix from its entries in any order; those of one place add up.
    ///
    /// # Errors
    /// [`SpectralError`] for an entry outside the matrix, and for values or sums that are not finite.
    pub fn from_entries(
        rows: usize,
        cols: usize,
        entries: &[Entry],
    ) -> Result<Self, SpectralError> {
        for (entry, &Entry { row, column, .. }) in entries.iter().enumerate() {
            if row as usize >= rows {
                return Err(SpectralError::Row { entry, row, rows });
            }
            if column as usize >= cols {
                return Err(SpectralError::Column { entry, column, cols });
            }
        }
        let mut sorted = entries.to_vec();
        sorted.sort_unstable_by(|x, y| {
            (x.row, x.column).cmp(&(y.row, y.column)).then_with(|| x.value.total_cmp(&y.value))
        });
        sorted.dedup_by(|next, kept| {
            let same = (next.row, next.column) == (kept.row, kept.column);
            if same {
                kept.value += next.value;
            }
            same
        });
        let mut bounds = vec![0usize; rows + 1];
        for entry in &sorted {
            bounds[entry.row as usize + 1] += 1;
        }
        for row in 0..rows {
            bounds[row + 1] += bounds[row];
        }
        let columns = sorted.iter().map(|entry| entry.column).collect();
        let values = sorted.iter().map(|entry| entry.value).collect();
        Self::try_new(cols, bounds, columns, values)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Number of columns.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Columns and values of one row, which must be below [`Self::rows`].
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> {
        let entries = self.bounds[row]..self.bounds[row + 1];
        let columns = self.columns[entries.clone()].iter().map(|&column| column as usize);
        columns.zip(self.values[entries].iter().copied())
    }

    /// This matrix times another.
    pub(super) fn times(&self, right: &Dense) -> Dense {
        Dense::from_rows(self.rows(), right.cols(), |row, product| {
            for (column, value) in self.row(row) {
                add_scaled(product, value, right.row(column));
            }
        })
    }

    /// Rows for columns.
    pub(super) fn transposed(&self) -> Self {
        let mut bounds = vec![0_usize; self.cols + 1];
        self.columns.iter().for_each(|&column| bounds[column as usize + 1] += 1);
        for column in 0..self.cols {
            bounds[column + 1] += bounds[column];
        }
        let mut next = bounds.clone();
        let mut columns = vec![0; self.columns.len()];
        let mut values = vec![0.0; self.values.len()];
        for row in 0..self.rows() {
            for (column, value) in self.row(row) {
                let place = &mut next[column];
                (columns[*place], values[*place]) = (row as u32, value);
                *place += 1;
            }
        }
        Self { cols: self.rows(), bounds, columns, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_one_place_add_up_in_any_order() {
        let entry = |row, column, value| Entry { row, column, value };
        let matrix =
            Csr::from_entries(2, 3, &[entry(1, 2, 1.0), entry(0, 1, 4.0), entry(1, 2, 0.5)]);
        let expected = Csr::try_new(3, vec![0, 1, 2], vec![1, 2], vec![4.0, 1.5]);
        assert_eq!(matrix, expected);
    }

    #[test]
    fn rows_and_columns_change_places_and_back() {
        let matrix = Csr::try_new(3, vec![0, 2, 2, 3], vec![0, 2, 2], vec![4.0, 1.0, 1.5]).unwrap();
        let turned = Csr::try_new(3, vec![0, 1, 1, 3], vec![0, 0, 2], vec![4.0, 1.0, 1.5]);
        assert_eq!(Ok(matrix.transposed()), turned);
        assert_eq!(matrix.transposed().transposed(), matrix);
    }

    #[test]
    fn what_is_no_matrix_is_refused() {
        let refused = |cols, bounds: &[usize], columns: &[u32], values: &[f64]| {
            Csr::try_new(cols, bounds.to_vec(), columns.to_vec(), values.to_vec()).unwrap_err()
        };
        assert!(matches!(refused(2, &[], &[], &[]), SpectralError::Bounds { .. }));
        assert!(matches!(refused(2, &[0, 2], &[0], &[1.0]), SpectralError::Bounds { .. }));
        assert!(matches!(refused(2, &[1, 1], &[0], &[1.0]), SpectralError::Bounds { .. }));
        assert!(matches!(
            refused(2, &[0, 2, 1, 2], &[0, 1], &[1.0; 2]),
            SpectralError::Bounds { .. }
        ));
        assert!(matches!(refused(2, &[0, 1], &[2], &[1.0]), SpectralError::Column { .. }));
        assert!(matches!(refused(2, &[0, 2], &[1, 1], &[1.0; 2]), SpectralError::Column { .. }));
        assert!(matches!(refused(2, &[0, 1], &[1], &[f64::NAN]), SpectralError::NotFinite { .. }));
        assert!(matches!(refused(2, &[0, 1], &[1], &[]), SpectralError::Shape { .. }));
    }
}
