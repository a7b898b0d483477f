//! How many co-actions would two accounts have without coordination?
//!
//! The null: objects, slots and times are as they are; within a stratum, who acted in a slot is
//! exchangeable; no account fills two slots of one co-action. With `x_aσ` the share of account `a`
//! in the slots of stratum σ, and `Q_σσ'` the number of co-acting slot pairs between two strata,
//!
//! ```text
//! λ_ab = Σ_σσ' Q_σσ' (x_aσ x_bσ' + x_bσ x_aσ') / (1 − Σ_c x_cσ x_cσ')        (METHODS 2.10)
//! ```
//!
//! summed over unordered pairs of strata, σ = σ' included. **Invariant:** in closed form, no
//! simulation; the sum over all pairs of accounts is the number of co-acting slot pairs.

use concerted_model::Span;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    slots::{ByKey, Slots},
    strata::Strata,
};

/// Shares of the accounts in the strata of one trace.
pub(crate) struct Shares {
    /// The strata of each account's slots, in order.
    strata: ByKey,
    /// The accounts of each stratum's slots, in order.
    accounts: ByKey,
}

impl Shares {
    /// Counts the slots. O(n) for n slots, and O(s log s) for the slots of each account; memory 8
    /// bytes a slot and an account.
    pub(crate) fn of(slots: &Slots<'_>, strata: &Strata, accounts: usize) -> Self {
        let acted = slots.account.iter().chain(slots.alone_account).copied();
        let mut of_account = ByKey::of(accounts, acted.zip(strata.of_slot.iter().copied()));
        of_account.sort_each();
        let of_stratum = ByKey::of(strata.count, of_account.each().map(|(a, s)| (s, a)));
        Self { strata: of_account, accounts: of_stratum }
    }

    fn share(&self, slots: usize, stratum: u32) -> f64 {
        slots as f64 / self.accounts.get(stratum).len() as f64
    }

    fn of_account(&self, account: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let strata = self.strata.get(account).chunk_by(|l, r| l == r);
        strata.map(|same| (same[0], self.share(same.len(), same[0])))
    }

    /// Share of an account in the slots of a stratum.
    pub(crate) fn within(&self, account: u32, stratum: u32) -> f64 {
        let strata = self.strata.get(account);
        let from = &strata[strata.partition_point(|&other| other < stratum)..];
        self.share(from.partition_point(|&other| other == stratum), stratum)
    }

    fn accounts_of(&self, stratum: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let slots = self.accounts.get(stratum);
        let all = slots.len() as f64;
        slots.chunk_by(|l, r| l == r).map(move |same| (same[0], same.len() as f64 / all))
    }

    /// Σ_c x_cσ x_cσ': how often two slots, one of each stratum, would get the same account.
    fn overlap(&self, one: u32, other: u32) -> f64 {
        let (mut left, mut right) = (self.accounts_of(one), self.accounts_of(other));
        let (mut l, mut r) = (left.next(), right.next());
        let mut sum = 0.0;
        while let (Some((a, x)), Some((b, y))) = (l, r) {
            if a == b {
                sum += x * y;
            }
            if a <= b {
                l = left.next();
            }
            if b <= a {
                r = right.next();
            }
        }
        sum
    }
}

/// Co-acting slot pairs between the strata of one trace, for one window.
pub(crate) struct Rates {
    /// For each stratum, others and `Q / (1 − overlap)`; twice that for itself.
    to: Vec<Vec<(u32, f64)>>,
}

impl Rates {
    /// Counts slot pairs within the window. Linear in slots and in changes of stratum.
    pub(crate) fn of(slots: &Slots<'_>, strata: &Strata, shares: &Shares, window: Span) -> Self {
        Self::from_pairs(pairs_within(slots, strata, window), strata.count, shares)
    }

