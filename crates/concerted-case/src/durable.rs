//! Files that are on the disk before they are seen.
//!
//! **Invariant:** a file appears under its name complete, and only after its bytes have reached the
//! disk: draft → fsync → rename → fsync of the folder. A draft that fails is removed.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{error::CaseError, run::FileRecord};

/// In the name of everything that is not finished, followed by the process that was at it.
pub(crate) const UNFINISHED: &str = ".part-";

/// A file being written: counts and hashes its bytes on the way.
#[derive(Debug)]
pub(crate) struct Draft {
    shown_as: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    failure: Option<io::ErrorKind>,
}

impl Draft {
    /// Writes to `file`; errors speak of it as `shown_as`.
    pub(crate) fn new(file: File, shown_as: &Path) -> Self {
        Self {
            shown_as: shown_as.to_owned(),
            file: BufWriter::with_capacity(1 << 16, file),
            hash: Sha256::new(),
            bytes: 0,
            failure: None,
        }
    }

    /// The error for a write that failed: the disk's own, however the caller's library wrapped it.
    pub(crate) fn error(&self, wrapped: impl std::fmt::Display) -> CaseError {
        match self.failure {
            Some(kind) => CaseError::disk(&self.shown_as, kind.into()),
            None => {
                CaseError::Encoding { path: self.shown_as.clone(), reason: wrapped.to_string() }
            }
        }
    }

    /// Writes out all bytes and waits until the disk has them.
    pub(crate) fn finish(mut self) -> Result<FileRecord, CaseError> {
        let synced = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        synced.map_err(|error| CaseError::disk(&self.shown_as, error))?;
        Ok(FileRecord { sha256: hex(&self.hash.finalize()), bytes: self.bytes })
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written =
            self.file.write(bytes).inspect_err(|error| self.failure = Some(error.kind()))?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().inspect_err(|error| self.failure = Some(error.kind()))
    }
}

/// Replaces the file at `path` by `bytes`, in one step.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<FileRecord, CaseError> {
    replace_with(path, |draft| draft.write_all(bytes).map_err(|error| CaseError::disk(path, error)))
        .map_err(|error| error.needing(bytes.len() as u64))
}

/// Replaces the file at `path` by what `fill` writes, in one step.
pub(crate) fn replace_with(
    path: &Path,
    fill: impl FnOnce(&mut Draft) -> Result<(), CaseError>,
) -> Result<FileRecord, CaseError> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(CaseError::NoPlace { path: path.to_owned(), reason: "no name of a file" });
    };
    let unfinished = format!(".{}{UNFINISHED}{}", name.to_string_lossy(), std::process::id());
    let unfinished = folder.join(unfinished);
    let written = write_new(&unfinished, path, fill).and_then(|record| {
        fs::rename(&unfinished, path).map_err(|error| CaseError::disk(path, error))?;
        Ok(record)
    });
    if written.is_err() {
        // The error that is reported is the one that came first.
        let _ = fs::remove_file(&unfinished);
    }
    let record = written?;
    sync_folder(folder)?;
    Ok(record)
}

fn write_new(
    unfinished: &Path,
    path: &Path,
    fill: impl FnOnce(&mut Draft) -> Result<(), CaseError>,
) -> Result<FileRecord, CaseError> {
    // What an earlier process with the same number left is removed rather than opened: in a folder
    // that others may write to, it could be a link to anywhere.
    let _ = fs::remove_file(unfinished);
    let file = OpenOptions::new().write(true).create_new(true).open(unfinished);
    let mut draft = Draft::new(file.map_err(|error| CaseError::disk(path, error))?, path);
    fill(&mut draft)?;
    draft.finish()
}

