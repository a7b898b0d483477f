//! Time in two halves: what is found in one is tried on the other.
//!
//! Every second day belongs to the one half, the others to the other; in collections of less than
//! six days, every second sixth of the span. Halves are blocks of time and not of objects, so that
//! a sitting does not straddle both. **Invariant:** every slot is in exactly one half.

use concerted_model::tables::Actions;

use crate::slots::Slots;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// Blocks of a collection that is too short for days.
const BLOCKS: i64 = 6;

/// Which half a time is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// Where candidates are found.
    Discovery,
    /// Where they are tried.
    Confirmation,
}

/// How time is divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks {
    start: i64,
    length: i64,
}

impl Blocks {
    /// Days, or sixths of the span; `None` if blocks would be shorter than an hour.
    pub(crate) fn of(actions: &Actions) -> Option<Self> {
        let first = actions.time.values().iter().min()?;
        let last = actions.time.values().iter().max()?;
        let span = last - first;
        if span >= BLOCKS * DAY {
            Some(Self { start: 0, length: DAY })
        } else {
            let length = span / BLOCKS;
            (length >= HOUR).then_some(Self { start: *first, length })
        }
    }

    pub(crate) fn half(self, time: i64) -> Half {
        if (time - self.start).div_euclid(self.length).rem_euclid(2) == 0 {
            Half::Discovery
        } else {
            Half::Confirmation
        }
    }
}

/// The slots of one trace in one half.
pub(crate) struct HalfSlots {
    object: Vec<u32>,
    account: Vec<u32>,
    time: Vec<i64>,
    alone_account: Vec<u32>,
    alone_time: Vec<i64>,
}

impl HalfSlots {
    pub(crate) fn of(slots: &Slots<'_>, blocks: Blocks, half: Half) -> Self {
        let mut kept = Self {
            object: Vec::new(),
            account: Vec::new(),
            time: Vec::new(),
            alone_account: Vec::new(),
            alone_time: Vec::new(),
        };
        for slot in (0..slots.len()).filter(|&slot| blocks.half(slots.time[slot]) == half) {
            kept.object.push(slots.object[slot]);
            kept.account.push(slots.account[slot]);
            kept.time.push(slots.time[slot]);
        }
        for (&account, &time) in slots.alone_account.iter().zip(slots.alone_time) {
            if blocks.half(time) == half {
                kept.alone_account.push(account);
                kept.alone_time.push(time);
            }
        }
        kept
    }

    pub(crate) fn slots(&self) -> Slots<'_> {
        Slots {
            object: &self.object,
            account: &self.account,
            time: &self.time,
            alone_account: &self.alone_account,
            alone_time: &self.alone_time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_days_are_in_different_halves_and_a_day_is_in_one() {
        let blocks = Blocks { start: 0, length: DAY };
        assert_eq!(blocks.half(5), blocks.half(DAY - 1));
        assert_ne!(blocks.half(5), blocks.half(DAY));
        assert_eq!(blocks.half(-1), Half::Confirmation);
    }
}
