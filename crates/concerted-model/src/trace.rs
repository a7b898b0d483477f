//! What accounts do: kinds of post, kinds of behaviour, and where an object's birth is known from.
//!
//! **Invariant:** each word has one spelling, on disk, on the command line and in the report.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A word outside the glossary, with the nearest right one.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("\"{word}\" is no {what}; {hint}")]
pub struct UnknownWord {
    what: &'static str,
    word: String,
    hint: String,
}

impl UnknownWord {
    /// Says that `word` is no `what`, and names the nearest of `known`, else all of them.
    #[must_use]
    pub fn among(what: &'static str, word: &str, known: &[&str]) -> Self {
        let hint = match nearest(word, known) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known are: {}", known.join(", ")),
        };
        Self { what, word: word.to_owned(), hint }
    }
}

/// The word of `known` that `word` was probably meant to be.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$item_doc:meta])* $item:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$item_doc])* #[serde(rename = $word)] $item,)+
        }

        impl $name {
            /// Every value, in the order of the glossary.
            pub const ALL: &'static [Self] = &[$(Self::$item,)+];
            /// The words of [`Self::ALL`].
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                let place = Self::WORDS.iter().position(|known| *known == word);
                place
                    .map(|place| Self::ALL[place])
                    .ok_or_else(|| UnknownWord::among($what, word, Self::WORDS))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What a post is.
    PostKind, "kind of post" {
        /// The account's own words.
        Original = "original",
        /// Somebody else's post, passed on as it is.
        Repost = "repost",
        /// Somebody else's post with words of one's own.
        Quote = "quote",
        /// An answer to a post.
        Reply = "reply",
    }
}

words! {
    /// A kind of behaviour in which accounts can act together.
    Trace, "trace" {
        /// Passing on the same post.
        Repost = "repost",
        /// Sharing the same address, canonicalised.
        Url = "url",
        /// Sharing addresses of the same registrable domain.
        Domain = "domain",
        /// Using the same hashtag.
        Hashtag = "hashtag",
        /// Using the same combination of two or more hashtags.
        HashtagSet = "hashtag-set",
        /// Naming the same account.
        Mention = "mention",
        /// Answering the same post.
        Reply = "reply",
        /// Quoting the same post.
        Quote = "quote",
        /// Publishing the same text, after normalisation.
        Text = "text",
        /// Publishing the same image or film.
        Media = "media",
        /// Liking the same post.
        Like = "like",
        /// Posting at the same moments, whatever the content.
        Post = "post",
        /// Publishing texts that a language model puts near to each other: candidates of rewordings.
        Rewording = "rewording",
    }
}

words! {
    /// Where an object's birth is known from.
    BirthSource, "source of a birth" {
        /// The clock inside the object's own id, or the time of the object's own post.
        OwnClock = "own-clock",
        /// The first action on it that this case holds.
        FirstSighting = "first-sighting",
    }
}

words! {
    /// What would happen without coordination: a null that an edge can survive.
    Null, "null" {
        /// When, how soon and on what kind of object accounts act, and how often each does.
        Joint = "joint",
        /// What the two share, and how soon after an object's birth each usually acts: test T.
        Timing = "timing",
        /// A response that varies only as slowly as the object ages: test J.
        Jitter = "jitter",
        /// A choice among a source's objects by their popularity alone: test W.
        Selection = "selection",
    }
}

words! {
    /// Which of two accounts follows the other.
    Direction, "direction" {
        /// Now the one is first, now the other.
        Mutual = "mutual",
        /// The source nearly always acts after the target.
        SourceFollows = "source-follows",
        /// The target nearly always acts after the source.
        TargetFollows = "target-follows",
    }
}

words! {
    /// How firmly a member belongs to a group.
    Role, "role" {
        /// Its own share in the group's joint actions is above chance on days that had no part in
        /// finding the group.
        Core = "core",
        /// Joined by edges only.
        Periphery = "periphery",
    }
}

words! {
    /// How a text is like the one that leads its cluster.
    Likeness, "likeness" {
        /// It is the leader's text, but for case, punctuation, spacing, names, addresses and the like.
        Same = "same",
        /// Its letters are the leader's, but for accents, emoji, spaces and letters that look alike.
        Letters = "letters",
        /// Most of its character sequences are the leader's.
        Similar = "similar",
        /// It holds long passages of the leader's text, or is held in it.
        Passage = "passage",
    }
}

words! {
    /// Why a file of a folder of images is not compared.
    ImageFault, "reason for refusing an image" {
        /// It was passed over: hidden, a link, a device, empty.
        PassedOver = "passed-over",
        /// Its content is no JPEG, PNG, GIF or WebP.
        NoImage = "no-image",
        /// The file has more bytes than are read.
        TooLarge = "too-large",
        /// It has more pixels than are decoded.
        TooManyPixels = "too-many-pixels",
        /// It cannot be decoded: cut off, or damaged.
        Broken = "broken",
        /// The system does not let it be read.
        Unreadable = "unreadable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for trace in Trace::ALL {
            assert_eq!(trace.as_str().parse(), Ok(*trace));
        }
        for kind in PostKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
    }

    #[test]
    fn a_misspelt_trace_is_answered_with_the_nearest() {
        let error = "hastag".parse::<Trace>().unwrap_err();
        assert_eq!(error.to_string(), "\"hastag\" is no trace; did you mean \"hashtag\"?");
        assert!("bananas".parse::<Trace>().unwrap_err().to_string().contains("known are: repost"));
    }
}
