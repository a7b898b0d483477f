//! Network → groups: who belongs together?
//!
//! Two ways lead into a group. [`find`] joins accounts by edges in any trace: Leiden communities,
//! weighted by surprise; an account that the other only follows joins nobody. [`confirm`] finds
//! groups that no pair need show, whose members take turns: on some days, and tries them on
//! others. **Invariant:** an account is in at most one group; numbers fall with size, ties broken by the smallest account, so that they do not depend on the order of edges.
//!
//! # References
//! Traag, Waltman & van Eck 2019 (Leiden), doi:10.1038/s41598-019-41695-z.

mod confirm;
mod confirmation;
mod discovery;
mod kinship;
mod membership;
mod redrawable;
pub(crate) mod redrawing;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use arrow_array::{Array, Float64Array, StringArray, UInt32Array, UInt64Array};
use concerted_methods::graph::{
    Edge, LayoutParams, LeidenParams, Point, components, layout, leiden,
};
use concerted_model::{
    Direction, Plan, Probability, Role,
    tables::{self, ConfirmationsColumns, Groups, GroupsColumns, Network},
};

use rustc_hash::FxHashMap;

use crate::{Acted, DetectError};

pub use confirm::{Confirmations, Confirmed, confirm};

/// Largest weight of an edge: beyond it, more surprise is not more belonging.
const MAX_SURPRISE: f64 = 50.0;
/// Nats of a unit of surprise, −log10 p.
const NATS: f32 = std::f32::consts::LN_10;

/// What [`find`] gives.
#[derive(Debug)]
pub struct Grouped {
    /// The members.
    pub groups: Groups,
    /// The groups that were confirmed on other days than those on which they were found.
    pub confirmations: tables::Confirmations,
}

/// Which accounts belong together?
///
/// Communities of the network first; each confirmed group then joins the community that it shares
/// most of the smaller one's members with, or is a group of its own. Groups that act together more
/// than chance, as groups, are then one: see `kinship`. Deterministic for the seed.
/// O(edges · log edges), and the actions of members.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn find(
    network: &Network,
    confirmed: &[Confirmed],
    acted: Acted<'_>,
    plan: &Plan,
) -> Result<Grouped, DetectError> {
    let Acted { accounts, actions, .. } = acted;
    let (least, seed) = (plan.groups.min_accounts as usize, plan.detect.seed);
    let ties = Ties::of(network, confirmed);
    let edges = ties.edges();
    let nodes = ties.accounts.len();
    let refused = |error: &dyn std::fmt::Display| DetectError::refused("clustering", error);
    let params = LeidenParams { resolution: plan.groups.resolution, seed };
    let community = leiden(nodes, &edges, params).map_err(|error| refused(&error))?;
    let community = number_by_size(&community, least);
    let parts = unite(community, &ties, confirmed, least);
    let united = join(parts, &ties, acted)?;

    let drawn = ties.drawn(&edges, confirmed, &united.group);
    let component = number_by_size(&components(nodes, &drawn), 1);
    let mut degree = vec![0_u32; nodes];
    for edge in &edges {
        let (a, b) = (edge.a as usize, edge.b as usize);
        if united.group[a].is_some() && united.group[a] == united.group[b] {
            degree[a] += 1;
            degree[b] += 1;
        }
    }
    let mut acted = vec![0_u32; accounts.len()];
    actions.account.values().iter().for_each(|&account| acted[account as usize] += 1);

    let mut place = vec![Point { x: 0.5, y: 0.5 }; nodes];
    let groups = united.group.iter().flatten().max().copied().unwrap_or(0);
    for number in 1..=groups {
        draw(number, &united.group, &drawn, seed, &mut place);
    }

    let mut members: Vec<(u32, usize)> =
        (0..nodes).filter_map(|node| Some((united.group[node]?, node))).collect();
    members.sort_unstable();
    let row = |node: usize| ties.accounts[node] as usize;
    let nodes = || members.iter().map(|&(_, node)| node);
    let groups = Groups::try_new(GroupsColumns {
        group: UInt32Array::from_iter_values(members.iter().map(|member| member.0)),
        part: nodes().map(|node| united.part[node]).collect(),
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
        role: StringArray::from_iter_values(nodes().map(|node| united.role[node].as_str())),
        x: Float64Array::from_iter_values(nodes().map(|node| f64::from(place[node].x))),
        y: Float64Array::from_iter_values(nodes().map(|node| f64::from(place[node].y))),
    })?;
    Ok(Grouped { groups, confirmations: confirmations(&united.confirmed, confirmed)? })
}

