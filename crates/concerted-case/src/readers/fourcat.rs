//! `4cat-…`: the tables that 4CAT makes, one specification for each kind of source.
//!
//! **Invariant:** the time is the column that counts seconds; the other is text in the zone of whatever
//! machine 4CAT ran on. Lists are words between commas, and addresses may have commas in them. What 4CAT
//! does not export (which post a repost passes on) is not made up: such reposts are compared by their
//! text.

use std::borrow::Cow;

use concerted_model::{Platform, Span};

use super::{
    columns::{COLLECTED, Named},
    customs::FromText,
    lists::Lists,
    mapping::Field,
    post::Draft,
    sample::Sample,
    spec::Spec,
    table::Fields,
};

/// What all of 4CAT's tables share.
const TABLE: Spec =
    Spec { lists: Lists::Commas, coarsest: Span::seconds(1), adjust, ..Spec::PLAIN };

pub(crate) static X_V2: Spec = Spec {
    name: "4cat-x",
    title: "4CAT: X API version 2, CSV",
    caution: "which tweet a retweet passes on is not exported: reposts are compared by their text",
    platform: Platform::X,
    needed: &[
        "id",
        "unix_timestamp",
        "author_id",
        "is_retweet",
        "retweeted_user",
        "possibly_sensitive",
    ],
    mapping: &[
        ("account", "author_id"),
        ("handle", "author"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("reposts", "is_retweet"),
        ("quotes", "is_quote_tweet"),
        ("replies", "is_reply"),
        ("text", "body"),
        ("language", "language_guess"),
        ("client", "source"),
        ("repost_of_account", "retweeted_user"),
        ("thread", "thread_id"),
        ("reply_to", "thread_id"),
        ("reply_to_account", "replied_user"),
        ("reply_to_account", "replied_author"),
        ("quote_of", "quote_tweet_id"),
        ("urls", "urls"),
        ("hashtags", "hashtags"),
        ("mentions", "mentions"),
        ("media", "images"),
        ("media", "videos"),
    ],
    ..TABLE
};

pub(crate) static TELEGRAM: Spec = Spec {
    name: "4cat-telegram",
    title: "4CAT: Telegram, CSV",
    platform: "telegram",
    needed: &["id", "unix_timestamp", "author", "author_forwarded_from_id", "entities_linked"],
    mapping: &[
        ("account", "author"),
        ("handle", "author_username"),
        ("handle", "author_name"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("text", "body"),
        ("replies", "is_reply"),
        ("thread", "thread_id"),
        ("answered", "reply_to"),
        ("reply_to", "reply_to"),
        ("repost_of_account", "author_forwarded_from_id"),
        ("repost_of_account", "author_forwarded_from_name"),
        ("repost_of_born", "unix_timestamp_forwarded_from"),
        ("forwarded", "unix_timestamp_forwarded_from"),
        ("repost_of", "author_forwarded_from_id, unix_timestamp_forwarded_from"),
        ("urls", "entities_linked"),
        ("urls", "link_attached"),
        ("hashtags", "in body"),
        ("mentions", "entities_mentioned"),
        ("media", "attachment_filename"),
        ("edited", "unix_timestamp_edited"),
    ],
    from_text: FromText { hashtags: true, ..FromText::NOTHING },
    adjust: telegram,
    ..TABLE
};

pub(crate) static BLUESKY: Spec = Spec {
    name: "4cat-bluesky",
    title: "4CAT: Bluesky, CSV",
    caution: "reposts were not collected; when a post was collected is told in the zone of 4CAT's server, \
        and read as UTC",
    platform: Platform::BLUESKY,
    needed: &["id", "author_id", "timestamp", "replied_to_post", "quoted_post", "replies_allowed"],
    mapping: &[
        ("account", "author_id"),
        ("handle", "author"),
        ("id", "id"),
        ("time", "timestamp"),
        ("text", "body"),
        ("language", "languages"),
        ("reply_to", "replied_to_post"),
        ("reply_to_account", "replied_to_user"),
        ("quote_of", "quoted_post"),
        ("urls", "links"),
        ("hashtags", "tags"),
        ("mentions", "mentions"),
        ("media", "images"),
        (COLLECTED, "collected_at"),
    ],
    ..TABLE
};

pub(crate) static TIKTOK: Spec = Spec {
    name: "4cat-tiktok",
    title: "4CAT: TikTok videos, CSV",
    caution: "accounts are told apart by name alone",
    platform: "tiktok",
    needed: &["id", "unix_timestamp", "author", "music_id", "tiktok_url"],
    mapping: &[
        ("account", "author"),
        ("handle", "author"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("text", "body"),
        ("urls", "in body"),
        ("hashtags", "hashtags"),
        ("mentions", "in body"),
        ("music", "music_id"),
        ("media", "music_id"),
    ],
    from_text: FromText { mentions: true, ..FromText::URLS },
    names: true,
    adjust: tiktok,
    ..TABLE
};

pub(crate) static TIKTOK_COMMENTS: Spec = Spec {
    name: "4cat-tiktok-comments",
    title: "4CAT: TikTok comments, CSV",
    caution: "accounts are told apart by name alone",
    platform: "tiktok",
    needed: &["id", "unix_timestamp", "author", "post_id", "comment_url"],
    mapping: &[
        ("account", "author"),
        ("handle", "author"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("text", "body"),
        ("language", "language_guess"),
        ("reply_to", "post_id"),
        ("urls", "in body"),
        ("hashtags", "in body"),
        ("mentions", "in body"),
    ],
    from_text: FromText::ALL,
    names: true,
    ..TABLE
};

pub(crate) static INSTAGRAM: Spec = Spec {
    name: "4cat-instagram",
    title: "4CAT: Instagram, CSV",
    platform: "instagram",
    needed: &["id", "unix_timestamp", "author", "num_media", "usertags"],
    mapping: &[
        ("account", "author_id"),
        ("account", "author"),
        ("handle", "author"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("text", "body"),
        ("reply_to", "parent_id"),
        ("urls", "in body"),
        ("hashtags", "hashtags"),
        ("mentions", "usertags"),
        ("media", "media_urls"),
    ],
    from_text: FromText::URLS,
    ..TABLE
};

pub(crate) static THREADS: Spec = Spec {
    name: "4cat-threads",
    title: "4CAT: Threads, CSV",
    caution: "accounts are told apart by name alone",
    platform: "threads",
    needed: &["id", "unix_timestamp", "author", "reposts", "quotes", "link_url"],
    mapping: &[
        ("account", "author"),
        ("handle", "author"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("text", "body"),
        ("thread", "thread_id"),
        ("reply_to", "thread_id"),
        ("urls", "link_url"),
        ("hashtags", "hashtags"),
        ("mentions", "in body"),
        ("media", "image_url"),
        ("media", "video_url"),
    ],
    from_text: FromText { mentions: true, ..FromText::NOTHING },
    names: true,
    ..TABLE
};

pub(crate) static FACEBOOK: Spec = Spec {
    name: "4cat-facebook",
    title: "4CAT: Facebook (Zeeschuimer), CSV",
    platform: "facebook",
    needed: &["id", "unix_timestamp", "author", "is_in_group", "group_name"],
    mapping: &[
        ("account", "author"),
        ("handle", "author_name"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("text", "body"),
        ("urls", "in body"),
        ("hashtags", "in body"),
        ("mentions", "in body"),
        ("media", "image_url"),
        ("media", "video_url"),
    ],
    from_text: FromText::ALL,
    ..TABLE
};

pub(crate) static TRUTH: Spec = Spec {
    name: "4cat-truth",
    title: "4CAT: Truth Social, CSV",
    platform: "truthsocial",
    needed: &[
        "id",
        "created_at",
        "account_id",
        "account_username",
        "reblogs_count",
        "video_thumbs",
    ],
    mapping: &[
        ("account", "account_id"),
        ("handle", "account_username"),
        ("id", "id"),
        ("time", "created_at"),
        ("text", "body"),
        ("thread", "thread_id"),
        ("reply_to", "thread_id"),
        ("urls", "in body"),
        ("hashtags", "hashtags"),
        ("mentions", "mentions"),
        ("media", "images"),
        ("media", "video_urls"),
    ],
    from_text: FromText::URLS,
    ..TABLE
};

pub(crate) static GAB: Spec = Spec {
    name: "4cat-gab",
    title: "4CAT: Gab, CSV",
    caution: "when a post was collected is told in the zone of 4CAT's server, and read as UTC",
    platform: "gab",
    needed: &["id", "created_at", "account_id", "reaction_count", "favourites_count"],
    mapping: &[
        ("account", "account_id"),
        ("handle", "account_username"),
        ("handle", "account_account"),
        ("id", "id"),
        ("time", "created_at"),
        ("text", "body"),
        ("thread", "thread_id"),
        ("reply_to", "thread_id"),
        ("urls", "link_url"),
        ("hashtags", "tags"),
        ("mentions", "mentions"),
        ("media", "image_urls"),
        ("media", "video_urls"),
        (COLLECTED, "collected_at"),
    ],
    from_text: FromText::URLS,
    ..TABLE
};

pub(crate) static VK: Spec = Spec {
    name: "4cat-vk",
    title: "4CAT: VK, CSV",
    platform: "vk",
    needed: &["id", "unix_timestamp", "author_id", "author_type", "item_type"],
    mapping: &[
        ("account", "author_id"),
        ("handle", "author_screen_name"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("text", "body"),
        ("client", "source"),
        ("reply_to", "in_reply_to_comment_id"),
        ("reply_to_account", "in_reply_to_user"),
        ("urls", "links"),
        ("hashtags", "in body"),
        ("mentions", "in body"),
        ("media", "photos"),
        ("media", "videos"),
    ],
    from_text: FromText { urls: false, ..FromText::ALL },
    ..TABLE
};

pub(crate) static CHAN: Spec = Spec {
    name: "4cat-4chan",
    title: "4CAT: 4chan and 8kun, CSV",
    caution: "nearly everybody is \"Anonymous\": such rows are refused and never become one account",
    platform: "4chan",
    needed: &["id", "thread_id", "timestamp", "board", "image_md5", "author"],
    mapping: &[
        ("account", "author"),
        ("handle", "author"),
        ("id", "id"),
        ("time", "unix_timestamp"),
        ("time", "timestamp"),
        ("text", "body"),
        ("thread", "thread_id"),
        ("reply_to", "thread_id"),
        ("urls", "in body"),
        ("hashtags", "in body"),
        ("media", "image_md5"),
    ],
    from_text: FromText { mentions: false, ..FromText::ALL },
    names: true,
    ..TABLE
};

/// How sure it is that a file is of that kind.
fn sure(spec: &Spec, sample: &Sample<'_>) -> Option<u8> {
    spec.has_columns(sample).then_some(100)
}

/// For each kind, how sure it is that a file is of it.
pub(crate) mod detect {
    use super::{super::sample::Sample, sure};

    macro_rules! detectors {
        ($($name:ident $spec:ident)*) => {$(
            pub(crate) fn $name(sample: &Sample<'_>) -> Option<u8> {
                sure(&super::$spec, sample)
            }
        )*};
    }
    detectors! {
        x X_V2 telegram TELEGRAM bluesky BLUESKY tiktok TIKTOK tiktok_comments TIKTOK_COMMENTS
        instagram INSTAGRAM threads THREADS facebook FACEBOOK truth TRUTH gab GAB vk VK chan CHAN
    }
}

fn adjust<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    let kind = ["reposts", "quotes", "replies"].iter().position(|c| named.says_yes(row, c));
    draft.kind = kind.map(|kind| Cow::Borrowed(["repost", "quote", "reply"][kind]));
    // Whoever begins a thread answers nobody, and nor does who passes a post on.
    if named.other(row, "thread").is_some() {
        let own = named.cell(row, Field::Id);
        let answers = kind != Some(0) && named.has("replies") == named.says_yes(row, "replies");
        draft.reply_to = draft.reply_to.filter(|thread| answers && Some(thread.as_ref()) != own);
    }
    draft
}

fn tiktok<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    let music = named.other(row, "music").map(|id| Cow::Owned(format!("music:{id}")));
    draft.media = music.into_iter().collect();
    draft
}

fn telegram<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    // Messages are numbered within their chat, and an id is the chat and the number.
    let chat = named.other(row, "thread").unwrap_or_default();
    let answered = named.other(row, "answered");
    draft.reply_to = answered.map(|number| Cow::Owned(format!("{chat}-{number}")));
    // A forward names its source and the moment, which are one post.
    let source = draft.repost_of_account.clone();
    let moment = named.other(row, "forwarded");
    draft.repost_of =
        source.as_deref().zip(moment).map(|(from, when)| Cow::Owned(format!("{from}@{when}")));
    draft.kind = source.is_some().then_some(Cow::Borrowed("repost"));
    draft.edited = named.other(row, "edited").is_some();
    draft
}
