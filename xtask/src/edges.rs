//! `cargo xtask edges FILE`: from a file of posts to a validated network, stage by stage, in CPU seconds; and, in
//! the same run, what the Coordination Network Toolkit takes for its network of the same file.
//!
//! **Invariant:** every run is a new case, so that nothing is there already; seconds are of all threads.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use concerted::{Event, Inputs, Investigation, Plan, Span, Stage, now, pipeline};

use crate::{bench::cpu_seconds, speed};

/// What is run.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The file of posts.
    pub file: PathBuf,
    /// The windows; those of the default plan if none.
    pub windows: Vec<Span>,
    /// The toolkit's program `compute_networks`, if it is to be run beside.
    pub toolkit: Option<String>,
}

/// CPU seconds.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Of each stage, in order.
    pub stages: Vec<(Stage, f64)>,
    /// From the beginning until the network is in the case.
    pub all: f64,
    /// The toolkit's: reading, and its network of reposts within the first window.
    pub toolkit: Option<[f64; 2]>,
}

/// Runs it; `folder` holds the case while it is filled.
///
/// # Errors
/// A sentence, if the file cannot be read or a program fails.
pub fn run(asked: &Asked, folder: &Path) -> Result<Taken, String> {
    let toolkit = match &asked.toolkit {
        Some(program) => Some(toolkit(program, asked, folder)?),
        None => None,
    };
    let root = folder.join("edges");
    if root.exists() {
        fs::remove_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    }
    let begun = cpu_seconds();
    let laps = Mutex::new((begun, Vec::new()));
    let listener = |event: Event| {
        if let (Event::Finished(stage), Ok(mut laps)) = (event, laps.lock()) {
            let seconds = cpu_seconds();
            let before = std::mem::replace(&mut laps.0, seconds);
            laps.1.push((stage, seconds - before));
        }
    };
    let mut plan = Plan::default();
    if !asked.windows.is_empty() {
        plan.detect.windows.clone_from(&asked.windows);
    }
    let said = |error: concerted::Error| error.to_string();
    let mut case =
        Investigation::open_or_plan(&root, plan, Vec::new(), now(), &listener).map_err(said)?;
    let inputs = Inputs { files: vec![asked.file.clone()], ..Inputs::default() };
    pipeline::ingest(&mut case, &inputs).map_err(said)?;
    pipeline::tie(&mut case).map_err(said)?;
    let all = cpu_seconds() - begun;
    drop(case);
    let (_, stages) = laps.into_inner().map_err(|error| error.to_string())?;
    Ok(Taken { stages, all, toolkit })
}

/// Reads the file into the toolkit's database and computes its network, as its users do.
fn toolkit(program: &str, asked: &Asked, folder: &Path) -> Result<[f64; 2], String> {
    let database = folder.join("toolkit.db");
    if database.exists() {
        fs::remove_file(&database).map_err(|error| format!("{}: {error}", database.display()))?;
    }
    let (database, file) = (database.to_string_lossy(), asked.file.to_string_lossy());
    let window = asked.windows.first().copied().unwrap_or(Span::seconds(60));
    let seconds = (window.as_micros() / 1_000_000).to_string();
    let compute = ["compute", "co_retweet", "--time_window", &seconds, "--min_edge_weight", "1"];
    let ran = |words: &[&str]| speed::of(program, &[&[&*database], words].concat());
    Ok([ran(&["preprocess", &file])?, ran(&compute)?])
}
