//! One post: as a format hands it in, and as it was judged fit.
//!
//! **Invariant:** a `Draft` holds the source's own words and decides nothing; a [`PostRow`] has an
//! account, a moment and no empty key in any list.

use std::borrow::Cow;

use concerted_model::{AccountId, Clock, PostKind, Span, Timestamp};
use serde::Serialize;

use super::place::Place;

/// A post that was read, with the columns of [`concerted_model::tables::Posts`].
#[derive(Clone, Debug, PartialEq)]
pub struct PostRow {
    /// Where it stands in its input.
    pub place: Place,
    /// Who published it.
    pub account: AccountId,
    /// The account's name at that time.
    pub handle: Option<String>,
    /// Its id, if the source has ids.
    pub id: Option<String>,
    /// What it is.
    pub kind: PostKind,
    /// When it was published.
    pub time: Timestamp,
    /// By which clock.
    pub clock: Clock,
    /// How finely that clock tells the time.
    pub resolution: Span,
    /// What it says.
    pub text: Option<String>,
    /// Language, as the source names it.
    pub language: Option<String>,
    /// The application it was sent with.
    pub client: Option<String>,
    /// The post that it passes on.
    pub repost_of: Option<String>,
    /// Who wrote that.
    pub repost_of_account: Option<String>,
    /// When that was published, if its id tells or the source says.
    pub repost_of_born: Option<Timestamp>,
    /// The post that it answers.
    pub reply_to: Option<String>,
    /// Whom it answers.
    pub reply_to_account: Option<String>,
    /// When that was published.
    pub reply_to_born: Option<Timestamp>,
    /// The post that it quotes.
    pub quote_of: Option<String>,
    /// When that was published.
    pub quote_of_born: Option<Timestamp>,
    /// Addresses it links to, sorted, each once.
    pub urls: Vec<String>,
    /// Hashtags without their sign, sorted, each once.
    pub hashtags: Vec<String>,
    /// Accounts that it names, sorted, each once.
    pub mentions: Vec<String>,
    /// Images and films in it, sorted, each once.
    pub media: Vec<String>,
}

/// A post in the source's own words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft<'a> {
    pub(crate) place: Place,
    pub(crate) platform: Option<Cow<'a, str>>,
    pub(crate) instance: Option<Cow<'a, str>>,
    pub(crate) account: Option<Cow<'a, str>>,
    pub(crate) handle: Option<Cow<'a, str>>,
    pub(crate) id: Option<Cow<'a, str>>,
    /// A word for the kind; without one the kind follows from what the post refers to.
    pub(crate) kind: Option<Cow<'a, str>>,
    /// The author's claim.
    pub(crate) time: Option<Cow<'a, str>>,
    /// The platform's own record of the moment, in microseconds.
    pub(crate) server_us: Option<i64>,
    pub(crate) text: Option<Cow<'a, str>>,
    pub(crate) language: Option<Cow<'a, str>>,
    pub(crate) client: Option<Cow<'a, str>>,
    pub(crate) repost_of: Option<Cow<'a, str>>,
    pub(crate) repost_of_account: Option<Cow<'a, str>>,
    /// When the post that it passes on was published, if the source says.
    pub(crate) repost_of_born: Option<Cow<'a, str>>,
    pub(crate) reply_to: Option<Cow<'a, str>>,
    pub(crate) reply_to_account: Option<Cow<'a, str>>,
    pub(crate) quote_of: Option<Cow<'a, str>>,
    pub(crate) urls: Vec<Cow<'a, str>>,
    pub(crate) hashtags: Vec<Cow<'a, str>>,
    pub(crate) mentions: Vec<Cow<'a, str>>,
    pub(crate) media: Vec<Cow<'a, str>>,
    /// Whether the text is not the first that was published.
    pub(crate) edited: bool,
    /// When it was collected, in microseconds, if the source says.
    pub(crate) collected_us: Option<i64>,
}

/// What became of a post after it was published, as the source tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was taken away, by its author or by the platform.
    Deleted,
    /// It was published again with other words.
    Edited,
}

/// A record that says what became of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The input's name.
    pub file: String,
    /// What became of it.
    pub change: ChangeKind,
    /// The site.
    pub platform: String,
    /// The post's id.
    pub id: String,
    /// Who did it, if the source says.
    pub account: Option<String>,
    /// When, in microseconds since 1970, if the source says.
    pub time_us: Option<i64>,
    /// Offset of the record's first byte in the uncompressed input.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u32,
    /// Physical line where it starts, from 1.
    pub line: u64,
}

/// Whether a word stands for nothing at all: what exports write into cells that have no value.
pub(crate) fn is_nothing(word: &str) -> bool {
    matches!(
        word.trim(),
        "" | "nan" | "NaN" | "None" | "null" | "NULL" | "NA" | "<NA>" | "undefined"
    )
}

/// A word as text to keep: nothing for nothing, and a NUL made visible.
pub(crate) fn kept(word: Option<Cow<'_, str>>) -> Option<String> {
    let word = word?;
    if word.contains('\0') { Some(word.replace('\0', "\u{2400}")) } else { Some(word.into_owned()) }
        .filter(|word| !word.trim().is_empty())
}

/// An id or key to keep: like [`kept`], and the words for nothing are nothing.
pub(crate) fn kept_key(word: Option<Cow<'_, str>>) -> Option<String> {
    kept(word).filter(|word| !is_nothing(word))
}

/// Keys to keep: trimmed, sorted, each once, no empty one.
pub(crate) fn kept_keys(words: Vec<Cow<'_, str>>) -> Vec<String> {
    let mut keys: Vec<String> = words
        .into_iter()
        .filter_map(|word| kept(Some(word)))
        .map(|word| word.trim().to_owned())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What kind of post a word of the source means.
pub(crate) fn kind_of(word: &str) -> Option<PostKind> {
    Some(match word.trim().to_lowercase().as_str() {
        "original" | "post" | "tweet" | "status" | "toot" => PostKind::Original,
        "repost" | "retweet" | "retweeted" | "reblog" | "boost" | "share" | "rt" | "announce" => {
            PostKind::Repost
        }
        "quote" | "quoted" | "quote_tweet" | "quote-post" => PostKind::Quote,
        "reply" | "replied_to" | "comment" | "answer" => PostKind::Reply,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_once_each_and_never_empty() {
        let words = [" b", "a", "", " ", "b "].into_iter().map(Cow::Borrowed).collect();
        assert_eq!(kept_keys(words), ["a", "b"]);
    }

    #[test]
    fn a_nul_is_shown_and_does_not_cut_the_text() {
        assert_eq!(kept(Some("a\0b".into())).as_deref(), Some("a␀b"));
    }

    #[test]
    fn words_for_nothing_are_no_keys_but_may_be_text() {
        assert_eq!(kept_key(Some("nan".into())), None);
        assert_eq!(kept(Some("None".into())).as_deref(), Some("None"));
    }
}
