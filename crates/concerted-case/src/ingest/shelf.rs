//! The posts that are kept, in the order of their identity's hash, and found by it.
//!
//! **Invariant:** memory is one number for each 128 posts, and what there is room for.

use super::{
    packed::{self, Packed},
    scratch::{Scratch, Spill, Window},
};
use crate::readers::ReadError;

/// Posts between two that are remembered by their place.
const STRIDE: u64 = 128;
/// Bytes of a post in the index: its hash, place and time.
const ENTRY: usize = 24;
/// Bytes that are read at a time.
const PIECE: usize = 256 << 10;

/// The kept posts.
pub(super) struct Shelf<'s> {
    posts: Spill<'s>,
    index: Spill<'s>,
    /// The hash of every [`STRIDE`]th post.
    fences: Vec<u64>,
    count: u64,
    times: Option<(i64, i64)>,
    /// What was last read for a look-up.
    looked_at: Vec<u8>,
}

impl<'s> Shelf<'s> {
    pub(super) fn new(scratch: &'s Scratch) -> Self {
        Self {
            posts: Spill::new(scratch),
            index: Spill::new(scratch),
            fences: Vec::new(),
            count: 0,
            times: None,
            looked_at: Vec::new(),
        }
    }

    /// Adds a post; none that was added before has a higher hash.
    pub(super) fn put(&mut self, hash: u64, record: &[u8]) -> Result<(), ReadError> {
        let time = packed::time(record);
        if self.count.is_multiple_of(STRIDE) {
            self.fences.push(hash);
        }
        let mut entry = [0; ENTRY];
        entry[..8].copy_from_slice(&hash.to_le_bytes());
        entry[8..16].copy_from_slice(&self.posts.len().to_le_bytes());
        entry[16..].copy_from_slice(&time.to_le_bytes());
        self.index.append(&entry)?;
        let length = u32::try_from(record.len()).unwrap_or(u32::MAX);
        self.posts.append(&length.to_le_bytes())?;
        self.posts.append(record)?;
        let (first, last) = self.times.unwrap_or((time, time));
        self.times = Some((first.min(time), last.max(time)));
        self.count += 1;
        Ok(())
    }

    /// Number of posts.
    pub(super) fn len(&self) -> u64 {
        self.count
    }

    /// The first and the last time of a post.
    pub(super) fn times(&self) -> Option<(i64, i64)> {
        self.times
    }

    /// When a post was published, if it is here.
    pub(super) fn time_of(
        &mut self,
        platform: &str,
        instance: &str,
        id: &str,
    ) -> Result<Option<i64>, ReadError> {
        let hash = packed::hash_of(platform, instance, id);
        // Posts with this hash may begin in the stride before.
        let from = self.fences.partition_point(|fence| *fence < hash).saturating_sub(1) as u64;
        let mut entries = [0; ENTRY * STRIDE as usize];
        for stride in from..self.fences.len() as u64 {
            let first = stride * STRIDE;
            let bytes = (self.count - first).min(STRIDE) as usize * ENTRY;
            self.index.read_at(first * ENTRY as u64, &mut entries[..bytes])?;
            for entry in entries[..bytes].chunks_exact(ENTRY) {
                let word = |at: usize| {
                    entry[at..at + 8].try_into().map(u64::from_le_bytes).unwrap_or_default()
                };
                if word(0) > hash {
                    return Ok(None);
                }
                if word(0) == hash && self.is_at(word(8), [platform, instance, id])? {
                    return Ok(Some(word(16) as i64));
                }
            }
        }
        Ok(None)
    }

    /// Whether the post at a place has this identity.
    fn is_at(&mut self, at: u64, identity: [&str; 3]) -> Result<bool, ReadError> {
        let mut length = [0; 4];
        self.posts.read_at(at, &mut length)?;
        self.looked_at.resize(u32::from_le_bytes(length) as usize, 0);
        self.posts.read_at(at + 4, &mut self.looked_at)?;
        Ok(packed::identity(&self.looked_at) == identity.map(str::as_bytes))
    }
}

/// Goes through the posts of a full shelf, which can be asked for others on the way.
pub(super) struct Walk(Window);

impl Walk {
    pub(super) fn of(shelf: &Shelf<'_>) -> Self {
        Self(Window::of(0..shelf.posts.len(), PIECE))
    }

    /// The next post.
    pub(super) fn next(&mut self, shelf: &mut Shelf<'_>) -> Result<Option<&[u8]>, ReadError> {
        let Self(window) = self;
        let mut read_at = |at, bytes: &mut [u8]| shelf.posts.read_at(at, bytes);
        let Some(length) = window.take(4, &mut read_at)? else { return Ok(None) };
        let length = window.bytes(length).try_into().map(u32::from_le_bytes).unwrap_or_default();
        let post = window.take(length as usize, &mut read_at)?;
        Ok(post.map(|post| window.bytes(post)))
    }
}

/// Fills in when the posts were born to which a post refers, where no id told: the shelf may have them.
/// Tells whether any was found.
pub(super) fn fill_births(post: &mut Packed<'_>, shelf: &mut Shelf<'_>) -> Result<bool, ReadError> {
    let mut found = false;
    for (place, word) in Packed::REFERENCES.into_iter().enumerate() {
        if post.born[place].is_none()
            && let Some(id) = post.word(word)
        {
            post.born[place] = shelf.time_of(post.platform, post.instance, id)?;
            found |= post.born[place].is_some();
        }
    }
    Ok(found)
}
