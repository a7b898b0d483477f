//! What accounts are like, beside what they do together: what a control is matched on.
//!
//! **Invariant:** by row of the account; everything is counted from the account's own posts.

use std::collections::BTreeMap;

use concerted_model::tables::{Accounts, Posts};
use rustc_hash::FxHashMap;

use crate::{account_numbers::AccountNumbers, posts::value};

const HOUR: i64 = 3_600_000_000;
/// Blocks of four hours of the day.
pub(crate) const BLOCKS: usize = 6;

/// One account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// Posts.
    pub(crate) posts: u32,
    /// The language of most of them, if the data says.
    pub(crate) language: Option<u32>,
    /// The application that most were sent with, if the data says.
    pub(crate) client: Option<u32>,
    /// Share of posts in each block of hours.
    pub(crate) hours: [f64; BLOCKS],
    /// Times of posts in microseconds, in order.
    pub(crate) times: Vec<i64>,
    /// Names it has had, by number.
    pub(crate) handles: Vec<u32>,
}

/// All accounts.
pub(crate) struct Profiles {
    pub(crate) of: Vec<Profile>,
    /// Names of the clients, by number.
    pub(crate) clients: Vec<String>,
}

/// Words numbered as they come.
#[derive(Default)]
struct Numbers(FxHashMap<String, u32>);

impl Numbers {
    fn of(&mut self, word: &str) -> u32 {
        let next = self.0.len() as u32;
        match self.0.get(word) {
            Some(&number) => number,
            None => *self.0.entry(word.to_owned()).or_insert(next),
        }
    }

    fn names(self) -> Vec<String> {
        let mut names = vec![String::new(); self.0.len()];
        self.0.into_iter().for_each(|(word, number)| names[number as usize] = word);
        names
    }
}

impl Profiles {
    /// O(posts).
    pub(crate) fn of(posts: &[Posts], accounts: &Accounts) -> Self {
        let numbers = AccountNumbers::new(accounts);
        let mut of = vec![Profile::default(); accounts.len()];
        let mut languages: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); accounts.len()];
        let mut clients = languages.clone();
        let (mut words, mut names, mut handles) =
            (Numbers::default(), Numbers::default(), Numbers::default());
        for table in posts {
            for (row, account) in numbers.of(table).enumerate() {
                let Some(account) = account.map(|account| account as usize) else { continue };
                let time = table.time.value(row);
                let profile = &mut of[account];
                profile.posts += 1;
                profile.times.push(time);
                profile.hours[(time.div_euclid(HOUR).rem_euclid(24) / 4) as usize] += 1.0;
                if let Some(language) = value(&table.language, row) {
                    *languages[account].entry(words.of(language)).or_default() += 1;
                }
                if let Some(client) = value(&table.client, row) {
                    *clients[account].entry(names.of(client)).or_default() += 1;
                }
                if let Some(handle) = value(&table.handle, row) {
                    let number = handles.of(handle);
                    if !profile.handles.contains(&number) {
                        profile.handles.push(number);
                    }
                }
            }
        }
        let most = |counts: &BTreeMap<u32, u32>| {
            let order = |&(&word, &count): &(&u32, &u32)| (count, std::cmp::Reverse(word));
            counts.iter().max_by_key(order).map(|(&word, _)| word)
        };
        for (account, profile) in of.iter_mut().enumerate() {
            let all = f64::from(profile.posts.max(1));
            profile.hours.iter_mut().for_each(|share| *share /= all);
            profile.language = most(&languages[account]);
            profile.client = most(&clients[account]);
        }
        Self { of, clients: names.names() }
    }
}
