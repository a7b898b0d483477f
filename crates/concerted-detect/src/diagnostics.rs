//! Are the p-values what they say? For calibration, on data without coordination; never for a claim.
//!
//! A discrete p-value is made uniform by chance: `P(X > k) + U · P(X = k)` with U uniform. Under the
//! null, a share α of such p-values is at most α; more means false alarms, less means lost power.
//! **Invariant:** the same expected counts and chances as in [`crate::significance`].
//!
//! # References
//! METHODS 2.4 (randomised p-values) and 2.9 (null uniformity).

use concerted_methods::tails::{ln_poisson_binomial_upper, ln_poisson_upper};
use concerted_model::{Span, Trace, plan::DetectPlan};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    Acted, DetectError,
    dice::Dice,
    expectation::expected,
    meetings::{OwnSlots, count_sittings},
    slots::Slots,
    timing::{self, Suspects},
};

/// The levels that are looked at.
pub const LEVELS: [f64; 4] = [0.1, 0.01, 0.001, 0.0001];

/// How many p-values there were, and how many of them were at most each of [`LEVELS`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Uniformity {
    /// P-values.
    pub tests: u64,
    /// Of these, at most each level.
    pub at_most: [u64; LEVELS.len()],
}

impl Uniformity {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.tests += other.tests;
        for (sum, more) in self.at_most.iter_mut().zip(other.at_most) {
            *sum += more;
        }
    }

    /// Observed share over nominal share, for each level; 1 is exact.
    #[must_use]
    pub fn inflation(&self) -> [f64; LEVELS.len()] {
        std::array::from_fn(|place| {
            self.at_most[place] as f64 / (LEVELS[place] * self.tests.max(1) as f64)
        })
    }

    fn count(&mut self, p: f64) {
        self.tests += 1;
        for (sum, level) in self.at_most.iter_mut().zip(LEVELS) {
            *sum += u64::from(p <= level);
        }
    }
}

/// Randomised p-values of the joint test for all pairs of testable accounts in one trace and window.
///
/// O(accounts²) and the strata of each pair.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn joint(
    acted: Acted<'_>,
    trace: Trace,
    window: Span,
    plan: &DetectPlan,
) -> Result<Uniformity, DetectError> {
    let circumstances = acted.circumstances_of(trace);
    let (accounts, slots) = (acted.accounts, &circumstances.slots);
    let rates = circumstances.rates(window);
    let mut acts = vec![0_u32; accounts.len()];
    slots.account.iter().for_each(|&account| acts[account as usize] += 1);
    let able: Vec<u32> = (0..accounts.len() as u32)
        .filter(|&account| acts[account as usize] >= plan.min_objects)
        .collect();
    let own = OwnSlots::of(slots, able.iter().copied());
    let met = met_on(slots, window);
    let mut found = Uniformity::default();
    let mut dice = Dice::new(plan.seed, [0x1017]);
    for (place, &a) in able.iter().enumerate() {
        let pairs: Vec<(u32, u32)> = able[place + 1..].iter().map(|&b| (a, b)).collect();
        for (pair, mean) in pairs.iter().zip(expected(&pairs, &circumstances.shares, &rates)) {
            let episodes = if met.contains(pair) {
                let mut times = Vec::new();
                own.each_shared(slots, pair.0, pair.1, |one, other| {
                    let (one, other) = (slots.time[one], slots.time[other]);
                    if one.abs_diff(other) <= window.as_micros().unsigned_abs() {
                        times.push(one.min(other));
                    }
                });
                times.sort_unstable();
                count_sittings(&times, plan.episode_gap.as_micros())
            } else {
                0
            };
            let tail = |k| ln_poisson_upper(k, mean).map(f64::exp);
            found.count(randomised(episodes, tail, &mut dice)?);
        }
    }
    Ok(found)
}

