//! `mastodon`: posts as Mastodon's API and its streams give them: lists of statuses, server-sent
//! events, or messages of the WebSocket.
//!
//! **Invariant:** a post is known by its `uri`, because its number differs from server to server; an
//! account by its address, for the same reason. A boost acts on what it passes on; the nested original
//! is context.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions,
    error::ReadError,
    events,
    json::{AtEnd, Json},
    judge::{Judge, Told},
    markup,
    place::Place,
    post::{ChangeKind, Draft},
    sample::Sample,
    spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "mastodon",
    title: "Mastodon API statuses and streams, JSON, SSE or WebSocket messages",
    caution: "the post that a reply answers is named by the number it has on the collecting server",
    platform: "mastodon",
    mapping: &[
        ("account", "account.uri | account.url"),
        ("handle", "account.acct"),
        ("instance", "host of account.url"),
        ("id", "uri"),
        ("time", "created_at"),
        ("text", "content"),
        ("language", "language"),
        ("client", "application.name"),
        ("repost_of", "reblog.uri"),
        ("repost_of_account", "reblog.account.uri"),
        ("repost_of_born", "reblog.created_at"),
        ("reply_to", "in_reply_to_id"),
        ("reply_to_account", "in_reply_to_account_id"),
        ("quote_of", "quote.quoted_status.uri"),
        ("urls", "links in content | card.url"),
        ("hashtags", "tags[].name"),
        ("mentions", "mentions[].acct"),
        ("media", "media_attachments[].blurhash | id"),
    ],
    coarsest: Span::micros(1_000),
    ..Spec::PLAIN
};

/// How sure it is that these are statuses, or events with statuses.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let is_status = |value: &Json<'_>| value.has(&["account.acct", "visibility", "content"]);
    let is_message = |value: &Json<'_>| value.has(&["event", "payload", "stream"]);
    let first = values.iter().take(50);
    if first.clone().any(is_status) {
        return Some(100);
    }
    // Other services write such messages too, so that one without a status is less sure.
    first.clone().any(is_message).then_some(90)
}

/// Opens a file of statuses.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Statuses::default()))
}

#[derive(Default)]
struct Statuses {
    /// The name of the event whose value comes next, in a stream of events.
    event: Option<String>,
}

impl JsonReader for Statuses {
    fn beside(&mut self, key: &str, value: &Json<'_>) {
        if key == events::NAME {
            self.event = value.scalar().map(str::to_owned);
        }
    }

    fn takes_any_value(&self) -> bool {
        // The event `delete` has a number for a value.
        self.event.is_some()
    }

    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        if let Some(event) = self.event.take() {
            return of_event(&event, value, place, judge);
        }
        let (Some(event), Some(payload)) = (value.text("event"), value.get("payload")) else {
            return status(value, place, judge);
        };
        let Json::Text(payload) = payload else {
            return of_event(event, payload, place, judge);
        };
        // A number at the end of a text might go on, so that it needs something behind it.
        let text = format!("{payload}\n");
        match Json::parse(&text, 0, AtEnd::Fault) {
            Ok((inner, _)) => of_event(event, &inner, place, judge),
            // A deletion's payload is the bare number of a post; others without JSON have no post.
            Err(_) if event != "update" => {
                of_event(event, &Json::Text(payload.clone()), place, judge)
            }
            Err(_) => {
                let detail = "the payload is not JSON".to_owned();
                judge.refuse(place, RejectReason::Malformed, detail);
            }
        }
    }
}

fn of_event(event: &str, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
    match event {
        "update" => status(value, place, judge),
        "status.update" => {
            let account = value.any(&["account.uri", "account.url", "account.acct"]);
            let time_us = value.text("edited_at").and_then(super::moment::rfc3339_us);
            let told = Told { id: value.any(&["uri", "id"]), account, time_us };
            judge.change(place, ChangeKind::Edited, told);
        }
        "delete" => {
            let told = Told { id: value.scalar().map(str::trim), ..Told::default() };
            judge.change(place, ChangeKind::Deleted, told);
        }
        _ => judge.no_post(),
    }
}

fn status(value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
    if value.get("account").is_none() || value.get("created_at").is_none() {
        return judge.refuse(place, RejectReason::Malformed, "no status".to_owned());
    }
    let original = value.get("reblog").filter(|other| matches!(other, Json::Object(_)));
    judge.context(usize::from(original.is_some()));
    let told = original.unwrap_or(value);
    let said = told.text("content").map(markup::said).unwrap_or_default();
    let mut urls: Vec<Cow<'_, str>> = said.links.into_iter().map(Cow::Owned).collect();
    urls.extend(told.text("card.url").filter(|url| !url.is_empty()).map(Cow::Borrowed));
    let host = value.any(&["account.url", "account.uri"]).and_then(host_of);
    let one = |paths: &[&str]| value.any(paths).map(Cow::Borrowed);
    let media = told.list("media_attachments").iter();
    judge.post(Draft {
        place,
        account: one(&["account.uri", "account.url", "account.acct"]),
        instance: host.map(Cow::Borrowed),
        handle: value.text("account.acct").map(|name| whole_name(name, host)),
        id: one(&["uri", "url", "id"]),
        time: one(&["created_at"]),
        kind: original.is_some().then_some(Cow::Borrowed("repost")),
        text: Some(Cow::Owned(said.text)),
        language: one(&["language"]),
        client: one(&["application.name"]),
        repost_of: original.and_then(|other| other.any(&["uri", "url", "id"])).map(Cow::Borrowed),
        repost_of_account: original
            .and_then(|other| other.any(&["account.uri", "account.url", "account.acct"]))
            .map(Cow::Borrowed),
        repost_of_born: original.and_then(|other| other.text("created_at")).map(Cow::Borrowed),
        reply_to: one(&["in_reply_to_id"]),
        reply_to_account: one(&["in_reply_to_account_id"]),
        quote_of: one(&["quote.quoted_status.uri", "quote.quoted_status.id", "quote_id"]),
        urls,
        hashtags: told.texts("tags", "name").map(Cow::Borrowed).collect(),
        mentions: told
            .list("mentions")
            .iter()
            .filter_map(|one| {
                Some(whole_name(one.text("acct")?, one.text("url").and_then(host_of)))
            })
            .collect(),
        media: media.filter_map(|one| one.any(&["blurhash", "id"])).map(Cow::Borrowed).collect(),
        edited: value.text("edited_at").is_some(),
        ..Draft::default()
    });
}

/// The host of an address.
pub(crate) fn host_of(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// A name with its server: accounts of the collecting server come without.
fn whole_name<'v>(name: &'v str, host: Option<&str>) -> Cow<'v, str> {
    match host {
        Some(host) if !name.contains('@') => Cow::Owned(format!("{name}@{host}")),
        _ => Cow::Borrowed(name),
    }
}
