//! `x-v2`: tweets as version 2 of X's API gives them, in twarc's pages or flattened.
//!
//! **Invariant:** only what was collected is a post: `includes.tweets`, and what a flattened tweet
//! carries of others, are context. A repost has the text and entities of what it passes on, where
//! that is there, because X cuts the repost's own text off.

use std::borrow::Cow;

use concerted_model::{Platform, Span, provenance::RejectReason};
use rustc_hash::FxHashMap;

use super::{
    JsonReader, Opened, ReadOptions,
    error::ReadError,
    json::{AtEnd, Json},
    judge::Judge,
    moment::rfc3339_us,
    place::Place,
    post::Draft,
    sample::Sample,
    spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "x-v2",
    title: "X API version 2, JSON: twarc's pages or flattened, academictwitteR",
    caution: "posts that others refer to are context and no actions",
    platform: Platform::X,
    mapping: &[
        ("account", "author_id"),
        ("handle", "author.username | includes.users[].username | users_*.json"),
        ("id", "id"),
        ("time", "created_at"),
        ("text", "text"),
        ("language", "lang"),
        ("client", "source"),
        ("repost_of", "referenced_tweets[type=retweeted].id"),
        ("repost_of_account", "referenced_tweets[type=retweeted].author_id"),
        ("reply_to", "referenced_tweets[type=replied_to].id"),
        ("reply_to_account", "in_reply_to_user_id"),
        ("quote_of", "referenced_tweets[type=quoted].id"),
        ("urls", "entities.urls[].unwound_url | expanded_url"),
        ("hashtags", "entities.hashtags[].tag"),
        ("mentions", "entities.mentions[].id | username"),
        ("media", "attachments.media_keys[]"),
    ],
    // The API writes milliseconds that are always zero.
    coarsest: Span::seconds(1),
    ..Spec::PLAIN
};

/// How sure it is that these are tweets of version 2.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    sample.values().iter().find_map(|value| {
        if is_page(value) {
            let tweet = tweets(value).next();
            let sure = value.get("includes").is_some() || value.get("__twarc").is_some();
            return tweet.is_some_and(is_tweet).then_some(if sure { 100 } else { 80 });
        }
        if is_users(value) {
            return Some(80);
        }
        let flattened = value.get("__twarc").is_some() || value.get("author").is_some();
        is_tweet(value).then_some(if flattened { 100 } else { 80 })
    })
}

/// What academictwitteR writes beside its tweets: accounts, and tweets that others refer to.
fn is_users(value: &Json<'_>) -> bool {
    value.list("users").first().is_some_and(|user| user.has(&["id", "username"]))
}

fn is_page(value: &Json<'_>) -> bool {
    matches!(value.get("data"), Some(Json::List(_) | Json::Object(_)))
}

fn is_tweet(value: &Json<'_>) -> bool {
    ["id", "author_id", "text"].iter().all(|key| value.get(key).is_some())
}

/// The tweets of a page: `data` is a list of them or one.
fn tweets<'v, 'a>(page: &'v Json<'a>) -> impl Iterator<Item = &'v Json<'a>> {
    let data = page.get("data");
    let one = data.filter(|data| matches!(data, Json::Object(_)));
    data.map_or(&[][..], Json::items).iter().chain(one)
}

/// Opens a file of tweets.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Tweets::default()))
}

#[derive(Default)]
struct Tweets {
    /// Names by account, from the file of users that academictwitteR writes beside one of tweets.
    names: FxHashMap<String, String>,
}

impl JsonReader for Tweets {
    fn companion(&self, file: &str) -> Option<String> {
        let number = file.strip_prefix("data_")?;
        number.ends_with(".json").then(|| format!("users_{number}"))
    }

    fn take_companion(&mut self, text: &str) -> Result<(), String> {
        let text = format!("{text}\n");
        let (value, _) = Json::parse(&text, 0, AtEnd::Fault).map_err(|_| "is not JSON")?;
        let users = value.list("users").iter();
        let name = |user: &Json<'_>| Some((user.text("id")?.into(), user.text("username")?.into()));
        self.names = users.filter_map(name).collect();
        Ok(())
    }

    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        // What twarc writes beside what it fetched.
        let collected_us = value.text("__twarc.retrieved_at").and_then(rfc3339_us);
        if is_page(value) {
            let includes = Includes::of(value);
            judge.context(includes.tweets.len());
            if tweets(value).next().is_none() {
                judge.no_post();
            }
            for tweet in tweets(value) {
                let place = place.of_inner(value, tweet);
                self.post(tweet, &includes, (place, collected_us), judge);
            }
        } else if value.has(&["id", "text"]) {
            let told = referenced(value).filter(|other| other.get("text").is_some()).count();
            judge.context(told);
            self.post(value, &Includes::default(), (place, collected_us), judge);
        } else if is_users(value) {
            judge.context(value.list("users").len() + value.list("tweets").len());
        } else if ["errors", "meta", "includes", "title"].iter().any(|key| value.get(key).is_some())
        {
            judge.no_post();
        } else {
            let detail = "no tweet and no page of tweets".to_owned();
            judge.refuse(place, RejectReason::Malformed, detail);
        }
    }
}