/// Randomised p-values of test T for pairs that share three objects of known birth or more.
///
/// `most`: pairs at most, drawn at random.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn timing(
    acted: Acted<'_>,
    trace: Trace,
    window: Span,
    plan: &DetectPlan,
    most: usize,
) -> Result<Uniformity, DetectError> {
    let Acted { accounts, objects, .. } = acted;
    let slots = acted.slots_of(trace);
    let ranges: Vec<std::ops::Range<usize>> = slots.objects().collect();
    let range_of: FxHashMap<u32, usize> = (ranges.iter().enumerate())
        .map(|(place, range)| (slots.object[range.start], place))
        .collect();
    let own = OwnSlots::of(&slots, 0..accounts.len() as u32);
    let mut dice = Dice::new(plan.seed, [0x7171]);
    let mut suspects = Vec::new();
    for _ in 0..most {
        if suspects.len() >= most {
            break;
        }
        let a = dice.below(accounts.len()) as u32;
        let mut shared: FxHashMap<u32, u32> = FxHashMap::default();
        for &slot in own.of_account(a) {
            for other in ranges[range_of[&slots.object[slot]]].clone() {
                *shared.entry(slots.account[other]).or_default() += 1;
            }
        }
        let mut others: Vec<u32> =
            shared.into_iter().filter(|&(b, count)| b != a && count >= 3).map(|s| s.0).collect();
        others.sort_unstable();
        let room = most - suspects.len();
        suspects.extend(others.into_iter().take(room).map(|b| Suspects {
            a: a.min(b),
            b: a.max(b),
            window,
        }));
    }
    let mut found = Uniformity::default();
    for (met, chances) in
        timing::trials(&slots, objects, &suspects, plan.episode_gap).into_iter().flatten()
    {
        let tail = |k| {
            if k > chances.len() as u64 {
                return Ok(0.0);
            }
            ln_poisson_binomial_upper(k, &chances).map(f64::exp)
        };
        found.count(randomised(met, tail, &mut dice)?);
    }
    Ok(found)
}

/// P(X > k) + U · P(X = k).
fn randomised<E: std::fmt::Display>(
    k: u64,
    tail: impl Fn(u64) -> Result<f64, E>,
    dice: &mut Dice,
) -> Result<f64, DetectError> {
    let refused = |error: E| DetectError::refused("tail", error);
    let (at_least, above) = (tail(k).map_err(refused)?, tail(k + 1).map_err(refused)?);
    Ok(above + dice.unit() * (at_least - above))
}

/// Pairs that met within the window on any object, the smaller account first.
fn met_on(slots: &Slots<'_>, window: Span) -> FxHashSet<(u32, u32)> {
    let mut met = FxHashSet::default();
    for range in slots.objects() {
        let mut earliest = range.start;
        for later in range {
            while slots.time[later] - slots.time[earliest] > window.as_micros() {
                earliest += 1;
            }
            for earlier in earliest..later {
                let (one, other) = (slots.account[earlier], slots.account[later]);
                if one != other {
                    met.insert((one.min(other), one.max(other)));
                }
            }
        }
    }
    met
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn randomised_p_values_of_a_true_null_are_uniform() {
        let mut dice = Dice::new(3, [1]);
        let mut found = Uniformity::default();
        for _ in 0..200_000 {
            // Ten fair coins against their own tail.
            let heads = (0..10).filter(|_| dice.unit() < 0.5).count() as u64;
            let tail = |k| {
                if k > 10 {
                    return Ok(0.0);
                }
                ln_poisson_binomial_upper(k, &[0.5; 10]).map(f64::exp)
            };
            let p = randomised(heads, tail, &mut dice).unwrap();
            found.count(p);
        }
        let [tenth, hundredth, thousandth, _] = found.inflation();
        assert!((tenth - 1.0).abs() < 0.03, "{tenth}");
        assert!((hundredth - 1.0).abs() < 0.1, "{hundredth}");
        assert!((thousandth - 1.0).abs() < 0.3, "{thousandth}");
    }
}
