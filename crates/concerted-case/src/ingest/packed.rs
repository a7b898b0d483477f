//! Posts packed: each a run of bytes, so that a million of them cost little more than their words.
//!
//! **Invariant:** unpacking gives what was packed; two posts with the same words have the same bytes,
//! wherever they were read, but for the last [`PLACE`] that say where.

use std::{borrow::Cow, cmp::Ordering, hash::Hasher};

use concerted_model::{Clock, PostKind};
use rustc_hash::FxHasher;

use crate::readers::PostRow;

/// Bytes at the end of a packed post that say where it was read.
const PLACE: usize = 24;
const CLOCKS: [Clock; 3] = [Clock::Server, Clock::Id, Clock::Claimed];

/// Where a post was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    /// Number of the input, in the order of reading.
    pub(super) input: u32,
    /// Offset of the record in it.
    pub(super) offset: u64,
    /// Length of the record.
    pub(super) length: u32,
    /// Its line.
    pub(super) line: u64,
}

/// The texts of a post that may be absent, in the order in which they are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Handle,
    Language,
    Client,
    RepostOf,
    RepostOfAccount,
    ReplyTo,
    ReplyToAccount,
    QuoteOf,
}

/// The lists of a post, in the order in which they are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Urls,
    Hashtags,
    Mentions,
    Media,
}

/// A post, borrowed from its bytes or from the row it was read as.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Packed<'p> {
    pub(super) platform: &'p str,
    pub(super) instance: &'p str,
    pub(super) id: &'p str,
    pub(super) time: i64,
    pub(super) text: Option<&'p str>,
    pub(super) account: &'p str,
    pub(super) kind: PostKind,
    pub(super) clock: Clock,
    pub(super) resolution_us: i64,
    /// By [`Word`].
    pub(super) words: [Option<&'p str>; 8],
    /// Births of what is reposted, answered and quoted, in microseconds.
    pub(super) born: [Option<i64>; 3],
    /// By [`List`].
    pub(super) lists: [Vec<&'p str>; 4],
    /// What the author, the server, the id and the collector say of the time.
    pub(super) clocks: [Option<i64>; 4],
    pub(super) source: Source,
}

impl<'p> Packed<'p> {
    /// The words that name other posts, in the order in which their births stand.
    pub(super) const REFERENCES: [Word; 3] = [Word::RepostOf, Word::ReplyTo, Word::QuoteOf];

    /// A row that was read, under the id that it has or was given.
    pub(super) fn of_row(row: &'p PostRow<'p>, id: &'p str, input: u32) -> Self {
        let list = |words: &'p [Cow<'p, str>]| words.iter().map(|word| &**word).collect();
        Self {
            platform: &row.account.platform,
            instance: &row.account.instance,
            id,
            time: row.time.micros(),
            text: row.text.as_deref(),
            account: &row.account.id,
            kind: row.kind,
            clock: row.clock,
            resolution_us: row.resolution.as_micros(),
            words: [
                row.handle.as_deref(),
                row.language.as_deref(),
                row.client.as_deref(),
                row.repost_of.as_deref(),
                row.repost_of_account.as_deref(),
                row.reply_to.as_deref(),
                row.reply_to_account.as_deref(),
                row.quote_of.as_deref(),
            ],
            born: [row.repost_of_born, row.reply_to_born, row.quote_of_born]
                .map(|born| born.map(concerted_model::Timestamp::micros)),
            lists: [list(&row.urls), list(&row.hashtags), list(&row.mentions), list(&row.media)],
            clocks: [row.clocks.claimed, row.clocks.server, row.clocks.id, row.clocks.collected]
                .map(|moment| moment.map(concerted_model::Timestamp::micros)),
            source: Source {
                input,
                offset: row.place.offset,
                length: row.place.length,
                line: row.place.line,
            },
        }
    }

    pub(super) fn word(&self, word: Word) -> Option<&'p str> {
        self.words[word as usize]
    }

    pub(super) fn list(&self, list: List) -> &[&'p str] {
        &self.lists[list as usize]
    }
}

