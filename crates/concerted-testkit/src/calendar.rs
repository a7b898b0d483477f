//! When accounts are at it: the hours of the day, and sittings with short gaps.
//!
//! **Invariant:** an account's actions depend on its own clock and nobody else's, so that whatever
//! two accounts do at the same moment they do by chance.

use std::ops::Range;

use crate::{
    dice::{Dice, Weighted},
    plan::SessionPlan,
};

pub(crate) const HOUR_MS: i64 = 3_600_000;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;

/// How busy each local hour is, relative to the mean: lowest at four, highest at eight in the evening.
pub(crate) const BUSYNESS: [f64; 24] = [
    0.66, 0.37, 0.21, 0.13, 0.11, 0.17, 0.39, 0.72, 1.01, 1.15, 1.19, 1.21, 1.36, 1.29, 1.19, 1.17,
    1.21, 1.31, 1.45, 1.66, 1.83, 1.76, 1.43, 1.01,
];

/// An account at its screen at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) time_ms: i64,
    pub(crate) account: u32,
}

/// The hours of the day.
pub(crate) struct Calendar {
    window: Range<i64>,
    hours: Weighted,
}

impl Calendar {
    /// Over a span of time; whole days from the start on, one at least.
    pub(crate) fn new(window: Range<i64>) -> Self {
        Self { window, hours: Weighted::new(BUSYNESS) }
    }

    /// A moment for somebody whose clock is so far ahead of UTC.
    pub(crate) fn moment(&self, clock_ms: i64, dice: &mut Dice) -> i64 {
        let days = ((self.window.end - self.window.start) / DAY_MS).max(1);
        let day = dice.below(days as usize) as i64;
        let hour = self.hours.draw(dice).unwrap_or(0) as i64;
        let local = hour * HOUR_MS + dice.below(HOUR_MS as usize) as i64;
        self.window.start + day * DAY_MS + (local - clock_ms).rem_euclid(DAY_MS)
    }

    /// An account's slots, in sittings. A sitting that reaches the end of the span breaks off.
    pub(crate) fn sittings(
        &self,
        slot: impl Fn(i64) -> Slot,
        count: usize,
        clock_ms: i64,
        plan: &SessionPlan,
        dice: &mut Dice,
    ) -> Vec<Slot> {
        let mut slots = Vec::with_capacity(count);
        let mut left = count;
        while left > 0 {
            let length = dice.geometric(plan.mean_actions).min(left);
            left -= length;
            let mut time = self.moment(clock_ms, dice);
            for _ in 0..length {
                slots.push(slot(time));
                time += 1 + dice.delay_ms(plan.mean_gap);
            }
        }
        slots.retain(|slot| slot.time_ms < self.window.end);
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_of_a_day_are_busy_as_the_table_says() {
        let mean = BUSYNESS.iter().sum::<f64>() / 24.0;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        let calendar = Calendar::new(0..14 * DAY_MS);
        let mut dice = Dice::new(1, "hours");
        let mut counts = [0_u32; 24];
        let clock = 5 * HOUR_MS;
        for _ in 0..48_000 {
            let time = calendar.moment(clock, &mut dice);
            assert!((0..14 * DAY_MS).contains(&time));
            counts[((time + clock).rem_euclid(DAY_MS) / HOUR_MS) as usize] += 1;
        }
        for (count, busyness) in counts.iter().zip(BUSYNESS) {
            assert!((f64::from(*count) / 2_000.0 - busyness).abs() < 0.15, "{counts:?}");
        }
    }

    #[test]
    fn gaps_within_a_sitting_have_the_mean_of_the_plan() {
        let calendar = Calendar::new(0..14 * DAY_MS);
        let plan = SessionPlan { mean_actions: 1e9, ..SessionPlan::default() };
        let mut dice = Dice::new(1, "gaps");
        let slot = |time_ms| Slot { time_ms, account: 0 };
        let slots = calendar.sittings(slot, 5_000, 0, &plan, &mut dice);
        let gaps: Vec<i64> =
            slots.windows(2).map(|pair| pair[1].time_ms - pair[0].time_ms).collect();
        let mean = gaps.iter().sum::<i64>() as f64 / gaps.len() as f64;
        assert!((mean - 35_000.0).abs() < 2_000.0, "{mean}");
    }
}
