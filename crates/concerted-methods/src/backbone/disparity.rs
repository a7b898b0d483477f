//! The disparity filter: which ties take more of a node's weight than their share?
//!
//! **Invariant:** a level lies in [0, 1]; a node with a single tie says nothing about it.

use super::{
    BackboneError, Tie,
    tie::{check, strengths},
};

/// Which ties stand out among the ties of one of their ends?
///
/// Null: a node's weight is broken at random, uniformly, over its ties. That is a null about how one
/// node divides its attention, not about two accounts meeting by chance. `nodes`: how many; `ties`:
/// each pair once, weights > 0. Returns the level α of each tie: (1 − w/s)^(k−1) at the end where it
/// is smaller, in [0, 1]; keep the tie if it is below a level of one's choice.
///
/// # Errors
/// [`BackboneError`] for ties that are none.
///
/// # Cost
/// O(ties); two numbers a node.
///
/// # Numerical care
/// (k − 1) · ln1p(−w/s), so that small shares keep their digits; an end with one tie counts as α = 1.
///
/// # Deviations
/// None; M. Coscia's `backboning.py` returns 1 − α (golden: `backbone.json`).
///
/// # References
/// Serrano, M. Á., Boguñá, M. & Vespignani, A. 2009, *Extracting the multiscale backbone of complex
/// weighted networks*, PNAS 106:6483, doi:10.1073/pnas.0808904106, Eq. 2.
///
/// ```
/// # use concerted_methods::backbone::{Tie, disparity};
/// let tie = |b, weight| Tie { a: 0, b, weight };
/// let levels = disparity(5, &[tie(1, 97.0), tie(2, 1.0), tie(3, 1.0), tie(4, 1.0)])?;
/// assert_eq!(format!("{:.0e}", levels[0]), "3e-5", "one neighbour takes nearly all");
/// assert!(levels[1] > 0.9);
/// # Ok::<(), concerted_methods::backbone::BackboneError>(())
/// ```
pub fn disparity(nodes: usize, ties: &[Tie]) -> Result<Vec<f64>, BackboneError> {
    check(nodes, ties)?;
    let (strength, degree) = strengths(nodes, ties);
    let at = |node: u32, weight: f64| {
        let (s, k) = (strength[node as usize], degree[node as usize]);
        if k < 2 { 1.0 } else { (f64::from(k - 1) * (-weight / s).ln_1p()).exp() }
    };
    Ok(ties.iter().map(|tie| at(tie.a, tie.weight).min(at(tie.b, tie.weight))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_that_is_alone_at_both_ends_says_nothing() {
        let ties = [Tie { a: 0, b: 1, weight: 7.0 }];
        assert_eq!(disparity(2, &ties), Ok(vec![1.0]));
    }

    #[test]
    fn a_tie_to_oneself_is_refused() {
        let ties = [Tie { a: 1, b: 1, weight: 7.0 }];
        assert!(matches!(disparity(2, &ties), Err(BackboneError::Ends { tie: 0, .. })));
    }
}
