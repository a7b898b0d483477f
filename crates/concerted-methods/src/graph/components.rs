//! Connected components, by union–find.
//!
//! **Invariant:** two nodes share a label exactly if a path joins them.

use super::Edge;
use crate::labels::by_falling_size;

/// Which nodes can reach one another?
///
/// Null: none; this is a description. `nodes`: how many, numbered from 0, below 2³²; `edges`: any
/// order, weights ignored; an edge that names no node joins nothing. Returns a label a node, from
/// 0: the largest component first, ties by the smallest node.
///
/// # Errors
/// None: every list of edges has components.
///
/// # Cost
/// O(nodes + edges) time, near enough; 8 bytes a node.
///
/// # Numerical care
/// None needed; integers only.
///
/// # Deviations
/// The smaller root wins a union, instead of the deeper tree; with halved paths the cost is
/// O(log n) an edge at worst and constant in practice, and the answer is the same.
///
/// # References
/// Tarjan, R. E. & van Leeuwen, J. 1984, *Worst-case analysis of set union algorithms*, J. ACM
/// 31:245, doi:10.1145/62.2160.
///
/// ```
/// # use concerted_methods::graph::{Edge, components};
/// let labels = components(5, &[Edge::plain(3, 4), Edge::plain(4, 1)]);
/// assert_eq!(labels, [1, 0, 2, 0, 0], "1, 3 and 4 hang together; 0 and 2 are alone");
/// ```
#[must_use]
pub fn components(nodes: usize, edges: &[Edge]) -> Vec<u32> {
    let mut parents: Vec<usize> = (0..nodes).collect();
    for edge in edges {
        let (a, b) = (edge.a as usize, edge.b as usize);
        if a < nodes && b < nodes {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            parents[a.max(b)] = a.min(b);
        }
    }
    let roots: Vec<usize> = (0..nodes).map(|node| root(&mut parents, node)).collect();
    by_falling_size(&roots)
}

fn root(parents: &mut [usize], mut node: usize) -> usize {
    while parents[node] != node {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_edges_leave_everyone_alone() {
        assert_eq!(components(3, &[]), [0, 1, 2]);
        assert_eq!(components(0, &[]), Vec::<u32>::new());
    }

    #[test]
    fn an_edge_to_nowhere_joins_nothing() {
        assert_eq!(components(2, &[Edge::plain(0, 7), Edge::plain(1, 7)]), [0, 1]);
    }

    #[test]
    fn a_long_chain_in_the_worst_order_is_one_component() {
        let chain: Vec<Edge> = (1..50_000).rev().map(|i| Edge::plain(i - 1, i)).collect();
        assert!(components(50_000, &chain).iter().all(|&label| label == 0));
    }
}
