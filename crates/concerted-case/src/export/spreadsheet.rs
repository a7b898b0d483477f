//! Text that a spreadsheet must not compute.
//!
//! **Invariant:** no text of ours begins with a sign that makes a spreadsheet read it as a formula.
//! Ids are no text: they are joined on, so they stay as they are.

use std::borrow::Cow;

/// Free text, such that no spreadsheet takes it for a formula: with `'` before it if its first sign,
/// after spaces and invisible signs, is one of `= + - @`, their full-width forms, tab, CR or LF.
pub(super) fn inert(text: &str) -> Cow<'_, str> {
    let first = text.chars().find(|sign| !is_passed_over(*sign));
    if first.is_some_and(begins_a_formula) { format!("'{text}").into() } else { text.into() }
}

/// A handle without the `@` that stands before it on most sites, made [`inert`].
pub(super) fn handle(handle: &str) -> Cow<'_, str> {
    inert(handle.strip_prefix('@').unwrap_or(handle))
}

fn begins_a_formula(sign: char) -> bool {
    matches!(sign, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n')
}

fn is_passed_over(sign: char) -> bool {
    let invisible = matches!(sign, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}');
    invisible || (sign.is_whitespace() && !begins_a_formula(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_formula_is_made_inert() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＠a",
            " =1",
            "\u{feff}=1",
        ] {
            assert_eq!(inert(text), format!("'{text}"));
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in ["", "a=1", "https://example.org/?a=1", "#tag", "'quoted", " a", "1-2"] {
            assert_eq!(inert(text), text);
        }
    }

    #[test]
    fn a_handle_is_written_without_its_at_sign() {
        assert_eq!(handle("@anna"), "anna");
        assert_eq!(handle("@=anna"), "'=anna");
        assert_eq!(handle("@@anna"), "'@anna");
    }
}
