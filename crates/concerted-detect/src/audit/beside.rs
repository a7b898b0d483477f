//! Did an account act in the wake of the others, more often than it would by chance?
//!
//! One account at a time, the others' actions as they are. An act is *in the wake* of another
//! account's if that one acted on the same object within the window before it, or at the same
//! moment. What others do after an account's act is no doing of its own: a copycat that shadows an
//! account must not be able to convict it. Two nulls, both in closed form and both to be survived:
//!
//! 1. *joint*: the act falls on a random slot of its stratum;
//! 2. *timing*: it stays on its object and falls where [`super::elsewhere`] says.
//!
//! **Invariant:** an account's own actions never vouch for it.
//!
//! # References
//! METHODS 2.7 (test G, pruning) and 5.6 (verdicts on members, leave-one-out).

use concerted_methods::tails::ln_poisson_binomial_upper;
use concerted_model::Span;
use rustc_hash::FxHashMap;

use super::{elsewhere::Without, field::Field, networks::Ties};
use crate::{
    DetectError,
    meetings::{Meeting, sittings},
};

/// In the wake of how many others at least: each is a test, and the smaller p counts, doubled.
pub(super) const LEVELS: usize = 2;
/// Only where the joint null leaves less than this is the null of timing asked as well.
const HOPEFUL: f64 = 0.1;

/// The wakes of some accounts' actions in one trace, for one window.
pub(crate) struct Wakes<'f> {
    field: &'f Field<'f>,
    without: Without<'f>,
    length: Span,
    window: i64,
    gap: i64,
    /// By slot: the members in whose wake it lies, in order; its own account may be one of them.
    of_slot: FxHashMap<u32, Box<[u32]>>,
    /// By stratum and, for each level, how many of its slots (of others, if enough) are in wakes.
    strata: FxHashMap<u32, InStratum>,
    /// By object: when members acted on it, in order.
    acted: FxHashMap<u32, Vec<(i64, u32)>>,
}

/// The slots of a stratum that an act may fall on.
#[derive(Default)]
struct InStratum {
    slots: u32,
    /// In the wake of so many members or more.
    all: [u32; LEVELS],
    /// By member: such of these that would not be without that member.
    due_to: FxHashMap<u32, [u32; LEVELS]>,
}

/// How often an account acted in the wake of the others, and how probable that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct InWake {
    /// Sittings in which it did.
    pub(crate) met: u64,
    /// The number expected under the null that expects more.
    pub(crate) expected: f64,
    /// p under the null that gives the larger one.
    pub(crate) p: f64,
    /// The same without the sitting that counts most.
    pub(crate) p_without_one: f64,
    /// p if it had done so in every sitting of its own: what the data could show at most.
    pub(crate) least_p: f64,
    /// Of its acts: those that others only follow, and those that only follow others.
    pub(crate) leads: u32,
    pub(crate) follows: u32,
    /// And those with others on both sides.
    pub(crate) amid: u32,
}

impl<'f> Wakes<'f> {
    /// `members` and `hidden` in order: slots of neither count as somebody else's. O(slots of the
    /// objects that they act on).
    pub(crate) fn of(
        field: &'f Field<'f>,
        members: &[u32],
        hidden: &[u32],
        window: Span,
        gap: Span,
    ) -> Self {
        let slots = &field.circumstances.slots;
        let mut found = Self {
            field,
            without: Without::of(field, hidden),
            length: window,
            window: window.as_micros(),
            gap: gap.as_micros(),
            of_slot: FxHashMap::default(),
            strata: FxHashMap::default(),
            acted: FxHashMap::default(),
        };
        for range in slots.objects() {
            let of_members: Vec<(i64, u32)> = range
                .clone()
                .filter(|&slot| members.binary_search(&slots.account[slot]).is_ok())
                .map(|slot| (slots.time[slot], slots.account[slot]))
                .collect();
            if of_members.is_empty() {
                continue;
            }
            found.wake(range.clone(), &of_members);
            found.acted.insert(slots.object[range.start], of_members);
        }
        found.count_strata();
        found
    }

    fn wake(&mut self, range: std::ops::Range<usize>, of_members: &[(i64, u32)]) {
        let slots = &self.field.circumstances.slots;
        let (mut low, mut high) = (0, 0);
        for slot in range {
            let time = slots.time[slot];
            while high < of_members.len() && of_members[high].0 <= time {
                high += 1;
            }
            while low < high && time - of_members[low].0 > self.window {
                low += 1;
            }
            if low == high {
                continue;
            }
            let mut members: Vec<u32> = of_members[low..high].iter().map(|act| act.1).collect();
            members.sort_unstable();
            members.dedup();
            self.of_slot.insert(slot as u32, members.into());
        }
    }

    fn count_strata(&mut self) {
        for stratum in 0..self.field.circumstances.strata.count as u32 {
            let mut held = InStratum::default();
            for slot in self.without.slots_of(stratum) {
                held.slots += 1;
                let Some(members) = self.of_slot.get(slot) else { continue };
                for level in 0..LEVELS.min(members.len()) {
                    held.all[level] += 1;
                }
                if members.len() <= LEVELS {
                    for &member in members {
                        held.due_to.entry(member).or_default()[members.len() - 1] += 1;
                    }
                }
            }
            self.strata.insert(stratum, held);
        }
    }

