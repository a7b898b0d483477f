//! Letters that a reader takes for one another: accents, and letters of other alphabets.
//!
//! **Invariant:** a letter has one plain form whatever its case, so that folding case before or
//! after changes nothing; a plain form's plain form is itself. Letters of scripts that are not
//! mistaken for Latin (Arabic, Hebrew, Indic, Chinese …) stay, but for Hebrew final forms and
//! katakana, which is written as hiragana.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

/// The end of the part of Unicode whose letters are looked up in a table: European alphabets.
const EUROPEAN: u32 = 0x0590;

/// The plain form of a letter or digit in lower case: what a reader takes it for.
///
/// # References
/// Unicode Technical Standard 39, confusables, as `unicode-security` holds them.
#[must_use]
pub fn plain(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    match letter as u32 {
        code if code < EUROPEAN => table()[code as usize],
        0x05DA | 0x05DD | 0x05DF | 0x05E3 | 0x05E5 => {
            char::from_u32(letter as u32 + 1).unwrap_or(letter)
        }
        code @ 0x30A1..=0x30F6 => char::from_u32(code - 0x60).unwrap_or(letter),
        // Georgian to phonetic extensions, Latin and Greek with accents, Coptic, rarer Cyrillic, Cherokee.
        0x10A0..=0x10FF
        | 0x13A0..=0x13FF
        | 0x1C80..=0x1FFF
        | 0x2100..=0x218F
        | 0x2C00..=0x2DFF
        | 0xA640..=0xA69F
        | 0xA720..=0xA7FF
        | 0xAB30..=0xABBF => reduced(letter),
        _ => letter,
    }
}

/// Whether a word passes letters of one European alphabet off as those of another: it has both,
/// all of the fewer have a twin among the others, and they are no ending or beginning by themselves,
/// as where a foreign name takes a native ending.
#[must_use]
pub fn is_disguised(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let (mut latin, mut other, mut changes) = (0, 0, 0);
    let (mut latin_twins, mut other_twins) = (true, true);
    let mut before = None;
    for letter in word.chars().filter(|c| c.is_alphabetic()) {
        let is_latin = match letter.script() {
            Script::Latin => true,
            Script::Cyrillic | Script::Greek | Script::Armenian | Script::Cherokee => false,
            _ => return false,
        };
        if is_latin {
            latin += 1;
            latin_twins &= has_twin(letter);
        } else {
            other += 1;
            other_twins &= plain(letter).is_ascii();
        }
        changes += usize::from(before.is_some_and(|before| before != is_latin));
        before = Some(is_latin);
    }
    let mistaken = latin >= other && other_twins || other >= latin && latin_twins;
    mistaken && (changes > 1 || changes == 1 && latin.min(other) == 1)
}

/// Whether a Latin letter has a twin in Cyrillic.
fn has_twin(letter: char) -> bool {
    matches!(
        letter.to_ascii_lowercase(),
        'a' | 'b' | 'c' | 'e' | 'h' | 'i' | 'j' | 'k' | 'm' | 'o' | 'p' | 's' | 't' | 'x' | 'y'
    )
}

fn table() -> &'static [char] {
    static TABLE: OnceLock<Vec<char>> = OnceLock::new();
    TABLE.get_or_init(|| {
        (0..EUROPEAN).map(|code| char::from_u32(code).map_or('\0', reduced)).collect()
    })
}

/// Without accents, in lower case, and as the ASCII letter that it looks like in either case.
fn reduced(letter: char) -> char {
    let lower = one(letter.to_lowercase()).unwrap_or(letter);
    let bare = without_accents(lower);
    let upper = one(bare.to_uppercase()).unwrap_or(bare);
    looks_like(bare).or_else(|| looks_like(upper)).unwrap_or(bare)
}

fn without_accents(letter: char) -> char {
    std::iter::once(letter).nfd().next().unwrap_or(letter)
}

/// The ASCII letter or digit in lower case that a letter is confusable with.
fn looks_like(letter: char) -> Option<char> {
    let written = letter.to_string();
    let skeleton: String = unicode_security::skeleton(&written).collect();
    let twin = match skeleton.as_str() {
        // The standard takes this for the form that m and its likes reduce to.
        "rn" => 'm',
        other => one(other.chars())?,
    };
    twin.is_ascii_alphanumeric().then(|| twin.to_ascii_lowercase())
}

fn one(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_of_another_alphabet_has_the_same_plain_form_in_either_case() {
        for (twin, letter) in [
            ('а', 'a'),
            ('Н', 'h'),
            ('н', 'h'),
            ('Т', 't'),
            ('ο', 'o'),
            ('Ρ', 'p'),
            ('м', 'm'),
            ('і', 'i'),
            ('І', 'i'),
        ] {
            assert_eq!(plain(twin), letter, "{twin}");
        }
    }

    #[test]
    fn accents_are_dropped_and_other_scripts_stay() {
        for (letter, bare) in
            [('é', 'e'), ('Å', 'a'), ('й', 'и'), ('ế', 'e'), ('ם', 'מ'), ('ア', 'あ')]
        {
            assert_eq!(plain(letter), bare, "{letter}");
        }
        for letter in ['ب', 'ש', '中', 'ก', 'क', '한', 'あ'] {
            assert_eq!(plain(letter), letter);
        }
    }

    #[test]
    fn case_and_repetition_do_not_change_a_plain_form() {
        // Compatibility forms never come here: a key has none.
        let is_own_form = |c: &char| std::iter::once(*c).nfkc().eq([*c]);
        let letters = (0..0x3000).filter_map(char::from_u32).filter(|c| c.is_alphanumeric());
        for letter in letters.filter(is_own_form) {
            assert_eq!(plain(plain(letter)), plain(letter), "{letter}");
            let lower = one(letter.to_lowercase());
            assert!(lower.is_none_or(|lower| plain(lower) == plain(letter)), "{letter}");
        }
    }

    #[test]
    fn a_word_in_two_alphabets_is_a_disguise_only_if_its_letters_can_be_mistaken() {
        for word in ["pаypal", "mоrning", "сaлат"] {
            assert!(is_disguised(word), "{word}");
        }
        for word in ["paypal", "утро", "αβγ", "wifiом", "東京abc", "café"] {
            assert!(!is_disguised(word), "{word}");
        }
    }
}
