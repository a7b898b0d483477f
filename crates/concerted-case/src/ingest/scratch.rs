//! Room to sort in: memory up to a bound, and a folder for what is beyond it.
//!
//! **Invariant:** what lies in the folder has no name there and is gone when it is closed, also when the
//! process is killed; only what is kept on purpose (`left_off.rs`) stays. How much is held in memory changes
//! no result.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use super::left_off::LeftOff;
use crate::readers::ReadError;

/// Bytes that are held in memory before any are put into a file, unless said otherwise.
const ROOM: usize = 64 << 20;
/// Bytes that are written at a time once there is a file.
const PIECE: usize = 1 << 20;

/// Where posts wait while they are sorted.
#[derive(Clone, Debug)]
pub struct Scratch {
    folder: Option<PathBuf>,
    room: usize,
    left_off: Option<LeftOff>,
}

impl Default for Scratch {
    /// In the system's folder for such files.
    fn default() -> Self {
        Self { folder: None, room: ROOM, left_off: None }
    }
}

impl Scratch {
    /// In this folder.
    #[must_use]
    pub fn within(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), ..Self::default() }
    }

    /// Holds so many bytes in memory at each step, and at least one record.
    #[must_use]
    pub fn holding(self, bytes: usize) -> Self {
        Self { room: bytes, ..self }
    }

    /// Keeps what is read so that reading can go on there if it is interrupted.
    #[must_use]
    pub fn keeping(self, left_off: LeftOff) -> Self {
        Self { left_off: Some(left_off), ..self }
    }

    pub(super) fn left_off(&self) -> Option<&LeftOff> {
        self.left_off.as_ref()
    }

    pub(super) fn room(&self) -> usize {
        self.room
    }

    pub(super) fn file(&self) -> Result<File, ReadError> {
        match &self.folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        }
        .map_err(full)
    }
}

/// The error of a file in the scratch folder.
pub(super) fn full(source: io::Error) -> ReadError {
    ReadError::Scratch { source }
}

/// Bytes one after another, in memory as far as there is room and else in a file.
pub struct Spill<'s> {
    scratch: &'s Scratch,
    file: Option<File>,
    /// Bytes that are in the file.
    written: u64,
    /// Bytes that come after those.
    rest: Vec<u8>,
}

impl<'s> Spill<'s> {
    /// None yet.
    #[must_use]
    pub fn new(scratch: &'s Scratch) -> Self {
        Self { scratch, file: None, written: 0, rest: Vec::new() }
    }

    /// Bytes in all.
    pub(super) fn len(&self) -> u64 {
        self.written + self.rest.len() as u64
    }

    /// Adds bytes behind all others.
    ///
    /// # Errors
    /// [`ReadError::Scratch`] if the disk is full or fails.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.rest.extend_from_slice(bytes);
        let most = if self.file.is_some() { PIECE } else { self.scratch.room() };
        if self.rest.len() <= most {
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.scratch.file()?,
        };
        file.seek(SeekFrom::Start(self.written)).map_err(full)?;
        file.write_all(&self.rest).map_err(full)?;
        self.written += self.rest.len() as u64;
        self.rest.clear();
        self.file = Some(file);
        Ok(())
    }

    /// The bytes at a place, if they are in memory.
    pub(super) fn held(&self, at: u64, count: usize) -> Option<&[u8]> {
        let start = at.checked_sub(self.written)? as usize;
        self.rest.get(start..start + count)
    }

    /// Reads the bytes at a place; they must be there.
    ///
    /// # Errors
    /// As [`Spill::append`].
    pub fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> Result<(), ReadError> {
        let in_file = self.written.saturating_sub(at).min(bytes.len() as u64) as usize;
        let (from_file, from_rest) = bytes.split_at_mut(in_file);
        if let (Some(file), false) = (&mut self.file, from_file.is_empty()) {
            file.seek(SeekFrom::Start(at)).map_err(full)?;
            file.read_exact(from_file).map_err(full)?;
        }
        let start = (at + in_file as u64 - self.written.min(at + in_file as u64)) as usize;
        match self.rest.get(start..start + from_rest.len()) {
            Some(found) => from_rest.copy_from_slice(found),
            None => return Err(full(io::ErrorKind::UnexpectedEof.into())),
        }
        Ok(())
    }
}

/// A stretch of bytes that is gone through from its beginning, with a piece of it in memory.
pub(super) struct Window {
    /// What is left of it behind the piece.
    left: Range<u64>,
    /// Bytes that are read at a time.
    piece: usize,
    held: Vec<u8>,
    /// Bytes of `held` that were taken.
    taken: usize,
}

impl Window {
    pub(super) fn of(bytes: Range<u64>, piece: usize) -> Self {
        Self { left: bytes, piece, held: Vec::new(), taken: 0 }
    }

    /// Takes so many bytes; tells where they are, or nothing if there are not as many. What was taken
    /// before is gone. `read_at` fills a piece from a place.
    pub(super) fn take(
        &mut self,
        count: usize,
        read_at: impl FnOnce(u64, &mut [u8]) -> Result<(), ReadError>,
    ) -> Result<Option<Range<usize>>, ReadError> {
        if self.held.len() < self.taken + count {
            self.held.drain(..self.taken);
            self.taken = 0;
            let have = self.held.len();
            let most = self.left.end - self.left.start;
            let more = count.saturating_sub(have).max(self.piece).min(most as usize);
            self.held.resize(have + more, 0);
            read_at(self.left.start, &mut self.held[have..])?;
            self.left.start += more as u64;
        }
        let taken = self.taken..self.taken + count;
        let there = self.held.len() >= taken.end;
        if there {
            self.taken = taken.end;
        }
        Ok(there.then_some(taken))
    }

    /// Bytes that were taken last.
    pub(super) fn bytes(&self, taken: Range<usize>) -> &[u8] {
        &self.held[taken]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_back_from_memory_from_the_file_and_across_both() {
        for room in [0, 5, 1 << 20] {
            let scratch = Scratch::default().holding(room);
            let mut spill = Spill::new(&scratch);
            let all: Vec<u8> = (0..200).collect();
            all.chunks(7).for_each(|piece| spill.append(piece).unwrap());
            assert_eq!(spill.len(), 200);
            for (from, to) in [(0, 200), (3, 4), (100, 180), (199, 200), (200, 200)] {
                let mut found = vec![0; to - from];
                spill.read_at(from as u64, &mut found).unwrap();
                let held = spill.held(from as u64, to - from);
                assert!(held.is_none_or(|held| held == found));
                assert_eq!(held.is_some(), from as u64 >= spill.written);
                assert_eq!(found, all[from..to], "room {room}");
            }
            assert!(spill.read_at(199, &mut [0; 2]).is_err());
        }
    }
}
