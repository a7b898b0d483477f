//! `concerted ingest`: from files to posts in a case.

use std::path::PathBuf;

use clap::Args;
use concerted::{Investigation, pipeline};

use super::{inputs::InputArgs, summary};
use crate::{cli::Call, exit::Failure, progress::Progress};

/// Read posts into a case, and say what was kept and what was refused
#[derive(Args)]
pub(crate) struct Ingest {
    #[command(flatten)]
    inputs: InputArgs,
    /// The folder of the case; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
}

impl Ingest {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let (inputs, _held) = self.inputs.inputs()?;
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let mut case = Investigation::open(&self.case, call.words.clone(), now, &listener)?;
        case.set_plan(self.inputs.plan(case.plan().clone()))?;
        case.forget_results();
        pipeline::ingest(&mut case, &inputs)?;
        let outcome = case.commit()?;
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        if outcome.posts == 0 {
            call.terminal.talk("warning: there are no posts in what was read");
        }
        Ok(summary::print(&outcome, None, call.terminal)?)
    }
}
