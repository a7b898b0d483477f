//! `coortweet`: CooRTweet's four columns, one shared object a row.
//!
//! **Invariant:** an object is what it looks like: an address, a hashtag, or else the id of the post
//! that was shared, which is what CooRTweet's own reader of X puts there. A post that shares several
//! objects has several rows, which are joined afterwards.

use super::{
    Opened, ReadOptions, columns::Named, error::ReadError, mapping::Field, post::Draft,
    sample::Sample, spec::Spec, table::Fields,
};

pub(crate) static SPEC: Spec = Spec {
    name: "coortweet",
    title: "CooRTweet's input, CSV",
    caution: "one row a shared object; there are no texts",
    needed: &["object_id", "account_id", "content_id", "timestamp_share"],
    mapping: &[
        ("account", "account_id"),
        ("id", "content_id"),
        ("time", "timestamp_share"),
        ("repost_of", "object_id"),
        ("urls", "object_id"),
        ("hashtags", "object_id"),
    ],
    adjust,
    ..Spec::PLAIN
};

/// How sure it is that these are the four columns.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    SPEC.has_columns(sample).then_some(100)
}

/// Opens a file of the four columns.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_table(sample, options, file)
}

enum Object<'a> {
    Address(&'a str),
    Hashtag(&'a str),
    Post(&'a str),
}

fn object(id: &str) -> Object<'_> {
    let is_address = |text: &str| {
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        lower.starts_with("http://") || lower.starts_with("https://")
    };
    if let Some(address) = id.strip_prefix("url_") {
        return Object::Address(if is_address(address) { address } else { id });
    }
    if is_address(id) {
        return Object::Address(id);
    }
    match id.strip_prefix("hash_").or_else(|| id.strip_prefix(['#', '＃'])) {
        Some(tag) => Object::Hashtag(tag),
        None => Object::Post(id),
    }
}

fn adjust<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    draft.repost_of = None;
    draft.urls.clear();
    draft.hashtags.clear();
    match named.cell(row, Field::RepostOf).map(object) {
        Some(Object::Address(address)) => draft.urls.push(address.into()),
        Some(Object::Hashtag(tag)) => draft.hashtags.push(tag.into()),
        Some(Object::Post(post)) => draft.repost_of = Some(post.into()),
        None => {}
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_what_it_looks_like() {
        let word = |id| match object(id) {
            Object::Address(key) => format!("url {key}"),
            Object::Hashtag(key) => format!("hashtag {key}"),
            Object::Post(key) => format!("post {key}"),
        };
        assert_eq!(word("https://example.org/a"), "url https://example.org/a");
        assert_eq!(word("url_https://example.org/a"), "url https://example.org/a");
        assert_eq!(word("url_77"), "url url_77");
        assert_eq!(word("hash_vote"), "hashtag vote");
        assert_eq!(word("#Vote"), "hashtag Vote");
        assert_eq!(word("1785640561013686275"), "post 1785640561013686275");
    }
}
