//! `cargo xtask days FILE FILE…`: files of posts read into a case one after another, as they come day by day, and
//! all at once: what each costs, and whether the tables are the same.
//!
//! **Invariant:** both cases are new; they are left behind, to be looked at.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

use concerted::{Inputs, Investigation, Plan, now, pipeline};

use crate::bench::cpu_seconds;

/// What reading took.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// CPU seconds of all threads.
    pub cpu: f64,
    /// Seconds by the clock.
    pub wall: f64,
}

/// What a run found.
#[derive(Clone, Debug)]
pub struct Days {
    /// Reading all files into a new case.
    pub at_once: Taken,
    /// Reading the first file, the first two, and so on, into one case.
    pub each: Vec<Taken>,
    /// Files of the stage `ingest` that are the same in both cases, byte for byte.
    pub same: Vec<String>,
    /// Those that are not.
    pub differ: Vec<String>,
}

/// Reads the files both ways; `folder` holds the cases.
///
/// # Errors
/// A sentence, if a file cannot be read.
pub fn run(files: &[PathBuf], folder: &Path) -> Result<Days, String> {
    let (whole, by_day) = (folder.join("all-days"), folder.join("day-by-day"));
    for root in [&whole, &by_day] {
        if root.exists() {
            fs::remove_dir_all(root).map_err(|error| format!("{}: {error}", root.display()))?;
        }
    }
    let at_once = ingest(&whole, files)?;
    let each = (1..=files.len())
        .map(|count| ingest(&by_day, &files[..count]))
        .collect::<Result<_, _>>()?;
    let (mut same, mut differ) = (Vec::new(), Vec::new());
    for file in below(&whole.join("stages/ingest"))? {
        let told = file.strip_prefix(&whole).unwrap_or(&file);
        let other = fs::read(by_day.join(told)).unwrap_or_default();
        let one = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let name = told.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if one == other { same.push(name) } else { differ.push(name) }
    }
    Ok(Days { at_once, each, same, differ })
}

/// What `cargo xtask days` does.
///
/// # Errors
/// As [`run`], or if it cannot be told.
pub fn tell(words: impl Iterator<Item = String>, out: &mut impl Write) -> Result<(), String> {
    let files: Vec<PathBuf> = words.map(PathBuf::from).collect();
    if files.is_empty() {
        return Err("name the files of posts, day by day".to_owned());
    }
    let found = run(&files, Path::new("target/bench"))?;
    let line = |what: String, Taken { cpu, wall }: Taken| {
        format!("  {what:28} {cpu:8.2} CPU s {wall:8.2} s")
    };
    let mut lines = vec![line(format!("all {} at once", files.len()), found.at_once)];
    for (number, taken) in (1..).zip(found.each) {
        lines.push(line(format!("with file {number} added"), taken));
    }
    lines.push(format!("  the same: {}; not: {}", found.same.join(" "), found.differ.join(" ")));
    lines.iter().try_for_each(|line| writeln!(out, "{line}")).map_err(|error| error.to_string())
}

/// As `concerted ingest` does.
fn ingest(root: &Path, files: &[PathBuf]) -> Result<Taken, String> {
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let said = |error: concerted::Error| error.to_string();
    let listener = |_| {};
    let mut case = Investigation::open_or_plan(root, Plan::default(), Vec::new(), now(), &listener)
        .map_err(said)?;
    case.forget_results();
    let inputs = Inputs { files: files.to_vec(), ..Inputs::default() };
    pipeline::ingest(&mut case, &inputs).map_err(said)?;
    case.commit().map_err(said)?;
    Ok(Taken { cpu: cpu_seconds() - cpu, wall: began.elapsed().as_secs_f64() })
}

/// All files below a folder, in order.
fn below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(said)? {
        let path = entry.map_err(said)?.path();
        if path.is_dir() { found.append(&mut below(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}
