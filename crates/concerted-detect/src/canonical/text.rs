//! Texts that a person would call the same: METHODS 3.4, the exact part.
//!
//! Unicode compatibility forms, case, invisible characters, Arabic and Persian letter variants,
//! vowel marks, digits, punctuation and spacing are folded; addresses and mentioned names are
//! masked, because copies of one text carry each their own.
//!
//! **Invariant:** the pieces of a text, joined by spaces where the text has spaces, are its key:
//! whatever is compared can be shown in the words that were written.

use std::ops::Range;

use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::script::is_unspaced;

/// Fewest characters of a text that can be an object: shorter ones coincide by themselves.
const MIN_CHARS: usize = 20;

/// What stands in a key for an address.
pub(crate) const ADDRESS: char = '∎';
/// What stands in a key for a name that is mentioned.
pub(crate) const NAME: char = '@';

/// Key of a text, or `None` if what is left is shorter than 20 characters.
///
/// # References
/// Unicode Standard Annex 15 (NFKC); Unicode Technical Standard 39 for what is invisible.
#[must_use]
pub fn text(written: &str) -> Option<String> {
    let key = folded(written);
    key.chars().filter(|c| c.is_alphanumeric()).nth(MIN_CHARS - 1).is_some().then_some(key)
}

/// The folded form of a text of any length.
pub(crate) fn folded(written: &str) -> String {
    let mut key = String::with_capacity(written.len());
    for word in written.split_whitespace().filter(|word| !is_marker(word)) {
        let before = key.len();
        if before > 0 {
            key.push(' ');
        }
        let start = key.len();
        fold_word(word, &mut key);
        if key.len() == start {
            key.truncate(before);
        }
    }
    key
}

/// A text's hash by its key.
pub(crate) fn hash(key: &str) -> u128 {
    let digest = Sha256::digest(key);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    u128::from_be_bytes(bytes)
}

/// The name of a text as an object: its hash, since the words themselves stand in the posts.
pub(crate) fn name(hash: u128) -> String {
    format!("text:{hash:032x}")
}

/// A word of a text, or a character where a script writes no spaces: as written, and folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands in the text, in bytes; what lies between two pieces counts for nothing.
    pub range: Range<usize>,
    /// Its folded form: a part of the text's key.
    pub key: String,
    /// Whether a space stands before it in the key.
    pub spaced: bool,
}

/// The parts of a text that its key is made of, in order, with the place of each.
#[must_use]
pub fn pieces(written: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut begun = None;
    let ends = written.char_indices().map(|(at, c)| (at, c.is_whitespace()));
    for (at, is_space) in ends.chain([(written.len(), true)]) {
        match (begun, is_space) {
            (None, false) => begun = Some(at),
            (Some(start), true) => {
                begun = None;
                pieces_of_word(written, start..at, &mut pieces);
            }
            _ => {}
        }
    }
    pieces
}

/// The pieces of one word: the word, or its characters if it is in a script without spaces.
fn pieces_of_word(written: &str, range: Range<usize>, pieces: &mut Vec<Piece>) {
    let word = &written[range.clone()];
    if is_marker(word) {
        return;
    }
    let mut key = String::new();
    fold_word(word, &mut key);
    if key.is_empty() {
        return;
    }
    let spaced = !pieces.is_empty();
    if key.chars().any(is_unspaced) {
        let letters = letters_of(word, range.start);
        let joined: String = letters.iter().map(|piece| piece.key.as_str()).collect();
        // Runs of one character are cut in the word, and so is a name after its sign.
        if joined == key {
            let first = pieces.len();
            pieces.extend(letters);
            pieces[first].spaced = spaced;
            return;
        }
    }
    pieces.push(Piece { range, key, spaced });
}

/// Each character of a word with the marks on it, folded by itself.
fn letters_of(word: &str, start: usize) -> Vec<Piece> {
    let is_mark = |c: char| is_combining_mark(c) || matches!(c, '\u{FF9E}' | '\u{FF9F}');
    let mut starts: Vec<usize> =
        word.char_indices().filter(|(_, c)| !is_mark(*c)).map(|(at, _)| at).collect();
    starts.push(word.len());
    let folded = starts.windows(2).map(|ends| {
        let mut key = String::new();
        fold_word(&word[ends[0]..ends[1]], &mut key);
        Piece { range: start + ends[0]..start + ends[1], key, spaced: false }
    });
    folded.filter(|piece| !piece.key.is_empty()).collect()
}

/// Whether a word is the marker of a repost, which is not part of the text.
fn is_marker(word: &str) -> bool {
    word == "RT"
}

/// Whether a word is an address.
pub(crate) fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'', '«', '“']);
    let head = word.as_bytes();
    let starts = |with: &str| {
        head.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
    };
    starts("http://") || starts("https://") || starts("www.")
}

/// Whether a word mentions somebody.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(['@', '＠']) && word.chars().nth(1).is_some()
}

/// Appends the folded form of a word.
fn fold_word(word: &str, key: &mut String) {
    if is_address(word) {
        key.push(ADDRESS);
    } else if is_name(word) {
        key.push(NAME);
    } else if word.is_ascii() {
        let letters = word.bytes().filter(u8::is_ascii_alphanumeric);
        push_runs(letters.map(|byte| char::from(byte.to_ascii_lowercase())), key);
    } else {
        push_runs(word.nfkc().flat_map(char::to_lowercase).filter_map(fold), key);
    }
}

