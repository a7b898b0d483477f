//! Test T, "when": is the timing of two accounts closer than their own habits explain?
//!
//! Given which objects two accounts share, when all others acted on each, and how soon after an
//! object's birth each of the two usually acts: would exchangeable participants with their habits
//! have met as often? Independent followers of one source, however fast, pass for what they are.
//! Only objects whose birth is known take part.
//!
//! **Invariant:** conditional on what is shared, so that common interest cannot pass for timing.
//! Co-actions of one sitting count once; the tail is then that of independent episodes, which is
//! conservative under the positive dependence that sittings have.
//!
//! # References
//! METHODS 2.7, test T: latency-tilted, shrunken, episode-deduplicated Poisson-binomial.

use concerted_methods::tails::ln_poisson_binomial_upper;
use concerted_model::{Span, tables::Objects};
use rustc_hash::FxHashMap;

use crate::{
    DetectError,
    meetings::{Meeting, OwnSlots, sittings},
    slots::Slots,
};

const SECOND: i64 = 1_000_000;
/// Upper edges of the bins of lag since birth, in seconds.
const LAG_EDGES: [i64; 17] =
    [8, 15, 25, 40, 60, 90, 135, 200, 300, 450, 900, 1800, 3600, 7200, 14400, 28800, 57600];
pub(crate) const BINS: usize = LAG_EDGES.len() + 1;
/// Weight of the population's habit in an account's, in actions.
const HABIT_PRIOR: f64 = 5.0;
/// Weight of the population's response curve in an object's, in slot pairs (κ).
const CURVE_PRIOR: f64 = 100.0;

pub(crate) type Bins = [f64; BINS];

type Grid = Box<[Bins; BINS]>;

/// Two accounts and the window in which they are to be tested.
#[derive(Clone, Copy)]
pub(crate) struct Suspects {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) window: Span,
}

/// ln p of each of `suspects`, `None` where no shared object has a known birth.
///
/// Linear in the slots for each window, then in the shared objects of each pair.
pub(crate) fn test(
    slots: &Slots<'_>,
    objects: &Objects,
    suspects: &[Suspects],
    gap: Span,
) -> Result<Vec<Option<f64>>, DetectError> {
    trials(slots, objects, suspects, gap)
        .into_iter()
        .map(|trials| match trials {
            None => Ok(None),
            Some((met, chances)) => ln_poisson_binomial_upper(met, &chances)
                .map(Some)
                .map_err(|error| DetectError::refused("Poisson-binomial tail", error)),
        })
        .collect()
}

/// Of each pair the sittings in which they met, and the chance of each sitting on shared objects.
pub(crate) fn trials(
    slots: &Slots<'_>,
    objects: &Objects,
    suspects: &[Suspects],
    gap: Span,
) -> Vec<Option<(u64, Vec<f64>)>> {
    let accounts = suspects.iter().flat_map(|pair| [pair.a, pair.b]);
    let model = Habits::of(slots, objects, accounts);
    let mut curves: FxHashMap<Span, Grid> = FxHashMap::default();
    let mut tables: FxHashMap<(usize, Span), Table> = FxHashMap::default();
    let trial = |pair: &Suspects| {
        let curve = curves.entry(pair.window).or_insert_with(|| model.response_curve(pair.window));
        let meetings = model.meetings(*pair, curve, &mut tables);
        (!meetings.is_empty()).then(|| sittings(meetings, gap.as_micros()))
    };
    suspects.iter().map(trial).collect()
}

/// Habits of the population and of the accounts to be tested.
pub(crate) struct Habits<'a> {
    slots: &'a Slots<'a>,
    /// Bin of lag of each slot, where the object's birth is known.
    bin: Vec<Option<u8>>,
    /// Slots of the accounts to be tested.
    own: OwnSlots,
    /// Share of the population's slots in each bin.
    habit: Bins,
}

/// Slots of one object by bin, and ordered pairs of them within the window.
struct Table {
    slots: Bins,
    pairs: Grid,
}

