//! Files for other programs, written from the tables of a case.
//!
//! **Invariant:** an export is written to a folder of its own, each file in one step; it never touches
//! the case; everything passes a [`Lens`]; the same case, level and key give the same bytes. Rows are
//! written as they come: what grows with the evidence is never held as a whole.
//!
//! One file a format. Formats of networks are written from a [`graph::Graph`], whose attributes are the
//! columns of the table `network`, so that a column added there is in all of them.

use std::{
    io,
    path::{Path, PathBuf},
};

use concerted_model::{
    provenance::{DecoyFound, Manifest, Tested},
    tables::{Accounts, Confirmations, Evidence, Groups, Network},
};

use crate::{
    case::Case,
    disclosure::{Lens, Level},
    durable::{self, Draft},
    error::CaseError,
    run::RunRecord,
};

mod bag;
mod behind;
mod csv;
mod cx2;
mod disarm;
mod figures;
#[cfg(test)]
mod fixture;
mod format;
mod gephi;
mod gephi_lite;
mod gexf;
mod graph;
mod graphml;
mod graphology;
mod indicators;
mod json;
mod misp;
mod parquet;
mod places;
mod prov;
mod published;
mod rocrate;
mod spreadsheet;
mod stix;
mod summary;
mod uuid;
mod words;
mod xlsx;
mod xml;

pub use self::published::{Cells, table_csv, text_csv};
pub use format::Format;

use graph::Graph;

/// The tables of the evidence, from their beginning.
pub type EvidenceRows<'a> = Box<dyn Iterator<Item = Result<Evidence, CaseError>> + 'a>;

/// What is exported, and how it is to be seen.
pub struct Material<'a> {
    /// The edges.
    pub network: &'a Network,
    /// The members of groups.
    pub groups: &'a Groups,
    /// The groups that were found on some days and confirmed on others, if that was asked.
    pub confirmations: Option<&'a Confirmations>,
    /// What was tested, by trace.
    pub tested: &'a [Tested],
    /// What the same procedure found in each decoy.
    pub decoys: &'a [DecoyFound],
    /// All accounts.
    pub accounts: &'a Accounts,
    /// The evidence, each time from its beginning.
    pub evidence: &'a dyn Fn() -> Result<EvidenceRows<'a>, CaseError>,
    /// What was read.
    pub manifest: &'a Manifest,
    /// The run that the case shows.
    pub run: &'a RunRecord,
    /// SHA-256 of its record.
    pub run_sha256: &'a str,
    /// When the run ended, RFC 3339 in UTC, as the custody log has it.
    pub ended: &'a str,
    /// The report at this level, for the formats that bundle it.
    pub report: &'a str,
    /// How much may be seen.
    pub lens: &'a Lens,
    /// Whether cells of CSV are left as they are, even if a spreadsheet would compute them.
    pub raw_csv: bool,
}

impl Material<'_> {
    fn level(&self) -> Level {
        self.lens.level()
    }

    /// What the case is called.
    fn name(&self) -> &str {
        let name = self.run.plan.get("name").and_then(serde_json::Value::as_str);
        name.filter(|name| !name.is_empty()).unwrap_or("Investigation")
    }

    /// The seed of everything random.
    fn seed(&self) -> Option<u64> {
        self.run.plan.get("detect")?.get("seed")?.as_u64()
    }
}

/// Writes `formats` into the folder `out`, which is made if there is none; gives the files' paths.
///
/// # Errors
/// [`CaseError`] if `out` is a file or the folder of a case, a format cannot be had at this level, or
/// the disk refuses it.
pub fn write(
    material: &Material<'_>,
    formats: &[Format],
    out: &Path,
) -> Result<Vec<PathBuf>, CaseError> {
    folder_for_files(out)?;
    for format in formats {
        if !material.level().shows_accounts() && format.shows_accounts() {
            return Err(CaseError::NotAtThisLevel { format: format.as_str() });
        }
    }
    let mut written = Vec::new();
    let mut graph = None;
    for format in formats {
        written.extend(format.write(material, &mut graph, out)?);
    }
    Ok(written)
}

/// The network of `material`, made once.
fn graph_of<'g, 'a>(
    material: &Material<'a>,
    made: &'g mut Option<Graph>,
) -> Result<&'g Graph, CaseError> {
    if made.is_none() {
        *made = Some(Graph::of(material)?);
    }
    made.as_ref().ok_or(CaseError::NoGraph)
}

/// Why a file could not be filled.
enum Trouble {
    Disk(io::Error),
    Case(CaseError),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::Disk(error.into())
    }
}

impl From<::csv::Error> for Trouble {
    fn from(error: ::csv::Error) -> Self {
        Self::Disk(error.into())
    }
}

impl From<CaseError> for Trouble {
    fn from(error: CaseError) -> Self {
        Self::Case(error)
    }
}

/// Writes one file, in one step.
fn file(
    path: PathBuf,
    fill: impl FnOnce(&mut Draft) -> Result<(), Trouble>,
) -> Result<PathBuf, CaseError> {
    durable::replace_with(&path, |draft| match fill(draft) {
        Ok(()) => Ok(()),
        Err(Trouble::Case(error)) => Err(error),
        Err(Trouble::Disk(error)) => Err(draft.error(error)),
    })?;
    Ok(path)
}

/// Writes one small file of JSON, indented.
fn json_file(path: PathBuf, value: &serde_json::Value) -> Result<PathBuf, CaseError> {
    file(path, |out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        Ok(io::Write::write_all(out, b"\n")?)
    })
}

/// Writes one page of text at `path`, in one step.
///
/// # Errors
/// [`CaseError`] if the disk refuses it.
pub fn page(path: &Path, text: &str) -> Result<(), CaseError> {
    durable::replace(path, text.as_bytes()).map(|_| ())
}

/// Makes the folder that files are exported to, if there is none.
fn folder_for_files(out: &Path) -> Result<(), CaseError> {
    let refuse = |reason| Err(CaseError::NoPlace { path: out.to_owned(), reason });
    if out.exists() && !out.is_dir() {
        return refuse("it is a file; exports go to a folder");
    }
    if Case::is_at(out) {
        return refuse("it is the folder of a case; exports go to another");
    }
    durable::make_folder(out)
}
