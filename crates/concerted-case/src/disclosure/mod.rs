//! Levels of disclosure: what of a case may leave it, from counts alone to everything.
//!
//! | level | accounts | post ids | texts, links, hashtags | times | for |
//! |---|---|---|---|---|---|
//! | S0 | counts, small ones withheld | – | – | day | the press |
//! | S1 | keyed pseudonyms | keyed | keyed | minute, gaps exact | the public |
//! | S2 | keyed pseudonyms | real: whoever looks them up has the account | real | exact | reviewers under agreement |
//! | S3 | real | real | real | exact | court, regulator, platform |
//!
//! **Invariant:** whatever leaves a case passes a [`Lens`]; a pseudonym is an HMAC under a key that never
//! leaves with it, since ids are few enough for an unkeyed hash to be undone by trying them all.

use std::{borrow::Cow, fmt, str::FromStr};

use concerted_model::UnknownWord;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

mod key;

pub use key::{KEY_FILE, Secret};

use crate::durable::hex;

/// How much may be seen.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Level {
    /// Counts only; those below [`Level::SMALLEST_COUNT`] are withheld.
    #[serde(rename = "S0")]
    Figures,
    /// Pseudonyms; nothing that can be looked up.
    #[serde(rename = "S1")]
    ShareSafe,
    /// Pseudonyms, with real post ids and texts: anybody who looks them up has the accounts.
    #[serde(rename = "S2")]
    Peers,
    /// Everything as it is.
    #[serde(rename = "S3")]
    Evidence,
}

impl Level {
    /// At S0 a count below this is withheld.
    pub const SMALLEST_COUNT: u64 = 10;

    /// The words of the levels, in order.
    pub const WORDS: [&'static str; 4] = ["S0", "S1", "S2", "S3"];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// Whether single accounts appear at all.
    #[must_use]
    pub fn shows_accounts(self) -> bool {
        self > Self::Figures
    }

    /// Whether texts, links and post ids appear as they are.
    #[must_use]
    pub fn shows_content(self) -> bool {
        self >= Self::Peers
    }

    /// Whether accounts appear under their own ids and names.
    #[must_use]
    pub fn shows_names(self) -> bool {
        self == Self::Evidence
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [Self::Figures, Self::ShareSafe, Self::Peers, Self::Evidence];
        all.into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(word))
            .ok_or_else(|| UnknownWord::among("level of disclosure", word, &Self::WORDS))
    }
}

const MINUTE_US: i64 = 60_000_000;
const DAY_US: i64 = 86_400_000_000;

/// A level with the key of its pseudonyms: what a case looks like from outside.
#[derive(Clone)]
pub struct Lens {
    level: Level,
    /// Keyed already; each pseudonym starts from a copy.
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Lens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lens({})", self.level)
    }
}

impl Lens {
    /// Looks at a case at `level`, with pseudonyms under `secret`.
    #[must_use]
    pub fn new(level: Level, secret: &Secret) -> Self {
        // HMAC itself fills a key up to its block with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(secret.bytes());
        Self { level, mac: Hmac::new(&block.into()) }
    }

    /// Everything as it is.
    #[must_use]
    pub fn clear() -> Self {
        Self::new(Level::Evidence, &Secret::none())
    }

    /// How much it shows.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// An account's id.
    #[must_use]
    pub fn account<'a>(&self, platform: &str, instance: &str, id: &'a str) -> Cow<'a, str> {
        if self.level.shows_names() {
            return id.into();
        }
        format!("a-{}", self.pseudonym(&["account", platform, instance, id])).into()
    }

    /// An account's name, where names may be seen.
    #[must_use]
    pub fn handle<'a>(&self, handle: Option<&'a str>) -> Option<&'a str> {
        handle.filter(|_| self.level.shows_names())
    }

    /// The server of a federation: small servers have few accounts, so that it tells who.
    #[must_use]
    pub fn instance<'a>(&self, instance: &'a str) -> &'a str {
        if self.level.shows_names() { instance } else { "" }
    }

    /// A post's id.
    #[must_use]
    pub fn post<'a>(&self, id: &'a str) -> Cow<'a, str> {
        if self.level.shows_content() {
            return id.into();
        }
        format!("p-{}", self.pseudonym(&["post", id])).into()
    }

    /// What was acted on: a link, a hashtag, a text, a post.
    #[must_use]
    pub fn object<'a>(&self, trace: &str, key: &'a str) -> Cow<'a, str> {
        if self.level.shows_content() {
            return key.into();
        }
        format!("o-{}", self.pseudonym(&["object", trace, key])).into()
    }

    /// A moment by itself, in microseconds.
    #[must_use]
    pub fn moment(&self, micros: i64) -> i64 {
        let step = match self.level {
            Level::Figures => DAY_US,
            Level::ShareSafe => MINUTE_US,
            Level::Peers | Level::Evidence => 1,
        };
        micros.div_euclid(step) * step
    }

    /// Two moments whose gap must stay as it is: the earlier one is coarsened, the other follows it.
    #[must_use]
    pub fn moments(&self, source: i64, target: i64) -> (i64, i64) {
        let earlier = source.min(target);
        let shift = self.moment(earlier) - earlier;
        (source + shift, target + shift)
    }

    /// 80 bits: no two of a hundred million things share them but by a chance of one in a hundred million.
    fn pseudonym(&self, parts: &[&str]) -> String {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        hex(&mac.finalize().into_bytes()[..10])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lens(level: Level, key: u8) -> Lens {
        Lens::new(level, &Secret::of([key; 32]))
    }

    #[test]
    fn a_pseudonym_is_the_same_under_one_key_and_another_under_another() {
        let one = lens(Level::ShareSafe, 1);
        assert_eq!(one.account("x", "", "42"), one.account("x", "", "42"));
        assert_ne!(one.account("x", "", "42"), one.account("x", "", "43"));
        assert_ne!(one.account("x", "", "42"), one.account("bluesky", "", "42"));
        assert_ne!(one.account("x", "", "42"), lens(Level::ShareSafe, 2).account("x", "", "42"));
        assert_ne!(one.post("42")[2..], one.object("url", "42")[2..]);
    }

    #[test]
    fn share_safe_times_are_whole_minutes_and_their_gaps_exact() {
        let (source, target) = lens(Level::ShareSafe, 1).moments(125_000_000, 119_750_000);
        assert_eq!(target % MINUTE_US, 0);
        assert_eq!(target - source, 119_750_000 - 125_000_000);
    }

    #[test]
    fn evidence_is_shown_as_it_is() {
        let lens = Lens::clear();
        assert_eq!(lens.account("x", "", "42"), "42");
        assert_eq!(lens.handle(Some("anna")), Some("anna"));
        assert_eq!((lens.post("7").as_ref(), lens.moment(61)), ("7", 61));
    }

    #[test]
    fn peers_see_posts_but_no_names() {
        let lens = lens(Level::Peers, 1);
        assert_eq!(lens.handle(Some("anna")), None);
        assert_ne!(lens.account("x", "", "42"), "42");
        assert_eq!((lens.post("7").as_ref(), lens.object("url", "u").as_ref()), ("7", "u"));
    }

    #[test]
    fn a_level_is_known_by_its_word_in_either_case() {
        assert_eq!("s1".parse::<Level>().unwrap(), Level::ShareSafe);
        let error = "S4".parse::<Level>().unwrap_err();
        assert!(error.to_string().contains("no level of disclosure"), "{error}");
    }
}
