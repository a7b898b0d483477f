//! Accounts of groups in the columns that Meta publishes its indicators in.
//!
//! **Invariant:** columns are `indicator_type,indicator_value,comment,ds`; each line says in words what is
//! claimed of the group and that nothing is claimed of the account alone; rows come group by group, so
//! that there is no ranking of accounts.

use std::path::PathBuf;

use arrow_array::Array;

use super::{
    Material,
    csv::{cell, handle, rows},
    summary, words,
};
use crate::error::CaseError;

pub(super) fn write(material: &Material<'_>, path: PathBuf) -> Result<PathBuf, CaseError> {
    let Material { groups, accounts, lens, .. } = *material;
    let day = material.ended.get(..10).unwrap_or("1970-01-01");
    rows(path, |rows| {
        rows.write_record(["indicator_type", "indicator_value", "comment", "ds"])?;
        for group in summary::groups(material) {
            let comment = format!(
                "group {}: {} accounts that {}; nothing is claimed of a single account",
                group.number,
                group.size(),
                words::CLAIM
            );
            for row in group.members.clone() {
                let at = groups.account.value(row) as usize;
                let instance = if at < accounts.len() { accounts.instance.value(at) } else { "" };
                let platform = groups.platform.value(row);
                let user = lens.account(platform, instance, groups.account_id.value(row));
                let known = groups.handle.is_valid(row).then(|| groups.handle.value(row));
                rows.write_record([
                    &format!("{platform}_account_id"),
                    user.as_ref(),
                    &comment,
                    day,
                ])?;
                if let Some(name) = lens.handle(known) {
                    rows.write_record([
                        &format!("{platform}_account_name"),
                        handle(material, name).as_ref(),
                        cell(material, &comment).as_ref(),
                        day,
                    ])?;
                }
            }
        }
        Ok(())
    })
}
