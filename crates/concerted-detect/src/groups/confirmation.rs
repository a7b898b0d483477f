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
//! METHODS 2.7, test G; Besag & Clifford 1991 (sequential Monte Carlo p-values), Biometrika 78:301.

use concerted_model::{BirthSource, Span, tables::Objects};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    circumstances::Circumstances,
    dice::Dice,
    slots::Slots,
    timing::{BINS, Bins, Habits, bin_bounds},
};

/// Redrawn data sets at most.
const MOST_DRAWS: u32 = 2_999;
/// Redrawn counts as large as the observed one after which more draws would change nothing.
const ENOUGH_AS_LARGE: u32 = 25;
/// Imagined slots of an object, from the population's habit.
const IMAGINED: f64 = 10.0;
/// Tries at a slot that no other member has taken.
const TRIES: usize = 8;
/// Blocks of four hours of the day.
const HOUR_BLOCKS: usize = 6;
/// Weight of the population's hours in an account's, in actions.
const HABIT_PRIOR: f64 = 5.0;
const DAY: i64 = 86_400_000_000;
/// Ends of the interval of the ratio.
const TAIL: f64 = 0.025;

/// What redrawing showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Redrawn {
    /// Joint actions as they were.
    pub(crate) observed: u32,
    /// Mean of the redrawn counts.
    pub(crate) expected: f64,
    /// Observed over the redrawn counts that 95 % lie between.
    pub(crate) ratio_low: f64,
    pub(crate) ratio_high: f64,
    /// (1 + as large) / (1 + draws).
    pub(crate) p: f64,
}

/// A member's action.
#[derive(Clone, Copy, Debug)]
struct Act {
    slot: usize,
    member: u32,
}

/// One group against the slots of the confirming half.
pub(crate) struct Trial<'a> {
    circumstances: &'a Circumstances<'a>,
    objects: &'a Objects,
    window: i64,
    gap: i64,
    acts: Vec<Act>,
}

impl<'a> Trial<'a> {
    /// `members` are rows of accounts, in order.
    pub(crate) fn of(
        circumstances: &'a Circumstances<'a>,
        objects: &'a Objects,
        members: &[u32],
        window: Span,
        gap: Span,
    ) -> Self {
        let slots = &circumstances.slots;
        let accounts = slots.account.iter().chain(slots.alone_account);
        let acts = accounts
            .enumerate()
            .filter_map(|(slot, account)| {
                members.binary_search(account).ok().map(|_| Act { slot, member: *account })
            })
            .collect();
        Self { circumstances, objects, window: window.as_micros(), gap: gap.as_micros(), acts }
    }

    /// Tries the joint null. `None` if the members never act together here.
    pub(crate) fn joint(&self, of_stratum: &SlotsOfStratum, dice: &mut Dice) -> Option<Redrawn> {
        let observed = self.joint_actions(self.places(self.acts.iter().copied()));
        self.redraw(observed, dice, |dice, taken, places| {
            for act in &self.acts {
                let stratum = self.circumstances.strata.of_slot[act.slot];
                let choices = of_stratum.of(stratum);
                let slot = untaken(taken, dice, |dice| choices[dice.below(choices.len())] as usize);
                if slot < self.circumstances.slots.len() {
                    places.push(self.place(Act { slot, member: act.member }));
                }
            }
        })
    }

    /// Tries the null of timing. `None` if the members never act together.
    pub(crate) fn timing(
        &self,
        habits: &Habits<'_>,
        hours: &Hours,
        dice: &mut Dice,
    ) -> Option<Redrawn> {
        let redrawables: Vec<Redrawable> =
            self.acts.iter().filter_map(|act| self.redrawable(habits, hours, *act)).collect();
        let acts = redrawables.iter().map(|r| Act { slot: r.slot, member: r.member });
        let observed = self.joint_actions(self.places(acts));
        self.redraw(observed, dice, |dice, taken, places| {
            for redrawable in &redrawables {
                let object = self.circumstances.slots.object[redrawable.slot];
                let mut time = 0;
                let slot = untaken(taken, dice, |dice| {
                    let (slot, imagined) = redrawable.draw(dice);
                    time = imagined;
                    slot.unwrap_or(usize::MAX - redrawable.member as usize)
                });
                let time = self.circumstances.slots.time.get(slot).copied().unwrap_or(time);
                places.push(Place { object, time, member: redrawable.member });
            }
        })
    }

    fn redrawable(&self, habits: &Habits<'_>, hours: &Hours, act: Act) -> Option<Redrawable> {
        let slots = &self.circumstances.slots;
        let object = *slots.object.get(act.slot)?;
        if self.objects.born_from.value(object as usize) == BirthSource::OwnClock.as_str() {
            let born = self.objects.born.value(object as usize);
            return Some(Redrawable::by_latency(habits, habits.range(object)?, born, act));
        }
        Some(Redrawable::by_hour(slots, hours, same_day(slots, act.slot), act))
    }

