//! MinHash in bands: sets that are nearly equal meet in a bucket, others seldom do.
//!
//! **Invariant:** a set's bands depend on its members alone, not on their order or repetition, and
//! are the same on every machine. Whoever meets in a bucket is a candidate only: [`jaccard`] decides.

/// Values of one band: two sets share it if they agree in all of them.
pub const ROWS: usize = 6;
/// Bands of a set.
pub const BANDS: usize = 16;
/// Values of a signature.
const VALUES: usize = ROWS * BANDS;

/// The buckets that a set is found in, one in each band.
pub type Bands = [u32; BANDS];

/// In which buckets is a set to be found, so that sets that are nearly equal share one?
///
/// `members`: hashes of the members, already well mixed, in any order, repetitions allowed; an
/// empty set has bands too, and meets only empty sets. Two sets with Jaccard similarity `j` share
/// a band with probability [`chance_of_meeting`]`(j)`. O(96 n) time, no memory.
///
/// Deviations from the reference: the 96 permutations are affine maps modulo 2³² instead of random
/// ones, as in Broder's own practice; a band's values are mixed into 32 bits, so that two sets
/// without a common value meet in a given band with probability 2⁻³².
///
/// # References
/// Broder 1997 (DOI 10.1109/SEQUEN.1997.666900); Indyk & Motwani 1998 for the bands.
///
/// ```
/// use concerted_methods::alike::bands;
/// assert_eq!(bands(&[7, 9, 7]), bands(&[9, 7]));
/// ```
#[must_use]
pub fn bands(members: &[u32]) -> Bands {
    let mut least = [u32::MAX; VALUES];
    for &member in members {
        for place in 0..VALUES {
            let value = member.wrapping_mul(FACTORS[place]).wrapping_add(SHIFTS[place]);
            least[place] = least[place].min(value);
        }
    }
    let mut bands = [0; BANDS];
    for (band, values) in bands.iter_mut().zip(least.chunks_exact(ROWS)) {
        let mixed = values.iter().fold(0_u64, |hash, &value| mix(hash ^ u64::from(value)));
        *band = (mixed >> 32) as u32;
    }
    bands
}

/// With which probability do two sets of Jaccard similarity `similarity` share a band?
///
/// 1 − (1 − jʳ)ᵇ with r = 6 and b = 16: 0.99 at 0.8, 0.22 at 0.5, 0.012 at 0.3.
#[must_use]
pub fn chance_of_meeting(similarity: f64) -> f64 {
    1.0 - (1.0 - similarity.powi(ROWS as i32)).powi(BANDS as i32)
}

/// Which share of the members of two sets have they in common, in `[0, 1]`?
///
/// Both in rising order without repetition. Two empty sets are equal: 1. O(n + m) time.
#[must_use]
pub fn jaccard(left: &[u32], right: &[u32]) -> f64 {
    let common = common(left, right);
    let all = left.len() + right.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

/// Which share of the members of the smaller of two sets are in the other, in `[0, 1]`?
///
/// Both in rising order without repetition; 1 if one is empty. O(n + m) time.
#[must_use]
pub fn containment<T: Ord + Copy>(left: &[T], right: &[T]) -> f64 {
    let fewer = left.len().min(right.len());
    if fewer == 0 { 1.0 } else { common(left, right) as f64 / fewer as f64 }
}

/// Members in both, of two lists in rising order without repetition.
fn common<T: Ord + Copy>(left: &[T], right: &[T]) -> usize {
    let (mut l, mut r, mut common) = (0, 0, 0);
    while l < left.len() && r < right.len() {
        let (one, other) = (left[l], right[r]);
        common += usize::from(one == other);
        l += usize::from(one <= other);
        r += usize::from(other <= one);
    }
    common
}

/// SplitMix64's finaliser (Steele+ 2014).
pub(super) const fn mix(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Constants of the permutations; a factor is odd, so that the map is one to one.
const fn constants(seed: u64, or: u32) -> [u32; VALUES] {
    let mut constants = [0; VALUES];
    let mut place = 0;
    while place < VALUES {
        constants[place] = (mix(seed + place as u64) >> 32) as u32 | or;
        place += 1;
    }
    constants
}

const FACTORS: [u32; VALUES] = constants(0x6d69_6e68, 1);
const SHIFTS: [u32; VALUES] = constants(0x6173_6800_0000, 0);

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sets of `size` members each with that similarity, the `seed`-th such pair.
    fn pair(size: u64, similarity: f64, seed: u64) -> [Vec<u32>; 2] {
        let common = (2.0 * similarity * size as f64 / (1.0 + similarity)).round() as u64;
        [0, 1].map(|side| {
            let member = |place: u64| {
                let own = if place < common { 0 } else { 1 + side };
                mix(mix(seed * 3 + own) ^ place) as u32
            };
            let mut set: Vec<u32> = (0..size).map(member).collect();
            set.sort_unstable();
            set.dedup();
            set
        })
    }

    fn met(left: &Bands, right: &Bands) -> bool {
        left.iter().zip(right).any(|(l, r)| l == r)
    }

    #[test]
    fn sets_meet_as_often_as_their_similarity_says() {
        for (similarity, pairs) in [(0.9, 2_000), (0.8, 4_000), (0.6, 4_000), (0.3, 4_000)] {
            let mut found = 0;
            for seed in 0..pairs {
                let [left, right] = pair(120, similarity, seed);
                found += u64::from(met(&bands(&left), &bands(&right)));
            }
            let share = found as f64 / pairs as f64;
            let expected = chance_of_meeting(similarity);
            let error = (expected * (1.0 - expected) / pairs as f64).sqrt();
            assert!(
                (share - expected).abs() < 5.0 * error + 0.01,
                "{similarity}: {share}, not {expected}"
            );
        }
    }

    #[test]
    fn the_chance_of_meeting_is_the_published_one() {
        for (similarity, chance) in [(0.8, 0.99), (0.5, 0.22), (0.3, 0.012)] {
            assert!((chance_of_meeting(similarity) - chance).abs() < 0.006, "{similarity}");
        }
    }

    #[test]
    fn similarity_counts_what_is_common() {
        assert_eq!(jaccard(&[1, 2, 3], &[2, 3, 4]), 0.5);
        assert_eq!(jaccard(&[], &[]), 1.0);
        assert_eq!(jaccard(&[1], &[]), 0.0);
        assert_eq!(containment(&[1, 2, 3, 4], &[2, 9]), 0.5);
        assert_eq!(containment::<u32>(&[], &[2, 9]), 1.0);
    }

    #[test]
    fn order_and_repetition_leave_no_mark() {
        assert_eq!(bands(&[3, 1, 2, 2]), bands(&[1, 2, 3]));
        assert_ne!(bands(&[]), bands(&[1]));
    }
}
