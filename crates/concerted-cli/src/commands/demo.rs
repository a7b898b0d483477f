//! `concerted demo`: what the tool does, on data that it invents.

use std::{io, path::PathBuf};

use clap::Args;
use concerted::{audit::Verdict, demo};

use super::summary;
use crate::{cli::Call, exit::Failure, progress::Progress, terminal::Terminal};

/// Names of accounts on one line.
const NAMES_IN_A_ROW: usize = 6;

/// Invent a data set, investigate it, and say what was found and what was rightly left alone
///
/// About 20,000 posts by 1,500 accounts: two planted networks, and around them fans, a newswire and
/// programs that look like networks and are none. Then two accusations are answered account by account: a
/// network among whom innocents were put, and a real campaign. No network, no account, under a minute.
#[derive(Args)]
pub(crate) struct Demo {
    /// The folder to write posts, truth, case and report into
    #[arg(long, value_name = "FOLDER", default_value = "concerted-demo")]
    out: PathBuf,
    /// Seed of the invented data
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

impl Demo {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let shown = demo::run(&self.out, self.seed, call.words.clone(), now, &listener)?;
        progress.finish();
        if call.terminal.json {
            return Ok(call.terminal.value(&shown)?);
        }
        Ok(print(&shown, call.terminal)?)
    }
}

fn print(shown: &demo::Demo, terminal: Terminal) -> io::Result<()> {
    terminal.line(&format!("invented  {}", shown.posts.display()))?;
    summary::print(&shown.outcome, Some(&shown.report), terminal)?;
    terminal.line("")?;
    terminal.line("held against the truth, which the investigation did not see:")?;
    for planted in &shown.planted {
        let group = match planted.group {
            Some(group) => format!("found as group {group}, {} others in it", planted.strangers),
            None => "not found".to_owned(),
        };
        terminal.line(&format!(
            "  network ({}): {} of {} members {group}",
            planted.what, planted.found, planted.members
        ))?;
    }
    for innocent in &shown.innocent {
        let verdict = match (&innocent.described, innocent.grouped) {
            (_, wrong) if wrong > 0 => format!("{wrong} wrongly grouped"),
            (Some((described, words)), _) => {
                format!("{described} found and described as what they are, {words}")
            }
            (None, _) => "rightly left alone".to_owned(),
        };
        terminal.line(&format!("  {} {}: {verdict}", innocent.accounts, innocent.what))?;
    }
    for accusation in &shown.accusations {
        accused(accusation, terminal)?;
    }
    terminal.line("")?;
    terminal.line("what this does not show: who is behind an account, why it acted, or whether")?;
    terminal.line("acting together was hidden or open. The report says more; open it in a browser.")
}

fn accused(accusation: &demo::Accusation, terminal: Terminal) -> io::Result<()> {
    let accused = &accusation.accused;
    terminal.line("")?;
    terminal.line(&format!(
        "accused of being one network: {} accounts, in truth {}",
        accused.len(),
        accusation.what
    ))?;
    let verdict = match accusation.verdict {
        Verdict::Supported => "supported",
        Verdict::Contradicted => "contradicted",
        Verdict::Undecidable => "cannot be decided",
    };
    terminal.line(&format!("  the list as a whole acts together in time: {verdict}"))?;
    terminal.line(&format!("    {}", accusation.why))?;
    for (standing, words) in [
        (Some(false), "without support"),
        (None, "too little to be tested"),
        (Some(true), "supported"),
    ] {
        let of: Vec<_> = accused.iter().filter(|one| one.supported == standing).collect();
        if of.is_empty() {
            continue;
        }
        let innocent = of.iter().filter(|one| !one.in_concert).count();
        terminal.line(&format!(
            "  {words}: {} accounts, in truth {innocent} innocent and {} in concert",
            of.len(),
            of.len() - innocent
        ))?;
        for row in of.chunks(NAMES_IN_A_ROW) {
            let names: Vec<&str> = row.iter().map(|one| one.name.as_str()).collect();
            terminal.line(&format!("    {}", names.join(" ")))?;
        }
    }
    terminal.line(&format!("  reasons: {}", accusation.statement.display()))
}
