//! Numbers for invented worlds.

/// When the worlds begin, in seconds since 1970.
pub(crate) const START: u64 = 1_700_000_000;
/// Seconds of a day.
pub(crate) const DAY: u64 = 86_400;

/// A number that nothing but its two names decides.
pub(crate) fn mixed(one: u64, other: u64) -> u64 {
    let mut word =
        one.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ other.wrapping_mul(0xD1B5_4A32_D192_ED03);
    for turn in [30, 27, 31] {
        word = (word ^ word >> turn).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    word
}
