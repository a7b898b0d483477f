//! Communities by the Leiden algorithm: an adaptor over `single-clustering`.
//!
//! **Invariant:** one graph, resolution and seed give the same labels, bit for bit, whatever the
//! order of the edges; a node without weight is a community of its own. No other file knows which
//! library does the work.

use single_clustering::{
    community_search::leiden::{LeidenConfig, ObjectiveKind, leiden as search},
    network::CSRNetwork,
};

use super::{
    Edge, GraphError,
    edge::{canonical, check},
    modularity::check_resolution,
};
use crate::labels::by_falling_size;

/// Passes over the graph at most. One or two stop at clearly lower modularity than igraph's.
const PASSES: usize = 20;

/// Passes without any gain before the search ends; refinement is random, so one proves little.
const PATIENCE: usize = 3;

/// How to look for communities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeidenParams {
    /// Weight of the null, finite, ≥ 0: 1 is modularity, more gives smaller communities.
    pub resolution: f64,
    /// Seed of the order in which nodes are visited.
    pub seed: u64,
}

impl Default for LeidenParams {
    fn default() -> Self {
        Self { resolution: 1.0, seed: 0 }
    }
}

/// Which nodes are joined more firmly to one another than to the rest?
///
/// Null: the configuration model; each community has more weight inside than the strengths of its
/// nodes explain. This is an optimum, not a test: a random graph has communities too. `nodes`: how
/// many, numbered from 0, below 2³²; `edges`: any order, weights ≥ 0, repeated edges add up.
/// Returns a label a node, from 0: the largest community first, ties by the smallest node.
///
/// # Errors
/// [`GraphError`] for edges that name no node, weights or a resolution that are none, and weights
/// whose sum is beyond f32.
///
/// # Cost
/// Near O(edges) a pass, up to 20 passes; a million edges take seconds. About 60 bytes an edge.
///
/// # Numerical care
/// The library keeps weights as f32 and sums in f64.
///
/// # Deviations
/// Up to 20 passes that continue from one another, and stop after 3 without gain, where
/// `leidenalg` makes 2. The median modularity over seeds is within 1 % of igraph's and leidenalg's
/// (golden: `graph.json`). As with those, single seeds lie up to 5 % apart where the communities
/// are faint: what rests on one partition should be tried with several seeds.
///
/// # References
/// Traag, V. A., Waltman, L. & van Eck, N. J. 2019, *From Louvain to Leiden*, Sci. Rep. 9:5233,
/// doi:10.1038/s41598-019-41695-z. Reichardt & Bornholdt 2006, doi:10.1103/PhysRevE.74.016110.
///
/// ```
/// # use concerted_methods::graph::{Edge, LeidenParams, leiden};
/// let two_triangles = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)];
/// let labels = leiden(7, &two_triangles.map(|(a, b)| Edge::plain(a, b)), LeidenParams::default())?;
/// assert_eq!(labels, [0, 0, 0, 1, 1, 1, 2], "two triangles are two communities, 6 is alone");
/// # Ok::<(), concerted_methods::graph::GraphError>(())
/// ```
pub fn leiden(nodes: usize, edges: &[Edge], params: LeidenParams) -> Result<Vec<u32>, GraphError> {
    check(nodes, edges)?;
    check_resolution(params.resolution)?;
    let total: f64 = edges.iter().map(|edge| f64::from(edge.weight)).sum();
    if total > f64::from(f32::MAX) {
        return Err(GraphError::TotalWeight(total));
    }
    let ends: Vec<(usize, usize, f32)> = canonical(nodes, edges)
        .into_iter()
        .map(|edge| (edge.a as usize, edge.b as usize, edge.weight))
        .collect();
    let refused =
        |error: single_clustering::ClusteringError| GraphError::Refused(error.to_string());
    let graph = CSRNetwork::from_edges(nodes, &ends).map_err(refused)?;
    let config = LeidenConfig {
        objective: ObjectiveKind::Rb { resolution: params.resolution },
        seed: Some(params.seed),
        n_iterations: PASSES,
        patience: PATIENCE,
        ..LeidenConfig::default()
    };
    let found = search(&graph, &config).map_err(refused)?;
    Ok(by_falling_size(found.labels()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring_of_cliques(cliques: u32, size: u32) -> Vec<Edge> {
        let mut edges = Vec::new();
        for clique in 0..cliques {
            let first = clique * size;
            for a in 0..size {
                edges.extend((0..a).map(|b| Edge::plain(first + a, first + b)));
            }
            edges.push(Edge::plain(first, (first + size + 1) % (cliques * size)));
        }
        edges
    }

    #[test]
    fn cliques_in_a_ring_are_the_communities() {
        let labels = leiden(40, &ring_of_cliques(8, 5), LeidenParams::default()).unwrap();
        let expected: Vec<u32> = (0..40).map(|node| node / 5).collect();
        assert_eq!(labels, expected);
    }

    #[test]
    fn neither_the_order_of_edges_nor_of_their_ends_matters() {
        let edges = ring_of_cliques(30, 4);
        let turned: Vec<Edge> =
            edges.iter().rev().map(|e| Edge { a: e.b, b: e.a, weight: e.weight }).collect();
        for seed in 0..5 {
            let params = LeidenParams { resolution: 0.7, seed };
            assert_eq!(leiden(120, &edges, params), leiden(120, &turned, params));
        }
    }

    #[test]
    fn nodes_without_weight_are_communities_of_their_own() {
        let weightless = [Edge { a: 0, b: 1, weight: 0.0 }];
        assert_eq!(leiden(3, &weightless, LeidenParams::default()), Ok(vec![0, 1, 2]));
        assert_eq!(leiden(3, &[], LeidenParams::default()), Ok(vec![0, 1, 2]));
        assert_eq!(leiden(0, &[], LeidenParams::default()), Ok(vec![]));
        let beside_a_pair = leiden(4, &[Edge::plain(1, 3)], LeidenParams::default());
        assert_eq!(beside_a_pair, Ok(vec![1, 0, 2, 0]));
    }

    #[test]
    fn what_is_no_graph_is_refused_by_its_place() {
        let nowhere = leiden(2, &[Edge::plain(0, 1), Edge::plain(0, 2)], LeidenParams::default());
        assert!(matches!(nowhere, Err(GraphError::NoSuchNode { edge: 1, .. })));
        for weight in [-1.0, f32::NAN, f32::INFINITY] {
            let found = leiden(2, &[Edge { a: 0, b: 1, weight }], LeidenParams::default());
            assert!(matches!(found, Err(GraphError::Weight { edge: 0, .. })));
        }
        let heavy = [Edge { a: 0, b: 1, weight: f32::MAX }; 2];
        let found = leiden(2, &heavy, LeidenParams::default());
        assert!(matches!(found, Err(GraphError::TotalWeight(_))));
        let params = LeidenParams { resolution: f64::NAN, seed: 0 };
        assert!(matches!(leiden(2, &[], params), Err(GraphError::Resolution(_))));
    }
}
