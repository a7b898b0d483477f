//! Why a file could not be read.
//!
//! **Invariant:** every text says what failed, on which thing and why; [`ReadError::hint`] says what
//! to do next. A row that cannot be read is no error but a reject.

use thiserror::Error;

use crate::ErrorKind;

/// A file could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The options contradict each other or the file.
    #[error("{file}: {why}")]
    Usage {
        /// The input's name.
        file: String,
        /// What is contradictory.
        why: String,
        /// What to do.
        hint: String,
    },
    /// The file is no data that can be read.
    #[error("{file}: {why}")]
    Input {
        /// The input's name.
        file: String,
        /// What is wrong with it.
        why: String,
        /// What to do.
        hint: String,
    },
    /// The system refused.
    #[error("{file}: cannot be read: {source}")]
    Io {
        /// The input's name.
        file: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// A compressed file that stops in the middle.
    #[error("{file}: unexpected end of the {compression} data; the file is cut off")]
    Truncated {
        /// The input's name.
        file: String,
        /// `gzip` or `zstd`.
        compression: &'static str,
    },
    /// A byte that is no UTF-8.
    #[error("{file}: byte {offset} (0x{byte:02X}) is not UTF-8")]
    Encoding {
        /// The input's name.
        file: String,
        /// Offset of the first bad byte in the uncompressed file.
        offset: u64,
        /// That byte.
        byte: u8,
    },
    /// More than a reader is allowed to take in.
    #[error("{file}: {why}")]
    Limit {
        /// The input's name.
        file: String,
        /// Which limit, and how it was reached.
        why: String,
        /// What to do.
        hint: String,
    },
    /// No room to sort in.
    #[error("what was read cannot be kept while it is sorted: {source}")]
    Scratch {
        /// The system's words.
        source: std::io::Error,
    },
    /// Something in here is wrong.
    #[error("{file}: {why}; this is a fault of Concerted")]
    Bug {
        /// The input's name.
        file: String,
        /// What went wrong.
        why: String,
    },
}

impl ReadError {
    /// Whose turn it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Usage { .. } => ErrorKind::Usage,
            Self::Input { .. }
            | Self::Io { .. }
            | Self::Truncated { .. }
            | Self::Encoding { .. } => ErrorKind::Input,
            Self::Limit { .. } | Self::Scratch { .. } => ErrorKind::Limit,
            Self::Bug { .. } => ErrorKind::Bug,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Usage { hint, .. } | Self::Input { hint, .. } | Self::Limit { hint, .. } => {
                hint.clone()
            }
            Self::Scratch { .. } => "make room on that disk: about as much as the files have \
                uncompressed, beside what the case takes"
                .into(),
            Self::Io { .. } => "check that the file is there and that you may read it".into(),
            Self::Truncated { .. } => "fetch the file again, or unpack what is left of it".into(),
            Self::Encoding { .. } => "most such files are windows-1252: read it with \
                --encoding-errors windows-1252, or lose the bad bytes with --encoding-errors replace"
                .into(),
            Self::Bug { .. } => "please report it, with the file if you may share it".into(),
        }
    }

    pub(crate) fn usage(file: &str, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { file: file.to_owned(), why: why.into(), hint: hint.into() }
    }

    pub(crate) fn input(file: &str, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Input { file: file.to_owned(), why: why.into(), hint: hint.into() }
    }

    pub(crate) fn limit(file: &str, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Limit { file: file.to_owned(), why: why.into(), hint: hint.into() }
    }

    pub(crate) fn bug(file: &str, why: impl Into<String>) -> Self {
        Self::Bug { file: file.to_owned(), why: why.into() }
    }
}
