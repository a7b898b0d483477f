//! `snscrape`: tweets as snscrape wrote them, one a line.
//!
//! **Invariant:** ids are numbers beyond 2^53 and are kept digit for digit; both generations of key
//! names are known.

use std::borrow::Cow;

use concerted_model::{Platform, Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, error::ReadError, json::Json, judge::Judge, place::Place,
    post::Draft, sample::Sample, spec::Spec, x_v1::client,
};

pub(crate) static SPEC: Spec = Spec {
    name: "snscrape",
    title: "snscrape's tweets, JSONL",
    platform: Platform::X,
    mapping: &[
        ("account", "user.id"),
        ("handle", "user.username"),
        ("id", "id"),
        ("time", "date"),
        ("text", "rawContent | content"),
        ("language", "lang"),
        ("client", "sourceLabel | source"),
        ("repost_of", "retweetedTweet.id"),
        ("repost_of_account", "retweetedTweet.user.id"),
        ("reply_to", "inReplyToTweetId"),
        ("reply_to_account", "inReplyToUser.id"),
        ("quote_of", "quotedTweet.id"),
        ("urls", "links[].url | outlinks[]"),
        ("hashtags", "hashtags[]"),
        ("mentions", "mentionedUsers[].id"),
        ("media", "media[].fullUrl"),
    ],
    coarsest: Span::seconds(1),
    ..Spec::PLAIN
};

/// How sure it is that these are such tweets.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let first = values.first()?;
    let kind = first.text("_type").unwrap_or_default();
    (kind.starts_with("snscrape.modules.twitter.") || first.has(&["rawContent", "user", "date"]))
        .then_some(100)
}

/// Opens a file of tweets.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Tweets))
}

struct Tweets;

impl JsonReader for Tweets {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        if value.text("_type").is_some_and(|kind| !kind.ends_with(".Tweet")) {
            return judge.no_post();
        }
        if value.get("id").is_none() {
            return judge.refuse(place, RejectReason::Malformed, "no tweet".to_owned());
        }
        let one = |paths: &[&str]| value.any(paths).map(Cow::Borrowed);
        let many = |list: &str, key: &str| value.texts(list, key).map(Cow::Borrowed).collect();
        let links: Vec<Cow<'_, str>> = many("links", "url");
        let whole = value.any(&["retweetedTweet.rawContent", "retweetedTweet.content"]);
        judge.post(Draft {
            place,
            account: one(&["user.id"]),
            handle: one(&["user.username"]),
            id: one(&["id"]),
            time: one(&["date"]),
            text: whole.map(Cow::Borrowed).or_else(|| one(&["rawContent", "content"])),
            language: one(&["lang"]),
            client: value.any(&["sourceLabel", "source"]).map(client),
            repost_of: one(&["retweetedTweet.id"]),
            repost_of_account: one(&["retweetedTweet.user.id"]),
            reply_to: one(&["inReplyToTweetId"]),
            reply_to_account: one(&["inReplyToUser.id"]),
            quote_of: one(&["quotedTweet.id"]),
            urls: if links.is_empty() { many("outlinks", "") } else { links },
            hashtags: many("hashtags", ""),
            mentions: many("mentionedUsers", "id"),
            media: many("media", "fullUrl"),
            ..Draft::default()
        });
    }
}
