//! Claim 1: do the accounts of a list act together more often than they would by chance?
//!
//! **The statistic** is the number of companions: how many other members acted within the window of a
//! member's act, on average over members' acts on one object; the largest number in each sitting, summed.
//! (Test G counts neighbours, which for a large group are always within the window.) It is counted in every trace and window at
//! once, in the whole collection and in each half of its time. **The nulls** are the two of test G,
//! joint and timing, by redrawing the members' actions ([`super::elsewhere`]); a list is fixed beforehand, so that no days
//! are needed to find it. Each draw is counted in all cells, and the largest excess over all
//! cells, in standard deviations, is what an observed excess is held against: that corrects for all
//! traces and windows without assuming them independent.
//!
//! **The control** says what the nulls miss. Where lists of the control act together more often
//! than redrawn (links to fresh articles whose birth is not known do), the expected counts are raised by as
//! much, and the dispersion to what these lists have among themselves; lists of the control are
//! held against the others.
//!
//! **Invariant:** nothing but the lists, their actions and everybody's circumstances goes in.
//!
//! # References
//! METHODS 2.7 (test G) and 5.6; Westfall & Young 1993 (single-step maxT); Breslow & Day 1987 (Byar's
//! interval); Wedderburn 1974 (dispersion).

use concerted_model::{Span, Trace};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::{
    elsewhere::{Elsewhere, Without},
    field::Field,
    normal_upper,
};
use crate::{
    dice::Dice,
    halves::{Blocks, Half},
};

/// Least ratio that counts as acting together: fixed before anything is looked at.
pub const LEAST_RATIO: f64 = 1.5;
/// Level of the adjusted p under both nulls.
pub const LEVEL: f64 = 0.01;
/// Level in each half.
const HALF_LEVEL: f64 = 0.05;
/// Adjusted p from which there is no sign of anything.
const NO_SIGN: f64 = 0.05;
/// Power from which the absence of an effect says something.
const ENOUGH_POWER: f64 = 0.8;
/// Two-sided 95 %.
const Z: f64 = 1.959_964;
/// Tries at a slot that no other member has taken.
const TRIES: usize = 8;
/// The largest excess in draws lies below this in so many of a hundred.
const LEVEL_QUANTILE: f64 = 0.99;

/// What one null expects of a count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// Mean of the redrawn counts, raised by what the control has beyond its own.
    pub mean: f64,
    /// Variance over mean, at least 1.
    pub dispersion: f64,
    /// Corrected for all traces and windows.
    pub p: f64,
    /// p in each half of the time, by itself.
    pub p_halves: [f64; 2],
}

/// A list in one trace and window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// The kind of behaviour.
    #[serde(serialize_with = "word")]
    pub trace: Trace,
    /// The window, in seconds.
    pub window_seconds: f64,
    /// Companions.
    pub observed: f64,
    /// And in each half of the time.
    pub observed_halves: [f64; 2],
    /// Had members' actions fallen on random slots of their strata.
    pub joint: Expected,
    /// Had they stayed on their objects.
    pub timing: Expected,
    /// How often lists of the control act together for each redrawn joint action, at least 1.
    pub control_ratio: f64,
    /// Observed for each expected by the null that expects more.
    pub ratio: f64,
    /// Its 95 % interval.
    pub interval: [f64; 2],
    /// Probability in [0, 1] to find the least ratio that counts, if it were true.
    pub power: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference to the field")]
fn word<S: serde::Serializer>(trace: &Trace, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(trace.as_str())
}

impl Cell {
    /// Corrected p under the null that gives the larger one.
    #[must_use]
    pub fn p(&self) -> f64 {
        self.joint.p.max(self.timing.p)
    }

    /// Whether both halves of the time show it by themselves.
    #[must_use]
    pub fn in_both_halves(&self) -> bool {
        (0..2).all(|half| self.joint.p_halves[half].max(self.timing.p_halves[half]) <= HALF_LEVEL)
    }

