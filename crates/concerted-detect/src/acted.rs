//! What was done: the tables that every question of chance begins with.

use concerted_model::{
    Trace,
    tables::{Accounts, Actions, Alone, Objects},
};

use crate::{
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

impl<'a> Acted<'a> {
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
