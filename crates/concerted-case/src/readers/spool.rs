//! Standard input as a file, so that it can be read twice, hashed and counted like any other.
//!
//! **Invariant:** the file is in a folder of its own that is gone when it is dropped.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::error::ReadError;

/// What came in, in a file.
#[derive(Debug)]
pub struct Spooled {
    /// Removes the file when it is dropped.
    _folder: tempfile::TempDir,
    path: PathBuf,
}

/// The name that such an input has in the manifest.
const NAME: &str = "standard input";

impl Spooled {
    /// Takes in all that comes.
    ///
    /// # Errors
    /// [`ReadError`] if it cannot be read or the disk is full.
    pub fn of(mut input: impl Read) -> Result<Self, ReadError> {
        let io = |source| ReadError::Io { file: NAME.to_owned(), source };
        let folder = tempfile::tempdir().map_err(io)?;
        let path = folder.path().join(NAME);
        let mut file = File::create_new(&path).map_err(io)?;
        io::copy(&mut input, &mut file).map_err(io)?;
        Ok(Self { _folder: folder, path })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_in_is_a_file_until_it_is_dropped() {
        let spooled = Spooled::of(&b"a,b"[..]).unwrap();
        let path = spooled.path().to_owned();
        assert_eq!(std::fs::read(&path).unwrap(), b"a,b");
        drop(spooled);
        assert!(!path.exists());
    }
}
