//! `reddit`: submissions and comments of Reddit as Pushshift's dumps have them, one a line.
//!
//! **Invariant:** an account is known by its id (`author_fullname`) if the whole beginning of the file
//! has them, else by its name: never by either, row by row, which would make two of one. Dumps are not
//! in order of time, and need not be.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, columns::Named, customs::FromText, error::ReadError, ids,
    json::Json, judge::Judge, place::Place, post::Draft, sample::Sample, spec::Spec, table::Fields,
};

pub(crate) static SPEC: Spec = Spec {
    name: "reddit",
    title: "Reddit submissions and comments (Pushshift RS, RC), JSONL",
    caution: "deleted authors are refused and never become one account",
    platform: "reddit",
    mapping: &[
        ("account", "author_fullname | author"),
        ("handle", "author"),
        ("id", "t3_{id} | t1_{id}"),
        ("time", "created_utc"),
        ("text", "title, selftext | body"),
        ("kind", "crosspost_parent, parent_id"),
        ("repost_of", "crosspost_parent"),
        ("reply_to", "parent_id"),
        ("urls", "url, in the text"),
        ("mentions", "u/name in the text"),
        ("media", "media_metadata, url of an image"),
    ],
    from_text: FromText::URLS,
    coarsest: Span::seconds(1),
    ..Spec::PLAIN
};

/// A table of submissions that leaves out who wrote them: each row is refused for that.
pub(crate) static WITHOUT_AUTHORS: Spec = Spec {
    name: "reddit-csv",
    title: "Reddit submissions without authors, CSV: no posts, since nobody is named",
    caution: "every row is refused, because it does not say who wrote it",
    platform: "reddit",
    needed: &["title", "id", "comms_num", "created", "body"],
    mapping: &[("id", "id"), ("time", "created"), ("text", "body"), ("urls", "url")],
    adjust: without_author,
    ..Spec::PLAIN
};

fn without_author<'a>(_: &Named, _: &'a Fields, draft: Draft<'a>) -> Draft<'a> {
    Draft { account: None, ..draft }
}

/// How sure it is that these are submissions or comments.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let is_one = |value: &Json<'_>| {
        value.has(&["created_utc", "subreddit"]) && (value.has(&["title"]) || value.has(&["body"]))
    };
    sample.values().iter().take(20).any(is_one).then_some(100)
}

/// How sure it is that this is the table without authors.
pub(crate) fn detect_without_authors(sample: &Sample<'_>) -> Option<u8> {
    WITHOUT_AUTHORS.has_columns(sample).then_some(60)
}

/// Opens a file of submissions or comments.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let named =
        |value: &&Json<'_>| value.text("author").is_some_and(|author| !ids::is_placeholder(author));
    let values = sample.values();
    let by_id = values.iter().filter(named).all(|value| value.text("author_fullname").is_some());
    let mut opened = SPEC.open_json(sample, options, file, Box::new(Posts { by_id }))?;
    opened.customs.accounts_are_names = !by_id;
    Ok(opened)
}

struct Posts {
    by_id: bool,
}

impl JsonReader for Posts {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        if value.get("created_utc").is_none() {
            let detail = "no submission and no comment".to_owned();
            return judge.refuse(place, RejectReason::Malformed, detail);
        }
        let author = value.text("author");
        let account = match author {
            Some(name) if ids::is_placeholder(name) => Some(name),
            name if self.by_id => value.text("author_fullname").or(name),
            name => name,
        };
        let comment = value.get("parent_id").is_some() && value.get("body").is_some();
        let prefix = if comment { "t1_" } else { "t3_" };
        let id = value
            .text("id")
            .map(|id| if id.starts_with(prefix) { id.to_owned() } else { format!("{prefix}{id}") });
        let text = if comment {
            value.text("body").map(Cow::Borrowed)
        } else {
            let parts = ["title", "selftext"].iter().filter_map(|key| value.text(key));
            let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
            Some(Cow::Owned(parts.join("\n\n")))
        };
        let own = value.is_true("is_self") || comment;
        let link = value.text("url").filter(|url| !own && url.starts_with("http"));
        let mut urls: Vec<Cow<'_, str>> = link.map(Cow::Borrowed).into_iter().collect();
        let said = text.as_deref().unwrap_or_default();
        urls.extend(
            super::entities::urls(said).into_iter().map(|url| Cow::Owned(url.into_owned())),
        );
        let mentions = names(said).map(|name| Cow::Owned(name.to_owned())).collect();
        let is_image = |url: &&str| {
            let host = super::mastodon::host_of(url).unwrap_or_default();
            matches!(host, "i.redd.it" | "v.redd.it" | "i.imgur.com")
        };
        let mut media: Vec<Cow<'_, str>> =
            link.filter(is_image).map(Cow::Borrowed).into_iter().collect();
        if let Some(Json::Object(images)) = value.get("media_metadata") {
            media.extend(images.fields.iter().map(|(id, _)| Cow::Borrowed(id.as_ref())));
        }
        // Pushshift's archives say when they fetched it.
        let retrieved = value.any(&["retrieved_on", "retrieved_utc"]);
        let retrieved = retrieved.and_then(|seconds| seconds.parse::<i64>().ok());
        judge.post(Draft {
            place,
            account: account.map(Cow::Borrowed),
            handle: author.map(Cow::Borrowed),
            id: id.map(Cow::Owned),
            time: value.text("created_utc").map(Cow::Borrowed),
            repost_of: value.text("crosspost_parent").map(Cow::Borrowed),
            repost_of_account: value
                .list("crosspost_parent_list")
                .first()
                .and_then(|other| other.any(&["author_fullname", "author"]))
                .map(Cow::Borrowed),
            reply_to: value.text("parent_id").filter(|_| comment).map(Cow::Borrowed),
            urls,
            mentions,
            media,
            text,
            edited: value.text("edited").is_some(),
            collected_us: retrieved.and_then(|seconds| seconds.checked_mul(1_000_000)),
            ..Draft::default()
        });
    }
}

/// The names in a text that are written `u/name`.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("u/").filter_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        // `/u/name` is the same; in an address it is a path.
        let slash = before == Some('/');
        let before = if slash { text[..at - 1].chars().next_back() } else { before };
        if before.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '/' | '.')) {
            return None;
        }
        let rest = &text[at + 2..];
        let in_name = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
        let end = rest.find(|sign| !in_name(sign)).unwrap_or(rest.len());
        (end > 2).then(|| &rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_paths_are_not() {
        let text =
            "u/alpha and /u/beta-2, not you/me or https://reddit.example/u/gamma (u/delta_4)";
        assert_eq!(names(text).collect::<Vec<_>>(), ["alpha", "beta-2", "delta_4"]);
    }
}
