//! The edge, and what makes a list of edges no graph.
//!
//! **Invariant:** after [`canonical`], every edge joins two nodes of the graph, its smaller end
//! first, and the list is sorted.

use thiserror::Error;

/// Two nodes and how firmly they are joined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// One end, a node from 0.
    pub a: u32,
    /// The other end.
    pub b: u32,
    /// How firmly, finite, ≥ 0.
    pub weight: f32,
}

impl Edge {
    /// An edge that weighs 1.
    #[must_use]
    pub fn plain(a: u32, b: u32) -> Self {
        Self { a, b, weight: 1.0 }
    }

    fn is_within(&self, nodes: usize) -> bool {
        (self.a as usize) < nodes && (self.b as usize) < nodes
    }

    fn has_weight(&self) -> bool {
        self.weight.is_finite() && self.weight >= 0.0
    }
}

/// A list of edges that is no graph, or a question that it has no answer to.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum GraphError {
    /// An edge to a node that the graph does not have.
    #[error("edge {edge} joins {a} and {b}, but the nodes are 0 to {nodes} exclusive")]
    NoSuchNode {
        /// Its place in the list, from 0.
        edge: usize,
        /// One end.
        a: u32,
        /// The other end.
        b: u32,
        /// Number of nodes.
        nodes: usize,
    },
    /// A weight that is negative, infinite or no number.
    #[error("edge {edge} weighs {weight}: a weight is finite and at least 0")]
    Weight {
        /// Its place in the list, from 0.
        edge: usize,
        /// What was given.
        weight: f32,
    },
    /// Weights whose sum is more than the clustering library can hold.
    #[error("the weights add up to {0}, more than an f32 holds")]
    TotalWeight(f64),
    /// A resolution that is negative, infinite or no number.
    #[error("{0} is no resolution: it must be finite and at least 0")]
    Resolution(f64),
    /// Labels that are not one a node.
    #[error("{labels} labels for {nodes} nodes")]
    Labels {
        /// Number of labels.
        labels: usize,
        /// Number of nodes.
        nodes: usize,
    },
    /// The clustering library refused the graph.
    #[error("the graph cannot be clustered: {0}")]
    Refused(String),
}

/// Refuses edges to nowhere and weights that are none.
pub(super) fn check(nodes: usize, edges: &[Edge]) -> Result<(), GraphError> {
    for (place, edge) in edges.iter().enumerate() {
        if !edge.is_within(nodes) {
            return Err(GraphError::NoSuchNode { edge: place, a: edge.a, b: edge.b, nodes });
        }
        if !edge.has_weight() {
            return Err(GraphError::Weight { edge: place, weight: edge.weight });
        }
    }
    Ok(())
}

/// The edges that join two nodes, in an order that does not depend on the order given.
pub(super) fn canonical(nodes: usize, edges: &[Edge]) -> Vec<Edge> {
    let mut sorted: Vec<Edge> = edges
        .iter()
        .filter(|edge| edge.is_within(nodes))
        .map(|edge| Edge { a: edge.a.min(edge.b), b: edge.a.max(edge.b), weight: edge.weight })
        .collect();
    sorted.sort_unstable_by(|x, y| {
        (x.a, x.b).cmp(&(y.a, y.b)).then_with(|| x.weight.total_cmp(&y.weight))
    });
    sorted
}
