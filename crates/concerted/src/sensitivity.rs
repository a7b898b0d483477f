//! How firm a finding is: what is left of a group under neighbouring settings.
//!
//! **Invariant:** ties are only taken away. Claiming at a tenth of the rate is exact, since the procedure's
//! adjusted p-values do not depend on the rate; asking for more things, a narrower window, or leaving a
//! thing out counts the evidence again and tests nothing anew.

use std::collections::{BTreeMap, BTreeSet};

use concerted_model::Span;

use crate::findings::{Finding, Tables};

/// A setting beside the one that was used.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// The one that was used.
    AsRun,
    /// Claiming at this rate only.
    Rate(f64),
    /// Asking for so many shared things.
    Objects(u32),
    /// Counting only what happened within this window.
    Window(Span),
    /// Leaving out the thing that most pairs share.
    WithoutMostShared,
}

/// What is left of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Remains {
    /// Under which setting.
    pub setting: Setting,
    /// Ties.
    pub ties: usize,
    /// Accounts with a tie.
    pub accounts: usize,
    /// Whether the setting is a neighbour: one step away from the one that was used.
    pub neighbour: bool,
}

/// What is left of a group under each setting; the one that was used comes first.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity(pub Vec<Remains>);

impl Sensitivity {
    /// Whether a neighbouring setting leaves less than half of the accounts.
    #[must_use]
    pub fn fragile(&self) -> bool {
        let all = self.0.first().map_or(0, |as_run| as_run.accounts);
        self.0.iter().any(|remains| remains.neighbour && 2 * remains.accounts < all)
    }
}

/// What is left of `finding` under other settings than those of the plan.
#[must_use]
pub fn sensitivity(
    tables: Tables<'_>,
    finding: &Finding,
    rate: f64,
    fewest: u32,
    windows: &[Span],
) -> Sensitivity {
    let network = tables.network;
    let shared = Shared::of(tables, finding);
    let mut rows = vec![remains(tables, finding, Setting::AsRun, false, |_| true)];
    for (part, neighbour) in [(10.0, true), (100.0, false)] {
        let rate = rate / part;
        let keep = |edge: usize| network.q.value(edge) <= rate;
        rows.push(remains(tables, finding, Setting::Rate(rate), neighbour, keep));
    }
    for more in [1, 3] {
        let least = fewest + more;
        let keep = |edge: usize| network.co_actions.value(edge) >= least;
        rows.push(remains(tables, finding, Setting::Objects(least), more == 1, keep));
    }
    let widest = finding.windows.keys().max().copied().unwrap_or(0);
    let mut narrower: Vec<Span> =
        windows.iter().copied().filter(|window| (window.as_micros() as u64) < widest).collect();
    narrower.sort_unstable();
    narrower.reverse();
    for (step, window) in narrower.into_iter().enumerate() {
        let keep = |edge: usize| shared.within(edge, window) >= fewest as usize;
        rows.push(remains(tables, finding, Setting::Window(window), step == 0, keep));
    }
    let keep = |edge: usize| {
        let left_out = usize::from(shared.has_most_shared(edge));
        network.co_actions.value(edge) as usize - left_out >= fewest as usize
    };
    rows.push(remains(tables, finding, Setting::WithoutMostShared, true, keep));
    Sensitivity(rows)
}

fn remains(
    tables: Tables<'_>,
    finding: &Finding,
    setting: Setting,
    neighbour: bool,
    keep: impl Fn(usize) -> bool,
) -> Remains {
    let kept: Vec<usize> = finding.edges.iter().copied().filter(|&edge| keep(edge)).collect();
    let accounts: BTreeSet<u32> = kept
        .iter()
        .flat_map(|&edge| [tables.network.a.value(edge), tables.network.b.value(edge)])
        .collect();
    Remains { setting, ties: kept.len(), accounts: accounts.len(), neighbour }
}

/// The evidence of a group's edges, for counting again.
struct Shared<'a> {
    tables: Tables<'a>,
    /// The object that most edges share.
    most_shared: Option<u32>,
}

impl<'a> Shared<'a> {
    fn of(tables: Tables<'a>, finding: &Finding) -> Self {
        let mut edges_of: BTreeMap<u32, usize> = BTreeMap::new();
        for &edge in &finding.edges {
            let objects: BTreeSet<u32> =
                rows_of(tables, edge).map(|row| tables.evidence.object.value(row)).collect();
            objects.into_iter().for_each(|object| *edges_of.entry(object).or_default() += 1);
        }
        let most =
            edges_of.into_iter().max_by_key(|&(object, edges)| (edges, std::cmp::Reverse(object)));
        Self { tables, most_shared: most.map(|(object, _)| object) }
    }

    /// Co-actions of an edge no further apart than `window`.
    fn within(&self, edge: usize, window: Span) -> usize {
        let gap = |row: usize| self.tables.evidence.gap_seconds.value(row).abs();
        rows_of(self.tables, edge).filter(|&row| gap(row) <= window.as_seconds()).count()
    }

    fn has_most_shared(&self, edge: usize) -> bool {
        rows_of(self.tables, edge)
            .any(|row| Some(self.tables.evidence.object.value(row)) == self.most_shared)
    }
}

/// Rows of the evidence of one edge: one stretch, since evidence is in order of edges.
pub(crate) fn rows_of(tables: Tables<'_>, edge: usize) -> std::ops::Range<usize> {
    let edges = tables.evidence.edge.values();
    let edge = edge as u32;
    edges.partition_point(|&other| other < edge)..edges.partition_point(|&other| other <= edge)
}
