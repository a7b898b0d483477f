//! `concerted export`: files for other programs.

use std::path::PathBuf;

use clap::{Args, builder::PossibleValuesParser};
use concerted::{
    Investigation,
    export::{self, Format, Request},
};

use super::viewing::{LevelArgs, ViewingArgs};
use crate::{cli::Call, exit::Failure};

/// Write the network, its groups and its evidence for other programs
///
/// Share-safe by default: pseudonyms instead of accounts and posts, no texts, no links, times to the
/// minute. With --level S3 everything is as it is.
///
///   $ concerted export mycase --to graphml,xlsx --out shared
///   wrote     shared/network.graphml
///   wrote     shared/concerted.xlsx
///   level S1: accounts and posts under pseudonyms; the key stays in mycase/disclosure.key
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Export {
    /// The folder of the case
    case: PathBuf,
    /// What to write: names separated by commas, or all; see --formats
    #[arg(
        long,
        value_name = "NAME,…",
        value_delimiter = ',',
        required = true,
        value_parser = PossibleValuesParser::new(
            Format::WORDS.iter().copied().chain(["all"])
        ),
        hide_possible_values = true,
        help = to_help(),
    )]
    to: Vec<String>,
    /// The folder to write into; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    #[command(flatten)]
    level: LevelArgs,
    /// Leave cells of CSV as they are, even if a spreadsheet would compute them
    #[arg(long)]
    raw_csv: bool,
    #[command(flatten)]
    viewing: ViewingArgs,
}

fn to_help() -> String {
    let lines = Format::WORDS.iter().zip(Format::ABOUT);
    let lines = lines.map(|(word, about)| format!("\n  {word:<13} {about}"));
    format!("What to write, separated by commas, or all:{}", lines.collect::<String>())
}

impl Export {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let nobody = |_| {};
        let now = concerted::now();
        let case = Investigation::open_existing(&self.case, call.words.clone(), now, &nobody)?;
        let level = self.level.level;
        let request = Request {
            formats: self.formats()?,
            level,
            key: self.level.key(),
            raw_csv: self.raw_csv,
            viewing: self.viewing.viewing()?,
        };
        let files = export::write(&case, &request, &self.out)?;
        if call.terminal.json {
            return Ok(call.terminal.value(&serde_json::json!({
                "schema": "concerted/export/1",
                "level": level.as_str(),
                "files": files,
            }))?);
        }
        for file in files {
            call.terminal.line(&format!("wrote     {}", file.display()))?;
        }
        call.terminal.talk(&self.level.words(&self.case));
        if self.raw_csv {
            call.terminal
                .talk("warning: cells of CSV are as they are; a spreadsheet may compute them");
        }
        Ok(())
    }

    /// The formats by name, each once; `all` is all that the level can have.
    fn formats(&self) -> Result<Vec<Format>, Failure> {
        if self.to.iter().any(|word| word == "all") {
            let all = Format::ALL.iter().copied();
            let shown = self.level.level.shows_accounts();
            return Ok(all.filter(|format| shown || *format == Format::Figures).collect());
        }
        let words = self.to.iter().map(|word| word.parse::<Format>());
        let mut formats: Vec<Format> =
            words.collect::<Result<_, _>>().map_err(|error| Failure::Usage(error.to_string()))?;
        formats.sort_unstable();
        formats.dedup();
        Ok(formats)
    }
}
