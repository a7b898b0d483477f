//! `x-io`: X's archive of information operations, 2018 to 2022, one tweet a row.
//!
//! **Invariant:** columns are found by name: the archive changed their order. Times have minutes; the
//! ids are real, so that they give milliseconds. An account's id may be a hash, and then its name is
//! the same hash and no name.

use std::borrow::Cow;

use concerted_model::{Platform, Span};

use super::{
    Opened, ReadOptions, Reader, TableReader, columns::Named, error::ReadError, judge::Customs,
    lists, post::Draft, sample::Sample, table::Fields,
};

const NEEDED: &[&str] = &["tweetid", "userid", "tweet_time", "tweet_text"];

const MAPPING: &[(&str, &str)] = &[
    ("id", "tweetid"),
    ("account", "userid"),
    ("handle", "user_screen_name"),
    ("time", "tweet_time"),
    ("text", "tweet_text"),
    ("language", "tweet_language"),
    ("client", "tweet_client_name"),
    ("reply_to", "in_reply_to_tweetid"),
    ("reply_to_account", "in_reply_to_userid"),
    ("quote_of", "quoted_tweet_tweetid"),
    ("repost_of", "retweet_tweetid"),
    ("repost_of_account", "retweet_userid"),
    ("kind", "is_retweet"),
    ("urls", "urls"),
    ("hashtags", "hashtags"),
    ("mentions", "user_mentions"),
];

pub(crate) const CARRIES: &[&str] = &[
    "id",
    "account",
    "handle",
    "time",
    "text",
    "language",
    "client",
    "reply_to",
    "reply_to_account",
    "quote_of",
    "repost_of",
    "repost_of_account",
    "kind",
    "urls",
    "hashtags",
    "mentions",
];

/// How sure it is that this is the archive.
pub(crate) fn detect(sample: &Sample) -> Option<u8> {
    sample.has_columns(NEEDED).then_some(100)
}

/// Opens a file of the archive.
pub(crate) fn open(
    sample: &Sample,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let named = Named::of(sample, MAPPING, NEEDED, "x-io", file)?;
    let mapping = named.mapping();
    let customs = Customs {
        coarsest: Span::seconds(60),
        ..Customs::of(Platform::X, options).documented_utc()
    };
    Ok(Opened {
        customs,
        mapping,
        notes: Vec::new(),
        reader: Reader::Table(Box::new(Archive(named))),
    })
}

struct Archive(Named);

impl TableReader for Archive {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        let cell = |field| self.0.cell(row, field);
        let list = |field| cell(field).and_then(lists::bracketed).unwrap_or_default();
        let text = |field| cell(field).map(Cow::Borrowed);
        let account = cell("account").unwrap_or_default();
        let reposts = cell("kind").is_some_and(|said| said.eq_ignore_ascii_case("true"));
        Draft {
            place: row.place,
            account: Some(Cow::Borrowed(account)),
            handle: text("handle").filter(|name| *name != account),
            id: text("id"),
            kind: reposts.then_some(Cow::Borrowed("repost")),
            time: text("time"),
            text: text("text"),
            language: text("language"),
            client: text("client"),
            repost_of: text("repost_of"),
            repost_of_account: text("repost_of_account"),
            reply_to: text("reply_to"),
            reply_to_account: text("reply_to_account"),
            quote_of: text("quote_of"),
            urls: list("urls"),
            hashtags: list("hashtags"),
            mentions: list("mentions"),
            ..Draft::default()
        }
    }
}
