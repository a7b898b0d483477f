//! The report: one self-contained page that a person can read without the tool.
//!
//! **Invariant:** no script, no request to anywhere, no verdict on a person; every text from the data
//! passes [`visible`](visible::visible) and the template's escaping, every id, name, link and time a lens;
//! the same case, lens and viewing give the same bytes. Written for a reader who is no statistician, with
//! the numbers of an expert one fold away.

mod explanations;
mod figures;
mod group;
pub(crate) mod moment;
mod numbers;
mod sides;
mod texts;
mod view;
mod visible;
mod zone;

use std::path::Path;

use askama::Template;
use concerted_case::{Stage, disclosure::Lens};
use concerted_model::{
    Plan, Span,
    provenance::{DecoyFound, Manifest, Tested, Work},
    tables::{Accounts, Actions, Confirmations, Evidence, Groups, Network, Objects, Posts},
};

use crate::{
    Error, Investigation,
    audit::Kept,
    export::{self, KeyUse, Level},
    findings::{Finding, Tables, findings},
    outcome::{DECOYS, Observations},
    pipeline,
};

pub use numbers::count;
pub use texts::Language;
pub(crate) use texts::Texts;
pub(crate) use view::shown;
pub use visible::visible;
pub use zone::{Zone, ZoneError};

/// How the page is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Viewing {
    /// In which language.
    pub language: Language,
    /// In which zone its hours are.
    pub zone: Zone,
}

/// Everything that a report tells.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// The tables of the case.
    pub tables: Tables<'a>,
    /// The findings, in order.
    pub findings: &'a [Finding],
    /// What was read.
    pub manifest: &'a Manifest,
    /// What was tested.
    pub tested: &'a [Tested],
    /// What pairing had to go through.
    pub work: &'a [Work],
    /// The groups that were found on some days and confirmed on others.
    pub confirmations: Option<&'a Confirmations>,
    /// What the same procedure found in each decoy.
    pub decoys: &'a [DecoyFound],
    /// The audits beside it; none on a page that is passed on, since each has its own statement.
    pub audits: &'a [Kept],
    /// The windows that the data could support.
    pub windows: &'a [Span],
    /// The choices of the case.
    pub plan: &'a Plan,
    /// How much may be seen.
    pub lens: &'a Lens,
    /// How it is written.
    pub viewing: Viewing,
}

/// The page, as HTML.
///
/// # Errors
/// [`askama::Error`] if the template cannot be filled: a bug.
pub fn html(contents: &Contents<'_>) -> Result<String, askama::Error> {
    view::Page::of(contents).render()
}

/// A page, and what it observed of each group as a whole.
pub(crate) struct Made {
    pub(crate) page: String,
    pub(crate) observed: Observations,
}

/// Makes the page from the tables of a case.
pub(crate) fn make(
    case: &Investigation<'_>,
    lens: &Lens,
    viewing: Viewing,
    audits: &[Kept],
) -> Result<Made, Error> {
    let windows = pipeline::windows(case)?;
    let posts: Vec<Posts> = case.tables(Stage::Ingest)?;
    let accounts: Accounts = case.table(Stage::Ingest)?;
    let objects: Objects = case.table(Stage::Actions)?;
    let actions: Actions = case.table(Stage::Actions)?;
    let network: Network = case.table(Stage::Network)?;
    let groups: Groups = case.table(Stage::Groups)?;
    let evidence: Evidence = case.table(Stage::Evidence)?;
    let confirmations: Confirmations = case.table(Stage::Groups)?;
    let tables = Tables {
        posts: &posts,
        accounts: &accounts,
        objects: &objects,
        actions: &actions,
        network: &network,
        groups: &groups,
        evidence: &evidence,
    };
    let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
    let tested: Vec<Tested> = case.json(Stage::Network, "tested.json")?;
    let work: Vec<Work> = case.json(Stage::Pairs, pipeline::WORK)?;
    let decoys: Vec<DecoyFound> = case.json(Stage::Decoys, DECOYS)?;
    let findings = findings(tables);
    let observed = findings
        .iter()
        .filter_map(|finding| Some((finding.number, finding.observed()?.words().to_owned())))
        .collect();
    let page = html(&Contents {
        tables,
        findings: &findings,
        manifest: &manifest,
        tested: &tested,
        work: &work,
        confirmations: Some(&confirmations),
        decoys: &decoys,
        audits,
        windows: &windows,
        plan: case.plan(),
        lens,
        viewing,
    })?;
    Ok(Made { page, observed })
}

/// Writes the page of a case at a level of disclosure to `out`, for passing on.
///
/// # Errors
/// [`Error::Missing`] if nothing was detected yet; [`Error::Case`] if the file cannot be written.
pub fn share(
    case: &Investigation<'_>,
    level: Level,
    key: KeyUse,
    viewing: Viewing,
    out: &Path,
) -> Result<(), Error> {
    let lens = export::lens(case, level, key)?;
    Ok(concerted_case::export::page(out, &page(case, &lens, viewing)?)?)
}

/// The page of a case, seen through `lens`.
///
/// # Errors
/// [`Error::Missing`] if nothing was detected yet.
pub(crate) fn page(
    case: &Investigation<'_>,
    lens: &Lens,
    viewing: Viewing,
) -> Result<String, Error> {
    Ok(make(case, lens, viewing, &[])?.page)
}
