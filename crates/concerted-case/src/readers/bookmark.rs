//! Where the reading of a file was left off, so that it can be taken up again behind what was read.
//!
//! **Invariant:** a bookmark lies between two records, and holds all that the reading of later records
//! depends on beside the file and the options: reading on from it hands out what reading on without a pause
//! would have handed out, and the record of the file is the same in the end.

use serde::{Deserialize, Serialize};
use sha2::{
    Sha256,
    digest::common::hazmat::{SerializableState, SerializedState},
};

use super::{Row, tally::Tally};

/// Whoever takes what a file gives.
pub(crate) trait Taker {
    /// Takes a post, a reject or a change.
    fn row(&mut self, row: Row<'_>);

    /// Whether a bookmark is wanted, now that so many bytes of the file were read.
    fn wants_bookmark(&self, _bytes: u64) -> bool {
        false
    }

    /// Takes a bookmark that lies behind all rows so far.
    fn bookmark(&mut self, _bookmark: Bookmark) {}
}

impl<F: FnMut(Row<'_>)> Taker for F {
    fn row(&mut self, row: Row<'_>) {
        (*self)(row);
    }
}

/// What is open around records in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Open {
    /// Whether it is a list.
    pub(crate) list: bool,
    /// The path that leads to it.
    pub(crate) path: String,
}

/// A place between two records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spot {
    /// What is before it: bytes of the text, or rows where a file has no places of its own.
    pub(crate) at: u64,
    /// The line that it is in.
    pub(crate) line: u64,
    /// What is open around it.
    pub(crate) open: Vec<Open>,
    /// Escapes before it that are not JSON.
    pub(crate) repaired: u64,
}

impl Spot {
    /// Before the first record.
    pub(crate) const START: Self = Self { at: 0, line: 1, open: Vec::new(), repaired: 0 };
}

/// A place between two records of a file, and what is remembered of those before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bookmark {
    pub(crate) spot: Spot,
    /// What was counted.
    pub(crate) tally: Tally,
    /// What the format remembers.
    pub(crate) memory: Option<String>,
    /// Bytes of the file before it, as [`Taker::wants_bookmark`] was told.
    pub(crate) bytes: u64,
    /// Whether the file must be unpacked again to get there.
    pub(crate) packed: bool,
    /// What the file's bytes were.
    pub(crate) passed: Passed,
}

impl Bookmark {
    /// Records before it.
    pub(crate) fn rows(&self) -> u64 {
        self.tally.rows.read
    }
}

/// Bytes of a file that were read, of which the spot may be before some.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Passed {
    /// How many.
    pub(crate) bytes: u64,
    /// SHA-256 of them, not yet ended, in hexadecimal.
    state: String,
    /// Pieces of text in them that could not be decoded.
    pub(crate) replaced: u64,
}

impl Passed {
    pub(crate) fn of(bytes: u64, hash: &Sha256, replaced: u64) -> Self {
        let state = super::hexadecimal(&hash.serialize());
        Self { bytes, state, replaced }
    }

    /// The hash, to be gone on with; nothing if it is none.
    pub(crate) fn hash(&self) -> Option<Sha256> {
        let digit = |at| u8::from_str_radix(self.state.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..self.state.len()).step_by(2).map(digit).collect();
        let state = SerializedState::<Sha256>::try_from(bytes?.as_slice()).ok()?;
        Sha256::deserialize(&state).ok()
    }
}

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::*;

    #[test]
    fn a_hash_is_gone_on_with_wherever_it_was_left() {
        let bytes: Vec<u8> = (0..200).collect();
        let whole = Sha256::digest(&bytes);
        for left in [0, 1, 63, 64, 65, 128, 199, 200] {
            let passed = Passed::of(left as u64, &Sha256::new_with_prefix(&bytes[..left]), 0);
            let kept = serde_json::to_string(&passed).unwrap();
            let kept: Passed = serde_json::from_str(&kept).unwrap();
            let mut hash = kept.hash().unwrap();
            hash.update(&bytes[left..]);
            assert_eq!(hash.finalize(), whole, "left at {left}");
        }
    }

    #[test]
    fn what_is_no_state_of_a_hash_is_none() {
        for state in ["", "0", "zz", "00"] {
            let passed = Passed { state: state.to_owned(), ..Passed::default() };
            assert!(passed.hash().is_none(), "{state:?}");
        }
    }
}
