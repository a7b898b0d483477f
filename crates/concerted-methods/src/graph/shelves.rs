//! Squares side by side on shelves, so that the parts of a drawing do not overlap.
//!
//! **Invariant:** no two squares overlap, and together they fill about a square.

/// Where a square begins: its lower left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Corner {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// The placed squares, and the side of the square that holds them all.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shelves {
    pub(super) corners: Vec<Corner>,
    pub(super) side: f64,
}

/// Puts squares, the largest first, on shelves from left to right.
pub(super) fn pack(sides: &[f64]) -> Shelves {
    let area: f64 = sides.iter().map(|side| side * side).sum();
    let width = sides.iter().copied().fold(area.sqrt(), f64::max);
    let (mut x, mut y, mut height, mut widest) = (0.0, 0.0, 0.0f64, 0.0f64);
    let mut corners = Vec::with_capacity(sides.len());
    for &side in sides {
        if x > 0.0 && x + side > width * (1.0 + 1e-9) {
            y += height;
            (x, height) = (0.0, 0.0);
        }
        corners.push(Corner { x, y });
        x += side;
        height = height.max(side);
        widest = widest.max(x);
    }
    Shelves { corners, side: widest.max(y + height) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_equal_squares_make_a_square() {
        let shelves = pack(&[1.0; 4]);
        assert_eq!(shelves.side, 2.0);
        assert_eq!(shelves.corners[3], Corner { x: 1.0, y: 1.0 });
    }

    #[test]
    fn no_two_squares_overlap() {
        let sides: Vec<f64> = (1..60).rev().map(|n| f64::from(n).sqrt()).collect();
        let shelves = pack(&sides);
        let area: f64 = sides.iter().map(|side| side * side).sum();
        assert!(shelves.side < 1.3 * area.sqrt(), "little is wasted");
        for (i, p) in shelves.corners.iter().enumerate() {
            for (j, q) in shelves.corners.iter().enumerate().skip(i + 1) {
                let apart = |p: f64, side: f64, q: f64| p + side <= q + 1e-9;
                let beside = apart(p.x, sides[i], q.x) || apart(q.x, sides[j], p.x);
                let above = apart(p.y, sides[i], q.y) || apart(q.y, sides[j], p.y);
                assert!(beside || above, "{i} and {j}");
            }
        }
    }
}
