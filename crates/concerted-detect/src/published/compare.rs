//! Methods side by side: what each flags, where they agree, and what each flags where there is nothing.
//!
//! **Invariant:** decoys are drawn from this very data and walk through the whole recipe, estimates and
//! bars included; one seed gives one answer on any number of threads.

use concerted_model::recipe::Recipe;
use rayon::prelude::*;

use super::{
    decoys::{Decoy, decoy},
    run::{find, shares_of},
    shares::{Shares, Source},
};
use crate::DetectError;

/// What a method flags, in the data and in its decoys.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The method's name.
    pub method: String,
    /// Pairs that it flags, in order.
    pub pairs: Vec<(u32, u32)>,
    /// Accounts in them.
    pub accounts: usize,
    /// What it flags if timing is chance.
    pub timing: Option<Expected>,
    /// What it flags if choice is chance.
    pub choice: Option<Expected>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

/// Pairs flagged in decoys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Decoys drawn.
    pub decoys: u32,
    /// Mean number of pairs.
    pub mean: f64,
    /// Fewest.
    pub fewest: usize,
    /// Most.
    pub most: usize,
}

/// Runs one method on the data and on `decoys` of each kind.
///
/// # Errors
/// As [`find`](super::find).
pub fn side(
    source: Source<'_>,
    recipe: &Recipe,
    decoys: u32,
    seed: u64,
    as_published: bool,
) -> Result<Side, DetectError> {
    let shares = shares_of(source, recipe, as_published);
    let found = find(recipe, &shares, as_published)?;
    let pairs: Vec<(u32, u32)> = found.kept().collect();
    let mut notes = found.notes;
    if decoys > 0 && shares.iter().any(|part| part.keys.len() < 2 && part.rows.len() > 1) {
        notes.push(
            "it looks at all posts as one object: decoys shuffle who posted when among all".into(),
        );
    }
    let expected = |kind| expected(recipe, &shares, kind, decoys, seed, as_published);
    Ok(Side {
        method: recipe.name.clone(),
        accounts: accounts_in(&pairs),
        pairs,
        timing: expected(Decoy::Timing)?,
        choice: expected(Decoy::Choice)?,
        notes,
    })
}

/// Distinct accounts of pairs.
#[must_use]
pub fn accounts_in(pairs: &[(u32, u32)]) -> usize {
    let mut accounts: Vec<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    accounts.len()
}

/// Pairs that are in both of two lists in order.
#[must_use]
pub fn in_both(one: &[(u32, u32)], other: &[(u32, u32)]) -> usize {
    let other: rustc_hash::FxHashSet<&(u32, u32)> = other.iter().collect();
    one.iter().filter(|pair| other.contains(pair)).count()
}

fn expected(
    recipe: &Recipe,
    shares: &[Shares],
    kind: Decoy,
    decoys: u32,
    seed: u64,
    as_published: bool,
) -> Result<Option<Expected>, DetectError> {
    let counts: Vec<usize> = (0..decoys)
        .into_par_iter()
        .map(|number| {
            let seed = seed.wrapping_mul(1_000_003).wrapping_add(u64::from(number));
            let drawn: Vec<Shares> = shares.iter().map(|part| decoy(part, kind, seed)).collect();
            Ok(find(recipe, &drawn, as_published)?.kept().count())
        })
        .collect::<Result<_, DetectError>>()?;
    let (Some(&fewest), Some(&most)) = (counts.iter().min(), counts.iter().max()) else {
        return Ok(None);
    };
    let mean = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    Ok(Some(Expected { decoys, mean, fewest, most }))
}
