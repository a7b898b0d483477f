//! All pairs of rows whose cosine passes a threshold, found without looking at all pairs.
//!
//! **Invariant:** exact: every pair above the threshold is found and none below, whatever is skipped
//! on the way; pairs come by first row, then second.

use crate::spectral::Csr;

/// Safety on sums of bounds that decide whether a pair need not be looked at.
const SLACK: f64 = 1e-9;

/// Cells that cosines are counted in before the quantile is looked up exactly.
const CELLS: usize = 1 << 14;

/// Two rows and how alike they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alike {
    /// One row, the smaller.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// Their cosine, from 0 (nothing in common) to 1.
    pub cosine: f64,
}

/// Where the most alike part of all pairs begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopShare {
    /// Pairs with anything in common.
    pub positive: u64,
    /// The quantile of their cosines.
    pub cosine: f64,
}

/// Entries by column: who has it, and with what value.
struct Holders {
    bounds: Vec<usize>,
    rows: Vec<u32>,
    values: Vec<f64>,
}

impl Holders {
    fn of(rows: &Csr) -> Self {
        let mut bounds = vec![0_usize; rows.cols() + 1];
        for row in 0..rows.rows() {
            rows.row(row).for_each(|(column, _)| bounds[column + 1] += 1);
        }
        for column in 0..rows.cols() {
            bounds[column + 1] += bounds[column];
        }
        let mut next = bounds.clone();
        let entries = bounds.last().copied().unwrap_or(0);
        let (mut holders, mut values) = (vec![0; entries], vec![0.0; entries]);
        for row in 0..rows.rows() {
            for (column, value) in rows.row(row) {
                (holders[next[column]], values[next[column]]) = (row as u32, value);
                next[column] += 1;
            }
        }
        Self { bounds, rows: holders, values }
    }

    /// Rows after `row` that have the column.
    fn after(&self, column: usize, row: u32) -> impl Iterator<Item = (u32, f64)> {
        let range = self.bounds[column]..self.bounds[column + 1];
        let start = range.start + self.rows[range.clone()].partition_point(|&holder| holder <= row);
        let rows = &self.rows[start..range.end];
        rows.iter().copied().zip(self.values[start..range.end].iter().copied())
    }
}

/// Which pairs have anything in common, and how much?
///
/// Null: none. `rows`: rows of length 1 with values ≥ 0, see [`unit_rows`](super::unit_rows).
/// `found` is called with every pair of cosine > 0, by first row, then second.
///
/// # Cost
/// Σ over columns of half the square of its rows, which is known beforehand; a number a row.
///
/// # Numerical care
/// A cosine is summed in rising order of columns. Sums above 1 by rounding are left as they are.
///
/// # Deviations
/// None; what scikit-learn's `cosine_similarity` holds as a full matrix passes by one at a time.
///
/// # References
/// Gustavson, F. G. 1978, *Two fast algorithms for sparse matrices*, ACM TOMS 4:250,
/// doi:10.1145/355791.355796.
pub fn for_each_positive(rows: &Csr, mut found: impl FnMut(Alike)) {
    let holders = Holders::of(rows);
    let mut sums = vec![0.0_f64; rows.rows()];
    let mut touched: Vec<u32> = Vec::new();
    for a in 0..rows.rows() {
        for (column, value) in rows.row(a) {
            for (b, other) in holders.after(column, a as u32) {
                if sums[b as usize] == 0.0 {
                    touched.push(b);
                }
                sums[b as usize] += value * other;
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for b in touched.drain(..) {
            let cosine = std::mem::take(&mut sums[b as usize]);
            if cosine > 0.0 {
                found(Alike { a: a as u32, b, cosine });
            }
        }
    }
}

/// Which pairs of rows are more alike than this?
///
/// Null: none; to be held against one. `rows`: rows of length 1 with values ≥ 0. `above`: a cosine
/// in [0, 1], exclusive. Returns the pairs by first row, then second.
///
/// # Cost
/// At `above` = 0 that of [`for_each_positive`]. Above it, a pair is looked at only if it shares an
/// entry outside the part of each row that cannot reach the threshold by itself. Columns that many
/// rows have fill that part first, so that what everybody has costs nothing; unless for some row it is
/// all there is. Memory: the entries, a number a row, and the result.
///
/// # Numerical care
/// Bounds carry a slack of 1e-9; whether a pair passes is decided by its cosine alone.
///
/// # Deviations
/// Rows are taken as they come, not by falling weight, so that the order of the result is free.
///
/// # References
/// Bayardo, R. J., Ma, Y. & Srikant, R. 2007, *Scaling up all pairs similarity search*, WWW,
/// doi:10.1145/1242572.1242591 (Algorithm All-Pairs-1); threshold and sums as in Anastasiu, D. C. &
/// Karypis, G. 2014, *L2AP*, ICDE, doi:10.1109/ICDE.2014.6816700.
#[must_use]
pub fn join(rows: &Csr, above: f64) -> Vec<Alike> {
    let mut alike = Vec::new();
    if above <= 0.0 {
        for_each_positive(rows, |pair| alike.push(pair));
        return alike;
    }
    let (mut most, mut having) = (vec![0.0_f64; rows.cols()], vec![0_u32; rows.cols()]);
    for row in 0..rows.rows() {
        for (column, value) in rows.row(row) {
            most[column] = most[column].max(value);
            having[column] += 1;
        }
    }
    let mut by_column: Vec<Vec<u32>> = vec![Vec::new(); rows.cols()];
    let mut seen = vec![u32::MAX; rows.rows()];
    let mut candidates: Vec<u32> = Vec::new();
    for b in 0..rows.rows() {
        let mut entries: Vec<(usize, f64)> = rows.row(b).collect();
        for (column, _) in &entries {
            for &a in &by_column[*column] {
                if seen[a as usize] != b as u32 {
                    seen[a as usize] = b as u32;
                    candidates.push(a);
                }
            }
        }
        for a in candidates.drain(..) {
            let cosine = product(rows, a as usize, b);
            if cosine > above {
                alike.push(Alike { a, b: b as u32, cosine });
            }
        }
        entries.sort_unstable_by_key(|&(column, _)| (std::cmp::Reverse(having[column]), column));
        let mut reach = SLACK;
        for (column, value) in entries {
            reach += value * most[column];
            if reach > above {
                by_column[column].push(b as u32);
            }
        }
    }
    alike.sort_unstable_by_key(|pair| (pair.a, pair.b));
    alike
}

/// The sum of products, by rising columns.
fn product(rows: &Csr, a: usize, b: usize) -> f64 {
    let (mut left, mut right) = (rows.row(a).peekable(), rows.row(b).peekable());
    let mut sum = 0.0;
    while let (Some(&(i, x)), Some(&(j, y))) = (left.peek(), right.peek()) {
        match i.cmp(&j) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                sum += x * y;
                left.next();
                right.next();
            }
        }
    }
    sum
}