impl<'a> Habits<'a> {
    /// Looks through all slots; `accounts` are those whose own habits are asked for.
    pub(crate) fn of(
        slots: &'a Slots<'a>,
        objects: &Objects,
        accounts: impl IntoIterator<Item = u32>,
    ) -> Self {
        let bin = (0..slots.len()).map(|slot| lag_bin(slots, objects, slot)).collect();
        let mut model = Self { slots, bin, own: OwnSlots::of(slots, accounts), habit: [0.0; BINS] };
        model.bin.iter().flatten().for_each(|&bin| model.habit[bin as usize] += 1.0);
        let all: f64 = model.habit.iter().sum();
        // A bin that nobody is in keeps a trace of weight, so that no habit is divided by zero.
        model.habit.iter_mut().for_each(|share| *share = (*share + 1e-9) / (all + 1e-9));
        model
    }

    /// How many times likelier than the population an account acts in each bin, leaving out its
    /// slot in the bin `except`, which is under test.
    fn tilt_without(&self, account: u32, except: u8) -> Bins {
        let mut counts = self.counts(account);
        counts[except as usize] -= 1.0;
        self.tilt_of(&counts)
    }

    /// How many times likelier than the population an account acts in each bin.
    pub(crate) fn tilt(&self, account: u32) -> Bins {
        self.tilt_of(&self.counts(account))
    }

    /// An account's slots in each bin.
    fn counts(&self, account: u32) -> Bins {
        let own = self.own.of_account(account);
        let mut counts = [0.0; BINS];
        own.iter().filter_map(|&slot| self.bin[slot]).for_each(|b| counts[b as usize] += 1.0);
        counts
    }

    /// Share of the population's slots in each bin.
    pub(crate) fn population(&self) -> &Bins {
        &self.habit
    }

    /// The slots of an object.
    pub(crate) fn range(&self, object: u32) -> Option<std::ops::Range<usize>> {
        let start = self.slots.object.partition_point(|&other| other < object);
        let count = self.slots.object[start..].partition_point(|&other| other == object);
        (count > 0).then_some(start..start + count)
    }

    /// How many slots from `start` on, which is inside the object's `range`, are in the bin.
    pub(crate) fn slots_in_bin(
        &self,
        range: &std::ops::Range<usize>,
        start: usize,
        bin: usize,
    ) -> usize {
        let rest = &self.bin[start..range.end];
        rest.partition_point(|other| other.is_some_and(|other| usize::from(other) <= bin))
    }

    fn tilt_of(&self, counts: &Bins) -> Bins {
        let all: f64 = counts.iter().sum();
        std::array::from_fn(|bin| {
            let share = (counts[bin] + HABIT_PRIOR * self.habit[bin]) / (all + HABIT_PRIOR);
            share / self.habit[bin]
        })
    }

    /// Share of slot pairs within the window, by their bins, among accounts that are not suspected.
    fn response_curve(&self, window: Span) -> Grid {
        let mut within: Grid = Box::new([[0.0; BINS]; BINS]);
        let mut all: Grid = Box::new([[0.0; BINS]; BINS]);
        for range in self.range_in_order() {
            let kept: Vec<usize> =
                range.filter(|&slot| !self.own.knows(self.slots.account[slot])).collect();
            let table = self.table(&kept, window);
            for (one, row) in within.iter_mut().enumerate() {
                for (other, pairs) in row.iter_mut().enumerate() {
                    *pairs += table.pairs[one][other];
                    let same = f64::from(u8::from(one == other));
                    all[one][other] += table.slots[one] * (table.slots[other] - same);
                }
            }
        }
        for (row, all) in within.iter_mut().zip(all.iter()) {
            for (pairs, all) in row.iter_mut().zip(all) {
                *pairs = if *all > 0.0 { *pairs / all } else { 0.0 };
            }
        }
        within
    }

    /// Slots of every object with a known birth, in order, so that sums do not depend on a hash.
    fn range_in_order(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.slots.objects().filter(|range| self.bin[range.start].is_some())
    }

