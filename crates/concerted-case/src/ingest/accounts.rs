//! The accounts that published the posts.
//!
//! **Invariant:** posts are handed in in their order, so that the last name seen is the latest.

use arrow_array::{StringArray, UInt32Array};
use concerted_model::{
    TableError,
    tables::{Accounts, AccountsColumns, times},
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::packed::{Packed, Word};

#[derive(Default)]
struct Account {
    handle: Option<String>,
    earlier: FxHashSet<String>,
    posts: u32,
    first: i64,
    last: i64,
}

/// Counts posts and names by account.
#[derive(Default)]
pub(super) struct AccountCounts {
    /// By platform, instance and id.
    accounts: FxHashMap<String, FxHashMap<String, FxHashMap<String, Account>>>,
}

impl AccountCounts {
    /// Counts a post.
    pub(super) fn add(&mut self, post: &Packed<'_>) {
        let count = |account: &mut Account| {
            if account.posts == 0 {
                account.first = post.time;
            }
            account.posts += 1;
            account.last = post.time;
            let handle = post.word(Word::Handle);
            if handle.is_some() && account.handle.as_deref() != handle {
                let before = std::mem::replace(&mut account.handle, handle.map(str::to_owned));
                account.earlier.extend(before);
            }
        };
        with(&mut self.accounts, post.platform, |instances| {
            with(instances, post.instance, |accounts| with(accounts, post.account, count));
        });
    }

    /// The table.
    pub(super) fn finish(self) -> Result<Accounts, TableError> {
        let mut rows: Vec<(String, String, String, Account)> = Vec::new();
        for (platform, instances) in self.accounts {
            for (instance, accounts) in instances {
                let row = |(id, account)| (platform.clone(), instance.clone(), id, account);
                rows.extend(accounts.into_iter().map(row));
            }
        }
        rows.sort_unstable_by(|a, b| (&a.0, &a.1, &a.2).cmp(&(&b.0, &b.1, &b.2)));
        let handles = |account: &Account| {
            let now = account.handle.as_ref();
            let again = now.is_some_and(|handle| account.earlier.contains(handle));
            (account.earlier.len() + usize::from(now.is_some() && !again)) as u32
        };
        Accounts::try_new(AccountsColumns {
            platform: StringArray::from_iter_values(rows.iter().map(|row| &row.0)),
            instance: StringArray::from_iter_values(rows.iter().map(|row| &row.1)),
            id: StringArray::from_iter_values(rows.iter().map(|row| &row.2)),
            handle: rows.iter().map(|row| row.3.handle.as_deref()).collect(),
            handles: UInt32Array::from_iter_values(rows.iter().map(|row| handles(&row.3))),
            posts: UInt32Array::from_iter_values(rows.iter().map(|row| row.3.posts)),
            first: times(rows.iter().map(|row| row.3.first).collect()),
            last: times(rows.iter().map(|row| row.3.last).collect()),
        })
    }
}

/// Does something with the value of a key, which is made if there is none; only then is the key copied.
fn with<V: Default>(map: &mut FxHashMap<String, V>, key: &str, act: impl FnOnce(&mut V)) {
    match map.get_mut(key) {
        Some(value) => act(value),
        None => act(map.entry(key.to_owned()).or_default()),
    }
}
