//! What a method found, as tables of the model.
//!
//! **Invariant:** columns that the method has no word for are empty, never zero.

use arrow_array::{BooleanArray, Float64Array, StringArray, UInt32Array};
use concerted_model::tables::{
    Accounts, PublishedAccounts, PublishedAccountsColumns, PublishedObjects,
    PublishedObjectsColumns, PublishedTies, PublishedTiesColumns,
};

use super::{
    coortweet::{CoTie, PairStatistics},
    edges::Edge,
    run::Found,
};
use crate::DetectError;

/// The ties.
///
/// # Errors
/// [`DetectError::Table`] for a tie that breaks the table's law: a bug.
pub fn ties(found: &Found, accounts: &Accounts) -> Result<PublishedTies, DetectError> {
    let edges = &found.edges;
    let names = |column: &StringArray, end: fn(&Edge) -> u32| {
        StringArray::from_iter_values(edges.iter().map(|edge| column.value(end(edge) as usize)))
    };
    let numbers = |value: &dyn Fn(&Edge) -> Option<f64>| -> Float64Array {
        edges.iter().map(value).collect()
    };
    let all = &found.statistics;
    let of = |row: usize| all.get(row);
    let measures = |value: &dyn Fn(&CoTie) -> Option<f64>| -> Float64Array {
        (0..edges.len()).map(|row| of(row).and_then(value)).collect()
    };
    let counts = |value: &dyn Fn(&CoTie) -> Option<u32>| -> UInt32Array {
        (0..edges.len()).map(|row| of(row).and_then(value)).collect()
    };
    let symmetry = |statistics: PairStatistics| statistics.symmetry();
    Ok(PublishedTies::try_new(PublishedTiesColumns {
        a: UInt32Array::from_iter_values(edges.iter().map(|edge| edge.a)),
        b: UInt32Array::from_iter_values(edges.iter().map(|edge| edge.b)),
        source_platform: names(&accounts.platform, |edge| edge.a),
        source_id: names(&accounts.id, |edge| edge.a),
        target_platform: names(&accounts.platform, |edge| edge.b),
        target_id: names(&accounts.id, |edge| edge.b),
        weight: Float64Array::from_iter_values(edges.iter().map(|edge| edge.weight)),
        weight_back: numbers(&|edge| edge.back),
        kept: BooleanArray::from(edges.iter().map(|edge| edge.kept).collect::<Vec<_>>()),
        p: numbers(&|edge| edge.p),
        mean_gap: measures(&|tie| Some(tie.full.mean_gap)),
        older_posts: counts(&|tie| Some(tie.full.older_posts)),
        newer_posts: counts(&|tie| Some(tie.full.newer_posts)),
        symmetry: measures(&|tie| Some(symmetry(tie.full))),
        fast_weight: measures(&|tie| tie.fast.map(|s| f64::from(s.weight))),
        fast_mean_gap: measures(&|tie| tie.fast.map(|s| s.mean_gap)),
        fast_older_posts: counts(&|tie| tie.fast.map(|s| s.older_posts)),
        fast_newer_posts: counts(&|tie| tie.fast.map(|s| s.newer_posts)),
        fast_symmetry: measures(&|tie| tie.fast.map(symmetry)),
        fast_kept: (0..edges.len())
            .map(|row| of(row).and_then(|tie| tie.fast).map(|s| s.above))
            .collect(),
    })?)
}

/// The accounts.
///
/// # Errors
/// As [`ties`].
pub fn nodes(found: &Found, accounts: &Accounts) -> Result<PublishedAccounts, DetectError> {
    let nodes = &found.accounts;
    let names = |column: &StringArray| {
        StringArray::from_iter_values(nodes.iter().map(|node| column.value(node.account as usize)))
    };
    Ok(PublishedAccounts::try_new(PublishedAccountsColumns {
        account: UInt32Array::from_iter_values(nodes.iter().map(|node| node.account)),
        platform: names(&accounts.platform),
        account_id: names(&accounts.id),
        kept_ties: UInt32Array::from_iter_values(nodes.iter().map(|node| node.kept_ties)),
        mean_gap: nodes.iter().map(|node| node.mean_gap).collect(),
        mean_symmetry: nodes.iter().map(|node| node.mean_symmetry).collect(),
        shares: nodes.iter().map(|node| node.shares).collect(),
        centrality: nodes.iter().map(|node| node.centrality).collect(),
        fast: nodes.iter().map(|node| node.fast).collect(),
    })?)
}

/// The objects.
///
/// # Errors
/// As [`ties`].
pub fn shared(found: &Found) -> Result<PublishedObjects, DetectError> {
    Ok(PublishedObjects::try_new(PublishedObjectsColumns {
        objects: StringArray::from_iter_values(found.objects.iter().map(|o| o.kind.as_str())),
        key: StringArray::from_iter_values(found.objects.iter().map(|o| &o.key)),
        accounts: UInt32Array::from_iter_values(found.objects.iter().map(|o| o.accounts)),
    })?)
}
