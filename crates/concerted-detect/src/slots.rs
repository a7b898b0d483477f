//! The actions of one trace, laid out for sweeping: object by object, in order of time.
//!
//! **Invariant:** the slices are equally long; objects are contiguous; within one, time never falls.

use std::ops::Range;

use arrow_array::{Array, StringArray};
use concerted_model::{
    Trace,
    tables::{Actions, Alone, Objects, partition_point},
};

/// The actions of one trace.
#[derive(Clone, Copy)]
pub(crate) struct Slots<'a> {
    /// Row of the object of each action.
    pub(crate) object: &'a [u32],
    /// Row of the account.
    pub(crate) account: &'a [u32],
    /// Time in microseconds.
    pub(crate) time: &'a [i64],
    /// Accounts of the actions on objects that nobody else acted on.
    pub(crate) alone_account: &'a [u32],
    /// Their times.
    pub(crate) alone_time: &'a [i64],
}

impl<'a> Slots<'a> {
    /// The actions of `trace`; objects are in order of trace, so they are one slice.
    pub(crate) fn of(
        trace: Trace,
        objects: &Objects,
        actions: &'a Actions,
        alone: Option<&'a Alone>,
    ) -> Self {
        let object = actions.object.values();
        let rows = rows_of(trace, objects);
        let start = object.partition_point(|&o| (o as usize) < rows.start);
        let end = object.partition_point(|&o| (o as usize) < rows.end);
        let lone = alone.map_or(0..0, |table| stretch(&table.trace, trace));
        Self {
            object: &object[start..end],
            account: &actions.account.values()[start..end],
            time: &actions.time.values()[start..end],
            alone_account: alone.map_or(&[], |table| &table.account.values()[lone.clone()]),
            alone_time: alone.map_or(&[], |table| &table.time.values()[lone.clone()]),
        }
    }

    /// Number of actions on shared objects.
    pub(crate) fn len(&self) -> usize {
        self.object.len()
    }

    /// The slots of each object.
    pub(crate) fn objects(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        ranges(self.object, |&object| object)
    }
}

/// Ranges of the things on each object, which stand side by side.
pub(crate) fn ranges<T>(
    things: &[T],
    object: impl Fn(&T) -> u32,
) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    things.chunk_by(move |l, r| object(l) == object(r)).map(move |chunk| {
        let range = start..start + chunk.len();
        start = range.end;
        range
    })
}

/// Things by their keys, 4 bytes each.
pub(crate) struct ByKey {
    /// Where the things with each key begin; one more than keys.
    starts: Vec<usize>,
    things: Vec<u32>,
}

impl ByKey {
    /// Things with their keys, all below `keys`; those of one key stay in order. Asked for twice.
    pub(crate) fn of(keys: usize, things: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; keys + 1];
        things.clone().for_each(|(key, _)| starts[key as usize + 1] += 1);
        for key in 0..keys {
            starts[key + 1] += starts[key];
        }
        let mut ordered = vec![0; starts[keys]];
        for (key, thing) in things {
            let next = &mut starts[key as usize];
            ordered[*next] = thing;
            *next += 1;
        }
        // Each now is where its things end, which is where the next one's begin.
        starts.rotate_right(1);
        starts[0] = 0;
        Self { starts, things: ordered }
    }

    /// The things with a key.
    pub(crate) fn get(&self, key: u32) -> &[u32] {
        &self.things[self.starts[key as usize]..self.starts[key as usize + 1]]
    }

    /// All things with their keys, key by key.
    pub(crate) fn each(&self) -> impl Iterator<Item = (u32, u32)> + Clone + '_ {
        let keys = 0..self.starts.len() as u32 - 1;
        keys.flat_map(|key| self.get(key).iter().map(move |&thing| (key, thing)))
    }

    /// Puts the things of each key in order.
    pub(crate) fn sort_each(&mut self) {
        for bounds in self.starts.windows(2) {
            self.things[bounds[0]..bounds[1]].sort_unstable();
        }
    }
}

/// Rows of the objects of a trace.
pub(crate) fn rows_of(trace: Trace, objects: &Objects) -> Range<usize> {
    stretch(&objects.trace, trace)
}

/// The rows of a trace in a column that is in order of traces.
fn stretch(column: &StringArray, trace: Trace) -> Range<usize> {
    let before = |other: Option<Trace>| {
        partition_point(column.len(), |row| column.value(row).parse::<Trace>().ok() < other)
    };
    let next = Trace::ALL.get(trace as usize + 1).copied();
    before(Some(trace))..next.map_or(column.len(), |next| before(Some(next)))
}

/// Traces that the objects have, in order.
pub(crate) fn traces_in(objects: &Objects) -> Vec<Trace> {
    Trace::ALL.iter().copied().filter(|trace| !rows_of(*trace, objects).is_empty()).collect()
}
