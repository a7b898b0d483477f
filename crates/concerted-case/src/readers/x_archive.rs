//! `x-archive`: the archive that X gives its own users: `tweets.js` with `account.js` beside it.
//!
//! **Invariant:** the files are programs that assign JSON; what follows the sign `=` is read and nothing
//! is ever run. Of all that such an archive holds (messages, mail addresses, telephone numbers) only
//! tweets are read, and of the account its id and name.

use std::borrow::Cow;

use concerted_model::{Platform, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions,
    error::ReadError,
    json::{AtEnd, Json},
    judge::Judge,
    place::Place,
    post::Draft,
    sample::Sample,
    spec::Spec,
    x_v1::tweet,
};

pub(crate) static SPEC: Spec = Spec {
    name: "x-archive",
    title: "X's archive for its own users: tweets.js beside account.js",
    caution: "a repost is known by its text \"RT @name: …\" alone; nothing else of the archive is read",
    platform: Platform::X,
    mapping: &[
        ("account", "account.accountId in account.js"),
        ("handle", "account.username in account.js"),
        ("id", "tweet.id_str"),
        ("time", "tweet.created_at"),
        ("kind", "\"RT @\" at the beginning of the text"),
        ("text", "tweet.full_text"),
        ("language", "tweet.lang"),
        ("client", "tweet.source"),
        ("reply_to", "tweet.in_reply_to_status_id_str"),
        ("reply_to_account", "tweet.in_reply_to_user_id_str"),
        ("urls", "tweet.entities.urls[].expanded_url"),
        ("hashtags", "tweet.entities.hashtags[].text"),
        ("mentions", "tweet.entities.user_mentions[].id_str"),
        ("media", "tweet.extended_entities.media[].id_str"),
    ],
    ..Spec::PLAIN
};

/// How sure it is that this is a part of the archive.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    sample.is_script().then_some(100)
}

/// Opens a part of the archive.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Archive::default()))
}

#[derive(Default)]
struct Archive {
    account: Option<String>,
    handle: Option<String>,
}

impl JsonReader for Archive {
    fn companion(&self, file: &str) -> Option<String> {
        file.starts_with("tweet").then(|| "account.js".to_owned())
    }

    fn take_companion(&mut self, text: &str) -> Result<(), String> {
        let start = text.find('=').map_or(0, |sign| sign + 1);
        let text = format!("{}\n", &text[start..]);
        let (value, _) = Json::parse(&text, 0, AtEnd::Fault).map_err(|_| "is not JSON")?;
        let account = value.items().first().and_then(|item| item.get("account"));
        let of = |key: &str| account.and_then(|account| account.text(key)).map(str::to_owned);
        (self.account, self.handle) = (of("accountId"), of("username"));
        Ok(())
    }

    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let Some(tweet_value) = value.get("tweet").or(Some(value)) else { return };
        if tweet_value.any(&["full_text", "text"]).is_none() {
            return judge.no_post();
        }
        let said = tweet(tweet_value);
        let Some(account) = said.account.clone().or(self.account.clone().map(Cow::Owned)) else {
            let detail = "whose archive it is stands in account.js, which does not lie beside it";
            return judge.refuse(place, RejectReason::NoAccount, detail.to_owned());
        };
        let reposts = said.text.as_deref().is_some_and(|text| text.starts_with("RT @"));
        judge.post(Draft {
            place,
            account: Some(account),
            handle: said.handle.clone().or(self.handle.clone().map(Cow::Owned)),
            kind: reposts.then_some(Cow::Borrowed("repost")),
            ..said
        });
    }
}
