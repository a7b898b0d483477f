//! The actions of a list, redrawn: [`try_list`] is what [`super::together`] counts by.
//!
//! **Invariant:** each draw has dice of its own, so that its counts do not depend on threads; members
//! never share a slot that is drawn under the joint null.

use concerted_model::Span;
use rayon::prelude::*;

use super::{
    elsewhere::{Elsewhere, Without},
    field::Field,
    tried::{Moments, Tried, TriedCell, moments, standing_out},
};
use crate::{
    dice::Dice,
    groups::redrawing::Taken,
    halves::{Blocks, Half},
};

/// How a list is tried.
#[derive(Clone, Copy)]
pub(crate) struct Trying<'a> {
    pub(crate) windows: &'a [Span],
    pub(crate) gap: i64,
    pub(crate) blocks: Option<Blocks>,
    pub(crate) draws: u32,
    /// Names the stream of draws.
    pub(crate) stream: [u64; 2],
}

/// Companions in each window: in all, and in each half.
type Counts = Vec<[f64; 3]>;

/// Tries a list, `members` in order, in every trace in which any two act on the same thing.
///
/// O(draws · acts · log acts) for each trace.
pub(crate) fn try_list(fields: &[Field<'_>], members: &[u32], how: Trying<'_>) -> Tried {
    let trials: Vec<Trial<'_>> = fields
        .iter()
        .map(|field| Trial::of(field, members, how))
        .filter(|trial| !trial.common.is_empty())
        .collect();
    let observed: Vec<Counts> = trials.iter().map(Trial::observed).collect();
    let draw = |null: Null| -> Vec<Vec<Counts>> {
        // Which slots are taken is kept from draw to draw: clearing costs nothing.
        let taken = || trials.iter().map(|_| Taken::default()).collect::<Vec<Taken>>();
        (0..how.draws)
            .into_par_iter()
            .map_init(taken, |taken, number| {
                let trials = trials.iter().zip(taken);
                trials.map(|(trial, taken)| trial.draw(null, number, taken)).collect()
            })
            .collect()
    };
    let draws = [draw(Null::Joint), draw(Null::Timing)];
    let places = (0..trials.len()).flat_map(|t| (0..how.windows.len()).map(move |w| (t, w)));
    let cells: Vec<TriedCell> = places
        .map(|(trial, window)| TriedCell {
            trace: trials[trial].field.trace(),
            window: how.windows[window],
            observed: observed[trial][window],
            nulls: [0, 1].map(|null| {
                let counts = |part: usize| draws[null].iter().map(move |d| d[trial][window][part]);
                let (mean, variance) = moments(counts(0));
                Moments { mean, variance, halves: [1, 2].map(|half| counts(half).collect()) }
            }),
        })
        .collect();
    let largest = [0, 1].map(|null| {
        let mut largest: Vec<f64> = draws[null]
            .iter()
            .map(|draw| {
                let counts = draw.iter().flatten().map(|counts| counts[0]);
                let excess = counts.zip(&cells).map(|(count, cell)| {
                    standing_out(count, cell.nulls[null].mean, cell.nulls[null].variance)
                });
                excess.fold(f64::MIN, f64::max)
            })
            .collect();
        largest.sort_by(f64::total_cmp);
        largest
    });
    Tried { cells, largest }
}

/// Which null redraws.
#[derive(Clone, Copy)]
enum Null {
    Joint,
    Timing,
}

/// The actions of a list in one trace.
struct Trial<'t> {
    field: &'t Field<'t>,
    how: Trying<'t>,
    without: Without<'t>,
    /// Slot and member, in order.
    acts: Vec<(usize, u32)>,
    /// The stratum and member of each, those of one stratum together.
    by_stratum: Vec<(u32, u32)>,
    /// Those on objects that two members or more acted on: whoever stays on an object that no other
    /// member touched has no companions.
    common: Vec<(usize, u32)>,
    /// For each window, where each of these might have fallen; once for all windows where births are known.
    elsewhere: Vec<Vec<Elsewhere>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    object: u32,
    time: i64,
    member: u32,
}

impl<'t> Trial<'t> {
    fn of(field: &'t Field<'t>, members: &[u32], how: Trying<'t>) -> Self {
        let mut acts: Vec<(usize, u32)> = members
            .iter()
            .flat_map(|&member| field.acts(member).iter().map(move |&slot| (slot as usize, member)))
            .collect();
        acts.sort_unstable();
        let of_slot = &field.circumstances.strata.of_slot;
        let mut by_stratum: Vec<(u32, u32)> =
            acts.iter().map(|&(slot, member)| (of_slot[slot], member)).collect();
        by_stratum.sort_unstable();
        let slots = &field.circumstances.slots;
        let shared = acts.partition_point(|act| act.0 < slots.len());
        let common: Vec<(usize, u32)> = acts[..shared]
            .chunk_by(|l, r| slots.object[l.0] == slots.object[r.0])
            .filter(|acts| acts.iter().any(|act| act.1 != acts[0].1))
            .flatten()
            .copied()
            .collect();
        let without = Without::of(field, members);
        let born = common.iter().all(|act| field.born(slots.object[act.0]).is_some());
        let different = if born { 1 } else { how.windows.len() };
        let elsewhere = how.windows[..different.min(how.windows.len())]
            .iter()
            .map(|&window| {
                let acts = common.par_iter();
                acts.filter_map(|&(slot, m)| without.elsewhere(slot, m, window)).collect()
            })
            .collect();
        Self { field, how, without, acts, by_stratum, common, elsewhere }
    }

