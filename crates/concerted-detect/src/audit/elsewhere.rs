//! Where an act might as well have fallen, had its account no regard to the others on the list.
//!
//! *Joint null*: on a random slot of its stratum that nobody on the list filled; if fewer than 30 are
//! left there, on any of its slots. *Timing null*: on the same object, at a moment drawn from
//!
//! - where births are known: the account's own lags on other objects of the same source, so that whoever
//!   hears of every post of a star at once is expected to; three prior draws from the slots of
//!   accounts that are not on the list, and ten imagined ones of the population, both likelier
//!   where the account's lags usually lie;
//! - elsewhere: the slots of others on that object within half an hour (an hour for windows above ten
//!   minutes), and ten imagined ones anywhere in it.
//!
//! A network that has an object for itself is thus no excuse for itself, and neither is it where
//! it outnumbers everybody else. **Invariant:** the slots of the list never count as somebody else's.
//!
//! # References
//! METHODS 2.5 (interval jitter; Amarasingham et al. 2012) and 2.7 (test T, test G).

use concerted_model::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::field::Field;
use crate::{
    dice::Dice,
    timing::{BINS, Bins, bin_bounds},
};

/// Slots of others below which a stratum's own are taken.
const FEWEST_SLOTS: usize = 30;
/// Imagined slots of an object.
const IMAGINED: f64 = 10.0;
/// Weight of what is not the account's own lag on the source, in acts.
const SOURCE_PRIOR: f64 = 3.0;
/// How far an act is moved where the birth is not known: for windows up to ten minutes, and above.
const NEAR: i64 = 1_800_000_000;
const FAR: i64 = 3_600_000_000;
const LONG_WINDOW: Span = Span::seconds(600);

/// A trace without the acts of a list.
pub(crate) struct Without<'f> {
    pub(crate) field: &'f Field<'f>,
    /// Slots of others by stratum, for strata in which the list acts.
    strata: FxHashMap<u32, Vec<u32>>,
    /// Times of others by object, in order, for objects that the list acts on.
    objects: FxHashMap<u32, Vec<i64>>,
}

/// Where one act might as well have fallen on its object.
pub(crate) struct Elsewhere {
    /// Moments, and the weight of each up to it.
    moments: Vec<i64>,
    moment_weights: Vec<f64>,
    /// Stretches, and the weight of each up to it.
    stretches: Vec<(i64, i64)>,
    stretch_weights: Vec<f64>,
}

impl<'f> Without<'f> {
    /// `list` in order: whose slots do not count as somebody else's.
    pub(crate) fn of(field: &'f Field<'f>, list: &[u32]) -> Self {
        let slots = &field.circumstances.slots;
        let (mut strata, mut objects) = (FxHashSet::default(), FxHashSet::<u32>::default());
        for &account in list {
            for &slot in field.acts(account) {
                strata.insert(field.circumstances.strata.of_slot[slot as usize]);
                objects.extend(slots.object.get(slot as usize));
            }
        }
        let listed = |account: u32| list.binary_search(&account).is_ok();
        let others = |stratum: u32| -> Vec<u32> {
            let all = field.of_stratum(stratum);
            let rest: Vec<u32> =
                all.iter().copied().filter(|&s| !listed(field.account(s as usize))).collect();
            if rest.len() >= FEWEST_SLOTS { rest } else { all.to_vec() }
        };
        let mut found = Self { field, strata: FxHashMap::default(), objects: FxHashMap::default() };
        found.strata = strata.into_iter().map(|stratum| (stratum, others(stratum))).collect();
        for range in slots.objects() {
            let object = slots.object[range.start];
            if objects.contains(&object) {
                let rest = range.filter(|&slot| !listed(slots.account[slot]));
                found.objects.insert(object, rest.map(|slot| slots.time[slot]).collect());
            }
        }
        found
    }

    /// The slots of a stratum that count as somebody else's.
    pub(crate) fn slots_of(&self, stratum: u32) -> &[u32] {
        match self.strata.get(&stratum) {
            Some(slots) => slots,
            None => self.field.of_stratum(stratum),
        }
    }

    /// Where an account's act might have fallen instead, on its object. `None` for an act alone.
    pub(crate) fn elsewhere(&self, slot: usize, account: u32, window: Span) -> Option<Elsewhere> {
        let slots = &self.field.circumstances.slots;
        let object = *slots.object.get(slot)?;
        // An object that nobody of the list acted on has no wakes either: it is never asked about.
        let others = self.objects.get(&object).map_or(&[][..], Vec::as_slice);
        Some(match self.field.born(object) {
            Some(born) => self.by_lag(object, account, born, others),
            None => by_moment(slots.time[slot], others, window),
        })
    }

    fn by_lag(&self, object: u32, account: u32, born: i64, others: &[i64]) -> Elsewhere {
        let tilt: Bins = self.field.tilt(account);
        let own = self.own_lags(object, account);
        let mut found = Elsewhere::empty();
        let real: f64 = others.iter().map(|time| tilt[bin(time - born)]).sum();
        let population = self.field.population();
        let imagined: f64 = (0..BINS).map(|bin| IMAGINED * population[bin] * tilt[bin]).sum();
        // Own lags weigh one each, everything else together as much as the prior.
        let scale = SOURCE_PRIOR / (real + imagined).max(f64::MIN_POSITIVE);
        own.iter().for_each(|lag| found.moment(born + lag, 1.0));
        others.iter().for_each(|&time| found.moment(time, scale * tilt[bin(time - born)]));
        for bin in 0..BINS {
            let (low, high) = bin_bounds(bin);
            let weight = scale * IMAGINED * population[bin] * tilt[bin];
            found.stretch((born + low, born + high), weight);
        }
        found
    }

