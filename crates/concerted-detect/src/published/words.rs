//! Texts as the Coordination Network Toolkit reads them.
//!
//! **Invariant:** the same text gives the same key and the same tokens as in the toolkit 1.5.2, whose
//! regular expressions these are in other words. What follows an `@` up to the next white space is left
//! out, also within an address.

use unicode_segmentation::UnicodeSegmentation;

/// Python's white space: Unicode's, and four separators of ASCII.
fn is_space(sign: char) -> bool {
    sign.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&sign)
}

/// Lower case, without mentions.
fn clean(text: &str) -> String {
    let text = text.to_lowercase();
    let mut kept = String::with_capacity(text.len());
    let mut named = false;
    for sign in text.chars() {
        if is_space(sign) {
            named = false;
        } else if sign == '@' {
            named = true;
        }
        if !named {
            kept.push(sign);
        }
    }
    kept
}

/// The text as a key: lower case, without mentions, white space made one space.
#[must_use]
pub fn normal(text: &str) -> String {
    let clean = clean(text);
    let words: Vec<&str> = clean.split(is_space).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Words and signs of the text: the parts between Unicode's word boundaries, without white space. An
/// apostrophe that begins a part is left out.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    let clean = clean(text);
    clean
        .split_word_bounds()
        .map(|part| part.trim_start_matches(is_space))
        .map(|part| part.strip_prefix('\'').unwrap_or(part))
        .flat_map(|part| part.split(is_space))
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_case_and_white_space_do_not_matter_to_the_key() {
        assert_eq!(normal("@bar HELLO\nworld @baz!"), "hello world");
        assert_eq!(normal("mail a@b.example now"), "mail a now");
        assert_eq!(normal("@only"), "");
    }

    #[test]
    fn tokens_are_words_and_signs() {
        assert_eq!(tokens("Ça va? 'très' #été"), ["ça", "va", "?", "très", "#", "été"]);
        assert_eq!(tokens("don't e.g. 3.14 a-b"), ["don't", "e.g", ".", "3.14", "a", "-", "b"]);
    }
}