/// What a page says of others, by id.
#[derive(Default)]
struct Includes<'v, 'a> {
    names: FxHashMap<&'v str, &'v str>,
    /// By name in lower case: older pages mention accounts by name alone.
    ids: FxHashMap<String, &'v str>,
    tweets: FxHashMap<&'v str, &'v Json<'a>>,
}

impl<'v, 'a> Includes<'v, 'a> {
    fn of(page: &'v Json<'a>) -> Self {
        let list = |key| page.path(&["includes", key]).map_or(&[][..], Json::items).iter();
        let name = |user: &'v Json<'a>| Some((text(user, "id")?, text(user, "username")?));
        let names: FxHashMap<&str, &str> = list("users").filter_map(name).collect();
        Self {
            ids: names.iter().map(|(id, name)| (name.to_lowercase(), *id)).collect(),
            names,
            tweets: list("tweets").filter_map(|tweet| Some((text(tweet, "id")?, tweet))).collect(),
        }
    }
}

impl<'v> Includes<'v, '_> {
    /// The id of a mentioned account if it can be known, else its name.
    fn mentioned(&self, mention: &'v Json<'_>) -> Option<&'v str> {
        text(mention, "id").or_else(|| {
            let name = text(mention, "username")?;
            Some(self.ids.get(&name.to_lowercase()).copied().unwrap_or(name))
        })
    }
}

fn text<'v>(value: &'v Json<'_>, key: &str) -> Option<&'v str> {
    value.get(key)?.scalar()
}

fn referenced<'v, 'a>(tweet: &'v Json<'a>) -> impl Iterator<Item = &'v Json<'a>> {
    tweet.get("referenced_tweets").map_or(&[][..], Json::items).iter()
}

impl Tweets {
    fn post<'v>(
        &'v self,
        tweet: &'v Json<'_>,
        includes: &Includes<'v, '_>,
        (place, collected_us): (Place, Option<i64>),
        judge: &mut Judge<'_>,
    ) {
        let of_kind =
            |kind: &str| referenced(tweet).find(|other| text(other, "type") == Some(kind));
        let id_of =
            |kind: &str| of_kind(kind).and_then(|other| text(other, "id")).map(Cow::Borrowed);
        let account = text(tweet, "author_id");
        let inline = tweet.path(&["author", "username"]).and_then(Json::scalar);
        let joined = account.and_then(|id| includes.names.get(id).copied());
        let joined = joined.or_else(|| self.names.get(account?).map(String::as_str));
        let original = of_kind("retweeted").and_then(|other| {
            let whole = Some(other).filter(|other| other.get("text").is_some());
            whole.or_else(|| includes.tweets.get(text(other, "id")?).copied())
        });
        let told = original.unwrap_or(tweet);
        let entity =
            |kind: &str| told.path(&["entities", kind]).map_or(&[][..], Json::items).iter();
        let media = told.path(&["attachments", "media_keys"]).map_or(&[][..], Json::items).iter();
        judge.post(Draft {
            place,
            account: account.map(Cow::Borrowed),
            handle: inline.or(joined).map(Cow::Borrowed),
            id: text(tweet, "id").map(Cow::Borrowed),
            time: text(tweet, "created_at").map(Cow::Borrowed),
            text: text(told, "text").map(Cow::Borrowed),
            language: text(tweet, "lang").map(Cow::Borrowed),
            client: text(tweet, "source").map(Cow::Borrowed),
            repost_of: id_of("retweeted"),
            repost_of_account: original
                .and_then(|other| text(other, "author_id"))
                .map(Cow::Borrowed),
            reply_to: id_of("replied_to"),
            reply_to_account: text(tweet, "in_reply_to_user_id").map(Cow::Borrowed),
            quote_of: id_of("quoted"),
            urls: entity("urls").filter_map(address).map(Cow::Borrowed).collect(),
            hashtags: entity("hashtags")
                .filter_map(|tag| text(tag, "tag"))
                .map(Cow::Borrowed)
                .collect(),
            mentions: entity("mentions")
                .filter_map(|mention| includes.mentioned(mention))
                .map(Cow::Borrowed)
                .collect(),
            media: media.filter_map(Json::scalar).map(Cow::Borrowed).collect(),
            collected_us,
            ..Draft::default()
        });
    }
}

/// The address that a link leads to; nothing for the link that X makes of a post's own image.
fn address<'v>(url: &'v Json<'_>) -> Option<&'v str> {
    let shown = text(url, "display_url").unwrap_or_default();
    if shown.starts_with("pic.twitter.com/") || shown.starts_with("pic.x.com/") {
        return None;
    }
    ["unwound_url", "expanded_url", "url"].into_iter().find_map(|key| text(url, key))
}
