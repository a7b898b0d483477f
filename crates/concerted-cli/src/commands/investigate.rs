//! `concerted investigate`: from files to a report.

use std::path::PathBuf;

use clap::Args;
use concerted::{Investigation, pipeline};

use super::{
    inputs::{InputArgs, ModelArg},
    summary,
};
use crate::{cli::Call, exit::Failure, progress::Progress};

/// Read posts, find who acts together more than chance, and write a report
///
/// Everything lands in one folder, the case. Run it again after a change and only what depends on
/// the change is done again; end it at any moment and the case is as it was before.
///
///   $ concerted investigate posts.csv --case mycase
///   read      20,412 posts by 1,500 accounts; 0 rows refused
///   compared  1,204,310 pairs of accounts
///   found     2 groups of 40 accounts, 391 ties; at most 3.9 of the ties expected to be chance
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Investigate {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    model: ModelArg,
    /// The folder of the case; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
}

impl Investigate {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let (inputs, _held) = self.inputs.inputs()?;
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let mut case = Investigation::open(&self.case, call.words.clone(), now, &listener)?;
        case.set_memory(call.memory);
        case.set_plan(self.model.plan(self.inputs.plan(case.plan().clone()))?)?;
        let outcome = pipeline::investigate(&mut case, &inputs)?;
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        Ok(summary::print(&outcome, Some(&self.case.join("report.html")), call.terminal)?)
    }
}
