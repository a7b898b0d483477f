//! Files for other programs, written from the tables of a case.
//!
//! **Invariant:** an export is written to a folder of its own, each file in one step; it never
//! touches the case.

use std::path::Path;

use crate::{case::Case, durable, error::CaseError};

mod csv;
mod published;
mod spreadsheet;

pub use self::csv::csv;
pub use self::published::{Cells, table_csv, text_csv};

/// Writes one page for people, in one step.
///
/// # Errors
/// [`CaseError`] if the disk refuses it.
pub fn page(file: &Path, html: &str) -> Result<(), CaseError> {
    durable::replace(file, html.as_bytes()).map(|_| ())
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