    fn place(&self, act: Act) -> Place {
        let slots = &self.circumstances.slots;
        Place { object: slots.object[act.slot], time: slots.time[act.slot], member: act.member }
    }

    fn places(&self, acts: impl Iterator<Item = Act>) -> Vec<Place> {
        let shared = acts.filter(|act| act.slot < self.circumstances.slots.len());
        shared.map(|act| self.place(act)).collect()
    }

    /// Redraws until it is clear how unusual the observed count is.
    fn redraw(
        &self,
        observed: u32,
        dice: &mut Dice,
        mut draw: impl FnMut(&mut Dice, &mut FxHashSet<usize>, &mut Vec<Place>),
    ) -> Option<Redrawn> {
        if observed == 0 {
            return None;
        }
        let (mut counts, mut as_large) = (Vec::new(), 0);
        let (mut taken, mut places) = (FxHashSet::default(), Vec::new());
        while (counts.len() as u32) < MOST_DRAWS && as_large < ENOUGH_AS_LARGE {
            taken.clear();
            places.clear();
            draw(dice, &mut taken, &mut places);
            let count = self.joint_actions(std::mem::take(&mut places));
            as_large += u32::from(count >= observed);
            counts.push(count);
        }
        counts.sort_unstable();
        let draws = counts.len();
        let at = |share: f64| f64::from(counts[((draws - 1) as f64 * share).round() as usize]);
        let over = |count: f64| f64::from(observed) / count.max(0.5);
        Some(Redrawn {
            observed,
            expected: counts.iter().map(|&count| f64::from(count)).sum::<f64>() / draws as f64,
            ratio_low: over(at(1.0 - TAIL)),
            ratio_high: over(at(TAIL)),
            p: f64::from(1 + as_large) / (1 + draws) as f64,
        })
    }

