//! Test G: does a candidate act together on days that had no part in finding it?
//!
//! **The statistic.** On each object, members' actions in order of time; neighbours by two members
//! within the window are a joint action; those of one sitting count once (the largest number on one
//! object). **The nulls**, by redrawing the members' actions, both must be survived:
//!
//! 1. *joint*: every member's action falls on a random slot of its stratum (source or topic, lag or
//!    popularity, hours, date), so that objects only the group touches are no excuse;
//! 2. *timing*: every member stays on the objects that it acted on, and falls on a random slot
//!    there, likelier where its own habit lies. This leaves alone who follows one source, or shares
//!    an interest, each for itself. Habits are of latency where births are known; elsewhere they are
//!    of the hour, and a slot is on the same day. Ten imagined slots from the population's habit
//!    stand beside the real ones, so that an object that the group has for itself is no excuse.
//!
//! **Invariant:** only the days of confirmation are looked at; members never share a redrawn slot.
//!
//! # References
//! METHODS 2.7, test G.

use concerted_model::{Span, tables::Objects};
use rustc_hash::FxHashMap;

use super::{
    redrawable::{Hours, Redrawable},
    redrawing::{Redrawing, Redrawn, Taken},
};
use crate::{
    circumstances::Circumstances, dice::Dice, marks::Marks, slots::Slots, strata::SlotsOfStratum,
    timing::Habits,
};

/// A member's action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub(super) slot: u32,
    pub(super) member: u32,
}

/// The actions of some accounts, on shared objects and alone: the slots of each, in order.
pub(crate) struct Acts(FxHashMap<u32, Vec<u32>>);

impl Acts {
    /// Looks through all slots once.
    pub(crate) fn of(slots: &Slots<'_>, accounts: impl IntoIterator<Item = u32>) -> Self {
        let mut acts: FxHashMap<u32, Vec<u32>> =
            accounts.into_iter().map(|account| (account, Vec::new())).collect();
        for (slot, account) in slots.account.iter().chain(slots.alone_account).enumerate() {
            if let Some(acts) = acts.get_mut(account) {
                acts.push(slot as u32);
            }
        }
        Self(acts)
    }

    /// Those of a group, in order of slot.
    fn of_members(&self, members: &[u32]) -> Vec<Act> {
        let of_member = |&member: &u32| {
            let slots = self.0.get(&member).map_or(&[][..], Vec::as_slice);
            slots.iter().map(move |&slot| Act { slot, member })
        };
        let mut acts: Vec<Act> = members.iter().flat_map(of_member).collect();
        acts.sort_unstable_by_key(|act| act.slot);
        acts
    }
}

/// For each slot on a shared object the last one of that object within the window.
pub(crate) struct Reach(Vec<u32>);

impl Reach {
    /// O(slots).
    pub(crate) fn of(slots: &Slots<'_>, window: Span) -> Self {
        let mut last = vec![0; slots.len()];
        for range in slots.objects() {
            let mut later = range.start;
            for slot in range.clone() {
                while later + 1 < range.end
                    && slots.time[later + 1] - slots.time[slot] <= window.as_micros()
                {
                    later += 1;
                }
                last[slot] = later as u32;
            }
        }
        Self(last)
    }

    /// Marks the slots that are taken twice, and those with the next one taken within reach.
    fn neighbours(&self, taken: &Taken, near: &mut Marks) {
        near.clear();
        let mut before = None;
        for slot in taken.slots().take_while(|slot| *slot < self.0.len()) {
            if let Some(before) = before.filter(|&before: &usize| self.0[before] as usize >= slot) {
                near.insert(before);
                near.insert(slot);
            }
            before = Some(slot);
        }
        for &slot in taken.twice().iter().filter(|slot| **slot < self.0.len()) {
            near.insert(slot);
        }
    }
}

/// One group against the slots of the confirming half.
pub(crate) struct Trial<'a> {
    circumstances: &'a Circumstances<'a>,
    objects: &'a Objects,
    window: i64,
    reach: &'a Reach,
    gap: i64,
    acts: Vec<Act>,
}

