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
    /// Objects that [`REGULARS`] accounts or more acted on, each on two dates (UTC) or more, and that
    /// no date has most actions of: a burst that some come back to is no habit. Never one
    /// whose birth is known: there, lag since birth divides. O(slots).
    pub(crate) fn of(slots: &Slots<'_>, objects: &Objects) -> Self {
        let (mut places, mut dates) = (FxHashSet::default(), FxHashMap::default());
        for range in slots.objects().filter(|range| range.len() >= 2 * REGULARS) {
            let object = slots.object[range.start];
            if objects.known_birth(object as usize).is_some() {
                continue;
            }
            let most = slots.time[range.clone()].chunk_by(|a, b| date(*a) == date(*b));
            if 2 * most.map(<[i64]>::len).max().unwrap_or(0) > range.len() {
                continue;
            }
            dates.clear();
            let mut returned: FxHashSet<u32> = FxHashSet::default();
            for slot in range {
                let (account, date) = (slots.account[slot], date(slots.time[slot]));
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

/// The date of a moment, as days since the epoch.
fn date(time: i64) -> i64 {
    time.div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use arrow_array::{StringArray, UInt32Array};
    use concerted_model::tables::{ObjectsColumns, times};

    use super::*;

    /// Whether a hashtag is a place that the first so many accounts use on each date.
    fn is_place(users_by_date: &[u32]) -> bool {
        let rows: Vec<(u32, i64)> = (0_i64..)
            .zip(users_by_date)
            .flat_map(|(date, &users)| (0..users).map(move |user| (user, date * DAY)))
            .collect();
        let (account, time): (Vec<u32>, Vec<i64>) = rows.into_iter().unzip();
        let objects = Objects::try_new(ObjectsColumns {
            trace: StringArray::from_iter_values(["hashtag"]),
            key: StringArray::from_iter_values(["tag"]),
            source: [None::<&str>].into_iter().collect(),
            born: times(vec![0]),
            born_from: StringArray::from_iter_values(["first-sighting"]),
            accounts: UInt32Array::from(vec![account.iter().max().map_or(0, |&last| last + 1)]),
        })
        .unwrap();
        let slots = Slots {
            object: &vec![0; account.len()],
            account: &account,
            time: &time,
            alone_account: &[],
            alone_time: &[],
        };
        Places::of(&slots, &objects).holds(0)
    }

    #[test]
    fn a_place_is_what_many_come_back_to_and_not_what_one_date_has_most_of() {
        let (enough, few) = (REGULARS as u32, REGULARS as u32 - 1);
        assert!(is_place(&[enough, enough]), "half of the actions are on each date");
        assert!(!is_place(&[few, few, few]), "too few come back");
        assert!(!is_place(&[3 * enough, enough]), "a burst that some come back to");
        assert!(is_place(&[3 * enough, enough, 2 * enough]));
    }
}
