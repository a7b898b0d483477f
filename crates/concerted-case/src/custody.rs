//! `custody.ndjson`: what was done to a case, when and with which version, one line each.
//!
//! **Invariant:** lines are only added, and each holds the hash of the one before: whoever changes,
//! removes or inserts a line must rewrite every later one. The last line names the hash of `run.json`.
//! The log proves nothing against someone who rewrites all of it; for that, have its last line
//! witnessed by others.
//!
//! This is the only place of the crate that asks the system for the time.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{durable, error::CaseError};

/// What the first line holds in place of a hash.
const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Number of the line, from 1.
    pub seq: u64,
    /// When, as RFC 3339 in UTC.
    pub time: String,
    /// What was done.
    pub what: String,
    /// The version of Concerted that did it.
    pub version: String,
    /// SHA-256 of `run.json` after it.
    pub run_sha256: String,
    /// SHA-256 of the line before, without its end; 64 zeros in the first line.
    pub previous: String,
    /// SHA-256 of this line with nothing here: the last line has none after it to hold its hash. Absent
    /// from logs of old.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub own: String,
}

impl Entry {
    /// What [`Entry::own`] must be.
    fn own_hash(&self) -> Result<String, serde_json::Error> {
        let unsigned = Self { own: String::new(), ..self.clone() };
        Ok(durable::sha256(&serde_json::to_vec(&unsigned)?))
    }
}

/// Reads the log of the case at `root` and checks every line of it. No log is an empty one.
///
/// # Errors
/// [`CaseError::Custody`] at the first line that does not follow from the one before.
pub fn verify(root: &Path) -> Result<Vec<Entry>, CaseError> {
    let log = Log::open(root)?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut previous = NOTHING_BEFORE.to_owned();
    for (number, line) in (1..).zip(log.lines()) {
        let entry = log.parse(number, line)?;
        if entry.seq != number {
            let reason = format!("its number is {}: lines are missing or were added", entry.seq);
            return Err(log.broken(number, reason));
        }
        if entry.previous != previous {
            let reason = "it does not follow from the line before, which was changed";
            return Err(log.broken(number, reason.to_owned()));
        }
        let own = entry.own_hash().map_err(|error| log.broken(number, error.to_string()))?;
        if !entry.own.is_empty() && entry.own != own {
            return Err(
                log.broken(number, "it was changed: it does not fit its own hash".to_owned())
            );
        }
        previous = durable::sha256(line);
        entries.push(entry);
    }
    if log.whole < log.text.len() {
        return Err(log.broken(entries.len() as u64 + 1, "it is cut off".to_owned()));
    }
    Ok(entries)
}

/// The log as it lies on disk.
pub(crate) struct Log {
    path: PathBuf,
    text: Vec<u8>,
    /// Bytes of `text` up to the end of the last whole line.
    whole: usize,
}