    /// Neighbours within the window by two members, the largest number on one object in each sitting.
    fn joint_actions(&self, mut places: Vec<Place>) -> u32 {
        places.sort_unstable();
        let mut bursts: Vec<(i64, u32)> = Vec::new();
        for object in places.chunk_by(|l, r| l.object == r.object) {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    object: u32,
    time: i64,
    member: u32,
}

/// A slot that no other member has in this draw, if one is found in a few tries.
fn untaken(
    taken: &mut FxHashSet<usize>,
    dice: &mut Dice,
    mut draw: impl FnMut(&mut Dice) -> usize,
) -> usize {
    let mut slot = draw(dice);
    for _ in 1..TRIES {
        if taken.insert(slot) {
            return slot;
        }
        slot = draw(dice);
    }
    taken.insert(slot);
    slot
}

/// A member's action that may fall on any slot of its object, or of its object's day.
struct Redrawable {
    slot: usize,
    member: u32,
    /// Slots of each bin begin here; one more than bins.
    starts: Vec<usize>,
    /// Cumulated weights: real slots of each bin, then imagined ones.
    cumulated: Vec<f64>,
    /// Where the imagined slots of each bin lie: its first and last moment.
    imagined: Vec<(i64, i64)>,
}

impl Redrawable {
    fn by_latency(habits: &Habits<'_>, range: std::ops::Range<usize>, born: i64, act: Act) -> Self {
        let tilt: Bins = habits.tilt(act.member);
        let mut starts = vec![range.start];
        for bin in 0..BINS {
            starts.push(starts[bin] + habits.slots_in_bin(&range, starts[bin], bin));
        }
        let real = (0..BINS).map(|bin| tilt[bin] * (starts[bin + 1] - starts[bin]) as f64);
        let imagined = (0..BINS).map(|bin| IMAGINED * habits.population()[bin] * tilt[bin]);
        let cumulated = cumulated(real.chain(imagined));
        let imagined = (0..BINS)
            .map(|bin| {
                let (low, high) = bin_bounds(bin);
                (born + low, born + high)
            })
            .collect();
        Self { slot: act.slot, member: act.member, starts, cumulated, imagined }
    }

    fn by_hour(slots: &Slots<'_>, hours: &Hours, day: std::ops::Range<usize>, act: Act) -> Self {
        let tilt = hours.tilt(act.member);
        let mut starts = vec![day.start];
        for block in 0..HOUR_BLOCKS {
            let rest = &slots.time[starts[block]..day.end];
            let count = rest.partition_point(|&time| hour_block(time) <= block);
            starts.push(starts[block] + count);
        }
        let real = (0..HOUR_BLOCKS).map(|b| tilt[b] * (starts[b + 1] - starts[b]) as f64);
        let imagined = (0..HOUR_BLOCKS).map(|b| IMAGINED * hours.population[b] * tilt[b]);
        let cumulated = cumulated(real.chain(imagined));
        let midnight = slots.time[act.slot].div_euclid(DAY) * DAY;
        let block = DAY / HOUR_BLOCKS as i64;
        let imagined = (0..HOUR_BLOCKS as i64)
            .map(|number| (midnight + number * block, midnight + (number + 1) * block))
            .collect();
        Self { slot: act.slot, member: act.member, starts, cumulated, imagined }
    }

    /// A real slot, or none and an imagined time.
    fn draw(&self, dice: &mut Dice) -> (Option<usize>, i64) {
        let (bins, last) = (self.starts.len() - 1, self.cumulated.len() - 1);
        let mark = dice.unit() * self.cumulated[last];
        let place = self.cumulated.partition_point(|&sum| sum <= mark).min(last);
        if place < bins {
            let (start, end) = (self.starts[place], self.starts[place + 1]);
            return (Some(start + dice.below(end - start)), 0);
        }
        let (low, high) = self.imagined[place - bins];
        (None, low + (dice.unit() * (high - low) as f64) as i64)
    }
}

fn cumulated(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

/// The slots of the same object on the same day (UTC).
fn same_day(slots: &Slots<'_>, slot: usize) -> std::ops::Range<usize> {
    let (object, day) = (slots.object[slot], slots.time[slot].div_euclid(DAY));
    let same =
        |other: &usize| slots.object[*other] == object && slots.time[*other].div_euclid(DAY) == day;
    let start = (0..slot).rev().take_while(same).last().unwrap_or(slot);
    let end = (slot..slots.len()).take_while(same).last().unwrap_or(slot) + 1;
    start..end
}

fn hour_block(time: i64) -> usize {
    (time.rem_euclid(DAY) / (DAY / HOUR_BLOCKS as i64)) as usize
}

/// At what hours accounts act.
pub(crate) struct Hours {
    population: [f64; HOUR_BLOCKS],
    of_account: FxHashMap<u32, [f64; HOUR_BLOCKS]>,
}

impl Hours {
    /// Counts all slots; `accounts` are those whose own hours are asked for.
    pub(crate) fn of(slots: &Slots<'_>, accounts: impl IntoIterator<Item = u32>) -> Self {
        let mut hours = Self {
            population: [0.0; HOUR_BLOCKS],
            of_account: accounts.into_iter().map(|a| (a, [0.0; HOUR_BLOCKS])).collect(),
        };
        let shared = slots.account.iter().zip(slots.time);
        let alone = slots.alone_account.iter().zip(slots.alone_time);
        let mut all = 0.0;
        for (account, &time) in shared.chain(alone) {
            hours.population[hour_block(time)] += 1.0;
            all += 1.0;
            if let Some(own) = hours.of_account.get_mut(account) {
                own[hour_block(time)] += 1.0;
            }
        }
        hours.population.iter_mut().for_each(|share| *share = (*share + 1e-9) / (all + 1e-9));
        hours
    }

    /// How many times likelier than the population an account acts in each block.
    fn tilt(&self, account: u32) -> [f64; HOUR_BLOCKS] {
        let own = self.of_account.get(&account).copied().unwrap_or_default();
        let all: f64 = own.iter().sum();
        std::array::from_fn(|block| {
            let share = (own[block] + HABIT_PRIOR * self.population[block]) / (all + HABIT_PRIOR);
            share / self.population[block]
        })
    }
}

/// The slots of each stratum.
pub(crate) struct SlotsOfStratum {
    starts: Vec<usize>,
    slots: Vec<u32>,
}

impl SlotsOfStratum {
    pub(crate) fn of_strata(of_slot: &[u32], count: usize) -> Self {
        let mut starts = vec![0; count + 1];
        of_slot.iter().for_each(|&stratum| starts[stratum as usize + 1] += 1);
        for stratum in 0..count {
            starts[stratum + 1] += starts[stratum];
        }
        let mut next = starts.clone();
        let mut slots = vec![0; of_slot.len()];
        for (slot, &stratum) in of_slot.iter().enumerate() {
            slots[next[stratum as usize]] = slot as u32;
            next[stratum as usize] += 1;
        }
        Self { starts, slots }
    }

    pub(crate) fn of(&self, stratum: u32) -> &[u32] {
        &self.slots[self.starts[stratum as usize]..self.starts[stratum as usize + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_is_in_its_stratum() {
        let slots = SlotsOfStratum::of_strata(&[1, 0, 1, 2], 3);
        assert_eq!(slots.of(0), [1]);
        assert_eq!(slots.of(1), [0, 2]);
        assert_eq!(slots.of(2), [3]);
    }
}
