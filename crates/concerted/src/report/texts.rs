//! The words of the report, one file a language.
//!
//! **Invariant:** every language has the same keys with the same places to fill; a word that is missing
//! shows as its key, never as nothing. What is filled in from the data stands in an isolate of its own
//! where it could turn the direction of the sentence around it.

use std::{collections::BTreeMap, str::FromStr, sync::OnceLock};

use concerted_model::UnknownWord;

/// A language of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Persian.
    Fa,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Fa];
    /// Their words on the command line.
    pub const WORDS: [&'static str; 2] = ["en", "fa"];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../../texts/en.toml"),
            Self::Fa => include_str!("../../texts/fa.toml"),
        }
    }
}

impl FromStr for Language {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|language| language.as_str() == word);
        found.ok_or_else(|| UnknownWord::among("language of the report", word, &Self::WORDS))
    }
}

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Texts(BTreeMap<String, BTreeMap<String, String>>);

impl Texts {
    pub(crate) fn of(language: Language) -> &'static Self {
        static READ: [OnceLock<Texts>; 2] = [OnceLock::new(), OnceLock::new()];
        READ[language as usize].get_or_init(|| {
            // The files are part of the program; a test reads them.
            Self(toml::from_str(language.source()).unwrap_or_default())
        })
    }

    /// The language.
    pub(crate) fn language(&self) -> Language {
        let own = self.get("page.language");
        Language::ALL.into_iter().find(|language| language.as_str() == own).unwrap_or_default()
    }

    /// A text with nothing to fill in.
    pub(crate) fn get<'a>(&'a self, key: &'a str) -> &'a str {
        let (section, name) = key.split_once('.').unwrap_or(("", key));
        self.0.get(section).and_then(|section| section.get(name)).map_or(key, String::as_str)
    }

    /// A text with its places filled in.
    pub(crate) fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.get(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &self.isolated(value));
        }
        text
    }

    /// A value such that its direction is its own: as it is, where it cannot matter.
    fn isolated(&self, value: &str) -> String {
        let plain = value.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'));
        let left_to_right = self.get("page.direction") == "ltr";
        if plain || (left_to_right && value.is_ascii()) {
            value.to_owned()
        } else {
            format!("\u{2068}{value}\u{2069}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_language_has_the_same_keys_with_the_same_places() {
        let english = &Texts::of(Language::En).0;
        assert!(english.len() > 10, "the texts could not be read");
        for language in Language::ALL {
            let texts = &Texts::of(language).0;
            let keys = |texts: &BTreeMap<String, BTreeMap<String, String>>| -> Vec<String> {
                texts
                    .iter()
                    .flat_map(|(section, of)| of.keys().map(move |key| format!("{section}.{key}")))
                    .collect()
            };
            assert_eq!(keys(texts), keys(english), "{language:?}");
            for (section, of) in texts {
                for (key, text) in of {
                    assert_eq!(places(text), places(&english[section][key]), "{section}.{key}");
                    assert!(!text.trim().is_empty(), "{language:?}: {section}.{key}");
                }
            }
        }
    }

    #[test]
    fn what_is_filled_in_cannot_turn_the_sentence_around() {
        let said = Texts::of(Language::Fa)
            .say("why.source_some", &[("source", "abc (1)"), ("share", "7 %")]);
        assert!(said.contains("\u{2068}abc (1)\u{2069}"), "{said}");
        let said =
            Texts::of(Language::En).say("group.heading", &[("number", "1"), ("accounts", "7")]);
        assert_eq!(said, "Group 1: 7 accounts");
    }

    #[test]
    fn a_missing_text_shows_its_key() {
        assert_eq!(Texts::of(Language::En).get("no.such"), "no.such");
    }
}
