//! Packed actions, 16 bytes each, as tables.
//!
//! **Invariant:** as [`concerted_detect::traces`] would give them: once a day, objects of two
//! accounts or more, in order.

use arrow_array::{StringArray, UInt32Array, builder::StringBuilder};
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

/// Actions of a part: so many that its memory goes back to the system when it is done with.
const PART: usize = 1 << 22;

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

/// The actions in parts that cut no object, so that each can go when it is done with.
fn parts(mut ordered: Vec<Action>) -> Vec<Vec<Action>> {
    let mut parts = Vec::new();
    while !ordered.is_empty() {
        let mut start = ordered.len().saturating_sub(PART);
        while start > 0 && ordered[start].object == ordered[start - 1].object {
            start -= 1;
        }
        parts.push(ordered.split_off(start));
        ordered.shrink_to_fit();
    }
    parts.reverse();
    parts
}

/// The tables of ordered actions. Memory: little more than what is larger, the actions with the objects, or
/// the tables.
///
/// # Errors
/// [`TableError`] if they are not in order.
pub fn tables(ordered: Vec<Action>) -> Result<Tables, TableError> {
    let accounts = ordered.iter().map(|a| a.account + 1).max().unwrap_or(0) as usize;
    let mut counts = vec![0_u32; accounts];
    ordered.iter().for_each(|action| counts[action.account as usize] += 1);
    let parts = parts(ordered);
    let alone = alone(parts.iter().flat_map(|part| each_object(part)))?;
    let objects = objects(&parts)?;
    let rows =
        parts.iter().flat_map(|part| each_object(part)).filter(of_several).map(<[_]>::len).sum();
    let (mut object, mut account, mut time) =
        (Vec::with_capacity(rows), Vec::with_capacity(rows), Vec::with_capacity(rows));
    let mut number = 0_u32;
    for part in parts {
        for own in each_object(&part).filter(of_several) {
            object.extend(own.iter().map(|_| number));
            account.extend(own.iter().map(|action| action.account));
            time.extend(own.iter().map(|action| action.time));
            number += 1;
        }
    }
    Ok(Tables {
        objects,
        actions: Actions::try_new(ActionsColumns {
            object: object.into(),
            account: account.into(),
            time: times(time),
            post: UInt32Array::from_iter_values(0..rows as u32),
        })?,
        alone,
        accounts: Accounts::try_new(AccountsColumns {
            posts: UInt32Array::from(counts),
            ..AccountsColumns::numbered(accounts)
        })?,
    })
}

fn each_object(part: &[Action]) -> impl Iterator<Item = &[Action]> {
    part.chunk_by(|l, r| l.object == r.object)
}

fn of_several(own: &&[Action]) -> bool {
    own.iter().any(|action| action.account != own[0].account)
}

fn same(word: &'static str, count: usize) -> StringArray {
    StringArray::from_iter_values(std::iter::repeat_n(word, count))
}

/// The actions on objects that nobody else acted on.
fn alone<'a>(objects: impl Iterator<Item = &'a [Action]>) -> Result<Alone, TableError> {
    let of_one = objects.filter(|own| !of_several(own)).flatten();
    let mut alone: Vec<(i64, u32)> = of_one.map(|action| (action.time, action.account)).collect();
    alone.par_sort_unstable();
    Alone::try_new(AloneColumns {
        trace: same("repost", alone.len()),
        account: alone.iter().map(|a| a.1).collect::<Vec<u32>>().into(),
        time: times(alone.iter().map(|a| a.0).collect()),
    })
}

/// The objects of two accounts or more.
fn objects(parts: &[Vec<Action>]) -> Result<Objects, TableError> {
    let shared = || parts.iter().flat_map(|part| each_object(part)).filter(of_several);
    let (mut who, mut of_objects) = (Vec::new(), Vec::new());
    for own in shared() {
        who.clear();
        who.extend(own.iter().map(|action| action.account));
        who.sort_unstable();
        who.dedup();
        of_objects.push(who.len() as u32);
    }
    let count = of_objects.len();
    let mut keys = StringBuilder::with_capacity(count, 10 * count);
    shared().for_each(|own| keys.append_value(format!("{:010}", own[0].object)));
    Objects::try_new(ObjectsColumns {
        trace: same("repost", count),
        key: keys.finish(),
        source: StringArray::new_null(count),
        born: times(shared().map(|own| own[0].time).collect()),
        born_from: same("first-sighting", count),
        accounts: of_objects.into(),
    })
}
