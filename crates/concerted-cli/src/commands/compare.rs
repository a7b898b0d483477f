//! `concerted compare`: published methods side by side.

use std::path::PathBuf;

use clap::Args;
use concerted::{
    Investigation,
    published::{self, Compared, Comparison},
};

use super::{detect::Files, summary::grouped};
use crate::{cli::Call, exit::Failure, progress::Progress, terminal::Terminal};

/// Walk published methods side by side: what each flags, where they agree, and what each flags by chance
///
/// Every method is walked on the case and on decoys of it. In one kind of decoy who acted when is
/// shuffled within each object; in the other who shared what is shuffled, with every account's activity
/// and every object's popularity and moments kept. Nobody is in concert in the second kind: pairs flagged
/// there are false. In the first kind a network that chose its objects together still has them; where
/// nobody else touched an object, shuffling changes nothing.
///
///   $ concerted compare mycase --methods coortweet,svn2011
///   method      pairs  accounts  if timing is chance  if choice is chance
///   coortweet     412       143                310.5                  9.2
///   svn2011     9,120       988              9,120.0                 41.0
///
/// Read: of the 412 pairs that coortweet flags, about 310 are flagged whoever acted when, about 9 whoever
/// shared what; svn2011 looks at no time.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Compare {
    /// The folder of the case
    case: PathBuf,
    /// The methods, see `concerted methods`
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', required = true)]
    methods: Vec<String>,
    /// Change a setting of every method that has it, for example window=60s
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Repeat the faults of the originals
    #[arg(long)]
    as_published: bool,
    /// Decoys of each kind; 0 for none
    #[arg(long, value_name = "N", default_value_t = 20)]
    decoys: u32,
    /// Seed of the decoys
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    files: Files,
}

impl Compare {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let mut used = vec![false; self.set.len()];
        let mut recipes = Vec::new();
        for name in &self.methods {
            let mut recipe = published::method(name.trim(), &[])?;
            for (pair, used) in self.set.iter().zip(&mut used) {
                match recipe.set(pair) {
                    Ok(changed) => (recipe, *used) = (changed, true),
                    Err(concerted::RecipeError::NoSetting { .. }) => {}
                    Err(error) => return Err(concerted::Error::from(error).into()),
                }
            }
            recipes.push(recipe);
        }
        if let Some((pair, _)) = self.set.iter().zip(used).find(|(_, used)| !used) {
            return Err(Failure::Usage(format!(
                "--set {pair}: none of the methods has this setting"
            )));
        }
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let case = Investigation::open_existing(&self.case, call.words.clone(), now, &listener)?;
        let comparison =
            published::compare(&case, &recipes, self.decoys, self.seed, self.as_published)?;
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        let files = match self.files.folder()? {
            Some(out) => published::comparison_csv(&comparison, out)?,
            None => Vec::new(),
        };
        if call.terminal.json {
            return Ok(call.terminal.value(&comparison)?);
        }
        print(&comparison, call.terminal)?;
        for file in files {
            call.terminal.line(&format!("wrote     {}", file.display()))?;
        }
        Ok(())
    }
}

fn print(comparison: &Comparison, terminal: Terminal) -> Result<(), Failure> {
    let methods = &comparison.methods;
    let width = methods.iter().map(|m| m.method.len()).max().unwrap_or(6).max(6);
    terminal.line(&format!(
        "{:<width$}  {:>9}  {:>8}  {:>19}  {:>19}",
        "method", "pairs", "accounts", "if timing is chance", "if choice is chance"
    ))?;
    let mean = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.1}"));
    for method in methods {
        terminal.line(&format!(
            "{:<width$}  {:>9}  {:>8}  {:>19}  {:>19}",
            method.method,
            grouped(method.pairs),
            grouped(method.accounts),
            mean(method.if_timing_is_chance),
            mean(method.if_choice_is_chance),
        ))?;
    }
    terminal.line("")?;
    terminal.line(&format!(
        "pairs flagged by both ({} decoys of each kind above)",
        comparison.decoys
    ))?;
    let numbered = |number: usize, name: &str| format!("{number:>2} {name}");
    let wide = width + 3;
    let columns: Vec<String> = (1..=methods.len()).map(|number| format!("{number:>9}")).collect();
    terminal.line(&format!("{:<wide$}  {}", "", columns.join("  ")))?;
    for (number, (method, row)) in (1..).zip(methods.iter().zip(&comparison.in_both)) {
        let cells: Vec<String> =
            row.iter().map(|&count| format!("{:>9}", grouped(count))).collect();
        let name = numbered(number, &method.method);
        terminal.line(&format!("{name:<wide$}  {}", cells.join("  ")))?;
    }
    terminal.line("")?;
    for method in methods {
        if let Some(sentence) = sentence(method) {
            terminal.line(&sentence)?;
        }
        for fault in &method.repeated {
            terminal.line(&format!("{}: repeated: {}", method.method, fault.original))?;
        }
        for note in &method.notes {
            terminal.line(&format!("{}: {note}", method.method))?;
        }
    }
    Ok(())
}

/// From this share on, chance flags as many pairs as the data.
const AS_MANY: f64 = 0.9;

/// What a reviewer asks of a method.
fn sentence(method: &Compared) -> Option<String> {
    let (timing, choice) = (method.if_timing_is_chance?, method.if_choice_is_chance?);
    let name = &method.method;
    let (Some(of_timing), Some(of_choice)) = (method.timing_share(), method.choice_share()) else {
        return Some(format!("{name}: flags nothing here"));
    };
    let verdict = match (of_timing >= AS_MANY, of_choice >= AS_MANY) {
        (_, true) => "; it flags as many where nobody is in concert",
        (true, false) => "; its pairs say what is shared, nothing of when",
        (false, false) => "",
    };
    let percent = |expected: f64| 100.0 * expected / method.pairs as f64;
    Some(format!(
        "{name}: {} pairs flagged; {timing:.1} ({:.0} %) whoever of an object's sharers acted when, \
         {choice:.1} ({:.0} %) whoever shared what{verdict}",
        grouped(method.pairs),
        percent(timing),
        percent(choice)
    ))
}