    /// Bins rise with time inside an object, so that the slots within reach are few stretches.
    fn table(&self, kept: &[usize], window: Span) -> Table {
        let mut table = Table { slots: [0.0; BINS], pairs: Box::new([[0.0; BINS]; BINS]) };
        let mut within = [0.0; BINS];
        let mut earliest = 0;
        for (place, &later) in kept.iter().enumerate() {
            let Some(bin) = self.bin[later] else { continue };
            while self.slots.time[later] - self.slots.time[kept[earliest]] > window.as_micros() {
                if let Some(gone) = self.bin[kept[earliest]] {
                    within[gone as usize] -= 1.0;
                }
                earliest += 1;
            }
            debug_assert!(earliest <= place);
            for (other, &count) in within.iter().enumerate() {
                table.pairs[bin as usize][other] += count;
                table.pairs[other][bin as usize] += count;
            }
            within[bin as usize] += 1.0;
            table.slots[bin as usize] += 1.0;
        }
        table
    }

    fn meetings(
        &self,
        pair: Suspects,
        curve: &Grid,
        tables: &mut FxHashMap<(usize, Span), Table>,
    ) -> Vec<Meeting> {
        let mut found = Vec::new();
        self.own.each_shared(self.slots, pair.a, pair.b, |one, other| {
            let (Some(one_bin), Some(other_bin)) = (self.bin[one], self.bin[other]) else { return };
            let Some(range) = self.range(self.slots.object[one]) else { return };
            let table = tables
                .entry((range.start, pair.window))
                .or_insert_with(|| self.table(&range.collect::<Vec<_>>(), pair.window));
            let (one_time, other_time) = (self.slots.time[one], self.slots.time[other]);
            found.push(Meeting {
                time: one_time.min(other_time),
                met: one_time.abs_diff(other_time) <= pair.window.as_micros() as u64,
                chance: chance(
                    table,
                    curve,
                    &self.habit,
                    &self.tilt_without(pair.a, one_bin),
                    &self.tilt_without(pair.b, other_bin),
                ),
            });
        });
        found
    }
}

/// Where a bin begins and ends, in microseconds since birth; the last ends at twice its beginning.
pub(crate) fn bin_bounds(bin: usize) -> (i64, i64) {
    let low = if bin == 0 { 0 } else { LAG_EDGES[bin - 1] };
    let high = LAG_EDGES.get(bin).copied().unwrap_or(2 * low);
    (low * SECOND, high * SECOND)
}

fn lag_bin(slots: &Slots<'_>, objects: &Objects, slot: usize) -> Option<u8> {
    let born = objects.known_birth(slots.object[slot] as usize)?;
    let lag = (slots.time[slot] - born) / SECOND;
    Some(LAG_EDGES.partition_point(|&edge| edge <= lag) as u8)
}

/// Probability that two accounts with these tilts meet on an object, METHODS 2.7 step 4:
/// `[uᵀMv + κ s q̄] / [(u·n)(v·n) − Σ u v n + κ s]`.
fn chance(table: &Table, curve: &Grid, habit: &Bins, u: &Bins, v: &Bins) -> f64 {
    let n = &table.slots;
    let dot = |x: &Bins, y: &Bins| -> f64 { x.iter().zip(y).map(|(x, y)| x * y).sum() };
    let bilinear = |grid: &Grid, x: &Bins, y: &Bins| -> f64 {
        grid.iter().zip(x).map(|(row, x)| x * dot(row, y)).sum()
    };
    let same: f64 = (0..BINS).map(|bin| u[bin] * v[bin] * n[bin]).sum();
    let ways = (dot(u, n) * dot(v, n) - same).max(0.0);
    let all: f64 = n.iter().sum();
    let scale = ways / (all * (all - 1.0)).max(1.0);
    // Where an account of this habit acts, π ∝ g·u; what the population's curve then gives, q̄.
    let (pi_u, pi_v): (Bins, Bins) = (
        std::array::from_fn(|bin| habit[bin] * u[bin]),
        std::array::from_fn(|bin| habit[bin] * v[bin]),
    );
    let weight = pi_u.iter().sum::<f64>() * pi_v.iter().sum::<f64>();
    let prior = if weight > 0.0 { bilinear(curve, &pi_u, &pi_v) / weight } else { 0.0 };
    let denominator = ways + CURVE_PRIOR * scale;
    if denominator <= 0.0 {
        return 1.0; // Nobody else could have acted: meeting shows nothing.
    }
    ((bilinear(&table.pairs, u, v) + CURVE_PRIOR * scale * prior) / denominator).clamp(0.0, 1.0)
}
