//! Winnowing: passages that long texts have in common, from a few fingerprints of each.
//!
//! **Invariant:** whoever shares a passage of `noise + window − 1` symbols shares a fingerprint;
//! a passage shorter than `noise` leaves none by itself.

/// How finely a text is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sieve {
    /// Symbols of a fingerprint: a shorter passage goes unnoticed. At least 1.
    pub noise: usize,
    /// Fingerprints of which one is kept. At least 1.
    pub window: usize,
}

/// Which fingerprints of a text are kept, so that texts with a common passage keep a common one?
///
/// `symbols`: the text, a number a symbol. Returns hashes in order of place, repetitions kept, about
/// 2 n / (window + 1) of them; none for a text shorter than `noise`. O(n · window) at worst, O(n)
/// in practice; memory for the hashes.
///
/// # References
/// Schleimer, Wilkerson & Aiken 2003 (DOI 10.1145/872757.872770), robust winnowing.
///
/// ```
/// use concerted_methods::alike::{Sieve, fingerprints};
/// let sieve = Sieve { noise: 3, window: 2 };
/// let (one, other) = (fingerprints(&[9, 1, 2, 3, 4, 5], sieve), fingerprints(&[1, 2, 3, 4, 7], sieve));
/// assert!(one.iter().any(|print| other.contains(print)));
/// ```
#[must_use]
pub fn fingerprints(symbols: &[u32], sieve: Sieve) -> Vec<u64> {
    let hashes = rolling(symbols, sieve.noise.max(1));
    let window = sieve.window.max(1);
    let mut kept = Vec::with_capacity(2 * hashes.len() / (window + 1) + 1);
    let mut least: Option<usize> = None;
    for end in 0..hashes.len() {
        // A text with fewer fingerprints than a window has one window, the whole of it.
        if end + 1 < window.min(hashes.len()) {
            continue;
        }
        let start = (end + 1).saturating_sub(window);
        let before = least;
        least = match least {
            // The rightmost of the least, but the one chosen before if it is still among them.
            Some(at) if at >= start && hashes[at] <= hashes[end] => Some(at),
            Some(at) if at >= start => Some(end),
            _ => (start..=end).min_by_key(|&at| (hashes[at], std::cmp::Reverse(at))),
        };
        if least != before {
            kept.extend(least.map(|at| hashes[at]));
        }
    }
    kept
}

/// Hash of each stretch of `length` symbols (Karp & Rabin 1987, modulo 2⁶⁴, mixed afterwards).
fn rolling(symbols: &[u32], length: usize) -> Vec<u64> {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    if symbols.len() < length {
        return Vec::new();
    }
    let highest = (1..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let symbol = |at: usize| super::minhash::mix(u64::from(symbols[at]));
    let mut hash = 0_u64;
    let mut hashes = Vec::with_capacity(symbols.len() - length + 1);
    for at in 0..symbols.len() {
        if at >= length {
            hash = hash.wrapping_sub(symbol(at - length).wrapping_mul(highest));
        }
        hash = hash.wrapping_mul(BASE).wrapping_add(symbol(at));
        if at + 1 >= length {
            hashes.push(super::minhash::mix(hash));
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_common_passage_of_the_guaranteed_length_leaves_a_common_fingerprint(
            passage in prop::collection::vec(0_u32..5, 12),
            left in prop::collection::vec(0_u32..5, 0..40),
            right in prop::collection::vec(0_u32..5, 0..40),
        ) {
            let sieve = Sieve { noise: 6, window: 7 };
            let one: Vec<u32> = left.iter().chain(&passage).chain(&right).copied().collect();
            let other: Vec<u32> = right.iter().chain(&passage).chain(&left).copied().collect();
            let (one, other) = (fingerprints(&one, sieve), fingerprints(&other, sieve));
            prop_assert!(one.iter().any(|print| other.contains(print)));
        }

        #[test]
        fn a_hash_depends_on_its_stretch_alone(symbols in prop::collection::vec(0_u32..9, 8..30)) {
            let whole = rolling(&symbols, 5);
            for (at, hash) in whole.iter().enumerate() {
                prop_assert_eq!(rolling(&symbols[at..at + 5], 5), vec![*hash]);
            }
        }
    }

    #[test]
    fn fingerprints_are_as_sparse_as_published() {
        let mut state = 7_u64;
        let symbols: Vec<u32> = (0..40_000)
            .map(|_| {
                state = super::super::minhash::mix(state);
                (state >> 59) as u32
            })
            .collect();
        let kept = fingerprints(&symbols, Sieve { noise: 20, window: 19 }).len();
        let expected = 40_000.0 * 2.0 / 20.0;
        assert!((kept as f64 / expected - 1.0).abs() < 0.05, "{kept}, not {expected}");
    }
}
