//! Meetings → rows of pairs, in rounds of accounts and buckets within a round.
//!
//! **Invariant:** rounds, buckets and slices decide what is in memory together and on which thread,
//! never what is found: the meetings of a pair always end in one bucket, where they are put in order.

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use rayon::prelude::*;

use super::{
    ahead::{Ahead, Field},
    crowd::{Crowds, Met, Piece},
    packed::Packed,
    tally::{First, Meeting, Row, Scratch, row},
};

/// Buckets of a round: small enough to be put in order inside a core's cache.
const BUCKETS: usize = 256;
/// No bucket: an account of another round.
const ELSEWHERE: u16 = u16::MAX;

/// Pairs that need only be found: their crowded meetings are counted when they are known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    a: u32,
    b: u32,
}

/// What the slices of a round put into its buckets.
struct Found {
    meetings: Vec<Vec<Meeting>>,
    candidates: Vec<Vec<Candidate>>,
}

/// One trace, ready to be paired.
pub(super) struct Pairing<'a> {
    ahead: &'a Ahead<'a>,
    field: &'a Field<'a>,
    crowds: Option<&'a Crowds<'a>>,
    /// Ranges of whole objects.
    slices: Vec<Range<usize>>,
    /// Pieces of crowded objects.
    crowded: Vec<Piece>,
}

impl<'a> Pairing<'a> {
    /// Without `crowds`, crowded objects are gone through like all others.
    pub(super) fn new(
        ahead: &'a Ahead<'a>,
        field: &'a Field<'a>,
        crowds: Option<&'a Crowds<'a>>,
    ) -> Self {
        Self {
            ahead,
            field,
            crowds,
            slices: field.reachable.slices(ahead.slices),
            crowded: crowds.map(Crowds::pieces).unwrap_or_default(),
        }
    }

    /// Pairs of actions on crowded objects that are gone through.
    pub(super) fn crowded_pairs(&self) -> u64 {
        self.crowded.iter().map(|piece| piece.pairs).sum()
    }

    /// The rows of each window, in order of accounts, with at most about `batch` meetings in memory.
    pub(super) fn rows(&self, batch: u64) -> Vec<Vec<Row>> {
        let together = self.together();
        let mut rows = vec![Vec::new(); self.ahead.windows.len()];
        for round in stretches(&together, 0..together.len(), batch) {
            let held: u64 = together[round.clone()].iter().sum();
            let buckets = stretches(&together, round, held / BUCKETS as u64);
            for bucket in self.round(&buckets) {
                rows.iter_mut().zip(bucket).for_each(|(all, mut own)| all.append(&mut own));
            }
        }
        rows
    }

    /// Meetings and candidates of each account, at the smaller of the two.
    fn together(&self) -> Vec<u64> {
        let together: Vec<AtomicU64> =
            (0..self.ahead.accounts).map(|_| AtomicU64::new(0)).collect();
        let add = |a: u32| {
            together[a as usize].fetch_add(1, Relaxed);
        };
        self.slices.par_iter().for_each(|slice| {
            self.each_meeting(slice, |earlier, later| add(earlier.account.min(later.account)));
        });
        if let Some(crowds) = self.crowds {
            self.crowded.par_iter().for_each(|piece| crowds.each(piece, |a, _| add(a)));
        }
        together.into_iter().map(AtomicU64::into_inner).collect()
    }

    /// Calls `found` with the two actions of every meeting on objects of a slice that are not
    /// crowded, the earlier one first.
    fn each_meeting(&self, slice: &Range<usize>, mut found: impl FnMut(&Packed, &Packed)) {
        let widest = self.ahead.windows.last().map_or(0, |window| window.as_micros());
        let place = self.field.crowded.partition_point(|c| c.rows.start < slice.start);
        let mut crowded = self.field.crowded[place..].iter().peekable();
        self.field.reachable.each_object(slice.clone(), |rows, actions| {
            let is_crowded = crowded.next_if(|c| c.rows.start == rows.start).is_some();
            if is_crowded && self.crowds.is_some() {
                return;
            }
            let mut earliest = 0;
            for (place, later) in actions.iter().enumerate() {
                while later.time - actions[earliest].time > widest {
                    earliest += 1;
                }
                for earlier in &actions[earliest..place] {
                    if earlier.account != later.account {
                        found(earlier, later);
                    }
                }
            }
        });
    }

    /// Rows of each bucket of accounts, window by window.
    fn round(&self, buckets: &[Range<usize>]) -> Vec<Vec<Vec<Row>>> {
        let mut bucket_of = vec![ELSEWHERE; self.ahead.accounts];
        for (bucket, accounts) in buckets.iter().enumerate() {
            bucket_of[accounts.clone()].fill(bucket as u16);
        }
        let empty = || Found {
            meetings: vec![Vec::new(); buckets.len()],
            candidates: vec![Vec::new(); buckets.len()],
        };
        let mut found: Vec<Found> = (self.slices.par_iter())
            .map(|slice| {
                let mut found = empty();
                self.each_meeting(slice, |earlier, later| {
                    let bucket = bucket_of[earlier.account.min(later.account) as usize];
                    if bucket != ELSEWHERE {
                        found.meetings[usize::from(bucket)].push(self.meeting(earlier, later));
                    }
                });
                found
            })
            .collect();
        if let Some(crowds) = self.crowds {
            found.par_extend(self.crowded.par_iter().map(|piece| {
                let mut found = empty();
                crowds.each(piece, |a, b| {
                    let bucket = bucket_of[a as usize];
                    if bucket != ELSEWHERE {
                        found.candidates[usize::from(bucket)].push(Candidate { a, b });
                    }
                });
                found.candidates.iter_mut().for_each(|candidates| {
                    candidates.sort_unstable();
                    candidates.dedup();
                });
                found
            }));
        }
        (0..buckets.len()).into_par_iter().map(|bucket| self.bucket(&found, bucket)).collect()
    }

