//! The posts that are kept, in the order of their identity's hash, and found by it.
//!
//! **Invariant:** memory is one number for each 128 posts, and what there is room for.

use super::{
    packed::{self, Unborn},
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
    /// The post that was last read for a look-up.
    looked_at: Vec<u8>,
    /// The stride of the index that was last read for one.
    entries: Vec<u8>,
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
            entries: Vec::new(),
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
        let from = self.fences.partition_point(|fence| *fence < hash).saturating_sub(1);
        for stride in from..self.fences.len() {
            if self.fences[stride] > hash {
                break;
            }
            let entries = self.stride(stride as u64)?;
            let start = entries.partition_point(|entry| word(entry, 0) < hash);
            let same = entries[start..].iter().take_while(|entry| word(entry, 0) == hash);
            let same: Vec<(u64, i64)> =
                same.map(|entry| (word(entry, 8), word(entry, 16) as i64)).collect();
            for (at, time) in same {
                if self.is_at(at, [platform, instance, id])? {
                    return Ok(Some(time));
                }
            }
        }
        Ok(None)
    }

    /// What the index says of the posts of a stride.
    fn stride(&mut self, number: u64) -> Result<&[[u8; ENTRY]], ReadError> {
        let first = number * STRIDE;
        let (at, count) = (first * ENTRY as u64, (self.count - first).min(STRIDE) as usize * ENTRY);
        if self.index.held(at, count).is_none() {
            self.entries.resize(count, 0);
            self.index.read_at(at, &mut self.entries)?;
        }
        let entries = self.index.held(at, count).unwrap_or(&self.entries);
        Ok(entries.as_chunks().0)
    }

    /// Whether the post at a place has this identity.
    fn is_at(&mut self, at: u64, identity: [&str; 3]) -> Result<bool, ReadError> {
        let mut length = [0; 4];
        self.posts.read_at(at, &mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        if self.posts.held(at + 4, length).is_none() {
            self.looked_at.resize(length, 0);
            self.posts.read_at(at + 4, &mut self.looked_at)?;
        }
        let post = self.posts.held(at + 4, length).unwrap_or(&self.looked_at);
        Ok(packed::identity(post) == identity.map(str::as_bytes))
    }
}

/// The number at a place of an entry.
fn word(entry: &[u8; ENTRY], at: usize) -> u64 {
    entry[at..at + 8].try_into().map(u64::from_le_bytes).unwrap_or_default()
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

/// When the posts were born to which a post refers, where no id told: the shelf may have them.
pub(super) fn births(
    post: &Unborn<'_>,
    shelf: &mut Shelf<'_>,
) -> Result<[Option<i64>; 3], ReadError> {
    let mut births = [None; 3];
    for (birth, id) in births.iter_mut().zip(post.ids) {
        if let Some(id) = id {
            *birth = shelf.time_of(post.platform, post.instance, id)?;
        }
    }
    Ok(births)
}
