//! `bluesky-feed`: answers of Bluesky's API: an author's feed, or posts that were searched for.
//!
//! **Invariant:** a repost in a feed carries the author of what it passes on; the account that reposted
//! is in the reason, and that is who acted.

use std::borrow::Cow;

use concerted_model::{Platform, Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, bluesky::content, error::ReadError, json::Json, judge::Judge,
    moment::rfc3339_us, place::Place, post::Draft, sample::Sample, spec::Spec, values::Layout,
};

pub(crate) static SPEC: Spec = Spec {
    name: "bluesky-feed",
    title: "Bluesky API, getAuthorFeed and searchPosts, JSON",
    caution: "a repost has no id of its own here",
    platform: Platform::BLUESKY,
    mapping: &[
        ("account", "post.author.did | reason.by.did"),
        ("handle", "post.author.handle | reason.by.handle"),
        ("id", "post.uri"),
        ("time", "post.indexedAt | post.record.createdAt | reason.indexedAt"),
        ("text", "post.record.text"),
        ("language", "post.record.langs[0]"),
        ("repost_of", "post.uri of an item with a reason"),
        ("repost_of_account", "post.author.did of an item with a reason"),
        ("reply_to", "post.record.reply.parent.uri"),
        ("reply_to_account", "post.record.reply.parent.uri"),
        ("quote_of", "post.record.embed.record.uri"),
        ("urls", "facets #link, embed.external.uri"),
        ("hashtags", "facets #tag, record.tags"),
        ("mentions", "facets #mention"),
        ("media", "embed.images[].image.ref.$link"),
        ("kind", "reason"),
    ],
    coarsest: Span::micros(1_000),
    layout: Some(Layout::Inside(&["feed", "posts"])),
    ..Spec::PLAIN
};

/// How sure it is that this is such an answer.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let first = values.first()?;
    let post = first.list("feed").iter().find_map(|item| item.get("post"));
    let post = post.or_else(|| first.list("posts").first())?;
    post.has(&["uri", "author.did", "record"]).then_some(100)
}

/// Opens an answer, or several.
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
        let post = value.get("post").unwrap_or(value);
        let Some(record) = post.get("record") else {
            let detail = "no post: it has no record".to_owned();
            return judge.refuse(place, RejectReason::Malformed, detail);
        };
        let uri = post.text("uri").map(Cow::Borrowed);
        let said = content(record, false);
        let reason = value.path(&["reason", "$type"]).and_then(Json::scalar).unwrap_or_default();
        let reason = value.get("reason").filter(|_| reason.ends_with("reasonRepost"));
        let of = |value: Option<&str>| value.and_then(rfc3339_us);
        judge.post(match reason {
            Some(reason) => Draft {
                place,
                account: reason.text("by.did").map(Cow::Borrowed),
                handle: reason.text("by.handle").map(Cow::Borrowed),
                id: reason.text("uri").map(Cow::Borrowed),
                kind: Some(Cow::Borrowed("repost")),
                server_us: of(reason.text("indexedAt")),
                repost_of: uri,
                repost_of_account: post.text("author.did").map(Cow::Borrowed),
                reply_to: None,
                reply_to_account: None,
                quote_of: None,
                ..said
            },
            None => Draft {
                place,
                account: post.text("author.did").map(Cow::Borrowed),
                handle: post.text("author.handle").map(Cow::Borrowed),
                id: uri,
                time: record.text("createdAt").map(Cow::Borrowed),
                server_us: of(post.text("indexedAt")),
                ..said
            },
        });
    }
}
