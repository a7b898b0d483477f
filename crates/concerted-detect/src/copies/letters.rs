//! The letters of a text, and the character sequences by which texts are compared.
//!
//! **Invariant:** accents, emoji, spaces, names, addresses and letters that look alike leave no
//! mark here: two texts that differ in those alone have the same letters.

use crate::canonical::{
    plain,
    script::{is_han_or_kana, is_hangul, is_indochinese},
};

/// The letters and digits of a text's key in their plain form.
pub(crate) fn letters(key: &str) -> Vec<char> {
    // Two passes, because a byte a character is a quarter of the memory and most texts are ASCII.
    if key.is_ascii() {
        let kept = key.bytes().filter(u8::is_ascii_alphanumeric);
        return kept.map(char::from).collect();
    }
    key.chars().filter(|c| c.is_alphanumeric()).map(plain).collect()
}

/// Hashes of the character sequences of a text, unsorted: five letters of an alphabet, three of
/// Thai and its neighbours, two of Chinese, Japanese and Korean, by the letter that each begins with.
pub(super) fn shingles(letters: &[char], into: &mut Vec<u32>) {
    into.clear();
    for start in 0..letters.len() {
        let length = length_at(letters[start]);
        if let Some(sequence) = letters.get(start..start + length) {
            into.push(hash(sequence));
        }
    }
}

/// The same in rising order without repetition, as they are compared.
pub(crate) fn shingle_set(letters: &[char]) -> Box<[u32]> {
    let mut set = Vec::with_capacity(letters.len());
    shingles(letters, &mut set);
    set.sort_unstable();
    set.dedup();
    set.into_boxed_slice()
}

fn length_at(letter: char) -> usize {
    if letter.is_ascii() {
        5
    } else if is_han_or_kana(letter) || is_hangul(letter) {
        2
    } else if is_indochinese(letter) {
        3
    } else {
        5
    }
}

/// A hash of 32 bits that leaves no pattern (the finaliser of MurmurHash3, Appleby 2011).
fn hash(sequence: &[char]) -> u32 {
    let mut hash = sequence.len() as u32;
    for &letter in sequence {
        hash = (hash.rotate_left(5) ^ letter as u32).wrapping_mul(0x9e37_79b1);
    }
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical;

    fn letters_of(text: &str) -> String {
        letters(&canonical::text(text).unwrap()).into_iter().collect()
    }

    #[test]
    fn what_does_not_change_the_letters_leaves_no_mark() {
        let plain = letters_of("The café over the lake is open again @one https://example.org/a");
        for variant in [
            "The cafe over the lake is open again",
            "The c\u{430}fé over the l\u{430}ke is open again",
            "😀 The café over 👩‍👩‍👧 the lake is open again 🎉",
            "Thecaféover thelake isopen again",
            "ＴＨＥ ＣＡＦÉ over the lake is open again",
        ] {
            assert_eq!(letters_of(variant), plain, "{variant}");
        }
    }

    #[test]
    fn sequences_are_as_long_as_their_script_needs() {
        let count = |text: &str| shingle_set(&text.chars().collect::<Vec<_>>()).len();
        assert_eq!(count("abcdefgh"), 4);
        assert_eq!(count("東京都港区"), 4);
        assert_eq!(count("abcd"), 0);
    }
}