    /// Whether the effect is there, and as large as it has to be.
    #[must_use]
    pub fn shows(&self) -> bool {
        self.p() <= LEVEL && self.ratio >= LEAST_RATIO && self.interval[0] > 1.0
    }

    /// Whether an effect that counts would have been seen, and is excluded.
    #[must_use]
    pub fn excludes(&self) -> bool {
        self.power >= ENOUGH_POWER && self.interval[1] < LEAST_RATIO
    }
}

/// What a list shows over all cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// Together, and replicated in both halves or in two traces.
    Together,
    /// Together, but in one half and one trace only.
    NotReplicated,
    /// Wherever there is power, an effect that counts is excluded; nowhere is there a sign of one.
    NotTogether,
    /// Too little, or something between.
    Unclear,
}

/// The rule, fixed before looking.
#[must_use]
pub(crate) fn shown(cells: &[Cell]) -> Shown {
    let showing: Vec<&Cell> = cells.iter().filter(|cell| cell.shows()).collect();
    let traces: FxHashSet<Trace> = showing.iter().map(|cell| cell.trace).collect();
    if showing.iter().any(|cell| cell.in_both_halves()) || traces.len() > 1 {
        return Shown::Together;
    }
    if !showing.is_empty() {
        return Shown::NotReplicated;
    }
    let able: Vec<&Cell> = cells.iter().filter(|cell| cell.power >= ENOUGH_POWER).collect();
    let no_sign = cells.iter().all(|cell| cell.p() > NO_SIGN);
    if !able.is_empty() && no_sign && able.iter().all(|cell| cell.excludes()) {
        Shown::NotTogether
    } else {
        Shown::Unclear
    }
}

/// The cell that shows most: the clearest of those that show, else the one with most power.
#[must_use]
pub fn clearest(cells: &[Cell]) -> Option<&Cell> {
    let order = |cell: &&Cell| {
        let rank =
            if cell.shows() { 2.0 + f64::from(u8::from(cell.in_both_halves())) } else { 0.0 };
        (rank, if rank > 0.0 { cell.interval[0] } else { cell.power })
    };
    cells.iter().reduce(|best, cell| {
        let (l, r) = (order(&best), order(&cell));
        if r.0.total_cmp(&l.0).then(r.1.total_cmp(&l.1)).is_gt() { cell } else { best }
    })
}

/// How a list is tried.
#[derive(Clone, Copy)]
pub(crate) struct Trying<'a> {
    pub(crate) windows: &'a [Span],
    pub(crate) gap: i64,
    pub(crate) blocks: Option<Blocks>,
    pub(crate) draws: u32,
    /// Names the stream of draws.
    pub(crate) stream: [u64; 2],
}

/// Companions in each window: in all, and in each half.
type Counts = Vec<[f64; 3]>;

