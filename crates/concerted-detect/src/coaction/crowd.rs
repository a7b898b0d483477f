//! Meetings on crowded objects: only pairs that could be claimed are gone through.
//!
//! An account's actions on crowded objects, the most crowded last, end in a stretch that weighs
//! too little to make any pair worth a claim. A pair whose meetings weigh enough has its first in
//! neither account's last stretch (the prefix filter of Chaudhuri et al. 2006 and Bayardo et al.
//! 2007, with meetings for shared elements and a window). So candidates are sought among the
//! other actions only; whatever else a candidate did is then found by merging the two accounts'
//! lists. **Invariant:** no pair that could be claimed is missed, and what is counted is complete.
//!
//! # References
//! METHODS 2.8, step 3.

use std::ops::Range;

use concerted_model::{Span, tables::Actions};
use rayon::prelude::*;

use super::{
    ahead::{Ahead, Field},
    packed::{Packed, days_open},
    tally::{First, Meeting},
};
use crate::{limits::Limits, slots::ranges};

/// Pairs of actions that one piece of work compares.
const PIECE: u64 = 1 << 22;

/// Actions on the crowded objects of one trace.
pub(super) struct Crowds<'a> {
    limits: &'a Limits,
    windows: &'a [Span],
    /// Where the entries of each account begin; one more than accounts.
    starts: Vec<u32>,
    /// Entries by account, then object and time.
    entries: Vec<Packed>,
    /// Weights of each entry, one for each window.
    weights: Vec<u16>,
    /// Days on which meetings of each account can have begun, over its entries.
    days: Vec<u32>,
    /// For each window, the actions to compare, by object and time.
    marked: Vec<Vec<Packed>>,
}

/// A stretch of actions on one object to compare with those before them.
pub(super) struct Piece {
    window: usize,
    object: Range<usize>,
    later: Range<usize>,
    /// Pairs of actions in it.
    pub(super) pairs: u64,
}

impl<'a> Crowds<'a> {
    pub(super) fn of(
        field: &Field<'_>,
        ahead: &'a Ahead<'_>,
        actions: &Actions,
        limits: &'a Limits,
    ) -> Self {
        let windows = ahead.windows.len();
        let widest = ahead.windows[windows - 1];
        let mut starts = vec![0_u32; ahead.accounts + 1];
        crowded(field).for_each(|action| starts[action.account as usize + 1] += 1);
        for account in 0..ahead.accounts {
            starts[account + 1] += starts[account];
        }
        let count = starts[ahead.accounts] as usize;
        let mut next = starts.clone();
        let mut crowds = Self {
            limits,
            windows: &ahead.windows,
            starts,
            entries: vec![Packed { time: 0, object: 0, account: 0 }; count],
            weights: vec![0; count * windows],
            days: vec![0; ahead.accounts],
            marked: Vec::new(),
        };
        // Days that each entry can count for, by entry.
        let mut open = vec![0_u32; count];
        for object in &field.crowded {
            let kept: Vec<Packed> = field.reachable.on(object.rows.clone()).collect();
            let weights = weights_of(&kept, actions, limits, windows);
            let mut earliest = 0;
            for (&action, weights) in kept.iter().zip(weights) {
                while action.time - kept[earliest].time > widest.as_micros() {
                    earliest += 1;
                }
                let entry = next[action.account as usize] as usize;
                next[action.account as usize] += 1;
                crowds.entries[entry] = action;
                open[entry] = days_open(kept[earliest].time, action.time);
                crowds.days[action.account as usize] += open[entry];
                crowds.weights[entry * windows..(entry + 1) * windows].copy_from_slice(weights);
            }
        }
        let reach = crowds.reach(field, &open, ahead.min_objects);
        crowds.mark(field, &reach);
        crowds
    }

