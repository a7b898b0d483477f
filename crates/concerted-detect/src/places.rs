//! Which objects are places that accounts come back to?
//!
//! A hashtag that a cause meets under evening after evening is one interest, however many evenings
//! there are: who comes is compared with the others who come ([`crate::strata`]), and not with those
//! who never do. **Invariant:** known from all the data, whatever part of it is looked at.

use concerted_model::tables::Objects;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{slots::Slots, strata::FOLLOWERS};

/// Accounts that must have come back on another date: as many as must follow a source.
pub(crate) const REGULARS: usize = FOLLOWERS;
const DAY: i64 = 86_400_000_000;

/// The places of one trace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(FxHashSet<u32>);

impl Places {
    /// Objects that [`REGULARS`] accounts or more acted on, each on two dates (UTC) or more. Never one
    /// whose birth is known: there, lag since birth divides. O(slots).
    pub(crate) fn of(slots: &Slots<'_>, objects: &Objects) -> Self {
        let (mut places, mut dates) = (FxHashSet::default(), FxHashMap::default());
        for range in slots.objects().filter(|range| range.len() >= 2 * REGULARS) {
            let object = slots.object[range.start];
            if objects.known_birth(object as usize).is_some() {
                continue;
            }
            dates.clear();
            let mut returned: FxHashSet<u32> = FxHashSet::default();
            for slot in range {
                let (account, date) = (slots.account[slot], slots.time[slot].div_euclid(DAY));
                if *dates.entry(account).or_insert(date) != date {
                    returned.insert(account);
                }
            }
            if returned.len() >= REGULARS {
                places.insert(object);
            }
        }
        Self(places)
    }

    /// Whether an object, by its row, is a place.
    pub(crate) fn holds(&self, object: u32) -> bool {
        self.0.contains(&object)
    }
}
