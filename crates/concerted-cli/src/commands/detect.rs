//! `concerted detect`: from the posts of a case to its network and groups, or to a published method's ties.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concerted::{Investigation, pipeline, published};

use super::{
    inputs::ModelArg,
    summary::{self, grouped},
};
use crate::{cli::Call, exit::Failure, progress::Progress, terminal::Terminal};

/// Find who acts together more than chance, in a case that holds posts
///
/// What is looked for stands in the case's case.toml. With --method a published method is walked
/// instead, and its ties are kept in the case beside those of other methods.
#[derive(Args)]
pub(crate) struct Detect {
    /// The folder of the case
    case: PathBuf,
    /// Walk this published method instead; see `concerted methods`
    #[arg(long, value_name = "NAME")]
    method: Option<String>,
    /// Change a setting of the method, for example window=60s
    #[arg(long, value_name = "KEY=VALUE", requires = "method")]
    set: Vec<String>,
    /// Repeat the faults of the original, which are named in the output
    #[arg(long, requires = "method")]
    as_published: bool,
    #[command(flatten)]
    model: ModelArg,
    #[command(flatten)]
    files: Files,
}

/// Files beside the case.
#[derive(Args)]
pub(crate) struct Files {
    /// Write the tables of the method as files
    #[arg(long, value_name = "FORMAT", requires = "out")]
    to: Option<Format>,
    /// The folder to write them into; made if it is not there
    #[arg(long, value_name = "FOLDER", requires = "to")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Comma-separated values, ids verbatim
    Csv,
}

impl Files {
    /// Where files are wanted, if they are.
    pub(crate) fn folder(&self) -> Result<Option<&Path>, Failure> {
        Ok(match (self.to, &self.out) {
            (Some(Format::Csv), Some(out)) => Some(out),
            _ => None,
        })
    }
}

impl Detect {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        if self.method.is_none() && self.files.folder()?.is_some() {
            return Err(Failure::Usage(
                "--to goes with --method here; write Concerted's own tables with: concerted export"
                    .into(),
            ));
        }
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let mut case =
            Investigation::open_existing(&self.case, call.words.clone(), now, &listener)?;
        case.set_memory(call.memory);
        let Some(method) = &self.method else {
            case.set_plan(self.model.plan(case.plan().clone())?)?;
            pipeline::detect(&mut case)?;
            let outcome = case.commit()?;
            progress.finish().iter().for_each(|note| call.terminal.talk(note));
            return Ok(summary::print(&outcome, None, call.terminal)?);
        };
        let recipe = published::method(method, &self.set)?;
        let result = published::detect(&mut case, &recipe, &self.set, self.as_published)?;
        case.commit()?;
        let files = match self.files.folder()? {
            Some(out) => published::csv(&case, &result.label, out)?,
            None => Vec::new(),
        };
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        print(&result, &files, call.terminal)
    }
}

fn print(result: &published::Result, files: &[PathBuf], terminal: Terminal) -> Result<(), Failure> {
    if terminal.json {
        return Ok(terminal.value(&serde_json::json!({
            "schema": "concerted/published/1",
            "result": result,
            "files": files,
        }))?);
    }
    terminal.line(&format!("method    {} ({})", result.recipe.title, result.recipe.paper))?;
    terminal.line(&format!("settings  {}", super::methods::settings(&result.recipe)))?;
    terminal.line(&format!("measured  {} pairs of accounts", grouped(result.ties)))?;
    terminal.line(&format!(
        "flagged   {} pairs of {} accounts: {}",
        grouped(result.kept),
        grouped(result.accounts),
        result.recipe.threshold
    ))?;
    for fault in &result.faults {
        terminal.line(&if result.as_published {
            format!("fault     repeated: {}", fault.original)
        } else {
            format!("corrected {} (the original: {})", fault.corrected, fault.original)
        })?;
    }
    if let Some(differing) = result.differing {
        let other = if result.as_published { "without its faults" } else { "as published" };
        terminal.line(&format!("differs   {} pairs are other {other}", grouped(differing)))?;
    }
    for note in &result.notes {
        terminal.line(&format!("note      {note}"))?;
    }
    terminal.line(
        "note      the method says nothing of chance; ask with: concerted compare CASE --methods …",
    )?;
    for file in files {
        terminal.line(&format!("wrote     {}", file.display()))?;
    }
    Ok(())
}
