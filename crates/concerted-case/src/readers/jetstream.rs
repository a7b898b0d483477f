//! `jetstream`: Bluesky's event stream, versions 1 and 2: posts and reposts as they were made.
//!
//! **Invariant:** the time is the server's; a client can write anything into `createdAt`. Only what was
//! created is a post: a deletion or another version of a post is kept as such, and likes, follows and
//! notices about accounts are counted as records of other kinds.

use std::borrow::Cow;

use concerted_model::{Platform, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions,
    bluesky::{POST, REPOST, content},
    error::ReadError,
    json::Json,
    judge::{Judge, Told},
    moment::rfc3339_us,
    place::Place,
    post::{ChangeKind, Draft},
    sample::Sample,
    spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "jetstream",
    title: "Bluesky Jetstream versions 1 and 2, JSONL",
    caution: "the time is the server's; likes and follows are counted and not kept",
    platform: Platform::BLUESKY,
    mapping: &[
        ("account", "did"),
        ("id", "at://{did}/{commit.collection}/{commit.rkey}"),
        ("time", "time_us | payload.time"),
        ("text", "commit.record.text"),
        ("language", "commit.record.langs[0]"),
        ("repost_of", "commit.record.subject.uri"),
        ("repost_of_account", "commit.record.subject.uri"),
        ("reply_to", "commit.record.reply.parent.uri"),
        ("reply_to_account", "commit.record.reply.parent.uri"),
        ("quote_of", "commit.record.embed.record.uri"),
        ("urls", "facets #link, embed.external.uri"),
        ("hashtags", "facets #tag, record.tags"),
        ("mentions", "facets #mention"),
        ("media", "embed.images[].image.ref.$link, embed.video.ref.$link"),
        ("kind", "commit.collection"),
    ],
    ..Spec::PLAIN
};

/// The second version's names begin like this.
const SECOND: &str = "network.bsky.jetstream.subscribeEvents#";

/// How sure it is that these are events.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let is_event =
        |value: &Json<'_>| value.has(&["did", "time_us", "kind"]) || second_kind(value).is_some();
    sample.values().first().is_some_and(is_event).then_some(100)
}

/// What kind of event of the second version this is.
fn second_kind<'v>(value: &'v Json<'_>) -> Option<&'v str> {
    value.path(&["payload", "$type"])?.scalar()?.strip_prefix(SECOND)
}

/// Opens a file of events.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Events))
}

struct Events;

/// One event, of whichever version.
struct Event<'v, 'a> {
    kind: &'v str,
    did: Option<&'v str>,
    server_us: Option<i64>,
    commit: &'v Json<'a>,
}

impl<'v, 'a> Event<'v, 'a> {
    fn of(value: &'v Json<'a>) -> Option<Self> {
        if let Some(kind) = second_kind(value) {
            let payload = value.get("payload")?;
            return Some(Self {
                kind,
                did: payload.text("did"),
                server_us: payload.text("time").and_then(rfc3339_us),
                commit: payload,
            });
        }
        Some(Self {
            kind: value.text("kind")?,
            did: value.text("did"),
            server_us: value.text("time_us").and_then(|micros| micros.parse().ok()),
            commit: value.get("commit").unwrap_or(&Json::Null),
        })
    }
}

impl JsonReader for Events {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let Some(event) = Event::of(value) else {
            let detail = "no event of Jetstream: it has no kind".to_owned();
            return judge.refuse(place, RejectReason::Malformed, detail);
        };
        let collection = event.commit.text("collection").unwrap_or_default();
        if event.kind != "commit" || !matches!(collection, POST | REPOST) {
            return judge.no_post();
        }
        let key = event.commit.text("rkey");
        let id = event.did.zip(key).map(|(did, key)| format!("at://{did}/{collection}/{key}"));
        let changed = match event.commit.text("operation") {
            Some("create") => None,
            Some("delete") => Some(ChangeKind::Deleted),
            Some("update") => Some(ChangeKind::Edited),
            _ => return judge.no_post(),
        };
        if let Some(change) = changed {
            let told = Told { id: id.as_deref(), account: event.did, time_us: event.server_us };
            return judge.change(place, change, told);
        }
        let Some(record) = event.commit.get("record") else { return judge.no_post() };
        let Some(server_us) = event.server_us else {
            return judge.refuse(place, RejectReason::NoTime, "no time of the server".to_owned());
        };
        judge.post(Draft {
            place,
            account: event.did.map(Cow::Borrowed),
            id: id.map(Cow::Owned),
            time: record.text("createdAt").map(Cow::Borrowed),
            server_us: Some(server_us),
            ..content(record, collection == REPOST)
        });
    }
}
