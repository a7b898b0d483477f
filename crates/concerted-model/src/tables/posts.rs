//! Posts as they were read, and where each stands in its input.

use arrow_array::{
    Int64Array, ListArray, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};

use super::{
    TableError,
    column::{lawless, table},
    law,
};

table! {
    /// Posts, one a row, in order of time, platform, instance, account and id.
    ///
    /// A case holds them in several tables, of which each is in order and follows the one before.
    /// Nothing in here depends on the file, line or order that a post was read from: that is in
    /// [`Sources`], row by row.
    Posts, PostsColumns = "posts", law: in_order {
        /// The site.
        platform: StringArray,
        /// The server of a federation, else empty.
        instance: StringArray,
        /// The account's id.
        account: StringArray,
        /// The account's name at that time.
        handle: optional StringArray,
        /// The post's id; where the file has none, `sha256:` and a hash of the row's content.
        id: StringArray,
        /// original, repost, quote or reply.
        kind: StringArray,
        /// When it was published, by the best clock there is.
        time: TimestampMicrosecondArray,
        /// Which clock that is: server, id or claimed.
        clock: StringArray,
        /// Resolution of `time`, in microseconds: 60,000,000 where the file has minutes.
        resolution_us: Int64Array,
        /// What it says.
        text: optional StringArray,
        /// Language, as the source names it.
        language: optional StringArray,
        /// The application it was sent with.
        client: optional StringArray,
        /// Id of the post that it passes on.
        repost_of: optional StringArray,
        /// Account that wrote the post that it passes on.
        repost_of_account: optional StringArray,
        /// When the post that it passes on was published, from that post's id or record.
        repost_of_born: optional TimestampMicrosecondArray,
        /// Id of the post that it answers.
        reply_to: optional StringArray,
        /// Account that it answers.
        reply_to_account: optional StringArray,
        /// When the post that it answers was published.
        reply_to_born: optional TimestampMicrosecondArray,
        /// Id of the post that it quotes.
        quote_of: optional StringArray,
        /// When the post that it quotes was published.
        quote_of_born: optional TimestampMicrosecondArray,
        /// Addresses it links to, as written.
        urls: ListArray,
        /// Hashtags without `#`, as written.
        hashtags: ListArray,
        /// Accounts that it names: ids where the source has them, else handles.
        mentions: ListArray,
        /// Hashes or ids of the images and films in it.
        media: ListArray,
    }
}

fn in_order(posts: &PostsColumns) -> Result<(), TableError> {
    let key = |row: usize| {
        (
            posts.time.value(row),
            posts.platform.value(row),
            posts.instance.value(row),
            posts.account.value(row),
            posts.id.value(row),
        )
    };
    match (1..posts.time.values().len()).find(|&row| key(row - 1) > key(row)) {
        Some(row) => Err(law::<Posts>(format!("posts must be in order of time; row {row} is not"))),
        None => Ok(()),
    }
}

table! {
    /// Where each post of the tables of [`Posts`] stands, row by row: its evidence.
    Sources, SourcesColumns = "sources", law: lawless {
        /// Row of the input in the manifest.
        input: UInt32Array,
        /// Offset of the record's first byte in the uncompressed input.
        offset: UInt64Array,
        /// Length of the record in bytes.
        length: UInt32Array,
        /// Physical line where it starts, from 1; 0 where lines mean nothing.
        line: UInt64Array,
    }
}

table! {
    /// What each clock says of the posts of the tables of [`Posts`], row by row. The best of the first three
    /// is [`Posts`]' time; what was told of them that cannot have been is no post.
    Clocks, ClocksColumns = "clocks", law: lawless {
        /// When the author's side says that it was published.
        claimed: optional TimestampMicrosecondArray,
        /// When the platform or an index says that it came in.
        server: optional TimestampMicrosecondArray,
        /// When its id says that it was made.
        id: optional TimestampMicrosecondArray,
        /// When it was collected, if the source says.
        collected: optional TimestampMicrosecondArray,
    }
}
