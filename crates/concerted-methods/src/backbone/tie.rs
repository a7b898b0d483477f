//! The tie: two nodes and a weight.
//!
//! **Invariant:** after [`check`], ties join two different nodes of the network and weigh more than 0.

use super::BackboneError;

/// Two nodes and how firmly they are joined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tie {
    /// One end, a node from 0.
    pub a: u32,
    /// The other end.
    pub b: u32,
    /// How firmly, finite, > 0.
    pub weight: f64,
}

/// Refuses ties to nowhere, to oneself, and weights that are none.
pub(super) fn check(nodes: usize, ties: &[Tie]) -> Result<(), BackboneError> {
    for (place, tie) in ties.iter().enumerate() {
        if tie.a as usize >= nodes || tie.b as usize >= nodes || tie.a == tie.b {
            return Err(BackboneError::Ends { tie: place, a: tie.a, b: tie.b, nodes });
        }
        if !(tie.weight.is_finite() && tie.weight > 0.0) {
            return Err(BackboneError::Weight { tie: place, weight: tie.weight });
        }
    }
    Ok(())
}

/// Sum of weights and number of ties of each node.
pub(super) fn strengths(nodes: usize, ties: &[Tie]) -> (Vec<f64>, Vec<u32>) {
    let (mut strength, mut degree) = (vec![0.0; nodes], vec![0; nodes]);
    for tie in ties {
        for end in [tie.a as usize, tie.b as usize] {
            strength[end] += tie.weight;
            degree[end] += 1;
        }
    }
    (strength, degree)
}
