//! Eigenvector centrality: who is tied to those who are tied?
//!
//! **Invariant:** centralities are ≥ 0 and their squares sum to 1.

use super::{BackboneError, Tie, tie::check};

/// Steps of the iteration at most.
const STEPS: usize = 10_000;

/// Change of the vector, in sum over nodes and per node, at which it counts as settled.
const SETTLED: f64 = 1e-12;

/// How central is each node, if being tied to central nodes makes central?
///
/// Null: none; this is a description. `nodes`: how many; `ties`: each pair once, weights > 0. Returns
/// the leading eigenvector of the weights, of length 1; all 0 if there is no tie.
///
/// A centrality is a share of one vector: with ten times the nodes each falls to about a third. A fixed
/// bar such as 0.01 therefore means another thing on every network; compare ranks.
///
/// # Errors
/// [`BackboneError`] for ties that are none; [`BackboneError::NotSettled`] after 10,000 steps, which
/// happens where two separate components have nearly the same leading eigenvalue.
///
/// # Cost
/// O(ties) a step, some tens of steps as a rule; two numbers a node.
///
/// # Numerical care
/// Iterates A + c·I with c the mean strength, whose leading eigenvalue stands alone even where A has −λ
/// as well (a network of two sides). In a network of several components only the one with the
/// largest eigenvalue keeps any centrality.
///
/// # Deviations
/// networkx iterates A + I and stops at 1e-6 per node; the vector is the same (golden: `backbone.json`).
///
/// # References
/// Bonacich, P. 1987, *Power and centrality*, Am. J. Sociol. 92:1170, doi:10.1086/228631. As a filter
/// of accounts: Luceri, L. et al. 2024, WWW, doi:10.1145/3589334.3645529.
///
/// ```
/// # use concerted_methods::backbone::{Tie, eigenvector_centrality};
/// let tie = |a, b| Tie { a, b, weight: 1.0 };
/// let central = eigenvector_centrality(4, &[tie(0, 1), tie(1, 2), tie(0, 2), tie(2, 3)])?;
/// let first = (0..4).max_by(|&i, &j| central[i].total_cmp(&central[j]));
/// assert_eq!(first, Some(2), "the one in the triangle who also knows the fourth");
/// # Ok::<(), concerted_methods::backbone::BackboneError>(())
/// ```
pub fn eigenvector_centrality(nodes: usize, ties: &[Tie]) -> Result<Vec<f64>, BackboneError> {
    check(nodes, ties)?;
    if ties.is_empty() {
        return Ok(vec![0.0; nodes]);
    }
    let shift = 2.0 * ties.iter().map(|tie| tie.weight).sum::<f64>() / nodes as f64;
    let mut now = vec![1.0 / (nodes as f64).sqrt(); nodes];
    let mut off = f64::INFINITY;
    for _ in 0..STEPS {
        let mut next: Vec<f64> = now.iter().map(|value| shift * value).collect();
        for tie in ties {
            let (a, b) = (tie.a as usize, tie.b as usize);
            next[a] += tie.weight * now[b];
            next[b] += tie.weight * now[a];
        }
        let length = next.iter().map(|value| value * value).sum::<f64>().sqrt();
        next.iter_mut().for_each(|value| *value /= length);
        off = now.iter().zip(&next).map(|(was, is)| (was - is).abs()).sum::<f64>() / nodes as f64;
        now = next;
        if off < SETTLED {
            return Ok(now);
        }
    }
    Err(BackboneError::NotSettled { steps: STEPS, off })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_settles_although_it_has_two_sides() {
        let ties: Vec<Tie> = (1..5).map(|b| Tie { a: 0, b, weight: 2.0 }).collect();
        let central = eigenvector_centrality(5, &ties).unwrap();
        assert!((central[0] - 0.5_f64.sqrt()).abs() < 1e-9);
        assert!((central[1] - 0.125_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn no_ties_give_no_centrality() {
        assert_eq!(eigenvector_centrality(3, &[]), Ok(vec![0.0; 3]));
    }
}
