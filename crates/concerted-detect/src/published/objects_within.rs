//! How many different objects did two accounts share within the window of each other?
//!
//! **Invariant:** an object counts once for a pair, however often both share it.

use super::meetings::{ByObject, ends, pair};
use super::shares::Shares;

/// A pair of accounts and a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The smaller account.
    pub a: u32,
    /// The larger.
    pub b: u32,
    /// How many objects.
    pub objects: u32,
}

/// Counts the objects of every pair that shared one within the window.
#[must_use]
pub fn objects_within(shares: &Shares, window_us: i64) -> Vec<Counted> {
    let mut found: Vec<(u64, u32)> = Vec::new();
    let mut distinct = 0;
    ByObject::new(&shares.rows).each(window_us, |older, newer| {
        let (one, other) = (shares.rows[older as usize], shares.rows[newer as usize]);
        if one.account != other.account {
            found.push((pair(one.account, other.account), one.object));
            if found.len() > 2 * distinct + 4_000_000 {
                found.sort_unstable();
                found.dedup();
                distinct = found.len();
            }
        }
    });
    count(found)
}

/// Counts distinct objects by pair.
pub(super) fn count(mut found: Vec<(u64, u32)>) -> Vec<Counted> {
    found.sort_unstable();
    found.dedup();
    found
        .chunk_by(|left, right| left.0 == right.0)
        .map(|objects| {
            let (a, b) = ends(objects[0].0);
            Counted { a, b, objects: objects.len() as u32 }
        })
        .collect()
}
