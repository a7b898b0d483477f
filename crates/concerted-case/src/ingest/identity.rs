//! One post once: duplicates counted, lists joined, conflicting versions decided.
//!
//! **Invariant:** the outcome is a function of the set of rows and never of their order: rows with the
//! same platform, instance and id are compared by their content alone.

use std::collections::BTreeSet;

use concerted_model::PostKind;
use sha2::{Digest, Sha256};

use super::{
    packed::{self, List, Packed, Source, Word},
    sorter::Sorted,
};
use crate::readers::{PostRow, ReadError, hexadecimal};

/// What became of a row that is not kept as a post of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Duplicate,
    Merged,
    Conflict,
}

/// An id for a row that has none: a hash of its account, time, kind, text and objects.
pub(super) fn id_of_content(row: &PostRow<'_>) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(row.account.platform.as_bytes());
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

/// Decides which rows are kept, and hands those to `keep` in the order of their hash; tells the fate of
/// all others. Rows come in the order of their hash and then [`packed::by_version`]; `ranks` orders inputs
/// by content.
pub(super) fn settle(
    rows: &mut Sorted,
    ranks: &[u32],
    tell: &mut dyn FnMut(Source, Fate),
    mut keep: impl FnMut(u64, &[u8]) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut group: Option<Group> = None;
    while let Some((hash, row)) = rows.next()? {
        match &mut group {
            Some(group) if group.hash == hash && group.is_of(row) => group.add(row, ranks, tell),
            other => {
                if let Some(mut done) = other.replace(Group::of(hash, row)) {
                    done.close(tell);
                    keep(done.hash, &done.post)?;
                }
            }
        }
    }
    if let Some(mut done) = group {
        done.close(tell);
        keep(done.hash, &done.post)?;
    }
    Ok(())
}

/// Rows with one identity.
struct Group {
    hash: u64,
    /// The post that they give so far, packed.
    post: Vec<u8>,
    /// The version that rows are now of; nothing while it is the first.
    version: Option<Version>,
    /// Where the version's representative was read.
    source: Source,
}

/// A version that is not the first: rows that differ in nothing but where they were read.
struct Version {
    /// One of its rows.
    row: Vec<u8>,
    /// What becomes of its representative.
    fate: Fate,
}

impl Group {
    fn of(hash: u64, row: &[u8]) -> Self {
        Self { hash, post: row.to_vec(), version: None, source: packed::source(row) }
    }

    fn is_of(&self, row: &[u8]) -> bool {
        packed::identity(&self.post) == packed::identity(row)
    }

    fn add(&mut self, row: &[u8], ranks: &[u32], tell: &mut dyn FnMut(Source, Fate)) {
        let source = packed::source(row);
        let present = self.version.as_ref().map_or(&self.post, |version| &version.row);
        if packed::content(present) == packed::content(row) {
            // The one whose input comes first represents the version; the others repeat it.
            let place = |source: Source| (ranks.get(source.input as usize).copied(), source);
            let (first, other) = if place(source) < place(self.source) {
                (source, self.source)
            } else {
                (self.source, source)
            };
            self.source = first;
            let conflict =
                self.version.as_ref().is_some_and(|version| version.fate == Fate::Conflict);
            tell(other, if conflict { Fate::Conflict } else { Fate::Duplicate });
            return;
        }
        self.close(tell);
        let (kept, other) = (packed::read(&self.post), packed::read(row));
        let same = (kept.time, kept.text, kept.account) == (other.time, other.text, other.account);
        let joined = if same { join(&kept, &other) } else { Joined::Contradiction };
        let fate = match joined {
            Joined::Same => Fate::Duplicate,
            Joined::Contradiction => Fate::Conflict,
            Joined::More(more) => {
                let mut post = Vec::with_capacity(self.post.len() + row.len());
                packed::write(&more, &mut post);
                self.post = post;
                Fate::Merged
            }
        };
        self.version = Some(Version { row: row.to_vec(), fate });
        self.source = source;
    }

    /// Ends the version that rows are now of.
    fn close(&mut self, tell: &mut dyn FnMut(Source, Fate)) {
        match self.version.take() {
            Some(version) => tell(self.source, version.fate),
            None if packed::source(&self.post) != self.source => {
                packed::replace_source(&mut self.post, self.source);
            }
            None => {}
        }
    }
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
    for (moment, added) in more.clocks.iter_mut().zip(other.clocks) {
        *moment = moment.or(added);
    }
    if more.kind == PostKind::Original {
        more.kind = other.kind;
    }
    if more == *kept { Joined::Same } else { Joined::More(Box::new(more)) }
}
