//! What one stage computed, in a folder named for the key of everything it came from.
//!
//! **Invariant:** a stage's folder is complete or absent, and is never changed. It is filled under
//! another name, and gets its own when each of its files has reached the disk; it loses its name
//! before the first of its files goes. A folder in which a file is missing or has another size than
//! it was written with counts as absent.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{
    durable::{self, Draft, UNFINISHED},
    error::CaseError,
    key::{Key, Stage},
    run::{FileRecord, StageRecord},
};

/// The name of the file in which a folder lists its files.
pub(crate) const LIST: &str = "files.json";

/// A finished stage.
#[derive(Clone, Debug)]
pub struct StageFolder {
    folder: PathBuf,
    record: StageRecord,
}

impl StageFolder {
    /// The finished stage under `stages`, if there is one and none of its files is missing or cut.
    pub(crate) fn find(stages: &Path, stage: Stage, key: &Key) -> Option<Self> {
        let folder = stages.join(stage.as_str()).join(key.as_str());
        let list = fs::read(folder.join(LIST)).ok()?;
        let files: BTreeMap<String, FileRecord> = serde_json::from_slice(&list).ok()?;
        let whole = files.iter().all(|(name, record)| {
            let found = fs::metadata(folder.join(name));
            found.is_ok_and(|found| found.is_file() && found.len() == record.bytes)
        });
        whole.then(|| Self { folder, record: StageRecord { key: key.clone(), files } })
    }

    /// Where one of its files lies.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Its key and files, as [`RunRecord::stages`](crate::run::RunRecord) holds them.
    #[must_use]
    pub fn record(&self) -> &StageRecord {
        &self.record
    }

    /// The bytes of one of its files.
    ///
    /// # Errors
    /// [`CaseError`] if it cannot be read.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, CaseError> {
        let path = self.path(name);
        fs::read(&path).map_err(|error| CaseError::disk(&path, error))
    }
}

/// Fills a stage's folder. Its files can be seen only when all are finished.
#[derive(Debug)]
pub struct StageWriter {
    stage: Stage,
    key: Key,
    /// The folder while it is filled.
    unfinished: PathBuf,
    /// The folder as it will be called.
    folder: PathBuf,
    /// The files begun, and what they hold once they are finished.
    files: Mutex<BTreeMap<String, Option<FileRecord>>>,
}

/// A file of a stage, being written. It counts only when it is finished.
#[derive(Debug)]
pub struct StageFile<'w> {
    writer: &'w StageWriter,
    name: String,
    draft: Draft,
}

impl StageWriter {
    /// Begins a file.
    ///
    /// # Errors
    /// [`CaseError`] if the disk refuses it, the name is no plain name, or the stage has it already.
    pub fn create(&self, name: &str) -> Result<StageFile<'_>, CaseError> {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
        if !plain || name == LIST || self.record(name, None).is_some() {
            return Err(self.broken(format!("\"{name}\" cannot be the name of another file")));
        }
        Ok(StageFile { writer: self, name: name.to_owned(), draft: self.draft(name)? })
    }

    /// The key of what is computed.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Where files without a name may wait while the stage is computed: on the disk of the case.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        &self.unfinished
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// As [`StageWriter::create`], and if the disk is full.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CaseError> {
        let mut file = self.create(name)?;
        let written = file.write_all(bytes).map_err(|error| file.error(error));
        let finished = written.and_then(|()| file.finish());
        finished.map_err(|error| error.needing(bytes.len() as u64))
    }

    fn draft(&self, name: &str) -> Result<Draft, CaseError> {
        let shown_as = self.folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(self.unfinished.join(name));
        let file = file.map_err(|error| CaseError::disk(&shown_as, error))?;
        Ok(Draft::new(file, &shown_as))
    }

    /// Notes what is known of a file, and returns what was known before.
    fn record(&self, name: &str, known: Option<FileRecord>) -> Option<Option<FileRecord>> {
        // A thread that panicked between two notes left no half note.
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(name.to_owned(), known)
    }

    fn broken(&self, rule: String) -> CaseError {
        CaseError::Stage { stage: self.stage, rule }
    }

    /// Gives the folder its name.
    fn seal(self, key: &Key) -> Result<StageFolder, CaseError> {
        let begun = self.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut files = BTreeMap::new();
        for (name, record) in begun {
            let record = record.ok_or_else(|| self.broken(format!("{name} was not finished")))?;
            files.insert(name, record);
        }
        let list = serde_json::to_vec(&files)
            .map_err(|error| self.broken(format!("its list of files: {error}")))?;
        let mut draft = self.draft(LIST)?;
        draft.write_all(&list).map_err(|error| draft.error(error))?;
        draft.finish()?;
        durable::sync_folder(&self.unfinished)?;
        // What has this name now is damaged, or it would have been found.
        discard(&self.folder)?;
        fs::rename(&self.unfinished, &self.folder)
            .map_err(|error| CaseError::disk(&self.folder, error))?;
        self.folder.parent().map_or(Ok(()), durable::sync_folder)?;
        Ok(StageFolder { folder: self.folder, record: StageRecord { key: key.clone(), files } })
    }
}

