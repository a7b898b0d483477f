//! The key that pseudonyms are made with: 32 random bytes in a file of their own.
//!
//! **Invariant:** the file can be read by its owner alone, and no export copies it. Who has it can
//! find out which account a pseudonym stands for; who has not, cannot.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use crate::{durable, error::CaseError};

/// The file of a case that holds its key.
pub const KEY_FILE: &str = "disclosure.key";

/// A key for pseudonyms.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new key that is nowhere else.
    ///
    /// # Errors
    /// [`CaseError::NoRandomness`] if the system gives no randomness.
    pub fn fresh() -> Result<Self, CaseError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| CaseError::NoRandomness { reason: error.to_string() })?;
        Ok(Self(bytes))
    }

    /// The key of the case at `root`, made now if there is none yet.
    ///
    /// # Errors
    /// [`CaseError`] if it cannot be read or written, is no key, or others may read it.
    pub fn of_case(root: &Path) -> Result<Self, CaseError> {
        let path = root.join(KEY_FILE);
        match fs::read_to_string(&path) {
            Ok(text) => {
                refuse_if_open_to_others(&path)?;
                Self::from_hex(text.trim()).ok_or_else(|| CaseError::Damaged {
                    path,
                    reason: "it is no key: 64 hexadecimal digits".to_owned(),
                })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secret = Self::fresh()?;
                secret.write(&path).map_err(|error| CaseError::disk(&path, error))?;
                durable::sync_folder(root)?;
                Ok(secret)
            }
            Err(error) => Err(CaseError::disk(&path, error)),
        }
    }

    /// No secret at all, for a level without pseudonyms.
    pub(super) fn none() -> Self {
        Self([0; 32])
    }

    #[cfg(test)]
    pub(crate) fn of(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn from_hex(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if digits.len() != 64 || !digits.is_ascii() {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        writeln!(file, "{}", durable::hex(&self.0))?;
        file.sync_all()
    }
}

fn refuse_if_open_to_others(path: &Path) -> Result<(), CaseError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_err(|error| CaseError::disk(path, error))?.permissions();
        if mode.mode() & 0o077 != 0 {
            return Err(CaseError::NoPlace {
                path: path.to_owned(),
                reason: "others may read this key; take that right away: chmod 600",
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_keeps_its_key_and_only_its_owner_reads_it() {
        let root = tempfile::tempdir().unwrap();
        let first = Secret::of_case(root.path()).unwrap();
        assert_eq!(Secret::of_case(root.path()).unwrap().0, first.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = root.path().join(KEY_FILE);
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let refused = Secret::of_case(root.path()).err().unwrap();
            assert!(refused.to_string().contains("others may read this key"), "{refused}");
        }
    }

    #[test]
    fn two_fresh_keys_differ() {
        assert_ne!(Secret::fresh().unwrap().0, Secret::fresh().unwrap().0);
    }

    #[test]
    fn a_file_that_holds_no_key_is_named() {
        let root = tempfile::tempdir().unwrap();
        Secret::of_case(root.path()).unwrap();
        fs::write(root.path().join(KEY_FILE), "éé").unwrap();
        let refused = Secret::of_case(root.path()).err().unwrap();
        assert!(refused.to_string().contains("it is no key"), "{refused}");
    }
}
