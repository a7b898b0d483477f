//! What is written where: data to standard output, talk to standard error.
//!
//! **Invariant:** text from the data never reaches the terminal with its control characters, and a
//! closed pipe is an error to be handled, not a panic.

use std::io::{self, IsTerminal, Write};

use concerted::report::visible;

/// The two streams.
#[derive(Clone, Copy, Default)]
pub(crate) struct Terminal {
    /// Say nothing but data and errors.
    pub(crate) quiet: bool,
    /// Data as JSON.
    pub(crate) json: bool,
}

impl Terminal {
    /// Writes data, one line.
    pub(crate) fn line(self, text: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", visible(text))
    }

    /// Writes a value as JSON, indented for people only on a terminal.
    pub(crate) fn value(self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if io::stdout().is_terminal() {
            serde_json::to_writer_pretty(&mut out, value)?;
        } else {
            serde_json::to_writer(&mut out, value)?;
        }
        writeln!(out)
    }

    /// Says something beside the data. Nobody depends on it, so that a closed stream is no matter.
    pub(crate) fn talk(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{}", visible(text));
        }
    }

    /// Says what went wrong and what to do.
    pub(crate) fn error(self, sentence: &str, hint: Option<&str>) {
        let mut stderr = io::stderr().lock();
        let _ = writeln!(stderr, "error: {}", visible(sentence));
        if let Some(hint) = hint {
            let _ = writeln!(stderr, "hint: {}", visible(hint));
        }
    }
}
