//! Actions → pairs: who acted together, and how often?
//!
//! Per object, in order of time, two pointers enclose the window; every two actions inside it by
//! two accounts are a co-action. Its ends are inclusive. A pair counts distinct objects (an object
//! counts once a day), and then episodes: co-actions closer than the episode gap are one sitting.
//!
//! **Invariant:** every pair with at least `min_objects` objects is found, none is estimated. What
//! is left out beforehand are only accounts that cannot reach `min_objects`.

use arrow_array::{StringArray, UInt32Array, UInt64Array};
use concerted_model::{
    Span, Trace,
    plan::DetectPlan,
    tables::{Actions, Objects, Pairs, PairsColumns, times},
};
use rayon::prelude::*;

use crate::{
    DetectError,
    slots::{Slots, traces_in},
};

const DAY_US: i64 = 86_400_000_000;

/// Co-actions held in memory at once; past it, the accounts are gone through in several rounds.
const BATCH: u64 = 16_000_000;

/// Which pairs acted on at least `min_objects` common objects within a window?
///
/// `windows` are those that the data's times can support: see [`usable_windows`]. Time O(n + C log C) for n actions and C co-actions of accounts that can
/// reach `min_objects`; memory 24 bytes a co-action, 400 MB at most.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn sweep(
    objects: &Objects,
    actions: &Actions,
    windows: &[Span],
    plan: &DetectPlan,
) -> Result<Pairs, DetectError> {
    let mut found = Vec::new();
    for trace in traces_in(objects) {
        let slots = Slots::of(trace, objects, actions, None);
        for &window in windows {
            pairs_of(trace, &slots, window, plan, &mut found);
        }
    }
    table(&found)
}

/// The windows that times of this resolution can support, in rising order: those not finer than it.
///
/// # Errors
/// [`DetectError::TooCoarse`] if none is left.
pub fn usable_windows(plan: &DetectPlan, resolution: Span) -> Result<Vec<Span>, DetectError> {
    let mut windows: Vec<Span> = plan.windows.clone();
    windows.sort();
    windows.dedup();
    let largest = windows.last().copied().unwrap_or(Span::ZERO);
    windows.retain(|window| *window >= resolution);
    if windows.is_empty() {
        Err(DetectError::TooCoarse { resolution, largest })
    } else {
        Ok(windows)
    }
}

/// Two accounts acting on one object within the window.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct CoAction {
    a: u32,
    b: u32,
    object: u32,
    first: First,
    time: i64,
}

/// Which of the two was first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum First {
    A,
    B,
    Neither,
}

struct Pair {
    trace: Trace,
    window: Span,
    a: u32,
    b: u32,
    objects: u32,
    episodes: u32,
    a_first: u32,
    b_first: u32,
    first: i64,
    last: i64,
}

fn pairs_of(
    trace: Trace,
    slots: &Slots<'_>,
    window: Span,
    plan: &DetectPlan,
    found: &mut Vec<Pair>,
) {
    let kept = reachable(slots, window, plan.min_objects);
    let count = kept.account.iter().max().map_or(0, |&last| last as usize + 1);
    let mut together = vec![0_u64; count];
    kept.each(window, |earlier, later| {
        together[kept.account[earlier].min(kept.account[later]) as usize] += 1;
    });
    for accounts in batches(&together) {
        let mut coactions = Vec::new();
        kept.each(window, |earlier, later| {
            let coaction = kept.coaction(earlier, later);
            if accounts.contains(&coaction.a) {
                coactions.push(coaction);
            }
        });
        coactions.par_sort_unstable_by_key(|c| (c.a, c.b, c.object, c.time, c.first));
        coactions.dedup_by_key(|c| (c.a, c.b, c.object, c.time.div_euclid(DAY_US)));
        let mut times = Vec::new();
        for pair in coactions.chunk_by(|l, r| (l.a, l.b) == (r.a, r.b)) {
            if pair.len() >= plan.min_objects as usize {
                found.push(Pair::of(trace, window, pair, plan.episode_gap, &mut times));
            }
        }
    }
}

/// Ranges of accounts whose co-actions, counted at the smaller account, fit into a batch.
fn batches(together: &[u64]) -> Vec<std::ops::Range<u32>> {
    let mut batches = Vec::new();
    let (mut start, mut held) = (0, 0);
    for (account, &count) in together.iter().enumerate() {
        if held > 0 && held + count > BATCH {
            batches.push(start..account as u32);
            (start, held) = (account as u32, 0);
        }
        held += count;
    }
    if held > 0 {
        batches.push(start..together.len() as u32);
    }
    batches
}