/// Groups of the network and confirmed groups as one.
struct United {
    /// Number of each node's group, by falling size.
    group: Vec<Option<u32>>,
    /// How firmly each node belongs.
    role: Vec<Role>,
    /// Which part of its group each node is in, from 1.
    part: Vec<u32>,
    /// The number of each group that was confirmed, and the place of the clearest confirmation.
    confirmed: BTreeMap<u32, usize>,
}

fn unite(
    mut group: Vec<Option<u32>>,
    ties: &Ties,
    confirmed: &[Confirmed],
    least: usize,
) -> United {
    let mut role = vec![Role::Periphery; group.len()];
    let mut label_of = vec![None; confirmed.len()];
    let mut next = group.iter().flatten().max().map_or(1, |last| last + 1);
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    group.iter().flatten().for_each(|&number| *sizes.entry(number).or_default() += 1);
    for (place, found) in confirmed.iter().enumerate() {
        let nodes: Vec<usize> = found.members.iter().map(|&account| ties.node(account)).collect();
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        nodes.iter().filter_map(|&node| group[node]).for_each(|number| {
            *shared.entry(number).or_default() += 1;
        });
        let nearest = shared.iter().max_by_key(|&(number, count)| (*count, Reverse(*number)));
        let label = match nearest {
            Some((&number, &count)) if 2 * count >= nodes.len().min(sizes[&number]) => number,
            _ if nodes.iter().filter(|&&node| group[node].is_none()).count() >= least => {
                next += 1;
                next - 1
            }
            _ => continue,
        };
        for &node in &nodes {
            let own = group[node].get_or_insert(label);
            if *own == label {
                role[node] = Role::Core;
            }
        }
        *sizes.entry(label).or_default() += nodes.len();
        label_of[place] = Some(label);
    }
    renumbered(&group, role, &label_of)
}

/// Joins groups that are parts of one network.
fn join(parts: United, ties: &Ties, acted: Acted<'_>) -> Result<United, DetectError> {
    let groups = parts.group.iter().flatten().max().copied().unwrap_or(0);
    if groups < 2 {
        return Ok(parts);
    }
    let group_of: FxHashMap<u32, u32> = (ties.accounts.iter().zip(&parts.group))
        .filter_map(|(&account, group)| Some((account, (*group)?)))
        .collect();
    let circumstances = acted.circumstances();
    let network = kinship::networks(&circumstances, acted.objects, &group_of, groups)?;
    let network_of = |number: u32| network[number as usize - 1];
    let labels: Vec<Option<u32>> = parts.group.iter().map(|g| g.map(network_of)).collect();
    let mut label_of: Vec<Option<u32>> = Vec::new();
    let mut in_order: Vec<(usize, u32)> =
        parts.confirmed.iter().map(|(&number, &place)| (place, network_of(number))).collect();
    in_order.sort_unstable();
    for (place, label) in in_order {
        label_of.resize(place, None);
        label_of.push(Some(label));
    }
    let mut joined = renumbered(&labels, parts.role, &label_of);
    joined.part = parts_within(&parts.group, &joined.group);
    Ok(joined)
}

/// Numbers the parts of each group from 1, in the order that they had.
fn parts_within(parts: &[Option<u32>], groups: &[Option<u32>]) -> Vec<u32> {
    let mut of_group: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (part, group) in parts.iter().zip(groups) {
        if let (Some(part), Some(group)) = (part, group) {
            of_group.entry(*group).or_default().insert(*part);
        }
    }
    let number = |part: &Option<u32>, group: &Option<u32>| {
        let parts = group.and_then(|group| of_group.get(&group));
        parts.map_or(1, |parts| 1 + parts.iter().take_while(|other| Some(**other) < *part).count())
    };
    parts.iter().zip(groups).map(|(part, group)| number(part, group) as u32).collect()
}

