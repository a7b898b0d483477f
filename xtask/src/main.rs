//! Developer commands: `cargo xtask calibrate [--seeds N] [STUDY…]`.

use std::{io::Write, process::ExitCode};

use concerted_model::Plan;
use concerted_testkit::Study;
use xtask::calibrate;

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            let _ = writeln!(std::io::stderr(), "error: {sentence}");
            ExitCode::from(2)
        }
    }
}

fn run(words: Vec<String>) -> Result<(), String> {
    let mut words = words.into_iter();
    match words.next().as_deref() {
        Some("calibrate") => calibrate(words.collect()),
        _ => Err("known are: calibrate [--seeds N] [STUDY…]".into()),
    }
}

fn calibrate(words: Vec<String>) -> Result<(), String> {
    let (mut seeds, mut studies) = (1, Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "--seeds" {
            let number = words.next().unwrap_or_default();
            seeds = number.parse().map_err(|_| format!("--seeds: \"{number}\" is no number"))?;
        } else {
            studies.push(word.parse::<Study>().map_err(|error| error.to_string())?);
        }
    }
    if studies.is_empty() {
        studies = Study::ALL.to_vec();
    }
    let plan = Plan::default();
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    say("| world | seed | pairs claimed | wrong | planted pairs found | groups (organic) | seconds |".into())?;
    say("|---|---:|---:|---:|---:|---:|---:|".into())?;
    for study in studies {
        for seed in 1..=seeds {
            let score = calibrate::score(study, seed, &plan)?;
            say(format!(
                "| {} | {} | {} | {} | {} of {} ({:.0} %) | {} ({}) | {:.1} |",
                score.study,
                score.seed,
                score.claimed,
                score.wrong,
                score.found,
                score.planted,
                100.0 * score.recall(),
                score.groups,
                score.organic_groups,
                score.seconds
            ))?;
            for (kind, pairs) in &score.wrong_kinds {
                say(format!("|   | | | {pairs} × {kind} | | | |"))?;
            }
        }
    }
    Ok(())
}