    /// As [`Rates::of`], from the slot pairs of which one at least is not an insider's: what insiders
    /// do with each other is no measure of what strangers do. Linear in slots and in changes of stratum.
    pub(crate) fn beside(
        slots: &Slots<'_>,
        strata: &Strata,
        window: Span,
        inside: impl Fn(u32) -> bool,
    ) -> Self {
        // All insiders are one account, with which it cannot meet.
        let as_one = |accounts: &[u32]| -> Vec<u32> {
            accounts.iter().map(|&account| if inside(account) { 0 } else { account + 1 }).collect()
        };
        let (account, alone_account) = (as_one(slots.account), as_one(slots.alone_account));
        let accounts = account.iter().chain(&alone_account).max().map_or(0, |&last| last + 1);
        let merged = Slots { account: &account, alone_account: &alone_account, ..*slots };
        let shares = Shares::of(&merged, strata, accounts as usize);

        let own: Vec<usize> = (0..slots.len()).filter(|&slot| account[slot] == 0).collect();
        let of_own =
            |column: &[u32]| -> Vec<u32> { own.iter().map(|&slot| column[slot]).collect() };
        let insiders = Slots {
            object: &of_own(slots.object),
            account: &of_own(slots.account),
            time: &own.iter().map(|&slot| slots.time[slot]).collect::<Vec<i64>>(),
            alone_account: &[],
            alone_time: &[],
        };
        let theirs = Strata { of_slot: of_own(&strata.of_slot), count: strata.count };
        let mut pairs = pairs_within(slots, strata, window);
        for (between, among_insiders) in pairs_within(&insiders, &theirs, window) {
            pairs.entry(between).and_modify(|all| *all -= among_insiders);
        }
        Self::from_pairs(pairs, strata.count, &shares)
    }

    fn from_pairs(pairs: FxHashMap<(u32, u32), u64>, strata: usize, shares: &Shares) -> Self {
        let mut counts: Vec<((u32, u32), u64)> = pairs.into_iter().collect();
        counts.sort_unstable();
        let mut to = vec![Vec::new(); strata];
        for ((one, other), pairs) in counts {
            let differ = 1.0 - shares.overlap(one, other);
            if differ <= 0.0 {
                continue; // One account alone fills both: no pair of accounts can.
            }
            let rate = pairs as f64 / differ;
            if one == other {
                to[one as usize].push((one, 2.0 * rate));
            } else {
                to[one as usize].push((other, rate));
                to[other as usize].push((one, rate));
            }
        }
        Self { to }
    }

    /// Expected co-actions of two accounts that have all of these two strata to themselves; `None`
    /// where no two accounts can meet.
    pub(crate) fn between(&self, one: u32, other: u32) -> Option<f64> {
        let to = &self.to[one as usize];
        to.binary_search_by_key(&other, |&(stratum, _)| stratum).ok().map(|place| to[place].1)
    }
}

/// Slot pairs within the window, by their strata, the smaller number first.
fn pairs_within(slots: &Slots<'_>, strata: &Strata, window: Span) -> FxHashMap<(u32, u32), u64> {
    let mut counts = FxHashMap::default();
    for object in slots.objects() {
        count_within(object, slots, strata, window, &mut counts);
    }
    counts
}

/// Adds the slot pairs of one object.
fn count_within(
    object: std::ops::Range<usize>,
    slots: &Slots<'_>,
    strata: &Strata,
    window: Span,
    counts: &mut FxHashMap<(u32, u32), u64>,
) {
    // Stretches of slots in one stratum: (first slot, stratum).
    let mut stretches: Vec<(usize, u32)> = Vec::new();
    let (mut earliest, mut stretch_of_earliest) = (object.start, 0);
    for later in object {
        let own = strata.of_slot[later];
        while slots.time[later] - slots.time[earliest] > window.as_micros() {
            earliest += 1;
        }
        while stretches.get(stretch_of_earliest + 1).is_some_and(|next| next.0 <= earliest) {
            stretch_of_earliest += 1;
        }
        for place in stretch_of_earliest..stretches.len() {
            let (start, stratum) = stretches[place];
            let end = stretches.get(place + 1).map_or(later, |next| next.0);
            let within = end.saturating_sub(start.max(earliest)) as u64;
            if within > 0 {
                *counts.entry((stratum.min(own), stratum.max(own))).or_default() += within;
            }
        }
        if stretches.last().is_none_or(|last| last.1 != own) {
            stretches.push((later, own));
        }
    }
}

