//! `coortweet`: CooRTweet's four columns, one shared object a row.
//!
//! **Invariant:** an object is what it looks like: an address, a hashtag, or else the id of the post
//! that was shared, which is what CooRTweet's own reader of X puts there. A post that shares several
//! objects has several rows, which are joined afterwards.

use std::borrow::Cow;

use concerted_model::Platform;

use super::{
    Opened, ReadOptions, Reader, TableReader,
    columns::Named,
    error::ReadError,
    judge::Customs,
    mapped::Looks,
    post::Draft,
    sample::{Sample, Shape},
    table::Fields,
};

const NEEDED: &[&str] = &["object_id", "account_id", "content_id", "timestamp_share"];

const MAPPING: &[(&str, &str)] = &[
    ("account", "account_id"),
    ("id", "content_id"),
    ("time", "timestamp_share"),
    ("repost_of", "object_id"),
    ("urls", "object_id"),
    ("hashtags", "object_id"),
];

pub(crate) const CARRIES: &[&str] = &["account", "id", "time", "repost_of", "urls", "hashtags"];

/// How sure it is that these are the four columns.
pub(crate) fn detect(sample: &Sample) -> Option<u8> {
    sample.has_columns(NEEDED).then_some(100)
}

/// Opens a file of the four columns.
pub(crate) fn open(
    sample: &Sample,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let named = Named::of(sample, MAPPING, NEEDED, "coortweet", file)?;
    let values = |name| -> Vec<String> {
        let Shape::Table(table) = &sample.shape else { return Vec::new() };
        let column = table.column(name);
        column.into_iter().flat_map(|at| table.values_of(at)).map(str::to_owned).collect()
    };
    let times = values("timestamp_share");
    let looks = Looks {
        accounts: values("account_id"),
        ids_and_times: values("content_id").into_iter().zip(times.clone()).collect(),
        times,
    };
    let customs = looks.decide(Customs::of(Platform::UNKNOWN, options).documented_utc());
    let mapping = named.mapping();
    Ok(Opened {
        customs,
        mapping,
        notes: Vec::new(),
        reader: Reader::Table(Box::new(Shares(named))),
    })
}

struct Shares(Named);

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

impl TableReader for Shares {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        let text = |field| self.0.cell(row, field).map(Cow::Borrowed);
        let mut draft = Draft {
            place: row.place,
            account: Some(text("account").unwrap_or_default()),
            id: text("id"),
            time: text("time"),
            ..Draft::default()
        };
        match self.0.cell(row, "repost_of").map(object) {
            Some(Object::Address(address)) => draft.urls.push(Cow::Borrowed(address)),
            Some(Object::Hashtag(tag)) => draft.hashtags.push(Cow::Borrowed(tag)),
            Some(Object::Post(post)) => draft.repost_of = Some(Cow::Borrowed(post)),
            None => {}
        }
        draft
    }
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
