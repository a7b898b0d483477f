//! Seeded randomness for redrawn data.
//!
//! **Invariant:** a stream depends on the plan's seed and what it is for, never on threads or order.

use rand::Rng;
use rand_pcg::Pcg64Mcg;

/// One stream of random draws.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream for this purpose, named by numbers.
    pub(crate) fn new(seed: u64, purpose: impl IntoIterator<Item = u64>) -> Self {
        let low = purpose.into_iter().fold(scramble(seed), |state, word| scramble(state ^ word));
        let high = scramble(low ^ seed.rotate_left(32));
        Self(Pcg64Mcg::new(u128::from(high) << 64 | u128::from(low)))
    }

    /// Uniform in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform among `0..n`; 0 if there is nothing to choose from.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }
}

/// SplitMix64: spreads every bit over all.
fn scramble(word: u64) -> u64 {
    let mut word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_each_time_and_others_differ() {
        let draw = |seed, purpose: u64| Dice::new(seed, [purpose]).below(1 << 30);
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
        let mut dice = Dice::new(1, [1]);
        assert!((0..1000).all(|_| dice.below(3) < 3 && (0.0..1.0).contains(&dice.unit())));
    }
}
