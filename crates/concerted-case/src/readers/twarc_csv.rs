//! `twarc-csv`: tweets of X's API version 2 in the table that twarc-csv makes of them.
//!
//! **Invariant:** lists are JSON, whatever signs stand before their words; a table made without JSON
//! lists is read as words between commas.

use super::{
    columns::{COLLECTED, Named},
    lists::Lists,
    post::Draft,
    sample::Sample,
    spec::Spec,
    table::Fields,
};
use concerted_model::{Platform, Span};

pub(crate) static SPEC: Spec = Spec {
    name: "twarc-csv",
    title: "twarc-csv's table of X API version 2 tweets",
    platform: Platform::X,
    needed: &["id", "author_id", "created_at", "text", "referenced_tweets.retweeted.id"],
    mapping: &[
        ("account", "author_id"),
        ("handle", "author.username"),
        ("id", "id"),
        ("time", "created_at"),
        ("text", "text"),
        ("language", "lang"),
        ("client", "source"),
        ("repost_of", "referenced_tweets.retweeted.id"),
        ("repost_of_account", "retweeted_user_id"),
        ("reply_to", "referenced_tweets.replied_to.id"),
        ("reply_to_account", "in_reply_to_user_id"),
        ("quote_of", "referenced_tweets.quoted.id"),
        ("urls", "entities.urls"),
        ("hashtags", "entities.hashtags"),
        ("mentions", "entities.mentions"),
        ("media", "attachments.media_keys"),
        ("media", "attachments.media"),
        (COLLECTED, "__twarc.retrieved_at"),
    ],
    lists: Lists::Commas,
    coarsest: Span::seconds(1),
    adjust,
    ..Spec::PLAIN
};

/// How sure it is that this is such a table.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    SPEC.has_columns(sample).then_some(100)
}

/// A list of whole objects (media with `-no-flatten`) is no list of keys.
fn adjust<'a>(_: &Named, _: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    draft.media.retain(|key| !key.contains(['{', '}']));
    draft.urls.retain(|key| !key.contains(['{', '}']));
    draft
}
