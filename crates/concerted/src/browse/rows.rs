//! The tables of a snapshot row by row, for faces that show one thing at a time.
//!
//! **Invariant:** a row is given as the table holds it: nothing is computed, rounded or left out, and
//! what it borrows lives as long as the tables.

use arrow_array::Array;
use concerted_model::tables::{Evidence, Groups, Network};

use super::Snapshot;
use crate::{Error, findings::group_of_account};

/// An account, as the tables name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The site.
    pub platform: &'a str,
    /// The id, verbatim.
    pub id: &'a str,
}

/// One row of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge<'a> {
    /// Its row.
    pub row: usize,
    /// The first account.
    pub source: Account<'a>,
    /// The second.
    pub target: Account<'a>,
    /// The group, if both are in the same one.
    pub group: Option<u32>,
    /// The kind of behaviour.
    pub trace: &'a str,
    /// The window at which the tie is most surprising, in microseconds.
    pub window_us: u64,
    /// Distinct objects that they acted on together.
    pub co_actions: u32,
    /// The same in episodes.
    pub episodes: u32,
    /// Co-actions expected under the null.
    pub expected: f64,
    /// Probability under the null, in `[0, 1]`.
    pub p: f64,
    /// The same, adjusted for all tests.
    pub q: f64,
    /// Co-actions in which the source was strictly first.
    pub source_first: u32,
    /// Co-actions in which the target was strictly first.
    pub target_first: u32,
    /// Probability of the timing under the null, where births are known.
    pub p_timing: Option<f64>,
    /// Episodes found for each expected: the ends of the 95 % interval.
    pub ratio: [f64; 2],
    /// The nulls that it survives, words with spaces between.
    pub nulls: &'a str,
    /// Who follows whom.
    pub direction: &'a str,
    /// First co-action, in microseconds since 1970 UTC.
    pub first_us: i64,
    /// Last co-action, in microseconds since 1970 UTC.
    pub last_us: i64,
}

/// One member of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member<'a> {
    /// The account.
    pub account: Account<'a>,
    /// Its latest name, if the source has names.
    pub handle: Option<&'a str>,
    /// How firmly it belongs.
    pub role: &'a str,
    /// Which part of the group it is in, from 1.
    pub part: u32,
    /// Its actions in the traces that were tested.
    pub actions: u32,
    /// Members that it has an edge to.
    pub ties: u32,
    /// Where it stands in the drawing of its group, each from 0 to 1.
    pub place: [f64; 2],
}

/// One co-action behind an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoAction<'a> {
    /// What both acted on.
    pub object: &'a str,
    /// When the source acted, in microseconds since 1970 UTC.
    pub source_us: i64,
    /// When the target did.
    pub target_us: i64,
    /// Seconds from the source to the target; negative if the target was first.
    pub gap_seconds: f64,
    /// The source's post.
    pub source_post: &'a str,
    /// The target's.
    pub target_post: &'a str,
}

/// The network, its groups and its evidence, row by row.
#[derive(Clone, Debug)]
pub struct Rows {
    network: Network,
    groups: Groups,
    evidence: Evidence,
    /// The group of each edge whose ends share one.
    group_of_edge: Vec<Option<u32>>,
}

impl Rows {
    /// Loads the tables.
    ///
    /// # Errors
    /// As [`Snapshot::network`].
    pub fn load(snapshot: &Snapshot) -> Result<Self, Error> {
        let (network, groups) = (snapshot.network()?, snapshot.groups()?);
        let evidence = snapshot.evidence()?;
        let group_of = group_of_account(&groups);
        let ends = network.a.values().iter().zip(network.b.values());
        let group_of_edge = ends
            .map(|(a, b)| group_of.get(a).copied().filter(|group| group_of.get(b) == Some(group)))
            .collect();
        Ok(Self { network, groups, evidence, group_of_edge })
    }

