//! The same seven posts in every format, field by field, against what was checked by hand.
//!
//! The files are not part of the repository. Where their folder is missing, the tests say so and pass.
//! `expected/samples.txt` has a line for each post with every field of it; to write it again after a
//! change that was meant: `CONCERTED_BLESS=1 cargo test -p concerted-case --test samples`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "clippy.toml excuses test functions, not the functions they share"
)]

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use concerted_case::readers::{PostRow, ReadOptions, Row, read};
use concerted_model::Timestamp;

const NOON_US: i64 = 1_714_564_800_000_000;

fn shared(test: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if folder.is_dir() {
        return Some(folder.to_owned());
    }
    println!("{test}: skipped, there is no folder ../shared");
    None
}

fn options() -> ReadOptions {
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    ReadOptions::at(now)
}

/// A post, each field by its name where it has a value; moments in milliseconds after noon.
fn line(post: &PostRow<'_>) -> String {
    let since = |time: Timestamp| (time.micros() - NOON_US) / 1_000;
    let mut line = format!(
        "{} {} {} ±{} {} by {}",
        post.place.line,
        post.kind,
        since(post.time),
        post.resolution,
        post.clock.as_str(),
        post.account
    );
    let words = [
        ("handle", &post.handle),
        ("id", &post.id),
        ("text", &post.text),
        ("language", &post.language),
        ("client", &post.client),
        ("of", &post.repost_of),
        ("of_account", &post.repost_of_account),
        ("to", &post.reply_to),
        ("to_account", &post.reply_to_account),
        ("quote", &post.quote_of),
    ];
    for (name, word) in words {
        if let Some(word) = word {
            write!(line, " {name}={word:?}").unwrap();
        }
    }
    if let Some(time) = post.clocks.collected {
        write!(line, " collected={}", since(time)).unwrap();
    }
    let born = [
        ("of_born", post.repost_of_born),
        ("to_born", post.reply_to_born),
        ("quote_born", post.quote_of_born),
    ];
    for (name, time) in born {
        if let Some(time) = time {
            write!(line, " {name}={}", since(time)).unwrap();
        }
    }
    let lists = [
        ("urls", &post.urls),
        ("hashtags", &post.hashtags),
        ("mentions", &post.mentions),
        ("media", &post.media),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            write!(line, " {name}={list:?}").unwrap();
        }
    }
    line
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_in(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn every_sample_gives_its_posts_with_every_field() {
    let Some(shared) = shared("every_sample_gives") else { return };
    let folder = shared.join("formats/in");
    let mut told = String::new();
    for path in files_in(&folder) {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let (mut lines, mut others) = (Vec::new(), Vec::new());
        let record = read(&path, &options(), &|_| {}, &mut |row| match row {
            Row::Post(post) => lines.push(line(post)),
            Row::Reject(reject) => {
                others.push(format!("{} refused: {}", reject.line, reject.reason.as_str()));
            }
            Row::Change(change) => {
                others.push(format!("{} {:?}: {}", change.line, change.change, change.id));
            }
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(record.accounts_for_every_row(), "{name}: {:?}", record.rows);
        writeln!(told, "== {name}: {}, {} rows", record.format, record.rows.read).unwrap();
        for line in lines.iter().chain(&others).chain(&record.notes) {
            writeln!(told, "{line}").unwrap();
        }
    }
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected/samples.txt");
    if std::env::var_os("CONCERTED_BLESS").is_some() {
        std::fs::create_dir_all(expected.parent().unwrap()).unwrap();
        std::fs::write(&expected, &told).unwrap();
    }
    let expected = std::fs::read_to_string(expected).unwrap_or_default();
    let wrong = told.lines().zip(expected.lines()).find(|(is, should)| is != should);
    assert_eq!(wrong, None, "the first line that differs: what is, and what should be");
    assert_eq!(told.lines().count(), expected.lines().count());
}
