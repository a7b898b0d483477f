//! `jetstream`: Bluesky's event stream, version 1: posts and reposts as they were made.
//!
//! **Invariant:** the time is the server's (`time_us`); a client can write anything into
//! `createdAt`. Only what was created is a post: likes, follows, edits, deletions and notices about
//! accounts are records of other kinds and counted as such. Links, hashtags and mentions are taken
//! from the facets' own values, so that nobody has to cut a text at their UTF-8 byte offsets.

use std::borrow::Cow;

use concerted_model::{Platform, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, Reader,
    error::ReadError,
    json::Json,
    judge::{Customs, Judge},
    place::Place,
    post::Draft,
    sample::{Sample, Shape},
};

const MAPPING: &[(&str, &str)] = &[
    ("account", "did"),
    ("id", "at://{did}/{commit.collection}/{commit.rkey}"),
    ("time", "time_us"),
    ("text", "commit.record.text"),
    ("language", "commit.record.langs[0]"),
    ("repost_of", "commit.record.subject.uri"),
    ("reply_to", "commit.record.reply.parent.uri"),
    ("quote_of", "commit.record.embed.record.uri"),
    ("urls", "facets #link, embed.external.uri"),
    ("hashtags", "facets #tag, record.tags"),
    ("mentions", "facets #mention"),
    ("media", "embed.images[].image.ref.$link, embed.video.ref.$link"),
];

pub(crate) const CARRIES: &[&str] = &[
    "account",
    "id",
    "time",
    "text",
    "language",
    "repost_of",
    "repost_of_account",
    "reply_to",
    "reply_to_account",
    "quote_of",
    "urls",
    "hashtags",
    "mentions",
    "media",
    "kind",
];

/// How sure it is that these are events.
pub(crate) fn detect(sample: &Sample) -> Option<u8> {
    let is_event =
        |value: &Json<'_>| ["did", "time_us", "kind"].iter().all(|key| value.get(key).is_some());
    sample.values().first().is_some_and(is_event).then_some(100)
}

/// Opens a file of events.
pub(crate) fn open(
    sample: &Sample,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    if !matches!(sample.shape, Shape::Json(_)) {
        let hint = "leave --format away to have it told from the content, or give --map";
        return Err(ReadError::usage(
            file,
            "the format \"jetstream\" is JSON and this is a table",
            hint,
        ));
    }
    let customs = Customs::of(Platform::BLUESKY, options).documented_utc();
    let mapping = MAPPING.iter().map(|(field, key)| ((*field).into(), (*key).into())).collect();
    Ok(Opened { customs, mapping, notes: Vec::new(), reader: Reader::Json(Box::new(Events)) })
}

struct Events;

impl JsonReader for Events {
    fn record(&self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let at = |keys: &[&str]| value.path(keys).and_then(Json::scalar);
        if at(&["kind"]).is_none() {
            let detail = "no event of Jetstream: it has no kind".to_owned();
            return judge.refuse(place, RejectReason::Malformed, detail);
        }
        let collection = at(&["commit", "collection"]).unwrap_or_default();
        let created = at(&["commit", "operation"]) == Some("create");
        let is_post = matches!(collection, "app.bsky.feed.post" | "app.bsky.feed.repost");
        let record = value.path(&["commit", "record"]);
        let (Some(record), true, true) = (record, created, is_post) else {
            return judge.no_post();
        };
        let Some(server_us) = at(&["time_us"]).and_then(|micros| micros.parse().ok()) else {
            return judge.refuse(place, RejectReason::NoTime, "no time_us".to_owned());
        };
        let account = at(&["did"]);
        let key = at(&["commit", "rkey"]);
        let id = account.zip(key).map(|(did, key)| format!("at://{did}/{collection}/{key}"));
        judge.post(Draft {
            place,
            account: account.map(Cow::Borrowed),
            id: id.map(Cow::Owned),
            server_us: Some(server_us),
            ..content(record, collection == "app.bsky.feed.repost")
        });
    }
}

fn content<'v>(record: &'v Json<'_>, is_repost: bool) -> Draft<'v> {
    let at = |keys: &[&str]| record.path(keys).and_then(Json::scalar);
    let subject = at(&["subject", "uri"]).filter(|_| is_repost);
    let parent = at(&["reply", "parent", "uri"]);
    let embed = Embed::of(record);
    let mut draft = Draft {
        kind: is_repost.then_some(Cow::Borrowed("repost")),
        text: at(&["text"]).map(Cow::Borrowed),
        language: items(record.get("langs")).find_map(Json::scalar).map(Cow::Borrowed),
        repost_of: subject.map(Cow::Borrowed),
        repost_of_account: subject.and_then(author).map(Cow::Borrowed),
        reply_to: parent.map(Cow::Borrowed),
        reply_to_account: parent.and_then(author).map(Cow::Borrowed),
        quote_of: embed.quoted.map(Cow::Borrowed),
        urls: embed.link.map(Cow::Borrowed).into_iter().collect(),
        hashtags: items(record.get("tags")).filter_map(Json::scalar).map(Cow::Borrowed).collect(),
        media: embed.media.into_iter().map(Cow::Borrowed).collect(),
        ..Draft::default()
    };
    for feature in items(record.get("facets")).flat_map(|facet| items(facet.get("features"))) {
        let text = |key: &str| feature.get(key).and_then(Json::scalar).map(Cow::Borrowed);
        match feature.get("$type").and_then(Json::scalar) {
            Some("app.bsky.richtext.facet#link") => draft.urls.extend(text("uri")),
            Some("app.bsky.richtext.facet#tag") => draft.hashtags.extend(text("tag")),
            Some("app.bsky.richtext.facet#mention") => draft.mentions.extend(text("did")),
            _ => {}
        }
    }
    draft
}

fn items<'v, 'a>(list: Option<&'v Json<'a>>) -> impl Iterator<Item = &'v Json<'a>> {
    list.map_or(&[][..], Json::items).iter()
}

/// The account in an address `at://did/collection/key`.
fn author(address: &str) -> Option<&str> {
    address.strip_prefix("at://")?.split('/').next().filter(|did| did.starts_with("did:"))
}

/// What a post carries besides its text.
#[derive(Default)]
struct Embed<'v> {
    quoted: Option<&'v str>,
    link: Option<&'v str>,
    media: Vec<&'v str>,
}

impl<'v> Embed<'v> {
    fn of(record: &'v Json<'_>) -> Self {
        let Some(embed) = record.get("embed") else { return Self::default() };
        // With media beside a quoted post, the media is one level down and the quote two.
        let media = embed.get("media").unwrap_or(embed);
        let text = |value: &'v Json<'_>, keys: &[&str]| value.path(keys).and_then(Json::scalar);
        let images =
            items(media.get("images")).filter_map(|image| text(image, &["image", "ref", "$link"]));
        let video = text(media, &["video", "ref", "$link"]);
        Self {
            quoted: text(embed, &["record", "uri"])
                .or_else(|| text(embed, &["record", "record", "uri"])),
            link: text(media, &["external", "uri"]),
            media: images.chain(video).collect(),
        }
    }
}
