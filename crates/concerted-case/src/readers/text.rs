//! An input as UTF-8 text, read ahead as far as a record needs.
//!
//! **Invariant:** what [`Text::ahead`] shows is valid UTF-8 that starts and ends between characters;
//! offsets count bytes of the uncompressed file, or of its UTF-8 form where it was in another
//! encoding. Nothing is lost silently: a byte that is not UTF-8 stops the reading, unless the plan
//! says otherwise, and then it is noted.

#[cfg(test)]
use std::path::Path;

use concerted_model::plan::EncodingErrors;

use super::{
    bookmark::Passed,
    error::ReadError,
    input::{Input, UnfoldLimits, Whole},
    source::Source,
};

/// The longest record that is read.
pub(crate) const LONGEST_RECORD: usize = 64 << 20;

const STEP: usize = 1 << 18;

/// Windows-1252 for 0x80 to 0x9F; the five bytes it leaves open are kept as the control characters
/// that they are in Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { big_endian: bool },
    Windows1252,
}

/// The text of an input, and how far it was read.
pub(crate) struct Text {
    input: Input,
    encoding: Encoding,
    on_error: EncodingErrors,
    /// Raw bytes that do not yet make a character, and room for those that come next.
    pending: Vec<u8>,
    /// How many of `pending` are bytes of the file.
    filled: usize,
    /// Bytes of the uncompressed file before `pending`.
    decoded: u64,
    buffer: String,
    start: usize,
    offset: u64,
    at_end: bool,
    replaced: u64,
}

impl Text {
    /// Opens a file and finds its encoding.
    #[cfg(test)]
    pub(crate) fn open(path: &Path, on_error: EncodingErrors) -> Result<Self, ReadError> {
        let source = Source::file(path);
        Self::of(Input::open(&source, UnfoldLimits::default())?, &source, on_error)
    }