/// Expected co-actions of each of `pairs`, which are in order of their first account.
///
/// O(k · r + m · s) for k first accounts, m pairs, r rates and s strata of an account.
pub(crate) fn expected(pairs: &[(u32, u32)], shares: &Shares, rates: &Rates) -> Vec<f64> {
    let groups: Vec<&[(u32, u32)]> = pairs.chunk_by(|l, r| l.0 == r.0).collect();
    groups
        .par_iter()
        .map_init(
            || vec![0.0; rates.to.len()],
            |reach, group| {
                let a = group[0].0;
                let mut touched = Vec::new();
                for (stratum, share) in shares.of_account(a) {
                    for &(other, rate) in &rates.to[stratum as usize] {
                        reach[other as usize] += share * rate;
                        touched.push(other);
                    }
                }
                let expected: Vec<f64> = group
                    .iter()
                    .map(|&(_, b)| {
                        shares.of_account(b).map(|(stratum, x)| x * reach[stratum as usize]).sum()
                    })
                    .collect();
                touched.iter().for_each(|&stratum| reach[stratum as usize] = 0.0);
                expected
            },
        )
        .flatten_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four accounts act on three objects in one stratum, all within the window.
    const OBJECT: [u32; 8] = [0, 0, 0, 1, 1, 1, 2, 2];
    const ACCOUNT: [u32; 8] = [0, 1, 2, 0, 1, 3, 2, 3];
    const TIME: [i64; 8] = [0, 10, 20, 0, 5, 90, 3, 4];

    fn slots() -> Slots<'static> {
        Slots {
            object: &OBJECT,
            account: &ACCOUNT,
            time: &TIME,
            alone_account: &[],
            alone_time: &[],
        }
    }

    fn all_pairs() -> Vec<(u32, u32)> {
        (0..4).flat_map(|a| (a + 1..4).map(move |b| (a, b))).collect()
    }

    #[test]
    fn expected_counts_of_all_pairs_sum_to_the_slot_pairs() {
        for strata in [
            Strata { of_slot: vec![0; 8], count: 1 },
            Strata { of_slot: vec![0, 0, 1, 0, 0, 1, 1, 1], count: 2 },
        ] {
            let shares = Shares::of(&slots(), &strata, 4);
            let rates = Rates::of(&slots(), &strata, &shares, Span::micros(20));
            let sum: f64 = expected(&all_pairs(), &shares, &rates).iter().sum();
            let slot_pairs = 3.0 + 1.0 + 1.0;
            assert!((sum - slot_pairs).abs() < 1e-12, "{sum}");
        }
    }

    #[test]
    fn in_one_stratum_the_expected_count_is_that_of_shuffled_accounts() {
        let strata = Strata { of_slot: vec![0; 8], count: 1 };
        let shares = Shares::of(&slots(), &strata, 4);
        let rates = Rates::of(&slots(), &strata, &shares, Span::micros(20));
        let found = expected(&[(0, 1)], &shares, &rates)[0];
        // Two slots by two accounts: n_a n_b of Σ_{c<d} n_c n_d ways; each account has two slots.
        let ways = 4.0 / 24.0;
        assert!((found - 5.0 * ways).abs() < 1e-12, "{found}");
    }

    #[test]
    fn what_insiders_do_with_each_other_does_not_count_for_what_is_expected() {
        let strata = Strata { of_slot: vec![0; 8], count: 1 };
        let shares = Shares::of(&slots(), &strata, 4);
        let window = Span::micros(20);
        let among = |inside: fn(u32) -> bool| {
            expected(&all_pairs(), &shares, &Rates::beside(&slots(), &strata, window, inside))
        };
        let all = expected(&all_pairs(), &shares, &Rates::of(&slots(), &strata, &shares, window));
        assert_eq!(among(|_| false), all);
        // Accounts 0 and 1 meet twice; of the other three slot pairs each has an outsider. The two
        // have half of the slots, the others a quarter each: 5 of 8 ordered pairs have an outsider.
        let found = among(|account| account < 2);
        let rate = 3.0 / (1.0 - 0.5 * 0.5 - 2.0 * 0.25 * 0.25);
        assert!((found[0] - 2.0 * rate * 0.25 * 0.25).abs() < 1e-12, "{found:?}");
        assert_eq!(among(|_| true), [0.0; 6], "nobody is left to compare with");
    }

    #[test]
    fn the_window_is_inclusive() {
        let strata = Strata { of_slot: vec![0; 8], count: 1 };
        let shares = Shares::of(&slots(), &strata, 4);
        let slot_pairs = |window| {
            let rates = Rates::of(&slots(), &strata, &shares, Span::micros(window));
            expected(&all_pairs(), &shares, &rates).iter().sum::<f64>().round()
        };
        assert_eq!(slot_pairs(90), 3.0 + 3.0 + 1.0);
        assert_eq!(slot_pairs(89), 3.0 + 2.0 + 1.0);
        assert_eq!(slot_pairs(0), 0.0);
    }

    #[test]
    fn an_account_alone_in_its_strata_is_expected_to_act_with_nobody_there() {
        let strata = Strata { of_slot: vec![0, 1, 2, 0, 1, 3, 2, 3], count: 4 };
        let shares = Shares::of(&slots(), &strata, 4);
        let rates = Rates::of(&slots(), &strata, &shares, Span::micros(20));
        let found = expected(&all_pairs(), &shares, &rates);
        // Every stratum is one account's: each pair is expected to do exactly what it did.
        assert_eq!(found, [2.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    }
}
