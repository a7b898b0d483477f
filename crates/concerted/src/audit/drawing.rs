//! The networks of an audit as a drawing: a ring of accounts for each, a line for each tie.
//!
//! **Invariant:** the same audit gives the same drawing; how much is drawn is bounded.

use super::Audit;

/// Width of the drawing.
pub(super) const WIDTH: f64 = 720.0;
/// Room around a ring.
const MARGIN: f64 = 12.0;
/// Radius of a ring of three accounts, and the most.
const SMALLEST: f64 = 30.0;
const LARGEST: f64 = 150.0;
/// Accounts and lines that are drawn at most.
const MOST_DOTS: usize = 400;
const MOST_LINES: usize = 1_200;

/// The drawing.
#[derive(Debug, PartialEq)]
pub(super) struct Drawing {
    pub(super) height: f64,
    pub(super) dots: Vec<Dot>,
    /// Ends of lines: places among the dots.
    pub(super) lines: Vec<(usize, usize)>,
}

/// An account.
#[derive(Debug, PartialEq)]
pub(super) struct Dot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) name: String,
}

/// Draws the networks; `None` if there is none.
pub(super) fn drawing(audit: &Audit) -> Option<Drawing> {
    let mut drawn = Drawing { height: 0.0, dots: Vec::new(), lines: Vec::new() };
    // Rings stand in rows, from the left.
    let (mut left, mut top, mut row) = (0.0, 0.0, 0.0_f64);
    for network in &audit.networks {
        if drawn.dots.len() + network.len() > MOST_DOTS {
            break;
        }
        let radius = (SMALLEST * (network.len() as f64 / 3.0).sqrt()).min(LARGEST);
        let side = 2.0 * (radius + MARGIN);
        if left + side > WIDTH {
            (left, top, row) = (0.0, top + row, 0.0);
        }
        let centre = (left + side / 2.0, top + side / 2.0);
        for (place, name) in network.iter().enumerate() {
            let turn = std::f64::consts::TAU * place as f64 / network.len() as f64;
            drawn.dots.push(Dot {
                x: centre.0 + radius * turn.sin(),
                y: centre.1 - radius * turn.cos(),
                name: name.clone(),
            });
        }
        (left, row) = (left + side, row.max(side));
    }
    drawn.height = top + row;
    let both = |tie: &&(usize, usize)| tie.0.max(tie.1) < drawn.dots.len();
    drawn.lines = audit.ties.iter().filter(both).take(MOST_LINES).copied().collect();
    (!drawn.dots.is_empty()).then_some(drawn)
}
