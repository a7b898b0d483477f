//! `concerted detect`: from the posts of a case to its network and groups.

use std::path::PathBuf;

use clap::Args;
use concerted::{Investigation, pipeline};

use super::summary;
use crate::{cli::Call, exit::Failure, progress::Progress};

/// Find who acts together more than chance, in a case that holds posts
///
/// What is looked for stands in the case's case.toml.
#[derive(Args)]
pub(crate) struct Detect {
    /// The folder of the case
    case: PathBuf,
}

impl Detect {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let mut case =
            Investigation::open_existing(&self.case, call.words.clone(), now, &listener)?;
        case.set_memory(call.memory);
        pipeline::detect(&mut case)?;
        let outcome = case.commit()?;
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        Ok(summary::print(&outcome, None, call.terminal)?)
    }
}