/// Makes a copy of `from` at `to`, in one step, if its content is still as recorded.
pub(crate) fn copy(from: &Path, to: &Path, record: &FileRecord) -> Result<(), CaseError> {
    let mut source = File::open(from).map_err(|error| CaseError::disk(from, error))?;
    let copied = replace_with(to, |draft| {
        io::copy(&mut source, draft).map_err(|error| {
            CaseError::disk(if draft.failure.is_some() { to } else { from }, error)
        })?;
        let found = hex(&draft.hash.clone().finalize());
        if found != record.sha256 {
            return Err(changed(from));
        }
        Ok(())
    });
    copied.map(|_| ()).map_err(|error| error.needing(record.bytes))
}

/// The error for a file whose content is not as recorded.
pub(crate) fn changed(path: &Path) -> CaseError {
    CaseError::Damaged {
        path: path.to_owned(),
        reason: "its content is not what was written".to_owned(),
    }
}

/// Removes the drafts that killed processes left in a folder.
pub(crate) fn sweep_drafts(folder: &Path) -> Result<(), CaseError> {
    for name in names_in(folder)? {
        if name.starts_with('.') && name.contains(UNFINISHED) {
            let path = folder.join(name);
            fs::remove_file(&path).map_err(|error| CaseError::disk(&path, error))?;
        }
    }
    Ok(())
}

/// What removing something gave: that there was nothing is as good as that it is gone.
pub(crate) fn gone(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

/// The names in a folder, sorted; none if there is no folder. A name that is no UTF-8 is not ours.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>, CaseError> {
    let failed = |error| CaseError::disk(folder, error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let names: Result<Vec<_>, _> =
        entries.map(|entry| entry.map(|entry| entry.file_name())).collect();
    let mut names: Vec<String> =
        names.map_err(failed)?.into_iter().filter_map(|name| name.into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}

/// Hashes the file at `path`; `None` if there is none.
pub(crate) fn record_of(path: &Path) -> Result<Option<FileRecord>, CaseError> {
    let failed = |error| CaseError::disk(path, error);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut chunk = vec![0; 1 << 16];
    loop {
        let length = file.read(&mut chunk).map_err(failed)?;
        if length == 0 {
            return Ok(Some(FileRecord { sha256: hex(&hash.finalize()), bytes }));
        }
        hash.update(&chunk[..length]);
        bytes += length as u64;
    }
}

/// Waits until the disk knows what the folder holds.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), CaseError> {
    // `Path::parent` of a bare name is the empty path, which means the working directory.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // Windows cannot open a folder, and writes its entries through.
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|opened| opened.sync_all());
        synced.map_err(|error| CaseError::disk(folder, error))?;
    }
    Ok(())
}

/// Makes a folder, and those above it, if there is none.
pub(crate) fn make_folder(folder: &Path) -> Result<(), CaseError> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|error| CaseError::disk(folder, error))?;
    folder.parent().map_or(Ok(()), sync_folder)
}

/// SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_fails_leaves_the_old_file_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        replace(&path, b"old").unwrap();
        let failed = replace_with(&path, |draft| {
            draft.write_all(b"half").unwrap();
            Err(CaseError::Full { path: path.clone(), bytes: None })
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_recorded_as_it_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let record = replace(&path, b"abc").unwrap();
        assert_eq!(record.bytes, 3);
        assert!(record.sha256.starts_with("ba7816bf8f01cfea"));
        assert_eq!(record_of(&path).unwrap(), Some(record));
    }

    #[test]
    fn a_copy_of_a_changed_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        let record = replace(&from, b"abc").unwrap();
        copy(&from, &to, &record).unwrap();
        fs::write(&from, b"abd").unwrap();
        assert!(matches!(copy(&from, &to, &record), Err(CaseError::Damaged { .. })));
        assert_eq!(fs::read(&to).unwrap(), b"abc");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_write_to_a_full_disk_names_the_file_that_did_not_fit() {
        use crate::error::ErrorKind;

        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut draft = Draft::new(full, Path::new("case/stages/pairs/pairs.parquet"));
        let failed = draft.write_all(&vec![0; 1 << 20]).unwrap_err();
        let error = draft.error(failed);
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(error.to_string().starts_with("case/stages/pairs/pairs.parquet: the disk is full"));
    }
}
