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
    accounts: FxHashMap<(String, String), FxHashMap<String, Account>>,
}

impl AccountCounts {
    /// Counts a post.
    pub(super) fn add(&mut self, post: &Packed<'_>) {
        let site = (post.platform.to_owned(), post.instance.to_owned());
        let accounts = self.accounts.entry(site).or_default();
        if !accounts.contains_key(post.account) {
            let new = Account { first: post.time, ..Account::default() };
            accounts.insert(post.account.to_owned(), new);
        }
        let Some(account) = accounts.get_mut(post.account) else { return };
        account.posts += 1;
        account.last = post.time;
        let handle = post.word(Word::Handle);
        if handle.is_some() && account.handle.as_deref() != handle {
            let before = std::mem::replace(&mut account.handle, handle.map(str::to_owned));
            account.earlier.extend(before);
        }
    }

    /// The table.
    pub(super) fn finish(self) -> Result<Accounts, TableError> {
        let mut rows: Vec<(String, String, String, Account)> = Vec::new();
        for ((platform, instance), accounts) in self.accounts {
            for (id, account) in accounts {
                rows.push((platform.clone(), instance.clone(), id, account));
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