impl Log {
    pub(crate) fn open(root: &Path) -> Result<Self, CaseError> {
        let path = root.join("custody.ndjson");
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(CaseError::disk(&path, error)),
        };
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        Ok(Self { path, text, whole })
    }

    /// The last whole line.
    pub(crate) fn last(&self) -> Result<Option<Entry>, CaseError> {
        let numbered = (1..).zip(self.lines()).last();
        numbered.map(|(number, line)| self.parse(number, line)).transpose()
    }

    /// Adds a line. What a killed process left of a line after the last whole one is cut off first:
    /// it was never part of the log.
    pub(crate) fn append(
        self,
        what: &str,
        version: &str,
        run_sha256: &str,
    ) -> Result<(), CaseError> {
        let last = self.last()?;
        let mut entry = Entry {
            seq: last.map_or(1, |last| last.seq + 1),
            time: format!("{:.0}", jiff::Timestamp::now()),
            what: what.to_owned(),
            version: version.to_owned(),
            run_sha256: run_sha256.to_owned(),
            previous: self
                .lines()
                .last()
                .map_or_else(|| NOTHING_BEFORE.to_owned(), durable::sha256),
            own: String::new(),
        };
        let encoding = |error: serde_json::Error| CaseError::Encoding {
            path: self.path.clone(),
            reason: error.to_string(),
        };
        entry.own = entry.own_hash().map_err(encoding)?;
        let mut line = serde_json::to_vec(&entry).map_err(encoding)?;
        line.push(b'\n');
        self.write(&line).map_err(|error| CaseError::disk(&self.path, error))?;
        self.path.parent().map_or(Ok(()), durable::sync_folder)
    }

    /// Cuts off what a killed process left after the last whole line.
    pub(crate) fn mend(&self) -> Result<(), CaseError> {
        if self.whole == self.text.len() {
            return Ok(());
        }
        self.write(b"").map_err(|error| CaseError::disk(&self.path, error))
    }

    fn write(&self, line: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
        if self.whole < self.text.len() {
            file.set_len(self.whole as u64)?;
        }
        file.write_all(line)?;
        file.sync_all()
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let whole = &self.text[..self.whole];
        whole.split_inclusive(|byte| *byte == b'\n').map(|line| &line[..line.len() - 1])
    }

    fn parse(&self, number: u64, line: &[u8]) -> Result<Entry, CaseError> {
        serde_json::from_slice(line).map_err(|error| self.broken(number, error.to_string()))
    }

    fn broken(&self, line: u64, reason: String) -> CaseError {
        CaseError::Custody { path: self.path.clone(), line, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_of_three() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for run in ["a", "b", "c"] {
            let log = Log::open(root.path()).unwrap();
            log.append("investigate posts.csv", "0.1.0", run).unwrap();
        }
        root
    }

    fn rewrite(root: &Path, change: impl Fn(&str) -> String) -> String {
        let path = root.join("custody.ndjson");
        fs::write(&path, change(&fs::read_to_string(&path).unwrap())).unwrap();
        match verify(root) {
            Err(error @ CaseError::Custody { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_log_holds_a_line_for_each_thing_done() {
        let root = log_of_three();
        let runs: Vec<_> =
            verify(root.path()).unwrap().into_iter().map(|e| (e.seq, e.run_sha256)).collect();
        assert_eq!(runs, [(1, "a".into()), (2, "b".into()), (3, "c".into())]);
    }

    #[test]
    fn a_time_is_a_moment_in_utc_to_the_second() {
        let time = verify(log_of_three().path()).unwrap().remove(0).time;
        assert!(time.ends_with('Z') && time.len() == "2024-05-01T12:00:00Z".len(), "{time}");
    }

    #[test]
    fn a_changed_line_is_found_by_its_own_hash_even_if_it_is_the_last() {
        let root = log_of_three();
        let error = rewrite(root.path(), |text| text.replacen("0.1.0", "0.1.1", 1));
        assert!(error.contains("line 1: it was changed"), "{error}");
        let root = log_of_three();
        let error = rewrite(root.path(), |text| {
            let last = text.rfind("0.1.0").unwrap();
            format!("{}0.1.1{}", &text[..last], &text[last + 5..])
        });
        assert!(error.contains("line 3: it was changed"), "{error}");
    }

    #[test]
    fn a_changed_line_of_a_log_of_old_is_found_at_the_next() {
        let root = tempfile::tempdir().unwrap();
        let mut previous = NOTHING_BEFORE.to_owned();
        let mut text = String::new();
        for seq in 1..=2 {
            let line = format!(
                r#"{{"seq":{seq},"time":"2024-05-01T12:00:00Z","what":"detect","version":"0.1.0","run_sha256":"a","previous":"{previous}"}}"#
            );
            previous = durable::sha256(line.as_bytes());
            text += &(line + "\n");
        }
        fs::write(root.path().join("custody.ndjson"), &text).unwrap();
        assert_eq!(verify(root.path()).unwrap().len(), 2);
        let error = rewrite(root.path(), |text| text.replacen("detect", "report", 1));
        assert!(error.contains("line 2: it does not follow"), "{error}");
    }

    #[test]
    fn a_removed_line_is_found() {
        let root = log_of_three();
        let error = rewrite(root.path(), |text| {
            text.lines()
                .enumerate()
                .filter(|(n, _)| *n != 1)
                .fold(String::new(), |all, (_, l)| all + l + "\n")
        });
        assert!(error.contains("line 2: its number is 3"), "{error}");
    }

    #[test]
    fn a_line_cut_off_by_a_kill_is_no_line() {
        let root = log_of_three();
        let path = root.path().join("custody.ndjson");
        let text = fs::read_to_string(&path).unwrap();
        let error = rewrite(root.path(), |text| text[..text.len() - 10].to_owned());
        assert!(error.contains("line 3: it is cut off"), "{error}");
        Log::open(root.path()).unwrap().mend().unwrap();
        assert_eq!(verify(root.path()).unwrap().len(), 2);
        fs::write(&path, &text[..text.len() - 10]).unwrap();
        Log::open(root.path()).unwrap().append("report", "0.1.0", "d").unwrap();
        assert_eq!(verify(root.path()).unwrap().last().unwrap().what, "report");
    }
}
