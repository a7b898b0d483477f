//! Texts with planted copies at known similarity, in eight scripts: what a search for
//! near-duplicates should find, and what it should leave alone.
//!
//! **Invariant:** the similarity of a copy is measured here, by a definition of its own, and never by
//! the code that is tested; two texts drawn apart are unlike.

use std::collections::HashSet;

use crate::dice::Dice;

/// How many posts, and how they are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearCopiesPlan {
    /// Posts in all.
    pub posts: usize,
    /// Same seed, same posts.
    pub seed: u64,
}

/// A post and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct NearCopy {
    /// Seconds since the first post.
    pub second: i64,
    /// What it says.
    pub text: String,
    /// Its script, by its place in [`SCRIPTS`].
    pub script: usize,
    /// The text that it was made from, by number; texts drawn apart have different ones.
    pub source: usize,
    /// Its Jaccard similarity to that text, in `[0, 1]`; `None` for the text itself.
    pub similarity: Option<f64>,
}

/// The scripts that texts are in.
pub const SCRIPTS: [&str; 8] =
    ["Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Thai", "Japanese"];

/// First and last letter that words of a script are made of.
const LETTERS: [(u32, u32); 8] = [
    (0x61, 0x7A),
    (0x430, 0x44F),
    (0x3B1, 0x3C9),
    (0x628, 0x63A),
    (0x5D0, 0x5EA),
    (0x915, 0x939),
    (0xE01, 0xE2E),
    (0x3042, 0x308D),
];
/// Words of a script.
const WORDS: usize = 6_000;
/// Share of the posts that are drawn apart and never copied.
const ALONE: f64 = 0.7;
/// The collection's length, and the longest time between a text and its copy, in seconds.
const SPAN: usize = 90 * 86_400;
const LATEST: usize = 20 * 86_400;
/// Similarities that copies are made at, at least: the first are exact.
const LEVELS: [f64; 6] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.4];

/// Makes the posts, in order of time.
#[must_use]
pub fn near_copies(plan: &NearCopiesPlan) -> Vec<NearCopy> {
    let mut dice = Dice::new(plan.seed, "near copies");
    let vocabularies: Vec<Vec<String>> =
        (0..SCRIPTS.len()).map(|script| vocabulary(script, &mut dice)).collect();
    let mut posts: Vec<NearCopy> = Vec::with_capacity(plan.posts);
    let mut source = 0;
    while posts.len() < plan.posts {
        let script = dice.below(SCRIPTS.len());
        let text = written(script, &vocabularies[script], &mut dice);
        let second = dice.below(SPAN - LATEST) as i64;
        let copies = if dice.chance(ALONE) { 0 } else { 1 + dice.below(5) };
        for _ in 0..copies.min(plan.posts - posts.len() - 1) {
            let least = LEVELS[dice.below(LEVELS.len())];
            let (text, similarity) = changed(&text, script, least, &mut dice);
            let second = second + 1 + dice.below(LATEST) as i64;
            posts.push(NearCopy { second, text, script, source, similarity: Some(similarity) });
        }
        posts.push(NearCopy { second, text, script, source, similarity: None });
        source += 1;
    }
    posts.sort_by(|l, r| (l.second, &l.text).cmp(&(r.second, &r.text)));
    posts
}

fn vocabulary(script: usize, dice: &mut Dice) -> Vec<String> {
    let (first, last) = LETTERS[script];
    (0..WORDS)
        .map(|_| {
            let length = 2 + dice.below(8);
            let letter = |_| char::from_u32(dice.between(first as usize, last as usize) as u32);
            (0..length).filter_map(letter).collect()
        })
        .collect()
}

fn is_spaced(script: usize) -> bool {
    !matches!(SCRIPTS[script], "Thai" | "Japanese")
}

/// Ten to thirty words, the frequent ones more often.
fn written(script: usize, words: &[String], dice: &mut Dice) -> String {
    let count = dice.between(10, 30);
    let drawn: Vec<&str> = (0..count)
        .map(|_| {
            let place = (dice.unit() * dice.unit() * words.len() as f64) as usize;
            words[place.min(words.len() - 1)].as_str()
        })
        .collect();
    drawn.join(if is_spaced(script) { " " } else { "" })
}

/// The text with letters changed one by one, as long as it stays that similar to what it was.
fn changed(text: &str, script: usize, least: f64, dice: &mut Dice) -> (String, f64) {
    let before = sequences(text, script);
    let (first, last) = LETTERS[script];
    let mut letters: Vec<char> = text.chars().collect();
    let mut similarity = 1.0;
    for _ in 0..letters.len() {
        let place = dice.below(letters.len());
        if letters[place] == ' ' {
            continue;
        }
        let old = letters[place];
        let new = dice.between(first as usize, last as usize) as u32;
        letters[place] = char::from_u32(new).unwrap_or(old);
        let now: String = letters.iter().collect();
        let then = jaccard(&before, &sequences(&now, script));
        if then < least {
            letters[place] = old;
            break;
        }
        similarity = then;
    }
    (letters.into_iter().collect(), similarity)
}

/// The character sequences of a text without its spaces: five letters, three in Thai, two in Japanese.
fn sequences(text: &str, script: usize) -> HashSet<Vec<char>> {
    let length = match SCRIPTS[script] {
        "Thai" => 3,
        "Japanese" => 2,
        _ => 5,
    };
    let letters: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    letters.windows(length).map(<[char]>::to_vec).collect()
}

fn jaccard(left: &HashSet<Vec<char>>, right: &HashSet<Vec<char>>) -> f64 {
    let common = left.intersection(right).count();
    common as f64 / (left.len() + right.len() - common).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts() -> Vec<NearCopy> {
        near_copies(&NearCopiesPlan { posts: 3_000, seed: 5 })
    }

    #[test]
    fn every_level_of_similarity_is_there_in_every_script() {
        let posts = posts();
        assert_eq!(posts.len(), 3_000);
        for (script, name) in SCRIPTS.iter().enumerate() {
            for (least, most) in [(1.0, 1.1), (0.9, 1.0), (0.8, 0.9), (0.4, 0.5)] {
                let fits = |post: &&NearCopy| {
                    post.script == script
                        && post.similarity.is_some_and(|s| (least..most).contains(&s))
                };
                assert!(posts.iter().filter(fits).count() > 5, "{name} {least}");
            }
        }
    }

    #[test]
    fn a_copy_comes_after_its_source_and_is_as_similar_as_is_said() {
        let posts = posts();
        for copy in posts.iter().filter(|post| post.similarity.is_some()) {
            let source = posts
                .iter()
                .find(|post| post.source == copy.source && post.similarity.is_none())
                .unwrap();
            assert!(source.second < copy.second);
            let exact =
                jaccard(&sequences(&source.text, copy.script), &sequences(&copy.text, copy.script));
            assert_eq!(Some(exact), copy.similarity);
        }
    }
}