/// Appends characters, at most two of a kind in a row.
fn push_runs(chars: impl Iterator<Item = char>, key: &mut String) {
    let mut last: Option<char> = None;
    let mut run = 0;
    for c in chars {
        run = if last == Some(c) { run + 1 } else { 1 };
        last = Some(c);
        if run <= 2 {
            key.push(c);
        }
    }
}

/// One character in its folded form, or nothing where it does not count.
fn fold(c: char) -> Option<char> {
    Some(match c {
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ى' | 'ي' | 'ئ' | 'ی' | 'ې' | 'ے' => 'ی',
        'ؤ' => 'و',
        'ة' | 'ۀ' | 'ە' | 'ہ' | 'ھ' | 'ۂ' => 'ه',
        'ك' | 'ڪ' => 'ک',
        '\u{0640}' => return None,
        _ => {
            let keeps =
                c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace() && !is_punctuation(c));
            if !keeps || is_invisible(c) || is_vowel_mark(c) {
                return None;
            }
            match c.to_digit(10).or_else(|| decimal(c)) {
                Some(digit) => char::from_digit(digit, 10)?,
                None => c,
            }
        }
    })
}

/// The zeros of the decimal digits that people write numbers with; NFKC has folded the full-width ones.
const ZEROS: [u32; 16] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0E50, 0x0ED0, 0x1040, 0x17E0,
];

fn decimal(c: char) -> Option<u32> {
    ZEROS.into_iter().find_map(|zero| (c as u32).checked_sub(zero).filter(|digit| *digit < 10))
}

fn is_vowel_mark(c: char) -> bool {
    matches!(c,
        '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0591}'..='\u{05C7}'
        | '\u{0610}'..='\u{061A}' | '\u{06D6}'..='\u{06ED}')
        && is_combining_mark(c)
}

fn is_punctuation(c: char) -> bool {
    matches!(c,
        '\u{00A1}'..='\u{00BF}' | '\u{2010}'..='\u{205E}' | '\u{3001}'..='\u{303F}'
        | '\u{060C}' | '\u{061B}' | '\u{061F}' | '\u{066A}'..='\u{066D}' | '\u{06D4}'
        | '\u{05BE}' | '\u{05F3}' | '\u{05F4}' | '\u{0964}' | '\u{0965}'
        | '\u{104A}' | '\u{104B}' | '\u{17D4}' | '\u{17D5}' | '\u{1362}'..='\u{1368}')
}

/// Default-ignorable characters: they show nothing and must not tell two texts apart.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}' | '\u{1F3FB}'..='\u{1F3FF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn copies_of_one_text_share_a_key() {
        let plain = text("The bridge over the lake is open again: https://example.org/a");
        assert!(plain.is_some());
        for copy in [
            "the BRIDGE over the lake is open again https://example.org/b?x=1",
            "RT The bridge over the lake is open again! www.example.net",
            "The bri\u{200B}dge over\u{00A0}the lake is\nopen again… https://example.org/a",
            "Ｔｈｅ bridge over the lake is open again https://example.org/a",
        ] {
            assert_eq!(text(copy), plain, "{copy}");
        }
    }

    #[test]
    fn other_words_are_another_text() {
        assert_ne!(
            text("the bridge over the lake is open"),
            text("the bridge over the lake is shut")
        );
        assert_ne!(
            text("open from 7 in the morning until 8"),
            text("open from 7 in the morning until 9")
        );
    }

    #[test]
    fn arabic_and_persian_spellings_of_one_text_share_a_key() {
        let persian = text("باغ‌های کنار رودخانه امروز پر از گل‌های یاس است ۱۲");
        assert!(persian.is_some());
        assert_eq!(text("باغهای كنار رودخانه امروز پر از گلهای ياس است 12"), persian);
        assert_eq!(text("بـــاغ‌های کنار رودخانه امروز پر از گل‌های یاسِ است ١٢"), persian);
    }

    #[test]
    fn a_short_text_is_no_object() {
        for short in [
            "yes!",
            "",
            "😀😀😀",
            "https://example.org/a-very-long-path-to-a-page",
            "@one @two @three",
        ] {
            assert_eq!(text(short), None, "{short}");
        }
    }

    #[test]
    fn who_is_named_does_not_matter_but_that_somebody_is_does() {
        let named = text("@first look at the gardens by the river");
        assert_eq!(text("@second look at the gardens by the river"), named);
        assert_ne!(text("look at the gardens by the river"), named);
    }

    proptest! {
        #[test]
        fn the_pieces_of_a_text_are_its_key(written in "([a-z@# ]|RT |\\PC|ア|中|ก|ﾊﾞ|http://x ){0,60}") {
            let key = text(&format!("{written} and enough letters to be compared"));
            let whole = format!("{written} and enough letters to be compared");
            let mut joined = String::new();
            for piece in pieces(&whole) {
                if piece.spaced {
                    joined.push(' ');
                }
                joined.push_str(&piece.key);
                prop_assert!(whole.get(piece.range).is_some());
            }
            prop_assert_eq!(key, Some(joined));
        }
    }
}
