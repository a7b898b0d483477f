//! `concerted verify`: is everything as it was written, and can it be made again?

use std::{io, path::PathBuf};

use clap::Args;
use concerted::verify::{self, Verified};

use crate::{cli::Call, exit::Failure, progress::Progress, terminal::Terminal};

/// Check a case or a bundle: every hash, the log of custody, and, from the inputs, every table again
///
/// Nothing is changed by looking. With the inputs that were read, all tables are made again elsewhere
/// and compared. Exit code 1 if anything is not as it was written.
///
///   $ concerted verify mycase posts.csv
///   checked   21 files, 4,210,334 bytes; 3 lines of custody
///   again     18 files made again from the inputs came out the same
///   everything is as it was written
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Verify {
    /// The folder of a case, or of a bag that `concerted export --to bagit` wrote
    folder: PathBuf,
    /// The files that the case was made from, or what stood for them: folders, patterns, archives; to make
    /// everything again
    #[arg(value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Print one hash a line for everything that the case's run names, to put under a time stamp
    #[arg(long, conflicts_with = "inputs")]
    hashes: bool,
}

impl Verify {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        if self.hashes {
            for line in verify::hashes(&self.folder)?.lines() {
                call.terminal.line(line)?;
            }
            return Ok(());
        }
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let verified = verify::verify(&self.folder, &self.inputs, concerted::now(), &listener)?;
        progress.finish();
        if call.terminal.json {
            call.terminal.value(&verified)?;
        } else {
            print(&verified, !self.inputs.is_empty(), call.terminal)?;
        }
        if verified.checked.wrong.is_empty() { Ok(()) } else { Err(Failure::Condition) }
    }
}

fn print(verified: &Verified, with_inputs: bool, terminal: Terminal) -> io::Result<()> {
    let checked = &verified.checked;
    let count = concerted::report::count;
    let custody = match verified.what {
        "case" => format!("; {} lines of custody", count(checked.custody)),
        _ => String::new(),
    };
    terminal.line(&format!(
        "checked   {} files, {} bytes{custody}",
        count(checked.files),
        count(checked.bytes)
    ))?;
    if let Some(version) = &verified.other_version {
        terminal.talk(&format!(
            "note: the case was made by version {version}; another version may rightly differ"
        ));
    }
    match verified.made_again {
        Some(files) => terminal.line(&format!(
            "again     {} files made again from the inputs came out the same",
            count(files)
        ))?,
        None if with_inputs => terminal.line("again     nothing was made again")?,
        None if verified.what == "case" => {
            terminal.talk("hint: give the inputs as well, to make every table again");
        }
        None => {}
    }
    for wrong in &checked.wrong {
        terminal.line(&format!("wrong     {}: {}", wrong.path, wrong.reason))?;
    }
    if checked.wrong.is_empty() {
        terminal.line("everything is as it was written")?;
    }
    Ok(())
}
