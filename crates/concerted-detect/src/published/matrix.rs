//! Shares → who has what how often, as a sparse matrix: what methods without a window look at.
//!
//! **Invariant:** rows are accounts in rising order, columns objects (or bins of time); what is left out
//! is left out in the order of the settings: accounts by their shares, then objects by their holders,
//! then accounts by their objects.

use concerted_methods::spectral::{Csr, Entry};
use concerted_model::recipe::Parameters;

use super::shares::{DAY_US, Shares};
use crate::DetectError;

/// Who has what.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// How often.
    pub counts: Csr,
    /// Account of each row.
    pub accounts: Vec<u32>,
}

/// (account, column, count), sorted.
type Cells = Vec<(u32, u32, f64)>;

/// Counts shares by account and object, or bin if the settings have one.
///
/// # Errors
/// [`DetectError::Computation`] if the matrix cannot be: a bug.
pub fn matrix(shares: &Shares, settings: &Parameters) -> Result<Matrix, DetectError> {
    let with_own = settings.own.unwrap_or(true);
    let first = shares.rows.iter().map(|row| row.time).min().unwrap_or(0);
    let bin = settings.bin.map(|bin| bin.as_micros().clamp(1, 1_000 * DAY_US));
    let mut held: Vec<(u32, u32)> = shares
        .rows
        .iter()
        .filter(|row| with_own || !row.of_self)
        .map(|row| {
            let column = bin.map_or(row.object, |bin| ((row.time - first) / bin) as u32);
            (row.account, column)
        })
        .collect();
    held.sort_unstable();
    let mut cells: Cells = held
        .chunk_by(|left, right| left == right)
        .map(|same| (same[0].0, same[0].1, same.len() as f64))
        .collect();
    let repeats = f64::from(settings.min_repeats.unwrap_or(1));
    cells.retain(|cell| cell.2 >= repeats);
    keep_active(&mut cells, settings);
    let took_part = accounts_of(&cells);
    keep_held(&mut cells, settings.min_holders.unwrap_or(1));
    keep_various(&mut cells, settings.min_objects.unwrap_or(1));
    let accounts =
        if settings.empty_accounts == Some(true) { took_part } else { accounts_of(&cells) };
    let mut columns: Vec<u32> = cells.iter().map(|cell| cell.1).collect();
    columns.sort_unstable();
    columns.dedup();
    let place = |sorted: &[u32], value| sorted.partition_point(|&other| other < value) as u32;
    let entries: Vec<Entry> = cells
        .iter()
        .map(|&(account, column, value)| Entry {
            row: place(&accounts, account),
            column: place(&columns, column),
            value,
        })
        .collect();
    let counts = Csr::from_entries(accounts.len(), columns.len(), &entries)
        .map_err(|error| DetectError::refused("matrix of shares", error))?;
    Ok(Matrix { counts, accounts })
}

fn accounts_of(cells: &Cells) -> Vec<u32> {
    let mut accounts: Vec<u32> = cells.iter().map(|cell| cell.0).collect();
    accounts.dedup();
    accounts
}

/// Keeps accounts with enough shares, and of those the most active if only a share may stay.
fn keep_active(cells: &mut Cells, settings: &Parameters) {
    let mut least = f64::from(settings.min_shares.unwrap_or(0));
    let total = |cells: &[(u32, u32, f64)]| cells.iter().map(|cell| cell.2).sum::<f64>();
    let totals = |cells: &Cells| -> Vec<(u32, f64)> {
        cells.chunk_by(|l, r| l.0 == r.0).map(|of| (of[0].0, total(of))).collect()
    };
    if let Some(share) = settings.most_active {
        let mut counts: Vec<f64> = totals(cells).iter().map(|(_, count)| *count).collect();
        counts.sort_unstable_by(|l, r| r.total_cmp(l));
        let stay = ((counts.len() as f64 * share).ceil() as usize).clamp(2, counts.len().max(2));
        least = least.max(counts.get(stay - 1).copied().unwrap_or(0.0));
    }
    let active: Vec<u32> = totals(cells)
        .into_iter()
        .filter(|(_, count)| *count >= least)
        .map(|(account, _)| account)
        .collect();
    cells.retain(|cell| active.binary_search(&cell.0).is_ok());
}

/// Keeps objects that enough accounts hold.
fn keep_held(cells: &mut Cells, least: u32) {
    let columns = cells.iter().map(|cell| cell.1 as usize + 1).max().unwrap_or(0);
    let mut holders = vec![0_u32; columns];
    cells.iter().for_each(|cell| holders[cell.1 as usize] += 1);
    cells.retain(|cell| holders[cell.1 as usize] >= least);
}

/// Keeps accounts with enough different objects.
fn keep_various(cells: &mut Cells, least: u32) {
    let various: Vec<u32> = cells
        .chunk_by(|l, r| l.0 == r.0)
        .filter(|of| of.len() >= least as usize)
        .map(|of| of[0].0)
        .collect();
    cells.retain(|cell| various.binary_search(&cell.0).is_ok());
}

#[cfg(test)]
mod tests {
    use concerted_model::Span;

    use super::*;

    fn shares() -> Shares {
        Shares::from_columns([
            ("x", 0, 0, 0),
            ("x", 0, 1, 10),
            ("y", 0, 2, 20),
            ("x", 3, 3, 0),
            ("z", 3, 4, 5),
            ("x", 7, 5, 0),
        ])
    }

    #[test]
    fn accounts_then_objects_then_accounts_are_left_out() {
        let settings =
            Parameters { min_shares: Some(2), min_holders: Some(2), ..Parameters::default() };
        let matrix = matrix(&shares(), &settings).unwrap();
        assert_eq!(matrix.accounts, [0, 3]);
        assert_eq!(matrix.counts.row(0).collect::<Vec<_>>(), [(0, 2.0)]);
        assert_eq!(matrix.counts.cols(), 1, "y and z have one holder each");
    }

    #[test]
    fn moments_fall_into_bins_from_the_first() {
        let settings = Parameters { bin: Some(Span::micros(10)), ..Parameters::default() };
        let matrix = matrix(&shares(), &settings).unwrap();
        assert_eq!(matrix.counts.row(0).collect::<Vec<_>>(), [(0, 1.0), (1, 1.0), (2, 1.0)]);
        assert_eq!(matrix.counts.row(1).collect::<Vec<_>>(), [(0, 2.0)]);
    }
}