    /// The text of an input, whose encoding is found.
    pub(crate) fn of(
        input: Input,
        source: &Source,
        on_error: EncodingErrors,
    ) -> Result<Self, ReadError> {
        let mut text = Self {
            input,
            encoding: Encoding::Utf8,
            on_error,
            pending: Vec::new(),
            filled: 0,
            decoded: 0,
            buffer: String::new(),
            start: 0,
            offset: 0,
            at_end: false,
            replaced: 0,
        };
        let mut ended = text.fetch()?;
        while !ended && text.filled < 3 {
            ended = text.fetch()?;
        }
        let (encoding, mark) = match &text.pending[..text.filled] {
            [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
            [0xff, 0xfe, ..] => (Encoding::Utf16 { big_endian: false }, 2),
            [0xfe, 0xff, ..] => (Encoding::Utf16 { big_endian: true }, 2),
            _ if on_error == EncodingErrors::Windows1252 && !is_utf8(source)? => {
                (Encoding::Windows1252, 0)
            }
            _ => (Encoding::Utf8, 0),
        };
        text.encoding = encoding;
        text.used_up(mark);
        text.decoded = mark as u64;
        if encoding == Encoding::Utf8 {
            text.offset = mark as u64;
        }
        let binary = is_binary(&text.pending[..text.filled]);
        text.decode(ended).map_err(|error| match error {
            ReadError::Encoding { file, offset, .. } if binary => {
                let why = format!("is no text: byte {offset} and those around it are binary data");
                ReadError::input(&file, why, "name a CSV, TSV, JSON, XML, HTML or WARC file")
            }
            error => error,
        })?;
        Ok(text)
    }

    /// The input's name.
    pub(crate) fn name(&self) -> &str {
        self.input.name()
    }

    /// The file that the text is in.
    pub(crate) fn input(&self) -> &Input {
        &self.input
    }

    /// Offset of the first byte of [`Self::ahead`].
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Text that was read and not yet consumed.
    pub(crate) fn ahead(&self) -> &str {
        &self.buffer[self.start..]
    }

    /// Whether [`Self::ahead`] is all that is left.
    pub(crate) fn at_end(&self) -> bool {
        self.at_end
    }

    /// Steps over bytes of [`Self::ahead`].
    pub(crate) fn consume(&mut self, count: usize) {
        let count = count.min(self.buffer.len() - self.start);
        self.start += count;
        self.offset += count as u64;
    }

    /// What was read of the file.
    pub(crate) fn passed(&self) -> Passed {
        self.input.passed(self.replaced)
    }

    /// Goes on at a place of which a bookmark knows what was before: at once where that need not be unpacked
    /// or decoded, else by going through it, of which `step` is told.
    pub(crate) fn go_on(
        &mut self,
        at: u64,
        passed: &Passed,
        step: &mut dyn FnMut(&Self),
    ) -> Result<(), ReadError> {
        let as_it_lies = self.encoding == Encoding::Utf8 && passed.replaced == 0;
        if as_it_lies && self.input.jump(at, passed)? {
            (self.filled, self.start, self.decoded, self.offset) = (0, 0, at, at);
            self.buffer.clear();
            self.at_end = false;
            return Ok(());
        }
        while self.offset < at {
            self.want(1)?;
            let ahead = self.ahead().len() as u64;
            if ahead == 0 {
                let why = "it is shorter than when its reading was interrupted";
                return Err(ReadError::input(self.name(), why, "run it once more"));
            }
            self.consume(ahead.min(at - self.offset) as usize);
            step(self);
        }
        Ok(())
    }

    /// Reads on until at least `count` bytes are ahead or the file ends.
    pub(crate) fn want(&mut self, count: usize) -> Result<(), ReadError> {
        while self.ahead().len() < count && !self.at_end {
            if self.start > 0 {
                self.buffer.drain(..self.start);
                self.start = 0;
            }
            let ended = self.fetch()?;
            self.decode(ended)?;
        }
        Ok(())
    }

    /// Reads on to twice of what is ahead, so that looking again from the start stays cheap.
    pub(crate) fn want_more(&mut self) -> Result<(), ReadError> {
        let have = self.ahead().len();
        if have > LONGEST_RECORD {
            let why = format!("the record at byte {} is longer than 64 MiB", self.offset);
            let hint = "is it really one post a row? A quote or bracket may be left open";
            return Err(ReadError::limit(self.name(), why, hint));
        }
        self.want((2 * have).max(STEP))
    }

    /// Remarks on the encoding.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        match self.encoding {
            Encoding::Utf8 => {}
            Encoding::Utf16 { big_endian } => notes.push(format!(
                "read as UTF-16 ({} endian); offsets count bytes of its UTF-8 form",
                if big_endian { "big" } else { "little" }
            )),
            Encoding::Windows1252 => {
                notes.push("read as windows-1252; offsets count bytes of its UTF-8 form".into());
            }
        }
        if self.replaced > 0 {
            notes.push(format!(
                "{} pieces of text could not be decoded and are shown as U+FFFD",
                self.replaced
            ));
        }
        notes
    }

    /// Closes the file.
    pub(crate) fn finish(self) -> Result<Whole, ReadError> {
        self.input.finish()
    }

    fn fetch(&mut self) -> Result<bool, ReadError> {
        let room = self.filled + STEP;
        if self.pending.len() < room {
            self.pending.resize(room, 0);
        }
        let count = self.input.read(&mut self.pending[self.filled..])?;
        self.filled += count;
        Ok(count == 0)
    }

    /// Takes the first bytes of `pending` away.
    fn used_up(&mut self, count: usize) {
        self.pending.copy_within(count..self.filled, 0);
        self.filled -= count;
    }

    fn decode(&mut self, ended: bool) -> Result<(), ReadError> {
        let used = match self.encoding {
            Encoding::Utf8 => self.decode_utf8(ended)?,
            Encoding::Utf16 { big_endian } => self.decode_utf16(big_endian, ended),
            Encoding::Windows1252 => {
                let bytes = &self.pending[..self.filled];
                let chars = bytes.iter().map(|&byte| match byte {
                    0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
                    _ => char::from(byte),
                });
                self.buffer.extend(chars);
                self.filled
            }
        };
        self.used_up(used);
        self.decoded += used as u64;
        self.at_end = ended;
        Ok(())
    }

    fn decode_utf8(&mut self, ended: bool) -> Result<usize, ReadError> {
        let mut used = 0;
        while used < self.filled {
            let rest = &self.pending[used..self.filled];
            let error = match std::str::from_utf8(rest) {
                Ok(good) => {
                    self.buffer.push_str(good);
                    return Ok(self.filled);
                }
                Err(error) => error,
            };
            let good = error.valid_up_to();
            self.buffer.push_str(std::str::from_utf8(&rest[..good]).unwrap_or_default());
            let bad = match error.error_len() {
                None if !ended => return Ok(used + good),
                None => rest.len() - good,
                Some(length) => length,
            };
            if self.on_error == EncodingErrors::Stop {
                return Err(ReadError::Encoding {
                    file: self.name().to_owned(),
                    offset: self.decoded + (used + good) as u64,
                    byte: rest[good],
                });
            }
            self.buffer.push(char::REPLACEMENT_CHARACTER);
            self.replaced += 1;
            used += good + bad;
        }
        Ok(used)
    }

    fn decode_utf16(&mut self, big_endian: bool, ended: bool) -> usize {
        let units: Vec<u16> = self.pending[..self.filled]
            .chunks_exact(2)
            .map(|pair| {
                let pair = [pair[0], pair[1]];
                if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
            })
            .collect();
        // A leading surrogate waits for its other half.
        let waits = !ended && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit));
        let take = units.len() - usize::from(waits);
        let mut decoded = String::with_capacity(take);
        for unit in char::decode_utf16(units[..take].iter().copied()) {
            self.replaced += u64::from(unit.is_err());
            decoded.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let odd = ended && self.filled % 2 == 1;
        if odd {
            decoded.push(char::REPLACEMENT_CHARACTER);
            self.replaced += 1;
        }
        self.buffer.push_str(&decoded);
        take * 2 + usize::from(odd)
    }
}

