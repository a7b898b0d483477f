//! Signs that a text was disguised from filters: characters that show nothing inside words, and
//! letters of another alphabet that look alike.
//!
//! **Invariant:** what a writing system, an emoji or a flag needs is no sign. A sign says nothing
//! by itself: it is held against how often it occurs in all texts of the data.

use crate::canonical::{
    is_disguised,
    script::{is_indochinese, is_unspaced, joins_letters, runs_left},
    text::{is_address, is_invisible, is_name},
};

/// What was found in one text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Invisible characters between two letters or digits that need none.
    pub(super) invisibles: u32,
    /// Words in which letters of one alphabet stand for those of another.
    pub(super) lookalikes: u32,
}

/// Looks for signs in a text as it was written.
pub(super) fn signs(written: &str) -> Signs {
    if written.is_ascii() {
        return Signs::default();
    }
    let mut signs = Signs::default();
    let right_to_left = written.chars().any(runs_left);
    for word in written.split_whitespace().filter(|word| !is_address(word) && !is_name(word)) {
        if word.is_ascii() {
            continue;
        }
        signs.invisibles += invisibles(word, right_to_left);
        let parts = word.split(|c: char| !c.is_alphanumeric() && !is_invisible(c));
        signs.lookalikes += parts.filter(|part| is_disguised(part)).count() as u32;
    }
    signs
}

/// Invisible characters of a word that stand between letters or digits and are not spelling.
fn invisibles(word: &str, right_to_left: bool) -> u32 {
    let mut found = 0;
    let mut before: Option<char> = None;
    let mut pending = 0;
    for c in word.chars() {
        if is_invisible(c) {
            let expected = before.is_none_or(|letter| is_expected(c, letter, right_to_left));
            pending += u32::from(!expected);
        } else {
            if before.is_some_and(char::is_alphanumeric) && c.is_alphanumeric() {
                found += pending;
            }
            pending = 0;
            before = Some(c);
        }
    }
    found
}

/// Whether an invisible character behind a letter is ordinary writing.
fn is_expected(c: char, letter: char, right_to_left: bool) -> bool {
    match c {
        // Presentation, skin tones and the tags of flags belong to emoji.
        '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E0FFF}' => true,
        '\u{200C}' | '\u{200D}' => joins_letters(letter) || !letter.is_alphanumeric(),
        '\u{200B}' | '\u{2060}' => is_indochinese(letter) || is_unspaced(letter),
        '\u{200E}'
        | '\u{200F}'
        | '\u{061C}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => right_to_left,
        '\u{180B}'..='\u{180F}' | '\u{17B4}' | '\u{17B5}' => joins_letters(letter),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_show_nothing_inside_words_are_counted() {
        assert_eq!(signs("the br\u{200B}id\u{00AD}ge is op\u{2060}en").invisibles, 3);
        assert_eq!(signs("v\u{200D}ote").invisibles, 1);
    }

    #[test]
    fn spelling_emoji_and_direction_are_no_signs() {
        for ordinary in [
            "باغ\u{200C}های کنار رودخانه",
            "family 👩\u{200D}👩\u{200D}👧 and ❤\u{FE0F} 👍\u{1F3FD}",
            "\u{200F}שלום abc\u{200E} עולם",
            "สวัสดี\u{200B}ครับ",
            "\u{FEFF}begins with a mark",
            "क्\u{200D}ष",
        ] {
            assert_eq!(signs(ordinary), Signs::default(), "{ordinary}");
        }
    }

    #[test]
    fn letters_of_another_alphabet_are_counted_by_the_word() {
        let signs = signs("the bridgе is оpеn tоday, and https://exаmple.org is not @nаmed");
        assert_eq!(signs.lookalikes, 3);
    }
}
