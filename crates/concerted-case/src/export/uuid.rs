//! Ids that other programs want to be UUIDs.
//!
//! **Invariant:** the same thing has the same id in every export of the same case and key.

use uuid::Uuid;

/// The namespace of STIX 2.1 for ids of observables.
pub(super) const STIX: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);

/// A version 5 UUID of some words, each behind its length.
pub(super) fn of(words: &[&str]) -> Uuid {
    let mut name = Vec::new();
    for word in words {
        name.extend((word.len() as u64).to_le_bytes());
        name.extend(word.as_bytes());
    }
    Uuid::new_v5(&STIX, &name)
}
