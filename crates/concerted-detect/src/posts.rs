//! Finding a post by its row over all tables of a case.
//!
//! **Invariant:** a row below [`Finder::len`] is in exactly one table.

use arrow_array::{Array, StringArray};
use concerted_model::{PostKind, tables::Posts};

use crate::DetectError;

/// All tables of posts, as one.
pub(crate) struct Finder<'a> {
    posts: &'a [Posts],
    /// Row of each table's first post.
    starts: Vec<u32>,
    len: u32,
}

impl<'a> Finder<'a> {
    /// # Errors
    /// [`DetectError::TooMany`] if rows do not fit into 32 bits.
    pub(crate) fn new(posts: &'a [Posts]) -> Result<Self, DetectError> {
        let rows: u64 = posts.iter().map(|table| table.len() as u64).sum();
        let len = u32::try_from(rows).map_err(|_| DetectError::TooMany(rows))?;
        let starts = posts.iter().scan(0, |next, table| {
            let start = *next;
            *next += table.len() as u32;
            Some(start)
        });
        Ok(Self { posts, starts: starts.collect(), len })
    }

    /// Posts in all.
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Row of the first post of each table.
    pub(crate) fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// The table that holds a post, and its row there.
    pub(crate) fn at(&self, post: u32) -> (&'a Posts, usize) {
        let table = self.starts.partition_point(|&start| start <= post) - 1;
        (&self.posts[table], (post - self.starts[table]) as usize)
    }

    /// When a post was published, in microseconds.
    pub(crate) fn time(&self, post: u32) -> i64 {
        let (table, row) = self.at(post);
        table.time.value(row)
    }

    /// The text of a post that is no repost.
    pub(crate) fn own_text(&self, post: u32) -> Option<&'a str> {
        let (table, row) = self.at(post);
        if table.kind.value(row) == PostKind::Repost.as_str() {
            return None;
        }
        value(&table.text, row)
    }
}

/// A value that is there and not empty.
pub(crate) fn value(column: &StringArray, row: usize) -> Option<&str> {
    (column.is_valid(row)).then(|| column.value(row)).filter(|value| !value.is_empty())
}

#[cfg(test)]
pub(crate) mod invented {
    use arrow_array::{Int64Array, ListArray, TimestampMicrosecondArray};
    use concerted_model::tables::{PostsColumns, list_of_strings, times};

    use super::*;

    /// Original posts of an account each, with the time in seconds.
    pub(crate) fn posts<'t>(said: impl IntoIterator<Item = (&'t str, i64, &'t str)>) -> Posts {
        let said: Vec<(&str, i64, &str)> = said.into_iter().collect();
        let same = |word: &str| StringArray::from(vec![word; said.len()]);
        let none = || StringArray::from(vec![None::<&str>; said.len()]);
        let no_time =
            || TimestampMicrosecondArray::from(vec![None::<i64>; said.len()]).with_timezone("UTC");
        let empty = || -> ListArray { list_of_strings(said.iter().map(|_| Vec::<&str>::new())) };
        Posts::try_new(PostsColumns {
            platform: same("x"),
            instance: same(""),
            account: StringArray::from_iter_values(said.iter().map(|post| post.0)),
            handle: none(),
            id: StringArray::from_iter_values((0..said.len()).map(|id| format!("{id:09}"))),
            kind: same("original"),
            time: times(said.iter().map(|post| post.1 * 1_000_000).collect()),
            clock: same("server"),
            resolution_us: Int64Array::from(vec![1_000_000; said.len()]),
            text: StringArray::from_iter_values(said.iter().map(|post| post.2)),
            language: none(),
            client: none(),
            repost_of: none(),
            repost_of_account: none(),
            repost_of_born: no_time(),
            reply_to: none(),
            reply_to_account: none(),
            reply_to_born: no_time(),
            quote_of: none(),
            quote_of_born: no_time(),
            urls: empty(),
            hashtags: empty(),
            mentions: empty(),
            media: empty(),
        })
        .unwrap()
    }
}
