//! `concerted report`: the page for people.

use std::path::PathBuf;

use clap::Args;
use concerted::{Investigation, pipeline};

use super::summary;
use crate::{cli::Call, exit::Failure, progress::Progress};

/// Write the report of a case: one HTML file that needs nothing else
#[derive(Args)]
pub(crate) struct Report {
    /// The folder of the case
    case: PathBuf,
}

impl Report {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let mut case =
            Investigation::open_existing(&self.case, call.words.clone(), now, &listener)?;
        pipeline::report(&mut case)?;
        let outcome = case.commit()?;
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        Ok(summary::print(&outcome, Some(&self.case.join("report.html")), call.terminal)?)
    }
}