    fn meeting(&self, earlier: &Packed, later: &Packed) -> Meeting {
        let gap = later.time - earlier.time;
        let (one, other) = (earlier.account, later.account);
        let first = match (gap == 0, one < other) {
            (true, _) => First::Neither,
            (false, true) => First::A,
            (false, false) => First::B,
        };
        let wider = self.ahead.windows.iter().take_while(|window| gap > window.as_micros());
        Meeting {
            a: one.min(other),
            b: one.max(other),
            object: later.object,
            time: earlier.time,
            first,
            window: wider.count() as u8,
        }
    }

    /// Puts the meetings of a bucket in order and counts them pair by pair.
    fn bucket(&self, found: &[Found], bucket: usize) -> Vec<Vec<Row>> {
        let mut meetings = self.often_enough(found, bucket);
        meetings.sort_unstable();
        let mut candidates: Vec<Candidate> =
            found.iter().flat_map(|found| &found.candidates[bucket]).copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let mut counter = Counter {
            pairing: self,
            rows: vec![Vec::new(); self.ahead.windows.len()],
            all: Vec::new(),
            met: Vec::new(),
            scratch: Scratch::default(),
        };
        let mut candidates = candidates.into_iter().peekable();
        for own in meetings.chunk_by(|l, r| (l.a, l.b) == (r.a, r.b)) {
            let pair = Candidate { a: own[0].a, b: own[0].b };
            while let Some(candidate) = candidates.next_if(|candidate| *candidate < pair) {
                counter.count(candidate, &[]);
            }
            candidates.next_if_eq(&pair);
            counter.count(pair, own);
        }
        candidates.for_each(|candidate| counter.count(candidate, &[]));
        counter.rows
    }

    /// The meetings of pairs that can still come to `min_objects`: most pairs meet once and never
    /// again, and need not be put in order. Pairs share counters, so that some pass who need not.
    fn often_enough(&self, found: &[Found], bucket: usize) -> Vec<Meeting> {
        let all = || found.iter().flat_map(|found| &found.meetings[bucket]);
        let bits = (2 * all().count()).next_power_of_two().trailing_zeros().max(6);
        let place = |meeting: &Meeting| {
            let pair = u64::from(meeting.a) << 32 | u64::from(meeting.b);
            (pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - bits)) as usize
        };
        let mut counters = vec![0_u8; 1 << bits];
        for meeting in all() {
            let counter = &mut counters[place(meeting)];
            *counter = counter.saturating_add(1);
        }
        let enough = |meeting: &&Meeting| {
            let elsewhere = self.crowds.map_or(0, |crowds| crowds.days(meeting.a, meeting.b));
            let counted = u32::from(counters[place(meeting)]);
            counted == u32::from(u8::MAX) || counted + elsewhere >= self.ahead.min_objects
        };
        all().filter(enough).copied().collect()
    }
}

/// Counts pair by pair, with memory that is used again.
struct Counter<'a> {
    pairing: &'a Pairing<'a>,
    rows: Vec<Vec<Row>>,
    all: Vec<Meeting>,
    met: Vec<Met>,
    scratch: Scratch,
}

impl Counter<'_> {
    fn count(&mut self, pair: Candidate, meetings: &[Meeting]) {
        let ahead = self.pairing.ahead;
        self.met.clear();
        if let Some(crowds) = self.pairing.crowds
            && crowds.days(pair.a, pair.b) > 0
        {
            crowds.merge(pair.a, pair.b, &mut self.met);
            if meetings.is_empty() && !crowds.could_be_claimed(&self.met) {
                return;
            }
        }
        let meetings = if self.met.is_empty() {
            meetings
        } else {
            self.all.clear();
            self.all.extend_from_slice(meetings);
            self.all.extend(self.met.iter().map(|met| met.meeting));
            self.all.sort_unstable();
            &self.all
        };
        if meetings.len() < ahead.min_objects as usize {
            return;
        }
        for (window, rows) in self.rows.iter_mut().enumerate() {
            let row = row(meetings, window as u8, ahead.gap, &mut self.scratch);
            rows.extend(row.filter(|row| row.objects >= ahead.min_objects));
        }
    }
}

/// Consecutive ranges of `accounts` that hold about `most` each, and at least one account.
fn stretches(held: &[u64], accounts: Range<usize>, most: u64) -> Vec<Range<usize>> {
    let mut stretches = Vec::new();
    let (mut start, mut sum) = (accounts.start, 0);
    for account in accounts.clone() {
        if sum > 0 && sum + held[account] > most {
            stretches.push(start..account);
            (start, sum) = (account, 0);
        }
        sum += held[account];
    }
    if sum > 0 {
        stretches.push(start..accounts.end);
    }
    stretches
}
