//! The command line: what can be asked, and with which words.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use crate::{commands, exit::Failure, terminal::Terminal};

/// Find accounts that act in concert, with the evidence, and with proof that it is not chance.
///
/// Start with: concerted demo
#[derive(Parser)]
#[command(name = "concerted", version, arg_required_else_help = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args)]
pub(crate) struct Global {
    /// Print one JSON object with a versioned schema instead of words
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print nothing but data and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Threads to use; the result does not depend on it [default: all cores]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// Memory that pairing may take, such as 1.5GiB; the result does not depend on it [default: half
    /// of what is free]
    #[arg(long, global = true, value_name = "SIZE")]
    pub(crate) memory: Option<concerted::Memory>,
}

#[derive(Subcommand)]
enum Command {
    Demo(commands::demo::Demo),
    Inspect(commands::inspect::Inspect),
    Investigate(commands::investigate::Investigate),
    Ingest(commands::ingest::Ingest),
    Detect(commands::detect::Detect),
    Trace(commands::trace::Trace),
    Compare(commands::compare::Compare),
    Report(commands::report::Report),
    Audit(commands::audit::Audit),
    Expand(commands::expand::Expand),
    Explain(commands::explain::Explain),
    Export(commands::export::Export),
    Verify(commands::verify::Verify),
    Serve(commands::serve::Serve),
    Methods(commands::methods::Methods),
    Formats(commands::formats::Formats),
}

/// A command, and what it needs to know of how it was called.
pub(crate) struct Call {
    /// Where to write.
    pub(crate) terminal: Terminal,
    /// The command, word by word, for the record.
    pub(crate) words: Vec<String>,
    /// Memory allowed.
    pub(crate) memory: Option<concerted::Memory>,
}

/// Does what the words say.
pub(crate) fn run(words: Vec<OsString>) -> Result<(), Failure> {
    let cli = Cli::try_parse_from(&words).map_err(Failure::CommandLine)?;
    let call = Call {
        terminal: Terminal { quiet: cli.global.quiet, json: cli.global.json },
        words: words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect(),
        memory: cli.global.memory,
    };
    concerted::with_threads(cli.global.threads, || match cli.command {
        Command::Demo(command) => command.run(&call),
        Command::Inspect(command) => command.run(&call),
        Command::Investigate(command) => command.run(&call),
        Command::Ingest(command) => command.run(&call),
        Command::Detect(command) => command.run(&call),
        Command::Trace(command) => command.run(&call),
        Command::Compare(command) => command.run(&call),
        Command::Report(command) => command.run(&call),
        Command::Audit(command) => command.run(&call),
        Command::Expand(command) => command.run(&call),
        Command::Explain(command) => command.run(&call),
        Command::Export(command) => command.run(&call),
        Command::Verify(command) => command.run(&call),
        Command::Serve(command) => command.run(&call),
        Command::Methods(command) => command.run(&call),
        Command::Formats(command) => command.run(&call),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
