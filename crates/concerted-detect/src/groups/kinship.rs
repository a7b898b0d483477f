//! Which groups are parts of one network: do two groups act together more than chance?
//!
//! Two teams of one network may have no pair that stands out between them and yet meet, all in
//! all, more often than two groups of strangers with their habits would. A group has the slots
//! of all its members, so that the expected number is the same closed form as for two accounts, but
//! for two things. What is expected is learned from pairs of actions of which one at least is
//! nobody's of any group: a network that makes up most of its topic would else be its own measure.
//! And strata are divided by popularity too where births are known: groups have actions
//! enough, and two networks that both pass on what is popular anyway are not one.
//!
//! **Invariant:** within a stratum, whoever is in no group is exchangeable; groups are compared as
//! they are given.
//!
//! # References
//! METHODS 2.10, applied to sets of accounts.

use std::collections::BTreeMap;

use concerted_methods::tails::ln_poisson_upper;
use concerted_model::{Span, tables::Objects};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    DetectError,
    circumstances::Circumstances,
    expectation::{Rates, Shares, expected},
    slots::Slots,
    strata::Strata,
};

/// The window in which groups meet: whoever is told the same acts within a day.
const WINDOW: Span = Span::seconds(86_400);
/// Level at which two groups are joined, divided by the number of pairs of groups.
const LEVEL: f64 = 0.01;
/// Least number of co-actions for each that was expected: below it, what a coarse null leaves of
/// common interests could be enough.
const LEAST_RATIO: f64 = 1.3;

/// Which groups are one network: for each group, from 1, the number of the first of its network.
///
/// `group_of`: by account. The two that act together most, for what was expected, are joined first;
/// what they did with the others adds up.
pub(crate) fn networks(
    circumstances: &[Circumstances<'_>],
    objects: &Objects,
    group_of: &FxHashMap<u32, u32>,
    groups: u32,
) -> Result<Vec<u32>, DetectError> {
    let mut kin: FxHashMap<(u32, u32), Kin> = FxHashMap::default();
    for circumstances in circumstances {
        let strata = with_popularity(circumstances, objects);
        add(&circumstances.slots, &strata, WINDOW, group_of, groups, &mut kin);
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
    slots: &Slots<'_>,
    strata: &Strata,
    window: Span,
    group_of: &FxHashMap<u32, u32>,
    groups: u32,
    kin: &mut FxHashMap<(u32, u32), Kin>,
) {
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
    let shares = Shares::of(&grouped, strata, groups as usize + 1);
    let rates = Rates::beside(slots, strata, window, |account| group_of.contains_key(&account));
    let pairs: Vec<(u32, u32)> =
        (1..=groups).flat_map(|one| (one + 1..=groups).map(move |other| (one, other))).collect();
    for (pair, mean) in pairs.iter().zip(expected(&pairs, &shares, &rates)) {
        kin.entry(*pair).or_default().expected += mean;
    }
}

/// The strata, those of objects whose birth is known divided by popularity: one more bin with every
/// doubling of the actions. The others are divided by it already.
fn with_popularity(circumstances: &Circumstances<'_>, objects: &Objects) -> Strata {
    let (slots, strata) = (&circumstances.slots, &circumstances.strata);
    let mut bins = vec![0_u32; strata.of_slot.len()];
    for range in slots.objects() {
        if objects.known_birth(slots.object[range.start] as usize).is_some() {
            let bin = 1 + range.len().ilog2();
            bins[range].fill(bin);
        }
    }
    let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let of_slot = (strata.of_slot.iter().zip(bins))
        .map(|(&stratum, bin)| {
            let next = numbers.len() as u32;
            *numbers.entry((stratum, bin)).or_insert(next)
        })
        .collect();
    Strata { of_slot, count: numbers.len() }
}
