//! `x-v1`: tweets as version 1.1 of X's API gives them, one a line or in a list; also the tweets in
//! other tools' files that keep that form.
//!
//! **Invariant:** ids are read from their text form (`id_str`), or digit for digit from the number. A
//! repost has the text and entities of what it passes on, because X cuts the repost's own text off at
//! 140 signs; the nested original is context.

use std::borrow::Cow;

use concerted_model::{Platform, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions,
    error::ReadError,
    json::Json,
    judge::{Judge, Told},
    markup,
    place::Place,
    post::{ChangeKind, Draft},
    sample::Sample,
    spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "x-v1",
    title: "X API version 1.1, JSON: streaming or search, twarc 1",
    caution: "a repost's text is taken from the original, because X cuts its own off",
    platform: Platform::X,
    mapping: &[
        ("account", "user.id_str"),
        ("handle", "user.screen_name"),
        ("id", "id_str"),
        ("time", "created_at"),
        ("text", "full_text | extended_tweet.full_text | text"),
        ("language", "lang"),
        ("client", "source"),
        ("repost_of", "retweeted_status.id_str"),
        ("repost_of_account", "retweeted_status.user.id_str"),
        ("reply_to", "in_reply_to_status_id_str"),
        ("reply_to_account", "in_reply_to_user_id_str"),
        ("quote_of", "quoted_status_id_str"),
        ("urls", "entities.urls[].expanded_url"),
        ("hashtags", "entities.hashtags[].text"),
        ("mentions", "entities.user_mentions[].id_str"),
        ("media", "extended_entities.media[].id_str"),
    ],
    ..Spec::PLAIN
};

/// How sure it is that these are tweets of version 1.1.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let is_tweet = |value: &Json<'_>| {
        let dated = value.text("created_at").is_some_and(|time| time.contains(" +0000 "));
        dated && value.get("user").is_some() && value.any(TEXTS).is_some()
    };
    sample.values().iter().take(20).any(is_tweet).then_some(100)
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

/// Where a text may be, the fullest first; the last is how a collection with hashed ids names it.
const TEXTS: &[&str] = &["extended_tweet.full_text", "full_text", "text", "text_m"];

impl JsonReader for Tweets {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        if let Some(deleted) = value.at("delete.status") {
            let time_us = value.text("delete.timestamp_ms").and_then(|ms| ms.parse::<i64>().ok());
            let told = Told {
                id: deleted.any(&["id_str", "id"]),
                account: deleted.any(&["user_id_str", "user_id"]),
                time_us: time_us.and_then(|ms| ms.checked_mul(1_000)),
            };
            return judge.change(place, ChangeKind::Deleted, told);
        }
        if value.any(TEXTS).is_none() && value.get("created_at").is_none() {
            let notices =
                ["limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect", "warning"];
            if notices.iter().any(|notice| value.get(notice).is_some()) {
                return judge.no_post();
            }
            return judge.refuse(place, RejectReason::Malformed, "no tweet".to_owned());
        }
        let others = ["retweeted_status", "quoted_status"];
        judge.context(others.iter().filter(|other| is_object(value.get(other))).count());
        judge.post(Draft { place, ..tweet(value) });
    }
}

fn is_object(value: Option<&Json<'_>>) -> bool {
    matches!(value, Some(Json::Object(_)))
}

/// A tweet in the words of version 1.1.
pub(crate) fn tweet<'v>(value: &'v Json<'_>) -> Draft<'v> {
    let original = value.get("retweeted_status").filter(|other| is_object(Some(other)));
    let told = original.unwrap_or(value);
    let id_in = |value: &'v Json<'_>, name: &str| {
        let [text, number, hashed, hashed_text] =
            [format!("{name}_str"), name.to_owned(), format!("{name}_h"), format!("{name}_str_h")];
        value.any(&[&text, &number, &hashed_text, &hashed])
    };
    let owned = |text: Option<&'v str>| text.map(Cow::Borrowed);
    Draft {
        account: owned(value.get("user").and_then(|user| id_in(user, "id"))),
        handle: owned(value.any(&["user.screen_name", "user.screen_name_h"])),
        id: owned(id_in(value, "id")),
        time: owned(value.text("created_at")),
        text: owned(told.any(TEXTS)).or_else(|| owned(value.any(TEXTS))),
        language: owned(value.text("lang")),
        client: value.text("source").map(client),
        kind: original.is_some().then_some(Cow::Borrowed("repost")),
        repost_of: owned(original.and_then(|other| id_in(other, "id"))),
        repost_of_account: owned(
            original.and_then(|other| other.get("user")).and_then(|user| id_in(user, "id")),
        ),
        reply_to: owned(id_in(value, "in_reply_to_status_id")),
        reply_to_account: owned(id_in(value, "in_reply_to_user_id")),
        quote_of: owned(id_in(value, "quoted_status_id")),
        ..entities(told)
    }
}

/// The entities of a tweet: those of the extended form hold all of them.
pub(crate) fn entities<'v>(told: &'v Json<'_>) -> Draft<'v> {
    let whole = told.get("extended_tweet").filter(|whole| whole.get("entities").is_some());
    let told = whole.unwrap_or(told);
    let keys = |list: &str, keys: &[&str]| -> Vec<Cow<'v, str>> {
        told.list(list).iter().filter_map(|item| item.any(keys)).map(Cow::Borrowed).collect()
    };
    let media = keys("extended_entities.media", &["id_str", "media_url_https"]);
    Draft {
        urls: keys("entities.urls", &["expanded_url", "url"]),
        hashtags: keys("entities.hashtags", &["text"]),
        mentions: keys("entities.user_mentions", &["id_str", "id", "id_str_h", "screen_name"]),
        media: if media.is_empty() {
            keys("entities.media", &["id_str", "media_url_https"])
        } else {
            media
        },
        ..Draft::default()
    }
}

/// The application that a tweet was sent with, which is written as a link to it.
pub(crate) fn client(source: &str) -> Cow<'_, str> {
    if source.starts_with('<') {
        return Cow::Owned(markup::bare(source));
    }
    Cow::Borrowed(source)
}
