//! Actions of one trace, object by object in order of time, and only those of accounts that can be in a pair.
//!
//! **Invariant:** whoever is dropped cannot reach `min_objects` with anybody; who is kept is
//! decided over all objects at once, so that it does not depend on how they are sliced. No action is
//! copied but those of the object that is being looked at.

use std::{
    ops::Range,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use concerted_model::Span;
use rayon::prelude::*;

use super::DAY_US;
use crate::slots::{Slots, ranges};

/// Slices that the objects are divided into for threads; more than there are cores, so that none waits.
pub(super) const SLICES: usize = 64;

/// One action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) time: i64,
    pub(super) object: u32,
    pub(super) account: u32,
}

/// The actions of accounts that act beside another on `min_objects` objects at least, by the day.
pub(super) struct Reachable<'a> {
    slots: Slots<'a>,
    /// Who they are, by row of the account.
    stays: Vec<bool>,
}

impl<'a> Reachable<'a> {
    /// Asked twice, since each that goes may take others with it.
    pub(super) fn of(slots: Slots<'a>, accounts: usize, widest: Span, min_objects: u32) -> Self {
        let mut found = Self { slots, stays: vec![true; accounts] };
        for _ in 0..2 {
            let beside = found.days_beside(widest);
            found.stays = beside.into_iter().map(|days| days >= min_objects).collect();
        }
        found
    }

    /// On how many objects, by the day, could each account have met anybody? An upper bound.
    fn days_beside(&self, widest: Span) -> Vec<u32> {
        let days: Vec<AtomicU32> = self.stays.iter().map(|_| AtomicU32::new(0)).collect();
        let widest = widest.as_micros() as u64;
        let near = |one: &Packed, other: &Packed| one.time.abs_diff(other.time) <= widest;
        self.slices(SLICES).into_par_iter().for_each(|slice| {
            self.each_object(slice, |_, actions| {
                let mut earliest = 0;
                for (place, own) in actions.iter().enumerate() {
                    while !near(&actions[earliest], own) {
                        earliest += 1;
                    }
                    let next = actions.get(place + 1);
                    if earliest < place || next.is_some_and(|next| near(next, own)) {
                        let bound = days_open(actions[earliest].time, own.time);
                        days[own.account as usize].fetch_add(bound, Relaxed);
                    }
                }
            });
        });
        days.into_iter().map(AtomicU32::into_inner).collect()
    }

    /// Divides the rows into so many slices of whole objects, about equally long.
    pub(super) fn slices(&self, count: usize) -> Vec<Range<usize>> {
        slices(self.slots.len(), count, |row| self.slots.object[row])
    }

    /// Calls `found` with the rows of each object of a slice, and the actions there of those who stay.
    pub(super) fn each_object(
        &self,
        slice: Range<usize>,
        mut found: impl FnMut(Range<usize>, &[Packed]),
    ) {
        let mut actions = Vec::new();
        for rows in ranges(&self.slots.object[slice.clone()], |&object| object) {
            let rows = slice.start + rows.start..slice.start + rows.end;
            actions.clear();
            actions.extend(self.on(rows.clone()));
            if !actions.is_empty() {
                found(rows, &actions);
            }
        }
    }

    /// The actions of those who stay in some rows.
    pub(super) fn on(&self, rows: Range<usize>) -> impl Iterator<Item = Packed> + '_ {
        let Slots { object, account, time, .. } = self.slots;
        let stay = rows.filter(|&row| self.stays[account[row] as usize]);
        stay.map(|row| Packed { time: time[row], object: object[row], account: account[row] })
    }
}

/// Days on which a meeting that involves an action at `time` may have begun, if nobody acted
/// before `earliest` in its reach. A meeting belongs to the day of its earlier action.
pub(super) fn days_open(earliest: i64, time: i64) -> u32 {
    1 + (time.div_euclid(DAY_US) - earliest.div_euclid(DAY_US)) as u32
}

/// Divides rows into about equal ranges of whole objects.
fn slices(rows: usize, count: usize, object: impl Fn(usize) -> u32) -> Vec<Range<usize>> {
    let mut slices = Vec::with_capacity(count);
    let mut start = 0;
    for slice in 1..=count {
        let mut end = (slice * rows / count).max(start);
        while end > start && end < rows && object(end) == object(end - 1) {
            end += 1;
        }
        if end > start {
            slices.push(start..end);
            start = end;
        }
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_cover_all_rows_and_cut_no_object() {
        let object = |row: usize| [0, 0, 0, 1, 2, 2, 2, 2, 2, 3][row % 10] + 4 * (row / 10) as u32;
        for (rows, count) in [(0, 64), (1, 64), (7, 64), (640, 64), (997, 64), (997, 1), (997, 5)] {
            let slices = slices(rows, count, object);
            let covered: Vec<usize> = slices.iter().cloned().flatten().collect();
            assert_eq!(covered, (0..rows).collect::<Vec<_>>());
            assert!(slices.iter().all(|s| s.start == 0 || object(s.start - 1) != object(s.start)));
        }
    }
}
