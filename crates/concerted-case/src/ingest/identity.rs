//! One post once: duplicates counted, lists joined, conflicting versions decided.
//!
//! **Invariant:** the outcome is a function of the set of rows and never of their order: rows with the
//! same platform, instance and id are compared by their content alone.

use std::{cmp::Ordering, collections::BTreeSet, hash::Hasher};

use concerted_model::PostKind;
use rustc_hash::FxHasher;
use sha2::{Digest, Sha256};

use super::packed::{At, List, Packed, Pages, Source, Word};
use crate::readers::{PostRow, hexadecimal};

/// A packed post with what it is sorted by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) at: At,
    pub(super) time: i64,
    /// Hash of platform, instance and id.
    hash: u64,
}

/// What became of a row that is not kept as a post of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Duplicate,
    Merged,
    Conflict,
}

/// The posts that are kept, found by their identity.
pub(super) struct Kept {
    /// In order of their hash.
    pub(super) entries: Vec<Entry>,
}

fn hash_of(platform: &str, instance: &str, id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    for text in [platform, instance, id] {
        hasher.write(text.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

/// An id for a row that has none: a hash of its account, time, kind, text and objects.
pub(super) fn id_of_content(row: &PostRow) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(row.account.platform.as_str().as_bytes());
    part(row.account.instance.as_bytes());
    part(row.account.id.as_bytes());
    part(&row.time.micros().to_le_bytes());
    part(row.kind.as_str().as_bytes());
    for text in [&row.text, &row.repost_of, &row.reply_to, &row.quote_of] {
        part(&[u8::from(text.is_some())]);
        part(text.as_deref().unwrap_or_default().as_bytes());
    }
    for list in [&row.urls, &row.hashtags, &row.mentions, &row.media] {
        part(&(list.len() as u64).to_le_bytes());
        list.iter().for_each(|word| part(word.as_bytes()));
    }
    format!("sha256:{}", hexadecimal(&hash.finalize()[..8]))
}

/// An entry for a packed post.
pub(super) fn entry(post: &Packed<'_>, at: At) -> Entry {
    Entry { at, time: post.time, hash: hash_of(post.platform, post.instance, post.id) }
}

/// Decides which rows are kept; tells the fate of all others. `rank` orders inputs by content.
pub(super) fn settle(
    pages: &mut Pages,
    mut entries: Vec<Entry>,
    rank: &[u32],
    tell: &mut dyn FnMut(Source, Fate),
) -> Kept {
    entries.sort_unstable_by(|a, b| {
        a.hash.cmp(&b.hash).then_with(|| compare(&pages.get(a.at), &pages.get(b.at), rank))
    });
    let mut kept = Vec::with_capacity(entries.len());
    let mut from = 0;
    while from < entries.len() {
        let first = entries[from];
        let same = |other: &Entry| {
            other.hash == first.hash && pages.identity(other.at) == pages.identity(first.at)
        };
        let count = 1 + entries[from + 1..].iter().take_while(|other| same(other)).count();
        kept.push(if count == 1 {
            first
        } else {
            settle_one(pages, &entries[from..from + count], tell)
        });
        from += count;
    }
    kept.shrink_to_fit();
    Kept { entries: kept }
}

/// By identity, then time, text, account and all other content, and last by where it was read.
fn compare(a: &Packed<'_>, b: &Packed<'_>, rank: &[u32]) -> Ordering {
    fn content<'p>(post: &'p Packed<'_>) -> impl Ord + use<'p> {
        let identity = (post.platform, post.instance, post.id);
        let version = (post.time, post.text, post.account);
        let clock = (post.clock, post.resolution_us, post.kind);
        (identity, version, clock, post.words, post.born, &post.lists)
    }
    let place = |post: &Packed<'_>| (rank.get(post.source.input as usize).copied(), post.source);
    content(a).cmp(&content(b)).then_with(|| place(a).cmp(&place(b)))
}

/// Makes one post of several rows with one identity, in order; the first version stands.
fn settle_one(pages: &mut Pages, rows: &[Entry], tell: &mut dyn FnMut(Source, Fate)) -> Entry {
    let first = rows[0];
    let mut joined: Option<Entry> = None;
    for row in &rows[1..] {
        let so_far = joined.unwrap_or(first);
        let (kept, other) = (pages.get(so_far.at), pages.get(row.at));
        let source = other.source;
        if (kept.time, kept.text, kept.account) != (other.time, other.text, other.account) {
            tell(source, Fate::Conflict);
            continue;
        }
        match join(&kept, &other) {
            Joined::Same => tell(source, Fate::Duplicate),
            Joined::Contradiction => tell(source, Fate::Conflict),
            Joined::More(more) => {
                tell(source, Fate::Merged);
                let mut bytes = Pages::default();
                let copy = bytes.push(&more);
                let at = pages.push(&bytes.get(copy));
                joined = Some(Entry { at, ..first });
            }
        }
    }
    joined.unwrap_or(first)
}

enum Joined<'p> {
    /// The other row has nothing new.
    Same,
    /// The other row passes on, answers or quotes another post.
    Contradiction,
    /// The first row with what the other adds.
    More(Box<Packed<'p>>),
}

fn join<'p>(kept: &Packed<'p>, other: &Packed<'p>) -> Joined<'p> {
    let differ = |word| {
        let (a, b) = (kept.word(word), other.word(word));
        a.is_some() && b.is_some() && a != b
    };
    if [Word::RepostOf, Word::ReplyTo, Word::QuoteOf].into_iter().any(differ) {
        return Joined::Contradiction;
    }
    let mut more = kept.clone();
    for (word, added) in more.words.iter_mut().zip(other.words) {
        *word = word.or(added);
    }
    for (born, added) in more.born.iter_mut().zip(other.born) {
        *born = born.or(added);
    }
    for list in [List::Urls, List::Hashtags, List::Mentions, List::Media] {
        let all: BTreeSet<&str> = kept.list(list).iter().chain(other.list(list)).copied().collect();
        more.lists[list as usize] = all.into_iter().collect();
    }
    if more.kind == PostKind::Original {
        more.kind = other.kind;
    }
    if more == *kept { Joined::Same } else { Joined::More(Box::new(more)) }
}

impl Kept {
    /// When a post of the data was published.
    pub(super) fn time_of(
        &self,
        pages: &Pages,
        platform: &str,
        instance: &str,
        id: &str,
    ) -> Option<i64> {
        let hash = hash_of(platform, instance, id);
        let from = self.entries.partition_point(|entry| entry.hash < hash);
        self.entries[from..]
            .iter()
            .take_while(|entry| entry.hash == hash)
            .find(|entry| pages.identity(entry.at) == (platform, instance, id))
            .map(|entry| entry.time)
    }
}
