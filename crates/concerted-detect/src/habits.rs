//! How accounts act by themselves, beside accounts that post as much: described, never pronounced.
//!
//! **Invariant:** a habit has no threshold and no name for who has it; there is a value and its rank, and
//! only of a group as a whole. A scheduling tool in a person's hands leaves the same marks as a program.

use arrow_array::Array;
use concerted_model::tables::{Accounts, Copies, Posts};
use rustc_hash::FxHashSet;

use crate::{
    DetectError,
    account_numbers::AccountNumbers,
    posts::Finder,
    rhythm::{Gaps, in_quietest},
};

const SECOND: i64 = 1_000_000;
/// Posts, answers or texts that a habit needs.
const LEAST: usize = 20;
/// Hours of the day that one may sleep.
const NIGHT: usize = 6;
/// Comparable accounts that a rank needs.
const COMPARABLE: usize = 20;

/// What an account can be like by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// Deviation of the gaps between posts over their mean, pauses of half an hour left out: the
    /// lower, the more even.
    Gaps,
    /// Share of posts in the first second of a minute.
    FullMinutes,
    /// Median seconds from a post to its being passed on or answered: the lower, the quicker.
    Latency,
    /// Share of posts in the quietest six hours of the day; a quarter would be no quiet at all.
    Night,
    /// Share of texts that the account had said before, or nearly.
    Repeats,
}

impl Habit {
    /// All habits.
    pub const ALL: [Self; 5] =
        [Self::Gaps, Self::FullMinutes, Self::Latency, Self::Night, Self::Repeats];

    /// Whether lower values are the rarer ones among people.
    const fn falls(self) -> bool {
        matches!(self, Self::Gaps | Self::Latency)
    }
}

/// One habit of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Described {
    /// Which.
    pub habit: Habit,
    /// Members that posted enough to have it, and had enough accounts to be held against.
    pub members: usize,
    /// Median value of these.
    pub median: f64,
    /// Of the accounts that each is comparable with, the share whose value is as far out or farther:
    /// the median of these shares, in `[0, 1]`. About one half says that the group is as others are.
    pub as_far: f64,
    /// Median number of comparable accounts.
    pub comparable: usize,
}

/// What are the members of a group like by themselves, beside accounts like them?
///
/// `posts` are all tables of a case in order; `members`: rows of accounts in rising order. Comparable
/// with a member are accounts of its platform outside the group that posted half to twice as much. No
/// test, and no null. O(posts + members · accounts) time.
///
/// # Errors
/// [`DetectError::TooMany`] beyond 2³² posts.
pub fn habits(
    posts: &[Posts],
    accounts: &Accounts,
    copies: &Copies,
    members: &[u32],
) -> Result<Vec<Described>, DetectError> {
    let acts = Acts::of_all(posts, accounts, copies)?;
    let values: Vec<[Option<f64>; Habit::ALL.len()]> =
        acts.iter().map(|acts| Habit::ALL.map(|habit| acts.value(habit))).collect();
    // Of each habit: value, share as far out, and comparable accounts, by member.
    let mut ranked = Habit::ALL.map(|_| Vec::new());
    for &member in members {
        let own = member as usize;
        let posted = acts[own].times.len();
        let like = |&row: &usize| {
            let other = acts[row].times.len();
            other * 2 >= posted
                && other <= posted * 2
                && accounts.platform.value(row) == accounts.platform.value(own)
                && members.binary_search(&(row as u32)).is_err()
        };
        let like: Vec<usize> = (0..acts.len()).filter(like).collect();
        for (at, habit) in Habit::ALL.into_iter().enumerate() {
            let Some(value) = values[own][at] else { continue };
            let others: Vec<f64> = like.iter().filter_map(|&row| values[row][at]).collect();
            let far =
                |other: &&f64| if habit.falls() { **other <= value } else { **other >= value };
            let as_far = others.iter().filter(far).count() as f64 / others.len().max(1) as f64;
            if others.len() >= COMPARABLE {
                ranked[at].push((value, as_far, others.len()));
            }
        }
    }
    let described = Habit::ALL.into_iter().zip(ranked).filter_map(|(habit, ranked)| {
        Some(Described {
            habit,
            members: ranked.len(),
            median: median(ranked.iter().map(|one| one.0).collect())?,
            as_far: median(ranked.iter().map(|one| one.1).collect())?,
            comparable: median(ranked.iter().map(|one| one.2 as f64).collect())? as usize,
        })
    });
    Ok(described.collect())
}

/// The middle one, the lower of two; nothing of nothing.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// What one account did.
#[derive(Clone, Default)]
struct Acts {
    /// In order.
    times: Vec<i64>,
    /// Coarsest step of the times.
    resolution: i64,
    /// From a post to its being passed on or answered.
    latencies: Vec<f64>,
    texts: usize,
    repeats: usize,
}

