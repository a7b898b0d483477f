//! Posts in memory, packed: each a run of bytes in a page, so that a million of them cost little more
//! than their words.
//!
//! **Invariant:** unpacking gives what was packed; two posts with the same words have the same bytes,
//! wherever they were read.

use concerted_model::{Clock, PostKind};

use crate::readers::PostRow;

const PAGE: usize = 8 << 20;
const CLOCKS: [Clock; 3] = [Clock::Server, Clock::Id, Clock::Claimed];

/// Where a packed post lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At(u64);

/// Many packed posts.
#[derive(Default)]
pub(super) struct Pages {
    pages: Vec<Vec<u8>>,
}

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

/// A post, borrowed from its page or from the row it was read as.
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
    pub(super) source: Source,
}

impl<'p> Packed<'p> {
    /// A row that was read, under the id that it has or was given.
    pub(super) fn of_row(row: &'p PostRow, id: &'p str, input: u32) -> Self {
        let list = |words: &'p [String]| words.iter().map(String::as_str).collect();
        Self {
            platform: row.account.platform.as_str(),
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

impl Pages {
    /// Packs a post.
    pub(super) fn push(&mut self, post: &Packed<'_>) -> At {
        let mut bytes = Vec::with_capacity(256 + post.text.map_or(0, str::len));
        write(post, &mut bytes);
        let fits =
            self.pages.last().is_some_and(|page| page.len() + bytes.len() <= page.capacity());
        if !fits {
            self.pages.push(Vec::with_capacity(PAGE.max(bytes.len())));
        }
        let page = self.pages.len() - 1;
        let start = self.pages[page].len();
        self.pages[page].extend_from_slice(&bytes);
        At((page as u64) << 32 | start as u64)
    }

    /// Unpacks a post.
    pub(super) fn get(&self, at: At) -> Packed<'_> {
        read(&mut self.cursor(at))
    }

    /// The platform, instance and id of a post.
    pub(super) fn identity(&self, at: At) -> (&str, &str, &str) {
        let mut cursor = self.cursor(at);
        (cursor.text(), cursor.text(), cursor.text())
    }

    fn cursor(&self, at: At) -> Cursor<'_> {
        Cursor { rest: &self.pages[(at.0 >> 32) as usize][(at.0 & 0xffff_ffff) as usize..] }
    }
}

fn write(post: &Packed<'_>, bytes: &mut Vec<u8>) {
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
    let Source { input, offset, length, line } = post.source;
    for number in [input.into(), offset, length.into(), line] {
        write_number(number, bytes);
    }
}

fn read<'p>(cursor: &mut Cursor<'p>) -> Packed<'p> {
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
        source: Source {
            input: cursor.number() as u32,
            offset: cursor.number(),
            length: cursor.number() as u32,
            line: cursor.number(),
        },
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

    fn slice(&mut self, length: usize) -> &'p str {
        let (text, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }

    fn text(&mut self) -> &'p str {
        let length = self.number() as usize;
        self.slice(length)
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
                source: Source { input, offset, length, line },
            };
            let mut pages = Pages::default();
            pages.push(&post);
            let at = pages.push(&post);
            prop_assert_eq!(pages.get(at), post);
            prop_assert_eq!(pages.identity(at), (&*texts[0], &*texts[1], &*texts[2]));
        }
    }
}
