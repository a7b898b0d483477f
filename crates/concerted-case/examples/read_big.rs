//! Makes a big file of posts, reads it, and says how fast and in how much memory:
//! `cargo run --release -p concerted-case --example read_big -- csv 5000` (or `jsonl`; megabytes).

#![expect(clippy::print_stdout, reason = "what it measures is for a person")]

#[path = "../benches/made/mod.rs"]
mod made;

use std::{error::Error, fs::File, time::Instant};

use concerted_case::readers::{ReadOptions, read};
use concerted_model::{Timestamp, plan::IngestPlan};
use made::{Kind, write};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let kind = match words.next().as_deref() {
        Some("jsonl") => Kind::Lines,
        _ => Kind::Archive,
    };
    let megabytes: u64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(500);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("posts");
    let posts = write(kind, megabytes * 1_000_000, File::create(&path)?)?;
    let now = Timestamp::try_from_micros(1_798_761_600_000_000)?;
    let options = ReadOptions { format: None, mapping: None, plan: IngestPlan::default(), now };
    let began = Instant::now();
    let record = read(&path, &options, &|_| {}, &mut |_| {})?;
    let seconds = began.elapsed().as_secs_f64();
    let rate = record.bytes as f64 / 1e6 / seconds;
    println!(
        "{kind:?}: {} of {posts} posts, {} bytes, {seconds:.1} s, {rate:.0} MB/s",
        record.rows.posts, record.bytes
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("peak memory {}", line.trim_start_matches("VmHWM:").trim());
    }
    Ok(())
}