/// Tries a list, `members` in order, in every trace in which any two act on the same thing.
///
/// O(draws · acts · log acts) for each trace.
pub(crate) fn try_list(fields: &[Field<'_>], members: &[u32], how: Trying<'_>) -> Tried {
    let trials: Vec<Trial<'_>> = fields
        .iter()
        .map(|field| Trial::of(field, members, how))
        .filter(|trial| !trial.common.is_empty())
        .collect();
    let observed: Vec<Counts> = trials.iter().map(Trial::observed).collect();
    let draw = |null: Null| -> Vec<Vec<Counts>> {
        (0..how.draws)
            .into_par_iter()
            .map(|number| trials.iter().map(|trial| trial.draw(null, number)).collect())
            .collect()
    };
    let draws = [draw(Null::Joint), draw(Null::Timing)];
    let places = (0..trials.len()).flat_map(|t| (0..how.windows.len()).map(move |w| (t, w)));
    let cells: Vec<TriedCell> = places
        .map(|(trial, window)| TriedCell {
            trace: trials[trial].field.trace(),
            window: how.windows[window],
            observed: observed[trial][window],
            nulls: [0, 1].map(|null| {
                let counts = |part: usize| draws[null].iter().map(move |d| d[trial][window][part]);
                let (mean, variance) = moments(counts(0));
                Moments { mean, variance, halves: [1, 2].map(|half| counts(half).collect()) }
            }),
        })
        .collect();
    let largest = [0, 1].map(|null| {
        let mut largest: Vec<f64> = draws[null]
            .iter()
            .map(|draw| {
                let counts = draw.iter().flatten().map(|counts| counts[0]);
                let excess = counts.zip(&cells).map(|(count, cell)| {
                    standing_out(count, cell.nulls[null].mean, cell.nulls[null].variance)
                });
                excess.fold(f64::MIN, f64::max)
            })
            .collect();
        largest.sort_by(f64::total_cmp);
        largest
    });
    Tried { cells, largest }
}

/// A list in every trace and window, before it is held against the control.
pub(crate) struct Tried {
    cells: Vec<TriedCell>,
    /// The largest excess in each draw, in order, for each null.
    largest: [Vec<f64>; 2],
}

struct TriedCell {
    trace: Trace,
    window: Span,
    observed: [f64; 3],
    nulls: [Moments; 2],
}

/// Redrawn counts.
struct Moments {
    mean: f64,
    variance: f64,
    halves: [Vec<f64>; 2],
}

impl TriedCell {
    fn expected(&self) -> f64 {
        self.nulls[0].mean.max(self.nulls[1].mean)
    }
}

impl Tried {
    /// The cells, held against these lists of the control.
    pub(crate) fn against<'t>(&self, control: impl Iterator<Item = &'t Self> + Clone) -> Vec<Cell> {
        self.cells
            .iter()
            .map(|cell| {
                let missed = Missed::by(cell, control.clone());
                self.cell(cell, missed)
            })
            .collect()
    }

    fn cell(&self, cell: &TriedCell, missed: Missed) -> Cell {
        let [all, halves @ ..] = cell.observed;
        let expected = [0, 1].map(|null| self.expected(cell, null, missed));
        let power = [0, 1].map(|null| self.power(cell, null, missed));
        let strict = usize::from(expected[1].mean > expected[0].mean);
        let (ratio, interval) = effect(all, &expected[strict]);
        let [joint, timing] = expected;
        Cell {
            trace: cell.trace,
            window_seconds: cell.window.as_micros() as f64 / 1e6,
            observed: all,
            observed_halves: halves,
            joint,
            timing,
            control_ratio: missed.ratio,
            ratio,
            interval,
            power: power[0].min(power[1]),
        }
    }

    fn expected(&self, cell: &TriedCell, null: usize, missed: Missed) -> Expected {
        let Moments { mean, variance, halves } = &cell.nulls[null];
        let largest = &self.largest[null];
        let z = standing_out(cell.observed[0], mean * missed.ratio, missed.variance(*variance));
        let as_large = largest.len() - largest.partition_point(|&other| other < z);
        let all = 1.0 + largest.len() as f64;
        let half = |half: usize| {
            let found = cell.observed[half + 1];
            let as_many = |count: &&f64| **count * missed.ratio >= found;
            (1.0 + halves[half].iter().filter(as_many).count() as f64) / all
        };
        let dispersion = if *mean > 0.0 { variance / mean } else { 1.0 };
        Expected {
            mean: mean * missed.ratio,
            dispersion: dispersion.max(missed.dispersion).max(1.0),
            p: (1.0 + as_large as f64) / all,
            p_halves: [half(0), half(1)],
        }
    }

    fn power(&self, cell: &TriedCell, null: usize, missed: Missed) -> f64 {
        let largest = &self.largest[null];
        let place = (LEVEL_QUANTILE * largest.len() as f64).ceil() as usize;
        let bar = largest.get(place.saturating_sub(1)).copied().unwrap_or(f64::MAX);
        let Moments { mean, variance, .. } = &cell.nulls[null];
        let expected = self.expected(cell, null, missed);
        power(mean * missed.ratio, missed.variance(*variance), expected.dispersion, bar)
    }
}

