//! X's post ids: a clock in the upper bits, and what keeps ids of one millisecond apart below.

/// The millisecond that the clock of X's ids starts from: 2010-11-04T01:42:54.657Z.
pub const EPOCH_MS: i64 = 1_288_834_974_657;

/// Bits below the clock.
const LOW_BITS: u32 = 22;

/// The id of the `place`-th post of a millisecond since 1970.
///
/// The places of one millisecond are spread over the lower bits, one to one, as a machine number
/// and a counter would be.
#[must_use]
pub fn id(time_ms: i64, place: u32) -> u64 {
    let since = time_ms.saturating_sub(EPOCH_MS).max(0) as u64;
    // An odd factor is a bijection of the lower bits.
    let low = u64::from(place).wrapping_mul(0x002d_1aeb).wrapping_add(since.wrapping_mul(0x9e37));
    (since << LOW_BITS) | (low & ((1 << LOW_BITS) - 1))
}

/// The millisecond since 1970 that an id's clock says.
#[must_use]
pub fn time_ms(id: u64) -> i64 {
    (id >> LOW_BITS) as i64 + EPOCH_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_when_it_was_given() {
        for place in [0, 1, 4_000_000] {
            assert_eq!(time_ms(id(1_709_510_400_123, place)), 1_709_510_400_123);
        }
    }

    #[test]
    fn posts_of_one_millisecond_have_different_ids() {
        let mut ids: Vec<u64> = (0..10_000).map(|place| id(1_709_510_400_123, place)).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 10_000);
    }
}
