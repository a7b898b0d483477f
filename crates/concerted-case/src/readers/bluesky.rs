//! What Bluesky's formats share: the record of a post, and addresses of the AT protocol.
//!
//! **Invariant:** links, hashtags and mentions are taken from the facets' own values, so that nobody
//! has to cut a text at their UTF-8 byte offsets.

use std::borrow::Cow;

use super::{json::Json, post::Draft};

/// The collection of posts.
pub(crate) const POST: &str = "app.bsky.feed.post";
/// The collection of reposts.
pub(crate) const REPOST: &str = "app.bsky.feed.repost";

/// The account in an address `at://did/collection/key`.
pub(crate) fn author(address: &str) -> Option<&str> {
    address.strip_prefix("at://")?.split('/').next().filter(|did| did.starts_with("did:"))
}

/// What a record says, whoever published it.
pub(crate) fn content<'v>(record: &'v Json<'_>, is_repost: bool) -> Draft<'v> {
    let subject = record.text("subject.uri").filter(|_| is_repost);
    let parent = record.text("reply.parent.uri");
    let embed = Embed::of(record);
    let mut draft = Draft {
        kind: is_repost.then_some(Cow::Borrowed("repost")),
        text: record.text("text").map(Cow::Borrowed),
        language: record.texts("langs", "").next().map(Cow::Borrowed),
        repost_of: subject.map(Cow::Borrowed),
        repost_of_account: subject.and_then(author).map(Cow::Borrowed),
        reply_to: parent.map(Cow::Borrowed),
        reply_to_account: parent.and_then(author).map(Cow::Borrowed),
        quote_of: embed.quoted.map(Cow::Borrowed),
        urls: embed.link.map(Cow::Borrowed).into_iter().collect(),
        hashtags: record.texts("tags", "").map(Cow::Borrowed).collect(),
        media: embed.media.into_iter().map(Cow::Borrowed).collect(),
        ..Draft::default()
    };
    for feature in record.list("facets").iter().flat_map(|facet| facet.list("features")) {
        let text = |key: &str| feature.text(key).map(Cow::Borrowed);
        match feature.text("$type") {
            Some("app.bsky.richtext.facet#link") => draft.urls.extend(text("uri")),
            Some("app.bsky.richtext.facet#tag") => draft.hashtags.extend(text("tag")),
            Some("app.bsky.richtext.facet#mention") => draft.mentions.extend(text("did")),
            _ => {}
        }
    }
    draft
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
        let images = media.list("images").iter();
        let images = images.filter_map(|image| {
            let link = image.path(&["image", "ref", "$link"]);
            link.and_then(Json::scalar)
        });
        let video = media.path(&["video", "ref", "$link"]).and_then(Json::scalar);
        Self {
            quoted: embed.text("record.uri").or_else(|| embed.text("record.record.uri")),
            link: media.text("external.uri"),
            media: images.chain(video).collect(),
        }
    }
}
