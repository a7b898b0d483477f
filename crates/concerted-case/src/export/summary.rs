//! Each group in a few numbers: what STIX, MISP and the figures say of it.
//!
//! **Invariant:** numbers only; whoever writes them decides what may be seen.

use std::collections::BTreeMap;

use super::Material;

/// A group.
#[derive(Default)]
pub(super) struct GroupFigures {
    pub(super) number: u32,
    /// Rows of its members in the table of groups.
    pub(super) members: std::ops::Range<usize>,
    /// Edges inside, by trace.
    pub(super) edges: BTreeMap<String, u64>,
    /// Occasions that its edges count, and how many were expected.
    pub(super) occasions: u64,
    pub(super) expected: f64,
    /// First and last co-action, in microseconds.
    pub(super) span: Option<(i64, i64)>,
}

impl GroupFigures {
    pub(super) fn size(&self) -> u64 {
        self.members.len() as u64
    }

    pub(super) fn edges(&self) -> u64 {
        self.edges.values().sum()
    }

    /// One sentence of numbers.
    pub(super) fn sentence(&self) -> String {
        let traces: Vec<String> =
            self.edges.iter().map(|(trace, edges)| format!("{edges} in {trace}")).collect();
        format!(
            "{} accounts with {} ties ({}): {} occasions of acting together where {:.2} were expected by chance.",
            self.size(),
            self.edges(),
            traces.join(", "),
            self.occasions,
            self.expected
        )
    }
}

/// The groups, in order of number.
pub(super) fn groups(material: &Material<'_>) -> Vec<GroupFigures> {
    let (network, groups) = (material.network, material.groups);
    let mut found: BTreeMap<u32, GroupFigures> = BTreeMap::new();
    let mut group_of = rustc_hash::FxHashMap::default();
    for (row, (&number, &account)) in
        groups.group.values().iter().zip(groups.account.values()).enumerate()
    {
        group_of.insert(account, number);
        let group = found.entry(number).or_insert_with(|| GroupFigures {
            number,
            members: row..row,
            ..GroupFigures::default()
        });
        group.members.end = row + 1;
    }
    for row in 0..network.len() {
        let number = group_of.get(&network.a.value(row));
        if number != group_of.get(&network.b.value(row)) {
            continue;
        }
        let Some(group) = number.and_then(|number| found.get_mut(number)) else { continue };
        *group.edges.entry(network.trace.value(row).to_owned()).or_default() += 1;
        group.occasions += u64::from(network.episodes.value(row));
        group.expected += network.expected.value(row);
        let (first, last) = (network.first.value(row), network.last.value(row));
        let (from, to) = group.span.unwrap_or((first, last));
        group.span = Some((from.min(first), to.max(last)));
    }
    found.into_values().collect()
}
