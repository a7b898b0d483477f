//! Objects that two accounts both shared, and how surprising that is under three published nulls.
//!
//! **Invariant:** the family of hypotheses is all pairs of accounts that shared anything, not only those
//! that overlap; p-values are adjusted to it (Benjamini–Hochberg).
//!
//! # References
//! Tumminello, M. et al. 2011, PLoS ONE 6:e17994, doi:10.1371/journal.pone.0017994 (hypergeometric, by class of
//! popularity); Saracco, F. et al. 2017, New J. Phys. 19:053022, doi:10.1088/1367-2630/aa6b38 (configuration
//! model, Poisson); Neal, Z. P. 2014, Soc. Netw. 39:84, doi:10.1016/j.socnet.2014.06.001 (exact tail).

use concerted_methods::{
    backbone::{Bicm, Chance, ln_binomial_sum_upper, refined_normal_upper},
    cosine::for_each_positive,
    spectral::{Csr, Entry},
    tails::{Urn, ln_hypergeometric_upper, ln_poisson_upper},
    testing::benjamini_hochberg,
};
use rustc_hash::FxHashMap;

use super::matrix::Matrix;
use crate::DetectError;

/// Pairs that may be held at once.
pub(super) const MOST_PAIRS: usize = 50_000_000;

/// Two rows of a matrix and their common columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overlap {
    pub a: u32,
    pub b: u32,
    pub shared: u32,
}

/// All pairs of rows with a column in common.
pub(super) fn overlaps(counts: &Csr) -> Result<Vec<Overlap>, DetectError> {
    let ones: Vec<Entry> = (0..counts.rows())
        .flat_map(|row| {
            counts.row(row).map(move |(column, _)| Entry {
                row: row as u32,
                column: column as u32,
                value: 1.0,
            })
        })
        .collect();
    let ones = Csr::from_entries(counts.rows(), counts.cols(), &ones)
        .map_err(|error| DetectError::refused("overlap", error))?;
    let (mut found, mut more) = (Vec::new(), 0_u64);
    for_each_positive(&ones, |pair| {
        if found.len() < MOST_PAIRS {
            found.push(Overlap { a: pair.a, b: pair.b, shared: pair.cosine.round() as u32 });
        } else {
            more += 1;
        }
    });
    if more > 0 {
        return Err(DetectError::TooManyPairs { pairs: MOST_PAIRS as u64 + more });
    }
    Ok(found)
}

/// Which tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    Poisson,
    Exact,
    /// The refined normal approximation of the original, p-values as they are.
    RefinedNormal,
}

/// p-values of overlaps under the configuration model: activity and popularity explain it, nothing else.
pub(super) fn configuration(
    counts: &Csr,
    overlaps: &[Overlap],
    tail: Tail,
) -> Result<Vec<f64>, DetectError> {
    let mut rows = vec![0_u32; counts.rows()];
    let mut columns = vec![0_u32; counts.cols()];
    for row in 0..counts.rows() {
        for (column, _) in counts.row(row) {
            rows[row] += 1;
            columns[column] += 1;
        }
    }
    let refused =
        |error: &dyn std::fmt::Display| DetectError::refused("configuration model", error);
    let model = Bicm::solve(&rows, &columns).map_err(|error| refused(&error))?;
    let mut chances: FxHashMap<(u32, u32), Vec<Chance>> = FxHashMap::default();
    let mut known: FxHashMap<(u32, u32, u32), f64> = FxHashMap::default();
    let mut found = Vec::with_capacity(overlaps.len());
    for overlap in overlaps {
        let (one, other) = (rows[overlap.a as usize], rows[overlap.b as usize]);
        let degrees = (one.min(other), one.max(other));
        let key = (degrees.0, degrees.1, overlap.shared);
        let p = match known.get(&key) {
            Some(&p) => p,
            None => {
                let chances =
                    chances.entry(degrees).or_insert_with(|| model.shared(degrees.0, degrees.1));
                let k = u64::from(overlap.shared);
                let mean = || chances.iter().map(|c| c.probability * f64::from(c.times)).sum();
                let p = match tail {
                    Tail::Poisson => ln_poisson_upper(k, mean()).map(f64::exp),
                    Tail::Exact => ln_binomial_sum_upper(k, chances).map(f64::exp),
                    Tail::RefinedNormal => Ok(refined_normal_upper(k, chances)),
                };
                let p = p.map_err(|error| refused(&error))?.clamp(0.0, 1.0);
                known.insert(key, p);
                p
            }
        };
        found.push(p);
    }
    Ok(found)
}

