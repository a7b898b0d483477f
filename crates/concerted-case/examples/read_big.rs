//! Makes a big file of posts, reads it, and says how fast and in how much memory:
//! `cargo run --release -p concerted-case --example read_big -- csv 5000` (or `jsonl`; megabytes).
//!
//! With `tables` behind it, what is read is also settled and put in order, as a case has it; with `to FILE` the
//! file is only made.

#![expect(clippy::print_stdout, reason = "what it measures is for a person")]

#[path = "../benches/made/mod.rs"]
mod made;

use std::{error::Error, fs::File, path::Path, time::Instant};

use concerted_case::{
    ingest::{Beside, Scratch, Sink, ingest_into},
    readers::{Change, ReadError, ReadOptions, read},
};
use concerted_model::{Timestamp, provenance::Reject, tables::Posts};
use made::{Kind, write};

/// Takes tables and lets them go.
struct Counted(usize);

impl Sink for Counted {
    type Error = ReadError;
    fn posts(&mut self, posts: Posts, _: Beside) -> Result<(), ReadError> {
        self.0 += posts.len();
        Ok(())
    }
    fn reject(&mut self, _: Reject) -> Result<(), ReadError> {
        Ok(())
    }
    fn change(&mut self, _: Change) -> Result<(), ReadError> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize| words.get(at).map(String::as_str);
    let kind = if word(0) == Some("jsonl") { Kind::Lines } else { Kind::Archive };
    let megabytes: u64 = word(1).and_then(|word| word.parse().ok()).unwrap_or(500);
    if let (Some("to"), Some(path)) = (word(2), word(3)) {
        println!("{} posts", write(kind, megabytes * 1_000_000, File::create(path)?)?);
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("posts");
    let posts = write(kind, megabytes * 1_000_000, File::create(&path)?)?;
    let bytes = path.metadata()?.len();
    let now = Timestamp::try_from_micros(1_798_761_600_000_000)?;
    let options = ReadOptions::at(now);
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let kept = match word(2) {
        Some("tables") => {
            let mut counted = Counted(0);
            let scratch = Scratch::within(folder.path());
            ingest_into(&[path], &options, &scratch, &|_| {}, &mut counted)?;
            counted.0 as u64
        }
        _ => read(&path, &options, &|_| {}, &mut |_| {})?.rows.posts,
    };
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let rate = |seconds: f64| bytes as f64 / 1e6 / seconds;
    println!(
        "{kind:?}: {kept} of {posts} posts, {bytes} bytes, {seconds:.1} s, {:.0} MB/s; {cpu:.2} CPU s, \
         {:.0} MB a CPU second",
        rate(seconds),
        rate(cpu)
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("peak memory {}", line.trim_start_matches("VmHWM:").trim());
    }
    Ok(())
}

/// User and system seconds of this process, as Linux counts them in hundredths; nothing elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string(Path::new("/proc/self/stat")).unwrap_or_default();
    // Behind the name in brackets stand the state, and at places 12 and 13 the ticks.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
