//! Hashes of 64 bits that differ in few places.
//!
//! **Invariant:** nothing within the radius is missed and nothing beyond it is given; the index only
//! saves looking at the rest.

/// Pieces that a hash is cut into.
const PIECES: usize = 4;
/// Bits of a piece.
const WIDTH: u32 = 16;

/// Numbered hashes, found by how few of their bits differ.
#[derive(Clone, Debug)]
pub struct HammingIndex {
    radius: u32,
    /// What a piece is changed by to meet those that differ in few of its bits.
    changes: Vec<u16>,
    hashes: Vec<u64>,
    /// For each piece and each of its values, the hashes that have it.
    lists: Vec<Vec<u32>>,
}

impl HammingIndex {
    /// Which hashes lie within some bits of one?
    ///
    /// `radius`: most bits that may differ, from 0 to 15. Two hashes that differ in `r` bits differ in
    /// at most `r / 4` bits of one of their four pieces, so that only those are looked at: 4, 68, 548
    /// or 2,788 lists for a radius below 4, 8, 12 and 16, each of about n / 65,536 of n hashes.
    ///
    /// # References
    /// Norouzi, Punjani & Fleet 2012, *Fast search in Hamming space with multi-index hashing*, CVPR,
    /// section 2.
    ///
    /// ```
    /// # use concerted_methods::alike::HammingIndex;
    /// let mut index = HammingIndex::new(2);
    /// index.add(0b1111);
    /// index.add(0b1111_1111);
    /// assert_eq!(index.within(0b1110), [0], "one bit from the first, five from the second");
    /// ```
    #[must_use]
    pub fn new(radius: u32) -> Self {
        let radius = radius.min(PIECES as u32 * WIDTH / 4 - 1);
        let few = radius / PIECES as u32;
        let changes = (0..=u16::MAX).filter(|change| change.count_ones() <= few).collect();
        Self { radius, changes, hashes: Vec::new(), lists: vec![Vec::new(); PIECES << WIDTH] }
    }

    /// Adds a hash; its number is how many were added before.
    pub fn add(&mut self, hash: u64) {
        let number = self.hashes.len() as u32;
        self.hashes.push(hash);
        for at in 0..PIECES {
            self.lists[place(at, piece(hash, at))].push(number);
        }
    }

    /// The numbers of the hashes within the radius of one, in rising order.
    #[must_use]
    pub fn within(&self, hash: u64) -> Vec<u32> {
        let mut found = Vec::new();
        let near =
            |number: &&u32| (self.hashes[**number as usize] ^ hash).count_ones() <= self.radius;
        for at in 0..PIECES {
            let own = piece(hash, at);
            for change in &self.changes {
                found.extend(self.lists[place(at, own ^ change)].iter().filter(near));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn piece(hash: u64, at: usize) -> u16 {
    (hash >> (WIDTH as usize * at)) as u16
}

fn place(at: usize, value: u16) -> usize {
    at << WIDTH | usize::from(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A hash, and one that differs from it in some bits.
    fn near() -> impl Strategy<Value = (u64, u64)> {
        (any::<u64>(), prop::collection::vec(0_u32..64, 0..20))
            .prop_map(|(hash, bits)| (hash, bits.iter().fold(hash, |hash, bit| hash ^ 1 << bit)))
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_comparing_all_finds(
            pairs in prop::collection::vec(near(), 1..30),
            radius in 0_u32..16,
        ) {
            let mut index = HammingIndex::new(radius);
            pairs.iter().for_each(|(hash, _)| index.add(*hash));
            for (_, sought) in &pairs {
                let all = (0..pairs.len() as u32)
                    .filter(|&number| (pairs[number as usize].0 ^ sought).count_ones() <= radius);
                prop_assert_eq!(index.within(*sought), all.collect::<Vec<_>>());
            }
        }
    }
}