/// What a null misses, as lists of the control show.
#[derive(Clone, Copy)]
struct Missed {
    /// Joint actions for each redrawn one, at least 1.
    ratio: f64,
    /// Variance over mean among the lists, at least 1.
    dispersion: f64,
}

impl Missed {
    fn by<'t>(cell: &TriedCell, control: impl Iterator<Item = &'t Tried>) -> Self {
        let same = |other: &&TriedCell| (other.trace, other.window) == (cell.trace, cell.window);
        let counts: Vec<(f64, f64)> = control
            .filter_map(|list| list.cells.iter().find(same))
            .map(|other| (other.observed[0], other.expected()))
            .collect();
        let sum = |of: fn(&(f64, f64)) -> f64| counts.iter().map(of).sum::<f64>();
        // One on both sides: where next to nothing was expected, little is known of what is missed.
        let ratio = ((sum(|c| c.0) + 1.0) / (sum(|c| c.1) + 1.0)).max(1.0);
        let able: Vec<f64> = (counts.iter())
            .map(|&(found, mean)| (found, mean * ratio))
            .filter(|&(_, mean)| mean >= 1.0)
            .map(|(found, mean)| (found - mean).powi(2) / mean)
            .collect();
        let dispersion = match able.len() {
            0..=2 => 1.0,
            lists => able.iter().sum::<f64>() / (lists - 1) as f64,
        };
        Self { ratio, dispersion: dispersion.max(1.0) }
    }

    /// The variance of a redrawn count with what is missed in it.
    fn variance(self, variance: f64) -> f64 {
        variance * self.ratio * self.dispersion
    }
}

/// Which null redraws.
#[derive(Clone, Copy)]
enum Null {
    Joint,
    Timing,
}

/// The actions of a list in one trace.
struct Trial<'t> {
    field: &'t Field<'t>,
    how: Trying<'t>,
    without: Without<'t>,
    /// Slot and member, in order.
    acts: Vec<(usize, u32)>,
    /// Those on objects that two members or more acted on: whoever stays on an object that no other
    /// member touched has no companions.
    common: Vec<(usize, u32)>,
    /// For each window, where each of these might have fallen; once for all windows where births are known.
    elsewhere: Vec<Vec<Elsewhere>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    object: u32,
    time: i64,
    member: u32,
}

impl<'t> Trial<'t> {
    fn of(field: &'t Field<'t>, members: &[u32], how: Trying<'t>) -> Self {
        let mut acts: Vec<(usize, u32)> = members
            .iter()
            .flat_map(|&member| field.acts(member).iter().map(move |&slot| (slot as usize, member)))
            .collect();
        acts.sort_unstable();
        let slots = &field.circumstances.slots;
        let shared = acts.partition_point(|act| act.0 < slots.len());
        let common: Vec<(usize, u32)> = acts[..shared]
            .chunk_by(|l, r| slots.object[l.0] == slots.object[r.0])
            .filter(|acts| acts.iter().any(|act| act.1 != acts[0].1))
            .flatten()
            .copied()
            .collect();
        let without = Without::of(field, members);
        let born = common.iter().all(|act| field.born(slots.object[act.0]).is_some());
        let different = if born { 1 } else { how.windows.len() };
        let elsewhere = how.windows[..different.min(how.windows.len())]
            .iter()
            .map(|&window| {
                let acts = common.par_iter();
                acts.filter_map(|&(slot, m)| without.elsewhere(slot, m, window)).collect()
            })
            .collect();
        Self { field, how, without, acts, common, elsewhere }
    }

    fn place(&self, slot: usize, member: u32) -> Place {
        let slots = &self.field.circumstances.slots;
        Place { object: slots.object[slot], time: slots.time[slot], member }
    }

