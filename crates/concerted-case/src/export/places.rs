//! Where nodes stand: the drawing of each group, as its table holds it, and the groups beside each other.
//!
//! **Invariant:** a group looks as it does in the report; groups do not overlap; accounts in no group
//! stand in rows below. Nothing is computed anew, so nothing can differ between formats.

use concerted_model::tables::Groups;

/// A place in the drawing of the whole network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Width of the shelves that groups stand on.
const WIDTH: f64 = 2000.0;
/// A group of so many accounts is drawn in a square of this side times the root of their number.
const ROOM: f64 = 40.0;
/// Distance between neighbours in the rows of accounts without a group.
const STEP: f64 = 25.0;

/// The places of nodes; `in_group` has the row of each in the table of groups.
pub(super) fn arrange(in_group: &[Option<usize>], groups: &Groups) -> Vec<Place> {
    let squares = squares(groups);
    let bottom = squares.iter().map(|square| square.y + square.side).fold(0.0, f64::max);
    let mut alone = 0_u32;
    in_group
        .iter()
        .map(|row| match row {
            Some(row) => {
                let square = &squares[groups.group.value(*row) as usize];
                let inner = square.side - STEP;
                Place {
                    x: rounded(square.x + inner * groups.x.value(*row)),
                    y: rounded(square.y + inner * groups.y.value(*row)),
                }
            }
            None => {
                let in_a_row = (WIDTH / STEP) as u32;
                let (row, column) = (alone / in_a_row, alone % in_a_row);
                alone += 1;
                Place {
                    x: rounded(f64::from(column) * STEP),
                    y: rounded(bottom + STEP + f64::from(row) * STEP),
                }
            }
        })
        .collect()
}

#[derive(Clone, Copy, Default)]
struct Square {
    x: f64,
    y: f64,
    side: f64,
}

/// The square of each group by its number, on shelves from left to right; groups come by falling size.
fn squares(groups: &Groups) -> Vec<Square> {
    let numbers = groups.group.values();
    let most = numbers.iter().copied().max().unwrap_or(0) as usize;
    let mut sizes = vec![0_u32; most + 1];
    numbers.iter().for_each(|&number| sizes[number as usize] += 1);
    let (mut x, mut y, mut shelf) = (0.0, 0.0, 0.0_f64);
    sizes
        .into_iter()
        .map(|size| {
            if size == 0 {
                return Square::default();
            }
            let side = ROOM * f64::from(size).sqrt() + STEP;
            if x > 0.0 && x + side > WIDTH {
                (x, y, shelf) = (0.0, y + shelf, 0.0);
            }
            let square = Square { x, y, side };
            x += side;
            shelf = shelf.max(side);
            square
        })
        .collect()
}

/// A tenth of a pixel is enough, and the same on every machine.
fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
