//! `concerted report`: the page for people.

use std::path::PathBuf;

use clap::Args;
use concerted::{Investigation, pipeline, report};

use super::{
    summary,
    viewing::{LevelArgs, ViewingArgs},
};
use crate::{cli::Call, exit::Failure, progress::Progress};

/// Write the report of a case: one HTML file that needs nothing else
///
/// Without --out, the case's own report, with everything in it, for whoever works on the case. With
/// --out, a page to pass on: share-safe by default, with pseudonyms and without texts.
///
///   $ concerted report mycase --out shared.html --lang fa --zone +03:30
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Report {
    /// The folder of the case
    case: PathBuf,
    /// Write a page to pass on to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    level: LevelArgs,
    #[command(flatten)]
    viewing: ViewingArgs,
}

impl Report {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let mut case =
            Investigation::open_existing(&self.case, call.words.clone(), now, &listener)?;
        if let Some(out) = &self.out {
            let viewing = self.viewing.viewing()?;
            report::share(&case, self.level.level, self.level.key(), viewing, out)?;
            progress.finish();
            if call.terminal.json {
                return Ok(call.terminal.value(&serde_json::json!({
                    "schema": "concerted/report/1",
                    "level": self.level.level.as_str(),
                    "file": out,
                }))?);
            }
            call.terminal.line(&format!("wrote     {}", out.display()))?;
            call.terminal.talk(&self.level.words(&self.case));
            return Ok(());
        }
        if self.viewing.is_set() {
            return Err(Failure::Usage(
                "--lang and --zone are for a page to pass on: give --out FILE too".to_owned(),
            ));
        }
        pipeline::report(&mut case)?;
        let outcome = case.commit()?;
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        Ok(summary::print(&outcome, Some(&self.case.join("report.html")), call.terminal)?)
    }
}