    /// Others than `account` in whose wake a slot lies.
    fn others(&self, slot: u32, account: u32) -> usize {
        let members = self.of_slot.get(&slot).map_or(&[][..], |members| members);
        members.len() - usize::from(members.binary_search(&account).is_ok())
    }

    /// Tests one account. `None` if it does nothing in this trace.
    pub(crate) fn test(&self, account: u32) -> Result<Option<InWake>, DetectError> {
        let acts = self.field.acts(account);
        if acts.is_empty() {
            return Ok(None);
        }
        let mut best: Option<InWake> = None;
        for level in 1..=LEVELS {
            let trials: Vec<Meeting> =
                acts.iter().map(|&s| self.joint(s, account, level)).collect();
            let joint = Tail::of(trials, self.gap)?;
            let mut found = joint.found();
            if joint.p <= HOPEFUL {
                let trials = acts.iter().filter_map(|&s| self.timing(s, account, level)).collect();
                let timing = Tail::of(trials, self.gap)?;
                found.expected = found.expected.max(timing.expected);
                found.p = found.p.max(timing.p);
                found.p_without_one = found.p_without_one.max(timing.p_without_one);
            }
            found.p = (found.p * LEVELS as f64).min(1.0);
            found.p_without_one = (found.p_without_one * LEVELS as f64).min(1.0);
            let so_far = best.map_or(1.0, |best| best.least_p);
            if best.is_none_or(|best| found.p < best.p) {
                best = Some(found);
            }
            if let Some(best) = &mut best {
                best.least_p = best.least_p.min(so_far);
            }
        }
        Ok(best.map(|best| self.with_direction(best, account)))
    }

    /// p of the joint null alone, over both levels; 1 for who does nothing here.
    pub(super) fn joint_p(&self, account: u32) -> Result<f64, DetectError> {
        let acts = self.field.acts(account);
        let mut least: f64 = 1.0;
        // Whoever never acted in a wake has nothing to be asked.
        if acts.iter().any(|&slot| self.others(slot, account) > 0) {
            for level in 1..=LEVELS {
                let trials = acts.iter().map(|&s| self.joint(s, account, level)).collect();
                least = least.min(Tail::of(trials, self.gap)?.p * LEVELS as f64);
            }
        }
        Ok(least)
    }

    fn joint(&self, slot: u32, account: u32, level: usize) -> Meeting {
        let stratum = self.field.circumstances.strata.of_slot[slot as usize];
        let held = &self.strata[&stratum];
        let own = held.due_to.get(&account).map_or(0, |due| due[level - 1]);
        Meeting {
            time: self.field.time(slot as usize),
            met: self.others(slot, account) >= level,
            chance: f64::from(held.all[level - 1] - own) / f64::from(held.slots.max(1)),
        }
    }

    /// `None` where no other member acted on the object: the act could not be in a wake.
    fn timing(&self, slot: u32, account: u32, level: usize) -> Option<Meeting> {
        let slots = &self.field.circumstances.slots;
        let object = slots.object.get(slot as usize)?;
        let others: Vec<(i64, u32)> =
            self.acted.get(object)?.iter().filter(|act| act.1 != account).copied().collect();
        if others.is_empty() {
            return None;
        }
        let elsewhere = self.without.elsewhere(slot as usize, account, self.length)?;
        let covered = covered(&others, self.window, level);
        Some(Meeting {
            time: slots.time[slot as usize],
            met: self.others(slot, account) >= level,
            chance: elsewhere.chance(&covered),
        })
    }

    /// Who is before whom: strictly, since a clock too coarse to tell says nothing.
    fn with_direction(&self, mut found: InWake, account: u32) -> InWake {
        let slots = &self.field.circumstances.slots;
        (found.leads, found.follows, found.amid) = (0, 0, 0);
        for &slot in self.field.acts(account) {
            let Some(object) = slots.object.get(slot as usize) else { break };
            let Some(acted) = self.acted.get(object) else { continue };
            let time = slots.time[slot as usize];
            let near = acted.iter().filter(|act| {
                act.1 != account && act.0 != time && act.0.abs_diff(time) <= self.window as u64
            });
            let (mut before, mut after) = (false, false);
            near.for_each(|act| if act.0 < time { before = true } else { after = true });
            match (before, after) {
                (true, true) => found.amid += 1,
                (true, false) => found.follows += 1,
                (false, true) => found.leads += 1,
                (false, false) => {}
            }
        }
        found
    }

