//! Texts that a person would call the same: METHODS 3.4, the exact part.
//!
//! Unicode compatibility forms, case, invisible characters, Arabic and Persian letter variants,
//! vowel marks, digits, punctuation and spacing are folded; addresses and mentioned names are
//! masked, because copies of one text carry each their own.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Fewest characters of a text that can be an object: shorter ones coincide by themselves.
const MIN_CHARS: usize = 20;

/// Key of a text, or `None` if what is left is shorter than 20 characters.
///
/// # References
/// Unicode Standard Annex 15 (NFKC); Unicode Technical Standard 39 for what is invisible.
#[must_use]
pub fn text(written: &str) -> Option<String> {
    let mut key = String::with_capacity(written.len());
    for word in written.split_whitespace().filter_map(without_markers) {
        let before = key.len();
        if before > 0 {
            key.push(' ');
        }
        let start = key.len();
        if is_address(word) {
            key.push('∎');
        } else if word.starts_with(['@', '＠']) && word.chars().count() > 1 {
            key.push('@');
        } else {
            fold_into(word, &mut key);
        }
        if key.len() == start {
            key.truncate(before);
        }
    }
    (key.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_CHARS).then_some(key)
}

/// Drops the marker of a repost, which is not part of the text.
fn without_markers(word: &str) -> Option<&str> {
    (word != "RT").then_some(word)
}

fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'', '«', '“']);
    let head = word.get(..8).unwrap_or(word).to_ascii_lowercase();
    head.starts_with("http://") || head.starts_with("https://") || head.starts_with("www.")
}

fn fold_into(word: &str, key: &mut String) {
    let mut last: Option<char> = None;
    let mut run = 0;
    for c in word.nfkc().flat_map(char::to_lowercase).filter_map(fold) {
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
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ي' | 'ئ' | 'ی' => 'ی',
        'ؤ' => 'و',
        'ة' => 'ه',
        'ك' => 'ک',
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

/// Arabic-Indic and Persian digits; NFKC has folded the full-width ones.
fn decimal(c: char) -> Option<u32> {
    [0x0660_u32, 0x06F0, 0x0966]
        .into_iter()
        .find_map(|zero| (c as u32).checked_sub(zero).filter(|digit| *digit < 10))
}

fn is_vowel_mark(c: char) -> bool {
    matches!(c, '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0591}'..='\u{05C7}')
        && is_combining_mark(c)
}

fn is_punctuation(c: char) -> bool {
    matches!(c,
        '\u{00A1}'..='\u{00BF}' | '\u{2010}'..='\u{205E}' | '\u{3001}'..='\u{303F}'
        | '\u{060C}' | '\u{061B}' | '\u{061F}' | '\u{066A}'..='\u{066D}' | '\u{06D4}'
        | '\u{05BE}' | '\u{05F3}' | '\u{05F4}')
}

/// Default-ignorable characters: they show nothing and must not tell two texts apart.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}' | '\u{1F3FB}'..='\u{1F3FF}')
}

#[cfg(test)]
mod tests {
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
}
