//! Developer commands: `cargo xtask calibrate [--seeds N] [--plan FILE] [STUDY…]`, `uniformity`, `months`,
//! `copies`, `peers`, `speed FILE`, `edges FILE [--toolkit PROGRAM]`, `days FILE…`, `bench [--profile WORD] [--window 60s]… [--memory MIB] COUNT…`.

use std::{io::Write, path::Path, process::ExitCode};

use concerted::MemoryError;
use concerted_model::{Plan, Span};
use concerted_testkit::{NearCopiesPlan, Study};
use xtask::{
    audit,
    bench::{self, Profile},
    calibrate, copies, days, edges, months, peers, power, real, speed,
};

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
        Some("audit") => audit(words.collect()),
        Some("copies") => copies(words.collect()),
        Some("months") => months(words.collect()),
        Some("uniformity") => uniformity(words.collect()),
        Some("power") => power(words.collect()),
        Some("bench") => bench(words.collect()),
        Some("peers") => peers(words.collect()),
        Some("speed") => speed(words.collect()),
        Some("edges") => edges(words.collect()),
        Some("days") => days::tell(words, &mut std::io::stdout().lock()),
        _ => Err("known are: calibrate [--seeds N] [--plan CASE.TOML] [STUDY…] · \
                  power [--seeds N] [STUDY…] · months [--plan CASE.TOML] [FOLDER] · uniformity [--seeds N] [STUDY…] · \
                  audit [--seeds FIRST..LAST] [--expand] [--real FOLDER] [KIND…] · copies [--posts N] [--seed N] [--memory AMOUNT] [--write FILE] · \
                  peers [--seeds FIRST..LAST] [--methods A,B:SETTING=VALUE,concerted] [STUDY…] · \
                  speed FILE [--method NAME] [--set KEY=VALUE]… [--times N] [--program FILE] · \
                  edges FILE [--window SPAN]… [--toolkit PROGRAM] · days FILE… · \
                  bench [--profile WORD] [--window SPAN]… [--memory MIB] COUNT…"
            .into()),
    }
}

/// The seeds from the first to the last: `1..10`.
fn seeds_of(range: &str) -> Result<std::ops::RangeInclusive<u64>, String> {
    let bounds = range.split_once("..").and_then(|(first, last)| {
        Some((first.parse::<u64>().ok()?.max(1), last.parse::<u64>().ok()?))
    });
    let (first, last) = bounds.ok_or_else(|| format!("--seeds: \"{range}\" is not like 1..10"))?;
    Ok(first..=last)
}

/// What a method costs on a file.
fn speed(words: Vec<String>) -> Result<(), String> {
    let mut asked = speed::Asked {
        program: "target/release/concerted".into(),
        file: String::new(),
        method: "coortweet".into(),
        settings: Vec::new(),
        times: 20,
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--method" => asked.method = value(),
            "--set" => asked.settings.push(value()),
            "--program" => asked.program = value(),
            "--times" => {
                let number = value();
                asked.times =
                    number.parse().map_err(|_| format!("--times: \"{number}\" is no number"))?;
            }
            _ => asked.file = word,
        }
    }
    let folder = Path::new("target/bench");
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let taken = speed::run(&asked, folder)?;
    let line = format!(
        "{} {}, {} runs: ingest {}, detect {}",
        asked.method,
        asked.settings.join(" "),
        asked.times,
        speed::words(&taken.ingest),
        speed::words(&taken.detect)
    );
    writeln!(std::io::stdout(), "{line}").map_err(|error| error.to_string())
}

/// What it costs to come from a file to a network.
fn edges(words: Vec<String>) -> Result<(), String> {
    let mut asked = edges::Asked { file: "posts.csv".into(), windows: Vec::new(), toolkit: None };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--window" => {
                let span = value().parse::<Span>().map_err(|error| error.to_string())?;
                asked.windows.push(span);
            }
            "--toolkit" => asked.toolkit = Some(value()),
            _ => asked.file = word.into(),
        }
    }
    let folder = Path::new("target/bench");
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let taken = edges::run(&asked, folder)?;
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    for (stage, seconds) in &taken.stages {
        say(format!("  {:10} {seconds:6.2} CPU s", stage.as_str()))?;
    }
    say(format!("  to edges   {:6.2} CPU s", taken.all))?;
    if let Some([read, compute]) = taken.toolkit {
        let ratio = (read + compute) / taken.all;
        say(format!("  toolkit    {read:.2} + {compute:.2} CPU s, {ratio:.1} times as many"))?;
    }
    Ok(())
}

