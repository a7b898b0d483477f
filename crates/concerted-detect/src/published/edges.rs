//! The ties of a method while they are put together.
//!
//! **Invariant:** one edge a pair of accounts, the smaller first, in order.

use std::collections::BTreeMap;

use concerted_model::recipe::Fuse;

use super::{coortweet::CoTie, meetings::pair, objects_within::Counted, toolkit::Directed};

/// A tie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The smaller account.
    pub a: u32,
    /// The larger.
    pub b: u32,
    /// The method's weight, from `a` to `b` where it has directions.
    pub weight: f64,
    /// From `b` to `a`.
    pub back: Option<f64>,
    /// Whether the method flags it.
    pub kept: bool,
    /// p-value, level or the like.
    pub p: Option<f64>,
}

impl Edge {
    pub(super) fn plain(a: u32, b: u32, weight: f64) -> Self {
        Self { a, b, weight, back: None, kept: false, p: None }
    }

    /// The larger of the two directions.
    pub(super) fn strongest(&self) -> f64 {
        self.back.map_or(self.weight, |back| back.max(self.weight))
    }
}

impl From<CoTie> for Edge {
    fn from(tie: CoTie) -> Self {
        Self::plain(tie.a, tie.b, f64::from(tie.full.weight))
    }
}

impl From<Counted> for Edge {
    fn from(tie: Counted) -> Self {
        Self::plain(tie.a, tie.b, f64::from(tie.objects))
    }
}

/// Both directions of each pair in one edge.
pub(super) fn both_ways(directed: &[Directed]) -> Vec<Edge> {
    let mut found: BTreeMap<u64, Edge> = BTreeMap::new();
    for tie in directed {
        let (a, b) = (tie.from.min(tie.to), tie.from.max(tie.to));
        let edge =
            found.entry(pair(a, b)).or_insert(Edge { back: Some(0.0), ..Edge::plain(a, b, 0.0) });
        if tie.from == a {
            edge.weight = f64::from(tie.posts);
        } else {
            edge.back = Some(f64::from(tie.posts));
        }
    }
    found.into_values().collect()
}

/// One network of several.
pub(super) fn fuse(layers: Vec<Vec<Edge>>, how: Fuse) -> Vec<Edge> {
    let mut all: Vec<Edge> = layers.into_iter().flatten().collect();
    // Stable: layers stay in order within a pair, so that sums are taken in one order.
    all.sort_by_key(|edge| (edge.a, edge.b));
    let join = |one: f64, other: f64| match how {
        Fuse::Sum => one + other,
        Fuse::Largest => one.max(other),
    };
    all.chunk_by(|left, right| (left.a, left.b) == (right.a, right.b))
        .map(|same| {
            let mut fused = same[0];
            for edge in &same[1..] {
                fused.weight = join(fused.weight, edge.weight);
                fused.back = match (fused.back, edge.back) {
                    (Some(one), Some(other)) => Some(join(one, other)),
                    (one, other) => one.or(other),
                };
                fused.p = match (fused.p, edge.p) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
            }
            fused
        })
        .collect()
}