impl Acts {
    fn of_all(
        posts: &[Posts],
        accounts: &Accounts,
        copies: &Copies,
    ) -> Result<Vec<Self>, DetectError> {
        let numbers = AccountNumbers::new(accounts);
        let finder = Finder::new(posts)?;
        let authors = posts.iter().flat_map(|table| numbers.of(table));
        let mut acts = vec![Self::default(); accounts.len()];
        let mut said: FxHashSet<(usize, u32)> = FxHashSet::default();
        let mut copy = 0;
        for (post, account) in (0..finder.len()).zip(authors) {
            let leader = copies.post.values().get(copy).is_some_and(|next| *next == post);
            let leader = leader.then(|| copies.leader.value(copy));
            copy += usize::from(leader.is_some());
            let Some(account) = account.map(|account| account as usize) else { continue };
            let (table, row) = finder.at(post);
            let own = &mut acts[account];
            let time = table.time.value(row);
            own.times.push(time);
            own.resolution = own.resolution.max(table.resolution_us.value(row));
            let born = [&table.repost_of_born, &table.reply_to_born]
                .into_iter()
                .find_map(|born| born.is_valid(row).then(|| born.value(row)));
            own.latencies.extend(
                born.filter(|born| *born <= time).map(|born| (time - born) as f64 / SECOND as f64),
            );
            if let Some(leader) = leader {
                own.texts += 1;
                own.repeats += usize::from(!said.insert((account, leader)));
            }
        }
        Ok(acts)
    }

    fn value(&self, habit: Habit) -> Option<f64> {
        match habit {
            Habit::Gaps => {
                Gaps::of(&self.times, self.resolution).map(|gaps| gaps.deviation / gaps.mean)
            }
            Habit::FullMinutes => {
                (self.times.len() >= LEAST && self.resolution <= SECOND).then(|| {
                    let full = |time: &&i64| time.div_euclid(SECOND).rem_euclid(60) == 0;
                    self.times.iter().filter(full).count() as f64 / self.times.len() as f64
                })
            }
            Habit::Latency if self.latencies.len() >= LEAST => median(self.latencies.clone()),
            Habit::Latency => None,
            Habit::Night => (self.times.len() >= LEAST)
                .then(|| in_quietest(&self.times, NIGHT) as f64 / self.times.len() as f64),
            Habit::Repeats => {
                (self.texts >= LEAST).then(|| self.repeats as f64 / self.texts as f64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{StringArray, UInt32Array};
    use concerted_model::{
        plan::CopiesPlan,
        tables::{AccountsColumns, times},
    };

    use super::*;
    use crate::{copies::cluster, posts::invented::posts};

    const DAY: i64 = 86_400;

    /// Thirty people who post in bursts by day, and one that posts the same on the minute, always.
    fn world() -> (Vec<Posts>, Accounts, Copies) {
        let mut said: Vec<(String, i64, String)> = Vec::new();
        for person in 0..30_i64 {
            for number in 0..60_i64 {
                let day = number / 6 * DAY + (8 + person % 9) * 3_600;
                let time = day + number % 6 * (200 + 37 * (number * person % 11)) + 1 + person;
                said.push((
                    format!("p{person:02}"),
                    time,
                    format!(
                        "person {person} saw {} geese and {} boats on the lake",
                        number * 7,
                        person * 31 + number * number
                    ),
                ));
            }
        }
        for number in 0..60 {
            let time = number * 23 * 1_200;
            said.push((
                "zz".into(),
                time,
                "the old bridge over the lake is open again today".into(),
            ));
            said.push((
                "zz".into(),
                time + 600,
                "seven geese walked along the harbour wall".into(),
            ));
        }
        said.sort_by_key(|post| (post.1, post.0.clone()));
        let names: Vec<String> = (0..30).map(|n| format!("p{n:02}")).chain(["zz".into()]).collect();
        let posts =
            vec![posts(said.iter().map(|(who, when, text)| (who.as_str(), *when, text.as_str())))];
        let same = |word: &str| StringArray::from(vec![word; names.len()]);
        let accounts = Accounts::try_new(AccountsColumns {
            platform: same("x"),
            instance: same(""),
            id: StringArray::from_iter_values(&names),
            handle: StringArray::from(vec![None::<&str>; names.len()]),
            handles: UInt32Array::from(vec![0; names.len()]),
            posts: UInt32Array::from(vec![60; names.len()]),
            first: times(vec![0; names.len()]),
            last: times(vec![0; names.len()]),
        })
        .unwrap();
        let copies = cluster(&posts, &CopiesPlan { similarity: 1.0, ..CopiesPlan::default() });
        (posts, accounts, copies.unwrap().copies)
    }

    #[test]
    fn a_clock_is_farther_out_than_people_and_a_person_is_among_them() {
        let (posts, accounts, copies) = world();
        let of = |member: u32, habit: Habit| {
            let all = habits(&posts, &accounts, &copies, &[member]).unwrap();
            all.into_iter().find(|one| one.habit == habit)
        };
        for habit in [Habit::FullMinutes, Habit::Night, Habit::Repeats] {
            let clock = of(30, habit).unwrap();
            assert_eq!((clock.as_far, clock.comparable), (0.0, 30), "{habit:?}: {clock:?}");
            assert!(of(5, habit).unwrap().as_far > 0.2, "{habit:?}: {:?}", of(5, habit));
        }
        assert_eq!(of(30, Habit::FullMinutes).unwrap().median, 1.0);
        assert!((of(30, Habit::Repeats).unwrap().median - 118.0 / 120.0).abs() < 1e-12);
        assert!(of(30, Habit::Gaps).unwrap().median < 0.2, "{:?}", of(30, Habit::Gaps));
        assert_eq!(of(30, Habit::Latency), None, "nobody answers anything");
    }
}
