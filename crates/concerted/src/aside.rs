//! What the stage `copies` puts aside: in memory as far as there is room, and else on the disk of the case.
//!
//! **Invariant:** how much room there is changes no result.

use concerted_case::ingest::{Scratch, Spill};
use concerted_detect::copies::{Aside, batch_in};

use crate::{Error, Memory};

/// Bytes put aside.
pub struct Spilled<'s> {
    scratch: &'s Scratch,
    bytes: Spill<'s>,
}

impl<'s> Spilled<'s> {
    /// None yet.
    #[must_use]
    pub fn new(scratch: &'s Scratch) -> Self {
        Self { scratch, bytes: Spill::new(scratch) }
    }
}

impl Aside for Spilled<'_> {
    type Error = Error;

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Ok(self.bytes.append(bytes)?)
    }

    fn read(&mut self, at: u64, bytes: &mut [u8]) -> Result<(), Error> {
        Ok(self.bytes.read_at(at, bytes)?)
    }

    fn empty(&self) -> Self {
        Self::new(self.scratch)
    }
}

/// The room, and how many posts to look at in one go, if `asked` is what a person allows: a quarter of it
/// for each.
#[must_use]
pub fn room(scratch: Scratch, asked: Option<Memory>) -> (Scratch, u32) {
    match asked.map(Memory::bytes) {
        Some(bytes) => {
            let room = usize::try_from(bytes / 4).unwrap_or(usize::MAX);
            (scratch.holding(room), batch_in(bytes / 4))
        }
        None => (scratch, batch_in(u64::MAX)),
    }
}
