//! Audits that a case keeps, each under a label: the answers for programs, the statement for people.
//!
//! **Invariant:** what is kept is the analyst's own copy, with everything in it; what is passed on is written
//! at a level of disclosure. Audits of posts that the case no longer holds are gone with them.

use std::path::Path;

use concerted_case::{Label, disclosure::Lens};
use concerted_model::plan::DetectPlan;
use serde::{Deserialize, Serialize};

use super::{
    Audit, Form, Request,
    statement::{statement, word},
};
use crate::{Error, Investigation, report::Language};

/// Version of what is kept.
const CODE: u32 = 1;
/// The file that lists of audits are made from.
const SUMMARY: &str = "summary.json";
/// The statement of reasons for people.
pub(crate) const STATEMENT: &str = "statement.html";

/// An audit of the case, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What it is called.
    pub label: Label,
    /// What is claimed, in the accuser's words.
    pub claim: Option<String>,
    /// Accused accounts that the case knows.
    pub accused: usize,
    /// Of these, supported.
    pub supported: usize,
    /// Without support.
    pub without_support: usize,
    /// Untestable.
    pub untestable: usize,
    /// Accounts off the list that behave the same.
    pub outsiders: usize,
    /// The answer to claim 1, together in time: the word of a verdict.
    pub together: String,
}

impl Kept {
    /// The audit in a folder of the stage, if there is one.
    pub(crate) fn read_at(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.join(SUMMARY)).ok()?).ok()
    }
}

/// Everything that an audit depends on beside the posts.
#[derive(Serialize)]
struct Choices<'c> {
    request: &'c Request,
    label: &'c Label,
    plan: &'c DetectPlan,
    version: &'static str,
}

/// Keeps an audit in the case: `audits/LABEL.html`, `.md` and `.json` once the case is committed.
///
/// # Errors
/// [`Error::Case`] if the disk refuses it.
pub fn keep(
    case: &mut Investigation<'_>,
    label: &Label,
    request: &Request,
    audit: &Audit,
) -> Result<(), Error> {
    let plan = case.plan().detect.clone();
    let version = env!("CARGO_PKG_VERSION");
    let choices = Choices { request, label, plan: &plan, version };
    let summary = Kept {
        label: label.clone(),
        claim: audit.claim.clone(),
        accused: audit.accused,
        supported: audit.supported.len(),
        without_support: audit.without_support.len(),
        untestable: audit.untestable.len(),
        outsiders: audit.outsiders.len(),
        together: audit.claims.first().map(|claim| word(&claim.verdict)).unwrap_or_default(),
    };
    case.keep_audit(label.clone(), CODE, &choices, |_, out| {
        let page = |form| statement(audit, Language::En, form, &Lens::clear());
        out.json(SUMMARY, &summary)?;
        out.json("statement.json", audit)?;
        out.text(STATEMENT, &page(Form::Html))?;
        out.text("statement.md", &page(Form::Markdown))
    })
}

/// The audits that the case keeps, by label.
///
/// # Errors
/// [`Error::Case`] if one cannot be read.
pub fn kept(case: &Investigation<'_>) -> Result<Vec<Kept>, Error> {
    let audits = case.audits();
    audits.map(|(_, folder)| Ok(serde_json::from_slice(&folder.read(SUMMARY)?)?)).collect()
}
