//! The accounts of a case.

use arrow_array::{StringArray, TimestampMicrosecondArray, UInt32Array};

use super::{
    TableError,
    column::{table, times},
    law,
};

table! {
    /// Accounts that published at least one post, in order of platform, instance and id, byte by byte.
    ///
    /// Other tables name an account by its row here.
    Accounts, AccountsColumns = "accounts", law: in_order {
        /// The site.
        platform: StringArray,
        /// The server of a federation, else empty.
        instance: StringArray,
        /// The id, verbatim.
        id: StringArray,
        /// The latest name, if the source has names.
        handle: optional StringArray,
        /// How many names it has had in these posts.
        handles: UInt32Array,
        /// Posts of it in this case.
        posts: UInt32Array,
        /// First post.
        first: TimestampMicrosecondArray,
        /// Last post.
        last: TimestampMicrosecondArray,
    }
}

fn in_order(accounts: &AccountsColumns) -> Result<(), TableError> {
    let key = |row: usize| {
        (accounts.platform.value(row), accounts.instance.value(row), accounts.id.value(row))
    };
    match (1..accounts.posts.values().len()).find(|&row| key(row - 1) >= key(row)) {
        Some(row) => Err(law::<Accounts>(format!(
            "accounts must be in order and differ; row {row} does not"
        ))),
        None => Ok(()),
    }
}

impl AccountsColumns {
    /// So many accounts of which nothing is known but that they act, named by their numbers.
    #[must_use]
    pub fn numbered(count: usize) -> Self {
        let same = |word: &str| StringArray::from(vec![word; count]);
        Self {
            platform: same("unknown"),
            instance: same(""),
            id: StringArray::from_iter_values((0..count).map(|number| format!("{number:010}"))),
            handle: (0..count).map(|_| None::<&str>).collect(),
            handles: vec![0; count].into(),
            posts: vec![0; count].into(),
            first: times(vec![0; count]),
            last: times(vec![0; count]),
        }
    }
}