impl StageFile<'_> {
    /// The error for a write that failed: the disk's own, however a library wrapped it.
    pub fn error(&self, wrapped: impl fmt::Display) -> CaseError {
        self.draft.error(wrapped)
    }

    /// Waits until the disk has all bytes.
    ///
    /// # Errors
    /// [`CaseError`] if the disk is full or fails.
    pub fn finish(self) -> Result<(), CaseError> {
        let record = self.draft.finish()?;
        self.writer.record(&self.name, Some(record));
        Ok(())
    }
}

impl Write for StageFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.draft.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

/// Writes a stage under `stages`, unless it is there already. If `fill` fails, nothing is left.
pub(crate) fn write<E: From<CaseError>>(
    stages: &Path,
    stage: Stage,
    key: &Key,
    fill: impl FnOnce(&StageWriter) -> Result<(), E>,
) -> Result<StageFolder, E> {
    if let Some(finished) = StageFolder::find(stages, stage, key) {
        return Ok(finished);
    }
    let parent = stages.join(stage.as_str());
    durable::make_folder(&parent)?;
    let folder = parent.join(key.as_str());
    let unfinished = parent.join(format!("{key}{UNFINISHED}{}", std::process::id()));
    remove(&unfinished)?;
    fs::create_dir(&unfinished).map_err(|error| CaseError::disk(&folder, error))?;
    let writer = StageWriter {
        stage,
        key: key.clone(),
        unfinished: unfinished.clone(),
        folder,
        files: Mutex::default(),
    };
    let written = fill(&writer).and_then(|()| Ok(writer.seal(key)?));
    if written.is_err() {
        // The error that is reported is the one that came first; what stays is swept up later.
        let _ = remove(&unfinished);
    }
    written
}

/// Removes stages that `keep` does not name, and whatever a killed process left unfinished.
pub(crate) fn sweep(stages: &Path, keep: impl Fn(Stage, &Key) -> bool) -> Result<(), CaseError> {
    for stage in Stage::ALL {
        let parent = stages.join(stage.as_str());
        for name in durable::names_in(&parent)? {
            let folder = parent.join(&name);
            let (digits, unfinished) = match name.split_once(UNFINISHED) {
                Some((digits, _)) => (digits, true),
                None => (name.as_str(), false),
            };
            // Anything that is not named by a key is not ours to remove.
            let Ok(key) = Key::try_from(digits.to_owned()) else { continue };
            if unfinished {
                remove(&folder)?;
            } else if !keep(stage, &key) {
                discard(&folder)?;
            }
        }
    }
    Ok(())
}

/// Takes a stage's name away, then its files.
fn discard(folder: &Path) -> Result<(), CaseError> {
    let mut gone = folder.as_os_str().to_owned();
    gone.push(format!("{UNFINISHED}gone"));
    let gone = PathBuf::from(gone);
    remove(&gone)?;
    match fs::rename(folder, &gone) {
        Ok(()) => remove(&gone),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CaseError::disk(folder, error)),
    }
}

