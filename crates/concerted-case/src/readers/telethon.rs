//! `telethon`: messages as Telethon's `to_json` writes them, one a line or in a list.
//!
//! **Invariant:** the places of entities count UTF-16 units and are read as such. Peers have the names
//! that Telegram Desktop gives them (`user1`, `channel2`), so that both kinds of file are about the same
//! accounts.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, error::ReadError, json::Json, judge::Judge, place::Place,
    post::Draft, sample::Sample, spec::Spec, telegram_desktop::with_scheme,
};

pub(crate) static SPEC: Spec = Spec {
    name: "telethon",
    title: "Telethon's messages, JSON",
    caution: "names of accounts are not in it",
    platform: "telegram",
    mapping: &[
        ("account", "from_id.user_id | peer_id.channel_id"),
        ("id", "peer_id.channel_id / id"),
        ("time", "date"),
        ("text", "message"),
        ("client", "via_bot_id"),
        ("repost_of", "fwd_from.from_id.channel_id / fwd_from.channel_post"),
        ("repost_of_account", "fwd_from.from_id"),
        ("repost_of_born", "fwd_from.date"),
        ("reply_to", "reply_to.reply_to_msg_id"),
        ("urls", "entities[MessageEntityUrl, MessageEntityTextUrl]"),
        ("hashtags", "entities[MessageEntityHashtag]"),
        ("mentions", "entities[MessageEntityMention, MessageEntityMentionName]"),
        ("media", "media.photo.id | media.document.id"),
        ("handle", "post_author"),
    ],
    coarsest: Span::seconds(1),
    ..Spec::PLAIN
};

/// How sure it is that these are such messages.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let is_message = |value: &Json<'_>| {
        value.has(&["_", "id", "peer_id"])
            && value.text("_").is_some_and(|kind| kind.starts_with("Message"))
    };
    sample.values().iter().take(20).any(is_message).then_some(100)
}

/// Opens a file of messages.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Messages))
}

struct Messages;

/// A peer's word and number: `channel` and `123`.
fn peer<'v>(value: Option<&'v Json<'_>>) -> Option<(&'static str, &'v str)> {
    let value = value?;
    [("user", "user_id"), ("channel", "channel_id"), ("chat", "chat_id")]
        .into_iter()
        .find_map(|(word, key)| Some((word, value.text(key)?)))
}

fn named((word, number): (&str, &str)) -> String {
    format!("{word}{number}")
}

impl JsonReader for Messages {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        match value.text("_") {
            Some("Message") => {}
            Some(_) => return judge.no_post(),
            None => return judge.refuse(place, RejectReason::Malformed, "no message".to_owned()),
        }
        let chat = peer(value.get("peer_id"));
        let address = |id: &str| Some(Cow::Owned(format!("{}/{id}", chat?.1)));
        let forward = value.get("fwd_from").filter(|from| matches!(from, Json::Object(_)));
        let source = forward.and_then(|from| peer(from.get("from_id")));
        let entities = Entities::of(value);
        judge.post(Draft {
            place,
            // A channel's own posts have no sender beside the channel.
            account: peer(value.get("from_id")).or(chat).map(named).map(Cow::Owned),
            handle: value.text("post_author").map(Cow::Borrowed),
            id: value.text("id").and_then(address),
            time: value.text("date").map(Cow::Borrowed),
            kind: forward.is_some().then_some(Cow::Borrowed("repost")),
            text: value.text("message").map(Cow::Borrowed),
            client: value.text("via_bot_id").map(Cow::Borrowed),
            repost_of: source
                .zip(forward.and_then(|from| from.text("channel_post")))
                .map(|((_, channel), post)| Cow::Owned(format!("{channel}/{post}"))),
            repost_of_account: source
                .map(named)
                .map(Cow::Owned)
                .or_else(|| forward?.text("from_name").map(Cow::Borrowed)),
            repost_of_born: forward.and_then(|from| from.text("date")).map(Cow::Borrowed),
            reply_to: value.text("reply_to.reply_to_msg_id").and_then(address),
            urls: entities.urls,
            hashtags: entities.hashtags,
            mentions: entities.mentions,
            media: value
                .any(&["media.photo.id", "media.document.id"])
                .map(Cow::Borrowed)
                .into_iter()
                .collect(),
            edited: value.text("edit_date").is_some(),
            ..Draft::default()
        });
    }
}

#[derive(Default)]
struct Entities<'v> {
    urls: Vec<Cow<'v, str>>,
    hashtags: Vec<Cow<'v, str>>,
    mentions: Vec<Cow<'v, str>>,
}

impl<'v> Entities<'v> {
    fn of(value: &'v Json<'_>) -> Self {
        let text = value.text("message").unwrap_or_default();
        let mut found = Self::default();
        for entity in value.list("entities") {
            let number = |key: &str| entity.text(key)?.parse::<usize>().ok();
            let cut = || utf16(text, number("offset")?, number("length")?);
            match entity.text("_") {
                Some("MessageEntityUrl") => found.urls.extend(cut().map(with_scheme)),
                Some("MessageEntityTextUrl") => {
                    found.urls.extend(entity.text("url").map(Cow::Borrowed));
                }
                Some("MessageEntityHashtag") => found
                    .hashtags
                    .extend(cut().map(|tag| Cow::Borrowed(tag.trim_start_matches('#')))),
                Some("MessageEntityMention") => found
                    .mentions
                    .extend(cut().map(|name| Cow::Borrowed(name.trim_start_matches('@')))),
                Some("MessageEntityMentionName") => {
                    let user = entity.text("user_id");
                    found.mentions.extend(user.map(|id| Cow::Owned(named(("user", id)))));
                }
                _ => {}
            }
        }
        found
    }
}

/// A piece of a text by places that count UTF-16 units.
fn utf16(text: &str, offset: usize, length: usize) -> Option<&str> {
    let end = offset.checked_add(length)?;
    let (mut units, mut from, mut to) = (0, None, None);
    for (at, sign) in text.char_indices().chain([(text.len(), '\0')]) {
        if units == offset {
            from.get_or_insert(at);
        }
        if units == end {
            to.get_or_insert(at);
        }
        units += sign.len_utf16();
    }
    text.get(from?..to?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_utf_16_units() {
        assert_eq!(utf16("🌍 #مرحبا x", 3, 6), Some("#مرحبا"));
        assert_eq!(utf16("🌍", 1, 1), None);
        assert_eq!(utf16("ab", 1, 1), Some("b"));
        assert_eq!(utf16("ab", 1, 9), None);
    }
}
