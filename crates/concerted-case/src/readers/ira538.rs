//! `ira538`: the Internet Research Agency's tweets as FiveThirtyEight published them, and the same
//! cut by author.
//!
//! **Invariant:** `external_author_id` is never used: a spreadsheet rounded it. The original has
//! American dates; the cut by author has no ids at all, and its accounts are names. Both have minutes
//! only, though the cut writes seconds. A repost does not say of what.

use concerted_model::{Platform, Span};

use super::{
    Opened, ReadOptions, columns::Named, customs::FromText, error::ReadError, mapping::Field,
    post::Draft, sample::Sample, spec::Spec, table::Fields,
};

pub(crate) static SPEC: Spec = Spec {
    name: "ira538",
    title: "FiveThirtyEight's Internet Research Agency tweets, CSV",
    caution: "the column external_author_id was rounded by a spreadsheet and is never used",
    platform: Platform::X,
    needed: &["alt_external_id", "author", "content", "publish_date", "post_type"],
    mapping: &[
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
        ("hashtags", "in content"),
        ("mentions", "in content"),
    ],
    from_text: FromText::ALL,
    coarsest: Span::seconds(60),
    adjust,
    ..Spec::PLAIN
};

static BY_AUTHOR: Spec = Spec {
    needed: &["author_id", "content", "publish_date", "post_type"],
    mapping: &[
        ("account", "author_id"),
        ("handle", "author_id"),
        ("time", "publish_date"),
        ("kind", "post_type"),
        ("text", "content"),
        ("language", "language"),
    ],
    names: true,
    name: "ira538",
    platform: Platform::X,
    from_text: FromText::ALL,
    coarsest: Span::seconds(60),
    adjust,
    ..Spec::PLAIN
};

/// How sure it is that this is one of the two.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let sure = SPEC.has_columns(sample).then_some(100);
    sure.or_else(|| BY_AUTHOR.has_columns(sample).then_some(95))
}

/// Opens either of the two.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let spec = if SPEC.has_columns(sample) { &SPEC } else { &BY_AUTHOR };
    let mut opened = spec.open_table(sample, options, file)?;
    opened.customs.times.month_first = true;
    Ok(opened)
}

fn adjust<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    let kind = match named.cell(row, Field::Kind).unwrap_or_default() {
        "R" | "RETWEET" => "repost",
        "Q" | "QUOTE_TWEET" | "QUOTE" => "quote",
        _ => "original",
    };
    draft.kind = Some(kind.into());
    // A spreadsheet would have taken a text that starts with @ for a formula, so that somebody put an
    // apostrophe before it.
    let content = named.cell(row, Field::Text);
    let bare = content.map(|said| if said.starts_with("'@") { &said[1..] } else { said });
    draft.text = bare.map(Into::into);
    draft
}