    /// For each entry, in how many of the windows, from the smallest, it has to be compared.
    fn reach(&self, field: &Field<'_>, open: &[u32], min_objects: u32) -> Vec<u8> {
        let mut crowding: Vec<(u32, u64)> =
            field.crowded.iter().map(|c| (c.object, c.pairs.iter().sum())).collect();
        crowding.sort_unstable();
        let of_object = |object: u32| {
            let place = crowding.partition_point(|&(other, _)| other < object);
            (std::cmp::Reverse(crowding[place].1), object)
        };
        let parts = rayon::current_num_threads() * 8;
        let accounts = self.days.len();
        let reaches: Vec<Vec<u8>> = (0..parts)
            .into_par_iter()
            .map(|part| {
                let own = part * accounts / parts..(part + 1) * accounts / parts;
                let first = self.starts[own.start] as usize;
                let mut reach = vec![0_u8; self.starts[own.end] as usize - first];
                let mut order: Vec<usize> = Vec::new();
                for account in own {
                    order.clear();
                    order.extend(self.of_account(account as u32));
                    order.sort_unstable_by_key(|&entry| of_object(self.entries[entry].object));
                    let enough = self.limits.enough(self.days[account]);
                    for window in 0..self.windows.len() {
                        let marked = self.past_the_tail(&order, open, window, enough, min_objects);
                        marked.iter().for_each(|entry| reach[entry - first] = window as u8 + 1);
                    }
                }
                reach
            })
            .collect();
        reaches.concat()
    }