/// Hash of a post's identity.
pub(super) fn hash_of(platform: &str, instance: &str, id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    for text in [platform, instance, id] {
        hasher.write(text.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

/// A number whose order is that of the times.
pub(super) fn ordered(time: i64) -> u64 {
    (time as u64) ^ (1 << 63)
}

/// The platform, instance and id of a packed post, as bytes.
pub(super) fn identity(bytes: &[u8]) -> [&[u8]; 3] {
    let mut cursor = Cursor { rest: bytes };
    [cursor.word(), cursor.word(), cursor.word()]
}

/// The time of a packed post.
pub(super) fn time(bytes: &[u8]) -> i64 {
    let mut cursor = Cursor { rest: bytes };
    (0..3).for_each(|_| _ = cursor.word());
    cursor.number() as i64
}

/// All of a packed post but where it was read.
pub(super) fn content(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().saturating_sub(PLACE)]
}

/// The order in which versions of one post are looked at: by identity, then time, text, account and all
/// other content, and last by where they were read.
pub(super) fn by_version(a: &[u8], b: &[u8]) -> Ordering {
    fn content<'p>(post: &'p Packed<'_>) -> impl Ord + use<'p> {
        let identity = (post.platform, post.instance, post.id);
        let version = (post.time, post.text, post.account);
        let clock = (post.clock, post.resolution_us, post.kind);
        (identity, version, clock, post.words, post.born, &post.lists, post.clocks)
    }
    let (a, b) = (read(a), read(b));
    content(&a).cmp(&content(&b)).then_with(|| a.source.cmp(&b.source))
}

/// The order of posts of one time: by platform, instance, account and id. Words are compared as bytes, whose
/// order is theirs: where times are told in minutes, thousands of posts have the same.
pub(super) fn by_author(a: &[u8], b: &[u8]) -> Ordering {
    fn key(bytes: &[u8]) -> impl Ord + use<'_> {
        let mut cursor = Cursor { rest: bytes };
        let (platform, instance, id) = (cursor.word(), cursor.word(), cursor.word());
        // Behind the id stand the time and the text.
        _ = cursor.number();
        _ = cursor.optional_word();
        (platform, instance, cursor.word(), id)
    }
    key(a).cmp(&key(b))
}

/// What a packed post refers to without telling when that was born.
pub(super) struct Unborn<'p> {
    pub(super) platform: &'p str,
    pub(super) instance: &'p str,
    /// Ids of posts, by [`Packed::REFERENCES`].
    pub(super) ids: [Option<&'p str>; 3],
}

/// What a packed post refers to without telling when that was born; nothing else of it is unpacked.
pub(super) fn unborn(bytes: &[u8]) -> Unborn<'_> {
    let cursor = &mut Cursor { rest: bytes };
    let (platform, instance, _) = (cursor.text(), cursor.text(), cursor.word());
    _ = cursor.number();
    _ = cursor.optional_word();
    _ = cursor.word();
    // The kind, the clock and its resolution.
    _ = (cursor.byte(), cursor.byte(), cursor.number());
    let words: [Option<&[u8]>; 8] = std::array::from_fn(|_| cursor.optional_word());
    let ids = Packed::REFERENCES.map(|word| {
        let is_unborn = cursor.number() == 0;
        let id = words[word as usize].filter(|_| is_unborn);
        id.map(|id| std::str::from_utf8(id).unwrap_or_default())
    });
    Unborn { platform, instance, ids }
}

/// Packs a post, behind what is there.
pub(super) fn write(post: &Packed<'_>, bytes: &mut Vec<u8>) {
    for text in [post.platform, post.instance, post.id] {
        write_text(text, bytes);
    }
    write_number(post.time as u64, bytes);
    write_optional(post.text, bytes);
    write_text(post.account, bytes);
    bytes.push(post.kind as u8);
    bytes.push(CLOCKS.iter().position(|clock| *clock == post.clock).unwrap_or_default() as u8);
    write_number(post.resolution_us as u64, bytes);
    for word in post.words {
        write_optional(word, bytes);
    }
    for born in post.born {
        // A moment is after 1990, so that 0 is free to say that there is none.
        write_number(born.unwrap_or(0) as u64, bytes);
    }
    for list in &post.lists {
        write_number(list.len() as u64, bytes);
        list.iter().for_each(|word| write_text(word, bytes));
    }
    for moment in post.clocks {
        write_number(moment.unwrap_or(0) as u64, bytes);
    }
    let Source { input, offset, length, line } = post.source;
    bytes.extend_from_slice(&input.to_le_bytes());
    bytes.extend_from_slice(&offset.to_le_bytes());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&line.to_le_bytes());
}

/// Says of a packed post that it was read elsewhere.
pub(super) fn replace_source(bytes: &mut Vec<u8>, source: Source) {
    let post = Packed { source, ..read(bytes) };
    let mut replaced = Vec::with_capacity(bytes.len());
    write(&post, &mut replaced);
    *bytes = replaced;
}

/// Where a packed post was read.
pub(super) fn source(bytes: &[u8]) -> Source {
    Cursor { rest: &bytes[content(bytes).len()..] }.source()
}

