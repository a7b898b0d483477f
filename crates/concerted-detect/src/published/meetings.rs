//! Which two shares of one object lie within the window of each other?
//!
//! **Invariant:** each pair of shares is met once, the older first; of equal times the one that stands
//! first in the order given is the older. Cost is a sort and the pairs, whatever the size of an object.

use super::shares::Share;

/// Shares by object, then time, then place: what [`each`] walks over.
pub(super) struct ByObject<'a> {
    rows: &'a [Share],
    order: Vec<u32>,
}

impl<'a> ByObject<'a> {
    pub(super) fn new(rows: &'a [Share]) -> Self {
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_unstable_by_key(|&place| {
            let row = rows[place as usize];
            (row.object, row.time, place)
        });
        Self { rows, order }
    }

    /// The places of each object's shares, in order of time.
    pub(super) fn objects(&self) -> impl Iterator<Item = &[u32]> {
        let object = |place: &u32| self.rows[*place as usize].object;
        self.order.chunk_by(move |left, right| object(left) == object(right))
    }

    /// Calls `met` with the places of the older and the newer share of every pair in the window.
    pub(super) fn each(&self, window_us: i64, mut met: impl FnMut(u32, u32)) {
        for places in self.objects() {
            let mut start = 0;
            for (end, &newer) in places.iter().enumerate() {
                let time = self.rows[newer as usize].time;
                while time - self.rows[places[start] as usize].time > window_us {
                    start += 1;
                }
                places[start..end].iter().for_each(|&older| met(older, newer));
            }
        }
    }
}

/// A pair of accounts as one number, the smaller first.
pub(super) fn pair(one: u32, other: u32) -> u64 {
    u64::from(one.min(other)) << 32 | u64::from(one.max(other))
}

/// The two accounts of a pair.
pub(super) fn ends(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, pair as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::published::Shares;

    proptest! {
        #[test]
        fn the_sweep_meets_exactly_the_pairs_in_the_window(
            rows in proptest::collection::vec((0u32..4, 0u32..5, 0i64..40), 0..40),
            window in 0i64..30,
        ) {
            let names = ["p", "q", "r", "s"];
            let shares = Shares::from_columns(
                rows.iter().zip(0..).map(|(&(object, account, time), content)| {
                    (names[object as usize], account, content, time)
                }),
            );
            let mut met = Vec::new();
            ByObject::new(&shares.rows).each(window, |older, newer| met.push((older, newer)));
            let mut expected = Vec::new();
            for (i, one) in shares.rows.iter().enumerate() {
                for (j, other) in shares.rows.iter().enumerate().skip(i + 1) {
                    let gap = other.time - one.time;
                    if one.object == other.object && gap.abs() <= window {
                        expected.push(if gap >= 0 { (i as u32, j as u32) } else { (j as u32, i as u32) });
                    }
                }
            }
            met.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(met, expected);
        }
    }
}
