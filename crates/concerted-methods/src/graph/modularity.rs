//! Modularity: how much more weight falls inside the parts than by chance.
//!
//! **Invariant:** one part holding everything has modularity 1 − resolution, and a finer split of
//! a graph without edges has 0.

use super::{Edge, GraphError, edge::check};

/// How much more of the weight falls inside the parts than the nodes' strengths explain?
///
/// Null: the configuration model, in which ends of edges meet at random. `nodes`: how many;
/// `edges`: any order, weights ≥ 0; `labels`: one a node; `resolution`: the weight of the null,
/// finite, ≥ 0, 1 for the classical value. Returns Σ over parts of (inside/m − resolution ·
/// (strength/2m)²), at most 1; 0 for a graph without weight.
///
/// # Errors
/// [`GraphError`] for labels that are not one a node, edges that name no node, weights or a
/// resolution that are none.
///
/// # Cost
/// O(nodes + edges) time; 16 bytes a label.
///
/// # Numerical care
/// Sums are in f64, in the order given.
///
/// # Deviations
/// None; `Graph.modularity` of igraph is the same.
///
/// # References
/// Newman, M. E. J. 2006, *Modularity and community structure in networks*, PNAS 103:8577,
/// doi:10.1073/pnas.0601602103. Reichardt, J. & Bornholdt, S. 2006, *Statistical mechanics of
/// community detection*, Phys. Rev. E 74:016110, doi:10.1103/PhysRevE.74.016110.
///
/// ```
/// # use concerted_methods::graph::{Edge, modularity};
/// let two_pairs = [Edge::plain(0, 1), Edge::plain(2, 3)];
/// let found = modularity(4, &two_pairs, &[0, 0, 1, 1], 1.0)?;
/// assert_eq!(found, 0.5, "all weight is inside, where half of it would be by chance");
/// # Ok::<(), concerted_methods::graph::GraphError>(())
/// ```
pub fn modularity(
    nodes: usize,
    edges: &[Edge],
    labels: &[u32],
    resolution: f64,
) -> Result<f64, GraphError> {
    check(nodes, edges)?;
    check_resolution(resolution)?;
    if labels.len() != nodes {
        return Err(GraphError::Labels { labels: labels.len(), nodes });
    }
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let part = |node: u32| sorted.partition_point(|&label| label < labels[node as usize]);
    let mut strengths = vec![0.0f64; sorted.len()];
    let (mut inside, mut total) = (0.0, 0.0);
    for edge in edges {
        let weight = f64::from(edge.weight);
        let (a, b) = (part(edge.a), part(edge.b));
        strengths[a] += weight;
        strengths[b] += weight;
        total += weight;
        if a == b {
            inside += weight;
        }
    }
    if total == 0.0 {
        return Ok(0.0);
    }
    let by_chance: f64 = strengths.iter().map(|strength| (strength / (2.0 * total)).powi(2)).sum();
    Ok(inside / total - resolution * by_chance)
}

pub(super) fn check_resolution(resolution: f64) -> Result<(), GraphError> {
    if resolution.is_finite() && resolution >= 0.0 {
        Ok(())
    } else {
        Err(GraphError::Resolution(resolution))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_of_everything_is_no_better_than_chance() {
        let path = [Edge::plain(0, 1), Edge::plain(1, 2)];
        assert_eq!(modularity(3, &path, &[7, 7, 7], 1.0), Ok(0.0));
    }

    #[test]
    fn a_graph_without_weight_has_none() {
        assert_eq!(modularity(2, &[], &[0, 1], 1.0), Ok(0.0));
        assert_eq!(modularity(0, &[], &[], 1.0), Ok(0.0));
    }

    #[test]
    fn labels_are_one_a_node() {
        let error = modularity(2, &[], &[0], 1.0).unwrap_err();
        assert_eq!(error, GraphError::Labels { labels: 1, nodes: 2 });
    }
}
