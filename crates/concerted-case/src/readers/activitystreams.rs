//! `activitystreams`: an outbox of the fediverse (ActivityStreams 2.0), page by page.
//!
//! **Invariant:** `Create` is a post and `Announce` a repost; other activities are counted as no posts.
//! Actors and objects may be addresses or objects, and mean the same.

use std::borrow::Cow;

use concerted_model::provenance::RejectReason;

use super::{
    JsonReader, Opened, ReadOptions,
    error::ReadError,
    json::Json,
    judge::{Judge, Told},
    markup,
    mastodon::host_of,
    moment::rfc3339_us,
    place::Place,
    post::{ChangeKind, Draft},
    sample::Sample,
    spec::Spec,
    values::Layout,
};

pub(crate) static SPEC: Spec = Spec {
    name: "activitystreams",
    title: "ActivityStreams 2.0 outbox of the fediverse, JSON",
    platform: "mastodon",
    mapping: &[
        ("account", "actor"),
        ("handle", "actor.preferredUsername"),
        ("instance", "host of actor"),
        ("id", "object.id"),
        ("time", "published"),
        ("kind", "type"),
        ("text", "object.content"),
        ("language", "object.contentMap"),
        ("client", "object.generator.name"),
        ("repost_of", "object of an Announce"),
        ("reply_to", "object.inReplyTo"),
        ("quote_of", "object.quoteUrl | _misskey_quote"),
        ("urls", "links in content, object.attachment[].href"),
        ("hashtags", "object.tag[type=Hashtag].name"),
        ("mentions", "object.tag[type=Mention].href"),
        ("media", "object.attachment[].url"),
    ],
    layout: Some(Layout::Inside(&["orderedItems", "items", "first.orderedItems", "first.items"])),
    ..Spec::PLAIN
};

/// How sure it is that this is an outbox.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let first = values.first()?;
    let kind = first.text("type").unwrap_or_default();
    (first.get("@context").is_some() && kind.contains("Collection")).then_some(100)
}

/// Opens an outbox.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Activities))
}

struct Activities;

/// The address of something that is told by its address or as an object with one.
fn address<'v>(value: Option<&'v Json<'_>>) -> Option<&'v str> {
    let value = value?;
    value.scalar().or_else(|| value.any(&["id", "href", "url"]))
}

impl JsonReader for Activities {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let object = value.get("object");
        let actor = address(value.get("actor")).or_else(|| address(object?.get("attributedTo")));
        let common = Draft {
            place,
            account: actor.map(Cow::Borrowed),
            instance: actor.and_then(host_of).map(Cow::Borrowed),
            handle: value.text("actor.preferredUsername").map(Cow::Borrowed),
            time: value.any(&["published", "object.published"]).map(Cow::Borrowed),
            ..Draft::default()
        };
        let change = |judge: &mut Judge<'_>, change| {
            let time_us = value.any(&["updated", "published"]).and_then(rfc3339_us);
            judge.change(place, change, Told { id: address(object), account: actor, time_us });
        };
        match value.text("type") {
            Some("Announce") => judge.post(Draft {
                id: value.text("id").map(Cow::Borrowed),
                kind: Some(Cow::Borrowed("repost")),
                repost_of: address(object).map(Cow::Borrowed),
                ..common
            }),
            Some("Create") => match object {
                Some(object @ Json::Object(_)) => judge.post(Draft { ..note(object, common) }),
                _ => judge.no_post(),
            },
            Some("Delete") => change(judge, ChangeKind::Deleted),
            Some("Update") => change(judge, ChangeKind::Edited),
            Some(_) => judge.no_post(),
            None => {
                let detail = "no activity: it has no type".to_owned();
                judge.refuse(place, RejectReason::Malformed, detail);
            }
        }
    }
}

fn note<'v>(object: &'v Json<'_>, common: Draft<'v>) -> Draft<'v> {
    let said = object.text("content").map(markup::said).unwrap_or_default();
    let attached = object.list("attachment").iter();
    let mut urls: Vec<Cow<'v, str>> = said.links.into_iter().map(Cow::Owned).collect();
    urls.extend(attached.clone().filter_map(|one| one.text("href")).map(Cow::Borrowed));
    let tags = |kind: &'static str, key: &'static str| {
        let tags = object.list("tag").iter().filter(move |tag| tag.text("type") == Some(kind));
        tags.filter_map(move |tag| tag.text(key))
    };
    let language = match object.get("contentMap") {
        Some(Json::Object(map)) => map.fields.first().map(|(language, _)| language.as_ref()),
        _ => None,
    };
    let one = |paths: &[&str]| object.any(paths).map(Cow::Borrowed);
    Draft {
        id: one(&["id"]),
        text: Some(Cow::Owned(said.text)),
        language: language.map(Cow::Borrowed),
        client: one(&["generator.name", "generator"]),
        reply_to: address(object.get("inReplyTo")).map(Cow::Borrowed),
        quote_of: one(&["quoteUrl", "quoteUri", "_misskey_quote", "quote"]),
        urls,
        hashtags: tags("Hashtag", "name")
            .map(|tag| Cow::Borrowed(tag.trim_start_matches(['#', '＃'])))
            .collect(),
        mentions: tags("Mention", "href").map(Cow::Borrowed).collect(),
        media: attached.filter_map(|one| address(one.get("url"))).map(Cow::Borrowed).collect(),
        edited: object.text("updated").is_some(),
        ..common
    }
}
