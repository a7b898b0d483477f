//! From packed posts in order to the tables of posts and their sources.
//!
//! **Invariant:** rows come out as they were handed in; a table holds at most 65,536 of them, and at most
//! 64 MiB of words if it is more than one.

use std::sync::Arc;

use arrow_array::{
    Array, ListArray, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
    builder::{ListBuilder, StringBuilder, TimestampMicrosecondBuilder},
};
use arrow_schema::{DataType, Field};
use concerted_model::{
    TableError,
    tables::{Clocks, ClocksColumns, Posts, PostsColumns, Sources, SourcesColumns, times, utc},
};

use super::{
    Beside,
    packed::{List, Packed, Word},
};

/// Most rows in a table.
const ROWS: usize = 65_536;
/// Most bytes of words in a table. Arrow's offsets reach 2 GiB; this is so that a table is little to hold.
const BYTES: usize = 64 << 20;

/// Collects posts, handed in in order, into tables.
#[derive(Default)]
pub(super) struct Gathering {
    part: Part,
}

impl Gathering {
    /// Adds a post; gives the table that was full before. `input` is the row of its input in the manifest.
    pub(super) fn push(
        &mut self,
        post: &Packed<'_>,
        input: u32,
    ) -> Result<Option<(Posts, Beside)>, TableError> {
        let bytes = weight(post);
        let full =
            self.part.rows == ROWS || (self.part.rows > 0 && self.part.bytes + bytes > BYTES);
        let table = full.then(|| std::mem::take(&mut self.part).finish()).transpose()?;
        self.part.push(post, input, bytes);
        Ok(table)
    }

    /// The last table, if there is a post in it.
    pub(super) fn finish(self) -> Result<Option<(Posts, Beside)>, TableError> {
        (self.part.rows > 0).then(|| self.part.finish()).transpose()
    }
}

fn weight(post: &Packed<'_>) -> usize {
    let fixed = [post.platform, post.instance, post.account, post.id].into_iter();
    let optional = post.words.into_iter().chain([post.text]).flatten();
    let lists = post.lists.iter().flatten().copied();
    fixed.chain(optional).chain(lists).map(str::len).sum()
}

/// One table in the making.
struct Part {
    rows: usize,
    bytes: usize,
    platform: StringBuilder,
    instance: StringBuilder,
    account: StringBuilder,
    id: StringBuilder,
    kind: StringBuilder,
    time: Vec<i64>,
    clock: StringBuilder,
    resolution_us: Vec<i64>,
    text: StringBuilder,
    words: [StringBuilder; 8],
    born: [TimestampMicrosecondBuilder; 3],
    lists: [ListBuilder<StringBuilder>; 4],
    clocks: [TimestampMicrosecondBuilder; 4],
    input: Vec<u32>,
    offset: Vec<u64>,
    length: Vec<u32>,
    line: Vec<u64>,
}

impl Default for Part {
    fn default() -> Self {
        let item = Arc::new(Field::new("item", DataType::Utf8, false));
        let list = || ListBuilder::new(StringBuilder::new()).with_field(item.clone());
        Self {
            rows: 0,
            bytes: 0,
            platform: StringBuilder::new(),
            instance: StringBuilder::new(),
            account: StringBuilder::new(),
            id: StringBuilder::new(),
            kind: StringBuilder::new(),
            time: Vec::new(),
            clock: StringBuilder::new(),
            resolution_us: Vec::new(),
            text: StringBuilder::new(),
            words: std::array::from_fn(|_| StringBuilder::new()),
            born: std::array::from_fn(|_| TimestampMicrosecondBuilder::new().with_data_type(utc())),
            lists: std::array::from_fn(|_| list()),
            clocks: std::array::from_fn(|_| {
                TimestampMicrosecondBuilder::new().with_data_type(utc())
            }),
            input: Vec::new(),
            offset: Vec::new(),
            length: Vec::new(),
            line: Vec::new(),
        }
    }
}

impl Part {
    fn push(&mut self, post: &Packed<'_>, input: u32, bytes: usize) {
        self.rows += 1;
        self.bytes += bytes;
        self.platform.append_value(post.platform);
        self.instance.append_value(post.instance);
        self.account.append_value(post.account);
        self.id.append_value(post.id);
        self.kind.append_value(post.kind.as_str());
        self.time.push(post.time);
        self.clock.append_value(post.clock.as_str());
        self.resolution_us.push(post.resolution_us);
        self.text.append_option(post.text);
        for (builder, word) in self.words.iter_mut().zip(post.words) {
            builder.append_option(word);
        }
        for (builder, born) in self.born.iter_mut().zip(post.born) {
            builder.append_option(born);
        }
        for (builder, list) in self.lists.iter_mut().zip(&post.lists) {
            list.iter().for_each(|word| builder.values().append_value(word));
            builder.append(true);
        }
        for (builder, moment) in self.clocks.iter_mut().zip(post.clocks) {
            builder.append_option(moment);
        }
        self.input.push(input);
        self.offset.push(post.source.offset);
        self.length.push(post.source.length);
        self.line.push(post.source.line);
    }

    fn finish(mut self) -> Result<(Posts, Beside), TableError> {
        let mut word = |word: Word| shrunk(self.words[word as usize].finish());
        let mut born =
            |place: usize| -> TimestampMicrosecondArray { shrunk(self.born[place].finish()) };
        let mut list = |list: List| -> ListArray { shrunk(self.lists[list as usize].finish()) };
        let text = |mut builder: StringBuilder| -> StringArray { shrunk(builder.finish()) };
        let posts = PostsColumns {
            platform: text(self.platform),
            instance: text(self.instance),
            account: text(self.account),
            handle: word(Word::Handle),
            id: text(self.id),
            kind: text(self.kind),
            time: times(self.time),
            clock: text(self.clock),
            resolution_us: self.resolution_us.into(),
            text: text(self.text),
            language: word(Word::Language),
            client: word(Word::Client),
            repost_of: word(Word::RepostOf),
            repost_of_account: word(Word::RepostOfAccount),
            repost_of_born: born(0),
            reply_to: word(Word::ReplyTo),
            reply_to_account: word(Word::ReplyToAccount),
            reply_to_born: born(1),
            quote_of: word(Word::QuoteOf),
            quote_of_born: born(2),
            urls: list(List::Urls),
            hashtags: list(List::Hashtags),
            mentions: list(List::Mentions),
            media: list(List::Media),
        };
        let sources = SourcesColumns {
            input: UInt32Array::from(self.input),
            offset: UInt64Array::from(self.offset),
            length: UInt32Array::from(self.length),
            line: UInt64Array::from(self.line),
        };
        let [claimed, server, id, collected] =
            self.clocks.map(|mut builder| shrunk(builder.finish()));
        let clocks = ClocksColumns { claimed, server, id, collected };
        let sources = Sources::try_new(sources)?;
        Ok((Posts::try_new(posts)?, Beside { sources, clocks: Clocks::try_new(clocks)? }))
    }
}

/// Gives back the room that a builder kept in reserve.
fn shrunk<A: Array>(mut array: A) -> A {
    array.shrink_to_fit();
    array
}
