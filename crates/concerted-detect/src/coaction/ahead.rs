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

use super::packed::{Packed, Reachable, SLICES};
use crate::slots::{Slots, traces_in};

/// Pairs of actions on one object, in the largest window, past which the object is crowded: its
/// pairs are gone through only as far as a limit asks.
pub const CROWD: u64 = 1 << 18;

/// What the sweep of a case will go through.
pub struct Ahead<'a> {
    pub(super) windows: Vec<Span>,
    pub(super) gap: Span,
    pub(super) min_objects: u32,
    pub(super) accounts: usize,
    pub(super) traces: Vec<Field<'a>>,
    /// Slices of objects that are gone through at once.
    pub(super) slices: usize,
}

/// The actions of one trace.
pub(super) struct Field<'a> {
    pub(super) trace: Trace,
    pub(super) reachable: Reachable<'a>,
    /// How many these are.
    actions: u64,
    /// Crowded objects, in order.
    pub(super) crowded: Vec<Crowded>,
    /// Pairs of actions on all other objects, in each window.
    pub(super) pairs: Vec<u64>,
}

/// An object that too many acted on at the same time to compare them all.
#[derive(Clone, Debug)]
pub(super) struct Crowded {
    pub(super) object: u32,
    /// Its slots, also of accounts that cannot be in a pair.
    pub(super) rows: Range<usize>,
    /// Pairs of actions on it, in each window.
    pub(super) pairs: Vec<u64>,
}

/// How many pairs of actions are there to compare?
///
/// `windows` rise; an object with more than `crowd` pairs in the largest is crowded, [`CROWD`]
/// unless there is a reason. Time O(n) for each window; memory 4 bytes an account, and those of one object's
/// actions for each thread.
#[must_use]
pub fn look_ahead<'a>(
    objects: &Objects,
    actions: &'a Actions,
    windows: &[Span],
    plan: &DetectPlan,
    crowd: u64,
) -> Ahead<'a> {
    let accounts = actions.account.values().iter().max().map_or(0, |&last| last as usize + 1);
    let widest = windows.last().copied().unwrap_or(Span::ZERO);
    let field = |trace| {
        let slots = Slots::of(trace, objects, actions, None);
        let reachable = Reachable::of(slots, accounts, widest, plan.min_objects);
        Field::of(trace, reachable, windows, crowd)
    };
    Ahead {
        windows: windows.to_vec(),
        gap: plan.episode_gap,
        min_objects: plan.min_objects,
        accounts,
        traces: traces_in(objects).into_iter().map(field).collect(),
        slices: SLICES,
    }
}

impl Ahead<'_> {
    /// In so many slices of whole objects, each paired by itself and then merged: 64 unless there is a
    /// reason. What is found does not depend on it.
    #[must_use]
    pub fn sliced(self, slices: usize) -> Self {
        Self { slices: slices.max(1), ..self }
    }

    /// The work in each trace, before it is done.
    #[must_use]
    pub fn work(&self) -> Vec<Work> {
        let last = |pairs: &[u64]| pairs.last().copied().unwrap_or_default();
        self.traces
            .iter()
            .map(|field| Work {
                trace: field.trace,
                actions: field.actions,
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
        fields.flat_map(|field| field.crowded.iter().map(|crowded| crowded.object)).collect()
    }

    /// Whether any object is crowded.
    #[must_use]
    pub fn has_crowds(&self) -> bool {
        self.traces.iter().any(|field| !field.crowded.is_empty())
    }
}

impl<'a> Field<'a> {
    fn of(trace: Trace, reachable: Reachable<'a>, windows: &[Span], crowd: u64) -> Self {
        let counted: Vec<(u64, Vec<u64>, Vec<Crowded>)> = reachable
            .slices(SLICES)
            .into_par_iter()
            .map(|slice| {
                let (mut actions, mut sums) = (0, vec![0; windows.len()]);
                let (mut own, mut crowded) = (vec![0; windows.len()], Vec::new());
                reachable.each_object(slice, |rows, on_object| {
                    actions += on_object.len() as u64;
                    pairs_on(on_object, windows, &mut own);
                    if own.last().is_some_and(|&pairs| pairs > crowd) {
                        let object = on_object[0].object;
                        crowded.push(Crowded { object, rows, pairs: own.clone() });
                    } else {
                        sums.iter_mut().zip(&own).for_each(|(sum, own)| *sum += own);
                    }
                });
                (actions, sums, crowded)
            })
            .collect();
        let (mut actions, mut pairs) = (0, vec![0; windows.len()]);
        let mut crowded = Vec::new();
        for (own, sums, mut found) in counted {
            actions += own;
            pairs.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum);
            crowded.append(&mut found);
        }
        Self { trace, reachable, actions, crowded, pairs }
    }
}

/// Pairs of actions on one object within each window.
fn pairs_on(actions: &[Packed], windows: &[Span], pairs: &mut [u64]) {
    let count = actions.len() as u64;
    let lifetime = actions[actions.len() - 1].time - actions[0].time;
    for (pairs, window) in pairs.iter_mut().zip(windows) {
        if lifetime <= window.as_micros() {
            *pairs = count * (count - 1) / 2;
            continue;
        }
        *pairs = 0;
        let mut earliest = 0;
        for (place, later) in actions.iter().enumerate() {
            while later.time - actions[earliest].time > window.as_micros() {
                earliest += 1;
            }
            *pairs += (place - earliest) as u64;
        }
    }
}
