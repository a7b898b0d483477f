//! `user-sequences`: one account a line with all its posts in `raw_sequences`, as a published method for
//! finding coordinated accounts takes them.
//!
//! **Invariant:** each post in a line is a record of its own, and is by the account of the line.

use std::borrow::Cow;

use concerted_model::{Platform, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, error::ReadError, json::Json, judge::Judge, place::Place,
    post::Draft, sample::Sample, spec::Spec, x_v1::tweet,
};

pub(crate) static SPEC: Spec = Spec {
    name: "user-sequences",
    title: "one account a line with its tweets in raw_sequences, JSONL",
    caution: "tweets have no ids of their own, so that the same one twice counts once",
    platform: Platform::X,
    mapping: &[
        ("account", "user_id"),
        ("time", "raw_sequences[].created_at"),
        ("repost_of", "raw_sequences[].retweeted_status.id_str"),
        ("repost_of_account", "raw_sequences[].retweeted_status.user.id_str"),
        ("repost_of_born", "raw_sequences[].retweeted_status.created_at"),
        ("reply_to", "raw_sequences[].in_reply_to_status_id_str"),
        ("urls", "raw_sequences[].entities.urls[].expanded_url"),
        ("hashtags", "raw_sequences[].entities.hashtags[].text"),
        ("mentions", "raw_sequences[].entities.user_mentions[].id"),
    ],
    ..Spec::PLAIN
};

/// How sure it is that these are such lines.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let first = |value: &Json<'_>| value.has(&["user_id", "raw_sequences"]);
    sample.values().first().is_some_and(first).then_some(100)
}

/// Opens a file of such lines.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Accounts))
}

struct Accounts;

impl JsonReader for Accounts {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let Some(posts) = value.get("raw_sequences") else {
            return judge.refuse(place, RejectReason::Malformed, "no raw_sequences".to_owned());
        };
        if posts.items().is_empty() {
            return judge.no_post();
        }
        for post in posts.items() {
            let born = post.text("retweeted_status.created_at").map(Cow::Borrowed);
            judge.post(Draft {
                place: place.of_inner(value, post),
                account: value.text("user_id").map(Cow::Borrowed),
                repost_of_born: born,
                ..tweet(post)
            });
        }
    }
}