    /// Adds, for each two members, how often the one acted in the other's wake, and how often it was
    /// expected to.
    pub(super) fn ties(&self, members: &[u32], sums: &mut FxHashMap<(u32, u32), Ties>) {
        let strata = &self.field.circumstances.strata;
        let mut held: FxHashMap<u32, FxHashMap<u32, u32>> = FxHashMap::default();
        let mut acts: FxHashMap<u32, FxHashMap<u32, u32>> = FxHashMap::default();
        for &member in members {
            for &slot in self.field.acts(member) {
                let stratum = strata.of_slot[slot as usize];
                *acts.entry(stratum).or_default().entry(member).or_default() += 1;
                let others = self.of_slot.get(&slot).map_or(&[][..], |members| members);
                for &other in others.iter().filter(|other| **other != member) {
                    sums.entry((member.min(other), member.max(other))).or_default().met += 1;
                }
            }
        }
        for &stratum in acts.keys() {
            let held = held.entry(stratum).or_default();
            for slot in self.without.slots_of(stratum) {
                for &member in self.of_slot.get(slot).into_iter().flatten() {
                    *held.entry(member).or_default() += 1;
                }
            }
        }
        // Sums of each pair go stratum by stratum, in order, so that they do not depend on a hash.
        let mut in_order: Vec<u32> = acts.keys().copied().collect();
        in_order.sort_unstable();
        for stratum in in_order {
            let size = f64::from(self.strata[&stratum].slots.max(1));
            for (&member, &count) in &acts[&stratum] {
                for (&other, &wake) in held[&stratum].iter().filter(|held| *held.0 != member) {
                    let tie = sums.entry((member.min(other), member.max(other))).or_default();
                    tie.expected += f64::from(count) * f64::from(wake) / size;
                }
            }
        }
    }

    /// The acts of an account that lie in the wake of others, and the act before each: slots.
    pub(crate) fn shown(&self, account: u32, most: usize) -> Vec<(usize, usize)> {
        let slots = &self.field.circumstances.slots;
        let mut shown = Vec::new();
        for &slot in self.field.acts(account) {
            let slot = slot as usize;
            if slot >= slots.len() || self.others(slot as u32, account) == 0 {
                continue;
            }
            let members = &self.of_slot[&(slot as u32)];
            let before = (0..slots.len() - slot)
                .map(|step| slot + step)
                .take_while(|&s| slots.object[s] == slots.object[slot])
                .filter(|&s| slots.time[s] == slots.time[slot])
                .chain((0..slot).rev().take_while(|&s| slots.object[s] == slots.object[slot]))
                .find(|&s| slots.account[s] != account && members.contains(&slots.account[s]));
            shown.extend(before.map(|before| (slot, before)));
            if shown.len() == most {
                break;
            }
        }
        shown
    }
}

/// Stretches of time in the wake of `level` acts or more, by acts in order.
fn covered(acts: &[(i64, u32)], window: i64, level: usize) -> Vec<(i64, i64)> {
    let mut found: Vec<(i64, i64)> = Vec::new();
    for end in level..=acts.len() {
        // From the last of `level` acts on, until the first of them is too long ago.
        let (from, to) = (acts[end - 1].0, acts[end - level].0 + window);
        if from >= to {
            continue;
        }
        match found.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => found.push((from, to)),
        }
    }
    found
}

/// The tail of one null.
struct Tail {
    met: u64,
    expected: f64,
    p: f64,
    p_without_one: f64,
    least_p: f64,
}

impl Tail {
    fn of(trials: Vec<Meeting>, gap: i64) -> Result<Self, DetectError> {
        let refused = |error| DetectError::refused("Poisson-binomial tail", error);
        let (met, chances) = sittings(trials, gap);
        let tail = |met, chances: &[f64]| ln_poisson_binomial_upper(met, chances).map(f64::exp);
        let p = tail(met, &chances).map_err(refused)?;
        let without = {
            // Whichever sitting is left out, the count falls by one; leaving out the least
            // probable one leaves the largest p.
            let least = (0..chances.len()).min_by(|&l, &r| chances[l].total_cmp(&chances[r]));
            let mut rest = chances.clone();
            if let Some(least) = least {
                rest.swap_remove(least);
            }
            tail(met.saturating_sub(1).min(rest.len() as u64), &rest).map_err(refused)?
        };
        Ok(Self {
            met,
            expected: chances.iter().sum(),
            p,
            p_without_one: without,
            least_p: chances.iter().product(),
        })
    }

    fn found(&self) -> InWake {
        InWake {
            met: self.met,
            expected: self.expected,
            p: self.p,
            p_without_one: self.p_without_one,
            least_p: self.least_p,
            leads: 0,
            follows: 0,
            amid: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wake_lasts_a_window_and_overlapping_wakes_are_one() {
        let acts = [(0, 1), (5, 2), (40, 3)];
        assert_eq!(covered(&acts, 10, 1), [(0, 15), (40, 50)]);
        assert_eq!(covered(&acts, 10, 2), [(5, 10)]);
        assert!(covered(&acts, 10, 3).is_empty());
    }

    #[test]
    fn what_is_left_without_one_sitting_is_less_surprising() {
        let trial = |time, met| Meeting { time, met, chance: 0.01 };
        let trials = (0..6).map(|n| trial(n * 100, n < 3)).collect();
        let tail = Tail::of(trials, 10).unwrap();
        assert_eq!(tail.met, 3);
        assert!(tail.p < 1e-4 && tail.p_without_one > 10.0 * tail.p);
    }
}