/// From which cosine on is a pair among the most alike?
///
/// Null: none. `rows`: rows of length 1 with values ≥ 0. `share`: the part of all pairs with anything
/// in common that is to lie above, in [0, 1]. Returns how many such pairs there are and the quantile
/// 1 − `share` of their cosines (linear between order statistics), or `None` if there is none.
///
/// # Cost
/// Twice [`for_each_positive`]; memory for the cosines near the quantile only.
///
/// # Numerical care
/// The quantile is exact: cosines are counted in 16,384 cells first, and those of the cells that hold
/// the two order statistics are then collected and sorted.
///
/// # Deviations
/// None from the quantile of type 7, pandas' and R's own.
///
/// # References
/// Hyndman, R. J. & Fan, Y. 1996, *Sample quantiles in statistical packages*, Am. Stat. 50:361,
/// doi:10.2307/2684934 (type 7). As a filter of edges: Pacheco, D. et al. 2021, ICWSM,
/// doi:10.1609/icwsm.v15i1.18075.
#[must_use]
pub fn top_share(rows: &Csr, share: f64) -> Option<TopShare> {
    let cell = |cosine: f64| ((cosine * CELLS as f64) as usize).min(CELLS - 1);
    let mut counts = vec![0_u64; CELLS];
    for_each_positive(rows, |pair| counts[cell(pair.cosine)] += 1);
    let positive: u64 = counts.iter().sum();
    let last = positive.checked_sub(1)?;
    let place = last as f64 * (1.0 - share.clamp(0.0, 1.0));
    let lower = (place.floor() as u64).min(last);
    let upper = (lower + 1).min(last);
    let mut before = 0;
    let (mut first_cell, mut last_cell, mut skipped) = (0, 0, 0);
    for (number, count) in counts.iter().enumerate() {
        if before <= lower && lower < before + count {
            (first_cell, skipped) = (number, before);
        }
        if before <= upper && upper < before + count {
            last_cell = number;
        }
        before += count;
    }
    let mut near = Vec::new();
    for_each_positive(rows, |pair| {
        if (first_cell..=last_cell).contains(&cell(pair.cosine)) {
            near.push(pair.cosine);
        }
    });
    near.sort_unstable_by(f64::total_cmp);
    let at = |rank: u64| near.get((rank - skipped) as usize).copied();
    let (low, high) = (at(lower)?, at(upper)?);
    Some(TopShare { positive, cosine: low + (place - lower as f64) * (high - low) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        backbone::quantile,
        cosine::{Frequency, Rarity, unit_rows},
        spectral::Entry,
    };

    fn rows() -> Csr {
        let entries: Vec<Entry> = (0..40_u32)
            .flat_map(|row| {
                (0..7_u32).map(move |k| Entry {
                    row,
                    column: (row * (k + 3) + k * k) % 29,
                    value: 1.0,
                })
            })
            .collect();
        let counts = Csr::from_entries(40, 29, &entries).unwrap();
        unit_rows(&counts, Frequency::Count, Rarity::SmoothLog).unwrap()
    }

    #[test]
    fn skipping_changes_no_pair_and_no_bit() {
        let rows = rows();
        let all = join(&rows, 0.0);
        for above in [0.05, 0.2, 0.5, 0.9] {
            let expected: Vec<Alike> =
                all.iter().copied().filter(|pair| pair.cosine > above).collect();
            assert_eq!(join(&rows, above), expected);
        }
    }

    #[test]
    fn the_top_share_begins_at_the_quantile_of_all_cosines() {
        let rows = rows();
        let mut all: Vec<f64> = join(&rows, 0.0).iter().map(|pair| pair.cosine).collect();
        all.sort_unstable_by(f64::total_cmp);
        for share in [0.0, 0.005, 0.1, 0.5, 1.0] {
            let top = top_share(&rows, share).unwrap();
            assert_eq!(top.positive, all.len() as u64);
            assert!((top.cosine - quantile(&all, 1.0 - share).unwrap()).abs() < 1e-15);
        }
    }

    #[test]
    fn rows_with_nothing_in_common_have_no_top() {
        let rows = Csr::try_new(2, vec![0, 1, 2], vec![0, 1], vec![1.0, 1.0]).unwrap();
        assert_eq!(top_share(&rows, 0.1), None);
        assert_eq!(join(&rows, 0.0), []);
    }
}