/// The table of docs/methods.md.
fn peers(words: Vec<String>) -> Result<(), String> {
    let (mut seeds, mut names, mut studies) = (1..=1, Vec::new(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--seeds" => seeds = seeds_of(&value())?,
            "--methods" => names = value().split(',').map(str::to_owned).collect(),
            _ => studies.push(word.parse::<Study>().map_err(|error| error.to_string())?),
        }
    }
    if studies.is_empty() {
        studies = vec![Study::Null, Study::Fandoms, Study::Tight, Study::Copypasta];
    }
    let mut out = std::io::stdout().lock();
    for line in peers::table(&studies, seeds, &names)? {
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

/// The tables of docs/audit.md: one line a list, or with `--expand` one line a network.
fn audit(words: Vec<String>) -> Result<(), String> {
    let (mut seeds, mut expand, mut kinds) = (1..=10, false, Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seeds" => seeds = seeds_of(&words.next().unwrap_or_default())?,
            "--expand" => expand = true,
            "--real" => return audit_real(Path::new(&words.next().unwrap_or_default())),
            _ => kinds.push(
                (audit::Kind::ALL.into_iter().find(|kind| kind.as_str() == word))
                    .ok_or_else(|| format!("\"{word}\" is no kind of list"))?,
            ),
        }
    }
    if kinds.is_empty() {
        kinds = audit::Kind::ALL.to_vec();
    }
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| {
        writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| error.to_string())
    };
    for seed in seeds {
        if expand {
            say(format!("{seed} {:?}", audit::grown(seed)?))?;
            continue;
        }
        for answer in audit::answers(seed, &kinds)? {
            say(format!(
                "{seed} {} {} {} | {:?} {} ratio {:.2} power {:.2} | members {:?} innocents {:?} outsiders wrong {} | control {:?} lists {} | networks {:?} | {:?}",
                answer.kind.as_str(),
                answer.style,
                answer.accused,
                answer.verdict,
                answer.reason,
                answer.ratio,
                answer.power,
                answer.members,
                answer.innocents,
                answer.wrong_outsiders,
                answer.control,
                answer.control_lists,
                answer.networks,
                answer.others,
            ))?;
        }
    }
    Ok(())
}

/// The table of real posts in docs/audit.md.
fn audit_real(folder: &Path) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    say("| sample | accused | control | together in time | ratio | p | power | supported, without, untestable | unlisted: own unit, other units, ordinary | control accused | largest network |".into())?;
    say("|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|".into())?;
    for sample in real::Sample::ALL {
        let both = real::Both::of(folder, sample)?;
        let [posts, units, ordinary] = both.size();
        say(format!(
            "| {}: {posts} posts, {units} accounts of units, {ordinary} ordinary | | | | | | | | | | |",
            sample.as_str()
        ))?;
        for list in both.lists() {
            let told = both.accuse(&list)?;
            let claim = &told.together;
            let ratio = claim.effect.map_or("–".into(), |e| {
                format!("{:.1} ({:.1} to {:.1})", e.ratio, e.low, e.high)
            });
            let number = |value: Option<f64>| value.map_or("–".into(), |v| format!("{v:.3}"));
            let rate = claim.control.as_ref().map_or("–".into(), |rate| {
                format!("{} of {}", rate.accounts_accused, rate.accounts)
            });
            say(format!(
                "| {} | {} | {} | {:?} {:?} | {ratio} | {} | {} | {:?} | {:?} | {rate} | {} |",
                told.list,
                told.accused,
                told.control.map_or("–".into(), |control| control.to_string()),
                claim.verdict,
                claim.reasons,
                number(claim.p),
                number(claim.power),
                told.members,
                told.outsiders,
                told.largest,
            ))?;
        }
    }
    Ok(())
}

