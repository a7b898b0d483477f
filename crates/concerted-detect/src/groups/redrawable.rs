//! Where an action could as well have been, if only its timing is chance.
//!
//! An action stays on its object and falls on another slot there, likelier where the account's own
//! habit lies: of latency where the object's birth is known, of the hour elsewhere. **Invariant:** a
//! slot is real (somebody acted there) or imagined (from the population's habit), never both.

use rustc_hash::FxHashMap;

use super::confirmation::Act;
use crate::{
    dice::Dice,
    slots::Slots,
    timing::{BINS, Bins, Habits, bin_bounds},
};

/// Imagined slots of an object, from the population's habit.
const IMAGINED: f64 = 10.0;
/// Blocks of four hours of the day.
const HOUR_BLOCKS: usize = 6;
/// Weight of the population's hours in an account's, in actions.
const HABIT_PRIOR: f64 = 5.0;
const DAY: i64 = 86_400_000_000;

/// A member's action that may fall on any slot of its object, or of its object's day.
pub(super) struct Redrawable {
    act: Act,
    /// Slots of each bin begin here; one more than bins.
    starts: Vec<usize>,
    /// Cumulated weights: real slots of each bin, then imagined ones.
    cumulated: Vec<f64>,
    /// Where the imagined slots of each bin lie: its first and last moment.
    imagined: Vec<(i64, i64)>,
}

impl Redrawable {
    /// `range`: the slots of the object, which was born at `born`.
    pub(super) fn by_latency(
        habits: &Habits<'_>,
        range: std::ops::Range<usize>,
        born: i64,
        act: Act,
    ) -> Self {
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
        Self { act, starts, cumulated, imagined }
    }

    pub(super) fn by_hour(slots: &Slots<'_>, hours: &Hours, act: Act) -> Self {
        let day = same_day(slots, act.slot as usize);
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
        let midnight = slots.time[act.slot as usize].div_euclid(DAY) * DAY;
        let block = DAY / HOUR_BLOCKS as i64;
        let imagined = (0..HOUR_BLOCKS as i64)
            .map(|number| (midnight + number * block, midnight + (number + 1) * block))
            .collect();
        Self { act, starts, cumulated, imagined }
    }

    /// The action as it was.
    pub(super) fn act(&self) -> Act {
        self.act
    }

    /// A real slot, or none and an imagined time.
    pub(super) fn draw(&self, dice: &mut Dice) -> (Option<usize>, i64) {
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
