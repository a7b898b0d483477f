//! A set of small numbers that is filled, gone through in order and emptied over and over.
//!
//! A bit a number, so that those of a million fit a core's own cache, and a bit for every 64 of them,
//! so that empty stretches cost nothing. **Invariant:** a word that has a bit is known to its summary.

/// Numbers that are marked.
#[derive(Default)]
pub(crate) struct Marks {
    bits: Vec<u64>,
    /// Which words of `bits` have any.
    words: Vec<u64>,
}

impl Marks {
    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        for (place, summary) in self.words.iter_mut().enumerate() {
            for word in ones(std::mem::take(summary)) {
                self.bits[place * 64 + word] = 0;
            }
        }
    }

    /// Marks a number; whether it was not marked before.
    #[inline]
    pub(crate) fn insert(&mut self, number: usize) -> bool {
        let (word, bit) = (number / 64, 1 << (number % 64));
        if word >= self.bits.len() {
            self.grow(word);
        }
        let new = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        self.words[word / 64] |= 1 << (word % 64);
        new
    }

    #[cold]
    fn grow(&mut self, word: usize) {
        self.bits.resize(word + 1, 0);
        self.words.resize(word / 64 + 1, 0);
    }

    /// Whether a number is marked.
    pub(crate) fn contains(&self, number: usize) -> bool {
        self.bits.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// The marked numbers, smallest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(move |(place, &summary)| {
            ones(summary).flat_map(move |word| {
                let word = place * 64 + word;
                ones(self.bits[word]).map(move |bit| word * 64 + bit)
            })
        })
    }
}

/// Places of the bits that are set, lowest first.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        lowest
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set_in_order(rounds in prop::collection::vec(
            prop::collection::vec(0..20_000_usize, 0..200), 1..4,
        )) {
            let mut marks = Marks::default();
            for numbers in rounds {
                marks.clear();
                let mut set = BTreeSet::new();
                for number in numbers {
                    prop_assert_eq!(marks.contains(number), set.contains(&number));
                    prop_assert_eq!(marks.insert(number), set.insert(number));
                }
                prop_assert!(marks.iter().eq(set.iter().copied()));
            }
            prop_assert!(!marks.contains(20_000));
        }
    }
}
