//! How list and data came to be, and what of the data may therefore speak.
//!
//! A list that was picked from these posts shows in them what it was picked for. What happened
//! after the accusation was made, or what accounts did in other traces than the one they were
//! picked by, has no part in that. **Invariant:** what may not speak is taken away before
//! anything is looked at.

use arrow_array::{StringArray, UInt32Array};
use concerted_model::{
    Trace,
    tables::{Actions, ActionsColumns, Alone, AloneColumns, times},
};
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::Accusation;
use crate::{Acted, DetectError, slots::rows_of};

/// Share of the accounts that use hashtags from which the data counts as collected by one: who only
/// reposts uses none.
const EVERYBODY: f64 = 0.8;
/// Fewest accounts that must use hashtags for that, and as a share of all: where few do, the hashtag of
/// a campaign is not everybody's.
const FEWEST: usize = 50;
const FEWEST_SHARE: f64 = 0.25;

/// How the posts were collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Collected {
    /// Nobody says.
    #[default]
    Unknown,
    /// By something that has nothing to do with the list.
    Broadly,
    /// They are the posts of the accused.
    ByList,
    /// By one hashtag or word.
    ByHashtag,
}

/// How list and data came to be, as far as somebody says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// How the posts were collected.
    pub collected: Collected,
    /// Whether the list was picked from these posts.
    pub picked_from_this_data: bool,
    /// When the accusation was made, in microseconds: what came after had no part in it.
    pub made: Option<i64>,
    /// The kinds of behaviour that the list was picked by.
    pub picked_by: Vec<Trace>,
}

/// What was used of the data, and why not all.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Used {
    /// The list was picked from these posts, and nothing is left that had no part in it.
    pub circular: bool,
    /// Only what came after, in seconds since 1970.
    pub since_seconds: Option<f64>,
    /// Traces that had no voice.
    #[serde(serialize_with = "words")]
    pub without: Vec<Trace>,
    /// The posts are those of the accused: there is nobody to compare with.
    pub by_list: bool,
    /// The posts were collected by one hashtag; objects that are therefore on everybody's posts.
    pub by_hashtag: bool,
    /// How many of these had no voice.
    pub hashtags_left_out: u64,
    /// Actions that had a voice.
    pub actions: u64,
    /// Nobody said how the list was picked.
    pub unsaid: bool,
}

fn words<S: serde::Serializer>(traces: &[Trace], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(traces.iter().map(|trace| trace.as_str()))
}

impl Used {
    /// Whether nothing can be said of the list.
    pub(super) fn declined(&self) -> bool {
        self.circular
    }

    /// Whether there is anybody to compare with.
    pub(super) fn comparable(&self) -> bool {
        !self.by_list
    }

    /// What came before has no voice.
    pub(super) fn since(&self) -> Option<i64> {
        self.since_seconds.map(|seconds| (seconds * 1e6) as i64)
    }
}

/// What is left of the data.
pub(super) struct Kept {
    actions: Actions,
    alone: Alone,
}

impl Kept {
    pub(super) fn acted<'k>(&'k self, whole: Acted<'k>) -> Acted<'k> {
        Acted { actions: &self.actions, alone: &self.alone, ..whole }
    }
}

/// How many accounts use hashtags.
fn hashtag_users(acted: Acted<'_>) -> usize {
    let slots = acted.slots_of(Trace::Hashtag);
    let users: FxHashSet<u32> = slots.account.iter().chain(slots.alone_account).copied().collect();
    users.len()
}

/// Takes away what may not speak.
pub(super) fn restrict(
    accusation: Accusation<'_>,
    acted: Acted<'_>,
) -> Result<(Used, Kept), DetectError> {
    let Acted { accounts, objects, actions, alone, .. } = acted;
    let origin = accusation.origin;
    let listed = accusation.accused.len();
    let mut used = Used {
        by_list: origin.collected == Collected::ByList
            || accounts.len().saturating_sub(listed) < listed,
        unsaid: !origin.picked_from_this_data && origin.made.is_none(),
        ..Used::default()
    };
    let users = hashtag_users(acted);
    let enough = users >= FEWEST && users as f64 >= FEWEST_SHARE * accounts.len() as f64;
    let everybody =
        |row: &usize| enough && objects.accounts.value(*row) as f64 >= EVERYBODY * users as f64;
    let on_all: Vec<u32> = [Trace::Hashtag, Trace::HashtagSet]
        .into_iter()
        .flat_map(|trace| rows_of(trace, objects).filter(everybody))
        .map(|row| row as u32)
        .collect();
    used.by_hashtag = origin.collected == Collected::ByHashtag || !on_all.is_empty();
    used.hashtags_left_out = on_all.len() as u64;
    if origin.picked_from_this_data {
        used.since_seconds = origin.made.map(|made| made as f64 / 1e6);
        used.without.clone_from(&origin.picked_by);
        used.circular = origin.made.is_none() && origin.picked_by.is_empty();
    }
    let since = used.since().unwrap_or(i64::MIN);
    let silent: Vec<std::ops::Range<usize>> =
        used.without.iter().map(|trace| rows_of(*trace, objects)).collect();
    let speaks = |row: &usize| {
        let object = actions.object.value(*row);
        actions.time.value(*row) >= since
            && on_all.binary_search(&object).is_err()
            && !silent.iter().any(|rows| rows.contains(&(object as usize)))
    };
    let rows: Vec<usize> = (0..actions.len()).filter(speaks).collect();
    let lone: Vec<usize> = (0..alone.len())
        .filter(|&row| {
            alone.time.value(row) >= since
                && !used.without.iter().any(|trace| trace.as_str() == alone.trace.value(row))
        })
        .collect();
    used.actions = (rows.len() + lone.len()) as u64;
    let number = |column: &UInt32Array, rows: &[usize]| {
        UInt32Array::from_iter_values(rows.iter().map(|&row| column.value(row)))
    };
    let kept = Kept {
        actions: Actions::try_new(ActionsColumns {
            object: number(&actions.object, &rows),
            account: number(&actions.account, &rows),
            time: times(rows.iter().map(|&row| actions.time.value(row)).collect()),
            post: number(&actions.post, &rows),
        })?,
        alone: Alone::try_new(AloneColumns {
            trace: StringArray::from_iter_values(lone.iter().map(|&row| alone.trace.value(row))),
            account: number(&alone.account, &lone),
            time: times(lone.iter().map(|&row| alone.time.value(row)).collect()),
        })?,
    };
    Ok((used, kept))
}
