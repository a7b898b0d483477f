//! Which techniques of the DISARM framework a kind of behaviour is consistent with, by id.
//!
//! **Invariant:** an id is a label for behaviour and never inferred intent; names and descriptions, which
//! carry judgements and another licence, are referred to and not copied.

/// The release of the framework that the ids are from; they move between releases.
pub(super) const VERSION: &str = "2024-11-22";

/// Ids that acting together in `trace` is consistent with.
pub(super) fn consistent_with(trace: &str) -> &'static [&'static str] {
    match trace {
        "repost" | "like" => &["T0049.003", "T0118"],
        "hashtag" | "hashtag-set" => &["T0049.002"],
        "text" => &["T0084.001"],
        "url" | "domain" | "media" | "quote" => &["T0118"],
        "mention" | "reply" => &["T0049.005"],
        _ => &["T0049"],
    }
}

/// Where an id is explained.
pub(super) fn address(id: &str) -> String {
    format!(
        "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/generated_pages/techniques/{id}.md"
    )
}
