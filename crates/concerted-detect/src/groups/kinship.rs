//! Which groups are parts of one network: do two groups act together more than chance?
//!
//! Two teams of one network may have no pair that stands out between them and yet meet, all in
//! all, far more often than two groups of strangers with their habits would. A group has the slots
//! of all its members, so that the expected number is the same closed form as for two accounts.
//!
//! **Invariant:** the same null as for pairs; groups are compared as they are given.
//!
//! # References
//! METHODS 2.10, applied to sets of accounts.

use std::collections::BTreeMap;

use concerted_methods::tails::ln_poisson_upper;
use concerted_model::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    DetectError,
    circumstances::Circumstances,
    expectation::{Shares, expected},
    slots::Slots,
};

/// The window in which groups meet: whoever is told the same acts within a day.
const WINDOW: Span = Span::seconds(86_400);
/// Level at which two groups are joined, divided by the number of pairs of groups.
const LEVEL: f64 = 0.01;
/// Least number of co-actions for each that was expected: below it, what a coarse null leaves of
/// common interests could be enough.
const LEAST_RATIO: f64 = 4.0;

/// Which groups are one network: for each group, from 1, the number of the first of its network.
///
/// `group_of`: by account. The two that act together most, for what was expected, are joined first;
/// what they did with the others adds up.
pub(crate) fn networks(
    circumstances: &[Circumstances<'_>],
    group_of: &FxHashMap<u32, u32>,
    groups: u32,
) -> Result<Vec<u32>, DetectError> {
    let mut kin: FxHashMap<(u32, u32), Kin> = FxHashMap::default();
    for circumstances in circumstances {
        add(circumstances, WINDOW, group_of, groups, &mut kin);
    }
    let mut kin: BTreeMap<(u32, u32), Kin> = kin.into_iter().collect();
    let bar = (LEVEL / kin.len().max(1) as f64).ln();
    let mut network: Vec<u32> = (1..=groups).collect();
    loop {
        let mut nearest: Option<((u32, u32), f64)> = None;
        for (&pair, kin) in &kin {
            let ratio = kin.ratio();
            if ratio >= LEAST_RATIO
                && nearest.is_none_or(|(_, most)| ratio > most)
                && kin.ln_p()? <= bar
            {
                nearest = Some((pair, ratio));
            }
        }
        let Some(((kept, gone), _)) = nearest else { return Ok(network) };
        network.iter_mut().filter(|number| **number == gone).for_each(|number| *number = kept);
        for ((one, other), theirs) in std::mem::take(&mut kin) {
            let now = |group: u32| if group == gone { kept } else { group };
            let (one, other) = (now(one).min(now(other)), now(one).max(now(other)));
            if one != other {
                let sum: &mut Kin = kin.entry((one, other)).or_default();
                sum.co_actions += theirs.co_actions;
                sum.objects += theirs.objects;
                sum.expected += theirs.expected;
            }
        }
    }
}

/// How two groups act together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Kin {
    /// Co-actions of a member of the one and a member of the other.
    co_actions: u64,
    /// Distinct objects of these.
    objects: u64,
    /// Co-actions expected.
    expected: f64,
}

impl Kin {
    /// Co-actions for each that was expected.
    fn ratio(&self) -> f64 {
        self.co_actions as f64 / self.expected.max(f64::MIN_POSITIVE)
    }

    /// ln of the probability of as many objects, if co-actions come in as many as they did on each.
    fn ln_p(&self) -> Result<f64, DetectError> {
        if self.objects == 0 {
            return Ok(0.0);
        }
        let on_each = self.co_actions as f64 / self.objects as f64;
        ln_poisson_upper(self.objects, self.expected / on_each)
            .map_err(|error| DetectError::refused("Poisson tail", error))
    }
}

/// Adds what two groups did together in one trace, by the numbers of the groups, the smaller first.
///
/// `group_of`: by account. O(slots) and the co-actions of members.
fn add(
    circumstances: &Circumstances<'_>,
    window: Span,
    group_of: &FxHashMap<u32, u32>,
    groups: u32,
    kin: &mut FxHashMap<(u32, u32), Kin>,
) {
    let slots = &circumstances.slots;
    for range in slots.objects() {
        let of_groups: Vec<(i64, u32)> = range
            .filter_map(|slot| Some((slots.time[slot], *group_of.get(&slots.account[slot])?)))
            .collect();
        let (mut earliest, mut met) = (0, FxHashSet::default());
        for (place, &(time, group)) in of_groups.iter().enumerate() {
            while time - of_groups[earliest].0 > window.as_micros() {
                earliest += 1;
            }
            for &(_, other) in of_groups[earliest..place].iter().filter(|(_, g)| *g != group) {
                let pair = (group.min(other), group.max(other));
                let kin = kin.entry(pair).or_default();
                kin.co_actions += 1;
                kin.objects += u64::from(met.insert(pair));
            }
        }
    }
    let as_groups = |accounts: &[u32]| -> Vec<u32> {
        accounts.iter().map(|account| group_of.get(account).copied().unwrap_or(0)).collect()
    };
    let (account, alone_account) = (as_groups(slots.account), as_groups(slots.alone_account));
    let grouped = Slots { account: &account, alone_account: &alone_account, ..*slots };
    let shares = Shares::of(&grouped, &circumstances.strata, groups as usize + 1);
    let rates = circumstances.rates(window);
    let pairs: Vec<(u32, u32)> =
        (1..=groups).flat_map(|one| (one + 1..=groups).map(move |other| (one, other))).collect();
    for (pair, mean) in pairs.iter().zip(expected(&pairs, &shares, &rates)) {
        kin.entry(*pair).or_default().expected += mean;
    }
}
