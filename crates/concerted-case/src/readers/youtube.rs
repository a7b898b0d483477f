//! `youtube`: comments as YouTube's Data API answers, and the table that YouTube Data Tools makes of
//! them.
//!
//! **Invariant:** a thread is its first comment and its replies, each a post of its own. The text is the
//! author's (`textOriginal`) where it is there; what YouTube shows instead is HTML and is read as such.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, columns::Named, customs::FromText, error::ReadError,
    json::Json, judge::Judge, markup, place::Place, post::Draft, sample::Sample, spec::Spec,
    table::Fields, values::Layout,
};

pub(crate) static SPEC: Spec = Spec {
    name: "youtube",
    title: "YouTube Data API commentThreads and comments, JSON",
    platform: "youtube",
    mapping: &[
        ("account", "snippet.authorChannelId.value"),
        ("handle", "snippet.authorDisplayName"),
        ("id", "id"),
        ("time", "snippet.publishedAt"),
        ("text", "snippet.textOriginal | textDisplay"),
        ("reply_to", "snippet.parentId"),
        ("urls", "in the text"),
        ("hashtags", "in the text"),
        ("mentions", "in the text"),
    ],
    from_text: FromText::ALL,
    coarsest: Span::seconds(1),
    layout: Some(Layout::Inside(&["items"])),
    ..Spec::PLAIN
};

pub(crate) static TOOLS: Spec = Spec {
    name: "youtube-tools",
    title: "YouTube Data Tools' comments, CSV",
    caution: "times have no zone; the tool writes UTC",
    platform: "youtube",
    needed: &["id", "isReplyTo", "authorName", "text", "publishedAt"],
    mapping: &[
        ("account", "authorChannelId"),
        ("handle", "authorName"),
        ("id", "id"),
        ("time", "publishedAt"),
        ("text", "text"),
        ("reply_to", "isReplyTo"),
        ("reply_to_account", "isReplyToName"),
        ("urls", "in the text"),
        ("hashtags", "in the text"),
        ("mentions", "in the text"),
    ],
    from_text: FromText::ALL,
    coarsest: Span::seconds(1),
    backslash: true,
    adjust,
    ..Spec::PLAIN
};

/// How sure it is that this is such an answer.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let first = values.first()?;
    let item = first.list("items").first().unwrap_or(first);
    let kind = item.text("kind").or(first.text("kind")).unwrap_or_default();
    kind.starts_with("youtube#comment").then_some(100)
}

/// How sure it is that this is the tools' table.
pub(crate) fn detect_tools(sample: &Sample<'_>) -> Option<u8> {
    TOOLS.has_columns(sample).then_some(100)
}

/// Opens an answer, or several.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let mut opened = SPEC.open_json(sample, options, file, Box::new(Threads))?;
    if sample.values().first().is_some_and(|first| first.get("items").is_none()) {
        // Collected one thread a line, without the answers around them.
        opened.layout = None;
    }
    Ok(opened)
}

/// Opens the tools' table.
pub(crate) fn open_tools(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let mut opened = TOOLS.open_table(sample, options, file)?;
    // Older tables have names alone.
    opened.customs.accounts_are_names = !sample.has_columns(&["authorChannelId"]);
    Ok(opened)
}

fn adjust<'a>(named: &Named, _: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    if !named.has("account") {
        draft.account = draft.handle.clone().or(Some(Cow::Borrowed("")));
    }
    draft
}

struct Threads;

impl JsonReader for Threads {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        match value.text("kind") {
            Some("youtube#commentThread") => {
                if let Some(top) = value.at("snippet.topLevelComment") {
                    comment(top, place.of_inner(value, top), judge);
                }
                for reply in value.list("replies.comments") {
                    comment(reply, place.of_inner(value, reply), judge);
                }
            }
            Some("youtube#comment") => comment(value, place, judge),
            Some(_) => judge.no_post(),
            None => judge.refuse(place, RejectReason::Malformed, "no comment".to_owned()),
        }
    }
}

fn comment(value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
    let one = |path: &str| value.text(path).map(Cow::Borrowed);
    let shown = value.text("snippet.textDisplay").map(|html| Cow::Owned(markup::said(html).text));
    let (published, updated) = (one("snippet.publishedAt"), one("snippet.updatedAt"));
    judge.post(Draft {
        place,
        account: one("snippet.authorChannelId.value"),
        handle: one("snippet.authorDisplayName"),
        id: one("id"),
        edited: published.is_some() && updated.is_some() && published != updated,
        time: published,
        text: one("snippet.textOriginal").or(shown),
        reply_to: one("snippet.parentId"),
        ..Draft::default()
    });
}
