//! What lies ahead, before anything is paired: how many pairs of actions, and on which objects a
//! crowd makes too many of them.
//!
//! **Invariant:** counting is exact and costs one pass for each window, whatever the crowds.

use std::ops::Range;

use concerted_model::{
    Span, Trace,
    plan::DetectPlan,
    provenance::Work,
    tables::{Actions, Objects},
};
use rayon::prelude::*;

use super::packed::{Packed, objects as ranges, pieces, reachable};
use crate::slots::{Slots, traces_in};

/// Pairs of actions on one object, in the largest window, past which the object is crowded: its
/// pairs are gone through only as far as a limit asks.
pub const CROWD: u64 = 1 << 18;

/// What the sweep of a case will go through.
pub struct Ahead {
    pub(super) windows: Vec<Span>,
    pub(super) gap: Span,
    pub(super) min_objects: u32,
    pub(super) accounts: usize,
    pub(super) traces: Vec<Field>,
}

/// The actions of one trace.
pub(super) struct Field {
    pub(super) trace: Trace,
    pub(super) slots: Vec<Packed>,
    /// Crowded objects, by the range of their actions.
    pub(super) crowded: Vec<Crowded>,
    /// Pairs of actions on all other objects, in each window.
    pub(super) pairs: Vec<u64>,
}

/// An object that too many acted on at the same time to compare them all.
#[derive(Clone, Debug)]
pub(super) struct Crowded {
    pub(super) slots: Range<usize>,
    /// Pairs of actions on it, in each window.
    pub(super) pairs: Vec<u64>,
}

/// How many pairs of actions are there to compare?
///
/// `windows` rise; an object with more than `crowd` pairs in the largest is crowded, [`CROWD`]
/// unless there is a reason. Time O(n) for each window; memory 16 bytes an action.
#[must_use]
pub fn look_ahead(
    objects: &Objects,
    actions: &Actions,
    windows: &[Span],
    plan: &DetectPlan,
    crowd: u64,
) -> Ahead {
    let accounts = actions.account.values().iter().max().map_or(0, |&last| last as usize + 1);
    let widest = windows.last().copied().unwrap_or(Span::ZERO);
    let field = |trace| {
        let slots = Slots::of(trace, objects, actions, None);
        let slots = reachable(&slots, accounts, widest, plan.min_objects);
        Field::of(trace, slots, windows, crowd)
    };
    Ahead {
        windows: windows.to_vec(),
        gap: plan.episode_gap,
        min_objects: plan.min_objects,
        accounts,
        traces: traces_in(objects).into_iter().map(field).collect(),
    }
}

impl Ahead {
    /// The work in each trace, before it is done.
    #[must_use]
    pub fn work(&self) -> Vec<Work> {
        let last = |pairs: &[u64]| pairs.last().copied().unwrap_or_default();
        self.traces
            .iter()
            .map(|field| Work {
                trace: field.trace,
                actions: field.slots.len() as u64,
                pairs: last(&field.pairs),
                crowded: field.crowded.len() as u64,
                crowded_pairs: field.crowded.iter().map(|object| last(&object.pairs)).sum(),
                crowded_compared: None,
            })
            .collect()
    }

    /// Crowded objects of a trace, by row, in order.
    pub(crate) fn crowded(&self, trace: Trace) -> Vec<u32> {
        let fields = self.traces.iter().filter(|field| field.trace == trace);
        fields
            .flat_map(|field| field.crowded.iter().map(|c| field.slots[c.slots.start].object))
            .collect()
    }

    /// Whether any object is crowded.
    #[must_use]
    pub fn has_crowds(&self) -> bool {
        self.traces.iter().any(|field| !field.crowded.is_empty())
    }
}

impl Field {
    fn of(trace: Trace, slots: Vec<Packed>, windows: &[Span], crowd: u64) -> Self {
        let counted: Vec<(Vec<u64>, Vec<Crowded>)> = pieces(slots.len(), |row| slots[row].object)
            .into_par_iter()
            .map(|piece| {
                let mut sums = vec![0; windows.len()];
                let mut crowded = Vec::new();
                let mut own = vec![0; windows.len()];
                for object in ranges(&slots, piece) {
                    pairs_on(&slots, object.clone(), windows, &mut own);
                    if own.last().is_some_and(|&pairs| pairs > crowd) {
                        crowded.push(Crowded { slots: object, pairs: own.clone() });
                    } else {
                        sums.iter_mut().zip(&own).for_each(|(sum, own)| *sum += own);
                    }
                }
                (sums, crowded)
            })
            .collect();
        let mut pairs = vec![0; windows.len()];
        let mut crowded = Vec::new();
        for (sums, mut found) in counted {
            pairs.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum);
            crowded.append(&mut found);
        }
        Self { trace, slots, crowded, pairs }
    }
}

/// Pairs of actions on one object within each window.
fn pairs_on(slots: &[Packed], object: Range<usize>, windows: &[Span], pairs: &mut [u64]) {
    let count = object.len() as u64;
    let lifetime = slots[object.end - 1].time - slots[object.start].time;
    for (pairs, window) in pairs.iter_mut().zip(windows) {
        if lifetime <= window.as_micros() {
            *pairs = count * (count - 1) / 2;
            continue;
        }
        *pairs = 0;
        let mut earliest = object.start;
        for later in object.clone() {
            while slots[later].time - slots[earliest].time > window.as_micros() {
                earliest += 1;
            }
            *pairs += (later - earliest) as u64;
        }
    }
}