/// Numbers groups by size, and tells the clearest confirmation of each.
fn renumbered(group: &[Option<u32>], role: Vec<Role>, label_of: &[Option<u32>]) -> United {
    let mut first_node: BTreeMap<u32, usize> = BTreeMap::new();
    for (node, label) in group.iter().enumerate() {
        if let Some(label) = label {
            first_node.entry(*label).or_insert(node);
        }
    }
    // Nodes without a group are alone, each under a label of its own, and too few to be numbered.
    let alone = |node: usize| u32::MAX - node as u32;
    let labels: Vec<u32> =
        group.iter().enumerate().map(|(node, label)| label.unwrap_or(alone(node))).collect();
    let numbers = number_by_size(&labels, 2);
    let mut confirmed = BTreeMap::new();
    for (place, label) in label_of.iter().enumerate() {
        let number = label.and_then(|label| numbers[*first_node.get(&label)?]);
        if let Some(number) = number {
            confirmed.entry(number).or_insert(place);
        }
    }
    United { part: vec![1; numbers.len()], group: numbers, role, confirmed }
}

fn confirmations(
    places: &BTreeMap<u32, usize>,
    confirmed: &[Confirmed],
) -> Result<tables::Confirmations, DetectError> {
    let all = || places.values().map(|&place| &confirmed[place]);
    let real = |value: fn(&Confirmed) -> f64| Float64Array::from_iter_values(all().map(value));
    Ok(tables::Confirmations::try_new(ConfirmationsColumns {
        group: UInt32Array::from_iter_values(places.keys().copied()),
        members: UInt32Array::from_iter_values(all().map(|found| found.found)),
        trace: StringArray::from_iter_values(all().map(|found| found.trace.as_str())),
        window_us: UInt64Array::from_iter_values(
            all().map(|found| found.window.as_micros().unsigned_abs()),
        ),
        observed: UInt32Array::from_iter_values(all().map(|found| found.observed)),
        expected: real(|found| found.expected),
        ratio_low: real(|found| found.ratio_low),
        ratio_high: real(|found| found.ratio_high),
        p: real(|found| found.p),
        q: real(|found| found.q),
        p_timing: real(|found| found.p_timing),
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
    fn of(network: &Network, confirmed: &[Confirmed]) -> Self {
        let mut surprise: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for row in 0..network.len() {
            // Whoever is followed has not joined: a copycat must not draw its model into a group.
            if network.direction.value(row) != Direction::Mutual.as_str() {
                continue;
            }
            let p = Probability::try_new(network.p.value(row)).map_or(0.0, Probability::surprise);
            *surprise.entry((network.a.value(row), network.b.value(row))).or_default() += p;
        }
        let mut accounts: Vec<u32> = surprise.keys().flat_map(|&(a, b)| [a, b]).collect();
        accounts.extend(confirmed.iter().flat_map(|found| &found.members));
        accounts.sort_unstable();
        accounts.dedup();
        Self { accounts, surprise }
    }

    /// The node of an account that has one.
    fn node(&self, account: u32) -> usize {
        self.accounts.partition_point(|&other| other < account)
    }

    /// The edges, and inside groups that no edge shows, the weak ties by which they were found.
    fn drawn(&self, edges: &[Edge], confirmed: &[Confirmed], group: &[Option<u32>]) -> Vec<Edge> {
        let mut drawn = edges.to_vec();
        let known: BTreeSet<(u32, u32)> = edges.iter().map(|edge| (edge.a, edge.b)).collect();
        for &(a, b, surprise) in confirmed.iter().flat_map(|found| &found.ties) {
            let (a, b) = (self.node(a), self.node(b));
            let weak = (a as u32, b as u32);
            if group[a].is_some() && group[a] == group[b] && !known.contains(&weak) {
                drawn.push(Edge { a: weak.0, b: weak.1, weight: surprise as f32 / NATS });
            }
        }
        drawn
    }

    fn edges(&self) -> Vec<Edge> {
        let node = |account: u32| self.node(account) as u32;
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
    sets.sort_by_key(|nodes| (Reverse(nodes.len()), nodes[0]));
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
