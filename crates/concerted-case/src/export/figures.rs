//! Counts alone: what may be published of any case.
//!
//! **Invariant:** no account, post, text or moment, at any level; below S1 a count that is small enough to
//! point at somebody is withheld, and so is what would give it away.

use std::path::PathBuf;

use super::{
    Material, Trouble,
    csv::{Rows, rows},
    summary,
};
use crate::{disclosure::Level, error::CaseError};

pub(super) fn write(material: &Material<'_>, path: PathBuf) -> Result<PathBuf, CaseError> {
    rows(path, |rows| {
        rows.write_record(["what", "group", "count"])?;
        line(
            rows,
            material,
            "posts",
            None,
            material.run.counts.get("posts").copied().unwrap_or(0),
        )?;
        line(rows, material, "accounts", None, material.accounts.len() as u64)?;
        line(
            rows,
            material,
            "pairs_compared",
            None,
            material.run.counts.get("hypotheses").copied().unwrap_or(0),
        )?;
        line(rows, material, "ties", None, material.network.len() as u64)?;
        line(rows, material, "accounts_in_groups", None, material.groups.len() as u64)?;
        // Counts of made-up data point at nobody: they are shown at every level.
        for (place, decoy) in material.decoys.iter().enumerate() {
            let what = format!("ties_in_decoy_{}", place + 1);
            rows.write_record([what.as_str(), "", &decoy.edges.to_string()])?;
        }
        for group in summary::groups(material) {
            let number = Some(group.number);
            line(rows, material, "accounts", number, group.size())?;
            line(rows, material, "ties", number, group.edges())?;
            line(rows, material, "occasions", number, group.occasions)?;
            if let Some(confirmed) = &group.confirmed {
                let observed = u64::from(confirmed.observed);
                line(rows, material, "acted_next_to_each_other_on_other_days", number, observed)?;
            }
            for (trace, &edges) in &group.edges {
                line(rows, material, &format!("ties_{trace}"), number, edges)?;
            }
        }
        Ok(())
    })
}

fn line(
    rows: &mut Rows<'_>,
    material: &Material<'_>,
    what: &str,
    group: Option<u32>,
    count: u64,
) -> Result<(), Trouble> {
    let group = group.map(|group| group.to_string()).unwrap_or_default();
    rows.write_record([what, &group, &shown(material.level(), count)])?;
    Ok(())
}

/// A count as it may be seen.
pub(super) fn shown(level: Level, count: u64) -> String {
    if !level.shows_accounts() && count < Level::SMALLEST_COUNT {
        format!("under {}", Level::SMALLEST_COUNT)
    } else {
        count.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture::Fixture};
    use super::*;

    #[test]
    fn at_the_lowest_level_small_counts_are_withheld_and_no_account_can_be_had() {
        let fixture = Fixture::at(Level::Figures);
        let figures = fixture.exported(Format::Figures, "figures.csv");
        assert!(figures.contains("ties,1,under 10"), "{figures}");
        let out = tempfile::tempdir().unwrap();
        for format in Format::ALL.iter().filter(|format| **format != Format::Figures) {
            let refused = fixture.write(*format, out.path());
            assert!(matches!(refused, Err(CaseError::NotAtThisLevel { .. })), "{format}");
        }
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
    }
}
