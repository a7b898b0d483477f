//! Texts: sentences put together from lists of neutral words, in five languages.
//!
//! **Invariant:** two texts drawn apart are practically never the same, and seldom alike: a note
//! has more than 10⁹ forms, so that equal texts mean copying. Nothing here names a country, party,
//! person, brand or religion.

mod arabic;
mod english;
mod hebrew;
mod japanese;
mod persian;
mod subjects;

use crate::{dice::Dice, plan::Language};

/// A language's patterns and words. A pattern holds `{names}` of lists; with a capital, the word
/// is capitalised.
pub(super) struct Tongue {
    /// First sentences.
    openings: &'static [&'static str],
    /// Second sentences.
    closings: &'static [&'static str],
    /// Answers to somebody.
    answers: &'static [&'static str],
    /// What is written about: one list of nouns for each subject, met in patterns as `noun`.
    nouns: &'static [&'static [&'static str]],
    /// All other lists by name.
    lists: &'static [(&'static str, &'static [&'static str])],
    /// What stands between two sentences.
    space: &'static str,
}

fn tongue(language: Language) -> &'static Tongue {
    match language {
        Language::English => &english::ENGLISH,
        Language::Persian => &persian::PERSIAN,
        Language::Arabic => &arabic::ARABIC,
        Language::Hebrew => &hebrew::HEBREW,
        Language::Japanese => &japanese::JAPANESE,
    }
}

/// What kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Two sentences on the subject.
    Note,
    /// A sentence in response to somebody.
    Answer,
}

/// Words to be drawn in a text, at most.
const CHOICES: usize = 16;

/// A text before it is written out: which patterns, which words.
#[derive(Clone)]
pub(crate) struct Sketch {
    language: Language,
    subject: usize,
    form: Form,
    patterns: [u16; 2],
    choices: [u16; CHOICES],
}

impl Sketch {
    pub(crate) fn new(language: Language, subject: usize, form: Form, dice: &mut Dice) -> Self {
        let mut drawn = [0; CHOICES + 4];
        for four in drawn.chunks_mut(4) {
            let bits = dice.bits();
            for (place, choice) in four.iter_mut().enumerate() {
                *choice = (bits >> (16 * place)) as u16;
            }
        }
        let mut choices = [0; CHOICES];
        choices.copy_from_slice(&drawn[..CHOICES]);
        Self { language, subject, form, patterns: [drawn[CHOICES], drawn[CHOICES + 1]], choices }
    }

    /// The same in slightly other words: one of the first four is drawn anew, and one of the rest.
    pub(crate) fn reworded(&self, dice: &mut Dice) -> Self {
        let mut other = self.clone();
        for place in [dice.below(4), 4 + dice.below(4)] {
            // A quarter of the range away at least: another word of any list of four or more.
            let step = dice.between(1 << 14, 3 << 14) as u16;
            other.choices[place] = other.choices[place].wrapping_add(step);
        }
        other
    }

    /// The text.
    pub(crate) fn write(&self) -> String {
        let tongue = tongue(self.language);
        let mut text = String::with_capacity(160);
        let mut choices = self.choices.iter().copied();
        let mut said = Vec::with_capacity(CHOICES);
        let mut sentence = |patterns: &[&str], which: u16| {
            fill(chosen(patterns, which), &mut text, |name| {
                let words = match name {
                    "noun" => tongue.nouns[self.subject % tongue.nouns.len()],
                    _ => tongue.list(name),
                };
                unsaid(words, choices.next().unwrap_or(0), &mut said)
            });
        };
        match self.form {
            Form::Answer => sentence(tongue.answers, self.patterns[0]),
            Form::Note => {
                sentence(tongue.openings, self.patterns[0]);
                sentence(&[tongue.space], 0);
                sentence(tongue.closings, self.patterns[1]);
            }
        }
        text
    }
}

impl Tongue {
    fn list(&self, name: &str) -> &'static [&'static str] {
        self.lists.iter().find(|(known, _)| *known == name).map_or(&[], |(_, words)| words)
    }
}

/// The chosen word, or the next that the text has not said yet.
fn unsaid(
    words: &'static [&'static str],
    choice: u16,
    said: &mut Vec<&'static str>,
) -> &'static str {
    let from = place(choice, words.len());
    let mut onward = words.iter().cycle().skip(from).take(words.len());
    let word = onward.find(|word| !said.contains(word)).copied().unwrap_or_default();
    said.push(word);
    word
}

/// The place among `count` that a 16-bit choice stands for.
fn place(choice: u16, count: usize) -> usize {
    (usize::from(choice) * count) >> 16
}

fn chosen<'a>(words: &[&'a str], choice: u16) -> &'a str {
    words.get(place(choice, words.len())).copied().unwrap_or_default()
}

