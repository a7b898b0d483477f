//! Files for other programs, from the tables of a case.

use std::path::{Path, PathBuf};

use concerted_case::{Stage, export};
use concerted_model::tables::{Evidence, Groups, Network};

use crate::{Error, Investigation};

/// Writes `edges.csv`, `groups.csv` and `evidence.csv` into `out`; gives their paths.
///
/// # Errors
/// [`Error::Missing`] if nothing was detected yet; [`Error::Case`] if the files cannot be written.
pub fn csv(case: &Investigation<'_>, out: &Path) -> Result<Vec<PathBuf>, Error> {
    let network: Network = case.table(Stage::Network)?;
    let groups: Groups = case.table(Stage::Groups)?;
    let evidence: Evidence = case.table(Stage::Evidence)?;
    Ok(export::csv(&network, &groups, &evidence, out)?)
}
