//! The bytes of a record, from where a post was read.
//!
//! **Invariant:** offsets are counted as when the file was read; whether it is the same file is for the
//! caller to check by its hash.

use std::path::Path;

use concerted_model::plan::EncodingErrors;

use super::{error::ReadError, text::Text};

/// A stretch of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// Offset of its first byte in the uncompressed text.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u32,
}

/// The bytes of some stretches of a file, which are in order of their offsets.
///
/// A stretch beyond the end of the file comes out shorter.
///
/// # Errors
/// [`ReadError`] if the file cannot be read.
pub fn stretches(
    path: &Path,
    encoding_errors: EncodingErrors,
    wanted: &[Stretch],
) -> Result<Vec<Vec<u8>>, ReadError> {
    const STEP: u64 = 1 << 16;
    let mut text = Text::open(path, encoding_errors)?;
    let mut found = Vec::with_capacity(wanted.len());
    for stretch in wanted {
        while text.offset() < stretch.offset {
            let rest = (stretch.offset - text.offset()).min(STEP) as usize;
            text.want(rest)?;
            let ahead = text.ahead().len().min(rest);
            if ahead == 0 {
                break;
            }
            text.consume(ahead);
        }
        let length = stretch.length as usize;
        text.want(length)?;
        let ahead = text.ahead();
        found.push(ahead[..ahead.len().min(length)].to_vec());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_stretch_are_those_at_its_offset() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let text: String = (0..40_000).map(|n| format!("line {n:06}\n")).collect();
        std::fs::write(&path, &text).unwrap();
        let wanted =
            [0, 12, 120_000, 479_988, 480_100].map(|offset| Stretch { offset, length: 11 });
        let found = stretches(&path, EncodingErrors::Stop, &wanted).unwrap();
        let words: Vec<&str> = found.iter().map(|b| std::str::from_utf8(b).unwrap()).collect();
        assert_eq!(words, ["line 000000", "line 000001", "line 010000", "line 039999", ""]);
    }
}
