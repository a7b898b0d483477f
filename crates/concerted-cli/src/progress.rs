//! Progress on a terminal, beginning after 250 ms, gone when the work is done.

use std::{
    io::{self, IsTerminal},
    sync::Mutex,
    time::{Duration, Instant},
};

use concerted::{Event, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(250);

/// One line of standard error that says what is being done.
pub(crate) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    notes: Mutex<Vec<String>>,
}

impl Progress {
    /// Shows nothing if `quiet`, or if standard error is no terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {bytes_per_sec} {elapsed}")
        {
            bar.set_style(style);
        }
        Self { bar, begun: Instant::now(), notes: Mutex::default() }
    }

    /// Takes a sign of life.
    pub(crate) fn on(&self, event: Event) {
        match event {
            Event::Started(stage) => self.say(doing(stage).to_owned()),
            Event::Reading { file, bytes, of, rows } => {
                self.bar.set_length(of);
                self.bar.set_position(bytes);
                let percent = (100 * bytes).checked_div(of).unwrap_or(0).min(100);
                self.say(format!("reading {file}: {rows} rows, {percent} %"));
            }
            Event::Ahead(work) => self.say(format!(
                "{}: {} actions, {} pairs of them to compare",
                work.trace, work.actions, work.pairs
            )),
            Event::Note(note) => {
                if let Ok(mut notes) = self.notes.lock() {
                    notes.push(note);
                }
            }
            Event::Reused(_) | Event::Finished(_) => {}
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
