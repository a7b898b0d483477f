//! One post: as a format hands it in, and as it was judged fit.
//!
//! **Invariant:** a `Draft` holds the source's own words and decides nothing; a [`PostRow`] has an
//! account, a moment and no empty key in any list.

use std::{borrow::Cow, fmt};

use concerted_model::{Clock, PostKind, Span, Timestamp};
use memchr::memchr;
use serde::{Deserialize, Serialize};

use super::place::Place;

/// Who published a post, as [`concerted_model::AccountId`] has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Author<'a> {
    /// The site.
    pub platform: Cow<'a, str>,
    /// The server, where the platform is a federation of servers; else empty.
    pub instance: Cow<'a, str>,
    /// The id, digit for digit.
    pub id: Cow<'a, str>,
}

/// What each clock says of a post, as [`concerted_model::tables::Clocks`] has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// The author's.
    pub claimed: Option<Timestamp>,
    /// The platform's.
    pub server: Option<Timestamp>,
    /// The one in its id.
    pub id: Option<Timestamp>,
    /// When it was collected.
    pub collected: Option<Timestamp>,
}

impl fmt::Display for Author<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { platform, instance, id } = self;
        if instance.is_empty() {
            write!(f, "{platform}:{id}")
        } else {
            write!(f, "{platform}:{id}@{instance}")
        }
    }
}

/// A post that was read, with the columns of [`concerted_model::tables::Posts`]; its words are those of
/// the record, wherever nothing had to be done to them.
#[derive(Clone, Debug, PartialEq)]
pub struct PostRow<'a> {
    /// Where it stands in its input.
    pub place: Place,
    /// Who published it.
    pub account: Author<'a>,
    /// The account's name at that time.
    pub handle: Option<Cow<'a, str>>,
    /// Its id, if the source has ids.
    pub id: Option<Cow<'a, str>>,
    /// What it is.
    pub kind: PostKind,
    /// When it was published.
    pub time: Timestamp,
    /// By which clock.
    pub clock: Clock,
    /// How finely that clock tells the time.
    pub resolution: Span,
    /// What all clocks say.
    pub clocks: Clocks,
    /// What it says.
    pub text: Option<Cow<'a, str>>,
    /// Language, as the source names it.
    pub language: Option<Cow<'a, str>>,
    /// The application it was sent with.
    pub client: Option<Cow<'a, str>>,
    /// The post that it passes on.
    pub repost_of: Option<Cow<'a, str>>,
    /// Who wrote that.
    pub repost_of_account: Option<Cow<'a, str>>,
    /// When that was published, if its id tells or the source says.
    pub repost_of_born: Option<Timestamp>,
    /// The post that it answers.
    pub reply_to: Option<Cow<'a, str>>,
    /// Whom it answers.
    pub reply_to_account: Option<Cow<'a, str>>,
    /// When that was published.
    pub reply_to_born: Option<Timestamp>,
    /// The post that it quotes.
    pub quote_of: Option<Cow<'a, str>>,
    /// When that was published.
    pub quote_of_born: Option<Timestamp>,
    /// Addresses it links to, sorted, each once.
    pub urls: Vec<Cow<'a, str>>,
    /// Hashtags without their sign, sorted, each once.
    pub hashtags: Vec<Cow<'a, str>>,
    /// Accounts that it names, sorted, each once.
    pub mentions: Vec<Cow<'a, str>>,
    /// Images and films in it, sorted, each once.
    pub media: Vec<Cow<'a, str>>,
}

impl PostRow<'_> {
    /// The same post with words of its own, for whoever keeps it.
    #[must_use]
    pub fn to_owned(&self) -> PostRow<'static> {
        let one = |word: &Option<Cow<'_, str>>| word.as_deref().map(own);
        let many = |words: &[Cow<'_, str>]| words.iter().map(|word| own(word)).collect();
        PostRow {
            account: Author {
                platform: own(&self.account.platform),
                instance: own(&self.account.instance),
                id: own(&self.account.id),
            },
            handle: one(&self.handle),
            id: one(&self.id),
            text: one(&self.text),
            language: one(&self.language),
            client: one(&self.client),
            repost_of: one(&self.repost_of),
            repost_of_account: one(&self.repost_of_account),
            reply_to: one(&self.reply_to),
            reply_to_account: one(&self.reply_to_account),
            quote_of: one(&self.quote_of),
            urls: many(&self.urls),
            hashtags: many(&self.hashtags),
            mentions: many(&self.mentions),
            media: many(&self.media),
            ..*self
        }
    }
}

fn own(word: &str) -> Cow<'static, str> {
    Cow::Owned(word.to_owned())
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was taken away, by its author or by the platform.
    Deleted,
    /// It was published again with other words.
    Edited,
}

/// A record that says what became of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Bytes of the longest word for nothing.
const LONGEST_NOTHING: usize = 9;

/// Whether a word stands for nothing at all: what exports write into cells that have no value.
pub(crate) fn is_nothing(word: &str) -> bool {
    if let [first, .., last] = word.as_bytes()
        && word.len() > LONGEST_NOTHING
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return false;
    }
    matches!(
        word.trim(),
        "" | "nan" | "NaN" | "None" | "null" | "NULL" | "NA" | "<NA>" | "undefined"
    )
}

fn is_blank(word: &str) -> bool {
    word.chars().all(char::is_whitespace)
}

/// A word in which each NUL is made visible.
pub(crate) fn without_nul(word: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = word.as_bytes();
    // Short words are most, and looked through sooner than a vector search is set up.
    let any = if bytes.len() < 64 {
        bytes.iter().fold(false, |any, byte| any | (*byte == 0))
    } else {
        memchr(0, bytes).is_some()
    };
    if any { Cow::Owned(word.replace('\0', "\u{2400}")) } else { word }
}

/// A word as text to keep: nothing for nothing, and a NUL made visible.
pub(crate) fn kept(word: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    word.map(without_nul).filter(|word| !is_blank(word))
}

/// An id or key to keep: like [`kept`], and the words for nothing are nothing.
pub(crate) fn kept_key(word: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    word.map(without_nul).filter(|word| !is_nothing(word))
}

/// Keys to keep: trimmed, sorted, each once, no empty one.
pub(crate) fn kept_keys(words: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    let trimmed = |word| match word {
        Cow::Borrowed(word) => Cow::Borrowed(str::trim(word)),
        Cow::Owned(word) if word.trim().len() == word.len() => Cow::Owned(word),
        Cow::Owned(word) => Cow::Owned(word.trim().to_owned()),
    };
    let keys = words.into_iter().map(|word| trimmed(without_nul(word)));
    let mut keys: Vec<Cow<'_, str>> = keys.filter(|word| !word.is_empty()).collect();
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