/// Whether bytes hold control characters that texts do not have.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(4_096).any(|byte| matches!(byte, 1..=8 | 14..=26))
}

/// Reads a file once to see whether all of it is UTF-8.
fn is_utf8(source: &Source) -> Result<bool, ReadError> {
    let input = Input::open(source, UnfoldLimits::default())?;
    match Text::of(input, source, EncodingErrors::Stop) {
        Ok(mut text) => loop {
            text.consume(usize::MAX);
            match text.want(1) {
                Ok(()) if text.at_end() && text.ahead().is_empty() => return Ok(true),
                Ok(()) => {}
                Err(ReadError::Encoding { .. }) => return Ok(false),
                Err(error) => return Err(error),
            }
        },
        Err(ReadError::Encoding { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8], on_error: EncodingErrors) -> Result<(String, Vec<String>), ReadError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut text = Text::open(file.path(), on_error)?;
        text.want(usize::MAX)?;
        Ok((text.ahead().to_owned(), text.notes()))
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        let (text, notes) = read(b"\xef\xbb\xbfid", EncodingErrors::Stop).unwrap();
        assert_eq!((text.as_str(), notes.len()), ("id", 0));
    }

    #[test]
    fn utf_16_is_decoded_and_noted_even_where_a_character_crosses_the_steps() {
        let said = format!("{}🌍ع", "x".repeat(STEP / 2 - 2));
        for big_endian in [false, true] {
            let mut bytes = if big_endian { vec![0xfe, 0xff] } else { vec![0xff, 0xfe] };
            for unit in said.encode_utf16() {
                bytes.extend(if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            let (text, notes) = read(&bytes, EncodingErrors::Stop).unwrap();
            assert!(text == said);
            assert!(notes[0].contains("UTF-16"));
        }
    }

    #[test]
    fn a_character_that_crosses_the_steps_is_whole() {
        let said = format!("{}é", "x".repeat(STEP - 1));
        assert!(read(said.as_bytes(), EncodingErrors::Stop).unwrap().0 == said);
    }

    #[test]
    fn bytes_that_are_not_utf_8_stop_the_reading_by_their_offset() {
        let error = read(b"caf\xe9,x", EncodingErrors::Stop).unwrap_err();
        assert!(matches!(error, ReadError::Encoding { offset: 3, byte: 0xe9, .. }), "{error}");
        assert!(error.hint().contains("windows-1252"));
        let error = read(b"cut \xc3", EncodingErrors::Stop).unwrap_err();
        assert!(matches!(error, ReadError::Encoding { offset: 4, .. }), "{error}");
    }

    #[test]
    fn binary_data_is_no_text_in_another_encoding() {
        let error = read(b"\xa3\x01\x02name\xff", EncodingErrors::Stop).unwrap_err();
        assert!(error.to_string().contains("is no text"), "{error}");
    }

    #[test]
    fn the_plan_may_have_bad_bytes_replaced_or_the_file_read_as_windows_1252() {
        let (text, notes) = read(b"caf\xe9,\x80", EncodingErrors::Replace).unwrap();
        assert_eq!(text, "caf\u{fffd},\u{fffd}");
        assert!(notes[0].contains("U+FFFD"));
        assert_eq!(read(b"caf\xe9\x80", EncodingErrors::Windows1252).unwrap().0, "café€");
        assert_eq!(read("café".as_bytes(), EncodingErrors::Windows1252).unwrap().0, "café");
    }
}