    /// The edges, in the order of the network.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = Edge<'_>> {
        (0..self.network.len()).map(|row| self.edge(row))
    }

    /// The members of a group, in order of account; none if there is no such group.
    pub fn members(&self, group: u32) -> impl ExactSizeIterator<Item = Member<'_>> {
        // Members are in order of group.
        let numbers = self.groups.group.values();
        let start = numbers.partition_point(|&other| other < group);
        let end = numbers.partition_point(|&other| other <= group);
        (start..end).map(|row| self.member(row))
    }

    /// What shows an edge, in order of time; none if there is no such edge.
    pub fn evidence(&self, edge: usize) -> impl ExactSizeIterator<Item = CoAction<'_>> {
        // Evidence is in order of edge.
        let edges = self.evidence.edge.values();
        let start = edges.partition_point(|&other| (other as usize) < edge);
        let end = edges.partition_point(|&other| other as usize <= edge);
        (start..end).map(|row| self.co_action(row))
    }

    fn co_action(&self, row: usize) -> CoAction<'_> {
        let evidence = &self.evidence;
        CoAction {
            object: evidence.key.value(row),
            source_us: evidence.source_time.value(row),
            target_us: evidence.target_time.value(row),
            gap_seconds: evidence.gap_seconds.value(row),
            source_post: evidence.source_post_id.value(row),
            target_post: evidence.target_post_id.value(row),
        }
    }

    fn edge(&self, row: usize) -> Edge<'_> {
        let network = &self.network;
        Edge {
            row,
            source: Account {
                platform: network.source_platform.value(row),
                id: network.source_id.value(row),
            },
            target: Account {
                platform: network.target_platform.value(row),
                id: network.target_id.value(row),
            },
            group: self.group_of_edge[row],
            trace: network.trace.value(row),
            window_us: network.window_us.value(row),
            co_actions: network.co_actions.value(row),
            episodes: network.episodes.value(row),
            expected: network.expected.value(row),
            p: network.p.value(row),
            q: network.q.value(row),
            source_first: network.source_first.value(row),
            target_first: network.target_first.value(row),
            p_timing: network.p_timing.is_valid(row).then(|| network.p_timing.value(row)),
            ratio: [network.ratio_low.value(row), network.ratio_high.value(row)],
            nulls: network.nulls.value(row),
            direction: network.direction.value(row),
            first_us: network.first.value(row),
            last_us: network.last.value(row),
        }
    }

    fn member(&self, row: usize) -> Member<'_> {
        let groups = &self.groups;
        Member {
            account: Account {
                platform: groups.platform.value(row),
                id: groups.account_id.value(row),
            },
            role: groups.role.value(row),
            part: groups.part.value(row),
            handle: groups.handle.is_valid(row).then(|| groups.handle.value(row)),
            actions: groups.actions.value(row),
            ties: groups.ties.value(row),
            place: [groups.x.value(row), groups.y.value(row)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browse::tests::demo_case;

    #[test]
    fn every_edge_and_member_of_a_group_is_there_once() {
        let (_folder, root) = demo_case();
        let snapshot = Snapshot::open(&root).unwrap();
        let rows = Rows::load(&snapshot).unwrap();
        assert_eq!(rows.edges().len() as u64, snapshot.outcome().edges.unwrap());
        assert!(!snapshot.outcome().groups.is_empty());
        for group in &snapshot.outcome().groups {
            let edges = rows.edges().filter(|edge| edge.group == Some(group.group)).count();
            assert_eq!(edges as u64, group.edges);
            assert_eq!(rows.members(group.group).len() as u64, group.accounts);
        }
        assert_eq!(rows.members(0).len() + rows.members(u32::MAX).len(), 0);
    }

    #[test]
    fn an_edge_counts_the_co_actions_that_show_it_and_no_others() {
        let (_folder, root) = demo_case();
        let rows = Rows::load(&Snapshot::open(&root).unwrap()).unwrap();
        for edge in rows.edges() {
            assert_eq!(rows.evidence(edge.row).len() as u32, edge.co_actions);
            let within = |co: CoAction<'_>| co.gap_seconds.abs() * 1e6 <= edge.window_us as f64;
            assert!(rows.evidence(edge.row).all(within), "edge {}", edge.row);
        }
        assert_eq!(rows.evidence(rows.edges().len()).len(), 0);
    }
}