    fn place(&self, slot: usize, member: u32) -> Place {
        let slots = &self.field.circumstances.slots;
        Place { object: slots.object[slot], time: slots.time[slot], member }
    }

    fn observed(&self) -> Counts {
        let shared = self.field.circumstances.slots.len();
        let acts = self.acts.iter().take_while(|act| act.0 < shared);
        let mut places: Vec<Place> = acts.map(|&(slot, m)| self.place(slot, m)).collect();
        places.sort_unstable();
        self.counts(&places)
    }

    fn draw(&self, null: Null, number: u32, taken: &mut Taken) -> Counts {
        let trace = self.field.trace() as u64;
        let [one, other] = self.how.stream;
        let dice = || Dice::new(one, [other, trace, null as u64, u64::from(number)]);
        match null {
            Null::Joint => self.draw_joint(&mut dice(), taken),
            // The same stream for each window, so that their counts go together.
            Null::Timing if self.elsewhere.len() == 1 => {
                self.counts(&self.draw_timing(0, &mut dice()))
            }
            Null::Timing => (0..self.how.windows.len())
                .map(|window| {
                    let places = self.draw_timing(window, &mut dice());
                    self.counts_within(&places, self.how.windows[window].as_micros())
                })
                .collect(),
        }
    }

    fn draw_joint(&self, dice: &mut Dice, taken: &mut Taken) -> Counts {
        let shared = self.field.circumstances.slots.len();
        let choices: Vec<&[u32]> =
            self.by_stratum.iter().map(|act| self.without.slots_of(act.0)).collect();
        let mut slots = Vec::new();
        taken.clear();
        taken.one_of_each(&choices, dice, &mut slots);
        let drawn = slots.iter().zip(&self.by_stratum);
        let mut places: Vec<Place> = drawn
            .filter(|&(&slot, _)| (slot as usize) < shared)
            .map(|(&slot, &(_, member))| self.place(slot as usize, member))
            .collect();
        places.sort_unstable();
        self.counts(&places)
    }

    fn draw_timing(&self, window: usize, dice: &mut Dice) -> Vec<Place> {
        let object = |slot: usize| self.field.circumstances.slots.object[slot];
        let drawn = self.common.iter().zip(&self.elsewhere[window]);
        let mut places: Vec<Place> = drawn
            .map(|(&(slot, member), elsewhere)| Place {
                object: object(slot),
                time: elsewhere.draw(dice),
                member,
            })
            .collect();
        places.sort_unstable();
        places
    }

    fn counts(&self, places: &[Place]) -> Counts {
        let windows = self.how.windows.iter();
        windows.map(|window| self.counts_within(places, window.as_micros())).collect()
    }

    /// Companions within the window, the largest number on one object in each sitting.
    fn counts_within(&self, places: &[Place], window: i64) -> [f64; 3] {
        let mut bursts: Vec<(i64, f64)> = Vec::new();
        for object in places.chunk_by(|l, r| l.object == r.object) {
            let (mut pairs, mut earliest, mut first) = (0_u64, 0, None);
            for (later, place) in object.iter().enumerate() {
                while place.time - object[earliest].time > window {
                    earliest += 1;
                }
                let before = &object[earliest..later];
                // An account acts once a day on an object: its own acts are hardly ever near.
                let near = before.iter().filter(|other| other.member != place.member).count();
                if near > 0 && first.is_none() {
                    first = Some(before[0].time);
                }
                pairs += near as u64;
            }
            if let Some(first) = first {
                bursts.push((first, 2.0 * pairs as f64 / object.len() as f64));
            }
        }
        bursts.sort_by(|l, r| l.0.cmp(&r.0).then(l.1.total_cmp(&r.1)));
        let mut counts = [0.0; 3];
        for sitting in bursts.chunk_by(|l, r| r.0 - l.0 < self.how.gap) {
            let most = sitting.iter().map(|burst| burst.1).fold(0.0, f64::max);
            counts[0] += most;
            match self.how.blocks.map(|blocks| blocks.half(sitting[0].0)) {
                Some(Half::Discovery) => counts[1] += most,
                Some(Half::Confirmation) => counts[2] += most,
                None => {}
            }
        }
        counts
    }
}
