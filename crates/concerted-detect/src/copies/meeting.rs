//! Which texts meet in a bucket, found by sorting, band after band.
//!
//! **Invariant:** two texts, of which one is new, meet if and only if they share a band, whatever the
//! number of threads; a text that meets nobody costs nothing further.

use concerted_methods::alike::{BANDS, Bands};
use rayon::prelude::*;

/// The buckets of each text that it does not have for itself, or among texts that are not new.
pub(super) struct Meetings {
    /// Where the buckets of a text begin; one more than there are texts.
    starts: Vec<u32>,
    buckets: Vec<u32>,
    /// How many buckets there are.
    pub(super) count: usize,
}

impl Meetings {
    /// The meetings of texts with those bands, of which so many at the beginning are not new.
    pub(super) fn of(texts: &[&Bands], old: usize) -> Self {
        let mut shared: Vec<(u32, u32)> = Vec::new();
        let mut count = 0;
        let bands: Vec<Vec<(u32, u32)>> =
            (0..BANDS).into_par_iter().map(|band| shared_in(texts, old, band)).collect();
        for band in bands {
            let buckets = band.last().map_or(0, |last| last.1 + 1);
            shared.extend(band.into_iter().map(|(text, bucket)| (text, count + bucket)));
            count += buckets;
        }
        shared.par_sort_unstable();
        let mut starts = Vec::with_capacity(texts.len() + 1);
        let mut next = 0;
        for text in 0..texts.len() as u32 {
            starts.push(next as u32);
            next += shared[next..].iter().take_while(|entry| entry.0 == text).count();
        }
        starts.push(next as u32);
        let buckets = shared.into_iter().map(|entry| entry.1).collect();
        Self { starts, buckets, count: count as usize }
    }

    /// The buckets in which a text meets others.
    pub(super) fn buckets(&self, text: usize) -> &[u32] {
        &self.buckets[self.starts[text] as usize..self.starts[text + 1] as usize]
    }
}

/// The texts that share their value in a band with a new one, each with the number of the value.
fn shared_in(texts: &[&Bands], old: usize, band: usize) -> Vec<(u32, u32)> {
    let mut entries: Vec<u64> = texts
        .iter()
        .enumerate()
        .map(|(text, bands)| u64::from(bands[band]) << 32 | text as u64)
        .collect();
    entries.sort_unstable();
    let groups = entries.chunk_by(|left, right| left >> 32 == right >> 32);
    // Within a group texts are in order, so that a new one comes last.
    let is_met = |group: &&[u64]| matches!(group, [_, .., last] if *last as u32 as usize >= old);
    groups
        .filter(is_met)
        .enumerate()
        .flat_map(|(bucket, group)| group.iter().map(move |entry| (*entry as u32, bucket as u32)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_meet_in_the_bands_that_they_share_and_nowhere_else() {
        let mut other: Bands = std::array::from_fn(|band| 100 + band as u32);
        let alone: Bands = std::array::from_fn(|band| 200 + band as u32);
        let first: Bands = std::array::from_fn(|band| band as u32);
        other[3] = first[3];
        other[9] = first[9];
        let meetings = Meetings::of(&[&first, &alone, &other], 2);
        assert_eq!(meetings.count, 2);
        assert_eq!(meetings.buckets(0), meetings.buckets(2));
        assert_eq!(meetings.buckets(0).len(), 2);
        assert!(meetings.buckets(1).is_empty());
        // Those that are not new have met before.
        assert_eq!(Meetings::of(&[&first, &other, &alone], 2).count, 0);
    }
}
