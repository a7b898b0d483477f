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
/// Actions whose objects are put in order at once.
const TOGETHER: usize = 1 << 20;

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
    for objects in whole_objects(&mut actions) {
        let objects: Vec<&mut [Action]> =
            objects.chunk_by_mut(|l, r| l.object == r.object).collect();
        objects.into_par_iter().for_each(|own| own.sort_unstable_by_key(|a| (a.time, a.account)));
    }
    actions
}

/// Stretches of about a million actions that cut no object.
fn whole_objects(mut actions: &mut [Action]) -> impl Iterator<Item = &mut [Action]> {
    std::iter::from_fn(move || {
        let rest = std::mem::take(&mut actions);
        let mut end = TOGETHER.min(rest.len());
        while end > 0 && end < rest.len() && rest[end].object == rest[end - 1].object {
            end += 1;
        }
        let (own, later) = rest.split_at_mut(end);
        actions = later;
        (end > 0).then_some(own)
    })
}

/// The tables of ordered actions.
///
/// # Errors
/// [`TableError`] if they are not in order.
pub fn tables(ordered: Vec<Action>) -> Result<Tables, TableError> {
    let accounts = ordered.iter().map(|a| a.account + 1).max().unwrap_or(0) as usize;
    let mut counts = vec![0_u32; accounts];
    ordered.iter().for_each(|action| counts[action.account as usize] += 1);
    let objects = || ordered.chunk_by(|l, r| l.object == r.object);
    let of_several = |own: &&[Action]| own.iter().any(|action| action.account != own[0].account);
    let shared = || objects().filter(of_several);
    let (mut count, mut rows) = (0, 0);
    shared().for_each(|own| (count, rows) = (count + 1, rows + own.len()));
    let mut alone: Vec<(i64, u32)> = objects()
        .filter(|own| !of_several(own))
        .flatten()
        .map(|action| (action.time, action.account))
        .collect();
    alone.par_sort_unstable();
    let same = |word: &'static str, count: usize| {
        StringArray::from_iter_values(std::iter::repeat_n(word, count))
    };
    let (mut who, mut of_objects) = (Vec::new(), Vec::with_capacity(count));
    for own in shared() {
        who.clear();
        who.extend(own.iter().map(|action| action.account));
        who.sort_unstable();
        who.dedup();
        of_objects.push(who.len() as u32);
    }
    let objects = Objects::try_new(ObjectsColumns {
        trace: same("repost", count),
        key: StringArray::from_iter_values(shared().map(|own| format!("{:010}", own[0].object))),
        source: shared().map(|_| None::<&str>).collect(),
        born: times(shared().map(|own| own[0].time).collect()),
        born_from: same("first-sighting", count),
        accounts: of_objects.into(),
    })?;
    let (mut object, mut account, mut time) =
        (Vec::with_capacity(rows), Vec::with_capacity(rows), Vec::with_capacity(rows));
    for (number, own) in (0_u32..).zip(shared()) {
        object.extend(own.iter().map(|_| number));
        account.extend(own.iter().map(|action| action.account));
        time.extend(own.iter().map(|action| action.time));
    }
    drop(ordered);
    Ok(Tables {
        objects,
        actions: Actions::try_new(ActionsColumns {
            object: object.into(),
            account: account.into(),
            time: times(time),
            post: UInt32Array::from_iter_values(0..rows as u32),
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
