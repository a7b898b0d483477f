//! Exit codes and the last words of a command that failed.
//!
//! **Invariant:** 0 done · 1 a condition that the user asked to fail on is true · 2 usage ·
//! 3 input · 4 a limit · 5 a bug · 130 and 143 ended by Ctrl-C or a termination. A code is never given
//! another meaning.

use std::{
    io,
    panic::{self, UnwindSafe},
    process::ExitCode,
};

use concerted::ErrorKind;

use crate::terminal::Terminal;

/// Why a command ended without doing its work.
pub(crate) enum Failure {
    /// The command line itself; clap has the words, also for `--help`.
    CommandLine(clap::Error),
    /// The work.
    Work(concerted::Error),
    /// What the user asked to be told of by the exit code is so; it has been said already.
    Condition,
    /// What was asked makes no sense, in one sentence.
    Usage(String),
    /// The machine refuses what the work needs, in one sentence.
    Machine(String),
    /// Standard output cannot be written.
    Output(io::Error),
    /// Ctrl-C ended what only Ctrl-C ends.
    Interrupted,
    /// A termination ended it.
    Terminated,
}

impl From<concerted::Error> for Failure {
    fn from(error: concerted::Error) -> Self {
        Self::Work(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Does the work, prints its failure, if any, and gives the exit code.
pub(crate) fn of(work: impl FnOnce() -> Result<(), Failure> + UnwindSafe) -> ExitCode {
    let terminal = Terminal::default();
    match panic::catch_unwind(work) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => code(failure, terminal).into(),
        // Where it was, the panic has said by itself.
        Err(_) => bug(terminal).into(),
    }
}

fn code(failure: Failure, terminal: Terminal) -> u8 {
    match failure {
        Failure::CommandLine(error) => {
            // Help and version are no failures; clap knows which stream each goes to.
            let _ = error.print();
            if error.use_stderr() { 2 } else { 0 }
        }
        Failure::Work(error) => {
            terminal.error(&error.to_string(), error.hint().as_deref());
            match error.kind() {
                ErrorKind::Usage => 2,
                ErrorKind::Input => 3,
                ErrorKind::Limit => 4,
                ErrorKind::Bug => bug(terminal),
            }
        }
        Failure::Condition => 1,
        Failure::Usage(sentence) => {
            terminal.error(&sentence, None);
            2
        }
        Failure::Machine(sentence) => {
            terminal.error(&sentence, None);
            4
        }
        // As a shell tells it of a program that a signal ended.
        Failure::Interrupted => 130,
        Failure::Terminated => 143,
        // Somebody closed the pipe: `concerted … | head` has what it wanted.
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Failure::Output(error) => {
            terminal.error(&format!("standard output: {error}"), None);
            4
        }
    }
}

fn bug(terminal: Terminal) -> u8 {
    terminal.talk(
        "this is a bug in concerted: please report it with the command; no post was sent anywhere",
    );
    5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_as_a_bug() {
        let ended = of(|| panic!("a promise was broken"));
        assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::from(5)));
        assert_eq!(format!("{:?}", of(|| Ok(()))), format!("{:?}", ExitCode::SUCCESS));
    }
}
