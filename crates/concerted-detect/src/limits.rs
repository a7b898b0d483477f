//! How much a meeting on a crowded object can count at most, and how much a pair needs.
//!
//! **Invariant:** an upper bound. If a pair's meetings within a window, each counted at the smaller
//! weight of its two actions, sum to less than [`Limits::enough`], no test of that window can claim it.

use std::ops::Range;

use concerted_model::Trace;

/// Weights are whole 256ths of a nat, rounded up, so that sums do not depend on their order.
pub(crate) const UNITS: f64 = 256.0;

/// Weights of the actions on crowded objects, by rows of the table of actions.
#[derive(Clone, Debug)]
pub struct Limits {
    windows: usize,
    /// −ln of the largest p that can be claimed.
    surprise: f64,
    /// Rows of the actions of each crowded object, in order, and where their weights begin.
    rows: Vec<(Range<u32>, usize)>,
    weights: Vec<u16>,
}

impl Limits {
    /// Limits for tests in so many windows that claim nothing with −ln p below `surprise`.
    pub(crate) fn new(windows: usize, surprise: f64) -> Self {
        Self { windows, surprise, rows: Vec::new(), weights: Vec::new() }
    }

    /// −ln of the largest p that can be claimed.
    #[must_use]
    pub fn surprise(&self) -> f64 {
        self.surprise
    }

    /// Whether the bound is one on the tests of this trace: synchrony of posts, which have no
    /// objects, is tested otherwise, and all its pairs are gone through.
    pub(crate) fn hold_for(&self, trace: Trace) -> bool {
        trace != Trace::Post
    }

    /// Adds an object; objects come in order. `surprises` are the weights in nats of each of its
    /// actions in turn, one for each window.
    pub(crate) fn add(&mut self, rows: Range<u32>, surprises: impl Iterator<Item = f64>) {
        self.rows.push((rows, self.weights.len()));
        self.weights.extend(surprises.map(|nats| (nats * UNITS).ceil() as u16));
    }

    /// Rows of the actions on an object, and their weights: one for each window, action by action.
    pub(crate) fn of_object(&self, first_row: u32) -> &[u16] {
        let place = self.rows.partition_point(|(rows, _)| rows.end <= first_row);
        match self.rows.get(place) {
            Some((rows, start)) if rows.contains(&first_row) => {
                &self.weights[*start..start + rows.len() * self.windows]
            }
            _ => &[],
        }
    }

    /// What the weights of a pair with `meetings` meetings must sum to.
    ///
    /// `P(Poisson(λ) ≥ K) ≥ e^(−λ) λ^K / K!` and `K! ≤ e √K (K/e)^K` (Robbins 1955), so that
    /// `−ln p ≤ K I(λ/K) + 1 + ½ ln K` with the rate function `I(q) = q − 1 − ln q`, [`weight`].
    pub(crate) fn enough(&self, meetings: u32) -> u64 {
        let slack = 1.0 + 0.5 * f64::from(meetings.max(1)).ln();
        ((self.surprise - slack).max(0.0) * UNITS).floor() as u64
    }
}

/// Weight of a meeting where `expected` of them are expected for each: `I(q)` in nats, at least 0.
pub(crate) fn weight(expected: f64) -> f64 {
    if expected < 1.0 { expected - 1.0 - expected.ln() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use concerted_methods::tails::ln_poisson_upper;

    use super::*;

    #[test]
    fn no_tail_is_more_surprising_than_its_meetings_weigh() {
        for meetings in 1_u32..200 {
            for each in [1e-9, 1e-4, 0.02, 0.3, 0.9, 0.999, 2.0] {
                let expected = each * f64::from(meetings);
                let surprise = -ln_poisson_upper(u64::from(meetings), expected).unwrap();
                let limits = Limits::new(1, surprise);
                let weighs = u64::from(meetings) * (weight(each) * UNITS).ceil() as u64;
                assert!(weighs >= limits.enough(meetings), "{meetings} × {each}");
            }
        }
    }
}
