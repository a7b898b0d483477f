//! `concerted inspect`: what is in a file, and what can it show?

use std::io;

use clap::Args;
use concerted::{Inspection, Plan, inspect};

use super::{inputs::InputArgs, summary::grouped};
use crate::{cli::Call, exit::Failure, progress::Progress, terminal::Terminal};

/// Say what is in files of posts and what they can show, without making a case
#[derive(Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    inputs: InputArgs,
}

impl Inspect {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let (inputs, _held) = self.inputs.inputs()?;
        let progress = Progress::new(call.terminal.quiet);
        let found =
            inspect(&inputs, &self.inputs.plan(Plan::default()), concerted::now(), &|event| {
                progress.on(event)
            })?;
        progress.finish();
        if call.terminal.json {
            return Ok(call.terminal.value(&found)?);
        }
        Ok(print(&found, call.terminal)?)
    }
}

fn print(found: &Inspection, terminal: Terminal) -> io::Result<()> {
    for input in &found.inputs {
        let rows = &input.rows;
        terminal.line(&input.name)?;
        let runner_up = match &input.runner_up {
            Some(other) => format!(" (next best: {other})"),
            None => String::new(),
        };
        terminal
            .line(&format!("  format      {}{runner_up}, {}", input.format, input.compression))?;
        terminal.line(&format!(
            "  rows        {}: {} posts, {} repeated, {} context or no posts, {} refused",
            grouped(rows.read),
            grouped(rows.posts),
            grouped(rows.duplicates + rows.merged + rows.conflicts),
            grouped(rows.context + rows.not_posts),
            grouped(rows.rejected())
        ))?;
        for (reason, count) in &rows.rejects {
            terminal.line(&format!("              refused: {} × {reason}", grouped(*count)))?;
        }
        for (field, column) in &input.mapping {
            terminal.line(&format!("  {field:<18} from {column}"))?;
        }
        let clocks: Vec<String> =
            input.clocks.iter().map(|(clock, n)| format!("{clock} {}", grouped(*n))).collect();
        terminal.line(&format!(
            "  clocks      {}; resolution {}",
            clocks.join(", "),
            concerted::Span::micros(input.resolution_us)
        ))?;
        for note in &input.notes {
            terminal.line(&format!("  note        {note}"))?;
        }
    }
    terminal.line(&format!("together    {} accounts", grouped(found.accounts)))?;
    for trace in &found.traces {
        terminal.line(&format!(
            "  {:<12} {} objects that two accounts or more acted on, {} actions",
            trace.trace,
            grouped(trace.objects),
            grouped(trace.actions)
        ))?;
    }
    for window in &found.windows {
        let verdict =
            if window.usable { "can be looked at" } else { "finer than the times in the data" };
        terminal.line(&format!("  within {:<6} {verdict}", window.window.to_string()))?;
    }
    Ok(())
}
