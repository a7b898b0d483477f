//! `mcl`: tables of Meta's Content Library, of Facebook and of Instagram.
//!
//! **Invariant:** who posted is the owner, whatever surface the post is on; ids are the library's own and
//! not the platform's.

use super::{Opened, ReadOptions, customs::FromText, error::ReadError, sample::Sample, spec::Spec};
use concerted_model::Span;

const MAPPING: &[(&str, &str)] = &[
    ("account", "post_owner.id"),
    ("handle", "post_owner.username"),
    ("handle", "post_owner.name"),
    ("id", "id"),
    ("time", "creation_time"),
    ("text", "text"),
    ("language", "lang"),
    ("repost_of", "shared_post_id"),
    ("urls", "link_attachment.link"),
    ("hashtags", "hashtags"),
    ("mentions", "in text"),
    ("media", "multimedia"),
];

pub(crate) static SPEC: Spec = Spec {
    name: "mcl",
    title: "Meta Content Library posts of Facebook and Instagram, CSV",
    caution: "ids are the library's own; only large accounts are in it",
    platform: "facebook",
    needed: &["creation_time", "post_owner.id", "mcl_url", "id"],
    mapping: MAPPING,
    from_text: FromText::ALL,
    coarsest: Span::seconds(1),
    own_ids: false,
    ..Spec::PLAIN
};

static INSTAGRAM: Spec = Spec {
    name: "mcl",
    platform: "instagram",
    needed: SPEC.needed,
    mapping: MAPPING,
    from_text: FromText::ALL,
    coarsest: Span::seconds(1),
    own_ids: false,
    ..Spec::PLAIN
};

/// How sure it is that this is such a table.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    SPEC.has_columns(sample).then_some(100)
}

/// Opens either table: that of Instagram has no surfaces.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let facebook = sample.has_columns(&["surface.id"]);
    if facebook { &SPEC } else { &INSTAGRAM }.open_table(sample, options, file)
}