impl<'a> Trial<'a> {
    /// `members` are rows of accounts, in order; `acts` knows them all.
    pub(crate) fn of(
        circumstances: &'a Circumstances<'a>,
        objects: &'a Objects,
        acts: &Acts,
        members: &[u32],
        (window, reach): (Span, &'a Reach),
        gap: Span,
    ) -> Self {
        let (acts, window, gap) = (acts.of_members(members), window.as_micros(), gap.as_micros());
        Self { circumstances, objects, window, reach, gap, acts }
    }

    /// Joint actions as they were.
    pub(crate) fn observed(&self) -> u32 {
        self.joint_actions(&mut self.places(self.acts.iter().copied()))
    }

    /// Goes on with redrawing under the joint null, up to so many draws or counts as large.
    pub(crate) fn joint(
        &self,
        of_stratum: &SlotsOfStratum,
        draws: usize,
        as_large: u32,
        redrawing: &mut Redrawing,
    ) {
        let stratum = |act: &Act| self.circumstances.strata.of_slot[act.slot as usize];
        let mut acts: Vec<(u32, u32)> =
            self.acts.iter().map(|act| (stratum(act), act.member)).collect();
        acts.sort_unstable();
        let choices: Vec<&[u32]> = acts.iter().map(|act| of_stratum.of(act.0)).collect();
        let (mut taken, mut near) = (Taken::default(), Marks::default());
        let (mut slots, mut drawn, mut places) = (Vec::new(), Vec::new(), Vec::new());
        redrawing.draw(draws, as_large, |dice| {
            taken.clear();
            taken.one_of_each(&choices, dice, &mut slots);
            // Most have nobody near and are looked at no further.
            self.reach.neighbours(&taken, &mut near);
            drawn.clear();
            let beside = slots.iter().zip(&acts).filter(|(slot, _)| near.contains(**slot as usize));
            drawn.extend(beside.map(|(&slot, &(_, member))| (slot, member)));
            // Slots are in order of object.
            drawn.sort_unstable();
            places.clear();
            places.extend(drawn.iter().map(|&(slot, member)| self.place(Act { slot, member })));
            self.joint_actions(&mut places)
        });
    }

    /// Redraws timing alone, up to so many draws or counts as large. `None` if the members never
    /// act together.
    pub(crate) fn timing(
        &self,
        habits: &Habits<'_>,
        hours: &Hours,
        (draws, as_large): (usize, u32),
        dice: Dice,
    ) -> Option<Redrawn> {
        let redrawables: Vec<Redrawable> = self
            .acts_on_common_objects()
            .filter_map(|act| self.redrawable(habits, hours, act))
            .collect();
        let acts = redrawables.iter().map(Redrawable::act);
        let observed = self.joint_actions(&mut self.places(acts));
        let all = self.circumstances.strata.of_slot.len();
        let (mut taken, mut places) = (Taken::default(), Vec::new());
        let mut redrawing = Redrawing::of(observed, dice);
        redrawing.draw(draws, as_large, |dice| {
            taken.clear();
            places.clear();
            for redrawable in &redrawables {
                let Act { slot: own, member } = redrawable.act();
                let mut time = 0;
                let slot = taken.untaken(dice, |dice| {
                    let (slot, imagined) = redrawable.draw(dice);
                    time = imagined;
                    slot.unwrap_or(all + member as usize)
                });
                let object = self.circumstances.slots.object[own as usize];
                let time = self.circumstances.slots.time.get(slot).copied().unwrap_or(time);
                places.push(Place { object, time, member });
            }
            self.joint_actions(&mut places)
        });
        redrawing.found()
    }

    /// The actions on objects that two members or more acted on: whoever stays on an object that
    /// no other member touched acts together with nobody, wherever it falls.
    fn acts_on_common_objects(&self) -> impl Iterator<Item = Act> + '_ {
        let slots = &self.circumstances.slots;
        let shared = self.acts.partition_point(|act| (act.slot as usize) < slots.len());
        self.acts[..shared]
            .chunk_by(|l, r| slots.object[l.slot as usize] == slots.object[r.slot as usize])
            .filter(|acts| acts.iter().any(|act| act.member != acts[0].member))
            .flatten()
            .copied()
    }

    fn redrawable(&self, habits: &Habits<'_>, hours: &Hours, act: Act) -> Option<Redrawable> {
        let slots = &self.circumstances.slots;
        let object = *slots.object.get(act.slot as usize)?;
        if let Some(born) = self.objects.known_birth(object as usize) {
            return Some(Redrawable::by_latency(habits, habits.range(object)?, born, act));
        }
        Some(Redrawable::by_hour(slots, hours, act))
    }

    fn place(&self, act: Act) -> Place {
        let slots = &self.circumstances.slots;
        let slot = act.slot as usize;
        Place { object: slots.object[slot], time: slots.time[slot], member: act.member }
    }

    fn places(&self, acts: impl Iterator<Item = Act>) -> Vec<Place> {
        let shared = acts.filter(|act| (act.slot as usize) < self.circumstances.slots.len());
        shared.map(|act| self.place(act)).collect()
    }

    /// Neighbours within the window by two members, the largest number on one object in each sitting.
    /// Places come object by object.
    fn joint_actions(&self, places: &mut [Place]) -> u32 {
        let mut bursts: Vec<(i64, u32)> = Vec::new();
        for object in places.chunk_by_mut(|l, r| l.object == r.object) {
            object.sort_unstable_by_key(|place| (place.time, place.member));
            let together = |two: &&[Place]| {
                two[0].member != two[1].member && two[1].time - two[0].time <= self.window
            };
            let joint = object.windows(2).filter(together).count() as u32;
            if joint > 0 {
                let first = object.windows(2).find(together).map_or(0, |two| two[0].time);
                bursts.push((first, joint));
            }
        }
        bursts.sort_unstable();
        bursts
            .chunk_by(|l, r| r.0 - l.0 < self.gap)
            .map(|sitting| sitting.iter().map(|burst| burst.1).max().unwrap_or(0))
            .sum()
    }
}

/// Where and when a member acted, as it was or as redrawn.
#[derive(Clone, Copy, Debug)]
struct Place {
    object: u32,
    time: i64,
    member: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slots_near_the_next_one_taken_are_neighbours() {
        let slots = Slots {
            object: &[0, 0, 0, 0, 1, 1],
            account: &[1, 2, 3, 4, 5, 6],
            time: &[0, 5, 9, 20, 20, 20],
            alone_account: &[7, 8],
            alone_time: &[20, 20],
        };
        let near_when = |choices: &[u32]| {
            let (mut taken, mut near) = (Taken::default(), Marks::default());
            let choices: Vec<&[u32]> = choices.chunks(1).collect();
            taken.one_of_each(&choices, &mut Dice::new(1, [1]), &mut Vec::new());
            Reach::of(&slots, Span::micros(5)).neighbours(&taken, &mut near);
            near.iter().collect::<Vec<usize>>()
        };
        assert_eq!(near_when(&[0, 1, 3]), [0, 1]);
        assert_eq!(near_when(&[0, 2, 3]), [0; 0], "too far apart");
        assert_eq!(near_when(&[3, 4, 5]), [4, 5], "another object is not near");
        assert_eq!(near_when(&[3, 3, 0]), [3], "two members on one slot");
        assert_eq!(near_when(&[6, 7, 7]), [0; 0], "alone with an object");
    }
}
