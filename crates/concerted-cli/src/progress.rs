//! Progress on a terminal, beginning after 250 ms, gone when the work is done.

use std::{
    io::{self, IsTerminal},
    ops::Range,
    sync::Mutex,
    time::{Duration, Instant},
};

use concerted::{Event, Stage, Work};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(250);

/// A file that is being read: since when, and how much of it was read before.
struct Reading {
    file: String,
    begun: Instant,
    from: u64,
}

/// One line of standard error that says what is being done.
pub(crate) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    /// The file that is being read.
    reading: Mutex<Option<Reading>>,
    notes: Mutex<Vec<String>>,
}

impl Progress {
    /// Shows nothing if `quiet`, or if standard error is no terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        Self { bar, begun: Instant::now(), reading: Mutex::default(), notes: Mutex::default() }
    }

    /// Takes a sign of life.
    pub(crate) fn on(&self, event: Event) {
        match event {
            Event::Started(stage) => self.say(doing(stage).to_owned()),
            Event::Reading { file, bytes, of, rows } => {
                let (from, took) = self.since(&file, bytes);
                self.say(format!("reading {file}: {rows} rows, {}", pace(from..bytes, of, took)));
            }
            // Said at once where somebody looks on, and else at the end.
            Event::GoingOn(from) if self.bar.is_hidden() => self.note(from),
            Event::GoingOn(from) => self.bar.println(concerted::report::visible(&from)),
            Event::Ahead(work) => self.say(ahead(&work)),
            Event::Note(note) => self.note(note),
            Event::Reused(_) | Event::Finished(_) => {}
        }
    }

    fn note(&self, note: String) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.push(note);
        }
    }

    /// Where in this file reading was when it was first told of, and how long ago that was.
    fn since(&self, file: &str, bytes: u64) -> (u64, Duration) {
        let Ok(mut reading) = self.reading.lock() else { return (bytes, Duration::ZERO) };
        match &*reading {
            Some(Reading { file: name, begun, from }) if name == file => (*from, begun.elapsed()),
            _ => {
                let begun = Instant::now();
                *reading = Some(Reading { file: file.to_owned(), begun, from: bytes });
                (bytes, Duration::ZERO)
            }
        }
    }

    fn say(&self, message: String) {
        if self.begun.elapsed() >= PATIENCE {
            self.bar.set_message(concerted::report::visible(&message));
            self.bar.tick();
        }
    }

    /// Takes the line away and gives the remarks that were made.
    pub(crate) fn finish(self) -> Vec<String> {
        self.bar.finish_and_clear();
        self.notes.into_inner().unwrap_or_default()
    }
}

/// How far, how fast and how much longer: `40 %, 120 MB/s, 25 s left`, from the bytes that were read.
fn pace(read: Range<u64>, of: u64, took: Duration) -> String {
    let percent = (100 * read.end).checked_div(of).unwrap_or(0).min(100);
    let seconds = took.as_secs_f64();
    if seconds < PATIENCE.as_secs_f64() || read.is_empty() {
        return format!("{percent} %");
    }
    let rate = (read.end - read.start) as f64 / seconds;
    let left = of.saturating_sub(read.end) as f64 / rate;
    let left = match left.round() as u64 {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7_200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3_600)),
    };
    format!("{percent} %, {:.0} MB/s, {left} left", rate / 1e6)
}

/// How much pairing a trace has before it.
fn ahead(work: &Work) -> String {
    let Work { trace, actions, pairs, crowded, crowded_pairs, .. } = work;
    let all = format!("{trace}: {actions} actions, {pairs} pairs of them to compare");
    if *crowded == 0 {
        return all;
    }
    format!("{all}; {crowded_pairs} more on {crowded} crowded things, if they could be claimed")
}

fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Ingest => "reading posts",
        Stage::Copies => "finding texts that say the same",
        Stage::Actions => "finding what was acted on",
        Stage::Topics => "learning what accounts are about",
        Stage::Pairs => "finding who acted together",
        Stage::Network => "comparing with chance",
        Stage::Groups => "finding who belongs together",
        Stage::Decoys => "doing the same with accounts exchanged",
        Stage::Evidence => "gathering the posts that show it",
        Stage::Report => "writing the report",
        Stage::Published => "walking a published method",
        Stage::Audit => "writing down the audit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_told_with_the_time_left() {
        let after = |seconds| Duration::from_secs(seconds);
        let pace = |bytes, of, took| pace(0..bytes, of, took);
        assert_eq!(pace(0, 100, after(9)), "0 %");
        assert_eq!(pace(50, 100, Duration::from_millis(10)), "50 %");
        assert_eq!(pace(1_000_000_000, 4_000_000_000, after(10)), "25 %, 100 MB/s, 30 s left");
        assert_eq!(pace(1_000_000_000, 61_000_000_000, after(10)), "1 %, 100 MB/s, 10 min left");
        assert_eq!(pace(1_000_000, 21_000_000_000, after(1)), "0 %, 1 MB/s, 6 h left");
        assert_eq!(pace(7, 0, after(1)), "0 %, 0 MB/s, 0 s left");
    }

    #[test]
    fn what_an_earlier_run_read_does_not_count_as_speed() {
        let after = Duration::from_secs(10);
        let told = pace(3_000_000_000..4_000_000_000, 5_000_000_000, after);
        assert_eq!(told, "80 %, 100 MB/s, 10 s left");
    }
}
