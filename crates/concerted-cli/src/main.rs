//! The binary `concerted`: the terminal's face of the pipeline. See [`cli`] for the commands.

use std::process::ExitCode;

mod cli;
mod commands;
mod exit;
mod progress;
mod terminal;

fn main() -> ExitCode {
    exit::of(|| cli::run(std::env::args_os().collect()))
}
