//! From counts to vectors of length one: how much does it say that this row has that column?
//!
//! **Invariant:** every row of the result has length 1, or is empty because none of its columns
//! says anything.

use crate::spectral::{Csr, Entry, SpectralError};

/// What a count in a row is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// The count.
    Count,
    /// 1, whatever the count.
    Once,
    /// 1 + ln count.
    Sublinear,
}

/// What a column that d of n rows have is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rarity {
    /// 1.
    None,
    /// n / d.
    Ratio,
    /// (n + 1) / (d + 1).
    SmoothRatio,
    /// ln(n / d): a column that all have is worth nothing.
    Log,
    /// ln(n / d + 1).
    SmoothLog,
    /// ln((1 + n) / (1 + d)) + 1.
    SmoothLogPlusOne,
}

impl Rarity {
    fn of(self, rows: f64, having: f64) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Ratio => rows / having,
            Self::SmoothRatio => (rows + 1.0) / (having + 1.0),
            Self::Log => (rows / having).ln(),
            Self::SmoothLog => (rows / having + 1.0).ln(),
            Self::SmoothLogPlusOne => ((1.0 + rows) / (1.0 + having)).ln() + 1.0,
        }
    }
}

impl Frequency {
    fn of(self, count: f64) -> f64 {
        match self {
            Self::Count => count,
            Self::Once => 1.0,
            Self::Sublinear => 1.0 + count.ln(),
        }
    }
}

/// What is each row about, if common columns say little?
///
/// Null: none; this is a description. `counts`: a row an account, a column an object, values > 0.
/// Returns a matrix of the same shape with rows of length 1.
///
/// # Errors
/// [`SpectralError`] if a count is so small that its logarithm is no number.
///
/// # Cost
/// Two passes over the entries; one copy.
///
/// # Numerical care
/// A row whose columns are all worth 0 is left empty rather than divided by 0. Length 1 hides how
/// little a row holds: two rows with one and the same single column have cosine 1, however common
/// the column, since what it is worth cancels. Ask for several columns a row before believing a cosine.
///
/// # Deviations
/// n is the number of rows, also of empty ones, as in scikit-learn. [`Rarity::SmoothLogPlusOne`] with
/// [`Frequency::Once`] on binary counts is its `TfidfTransformer`, with [`Frequency::Sublinear`] its
/// `sublinear_tf`; the other rarities are coordinationz 0.2.2's (golden: `cosine.json`).
///
/// # References
/// Salton, G. & Buckley, C. 1988, *Term-weighting approaches in automatic text retrieval*,
/// Inf. Process. Manag. 24:513, doi:10.1016/0306-4573(88)90021-0.
///
/// ```
/// # use concerted_methods::{cosine::{Frequency, Rarity, join, unit_rows}, spectral::{Csr, Entry}};
/// let has = |row, column| Entry { row, column, value: 1.0 };
/// let counts = Csr::from_entries(3, 2, &[has(0, 0), has(1, 0), has(2, 0), has(1, 1), has(2, 1)])?;
/// let rows = unit_rows(&counts, Frequency::Once, Rarity::SmoothLogPlusOne)?;
/// let alike = join(&rows, 0.9);
/// assert_eq!((alike.len(), alike[0].a, alike[0].b), (1, 1, 2), "only 1 and 2 share the rare one");
/// # Ok::<(), concerted_methods::spectral::SpectralError>(())
/// ```
pub fn unit_rows(counts: &Csr, frequency: Frequency, rarity: Rarity) -> Result<Csr, SpectralError> {
    let mut having = vec![0_u32; counts.cols()];
    for row in 0..counts.rows() {
        counts.row(row).for_each(|(column, _)| having[column] += 1);
    }
    let rows = counts.rows() as f64;
    let mut entries = Vec::new();
    for row in 0..counts.rows() {
        let worth: Vec<(usize, f64)> = counts
            .row(row)
            .map(|(column, count)| {
                (column, frequency.of(count) * rarity.of(rows, f64::from(having[column])))
            })
            .collect();
        let length = worth.iter().map(|(_, worth)| worth * worth).sum::<f64>().sqrt();
        if length > 0.0 {
            entries.extend(worth.iter().map(|&(column, worth)| Entry {
                row: row as u32,
                column: column as u32,
                value: worth / length,
            }));
        }
    }
    Csr::from_entries(counts.rows(), counts.cols(), &entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(row: u32, column: u32, value: f64) -> Entry {
        Entry { row, column, value }
    }

    #[test]
    fn rows_have_length_one_or_are_empty() {
        let counts = Csr::from_entries(
            3,
            2,
            &[has(0, 0, 3.0), has(0, 1, 1.0), has(1, 0, 2.0), has(2, 0, 1.0)],
        )
        .unwrap();
        let rows = unit_rows(&counts, Frequency::Count, Rarity::Log).unwrap();
        let length = |row| rows.row(row).map(|(_, value)| value * value).sum::<f64>();
        assert!((length(0) - 1.0).abs() < 1e-12);
        assert_eq!(length(1), 0.0, "what everybody has is worth ln 1 = 0");
    }

    #[test]
    fn what_a_single_column_is_worth_cancels() {
        let counts = Csr::from_entries(2, 1, &[has(0, 0, 1.0), has(1, 0, 9.0)]).unwrap();
        for rarity in [Rarity::None, Rarity::SmoothLog, Rarity::SmoothLogPlusOne] {
            let rows = unit_rows(&counts, Frequency::Count, rarity).unwrap();
            assert_eq!(rows.row(0).next(), Some((0, 1.0)));
            assert_eq!(rows.row(1).next(), Some((0, 1.0)));
        }
    }
}
