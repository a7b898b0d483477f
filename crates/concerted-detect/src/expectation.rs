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
    slots::{Slots, starts_of},
    strata::Strata,
};

/// Shares of the accounts in the strata of one trace.
pub(crate) struct Shares {
    /// Entries of each account begin here; one more than accounts.
    starts: Vec<usize>,
    /// Entries of each account, in order of strata.
    by_account: Vec<Filled>,
    /// Entries of each stratum begin here; one more than strata.
    stratum_starts: Vec<usize>,
    /// The same entries by stratum, in order of accounts.
    by_stratum: Vec<Filled>,
    /// Slots of each stratum.
    sizes: Vec<u32>,
}

/// How many slots one account has in one stratum.
#[derive(Clone, Copy)]
struct Filled {
    /// The stratum among those of an account, the account among those of a stratum.
    by: u32,
    slots: u32,
}

impl Shares {
    /// Counts the slots. O(n) for n slots, and O(s log s) for the strata of each account; memory 4
    /// bytes a slot and 16 for each stratum of an account.
    pub(crate) fn of(slots: &Slots<'_>, strata: &Strata, accounts: usize) -> Self {
        let acted = || slots.account.iter().chain(slots.alone_account).zip(&strata.of_slot);
        let mut sizes = vec![0_u32; strata.count];
        strata.of_slot.iter().for_each(|&stratum| sizes[stratum as usize] += 1);
        let mut slot_starts = starts_of(accounts, acted().map(|(&account, _)| account));
        let mut ordered = vec![0_u32; strata.of_slot.len()];
        for (&account, &stratum) in acted() {
            let next = &mut slot_starts[account as usize];
            ordered[*next] = stratum;
            *next += 1;
        }

        let (mut starts, mut by_account) = (vec![0; accounts + 1], Vec::new());
        let mut begin = 0;
        for account in 0..accounts {
            let own = &mut ordered[begin..slot_starts[account]];
            begin = slot_starts[account];
            own.sort_unstable();
            by_account.extend(
                own.chunk_by(|l, r| l == r)
                    .map(|same| Filled { by: same[0], slots: same.len() as u32 }),
            );
            starts[account + 1] = by_account.len();
        }
        drop(ordered);

        let stratum_starts = starts_of(strata.count, by_account.iter().map(|filled| filled.by));
        let mut next = stratum_starts.clone();
        let mut by_stratum = vec![Filled { by: 0, slots: 0 }; by_account.len()];
        for account in 0..accounts {
            for filled in &by_account[starts[account]..starts[account + 1]] {
                let next = &mut next[filled.by as usize];
                by_stratum[*next] = Filled { by: account as u32, slots: filled.slots };
                *next += 1;
            }
        }
        Self { starts, by_account, stratum_starts, by_stratum, sizes }
    }

    fn share(&self, slots: u32, stratum: u32) -> f64 {
        f64::from(slots) / f64::from(self.sizes[stratum as usize])
    }

    fn entries(&self, account: u32) -> &[Filled] {
        &self.by_account[self.starts[account as usize]..self.starts[account as usize + 1]]
    }

    fn of_account(&self, account: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let entries = self.entries(account).iter();
        entries.map(|filled| (filled.by, self.share(filled.slots, filled.by)))
    }

    /// Share of an account in the slots of a stratum.
    pub(crate) fn within(&self, account: u32, stratum: u32) -> f64 {
        let entries = self.entries(account);
        let place = entries.binary_search_by_key(&stratum, |filled| filled.by);
        place.map_or(0.0, |place| self.share(entries[place].slots, stratum))
    }

    fn accounts_of(&self, stratum: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let stratum_entries =
            self.stratum_starts[stratum as usize]..self.stratum_starts[stratum as usize + 1];
        let entries = self.by_stratum[stratum_entries].iter();
        entries.map(move |filled| (filled.by, self.share(filled.slots, stratum)))
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
        let mut counts: FxHashMap<(u32, u32), u64> = FxHashMap::default();
        for object in slots.objects() {
            count_within(object, slots, strata, window, &mut counts);
        }
        let mut counts: Vec<((u32, u32), u64)> = counts.into_iter().collect();
        counts.sort_unstable();
        let mut to = vec![Vec::new(); strata.count];
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