/// Planted copies in eight scripts: how many are found, how fast, in how much memory.
fn copies(words: Vec<String>) -> Result<(), String> {
    let (mut plan, mut memory) = (NearCopiesPlan { posts: 1_000_000, seed: 1 }, None);
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let number = words.next().unwrap_or_default();
        let wrong = |_| format!("{word}: \"{number}\" is no number");
        match word.as_str() {
            "--posts" => plan.posts = number.parse().map_err(wrong)?,
            "--seed" => plan.seed = number.parse().map_err(wrong)?,
            "--memory" => {
                memory = Some(number.parse().map_err(|e: MemoryError| format!("{word}: {e}"))?);
            }
            "--write" => return copies::write(&plan, Path::new(&number)),
            _ => {
                return Err(format!(
                    "\"{word}\" is no option; known are: --posts N, --seed N, --memory AMOUNT, \
                     --write FILE"
                ));
            }
        }
    }
    let score = copies::score(&plan, memory)?;
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    say("| script | similarity | planted | found | recall |".into())?;
    say("|---|---|---:|---:|---:|".into())?;
    for ((script, level), [planted, found]) in &score.recall {
        let share = 100.0 * *found as f64 / *planted as f64;
        say(format!("| {script} | {level} | {planted} | {found} | {share:.2} % |"))?;
    }
    for level in ["1", "0.9", "0.8", "below"] {
        say(format!("| all | {level} | | | {:.2} % |", 100.0 * score.recall_at(level)))?;
    }
    say(format!(
        "\nprecision {:.3} % of {} posts that joined a cluster",
        100.0 * score.precision(),
        score.joined
    ))?;
    say(format!("{:.1} s for {} posts", score.seconds, plan.posts))?;
    match score.memory {
        Some(peak) => say(format!("at most {} MiB in use beside the truth", peak / 1024)),
        None => say("memory: this system does not tell".into()),
    }
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
    say("| month | posts | pairs | of one unit | grouped accounts | groups | units | adjusted Rand | finer coding |".into())?;
    say("|---|---:|---:|---:|---:|---:|---:|---:|---:|".into())?;
    for month in months::score(Path::new(&folder), &plan)? {
        say(format!(
            "| {} | {} | {} | {} of {} ({:.1} %) | {} | {} | {} | {:.2} | {:.2} |",
            month.month,
            month.posts,
            month.pairs,
            month.of_one_unit,
            month.known,
            100.0 * month.of_one_unit as f64 / month.known.max(1) as f64,
            month.grouped,
            month.groups,
            month.units,
            month.agreement,
            month.fine_agreement
        ))?;
        if std::env::var_os("CONCERTED_MONTHS_MEMBERS").is_some() {
            for members in month.members.iter().take(12) {
                say(format!("|   {members:?}"))?;
            }
        }
    }
    Ok(())
}

/// Worlds by name, and how many seeds of each.
fn seeds_and_studies(words: Vec<String>) -> Result<(u64, Vec<Study>), String> {
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
    Ok((seeds, studies))
}

/// Share of planted pairs claimed, by their joint actions.
fn power(words: Vec<String>) -> Result<(), String> {
    let (seeds, mut studies) = seeds_and_studies(words)?;
    if studies.is_empty() {
        studies = vec![Study::Tight, Study::Loose, Study::Exclusive, Study::Copypasta];
    }
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| {
        writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| error.to_string())
    };
    say("| world | joint actions | planted pairs | claimed | share |".into())?;
    say("|---|---:|---:|---:|---:|".into())?;
    for study in studies {
        for (joint, [planted, found]) in power::curve(study, seeds, &Plan::default())? {
            let share = 100.0 * found as f64 / planted as f64;
            say(format!(
                "| {study} | {joint} | {planted} | {found} | {share:.0} % |",
                study = study.as_str()
            ))?;
        }
    }
    Ok(())
}

/// How uniform the p-values of worlds are.
fn uniformity(words: Vec<String>) -> Result<(), String> {
    let (seeds, studies) = seeds_and_studies(words)?;
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

fn bench(words: Vec<String>) -> Result<(), String> {
    let (mut profile, mut windows, mut memory, mut counts) =
        (Profile::Zipf, Vec::new(), None, Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--profile" => {
                let word = value();
                let known = Profile::ALL.iter().find(|(_, name)| *name == word);
                profile = known.ok_or(format!("--profile: \"{word}\" is none"))?.0;
            }
            "--window" => windows.push(value().parse::<Span>().map_err(|e| e.to_string())?),
            "--memory" => {
                let mib = value();
                let mib: u64 = mib.parse().map_err(|_| format!("--memory: \"{mib}\" MiB"))?;
                memory = Some(mib << 20);
            }
            count => {
                let count: u64 = count.parse().map_err(|_| format!("\"{count}\" actions"))?;
                counts.push(count);
            }
        }
    }
    if windows.is_empty() {
        windows.push(Span::seconds(60));
    }
    windows.sort();
    let folder = std::path::Path::new("target/bench");
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    for count in counts {
        let run = bench::run(profile, count, &windows, memory, folder)?;
        say(format!("{count} actions, {profile:?}, {}", spans(&windows)))?;
        for taken in &run.stages {
            let bench::Taken { stage, cpu, wall, peak_mib } = taken;
            say(format!("  {stage:28} {cpu:8.2} CPU s {wall:8.2} s {peak_mib:6} MiB"))?;
        }
        let (cpu, wall): (f64, f64) =
            run.stages.iter().fold((0.0, 0.0), |(c, w), t| (c + t.cpu, w + t.wall));
        say(format!("  {:28} {cpu:8.2} CPU s {wall:8.2} s {:6} MiB", "all", run.peak_mib()))?;
        say(format!(
            "  {} actions kept, {} pairs of them to compare; {} crowded objects with {} pairs; \
             {} rows of pairs, {} edges; {} MiB asked for at least",
            run.work.actions,
            run.work.pairs,
            run.work.crowded,
            run.work.crowded_pairs,
            run.pairs,
            run.edges,
            run.least_mib
        ))?;
    }
    Ok(())
}

fn spans(windows: &[Span]) -> String {
    windows.iter().map(Span::to_string).collect::<Vec<_>>().join(", ")
}
