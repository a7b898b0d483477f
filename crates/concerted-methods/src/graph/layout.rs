//! Where to draw the nodes of a graph: an adaptor over `fa2`.
//!
//! **Invariant:** every node has a place in the unit square, whatever the graph; one graph and
//! seed give the same places, on one thread, bit for bit. Components are drawn apart and packed
//! side by side, since forces would push them away from one another without end.

use fa2::{FA2Data, FA2Settings};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{Edge, components, edge::canonical, shelves};

/// From so many nodes on, far nodes repel as one (Barnes & Hut 1986).
const BARNES_HUT_FROM: usize = 1_000;

/// An edge of more than so many times the mean weight pulls no harder; larger ratios make the
/// simulation swing instead of settling.
const STRONGEST_PULL: f64 = 10.0;

/// The share of a component's square that is left empty on each side.
const MARGIN: f64 = 0.06;

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutParams {
    /// Seed of the places from which the nodes set out.
    pub seed: u64,
    /// Steps of the simulation; 200 settle a few hundred nodes.
    pub iterations: usize,
}

impl Default for LayoutParams {
    fn default() -> Self {
        Self { seed: 0, iterations: 200 }
    }
}

/// A place in the unit square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From 0, left, to 1, right.
    pub x: f32,
    /// From 0 to 1.
    pub y: f32,
}

/// Where to draw each node, so that what hangs together lies together?
///
/// Null: none; this is a picture, and distances in it are no statistic. `nodes`: how many,
/// numbered from 0; `edges`: any order; an edge that names no node, or whose weight is not above 0
/// and finite, pulls nothing. Returns a point a node, in the unit square.
///
/// # Errors
/// None: every graph can be drawn.
///
/// # Cost
/// `iterations` times O(n²) for a component of n < 1,000 nodes, O(n log n) beyond; one thread.
/// 120 bytes a node.
///
/// # Numerical care
/// Weights are taken relative to their mean, and cut at 10 times it. A component that does not
/// come out finite is drawn as a circle.
///
/// # Deviations
/// Each component is laid out alone with the settings that graphology infers from its size, and
/// gets a square in proportion to its number of nodes.
///
/// # References
/// Jacomy, M., Venturini, T., Heymann, S. & Bastian, M. 2014, *ForceAtlas2*, PLoS ONE 9:e98679,
/// doi:10.1371/journal.pone.0098679. Barnes, J. & Hut, P. 1986, Nature 324:446,
/// doi:10.1038/324446a0.
///
/// ```
/// # use concerted_methods::graph::{Edge, LayoutParams, layout};
/// let chain = [(0, 1), (1, 2), (2, 3), (3, 4)].map(|(a, b)| Edge::plain(a, b));
/// let points = layout(5, &chain, LayoutParams::default());
/// let apart = |i: usize, j: usize| (points[i].x - points[j].x).hypot(points[i].y - points[j].y);
/// assert!(apart(0, 1) < apart(0, 4), "0 is drawn nearer to 1, its neighbour, than to 4");
/// ```
#[must_use]
pub fn layout(nodes: usize, edges: &[Edge], params: LayoutParams) -> Vec<Point> {
    let mut rng = Pcg64Mcg::seed_from_u64(params.seed);
    let parts = Parts::of(nodes, edges);
    let sides: Vec<f64> = parts.members.iter().map(|part| (part.len() as f64).sqrt()).collect();
    let shelves = shelves::pack(&sides);
    let mut points = vec![Point { x: 0.5, y: 0.5 }; nodes];
    for (part, members) in parts.members.iter().enumerate() {
        let places = lay_out(members.len(), &parts.edges[part], params.iterations, &mut rng);
        let (corner, side) = (shelves.corners[part], sides[part]);
        for (place, &node) in places.iter().zip(members) {
            let x = (corner.x + side * place.0) / shelves.side;
            let y = (corner.y + side * place.1) / shelves.side;
            points[node as usize] =
                Point { x: x.clamp(0.0, 1.0) as f32, y: y.clamp(0.0, 1.0) as f32 };
        }
    }
    points
}

/// An edge of a component, by the places of its ends among the members.
type Pull = (usize, usize, f64);

/// The components, each with its members and their edges.
struct Parts {
    members: Vec<Vec<u32>>,
    edges: Vec<Vec<Pull>>,
}

impl Parts {
    fn of(nodes: usize, edges: &[Edge]) -> Self {
        let mut edges = canonical(nodes, edges);
        edges.retain(|edge| edge.a != edge.b && edge.weight.is_finite() && edge.weight > 0.0);
        let labels = components(nodes, &edges);
        let count = labels.iter().max().map_or(0, |&last| last as usize + 1);
        let mut members = vec![Vec::new(); count];
        let mut places = vec![0usize; nodes];
        for (node, &label) in (0u32..).zip(&labels) {
            let part = &mut members[label as usize];
            places[node as usize] = part.len();
            part.push(node);
        }
        let mean =
            edges.iter().map(|edge| f64::from(edge.weight)).sum::<f64>() / edges.len() as f64;
        let mut pulls = vec![Vec::new(); count];
        for edge in &edges {
            let pull = (f64::from(edge.weight) / mean).min(STRONGEST_PULL);
            let (a, b) = (edge.a as usize, edge.b as usize);
            pulls[labels[a] as usize].push((places[a], places[b], pull));
        }
        Self { members, edges: pulls }
    }
}