    fn observed(&self) -> Counts {
        let shared = self.field.circumstances.slots.len();
        let acts = self.acts.iter().take_while(|act| act.0 < shared);
        let mut places: Vec<Place> = acts.map(|&(slot, m)| self.place(slot, m)).collect();
        places.sort_unstable();
        self.counts(&places)
    }

    fn draw(&self, null: Null, number: u32) -> Counts {
        let trace = self.field.trace() as u64;
        let [one, other] = self.how.stream;
        let dice = || Dice::new(one, [other, trace, null as u64, u64::from(number)]);
        match null {
            Null::Joint => self.draw_joint(&mut dice()),
            // The same stream for each window, so that their counts go together.
            Null::Timing if self.elsewhere.len() == 1 => {
                self.counts(&self.draw_timing(0, &mut dice()))
            }
            Null::Timing => (0..self.how.windows.len())
                .map(|window| {
                    let places = self.draw_timing(window, &mut dice());
                    self.counts_within(&places, self.how.windows[window].as_micros())
                })
                .collect(),
        }
    }

    fn draw_joint(&self, dice: &mut Dice) -> Counts {
        let shared = self.field.circumstances.slots.len();
        let mut taken = FxHashSet::default();
        let mut places = Vec::with_capacity(self.acts.len());
        for &(slot, member) in &self.acts {
            let choices = self.without.stratum(slot);
            let mut slot = 0;
            for _ in 0..TRIES {
                slot = choices[dice.below(choices.len())] as usize;
                if taken.insert(slot) {
                    break;
                }
            }
            if slot < shared {
                places.push(self.place(slot, member));
            }
        }
        places.sort_unstable();
        self.counts(&places)
    }

    fn draw_timing(&self, window: usize, dice: &mut Dice) -> Vec<Place> {
        let object = |slot: usize| self.field.circumstances.slots.object[slot];
        let drawn = self.common.iter().zip(&self.elsewhere[window]);
        let mut places: Vec<Place> = drawn
            .map(|(&(slot, member), elsewhere)| Place {
                object: object(slot),
                time: elsewhere.draw(dice),
                member,
            })
            .collect();
        places.sort_unstable();
        places
    }

    fn counts(&self, places: &[Place]) -> Counts {
        let windows = self.how.windows.iter();
        windows.map(|window| self.counts_within(places, window.as_micros())).collect()
    }

    /// Companions within the window, the largest number on one object in each sitting.
    fn counts_within(&self, places: &[Place], window: i64) -> [f64; 3] {
        let mut bursts: Vec<(i64, f64)> = Vec::new();
        for object in places.chunk_by(|l, r| l.object == r.object) {
            let (mut pairs, mut earliest, mut first) = (0_u64, 0, None);
            for (later, place) in object.iter().enumerate() {
                while place.time - object[earliest].time > window {
                    earliest += 1;
                }
                let before = &object[earliest..later];
                // An account acts once a day on an object: its own acts are hardly ever near.
                let near = before.iter().filter(|other| other.member != place.member).count();
                if near > 0 && first.is_none() {
                    first = Some(before[0].time);
                }
                pairs += near as u64;
            }
            if let Some(first) = first {
                bursts.push((first, 2.0 * pairs as f64 / object.len() as f64));
            }
        }
        bursts.sort_by(|l, r| l.0.cmp(&r.0).then(l.1.total_cmp(&r.1)));
        let mut counts = [0.0; 3];
        for sitting in bursts.chunk_by(|l, r| r.0 - l.0 < self.how.gap) {
            let most = sitting.iter().map(|burst| burst.1).fold(0.0, f64::max);
            counts[0] += most;
            match self.how.blocks.map(|blocks| blocks.half(sitting[0].0)) {
                Some(Half::Discovery) => counts[1] += most,
                Some(Half::Confirmation) => counts[2] += most,
                None => {}
            }
        }
        counts
    }
}

fn moments(counts: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let many = counts.clone().count().max(1) as f64;
    let mean = counts.clone().sum::<f64>() / many;
    let variance = counts.map(|count| (count - mean).powi(2)).sum::<f64>() / many;
    (mean, variance)
}

