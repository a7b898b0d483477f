//! Cosines of what accounts share, rare objects counting more.
//!
//! **Invariant:** what scikit-learn's TF-IDF and `cosine_similarity` give, without the matrix of all pairs.

use concerted_methods::cosine::{self, Alike, Rarity, for_each_positive, join, unit_rows};
use concerted_model::recipe::{Frequency, Parameters};

use super::{matrix::Matrix, overlap::MOST_PAIRS};
use crate::DetectError;

/// How many cosines there are and where the kept part begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bar {
    /// Pairs with anything in common.
    pub positive: u64,
    /// Cosine from which on a pair is kept; 0 if all are.
    pub from: f64,
}

/// Pairs of rows of the matrix and their cosines: of `share` of all pairs the most alike, or all.
///
/// With `neighbours`, as published, a pair counts only if the second is among so many nearest of the first,
/// itself included.
///
/// # Errors
/// [`DetectError::TooManyPairs`] if all pairs are asked for and there are too many to hold.
pub fn cosines(
    matrix: &Matrix,
    settings: &Parameters,
    share: Option<f64>,
) -> Result<(Vec<Alike>, Bar), DetectError> {
    let refused = |error: &dyn std::fmt::Display| DetectError::refused("cosine", error);
    let frequency = match settings.frequency.unwrap_or_default() {
        Frequency::Once => cosine::Frequency::Once,
        Frequency::Count => cosine::Frequency::Count,
        Frequency::Sublinear => cosine::Frequency::Sublinear,
    };
    let rows = unit_rows(&matrix.counts, frequency, Rarity::SmoothLogPlusOne)
        .map_err(|error| refused(&error))?;
    if let Some(nearest) = settings.neighbours {
        let pairs = nearest_only(within_limit(&rows)?, rows.rows(), nearest as usize);
        let mut values: Vec<f64> = pairs.iter().map(|pair| pair.cosine).collect();
        values.sort_unstable_by(f64::total_cmp);
        let below = 1.0 - share.unwrap_or(1.0);
        let from = concerted_methods::backbone::quantile(&values, below).unwrap_or(0.0);
        let bar = Bar { positive: pairs.len() as u64, from };
        return Ok((pairs.into_iter().filter(|pair| pair.cosine >= from).collect(), bar));
    }
    if let Some(share) = share {
        let Some(top) = cosine::top_share(&rows, share) else {
            return Ok((Vec::new(), Bar::default()));
        };
        // From the bar on, where the join takes what is above.
        let alike = join(&rows, top.cosine.next_down());
        return Ok((alike, Bar { positive: top.positive, from: top.cosine }));
    }
    let least = settings.min_similarity.unwrap_or(0.0);
    let alike = if least > 0.0 { join(&rows, least) } else { within_limit(&rows)? };
    let bar = Bar { positive: alike.len() as u64, from: least };
    Ok((alike, bar))
}

fn within_limit(rows: &concerted_methods::spectral::Csr) -> Result<Vec<Alike>, DetectError> {
    let (mut alike, mut more) = (Vec::new(), 0_u64);
    for_each_positive(rows, |pair| {
        if alike.len() < MOST_PAIRS {
            alike.push(pair);
        } else {
            more += 1;
        }
    });
    if more > 0 {
        return Err(DetectError::TooManyPairs { pairs: MOST_PAIRS as u64 + more });
    }
    Ok(alike)
}

fn nearest_only(pairs: Vec<Alike>, rows: usize, nearest: usize) -> Vec<Alike> {
    let mut of_row: Vec<Vec<f64>> = vec![Vec::new(); rows];
    for pair in &pairs {
        of_row[pair.a as usize].push(pair.cosine);
        of_row[pair.b as usize].push(pair.cosine);
    }
    let bars: Vec<f64> = of_row
        .into_iter()
        .map(|mut values| {
            values.sort_unstable_by(|l, r| r.total_cmp(l));
            // One of the nearest is the row itself.
            values.get(nearest.saturating_sub(2)).copied().unwrap_or(0.0)
        })
        .collect();
    pairs.into_iter().filter(|pair| pair.cosine >= bars[pair.a as usize]).collect()
}
