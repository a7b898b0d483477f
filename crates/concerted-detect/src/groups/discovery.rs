//! Candidates for groups: who is joined by many weak ties on the days of discovery?
//!
//! A network whose members take turns leaves no pair that stands out, but its pairs meet a little
//! more often than they should, all of them. So every pair that met at all is a tie, as firm as it
//! is surprising, and communities of such ties are candidates. Most are chance: what they are worth
//! is decided on other days.
//!
//! **Invariant:** only the days of discovery are looked at. Where ties would be too many, the objects
//! with the most co-actions are left out: that can lose a candidate, never make one true.
//!
//! # References
//! METHODS 2.7, test G, discovery.

use concerted_methods::{
    graph::{Edge, LeidenParams, leiden},
    tails::ln_poisson_upper,
};
use concerted_model::{Span, Trace};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{DetectError, circumstances::Circumstances, expectation::expected, slots::Slots};

/// Actions that an account must have shown to be in a candidate: one is no pattern.
const LEAST_ACTIONS: u32 = 2;
/// Least surprise of a tie, in nats.
const LEAST_SURPRISE: f64 = 2.0;
/// Co-actions gone through at most.
const MOST_CO_ACTIONS: u64 = 4_000_000;
/// Resolutions at which communities are looked for.
const RESOLUTIONS: [f64; 3] = [1.0, 2.0, 4.0];
/// Candidates of one trace and window at most: the most firmly tied.
const MOST_CANDIDATES: usize = 40;
/// Sizes of a candidate.
const SIZES: std::ops::RangeInclusive<usize> = 3..=400;

/// Accounts that may be a group.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) trace: Trace,
    pub(crate) window: Span,
    /// Rows of the accounts, in order.
    pub(crate) members: Vec<u32>,
    /// The ties between them: rows of both and surprise in nats.
    pub(crate) ties: Vec<(u32, u32, f64)>,
}

