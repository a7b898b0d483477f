//! `concerted export`: files for other programs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concerted::{Investigation, export};

use crate::{cli::Call, exit::Failure};

/// Write edges, groups and evidence for other programs
#[derive(Args)]
pub(crate) struct Export {
    /// The folder of the case
    case: PathBuf,
    /// What to write
    #[arg(long, value_name = "FORMAT")]
    to: Format,
    /// The folder to write into; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// edges.csv, groups.csv and evidence.csv, ids verbatim
    Csv,
}

impl Export {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let nobody = |_| {};
        let now = concerted::now();
        let case = Investigation::open_existing(&self.case, call.words.clone(), now, &nobody)?;
        let files = match self.to {
            Format::Csv => export::csv(&case, &self.out)?,
        };
        if call.terminal.json {
            return Ok(call.terminal.value(&serde_json::json!({
                "schema": "concerted/export/1",
                "files": files,
            }))?);
        }
        for file in files {
            call.terminal.line(&format!("wrote     {}", file.display()))?;
        }
        Ok(())
    }
}
