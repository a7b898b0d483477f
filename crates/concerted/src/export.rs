//! Files for other programs, from the tables of a case, at a level of disclosure.
//!
//! **Invariant:** what leaves the case has passed a lens; the key of the pseudonyms stays in the case, or
//! is thrown away where two exports must not be joined.

use std::path::{Path, PathBuf};

use concerted_case::{
    Stage,
    disclosure::{Lens, Secret},
    export::{self, EvidenceRows, Material},
};
use concerted_model::{
    provenance::{DecoyFound, Manifest, Tested},
    tables::{Accounts, Confirmations, Groups, Network},
};

use crate::{
    Error, Investigation,
    outcome::DECOYS,
    report::{self, Viewing},
};

pub use concerted_case::{disclosure::Level, export::Format};

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// The formats.
    pub formats: Vec<Format>,
    /// How much may be seen.
    pub level: Level,
    /// Which key the pseudonyms are made with.
    pub key: KeyUse,
    /// Whether cells of CSV are left as they are, even if a spreadsheet would compute them.
    pub raw_csv: bool,
    /// How the report is written, for the formats that bundle it.
    pub viewing: Viewing,
}

/// Which key pseudonyms are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// The case's own: the same account has the same pseudonym in each of its exports.
    OfCase,
    /// A new one that is thrown away: no two exports can be joined, and nobody can go back.
    ThrownAway,
}

/// The lens for a level, with the key as wanted.
pub(crate) fn lens(case: &Investigation<'_>, level: Level, key: KeyUse) -> Result<Lens, Error> {
    if level.shows_names() {
        return Ok(Lens::clear());
    }
    let secret = match key {
        KeyUse::OfCase => Secret::of_case(case.root())?,
        KeyUse::ThrownAway => Secret::fresh()?,
    };
    Ok(Lens::new(level, &secret))
}

/// Writes the wanted formats into `out`; gives the files' paths.
///
/// # Errors
/// [`Error::Missing`] if nothing was detected yet; [`Error::Case`] if the files cannot be written.
pub fn write(
    case: &Investigation<'_>,
    request: &Request,
    out: &Path,
) -> Result<Vec<PathBuf>, Error> {
    let network: Network = case.table(Stage::Network)?;
    let groups: Groups = case.table(Stage::Groups)?;
    let confirmations: Confirmations = case.table(Stage::Groups)?;
    let tested: Vec<Tested> = case.json(Stage::Network, "tested.json")?;
    let decoys: Vec<DecoyFound> = case.json(Stage::Decoys, DECOYS)?;
    let accounts: Accounts = case.table(Stage::Ingest)?;
    let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
    let recorded = case.recorded()?;
    let lens = lens(case, request.level, request.key)?;
    let bundled = request.formats.iter().any(|f| matches!(f, Format::RoCrate | Format::Bagit));
    let report = if bundled { report::page(case, &lens, request.viewing)? } else { String::new() };
    // The folder is there, or the network above would not have been.
    case.streamed::<concerted_model::tables::Evidence>(Stage::Evidence)?;
    let evidence = || -> Result<EvidenceRows<'_>, concerted_case::CaseError> {
        match case.streamed(Stage::Evidence) {
            Ok(tables) => Ok(Box::new(tables)),
            Err(Error::Case(error)) => Err(error),
            Err(other) => Err(concerted_case::CaseError::Encoding {
                path: "evidence".into(),
                reason: other.to_string(),
            }),
        }
    };
    let material = Material {
        network: &network,
        groups: &groups,
        confirmations: Some(&confirmations),
        tested: &tested,
        decoys: &decoys,
        accounts: &accounts,
        evidence: &evidence,
        manifest: &manifest,
        run: &recorded.run,
        run_sha256: &recorded.sha256,
        ended: &recorded.ended,
        report: &report,
        lens: &lens,
        raw_csv: request.raw_csv,
    };
    Ok(export::write(&material, &request.formats, out)?)
}

/// Writes the plain tables (`edges.csv`, `groups.csv`, `evidence.csv` and what stands behind them) as they are
/// into `out`; gives their paths.
///
/// # Errors
/// As [`write`].
pub fn csv(case: &Investigation<'_>, out: &Path) -> Result<Vec<PathBuf>, Error> {
    let request = Request {
        formats: vec![Format::Csv],
        level: Level::Evidence,
        key: KeyUse::OfCase,
        raw_csv: false,
        viewing: Viewing::default(),
    };
    write(case, &request, out)
}
