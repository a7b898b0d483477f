//! Each group in a few numbers: what STIX, MISP and the figures say of it.
//!
//! **Invariant:** numbers only; whoever writes them decides what may be seen.

use std::collections::BTreeMap;

use concerted_model::Role;

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
    /// Parts that are joined more firmly inside than to each other.
    pub(super) parts: u32,
    /// Members whose own share is above chance on days that had no part in finding the group.
    pub(super) core: u64,
    /// What those days say of it, if it was confirmed.
    pub(super) confirmed: Option<Confirmed>,
}

/// A group on days that had no part in finding it.
pub(super) struct Confirmed {
    /// Joint actions of neighbours in time.
    pub(super) observed: u32,
    /// Their mean in redrawn data.
    pub(super) expected: f64,
    /// Observed per redrawn, 95 % interval.
    pub(super) ratio: [f64; 2],
    /// Share of redrawn data with as many, adjusted for all candidates.
    pub(super) q: f64,
}

impl GroupFigures {
    pub(super) fn size(&self) -> u64 {
        self.members.len() as u64
    }

    pub(super) fn edges(&self) -> u64 {
        self.edges.values().sum()
    }

    /// A few sentences of numbers.
    pub(super) fn sentence(&self) -> String {
        let mut said = self.tied();
        if self.parts > 1 {
            said += &format!(" It has {} parts, each more firmly joined inside.", self.parts);
        }
        if let Some(Confirmed { observed, expected, ratio: [low, high], q }) = self.confirmed {
            said += &format!(
                " On days that had no part in finding it, members acted next to each other {observed} times \
                 where {expected:.2} were expected ({low:.1} to {high:.1} times as often, q {q:.1e}); \
                 {} of them by their own acts.",
                self.core
            );
        }
        said
    }

    fn tied(&self) -> String {
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

/// What the same procedure gave where there is nothing to find; nothing if there were no decoys.
pub(super) fn decoys(material: &Material<'_>) -> String {
    let all = material.decoys;
    if all.is_empty() {
        return String::new();
    }
    format!(
        " The same procedure found {} ties and {} groups in {} shuffled copies of the data.",
        all.iter().map(|decoy| decoy.edges).sum::<u64>(),
        all.iter().map(|decoy| decoy.groups).sum::<u64>(),
        all.len()
    )
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
        group.parts = group.parts.max(groups.part.value(row));
        group.core += u64::from(groups.role.value(row) == Role::Core.as_str());
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
    if let Some(all) = material.confirmations {
        for (row, number) in all.group.values().iter().enumerate() {
            let Some(group) = found.get_mut(number) else { continue };
            group.confirmed = Some(Confirmed {
                observed: all.observed.value(row),
                expected: all.expected.value(row),
                ratio: [all.ratio_low.value(row), all.ratio_high.value(row)],
                q: all.q.value(row),
            });
        }
    }
    found.into_values().collect()
}
