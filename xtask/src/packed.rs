//! Packed actions, 16 bytes each, as tables.
//!
//! **Invariant:** as [`concerted_detect::traces`] would give them: once a day, objects of two
//! accounts or more, in order.

use arrow_array::{StringArray, UInt32Array};
use concerted_model::{
    TableError,
    tables::{
        Accounts, AccountsColumns, Actions, ActionsColumns, Alone, AloneColumns, Objects,
        ObjectsColumns, times,
    },
};
use rayon::prelude::*;

const DAY_US: i64 = 86_400_000_000;

/// One action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// When, in microseconds.
    pub time: i64,
    /// On what.
    pub object: u32,
    /// By whom.
    pub account: u32,
}

impl From<(u32, u32, i64)> for Action {
    fn from((object, account, time): (u32, u32, i64)) -> Self {
        Self { time, object, account }
    }
}

/// What the stages read.
pub struct Tables {
    /// Every account.
    pub accounts: Accounts,
    /// What several acted on.
    pub objects: Objects,
    /// The actions on it.
    pub actions: Actions,
    /// All others.
    pub alone: Alone,
}

/// In order of object, time and account; of an account's actions on an object, the first each day.
#[must_use]
pub fn ordered(mut actions: Vec<Action>) -> Vec<Action> {
    actions.par_sort_unstable_by_key(|a| (a.object, a.account, a.time));
    actions.dedup_by_key(|a| (a.object, a.account, a.time.div_euclid(DAY_US)));
    let objects: Vec<&mut [Action]> = actions.chunk_by_mut(|l, r| l.object == r.object).collect();
    objects.into_par_iter().for_each(|own| own.sort_unstable_by_key(|a| (a.time, a.account)));
    actions
}

/// The tables of ordered actions.
///
/// # Errors
/// [`TableError`] if they are not in order.
pub fn tables(ordered: Vec<Action>) -> Result<Tables, TableError> {
    let of_several = |own: &[Action]| own.iter().any(|action| action.account != own[0].account);
    let accounts = ordered.iter().map(|a| a.account + 1).max().unwrap_or(0) as usize;
    let mut counts = vec![0_u32; accounts];
    ordered.iter().for_each(|action| counts[action.account as usize] += 1);
    let objects: Vec<&[Action]> = ordered.chunk_by(|l, r| l.object == r.object).collect();
    let (shared, lone): (Vec<&[Action]>, Vec<&[Action]>) =
        objects.into_iter().partition(|own| of_several(own));
    let mut alone: Vec<(i64, u32)> =
        lone.iter().flat_map(|own| own.iter()).map(|a| (a.time, a.account)).collect();
    alone.par_sort_unstable();
    let same = |word: &'static str, count: usize| {
        StringArray::from_iter_values(std::iter::repeat_n(word, count))
    };
    let acted =
        || shared.iter().enumerate().flat_map(|(n, own)| own.iter().map(move |a| (n as u32, a)));
    Ok(Tables {
        objects: Objects::try_new(ObjectsColumns {
            trace: same("repost", shared.len()),
            key: StringArray::from_iter_values(
                shared.iter().map(|own| format!("{:010}", own[0].object)),
            ),
            source: shared.iter().map(|_| None::<&str>).collect(),
            born: times(shared.iter().map(|own| own[0].time).collect()),
            born_from: same("first-sighting", shared.len()),
            accounts: shared
                .par_iter()
                .map(|own| {
                    let mut who: Vec<u32> = own.iter().map(|a| a.account).collect();
                    who.sort_unstable();
                    who.dedup();
                    who.len() as u32
                })
                .collect::<Vec<u32>>()
                .into(),
        })?,
        actions: Actions::try_new(ActionsColumns {
            object: acted().map(|(n, _)| n).collect::<Vec<u32>>().into(),
            account: acted().map(|(_, a)| a.account).collect::<Vec<u32>>().into(),
            time: times(acted().map(|(_, a)| a.time).collect()),
            post: UInt32Array::from_iter_values(0..acted().count() as u32),
        })?,
        alone: Alone::try_new(AloneColumns {
            trace: same("repost", alone.len()),
            account: alone.iter().map(|a| a.1).collect::<Vec<u32>>().into(),
            time: times(alone.iter().map(|a| a.0).collect()),
        })?,
        accounts: Accounts::try_new(AccountsColumns {
            posts: UInt32Array::from(counts),
            ..AccountsColumns::numbered(accounts)
        })?,
    })
}
