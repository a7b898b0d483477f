//! `ira538`: the Internet Research Agency's tweets as FiveThirtyEight published them, and the same
//! cut by author.
//!
//! **Invariant:** `external_author_id` is never used: a spreadsheet rounded it. The original has
//! American dates; the cut by author has no ids at all, and its accounts are names. Both have minutes
//! only, though the cut writes seconds. A repost does not say of what.

use std::borrow::Cow;

use concerted_model::{Platform, Span};

use super::{
    Opened, ReadOptions, Reader, TableReader,
    columns::Named,
    error::ReadError,
    judge::{Customs, FromText},
    post::Draft,
    sample::Sample,
    table::Fields,
};

const ORIGINAL: &[&str] = &["alt_external_id", "author", "content", "publish_date", "post_type"];
const BY_AUTHOR: &[&str] = &["author_id", "content", "publish_date", "post_type"];

const MAPPING_ORIGINAL: &[(&str, &str)] = &[
    ("account", "alt_external_id"),
    ("handle", "author"),
    ("id", "tweet_id"),
    ("time", "publish_date"),
    ("kind", "post_type"),
    ("text", "content"),
    ("language", "language"),
    ("urls", "tco1_step1"),
    ("urls", "tco2_step1"),
    ("urls", "tco3_step1"),
];

const MAPPING_BY_AUTHOR: &[(&str, &str)] = &[
    ("account", "author_id"),
    ("handle", "author_id"),
    ("time", "publish_date"),
    ("kind", "post_type"),
    ("text", "content"),
    ("language", "language"),
];

pub(crate) const CARRIES: &[&str] = &[
    "account", "handle", "id", "time", "kind", "text", "language", "urls", "hashtags", "mentions",
];

/// How sure it is that this is one of the two.
pub(crate) fn detect(sample: &Sample) -> Option<u8> {
    let sure = sample.has_columns(ORIGINAL).then_some(100);
    sure.or_else(|| sample.has_columns(BY_AUTHOR).then_some(95))
}

/// Opens either of the two.
pub(crate) fn open(
    sample: &Sample,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let by_author = !sample.has_columns(ORIGINAL);
    let (pairs, needed) =
        if by_author { (MAPPING_BY_AUTHOR, BY_AUTHOR) } else { (MAPPING_ORIGINAL, ORIGINAL) };
    let named = Named::of(sample, pairs, needed, "ira538", file)?;
    let mapping = named.mapping();
    let mut customs = Customs {
        coarsest: Span::seconds(60),
        accounts_are_names: by_author,
        from_text: FromText::ALL,
        ..Customs::of(Platform::X, options).documented_utc()
    };
    customs.times.month_first = true;
    Ok(Opened {
        customs,
        mapping,
        notes: Vec::new(),
        reader: Reader::Table(Box::new(Tweets(named))),
    })
}

struct Tweets(Named);

impl TableReader for Tweets {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        let text = |field| self.0.cell(row, field).map(Cow::Borrowed);
        let kind = match self.0.cell(row, "kind").unwrap_or_default() {
            "R" | "RETWEET" => "repost",
            "Q" | "QUOTE_TWEET" | "QUOTE" => "quote",
            _ => "original",
        };
        // A spreadsheet would have taken a text that starts with @ for a formula, so that somebody
        // put an apostrophe before it.
        let content = self.0.cell(row, "text");
        let content = content.map(|said| if said.starts_with("'@") { &said[1..] } else { said });
        Draft {
            place: row.place,
            account: Some(text("account").unwrap_or_default()),
            handle: text("handle"),
            id: text("id"),
            kind: Some(Cow::Borrowed(kind)),
            time: text("time"),
            text: content.map(Cow::Borrowed),
            language: text("language"),
            urls: self.0.cells(row, "urls").map(Cow::Borrowed).collect(),
            ..Draft::default()
        }
    }
}