    /// The account's lags on other objects of the same source.
    fn own_lags(&self, object: u32, account: u32) -> Vec<i64> {
        let slots = &self.field.circumstances.slots;
        let Some(source) = self.field.source(object) else { return Vec::new() };
        let acts = self.field.acts(account).iter().map(|&slot| slot as usize);
        acts.take_while(|&slot| slot < slots.len())
            .filter(|&slot| slots.object[slot] != object)
            .filter(|&slot| self.field.source(slots.object[slot]) == Some(source))
            .filter_map(|slot| Some(slots.time[slot] - self.field.born(slots.object[slot])?))
            .collect()
    }
}

fn by_moment(time: i64, others: &[i64], window: Span) -> Elsewhere {
    let reach = if window > LONG_WINDOW { FAR } else { NEAR };
    let (low, high) = (time - reach, time + reach);
    let start = others.partition_point(|&other| other < low);
    let end = others.partition_point(|&other| other <= high);
    let mut found = Elsewhere::empty();
    others[start..end].iter().for_each(|&other| found.moment(other, 1.0));
    found.stretch((low, high), IMAGINED);
    found
}

/// The bin of a lag.
fn bin(lag: i64) -> usize {
    (0..BINS - 1).find(|&bin| lag < bin_bounds(bin).1).unwrap_or(BINS - 1)
}

impl Elsewhere {
    fn empty() -> Self {
        Self {
            moments: Vec::new(),
            moment_weights: Vec::new(),
            stretches: Vec::new(),
            stretch_weights: Vec::new(),
        }
    }

    fn moment(&mut self, time: i64, weight: f64) {
        let before = self.moment_weights.last().copied().unwrap_or(0.0);
        self.moments.push(time);
        self.moment_weights.push(before + weight);
    }

    fn stretch(&mut self, stretch: (i64, i64), weight: f64) {
        let before = self.stretch_weights.last().copied().unwrap_or(0.0);
        self.stretches.push(stretch);
        self.stretch_weights.push(before + weight);
    }

    fn weights(&self) -> (f64, f64) {
        let last = |weights: &[f64]| weights.last().copied().unwrap_or(0.0);
        (last(&self.moment_weights), last(&self.stretch_weights))
    }

    /// A moment.
    pub(crate) fn draw(&self, dice: &mut Dice) -> i64 {
        let (moments, stretches) = self.weights();
        let (mark, place) = (dice.unit() * (moments + stretches), dice.unit());
        if mark < moments {
            let at = self.moment_weights.partition_point(|&sum| sum <= mark);
            return self.moments[at.min(self.moments.len() - 1)];
        }
        let at = self.stretch_weights.partition_point(|&sum| sum <= mark - moments);
        let (low, high) = self.stretches[at.min(self.stretches.len() - 1)];
        low + (place * (high - low) as f64) as i64
    }

    /// Probability that it falls into one of these stretches, which are in order and apart.
    pub(crate) fn chance(&self, covered: &[(i64, i64)]) -> f64 {
        let own = |sums: &[f64], at: usize| sums[at] - at.checked_sub(1).map_or(0.0, |b| sums[b]);
        let inside = |time: i64| {
            let at = covered.partition_point(|stretch| stretch.1 < time);
            covered.get(at).is_some_and(|stretch| stretch.0 <= time)
        };
        let mut sum = 0.0;
        for (at, &time) in self.moments.iter().enumerate() {
            if inside(time) {
                sum += own(&self.moment_weights, at);
            }
        }
        for (at, &(low, high)) in self.stretches.iter().enumerate() {
            let common = covered.iter().map(|&(from, to)| (to.min(high) - from.max(low)).max(0));
            let share = common.sum::<i64>() as f64 / (high - low).max(1) as f64;
            sum += own(&self.stretch_weights, at) * share;
        }
        let (moments, stretches) = self.weights();
        (sum / (moments + stretches).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    #[test]
    fn the_chance_is_the_share_of_draws_that_fall_inside() {
        let others = [10 * MINUTE, 12 * MINUTE, 200 * MINUTE];
        let elsewhere = by_moment(15 * MINUTE, &others, Span::seconds(60));
        let covered = [(11 * MINUTE, 13 * MINUTE), (20 * MINUTE, 35 * MINUTE)];
        let mut dice = Dice::new(1, [2]);
        let inside = (0..40_000)
            .map(|_| elsewhere.draw(&mut dice))
            .filter(|time| covered.iter().any(|c| c.0 <= *time && *time <= c.1))
            .count();
        let share = inside as f64 / 40_000.0;
        assert!((elsewhere.chance(&covered) - share).abs() < 0.01, "{share}");
    }

    #[test]
    fn a_lag_is_in_the_bin_that_holds_it() {
        assert_eq!(bin(0), 0);
        assert_eq!(bin(-5), 0);
        assert!(bin_bounds(bin(100_000_000)).0 <= 100_000_000);
        assert!(bin_bounds(bin(100_000_000)).1 > 100_000_000);
        assert_eq!(bin(i64::MAX / 2), BINS - 1);
    }
}
