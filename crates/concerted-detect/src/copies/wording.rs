//! What copies have in common and where they differ: side by side, and as a template with slots.
//!
//! **Invariant:** the stretches of a side, put together, are the text as it was written; nothing
//! is shown that nobody wrote.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::canonical::{Piece, pieces, plain};

/// How a stretch of a text relates to the other text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The other has it too, character by character.
    Same,
    /// The other has it in another spelling: case, accents, punctuation, invisible characters,
    /// letters that look alike, another name or address in the same place.
    Respelled,
    /// The other does not have it.
    Different,
}

/// A stretch of a text as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The words.
    pub text: String,
    /// How they relate to the other text.
    pub mark: Mark,
}

/// Two texts side by side, with the differences marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideBySide {
    /// The first text, in order.
    pub left: Vec<Stretch>,
    /// The second.
    pub right: Vec<Stretch>,
}

/// Where do two texts differ?
///
/// Compared by words, or by characters in scripts without spaces. O(n d) time for n words and d
/// differences (Myers 1986).
#[must_use]
pub fn side_by_side(left: &str, right: &str) -> SideBySide {
    let (left, right) = (Tokens::of(left), Tokens::of(right));
    let mut marks =
        [vec![Mark::Different; left.pieces.len()], vec![Mark::Different; right.pieces.len()]];
    for (one, other) in matches(&left, &right) {
        let same = left.written(one) == right.written(other);
        let mark = if same { Mark::Same } else { Mark::Respelled };
        marks[0][one] = mark;
        marks[1][other] = mark;
    }
    let [of_left, of_right] = marks;
    SideBySide { left: left.stretches(&of_left), right: right.stretches(&of_right) }
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words that nearly all have, as the first text has them.
    Common(String),
    /// A place that is filled differently.
    Slot(Slot),
}

/// A place of a template that texts fill differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// What stands there, by falling number of texts; the empty text where some have nothing.
    pub fillings: Vec<Filling>,
    /// Different fillings in all; `fillings` holds the most frequent.
    pub different: usize,
}

/// What some texts have in a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filling {
    /// The words as written.
    pub text: String,
    /// Texts that have them there.
    pub texts: usize,
}

/// What a cluster of texts has in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its parts in order.
    pub parts: Vec<Part>,
    /// Texts that have all common parts.
    pub fitting: usize,
    /// Texts that lack one, and are not counted in the slots.
    pub others: usize,
}

/// Share of the texts that must have a word for it to be common.
const NEARLY_ALL: f64 = 0.9;
/// Fillings of a slot that are listed.
const LISTED: usize = 8;

/// What do texts have in common, and what stands in the gaps?
///
/// `texts`: one or more, the leader first; all are aligned with it. O(texts · n d) time.
#[must_use]
pub fn template(texts: &[&str]) -> Template {
    let tokens: Vec<Tokens> = texts.iter().map(|text| Tokens::of(text)).collect();
    let Some(first) = tokens.first() else {
        return Template { parts: Vec::new(), fitting: 0, others: 0 };
    };
    let size = first.pieces.len();
    let found: Vec<Vec<Option<usize>>> = tokens
        .iter()
        .map(|other| {
            let mut place = vec![None; size];
            matches(first, other).into_iter().for_each(|(own, theirs)| place[own] = Some(theirs));
            place
        })
        .collect();
    let enough = (NEARLY_ALL * texts.len() as f64).ceil() as usize;
    let common: Vec<usize> = (0..size)
        .filter(|&piece| found.iter().filter(|place| place[piece].is_some()).count() >= enough)
        .collect();
    let fits = |place: &&Vec<Option<usize>>| common.iter().all(|&piece| place[piece].is_some());
    let fitting: Vec<(&Tokens, Vec<usize>)> = tokens
        .iter()
        .zip(&found)
        .filter(|(_, place)| fits(place))
        .map(|(tokens, place)| (tokens, common.iter().filter_map(|&piece| place[piece]).collect()))
        .collect();
    Template {
        parts: parts(first, &common, &fitting),
        fitting: fitting.len(),
        others: texts.len() - fitting.len(),
    }
}

/// Common stretches and the slots between them.
fn parts(first: &Tokens<'_>, common: &[usize], fitting: &[(&Tokens<'_>, Vec<usize>)]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut stretch: Option<(usize, usize)> = None;
    for gap in 0..=common.len() {
        let slot = slot(gap, common.len(), fitting);
        if slot.is_some() || gap == common.len() {
            parts.extend(stretch.take().map(|(from, to)| Part::Common(first.between(from, to))));
        }
        parts.extend(slot.map(Part::Slot));
        if let Some(&piece) = common.get(gap) {
            stretch = Some(stretch.map_or((piece, piece), |(from, _)| (from, piece)));
        }
    }
    parts
}

/// What stands before the `gap`-th common piece, if any text has something there.
fn slot(gap: usize, common: usize, fitting: &[(&Tokens<'_>, Vec<usize>)]) -> Option<Slot> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (tokens, places) in fitting {
        let from = gap.checked_sub(1).map_or(0, |before| places[before] + 1);
        let to = if gap == common { tokens.pieces.len() } else { places[gap] };
        let filling = if from < to { tokens.between(from, to - 1) } else { String::new() };
        *counts.entry(filling).or_default() += 1;
    }
    if counts.keys().all(String::is_empty) {
        return None;
    }
    let different = counts.len();
    let mut fillings: Vec<Filling> =
        counts.into_iter().map(|(text, texts)| Filling { text, texts }).collect();
    fillings.sort_by_key(|filling| std::cmp::Reverse(filling.texts));
    fillings.truncate(LISTED);
    Some(Slot { fillings, different })
}

/// A text and its pieces.
struct Tokens<'t> {
    text: &'t str,
    pieces: Vec<Piece>,
    /// What the pieces are compared by.
    keys: Vec<String>,
}

