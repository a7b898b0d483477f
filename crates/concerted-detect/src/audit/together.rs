//! Claim 1: do the accounts of a list act together more often than they would by chance?
//!
//! **The statistic** is the number of companions: how many other members acted within the window of a
//! member's act, on average over members' acts on one object; the largest number in each sitting, summed.
//! (Test G counts neighbours, which for a large group are always within the window.) It is counted in every trace and window at
//! once, in the whole collection and in each half of its time. **The nulls** are the two of test G,
//! joint and timing, by redrawing the members' actions ([`super::trial`], [`super::elsewhere`]); a list is fixed beforehand, so that no days
//! are needed to find it. Each draw is counted in all cells, and the largest excess over all
//! cells, in standard deviations, is what an observed excess is held against: that corrects for all
//! traces and windows without assuming them independent.
//!
//! **The control** says what the nulls miss. Where lists of the control act together more often
//! than redrawn (links to fresh articles whose birth is not known do), the expected counts are raised by as
//! much, and the dispersion to what these lists have among themselves; lists of the control are
//! held against the others ([`super::tried`]).
//!
//! **Invariant:** nothing but the lists, their actions and everybody's circumstances goes in.
//!
//! # References
//! METHODS 2.7 (test G) and 5.6; Westfall & Young 1993 (single-step maxT); Breslow & Day 1987 (Byar's
//! interval); Wedderburn 1974 (dispersion).

use concerted_model::Trace;
use rustc_hash::FxHashSet;
use serde::Serialize;

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

#[cfg(test)]
mod tests {
    use super::{
        super::tried::{effect, power},
        *,
    };

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
