//! Accounts joined by edges.

use arrow_array::{Float64Array, StringArray, UInt32Array};

use super::{TableError, column::table, law};

table! {
    /// Members of groups, one a row, by group (the largest is 1), then account.
    Groups, GroupsColumns = "groups", law: each_account_once {
        /// Number of the group, from 1, by falling size.
        group: UInt32Array,
        /// Number of the connected component that the group lies in, from 1, by falling size.
        component: UInt32Array,
        /// Row of the account in [`Accounts`](crate::tables::Accounts).
        account: UInt32Array,
        /// The site.
        platform: StringArray,
        /// The id.
        account_id: StringArray,
        /// The latest name, if the source has names.
        handle: optional StringArray,
        /// Actions of the account in the traces that were tested.
        actions: UInt32Array,
        /// Edges of the account to others of the group, each pair of accounts counted once.
        ties: UInt32Array,
        /// Where the account stands in the drawing of its group, from 0 (left) to 1.
        x: Float64Array,
        /// From 0 (top) to 1.
        y: Float64Array,
    }
}

fn each_account_once(groups: &GroupsColumns) -> Result<(), TableError> {
    let mut accounts: Vec<u32> = groups.account.values().to_vec();
    accounts.sort_unstable();
    match accounts.windows(2).find(|two| two[0] == two[1]) {
        Some(two) => Err(law::<Groups>(format!(
            "an account is in one group; row {} of accounts is in two",
            two[0]
        ))),
        None => Ok(()),
    }
}
