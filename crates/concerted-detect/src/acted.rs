//! What was done: the tables that every question of chance begins with.

use arrow_array::RecordBatch;
use concerted_model::{
    Trace,
    tables::{Accounts, Actions, Alone, Objects, Table},
};

use crate::{
    DetectError,
    circumstances::Circumstances,
    places::Places,
    slots::{Slots, traces_in},
    topics::Topics,
};

/// What was done: the tables of one case.
#[derive(Clone, Copy, Debug)]
pub struct Acted<'a> {
    /// Every account.
    pub accounts: &'a Accounts,
    /// What was acted on by several.
    pub objects: &'a Objects,
    /// The actions on it.
    pub actions: &'a Actions,
    /// Actions that nobody else took part in.
    pub alone: &'a Alone,
    /// What accounts and objects are about.
    pub topics: &'a Topics,
}

/// Bytes of a slot's stratum, and of its place among its account's and among its stratum's.
const SLOT_BYTES: usize = 12;
/// Bytes of an account, and of an object, while slots are divided.
const COUNT_BYTES: usize = 16;

impl<'a> Acted<'a> {
    /// Bytes that asking what is chance takes at least: the tables, and the strata of one trace with all
    /// accounts' shares in them.
    ///
    /// # Errors
    /// [`DetectError`] only for tables that contradict each other.
    pub fn least_bytes(self) -> Result<u64, DetectError> {
        let Self { accounts, objects, actions, alone, .. } = self;
        let batches =
            [accounts.to_batch()?, objects.to_batch()?, actions.to_batch()?, alone.to_batch()?];
        let tables: usize = batches.iter().map(RecordBatch::get_array_memory_size).sum();
        let slots = |trace| {
            let slots = self.slots_of(trace);
            slots.len() + slots.alone_account.len()
        };
        let slots = traces_in(objects).into_iter().map(slots).max().unwrap_or_default();
        let counted = accounts.len() + objects.len();
        Ok((tables + SLOT_BYTES * slots + COUNT_BYTES * counted) as u64)
    }

    /// The slots of one trace.
    pub(crate) fn slots_of(self, trace: Trace) -> Slots<'a> {
        Slots::of(trace, self.objects, self.actions, Some(self.alone))
    }

    /// The circumstances of one trace.
    pub(crate) fn circumstances_of(self, trace: Trace) -> Circumstances<'a> {
        self.circumstances_in(trace, self.slots_of(trace))
    }

    /// The circumstances of one trace in some of its slots. What is a place, all of them tell.
    pub(crate) fn circumstances_in<'s>(self, trace: Trace, slots: Slots<'s>) -> Circumstances<'s> {
        let places = Places::of(&self.slots_of(trace), self.objects);
        Circumstances::of(trace, slots, self.objects, self.topics, &places, self.accounts)
    }

    /// The circumstances of each trace that has objects.
    pub(crate) fn circumstances(self) -> Vec<Circumstances<'a>> {
        traces_in(self.objects)
            .into_iter()
            .filter(|trace| *trace != Trace::Post)
            .map(|trace| self.circumstances_of(trace))
            .filter(|circumstances| circumstances.slots.len() > 0)
            .collect()
    }
}
