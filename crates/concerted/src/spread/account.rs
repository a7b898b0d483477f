//! Who and where: accounts, places, groups and their order, named for people.
//!
//! **Invariant:** ids are strings, moments are RFC 3339 in UTC.

use std::collections::BTreeMap;

use arrow_array::Array;
use concerted_detect::spread::{Appearance, How, Order};
use concerted_model::tables::Accounts;
use serde::Serialize;

use super::Tables;
use crate::findings::post_at;

/// One appearance.
#[derive(Clone, Debug, Serialize)]
pub struct Sighting {
    /// When, in UTC.
    pub time: String,
    /// Which clock that is: `server`, `id` or `claimed`.
    pub clock: String,
    /// The site.
    pub platform: String,
    /// The account's id.
    pub account: String,
    /// Its name, or its id again.
    pub name: String,
    /// The post's id.
    pub post: String,
    /// In which way it appears.
    pub way: &'static str,
    /// The post's text.
    pub text: String,
}

/// A platform or a site.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Posts there.
    pub posts: u64,
    /// Accounts there.
    pub accounts: u64,
    /// The first of them, in UTC.
    pub first: String,
    /// The clock of that moment.
    pub clock: String,
}

/// How early an account tends to be.
#[derive(Clone, Debug, Serialize)]
pub struct Leads {
    /// The account's id.
    pub account: String,
    /// Its name, or its id again.
    pub name: String,
    /// Things shared with others of these accounts on which it was early or late.
    pub shared: u64,
    /// Of these, on which more of the others came after it than before.
    pub early: u64,
    /// The share of them, in `[0, 1]`.
    pub share: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// An account that comes after another.
#[derive(Clone, Debug, Serialize)]
pub struct Follows {
    /// Name or id of the one that is first.
    pub first: String,
    /// Name or id of the one that follows.
    pub then: String,
    /// Things on which one of them was strictly first.
    pub shared: u64,
    /// Of these, on which `first` was.
    pub before: u64,
    /// Lower end of the 95 % interval of their share.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The part of a group of the case in a spread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupShare {
    /// Number of the group; absent for accounts in no group.
    pub group: Option<u32>,
    /// Its accounts that take part.
    pub accounts: u64,
    /// Their posts.
    pub posts: u64,
    /// Share of all posts of the spread, in `[0, 1]`.
    pub share: f64,
}

/// Accounts that are listed at each end of the order.
const LISTED: usize = 20;

/// The word for a way of appearing.
pub(super) fn way(how: How) -> &'static str {
    match how {
        How::Said => "said",
        How::Reworded => "reworded",
        How::Candidate => "candidate of a rewording",
        How::PassedOn => "passed on",
        How::Answered => "answered",
    }
}

/// RFC 3339 in UTC.
pub(super) fn rfc3339(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map_or_else(|_| format!("{micros} µs"), |time| time.to_string())
}

/// Name or id of an account.
pub(super) fn name(accounts: &Accounts, account: u32) -> String {
    let row = account as usize;
    let known = accounts.handle.is_valid(row);
    (if known { &accounts.handle } else { &accounts.id }).value(row).to_owned()
}

pub(super) fn sighting(tables: &Tables, appearance: &Appearance) -> Option<Sighting> {
    let (posts, row) = post_at(&tables.posts, appearance.post)?;
    let handle = posts.handle.is_valid(row).then(|| posts.handle.value(row));
    let account = posts.account.value(row);
    Some(Sighting {
        time: rfc3339(appearance.time),
        clock: posts.clock.value(row).to_owned(),
        platform: posts.platform.value(row).to_owned(),
        account: account.to_owned(),
        name: handle.unwrap_or(account).to_owned(),
        post: posts.id.value(row).to_owned(),
        way: way(appearance.how),
        text: if posts.text.is_valid(row) {
            posts.text.value(row).to_owned()
        } else {
            String::new()
        },
    })
}

/// Posts and accounts by place, in order of first appearance. `acted`: each appearance with its
/// place and account, in order of time.
pub(super) fn places<'a>(
    tables: &Tables,
    acted: impl Iterator<Item = (String, u32, &'a Appearance)>,
) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let mut number: BTreeMap<String, usize> = BTreeMap::new();
    let mut accounts: Vec<std::collections::BTreeSet<u32>> = Vec::new();
    for (place, account, appearance) in acted {
        let at = *number.entry(place.clone()).or_insert_with(|| {
            let clock = post_at(&tables.posts, appearance.post)
                .map(|(posts, row)| posts.clock.value(row).to_owned());
            found.push(Place {
                name: place,
                posts: 0,
                accounts: 0,
                first: rfc3339(appearance.time),
                clock: clock.unwrap_or_default(),
            });
            accounts.push(std::collections::BTreeSet::new());
            found.len() - 1
        });
        found[at].posts += 1;
        accounts[at].insert(account);
    }
    for (place, accounts) in found.iter_mut().zip(accounts) {
        place.accounts = accounts.len() as u64;
    }
    found
}

/// The earliest and the latest accounts: those whose interval leaves out one half.
pub(super) fn leads(accounts: &Accounts, order: &Order) -> Vec<Leads> {
    let ordered = &order.leading;
    let early = ordered.iter().filter(|one| one.share.low > 0.5).take(LISTED);
    let mut late: Vec<_> = ordered.iter().filter(|one| one.share.high < 0.5).collect();
    late.sort_by(|l, r| l.share.high.total_cmp(&r.share.high).then(l.account.cmp(&r.account)));
    early
        .chain(late.into_iter().take(LISTED))
        .map(|one| Leads {
            account: accounts.id.value(one.account as usize).to_owned(),
            name: name(accounts, one.account),
            shared: one.objects,
            early: one.early,
            share: one.share.estimate,
            low: one.share.low,
            high: one.share.high,
        })
        .collect()
}

pub(super) fn follows(accounts: &Accounts, order: &Order) -> Vec<Follows> {
    let pairs = order.following.iter().take(LISTED);
    pairs
        .map(|pair| Follows {
            first: name(accounts, pair.first),
            then: name(accounts, pair.then),
            shared: pair.objects,
            before: pair.before,
            low: pair.share.low,
            high: pair.share.high,
        })
        .collect()
}

/// What each group of the case carries, the largest part first; accounts in no group last.
pub(super) fn group_shares(groups: &BTreeMap<u32, u32>, acted: &[u32]) -> Vec<GroupShare> {
    let mut parts: BTreeMap<Option<u32>, (u64, std::collections::BTreeSet<u32>)> = BTreeMap::new();
    for account in acted {
        let part = parts.entry(groups.get(account).copied()).or_default();
        part.0 += 1;
        part.1.insert(*account);
    }
    let all = acted.len().max(1) as f64;
    let mut shares: Vec<GroupShare> = parts
        .into_iter()
        .map(|(group, (posts, accounts))| GroupShare {
            group,
            accounts: accounts.len() as u64,
            posts,
            share: posts as f64 / all,
        })
        .collect();
    shares.sort_by_key(|part| (part.group.is_none(), std::cmp::Reverse(part.posts), part.group));
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_count_every_post_once_and_ungrouped_accounts_come_last() {
        let groups = BTreeMap::from([(1, 7), (2, 7), (5, 3)]);
        let shares = group_shares(&groups, &[1, 2, 1, 9, 5, 9, 9, 9]);
        let seen: Vec<(Option<u32>, u64, u64)> =
            shares.iter().map(|part| (part.group, part.accounts, part.posts)).collect();
        assert_eq!(seen, [(Some(7), 2, 3), (Some(3), 1, 1), (None, 1, 4)]);
        assert!((shares.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
