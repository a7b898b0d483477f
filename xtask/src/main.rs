//! Developer commands: `cargo xtask calibrate [--seeds N] [--plan FILE] [STUDY…]`, `uniformity`, `months`, `peers`.

use std::{io::Write, path::Path, process::ExitCode};

use concerted_model::Plan;
use concerted_testkit::Study;
use xtask::{calibrate, months, peers};

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
        Some("months") => months(words.collect()),
        Some("uniformity") => uniformity(words.collect()),
        Some("peers") => peers(words.collect()),
        _ => Err("known are: calibrate [--seeds N] [--plan CASE.TOML] [STUDY…] · months [--plan CASE.TOML] [FOLDER] · uniformity [--seeds N] [STUDY…] · peers [--seed N] [--methods A,B] [STUDY…]".into()),
    }
}

/// The table of docs/methods.md.
fn peers(words: Vec<String>) -> Result<(), String> {
    let (mut seed, mut names, mut studies) = (1, Vec::new(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--seed" => {
                let number = value();
                seed = number.parse().map_err(|_| format!("--seed: \"{number}\" is no number"))?;
            }
            "--methods" => names = value().split(',').map(str::to_owned).collect(),
            _ => studies.push(word.parse::<Study>().map_err(|error| error.to_string())?),
        }
    }
    if studies.is_empty() {
        studies = vec![Study::Null, Study::Fandoms, Study::Tight, Study::Copypasta];
    }
    let mut out = std::io::stdout().lock();
    for line in peers::table(&studies, seed, &names)? {
        writeln!(out, "{line}").map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn calibrate(words: Vec<String>) -> Result<(), String> {
    let (mut seeds, mut studies, mut plan) = (1, Vec::new(), Plan::default());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "--plan" {
            plan = plan_of(words.next())?;
        } else if word == "--seeds" {
            let number = words.next().unwrap_or_default();
            seeds = number.parse().map_err(|_| format!("--seeds: \"{number}\" is no number"))?;
        } else {
            studies.push(word.parse::<Study>().map_err(|error| error.to_string())?);
        }
    }
    if studies.is_empty() {
        studies = Study::ALL.to_vec();
    }
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    say("| world | seed | pairs claimed | wrong | planted pairs found | groups (organic) | confirmed (organic) | planted groups confirmed | purity | candidates | seconds |".into())?;
    say("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|".into())?;
    for study in studies {
        for seed in 1..=seeds {
            let score = calibrate::score(study, seed, &plan)?;
            say(format!(
                "| {} | {} | {} | {} | {} of {} ({:.0} %) | {} ({}) | {} ({}) | {} of {} | {:.0} % | {} | {:.1} |",
                score.study,
                score.seed,
                score.claimed,
                score.wrong,
                score.found,
                score.planted,
                100.0 * score.recall(),
                score.groups,
                score.organic_groups,
                score.confirmed,
                score.organic_confirmed,
                score.planted_confirmed,
                score.planted_groups,
                100.0 * score.purity,
                score.candidates,
                score.seconds
            ))?;
            if std::env::var_os("CONCERTED_CONFIRMED").is_some() {
                score.details.iter().try_for_each(|line| say(format!("|   {line}")))?;
            }
            for (kind, pairs) in &score.wrong_kinds {
                say(format!("|   | | | {pairs} × {kind} | | | |"))?;
            }
        }
    }
    Ok(())
}

/// The plan in a file.
fn plan_of(file: Option<String>) -> Result<Plan, String> {
    let file = file.ok_or("--plan: no file")?;
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    Plan::from_toml(&text).map_err(|error| format!("{file}: {error}"))
}

fn months(words: Vec<String>) -> Result<(), String> {
    let (mut plan, mut folder) = (Plan::default(), "../shared/data".to_owned());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--plan" => plan = plan_of(words.next())?,
            _ => folder = word,
        }
    }
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    say("| month | posts | pairs | of one unit | grouped accounts | groups | units | adjusted Rand |".into())?;
    say("|---|---:|---:|---:|---:|---:|---:|---:|".into())?;
    for month in months::score(Path::new(&folder), &plan)? {
        say(format!(
            "| {} | {} | {} | {} of {} ({:.1} %) | {} | {} | {} | {:.2} |",
            month.month,
            month.posts,
            month.pairs,
            month.of_one_unit,
            month.known,
            100.0 * month.of_one_unit as f64 / month.known.max(1) as f64,
            month.grouped,
            month.groups,
            month.units,
            month.agreement
        ))?;
        if std::env::var_os("CONCERTED_MONTHS_MEMBERS").is_some() {
            for members in month.members.iter().take(12) {
                say(format!("|   {members:?}"))?;
            }
        }
    }
    Ok(())
}

fn uniformity(words: Vec<String>) -> Result<(), String> {
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
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    say("| world | test | p-values | P(p ≤ 0.1)/0.1 | 0.01 | 0.001 | 0.0001 |".into())?;
    say("|---|---|---:|---:|---:|---:|---:|".into())?;
    for study in studies {
        for (name, found) in calibrate::uniformity(study, seeds, &Plan::default())? {
            let shares = found.inflation().map(|share| format!("{share:.2}")).join(" | ");
            say(format!("| {} | {name} | {} | {shares} |", study.as_str(), found.tests))?;
        }
    }
    Ok(())
}