/// Unpacks a post.
pub(super) fn read(bytes: &[u8]) -> Packed<'_> {
    let cursor = &mut Cursor { rest: bytes };
    Packed {
        platform: cursor.text(),
        instance: cursor.text(),
        id: cursor.text(),
        time: cursor.number() as i64,
        text: cursor.optional(),
        account: cursor.text(),
        kind: PostKind::ALL[usize::from(cursor.byte()) % PostKind::ALL.len()],
        clock: CLOCKS[usize::from(cursor.byte()) % CLOCKS.len()],
        resolution_us: cursor.number() as i64,
        words: std::array::from_fn(|_| cursor.optional()),
        born: std::array::from_fn(|_| Some(cursor.number() as i64).filter(|born| *born != 0)),
        lists: std::array::from_fn(|_| (0..cursor.number()).map(|_| cursor.text()).collect()),
        clocks: std::array::from_fn(|_| Some(cursor.number() as i64).filter(|at| *at != 0)),
        source: cursor.source(),
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn write_number(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn write_text(text: &str, bytes: &mut Vec<u8>) {
    write_number(text.len() as u64, bytes);
    bytes.extend_from_slice(text.as_bytes());
}

fn write_optional(text: Option<&str>, bytes: &mut Vec<u8>) {
    match text {
        None => bytes.push(0),
        Some(text) => {
            write_number(text.len() as u64 + 1, bytes);
            bytes.extend_from_slice(text.as_bytes());
        }
    }
}

struct Cursor<'p> {
    rest: &'p [u8],
}

impl<'p> Cursor<'p> {
    fn byte(&mut self) -> u8 {
        let (byte, rest) = self.rest.split_first().unwrap_or((&0, &[]));
        self.rest = rest;
        *byte
    }

    fn source(&mut self) -> Source {
        Source {
            input: self.fixed().map(u32::from_le_bytes).unwrap_or_default(),
            offset: self.fixed().map(u64::from_le_bytes).unwrap_or_default(),
            length: self.fixed().map(u32::from_le_bytes).unwrap_or_default(),
            line: self.fixed().map(u64::from_le_bytes).unwrap_or_default(),
        }
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (found, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*found)
    }

    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 || shift > 63 {
                return number;
            }
        }
    }

    fn bytes(&mut self, length: usize) -> &'p [u8] {
        let (bytes, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        bytes
    }

    fn slice(&mut self, length: usize) -> &'p str {
        std::str::from_utf8(self.bytes(length)).unwrap_or_default()
    }

    /// A text as its bytes.
    fn word(&mut self) -> &'p [u8] {
        let length = self.number() as usize;
        self.bytes(length)
    }

    fn text(&mut self) -> &'p str {
        let length = self.number() as usize;
        self.slice(length)
    }

    /// A text that may be absent, as its bytes.
    fn optional_word(&mut self) -> Option<&'p [u8]> {
        let length = (self.number() as usize).checked_sub(1)?;
        Some(self.bytes(length))
    }

    fn optional(&mut self) -> Option<&'p str> {
        let length = (self.number() as usize).checked_sub(1)?;
        Some(self.slice(length))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn unpacking_gives_what_was_packed(
            texts in prop::collection::vec(any::<String>(), 4),
            optional in prop::collection::vec(prop::option::of(any::<String>()), 9),
            lists in prop::collection::vec(prop::collection::vec(any::<String>(), 0..4), 4),
            numbers in any::<(u32, u64, u32, u64)>(),
            time in 631_152_000_000_000_i64..4_102_444_800_000_000,
        ) {
            let (input, offset, length, line) = numbers;
            let post = Packed {
                platform: &texts[0],
                instance: &texts[1],
                id: &texts[2],
                account: &texts[3],
                time,
                text: optional[8].as_deref(),
                kind: PostKind::Quote,
                clock: Clock::Claimed,
                resolution_us: 60_000_000,
                words: std::array::from_fn(|at| optional[at].as_deref()),
                born: [None, Some(time), None],
                lists: std::array::from_fn(|at| lists[at].iter().map(String::as_str).collect()),
                clocks: [Some(time), None, Some(time + 1), None],
                source: Source { input, offset, length, line },
            };
            let mut bytes = Vec::new();
            write(&post, &mut bytes);
            prop_assert_eq!(&read(&bytes), &post);
            prop_assert_eq!(identity(&bytes), [0, 1, 2].map(|at| texts[at].as_bytes()));
            prop_assert_eq!(super::time(&bytes), time);
            let unborn = unborn(&bytes);
            prop_assert_eq!((unborn.platform, unborn.instance), (post.platform, post.instance));
            let unknown = |place: usize| {
                post.word(Packed::REFERENCES[place]).filter(|_| post.born[place].is_none())
            };
            prop_assert_eq!(unborn.ids, [0, 1, 2].map(unknown));
            let elsewhere = Source { input: 7, ..post.source };
            let mut moved = bytes.clone();
            replace_source(&mut moved, elsewhere);
            prop_assert_eq!(content(&moved), content(&bytes));
            prop_assert_eq!(read(&moved).source, elsewhere);
        }
    }
}
