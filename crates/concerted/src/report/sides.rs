//! Two posts beside each other, with what only one of them says.
//!
//! **Invariant:** the pieces of a side, joined, are its text; nothing is judged, only compared.

use similar::{ChangeTag, TextDiff};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether the other text has it too.
    pub(super) shared: bool,
}

/// Two texts compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compared {
    pub(super) sides: [Vec<Piece>; 2],
    /// Share of the words that both have, of the longer text's.
    pub(super) share: f64,
    /// Longest run of words in one piece that both have.
    pub(super) run: usize,
}

/// Texts beyond this are compared no further: a page is no place for a book.
const MOST: usize = 20_000;

/// Compares two texts word by word; sign by sign where words are not separated by spaces.
pub(super) fn compare(left: &str, right: &str) -> Compared {
    let (left, right) = (beginning(left), beginning(right));
    let diff = if has_words(left) && has_words(right) {
        TextDiff::from_words(left, right)
    } else {
        TextDiff::from_chars(left, right)
    };
    let mut sides = [Vec::new(), Vec::new()];
    let (mut shared, mut run, mut longest) = (0, 0, 0);
    for change in diff.iter_all_changes() {
        let words = usize::from(!change.value().trim().is_empty());
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut sides[0], change.value(), true);
                push(&mut sides[1], change.value(), true);
                (shared, run) = (shared + words, run + words);
                longest = longest.max(run);
            }
            ChangeTag::Delete => {
                push(&mut sides[0], change.value(), false);
                run = 0;
            }
            ChangeTag::Insert => {
                push(&mut sides[1], change.value(), false);
                run = 0;
            }
        }
    }
    let words = |slices: &mut dyn Iterator<Item = &str>| {
        slices.filter(|slice| !slice.trim().is_empty()).count()
    };
    let all = words(&mut diff.iter_old_slices()).max(words(&mut diff.iter_new_slices()));
    Compared { sides, share: shared as f64 / all.max(1) as f64, run: longest }
}

fn beginning(text: &str) -> &str {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// Whether spaces separate words: in Chinese, Japanese or Thai they do not.
fn has_words(text: &str) -> bool {
    let (words, signs) = (text.split_whitespace().count(), text.chars().count());
    words > 0 && signs / words <= 20
}

fn push(side: &mut Vec<Piece>, text: &str, shared: bool) {
    match side.last_mut() {
        Some(last) if last.shared == shared => last.text.push_str(text),
        _ => side.push(Piece { text: text.to_owned(), shared }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(side: &[Piece]) -> String {
        side.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn what_only_one_text_has_is_marked_on_its_side() {
        let compared = compare("we all meet at noon today", "we all meet at midnight today");
        assert_eq!(joined(&compared.sides[0]), "we all meet at noon today");
        let only = |side: &[Piece]| -> Vec<String> {
            side.iter().filter(|piece| !piece.shared).map(|piece| piece.text.clone()).collect()
        };
        assert_eq!(only(&compared.sides[0]), ["noon"]);
        assert_eq!(only(&compared.sides[1]), ["midnight"]);
        assert!((compared.share - 5.0 / 6.0).abs() < 1e-12, "{compared:?}");
        assert_eq!(compared.run, 4);
    }

    #[test]
    fn the_same_text_is_shared_whole_in_any_script() {
        for text in ["باغ‌های کنار رودخانه", "今日は公園で会いましょう", "two\nlines", ""]
        {
            let compared = compare(text, text);
            assert!(compared.sides.iter().all(|side| side.iter().all(|piece| piece.shared)));
            assert_eq!(joined(&compared.sides[1]), text);
        }
    }

    #[test]
    fn texts_without_spaces_are_compared_sign_by_sign() {
        let compared = compare(
            "今日は公園で会いましょう今日は公園で会いましょう",
            "今日は広場で会いましょう今日は広場で会いましょう",
        );
        assert!(compared.share > 0.7, "{compared:?}");
    }
}
