//! `zeeschuimer`: what the browser extension Zeeschuimer saw of X and TikTok, one item a line.
//!
//! **Invariant:** it is what was seen and not what exists. When it was collected is told; who collected
//! it (the browser, the pages that were open) is never kept.

use std::borrow::Cow;

use concerted_model::{Platform, Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, customs::FromText, error::ReadError, json::Json, judge::Judge,
    place::Place, post::Draft, sample::Sample, spec::Spec, x_v1,
};

pub(crate) static SPEC: Spec = Spec {
    name: "zeeschuimer",
    title: "Zeeschuimer's items of X and TikTok, NDJSON",
    caution: "it is what somebody's browser saw, not what exists; items of other sites are refused",
    platform: Platform::UNKNOWN,
    mapping: &[
        ("platform", "source_platform"),
        ("account", "data.legacy.user_id_str | data.author.id"),
        ("handle", "data.core.user_results.result.core.screen_name | data.author.uniqueId"),
        ("id", "item_id"),
        ("time", "data.legacy.created_at | data.createTime"),
        ("text", "data.legacy.full_text, data.note_tweet | data.desc"),
        ("language", "data.legacy.lang"),
        ("client", "data.source"),
        ("repost_of", "data.legacy.retweeted_status_result.result.rest_id"),
        ("repost_of_account", "data.legacy.retweeted_status_result.result.legacy.user_id_str"),
        ("reply_to", "data.legacy.in_reply_to_status_id_str"),
        ("reply_to_account", "data.legacy.in_reply_to_user_id_str"),
        ("quote_of", "data.quoted_status_result.result.rest_id"),
        ("urls", "data.legacy.entities.urls[].expanded_url | in data.desc"),
        ("hashtags", "data.legacy.entities.hashtags[].text | data.challenges[].title"),
        ("mentions", "data.legacy.entities.user_mentions[].id_str"),
        ("media", "data.legacy.extended_entities.media[].id_str | data.music.id"),
    ],
    from_text: FromText::URLS,
    coarsest: Span::seconds(1),
    ..Spec::PLAIN
};

/// How sure it is that these are such items.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let keys = ["item_id", "source_platform", "data"];
    sample.values().first().is_some_and(|value| value.has(&keys)).then_some(100)
}

/// Opens a file of items.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Items))
}

struct Items;

impl JsonReader for Items {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let platform = value.text("source_platform").unwrap_or_default();
        let Some(data) = value.get("data") else {
            return judge.refuse(place, RejectReason::Malformed, "the item has no data".to_owned());
        };
        let draft = match platform {
            "twitter.com" | "x.com" => tweet(data),
            "tiktok.com" => video(data),
            other => {
                let detail = format!(
                    "items of \"{other}\" are not read; 4CAT makes a CSV of them, which is"
                );
                return judge.refuse(place, RejectReason::Malformed, detail);
            }
        };
        let id = value.text("item_id").map(Cow::Borrowed);
        let collected = value.any(&["timestamp_collected"]).and_then(|ms| ms.parse::<i64>().ok());
        judge.post(Draft {
            place,
            id: draft.id.clone().or(id),
            collected_us: collected.and_then(|ms| ms.checked_mul(1_000)),
            ..draft
        });
    }
}

/// An item of TikTok.
fn video<'v>(data: &'v Json<'_>) -> Draft<'v> {
    let one = |paths: &[&str]| data.any(paths).map(Cow::Borrowed);
    let music = data.text("music.id").filter(|id| !id.is_empty());
    Draft {
        platform: Some(Cow::Borrowed("tiktok")),
        account: one(&["author.id", "authorId"]),
        handle: one(&["author.uniqueId", "author"]),
        id: one(&["id"]),
        time: one(&["createTime"]),
        text: one(&["desc"]),
        hashtags: data.texts("challenges", "title").map(Cow::Borrowed).collect(),
        mentions: data
            .texts("textExtra", "userUniqueId")
            .filter(|name| !name.is_empty())
            .map(Cow::Borrowed)
            .collect(),
        media: music.map(|id| Cow::Owned(format!("music:{id}"))).into_iter().collect(),
        ..Draft::default()
    }
}

/// An item of X, as its web page gets it.
fn tweet<'v>(data: &'v Json<'_>) -> Draft<'v> {
    // A tweet whose audience is limited is one level down.
    let data = data.get("tweet").unwrap_or(data);
    let nothing = &Json::Null;
    let legacy = data.get("legacy").unwrap_or(nothing);
    let original = legacy
        .at("retweeted_status_result.result")
        .map(|other| other.get("tweet").unwrap_or(other));
    let quoted =
        data.at("quoted_status_result.result").map(|other| other.get("tweet").unwrap_or(other));
    let told = original.unwrap_or(data);
    let whole = |tweet: &'v Json<'_>| {
        tweet.any(&["note_tweet.note_tweet_results.result.text", "legacy.full_text"])
    };
    let one = |paths: &[&str]| data.any(paths).map(Cow::Borrowed);
    Draft {
        platform: Some(Cow::Borrowed(Platform::X)),
        account: one(&["legacy.user_id_str", "core.user_results.result.rest_id"]),
        handle: one(&[
            "core.user_results.result.core.screen_name",
            "core.user_results.result.legacy.screen_name",
        ]),
        id: one(&["rest_id", "legacy.id_str"]),
        time: one(&["legacy.created_at"]),
        kind: original.is_some().then_some(Cow::Borrowed("repost")),
        text: whole(told).map(Cow::Borrowed),
        language: one(&["legacy.lang"]),
        client: data.text("source").map(x_v1::client),
        repost_of: original
            .and_then(|other| other.any(&["rest_id", "legacy.id_str"]))
            .map(Cow::Borrowed),
        repost_of_account: original
            .and_then(|other| {
                other.any(&["legacy.user_id_str", "core.user_results.result.rest_id"])
            })
            .map(Cow::Borrowed),
        reply_to: one(&["legacy.in_reply_to_status_id_str"]),
        reply_to_account: one(&["legacy.in_reply_to_user_id_str"]),
        quote_of: quoted
            .and_then(|other| other.text("rest_id"))
            .or_else(|| legacy.text("quoted_status_id_str"))
            .map(Cow::Borrowed),
        ..x_v1::entities(told.get("legacy").unwrap_or(nothing))
    }
}