/// Communities of weak ties in one trace and window.
///
/// O(C log C) for C co-actions, then a community search.
pub(crate) fn candidates(
    circumstances: &Circumstances<'_>,
    window: Span,
    seed: u64,
) -> Result<Vec<Candidate>, DetectError> {
    let ties = ties(circumstances, window)?;
    let mut accounts: Vec<u32> = ties.iter().flat_map(|tie| [tie.0, tie.1]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let node = |account: u32| accounts.partition_point(|&other| other < account) as u32;
    let edges: Vec<Edge> = ties
        .iter()
        .map(|&(a, b, surprise)| Edge { a: node(a), b: node(b), weight: surprise as f32 })
        .collect();
    let labellings: Result<Vec<Vec<u32>>, _> = RESOLUTIONS
        .par_iter()
        .map(|&resolution| leiden(accounts.len(), &edges, LeidenParams { resolution, seed }))
        .collect();
    let mut found: Vec<Candidate> = Vec::new();
    let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
    for labels in labellings.map_err(|error| DetectError::refused("clustering", error))? {
        let parts = parts(&labels);
        let mut inside = vec![Vec::new(); parts.len()];
        for (tie, edge) in ties.iter().zip(&edges) {
            let label = labels[edge.a as usize];
            if label == labels[edge.b as usize] {
                inside[label as usize].push(*tie);
            }
        }
        for (nodes, ties) in parts.into_iter().zip(inside) {
            let members: Vec<u32> = nodes.into_iter().map(|node| accounts[node]).collect();
            if SIZES.contains(&members.len()) && seen.insert(members.clone()) {
                found.push(Candidate { trace: circumstances.trace, window, members, ties });
            }
        }
    }
    found.sort_by(|l, r| {
        r.ties_a_member().total_cmp(&l.ties_a_member()).then_with(|| l.members.cmp(&r.members))
    });
    found.truncate(MOST_CANDIDATES);
    Ok(found)
}

impl Candidate {
    /// Surprise of the ties between members, for each member.
    fn ties_a_member(&self) -> f64 {
        self.ties.iter().map(|tie| tie.2).sum::<f64>() / self.members.len() as f64
    }
}

/// Nodes of each label, in order.
fn parts(labels: &[u32]) -> Vec<Vec<usize>> {
    let mut parts = vec![Vec::new(); labels.iter().max().map_or(0, |&last| last as usize + 1)];
    for (node, &label) in labels.iter().enumerate() {
        parts[label as usize].push(node);
    }
    parts
}

/// Pairs that met, with the surprise of meeting as often: `a < b`, in order.
fn ties(
    circumstances: &Circumstances<'_>,
    window: Span,
) -> Result<Vec<(u32, u32, f64)>, DetectError> {
    let rates = circumstances.rates(window);
    let met = met(&circumstances.slots, window);
    let mut counts: Vec<((u32, u32), u64)> = Vec::new();
    for same in met.chunk_by(|l, r| (l.0, l.1) == (r.0, r.1)) {
        counts.push(((same[0].0, same[0].1), same.len() as u64));
    }
    let pairs: Vec<(u32, u32)> = counts.iter().map(|count| count.0).collect();
    let means = expected(&pairs, &circumstances.shares, &rates);
    let surprises: Vec<Result<f64, _>> = counts
        .par_iter()
        .zip(&means)
        .map(|(&(_, count), &mean)| ln_poisson_upper(count, mean).map(|ln_p| -ln_p))
        .collect();
    let mut ties = Vec::new();
    for (((a, b), _), surprise) in counts.into_iter().zip(surprises) {
        let surprise = surprise.map_err(|error| DetectError::refused("Poisson tail", error))?;
        if surprise >= LEAST_SURPRISE {
            ties.push((a, b, surprise));
        }
    }
    Ok(ties)
}

/// Both accounts and the object of every meeting, once an object.
fn met(slots: &Slots<'_>, window: Span) -> Vec<(u32, u32, u32)> {
    let mut acted: FxHashMap<u32, u32> = FxHashMap::default();
    slots.account.iter().for_each(|&account| *acted.entry(account).or_default() += 1);
    let kept: Vec<usize> =
        (0..slots.len()).filter(|&slot| acted[&slots.account[slot]] >= LEAST_ACTIONS).collect();
    let object: Vec<u32> = kept.iter().map(|&slot| slots.object[slot]).collect();
    let account: Vec<u32> = kept.iter().map(|&slot| slots.account[slot]).collect();
    let time: Vec<i64> = kept.iter().map(|&slot| slots.time[slot]).collect();
    let slots = &Slots {
        object: &object,
        account: &account,
        time: &time,
        alone_account: &[],
        alone_time: &[],
    };
    let objects: Vec<std::ops::Range<usize>> = slots.objects().collect();
    let counts: Vec<u64> = objects.par_iter().map(|range| count(slots, range, window)).collect();
    let most = largest_kept(&counts);
    let mut met: Vec<(u32, u32, u32)> = objects
        .par_iter()
        .zip(&counts)
        .filter(|&(_, &count)| count <= most)
        .flat_map_iter(|(range, _)| meetings(slots, range, window))
        .collect();
    met.par_sort_unstable();
    met.dedup();
    met
}

/// The largest number of meetings on one object such that all objects with no more fit.
fn largest_kept(counts: &[u64]) -> u64 {
    let mut sorted: Vec<u64> = counts.to_vec();
    sorted.sort_unstable();
    let mut held = 0;
    let mut most = 0;
    for same in sorted.chunk_by(|l, r| l == r) {
        held += same.iter().sum::<u64>();
        if held > MOST_CO_ACTIONS {
            break;
        }
        most = same[0];
    }
    most
}

fn count(slots: &Slots<'_>, range: &std::ops::Range<usize>, window: Span) -> u64 {
    let mut earliest = range.start;
    let mut count = 0;
    for later in range.clone() {
        while slots.time[later] - slots.time[earliest] > window.as_micros() {
            earliest += 1;
        }
        count += (later - earliest) as u64;
    }
    count
}

fn meetings(
    slots: &Slots<'_>,
    range: &std::ops::Range<usize>,
    window: Span,
) -> Vec<(u32, u32, u32)> {
    let mut earliest = range.start;
    let mut found = Vec::new();
    for later in range.clone() {
        while slots.time[later] - slots.time[earliest] > window.as_micros() {
            earliest += 1;
        }
        for earlier in earliest..later {
            let (one, other) = (slots.account[earlier], slots.account[later]);
            if one != other {
                found.push((one.min(other), one.max(other), slots.object[later]));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_with_the_most_meetings_are_left_out_first_and_equals_together() {
        assert_eq!(largest_kept(&[1, 2, 3]), 3);
        assert_eq!(largest_kept(&[1, MOST_CO_ACTIONS, 5]), 5);
        assert_eq!(largest_kept(&[1, MOST_CO_ACTIONS / 2 + 1, MOST_CO_ACTIONS / 2 + 1]), 1);
        assert_eq!(largest_kept(&[]), 0);
    }

    #[test]
    fn two_accounts_meet_once_an_object_and_an_account_never_meets_itself() {
        let slots = Slots {
            object: &[0, 0, 0, 1, 1],
            account: &[5, 3, 5, 3, 5],
            time: &[0, 1, 2, 0, 9],
            alone_account: &[],
            alone_time: &[],
        };
        assert_eq!(met(&slots, Span::micros(5)), [(3, 5, 0)]);
        assert_eq!(met(&slots, Span::micros(9)), [(3, 5, 0), (3, 5, 1)]);
    }

    #[test]
    fn an_account_that_acted_once_meets_nobody() {
        let slots = Slots {
            object: &[0, 0, 0, 1],
            account: &[5, 3, 4, 3],
            time: &[0, 1, 2, 0],
            alone_account: &[],
            alone_time: &[],
        };
        assert_eq!(met(&slots, Span::micros(5)), []);
        let both = Slots { account: &[5, 3, 3, 5], time: &[0, 1, 0, 0], ..slots };
        assert_eq!(met(&both, Span::micros(5)), [(3, 5, 0)]);
    }
}
