//! Network → groups: who belongs together?
//!
//! Accounts joined by edges in any trace; components first, then Leiden communities inside them,
//! weighted by surprise. **Invariant:** an account is in at most one group; numbers fall with size,
//! ties broken by the smallest account, so that they do not depend on the order of edges.
//!
//! # References
//! Traag, Waltman & van Eck 2019 (Leiden), doi:10.1038/s41598-019-41695-z.

use std::collections::BTreeMap;

use arrow_array::{Array, Float64Array, StringArray, UInt32Array};
use concerted_methods::graph::{
    Edge, LayoutParams, LeidenParams, Point, components, layout, leiden,
};
use concerted_model::{
    Probability,
    plan::GroupPlan,
    tables::{Accounts, Actions, Groups, GroupsColumns, Network},
};

use crate::DetectError;

/// Largest weight of an edge: beyond it, more surprise is not more belonging.
const MAX_SURPRISE: f64 = 50.0;

/// Which accounts of the network belong together?
///
/// Deterministic for the seed. O(edges · log edges).
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn find(
    network: &Network,
    actions: &Actions,
    accounts: &Accounts,
    plan: &GroupPlan,
    seed: u64,
) -> Result<Groups, DetectError> {
    let ties = Ties::of(network);
    let edges = ties.edges();
    let nodes = ties.accounts.len();
    let refused = |error: &dyn std::fmt::Display| DetectError::refused("clustering", error);
    let component = components(nodes, &edges);
    let params = LeidenParams { resolution: plan.resolution, seed };
    let community = leiden(nodes, &edges, params).map_err(|error| refused(&error))?;

    let group = number_by_size(&community, plan.min_accounts as usize);
    let component = number_by_size(&component, 1);
    let mut degree = vec![0_u32; nodes];
    for edge in &edges {
        if group[edge.a as usize].is_some() && group[edge.a as usize] == group[edge.b as usize] {
            degree[edge.a as usize] += 1;
            degree[edge.b as usize] += 1;
        }
    }
    let mut acted = vec![0_u32; accounts.len()];
    actions.account.values().iter().for_each(|&account| acted[account as usize] += 1);

    let mut place = vec![Point { x: 0.5, y: 0.5 }; nodes];
    let groups = group.iter().flatten().max().copied().unwrap_or(0);
    for number in 1..=groups {
        draw(number, &group, &edges, seed, &mut place);
    }

    let mut members: Vec<(u32, usize)> =
        (0..nodes).filter_map(|node| Some((group[node]?, node))).collect();
    members.sort_unstable();
    let row = |node: usize| ties.accounts[node] as usize;
    let nodes = || members.iter().map(|&(_, node)| node);
    Ok(Groups::try_new(GroupsColumns {
        group: UInt32Array::from_iter_values(members.iter().map(|member| member.0)),
        component: nodes().map(|node| component[node]).collect(),
        account: UInt32Array::from_iter_values(nodes().map(|node| ties.accounts[node])),
        platform: StringArray::from_iter_values(
            nodes().map(|node| accounts.platform.value(row(node))),
        ),
        account_id: StringArray::from_iter_values(nodes().map(|node| accounts.id.value(row(node)))),
        handle: nodes()
            .map(|node| {
                accounts.handle.is_valid(row(node)).then(|| accounts.handle.value(row(node)))
            })
            .collect(),
        actions: UInt32Array::from_iter_values(nodes().map(|node| acted[row(node)])),
        ties: UInt32Array::from_iter_values(nodes().map(|node| degree[node])),
        x: Float64Array::from_iter_values(nodes().map(|node| f64::from(place[node].x))),
        y: Float64Array::from_iter_values(nodes().map(|node| f64::from(place[node].y))),
    })?)
}

/// Lays out one group by itself: the same drawing in report, exports and browser.
fn draw(number: u32, group: &[Option<u32>], edges: &[Edge], seed: u64, place: &mut [Point]) {
    let members: Vec<u32> =
        (0..group.len() as u32).filter(|&node| group[node as usize] == Some(number)).collect();
    let inside = |node: u32| members.binary_search(&node).ok().map(|place| place as u32);
    let edges: Vec<Edge> = edges
        .iter()
        .filter_map(|edge| Some(Edge { a: inside(edge.a)?, b: inside(edge.b)?, ..*edge }))
        .collect();
    let points = layout(members.len(), &edges, LayoutParams { seed, ..LayoutParams::default() });
    for (&node, point) in members.iter().zip(points) {
        place[node as usize] = point;
    }
}

/// Pairs of accounts with an edge in any trace, and their surprise.
struct Ties {
    /// Rows of the accounts that have an edge, in order: the nodes.
    accounts: Vec<u32>,
    surprise: BTreeMap<(u32, u32), f64>,
}

impl Ties {
    fn of(network: &Network) -> Self {
        let mut surprise: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for row in 0..network.len() {
            let p = Probability::try_new(network.p.value(row)).map_or(0.0, Probability::surprise);
            *surprise.entry((network.a.value(row), network.b.value(row))).or_default() += p;
        }
        let mut accounts: Vec<u32> = surprise.keys().flat_map(|&(a, b)| [a, b]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        Self { accounts, surprise }
    }

    fn edges(&self) -> Vec<Edge> {
        let node = |account: u32| self.accounts.partition_point(|&other| other < account) as u32;
        self.surprise
            .iter()
            .map(|(&(a, b), &surprise)| Edge {
                a: node(a),
                b: node(b),
                weight: surprise.min(MAX_SURPRISE) as f32,
            })
            .collect()
    }
}

/// Numbers from 1 by falling size, then by the first node; `None` for what is smaller than `least`.
fn number_by_size(labels: &[u32], least: usize) -> Vec<Option<u32>> {
    let mut nodes_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (node, &label) in labels.iter().enumerate() {
        nodes_of.entry(label).or_default().push(node);
    }
    let mut sets: Vec<Vec<usize>> =
        nodes_of.into_values().filter(|nodes| nodes.len() >= least).collect();
    sets.sort_by_key(|nodes| (std::cmp::Reverse(nodes.len()), nodes[0]));
    let mut numbers = vec![None; labels.len()];
    for (number, nodes) in sets.iter().enumerate() {
        nodes.iter().for_each(|&node| numbers[node] = Some(number as u32 + 1));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_numbered_by_size_and_small_ones_are_none() {
        let numbers = number_by_size(&[7, 7, 3, 3, 3, 9], 2);
        assert_eq!(numbers, [Some(2), Some(2), Some(1), Some(1), Some(1), None]);
    }
}
