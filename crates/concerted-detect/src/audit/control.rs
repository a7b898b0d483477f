//! Whom the accused are compared with: accounts like them, of the same collection.
//!
//! Each listed account has a pool of unlisted ones that are nearest to it in activity, language,
//! topic, hours and client; lists of the control are drawn from the pools, one account from each.
//! **Invariant:** no listed account is in a pool; who is in a pool depends on nobody's co-actions.

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::profile::{Profile, Profiles};
use crate::{dice::Dice, topics::Topics};

/// Accounts in the pool of each listed one, at most.
const POOL: usize = 20;
/// Largest difference of activity, as a ratio.
const LARGEST_RATIO: f64 = 4.0;
/// What other differences weigh beside a doubling of activity, which weighs 1.
const OTHER_LANGUAGE: f64 = 3.0;
const OTHER_TOPIC: f64 = 1.5;
const OTHER_HOURS: f64 = 2.0;
const OTHER_CLIENT: f64 = 0.5;
/// Fewest distinct accounts that a control must have, and as a share of the list.
const FEWEST: usize = 20;
const FEWEST_SHARE: f64 = 1.0;
/// Share of the list that must have somebody like it.
const MATCHED: f64 = 0.8;

/// How alike accused and control are: means over the accounts of each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Alike {
    /// Listed accounts with somebody like them.
    pub matched: u64,
    /// Distinct accounts in the pools.
    pub control: u64,
    /// Median posts of the accused and of the control.
    pub posts: [f64; 2],
    /// Share of pool members with their account's language; none where no language is known.
    pub same_language: Option<f64>,
    /// Share with its topic.
    pub same_topic: f64,
    /// Mean share of the day's activity that lies at other hours.
    pub other_hours: f64,
    /// Share with its client; none where no client is known.
    pub same_client: Option<f64>,
}

/// The pools.
pub(crate) struct Pools {
    /// Of each listed account, in order of the list: the nearest first.
    pub(crate) of: Vec<Vec<u32>>,
    /// Everybody in them, in order.
    pub(crate) everybody: Vec<u32>,
}

impl Pools {
    /// Looks among `eligible` for accounts like those of `list`. O(list · eligible).
    pub(crate) fn of(list: &[u32], eligible: &[u32], profiles: &Profiles, topics: &Topics) -> Self {
        let of: Vec<Vec<u32>> = list
            .iter()
            .map(|&account| {
                let mut near: Vec<(f64, u32)> = eligible
                    .iter()
                    .filter_map(|&other| Some((apart(account, other, profiles, topics)?, other)))
                    .collect();
                near.sort_by(|l, r| l.0.total_cmp(&r.0).then(l.1.cmp(&r.1)));
                near.into_iter().take(POOL).map(|(_, other)| other).collect()
            })
            .collect();
        let mut everybody: Vec<u32> = of.iter().flatten().copied().collect();
        everybody.sort_unstable();
        everybody.dedup();
        Self { of, everybody }
    }

    /// Whether there are enough to compare with.
    pub(crate) fn enough(&self) -> bool {
        let matched = self.of.iter().filter(|pool| !pool.is_empty()).count() as f64;
        let list = self.of.len() as f64;
        let fewest = FEWEST.max((FEWEST_SHARE * list) as usize);
        matched >= MATCHED * list && self.everybody.len() >= fewest
    }

    /// A list of the control, in order: one account from each pool, none twice.
    pub(crate) fn list(&self, dice: &mut Dice) -> Vec<u32> {
        let mut drawn: FxHashSet<u32> = FxHashSet::default();
        for pool in self.of.iter().filter(|pool| !pool.is_empty()) {
            let start = dice.below(pool.len());
            let free = (0..pool.len()).map(|step| pool[(start + step) % pool.len()]);
            let free = free.into_iter().find(|account| !drawn.contains(account));
            drawn.extend(free);
        }
        let mut drawn: Vec<u32> = drawn.into_iter().collect();
        drawn.sort_unstable();
        drawn
    }

    /// How alike they are.
    pub(crate) fn alike(&self, list: &[u32], profiles: &Profiles, topics: &Topics) -> Alike {
        let pairs: Vec<(u32, u32)> = (list.iter().zip(&self.of))
            .flat_map(|(&account, pool)| pool.iter().map(move |&other| (account, other)))
            .collect();
        let profile = |account: u32| &profiles.of[account as usize];
        let share = |holds: &dyn Fn(u32, u32) -> bool| {
            let held = pairs.iter().filter(|(account, other)| holds(*account, *other)).count();
            held as f64 / pairs.len().max(1) as f64
        };
        let known = |of: &dyn Fn(&Profile) -> Option<u32>| {
            list.iter()
                .any(|&account| of(profile(account)).is_some())
                .then(|| share(&|account, other| of(profile(account)) == of(profile(other))))
        };
        let apart: f64 =
            pairs.iter().map(|&(a, b)| other_hours(profile(a), profile(b))).sum::<f64>();
        Alike {
            matched: self.of.iter().filter(|pool| !pool.is_empty()).count() as u64,
            control: self.everybody.len() as u64,
            posts: [median_posts(list, profiles), median_posts(&self.everybody, profiles)],
            same_language: known(&|profile| profile.language),
            same_topic: share(&|account, other| topic(account, topics) == topic(other, topics)),
            other_hours: apart / pairs.len().max(1) as f64,
            same_client: known(&|profile| profile.client),
        }
    }
}

fn median_posts(accounts: &[u32], profiles: &Profiles) -> f64 {
    let mut posts: Vec<u32> =
        accounts.iter().map(|&account| profiles.of[account as usize].posts).collect();
    posts.sort_unstable();
    posts.get(posts.len() / 2).map_or(0.0, |&posts| f64::from(posts))
}

fn topic(account: u32, topics: &Topics) -> u32 {
    topics.of_account[account as usize]
}

fn other_hours(one: &Profile, other: &Profile) -> f64 {
    one.hours.iter().zip(&other.hours).map(|(l, r)| (l - r).abs()).sum::<f64>() / 2.0
}

/// How different two accounts are; `None` if their activity is too different to compare.
fn apart(one: u32, other: u32, profiles: &Profiles, topics: &Topics) -> Option<f64> {
    let (left, right) = (&profiles.of[one as usize], &profiles.of[other as usize]);
    let activity = (f64::from(left.posts.max(1)) / f64::from(right.posts.max(1))).log2().abs();
    if activity > LARGEST_RATIO.log2() {
        return None;
    }
    let differ = |weight: f64, differ: bool| if differ { weight } else { 0.0 };
    Some(
        activity
            + differ(OTHER_LANGUAGE, left.language != right.language)
            + differ(OTHER_TOPIC, topic(one, topics) != topic(other, topics))
            + differ(OTHER_CLIENT, left.client != right.client)
            + OTHER_HOURS * other_hours(left, right),
    )
}
