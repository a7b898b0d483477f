//! Actions of one trace, packed: 16 bytes each, object by object in order of time, and only those
//! of accounts that can be in a pair.
//!
//! **Invariant:** whoever is dropped cannot reach `min_objects` with anybody; who is kept is
//! decided over all objects at once, so that it does not depend on how they are sliced.

use std::{
    ops::Range,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use concerted_model::Span;
use rayon::prelude::*;

use super::DAY_US;
use crate::slots::Slots;

/// Pieces that the objects are divided into for threads; more than there are cores, so that none waits.
const PIECES: usize = 64;

/// One action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) time: i64,
    pub(super) object: u32,
    pub(super) account: u32,
}

/// The actions of accounts that act beside another on `min_objects` objects at least, by the day;
/// asked twice, since each that goes may take others with it.
pub(super) fn reachable(
    slots: &Slots<'_>,
    accounts: usize,
    widest: Span,
    min_objects: u32,
) -> Vec<Packed> {
    let pack = |row: usize| Packed {
        time: slots.time[row],
        object: slots.object[row],
        account: slots.account[row],
    };
    let beside = days_beside(slots.len(), pack, accounts, widest);
    let stays = |action: &Packed| beside[action.account as usize] >= min_objects;
    let mut kept = gather(slots.len(), |row| Some(pack(row)).filter(stays));
    let beside = days_beside(kept.len(), |row| kept[row], accounts, widest);
    kept.retain(|action| beside[action.account as usize] >= min_objects);
    kept.shrink_to_fit();
    kept
}

/// On how many objects, by the day, could each account have met anybody? An upper bound.
fn days_beside(
    count: usize,
    action: impl Fn(usize) -> Packed + Sync,
    accounts: usize,
    widest: Span,
) -> Vec<u32> {
    let days: Vec<AtomicU32> = (0..accounts).map(|_| AtomicU32::new(0)).collect();
    pieces(count, |row| action(row).object).into_par_iter().for_each(|piece| {
        let (mut earliest, end) = (piece.start, piece.end);
        for row in piece {
            let own = action(row);
            let near = |other: Packed| {
                other.object == own.object
                    && other.time.abs_diff(own.time) <= widest.as_micros() as u64
            };
            while !near(action(earliest)) {
                earliest += 1;
            }
            if earliest < row || (row + 1 < end && near(action(row + 1))) {
                let bound = days_open(action(earliest).time, own.time);
                days[own.account as usize].fetch_add(bound, Relaxed);
            }
        }
    });
    days.into_iter().map(AtomicU32::into_inner).collect()
}

/// Days on which a meeting that involves an action at `time` may have begun, if nobody acted
/// before `earliest` in its reach. A meeting belongs to the day of its earlier action.
pub(super) fn days_open(earliest: i64, time: i64) -> u32 {
    1 + (time.div_euclid(DAY_US) - earliest.div_euclid(DAY_US)) as u32
}

/// What is kept of the rows, in order. Counted first, so that nothing is held twice.
fn gather(count: usize, keep: impl Fn(usize) -> Option<Packed> + Sync) -> Vec<Packed> {
    let rows = |piece: usize| piece * count / PIECES..(piece + 1) * count / PIECES;
    let counts: Vec<usize> =
        (0..PIECES).into_par_iter().map(|piece| rows(piece).filter_map(&keep).count()).collect();
    let mut kept = vec![Packed { time: 0, object: 0, account: 0 }; counts.iter().sum()];
    let (mut parts, mut rest) = (Vec::with_capacity(PIECES), kept.as_mut_slice());
    for (piece, &count) in counts.iter().enumerate() {
        let (own, later) = rest.split_at_mut(count);
        parts.push((piece, own));
        rest = later;
    }
    parts.into_par_iter().for_each(|(piece, own)| {
        own.iter_mut().zip(rows(piece).filter_map(&keep)).for_each(|(place, kept)| *place = kept);
    });
    kept
}

/// Divides rows into about equal ranges of whole objects.
pub(super) fn pieces(count: usize, object: impl Fn(usize) -> u32) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(PIECES);
    let mut start = 0;
    for piece in 1..=PIECES {
        let mut end = (piece * count / PIECES).max(start);
        while end > start && end < count && object(end) == object(end - 1) {
            end += 1;
        }
        if end > start {
            pieces.push(start..end);
            start = end;
        }
    }
    pieces
}

/// Ranges of the actions of each object within `rows`, which begin and end with an object.
pub(super) fn objects(slots: &[Packed], rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = rows.start;
    slots[rows].chunk_by(|l, r| l.object == r.object).map(move |chunk| {
        let range = start..start + chunk.len();
        start = range.end;
        range
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_all_rows_and_cut_no_object() {
        let object = |row: usize| [0, 0, 0, 1, 2, 2, 2, 2, 2, 3][row % 10] + 4 * (row / 10) as u32;
        for count in [0, 1, 7, 640, 997] {
            let pieces = pieces(count, object);
            let covered: Vec<usize> = pieces.iter().cloned().flatten().collect();
            assert_eq!(covered, (0..count).collect::<Vec<_>>());
            assert!(pieces.iter().all(|p| p.start == 0 || object(p.start - 1) != object(p.start)));
        }
    }
}