/// Excess in standard deviations; a rare count's is taken for one at least, or a single chance
/// meeting would stand out.
fn standing_out(count: f64, mean: f64, variance: f64) -> f64 {
    (count - mean) / variance.max(mean).max(1.0).sqrt()
}

/// Probability that the least ratio that counts is found at the level of the test.
fn power(mean: f64, variance: f64, dispersion: f64, bar: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let needed = mean + bar * variance.max(mean).max(1.0).sqrt();
    let true_mean = LEAST_RATIO * mean;
    normal_upper((needed - true_mean) / (dispersion * true_mean).sqrt())
}

/// The ratio and its 95 % interval: Byar's approximation for counts, with the null's dispersion.
fn effect(observed: f64, expected: &Expected) -> (f64, [f64; 2]) {
    // Less than half a joint action in expectation is told as half of one: the ratio is then a
    // lower bound.
    let (mean, spread) = (expected.mean.max(0.5), expected.dispersion);
    let [low, high] = byar(observed / spread);
    (observed / mean, [low * spread / mean, high * spread / mean])
}

/// Byar's 95 % interval of a Poisson mean, for counts that need not be whole.
fn byar(count: f64) -> [f64; 2] {
    let side = |count: f64, z: f64| {
        let inner = 1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt());
        count * inner.max(0.0).powi(3)
    };
    [if count > 0.0 { side(count, -Z) } else { 0.0 }, side(count + 1.0, Z)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byars_interval_is_near_the_exact_one() {
        // Exact (Garwood) limits of 10 are 4.795 and 18.39; of 100, 81.36 and 121.63.
        let [low, high] = byar(10.0);
        assert!((low - 4.795).abs() < 0.05 && (high - 18.39).abs() < 0.05, "{low} {high}");
        let [low, high] = byar(100.0);
        assert!((low - 81.36).abs() < 0.05 && (high - 121.63).abs() < 0.05, "{low} {high}");
        assert_eq!(byar(0.0)[0], 0.0);
    }

    fn cell(observed: f64, mean: f64, p: f64) -> Cell {
        let expected = Expected { mean, dispersion: 1.0, p, p_halves: [p, p] };
        let (ratio, interval) = effect(observed, &expected);
        Cell {
            trace: Trace::Repost,
            window_seconds: 60.0,
            observed,
            observed_halves: [observed / 2.0, observed / 2.0],
            joint: expected,
            timing: expected,
            control_ratio: 1.0,
            ratio,
            interval,
            power: power(mean, mean, 1.0, 2.33),
        }
    }

    #[test]
    fn the_rule_supports_contradicts_and_abstains_where_it_should() {
        assert_eq!(shown(&[cell(40.0, 5.0, 0.001)]), Shown::Together);
        assert_eq!(shown(&[cell(200.0, 200.0, 0.6)]), Shown::NotTogether);
        assert_eq!(shown(&[cell(2.0, 2.0, 0.6)]), Shown::Unclear, "no power");
        assert_eq!(
            shown(&[cell(200.0, 200.0, 0.6), cell(9.0, 3.0, 0.02)]),
            Shown::Unclear,
            "a sign"
        );
        assert_eq!(shown(&[]), Shown::Unclear);
    }

    #[test]
    fn what_one_half_alone_shows_is_not_replicated_unless_two_traces_show_it() {
        let mut once = cell(40.0, 5.0, 0.001);
        once.timing.p_halves = [0.001, 0.7];
        assert_eq!(shown(&[once.clone()]), Shown::NotReplicated);
        let other = Cell { trace: Trace::Url, ..once.clone() };
        assert_eq!(shown(&[once, other]), Shown::Together);
    }

    #[test]
    fn an_effect_below_the_least_ratio_is_not_enough_however_sure() {
        assert!(!cell(13_000.0, 10_000.0, 0.001).shows());
    }
}
