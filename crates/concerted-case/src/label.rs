//! What a person calls one of several results of a kind, such as an audit: a word that can be a file's name.
//!
//! **Invariant:** small ASCII letters, digits and hyphens, at most 60 of them, so that no label leads out of
//! the case or differs from another by what a disk ignores.

use std::fmt;

use serde::{Deserialize, Serialize};

const LONGEST: usize = 60;

/// A label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl Label {
    /// The label nearest to these words.
    #[must_use]
    pub fn near(words: &str) -> Self {
        let mut label = String::new();
        for sign in words.chars().map(|sign| sign.to_ascii_lowercase()) {
            let fits = sign.is_ascii_lowercase() || sign.is_ascii_digit();
            match (fits, label.ends_with('-') || label.is_empty()) {
                (true, _) => label.push(sign),
                (false, false) => label.push('-'),
                (false, true) => {}
            }
            if label.len() == LONGEST {
                break;
            }
        }
        let label = label.trim_end_matches('-');
        Self(if label.is_empty() { "unnamed".to_owned() } else { label.to_owned() })
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Label {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        let near = Self::near(&word);
        if near.0 == word { Ok(near) } else { Err("a label has small letters, digits and hyphens") }
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_leads_out_of_its_folder() {
        for (words, label) in [
            ("../../etc/passwd", "etc-passwd"),
            ("List of June.txt", "list-of-june-txt"),
            ("لیست", "unnamed"),
            ("a--b-", "a-b"),
        ] {
            assert_eq!(Label::near(words).as_str(), label);
            assert!(Label::try_from(label.to_owned()).is_ok());
            assert_eq!(Label::try_from(words.to_owned()).is_ok(), words == label);
        }
        assert_eq!(Label::near(&"x".repeat(99)).as_str().len(), LONGEST);
    }
}
