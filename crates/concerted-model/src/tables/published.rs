//! What a published method gives: its ties, its accounts, its objects.

use arrow_array::{BooleanArray, Float64Array, StringArray, UInt32Array};

use super::{TableError, column::table, law};

table! {
    /// Ties by a published method, by pair of accounts. Columns that the method has no word for are empty.
    PublishedTies, PublishedTiesColumns = "ties", law: each_pair_once {
        /// Row of the first account in [`Accounts`](crate::tables::Accounts); the smaller.
        a: UInt32Array,
        /// Row of the second.
        b: UInt32Array,
        /// Site of the first account.
        source_platform: StringArray,
        /// Id of the first account.
        source_id: StringArray,
        /// Site of the second account.
        target_platform: StringArray,
        /// Id of the second account.
        target_id: StringArray,
        /// The method's weight; from the first to the second account where it has directions.
        weight: Float64Array,
        /// The weight from the second to the first, where it has directions.
        weight_back: optional Float64Array,
        /// Whether the method flags the tie.
        kept: BooleanArray,
        /// Its p-value, level or the like, where it has one.
        p: optional Float64Array,
        /// Mean gap of its co-shares in seconds.
        mean_gap: optional Float64Array,
        /// Distinct older posts among its co-shares, whoever wrote them.
        older_posts: optional UInt32Array,
        /// Distinct newer posts among its co-shares, whoever wrote them.
        newer_posts: optional UInt32Array,
        /// The smaller of the two over the larger.
        symmetry: optional Float64Array,
        /// Co-shares within the narrow window.
        fast_weight: optional Float64Array,
        /// Mean gap of those, in seconds.
        fast_mean_gap: optional Float64Array,
        /// Distinct older posts among those.
        fast_older_posts: optional UInt32Array,
        /// Distinct newer posts among those.
        fast_newer_posts: optional UInt32Array,
        /// The smaller of the two over the larger.
        fast_symmetry: optional Float64Array,
        /// Whether the fast weight is above its own bar.
        fast_kept: optional BooleanArray,
    }
}

table! {
    /// Accounts that have a tie, by row.
    PublishedAccounts, PublishedAccountsColumns = "nodes", law: accounts_in_order {
        /// Row in [`Accounts`](crate::tables::Accounts).
        account: UInt32Array,
        /// The site.
        platform: StringArray,
        /// The id.
        account_id: StringArray,
        /// Ties that the method flags.
        kept_ties: UInt32Array,
        /// Mean over its ties of their mean gap, in seconds.
        mean_gap: optional Float64Array,
        /// Mean over its ties of their symmetry.
        mean_symmetry: optional Float64Array,
        /// Distinct posts among its co-shares.
        shares: optional UInt32Array,
        /// Eigenvector centrality.
        centrality: optional Float64Array,
        /// Whether it is an end of a fast tie above the bar.
        fast: optional BooleanArray,
    }
}

table! {
    /// Objects that were shared together, by number of accounts, the most first.
    PublishedObjects, PublishedObjectsColumns = "shared", law: accounts_fall {
        /// What was shared, in the method's words.
        objects: StringArray,
        /// What it is: an id, an address, a hashtag.
        key: StringArray,
        /// Accounts that shared it together with another.
        accounts: UInt32Array,
    }
}

fn each_pair_once(ties: &PublishedTiesColumns) -> Result<(), TableError> {
    let pair = |row: usize| (ties.a.value(row), ties.b.value(row));
    for row in 0..ties.a.values().len() {
        if ties.a.value(row) >= ties.b.value(row) {
            return Err(law::<PublishedTies>(format!(
                "a tie is of two accounts, a before b; row {row} is not"
            )));
        }
        if row > 0 && pair(row - 1) >= pair(row) {
            return Err(law::<PublishedTies>(format!("ties must be in order; row {row} is not")));
        }
    }
    Ok(())
}

fn accounts_in_order(nodes: &PublishedAccountsColumns) -> Result<(), TableError> {
    match nodes.account.values().windows(2).position(|two| two[0] >= two[1]) {
        Some(row) => Err(law::<PublishedAccounts>(format!(
            "accounts must be in order; row {} is not",
            row + 1
        ))),
        None => Ok(()),
    }
}

fn accounts_fall(shared: &PublishedObjectsColumns) -> Result<(), TableError> {
    match shared.accounts.values().windows(2).position(|two| two[0] < two[1]) {
        Some(row) => Err(law::<PublishedObjects>(format!(
            "objects come by falling number of accounts; row {} does not",
            row + 1
        ))),
        None => Ok(()),
    }
}
