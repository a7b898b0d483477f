//! `twint`: tweets as twint wrote them, tabs between the columns (or commas).
//!
//! **Invariant:** the time is `date` and `time` in the zone of `timezone`, which is the zone of the
//! machine that collected; `created_at` names that zone by letters that mean several.

use std::borrow::Cow;

use super::{columns::Named, post::Draft, sample::Sample, spec::Spec, table::Fields};
use concerted_model::{Platform, Span};

pub(crate) static SPEC: Spec = Spec {
    name: "twint",
    title: "twint's tweets, CSV or TSV",
    caution: "times are in the zone of the machine that collected, which is read from each row",
    platform: Platform::X,
    needed: &["id", "conversation_id", "date", "time", "timezone", "user_id", "tweet"],
    mapping: &[
        ("account", "user_id"),
        ("handle", "username"),
        ("id", "id"),
        ("date", "date"),
        ("clock", "time"),
        ("zone", "timezone"),
        ("text", "tweet"),
        ("language", "language"),
        ("client", "source"),
        ("repost_of", "retweet_id"),
        ("repost_of_account", "user_rt_id"),
        ("quoted", "quote_url"),
        ("urls", "urls"),
        ("hashtags", "hashtags"),
        ("mentions", "mentions"),
        ("media", "photos"),
        ("time", "date"),
        ("quote_of", "quote_url"),
        ("answered", "reply_to"),
    ],
    coarsest: Span::seconds(1),
    adjust,
    ..Spec::PLAIN
};

/// How sure it is that this is such a table.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    SPEC.has_columns(sample).then_some(100)
}

fn adjust<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    let part = |name| named.other(row, name).unwrap_or_default();
    let time = format!("{} {} {}", part("date"), part("clock"), part("zone"));
    draft.time = Some(Cow::Owned(time.trim().to_owned()));
    let quoted = named.other(row, "quoted").and_then(|url| url.rsplit('/').next());
    draft.quote_of = quoted.map(Cow::Borrowed);
    // Whom it answers stands in a list of users, without the post.
    let answers = named.other(row, "answered").filter(|list| list.len() > 2);
    if let Some(list) = answers {
        draft.kind = Some(Cow::Borrowed("reply"));
        draft.reply_to_account = first_id(list).map(Cow::Borrowed);
    }
    draft
}

/// The first `'id': '…'` or `'user_id': '…'` of a list of Python's dictionaries.
fn first_id(list: &str) -> Option<&str> {
    let at = list.find("id': '")? + "id': '".len();
    list[at..].split('\'').next().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_tweet_answers_stands_in_a_list_of_dictionaries() {
        let list = "[{'user_id': '12', 'username': 'a'}, {'user_id': '13', 'username': 'b'}]";
        assert_eq!(first_id(list), Some("12"));
        assert_eq!(first_id("[{'screen_name': 'a', 'id': '7'}]"), Some("7"));
        assert_eq!(first_id("[]"), None);
    }
}