/// p-values of overlaps in one urn of all objects: what published implementations test.
pub(super) fn hypergeometric_of_all(
    counts: &Csr,
    overlaps: &[Overlap],
) -> Result<Vec<f64>, DetectError> {
    let degrees: Vec<u64> = (0..counts.rows()).map(|row| counts.row(row).count() as u64).collect();
    overlaps.iter().map(|overlap| in_urn(*overlap, counts.cols(), &degrees)).collect()
}

fn in_urn(overlap: Overlap, objects: usize, degrees: &[u64]) -> Result<f64, DetectError> {
    let urn = Urn {
        population: objects as u64,
        marked: degrees[overlap.a as usize],
        drawn: degrees[overlap.b as usize],
    };
    let ln_p = ln_hypergeometric_upper(u64::from(overlap.shared), urn)
        .map_err(|error| DetectError::refused("hypergeometric", error))?;
    Ok(ln_p.exp().min(1.0))
}

/// Smallest adjusted p-value of each overlap over the classes of objects of one popularity: within a
/// class every object is as likely to be chosen, so that the urn is fair.
pub(super) fn hypergeometric(counts: &Csr, overlaps: &[Overlap]) -> Result<Vec<f64>, DetectError> {
    let refused = |error: &dyn std::fmt::Display| DetectError::refused("hypergeometric", error);
    let mut holders = vec![0_u32; counts.cols()];
    for row in 0..counts.rows() {
        counts.row(row).for_each(|(column, _)| holders[column] += 1);
    }
    let mut cells: Vec<(u32, u32, u32)> = (0..counts.rows())
        .flat_map(|row| counts.row(row).map(move |(column, _)| (column, row as u32)))
        .map(|(column, row)| (holders[column], row, column as u32))
        .filter(|(popularity, _, _)| *popularity > 1)
        .collect();
    cells.sort_unstable();
    let mut tests: Vec<(u32, u32, f64)> = Vec::new();
    let mut family = 0_u64;
    for class in cells.chunk_by(|left, right| left.0 == right.0) {
        let part = class_matrix(class).map_err(|error| refused(&error))?;
        let accounts = part.accounts.len() as u64;
        family += accounts * accounts.saturating_sub(1) / 2;
        let degrees: Vec<u64> =
            (0..part.counts.rows()).map(|row| part.counts.row(row).count() as u64).collect();
        for overlap in self::overlaps(&part.counts)? {
            let p = in_urn(overlap, part.counts.cols(), &degrees)?;
            let account = |row: u32| part.accounts[row as usize];
            tests.push((account(overlap.a), account(overlap.b), p));
        }
    }
    let ps: Vec<f64> = tests.iter().map(|test| test.2).collect();
    let qs = if ps.is_empty() {
        Vec::new()
    } else {
        benjamini_hochberg(&ps, family).map_err(|error| refused(&error))?
    };
    let mut best: FxHashMap<(u32, u32), f64> = FxHashMap::default();
    for (&(a, b, _), q) in tests.iter().zip(qs) {
        let best = best.entry((a, b)).or_insert(1.0);
        *best = best.min(q);
    }
    Ok(overlaps.iter().map(|o| best.get(&(o.a, o.b)).copied().unwrap_or(1.0)).collect())
}

/// The part of the matrix that is of one class; rows are rows of the whole.
fn class_matrix(
    class: &[(u32, u32, u32)],
) -> Result<Matrix, concerted_methods::spectral::SpectralError> {
    let mut accounts: Vec<u32> = class.iter().map(|cell| cell.1).collect();
    accounts.dedup();
    let mut columns: Vec<u32> = class.iter().map(|cell| cell.2).collect();
    columns.sort_unstable();
    columns.dedup();
    let place = |sorted: &[u32], value| sorted.partition_point(|&other| other < value) as u32;
    let entries: Vec<Entry> = class
        .iter()
        .map(|&(_, row, column)| Entry {
            row: place(&accounts, row),
            column: place(&columns, column),
            value: 1.0,
        })
        .collect();
    let counts = Csr::from_entries(accounts.len(), columns.len(), &entries)?;
    Ok(Matrix { counts, accounts })
}

/// Adjusts p-values to the family of all pairs of rows.
pub(super) fn adjusted(ps: &[f64], rows: usize) -> Result<Vec<f64>, DetectError> {
    if ps.is_empty() {
        return Ok(Vec::new());
    }
    let rows = rows as u64;
    let family = rows * rows.saturating_sub(1) / 2;
    benjamini_hochberg(ps, family).map_err(|error| DetectError::refused("adjustment", error))
}
