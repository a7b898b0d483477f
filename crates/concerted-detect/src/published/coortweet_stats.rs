//! CooRTweet 2.1.3: what its network says of accounts and of objects.
//!
//! **Invariant:** `account_stats` with `weight_threshold = "none"` gives the same numbers; `group_stats`
//! gives the same numbers only if the original is asked for, since it counts one end of each tie.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    coortweet::{CoShare, CoTie},
    meetings::pair,
};

/// What `account_stats` says of an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccountStatistics {
    /// Row of the account.
    pub account: u32,
    /// Mean over its ties of their mean gap, in seconds; ties equal in gap and symmetry count once.
    pub mean_gap: f64,
    /// Mean over the same ties of their symmetry.
    pub mean_symmetry: f64,
    /// Distinct posts of its pairs of shares.
    pub shares: u32,
}

/// What `group_stats` says of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectStatistics {
    /// Number of the object.
    pub object: u32,
    /// Accounts that shared it together with another.
    pub accounts: u32,
}

/// `account_stats`, over all ties.
#[must_use]
pub fn account_stats(pairs: &[CoShare], ties: &[CoTie]) -> Vec<AccountStatistics> {
    let mut of_account: BTreeMap<u32, Vec<(f64, f64)>> = BTreeMap::new();
    for tie in ties {
        for account in [tie.a, tie.b] {
            of_account.entry(account).or_default().push((tie.full.mean_gap, tie.full.symmetry()));
        }
    }
    let mut posts: FxHashMap<u32, FxHashSet<u32>> = FxHashMap::default();
    for pair in pairs {
        posts.entry(pair.older_account).or_default().insert(pair.older);
        posts.entry(pair.newer_account).or_default().insert(pair.newer);
    }
    of_account
        .into_iter()
        .map(|(account, mut values)| {
            values.sort_unstable_by(|l, r| l.0.total_cmp(&r.0).then(l.1.total_cmp(&r.1)));
            values.dedup();
            let count = values.len() as f64;
            AccountStatistics {
                account,
                mean_gap: values.iter().map(|value| value.0).sum::<f64>() / count,
                mean_symmetry: values.iter().map(|value| value.1).sum::<f64>() / count,
                shares: posts.get(&account).map_or(0, |posts| posts.len() as u32),
            }
        })
        .collect()
}

/// `group_stats`: how many accounts shared each object together with another?
///
/// The original takes the distinct first ends of the ties, and which end is first is decided by
/// igraph's numbering of the vertices: the smaller accounts of all ties in order of first appearance,
/// then the larger. `as_published` gives those numbers.
#[must_use]
pub fn object_stats(pairs: &[CoShare], as_published: bool) -> Vec<ObjectStatistics> {
    let numbers = if as_published { vertex_numbers(pairs) } else { FxHashMap::default() };
    let number = |account: u32| numbers.get(&account).copied().unwrap_or(u32::MAX);
    let mut accounts: FxHashMap<u32, FxHashSet<u32>> = FxHashMap::default();
    for pair in pairs {
        let of_object = accounts.entry(pair.object).or_default();
        let (one, other) = (pair.older_account, pair.newer_account);
        if as_published {
            of_object.insert(if number(one) <= number(other) { one } else { other });
        } else {
            of_object.extend([one, other]);
        }
    }
    let mut found: Vec<ObjectStatistics> = accounts
        .into_iter()
        .map(|(object, accounts)| ObjectStatistics { object, accounts: accounts.len() as u32 })
        .collect();
    found.sort_unstable_by_key(|s| (std::cmp::Reverse(s.accounts), s.object));
    found
}

/// igraph's numbers of the accounts.
fn vertex_numbers(pairs: &[CoShare]) -> FxHashMap<u32, u32> {
    let mut in_order = pairs.to_vec();
    in_order.sort_unstable_by_key(|pair| pair.place);
    let mut seen = FxHashSet::default();
    let ends: Vec<(u32, u32)> = in_order
        .iter()
        .map(|p| (p.older_account.min(p.newer_account), p.older_account.max(p.newer_account)))
        .filter(|&(a, b)| seen.insert(pair(a, b)))
        .collect();
    let mut numbers = FxHashMap::default();
    for account in ends.iter().map(|ends| ends.0).chain(ends.iter().map(|ends| ends.1)) {
        let next = numbers.len() as u32;
        numbers.entry(account).or_insert(next);
    }
    numbers
}