/// Places of one component's nodes in its own unit square.
fn lay_out(nodes: usize, pulls: &[Pull], iterations: usize, rng: &mut Pcg64Mcg) -> Vec<(f64, f64)> {
    if nodes == 1 {
        return vec![(0.5, 0.5)];
    }
    let mut data = FA2Data::<f64>::with_capacity(nodes, pulls.len());
    for _ in 0..nodes {
        data.add_node_with_position(rng.random::<f64>() - 0.5, rng.random::<f64>() - 0.5);
    }
    for &(a, b, pull) in pulls {
        data.add_edge_with_weight(a, b, pull);
    }
    let settings = FA2Settings::from_graph_order(nodes).parallel(false);
    let settings = if nodes < BARNES_HUT_FROM {
        settings.with_pairwise_repulsion()
    } else {
        settings.with_barnes_hut()
    };
    let mut simulation = settings.build(data);
    simulation.run(iterations);
    let places: Vec<(f64, f64)> = simulation.data().positions().collect();
    fit(&places).unwrap_or_else(|| circle(nodes))
}

/// Moves and scales places into the unit square within its margin; none if any is not finite.
fn fit(places: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    let (mut least, mut most) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for &(x, y) in places {
        least = (least.0.min(x), least.1.min(y));
        most = (most.0.max(x), most.1.max(y));
    }
    let extent = (most.0 - least.0).max(most.1 - least.1);
    let finite = places.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    if !finite || !extent.is_finite() || extent <= 0.0 {
        return None;
    }
    let scale = (1.0 - 2.0 * MARGIN) / extent;
    let middle = ((least.0 + most.0) / 2.0, (least.1 + most.1) / 2.0);
    let fitted =
        places.iter().map(|&(x, y)| (0.5 + (x - middle.0) * scale, 0.5 + (y - middle.1) * scale));
    Some(fitted.collect())
}

fn circle(nodes: usize) -> Vec<(f64, f64)> {
    let radius = 0.5 - MARGIN;
    let step = std::f64::consts::TAU / nodes as f64;
    (0..nodes)
        .map(|node| {
            let (sin, cos) = (node as f64 * step).sin_cos();
            (0.5 + radius * cos, 0.5 + radius * sin)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(p: Point, q: Point) -> f32 {
        (p.x - q.x).hypot(p.y - q.y)
    }

    fn all_in_the_unit_square(points: &[Point]) -> bool {
        points.iter().all(|p| (0.0..=1.0).contains(&p.x) && (0.0..=1.0).contains(&p.y))
    }

    #[test]
    fn a_node_alone_is_in_the_middle() {
        assert_eq!(layout(1, &[], LayoutParams::default()), [Point { x: 0.5, y: 0.5 }]);
        assert_eq!(layout(0, &[], LayoutParams::default()), []);
    }

    #[test]
    fn nodes_without_edges_do_not_overlap() {
        let points = layout(50, &[], LayoutParams::default());
        assert!(all_in_the_unit_square(&points));
        for (i, p) in points.iter().enumerate() {
            assert!(points[i + 1..].iter().all(|q| distance(*p, *q) > 0.1));
        }
    }

    #[test]
    fn weights_beyond_reason_still_give_places() {
        for weight in [f32::MIN_POSITIVE, f32::MAX, f32::NAN, f32::INFINITY, -1.0, 0.0] {
            let edges = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 77)];
            let mut edges = edges.map(|(a, b)| Edge::plain(a, b));
            edges[0].weight = weight;
            let points = layout(5, &edges, LayoutParams::default());
            assert!(all_in_the_unit_square(&points), "{weight}");
        }
    }

    #[test]
    fn one_seed_draws_one_picture() {
        let edges: Vec<Edge> = (1..1_500u32).map(|node| Edge::plain(node, node / 2)).collect();
        let params = LayoutParams { seed: 3, iterations: 20 };
        let first = layout(1_500, &edges, params);
        assert!(all_in_the_unit_square(&first));
        assert_eq!(first, layout(1_500, &edges, params));
        assert_ne!(first, layout(1_500, &edges, LayoutParams { seed: 4, ..params }));
    }

    #[test]
    fn neighbours_lie_nearer_than_strangers() {
        let clique = |first: u32| {
            (0..8).flat_map(move |a| (0..a).map(move |b| Edge::plain(first + a, first + b)))
        };
        let edges: Vec<Edge> = clique(0).chain(clique(8)).chain([Edge::plain(0, 8)]).collect();
        let points = layout(16, &edges, LayoutParams::default());
        let mean = |pairs: Vec<(usize, usize)>| {
            let sum: f32 = pairs.iter().map(|&(i, j)| distance(points[i], points[j])).sum();
            sum / pairs.len() as f32
        };
        let inside = mean((0..8).flat_map(|i| (0..i).map(move |j| (i, j))).collect());
        let across = mean((0..8).flat_map(|i| (8..16).map(move |j| (i, j))).collect());
        assert!(2.0 * inside < across, "{inside} {across}");
    }

    #[test]
    fn what_flies_apart_is_drawn_as_a_circle() {
        assert_eq!(fit(&[(f64::NAN, 0.0), (0.0, 0.0)]), None);
        assert_eq!(fit(&[(1.0, 1.0), (1.0, 1.0)]), None);
        assert_eq!(circle(3).len(), 3);
    }
}
