//! Records in order, however many there are: sorted in memory as far as there is room, then in runs that
//! are merged.
//!
//! **Invariant:** what comes out is what went in, in the order of the number before a record and then
//! of the record itself; neither the room nor the order of coming in changes it.

use std::{
    cmp::Ordering,
    fs::{self, File, OpenOptions},
    io::{BufWriter, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::PathBuf,
};

use super::{
    left_off::Spilled,
    scratch::{Scratch, Window, full},
};
use crate::{durable, readers::ReadError};

/// Bytes before each record in a run: its number and length.
const HEAD: usize = 12;
/// Most and least bytes of a run that are read at a time.
const PIECE: Range<usize> = (16 << 10)..(256 << 10);

/// The order of two records whose numbers are the same.
pub(super) type Compare = fn(&[u8], &[u8]) -> Ordering;

/// A record that is held: its number, and where it is.
pub(super) struct Entry {
    number: u64,
    at: Range<usize>,
}

/// Takes records in, in any order.
pub(super) struct Sorter<'s> {
    scratch: &'s Scratch,
    /// The file that its runs are kept in, if they are.
    kept_in: Option<PathBuf>,
    compare: Compare,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    file: Option<File>,
    /// Where each run is in the file.
    runs: Vec<Range<u64>>,
}

impl<'s> Sorter<'s> {
    pub(super) fn new(scratch: &'s Scratch, compare: Compare) -> Self {
        let (bytes, entries, runs) = (Vec::new(), Vec::new(), Vec::new());
        Self { scratch, kept_in: None, compare, bytes, entries, file: None, runs }
    }

    /// Keeps its runs in a file of that name, and goes on behind those that are there.
    pub(super) fn again(
        scratch: &'s Scratch,
        compare: Compare,
        file: PathBuf,
        runs: Vec<Range<u64>>,
    ) -> Result<Self, ReadError> {
        // What was written behind the last note is not known to be whole.
        let Some(end) = runs.last().map(|run| run.end) else {
            let sorter = Self { kept_in: Some(file.clone()), ..Self::new(scratch, compare) };
            return durable::gone(fs::remove_file(file)).map_err(full).map(|()| sorter);
        };
        let mut sorter = Self { kept_in: Some(file), runs, ..Self::new(scratch, compare) };
        let file = sorter.new_file()?;
        file.set_len(end).map_err(full)?;
        sorter.file = Some(file);
        Ok(sorter)
    }

    fn new_file(&self) -> Result<File, ReadError> {
        let Some(path) = &self.kept_in else { return self.scratch.file() };
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(full)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(self.runs.is_empty());
        options.open(path).map_err(full)
    }

    /// Writes what is held as a run, if anything is; tells of all runs.
    pub(super) fn spilled(&mut self) -> Result<Spilled, ReadError> {
        if !self.entries.is_empty() {
            self.spill()?;
        }
        let file = self.file.as_ref().map(File::try_clone).transpose().map_err(full)?;
        Ok(Spilled { runs: self.runs.clone(), file })
    }

    /// Takes a record in.
    pub(super) fn push(&mut self, number: u64, record: &[u8]) -> Result<(), ReadError> {
        let held = self.bytes.len() + self.entries.len() * size_of::<Entry>();
        if held + record.len() > self.scratch.room() && !self.entries.is_empty() {
            self.spill()?;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(record);
        self.entries.push(Entry { number, at: start..self.bytes.len() });
        Ok(())
    }

    fn sort(&mut self) {
        let Self { bytes, entries, .. } = self;
        let compare = self.compare;
        entries.sort_unstable_by(|a, b| {
            let records = || compare(&bytes[a.at.clone()], &bytes[b.at.clone()]);
            a.number.cmp(&b.number).then_with(records)
        });
    }

    /// Writes what is held as a run.
    fn spill(&mut self) -> Result<(), ReadError> {
        self.sort();
        let file = match self.file.take() {
            Some(file) => file,
            None => self.new_file()?,
        };
        let start = self.runs.last().map_or(0, |run| run.end);
        let mut end = start;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        out.seek(SeekFrom::Start(start)).map_err(full)?;
        for Entry { number, at } in &self.entries {
            let length = u32::try_from(at.len()).unwrap_or(u32::MAX);
            out.write_all(&number.to_le_bytes()).map_err(full)?;
            out.write_all(&length.to_le_bytes()).map_err(full)?;
            out.write_all(&self.bytes[at.clone()]).map_err(full)?;
            end += (HEAD + at.len()) as u64;
        }
        self.file = Some(out.into_inner().map_err(|error| full(error.into_error()))?);
        self.runs.push(start..end);
        self.bytes.clear();
        self.entries.clear();
        Ok(())
    }

    /// Ends the taking in.
    pub(super) fn finish(mut self) -> Result<Sorted, ReadError> {
        if self.runs.is_empty() {
            self.sort();
            return Ok(Sorted::Held { bytes: self.bytes, entries: self.entries.into_iter() });
        }
        if !self.entries.is_empty() {
            self.spill()?;
        }
        let piece = (self.scratch.room() / self.runs.len()).clamp(PIECE.start, PIECE.end);
        // What was held for sorting is given back before the runs are read.
        (self.bytes, self.entries) = (Vec::new(), Vec::new());
        let Self { file, runs, compare, .. } = self;
        let Some(file) = file else { return Ok(Sorted::nothing()) };
        Ok(Sorted::Merged(Box::new(Merge::of(file, runs, piece, compare)?)))
    }
}

/// Records, one after another, in order.
pub(super) enum Sorted {
    Held { bytes: Vec<u8>, entries: std::vec::IntoIter<Entry> },
    Merged(Box<Merge>),
}

impl Sorted {
    fn nothing() -> Self {
        Self::Held { bytes: Vec::new(), entries: Vec::new().into_iter() }
    }

