//! Core numbers, by peeling.
//!
//! **Invariant:** among the nodes of core number at least k, each has at least k neighbours.

use super::{Edge, edge::canonical};

/// How deep in the graph does each node sit?
///
/// Null: none; this is a description. `nodes`: how many, numbered from 0, below 2³²; `edges`: any
/// order, weights ignored; repeated edges count once, loops and edges that name no node not at
/// all. Returns a core number a node: the largest k such that the node is in a subgraph where
/// everyone has k neighbours or more; 0 for a node alone.
///
/// # Errors
/// None: every list of edges has cores.
///
/// # Cost
/// O(edges · log edges) time for the sorting, O(nodes + edges) for the peeling; 24 bytes a node
/// and 20 an edge.
///
/// # Numerical care
/// None needed; integers only.
///
/// # Deviations
/// None; the same as `coreness` in igraph and `core_number` in networkx.
///
/// # References
/// Batagelj, V. & Zaveršnik, M. 2003, *An O(m) algorithm for cores decomposition of networks*,
/// arXiv:cs/0310049.
///
/// ```
/// # use concerted_methods::graph::{Edge, k_core};
/// let triangle_with_a_tail = [(0, 1), (1, 2), (2, 0), (2, 3)].map(|(a, b)| Edge::plain(a, b));
/// assert_eq!(k_core(4, &triangle_with_a_tail), [2, 2, 2, 1], "0, 1 and 2 form a 2-core");
/// ```
#[must_use]
pub fn k_core(nodes: usize, edges: &[Edge]) -> Vec<u32> {
    let neighbours = Neighbours::of(nodes, edges);
    let mut degrees: Vec<usize> = (0..nodes).map(|node| neighbours.of_node(node).len()).collect();
    let mut queue = ByDegree::new(&degrees);
    for place in 0..nodes {
        let node = queue.order[place];
        for &other in neighbours.of_node(node) {
            let other = other as usize;
            if degrees[other] > degrees[node] {
                queue.move_down(other, degrees[other]);
                degrees[other] -= 1;
            }
        }
    }
    degrees.into_iter().map(|degree| degree as u32).collect()
}

/// Each node's distinct neighbours.
struct Neighbours {
    starts: Vec<usize>,
    ends: Vec<u32>,
}

impl Neighbours {
    fn of(nodes: usize, edges: &[Edge]) -> Self {
        let mut edges = canonical(nodes, edges);
        edges.retain(|edge| edge.a != edge.b);
        edges.dedup_by_key(|edge| (edge.a, edge.b));
        let mut starts = vec![0usize; nodes + 1];
        for edge in &edges {
            starts[edge.a as usize + 1] += 1;
            starts[edge.b as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut ends = vec![0u32; 2 * edges.len()];
        for edge in &edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                ends[next[from as usize]] = to;
                next[from as usize] += 1;
            }
        }
        Self { starts, ends }
    }

    fn of_node(&self, node: usize) -> &[u32] {
        &self.ends[self.starts[node]..self.starts[node + 1]]
    }
}

/// All nodes in one row, sorted by what is left of their degree.
struct ByDegree {
    order: Vec<usize>,
    places: Vec<usize>,
    /// Where in `order` the nodes of each degree begin.
    starts: Vec<usize>,
}

impl ByDegree {
    fn new(degrees: &[usize]) -> Self {
        let mut order: Vec<usize> = (0..degrees.len()).collect();
        order.sort_by_key(|&node| degrees[node]);
        let mut places = vec![0; order.len()];
        for (place, &node) in order.iter().enumerate() {
            places[node] = place;
        }
        let most = degrees.iter().max().map_or(0, |most| most + 1);
        let mut starts = vec![0usize; most + 1];
        for &degree in degrees {
            starts[degree + 1] += 1;
        }
        for degree in 0..most {
            starts[degree + 1] += starts[degree];
        }
        Self { order, places, starts }
    }

    /// Moves a node of this degree to the end of the nodes with one less.
    fn move_down(&mut self, node: usize, degree: usize) {
        let (from, to) = (self.places[node], self.starts[degree]);
        let first = self.order[to];
        self.order.swap(from, to);
        self.places[first] = from;
        self.places[node] = to;
        self.starts[degree] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_alone_are_in_no_core() {
        assert_eq!(k_core(3, &[]), [0, 0, 0]);
        assert_eq!(k_core(0, &[]), Vec::<u32>::new());
    }

    #[test]
    fn a_clique_of_n_is_a_core_of_n_less_one() {
        let clique: Vec<Edge> =
            (0..6).flat_map(|a| (0..a).map(move |b| Edge::plain(a, b))).collect();
        assert_eq!(k_core(7, &clique), [5, 5, 5, 5, 5, 5, 0]);
    }

    #[test]
    fn repeated_edges_and_loops_deepen_nothing() {
        let edges = [(0, 1), (1, 0), (0, 0), (1, 9)].map(|(a, b)| Edge::plain(a, b));
        assert_eq!(k_core(2, &edges), [1, 1]);
    }

    #[test]
    fn a_star_is_a_core_of_one_however_many_its_rays() {
        let star: Vec<Edge> = (1..100).map(|ray| Edge::plain(0, ray)).collect();
        assert!(k_core(100, &star).iter().all(|&core| core == 1));
    }
}
