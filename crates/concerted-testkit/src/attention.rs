//! What is new at a moment, and how likely somebody who looks responds to it.
//!
//! **Invariant:** a glance meets an object with probability ∝ its popularity × the density of the
//! response lag at its age. That is exact (rejection from bounds that hold for a quarter of an
//! hour), not binned.

use std::ops::Range;

use crate::{
    calendar::HOUR_MS,
    dice::{Dice, Weighted, millis},
    making::Object,
    plan::LagPlan,
};

/// How long a bound holds.
pub(crate) const BIN_MS: i64 = HOUR_MS / 4;

/// A lognormal law of response lags.
#[derive(Clone, Copy)]
pub(crate) struct Freshness {
    mu: f64,
    sigma: f64,
}

impl Freshness {
    pub(crate) fn new(plan: &LagPlan) -> Self {
        Self { mu: libm::log(millis(plan.median).max(1.0)), sigma: plan.sigma.max(0.01) }
    }

    /// The same law with another median, so many times as long.
    pub(crate) fn stretched(self, times: f64) -> Self {
        Self { mu: self.mu + libm::log(times), ..self }
    }

    /// The lag that one response in 740 exceeds: older objects are not looked at.
    pub(crate) fn horizon_ms(self) -> i64 {
        libm::exp(self.mu + 3.0 * self.sigma) as i64
    }

    /// A lag in milliseconds.
    pub(crate) fn draw(self, dice: &mut Dice) -> i64 {
        libm::exp(self.mu + self.sigma * dice.normal()) as i64
    }

    /// Density at a lag in milliseconds, per millisecond.
    fn density(self, lag_ms: f64) -> f64 {
        if lag_ms <= 0.0 {
            return 0.0;
        }
        let log = libm::log(lag_ms);
        let z = (log - self.mu) / self.sigma;
        libm::exp(-0.5 * z * z - log) / (self.sigma * std::f64::consts::TAU.sqrt())
    }

    /// The highest density between two lags.
    fn highest(self, lags: Range<f64>) -> f64 {
        let mode = libm::exp(self.mu - self.sigma * self.sigma);
        self.density(mode.clamp(lags.start.max(0.0), lags.end.max(0.0)))
    }
}

/// How people look: at what age objects interest them, and how readily they respond.
#[derive(Clone, Copy)]
pub(crate) struct Attention {
    pub(crate) freshness: Freshness,
    /// Responses per glance when as much is new as usual.
    pub(crate) readiness: f64,
}

/// A community's objects in order of birth, and those of the moment.
pub(crate) struct Shelf {
    objects: Vec<Object>,
    /// Popularity born in a millisecond, on average.
    usual: f64,
    fresh: Range<usize>,
    bounds: Vec<f64>,
    weighted: Weighted,
}

impl Shelf {
    pub(crate) fn new(mut objects: Vec<Object>) -> Self {
        objects.sort_by_key(|object| (object.birth_ms, object.draft));
        let popularity: f64 = objects.iter().map(|object| object.popularity).sum();
        let span = match (objects.first(), objects.last()) {
            (Some(first), Some(last)) => (last.birth_ms - first.birth_ms).max(1),
            _ => 1,
        };
        Self {
            usual: popularity / span as f64,
            objects,
            fresh: 0..0,
            bounds: Vec::new(),
            weighted: Weighted::new([]),
        }
    }

    /// Prepares for the glances of a span of time.
    pub(crate) fn restock(&mut self, span: &Range<i64>, freshness: Freshness) {
        let oldest = span.start - freshness.horizon_ms();
        let from = self.objects.partition_point(|object| object.birth_ms < oldest);
        let to = self.objects.partition_point(|object| object.birth_ms < span.end);
        self.fresh = from..to;
        self.bounds.clear();
        self.bounds.extend(self.objects[from..to].iter().map(|object| {
            let lag = |time: i64| (time - object.birth_ms) as f64;
            freshness.highest(lag(span.start)..lag(span.end))
        }));
        let weights = self.objects[from..to].iter().zip(&self.bounds);
        self.weighted = Weighted::new(weights.map(|(object, bound)| object.popularity * bound));
    }

    /// The object that somebody who looks at that moment responds to, if any.
    pub(crate) fn glance(
        &self,
        time_ms: i64,
        attention: Attention,
        dice: &mut Dice,
    ) -> Option<Object> {
        let much = self.weighted.total() / self.usual;
        if !dice.chance(attention.readiness * much) {
            return None;
        }
        let place = self.weighted.draw(dice)?;
        let object = self.objects[self.fresh.start + place];
        let density = attention.freshness.density((time_ms - object.birth_ms) as f64);
        dice.chance(density / self.bounds[place]).then_some(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_lag_within_a_span_is_denser_than_its_bound() {
        let freshness = Freshness::new(&LagPlan::default());
        for start in [0.0, 60e3, 900e3, 86_400e3] {
            let bound = freshness.highest(start..start + BIN_MS as f64);
            for step in 1..100 {
                let lag = start + BIN_MS as f64 * f64::from(step) / 100.0;
                assert!(freshness.density(lag) <= bound * (1.0 + 1e-12));
            }
        }
    }

    #[test]
    fn the_density_integrates_to_one() {
        let freshness = Freshness::new(&LagPlan::default());
        let step = 1e3;
        let sum: f64 =
            (0..1_000_000).map(|at| freshness.density((f64::from(at) + 0.5) * step)).sum();
        assert!((sum * step - 1.0).abs() < 1e-3, "{}", sum * step);
    }

    #[test]
    fn half_of_the_lags_are_below_the_median() {
        let freshness = Freshness::new(&LagPlan::default());
        let mut dice = Dice::new(1, "lags");
        let below = (0..20_000).filter(|_| freshness.draw(&mut dice) < 40 * 60_000).count();
        assert!((9_700..10_300).contains(&below), "{below}");
    }
}
