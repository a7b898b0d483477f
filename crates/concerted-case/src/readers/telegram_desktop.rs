//! `telegram-desktop`: the export `result.json` of Telegram Desktop, of one chat or of all.
//!
//! **Invariant:** the time is `date_unixtime`; `date` is the local time of whoever exported, and is only
//! read, with a note, where there is nothing else. `\xNN`, which Telegram writes for control characters
//! and is no JSON, is read as such and counted. Members of chats that are no posts (service messages)
//! are counted as no posts.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions,
    error::ReadError,
    json::{Escapes, Json},
    judge::Judge,
    place::Place,
    post::Draft,
    sample::Sample,
    spec::Spec,
    values::Layout,
};

pub(crate) static SPEC: Spec = Spec {
    name: "telegram-desktop",
    title: "Telegram Desktop's export result.json",
    caution: "a forward names its source by name alone, so that forwards are compared by their text",
    platform: "telegram",
    mapping: &[
        ("account", "from_id"),
        ("handle", "from"),
        ("id", "chat id / message id"),
        ("time", "date_unixtime"),
        ("kind", "forwarded_from"),
        ("text", "text"),
        ("client", "via_bot"),
        ("repost_of_account", "forwarded_from (a name)"),
        ("reply_to", "reply_to_peer_id / reply_to_message_id"),
        ("urls", "text_entities[type=link|text_link]"),
        ("hashtags", "text_entities[type=hashtag].text"),
        ("mentions", "text_entities[type=mention|mention_name]"),
        ("media", "photo | file"),
    ],
    coarsest: Span::seconds(1),
    layout: Some(Layout::Inside(&["messages", "chats.list.messages", "left_chats.list.messages"])),
    escapes: Escapes::Hexadecimal,
    utc: false,
    ..Spec::PLAIN
};

/// How sure it is that this is such an export.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let first = values.first()?;
    let one = first.has(&["name", "type", "id", "messages"]);
    let all = first.has(&["chats.list"]);
    (one || all).then_some(100)
}

/// Opens an export.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Messages::default()))
}

#[derive(Default)]
struct Messages {
    /// The id of the chat whose messages come.
    chat: String,
}

impl JsonReader for Messages {
    fn beside(&mut self, key: &str, value: &Json<'_>) {
        if key == "id" {
            self.chat = value.scalar().unwrap_or_default().to_owned();
        }
    }

    fn memory(&self) -> Option<String> {
        Some(self.chat.clone())
    }

    fn recall(&mut self, memory: &str) {
        memory.clone_into(&mut self.chat);
    }

    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        match value.text("type") {
            Some("service") => return judge.no_post(),
            Some("message") => {}
            _ => return judge.refuse(place, RejectReason::Malformed, "no message".to_owned()),
        }
        let address = |chat: &str, message: &str| Cow::Owned(format!("{chat}/{message}"));
        let chat_of_reply = value.text("reply_to_peer_id").map(bare_id).unwrap_or(&self.chat);
        let forwarded = value.any(&["forwarded_from", "saved_from"]);
        let entities = Entities::of(value);
        judge.post(Draft {
            place,
            account: value.text("from_id").map(Cow::Borrowed),
            handle: value.text("from").map(Cow::Borrowed),
            id: value.text("id").map(|id| address(&self.chat, id)),
            time: value.any(&["date_unixtime", "date"]).map(Cow::Borrowed),
            kind: (value.get("forwarded_from").is_some() || forwarded.is_some())
                .then_some(Cow::Borrowed("repost")),
            text: Some(Cow::Owned(text(value.get("text")))),
            client: value.text("via_bot").map(Cow::Borrowed),
            repost_of_account: forwarded.map(Cow::Borrowed),
            reply_to: value.text("reply_to_message_id").map(|id| address(chat_of_reply, id)),
            urls: entities.urls,
            hashtags: entities.hashtags,
            mentions: entities.mentions,
            media: value
                .any(&["photo", "file"])
                .filter(|path| !path.starts_with('('))
                .map(Cow::Borrowed)
                .into_iter()
                .collect(),
            edited: value.any(&["edited_unixtime", "edited"]).is_some(),
            ..Draft::default()
        });
    }
}

/// A peer's number without the word for what it is: `channel123` is chat 123.
fn bare_id(peer: &str) -> &str {
    peer.trim_start_matches(|sign: char| sign.is_ascii_alphabetic())
}

/// A text that is one string, or pieces of which some are objects.
fn text(value: Option<&Json<'_>>) -> String {
    match value {
        Some(Json::List(pieces)) => pieces
            .iter()
            .filter_map(|piece| piece.scalar().or_else(|| piece.text("text")))
            .collect(),
        Some(value) => value.scalar().unwrap_or_default().to_owned(),
        None => String::new(),
    }
}

#[derive(Default)]
struct Entities<'v> {
    urls: Vec<Cow<'v, str>>,
    hashtags: Vec<Cow<'v, str>>,
    mentions: Vec<Cow<'v, str>>,
}

impl<'v> Entities<'v> {
    /// From `text_entities`; older exports have them in the pieces of the text alone.
    fn of(value: &'v Json<'_>) -> Self {
        let listed = value.list("text_entities");
        let pieces = if listed.is_empty() { value.list("text") } else { listed };
        let mut found = Self::default();
        for piece in pieces {
            let said = piece.text("text");
            match piece.text("type") {
                Some("link") => found.urls.extend(said.map(with_scheme)),
                Some("text_link") => found.urls.extend(piece.text("href").map(Cow::Borrowed)),
                Some("hashtag") => {
                    let bare = said.map(|tag| tag.trim_start_matches(['#', '＃']));
                    found.hashtags.extend(bare.map(Cow::Borrowed));
                }
                Some("mention") => {
                    let bare = said.map(|name| name.trim_start_matches(['@', '＠']));
                    found.mentions.extend(bare.map(Cow::Borrowed));
                }
                Some("mention_name") => {
                    found.mentions.extend(piece.text("user_id").map(Cow::Borrowed));
                }
                _ => {}
            }
        }
        found
    }
}

/// Telegram makes links of bare hosts too.
pub(crate) fn with_scheme(address: &str) -> Cow<'_, str> {
    if address.contains("://") || !address.contains('.') {
        return Cow::Borrowed(address);
    }
    Cow::Owned(format!("https://{address}"))
}
