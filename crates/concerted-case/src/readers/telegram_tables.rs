//! `telegram-tracker` and `telegram-list`: two simple forms of Telegram channels' posts that circulate.
//!
//! **Invariant:** the channel is the account. A forward is a repost of the message that its link names.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, columns::Named, customs::FromText, error::ReadError,
    json::Json, judge::Judge, lists::Lists, place::Place, post::Draft, sample::Sample, spec::Spec,
    table::Fields,
};

pub(crate) static TRACKER: Spec = Spec {
    name: "telegram-tracker",
    title: "telegram-tracker's messages, CSV",
    caution: "channels are the accounts",
    platform: "telegram",
    needed: &["channel_id", "msg_id", "message", "date", "forward_msg_link"],
    mapping: &[
        ("account", "channel_id"),
        ("handle", "channel_name"),
        ("message", "msg_id"),
        ("id", "msg_id"),
        ("time", "date"),
        ("text", "message"),
        ("cleaned", "cleaned_message"),
        ("kind", "is_forward"),
        ("forward", "forward_msg_link"),
        ("repost_of", "forward_msg_link"),
        ("repost_of_account", "forward_msg_from_peer_name"),
        ("repost_of_born", "forward_msg_date"),
        ("answered", "reply_to_msg_id"),
        ("reply_to", "reply_to_msg_id"),
        ("urls", "url"),
        ("hashtags", "in message"),
        ("mentions", "in message"),
        ("media", "document_id"),
    ],
    lists: Lists::Commas,
    from_text: FromText::ALL,
    coarsest: Span::seconds(1),
    adjust,
    ..Spec::PLAIN
};

pub(crate) static LIST: Spec = Spec {
    name: "telegram-list",
    title: "Telegram messages as a list of message_id, sender_id, text, date, channel, JSON",
    platform: "telegram",
    mapping: &[
        ("account", "sender_id"),
        ("handle", "channel"),
        ("id", "sender_id / message_id"),
        ("time", "date"),
        ("text", "text"),
        ("urls", "in text"),
        ("hashtags", "in text"),
        ("mentions", "in text"),
    ],
    from_text: FromText::ALL,
    coarsest: Span::seconds(1),
    ..Spec::PLAIN
};

/// How sure it is that this is the tracker's table.
pub(crate) fn detect_tracker(sample: &Sample<'_>) -> Option<u8> {
    TRACKER.has_columns(sample).then_some(100)
}

/// How sure it is that this is such a list.
pub(crate) fn detect_list(sample: &Sample<'_>) -> Option<u8> {
    let keys = ["message_id", "sender_id", "text", "date"];
    sample.values().first().is_some_and(|value| value.has(&keys)).then_some(80)
}

/// Opens such a list.
pub(crate) fn open_list(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    LIST.open_json(sample, options, file, Box::new(Messages))
}

fn adjust<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    let channel = draft.account.clone().unwrap_or_default();
    let address = |id: &str| {
        let id = id.strip_suffix(".0").unwrap_or(id);
        Cow::Owned(format!("{channel}/{id}"))
    };
    draft.id = named.other(row, "message").map(address);
    draft.reply_to = named.other(row, "answered").map(address);
    draft.text = draft.text.or_else(|| named.other(row, "cleaned").map(Cow::Borrowed));
    let forwards = draft.kind.as_deref() == Some("1");
    draft.kind = forwards.then_some(Cow::Borrowed("repost"));
    draft.repost_of = named.other(row, "forward").filter(|_| forwards).map(Cow::Borrowed);
    draft
}

struct Messages;

impl JsonReader for Messages {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let one = |path: &str| value.text(path).map(Cow::Borrowed);
        if value.get("message_id").is_none() {
            return judge.refuse(place, RejectReason::Malformed, "no message".to_owned());
        }
        let sender = value.text("sender_id").unwrap_or_default();
        judge.post(Draft {
            place,
            account: one("sender_id"),
            handle: one("channel"),
            id: value.text("message_id").map(|id| Cow::Owned(format!("{sender}/{id}"))),
            time: one("date"),
            text: one("text"),
            ..Draft::default()
        });
    }
}