/// Removes a folder, if there is one.
fn remove(folder: &Path) -> Result<(), CaseError> {
    durable::gone(fs::remove_dir_all(folder)).map_err(|error| CaseError::disk(folder, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyParts;

    fn key_of(plan: &str) -> Key {
        Key::of(&KeyParts { stage: Stage::Pairs, code: 1, plan, reads: &[], inputs: &[] })
    }

    fn key() -> Key {
        key_of("in use")
    }

    #[test]
    fn a_stage_whose_filling_fails_leaves_nothing_and_can_be_written_again() {
        let stages = tempfile::tempdir().unwrap();
        let full = write(stages.path(), Stage::Pairs, &key(), |writer| {
            writer.write("a", b"1")?;
            Err(CaseError::Full { path: "b".into(), bytes: None })
        });
        assert!(full.is_err());
        assert!(durable::names_in(&stages.path().join("pairs")).unwrap().is_empty());
        let fill = |writer: &StageWriter| writer.write("a", b"2");
        write(stages.path(), Stage::Pairs, &key(), fill).unwrap();
        let found = StageFolder::find(stages.path(), Stage::Pairs, &key()).unwrap();
        assert_eq!(found.read("a").unwrap(), b"2");
    }

    #[test]
    fn a_file_that_was_not_finished_is_no_part_of_a_stage() {
        let stages = tempfile::tempdir().unwrap();
        let dropped =
            write(stages.path(), Stage::Pairs, &key(), |writer| writer.create("a").map(drop));
        assert!(matches!(dropped, Err(CaseError::Stage { .. })), "{dropped:?}");
        assert!(StageFolder::find(stages.path(), Stage::Pairs, &key()).is_none());
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_no_name_of_a_file() {
        let stages = tempfile::tempdir().unwrap();
        for name in ["", "../a", "/a", "a\\b", ".a", LIST] {
            let fill = |writer: &StageWriter| writer.write(name, b"");
            assert!(write(stages.path(), Stage::Pairs, &key(), fill).is_err(), "{name}");
        }
    }

    #[test]
    fn a_stage_with_a_file_cut_short_counts_as_absent_and_is_replaced() {
        let stages = tempfile::tempdir().unwrap();
        let fill = |writer: &StageWriter| writer.write("a", b"whole");
        let folder = write(stages.path(), Stage::Pairs, &key(), fill).unwrap();
        fs::write(folder.path("a"), b"cut").unwrap();
        assert!(StageFolder::find(stages.path(), Stage::Pairs, &key()).is_none());
        let folder = write(stages.path(), Stage::Pairs, &key(), fill).unwrap();
        assert_eq!(folder.read("a").unwrap(), b"whole");
    }

    #[test]
    fn a_finished_stage_is_not_written_twice() {
        let stages = tempfile::tempdir().unwrap();
        write(stages.path(), Stage::Pairs, &key(), |writer| writer.write("a", b"1")).unwrap();
        let again = write(stages.path(), Stage::Pairs, &key(), |_| -> Result<(), CaseError> {
            panic!("filled a stage that is there")
        });
        assert_eq!(again.unwrap().read("a").unwrap(), b"1");
    }

    #[test]
    fn sweeping_removes_only_what_is_ours_and_not_in_use() {
        let stages = tempfile::tempdir().unwrap();
        let old = key_of("no longer in use");
        for key in [&old, &key()] {
            write(stages.path(), Stage::Pairs, key, |writer| writer.write("a", b"1")).unwrap();
        }
        let pairs = stages.path().join("pairs");
        fs::create_dir(pairs.join("my notes")).unwrap();
        fs::create_dir(pairs.join(format!("{old}{UNFINISHED}1"))).unwrap();
        sweep(stages.path(), |_, found| *found == key()).unwrap();
        let mut expected = vec![key().to_string(), "my notes".to_owned()];
        expected.sort();
        assert_eq!(durable::names_in(&pairs).unwrap(), expected);
    }
}
