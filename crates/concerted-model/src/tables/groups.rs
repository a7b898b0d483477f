//! Accounts joined by edges.

use arrow_array::{Float64Array, StringArray, UInt32Array, UInt64Array};

use super::{TableError, column::table, law};

table! {
    /// Members of groups, one a row, by group (the largest is 1), then account.
    Groups, GroupsColumns = "groups", law: each_account_once {
        /// Number of the group, from 1, by falling size.
        group: UInt32Array,
        /// Which part of the group it is in, from 1: parts are joined more firmly inside than to each other.
        part: UInt32Array,
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
        /// How firmly it belongs; see [`Role`](crate::Role).
        role: StringArray,
        /// Where the account stands in the drawing of its group, from 0 (left) to 1.
        x: Float64Array,
        /// From 0 (top) to 1.
        y: Float64Array,
    }
}

table! {
    /// Groups that were found on some days and acted together on the others too, one a row.
    Confirmations, ConfirmationsColumns = "confirmations", law: each_group_once {
        /// Number of the group in [`Groups`].
        group: UInt32Array,
        /// Members that were found on the days of discovery.
        members: UInt32Array,
        /// The kind of behaviour in which it acts together most clearly.
        trace: StringArray,
        /// The window in microseconds.
        window_us: UInt64Array,
        /// Joint actions of members next to each other in time, on the days of confirmation, those
        /// of one sitting counted once.
        observed: UInt32Array,
        /// Their mean in redrawn data.
        expected: Float64Array,
        /// Observed per redrawn: lower end of the interval that holds 95 % of redrawn counts.
        ratio_low: Float64Array,
        /// Its upper end.
        ratio_high: Float64Array,
        /// Share of redrawn data with as many joint actions, by the permutation test's rule.
        p: Float64Array,
        /// The same, adjusted for all candidates (Benjamini–Hochberg).
        q: Float64Array,
        /// The same with every object kept and only timing redrawn.
        p_timing: Float64Array,
    }
}

fn each_group_once(groups: &ConfirmationsColumns) -> Result<(), TableError> {
    match groups.group.values().windows(2).find(|two| two[0] >= two[1]) {
        Some(two) => Err(law::<Confirmations>(format!(
            "groups rise and differ; {} follows {}",
            two[1], two[0]
        ))),
        None => Ok(()),
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
