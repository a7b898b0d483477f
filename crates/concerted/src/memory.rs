//! How much memory a run may take: a setting of the machine, which never changes a result.
//!
//! **Invariant:** holds for pairing, the stage whose need grows faster than the posts; a setting that
//! the tables and their strata alone are larger than is answered with a sentence before the work begins. The
//! search for copies takes its room from it too (`aside.rs`).

use std::{fs, str::FromStr};

use concerted_detect::{Acted, coaction::batch_in};
use thiserror::Error;

use crate::Error;

const UNITS: [(&str, f64); 7] = [
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("B", 1.0),
];

/// One in so many bytes of what is counted comes on top: rates, counters, and what the allocator keeps
/// (docs/performance.md).
const UNCOUNTED: u64 = 5;

/// An amount of memory, written `800MiB`, `1.5GiB` or `2GB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Memory(u64);

/// The text is no amount of memory.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("\"{0}\" is no amount of memory; write for example 800MiB, 1.5GiB or 2GB")]
pub struct MemoryError(String);

impl Memory {
    /// In bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// Half of what the system says is free, where it says so.
    #[must_use]
    pub fn half_of_free() -> Option<Self> {
        let said = fs::read_to_string("/proc/meminfo").ok()?;
        let line = said.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(Self(kib * 1024 / 2))
    }

    /// How many meetings may be held while these actions are paired, if `asked` is what a person allows.
    pub(crate) fn meetings(asked: Option<Self>, acted: Acted<'_>) -> Result<u64, Error> {
        let needs = acted.least_bytes()?;
        Self::beside(asked, needs + needs / UNCOUNTED, acted.actions.len())
    }

    fn beside(asked: Option<Self>, needs: u64, actions: usize) -> Result<u64, Error> {
        match asked {
            Some(Self(allowed)) if allowed <= needs => {
                Err(Error::TooLittleMemory { allowed, needs, actions })
            }
            Some(Self(allowed)) => Ok(batch_in(allowed - needs)),
            // Nobody asked: what is free is a guess, and no reason to refuse.
            None => {
                let free = Self::half_of_free().map_or(u64::MAX, Self::bytes);
                Ok(batch_in(free.saturating_sub(needs)))
            }
        }
    }
}

impl FromStr for Memory {
    type Err = MemoryError;

    fn from_str(text: &str) -> Result<Self, MemoryError> {
        let wrong = || MemoryError(text.to_owned());
        let (unit, size) =
            UNITS.iter().find(|(unit, _)| text.trim().ends_with(unit)).ok_or_else(wrong)?;
        let number = text.trim().trim_end_matches(unit).trim();
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let bytes = number * size;
        if (1.0..9e18).contains(&bytes) { Ok(Self(bytes as u64)) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_people_write_it() {
        let bytes = |text: &str| text.parse::<Memory>().map(Memory::bytes);
        assert_eq!(bytes("1.5GiB"), Ok(1_610_612_736));
        assert_eq!(bytes("800 MiB"), Ok(838_860_800));
        assert_eq!(bytes("2GB"), Ok(2_000_000_000));
        for text in ["", "2", "GiB", "-1GiB", "nanGiB", "0B", "1e30GiB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_kept_is_a_sentence() {
        let error = Memory::beside(Some(Memory(1 << 20)), 1 << 20, 1_000_000).unwrap_err();
        assert!(error.to_string().contains("1,000,000 actions"), "{error}");
        assert!(error.hint().unwrap().contains("--memory"));
        assert_eq!(Memory::beside(Some(Memory(1 << 20)), 1 << 19, 1_000).unwrap(), (1 << 19) / 64);
    }
}
