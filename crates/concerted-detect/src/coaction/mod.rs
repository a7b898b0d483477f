//! Actions → pairs: who acted together, and how often, at each scale of time?
//!
//! Per object, in order of time, two pointers enclose the largest window; every two actions inside
//! it by two accounts are a meeting, which belongs to the smallest window that holds it and counts
//! in all larger ones. Ends are inclusive. A pair counts distinct objects (an object counts once a
//! day), and then episodes: meetings closer than the episode gap are one sitting.
//!
//! | file | its part |
//! |---|---|
//! | `packed` | drops accounts that cannot be in a pair |
//! | `ahead` | counts what lies ahead, finds crowded objects |
//! | `crowd` | which pairs on crowded objects need to be looked at |
//! | `pairing` | meetings, sorted to pairs |
//! | `tally` | a pair's meetings, counted in every window |
//!
//! **Invariant:** every pair with at least `min_objects` objects in a window is found and counted in
//! full, none is estimated. With limits, pairs that met on crowded objects only, and there too
//! little for any test to claim them, are left out.

mod ahead;
mod crowd;
mod packed;
mod pairing;
mod tally;

use arrow_array::{UInt32Array, UInt64Array};
use concerted_model::{
    Span, Trace,
    plan::DetectPlan,
    provenance::Work,
    tables::{Actions, Objects, Pairs, PairsColumns, times},
};

use crate::{DetectError, limits::Limits};
use crowd::Crowds;
use pairing::Pairing;
use tally::Row;

pub use ahead::{Ahead, CROWD, look_ahead};

const DAY_US: i64 = 86_400_000_000;

/// Meetings held in memory at once, unless less is allowed; past it, the accounts are gone through
/// in several rounds, each comparing anew.
pub const BATCH: u64 = 16_000_000;

/// Bytes that a meeting takes while its pair is counted, with room for what lies around it.
const MEETING_BYTES: u64 = 64;

/// How many meetings may be held in so many bytes, at most [`BATCH`].
#[must_use]
pub fn batch_in(bytes: u64) -> u64 {
    (bytes / MEETING_BYTES).clamp(1, BATCH)
}

/// Which pairs acted on at least `min_objects` common objects within a window?
///
/// `windows` are those that the data's times can support: see [`usable_windows`]. Time and memory
/// as [`Ahead::pairs`], without limits.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn sweep(
    objects: &Objects,
    actions: &Actions,
    windows: &[Span],
    plan: &DetectPlan,
) -> Result<Pairs, DetectError> {
    Ok(look_ahead(objects, actions, windows, plan, CROWD).pairs(actions, None, BATCH)?.pairs)
}

/// What [`Ahead::pairs`] gives.
#[derive(Debug)]
pub struct Paired {
    /// The pairs, window by window.
    pub pairs: Pairs,
    /// The work in each trace, after it was done.
    pub work: Vec<Work>,
}

impl Ahead<'_> {
    /// The pairs, window by window.
    ///
    /// Time O(n + C log C) for n actions and C meetings that have to be looked at; memory 16 bytes
    /// an account and 24 a meeting, of which about `batch` are held at once, and never fewer than
    /// those of one account. The result does not depend on `batch`.
    ///
    /// # Errors
    /// [`DetectError`] only for tables that contradict each other.
    pub fn pairs(
        &self,
        actions: &Actions,
        limits: Option<&Limits>,
        batch: u64,
    ) -> Result<Paired, DetectError> {
        let (mut found, mut work) = (Vec::new(), self.work());
        for (field, work) in self.traces.iter().zip(&mut work) {
            let crowds = limits
                .filter(|limits| limits.hold_for(field.trace) && !field.crowded.is_empty())
                .map(|limits| Crowds::of(field, self, actions, limits));
            let pairing = Pairing::new(self, field, crowds.as_ref());
            work.crowded_compared =
                Some(if crowds.is_some() { pairing.crowded_pairs() } else { work.crowded_pairs });
            let rows = pairing.rows(batch);
            for (&window, rows) in self.windows.iter().zip(rows) {
                found.push((field.trace, window, rows));
            }
        }
        Ok(Paired { pairs: table(&found)?, work })
    }
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

fn table(found: &[(Trace, Span, Vec<Row>)]) -> Result<Pairs, DetectError> {
    let rows = || found.iter().flat_map(|(_, _, rows)| rows);
    let column = |value: fn(&Row) -> u32| UInt32Array::from_iter_values(rows().map(value));
    let each = found.iter().flat_map(|(trace, window, rows)| {
        rows.iter().map(move |_| (trace.as_str(), window.as_micros() as u64))
    });
    Ok(Pairs::try_new(PairsColumns {
        trace: each.clone().map(|(trace, _)| Some(trace)).collect(),
        window_us: UInt64Array::from_iter_values(each.map(|(_, window)| window)),
        a: column(|row| row.a),
        b: column(|row| row.b),
        objects: column(|row| row.objects),
        episodes: column(|row| row.episodes),
        a_first: column(|row| row.a_first),
        b_first: column(|row| row.b_first),
        first: times(rows().map(|row| row.first).collect()),
        last: times(rows().map(|row| row.last).collect()),
    })?)
}
