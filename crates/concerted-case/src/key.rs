//! The steps of an investigation, and the key of everything that a step's result depends on.
//!
//! **Invariant:** equal keys mean equal results: the key covers the stage, its code's version, its
//! part of the plan, the stages that it reads and the inputs, so that a rerun does only what changed.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::durable;

/// The steps of an investigation, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// From files to posts and accounts.
    Ingest,
    /// From posts to clusters of texts that say the same.
    Copies,
    /// From posts to objects and actions.
    Actions,
    /// From actions to the coarse topics of accounts and objects.
    Topics,
    /// From actions to pairs.
    Pairs,
    /// From pairs to edges.
    Network,
    /// From edges to groups.
    Groups,
    /// From actions to what the same procedure finds by chance.
    Decoys,
    /// From edges to the posts that show them.
    Evidence,
    /// From all of it to a page for people.
    Report,
    /// From posts to the ties of published methods, a folder a method and its settings.
    Published,
    /// From posts and an accusation to its answers, a folder an accusation.
    Audit,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 12] = [
        Self::Ingest,
        Self::Copies,
        Self::Actions,
        Self::Topics,
        Self::Pairs,
        Self::Network,
        Self::Groups,
        Self::Decoys,
        Self::Evidence,
        Self::Report,
        Self::Published,
        Self::Audit,
    ];

    /// The word on disk.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Copies => "copies",
            Self::Actions => "actions",
            Self::Topics => "topics",
            Self::Pairs => "pairs",
            Self::Network => "network",
            Self::Groups => "groups",
            Self::Decoys => "decoys",
            Self::Evidence => "evidence",
            Self::Report => "report",
            Self::Published => "published",
            Self::Audit => "audit",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Everything that a stage's result depends on.
#[derive(Clone, Copy, Debug)]
pub struct KeyParts<'a> {
    /// The stage.
    pub stage: Stage,
    /// Version of the stage's code: raised whenever the same parts would give another result.
    pub code: u32,
    /// The part of the plan that it follows, as text.
    pub plan: &'a str,
    /// Keys of the stages that it reads, in the order of the stages.
    pub reads: &'a [&'a Key],
    /// SHA-256 of each input, in any order.
    pub inputs: &'a [&'a str],
}

/// What a stage was computed from, as 16 hexadecimal digits: the name of its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

impl Key {
    const DIGITS: usize = 16;

    /// The first 16 digits of the SHA-256 of all parts, each behind its length.
    #[must_use]
    pub fn of(parts: &KeyParts) -> Self {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        add(parts.stage.as_str());
        add(&parts.code.to_string());
        add(parts.plan);
        // The number of keys keeps a key from passing for an input.
        add(&parts.reads.len().to_string());
        parts.reads.iter().for_each(|key| add(&key.0));
        let mut inputs = parts.inputs.to_vec();
        inputs.sort_unstable();
        inputs.into_iter().for_each(&mut add);
        let mut digits = durable::hex(&hash.finalize());
        digits.truncate(Self::DIGITS);
        Self(digits)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Key {
    type Error = String;

    fn try_from(digits: String) -> Result<Self, String> {
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() == Self::DIGITS && digits.bytes().all(hexadecimal) {
            Ok(Self(digits))
        } else {
            Err(format!("\"{digits}\" is no key of a stage"))
        }
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: KeyParts<'_> =
        KeyParts { stage: Stage::Pairs, code: 1, plan: "x", reads: &[], inputs: &["aa", "bb"] };

    fn key() -> Key {
        Key::of(&PARTS)
    }

    #[test]
    fn a_key_is_the_same_in_whatever_order_the_inputs_come() {
        assert_eq!(Key::of(&KeyParts { inputs: &["bb", "aa"], ..PARTS }), key());
    }

    #[test]
    fn a_key_changes_with_each_of_its_sources() {
        let read = key();
        let others = [
            KeyParts { stage: Stage::Network, ..PARTS },
            KeyParts { code: 2, ..PARTS },
            KeyParts { plan: "y", ..PARTS },
            KeyParts { reads: &[&read], ..PARTS },
            KeyParts { inputs: &["aabb"], ..PARTS },
        ];
        for other in others {
            assert_ne!(Key::of(&other), key(), "{other:?}");
        }
        let as_input = KeyParts { inputs: &["aa", "bb", read.as_str()], ..PARTS };
        assert_ne!(Key::of(&as_input), Key::of(&KeyParts { reads: &[&read], ..PARTS }));
    }
}
