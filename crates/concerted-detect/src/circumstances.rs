//! Under what circumstances do accounts act in a trace? What every null is made of.
//!
//! **Invariant:** made of activity alone (who acts when, how soon, on what kind of object), before
//! anybody's co-actions are looked at.

use concerted_model::{
    Span, Trace,
    tables::{Accounts, Objects},
};

use crate::{
    expectation::{Rates, Shares},
    places::Places,
    slots::Slots,
    strata::{self, Strata},
    topics::Topics,
};

/// The slots of one trace, their strata, and the accounts' shares in them.
pub(crate) struct Circumstances<'a> {
    pub(crate) trace: Trace,
    pub(crate) slots: Slots<'a>,
    pub(crate) strata: Strata,
    pub(crate) shares: Shares,
}

impl<'a> Circumstances<'a> {
    /// Divides the slots of one trace. O(n log n).
    pub(crate) fn of(
        trace: Trace,
        slots: Slots<'a>,
        objects: &Objects,
        topics: &Topics,
        places: &Places,
        accounts: &Accounts,
    ) -> Self {
        let strata = strata::divide(&slots, objects, topics, places);
        let shares = Shares::of(&slots, &strata, accounts.len());
        Self { trace, slots, strata, shares }
    }

    /// Co-acting slot pairs between the strata.
    pub(crate) fn rates(&self, window: Span) -> Rates {
        Rates::of(&self.slots, &self.strata, &self.shares, window)
    }
}
