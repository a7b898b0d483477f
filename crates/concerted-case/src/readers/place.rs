//! Where a record stands in its input.

use super::json::Json;

/// Where a record stands: what evidence points at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Offset of its first byte in the uncompressed input.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u32,
    /// Physical line where it starts, from 1.
    pub line: u64,
}

impl Place {
    pub(crate) fn new(offset: u64, length: usize, line: u64) -> Self {
        // A record is at most 64 MiB, so that its length always fits.
        Self { offset, length: u32::try_from(length).unwrap_or(u32::MAX), line }
    }

    /// Where an object stands, inside the record that stands here.
    pub(crate) fn of_inner(self, outer: &Json<'_>, inner: &Json<'_>) -> Self {
        match (outer, inner) {
            (Json::Object(outer), Json::Object(inner)) if inner.at.start >= outer.at.start => {
                let offset = self.offset + (inner.at.start - outer.at.start) as u64;
                Self::new(offset, inner.at.len(), self.line)
            }
            _ => self,
        }
    }
}
