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

/// Mean CPU seconds of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// From the file to the posts of a case.
    pub ingest: f64,
    /// From the posts to the method's ties.
    pub detect: f64,
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
    let mut taken = Taken { ingest: 0.0, detect: 0.0 };
    for _ in 0..asked.times {
        if Path::new(case.as_ref()).exists() {
            fs::remove_dir_all(case.as_ref()).map_err(|error| format!("{case}: {error}"))?;
        }
        taken.ingest += of(&asked.program, &["ingest", &asked.file, "--case", &case, "--quiet"])?;
        taken.detect += of(&asked.program, &detect)?;
    }
    let times = f64::from(asked.times.max(1));
    Ok(Taken { ingest: taken.ingest / times, detect: taken.detect / times })
}

fn of(program: &str, words: &[&str]) -> Result<f64, String> {
    let before = children_seconds();
    let output = Command::new(program)
        .args(words)
        .output()
        .map_err(|error| format!("{program}: {error}; `cargo build --release -p concerted-cli`"))?;
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
    fn a_program_that_fails_is_quoted() {
        let error = of("sh", &["-c", "echo no such case >&2; exit 3"]).unwrap_err();
        assert_eq!(error, "no such case");
    }
}
