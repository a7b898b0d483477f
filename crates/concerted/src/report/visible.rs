//! Hostile text made visible: what would steer a terminal or turn the direction of a line is shown
//! as a sign instead of being obeyed.
//!
//! **Invariant:** the result holds no control character but line feeds, and no bidirectional
//! control. Joiners stay, because they are ordinary Persian. HTML is the template's business.

/// The text with control characters shown.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push(c),
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + c as u32)),
            '\u{7f}' => shown.push('\u{2421}'),
            '\u{80}'..='\u{9f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{e0000}'..='\u{e007f}' => shown.push_str(&format!("⟨U+{:04X}⟩", c as u32)),
            _ => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_direction_marks_are_shown_not_obeyed() {
        assert_eq!(visible("\u{1b}[31mred"), "␛[31mred");
        assert_eq!(visible("abc\u{202e}cba"), "abc⟨U+202E⟩cba");
        assert_eq!(visible("\u{9b}2J"), "⟨U+009B⟩2J");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["باغ‌های کنار رودخانه", "two\nlines", "日本語", "é 😀"]
        {
            assert_eq!(visible(text), text);
        }
    }
}
