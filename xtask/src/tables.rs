//! A world as tables, as if its file had been read.

use std::collections::BTreeMap;

use arrow_array::{Int64Array, StringArray, TimestampMicrosecondArray, UInt32Array};
use concerted_model::tables::{
    Accounts, AccountsColumns, Posts, PostsColumns, list_of_strings, times,
};
use concerted_model::{Platform, TableError};
use concerted_testkit::{World, WorldPost, snowflake};

/// The posts and accounts of a world.
///
/// # Errors
/// [`TableError`] if the world breaks a law of the tables.
pub fn of(world: &World) -> Result<(Posts, Accounts), TableError> {
    let mut posts: Vec<&WorldPost> = world.posts.iter().collect();
    posts.sort_by(|l, r| (l.time_ms, &l.account, &l.id).cmp(&(r.time_ms, &r.account, &r.id)));
    let text = |value: fn(&WorldPost) -> &str| {
        StringArray::from_iter_values(posts.iter().map(|post| value(post)))
    };
    let optional = |value: fn(&WorldPost) -> Option<&str>| {
        posts.iter().map(|post| value(post)).collect::<StringArray>()
    };
    let same = |word: &'static str| StringArray::from_iter_values(posts.iter().map(|_| word));
    let lists = |value: fn(&WorldPost) -> &[String]| {
        list_of_strings(posts.iter().map(|post| value(post).iter().map(String::as_str)))
    };
    let born = |value: fn(&WorldPost) -> Option<&str>| {
        let ids = posts.iter().map(|post| value(post).and_then(|id| id.parse().ok()));
        ids.map(|id| id.map(|id| snowflake::time_ms(id) * 1000))
            .collect::<TimestampMicrosecondArray>()
            .with_timezone("UTC")
    };
    let table = Posts::try_new(PostsColumns {
        platform: same(Platform::X),
        instance: same(""),
        account: text(|post| &post.account),
        handle: optional(|post| Some(&post.handle)),
        id: text(|post| &post.id),
        kind: text(|post| post.kind.as_str()),
        time: times(posts.iter().map(|post| post.time_ms * 1000).collect()),
        clock: same("id"),
        resolution_us: Int64Array::from(vec![1000; posts.len()]),
        text: optional(|post| Some(&post.text)),
        language: optional(|post| Some(post.language)),
        client: optional(|_| None),
        repost_of: optional(|post| post.repost_of.as_deref()),
        repost_of_account: optional(|post| post.repost_of_account.as_deref()),
        repost_of_born: born(|post| post.repost_of.as_deref()),
        reply_to: optional(|post| post.reply_to.as_deref()),
        reply_to_account: optional(|post| post.reply_to_account.as_deref()),
        reply_to_born: born(|post| post.reply_to.as_deref()),
        quote_of: optional(|post| post.quote_of.as_deref()),
        quote_of_born: born(|post| post.quote_of.as_deref()),
        urls: lists(|post| &post.urls),
        hashtags: lists(|post| &post.hashtags),
        mentions: lists(|post| &post.mentions),
        media: lists(|_| &[]),
    })?;
    Ok((table, accounts(&posts)?))
}

fn accounts(posts: &[&WorldPost]) -> Result<Accounts, TableError> {
    let mut of_account: BTreeMap<&str, Vec<&WorldPost>> = BTreeMap::new();
    for post in posts {
        of_account.entry(&post.account).or_default().push(post);
    }
    let count = of_account.len();
    let moments = |pick: fn(&[&WorldPost]) -> Option<i64>| {
        times(of_account.values().map(|posts| pick(posts).unwrap_or_default() * 1000).collect())
    };
    Accounts::try_new(AccountsColumns {
        platform: StringArray::from(vec![Platform::X; count]),
        instance: StringArray::from(vec![""; count]),
        id: StringArray::from_iter_values(of_account.keys()),
        handle: of_account.values().map(|posts| posts.last().map(|post| &post.handle)).collect(),
        handles: UInt32Array::from(vec![1; count]),
        posts: UInt32Array::from_iter_values(of_account.values().map(|posts| posts.len() as u32)),
        first: moments(|posts| posts.iter().map(|post| post.time_ms).min()),
        last: moments(|posts| posts.iter().map(|post| post.time_ms).max()),
    })
}
