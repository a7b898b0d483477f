//! The character sequences of texts, put aside until a text is compared with them.
//!
//! **Invariant:** what is read is what was put, wherever it lay meanwhile. In memory are only the sets
//! that were read last, at most 4 MiB; where the others lie is the caller's business.

use rustc_hash::FxHashMap;

use crate::DetectError;

/// Most numbers of sets that were read which stay in memory.
const MOST_HELD: usize = 1 << 20;
/// Bytes that are no longer used for which no copy of the others is worth the while.
const LITTLE: u64 = 4096;

/// A place for bytes that are not needed now.
pub trait Aside {
    /// What can go wrong with it.
    type Error: From<DetectError>;

    /// Puts bytes behind all others.
    ///
    /// # Errors
    /// Whatever can go wrong there: a disk may be full.
    fn put(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Reads the bytes at a place, counted from the first that were put.
    ///
    /// # Errors
    /// As [`Aside::put`].
    fn read(&mut self, at: u64, bytes: &mut [u8]) -> Result<(), Self::Error>;

    /// Another one, with nothing in it.
    #[must_use]
    fn empty(&self) -> Self;
}

/// In memory.
impl Aside for Vec<u8> {
    type Error = DetectError;

    fn put(&mut self, bytes: &[u8]) -> Result<(), DetectError> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&mut self, at: u64, bytes: &mut [u8]) -> Result<(), DetectError> {
        let at = at as usize;
        let there = self.get(at..at + bytes.len());
        let there =
            there.ok_or_else(|| DetectError::refused("reading of sets", "none is there"))?;
        bytes.copy_from_slice(there);
        Ok(())
    }

    fn empty(&self) -> Self {
        Self::new()
    }
}

/// Where a set was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    at: u64,
    members: u32,
}

impl Place {
    fn bytes(self) -> u64 {
        u64::from(self.members) * 4
    }
}

/// Sets of numbers that are put aside.
pub(super) struct Sets<A> {
    aside: A,
    /// Bytes that were put.
    len: u64,
    /// Sets that were read last, by place.
    held: FxHashMap<u64, Box<[u32]>>,
    /// Numbers in these.
    numbers: usize,
}

impl<A: Aside> Sets<A> {
    pub(super) fn new(aside: A) -> Self {
        Self { aside, len: 0, held: FxHashMap::default(), numbers: 0 }
    }

    /// Puts a set aside.
    pub(super) fn put(&mut self, set: &[u32]) -> Result<Place, A::Error> {
        let bytes: Vec<u8> = set.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.aside.put(&bytes)?;
        let place = Place { at: self.len, members: set.len() as u32 };
        self.len += place.bytes();
        Ok(place)
    }

    /// The set at a place.
    pub(super) fn get(&mut self, place: Place) -> Result<&[u32], A::Error> {
        if !self.held.contains_key(&place.at) {
            let set = self.read(place)?;
            if self.numbers + set.len() > MOST_HELD {
                self.held.clear();
                self.numbers = 0;
            }
            self.numbers += set.len();
            self.held.insert(place.at, set);
        }
        Ok(self.held.get(&place.at).map_or(&[], |set| set))
    }

    fn read(&mut self, place: Place) -> Result<Box<[u32]>, A::Error> {
        let mut bytes = vec![0; place.bytes() as usize];
        self.aside.read(place.at, &mut bytes)?;
        Ok(bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
    }

    /// Lets go of all sets but these, if those take less than half of the room; tells where they are.
    pub(super) fn keep(&mut self, mut places: Vec<&mut Place>) -> Result<(), A::Error> {
        let used: u64 = places.iter().map(|place| place.bytes()).sum();
        if self.len <= 2 * used + LITTLE {
            return Ok(());
        }
        let mut kept = Self::new(self.aside.empty());
        for place in &mut places {
            let set = self.read(**place)?;
            **place = kept.put(&set)?;
        }
        *self = kept;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_what_it_was_when_others_are_let_go_of() {
        let mut sets = Sets::new(Vec::new());
        let set = |number: u32| -> Vec<u32> { (number..number + 90).collect() };
        let mut places: Vec<Place> = (0..100).map(|n| sets.put(&set(n)).unwrap()).collect();
        assert_eq!(sets.get(places[7]).unwrap(), set(7));
        sets.keep(places.iter_mut().collect()).unwrap();
        assert_eq!(sets.len, 36_000, "all are used");
        let mut kept: Vec<Place> = places.into_iter().skip(3).step_by(10).collect();
        sets.keep(kept.iter_mut().collect()).unwrap();
        assert_eq!(sets.len, 3_600);
        for (number, place) in kept.into_iter().enumerate() {
            assert_eq!(sets.get(place).unwrap(), set(3 + 10 * number as u32));
        }
    }

    #[test]
    fn few_of_the_sets_that_were_read_stay_in_memory() {
        let mut sets = Sets::new(Vec::new());
        let set: Vec<u32> = (0..300_000).collect();
        let places: Vec<Place> = (0..8).map(|_| sets.put(&set).unwrap()).collect();
        for place in places {
            assert_eq!(sets.get(place).unwrap().len(), set.len());
            assert!(sets.held.values().map(|set| set.len()).sum::<usize>() <= MOST_HELD);
        }
    }
}