    /// The next record and its number.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, ReadError> {
        match self {
            Self::Held { bytes, entries } => {
                Ok(entries.next().map(|Entry { number, at }| (number, &bytes[at])))
            }
            Self::Merged(merge) => merge.next(),
        }
    }
}

/// Runs that are read side by side.
pub(super) struct Merge {
    file: File,
    compare: Compare,
    runs: Vec<Run>,
    /// Places of the runs that have a record, as a heap: no run comes before the one at half its place.
    heap: Vec<usize>,
    begun: bool,
}

impl Merge {
    fn of(
        file: File,
        runs: Vec<Range<u64>>,
        piece: usize,
        compare: Compare,
    ) -> Result<Self, ReadError> {
        let run = |bytes| Run { window: Window::of(bytes, piece), number: 0, record: 0..0 };
        let runs: Vec<Run> = runs.into_iter().map(run).collect();
        let mut merge = Self { file, compare, runs, heap: Vec::new(), begun: false };
        for run in 0..merge.runs.len() {
            if merge.runs[run].step(&mut merge.file)? {
                merge.heap.push(run);
            }
        }
        (0..merge.heap.len() / 2).rev().for_each(|place| merge.sink(place));
        Ok(merge)
    }

    fn next(&mut self) -> Result<Option<(u64, &[u8])>, ReadError> {
        if self.begun
            && let Some(&first) = self.heap.first()
        {
            if !self.runs[first].step(&mut self.file)? {
                self.heap.swap_remove(0);
            }
            self.sink(0);
        }
        self.begun = true;
        let Some(&first) = self.heap.first() else { return Ok(None) };
        let run = &self.runs[first];
        Ok(Some((run.number, run.record())))
    }

    /// Puts the run at a place of the heap behind those that come before it.
    fn sink(&mut self, mut place: usize) {
        loop {
            let children = [2 * place + 1, 2 * place + 2];
            let mut least = place;
            for child in children.into_iter().filter(|child| *child < self.heap.len()) {
                if self.order(child, least) == Ordering::Less {
                    least = child;
                }
            }
            if least == place {
                return;
            }
            self.heap.swap(place, least);
            place = least;
        }
    }

    fn order(&self, a: usize, b: usize) -> Ordering {
        let (a, b) = (&self.runs[self.heap[a]], &self.runs[self.heap[b]]);
        a.number.cmp(&b.number).then_with(|| (self.compare)(a.record(), b.record()))
    }
}

/// A run that is being read.
struct Run {
    window: Window,
    number: u64,
    /// Where the present record is in the window.
    record: Range<usize>,
}

impl Run {
    fn record(&self) -> &[u8] {
        self.window.bytes(self.record.clone())
    }

    /// Goes on to the next record, if there is one.
    fn step(&mut self, file: &mut File) -> Result<bool, ReadError> {
        let mut read_at = |at, bytes: &mut [u8]| {
            file.seek(SeekFrom::Start(at)).map_err(full)?;
            file.read_exact(bytes).map_err(full)
        };
        let Some(head) = self.window.take(HEAD, &mut read_at)? else { return Ok(false) };
        let (number, length) = self.window.bytes(head).split_at(8);
        self.number = number.try_into().map(u64::from_le_bytes).unwrap_or_default();
        let length = length.try_into().map(u32::from_le_bytes).unwrap_or_default() as usize;
        // The run was written whole, so that its last record is there.
        let Some(record) = self.window.take(length, &mut read_at)? else { return Ok(false) };
        self.record = record;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(records: &[(u64, Vec<u8>)], room: usize) -> Vec<(u64, Vec<u8>)> {
        let scratch = Scratch::default().holding(room);
        let mut sorter = Sorter::new(&scratch, <[u8]>::cmp);
        records.iter().for_each(|(number, record)| sorter.push(*number, record).unwrap());
        let mut sorted = sorter.finish().unwrap();
        let mut all = Vec::new();
        while let Some((number, record)) = sorted.next().unwrap() {
            all.push((number, record.to_vec()));
        }
        all
    }

    proptest! {
        #[test]
        fn the_room_changes_nothing(
            records in prop::collection::vec((0_u64..9, prop::collection::vec(0_u8..4, 0..40)), 0..60),
            room in 0_usize..2_000,
        ) {
            let mut expected = records.clone();
            expected.sort();
            prop_assert_eq!(&sorted(&records, room), &expected);
            prop_assert_eq!(&sorted(&records, usize::MAX), &expected);
        }
    }

    #[test]
    fn records_longer_than_a_piece_come_out_whole() {
        let records: Vec<(u64, Vec<u8>)> =
            (0..5).map(|n| (5 - n, vec![n as u8; 300_000 * n as usize])).collect();
        let mut expected = records.clone();
        expected.sort();
        assert!(sorted(&records, 100) == expected);
    }
}
