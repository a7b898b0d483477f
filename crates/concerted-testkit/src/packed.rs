//! Actions by the hundred million, for benchmarks: no texts, no truth, nobody in concert.
//!
//! **Invariant:** the same arguments give the same actions on every machine. Memory is constant:
//! what must be remembered of an object, its birth, is computed from its number.

use crate::{
    calendar::{BUSYNESS, DAY_MS, HOUR_MS},
    dice::{Dice, scramble, unit},
};

/// Somebody acts on something at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedAction {
    /// The object; low numbers are popular.
    pub object: u32,
    /// The account; low numbers are active.
    pub account: u32,
    /// When, in microseconds since 1970 UTC.
    pub time_us: i64,
}

/// When the first action can be: 2024-03-04, in microseconds.
const START_US: i64 = 1_709_510_400_000_000;
/// How long actions go on: 30 days.
const SPAN_US: i64 = 30 * DAY_MS * 1_000;
const HOUR_US: i64 = HOUR_MS * 1_000;
const DAY_US: i64 = DAY_MS * 1_000;

/// Steps of the tables of quantiles: as many as 12 bits choose from.
const STEPS: usize = 1 << STEP_BITS;
const STEP_BITS: u32 = 12;
const STEP_SHIFT: u32 = u64::BITS - STEP_BITS;
/// Median response lag: an hour, in microseconds.
const LAG_MEDIAN_US: f64 = 3.6e9;
/// Standard deviation of its logarithm.
const LAG_SIGMA: f64 = 2.0;
/// One in this many actions is drawn for its hour of the day instead of its lag.
const ROUTINE: u64 = 2;

/// `count` actions over 30 days, in no order, for `accounts` accounts and `objects` objects.
///
/// An object's popularity is ∝ rank^−0.9, and an account's activity ∝ rank^−2/3. Objects are born
/// by the hours of the day. Half of the actions follow the birth with a lognormal lag (median an
/// hour, σ 2), and half come at an hour of the day, whatever the object's age; both are folded into
/// the 30 days. An account may act on an object more than once. About 25 ns an action.
pub fn zipf_actions(
    count: u64,
    accounts: u32,
    objects: u32,
    seed: u64,
) -> impl Iterator<Item = PackedAction> {
    let mut dice = Dice::new(seed, "packed");
    let (objects, accounts) = (PowerLaw::<10>::new(objects), PowerLaw::<3>::new(accounts));
    let (hours, lags) = (hours_of_day(), lags());
    (0..count).map(move |_| {
        let object = objects.rank(dice.unit());
        let account = accounts.rank(dice.unit());
        let bits = dice.bits();
        let since_us = if bits.is_multiple_of(ROUTINE) {
            routine(dice.bits(), &hours)
        } else {
            let birth = routine(scramble(u64::from(object) ^ scramble(seed)), &hours);
            (birth + quantile(&lags, bits)) % SPAN_US
        };
        PackedAction { object, account, time_us: START_US + since_us }
    })
}

/// A rank with probability ∝ rank^(1/K − 1), by the inverse of the continuous law: K is a whole
/// number, so that a power is a few multiplications.
#[derive(Clone, Copy)]
struct PowerLaw<const K: i32> {
    reach: f64,
    last: u32,
}

impl<const K: i32> PowerLaw<K> {
    fn new(ranks: u32) -> Self {
        let end = f64::from(ranks.max(1)) + 1.0;
        Self { reach: libm::pow(end, 1.0 / f64::from(K)) - 1.0, last: ranks.max(1) - 1 }
    }

    /// The rank, from 0, at which the distribution function reaches `share` in `(0, 1)`.
    fn rank(self, share: f64) -> u32 {
        let root = 1.0 + self.reach * share;
        let mut power = 1.0;
        for _ in 0..K {
            power *= root;
        }
        ((power - 1.0) as u32).min(self.last)
    }
}

/// A moment of the 30 days in microseconds, by the hours of the day.
fn routine(bits: u64, hours: &[i64]) -> i64 {
    let day = (unit(bits) * 30.0) as i64;
    day * DAY_US + quantile(hours, scramble(bits))
}

/// The value at a random place of a table of quantiles, straight between neighbours.
fn quantile(table: &[i64], bits: u64) -> i64 {
    let step = (bits >> STEP_SHIFT) as usize;
    let (from, to) = (table[step], table[step + 1]);
    from + (((to - from) as f64) * unit(bits << STEP_BITS)) as i64
}

/// The moments of the day, in microseconds, by which each 4,096th part of its actions is done.
fn hours_of_day() -> Vec<i64> {
    let total: f64 = BUSYNESS.iter().sum();
    let mut moments = Vec::with_capacity(STEPS + 1);
    let (mut hour, mut before) = (0, 0.0);
    for step in 0..=STEPS {
        let share = total * step as f64 / STEPS as f64;
        while hour < 23 && before + BUSYNESS[hour] <= share {
            before += BUSYNESS[hour];
            hour += 1;
        }
        let part = ((share - before) / BUSYNESS[hour]).min(1.0);
        moments.push(hour as i64 * HOUR_US + (part * HOUR_US as f64) as i64);
    }
    moments
}

/// Quantiles of the lag in microseconds, from a sample of sixteen for each.
fn lags() -> Vec<i64> {
    let mut dice = Dice::new(0, "lags");
    let mut sample: Vec<i64> = (0..=16 * STEPS)
        .map(|_| (dice.lognormal(LAG_MEDIAN_US, LAG_SIGMA) as i64).min(SPAN_US))
        .collect();
    sample.sort_unstable();
    sample.into_iter().step_by(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_arguments_give_the_same_actions() {
        let some = |seed| zipf_actions(1_000, 500, 2_000, seed).collect::<Vec<_>>();
        assert_eq!(some(1), some(1));
        assert_ne!(some(1), some(2));
    }

    #[test]
    fn popularity_falls_as_the_law_says() {
        let mut counts = vec![0_u32; 20_000];
        for action in zipf_actions(1_000_000, 5_000, 20_000, 1) {
            assert!(action.account < 5_000);
            counts[action.object as usize] += 1;
        }
        // Σ rank^−0.9 over ranks 100..200 and 1,000..2,000 are as 10^0.1: their integrals.
        let part = |from: usize, to: usize| f64::from(counts[from..to].iter().sum::<u32>());
        let ratio = part(1_000, 2_000) / part(100, 200);
        assert!((ratio - 1.259).abs() < 0.04, "{ratio}");
    }

    #[test]
    fn evenings_are_busier_than_nights_and_no_day_is_left_out() {
        let (mut hours, mut days) = ([0_u32; 24], [0_u32; 30]);
        for action in zipf_actions(300_000, 5_000, 20_000, 1) {
            let since = action.time_us - START_US;
            hours[(since % DAY_US / HOUR_US) as usize] += 1;
            days[(since / DAY_US) as usize] += 1;
        }
        assert!(hours[20] > 2 * hours[4], "{hours:?}");
        assert!(days.iter().all(|count| (7_000..16_000).contains(count)), "{days:?}");
    }

    #[test]
    fn no_objects_or_accounts_count_as_one() {
        assert!(zipf_actions(10, 0, 0, 1).all(|action| action.object == 0 && action.account == 0));
    }
}
