//! The objects that two accounts share: their actions side by side.
//!
//! **Invariant:** of each account the first action on an object counts, and objects come in order.

use rustc_hash::FxHashMap;

use crate::slots::Slots;

/// The slots of some accounts, the first on each object.
pub(crate) struct OwnSlots(FxHashMap<u32, Vec<usize>>);

impl OwnSlots {
    /// Looks through all slots once.
    pub(crate) fn of(slots: &Slots<'_>, accounts: impl IntoIterator<Item = u32>) -> Self {
        let mut own: FxHashMap<u32, Vec<usize>> =
            accounts.into_iter().map(|account| (account, Vec::new())).collect();
        for (slot, account) in slots.account.iter().enumerate() {
            if let Some(own) = own.get_mut(account)
                && own.last().is_none_or(|&last| slots.object[last] != slots.object[slot])
            {
                own.push(slot);
            }
        }
        Self(own)
    }

    /// Whether the account is one of them.
    pub(crate) fn knows(&self, account: u32) -> bool {
        self.0.contains_key(&account)
    }

    /// Its slots, in order of object.
    pub(crate) fn of_account(&self, account: u32) -> &[usize] {
        self.0.get(&account).map_or(&[], Vec::as_slice)
    }

    /// Calls `found` with the slots of both accounts on each object that they share.
    pub(crate) fn each_shared(
        &self,
        slots: &Slots<'_>,
        a: u32,
        b: u32,
        mut found: impl FnMut(usize, usize),
    ) {
        let (left, right) = (self.of_account(a), self.of_account(b));
        let (mut l, mut r) = (0, 0);
        while l < left.len() && r < right.len() {
            let (object, other) = (slots.object[left[l]], slots.object[right[r]]);
            if object == other {
                found(left[l], right[r]);
            }
            l += usize::from(object <= other);
            r += usize::from(other <= object);
        }
    }
}

/// A trial of a null that looks at one shared object: when, whether they met, and how probable it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meeting {
    pub(crate) time: i64,
    pub(crate) met: bool,
    pub(crate) chance: f64,
}

/// Sittings in which they met, and the chance of each to be one: `1 − Π (1 − q)`. Under positive
/// dependence inside a sitting the chance is an upper bound, so that a tail over them is conservative.
pub(crate) fn sittings(mut meetings: Vec<Meeting>, gap: i64) -> (u64, Vec<f64>) {
    meetings.sort_by_key(|meeting| meeting.time);
    let mut met = 0;
    let mut chances = Vec::new();
    for sitting in meetings.chunk_by(|l, r| r.time - l.time < gap) {
        met += u64::from(sitting.iter().any(|meeting| meeting.met));
        chances.push(1.0 - sitting.iter().map(|meeting| 1.0 - meeting.chance).product::<f64>());
    }
    (met, chances)
}

/// How many sittings these moments, in order, are.
pub(crate) fn count_sittings(times: &[i64], gap: i64) -> u64 {
    u64::from(!times.is_empty())
        + times.windows(2).filter(|two| two[1] - two[0] >= gap).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_in_one_sitting_counts_once() {
        let meeting = |time, met| Meeting { time, met, chance: 0.5 };
        let (met, chances) =
            sittings(vec![meeting(100, true), meeting(0, true), meeting(5, false)], 50);
        assert_eq!((met, chances), (2, vec![0.75, 0.5]));
    }

    #[test]
    fn shared_objects_are_found_in_order_and_the_first_action_counts() {
        let (object, account) = ([0, 0, 0, 1, 2, 2], [7, 8, 7, 7, 8, 7]);
        let slots = Slots {
            object: &object,
            account: &account,
            time: &[0, 1, 2, 3, 4, 5],
            alone_account: &[],
            alone_time: &[],
        };
        let mut found = Vec::new();
        OwnSlots::of(&slots, [7, 8]).each_shared(&slots, 7, 8, |a, b| found.push((a, b)));
        assert_eq!(found, [(0, 1), (5, 4)]);
    }
}
