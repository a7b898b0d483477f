//! `concerted inspect`: what is in a file, and what can it show?

use std::io;

use clap::Args;
use concerted::{Inspection, Plan, Trace, inspect};

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
            "  rows        {}: {} posts, {} repeated, {} context, changes or no posts, {} refused",
            grouped(rows.read),
            grouped(rows.posts),
            grouped(rows.duplicates + rows.merged + rows.conflicts),
            grouped(rows.context + rows.not_posts + rows.deletions + rows.edits),
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
        if let Some(check) = &input.clock_check {
            let offset = match check.offset_minutes {
                Some(minutes) => format!(
                    "; {} rows are {minutes:+} minutes off: probably a time-zone mistake",
                    grouped(check.offset_rows)
                ),
                None => String::new(),
            };
            terminal.line(&format!(
                "  agreement   claimed times and those in the ids: {} agree, {} do not{offset}",
                grouped(check.agree),
                grouped(check.disagree)
            ))?;
        }
        for (pair, check) in &input.clock_pairs {
            terminal.line(&format!(
                "  agreement   {pair}: {} agree, {} do not",
                grouped(check.agree),
                grouped(check.disagree)
            ))?;
        }
        for note in &input.notes {
            terminal.line(&format!("  note        {note}"))?;
        }
    }
    let rows = &found.rows;
    terminal.line(&format!(
        "together    {} accounts, {} posts; {} repeated, {} in conflicting versions, {} deletions and \
         {} edits told, {} rows without an author",
        grouped(found.accounts),
        grouped(rows.posts),
        grouped(rows.duplicates + rows.merged),
        grouped(rows.conflicts),
        grouped(rows.deletions),
        grouped(rows.edits),
        grouped(found.placeholder_authors)
    ))?;
    let mut languages: Vec<(&String, &u64)> = found.languages.languages.iter().collect();
    languages.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let shown: Vec<String> = languages
        .iter()
        .take(8)
        .map(|(name, count)| format!("{name} {}", grouped(**count)))
        .collect();
    terminal.line(&format!(
        "  languages   {} ({} of {} texts looked at are too short or unsure)",
        if shown.is_empty() { "none told".to_owned() } else { shown.join(", ") },
        grouped(found.languages.unsure),
        grouped(found.languages.texts)
    ))?;
    terminal.line("accounts can be compared in")?;
    for trace in &found.traces {
        match &trace.why_not {
            // Being there at the same moments needs no objects.
            None if trace.trace == Trace::Post => terminal.line(&format!(
                "  {:<12} the moments of {} posts",
                trace.trace.as_str(),
                grouped(trace.posts)
            ))?,
            None => terminal.line(&format!(
                "  {:<12} {} objects that two accounts or more acted on, {} actions",
                trace.trace.as_str(),
                grouped(trace.objects),
                grouped(trace.actions)
            ))?,
            Some(why) => terminal.line(&format!("  {:<12} no: {why}", trace.trace.as_str()))?,
        }
    }
    for window in &found.windows {
        let verdict = window.why_not.as_deref().unwrap_or("can be looked at");
        terminal.line(&format!("  within {:<6} {verdict}", window.window.to_string()))?;
    }
    Ok(())
}
