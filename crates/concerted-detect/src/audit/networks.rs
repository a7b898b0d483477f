//! Is it one network, several, or none?
//!
//! Supported members are joined as the parts of a network are (`groups/kinship.rs`): the two that
//! act together most for what was expected first, at four times and more, then what they did with the
//! others adds up. Expected is how often the one would act within the window after the other if
//! its acts fell on others' slots of their strata, and the other way about.
//!
//! **Invariant:** only members that are supported by themselves are joined.
//!
//! # References
//! METHODS 5.6, number 2 (coverage).

use std::collections::BTreeMap;

use concerted_methods::tails::ln_poisson_upper;
use concerted_model::Span;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{beside::Wakes, field::Field, share::Share};
use crate::DetectError;

/// Fewest accounts of a part that is called a network.
const FEWEST: usize = 3;
/// Level at which two parts are joined, divided by the number of pairs.
const LEVEL: f64 = 0.01;
/// Least number of meetings for each expected one.
const LEAST_RATIO: f64 = 4.0;

/// What the supported members are as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unity {
    /// Rows of the accounts of each network, the largest first.
    #[serde(skip)]
    pub networks: Vec<Vec<u32>>,
    /// Rows of two supported members that act together enough by themselves, in order.
    #[serde(skip)]
    pub ties: Vec<(u32, u32)>,
    /// Accounts in each.
    pub sizes: Vec<usize>,
    /// Supported members that are in none.
    pub alone: usize,
    /// Testable members of the list.
    pub testable: usize,
    /// Whether one network holds most of the list, as "one network" says.
    pub one: bool,
}

/// How two parts act together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Ties {
    pub(super) met: u64,
    pub(super) expected: f64,
}

/// Joins the supported of a list. O(n³) for n of them at worst.
pub(super) fn unity(
    fields: &[Field<'_>],
    supported: &[Share],
    testable: usize,
    gap: Span,
) -> Result<Unity, DetectError> {
    let members: Vec<u32> = supported.iter().map(|share| share.account).collect();
    let mut windows: BTreeMap<i64, usize> = BTreeMap::new();
    for share in supported {
        *windows.entry((share.window_seconds * 1e6) as i64).or_default() += 1;
    }
    let usual = windows.iter().max_by_key(|&(window, count)| (*count, -window));
    let window = Span::micros(usual.map_or(0, |(window, _)| *window));
    let mut ties: BTreeMap<(u32, u32), Ties> = BTreeMap::new();
    for field in fields {
        let wakes = Wakes::of(field, &members, &members, window, gap);
        let mut sums: FxHashMap<(u32, u32), Ties> = FxHashMap::default();
        wakes.ties(&members, &mut sums);
        let mut sums: Vec<((u32, u32), Ties)> = sums.into_iter().collect();
        sums.sort_unstable_by_key(|sum| sum.0);
        for (pair, sum) in sums {
            let tie = ties.entry(pair).or_default();
            tie.met += sum.met;
            tie.expected += sum.expected;
        }
    }
    let bar = bar(members.len());
    let mut tied = Vec::new();
    for (&pair, tie) in &ties {
        if tie.joins(bar)? {
            tied.push(pair);
        }
    }
    let of = joined(ties, &members, bar)?;
    let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (&account, &part) in members.iter().zip(&of) {
        parts.entry(part).or_default().push(account);
    }
    let (mut networks, few): (Vec<Vec<u32>>, Vec<Vec<u32>>) =
        parts.into_values().partition(|part| part.len() >= FEWEST);
    networks.sort_by(|l, r| r.len().cmp(&l.len()).then(l.cmp(r)));
    let sizes: Vec<usize> = networks.iter().map(Vec::len).collect();
    Ok(Unity {
        one: sizes.first().is_some_and(|&largest| 2 * largest > testable),
        alone: few.iter().map(Vec::len).sum(),
        sizes,
        networks,
        ties: tied,
        testable,
    })
}

/// ln p at which two of so many are joined.
fn bar(members: usize) -> f64 {
    let pairs = (members * members.saturating_sub(1) / 2).max(1) as f64;
    (LEVEL / pairs).ln()
}

impl Ties {
    /// Meetings that are expected; never none, so that there is a ratio.
    const fn mean(self) -> f64 {
        self.expected.max(1e-6)
    }

    /// Meetings for each expected one.
    const fn ratio(self) -> f64 {
        self.met as f64 / self.mean()
    }

    /// Whether that is enough to join the two.
    fn joins(self, bar: f64) -> Result<bool, DetectError> {
        if self.ratio() < LEAST_RATIO {
            return Ok(false);
        }
        let ln_p = ln_poisson_upper(self.met, self.mean())
            .map_err(|error| DetectError::refused("Poisson tail", error))?;
        Ok(ln_p <= bar)
    }
}

/// The part of each account, by its first.
fn joined(
    mut ties: BTreeMap<(u32, u32), Ties>,
    members: &[u32],
    bar: f64,
) -> Result<Vec<u32>, DetectError> {
    let mut part: Vec<u32> = members.to_vec();
    loop {
        let mut nearest: Option<((u32, u32), f64)> = None;
        for (&pair, tie) in &ties {
            let ratio = tie.ratio();
            // The tail costs most, and only the nearest so far needs it.
            if nearest.is_none_or(|(_, most)| ratio > most) && tie.joins(bar)? {
                nearest = Some((pair, ratio));
            }
        }
        let Some(((kept, gone), _)) = nearest else { return Ok(part) };
        part.iter_mut().filter(|one| **one == gone).for_each(|one| *one = kept);
        let touched: Vec<(u32, u32)> =
            ties.keys().copied().filter(|&(a, b)| a == gone || b == gone).collect();
        for pair in touched {
            let Some(theirs) = ties.remove(&pair) else { continue };
            let other = if pair.0 == gone { pair.1 } else { pair.0 };
            if other != kept {
                let sum = ties.entry((kept.min(other), kept.max(other))).or_default();
                sum.met += theirs.met;
                sum.expected += theirs.expected;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tie(met: u64) -> Ties {
        Ties { met, expected: 0.5 }
    }

    #[test]
    fn two_teams_that_never_meet_are_two_networks() {
        let ties = BTreeMap::from([
            ((1, 2), tie(9)),
            ((2, 3), tie(9)),
            ((3, 4), tie(1)),
            ((4, 5), tie(9)),
            ((5, 6), tie(9)),
        ]);
        assert_eq!(joined(ties, &[1, 2, 3, 4, 5, 6], bar(6)).unwrap(), [1, 1, 1, 4, 4, 4]);
    }

    #[test]
    fn many_weak_ties_to_a_part_add_up() {
        // Six met each of four others three times: no pair is enough, all of them together are.
        let mut ties: BTreeMap<(u32, u32), Ties> = BTreeMap::new();
        ties.extend((1..4).map(|one| ((one, one + 1), tie(9))));
        ties.extend((1..5).map(|one| ((one, 6), Ties { met: 3, expected: 0.2 })));
        assert_eq!(joined(ties, &[1, 2, 3, 4, 6], bar(5)).unwrap(), [1; 5]);
    }
}
