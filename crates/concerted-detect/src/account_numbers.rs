//! The row of each post's author in the table of accounts.
//!
//! **Invariant:** an account is platform, instance and id, and nothing else.

use concerted_model::tables::{Accounts, Posts};
use rustc_hash::FxHashMap;

/// Rows of accounts by their ids.
type Ids<'a> = FxHashMap<&'a str, u32>;

/// Rows of the accounts by who they are: platform and instance, then id.
pub(crate) struct AccountNumbers<'a>(FxHashMap<(&'a str, &'a str), Ids<'a>>);

impl<'a> AccountNumbers<'a> {
    pub(crate) fn new(accounts: &'a Accounts) -> Self {
        let mut numbers: FxHashMap<_, Ids<'_>> = FxHashMap::default();
        for row in 0..accounts.len() {
            let home = (accounts.platform.value(row), accounts.instance.value(row));
            numbers.entry(home).or_default().insert(accounts.id.value(row), row as u32);
        }
        Self(numbers)
    }

    /// The accounts of posts, row by row. Neighbours mostly live in one place.
    pub(crate) fn of(&self, posts: &'a Posts) -> impl Iterator<Item = Option<u32>> {
        let mut before: Option<((&str, &str), Option<&Ids<'_>>)> = None;
        (0..posts.len()).map(move |row| {
            let home = (posts.platform.value(row), posts.instance.value(row));
            let there = match before {
                Some((same, there)) if same == home => there,
                _ => self.0.get(&home),
            };
            before = Some((home, there));
            there?.get(posts.account.value(row)).copied()
        })
    }
}