/// The slots of accounts that can still reach the fewest objects.
struct Kept {
    object: Vec<u32>,
    account: Vec<u32>,
    time: Vec<i64>,
}

impl Kept {
    /// Calls `found` with the slots of every co-action, the earlier one first.
    fn each(&self, window: Span, mut found: impl FnMut(usize, usize)) {
        let mut earliest = 0;
        for later in 0..self.object.len() {
            while self.object[earliest] != self.object[later]
                || self.time[later] - self.time[earliest] > window.as_micros()
            {
                earliest += 1;
            }
            for earlier in earliest..later {
                if self.account[earlier] != self.account[later] {
                    found(earlier, later);
                }
            }
        }
    }

    fn coaction(&self, earlier: usize, later: usize) -> CoAction {
        let (one, other) = (self.account[earlier], self.account[later]);
        let first = match (self.time[earlier] == self.time[later], one < other) {
            (true, _) => First::Neither,
            (false, true) => First::A,
            (false, false) => First::B,
        };
        CoAction {
            a: one.min(other),
            b: one.max(other),
            object: self.object[later],
            first,
            time: self.time[earlier],
        }
    }
}

/// Drops accounts that act beside another on too few objects to be in any pair; twice, since
/// each that goes may take others with it.
fn reachable(slots: &Slots<'_>, window: Span, min_objects: u32) -> Kept {
    let mut kept = Kept {
        object: slots.object.to_vec(),
        account: slots.account.to_vec(),
        time: slots.time.to_vec(),
    };
    for _ in 0..2 {
        let count = kept.account.iter().max().map_or(0, |&last| last as usize + 1);
        let mut beside = vec![0_u32; count];
        for slot in 0..kept.object.len() {
            if has_neighbour(&kept, slot, window) {
                beside[kept.account[slot] as usize] += 1;
            }
        }
        let stays: Vec<bool> =
            kept.account.iter().map(|&account| beside[account as usize] >= min_objects).collect();
        retain(&mut kept.object, &stays);
        retain(&mut kept.account, &stays);
        retain(&mut kept.time, &stays);
    }
    kept
}

/// Whether a slot's nearest slot before or after, on the same object, is within the window.
fn has_neighbour(kept: &Kept, slot: usize, window: Span) -> bool {
    let near = |other: usize| {
        kept.object[other] == kept.object[slot]
            && (kept.time[other] - kept.time[slot]).abs() <= window.as_micros()
    };
    (slot > 0 && near(slot - 1)) || (slot + 1 < kept.object.len() && near(slot + 1))
}

fn retain<T: Copy>(values: &mut Vec<T>, stays: &[bool]) {
    let mut slot = 0;
    values.retain(|_| {
        slot += 1;
        stays[slot - 1]
    });
}

impl Pair {
    /// `coactions` are all of one pair, one an object and day.
    fn of(
        trace: Trace,
        window: Span,
        coactions: &[CoAction],
        gap: Span,
        times: &mut Vec<i64>,
    ) -> Self {
        times.clear();
        times.extend(coactions.iter().map(|coaction| coaction.time));
        times.sort_unstable();
        let pauses = times.windows(2).filter(|two| two[1] - two[0] >= gap.as_micros()).count();
        let led_by = |who| coactions.iter().filter(|coaction| coaction.first == who).count() as u32;
        Self {
            trace,
            window,
            a: coactions[0].a,
            b: coactions[0].b,
            objects: coactions.len() as u32,
            episodes: 1 + pauses as u32,
            a_first: led_by(First::A),
            b_first: led_by(First::B),
            first: times[0],
            last: times[times.len() - 1],
        }
    }
}

fn table(pairs: &[Pair]) -> Result<Pairs, DetectError> {
    let column = |value: fn(&Pair) -> u32| UInt32Array::from_iter_values(pairs.iter().map(value));
    Ok(Pairs::try_new(PairsColumns {
        trace: StringArray::from_iter_values(pairs.iter().map(|pair| pair.trace.as_str())),
        window_us: UInt64Array::from_iter_values(
            pairs.iter().map(|pair| pair.window.as_micros() as u64),
        ),
        a: column(|pair| pair.a),
        b: column(|pair| pair.b),
        objects: column(|pair| pair.objects),
        episodes: column(|pair| pair.episodes),
        a_first: column(|pair| pair.a_first),
        b_first: column(|pair| pair.b_first),
        first: times(pairs.iter().map(|pair| pair.first).collect()),
        last: times(pairs.iter().map(|pair| pair.last).collect()),
    })?)
}
