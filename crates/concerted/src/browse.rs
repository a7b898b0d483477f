//! A case to be looked at and left as it is: its numbers, its tables and its report.
//!
//! **Invariant:** a [`Snapshot`] shows one run, whole, and holds no lock. The case is locked only
//! while [`Snapshot::open`] looks up where the run's tables lie; what a stage computed is never
//! changed afterwards, only replaced, and a table that was replaced is refused, not mixed in.

use std::{collections::BTreeMap, path::Path};

use concerted_case::{Stage, StageFolder, read_table, read_tables};

use crate::{Error, Investigation, Outcome, audit::STATEMENT, now};

mod rows;

pub use concerted_model::tables::{Accounts, Evidence, Groups, Network, Posts, Table};
pub use rows::{Account, CoAction, Edge, Member, Rows};

/// What a case showed when it was opened.
#[derive(Clone, Debug)]
pub struct Snapshot {
    name: String,
    outcome: Outcome,
    folders: BTreeMap<Stage, StageFolder>,
    audits: BTreeMap<String, StageFolder>,
}

impl Snapshot {
    /// Opens the case at `root` for as long as it takes to see what it holds.
    ///
    /// # Errors
    /// [`Error::Case`] if there is no case, or another process is working on it at this moment.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let case = Investigation::open_existing(root, Vec::new(), now(), &|_| {})?;
        Self::of(&case)
    }

    /// What a case shows that is open already.
    ///
    /// # Errors
    /// [`Error::Case`] if its tables cannot be read.
    pub fn of(case: &Investigation<'_>) -> Result<Self, Error> {
        let folders = Stage::ALL
            .into_iter()
            .filter_map(|stage| Some((stage, case.folder(stage).ok()?.clone())))
            .collect();
        let audits =
            case.audits().map(|(label, folder)| (label.to_string(), folder.clone())).collect();
        Ok(Self { name: case.plan().name.clone(), outcome: Outcome::of(case)?, folders, audits })
    }

    /// What the case is called; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its numbers.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The posts, in order, in several tables.
    ///
    /// # Errors
    /// [`Error::Missing`] if there are none yet, or a later run has replaced them.
    pub fn posts(&self) -> Result<Vec<Posts>, Error> {
        let folder = self.folder::<Posts>(Stage::Ingest)?;
        Ok(read_tables(folder)?.collect::<Result<_, _>>()?)
    }

    /// The accounts that published them.
    ///
    /// # Errors
    /// As [`Snapshot::posts`].
    pub fn accounts(&self) -> Result<Accounts, Error> {
        self.table(Stage::Ingest)
    }

    /// The edges.
    ///
    /// # Errors
    /// As [`Snapshot::posts`].
    pub fn network(&self) -> Result<Network, Error> {
        self.table(Stage::Network)
    }

    /// The members of groups.
    ///
    /// # Errors
    /// As [`Snapshot::posts`].
    pub fn groups(&self) -> Result<Groups, Error> {
        self.table(Stage::Groups)
    }

    /// The co-actions behind the edges.
    ///
    /// # Errors
    /// As [`Snapshot::posts`].
    pub fn evidence(&self) -> Result<Evidence, Error> {
        self.table(Stage::Evidence)
    }

    /// The report, as HTML.
    ///
    /// # Errors
    /// As [`Snapshot::posts`].
    pub fn report(&self) -> Result<Vec<u8>, Error> {
        let folder = self.folders.get(&Stage::Report).ok_or(Error::not_done(Stage::Report))?;
        still_there(folder, "report.html")?;
        Ok(folder.read("report.html")?)
    }

    /// The statements of reasons that the case keeps, as HTML, by their label.
    ///
    /// # Errors
    /// As [`Snapshot::posts`].
    pub fn statements(&self) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        let page = |(label, folder): (&String, &StageFolder)| {
            still_there(folder, STATEMENT)?;
            Ok((label.clone(), folder.read(STATEMENT)?))
        };
        self.audits.iter().map(page).collect()
    }

    fn table<T: Table>(&self, stage: Stage) -> Result<T, Error> {
        Ok(read_table(self.folder::<T>(stage)?)?)
    }

    /// The folder of a stage that holds a table.
    fn folder<T: Table>(&self, stage: Stage) -> Result<&StageFolder, Error> {
        let folder = self.folders.get(&stage).ok_or(Error::not_done(stage))?;
        still_there(folder, &concerted_case::tables::file_name::<T>())?;
        Ok(folder)
    }
}

/// Tells a run that came later from a case that is damaged.
fn still_there(folder: &StageFolder, name: &str) -> Result<(), Error> {
    if folder.path(name).is_file() {
        Ok(())
    } else {
        Err(Error::Missing("the case was run again since it was opened; open it again"))
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{ErrorKind, demo};

    pub(super) fn demo_case() -> (TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        demo::run(folder.path(), 7, vec!["demo".into()], now(), &|_| {}).unwrap();
        let root = folder.path().join("case");
        (folder, root)
    }

    #[test]
    fn a_snapshot_holds_no_lock_and_knows_when_it_is_out_of_date() {
        let (_folder, root) = demo_case();
        let snapshot = Snapshot::open(&root).unwrap();
        let mut case =
            Investigation::open_existing(&root, vec!["again".into()], now(), &|_| {}).unwrap();
        snapshot.network().unwrap();
        case.forget_results();
        case.commit().unwrap();
        let error = snapshot.network().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("open it again"), "{error}");
    }

    #[test]
    fn a_case_without_results_says_which_command_is_next() {
        let folder = tempfile::tempdir().unwrap();
        let mut case = Investigation::open(folder.path(), Vec::new(), now(), &|_| {}).unwrap();
        case.commit().unwrap();
        let snapshot = Snapshot::of(&case).unwrap();
        assert!(snapshot.network().unwrap_err().to_string().contains("concerted detect"));
        assert!(snapshot.report().unwrap_err().to_string().contains("concerted report"));
    }
}