    /// Of an account's entries, the most crowded objects first, those past the longest stretch on
    /// which alone no pair could be claimed in a window.
    fn past_the_tail<'o>(
        &self,
        order: &'o [usize],
        open: &[u32],
        window: usize,
        enough: u64,
        min_objects: u32,
    ) -> &'o [usize] {
        let (mut weight, mut days, mut tail) = (0_u64, 0_u32, 0);
        for object in order.chunk_by(|&l, &r| self.entries[l].object == self.entries[r].object) {
            for &entry in object {
                let own = u64::from(self.weights[entry * self.windows.len() + window]);
                weight += own * u64::from(open[entry]);
                days += open[entry];
            }
            if weight >= enough && days >= min_objects {
                break;
            }
            tail += object.len();
        }
        &order[tail..]
    }

    /// Puts the entries to compare into order of object and time again.
    fn mark(&mut self, field: &Field<'_>, reach: &[u8]) {
        let mut next: Vec<u32> = self.starts.clone();
        self.marked = vec![Vec::new(); self.windows.len()];
        for action in crowded(field) {
            let entry = next[action.account as usize] as usize;
            next[action.account as usize] += 1;
            for marked in self.marked.iter_mut().take(usize::from(reach[entry])) {
                marked.push(action);
            }
        }
    }

    /// The work of comparing, in pieces of about equal size: giant objects are divided by time.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (window, marked) in self.marked.iter().enumerate() {
            for object in ranges(marked, |action| action.object) {
                let (mut start, mut held) = (object.start, 0);
                let (mut earliest, mut nearest) = (object.start, object.start);
                for later in object.clone() {
                    let stretch = self.within(window, later, &object, &mut earliest, &mut nearest);
                    held += stretch.len() as u64;
                    if held >= PIECE {
                        pieces.push(Piece {
                            window,
                            object: object.clone(),
                            later: start..later + 1,
                            pairs: held,
                        });
                        (start, held) = (later + 1, 0);
                    }
                }
                if held > 0 {
                    let later = start..object.end;
                    pieces.push(Piece { window, object: object.clone(), later, pairs: held });
                }
            }
        }
        pieces
    }

    /// The earlier actions that are within this window of a later one, but in no smaller window.
    fn within(
        &self,
        window: usize,
        later: usize,
        object: &Range<usize>,
        earliest: &mut usize,
        nearest: &mut usize,
    ) -> Range<usize> {
        let marked = &self.marked[window];
        let time = marked[later].time;
        debug_assert!(object.contains(earliest));
        while time - marked[*earliest].time > self.windows[window].as_micros() {
            *earliest += 1;
        }
        if window == 0 {
            return *earliest..later;
        }
        *nearest = (*nearest).max(*earliest);
        while *nearest < later
            && time - marked[*nearest].time > self.windows[window - 1].as_micros()
        {
            *nearest += 1;
        }
        *earliest..*nearest
    }

    /// Calls `found` with the two accounts of every pair of actions of a piece, the smaller first.
    pub(super) fn each(&self, piece: &Piece, mut found: impl FnMut(u32, u32)) {
        let marked = &self.marked[piece.window];
        let before = piece.object.start..piece.later.start;
        let (time, widest) = (marked[piece.later.start].time, self.windows[piece.window]);
        let mut earliest = before.start
            + marked[before].partition_point(|other| time - other.time > widest.as_micros());
        let mut nearest = earliest;
        for later in piece.later.clone() {
            let own = marked[later].account;
            let stretch =
                self.within(piece.window, later, &piece.object, &mut earliest, &mut nearest);
            for other in &marked[stretch] {
                if other.account != own {
                    found(own.min(other.account), own.max(other.account));
                }
            }
        }
    }

    fn of_account(&self, account: u32) -> Range<usize> {
        self.starts[account as usize] as usize..self.starts[account as usize + 1] as usize
    }

    /// Days on which the two can have met on crowded objects, at most.
    pub(super) fn days(&self, a: u32, b: u32) -> u32 {
        self.days[a as usize].min(self.days[b as usize])
    }

    /// Finds all meetings of two accounts on crowded objects, in order.
    pub(super) fn merge(&self, a: u32, b: u32, met: &mut Vec<Met>) {
        met.clear();
        let (left, right) = (self.of_account(a), self.of_account(b));
        let (mut l, mut r) = (left.start, right.start);
        while l < left.end && r < right.end {
            let (own, other) = (self.entries[l].object, self.entries[r].object);
            if own != other {
                l += usize::from(own < other);
                r += usize::from(other < own);
                continue;
            }
            let same = |entry: usize| self.entries[entry].object == own;
            let l_end = l + (l..left.end).take_while(|&entry| same(entry)).count();
            let r_end = r + (r..right.end).take_while(|&entry| same(entry)).count();
            self.meet(l..l_end, r..r_end, (a, b), First::A, met);
            self.meet(r..r_end, l..l_end, (a, b), First::B, met);
            (l, r) = (l_end, r_end);
        }
        met.sort_unstable();
    }

    /// On one object, each action of one account with the next of the other: later ones begin at
    /// the same moment, and so add nothing.
    fn meet(
        &self,
        earlier: Range<usize>,
        later: Range<usize>,
        (a, b): (u32, u32),
        first: First,
        met: &mut Vec<Met>,
    ) {
        let mut next = later.start;
        for entry in earlier {
            let own = self.entries[entry];
            while next < later.end && self.entries[next].time < own.time {
                next += 1;
            }
            if next == later.end {
                return;
            }
            let gap = self.entries[next].time - own.time;
            let first = if gap == 0 { First::Neither } else { first };
            let window = self.windows.iter().position(|window| gap <= window.as_micros());
            met.extend(window.map(|window| Met {
                meeting: Meeting {
                    a,
                    b,
                    object: own.object,
                    time: own.time,
                    first,
                    window: window as u8,
                },
                actions: [entry, next],
            }));
        }
    }

    /// Whether a pair that met on crowded objects only could be claimed in any window.
    pub(super) fn could_be_claimed(&self, met: &[Met]) -> bool {
        (0..self.windows.len()).any(|window| {
            let (mut weight, mut meetings) = (0, 0);
            let mut before = None;
            for Met { meeting, actions } in met {
                let day = (meeting.object, meeting.time.div_euclid(super::DAY_US));
                if usize::from(meeting.window) <= window && before != Some(day) {
                    before = Some(day);
                    let [one, other] =
                        actions.map(|e| self.weights[e * self.windows.len() + window]);
                    weight += u64::from(one.min(other));
                    meetings += 1;
                }
            }
            meetings > 0 && weight >= self.limits.enough(meetings)
        })
    }
}

/// A meeting on a crowded object, and the entries of its two actions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Met {
    pub(super) meeting: Meeting,
    actions: [usize; 2],
}

/// The actions on crowded objects, in order.
fn crowded<'f>(field: &'f Field<'_>) -> impl Iterator<Item = Packed> + 'f {
    field.crowded.iter().flat_map(|object| field.reachable.on(object.rows.clone()))
}

/// Weights of the kept actions on one object, which are among all its actions.
fn weights_of<'l>(
    kept: &[Packed],
    actions: &Actions,
    limits: &'l Limits,
    windows: usize,
) -> Vec<&'l [u16]> {
    let objects = actions.object.values();
    let start = objects.partition_point(|&object| object < kept[0].object);
    let weights = limits.of_object(start as u32);
    let mut row = start;
    kept.iter()
        .map(|action| {
            let own = |row: usize| (actions.time.value(row), actions.account.value(row));
            while own(row) != (action.time, action.account) {
                row += 1;
            }
            &weights[(row - start) * windows..(row - start + 1) * windows]
        })
        .collect()
}