/// Copies a pattern with a word for each `{name}`.
fn fill(pattern: &str, text: &mut String, mut word: impl FnMut(&str) -> &'static str) {
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            let mut chars = word(&name.to_ascii_lowercase()).chars();
            text.extend(chars.next().map(|first| first.to_ascii_uppercase()));
            text.push_str(chars.as_str());
        } else {
            text.push_str(word(name));
        }
        rest = after;
    }
    text.push_str(rest);
}

/// The path of an invented article, without its number, such as `gardens/mossy-rain-barrel`.
pub(crate) fn slug(subject: usize, dice: &mut Dice) -> String {
    let section = subjects::SECTIONS[subject % subjects::SECTIONS.len()];
    let nouns = subjects::NOUNS[subject % subjects::NOUNS.len()];
    let adjectives = english::ENGLISH.list("adj");
    let (adjective, noun) = (dice.pick(adjectives).copied(), dice.pick(nouns).copied());
    format!("{section}/{} {}", adjective.unwrap_or_default(), noun.unwrap_or_default())
        .replace(' ', "-")
}

/// The hashtags of a subject, the most used first.
pub(crate) fn hashtags(subject: usize) -> Vec<String> {
    let nouns = subjects::NOUNS[subject % subjects::NOUNS.len()];
    nouns
        .iter()
        .zip(["Notes", "Walk", "Days", "Watch", "Diary"].iter().cycle())
        .map(|(noun, ending)| {
            let mut tag = String::new();
            for word in noun.split(' ') {
                fill("{Word}", &mut tag, |_| word);
            }
            tag + ending
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const LANGUAGES: [Language; 5] = [
        Language::English,
        Language::Persian,
        Language::Arabic,
        Language::Hebrew,
        Language::Japanese,
    ];

    #[test]
    fn every_list_that_a_pattern_names_exists() {
        for language in LANGUAGES {
            let tongue = tongue(language);
            for patterns in [tongue.openings, tongue.closings, tongue.answers] {
                for pattern in patterns {
                    let mut words = 0;
                    fill(pattern, &mut String::new(), |name| {
                        words += 1;
                        assert!(name == "noun" || !tongue.list(name).is_empty(), "{pattern}");
                        ""
                    });
                    assert!(words <= CHOICES / 2, "{pattern}");
                }
            }
        }
    }

    #[test]
    fn no_list_says_a_word_twice() {
        for language in LANGUAGES {
            let tongue = tongue(language);
            for (name, words) in tongue.lists {
                assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len(), "{name}");
            }
        }
    }

    #[test]
    fn twenty_thousand_notes_are_all_different() {
        for language in LANGUAGES {
            let mut dice = Dice::new(3, "notes");
            let notes: HashSet<String> = (0..20_000)
                .map(|_| Sketch::new(language, 0, Form::Note, &mut dice).write())
                .collect();
            assert!(notes.len() >= 19_995, "{language:?}: {}", notes.len());
        }
    }

    #[test]
    fn notes_drawn_apart_are_seldom_alike() {
        for language in LANGUAGES {
            let mut dice = Dice::new(4, "alike");
            let shingles: Vec<HashSet<Vec<char>>> = (0..600)
                .map(|_| {
                    let note = Sketch::new(language, 0, Form::Note, &mut dice).write();
                    let chars: Vec<char> = note.chars().collect();
                    chars.windows(5).map(<[char]>::to_vec).collect()
                })
                .collect();
            let mut alike = 0;
            for (place, left) in shingles.iter().enumerate() {
                for right in &shingles[..place] {
                    let common = left.intersection(right).count();
                    let all = left.len() + right.len() - common;
                    alike += usize::from(common * 10 > all * 7);
                }
            }
            assert!(alike <= 2, "{language:?}: {alike} of 179,700 pairs");
        }
    }

    #[test]
    fn a_rewording_differs_and_keeps_most_words() {
        let mut dice = Dice::new(5, "rewording");
        let sketch = Sketch::new(Language::English, 2, Form::Note, &mut dice);
        let (before, after) = (sketch.write(), sketch.reworded(&mut dice).write());
        assert_ne!(before, after);
        let words: HashSet<&str> = before.split(' ').collect();
        let kept = after.split(' ').filter(|word| words.contains(word)).count();
        assert!(kept * 2 > words.len(), "{before} / {after}");
    }

    #[test]
    fn a_note_fits_a_post() {
        for language in LANGUAGES {
            let mut dice = Dice::new(6, "length");
            for _ in 0..5_000 {
                let note = Sketch::new(language, dice.below(8), Form::Note, &mut dice).write();
                assert!(note.chars().count() <= 280, "{note}");
            }
        }
    }
}
