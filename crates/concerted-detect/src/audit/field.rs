//! What an audit and an expansion look at: each trace with its circumstances, habits and acts.
//!
//! **Invariant:** made of activity alone, before anybody on a list is looked at.

use arrow_array::Array;
use concerted_model::{
    Span, Trace,
    tables::{Accounts, Actions, Objects},
};

use crate::{
    Acted,
    circumstances::Circumstances,
    slots::rows_of,
    strata::SlotsOfStratum,
    timing::{Bins, Habits},
};

/// The largest window in which acting together says more than having the same day.
const LARGEST_WINDOW: Span = Span::seconds(3600);

/// The windows of a plan that an audit looks at.
pub(crate) fn windows(windows: &[Span]) -> Vec<Span> {
    windows.iter().copied().filter(|window| *window <= LARGEST_WINDOW).collect()
}

/// One trace.
pub(crate) struct Field<'c> {
    pub(crate) circumstances: &'c Circumstances<'c>,
    objects: &'c Objects,
    habits: Habits<'c>,
    of_stratum: SlotsOfStratum,
    /// The slots of each account begin here; one more than accounts.
    starts: Vec<usize>,
    acts: Vec<u32>,
    /// Row among all actions of the first slot.
    first_action: usize,
}

impl<'c> Field<'c> {
    /// Every trace that has circumstances.
    pub(crate) fn of_all(circumstances: &'c [Circumstances<'c>], acted: Acted<'c>) -> Vec<Self> {
        let Acted { accounts, objects, actions, .. } = acted;
        circumstances.iter().map(|one| Self::of(one, objects, accounts, actions)).collect()
    }

    /// O(n log n) for n slots.
    fn of(
        circumstances: &'c Circumstances<'c>,
        objects: &'c Objects,
        accounts: &Accounts,
        actions: &Actions,
    ) -> Self {
        let (slots, strata) = (&circumstances.slots, &circumstances.strata);
        let everybody = 0..accounts.len() as u32;
        let all = || slots.account.iter().chain(slots.alone_account);
        let mut starts = vec![0; accounts.len() + 1];
        all().for_each(|&account| starts[account as usize + 1] += 1);
        for account in 0..accounts.len() {
            starts[account + 1] += starts[account];
        }
        let mut next = starts.clone();
        let mut acts = vec![0; slots.len() + slots.alone_account.len()];
        for (slot, &account) in all().enumerate() {
            acts[next[account as usize]] = slot as u32;
            next[account as usize] += 1;
        }
        let first = rows_of(circumstances.trace, objects).start;
        Self {
            circumstances,
            objects,
            of_stratum: SlotsOfStratum::of_strata(&strata.of_slot, strata.count),
            habits: Habits::of(slots, objects, everybody),
            starts,
            acts,
            first_action: actions.object.values().partition_point(|&o| (o as usize) < first),
        }
    }

    /// The trace.
    pub(crate) fn trace(&self) -> Trace {
        self.circumstances.trace
    }

    /// An account's slots in order, those on shared objects first.
    pub(crate) fn acts(&self, account: u32) -> &[u32] {
        &self.acts[self.starts[account as usize]..self.starts[account as usize + 1]]
    }

    /// Who filled a slot.
    pub(crate) fn account(&self, slot: usize) -> u32 {
        let slots = &self.circumstances.slots;
        match slot.checked_sub(slots.len()) {
            None => slots.account[slot],
            Some(alone) => slots.alone_account[alone],
        }
    }

    /// When a slot was filled.
    pub(crate) fn time(&self, slot: usize) -> i64 {
        let slots = &self.circumstances.slots;
        match slot.checked_sub(slots.len()) {
            None => slots.time[slot],
            Some(alone) => slots.alone_time[alone],
        }
    }

    /// Slots of a stratum.
    pub(crate) fn of_stratum(&self, stratum: u32) -> &[u32] {
        self.of_stratum.of(stratum)
    }

    /// Row of the action that filled a slot on a shared object.
    pub(crate) fn action(&self, slot: usize) -> usize {
        self.first_action + slot
    }

    /// When the object of a slot was born, if that is known.
    pub(crate) fn born(&self, object: u32) -> Option<i64> {
        self.objects.known_birth(object as usize)
    }

    /// Whom or what an object comes from.
    pub(crate) fn source(&self, object: u32) -> Option<&str> {
        let column = &self.objects.source;
        column.is_valid(object as usize).then(|| column.value(object as usize))
    }

    /// How many times likelier than the population an account acts in each bin of lag.
    pub(crate) fn tilt(&self, account: u32) -> Bins {
        self.habits.tilt(account)
    }

    /// Share of the population's slots in each bin of lag.
    pub(crate) fn population(&self) -> &Bins {
        self.habits.population()
    }
}
