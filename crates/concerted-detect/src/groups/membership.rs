//! Which members of a candidate act with the others on the days of confirmation?
//!
//! One member at a time, the others' actions as they are: had this member's actions fallen on
//! random slots of their strata, how often would they be beside another member's? In closed form:
//! the share of a stratum's slots that lie within the window of another member's action on the same
//! object. **Invariant:** a member's own actions never vouch for it.
//!
//! # References
//! METHODS 2.7, test G, pruning.

use concerted_methods::{tails::ln_poisson_binomial_upper, testing::benjamini_hochberg};
use concerted_model::Span;
use rustc_hash::FxHashMap;

use crate::{
    DetectError,
    circumstances::Circumstances,
    meetings::{Meeting, sittings},
};

/// False discovery rate among the members that are kept.
const RATE: f64 = 0.1;
/// Beside how many others at least: each is a test, and the smaller p counts, doubled.
const LEVELS: usize = 2;

/// The members whose own share in joint actions is above chance, in order.
///
/// O(slots of the objects that members act on, plus slots of the members).
pub(crate) fn prune(
    circumstances: &Circumstances<'_>,
    members: &[u32],
    window: Span,
    gap: Span,
) -> Result<Vec<u32>, DetectError> {
    let beside = Beside::of(circumstances, members, window);
    let mut ps = Vec::with_capacity(members.len());
    for &member in members {
        let mut p: f64 = 1.0;
        for level in 1..=LEVELS {
            let trials = beside.trials(circumstances, member, level);
            let (met, chances) = sittings(trials, gap.as_micros());
            let ln_p = ln_poisson_binomial_upper(met, &chances)
                .map_err(|error| DetectError::refused("Poisson-binomial tail", error))?;
            p = p.min(LEVELS as f64 * ln_p.exp());
        }
        ps.push(p);
    }
    let qs = benjamini_hochberg(&ps, members.len().max(1) as u64)
        .map_err(|error| DetectError::refused("Benjamini–Hochberg procedure", error))?;
    let kept = members.iter().zip(qs).filter(|(_, q)| *q <= RATE).map(|(&member, _)| member);
    Ok(kept.collect())
}

/// Slots that lie within the window of members' actions on the same object.
struct Beside {
    /// By stratum: slots beside so many members or more, whoever they are.
    all: Vec<[u32; LEVELS]>,
    /// By stratum and member: such of these that would not be without that member.
    due_to: FxHashMap<(u32, u32), [u32; LEVELS]>,
    /// Sizes of the strata.
    sizes: Vec<u32>,
    /// Each member's slots, and beside how many other members each is.
    acts: FxHashMap<u32, Vec<(usize, usize)>>,
}

impl Beside {
    fn of(circumstances: &Circumstances<'_>, members: &[u32], window: Span) -> Self {
        let (slots, strata) = (&circumstances.slots, &circumstances.strata);
        let mut found = Self {
            all: vec![[0; LEVELS]; strata.count],
            due_to: FxHashMap::default(),
            sizes: vec![0; strata.count],
            acts: members.iter().map(|&member| (member, Vec::new())).collect(),
        };
        strata.of_slot.iter().for_each(|&stratum| found.sizes[stratum as usize] += 1);
        for range in slots.objects() {
            let of_members: Vec<usize> = range
                .clone()
                .filter(|&s| members.binary_search(&slots.account[s]).is_ok())
                .collect();
            if of_members.is_empty() {
                continue;
            }
            let (mut low, mut high) = (0, 0);
            for slot in range {
                while slots.time[slot] - slots.time[of_members[low]] > window.as_micros() {
                    low += 1;
                    if low == of_members.len() {
                        break;
                    }
                }
                if low == of_members.len() {
                    // No later slot of this object is beside a member either.
                    break;
                }
                while high < of_members.len()
                    && slots.time[of_members[high]] - slots.time[slot] <= window.as_micros()
                {
                    high += 1;
                }
                found.count(circumstances, slot, &of_members[low..high]);
            }
        }
        for (slot, member) in (slots.len()..).zip(slots.alone_account) {
            if let Some(acts) = found.acts.get_mut(member) {
                acts.push((slot, 0));
            }
        }
        found
    }

    /// Counts a slot that is beside these members' slots, its own among them if it is a member's.
    fn count(&mut self, circumstances: &Circumstances<'_>, slot: usize, beside: &[usize]) {
        let account = &circumstances.slots.account;
        let stratum = circumstances.strata.of_slot[slot];
        let mut members: Vec<u32> = beside.iter().map(|&other| account[other]).collect();
        members.sort_unstable();
        members.dedup();
        for level in 0..LEVELS {
            self.all[stratum as usize][level] += u32::from(members.len() > level);
        }
        if let Some(level) = members.len().checked_sub(1).filter(|&level| level < LEVELS) {
            for &member in &members {
                self.due_to.entry((stratum, member)).or_default()[level] += 1;
            }
        }
        if let Some(acts) = self.acts.get_mut(&account[slot]) {
            acts.push((slot, members.iter().filter(|&&member| member != account[slot]).count()));
        }
    }

    /// A trial for each of a member's actions: was it beside `level` others, and how probable is that?
    fn trials(&self, circumstances: &Circumstances<'_>, member: u32, level: usize) -> Vec<Meeting> {
        let slots = &circumstances.slots;
        let acts = self.acts.get(&member).map_or(&[][..], Vec::as_slice);
        acts.iter()
            .map(|&(slot, others)| {
                let stratum = circumstances.strata.of_slot[slot];
                let own = self.due_to.get(&(stratum, member)).map_or(0, |due| due[level - 1]);
                let beside = self.all[stratum as usize][level - 1] - own;
                let time = match slot.checked_sub(slots.len()) {
                    None => slots.time[slot],
                    Some(alone) => slots.alone_time[alone],
                };
                let chance = f64::from(beside) / f64::from(self.sizes[stratum as usize].max(1));
                Meeting { time, met: others >= level, chance }
            })
            .collect()
    }
}