impl<'t> Tokens<'t> {
    fn of(text: &'t str) -> Self {
        let pieces = pieces(text);
        let keys = pieces.iter().map(|piece| {
            let letters: String =
                piece.key.chars().filter(|c| c.is_alphanumeric()).map(plain).collect();
            // An emoji or a mask has no letters: it is compared by itself.
            if letters.is_empty() { piece.key.clone() } else { letters }
        });
        Self { text, keys: keys.collect(), pieces }
    }

    fn written(&self, piece: usize) -> &'t str {
        &self.text[self.pieces[piece].range.clone()]
    }

    /// The text from one piece to another, both included.
    fn between(&self, from: usize, to: usize) -> String {
        self.text[self.pieces[from].range.start..self.pieces[to].range.end].to_owned()
    }

    /// The whole text, cut where the mark changes; what lies between two pieces of one mark is
    /// marked like them, and otherwise like the piece before it.
    fn stretches(&self, marks: &[Mark]) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut push = |text: &str, mark: Mark| match stretches.last_mut() {
            Some(last) if last.mark == mark => last.text.push_str(text),
            _ if text.is_empty() => {}
            _ => stretches.push(Stretch { text: text.to_owned(), mark }),
        };
        let mut end = 0;
        let mut before = marks.first().copied().unwrap_or(Mark::Same);
        for (piece, &mark) in self.pieces.iter().zip(marks) {
            push(&self.text[end..piece.range.start], before);
            push(&self.text[piece.range.clone()], mark);
            end = piece.range.end;
            before = mark;
        }
        push(&self.text[end..], before);
        stretches
    }
}

/// Pieces of one text and the pieces of another that are the same.
fn matches(left: &Tokens<'_>, right: &Tokens<'_>) -> Vec<(usize, usize)> {
    capture_diff_slices(Algorithm::Myers, &left.keys, &right.keys)
        .into_iter()
        .flat_map(|op| match op {
            DiffOp::Equal { old_index, new_index, len } => {
                (0..len).map(|at| (old_index + at, new_index + at)).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(stretches: &[Stretch]) -> String {
        let brackets = |mark| match mark {
            Mark::Same => ("", ""),
            Mark::Respelled => ("(", ")"),
            Mark::Different => ("[", "]"),
        };
        let one = |stretch: &Stretch| {
            let (open, close) = brackets(stretch.mark);
            format!("{open}{}{close}", stretch.text.trim())
        };
        stretches.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn differences_are_marked_on_both_sides() {
        let found = side_by_side(
            "The old bridge is OPEN again, @one",
            "The new br\u{200B}idge is open again @two",
        );
        assert_eq!(shown(&found.left), "The [old] (bridge) is (OPEN again, @one)");
        assert_eq!(shown(&found.right), "The [new] (br\u{200B}idge) is (open again @two)");
    }

    #[test]
    fn scripts_without_spaces_are_compared_by_the_character() {
        let found = side_by_side("橋は今日開きます", "橋は明日開きます");
        assert_eq!(shown(&found.left), "橋は [今] 日開きます");
    }

    #[test]
    fn a_template_shows_what_varies_and_how_often() {
        let texts = [
            "Dear Anna, save the old bridge now! Bern",
            "dear Otto, save the old bridge now! Basel",
            "Dear Anna, save the old bridge now!",
        ];
        let found = template(&texts);
        let parts: Vec<String> = found
            .parts
            .iter()
            .map(|part| match part {
                Part::Common(text) => text.clone(),
                Part::Slot(slot) => format!(
                    "{:?}",
                    slot.fillings.iter().map(|f| (f.text.as_str(), f.texts)).collect::<Vec<_>>()
                ),
            })
            .collect();
        assert_eq!(
            parts,
            [
                "Dear",
                r#"[("Anna,", 2), ("Otto,", 1)]"#,
                "save the old bridge now!",
                r#"[("", 1), ("Basel", 1), ("Bern", 1)]"#
            ]
        );
        assert_eq!((found.fitting, found.others), (3, 0));
    }

    #[test]
    fn a_text_that_lacks_a_common_part_is_counted_apart() {
        let mut texts = vec!["save the old bridge over the lake"; 19];
        texts.push("save the lake");
        let found = template(&texts);
        assert_eq!((found.fitting, found.others), (19, 1));
        assert_eq!(found.parts, [Part::Common("save the old bridge over the lake".into())]);
    }

    proptest! {
        #[test]
        fn a_side_put_together_is_the_text_as_written(left in "\\PC{0,40}", right in "\\PC{0,40}") {
            let found = side_by_side(&left, &right);
            let whole = |side: &[Stretch]| side.iter().map(|stretch| stretch.text.as_str()).collect::<String>();
            prop_assert_eq!(whole(&found.left), left);
            prop_assert_eq!(whole(&found.right), right);
        }
    }
}
