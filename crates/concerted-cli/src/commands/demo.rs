//! `concerted demo`: what the tool does, on data that it invents.

use std::{io, path::PathBuf};

use clap::Args;
use concerted::demo;

use super::summary;
use crate::{cli::Call, exit::Failure, progress::Progress, terminal::Terminal};

/// Invent a data set, investigate it, and say what was found and what was rightly left alone
///
/// About 20,000 posts by 1,500 accounts: two planted networks, and around them fans, a newswire and
/// programs that look like networks and are none. No network, no account, under a minute.
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
    terminal.line("")?;
    terminal.line("what this does not show: who is behind an account, why it acted, or whether")?;
    terminal.line("acting together was hidden or open. The report says more; open it in a browser.")
}
