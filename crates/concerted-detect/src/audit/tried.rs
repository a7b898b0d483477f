//! A list that was tried, held against lists of the control: effect, interval, power.
//!
//! **Invariant:** what the nulls miss, as lists of the control show, is in all of them alike.
//!
//! # References
//! Breslow & Day 1987 (Byar's interval); Wedderburn 1974 (dispersion).

use concerted_model::{Span, Trace};

use super::{
    normal_upper,
    together::{Cell, Expected, LEAST_RATIO},
};

/// Two-sided 95 %.
const Z: f64 = 1.959_964;
/// The largest excess in draws lies below this in so many of a hundred.
const LEVEL_QUANTILE: f64 = 0.99;

/// A list in every trace and window, before it is held against the control.
pub(crate) struct Tried {
    pub(super) cells: Vec<TriedCell>,
    /// The largest excess in each draw, in order, for each null.
    pub(super) largest: [Vec<f64>; 2],
}

pub(super) struct TriedCell {
    pub(super) trace: Trace,
    pub(super) window: Span,
    pub(super) observed: [f64; 3],
    pub(super) nulls: [Moments; 2],
}

/// Redrawn counts.
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) halves: [Vec<f64>; 2],
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

pub(super) fn moments(counts: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let many = counts.clone().count().max(1) as f64;
    let mean = counts.clone().sum::<f64>() / many;
    let variance = counts.map(|count| (count - mean).powi(2)).sum::<f64>() / many;
    (mean, variance)
}

/// Excess in standard deviations; a rare count's is taken for one at least, or a single chance
/// meeting would stand out.
pub(super) fn standing_out(count: f64, mean: f64, variance: f64) -> f64 {
    (count - mean) / variance.max(mean).max(1.0).sqrt()
}

/// Probability that the least ratio that counts is found at the level of the test.
pub(super) fn power(mean: f64, variance: f64, dispersion: f64, bar: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let needed = mean + bar * variance.max(mean).max(1.0).sqrt();
    let true_mean = LEAST_RATIO * mean;
    normal_upper((needed - true_mean) / (dispersion * true_mean).sqrt())
}

/// The ratio and its 95 % interval: Byar's approximation for counts, with the null's dispersion.
pub(super) fn effect(observed: f64, expected: &Expected) -> (f64, [f64; 2]) {
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
}
