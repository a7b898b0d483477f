//! Decoys: the same data with accounts exchanged under the null, for the same procedure.
//!
//! Within every stratum the accounts change places among its slots; objects, slots and times stay.
//! What a procedure finds in decoys it found by chance. **Invariant:** an account acts on an object at
//! most once a day, as in the data: a second action that an exchange would make is left out.
//!
//! # References
//! METHODS 2.4 (target–decoy) and 2.6 (the family of stratified label shuffles).

use arrow_array::{StringArray, UInt32Array};
use concerted_model::{
    plan::DetectPlan,
    tables::{Actions, ActionsColumns, Alone, AloneColumns, times},
};
use rustc_hash::FxHashSet;

use crate::{
    Acted, DetectError, circumstances::Circumstances, dice::Dice, slots::traces_in,
    strata::SlotsOfStratum,
};

const DAY_US: i64 = 86_400_000_000;

/// Actions whose accounts have changed places.
#[derive(Debug)]
pub struct Decoy {
    /// On shared objects.
    pub actions: Actions,
    /// On objects of a single account.
    pub alone: Alone,
}

/// The actions as they could as well have been without coordination.
///
/// `copy` numbers the decoy: each has its own randomness. O(n log n) for n actions.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn decoy(acted: Acted<'_>, plan: &DetectPlan, copy: u32) -> Result<Decoy, DetectError> {
    let Acted { objects, actions, alone, .. } = acted;
    let mut made: Vec<(u32, i64, u32, u32)> = Vec::with_capacity(actions.len());
    let mut made_alone: Vec<(usize, i64, u32)> = Vec::with_capacity(alone.len());
    let mut row = 0;
    for (place, trace) in traces_in(objects).into_iter().enumerate() {
        let circumstances = acted.circumstances_of(trace);
        let slots = &circumstances.slots;
        let mut dice = Dice::new(plan.seed, [0xdec0, u64::from(copy), place as u64]);
        let exchanged = exchange(&circumstances, &mut dice);
        for (slot, &account) in exchanged[..slots.len()].iter().enumerate() {
            let post = actions.post.value(row + slot);
            made.push((slots.object[slot], slots.time[slot], account, post));
        }
        row += slots.len();
        for (number, &time) in slots.alone_time.iter().enumerate() {
            made_alone.push((trace as usize, time, exchanged[slots.len() + number]));
        }
    }
    made.sort_unstable();
    let mut seen = FxHashSet::default();
    made.retain(|&(object, time, account, _)| {
        seen.insert((object, account, time.div_euclid(DAY_US)))
    });
    made_alone.sort_unstable();
    let word = |place: usize| concerted_model::Trace::WORDS[place];
    Ok(Decoy {
        actions: Actions::try_new(ActionsColumns {
            object: UInt32Array::from_iter_values(made.iter().map(|action| action.0)),
            account: UInt32Array::from_iter_values(made.iter().map(|action| action.2)),
            time: times(made.iter().map(|action| action.1).collect()),
            post: UInt32Array::from_iter_values(made.iter().map(|action| action.3)),
        })?,
        alone: Alone::try_new(AloneColumns {
            trace: StringArray::from_iter_values(made_alone.iter().map(|a| word(a.0))),
            account: UInt32Array::from_iter_values(made_alone.iter().map(|action| action.2)),
            time: times(made_alone.iter().map(|action| action.1).collect()),
        })?,
    })
}

/// Accounts of all slots after a random exchange within each stratum.
fn exchange(circumstances: &Circumstances<'_>, dice: &mut Dice) -> Vec<u32> {
    let (slots, strata) = (&circumstances.slots, &circumstances.strata);
    let mut accounts: Vec<u32> = slots.account.iter().chain(slots.alone_account).copied().collect();
    let of_stratum = SlotsOfStratum::of_strata(&strata.of_slot, strata.count);
    for stratum in 0..strata.count as u32 {
        let slots = of_stratum.of(stratum);
        // Fisher–Yates.
        for last in (1..slots.len()).rev() {
            accounts.swap(slots[last] as usize, slots[dice.below(last + 1)] as usize);
        }
    }
    accounts
}
