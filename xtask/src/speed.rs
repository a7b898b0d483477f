//! `cargo xtask speed FILE`: what a published method costs as a person runs it, in CPU seconds of the program itself.
//!
//! **Invariant:** every run is a new case, since a case keeps what it has found. CPU seconds are user and system
//! time of all threads, as the kernel counts them for processes that ended.

use std::{fs, path::Path, process::Command};

/// What is run.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The program, as `cargo build` left it.
    pub program: String,
    /// The file of posts.
    pub file: String,
    /// The method.
    pub method: String,
    /// Its settings.
    pub settings: Vec<String>,
    /// How often.
    pub times: u32,
}

/// CPU seconds of each run, in rising order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// From the file to the posts of a case.
    pub ingest: Vec<f64>,
    /// From the posts to the method's ties.
    pub detect: Vec<f64>,
}

/// Median, least and most of seconds in rising order, as words.
#[must_use]
pub fn words(seconds: &[f64]) -> String {
    let at = |place: usize| seconds.get(place).copied().unwrap_or(f64::NAN);
    let (median, last) = (at(seconds.len() / 2), at(seconds.len().saturating_sub(1)));
    format!("{median:.2} CPU s ({:.2} to {last:.2})", at(0))
}

/// Runs it.
///
/// # Errors
/// The words of the program if it fails.
pub fn run(asked: &Asked, folder: &Path) -> Result<Taken, String> {
    let case = folder.join("case");
    let case = case.to_string_lossy();
    let mut detect = vec!["detect", &case, "--method", &asked.method, "--quiet"];
    detect.extend(asked.settings.iter().flat_map(|pair| ["--set", pair.as_str()]));
    let mut taken = Taken::default();
    for _ in 0..asked.times {
        if Path::new(case.as_ref()).exists() {
            fs::remove_dir_all(case.as_ref()).map_err(|error| format!("{case}: {error}"))?;
        }
        let ingest = ["ingest", &asked.file, "--case", &case, "--quiet"];
        taken.ingest.push(of(&asked.program, &ingest)?);
        taken.detect.push(of(&asked.program, &detect)?);
    }
    taken.ingest.sort_unstable_by(f64::total_cmp);
    taken.detect.sort_unstable_by(f64::total_cmp);
    Ok(taken)
}

/// CPU seconds of a program that is run to its end.
pub(crate) fn of(program: &str, words: &[&str]) -> Result<f64, String> {
    let before = children_seconds();
    let output = Command::new(program)
        .args(words)
        .output()
        .map_err(|error| format!("{program}: {error}; is it built or installed?"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(children_seconds() - before)
}

/// CPU seconds of all processes that this one has waited for, in steps of a hundredth.
fn children_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |place| {
        after_name.split_whitespace().nth(place).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0)
    };
    // cutime and cstime, fields 16 and 17 of the whole line.
    (ticks(13) + ticks(14)) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seconds_of_a_child_that_works_are_counted() {
        let before = children_seconds();
        let spent = of("sh", &["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"]).unwrap();
        assert!(spent > 0.0 && children_seconds() >= before + spent);
    }

    #[test]
    fn the_median_stands_before_the_least_and_the_most() {
        assert_eq!(words(&[0.1, 0.2, 0.9]), "0.20 CPU s (0.10 to 0.90)");
    }

    #[test]
    fn a_program_that_fails_is_quoted() {
        let error = of("sh", &["-c", "echo no such case >&2; exit 3"]).unwrap_err();
        assert_eq!(error, "no such case");
    }
}
