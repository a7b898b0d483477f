//! `x-io`: X's archive of information operations, 2018 to 2022, one tweet a row.
//!
//! **Invariant:** columns are found by name: the archive changed their order. Times have minutes; the
//! ids are real, so that they give milliseconds. An account's id may be a hash, and then its name is
//! the same hash and no name.

use concerted_model::{Platform, Span};

use super::{
    Opened, ReadOptions, Reader, TableReader, columns::Named, error::ReadError, lists::Lists,
    mapping::Field, post::Draft, sample::Sample, spec::Spec, table::Fields,
};

pub(crate) static SPEC: Spec = Spec {
    name: "x-io",
    title: "X information-operations archive 2018-2022, CSV",
    caution: "times have minutes, but the ids tell milliseconds; accounts may be hashes",
    platform: Platform::X,
    needed: &["tweetid", "userid", "tweet_time", "tweet_text"],
    mapping: &[
        ("id", "tweetid"),
        ("account", "userid"),
        ("handle", "user_screen_name"),
        ("time", "tweet_time"),
        ("text", "tweet_text"),
        ("language", "tweet_language"),
        ("client", "tweet_client_name"),
        ("reply_to", "in_reply_to_tweetid"),
        ("reply_to_account", "in_reply_to_userid"),
        ("quote_of", "quoted_tweet_tweetid"),
        ("repost_of", "retweet_tweetid"),
        ("repost_of_account", "retweet_userid"),
        ("kind", "is_retweet"),
        ("urls", "urls"),
        ("hashtags", "hashtags"),
        ("mentions", "user_mentions"),
    ],
    lists: Lists::Bracketed,
    coarsest: Span::seconds(60),
    adjust,
    ..Spec::PLAIN
};

/// The archive's other table: who the accounts were. Its rows are no posts.
pub(crate) static USERS: Spec = Spec {
    name: "x-io-users",
    title: "accounts of the X information-operations archive, CSV: no posts",
    platform: Platform::X,
    needed: &["userid", "user_screen_name", "account_creation_date", "follower_count"],
    mapping: &[("account", "userid"), ("handle", "user_screen_name")],
    ..Spec::PLAIN
};

/// How sure it is that this is the archive.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    SPEC.has_columns(sample).then_some(100)
}

/// How sure it is that these are its accounts.
pub(crate) fn detect_users(sample: &Sample<'_>) -> Option<u8> {
    (USERS.has_columns(sample) && !sample.has_columns(&["tweetid"])).then_some(95)
}

fn adjust<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    let reposts =
        named.cell(row, Field::Kind).is_some_and(|said| said.eq_ignore_ascii_case("true"));
    draft.kind = reposts.then_some("repost".into());
    draft.handle = draft.handle.take().filter(|name| draft.account.as_ref() != Some(name));
    draft
}

/// Opens the table of accounts.
pub(crate) fn open_users(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let named = Named::of(sample, USERS.mapping, USERS.needed, USERS.name, file)?;
    let mapping = named.mapping();
    let reader = Reader::Table(Box::new(Users(named)));
    Ok(Opened { mapping, ..Opened::new(&USERS, USERS.customs(options), reader) })
}

struct Users(Named);

impl TableReader for Users {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        self.0.draft(row, USERS.lists)
    }

    fn no_posts(&self) -> bool {
        true
    }
}
