//! The same data without coordination: what would a method find there?
//!
//! **Invariant:** a decoy keeps what it does not test. [`Decoy::Timing`] keeps who shared what and when each
//! object was shared, and shuffles who of its sharers did it when. [`Decoy::Choice`] keeps how much each account
//! shared, how often and when each object was shared, and shuffles who shared what.

use concerted_methods::nulls::{curveball, relabel_within};
use rustc_hash::FxHashMap;

use super::shares::{Share, Shares};

/// Trades a row after which choices are well mixed.
const TRADES_A_ROW: usize = 8;

/// What is made a matter of chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoy {
    /// Who of those who shared an object did it when.
    Timing,
    /// Who shared which object.
    Choice,
}

/// One decoy of these shares.
#[must_use]
pub fn decoy(shares: &Shares, kind: Decoy, seed: u64) -> Shares {
    match kind {
        Decoy::Timing => timing(shares, seed),
        // Where there is no object, who did which of all posts is the only choice.
        Decoy::Choice if shares.keys.len() < 2 => relabelled(shares, seed),
        Decoy::Choice => choice(shares, seed),
    }
}

/// Places by object, and for each place the one whose label it takes.
fn shuffled(shares: &Shares, seed: u64) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..shares.rows.len()).collect();
    order.sort_by_key(|&place| shares.rows[place].object);
    let groups: Vec<u32> = order.iter().map(|&place| shares.rows[place].object).collect();
    let taken = relabel_within(&groups, seed);
    order.iter().zip(taken).map(|(&place, from)| (place, order[from as usize])).collect()
}

fn timing(shares: &Shares, seed: u64) -> Shares {
    let mut decoy = shares.clone();
    for (place, from) in shuffled(shares, seed) {
        decoy.rows[place].time = shares.rows[from].time;
    }
    decoy
}

fn relabelled(shares: &Shares, seed: u64) -> Shares {
    let mut decoy = shares.clone();
    for (place, from) in shuffled(shares, seed) {
        decoy.rows[place].account = shares.rows[from].account;
    }
    decoy
}

/// Accounts trade objects. Of each object the new accounts take the places of the old, one for one.
fn choice(shares: &Shares, seed: u64) -> Shares {
    let mut held: Vec<(u32, u32)> =
        shares.rows.iter().map(|row: &Share| (row.account, row.object)).collect();
    held.sort_unstable();
    held.dedup();
    let accounts: Vec<u32> = {
        let mut accounts: Vec<u32> = held.iter().map(|cell| cell.0).collect();
        accounts.dedup();
        accounts
    };
    let choices: Vec<Vec<u32>> = held
        .chunk_by(|l, r| l.0 == r.0)
        .map(|of_account| of_account.iter().map(|cell| cell.1).collect())
        .collect();
    let anew = curveball(&choices, TRADES_A_ROW * choices.len(), seed);
    let by_object = |choices: &[Vec<u32>]| {
        let mut pairs: Vec<(u32, u32)> = choices
            .iter()
            .zip(&accounts)
            .flat_map(|(objects, &account)| objects.iter().map(move |&object| (object, account)))
            .collect();
        pairs.sort_unstable();
        pairs
    };
    let (old, new) = (by_object(&choices), by_object(&anew));
    // Within an object the new accounts come in any order, not by their rows.
    let groups: Vec<u32> = new.iter().map(|pair| pair.0).collect();
    let mixed = relabel_within(&groups, seed ^ 0x9e37_79b9_7f4a_7c15);
    let takes: FxHashMap<(u32, u32), u32> =
        old.into_iter().zip(mixed).map(|(was, from)| (was, new[from as usize].1)).collect();
    let mut decoy = shares.clone();
    for row in &mut decoy.rows {
        if let Some(&account) = takes.get(&(row.object, row.account)) {
            row.account = account;
        }
    }
    decoy
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn shares() -> Shares {
        let names = ["p", "q", "r", "s", "t"];
        Shares::from_columns((0..60_u32).map(|k| {
            let object = names[(k * k % 5) as usize];
            (object, k * 7 % 11, k, i64::from(k) * 10)
        }))
    }

    fn counts<K: Ord>(shares: &Shares, key: impl Fn(&Share) -> K) -> BTreeMap<K, u32> {
        let mut counts = BTreeMap::new();
        shares.rows.iter().for_each(|row| *counts.entry(key(row)).or_default() += 1);
        counts
    }

    #[test]
    fn shuffled_timing_keeps_who_shared_what_and_when_each_object_was_shared() {
        let (real, decoy) = (shares(), decoy(&shares(), Decoy::Timing, 5));
        assert_eq!(
            counts(&real, |r| (r.account, r.object)),
            counts(&decoy, |r| (r.account, r.object))
        );
        assert_eq!(counts(&real, |r| (r.object, r.time)), counts(&decoy, |r| (r.object, r.time)));
        assert_ne!(real.rows, decoy.rows);
    }

    #[test]
    fn shuffled_choice_keeps_activity_popularity_and_the_moments_of_objects() {
        let (real, decoy) = (shares(), decoy(&shares(), Decoy::Choice, 5));
        assert_eq!(counts(&real, |r| (r.object, r.time)), counts(&decoy, |r| (r.object, r.time)));
        let objects = |shares: &Shares| {
            let held = counts(shares, |r| (r.account, r.object));
            let mut of: BTreeMap<u32, u32> = BTreeMap::new();
            held.keys().for_each(|(account, _)| *of.entry(*account).or_default() += 1);
            of
        };
        assert_eq!(objects(&real), objects(&decoy), "objects an account");
        assert_ne!(real.rows, decoy.rows);
        assert_eq!(decoy, super::decoy(&shares(), Decoy::Choice, 5), "one seed, one decoy");
    }
}
