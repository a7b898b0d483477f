//! The report: one self-contained page that a person can read without the tool.
//!
//! **Invariant:** no script, no request to anywhere, no verdict on a person; every text from the
//! data passes [`visible`](visible::visible) and the template's escaping; the same case gives the same bytes.

mod figures;
pub(crate) mod moment;
mod view;
mod visible;

use askama::Template;
use concerted_model::{
    Plan, Span,
    provenance::{Manifest, Tested},
};

use crate::findings::{Finding, Tables};

pub use view::count;
pub use visible::visible;

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
    /// The windows that the data could support.
    pub windows: &'a [Span],
    /// The choices of the case.
    pub plan: &'a Plan,
}

/// The page, as HTML.
///
/// # Errors
/// [`askama::Error`] if the template cannot be filled: a bug.
pub fn html(contents: &Contents<'_>) -> Result<String, askama::Error> {
    view::Page::of(contents).render()
}
