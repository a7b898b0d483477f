//! What is no matrix and no set of points.

use thiserror::Error;

/// A matrix, points or labels that do not fit together.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum SpectralError {
    /// Row bounds that are not one more than the rows, rising from 0 to the number of entries.
    #[error("the bounds of the rows must be {rows} + 1 numbers rising from 0 to {entries}")]
    Bounds {
        /// Number of rows.
        rows: usize,
        /// Number of entries.
        entries: usize,
    },
    /// A column that the matrix does not have, or that does not rise within its row.
    #[error("entry {entry} is in column {column}: columns rise within a row and are below {cols}")]
    Column {
        /// Its place among the entries, from 0.
        entry: usize,
        /// Its column.
        column: u32,
        /// Number of columns.
        cols: usize,
    },
    /// A row that the matrix does not have.
    #[error("entry {entry} is in row {row}, but the rows are 0 to {rows} exclusive")]
    Row {
        /// Its place among the entries, from 0.
        entry: usize,
        /// Its row.
        row: u32,
        /// Number of rows.
        rows: usize,
    },
    /// A value that is infinite or no number.
    #[error("number {place} is {value}: only finite numbers can be compared")]
    NotFinite {
        /// Its place, from 0.
        place: usize,
        /// What was given.
        value: f64,
    },
    /// A rank, a dimension or a number of clusters of 0.
    #[error("a {0} of 0 leaves nothing to find")]
    Zero(&'static str),
    /// Coordinates that are no whole number of points.
    #[error("{numbers} numbers are no {points} points")]
    Shape {
        /// How many numbers there are.
        numbers: usize,
        /// How many points there should be, or the dimension that they should have.
        points: usize,
    },
}

/// Refuses what is not finite.
pub(super) fn check_finite(values: &[f64]) -> Result<(), SpectralError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(place) => Err(SpectralError::NotFinite { place, value: values[place] }),
        None => Ok(()),
    }
}
