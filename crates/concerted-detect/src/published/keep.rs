//! What a method keeps of its network.
//!
//! **Invariant:** ties are marked, not dropped: what was measured stays to be seen.

use concerted_methods::backbone::{
    Tie, disparity, eigenvector_centrality, noise_corrected, quantile,
};
use concerted_model::recipe::{Keep, Parameters};

use super::edges::Edge;
use crate::DetectError;

/// Marks the ties that are kept; returns the centrality of accounts where the rule needs it.
pub(super) fn mark(
    edges: &mut [Edge],
    keep: Keep,
    settings: &Parameters,
    as_published: bool,
) -> Result<Vec<(u32, f64)>, DetectError> {
    let refused = |error: &dyn std::fmt::Display| DetectError::refused("backbone", error);
    let bar = |edges: &[Edge], share: f64| {
        let mut weights: Vec<f64> = edges.iter().map(|edge| edge.weight).collect();
        weights.sort_unstable_by(f64::total_cmp);
        quantile(&weights, share).unwrap_or(f64::INFINITY)
    };
    let share = settings.quantile.unwrap_or(0.0);
    match keep {
        // Cosines come with the share taken, overlaps with their p-values adjusted.
        Keep::All | Keep::TopShare => edges.iter_mut().for_each(|edge| edge.kept = true),
        Keep::FromWeight => {
            let least = settings.min_weight.unwrap_or(0.0);
            edges.iter_mut().for_each(|edge| edge.kept = edge.strongest() >= least);
        }
        Keep::AboveQuantile => {
            let bar = bar(edges, share);
            edges.iter_mut().for_each(|edge| edge.kept = edge.weight > bar);
        }
        Keep::FromQuantile => {
            let bar = bar(edges, share);
            edges.iter_mut().for_each(|edge| edge.kept = edge.weight >= bar);
        }
        Keep::Hypergeometric | Keep::ConfigurationPoisson | Keep::ConfigurationExact => {
            let level = settings.fdr.or(settings.alpha).unwrap_or(0.05);
            edges.iter_mut().for_each(|edge| edge.kept = edge.p.is_some_and(|p| p <= level));
        }
        Keep::Disparity => {
            let (nodes, ties) = compact(edges);
            let levels = disparity(nodes.len(), &ties).map_err(|error| refused(&error))?;
            let alpha = settings.alpha.unwrap_or(0.05);
            for (edge, level) in edges.iter_mut().zip(levels) {
                (edge.p, edge.kept) = (Some(level), level < alpha);
            }
        }
        Keep::NoiseCorrected => {
            let (nodes, ties) = compact(edges);
            let scores = noise_corrected(nodes.len(), &ties).map_err(|error| refused(&error))?;
            let delta = settings.delta.unwrap_or(1.64);
            for (edge, score) in edges.iter_mut().zip(scores) {
                edge.kept = score.stands_out(delta);
            }
        }
        Keep::CentralAccounts => {
            let (nodes, mut ties) = compact(edges);
            // Of who is tied to whom: the original's fused network has no weights here.
            ties.iter_mut().for_each(|tie| tie.weight = 1.0);
            let central =
                eigenvector_centrality(nodes.len(), &ties).map_err(|error| refused(&error))?;
            let mut sorted = central.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            // The original's bar is a number, which means another thing on every network.
            let bar = match settings.alpha {
                Some(fixed) if as_published => fixed,
                _ => quantile(&sorted, share).unwrap_or(0.0),
            };
            for (edge, tie) in edges.iter_mut().zip(&ties) {
                let ends = [central[tie.a as usize], central[tie.b as usize]];
                edge.kept = ends.iter().all(|&end| end >= bar && end > 0.0);
            }
            return Ok(nodes.into_iter().zip(central).collect());
        }
    }
    Ok(Vec::new())
}

/// The accounts of the edges, and the edges between their places.
fn compact(edges: &[Edge]) -> (Vec<u32>, Vec<Tie>) {
    let mut nodes: Vec<u32> = edges.iter().flat_map(|edge| [edge.a, edge.b]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let place = |account: u32| nodes.partition_point(|&other| other < account) as u32;
    let ties = edges
        .iter()
        .map(|edge| Tie { a: place(edge.a), b: place(edge.b), weight: edge.weight })
        .collect();
    (nodes, ties)
}
