//! What a case shows, on a few lines.

use std::{io, path::Path};

use concerted::{ImageCounts, Outcome};

use crate::terminal::Terminal;

/// Groups that are listed.
const LISTED: usize = 20;

/// Prints the outcome as words, or as JSON.
pub(crate) fn print(
    outcome: &Outcome,
    report: Option<&Path>,
    terminal: Terminal,
) -> io::Result<()> {
    if terminal.json {
        return terminal.value(outcome);
    }
    terminal.line(&format!(
        "read      {} by {}; {} refused",
        counted(outcome.posts, "post"),
        counted(outcome.accounts, "account"),
        counted(outcome.rows.rejected(), "row")
    ))?;
    for (reason, rows) in &outcome.rows.rejects {
        terminal.line(&format!("          refused: {} × {reason}", grouped(*rows)))?;
    }
    if let Some(images) = &outcome.images {
        self::images(images, terminal)?;
    }
    if let Some(edges) = outcome.edges {
        terminal.line(&format!("compared  {} pairs of accounts", grouped(outcome.hypotheses)))?;
        let accounts: u64 = outcome.groups.iter().map(|group| group.accounts).sum();
        terminal.line(&match (outcome.hypotheses, edges) {
            (0, _) => {
                "found     nothing: too little data, no two accounts did enough to be compared"
                    .into()
            }
            (_, 0) => "found     nothing beyond chance, as far as this data can show".into(),
            _ => format!(
                "found     {} of {} accounts, {}; at most {:.1} of the ties expected to be chance",
                counted(outcome.groups.len() as u64, "group"),
                grouped(accounts),
                counted(edges, "tie"),
                outcome.expected_false_edges
            ),
        })?;
        decoys(outcome, terminal)?;
        groups(outcome, terminal)?;
    }
    if let Some(report) = report {
        terminal.line(&format!("report    {}", report.display()))?;
    }
    Ok(())
}

/// What became of the files of images.
fn images(images: &ImageCounts, terminal: Terminal) -> io::Result<()> {
    let compared = images.named.map_or(String::new(), |named| {
        format!(
            "; posts name {}, of which {} show what an earlier one shows and {} next to nothing",
            grouped(named),
            grouped(images.copies.unwrap_or_default()),
            grouped(images.blank.unwrap_or_default())
        )
    });
    let refused = images.refused.values().sum();
    terminal.line(&format!(
        "images    {}, {} refused{compared}",
        counted(images.files, "file"),
        grouped(refused)
    ))?;
    for (reason, files) in &images.refused {
        terminal.line(&format!("          refused: {} × {reason}", grouped(*files)))?;
    }
    Ok(())
}

/// What the same procedure found by chance, and what the data could have shown at all.
fn decoys(outcome: &Outcome, terminal: Terminal) -> io::Result<()> {
    if !outcome.decoys.is_empty() && outcome.hypotheses > 0 {
        let sum = |count: fn(&concerted::DecoyFound) -> u64| -> u64 {
            outcome.decoys.iter().map(count).sum()
        };
        terminal.line(&format!(
            "decoys    the same procedure on {} shuffled copies found {} ties and {} groups",
            outcome.decoys.len(),
            grouped(sum(|found| found.edges)),
            grouped(sum(|found| found.groups))
        ))?;
    }
    let least = outcome.tested.iter().filter_map(|tested| {
        tested.least_detectable.map(|least| format!("{} {least}", tested.trace))
    });
    let least: Vec<String> = least.collect();
    if !least.is_empty() {
        terminal.line(&format!(
            "power     fewest joint occasions that two typical accounts would need: {}",
            least.join(", ")
        ))?;
    }
    Ok(())
}

fn groups(outcome: &Outcome, terminal: Terminal) -> io::Result<()> {
    if outcome.groups.is_empty() {
        return Ok(());
    }
    terminal.line("")?;
    terminal.line("  group  accounts    ties  occasions  expected  acted together in")?;
    for group in outcome.groups.iter().take(LISTED) {
        let mut what: Vec<&str> = group.traces.keys().map(String::as_str).collect();
        let observed = group.observed.as_ref().map(|observed| format!("({observed})"));
        what.extend(observed.as_deref());
        terminal.line(&format!(
            "  {:>5}  {:>8}  {:>6}  {:>9}  {:>8.1}  {}",
            group.group,
            grouped(group.accounts),
            grouped(group.edges),
            grouped(group.occasions),
            group.expected,
            what.join(" ")
        ))?;
    }
    if outcome.groups.len() > LISTED {
        terminal.line(&format!("  and {} more", outcome.groups.len() - LISTED))?;
    }
    terminal.line("")
}

/// A number of things: `1 group`, `2,000 ties`.
fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    concerted::report::count(number)
}
