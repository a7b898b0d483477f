//! The actions of one trace, laid out for sweeping: object by object, in order of time.
//!
//! **Invariant:** the slices are equally long; objects are contiguous; within one, time never falls.

use std::ops::Range;

use concerted_model::{
    Trace,
    tables::{Actions, Objects},
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
}

impl<'a> Slots<'a> {
    /// The actions of `trace`; objects are in order of trace, so they are one slice.
    pub(crate) fn of(trace: Trace, objects: &Objects, actions: &'a Actions) -> Self {
        let object = actions.object.values();
        let rows = rows_of(trace, objects);
        let start = object.partition_point(|&o| (o as usize) < rows.start);
        let end = object.partition_point(|&o| (o as usize) < rows.end);
        Self {
            object: &object[start..end],
            account: &actions.account.values()[start..end],
            time: &actions.time.values()[start..end],
        }
    }

    /// Number of actions.
    pub(crate) fn len(&self) -> usize {
        self.object.len()
    }

    /// The slots of each object.
    pub(crate) fn objects(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut start = 0;
        self.object.chunk_by(|l, r| l == r).map(move |chunk| {
            let range = start..start + chunk.len();
            start = range.end;
            range
        })
    }
}

/// Rows of the objects of a trace.
pub(crate) fn rows_of(trace: Trace, objects: &Objects) -> Range<usize> {
    let rank = |row: &usize| objects.trace.value(*row).parse::<Trace>().ok();
    let rows: Vec<usize> = (0..objects.len()).collect();
    let start = rows.partition_point(|row| rank(row) < Some(trace));
    let end = rows.partition_point(|row| rank(row) <= Some(trace));
    start..end
}

/// Traces that the objects have, in order.
pub(crate) fn traces_in(objects: &Objects) -> Vec<Trace> {
    Trace::ALL.iter().copied().filter(|trace| !rows_of(*trace, objects).is_empty()).collect()
}
