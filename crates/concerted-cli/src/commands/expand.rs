//! `concerted expand`: from some known accounts, the rest of their network.

use std::path::PathBuf;

use clap::Args;
use concerted::{
    Investigation, audit,
    expansion::{self, Expansion},
};

use super::summary::grouped;
use crate::{cli::Call, exit::Failure, progress::Progress};

/// Find the accounts that act with these more than chance, hop by hop
///
/// Stops where the evidence ends. Seeds that are not tied to each other are refused: from strangers,
/// anybody could be reached.
///
///   $ concerted expand mycase --seeds known.txt
///   seeds     5 of 5 are tied to each other
///   found     93 accounts in 2 hops; at most 4.7 of them expected to be chance
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Expand {
    /// The folder of the case
    case: PathBuf,
    /// The known accounts, one a line: platform:id, an id, or a name
    #[arg(long, value_name = "LIST")]
    seeds: PathBuf,
    /// Share of false ones expected among those found, at most
    #[arg(long, value_name = "RATE", default_value_t = 0.05)]
    rate: f64,
}

impl Expand {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let seeds = audit::read_list(&self.seeds)?;
        let now = concerted::now();
        let mut case =
            Investigation::open_existing(&self.case, call.words.clone(), now, &listener)?;
        case.set_memory(call.memory);
        let found = expansion::expand(&mut case, &seeds, self.rate)?;
        case.commit()?;
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        if call.terminal.json {
            return Ok(call.terminal.value(&found)?);
        }
        Ok(print(&found, call)?)
    }
}

fn print(found: &Expansion, call: &Call) -> std::io::Result<()> {
    let terminal = call.terminal;
    for name in &found.unknown {
        terminal.line(&format!("unknown   {name}: no post in this case"))?;
    }
    let seeds = found.seeds.len();
    terminal.line(&match found.in_groups {
        Some(grouped) if grouped > 0 => format!(
            "seeds     {} of {seeds} are tied to each other, {grouped} of them in one group of the case",
            found.tied
        ),
        _ => format!("seeds     {} of {seeds} are tied to each other", found.tied),
    })?;
    if found.in_groups.is_none() {
        terminal.line(
            "note      nobody looked for groups here yet: concerted detect, and seeds are told apart better",
        )?;
    }
    if found.ended == expansion::Ended::SeedsNotTied {
        return terminal.line(
            "refused   too few of the seeds act together: what they lead to would be no network",
        );
    }
    let hops = found.found.iter().map(|one| one.hop).max().unwrap_or(0);
    terminal.line(&format!(
        "found     {} accounts in {hops} hops; at most {:.1} of them expected to be chance",
        found.found.len(),
        found.rate * found.found.len() as f64
    ))?;
    for one in &found.found {
        let share = &one.member.share;
        let trace = share.trace.map_or("", |trace| trace.as_str());
        terminal.line(&format!(
            "          {}  hop {}, {trace} within {} s: {} occasions, {:.2} expected, q {:.1e}",
            one.member.account,
            one.hop,
            share.window_seconds,
            share.sittings,
            share.expected,
            share.q
        ))?;
        for shown in &one.shown {
            terminal.line(&format!(
                "            {}  post {} after post {} of {}",
                shown.time, shown.post, shown.before, shown.before_time
            ))?;
        }
    }
    terminal.line(&format!(
        "tested    {} others; {} do too little to be tested, {} only follow or are only followed",
        grouped(found.tested),
        grouped(found.untestable),
        grouped(found.one_sided)
    ))?;
    let [share, low, high] = found.recovery.map(|share| 100.0 * share);
    terminal.line(&format!(
        "missing   {} of {seeds} seeds would have been found from the rest: {share:.0} % ({low:.0} to {high:.0} %)",
        found.recovered
    ))
}
