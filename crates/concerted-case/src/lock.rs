//! One run at a time: the lock on a case.
//!
//! **Invariant:** while a [`Lock`] lives no other has the same path. The system lets go of it when
//! the process ends in whatever way, so a lock file that is left behind locks nothing.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use crate::error::CaseError;

/// The right to write to a case, held by this process.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Closing the file gives the right back.
    _file: File,
}

impl Lock {
    /// Takes the lock on the case at `root`, and writes the number of this process into it.
    ///
    /// # Errors
    /// [`CaseError::Busy`] if another process has it.
    pub(crate) fn take(root: &Path) -> Result<Self, CaseError> {
        let path = root.join("lock");
        let failed = |error| CaseError::disk(&path, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CaseError::Busy { root: root.to_owned(), pid: holder(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// The process that the lock names: none in the moment between taking and naming.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_told_which_process_holds_the_case() {
        let root = tempfile::tempdir().unwrap();
        let _held = Lock::take(root.path()).unwrap();
        let error = Lock::take(root.path()).unwrap_err();
        let this = std::process::id();
        assert!(matches!(error, CaseError::Busy { pid: Some(pid), .. } if pid == this));
        assert!(error.to_string().ends_with(&format!("in use by another run (process {this})")));
    }

    #[test]
    fn a_lock_file_left_behind_locks_nothing() {
        let root = tempfile::tempdir().unwrap();
        drop(Lock::take(root.path()).unwrap());
        std::fs::write(root.path().join("lock"), "4294967295\n").unwrap();
        Lock::take(root.path()).unwrap();
        let text = std::fs::read_to_string(root.path().join("lock")).unwrap();
        assert_eq!(text, format!("{}\n", std::process::id()));
    }
}
